//! A dataset that was never published, and may be deleted as if it had not been entered.

use super::{
    kept::{put, step},
    model::Stage,
};
use crate::{
    catalog::{
        DatasetDeleted,
        model::{Origin, may_write},
        store::{self, DatasetRow, workflow as rows},
    },
    platform::{
        app::App,
        db::Tx,
        op::Op,
        problem::{Problem, Result},
    },
};

/// Whether nobody but those who work here ever read a dataset: it is not open, and never was.
///
/// # Errors
/// When the database fails.
pub async fn is_draft(app: &App, dataset: &DatasetRow) -> Result<bool> {
    let is_here = matches!(dataset.state.as_str(), "active" | "draft");
    if !is_here || dataset.is_open == 1 || dataset.origin != Origin::Upload.as_str() {
        return Ok(false);
    }
    if store::was_public(app.db.read(), &dataset.slug).await? {
        return Ok(false);
    }
    let steps = rows::list_steps(app.db.read(), &dataset.id).await?;
    Ok(!steps
        .iter()
        .any(|step| matches!(step.act.as_str(), "published" | "unpublished")))
}

/// Passes whoever may delete a dataset that was never published: those who may change it, as for programs that speak with portals.
///
/// # Errors
/// `not-allowed`; `catalog-delete-published`.
pub async fn require_draft(app: &App, op: &Op, dataset: &DatasetRow) -> Result<()> {
    if !may_write(op, dataset.organisation.as_deref()) {
        return Err(Problem::forbidden("not-allowed"));
    }
    match is_draft(app, dataset).await? {
        true => Ok(()),
        false => Err(Problem::conflict("catalog-delete-published")),
    }
}

/// Deletes a dataset that was never published. What is known of it stays for an administrator, as after CKAN's `package_delete`.
///
/// # Errors
/// As [`require_draft`].
pub async fn delete_draft(app: &App, tx: &mut Tx, op: &Op, dataset: &DatasetRow) -> Result<()> {
    require_draft(app, op, dataset).await?;
    for row in rows::list_open_of(tx, &dataset.id).await? {
        step(tx, op, Some(&row.id), &dataset.id, "taken-back", "").await?;
        put(tx, &row, row.revision, &Stage::Ended { at: op.at }).await?;
    }
    // Somebody may have opened it since it was read.
    if !store::delete_closed(tx, &dataset.id, op.at).await? {
        return Err(Problem::conflict("catalog-delete-published"));
    }
    let event = DatasetDeleted {
        id: dataset.id.clone(),
        dataset: dataset.slug.clone(),
    };
    tx.emit(op, &event).await
}
