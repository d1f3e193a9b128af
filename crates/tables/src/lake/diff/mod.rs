//! What changed between two versions of a table: by a key where there is one, by whole rows where there is none.

mod key;
mod rows;

use datafusion::{
    dataframe::DataFrame,
    functions_aggregate::expr_fn::{count, sum},
    logical_expr::{Expr, ExprFunctionExt as _, JoinType, Operator, binary_expr, cast, col, lit, when},
    prelude::ident,
};
use futures::StreamExt;

use super::Lake;
use crate::{
    error::{Error, Result},
    plain,
    query::{Limits, Session, TableVersion, query_error},
    value::{Column, Kind, Value},
};

pub use rows::{DiffPage, DiffRow, RowDifference};

/// Two versions to compare, and the columns by which a row of one is found in the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compared {
    pub before: TableVersion,
    pub after: TableVersion,
    /// Unique and never empty in both; without any, whole rows are compared and none counts as changed.
    pub key: Vec<String>,
}

/// What changed between two versions, in numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diff {
    pub key: Vec<String>,
    pub n_before: u64,
    pub n_after: u64,
    pub n_added: u64,
    pub n_removed: u64,
    /// Rows that stand in both with another value in some column that both have.
    pub n_changed: u64,
    /// Columns with rows that changed in them: the name in the newer version and the number of rows, the most changed first.
    pub columns: Vec<(String, u64)>,
    pub schema: Vec<SchemaChange>,
}

/// What became of a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SchemaChange {
    Added(Column),
    Removed(Column),
    Retyped {
        name: String,
        from: Kind,
        to: Kind,
    },
    /// Nearly all rows that stand in both say under the new name what they said under the old one.
    Renamed {
        from: String,
        to: String,
    },
}

impl Lake {
    /// Proposes a key for two versions: a column, or the smallest set of columns, that is unique and never empty in both.
    ///
    /// Codes go before names, and columns that stand first before others; empty when there is none of up to three columns.
    pub async fn propose_key(
        &self,
        before: &TableVersion,
        after: &TableVersion,
        limits: Limits,
    ) -> Result<Vec<String>> {
        let (lake, before, after) = (self.clone(), before.clone(), after.clone());
        self.engine()
            .run(limits.time, async move {
                let work = Work::open(&lake, &before, &after, limits).await?;
                key::propose(&work).await
            })
            .await
    }

    /// Counts what changed; rows are joined on disk where they do not fit into memory.
    ///
    /// # Errors
    /// `Unfit` when the key is none: a column that one version lacks, two rows with one key, or a row without.
    pub async fn diff(&self, compared: &Compared, limits: Limits) -> Result<Diff> {
        let (lake, compared) = (self.clone(), compared.clone());
        self.engine()
            .run(limits.time, async move {
                let work = Work::open(&lake, &compared.before, &compared.after, limits).await?;
                work.diff(&compared.key).await
            })
            .await
    }
}

/// A session in which both versions can be read.
struct Work {
    session: Session,
    limits: Limits,
    before: Side,
    after: Side,
}

/// One of the versions.
struct Side {
    name: &'static str,
    columns: Vec<Column>,
    n_rows: u64,
}

/// A column that both versions have, with its places in them.
struct Shared<'a> {
    before: &'a Column,
    after: &'a Column,
    at: (usize, usize),
}

impl Work {
    async fn open(lake: &Lake, before: &TableVersion, after: &TableVersion, limits: Limits) -> Result<Work> {
        let session = Session::open(lake, &limits);
        {
            let state = session.context.state_ref();
            let mut state = state.write();
            let options = state.config_mut().options_mut();
            // Sorted rows are merged, because a sort spills to disk and a table of hashes does not.
            options.optimizer.prefer_hash_join = false;
            options.execution.target_partitions = options.execution.target_partitions.max(2);
        }
        let mut sides = Vec::new();
        for (name, table) in [("before", before), ("after", after)] {
            let state = lake.state(&table.table, table.version).await?;
            session.add(lake, name, table).await?;
            sides.push(Side {
                name,
                columns: table.shown(&state.columns),
                n_rows: state.n_rows(),
            });
        }
        let mut sides = sides.into_iter();
        match (sides.next(), sides.next()) {
            (Some(before), Some(after)) => Ok(Work {
                session,
                limits,
                before,
                after,
            }),
            _ => Err(Error::unfit("two versions are compared; name both")),
        }
    }

    async fn diff(&self, key: &[String]) -> Result<Diff> {
        for name in key {
            self.shared_column(name)?;
        }
        if key.is_empty() {
            return self.diff_of_whole_rows().await;
        }
        for side in [&self.before, &self.after] {
            if !key::is_unique(self, side, key).await? {
                return Err(Error::unfit(format!(
                    "{} is no key: two rows of the {} version share a value, or one has none; choose columns that name each row",
                    key.join(" + "),
                    if side.name == "before" { "older" } else { "newer" }
                )));
            }
        }
        let shared = self.shared();
        let (gone, new) = (self.gone(), self.new_columns());
        let pairs: Vec<(usize, usize)> = gone
            .iter()
            .flat_map(|gone| new.iter().map(|new| (*gone, *new)))
            .filter(|(gone, new)| self.before.columns[*gone].kind == self.after.columns[*new].kind)
            .take(MOST_PAIRS)
            .collect();
        let frame = self.joined(key).await?;
        let is_both = self.is_in_both(key)?;
        let mut asked = vec![
            n_where(self.is_added(key)?),
            n_where(self.is_removed(key)?),
            n_where(is_both.clone().and(self.is_changed(&shared, key))),
        ];
        let compared: Vec<&Shared<'_>> = shared
            .iter()
            .filter(|shared| !key.contains(&shared.after.name))
            .collect();
        for shared in &compared {
            asked.push(n_where(is_both.clone().and(differs(shared))));
        }
        for (gone, new) in &pairs {
            let (then, now) = (before_at(*gone), after_at(*new));
            asked.push(n_where(is_both.clone().and(then.clone().is_not_null())));
            asked.push(n_where(is_both.clone().and(then.eq(now))));
        }
        let answers = self.aggregated(frame, asked).await?;
        let mut answers = answers.into_iter();
        let mut next = || answers.next().unwrap_or_default();
        let (n_added, n_removed, n_changed) = (next(), next(), next());
        let mut columns: Vec<(String, u64)> = compared
            .iter()
            .map(|shared| (shared.after.name.clone(), next()))
            .filter(|(_, n)| *n > 0)
            .collect();
        columns.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
        let renamed: Vec<(usize, usize)> = pairs
            .into_iter()
            .filter(|_| {
                let (n_filled, n_same) = (next(), next());
                // Nineteen in twenty: a renamed column may have been corrected in passing.
                n_filled > 0 && n_same * 20 >= n_filled * 19
            })
            .collect();
        Ok(Diff {
            key: key.to_vec(),
            n_before: self.before.n_rows,
            n_after: self.after.n_rows,
            n_added,
            n_removed,
            n_changed,
            columns,
            schema: self.schema_changes(&renamed),
        })
    }

    async fn diff_of_whole_rows(&self) -> Result<Diff> {
        let frame = self.whole_rows().await?;
        let n = || col(TIMES);
        let of_sign = |is_wanted: Expr, n: Expr| {
            let n = when(is_wanted, n).otherwise(lit(0_i64));
            n.map(sum)
        };
        let failed = |error| query_error(error, &self.limits);
        let asked = vec![
            of_sign(n().gt(lit(0_i64)), n()).map_err(failed)?,
            of_sign(n().lt(lit(0_i64)), lit(0_i64) - n()).map_err(failed)?,
        ];
        let answers = self.aggregated(frame, asked).await?;
        Ok(Diff {
            key: Vec::new(),
            n_before: self.before.n_rows,
            n_after: self.after.n_rows,
            n_added: answers.first().copied().unwrap_or_default(),
            n_removed: answers.get(1).copied().unwrap_or_default(),
            n_changed: 0,
            columns: Vec::new(),
            schema: self.schema_changes(&[]),
        })
    }

    /// Both versions side by side: rows of one key beside each other, others alone.
    async fn joined(&self, key: &[String]) -> Result<DataFrame> {
        let failed = |error| query_error(error, &self.limits);
        let mut frames = Vec::new();
        let mut by: Vec<Vec<String>> = Vec::new();
        for (side, letter) in [(&self.before, 'b'), (&self.after, 'a')] {
            let frame = self.session.context.table(side.name).await.map_err(failed)?;
            let mut selected: Vec<Expr> = side
                .columns
                .iter()
                .enumerate()
                .map(|(at, column)| ident(&column.name).alias(format!("{letter}{at}")))
                .collect();
            let mut names = Vec::new();
            for (place, name) in key.iter().enumerate() {
                let shared = self.shared_column(name)?;
                let column = if letter == 'b' {
                    shared.before
                } else {
                    shared.after
                };
                let alias = format!("{letter}key{place}");
                selected.push(comparable(&shared, ident(&column.name)).alias(&alias));
                names.push(alias);
            }
            frames.push(frame.select(selected).map_err(failed)?);
            by.push(names);
        }
        let mut frames = frames.into_iter();
        let (Some(before), Some(after)) = (frames.next(), frames.next()) else {
            return Err(Error::unfit("two versions are compared; name both"));
        };
        let names = |at: usize| -> Vec<&str> { by[at].iter().map(String::as_str).collect() };
        before
            .join(after, JoinType::Full, &names(0), &names(1), None)
            .map_err(failed)
    }

    /// Rows that stand more often in one version than in the other, with how often; below nothing for those that went.
    async fn whole_rows(&self) -> Result<DataFrame> {
        let failed = |error| query_error(error, &self.limits);
        let shared = self.shared();
        if shared.is_empty() {
            return Err(Error::unfit(
                "the two versions have no column in common, so their rows cannot be compared",
            ));
        }
        let mut frames = Vec::new();
        for (side, weight) in [(&self.before, -1_i64), (&self.after, 1)] {
            let frame = self.session.context.table(side.name).await.map_err(failed)?;
            let mut selected: Vec<Expr> = shared
                .iter()
                .enumerate()
                .map(|(at, shared)| {
                    let column = if weight < 0 { shared.before } else { shared.after };
                    comparable(shared, ident(&column.name)).alias(format!("v{at}"))
                })
                .collect();
            selected.push(lit(weight).alias("weight"));
            frames.push(frame.select(selected).map_err(failed)?);
        }
        let mut frames = frames.into_iter();
        let (Some(before), Some(after)) = (frames.next(), frames.next()) else {
            return Err(Error::unfit("two versions are compared; name both"));
        };
        let by: Vec<Expr> = (0..shared.len()).map(|at| col(format!("v{at}"))).collect();
        before
            .union(after)
            .and_then(|both| both.aggregate(by, vec![sum(col("weight")).alias(TIMES)]))
            .and_then(|rows| rows.filter(col(TIMES).not_eq(lit(0_i64))))
            .map_err(failed)
    }

    /// The answers of one row, as whole numbers.
    async fn aggregated(&self, frame: DataFrame, asked: Vec<Expr>) -> Result<Vec<u64>> {
        let failed = |error| query_error(error, &self.limits);
        let asked = asked
            .into_iter()
            .enumerate()
            .map(|(at, asked)| asked.alias(format!("n{at}")))
            .collect();
        let frame = frame.aggregate(Vec::new(), asked).map_err(failed)?;
        let rows = self.rows_of(frame).await?;
        let row = rows.into_iter().next().unwrap_or_default();
        Ok(row
            .iter()
            .map(|value| {
                value
                    .as_integer()
                    .and_then(|n| u64::try_from(n).ok())
                    .unwrap_or_default()
            })
            .collect())
    }

    async fn rows_of(&self, frame: DataFrame) -> Result<Vec<Vec<Value>>> {
        let failed = |error| query_error(error, &self.limits);
        let mut stream = frame.execute_stream().await.map_err(failed)?;
        let mut rows = Vec::new();
        while let Some(batch) = stream.next().await {
            plain::push_rows(&mut rows, &batch.map_err(failed)?, usize::MAX)?;
        }
        Ok(rows)
    }

    fn shared(&self) -> Vec<Shared<'_>> {
        self.after
            .columns
            .iter()
            .enumerate()
            .filter_map(|(now, after)| {
                let then = self
                    .before
                    .columns
                    .iter()
                    .position(|known| known.name == after.name)?;
                Some(Shared {
                    before: &self.before.columns[then],
                    after,
                    at: (then, now),
                })
            })
            .collect()
    }

    fn shared_column(&self, name: &str) -> Result<Shared<'_>> {
        let found = self.shared().into_iter().find(|shared| shared.after.name == name);
        found.ok_or_else(|| {
            Error::unfit(format!(
                "the versions have no column {name:?} in common; choose a key of columns that both have"
            ))
        })
    }

    /// The places of the columns that only the older version has.
    fn gone(&self) -> Vec<usize> {
        only_in(&self.before.columns, &self.after.columns)
    }

    /// The places of the columns that only the newer version has.
    fn new_columns(&self) -> Vec<usize> {
        only_in(&self.after.columns, &self.before.columns)
    }

    fn schema_changes(&self, pairs: &[(usize, usize)]) -> Vec<SchemaChange> {
        let mut changes = Vec::new();
        let mut renamed: Vec<(usize, usize)> = Vec::new();
        for (from, to) in pairs {
            // One column becomes one other.
            if renamed.iter().all(|(gone, new)| gone != from && new != to) {
                renamed.push((*from, *to));
                changes.push(SchemaChange::Renamed {
                    from: self.before.columns[*from].name.clone(),
                    to: self.after.columns[*to].name.clone(),
                });
            }
        }
        for shared in self.shared() {
            if shared.before.kind != shared.after.kind {
                changes.push(SchemaChange::Retyped {
                    name: shared.after.name.clone(),
                    from: shared.before.kind,
                    to: shared.after.kind,
                });
            }
        }
        let new = self.new_columns().into_iter();
        changes.extend(
            new.filter(|at| renamed.iter().all(|(_, to)| to != at))
                .map(|at| SchemaChange::Added(self.after.columns[at].clone())),
        );
        let gone = self.gone().into_iter();
        changes.extend(
            gone.filter(|at| renamed.iter().all(|(from, _)| from != at))
                .map(|at| SchemaChange::Removed(self.before.columns[at].clone())),
        );
        changes
    }

    fn is_added(&self, key: &[String]) -> Result<Expr> {
        Ok(before_at(self.first_of(key)?.0).is_null())
    }

    fn is_removed(&self, key: &[String]) -> Result<Expr> {
        Ok(after_at(self.first_of(key)?.1).is_null())
    }

    fn is_in_both(&self, key: &[String]) -> Result<Expr> {
        let (then, now) = self.first_of(key)?;
        Ok(before_at(then).is_not_null().and(after_at(now).is_not_null()))
    }

    fn is_changed(&self, shared: &[Shared<'_>], key: &[String]) -> Expr {
        let others = shared.iter().filter(|shared| !key.contains(&shared.after.name));
        others.map(differs).reduce(Expr::or).unwrap_or(lit(false))
    }

    fn first_of(&self, key: &[String]) -> Result<(usize, usize)> {
        match key.first() {
            Some(name) => Ok(self.shared_column(name)?.at),
            None => Err(Error::unfit("a key needs a column; name one")),
        }
    }
}

/// How often a row stands more in one version than in the other.
const TIMES: &str = "times";
/// Columns that went and columns that came are compared in so many pairs at most.
const MOST_PAIRS: usize = 60;

fn before_at(at: usize) -> Expr {
    col(format!("b{at}"))
}

fn after_at(at: usize) -> Expr {
    col(format!("a{at}"))
}

fn differs(shared: &Shared<'_>) -> Expr {
    let (then, now) = shared.at;
    binary_expr(
        comparable(shared, before_at(then)),
        Operator::IsDistinctFrom,
        comparable(shared, after_at(now)),
    )
}

/// A value in a type that both versions have: as it is, as a number, or else as text.
fn comparable(shared: &Shared<'_>, value: Expr) -> Expr {
    use arrow::datatypes::DataType;
    let (then, now) = (shared.before.kind, shared.after.kind);
    if then == now {
        value
    } else if then.is_number() && now.is_number() {
        cast(value, DataType::Float64)
    } else {
        cast(value, DataType::Utf8)
    }
}

fn n_where(condition: Expr) -> Expr {
    match count(lit(1_i64)).filter(condition.clone()).build() {
        Ok(counted) => counted,
        // A count takes a filter always; were it not so, the sum says the same.
        Err(_) => sum(cast(condition, arrow::datatypes::DataType::Int64)),
    }
}

fn only_in(columns: &[Column], others: &[Column]) -> Vec<usize> {
    let is_alone = |column: &Column| others.iter().all(|other| other.name != column.name);
    columns
        .iter()
        .enumerate()
        .filter(|(_, column)| is_alone(column))
        .map(|(at, _)| at)
        .collect()
}
