//! Figures for pages that put many together: all of them in two statements, however many they are, and in none while nothing changed.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, PoisonError, RwLock},
};

use serde::{Deserialize, Serialize};

use super::{
    Run, Trend,
    model::{
        definition::{Definition, Light},
        observation::{Observation, Status},
        tally::codes_in_words,
    },
    pages::words::{reading, unit, written, written_interval},
    register::{Register, register},
    store, trend,
    view::{Labelled, dimensions_in_words},
};
use crate::{
    places::model::{Place, Places},
    platform::{
        app::App,
        draw::{self, Reading},
        i18n::Lang,
        problem::Result,
    },
};

/// What a figure goes along.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Across {
    /// The periods of everybody together.
    #[default]
    Time,
    /// The places directly below.
    Places,
    /// The groups of a combination, by the names of its dimensions: `sex,age`.
    Groups(String),
}

/// A figure that somebody wants to see.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Asked {
    /// Code of the indicator.
    pub indicator: String,
    /// Code of the place.
    pub place: String,
    /// `None` for the latest that the place has.
    pub period: Option<String>,
    pub across: Across,
}

/// A figure with what belongs to it.
#[derive(Debug, Clone)]
pub struct Told {
    pub definition: Arc<Definition>,
    pub run: Option<Arc<Run>>,
    /// The period asked for, or the latest; empty where there are no numbers.
    pub period: String,
    /// Everybody together, the earliest period first.
    pub over_time: Vec<Observation>,
    /// The places below or the groups, in the period; nothing along time.
    pub parts: Vec<Labelled>,
    /// What the parts are, in words; empty along time and for places.
    pub dimensions: String,
    /// Against the period before.
    pub trend: Option<Trend>,
    /// What the place is to reach last.
    pub aim: Option<f64>,
}

impl Told {
    /// Everybody together in the period.
    #[must_use]
    pub fn headline(&self) -> Option<&Observation> {
        self.over_time.iter().find(|o| o.period == self.period)
    }

    /// How everybody together stands by the definition's thresholds.
    #[must_use]
    pub fn light(&self) -> Option<Light> {
        self.definition.light(self.headline()?.figures.value?)
    }

    /// True where the number of everybody together is hidden so that nobody can be recognised.
    #[must_use]
    pub fn is_withheld(&self) -> bool {
        self.headline().is_some_and(|o| o.status == Status::Suppressed)
    }

    #[must_use]
    pub fn unit(&self) -> draw::Unit {
        unit(&self.definition)
    }

    /// An observation as it is drawn.
    #[must_use]
    pub fn reading(&self, o: &Observation) -> Reading {
        reading(o)
    }

    /// Writes a value, or why there is none.
    #[must_use]
    pub fn written(&self, lang: Lang, o: &Observation) -> String {
        written(&self.definition, lang, o)
    }

    /// Writes the 95 % interval; empty where there is none.
    #[must_use]
    pub fn written_interval(&self, lang: Lang, o: &Observation) -> String {
        written_interval(&self.definition, lang, o)
    }
}

/// Gathers figures, in the order asked for; `None` for one whose indicator is not there, or was made elsewhere.
///
/// # Errors
/// When the database fails.
pub async fn gather(app: &App, lang: Lang, all: &Places, asked: &[Asked]) -> Result<Vec<Option<Told>>> {
    let register = register(app).await?;
    gather_from(app, &register, lang, all, asked).await
}

/// More numbers than these are not kept; who asks for all of them is a program.
const MOST_KEPT: usize = 200_000;

/// Figures as they were gathered from a register for a list of places.
struct Kept {
    register: Arc<Register>,
    places: Arc<Places>,
    figures: RwLock<Figures>,
}

#[derive(Default)]
struct Figures {
    by_question: HashMap<(Lang, Asked), Option<Arc<Told>>>,
    n_numbers: usize,
}

/// Gathers figures as [`gather`] does, and keeps them until a number, a definition or a place changes.
///
/// # Errors
/// When the database fails.
pub async fn recall(
    app: &App,
    lang: Lang,
    all: &Arc<Places>,
    asked: &[Asked],
) -> Result<Vec<Option<Arc<Told>>>> {
    let register = register(app).await?;
    let kept = Kept::of(app, &register, all);
    let mut found = kept.find(lang, asked);
    let missing: Vec<Asked> = asked
        .iter()
        .filter(|asked| !found.contains_key(*asked))
        .cloned()
        .collect();
    if !missing.is_empty() {
        let gathered = gather_from(app, &register, lang, all, &missing).await?;
        for (asked, told) in missing.into_iter().zip(gathered) {
            let told = told.map(Arc::new);
            kept.put(lang, &asked, told.as_ref());
            found.insert(asked, told);
        }
    }
    Ok(asked
        .iter()
        .map(|asked| found.get(asked).cloned().flatten())
        .collect())
}

impl Kept {
    fn of(app: &App, register: &Arc<Register>, places: &Arc<Places>) -> Arc<Kept> {
        if let Some(kept) = app.shelf.find::<Kept>()
            && Arc::ptr_eq(&kept.register, register)
            && Arc::ptr_eq(&kept.places, places)
        {
            return kept;
        }
        let kept = Arc::new(Kept {
            register: register.clone(),
            places: places.clone(),
            figures: RwLock::default(),
        });
        app.shelf.put(kept.clone());
        kept
    }

    fn find(&self, lang: Lang, asked: &[Asked]) -> HashMap<Asked, Option<Arc<Told>>> {
        let figures = self.figures.read().unwrap_or_else(PoisonError::into_inner);
        asked
            .iter()
            .filter_map(|asked| {
                let told = figures.by_question.get(&(lang, asked.clone()))?;
                Some((asked.clone(), told.clone()))
            })
            .collect()
    }

    /// Keeps what was gathered; not the answer to a period that has no numbers, of which anybody can name any number.
    fn put(&self, lang: Lang, asked: &Asked, told: Option<&Arc<Told>>) {
        let is_empty = told.is_some_and(|told| told.headline().is_none());
        if is_empty && asked.period.is_some() {
            return;
        }
        let n_numbers = 1 + told.map_or(0, |told| told.over_time.len() + told.parts.len());
        let mut figures = self.figures.write().unwrap_or_else(PoisonError::into_inner);
        if figures.n_numbers + n_numbers > MOST_KEPT {
            *figures = Figures::default();
        }
        figures.n_numbers += n_numbers;
        figures.by_question.insert((lang, asked.clone()), told.cloned());
    }
}

async fn gather_from(
    app: &App,
    register: &Register,
    lang: Lang,
    all: &Places,
    asked: &[Asked],
) -> Result<Vec<Option<Told>>> {
    let known: Vec<Option<(&Asked, &super::Indicator)>> = asked
        .iter()
        .map(|asked| {
            let indicator = register.find(&asked.indicator)?;
            indicator.definition.is_judged().then_some((asked, indicator))
        })
        .collect();
    let series = grouped(store::tiles::list_series(&app.db, &series_of(&known)).await?);
    let over_time = |asked: &Asked| of(&series, &asked.indicator, &asked.place, "");
    let below: BTreeSet<(String, String, String)> = known
        .iter()
        .flatten()
        .copied()
        .filter(|(asked, _)| asked.across == Across::Places)
        .map(|(asked, _)| {
            let period = period_of(asked, &over_time(asked));
            (asked.indicator.clone(), asked.place.clone(), period)
        })
        .collect();
    let below = store::tiles::list_below(&app.db, &below.into_iter().collect::<Vec<_>>()).await?;
    Ok(known
        .into_iter()
        .map(|known| {
            let (asked, indicator) = known?;
            let over_time = over_time(asked);
            let period = period_of(asked, &over_time);
            let parts = match &asked.across {
                Across::Time => Vec::new(),
                Across::Places => places_below(lang, all, asked, &period, &below),
                Across::Groups(by) => groups(
                    lang,
                    &indicator.definition,
                    &period,
                    of(&series, &asked.indicator, &asked.place, by),
                ),
            };
            Some(told(lang, all, asked, indicator, period, over_time, parts))
        })
        .collect())
}

fn told(
    lang: Lang,
    all: &Places,
    asked: &Asked,
    indicator: &super::Indicator,
    period: String,
    over_time: Vec<Observation>,
    parts: Vec<Labelled>,
) -> Told {
    let definition = &indicator.definition;
    let at = over_time.iter().position(|o| o.period == period);
    let before = at.and_then(|at| at.checked_sub(1));
    let moved = before
        .zip(at)
        .and_then(|(before, at)| trend(definition, &over_time[before], &over_time[at]));
    let lineage = all.find(&asked.place).map(Place::lineage).unwrap_or_default();
    Told {
        run: indicator.run.clone(),
        dimensions: match &asked.across {
            Across::Groups(by) => dimensions_in_words(definition, by, lang),
            Across::Time | Across::Places => String::new(),
        },
        aim: definition.aim(&lineage).map(|aim| aim.value),
        trend: moved,
        definition: definition.clone(),
        period,
        over_time,
        parts,
    }
}

/// Every series that is needed, once.
fn series_of(known: &[Option<(&Asked, &super::Indicator)>]) -> Vec<(String, String, String)> {
    let series: BTreeSet<(String, String, String)> = known
        .iter()
        .flatten()
        .copied()
        .flat_map(|(asked, _)| {
            let series = |by: &str| (asked.indicator.clone(), asked.place.clone(), by.to_owned());
            let of_groups = match &asked.across {
                Across::Groups(by) => Some(series(by)),
                Across::Time | Across::Places => None,
            };
            [series("")].into_iter().chain(of_groups)
        })
        .collect();
    series.into_iter().collect()
}

/// Indicator, place and names of dimensions → observations.
type Series = HashMap<(String, String, String), Vec<Observation>>;

fn grouped(rows: Vec<(String, Observation)>) -> Series {
    let mut series = Series::new();
    for (indicator, observation) in rows {
        let key = (indicator, observation.place.clone(), observation.by.clone());
        series.entry(key).or_default().push(observation);
    }
    series
}

fn of(series: &Series, indicator: &str, place: &str, by: &str) -> Vec<Observation> {
    series
        .get(&(indicator.to_owned(), place.to_owned(), by.to_owned()))
        .cloned()
        .unwrap_or_default()
}

fn period_of(asked: &Asked, over_time: &[Observation]) -> String {
    let latest = || over_time.last().map(|o| o.period.clone());
    asked.period.clone().or_else(latest).unwrap_or_default()
}

fn places_below(
    lang: Lang,
    all: &Places,
    asked: &Asked,
    period: &str,
    below: &[(String, Observation)],
) -> Vec<Labelled> {
    let is_asked = |indicator: &str, o: &Observation| {
        indicator == asked.indicator
            && o.parent.as_deref() == Some(asked.place.as_str())
            && o.period == period
    };
    below
        .iter()
        .filter(|(indicator, o)| is_asked(indicator, o))
        .map(|(_, o)| Labelled {
            label: all
                .find(&o.place)
                .map_or_else(|| o.place.clone(), |place| place.name_in(lang.code()).to_owned()),
            observation: o.clone(),
        })
        .collect()
}

fn groups(lang: Lang, definition: &Definition, period: &str, series: Vec<Observation>) -> Vec<Labelled> {
    let unknown = lang.text("indicators-code-unknown").to_string();
    series
        .into_iter()
        .filter(|o| o.period == period)
        .map(|o| Labelled {
            label: codes_in_words(definition, &o.by, &o.codes, lang.code(), &unknown).join(", "),
            observation: o,
        })
        .collect()
}
