//! What is approved and whose hour has come is published: a file into its table, a licence, or a whole dataset.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

use super::{
    FilePublished,
    kept::{moved, put, step},
    model::Stage,
};
use crate::{
    catalog::{
        DatasetSaved,
        store::workflow::{self as rows, PublicationRow},
    },
    platform::{app::App, db::Tx, jobs::Job, op::Op, problem::Result},
};

/// Publishes what is approved and whose hour has come. Running it twice publishes nothing twice.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct PublishDue {}

impl Job for PublishDue {
    const NAME: &'static str = "catalog.publish-due";

    fn key(&self) -> Option<String> {
        Some(String::new())
    }

    async fn run(self, app: &App) -> anyhow::Result<()> {
        let op = Op::system(app.clock.now());
        for id in rows::list_due(app.db.read(), op.at).await? {
            let mut tx = app.db.begin().await?;
            let Some(row) = rows::find(&mut tx, &id).await? else {
                continue;
            };
            // It may have been given back, or published, since it was listed.
            if row.stage == "approved" && row.publish_at.is_some_and(|at| at <= op.at.0) {
                publish(&mut tx, &op, &row, row.revision).await?;
                tx.commit().await?;
            }
        }
        Ok(())
    }
}

/// How often the worker looks whether the hour of something has come.
const EVERY: Duration = Duration::from_secs(20);

/// Looks whether the hour of something has come, again and again, until `stop` is cancelled.
pub async fn keep_time(app: &App, stop: &CancellationToken) {
    while !stop.is_cancelled() {
        if let Err(problem) = look(app).await {
            tracing::error!(error = %problem, "publications could not be asked for");
        }
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            () = stop.cancelled() => {}
        }
    }
}

/// Has what is due published now, unless nothing is.
///
/// # Errors
/// When the database fails.
pub async fn look(app: &App) -> Result<()> {
    let now = app.clock.now();
    if rows::list_due(app.db.read(), now).await?.is_empty() {
        return Ok(());
    }
    let mut tx = app.db.begin().await?;
    tx.enqueue(&Op::system(now), &PublishDue {}).await?;
    tx.commit().await
}

/// Publishes something that is approved, as it was read at a revision. Of a dataset that was closed meanwhile it takes effect, and stays
/// closed.
pub async fn publish(tx: &mut Tx, op: &Op, row: &PublicationRow, revision: i64) -> Result<()> {
    let stage = Stage::Published { at: op.at };
    let stands = rows::find_dataset(tx, &row.dataset_slug).await?;
    let is_open = row.is_opening() || stands.is_some_and(|dataset| dataset.is_open == 1);
    let act = if is_open { "published" } else { "applied" };
    // Whoever read the row before this change finds another revision, and publishes nothing.
    let known = rows::find(tx, &row.id).await?.unwrap_or_else(|| row.clone());
    put(tx, &known, revision, &stage).await?;
    step(tx, op, Some(&row.id), &row.dataset_id, act, "").await?;
    moved(tx, op, row, act, &stage).await?;
    if let (Some(resource), Some(file)) = (&row.resource_id, &row.file_id) {
        rows::put_file_state(tx, file, "waiting").await?;
        let event = FilePublished {
            resource: resource.clone(),
            file: file.clone(),
        };
        return tx.emit(op, &event).await;
    }
    match &row.licence {
        Some(licence) => rows::put_licence(tx, &row.dataset_id, licence, op.at).await?,
        None => rows::put_open(tx, &row.dataset_id, true, op.at).await?,
    }
    let event = DatasetSaved {
        dataset: row.dataset_slug.clone(),
        is_open,
    };
    tx.emit(op, &event).await
}
