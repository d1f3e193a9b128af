//! SQL on tables that CKAN's clients keep: what they said of them, the numbers of rows, other names.

use sqlx::AnyPool;

use super::{search, versions};
use crate::platform::{db::Tx, problem::Result, time::Time};

/// What was said of this table, as JSON? Nothing where no rows are sent to it.
pub async fn find_definition(pool: &AnyPool, resource: &str) -> Result<Option<String>> {
    Ok(
        sqlx::query_scalar("SELECT definition FROM datastore WHERE resource_id = $1")
            .bind(resource)
            .fetch_optional(pool)
            .await?,
    )
}

/// Keeps what is said of a table; the next number stays where there is one that is higher.
pub async fn put(tx: &mut Tx, resource: &str, definition: &str, next_number: i64) -> Result<()> {
    sqlx::query(
        "INSERT INTO datastore (resource_id, definition, next_number) VALUES ($1, $2, $3)
         ON CONFLICT (resource_id) DO UPDATE
         SET definition = excluded.definition,
             next_number = CASE WHEN datastore.next_number < excluded.next_number THEN excluded.next_number ELSE datastore.next_number END",
    )
    .bind(resource)
    .bind(definition)
    .bind(next_number)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Gives out so many numbers of rows, which nobody else gets; returns the first, or none where no numbers are kept.
pub async fn take_numbers(tx: &mut Tx, resource: &str, n: i64) -> Result<Option<i64>> {
    sqlx::query("UPDATE datastore SET next_number = next_number + $2 WHERE resource_id = $1")
        .bind(resource)
        .bind(n)
        .execute(tx.conn())
        .await?;
    let next: Option<i64> = sqlx::query_scalar("SELECT next_number FROM datastore WHERE resource_id = $1")
        .bind(resource)
        .fetch_optional(tx.conn())
        .await?;
    Ok(next.map(|next| next - n))
}

/// Notes the version of a table that its rows have come to; one that is older than what is shown changes nothing. Tells whether the
/// resource still has the table: it may have been taken away meanwhile.
pub async fn note_rows(
    tx: &mut Tx,
    (resource, table): (&str, &str),
    version: i64,
    n_rows: i64,
    at: Time,
) -> Result<bool> {
    // Nobody takes the table away between this and the end of the transaction.
    let held = sqlx::query("UPDATE resource SET lake_table = lake_table WHERE id = $1 AND lake_table = $2")
        .bind(resource)
        .bind(table)
        .execute(tx.conn())
        .await?;
    if held.rows_affected() == 0 {
        return Ok(false);
    }
    sqlx::query(
        "UPDATE resource SET version = $2, n_rows = $3, profile = NULL, changed_at = $4
         WHERE id = $1 AND (version IS NULL OR version < $2)",
    )
    .bind(resource)
    .bind(version)
    .bind(n_rows)
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    sqlx::query(
        "UPDATE dataset SET changed_at = $2 WHERE slug = (SELECT dataset_slug FROM resource WHERE id = $1)",
    )
    .bind(resource)
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    versions::note_shown(tx, resource, version, n_rows, at).await?;
    search::note_resource(tx, resource).await?;
    Ok(true)
}

/// Takes the table from a resource, which then is none; the lake keeps its versions until they are vacuumed.
pub async fn take_table(tx: &mut Tx, resource: &str, at: Time) -> Result<()> {
    for statement in [
        "DELETE FROM datastore_alias WHERE resource_id = $1",
        "DELETE FROM datastore WHERE resource_id = $1",
        // What class a column had stays on record, should it come back.
        "UPDATE resource_column SET position = -1 WHERE resource_id = $1",
    ] {
        sqlx::query(statement).bind(resource).execute(tx.conn()).await?;
    }
    sqlx::query(
        "UPDATE resource SET lake_table = NULL, sql_name = NULL, version = NULL, n_rows = 0, profile = NULL, changed_at = $2
         WHERE id = $1",
    )
    .bind(resource)
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    search::note_resource(tx, resource).await
}

/// Puts other names of a table in the place of those before; tells the first that is another table's.
pub async fn put_aliases(tx: &mut Tx, resource: &str, names: &[String]) -> Result<Option<String>> {
    sqlx::query("DELETE FROM datastore_alias WHERE resource_id = $1")
        .bind(resource)
        .execute(tx.conn())
        .await?;
    for name in names {
        let taken: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM resource WHERE id = $1 OR sql_name = $1")
            .bind(name)
            .fetch_one(tx.conn())
            .await?;
        let done = sqlx::query(
            "INSERT INTO datastore_alias (name, resource_id) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING",
        )
        .bind(name)
        .bind(resource)
        .execute(tx.conn())
        .await?;
        if taken > 0 || done.rows_affected() == 0 {
            return Ok(Some(name.clone()));
        }
    }
    Ok(None)
}

/// Which resource's table is called so, beside its id?
pub async fn find_by_name(pool: &AnyPool, name: &str) -> Result<Option<String>> {
    Ok(sqlx::query_scalar(
        "SELECT resource_id FROM datastore_alias WHERE name = $1
         UNION ALL
         SELECT id FROM resource WHERE sql_name = $1 AND state = 'active'",
    )
    .bind(name)
    .fetch_optional(pool)
    .await?)
}

/// Lists the other names of one table, or of all: name and resource.
pub async fn list_aliases(pool: &AnyPool, resource: Option<&str>) -> Result<Vec<(String, String)>> {
    Ok(sqlx::query_as(
        "SELECT name, resource_id FROM datastore_alias WHERE ($1 IS NULL OR resource_id = $1) ORDER BY resource_id, name",
    )
    .bind(resource)
    .fetch_all(pool)
    .await?)
}

/// Which table in the lake is a resource's?
pub async fn find_table(tx: &mut Tx, resource: &str) -> Result<Option<String>> {
    let table: Option<Option<String>> = sqlx::query_scalar("SELECT lake_table FROM resource WHERE id = $1")
        .bind(resource)
        .fetch_optional(tx.conn())
        .await?;
    Ok(table.flatten())
}
