//! Notices: people are told what happens to what they brought, and officers what waits on their desk.
//!
//! Every step of a request makes a job that looks at its timeline: what nobody was told yet is told once, the latest of
//! it only, in as few words as will do. A notice names the code, what happened and what to reply; never the matter, never
//! an officer. Whoever acted is told nothing. Sweeps are gone through page by page, and what many requests mean for one
//! officer is one notice.
//!
//! Deliberately absent: notices of every light that turns, marketing, reading receipts.

mod commitment;
mod officers;
mod residents;
pub mod special;

use serde::{Deserialize, Serialize};

use super::{reading, store};
use crate::{
    evidence::model::Audience,
    platform::{
        app::App,
        db::Tx,
        i18n::Lang,
        jobs::{Job, Lane},
        message::{Address, Channel, Way},
        op::Op,
        problem::Result,
        time::Time,
    },
};

pub(in crate::requests) use residents::shortened;

pub use commitment::TellCommitment;
pub use officers::TellOfficer;

/// Turns of one sweep that are told of in one transaction.
const PER_PAGE: i64 = 500;

/// Tells everybody concerned what happened to a request since they were last told.
#[derive(Debug, Serialize, Deserialize)]
pub struct Tell {
    pub request: String,
}

impl Job for Tell {
    const NAME: &'static str = "requests.tell";

    // What happens at once is told at once: twins are one job.
    fn key(&self) -> Option<String> {
        Some(self.request.clone())
    }

    async fn run(self, app: &App) -> anyhow::Result<()> {
        let op = Op::system(app.clock.now());
        let mut tx = app.db.begin().await?;
        for user in tell(app, &mut tx, &op, &self.request).await? {
            tx.enqueue(&op, &TellOfficer { user }).await?;
        }
        Ok(tx.commit().await?)
    }
}

/// Goes on telling the many who follow one request of one thing that happened to it.
#[derive(Debug, Serialize, Deserialize)]
pub struct TellMore {
    pub request: String,
    /// Id and kind of the entry of its timeline.
    pub entry: String,
    pub what: String,
    /// The follower to go on with, from 0.
    pub from: usize,
}

impl Job for TellMore {
    const NAME: &'static str = "requests.tell-more";
    const LANE: Lane = Lane::Heavy;

    fn key(&self) -> Option<String> {
        Some(format!("{} {} {}", self.entry, self.what, self.from))
    }

    async fn run(self, app: &App) -> anyhow::Result<()> {
        let op = Op::system(app.clock.now());
        let mut tx = app.db.begin().await?;
        let page = format!("{} {} {}", self.entry, self.what, self.from);
        let told = store::notices::list_told(&mut tx, &self.request).await?;
        let Some(request) = store::filed::find_in(&mut tx, &self.request).await? else {
            return Ok(());
        };
        let timeline = reading::timeline(app, &request, Audience::Staff).await?;
        let entry = timeline
            .iter()
            .find(|entry| entry.id == self.entry && entry.what == self.what);
        if let Some(entry) = entry.filter(|_| !told.contains(&page)) {
            store::notices::insert_told(&mut tx, &self.request, std::iter::once(page.as_str())).await?;
            residents::tell_from(app, &mut tx, &op, &request, (entry, self.from)).await?;
        }
        Ok(tx.commit().await?)
    }
}

/// Tells everybody concerned what a sweep turned, a page at a time.
#[derive(Debug, Serialize, Deserialize)]
pub struct TellSwept {
    /// When the worker came by, microseconds.
    pub swept_at: i64,
    /// The turn read last: its request and instant.
    pub after: (String, i64),
}

impl TellSwept {
    /// Begins with the first page of a sweep.
    #[must_use]
    pub fn from_start(swept_at: Time) -> TellSwept {
        TellSwept {
            swept_at: swept_at.0,
            after: (String::new(), i64::MIN),
        }
    }
}

impl Job for TellSwept {
    const NAME: &'static str = "requests.tell-swept";
    // A hundred thousand turns take a while; a single answer must not wait for them.
    const LANE: Lane = Lane::Heavy;

    fn key(&self) -> Option<String> {
        Some(format!("{} {} {}", self.swept_at, self.after.0, self.after.1))
    }

    async fn run(self, app: &App) -> anyhow::Result<()> {
        let op = Op::system(app.clock.now());
        let after = (self.after.0.as_str(), self.after.1);
        let turns = reading::list_swept(app, Time(self.swept_at), after, PER_PAGE).await?;
        let mut tx = app.db.begin().await?;
        let mut last = "";
        for turn in &turns {
            // Lights that turn are seen on the page; nobody is written to for them.
            let concerns = turn.to_level > turn.from_level || turn.is_warning == 1;
            if concerns && turn.request_id != last {
                tell(app, &mut tx, &op, &turn.request_id).await?;
                last = &turn.request_id;
            }
        }
        match turns.last().filter(|_| turns.len() as i64 == PER_PAGE) {
            Some(turn) => {
                let next = TellSwept {
                    swept_at: self.swept_at,
                    after: (turn.request_id.clone(), turn.at),
                };
                tx.enqueue(&op, &next).await?;
            }
            None => {
                for user in store::notices::list_waiting_officers(&mut tx).await? {
                    tx.enqueue(&op, &TellOfficer { user }).await?;
                }
            }
        }
        Ok(tx.commit().await?)
    }
}

/// Tells what is new of one request; returns the officers who have something to be told.
async fn tell(app: &App, tx: &mut Tx, op: &Op, request_id: &str) -> Result<Vec<String>> {
    let Some(request) = store::filed::find_in(tx, request_id).await? else {
        return Ok(Vec::new());
    };
    let told = store::notices::list_told(tx, request_id).await?;
    let mut fresh = reading::timeline(app, &request, Audience::Staff).await?;
    fresh.retain(|entry| !told.contains(&entry.id));
    if fresh.is_empty() {
        return Ok(Vec::new());
    }
    store::notices::insert_told(tx, request_id, fresh.iter().map(|entry| entry.id.as_str())).await?;
    residents::tell(app, tx, op, &request, &fresh).await?;
    officers::note(app, tx, op, &request, &fresh).await
}

/// The way that is open to a person among their addresses, the one they follow by first; `None` when all are closed.
fn open_way(app: &App, first: &Address, others: &[Address]) -> Option<Address> {
    let is_open = |address: &&Address| address.channel().way(app) != Way::Closed;
    std::iter::once(first).chain(others).find(is_open).cloned()
}

/// The language of a follower, and the words that end a notice on their way: whether they can reply by a word.
fn lang_of(code: &str) -> Lang {
    code.parse().unwrap_or_default()
}

/// Whether somebody can answer a notice of this channel with a word.
fn is_answered_by_words(channel: Channel) -> bool {
    matches!(channel, Channel::Sms | Channel::Email)
}
