//! The rows of an answer to SQL of anybody: made in turns, for as long as there is time, and only while somebody takes them.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use arrow::record_batch::RecordBatch;
use datafusion::{
    common::Result as EngineResult, error::DataFusionError, execution::SendableRecordBatchStream,
    physical_plan::stream::RecordBatchStreamAdapter,
};
use futures::StreamExt;
use tokio::{
    sync::{Semaphore, mpsc},
    task::JoinSet,
};

use crate::{
    error::Error,
    query::{Limits, engine::cannot_answer},
};

/// Rows that are made elsewhere, one batch each time they are asked for.
struct Paced {
    turns: Arc<Semaphore>,
    ask: mpsc::Sender<()>,
    batches: mpsc::Receiver<Option<EngineResult<RecordBatch>>>,
    /// What is left of the time and of the rows.
    left: Duration,
    n_left: usize,
    limits: Limits,
    /// Makes the rows; it ends with this.
    _task: JoinSet<()>,
}

/// The same rows within the limits: time that passes while nobody asks for the next ones is not counted. More rows than the limit are an
/// error, as is an engine that gives up.
pub fn paced(
    turns: Arc<Semaphore>,
    mut rows: SendableRecordBatchStream,
    limits: &Limits,
) -> SendableRecordBatchStream {
    let schema = rows.schema();
    let (ask, mut asked) = mpsc::channel(1);
    let (given, batches) = mpsc::channel(1);
    let mut task = JoinSet::new();
    // In a task of its own: work that does not give way would not hear that its time is over.
    task.spawn(async move {
        while asked.recv().await.is_some() {
            if given.send(rows.next().await).await.is_err() {
                return;
            }
        }
    });
    let paced = Paced {
        turns,
        ask,
        batches,
        left: limits.time,
        n_left: limits.rows,
        limits: *limits,
        _task: task,
    };
    let stream = futures::stream::unfold(Some(paced), |paced| async move {
        let mut paced = paced?;
        match paced.next().await {
            Ok(batch) => batch.map(|batch| (Ok(batch), Some(paced))),
            Err(error) => Some((Err(error), None)),
        }
    });
    Box::pin(RecordBatchStreamAdapter::new(schema, stream))
}

impl Paced {
    async fn next(&mut self) -> EngineResult<Option<RecordBatch>> {
        // The turns are never closed.
        let _turn = self.turns.clone().acquire_owned().await;
        let began = Instant::now();
        if self.ask.send(()).await.is_err() {
            return Err(external(cannot_answer()));
        }
        let Ok(given) = tokio::time::timeout(self.left, self.batches.recv()).await else {
            return Err(external(Error::TookTooLong {
                seconds: self.limits.time.as_secs(),
            }));
        };
        self.left = self.left.saturating_sub(began.elapsed());
        let batch = match given {
            Some(Some(batch)) => batch?,
            Some(None) => return Ok(None),
            None => return Err(external(cannot_answer())),
        };
        let Some(n_left) = self.n_left.checked_sub(batch.num_rows()) else {
            return Err(external(Error::BadQuery(format!(
                "the answer has more than {} rows; ask for fewer",
                self.limits.rows
            ))));
        };
        self.n_left = n_left;
        Ok(Some(batch))
    }
}

fn external(error: Error) -> DataFusionError {
    DataFusionError::External(Box::new(error))
}
