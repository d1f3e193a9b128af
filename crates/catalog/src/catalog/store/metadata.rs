//! SQL on what the metadata forms ask, and on papers that are evidence.

use sqlx::{AnyPool, FromRow};

use crate::platform::{db::Tx, op::Op, problem::Result};

/// A paper that shows that something was done.
#[derive(Debug, Clone, FromRow)]
pub struct PaperRow {
    pub id: String,
    pub indicator: String,
    pub title: String,
    pub held_on: String,
    pub name: String,
    pub blob: String,
    pub size_bytes: i64,
    pub added_at: i64,
}

/// What was typed for a dataset, as JSON.
pub async fn find_facts(pool: &AnyPool, dataset: &str) -> Result<Option<String>> {
    Ok(
        sqlx::query_scalar("SELECT facts FROM dataset_metadata WHERE dataset_id = $1")
            .bind(dataset)
            .fetch_optional(pool)
            .await?,
    )
}

/// Keeps what was typed for a dataset.
pub async fn put_facts(tx: &mut Tx, op: &Op, dataset: &str, facts: &str) -> Result<()> {
    sqlx::query(
        "INSERT INTO dataset_metadata (dataset_id, facts, changed_at, changed_by)
         VALUES ($1, $2, $3, $4)
         ON CONFLICT (dataset_id) DO UPDATE SET facts = excluded.facts, changed_at = excluded.changed_at,
             changed_by = excluded.changed_by",
    )
    .bind(dataset)
    .bind(facts)
    .bind(op.at.0)
    .bind(op.who.label())
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Lists the papers by indicator, the last day first.
pub async fn list_papers(pool: &AnyPool) -> Result<Vec<PaperRow>> {
    Ok(sqlx::query_as(
        "SELECT id, indicator, title, held_on, name, blob, size_bytes, added_at
         FROM evidence_paper
         ORDER BY indicator, held_on DESC, id",
    )
    .fetch_all(pool)
    .await?)
}

/// Enters a paper.
pub async fn insert_paper(tx: &mut Tx, op: &Op, paper: &PaperRow) -> Result<()> {
    sqlx::query(
        "INSERT INTO evidence_paper (id, indicator, title, held_on, name, blob, size_bytes, added_at, added_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(&paper.id)
    .bind(&paper.indicator)
    .bind(&paper.title)
    .bind(&paper.held_on)
    .bind(&paper.name)
    .bind(&paper.blob)
    .bind(paper.size_bytes)
    .bind(paper.added_at)
    .bind(op.who.label())
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Is a paper kept with these bytes?
pub async fn holds_blob(pool: &AnyPool, blob: &str) -> Result<bool> {
    let n: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM evidence_paper WHERE blob = $1")
        .bind(blob)
        .fetch_one(pool)
        .await?;
    Ok(n > 0)
}
