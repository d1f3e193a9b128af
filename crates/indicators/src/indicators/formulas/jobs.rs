//! What follows when an input of a formula changed.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Extent, compute, graph::Graph};
use crate::{
    indicators::{compute::Computed, find, list, store},
    platform::{
        app::App,
        jobs::{Job, Lane},
        op::Op,
    },
};

/// How long a formula waits for inputs that are being computed, each time.
const PAUSE: Duration = Duration::from_secs(2);
/// How often it waits: during a census something is always being computed.
const MOST_PAUSES: u8 = 5;

/// Has every formula that reads an indicator, directly or through others, follow it.
#[derive(Debug, Serialize, Deserialize)]
pub struct RecomputeFormulas {
    pub indicator: String,
}

impl Job for RecomputeFormulas {
    const NAME: &'static str = "indicators.recompute-formulas";

    fn key(&self) -> Option<String> {
        Some(self.indicator.clone())
    }

    async fn run(self, app: &App) -> anyhow::Result<()> {
        let op = Op::system(app.clock.now());
        let all = list(app).await?;
        let graph = Graph::of(all.iter().map(|indicator| &*indicator.definition));
        let mut tx = app.db.begin().await?;
        for formula in graph.dependents(&self.indicator) {
            let follow = FollowInputs {
                indicator: formula.to_owned(),
                n_pauses: 0,
            };
            tx.enqueue(&op, &follow).await?;
        }
        tx.commit().await?;
        Ok(())
    }
}

/// Works a formula out again in the places where its inputs changed.
#[derive(Debug, Serialize, Deserialize)]
pub struct FollowInputs {
    pub indicator: String,
    /// How often it has waited for inputs that were being computed.
    #[serde(default)]
    pub n_pauses: u8,
}

impl Job for FollowInputs {
    const NAME: &'static str = "indicators.follow-inputs";
    const LANE: Lane = Lane::Heavy;

    fn key(&self) -> Option<String> {
        Some(self.indicator.clone())
    }

    async fn run(self, app: &App) -> anyhow::Result<()> {
        let op = Op::system(app.clock.now());
        let indicator = find(app, &self.indicator).await?;
        let definition = indicator.definition.clone();
        let Some(formula) = definition.formula() else {
            return Ok(());
        };
        // A number made half of new inputs and half of old ones would be of no moment at all.
        if self.n_pauses < MOST_PAUSES && is_input_underway(app, &self.indicator, &op).await? {
            let later = FollowInputs {
                n_pauses: self.n_pauses + 1,
                ..self
            };
            let mut tx = app.db.begin().await?;
            tx.enqueue_after(&op, &later, PAUSE).await?;
            tx.commit().await?;
            return Ok(());
        }
        if let Computed::Failed { reason } =
            compute(app, &op, &indicator, formula, Extent::WhatChanged).await?
        {
            tracing::warn!(
                indicator = self.indicator,
                reason,
                "a formula cannot be worked out"
            );
        }
        Ok(())
    }
}

async fn is_input_underway(app: &App, code: &str, op: &Op) -> anyhow::Result<bool> {
    let all = list(app).await?;
    let graph = Graph::of(all.iter().map(|indicator| &*indicator.definition));
    let codes: Vec<&str> = graph.reads(code).into_iter().collect();
    Ok(store::formulas::is_underway(&app.db, &codes, op.at).await?)
}
