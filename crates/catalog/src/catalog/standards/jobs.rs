//! After a new version of a table, its columns are held against their standards again.

use serde::{Deserialize, Serialize};
use tables::Limits;

use super::checks;
use crate::{
    catalog::{store, view},
    platform::{
        app::App,
        jobs::{Job, Lane},
        op::Op,
    },
};

/// Checks every column of a table that follows a standard.
#[derive(Debug, Serialize, Deserialize)]
pub struct CheckColumns {
    pub resource: String,
}

impl Job for CheckColumns {
    const NAME: &'static str = "catalog.check-columns";
    const LANE: Lane = Lane::Heavy;

    fn key(&self) -> Option<String> {
        Some(self.resource.clone())
    }

    async fn run(self, app: &App) -> anyhow::Result<()> {
        let assigned = store::standards::list_assigned(app.db.read(), Some(&self.resource)).await?;
        if assigned.is_empty() {
            return Ok(());
        }
        let Some(row) = store::find_resource(app.db.read(), &self.resource).await? else {
            return Ok(());
        };
        let op = Op::system(app.clock.now());
        // A dataset that is withdrawn or not there any more needs no check.
        let Ok(resource) = view::find_resource(app, &op, &row.dataset_slug, &row.slug, None).await else {
            return Ok(());
        };
        for row in assigned {
            // A column that is gone, or takes too long, is shown as not checked, with the reason.
            checks::try_to_check(app, &op, &resource, &row.column_name, Limits::generous()).await?;
        }
        Ok(())
    }
}
