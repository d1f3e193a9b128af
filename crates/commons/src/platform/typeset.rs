//! Documents: words and numbers in, PDF out, by `baraza-typeset` as a child process.
//!
//! Those who do not work here wait in a line of their own, which is short, so that no letter, pack or card that staff or a job need
//! ever waits behind them. What everybody may read is made once for all who ask, and kept in memory while there is room.

use std::{
    collections::{HashMap, VecDeque},
    future::Future,
    path::PathBuf,
    process::Stdio,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, Weak,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use anyhow::Context;
use bytes::Bytes;
use serde_json::{Value, json};
use tokio::{
    io::AsyncWriteExt,
    process::Command,
    sync::{OnceCell, Semaphore, SemaphorePermit},
    time::timeout,
};

use super::{
    app::App,
    i18n::Lang,
    id,
    op::{Op, Role},
    problem::{Problem, Result},
    time::Time,
};

/// What the program is called.
pub const PROGRAM: &str = "baraza-typeset";
/// Documents made at once for staff and jobs, and for everybody else: each takes a core.
const HOUSE_AT_ONCE: usize = 2;
const STRANGERS_AT_ONCE: usize = 1;
/// Documents of strangers that wait at most.
const MOST_STRANGERS: usize = 8;
/// How long a document waits for its turn, and how long it may take.
const MOST_WAIT: Duration = Duration::from_secs(20);
const MOST_WORK: Duration = Duration::from_secs(60);
/// When a stranger who found the line full may ask again, in seconds.
const ASK_AGAIN: u32 = 20;
/// Bytes of finished documents that are kept.
const MOST_KEPT_BYTES: usize = 16 * 1024 * 1024;

/// A document to be made.
#[derive(Debug)]
pub struct Document {
    /// One of the program's templates.
    pub template: &'static str,
    pub lang: Lang,
    pub title: String,
    /// What it is, in a sentence, for whoever hears it described.
    pub about: String,
    /// When what it tells was known: the same document has the same time, whenever it is printed.
    pub made_at: Time,
    pub data: Value,
}

/// Where documents are made, a few at once, and where finished public ones lie; cheap to clone.
#[derive(Clone)]
pub struct Press(Arc<Parts>);

/// A PDF that is being made, for all who wait for it.
type Making = Weak<OnceCell<Bytes>>;

struct Parts {
    house: Semaphore,
    strangers: Semaphore,
    /// The places in the line of strangers.
    line: Semaphore,
    finished: Mutex<Finished>,
    /// What is being made for several at once, by the line they stand in and the document's digest.
    making: Mutex<HashMap<(Queue, String), Making>>,
    n_made: AtomicU64,
}

/// In which line somebody waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Queue {
    /// Staff and jobs.
    House,
    /// Everybody else.
    Strangers,
}

/// Finished documents by the digest of what they say, the one not asked for the longest first.
#[derive(Default)]
struct Finished {
    documents: VecDeque<(String, Bytes)>,
    n_bytes: usize,
}

/// Typesets a document that not everybody may read; it is kept nowhere.
///
/// # Errors
/// `typeset-missing` where the program is not installed; `busy`, and for strangers `typeset-busy`, when too many documents wait;
/// ours when it fails.
pub async fn pdf(app: &App, op: &Op, document: &Document) -> Result<Bytes> {
    let (program, input) = order(app, document)?;
    app.press.make(Queue::of(op), program, input).await
}

/// Typesets a document that everybody may read: those who ask for the same one share it.
///
/// # Errors
/// As [`pdf`].
pub async fn public_pdf(app: &App, op: &Op, document: &Document) -> Result<Bytes> {
    let (program, input) = order(app, document)?;
    let (queue, key) = (Queue::of(op), id::digest(&input));
    app.press
        .share(queue, key, move || app.press.make(queue, program, input))
        .await
}

/// Returns where the program is: as set, or beside this one; nothing where it is not.
#[must_use]
pub fn program(app: &App) -> Option<PathBuf> {
    let beside = || Some(std::env::current_exe().ok()?.parent()?.join(PROGRAM));
    app.config
        .typeset
        .clone()
        .or_else(beside)
        .filter(|program| program.is_file())
}

impl Default for Press {
    fn default() -> Press {
        Press(Arc::new(Parts {
            house: Semaphore::new(HOUSE_AT_ONCE),
            strangers: Semaphore::new(STRANGERS_AT_ONCE),
            line: Semaphore::new(MOST_STRANGERS),
            finished: Mutex::default(),
            making: Mutex::default(),
            n_made: AtomicU64::new(0),
        }))
    }
}

impl Press {
    /// How many documents were made since the program began; what was shared counts once.
    #[must_use]
    pub fn n_made(&self) -> u64 {
        self.0.n_made.load(Ordering::Relaxed)
    }

    /// Waits for a turn.
    ///
    /// # Errors
    /// `busy` after [`MOST_WAIT`]; for strangers `typeset-busy`, at once where their line is full.
    async fn turn(&self, queue: Queue) -> Result<SemaphorePermit<'_>> {
        match queue {
            Queue::House => wait_for(&self.0.house, || Problem::unavailable("busy")).await,
            Queue::Strangers => {
                if let Ok(turn) = self.0.strangers.try_acquire() {
                    return Ok(turn);
                }
                let _place = self.0.line.try_acquire().map_err(|_| crowded())?;
                wait_for(&self.0.strangers, crowded).await
            }
        }
    }

    async fn make(&self, queue: Queue, program: PathBuf, input: String) -> Result<Bytes> {
        let _turn = self.turn(queue).await?;
        let made = timeout(MOST_WORK, run(program, input)).await;
        let made = made
            .context("typesetting took more than a minute")
            .and_then(|made| made)
            .map_err(Problem::internal)?;
        self.0.n_made.fetch_add(1, Ordering::Relaxed);
        Ok(made)
    }

    /// Returns a finished document, or makes it together with all of the same line who ask for it now.
    ///
    /// Nobody of the house waits for what a stranger waits for. Where whoever makes it gives up, the next one goes on.
    async fn share<F>(&self, queue: Queue, key: String, make: impl FnOnce() -> F) -> Result<Bytes>
    where
        F: Future<Output = Result<Bytes>>,
    {
        if let Some(pdf) = self.finished().find(&key) {
            return Ok(pdf);
        }
        let making = self.join(queue, &key);
        let made = making
            .get_or_try_init(|| async {
                // It may have been finished between the two looks.
                let finished = self.finished().find(&key);
                if let Some(pdf) = finished {
                    return Ok(pdf);
                }
                let pdf = make().await?;
                self.finished().keep(&key, &pdf);
                Ok::<Bytes, Problem>(pdf)
            })
            .await?;
        Ok(made.clone())
    }

    fn join(&self, queue: Queue, key: &str) -> Arc<OnceCell<Bytes>> {
        let mut making = self.0.making.lock().unwrap_or_else(PoisonError::into_inner);
        making.retain(|_, cell| cell.strong_count() > 0);
        let at = (queue, key.to_owned());
        if let Some(shared) = making.get(&at).and_then(Weak::upgrade) {
            return shared;
        }
        let fresh = Arc::new(OnceCell::new());
        making.insert(at, Arc::downgrade(&fresh));
        fresh
    }

    fn finished(&self) -> MutexGuard<'_, Finished> {
        self.0.finished.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Queue {
    fn of(op: &Op) -> Queue {
        match op.has(&Role::STAFF) {
            true => Queue::House,
            false => Queue::Strangers,
        }
    }
}

impl Finished {
    fn find(&mut self, key: &str) -> Option<Bytes> {
        let at = self.documents.iter().position(|(known, _)| known == key)?;
        let (known, pdf) = self.documents.remove(at)?;
        self.documents.push_back((known, pdf.clone()));
        Some(pdf)
    }

    /// Keeps a document, and lets go of what was not asked for the longest where the room ends.
    fn keep(&mut self, key: &str, pdf: &Bytes) {
        if self.find(key).is_some() {
            return;
        }
        self.n_bytes += pdf.len();
        self.documents.push_back((key.to_owned(), pdf.clone()));
        while self.n_bytes > MOST_KEPT_BYTES
            && let Some((_, oldest)) = self.documents.pop_front()
        {
            self.n_bytes -= oldest.len();
        }
    }
}

async fn wait_for(turns: &Semaphore, late: impl FnOnce() -> Problem) -> Result<SemaphorePermit<'_>> {
    timeout(MOST_WAIT, turns.acquire())
        .await
        .map_err(|_| late())?
        .map_err(Problem::internal)
}

fn crowded() -> Problem {
    Problem::unavailable("typeset-busy")
        .with("seconds", ASK_AGAIN)
        .retry_after(ASK_AGAIN)
}

/// The program, and what it is given.
fn order(app: &App, document: &Document) -> Result<(PathBuf, String)> {
    let program = program(app).ok_or_else(|| Problem::unavailable("typeset-missing"))?;
    let made_at = app.config.zoned(document.made_at);
    let input = json!({
        "template": document.template,
        "lang": document.lang.code(),
        "title": document.title,
        "author": app.config.name,
        "about": document.about,
        "made_at": made_at.strftime("%Y-%m-%dT%H:%M:%S").to_string(),
        "offset_minutes": made_at.offset().seconds() / 60,
        "data": document.data,
    });
    Ok((program, input.to_string()))
}

async fn run(program: PathBuf, input: String) -> anyhow::Result<Bytes> {
    let mut command = Command::new(&program);
    // It needs nothing of ours, least of all our secrets.
    command.env_clear();
    if let Some(fonts) = std::env::var_os("BARAZA_FONTS") {
        command.env("BARAZA_FONTS", fonts);
    }
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .with_context(|| format!("start {}", program.display()))?;
    let mut stdin = child.stdin.take().context("its input")?;
    let writing = async move {
        // What refuses its input says why at its end.
        let _ = stdin.write_all(input.as_bytes()).await;
    };
    let (output, ()) = tokio::join!(child.wait_with_output(), writing);
    let output = output.context("wait for baraza-typeset")?;
    anyhow::ensure!(
        output.status.success(),
        "baraza-typeset: {}",
        String::from_utf8_lossy(&output.stderr).trim()
    );
    Ok(output.stdout.into())
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;

    use axum::{http::header, response::IntoResponse};
    use futures::FutureExt;

    use super::*;

    #[tokio::test]
    async fn strangers_wait_in_a_short_line_of_their_own_and_the_house_has_its_turn_at_once() {
        let press = Press::default();
        let first = press.turn(Queue::Strangers).await.expect("a turn");
        let mut line: Vec<_> = (0..MOST_STRANGERS)
            .map(|_| Box::pin(press.turn(Queue::Strangers)))
            .collect();
        for waiting in &mut line {
            assert!(waiting.as_mut().now_or_never().is_none());
        }
        let refused = press.turn(Queue::Strangers).await.expect_err("the line is full");
        assert_eq!(refused.code(), "typeset-busy");
        let answer = refused.into_response();
        assert_eq!(answer.status(), 503);
        assert_eq!(answer.headers()[header::RETRY_AFTER], "20");
        let mut house = Vec::new();
        for _ in 0..HOUSE_AT_ONCE {
            let turn = press.turn(Queue::House).now_or_never().expect("no waiting");
            house.push(turn.expect("a turn"));
        }
        drop(first);
        let next = line[0].as_mut().now_or_never().expect("the next one's turn");
        assert!(next.is_ok());
    }

    #[tokio::test]
    async fn a_public_document_is_made_once_for_all_who_ask_and_again_after_a_failure() {
        let press = Press::default();
        let n_made = AtomicUsize::new(0);
        let ask = |key: &'static str| {
            press.share(Queue::Strangers, key.to_owned(), || async {
                let n = n_made.fetch_add(1, Ordering::Relaxed);
                tokio::task::yield_now().await;
                match n {
                    0 => Err(Problem::unavailable("busy")),
                    _ => Ok(Bytes::from_static(b"%PDF")),
                }
            })
        };
        assert!(ask("one").await.is_err());
        let (first, second) = tokio::join!(ask("one"), ask("one"));
        assert_eq!(first.expect("made"), second.expect("shared"));
        assert!(ask("one").await.is_ok());
        assert_eq!(n_made.load(Ordering::Relaxed), 2);
        assert!(ask("other").await.is_ok());
        assert_eq!(n_made.load(Ordering::Relaxed), 3);
    }

    #[test]
    fn what_nobody_asks_for_any_more_makes_room() {
        let mut finished = Finished::default();
        let third = Bytes::from(vec![0; MOST_KEPT_BYTES / 3]);
        for key in ["a", "b", "c"] {
            finished.keep(key, &third);
        }
        assert!(finished.find("a").is_some());
        finished.keep("d", &third);
        assert!(finished.find("b").is_none() && finished.find("a").is_some());
        assert!(finished.n_bytes <= MOST_KEPT_BYTES);
    }
}
