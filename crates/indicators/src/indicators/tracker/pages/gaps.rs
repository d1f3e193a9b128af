//! The matrix of what is missing: indicator by group, with source and agency.

use super::{
    super::{
        model::{
            framework::framework,
            gaps::{Gap, Group, Row},
        },
        view::Missing,
    },
    GapsPage, Table, begun, of_place, sample,
    words::{address, link, places},
};
use crate::platform::{
    html::{
        Markup, Shell,
        parts::{Cell, Choice},
    },
    i18n::{Lang, numbers::NO_VALUE},
};

/// Groups that have a column of their own; the others stand together in one.
const COLUMNS: [&str; 6] = ["sex", "age", "disability", "residence", "income", "education"];

impl GapsPage {
    pub fn new(page: Shell, missing: &Missing, goal: Option<&str>) -> GapsPage {
        let lang = page.lang;
        let here = &missing.here;
        let title = lang.text("indicators-tracker-gaps").to_string();
        let page = begun(page.titled(of_place(&title, here)), here)
            .described(lang.text("indicators-tracker-gaps-lead"))
            .crumb(&title, "")
            .shapes(&["csv", "json"]);
        let rows = missing.rows(goal);
        let chosen = goal.unwrap_or("");
        let mut goals = vec![Choice::new("", lang.text("indicators-tracker-all-goals")).chosen_if(chosen)];
        goals.extend(framework().goals.iter().map(|goal| {
            let name = format!("{} {}", goal.code, goal.title.in_language(lang.code()));
            Choice::new(&goal.code, name).chosen_if(chosen)
        }));
        GapsPage {
            action: "/sdg/gaps".to_owned(),
            places: places(lang, here),
            goals,
            counts: counts(lang, &rows),
            table: Table {
                caption: title,
                head: head(lang),
                rows: rows.iter().map(|row| cells(lang, here.code(), row)).collect(),
            },
            meanings: Gap::ALL
                .map(|gap| {
                    let meaning = lang.text(format!("indicators-tracker-gap-means-{}", gap.as_str()));
                    (word(lang, gap), meaning.to_string())
                })
                .to_vec(),
            page,
        }
    }

    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> GapsPage {
        GapsPage::new(Shell::sample(lang), &sample::missing(), None)
    }
}

/// How many cells that are asked for there are of each kind.
fn counts(lang: Lang, rows: &[Row<'_>]) -> Table {
    let asked: Vec<Gap> = rows
        .iter()
        .flat_map(|row| row.cells())
        .filter(|(_, is_asked, _)| *is_asked)
        .map(|(_, _, gap)| gap)
        .collect();
    Table {
        caption: lang.text("indicators-tracker-gap-counts").to_string(),
        head: vec![
            Cell::text(lang.text("indicators-tracker-gap-state")),
            Cell::over_numbers(lang.text("indicators-tracker-gap-cells")),
        ],
        rows: Gap::ALL
            .iter()
            .map(|gap| {
                let n = asked.iter().filter(|found| *found == gap).count();
                vec![
                    Cell::text(word(lang, *gap)),
                    Cell::number(lang.number(n), n as f64),
                ]
            })
            .collect(),
    }
}

fn head(lang: Lang) -> Vec<Cell> {
    let mut head = vec![
        Cell::text(lang.text("indicators-indicator")),
        Cell::text(lang.text("indicators-tracker-gap-everybody")),
    ];
    head.extend(COLUMNS.map(|name| Cell::text(group_in_words(lang, name))));
    head.extend(
        [
            "indicators-tracker-gap-others",
            "indicators-tracker-gap-source",
            "indicators-tracker-gap-agency",
            "indicators-tracker-tier",
        ]
        .map(|id| Cell::text(lang.text(id))),
    );
    head
}

fn cells(lang: Lang, place: &str, row: &Row<'_>) -> Vec<Cell> {
    let mut cells = vec![Cell::text(name(lang, row)), Cell::html(mark(lang, row.everybody))];
    cells.extend(COLUMNS.map(|name| match row.group(name) {
        Some(group) => Cell::html(mark(lang, group.gap)),
        None => Cell::text(NO_VALUE),
    }));
    let others: Vec<String> = row
        .groups
        .iter()
        .filter(|group| !COLUMNS.contains(&group.name.as_str()))
        .map(|group| other(lang, row, group))
        .collect();
    let sources: Vec<String> = row
        .sources
        .iter()
        .map(|source| {
            let path = format!("/indicators/{}", source.code);
            link(&address(&path, place, lang), &source.code).0
        })
        .collect();
    cells.push(Cell::text(or_none(others.join("; "))));
    cells.push(Cell::html(Markup(or_none(sources.join(", ")))));
    cells.push(Cell::text(or_none(agencies(lang, row))));
    cells.push(Cell::text(
        row.entry
            .map_or_else(|| NO_VALUE.to_owned(), |entry| lang.number(entry.tier)),
    ));
    cells
}

/// What it is called: as in the framework, else as its first series.
fn name(lang: Lang, row: &Row<'_>) -> String {
    let title = row
        .entry
        .map(|entry| &entry.title)
        .or_else(|| row.sources.first().map(|source| &source.title));
    format!(
        "{} {}",
        row.code,
        title.map_or("", |title| title.in_language(lang.code()))
    )
}

/// Who answers for it: the agencies of the framework, and whom the definitions name beside them.
fn agencies(lang: Lang, row: &Row<'_>) -> String {
    let mut agencies: Vec<&str> = row.entry.iter().map(|entry| entry.custodian.as_str()).collect();
    for source in &row.sources {
        let custodian = source
            .custodian
            .as_ref()
            .map_or("", |custodian| custodian.in_language(lang.code()));
        if !custodian.is_empty() && !agencies.contains(&custodian) {
            agencies.push(custodian);
        }
    }
    agencies.join("; ")
}

fn other(lang: Lang, row: &Row<'_>, group: &Group) -> String {
    let words = if framework_names(&group.name) {
        group_in_words(lang, &group.name)
    } else {
        // A group of one's own is called as its definition calls it.
        let mut dimensions = row.sources.iter().flat_map(|source| &source.dimensions);
        dimensions
            .find(|dimension| dimension.name == group.name)
            .map_or_else(
                || group.name.clone(),
                |dimension| dimension.title.in_language(lang.code()).to_owned(),
            )
    };
    format!("{words}: {}", word(lang, group.gap))
}

/// Whether a group is one that the framework asks for somewhere, and so has a text.
fn framework_names(group: &str) -> bool {
    framework()
        .indicators
        .iter()
        .any(|entry| entry.by.iter().any(|name| name == group))
}

fn group_in_words(lang: Lang, name: &str) -> String {
    lang.text(format!("indicators-tracker-dim-{name}")).to_string()
}

fn word(lang: Lang, gap: Gap) -> String {
    lang.text(format!("indicators-tracker-gap-is-{}", gap.as_str()))
        .to_string()
}

/// The state of a cell: a tag where there is anything to look at, never by colour alone.
fn mark(lang: Lang, gap: Gap) -> Markup {
    let word = Markup::escape(&word(lang, gap));
    let class = match gap {
        Gap::Available => "govuk-tag--green",
        Gap::Withheld => "govuk-tag--blue",
        Gap::Empty => "govuk-tag--orange",
        Gap::Undivided => "govuk-tag--yellow",
        Gap::NoSource => return word,
    };
    Markup(format!("<strong class=\"govuk-tag {class}\">{word}</strong>"))
}

fn or_none(text: String) -> String {
    if text.is_empty() {
        NO_VALUE.to_owned()
    } else {
        text
    }
}
