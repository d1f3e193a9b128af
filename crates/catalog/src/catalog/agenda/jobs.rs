//! What comes by itself: deliveries are counted, the year is planned ahead, producers are reminded.

use std::collections::{BTreeMap, HashSet};

use jiff::ToSpan;
use serde::{Deserialize, Serialize};

use super::{
    DeliveryNoted, NO_PERIOD, covered, model::Delivery, note, owe, pages::written, periods, read_plan,
    year::Clock,
};
use crate::{
    accounts,
    catalog::store::{
        self, DatasetRow, ResourceRow,
        agenda::{Came, DueRow},
    },
    platform::{
        app::{App, find_setting, save_setting},
        db::Tx,
        i18n::Lang,
        jobs::Job,
        message::{Address, Channel, Message, Way},
        office,
        op::Op,
        problem::Result,
        time::Time,
    },
};

/// When files and addresses that are no tables were looked for last.
const SEEN: &str = "agenda-files-seen";
/// For how long after its due date something that waits is looked after.
const LONGEST_WAIT_DAYS: i64 = 400;

/// Counts a file that somebody looks at before everybody can read it, for the oldest period of its dataset that waits for one, or for the
/// one its sender named. A file that nobody looks at first counts once it is read.
#[derive(Debug, Serialize, Deserialize)]
pub struct NoteFile {
    pub resource: String,
    pub file: String,
}

impl Job for NoteFile {
    const NAME: &'static str = "catalog.note-file";

    fn key(&self) -> Option<String> {
        Some(self.file.clone())
    }

    async fn run(self, app: &App) -> anyhow::Result<()> {
        let Some((publication, _)) = store::workflow::stage_of_file(app.db.read(), &self.file).await? else {
            return Ok(());
        };
        let Some((_, dataset)) = found(app, &self.resource).await? else {
            return Ok(());
        };
        let Some(file) = store::find_file(app.db.read(), &self.file).await? else {
            return Ok(());
        };
        let at = Time(file.received_at);
        let said = store::agenda::find_said(app.db.read(), &file.id).await?;
        let linked = store::agenda::find_by_publication(app.db.read(), &publication).await?;
        let op = Op::system(app.clock.now());
        if let Some(due) = &linked {
            if said.as_ref().is_none_or(|period| *period == due.period) {
                return Ok(send_again(app, &publication, due, at).await?);
            }
            let mut tx = app.db.begin().await?;
            store::agenda::take_back(&mut tx, &due.id).await?;
            tx.commit().await?;
        }
        let came = Came {
            at,
            published_at: None,
            publication: Some(&publication),
            resource: Some(&self.resource),
            version: None,
        };
        let Some(due) = choose(app, &dataset, said.as_deref(), at).await? else {
            return Ok(());
        };
        let mut tx = app.db.begin().await?;
        credit(&mut tx, &op, &dataset, &due, &came).await?;
        Ok(tx.commit().await?)
    }
}

/// A newer file for the same period: one that was given back is handed in anew, one that others look at still is corrected.
async fn send_again(app: &App, publication: &str, due: &DueRow, at: Time) -> Result<()> {
    let sent_at = Time(due.delivered_at.unwrap_or_default());
    let last = store::agenda::find_last_turn(app.db.read(), publication, sent_at).await?;
    if sent_at >= at || last.as_deref() == Some("submitted") {
        return Ok(());
    }
    let mut tx = app.db.begin().await?;
    store::agenda::deliver_again(&mut tx, &due.id, at).await?;
    tx.commit().await
}

/// Counts a new version of a table for the oldest period of its dataset that waits for one, or for the one its sender named.
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
        let Some((resource, dataset)) = found(app, &self.resource).await? else {
            return Ok(());
        };
        if store::agenda::is_counted(app.db.read(), &self.resource, version).await? {
            return Ok(());
        }
        let files = store::list_files(app.db.read(), &self.resource).await?;
        let file = files.iter().find(|file| file.version == Some(version));
        let op = Op::system(app.clock.now());
        let mut said = None;
        if let Some(file) = file {
            said = store::agenda::find_said(app.db.read(), &file.id).await?;
            // What others looked at first was counted when it was sent.
            let way = store::workflow::stage_of_file(app.db.read(), &file.id).await?;
            if let Some((publication, _)) = way {
                let mut tx = app.db.begin().await?;
                if store::agenda::publish(&mut tx, &publication, &self.resource, version).await? {
                    store::search::note_dataset(&mut tx, &dataset.id).await?;
                    return Ok(tx.commit().await?);
                }
            }
        }
        // It came when its file or its rows were received, however late this job runs.
        let shown_at = store::agenda::find_shown_at(app.db.read(), &self.resource, version).await?;
        let at = file.map(|file| file.received_at).or(shown_at);
        let at = Time(at.unwrap_or(resource.changed_at));
        let Some(due) = choose(app, &dataset, said.as_deref(), at).await? else {
            return Ok(());
        };
        let came = Came {
            at,
            published_at: (dataset.is_open == 1).then_some(at),
            publication: None,
            resource: Some(&self.resource),
            version: Some(version),
        };
        let mut tx = app.db.begin().await?;
        credit(&mut tx, &op, &dataset, &due, &came).await?;
        Ok(tx.commit().await?)
    }
}

/// Counts a table that a form fills, or the program itself, once it has more rows than when the oldest period that waits was opened.
#[derive(Debug, Serialize, Deserialize)]
pub struct NoteGrowth {
    pub table: String,
}

impl Job for NoteGrowth {
    const NAME: &'static str = "catalog.note-growth";

    fn key(&self) -> Option<String> {
        Some(self.table.clone())
    }

    async fn run(self, app: &App) -> anyhow::Result<()> {
        // A table that is in no dataset yet is owed by nobody.
        let known = store::find_resource_of_table(app.db.read(), &self.table).await?;
        let Some(known) = known else { return Ok(()) };
        let Some((resource, dataset)) = found(app, &known.id).await? else {
            return Ok(());
        };
        let op = Op::system(app.clock.now());
        let Some(due) = choose(app, &dataset, None, op.at).await? else {
            return Ok(());
        };
        let version = app.lake.version(&self.table).await?;
        let n_rows = app.lake.n_rows(&self.table, Some(version)).await?;
        let before = store::agenda::find_rows_by(app.db.read(), &resource.id, Time(due.opens_at)).await?;
        // Rows that were taken away or corrected are no delivery.
        if i64::try_from(n_rows)? <= before.unwrap_or_default() {
            return Ok(());
        }
        let came = Came {
            at: op.at,
            published_at: (dataset.is_open == 1).then_some(op.at),
            publication: None,
            resource: Some(&resource.id),
            version: Some(i64::try_from(version.0)?),
        };
        let mut tx = app.db.begin().await?;
        credit(&mut tx, &op, &dataset, &due, &came).await?;
        Ok(tx.commit().await?)
    }
}

async fn found(app: &App, resource: &str) -> Result<Option<(ResourceRow, DatasetRow)>> {
    let Some(resource) = store::find_resource(app.db.read(), resource).await? else {
        return Ok(None);
    };
    let dataset = store::find_dataset(app.db.read(), &resource.dataset_slug).await?;
    Ok(dataset.map(|dataset| (resource, dataset)))
}

/// The period that something counts for: the one its sender named, if nothing came for it, or else the oldest that waits.
async fn choose(app: &App, dataset: &DatasetRow, said: Option<&str>, at: Time) -> Result<Option<DueRow>> {
    let Some(period) = said else {
        let waiting = store::agenda::list_waiting(app.db.read(), &dataset.id, at).await?;
        return Ok(waiting.into_iter().next());
    };
    if period == NO_PERIOD {
        return Ok(None);
    }
    let all = store::agenda::list_of(app.db.read(), &dataset.id).await?;
    let is_named = |due: &DueRow| due.period == period && due.delivered_at.is_none();
    Ok(all.into_iter().find(is_named))
}

async fn credit(tx: &mut Tx, op: &Op, dataset: &DatasetRow, due: &DueRow, came: &Came<'_>) -> Result<()> {
    if !store::agenda::deliver(tx, &due.id, came).await? {
        return Ok(());
    }
    store::search::note_dataset(tx, &dataset.id).await?;
    let event = DeliveryNoted {
        dataset: dataset.id.clone(),
        period: due.period.clone(),
        version: came.version,
    };
    tx.emit(op, &event).await
}

/// Every hour: counts files that are no tables, moves what falls due to the working days as they are now, plans the coming year, and
/// reminds producers of what is due soon or overdue. Each thing is said once.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct KeepAgenda {}

impl Job for KeepAgenda {
    const NAME: &'static str = "catalog.keep-agenda";

    fn key(&self) -> Option<String> {
        Some(String::new())
    }

    async fn run(self, app: &App) -> anyhow::Result<()> {
        note_files(app).await?;
        settle(app).await?;
        follow_calendar(app).await?;
        plan_ahead(app).await?;
        remind(app).await?;
        Ok(())
    }
}

/// Counts files and addresses that are no tables: what is new of a dataset since the last look is one delivery.
///
/// Whoever sends one to the portal may say when it was changed, so what they say is believed back to the last look only.
async fn note_files(app: &App) -> Result<()> {
    let op = Op::system(app.clock.now());
    let before = find_setting(&app.db, SEEN).await?;
    let before = before.and_then(|text| text.parse().ok()).map(Time);
    let datasets = store::list_datasets(app.db.read()).await?;
    let mut counted = HashSet::new();
    for file in store::agenda::list_new_files(app.db.read()).await? {
        let dataset = datasets.iter().find(|known| known.id == file.dataset_id);
        let Some(dataset) = dataset else { continue };
        let at = before.map_or(Time(file.changed_at), |before| Time(file.changed_at).max(before));
        let at = at.min(op.at);
        let due = match counted.insert(file.dataset_id.clone()) {
            true => choose(app, dataset, None, at).await?,
            false => None,
        };
        let mut tx = app.db.begin().await?;
        store::agenda::put_seen(&mut tx, &file.resource_id, &file.mark).await?;
        if let Some(due) = due {
            let came = Came {
                at,
                published_at: (dataset.is_open == 1).then_some(at),
                publication: None,
                resource: Some(&file.resource_id),
                version: None,
            };
            credit(&mut tx, &op, dataset, &due, &came).await?;
        }
        tx.commit().await?;
    }
    let mut tx = app.db.begin().await?;
    save_setting(&mut tx, SEEN, &op.at.0.to_string()).await?;
    tx.commit().await
}

/// Keeps when what waited was handed in and published, so that nobody has to look at its way again.
async fn settle(app: &App) -> Result<()> {
    let clock = Clock::of(app, None).await?;
    for due in store::agenda::list_unpublished(app.db.read(), &since(app)).await? {
        let Delivery::Out {
            handed_in_at,
            published_at: Some(published_at),
        } = clock.delivery(&due)
        else {
            continue;
        };
        let mut tx = app.db.begin().await?;
        store::agenda::settle(&mut tx, &due.id, handed_in_at, published_at).await?;
        store::search::note_dataset(&mut tx, &due.dataset_id).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// Moves due dates that lie ahead to where the working days put them now, with a note; what somebody moved stays there, and so does
/// everything that was due already or would be.
async fn follow_calendar(app: &App) -> Result<()> {
    let calendar = office::calendar(app).await?;
    let op = Op::system(app.clock.now());
    let today = calendar.day(op.at);
    let last = format!("{}-12-31", today.year() + 2);
    let ahead = store::agenda::list_between(app.db.read(), &today.to_string(), &last).await?;
    for row in store::agenda::list_plans(app.db.read(), None).await? {
        if row.state == "ended" {
            continue;
        }
        let plan = read_plan(&row)?;
        let stays = |due: &DueRow| {
            due.delivered_at.is_some() || due.due_at <= op.at.0 || due.due_on != due.first_due_on
        };
        let own = ahead.iter().filter(|due| due.dataset_id == row.dataset_id);
        let mut moved = Vec::new();
        for due in own {
            if stays(due) {
                continue;
            }
            let covers = covered(due)?;
            let due_on = plan.due_on(&calendar, &covers);
            let at = plan.instants(&calendar, &covers, due_on);
            let now = (at.opens_at.0, at.notice_at.0, at.due_at.0, at.red_at.0);
            let was = (due.opens_at, due.notice_at, due.due_at, due.red_at);
            if now == was || at.due_at <= op.at {
                continue;
            }
            let due_on = due_on.to_string();
            moved.push((
                due,
                DueRow {
                    due_on: due_on.clone(),
                    first_due_on: due_on,
                    opens_at: now.0,
                    notice_at: now.1,
                    due_at: now.2,
                    red_at: now.3,
                    ..due.clone()
                },
            ));
        }
        if moved.is_empty() {
            continue;
        }
        let mut tx = app.db.begin().await?;
        for (was, due) in &moved {
            store::agenda::move_due(&mut tx, due).await?;
            if was.due_on != due.due_on {
                let days = (was.due_on.as_str(), due.due_on.as_str());
                let what = (due.period.as_str(), "calendar");
                note(&mut tx, &op, &row.dataset_id, what, days, "").await?;
            }
        }
        tx.commit().await?;
    }
    Ok(())
}

/// The first due date of what is looked after while it waits.
fn since(app: &App) -> String {
    let today = app.config.day(app.clock.now());
    today.saturating_sub(LONGEST_WAIT_DAYS.days()).to_string()
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
    let owed = store::agenda::list_to_remind(app.db.read(), now, &since(app)).await?;
    if owed.is_empty() {
        return Ok(());
    }
    let titles: BTreeMap<String, String> = store::list_datasets(app.db.read())
        .await?
        .into_iter()
        .filter(|dataset| dataset.state == "active")
        .map(|dataset| (dataset.id, dataset.title))
        .collect();
    let clock = Clock::of(app, None).await?;
    // Accounts say no language of their own: notices to staff are written in the installation's.
    let lang: Lang = app.config.language.parse().unwrap_or_default();
    let mut tx = app.db.begin().await?;
    let mut to_owers: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut to_others: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for due in &owed {
        let Some(title) = titles.get(&due.dataset_id) else {
            continue;
        };
        let delivery = clock.delivery(due);
        let Some(kind) = kind_of(due, delivery, now) else {
            continue;
        };
        if !store::agenda::note_notice(&mut tx, due, kind, now).await? {
            continue;
        }
        let line = line(lang, due, kind, title);
        let (users, lines) = match kind {
            "waits" => (lookers(app, due, clock.stage(due)).await?, &mut to_others),
            _ => {
                let owers = store::agenda::list_owers(app.db.read(), due.organisation.as_deref()).await?;
                (owers, &mut to_owers)
            }
        };
        for user in users {
            lines.entry(user).or_default().push(line.clone());
        }
    }
    let site = &app.config.base_url;
    let send_here = lang
        .text("catalog-agenda-remind-link")
        .arg("link", format!("{site}/desk/agenda"))
        .to_string();
    let look_here = lang
        .text("catalog-agenda-remind-look")
        .arg("link", format!("{site}/desk/data"))
        .to_string();
    send(app, &mut tx, lang, to_owers, &send_here).await?;
    send(app, &mut tx, lang, to_others, &look_here).await?;
    tx.commit().await
}

/// What is to be said of a period: nothing of what can be read, nor of what others look at before it is due.
fn kind_of(due: &DueRow, delivery: Delivery, now: Time) -> Option<&'static str> {
    match delivery {
        Delivery::Out { .. } => None,
        Delivery::Waits { .. } => (due.due_at <= now.0).then_some("waits"),
        Delivery::Nothing if due.red_at <= now.0 => Some("red"),
        Delivery::Nothing if due.due_at <= now.0 => Some("after"),
        Delivery::Nothing => Some("before"),
    }
}

fn line(lang: Lang, due: &DueRow, kind: &str, title: &str) -> String {
    let said = lang
        .text(format!("catalog-agenda-remind-{kind}"))
        .arg("dataset", title)
        .arg("period", periods::in_words(lang, &due.period))
        .arg("day", written(lang, &due.due_on))
        .to_string();
    // What came and is a draft has to be handed in.
    match due.delivered_at {
        Some(_) if kind != "waits" => format!("{said} {}", lang.text("catalog-agenda-remind-draft")),
        _ => said,
    }
}

/// For whom something waits: stewards while it is handed in, approvers once it is checked; for nobody once it is approved.
async fn lookers(app: &App, due: &DueRow, stage: &str) -> Result<Vec<String>> {
    let organisation = due.organisation.as_deref();
    let role = match stage {
        "submitted" => "steward",
        "checked" => "leader",
        _ => return Ok(Vec::new()),
    };
    let found = store::agenda::list_holders(app.db.read(), role, organisation).await?;
    // Where there is no approver, a steward of a place above approves.
    match found.is_empty() && role == "leader" {
        true => store::agenda::list_holders(app.db.read(), "steward", organisation).await,
        false => Ok(found),
    }
}

async fn send(
    app: &App,
    tx: &mut Tx,
    lang: Lang,
    lines: BTreeMap<String, Vec<String>>,
    last: &str,
) -> Result<()> {
    let op = Op::system(app.clock.now());
    for (user, mut lines) in lines {
        let n = lines.len();
        lines.push(last.to_owned());
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
    Ok(())
}
