//! SQL on standards, what columns follow them, and what was brought to them.

use sqlx::{AnyPool, FromRow};

use super::search;
use crate::platform::{db::Tx, id, op::Op, problem::Result, time::Time};

/// Which standard a column follows, as it is kept.
#[derive(Debug, Clone, FromRow)]
pub struct AssignedRow {
    pub resource_id: String,
    pub column_name: String,
    pub standard: String,
    pub version: String,
    /// The table's version that was checked.
    pub table_version: Option<i64>,
    pub n_values: i64,
    pub n_valid: i64,
    pub checked_at: Option<i64>,
    /// Why the last check could not be made, as JSON: language to sentence; empty when it was made.
    pub unchecked: String,
}

/// A column that follows a standard, with who may see it.
#[derive(Debug, Clone, FromRow)]
pub struct FollowerRow {
    pub resource_id: String,
    pub column_name: String,
    pub standard: String,
    pub version: String,
    /// As in [`Class`](crate::catalog::model::Class).
    pub class: String,
}

/// A version of a table in which values were brought to a standard.
#[derive(Debug, Clone, FromRow)]
pub struct FixRow {
    pub resource_id: String,
    pub column_name: String,
    pub standard: String,
    pub version: String,
    pub table_version: i64,
    pub n_rows: i64,
    /// Pairs of values, as JSON.
    pub fixes: String,
    pub at: i64,
}

/// Lists the bodies of all of a kind that were entered here.
pub async fn list_bodies(pool: &AnyPool, kind: &str) -> Result<Vec<String>> {
    Ok(
        sqlx::query_scalar("SELECT body FROM standard_version WHERE kind = $1 ORDER BY code, version")
            .bind(kind)
            .fetch_all(pool)
            .await?,
    )
}

/// Enters a version, or puts it in the place of a draft.
pub async fn put_version(
    tx: &mut Tx,
    op: &Op,
    kind: &str,
    (code, version): (&str, &str),
    body: &str,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO standard_version (kind, code, version, body, saved_at, saved_by)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (kind, code, version) DO UPDATE SET body = excluded.body, saved_at = excluded.saved_at,
             saved_by = excluded.saved_by",
    )
    .bind(kind)
    .bind(code)
    .bind(version)
    .bind(body)
    .bind(op.at.0)
    .bind(op.who.label())
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Lists what columns of one table follow, or of all.
pub async fn list_assigned(pool: &AnyPool, resource: Option<&str>) -> Result<Vec<AssignedRow>> {
    Ok(sqlx::query_as(
        "SELECT resource_id, column_name, standard, version, table_version, n_values, n_valid, checked_at, unchecked
         FROM column_standard
         WHERE ($1 IS NULL OR resource_id = $1)
         ORDER BY resource_id, column_name",
    )
    .bind(resource)
    .fetch_all(pool)
    .await?)
}

/// Lists what the columns of a dataset's tables follow.
pub async fn list_assigned_of_dataset(pool: &AnyPool, slug: &str) -> Result<Vec<AssignedRow>> {
    Ok(sqlx::query_as(
        "SELECT s.resource_id, s.column_name, s.standard, s.version, s.table_version, s.n_values, s.n_valid, s.checked_at, s.unchecked
         FROM column_standard s
         JOIN resource r ON r.id = s.resource_id
         WHERE r.dataset_slug = $1
         ORDER BY s.resource_id, s.column_name",
    )
    .bind(slug)
    .fetch_all(pool)
    .await?)
}

/// Lists the columns of tables as they are shown that follow one standard, in whichever version, or any.
pub async fn list_followers(pool: &AnyPool, standard: Option<&str>) -> Result<Vec<FollowerRow>> {
    Ok(sqlx::query_as(
        "SELECT s.resource_id, s.column_name, s.standard, s.version, c.class
         FROM column_standard s
         JOIN resource_column c ON c.resource_id = s.resource_id AND c.name = s.column_name
         WHERE ($1 IS NULL OR s.standard = $1)
           AND c.position >= 0
         ORDER BY s.resource_id, c.position",
    )
    .bind(standard)
    .fetch_all(pool)
    .await?)
}

/// Says which standard a column follows; what was found by another is forgotten.
pub async fn assign(
    tx: &mut Tx,
    resource: &str,
    column: &str,
    (standard, version): (&str, &str),
    at: Time,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO column_standard (resource_id, column_name, standard, version, assigned_at, table_version, n_values, n_valid, checked_at)
         VALUES ($1, $2, $3, $4, $5, NULL, 0, 0, NULL)
         ON CONFLICT (resource_id, column_name) DO UPDATE SET standard = excluded.standard, version = excluded.version,
             assigned_at = excluded.assigned_at, table_version = NULL, n_values = 0, n_valid = 0, checked_at = NULL, unchecked = ''",
    )
    .bind(resource)
    .bind(column)
    .bind(standard)
    .bind(version)
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    search::note_resource(tx, resource).await
}

/// Says that a column follows no standard any more.
pub async fn unassign(tx: &mut Tx, resource: &str, column: &str) -> Result<()> {
    sqlx::query("DELETE FROM column_standard WHERE resource_id = $1 AND column_name = $2")
        .bind(resource)
        .bind(column)
        .execute(tx.conn())
        .await?;
    search::note_resource(tx, resource).await
}

/// Notes what a check found.
pub async fn note_check(tx: &mut Tx, row: &AssignedRow, at: Time) -> Result<()> {
    sqlx::query(
        "UPDATE column_standard SET table_version = $4, n_values = $5, n_valid = $6, checked_at = $7, unchecked = ''
         WHERE resource_id = $1 AND column_name = $2 AND standard = $3",
    )
    .bind(&row.resource_id)
    .bind(&row.column_name)
    .bind(&row.standard)
    .bind(row.table_version)
    .bind(row.n_values)
    .bind(row.n_valid)
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    search::note_resource(tx, &row.resource_id).await
}

/// Notes why a column could not be checked; what an older check found is forgotten.
pub async fn note_unchecked(tx: &mut Tx, (resource, column): (&str, &str), why: &str) -> Result<()> {
    sqlx::query(
        "UPDATE column_standard SET table_version = NULL, n_values = 0, n_valid = 0, checked_at = NULL, unchecked = $3
         WHERE resource_id = $1 AND column_name = $2",
    )
    .bind(resource)
    .bind(column)
    .bind(why)
    .execute(tx.conn())
    .await?;
    search::note_resource(tx, resource).await
}

/// Notes that values were brought to a standard.
pub async fn insert_fix(tx: &mut Tx, op: &Op, fix: &FixRow) -> Result<()> {
    sqlx::query(
        "INSERT INTO column_fix (id, resource_id, column_name, standard, version, table_version, n_rows, fixes, at, by_who)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(id::fresh(op.at))
    .bind(&fix.resource_id)
    .bind(&fix.column_name)
    .bind(&fix.standard)
    .bind(&fix.version)
    .bind(fix.table_version)
    .bind(fix.n_rows)
    .bind(&fix.fixes)
    .bind(fix.at)
    .bind(op.who.label())
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Lists how values of a table were brought to standards, the last first.
pub async fn list_fixes(pool: &AnyPool, resource: Option<&str>) -> Result<Vec<FixRow>> {
    Ok(sqlx::query_as(
        "SELECT resource_id, column_name, standard, version, table_version, n_rows, fixes, at
         FROM column_fix
         WHERE ($1 IS NULL OR resource_id = $1)
         ORDER BY id DESC",
    )
    .bind(resource)
    .fetch_all(pool)
    .await?)
}
