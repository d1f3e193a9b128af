//! Changes to rows that stand: files with rows to remove are written anew without them.

use std::collections::HashSet;

use arrow::{
    array::{Array, ArrayRef, BooleanArray, RecordBatch, new_null_array},
    compute::filter_record_batch,
    datatypes::SchemaRef,
    row::{RowConverter, SortField},
};
use deltalake::{
    kernel::{Action, Add, Remove},
    protocol::{DeltaOperation, SaveMode},
};
use futures::{StreamExt, TryStreamExt, stream::BoxStream};
use parquet::arrow::{ParquetRecordBatchStreamBuilder, ProjectionMask};

use super::{
    DataFile, Lake, State, TableFile,
    commit::{ATTEMPTS, Change, NotCommitted, n_rows_of},
    data_file_name,
    files::{StoredFile, successor_name},
};
use crate::{
    error::{Doing, Error, Result},
    plain,
    value::{Column, Rows, Value, Version},
};

impl Lake {
    /// Removes the rows whose `key` is one of `gone` and adds `rows`, in one commit.
    ///
    /// Doing it twice leaves the table as doing it once does, which makes tabulating a submission
    /// safe to repeat. Nothing is committed when nothing changes.
    pub async fn replace(&self, name: &str, key: &str, gone: &[Value], rows: &Rows) -> Result<Version> {
        let keys = vec![key.to_string()];
        let gone: Vec<Vec<Value>> = gone.iter().map(|value| vec![value.clone()]).collect();
        self.exchange(name, &keys, &gone, rows).await
    }

    /// Adds rows in place of those with the same values in all the key columns.
    pub async fn merge(&self, name: &str, keys: &[&str], rows: &Rows) -> Result<Version> {
        let places = keys
            .iter()
            .map(|key| {
                rows.position(key).ok_or_else(|| {
                    Error::unfit(format!(
                        "the rows have no column {key:?}, which is their key; add it"
                    ))
                })
            })
            .collect::<Result<Vec<_>>>()?;
        let mut gone = Vec::with_capacity(rows.len());
        for (at, row) in rows.rows.iter().enumerate() {
            let key: Vec<Value> = places.iter().map(|place| row[*place].clone()).collect();
            if key.iter().any(Value::is_null) {
                return Err(Error::unfit(format!(
                    "row {}: a key column is empty; every row needs {}",
                    at + 1,
                    keys.join(" and ")
                )));
            }
            gone.push(key);
        }
        let keys: Vec<String> = keys.iter().map(ToString::to_string).collect();
        self.exchange(name, &keys, &gone, rows).await
    }

    /// Puts `rows` in place of all rows, in one commit; the columns stay as they are.
    pub async fn overwrite(&self, name: &str, rows: &Rows) -> Result<Version> {
        let state = self.state(name, None).await?;
        let added = self.write_rows(name, &state.columns, rows).await?;
        self.commit_with(name, |state| overwriting(state, &added, None))
            .await
    }

    async fn exchange(
        &self,
        name: &str,
        keys: &[String],
        gone: &[Vec<Value>],
        rows: &Rows,
    ) -> Result<Version> {
        let columns = self.columns(name).await?;
        let gone = Gone::new(name, &columns, keys, gone)?;
        let new = self.write_rows(name, &columns, rows).await?;
        self.exchange_written(name, &gone, &new).await
    }

    /// Removes the rows whose `key` is one of `gone` and adds files that are written already, in one commit.
    pub(super) async fn exchange_files(
        &self,
        name: &str,
        key: &str,
        gone: &[Value],
        new: Vec<Add>,
    ) -> Result<Version> {
        let columns = self.columns(name).await?;
        let gone: Vec<Vec<Value>> = gone.iter().map(|value| vec![value.clone()]).collect();
        let gone = Gone::new(name, &columns, &[key.to_owned()], &gone)?;
        self.exchange_written(name, &gone, &new).await
    }

    async fn exchange_written(&self, name: &str, gone: &Gone, new: &[Add]) -> Result<Version> {
        let handle = self.handle(name)?;
        let _writing = handle.writing.lock().await;
        for _ in 0..ATTEMPTS {
            let state = self.state(name, None).await?;
            let Some(change) = self.exchanging(name, &state, gone, new).await? else {
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

    /// The change that takes out the rows with these keys and brings in the new files; none if there is nothing to do.
    async fn exchanging(
        &self,
        name: &str,
        state: &State,
        gone: &Gone,
        new: &[Add],
    ) -> Result<Option<Change>> {
        let mut added = new.to_vec();
        let mut removed = Vec::new();
        let mut n_removed = 0;
        for file in &state.files {
            let n_here = self.count_gone(state, file, gone).await?;
            if n_here == 0 {
                continue;
            }
            n_removed += n_here;
            removed.push(Action::Remove(remove(file, true)));
            if n_here < file.n_rows {
                added.extend(self.without(name, state, file, gone).await?);
            }
        }
        if added.is_empty() && removed.is_empty() {
            return Ok(None);
        }
        Ok(Some(Change {
            actions: added.into_iter().map(Action::Add).chain(removed).collect(),
            // Without a predicate any change by others in between makes this one start over.
            operation: DeltaOperation::Merge {
                predicate: None,
                merge_predicate: Some(gone.names.join(", ")),
                matched_predicates: Vec::new(),
                not_matched_predicates: Vec::new(),
                not_matched_by_source_predicates: Vec::new(),
            },
            n_added: n_rows_of(new),
            n_removed,
        }))
    }

    async fn write_rows(&self, name: &str, columns: &[Column], rows: &Rows) -> Result<Vec<Add>> {
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let batch = plain::batch(columns, rows)?;
        let mut file = TableFile::create(self, name, data_file_name(0), columns)?;
        file.write(&batch).await?;
        Ok(file.close().await?.into_iter().collect())
    }

    async fn count_gone(&self, state: &State, file: &DataFile, gone: &Gone) -> Result<u64> {
        if gone.keys.is_empty() {
            return Ok(0);
        }
        let mut batches = self.read_file(state, file, Some(&gone.columns)).await?;
        let mut n_gone = 0;
        while let Some(batch) = batches.try_next().await? {
            let stays = gone.stays(batch.columns())?;
            n_gone += stays.false_count() as u64;
        }
        Ok(n_gone)
    }

    async fn without(&self, name: &str, state: &State, file: &DataFile, gone: &Gone) -> Result<Option<Add>> {
        let mut batches = self.read_file(state, file, None).await?;
        let mut successor = TableFile::create(self, name, successor_name(&file.path), &state.columns)?;
        while let Some(batch) = batches.try_next().await? {
            let keys: Vec<ArrayRef> = gone.columns.iter().map(|at| batch.column(*at).clone()).collect();
            let kept = filter_record_batch(&batch, &gone.stays(&keys)?)
                .doing(|| "leave out the replaced rows".into())?;
            successor.write(&kept).await?;
        }
        successor.close().await
    }

    /// Reads a file as batches of the table's columns, or of those at `columns`, in that order.
    ///
    /// Columns that the file does not have, because they were added later, are null.
    pub(crate) async fn read_file(
        &self,
        state: &State,
        file: &DataFile,
        columns: Option<&[usize]>,
    ) -> Result<BoxStream<'static, Result<RecordBatch>>> {
        let wanted: Vec<Column> = match columns {
            Some(places) => places.iter().map(|at| state.columns[*at].clone()).collect(),
            None => state.columns.clone(),
        };
        let path = file.path.clone();
        let reader = StoredFile::new(self.store().clone(), file);
        let builder = ParquetRecordBatchStreamBuilder::new(reader)
            .await
            .doing(|| format!("open {path}"))?;
        let names: Vec<&str> = wanted.iter().map(|column| column.name.as_str()).collect();
        let roots: Vec<usize> = builder
            .schema()
            .fields()
            .iter()
            .enumerate()
            .filter(|(_, field)| names.contains(&field.name().as_str()))
            .map(|(at, _)| at)
            .collect();
        let mask = ProjectionMask::roots(builder.parquet_schema(), roots);
        let stream = builder
            .with_projection(mask)
            .build()
            .doing(|| format!("open {path}"))?;
        let schema = plain::schema(&wanted);
        Ok(stream
            .map(move |batch| conform(&schema, &batch.doing(|| format!("read {path}"))?))
            .boxed())
    }
}

/// All rows out, these files in; with other columns if they are given.
pub(crate) fn overwriting(state: &State, added: &[Add], metadata: Option<Action>) -> Change {
    let removed = state.files.iter().map(|file| Action::Remove(remove(file, true)));
    Change {
        actions: metadata
            .into_iter()
            .chain(removed)
            .chain(added.iter().cloned().map(Action::Add))
            .collect(),
        operation: DeltaOperation::Write {
            mode: SaveMode::Overwrite,
            partition_by: None,
            predicate: None,
        },
        n_added: n_rows_of(added),
        n_removed: state.n_rows(),
    }
}

pub(super) fn remove(file: &DataFile, data_change: bool) -> Remove {
    Remove {
        path: file.add.path.clone(),
        data_change,
        deletion_timestamp: Some(super::files::now_millis()),
        extended_file_metadata: Some(true),
        partition_values: Some(file.add.partition_values.clone()),
        size: Some(file.add.size),
        tags: None,
        deletion_vector: None,
        base_row_id: None,
        default_row_commit_version: None,
    }
}

/// The keys of rows to leave out.
struct Gone {
    names: Vec<String>,
    /// Where the key columns are in the table.
    columns: Vec<usize>,
    converter: RowConverter,
    keys: HashSet<Vec<u8>>,
}

impl Gone {
    fn new(table: &str, columns: &[Column], keys: &[String], gone: &[Vec<Value>]) -> Result<Gone> {
        let places = keys
            .iter()
            .map(|key| {
                columns
                    .iter()
                    .position(|column| &column.name == key)
                    .ok_or_else(|| {
                        Error::unfit(format!(
                            "table {table:?} has no column {key:?}, which is to be the key"
                        ))
                    })
            })
            .collect::<Result<Vec<_>>>()?;
        let key_columns: Vec<Column> = places.iter().map(|at| columns[*at].clone()).collect();
        let rows = Rows {
            columns: key_columns.clone(),
            rows: gone.to_vec(),
        };
        let batch = plain::batch(&key_columns, &rows)?;
        let fields = key_columns
            .iter()
            .map(|column| SortField::new(plain::data_type(column.kind)))
            .collect();
        let converter = RowConverter::new(fields).doing(|| "compare keys".into())?;
        let encoded = converter
            .convert_columns(batch.columns())
            .doing(|| "compare keys".into())?;
        let keys = encoded.iter().map(|row| row.as_ref().to_vec()).collect();
        Ok(Gone {
            names: key_columns.into_iter().map(|column| column.name).collect(),
            columns: places,
            converter,
            keys,
        })
    }

    fn stays(&self, keys: &[ArrayRef]) -> Result<BooleanArray> {
        let rows = self
            .converter
            .convert_columns(keys)
            .doing(|| "compare keys".into())?;
        Ok(rows
            .iter()
            .map(|row| Some(!self.keys.contains(row.as_ref())))
            .collect())
    }
}

pub(super) fn conform(schema: &SchemaRef, batch: &RecordBatch) -> Result<RecordBatch> {
    let arrays = schema
        .fields()
        .iter()
        .map(|field| match batch.column_by_name(field.name()) {
            Some(array) if array.data_type() == field.data_type() => Ok(array.clone()),
            Some(array) => arrow::compute::cast(array, field.data_type())
                .doing(|| format!("read column {:?}", field.name())),
            None => Ok(new_null_array(field.data_type(), batch.num_rows())),
        })
        .collect::<Result<Vec<_>>>()?;
    RecordBatch::try_new(schema.clone(), arrays).doing(|| "read a data file".into())
}
