//! SQL of drafts that are tried out: what is filed to one belongs to a form of its own that stands in no list.

use sqlx::AnyPool;

use super::FormRow;
use crate::{
    collect::model::Form,
    platform::{db::Tx, problem::Result},
};

/// To which form is filed what tries out the draft of another?
pub async fn find(db: &AnyPool, form_id: &str) -> Result<Option<Form>> {
    let row: Option<FormRow> = sqlx::query_as(
        "SELECT f.id, f.project_id, p.slug AS project_slug, p.org_code AS org, COALESCE(f.trashed_form_id, f.xml_form_id) AS xml_form_id, f.slug,
                f.audience, f.state, f.number, f.created_at, f.updated_at, f.deleted_at, f.draft_of
         FROM form f JOIN project p ON p.id = f.project_id
         WHERE f.draft_of = $1",
    )
    .bind(form_id)
    .fetch_optional(db)
    .await?;
    Ok(row.map(Form::from))
}

/// Deletes everything that was filed to try out the draft of a form.
pub async fn delete_all(tx: &mut Tx, form_id: &str) -> Result<()> {
    for statement in [
        "DELETE FROM submission_file WHERE submission_id IN
             (SELECT id FROM submission WHERE form_id IN (SELECT id FROM form WHERE draft_of = $1))",
        "DELETE FROM submission_conflict WHERE submission_id IN
             (SELECT id FROM submission WHERE form_id IN (SELECT id FROM form WHERE draft_of = $1))",
        "DELETE FROM submission WHERE form_id IN (SELECT id FROM form WHERE draft_of = $1)",
    ] {
        sqlx::query(statement).bind(form_id).execute(tx.conn()).await?;
    }
    Ok(())
}
