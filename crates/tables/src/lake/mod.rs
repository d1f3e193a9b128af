//! A folder or bucket of versioned tables.

pub mod diff;
pub mod history;

mod commit;
mod disk;
mod files;
mod incoming;
mod numbered;
mod recode;
mod rewrite;
mod rows;
mod state;
mod upkeep;

use disk::Disk;
pub(crate) use files::{StoredFile, TableFile, data_file_name, n_rows, writer_properties};
pub use incoming::{Batch, Incoming};
pub use numbered::{Changed, Missing, ROW_NUMBER, RowChange, RowChanges, Target};
pub(crate) use rewrite::overwriting;
pub(crate) use state::{DataFile, State};

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use deltalake::{
    DeltaTable, DeltaTableBuilder,
    kernel::{DataType, MetadataValue, PrimitiveType, StructField},
};
use futures::TryStreamExt;
use object_store::{ObjectStore, ObjectStoreExt, path::Path as StorePath};
use url::Url;

use crate::{
    error::{Doing, Error, Result},
    plain,
    query::engine::Engine,
    value::{Column, Kind, Rows, Version},
    view::Hot,
};

/// How much of the machine the tables may use.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Threads that run queries and imports; the web server's own threads are not used.
    pub threads: usize,
    /// Memory that all queries together may hold before they spill to disk.
    pub memory_bytes: usize,
    /// Where sorts and joins spill and received files are unpacked; the system's own folder when absent.
    pub temporary: Option<PathBuf>,
    /// Queries that run at the same time; others wait for their turn.
    pub queries: usize,
    /// Memory that columns kept for pages, facets and charts may take.
    pub kept_bytes: usize,
}

impl Default for Settings {
    fn default() -> Self {
        let threads = std::thread::available_parallelism().map_or(2, usize::from);
        Settings {
            threads,
            memory_bytes: 512 << 20,
            temporary: None,
            queries: 2 * threads,
            kept_bytes: 192 << 20,
        }
    }
}

/// A folder or bucket of versioned tables; cheap to clone.
///
/// A table's name is made of letters, digits, `_`, `-` and `.`, in parts divided by `/`.
#[derive(Clone)]
pub struct Lake(Arc<Inner>);

struct Inner {
    root: Url,
    store: Arc<dyn ObjectStore>,
    /// Where the root is within `store`.
    prefix: StorePath,
    engine: Engine,
    handles: Mutex<HashMap<String, Arc<Handle>>>,
    hot: Hot,
}

/// What this process knows about one table.
#[derive(Default)]
pub(crate) struct Handle {
    latest: tokio::sync::Mutex<Option<Arc<State>>>,
    old: Mutex<HashMap<Version, Arc<State>>>,
    /// What the log tells of the commits that were asked for.
    commits: Mutex<HashMap<Version, history::Commit>>,
    /// Held while a commit is made, so that writers of one process queue instead of conflicting.
    writing: tokio::sync::Mutex<()>,
}

impl Lake {
    /// Opens the tables under a folder's path or an object store's URL; a missing folder is made.
    pub fn open(location: &str, settings: &Settings) -> Result<Lake> {
        let root = root_url(location)?;
        let (store, prefix) =
            object_store::parse_url(&root).doing(|| format!("open the table store {root}"))?;
        let store: Arc<dyn ObjectStore> = match root.scheme() {
            "file" => Arc::new(Disk::new()),
            _ => Arc::from(store),
        };
        Lake::over(root, store, prefix, settings)
    }

    fn over(root: Url, store: Arc<dyn ObjectStore>, prefix: StorePath, settings: &Settings) -> Result<Lake> {
        let engine = Engine::start(store.clone(), settings)?;
        Ok(Lake(Arc::new(Inner {
            root,
            store,
            prefix,
            engine,
            handles: Mutex::default(),
            hot: Hot::new(settings.kept_bytes),
        })))
    }

    /// Makes an empty table.
    pub async fn create(&self, name: &str, columns: &[Column]) -> Result<Version> {
        check_columns(columns)?;
        let handle = self.handle(name)?;
        let _writing = handle.writing.lock().await;
        if self.exists(name).await? {
            return Err(Error::TableExists(name.to_string()));
        }
        let table = self.unloaded(name)?;
        let made = table
            .create()
            .with_columns(columns.iter().map(struct_field))
            // Who changed a number, when and how must be answerable for as long as the table lives.
            .with_configuration_property(deltalake::TableProperty::EnableExpiredLogCleanup, Some("false"))
            .with_configuration_property(deltalake::TableProperty::CheckpointInterval, Some("25"))
            .await
            .doing(|| format!("create table {name:?}"))?;
        let state = Arc::new(State::read(name, made, &self.0.prefix)?);
        let version = state.version;
        *handle.latest.lock().await = Some(state);
        Ok(version)
    }

    pub async fn exists(&self, name: &str) -> Result<bool> {
        if self.handle(name)?.latest.lock().await.is_some() {
            return Ok(true);
        }
        let table = self.unloaded(name)?;
        table
            .verify_deltatable_existence()
            .await
            .doing(|| format!("look for table {name:?}"))
    }

    /// Removes a table with all its versions; a table that is not there is no error.
    pub async fn drop_table(&self, name: &str) -> Result<()> {
        let handle = self.handle(name)?;
        let _writing = handle.writing.lock().await;
        let mut latest = handle.latest.lock().await;
        let folder = self.folder(name);
        // The log goes first: without it the rest is no table, even if the work stops half-way.
        for part in [folder.clone().join("_delta_log"), folder] {
            let found = self.0.store.list(Some(&part));
            let paths: Vec<StorePath> = found
                .map_ok(|object| object.location)
                .try_collect()
                .await
                .doing(|| format!("list the files of table {name:?}"))?;
            for path in paths {
                self.0
                    .store
                    .delete(&path)
                    .await
                    .doing(|| format!("remove a file of table {name:?}"))?;
            }
        }
        *latest = None;
        locked(&handle.old).clear();
        locked(&handle.commits).clear();
        self.0.hot.forget(name);
        Ok(())
    }

    pub async fn columns(&self, name: &str) -> Result<Vec<Column>> {
        Ok(self.state(name, None).await?.columns.clone())
    }

    pub async fn version(&self, name: &str) -> Result<Version> {
        Ok(self.state(name, None).await?.version)
    }

    /// The number of rows, from the table's own records, without reading them.
    pub async fn n_rows(&self, name: &str, version: Option<Version>) -> Result<u64> {
        Ok(self.state(name, version).await?.n_rows())
    }

    /// Adds rows; columns they do not have are left empty.
    pub async fn append(&self, name: &str, rows: &Rows) -> Result<Version> {
        let state = self.state(name, None).await?;
        let batch = plain::batch(&state.columns, rows)?;
        let mut file = TableFile::create(self, name, data_file_name(0), &state.columns)?;
        file.write(&batch).await?;
        let added = file.close().await?;
        self.commit_append(name, added.into_iter().collect()).await
    }

    /// Adds columns at the end; rows that stand already are empty there.
    ///
    /// A column that the table has already with the same kind is left as it is.
    pub async fn add_columns(&self, name: &str, columns: &[Column]) -> Result<Version> {
        check_columns(columns)?;
        let handle = self.handle(name)?;
        let _writing = handle.writing.lock().await;
        let state = self.state(name, None).await?;
        let mut new = Vec::new();
        for column in columns {
            match state
                .columns
                .iter()
                .find(|known| same_name(&known.name, &column.name))
            {
                Some(known) if known.kind == column.kind => {}
                Some(known) => {
                    return Err(Error::unfit(format!(
                        "table {name:?} has a column {:?} of kind {} already; give the new one of kind {} another name",
                        known.name, known.kind, column.kind
                    )));
                }
                None => new.push(struct_field(column)),
            }
        }
        if new.is_empty() {
            return Ok(state.version);
        }
        let table = state
            .delta
            .clone()
            .add_columns()
            .with_fields(new)
            .await
            .doing(|| format!("add columns to table {name:?}"))?;
        let state = Arc::new(State::read(name, table, &self.0.prefix)?);
        let version = state.version;
        *handle.latest.lock().await = Some(state);
        Ok(version)
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.0.engine
    }

    /// What is kept of the tables in memory.
    pub(crate) fn hot(&self) -> &Hot {
        &self.0.hot
    }

    pub(crate) fn store(&self) -> &Arc<dyn ObjectStore> {
        &self.0.store
    }

    /// The folder of a table within the store.
    pub(crate) fn folder(&self, name: &str) -> StorePath {
        name.split('/')
            .fold(self.0.prefix.clone(), |path, part| path.join(part))
    }

    pub(crate) fn handle(&self, name: &str) -> Result<Arc<Handle>> {
        check_table_name(name)?;
        Ok(locked(&self.0.handles)
            .entry(name.to_string())
            .or_default()
            .clone())
    }

    /// A table as it is now, or as it was at a version.
    pub(crate) async fn state(&self, name: &str, version: Option<Version>) -> Result<Arc<State>> {
        let handle = self.handle(name)?;
        if let Some(version) = version {
            let known = locked(&handle.old).get(&version).cloned();
            if let Some(state) = known {
                return Ok(state);
            }
            // A version never changes: whether there is a newer one need not be looked up for it.
            let latest = handle.latest.lock().await;
            if let Some(state) = latest.as_ref().filter(|state| state.version == version) {
                return Ok(state.clone());
            }
        }
        let latest = self.latest(name, &handle).await?;
        match version {
            None => Ok(latest),
            Some(version) if version == latest.version => Ok(latest),
            Some(version) => {
                let no_version = || Error::NoVersion {
                    table: name.to_string(),
                    version,
                };
                if version > latest.version {
                    return Err(no_version());
                }
                let mut table = self.unloaded(name)?;
                table.load_version(version.0).await.map_err(|_| no_version())?;
                let state = Arc::new(State::read(name, table, &self.0.prefix)?);
                let mut old = locked(&handle.old);
                if old.len() >= 32 {
                    old.clear();
                }
                old.insert(version, state.clone());
                Ok(state)
            }
        }
    }

    pub(crate) fn unloaded(&self, name: &str) -> Result<DeltaTable> {
        check_table_name(name)?;
        let location = format!("{}/{name}", self.0.root.as_str().trim_end_matches('/'));
        let url = Url::parse(&location).doing(|| format!("find table {name:?}"))?;
        DeltaTableBuilder::from_url(url.clone())
            .and_then(|builder| builder.with_storage_backend(self.0.store.clone(), url).build())
            .doing(|| format!("find table {name:?}"))
    }

    async fn latest(&self, name: &str, handle: &Handle) -> Result<Arc<State>> {
        let mut latest = handle.latest.lock().await;
        let mut table = match latest.as_ref() {
            Some(state) => {
                let newest = state
                    .delta
                    .get_latest_version()
                    .await
                    .doing(|| format!("read the log of table {name:?}"))?;
                if newest == state.version.0 {
                    return Ok(state.clone());
                }
                state.delta.clone()
            }
            None => {
                let table = self.unloaded(name)?;
                let there = table
                    .verify_deltatable_existence()
                    .await
                    .doing(|| format!("look for table {name:?}"))?;
                if !there {
                    return Err(Error::NoTable(name.to_string()));
                }
                table
            }
        };
        table
            .update_state()
            .await
            .doing(|| format!("read the log of table {name:?}"))?;
        let state = Arc::new(State::read(name, table, &self.0.prefix)?);
        *latest = Some(state.clone());
        Ok(state)
    }
}

/// Compares names as SQL does when they are not quoted.
pub(crate) fn same_name(a: &str, b: &str) -> bool {
    a.to_lowercase() == b.to_lowercase()
}

/// Table columns: at least one, names not empty and unlike each other even in lower case.
pub(crate) fn check_columns(columns: &[Column]) -> Result<()> {
    if columns.is_empty() {
        return Err(Error::unfit("a table needs at least one column; give it one"));
    }
    for (at, column) in columns.iter().enumerate() {
        if column.name.trim().is_empty() {
            return Err(Error::unfit(format!(
                "column {} has no name; give it one",
                at + 1
            )));
        }
        if columns[..at]
            .iter()
            .any(|other| same_name(&other.name, &column.name))
        {
            return Err(Error::unfit(format!(
                "two columns are called {:?}; rename one of them",
                column.name
            )));
        }
    }
    Ok(())
}

pub(crate) fn struct_field(column: &Column) -> StructField {
    let primitive = match column.kind {
        Kind::Text | Kind::Geometry => PrimitiveType::String,
        Kind::Integer => PrimitiveType::Long,
        Kind::Decimal => PrimitiveType::Double,
        Kind::Flag => PrimitiveType::Boolean,
        Kind::Date => PrimitiveType::Date,
        Kind::Instant => PrimitiveType::Timestamp,
    };
    let metadata = plain::field(column)
        .metadata()
        .iter()
        .map(|(key, value)| (key.clone(), MetadataValue::String(value.clone())))
        .collect::<Vec<_>>();
    StructField::nullable(&column.name, DataType::Primitive(primitive)).with_metadata(metadata)
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn check_table_name(name: &str) -> Result<()> {
    let fine = name.split('/').all(|part| {
        !part.is_empty()
            && !part.starts_with(['.', '_'])
            && part
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'))
    });
    if fine {
        Ok(())
    } else {
        Err(Error::unfit(format!(
            "{name:?} is no name for a table; use letters, digits, _, - and ., not starting with _ or ."
        )))
    }
}

fn root_url(location: &str) -> Result<Url> {
    if let Ok(url) = Url::parse(location)
        && url.scheme() != "file"
    {
        return Ok(url);
    }
    let path = match Url::parse(location) {
        Ok(url) => url.to_file_path().map_err(|()| {
            Error::unfit(format!(
                "{location:?} is no folder on this machine; write file:///folder"
            ))
        })?,
        Err(_) => Path::new(location).to_path_buf(),
    };
    std::fs::create_dir_all(&path).doing(|| format!("make the folder {}", path.display()))?;
    let path = path
        .canonicalize()
        .doing(|| format!("find the folder {}", path.display()))?;
    Url::from_directory_path(&path)
        .map_err(|()| Error::unfit(format!("{location:?} is no folder on this machine")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Value;

    #[tokio::test]
    async fn a_version_is_acknowledged_when_its_rows_and_its_log_are_on_the_disk() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = root_url(&folder.path().display().to_string()).expect("a root");
        let prefix = StorePath::from_url_path(root.path()).expect("a prefix");
        let synced = Arc::new(Mutex::new(Vec::<PathBuf>::new()));
        let told = synced.clone();
        let disk = Disk::watched(Arc::new(move |path: &Path| {
            locked(&told).push(path.to_path_buf());
        }));
        let lake = Lake::over(root, Arc::new(disk), prefix, &Settings::default()).expect("opens");
        lake.create("t", &[Column::new("a", Kind::Integer)])
            .await
            .expect("made");
        locked(&synced).clear();
        let mut rows = Rows::new(vec![Column::new("a", Kind::Integer)]);
        rows.rows.push(vec![Value::Integer(1)]);
        lake.append("t", &rows).await.expect("appended");
        let table = folder.path().canonicalize().expect("there").join("t");
        let data: PathBuf = std::fs::read_dir(&table)
            .expect("listed")
            .filter_map(|entry| Some(entry.ok()?.path()))
            .find(|path| path.extension().is_some_and(|ending| ending == "parquet"))
            .expect("a data file");
        let synced = locked(&synced).clone();
        let at = |path: &Path| synced.iter().position(|known| known == path);
        let (data, names) = (at(&data).expect("the rows"), at(&table).expect("their name"));
        let log = synced
            .iter()
            .rposition(|known| *known == table.join("_delta_log"))
            .expect("the log's names");
        let entry = synced
            .iter()
            .position(|known| known.parent() == Some(&table.join("_delta_log")))
            .expect("the log's entry");
        assert!(data < names && names < entry && entry < log, "{synced:#?}");
    }
}
