//! The round as a device is told of it: what the caller may see, and nothing else.

use axum::{
    Json,
    extract::{Path, State},
    http::header,
    response::{IntoResponse, Response},
};
use serde::Serialize;

use crate::{
    platform::{app::App, op::Op, problem::Result},
    scorecards::{
        self,
        model::{
            act::Conflict,
            compare::Shown,
            criterion::{Criterion, STANDARD},
            round::Round,
            score::{Input, Note, Photo, Score},
            session::Session,
        },
    },
};

/// A round for a device.
#[derive(Serialize)]
pub(super) struct Told {
    round: Round,
    facility: Named,
    sessions: Vec<Session>,
    criteria: Vec<Criterion>,
    scores: Vec<Score>,
    inputs: Vec<Input>,
    notes: Vec<Note>,
    conflicts: Vec<Conflict>,
    /// Each by the name under which [`super::photos`] gives it.
    photos: Vec<Photo>,
    /// Both sides together, from the meeting on; it is shown to the whole hall, so small groups are not apart in it.
    shown: Option<Shown>,
    standards: Vec<Standard>,
    revision: i64,
    /// The account of whoever asks; "" for none.
    me: String,
}

#[derive(Serialize)]
struct Named {
    code: String,
    name: String,
}

/// A standard criterion in the reader's language.
#[derive(Serialize)]
struct Standard {
    code: &'static str,
    title: String,
}

/// `GET /desk/scorecards/{round}/hall.json`.
pub(super) async fn show(State(app): State<App>, op: Op, Path(round): Path<String>) -> Result<Response> {
    let told = told(&app, &op, &round).await?;
    // Whoever holds the device next must ask for themselves.
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(told)).into_response())
}

/// Tells a round, by its id or code.
///
/// # Errors
/// As [`scorecards::read`].
pub(super) async fn told(app: &App, op: &Op, round: &str) -> Result<Told> {
    let view = scorecards::read(app, op, round).await?;
    let standards = STANDARD.map(|code| Standard {
        code,
        title: op.lang.text(format!("scorecards-standard-{code}")).to_string(),
    });
    Ok(Told {
        facility: Named {
            code: view.facility.code,
            name: view.facility.name,
        },
        revision: view.round.revision,
        round: view.round,
        sessions: view.sessions,
        criteria: view.criteria,
        scores: view.scores,
        inputs: view.inputs,
        notes: view.notes,
        conflicts: view.conflicts,
        photos: view.photos,
        shown: view.shown,
        standards: standards.into(),
        me: op.person().map(|me| me.id.clone()).unwrap_or_default(),
    })
}
