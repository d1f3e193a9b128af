//! Numbers that others published: sites of Open SDG, extracts of the United Nations' database, and how countries compare by them.
//!
//! They are indicators like ours, under codes that begin with their source (`kaz.8.6.1`), of areas that are no places of ours. What a
//! source says stands as it says it: nothing is judged, rounded or withheld. An Open SDG site can be written back byte for byte;
//! our own open numbers are written as one (`own`).
//! <https://open-sdg.readthedocs.io/>, <https://unstats.un.org/sdgs/dataportal>.
//!
//! Aggregate values of DHIS2 come in by a file that says what its identifiers stand for; they are of our own places, and small ones are
//! withheld.
//!
//! Deliberately absent: translations of a site, mapping its areas to our own places, taking a source out again.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use serde::Serialize;

use super::{
    Indicator, NewNumbers,
    model::{
        definition::Definition,
        observation::{Key, Observation},
    },
    publish::publish_in,
    register::register,
    store,
};
use crate::{
    places,
    platform::{
        app::App,
        events::Event,
        kept,
        op::{Op, Role},
        problem::{Problem, Result},
    },
};
use cited::Line;
use model::{About, Names, Series, Told};

pub mod cited;
pub mod cli;
pub mod compare;
pub mod dhis2;
pub mod files;
pub mod model;
pub mod opensdg;
pub mod own;
pub mod pages;
pub mod un;

pub use pages::routes;

/// The numbers of a source were taken in.
#[derive(Serialize)]
pub struct SourceTakenIn {
    pub source: String,
    pub n_indicators: usize,
    pub n_changed: usize,
}

impl Event for SourceTakenIn {
    const NAME: &'static str = "indicators.source-taken-in";
    fn subject(&self) -> String {
        format!("outside-source/{}", self.source)
    }
}

/// Whoever published numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Begins the codes of its indicators: `kaz`.
    pub code: String,
    pub name: String,
    /// Under which terms they publish.
    pub licence: Option<String>,
}

/// A country, or a part of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Area {
    /// `KAZ`, `KAZ.KZALM`.
    pub code: String,
    /// The country of a part.
    pub parent: Option<String>,
    pub name: String,
}

/// A file of a source as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    pub path: String,
    /// JSON.
    pub content: String,
    pub told: Told,
}

/// An indicator of a source: the text of its definition and its numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct New {
    pub text: String,
    pub observations: Vec<Observation>,
    /// Where each of them stood.
    pub lines: Vec<Line>,
}

/// All that a source delivers at once.
#[derive(Debug, Clone, PartialEq)]
pub struct Delivery {
    pub source: Source,
    pub areas: Vec<Area>,
    pub files: Vec<File>,
    pub indicators: Vec<New>,
}

/// What taking in did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Taken {
    pub n_indicators: usize,
    /// Indicators that the source names without any number.
    pub n_without_numbers: usize,
    pub n_numbers: usize,
    /// Numbers that are other than before, came or went.
    pub n_changed: usize,
}

/// Takes in all that a source delivers, in one transaction; what it no longer delivers is taken away. For stewards and administrators.
///
/// # Errors
/// `indicators-outside-area-taken` and `indicators-outside-code-taken` when a code is one of ours, `indicators-definition` when a
/// definition that was made of the source is none.
pub async fn take_in(app: &App, op: &Op, delivery: &Delivery) -> Result<Taken> {
    op.require(&[Role::Steward, Role::Admin])?;
    let source = &delivery.source;
    are_free(app, &delivery.areas).await?;
    let known = store::outside::list_indicators(&app.db, &source.code).await?;
    let mut published = store::outside::list_published(&app.db, &source.code).await?;
    let before = register(app).await?;
    let mut taken = Taken {
        n_indicators: delivery.indicators.len(),
        n_without_numbers: 0,
        n_numbers: 0,
        n_changed: 0,
    };
    let mut delivered: BTreeMap<String, &[Line]> = BTreeMap::new();
    let (mut definitions, mut indicators, mut all) = (Vec::new(), Vec::new(), Vec::new());
    for new in &delivery.indicators {
        let definition = Definition::parse(&new.text)
            .map_err(|error| Problem::invalid("indicators-definition").with("reason", error))
            .map(Arc::new)?;
        let code = definition.code.clone();
        let existing = before.find(&code);
        if existing.is_some() && !known.contains(&code) {
            return Err(Problem::conflict("indicators-outside-code-taken").with("code", code));
        }
        if existing.is_none_or(|indicator| indicator.definition.version != definition.version) {
            definitions.push(Arc::clone(&definition));
        }
        indicators.push(Indicator {
            definition,
            run: existing.and_then(|indicator| indicator.run.clone()),
            trouble: None,
        });
        taken.n_numbers += new.observations.len();
        taken.n_without_numbers += usize::from(new.observations.is_empty());
        all.push(numbers(new.observations.clone(), published.remove(&code)));
        delivered.insert(code, new.lines.as_slice());
    }
    let mut all: Vec<(&Indicator, NewNumbers)> = indicators.iter().zip(all).collect();
    for code in known.iter().filter(|code| !delivered.contains_key(*code)) {
        if let Some(indicator) = before.find(code) {
            all.push((indicator, numbers(Vec::new(), published.remove(code))));
        }
    }
    let mut tx = app.db.begin().await?;
    store::outside::put_source(&mut tx, source, op.at).await?;
    store::outside::put_areas(&mut tx, &delivery.areas).await?;
    store::outside::put_files(&mut tx, &source.code, &delivery.files).await?;
    store::outside::put_definitions(&mut tx, &definitions, op.at).await?;
    taken.n_changed = publish_in(&mut tx, op, all).await?;
    store::outside::put_indicators(&mut tx, &source.code, &delivered).await?;
    let event = SourceTakenIn {
        source: source.code.clone(),
        n_indicators: taken.n_indicators,
        n_changed: taken.n_changed,
    };
    tx.emit(op, &event).await?;
    tx.commit().await?;
    Ok(taken)
}

/// All areas that are no places of ours, by code.
///
/// # Errors
/// When the database fails.
pub async fn areas(app: &App) -> Result<Arc<Areas>> {
    kept::kept(app, store::KEPT, || read_areas(app)).await
}

/// Countries and their parts, by code.
#[derive(Debug, Default)]
pub struct Areas(BTreeMap<String, Area>);

impl Areas {
    #[must_use]
    pub fn find(&self, code: &str) -> Option<&Area> {
        self.0.get(code)
    }
}

/// The files of a source as they were delivered: path and text.
///
/// # Errors
/// `indicators-outside-unknown` when nothing came from there.
pub async fn export(app: &App, source: &str) -> Result<Vec<(String, String)>> {
    let files = store::outside::list_files(&app.db, source).await?;
    if files.is_empty() {
        return Err(Problem::not_found("indicators-outside-unknown").with("source", source));
    }
    files
        .into_iter()
        .map(|(path, content)| Ok((opensdg::written_path(&path), opensdg::write(&content)?)))
        .collect()
}

async fn read_areas(app: &App) -> Result<Areas> {
    let all = store::outside::list_areas(&app.db).await?;
    let by_code = all.into_iter().map(|area| (area.code.clone(), area));
    Ok(Areas(by_code.collect()))
}

/// Makes the indicators of a file: one for each series in each unit, one without numbers where there are no rows.
///
/// # Errors
/// When a definition cannot be written as TOML, which is our mistake.
pub fn indicators(source: &Source, about: &About, all: Vec<Series>, names: &mut Names) -> Result<Vec<New>> {
    let is_one_of_several = all.len() > 1;
    let all = if all.is_empty() { vec![nothing()] } else { all };
    all.into_iter()
        .map(|series| {
            let mark = match (is_one_of_several, series.series.is_empty()) {
                (false, _) => String::new(),
                (true, false) => format!("-{}", series.series.trim_start_matches('_')),
                (true, true) => format!("-{}", series.unit),
            };
            let name = format!("{}.{}{mark}", source.code, about.number);
            let code = names.give(&name.chars().take(MOST_LETTERS).collect::<String>());
            let definition = model::definition(&code, &source.name, about, &series, is_one_of_several);
            Ok(New {
                text: toml::to_string(&definition).map_err(Problem::internal)?,
                observations: series.observations,
                lines: series.lines,
            })
        })
        .collect()
}

/// Codes are at most 40 letters long; some are left for a number that tells two apart.
const MOST_LETTERS: usize = 36;

/// A series of which there is no number yet.
fn nothing() -> Series {
    Series {
        series: String::new(),
        unit: String::new(),
        of: Vec::new(),
        dimensions: Vec::new(),
        sets: Vec::new(),
        observations: Vec::new(),
        lines: Vec::new(),
        opens: None,
    }
}

/// Refuses areas whose codes are those of our own places: their numbers would stand among ours.
async fn are_free(app: &App, areas: &[Area]) -> Result<()> {
    let all = places::all(app).await?;
    match areas.iter().find(|area| all.find(&area.code).is_some()) {
        Some(area) => Err(Problem::conflict("indicators-outside-area-taken").with("code", &area.code)),
        None => Ok(()),
    }
}

fn numbers(observations: Vec<Observation>, published: Option<HashMap<Key, Observation>>) -> NewNumbers {
    NewNumbers {
        observations,
        published: published.unwrap_or_default(),
        ..NewNumbers::default()
    }
}
