//! Rows by their place in a table: only the pages that hold them are read.

use arrow::array::{ArrayRef, RecordBatch};
use futures::TryStreamExt;
use parquet::{
    arrow::{
        ParquetRecordBatchStreamBuilder, ProjectionMask,
        arrow_reader::{ArrowReaderOptions, RowSelection, RowSelector},
    },
    file::metadata::PageIndexPolicy,
};

use super::{DataFile, Lake, State, files::StoredFile, rewrite::conform};
use crate::{
    error::{Doing, Result},
    plain,
    value::{Column, Value},
};

impl Lake {
    /// Reads the rows at some places, counted from 0 in the order of the rows; each place once, in the order they are asked for.
    pub(crate) async fn rows_at(
        &self,
        state: &State,
        places: &[u64],
        columns: &[Column],
    ) -> Result<Vec<Vec<Value>>> {
        let mut sorted: Vec<(u64, usize)> = places
            .iter()
            .enumerate()
            .map(|(at, place)| (*place, at))
            .collect();
        sorted.sort_unstable();
        let mut rows: Vec<Vec<Value>> = vec![Vec::new(); places.len()];
        if columns.is_empty() {
            return Ok(rows);
        }
        let (mut first, mut next) = (0, 0);
        for file in &state.files {
            let start = next;
            while next < sorted.len() && sorted[next].0 < first + file.n_rows {
                next += 1;
            }
            if start < next {
                let here: Vec<u64> = sorted[start..next]
                    .iter()
                    .map(|(place, _)| place - first)
                    .collect();
                let found = self.rows_of(file, &here, columns).await?;
                for ((_, at), row) in sorted[start..next].iter().zip(found) {
                    rows[*at] = row;
                }
            }
            first += file.n_rows;
        }
        Ok(rows)
    }

    /// Reads the rows of one file at these places, which ascend.
    async fn rows_of(&self, file: &DataFile, places: &[u64], columns: &[Column]) -> Result<Vec<Vec<Value>>> {
        let doing = || format!("read {}", file.path);
        let reader = StoredFile::new(self.store().clone(), file);
        let options = ArrowReaderOptions::new().with_offset_index_policy(PageIndexPolicy::Optional);
        let builder = ParquetRecordBatchStreamBuilder::new_with_options(reader, options)
            .await
            .doing(doing)?;
        let roots: Vec<usize> = builder
            .schema()
            .fields()
            .iter()
            .enumerate()
            .filter(|(_, field)| columns.iter().any(|column| column.name == *field.name()))
            .map(|(at, _)| at)
            .collect();
        let mask = ProjectionMask::roots(builder.parquet_schema(), roots);
        let (mut groups, mut selectors) = (Vec::new(), Vec::new());
        let (mut first, mut next) = (0_u64, 0);
        for (at, group) in builder.metadata().row_groups().iter().enumerate() {
            let n_rows = u64::try_from(group.num_rows()).unwrap_or_default();
            let mut passed = 0;
            let start = next;
            while next < places.len() && places[next] < first + n_rows {
                let place = places[next] - first;
                if place > passed {
                    selectors.push(RowSelector::skip((place - passed) as usize));
                }
                selectors.push(RowSelector::select(1));
                passed = place + 1;
                next += 1;
            }
            if start < next {
                groups.push(at);
                if passed < n_rows {
                    selectors.push(RowSelector::skip((n_rows - passed) as usize));
                }
            }
            first += n_rows;
        }
        let mut batches = builder
            .with_projection(mask)
            .with_row_groups(groups)
            .with_row_selection(RowSelection::from(selectors))
            .build()
            .doing(doing)?;
        let schema = plain::schema(columns);
        let mut rows = Vec::with_capacity(places.len());
        while let Some(batch) = batches.try_next().await.doing(doing)? {
            push(&mut rows, &conform(&schema, &batch)?);
        }
        Ok(rows)
    }
}

/// Adds the rows of a batch of plain types.
fn push(rows: &mut Vec<Vec<Value>>, batch: &RecordBatch) {
    let columns: &[ArrayRef] = batch.columns();
    rows.extend(
        (0..batch.num_rows()).map(|at| columns.iter().map(|array| plain::value(array, at)).collect()),
    );
}
