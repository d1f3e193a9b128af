//! A sheet of grades in words: tables by volume group, the honest shadow beside them, the formula worked through.

use jiff::civil::Date;

use super::{Graded, files::satisfaction_by, sheet::Sheet};
use crate::{
    platform::{
        html::{
            Markup,
            parts::{Cell, SummaryRow},
        },
        i18n::Lang,
    },
    requests::{
        model::{
            gaming::Shadow,
            grade::{Grade, Scored},
            request::Recorder,
        },
        words::Teller,
    },
};

/// A sheet as a page shows it.
pub struct SheetView {
    /// Each part of the formula in a sentence.
    pub formula: Vec<String>,
    pub bands: String,
    /// Volume groups of units, then of districts.
    pub tables: Vec<TableView>,
    pub shadow: TableView,
    pub district_shadow: TableView,
    /// What is to be known before somebody compares: parts that nobody knows.
    pub warning: String,
}

/// A table with its name.
pub struct TableView {
    pub title: String,
    pub head: Vec<Cell>,
    pub rows: Vec<Vec<Cell>>,
}

/// A unit as its own page shows it.
pub struct UnitView {
    pub result: String,
    pub facts: Vec<SummaryRow>,
    /// Each part, worked through with its numbers.
    pub worked: Vec<String>,
    pub sum: String,
    pub shadow: Vec<SummaryRow>,
}

/// Who is graded.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Of {
    Units,
    Districts,
}

impl SheetView {
    /// Says a sheet; `base` is the address of its page with the profile it is of, empty where units have no page of their own.
    #[must_use]
    pub fn new(teller: &Teller, sheet: &Sheet, base: &str) -> SheetView {
        let lang = teller.lang;
        let mut tables = Vec::new();
        for of in [Of::Units, Of::Districts] {
            for group in sheet.groups() {
                let graded: Vec<&Graded> = all(sheet, of)
                    .iter()
                    .filter(|unit| unit.grade.as_ref().map(|grade| grade.group.as_str()) == Some(group))
                    .collect();
                if !graded.is_empty() {
                    tables.push(table(teller, sheet, of, group, graded, base));
                }
            }
        }
        let n_unknown = sheet
            .units
            .iter()
            .filter_map(|unit| unit.grade.as_ref())
            .filter(|grade| grade.letter.is_empty())
            .count();
        let warning = match n_unknown {
            0 => String::new(),
            n => lang.text("requests-grading-unknown").n("n", n).to_string(),
        };
        let bands: Vec<String> = sheet
            .rule
            .bands
            .iter()
            .map(|band| {
                lang.text("requests-grading-band")
                    .arg("letter", &band.letter)
                    .arg("least", lang.decimal(band.least, 0))
                    .to_string()
            })
            .collect();
        SheetView {
            formula: sheet
                .rule
                .parts
                .iter()
                .map(|part| {
                    let points = lang.decimal(part.points, 0);
                    lang.text(format!("requests-grading-formula-{}", part.measure.as_str()))
                        .arg("points", points)
                        .arg("old", old_after(lang, &sheet.old_after))
                        .to_string()
                })
                .collect(),
            bands: bands.join(" · "),
            tables,
            shadow: shadow_table(teller, sheet, Of::Units, base),
            district_shadow: shadow_table(teller, sheet, Of::Districts, base),
            warning,
        }
    }
}

impl UnitView {
    #[must_use]
    pub fn new(teller: &Teller, sheet: &Sheet, unit: &Graded) -> UnitView {
        let lang = teller.lang;
        let row = |id: &'static str, value: String| SummaryRow::new(lang.text(id), value);
        let counts = &unit.counts;
        let mut facts = vec![
            row("requests-grading-handled", lang.number(counts.n_handled)),
            row("requests-grading-closed", lang.number(counts.n_closed)),
            row(
                "requests-grading-late",
                share(lang, counts.n_late, counts.n_closed),
            ),
        ];
        if counts.n_unasked > 0 {
            facts.push(row("requests-grading-unasked", lang.number(counts.n_unasked)));
        }
        let grade = unit.grade.as_ref();
        if let Some(grade) = grade {
            facts.push(row(
                "requests-grading-group",
                group_words(lang, sheet, &grade.group),
            ));
        }
        if let Some(rank) = unit.rank {
            facts.push(row("requests-grading-rank", lang.number(rank)));
        }
        UnitView {
            result: grade.map_or_else(
                || lang.text("requests-grading-nothing").to_string(),
                |grade| result(lang, grade),
            ),
            facts,
            worked: grade.map_or_else(Vec::new, |grade| {
                grade
                    .parts
                    .iter()
                    .map(|part| worked(lang, part, &sheet.old_after))
                    .collect()
            }),
            sum: grade.map_or_else(String::new, |grade| sum(lang, grade)),
            shadow: shadow_rows(lang, &unit.shadow),
        }
    }
}

/// Returns the units or the districts of a sheet.
#[must_use]
pub fn all(sheet: &Sheet, of: Of) -> &[Graded] {
    match of {
        Of::Units => &sheet.units,
        Of::Districts => &sheet.districts,
    }
}

/// Returns what a unit or a district is called.
#[must_use]
pub fn name_of(teller: &Teller, of: Of, code: &str) -> String {
    match of {
        Of::Units => teller.agency(Some(code)),
        Of::Districts => teller.place(Some(code)),
    }
}

/// Returns the month of a period in words.
#[must_use]
pub fn month(lang: Lang, period: &str) -> String {
    match format!("{period}-01").parse::<Date>() {
        Ok(first) => lang.month(first),
        Err(_) => period.to_owned(),
    }
}

fn table(
    teller: &Teller,
    sheet: &Sheet,
    of: Of,
    group: &str,
    mut graded: Vec<&Graded>,
    base: &str,
) -> TableView {
    let lang = teller.lang;
    // The best first; who has no whole grade comes after those who have.
    graded.sort_by(|a, b| {
        let key = |unit: &Graded| (unit.rank.unwrap_or(usize::MAX), unit.unit.clone());
        key(a).cmp(&key(b))
    });
    let mut head = vec![
        Cell::text(lang.text(match of {
            Of::Units => "requests-grading-unit",
            Of::Districts => "requests-grading-district",
        })),
        Cell::over_numbers(lang.text("requests-grading-rank")),
        Cell::text(lang.text("requests-grading-letter")),
        Cell::over_numbers(lang.text("requests-grading-score")),
    ];
    for part in &sheet.rule.parts {
        let title = lang
            .text(format!("requests-grading-part-{}", part.measure.as_str()))
            .arg("points", lang.decimal(part.points, 0));
        head.push(Cell::over_numbers(title));
    }
    for id in [
        "requests-grading-handled",
        "requests-grading-closed",
        "requests-grading-late",
    ] {
        head.push(Cell::over_numbers(lang.text(id)));
    }
    let rows = graded
        .iter()
        .filter_map(|unit| Some((unit, unit.grade.as_ref()?)))
        .map(|(unit, grade)| {
            let mut row = vec![
                named(teller, of, &unit.unit, base),
                match unit.rank {
                    Some(rank) => Cell::number(lang.number(rank), rank as f64),
                    None => Cell::number("–", f64::NAN),
                },
                Cell::text(if grade.letter.is_empty() {
                    lang.text("requests-grading-no-letter").to_string()
                } else {
                    grade.letter.clone()
                }),
                Cell::number(
                    lang.text("requests-grading-of")
                        .arg("points", lang.decimal(grade.score, 2))
                        .arg("of", lang.decimal(grade.of_points, 0)),
                    grade.score,
                ),
            ];
            row.extend(grade.parts.iter().map(|part| part_cell(lang, part)));
            row.push(Cell::number(
                lang.number(unit.counts.n_handled),
                unit.counts.n_handled as f64,
            ));
            row.push(Cell::number(
                lang.number(unit.counts.n_closed),
                unit.counts.n_closed as f64,
            ));
            row.push(Cell::number(
                share(lang, unit.counts.n_late, unit.counts.n_closed),
                unit.counts.n_late as f64,
            ));
            row
        })
        .collect();
    let title = lang
        .text(match of {
            Of::Units => "requests-grading-units-of",
            Of::Districts => "requests-grading-districts-of",
        })
        .arg("group", group_words(lang, sheet, group));
    TableView {
        title: title.to_string(),
        head,
        rows,
    }
}

fn shadow_table(teller: &Teller, sheet: &Sheet, of: Of, base: &str) -> TableView {
    let lang = teller.lang;
    let head = [
        match of {
            Of::Units => "requests-grading-unit",
            Of::Districts => "requests-grading-district",
        },
        "requests-grading-closed",
        "requests-grading-reopened",
        "requests-grading-again",
        "requests-grading-last-day",
        "requests-grading-special",
        "requests-grading-silence",
        "requests-grading-ping-pong",
        "requests-grading-yes-resident",
        "requests-grading-yes-operator",
        "requests-grading-yes-officer",
    ];
    let rows = all(sheet, of)
        .iter()
        .filter(|unit| unit.shadow != Shadow::default())
        .map(|unit| {
            let shadow = &unit.shadow;
            let mut row = vec![
                named(teller, of, &unit.unit, base),
                Cell::number(lang.number(shadow.n_closed), shadow.n_closed as f64),
            ];
            for n in [
                shadow.n_reopened_soon,
                shadow.n_again,
                shadow.n_last_day,
                shadow.n_special,
                shadow.n_silence,
            ] {
                row.push(Cell::number(share(lang, n, shadow.n_closed), n as f64));
            }
            row.push(Cell::number(
                lang.number(shadow.n_ping_pong),
                shadow.n_ping_pong as f64,
            ));
            for recorder in [Recorder::Resident, Recorder::Operator, Recorder::Officer] {
                let n = satisfaction_by(shadow, recorder);
                row.push(Cell::number(lang.number(n), n as f64));
            }
            row
        })
        .collect();
    TableView {
        title: lang
            .text(match of {
                Of::Units => "requests-grading-shadow-units",
                Of::Districts => "requests-grading-shadow-districts",
            })
            .to_string(),
        head: head
            .iter()
            .enumerate()
            .map(|(at, id)| match at {
                0 => Cell::text(lang.text(*id)),
                _ => Cell::over_numbers(lang.text(*id)),
            })
            .collect(),
        rows,
    }
}

/// Returns the shadow measures of some closings in rows.
#[must_use]
pub fn shadow_rows(lang: Lang, shadow: &Shadow) -> Vec<SummaryRow> {
    let row = |id: &'static str, value: String| SummaryRow::new(lang.text(id), value);
    let of_closed = |n: i64| share(lang, n, shadow.n_closed);
    vec![
        row("requests-grading-reopened", of_closed(shadow.n_reopened_soon)),
        row("requests-grading-again", of_closed(shadow.n_again)),
        row("requests-grading-last-day", of_closed(shadow.n_last_day)),
        row("requests-grading-special", of_closed(shadow.n_special)),
        row("requests-grading-silence", of_closed(shadow.n_silence)),
        row("requests-grading-ping-pong", lang.number(shadow.n_ping_pong)),
        row(
            "requests-grading-yes-resident",
            lang.number(satisfaction_by(shadow, Recorder::Resident)),
        ),
        row(
            "requests-grading-yes-operator",
            lang.number(satisfaction_by(shadow, Recorder::Operator)),
        ),
        row(
            "requests-grading-yes-officer",
            lang.number(satisfaction_by(shadow, Recorder::Officer)),
        ),
    ]
}

fn named(teller: &Teller, of: Of, code: &str, base: &str) -> Cell {
    let name = name_of(teller, of, code);
    if base.is_empty() {
        return Cell::text(name);
    }
    let (path, query) = base.split_once('?').unwrap_or((base, ""));
    let href = match of {
        Of::Units => format!("{path}/{code}?{query}"),
        Of::Districts => format!("{path}/places/{code}?{query}"),
    };
    let href = href.trim_end_matches('?');
    Cell::html(Markup(format!(
        "<a class=\"govuk-link\" href=\"{}\">{}</a>",
        Markup::escape(href),
        Markup::escape(&name)
    )))
}

fn part_cell(lang: Lang, part: &Scored) -> Cell {
    if part.is_known {
        Cell::number(lang.decimal(part.points, 2), part.points)
    } else {
        Cell::number(lang.text("requests-grading-not-asked"), f64::NAN)
    }
}

/// A count with its share: “12 (8.3%)”.
#[must_use]
pub fn share(lang: Lang, n: i64, of: i64) -> String {
    if of == 0 {
        return lang.number(n);
    }
    lang.text("requests-grading-share")
        .n("n", n)
        .arg("share", lang.percent(n as f64 * 100.0 / of as f64, 1))
        .into()
}

fn result(lang: Lang, grade: &Grade) -> String {
    let points = lang.decimal(grade.score, 2);
    if grade.letter.is_empty() {
        return lang
            .text("requests-grading-result-part")
            .arg("points", points)
            .arg("of", lang.decimal(grade.of_points, 0))
            .into();
    }
    lang.text("requests-grading-result")
        .arg("letter", &grade.letter)
        .arg("points", points)
        .into()
}

fn worked(lang: Lang, part: &Scored, old: &str) -> String {
    if !part.is_known {
        return lang
            .text(format!("requests-grading-unknown-{}", part.measure.as_str()))
            .arg("of", lang.decimal(part.of_points, 0))
            .into();
    }
    if part.n_all == 0 {
        return lang
            .text(format!("requests-grading-none-{}", part.measure.as_str()))
            .arg("points", lang.decimal(part.points, 2))
            .arg("old", old_after(lang, old))
            .into();
    }
    lang.text(format!("requests-grading-worked-{}", part.measure.as_str()))
        .n("good", part.n_good)
        .n("all", part.n_all)
        .arg("of", lang.decimal(part.of_points, 0))
        .arg("points", lang.decimal(part.points, 2))
        .arg("old", old_after(lang, old))
        .into()
}

fn sum(lang: Lang, grade: &Grade) -> String {
    let parts: Vec<String> = grade
        .parts
        .iter()
        .filter(|part| part.is_known)
        .map(|part| lang.decimal(part.points, 2))
        .collect();
    format!("{} = {}", parts.join(" + "), lang.decimal(grade.score, 2))
}

/// Returns the words of a volume group: how many requests its units had.
#[must_use]
pub fn group_words(lang: Lang, sheet: &Sheet, name: &str) -> String {
    let groups = &sheet.rule.groups;
    let Some(position) = groups.iter().position(|group| group.name == name) else {
        return name.to_owned();
    };
    let least = groups[position].least_requests;
    let below = position.checked_sub(1).map(|above| groups[above].least_requests);
    match below {
        None if least <= 0 => lang.text("requests-grading-group-all").into(),
        None => lang.text("requests-grading-group-big").n("least", least).into(),
        Some(below) => lang.text("requests-grading-group-small").n("below", below).into(),
    }
}

/// The profile's span in the reader's words, where it counts days; else as the profile writes it.
fn old_after(lang: Lang, span: &str) -> String {
    let days = span
        .strip_suffix(" days")
        .or_else(|| span.strip_suffix(" day"))
        .and_then(|n| n.parse::<i64>().ok());
    match days {
        Some(n) => lang.text("requests-days").n("n", n).into(),
        None => span.to_owned(),
    }
}
