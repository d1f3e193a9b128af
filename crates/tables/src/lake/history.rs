use futures::TryStreamExt;

use super::Lake;
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
        let infos: Vec<_> = state
            .delta
            .history(most)
            .try_collect()
            .await
            .doing(|| format!("read the history of table {name:?}"))?;
        let newest = state.version.0;
        Ok(infos
            .into_iter()
            .enumerate()
            .map(|(back, info)| {
                let counts = info.info.get(COUNTS);
                let count = |key: &str| counts.and_then(|counts| counts[key].as_u64());
                Commit {
                    version: Version(newest - back as u64),
                    at: info.timestamp.unwrap_or_default() * 1000,
                    operation: info.operation.unwrap_or_default(),
                    n_rows: count(N_ROWS),
                    n_added: count(N_ADDED).unwrap_or_default(),
                    n_removed: count(N_REMOVED).unwrap_or_default(),
                }
            })
            .collect())
    }
}
