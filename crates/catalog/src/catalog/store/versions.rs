//! SQL on the versions that readers were shown, and on the columns that name the rows of a table.

use sqlx::{AnyPool, FromRow};

use super::ColumnRow;
use crate::{
    catalog::ColumnClassified,
    platform::{db::Tx, events::Event, problem::Result, time::Time},
};

/// A version as it was shown.
#[derive(Debug, Clone, FromRow)]
pub struct ShownRow {
    pub version: i64,
    pub n_rows: i64,
    /// Since when it could be read.
    pub shown_at: i64,
    /// Empty, `deprecated` or `withdrawn`.
    pub standing: String,
    pub reason: String,
    /// Address of what to use instead; may be empty.
    pub replaced_by: String,
    pub standing_at: Option<i64>,
    /// Since when everybody may read it; none for one that only those were shown who work with a dataset that is not open.
    pub public_at: Option<i64>,
}

/// Notes that readers are shown a version; one that was shown before keeps the day it came. Of an open dataset everybody may read it.
pub async fn note_shown(tx: &mut Tx, resource: &str, version: i64, n_rows: i64, at: Time) -> Result<()> {
    sqlx::query(
        "INSERT INTO shown_version (resource_id, version, n_rows, shown_at, standing, reason, replaced_by, standing_at, public_at)
         VALUES ($1, $2, $3, $4, '', '', '', NULL,
                 (SELECT CAST($4 AS BIGINT)
                  FROM resource r
                  JOIN dataset d ON d.slug = r.dataset_slug
                  WHERE r.id = $1 AND d.is_open = 1 AND d.state = 'active'))
         ON CONFLICT (resource_id, version) DO UPDATE SET public_at = COALESCE(shown_version.public_at, excluded.public_at)",
    )
    .bind(resource)
    .bind(version)
    .bind(n_rows)
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Notes that everybody may read the versions that the tables of a dataset show, and the files in it, by its slug or id, where it is open.
pub async fn note_public(tx: &mut Tx, dataset: &str, at: Time) -> Result<()> {
    sqlx::query(
        "UPDATE shown_version
         SET public_at = $2
         WHERE public_at IS NULL
           AND EXISTS (SELECT 1
                       FROM resource r
                       JOIN dataset d ON d.slug = r.dataset_slug
                       WHERE r.id = shown_version.resource_id
                         AND r.version = shown_version.version
                         AND (d.slug = $1 OR d.id = $1)
                         AND d.is_open = 1
                         AND d.state = 'active')",
    )
    .bind(dataset)
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    super::files::note_public(tx, dataset, at).await
}

/// Lists the versions that everybody may read, the newest first, each as shown since everybody may.
pub async fn list_public(pool: &AnyPool, resource: &str) -> Result<Vec<ShownRow>> {
    Ok(sqlx::query_as(
        "SELECT version, n_rows, public_at AS shown_at, standing, reason, replaced_by, standing_at, public_at
         FROM shown_version
         WHERE resource_id = $1 AND public_at IS NOT NULL
         ORDER BY version DESC",
    )
    .bind(resource)
    .fetch_all(pool)
    .await?)
}

/// Lists the versions that readers were shown, the newest first.
pub async fn list_shown(pool: &AnyPool, resource: &str) -> Result<Vec<ShownRow>> {
    Ok(sqlx::query_as(
        "SELECT version, n_rows, shown_at, standing, reason, replaced_by, standing_at, public_at
         FROM shown_version
         WHERE resource_id = $1
         ORDER BY version DESC",
    )
    .bind(resource)
    .fetch_all(pool)
    .await?)
}

/// Says that a version is deprecated or withdrawn, or neither any more; tells whether it was ever shown.
pub async fn put_standing(
    tx: &mut Tx,
    resource: &str,
    version: i64,
    (standing, reason, replaced_by): (&str, &str, &str),
    at: Time,
) -> Result<bool> {
    let done = sqlx::query(
        "UPDATE shown_version SET standing = $3, reason = $4, replaced_by = $5, standing_at = $6
         WHERE resource_id = $1 AND version = $2",
    )
    .bind(resource)
    .bind(version)
    .bind(standing)
    .bind(reason)
    .bind(replaced_by)
    .bind((!standing.is_empty()).then_some(at.0))
    .execute(tx.conn())
    .await?;
    super::search::note_resource(tx, resource).await?;
    Ok(done.rows_affected() == 1)
}

/// Takes a table's shown version away, where none is left that may be read.
pub async fn show_nothing(tx: &mut Tx, resource: &str, at: Time) -> Result<()> {
    sqlx::query(
        "UPDATE resource SET version = NULL, n_rows = 0, profile = NULL, changed_at = $2 WHERE id = $1",
    )
    .bind(resource)
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    super::search::note_resource(tx, resource).await
}

/// Lists the columns that one table had once and has no more, or any table, with what is on record of each.
pub async fn list_former_columns(pool: &AnyPool, resource: Option<&str>) -> Result<Vec<ColumnRow>> {
    Ok(sqlx::query_as(
        "SELECT resource_id, name, kind, title, class, asked, unit
         FROM resource_column
         WHERE ($1 IS NULL OR resource_id = $1)
           AND position < 0
         ORDER BY resource_id, name",
    )
    .bind(resource)
    .fetch_all(pool)
    .await?)
}

/// Lists what was said of who may see the columns of a table, each as the JSON of its event, the oldest first.
pub async fn list_decisions(pool: &AnyPool, resource: &str) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar(
        "SELECT facts
         FROM audit
         WHERE subject = $1
           AND event = $2
         ORDER BY at, id",
    )
    .bind(format!("resource/{resource}"))
    .bind(ColumnClassified::NAME)
    .fetch_all(pool)
    .await?)
}

/// Lists the columns that name the rows of a table; none where nobody said.
pub async fn list_key(pool: &AnyPool, resource: &str) -> Result<Vec<String>> {
    Ok(
        sqlx::query_scalar("SELECT column_name FROM resource_key WHERE resource_id = $1 ORDER BY position")
            .bind(resource)
            .fetch_all(pool)
            .await?,
    )
}

/// Puts a key in the place of the one before.
pub async fn put_key(tx: &mut Tx, resource: &str, columns: &[&str]) -> Result<()> {
    sqlx::query("DELETE FROM resource_key WHERE resource_id = $1")
        .bind(resource)
        .execute(tx.conn())
        .await?;
    for (position, column) in columns.iter().enumerate() {
        sqlx::query("INSERT INTO resource_key (resource_id, position, column_name) VALUES ($1, $2, $3)")
            .bind(resource)
            .bind(i64::try_from(position).unwrap_or(i64::MAX))
            .bind(*column)
            .execute(tx.conn())
            .await?;
    }
    Ok(())
}
