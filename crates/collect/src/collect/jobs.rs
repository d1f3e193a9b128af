//! What happens beside the answers: forgets what was never sent, and renews the lists of places that forms choose from.

use serde::{Deserialize, Serialize};

use super::{DraftsForgotten, publish, store::drafts};
use crate::platform::{app::App, jobs::Job, op::Op};

/// Deletes what was begun in the browser and left alone for longer than the setting `draft_days` says.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct ForgetDrafts {}

impl Job for ForgetDrafts {
    const NAME: &'static str = "collect.forget-drafts";

    fn key(&self) -> Option<String> {
        Some("all".into())
    }

    async fn run(self, app: &App) -> anyhow::Result<()> {
        let op = Op::system(app.clock.now());
        let mut tx = app.db.begin().await?;
        let n = drafts::delete_unchanged_since(&mut tx, op.at.minus(app.config.draft_life())).await?;
        if n > 0 {
            tx.emit(&op, &DraftsForgotten { n }).await?;
        }
        tx.commit().await?;
        Ok(())
    }
}

/// Gives forms that take their choices from the places the list in force. Run twice, it changes nothing.
#[derive(Debug, Serialize, Deserialize)]
pub struct RenewPlaces {}

impl Job for RenewPlaces {
    const NAME: &'static str = "collect.renew-places";

    fn key(&self) -> Option<String> {
        Some("places".to_owned())
    }

    async fn run(self, app: &App) -> anyhow::Result<()> {
        Ok(publish::renew_places(app).await?)
    }
}
