//! Keeps rows narrow where a plan makes many of one: a join, a window or a value that is repeated for each row copies texts without
//! counting them, and a text of some megabytes a few thousand times over is more than the machine has.

use std::{
    fmt,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use arrow::{
    array::{Array, ArrayRef, AsArray, RecordBatch},
    datatypes::{DataType, SchemaRef},
};
use datafusion::{
    common::{
        Result, Statistics,
        config::ConfigOptions,
        exec_err, internal_err, plan_err,
        tree_node::{Transformed, TreeNode, TreeNodeRecursion},
    },
    execution::{
        RecordBatchStream, SendableRecordBatchStream, TaskContext,
        memory_pool::{MemoryConsumer, MemoryReservation},
    },
    physical_expr::{PhysicalExpr, expressions::Literal},
    physical_optimizer::PhysicalOptimizerRule,
    physical_plan::{
        DisplayAs, DisplayFormatType, ExecutionPlan, PlanProperties,
        aggregates::{AggregateExec, AggregateMode},
        replace_children_if_necessary,
        statistics::{ChildStats, StatisticsArgs},
    },
};
use futures::{Stream, StreamExt};

/// Rows of a batch where SQL of anybody is answered.
pub const ROWS_OF_A_BATCH: usize = 1_024;
/// Bytes of the texts of one row where it may be copied.
const WIDEST_ROW: usize = 512 << 10;
/// Bytes of the texts that are written out in one part of a plan, and may stand in each of its rows.
const LONGEST_WRITTEN: usize = 64 << 10;

/// Texts that are so short are not counted: there are no more of them than a statement has room for.
const SHORT: usize = 1_000;

/// Puts a measure below every plan node that copies rows, and above those that gather many values in one.
pub struct NarrowRows;

impl fmt::Debug for NarrowRows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl PhysicalOptimizerRule for NarrowRows {
    fn optimize(&self, plan: Arc<dyn ExecutionPlan>, _: &ConfigOptions) -> Result<Arc<dyn ExecutionPlan>> {
        let measured = plan.transform_up(|node| {
            let name = node.name().to_owned();
            refuse_long(&node)?;
            if gathers_texts(&node) {
                return Ok(Transformed::yes(Arc::new(Measured::new(node, None)) as _));
            }
            let held = match name.as_str() {
                // It keeps all rows, and counts none.
                "WindowAggExec" => {
                    let own = node.children().first().map_or(0, |input| n_long(&input.schema()));
                    Some(n_long(&node.schema()).saturating_sub(own))
                }
                "BoundedWindowAggExec" | "UnnestExec" => None,
                joins if joins.contains("Join") => None,
                _ => return Ok(Transformed::no(node)),
            };
            let inputs = node.children().into_iter().cloned();
            let inputs = inputs.map(|input| Arc::new(Measured::new(input, held)) as Arc<dyn ExecutionPlan>);
            let inputs: Vec<Arc<dyn ExecutionPlan>> = inputs.collect();
            Ok(Transformed::yes(replace_children_if_necessary(node, inputs)?))
        })?;
        Ok(measured.data)
    }

    fn name(&self) -> &str {
        "narrow_rows"
    }

    fn schema_check(&self) -> bool {
        true
    }
}

fn is_long(kind: &DataType) -> bool {
    kind.is_string() || kind.is_binary() || kind.is_nested()
}

fn n_long(schema: &SchemaRef) -> usize {
    let fields = schema.fields().iter();
    fields.filter(|field| is_long(field.data_type())).count()
}

/// Whether a node makes texts of whole groups. What one hands on half done is no answer yet, and may be long.
fn gathers_texts(node: &Arc<dyn ExecutionPlan>) -> bool {
    let Some(groups) = node.downcast_ref::<AggregateExec>() else {
        return false;
    };
    let is_done = !matches!(groups.mode(), AggregateMode::Partial);
    let schema = node.schema();
    // What is grouped by stands first, and is as long as it was.
    let mut made = schema.fields().iter().skip(groups.group_expr().expr().len());
    is_done && made.any(|field| field.data_type().is_string())
}

/// Refuses to repeat more written text for each row than a batch has room for.
fn refuse_long(node: &Arc<dyn ExecutionPlan>) -> Result<()> {
    let mut n_bytes = 0_usize;
    node.apply_expressions(&mut |expr: &Arc<dyn PhysicalExpr>| {
        expr.apply(|part| {
            if let Some(literal) = part.downcast_ref::<Literal>()
                && is_long(&literal.value().data_type())
                && literal.value().size() > SHORT
            {
                n_bytes = n_bytes.saturating_add(literal.value().size());
            }
            Ok(TreeNodeRecursion::Continue)
        })
    })?;
    if n_bytes > LONGEST_WRITTEN {
        return plan_err!(
            "the texts of one row would have more than {} KB; make shorter texts",
            LONGEST_WRITTEN >> 10
        );
    }
    Ok(())
}

/// The bytes that a batch holds, and those of the longest texts of its columns together.
pub fn measure(batch: &RecordBatch) -> (usize, usize) {
    let mut whole = (0_usize, 0_usize);
    for column in batch.columns() {
        let (total, longest) = measure_column(column);
        whole = (whole.0.saturating_add(total), whole.1.saturating_add(longest));
    }
    whole
}

/// The bytes of the widest row; [`measure`] tells as much at once where one row has the longest text of each column.
fn widest_row(batch: &RecordBatch) -> usize {
    let rows = (0..batch.num_rows()).map(|at| measure(&batch.slice(at, 1)).1);
    rows.max().unwrap_or(0)
}

/// The sum of some lengths, and the longest.
fn sum(lengths: impl Iterator<Item = usize>) -> (usize, usize) {
    lengths.fold((0, 0), |(total, longest): (usize, usize), length| {
        (total + length, longest.max(length))
    })
}

fn measure_column(column: &ArrayRef) -> (usize, usize) {
    match column.data_type() {
        DataType::Utf8 => sum(column.as_string::<i32>().iter().flatten().map(str::len)),
        DataType::LargeUtf8 => sum(column.as_string::<i64>().iter().flatten().map(str::len)),
        DataType::Utf8View => sum(column.as_string_view().iter().flatten().map(str::len)),
        DataType::Binary => sum(column.as_binary::<i32>().iter().flatten().map(<[u8]>::len)),
        DataType::LargeBinary => sum(column.as_binary::<i64>().iter().flatten().map(<[u8]>::len)),
        DataType::BinaryView => sum(column.as_binary_view().iter().flatten().map(<[u8]>::len)),
        DataType::List(_) => {
            let lists = column.as_list::<i32>();
            // An empty text takes its place too.
            let length = |list: ArrayRef| measure_column(&list).0.max(list.len().saturating_mul(8));
            sum(lists.iter().flatten().map(length))
        }
        kind => {
            let each = kind.primitive_width().unwrap_or(16);
            (each.saturating_mul(column.len()), each)
        }
    }
}

/// The same rows, refused where one is too wide; counted where whoever takes them keeps them all.
#[derive(Debug)]
struct Measured {
    input: Arc<dyn ExecutionPlan>,
    /// How many texts each row gets besides its own, from a node that keeps all rows; none for one that does not keep them.
    held: Option<usize>,
    properties: Arc<PlanProperties>,
}

impl Measured {
    fn new(input: Arc<dyn ExecutionPlan>, held: Option<usize>) -> Measured {
        Measured {
            properties: input.properties().clone(),
            held,
            input,
        }
    }
}

impl DisplayAs for Measured {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Measured")
    }
}

impl ExecutionPlan for Measured {
    fn name(&self) -> &str {
        "Measured"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn maintains_input_order(&self) -> Vec<bool> {
        vec![true]
    }

    fn benefits_from_input_partitioning(&self) -> Vec<bool> {
        vec![false]
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.input]
    }

    fn apply_expressions(
        &self,
        _: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn with_new_children(
        self: Arc<Self>,
        mut children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        match (children.pop(), children.is_empty()) {
            (Some(input), true) => Ok(Arc::new(Measured::new(input, self.held))),
            _ => internal_err!("rows are measured of one input"),
        }
    }

    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let account = self
            .held
            .map(|_| MemoryConsumer::new("window").register(context.memory_pool()));
        Ok(Box::pin(Measures {
            input: self.input.execute(partition, context)?,
            n_texts: self.held.unwrap_or_default(),
            account,
            n_rows: 0,
            n_bytes: 0,
            longest: 0,
        }))
    }

    fn child_stats_requests(&self, partition: Option<usize>) -> Vec<ChildStats> {
        vec![ChildStats::At(partition)]
    }

    fn statistics_from_inputs(
        &self,
        inputs: &[Arc<Statistics>],
        _: &StatisticsArgs,
    ) -> Result<Arc<Statistics>> {
        Ok(inputs[0].clone())
    }
}

struct Measures {
    input: SendableRecordBatchStream,
    n_texts: usize,
    /// What is held for whoever keeps all rows; given back with the stream.
    account: Option<MemoryReservation>,
    n_rows: usize,
    n_bytes: usize,
    /// The bytes of the longest text of any column.
    longest: usize,
}

impl Measures {
    fn admit(&mut self, batch: &RecordBatch) -> Result<()> {
        let (total, widest) = measure(batch);
        if widest > WIDEST_ROW && widest_row(batch) > WIDEST_ROW {
            return exec_err!(
                "the texts of one row would have more than {} KB; make shorter texts",
                WIDEST_ROW >> 10
            );
        }
        let Some(account) = &self.account else {
            return Ok(());
        };
        self.n_rows += batch.num_rows();
        self.n_bytes = self.n_bytes.saturating_add(total);
        let longest = batch.columns().iter().map(|column| measure_column(column).1);
        self.longest = longest.fold(self.longest, usize::max);
        let made = self
            .n_rows
            .saturating_mul(self.longest)
            .saturating_mul(self.n_texts);
        let needed = self.n_bytes.saturating_add(made);
        account.try_grow(needed.saturating_sub(account.size()))
    }
}

impl Stream for Measures {
    type Item = Result<RecordBatch>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        match self.input.poll_next_unpin(context) {
            Poll::Ready(Some(Ok(batch))) => match self.admit(&batch) {
                Ok(()) => Poll::Ready(Some(Ok(batch))),
                Err(refused) => Poll::Ready(Some(Err(refused))),
            },
            other => other,
        }
    }
}

impl RecordBatchStream for Measures {
    fn schema(&self) -> SchemaRef {
        self.input.schema()
    }
}
