//! SQL of the trash: projects, forms and submissions that were thrown away and may be put back.

use sqlx::AnyPool;

use super::{
    FormRow,
    submissions::{Row, turns},
};
use crate::{
    accounts::Reach,
    collect::model::{Form, Submission},
    platform::{db::Tx, problem::Result, time::Time},
};

/// Throws a project away, and the forms in it that are not in the trash already.
pub async fn throw_project(tx: &mut Tx, id: i64, at: Time) -> Result<()> {
    sqlx::query("UPDATE project SET deleted_at = $2 WHERE id = $1")
        .bind(id)
        .bind(at.0)
        .execute(tx.conn())
        .await?;
    sqlx::query(
        "UPDATE form SET deleted_at = $2, trashed_form_id = xml_form_id, xml_form_id = id
         WHERE project_id = $1 AND deleted_at IS NULL AND draft_of IS NULL",
    )
    .bind(id)
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Throws a form away: from now on its name is free.
pub async fn throw_form(tx: &mut Tx, id: &str, at: Time) -> Result<()> {
    sqlx::query(
        "UPDATE form SET deleted_at = $2, trashed_form_id = xml_form_id, xml_form_id = id
         WHERE id = $1 AND deleted_at IS NULL",
    )
    .bind(id)
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Puts a form back under its name, which must be free.
pub async fn put_form_back(tx: &mut Tx, id: &str) -> Result<()> {
    sqlx::query(
        "UPDATE form SET deleted_at = NULL, xml_form_id = trashed_form_id, trashed_form_id = NULL
         WHERE id = $1 AND deleted_at IS NOT NULL",
    )
    .bind(id)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Which forms of a project are in the trash?
pub async fn list_forms(db: &AnyPool, project_id: i64) -> Result<Vec<Form>> {
    let rows: Vec<FormRow> = sqlx::query_as(
        "SELECT f.id, f.project_id, p.slug AS project_slug, p.org_code AS org, COALESCE(f.trashed_form_id, f.xml_form_id) AS xml_form_id, f.slug,
                f.audience, f.state, f.number, f.created_at, f.updated_at, f.deleted_at, f.draft_of
         FROM form f JOIN project p ON p.id = f.project_id
         WHERE f.project_id = $1 AND f.deleted_at IS NOT NULL AND p.deleted_at IS NULL
         ORDER BY f.deleted_at DESC, f.number",
    )
    .bind(project_id)
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(Form::from).collect())
}

/// Throws a submission away with all its edits; false when it is not there, or in the trash already.
pub async fn throw_submission(tx: &mut Tx, form_id: &str, root_id: &str, at: Time) -> Result<bool> {
    let thrown = sqlx::query(
        "UPDATE submission
         SET is_current = 2, is_tabulated = 2
         WHERE form_id = $1 AND root_id = $2 AND is_current = 1",
    )
    .bind(form_id)
    .bind(root_id)
    .execute(tx.conn())
    .await?;
    mark(tx, form_id, root_id, Some(at)).await?;
    Ok(thrown.rows_affected() > 0)
}

/// Puts a submission back with all its edits; false when it is not in the trash.
pub async fn put_submission_back(tx: &mut Tx, form_id: &str, root_id: &str) -> Result<bool> {
    let put_back = sqlx::query(
        "UPDATE submission
         SET is_current = 1, is_tabulated = 2
         WHERE form_id = $1 AND root_id = $2 AND is_current = 2",
    )
    .bind(form_id)
    .bind(root_id)
    .execute(tx.conn())
    .await?;
    mark(tx, form_id, root_id, None).await?;
    Ok(put_back.rows_affected() > 0)
}

async fn mark(tx: &mut Tx, form_id: &str, root_id: &str, at: Option<Time>) -> Result<()> {
    sqlx::query("UPDATE submission SET deleted_at = $3 WHERE form_id = $1 AND root_id = $2")
        .bind(form_id)
        .bind(root_id)
        .bind(at.map(|at| at.0))
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Which submissions of a form within a reach are in the trash? The newest first.
pub async fn list_submissions(
    db: &AnyPool,
    form_id: &str,
    reach: &Reach,
    most: i64,
) -> Result<Vec<Submission>> {
    let mut found: Vec<Row> = Vec::new();
    for (is_everywhere, codes) in turns(reach) {
        let mut query = sqlx::query_as(
            "SELECT id, form_id, version_id, instance_id, root_id, filed_at, filed_by, device_id, name, place_code, enumerator, flags, n_conflicts,
                    user_agent, review_state, updated_at, deleted_at, n_edits, first_at, first_by, first_device, first_agent
             FROM submission
             WHERE form_id = $1 AND is_current = 2
               AND ($3 = 1 OR place_code IN (SELECT code FROM place_path WHERE ancestor_code IN ($4, $5, $6, $7, $8, $9, $10, $11)))
             ORDER BY id DESC
             LIMIT $2",
        )
        .bind(form_id)
        .bind(most)
        .bind(is_everywhere);
        for code in codes {
            query = query.bind(code);
        }
        found.extend(query.fetch_all(db).await?);
    }
    let mut found: Vec<Submission> = found.into_iter().map(Submission::from).collect();
    found.sort_by(|a, b| b.id.cmp(&a.id));
    Ok(found)
}

/// The newest edit of a submission in the trash, by the id it was first filed under.
pub async fn find_submission(db: &AnyPool, form_id: &str, root_id: &str) -> Result<Option<Submission>> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT id, form_id, version_id, instance_id, root_id, filed_at, filed_by, device_id, name, place_code, enumerator, flags, n_conflicts,
                user_agent, review_state, updated_at, deleted_at, n_edits, first_at, first_by, first_device, first_agent
         FROM submission
         WHERE form_id = $1 AND root_id = $2 AND is_current = 2",
    )
    .bind(form_id)
    .bind(root_id)
    .fetch_optional(db)
    .await?;
    Ok(row.map(Submission::from))
}
