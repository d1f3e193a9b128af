//! Keeps rows narrow where a plan makes many of one: a join, a window or a value that is repeated for each row copies texts without
//! counting them, and a text of some megabytes a few thousand times over is more than the machine has.

use std::{
    fmt,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use arrow::{
    array::{Array, ArrayRef, AsArray, RecordBatch, make_array},
    datatypes::{DataType, SchemaRef},
};
use datafusion::{
    common::{
        Result,
        config::ConfigOptions,
        exec_err, plan_err,
        tree_node::{Transformed, TreeNode, TreeNodeRecursion},
    },
    execution::{
        RecordBatchStream, SendableRecordBatchStream, TaskContext,
        memory_pool::{MemoryConsumer, MemoryReservation},
    },
    physical_expr::{PhysicalExpr, expressions::Literal},
    physical_optimizer::PhysicalOptimizerRule,
    physical_plan::{
        ExecutionPlan,
        aggregates::{AggregateExec, AggregateMode},
        replace_children_if_necessary,
    },
};
use futures::{Stream, StreamExt};

use super::passing::{Passed, Passing};

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
                return Ok(Transformed::yes(
                    Arc::new(Passed::new(node, Measured { held: None })) as _,
                ));
            }
            match name.as_str() {
                "WindowAggExec" => Ok(Transformed::yes(Arc::new(Passed::new(node, Windowed)) as _)),
                "BoundedWindowAggExec" | "UnnestExec" => Ok(Transformed::yes(over_measured(node, None)?)),
                joins if joins.contains("Join") => Ok(Transformed::yes(over_measured(node, None)?)),
                _ => Ok(Transformed::no(node)),
            }
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

/// The same node, with each of its inputs measured.
fn over_measured(node: Arc<dyn ExecutionPlan>, held: Option<&Held>) -> Result<Arc<dyn ExecutionPlan>> {
    let inputs = node.children().into_iter().cloned();
    let measured = || Measured { held: held.cloned() };
    let inputs = inputs.map(|input| Arc::new(Passed::new(input, measured())) as Arc<dyn ExecutionPlan>);
    let inputs: Vec<Arc<dyn ExecutionPlan>> = inputs.collect();
    replace_children_if_necessary(node, inputs)
}

fn is_long(kind: &DataType) -> bool {
    match kind {
        DataType::Dictionary(_, values) => is_long(values),
        DataType::RunEndEncoded(_, values) => is_long(values.data_type()),
        kind => kind.is_string() || kind.is_binary() || kind.is_nested(),
    }
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
    measure_columns(batch.columns())
}

/// The same of columns that stand beside each other, in a batch or in a struct.
fn measure_columns(columns: &[ArrayRef]) -> (usize, usize) {
    let mut whole = (0_usize, 0_usize);
    for column in columns {
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
        DataType::List(_) => sum(column.as_list::<i32>().iter().flatten().map(within)),
        DataType::LargeList(_) => sum(column.as_list::<i64>().iter().flatten().map(within)),
        DataType::ListView(_) => sum(column.as_list_view::<i32>().iter().flatten().map(within)),
        DataType::LargeListView(_) => sum(column.as_list_view::<i64>().iter().flatten().map(within)),
        DataType::FixedSizeList(..) => sum(column.as_fixed_size_list().iter().flatten().map(within)),
        DataType::Map(..) => {
            let maps = column.as_map().iter().flatten();
            sum(maps.map(|entries| within(Arc::new(entries))))
        }
        DataType::Struct(_) => measure_columns(column.as_struct().columns()),
        DataType::Dictionary(..) => repeated(column.as_any_dictionary().values(), column.len()),
        DataType::RunEndEncoded(..) => {
            let data = column.to_data();
            // The first child says where each value ends.
            let values = data.child_data().get(1).cloned();
            values.map_or((0, 0), |values| repeated(&make_array(values), column.len()))
        }
        DataType::Union(..) => {
            let known = column.to_data().get_slice_memory_size();
            let total = known.unwrap_or_else(|_| column.get_array_memory_size());
            (total, total)
        }
        DataType::FixedSizeBinary(width) => alike(usize::try_from(*width).unwrap_or_default(), column.len()),
        kind => alike(kind.primitive_width().unwrap_or(16), column.len()),
    }
}

/// The bytes of a list or of the entries of a map. An empty text takes its place too.
fn within(list: ArrayRef) -> usize {
    measure_column(&list).0.max(list.len().saturating_mul(8))
}

/// So many values that are all as long as this.
fn alike(each: usize, n: usize) -> (usize, usize) {
    (each.saturating_mul(n), each)
}

/// So many rows that each hold one of some values: as if each held the longest.
fn repeated(values: &ArrayRef, n: usize) -> (usize, usize) {
    alike(measure_column(values).1, n)
}

/// Where the rows are counted that somebody keeps, and how many texts each of them gets besides its own.
#[derive(Clone, Debug)]
struct Held {
    account: Arc<MemoryReservation>,
    n_texts: usize,
}

/// The same rows, refused where one is too wide; counted where whoever takes them keeps them all.
#[derive(Clone, Debug)]
struct Measured {
    /// None where whoever takes the rows does not keep them.
    held: Option<Held>,
}

impl Passing for Measured {
    const NAME: &'static str = "Measured";

    fn begin(
        &self,
        input: &Arc<dyn ExecutionPlan>,
        partition: usize,
        context: Arc<TaskContext>,
    ) -> Result<SendableRecordBatchStream> {
        Ok(Box::pin(Measures {
            input: input.execute(partition, context)?,
            held: self.held.clone(),
            n_rows: 0,
            n_bytes: 0,
            longest: 0,
        }))
    }
}

struct Measures {
    input: SendableRecordBatchStream,
    held: Option<Held>,
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
        let Some(Held { account, n_texts }) = &self.held else {
            return Ok(());
        };
        self.n_rows += batch.num_rows();
        self.n_bytes = self.n_bytes.saturating_add(total);
        let longest = batch.columns().iter().map(|column| measure_column(column).1);
        self.longest = longest.fold(self.longest, usize::max);
        let made = self.n_rows.saturating_mul(self.longest).saturating_mul(*n_texts);
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

/// A window that keeps all rows and counts none, with an account of them.
///
/// The window lets go of its input before it works anything out: an account that went with the input would be empty just when the rows
/// are there twice. So it is kept here, until all that the window made was taken.
#[derive(Clone, Debug)]
struct Windowed;

impl Passing for Windowed {
    const NAME: &'static str = "Windowed";

    fn begin(
        &self,
        window: &Arc<dyn ExecutionPlan>,
        partition: usize,
        context: Arc<TaskContext>,
    ) -> Result<SendableRecordBatchStream> {
        let held = Held {
            account: Arc::new(MemoryConsumer::new("window").register(context.memory_pool())),
            n_texts: n_texts_put(window),
        };
        let measured = over_measured(window.clone(), Some(&held))?;
        Ok(Box::pin(Windows {
            schema: window.schema(),
            made: Some((measured.execute(partition, context)?, held)),
        }))
    }
}

/// How many texts a window puts to each row.
fn n_texts_put(window: &Arc<dyn ExecutionPlan>) -> usize {
    let inputs = window.children();
    let own = inputs.first().map_or(0, |input| n_long(&input.schema()));
    n_long(&window.schema()).saturating_sub(own)
}

/// What a window makes, with the account of it; both are let go at the end.
struct Windows {
    schema: SchemaRef,
    made: Option<(SendableRecordBatchStream, Held)>,
}

impl Stream for Windows {
    type Item = Result<RecordBatch>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Some((rows, _)) = &mut self.made else {
            return Poll::Ready(None);
        };
        let polled = rows.poll_next_unpin(context);
        if matches!(polled, Poll::Ready(None)) {
            self.made = None;
        }
        polled
    }
}

impl RecordBatchStream for Windows {
    fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }
}

#[cfg(test)]
mod tests {
    use arrow::{
        array::{Int32Array, ListBuilder, MapBuilder, StringArray, StringBuilder, StructArray},
        datatypes::{Field, Int32Type},
    };
    use datafusion::{
        execution::{
            memory_pool::{GreedyMemoryPool, MemoryPool},
            runtime_env::RuntimeEnvBuilder,
            session_state::SessionStateBuilder,
        },
        prelude::{SessionConfig, SessionContext},
    };
    use pretty_assertions::assert_eq;

    use super::*;

    fn texts(lengths: &[usize]) -> ArrayRef {
        Arc::new(StringArray::from_iter_values(
            lengths.iter().map(|n| "x".repeat(*n)),
        ))
    }

    fn structs(lengths: &[usize]) -> StructArray {
        let numbers: ArrayRef = Arc::new(Int32Array::from_iter_values(lengths.iter().map(|_| 1)));
        StructArray::from(vec![
            (Arc::new(Field::new("n", DataType::Int32, true)), numbers),
            (Arc::new(Field::new("text", DataType::Utf8, true)), texts(lengths)),
        ])
    }

    #[test]
    fn texts_within_structs_lists_and_maps_are_measured() {
        let one: ArrayRef = Arc::new(structs(&[1_000, 200]));
        assert_eq!(measure_column(&one), (4 + 4 + 1_200, 4 + 1_000));
        let two = StructArray::from(vec![(
            Arc::new(Field::new("inner", one.data_type().clone(), true)),
            one.clone(),
        )]);
        assert_eq!(measure_column(&(Arc::new(two) as ArrayRef)), measure_column(&one));
        let last = one.slice(1, 1);
        assert_eq!(
            measure_column(&last),
            (4 + 200, 4 + 200),
            "of a part that part only"
        );

        let mut lists = ListBuilder::new(ListBuilder::new(StringBuilder::new()));
        for length in [1_000, 300] {
            lists.values().values().append_value("x".repeat(length));
            lists.values().append(true);
            lists.append(true);
        }
        let lists: ArrayRef = Arc::new(lists.finish());
        assert_eq!(measure_column(&lists), (1_300, 1_000));

        let mut maps = MapBuilder::new(None, StringBuilder::new(), StringBuilder::new());
        for length in [1_000, 300] {
            maps.keys().append_value("key");
            maps.values().append_value("x".repeat(length));
            maps.append(true).expect("as many keys as values");
        }
        let maps: ArrayRef = Arc::new(maps.finish());
        assert_eq!(measure_column(&maps), (1_306, 1_003));
    }

    #[test]
    fn a_value_that_many_rows_point_to_is_measured_for_each_of_them() {
        let values = ["x".repeat(1_000), "y".to_owned()];
        let rows = [0, 0, 1].map(|at: usize| values[at].as_str());
        let column: ArrayRef = Arc::new(
            rows.into_iter()
                .collect::<arrow::array::DictionaryArray<Int32Type>>(),
        );
        assert_eq!(measure_column(&column), (3_000, 1_000));
        assert!(is_long(column.data_type()));
    }

    #[tokio::test]
    async fn the_account_of_a_window_lasts_until_its_rows_were_taken() {
        let pool: Arc<dyn MemoryPool> = Arc::new(GreedyMemoryPool::new(64 << 20));
        let surroundings = RuntimeEnvBuilder::new()
            .with_memory_pool(pool.clone())
            .build_arc()
            .expect("surroundings");
        let state = SessionStateBuilder::new()
            .with_config(SessionConfig::new().with_target_partitions(1))
            .with_runtime_env(surroundings)
            .with_default_features()
            .with_physical_optimizer_rule(Arc::new(NarrowRows))
            .build();
        let asked = "SELECT max(v) OVER () AS most FROM (VALUES ('a'), ('bb')) AS t(v)";
        let frame = SessionContext::new_with_state(state).sql(asked).await;
        let rows = frame.expect("planned").execute_stream().await;
        let mut rows = rows.expect("begun");
        let batch = rows.next().await.expect("a batch").expect("made");
        assert_eq!(batch.num_rows(), 2);
        assert!(pool.reserved() > 0, "the rows are there, and so is their account");
        assert!(rows.next().await.is_none());
        assert_eq!(pool.reserved(), 0);
    }
}
