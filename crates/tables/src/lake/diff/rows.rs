//! The rows that differ between two versions, page by page.

use datafusion::logical_expr::{Expr, col, lit};

use super::{Compared, TIMES, Work, after_at, before_at};
use crate::{
    error::{Error, Result},
    lake::Lake,
    query::{Limits, query_error},
    value::{Column, Value},
};

/// What became of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowDifference {
    Added,
    Removed,
    Changed,
}

impl RowDifference {
    pub const ALL: [RowDifference; 3] = [
        RowDifference::Added,
        RowDifference::Removed,
        RowDifference::Changed,
    ];

    /// The stable word, as it stands in addresses, JSON and CSV.
    pub fn as_str(self) -> &'static str {
        match self {
            RowDifference::Added => "added",
            RowDifference::Removed => "removed",
            RowDifference::Changed => "changed",
        }
    }

    /// Reads the word that [`RowDifference::as_str`] writes.
    pub fn parse(word: &str) -> Option<RowDifference> {
        RowDifference::ALL
            .into_iter()
            .find(|change| change.as_str() == word)
    }
}

/// A row that differs, with the values of both versions in the order of the page's columns.
#[derive(Clone, Debug, PartialEq)]
pub struct DiffRow {
    pub change: RowDifference,
    pub before: Vec<Value>,
    pub after: Vec<Value>,
    /// How many such rows there are, where whole rows are compared; else 1.
    pub times: u64,
}

/// Rows that differ, in the order of their key.
#[derive(Clone, Debug, PartialEq)]
pub struct DiffPage {
    /// The key's columns first, then those of the newer version, then those that only the older has.
    pub columns: Vec<Column>,
    pub rows: Vec<DiffRow>,
}

impl Lake {
    /// Reads some of the rows that differ: all kinds of change, or one.
    ///
    /// # Errors
    /// As [`Lake::diff`], which says whether the key is one; here it is taken for granted.
    pub async fn diff_rows(
        &self,
        compared: &Compared,
        change: Option<RowDifference>,
        offset: usize,
        limits: Limits,
    ) -> Result<DiffPage> {
        let (lake, compared) = (self.clone(), compared.clone());
        self.engine()
            .run(limits.time, async move {
                let work = Work::open(&lake, &compared.before, &compared.after, limits).await?;
                match compared.key.as_slice() {
                    [] => work.page_of_whole_rows(change, offset).await,
                    key => work.page_by_key(key, change, offset).await,
                }
            })
            .await
    }
}

impl Work {
    async fn page_by_key(
        &self,
        key: &[String],
        change: Option<RowDifference>,
        offset: usize,
    ) -> Result<DiffPage> {
        let failed = |error| query_error(error, &self.limits);
        let shared = self.shared();
        let is_changed = self.is_in_both(key)?.and(self.is_changed(&shared, key));
        let wanted = match change {
            Some(RowDifference::Added) => self.is_added(key)?,
            Some(RowDifference::Removed) => self.is_removed(key)?,
            Some(RowDifference::Changed) => is_changed,
            None => self.is_added(key)?.or(self.is_removed(key)?).or(is_changed),
        };
        // A column's places in the older and the newer version.
        let mut places: Vec<(Option<usize>, Option<usize>)> = Vec::new();
        for name in key {
            let (then, now) = self.shared_column(name)?.at;
            places.push((Some(then), Some(now)));
        }
        for (now, column) in self.after.columns.iter().enumerate() {
            if !key.contains(&column.name) {
                let then = shared.iter().find(|shared| shared.at.1 == now);
                places.push((then.map(|shared| shared.at.0), Some(now)));
            }
        }
        places.extend(self.gone().into_iter().map(|then| (Some(then), None)));
        let columns: Vec<Column> = places
            .iter()
            .filter_map(|(then, now)| match (then, now) {
                (_, Some(now)) => Some(self.after.columns[*now].clone()),
                (Some(then), None) => Some(self.before.columns[*then].clone()),
                (None, None) => None,
            })
            .collect();
        let nothing = || lit(datafusion::common::ScalarValue::Null);
        let mut selected: Vec<Expr> = Vec::new();
        for (at, (then, now)) in places.iter().enumerate() {
            selected.push(then.map_or_else(nothing, before_at).alias(format!("then{at}")));
            selected.push(now.map_or_else(nothing, after_at).alias(format!("now{at}")));
        }
        let order = (0..key.len())
            .map(|place| {
                let either = datafusion::functions::expr_fn::coalesce(vec![
                    col(format!("akey{place}")),
                    col(format!("bkey{place}")),
                ]);
                either.sort(true, false)
            })
            .collect();
        let frame = self
            .joined(key)
            .await?
            .filter(wanted)
            .and_then(|rows| rows.sort(order))
            .and_then(|rows| rows.limit(offset, Some(self.limits.rows)))
            .and_then(|rows| rows.select(selected))
            .map_err(failed)?;
        let rows = self.rows_of(frame).await?;
        Ok(DiffPage {
            columns,
            rows: rows.into_iter().map(of_pairs).collect::<Result<_>>()?,
        })
    }

    async fn page_of_whole_rows(&self, change: Option<RowDifference>, offset: usize) -> Result<DiffPage> {
        let failed = |error| query_error(error, &self.limits);
        let shared = self.shared();
        let wanted = match change {
            Some(RowDifference::Added) => col(TIMES).gt(lit(0_i64)),
            Some(RowDifference::Removed) => col(TIMES).lt(lit(0_i64)),
            Some(RowDifference::Changed) => lit(false),
            None => lit(true),
        };
        let order = (0..shared.len())
            .map(|at| col(format!("v{at}")).sort(true, false))
            .collect();
        let frame = self
            .whole_rows()
            .await?
            .filter(wanted)
            .and_then(|rows| rows.sort(order))
            .and_then(|rows| rows.limit(offset, Some(self.limits.rows)))
            .map_err(failed)?;
        let rows = self.rows_of(frame).await?;
        let columns: Vec<Column> = shared.iter().map(|shared| shared.after.clone()).collect();
        let empty = vec![Value::Null; columns.len()];
        let rows = rows
            .into_iter()
            .filter_map(|mut row| {
                let times = row.pop()?.as_integer()?;
                let is_new = times > 0;
                Some(DiffRow {
                    change: if is_new {
                        RowDifference::Added
                    } else {
                        RowDifference::Removed
                    },
                    before: if is_new { empty.clone() } else { row.clone() },
                    after: if is_new { row } else { empty.clone() },
                    times: times.unsigned_abs(),
                })
            })
            .collect();
        Ok(DiffPage { columns, rows })
    }
}

/// A row of the older and the newer value in turn, the key's first.
fn of_pairs(row: Vec<Value>) -> Result<DiffRow> {
    let (mut before, mut after) = (Vec::new(), Vec::new());
    for (at, value) in row.into_iter().enumerate() {
        if at % 2 == 0 {
            before.push(value);
        } else {
            after.push(value);
        }
    }
    let (Some(then), Some(now)) = (before.first(), after.first()) else {
        return Err(Error::unfit("a key needs a column; name one"));
    };
    let change = match (then.is_null(), now.is_null()) {
        (true, _) => RowDifference::Added,
        (_, true) => RowDifference::Removed,
        _ => RowDifference::Changed,
    };
    Ok(DiffRow {
        change,
        before,
        after,
        times: 1,
    })
}
