//! What is shown of an indicator at a place: the one struct that page, CSV and JSON are made from.

use std::sync::Arc;

use measures::progress::Progress;
use serde::{Deserialize, Serialize};

use super::{
    Indicator, Trend, headline,
    model::{
        definition::{Aim, Definition, Dimension},
        observation::Observation,
        tally::codes_in_words,
    },
    outside, series,
    tracker::model::Course,
    trend,
};
use crate::{
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
    /// Code of the place; without it the topmost that has numbers.
    pub place: Option<String>,
    /// Names of dimensions, separated by commas.
    pub by: Option<String>,
    /// Without it the latest.
    pub period: Option<String>,
}

/// An indicator at a place.
#[derive(Debug, Clone)]
pub struct View {
    /// `None` while there are no numbers anywhere and no place was asked for.
    pub place: Option<Named>,
    /// The place that its numbers were added to.
    pub above: Option<Named>,
    pub period: String,
    /// All periods with numbers for the place, earliest first.
    pub periods: Vec<String>,
    /// Names of the dimensions broken down by, empty for none.
    pub by: String,
    /// Everybody together, in every period.
    pub over_time: Vec<Observation>,
    /// The combination asked for, in the period.
    pub groups: Vec<Labelled>,
    /// Everybody together in the places directly below, in the period.
    pub below: Vec<Labelled>,
    pub trend: Option<Trend>,
    /// What the place is to reach last.
    pub aim: Option<Aim>,
    pub progress: Option<Progress>,
}

/// A place by code and name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Named {
    pub code: String,
    pub name: String,
}

/// An observation and what it is of, in words.
#[derive(Debug, Clone)]
pub struct Labelled {
    pub label: String,
    pub observation: Observation,
}

impl View {
    /// Everybody together at the place in the period.
    #[must_use]
    pub fn headline(&self) -> Option<&Observation> {
        self.over_time.iter().find(|o| o.period == self.period)
    }
}

/// Gathers what is shown.
///
/// # Errors
/// When the place is unknown, or has no such period, or the definition no such combination.
pub async fn make(app: &App, lang: Lang, all: &Places, indicator: &Indicator, asked: &Asked) -> Result<View> {
    let definition = &indicator.definition;
    // Our own numbers are of places only.
    let areas = match definition.imported() {
        Some(_) => outside::areas(app).await?,
        None => Arc::default(),
    };
    let opens = definition.imported().and_then(|imported| imported.opens.as_ref());
    let code = match asked.place.as_deref().filter(|code| !code.is_empty()) {
        Some(code) if all.find(code).is_none() && areas.find(code).is_some() => Some(code.to_owned()),
        Some(code) => Some(places::known(all, code)?.code().to_owned()),
        None => match headline(app, definition).await? {
            Some(headline) => Some(headline.place),
            None => opens.map(|opens| opens.place.clone()),
        },
    };
    let opened_by = opens.map(|opens| opens.by.join(","));
    let by: Vec<&str> = asked
        .by
        .as_deref()
        .or(opened_by.as_deref())
        .unwrap_or("")
        .split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .collect();
    let place = code.as_deref().and_then(|code| all.find(code));
    let name_of = |code: &str| match all.find(code) {
        Some(place) => Some(place.name_in(lang.code()).to_owned()),
        None => areas.find(code).map(|area| area.name.clone()),
    };
    let named = |code: &str| {
        Some(Named {
            code: code.to_owned(),
            name: name_of(code)?,
        })
    };
    let over_time = match &code {
        Some(code) => series(app, definition, code, &[]).await?,
        None => Vec::new(),
    };
    let unknown = lang.text("indicators-code-unknown").to_string();
    let groups = match (&code, by.is_empty()) {
        (Some(code), false) => series(app, definition, code, &by).await?,
        // Refuses a combination that does not exist even where there are no numbers.
        (None, false) => series(app, definition, "", &by).await?,
        (_, true) => Vec::new(),
    };
    let mut periods: Vec<String> = over_time.iter().map(|o| o.period.clone()).collect();
    if periods.is_empty() {
        // What others published may be of groups only.
        periods = groups.iter().map(|o| o.period.clone()).collect();
        periods.dedup();
    }
    let period = match asked.period.as_deref().filter(|period| !period.is_empty()) {
        Some(period) if periods.iter().any(|known| known == period) => period.to_owned(),
        Some(period) => return Err(Problem::not_found("indicators-period-unknown").with("period", period)),
        None => periods.last().cloned().unwrap_or_default(),
    };
    let by_name = if by.is_empty() {
        String::new()
    } else {
        definition
            .find_set(&by)
            .map(|set| definition.set_name(set))
            .unwrap_or_default()
    };
    let label_of =
        |o: &Observation| codes_in_words(definition, &o.by, &o.codes, lang.code(), &unknown).join(", ");
    let groups = groups
        .into_iter()
        .filter(|o| o.period == period)
        .map(|o| Labelled {
            label: label_of(&o),
            observation: o,
        })
        .collect();
    let mut below = Vec::new();
    if let Some(code) = &code {
        for observation in super::map(app, definition, code, &period).await? {
            let label = name_of(&observation.place).unwrap_or_else(|| observation.place.clone());
            below.push(Labelled { label, observation });
        }
    }
    let at = over_time.iter().position(|o| o.period == period);
    let before = at
        .and_then(|at| at.checked_sub(1))
        .map(|at| &over_time[at])
        .filter(|_| definition.is_judged());
    let moved = before
        .zip(at)
        .and_then(|(before, at)| trend(definition, before, &over_time[at]));
    let lineage = place.map(Place::lineage).unwrap_or_default();
    let aim = definition.aim(&lineage).cloned();
    let course = Course::of(definition, aim.as_ref(), &over_time).filter(|_| definition.is_judged());
    let progress = course.and_then(|course| course.progress.ok());
    let parent = over_time.iter().rev().find_map(|o| o.parent.as_deref());
    let above = parent.and_then(named);
    Ok(View {
        place: code.as_deref().and_then(named),
        above,
        period,
        periods,
        by: by_name,
        over_time,
        groups,
        below,
        trend: moved,
        aim,
        progress,
    })
}

/// Says what the dimensions of a combination are called: "Sex and age".
#[must_use]
pub fn dimensions_in_words(definition: &Definition, by: &str, lang: Lang) -> String {
    let title = |name: &str| {
        definition
            .dimensions
            .iter()
            .find(|d| d.name == name)
            .map_or(name.to_owned(), |d: &Dimension| {
                d.title.in_language(lang.code()).to_owned()
            })
    };
    by.split(',')
        .filter(|name| !name.is_empty())
        .map(title)
        .collect::<Vec<_>>()
        .join(", ")
}
