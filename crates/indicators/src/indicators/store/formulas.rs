//! SQL of formulas: what they read, how far they have read it, and the observations of a few places.

use std::collections::HashSet;

use sqlx::{Any, AssertSqlSafe, FromRow};

use super::{KeyRow, ObservationRow, keyed, plain};
use crate::{
    indicators::model::{definition::Definition, observation::Observation},
    platform::{
        db::{Db, Tx},
        problem::Result,
        time::Time,
    },
};

/// Parameters of one list in a statement: few enough for both engines.
const MOST_LISTED: usize = 500;

/// An input of a formula, and how far the formula follows it.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct InputState {
    /// Code of the indicator that is read.
    pub input: String,
    /// Its run whose numbers are public.
    pub run_id: Option<String>,
    /// The last run in which observations of it went away.
    pub shrunk_in: Option<String>,
    /// Its run that was public when the formula was last worked out.
    pub seen: Option<String>,
}

/// Keeps what a definition reads.
pub async fn put_inputs(tx: &mut Tx, definition: &Definition) -> Result<()> {
    sqlx::query("DELETE FROM indicator_input WHERE indicator = $1")
        .bind(&definition.code)
        .execute(tx.conn())
        .await?;
    let inputs = definition
        .formula()
        .into_iter()
        .flat_map(|formula| &formula.inputs);
    for input in inputs {
        sqlx::query("INSERT INTO indicator_input (indicator, name, input) VALUES ($1, $2, $3)")
            .bind(&definition.code)
            .bind(&input.name)
            .bind(&input.code)
            .execute(tx.conn())
            .await?;
    }
    Ok(())
}

/// Forgets how far a formula follows its inputs.
pub async fn forget_seen(tx: &mut Tx, code: &str) -> Result<()> {
    sqlx::query("DELETE FROM indicator_input_seen WHERE indicator = $1")
        .bind(code)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Notes up to which run of an input a formula's public numbers follow it.
pub async fn put_seen(tx: &mut Tx, code: &str, input: &str, run: &str) -> Result<()> {
    sqlx::query(
        "INSERT INTO indicator_input_seen (indicator, input, run_id)
         VALUES ($1, $2, $3)
         ON CONFLICT (indicator, input) DO UPDATE
         SET run_id = excluded.run_id",
    )
    .bind(code)
    .bind(input)
    .bind(run)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The indicators that a formula reads, each once.
pub async fn list_inputs(db: &Db, code: &str) -> Result<Vec<InputState>> {
    Ok(sqlx::query_as(
        "SELECT i.code AS input, i.run_id, i.shrunk_in, s.run_id AS seen
         FROM indicator i
         LEFT JOIN indicator_input_seen s ON s.indicator = $1 AND s.input = i.code
         WHERE i.code IN (SELECT n.input FROM indicator_input n WHERE n.indicator = $1)
         ORDER BY i.code",
    )
    .bind(code)
    .fetch_all(db.read())
    .await?)
}

/// Those of some indicators that a formula reads.
pub async fn list_read(tx: &mut Tx, codes: &[&str]) -> Result<HashSet<String>> {
    let mut read = HashSet::new();
    for some in codes.chunks(MOST_LISTED) {
        // Only the number of indicators varies: the text is made of constants.
        let sql = format!(
            "SELECT DISTINCT input
             FROM indicator_input
             WHERE input IN ({})",
            parameters(1, some.len())
        );
        let mut query = sqlx::query_scalar::<Any, String>(AssertSqlSafe(sql)).persistent(false);
        for code in some {
            query = query.bind(*code);
        }
        read.extend(query.fetch_all(tx.conn()).await?);
    }
    Ok(read)
}

/// The places in which an observation of an indicator changed after a run, `most` of them at most.
pub async fn list_changed_places(db: &Db, code: &str, after: &str, most: i64) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar(
        "SELECT DISTINCT place
         FROM observation
         WHERE indicator = $1 AND run_id > $2
         ORDER BY place
         LIMIT $3",
    )
    .bind(code)
    .bind(after)
    .bind(most)
    .fetch_all(db.read())
    .await?)
}

/// All places that have numbers of an indicator.
pub async fn list_places(db: &Db, code: &str) -> Result<HashSet<String>> {
    let places: Vec<String> =
        sqlx::query_scalar("SELECT DISTINCT place FROM observation WHERE indicator = $1")
            .bind(code)
            .fetch_all(db.read())
            .await?;
    Ok(places.into_iter().collect())
}

/// Everything that is public of an indicator in some places.
pub async fn list_of_places(db: &Db, code: &str, places: &[String]) -> Result<Vec<Observation>> {
    let mut found = Vec::new();
    for some in places.chunks(MOST_LISTED) {
        // Only the number of places varies: the text is made of constants.
        let sql = format!(
            "SELECT place, by_dims, period, codes, sort_key, parent, status, value, low, high,
                    numerator, denominator, n, n_missing, as_of, se, n_eff, standing
             FROM observation
             WHERE indicator = $1 AND place IN ({})",
            parameters(2, some.len())
        );
        let mut query = sqlx::query_as::<_, ObservationRow>(AssertSqlSafe(sql)).bind(code);
        for place in some {
            query = query.bind(place);
        }
        found.extend(plain(query.fetch_all(db.read()).await?));
    }
    Ok(found)
}

/// Everything that is public of some indicators in a place, with the code of each.
pub async fn list_of_indicators(db: &Db, codes: &[&str], place: &str) -> Result<Vec<(String, Observation)>> {
    if codes.is_empty() {
        return Ok(Vec::new());
    }
    // Only the number of indicators varies: the text is made of constants.
    let sql = format!(
        "SELECT indicator, place, by_dims, period, codes, sort_key, parent, status, value, low, high,
                numerator, denominator, n, n_missing, as_of, se, n_eff, standing
         FROM observation
         WHERE place = $1 AND indicator IN ({})
         ORDER BY indicator, period DESC",
        parameters(2, codes.len())
    );
    let mut query = sqlx::query_as::<_, KeyRow>(AssertSqlSafe(sql)).bind(place);
    for code in codes {
        query = query.bind(*code);
    }
    Ok(keyed(query.fetch_all(db.read()).await?))
}

/// Whether any of some indicators is waiting to be computed, or being so, at a moment.
pub async fn is_underway(db: &Db, codes: &[&str], at: Time) -> Result<bool> {
    if codes.is_empty() {
        return Ok(false);
    }
    // Only the number of indicators varies: the text is made of constants.
    let sql = format!(
        "SELECT CAST(COUNT(*) AS BIGINT)
         FROM job
         WHERE state IN ('queued', 'running')
           AND run_at <= $1
           AND ((name IN ('indicators.compute', 'indicators.follow-inputs') AND key IN ({codes}))
             OR (name = 'indicators.compute-together'
               AND key IN (SELECT lake_table FROM indicator_source WHERE indicator IN ({codes}))))",
        codes = parameters(2, codes.len())
    );
    let mut query = sqlx::query_scalar::<_, i64>(AssertSqlSafe(sql)).bind(at.0);
    for code in codes {
        query = query.bind(*code);
    }
    Ok(query.fetch_one(db.read()).await? > 0)
}

/// `$2, $3, $4` for three parameters from the second on.
pub(super) fn parameters(first: usize, n: usize) -> String {
    (first..first + n)
        .map(|at| format!("${at}"))
        .collect::<Vec<_>>()
        .join(", ")
}
