//! The numbers of releases, in a table of the lake for each indicator: written once, never changed.

use std::collections::HashMap;

use anyhow::Context;
use tables::{Answer, Column, Kind, Limits, Rows, Scope, TableVersion, Value};

use crate::{
    indicators::{
        model::{
            definition::Definition,
            observation::{Figures, Key, Observation, Standing, Status},
        },
        releases::model::{Release, put_in_order},
    },
    platform::time::Time,
};

/// The columns in their order, and what they hold.
const COLUMNS: [(&str, Kind); 20] = [
    ("release_id", Kind::Text),
    ("place", Kind::Text),
    ("parent", Kind::Text),
    ("period", Kind::Text),
    ("by_dims", Kind::Text),
    ("codes", Kind::Text),
    ("sort_key", Kind::Integer),
    ("status", Kind::Text),
    ("standing", Kind::Text),
    ("value", Kind::Decimal),
    ("low", Kind::Decimal),
    ("high", Kind::Decimal),
    ("se", Kind::Decimal),
    ("n_eff", Kind::Decimal),
    ("numerator", Kind::Decimal),
    ("denominator", Kind::Decimal),
    ("n", Kind::Integer),
    ("n_missing", Kind::Integer),
    // In microseconds since 1970, as the database keeps moments.
    ("as_of", Kind::Integer),
    ("indicator", Kind::Text),
];

/// Adds the numbers of a release under an id of this attempt alone. What was written for one that was never made public is found by nobody.
///
/// # Errors
/// When the lake fails.
pub async fn write(
    lake: &tables::Lake,
    code: &str,
    written_as: &str,
    observations: &[Observation],
) -> tables::Result<()> {
    let columns: Vec<Column> = COLUMNS
        .iter()
        .map(|(name, kind)| Column::new(*name, *kind))
        .collect();
    let table = table(code);
    match lake.create(&table, &columns).await {
        Ok(_) | Err(tables::Error::TableExists(_)) => {}
        Err(error) => return Err(error),
    }
    let mut rows = Rows::new(columns);
    rows.rows = observations.iter().map(|o| row(code, written_as, o)).collect();
    lake.append(&table, &rows).await?;
    Ok(())
}

/// What a query may take that anybody may cause: all rows that there are, but no more time and memory than others get.
#[must_use]
pub fn for_anybody() -> Limits {
    Limits {
        rows: usize::MAX,
        ..Limits::default()
    }
}

/// All numbers of a release that is made, in the order of its file.
///
/// # Errors
/// When the lake fails.
pub async fn of_release(
    lake: &tables::Lake,
    release: &Release,
    limits: Limits,
) -> tables::Result<Vec<Observation>> {
    let Some(written_as) = release.written_as() else {
        return Ok(Vec::new());
    };
    let condition = format!("release_id = {}", quoted(written_as));
    let mut found: Vec<Observation> = ask(lake, &release.indicator, &condition, limits)
        .await?
        .into_iter()
        .map(|(_, o)| o)
        .collect();
    put_in_order(&mut found);
    Ok(found)
}

/// Everybody together in a place, in every release and period, with what the release is written as.
///
/// # Errors
/// When the lake fails.
pub async fn of_place(
    lake: &tables::Lake,
    code: &str,
    place: &str,
    limits: Limits,
) -> tables::Result<Vec<(String, Observation)>> {
    let condition = format!("place = {} AND by_dims = ''", quoted(place));
    let mut found = ask(lake, code, &condition, limits).await?;
    found.sort_by(|a, b| (&a.1.period, &a.0).cmp(&(&b.1.period, &b.0)));
    Ok(found)
}

/// Everybody together in the topmost places, in every release and period, with what the release is written as.
///
/// # Errors
/// When the lake fails.
pub async fn of_topmost(
    lake: &tables::Lake,
    code: &str,
    limits: Limits,
) -> tables::Result<Vec<(String, Observation)>> {
    let mut found = ask(lake, code, "parent IS NULL AND by_dims = ''", limits).await?;
    found.sort_by(|a, b| (&a.1.place, &a.1.period, &a.0).cmp(&(&b.1.place, &b.1.period, &b.0)));
    Ok(found)
}

/// What every release says of one number, by what the release is written as.
///
/// # Errors
/// When the lake fails.
pub async fn of_number(
    lake: &tables::Lake,
    code: &str,
    key: &Key,
    limits: Limits,
) -> tables::Result<HashMap<String, Observation>> {
    let (place, by, period, codes) = key;
    let condition = format!(
        "place = {} AND by_dims = {} AND period = {} AND codes = {}",
        quoted(place),
        quoted(by),
        quoted(period),
        quoted(codes)
    );
    Ok(ask(lake, code, &condition, limits).await?.into_iter().collect())
}

/// Writes the file of a release: the same bytes at any time, so that their SHA-256 tells whether a copy is whole.
///
/// # Errors
/// Never in practice: writing to memory does not fail.
pub fn csv(definition: &Definition, release: &str, observations: &[Observation]) -> anyhow::Result<String> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record([
        "indicator",
        "release",
        "definition_version",
        "place",
        "period",
        "by",
        "codes",
        "status",
        "standing",
        "value",
        "lower_95",
        "upper_95",
        "standard_error",
        "n_effective",
        "numerator",
        "denominator",
        "n",
        "n_missing",
        "as_of",
    ])?;
    let number = |n: Option<f64>| n.map(|n| n.to_string()).unwrap_or_default();
    let count = |n: Option<i64>| n.map(|n| n.to_string()).unwrap_or_default();
    for o in observations {
        let f = &o.figures;
        writer.write_record([
            definition.code.as_str(),
            release,
            &definition.version,
            &o.place,
            &o.period,
            &o.by,
            &o.codes,
            o.status.as_str(),
            o.standing.as_str(),
            &number(f.value),
            &number(f.lower),
            &number(f.upper),
            &number(f.standard_error),
            &number(f.n_effective),
            &number(f.numerator),
            &number(f.denominator),
            &count(f.n),
            &count(f.n_missing),
            &o.as_of.map(|at| at.to_string()).unwrap_or_default(),
        ])?;
    }
    let bytes = writer.into_inner().context("finish the file")?;
    Ok(String::from_utf8(bytes)?)
}

/// The table of an indicator's releases.
fn table(code: &str) -> String {
    format!("numbers__{code}")
}

/// A text as SQL writes it.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn row(code: &str, written_as: &str, o: &Observation) -> Vec<Value> {
    let f = &o.figures;
    let text = |text: &str| Value::Text(text.to_owned());
    let decimal = |number: Option<f64>| number.map_or(Value::Null, Value::Decimal);
    let whole = |number: Option<i64>| number.map_or(Value::Null, Value::Integer);
    vec![
        text(written_as),
        text(&o.place),
        o.parent.as_deref().map_or(Value::Null, text),
        text(&o.period),
        text(&o.by),
        text(&o.codes),
        Value::Integer(o.position),
        text(o.status.as_str()),
        text(o.standing.as_str()),
        decimal(f.value),
        decimal(f.lower),
        decimal(f.upper),
        decimal(f.standard_error),
        decimal(f.n_effective),
        decimal(f.numerator),
        decimal(f.denominator),
        whole(f.n),
        whole(f.n_missing),
        whole(o.as_of.map(|at| at.0)),
        text(code),
    ]
}

/// The rows of a condition, with what the release is written as that each is of; none where nothing was ever released.
async fn ask(
    lake: &tables::Lake,
    code: &str,
    condition: &str,
    limits: Limits,
) -> tables::Result<Vec<(String, Observation)>> {
    let names: Vec<&str> = COLUMNS.iter().map(|(name, _)| *name).collect();
    let sql = format!(
        "SELECT {} FROM numbers WHERE indicator = {} AND {condition}",
        names.join(", "),
        quoted(code)
    );
    let table = table(code);
    if !lake.exists(&table).await? {
        return Ok(Vec::new());
    }
    let scope = Scope::new().with("numbers", TableVersion::newest(table));
    let answer = lake.query(&scope, &sql, limits).await?;
    Ok(read(&answer))
}

fn read(answer: &Answer) -> Vec<(String, Observation)> {
    let observation = |row: &Vec<Value>| {
        let text = |at: usize| row.get(at).and_then(Value::as_text);
        let own = |at: usize| text(at).unwrap_or_default().to_owned();
        let decimal = |at: usize| row.get(at).and_then(Value::as_decimal);
        let whole = |at: usize| row.get(at).and_then(Value::as_integer);
        let observation = Observation {
            place: own(1),
            parent: text(2).map(str::to_owned),
            period: own(3),
            by: own(4),
            codes: own(5),
            position: whole(6).unwrap_or(0),
            status: Status::parse(text(7).unwrap_or_default()),
            standing: Standing::parse(text(8).unwrap_or_default()),
            figures: Figures {
                value: decimal(9),
                lower: decimal(10),
                upper: decimal(11),
                standard_error: decimal(12),
                n_effective: decimal(13),
                numerator: decimal(14),
                denominator: decimal(15),
                n: whole(16),
                n_missing: whole(17),
            },
            as_of: whole(18).map(Time),
        };
        (own(0), observation)
    };
    answer.rows.iter().map(observation).collect()
}
