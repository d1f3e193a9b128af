//! SQL of notices: who was told what, and what officers are to be told next.

use std::collections::BTreeSet;

use sqlx::{Any, Executor};

use crate::platform::{db::Tx, problem::Result, time::Time};

/// Which entries of a timeline were told?
pub async fn list_told(tx: &mut Tx, subject: &str) -> Result<BTreeSet<String>> {
    let rows: Vec<(String,)> = sqlx::query_as("SELECT entry FROM request_told WHERE request_id = $1")
        .bind(subject)
        .fetch_all(tx.conn())
        .await?;
    Ok(rows.into_iter().map(|(entry,)| entry).collect())
}

pub async fn insert_told<'a>(
    tx: &mut Tx,
    subject: &str,
    entries: impl Iterator<Item = &'a str>,
) -> Result<()> {
    for entry in entries {
        sqlx::query(
            "INSERT INTO request_told (request_id, entry)
             VALUES ($1, $2)
             ON CONFLICT (request_id, entry) DO NOTHING",
        )
        .bind(subject)
        .bind(entry)
        .execute(tx.conn())
        .await?;
    }
    Ok(())
}

/// Keeps by which message a resident is told of a special close to come.
pub async fn insert_special_notice(tx: &mut Tx, request_id: &str, message_id: &str, at: Time) -> Result<()> {
    sqlx::query(
        "INSERT INTO request_special_notice (message_id, request_id, proposed_at)
         VALUES ($1, $2, $3)",
    )
    .bind(message_id)
    .bind(request_id)
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Forgets the notices of a proposal that is over.
pub async fn delete_special_notices(tx: &mut Tx, request_id: &str) -> Result<()> {
    sqlx::query("DELETE FROM request_special_notice WHERE request_id = $1")
        .bind(request_id)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// When did a gateway take the first notice of the special close to come? `None` while none has.
pub async fn find_special_told(
    db: impl Executor<'_, Database = Any>,
    request_id: &str,
) -> Result<Option<Time>> {
    let (at,): (Option<i64>,) = sqlx::query_as(
        "SELECT MIN(COALESCE(message.sent_at, message.settled_at))
         FROM request_special_notice told
         JOIN message ON message.id = told.message_id
         WHERE told.request_id = $1
           AND message.state IN ('sent', 'delivered')",
    )
    .bind(request_id)
    .fetch_one(db)
    .await?;
    Ok(at.map(Time))
}

/// Counts one more thing of a kind that somebody is to be told.
pub async fn count_desk_notice(tx: &mut Tx, user: &str, what: &str, request_id: &str) -> Result<()> {
    sqlx::query(
        "INSERT INTO desk_notice (user_id, what, request_id, n)
         VALUES ($1, $2, $3, 1)
         ON CONFLICT (user_id, what) DO UPDATE SET request_id = excluded.request_id, n = desk_notice.n + 1",
    )
    .bind(user)
    .bind(what)
    .bind(request_id)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// What of a kind somebody is to be told, how often, and the latest request.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct DeskNotice {
    pub what: String,
    pub n: i64,
    pub code: String,
}

/// Takes what somebody is to be told, so that it is told once.
pub async fn take_desk_notices(tx: &mut Tx, user: &str) -> Result<Vec<DeskNotice>> {
    let taken = sqlx::query_as(
        "SELECT desk_notice.what, desk_notice.n, service_request.code
         FROM desk_notice
         JOIN service_request ON service_request.id = desk_notice.request_id
         WHERE desk_notice.user_id = $1
         ORDER BY desk_notice.what",
    )
    .bind(user)
    .fetch_all(tx.conn())
    .await?;
    sqlx::query("DELETE FROM desk_notice WHERE user_id = $1")
        .bind(user)
        .execute(tx.conn())
        .await?;
    Ok(taken)
}

/// Who has something to be told?
pub async fn list_waiting_officers(tx: &mut Tx) -> Result<Vec<String>> {
    let rows: Vec<(String,)> = sqlx::query_as("SELECT DISTINCT user_id FROM desk_notice ORDER BY user_id")
        .fetch_all(tx.conn())
        .await?;
    Ok(rows.into_iter().map(|(user,)| user).collect())
}
