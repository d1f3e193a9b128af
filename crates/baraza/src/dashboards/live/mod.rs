//! Live values: feeds of sensors, whose readings come by webhook or MQTT 3.1.1, and tiles that show the latest within two seconds.
//!
//! A feed is public, and so are its readings: whoever registers one says so. Readings of the last seven days are in the database,
//! older ones are rows of the table `readings` in the catalogue. A feed that sends nothing for longer than was agreed is silent:
//! its tile says since when, and its value counts as unknown, never as 0 and never as good. Counts of public tables and of requests are
//! told in the same way (`counters`).
//!
//! Deliberately absent: orders to devices, quality of service 2, pictures and sound, several processes that share one
//! subscription of the broker (each worker listens for itself; a reading with its own time is kept once all the same).

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    Router,
    routing::{get, post},
};
use serde::Serialize;

use super::{
    COMPOSING, acting_for,
    model::{no_such_feed, parse_code},
    rules,
};
use crate::{
    accounts::Reaches,
    places,
    platform::{
        app::App,
        db::Tx,
        events::Event,
        http::live,
        id,
        kept::kept,
        op::Op,
        problem::{Problem, Result},
        time::Time,
    },
};
use counters::model::Source;
use model::{Feed, Pace, Reading, Sent, TypedFeed};
use store::{FeedRow, LastRow};

pub mod counters;
pub mod desk;
pub mod jobs;
pub mod model;
pub mod mqtt;
mod store;
pub mod stream;
pub mod view;
mod webhook;

/// A feed was registered, changed, given another secret, or switched on or off.
#[derive(Serialize)]
pub struct FeedChanged {
    pub feed: String,
    pub act: &'static str,
}

impl Event for FeedChanged {
    const NAME: &'static str = "dashboards.feed-changed";
    fn subject(&self) -> String {
        format!("feed/{}", self.feed)
    }
}

/// A feed with what belongs to its keepers.
#[derive(Debug, Clone)]
pub struct Known {
    row: FeedRow,
    pub feed: Feed,
}

impl Known {
    /// Whether its readings are taken.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.row.is_on == 1
    }

    /// Grows with every change.
    #[must_use]
    pub fn revision(&self) -> i64 {
        self.row.revision
    }
}

/// All feeds.
#[derive(Default)]
pub struct Feeds {
    all: Vec<Arc<Known>>,
    /// By the digest of the secret in their addresses.
    by_digest: HashMap<String, Arc<Known>>,
}

impl Feeds {
    /// The feed with a code.
    #[must_use]
    pub fn find(&self, code: &str) -> Option<&Arc<Known>> {
        self.all.iter().find(|known| known.feed.code == code)
    }

    /// All of them, by title.
    #[must_use]
    pub fn all(&self) -> &[Arc<Known>] {
        &self.all
    }

    /// The feed whose address holds a secret.
    fn of_secret(&self, secret: &str) -> Option<&Arc<Known>> {
        self.by_digest.get(&id::digest(secret))
    }

    /// The topics that feeds are read from, each once, in their order.
    fn topics(&self) -> Vec<String> {
        let on = self.all.iter().filter(|known| known.is_on());
        let mut topics: Vec<String> = on
            .map(|known| known.feed.source.topic().to_owned())
            .filter(|topic| !topic.is_empty())
            .collect();
        topics.sort();
        topics.dedup();
        topics
    }
}

/// A feed with the latest that it said.
#[derive(Debug, Clone)]
pub struct Told {
    pub feed: Feed,
    pub last: Option<Reading>,
    /// What it counts, where it is no sensor.
    pub count: Option<Source>,
    /// The period that what it counts should have brought by now.
    pub late: Option<String>,
}

/// Returns all feeds.
///
/// # Errors
/// When the database fails.
pub async fn feeds(app: &App) -> Result<Arc<Feeds>> {
    kept(app, store::KEPT, || async {
        let rows = store::list(&app.db).await?;
        let all: Vec<Arc<Known>> = rows
            .into_iter()
            .map(|row| {
                Arc::new(Known {
                    feed: row.feed(),
                    row,
                })
            })
            .collect();
        let by_digest = all
            .iter()
            .map(|known| (id::digest(&secret(app, &known.row)), known.clone()))
            .collect();
        Ok(Feeds { all, by_digest })
    })
    .await
}

/// Tells the latest of some feeds and counts, by code; those that are not there are left out.
///
/// # Errors
/// When the database fails.
pub async fn gather(app: &App, codes: &[&str]) -> Result<HashMap<String, Told>> {
    let mut told = counters::gather(app, codes).await?;
    if codes.iter().any(|code| Source::parse(code).is_none()) {
        told.extend(gather_sensors(app, codes).await?);
    }
    Ok(told)
}

/// Passes the code of a feed or a count that is there.
///
/// # Errors
/// `dashboards-live-feed-unknown` on field `feed`, `dashboards-live-table-unknown` on field `table`.
pub async fn expect(app: &App, code: &str) -> Result<()> {
    match Source::parse(code) {
        Some(source) => match counters::tell(app, source).await? {
            Some(_) => Ok(()),
            None => Err(Problem::invalid("fields").field("table", "dashboards-live-table-unknown")),
        },
        None => match feeds(app).await?.find(code) {
            Some(_) => Ok(()),
            None => Err(no_such_feed()),
        },
    }
}

async fn gather_sensors(app: &App, codes: &[&str]) -> Result<HashMap<String, Told>> {
    let feeds = feeds(app).await?;
    let last = last(app).await?;
    Ok(codes
        .iter()
        .filter_map(|code| {
            let known = feeds.find(code)?;
            let told = Told {
                feed: known.feed.clone(),
                last: last.get(&known.row.id).copied(),
                count: None,
                late: None,
            };
            Some(((*code).to_owned(), told))
        })
        .collect())
}

/// Takes what a sensor sent; returns the reading, `None` for what is no news.
///
/// # Errors
/// `dashboards-live-off` for a feed that is switched off, `dashboards-live-too-fast` for more than 600 in a minute, and those of
/// [`Feed::read`].
pub async fn hear(app: &App, known: &Known, payload: &[u8], sent: Sent) -> Result<Option<Reading>> {
    if !known.is_on() {
        return Err(Problem::gone("dashboards-live-off"));
    }
    let now = app.clock.now();
    if !paces(app).admit(&known.row.id, now) {
        return Err(Problem::too_many("dashboards-live-too-fast"));
    }
    let Some(reading) = known.feed.read(payload, sent, now)? else {
        return Ok(None);
    };
    let is_watched = rules::watches_feed(app, &known.feed.code).await?;
    let mut tx = app.db.begin().await?;
    let is_new = store::put_reading(&mut tx, &known.row.id, &reading).await?;
    if is_new && is_watched {
        rules::follow_reading(&mut tx, &known.feed.code, now).await?;
    }
    tx.commit().await?;
    if is_new {
        live::ring(app);
    }
    Ok(is_new.then_some(reading))
}

/// Lists the feeds that the caller keeps, by title.
///
/// # Errors
/// `not-allowed` for whoever composes no dashboards.
pub async fn keeping(app: &App, op: &Op) -> Result<Vec<Arc<Known>>> {
    op.require(&COMPOSING)?;
    let reaches = Reaches::of(app, op).await?;
    let feeds = feeds(app).await?;
    let all = feeds.all().iter().filter(|known| is_theirs(&reaches, &known.row));
    Ok(all.cloned().collect())
}

/// Returns a feed that the caller keeps.
///
/// # Errors
/// `not-allowed`, `dashboards-live-feed-unknown`; one of another office or place is unknown, too.
pub async fn open(app: &App, op: &Op, code: &str) -> Result<Arc<Known>> {
    op.require(&COMPOSING)?;
    let reaches = Reaches::of(app, op).await?;
    let feeds = feeds(app).await?;
    feeds
        .find(code)
        .filter(|known| is_theirs(&reaches, &known.row))
        .cloned()
        .ok_or_else(unknown)
}

/// Registers a feed; returns its code.
///
/// # Errors
/// `not-allowed`, `code-malformed` and `dashboards-live-code-taken` on field `code`, those of [`Feed::parse`],
/// `dashboards-place-not-yours` on field `place`, and `dashboards-live-full`.
pub async fn register(app: &App, op: &Op, typed: &TypedFeed) -> Result<String> {
    op.require(&COMPOSING)?;
    let code = parse_code(&typed.code)?;
    let all = places::all(app).await?;
    let feed = Feed::parse(typed, &all)?;
    let organisation = acting_for(app, op, &feed.place).await?;
    let mut tx = app.db.begin().await?;
    // Of more than can be listed, some would be heard no more, and their readings lost.
    if store::count(&mut tx).await? >= store::MOST_FEEDS {
        return Err(Problem::conflict("dashboards-live-full").with("most", store::MOST_FEEDS));
    }
    if !store::insert(&mut tx, &id::fresh(op.at), organisation.as_deref(), &feed, op.at).await? {
        return Err(Problem::invalid("fields").field("code", "dashboards-live-code-taken"));
    }
    note(&mut tx, op, &code, "registered").await?;
    tx.commit().await?;
    Ok(code)
}

/// Keeps another wording of a feed.
///
/// # Errors
/// Those of [`Feed::parse`]; `dashboards-place-not-yours` on field `place`; `dashboards-live-changed-meanwhile`.
pub async fn save(app: &App, op: &Op, known: &Known, typed: &TypedFeed) -> Result<()> {
    let all = places::all(app).await?;
    let feed = Feed::parse(typed, &all)?;
    let reaches = Reaches::of(app, op).await?;
    if !reaches.covers(&COMPOSING, known.row.organisation.as_deref(), Some(&feed.place)) {
        return Err(Problem::invalid("fields").field("place", "dashboards-place-not-yours"));
    }
    let mut tx = app.db.begin().await?;
    let is_done = store::save(&mut tx, &known.row, &feed, op.at).await?;
    finish(tx, op, known, is_done, "changed").await
}

/// Gives the address of a feed another secret; the one before is worth nothing from then on.
///
/// # Errors
/// `dashboards-live-changed-meanwhile`.
pub async fn renew(app: &App, op: &Op, known: &Known) -> Result<()> {
    let mut tx = app.db.begin().await?;
    let is_done = store::renew(&mut tx, &known.row, op.at).await?;
    finish(tx, op, known, is_done, "renewed").await
}

/// Takes readings of a feed from now on, or not any more.
///
/// # Errors
/// `dashboards-live-changed-meanwhile`.
pub async fn switch(app: &App, op: &Op, known: &Known) -> Result<()> {
    let mut tx = app.db.begin().await?;
    let is_done = store::switch(&mut tx, &known.row, op.at).await?;
    let act = if known.is_on() { "stopped" } else { "resumed" };
    finish(tx, op, known, is_done, act).await
}

/// The address that a feed's readings are posted to; whoever knows it can send them.
#[must_use]
pub fn address(app: &App, known: &Known) -> String {
    format!(
        "{}/channels/feeds/{}",
        app.config.callback_url,
        secret(app, &known.row)
    )
}

/// The latest readings by the ids of their feeds.
async fn last(app: &App) -> Result<HashMap<String, Reading>> {
    let rows = store::list_last(&app.db).await?;
    Ok(rows
        .into_iter()
        .map(|row: LastRow| (row.feed_id.clone(), row.reading()))
        .collect())
}

/// The secret in a feed's address. It stands in no table: it is made of the feed and the key file.
fn secret(app: &App, row: &FeedRow) -> String {
    let mark = app.vault.mark("feed", &format!("{} {}", row.id, row.secret_n));
    mark.chars().take(32).collect()
}

fn is_theirs(reaches: &Reaches<'_>, row: &FeedRow) -> bool {
    reaches.covers(&COMPOSING, row.organisation.as_deref(), Some(&row.place))
}

async fn finish(mut tx: Tx, op: &Op, known: &Known, is_done: bool, act: &'static str) -> Result<()> {
    if !is_done {
        return Err(Problem::conflict("dashboards-live-changed-meanwhile"));
    }
    note(&mut tx, op, &known.feed.code, act).await?;
    tx.commit().await
}

async fn note(tx: &mut Tx, op: &Op, code: &str, act: &'static str) -> Result<()> {
    let event = FeedChanged {
        feed: code.to_owned(),
        act,
    };
    tx.emit(op, &event).await
}

fn unknown() -> Problem {
    Problem::not_found("dashboards-live-feed-unknown")
}

/// How fast feeds send, in this process.
#[derive(Default)]
struct Paces(Mutex<HashMap<String, Pace>>);

impl Paces {
    fn admit(&self, feed: &str, now: Time) -> bool {
        let mut paces = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let pace = paces.entry(feed.to_owned()).or_insert_with(|| Pace::since(now));
        pace.admit(now)
    }
}

fn paces(app: &App) -> Arc<Paces> {
    if let Some(paces) = app.shelf.find::<Paces>() {
        return paces;
    }
    app.shelf.put(Arc::new(Paces::default()));
    app.shelf.find::<Paces>().unwrap_or_default()
}

/// The pages of feeds, and the stream of a dashboard's values.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/dashboards/{dashboard}/live", get(stream::values))
        .route("/desk/feeds", get(desk::all).post(desk::register))
        .route("/desk/feeds/{feed}", get(desk::one).post(desk::act))
}

/// What sensors post their readings to.
pub fn channel_routes() -> Router<App> {
    Router::new().route("/channels/feeds/{secret}", post(webhook::hear))
}
