//! Reading a form in stretches, several on the way at once, each worked on beside the others, handed on in order.

use std::{collections::HashMap, sync::Arc};

use formats::export::filter::Filter;
use futures::{Stream, StreamExt, TryStreamExt, stream};

use super::Source;
use crate::{
    collect::store::export::{self as store, Cursor, Filed, READ_AT_ONCE, What},
    platform::problem::{Problem, Result},
};

/// Submissions of one stretch.
const STRETCH: usize = 500;
/// Stretches on the way at once: one is read while others are worked on.
const AT_ONCE: usize = 3;

/// Which submissions are read, and in which order.
#[derive(Debug, Clone)]
pub enum Rows {
    /// Those that follow a cursor, at most so many, none older than a moment.
    After {
        cursor: Cursor,
        most: Option<usize>,
        oldest: i64,
    },
    /// These.
    Ids(Vec<String>),
}

impl Rows {
    /// All that a filter can mean.
    pub fn all(source: &Source, filter: Option<&Filter>) -> Rows {
        let (oldest, newest) = filter.map_or((i64::MIN, i64::MAX), |filter| {
            filter.submitted_within(source.now.0)
        });
        Rows::After {
            cursor: match newest {
                i64::MAX => Cursor::newest(),
                at => Cursor::oldest(at.saturating_add(1)),
            },
            most: None,
            oldest,
        }
    }
}

/// Reads submissions and works on them; what comes of each stretch is handed on in order.
pub fn stretches<T, W>(
    source: Arc<Source>,
    with_trash: bool,
    rows: Rows,
    what: What,
    work: W,
) -> impl Stream<Item = Result<T>> + Send
where
    T: Send + 'static,
    W: Fn(Vec<Filed>) -> T + Clone + Send + Sync + 'static,
{
    let ends = match rows {
        Rows::After { cursor, most, oldest } => ends(source.clone(), with_trash, cursor, most, oldest)
            .map_ok(Part::Between)
            .boxed(),
        Rows::Ids(ids) => {
            let parts: Vec<_> = ids
                .chunks(STRETCH)
                .map(|ids| Ok(Part::Ids(ids.to_vec())))
                .collect();
            stream::iter(parts).boxed()
        }
    };
    ends.map_ok(move |part| {
        let (source, work) = (source.clone(), work.clone());
        async move {
            let found = part.read(&source, with_trash, what).await?;
            tokio::task::spawn_blocking(move || work(found))
                .await
                .map_err(Problem::internal)
        }
    })
    .try_buffered(AT_ONCE)
}

/// A stretch that was not read yet.
enum Part {
    /// From one cursor to another, that one included.
    Between((Cursor, Cursor)),
    Ids(Vec<String>),
}

impl Part {
    async fn read(self, source: &Source, with_trash: bool, what: What) -> Result<Vec<Filed>> {
        let of = store::Of {
            with_trash,
            form_id: &source.filed_to,
        };
        match self {
            Part::Between((after, until)) => {
                store::list(source.app.db.read(), of, &source.reach, &after, &until, what).await
            }
            Part::Ids(ids) => {
                let mut found = HashMap::new();
                for some in ids.chunks(READ_AT_ONCE) {
                    let read = store::list_by_id(source.app.db.read(), some).await?;
                    found.extend(read.into_iter().map(|filed| (filed.id.clone(), filed)));
                }
                Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
            }
        }
    }
}

/// Finds where stretches begin and end, one after the other.
fn ends(
    source: Arc<Source>,
    with_trash: bool,
    cursor: Cursor,
    most: Option<usize>,
    oldest: i64,
) -> impl Stream<Item = Result<(Cursor, Cursor)>> + Send {
    stream::try_unfold(Some((cursor, most)), move |state| {
        let source = source.clone();
        async move {
            let Some((after, left)) = state.filter(|(_, left)| *left != Some(0)) else {
                return Ok(None);
            };
            let n = left.unwrap_or(STRETCH).min(STRETCH);
            let of = store::Of {
                with_trash,
                form_id: &source.filed_to,
            };
            let skip = i64::try_from(n - 1).unwrap_or(i64::MAX);
            let end = store::find_end(source.app.db.read(), of, &after, oldest, skip).await?;
            Ok(Some(match end {
                Some(end) => ((after, end.clone()), Some((end, left.map(|left| left - n)))),
                None => ((after, Cursor::oldest(oldest)), None),
            }))
        }
    })
}
