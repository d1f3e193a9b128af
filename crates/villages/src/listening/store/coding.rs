//! SQL of what coders gave, and of what they settled together.

use crate::{
    listening::model::coding::{Given, Settled},
    platform::{
        db::{Db, Tx},
        problem::Result,
        time::Time,
    },
};

/// Every code that anybody gave a note. Who may see which is for the model to say.
pub async fn list_given(db: &Db, note: &str) -> Result<Vec<Given>> {
    let rows: Vec<(i64, String, String)> = sqlx::query_as(
        "SELECT position, person, code
         FROM listening_coding
         WHERE note_id = $1
         ORDER BY position, code, person",
    )
    .bind(note)
    .fetch_all(db.read())
    .await?;
    Ok(rows
        .into_iter()
        .map(|(position, person, code)| Given {
            position,
            person,
            code,
        })
        .collect())
}

/// Takes away all that a coder gave a note so far.
pub async fn clear(tx: &mut Tx, note: &str, person: &str) -> Result<()> {
    sqlx::query("DELETE FROM listening_coding WHERE note_id = $1 AND person = $2")
        .bind(note)
        .bind(person)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Keeps a code that a coder gave, with the wording that they read.
pub async fn insert(tx: &mut Tx, note: &str, given: &Given, version: i64, at: Time) -> Result<()> {
    sqlx::query(
        "INSERT INTO listening_coding (note_id, position, person, code, version, at)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (note_id, position, person, code) DO NOTHING",
    )
    .bind(note)
    .bind(given.position)
    .bind(&given.person)
    .bind(&given.code)
    .bind(version)
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Notes that a coder still codes: false when they said before that they are done, or do not code it.
pub async fn is_under_way(tx: &mut Tx, note: &str, person: &str) -> Result<bool> {
    let row: Option<(String,)> = sqlx::query_as(
        "SELECT person
         FROM listening_coder
         WHERE note_id = $1 AND person = $2 AND done_at IS NULL",
    )
    .bind(note)
    .bind(person)
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.is_some())
}

/// Notes that a coder is done; false when they were before.
pub async fn finish(tx: &mut Tx, note: &str, person: &str, at: Time) -> Result<bool> {
    let done = sqlx::query(
        "UPDATE listening_coder
         SET done_at = $3
         WHERE note_id = $1 AND person = $2 AND done_at IS NULL",
    )
    .bind(note)
    .bind(person)
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// What two coders settled of a note, in the order of the paragraphs.
pub async fn list_settled(db: &Db, note: &str) -> Result<Vec<Settled>> {
    let rows: Vec<(i64, String, i64, String, i64)> = sqlx::query_as(
        "SELECT position, code, CAST(is_kept AS BIGINT), why, at
         FROM listening_settled
         WHERE note_id = $1
         ORDER BY position, code",
    )
    .bind(note)
    .fetch_all(db.read())
    .await?;
    Ok(rows
        .into_iter()
        .map(|(position, code, is_kept, why, at)| Settled {
            position,
            code,
            is_kept: is_kept == 1,
            why,
            at: Time(at),
        })
        .collect())
}

/// Keeps what was settled of one difference; false where that was done before.
pub async fn settle(tx: &mut Tx, note: &str, settled: &Settled, who: &str) -> Result<bool> {
    let done = sqlx::query(
        "INSERT INTO listening_settled (note_id, position, code, is_kept, why, at, who)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (note_id, position, code) DO NOTHING",
    )
    .bind(note)
    .bind(settled.position)
    .bind(&settled.code)
    .bind(i32::from(settled.is_kept))
    .bind(&settled.why)
    .bind(settled.at.0)
    .bind(who)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}
