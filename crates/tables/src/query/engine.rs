//! The threads, memory and stores that queries run with.

use std::{future::Future, sync::Arc, time::Duration};

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
use object_store::ObjectStore;
use tokio::{
    runtime,
    sync::{Semaphore, oneshot},
    task::JoinSet,
};
use url::Url;

use super::Limits;
use crate::{
    error::{Doing, Error, Result},
    lake::Settings,
};

/// The one address that queries can read from: the lake's own store.
pub const STORE: &str = "lake://tables";

/// Runs queries and imports on threads of their own, so that heavy ones do not slow the web server.
pub struct Engine {
    runtime: Option<runtime::Runtime>,
    turns: Arc<Semaphore>,
    env: RuntimeEnv,
    memory_bytes: usize,
    pub threads: usize,
    pub temporary: std::path::PathBuf,
}

impl Engine {
    pub fn start(store: Arc<dyn ObjectStore>, settings: &Settings) -> Result<Engine> {
        let runtime = runtime::Builder::new_multi_thread()
            // A query may not give way for a while: whoever has no turn, and what takes a moment, does not wait for it.
            .worker_threads(settings.threads.max(1) + settings.queries.max(1))
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
            .with_disk_manager_builder(DiskManagerBuilder::default().with_mode(mode))
            .with_object_store_registry(Arc::new(OnlyTheLake(store)))
            .with_cache_manager(CacheManagerConfig::default())
            .build()
            .doing(|| "start the query engine".into())?;
        Ok(Engine {
            runtime: Some(runtime),
            turns: Arc::new(Semaphore::new(settings.queries.max(1))),
            env,
            memory_bytes: settings.memory_bytes,
            threads: settings.threads.max(1),
            temporary: settings.temporary.clone().unwrap_or_else(std::env::temp_dir),
        })
    }

    /// Runs work on the engine's threads; it stops when its time is over or nobody waits any more.
    ///
    /// The time counts from the work's own turn; waiting for the turn is not held against it.
    pub async fn run<T: Send + 'static>(
        &self,
        time: Duration,
        work: impl Future<Output = Result<T>> + Send + 'static,
    ) -> Result<T> {
        let turns = self.turns.clone();
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
    pub async fn run_at_once<T: Send + 'static>(
        &self,
        time: Duration,
        work: impl Future<Output = Result<T>> + Send + 'static,
    ) -> Result<T> {
        let mut tasks = JoinSet::new();
        tasks.spawn_on(tokio::time::timeout(time, work), &self.handle());
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
