//! SQL of what waits to be put into a form's tables, and of the mark up to which rows may stand there.

use sqlx::{AnyPool, FromRow};

use super::submissions::Pending;
use crate::platform::{db::Tx, problem::Result};

/// What waits of one version of a form.
#[derive(Debug, FromRow)]
pub struct Waiting {
    pub version_id: String,
    pub n: i64,
    /// The highest id among them.
    pub last: String,
}

/// Of which versions are the first `most` submissions that wait?
pub async fn waiting(db: &AnyPool, form_id: &str, most: i64) -> Result<Vec<Waiting>> {
    Ok(sqlx::query_as(
        "SELECT version_id, COUNT(*) AS n, MAX(id) AS last
         FROM (SELECT id, version_id FROM submission WHERE form_id = $1 AND is_tabulated = 0 ORDER BY id LIMIT $2) AS first_ones
         GROUP BY version_id",
    )
    .bind(form_id)
    .bind(most)
    .fetch_all(db)
    .await?)
}

/// Which submissions wait after one id and up to another?
pub async fn list_pending(
    db: &AnyPool,
    form_id: &str,
    after: &str,
    until: &str,
    most: i64,
) -> Result<Vec<Pending>> {
    Ok(sqlx::query_as(
        "SELECT id, version_id, root_id, instance_id,
                CAST(CASE WHEN is_current = 1 AND review_state = 'rejected' THEN 2 ELSE is_current END AS BIGINT) AS is_current,
                xml, filed_at, place_code, flags
         FROM submission
         WHERE form_id = $1 AND is_tabulated = 0 AND id > $2 AND id <= $3
         ORDER BY id
         LIMIT $4",
    )
    .bind(form_id)
    .bind(after)
    .bind(until)
    .bind(most)
    .fetch_all(db)
    .await?)
}

/// Moves a form's mark up to an id, and never down; returns where it was.
pub async fn move_mark(tx: &mut Tx, form_id: &str, until: &str) -> Result<String> {
    let before: Option<String> = sqlx::query_scalar("SELECT mark FROM form_tabulated WHERE form_id = $1")
        .bind(form_id)
        .fetch_optional(tx.conn())
        .await?;
    sqlx::query(
        "INSERT INTO form_tabulated (form_id, mark)
         VALUES ($1, $2)
         ON CONFLICT (form_id) DO UPDATE SET mark = excluded.mark WHERE form_tabulated.mark < excluded.mark",
    )
    .bind(form_id)
    .bind(until)
    .execute(tx.conn())
    .await?;
    Ok(before.unwrap_or_default())
}
