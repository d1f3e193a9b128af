//! Makes joins give way, so that a query's time limit holds inside them, too, and nobody else waits for them.

use std::{
    fmt,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::{Duration, Instant},
};

use arrow::{array::RecordBatch, datatypes::SchemaRef};
use datafusion::{
    common::{
        Result,
        config::ConfigOptions,
        tree_node::{Transformed, TreeNode},
    },
    execution::{RecordBatchStream, SendableRecordBatchStream, TaskContext},
    physical_optimizer::PhysicalOptimizerRule,
    physical_plan::{ExecutionPlan, coop::CooperativeExec, replace_children_if_necessary},
};
use futures::{Stream, StreamExt};

use super::passing::{Passed, Passing};

/// Rows of the first slice, and of every one after a slice that took long.
const FEWEST_ROWS: usize = 32;
/// Rows of the largest slice.
const MOST_ROWS: usize = 8192;
/// Slices that took less are followed by larger ones.
const QUICK: Duration = Duration::from_millis(5);
/// Whoever worked for so long lets others go first.
const LONG: Duration = Duration::from_millis(20);

/// Joins that compare rows by themselves and give only those that fit; a product gives all, so that the rest above it is enough.
const COMPARING: [&str; 2] = ["NestedLoopJoinExec", "HashJoinExec"];

/// Puts a point of rest above every plan node with several inputs, and hands the joins among them their last input in slices.
///
/// The engine rests where rows come from. But a join can make billions of rows of the few thousand it holds, and an aggregate above
/// it asks for the next batch until all are consumed: so there is a rest above it. And a join may compare each row of a batch with
/// millions that it holds and find none that fit: so its batches are cut to the size at which one takes a moment.
pub struct RestInJoins;

impl fmt::Debug for RestInJoins {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl PhysicalOptimizerRule for RestInJoins {
    fn optimize(
        &self,
        plan: Arc<dyn ExecutionPlan>,
        _config: &ConfigOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let rested = plan.transform_up(|node| {
            if node.children().len() < 2 {
                return Ok(Transformed::no(node));
            }
            let node = match COMPARING.contains(&node.name()) {
                true => with_sliced_input(node)?,
                false => node,
            };
            Ok(Transformed::yes(Arc::new(CooperativeExec::new(node)) as _))
        })?;
        Ok(rested.data)
    }

    fn name(&self) -> &str {
        "rest_in_joins"
    }

    fn schema_check(&self) -> bool {
        true
    }
}

fn with_sliced_input(join: Arc<dyn ExecutionPlan>) -> Result<Arc<dyn ExecutionPlan>> {
    let mut inputs: Vec<Arc<dyn ExecutionPlan>> = join.children().into_iter().cloned().collect();
    if let Some(last) = inputs.pop() {
        inputs.push(Arc::new(Passed::new(last, Sliced)));
    }
    replace_children_if_necessary(join, inputs)
}

/// The same rows in smaller batches, as large as whoever takes them works off in a moment.
#[derive(Clone, Debug)]
struct Sliced;

impl Passing for Sliced {
    const NAME: &'static str = "Sliced";

    fn begin(
        &self,
        input: &Arc<dyn ExecutionPlan>,
        partition: usize,
        context: Arc<TaskContext>,
    ) -> Result<SendableRecordBatchStream> {
        Ok(Box::pin(Slices {
            input: input.execute(partition, context)?,
            rest: None,
            n_rows: FEWEST_ROWS,
            given: None,
            rested: Instant::now(),
        }))
    }
}

struct Slices {
    input: SendableRecordBatchStream,
    /// What of the last batch was not given yet.
    rest: Option<RecordBatch>,
    n_rows: usize,
    /// When the last slice was given.
    given: Option<Instant>,
    /// When others went first.
    rested: Instant,
}

impl Stream for Slices {
    type Item = Result<RecordBatch>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let Some(given) = self.given.take() {
            self.n_rows = match given.elapsed() < QUICK {
                true => (2 * self.n_rows).min(MOST_ROWS),
                false => (self.n_rows / 2).max(FEWEST_ROWS),
            };
            if self.rested.elapsed() > LONG {
                self.rested = Instant::now();
                context.waker().wake_by_ref();
                return Poll::Pending;
            }
        }
        let batch = match self.rest.take() {
            Some(rest) => rest,
            None => match self.input.poll_next_unpin(context) {
                Poll::Ready(Some(Ok(batch))) => batch,
                Poll::Pending => {
                    self.rested = Instant::now();
                    return Poll::Pending;
                }
                end => return end,
            },
        };
        let n_rows = self.n_rows.min(batch.num_rows());
        if n_rows < batch.num_rows() {
            self.rest = Some(batch.slice(n_rows, batch.num_rows() - n_rows));
        }
        self.given = Some(Instant::now());
        Poll::Ready(Some(Ok(batch.slice(0, n_rows))))
    }
}

impl RecordBatchStream for Slices {
    fn schema(&self) -> SchemaRef {
        self.input.schema()
    }
}
