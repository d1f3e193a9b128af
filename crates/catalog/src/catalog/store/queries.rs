//! SQL on questions in SQL that somebody keeps.

use sqlx::{AnyPool, FromRow};

use crate::platform::{db::Tx, problem::Result, time::Time};

/// A question that somebody keeps.
#[derive(Debug, Clone, FromRow)]
pub struct QueryRow {
    pub id: String,
    pub code: String,
    pub title: String,
    pub about: String,
    pub sql: String,
    pub author: String,
    pub is_shown: i64,
    pub saved_at: i64,
}

/// A table that a question names, at the version that it was asked of.
#[derive(Debug, Clone, FromRow)]
pub struct TableRow {
    pub name: String,
    pub resource_id: String,
    pub version: i64,
}

/// Keeps a question, unless its code is taken.
pub async fn insert(tx: &mut Tx, new: &QueryRow, tables: &[TableRow]) -> Result<bool> {
    let done = sqlx::query(
        "INSERT INTO saved_query (id, code, title, about, sql, author, is_shown, saved_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT DO NOTHING",
    )
    .bind(&new.id)
    .bind(&new.code)
    .bind(&new.title)
    .bind(&new.about)
    .bind(&new.sql)
    .bind(&new.author)
    .bind(new.is_shown)
    .bind(new.saved_at)
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    for table in tables {
        sqlx::query(
            "INSERT INTO saved_query_table (query_id, name, resource_id, version)
             VALUES ($1, $2, $3, $4)",
        )
        .bind(&new.id)
        .bind(&table.name)
        .bind(&table.resource_id)
        .bind(table.version)
        .execute(tx.conn())
        .await?;
    }
    Ok(true)
}

/// Which question has this code?
pub async fn find(pool: &AnyPool, code: &str) -> Result<Option<QueryRow>> {
    Ok(sqlx::query_as(
        "SELECT id, code, title, about, sql, author, is_shown, saved_at
         FROM saved_query
         WHERE code = $1",
    )
    .bind(code)
    .fetch_optional(pool)
    .await?)
}

/// Which tables does a question name?
pub async fn list_tables(pool: &AnyPool, query: &str) -> Result<Vec<TableRow>> {
    Ok(sqlx::query_as(
        "SELECT name, resource_id, version
         FROM saved_query_table
         WHERE query_id = $1
         ORDER BY name",
    )
    .bind(query)
    .fetch_all(pool)
    .await?)
}

/// How many tables of a question may somebody not read, who reads closed datasets or does not? Nobody reads one that is gone.
pub async fn count_unreadable(pool: &AnyPool, query: &str, reads_closed: bool) -> Result<i64> {
    Ok(sqlx::query_scalar(
        "SELECT CAST(COUNT(*) AS BIGINT)
         FROM saved_query_table t
         LEFT JOIN resource r ON r.id = t.resource_id AND r.state = 'active'
         LEFT JOIN dataset d ON d.slug = r.dataset_slug
         WHERE t.query_id = $1
           AND (d.slug IS NULL OR d.state <> 'active' OR (d.is_open = 0 AND CAST($2 AS BIGINT) = 0))",
    )
    .bind(query)
    .bind(i64::from(reads_closed))
    .fetch_one(pool)
    .await?)
}

/// Lists what this account keeps, and what is shown to everybody and is of tables that it may read, who reads closed datasets or does not;
/// the newest first, of one dataset, or of all.
pub async fn list(
    pool: &AnyPool,
    (author, reads_closed): (&str, bool),
    dataset: Option<&str>,
    most: i64,
) -> Result<Vec<QueryRow>> {
    Ok(sqlx::query_as(
        "SELECT q.id, q.code, q.title, q.about, q.sql, q.author, q.is_shown, q.saved_at
         FROM saved_query q
         WHERE (q.author = $1
                OR (q.is_shown = 1
                    AND NOT EXISTS (
                        SELECT 1
                        FROM saved_query_table u
                        LEFT JOIN resource o ON o.id = u.resource_id AND o.state = 'active'
                        LEFT JOIN dataset d ON d.slug = o.dataset_slug
                        WHERE u.query_id = q.id
                          AND (d.slug IS NULL OR d.state <> 'active' OR (d.is_open = 0 AND CAST($4 AS BIGINT) = 0)))))
           AND ($2 IS NULL OR EXISTS (
               SELECT 1
               FROM saved_query_table t
               JOIN resource r ON r.id = t.resource_id
               WHERE t.query_id = q.id AND r.dataset_slug = $2))
         ORDER BY q.saved_at DESC, q.id DESC
         LIMIT $3",
    )
    .bind(author)
    .bind(dataset)
    .bind(most)
    .bind(i64::from(reads_closed))
    .fetch_all(pool)
    .await?)
}

/// How many questions does an account keep since an instant?
pub async fn count_since(pool: &AnyPool, author: &str, since: Time) -> Result<i64> {
    Ok(sqlx::query_scalar(
        "SELECT CAST(COUNT(*) AS BIGINT)
         FROM saved_query
         WHERE author = $1 AND saved_at >= $2",
    )
    .bind(author)
    .bind(since.0)
    .fetch_one(pool)
    .await?)
}

/// Shows a question to everybody, or to its author alone.
pub async fn show(tx: &mut Tx, id: &str, is_shown: bool) -> Result<()> {
    sqlx::query("UPDATE saved_query SET is_shown = $2 WHERE id = $1")
        .bind(id)
        .bind(i64::from(is_shown))
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Throws a question away.
pub async fn delete(tx: &mut Tx, id: &str) -> Result<()> {
    sqlx::query("DELETE FROM saved_query_table WHERE query_id = $1")
        .bind(id)
        .execute(tx.conn())
        .await?;
    sqlx::query("DELETE FROM saved_query WHERE id = $1")
        .bind(id)
        .execute(tx.conn())
        .await?;
    Ok(())
}
