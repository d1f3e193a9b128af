//! Reading the audit trail; it is written only by [`Tx::emit`](super::db::Tx::emit) and never changed.

use serde::Serialize;
use sqlx::FromRow;

use super::{app::App, problem::Result};

/// One change: when, who, what, about which record, and why.
#[derive(Debug, Clone, FromRow, Serialize)]
pub struct Entry {
    pub id: String,
    pub at: i64,
    pub who: String,
    pub event: String,
    pub subject: String,
    pub why: Option<String>,
    pub facts: String,
    /// Ties it to the log lines of the request that made the change.
    pub request_id: Option<String>,
}

/// Lists changes, the newest first, beginning before the entry `before`.
///
/// # Errors
/// When the database fails.
pub async fn list(app: &App, before: Option<&str>, most: i64) -> Result<Vec<Entry>> {
    Ok(sqlx::query_as(
        "SELECT id, at, who, event, subject, why, facts, request_id
         FROM audit
         WHERE ($1 IS NULL OR id < $1)
         ORDER BY id DESC
         LIMIT $2",
    )
    .bind(before)
    .bind(most)
    .fetch_all(app.db.read())
    .await?)
}

/// Lists the changes of one record, the newest first.
///
/// # Errors
/// When the database fails.
pub async fn list_about(app: &App, subject: &str, most: i64) -> Result<Vec<Entry>> {
    Ok(sqlx::query_as(
        "SELECT id, at, who, event, subject, why, facts, request_id
         FROM audit
         WHERE subject = $1
         ORDER BY id DESC
         LIMIT $2",
    )
    .bind(subject)
    .bind(most)
    .fetch_all(app.db.read())
    .await?)
}
