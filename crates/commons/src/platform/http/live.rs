//! Live news by server-sent events (<https://html.spec.whatwg.org/multipage/server-sent-events.html>): that something
//! changed, never what, so that a page can ask anew with its own rights; or values that are everybody's, see [`stream_values`].
//!
//! Several processes may share the database, so the audit trail is what is watched: one small query a second in each
//! process while anybody listens, however many do. The number of an event is the millisecond of the newest change, the same in
//! every process, so that a reader who was cut off learns by `Last-Event-ID` whether there was news.

use std::{
    collections::{HashMap, HashSet},
    convert::Infallible,
    net::IpAddr,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{
    body::{Body, Bytes},
    extract::Request,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use futures::{future::BoxFuture, stream};
use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;

use super::caller_address;
use crate::platform::{
    app::App,
    kept,
    problem::{Kind, Problem, Result},
    time::Time,
};

/// How often the audit trail is asked.
const LOOK: Duration = Duration::from_secs(1);
/// How often values are looked for that another process took in; those of this one are told at once.
const GLANCE: Duration = Duration::from_millis(500);
/// How long values that came in wait for others to be told with them: the sensors of one channel can send hundreds in a second.
const BREATH: Duration = Duration::from_millis(100);
/// How long after its time a change may still be committed.
const LATE: Duration = Duration::from_secs(10);
/// After so long away a reader is told to look anew without being looked up.
const LONG_AWAY: Duration = Duration::from_secs(3_600);
/// Changes looked at at once: more are news anyway.
const MOST_LOOKED_AT: i64 = 2_000;
/// What keeps a silent connection from being cut off by whatever lies between.
const HEARTBEAT: Duration = Duration::from_secs(20);
/// How soon a browser comes back after being cut off, milliseconds.
const RETRY_MS: u32 = 5_000;
/// Open streams of this process.
const MOST_STREAMS: usize = 2_000;

/// Who listens in this process, and what is new.
#[derive(Default)]
struct Hub {
    n_open: AtomicUsize,
    callers: Mutex<HashMap<IpAddr, usize>>,
    topics: Mutex<HashMap<&'static str, watch::Sender<i64>>>,
    /// Streams of values by their names, each with what is sent now.
    channels: Mutex<HashMap<String, watch::Sender<Bytes>>>,
    /// Rings when this process took values in.
    bell: Notify,
}

impl Hub {
    fn topics(&self) -> MutexGuard<'_, HashMap<&'static str, watch::Sender<i64>>> {
        self.topics.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn channels(&self) -> MutexGuard<'_, HashMap<String, watch::Sender<Bytes>>> {
        self.channels.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Who asks for a stream, as the request tells.
pub struct Reader {
    caller: Option<IpAddr>,
    /// The number of the last event they have: `Last-Event-ID`.
    heard: Option<i64>,
}

impl Reader {
    #[must_use]
    pub fn of(app: &App, request: &Request) -> Reader {
        let heard = request
            .headers()
            .get("last-event-id")
            .and_then(|id| id.to_str().ok())
            .and_then(|id| id.trim().parse().ok());
        Reader {
            caller: caller_address(app, request),
            heard,
        }
    }
}

/// Returns a stream of news about events whose name begins with `topic`.
///
/// # Errors
/// `live-full` when as many listen as the process has room for; a page is as good without.
pub async fn stream(app: &App, topic: &'static str, reader: Reader) -> Result<Response> {
    let hub = hub(app);
    let seat = Seat::take(&hub, reader.caller, app.config.live_per_caller)?;
    // Whoever is greeted misses nothing of what is committed after the greeting.
    let mut news = subscribe(app, &hub, topic).await?;
    let n = *news.borrow_and_update();
    let missed = match reader.heard {
        Some(heard) => has_changed_since(app, topic, heard).await?,
        None => false,
    };
    let greeting = match missed {
        true => event(n),
        false => format!("id: {n}\nevent: ready\ndata: {{}}\n\n"),
    };
    let listener = Listener {
        first: Some(format!("retry: {RETRY_MS}\n\n{greeting}")),
        news,
        stopping: app.stopping.clone(),
        _seat: seat,
    };
    Ok(streamed(Body::from_stream(stream::unfold(
        listener,
        Listener::next,
    ))))
}

/// What all who watch a channel are told now.
pub struct Values {
    /// One line of JSON.
    pub text: String,
    /// When it is to be made anew though nothing came in; later than now. `None` for never.
    pub due: Option<Time>,
}

/// What makes the values of a channel from what is known now.
pub type Make = Box<dyn Fn(App) -> BoxFuture<'static, Result<Values>> + Send + Sync>;

/// Returns a stream of values that are everybody's: those of now at once, and others as soon as they are known.
///
/// `channel` names what `make` makes: it is made once for all who watch, after a change of what is counted under `topic`, and
/// when it is due. When there is nothing to show any more, which `make` tells by a problem of the asker's, the stream ends.
///
/// # Errors
/// As [`stream()`], and those of `make`.
pub async fn stream_values(
    app: &App,
    channel: &str,
    topic: &'static str,
    reader: &Reader,
    make: Make,
) -> Result<Response> {
    let hub = hub(app);
    let seat = Seat::take(&hub, reader.caller, app.config.live_per_caller)?;
    let mut values = join(app, &hub, channel, topic, make).await?;
    let now = values.borrow_and_update().clone();
    let clock = app.clock.now().0 / 1_000;
    let greeting = format!("retry: {RETRY_MS}\n\nevent: clock\ndata: {clock}\n\n");
    let watcher = Watcher {
        first: Some([greeting.as_bytes(), &now[..]].concat().into()),
        values,
        stopping: app.stopping.clone(),
        _seat: seat,
    };
    Ok(streamed(Body::from_stream(stream::unfold(
        watcher,
        Watcher::next,
    ))))
}

/// Has every channel of this process look for values at once; for whoever has just committed some.
pub fn ring(app: &App) {
    hub(app).bell.notify_waiters();
}

fn streamed(body: Body) -> Response {
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/event-stream; charset=utf-8"),
    );
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("no-cache, no-store"),
    );
    // nginx would hold the stream back until its buffer is full.
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    response
}

struct Listener {
    /// What is said on coming; then `None`.
    first: Option<String>,
    news: watch::Receiver<i64>,
    stopping: CancellationToken,
    _seat: Seat,
}

impl Listener {
    /// Waits for what is to be sent next; the stream ends when the program stops.
    async fn next(mut self) -> Option<(Result<Bytes, Infallible>, Listener)> {
        if let Some(first) = self.first.take() {
            return Some((Ok(Bytes::from(first)), self));
        }
        let text = tokio::select! {
            () = self.stopping.cancelled() => return None,
            changed = self.news.changed() => {
                changed.ok()?;
                event(*self.news.borrow_and_update())
            }
            () = tokio::time::sleep(HEARTBEAT) => ": still here\n\n".to_owned(),
        };
        Some((Ok(Bytes::from(text)), self))
    }
}

/// Somebody who watches a channel.
struct Watcher {
    /// What is said on coming; then `None`.
    first: Option<Bytes>,
    values: watch::Receiver<Bytes>,
    stopping: CancellationToken,
    _seat: Seat,
}

impl Watcher {
    /// Waits for what is to be sent next; the stream ends when the program stops or the channel does.
    async fn next(mut self) -> Option<(Result<Bytes, Infallible>, Watcher)> {
        if let Some(first) = self.first.take() {
            return Some((Ok(first), self));
        }
        let bytes = tokio::select! {
            () = self.stopping.cancelled() => return None,
            changed = self.values.changed() => {
                changed.ok()?;
                self.values.borrow_and_update().clone()
            }
            () = tokio::time::sleep(HEARTBEAT) => Bytes::from_static(b": still here\n\n"),
        };
        Some((Ok(bytes), self))
    }
}

/// Joins those who watch a channel; the first one has it made.
async fn join(
    app: &App,
    hub: &Arc<Hub>,
    channel: &str,
    topic: &'static str,
    make: Make,
) -> Result<watch::Receiver<Bytes>> {
    if let Some(receiver) = joined(&hub.channels(), channel) {
        return Ok(receiver);
    }
    // Asked first: what comes in while the values are made shows in the next count.
    let revision = kept::revision(&app.db, topic).await?;
    let values = make(app.clone()).await?;
    let mut channels = hub.channels();
    // Somebody may have come meanwhile.
    if let Some(receiver) = joined(&channels, channel) {
        return Ok(receiver);
    }
    let (sender, receiver) = watch::channel(framed(&values.text));
    channels.insert(channel.to_owned(), sender.clone());
    drop(channels);
    let keeper = Keeper {
        app: app.clone(),
        hub: hub.clone(),
        channel: channel.to_owned(),
        topic,
        make,
        revision,
        values,
    };
    tokio::spawn(keeper.keep(sender));
    Ok(receiver)
}

/// A seat beside those who watch a channel, when anybody does.
fn joined(channels: &HashMap<String, watch::Sender<Bytes>>, channel: &str) -> Option<watch::Receiver<Bytes>> {
    let sender = channels.get(channel)?;
    (!sender.is_closed()).then(|| sender.subscribe())
}

fn framed(text: &str) -> Bytes {
    Bytes::from(format!("event: values\ndata: {text}\n\n"))
}

/// Makes the values of one channel for all who watch it.
struct Keeper {
    app: App,
    hub: Arc<Hub>,
    channel: String,
    topic: &'static str,
    make: Make,
    /// How often what is counted under the topic had changed when the values were made.
    revision: i64,
    values: Values,
}

impl Keeper {
    /// Sends other values when there are some, until nobody watches any more or there is nothing to show.
    async fn keep(mut self, sender: watch::Sender<Bytes>) {
        let hub = self.hub.clone();
        let stopping = self.app.stopping.clone();
        loop {
            // Before the look: what comes in meanwhile rings it.
            let rung = hub.bell.notified();
            match self.look().await {
                Ok(Some(values)) => {
                    if values.text != self.values.text {
                        sender.send_replace(framed(&values.text));
                    }
                    self.values = values;
                }
                Ok(None) => {}
                Err(problem) if matches!(problem.kind(), Kind::Internal | Kind::Unavailable) => {
                    tracing::warn!(%problem, "values could not be looked for");
                }
                Err(_) => {
                    hub.channels().remove(&self.channel);
                    return;
                }
            }
            tokio::select! {
                () = stopping.cancelled() => return,
                () = sender.closed() => {
                    // Whoever comes joins under the same lock: nobody is left with a channel that is kept no more.
                    let _channels = hub.channels();
                    if sender.is_closed() {
                        return;
                    }
                }
                () = rung => tokio::time::sleep(BREATH).await,
                () = tokio::time::sleep(GLANCE) => {}
            }
        }
    }

    /// The values anew, when something came in or they are due.
    async fn look(&mut self) -> Result<Option<Values>> {
        let revision = kept::revision(&self.app.db, self.topic).await?;
        let is_due = self.values.due.is_some_and(|due| self.app.clock.now() >= due);
        if revision == self.revision && !is_due {
            return Ok(None);
        }
        let values = (self.make)(self.app.clone()).await?;
        self.revision = revision;
        Ok(Some(values))
    }
}

fn event(n: i64) -> String {
    format!("id: {n}\nevent: changed\ndata: {{\"revision\": {n}}}\n\n")
}

fn hub(app: &App) -> Arc<Hub> {
    if let Some(hub) = app.shelf.find::<Hub>() {
        return hub;
    }
    // Two that come first at once make two; the one that was put last is the one that stays.
    app.shelf.put(Arc::new(Hub::default()));
    app.shelf.find::<Hub>().unwrap_or_default()
}

/// Joins those who listen to a topic; the first one has it watched. What was changed before is known when this returns, so
/// that everything after it is news.
async fn subscribe(app: &App, hub: &Arc<Hub>, topic: &'static str) -> Result<watch::Receiver<i64>> {
    if let Some(receiver) = watched(&hub.topics(), topic) {
        return Ok(receiver);
    }
    let known = recent(app, topic).await?.into_iter().collect();
    let mut topics = hub.topics();
    // Somebody may have come meanwhile.
    if let Some(receiver) = watched(&topics, topic) {
        return Ok(receiver);
    }
    let (sender, receiver) = watch::channel(app.clock.now().0 / 1_000);
    topics.insert(topic, sender.clone());
    tokio::spawn(look(app.clone(), hub.clone(), topic, sender, known));
    Ok(receiver)
}

/// A seat beside those who listen to a topic, when anybody does.
fn watched(topics: &HashMap<&'static str, watch::Sender<i64>>, topic: &str) -> Option<watch::Receiver<i64>> {
    let sender = topics.get(topic)?;
    (!sender.is_closed()).then(|| sender.subscribe())
}

/// Looks for changes beside those known until nobody listens any more or the program stops.
async fn look(
    app: App,
    hub: Arc<Hub>,
    topic: &'static str,
    sender: watch::Sender<i64>,
    mut known: HashSet<String>,
) {
    loop {
        tokio::select! {
            () = app.stopping.cancelled() => return,
            () = sender.closed() => {
                // As with channels: whoever listens next joins under the same lock.
                let _topics = hub.topics();
                if sender.is_closed() {
                    return;
                }
            }
            () = tokio::time::sleep(LOOK) => {}
        }
        match recent(&app, topic).await {
            Ok(found) => {
                if found.iter().any(|id| !known.contains(id)) {
                    let newest = found.first().map_or(0, |id| millis_of(id));
                    sender.send_modify(|n| *n = newest.max(*n + 1));
                }
                known = found.into_iter().collect();
            }
            Err(problem) => tracing::warn!(%problem, "news could not be looked for"),
        }
    }
}

/// The changes of the last seconds, the newest first. A transaction may be committed after one that began later, so that
/// it is not enough to ask for what is newer than the newest.
async fn recent(app: &App, topic: &str) -> Result<Vec<String>> {
    let ids: Vec<(String,)> = sqlx::query_as(
        "SELECT id
         FROM audit
         WHERE id > $1
           AND event >= $2
           AND event < $3
         ORDER BY id DESC
         LIMIT $4",
    )
    .bind(id_at(app.clock.now().minus(LATE)))
    .bind(topic)
    .bind(format!("{topic}~"))
    .bind(MOST_LOOKED_AT)
    .fetch_all(app.db.read())
    .await?;
    Ok(ids.into_iter().map(|(id,)| id).collect())
}

/// Whether there was news after a number a reader has; after a long time away there was.
async fn has_changed_since(app: &App, topic: &str, heard: i64) -> Result<bool> {
    let heard = Time(heard.saturating_mul(1_000));
    if heard < app.clock.now().minus(LONG_AWAY) {
        return Ok(true);
    }
    let found: Option<(String,)> = sqlx::query_as(
        "SELECT id
         FROM audit
         WHERE id > $1
           AND event >= $2
           AND event < $3
         ORDER BY id
         LIMIT 1",
    )
    .bind(id_at(Time(heard.0 + 1_000)))
    .bind(topic)
    .bind(format!("{topic}~"))
    .fetch_optional(app.db.read())
    .await?;
    Ok(found.is_some())
}

/// What sorts before every id of a moment: ids are UUIDv7 and begin with its milliseconds.
fn id_at(at: Time) -> String {
    let millis = u64::try_from(at.0 / 1_000).unwrap_or(0);
    format!("{:08x}-{:04x}", (millis >> 16) & 0xffff_ffff, millis & 0xffff)
}

fn millis_of(id: &str) -> i64 {
    let digits: String = id.chars().filter(char::is_ascii_hexdigit).take(12).collect();
    i64::from_str_radix(&digits, 16).unwrap_or(0)
}

/// A place among the open streams; given back when the stream ends.
struct Seat {
    hub: Arc<Hub>,
    caller: Option<IpAddr>,
}

impl Seat {
    /// `most_of_one` streams of one caller are open at most; 0 sets no limit.
    fn take(hub: &Arc<Hub>, caller: Option<IpAddr>, most_of_one: usize) -> Result<Seat> {
        let full = || Problem::unavailable("live-full");
        if hub.n_open.fetch_add(1, Ordering::Relaxed) >= MOST_STREAMS {
            hub.n_open.fetch_sub(1, Ordering::Relaxed);
            return Err(full());
        }
        let mut seat = Seat {
            hub: hub.clone(),
            caller: None,
        };
        if let Some(caller) = caller.filter(|_| most_of_one > 0) {
            let mut callers = hub.callers.lock().unwrap_or_else(PoisonError::into_inner);
            let n = callers.entry(caller).or_default();
            if *n >= most_of_one {
                drop(callers);
                return Err(full());
            }
            *n += 1;
            seat.caller = Some(caller);
        }
        Ok(seat)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.hub.n_open.fetch_sub(1, Ordering::Relaxed);
        if let Some(caller) = self.caller {
            let mut callers = self.hub.callers.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(n) = callers.get_mut(&caller) {
                *n -= 1;
                if *n == 0 {
                    callers.remove(&caller);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::id;

    #[test]
    fn an_id_tells_its_millisecond_and_sorts_behind_it() {
        let at = Time(4_294_794_400_123_000);
        let id = id::dated(at);
        assert_eq!(millis_of(&id), at.0 / 1_000);
        assert!(id > id_at(at), "{id}");
        assert!(id < id_at(Time(at.0 + 1_000)), "{id}");
    }
}
