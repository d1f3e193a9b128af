//! Rules that watch numbers, each with somebody who answers for it.
//!
//! A rule says when a number of a place needs somebody: below or above a threshold, a jump, a light, or no new number for long. When it
//! fires, one alert opens, and whoever answers for the number is told once; it closes by itself when the number is well inside its
//! bounds again. Nobody looked within some working days: the deputy is told. A number that is withheld fires nothing and closes
//! nothing, so that an alert tells no more than the page of the number. Groups within a place and sensors are watched in the same way.
//!
//! Deliberately absent: jumps of groups against the period before, text messages, rules that act.

use std::{collections::HashSet, sync::Arc};

use axum::{Router, routing::get};
use serde::Serialize;

use super::{COMPOSING, begun_for, live};
use crate::{
    accounts::{self, Reaches},
    indicators::{self, model::definition::Definition},
    places,
    platform::{
        app::App,
        db::Tx,
        events::Event,
        kept::kept,
        op::{Op, Role},
        problem::{Kind, Problem, Result},
        time::Time,
    },
};
use model::{Alert, NewRule, Rule, Typed, Watched};

mod check;
pub mod desk;
pub mod model;
mod store;
mod words;

pub use check::CheckRules;

/// Rules that one installation has at most: all are looked at in one job.
const MOST_RULES: i64 = 2_000;
/// Alerts that are over and are listed for one person at most.
const MOST_OVER: usize = 500;
/// Alerts that are over and are read with one statement.
const AT_ONCE: i64 = 1_000;
/// Letters of what somebody does about an alert at most.
const MOST_SAID: usize = 600;

/// A rule was set, changed, or switched on or off.
#[derive(Serialize)]
pub struct RuleSaved {
    pub rule: String,
    pub act: &'static str,
    /// `indicator` or `feed`.
    pub watches: &'static str,
    /// Code of the indicator or of the feed of a sensor.
    pub code: String,
}

impl RuleSaved {
    fn of(rule: &str, act: &'static str, watched: &Watched) -> RuleSaved {
        RuleSaved {
            rule: rule.to_owned(),
            act,
            watches: watched.kind(),
            code: watched.subject().to_owned(),
        }
    }

    /// The look that follows.
    #[must_use]
    pub fn check(&self) -> CheckRules {
        let code = Some(self.code.clone());
        match self.watches {
            "feed" => CheckRules {
                feed: code,
                ..CheckRules::default()
            },
            _ => CheckRules {
                indicator: code,
                ..CheckRules::default()
            },
        }
    }
}

impl Event for RuleSaved {
    const NAME: &'static str = "dashboards.rule-saved";
    fn subject(&self) -> String {
        format!("alert-rule/{}", self.rule)
    }
}

/// An alert opened, went on to the deputy, is looked after, or closed.
#[derive(Serialize)]
pub struct AlertMoved {
    pub alert: String,
    pub rule: String,
    pub act: &'static str,
}

impl Event for AlertMoved {
    const NAME: &'static str = "dashboards.alert-moved";
    fn subject(&self) -> String {
        format!("alert/{}", self.alert)
    }
}

/// Lists the rules that the caller sets, by what they watch.
///
/// # Errors
/// `not-allowed` for whoever sets none.
pub async fn list_rules(app: &App, op: &Op) -> Result<Vec<Rule>> {
    op.require(&COMPOSING)?;
    let reaches = Reaches::of(app, op).await?;
    let rules = store::list_rules(&app.db, MOST_RULES).await?;
    Ok(rules.into_iter().filter(|rule| is_set(&reaches, rule)).collect())
}

/// Returns a rule that the caller sets.
///
/// # Errors
/// `not-allowed`, `dashboards-rules-unknown`; one of another office or place is unknown, too.
pub async fn find_rule(app: &App, op: &Op, id: &str) -> Result<Rule> {
    op.require(&COMPOSING)?;
    let reaches = Reaches::of(app, op).await?;
    store::find_rule(&app.db, id)
        .await?
        .filter(|rule| is_set(&reaches, rule))
        .ok_or_else(|| Problem::not_found("dashboards-rules-unknown"))
}

/// Sets a rule, which watches from now on; returns its id.
///
/// # Errors
/// `not-allowed`; those of [`NewRule::parse`]; `dashboards-rules-person` on `person` or `deputy` without such an account;
/// `dashboards-place-not-yours` on `place`; `dashboards-rules-full`.
pub async fn add_rule(app: &App, op: &Op, typed: &Typed) -> Result<String> {
    op.require(&COMPOSING)?;
    let (new, people) = read(app, op, typed).await?;
    let mut tx = app.db.begin().await?;
    if store::count_rules(&mut tx).await? >= MOST_RULES {
        return Err(Problem::conflict("dashboards-rules-full").with("most", MOST_RULES));
    }
    let rule = store::insert_rule(&mut tx, op, &new, &people.named()).await?;
    tx.touch(store::KEPT).await?;
    tx.emit(op, &RuleSaved::of(&rule, "set", &new.watched)).await?;
    tx.commit().await?;
    Ok(rule)
}

/// Changes a rule; what is open stays open until the rule has looked again.
///
/// # Errors
/// Those of [`add_rule`], and `dashboards-rules-changed`.
pub async fn change_rule(app: &App, op: &Op, rule: &Rule, typed: &Typed) -> Result<()> {
    let (new, people) = read(app, op, typed).await?;
    let mut tx = app.db.begin().await?;
    if !store::put_rule(&mut tx, rule, &new, &people.named()).await? {
        return Err(changed_meanwhile());
    }
    // An alert about another number is an alert no more.
    if new.watched != rule.watched || new.place != rule.place {
        close(&mut tx, op, &rule.id).await?;
    }
    tx.touch(store::KEPT).await?;
    tx.emit(op, &RuleSaved::of(&rule.id, "changed", &new.watched))
        .await?;
    tx.commit().await
}

/// Has a rule watch again.
///
/// # Errors
/// `dashboards-rules-changed`.
pub async fn switch_on(app: &App, op: &Op, rule: &Rule) -> Result<()> {
    switch(app, op, rule, (1, "switched-on")).await
}

/// Has a rule watch no more; its alert is over.
///
/// # Errors
/// `dashboards-rules-changed`.
pub async fn switch_off(app: &App, op: &Op, rule: &Rule) -> Result<()> {
    switch(app, op, rule, (0, "switched-off")).await
}

/// Lists open alerts, and those that were over last, of the rules that the caller sets or is named in; the latest first.
///
/// Those of others are no part of what a list holds at most, so that no office with many hides those of another.
///
/// # Errors
/// `not-allowed` for whoever does not work here.
pub async fn list_alerts(app: &App, op: &Op) -> Result<Vec<Alert>> {
    op.require(&Role::STAFF)?;
    let reaches = Reaches::of(app, op).await?;
    let mut own: Vec<Alert> = store::list_open(&app.db).await?;
    own.retain(|alert| concerns(op, &reaches, alert));
    own.reverse();
    own.extend(list_over(app, op, &reaches).await?);
    Ok(own)
}

/// The alerts that were over last and concern the caller, the latest first.
async fn list_over(app: &App, op: &Op, reaches: &Reaches<'_>) -> Result<Vec<Alert>> {
    let most = usize::try_from(AT_ONCE).unwrap_or(usize::MAX);
    let mut own = Vec::new();
    let mut last: Option<String> = None;
    loop {
        let alerts = store::list_over(&app.db, last.as_deref(), AT_ONCE).await?;
        let n_alerts = alerts.len();
        last = alerts.last().map(|alert| alert.id.clone());
        own.extend(alerts.into_iter().filter(|alert| concerns(op, reaches, alert)));
        if n_alerts < most || own.len() >= MOST_OVER {
            break;
        }
    }
    own.truncate(MOST_OVER);
    Ok(own)
}

/// Returns an alert of a rule that the caller sets or is named in.
///
/// # Errors
/// `not-allowed`, `dashboards-rules-alert-unknown`; one of others is unknown, too.
pub async fn find_alert(app: &App, op: &Op, id: &str) -> Result<Alert> {
    op.require(&Role::STAFF)?;
    let reaches = Reaches::of(app, op).await?;
    store::find_alert(&app.db, id)
        .await?
        .filter(|alert| concerns(op, &reaches, alert))
        .ok_or_else(|| Problem::not_found("dashboards-rules-alert-unknown"))
}

/// Notes that the caller looks after an alert, and what they do; the deputy is not told then.
///
/// # Errors
/// `dashboards-rules-said` on field `said`; `dashboards-rules-seen` when somebody does already, or it is over.
pub async fn look_after(app: &App, op: &Op, alert: &Alert, said: &str) -> Result<()> {
    let said = said.replace("\r\n", "\n").trim().to_owned();
    if said.is_empty() || said.chars().count() > MOST_SAID {
        return Err(Problem::invalid("fields").field("said", "dashboards-rules-said"));
    }
    let me = op.require_person()?;
    let mut tx = app.db.begin().await?;
    if !store::put_seen(&mut tx, &alert.id, &me.id, &said, op.at).await? {
        return Err(Problem::conflict("dashboards-rules-seen"));
    }
    let event = AlertMoved {
        alert: alert.id.clone(),
        rule: alert.rule.id.clone(),
        act: "looked-after",
    };
    tx.emit(op, &event).await?;
    tx.commit().await
}

/// The definitions that a rule may watch, by code.
///
/// # Errors
/// When the database fails.
pub async fn watchable(app: &App) -> Result<Vec<Arc<Definition>>> {
    Ok(indicators::list(app)
        .await?
        .into_iter()
        .map(|indicator| indicator.definition)
        .filter(|definition| definition.is_judged())
        .collect())
}

/// Codes of the feeds that rules watch.
struct WatchedFeeds(HashSet<String>);

/// Whether any rule watches the feed with a code.
///
/// # Errors
/// When the database fails.
pub async fn watches_feed(app: &App, code: &str) -> Result<bool> {
    let watched = kept(app, store::KEPT, || async {
        let rules = store::list_on(&app.db, "feed", None).await?;
        let codes = rules.iter().map(|rule| rule.watched.subject().to_owned());
        Ok(WatchedFeeds(codes.collect()))
    })
    .await?;
    Ok(watched.0.contains(code))
}

/// Has the rules of a feed look at what it said; once for all readings that come until then.
///
/// # Errors
/// When the database fails.
pub async fn follow_reading(tx: &mut Tx, code: &str, at: Time) -> Result<()> {
    let watched = Watched::Feed(code.to_owned());
    tx.enqueue(&Op::system(at), &CheckRules::of(&watched)).await
}

/// The people of a rule that was typed.
struct People {
    organisation: Option<String>,
    person: String,
    deputy: Option<String>,
}

impl People {
    fn named(&self) -> store::Named<'_> {
        store::Named {
            organisation: self.organisation.as_deref(),
            person: &self.person,
            deputy: self.deputy.as_deref(),
        }
    }
}

async fn read(app: &App, op: &Op, typed: &Typed) -> Result<(NewRule, People)> {
    let all = places::all(app).await?;
    let mut wrong = Problem::invalid("fields");
    let feeds = live::feeds(app).await?;
    let new = wrong.take(NewRule::parse(typed, &watchable(app).await?, &feeds, &all))?;
    // A rule on a sensor is about the place where it stands, whatever was typed.
    let place = new.as_ref().map_or(&typed.place, |new| &new.place);
    let organisation = begun_for(app, op, &all, place, &mut wrong).await?;
    let person = wrong.take(account_of(app, op, "person", &typed.person).await)?;
    let deputy = match typed.deputy.trim() {
        "" => Some(None),
        email => wrong.take(account_of(app, op, "deputy", email).await)?.map(Some),
    };
    let (Some(new), Some(organisation), Some(person), Some(deputy)) = (new, organisation, person, deputy)
    else {
        return Err(wrong);
    };
    let people = People {
        organisation,
        deputy: deputy.filter(|deputy| *deputy != person),
        person,
    };
    Ok((new, people))
}

/// The account that is named in a field, see [`find_account`].
async fn account_of(app: &App, op: &Op, field: &'static str, email: &str) -> Result<String> {
    find_account(app, op, email)
        .await?
        .ok_or_else(|| Problem::invalid("fields").field(field, "dashboards-rules-person"))
}

/// The account in use of somebody who works here, by its e-mail address; what is no address has none.
///
/// A resident's account is as good as none: they could not open an alert, and nobody learns here who has one or what they are called.
async fn find_account(app: &App, op: &Op, email: &str) -> Result<Option<String>> {
    let found = match accounts::find_user(app, email.trim()).await {
        Err(problem) if problem.kind() == Kind::Invalid => None,
        found => found?,
    };
    let Some(user) = found else {
        return Ok(None);
    };
    let account = accounts::find_listed(app, &Op::system(op.at), &user).await?;
    let works_here = account
        .grants
        .iter()
        .any(|grant| grant.role == Role::Admin || Role::STAFF.contains(&grant.role));
    Ok(works_here.then_some(user))
}

async fn switch(app: &App, op: &Op, rule: &Rule, (is_on, act): (i64, &'static str)) -> Result<()> {
    let mut tx = app.db.begin().await?;
    if !store::put_switch(&mut tx, rule, is_on).await? {
        return Err(changed_meanwhile());
    }
    if is_on == 0 {
        close(&mut tx, op, &rule.id).await?;
    }
    tx.touch(store::KEPT).await?;
    tx.emit(op, &RuleSaved::of(&rule.id, act, &rule.watched)).await?;
    tx.commit().await
}

/// Closes the open alert of a rule, where there is one.
async fn close(tx: &mut Tx, op: &Op, rule: &str) -> Result<()> {
    if let Some(alert) = store::close(tx, op, rule).await? {
        let event = AlertMoved {
            alert,
            rule: rule.to_owned(),
            act: "closed",
        };
        tx.emit(op, &event).await?;
    }
    Ok(())
}

fn changed_meanwhile() -> Problem {
    Problem::conflict("dashboards-rules-changed")
}

fn is_set(reaches: &Reaches<'_>, rule: &Rule) -> bool {
    reaches.covers(&COMPOSING, rule.organisation.as_deref(), Some(&rule.place))
}

fn concerns(op: &Op, reaches: &Reaches<'_>, alert: &Alert) -> bool {
    op.person().is_some_and(|me| alert.is_of(&me.id)) || is_set(reaches, &alert.rule)
}

/// The routes of this folder.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/desk/alerts", get(desk::alerts))
        .route("/desk/alerts/{alert}", get(desk::alert).post(desk::act_on_alert))
        .route("/desk/alert-rules", get(desk::rules).post(desk::set))
        .route(
            "/desk/alert-rules/{rule}",
            get(desk::rule).post(desk::act_on_rule),
        )
}
