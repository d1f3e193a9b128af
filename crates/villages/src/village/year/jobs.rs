//! What comes by itself: the coming year is begun, and operators are reminded of what is due.

use std::collections::BTreeMap;

use jiff::ToSpan;
use serde::{Deserialize, Serialize};

use super::{Term, begin_in, calendars, model::Due, store};
use crate::{
    accounts,
    places::{self, model::Places},
    platform::{
        app::App,
        calendar::Calendar,
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

/// How long after its day something that has not come is spoken of; notice is given no longer before.
const LONGEST_DAYS: i64 = 400;

/// Every hour: begins the coming year of each village that keeps its year here, and reminds operators of what is due soon, was due, or
/// turned red. Each thing is said once.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct KeepYears {}

impl Job for KeepYears {
    const NAME: &'static str = "village.keep-years";

    fn key(&self) -> Option<String> {
        Some(String::new())
    }

    async fn run(self, app: &App) -> anyhow::Result<()> {
        begin_coming(app).await?;
        remind(app).await?;
        Ok(())
    }
}

/// What is owed for a year begins to fall due in the year before it, so the coming year always stands already.
async fn begin_coming(app: &App) -> Result<()> {
    let op = Op::system(app.clock.now());
    let coming = app.config.day(op.at).year() + 1;
    let behind = store::list_latest(&app.db).await?;
    let behind: Vec<_> = behind.into_iter().filter(|year| year.year < coming).collect();
    if behind.is_empty() {
        return Ok(());
    }
    let calendars = calendars(app).await?;
    for latest in behind {
        let found = calendars
            .iter()
            .find(|(template, _)| template.name == latest.template);
        let Some((template, _)) = found else { continue };
        let mut tx = app.db.begin().await?;
        for year in latest.year + 1..=coming {
            begin_in(&mut tx, &op, &latest.place, year, template, Term::GoesOn).await?;
        }
        tx.commit().await?;
    }
    Ok(())
}

async fn remind(app: &App) -> Result<()> {
    let now = app.clock.now();
    let today = app.config.day(now);
    let (from, to) = (
        today.saturating_sub(LONGEST_DAYS.days()),
        today.saturating_add(LONGEST_DAYS.days()),
    );
    let calendar = office::calendar(app).await?;
    let open: Vec<(Due, &'static str)> = store::list_open(&app.db, from, to)
        .await?
        .into_iter()
        .filter_map(|(due, begun_at)| {
            let kind = kind_of(&calendar, &due, begun_at, now)?;
            Some((due, kind))
        })
        .collect();
    if open.is_empty() {
        return Ok(());
    }
    let all = places::all(app).await?;
    // Accounts say no language of their own: notices to staff are written in the installation's.
    let lang: Lang = app.config.language.parse().unwrap_or_default();
    let mut lines: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut operators: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut tx = app.db.begin().await?;
    for (due, kind) in &open {
        if !store::note_notice(&mut tx, &due.id, kind, now).await? {
            continue;
        }
        if !operators.contains_key(&due.place) {
            let found = store::list_operators(&app.db, &due.place).await?;
            operators.insert(due.place.clone(), found);
        }
        let line = line(lang, &all, &calendar, due, kind);
        for user in operators.get(&due.place).into_iter().flatten() {
            lines.entry(user.clone()).or_default().push(line.clone());
        }
    }
    for (user, lines) in lines {
        send(app, &mut tx, lang, &user, lines).await?;
    }
    tx.commit().await
}

/// What is to be said of something that has not come: nothing before notice is given, nor of what fell due before the year was begun.
fn kind_of(calendar: &Calendar, due: &Due, begun_at: Time, now: Time) -> Option<&'static str> {
    let due_at = due.due_at(calendar);
    let notice_on = due
        .falls_on(calendar)
        .saturating_sub(i64::from(due.notice_days).days());
    if due_at <= begun_at || now < calendar.start_of(notice_on) {
        return None;
    }
    Some(match now {
        now if now >= due.red_at(calendar) => "red",
        now if now >= due_at => "after",
        _ => "before",
    })
}

fn line(lang: Lang, all: &Places, calendar: &Calendar, due: &Due, kind: &str) -> String {
    let place = all
        .find(&due.place)
        .map_or(due.place.as_str(), |place| place.name_in(lang.code()));
    lang.text(format!("village-remind-{kind}"))
        .arg("day", lang.date(due.falls_on(calendar)))
        .arg("document", due.title.in_language(lang.code()))
        .arg("year", lang.ungrouped(i64::from(due.year)))
        .arg("place", place)
        .to_string()
}

async fn send(app: &App, tx: &mut Tx, lang: Lang, user: &str, mut lines: Vec<String>) -> Result<()> {
    let op = Op::system(app.clock.now());
    let title = lang.text("village-remind-title").n("n", lines.len()).to_string();
    let link = format!("{}/desk/villages", app.config.base_url);
    lines.push(lang.text("village-remind-link").arg("link", link).to_string());
    let mut addresses = vec![Address::Account(user.to_owned())];
    if Channel::Email.way(app) != Way::Closed
        && let Some(email) = accounts::email_of(app, user).await?
    {
        addresses.push(Address::Email(email));
    }
    for to in addresses {
        let message = Message::new(to, lang, "desk/villages", lines.join("\n")).titled(&title);
        tx.send(&op, message).await?;
    }
    Ok(())
}
