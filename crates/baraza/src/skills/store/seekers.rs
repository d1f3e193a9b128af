//! SQL of seekers and their matches.

use sqlx::FromRow;

use crate::platform::{
    db::{Db, Tx},
    problem::Result,
    time::Time,
};

/// Seekers that are read at once.
const AT_ONCE: usize = 2_000;

/// A seeker whose consent holds, as the database has them.
#[derive(Debug, Clone, FromRow)]
pub struct SeekerRow {
    pub id: String,
    pub organisation: Option<String>,
    pub place: String,
    /// Name, number and paper.
    pub sealed: String,
    pub birth_year: i64,
    pub sex: String,
    pub schooling: i64,
    /// Codes of fields with commas between.
    pub wants: String,
    pub steps: i64,
    pub consent_at: i64,
    pub consent_text: String,
    pub revision: i64,
}

/// A seeker to be entered.
pub struct NewRow<'a> {
    pub id: &'a str,
    pub organisation: Option<&'a str>,
    pub place: &'a str,
    pub sealed: &'a str,
    pub mark: &'a str,
    pub birth_year: i64,
    pub sex: &'a str,
    pub schooling: i64,
    pub wants: &'a str,
    pub steps: i64,
    pub consent_text: &'a str,
    pub who: &'a str,
}

/// A match of a seeker.
#[derive(Debug, Clone, FromRow)]
pub struct MatchRow {
    pub id: String,
    pub seeker_id: String,
    pub intake_id: String,
    pub state: String,
    pub changed_at: i64,
}

/// Those whose consent holds, the latest first, a part at a time: those before `before`, and where the next part begins if there may be one.
pub async fn list(db: &Db, before: Option<&str>) -> Result<(Vec<SeekerRow>, Option<String>)> {
    let rows: Vec<SeekerRow> = sqlx::query_as(
        "SELECT id, organisation, place, sealed, birth_year, sex, schooling, wants, steps, consent_at, consent_text, revision
         FROM seeker
         WHERE withdrawn_at IS NULL AND ($1 IS NULL OR id < $1)
         ORDER BY id DESC
         LIMIT $2",
    )
    .bind(before)
    .bind(AT_ONCE as i64)
    .fetch_all(db.read())
    .await?;
    let last = rows.last().filter(|_| rows.len() == AT_ONCE);
    let next = last.map(|row| row.id.clone());
    Ok((rows, next))
}

/// A seeker whose consent holds.
pub async fn find(db: &Db, id: &str) -> Result<Option<SeekerRow>> {
    Ok(sqlx::query_as(
        "SELECT id, organisation, place, sealed, birth_year, sex, schooling, wants, steps, consent_at, consent_text, revision
         FROM seeker
         WHERE id = $1 AND withdrawn_at IS NULL",
    )
    .bind(id)
    .fetch_optional(db.read())
    .await?)
}

/// Enters a seeker; returns whether they were not known yet.
pub async fn insert(tx: &mut Tx, row: &NewRow<'_>, at: Time) -> Result<bool> {
    let done = sqlx::query(
        "INSERT INTO seeker (id, organisation, place, sealed, mark, birth_year, sex, schooling, wants, steps, consent_at, consent_text, entered_by, revision)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 1)
         ON CONFLICT (mark) DO NOTHING",
    )
    .bind(row.id)
    .bind(row.organisation)
    .bind(row.place)
    .bind(row.sealed)
    .bind(row.mark)
    .bind(row.birth_year)
    .bind(row.sex)
    .bind(row.schooling)
    .bind(row.wants)
    .bind(row.steps)
    .bind(at.0)
    .bind(row.consent_text)
    .bind(row.who)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Counts a change of a seeker; false when they changed since, or withdrew.
pub async fn touch(tx: &mut Tx, id: &str, revision: i64) -> Result<bool> {
    let done = sqlx::query(
        "UPDATE seeker
         SET revision = revision + 1
         WHERE id = $1 AND revision = $2 AND withdrawn_at IS NULL",
    )
    .bind(id)
    .bind(revision)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Erases everything that says who a seeker is and what they want; that there was a consent, and when it ended, stays.
pub async fn erase(tx: &mut Tx, id: &str, at: Time) -> Result<()> {
    sqlx::query(
        "UPDATE seeker
         SET place = NULL, sealed = '', mark = NULL, birth_year = NULL, sex = NULL, schooling = NULL, wants = '', steps = NULL,
             withdrawn_at = $2
         WHERE id = $1",
    )
    .bind(id)
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    sqlx::query("DELETE FROM seat_match WHERE seeker_id = $1")
        .bind(id)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// The matches of a seeker, or of everybody, the earliest first.
pub async fn list_matches(db: &Db, seeker: Option<&str>) -> Result<Vec<MatchRow>> {
    Ok(sqlx::query_as(
        "SELECT id, seeker_id, intake_id, state, changed_at
         FROM seat_match
         WHERE ($1 IS NULL OR seeker_id = $1)
         ORDER BY id",
    )
    .bind(seeker)
    .fetch_all(db.read())
    .await?)
}

/// The matches of a seeker, within the transaction that changes them.
pub async fn list_matches_in(tx: &mut Tx, seeker: &str) -> Result<Vec<MatchRow>> {
    Ok(sqlx::query_as(
        "SELECT id, seeker_id, intake_id, state, changed_at
         FROM seat_match
         WHERE seeker_id = $1
         ORDER BY id",
    )
    .bind(seeker)
    .fetch_all(tx.conn())
    .await?)
}

/// Offers an intake to a seeker, for the first time or after it was declined or left; false where it is under way or over already.
pub async fn offer(tx: &mut Tx, id: &str, seeker: &str, intake: &str, who: &str, at: Time) -> Result<bool> {
    let done = sqlx::query(
        "INSERT INTO seat_match (id, seeker_id, intake_id, state, made_by, changed_at)
         VALUES ($1, $2, $3, 'offered', $4, $5)
         ON CONFLICT (seeker_id, intake_id) DO UPDATE
         SET state = 'offered', made_by = excluded.made_by, changed_at = excluded.changed_at
         WHERE seat_match.state IN ('declined', 'dropped')",
    )
    .bind(id)
    .bind(seeker)
    .bind(intake)
    .bind(who)
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Moves a match from one state to the next; false when it stands otherwise by now.
pub async fn move_match(tx: &mut Tx, id: &str, from: &str, to: &str, who: &str, at: Time) -> Result<bool> {
    let done = sqlx::query(
        "UPDATE seat_match
         SET state = $3, made_by = $4, changed_at = $5
         WHERE id = $1 AND state = $2",
    )
    .bind(id)
    .bind(from)
    .bind(to)
    .bind(who)
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Holds a seat of an intake, if one is left; `n_open` is 1 for somebody for whom seats kept for women are not, else 0.
///
/// The row is counted and changed by one statement, so that two who ask at the same moment never get the same last seat.
pub async fn hold_seat(tx: &mut Tx, intake: &str, n_open: i64, today: &str) -> Result<bool> {
    let done = sqlx::query(
        "UPDATE training_intake
         SET n_held = n_held + 1, n_held_open = n_held_open + $2
         WHERE id = $1
           AND apply_by >= $3
           AND n_taken + n_held < seats
           AND ($2 = 0 OR n_taken + n_held_open < seats - seats_women)",
    )
    .bind(intake)
    .bind(n_open)
    .bind(today)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Lets a held seat go. `n_left` is 1 where somebody goes on sitting on it of whom nothing is known here any more, else 0.
pub async fn free_seat(tx: &mut Tx, intake: &str, n_open: i64, n_left: i64) -> Result<()> {
    sqlx::query(
        "UPDATE training_intake
         SET n_held = n_held - 1, n_held_open = n_held_open - $2, n_taken = n_taken + $3
         WHERE id = $1 AND n_held > 0",
    )
    .bind(intake)
    .bind(n_open)
    .bind(n_left)
    .execute(tx.conn())
    .await?;
    Ok(())
}
