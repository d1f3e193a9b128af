//! The next round is asked for when it is near.

use jiff::ToSpan;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{facility, store, subject};
use crate::{
    facilitators::{self, NewTask},
    platform::{app::App, jobs::Job, op::Op},
};

/// Days before a round is due on which the facilitators of its place are asked for it.
const DAYS_BEFORE: i32 = 30;

/// Asks the facilitators of a place for the next round of a facility, once, when it is due within thirty days.
#[derive(Default, Serialize, Deserialize)]
pub struct AskNextRound {}

impl Job for AskNextRound {
    const NAME: &'static str = "scorecards.ask-next-round";

    fn key(&self) -> Option<String> {
        Some("all".to_owned())
    }

    async fn run(self, app: &App) -> anyhow::Result<()> {
        let op = Op::system(app.clock.now());
        let until = app.config.day(op.at).saturating_add(DAYS_BEFORE.days());
        for round in store::list_due_next(&app.db, until).await? {
            let facility = facility(app, &round.facility).await?;
            let task = NewTask {
                place: facility.place,
                facility: Some(facility.code),
                group: None,
                text: "facilitators-task-next-round",
                facts: json!({ "n": round.n + 1 }),
                source: subject(&round),
                due_on: round.next_on,
            };
            let mut tx = app.db.begin().await?;
            if store::insert_reminder(&mut tx, &round.id, op.at).await? {
                facilitators::ask(&mut tx, &op, &task).await?;
            }
            tx.commit().await?;
        }
        Ok(())
    }
}
