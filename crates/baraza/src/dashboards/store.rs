//! SQL of dashboards and their versions.

use sqlx::FromRow;

use super::model::Document;
use crate::platform::{
    db::{Db, Tx},
    id,
    problem::{Problem, Result},
    time::Time,
};

/// A dashboard as it stands in the database.
#[derive(Debug, Clone, FromRow)]
pub struct DashboardRow {
    pub id: String,
    pub code: String,
    pub organisation: Option<String>,
    pub place: String,
    pub state: String,
    pub version: i64,
    /// JSON.
    pub draft: String,
    pub revision: i64,
    /// Of the version in force; before there is one, of the draft.
    pub title: String,
}

/// A version that everybody may see, with where its dashboard stands.
#[derive(Debug, Clone, FromRow)]
pub struct ShownRow {
    pub state: String,
    pub latest: i64,
    pub version: i64,
    /// JSON.
    pub body: String,
    pub at: i64,
}

/// One of a dashboard's versions.
#[derive(Debug, Clone, FromRow)]
pub struct VersionRow {
    pub version: i64,
    pub at: i64,
    pub why: String,
}

/// More dashboards than these are not listed.
pub const MOST_LISTED: i64 = 500;

/// The dashboards that everybody may see, by title: the code of each with the document in force.
pub async fn list_shown(db: &Db) -> Result<Vec<(String, String)>> {
    Ok(sqlx::query_as(
        "SELECT d.code, v.body
         FROM dashboard d
         JOIN dashboard_version v ON v.dashboard_id = d.id AND v.version = d.version
         WHERE d.state = 'shown'
         ORDER BY d.title, d.code
         LIMIT $1",
    )
    .bind(MOST_LISTED)
    .fetch_all(db.read())
    .await?)
}

/// So many dashboards by title, of those behind a title and a code; without them the first.
pub async fn list_behind(db: &Db, behind: Option<(&str, &str)>, most: i64) -> Result<Vec<DashboardRow>> {
    Ok(sqlx::query_as(
        "SELECT id, code, organisation, place, state, version, draft, revision, title
         FROM dashboard
         WHERE ($1 IS NULL OR title > $1 OR (title = $1 AND code > $2))
         ORDER BY title, code
         LIMIT $3",
    )
    .bind(behind.map(|(title, _)| title))
    .bind(behind.map(|(_, code)| code))
    .bind(most)
    .fetch_all(db.read())
    .await?)
}

/// The dashboard with a code.
pub async fn find(db: &Db, code: &str) -> Result<Option<DashboardRow>> {
    Ok(sqlx::query_as(
        "SELECT id, code, organisation, place, state, version, draft, revision, title
         FROM dashboard
         WHERE code = $1",
    )
    .bind(code)
    .fetch_optional(db.read())
    .await?)
}

/// The version in force of the dashboard with a code.
pub async fn find_in_force(db: &Db, code: &str) -> Result<Option<ShownRow>> {
    Ok(sqlx::query_as(
        "SELECT d.state, d.version AS latest, v.version, v.body, v.at
         FROM dashboard d
         JOIN dashboard_version v ON v.dashboard_id = d.id AND v.version = d.version
         WHERE d.code = $1",
    )
    .bind(code)
    .fetch_optional(db.read())
    .await?)
}

/// One version of the dashboard with a code, in force or not.
pub async fn find_version(db: &Db, code: &str, version: i64) -> Result<Option<ShownRow>> {
    Ok(sqlx::query_as(
        "SELECT d.state, d.version AS latest, v.version, v.body, v.at
         FROM dashboard d
         JOIN dashboard_version v ON v.dashboard_id = d.id
         WHERE d.code = $1 AND v.version = $2",
    )
    .bind(code)
    .bind(version)
    .fetch_optional(db.read())
    .await?)
}

/// All versions of the dashboard with a code, the newest first.
pub async fn list_versions(db: &Db, code: &str) -> Result<Vec<VersionRow>> {
    Ok(sqlx::query_as(
        "SELECT v.version, v.at, v.why
         FROM dashboard d
         JOIN dashboard_version v ON v.dashboard_id = d.id
         WHERE d.code = $1
         ORDER BY v.version DESC",
    )
    .bind(code)
    .fetch_all(db.read())
    .await?)
}

/// Begins a dashboard; returns whether its code was free.
pub async fn insert(
    tx: &mut Tx,
    code: &str,
    organisation: Option<&str>,
    document: &Document,
    at: Time,
) -> Result<bool> {
    let done = sqlx::query(
        "INSERT INTO dashboard (id, code, organisation, place, state, version, title, about, draft, revision, changed_at)
         VALUES ($1, $2, $3, $4, 'draft', 0, $5, $6, $7, 1, $8)
         ON CONFLICT (code) DO NOTHING",
    )
    .bind(id::fresh(at))
    .bind(code)
    .bind(organisation)
    .bind(&document.place)
    .bind(&document.title)
    .bind(&document.about)
    .bind(written(document)?)
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Keeps another document under work, unless the dashboard changed since; its title counts as long as nothing was published.
pub async fn put_draft(tx: &mut Tx, row: &DashboardRow, document: &Document, at: Time) -> Result<bool> {
    let done = sqlx::query(
        "UPDATE dashboard
         SET draft = $3, place = $4, changed_at = $5, revision = revision + 1,
             title = CASE WHEN version = 0 THEN $6 ELSE title END,
             about = CASE WHEN version = 0 THEN $7 ELSE about END
         WHERE id = $1 AND revision = $2",
    )
    .bind(&row.id)
    .bind(row.revision)
    .bind(written(document)?)
    .bind(&document.place)
    .bind(at.0)
    .bind(&document.title)
    .bind(&document.about)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Puts the next version in force, unless the dashboard changed since.
pub async fn put_version(
    tx: &mut Tx,
    row: &DashboardRow,
    document: &Document,
    who: &str,
    why: &str,
    at: Time,
) -> Result<bool> {
    let version = row.version + 1;
    let done = sqlx::query(
        "UPDATE dashboard
         SET state = 'shown', version = $3, title = $4, about = $5, changed_at = $6, revision = revision + 1
         WHERE id = $1 AND revision = $2",
    )
    .bind(&row.id)
    .bind(row.revision)
    .bind(version)
    .bind(&document.title)
    .bind(&document.about)
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    if done.rows_affected() != 1 {
        return Ok(false);
    }
    sqlx::query(
        "INSERT INTO dashboard_version (dashboard_id, version, body, at, who, why)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(&row.id)
    .bind(version)
    .bind(written(document)?)
    .bind(at.0)
    .bind(who)
    .bind(why)
    .execute(tx.conn())
    .await?;
    Ok(true)
}

/// Takes a dashboard back, unless it changed since.
pub async fn hide(tx: &mut Tx, row: &DashboardRow, at: Time) -> Result<bool> {
    let done = sqlx::query(
        "UPDATE dashboard
         SET state = 'hidden', changed_at = $3, revision = revision + 1
         WHERE id = $1 AND revision = $2 AND state = 'shown'",
    )
    .bind(&row.id)
    .bind(row.revision)
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The document that a row holds.
pub fn read(body: &str) -> Result<Document> {
    serde_json::from_str(body).map_err(Problem::internal)
}

fn written(document: &Document) -> Result<String> {
    serde_json::to_string(document).map_err(Problem::internal)
}
