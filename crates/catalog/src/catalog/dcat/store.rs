//! SQL on what programs are told of datasets beside what the index holds; asked for many datasets at once.

use sqlx::{Any, AnyPool, AssertSqlSafe, FromRow};

use crate::platform::problem::Result;

/// What was typed for the metadata of a dataset.
#[derive(Debug, Clone, FromRow)]
pub struct FactsRow {
    pub dataset_id: String,
    /// As JSON: field to text.
    pub facts: String,
    pub changed_at: i64,
}

/// What was typed for the metadata of these datasets?
pub async fn list_facts(pool: &AnyPool, datasets: &[String]) -> Result<Vec<FactsRow>> {
    if datasets.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT dataset_id, facts, changed_at
         FROM dataset_metadata
         WHERE dataset_id IN ({})",
        marks(datasets.len())
    );
    let mut query = sqlx::query_as::<Any, FactsRow>(AssertSqlSafe(sql)).persistent(false);
    for id in datasets {
        query = query.bind(id);
    }
    Ok(query.fetch_all(pool).await?)
}

/// Of which datasets was something typed for the metadata since?
pub async fn list_typed_since(pool: &AnyPool, since: i64) -> Result<Vec<String>> {
    Ok(
        sqlx::query_scalar("SELECT dataset_id FROM dataset_metadata WHERE changed_at >= $1")
            .bind(since)
            .fetch_all(pool)
            .await?,
    )
}

/// Of which of these tables does everybody see a column?
pub async fn list_seen(pool: &AnyPool, tables: &[String]) -> Result<Vec<String>> {
    if tables.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT resource_id
         FROM resource_column
         WHERE class = 'open'
           AND position >= 0
           AND resource_id IN ({})
         GROUP BY resource_id",
        marks(tables.len())
    );
    let mut query = sqlx::query_scalar::<Any, String>(AssertSqlSafe(sql)).persistent(false);
    for id in tables {
        query = query.bind(id);
    }
    Ok(query.fetch_all(pool).await?)
}

/// Counts out `$1, $2, $3`.
fn marks(n: usize) -> String {
    let each: Vec<String> = (1..=n).map(|at| format!("${at}")).collect();
    each.join(", ")
}
