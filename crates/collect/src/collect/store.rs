//! SQL of forms: projects, versions, files, app users.

pub mod actors;
pub mod counts;
pub mod drafts;
pub mod entities;
pub mod erasing;
pub mod export;
pub mod households;
pub mod import;
pub mod people;
pub mod reviews;
pub mod submissions;
pub mod tabulating;
pub mod trash;
pub mod trials;

use sqlx::{AnyPool, FromRow};

use super::model::{Audience, Form, FormFile, FormState, FormVersion, Project};
use crate::platform::{
    db::Tx,
    problem::{Problem, Result},
    time::Time,
};

pub async fn insert_project(
    tx: &mut Tx,
    slug: &str,
    name: &str,
    org: Option<&str>,
    at: Time,
) -> Result<Option<i64>> {
    let inserted: Option<(i64,)> = sqlx::query_as(
        "INSERT INTO project (id, slug, name, org_code, created_at)
         VALUES ((SELECT COALESCE(MAX(id), 0) + 1 FROM project), $1, $2, $3, $4)
         ON CONFLICT (slug) DO NOTHING
         RETURNING id",
    )
    .bind(slug)
    .bind(name)
    .bind(org)
    .bind(at.0)
    .fetch_optional(tx.conn())
    .await?;
    Ok(inserted.map(|(id,)| id))
}

pub async fn list_projects(db: &AnyPool) -> Result<Vec<Project>> {
    let rows: Vec<ProjectRow> = sqlx::query_as(
        "SELECT id, slug, name, org_code AS org, description, CAST(is_archived AS BIGINT) AS is_archived, created_at, updated_at
         FROM project
         WHERE deleted_at IS NULL
         ORDER BY id",
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(Project::from).collect())
}

pub async fn find_project(db: &AnyPool, id: i64) -> Result<Option<Project>> {
    let row: Option<ProjectRow> = sqlx::query_as(
        "SELECT id, slug, name, org_code AS org, description, CAST(is_archived AS BIGINT) AS is_archived, created_at, updated_at
         FROM project
         WHERE id = $1 AND deleted_at IS NULL",
    )
    .bind(id)
    .fetch_optional(db)
    .await?;
    Ok(row.map(Project::from))
}

pub async fn find_project_by_slug(db: &AnyPool, slug: &str) -> Result<Option<Project>> {
    let row: Option<ProjectRow> = sqlx::query_as(
        "SELECT id, slug, name, org_code AS org, description, CAST(is_archived AS BIGINT) AS is_archived, created_at, updated_at
         FROM project
         WHERE slug = $1 AND deleted_at IS NULL",
    )
    .bind(slug)
    .fetch_optional(db)
    .await?;
    Ok(row.map(Project::from))
}

/// Has a project the slug, be it in the trash?
pub async fn is_project_slug_taken(db: &AnyPool, slug: &str) -> Result<bool> {
    let found: Option<(i64,)> = sqlx::query_as("SELECT id FROM project WHERE slug = $1")
        .bind(slug)
        .fetch_optional(db)
        .await?;
    Ok(found.is_some())
}

#[derive(FromRow)]
struct ProjectRow {
    id: i64,
    slug: String,
    name: String,
    org: Option<String>,
    description: Option<String>,
    is_archived: i64,
    created_at: i64,
    updated_at: Option<i64>,
}

impl From<ProjectRow> for Project {
    fn from(row: ProjectRow) -> Project {
        Project {
            id: row.id,
            slug: row.slug,
            name: row.name,
            org: row.org,
            description: row.description,
            is_archived: row.is_archived == 1,
            created_at: Time(row.created_at),
            updated_at: row.updated_at.map(Time),
        }
    }
}

/// Which fields of a project change, and into what; `None` leaves one as it is.
pub struct ProjectChange<'a> {
    pub name: Option<&'a str>,
    pub description: Option<Option<&'a str>>,
    pub is_archived: Option<bool>,
}

pub async fn update_project(tx: &mut Tx, id: i64, change: &ProjectChange<'_>, at: Time) -> Result<()> {
    sqlx::query(
        "UPDATE project
         SET name = COALESCE($2, name),
             description = CASE WHEN $3 = 1 THEN $4 ELSE description END,
             is_archived = COALESCE($5, is_archived),
             updated_at = $6
         WHERE id = $1",
    )
    .bind(id)
    .bind(change.name)
    .bind(i32::from(change.description.is_some()))
    .bind(change.description.flatten())
    .bind(change.is_archived.map(i32::from))
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    Ok(())
}

#[derive(FromRow)]
struct FormRow {
    id: String,
    project_id: i64,
    project_slug: String,
    org: Option<String>,
    xml_form_id: String,
    slug: String,
    audience: String,
    state: String,
    number: i64,
    created_at: i64,
    updated_at: Option<i64>,
    deleted_at: Option<i64>,
    draft_of: Option<String>,
}

impl From<FormRow> for Form {
    fn from(row: FormRow) -> Form {
        Form {
            id: row.id,
            project_id: row.project_id,
            project_slug: row.project_slug,
            org: row.org,
            xml_form_id: row.xml_form_id,
            slug: row.slug,
            audience: Audience::parse(&row.audience),
            state: FormState::parse(&row.state),
            number: row.number,
            created_at: Time(row.created_at),
            updated_at: row.updated_at.map(Time),
            deleted_at: row.deleted_at.map(Time),
            draft_of: row.draft_of,
        }
    }
}

pub async fn insert_form(tx: &mut Tx, form: &Form) -> Result<()> {
    let inserted = sqlx::query(
        "INSERT INTO form (id, project_id, xml_form_id, slug, audience, state, created_at, draft_of, number)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, (SELECT COALESCE(MAX(number), 0) + 1 FROM form))
         ON CONFLICT DO NOTHING",
    )
    .bind(&form.id)
    .bind(form.project_id)
    .bind(&form.xml_form_id)
    .bind(&form.slug)
    .bind(form.audience.as_str())
    .bind(form.state.as_str())
    .bind(form.created_at.0)
    .bind(form.draft_of.as_deref())
    .execute(tx.conn())
    .await?;
    if inserted.rows_affected() == 0 {
        return Err(Problem::conflict("form-exists").with("form", &form.xml_form_id));
    }
    Ok(())
}

pub async fn set_audience(
    tx: &mut Tx,
    form_id: &str,
    audience: Audience,
    state: FormState,
    at: Time,
) -> Result<()> {
    sqlx::query("UPDATE form SET audience = $2, state = $3, updated_at = $4 WHERE id = $1")
        .bind(form_id)
        .bind(audience.as_str())
        .bind(state.as_str())
        .bind(at.0)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Is the slug free in the project?
pub async fn is_slug_taken(db: &AnyPool, project_id: i64, slug: &str) -> Result<bool> {
    let found: Option<(i64,)> = sqlx::query_as("SELECT 1 FROM form WHERE project_id = $1 AND slug = $2")
        .bind(project_id)
        .bind(slug)
        .fetch_optional(db)
        .await?;
    Ok(found.is_some())
}

pub async fn find_form(db: &AnyPool, project_id: i64, xml_form_id: &str) -> Result<Option<Form>> {
    let row: Option<FormRow> = sqlx::query_as(
        "SELECT f.id, f.project_id, p.slug AS project_slug, p.org_code AS org, COALESCE(f.trashed_form_id, f.xml_form_id) AS xml_form_id, f.slug,
                f.audience, f.state, f.number, f.created_at, f.updated_at, f.deleted_at, f.draft_of
         FROM form f JOIN project p ON p.id = f.project_id
         WHERE f.project_id = $1 AND f.xml_form_id = $2 AND f.deleted_at IS NULL AND f.draft_of IS NULL",
    )
    .bind(project_id)
    .bind(xml_form_id)
    .fetch_optional(db)
    .await?;
    Ok(row.map(Form::from))
}

pub async fn find_form_by_slugs(db: &AnyPool, project: &str, form: &str) -> Result<Option<Form>> {
    let row: Option<FormRow> = sqlx::query_as(
        "SELECT f.id, f.project_id, p.slug AS project_slug, p.org_code AS org, COALESCE(f.trashed_form_id, f.xml_form_id) AS xml_form_id, f.slug,
                f.audience, f.state, f.number, f.created_at, f.updated_at, f.deleted_at, f.draft_of
         FROM form f JOIN project p ON p.id = f.project_id
         WHERE p.slug = $1 AND f.slug = $2 AND f.deleted_at IS NULL AND f.draft_of IS NULL",
    )
    .bind(project)
    .bind(form)
    .fetch_optional(db)
    .await?;
    Ok(row.map(Form::from))
}

pub async fn find_form_by_id(db: &AnyPool, id: &str) -> Result<Option<Form>> {
    let row: Option<FormRow> = sqlx::query_as(
        "SELECT f.id, f.project_id, p.slug AS project_slug, p.org_code AS org, COALESCE(f.trashed_form_id, f.xml_form_id) AS xml_form_id, f.slug,
                f.audience, f.state, f.number, f.created_at, f.updated_at, f.deleted_at, f.draft_of
         FROM form f JOIN project p ON p.id = f.project_id
         WHERE f.id = $1",
    )
    .bind(id)
    .fetch_optional(db)
    .await?;
    Ok(row.map(Form::from))
}

/// Which forms does a project have? All projects' when none is named.
pub async fn list_forms(db: &AnyPool, project_id: Option<i64>) -> Result<Vec<Form>> {
    let rows: Vec<FormRow> = sqlx::query_as(
        "SELECT f.id, f.project_id, p.slug AS project_slug, p.org_code AS org, COALESCE(f.trashed_form_id, f.xml_form_id) AS xml_form_id, f.slug,
                f.audience, f.state, f.number, f.created_at, f.updated_at, f.deleted_at, f.draft_of
         FROM form f JOIN project p ON p.id = f.project_id
         WHERE ($1 = 0 OR f.project_id = $1) AND f.deleted_at IS NULL AND f.draft_of IS NULL
         ORDER BY f.project_id, f.xml_form_id",
    )
    .bind(project_id.unwrap_or(0))
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(Form::from).collect())
}

#[derive(FromRow)]
struct VersionRow {
    id: String,
    form_id: String,
    version: String,
    title: String,
    xform_blob: String,
    xform_md5: String,
    workbook_blob: Option<String>,
    workbook_kind: Option<String>,
    has_files: i64,
    created_at: i64,
    created_by: String,
    published_at: Option<i64>,
    published_by: Option<String>,
    draft_token: Option<String>,
}

impl From<VersionRow> for FormVersion {
    fn from(row: VersionRow) -> FormVersion {
        FormVersion {
            id: row.id,
            form_id: row.form_id,
            version: row.version,
            title: row.title,
            xform_blob: row.xform_blob,
            xform_md5: row.xform_md5,
            workbook_blob: row.workbook_blob,
            workbook_kind: row.workbook_kind,
            has_files: row.has_files == 1,
            created_at: Time(row.created_at),
            created_by: row.created_by,
            published_at: row.published_at.map(Time),
            published_by: row.published_by,
            draft_token: row.draft_token,
        }
    }
}

/// Deletes the draft of a form with what was filed to try it out; its files stay in the blobs.
pub async fn delete_draft(tx: &mut Tx, form_id: &str) -> Result<()> {
    trials::delete_all(tx, form_id).await?;
    sqlx::query("DELETE FROM form_file WHERE version_id IN (SELECT id FROM form_version WHERE form_id = $1 AND published_at IS NULL)")
        .bind(form_id)
        .execute(tx.conn())
        .await?;
    sqlx::query("DELETE FROM form_version WHERE form_id = $1 AND published_at IS NULL")
        .bind(form_id)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Puts a draft in the place of the one before it; its files stay in the blobs.
pub async fn save_draft(tx: &mut Tx, version: &FormVersion, files: &[FormFile]) -> Result<()> {
    delete_draft(tx, &version.form_id).await?;
    sqlx::query(
        "INSERT INTO form_version (id, form_id, version, title, xform_blob, xform_md5, workbook_blob, workbook_kind, has_files, created_at, created_by,
                                   draft_token)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    )
    .bind(&version.id)
    .bind(&version.form_id)
    .bind(&version.version)
    .bind(&version.title)
    .bind(&version.xform_blob)
    .bind(&version.xform_md5)
    .bind(version.workbook_blob.as_deref())
    .bind(version.workbook_kind.as_deref())
    .bind(i32::from(version.has_files))
    .bind(version.created_at.0)
    .bind(&version.created_by)
    .bind(version.draft_token.as_deref())
    .execute(tx.conn())
    .await?;
    for file in files {
        sqlx::query(
            "INSERT INTO form_file (version_id, name, blob, md5, size_bytes, follows_places) VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(&version.id)
        .bind(&file.name)
        .bind(file.blob.as_deref())
        .bind(file.md5.as_deref())
        .bind(file.size_bytes)
        .bind(i32::from(file.follows_places))
        .execute(tx.conn())
        .await?;
    }
    Ok(())
}

/// Gives a version one of the files it names; false when it names no such file.
pub async fn set_form_file(tx: &mut Tx, version_id: &str, file: &FormFile) -> Result<bool> {
    let updated = sqlx::query(
        "UPDATE form_file SET blob = $3, md5 = $4, size_bytes = $5, follows_places = $6 WHERE version_id = $1 AND name = $2",
    )
    .bind(version_id)
    .bind(&file.name)
    .bind(file.blob.as_deref())
    .bind(file.md5.as_deref())
    .bind(file.size_bytes)
    .bind(i32::from(file.follows_places))
    .execute(tx.conn())
    .await?;
    Ok(updated.rows_affected() == 1)
}

/// What is the digest of a version's list that follows the places?
pub async fn find_following(db: &AnyPool, version_id: &str) -> Result<Option<String>> {
    let found: Option<Option<String>> =
        sqlx::query_scalar("SELECT md5 FROM form_file WHERE version_id = $1 AND follows_places = 1")
            .bind(version_id)
            .fetch_optional(db)
            .await?;
    Ok(found.flatten())
}

/// Which versions, published or not, have a file that follows the places, and what is the digest of each?
pub async fn list_following(db: &AnyPool) -> Result<Vec<(String, String, Option<String>)>> {
    Ok(sqlx::query_as(
        "SELECT version_id, name, md5 FROM form_file WHERE follows_places = 1 ORDER BY version_id, name",
    )
    .fetch_all(db)
    .await?)
}

/// Publishes a draft as its version, definition and time say, and forgets what was filed to try it out.
pub async fn publish_draft(tx: &mut Tx, draft: &FormVersion) -> Result<()> {
    trials::delete_all(tx, &draft.form_id).await?;
    sqlx::query(
        "UPDATE form_version
         SET published_at = $2, published_by = $3, version = $4, xform_blob = $5, xform_md5 = $6, draft_token = NULL
         WHERE id = $1",
    )
    .bind(&draft.id)
    .bind(draft.published_at.map(|at| at.0))
    .bind(draft.published_by.as_deref())
    .bind(&draft.version)
    .bind(&draft.xform_blob)
    .bind(&draft.xform_md5)
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub async fn find_draft(db: &AnyPool, form_id: &str) -> Result<Option<FormVersion>> {
    let row: Option<VersionRow> = sqlx::query_as(
        "SELECT id, form_id, version, title, xform_blob, xform_md5, workbook_blob, workbook_kind, CAST(has_files AS BIGINT) AS has_files,
                created_at, created_by, published_at, published_by, draft_token
         FROM form_version
         WHERE form_id = $1 AND published_at IS NULL",
    )
    .bind(form_id)
    .fetch_optional(db)
    .await?;
    Ok(row.map(FormVersion::from))
}

/// Which definition is in force: the one published last.
pub async fn find_current(db: &AnyPool, form_id: &str) -> Result<Option<FormVersion>> {
    let row: Option<VersionRow> = sqlx::query_as(
        "SELECT id, form_id, version, title, xform_blob, xform_md5, workbook_blob, workbook_kind, CAST(has_files AS BIGINT) AS has_files,
                created_at, created_by, published_at, published_by, draft_token
         FROM form_version
         WHERE form_id = $1 AND published_at IS NOT NULL
         ORDER BY published_at DESC, id DESC
         LIMIT 1",
    )
    .bind(form_id)
    .fetch_optional(db)
    .await?;
    Ok(row.map(FormVersion::from))
}

pub async fn find_version(db: &AnyPool, id: &str) -> Result<Option<FormVersion>> {
    let row: Option<VersionRow> = sqlx::query_as(
        "SELECT id, form_id, version, title, xform_blob, xform_md5, workbook_blob, workbook_kind, CAST(has_files AS BIGINT) AS has_files,
                created_at, created_by, published_at, published_by, draft_token
         FROM form_version
         WHERE id = $1",
    )
    .bind(id)
    .fetch_optional(db)
    .await?;
    Ok(row.map(FormVersion::from))
}

/// Which published definition does a submission name?
pub async fn find_published(db: &AnyPool, form_id: &str, version: &str) -> Result<Option<String>> {
    let row: Option<(String,)> = sqlx::query_as(
        "SELECT id FROM form_version WHERE form_id = $1 AND version = $2 AND published_at IS NOT NULL",
    )
    .bind(form_id)
    .bind(version)
    .fetch_optional(db)
    .await?;
    Ok(row.map(|(id,)| id))
}

pub async fn list_versions(db: &AnyPool, form_id: &str) -> Result<Vec<FormVersion>> {
    let rows: Vec<VersionRow> = sqlx::query_as(
        "SELECT id, form_id, version, title, xform_blob, xform_md5, workbook_blob, workbook_kind, CAST(has_files AS BIGINT) AS has_files,
                created_at, created_by, published_at, published_by, draft_token
         FROM form_version
         WHERE form_id = $1 AND published_at IS NOT NULL
         ORDER BY published_at DESC, id DESC",
    )
    .bind(form_id)
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(FormVersion::from).collect())
}

pub async fn list_form_files(db: &AnyPool, version_id: &str) -> Result<Vec<FormFile>> {
    type Row = (String, Option<String>, Option<String>, Option<i64>, i64);
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT name, blob, md5, size_bytes, CAST(follows_places AS BIGINT)
         FROM form_file
         WHERE version_id = $1
         ORDER BY name",
    )
    .bind(version_id)
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|(name, blob, md5, size_bytes, follows_places)| FormFile {
            name,
            blob,
            md5,
            size_bytes,
            follows_places: follows_places == 1,
        })
        .collect())
}
