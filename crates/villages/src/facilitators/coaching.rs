//! Assignments, and the notes between a facilitator and their coach.

use jiff::civil::Date;

use super::{
    KEEPERS,
    model::{
        Facilitator, Stand,
        typed::{NewAssignment, TypedAssignment, parse_note, parse_why},
    },
    register, store,
};
use crate::{
    places::{self, model::Places},
    platform::{
        app::App,
        op::Op,
        problem::{Problem, Result},
        time::Time,
    },
};

/// What a facilitator is to do.
#[derive(Debug, Clone)]
pub struct Assignment {
    pub id: String,
    pub what: String,
    /// `scorecard/0190…`; empty for none.
    pub subject: String,
    pub place: String,
    pub due_on: Date,
    pub stand: Stand,
    /// Why it was declined; empty otherwise.
    pub why: String,
}

/// What a coach wrote; without `Debug`, so that no log ever has it.
pub struct Note {
    /// The name of who wrote it.
    pub by: String,
    pub at: Time,
    pub words: String,
}

/// Lists the assignments of a facilitator whom the caller may see: what is to be done first.
///
/// # Errors
/// When the database fails.
pub async fn assignments(app: &App, facilitator: &Facilitator) -> Result<Vec<Assignment>> {
    let rows = store::coaching::list_assignments(&app.db, &facilitator.id).await?;
    Ok(rows
        .into_iter()
        .map(|row| Assignment {
            id: row.id,
            what: row.what,
            subject: row.subject,
            place: row.place_code,
            due_on: row.due_on.parse().unwrap_or(Date::ZERO),
            stand: Stand::parse(&row.state).unwrap_or(Stand::Withdrawn),
            why: row.why,
        })
        .collect())
}

/// Gives a facilitator something to do.
///
/// # Errors
/// `not-allowed`; `facilitators-not-ready` for one who has not signed the papers in force; names the fields that will not do.
pub async fn assign(app: &App, op: &Op, facilitator: &Facilitator, typed: &TypedAssignment) -> Result<()> {
    register::require_keeper(app, op, facilitator).await?;
    if !facilitator.has_signed() {
        return Err(Problem::conflict("facilitators-not-ready"));
    }
    let all = places::all(app).await?;
    let new = NewAssignment::parse(typed, facilitator, &all, app.config.day(op.at))?;
    let mut tx = app.db.begin().await?;
    let who = op.who.label();
    store::coaching::insert_assignment(&mut tx, &facilitator.id, &new, &who, op.at).await?;
    tx.emit(op, &register::changed(facilitator, "assigned")).await?;
    tx.commit().await
}

/// Ends an assignment: the facilitator has done it, or declines with a reason; whoever keeps the register takes it back.
///
/// # Errors
/// `not-allowed`; `facilitators-why` on field `why`; `facilitators-step` for one that is over.
pub async fn end(
    app: &App,
    op: &Op,
    facilitator: &Facilitator,
    assignment: &str,
    to: Stand,
    why: &str,
) -> Result<()> {
    let is_own = op.person().is_some_and(|me| me.id == facilitator.id);
    let why = match to {
        Stand::Open => return Err(Problem::conflict("facilitators-step")),
        Stand::Withdrawn => {
            register::require_keeper(app, op, facilitator).await?;
            String::new()
        }
        Stand::Done | Stand::Declined if !is_own => return Err(Problem::forbidden("not-allowed")),
        Stand::Done => String::new(),
        Stand::Declined => parse_why(why)?,
    };
    let (user, word) = (facilitator.id.as_str(), to.as_str());
    let mut tx = app.db.begin().await?;
    if !store::coaching::end_assignment(&mut tx, user, assignment, word, &why, op.at).await? {
        return Err(Problem::conflict("facilitators-step"));
    }
    tx.emit(op, &register::changed(facilitator, "assignment-moved"))
        .await?;
    tx.commit().await
}

/// Whether the caller coaches a facilitator: named as coach, or a steward or leader over one of their places; never oneself, nor an
/// administrator who is none of these.
#[must_use]
pub fn coaches(all: &Places, op: &Op, facilitator: &Facilitator) -> bool {
    op.person().is_some_and(|me| {
        let is_named = facilitator.coach.as_deref() == Some(me.id.as_str());
        let is_over = me.grants.iter().any(|grant| {
            KEEPERS.contains(&grant.role) && facilitator.lies_under(all, grant.place.as_deref())
        });
        me.id != facilitator.id && (is_named || is_over)
    })
}

/// Writes to a facilitator as their coach; the words are sealed.
///
/// # Errors
/// `not-allowed` for anybody but a coach of theirs; `facilitators-note` and `text-long` on field `note`.
pub async fn note(app: &App, op: &Op, facilitator: &Facilitator, words: &str) -> Result<()> {
    let me = op.require_person()?;
    let all = places::all(app).await?;
    if !coaches(&all, op, facilitator) {
        return Err(Problem::forbidden("not-allowed"));
    }
    let sealed = app.vault.seal(&parse_note(words)?);
    let mut tx = app.db.begin().await?;
    store::coaching::insert_note(&mut tx, &facilitator.id, &me.id, &sealed, op.at).await?;
    tx.emit(op, &register::changed(facilitator, "note")).await?;
    tx.commit().await
}

/// Lists the notes to a facilitator: all of them for themselves, to a coach what they wrote, to anybody else none.
///
/// # Errors
/// When the database fails, or a note cannot be opened.
pub async fn notes(app: &App, op: &Op, facilitator: &Facilitator) -> Result<Vec<Note>> {
    let Some(me) = op.person() else {
        return Ok(Vec::new());
    };
    store::coaching::list_notes(&app.db, &facilitator.id, &me.id)
        .await?
        .into_iter()
        .map(|row| {
            let revealed = app.vault.reveal(&row.sealed).map_err(Problem::internal);
            revealed.map(|words| Note {
                by: row.coach_name,
                at: Time(row.written_at),
                words,
            })
        })
        .collect()
}
