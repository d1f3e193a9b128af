//! One database behind one SQL text: SQLite in a file, or PostgreSQL.
//!
//! SQLite has one writer. [`Tx`] takes turns on it, each turn a savepoint, and turns that queue up
//! behind one another share a single durable commit: the disk syncs once for all of them (ADR 1).

use std::{
    str::FromStr,
    sync::{
        Arc, Once,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};

use anyhow::Context;
use serde::Serialize;
use sqlx::{
    Any, AnyConnection, AnyPool, AssertSqlSafe, ConnectOptions, Connection, Executor,
    any::{AnyConnectOptions, AnyPoolOptions},
};
use tokio::sync::{Mutex, Notify, OwnedMutexGuard, oneshot};

use super::{
    events::{Event, Reactions},
    id, jobs,
    op::Op,
    problem::{Problem, Result},
    time::Time,
    vault::Vault,
};

/// Most turns that may share one commit, so that the first never waits long for the last.
const MOST_SHARED: usize = 128;
/// How long a finished turn waits for the others before it commits by itself.
const PATIENCE: Duration = Duration::from_millis(4);

/// Which database speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// The database: readers, and the way to a transaction.
#[derive(Clone)]
pub struct Db {
    engine: Engine,
    pool: AnyPool,
    writer: Option<Arc<Writer>>,
    reactions: Arc<Reactions>,
    vault: Vault,
    bell: Arc<Notify>,
    n_reads: Arc<AtomicU64>,
}

impl Db {
    /// Opens the database at `url` (`sqlite:PATH` or `postgres://…`) without migrating it.
    ///
    /// # Errors
    /// When the database cannot be reached or the URL names neither engine.
    pub async fn open(url: &str, reactions: Arc<Reactions>, vault: Vault) -> anyhow::Result<Db> {
        static DRIVERS: Once = Once::new();
        DRIVERS.call_once(sqlx::any::install_default_drivers);
        let engine = engine_of(url)?;
        let options = AnyConnectOptions::from_str(url)
            .with_context(|| "read the database URL: expected sqlite:PATH or postgres://USER@HOST/NAME")?
            .disable_statement_logging();
        let writer = match engine {
            Engine::Sqlite => Some(Arc::new(Writer::open(&options).await?)),
            Engine::Postgres => None,
        };
        let pool = AnyPoolOptions::new()
            .max_connections(match engine {
                Engine::Sqlite => 6,
                Engine::Postgres => 20,
            })
            .acquire_timeout(Duration::from_secs(20))
            .after_connect(move |conn, _| {
                Box::pin(async move {
                    if engine == Engine::Sqlite {
                        conn.execute(
                            "PRAGMA query_only = ON; PRAGMA busy_timeout = 10000; PRAGMA cache_size = -8192; \
                             PRAGMA mmap_size = 268435456; PRAGMA temp_store = MEMORY;",
                        )
                        .await?;
                    }
                    Ok(())
                })
            })
            .connect_with(options)
            .await
            .context("connect to the database")?;
        Ok(Db {
            engine,
            pool,
            writer,
            reactions,
            vault,
            bell: Arc::new(Notify::new()),
            n_reads: Arc::default(),
        })
    }

    /// Brings the schema up to date; safe to run again and from two programs at once.
    ///
    /// # Errors
    /// When a migration fails, or one already applied was changed since.
    pub async fn migrate(&self) -> anyhow::Result<()> {
        let migrator = sqlx::migrate!("./migrations");
        match &self.writer {
            Some(writer) => migrator.run(&mut writer.group.lock().await.conn).await?,
            None => migrator.run(&self.pool).await?,
        }
        Ok(())
    }

    #[must_use]
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// Returns the readers' pool, for one statement; on SQLite its connections refuse to write.
    #[must_use]
    pub fn read(&self) -> &AnyPool {
        self.n_reads.fetch_add(1, Ordering::Relaxed);
        &self.pool
    }

    /// Returns how many statements were read so far, by which tests tell that a page does not ask once for every row it shows.
    #[must_use]
    pub fn n_reads(&self) -> u64 {
        self.n_reads.load(Ordering::Relaxed)
    }

    /// Begins a transaction. On SQLite it holds the only writer: do slow work before, not inside.
    ///
    /// # Errors
    /// When the database is busy beyond its time-out or away.
    pub async fn begin(&self) -> Result<Tx> {
        let held = match &self.writer {
            Some(writer) => Held::Turn(Some(Writer::take_turn(writer).await?)),
            None => Held::Own(Some(self.pool.begin().await?)),
        };
        Ok(Tx {
            held,
            reactions: self.reactions.clone(),
            vault: self.vault.clone(),
            bell: self.bell.clone(),
            has_jobs: false,
        })
    }

    /// Returns what rings when a job was committed.
    #[must_use]
    pub fn bell(&self) -> Arc<Notify> {
        self.bell.clone()
    }

    #[must_use]
    pub fn reactions(&self) -> &Reactions {
        &self.reactions
    }

    /// Closes all connections; SQLite's write-ahead log is folded into the file.
    pub async fn close(&self) {
        self.pool.close().await;
        if let Some(writer) = &self.writer {
            let mut group = writer.group.lock().await;
            group.settle().await;
            let _ = group.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").await;
        }
    }
}

/// Rows of events and jobs written by one statement.
const ROWS_AT_ONCE: usize = 20;

/// A transaction. Dropped without [`Tx::commit`], nothing of it stays.
pub struct Tx {
    held: Held,
    reactions: Arc<Reactions>,
    vault: Vault,
    bell: Arc<Notify>,
    has_jobs: bool,
}

enum Held {
    Turn(Option<Turn>),
    Own(Option<sqlx::Transaction<'static, Any>>),
}

impl Tx {
    /// Returns the connection to run statements on.
    ///
    /// # Panics
    /// Never: the connection is taken only by `commit`, which consumes the transaction.
    pub fn conn(&mut self) -> &mut AnyConnection {
        match &mut self.held {
            Held::Turn(turn) => &mut turn.as_mut().expect("held until commit").group.conn,
            Held::Own(own) => own.as_mut().expect("held until commit"),
        }
    }

    /// Returns what seals personal contacts before they are stored.
    #[must_use]
    pub fn vault(&self) -> &Vault {
        &self.vault
    }

    /// Records an event in the audit trail and queues the jobs that react to it.
    ///
    /// # Errors
    /// When the database refuses the rows.
    pub async fn emit<E: Event>(&mut self, op: &Op, event: &E) -> Result<()> {
        let facts = serde_json::to_string(event).map_err(Problem::internal)?;
        sqlx::query(
            "INSERT INTO audit (id, at, who, event, subject, why, facts, request_id)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(id::fresh(op.at))
        .bind(op.at.0)
        .bind(op.who.label())
        .bind(E::NAME)
        .bind(event.subject())
        .bind(op.why.as_deref())
        .bind(facts)
        .bind(op.request_id.as_deref())
        .execute(self.conn())
        .await?;
        for job in self.reactions.clone().to(event) {
            self.queue(op, &job.map_err(Problem::internal)?).await?;
        }
        Ok(())
    }

    /// Does what [`Tx::emit`] does for events of a kind, in order, many rows by one statement.
    ///
    /// # Errors
    /// When the database refuses the rows.
    pub async fn emit_all<E: Event>(&mut self, op: &Op, events: &[E]) -> Result<()> {
        for some in events.chunks(ROWS_AT_ONCE) {
            let row = |at: usize| {
                let own = 6 + 3 * at;
                format!("(${own}, $1, $2, $3, ${}, $4, ${}, $5)", own + 1, own + 2)
            };
            // Only the number of rows varies: the text is made of constants.
            let sql = format!(
                "INSERT INTO audit (id, at, who, event, subject, why, facts, request_id)
                 VALUES {}",
                (0..some.len()).map(row).collect::<Vec<_>>().join(", ")
            );
            let mut query = sqlx::query(AssertSqlSafe(sql))
                .bind(op.at.0)
                .bind(op.who.label())
                .bind(E::NAME)
                .bind(op.why.as_deref())
                .bind(op.request_id.as_deref());
            for event in some {
                query = query
                    .bind(id::fresh(op.at))
                    .bind(event.subject())
                    .bind(serde_json::to_string(event).map_err(Problem::internal)?);
            }
            query.execute(self.conn()).await?;
        }
        let reactions = self.reactions.clone();
        let jobs: serde_json::Result<Vec<jobs::Queued>> =
            events.iter().flat_map(|event| reactions.to(event)).collect();
        self.queue_all(op, &jobs.map_err(Problem::internal)?).await
    }

    /// Queues a job directly, to run as soon as the transaction is committed.
    ///
    /// # Errors
    /// When the database refuses the row.
    pub async fn enqueue<J: jobs::Job + Serialize>(&mut self, op: &Op, job: &J) -> Result<()> {
        let queued = jobs::Queued::of(job).map_err(Problem::internal)?;
        self.queue(op, &queued).await
    }

    /// Queues a job directly, to run a while after the operation.
    ///
    /// # Errors
    /// When the database refuses the row.
    pub async fn enqueue_after<J: jobs::Job + Serialize>(
        &mut self,
        op: &Op,
        job: &J,
        pause: Duration,
    ) -> Result<()> {
        let queued = jobs::Queued::of(job).map_err(Problem::internal)?;
        self.queue_for(op, &queued, op.at.plus(pause)).await
    }

    pub(super) async fn queue(&mut self, op: &Op, job: &jobs::Queued) -> Result<()> {
        self.queue_for(op, job, op.at).await
    }

    async fn queue_for(&mut self, op: &Op, job: &jobs::Queued, run_at: Time) -> Result<()> {
        self.has_jobs = true;
        sqlx::query(
            "INSERT INTO job (id, name, key, lane, args, state, run_at, attempts, queued_at)
             VALUES ($1, $2, $3, $4, $5, 'queued', $6, 0, $7)
             ON CONFLICT (name, key) WHERE state = 'queued' AND key IS NOT NULL DO NOTHING",
        )
        .bind(id::fresh(op.at))
        .bind(job.name)
        .bind(job.key.as_deref())
        .bind(job.lane.as_str())
        .bind(&job.args)
        .bind(run_at.0)
        .bind(op.at.0)
        .execute(self.conn())
        .await?;
        Ok(())
    }

    async fn queue_all(&mut self, op: &Op, jobs: &[jobs::Queued]) -> Result<()> {
        self.has_jobs |= !jobs.is_empty();
        for some in jobs.chunks(ROWS_AT_ONCE) {
            let row = |at: usize| {
                let own = 2 + 5 * at;
                let [name, key, lane, args] = [own + 1, own + 2, own + 3, own + 4];
                format!("(${own}, ${name}, ${key}, ${lane}, ${args}, 'queued', $1, 0, $1)")
            };
            // Only the number of rows varies: the text is made of constants.
            let sql = format!(
                "INSERT INTO job (id, name, key, lane, args, state, run_at, attempts, queued_at)
                 VALUES {}
                 ON CONFLICT (name, key) WHERE state = 'queued' AND key IS NOT NULL DO NOTHING",
                (0..some.len()).map(row).collect::<Vec<_>>().join(", ")
            );
            let mut query = sqlx::query(AssertSqlSafe(sql)).bind(op.at.0);
            for job in some {
                query = query
                    .bind(id::fresh(op.at))
                    .bind(job.name)
                    .bind(job.key.as_deref())
                    .bind(job.lane.as_str())
                    .bind(job.args.as_str());
            }
            query.execute(self.conn()).await?;
        }
        Ok(())
    }

    /// Commits; returns only when the change is on disk.
    ///
    /// # Errors
    /// When the commit fails; then nothing of the transaction stays.
    pub async fn commit(mut self) -> Result<()> {
        match &mut self.held {
            Held::Turn(turn) => turn.take().expect("held until commit").finish().await?,
            Held::Own(own) => own.take().expect("held until commit").commit().await?,
        }
        if self.has_jobs {
            self.bell.notify_waiters();
        }
        Ok(())
    }
}

/// SQLite's one writing connection and those who queue for it.
struct Writer {
    group: Arc<Mutex<Group>>,
    waiting: AtomicUsize,
}

/// The open transaction that several turns share.
struct Group {
    conn: AnyConnection,
    is_open: bool,
    has_abandoned_turn: bool,
    finished: Vec<oneshot::Sender<std::result::Result<(), Arc<sqlx::Error>>>>,
}

/// One caller's turn on the writer: a savepoint in the shared transaction.
struct Turn {
    group: TurnGuard,
    writer: Arc<Writer>,
}

/// Gives the group back; a turn that was dropped unfinished is rolled back first.
struct TurnGuard {
    guard: Option<OwnedMutexGuard<Group>>,
    writer: Arc<Writer>,
}

impl std::ops::Deref for TurnGuard {
    type Target = Group;
    fn deref(&self) -> &Group {
        self.guard.as_ref().expect("held until dropped")
    }
}

impl std::ops::DerefMut for TurnGuard {
    fn deref_mut(&mut self) -> &mut Group {
        self.guard.as_mut().expect("held until dropped")
    }
}

impl Drop for TurnGuard {
    fn drop(&mut self) {
        let Some(mut group) = self.guard.take() else {
            return;
        };
        // Whoever comes next undoes it; the lock is let go first, so that nobody waits for a task of ours.
        group.has_abandoned_turn = true;
        drop(group);
        let Ok(runtime) = tokio::runtime::Handle::try_current() else {
            return;
        };
        let writer = self.writer.clone();
        runtime.spawn(async move {
            let mut group = writer.group.lock().await;
            if writer.waiting.load(Ordering::SeqCst) == 0 {
                group.settle().await;
            }
        });
    }
}

impl Writer {
    async fn open(options: &AnyConnectOptions) -> anyhow::Result<Writer> {
        let mut conn = AnyConnection::connect_with(options)
            .await
            .context("open the database for writing")?;
        conn.execute(
            "PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
             PRAGMA foreign_keys = ON; PRAGMA cache_size = -32768; PRAGMA wal_autocheckpoint = 4000; \
             PRAGMA temp_store = MEMORY;",
        )
        .await?;
        let group = Group {
            conn,
            is_open: false,
            has_abandoned_turn: false,
            finished: Vec::new(),
        };
        Ok(Writer {
            group: Arc::new(Mutex::new(group)),
            waiting: AtomicUsize::new(0),
        })
    }

    async fn take_turn(writer: &Arc<Writer>) -> Result<Turn> {
        let queueing = Queueing::at(writer);
        let mut group = writer.group.clone().lock_owned().await;
        drop(queueing);
        group.undo_abandoned_turn().await;
        if !group.is_open {
            // Whoever goes away meanwhile leaves a transaction of which the group knows.
            group = tokio::spawn(async move {
                let opened = group.open().await;
                opened.map(|()| group)
            })
            .await
            .map_err(Problem::internal)??;
        }
        // From here on a dropped future must undo the savepoint, so the guard takes over.
        let mut group = TurnGuard {
            guard: Some(group),
            writer: writer.clone(),
        };
        group.conn.execute("SAVEPOINT turn").await?;
        Ok(Turn {
            group,
            writer: writer.clone(),
        })
    }
}

impl Turn {
    async fn finish(self) -> Result<()> {
        let Turn { mut group, writer } = self;
        group.conn.execute("RELEASE turn").await?;
        let (done, mut committed) = oneshot::channel();
        let mut group = group.guard.take().expect("held until dropped");
        group.finished.push(done);
        if writer.waiting.load(Ordering::SeqCst) == 0 || group.finished.len() >= MOST_SHARED {
            settle(group).await?;
        } else {
            drop(group);
        }
        loop {
            match tokio::time::timeout(PATIENCE, &mut committed).await {
                Ok(Ok(Ok(()))) => return Ok(()),
                Ok(Ok(Err(source))) => return Err(source.into()),
                Ok(Err(gone)) => return Err(Problem::internal(gone)),
                // Whoever should have committed for us gave up its turn: do it ourselves.
                Err(_) => settle(writer.group.clone().lock_owned().await).await?,
            }
        }
    }
}

/// Commits in a task of its own: whoever asked may go away in the middle (a client that hangs up), and others wait for the outcome.
async fn settle(mut group: OwnedMutexGuard<Group>) -> Result<()> {
    tokio::spawn(async move { group.settle().await })
        .await
        .map_err(Problem::internal)
}

impl Group {
    /// Opens the transaction that turns share.
    async fn open(&mut self) -> Result<()> {
        self.conn.execute("BEGIN IMMEDIATE").await?;
        self.is_open = true;
        Ok(())
    }

    /// Rolls back a turn whose holder let go of it without finishing.
    async fn undo_abandoned_turn(&mut self) {
        if std::mem::take(&mut self.has_abandoned_turn) && self.is_open {
            let _ = self.conn.execute("ROLLBACK TO turn; RELEASE turn").await;
        }
    }

    /// Commits what the finished turns wrote and tells each of them.
    async fn settle(&mut self) {
        self.undo_abandoned_turn().await;
        if !self.is_open {
            return;
        }
        let outcome = self.conn.execute("COMMIT").await.map(|_| ()).map_err(Arc::new);
        if outcome.is_err() {
            let _ = self.conn.execute("ROLLBACK").await;
        }
        self.is_open = false;
        for waiting in self.finished.drain(..) {
            let _ = waiting.send(outcome.clone());
        }
    }
}

/// Counts a caller in the queue until it is dropped.
struct Queueing<'a>(&'a AtomicUsize);

impl<'a> Queueing<'a> {
    fn at(writer: &'a Writer) -> Queueing<'a> {
        writer.waiting.fetch_add(1, Ordering::SeqCst);
        Queueing(&writer.waiting)
    }
}

impl Drop for Queueing<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

fn engine_of(url: &str) -> anyhow::Result<Engine> {
    if url.starts_with("sqlite:") {
        Ok(Engine::Sqlite)
    } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
        Ok(Engine::Postgres)
    } else {
        anyhow::bail!(
            "the database URL must begin with sqlite: or postgres:, not {:?}",
            url.split(':').next().unwrap_or("")
        )
    }
}

/// Runs one SQL text that the program itself composed from constants, never from input.
///
/// # Errors
/// When the database refuses it.
pub async fn execute_composed(conn: &mut AnyConnection, sql: String) -> Result<()> {
    conn.execute(AssertSqlSafe(sql)).await?;
    Ok(())
}
