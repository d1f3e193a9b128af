//! SQL of codes that were sent, and of what followers were told.

use std::collections::BTreeSet;

use sqlx::FromRow;

use crate::platform::{db::Tx, problem::Result, time::Time};

/// A code that was sent.
#[derive(Debug, Clone, FromRow)]
pub struct CodeRow {
    pub code_hash: String,
    pub sent_at: i64,
}

/// How many codes and first notices were sent to an address since an instant?
pub async fn count_codes(tx: &mut Tx, mark: &str, since: Time) -> Result<i64> {
    let (n,): (i64,) = sqlx::query_as(
        "SELECT CAST(COUNT(*) AS BIGINT)
         FROM village_code
         WHERE mark = $1 AND sent_at > $2",
    )
    .bind(mark)
    .bind(since.0)
    .fetch_one(tx.conn())
    .await?;
    Ok(n)
}

/// Keeps a code that is sent.
pub async fn insert_code(tx: &mut Tx, id: &str, mark: &str, code_hash: &str, at: Time) -> Result<()> {
    sqlx::query(
        "INSERT INTO village_code (id, mark, code_hash, n_tries, sent_at)
         VALUES ($1, $2, $3, 0, $4)",
    )
    .bind(id)
    .bind(mark)
    .bind(code_hash)
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Finds a code that was sent.
pub async fn find_code(tx: &mut Tx, id: &str) -> Result<Option<CodeRow>> {
    Ok(sqlx::query_as(
        "SELECT code_hash, sent_at
         FROM village_code
         WHERE id = $1",
    )
    .bind(id)
    .fetch_optional(tx.conn())
    .await?)
}

/// Counts that somebody types a code; false where there is none, or nobody may try it any more.
pub async fn count_try(tx: &mut Tx, id: &str, most: i64) -> Result<bool> {
    let done = sqlx::query("UPDATE village_code SET n_tries = n_tries + 1 WHERE id = $1 AND n_tries < $2")
        .bind(id)
        .bind(most)
        .execute(tx.conn())
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Lets a code hold no more; it is still counted among those that were sent.
pub async fn use_up_code(tx: &mut Tx, id: &str) -> Result<()> {
    sqlx::query("UPDATE village_code SET n_tries = 1000, code_hash = '' WHERE id = $1")
        .bind(id)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Forgets codes sent before an instant.
pub async fn forget_codes(tx: &mut Tx, before: Time) -> Result<()> {
    sqlx::query("DELETE FROM village_code WHERE sent_at < $1")
        .bind(before.0)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Which entries of a record's timeline were its followers told?
pub async fn list_told(tx: &mut Tx, subject: &str) -> Result<BTreeSet<String>> {
    let rows: Vec<(String,)> = sqlx::query_as("SELECT entry_id FROM village_told WHERE subject = $1")
        .bind(subject)
        .fetch_all(tx.conn())
        .await?;
    Ok(rows.into_iter().map(|(entry,)| entry).collect())
}

/// Keeps that an entry was told.
pub async fn insert_told(tx: &mut Tx, subject: &str, entry: &str) -> Result<()> {
    sqlx::query(
        "INSERT INTO village_told (subject, entry_id)
         VALUES ($1, $2)
         ON CONFLICT (subject, entry_id) DO NOTHING",
    )
    .bind(subject)
    .bind(entry)
    .execute(tx.conn())
    .await?;
    Ok(())
}
