//! Sums over every combination of dimensions that is asked for, in one pass over the rows.
//!
//! Two steps: the finest groups first, then the coarser ones from those. An indicator for all place
//! levels by sex, age and disability costs hardly more than the finest table alone, and eleven of them
//! over the same rows hardly more than one.

mod answer;
mod bits;
mod cells;
mod codes;
mod merge;
mod plan;
mod scan;
mod source;
mod star;
mod work;
mod worker;

use std::sync::Arc;

use crate::{
    error::{Error, Result},
    lake::Lake,
    query::{Limits, Scope},
    value::{Kind, Rows},
};

pub use answer::{Cube, CubeDimension, Lane};
pub(crate) use codes::ColumnCodes;
pub use source::Source;

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

/// Sums that are found in one pass at most; questions with more are shared out.
const MOST_SUMS: usize = 128;

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
                let finest = alone(&lake, &scope, &spec, &limits).await?;
                finest.rows(&spec, limits.rows)
            })
            .await
    }

    /// Computes the finest groups of many questions, those with the same FROM in one pass over the rows.
    ///
    /// The answers stand in the order of the questions, and each is what [`Lake::cube`] works with: [`Cube::rows`] gives the same rows
    /// with the same digits. A question that cannot be answered spoils no other. The time counts for each pass.
    pub async fn cubes(&self, scope: &Scope, specs: &[CubeSpec], limits: Limits) -> Vec<Result<Cube>> {
        let mut answers: Vec<Option<Result<Cube>>> = specs.iter().map(|_| None).collect();
        for places in passes(specs) {
            let together = match places.len() {
                1 => None,
                _ => self.together(scope, specs, &places, limits).await,
            };
            if let Some(cubes) = together {
                for (place, cube) in places.iter().zip(cubes) {
                    answers[*place] = Some(Ok(cube));
                }
                continue;
            }
            for place in places {
                let lake = self.clone();
                let (scope, spec) = (scope.clone(), specs[place].clone());
                let work = async move {
                    spec.check()?;
                    alone(&lake, &scope, &spec, &limits).await
                };
                answers[place] = Some(self.engine().run(limits.time, work).await);
            }
        }
        answers.into_iter().flatten().collect()
    }

    /// Computes the finest groups of questions about rows that are made as they are counted, in one pass.
    ///
    /// What stands behind FROM is only the name that expressions may call the rows by.
    ///
    /// # Errors
    /// When a question is wrong, or names another column than the source makes; when it takes longer, or more memory, than it may.
    pub async fn cubes_of(
        &self,
        source: Arc<dyn Source>,
        specs: &[CubeSpec],
        limits: Limits,
    ) -> Result<Vec<Cube>> {
        for spec in specs {
            spec.check()?;
        }
        let lake = self.clone();
        let specs = specs.to_vec();
        let work = async move {
            let asked: Vec<&CubeSpec> = specs.iter().collect();
            scan::finest_of(&lake, source, &asked, &limits).await
        };
        self.engine().run(limits.time, work).await
    }

    /// Answers some of the questions in one pass; none where they have to be answered one by one.
    async fn together(
        &self,
        scope: &Scope,
        specs: &[CubeSpec],
        places: &[usize],
        limits: Limits,
    ) -> Option<Vec<Cube>> {
        let lake = self.clone();
        let scope = scope.clone();
        let specs: Vec<CubeSpec> = places.iter().map(|place| specs[*place].clone()).collect();
        let work = async move {
            for spec in &specs {
                spec.check()?;
            }
            let asked: Vec<&CubeSpec> = specs.iter().collect();
            scan::finest(&lake, &scope, &asked, &limits).await
        };
        // Whatever is wrong with one of them is found, and told, where it is asked alone.
        self.engine().run(limits.time, work).await.ok().flatten()
    }
}

/// The places of the questions that go together, in the order of the first of each.
fn passes(specs: &[CubeSpec]) -> Vec<Vec<usize>> {
    let mut passes: Vec<(&str, usize, Vec<usize>)> = Vec::new();
    for (place, spec) in specs.iter().enumerate() {
        let (from, n_sums) = (spec.from.trim(), spec.sums.len());
        let known = passes
            .iter_mut()
            .find(|(known, n, _)| *known == from && n + n_sums <= MOST_SUMS);
        match known {
            Some((_, n, places)) => {
                *n += n_sums;
                places.push(place);
            }
            None => passes.push((from, n_sums, vec![place])),
        }
    }
    passes.into_iter().map(|(_, _, places)| places).collect()
}

/// The finest groups of one question.
async fn alone(lake: &Lake, scope: &Scope, spec: &CubeSpec, limits: &Limits) -> Result<Cube> {
    let refused = match scan::finest(lake, scope, &[spec], limits).await {
        Ok(Some(cubes)) => match cubes.into_iter().next() {
            Some(cube) => return Ok(cube),
            None => None,
        },
        Ok(None) => None,
        // What was worked out for values that the filter leaves out may have failed: the engine looks at the rows themselves.
        Err(Error::BadQuery(words)) => Some(words),
        Err(error) => return Err(error),
    };
    match (by_sql(lake, scope, spec, limits).await, refused) {
        (Err(Error::BadQuery(_)), Some(words)) => Err(Error::BadQuery(words)),
        (answer, _) => answer,
    }
}

/// The finest groups as the engine computes them, for joins and for whatever the scan cannot do.
async fn by_sql(lake: &Lake, scope: &Scope, spec: &CubeSpec, limits: &Limits) -> Result<Cube> {
    let sql = finest_sql(spec);
    let mut session = crate::query::Session::open(lake, limits);
    let mut frame = session.select(lake, scope, &sql).await?;
    let columns = crate::plain::columns(frame.schema().as_arrow());
    let n = spec.dimensions.len();
    let mut has_decimals = false;
    for ((name, expr), column) in spec.sums.iter().zip(&columns[n..]) {
        if !column.kind.is_number() {
            return Err(no_number(name, expr));
        }
        has_decimals |= column.kind == Kind::Decimal;
    }
    if has_decimals {
        // Digits depend on the order in which decimals are added up: one thread keeps that of the rows.
        session = crate::query::Session::in_order(lake, limits);
        frame = session.select(lake, scope, &sql).await?;
    }
    let stream = frame.execute_stream().await;
    let stream = stream.map_err(|error| crate::query::query_error(error, limits))?;
    let all = Limits {
        rows: usize::MAX,
        ..*limits
    };
    let rows = crate::query::gather(columns, stream, &all).await?;
    Ok(Cube::from_rows(&rows.columns, rows.rows, spec))
}

fn finest_sql(spec: &CubeSpec) -> String {
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
    format!("SELECT {} FROM {}{filter}{group}", selected.join(", "), spec.from)
}

pub(super) fn no_number(name: &str, expr: &str) -> Error {
    Error::BadQuery(format!(
        "the sum {name:?} is of {expr}, which is no number; write a numeric expression such as CASE WHEN … THEN 1 ELSE 0 END"
    ))
}
