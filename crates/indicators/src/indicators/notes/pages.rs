//! Notes for everybody, and the form they are written in.

use std::sync::Arc;

use askama::Template;
use axum::{
    Form, Json,
    extract::{Path, Query, State},
    http::Uri,
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    WRITERS, cite, find_note, list_notes,
    model::{Cited, Note, Wording, Written, read_number},
    publish as publish_note, word_anew,
};
use crate::{
    evidence::pages::Names,
    indicators::{
        find,
        model::{definition::Definition, observation::Observation, tally::codes_in_words},
        pages::words::{place_href, written},
        passport::{self, Asked, Passport, encoded, sample},
        plans::{agencies, require_agency},
        releases::model::NOW,
        store,
        tracker::pages::Table,
    },
    places::{self, model::Places},
    platform::{
        app::App,
        draw::Unit,
        html::{
            Markup, Shell,
            parts::{Cell, Choice, SummaryRow},
        },
        i18n::Lang,
        op::Op,
        page::{field_errors, render, render_refused, shell},
        problem::{Kind, Problem, Result},
        time::Time,
    },
};

/// The notes about an indicator.
#[derive(Template)]
#[template(path = "indicators/notes/list.html")]
pub struct NotesPage {
    pub page: Shell,
    pub caption: String,
    pub table: Table,
    pub may_write: bool,
    pub indicator_href: String,
}

/// One note.
#[derive(Template)]
#[template(path = "indicators/notes/note.html")]
pub struct NotePage {
    pub page: Shell,
    /// The indicator, the place and the period that it is about.
    pub caption: String,
    /// Whom the number is of; empty for everybody together.
    pub group: String,
    pub paragraphs: Vec<String>,
    /// What the number was then, and what it is now.
    pub numbers: Vec<SummaryRow>,
    /// Who speaks, and since when.
    pub facts: Vec<SummaryRow>,
    /// Where the wording that is shown now stands; empty where this is it.
    pub newer_href: String,
    /// Every wording; without rows where there is one.
    pub versions: Table,
    /// Where it can be worded anew; empty for whoever may not.
    pub reword_href: String,
    pub notes_href: String,
}

/// The form that a note is written in.
#[derive(Template)]
#[template(path = "indicators/notes/write.html")]
pub struct WriteNotePage {
    pub page: Shell,
    pub action: String,
    /// Whether it is a note of its own, and not another wording of one.
    pub is_new: bool,
    /// Whose note it may be.
    pub agencies: Vec<Choice>,
    pub input: Input,
}

/// A note as it is typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Input {
    /// Address of the passport of a number.
    pub number: String,
    pub agency: String,
    pub title: String,
    pub body: String,
    pub why: String,
    /// The wording that was read before it is worded anew.
    pub version: i64,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Wanted {
    /// Address of the passport that the note will be about.
    number: String,
    /// The wording to show; without it the one that is shown now.
    version: Option<i64>,
}

pub async fn of_indicator(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Path(code): Path<String>,
) -> Result<Response> {
    let lang = op.lang;
    let notes = list_notes(&app, &code).await?;
    let definition = find(&app, &code).await?.definition;
    let title = definition.title.in_language(lang.code()).to_owned();
    let (all, names) = (places::all(&app).await?, Names::of(&app).await?);
    let page = shell(&app, &op, &uri)
        .titled(lang.text("indicators-notes-of").arg("title", &title))
        .crumb(lang.text("indicators-title"), "/indicators")
        .crumb(&title, format!("/indicators/{code}"))
        .crumb(lang.text("indicators-notes-title"), "")
        .shapes(&["json"]);
    let rows = notes
        .iter()
        .map(|note| {
            vec![
                Cell::html(link(&note.path(), &note.written.wording.title)),
                Cell::text(names.of_organisation(&note.agency)),
                Cell::text(about(lang, &definition, &all, note)),
                Cell::text(then(lang, note)),
                Cell::text(day(&app, lang, note.written.at)),
            ]
        })
        .collect();
    render(&NotesPage {
        page,
        caption: format!("{} {code}", lang.text("indicators-indicator")),
        table: list_table(lang, rows),
        may_write: op.has(&WRITERS),
        indicator_href: format!("/indicators/{code}"),
    })
}

pub async fn of_indicator_as_json(State(app): State<App>, Path(code): Path<String>) -> Result<Response> {
    let notes: Vec<Value> = list_notes(&app, &code).await?.iter().map(as_json).collect();
    Ok(Json(json!({ "code": code, "notes": notes })).into_response())
}

pub async fn one(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Path(note): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response> {
    let (code, is_json) = match note.strip_suffix(".json") {
        Some(code) => (code, true),
        None => (note.as_str(), false),
    };
    let (newest, versions) = find_note(&app, code).await?;
    let asked = match wanted.version {
        None => newest.clone(),
        Some(version) => Note {
            written: find_version(&versions, version)
                .ok_or_else(|| Problem::not_found("indicators-notes-unknown").with("code", code))?,
            ..newest.clone()
        },
    };
    let definition = find(&app, &asked.indicator).await?.definition;
    let now = store::passport::find(&app.db, &asked.indicator, &asked.key()).await?;
    if is_json {
        let mut whole = as_json(&asked);
        whole["now"] = json!(now);
        whole["versions"] = versions.iter().map(version_as_json).collect();
        return Ok(Json(whole).into_response());
    }
    let names = Names::of(&app).await?;
    let all = places::all(&app).await?;
    let facts = Facts {
        about: about(op.lang, &definition, &all, &asked),
        agency: names.of_organisation(&asked.agency),
        may_reword: op.has_for(&WRITERS, &asked.agency),
    };
    let when = |at: Time| day(&app, op.lang, at);
    let page = shell(&app, &op, &uri).shapes(&["json"]);
    render(&NotePage::of(
        page,
        &definition,
        (&asked, newest.written.version),
        now.as_ref(),
        &versions,
        facts,
        &when,
    ))
}

pub async fn begin(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Query(wanted): Query<Wanted>,
) -> Result<Response> {
    op.require(&WRITERS)?;
    let input = Input {
        number: wanted.number,
        ..Input::default()
    };
    render(&begin_page(&app, &op, shell(&app, &op, &uri), input).await?)
}

pub async fn publish(State(app): State<App>, op: Op, uri: Uri, Form(input): Form<Input>) -> Result<Response> {
    op.require(&WRITERS)?;
    match published(&app, &op, &input).await {
        Ok(code) => Ok(Redirect::to(&format!("/notes/{code}")).into_response()),
        Err(problem) if is_to_mend(&problem) => {
            let page = Shell {
                errors: field_errors(&problem, &op),
                ..shell(&app, &op, &uri)
            };
            render_refused(&problem, &begin_page(&app, &op, page, input).await?)
        }
        Err(problem) => Err(problem),
    }
}

pub async fn again(State(app): State<App>, op: Op, uri: Uri, Path(note): Path<String>) -> Result<Response> {
    op.require(&WRITERS)?;
    let (note, _) = find_note(&app, &note).await?;
    let input = Input {
        title: note.written.wording.title.clone(),
        body: note.written.wording.body.clone(),
        version: note.written.version,
        ..Input::default()
    };
    render(&again_page(&op, shell(&app, &op, &uri), &note, input))
}

pub async fn reword(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Path(note): Path<String>,
    Form(input): Form<Input>,
) -> Result<Response> {
    op.require(&WRITERS)?;
    let (note, _) = find_note(&app, &note).await?;
    let words = (input.title.as_str(), input.body.as_str());
    match word_anew(&app, &op, &note, input.version, words, &input.why).await {
        Ok(()) => Ok(Redirect::to(&note.path()).into_response()),
        Err(problem) if is_to_mend(&problem) => {
            let page = Shell {
                errors: field_errors(&problem, &op),
                ..shell(&app, &op, &uri)
            };
            render_refused(&problem, &again_page(&op, page, &note, input))
        }
        Err(problem) => Err(problem),
    }
}

/// The notes about a number, for its passport.
pub fn beside(lang: Lang, notes: &[Note], when: &dyn Fn(Time) -> String) -> Table {
    let rows = notes
        .iter()
        .map(|note| {
            vec![
                Cell::html(link(&note.path(), &note.written.wording.title)),
                Cell::text(then(lang, note)),
                Cell::text(when(note.written.at)),
            ]
        })
        .collect();
    Table {
        caption: lang.text("indicators-notes-title").to_string(),
        head: [
            "indicators-notes-note",
            "indicators-notes-then",
            "indicators-notes-since",
        ]
        .map(|id| Cell::text(lang.text(id)))
        .into(),
        rows,
    }
}

/// Where somebody writes a note about the number of a passport; empty for a live number, and for whoever may not.
#[must_use]
pub fn write_href(op: &Op, passport: &Passport) -> String {
    if passport.release.is_none() || !op.has(&WRITERS) {
        return String::new();
    }
    let query = serde_urlencoded::to_string([("number", passport.address())]).unwrap_or_default();
    format!("/desk/notes?{query}")
}

/// A note as programs read it.
#[must_use]
pub fn as_json(note: &Note) -> Value {
    json!({
        "code": note.code,
        "href": note.path(),
        "indicator": note.indicator,
        "agency": note.agency,
        "release": note.release,
        "place": note.place,
        "period": note.period,
        "by": note.by,
        "codes": note.codes,
        "cited": note.cited,
        "cited_href": cited_href(note),
        "title": note.written.wording.title,
        "body": note.written.wording.body,
        "version": note.written.version,
        "published_at": note.written.at.to_string(),
    })
}

async fn published(app: &App, op: &Op, input: &Input) -> Result<String> {
    let number = read_number(&app.config.base_url, &input.number)
        .ok_or_else(|| Problem::invalid("fields").field("number", "indicators-notes-number"));
    match (number, Wording::parse(&input.title, &input.body)) {
        (Ok(number), Ok(wording)) => publish_note(app, op, &number, &input.agency, wording).await,
        (number, wording) => Err(wrong_together(app, op, &input.agency, number, wording).await?),
    }
}

/// All that is wrong with a note of which the number or the words could not be read.
async fn wrong_together(
    app: &App,
    op: &Op,
    agency: &str,
    number: Result<Asked>,
    wording: Result<Wording>,
) -> Result<Problem> {
    let mut wrong = Problem::invalid("fields");
    if let Some(number) = wrong.take(number)? {
        wrong.take(cite(app, op, &number).await)?;
    }
    wrong.take(require_agency(app, op, &WRITERS, agency).await)?;
    wrong.take(wording)?;
    Ok(wrong)
}

fn is_to_mend(problem: &Problem) -> bool {
    matches!(problem.kind(), Kind::Invalid | Kind::Conflict)
}

async fn begin_page(app: &App, op: &Op, page: Shell, input: Input) -> Result<WriteNotePage> {
    let own = agencies(app, op, &WRITERS).await?;
    Ok(WriteNotePage {
        page: page
            .titled(op.lang.text("indicators-notes-write"))
            .crumb(op.lang.text("evidence-desk-way"), "/desk")
            .crumb(op.lang.text("indicators-plans-desk"), "/desk/plans")
            .crumb(op.lang.text("indicators-notes-write"), ""),
        action: "/desk/notes".to_owned(),
        is_new: true,
        agencies: own
            .iter()
            .map(|(code, name)| Choice::new(code, name).chosen_if(&input.agency))
            .collect(),
        input,
    })
}

fn again_page(op: &Op, page: Shell, note: &Note, input: Input) -> WriteNotePage {
    WriteNotePage {
        page: page
            .titled(op.lang.text("indicators-notes-reword"))
            .crumb(op.lang.text("evidence-desk-way"), "/desk")
            .crumb(op.lang.text("indicators-plans-desk"), "/desk/plans")
            .crumb(&note.written.wording.title, note.path())
            .crumb(op.lang.text("indicators-notes-reword"), ""),
        action: format!("/desk/notes/{}", note.code),
        is_new: false,
        agencies: Vec::new(),
        input,
    }
}

fn find_version(versions: &[Written], version: i64) -> Option<Written> {
    versions.iter().find(|each| each.version == version).cloned()
}

fn version_as_json(written: &Written) -> Value {
    json!({
        "version": written.version,
        "title": written.wording.title,
        "why": written.why,
        "published_at": written.at.to_string(),
    })
}

/// What the page tells beside the note itself.
struct Facts {
    about: String,
    agency: String,
    may_reword: bool,
}

impl NotePage {
    fn of(
        page: Shell,
        definition: &Definition,
        (note, newest): (&Note, i64),
        now: Option<&Observation>,
        versions: &[Written],
        facts: Facts,
        when: &dyn Fn(Time) -> String,
    ) -> NotePage {
        let lang = page.lang;
        let title = definition.title.in_language(lang.code()).to_owned();
        let notes_href = format!("/indicators/{}/notes", definition.code);
        let now = match now {
            Some(now) => Markup(format!(
                "{} ({})",
                Markup::escape(&written(definition, lang, now)),
                link(
                    &passport::address(NOW, &definition.code, now),
                    &lang.text("indicators-passport-title").to_string()
                )
            )),
            None => Markup::escape(&lang.text("indicators-notes-gone").to_string()),
        };
        let cited = Markup(format!(
            "{} ({})",
            Markup::escape(&cited_in_words(lang, &note.cited)),
            link(
                &cited_href(note),
                &lang
                    .text("indicators-notes-release")
                    .arg("release", &note.release)
                    .to_string()
            )
        ));
        let mut said = vec![
            SummaryRow::new(lang.text("indicators-plans-agency"), facts.agency),
            SummaryRow::new(lang.text("indicators-notes-since"), when(note.written.at)),
        ];
        if !note.written.why.is_empty() {
            said.push(SummaryRow::new(
                lang.text("indicators-notes-why"),
                note.written.why.clone(),
            ));
        }
        NotePage {
            page: page
                .titled(&note.written.wording.title)
                .crumb(lang.text("indicators-title"), "/indicators")
                .crumb(&title, place_href(&definition.code, &note.place, &note.by, lang))
                .crumb(lang.text("indicators-notes-title"), notes_href.clone())
                .crumb(&note.written.wording.title, ""),
            caption: title,
            group: facts.about,
            paragraphs: note.written.wording.paragraphs(),
            numbers: vec![
                SummaryRow::new(lang.text("indicators-notes-then"), cited),
                SummaryRow::new(lang.text("indicators-notes-now"), now),
            ],
            facts: said,
            newer_href: if note.written.version == newest {
                String::new()
            } else {
                note.path()
            },
            versions: versions_table(lang, note, versions, when),
            reword_href: if facts.may_reword {
                format!("/desk{}", note.path())
            } else {
                String::new()
            },
            notes_href,
        }
    }

    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> NotePage {
        let indicator = sample::indicator();
        let note = sample_note();
        let earlier = Written {
            version: 1,
            ..note.written.clone()
        };
        NotePage::of(
            Shell::sample(lang).shapes(&["json"]),
            &indicator.definition,
            (&note, 3),
            Some(&sample::number("2026")),
            &[earlier, note.written.clone()],
            Facts {
                about: "Ngasem <2026>".to_owned(),
                agency: "Dinas <PU>".to_owned(),
                may_reword: true,
            },
            &|_| "23 <11> 2026".to_owned(),
        )
    }
}

impl NotesPage {
    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> NotesPage {
        let note = sample_note();
        let row = vec![
            Cell::html(link(&note.path(), &note.written.wording.title)),
            Cell::text("Dinas <PU>"),
            Cell::text("Ngasem <2026>"),
            Cell::text(then(lang, &note)),
            Cell::text("23 <11> 2026"),
        ];
        NotesPage {
            page: Shell::sample(lang)
                .titled(lang.text("indicators-notes-of").arg("title", "Safe <water>"))
                .shapes(&["json"]),
            caption: "6.1.1".to_owned(),
            table: list_table(lang, vec![row]),
            may_write: true,
            indicator_href: "/indicators/6.1.1".to_owned(),
        }
    }
}

impl WriteNotePage {
    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> WriteNotePage {
        WriteNotePage {
            page: Shell::sample(lang).titled(lang.text("indicators-notes-write")),
            action: "/desk/notes".to_owned(),
            is_new: true,
            agencies: vec![Choice::new("dinas-pu", "Dinas <PU>")],
            input: Input {
                number: "/n/2026-1/6.1.1/90.01/2026".to_owned(),
                title: "Wells & <pipes>".to_owned(),
                ..Input::default()
            },
        }
    }

    /// As [`WriteNotePage::sample`], where a note is worded anew.
    #[must_use]
    pub fn sample_of_another(lang: Lang) -> WriteNotePage {
        WriteNotePage {
            page: Shell::sample(lang).titled(lang.text("indicators-notes-reword")),
            action: "/desk/notes/K7M4XT".to_owned(),
            is_new: false,
            agencies: Vec::new(),
            input: Input {
                title: "Wells & <pipes>".to_owned(),
                why: "A <slip>".to_owned(),
                version: 2,
                ..Input::default()
            },
        }
    }
}

/// An invented note, for the samples of pages.
#[must_use]
pub fn sample_note() -> Note {
    let number = sample::number("2026");
    let definition: Arc<Definition> = sample::indicator().definition;
    Note {
        id: "0".to_owned(),
        code: "K7M4XT".to_owned(),
        indicator: definition.code.clone(),
        agency: "dinas-pu".to_owned(),
        release: "2026-1".to_owned(),
        place: number.place.clone(),
        period: number.period.clone(),
        by: number.by.clone(),
        codes: number.codes.clone(),
        cited: Cited {
            value: 72.4,
            lower: Some(69.8),
            upper: Some(74.9),
            is_percent: true,
            decimals: 1,
        },
        written: Written {
            version: 2,
            wording: Wording {
                title: "Wells & <pipes>".to_owned(),
                body: "The <wells> run dry.\n\nWe lay pipes.".to_owned(),
            },
            why: "A <slip>".to_owned(),
            at: Time(0),
        },
    }
}

fn list_table(lang: Lang, rows: Vec<Vec<Cell>>) -> Table {
    let head = [
        "indicators-notes-note",
        "indicators-plans-agency",
        "indicators-notes-about",
        "indicators-notes-then",
        "indicators-notes-since",
    ];
    Table {
        caption: lang.text("indicators-notes-title").to_string(),
        head: head.map(|id| Cell::text(lang.text(id))).into(),
        rows,
    }
}

fn versions_table(lang: Lang, note: &Note, versions: &[Written], when: &dyn Fn(Time) -> String) -> Table {
    let rows = versions.iter().map(|each| {
        let href = format!("{}?version={}", note.path(), each.version);
        vec![
            Cell::html(link(&href, &lang.number(each.version))),
            Cell::text(when(each.at)),
            Cell::text(&each.why),
        ]
    });
    Table {
        caption: lang.text("indicators-notes-versions").to_string(),
        head: [
            "indicators-notes-version",
            "indicators-notes-since",
            "indicators-notes-why",
        ]
        .map(|id| Cell::text(lang.text(id)))
        .into(),
        rows: if versions.len() > 1 {
            rows.collect()
        } else {
            Vec::new()
        },
    }
}

/// Place, period and group of the number that a note is about.
fn about(lang: Lang, definition: &Definition, all: &Places, note: &Note) -> String {
    let place = all.find(&note.place).map_or_else(
        || note.place.clone(),
        |place| place.name_in(lang.code()).to_owned(),
    );
    let not_known = lang.text("indicators-code-unknown").to_string();
    let group = codes_in_words(definition, &note.by, &note.codes, lang.code(), &not_known);
    let mut parts = vec![place, note.period.clone()];
    parts.extend(group);
    parts.join(", ")
}

/// The number that a note is about, with its release.
fn then(lang: Lang, note: &Note) -> String {
    let release = lang
        .text("indicators-notes-release")
        .arg("release", &note.release);
    format!(
        "{} ({release})",
        value_in_words(lang, &note.cited, note.cited.value)
    )
}

fn cited_in_words(lang: Lang, cited: &Cited) -> String {
    let value = value_in_words(lang, cited, cited.value);
    match (cited.lower, cited.upper) {
        (Some(lower), Some(upper)) => {
            let interval = format!(
                "{}–{}",
                value_in_words(lang, cited, lower),
                value_in_words(lang, cited, upper)
            );
            let said = lang.text("indicators-interval-of").arg("interval", interval);
            format!("{value}, {said}")
        }
        _ => value,
    }
}

fn value_in_words(lang: Lang, cited: &Cited, value: f64) -> String {
    let places = cited.decimals;
    let unit = if cited.is_percent {
        Unit::Percent { places }
    } else {
        Unit::Number { places }
    };
    unit.write(lang, value)
}

/// The passport of the number, as the release has it.
fn cited_href(note: &Note) -> String {
    let mut parts = vec![
        note.release.as_str(),
        note.indicator.as_str(),
        note.place.as_str(),
        note.period.as_str(),
    ];
    if !note.by.is_empty() {
        parts.extend([note.by.as_str(), note.codes.as_str()]);
    }
    encoded(&parts)
}

fn day(app: &App, lang: Lang, at: Time) -> String {
    lang.date(app.config.day(at))
}

fn link(href: &str, words: &str) -> Markup {
    Markup(format!(
        "<a class=\"govuk-link\" href=\"{}\">{}</a>",
        Markup::escape(href),
        Markup::escape(words)
    ))
}
