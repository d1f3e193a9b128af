//! SQL of who was counted, of codes that were sent, of addresses that were asked, and of what followers were told.

use std::collections::BTreeSet;

use sqlx::FromRow;

use crate::platform::{db::Tx, problem::Result, time::Time};

/// A code that was sent.
#[derive(Debug, Clone, FromRow)]
pub struct CodeRow {
    pub code_hash: String,
    pub sent_at: i64,
}

/// What a text message asked for, and waits for its code.
#[derive(Debug, Clone, FromRow)]
pub struct AskedRow {
    pub id: String,
    pub code_hash: String,
    pub sent_at: i64,
    /// Sealed.
    pub asked: String,
}

/// Counts a person for a matter; false when they were counted already.
pub async fn insert_person(tx: &mut Tx, matter: &str, mark: &str, way: &str) -> Result<bool> {
    let done = sqlx::query(
        "INSERT INTO village_person (matter, mark, way)
         VALUES ($1, $2, $3)
         ON CONFLICT (matter, mark) DO NOTHING",
    )
    .bind(matter)
    .bind(mark)
    .bind(way)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Confirms a person who was counted by a message that could not be asked back; false for everybody else.
pub async fn confirm_person(tx: &mut Tx, matter: &str, mark: &str, way: &str) -> Result<bool> {
    let done = sqlx::query(
        "UPDATE village_person
         SET way = $3
         WHERE matter = $1 AND mark = $2 AND way = 'unconfirmed'",
    )
    .bind(matter)
    .bind(mark)
    .bind(way)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// By which way was a person counted?
pub async fn find_way(tx: &mut Tx, matter: &str, mark: &str) -> Result<Option<String>> {
    let row: Option<(String,)> =
        sqlx::query_as("SELECT way FROM village_person WHERE matter = $1 AND mark = $2")
            .bind(matter)
            .bind(mark)
            .fetch_optional(tx.conn())
            .await?;
    Ok(row.map(|(way,)| way))
}

/// Counts a person no more; false when they were not counted by that way.
pub async fn delete_person(tx: &mut Tx, matter: &str, mark: &str, way: &str) -> Result<bool> {
    let done = sqlx::query("DELETE FROM village_person WHERE matter = $1 AND mark = $2 AND way = $3")
        .bind(matter)
        .bind(mark)
        .bind(way)
        .execute(tx.conn())
        .await?;
    Ok(done.rows_affected() == 1)
}

/// How many questions went to a number since an instant?
pub async fn count_asked(tx: &mut Tx, mark: &str, since: Time) -> Result<i64> {
    let (n,): (i64,) = sqlx::query_as(
        "SELECT CAST(COUNT(*) AS BIGINT)
         FROM village_code
         WHERE mark = $1 AND sent_at > $2 AND asked IS NOT NULL",
    )
    .bind(mark)
    .bind(since.0)
    .fetch_one(tx.conn())
    .await?;
    Ok(n)
}

/// Keeps what a number asked for, with the code that it is to send.
pub async fn insert_asked(
    tx: &mut Tx,
    (id, mark, code_hash): (&str, &str, &str),
    asked: &str,
    at: Time,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO village_code (id, mark, code_hash, n_tries, sent_at, asked)
         VALUES ($1, $2, $3, 0, $4, $5)",
    )
    .bind(id)
    .bind(mark)
    .bind(code_hash)
    .bind(at.0)
    .bind(asked)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// What a number asked for last, and waits for its code.
pub async fn find_asked(tx: &mut Tx, mark: &str) -> Result<Option<AskedRow>> {
    Ok(sqlx::query_as(
        "SELECT id, code_hash, sent_at, asked
         FROM village_code
         WHERE mark = $1 AND asked <> ''
         ORDER BY sent_at DESC, id DESC
         LIMIT 1",
    )
    .bind(mark)
    .fetch_optional(tx.conn())
    .await?)
}

/// Lets nothing wait any more that a number asked for; it is still counted among the questions.
pub async fn end_asked(tx: &mut Tx, mark: &str) -> Result<()> {
    sqlx::query("UPDATE village_code SET asked = '', code_hash = '' WHERE mark = $1 AND asked <> ''")
        .bind(mark)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// How often was an address asked by mail since an instant?
pub async fn count_mail_asked(tx: &mut Tx, mark: &str, since: Time) -> Result<i64> {
    let (n,): (i64,) = sqlx::query_as(
        "SELECT CAST(COUNT(*) AS BIGINT)
         FROM village_mail_asked
         WHERE mark = $1 AND asked_at >= $2",
    )
    .bind(mark)
    .bind(since.0)
    .fetch_one(tx.conn())
    .await?;
    Ok(n)
}

/// Notes that an address is asked about a record; false when it was since an instant.
pub async fn note_mail_asked(tx: &mut Tx, mark: &str, about: &str, at: Time, since: Time) -> Result<bool> {
    let (n,): (i64,) = sqlx::query_as(
        "SELECT CAST(COUNT(*) AS BIGINT)
         FROM village_mail_asked
         WHERE mark = $1 AND about = $2 AND asked_at >= $3",
    )
    .bind(mark)
    .bind(about)
    .bind(since.0)
    .fetch_one(tx.conn())
    .await?;
    if n > 0 {
        return Ok(false);
    }
    let done = sqlx::query(
        "INSERT INTO village_mail_asked (mark, about, asked_at)
         VALUES ($1, $2, $3)
         ON CONFLICT (mark, about, asked_at) DO NOTHING",
    )
    .bind(mark)
    .bind(about)
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Forgets who was asked by mail before an instant.
pub async fn forget_mail_asked(tx: &mut Tx, before: Time) -> Result<()> {
    sqlx::query("DELETE FROM village_mail_asked WHERE asked_at < $1")
        .bind(before.0)
        .execute(tx.conn())
        .await?;
    Ok(())
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
