//! Reading the audit trail; it is written only by [`Tx::emit`](super::db::Tx::emit) and never changed.

use serde::Serialize;
use sqlx::FromRow;

use super::{app::App, problem::Result, time::Time};

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

/// Which changes a list is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    All,
    /// All but the events whose names begin so.
    AllBut(Vec<String>),
    /// These events, each with what its facts must hold.
    Only(Vec<(String, String)>),
}

/// Lists changes from one moment to before another, the newest first, without the first `offset`.
///
/// # Errors
/// When the database fails.
pub async fn page(
    app: &App,
    wanted: &Wanted,
    from: Option<Time>,
    before: Option<Time>,
    offset: usize,
    most: usize,
) -> Result<Vec<Entry>> {
    let reach = i64::try_from(offset.saturating_add(most)).unwrap_or(i64::MAX);
    let mut found: Vec<Entry> = Vec::new();
    // One question for each event: what is newest of all is among the newest of each.
    let questions: Vec<(&str, &str)> = match wanted {
        Wanted::All | Wanted::AllBut(_) => vec![("", "")],
        Wanted::Only(events) => events
            .iter()
            .map(|(event, fact)| (event.as_str(), fact.as_str()))
            .collect(),
    };
    let without: [&str; 3] = match wanted {
        Wanted::AllBut(names) => std::array::from_fn(|at| names.get(at).map_or("-", String::as_str)),
        _ => ["-"; 3],
    };
    for (event, fact) in questions {
        let mut query = sqlx::query_as(
            "SELECT id, at, who, event, subject, why, facts, request_id
             FROM audit
             WHERE ($1 = '' OR event = $1)
               AND ($2 = '' OR facts LIKE $2)
               AND at >= $3
               AND at < $4
               AND event NOT LIKE $6
               AND event NOT LIKE $7
               AND event NOT LIKE $8
             ORDER BY at DESC, id DESC
             LIMIT $5",
        )
        .bind(event)
        .bind(if fact.is_empty() {
            String::new()
        } else {
            format!("%{fact}%")
        })
        .bind(from.map_or(i64::MIN, |at| at.0))
        .bind(before.map_or(i64::MAX, |at| at.0))
        .bind(reach);
        for name in without {
            query = query.bind(format!("{name}%"));
        }
        found.extend(query.fetch_all(app.db.read()).await?);
    }
    found.sort_by(|a, b| (b.at, &b.id).cmp(&(a.at, &a.id)));
    Ok(found.into_iter().skip(offset).take(most).collect())
}
