//! Indicators: definitions that turn tables into numbers, with everything needed to trust them.
//!
//! A definition (TOML) says what is counted; a run counts it for every place level and every combination asked for, gives each
//! number its 95 % interval, hides what would point at people and proves that it stays hidden (`measures::disclosure`). Pages, files
//! and other slices read prepared observations. Numbering follows the UN SDG framework: <https://unstats.un.org/sdgs/metadata/>.
//!
//! Deliberately absent: protection of more than two publications together.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use serde::Serialize;

use crate::platform::{
    app::App,
    db::Tx,
    events::Event,
    op::{Op, Role},
    problem::{Problem, Result},
    time::Time,
};

pub mod authoring;
pub mod cli;
mod compute;
pub mod divisions;
pub mod entry;
mod files;
pub mod formulas;
mod jobs;
pub mod model;
pub mod notes;
pub mod outside;
mod pages;
pub mod passport;
pub mod plans;
mod publish;
mod register;
pub mod releases;
pub mod sdmx;
mod store;
pub mod tiles;
pub mod together;
pub mod tracker;
pub mod view;

pub use compute::{Computed, compute, compute_together, groups};
pub use formulas::jobs::{FollowInputs, RecomputeFormulas};
pub use jobs::{Compute, ComputeTogether, FollowPlaces, FollowTable};
pub use pages::routes;
pub use publish::{NewNumbers, publish};

use model::{
    definition::{Definition, Light},
    observation::{Facts, Observation, Status},
};
use register::register;

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

/// Numbers of an indicator became public, or others than before.
#[derive(Serialize)]
pub struct NumbersChanged {
    pub indicator: String,
    pub run: String,
    pub n_changed: usize,
    /// Other indicators are made of it.
    pub has_formulas: bool,
}

impl Event for NumbersChanged {
    const NAME: &'static str = "indicators.numbers-changed";
    fn subject(&self) -> String {
        format!("indicator/{}", self.indicator)
    }
}

/// An indicator: its definition in force and the run whose numbers are public.
#[derive(Debug, Clone)]
pub struct Indicator {
    pub definition: Arc<Definition>,
    pub run: Option<Arc<Run>>,
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

/// What one key indicator says about a place and the places directly below it.
#[derive(Debug, Clone)]
pub struct KeyFigure {
    pub definition: Arc<Definition>,
    /// Everybody together, the earliest period first; never empty.
    pub over_time: Vec<Observation>,
    /// Everybody together in the places directly below, by code, in the place's latest period.
    pub below: HashMap<String, Observation>,
    /// Of the latest period against the one before.
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
/// `indicators-definition` with the key and the remedy when the text is no definition, or a formula over what is not there or over
/// itself.
pub async fn load(tx: &mut Tx, op: &Op, text: &str) -> Result<Definition> {
    op.require(&[Role::Steward, Role::Admin])?;
    let definition = Definition::parse(text)
        .map_err(|error| Problem::invalid("indicators-definition").with("reason", error))?;
    put_in_force(tx, op, &definition, None).await?;
    Ok(definition)
}

/// Puts a definition in force, as a proposal has it or, without one, as an operator does.
async fn put_in_force(tx: &mut Tx, op: &Op, definition: &Definition, proposal: Option<&str>) -> Result<()> {
    formulas::check(tx, definition).await?;
    together::check(tx, definition).await?;
    if store::put_definition(tx, definition, op.at).await? {
        store::authoring::put_force(tx, definition, proposal, op.at).await?;
        let event = DefinitionLoaded {
            indicator: definition.code.clone(),
            version: definition.version.clone(),
        };
        tx.emit(op, &event).await?;
    }
    Ok(())
}

/// Lists all indicators, by code.
///
/// # Errors
/// When the database fails.
pub async fn list(app: &App) -> Result<Vec<Indicator>> {
    Ok(register(app).await?.all.clone())
}

/// Lists all indicators with everybody together in the topmost place, at the latest period, by code.
///
/// # Errors
/// When the database fails.
pub async fn latest(app: &App) -> Result<Vec<(Arc<Definition>, Option<Observation>)>> {
    let register = register(app).await?;
    let with_headline = |indicator: &Indicator| {
        let code = &indicator.definition.code;
        (
            indicator.definition.clone(),
            register.headlines.get(code).cloned(),
        )
    };
    Ok(register.all.iter().map(with_headline).collect())
}

/// Returns everybody together in the topmost place that has numbers, at the latest period.
///
/// # Errors
/// When the database fails.
pub async fn headline(app: &App, definition: &Definition) -> Result<Option<Observation>> {
    Ok(register(app).await?.headlines.get(&definition.code).cloned())
}

/// Returns the indicator with a code.
///
/// # Errors
/// `indicators-unknown` when there is none.
pub async fn find(app: &App, code: &str) -> Result<Indicator> {
    register(app)
        .await?
        .find(code)
        .cloned()
        .ok_or_else(|| Problem::not_found("indicators-unknown").with("code", code))
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

/// Returns the key numbers of a place in their order, with their history and those of the places directly below.
///
/// # Errors
/// When the database fails.
pub async fn key_figures(app: &App, place: &str) -> Result<Arc<Vec<KeyFigure>>> {
    register(app).await?.key_figures(app, place).await
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
