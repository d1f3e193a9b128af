//! What happens after a table or a definition changed.

use serde::{Deserialize, Serialize};

use super::{
    compute,
    compute::{Computed, compute_together},
    store,
};
use crate::platform::{
    app::App,
    jobs::{Job, Lane},
    op::Op,
};

/// Computes an indicator again, from all that it is made of.
#[derive(Debug, Serialize, Deserialize)]
pub struct Compute {
    pub indicator: String,
}

impl Job for Compute {
    const NAME: &'static str = "indicators.compute";
    // Seconds for a large census; phones that file must not wait for it.
    const LANE: Lane = Lane::Heavy;

    fn key(&self) -> Option<String> {
        Some(self.indicator.clone())
    }

    async fn run(self, app: &App) -> anyhow::Result<()> {
        let op = Op::system(app.clock.now());
        if let Computed::Failed { reason } = compute(app, &op, &self.indicator).await? {
            tracing::warn!(
                indicator = self.indicator,
                reason,
                "an indicator cannot be computed"
            );
        }
        Ok(())
    }
}

/// Has every indicator that reads a table computed again.
#[derive(Debug, Serialize, Deserialize)]
pub struct FollowTable {
    /// Its name in the lake.
    pub table: String,
}

impl Job for FollowTable {
    const NAME: &'static str = "indicators.follow-table";

    fn key(&self) -> Option<String> {
        Some(self.table.clone())
    }

    async fn run(self, app: &App) -> anyhow::Result<()> {
        let op = Op::system(app.clock.now());
        let mut tx = app.db.begin().await?;
        let mut codes = store::list_reading(&mut tx, &self.table).await?;
        match codes.len() {
            0 => {}
            1 => {
                let indicator = codes.remove(0);
                tx.enqueue(&op, &Compute { indicator }).await?;
            }
            _ => {
                let table = self.table;
                tx.enqueue(&op, &ComputeTogether { table }).await?;
            }
        }
        tx.commit().await?;
        Ok(())
    }
}

/// Computes all indicators that read a table again, in one pass over it.
#[derive(Debug, Serialize, Deserialize)]
pub struct ComputeTogether {
    /// Its name in the lake.
    pub table: String,
}

impl Job for ComputeTogether {
    const NAME: &'static str = "indicators.compute-together";
    const LANE: Lane = Lane::Heavy;

    fn key(&self) -> Option<String> {
        Some(self.table.clone())
    }

    async fn run(self, app: &App) -> anyhow::Result<()> {
        let op = Op::system(app.clock.now());
        let mut tx = app.db.begin().await?;
        let codes = store::list_reading(&mut tx, &self.table).await?;
        tx.commit().await?;
        let ends = compute_together(app, &op, &codes).await?;
        for (indicator, end) in codes.iter().zip(ends) {
            if let Computed::Failed { reason } = end {
                tracing::warn!(indicator, reason, "an indicator cannot be computed");
            }
        }
        Ok(())
    }
}

/// Has every indicator computed again, after the list of places changed: rows may belong elsewhere now.
#[derive(Debug, Serialize, Deserialize)]
pub struct FollowPlaces {}

impl Job for FollowPlaces {
    const NAME: &'static str = "indicators.follow-places";

    fn key(&self) -> Option<String> {
        // Lists that are taken in one after the other need one computation.
        Some("places".to_owned())
    }

    async fn run(self, app: &App) -> anyhow::Result<()> {
        let op = Op::system(app.clock.now());
        let mut tx = app.db.begin().await?;
        for indicator in store::list_codes(&mut tx).await? {
            tx.enqueue(&op, &Compute { indicator }).await?;
        }
        tx.commit().await?;
        Ok(())
    }
}
