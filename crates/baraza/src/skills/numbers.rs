//! Seats beside the young people who neither work nor learn (SDG 8.6.1), by place.

use super::model::Register;
use crate::{
    indicators::{
        model::observation::{Observation, Status},
        tiles::{self, Across, Asked, Told},
    },
    places::model::{Place, Places},
    platform::{app::App, i18n::Lang, problem::Result},
};

/// The share of people aged 15 to 24 who are not in education, employment or training.
pub const INDICATOR: &str = "8.6.1";

/// What is said of one place.
#[derive(Debug, Clone, PartialEq)]
pub struct Side {
    /// Code of the place.
    pub place: String,
    /// The share as it is written, or why there is none; empty where nothing was counted.
    pub rate: String,
    /// Seats of courses in the place that begin in the year.
    pub seats: i64,
    /// Seats for each 100 such people; `None` where they were not counted or their number is withheld.
    pub per_100: Option<f64>,
}

/// What is said of a place and those directly below it.
#[derive(Debug, Clone, PartialEq)]
pub struct Beside {
    /// The period that the share is of; empty where nothing was counted.
    pub period: String,
    /// The place itself first.
    pub sides: Vec<Side>,
}

/// Puts the seats of a year beside the share, for a place and those directly below it.
///
/// # Errors
/// When the database fails.
pub async fn beside(
    app: &App,
    lang: Lang,
    all: &Places,
    register: &Register,
    here: Place<'_>,
    year: i16,
) -> Result<Beside> {
    let asked = Asked {
        indicator: INDICATOR.to_owned(),
        place: here.code().to_owned(),
        period: None,
        across: Across::Places,
    };
    let told = tiles::gather(app, lang, all, &[asked])
        .await?
        .into_iter()
        .next()
        .flatten();
    let places = [here].into_iter().chain(here.children());
    let sides = places
        .map(|place| {
            let seats = seats(all, register, place, year);
            side(lang, told.as_ref(), place.code(), seats)
        })
        .collect();
    Ok(Beside {
        period: told.map(|told| told.period).unwrap_or_default(),
        sides,
    })
}

/// Seats of the courses in a place that begin in a year.
fn seats(all: &Places, register: &Register, place: Place<'_>, year: i16) -> i64 {
    register
        .offers()
        .filter(|offer| offer.intake.starts_on.year() == year)
        .filter(|offer| {
            all.find(&offer.institution.place)
                .is_some_and(|at| place.contains(at))
        })
        .map(|offer| offer.intake.seats)
        .sum()
}

fn side(lang: Lang, told: Option<&Told>, place: &str, seats: i64) -> Side {
    let observation = told.and_then(|told| of(told, place));
    let rate = told
        .zip(observation)
        .map(|(told, observation)| told.written(lang, observation))
        .unwrap_or_default();
    let people = observation
        .filter(|observation| observation.status == Status::Normal)
        .and_then(|observation| observation.figures.numerator)
        .filter(|people| *people >= 1.0);
    Side {
        place: place.to_owned(),
        rate,
        seats,
        per_100: people.map(|people| 100.0 * seats as f64 / people),
    }
}

/// What was counted of everybody together in a place: the one asked about, or one directly below.
fn of<'a>(told: &'a Told, place: &str) -> Option<&'a Observation> {
    let below = told.parts.iter().map(|part| &part.observation);
    told.headline()
        .into_iter()
        .chain(below)
        .find(|observation| observation.place == place)
}
