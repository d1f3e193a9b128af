//! What comes by itself: lights, steps up the ladder, the end of waiting. Exact however late the worker is.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

use super::{
    RequestsSwept, grading, library, meeting,
    model::request::State,
    step::{Said, Step, find},
    store,
};
use crate::{
    evidence::model::Part,
    platform::{
        app::App,
        jobs::{Job, Lane},
        op::Op,
        problem::{Kind, Problem, Result},
        time::Time,
    },
};

/// Requests that one pass takes on: a twentieth of a second on one core, so that filing never waits for long.
const PER_PASS: i64 = 10_000;
/// Requests whose waiting ends that are looked up at once.
const PER_LOOK: i64 = 500;

/// Passes every instant that has come. Running it twice changes nothing.
#[derive(Debug, Serialize, Deserialize)]
pub struct Sweep {}

impl Job for Sweep {
    const NAME: &'static str = "requests.sweep";
    // A backlog takes seconds; a message to a resident must not wait for it.
    const LANE: Lane = Lane::Heavy;

    fn key(&self) -> Option<String> {
        Some(String::new())
    }

    async fn run(self, app: &App) -> anyhow::Result<()> {
        sweep(app).await?;
        Ok(())
    }
}

/// How often the worker looks whether something has come.
const EVERY: Duration = Duration::from_secs(20);

/// Looks whether something has come, again and again, until `stop` is cancelled.
pub async fn keep_time(app: &App, stop: &CancellationToken) {
    while !stop.is_cancelled() {
        if let Err(problem) = look(app).await {
            tracing::error!(error = %problem, "the sweep could not be asked for");
        }
        if let Err(problem) = meeting::look(app).await {
            tracing::error!(error = %problem, "the meeting's pack could not be asked for");
        }
        if let Err(problem) = grading::look(app).await {
            tracing::error!(error = %problem, "grades could not be asked for");
        }
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            () = stop.cancelled() => {}
        }
    }
}

/// Has the sweep run now, unless it waits already or nothing is due.
///
/// # Errors
/// When the database fails.
pub async fn look(app: &App) -> Result<()> {
    let now = app.clock.now();
    let is_due = store::sweep::bound(app.db.read(), now, 1).await?.is_some()
        || !store::sweep::list_waited(app.db.read(), now, 1).await?.is_empty();
    if is_due {
        let mut tx = app.db.begin().await?;
        tx.enqueue(&Op::system(now), &Sweep {}).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// What a sweep did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Swept {
    /// Instants at which a light turned, a request climbed, or a step drew near.
    pub n_turns: u64,
    /// Requests closed because nobody said anything.
    pub n_silent: u64,
    /// Pauses that reached their limit.
    pub n_resumed: u64,
}

/// Passes every instant that has come by now.
///
/// # Errors
/// When the database fails.
pub async fn sweep(app: &App) -> Result<Swept> {
    let now = app.clock.now();
    let mut swept = Swept::default();
    loop {
        end_waiting(app, now, &mut swept).await?;
        let n_turns = pass_all(app, now).await?;
        swept.n_turns += n_turns;
        // A pause that ended may have instants that have come too.
        if n_turns == 0 {
            return Ok(swept);
        }
    }
}

async fn pass_all(app: &App, now: Time) -> Result<u64> {
    let mut n_turns = 0;
    while let Some(until) = store::sweep::bound(app.db.read(), now, PER_PASS).await? {
        let op = Op::system(now);
        let mut tx = app.db.begin().await?;
        let n = store::sweep::note_turns(&mut tx, until, now).await?;
        let passed = store::sweep::pass(&mut tx, until, now).await?;
        if n > 0 {
            tx.emit(&op, &RequestsSwept { at: now, n }).await?;
        }
        tx.commit().await?;
        n_turns += n;
        if passed == 0 {
            break;
        }
    }
    Ok(n_turns)
}

/// Ends pauses at their limit and closes what was answered and met with silence, each at its own moment.
async fn end_waiting(app: &App, now: Time, swept: &mut Swept) -> Result<()> {
    loop {
        let waited = store::sweep::list_waited(app.db.read(), now, PER_LOOK).await?;
        if waited.is_empty() {
            return Ok(());
        }
        let n_before = swept.n_silent + swept.n_resumed;
        for (code, _) in waited {
            match end_one(app, &code, now).await {
                Ok(Some(true)) => swept.n_silent += 1,
                Ok(Some(false)) => swept.n_resumed += 1,
                Ok(None) => {}
                // Somebody was faster; what they did stands.
                Err(problem) if problem.kind() == Kind::Conflict => {}
                Err(problem) => return Err(problem),
            }
        }
        // What cannot be ended now stays first in the list; the next sweep tries again.
        if swept.n_silent + swept.n_resumed == n_before {
            return Ok(());
        }
    }
}

/// Ends the waiting of one request; true when silence closed it, false when its clock goes on.
async fn end_one(app: &App, code: &str, now: Time) -> Result<Option<bool>> {
    let request = find(app, code).await?;
    let Some(until) = request.state.waits_until().filter(|until| *until <= now) else {
        return Ok(None);
    };
    // Everything is done as of the moment the waiting ended, not of the moment somebody looked.
    let op = Op::system(now);
    let mut step = Step::begin(app, &op, &request.id, library::current(app).await?).await?;
    match step.request.state {
        State::Answered { .. } => {
            step.request.fall_silent(until)?;
            step.end_at(Said::public("request.fell-silent", Part::System), until)
                .await?;
            Ok(Some(true))
        }
        State::Paused { .. } => {
            let (request, rules) = step.ruled();
            request.hear_back(&rules, until)?;
            step.end_at(Said::public("request.pause-ended", Part::System), until)
                .await?;
            Ok(Some(false))
        }
        _ => Err(Problem::conflict("requests-changed-meanwhile")),
    }
}
