//! Housekeeping: many small files into few, and files that no kept version needs out of the store.

use std::time::Duration;

use deltalake::{
    kernel::{Action, Add},
    operations::vacuum::VacuumMode,
    protocol::DeltaOperation,
};
use futures::TryStreamExt;

use super::{
    DataFile, Lake, State, TableFile,
    commit::{ATTEMPTS, Change, NotCommitted},
    files::successor_name,
    rewrite::remove,
};
use crate::{
    error::{Doing, Error, Result},
    value::Version,
};

/// Files below this size are worth joining.
const SMALL: u64 = 32 << 20;
/// Joined files are about this large.
const LARGE: u64 = 128 << 20;

impl Lake {
    /// Joins neighbouring small files; rows, their order and the numbers made of them stay the same.
    ///
    /// Nothing is committed when there is nothing to join.
    pub async fn compact(&self, name: &str) -> Result<Version> {
        let handle = self.handle(name)?;
        let _writing = handle.writing.lock().await;
        for _ in 0..ATTEMPTS {
            let state = self.state(name, None).await?;
            let Some(change) = self.joining(name, &state).await? else {
                return Ok(state.version);
            };
            match self.commit(name, &handle, &state, change).await {
                Ok(version) => return Ok(version),
                Err(NotCommitted::Overtaken) => {}
                Err(NotCommitted::Failed(error)) => return Err(error),
            }
        }
        Err(Error::Contended(name.to_string()))
    }

    /// Removes files that only versions older than `retain` need, except the versions in `keep`.
    ///
    /// Those older versions can then no longer be read; the history still tells of them. `retain`
    /// also protects imports that run meanwhile, so let it be hours at least. Returns the number
    /// of files removed.
    pub async fn vacuum(&self, name: &str, retain: Duration, keep: &[Version]) -> Result<usize> {
        let handle = self.handle(name)?;
        let _writing = handle.writing.lock().await;
        let state = self.state(name, None).await?;
        let keep: Vec<u64> = keep.iter().map(|version| version.0).collect();
        let retain = chrono::Duration::from_std(retain).unwrap_or(chrono::Duration::MAX);
        let mut vacuum = state
            .delta
            .clone()
            .vacuum()
            .with_retention_period(retain)
            .with_enforce_retention_duration(false)
            .with_mode(VacuumMode::Full);
        if !keep.is_empty() {
            vacuum = vacuum.with_keep_versions(&keep);
        }
        let (_, metrics) = vacuum.await.doing(|| format!("vacuum table {name:?}"))?;
        super::locked(&handle.old).clear();
        Ok(metrics.files_deleted.len())
    }

    async fn joining(&self, name: &str, state: &State) -> Result<Option<Change>> {
        let mut actions = Vec::new();
        for group in neighbours(&state.files) {
            actions.extend(group.iter().map(|file| Action::Remove(remove(file, false))));
            actions.extend(self.join(name, state, group).await?.map(Action::Add));
        }
        if actions.is_empty() {
            return Ok(None);
        }
        Ok(Some(Change {
            actions,
            operation: DeltaOperation::Optimize {
                predicate: None,
                target_size: LARGE as i64,
            },
            n_added: 0,
            n_removed: 0,
        }))
    }

    async fn join(&self, name: &str, state: &State, group: &[DataFile]) -> Result<Option<Add>> {
        let Some(first) = group.first() else {
            return Ok(None);
        };
        let mut joined = TableFile::create(self, name, successor_name(&first.path), &state.columns)?;
        for file in group {
            let mut batches = self.read_file(state, file, None).await?;
            while let Some(batch) = batches.try_next().await? {
                joined.write(&batch).await?;
            }
        }
        let mut add = joined.close().await?;
        if let Some(add) = &mut add {
            add.data_change = false;
        }
        Ok(add)
    }
}

/// Runs of two or more small files that stand side by side and together make no more than a large one.
fn neighbours(files: &[DataFile]) -> Vec<&[DataFile]> {
    let mut groups = Vec::new();
    let mut start = 0;
    while start < files.len() {
        let mut end = start;
        let mut size = 0;
        while end < files.len() && files[end].size_bytes < SMALL && size + files[end].size_bytes <= LARGE {
            size += files[end].size_bytes;
            end += 1;
        }
        if end - start >= 2 {
            groups.push(&files[start..end]);
        }
        start = end.max(start + 1);
    }
    groups
}
