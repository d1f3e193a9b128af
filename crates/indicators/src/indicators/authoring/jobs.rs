//! What happens when the day of a definition has come.

use serde::{Deserialize, Serialize};

use super::steps::bring_into_force;
use crate::{
    indicators::store::authoring as rows,
    platform::{app::App, jobs::Job, op::Op},
};

/// Puts approved definitions whose moment has come in force, in the order of their moments.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct PutDueInForce {}

impl Job for PutDueInForce {
    const NAME: &'static str = "indicators.put-due-in-force";

    fn key(&self) -> Option<String> {
        Some("due".to_owned())
    }

    async fn run(self, app: &App) -> anyhow::Result<()> {
        let op = Op::system(app.clock.now());
        for due in rows::list_due(&app.db, op.at).await? {
            bring_into_force(app, &op, &due).await?;
        }
        Ok(())
    }
}
