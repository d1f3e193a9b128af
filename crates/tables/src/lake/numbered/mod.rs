//! Tables whose rows keep their numbers: rows are added at the end, changed where they stand, and taken out by number.
//!
//! A row that is changed stays in its place, because the file that holds it is written anew at the same place in the order. So the
//! rows of such a table always stand in the order of their numbers, and no page of it needs sorting.

mod plan;

use std::{collections::HashMap, sync::Arc, time::Duration};

use arrow::{
    array::{ArrayRef, Int64Array, RecordBatch},
    compute::interleave,
};
use deltalake::{
    kernel::{Action, Add, StructType},
    protocol::{DeltaOperation, SaveMode},
};
use futures::TryStreamExt;

use self::plan::{Plan, Planned, Slot, number_place, range_of};
use super::{
    DataFile, Lake, State, TableFile,
    commit::{ATTEMPTS, Change, NotCommitted},
    data_file_name,
    files::successor_name,
    overwriting,
    rewrite::remove,
    struct_field,
};
use crate::{
    error::{Doing, Error, Result},
    plain,
    value::{Column, Kind, Rows, Value, Version},
};

/// The column in which a table keeps the numbers of its rows. It is never shown under this name.
pub const ROW_NUMBER: &str = "__row_id";

/// Files at the end of a table with fewer rows are joined once there are [`MOST_SMALL`] of them: what comes in small pieces makes
/// neither a file for each piece nor a file so large that changing one row of it takes long.
const SMALL_ROWS: u64 = 64 * 1024;
const MOST_SMALL: usize = 16;

/// How long one change of rows may take.
const MOST_TIME: Duration = Duration::from_secs(600);

/// Rows to be added and changed in one commit.
#[derive(Clone, Debug, PartialEq)]
pub struct RowChanges {
    /// The columns that the cells of the rows stand in.
    pub columns: Vec<String>,
    /// The columns that together are unlike in any two rows; may be empty. A row without a value in one of them is like no other.
    pub key: Vec<String>,
    pub rows: Vec<RowChange>,
    pub missing: Missing,
    /// The number of the first row that is added; as many numbers behind it as there are rows must be free.
    pub first_number: i64,
}

/// A row to be added or changed.
#[derive(Clone, Debug, PartialEq)]
pub struct RowChange {
    pub target: Target,
    /// What is not given stays as it is, or is empty in a row that is added.
    pub cells: Vec<Option<Value>>,
}

/// Which row is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    New,
    /// The one whose key columns are as in the cells.
    Key,
    Number(i64),
}

/// What becomes of a row whose key is not there yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    Added,
    Refused,
}

/// What came of changes. Where a row is named, by its place among those given, nothing was changed.
#[derive(Clone, Debug, PartialEq)]
pub enum Changed {
    Done {
        version: Version,
        n_added: u64,
        n_changed: u64,
        /// The number of each row given.
        numbers: Vec<i64>,
    },
    /// The row that was to be changed is not there.
    NotFound { row: usize },
    /// Another row has the same key.
    NotUnique { row: usize },
}

impl Lake {
    /// Makes an empty table that keeps the numbers of its rows.
    pub async fn create_numbered(&self, name: &str, columns: &[Column]) -> Result<Version> {
        let mut all = columns.to_vec();
        all.push(Column::new(ROW_NUMBER, Kind::Integer));
        self.create(name, &all).await
    }

    /// Tells whether a table keeps the numbers of its rows.
    pub async fn is_numbered(&self, name: &str) -> Result<bool> {
        Ok(number_place(&*self.state(name, None).await?).is_some())
    }

    /// Has a table keep the numbers of its rows from now on: each that of its place. Nothing happens where it does already.
    pub async fn number_rows(&self, name: &str) -> Result<Version> {
        let state = self.state(name, None).await?;
        if number_place(&state).is_some() {
            return Ok(state.version);
        }
        let mut columns = state.columns.clone();
        columns.push(Column::new(ROW_NUMBER, Kind::Integer));
        self.rewrite_all(name, &columns).await
    }

    /// Takes columns out of a table, with what is in them; older versions keep them.
    pub async fn drop_columns(&self, name: &str, dropped: &[String]) -> Result<Version> {
        let state = self.state(name, None).await?;
        let columns: Vec<Column> = state
            .columns
            .iter()
            .filter(|column| !dropped.contains(&column.name))
            .cloned()
            .collect();
        if columns.len() == state.columns.len() {
            return Ok(state.version);
        }
        super::check_columns(&columns)?;
        self.rewrite_all(name, &columns).await
    }

    /// Adds and changes rows of a table that keeps their numbers, all of them or none.
    pub async fn change_rows(&self, name: &str, changes: RowChanges) -> Result<Changed> {
        let (lake, name) = (self.clone(), name.to_owned());
        self.engine()
            .run(
                MOST_TIME,
                async move { lake.changing_rows(&name, &changes).await },
            )
            .await
    }

    async fn changing_rows(&self, name: &str, changes: &RowChanges) -> Result<Changed> {
        let handle = self.handle(name)?;
        let _writing = handle.writing.lock().await;
        for _ in 0..ATTEMPTS {
            let state = self.state(name, None).await?;
            let plan = match self.plan(name, &state, changes).await? {
                Planned::Refused(refused) => return Ok(refused),
                Planned::Fits(plan) => plan,
            };
            let done = |version| Changed::Done {
                version,
                n_added: plan.n_added(),
                n_changed: plan.n_changed(),
                numbers: plan.numbers.clone(),
            };
            if plan.slots.is_empty() {
                return Ok(done(state.version));
            }
            let change = self.changing(name, &state, &plan).await?;
            match self.commit(name, &handle, &state, change).await {
                Ok(version) => return Ok(done(version)),
                Err(NotCommitted::Overtaken) => {}
                Err(NotCommitted::Failed(error)) => return Err(error),
            }
        }
        Err(Error::Contended(name.to_string()))
    }

    /// Tells what [`Lake::change_rows`] would come to, and changes nothing.
    pub async fn try_rows(&self, name: &str, changes: &RowChanges) -> Result<Changed> {
        let state = self.state(name, None).await?;
        Ok(match self.plan(name, &state, changes).await? {
            Planned::Refused(refused) => refused,
            Planned::Fits(plan) => Changed::Done {
                version: state.version,
                n_added: plan.n_added(),
                n_changed: plan.n_changed(),
                numbers: plan.numbers,
            },
        })
    }

    /// Takes out the rows with these numbers in one commit.
    pub async fn remove_rows(&self, name: &str, numbers: &[i64]) -> Result<Version> {
        let gone: Vec<Value> = numbers.iter().map(|number| Value::Integer(*number)).collect();
        let none = Rows::new(vec![Column::new(ROW_NUMBER, Kind::Integer)]);
        self.replace(name, ROW_NUMBER, &gone, &none).await
    }

    /// The bytes that the rows of a version take in the store.
    pub async fn size_bytes(&self, name: &str, version: Option<Version>) -> Result<u64> {
        let state = self.state(name, version).await?;
        Ok(state.files.iter().map(|file| file.size_bytes).sum())
    }

    /// The largest number of a row, from what the log says of the files; at least the number of rows.
    pub async fn last_number(&self, name: &str) -> Result<i64> {
        let state = self.state(name, None).await?;
        let n_rows = i64::try_from(state.n_rows()).unwrap_or(i64::MAX);
        let most = state
            .files
            .iter()
            .filter_map(|file| range_of(file, ROW_NUMBER)?.1.as_i64());
        Ok(most.max().unwrap_or_default().max(n_rows))
    }

    /// Writes every file anew with these columns, numbering rows where a number is new.
    async fn rewrite_all(&self, name: &str, columns: &[Column]) -> Result<Version> {
        let handle = self.handle(name)?;
        let _writing = handle.writing.lock().await;
        for _ in 0..ATTEMPTS {
            let state = self.state(name, None).await?;
            let places: Vec<Option<usize>> = columns
                .iter()
                .map(|column| state.columns.iter().position(|known| known.name == column.name))
                .collect();
            let kept: Vec<usize> = places.iter().copied().flatten().collect();
            let (mut added, mut number) = (Vec::new(), 1_i64);
            for file in &state.files {
                let mut anew = TableFile::create(self, name, successor_name(&file.path), columns)?;
                let mut batches = self.read_file(&state, file, Some(&kept)).await?;
                while let Some(batch) = batches.try_next().await? {
                    let mut there = batch.columns().iter().cloned();
                    let n_rows = i64::try_from(batch.num_rows()).unwrap_or(i64::MAX);
                    let arrays: Vec<ArrayRef> = places
                        .iter()
                        .filter_map(|place| match place {
                            Some(_) => there.next(),
                            None => {
                                Some(Arc::new(Int64Array::from_iter_values(number..number + n_rows)) as _)
                            }
                        })
                        .collect();
                    number += n_rows;
                    let batch = RecordBatch::try_new(plain::schema(columns), arrays)
                        .doing(|| format!("write table {name:?} anew"))?;
                    anew.write(&batch).await?;
                }
                added.extend(anew.close().await?);
            }
            let schema = StructType::try_new(columns.iter().map(struct_field))
                .doing(|| format!("change the columns of table {name:?}"))?;
            let metadata = state
                .metadata_with(&schema)
                .ok_or_else(|| Error::unfit(format!("the columns of table {name:?} cannot be changed")))?;
            let change = overwriting(&state, &added, Some(Action::Metadata(metadata)));
            match self.commit(name, &handle, &state, change).await {
                Ok(version) => return Ok(version),
                Err(NotCommitted::Overtaken) => {}
                Err(NotCommitted::Failed(error)) => return Err(error),
            }
        }
        Err(Error::Contended(name.to_string()))
    }

    /// Writes the files that hold changed rows anew, and the rows that are added.
    async fn changing(&self, name: &str, state: &State, plan: &Plan) -> Result<Change> {
        let mut by_file: HashMap<usize, HashMap<usize, &Slot>> = HashMap::new();
        for slot in &plan.slots {
            if let Some(place) = slot.place {
                by_file.entry(place.file).or_default().insert(place.row, slot);
            }
        }
        let new: Vec<&Slot> = plan.slots.iter().filter(|slot| slot.place.is_none()).collect();
        let small = state
            .files
            .iter()
            .rev()
            .take_while(|file| file.n_rows < SMALL_ROWS)
            .count();
        let joined_from = match !new.is_empty() && small >= MOST_SMALL {
            true => state.files.len() - small,
            false => state.files.len(),
        };
        let (mut removed, mut added): (Vec<&DataFile>, Vec<Add>) = (Vec::new(), Vec::new());
        let none = HashMap::new();
        for (at, file) in state.files.iter().enumerate().take(joined_from) {
            let Some(changed) = by_file.get(&at) else { continue };
            let mut anew = TableFile::create(self, name, successor_name(&file.path), &state.columns)?;
            self.copy_changed(state, file, changed, plan, &mut anew).await?;
            removed.push(file);
            added.extend(anew.close().await?);
        }
        if !new.is_empty() {
            let tail = &state.files[joined_from..];
            let file_name = tail
                .first()
                .map_or_else(|| data_file_name(0), |first| successor_name(&first.path));
            let mut last = TableFile::create(self, name, file_name, &state.columns)?;
            for (at, file) in tail.iter().enumerate() {
                let changed = by_file.get(&(joined_from + at)).unwrap_or(&none);
                self.copy_changed(state, file, changed, plan, &mut last).await?;
                removed.push(file);
            }
            let rows = new
                .iter()
                .map(|slot| plan.layout.row(state, slot, |_| Value::Null))
                .collect();
            let rows = Rows {
                columns: state.columns.clone(),
                rows,
            };
            last.write(&plain::batch(&state.columns, &rows)?).await?;
            added.extend(last.close().await?);
        }
        let removed = removed.into_iter().map(|file| Action::Remove(remove(file, true)));
        Ok(Change {
            actions: added.into_iter().map(Action::Add).chain(removed).collect(),
            operation: match plan.n_changed() {
                0 => DeltaOperation::Write {
                    mode: SaveMode::Append,
                    partition_by: None,
                    predicate: None,
                },
                // Without a predicate any change by others in between makes this one start over.
                _ => DeltaOperation::Merge {
                    predicate: None,
                    merge_predicate: Some(ROW_NUMBER.to_owned()),
                    matched_predicates: Vec::new(),
                    not_matched_predicates: Vec::new(),
                    not_matched_by_source_predicates: Vec::new(),
                },
            },
            n_added: plan.n_added() + plan.n_changed(),
            n_removed: plan.n_changed(),
        })
    }

    /// Copies the rows of a file with those at some places changed.
    async fn copy_changed(
        &self,
        state: &State,
        file: &DataFile,
        changed: &HashMap<usize, &Slot>,
        plan: &Plan,
        to: &mut TableFile,
    ) -> Result<()> {
        let mut batches = self.read_file(state, file, None).await?;
        let mut first = 0;
        while let Some(batch) = batches.try_next().await? {
            let n_rows = batch.num_rows();
            let mut here: Vec<usize> = changed
                .keys()
                .copied()
                .filter(|row| (first..first + n_rows).contains(row))
                .collect();
            here.sort_unstable();
            if here.is_empty() {
                to.write(&batch).await?;
            } else {
                let rows = here
                    .iter()
                    .map(|row| {
                        let held = |at: usize| plain::value(batch.column(at), row - first);
                        plan.layout.row(state, changed[row], held)
                    })
                    .collect();
                let rows = Rows {
                    columns: state.columns.clone(),
                    rows,
                };
                let new = plain::batch(&state.columns, &rows)?;
                let mut from: Vec<(usize, usize)> = (0..n_rows).map(|row| (0, row)).collect();
                for (at, row) in here.iter().enumerate() {
                    from[row - first] = (1, at);
                }
                let arrays = batch
                    .columns()
                    .iter()
                    .zip(new.columns())
                    .map(|(old, new)| interleave(&[old.as_ref(), new.as_ref()], &from))
                    .collect::<std::result::Result<Vec<_>, _>>()
                    .doing(|| format!("change rows of {}", file.path))?;
                let mixed = RecordBatch::try_new(batch.schema(), arrays)
                    .doing(|| format!("change rows of {}", file.path))?;
                to.write(&mixed).await?;
            }
            first += n_rows;
        }
        Ok(())
    }
}
