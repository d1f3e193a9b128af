//! SQL of requests somebody is about to file.

use sqlx::{AnyPool, FromRow};

use crate::platform::{db::Tx, problem::Result, time::Time};

/// A draft as it lies in the database.
#[derive(Debug, Clone, FromRow)]
pub struct Kept {
    pub body: String,
    pub changed_at: i64,
    pub filed_code: Option<String>,
    pub sealed_key: Option<String>,
}

pub async fn find(db: &AnyPool, id: &str) -> Result<Option<Kept>> {
    Ok(
        sqlx::query_as("SELECT body, changed_at, filed_code, sealed_key FROM request_draft WHERE id = $1")
            .bind(id)
            .fetch_optional(db)
            .await?,
    )
}

/// Saves what was typed; false when it was filed in the meantime.
pub async fn save(tx: &mut Tx, id: &str, body: &str, at: Time) -> Result<bool> {
    let saved = sqlx::query(
        "INSERT INTO request_draft (id, body, changed_at)
         VALUES ($1, $2, $3)
         ON CONFLICT (id) DO UPDATE
         SET body = excluded.body, changed_at = excluded.changed_at
         WHERE request_draft.filed_code IS NULL",
    )
    .bind(id)
    .bind(body)
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    Ok(saved.rows_affected() == 1)
}

/// Notes what a draft became and lets go of what was typed, which now stands there.
pub async fn set_filed(tx: &mut Tx, id: &str, code: &str, sealed_key: Option<&str>, at: Time) -> Result<()> {
    sqlx::query(
        "UPDATE request_draft SET body = '', changed_at = $2, filed_code = $3, sealed_key = $4 WHERE id = $1",
    )
    .bind(id)
    .bind(at.0)
    .bind(code)
    .bind(sealed_key)
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub async fn delete(tx: &mut Tx, id: &str) -> Result<()> {
    sqlx::query("DELETE FROM request_draft WHERE id = $1")
        .bind(id)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Lists drafts that nobody touched since a moment, with what was typed.
pub async fn list_unchanged_since(db: &AnyPool, since: Time, most: i64) -> Result<Vec<(String, String)>> {
    Ok(sqlx::query_as(
        "SELECT id, body FROM request_draft WHERE changed_at < $1 ORDER BY changed_at LIMIT $2",
    )
    .bind(since.0)
    .bind(most)
    .fetch_all(db)
    .await?)
}

/// Deletes a draft that nobody touched since a moment; false when somebody did after all.
pub async fn delete_unchanged_since(tx: &mut Tx, id: &str, since: Time) -> Result<bool> {
    let deleted = sqlx::query("DELETE FROM request_draft WHERE id = $1 AND changed_at < $2")
        .bind(id)
        .bind(since.0)
        .execute(tx.conn())
        .await?;
    Ok(deleted.rows_affected() == 1)
}

/// Takes away the keys of what was filed before a moment.
pub async fn forget_keys(tx: &mut Tx, before: Time) -> Result<()> {
    sqlx::query(
        "UPDATE request_draft SET sealed_key = NULL WHERE sealed_key IS NOT NULL AND changed_at < $1",
    )
    .bind(before.0)
    .execute(tx.conn())
    .await?;
    Ok(())
}
