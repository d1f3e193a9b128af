//! A version of a table whose rows carry their places, counted from 0 in the order of the rows.

use std::sync::Arc;

use arrow::{
    array::{ArrayRef, Int64Array, RecordBatch, RecordBatchOptions},
    datatypes::{DataType, Field, Schema, SchemaRef},
};
use async_trait::async_trait;
use datafusion::{
    catalog::{Session, TableProvider},
    common::Result as EngineResult,
    datasource::TableType,
    error::DataFusionError,
    execution::{SendableRecordBatchStream, TaskContext},
    logical_expr::Expr,
    physical_plan::{
        ExecutionPlan,
        stream::RecordBatchStreamAdapter,
        streaming::{PartitionStream, StreamingTableExec},
    },
};
use futures::{StreamExt, TryStreamExt, stream};

use super::grouped::Origin;
use crate::{
    lake::{Lake, State},
    plain,
};

/// The column with the place of a row; no file has one that is called so, because it is added behind the file's.
pub const PLACE: &str = "__place";

/// One version of a table with the places of its rows, without the hidden columns.
pub struct Counted {
    /// Where its columns are kept.
    pub origin: Origin,
    lake: Lake,
    state: Arc<State>,
    /// Where the shown columns are in the table.
    shown: Vec<usize>,
    schema: SchemaRef,
}

impl Counted {
    pub fn new(lake: &Lake, name: &str, state: &Arc<State>, hidden: &[String]) -> Counted {
        let shown: Vec<usize> = state
            .columns
            .iter()
            .enumerate()
            .filter(|(_, column)| !hidden.contains(&column.name) && column.name != PLACE)
            .map(|(at, _)| at)
            .collect();
        let mut fields: Vec<Field> = shown.iter().map(|at| plain::field(&state.columns[*at])).collect();
        fields.push(Field::new(PLACE, DataType::Int64, false));
        Counted {
            origin: Origin::of(lake, name, state),
            lake: lake.clone(),
            state: state.clone(),
            shown,
            schema: Arc::new(Schema::new(fields)),
        }
    }
}

impl std::fmt::Debug for Counted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Counted")
            .field("version", &self.state.version)
            .finish_non_exhaustive()
    }
}

#[async_trait]
impl TableProvider for Counted {
    fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    async fn scan(
        &self,
        _state: &dyn Session,
        projection: Option<&Vec<usize>>,
        _filters: &[Expr],
        limit: Option<usize>,
    ) -> EngineResult<Arc<dyn ExecutionPlan>> {
        let wanted: Vec<usize> = match projection {
            Some(wanted) => wanted.clone(),
            None => (0..self.schema.fields().len()).collect(),
        };
        let rows = InOrder {
            lake: self.lake.clone(),
            state: self.state.clone(),
            columns: wanted
                .iter()
                .filter_map(|at| self.shown.get(*at).copied())
                .collect(),
            layout: wanted.iter().map(|at| self.shown.get(*at).is_none()).collect(),
            schema: Arc::new(self.schema.project(&wanted)?),
        };
        let schema = rows.schema.clone();
        Ok(Arc::new(StreamingTableExec::try_new(
            schema,
            vec![Arc::new(rows)],
            None,
            [],
            false,
            limit,
        )?))
    }
}

/// The rows of all files, one after the other.
struct InOrder {
    lake: Lake,
    state: Arc<State>,
    columns: Vec<usize>,
    /// For each column of the schema, whether it is the place.
    layout: Vec<bool>,
    schema: SchemaRef,
}

impl std::fmt::Debug for InOrder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("InOrder").finish_non_exhaustive()
    }
}

impl PartitionStream for InOrder {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, _context: Arc<TaskContext>) -> SendableRecordBatchStream {
        let (lake, state) = (self.lake.clone(), self.state.clone());
        let (columns, layout, schema) = (self.columns.clone(), self.layout.clone(), self.schema.clone());
        let mut first = 0_i64;
        let starts: Vec<(usize, i64)> = state
            .files
            .iter()
            .enumerate()
            .map(|(at, file)| {
                let start = first;
                first += i64::try_from(file.n_rows).unwrap_or_default();
                (at, start)
            })
            .collect();
        let (reading, laid) = ((lake, state, columns), (layout, schema.clone()));
        let batches = stream::iter(starts)
            .then(move |(at, start)| {
                let (lake, state, columns) = reading.clone();
                let laid = laid.clone();
                async move {
                    let file = &state.files[at];
                    if columns.is_empty() {
                        // Places alone need no reading.
                        let n_rows = usize::try_from(file.n_rows).unwrap_or_default();
                        let pieces: Vec<_> = (0..n_rows)
                            .step_by(PIECE)
                            .map(move |from| {
                                let n = PIECE.min(n_rows - from);
                                laid_out(
                                    &laid,
                                    Vec::new(),
                                    n,
                                    start + i64::try_from(from).unwrap_or_default(),
                                )
                            })
                            .collect();
                        return Ok(stream::iter(pieces).boxed());
                    }
                    let batches = lake
                        .read_file(&state, file, Some(&columns))
                        .await
                        .map_err(external)?;
                    let counted = batches.scan(start, move |next, batch| {
                        let done = batch.map_err(external).and_then(|batch| {
                            let place = *next;
                            *next += i64::try_from(batch.num_rows()).unwrap_or_default();
                            laid_out(&laid, batch.columns().to_vec(), batch.num_rows(), place)
                        });
                        futures::future::ready(Some(done))
                    });
                    Ok::<_, DataFusionError>(counted.boxed())
                }
            })
            .try_flatten();
        Box::pin(RecordBatchStreamAdapter::new(schema, batches))
    }
}

/// Rows of a batch that holds nothing but places.
const PIECE: usize = 8 * 1024;

/// Puts the place where the layout has it among the columns.
fn laid_out(
    (layout, schema): &(Vec<bool>, SchemaRef),
    columns: Vec<ArrayRef>,
    n_rows: usize,
    first: i64,
) -> EngineResult<RecordBatch> {
    let mut columns = columns.into_iter();
    let mut arrays: Vec<ArrayRef> = Vec::with_capacity(layout.len());
    for is_place in layout {
        if *is_place {
            let n = i64::try_from(n_rows).unwrap_or_default();
            arrays.push(Arc::new(Int64Array::from_iter_values(first..first + n)));
        } else {
            arrays.extend(columns.next());
        }
    }
    let options = RecordBatchOptions::new().with_row_count(Some(n_rows));
    Ok(RecordBatch::try_new_with_options(
        schema.clone(),
        arrays,
        &options,
    )?)
}

fn external(error: crate::error::Error) -> DataFusionError {
    DataFusionError::External(Box::new(error))
}
