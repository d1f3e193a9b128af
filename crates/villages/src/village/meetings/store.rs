//! SQL of villages' meetings.

use serde_json::{from_str, to_string};
use sqlx::FromRow;

use super::model::{Attendance, Invitation, Meeting, State};
use crate::platform::{
    db::{Db, Tx},
    op::Op,
    problem::{Problem, Result},
    time::Time,
};

/// Keeps an invitation under a fresh id.
pub async fn insert(tx: &mut Tx, op: &Op, id: &str, place: &str, invitation: &Invitation) -> Result<()> {
    sqlx::query(
        "INSERT INTO village_meeting (id, place, title, held_on, starts_at, venue, agenda, invited, state, attendance, minutes, why,
                                      revision, invited_at, invited_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'invited', NULL, '', '', 1, $9, $10)",
    )
    .bind(id)
    .bind(place)
    .bind(&invitation.title)
    .bind(invitation.held_on.to_string())
    .bind(hour(invitation.starts_at))
    .bind(&invitation.venue)
    .bind(&invitation.agenda)
    .bind(to_string(&invitation.invited).map_err(Problem::internal)?)
    .bind(op.at.0)
    .bind(op.who.label())
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Changes an invitation; false where somebody changed the meeting meanwhile, or it is no invitation any more.
pub async fn change(tx: &mut Tx, id: &str, revision: i64, invitation: &Invitation) -> Result<bool> {
    let done = sqlx::query(
        "UPDATE village_meeting
         SET title = $3, held_on = $4, starts_at = $5, venue = $6, agenda = $7, invited = $8, revision = revision + 1
         WHERE id = $1 AND revision = $2 AND state = 'invited'",
    )
    .bind(id)
    .bind(revision)
    .bind(&invitation.title)
    .bind(invitation.held_on.to_string())
    .bind(hour(invitation.starts_at))
    .bind(&invitation.venue)
    .bind(&invitation.agenda)
    .bind(to_string(&invitation.invited).map_err(Problem::internal)?)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Notes who came and what was said; false where somebody changed the meeting meanwhile, or it was cancelled.
pub async fn hold(
    tx: &mut Tx,
    id: &str,
    revision: i64,
    attendance: &Attendance,
    minutes: &str,
) -> Result<bool> {
    let done = sqlx::query(
        "UPDATE village_meeting
         SET state = 'held', attendance = $3, minutes = $4, revision = revision + 1
         WHERE id = $1 AND revision = $2 AND state <> 'cancelled'",
    )
    .bind(id)
    .bind(revision)
    .bind(to_string(attendance).map_err(Problem::internal)?)
    .bind(minutes)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Cancels a meeting; false where somebody changed it meanwhile, or it was held.
pub async fn cancel(tx: &mut Tx, id: &str, revision: i64, why: &str) -> Result<bool> {
    let done = sqlx::query(
        "UPDATE village_meeting
         SET state = 'cancelled', why = $3, revision = revision + 1
         WHERE id = $1 AND revision = $2 AND state = 'invited'",
    )
    .bind(id)
    .bind(revision)
    .bind(why)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Finds a meeting.
pub async fn find(db: &Db, id: &str) -> Result<Option<Meeting>> {
    let row: Option<MeetingRow> = sqlx::query_as(
        "SELECT id, place, title, held_on, starts_at, venue, agenda, invited, state, attendance, minutes, why, revision, invited_at
         FROM village_meeting
         WHERE id = $1",
    )
    .bind(id)
    .fetch_optional(db.read())
    .await?;
    row.map(MeetingRow::read).transpose()
}

/// Which meetings has a village? The latest first.
pub async fn list(db: &Db, place: &str, most: i64) -> Result<Vec<Meeting>> {
    let rows: Vec<MeetingRow> = sqlx::query_as(
        "SELECT id, place, title, held_on, starts_at, venue, agenda, invited, state, attendance, minutes, why, revision, invited_at
         FROM village_meeting
         WHERE place = $1
         ORDER BY held_on DESC, starts_at DESC, id
         LIMIT $2",
    )
    .bind(place)
    .bind(most)
    .fetch_all(db.read())
    .await?;
    rows.into_iter().map(MeetingRow::read).collect()
}

/// To which meeting is a village invited next, from a day on?
pub async fn find_next(db: &Db, place: &str, from: &str) -> Result<Option<Meeting>> {
    let row: Option<MeetingRow> = sqlx::query_as(
        "SELECT id, place, title, held_on, starts_at, venue, agenda, invited, state, attendance, minutes, why, revision, invited_at
         FROM village_meeting
         WHERE place = $1
           AND held_on >= $2
           AND state = 'invited'
         ORDER BY held_on, starts_at, id
         LIMIT 1",
    )
    .bind(place)
    .bind(from)
    .fetch_optional(db.read())
    .await?;
    row.map(MeetingRow::read).transpose()
}

/// To which meetings is anybody invited from a day on? Village by village, the next first.
pub async fn list_next(db: &Db, from: &str) -> Result<Vec<Meeting>> {
    let rows: Vec<MeetingRow> = sqlx::query_as(
        "SELECT id, place, title, held_on, starts_at, venue, agenda, invited, state, attendance, minutes, why, revision, invited_at
         FROM village_meeting
         WHERE held_on >= $1
           AND state = 'invited'
         ORDER BY place, held_on, starts_at, id",
    )
    .bind(from)
    .fetch_all(db.read())
    .await?;
    rows.into_iter().map(MeetingRow::read).collect()
}

#[derive(FromRow)]
struct MeetingRow {
    id: String,
    place: String,
    title: String,
    held_on: String,
    starts_at: String,
    venue: String,
    agenda: String,
    invited: String,
    state: String,
    attendance: Option<String>,
    minutes: String,
    why: String,
    revision: i64,
    invited_at: i64,
}

impl MeetingRow {
    fn read(self) -> Result<Meeting> {
        let attendance = self.attendance.as_deref().map(from_str::<Attendance>).transpose();
        Ok(Meeting {
            held_on: self.held_on.parse().map_err(Problem::internal)?,
            starts_at: self.starts_at.parse().map_err(Problem::internal)?,
            invited: from_str(&self.invited).map_err(Problem::internal)?,
            state: State::parse(&self.state)
                .ok_or_else(|| Problem::internal(anyhow::anyhow!("unknown state of a village's meeting")))?,
            attendance: attendance.map_err(Problem::internal)?,
            id: self.id,
            place: self.place,
            title: self.title,
            venue: self.venue,
            agenda: self.agenda,
            minutes: self.minutes,
            why: self.why,
            revision: self.revision,
            invited_at: Time(self.invited_at),
        })
    }
}

/// `19:30:00`.
fn hour(time: jiff::civil::Time) -> String {
    format!("{:02}:{:02}:00", time.hour(), time.minute())
}
