//! All indicators in memory, and the figures of places that were asked for, until a definition or a number changes.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, PoisonError, RwLock},
};

use super::{
    Indicator, KeyFigure, Run, formulas,
    model::{definition::Definition, observation::Observation},
    store, trend,
};
use crate::platform::{
    app::App,
    kept,
    problem::{Problem, Result},
    time::Time,
};

/// More places than these are not kept; who asks for all of them is a program.
const MOST_PLACES: usize = 4_000;

/// What is asked so often that it is not read from the database each time.
#[derive(Default)]
pub struct Register {
    /// By code, as people count: `6.1.1` before `6.10.1`.
    pub all: Vec<Indicator>,
    /// Everybody together in the topmost place, at the latest period, by code.
    pub headlines: BTreeMap<String, Observation>,
    /// By place.
    figures: RwLock<HashMap<String, Arc<Vec<KeyFigure>>>>,
}

/// The register as it is now.
pub async fn register(app: &App) -> Result<Arc<Register>> {
    kept::kept(app, store::KEPT, || read(app)).await
}

impl Register {
    pub fn find(&self, code: &str) -> Option<&Indicator> {
        self.all
            .iter()
            .find(|indicator| indicator.definition.code == code)
    }

    /// The key figures of a place: two statements when nobody asked before, however many there are.
    pub async fn key_figures(&self, app: &App, place: &str) -> Result<Arc<Vec<KeyFigure>>> {
        let known = self
            .figures
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(place)
            .cloned();
        if let Some(known) = known {
            return Ok(known);
        }
        let mut below: BTreeMap<String, HashMap<String, Observation>> = BTreeMap::new();
        for (code, observation) in store::list_key_numbers_below(&app.db, place).await? {
            below
                .entry(code)
                .or_default()
                .insert(observation.place.clone(), observation);
        }
        let mut figures: Vec<KeyFigure> = Vec::new();
        for (code, observation) in store::list_key_numbers(&app.db, place).await? {
            match figures.last_mut().filter(|last| last.definition.code == code) {
                Some(last) => last.over_time.push(observation),
                None => {
                    let Some(indicator) = self.find(&code) else {
                        continue;
                    };
                    figures.push(KeyFigure {
                        definition: indicator.definition.clone(),
                        over_time: vec![observation],
                        below: below.remove(&code).unwrap_or_default(),
                        trend: None,
                        light: None,
                    });
                }
            }
        }
        for figure in &mut figures {
            if let [.., before, now] = &figure.over_time[..] {
                figure.trend = trend(&figure.definition, before, now);
            }
            let value = figure.over_time.last().and_then(|latest| latest.figures.value);
            figure.light = value.and_then(|value| figure.definition.light(value));
        }
        let figures = Arc::new(figures);
        let mut kept = self.figures.write().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MOST_PLACES {
            kept.clear();
        }
        kept.insert(place.to_owned(), figures.clone());
        Ok(figures)
    }
}

async fn read(app: &App) -> Result<Register> {
    let mut runs: HashMap<String, Arc<Run>> = HashMap::new();
    for (id, row) in store::list_runs_in_force(&app.db).await? {
        runs.insert(id, Arc::new(run_of(row)?));
    }
    let rows = store::list(&app.db).await?;
    let mut definitions = parsed(app, &rows)?;
    formulas::inherit(&mut definitions);
    let mut all = Vec::new();
    for row in rows {
        let Some(definition) = definitions.remove(&row.code) else {
            continue;
        };
        all.push(Indicator {
            definition,
            run: row.run_id.and_then(|id| runs.get(&id).cloned()),
            trouble: row.trouble,
        });
    }
    all.sort_by_key(|indicator| natural(&indicator.definition.code));
    Ok(Register {
        all,
        headlines: store::list_headlines(&app.db).await?.into_iter().collect(),
        figures: RwLock::default(),
    })
}

/// Definitions parsed before, by code and version: a version's text never changes.
#[derive(Default)]
struct Parsed(BTreeMap<(String, String), Arc<Definition>>);

/// All definitions by code; only those that were not parsed before are.
fn parsed(app: &App, rows: &[store::IndicatorRow]) -> Result<BTreeMap<String, Arc<Definition>>> {
    let known = app.shelf.find::<Parsed>().unwrap_or_default();
    let mut new = Vec::new();
    let mut definitions = BTreeMap::new();
    for row in rows {
        let key = (row.code.clone(), row.version.clone());
        let definition = match known.0.get(&key) {
            Some(definition) => definition.clone(),
            None => {
                let definition = Arc::new(Definition::parse(&row.text).map_err(Problem::internal)?);
                new.push((key, definition.clone()));
                definition
            }
        };
        definitions.insert(row.code.clone(), definition);
    }
    if !new.is_empty() {
        // Once for all of them: a site brings hundreds at a time.
        let mut more = known.0.clone();
        more.extend(new);
        app.shelf.put(Arc::new(Parsed(more)));
    }
    Ok(definitions)
}

fn run_of(row: store::RunRow) -> Result<Run> {
    Ok(Run {
        definition_version: row.version,
        tables: serde_json::from_str(&row.versions).map_err(Problem::internal)?,
        computed_at: Time(row.computed_at),
        facts: serde_json::from_str(&row.facts).map_err(Problem::internal)?,
    })
}

/// Sorts `6.1.1` before `6.10.1` and both before `10.1.1`.
fn natural(code: &str) -> Vec<(u64, String)> {
    code.split('.')
        .map(|part| (part.parse().unwrap_or(u64::MAX), part.to_owned()))
        .collect()
}
