//! SQL on series of datasets.

use sqlx::{AnyPool, FromRow};

use crate::platform::{db::Tx, problem::Result, time::Time};

/// A series as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct SeriesRow {
    pub slug: String,
    pub id: String,
    pub title: String,
    pub description: String,
    pub organisation: Option<String>,
    pub created_at: i64,
    pub changed_at: i64,
}

/// Lists all series by their titles.
pub async fn list(pool: &AnyPool) -> Result<Vec<SeriesRow>> {
    Ok(sqlx::query_as(
        "SELECT slug, id, title, description, organisation, created_at, changed_at
         FROM dataset_series
         ORDER BY title, slug",
    )
    .fetch_all(pool)
    .await?)
}

pub async fn find(pool: &AnyPool, slug: &str) -> Result<Option<SeriesRow>> {
    Ok(sqlx::query_as(
        "SELECT slug, id, title, description, organisation, created_at, changed_at
         FROM dataset_series
         WHERE slug = $1",
    )
    .bind(slug)
    .fetch_optional(pool)
    .await?)
}

/// Lists which dataset is in which series, by the slugs of both; of one dataset, or of all.
pub async fn list_members(pool: &AnyPool, dataset: Option<&str>) -> Result<Vec<(String, String)>> {
    Ok(sqlx::query_as(
        "SELECT d.slug, m.series
         FROM dataset_in_series m
         JOIN dataset d ON d.id = m.dataset_id
         WHERE ($1 IS NULL OR d.slug = $1)",
    )
    .bind(dataset)
    .fetch_all(pool)
    .await?)
}

/// Enters a series; false when its slug is taken.
pub async fn insert(tx: &mut Tx, row: &SeriesRow) -> Result<bool> {
    let done = sqlx::query(
        "INSERT INTO dataset_series (slug, id, title, description, organisation, created_at, changed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (slug) DO NOTHING",
    )
    .bind(&row.slug)
    .bind(&row.id)
    .bind(&row.title)
    .bind(&row.description)
    .bind(&row.organisation)
    .bind(row.created_at)
    .bind(row.changed_at)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Changes what is said of a series.
pub async fn update(tx: &mut Tx, slug: &str, title: &str, description: &str, at: Time) -> Result<()> {
    sqlx::query("UPDATE dataset_series SET title = $2, description = $3, changed_at = $4 WHERE slug = $1")
        .bind(slug)
        .bind(title)
        .bind(description)
        .bind(at.0)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Puts a dataset into a series, out of any other.
pub async fn put(tx: &mut Tx, dataset_id: &str, series: &str) -> Result<()> {
    sqlx::query(
        "INSERT INTO dataset_in_series (dataset_id, series)
         VALUES ($1, $2)
         ON CONFLICT (dataset_id) DO UPDATE SET series = excluded.series",
    )
    .bind(dataset_id)
    .bind(series)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Takes a dataset out of its series.
pub async fn take(tx: &mut Tx, dataset_id: &str) -> Result<()> {
    sqlx::query("DELETE FROM dataset_in_series WHERE dataset_id = $1")
        .bind(dataset_id)
        .execute(tx.conn())
        .await?;
    Ok(())
}
