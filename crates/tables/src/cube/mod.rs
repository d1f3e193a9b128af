//! Sums over every combination of dimensions that is asked for, in one pass over the rows.
//!
//! Two steps: the finest groups first, then the coarser ones from those. An indicator for all place
//! levels by sex, age and disability costs hardly more than the finest table alone.

mod codes;
mod groups;
mod scan;

use crate::{
    error::{Error, Result},
    lake::Lake,
    query::{Limits, Scope},
    value::{Column, Kind, Rows},
};

pub(crate) use codes::ColumnCodes;
use groups::{Groups, Sums};

/// What to sum and by what. The expressions are SQL over the columns of `from`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CubeSpec {
    /// What stands behind FROM: a table's name in the scope, or several joined.
    pub from: String,
    /// What stands behind WHERE.
    pub filter: Option<String>,
    /// Name and expression of each dimension.
    pub dimensions: Vec<(String, String)>,
    /// Name and numeric expression of each sum. `1` counts rows; a sum over no values is 0.
    pub sums: Vec<(String, String)>,
    pub sets: GroupingSets,
}

/// The combinations of dimensions to sum by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum GroupingSets {
    /// Every combination, from none (the total) to all of them.
    #[default]
    All,
    /// These, each a list of places in `dimensions`.
    These(Vec<Vec<usize>>),
}

impl CubeSpec {
    /// The grouping sets in the order of the answer's `set` column.
    pub fn grouping_sets(&self) -> Vec<Vec<usize>> {
        match &self.sets {
            GroupingSets::These(sets) => sets.clone(),
            GroupingSets::All => {
                let n = self.dimensions.len();
                (0..1_usize << n)
                    .map(|bits| (0..n).filter(|at| bits & (1 << at) != 0).collect())
                    .collect()
            }
        }
    }

    fn check(&self) -> Result<()> {
        if self.sums.is_empty() {
            return Err(Error::BadQuery(
                "a cube needs at least one sum; add (\"n\", \"1\") to count".into(),
            ));
        }
        if self.dimensions.len() > 16 && self.sets == GroupingSets::All {
            return Err(Error::BadQuery(format!(
                "{} dimensions make too many combinations; name the grouping sets that are wanted",
                self.dimensions.len()
            )));
        }
        let n = self.dimensions.len();
        if let Some(at) = self.grouping_sets().iter().flatten().find(|at| **at >= n) {
            return Err(Error::BadQuery(format!(
                "a grouping set names dimension {at}, but there are only {n}, counted from 0"
            )));
        }
        Ok(())
    }
}

impl Lake {
    /// Computes a cube.
    ///
    /// The answer's columns are `set` (the place in [`CubeSpec::grouping_sets`]), the dimensions and
    /// the sums. A dimension that is not in a row's set is null, as is one whose value is unknown; the
    /// set tells them apart. Rows are ordered by set, then by the dimensions, unknown first.
    pub async fn cube(&self, scope: &Scope, spec: &CubeSpec, limits: Limits) -> Result<Rows> {
        spec.check()?;
        let lake = self.clone();
        let (scope, spec) = (scope.clone(), spec.clone());
        self.engine()
            .run(limits.time, async move {
                let finest = match scan::finest(&lake, &scope, &spec, &limits).await? {
                    Some(finest) => finest,
                    None => by_sql(&lake, &scope, &spec, &limits).await?,
                };
                answer(&finest, &spec, &limits)
            })
            .await
    }
}

/// The finest groups as the engine computes them, for joins and for whatever the scan cannot do.
async fn by_sql(lake: &Lake, scope: &Scope, spec: &CubeSpec, limits: &Limits) -> Result<Groups> {
    let session = crate::query::Session::open(lake, limits);
    let dimensions = spec.dimensions.iter().map(|(_, expr)| expr.clone());
    let sums = spec.sums.iter().map(|(_, expr)| format!("sum({expr})"));
    let selected: Vec<String> = dimensions
        .chain(sums)
        .enumerate()
        .map(|(at, expr)| format!("{expr} AS c{at}"))
        .collect();
    let filter = spec
        .filter
        .as_ref()
        .map(|filter| format!(" WHERE {filter}"))
        .unwrap_or_default();
    let by: Vec<String> = (1..=spec.dimensions.len()).map(|at| at.to_string()).collect();
    let group = if by.is_empty() {
        String::new()
    } else {
        format!(" GROUP BY {}", by.join(", "))
    };
    let sql = format!("SELECT {} FROM {}{filter}{group}", selected.join(", "), spec.from);
    let frame = session.select(lake, scope, &sql).await?;
    let columns = crate::plain::columns(frame.schema().as_arrow());
    let stream = frame.execute_stream().await;
    let stream = stream.map_err(|error| crate::query::query_error(error, limits))?;
    let all = Limits {
        rows: usize::MAX,
        ..*limits
    };
    let rows = crate::query::gather(columns, stream, &all).await?;
    let n = spec.dimensions.len();
    for (at, (name, expr)) in spec.sums.iter().enumerate() {
        if !rows.columns[n + at].kind.is_number() {
            return Err(no_number(name, expr));
        }
    }
    Ok(Groups::from_rows(&rows.columns, rows.rows, n))
}

fn answer(finest: &Groups, spec: &CubeSpec, limits: &Limits) -> Result<Rows> {
    let mut columns = vec![Column::new("set", Kind::Integer)];
    for ((name, _), kind) in spec.dimensions.iter().zip(&finest.kinds) {
        columns.push(Column::new(name, *kind));
    }
    for ((name, _), sums) in spec.sums.iter().zip(&finest.sums) {
        let kind = match sums {
            Sums::Integer(_) => Kind::Integer,
            Sums::Decimal(_) => Kind::Decimal,
        };
        columns.push(Column::new(name, kind));
    }
    let mut rows = Rows::new(columns);
    for (at, set) in spec.grouping_sets().iter().enumerate() {
        let coarse = finest.roll_up(set);
        if rows.len() + coarse.len() > limits.rows {
            return Err(Error::BadQuery(format!(
                "the cube has more than {} cells; group by fewer or coarser dimensions",
                limits.rows
            )));
        }
        coarse.push_rows(at, &mut rows.rows);
    }
    Ok(rows)
}

pub(super) fn no_number(name: &str, expr: &str) -> Error {
    Error::BadQuery(format!(
        "the sum {name:?} is of {expr}, which is no number; write a numeric expression such as CASE WHEN … THEN 1 ELSE 0 END"
    ))
}
