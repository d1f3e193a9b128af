//! The rows of an answer to SQL of anybody: made in turns, for as long as there is time, and only while somebody takes them.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use arrow::record_batch::RecordBatch;
use datafusion::{
    common::Result as EngineResult, error::DataFusionError, execution::SendableRecordBatchStream,
    physical_plan::stream::RecordBatchStreamAdapter,
};
use futures::StreamExt;
use tokio::{
    sync::{Semaphore, mpsc},
    task::JoinSet,
    time::Instant,
};

use crate::{
    error::Error,
    query::{Limits, engine::cannot_answer, n_bytes},
};

/// Batches that are made in one turn: a turn costs two messages between tasks and a place in a queue, which is much for one batch of
/// some hundred rows and little for so many.
const MOST_BATCHES: usize = 16;
/// What ends a turn before that: bytes that stand ready, which is what a reader who does not go on holds at most beside one batch, and
/// time, so that slow batches let others go between them and the first of them do not wait for the last.
const MOST_BYTES: usize = 4 << 20;
const LONGEST_TURN: Duration = Duration::from_millis(100);

/// What one turn made.
struct Made {
    batches: VecDeque<EngineResult<RecordBatch>>,
    /// Whether there are no more behind these.
    is_over: bool,
}

/// Rows that are made elsewhere, some batches each time they are asked for.
struct Paced {
    turns: Arc<Semaphore>,
    ask: mpsc::Sender<()>,
    made: mpsc::Receiver<Made>,
    /// What was made and nobody has taken yet.
    ready: Made,
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
    let (given, made) = mpsc::channel(1);
    let mut task = JoinSet::new();
    // In a task of its own: work that does not give way would not hear that its time is over.
    task.spawn(async move {
        while asked.recv().await.is_some() {
            let made = turn(&mut rows).await;
            let is_over = made.is_over;
            if given.send(made).await.is_err() || is_over {
                return;
            }
        }
    });
    let paced = Paced {
        turns,
        ask,
        made,
        ready: Made {
            batches: VecDeque::new(),
            is_over: false,
        },
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

/// Makes batches until there are enough for one turn; an error is the last of them.
async fn turn(rows: &mut SendableRecordBatchStream) -> Made {
    let began = Instant::now();
    let mut batches = VecDeque::new();
    let mut ready = 0_usize;
    while batches.len() < MOST_BATCHES && ready < MOST_BYTES && began.elapsed() < LONGEST_TURN {
        let Some(batch) = rows.next().await else {
            return Made {
                batches,
                is_over: true,
            };
        };
        ready = ready.saturating_add(batch.as_ref().map_or(0, n_bytes));
        let is_over = batch.is_err();
        batches.push_back(batch);
        if is_over {
            return Made { batches, is_over };
        }
    }
    Made {
        batches,
        is_over: false,
    }
}

impl Paced {
    async fn next(&mut self) -> EngineResult<Option<RecordBatch>> {
        while self.ready.batches.is_empty() {
            if self.ready.is_over {
                return Ok(None);
            }
            self.ready = self.made_in_turn().await?;
        }
        let Some(batch) = self.ready.batches.pop_front().transpose()? else {
            return Ok(None);
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

    async fn made_in_turn(&mut self) -> EngineResult<Made> {
        // The turns are never closed.
        let _turn = self.turns.clone().acquire_owned().await;
        let began = Instant::now();
        if self.ask.send(()).await.is_err() {
            return Err(external(cannot_answer()));
        }
        let Ok(made) = tokio::time::timeout(self.left, self.made.recv()).await else {
            return Err(external(Error::TookTooLong {
                seconds: self.limits.time.as_secs(),
            }));
        };
        self.left = self.left.saturating_sub(began.elapsed());
        made.ok_or_else(|| external(cannot_answer()))
    }
}

fn external(error: Error) -> DataFusionError {
    DataFusionError::External(Box::new(error))
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use arrow::{
        array::{ArrayRef, StringArray},
        datatypes::{DataType, Field, Schema},
    };
    use futures::stream;
    use pretty_assertions::assert_eq;

    use super::*;

    const LIMITS: Limits = Limits {
        time: Duration::from_secs(10),
        memory_bytes: 64 << 20,
        rows: 100,
    };

    /// So many batches of one text of so many bytes, each made after a while, and a count of those that were made.
    fn batches(n: usize, length: usize, each: Duration) -> (SendableRecordBatchStream, Arc<AtomicUsize>) {
        let schema = Arc::new(Schema::new(vec![Field::new("text", DataType::Utf8, true)]));
        let n_made = Arc::new(AtomicUsize::new(0));
        let (counted, columns) = (n_made.clone(), schema.clone());
        let made = stream::iter(0..n).then(move |_| {
            let (counted, columns) = (counted.clone(), columns.clone());
            async move {
                tokio::time::sleep(each).await;
                counted.fetch_add(1, Ordering::SeqCst);
                let text: ArrayRef = Arc::new(StringArray::from(vec!["x".repeat(length)]));
                RecordBatch::try_new(columns, vec![text]).map_err(DataFusionError::from)
            }
        });
        let rows: SendableRecordBatchStream = Box::pin(RecordBatchStreamAdapter::new(schema, made));
        (rows, n_made)
    }

    #[tokio::test(start_paused = true)]
    async fn a_turn_makes_some_batches_and_the_next_are_made_when_these_were_taken() {
        let turns = Arc::new(Semaphore::new(1));
        let (rows, n_made) = batches(40, 10, Duration::ZERO);
        let mut rows = paced(turns.clone(), rows, &LIMITS);
        let mut n_taken = 0;
        for (until, wanted) in [(1, 16), (16, 16), (17, 32), (33, 40), (40, 40)] {
            while n_taken < until {
                rows.next().await.expect("a batch").expect("made");
                n_taken += 1;
            }
            assert_eq!(n_made.load(Ordering::SeqCst), wanted, "after {until}");
            assert_eq!(turns.available_permits(), 1, "a reader who stops keeps no turn");
        }
        assert!(rows.next().await.is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn large_and_slow_batches_end_a_turn_early() {
        for (length, each) in [(3 << 20, Duration::ZERO), (10, Duration::from_millis(60))] {
            let (rows, n_made) = batches(40, length, each);
            let mut rows = paced(Arc::new(Semaphore::new(1)), rows, &LIMITS);
            rows.next().await.expect("a batch").expect("made");
            assert_eq!(n_made.load(Ordering::SeqCst), 2, "{length} bytes, {each:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn only_work_is_timed_and_neither_waiting_for_a_turn_nor_a_reader_who_rests() {
        let rest = Duration::from_secs(3_600);
        let turns = Arc::new(Semaphore::new(1));
        let (rows, _) = batches(40, 10, Duration::from_secs(4));
        let mut rows = paced(turns.clone(), rows, &LIMITS);
        let taken = turns.clone().acquire_owned().await.expect("the turn");
        let (first, ()) = tokio::join!(rows.next(), async {
            tokio::time::sleep(rest).await;
            drop(taken);
        });
        first.expect("a batch").expect("made");
        tokio::time::sleep(rest).await;
        rows.next().await.expect("a batch").expect("made");
        let late = rows
            .next()
            .await
            .expect("an answer")
            .expect_err("ten seconds are over");
        assert!(late.to_string().contains("took longer than 10 s"), "{late}");
        assert!(rows.next().await.is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn more_rows_than_the_limit_are_an_error_in_the_middle_of_a_turn_too() {
        let limits = Limits { rows: 20, ..LIMITS };
        let (rows, _) = batches(40, 10, Duration::ZERO);
        let mut rows = paced(Arc::new(Semaphore::new(1)), rows, &limits);
        for _ in 0..20 {
            rows.next().await.expect("a batch").expect("made");
        }
        let refused = rows.next().await.expect("an answer").expect_err("one more");
        assert!(refused.to_string().contains("more than 20 rows"), "{refused}");
    }
}
