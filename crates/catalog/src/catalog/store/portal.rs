//! SQL on what makes a catalogue a portal: ids and states, tags, themes, files and links beside tables.

use sqlx::{AnyPool, FromRow};

use super::search;
use crate::platform::{db::Tx, problem::Result, time::Time};

/// A theme as it is kept.
#[derive(Debug, Clone, FromRow)]
pub struct ThemeRow {
    pub name: String,
    pub id: String,
    /// Empty for the program's own words, which are translated.
    pub title: String,
    pub description: String,
    pub image_url: String,
    /// `active` or `deleted`.
    pub state: String,
    /// Keys and values of other catalogues, as JSON.
    pub extras: String,
    pub created_at: i64,
}

/// A dataset as it is to be kept.
#[derive(Debug, Clone)]
pub struct NewDataset<'a> {
    pub id: &'a str,
    pub slug: &'a str,
    pub title: &'a str,
    pub description: &'a str,
    /// The first of its themes; may be empty.
    pub theme: &'a str,
    pub organisation: Option<&'a str>,
    pub licence: &'a str,
    pub is_open: bool,
    pub state: &'a str,
    pub details: &'a str,
    pub created_at: i64,
    pub changed_at: i64,
}

/// A resource as it is to be kept; what is known of its table stays.
#[derive(Debug, Clone)]
pub struct NewResource<'a> {
    pub id: &'a str,
    pub dataset: &'a str,
    /// For one that is not there yet.
    pub slug: &'a str,
    pub title: &'a str,
    pub position: i64,
    pub url: &'a str,
    pub blob: Option<&'a str>,
    pub details: &'a str,
    pub created_at: i64,
    pub changed_at: i64,
}

/// Makes a theme the first of a dataset, in the place of the one that was; an empty one takes it away.
pub async fn save_theme(tx: &mut Tx, dataset: &str, theme: &str, at: Time) -> Result<()> {
    sqlx::query(
        "DELETE FROM dataset_theme
         WHERE dataset_slug = $1 AND theme = (SELECT theme FROM dataset WHERE slug = $1) AND theme <> $2",
    )
    .bind(dataset)
    .bind(theme)
    .execute(tx.conn())
    .await?;
    if theme.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "INSERT INTO theme (name, id, title, description, image_url, state, extras, created_at)
         VALUES ($1, $1, '', '', '', 'active', '[]', $2)
         ON CONFLICT DO NOTHING",
    )
    .bind(theme)
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    insert_dataset_theme(tx, dataset, theme).await
}

async fn insert_dataset_theme(tx: &mut Tx, dataset: &str, theme: &str) -> Result<()> {
    sqlx::query("INSERT INTO dataset_theme (dataset_slug, theme) VALUES ($1, $2) ON CONFLICT DO NOTHING")
        .bind(dataset)
        .bind(theme)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Finds the slug of a dataset by its id, its slug, or what it was called before; those that are gone count too.
pub async fn find_slug(pool: &AnyPool, id_or_slug: &str) -> Result<Option<String>> {
    let found: Option<String> = sqlx::query_scalar(
        "SELECT slug FROM dataset
         WHERE id = $1 OR slug = $1 OR id = (SELECT dataset_id FROM dataset_alias WHERE slug = $1)
         ORDER BY CASE WHEN id = $1 THEN 0 WHEN slug = $1 THEN 1 ELSE 2 END
         LIMIT 1",
    )
    .bind(id_or_slug)
    .fetch_optional(pool)
    .await?;
    Ok(found)
}

/// Which dataset has this resource, and is it there still?
pub async fn find_dataset_of(pool: &AnyPool, resource: &str) -> Result<Option<(String, String)>> {
    Ok(
        sqlx::query_as("SELECT dataset_slug, state FROM resource WHERE id = $1")
            .bind(resource)
            .fetch_optional(pool)
            .await?,
    )
}

/// Lists the tags of one dataset, or of all: slug and tag, in the order of the tags.
pub async fn list_tags(pool: &AnyPool, dataset: Option<&str>) -> Result<Vec<(String, String)>> {
    Ok(sqlx::query_as(
        "SELECT dataset_slug, name FROM dataset_tag WHERE ($1 IS NULL OR dataset_slug = $1) ORDER BY dataset_slug, name",
    )
    .bind(dataset)
    .fetch_all(pool)
    .await?)
}

/// Lists the themes of one dataset, or of all: slug and theme.
pub async fn list_dataset_themes(pool: &AnyPool, dataset: Option<&str>) -> Result<Vec<(String, String)>> {
    Ok(sqlx::query_as(
        "SELECT dataset_slug, theme FROM dataset_theme WHERE ($1 IS NULL OR dataset_slug = $1) ORDER BY dataset_slug, theme",
    )
    .bind(dataset)
    .fetch_all(pool)
    .await?)
}

/// Lists all themes by name.
pub async fn list_themes(pool: &AnyPool) -> Result<Vec<ThemeRow>> {
    Ok(sqlx::query_as(
        "SELECT name, id, title, description, image_url, state, extras, created_at FROM theme ORDER BY name",
    )
    .fetch_all(pool)
    .await?)
}

/// Enters a theme, or changes the one with its id; its name may be another then.
pub async fn put_theme(tx: &mut Tx, theme: &ThemeRow) -> Result<()> {
    let before: Option<String> = sqlx::query_scalar("SELECT name FROM theme WHERE id = $1")
        .bind(&theme.id)
        .fetch_optional(tx.conn())
        .await?;
    sqlx::query(
        "INSERT INTO theme (name, id, title, description, image_url, state, extras, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (id) DO UPDATE SET name = excluded.name, title = excluded.title, description = excluded.description,
                                        image_url = excluded.image_url, state = excluded.state, extras = excluded.extras",
    )
    .bind(&theme.name)
    .bind(&theme.id)
    .bind(&theme.title)
    .bind(&theme.description)
    .bind(&theme.image_url)
    .bind(&theme.state)
    .bind(&theme.extras)
    .bind(theme.created_at)
    .execute(tx.conn())
    .await?;
    sqlx::query("UPDATE dataset SET theme = $1 WHERE theme = $2")
        .bind(&theme.name)
        .bind(before)
        .execute(tx.conn())
        .await?;
    search::note_shared(tx).await
}

/// Enters a dataset; tells whether its id and its slug were free.
pub async fn insert_dataset(tx: &mut Tx, dataset: &NewDataset<'_>) -> Result<bool> {
    let done = sqlx::query(
        "INSERT INTO dataset (id, slug, title, description, theme, organisation, licence, place_code, period, is_open, origin, state,
                              details, revision, created_at, changed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, NULL, '', $8, 'upload', $9, $10, 0, $11, $12)
         ON CONFLICT DO NOTHING",
    )
    .bind(dataset.id)
    .bind(dataset.slug)
    .bind(dataset.title)
    .bind(dataset.description)
    .bind(dataset.theme)
    .bind(dataset.organisation)
    .bind(dataset.licence)
    .bind(i16::from(dataset.is_open))
    .bind(dataset.state)
    .bind(dataset.details)
    .bind(dataset.created_at)
    .bind(dataset.changed_at)
    .execute(tx.conn())
    .await?;
    search::note_dataset(tx, dataset.slug).await?;
    Ok(done.rows_affected() == 1)
}

/// Changes a dataset that still is as it was read; tells whether it is. Its slug may be another then, and the old one leads to it.
pub async fn update_dataset(tx: &mut Tx, dataset: &NewDataset<'_>, before: (&str, i64)) -> Result<bool> {
    let (slug, revision) = before;
    let done = sqlx::query(
        "UPDATE dataset
         SET slug = $2, title = $3, description = $4, theme = $5, organisation = $6, licence = $7, is_open = $8, state = $9, details = $10,
             created_at = $11, changed_at = $12, revision = revision + 1
         WHERE id = $1 AND revision = $13",
    )
    .bind(dataset.id)
    .bind(dataset.slug)
    .bind(dataset.title)
    .bind(dataset.description)
    .bind(dataset.theme)
    .bind(dataset.organisation)
    .bind(dataset.licence)
    .bind(i16::from(dataset.is_open))
    .bind(dataset.state)
    .bind(dataset.details)
    .bind(dataset.created_at)
    .bind(dataset.changed_at)
    .bind(revision)
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    if slug != dataset.slug {
        sqlx::query(
            "INSERT INTO dataset_alias (slug, dataset_id) VALUES ($1, $2)
             ON CONFLICT (slug) DO UPDATE SET dataset_id = excluded.dataset_id",
        )
        .bind(slug)
        .bind(dataset.id)
        .execute(tx.conn())
        .await?;
    }
    search::note_dataset(tx, dataset.slug).await?;
    Ok(true)
}

/// Puts tags in the place of those before.
pub async fn put_tags(tx: &mut Tx, dataset: &str, tags: &[&str]) -> Result<()> {
    sqlx::query("DELETE FROM dataset_tag WHERE dataset_slug = $1")
        .bind(dataset)
        .execute(tx.conn())
        .await?;
    for tag in tags {
        sqlx::query("INSERT INTO dataset_tag (dataset_slug, name) VALUES ($1, $2) ON CONFLICT DO NOTHING")
            .bind(dataset)
            .bind(*tag)
            .execute(tx.conn())
            .await?;
    }
    Ok(())
}

/// Puts themes in the place of those before.
pub async fn put_themes(tx: &mut Tx, dataset: &str, themes: &[&str]) -> Result<()> {
    sqlx::query("DELETE FROM dataset_theme WHERE dataset_slug = $1")
        .bind(dataset)
        .execute(tx.conn())
        .await?;
    for theme in themes {
        insert_dataset_theme(tx, dataset, theme).await?;
    }
    Ok(())
}

/// Enters a resource, or changes the one with its id, of the same dataset; a deleted one is there again. Rows of a table stay, and when they changed.
pub async fn put_resource(tx: &mut Tx, resource: &NewResource<'_>) -> Result<()> {
    sqlx::query(
        "INSERT INTO resource (id, dataset_slug, slug, title, lake_table, sql_name, version, n_rows, profile, position, url, blob, details,
                               state, created_at, changed_at)
         VALUES ($1, $2, $3, $4, NULL, NULL, NULL, 0, NULL, $5, $6, $7, $8, 'active', $9, $10)
         ON CONFLICT (id) DO UPDATE SET title = excluded.title, position = excluded.position, url = excluded.url, blob = excluded.blob,
                                        details = excluded.details, state = 'active', created_at = excluded.created_at,
                                        changed_at = CASE WHEN resource.version IS NULL THEN excluded.changed_at ELSE resource.changed_at END
         WHERE resource.dataset_slug = excluded.dataset_slug",
    )
    .bind(resource.id)
    .bind(resource.dataset)
    .bind(resource.slug)
    .bind(resource.title)
    .bind(resource.position)
    .bind(resource.url)
    .bind(resource.blob)
    .bind(resource.details)
    .bind(resource.created_at)
    .bind(resource.changed_at)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Puts another file, by its name and SHA-256, and what is said of it in the place of the one that a resource was uploaded as.
pub async fn put_file(tx: &mut Tx, id: &str, (name, blob): (&str, &str), details: &str) -> Result<()> {
    sqlx::query("UPDATE resource SET url = $2, blob = $3, details = $4 WHERE id = $1")
        .bind(id)
        .bind(name)
        .bind(blob)
        .bind(details)
        .execute(tx.conn())
        .await?;
    search::note_resource(tx, id).await
}

/// Lists the slugs of a dataset's resources, of deleted ones too.
pub async fn list_resource_slugs(tx: &mut Tx, dataset: &str) -> Result<Vec<(String, String)>> {
    Ok(
        sqlx::query_as("SELECT id, slug FROM resource WHERE dataset_slug = $1")
            .bind(dataset)
            .fetch_all(tx.conn())
            .await?,
    )
}

/// Finds a resource of a dataset by its slug: its id and its state, `active` or `deleted`.
pub async fn find_resource_named(tx: &mut Tx, dataset: &str, slug: &str) -> Result<Option<(String, String)>> {
    Ok(
        sqlx::query_as("SELECT id, state FROM resource WHERE dataset_slug = $1 AND slug = $2")
            .bind(dataset)
            .bind(slug)
            .fetch_optional(tx.conn())
            .await?,
    )
}

/// Notes that a resource is there no more; what was received for it stays.
pub async fn delete_resource(tx: &mut Tx, id: &str) -> Result<()> {
    sqlx::query("UPDATE resource SET state = 'deleted' WHERE id = $1")
        .bind(id)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Gives a resource a table of its own, where it has none yet.
pub async fn give_table(tx: &mut Tx, id: &str, table: &str, sql_name: &str) -> Result<()> {
    sqlx::query("UPDATE resource SET lake_table = $2, sql_name = $3 WHERE id = $1 AND lake_table IS NULL")
        .bind(id)
        .bind(table)
        .bind(sql_name)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Is a name in SQL, or a table's name in the lake, given away?
pub async fn is_table_taken(tx: &mut Tx, table: &str, sql_name: &str) -> Result<bool> {
    let n: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM resource WHERE lake_table = $1 OR sql_name = $2")
        .bind(table)
        .bind(sql_name)
        .fetch_one(tx.conn())
        .await?;
    Ok(n > 0)
}
