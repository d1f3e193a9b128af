//! Community score cards: users and provider of a facility score it apart, meet, and agree on what is to be done.
//!
//! The method is CARE's and the World Bank's: inputs are tracked, each group finds its own criteria and gives one score by consensus, the
//! provider does so unseen, both are shown together for the first time in the interface meeting, and the plan becomes promises with
//! owner and date. Six months later there is another round. Everything a session says comes as acts (`apply`), which are kept for ever.
//! A group below `scorecards_minimum_group` is never shown apart outside of the facilitators' own screens, nor found by subtraction.
//!
//! Deliberately absent: scores of single people, averages of votes, changing a score after the meeting opened, deleting a round.

use std::sync::Arc;

use axum::Router;
use jiff::{civil::Date, tz::TimeZone};
use serde::Serialize;

use crate::{
    evidence::model::Subject,
    platform::{
        app::App,
        db::Tx,
        events::Event,
        kept,
        problem::{Problem, Result},
        time::Time,
    },
};
use model::{board::Board, facility::Facility, round::Round};

pub mod access;
mod apply;
pub mod cli;
pub mod desk;
mod facilities;
pub mod hall;
mod jobs;
pub mod model;
pub mod pages;
pub mod print;
mod reading;
mod steps;
mod store;

pub use apply::{apply, apply_all};
pub use facilities::{as_csv, keep_facilities, read_csv};
pub use jobs::AskNextRound;
pub use reading::{
    LatestScores, PlanLine, Public, PublicLine, View, latest_scores, list, plan_lines, public, read, trend,
};
pub use steps::{
    NewPromise, NewRound, NewSession, add_group, agree, begin, cancel, close, open_meeting, plan, promise,
};

/// The kind of a round as the subject of links, timelines and followers: `scorecard/{id}`.
pub const SUBJECT: &str = "scorecard";

/// The list of facilities changed.
#[derive(Serialize)]
pub struct FacilitiesChanged {
    pub n_rows: usize,
}

impl Event for FacilitiesChanged {
    const NAME: &'static str = "scorecards.facilities-changed";
    fn subject(&self) -> String {
        "scorecards/facilities".to_owned()
    }
}

/// A round went a step on.
#[derive(Serialize)]
pub struct RoundMoved {
    pub round: String,
    /// `planned`, `begun`, `meeting`, `agreed`, `closed` or `cancelled`.
    pub what: &'static str,
}

impl Event for RoundMoved {
    const NAME: &'static str = "scorecards.round-moved";
    fn subject(&self) -> String {
        format!("{SUBJECT}/{}", self.round)
    }
}

/// A session was sealed, opened again or dropped.
#[derive(Serialize)]
pub struct SessionMoved {
    pub round: String,
    pub session: String,
    /// `sealed`, `reopened` or `dropped`.
    pub what: &'static str,
}

impl Event for SessionMoved {
    const NAME: &'static str = "scorecards.session-moved";
    fn subject(&self) -> String {
        format!("{SUBJECT}/{}", self.round)
    }
}

/// Returns all facilities, by name; one statement where nothing changed.
///
/// # Errors
/// When the database fails.
pub async fn facilities(app: &App) -> Result<Arc<Vec<Facility>>> {
    kept::kept(app, store::FACILITIES, || store::list_facilities(&app.db)).await
}

/// Finds a facility by its code.
///
/// # Errors
/// `scorecards-facility-unknown`.
pub async fn facility(app: &App, code: &str) -> Result<Facility> {
    let all = facilities(app).await?;
    let found = all.iter().find(|facility| facility.code == code).cloned();
    found.ok_or_else(|| Problem::not_found("scorecards-facility-unknown"))
}

/// The routes of this slice.
pub fn routes() -> Router<App> {
    Router::new()
        .merge(pages::routes())
        .merge(desk::routes())
        .merge(hall::routes())
        .merge(print::routes())
}

fn subject(round: &Round) -> Subject {
    Subject::new(SUBJECT, &round.id)
}

/// The day of a moment, in UTC as for the places' calendar.
fn day(at: Time) -> Date {
    at.timestamp().to_zoned(TimeZone::UTC).date()
}

async fn load(tx: &mut Tx, round: &str) -> Result<Board> {
    let found = store::board::load(tx, round).await?;
    found.ok_or_else(|| Problem::not_found("scorecards-unknown"))
}

async fn facility_in(tx: &mut Tx, code: &str) -> Result<Facility> {
    let found = store::find_facility(tx.conn(), code).await?;
    found.ok_or_else(|| Problem::not_found("scorecards-facility-unknown"))
}
