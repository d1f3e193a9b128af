//! Numbers of areas that are not administrative ones: health catchments, police sectors, school areas.
//!
//! Nothing is counted again. What is public of the places that make an area is carried over ([`model::carry`](super::model::carry)),
//! as of the last day of the period, because areas are redrawn. Deliberately absent: groups (the sexes of an area), indicators worked
//! out from others, which have no counts to carry, and maps.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::civil::Date;

use super::{
    model::{
        carry::{Carried, Portion, carry, is_carried, telling_wholes},
        definition::{Definition, entered::Every},
        observation::{Figures, Observation, Status},
    },
    store,
};
use crate::{
    places::model::{
        Place, Places,
        division::{Area, Division},
    },
    platform::{app::App, i18n::Lang, problem::Result},
};

mod pages;

pub use pages::{AreaPage, AreasPage, routes};

/// Places that are named in the words of an estimate; the others are counted.
const MOST_NAMED: usize = 3;
/// What stands between a division and an area in the code of an area's number.
const BETWEEN: char = '/';

/// A number of an area with what it is made of.
#[derive(Debug, Clone)]
pub struct AreaNumber {
    /// Code of the area in its division.
    pub code: String,
    pub name: String,
    /// Its place is the code of the division and that of the area, as `health/PKM-01`.
    pub observation: Observation,
    /// The places that made it on the last day of the period.
    pub portions: Vec<Portion>,
}

/// An indicator in a period, whose areas somebody wants to see.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    pub definition: &'a Definition,
    pub period: &'a str,
    /// Only areas that reach into this place; `None` for all.
    pub within: Option<Place<'a>>,
}

impl AreaNumber {
    #[must_use]
    pub fn is_estimated(&self) -> bool {
        self.portions.iter().any(|portion| portion.share < 1.0)
    }

    /// What it is called, and where a place belongs to it by a share that it is estimated, and by which.
    #[must_use]
    pub fn label(&self, lang: Lang, all: &Places) -> String {
        let shares: Vec<String> = self
            .portions
            .iter()
            .filter(|portion| portion.share < 1.0)
            .map(|portion| {
                format!(
                    "{} {}",
                    name_of(all, lang, &portion.place),
                    share_in_words(lang, portion.share)
                )
            })
            .collect();
        if shares.is_empty() {
            return self.name.clone();
        }
        let mut said = shares[..shares.len().min(MOST_NAMED)].join(", ");
        if shares.len() > MOST_NAMED {
            said.push_str(", …");
        }
        lang.text("indicators-divisions-estimated")
            .arg("area", &self.name)
            .arg("shares", said)
            .to_string()
    }
}

/// The division and the area that an area's number is of.
#[must_use]
pub fn codes_of(o: &Observation) -> Option<(&str, &str)> {
    o.place.split_once(BETWEEN)
}

/// The address of what an area's number is made of.
#[must_use]
pub fn address(indicator: &str, division: &str, area: &str, period: &str) -> String {
    let query = serde_urlencoded::to_string([("area", area), ("period", period)]).unwrap_or_default();
    format!("/indicators/{indicator}/divisions/{division}?{query}")
}

/// The words and addresses by which an indicator at a place is shown by each division; none where its counts cannot be carried.
#[must_use]
pub fn links(all: &Places, lang: Lang, definition: &Definition, place: &str) -> Vec<(String, String)> {
    if !is_carried(definition) {
        return Vec::new();
    }
    let query = serde_urlencoded::to_string([("place", place)]).unwrap_or_default();
    all.divisions()
        .iter()
        .map(|division| {
            let words = lang
                .text("indicators-divisions-by")
                .arg("division", &division.title)
                .to_string();
            let address = format!(
                "/indicators/{}/divisions/{}?{query}",
                definition.code, division.code
            );
            (words, address)
        })
        .collect()
}

/// Works out the areas of a division for some indicators, each in a period, in their order. Nothing for an indicator whose counts
/// cannot be carried.
///
/// # Errors
/// When the database fails.
pub async fn gather(
    app: &App,
    all: &Places,
    division: &Division,
    wanted: &[Wanted<'_>],
) -> Result<Vec<Vec<AreaNumber>>> {
    let asked: BTreeSet<(String, String)> = wanted
        .iter()
        .filter(|wanted| is_carried(wanted.definition) && !wanted.period.is_empty())
        .map(|wanted| (wanted.definition.code.clone(), wanted.period.to_owned()))
        .collect();
    let rows = store::tiles::list_everywhere(&app.db, &asked.into_iter().collect::<Vec<_>>()).await?;
    let mut known: BTreeMap<(&str, &str), HashMap<&str, &Observation>> = BTreeMap::new();
    for (indicator, o) in &rows {
        known
            .entry((indicator.as_str(), o.period.as_str()))
            .or_default()
            .insert(o.place.as_str(), o);
    }
    let today = app.config.day(app.clock.now());
    Ok(wanted
        .iter()
        .map(|wanted| {
            let observations = known.get(&(wanted.definition.code.as_str(), wanted.period));
            observations.map_or_else(Vec::new, |observations| {
                let day = last_day(wanted.period).unwrap_or(today);
                areas(all, division, *wanted, observations, day)
            })
        })
        .collect())
}

fn areas(
    all: &Places,
    division: &Division,
    wanted: Wanted<'_>,
    observations: &HashMap<&str, &Observation>,
    day: Date,
) -> Vec<AreaNumber> {
    let mut numbers: Vec<AreaNumber> = division
        .areas
        .iter()
        .filter(|area| area.parts_on(day).next().is_some())
        .map(|area| number(division, area, wanted, observations, day))
        .collect();
    withhold_telling(all, &mut numbers, observations);
    numbers.retain(|number| wanted.within.is_none_or(|within| reaches(all, number, within)));
    for (position, number) in (0..).zip(&mut numbers) {
        number.observation.position = position;
    }
    numbers
}

fn number(
    division: &Division,
    area: &Area,
    wanted: Wanted<'_>,
    observations: &HashMap<&str, &Observation>,
    day: Date,
) -> AreaNumber {
    let portions: Vec<Portion> = area
        .parts_on(day)
        .map(|part| Portion {
            place: part.place.clone(),
            share: part.share,
            observation: observations.get(part.place.as_str()).map(|o| (*o).clone()),
        })
        .collect();
    let Carried {
        status,
        standing,
        figures,
    } = carry(wanted.definition, &portions);
    let held = portions
        .iter()
        .filter_map(|portion| portion.observation.as_ref()?.as_of)
        .min();
    AreaNumber {
        code: area.code.clone(),
        name: area.name.clone(),
        observation: Observation {
            place: format!("{}{BETWEEN}{}", division.code, area.code),
            parent: None,
            period: wanted.period.to_owned(),
            by: String::new(),
            codes: String::new(),
            position: 0,
            status,
            standing,
            figures,
            as_of: held,
        },
        portions,
    }
}

/// Withholds the areas of a published whole of which they would leave one withheld place.
fn withhold_telling(all: &Places, numbers: &mut [AreaNumber], observations: &HashMap<&str, &Observation>) {
    let telling = {
        let shown: BTreeSet<&str> = numbers
            .iter()
            .filter(|number| number.observation.status == Status::Normal)
            .flat_map(|number| &number.portions)
            .map(|portion| portion.place.as_str())
            .collect();
        telling_wholes(observations, &shown)
    };
    for number in numbers {
        let is_in = |whole: &String| {
            let whole = all.find(whole);
            whole.is_some_and(|whole| {
                number
                    .portions
                    .iter()
                    .filter_map(|portion| all.find(&portion.place))
                    .any(|place| whole.contains(place))
            })
        };
        if number.observation.status == Status::Normal && telling.iter().any(is_in) {
            number.observation.status = Status::Suppressed;
            number.observation.figures = Figures::default();
        }
    }
}

/// Whether a part of an area lies in a place, or around it.
fn reaches(all: &Places, number: &AreaNumber, within: Place<'_>) -> bool {
    number
        .portions
        .iter()
        .filter_map(|portion| all.find(&portion.place))
        .any(|place| within.contains(place) || place.contains(within))
}

/// The last day of a period, where its name is one of the calendar.
fn last_day(period: &str) -> Option<Date> {
    [Every::Month, Every::Quarter, Every::Half, Every::Year]
        .into_iter()
        .find_map(|every| every.last_day(every.number(period)?))
}

fn name_of(all: &Places, lang: Lang, code: &str) -> String {
    all.find(code)
        .map_or_else(|| code.to_owned(), |place| place.name_in(lang.code()).to_owned())
}

/// A share as a percentage, with as many digits as it needs up to one.
fn share_in_words(lang: Lang, share: f64) -> String {
    let percent = share * 100.0;
    let places = usize::from((percent - percent.round()).abs() > 1e-6);
    lang.percent(percent, places)
}
