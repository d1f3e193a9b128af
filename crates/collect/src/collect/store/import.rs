//! SQL of what was brought from other servers.

use sqlx::AnyPool;

use crate::platform::{db::Tx, problem::Result, time::Time};

/// Notes another server, or finds it; returns its id.
pub async fn save_source(tx: &mut Tx, id: &str, url: &str, at: Time) -> Result<String> {
    sqlx::query(
        "INSERT INTO import_source (id, url, started_at) VALUES ($1, $2, $3) ON CONFLICT (url) DO NOTHING",
    )
    .bind(id)
    .bind(url)
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    let (found,): (String,) = sqlx::query_as("SELECT id FROM import_source WHERE url = $1")
        .bind(url)
        .fetch_one(tx.conn())
        .await?;
    Ok(found)
}

/// Something that was brought whole.
pub struct Mark<'a> {
    pub source: &'a str,
    pub kind: &'a str,
    pub key: &'a str,
    pub mark: &'a str,
    pub ours: &'a str,
}

pub async fn mark(tx: &mut Tx, mark: &Mark<'_>, at: Time) -> Result<()> {
    sqlx::query(
        "INSERT INTO import_item (source_id, kind, key, mark, ours, done_at)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (source_id, kind, key) DO UPDATE
         SET mark = excluded.mark, ours = excluded.ours, done_at = excluded.done_at",
    )
    .bind(mark.source)
    .bind(mark.kind)
    .bind(mark.key)
    .bind(mark.mark)
    .bind(mark.ours)
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// What was brought under a key: its mark, and what it is here?
pub async fn find(db: &AnyPool, source: &str, kind: &str, key: &str) -> Result<Option<(String, String)>> {
    Ok(
        sqlx::query_as("SELECT mark, ours FROM import_item WHERE source_id = $1 AND kind = $2 AND key = $3")
            .bind(source)
            .bind(kind)
            .bind(key)
            .fetch_optional(db)
            .await?,
    )
}

/// The key, mark and what it is here of everything of a kind whose key begins so.
pub async fn list(
    db: &AnyPool,
    source: &str,
    kind: &str,
    within: &str,
) -> Result<Vec<(String, String, String)>> {
    Ok(sqlx::query_as(
        "SELECT key, mark, ours FROM import_item WHERE source_id = $1 AND kind = $2 AND SUBSTR(key, 1, LENGTH($3)) = $3",
    )
    .bind(source)
    .bind(kind)
    .bind(within)
    .fetch_all(db)
    .await?)
}

/// How many submissions were first filed to a form, and how many edits of them?
pub async fn count(db: &AnyPool, form_id: &str) -> Result<(i64, i64)> {
    Ok(sqlx::query_as(
        "SELECT CAST(COALESCE(SUM(CASE WHEN instance_id = root_id THEN 1 ELSE 0 END), 0) AS BIGINT),
                CAST(COALESCE(SUM(CASE WHEN instance_id <> root_id THEN 1 ELSE 0 END), 0) AS BIGINT)
         FROM submission
         WHERE form_id = $1",
    )
    .bind(form_id)
    .fetch_one(db)
    .await?)
}
