//! Views of one table: filtered, ordered, counted by its values, summed up by groups.
//!
//! A version of a table never changes, so what is worked out of it never grows old. Columns that are asked for are kept in memory as
//! codes (`hot`), up to a budget: a filter then looks at each different value once and at small numbers for each row. Columns with too many
//! different values are read from their files each time, and orders by them are left to the query engine.

mod answer;
mod cold;
mod column;
mod group;
mod hot;
mod mask;
mod statistics;
mod tally;
mod test;

pub use group::{Grain, Group, Grouped, Grouping, Measure};
pub use statistics::{Bin, Statistics};
pub use test::{Filter, Test};

pub(crate) use answer::frame as view_frame;
pub(crate) use hot::Hot;
pub(crate) use tally::{Asked, OfOne, Passing, Tallied, Tally};

use std::fmt;

use crate::{
    error::{Error, Result},
    lake::Lake,
    query::{Limits, Sort, TableVersion},
    value::{Column, Value},
};

/// What somebody looks at of a table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct View {
    /// Columns to show, in this order; all when empty.
    pub columns: Vec<String>,
    /// A row is shown when all of them let it through.
    pub filters: Vec<Filter>,
    /// Rows stand as they were added when absent; empty values stand last either way.
    pub sort: Option<Sort>,
    pub start: Start,
    pub n_rows: usize,
}

/// Where a page begins.
#[derive(Clone, Debug, PartialEq)]
pub enum Start {
    /// After so many rows.
    Row(usize),
    /// After the row at this place.
    After(Place),
    /// So that it ends before the row at this place.
    Before(Place),
}

impl Default for Start {
    fn default() -> Self {
        Start::Row(0)
    }
}

/// A row's place in an order: its value in the column that is ordered by, and its number within the table.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    pub row: u64,
    /// As it prints; nothing where the value is empty or rows stand as they were added.
    pub value: Option<String>,
}

/// As addresses hold it: `4711` or `4711~Sukorejo`.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.value {
            Some(value) => write!(f, "{}~{value}", self.row),
            None => write!(f, "{}", self.row),
        }
    }
}

impl std::str::FromStr for Place {
    type Err = Error;

    fn from_str(text: &str) -> Result<Place> {
        let (row, value) = match text.split_once('~') {
            Some((row, value)) => (row, Some(value.to_owned())),
            None => (text, None),
        };
        let row = row.parse().map_err(|_| {
            Error::BadQuery(format!(
                "{text:?} is no place in a table; follow the links of its pages"
            ))
        })?;
        Ok(Place { row, value })
    }
}

/// A page of a view.
#[derive(Clone, Debug, PartialEq)]
pub struct Seen {
    pub columns: Vec<Column>,
    pub rows: Vec<Vec<Value>>,
    /// The number of each row within the table, from 0; empty where the query engine ordered them.
    pub numbers: Vec<u64>,
    /// Rows that the filters let through.
    pub n_found: u64,
    /// Rows before the first one.
    pub n_before: u64,
    /// The place of the first row, when there are rows before it.
    pub previous: Option<Place>,
    /// The place of the last row, when there are rows after it.
    pub next: Option<Place>,
}

/// How often the values of a column occur among the rows that some filters let through.
#[derive(Clone, Debug, PartialEq)]
pub struct Facet {
    pub column: String,
    /// The most frequent first; an empty value counts as one.
    pub values: Vec<(Value, u64)>,
    /// Different values, without the empty one.
    pub n_distinct: u64,
}

/// How much memory the kept columns take.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    pub n_tables: usize,
    pub n_columns: usize,
    pub n_bytes: usize,
    pub most_bytes: usize,
}

impl Lake {
    /// Reads a page of a view.
    ///
    /// # Errors
    /// `BadQuery` for a column that is not there or may not be seen, and for a value that its column cannot hold.
    pub async fn view(&self, table: &TableVersion, view: &View, limits: Limits) -> Result<Seen> {
        let (lake, table, view) = (self.clone(), table.clone(), view.clone());
        self.worked(
            limits,
            async move { answer::page(&lake, &table, &view, limits).await },
        )
        .await
    }

    /// Counts the values of columns among the rows that filters let through, each with its `most` most frequent ones.
    ///
    /// # Errors
    /// As [`Lake::view`]; for columns with too many different values.
    pub async fn facets(
        &self,
        table: &TableVersion,
        filters: &[Filter],
        columns: &[String],
        most: usize,
        limits: Limits,
    ) -> Result<Vec<Facet>> {
        let (lake, table) = (self.clone(), table.clone());
        let (filters, columns) = (filters.to_vec(), columns.to_vec());
        self.worked(limits, async move {
            answer::facets(&lake, &table, &filters, &columns, most).await
        })
        .await
    }

    /// Describes a column among the rows that filters let through.
    ///
    /// # Errors
    /// As [`Lake::view`].
    pub async fn statistics(
        &self,
        table: &TableVersion,
        filters: &[Filter],
        column: &str,
        limits: Limits,
    ) -> Result<Statistics> {
        let (lake, table) = (self.clone(), table.clone());
        let (filters, column) = (filters.to_vec(), column.to_owned());
        self.worked(limits, async move {
            answer::statistics(&lake, &table, &filters, &column).await
        })
        .await
    }

    /// Counts and sums up groups of the rows that filters let through, in the order of the groups.
    ///
    /// # Errors
    /// As [`Lake::view`]; for columns with too many different values to be grouped by.
    pub async fn groups(&self, table: &TableVersion, grouping: &Grouping, limits: Limits) -> Result<Grouped> {
        let (lake, table, grouping) = (self.clone(), table.clone(), grouping.clone());
        self.worked(
            limits,
            async move { group::groups(&lake, &table, &grouping).await },
        )
        .await
    }

    /// Tells how much memory the kept columns take.
    pub fn kept(&self) -> Kept {
        self.hot().kept()
    }

    /// Runs work on the engine's threads without waiting for a turn among the heavy queries: most of it takes a millisecond.
    async fn worked<T: Send + 'static>(
        &self,
        limits: Limits,
        work: impl Future<Output = Result<T>> + Send + 'static,
    ) -> Result<T> {
        self.engine().run_at_once(limits.time, work).await
    }
}

/// A column that the caller may see.
fn shown<'a>(table: &TableVersion, columns: &'a [Column], name: &str) -> Result<&'a Column> {
    columns
        .iter()
        .find(|column| column.name == name && !table.hidden.contains(&column.name))
        .ok_or_else(|| {
            Error::BadQuery(format!(
                "there is no column {name:?}; the table's page lists its columns"
            ))
        })
}
