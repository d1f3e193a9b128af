//! Reminders: an organisation hears every thirty days of what villages asked and nobody answered.

use std::{collections::BTreeMap, time::Duration};

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{may_answer_as, model::Ask, note, store};
use crate::{
    accounts,
    evidence::model::Part,
    platform::{
        app::App,
        i18n::Lang,
        jobs::{Job, Lane},
        message::{Address, Channel, Message, Way},
        op::Op,
        problem::Result,
    },
};

/// After how long an organisation is reminded, again and again.
const EVERY: Duration = Duration::from_secs(30 * 24 * 3_600);
/// Asks that one run looks at.
const MOST_AT_ONCE: i64 = 1_000;

/// Reminds organisations of asks that wait for thirty days more.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct RemindOfAsks {}

impl Job for RemindOfAsks {
    const NAME: &'static str = "village.remind-of-asks";
    const LANE: Lane = Lane::Heavy;

    fn key(&self) -> Option<String> {
        Some(String::new())
    }

    async fn run(self, app: &App) -> anyhow::Result<()> {
        let op = Op::system(app.clock.now());
        let since = op.at.minus(EVERY);
        let due = store::list_due(&app.db, app.config.day(since), since, MOST_AT_ONCE).await?;
        let mut by_organisation: BTreeMap<&str, Vec<&Ask>> = BTreeMap::new();
        for ask in &due {
            by_organisation.entry(&ask.organisation).or_default().push(ask);
        }
        for (organisation, asks) in by_organisation {
            remind(app, &op, organisation, &asks).await?;
        }
        Ok(())
    }
}

/// Reminds everybody who may answer in one message, and keeps that they were.
async fn remind(app: &App, op: &Op, organisation: &str, asks: &[&Ask]) -> Result<()> {
    let lang: Lang = app.config.language.parse().unwrap_or_default();
    let people: Vec<accounts::model::Listed> = accounts::list_users(app, op)
        .await?
        .into_iter()
        .filter(|user| !user.is_closed && may_answer_as(&user.grants, organisation))
        .collect();
    let mut tx = app.db.begin().await?;
    let mut n = 0_usize;
    for ask in asks {
        if store::remind(&mut tx, ask, op.at).await? {
            let facts = json!({ "n": ask.n_reminded + 1 });
            note(&mut tx, op, ask, ("ask.reminded", Part::System), None, facts).await?;
            n += 1;
        }
    }
    if n > 0 {
        let link = format!("{}/desk/asks", app.config.base_url);
        let said = lang.text("village-asks-reminder").n("n", n).arg("link", link);
        let said = said.to_string();
        let title = lang.text("village-asks-reminder-title").n("n", n).to_string();
        for person in people {
            let mut addresses = vec![Address::Account(person.id)];
            let email = person.email.filter(|_| Channel::Email.way(app) != Way::Closed);
            addresses.extend(email.map(Address::Email));
            for to in addresses {
                let message = Message::new(to, lang, "desk/asks", &said).titled(&title);
                tx.send(op, message).await?;
            }
        }
    }
    tx.commit().await
}
