//! New files for tables of open datasets: read into a table beside, and handed in.

use tables::Ingested;

use super::{
    kept::{case_of, put, step},
    model::{Act, Actor, Review, Stage},
    rules::review_of,
    steps::{settle, spoken},
    wish::note_work,
};
use crate::{
    catalog::{
        store::{
            FileRow,
            workflow::{self as rows, NewStep},
        },
        view::BadRowView,
    },
    platform::{
        app::App,
        db::Tx,
        op::Op,
        problem::{Problem, Result},
    },
};

/// Takes a file that came into account: of an open dataset that is reviewed it waits, of one on its way it is looked at again.
///
/// # Errors
/// When the database fails.
pub async fn note_file(
    tx: &mut Tx,
    op: &Op,
    review: Review,
    dataset: &str,
    (resource, file): (&str, &str),
) -> Result<()> {
    let Some(stands) = rows::find_dataset(tx, dataset).await? else {
        return Ok(());
    };
    if stands.is_open == 0 {
        return note_work(tx, op, dataset, "sent").await;
    }
    if review == Review::None {
        return Ok(());
    }
    let known = rows::list_open_of(tx, &stands.id).await?;
    let known = known
        .into_iter()
        .find(|row| row.resource_id.as_deref() == Some(resource));
    let id = match known {
        Some(row) => {
            if let Some(before) = row.file_id.as_deref() {
                rows::put_file_state(tx, before, "dropped").await?;
            }
            put(tx, &row, row.revision, &Stage::Draft).await?;
            rows::put_file(tx, &row.id, file).await?;
            row.id
        }
        None => rows::insert(tx, &stands.id, Some(resource), Some(file), op.at).await?,
    };
    step(tx, op, Some(&id), &stands.id, "sent", "").await
}

/// What is to be done with a file that waits to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reading {
    /// Into its table: everybody may read it who may read the dataset.
    ForReaders,
    /// Into a table beside, for those who decide; the publication's id.
    Beside(String),
    /// Not at all: something newer came.
    Dropped,
}

/// Decides into which table a file is read.
///
/// # Errors
/// When the database fails.
pub async fn reading_of(app: &App, file: &str) -> Result<Reading> {
    let found = rows::stage_of_file(app.db.read(), file).await?;
    Ok(match found.as_ref().map(|(id, stage)| (id, stage.as_str())) {
        None | Some((_, "published")) => Reading::ForReaders,
        Some((_, "ended")) => Reading::Dropped,
        Some((id, _)) => Reading::Beside(id.clone()),
    })
}

/// Whether a file for a table waits to be published.
///
/// # Errors
/// When the database fails.
pub async fn is_held(app: &App, resource: &str) -> Result<bool> {
    rows::is_waited_for(app.db.read(), resource).await
}

/// The table beside a table, that holds the file which waits.
#[must_use]
pub fn beside(table: &str) -> String {
    format!("waiting/{table}")
}

/// Notes that a file was read into the table beside, and hands it in for whoever sent it.
///
/// # Errors
/// When the database fails.
pub async fn hold(
    app: &App,
    tx: &mut Tx,
    op: &Op,
    publication: &str,
    file: &FileRow,
    ingested: &Ingested,
) -> Result<()> {
    note_held(tx, file, ingested).await?;
    let Some(row) = rows::find(tx, publication).await? else {
        return Ok(());
    };
    if row.file_id.as_deref() != Some(file.id.as_str()) || row.stage != "draft" {
        return Ok(());
    }
    let case = case_of(tx, &row).await?;
    let sender = rows::find_sender(tx, &row.id)
        .await?
        .unwrap_or_else(|| "system".to_owned());
    let actor = Actor {
        id: Some(&sender),
        may_write: true,
        may_check: false,
        may_approve: false,
    };
    let review = review_of(app, row.organisation.as_deref()).await?;
    let stage = case.after(review, actor, Act::Submit, op.at).map_err(spoken)?;
    let handed_in = NewStep {
        publication: Some(&row.id),
        dataset_id: &row.dataset_id,
        who: &sender,
        at: op.at,
        act: "submitted",
        note: "",
        told_at: None,
    };
    rows::insert_step(tx, &handed_in).await?;
    settle(tx, op, &row, "submitted", stage).await
}

async fn note_held(tx: &mut Tx, file: &FileRow, ingested: &Ingested) -> Result<()> {
    let bad_rows = BadRowView::list(ingested);
    let bad_rows = serde_json::to_string(&bad_rows).map_err(Problem::internal)?;
    let count = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    rows::note_held(
        tx,
        &file.id,
        count(ingested.n_rows),
        count(ingested.bad_rows.n),
        &bad_rows,
    )
    .await
}
