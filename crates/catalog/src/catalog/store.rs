//! All SQL on datasets, resources, their columns and the files received for them.

use sqlx::{AnyPool, FromRow};

pub mod agenda;
pub mod contributions;
pub mod datastore;
pub mod files;
pub mod metadata;
pub mod portal;
pub mod queries;
pub mod search;
pub mod series;
pub mod standards;
pub mod versions;
pub mod workflow;

use super::model::{ColumnEntry, Entry, Origin};
use crate::platform::{db::Tx, id, problem::Result, time::Time};

/// A dataset as it is kept.
#[derive(Debug, Clone, FromRow)]
pub struct DatasetRow {
    /// Permanent, while the slug may change.
    pub id: String,
    pub slug: String,
    pub title: String,
    pub description: String,
    pub theme: String,
    pub organisation: Option<String>,
    /// The organisation's name.
    pub publisher: Option<String>,
    pub licence: String,
    pub place_code: Option<String>,
    pub period: String,
    pub is_open: i16,
    pub origin: String,
    /// `draft`, `active` or `deleted`.
    pub state: String,
    /// What else is said of it, as JSON.
    pub details: String,
    pub revision: i64,
    pub created_at: i64,
    pub changed_at: i64,
}

/// A resource as it is kept.
#[derive(Debug, Clone, FromRow)]
pub struct ResourceRow {
    pub id: String,
    pub dataset_slug: String,
    pub slug: String,
    pub title: String,
    /// None for a file or an address that is no table.
    pub lake_table: Option<String>,
    pub sql_name: Option<String>,
    pub version: Option<i64>,
    pub n_rows: i64,
    /// Where it is to be had, when not here.
    pub url: String,
    /// SHA-256 of a file that is kept here as it came and is no table.
    pub blob: Option<String>,
    /// What else is said of it, as JSON.
    pub details: String,
    pub created_at: i64,
    pub changed_at: i64,
    /// 1 for a table that readers were never shown: nobody published it, or it has no row yet and is no file either.
    pub is_unseen: i64,
}

#[derive(Debug, Clone, FromRow)]
pub struct ColumnRow {
    pub resource_id: String,
    pub name: String,
    pub kind: String,
    pub title: String,
    pub class: String,
    /// How a form asks for it; empty when no form does.
    pub asked: String,
    /// What stands beside every value of the file that is shown; empty for nothing.
    pub unit: String,
}

/// A column that is not open, with the table it stands in.
#[derive(Debug, Clone, FromRow)]
pub struct HiddenRow {
    pub resource_id: String,
    pub resource_title: String,
    pub name: String,
    pub title: String,
    pub class: String,
}

/// A received file as it is kept.
#[derive(Debug, Clone, FromRow)]
pub struct FileRow {
    pub id: String,
    pub resource_id: String,
    pub blob: String,
    pub name: String,
    pub size_bytes: i64,
    pub kind: String,
    pub state: String,
    pub reason: String,
    pub version: Option<i64>,
    pub n_rows: i64,
    pub n_bad: i64,
    pub bad_rows: String,
    /// How to read it, as JSON.
    pub how: String,
    pub received_at: i64,
}

/// What an import found, to be kept with its file and its resource.
pub struct Outcome<'a> {
    pub version: i64,
    pub n_rows: i64,
    pub n_bad: i64,
    pub bad_rows: &'a str,
    pub profile: &'a str,
}

/// Lists all datasets, the last changed first.
pub async fn list_datasets(pool: &AnyPool) -> Result<Vec<DatasetRow>> {
    Ok(sqlx::query_as(
        "SELECT d.id, d.slug, d.title, d.description, d.theme, d.organisation, o.name AS publisher, d.licence, d.place_code, d.period,
                d.is_open, d.origin, d.state, d.details, d.revision, d.created_at, d.changed_at
         FROM dataset d
         LEFT JOIN organisation o ON o.code = d.organisation
         ORDER BY d.changed_at DESC, d.slug",
    )
    .fetch_all(pool)
    .await?)
}

pub async fn find_dataset(pool: &AnyPool, slug: &str) -> Result<Option<DatasetRow>> {
    Ok(sqlx::query_as(
        "SELECT d.id, d.slug, d.title, d.description, d.theme, d.organisation, o.name AS publisher, d.licence, d.place_code, d.period,
                d.is_open, d.origin, d.state, d.details, d.revision, d.created_at, d.changed_at
         FROM dataset d
         LEFT JOIN organisation o ON o.code = d.organisation
         WHERE d.slug = $1",
    )
    .bind(slug)
    .fetch_optional(pool)
    .await?)
}

/// Enters a dataset; tells whether its slug was free.
pub async fn insert_dataset(tx: &mut Tx, entry: &Entry, origin: Origin, at: Time) -> Result<bool> {
    let done = sqlx::query(
        "INSERT INTO dataset (slug, title, description, theme, organisation, licence, place_code, period, is_open, origin,
                              created_at, changed_at, id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11, $12)
         ON CONFLICT (slug) DO NOTHING",
    )
    .bind(&entry.slug)
    .bind(&entry.title)
    .bind(&entry.description)
    .bind(&entry.theme)
    .bind(&entry.organisation)
    .bind(&entry.licence)
    .bind(&entry.place)
    .bind(&entry.period)
    .bind(i16::from(entry.is_open))
    .bind(origin.as_str())
    .bind(at.0)
    .bind(id::fresh(at))
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    portal::save_theme(tx, &entry.slug, &entry.theme, at).await?;
    search::note_dataset(tx, &entry.slug).await?;
    Ok(true)
}

/// Changes a dataset that still is as it was read, at this revision; tells whether it is.
pub async fn update_dataset(tx: &mut Tx, entry: &Entry, revision: i64, at: Time) -> Result<bool> {
    portal::save_theme(tx, &entry.slug, &entry.theme, at).await?;
    search::note_dataset(tx, &entry.slug).await?;
    let done = sqlx::query(
        "UPDATE dataset
         SET title = $2, description = $3, theme = $4, organisation = $5, licence = $6, place_code = $7, period = $8, is_open = $9,
             changed_at = $10, revision = revision + 1
         WHERE slug = $1 AND revision = $11",
    )
    .bind(&entry.slug)
    .bind(&entry.title)
    .bind(&entry.description)
    .bind(&entry.theme)
    .bind(&entry.organisation)
    .bind(&entry.licence)
    .bind(&entry.place)
    .bind(&entry.period)
    .bind(i16::from(entry.is_open))
    .bind(at.0)
    .bind(revision)
    .execute(tx.conn())
    .await?;
    versions::note_public(tx, &entry.slug, at).await?;
    Ok(done.rows_affected() == 1)
}

/// A question about resources: what is selected, and the rest of the statement.
///
/// What everybody could read once is not unseen, though all of it was withdrawn: its readers are told why.
macro_rules! resources {
    ($rest:literal) => {
        concat!(
            "SELECT id, dataset_slug, slug, title, lake_table, sql_name, version, n_rows, url, blob, details, created_at, changed_at,
                    CAST(CASE WHEN lake_table IS NULL OR version IS NOT NULL OR url LIKE '%://%' THEN 0
                              WHEN EXISTS (SELECT 1 FROM shown_version v WHERE v.resource_id = resource.id AND v.public_at IS NOT NULL)
                              THEN 0
                              WHEN url = '' THEN 1
                              WHEN EXISTS (SELECT 1 FROM publication p WHERE p.resource_id = resource.id AND p.stage <> 'published') THEN 1
                              ELSE 0 END AS BIGINT) AS is_unseen
             FROM resource ",
            $rest
        )
    };
}

/// Whether everybody could ever read a version of one of a dataset's tables, by its slug.
pub async fn was_public(pool: &AnyPool, dataset: &str) -> Result<bool> {
    let n: i64 = sqlx::query_scalar(
        "SELECT CAST(COUNT(*) AS BIGINT)
         FROM resource r
         JOIN shown_version v ON v.resource_id = r.id
         WHERE r.dataset_slug = $1 AND v.public_at IS NOT NULL",
    )
    .bind(dataset)
    .fetch_one(pool)
    .await?;
    Ok(n > 0)
}

/// Marks a dataset as deleted that is not open, by its id; tells whether it was not.
pub async fn delete_closed(tx: &mut Tx, dataset_id: &str, at: Time) -> Result<bool> {
    let done = sqlx::query(
        "UPDATE dataset SET state = 'deleted', changed_at = $2, revision = revision + 1 WHERE id = $1 AND is_open = 0",
    )
    .bind(dataset_id)
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    search::note_dataset(tx, dataset_id).await?;
    Ok(done.rows_affected() == 1)
}

pub async fn list_resources(pool: &AnyPool, dataset: Option<&str>) -> Result<Vec<ResourceRow>> {
    Ok(sqlx::query_as(resources!(
        "WHERE ($1 IS NULL OR dataset_slug = $1)
           AND state = 'active'
         ORDER BY dataset_slug, position, id"
    ))
    .bind(dataset)
    .fetch_all(pool)
    .await?)
}

pub async fn find_resource(pool: &AnyPool, id: &str) -> Result<Option<ResourceRow>> {
    Ok(sqlx::query_as(resources!("WHERE id = $1 AND state = 'active'"))
        .bind(id)
        .fetch_optional(pool)
        .await?)
}

pub async fn find_resource_of_table(pool: &AnyPool, table: &str) -> Result<Option<ResourceRow>> {
    Ok(sqlx::query_as(resources!("WHERE lake_table = $1"))
        .bind(table)
        .fetch_optional(pool)
        .await?)
}

/// What the columns of a resource hold, as JSON; none for tables that change by themselves.
pub async fn find_profile(pool: &AnyPool, resource: &str) -> Result<Option<String>> {
    let profile: Option<Option<String>> = sqlx::query_scalar("SELECT profile FROM resource WHERE id = $1")
        .bind(resource)
        .fetch_optional(pool)
        .await?;
    Ok(profile.flatten())
}

/// Enters a resource; tells whether its slug, table and name in SQL were free.
#[allow(clippy::too_many_arguments, reason = "a row of one table")]
pub async fn insert_resource(
    tx: &mut Tx,
    id: &str,
    dataset: &str,
    slug: &str,
    title: &str,
    table: &str,
    sql_name: &str,
    at: Time,
) -> Result<bool> {
    let done = sqlx::query(
        "INSERT INTO resource (id, dataset_slug, slug, title, lake_table, sql_name, version, n_rows, profile, position, url, blob, details,
                               state, created_at, changed_at)
         SELECT $1, $2, $3, $4, $5, $6, CAST(NULL AS BIGINT), 0, NULL, COUNT(*), '', NULL, '{}', 'active', CAST($7 AS BIGINT), CAST($7 AS BIGINT)
         FROM resource
         WHERE dataset_slug = $2
         ON CONFLICT DO NOTHING",
    )
    .bind(id)
    .bind(dataset)
    .bind(slug)
    .bind(title)
    .bind(table)
    .bind(sql_name)
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    search::note_dataset(tx, dataset).await?;
    Ok(done.rows_affected() == 1)
}

/// Notes which version of its table a resource shows.
pub async fn note_version(
    tx: &mut Tx,
    id: &str,
    version: i64,
    n_rows: i64,
    profile: Option<&str>,
    at: Time,
) -> Result<()> {
    sqlx::query("UPDATE resource SET version = $2, n_rows = $3, profile = $4, changed_at = $5 WHERE id = $1")
        .bind(id)
        .bind(version)
        .bind(n_rows)
        .bind(profile)
        .bind(at.0)
        .execute(tx.conn())
        .await?;
    sqlx::query(
        "UPDATE dataset SET changed_at = $2 WHERE slug = (SELECT dataset_slug FROM resource WHERE id = $1)",
    )
    .bind(id)
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    versions::note_shown(tx, id, version, n_rows, at).await?;
    search::note_resource(tx, id).await
}

/// Lists the columns of one resource, or of all.
pub async fn list_columns(pool: &AnyPool, resource: Option<&str>) -> Result<Vec<ColumnRow>> {
    Ok(sqlx::query_as(
        "SELECT resource_id, name, kind, title, class, asked, unit
         FROM resource_column
         WHERE ($1 IS NULL OR resource_id = $1)
           AND position >= 0
         ORDER BY resource_id, position",
    )
    .bind(resource)
    .fetch_all(pool)
    .await?)
}

/// Lists the columns of all tables of a dataset, table by table.
pub async fn list_columns_of_dataset(pool: &AnyPool, dataset: &str) -> Result<Vec<ColumnRow>> {
    Ok(sqlx::query_as(
        "SELECT c.resource_id, c.name, c.kind, c.title, c.class, c.asked, c.unit
         FROM resource r
         JOIN resource_column c ON c.resource_id = r.id
         WHERE r.dataset_slug = $1
           AND r.state = 'active'
           AND c.position >= 0
         ORDER BY c.resource_id, c.position",
    )
    .bind(dataset)
    .fetch_all(pool)
    .await?)
}

/// Lists the columns of a dataset that are not open, table by table.
pub async fn list_hidden_columns(pool: &AnyPool, dataset: &str) -> Result<Vec<HiddenRow>> {
    Ok(sqlx::query_as(
        "SELECT c.resource_id, r.title AS resource_title, c.name, c.title, c.class
         FROM resource r
         JOIN resource_column c ON c.resource_id = r.id
         WHERE r.dataset_slug = $1
           AND r.state = 'active'
           AND r.version IS NOT NULL
           AND c.class <> 'open'
           AND c.position >= 0
         ORDER BY r.id, c.position",
    )
    .bind(dataset)
    .fetch_all(pool)
    .await?)
}

/// Has a dataset, or had it ever, a column that not everybody may see, or a file that waits with columns that nobody has seen yet?
pub async fn holds_hidden(pool: &AnyPool, dataset: &str) -> Result<bool> {
    let n: i64 = sqlx::query_scalar(
        "SELECT CAST(COUNT(*) AS BIGINT)
         FROM resource r
         WHERE r.dataset_slug = $1
           AND (EXISTS (SELECT 1
                        FROM resource_column c
                        WHERE c.resource_id = r.id AND (c.class <> 'open' OR c.position < 0))
                OR EXISTS (SELECT 1 FROM received_file f WHERE f.resource_id = r.id AND f.state = 'held'))",
    )
    .bind(dataset)
    .fetch_one(pool)
    .await?;
    Ok(n > 0)
}

/// Notes what a form says of a column: its title, where it has none yet, and how it is asked.
pub async fn describe_column(
    tx: &mut Tx,
    resource: &str,
    name: &str,
    title: &str,
    asked: &str,
) -> Result<()> {
    sqlx::query(
        "UPDATE resource_column
         SET asked = $4, title = CASE WHEN title = '' THEN $3 ELSE title END
         WHERE resource_id = $1 AND name = $2",
    )
    .bind(resource)
    .bind(name)
    .bind(title)
    .bind(asked)
    .execute(tx.conn())
    .await?;
    search::note_resource(tx, resource).await
}

/// Puts columns in the place of those before; a column that stays keeps the class and title somebody gave it. A title that was only
/// made of its name and unit follows the file.
pub async fn save_columns(tx: &mut Tx, resource: &str, columns: &[ColumnEntry]) -> Result<()> {
    let names: Vec<(String,)> = sqlx::query_as("SELECT name FROM resource_column WHERE resource_id = $1")
        .bind(resource)
        .fetch_all(tx.conn())
        .await?;
    for (name,) in names {
        if !columns.iter().any(|column| column.name == name) {
            // Its class stays on record, should a later file bring it back.
            sqlx::query("UPDATE resource_column SET position = -1 WHERE resource_id = $1 AND name = $2")
                .bind(resource)
                .bind(name)
                .execute(tx.conn())
                .await?;
        }
    }
    for (position, column) in columns.iter().enumerate() {
        sqlx::query(
            "INSERT INTO resource_column (resource_id, name, position, kind, title, class, unit)
             VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (resource_id, name) DO UPDATE
             SET position = excluded.position, kind = excluded.kind, unit = excluded.unit,
                 title = CASE WHEN resource_column.title IN ('', resource_column.name || ' (' || resource_column.unit || ')')
                              THEN excluded.title
                              ELSE resource_column.title END",
        )
        .bind(resource)
        .bind(&column.name)
        .bind(i64::try_from(position).unwrap_or(i64::MAX))
        .bind(column.kind.as_str())
        .bind(&column.title)
        .bind(column.class.as_str())
        .bind(&column.unit)
        .execute(tx.conn())
        .await?;
    }
    search::note_resource(tx, resource).await
}

/// Says who may see a column; tells whether there is such a column.
pub async fn classify(tx: &mut Tx, resource: &str, name: &str, class: &str) -> Result<bool> {
    let done = sqlx::query("UPDATE resource_column SET class = $3 WHERE resource_id = $1 AND name = $2")
        .bind(resource)
        .bind(name)
        .bind(class)
        .execute(tx.conn())
        .await?;
    search::note_resource(tx, resource).await?;
    Ok(done.rows_affected() == 1)
}

pub async fn insert_file(tx: &mut Tx, file: &FileRow, by: &str) -> Result<()> {
    search::note_shared(tx).await?;
    sqlx::query(
        "INSERT INTO received_file (id, resource_id, blob, name, size_bytes, kind, state, reason, version, n_rows, n_bad, bad_rows, how,
                                    received_at, received_by)
         VALUES ($1, $2, $3, $4, $5, $6, 'waiting', '', NULL, 0, 0, '[]', $7, $8, $9)",
    )
    .bind(&file.id)
    .bind(&file.resource_id)
    .bind(&file.blob)
    .bind(&file.name)
    .bind(file.size_bytes)
    .bind(&file.kind)
    .bind(&file.how)
    .bind(file.received_at)
    .bind(by)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Lists the files of a resource, the newest first.
pub async fn list_files(pool: &AnyPool, resource: &str) -> Result<Vec<FileRow>> {
    Ok(sqlx::query_as(
        "SELECT id, resource_id, blob, name, size_bytes, kind, state, reason, version, n_rows, n_bad, bad_rows, how, received_at
         FROM received_file
         WHERE resource_id = $1
         ORDER BY received_at DESC, COALESCE(version, 9223372036854775807) DESC, id DESC",
    )
    .bind(resource)
    .fetch_all(pool)
    .await?)
}

pub async fn find_file(pool: &AnyPool, id: &str) -> Result<Option<FileRow>> {
    Ok(sqlx::query_as(
        "SELECT id, resource_id, blob, name, size_bytes, kind, state, reason, version, n_rows, n_bad, bad_rows, how, received_at
         FROM received_file
         WHERE id = $1",
    )
    .bind(id)
    .fetch_optional(pool)
    .await?)
}

pub async fn holds_blob(pool: &AnyPool, blob: &str) -> Result<bool> {
    let n: i64 = sqlx::query_scalar(
        "SELECT (SELECT COUNT(*) FROM received_file WHERE blob = $1) + (SELECT COUNT(*) FROM resource WHERE blob = $1)
                + (SELECT COUNT(*) FROM kept_file WHERE blob = $1)",
    )
        .bind(blob)
        .fetch_one(pool)
        .await?;
    Ok(n > 0)
}

/// Notes that a file was read into its table.
pub async fn note_read(tx: &mut Tx, file: &str, outcome: &Outcome<'_>) -> Result<()> {
    search::note_shared(tx).await?;
    sqlx::query(
        "UPDATE received_file
         SET state = 'read', reason = '', version = $2, n_rows = $3, n_bad = $4, bad_rows = $5
         WHERE id = $1",
    )
    .bind(file)
    .bind(outcome.version)
    .bind(outcome.n_rows)
    .bind(outcome.n_bad)
    .bind(outcome.bad_rows)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Notes that a file could not be understood, and why.
pub async fn note_refused(tx: &mut Tx, file: &str, reason: &str) -> Result<()> {
    search::note_shared(tx).await?;
    sqlx::query("UPDATE received_file SET state = 'refused', reason = $2 WHERE id = $1")
        .bind(file)
        .bind(reason)
        .execute(tx.conn())
        .await?;
    Ok(())
}
