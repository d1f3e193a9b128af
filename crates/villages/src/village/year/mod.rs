//! The calendar of a village: planning, budgeting, doing, watching, judging, with the documents due at each step.
//!
//! A year is begun with a calendar of documents ([`model::calendar`]); what it asks for is owed from then on, on the day it was told,
//! whatever becomes of the calendar. What comes is a file, a dataset of the catalogue or an address. Lights are worked out, never kept.

use std::collections::BTreeMap;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    routing::{get, post},
};
use jiff::civil::Date;
use serde::Serialize;

use super::require_operator;
use crate::{
    catalog,
    platform::{
        app::App,
        db::Tx,
        events::Event,
        id, office,
        op::{Op, Role, Who},
        problem::{Problem, Result},
        time::Time,
    },
};

pub mod budget;
pub mod desk;
mod jobs;
pub mod model;
pub mod overview;
pub mod pages;
mod receive;
pub(super) mod store;

pub use budget::{budget, works};
pub use jobs::KeepYears;

use model::{
    Content, Document, Due, Light, Standing, Step, Year,
    calendar::{Template, shipped},
};

/// Who lays down calendars of documents.
pub const PLANNERS: [Role; 2] = [Role::Steward, Role::Admin];
/// What a form with a document may bring: the document and what is written beside it.
const MOST_FORM_BYTES: usize = (receive::MOST_MEBIBYTES + 1) * 1024 * 1024;

/// A year of a village was begun.
#[derive(Serialize)]
pub struct YearBegun {
    pub place: String,
    pub year: i16,
    pub template: String,
}

impl Event for YearBegun {
    const NAME: &'static str = "village.year-begun";
    fn subject(&self) -> String {
        format!("village/{}", self.place)
    }
}

/// Something came for a document that a village owes, or was withdrawn.
#[derive(Serialize)]
pub struct DocumentMoved {
    pub place: String,
    pub document: String,
    /// `delivered` or `withdrawn`.
    pub what: &'static str,
}

impl Event for DocumentMoved {
    const NAME: &'static str = "village.document-moved";
    fn subject(&self) -> String {
        format!("village-document/{}", self.document)
    }
}

/// A calendar of documents was laid down.
#[derive(Serialize)]
pub struct CalendarSaved {
    pub calendar: String,
}

impl Event for CalendarSaved {
    const NAME: &'static str = "village.calendar-saved";
    fn subject(&self) -> String {
        format!("village-calendar/{}", self.calendar)
    }
}

/// What a village owes for a year, with how it stands.
#[derive(Debug, Clone)]
pub struct Owed {
    pub due: Due,
    /// The day it falls due by the working calendar.
    pub falls_on: Date,
    pub standing: Standing,
    pub light: Light,
    /// What came, the oldest first; withdrawn ones too.
    pub documents: Vec<Document>,
}

/// A year of a village with all that is owed for it.
#[derive(Debug, Clone)]
pub struct Kept {
    pub year: Year,
    /// In the order of their days.
    pub owed: Vec<Owed>,
}

impl Kept {
    /// What is owed at a step.
    pub fn at(&self, step: Step) -> impl Iterator<Item = &Owed> {
        self.owed.iter().filter(move |owed| owed.due.step == step)
    }
}

/// The calendars of documents in force: those that come with the product, as a jurisdiction changed them, and its own.
///
/// # Errors
/// When the database fails.
pub async fn calendars(app: &App) -> Result<Vec<(Template, String)>> {
    let mut found: BTreeMap<String, (Template, String)> = shipped()
        .iter()
        .map(|(template, text)| (template.name.clone(), (template.clone(), (*text).to_owned())))
        .collect();
    for (name, text) in store::list_templates(&app.db).await? {
        // It was read when it was laid down.
        if let Ok(template) = Template::parse(&text) {
            found.insert(name, (template, text));
        }
    }
    Ok(found.into_values().collect())
}

/// Lays down a calendar of documents, in the place of the one of its name. Years that were begun stay as they are.
///
/// # Errors
/// `not-allowed` for anybody but stewards and administrators; `village-template-unreadable` on field `text`.
pub async fn lay_down(app: &App, op: &Op, text: &str) -> Result<String> {
    op.require(&PLANNERS)?;
    let template = Template::parse(text)?;
    let mut tx = app.db.begin().await?;
    store::put_template(&mut tx, op, &template.name, text).await?;
    let event = CalendarSaved {
        calendar: template.name.clone(),
    };
    tx.emit(op, &event).await?;
    tx.commit().await?;
    Ok(template.name)
}

/// When a term of the head of a village begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Term {
    /// In the year itself: what is owed once in a term is owed.
    Begins,
    GoesOn,
}

/// Begins a year of a village with a calendar; begun again with a term that begins, what is owed once in a term is added.
///
/// # Errors
/// `village-not-operator`; `village-template-unknown` on field `template`.
pub async fn begin(app: &App, op: &Op, place: &str, year: i16, calendar: &str, term: Term) -> Result<()> {
    require_operator(op, place)?;
    let (template, _) = calendars(app)
        .await?
        .into_iter()
        .find(|(template, _)| template.name == calendar)
        .ok_or_else(|| Problem::invalid("fields").field("template", "village-template-unknown"))?;
    let mut tx = app.db.begin().await?;
    begin_in(&mut tx, op, place, year, &template, term).await?;
    tx.commit().await
}

async fn begin_in(
    tx: &mut Tx,
    op: &Op,
    place: &str,
    year: i16,
    template: &Template,
    term: Term,
) -> Result<()> {
    let begun = Year {
        place: place.to_owned(),
        year,
        template: template.name.clone(),
        currency: template.currency.clone(),
        begun_at: op.at,
    };
    let is_new = store::insert_year(tx, op, &begun).await?;
    if term == Term::Begins {
        store::mark_term(tx, place, year).await?;
    }
    let wanted = template
        .documents
        .iter()
        .filter(|wanted| match wanted.is_once_in_term {
            true => term == Term::Begins,
            // A year that was begun owes what it owed then.
            false => is_new,
        });
    for wanted in wanted {
        let due = Due {
            id: id::fresh(op.at),
            place: place.to_owned(),
            year,
            code: wanted.code.clone(),
            step: wanted.step,
            title: wanted.title.clone(),
            about: wanted.about.clone(),
            due_on: wanted.due_on(year),
            notice_days: template.notice_days,
            grace_days: template.grace_days,
        };
        store::insert_due(tx, &due).await?;
    }
    if is_new {
        tx.touch(overview::KEPT).await?;
        let event = YearBegun {
            place: place.to_owned(),
            year,
            template: template.name.clone(),
        };
        tx.emit(op, &event).await?;
    }
    Ok(())
}

/// Lists the years of a village that are kept here, the latest first.
///
/// # Errors
/// When the database fails.
pub async fn list_years(app: &App, place: &str) -> Result<Vec<Year>> {
    store::list_years(&app.db, place).await
}

/// Lists the latest year of each village that is kept here, by the code of the village.
///
/// # Errors
/// When the database fails.
pub async fn list_villages(app: &App) -> Result<Vec<Year>> {
    store::list_latest(&app.db).await
}

/// Returns a year of a village with all that is owed, as it stands at a moment; `None` where it is not kept here.
///
/// # Errors
/// When the database fails.
pub async fn find_year(app: &App, place: &str, year: i16, now: Time) -> Result<Option<Kept>> {
    let years = store::list_years(&app.db, place).await?;
    let Some(year) = years.into_iter().find(|known| known.year == year) else {
        return Ok(None);
    };
    let calendar = office::calendar(app).await?;
    let mut came: BTreeMap<String, Vec<Document>> = BTreeMap::new();
    for document in store::list_documents(&app.db, place, year.year).await? {
        came.entry(document.due.clone()).or_default().push(document);
    }
    let owed = store::list_dues(&app.db, place, year.year)
        .await?
        .into_iter()
        .map(|due| {
            let documents = came.remove(&due.id).unwrap_or_default();
            let first = documents.iter().find(|document| document.withdrawn.is_none());
            let came_at = first.map(|document| document.delivered_at);
            let (standing, light) = due.judge(&calendar, year.begun_at, came_at, now);
            Owed {
                falls_on: due.falls_on(&calendar),
                standing,
                light,
                documents,
                due,
            }
        })
        .collect();
    Ok(Some(Kept { year, owed }))
}

/// Delivers a document for what a village owes; whatever came before stays beside it.
///
/// # Errors
/// `village-not-operator`; `village-document-unknown` where nothing of that code is owed; `village-dataset-unknown` on field `dataset`
/// for a dataset that not everybody can read.
pub async fn deliver(
    app: &App,
    op: &Op,
    (place, year, code): (&str, i16, &str),
    content: Content,
    note: &str,
) -> Result<String> {
    require_operator(op, place)?;
    let due = store::find_due(&app.db, place, year, code)
        .await?
        .ok_or_else(|| Problem::not_found("village-document-unknown"))?;
    let note = model::parse_note(note)?;
    if let Content::Dataset(slug) = &content {
        check_dataset(app, op, slug).await?;
    }
    let document = Document {
        id: id::fresh(op.at),
        due: due.id,
        content,
        note,
        delivered_at: op.at,
        withdrawn: None,
    };
    let mut tx = app.db.begin().await?;
    store::insert_document(&mut tx, op, &document).await?;
    let event = DocumentMoved {
        place: place.to_owned(),
        document: document.id.clone(),
        what: "delivered",
    };
    tx.emit(op, &event).await?;
    tx.commit().await?;
    Ok(document.id)
}

/// Takes a document back that should not have come: nobody reads it any more, and everybody reads why.
///
/// # Errors
/// `village-not-operator`, `village-document-unknown`; `why-missing` on field `why`; `village-document-withdrawn`.
pub async fn withdraw(app: &App, op: &Op, place: &str, document: &str, why: &str) -> Result<()> {
    require_operator(op, place)?;
    let op = &op.because(why)?;
    let found = find_document(app, place, document).await?;
    let mut tx = app.db.begin().await?;
    if !store::withdraw_document(&mut tx, &found.id, op.at, why.trim()).await? {
        return Err(Problem::conflict("village-document-withdrawn"));
    }
    let event = DocumentMoved {
        place: place.to_owned(),
        document: found.id,
        what: "withdrawn",
    };
    tx.emit(op, &event).await?;
    tx.commit().await
}

/// Finds a document of a village.
///
/// # Errors
/// `village-document-unknown`.
pub async fn find_document(app: &App, place: &str, id: &str) -> Result<Document> {
    store::find_document(&app.db, place, id)
        .await?
        .ok_or_else(|| Problem::not_found("village-document-unknown"))
}

/// The routes of years.
pub fn routes() -> Router<App> {
    let with_files = DefaultBodyLimit::max(MOST_FORM_BYTES);
    Router::new()
        .route("/villages/{place}/year/{year}", get(pages::show))
        .route("/villages/{place}/documents/{document}", get(pages::file))
        .route(
            "/desk/villages/calendars",
            get(desk::calendars::show).post(desk::calendars::save),
        )
        .route("/desk/villages/{place}/year/{year}", get(desk::show))
        .route(
            "/desk/villages/{place}/year/{year}/documents",
            post(desk::deliver).layer(with_files),
        )
        .route(
            "/desk/villages/{place}/year/{year}/withdraw",
            post(desk::withdraw),
        )
        .route(
            "/desk/villages/{place}/year/{year}/budget",
            get(desk::money::show_budget).post(desk::money::state_budget),
        )
        .route(
            "/desk/villages/{place}/year/{year}/works",
            get(desk::money::show_works).post(desk::money::state_works),
        )
}

/// Passes a dataset that everybody can read.
async fn check_dataset(app: &App, op: &Op, slug: &str) -> Result<()> {
    let public = Op {
        who: Who::Anyone,
        ..op.clone()
    };
    match catalog::find_dataset(app, &public, slug).await {
        Ok(_) => Ok(()),
        Err(problem) if problem.code() == "internal" => Err(problem),
        Err(_) => Err(Problem::invalid("fields").field("dataset", "village-dataset-unknown")),
    }
}
