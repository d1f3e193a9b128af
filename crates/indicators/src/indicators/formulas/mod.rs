//! Numbers that are made of other numbers: gaps, ratios, indices.
//!
//! A formula reads public observations and nothing else, so that it can tell nothing that is not public; where one that it needs is
//! withheld, so is its own. When an input changes, the places in which it did are worked out again, by jobs in the order in which
//! formulas read each other.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use measures::formula::Missing;

use super::{
    Indicator, NewNumbers,
    compute::{Computed, fail},
    find, find_version, list,
    model::{
        definition::{
            Definition, DefinitionError,
            formula::{At, Formula, Input},
        },
        derive::{Elsewhere, ReadInput, Reading, earlier},
        observation::{Facts, Key, Observation},
    },
    publish,
    releases::released,
    store,
};
use crate::platform::{
    app::App,
    db::Tx,
    op::Op,
    problem::{Problem, Result},
};
use graph::Graph;
use store::formulas::InputState;

mod graph;
pub mod jobs;

/// More places than these are not worked out one by one: then all are.
const MOST_PLACES: i64 = 400;

/// How much of a formula is worked out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    Everything,
    /// The places in which an input changed since it was last worked out.
    WhatChanged,
}

/// What a formula read to make a number.
#[derive(Debug, Clone)]
pub struct Part {
    pub input: Input,
    pub definition: Arc<Definition>,
    /// Code of the place that it was read at; `None` where there is none above.
    pub place: Option<String>,
    /// `None` where there is no such period.
    pub period: Option<String>,
    /// Name of the release that it was read from; `None` for what is public now.
    pub release: Option<String>,
    pub observation: Option<Observation>,
}

/// Gives formulas the dimensions and combinations of what they read.
pub fn inherit(definitions: &mut BTreeMap<String, Arc<Definition>>) {
    let order: Vec<String> = Graph::of(definitions.values().map(Arc::as_ref))
        .order()
        .into_iter()
        .map(str::to_owned)
        .collect();
    for code in order {
        let inheriting = definitions.get(&code).and_then(|definition| {
            let inputs = inputs_of(definition, definitions)?;
            Some(definition.inheriting(&inputs))
        });
        if let Some(inheriting) = inheriting {
            definitions.insert(code, Arc::new(inheriting));
        }
    }
}

/// Orders definitions so that each stands behind what it reads; those that cannot be read stand where they stood.
#[must_use]
pub fn load_order(texts: &[String]) -> Vec<usize> {
    let parsed: Vec<Option<Definition>> = texts.iter().map(|text| Definition::parse(text).ok()).collect();
    let order: HashMap<&str, usize> = Graph::of(parsed.iter().flatten())
        .order()
        .into_iter()
        .zip(1..)
        .collect();
    let mut at: Vec<usize> = (0..texts.len()).collect();
    at.sort_by_key(|&at| {
        let formula = parsed[at]
            .as_ref()
            .filter(|definition| definition.formula().is_some());
        formula.map_or(0, |definition| {
            order.get(definition.code.as_str()).copied().unwrap_or(usize::MAX)
        })
    });
    at
}

/// Lists indicators with formulas behind what they read.
#[must_use]
pub fn compute_order(mut all: Vec<Indicator>) -> Vec<Indicator> {
    let order: HashMap<String, usize> = Graph::of(all.iter().map(|indicator| &*indicator.definition))
        .order()
        .into_iter()
        .map(str::to_owned)
        .zip(1..)
        .collect();
    all.sort_by_key(|indicator| order.get(&indicator.definition.code).copied().unwrap_or(0));
    all
}

/// Checks that what a formula reads is there, can be had as it takes it, and does not read the formula.
///
/// # Errors
/// `indicators-definition` with the key and the remedy.
pub async fn check(tx: &mut Tx, definition: &Definition) -> Result<()> {
    let Some(formula) = definition.formula() else {
        return Ok(());
    };
    let mut definitions = BTreeMap::new();
    for (code, text) in store::list_texts(tx).await? {
        definitions.insert(
            code,
            Arc::new(Definition::parse(&text).map_err(Problem::internal)?),
        );
    }
    definitions.insert(definition.code.clone(), Arc::new(definition.clone()));
    check_in(formula, definition, &mut definitions)
        .map_err(|error| Problem::invalid("indicators-definition").with("reason", error))
}

fn check_in(
    formula: &Formula,
    definition: &Definition,
    definitions: &mut BTreeMap<String, Arc<Definition>>,
) -> Result<(), DefinitionError> {
    let refused = |key: String, what: String, remedy: &str| {
        Err(DefinitionError::Key {
            key,
            what,
            remedy: remedy.to_owned(),
        })
    };
    if let Some(unknown) = formula
        .inputs
        .iter()
        .find(|input| !definitions.contains_key(&input.code))
    {
        return refused(
            format!("formula.inputs.{}", unknown.name),
            format!("there is no indicator {:?}", unknown.code),
            "put its definition in force first",
        );
    }
    if let Some(circle) = Graph::of(definitions.values().map(Arc::as_ref)).circle(&definition.code) {
        return refused(
            "formula.inputs".to_owned(),
            format!("it would be made of itself: {}", circle.join(" → ")),
            "take one of these out of what it reads",
        );
    }
    inherit(definitions);
    match inputs_of(definition, definitions) {
        Some(inputs) => formula.check(&inputs),
        None => Ok(()),
    }
}

/// What a formula reads, in its order; `None` where one is not there, or it is no formula.
fn inputs_of<'a>(
    definition: &Definition,
    definitions: &'a BTreeMap<String, Arc<Definition>>,
) -> Option<Vec<&'a Definition>> {
    definition
        .formula()?
        .inputs
        .iter()
        .map(|input| definitions.get(&input.code).map(Arc::as_ref))
        .collect()
}

/// Works a formula out and makes its numbers public.
///
/// # Errors
/// When the database fails.
pub async fn compute(
    app: &App,
    op: &Op,
    indicator: &Indicator,
    formula: &Formula,
    extent: Extent,
) -> anyhow::Result<Computed> {
    let definition = &indicator.definition;
    let all = list(app).await?;
    let mut inputs: Vec<&Indicator> = Vec::new();
    for input in &formula.inputs {
        match all.iter().find(|other| other.definition.code == input.code) {
            Some(found) => inputs.push(found),
            None => {
                return fail(
                    app,
                    &definition.code,
                    format!("there is no indicator {}", input.code),
                )
                .await;
            }
        }
    }
    let read: Vec<&Definition> = inputs.iter().map(|input| &*input.definition).collect();
    if let Err(error) = formula.check(&read) {
        return fail(app, &definition.code, error.to_string()).await;
    }
    if let Some(input) = waits_for(formula, &inputs) {
        return Ok(Computed::NoInput {
            input: input.definition.code.clone(),
        });
    }
    // Asked before the numbers are read: what changes in between is read again next time.
    let states = store::formulas::list_inputs(&app.db, &definition.code).await?;
    let places = match extent {
        Extent::Everything => None,
        Extent::WhatChanged => changed_places(app, indicator, formula, &states).await?,
    };
    let graph = Graph::of(all.iter().map(|other| &*other.definition));
    let sources = sources(&graph, &all, &inputs);
    let mut made = work_out(app, definition, &sources, places.as_deref()).await?;
    if places.is_some() && made.is_of_other_places() {
        // A place more or less changes what those below it are added to.
        made = work_out(app, definition, &sources, None).await?;
    }
    let of_input = |input: &&Indicator| {
        let run = input.run.as_ref()?;
        Some((input.definition.code.clone(), run.definition_version.clone()))
    };
    let versions: BTreeMap<String, String> = inputs.iter().filter_map(of_input).collect();
    let n_observations = made.observations.len();
    let new = NewNumbers {
        observations: made.observations,
        tables: BTreeMap::new(),
        facts: Facts {
            inputs: versions.into_iter().collect(),
            ..Facts::default()
        },
        published: made.published,
        seen: states
            .into_iter()
            .filter(|state| state.run_id != state.seen)
            .filter_map(|state| Some((state.input, state.run_id?)))
            .collect(),
    };
    let n_changed = publish(app, op, indicator, new).await?;
    Ok(Computed::Done {
        n_observations,
        n_changed,
    })
}

/// Works out from the numbers that are public what a formula would say, and keeps nothing of it; nothing where an input is not there.
///
/// # Errors
/// When the database fails.
pub async fn try_out(
    app: &App,
    definition: &Definition,
    formula: &Formula,
) -> anyhow::Result<Vec<Observation>> {
    let all = list(app).await?;
    let inputs: Vec<&Indicator> = formula
        .inputs
        .iter()
        .filter_map(|input| all.iter().find(|other| other.definition.code == input.code))
        .collect();
    if inputs.len() < formula.inputs.len() {
        return Ok(Vec::new());
    }
    let read: Vec<&Definition> = inputs.iter().map(|input| &*input.definition).collect();
    let definition = Arc::new(definition.inheriting(&read));
    let graph = Graph::of(all.iter().map(|other| &*other.definition));
    let sources = sources(&graph, &all, &inputs);
    Ok(work_out(app, &definition, &sources, None).await?.observations)
}

/// Works a formula out from numbers that are given, by code of the input; `of` are the definitions that they were made by. Nothing of it
/// is kept.
///
/// # Errors
/// When the database fails. Inside, when an input cannot be had as the formula takes it; the sentence says why.
pub async fn derive_from(
    app: &App,
    definition: &Definition,
    of: &BTreeMap<String, Arc<Definition>>,
    observations: BTreeMap<String, Vec<Observation>>,
) -> anyhow::Result<std::result::Result<Vec<Observation>, String>> {
    let Some(formula) = definition.formula() else {
        return Ok(Ok(Vec::new()));
    };
    let all = list(app).await?;
    let mut inputs: Vec<Indicator> = Vec::new();
    for input in &formula.inputs {
        let live = all.iter().find(|other| other.definition.code == input.code);
        let Some(definition) = of.get(&input.code).or(live.map(|live| &live.definition)) else {
            return Ok(Err(format!("there is no indicator {}", input.code)));
        };
        inputs.push(Indicator {
            definition: definition.clone(),
            run: None,
            trouble: None,
        });
    }
    let read: Vec<&Definition> = inputs.iter().map(|input| &*input.definition).collect();
    if let Err(error) = formula.check(&read) {
        return Ok(Err(error.to_string()));
    }
    let graph = Graph::of(all.iter().map(|other| &*other.definition));
    let inputs: Vec<&Indicator> = inputs.iter().collect();
    let reading = Reading {
        definition: Arc::new(definition.inheriting(&read)),
        inputs: sources(&graph, &all, &inputs),
        observations,
    };
    let derived = tokio::task::spawn_blocking(move || reading.derive(&Elsewhere::default())).await?;
    Ok(Ok(derived))
}

/// A version of a definition; a formula with the dimensions of what it reads now.
///
/// # Errors
/// `indicators-unknown`, `indicators-version-unknown`.
pub async fn definition_at(app: &App, code: &str, version: &str) -> Result<Arc<Definition>> {
    let live = find(app, code).await?.definition;
    if live.version == version {
        return Ok(live);
    }
    let text = find_version(app, code, version).await?;
    let definition = Definition::parse(&text).map_err(Problem::internal)?;
    let Some(formula) = definition.formula() else {
        return Ok(Arc::new(definition));
    };
    let all = list(app).await?;
    let live_of = |input: &Input| {
        let found = all.iter().find(|other| other.definition.code == input.code)?;
        Some(&*found.definition)
    };
    let inputs: Option<Vec<&Definition>> = formula.inputs.iter().map(live_of).collect();
    Ok(match inputs {
        Some(inputs) => Arc::new(definition.inheriting(&inputs)),
        None => Arc::new(definition),
    })
}

/// Reads what a formula made its number of, at a place and in a period, of everybody together.
///
/// # Errors
/// When the database fails.
pub async fn parts(app: &App, definition: &Definition, place: &str, period: &str) -> Result<Vec<Part>> {
    let asked = Asked {
        place,
        period,
        by: "",
        codes: "",
    };
    parts_of(app, definition, asked).await
}

/// The number of a formula that somebody asks about.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    pub place: &'a str,
    pub period: &'a str,
    /// Names of dimensions, `sex,age`; empty for everybody together.
    pub by: &'a str,
    /// Codes of those dimensions, in the same order.
    pub codes: &'a str,
}

/// Reads what a formula made a live number of.
///
/// # Errors
/// When the database fails.
pub async fn parts_of(app: &App, definition: &Definition, asked: Asked<'_>) -> Result<Vec<Part>> {
    let Some(formula) = definition.formula() else {
        return Ok(Vec::new());
    };
    let all = list(app).await?;
    let codes: BTreeSet<&str> = formula.inputs.iter().map(|input| input.code.as_str()).collect();
    let codes: Vec<&str> = codes.into_iter().collect();
    let mut observations = store::formulas::list_of_indicators(&app.db, &codes, asked.place).await?;
    let above = observations.iter().find_map(|(_, o)| o.parent.clone());
    if let Some(above) = above.as_deref().filter(|_| !is_local(formula)) {
        observations.extend(store::formulas::list_of_indicators(&app.db, &codes, above).await?);
    }
    let part = |input: &Input| {
        let (mut part, key) = wanted(&all, input, asked, above.as_deref())?;
        let is_it = |(code, o): &&(String, Observation)| {
            *code == input.code && key.as_ref().is_some_and(|key| o.key() == *key)
        };
        part.observation = observations.iter().find(is_it).map(|(_, o)| o.clone());
        Some(part)
    };
    Ok(formula.inputs.iter().filter_map(part).collect())
}

/// Reads what a number of a formula's release was made of: numbers of the releases that are named, by code of the input.
///
/// # Errors
/// When the database or the lake fails.
pub async fn parts_of_release(
    app: &App,
    definition: &Definition,
    number: &Observation,
    releases: &[(String, String)],
) -> Result<Vec<Part>> {
    let Some(formula) = definition.formula() else {
        return Ok(Vec::new());
    };
    let all = list(app).await?;
    let asked = Asked {
        place: &number.place,
        period: &number.period,
        by: &number.by,
        codes: &number.codes,
    };
    let mut parts = Vec::new();
    for input in &formula.inputs {
        let Some((mut part, key)) = wanted(&all, input, asked, number.parent.as_deref()) else {
            continue;
        };
        let release = releases.iter().find(|(code, _)| *code == input.code);
        if let (Some((code, name)), Some(key)) = (release, key) {
            part.observation = released(app, code, name, &key).await?;
            part.release = Some(name.clone());
        }
        parts.push(part);
    }
    Ok(parts)
}

/// An input without its number, and which number it is; that is `None` where it cannot be had.
fn wanted(
    all: &[Indicator],
    input: &Input,
    asked: Asked<'_>,
    above: Option<&str>,
) -> Option<(Part, Option<Key>)> {
    let found = all.iter().find(|other| other.definition.code == input.code)?;
    let place = match input.at {
        At::Here => Some(asked.place),
        At::Parent => above,
    };
    let period = if input.lag == 0 {
        Some(asked.period.to_owned())
    } else {
        earlier(asked.period, input.lag)
    };
    let (names, codes) = (listed(asked.by), listed(asked.codes));
    let plan = input.plan(&found.definition, &names);
    let key = match (plan, place, &period) {
        (Some(plan), Some(place), Some(period)) => {
            let codes = plan.codes(&codes);
            Some((place.to_owned(), plan.by, period.clone(), codes))
        }
        _ => None,
    };
    let part = Part {
        input: input.clone(),
        definition: found.definition.clone(),
        place: place.map(str::to_owned),
        period,
        release: None,
        observation: None,
    };
    Some((part, key))
}

/// The words of a list with commas; none of an empty one.
fn listed(words: &str) -> Vec<&str> {
    words.split(',').filter(|word| !word.is_empty()).collect()
}

/// An input without which nothing can be worked out, and that has no numbers yet.
fn waits_for<'a>(formula: &Formula, inputs: &[&'a Indicator]) -> Option<&'a Indicator> {
    let mut without = inputs.iter().copied().filter(|input| input.run.is_none());
    match formula.rules.missing {
        Missing::Spreads => without.next(),
        Missing::Skipped if inputs.iter().any(|input| input.run.is_some()) => None,
        Missing::Skipped => without.next(),
    }
}

/// The places that have to be worked out again; `None` for all.
async fn changed_places(
    app: &App,
    indicator: &Indicator,
    formula: &Formula,
    states: &[InputState],
) -> Result<Option<Vec<String>>> {
    let is_current = indicator
        .run
        .as_ref()
        .is_some_and(|run| run.definition_version == indicator.definition.version);
    // What a place above has changes all below it.
    if !is_current || !is_local(formula) {
        return Ok(None);
    }
    let mut places = BTreeSet::new();
    for state in states {
        if state.run_id == state.seen {
            continue;
        }
        let Some(seen) = state.seen.as_deref() else {
            return Ok(None);
        };
        // Rows that went away cannot say where they were.
        if state.shrunk_in.as_deref().is_some_and(|run| run > seen) {
            return Ok(None);
        }
        let changed =
            store::formulas::list_changed_places(&app.db, &state.input, seen, MOST_PLACES + 1).await?;
        places.extend(changed);
    }
    let is_few = i64::try_from(places.len()).is_ok_and(|n| n <= MOST_PLACES);
    Ok(is_few.then(|| places.into_iter().collect()))
}

/// True where a place's number is made of that place's only.
fn is_local(formula: &Formula) -> bool {
    formula.inputs.iter().all(|input| input.at == At::Here)
}

/// What is read, with the tables it is counted from in the end.
fn sources(graph: &Graph<'_>, all: &[Indicator], inputs: &[&Indicator]) -> Vec<ReadInput> {
    inputs
        .iter()
        .map(|input| {
            let code = input.definition.code.as_str();
            let mut below = graph.reads(code);
            below.insert(code);
            let tables = all
                .iter()
                .filter(|other| below.contains(other.definition.code.as_str()))
                .flat_map(|other| other.definition.tables())
                .map(str::to_owned)
                .collect();
            ReadInput {
                definition: input.definition.clone(),
                tables,
            }
        })
        .collect()
}

/// What was worked out, and what is public of the same places.
struct Made {
    observations: Vec<Observation>,
    published: HashMap<Key, Observation>,
}

impl Made {
    fn is_of_other_places(&self) -> bool {
        let now: BTreeSet<&str> = self.observations.iter().map(|o| o.place.as_str()).collect();
        let before: BTreeSet<&str> = self.published.values().map(|o| o.place.as_str()).collect();
        now != before
    }
}

/// Works the formula out in some places, or in all.
async fn work_out(
    app: &App,
    definition: &Arc<Definition>,
    sources: &[ReadInput],
    places: Option<&[String]>,
) -> anyhow::Result<Made> {
    let mut observations: BTreeMap<String, Vec<Observation>> = BTreeMap::new();
    let codes: BTreeSet<&str> = sources
        .iter()
        .map(|source| source.definition.code.as_str())
        .collect();
    for code in codes {
        observations.insert(code.to_owned(), public(app, code, places).await?);
    }
    let published = public(app, &definition.code, places).await?;
    let elsewhere = match places {
        Some(_) => Elsewhere {
            places: store::formulas::list_places(&app.db, &definition.code).await?,
            parents: published
                .iter()
                .filter_map(|o| Some((o.place.clone(), o.parent.clone()?)))
                .collect(),
        },
        None => Elsewhere::default(),
    };
    let reading = Reading {
        definition: definition.clone(),
        inputs: sources.to_vec(),
        observations,
    };
    let observations = tokio::task::spawn_blocking(move || reading.derive(&elsewhere)).await?;
    Ok(Made {
        observations,
        published: published.into_iter().map(|o| (o.key(), o)).collect(),
    })
}

/// What is public of an indicator in some places, or in all.
async fn public(app: &App, code: &str, places: Option<&[String]>) -> Result<Vec<Observation>> {
    match places {
        Some(places) => store::formulas::list_of_places(&app.db, code, places).await,
        None => Ok(store::list_published(&app.db, code)
            .await?
            .into_values()
            .collect()),
    }
}
