//! Other words in place of some, in one column of text.

use std::{collections::HashMap, sync::Arc};

use arrow::{
    array::{Array, ArrayRef, AsArray, RecordBatch, StringArray},
    datatypes::DataType,
};
use deltalake::{
    kernel::{Action, Add},
    protocol::DeltaOperation,
};
use futures::TryStreamExt;

use super::{
    Lake, TableFile,
    commit::{Change, NotCommitted},
    files::successor_name,
    rewrite::remove,
};
use crate::{
    error::{Doing, Error, Result},
    value::Version,
};

impl Lake {
    /// Writes other words in place of some in one column of text, in one commit on top of exactly `version`.
    ///
    /// Only files that hold one of the words are written anew. Returns the new version and how many rows changed; with none, nothing
    /// is committed.
    ///
    /// # Errors
    /// [`Error::Contended`] when the table has a newer version; [`Error::Unfit`] when the column is missing or holds no text.
    pub async fn recode(
        &self,
        name: &str,
        version: Version,
        column: &str,
        words: &HashMap<String, String>,
    ) -> Result<(Version, u64)> {
        let handle = self.handle(name)?;
        let _writing = handle.writing.lock().await;
        let state = self.state(name, None).await?;
        if state.version != version {
            return Err(Error::Contended(name.to_string()));
        }
        let known = state.columns.iter().position(|known| known.name == column);
        let at = known.ok_or_else(|| Error::unfit(format!("table {name:?} has no column {column:?}")))?;
        let (mut added, mut removed, mut n_changed): (Vec<Add>, Vec<Action>, u64) =
            (Vec::new(), Vec::new(), 0);
        for file in &state.files {
            let mut here = 0;
            let mut values = self.read_file(&state, file, Some(&[at])).await?;
            while let Some(batch) = values.try_next().await? {
                here += in_other_words(batch.column(0), words, column)?.1;
            }
            if here == 0 {
                continue;
            }
            n_changed += here;
            removed.push(Action::Remove(remove(file, true)));
            let mut batches = self.read_file(&state, file, None).await?;
            let mut successor = TableFile::create(self, name, successor_name(&file.path), &state.columns)?;
            while let Some(batch) = batches.try_next().await? {
                let mut columns = batch.columns().to_vec();
                columns[at] = in_other_words(&columns[at], words, column)?.0;
                let changed = RecordBatch::try_new(batch.schema(), columns)
                    .doing(|| format!("write other words into column {column:?}"))?;
                successor.write(&changed).await?;
            }
            added.extend(successor.close().await?);
        }
        if n_changed == 0 {
            return Ok((state.version, 0));
        }
        let change = Change {
            actions: added.into_iter().map(Action::Add).chain(removed).collect(),
            operation: DeltaOperation::Update { predicate: None },
            n_added: n_changed,
            n_removed: n_changed,
        };
        match self.commit(name, &handle, &state, change).await {
            Ok(version) => Ok((version, n_changed)),
            Err(NotCommitted::Overtaken) => Err(Error::Contended(name.to_string())),
            Err(NotCommitted::Failed(error)) => Err(error),
        }
    }
}

/// The same values with other words in place of some, and how many those were.
fn in_other_words(
    values: &ArrayRef,
    words: &HashMap<String, String>,
    column: &str,
) -> Result<(ArrayRef, u64)> {
    if values.data_type() != &DataType::Utf8 {
        return Err(Error::unfit(format!(
            "column {column:?} holds no text; only words can be replaced"
        )));
    }
    let mut n_changed = 0;
    let changed: StringArray = values
        .as_string::<i32>()
        .iter()
        .map(|value| {
            value.map(|value| match words.get(value) {
                Some(other) if other != value => {
                    n_changed += 1;
                    other.as_str()
                }
                _ => value,
            })
        })
        .collect();
    Ok((Arc::new(changed), n_changed))
}
