use deltalake::{
    errors::DeltaTableError,
    kernel::{Action, CommitInfo},
};
use futures::{StreamExt, TryStreamExt, future::ready, stream};
use serde_json::Deserializer;

use super::{Handle, Lake, State, locked};
use crate::{
    error::{Doing, Result},
    value::Version,
};

/// Keys of the counts that every commit carries in the log.
pub(super) const COUNTS: &str = "barazaCounts";
pub(super) const N_ROWS: &str = "rows";
pub(super) const N_ADDED: &str = "added";
pub(super) const N_REMOVED: &str = "removed";

/// One version of a table and how it came about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    pub version: Version,
    /// Microseconds since 1970 in UTC.
    pub at: i64,
    /// Delta's word for what was done: `WRITE`, `MERGE`, `OPTIMIZE`, `ADD COLUMN`, `CREATE TABLE`.
    pub operation: String,
    /// Rows in the table after the commit, where the commit changed rows.
    pub n_rows: Option<u64>,
    pub n_added: u64,
    pub n_removed: u64,
}

impl Lake {
    /// The commits of a table, newest first.
    pub async fn history(&self, name: &str, most: Option<usize>) -> Result<Vec<Commit>> {
        let state = self.state(name, None).await?;
        let handle = self.handle(name)?;
        history_of(name, &state, &handle, most).await
    }
}

/// Commits of a table that are kept: a commit never changes, and its table's page tells of it each time.
const MOST_KEPT: usize = 1_000;

/// Commits that are read from the log at the same time.
const AT_A_TIME: usize = 16;

/// The commits that led to one version of a table, newest first, whatever has been committed since.
async fn history_of(name: &str, state: &State, handle: &Handle, most: Option<usize>) -> Result<Vec<Commit>> {
    let log = state.delta.log_store();
    let versions = (0..=state.version.0).rev().take(most.unwrap_or(usize::MAX));
    stream::iter(versions)
        .map(move |version| {
            let log = log.clone();
            async move {
                let known = locked(&handle.commits).get(&Version(version)).cloned();
                if known.is_some() {
                    return Ok(known);
                }
                let Some(entry) = log.read_commit_entry(version).await? else {
                    return Ok(None);
                };
                for action in Deserializer::from_slice(&entry).into_iter::<Action>() {
                    if let Action::CommitInfo(info) = action? {
                        let read = commit(Version(version), info);
                        handle.keep(&read);
                        return Ok(Some(read));
                    }
                }
                Ok::<_, DeltaTableError>(None)
            }
        })
        .buffered(AT_A_TIME)
        .try_filter_map(|found| ready(Ok(found)))
        .try_collect()
        .await
        .doing(|| format!("read the history of table {name:?}"))
}

impl Handle {
    fn keep(&self, commit: &Commit) {
        let mut commits = locked(&self.commits);
        if commits.len() >= MOST_KEPT {
            commits.clear();
        }
        commits.insert(commit.version, commit.clone());
    }
}

fn commit(version: Version, info: CommitInfo) -> Commit {
    let counts = info.info.get(COUNTS);
    let count = |key: &str| counts.and_then(|counts| counts[key].as_u64());
    Commit {
        version,
        at: info.timestamp.unwrap_or_default().saturating_mul(1000),
        n_rows: count(N_ROWS),
        n_added: count(N_ADDED).unwrap_or_default(),
        n_removed: count(N_REMOVED).unwrap_or_default(),
        operation: info.operation.unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        lake::Settings,
        value::{Column, Kind, Rows, Value},
    };

    #[tokio::test]
    async fn a_handle_that_is_older_than_the_log_numbers_its_own_commits() {
        let folder = tempfile::tempdir().expect("a folder");
        let lake = Lake::open(&folder.path().display().to_string(), &Settings::default()).expect("a lake");
        let columns = vec![Column::new("n", Kind::Integer)];
        lake.create("t", &columns).await.expect("create");
        let old = lake.state("t", None).await.expect("the first version");
        for n in 0..3 {
            let rows = Rows {
                rows: vec![vec![Value::Integer(n)]],
                ..Rows::new(columns.clone())
            };
            lake.append("t", &rows).await.expect("append");
        }
        let numbers = |commits: Vec<Commit>| -> Vec<(u64, Option<u64>)> {
            let commits = commits.into_iter();
            commits.map(|commit| (commit.version.0, commit.n_rows)).collect()
        };
        let handle = lake.handle("t").expect("a handle");
        for most in [None, Some(1), Some(20)] {
            let told = history_of("t", &old, &handle, most).await.expect("the history");
            assert_eq!(numbers(told), [(0, None)]);
        }
        // Read from the log, and then from what is kept of it.
        for _ in 0..2 {
            let told = lake.history("t", Some(2)).await.expect("the history");
            assert_eq!(numbers(told), [(3, Some(3)), (2, Some(2))]);
        }
    }

    #[tokio::test]
    async fn a_table_of_a_removed_ones_name_has_a_history_of_its_own() {
        let folder = tempfile::tempdir().expect("a folder");
        let lake = Lake::open(&folder.path().display().to_string(), &Settings::default()).expect("a lake");
        let columns = vec![Column::new("n", Kind::Integer)];
        for n in [1, 2] {
            lake.create("t", &columns).await.expect("create");
            let rows = Rows {
                rows: (0..n).map(|n| vec![Value::Integer(n)]).collect(),
                ..Rows::new(columns.clone())
            };
            lake.append("t", &rows).await.expect("append");
            let told = lake.history("t", Some(1)).await.expect("the history");
            assert_eq!(told[0].n_rows, u64::try_from(n).ok());
            lake.drop_table("t").await.expect("drop");
        }
    }
}
