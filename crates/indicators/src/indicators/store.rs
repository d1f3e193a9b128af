//! SQL of indicators: definitions, runs, observations.

use std::collections::{BTreeMap, HashMap};

use sqlx::{AssertSqlSafe, FromRow};

use super::model::{
    definition::Definition,
    observation::{Facts, Figures, Key, Observation, Standing, Status},
};
use crate::platform::{
    db::{Db, Tx},
    id,
    problem::{Problem, Result},
    time::Time,
};

pub mod authoring;
pub mod entry;
pub mod formulas;
pub mod notes;
pub mod outside;
pub mod passport;
pub mod plans;
pub mod releases;
pub mod sdmx;
pub mod tiles;

/// The name under which indicators and their figures are kept in memory.
pub const KEPT: &str = "indicators";

/// An indicator as it stands in the database.
#[derive(Debug, Clone, FromRow)]
pub struct IndicatorRow {
    pub code: String,
    pub version: String,
    pub text: String,
    pub run_id: Option<String>,
    pub trouble: Option<String>,
}

/// A run as it stands in the database.
#[derive(Debug, Clone, FromRow)]
pub struct RunRow {
    pub version: String,
    pub versions: String,
    pub facts: String,
    pub computed_at: i64,
}

/// What has to be written to bring the stored observations of an indicator up to date.
#[derive(Debug, Default, PartialEq)]
pub struct Difference<'a> {
    pub changed: Vec<&'a Observation>,
    pub gone: Vec<Observation>,
}

/// Puts a definition in force and keeps its text; returns whether it was another one before.
pub async fn put_definition(tx: &mut Tx, definition: &Definition, at: Time) -> Result<bool> {
    let before: Option<(String,)> = sqlx::query_as("SELECT version FROM indicator WHERE code = $1")
        .bind(&definition.code)
        .fetch_optional(tx.conn())
        .await?;
    sqlx::query(
        "INSERT INTO indicator (code, version, sort_key, loaded_at)
         VALUES ($1, $2, $3, $4)
         ON CONFLICT (code) DO UPDATE
         SET version = excluded.version, sort_key = excluded.sort_key, loaded_at = excluded.loaded_at, trouble = NULL",
    )
    .bind(&definition.code)
    .bind(&definition.version)
    .bind(definition.key)
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    sqlx::query(
        "INSERT INTO indicator_definition (indicator, version, text, loaded_at)
         VALUES ($1, $2, $3, $4)
         ON CONFLICT (indicator, version) DO NOTHING",
    )
    .bind(&definition.code)
    .bind(&definition.version)
    .bind(&definition.text)
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    let is_known = before.is_some();
    if is_known {
        sqlx::query("DELETE FROM indicator_source WHERE indicator = $1")
            .bind(&definition.code)
            .execute(tx.conn())
            .await?;
    }
    for table in definition.tables() {
        sqlx::query("INSERT INTO indicator_source (indicator, lake_table) VALUES ($1, $2)")
            .bind(&definition.code)
            .bind(table)
            .execute(tx.conn())
            .await?;
    }
    let is_new = before.is_none_or(|(version,)| version != definition.version);
    if is_known || definition.formula().is_some() {
        formulas::put_inputs(tx, definition).await?;
    }
    if is_known && is_new {
        // What another text makes of its inputs has to be worked out from all of them.
        formulas::forget_seen(tx, &definition.code).await?;
    }
    tx.touch(KEPT).await?;
    Ok(is_new)
}

/// All indicators with the text in force, as they are in a transaction.
pub async fn list_texts(tx: &mut Tx) -> Result<Vec<(String, String)>> {
    Ok(sqlx::query_as(
        "SELECT i.code, d.text
         FROM indicator i
         JOIN indicator_definition d ON d.indicator = i.code AND d.version = i.version
         ORDER BY i.code",
    )
    .fetch_all(tx.conn())
    .await?)
}

/// All indicators with the text in force, by code.
pub async fn list(db: &Db) -> Result<Vec<IndicatorRow>> {
    Ok(sqlx::query_as(
        "SELECT i.code, i.version, d.text, i.run_id, i.trouble
         FROM indicator i
         JOIN indicator_definition d ON d.indicator = i.code AND d.version = i.version
         ORDER BY i.code",
    )
    .fetch_all(db.read())
    .await?)
}

/// The text of one version of a definition, in force or not.
pub async fn find_text(db: &Db, code: &str, version: &str) -> Result<Option<String>> {
    let found: Option<(String,)> =
        sqlx::query_as("SELECT text FROM indicator_definition WHERE indicator = $1 AND version = $2")
            .bind(code)
            .bind(version)
            .fetch_optional(db.read())
            .await?;
    Ok(found.map(|(text,)| text))
}

/// Codes of all indicators that are worked out here, formulas behind what is counted.
pub async fn list_codes(tx: &mut Tx) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar(
        "SELECT code
         FROM indicator
         WHERE code NOT IN (SELECT indicator FROM outside_indicator)
         ORDER BY CASE WHEN code IN (SELECT indicator FROM indicator_input) THEN 1 ELSE 0 END, code",
    )
    .fetch_all(tx.conn())
    .await?)
}

/// Codes of the indicators that read a table.
pub async fn list_reading(tx: &mut Tx, table: &str) -> Result<Vec<String>> {
    let codes: Vec<(String,)> =
        sqlx::query_as("SELECT indicator FROM indicator_source WHERE lake_table = $1 ORDER BY indicator")
            .bind(table)
            .fetch_all(tx.conn())
            .await?;
    Ok(codes.into_iter().map(|(code,)| code).collect())
}

/// The runs whose observations are public, by id.
pub async fn list_runs_in_force(db: &Db) -> Result<Vec<(String, RunRow)>> {
    #[derive(FromRow)]
    struct Row {
        id: String,
        #[sqlx(flatten)]
        run: RunRow,
    }
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT r.id, r.version, r.versions, r.facts, r.computed_at
         FROM indicator i
         JOIN indicator_run r ON r.id = i.run_id",
    )
    .fetch_all(db.read())
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.run)).collect())
}

/// Says why a computation failed.
pub async fn put_trouble(tx: &mut Tx, code: &str, trouble: &str) -> Result<()> {
    sqlx::query("UPDATE indicator SET trouble = $2 WHERE code = $1")
        .bind(code)
        .bind(trouble)
        .execute(tx.conn())
        .await?;
    tx.touch(KEPT).await
}

/// A run that is to be recorded, and what it changes.
pub struct NewRun<'a> {
    pub definition: &'a Definition,
    pub versions: &'a BTreeMap<String, u64>,
    pub facts: &'a Facts,
    pub difference: &'a Difference<'a>,
}

/// Records runs, of every indicator one at most, and makes their observations the public ones; returns the id of each run.
///
/// Only what differs is written: one more household changes its village and what lies above, not every place.
pub async fn put_runs(tx: &mut Tx, new: &[NewRun<'_>], at: Time) -> Result<Vec<String>> {
    let ids: Vec<String> = new.iter().map(|_| id::fresh(at)).collect();
    let runs: Vec<(&str, &NewRun<'_>)> = ids.iter().map(String::as_str).zip(new).collect();
    for some in runs.chunks(ROWS_AT_ONCE) {
        insert_runs(tx, some, at).await?;
    }
    for (id, run) in &runs {
        take_away(tx, &run.definition.code, id, &run.difference.gone).await?;
    }
    let mut changed: Vec<Written<'_>> = Vec::new();
    for (id, run) in &runs {
        let code = run.definition.code.as_str();
        changed.extend(
            run.difference
                .changed
                .iter()
                .map(|observation| (code, *id, *observation)),
        );
    }
    for some in changed.chunks(ROWS_AT_ONCE) {
        put_observations(tx, some).await?;
    }
    for some in ids.chunks(ROWS_AT_ONCE) {
        put_in_force(tx, some, at).await?;
    }
    tx.touch(KEPT).await?;
    Ok(ids)
}

async fn insert_runs(tx: &mut Tx, runs: &[(&str, &NewRun<'_>)], at: Time) -> Result<()> {
    // Only the number of rows varies: the text is made of constants.
    let sql = format!(
        "INSERT INTO indicator_run (computed_at, id, indicator, version, versions, facts)
         VALUES {}",
        rows_text(runs.len(), 5)
    );
    let mut query = sqlx::query(AssertSqlSafe(sql)).bind(at.0);
    for (id, run) in runs {
        query = query
            .bind(*id)
            .bind(&run.definition.code)
            .bind(&run.definition.version)
            .bind(serde_json::to_string(run.versions).map_err(Problem::internal)?)
            .bind(serde_json::to_string(run.facts).map_err(Problem::internal)?);
    }
    query.execute(tx.conn()).await?;
    Ok(())
}

/// Takes away what is no longer public of an indicator, and notes in which run that was.
async fn take_away(tx: &mut Tx, code: &str, run: &str, gone: &[Observation]) -> Result<()> {
    for gone in gone {
        sqlx::query(
            "DELETE FROM observation
             WHERE indicator = $1 AND place = $2 AND by_dims = $3 AND period = $4 AND codes = $5",
        )
        .bind(code)
        .bind(&gone.place)
        .bind(&gone.by)
        .bind(&gone.period)
        .bind(&gone.codes)
        .execute(tx.conn())
        .await?;
    }
    if !gone.is_empty() {
        sqlx::query("UPDATE indicator SET shrunk_in = $2 WHERE code = $1")
            .bind(code)
            .bind(run)
            .execute(tx.conn())
            .await?;
    }
    Ok(())
}

/// Makes runs those whose numbers are public.
async fn put_in_force(tx: &mut Tx, runs: &[String], at: Time) -> Result<()> {
    // A run that was replaced within its hour is not worth keeping: while a census is filed there is one every few seconds. But one
    // whose figures still stand says which versions they were made from. Only the number of runs varies: the text is made of constants.
    let sql = format!(
        "DELETE FROM indicator_run
         WHERE indicator IN (SELECT n.indicator FROM indicator_run n WHERE n.id IN ({list}))
           AND version = (SELECT n.version FROM indicator_run n
                          WHERE n.indicator = indicator_run.indicator AND n.id IN ({list}))
           AND id NOT IN ({list}) AND computed_at >= $1
           AND NOT EXISTS (SELECT 1 FROM observation o
                           WHERE o.indicator = indicator_run.indicator AND o.as_of = indicator_run.computed_at)",
        list = formulas::parameters(2, runs.len())
    );
    let mut query = sqlx::query(AssertSqlSafe(sql)).bind(at.0 - at.0.rem_euclid(HOUR));
    for run in runs {
        query = query.bind(run);
    }
    query.execute(tx.conn()).await?;
    let sql = format!(
        "UPDATE indicator
         SET run_id = (SELECT r.id FROM indicator_run r WHERE r.indicator = indicator.code AND r.id IN ({list})), trouble = NULL
         WHERE code IN (SELECT r.indicator FROM indicator_run r WHERE r.id IN ({list}))",
        list = formulas::parameters(1, runs.len())
    );
    let mut query = sqlx::query(AssertSqlSafe(sql));
    for run in runs {
        query = query.bind(run);
    }
    query.execute(tx.conn()).await?;
    Ok(())
}

/// Rows that share their first parameter and have some of their own.
fn rows_text(n_rows: usize, n_own: usize) -> String {
    let row = |at: usize| {
        let own: Vec<String> = (0..n_own)
            .map(|column| format!("${}", 2 + at * n_own + column))
            .collect();
        format!("($1, {})", own.join(", "))
    };
    (0..n_rows).map(row).collect::<Vec<_>>().join(", ")
}

/// Everything that is public of an indicator.
pub async fn list_published(db: &Db, code: &str) -> Result<HashMap<Key, Observation>> {
    let stored: Vec<ObservationRow> = sqlx::query_as(
        "SELECT place, by_dims, period, codes, sort_key, parent, status, value, low, high,
                numerator, denominator, n, n_missing, as_of, se, n_eff, standing
         FROM observation
         WHERE indicator = $1",
    )
    .bind(code)
    .fetch_all(db.read())
    .await?;
    Ok(stored
        .into_iter()
        .map(Observation::from)
        .map(|o| (o.key(), o))
        .collect())
}

/// Compares a new set of observations with what is public.
pub fn compare(mut published: HashMap<Key, Observation>, new: &[Observation]) -> Difference<'_> {
    let changed = new
        .iter()
        .filter(|o| published.remove(&o.key()).as_ref() != Some(*o))
        .collect();
    Difference {
        changed,
        gone: published.into_values().collect(),
    }
}

/// The observations of a place for one combination, over all periods.
pub async fn list_of_place(db: &Db, code: &str, place: &str, by: &str) -> Result<Vec<Observation>> {
    let rows: Vec<ObservationRow> = sqlx::query_as(
        "SELECT place, by_dims, period, codes, sort_key, parent, status, value, low, high,
                numerator, denominator, n, n_missing, as_of, se, n_eff, standing
         FROM observation
         WHERE indicator = $1 AND place = $2 AND by_dims = $3
         ORDER BY period, sort_key",
    )
    .bind(code)
    .bind(place)
    .bind(by)
    .fetch_all(db.read())
    .await?;
    Ok(plain(rows))
}

/// Everybody together in the places directly below one, in one period.
pub async fn list_below(db: &Db, code: &str, parent: &str, period: &str) -> Result<Vec<Observation>> {
    let rows: Vec<ObservationRow> = sqlx::query_as(
        "SELECT place, by_dims, period, codes, sort_key, parent, status, value, low, high,
                numerator, denominator, n, n_missing, as_of, se, n_eff, standing
         FROM observation
         WHERE indicator = $1 AND parent = $2 AND by_dims = '' AND period = $3
         ORDER BY place",
    )
    .bind(code)
    .bind(parent)
    .bind(period)
    .fetch_all(db.read())
    .await?;
    Ok(plain(rows))
}

/// Everybody together in the topmost places that have numbers, over all periods.
pub async fn list_topmost(db: &Db, code: &str) -> Result<Vec<Observation>> {
    let rows: Vec<ObservationRow> = sqlx::query_as(
        "SELECT place, by_dims, period, codes, sort_key, parent, status, value, low, high,
                numerator, denominator, n, n_missing, as_of, se, n_eff, standing
         FROM observation
         WHERE indicator = $1 AND parent IS NULL AND by_dims = ''
         ORDER BY place, period",
    )
    .bind(code)
    .fetch_all(db.read())
    .await?;
    Ok(plain(rows))
}

/// Everybody together in the topmost places that have numbers, for every indicator, the latest period last.
pub async fn list_headlines(db: &Db) -> Result<Vec<(String, Observation)>> {
    let rows: Vec<KeyRow> = sqlx::query_as(
        "SELECT o.indicator, o.place, o.by_dims, o.period, o.codes, o.sort_key, o.parent, o.status, o.value, o.low, o.high,
                o.numerator, o.denominator, o.n, o.n_missing, o.as_of, o.se, o.n_eff, o.standing
         FROM indicator i
         JOIN observation o ON o.indicator = i.code AND o.parent IS NULL AND o.by_dims = ''
         ORDER BY o.indicator, o.period, o.place DESC",
    )
    .fetch_all(db.read())
    .await?;
    Ok(keyed(rows))
}

/// Everybody together in a place, for every key indicator and period, in the order of the key numbers.
pub async fn list_key_numbers(db: &Db, place: &str) -> Result<Vec<(String, Observation)>> {
    let rows: Vec<KeyRow> = sqlx::query_as(
        "SELECT o.indicator, o.place, o.by_dims, o.period, o.codes, o.sort_key, o.parent, o.status, o.value, o.low, o.high,
                o.numerator, o.denominator, o.n, o.n_missing, o.as_of, o.se, o.n_eff, o.standing
         FROM observation o
         JOIN indicator i ON i.code = o.indicator
         WHERE o.place = $1 AND o.by_dims = '' AND i.sort_key IS NOT NULL
         ORDER BY i.sort_key, o.indicator, o.period",
    )
    .bind(place)
    .fetch_all(db.read())
    .await?;
    Ok(keyed(rows))
}

/// Everybody together in the places directly below one, for every key indicator, in the latest period that the place itself has.
pub async fn list_key_numbers_below(db: &Db, parent: &str) -> Result<Vec<(String, Observation)>> {
    let rows: Vec<KeyRow> = sqlx::query_as(
        "SELECT o.indicator, o.place, o.by_dims, o.period, o.codes, o.sort_key, o.parent, o.status, o.value, o.low, o.high,
                o.numerator, o.denominator, o.n, o.n_missing, o.as_of, o.se, o.n_eff, o.standing
         FROM (
             SELECT own.indicator, MAX(own.period) AS period
             FROM observation own
             JOIN indicator i ON i.code = own.indicator AND i.sort_key IS NOT NULL
             WHERE own.place = $1 AND own.by_dims = ''
             GROUP BY own.indicator
         ) latest
         JOIN observation o ON o.indicator = latest.indicator AND o.parent = $1 AND o.by_dims = '' AND o.period = latest.period",
    )
    .bind(parent)
    .fetch_all(db.read())
    .await?;
    Ok(keyed(rows))
}

/// Rows written by one statement. SQLite looks every parameter up by its name among all of the statement: twice as many take four times as
/// long, and each statement has a price of its own.
const ROWS_AT_ONCE: usize = 20;
/// In microseconds.
const HOUR: i64 = 3_600_000_000;

#[derive(FromRow)]
pub(super) struct ObservationRow {
    place: String,
    by_dims: String,
    period: String,
    codes: String,
    sort_key: i64,
    parent: Option<String>,
    status: String,
    value: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
    numerator: Option<f64>,
    denominator: Option<f64>,
    n: Option<i64>,
    n_missing: Option<i64>,
    as_of: Option<i64>,
    se: Option<f64>,
    n_eff: Option<f64>,
    standing: String,
}

/// An observation with the indicator it is of.
#[derive(FromRow)]
pub(super) struct KeyRow {
    indicator: String,
    #[sqlx(flatten)]
    observation: ObservationRow,
}

fn plain(rows: Vec<ObservationRow>) -> Vec<Observation> {
    rows.into_iter().map(Observation::from).collect()
}

pub(super) fn keyed(rows: Vec<KeyRow>) -> Vec<(String, Observation)> {
    rows.into_iter()
        .map(|row| (row.indicator, Observation::from(row.observation)))
        .collect()
}

impl From<ObservationRow> for Observation {
    fn from(row: ObservationRow) -> Observation {
        Observation {
            place: row.place,
            parent: row.parent,
            period: row.period,
            by: row.by_dims,
            codes: row.codes,
            position: row.sort_key,
            status: Status::parse(&row.status),
            standing: Standing::parse(&row.standing),
            figures: Figures {
                value: row.value,
                lower: row.low,
                upper: row.high,
                standard_error: row.se,
                n_effective: row.n_eff,
                numerator: row.numerator,
                denominator: row.denominator,
                n: row.n,
                n_missing: row.n_missing,
            },
            as_of: row.as_of.map(Time),
        }
    }
}

/// An observation with the code of its indicator and its run.
type Written<'a> = (&'a str, &'a str, &'a Observation);

async fn put_observations(tx: &mut Tx, observations: &[Written<'_>]) -> Result<()> {
    let mut given = Given::default();
    let rows: Vec<String> = observations
        .iter()
        .map(|(code, run, observation)| given.row(code, run, observation))
        .collect();
    // Only the number of rows and what is absent in them vary: the text is made of constants.
    let sql = format!(
        "INSERT INTO observation (indicator, place, by_dims, period, codes, sort_key, parent, status, value, low, high, numerator, denominator, n, n_missing, as_of,
                                  se, n_eff, standing, run_id)
         VALUES {}
         ON CONFLICT (indicator, place, by_dims, period, codes) DO UPDATE
         SET sort_key = excluded.sort_key, parent = excluded.parent, status = excluded.status, value = excluded.value, low = excluded.low,
             high = excluded.high, numerator = excluded.numerator, denominator = excluded.denominator, n = excluded.n, n_missing = excluded.n_missing,
             as_of = excluded.as_of, se = excluded.se, n_eff = excluded.n_eff, standing = excluded.standing,
             run_id = excluded.run_id",
        rows.join(", ")
    );
    // Not kept prepared: hardly any text comes a second time.
    let mut query = sqlx::query(AssertSqlSafe(sql)).persistent(false);
    for value in given.values {
        query = match value {
            Value::Text(text) => query.bind(text),
            Value::Whole(whole) => query.bind(whole),
            Value::Figure(figure) => query.bind(figure),
        };
    }
    query.execute(tx.conn()).await?;
    Ok(())
}

/// What a statement is given, in the order of its parameters.
#[derive(Default)]
struct Given<'a> {
    values: Vec<Value<'a>>,
    /// The parameter of each text: one that stands in many rows is given once.
    texts: HashMap<&'a str, usize>,
}

enum Value<'a> {
    Text(&'a str),
    Whole(i64),
    Figure(f64),
}

impl<'a> Given<'a> {
    /// Takes an observation; returns the text of its row.
    fn row(&mut self, code: &'a str, run: &'a str, o: &'a Observation) -> String {
        let f = &o.figures;
        let cells = [
            self.text(Some(code)),
            self.text(Some(&o.place)),
            self.text(Some(&o.by)),
            self.text(Some(&o.period)),
            self.text(Some(&o.codes)),
            self.number(Some(Value::Whole(o.position))),
            self.text(o.parent.as_deref()),
            self.text(Some(o.status.as_str())),
            self.number(f.value.map(Value::Figure)),
            self.number(f.lower.map(Value::Figure)),
            self.number(f.upper.map(Value::Figure)),
            self.number(f.numerator.map(Value::Figure)),
            self.number(f.denominator.map(Value::Figure)),
            self.number(f.n.map(Value::Whole)),
            self.number(f.n_missing.map(Value::Whole)),
            self.number(o.as_of.map(|at| Value::Whole(at.0))),
            self.number(f.standard_error.map(Value::Figure)),
            self.number(f.n_effective.map(Value::Figure)),
            self.text(Some(o.standing.as_str())),
            self.text(Some(run)),
        ];
        format!("({})", cells.join(", "))
    }

    fn text(&mut self, text: Option<&'a str>) -> String {
        let Some(text) = text else {
            return self.number(None);
        };
        let next = self.values.len() + 1;
        let at = *self.texts.entry(text).or_insert(next);
        if at == next {
            self.values.push(Value::Text(text));
        }
        format!("${at}")
    }

    /// What is absent stands in the text itself.
    fn number(&mut self, value: Option<Value<'a>>) -> String {
        let Some(value) = value else {
            return "NULL".to_owned();
        };
        self.values.push(value);
        format!("${}", self.values.len())
    }
}
