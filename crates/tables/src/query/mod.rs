//! Questions to tables: SQL in a sandbox, and pages of one table.

pub mod engine;

mod asked;
mod bounds;
mod counted;
mod exists;
mod find;
mod grouped;
mod guard;
pub mod names;
mod page;
mod passing;
mod provider;
mod sandbox;
mod unique;
mod width;
mod yielding;

pub(crate) use asked::{answered, refuse_deep};
pub(crate) use bounds::of_statement;
pub use engine::Seat;
pub use find::{Comparison, Condition, Field, Find, Found, Order, Rank, Words};
pub use page::{Page, Sort};
pub(crate) use provider::LakeTable;
pub(crate) use sandbox::{Session, planned, query_error};
pub(crate) use unique::{forms, is_clash, told_apart};
pub(crate) use width::ROWS_OF_A_BATCH;

use std::{collections::BTreeMap, time::Duration};

use arrow::array::RecordBatch;
use futures::StreamExt;

use crate::{
    error::{Error, Result},
    lake::Lake,
    plain,
    value::{Column, Rows, Value, Version},
};

/// What one caller may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    pub time: Duration,
    /// What does not fit is spilled to disk where sorts, joins and groups can, and refused where not.
    pub memory_bytes: usize,
    /// Rows of the answer; more are cut off and the answer says so.
    pub rows: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            time: Duration::from_secs(30),
            memory_bytes: 256 << 20,
            rows: 10_000,
        }
    }
}

impl Limits {
    /// For the product's own work, where every row is needed.
    pub fn generous() -> Self {
        Limits {
            time: Duration::from_secs(600),
            memory_bytes: 512 << 20,
            rows: usize::MAX,
        }
    }
}

/// A table at its newest or at a fixed version, with the columns that may be seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableVersion {
    pub table: String,
    pub version: Option<Version>,
    /// Columns that do not exist for the caller.
    pub hidden: Vec<String>,
    /// What the number of a row is called in SQL, as a first column; none for a table as it is.
    pub number: Option<String>,
}

impl TableVersion {
    pub fn newest(table: impl Into<String>) -> Self {
        TableVersion {
            table: table.into(),
            version: None,
            hidden: Vec::new(),
            number: None,
        }
    }

    pub fn at(table: impl Into<String>, version: Version) -> Self {
        TableVersion {
            version: Some(version),
            ..TableVersion::newest(table)
        }
    }

    pub fn hiding<N: Into<String>>(mut self, columns: impl IntoIterator<Item = N>) -> Self {
        self.hidden.extend(columns.into_iter().map(Into::into));
        self
    }

    /// The same with the number of each row as the first column, for SQL.
    pub fn numbered(mut self, name: impl Into<String>) -> Self {
        self.number = Some(name.into());
        self
    }

    /// Those of a table's columns that may be seen.
    pub(crate) fn shown(&self, columns: &[Column]) -> Vec<Column> {
        columns
            .iter()
            .filter(|column| !self.hidden.contains(&column.name))
            .cloned()
            .collect()
    }
}

/// The tables that a caller may read, by the names they have in SQL; nothing else can be reached.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    tables: BTreeMap<String, TableVersion>,
}

impl Scope {
    pub fn new() -> Self {
        Scope::default()
    }

    /// Lets the caller read a table under a name.
    pub fn with(mut self, sql_name: impl Into<String>, table: TableVersion) -> Self {
        self.tables.insert(sql_name.into(), table);
        self
    }

    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.tables.keys().map(String::as_str)
    }

    pub(crate) fn find(&self, sql_name: &str) -> Option<(&str, &TableVersion)> {
        let exact = self.tables.get_key_value(sql_name);
        let found = exact.or_else(|| {
            self.tables
                .iter()
                .find(|(name, _)| crate::lake::same_name(name, sql_name))
        });
        found.map(|(name, table)| (name.as_str(), table))
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &TableVersion)> {
        self.tables.iter().map(|(name, table)| (name.as_str(), table))
    }
}

impl<N: Into<String>> FromIterator<(N, TableVersion)> for Scope {
    fn from_iter<I: IntoIterator<Item = (N, TableVersion)>>(tables: I) -> Self {
        Scope {
            tables: tables
                .into_iter()
                .map(|(name, table)| (name.into(), table))
                .collect(),
        }
    }
}

/// The rows that a query gave.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    pub columns: Vec<Column>,
    pub rows: Vec<Vec<Value>>,
    /// Whether there were more rows than the limit.
    pub truncated: bool,
}

impl From<Answer> for Rows {
    fn from(answer: Answer) -> Self {
        Rows {
            columns: answer.columns,
            rows: answer.rows,
        }
    }
}

impl Lake {
    /// Answers one SELECT (or SHOW TABLES, DESCRIBE) over the tables of the scope.
    pub async fn query(&self, scope: &Scope, sql: &str, limits: Limits) -> Result<Answer> {
        let lake = self.clone();
        let scope = scope.clone();
        let sql = sql.to_string();
        let answer = self
            .engine()
            .run(limits.time, async move {
                let session = Session::asking(&lake, &limits);
                let frame = session.select(&lake, &scope, &sql).await?;
                let columns = plain::answer_columns(frame.schema().as_arrow());
                refuse_nothing(&columns)?;
                let stream = frame.execute_stream().await;
                let stream = stream.map_err(|error| query_error(error, &limits))?;
                gather(columns, stream, &limits).await
            })
            .await;
        answer.map_err(engine::unanswerable)
    }
}

impl Lake {
    /// A place for one question in SQL of a caller, to be held until it is answered; none when all theirs stayed taken for a while.
    pub async fn seat(&self, caller: &str) -> Option<Seat> {
        self.engine().seat(caller).await
    }
}

/// Refuses an answer without a column, as `SELECT *` of a table is that hides all of them.
pub(crate) fn refuse_nothing(columns: &[Column]) -> Result<()> {
    if columns.is_empty() {
        return Err(Error::BadQuery(
            "the table has no column that you may see; ask its steward to open some".into(),
        ));
    }
    Ok(())
}

/// Bytes of an answer whose rows are limited; what is beyond is cut off as rows beyond their limit are.
const MOST_BYTES: usize = 64 << 20;

/// The bytes of a batch's values.
pub(crate) fn n_bytes(batch: &RecordBatch) -> usize {
    width::measure(batch).0
}

/// About how many of a batch's rows have room in so many bytes.
fn fitting(batch: &RecordBatch, room: usize) -> usize {
    let (n_bytes, _) = width::measure(batch);
    match n_bytes <= room {
        true => batch.num_rows(),
        false => batch.num_rows().saturating_mul(room) / n_bytes.max(1),
    }
}

/// Collects a stream's rows up to the limit.
pub(crate) async fn gather(
    columns: Vec<Column>,
    mut stream: datafusion::execution::SendableRecordBatchStream,
    limits: &Limits,
) -> Result<Answer> {
    let mut rows = Vec::new();
    let mut truncated = false;
    let mut n_bytes = 0;
    while let Some(batch) = stream.next().await {
        let batch = batch.map_err(|error| query_error(error, limits))?;
        let mut room = limits.rows - rows.len();
        if limits.rows < usize::MAX {
            room = room.min(fitting(&batch, MOST_BYTES - n_bytes));
            n_bytes = n_bytes.saturating_add(width::measure(&batch).0).min(MOST_BYTES);
        }
        truncated = batch.num_rows() > room;
        plain::push_rows(&mut rows, &batch, room)?;
        if truncated {
            break;
        }
    }
    Ok(Answer {
        columns,
        rows,
        truncated,
    })
}

pub(crate) fn unknown_table(asked: &str, scope: &Scope) -> Error {
    let names: Vec<&str> = scope.names().take(20).collect();
    let known = if names.is_empty() {
        "there is none you may read".to_string()
    } else {
        format!("you may read {}", names.join(", "))
    };
    Error::BadQuery(format!("there is no table {asked:?}; {known}"))
}
