//! Meetings of a village: whom it invites, to what, and who came; what was said, and what was promised.
//!
//! People are counted by group, and nobody is named. A group of which nobody came becomes a task for the facilitators of the place.
//! A decision is a commitment (`evidence`) with an owner and a date; there it is moved, and settled.
//!
//! Deliberately absent: messages to those invited, changing minutes without a trace (the audit trail has each change).

use std::collections::BTreeMap;

use axum::{Router, routing::get};
use jiff::civil::{Date, Time as Clock};
use serde::Serialize;

use super::{require_operator, require_reader};
use crate::{
    evidence::{
        self,
        model::{Commitment, NewCommitment, Subject},
    },
    facilitators::{self, NewTask},
    places,
    platform::{
        app::App,
        events::Event,
        id,
        op::Op,
        problem::{Problem, Result},
    },
};

pub mod desk;
pub mod model;
pub mod pages;
pub mod print;
mod store;

use model::{Attendance, Invitation, Meeting, State};

/// The kind of a meeting as a subject of links and promises.
pub const KIND: &str = "village-meeting";
/// Decisions of one meeting that are listed.
const MOST_DECISIONS: i64 = 200;

/// People were invited to a meeting, it was changed, held or cancelled.
#[derive(Serialize)]
pub struct MeetingMoved {
    pub meeting: String,
    pub place: String,
    /// `invited`, `changed`, `held`, `cancelled` or `decided`.
    pub what: &'static str,
}

impl Event for MeetingMoved {
    const NAME: &'static str = "village.meeting-moved";
    fn subject(&self) -> String {
        format!("{KIND}/{}", self.meeting)
    }
}

/// The next meeting of a village, in a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeetingLine {
    pub id: String,
    pub held_on: Date,
    /// On the village's own clocks.
    pub starts_at: Clock,
    pub title: String,
    /// Where it is held.
    pub venue: String,
}

impl MeetingLine {
    /// The line of a meeting.
    #[must_use]
    pub fn of(meeting: Meeting) -> MeetingLine {
        MeetingLine {
            id: meeting.id,
            held_on: meeting.held_on,
            starts_at: meeting.starts_at,
            title: meeting.title,
            venue: meeting.venue,
        }
    }
}

/// A meeting as staff read it: with every count, and the promises it led to.
#[derive(Debug, Clone)]
pub struct Read {
    pub meeting: Meeting,
    /// What the village is called.
    pub place_name: String,
    /// The oldest first.
    pub decisions: Vec<Commitment>,
}

/// A decision: what is promised, by whom, until when.
#[derive(Debug, Clone)]
pub struct Decision {
    pub promise: String,
    /// Code of the organisation.
    pub owner: String,
    pub owner_post: Option<String>,
    pub due_on: Date,
}

/// Returns the meeting to which a village invites next, from a day on; `None` for none.
///
/// # Errors
/// When the database fails.
pub async fn next_meeting(app: &App, place: &str, today: Date) -> Result<Option<MeetingLine>> {
    let found = store::find_next(&app.db, place, &today.to_string()).await?;
    Ok(found.map(MeetingLine::of))
}

/// Returns the meeting to which each village invites next, from a day on, by the village's code.
///
/// # Errors
/// When the database fails.
pub async fn next_meetings(app: &App, today: Date) -> Result<BTreeMap<String, MeetingLine>> {
    let mut next = BTreeMap::new();
    for meeting in store::list_next(&app.db, &today.to_string()).await? {
        next.entry(meeting.place.clone())
            .or_insert_with(|| MeetingLine::of(meeting));
    }
    Ok(next)
}

/// Lists the meetings of a village, the latest first.
///
/// # Errors
/// When the database fails.
pub async fn list(app: &App, place: &str, most: i64) -> Result<Vec<Meeting>> {
    store::list(&app.db, place, most).await
}

/// Finds a meeting of a village.
///
/// # Errors
/// `village-meeting-unknown`.
pub async fn find(app: &App, place: &str, meeting: &str) -> Result<Meeting> {
    store::find(&app.db, meeting)
        .await?
        .filter(|found| found.place == place)
        .ok_or_else(|| Problem::not_found("village-meeting-unknown"))
}

/// Returns a meeting with every count and its decisions, for the village's operator and for staff of the places above.
///
/// # Errors
/// `village-meeting-unknown`, `not-allowed`.
pub async fn read(app: &App, op: &Op, meeting: &str) -> Result<Read> {
    let found = store::find(&app.db, meeting)
        .await?
        .ok_or_else(|| Problem::not_found("village-meeting-unknown"))?;
    let all = places::all(app).await?;
    require_reader(op, &all, &found.place)?;
    Ok(Read {
        place_name: places::known(&all, &found.place)?
            .name_in(op.lang.code())
            .to_owned(),
        decisions: decisions(app, &found.id).await?,
        meeting: found,
    })
}

/// Lists what a meeting led to, the oldest first.
///
/// # Errors
/// When the database fails.
pub async fn decisions(app: &App, meeting: &str) -> Result<Vec<Commitment>> {
    let led_to = evidence::list_led_to(app, KIND, Some(meeting), MOST_DECISIONS).await?;
    Ok(led_to
        .into_iter()
        .rev()
        .map(|(_, commitment)| commitment)
        .collect())
}

/// Invites to a meeting; returns its id.
///
/// # Errors
/// `village-not-operator`.
pub async fn invite(app: &App, op: &Op, place: &str, invitation: &Invitation) -> Result<String> {
    require_operator(op, place)?;
    let meeting = id::fresh(op.at);
    let mut tx = app.db.begin().await?;
    store::insert(&mut tx, op, &meeting, place, invitation).await?;
    tx.emit(op, &moved(&meeting, place, "invited")).await?;
    tx.commit().await?;
    Ok(meeting)
}

/// Changes an invitation before the meeting is held.
///
/// # Errors
/// `village-not-operator`; `village-changed-meanwhile`, also for a meeting that was held or cancelled.
pub async fn change(
    app: &App,
    op: &Op,
    meeting: &Meeting,
    revision: i64,
    invitation: &Invitation,
) -> Result<()> {
    require_operator(op, &meeting.place)?;
    let mut tx = app.db.begin().await?;
    if !store::change(&mut tx, &meeting.id, revision, invitation).await? {
        return Err(Problem::conflict("village-changed-meanwhile"));
    }
    tx.emit(op, &moved(&meeting.id, &meeting.place, "changed"))
        .await?;
    tx.commit().await
}

/// Notes who came to a meeting and what was said; told again, both are corrected.
///
/// Each group that should sit in every meeting and of which nobody came is asked for: a task of the facilitators.
///
/// # Errors
/// `village-not-operator`; `village-meeting-ahead` before its day; `village-changed-meanwhile`, also for one that was cancelled.
pub async fn hold(
    app: &App,
    op: &Op,
    meeting: &Meeting,
    revision: i64,
    attendance: &Attendance,
    minutes: &str,
) -> Result<()> {
    require_operator(op, &meeting.place)?;
    if app.config.day(op.at) < meeting.held_on {
        return Err(Problem::invalid("fields").field("total", "village-meeting-ahead"));
    }
    let mut tx = app.db.begin().await?;
    if !store::hold(&mut tx, &meeting.id, revision, attendance, minutes).await? {
        return Err(Problem::conflict("village-changed-meanwhile"));
    }
    for group in attendance.absent() {
        let task = NewTask {
            place: meeting.place.clone(),
            facility: None,
            group: Some(group.to_owned()),
            text: "facilitators-task-village-absent",
            facts: serde_json::json!({ "meeting": meeting.title, "on": meeting.held_on.to_string() }),
            source: subject(&meeting.id),
            due_on: None,
        };
        facilitators::ask(&mut tx, op, &task).await?;
    }
    tx.emit(op, &moved(&meeting.id, &meeting.place, "held")).await?;
    tx.commit().await
}

/// Cancels a meeting, with the reason for everybody to read.
///
/// # Errors
/// `village-not-operator`; `why-missing` on field `why`; `village-changed-meanwhile`, also for one that was held.
pub async fn cancel(app: &App, op: &Op, meeting: &Meeting, revision: i64, why: &str) -> Result<()> {
    require_operator(op, &meeting.place)?;
    let op = &op.because(why)?;
    let mut tx = app.db.begin().await?;
    if !store::cancel(&mut tx, &meeting.id, revision, why.trim()).await? {
        return Err(Problem::conflict("village-changed-meanwhile"));
    }
    tx.emit(op, &moved(&meeting.id, &meeting.place, "cancelled"))
        .await?;
    tx.commit().await
}

/// Makes a decision of a meeting that was held a promise in the one ledger.
///
/// # Errors
/// `village-not-operator`; `village-meeting-not-held`; what [`evidence::promise`] refuses: an operator who is no officer of the owner
/// may not promise in its name.
pub async fn decide(app: &App, op: &Op, meeting: &Meeting, decision: Decision) -> Result<Commitment> {
    require_operator(op, &meeting.place)?;
    if meeting.state != State::Held {
        return Err(Problem::conflict("village-meeting-not-held"));
    }
    let new = NewCommitment {
        promise: decision.promise,
        owner: decision.owner,
        owner_post: decision.owner_post,
        place: Some(meeting.place.clone()),
        raised: Some(subject(&meeting.id)),
        made_on: meeting.held_on,
        due_on: decision.due_on,
    };
    let mut tx = app.db.begin().await?;
    let commitment = evidence::promise(&mut tx, op, new).await?;
    tx.emit(op, &moved(&meeting.id, &meeting.place, "decided"))
        .await?;
    tx.commit().await?;
    Ok(commitment)
}

/// A meeting as a subject of links and promises.
#[must_use]
pub fn subject(meeting: &str) -> Subject {
    Subject::new(KIND, meeting)
}

/// The routes of meetings.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/villages/{place}/meetings/{meeting}", get(pages::show))
        .route(
            "/desk/villages/{place}/meetings",
            get(desk::all).post(desk::invite),
        )
        .route(
            "/desk/villages/{place}/meetings/{meeting}",
            get(desk::one).post(desk::act),
        )
        .merge(print::routes())
}

fn moved(meeting: &str, place: &str, what: &'static str) -> MeetingMoved {
    MeetingMoved {
        meeting: meeting.to_owned(),
        place: place.to_owned(),
        what,
    }
}
