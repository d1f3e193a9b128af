//! Live news by server-sent events (<https://html.spec.whatwg.org/multipage/server-sent-events.html>): that something
//! changed, never what, so that a page can ask anew with its own rights.
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
use futures::stream;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::caller_address;
use crate::platform::{
    app::App,
    problem::{Problem, Result},
    time::Time,
};

/// How often the audit trail is asked.
const LOOK: Duration = Duration::from_secs(1);
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
/// Open streams of one caller; a village office has one address for all its screens.
const MOST_OF_ONE: usize = 50;

/// Who listens in this process, and what is new.
#[derive(Default)]
struct Hub {
    n_open: AtomicUsize,
    callers: Mutex<HashMap<IpAddr, usize>>,
    topics: Mutex<HashMap<&'static str, watch::Sender<i64>>>,
}

impl Hub {
    fn topics(&self) -> MutexGuard<'_, HashMap<&'static str, watch::Sender<i64>>> {
        self.topics.lock().unwrap_or_else(PoisonError::into_inner)
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
    let seat = Seat::take(&hub, reader.caller)?;
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
    let mut response = Body::from_stream(stream::unfold(listener, Listener::next)).into_response();
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
    Ok(response)
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
    tokio::spawn(look(app.clone(), topic, sender, known));
    Ok(receiver)
}

/// A seat beside those who listen to a topic, when anybody does.
fn watched(topics: &HashMap<&'static str, watch::Sender<i64>>, topic: &str) -> Option<watch::Receiver<i64>> {
    let sender = topics.get(topic)?;
    (!sender.is_closed()).then(|| sender.subscribe())
}

/// Looks for changes beside those known until nobody listens any more or the program stops.
async fn look(app: App, topic: &'static str, sender: watch::Sender<i64>, mut known: HashSet<String>) {
    loop {
        tokio::select! {
            () = app.stopping.cancelled() => return,
            () = sender.closed() => return,
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
    fn take(hub: &Arc<Hub>, caller: Option<IpAddr>) -> Result<Seat> {
        let full = || Problem::unavailable("live-full");
        if hub.n_open.fetch_add(1, Ordering::Relaxed) >= MOST_STREAMS {
            hub.n_open.fetch_sub(1, Ordering::Relaxed);
            return Err(full());
        }
        let mut seat = Seat {
            hub: hub.clone(),
            caller: None,
        };
        if let Some(caller) = caller {
            let mut callers = hub.callers.lock().unwrap_or_else(PoisonError::into_inner);
            let n = callers.entry(caller).or_default();
            if *n >= MOST_OF_ONE {
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
