//! Columns straight from a table's files: all of one, or some rows of many.

use std::{collections::HashMap, ops::Range, sync::Arc};

use arrow::{
    array::{ArrayRef, RecordBatch},
    compute::concat_batches,
    datatypes::{Field, Schema},
};
use futures::StreamExt;
use parquet::{
    arrow::{
        ParquetRecordBatchStreamBuilder, ProjectionMask,
        arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions, RowSelection},
    },
    file::metadata::PageIndexPolicy,
};

use super::column::dictionary;
use crate::{
    error::{Doing, Result},
    lake::{DataFile, Lake, State, StoredFile},
    plain,
    value::{Kind, Value},
};

/// Rows worked on at a time.
const BATCH: usize = 16 * 1024;

/// What stands at the ends of a table's files; read once for a version.
pub type Footers = Vec<ArrowReaderMetadata>;

pub async fn footers(lake: &Lake, state: &State) -> Result<Footers> {
    let mut footers = Vec::with_capacity(state.files.len());
    for file in &state.files {
        let mut reader = StoredFile::new(lake.store().clone(), file);
        let options = ArrowReaderOptions::new().with_offset_index_policy(PageIndexPolicy::Optional);
        let found = ArrowReaderMetadata::load_async(&mut reader, options).await;
        footers.push(found.doing(|| format!("open {}", file.path))?);
    }
    Ok(footers)
}

/// Reads columns from their first row to the last; texts come as dictionaries, others in plain types.
///
/// `see` is given the number of a batch's first row and the columns in the order of `wanted`.
pub async fn scan(
    lake: &Lake,
    state: &State,
    footers: &Footers,
    wanted: &[usize],
    mut see: impl FnMut(usize, &[ArrayRef]) -> Result<()>,
) -> Result<()> {
    let mut first = 0;
    for (file, footer) in state.files.iter().zip(footers) {
        let path = &file.path;
        let fields = footer.schema().fields().iter().map(|field| {
            let known = state.columns.iter().find(|column| &column.name == field.name());
            match known.map(|column| column.kind) {
                Some(Kind::Text) => Arc::new(Field::new(field.name(), dictionary(), true)),
                _ => field.clone(),
            }
        });
        let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
        let options = ArrowReaderOptions::new().with_schema(schema);
        let footer = ArrowReaderMetadata::try_new(footer.metadata().clone(), options)
            .doing(|| format!("open {path}"))?;
        let mut batches = opened(lake, file, &footer, state, wanted)
            .with_batch_size(BATCH)
            .build()
            .doing(|| format!("read {path}"))?;
        let before = first;
        while let Some(batch) = batches.next().await {
            let batch = batch.doing(|| format!("read {path}"))?;
            let columns: Vec<ArrayRef> = wanted
                .iter()
                .map(|at| column_of(&batch, state, *at, batch.num_rows()))
                .collect();
            see(first, &columns)?;
            first += batch.num_rows();
            // Reading from a warm store never waits; the time limit needs a moment to hold.
            tokio::task::consume_budget().await;
        }
        // A file without any of the columns has rows all the same.
        let n_rows = usize::try_from(footer.metadata().file_metadata().num_rows()).unwrap_or_default();
        if first == before && n_rows > 0 {
            let columns: Vec<ArrayRef> = wanted
                .iter()
                .map(|at| nothing(state.columns[*at].kind, n_rows))
                .collect();
            see(first, &columns)?;
            first += n_rows;
        }
    }
    Ok(())
}

/// Reads some rows of some columns, in the order of `rows`.
pub async fn rows(
    lake: &Lake,
    state: &State,
    footers: &Footers,
    wanted: &[usize],
    rows: &[usize],
) -> Result<Vec<Vec<Value>>> {
    let mut sorted = rows.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    let mut found: HashMap<usize, Vec<Value>> = HashMap::with_capacity(sorted.len());
    let (mut first, mut at) = (0, 0);
    for (file, footer) in state.files.iter().zip(footers) {
        let n_rows = usize::try_from(footer.metadata().file_metadata().num_rows()).unwrap_or_default();
        let end = at + sorted[at..].partition_point(|row| *row < first + n_rows);
        let here = &sorted[at..end];
        if !here.is_empty() {
            let path = &file.path;
            let ranges: Vec<Range<usize>> = here.iter().map(|row| row - first..row - first + 1).collect();
            let mut batches = opened(lake, file, footer, state, wanted)
                .with_row_selection(RowSelection::from_consecutive_ranges(
                    joined(ranges).into_iter(),
                    n_rows,
                ))
                .with_batch_size(BATCH)
                .build()
                .doing(|| format!("read {path}"))?;
            let mut parts = Vec::new();
            while let Some(batch) = batches.next().await {
                parts.push(batch.doing(|| format!("read {path}"))?);
            }
            let batch = match parts.first() {
                Some(part) => concat_batches(&part.schema(), &parts).doing(|| format!("read {path}"))?,
                None => RecordBatch::new_empty(Arc::new(Schema::empty())),
            };
            let columns: Vec<ArrayRef> = wanted
                .iter()
                .map(|at| {
                    let array = column_of(&batch, state, *at, here.len());
                    plain::plain_array(&array, &plain::data_type(state.columns[*at].kind))
                })
                .collect::<Result<_>>()?;
            for (place, row) in here.iter().enumerate() {
                let values = columns.iter().map(|array| {
                    if place < array.len() {
                        plain::value(array, place)
                    } else {
                        Value::Null
                    }
                });
                found.insert(*row, values.collect());
            }
        }
        (first, at) = (first + n_rows, end);
    }
    Ok(rows
        .iter()
        .map(|row| {
            found
                .get(row)
                .cloned()
                .unwrap_or_else(|| vec![Value::Null; wanted.len()])
        })
        .collect())
}

fn opened(
    lake: &Lake,
    file: &DataFile,
    footer: &ArrowReaderMetadata,
    state: &State,
    wanted: &[usize],
) -> ParquetRecordBatchStreamBuilder<StoredFile> {
    let reader = StoredFile::new(lake.store().clone(), file);
    let builder = ParquetRecordBatchStreamBuilder::new_with_metadata(reader, footer.clone());
    let is_wanted = |name: &String| wanted.iter().any(|at| &state.columns[*at].name == name);
    let roots: Vec<usize> = builder
        .schema()
        .fields()
        .iter()
        .enumerate()
        .filter(|(_, field)| is_wanted(field.name()))
        .map(|(at, _)| at)
        .collect();
    let mask = ProjectionMask::roots(builder.parquet_schema(), roots);
    builder.with_projection(mask)
}

/// A column of a batch; nothing in every row for one that was added after the file was written.
fn column_of(batch: &RecordBatch, state: &State, at: usize, n_rows: usize) -> ArrayRef {
    let column = &state.columns[at];
    match batch.column_by_name(&column.name) {
        Some(array) => array.clone(),
        None => nothing(column.kind, n_rows),
    }
}

fn nothing(kind: Kind, n_rows: usize) -> ArrayRef {
    let data_type = match kind {
        Kind::Text => dictionary(),
        kind => plain::data_type(kind),
    };
    arrow::array::new_null_array(&data_type, n_rows)
}

/// Neighbouring ranges as one.
fn joined(ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    let mut joined: Vec<Range<usize>> = Vec::new();
    for range in ranges {
        match joined.last_mut() {
            Some(last) if last.end == range.start => last.end = range.end,
            _ => joined.push(range),
        }
    }
    joined
}
