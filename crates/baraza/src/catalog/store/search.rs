//! SQL on what changed in the catalogue, for the index that follows it.

use sqlx::AnyPool;

use crate::platform::{db::Tx, problem::Result};

/// Notes that a dataset changed, or something in it, so that indexes read it again; it is known by its id or its slug.
pub async fn note_dataset(tx: &mut Tx, dataset: &str) -> Result<()> {
    note_shared(tx).await?;
    sqlx::query(
        "UPDATE dataset SET changed_n = (SELECT n FROM catalogue_state WHERE id = 1) WHERE slug = $1 OR id = $1",
    )
    .bind(dataset)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Notes that the dataset of a resource changed.
pub async fn note_resource(tx: &mut Tx, resource: &str) -> Result<()> {
    note_shared(tx).await?;
    sqlx::query(
        "UPDATE dataset SET changed_n = (SELECT n FROM catalogue_state WHERE id = 1)
         WHERE slug = (SELECT dataset_slug FROM resource WHERE id = $1)",
    )
    .bind(resource)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Notes that a publisher, a theme or what is told of a file changed: an index sees by itself which datasets have it.
pub async fn note_shared(tx: &mut Tx) -> Result<()> {
    sqlx::query("UPDATE catalogue_state SET n = n + 1 WHERE id = 1")
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// How often has the catalogue changed, and when was the last change that any dataset may have?
pub async fn find_state(pool: &AnyPool) -> Result<(i64, i64)> {
    Ok(
        sqlx::query_as("SELECT n, n_whole FROM catalogue_state WHERE id = 1")
            .fetch_one(pool)
            .await?,
    )
}

/// Which datasets changed since? At most so many.
pub async fn list_changed(pool: &AnyPool, since: i64, most: i64) -> Result<Vec<String>> {
    Ok(
        sqlx::query_scalar("SELECT slug FROM dataset WHERE changed_n > $1 ORDER BY changed_n, slug LIMIT $2")
            .bind(since)
            .bind(most)
            .fetch_all(pool)
            .await?,
    )
}
