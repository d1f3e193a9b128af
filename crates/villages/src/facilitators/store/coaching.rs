//! SQL of assignments and of what coaches write.

use sqlx::FromRow;

use crate::{
    facilitators::model::typed::NewAssignment,
    platform::{
        db::{Db, Tx},
        id,
        problem::Result,
        time::Time,
    },
};

/// Assignments and notes that a page shows.
const MOST_LISTED: i64 = 200;

/// An assignment as the database has it.
#[derive(Debug, Clone, FromRow)]
pub struct AssignmentRow {
    pub id: String,
    pub what: String,
    pub subject: String,
    pub place_code: String,
    pub due_on: String,
    pub state: String,
    pub why: String,
}

/// A note as the database has it, with the name of who wrote it.
#[derive(FromRow)]
pub struct NoteRow {
    pub sealed: String,
    pub written_at: i64,
    pub coach_name: String,
}

/// The assignments of a facilitator: what is to be done first, the next due first.
pub async fn list_assignments(db: &Db, user: &str) -> Result<Vec<AssignmentRow>> {
    Ok(sqlx::query_as(
        "SELECT id, what, subject, place_code, due_on, state, why
         FROM facilitator_assignment
         WHERE user_id = $1
         ORDER BY CASE WHEN state = 'open' THEN 0 ELSE 1 END, due_on, id
         LIMIT $2",
    )
    .bind(user)
    .bind(MOST_LISTED)
    .fetch_all(db.read())
    .await?)
}

/// Gives an assignment.
pub async fn insert_assignment(
    tx: &mut Tx,
    user: &str,
    new: &NewAssignment,
    who: &str,
    at: Time,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO facilitator_assignment (id, user_id, what, subject, place_code, due_on, state, why, given_by, given_at, changed_at)
         VALUES ($1, $2, $3, $4, $5, $6, 'open', '', $7, $8, $9)",
    )
    .bind(id::fresh(at))
    .bind(user)
    .bind(&new.what)
    .bind(&new.subject)
    .bind(&new.place)
    .bind(new.due_on.to_string())
    .bind(who)
    .bind(at.0)
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Ends an assignment of a facilitator; false where it is not open.
pub async fn end_assignment(
    tx: &mut Tx,
    user: &str,
    assignment: &str,
    state: &str,
    why: &str,
    at: Time,
) -> Result<bool> {
    let done = sqlx::query(
        "UPDATE facilitator_assignment
         SET state = $3, why = $4, changed_at = $5
         WHERE id = $1 AND user_id = $2 AND state = 'open'",
    )
    .bind(assignment)
    .bind(user)
    .bind(state)
    .bind(why)
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The notes about a facilitator that a reader may read: their own, or those that they wrote; the latest first.
pub async fn list_notes(db: &Db, user: &str, reader: &str) -> Result<Vec<NoteRow>> {
    Ok(sqlx::query_as(
        "SELECT n.sealed, n.written_at, u.name AS coach_name
         FROM facilitator_note n
         JOIN user_account u ON u.id = n.coach_id
         WHERE n.user_id = $1
           AND (n.user_id = $2 OR n.coach_id = $2)
         ORDER BY n.id DESC
         LIMIT $3",
    )
    .bind(user)
    .bind(reader)
    .bind(MOST_LISTED)
    .fetch_all(db.read())
    .await?)
}

/// Keeps what a coach wrote.
pub async fn insert_note(tx: &mut Tx, user: &str, coach: &str, sealed: &str, at: Time) -> Result<()> {
    sqlx::query(
        "INSERT INTO facilitator_note (id, user_id, coach_id, sealed, written_at)
         VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(id::fresh(at))
    .bind(user)
    .bind(coach)
    .bind(sealed)
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    Ok(())
}
