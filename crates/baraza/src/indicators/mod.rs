//! Indicators: definitions that turn tables into numbers, with everything needed to trust them.
//!
//! A definition (TOML) says what is counted; a run counts it for every place level and every combination asked for, gives each
//! number its 95 % interval, hides what would point at people and proves that it stays hidden (`measures::disclosure`). Pages, files
//! and other slices read prepared observations. Numbering follows the UN SDG framework: <https://unstats.un.org/sdgs/metadata/>.
//!
//! Deliberately absent: targets by place, protection between releases of different days, editing definitions in the browser.

use std::{collections::BTreeMap, sync::Arc};

use serde::Serialize;

use crate::platform::{
    app::App,
    db::Tx,
    events::Event,
    i18n::Lang,
    op::{Op, Role},
    problem::{Problem, Result},
    time::Time,
};

pub mod cli;
mod compute;
mod files;
mod jobs;
pub mod model;
mod pages;
mod store;
pub mod view;

pub use compute::{Computed, compute};
pub use jobs::{Compute, FollowTable};
pub use pages::routes;

use model::{
    definition::{Definition, Light, Unit},
    observation::{Facts, Observation, Status},
};

/// A definition was put in force.
#[derive(Serialize)]
pub struct DefinitionLoaded {
    pub indicator: String,
    pub version: String,
}

impl Event for DefinitionLoaded {
    const NAME: &'static str = "indicators.definition-loaded";
    fn subject(&self) -> String {
        format!("indicator/{}", self.indicator)
    }
}

/// An indicator: its definition in force and the run whose numbers are public.
#[derive(Debug, Clone)]
pub struct Indicator {
    pub definition: Arc<Definition>,
    pub run: Option<Run>,
    /// Why the last computation failed, for whoever maintains the definition.
    pub trouble: Option<String>,
}

/// One computation of an indicator.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Run {
    /// The definition it was made by, which may be older than the one in force.
    pub definition_version: String,
    /// Table of the lake → version read.
    pub tables: BTreeMap<String, u64>,
    pub computed_at: Time,
    pub facts: Facts,
}

/// One number about a place, as its profile shows it.
#[derive(Debug, Clone, Serialize)]
pub struct KeyNumber {
    pub code: String,
    pub title: String,
    pub unit: Unit,
    pub decimals: usize,
    pub observation: Observation,
    /// The value one period earlier.
    pub previous: Option<f64>,
    pub trend: Option<Trend>,
    pub light: Option<Light>,
}

/// Where a number has moved since the period before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Trend {
    Better,
    Worse,
    /// Chance alone may move it as far: each value lies within the other's interval.
    Steady,
}

impl Trend {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Trend::Better => "better",
            Trend::Worse => "worse",
            Trend::Steady => "steady",
        }
    }
}

/// Puts a definition in force; its numbers follow by a job. For stewards and administrators.
///
/// # Errors
/// `indicators-definition` with the key and the remedy when the text is no definition.
pub async fn load(tx: &mut Tx, op: &Op, text: &str) -> Result<Definition> {
    op.require(&[Role::Steward, Role::Admin])?;
    let definition = Definition::parse(text)
        .map_err(|error| Problem::invalid("indicators-definition").with("reason", error))?;
    if store::put_definition(tx, &definition, op.at).await? {
        tx.emit(
            op,
            &DefinitionLoaded {
                indicator: definition.code.clone(),
                version: definition.version.clone(),
            },
        )
        .await?;
    }
    Ok(definition)
}

/// Lists all indicators, by code.
///
/// # Errors
/// When the database fails.
pub async fn list(app: &App) -> Result<Vec<Indicator>> {
    let mut listed = Vec::new();
    for row in store::list(&app.db).await? {
        let definition = definition_of(app, &row)?;
        listed.push(Indicator {
            definition,
            run: run_of(app, row.run_id.as_deref()).await?,
            trouble: row.trouble,
        });
    }
    listed.sort_by_key(|indicator| natural(&indicator.definition.code));
    Ok(listed)
}

/// Lists all indicators with everybody together in the topmost place, at the latest period, by code.
///
/// # Errors
/// When the database fails.
pub async fn latest(app: &App) -> Result<Vec<(Arc<Definition>, Option<Observation>)>> {
    let mut headlines: BTreeMap<String, Observation> =
        store::list_headlines(&app.db).await?.into_iter().collect();
    let mut listed: Vec<_> = in_force(app)
        .await?
        .into_iter()
        .map(|(code, definition)| (definition, headlines.remove(&code)))
        .collect();
    listed.sort_by_key(|(definition, _)| natural(&definition.code));
    Ok(listed)
}

/// Returns the indicator with a code.
///
/// # Errors
/// `indicators-unknown` when there is none.
pub async fn find(app: &App, code: &str) -> Result<Indicator> {
    let row = store::find(&app.db, code)
        .await?
        .ok_or_else(|| Problem::not_found("indicators-unknown").with("code", code))?;
    let definition = definition_of(app, &row)?;
    Ok(Indicator {
        definition,
        run: run_of(app, row.run_id.as_deref()).await?,
        trouble: row.trouble,
    })
}

/// Returns the text of a definition's version, in force or not.
///
/// # Errors
/// `indicators-version-unknown` when there was never such a version.
pub async fn find_version(app: &App, code: &str, version: &str) -> Result<String> {
    let unknown = || {
        Problem::not_found("indicators-version-unknown")
            .with("code", code)
            .with("version", version)
    };
    store::find_text(&app.db, code, version)
        .await?
        .ok_or_else(unknown)
}

/// Returns the numbers of a place for one combination of dimensions, over all periods.
///
/// # Errors
/// `indicators-by-unknown` when the definition has no such combination.
pub async fn series(
    app: &App,
    definition: &Definition,
    place: &str,
    by: &[&str],
) -> Result<Vec<Observation>> {
    let set = definition.find_set(by).ok_or_else(|| {
        let known: Vec<String> = definition
            .sets
            .iter()
            .map(|set| definition.set_name(set))
            .filter(|name| !name.is_empty())
            .collect();
        Problem::invalid("indicators-by-unknown")
            .with("by", by.join(","))
            .with("known", known.join(" · "))
    })?;
    store::list_of_place(&app.db, &definition.code, place, &definition.set_name(set)).await
}

/// Returns everybody together in the places directly below one, in one period, as a map shows them.
///
/// # Errors
/// When the database fails.
pub async fn map(app: &App, definition: &Definition, parent: &str, period: &str) -> Result<Vec<Observation>> {
    store::list_below(&app.db, &definition.code, parent, period).await
}

/// Returns everybody together in the topmost places that have numbers, over all periods.
///
/// # Errors
/// When the database fails.
pub async fn topmost(app: &App, definition: &Definition) -> Result<Vec<Observation>> {
    store::list_topmost(&app.db, &definition.code).await
}

/// Returns the key numbers of a place in their order, each at its latest period, with trend and light.
///
/// # Errors
/// When the database fails.
pub async fn key_numbers(app: &App, lang: Lang, place: &str) -> Result<Vec<KeyNumber>> {
    let definitions = in_force(app).await?;
    let mut numbers: Vec<KeyNumber> = Vec::new();
    for (code, observation) in store::list_key_numbers(&app.db, place).await? {
        let Some(definition) = definitions.get(&code) else {
            continue;
        };
        let before = numbers.pop_if(|last| last.code == code);
        let before = before.map(|number| number.observation);
        numbers.push(KeyNumber {
            title: definition.title.in_language(lang.code()).to_owned(),
            unit: definition.unit,
            decimals: definition.decimals,
            previous: before.as_ref().and_then(|o| o.figures.value),
            trend: before.and_then(|before| trend(definition, &before, &observation)),
            light: observation
                .figures
                .value
                .and_then(|value| definition.light(value)),
            observation,
            code,
        });
    }
    Ok(numbers)
}

/// Compares a number with the one a period earlier.
#[must_use]
pub fn trend(definition: &Definition, before: &Observation, now: &Observation) -> Option<Trend> {
    use measures::progress::Direction;
    if before.status != Status::Normal || now.status != Status::Normal {
        return None;
    }
    let (was, is) = (before.figures.value?, now.figures.value?);
    let holds = |o: &Observation, value: f64| match (o.figures.lower, o.figures.upper) {
        (Some(lower), Some(upper)) => lower <= value && value <= upper,
        _ => o.figures.value == Some(value),
    };
    if holds(before, is) && holds(now, was) {
        return Some(Trend::Steady);
    }
    let has_risen = is > was;
    Some(if has_risen == (definition.direction == Direction::Up) {
        Trend::Better
    } else {
        Trend::Worse
    })
}

/// Definitions parsed before, by code and version: a version's text never changes.
#[derive(Default)]
struct Parsed(BTreeMap<(String, String), Arc<Definition>>);

fn definition_of(app: &App, row: &store::IndicatorRow) -> Result<Arc<Definition>> {
    let key = (row.code.clone(), row.version.clone());
    let parsed = app.shelf.find::<Parsed>().unwrap_or_default();
    if let Some(definition) = parsed.0.get(&key) {
        return Ok(definition.clone());
    }
    let definition = Arc::new(Definition::parse(&row.text).map_err(Problem::internal)?);
    let mut more = parsed.0.clone();
    more.insert(key, definition.clone());
    app.shelf.put(Arc::new(Parsed(more)));
    Ok(definition)
}

async fn in_force(app: &App) -> Result<BTreeMap<String, Arc<Definition>>> {
    let rows = store::list(&app.db).await?;
    rows.iter()
        .map(|row| Ok((row.code.clone(), definition_of(app, row)?)))
        .collect()
}

async fn run_of(app: &App, id: Option<&str>) -> Result<Option<Run>> {
    let Some(id) = id else { return Ok(None) };
    let Some(row) = store::find_run(&app.db, id).await? else {
        return Ok(None);
    };
    Ok(Some(Run {
        definition_version: row.version,
        tables: serde_json::from_str(&row.versions).map_err(Problem::internal)?,
        computed_at: Time(row.computed_at),
        facts: serde_json::from_str(&row.facts).map_err(Problem::internal)?,
    }))
}

/// Sorts `6.1.1` before `6.10.1` and both before `10.1.1`.
fn natural(code: &str) -> Vec<(u64, String)> {
    code.split('.')
        .map(|part| (part.parse().unwrap_or(u64::MAX), part.to_owned()))
        .collect()
}
