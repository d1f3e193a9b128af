//! Pages of definitions: what is on its way, one text with what it would make, and for everybody which version was in force when.

use std::collections::BTreeMap;

use askama::Template;
use axum::{
    Json,
    extract::{Path, State},
    http::Uri,
    response::{IntoResponse, Response},
};
use jiff::civil::Date;

use super::{
    desk::{ProposalInput, TEMPLATES},
    model::{Act, Actor, Change, Found, Numbers, Trial, Tried, changes},
};
use crate::{
    indicators::{
        Indicator, find,
        model::{definition::Definition, observation::Status},
        pages::words::unit,
        store::authoring::{self as rows, ForceRow, ProposalRow, StepRow},
        tracker::pages::Table,
    },
    platform::{
        app::App,
        html::{Markup, Shell, parts::Cell},
        i18n::{Lang, numbers::NO_VALUE},
        op::{Op, Role},
        page::{render, shell},
        problem::Result,
        time::Time,
    },
};

/// What is on its way, and what could be changed.
#[derive(Template)]
#[template(path = "indicators/authoring/list.html")]
pub struct ListPage {
    page: Shell,
    may_write: bool,
    /// Address and words of each text to begin with.
    templates: Vec<(String, String)>,
    /// Without rows where nothing is on its way.
    open: Table,
    known: Table,
}

/// A new text.
#[derive(Template)]
#[template(path = "indicators/authoring/new.html")]
pub struct NewPage {
    page: Shell,
    text: String,
}

/// One text on its way.
#[derive(Template)]
#[template(path = "indicators/authoring/proposal.html")]
pub struct ProposalPage {
    page: Shell,
    id: String,
    revision: i64,
    code: String,
    stage: String,
    why: String,
    /// From when it is in force; empty before it is approved.
    force_at: String,
    /// What is wrong with the text; empty for a definition.
    wrong: String,
    why_not: String,
    /// What it is compared with, or that there is nothing.
    compared: String,
    changes: Table,
    /// What a trial of it found; empty when it was not tried.
    found: Vec<String>,
    numbers: Table,
    may_write: bool,
    may_submit: bool,
    may_schedule: bool,
    text: String,
    why_typed: String,
    note: String,
    from: String,
    buttons: Vec<(&'static str, String)>,
    steps: Vec<StepLine>,
}

/// A step of the way.
struct StepLine {
    at: String,
    who: String,
    act: String,
    note: String,
}

/// What the page of a proposal shows.
pub struct Seen {
    pub row: ProposalRow,
    /// The text in force under the same code.
    pub in_force: Option<String>,
    pub trial: Option<Trial>,
    /// The steps that the reader may take.
    pub acts: Vec<Act>,
    /// Why they may not take the next one, where it is their own work.
    pub why_not: String,
    pub may_write: bool,
    pub wrong: String,
    pub force_at: String,
    pub tried_at: String,
    /// Code → name of the places in the trial.
    pub places: BTreeMap<String, String>,
    /// Each with its moment in words.
    pub steps: Vec<(String, StepRow)>,
}

/// Which versions of a definition were in force when.
#[derive(Template)]
#[template(path = "indicators/authoring/versions.html")]
pub struct VersionsPage {
    page: Shell,
    code: String,
    versions: Vec<VersionPart>,
}

/// A version of a definition.
struct VersionPart {
    /// From when to when.
    period: String,
    is_in_force: bool,
    version: String,
    href: String,
    why: String,
    review: String,
    /// That only remarks changed, or that it is the first; empty where the table says what changed.
    said: String,
    changes: Table,
}

pub async fn versions(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Path(code): Path<String>,
) -> Result<Response> {
    let indicator = find(&app, &code).await?;
    let all = rows::list_force(&app.db, &code).await?;
    let title = indicator.definition.title.in_language(op.lang.code());
    let page = shell(&app, &op, &uri);
    render(&VersionsPage::new(
        page,
        (code.as_str(), title),
        &all,
        op.has(&Role::STAFF),
        |at| app.config.day(at),
    ))
}

pub async fn versions_as_json(State(app): State<App>, Path(code): Path<String>) -> Result<Response> {
    find(&app, &code).await?;
    let all = rows::list_force(&app.db, &code).await?;
    let listed: Vec<serde_json::Value> = with_changes(&all)
        .map(|(row, changes)| {
            serde_json::json!({
                "version": row.version,
                "from": Time(row.from_at).to_string(),
                "until": row.until_at.map(|at| Time(at).to_string()),
                "why": row.why,
                "reviewed": row.why.is_some(),
                "changes": changes,
                "href": toml_href(&code, &row.version),
            })
        })
        .collect();
    Ok(Json(serde_json::json!({ "code": code, "versions": listed })).into_response())
}

impl ListPage {
    pub fn new(
        page: Shell,
        open: &[ProposalRow],
        known: &[Indicator],
        actor: &Actor<'_>,
        day: impl Fn(Time) -> Date,
    ) -> ListPage {
        let lang = page.lang;
        let t = |id: &str| lang.text(id).to_string();
        let on_its_way = |row: &ProposalRow| {
            let title = Definition::parse(&row.text).map_or_else(
                |_| t("indicators-authoring-unreadable"),
                |definition| definition.title.in_language(lang.code()).to_owned(),
            );
            vec![
                link(&format!("/desk/indicators/{}", row.id), &title),
                Cell::text(&row.indicator),
                Cell::text(t(&format!("indicators-authoring-stage-{}", row.stage))),
                Cell {
                    sort_key: row.opened_at.to_string(),
                    ..Cell::text(lang.short_date(day(Time(row.opened_at))))
                },
            ]
        };
        let in_force = |indicator: &Indicator| {
            let definition = &indicator.definition;
            let code = &definition.code;
            let mut cells = vec![
                link(
                    &format!("/indicators/{code}"),
                    definition.title.in_language(lang.code()),
                ),
                Cell::text(code),
                link(
                    &format!("/indicators/{code}/versions"),
                    &t("indicators-authoring-versions"),
                ),
            ];
            if actor.is_steward {
                let href = format!("/desk/indicators/new?from={code}");
                cells.push(link(&href, &t("indicators-authoring-change")));
            }
            cells
        };
        let head = |ids: &[&str]| ids.iter().map(|id| Cell::text(t(id))).collect();
        let mut known_head: Vec<Cell> = head(&[
            "indicators-indicator",
            "indicators-authoring-code",
            "indicators-authoring-history",
        ]);
        if actor.is_steward {
            known_head.push(Cell::text(t("indicators-authoring-begin")));
        }
        ListPage {
            may_write: actor.is_steward,
            templates: TEMPLATES
                .iter()
                .map(|(name, _)| {
                    (
                        format!("/desk/indicators/new?template={name}"),
                        t(&format!("indicators-authoring-template-{name}")),
                    )
                })
                .collect(),
            open: Table {
                caption: t("indicators-authoring-open"),
                head: head(&[
                    "indicators-indicator",
                    "indicators-authoring-code",
                    "indicators-authoring-stage",
                    "indicators-authoring-opened",
                ]),
                rows: open.iter().map(on_its_way).collect(),
            },
            known: Table {
                caption: t("indicators-authoring-known"),
                head: known_head,
                rows: known.iter().map(in_force).collect(),
            },
            page: page
                .titled(t("indicators-authoring-title"))
                .crumb(t("evidence-desk-way"), "/desk")
                .crumb(t("indicators-authoring-title"), ""),
        }
    }

    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> ListPage {
        let actor = Actor {
            id: Some("a"),
            is_steward: true,
            may_approve: true,
        };
        let day = |at: Time| at.timestamp().to_zoned(jiff::tz::TimeZone::UTC).date();
        ListPage::new(Shell::sample(lang), &[sample_row()], &[], &actor, day)
    }
}

impl NewPage {
    #[must_use]
    pub fn new(page: Shell, text: String) -> NewPage {
        let title = page.t("indicators-authoring-new").to_string();
        let all = page.t("indicators-authoring-title").to_string();
        NewPage {
            page: page
                .titled(&title)
                .crumb(all, "/desk/indicators")
                .crumb(&title, ""),
            text,
        }
    }

    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> NewPage {
        NewPage::new(
            Shell::sample(lang),
            "title = { en = \"Water <2026>\" }\n".to_owned(),
        )
    }
}

impl ProposalPage {
    /// Fills the page from what is there and, where a form was refused, from what was typed.
    #[must_use]
    pub fn new(page: Shell, seen: &Seen, typed: &ProposalInput) -> ProposalPage {
        let lang = page.lang;
        let t = |id: &str| lang.text(id).to_string();
        let row = &seen.row;
        let read = Definition::parse(&row.text).ok();
        let title = read.as_ref().map_or_else(
            || t("indicators-authoring-unreadable"),
            |definition| definition.title.in_language(lang.code()).to_owned(),
        );
        let found = seen.trial.as_ref().map(|trial| &trial.found);
        let said = match (found, &read) {
            (Some(found), Some(definition)) => found_in_words(lang, definition, found, &seen.tried_at),
            _ => Vec::new(),
        };
        let numbers = match (found, &read) {
            (Some(Found::Numbers(numbers)), Some(definition)) => {
                numbers_table(lang, definition, numbers, &seen.places)
            }
            _ => Table::default(),
        };
        let differences = seen.in_force.as_deref().map(|text| changes(text, &row.text));
        let compared = match (&differences, read.is_some()) {
            (_, false) => String::new(),
            (None, true) => t("indicators-authoring-compared-new"),
            (Some(none), true) if none.is_empty() => t("indicators-authoring-compared-same"),
            (Some(_), true) => t("indicators-authoring-compared"),
        };
        let drafting: &[&'static str] = if seen.may_write { &["save", "try"] } else { &[] };
        let buttons = drafting
            .iter()
            .copied()
            .chain(seen.acts.iter().map(|act| act.word()))
            .map(|word| (word, t(&format!("indicators-authoring-do-{word}"))))
            .collect();
        let all = t("indicators-authoring-title");
        ProposalPage {
            id: row.id.clone(),
            revision: row.revision,
            code: row.indicator.clone(),
            stage: t(&format!("indicators-authoring-stage-{}", row.stage)),
            why: row.why.clone(),
            force_at: seen.force_at.clone(),
            wrong: seen.wrong.clone(),
            why_not: seen.why_not.clone(),
            compared,
            changes: changes_table(lang, &differences.unwrap_or_default()),
            found: said,
            numbers,
            may_write: seen.may_write,
            may_submit: seen.acts.contains(&Act::Submit),
            may_schedule: seen.acts.iter().any(|act| matches!(act, Act::Approve { .. })),
            text: typed.text.as_ref().unwrap_or(&row.text).clone(),
            why_typed: if typed.why.is_empty() {
                row.why.clone()
            } else {
                typed.why.clone()
            },
            note: typed.note.clone(),
            from: typed.from.clone(),
            buttons,
            steps: seen
                .steps
                .iter()
                .map(|(at, step)| step_line(lang, at, step))
                .collect(),
            page: page
                .titled(&title)
                .crumb(all, "/desk/indicators")
                .crumb(&title, ""),
        }
    }

    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> ProposalPage {
        let row = sample_row();
        let tried = |place: &str, status: Status, value: Option<f64>| Tried {
            place: place.to_owned(),
            period: "2026".to_owned(),
            status,
            value,
            lower: value.map(|value| value - 2.0),
            upper: value.map(|value| value + 2.0),
            n: value.map(|_| 1_204),
            n_missing: value.map(|_| 3),
        };
        let numbers = Numbers {
            n_observations: 412,
            n_withheld: 31,
            n_unplaced: 7,
            off_list: vec![("sex".to_owned(), 12)],
            proof: None,
            shown: vec![
                tried("90", Status::Normal, Some(64.6)),
                tried("90.01", Status::Suppressed, None),
            ],
        };
        let step = |act: &str, name: Option<&str>, note: &str| {
            (
                "16 November 2026, 09:00".to_owned(),
                StepRow {
                    at: 0,
                    name: name.map(str::to_owned),
                    act: act.to_owned(),
                    note: note.to_owned(),
                },
            )
        };
        let seen = Seen {
            in_force: Some(row.text.replace("12", "5")),
            trial: Some(Trial {
                version: "0123456789ab".to_owned(),
                at: Time(0),
                found: Found::Numbers(numbers),
            }),
            acts: Act::ALL.to_vec(),
            why_not: lang.text("problem-own-work").to_string(),
            may_write: true,
            wrong: "least: <12>".to_owned(),
            force_at: "1 January 2027, 00:00".to_owned(),
            tried_at: "16 November 2026, 09:00".to_owned(),
            places: BTreeMap::from([("90.01".to_owned(), "Desa <Ngasem>".to_owned())]),
            steps: vec![
                step("returned", Some("Siti <Aminah>"), "Which month is <rusak>?"),
                step("written", None, ""),
            ],
            row,
        };
        ProposalPage::new(Shell::sample(lang), &seen, &ProposalInput::default())
    }
}

impl VersionsPage {
    /// `all` is newest first. Whoever works here reads who looked at a version; everybody else, that somebody did.
    pub fn new(
        page: Shell,
        (code, title): (&str, &str),
        all: &[ForceRow],
        works_here: bool,
        day: impl Fn(Time) -> Date,
    ) -> VersionsPage {
        let lang = page.lang;
        let written = |at: i64| lang.short_date(day(Time(at)));
        let versions = with_changes(all)
            .map(|(row, changes)| {
                let period = match row.until_at {
                    Some(until) => lang
                        .text("indicators-authoring-from-until")
                        .arg("from", written(row.from_at))
                        .arg("until", written(until)),
                    None => lang
                        .text("indicators-authoring-from")
                        .arg("from", written(row.from_at)),
                };
                let said = match &changes {
                    None => lang.text("indicators-authoring-first").to_string(),
                    Some(none) if none.is_empty() => {
                        lang.text("indicators-authoring-remarks-only").to_string()
                    }
                    Some(_) => String::new(),
                };
                VersionPart {
                    period: period.to_string(),
                    is_in_force: row.until_at.is_none(),
                    version: row.version.clone(),
                    href: toml_href(code, &row.version),
                    why: row.why.clone().unwrap_or_default(),
                    review: review_in_words(lang, row, works_here),
                    said,
                    changes: changes_table(lang, &changes.unwrap_or_default()),
                }
            })
            .collect();
        VersionsPage {
            versions,
            code: code.to_owned(),
            page: page
                .titled(lang.text("indicators-authoring-versions-of").arg("title", title))
                .crumb(lang.text("indicators-title"), "/indicators")
                .crumb(title, format!("/indicators/{code}"))
                .crumb(lang.text("indicators-authoring-versions"), "")
                .shapes(&["json"]),
        }
    }

    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> VersionsPage {
        let text = sample_row().text;
        let name = |name: &str| Some(name.to_owned());
        let new = ForceRow {
            version: "ba9876543210".to_owned(),
            text: text.clone(),
            from_at: 1_794_794_400_000_000,
            until_at: None,
            why: name("The <2026> census asks for more"),
            submitted_name: name("Siti <Aminah>"),
            checked_name: name("Budi"),
            approved_name: name("Cici"),
        };
        let old = ForceRow {
            text: text.replace("12", "5"),
            until_at: Some(new.from_at),
            from_at: 1_700_000_000_000_000,
            why: None,
            submitted_name: None,
            checked_name: None,
            approved_name: None,
            version: "0123456789ab".to_owned(),
        };
        let day = |at: Time| at.timestamp().to_zoned(jiff::tz::TimeZone::UTC).date();
        let of = ("clean-fuel", "Clean <fuel>");
        VersionsPage::new(Shell::sample(lang), of, &[new, old], true, day)
    }
}

/// Each version with what changed since the one before; `None` for the first.
fn with_changes(all: &[ForceRow]) -> impl Iterator<Item = (&ForceRow, Option<Vec<Change>>)> {
    all.iter().enumerate().map(|(at, row)| {
        let before = all.get(at + 1);
        (row, before.map(|before| changes(&before.text, &row.text)))
    })
}

fn toml_href(code: &str, version: &str) -> String {
    format!("/indicators/{code}.toml?version={version}")
}

fn review_in_words(lang: Lang, row: &ForceRow, works_here: bool) -> String {
    match (&row.submitted_name, &row.checked_name, &row.approved_name) {
        (Some(submitted), Some(checked), Some(approved)) if works_here => lang
            .text("indicators-authoring-reviewed-by")
            .arg("submitted", submitted)
            .arg("checked", checked)
            .arg("approved", approved)
            .to_string(),
        _ if row.why.is_some() => lang.text("indicators-authoring-reviewed").to_string(),
        _ => lang.text("indicators-authoring-loaded").to_string(),
    }
}

fn changes_table(lang: Lang, changes: &[Change]) -> Table {
    let t = |id: &str| lang.text(id).to_string();
    let side = |text: &Option<String>| Cell::text(text.as_deref().unwrap_or(NO_VALUE));
    Table {
        caption: t("indicators-authoring-changes"),
        head: [
            "indicators-authoring-key",
            "indicators-authoring-before",
            "indicators-authoring-after",
        ]
        .iter()
        .map(|id| Cell::text(t(id)))
        .collect(),
        rows: changes
            .iter()
            .map(|change| vec![Cell::text(&change.key), side(&change.before), side(&change.after)])
            .collect(),
    }
}

fn found_in_words(lang: Lang, definition: &Definition, found: &Found, tried_at: &str) -> Vec<String> {
    let mut said = vec![
        lang.text("indicators-authoring-tried-at")
            .arg("at", tried_at)
            .to_string(),
    ];
    let numbers = match found {
        Found::Nothing(reason) => {
            let nothing = lang
                .text("indicators-authoring-found-nothing")
                .arg("reason", reason);
            said.push(nothing.to_string());
            return said;
        }
        Found::Elsewhere => {
            said.push(lang.text("indicators-authoring-found-elsewhere").to_string());
            return said;
        }
        Found::Numbers(numbers) => numbers,
    };
    said.push(
        lang.text("indicators-authoring-found")
            .n("n", numbers.n_observations)
            .arg("withheld", lang.number(numbers.n_withheld))
            .to_string(),
    );
    if numbers.n_unplaced > 0 {
        let unplaced = lang
            .text("indicators-authoring-found-unplaced")
            .n("n", numbers.n_unplaced);
        said.push(unplaced.to_string());
    }
    for (name, n) in &numbers.off_list {
        let dimension = definition.dimension(name).map_or(name.as_str(), |dimension| {
            dimension.title.in_language(lang.code())
        });
        let off_list = lang
            .text("indicators-authoring-found-off-list")
            .arg("dimension", dimension)
            .n("n", *n);
        said.push(off_list.to_string());
    }
    if let Some(proof) = &numbers.proof {
        let verdict = if proof.verified {
            "indicators-how-suppression"
        } else {
            "indicators-how-suppression-all"
        };
        let sentence = lang
            .text(verdict)
            .arg("least", lang.number(proof.least))
            .arg("primary", lang.number(proof.n_primary))
            .arg("complementary", lang.number(proof.n_complementary))
            .arg("cells", lang.number(proof.n_cells))
            .arg("relations", lang.number(proof.n_relations));
        said.push(sentence.to_string());
    }
    said
}

fn numbers_table(
    lang: Lang,
    definition: &Definition,
    numbers: &Numbers,
    places: &BTreeMap<String, String>,
) -> Table {
    let t = |id: &str| lang.text(id).to_string();
    let unit = unit(definition);
    let count = |n: Option<i64>| match n {
        Some(n) => Cell::number(lang.number(n), n as f64),
        None => Cell::number(NO_VALUE, f64::NAN),
    };
    let row = |tried: &Tried| {
        let value = match (tried.status, tried.value) {
            (Status::Suppressed, _) => t("indicators-withheld"),
            (_, Some(value)) => unit.write(lang, value),
            (_, None) => NO_VALUE.to_owned(),
        };
        let interval = match (tried.lower, tried.upper) {
            (Some(lower), Some(upper)) => {
                format!("{}–{}", unit.write(lang, lower), unit.write(lang, upper))
            }
            _ => String::new(),
        };
        vec![
            Cell::text(places.get(&tried.place).unwrap_or(&tried.place)),
            Cell::text(&tried.period),
            Cell::number(value, tried.value.unwrap_or(f64::NAN)),
            Cell::text(interval),
            count(tried.n),
            count(tried.n_missing),
        ]
    };
    Table {
        caption: t("indicators-authoring-numbers"),
        head: vec![
            Cell::text(t("indicators-place")),
            Cell::text(t("indicators-period")),
            Cell::over_numbers(t("indicators-value")),
            Cell::text(t("indicators-interval")),
            Cell::over_numbers(t("indicators-n")),
            Cell::over_numbers(t("indicators-authoring-missing")),
        ],
        rows: numbers.shown.iter().map(row).collect(),
    }
}

fn step_line(lang: Lang, at: &str, step: &StepRow) -> StepLine {
    StepLine {
        at: at.to_owned(),
        who: step
            .name
            .clone()
            .unwrap_or_else(|| lang.text("indicators-authoring-by-itself").to_string()),
        act: lang
            .text(format!("indicators-authoring-step-{}", step.act))
            .to_string(),
        note: step.note.clone(),
    }
}

fn link(href: &str, words: &str) -> Cell {
    Cell::html(Markup(format!(
        r#"<a class="govuk-link" href="{}">{}</a>"#,
        Markup::escape(href),
        Markup::escape(words)
    )))
}

fn sample_row() -> ProposalRow {
    let text = TEMPLATES.first().map_or("", |(_, text)| *text);
    ProposalRow {
        id: "0193".to_owned(),
        indicator: "clean-fuel".to_owned(),
        text: text.replace("least = 5", "least = 12"),
        why: "The <2026> census asks for more".to_owned(),
        stage: "submitted".to_owned(),
        submitted_by: None,
        submitted_at: None,
        checked_by: None,
        checked_at: None,
        approved_by: None,
        approved_at: None,
        force_at: None,
        trial: None,
        revision: 3,
        opened_at: 1_794_794_400_000_000,
    }
}
