//! Rows of one table by conditions, words and order: first which rows, read from the columns that decide it, then the rows themselves.

mod finding;

use std::{fmt, sync::Arc};

use futures::{
    StreamExt,
    stream::{self, BoxStream},
};

use self::finding::Finding;
use super::{Limits, TableVersion};
use crate::{error::Result, lake::Lake, value::Value};

/// A request for rows of a table.
#[derive(Clone, Debug)]
pub struct Find {
    pub condition: Condition,
    /// All of them have to be found in a row.
    pub words: Vec<Words>,
    /// What to give of each row, in this order.
    pub fields: Vec<Field>,
    /// Each combination of the fields once.
    pub is_distinct: bool,
    /// With none, rows stand in the order of their numbers.
    pub order: Vec<Order>,
    pub offset: usize,
    pub n_rows: usize,
    /// Whether all rows that match are to be counted.
    pub is_counted: bool,
}

/// The rows that were found.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    pub rows: Vec<Vec<Value>>,
    pub n_all: Option<u64>,
}

/// Something about a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Field {
    /// Its number, from 1: kept with the row where the table keeps numbers, else its place in the version.
    Number,
    Column(String),
    /// How well it matches the words that stand at this place, from above 0 to 1.
    Rank(usize),
}

/// Which rows are meant. A column without a value is neither equal to anything nor less nor more.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// All hold; with none, every row is meant.
    All(Vec<Condition>),
    /// One holds; with none, no row is meant.
    Any(Vec<Condition>),
    In {
        field: Field,
        values: Vec<Value>,
    },
    IsNull {
        field: Field,
    },
    Compare {
        field: Field,
        how: Comparison,
        value: Value,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    Less,
    AtMost,
    More,
    AtLeast,
}

/// How well a text matches; none where it does not.
pub type Rank = Arc<dyn Fn(&str) -> Option<f64> + Send + Sync>;

/// Words that are looked for in some columns together.
#[derive(Clone)]
pub struct Words {
    pub columns: Vec<String>,
    pub rank: Rank,
}

/// One thing that rows are ordered by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    pub field: Field,
    pub is_descending: bool,
    /// Whether rows without a value come first.
    pub is_null_first: bool,
}

impl fmt::Debug for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Words")
            .field("columns", &self.columns)
            .finish_non_exhaustive()
    }
}

impl Lake {
    /// Finds rows of a table and, where it is wished, counts all that match.
    ///
    /// A page of an unfiltered table costs what its rows cost, wherever it stands in the table.
    ///
    /// # Errors
    /// [`Error::BadQuery`](crate::Error::BadQuery) for a column that the table does not show, and what limits stop.
    pub async fn find(&self, table: &TableVersion, find: &Find, limits: Limits) -> Result<Found> {
        let (lake, table, find) = (self.clone(), table.clone(), find.clone());
        self.engine()
            .run(limits.time, async move {
                let state = lake.state(&table.table, table.version).await?;
                Finding {
                    lake,
                    table,
                    state,
                    find,
                    limits,
                }
                .run()
                .await
            })
            .await
    }
}

impl Lake {
    /// Finds rows of a table and gives them in pieces of so many, each read when it is asked for. Nothing is counted.
    ///
    /// # Errors
    /// As [`Lake::find`]; later pieces fail on their own.
    pub async fn find_in_pieces(
        &self,
        table: &TableVersion,
        find: &Find,
        piece: usize,
        limits: Limits,
    ) -> Result<BoxStream<'static, Result<Vec<Vec<Value>>>>> {
        let (lake, mut table) = (self.clone(), table.clone());
        let mut find = Find {
            is_counted: false,
            ..find.clone()
        };
        // All pieces are of one version.
        let state = lake.state(&table.table, table.version).await?;
        table.version = Some(state.version);
        let is_whole = matches!(&find.condition, Condition::All(all) if all.is_empty())
            && find.words.is_empty()
            && find.order.is_empty();
        if find.is_distinct {
            let rows = lake.find(&table, &find, limits).await?.rows;
            return Ok(stream::iter([Ok(rows)]).boxed());
        }
        if !is_whole {
            let rows = Finding {
                lake: lake.clone(),
                table: table.clone(),
                state,
                find: find.clone(),
                limits,
            };
            for field in &rows.find.fields {
                rows.check(field)?;
            }
            let found = self
                .engine()
                .run(limits.time, async move {
                    let found = match rows.at_once() {
                        Some(places) => places,
                        None => rows.places().await?,
                    };
                    Ok((Arc::new(rows), found))
                })
                .await?;
            let (rows, found) = (found.0, Arc::new(found.1));
            let starts: Vec<usize> = (0..found.places.len()).step_by(piece.max(1)).collect();
            let pieces = stream::iter(starts).then(move |start| {
                let (lake, rows, found) = (lake.clone(), rows.clone(), found.clone());
                async move {
                    let end = (start + piece).min(found.places.len());
                    lake.engine()
                        .run(limits.time, async move { rows.rows(&found, start..end).await })
                        .await
                }
            });
            return Ok(pieces.boxed());
        }
        let (start, end) = (find.offset, find.offset.saturating_add(find.n_rows));
        let end = end.min(usize::try_from(state.n_rows()).unwrap_or(usize::MAX));
        let starts: Vec<usize> = (start..end).step_by(piece.max(1)).collect();
        let pieces = stream::iter(starts).then(move |from| {
            let (lake, table) = (lake.clone(), table.clone());
            (find.offset, find.n_rows) = (from, piece.min(end - from));
            let find = find.clone();
            async move { Ok(lake.find(&table, &find, limits).await?.rows) }
        });
        Ok(pieces.boxed())
    }
}
