//! The task list fills itself: where some groups of a place were heard, the others are asked for.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::{NewTask, ask, coverage, store};
use crate::{
    evidence::model::Subject,
    platform::{app::App, jobs::Job, op::Op},
};

/// Asks for the groups that were not heard within twelve months in places where others were, each once until it is heard.
#[derive(Default, Serialize, Deserialize)]
pub struct AskUnheard {}

impl Job for AskUnheard {
    const NAME: &'static str = "facilitators.ask-unheard";

    fn key(&self) -> Option<String> {
        Some("all".to_owned())
    }

    async fn run(self, app: &App) -> anyhow::Result<()> {
        let op = Op::system(app.clock.now());
        let coverage = coverage::read(app, app.config.day(op.at)).await?;
        let waiting: HashSet<(String, String)> =
            store::tasks::list_waiting(&app.db).await?.into_iter().collect();
        let mut unheard = coverage.unheard();
        unheard.retain(|each| !waiting.contains(&(each.place.clone(), each.group.to_owned())));
        if unheard.is_empty() {
            return Ok(());
        }
        let mut tx = app.db.begin().await?;
        for each in unheard {
            // Once it was heard, and not again for twelve months, it is another source and so another task.
            let since = each
                .last_on
                .map_or_else(|| "never".to_owned(), |day| day.to_string());
            let task = NewTask {
                source: Subject::new("coverage", &format!("{}:{since}", each.place)),
                place: each.place,
                facility: None,
                group: Some(each.group.to_owned()),
                text: "facilitators-task-unheard",
                facts: serde_json::json!({}),
                due_on: None,
            };
            ask(&mut tx, &op, &task).await?;
        }
        tx.commit().await?;
        Ok(())
    }
}
