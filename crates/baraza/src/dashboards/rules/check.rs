//! Looking at what rules watch, and telling whoever answers for it.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::{
    AlertMoved, close,
    model::{Alert, Found, Rule, Standing, Verdict, Watched},
    store,
    words::{self, Thing},
};
use crate::{
    accounts,
    dashboards::live::{self, model::Reading},
    indicators::tiles::{self, Across, Asked},
    places::{self, model::Places},
    platform::{
        app::App,
        calendar::{Calendar, Span},
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

/// Rules that are looked at with one statement.
const AT_ONCE: usize = 100;

/// Has the rules of an indicator or of a sensor, or all, look at their numbers, and tells deputies of what nobody looked after.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct CheckRules {
    /// Code of the indicator; `None` for all, unless a sensor is named.
    pub indicator: Option<String>,
    /// Code of the feed of a sensor.
    #[serde(default)]
    pub feed: Option<String>,
    /// Minutes of silence that this look was queued for: it waits beside one that is due now.
    #[serde(default)]
    pub silence: Option<u32>,
}

impl CheckRules {
    /// A look at the rules of one thing.
    #[must_use]
    pub fn of(watched: &Watched) -> CheckRules {
        let code = watched.subject().to_owned();
        match watched {
            Watched::Feed(_) => CheckRules {
                feed: Some(code),
                ..CheckRules::default()
            },
            Watched::Indicator(_) | Watched::Group(_) => CheckRules {
                indicator: Some(code),
                ..CheckRules::default()
            },
        }
    }
}

impl Job for CheckRules {
    const NAME: &'static str = "dashboards.check-rules";

    fn key(&self) -> Option<String> {
        Some(match (&self.indicator, &self.feed, self.silence) {
            (_, Some(feed), Some(minutes)) => format!("feed {feed} {minutes}"),
            (_, Some(feed), None) => format!("feed {feed}"),
            (Some(indicator), None, _) => indicator.clone(),
            (None, None, _) => String::new(),
        })
    }

    async fn run(self, app: &App) -> anyhow::Result<()> {
        let op = Op::system(app.clock.now());
        if self.feed.is_none() {
            check(app, &op, self.indicator.as_deref()).await?;
        }
        if self.indicator.is_none() {
            check_feeds(app, &op, self.feed.as_deref()).await?;
        }
        climb(app, &op).await?;
        Ok(())
    }
}

/// Everything that telling needs.
struct Telling<'a> {
    app: &'a App,
    op: &'a Op,
    // Accounts say no language of their own: notices to staff are written in the installation's.
    lang: Lang,
    all: &'a Places,
}

impl<'a> Telling<'a> {
    fn of(app: &'a App, op: &'a Op, all: &'a Places) -> Self {
        Self {
            app,
            op,
            lang: app.config.language.parse().unwrap_or_default(),
            all,
        }
    }
}

/// What a look at rules needs besides.
struct Look {
    calendar: Calendar,
    /// Ids of the rules that have an open alert.
    open: HashSet<String>,
}

impl Look {
    async fn begin(app: &App) -> Result<Look> {
        let open = store::list_open(&app.db).await?;
        Ok(Look {
            calendar: office::calendar(app).await?,
            open: open.into_iter().map(|alert| alert.rule.id).collect(),
        })
    }

    /// Opens or closes the alert of a rule as it judged.
    async fn settle(
        &self,
        telling: &Telling<'_>,
        rule: &Rule,
        thing: Thing<'_>,
        (verdict, found): (Verdict, &Found),
    ) -> Result<()> {
        match (verdict, self.open.contains(&rule.id)) {
            (Verdict::Fires, false) => fire(telling, &self.calendar, rule, thing, found).await,
            (Verdict::Over, true) => end(telling.app, telling.op, rule).await,
            _ => Ok(()),
        }
    }
}

/// Somebody who is told.
struct Reader {
    /// Id of the account.
    user: String,
    email: String,
}

/// Opens and closes alerts by what is public now.
async fn check(app: &App, op: &Op, indicator: Option<&str>) -> Result<()> {
    let rules = store::list_on(&app.db, "indicator", indicator).await?;
    if rules.is_empty() {
        return Ok(());
    }
    let all = places::all(app).await?;
    let telling = Telling::of(app, op, &all);
    let look = Look::begin(app).await?;
    for rules in rules.chunks(AT_ONCE) {
        let asked: Vec<Asked> = rules.iter().map(asked).collect();
        let told = tiles::gather(app, telling.lang, &all, &asked).await?;
        for (rule, told) in rules.iter().zip(told) {
            // Its indicator is there no more: nothing is known.
            let Some(told) = told else { continue };
            let found = Found::of(&told, &rule.watched);
            let verdict = rule.condition.judge(&told.definition, &found, op.at);
            let thing = Thing::Indicator(&told.definition);
            look.settle(&telling, rule, thing, (verdict, &found)).await?;
        }
    }
    Ok(())
}

/// Opens and closes alerts by what sensors said last, and has those that wait for silence look again when it would begin.
///
/// A sensor whose readings are not taken says nothing by intention: its rules decide nothing meanwhile.
async fn check_feeds(app: &App, op: &Op, feed: Option<&str>) -> Result<()> {
    let rules = store::list_on(&app.db, "feed", feed).await?;
    if rules.is_empty() {
        return Ok(());
    }
    let all = places::all(app).await?;
    let telling = Telling::of(app, op, &all);
    let look = Look::begin(app).await?;
    let feeds = live::feeds(app).await?;
    let codes: Vec<&str> = rules.iter().map(|rule| rule.watched.subject()).collect();
    let told = live::gather(app, &codes).await?;
    for rule in &rules {
        let code = rule.watched.subject();
        let is_on = feeds.find(code).is_some_and(|known| known.is_on());
        let Some(told) = told.get(code).filter(|_| is_on) else {
            continue;
        };
        let last = told.last.as_ref();
        let found = Found::of_reading(last, |at| written_moment(app, at));
        let verdict = rule.condition.judge_feed(&told.feed, last, op.at);
        look.settle(&telling, rule, Thing::Feed(&told.feed), (verdict, &found))
            .await?;
        if let Some(last) = last {
            look_when_silent(app, op, rule, last).await?;
        }
    }
    Ok(())
}

/// Queues another look for the moment in which a sensor has been silent for as long as a rule waits, where that is still to come.
async fn look_when_silent(app: &App, op: &Op, rule: &Rule, last: &Reading) -> Result<()> {
    let Some(silent_from) = rule.condition.silent_from(last).filter(|at| *at > op.at) else {
        return Ok(());
    };
    let job = CheckRules {
        silence: rule.condition.minutes(),
        ..CheckRules::of(&rule.watched)
    };
    let mut tx = app.db.begin().await?;
    tx.enqueue_after(op, &job, silent_from.since(op.at)).await?;
    tx.commit().await
}

/// A moment as an alert keeps it, on the place's own clocks.
fn written_moment(app: &App, at: Time) -> String {
    app.config.zoned(at).strftime("%Y-%m-%d %H:%M").to_string()
}

fn asked(rule: &Rule) -> Asked {
    Asked {
        indicator: rule.watched.subject().to_owned(),
        place: rule.place.clone(),
        period: None,
        across: match rule.watched.group() {
            Some(group) => Across::Groups(group.by.clone()),
            None => Across::Time,
        },
    }
}

/// Opens an alert unless one is open, and tells whoever answers for the number; the deputy where that account is closed.
async fn fire(
    telling: &Telling<'_>,
    calendar: &Calendar,
    rule: &Rule,
    thing: Thing<'_>,
    found: &Found,
) -> Result<()> {
    let (app, op) = (telling.app, telling.op);
    let climbs_at = calendar.add(op.at, Span::WorkingDays(rule.wait_days));
    let person = find_told(app, Some(&rule.person)).await?;
    let deputy = match person {
        Some(_) => None,
        None => find_told(app, rule.deputy.as_deref()).await?,
    };
    let said = words::fired(
        telling.lang,
        telling.all,
        (rule, rule.condition),
        thing,
        words::number(telling.lang, Some(thing), found),
    );
    let mut tx = app.db.begin().await?;
    let Some(id) = store::open(&mut tx, op, rule, found, climbs_at).await? else {
        return Ok(());
    };
    note(&mut tx, op, (&id, &rule.id), "opened").await?;
    if deputy.is_some() && store::put_climbed(&mut tx, &id, op.at).await? {
        note(&mut tx, op, (&id, &rule.id), "climbed").await?;
    }
    // Where neither has an account any more, the list of rules says so.
    if let Some(told) = person.or(deputy) {
        tell(telling, &mut tx, &id, told, &said).await?;
    }
    tx.commit().await
}

/// An account in use with its address of mail; `None` where it is closed.
async fn find_told(app: &App, user: Option<&str>) -> Result<Option<Reader>> {
    let Some(user) = user else { return Ok(None) };
    let email = accounts::email_of(app, user).await?;
    Ok(email.map(|email| Reader {
        user: user.to_owned(),
        email,
    }))
}

async fn end(app: &App, op: &Op, rule: &Rule) -> Result<()> {
    let mut tx = app.db.begin().await?;
    close(&mut tx, op, &rule.id).await?;
    tx.commit().await
}

/// Tells deputies of alerts that nobody looked after in time.
async fn climb(app: &App, op: &Op) -> Result<()> {
    let due: Vec<Alert> = store::list_open(&app.db)
        .await?
        .into_iter()
        .filter(|alert| alert.climbs(op.at))
        .collect();
    if due.is_empty() {
        return Ok(());
    }
    let all = places::all(app).await?;
    let definitions = super::watchable(app).await?;
    let feeds = live::feeds(app).await?;
    let telling = Telling::of(app, op, &all);
    let standings = look_again(app, telling.lang, &all, &due).await?;
    for (alert, standing) in due.into_iter().zip(standings) {
        let thing = Thing::find(&alert.rule.watched, &definitions, &feeds);
        let deputy = find_told(app, alert.rule.deputy.as_deref()).await?;
        let (Some(deputy), Some(thing)) = (deputy, thing) else {
            continue;
        };
        let of = (&alert.rule, alert.condition);
        let number = words::standing(telling.lang, Some(thing), &standing);
        let fired = words::fired(telling.lang, &all, of, thing, number);
        let said = format!("{}\n\n{fired}", telling.lang.text("dashboards-rules-told-deputy"));
        let mut tx = app.db.begin().await?;
        if store::put_climbed(&mut tx, &alert.id, op.at).await? {
            note(&mut tx, op, (&alert.id, &alert.rule.id), "climbed").await?;
            tell(&telling, &mut tx, &alert.id, deputy, &said).await?;
            tx.commit().await?;
        }
    }
    Ok(())
}

/// Looks again at the numbers that alerts fired on, and returns what may be told of each now, in their order.
///
/// What an alert keeps was public when it fired. It may have been withheld or taken back since, and must not be told then.
///
/// # Errors
/// When the database fails.
pub async fn look_again(app: &App, lang: Lang, all: &Places, alerts: &[Alert]) -> Result<Vec<Standing>> {
    let mut standings = Vec::with_capacity(alerts.len());
    for alerts in alerts.chunks(AT_ONCE) {
        let asked: Vec<Asked> = alerts
            .iter()
            .map(|alert| Asked {
                period: Some(alert.found.period.clone()),
                ..asked(&alert.rule)
            })
            .collect();
        let told = tiles::gather(app, lang, all, &asked).await?;
        let now = alerts
            .iter()
            .zip(&told)
            .map(|(alert, told)| Standing::of(&alert.found, &alert.rule.watched, told.as_ref()));
        standings.extend(now);
    }
    Ok(standings)
}

/// Writes one notice, and one mail where mail is sent at all.
async fn tell(telling: &Telling<'_>, tx: &mut Tx, alert: &str, reader: Reader, said: &str) -> Result<()> {
    let path = format!("desk/alerts/{alert}");
    let text = format!("{said}\n\n{}/{path}", telling.app.config.base_url);
    let title = telling.lang.text("dashboards-rules-told-title").to_string();
    let mut addresses = vec![Address::Account(reader.user)];
    if Channel::Email.way(telling.app) != Way::Closed {
        addresses.push(Address::Email(reader.email));
    }
    for to in addresses {
        let message = Message::new(to, telling.lang, &path, &text).titled(&title);
        tx.send(telling.op, message).await?;
    }
    Ok(())
}

async fn note(tx: &mut Tx, op: &Op, (alert, rule): (&str, &str), act: &'static str) -> Result<()> {
    let event = AlertMoved {
        alert: alert.to_owned(),
        rule: rule.to_owned(),
        act,
    };
    tx.emit(op, &event).await
}
