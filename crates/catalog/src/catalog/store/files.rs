//! SQL on files that are no tables: every one that came for a resource.

use sqlx::{AnyPool, FromRow};

use crate::platform::{db::Tx, problem::Result, time::Time};

/// A file that came for a resource that is no table.
#[derive(Debug, Clone, FromRow)]
pub struct KeptRow {
    pub resource_id: String,
    pub dataset_slug: String,
    /// SHA-256 of its bytes.
    pub blob: String,
    pub name: String,
    /// None for one that came before this was kept.
    pub size_bytes: Option<i64>,
    pub received_at: i64,
    /// Since when everybody may read it; none for one that only those could who work on the data.
    pub public_at: Option<i64>,
}

/// Notes that a file came for a resource; one that came before stands as it did.
pub async fn insert(
    tx: &mut Tx,
    resource: &str,
    (blob, name, size_bytes): (&str, &str, i64),
    at: Time,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO kept_file (resource_id, blob, name, size_bytes, received_at, public_at)
         VALUES ($1, $2, $3, $4, $5, NULL)
         ON CONFLICT (resource_id, blob) DO NOTHING",
    )
    .bind(resource)
    .bind(blob)
    .bind(name)
    .bind(size_bytes)
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Notes that everybody may read the files that a dataset's resources are, by its slug or id, where it is open.
pub async fn note_public(tx: &mut Tx, dataset: &str, at: Time) -> Result<()> {
    sqlx::query(
        "UPDATE kept_file
         SET public_at = $2
         WHERE public_at IS NULL
           AND EXISTS (SELECT 1
                       FROM resource r
                       JOIN dataset d ON d.slug = r.dataset_slug
                       WHERE r.id = kept_file.resource_id
                         AND r.blob = kept_file.blob
                         AND r.state = 'active'
                         AND (d.slug = $1 OR d.id = $1)
                         AND d.is_open = 1
                         AND d.state = 'active')",
    )
    .bind(dataset)
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Lists the files that came for a resource, the newest first.
pub async fn list(pool: &AnyPool, resource: &str) -> Result<Vec<KeptRow>> {
    Ok(sqlx::query_as(
        "SELECT k.resource_id, r.dataset_slug, k.blob, k.name, k.size_bytes, k.received_at, k.public_at
         FROM kept_file k
         JOIN resource r ON r.id = k.resource_id
         WHERE k.resource_id = $1
         ORDER BY k.received_at DESC, k.blob",
    )
    .bind(resource)
    .fetch_all(pool)
    .await?)
}

/// Lists the files whose SHA-256 begins so, at most so many.
pub async fn find(pool: &AnyPool, digest: &str, most: i64) -> Result<Vec<KeptRow>> {
    // Behind all hexadecimal digits comes a `g`.
    let end = format!("{digest}g");
    Ok(sqlx::query_as(
        "SELECT k.resource_id, r.dataset_slug, k.blob, k.name, k.size_bytes, k.received_at, k.public_at
         FROM kept_file k
         JOIN resource r ON r.id = k.resource_id
         WHERE k.blob >= $1 AND k.blob < $2
         ORDER BY k.blob, k.received_at
         LIMIT $3",
    )
    .bind(digest)
    .bind(end)
    .bind(most)
    .fetch_all(pool)
    .await?)
}
