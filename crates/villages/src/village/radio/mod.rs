//! Radio and hall mode: questions raised live become service requests, and next week a sheet tells what became of each.
//!
//! Questions are noted fast, one after another, and go through the same front door as everybody's requests. The sheet says what
//! everybody may know, and no name but of whoever agreed that it is read out.
//!
//! Deliberately absent: recordings, programmes for everybody to read, confidential matters on the sheet.

pub mod desk;
pub mod model;
pub mod sheet;
mod store;

use axum::Router;
use serde::Serialize;

use super::voice::{self, MOST_TITLE, words};
use crate::{
    evidence::{self, model::Subject},
    platform::{
        app::App,
        events::Event,
        id,
        op::Op,
        problem::{Problem, Result},
    },
    requests::{self, Filing, access, library, model::request::Channel},
};
use model::{Kind, Programme, Question};

/// Programmes that a list shows.
const MOST_LISTED: i64 = 500;

/// The routes of this folder.
pub fn routes() -> Router<App> {
    desk::routes()
}

/// A live programme or a hall dialogue was entered.
#[derive(Serialize)]
pub struct ProgrammeMade {
    pub programme: String,
}

impl Event for ProgrammeMade {
    const NAME: &'static str = "village.programme-made";
    fn subject(&self) -> String {
        format!("programme/{}", self.programme)
    }
}

/// A question that was raised live became a request.
#[derive(Serialize)]
pub struct QuestionNoted {
    pub programme: String,
    pub request: String,
}

impl Event for QuestionNoted {
    const NAME: &'static str = "village.question-noted";
    fn subject(&self) -> String {
        format!("programme/{}", self.programme)
    }
}

/// A programme to be entered.
#[derive(Debug, Clone, Default)]
pub struct NewProgramme {
    /// `radio` or `hall`.
    pub kind: String,
    /// Code or name of a place.
    pub place: String,
    pub title: String,
    /// `2026-11-20`.
    pub held_on: String,
}

/// A question as it was noted.
#[derive(Debug, Clone, Default)]
pub struct NewQuestion {
    pub service: String,
    pub text: String,
    /// Code or name of the place it is about; empty for the programme's own.
    pub place: String,
    pub name: String,
    pub phone: String,
    /// Whether they agreed that their name is read out.
    pub agreed: bool,
    /// What tells a second sending of the same form from another question.
    pub delivery: String,
}

/// Enters a programme or dialogue. For whoever files on residents' behalf at its place.
///
/// # Errors
/// Names the field that will not do; `not-allowed`.
pub async fn make(app: &App, op: &Op, new: &NewProgramme) -> Result<Programme> {
    let place = voice::place(app, &new.place).await?;
    let library = library::current(app).await?;
    access::require_operator(op, &library, Some(&place))?;
    let kind = Kind::parse(new.kind.trim())
        .ok_or_else(|| Problem::invalid("fields").field("kind", "village-radio-kind"))?;
    let programme = Programme {
        id: id::fresh(op.at),
        kind,
        place,
        title: words("title", &new.title, MOST_TITLE, "village-radio-title-missing")?,
        held_on: voice::day("held_on", &new.held_on)?,
    };
    let mut tx = app.db.begin().await?;
    store::insert(&mut tx, &programme, &op.who.label()).await?;
    let made = ProgrammeMade {
        programme: programme.id.clone(),
    };
    tx.emit(op, &made).await?;
    tx.commit().await?;
    Ok(programme)
}

/// Finds a programme.
///
/// # Errors
/// `village-radio-unknown`.
pub async fn find(app: &App, id: &str) -> Result<Programme> {
    store::find(&app.db, id)
        .await?
        .ok_or_else(|| Problem::not_found("village-radio-unknown"))
}

/// Finds a programme for whoever files on residents' behalf at its place: its questions name those who asked.
///
/// # Errors
/// `village-radio-unknown`; `not-allowed`.
pub async fn look_into(app: &App, op: &Op, id: &str) -> Result<Programme> {
    let programme = find(app, id).await?;
    let library = library::current(app).await?;
    access::require_operator(op, &library, Some(&programme.place))?;
    Ok(programme)
}

/// Whether the caller may look into a programme.
///
/// # Errors
/// When the database fails.
pub async fn may_look_into(app: &App, op: &Op, programme: &Programme) -> Result<bool> {
    let library = library::current(app).await?;
    Ok(access::require_operator(op, &library, Some(&programme.place)).is_ok())
}

/// Lists programmes, the latest first.
///
/// # Errors
/// When the database fails.
pub async fn list(app: &App) -> Result<Vec<Programme>> {
    store::list(&app.db, MOST_LISTED).await
}

/// Lists the questions of a programme in the order they were raised.
///
/// # Errors
/// When the database fails.
pub async fn questions(app: &App, programme: &Programme) -> Result<Vec<Question>> {
    store::list_questions(&app.db, &app.vault, &programme.id).await
}

/// Notes a question: it is filed as a request, tied to the programme; returns the request's code. The same sending again notes nothing.
///
/// # Errors
/// As [`requests::read`]; `not-allowed` for whoever does not file on residents' behalf at its place.
pub async fn note(app: &App, op: &Op, programme: &Programme, new: &NewQuestion) -> Result<String> {
    let place = match new.place.trim() {
        "" => programme.place.clone(),
        typed => voice::place(app, typed).await?,
    };
    let library = library::current(app).await?;
    access::require_operator(op, &library, Some(&place))?;
    let given = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let filing = Filing {
        service: new.service.clone(),
        text: new.text.clone(),
        channel: Some(Channel::Counter),
        place: Some(place),
        name: given(&new.name),
        phone: given(&new.phone),
        delivery: given(&new.delivery).map(|delivery| format!("programme:{}:{delivery}", programme.id)),
        ..Filing::default()
    };
    let request = requests::read(app, op, filing).await?;
    let mut tx = app.db.begin().await?;
    let opened = requests::open(&mut tx, op, &request).await?;
    // Without a key it was filed before.
    if opened.key.is_some() {
        let sealed = given(&new.name)
            .filter(|_| new.agreed)
            .map(|name| app.vault.seal(&name));
        store::insert_question(&mut tx, &programme.id, &opened.code, sealed.as_deref(), op.at).await?;
        let filed = Subject::new("request", &opened.id);
        evidence::link(&mut tx, op, &programme.subject(), "led-to", &filed).await?;
        let noted = QuestionNoted {
            programme: programme.id.clone(),
            request: opened.id.clone(),
        };
        tx.emit(op, &noted).await?;
    }
    tx.commit().await?;
    Ok(opened.code)
}
