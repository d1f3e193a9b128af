//! Which columns name the rows of a table.

use datafusion::{
    functions_aggregate::expr_fn::{approx_distinct, count},
    logical_expr::{Expr, col, lit},
    prelude::ident,
};

use super::{Side, Work};
use crate::{
    error::Result,
    query::query_error,
    value::{Column, Kind},
};

/// Columns that are looked at.
const MOST_COLUMNS: usize = 64;
/// Columns of which sets are made, and sets that are tried: each try reads both versions.
const MOST_IN_SETS: usize = 8;
const MOST_TRIES: usize = 24;
/// Ends and whole names of columns that name things, in the languages of our statistics.
const CODES: [&str; 8] = ["id", "code", "kode", "uuid", "key", "no", "nomor", "number"];

/// Proposes the smallest key; empty when there is none.
pub async fn propose(work: &Work) -> Result<Vec<String>> {
    let mut candidates = candidates(work).await?;
    candidates.sort_by_key(|known| (known.rank, known.at));
    let mut n_tries = 0;
    for size in 1..=3 {
        let among: Vec<&Candidate> = match size {
            1 => candidates.iter().collect(),
            _ => {
                let mut most: Vec<&Candidate> = candidates.iter().collect();
                most.sort_by_key(|known| std::cmp::Reverse(known.n_distinct.0.min(known.n_distinct.1)));
                most.truncate(MOST_IN_SETS);
                most.sort_by_key(|known| (known.rank, known.at));
                most
            }
        };
        for mut set in sets(&among, size) {
            set.sort_by_key(|known| known.at);
            let reach = |of: fn(&Candidate) -> u64| {
                set.iter()
                    .fold(1_f64, |product, known| product * of(known) as f64)
            };
            // Distinct values are estimated, so a set just below may be unique all the same.
            let is_likely = reach(|known| known.n_distinct.0) >= work.before.n_rows as f64 * 0.9
                && reach(|known| known.n_distinct.1) >= work.after.n_rows as f64 * 0.9;
            if !is_likely || n_tries == MOST_TRIES {
                continue;
            }
            n_tries += 1;
            let names: Vec<String> = set.iter().map(|known| known.name.clone()).collect();
            if is_unique(work, &work.before, &names).await? && is_unique(work, &work.after, &names).await? {
                return Ok(names);
            }
        }
    }
    Ok(Vec::new())
}

/// Whether no two rows of a version share the values of some columns, and no row lacks one.
pub async fn is_unique(work: &Work, side: &Side, key: &[String]) -> Result<bool> {
    let failed = |error| query_error(error, &work.limits);
    let table = || work.session.context.table(side.name);
    let is_empty = key.iter().map(|name| ident(name).is_null()).reduce(Expr::or);
    if let Some(is_empty) = is_empty {
        let without = table().await.map_err(failed)?.filter(is_empty).map_err(failed)?;
        let without = without.limit(0, Some(1)).map_err(failed)?;
        if without.count().await.map_err(failed)? > 0 {
            return Ok(false);
        }
    }
    let by = key.iter().map(ident).collect();
    let twice = table()
        .await
        .and_then(|rows| rows.aggregate(by, vec![count(lit(1_i64)).alias("n of key")]))
        .and_then(|groups| groups.filter(col("\"n of key\"").gt(lit(1_i64))))
        .and_then(|groups| groups.limit(0, Some(1)))
        .map_err(failed)?;
    Ok(twice.count().await.map_err(failed)? == 0)
}

/// A column that is filled in every row of both versions.
struct Candidate {
    name: String,
    at: usize,
    /// What is called a code comes first, then words, then numbers and days, which may be unique by chance.
    rank: u8,
    /// Distinct values in the older and the newer version, estimated.
    n_distinct: (u64, u64),
}

async fn candidates(work: &Work) -> Result<Vec<Candidate>> {
    let shared = work.shared();
    let named: Vec<&Column> = shared
        .iter()
        .filter(|shared| shared.before.kind == shared.after.kind && names_things(shared.after.kind))
        .map(|shared| shared.after)
        .take(MOST_COLUMNS)
        .collect();
    let then = counted(work, &work.before, &named).await?;
    let now = counted(work, &work.after, &named).await?;
    Ok(named
        .iter()
        .enumerate()
        .filter_map(|(at, column)| {
            let (n_then, distinct_then) = then.get(at).copied()?;
            let (n_now, distinct_now) = now.get(at).copied()?;
            (n_then == work.before.n_rows && n_now == work.after.n_rows).then(|| Candidate {
                name: column.name.clone(),
                at,
                rank: rank(column),
                n_distinct: (distinct_then, distinct_now),
            })
        })
        .collect())
}

/// How many rows have a value in each column, and about how many different ones.
async fn counted(work: &Work, side: &Side, columns: &[&Column]) -> Result<Vec<(u64, u64)>> {
    if columns.is_empty() {
        return Ok(Vec::new());
    }
    let failed = |error| query_error(error, &work.limits);
    let frame = work.session.context.table(side.name).await.map_err(failed)?;
    let asked = columns
        .iter()
        .flat_map(|column| [count(ident(&column.name)), approx_distinct(ident(&column.name))])
        .collect();
    let answers = work.aggregated(frame, asked).await?;
    Ok(answers
        .chunks(2)
        .map(|pair| (pair[0], pair.get(1).copied().unwrap_or_default()))
        .collect())
}

/// What is measured names nothing, even where no two values are alike.
fn names_things(kind: Kind) -> bool {
    matches!(kind, Kind::Text | Kind::Integer | Kind::Date | Kind::Instant)
}

fn rank(column: &Column) -> u8 {
    match column.kind {
        _ if is_code(&column.name) => 0,
        Kind::Text => 1,
        _ => 2,
    }
}

fn is_code(name: &str) -> bool {
    let name = name.to_lowercase();
    let words: Vec<&str> = name.split(|c: char| !c.is_alphanumeric()).collect();
    words
        .first()
        .into_iter()
        .chain(words.last())
        .any(|word| CODES.contains(word))
}

/// All sets of a size, those of earlier columns first.
fn sets<'a>(among: &[&'a Candidate], size: usize) -> Vec<Vec<&'a Candidate>> {
    if size == 0 {
        return vec![Vec::new()];
    }
    let mut all = Vec::new();
    for (at, first) in among.iter().enumerate() {
        for mut rest in sets(&among[at + 1..], size - 1) {
            rest.insert(0, first);
            all.push(rest);
        }
    }
    all
}
