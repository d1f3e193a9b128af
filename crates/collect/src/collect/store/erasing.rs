//! SQL that erases: submissions with everything that came with them, drafts.

use crate::platform::{db::Tx, problem::Result, time::Time};

/// Which submissions, by their own id and their instance id, are edits of what was first filed under an id?
pub async fn list_edits(tx: &mut Tx, form_id: &str, root_id: &str) -> Result<Vec<(String, String)>> {
    Ok(sqlx::query_as(
        "SELECT id, instance_id FROM submission WHERE form_id = $1 AND root_id = $2 ORDER BY id",
    )
    .bind(form_id)
    .bind(root_id)
    .fetch_all(tx.conn())
    .await?)
}

pub async fn list_blobs(tx: &mut Tx, submission_id: &str) -> Result<Vec<String>> {
    Ok(
        sqlx::query_scalar("SELECT blob FROM submission_file WHERE submission_id = $1")
            .bind(submission_id)
            .fetch_all(tx.conn())
            .await?,
    )
}

/// Deletes a submission, what was said about it, its files' names, the copies in conflict with it and the draft it was filed from.
pub async fn delete_submission(tx: &mut Tx, id: &str, form_id: &str, instance_id: &str) -> Result<()> {
    super::entities::work::forget_submission(tx, id).await?;
    sqlx::query("DELETE FROM submission_file WHERE submission_id = $1")
        .bind(id)
        .execute(tx.conn())
        .await?;
    sqlx::query("DELETE FROM submission_conflict WHERE submission_id = $1")
        .bind(id)
        .execute(tx.conn())
        .await?;
    sqlx::query(
        "DELETE FROM web_draft_file WHERE draft_id IN (SELECT id FROM web_draft WHERE form_id = $1 AND filed_as = $2)",
    )
    .bind(form_id)
    .bind(instance_id)
    .execute(tx.conn())
    .await?;
    sqlx::query("DELETE FROM web_draft WHERE form_id = $1 AND filed_as = $2")
        .bind(form_id)
        .bind(instance_id)
        .execute(tx.conn())
        .await?;
    sqlx::query("DELETE FROM submission_comment WHERE form_id = $1 AND root_id = $2")
        .bind(form_id)
        .bind(instance_id)
        .execute(tx.conn())
        .await?;
    sqlx::query("DELETE FROM submission WHERE id = $1")
        .bind(id)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Does anything else that was collected, or a form, need a blob?
pub async fn is_needed(tx: &mut Tx, blob: &str) -> Result<bool> {
    let n: i64 = sqlx::query_scalar(
        "SELECT (SELECT COUNT(*) FROM submission_file WHERE blob = $1)
              + (SELECT COUNT(*) FROM web_draft_file WHERE blob = $1)
              + (SELECT COUNT(*) FROM form_file WHERE blob = $1)
              + (SELECT COUNT(*) FROM form_version WHERE xform_blob = $1 OR workbook_blob = $1)
              + (SELECT COUNT(*) FROM stray_delivery WHERE blob = $1 OR files LIKE '%' || $1 || '%')",
    )
    .bind(blob)
    .fetch_one(tx.conn())
    .await?;
    Ok(n > 0)
}

/// Deletes drafts that were not touched since; returns how many.
pub async fn delete_drafts(tx: &mut Tx, before: Time) -> Result<u64> {
    sqlx::query(
        "DELETE FROM web_draft_file WHERE draft_id IN (SELECT id FROM web_draft WHERE changed_at < $1)",
    )
    .bind(before.0)
    .execute(tx.conn())
    .await?;
    let deleted = sqlx::query("DELETE FROM web_draft WHERE changed_at < $1")
        .bind(before.0)
        .execute(tx.conn())
        .await?;
    Ok(deleted.rows_affected())
}
