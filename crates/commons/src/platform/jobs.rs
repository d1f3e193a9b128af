//! Jobs: work made necessary by an event, done at least once, kept for an operator when it fails.

use std::{future::Future, time::Duration};

use serde::{Serialize, de::DeserializeOwned};
use sqlx::{AnyConnection, FromRow};
use tokio_util::sync::CancellationToken;

use super::{
    app::App,
    events::Event,
    op::Op,
    problem::{Problem, Result},
    time::Time,
};

/// How long a worker may hold a job before another takes it over.
const LEASE: Duration = Duration::from_secs(60);
/// How long an idle worker sleeps when no bell rings.
const NAP: Duration = Duration::from_millis(500);
/// How often chores are queued.
const CHORES_EVERY: Duration = Duration::from_secs(60 * 60);
/// Tries before a job is put aside as dead.
const MOST_ATTEMPTS: i64 = 8;

/// A job. Running it twice must leave the same state as running it once.
pub trait Job: Serialize + DeserializeOwned + Send + 'static {
    /// The stable name, `slice.what-to-do`.
    const NAME: &'static str;
    const LANE: Lane = Lane::Quick;

    /// Names what it works on; two queued jobs of one name and key are one job, and never run at once.
    fn key(&self) -> Option<String> {
        None
    }

    /// Does the work.
    ///
    /// # Errors
    /// Any error makes it be tried again later, and in the end be put aside for an operator.
    fn run(self, app: &App) -> impl Future<Output = anyhow::Result<()>> + Send;
}

/// Which queue a job waits in, so that a long one never holds up a short one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lane {
    Quick,
    Heavy,
    /// Waits for servers of others; several at once, so that one that is silent holds up none.
    Post,
}

impl Lane {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Lane::Quick => "quick",
            Lane::Heavy => "heavy",
            Lane::Post => "post",
        }
    }
}

/// A job as it waits in the database.
#[derive(Debug)]
pub struct Queued {
    pub name: &'static str,
    pub key: Option<String>,
    pub lane: Lane,
    pub args: String,
}

impl Queued {
    /// Writes a job down.
    ///
    /// # Errors
    /// When the job cannot be written as JSON.
    pub fn of<J: Job>(job: &J) -> serde_json::Result<Queued> {
        Ok(Queued {
            name: J::NAME,
            key: job.key(),
            lane: J::LANE,
            args: serde_json::to_string(job)?,
        })
    }
}

/// A job as an operator sees it.
#[derive(Debug, Clone, FromRow, Serialize)]
pub struct Listed {
    pub id: String,
    pub name: String,
    pub key: Option<String>,
    pub state: String,
    pub attempts: i64,
    pub run_at: i64,
    pub queued_at: i64,
    pub last_error: Option<String>,
}

/// How many jobs are in each state.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct Counts {
    pub queued: i64,
    pub running: i64,
    pub dead: i64,
}

/// Works all lanes, and queues chores, until `stop` is cancelled; then finishes the jobs in hand and returns.
pub async fn work(app: &App, stop: &CancellationToken) {
    tokio::join!(
        work_lane(app, Lane::Quick, stop),
        work_lane(app, Lane::Heavy, stop),
        work_lane(app, Lane::Post, stop),
        work_lane(app, Lane::Post, stop),
        work_lane(app, Lane::Post, stop),
        keep_house(app, stop)
    );
}

/// Queues the jobs that nothing but time makes necessary; those still queued are not queued again.
///
/// # Errors
/// When the database fails.
pub async fn queue_chores(app: &App) -> Result<()> {
    let op = Op::system(app.clock.now());
    let mut tx = app.db.begin().await?;
    for chore in app.db.reactions().chores() {
        tx.queue(&op, &chore.map_err(Problem::internal)?).await?;
    }
    tx.commit().await
}

/// Runs due jobs of all lanes until none is left; returns how many were run.
///
/// # Errors
/// When the database fails; a job that fails is put back and not counted as an error here.
pub async fn run_due(app: &App) -> Result<usize> {
    let mut n = 0;
    loop {
        let mut idle = true;
        for lane in [Lane::Quick, Lane::Heavy, Lane::Post] {
            while let Some(job) = claim(app, lane).await? {
                run_one(app, job).await?;
                n += 1;
                idle = false;
            }
        }
        if idle {
            return Ok(n);
        }
    }
}

/// Returns jobs that wait for an operator, the newest first.
///
/// # Errors
/// When the database fails.
pub async fn list_dead(app: &App, most: i64) -> Result<Vec<Listed>> {
    Ok(sqlx::query_as(
        "SELECT id, name, key, state, attempts, run_at, queued_at, last_error
         FROM job
         WHERE state = 'dead'
         ORDER BY id DESC
         LIMIT $1",
    )
    .bind(most)
    .fetch_all(app.db.read())
    .await?)
}

/// Counts the jobs in each state.
///
/// # Errors
/// When the database fails.
pub async fn count(app: &App) -> Result<Counts> {
    let rows: Vec<(String, i64)> = sqlx::query_as("SELECT state, COUNT(*) FROM job GROUP BY state")
        .fetch_all(app.db.read())
        .await?;
    let mut counts = Counts::default();
    for (state, n) in rows {
        match state.as_str() {
            "queued" => counts.queued = n,
            "running" => counts.running = n,
            _ => counts.dead = n,
        }
    }
    Ok(counts)
}

/// An operator had a failed job tried again.
#[derive(Serialize)]
pub struct JobRetried {
    pub job: String,
}

impl Event for JobRetried {
    const NAME: &'static str = "platform.job-retried";
    fn subject(&self) -> String {
        format!("job/{}", self.job)
    }
}

/// Puts a dead job back in the queue with a clean slate.
///
/// # Errors
/// `job-unknown` when there is no dead job with that id.
pub async fn retry(app: &App, op: &Op, id: &str) -> Result<()> {
    let mut tx = app.db.begin().await?;
    let twin = twin_of(tx.conn(), id).await?;
    let changed =
        match twin {
            Some(_) => {
                sqlx::query("DELETE FROM job WHERE id = $1 AND state = 'dead'")
                    .bind(id)
                    .execute(tx.conn())
                    .await?
            }
            None => sqlx::query(
                "UPDATE job SET state = 'queued', attempts = 0, run_at = $2 WHERE id = $1 AND state = 'dead'",
            )
            .bind(id)
            .bind(app.clock.now().0)
            .execute(tx.conn())
            .await?,
        };
    if changed.rows_affected() == 0 {
        return Err(Problem::not_found("job-unknown"));
    }
    tx.emit(op, &JobRetried { job: id.to_owned() }).await?;
    tx.commit().await?;
    app.db.bell().notify_waiters();
    Ok(())
}

#[derive(FromRow)]
struct Claimed {
    id: String,
    name: String,
    args: String,
    attempts: i64,
    queued_at: i64,
}

async fn work_lane(app: &App, lane: Lane, stop: &CancellationToken) {
    let bell = app.db.bell();
    while !stop.is_cancelled() {
        let rung = bell.notified();
        match claim(app, lane).await {
            Ok(Some(job)) => {
                if let Err(problem) = run_one(app, job).await {
                    tracing::error!(lane = lane.as_str(), error = %problem, "a job's outcome could not be stored");
                }
            }
            Ok(None) => {
                tokio::select! {
                    () = rung => {}
                    () = tokio::time::sleep(NAP) => {}
                    () = stop.cancelled() => {}
                }
            }
            Err(problem) => {
                tracing::error!(lane = lane.as_str(), error = %problem, "the job queue could not be read");
                tokio::time::sleep(NAP).await;
            }
        }
    }
}

async fn keep_house(app: &App, stop: &CancellationToken) {
    while !stop.is_cancelled() {
        if let Err(problem) = queue_chores(app).await {
            tracing::error!(error = %problem, "the hourly chores could not be queued");
        }
        tokio::select! {
            () = tokio::time::sleep(CHORES_EVERY) => {}
            () = stop.cancelled() => {}
        }
    }
}

async fn claim(app: &App, lane: Lane) -> Result<Option<Claimed>> {
    let now = app.clock.now();
    // Look before taking the writer: an idle worker must cost nothing.
    let due: Option<(i64,)> = sqlx::query_as(
        "SELECT COUNT(*)
         FROM job
         WHERE lane = $1
           AND ((state = 'queued' AND run_at <= $2) OR (state = 'running' AND lease_until < $2))",
    )
    .bind(lane.as_str())
    .bind(now.0)
    .fetch_optional(app.db.read())
    .await?;
    if due.is_none_or(|(n,)| n == 0) {
        return Ok(None);
    }
    let mut tx = app.db.begin().await?;
    // A queued job whose twin is still running waits, so that one key is never worked on twice at once.
    let job: Option<Claimed> = sqlx::query_as(
        "UPDATE job
         SET state = 'running', lease_until = $3, attempts = attempts + 1
         WHERE id = (
             SELECT id
             FROM job waiting
             WHERE waiting.lane = $1
               AND ((waiting.state = 'queued' AND waiting.run_at <= $2)
                    OR (waiting.state = 'running' AND waiting.lease_until < $2))
               AND (waiting.key IS NULL OR NOT EXISTS (
                   SELECT 1
                   FROM job twin
                   WHERE twin.name = waiting.name
                     AND twin.key = waiting.key
                     AND twin.id <> waiting.id
                     AND twin.state = 'running'
                     AND twin.lease_until >= $2))
             ORDER BY waiting.run_at, waiting.id
             LIMIT 1)
           AND (state = 'queued' OR lease_until < $2)
         RETURNING id, name, args, attempts, queued_at",
    )
    .bind(lane.as_str())
    .bind(now.0)
    .bind(now.plus(LEASE).0)
    .fetch_optional(tx.conn())
    .await?;
    tx.commit().await?;
    Ok(job)
}

async fn run_one(app: &App, job: Claimed) -> Result<()> {
    let started = app.clock.now();
    let outcome = match app.db.reactions().run(&job.name, app, &job.args) {
        Some(running) => {
            let mut running = running;
            let mut renew = tokio::time::interval(LEASE / 3);
            renew.tick().await;
            loop {
                tokio::select! {
                    outcome = &mut running => break outcome,
                    _ = renew.tick() => extend_lease(app, &job.id).await?,
                }
            }
        }
        None => Err(anyhow::anyhow!(
            "no job is called {:?} in this version of the program",
            job.name
        )),
    };
    app.metrics.job_done(&job.name, outcome.is_ok());
    let mut tx = app.db.begin().await?;
    match outcome {
        Ok(()) => {
            sqlx::query("DELETE FROM job WHERE id = $1")
                .bind(&job.id)
                .execute(tx.conn())
                .await?;
            let waited = started.since(Time(job.queued_at));
            tracing::debug!(
                job = job.name,
                waited_ms = waited.as_millis(),
                took_ms = app.clock.now().since(started).as_millis(),
                "job done"
            );
        }
        Err(error) => put_back(app, tx.conn(), &job, &error).await?,
    }
    tx.commit().await
}

async fn extend_lease(app: &App, id: &str) -> Result<()> {
    let mut tx = app.db.begin().await?;
    sqlx::query("UPDATE job SET lease_until = $2 WHERE id = $1")
        .bind(id)
        .bind(app.clock.now().plus(LEASE).0)
        .execute(tx.conn())
        .await?;
    tx.commit().await
}

async fn put_back(app: &App, conn: &mut AnyConnection, job: &Claimed, error: &anyhow::Error) -> Result<()> {
    let dead = job.attempts >= MOST_ATTEMPTS;
    tracing::warn!(
        job = job.name,
        attempts = job.attempts,
        dead,
        error = format!("{error:#}"),
        "job failed"
    );
    if !dead && twin_of(conn, &job.id).await?.is_some() {
        // The twin queued meanwhile does the same work.
        sqlx::query("DELETE FROM job WHERE id = $1")
            .bind(&job.id)
            .execute(conn)
            .await?;
        return Ok(());
    }
    sqlx::query("UPDATE job SET state = $2, run_at = $3, lease_until = NULL, last_error = $4 WHERE id = $1")
        .bind(&job.id)
        .bind(if dead { "dead" } else { "queued" })
        .bind(app.clock.now().plus(back_off(job.attempts)).0)
        .bind(format!("{error:#}"))
        .execute(conn)
        .await?;
    Ok(())
}

async fn twin_of(conn: &mut AnyConnection, id: &str) -> Result<Option<String>> {
    let twin: Option<(String,)> = sqlx::query_as(
        "SELECT twin.id
         FROM job mine
         JOIN job twin ON twin.name = mine.name AND twin.key = mine.key AND twin.id <> mine.id
         WHERE mine.id = $1
           AND twin.state = 'queued'",
    )
    .bind(id)
    .fetch_optional(conn)
    .await?;
    Ok(twin.map(|(id,)| id))
}

/// Returns the pause after the `attempts`-th failure: 2 s, 8 s, 32 s … at most an hour.
fn back_off(attempts: i64) -> Duration {
    let exponent = u32::try_from(attempts.clamp(1, 12)).unwrap_or(1);
    Duration::from_secs(4_u64.saturating_pow(exponent) / 2).min(Duration::from_secs(3600))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pause_grows_and_never_passes_an_hour() {
        assert_eq!(back_off(1), Duration::from_secs(2));
        assert_eq!(back_off(2), Duration::from_secs(8));
        assert_eq!(back_off(50), Duration::from_secs(3600));
    }
}
