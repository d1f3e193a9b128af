//! Holds every value of a column against the standard it follows, however long its table is.
//!
//! The engine counts. Numbers are held against their range in one pass. Of a column of codes the most frequent values come here: as many as
//! the list has codes and a thousand more, so that the most frequent wrong ones are among them; what is right of the others is counted
//! code by code. Nothing is held in memory that grows with the table.

use std::collections::HashSet;

use tables::{Kind, Limits, Scope, Value};

use super::{
    Registry, keep, known_column,
    model::{self, Codelist, Doubt, Found},
    written,
};
use crate::{
    catalog::{
        store::{self, standards::AssignedRow},
        view::{self, Resource},
    },
    platform::{
        app::App,
        i18n::Lang,
        op::Op,
        problem::{Kind as ProblemKind, Problem, Result},
        words::Words,
    },
};

/// Wrong values that are looked at: the most frequent ones.
const MOST_DOUBTS: usize = 1_000;
/// Codes that one question names: a list of IN has no more values.
const MOST_CODES: usize = 2_000;
/// Characters of codes that one question names, well below what is refused.
const MOST_ASKED: usize = 50_000;

/// What one question may take while somebody waits for the page.
#[must_use]
pub fn brief() -> Limits {
    Limits {
        rows: usize::MAX,
        ..Limits::default()
    }
}

/// Holds every value of a column against the standard it follows; as far as the reader may see the column.
///
/// # Errors
/// `catalog-standards-unassigned`, `column-unknown`; `resource-unknown` for a table without rows; `query-too-heavy` when it takes longer, or
/// more memory, than the limits give.
pub async fn check(
    app: &App,
    resource: &Resource,
    column: &str,
    limits: Limits,
) -> Result<(AssignedRow, Found)> {
    let rows = store::standards::list_assigned(app.db.read(), Some(&resource.id)).await?;
    let mut row = rows
        .into_iter()
        .find(|row| row.column_name == column)
        .ok_or_else(|| Problem::not_found("catalog-standards-unassigned").with("column", column))?;
    let kind = known_column(resource, column)?;
    if resource.version.is_none() {
        return Err(Problem::not_found("resource-unknown").with("resource", &resource.slug));
    }
    let registry = Registry::of(app).await?;
    let standard = registry
        .standard(&row.standard, &row.version)
        .ok_or_else(|| Problem::not_found("catalog-standards-unknown").with("code", &row.standard))?;
    let found = match &standard.classification {
        Some(name) => {
            let list = registry
                .find_list(app, &name.codelist, Some(&name.version))
                .await?;
            check_codes(app, resource, column, (registry.as_ref(), list), limits).await?
        }
        None => {
            let ranged = ranged(column, kind, (standard.least, standard.most));
            check_range(app, resource, &ranged, limits).await?
        }
    };
    row.table_version = resource.version;
    row.n_values = i64::try_from(found.n_values).unwrap_or(i64::MAX);
    row.n_valid = i64::try_from(found.n_valid).unwrap_or(i64::MAX);
    Ok((row, found))
}

/// Checks a column and keeps what was found, or why nothing could be, for everybody to read.
///
/// # Errors
/// As [`check`].
pub async fn check_and_keep(
    app: &App,
    op: &Op,
    resource: &Resource,
    column: &str,
    limits: Limits,
) -> Result<Found> {
    match check(app, resource, column, limits).await {
        Ok((row, found)) => {
            keep(app, op, &row).await?;
            Ok(found)
        }
        Err(problem) if problem.kind() == ProblemKind::Internal => Err(problem),
        Err(problem) => {
            let sentence = |lang: Lang| (lang.code().to_owned(), problem.sentence(lang));
            let why = Words(Lang::COMPLETE.into_iter().map(sentence).collect());
            let mut tx = app.db.begin().await?;
            store::standards::note_unchecked(&mut tx, (&resource.id, column), &written(&why)?).await?;
            tx.commit().await?;
            Err(problem)
        }
    }
}

/// The same for those who go on in any case: that it could not be checked is shown beside the column.
///
/// # Errors
/// Only what is our own fault.
pub async fn try_to_check(
    app: &App,
    op: &Op,
    resource: &Resource,
    column: &str,
    limits: Limits,
) -> Result<()> {
    match check_and_keep(app, op, resource, column, limits).await {
        Err(problem) if problem.kind() == ProblemKind::Internal => Err(problem),
        Ok(_) | Err(_) => Ok(()),
    }
}

/// Values that are not empty, as text in column `v`, with whether they are numbers within a range (1 or 0) in column `ok`.
///
/// Names of our own stand in quotation marks, so that no column of a table is taken for them.
fn ranged(column: &str, kind: Option<Kind>, (least, most): (Option<f64>, Option<f64>)) -> String {
    let column = quoted(column);
    let number = match kind {
        Some(kind) if kind.is_number() => format!("CAST({column} AS DOUBLE)"),
        _ => format!("TRY_CAST(TRIM(CAST({column} AS VARCHAR)) AS DOUBLE)"),
    };
    // What is no number, or too large for one, lies in no range.
    let (least, most) = (least.unwrap_or(f64::MIN), most.unwrap_or(f64::MAX));
    format!(
        "(SELECT CAST({column} AS VARCHAR) AS \"v\", \
                 CASE WHEN {number} BETWEEN {least:e} AND {most:e} THEN 1 ELSE 0 END AS \"ok\" \
          FROM t WHERE {column} IS NOT NULL) AS \"x\" \
         WHERE TRIM(\"v\") <> ''"
    )
}

async fn check_range(app: &App, resource: &Resource, ranged: &str, limits: Limits) -> Result<Found> {
    let sql = format!("SELECT COUNT(*) AS \"n\", SUM(\"ok\") AS \"k\" FROM {ranged}");
    let counted = ask(app, resource, &sql, limits).await?;
    let (n_values, n_valid) = match counted.first().map(Vec::as_slice) {
        Some([n, valid]) => (count(n), count(valid)),
        _ => (0, 0),
    };
    let mut found = Found {
        n_values,
        n_valid,
        doubts: Vec::new(),
    };
    if n_valid == n_values {
        return Ok(found);
    }
    let sql = format!(
        "SELECT \"v\", COUNT(*) AS \"n\" FROM {ranged} AND \"ok\" = 0 \
         GROUP BY \"v\" ORDER BY \"n\" DESC, \"v\" LIMIT {MOST_DOUBTS}"
    );
    let wrong = counted_values(ask(app, resource, &sql, limits).await?);
    found.doubts = wrong
        .into_iter()
        .map(|(value, n_rows)| Doubt {
            value,
            n_rows,
            proposal: None,
            choices: Vec::new(),
        })
        .collect();
    Ok(found)
}

async fn check_codes(
    app: &App,
    resource: &Resource,
    column: &str,
    (registry, list): (&Registry, Codelist),
    limits: Limits,
) -> Result<Found> {
    let column = quoted(column);
    let values = format!(
        "(SELECT CAST({column} AS VARCHAR) AS \"v\" FROM t WHERE {column} IS NOT NULL) AS \"x\" \
         WHERE TRIM(\"v\") <> ''"
    );
    let most = list.items.len() + MOST_DOUBTS;
    let sql = format!(
        "SELECT \"v\", COUNT(*) AS \"n\" FROM {values} GROUP BY \"v\" ORDER BY \"n\" DESC, \"v\" LIMIT {most}"
    );
    let frequent = ask(app, resource, &sql, limits).await?;
    let is_all = frequent.len() < most;
    let frequent = counted_values(frequent);
    let (mut n_values, mut n_more) = (None, 0);
    if !is_all {
        let sql = format!("SELECT COUNT(*) AS \"n\" FROM {values}");
        let all = ask(app, resource, &sql, limits).await?;
        n_values = all.first().and_then(|row| row.first()).map(count);
        let seen: HashSet<&str> = frequent.iter().map(|(value, _)| value.as_str()).collect();
        let rare = list.items.iter().map(|item| item.code.as_str());
        for codes in questions(rare.filter(|code| !seen.contains(code))) {
            let sql = format!("SELECT COUNT(*) AS \"n\" FROM {values} AND \"v\" IN ({codes})");
            let right = ask(app, resource, &sql, limits).await?;
            n_more += right.first().and_then(|row| row.first()).map_or(0, count);
        }
    }
    let maps = registry.maps_to(app, &list).await?;
    let mut found = tokio::task::spawn_blocking(move || model::check(&frequent, &list, &maps))
        .await
        .map_err(Problem::internal)?;
    found.n_values = n_values.unwrap_or(found.n_values);
    found.n_valid += n_more;
    Ok(found)
}

/// Codes as lists in SQL, each short enough for one question.
fn questions<'a>(codes: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for (at, code) in codes.enumerate() {
        let word = format!("'{}'", code.replace('\'', "''"));
        match all.last_mut() {
            Some(last) if at % MOST_CODES != 0 && last.len() + word.len() < MOST_ASKED => {
                last.push_str(", ");
                last.push_str(&word);
            }
            _ => all.push(word),
        }
    }
    all
}

async fn ask(app: &App, resource: &Resource, sql: &str, limits: Limits) -> Result<Vec<Vec<Value>>> {
    let scope = Scope::new().with("t", resource.table.clone());
    let answer = app.lake.query(&scope, sql, limits).await.map_err(view::spoken)?;
    Ok(answer.rows)
}

fn counted_values(rows: Vec<Vec<Value>>) -> Vec<(String, u64)> {
    rows.into_iter()
        .filter_map(|row| match row.as_slice() {
            [Value::Text(value), n] if !value.trim().is_empty() => Some((value.clone(), count(n))),
            _ => None,
        })
        .collect()
}

fn count(value: &Value) -> u64 {
    let n = value.as_integer().unwrap_or_default();
    u64::try_from(n).unwrap_or_default()
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_asked_for_in_questions_that_are_short_enough() {
        let codes: Vec<String> = (0..20_000).map(|n| format!("35.22.01.{n:05}")).collect();
        let asked = questions(codes.iter().map(String::as_str));
        assert!(asked.len() > 1, "{}", asked.len());
        assert!(asked.iter().all(|list| list.len() < MOST_ASKED + 40));
        let n: usize = asked.iter().map(|list| list.matches("35.22.01.").count()).sum();
        assert_eq!(n, 20_000);
        assert_eq!(questions(["it's"].into_iter()), ["'it''s'"]);
    }
}
