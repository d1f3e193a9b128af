//! Erasing what was collected, when the law or a person asks for it. Only an operator does; each time says why.

use std::{collections::BTreeSet, time::Duration};

use serde::{Deserialize, Serialize};
use tables::{Rows, Value};

use super::{TableChanged, library, model::Form, store};
use crate::platform::{
    app::App,
    events::Event,
    jobs::Job,
    op::{Op, Role},
    problem::{Problem, Result},
};

/// A submission was erased: its answers, corrections, conflicting copies and files.
#[derive(Serialize)]
pub struct SubmissionErased {
    pub form: String,
    /// The instance ids of its edits.
    pub instances: Vec<String>,
}

impl Event for SubmissionErased {
    const NAME: &'static str = "collect.submission-erased";
    fn subject(&self) -> String {
        format!("form/{}", self.form)
    }
}

/// Forms begun in a browser and not sent were erased.
#[derive(Serialize)]
pub struct DraftsErased {
    pub n_drafts: u64,
}

impl Event for DraftsErased {
    const NAME: &'static str = "collect.drafts-erased";
    fn subject(&self) -> String {
        "drafts".to_owned()
    }
}

/// What was erased.
#[derive(Debug, Serialize)]
pub struct Erased {
    /// The submission and its corrections.
    pub n_submissions: usize,
    /// Blobs of its files that nothing else collected needs.
    pub blobs: Vec<String>,
}

/// Erases a submission under the id it was first filed under, with every correction; a job takes its rows out of the tables.
///
/// Older versions of the tables hold the rows until they are vacuumed, and backups until they are destroyed.
///
/// # Errors
/// `not-allowed` for anybody but an administrator; `submission-unknown`.
pub async fn erase_submission(app: &App, op: &Op, form: &Form, instance_id: &str) -> Result<Erased> {
    op.require(&[Role::Admin])?;
    let mut tx = app.db.begin().await?;
    let edits = store::erasing::list_edits(&mut tx, &form.id, instance_id).await?;
    if edits.is_empty() {
        return Err(Problem::not_found("submission-unknown"));
    }
    let mut files = BTreeSet::new();
    for (submission, instance) in &edits {
        files.extend(store::erasing::list_blobs(&mut tx, submission).await?);
        store::erasing::delete_submission(&mut tx, submission, &form.id, instance).await?;
    }
    let mut blobs = Vec::new();
    for blob in files {
        if !store::erasing::is_needed(&mut tx, &blob).await? {
            blobs.push(blob);
        }
    }
    tx.emit(
        op,
        &SubmissionErased {
            form: form.id.clone(),
            instances: edits.iter().map(|(_, instance)| instance.clone()).collect(),
        },
    )
    .await?;
    tx.commit().await?;
    Ok(Erased {
        n_submissions: edits.len(),
        blobs,
    })
}

/// Erases forms that were begun in a browser and not touched for so long, sent or not; returns how many.
///
/// # Errors
/// `not-allowed` for anybody but an administrator.
pub async fn erase_drafts(app: &App, op: &Op, untouched_for: Duration) -> Result<u64> {
    op.require(&[Role::Admin])?;
    let mut tx = app.db.begin().await?;
    let n_drafts = store::erasing::delete_drafts(&mut tx, op.at.minus(untouched_for)).await?;
    tx.emit(op, &DraftsErased { n_drafts }).await?;
    tx.commit().await?;
    Ok(n_drafts)
}

/// Takes the rows of an erased submission out of its form's tables. Run twice, it finds nothing.
#[derive(Debug, Serialize, Deserialize)]
pub struct EraseRows {
    pub form: String,
    pub instances: Vec<String>,
}

impl Job for EraseRows {
    const NAME: &'static str = "collect.erase-rows";

    async fn run(self, app: &App) -> anyhow::Result<()> {
        let mut tables = BTreeSet::new();
        for version in store::list_versions(app.db.read(), &self.form).await? {
            let definition = library::questionnaire(app, &version.id).await?;
            tables.extend(definition.tables.iter().map(|shape| definition.table_name(shape)));
        }
        let form = store::find_form_by_id(app.db.read(), &self.form).await?;
        let org = form.and_then(|form| form.org);
        let gone: Vec<Value> = self.instances.into_iter().map(Value::Text).collect();
        let mut changed = Vec::new();
        for table in tables {
            if app.lake.exists(&table).await? {
                let none = Rows::new(app.lake.columns(&table).await?);
                let version = app.lake.replace(&table, "instance_id", &gone, &none).await?;
                changed.push(TableChanged {
                    table,
                    version: version.0,
                    org: org.clone(),
                });
            }
        }
        let op = Op::system(app.clock.now());
        let mut tx = app.db.begin().await?;
        for event in &changed {
            tx.emit(&op, event).await?;
        }
        tx.commit().await?;
        Ok(())
    }
}
