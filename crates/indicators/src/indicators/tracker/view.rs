//! What the tracker shows: gathered for one place, before it becomes a page or a file.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use serde::Deserialize;

use super::{
    model::{
        Beside, Hidden, OfGoal, Track, arrange, beside,
        framework::framework,
        gaps::{Counted, Row, gaps},
        hidden,
    },
    store,
};
use crate::{
    indicators::{
        Indicator,
        model::observation::{Observation, Status},
        register::{Register, register},
        series,
        view::Named,
    },
    places::{
        self,
        model::{Place, Places},
    },
    platform::{
        app::App,
        i18n::Lang,
        problem::{Problem, Result},
    },
};

/// What somebody wants to see.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Asked {
    /// Code of the place; without it the one that most is known of.
    pub place: Option<String>,
    /// Code of a goal, where only one is wanted.
    pub goal: Option<String>,
}

/// The place that is shown, and those around it.
#[derive(Debug, Clone, Default)]
pub struct Here {
    /// `None` while there are no numbers anywhere and no place was asked for.
    pub place: Option<Named>,
    /// Those it lies in, the nearest first.
    pub above: Vec<Named>,
    /// Those directly below it.
    pub below: Vec<Named>,
}

/// All goals for a place.
pub struct Tracked {
    pub here: Here,
    pub goals: Vec<OfGoal>,
}

/// One number for a place, followed and compared.
pub struct Followed {
    pub here: Here,
    pub indicator: Indicator,
    pub track: Track,
    /// The places around it that have the number in the same period, the nearest first.
    pub above: Vec<(Named, Observation, Option<Beside>)>,
    /// The places below that the number hides; `None` where it hides none because it is no good one.
    pub hidden: Option<Vec<(Named, Hidden)>>,
}

/// What is missing for a place.
pub struct Missing {
    pub here: Here,
    pub indicators: Vec<Indicator>,
    pub counted: Vec<Counted>,
}

impl Here {
    /// The codes of the place and of those it lies in, itself first.
    fn lineage(&self) -> Vec<&str> {
        self.place
            .iter()
            .chain(&self.above)
            .map(|named| named.code.as_str())
            .collect()
    }

    /// The code of the place; empty for none.
    #[must_use]
    pub fn code(&self) -> &str {
        self.place.as_ref().map_or("", |place| &place.code)
    }

    /// The name of the place; empty for none.
    #[must_use]
    pub fn name(&self) -> &str {
        self.place.as_ref().map_or("", |place| &place.name)
    }

    fn of(all: &Places, code: Option<&str>, lang: Lang) -> Here {
        let named = |place: Place<'_>| Named {
            code: place.code().to_owned(),
            name: place.name_in(lang.code()).to_owned(),
        };
        match code.and_then(|code| all.find(code)) {
            Some(place) => Here {
                place: Some(named(place)),
                above: place.ancestors().map(named).collect(),
                below: place.children().map(named).collect(),
            },
            None => Here {
                below: all.roots().map(named).collect(),
                ..Here::default()
            },
        }
    }
}

impl Missing {
    /// Every indicator, or those of one goal, with what is missing of it.
    #[must_use]
    pub fn rows(&self, goal: Option<&str>) -> Vec<Row<'_>> {
        let definitions: Vec<_> = self
            .indicators
            .iter()
            .map(|indicator| &*indicator.definition)
            .collect();
        let mut rows = gaps(framework(), &definitions, &self.counted);
        rows.retain(|row| goal.is_none_or(|goal| row.goal() == goal));
        rows
    }
}

/// Gathers all goals for a place: one statement for the numbers, however many there are.
///
/// # Errors
/// When the place is unknown.
pub async fn track(app: &App, lang: Lang, asked: &Asked) -> Result<Tracked> {
    let (register, here) = find_place(app, lang, asked).await?;
    let mut over_time: HashMap<String, Vec<Observation>> = HashMap::new();
    if let Some(place) = &here.place {
        for (code, observation) in store::list_over_time(&app.db, &place.code).await? {
            over_time.entry(code).or_default().push(observation);
        }
    }
    let lineage = here.lineage();
    let tracks = register
        .all
        .iter()
        .filter(|indicator| indicator.definition.imported().is_none())
        .map(|indicator| {
            let definition = indicator.definition.clone();
            let numbers = over_time.remove(&definition.code).unwrap_or_default();
            Track::new(definition, &lineage, numbers)
        })
        .collect();
    Ok(Tracked {
        goals: arrange(tracks),
        here,
    })
}

/// Follows one number for a place: how far it has come, where it goes, how it stands beside the places around it, whom it hides.
///
/// # Errors
/// When the indicator or the place is unknown.
pub async fn follow(app: &App, lang: Lang, code: &str, asked: &Asked) -> Result<Followed> {
    let register = register(app).await?;
    let indicator = register
        .find(code)
        .cloned()
        .ok_or_else(|| Problem::not_found("indicators-unknown").with("code", code))?;
    let definition = &indicator.definition;
    let all = places::all(app).await?;
    let place = match chosen(&all, asked)? {
        Some(code) => Some(code),
        None => register.headlines.get(code).map(|o| o.place.clone()),
    };
    let here = Here::of(&all, place.as_deref(), lang);
    let over_time = match &here.place {
        Some(place) => series(app, definition, &place.code, &[]).await?,
        None => Vec::new(),
    };
    let track = Track::new(definition.clone(), &here.lineage(), over_time);
    let (mut above, mut hides) = (Vec::new(), None);
    if let Some(latest) = track.latest().filter(|o| o.status == Status::Normal) {
        let around: Vec<&str> = here.above.iter().map(|named| named.code.as_str()).collect();
        let mut numbers: HashMap<String, Observation> =
            store::list_in(&app.db, code, &latest.period, &around)
                .await?
                .into_iter()
                .map(|o| (o.place.clone(), o))
                .collect();
        for named in &here.above {
            if let Some(number) = numbers.remove(&named.code) {
                let difference = beside(definition, latest, &number);
                above.push((named.clone(), number, difference));
            }
        }
        let below = crate::indicators::map(app, definition, here.code(), &latest.period).await?;
        hides = hidden(definition, latest, &below).map(|found| {
            found
                .into_iter()
                .map(|hidden| (named(&all, &hidden.observation.place, lang), hidden))
                .collect()
        });
    }
    Ok(Followed {
        here,
        indicator,
        track,
        above,
        hidden: hides,
    })
}

/// Gathers what is missing for a place.
///
/// # Errors
/// When the place or the goal is unknown.
pub async fn missing(app: &App, lang: Lang, asked: &Asked) -> Result<Missing> {
    if let Some(goal) = wanted_goal(asked) {
        known_goal(goal)?;
    }
    let (register, here) = find_place(app, lang, asked).await?;
    let counted = match &here.place {
        Some(place) => store::list_statuses(&app.db, &place.code).await?,
        None => Vec::new(),
    };
    Ok(Missing {
        here,
        // What others published of other places fills no gap here.
        indicators: register
            .all
            .iter()
            .filter(|indicator| indicator.definition.imported().is_none())
            .cloned()
            .collect(),
        counted,
    })
}

/// The goal that only is wanted, if any.
#[must_use]
pub fn wanted_goal(asked: &Asked) -> Option<&str> {
    asked.goal.as_deref().filter(|goal| !goal.is_empty())
}

/// Passes the code of a goal that there is.
///
/// # Errors
/// `indicators-tracker-goal-unknown`.
pub fn known_goal(code: &str) -> Result<()> {
    match framework().goal(code) {
        Some(_) => Ok(()),
        None => Err(Problem::not_found("indicators-tracker-goal-unknown").with("goal", code)),
    }
}

async fn find_place(app: &App, lang: Lang, asked: &Asked) -> Result<(Arc<Register>, Here)> {
    let register = register(app).await?;
    let all = places::all(app).await?;
    let code = match chosen(&all, asked)? {
        Some(code) => Some(code),
        None => best_known(&register, &all),
    };
    let here = Here::of(&all, code.as_deref(), lang);
    Ok((register, here))
}

fn chosen(all: &Places, asked: &Asked) -> Result<Option<String>> {
    match asked.place.as_deref().filter(|code| !code.is_empty()) {
        Some(code) => Ok(Some(places::known(all, code)?.code().to_owned())),
        None => Ok(None),
    }
}

/// The place that the installation is about, where it has numbers; else the topmost place that most indicators have numbers of.
fn best_known(register: &Register, all: &Places) -> Option<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let ours = |headline: &&Observation| all.find(&headline.place).is_some();
    for headline in register.headlines.values().filter(ours) {
        *counts.entry(headline.place.as_str()).or_default() += 1;
    }
    let top = all.top().map(Place::code);
    let most = || counts.iter().max_by_key(|(_, n)| **n).map(|(code, _)| *code);
    top.filter(|code| counts.contains_key(code))
        .or_else(most)
        .or(top)
        .map(str::to_owned)
}

fn named(all: &Places, code: &str, lang: Lang) -> Named {
    Named {
        code: code.to_owned(),
        name: all
            .find(code)
            .map_or_else(|| code.to_owned(), |place| place.name_in(lang.code()).to_owned()),
    }
}
