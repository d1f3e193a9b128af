//! What comes by itself: deliveries are counted, the year is planned ahead, producers are reminded.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{DeliveryNoted, owe, read_plan};
use crate::{
    accounts,
    catalog::store::{self, agenda::DueRow},
    platform::{
        app::App,
        i18n::Lang,
        jobs::Job,
        message::{Address, Channel, Message, Way},
        office,
        op::Op,
        problem::Result,
        time::Time,
    },
};

/// Counts a new version of a table for the oldest period of its dataset that waits for one.
#[derive(Debug, Serialize, Deserialize)]
pub struct NoteDelivery {
    pub resource: String,
    pub version: u64,
}

impl Job for NoteDelivery {
    const NAME: &'static str = "catalog.note-delivery";

    fn key(&self) -> Option<String> {
        Some(format!("{} {}", self.resource, self.version))
    }

    async fn run(self, app: &App) -> anyhow::Result<()> {
        let version = i64::try_from(self.version)?;
        let Some(resource) = store::find_resource(app.db.read(), &self.resource).await? else {
            return Ok(());
        };
        let Some(dataset) = store::find_dataset(app.db.read(), &resource.dataset_slug).await? else {
            return Ok(());
        };
        // It came when its file was read, however late this job runs.
        let files = store::list_files(app.db.read(), &self.resource).await?;
        let file = files.iter().find(|file| file.version == Some(version));
        let at = Time(file.map_or(resource.changed_at, |file| file.received_at));
        let waiting = store::agenda::list_waiting(app.db.read(), &dataset.id, at).await?;
        let Some(due) = waiting.first() else {
            return Ok(());
        };
        if store::agenda::is_counted(app.db.read(), &self.resource, version).await? {
            return Ok(());
        }
        let op = Op::system(app.clock.now());
        let mut tx = app.db.begin().await?;
        if store::agenda::deliver(&mut tx, &due.id, at, (Some(&self.resource), Some(version))).await? {
            store::search::note_dataset(&mut tx, &dataset.id).await?;
            let event = DeliveryNoted {
                dataset: dataset.id,
                period: due.period.clone(),
                version,
            };
            tx.emit(&op, &event).await?;
        }
        Ok(tx.commit().await?)
    }
}

/// Every hour: plans the coming year, and reminds producers of what is due soon or overdue. Each thing is said once.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct KeepAgenda {}

impl Job for KeepAgenda {
    const NAME: &'static str = "catalog.keep-agenda";

    fn key(&self) -> Option<String> {
        Some(String::new())
    }

    async fn run(self, app: &App) -> anyhow::Result<()> {
        plan_ahead(app).await?;
        remind(app).await?;
        Ok(())
    }
}

async fn plan_ahead(app: &App) -> Result<()> {
    let calendar = office::calendar(app).await?;
    let now = app.clock.now();
    let last = format!("{}-12-31", calendar.day(now).year() + 1);
    let plans = store::agenda::list_plans(app.db.read(), None).await?;
    let ahead = store::agenda::list_between(app.db.read(), &calendar.day(now).to_string(), &last).await?;
    let datasets = store::list_datasets(app.db.read()).await?;
    for row in plans.iter().filter(|row| row.state != "ended") {
        // Next year stands already once its first period does.
        let next_year = (calendar.day(now).year() + 1).to_string();
        let stands = |due: &DueRow| due.dataset_id == row.dataset_id && due.period_to.starts_with(&next_year);
        let Some(dataset) = datasets.iter().find(|known| known.id == row.dataset_id) else {
            continue;
        };
        if ahead.iter().any(stands) {
            continue;
        }
        let mut tx = app.db.begin().await?;
        let plan = read_plan(row)?;
        owe(
            &mut tx,
            &calendar,
            &row.dataset_id,
            dataset.organisation.as_deref(),
            &plan,
            now,
        )
        .await?;
        tx.commit().await?;
    }
    Ok(())
}

async fn remind(app: &App) -> Result<()> {
    let now = app.clock.now();
    let op = Op::system(now);
    let owed = store::agenda::list_to_remind(app.db.read(), now).await?;
    if owed.is_empty() {
        return Ok(());
    }
    let titles: BTreeMap<String, String> = store::list_datasets(app.db.read())
        .await?
        .into_iter()
        .filter(|dataset| dataset.state == "active")
        .map(|dataset| (dataset.id, dataset.title))
        .collect();
    // Accounts say no language of their own: notices to staff are written in the installation's.
    let lang: Lang = app.config.language.parse().unwrap_or_default();
    let mut tx = app.db.begin().await?;
    let mut lines: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for due in &owed {
        let (kind, id) = if due.red_at <= now.0 {
            ("red", "catalog-agenda-remind-red")
        } else if due.due_at <= now.0 {
            ("after", "catalog-agenda-remind-after")
        } else {
            ("before", "catalog-agenda-remind-before")
        };
        let Some(title) = titles.get(&due.dataset_id) else {
            continue;
        };
        if !store::agenda::note_notice(&mut tx, due, kind, now).await? {
            continue;
        }
        let on = due
            .due_on
            .parse()
            .map_or_else(|_| due.due_on.clone(), |day| lang.date(day));
        let line = lang
            .text(id)
            .arg("dataset", title)
            .arg("period", &due.period)
            .arg("day", on)
            .to_string();
        for user in store::agenda::list_owers(app.db.read(), due.organisation.as_deref()).await? {
            lines.entry(user).or_default().push(line.clone());
        }
    }
    for (user, mut lines) in lines {
        let n = lines.len();
        let link = format!("{}/desk/agenda", app.config.base_url);
        lines.push(
            lang.text("catalog-agenda-remind-link")
                .arg("link", link)
                .to_string(),
        );
        let title = lang.text("catalog-agenda-remind-title").n("n", n).to_string();
        let mut addresses = vec![Address::Account(user.clone())];
        if Channel::Email.way(app) != Way::Closed
            && let Some(email) = accounts::email_of(app, &user).await?
        {
            addresses.push(Address::Email(email));
        }
        for to in addresses {
            let message = Message::new(to, lang, "desk/agenda", lines.join("\n")).titled(&title);
            tx.send(&op, message).await?;
        }
    }
    tx.commit().await
}
