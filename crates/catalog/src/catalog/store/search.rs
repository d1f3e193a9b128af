//! SQL on what changed in the catalogue, for the index that follows it, and on which of its tables can be put on a map.

use sqlx::{Any, AnyPool, AssertSqlSafe, FromRow};

use crate::{
    catalog::explore::meaning::PLACES,
    platform::{db::Tx, problem::Result},
};

/// An open column that may say where the rows of its table are.
#[derive(Debug, Clone, FromRow)]
pub struct PlacingRow {
    pub resource_id: String,
    pub name: String,
    pub kind: String,
    /// What the columns of the table hold, as JSON.
    pub profile: Option<String>,
    pub n_rows: i64,
}

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

/// Notes that something changed that any dataset may have: indexes read all of them again.
pub async fn note_whole(tx: &mut Tx) -> Result<()> {
    sqlx::query("UPDATE catalogue_state SET n = n + 1, n_whole = n + 1 WHERE id = 1")
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

/// Which open columns of these tables hold shapes, numbers that are called like longitudes and latitudes, or texts that are called like
/// codes of places?
pub async fn list_placing(pool: &AnyPool, tables: &[String]) -> Result<Vec<PlacingRow>> {
    if tables.is_empty() {
        return Ok(Vec::new());
    }
    let marks: Vec<String> = (1..=tables.len()).map(|at| format!("${at}")).collect();
    let places = PLACES.map(|word| format!("LOWER(c.name) LIKE '%{word}%'"));
    let sql = format!(
        "SELECT c.resource_id, c.name, c.kind, r.profile, r.n_rows
         FROM resource_column c
         JOIN resource r ON r.id = c.resource_id
         WHERE c.class = 'open'
           AND c.position >= 0
           AND (c.kind = 'geometry'
                OR (c.kind = 'decimal'
                    AND (LOWER(c.name) LIKE '%lat%' OR LOWER(c.name) LIKE '%lintang%' OR LOWER(c.name) LIKE '%lon%'
                         OR LOWER(c.name) LIKE '%lng%' OR LOWER(c.name) LIKE '%bujur%'))
                OR (c.kind = 'text' AND ({})))
           AND c.resource_id IN ({})
         ORDER BY c.resource_id, c.position",
        places.join(" OR "),
        marks.join(", ")
    );
    let mut query = sqlx::query_as::<Any, PlacingRow>(AssertSqlSafe(sql)).persistent(false);
    for id in tables {
        query = query.bind(id);
    }
    Ok(query.fetch_all(pool).await?)
}
