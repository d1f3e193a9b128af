//! SQL of forms being filled in a browser.

use sqlx::{AnyPool, FromRow};

use crate::{
    collect::model::NewFile,
    platform::{db::Tx, problem::Result, time::Time},
};

/// A draft as it lies in the database.
#[derive(Debug, Clone, FromRow)]
pub struct Draft {
    pub id: String,
    pub form_id: String,
    pub version_id: String,
    pub owner: Option<String>,
    pub xml: String,
    pub started_at: i64,
    pub changed_at: i64,
    /// The instance id, once it was filed.
    pub filed_as: Option<String>,
    /// The instance id of the edit that these answers take the place of.
    pub corrects: Option<String>,
}

pub async fn insert(tx: &mut Tx, draft: &Draft) -> Result<()> {
    sqlx::query("INSERT INTO web_draft (id, form_id, version_id, owner, xml, started_at, changed_at, corrects) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)")
        .bind(&draft.id)
        .bind(&draft.form_id)
        .bind(&draft.version_id)
        .bind(draft.owner.as_deref())
        .bind(&draft.xml)
        .bind(draft.started_at)
        .bind(draft.changed_at)
        .bind(draft.corrects.as_deref())
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Saves the answers; false when the draft was filed in the meantime.
pub async fn save(tx: &mut Tx, id: &str, xml: &str, at: Time) -> Result<bool> {
    let updated =
        sqlx::query("UPDATE web_draft SET xml = $2, changed_at = $3 WHERE id = $1 AND filed_as IS NULL")
            .bind(id)
            .bind(xml)
            .bind(at.0)
            .execute(tx.conn())
            .await?;
    Ok(updated.rows_affected() == 1)
}

/// Notes that a draft was filed and lets go of its answers, which now stand in the submission.
pub async fn set_filed(tx: &mut Tx, id: &str, instance_id: &str, at: Time) -> Result<()> {
    sqlx::query("UPDATE web_draft SET filed_as = $2, changed_at = $3, xml = '' WHERE id = $1")
        .bind(id)
        .bind(instance_id)
        .bind(at.0)
        .execute(tx.conn())
        .await?;
    Ok(())
}

pub async fn find(db: &AnyPool, id: &str) -> Result<Option<Draft>> {
    Ok(sqlx::query_as("SELECT id, form_id, version_id, owner, xml, started_at, changed_at, filed_as, corrects FROM web_draft WHERE id = $1")
        .bind(id)
        .fetch_optional(db)
        .await?)
}

/// Which of a person's fillings of a form are not filed yet?
pub async fn list_open(db: &AnyPool, owner: &str, form_id: &str) -> Result<Vec<Draft>> {
    Ok(sqlx::query_as(
        "SELECT id, form_id, version_id, owner, xml, started_at, changed_at, filed_as, corrects
         FROM web_draft
         WHERE owner = $1 AND form_id = $2 AND filed_as IS NULL
         ORDER BY changed_at DESC
         LIMIT 50",
    )
    .bind(owner)
    .bind(form_id)
    .fetch_all(db)
    .await?)
}

/// Deletes drafts that nobody has changed since a moment, sent ones too, with their files' entries; returns how many.
pub async fn delete_unchanged_since(tx: &mut Tx, since: Time) -> Result<u64> {
    // First so that nobody can change them any more; their files are named by rows of their own.
    sqlx::query("UPDATE web_draft SET filed_as = COALESCE(filed_as, '') WHERE changed_at < $1")
        .bind(since.0)
        .execute(tx.conn())
        .await?;
    sqlx::query(
        "DELETE FROM web_draft_file WHERE draft_id IN (SELECT id FROM web_draft WHERE changed_at < $1)",
    )
    .bind(since.0)
    .execute(tx.conn())
    .await?;
    let deleted = sqlx::query("DELETE FROM web_draft WHERE changed_at < $1")
        .bind(since.0)
        .execute(tx.conn())
        .await?;
    Ok(deleted.rows_affected())
}

pub async fn save_file(tx: &mut Tx, draft_id: &str, file: &NewFile) -> Result<()> {
    sqlx::query(
        "INSERT INTO web_draft_file (draft_id, name, blob, size_bytes, media_type)
         VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (draft_id, name) DO UPDATE
         SET blob = excluded.blob, size_bytes = excluded.size_bytes, media_type = excluded.media_type",
    )
    .bind(draft_id)
    .bind(&file.name)
    .bind(&file.blob)
    .bind(i64::try_from(file.size_bytes).unwrap_or(i64::MAX))
    .bind(&file.media_type)
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub async fn list_files(db: &AnyPool, draft_id: &str) -> Result<Vec<NewFile>> {
    let rows: Vec<(String, String, i64, String)> = sqlx::query_as(
        "SELECT name, blob, size_bytes, media_type FROM web_draft_file WHERE draft_id = $1 ORDER BY name",
    )
    .bind(draft_id)
    .fetch_all(db)
    .await?;
    let file = |(name, blob, size, media_type): (String, String, i64, String)| NewFile {
        name,
        blob,
        size_bytes: size.unsigned_abs(),
        media_type,
    };
    Ok(rows.into_iter().map(file).collect())
}
