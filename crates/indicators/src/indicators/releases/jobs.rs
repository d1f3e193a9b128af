//! What happens after a release was signed, or is to be counted again.

use serde::{Deserialize, Serialize};

use super::{family, make};
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

/// Makes the releases of a whole and its parts that were signed in one act.
#[derive(Debug, Serialize, Deserialize)]
pub struct MakeReleases {
    /// Their ids.
    pub releases: Vec<String>,
}

impl Job for MakeReleases {
    const NAME: &'static str = "indicators.make-releases";
    const LANE: Lane = Lane::Heavy;

    // Whether one of them is still being made is looked up by its id within the key.
    fn key(&self) -> Option<String> {
        Some(self.releases.join(","))
    }

    async fn run(self, app: &App) -> anyhow::Result<()> {
        family::make(app, &Op::system(app.clock.now()), &self.releases).await
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
