//! What happens after a release was signed, or is to be counted again.

use serde::{Deserialize, Serialize};

use super::make;
use crate::platform::{
    app::App,
    jobs::{Job, Lane},
    op::Op,
};

/// Makes a release.
#[derive(Debug, Serialize, Deserialize)]
pub struct MakeRelease {
    /// Its id.
    pub release: String,
}

impl Job for MakeRelease {
    const NAME: &'static str = "indicators.make-release";
    // It counts a whole census.
    const LANE: Lane = Lane::Heavy;

    fn key(&self) -> Option<String> {
        Some(self.release.clone())
    }

    async fn run(self, app: &App) -> anyhow::Result<()> {
        make::make(app, &Op::system(app.clock.now()), &self.release).await
    }
}

/// Counts a release again from the same versions.
#[derive(Debug, Serialize, Deserialize)]
pub struct CountAgain {
    /// Its id.
    pub release: String,
}

impl Job for CountAgain {
    const NAME: &'static str = "indicators.count-again";
    const LANE: Lane = Lane::Heavy;

    fn key(&self) -> Option<String> {
        Some(self.release.clone())
    }

    async fn run(self, app: &App) -> anyhow::Result<()> {
        make::count_again(app, &Op::system(app.clock.now()), &self.release).await
    }
}
