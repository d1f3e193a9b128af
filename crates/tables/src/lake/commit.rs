//! Commits: files that are already written become a new version, or nothing happens.

use std::{collections::HashMap, sync::Arc};

use deltalake::{
    errors::DeltaTableError,
    kernel::{
        Action, Add,
        transaction::{CommitBuilder, CommitProperties, TransactionError},
    },
    protocol::{DeltaOperation, SaveMode},
};
use serde_json::json;

use super::{Handle, Lake, State, history};
use crate::{
    error::{Error, Result},
    value::Version,
};

/// How often a commit starts over because another process was faster.
pub const ATTEMPTS: usize = 20;

/// Why a commit did not happen.
pub enum NotCommitted {
    /// Another process committed first: look again and start over.
    Overtaken,
    Failed(Error),
}

/// What one commit changes.
pub struct Change {
    pub actions: Vec<Action>,
    pub operation: DeltaOperation,
    pub n_added: u64,
    pub n_removed: u64,
}

impl Lake {
    /// Makes a change on top of exactly `state`; the handle's `writing` lock is held by the caller.
    pub(super) async fn commit(
        &self,
        name: &str,
        handle: &Handle,
        state: &State,
        change: Change,
    ) -> Result<Version, NotCommitted> {
        let n_rows = (state.n_rows() + change.n_added).saturating_sub(change.n_removed);
        let counts = json!({
            history::N_ROWS: n_rows,
            history::N_ADDED: change.n_added,
            history::N_REMOVED: change.n_removed,
        });
        let notes = HashMap::from([(history::COUNTS.to_string(), counts)]);
        let properties = CommitProperties::default()
            .with_metadata(notes)
            .with_max_retries(0)
            .with_cleanup_expired_logs(Some(false));
        let snapshot = state.delta.snapshot().map_err(|source| failed(name, source))?;
        let committed = CommitBuilder::from(properties)
            .with_actions(change.actions)
            .build(Some(snapshot), state.delta.log_store(), change.operation)
            .await
            .map_err(|error| {
                if is_overtaken(&error) {
                    NotCommitted::Overtaken
                } else {
                    failed(name, error)
                }
            })?;
        let mut delta = state.delta.clone();
        delta
            .update_incremental(Some(committed.version()))
            .await
            .map_err(|source| failed(name, source))?;
        let state = State::read(name, delta, &self.0.prefix).map_err(NotCommitted::Failed)?;
        let version = state.version;
        *handle.latest.lock().await = Some(Arc::new(state));
        Ok(version)
    }

    /// Adds files to a table; appends of several writers all land, one after the other.
    pub(crate) async fn commit_append(&self, name: &str, added: Vec<Add>) -> Result<Version> {
        let n_added = n_rows_of(&added);
        self.commit_with(name, |_| Change {
            actions: added.iter().cloned().map(Action::Add).collect(),
            operation: DeltaOperation::Write {
                mode: SaveMode::Append,
                partition_by: None,
                predicate: None,
            },
            n_added,
            n_removed: 0,
        })
        .await
    }

    /// Makes a change that needs nothing from the rows that stand, however often it starts over.
    pub(crate) async fn commit_with(&self, name: &str, change: impl Fn(&State) -> Change) -> Result<Version> {
        let handle = self.handle(name)?;
        let _writing = handle.writing.lock().await;
        for _ in 0..ATTEMPTS {
            let state = self.state(name, None).await?;
            match self.commit(name, &handle, &state, change(&state)).await {
                Ok(version) => return Ok(version),
                Err(NotCommitted::Overtaken) => {}
                Err(NotCommitted::Failed(error)) => return Err(error),
            }
        }
        Err(Error::Contended(name.to_string()))
    }
}

impl From<Error> for NotCommitted {
    fn from(error: Error) -> Self {
        NotCommitted::Failed(error)
    }
}

pub fn n_rows_of(added: &[Add]) -> u64 {
    added.iter().map(super::files::n_rows).sum()
}

fn is_overtaken(error: &DeltaTableError) -> bool {
    matches!(
        error,
        DeltaTableError::VersionAlreadyExists(_)
            | DeltaTableError::Transaction {
                source: TransactionError::VersionAlreadyExists(_)
                    | TransactionError::CommitConflict(_)
                    | TransactionError::MaxCommitAttempts(_)
            }
    )
}

fn failed(name: &str, source: DeltaTableError) -> NotCommitted {
    NotCommitted::Failed(Error::Failed {
        doing: format!("commit to table {name:?}"),
        source: Box::new(source),
    })
}
