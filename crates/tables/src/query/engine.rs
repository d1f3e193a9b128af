//! The threads, memory and stores that queries run with.

use std::{
    collections::HashMap,
    future::Future,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use datafusion::{
    common::{Result as EngineResult, exec_err},
    execution::{
        cache::cache_manager::CacheManagerConfig,
        disk_manager::{DiskManagerBuilder, DiskManagerMode},
        memory_pool::FairSpillPool,
        object_store::{ObjectStoreRegistry, ObjectStoreUrl},
        runtime_env::{RuntimeEnv, RuntimeEnvBuilder},
    },
};
use futures::{FutureExt, future::BoxFuture};
use object_store::ObjectStore;
use tokio::{
    runtime,
    sync::{OwnedSemaphorePermit, Semaphore, oneshot},
    task::{JoinError, JoinSet},
};
use url::Url;

use super::Limits;
use crate::{
    error::{Doing, Error, Result},
    lake::Settings,
};

/// The one address that queries can read from: the lake's own store.
pub const STORE: &str = "lake://tables";

/// Bytes that all queries together may spill to disk.
const MOST_SPILLED: u64 = 8 << 30;
/// Questions in SQL of one caller that are answered at the same time, and how long the next one waits.
const SEATS_OF_ONE: usize = 2;
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// One of the few places that a caller has for questions in SQL; free again when it is dropped.
#[derive(Debug)]
pub struct Seat {
    _permit: OwnedSemaphorePermit,
}

/// Runs queries and imports on threads of their own, so that heavy ones do not slow the web server.
pub struct Engine {
    runtime: Option<runtime::Runtime>,
    turns: Arc<Semaphore>,
    /// The turns of SQL of anybody, which take none from tables and files.
    free_turns: Arc<Semaphore>,
    seats: Mutex<HashMap<String, Arc<Semaphore>>>,
    env: RuntimeEnv,
    memory_bytes: usize,
    pub threads: usize,
    pub temporary: std::path::PathBuf,
}

impl Engine {
    pub fn start(store: Arc<dyn ObjectStore>, settings: &Settings) -> Result<Engine> {
        let n_free = settings.queries.div_ceil(2).max(1);
        let runtime = runtime::Builder::new_multi_thread()
            // A query may not give way for a while: whoever has no turn, and what takes a moment, does not wait for it.
            .worker_threads(settings.threads.max(1) + settings.queries.max(1) + n_free)
            .thread_name("tables")
            // Plans of nested queries are walked recursively.
            .thread_stack_size(8 << 20)
            .enable_all()
            .build()
            .doing(|| "start the threads that answer queries".into())?;
        let mode = match &settings.temporary {
            Some(folder) => DiskManagerMode::Directories(vec![folder.clone()]),
            None => DiskManagerMode::OsTmpDirectory,
        };
        let env = RuntimeEnvBuilder::new()
            .with_disk_manager_builder(
                DiskManagerBuilder::default()
                    .with_mode(mode)
                    .with_max_temp_directory_size(MOST_SPILLED),
            )
            .with_object_store_registry(Arc::new(OnlyTheLake(store)))
            .with_cache_manager(CacheManagerConfig::default())
            .build()
            .doing(|| "start the query engine".into())?;
        Ok(Engine {
            runtime: Some(runtime),
            turns: Arc::new(Semaphore::new(settings.queries.max(1))),
            free_turns: Arc::new(Semaphore::new(n_free)),
            seats: Mutex::default(),
            env,
            memory_bytes: settings.memory_bytes,
            threads: settings.threads.max(1),
            temporary: settings.temporary.clone().unwrap_or_else(std::env::temp_dir),
        })
    }

    /// Runs work on the engine's threads; it stops when its time is over or nobody waits any more.
    ///
    /// The time counts from the work's own turn; waiting for the turn is not held against it.
    pub fn run<T: Send + 'static>(
        &self,
        time: Duration,
        work: impl Future<Output = Result<T>> + Send + 'static,
    ) -> impl Future<Output = Result<T>> + Send {
        // Plans make large futures: whoever waits carries none of them.
        self.run_in_turn(self.turns.clone(), time, work.boxed())
    }

    /// Runs SQL of anybody as [`Engine::run`] does, in turns that take none from tables and files. What the engine gives up on in
    /// the middle of a question is refused.
    pub fn run_free<T: Send + 'static>(
        &self,
        time: Duration,
        work: impl Future<Output = Result<T>> + Send + 'static,
    ) -> impl Future<Output = Result<T>> + Send {
        let done = self.run_in_turn(self.free_turns.clone(), time, work.boxed());
        done.map(|done| done.map_err(unanswerable))
    }

    /// The turns of SQL of anybody.
    pub fn free_turns(&self) -> Arc<Semaphore> {
        self.free_turns.clone()
    }

    /// A place for a question of a caller, whatever the caller is known by; none when all theirs stayed taken for a while.
    pub async fn seat(&self, caller: &str) -> Option<Seat> {
        let seats = {
            let mut all = self.seats.lock().unwrap_or_else(PoisonError::into_inner);
            // Whoever sits or waits holds on to theirs.
            all.retain(|_, seats| Arc::strong_count(seats) > 1);
            let seats = all
                .entry(caller.to_owned())
                .or_insert_with(|| Arc::new(Semaphore::new(SEATS_OF_ONE)));
            seats.clone()
        };
        let waited = tokio::time::timeout(LONGEST_WAIT, seats.acquire_owned()).await;
        let permit = waited.ok()?.ok()?;
        Some(Seat { _permit: permit })
    }

    async fn run_in_turn<T: Send + 'static>(
        &self,
        turns: Arc<Semaphore>,
        time: Duration,
        work: BoxFuture<'static, Result<T>>,
    ) -> Result<T> {
        let (began, beginning) = oneshot::channel();
        let mut tasks = JoinSet::new();
        tasks.spawn_on(
            async move {
                // The semaphore is never closed, and its permit goes back with this task.
                let _turn = turns.acquire_owned().await;
                // Nobody may wait any more.
                let _ = began.send(());
                work.await
            },
            &self.handle(),
        );
        let _ = beginning.await;
        // The time is kept from outside: work that does not give way would not look at a clock of its own.
        match tokio::time::timeout(time, tasks.join_next()).await {
            Ok(Some(joined)) => joined.doing(|| "run a query".into())?,
            Ok(None) | Err(_) => Err(Error::TookTooLong {
                seconds: time.as_secs(),
            }),
        }
    }

    /// Runs work on the engine's threads without waiting for a turn, for answers that take a millisecond.
    pub fn run_at_once<T: Send + 'static>(
        &self,
        time: Duration,
        work: impl Future<Output = Result<T>> + Send + 'static,
    ) -> impl Future<Output = Result<T>> + Send {
        let work = work.boxed();
        async move {
            let mut tasks = JoinSet::new();
            // Its clock starts on the engine's threads.
            tasks.spawn_on(
                async move { tokio::time::timeout(time, work).await },
                &self.handle(),
            );
            match tasks.join_next().await {
                Some(joined) => match joined.doing(|| "look at a table".into())? {
                    Ok(done) => done,
                    Err(_) => Err(Error::TookTooLong {
                        seconds: time.as_secs(),
                    }),
                },
                None => Err(Error::TookTooLong {
                    seconds: time.as_secs(),
                }),
            }
        }
    }

    pub fn handle(&self) -> runtime::Handle {
        match &self.runtime {
            Some(runtime) => runtime.handle().clone(),
            // Only `drop` takes the runtime, and nothing can ask after that.
            None => runtime::Handle::current(),
        }
    }

    /// The engine's surroundings with a memory account of the caller's own.
    pub fn env(&self, limits: &Limits) -> Arc<RuntimeEnv> {
        let memory = limits.memory_bytes.min(self.memory_bytes);
        Arc::new(RuntimeEnv {
            memory_pool: Arc::new(FairSpillPool::new(memory)),
            ..self.env.clone()
        })
    }
}

/// Turns a panic of the engine into a refusal: some questions break what they are answered with.
pub fn unanswerable(error: Error) -> Error {
    let is_panic = match &error {
        Error::Failed { source, .. } => source
            .downcast_ref::<JoinError>()
            .is_some_and(JoinError::is_panic),
        _ => false,
    };
    match is_panic {
        true => cannot_answer(),
        false => error,
    }
}

/// What is told of a question on which the engine gave up.
pub fn cannot_answer() -> Error {
    Error::BadQuery("this question cannot be answered; ask it in another way".into())
}

impl Drop for Engine {
    fn drop(&mut self) {
        // A runtime may not be waited for inside another one, which is where a lake is dropped.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

pub fn store_url() -> EngineResult<ObjectStoreUrl> {
    ObjectStoreUrl::parse(STORE)
}

/// Resolves the lake's address and nothing else: SQL reaches no file and no network.
#[derive(Debug)]
struct OnlyTheLake(Arc<dyn ObjectStore>);

impl ObjectStoreRegistry for OnlyTheLake {
    fn register_store(&self, _url: &Url, _store: Arc<dyn ObjectStore>) -> Option<Arc<dyn ObjectStore>> {
        None
    }

    fn get_store(&self, url: &Url) -> EngineResult<Arc<dyn ObjectStore>> {
        if url.as_str().trim_end_matches('/') == STORE {
            Ok(self.0.clone())
        } else {
            exec_err!("only tables can be read, not {url}")
        }
    }
}
