//! The program's parts, opened once and handed to every handler and job.

use std::sync::Arc;

use anyhow::Context;
use tokio_util::sync::CancellationToken;

use super::{
    blobs::Blobs,
    config::Config,
    db::{Db, Tx},
    events::Reactions,
    metrics::Metrics,
    problem::Result,
    time::Clock,
    typeset::Press,
    vault::Vault,
};

/// Everything a handler or a job may need; cheap to clone.
#[derive(Clone)]
pub struct App {
    pub config: Arc<Config>,
    pub db: Db,
    /// Seals contacts and messages; the same key for every process of the installation.
    pub vault: Vault,
    pub blobs: Blobs,
    pub lake: tables::Lake,
    pub clock: Clock,
    pub metrics: Metrics,
    pub callers: super::http::Callers,
    pub shelf: Shelf,
    pub press: Press,
    /// Cancelled when the program stops, so that what would stay open for long ends.
    pub stopping: CancellationToken,
    /// Whether the figures are invented, which every page then says.
    pub is_sample: bool,
}

impl App {
    /// Opens the data folder (made if missing), the database and the store, and migrates the schema.
    ///
    /// # Errors
    /// When a part cannot be opened; the message names it.
    pub async fn open(config: Config, clock: Clock, reactions: Reactions) -> anyhow::Result<App> {
        std::fs::create_dir_all(&config.data)
            .with_context(|| format!("make the data folder {}", config.data.display()))?;
        let vault = Vault::open(&config.secret_file)?;
        let db = Db::open(&config.database_url, Arc::new(reactions), vault.clone()).await?;
        db.migrate().await.context("bring the database up to date")?;
        let store = config.store()?;
        let blobs = Blobs::open(&store.join("blobs"))?;
        let folder = store.join("tables").display().to_string();
        let spilled = config.data.join("temporary");
        std::fs::create_dir_all(&spilled)
            .with_context(|| format!("make the folder of temporary files {}", spilled.display()))?;
        let settings = tables::Settings {
            temporary: Some(spilled),
            ..tables::Settings::default()
        };
        let lake = tables::Lake::open(&folder, &settings).context("open the tables")?;
        let callers = super::http::Callers::new(config.rate_limit);
        let is_sample = find_setting(&db, SAMPLE_DATA).await?.is_some();
        Ok(App {
            config: Arc::new(config),
            db,
            vault,
            blobs,
            lake,
            clock,
            metrics: Metrics::default(),
            callers,
            shelf: Shelf::default(),
            press: Press::default(),
            stopping: CancellationToken::new(),
            is_sample,
        })
    }
}

/// The setting that says that the figures are invented.
pub const SAMPLE_DATA: &str = "sample-data";

/// Returns what a setting kept in the database says.
///
/// # Errors
/// When the database fails.
pub async fn find_setting(db: &Db, name: &str) -> Result<Option<String>> {
    let found: Option<(String,)> = sqlx::query_as("SELECT value FROM setting WHERE name = $1")
        .bind(name)
        .fetch_optional(db.read())
        .await?;
    Ok(found.map(|(value,)| value))
}

/// Keeps a setting in the database.
///
/// # Errors
/// When the database fails.
pub async fn save_setting(tx: &mut Tx, name: &str, value: &str) -> Result<()> {
    sqlx::query("INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value")
        .bind(name)
        .bind(value)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// What slices keep in memory between requests, one value a type: an index, a cache.
///
/// A slice puts a value it can make again at any time; nothing lives only here.
#[derive(Clone, Default)]
pub struct Shelf(
    Arc<std::sync::RwLock<std::collections::HashMap<std::any::TypeId, Arc<dyn std::any::Any + Send + Sync>>>>,
);

impl Shelf {
    /// Returns the value of this type, if one was put.
    #[must_use]
    pub fn find<T: Send + Sync + 'static>(&self) -> Option<Arc<T>> {
        let shelf = self.0.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        shelf
            .get(&std::any::TypeId::of::<T>())
            .cloned()
            .and_then(|value| value.downcast().ok())
    }

    /// Puts a value in the place of the one before it.
    pub fn put<T: Send + Sync + 'static>(&self, value: Arc<T>) {
        let mut shelf = self.0.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        shelf.insert(std::any::TypeId::of::<T>(), value);
    }

    /// Takes the value of this type away, so that it is made anew.
    pub fn clear<T: Send + Sync + 'static>(&self) {
        let mut shelf = self.0.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        shelf.remove(&std::any::TypeId::of::<T>());
    }
}
