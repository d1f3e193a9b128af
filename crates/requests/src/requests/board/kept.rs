//! The rows in memory: read once, then as they change; what was counted of them is kept for a moment.
//!
//! Every process that shares the database asks it what was touched since it last looked: one statement over a short stretch of
//! an index, so another server's change shows on the next page. From a quarter of a million requests on a count may be as many
//! seconds old as there are quarters of a million; it then says of which moment it is.

use std::{
    any::Any,
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError, RwLock,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::Duration,
};

use super::rows::{Episode, NEVER, Rows, floor};
use crate::{
    platform::{app::App, problem::Result, time::Time},
    requests::store::{
        self,
        board::{Turned, Undone},
    },
};

/// Rows that may be scanned again for every second.
const ROWS_A_SECOND: usize = 250_000;
/// How long a change may take from the moment it bears to the moment others see it.
const USUALLY: Duration = Duration::from_secs(15);
/// The same for one that came with a photo over a slow line, looked for every [`SELDOM`].
const AT_MOST: Duration = Duration::from_secs(40 * 60);
const SELDOM: Duration = Duration::from_secs(5 * 60);
/// Counts kept at once: a page has a few, and who asks for more is a program.
const MOST_KEPT: usize = 2_000;

/// All requests as everybody's pages count them.
#[derive(Default)]
pub struct Board {
    rows: RwLock<Rows>,
    /// Counts the changes, so that what was counted before one is not shown after it.
    revision: AtomicU64,
    checked_at: AtomicI64,
    progress: tokio::sync::Mutex<Progress>,
    counted: Mutex<HashMap<String, Counted>>,
}

/// How far the rows were read.
#[derive(Default)]
struct Progress {
    is_loaded: bool,
    /// The last change that was read.
    last: i64,
    /// What [`store::board::count_touched`] says while nothing changes.
    stamp: (i64, i64),
    looked_back_at: Option<Time>,
}

struct Counted {
    revision: u64,
    now: u32,
    value: Arc<dyn Any + Send + Sync>,
}

/// Something counted, and of which second it is.
pub struct AsOf<T> {
    pub second: u32,
    pub value: Arc<T>,
}

impl<T> AsOf<T> {
    /// Returns the moment the counts are of.
    #[must_use]
    pub fn at(&self) -> Time {
        Time(i64::from(self.second) * 1_000_000)
    }
}

/// Returns the rows as they are now.
///
/// # Errors
/// When the database fails.
pub async fn current(app: &App, now: Time) -> Result<Arc<Board>> {
    let board = match app.shelf.find::<Board>() {
        Some(board) => board,
        None => {
            app.shelf.put(Arc::new(Board::default()));
            app.shelf.find::<Board>().unwrap_or_default()
        }
    };
    let patience = board.patience();
    let is_fresh = || {
        let checked_at = board.checked_at.load(Ordering::Acquire);
        checked_at > 0 && (now.0 - checked_at).unsigned_abs() < u64::from(patience) * 1_000_000
    };
    if !is_fresh() {
        let mut progress = match board.progress.try_lock() {
            Ok(progress) => progress,
            // Somebody is looking already; among many rows, nobody else waits for what they find.
            Err(_) if patience > 0 => return Ok(board.clone()),
            Err(_) => board.progress.lock().await,
        };
        // Somebody may have looked while this one waited.
        if !is_fresh() {
            board.catch_up(app, &mut progress, now).await?;
            board.checked_at.store(now.0, Ordering::Release);
        }
    }
    Ok(board)
}

impl Board {
    /// Counts something under a key, or takes what was counted for the same key a moment ago.
    pub fn count<T: Send + Sync + 'static>(
        &self,
        key: String,
        now: Time,
        count: impl FnOnce(&Rows, u32) -> T,
    ) -> AsOf<T> {
        let second = floor(now.0);
        let patience = self.patience();
        {
            let counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(known) = counted.get(&key) {
                let is_same = known.revision == self.revision.load(Ordering::Acquire) && known.now == second;
                let is_young = patience > 0 && known.now.abs_diff(second) <= patience;
                if let (true, Ok(value)) = (is_same || is_young, known.value.clone().downcast::<T>()) {
                    return AsOf {
                        second: known.now,
                        value,
                    };
                }
            }
        }
        let (revision, value) = {
            let rows = self.rows.read().unwrap_or_else(PoisonError::into_inner);
            let revision = self.revision.load(Ordering::Acquire);
            (revision, Arc::new(count(&rows, second)))
        };
        let mut counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        if counted.len() >= MOST_KEPT {
            counted.clear();
        }
        let kept = Counted {
            revision,
            now: second,
            value: value.clone(),
        };
        counted.insert(key, kept);
        AsOf { second, value }
    }

    /// Reads the rows without keeping what comes of it.
    pub fn read<T>(&self, read: impl FnOnce(&Rows) -> T) -> T {
        read(&self.rows.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// How many seconds old a count may be.
    fn patience(&self) -> u32 {
        let n = self.read(Rows::len);
        u32::try_from(n / ROWS_A_SECOND).unwrap_or(u32::MAX)
    }

    async fn catch_up(&self, app: &App, progress: &mut Progress, now: Time) -> Result<()> {
        if !progress.is_loaded {
            progress.looked_back_at = Some(now);
            return self.load(app, progress).await;
        }
        let db = app.db.read();
        let looks_back = progress.looked_back_at.is_none_or(|at| now.since(at) >= SELDOM);
        let begin = if looks_back {
            progress.looked_back_at = Some(now);
            Time(progress.last).minus(AT_MOST).0.max(1)
        } else {
            since(progress.last)
        };
        if !looks_back && store::board::count_touched(db, begin).await? == progress.stamp {
            return Ok(());
        }
        let touched = store::board::list_touched(db, begin).await?;
        let mut reopened = Vec::new();
        for facts in touched.iter().filter(|facts| facts.n_reopened > 0) {
            let undone = store::board::list_undone_of(db, &facts.id).await?;
            if !undone.is_empty() {
                let turned = store::board::list_lights_of(db, &facts.id).await?;
                reopened.extend(episodes_of(undone, turned));
            }
        }
        let last = touched
            .iter()
            .map(|facts| facts.touched_at)
            .fold(progress.last, i64::max);
        (progress.last, progress.stamp) = (
            last,
            stamp(touched.iter().map(|facts| facts.touched_at), since(last)),
        );
        let mut rows = self.rows.write().unwrap_or_else(PoisonError::into_inner);
        rows.take(&touched);
        for (id, episodes) in reopened {
            rows.note_episodes(&id, episodes);
        }
        self.revision.fetch_add(1, Ordering::AcqRel);
        Ok(())
    }

    async fn load(&self, app: &App, progress: &mut Progress) -> Result<()> {
        let mut all = Rows::default();
        let mut touched: Vec<i64> = Vec::new();
        let mut last = 0;
        store::board::read_all(app.db.read(), |facts| {
            if facts.touched_at > last {
                last = facts.touched_at;
            }
            if facts.touched_at >= since(last) {
                touched.push(facts.touched_at);
            }
            all.push(&facts);
        })
        .await?;
        all.settle();
        let undone = store::board::list_undone(app.db.read()).await?;
        let turned = store::board::list_lights_of_undone(app.db.read()).await?;
        for (id, episodes) in episodes_of(undone, turned) {
            all.note_episodes(&id, episodes);
        }
        progress.stamp = stamp(touched.into_iter(), since(last));
        progress.last = last;
        progress.is_loaded = true;
        *self.rows.write().unwrap_or_else(PoisonError::into_inner) = all;
        self.revision.fetch_add(1, Ordering::AcqRel);
        Ok(())
    }
}

/// From when on changes are looked for; those of before this migration bear no moment and were read at the start.
fn since(last: i64) -> i64 {
    Time(last).minus(USUALLY).0.max(1)
}

fn stamp(touched: impl Iterator<Item = i64>, since: i64) -> (i64, i64) {
    touched
        .filter(|at| *at >= since)
        .fold((0, 0), |(n, sum), at| (n + 1, sum + at - since))
}

/// The times requests were open before they were reopened, from their closings and the turns of their lights.
fn episodes_of(undone: Vec<Undone>, turned: Vec<Turned>) -> HashMap<String, Vec<Episode>> {
    let mut lights: HashMap<String, Vec<(i64, String)>> = HashMap::new();
    for (request, at, light) in turned {
        lights.entry(request).or_default().push((at, light));
    }
    let mut episodes: HashMap<String, Vec<Episode>> = HashMap::new();
    let mut began: HashMap<String, i64> = HashMap::new();
    for closing in undone {
        let from = began.get(&closing.request_id).copied().unwrap_or(0);
        let turned = |light: &str| {
            lights
                .get(&closing.request_id)
                .into_iter()
                .flatten()
                .find(|(at, turned)| turned == light && (from..=closing.closed_at).contains(at))
                .map_or(NEVER, |(at, _)| floor(at + 999_999))
        };
        let episode = Episode {
            from: floor(from),
            yellow: turned("yellow"),
            red: turned("red"),
            closed: floor(closing.closed_at + 999_999),
        };
        began.insert(closing.request_id.clone(), closing.reopened_at);
        episodes.entry(closing.request_id).or_default().push(episode);
    }
    episodes
}
