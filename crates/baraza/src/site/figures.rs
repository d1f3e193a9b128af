//! The key numbers of a place as pages show them: on cards, on maps, in tables.

use std::collections::HashMap;

use super::view::{Light, NumberCard, Trend};
use crate::indicators::model::definition::{Light as IndicatorLight, Unit as IndicatorUnit};
use crate::indicators::model::observation::{Observation, Status};
use crate::indicators::passport::live_address;
use crate::indicators::{self, KeyFigure};
use crate::platform::app::App;
use crate::platform::draw::lines::sparkline;
use crate::platform::draw::{Reading, Unit};
use crate::platform::html::Markup;
use crate::platform::i18n::Lang;
use crate::platform::problem::Result;

/// An indicator's numbers for one place.
#[derive(Clone, Debug)]
pub struct Figure {
    pub indicator: String,
    pub name: String,
    pub unit: Unit,
    /// From the earliest period to the latest, which is the one shown.
    pub points: Vec<Point>,
    /// Those of the places directly below in that period, by code.
    pub below: HashMap<String, Point>,
    pub light: Option<Light>,
    pub trend: Option<Trend>,
}

/// A number of one period.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    pub period: String,
    pub reading: Reading,
    /// How many were counted.
    pub n: Option<i64>,
}

impl Figure {
    fn of(lang: Lang, figure: &KeyFigure) -> Figure {
        let definition = &figure.definition;
        let places = definition.decimals;
        Figure {
            indicator: definition.code.clone(),
            name: definition.title.in_language(lang.code()).to_owned(),
            unit: match definition.unit {
                IndicatorUnit::Percent => Unit::Percent { places },
                IndicatorUnit::Number => Unit::Number { places },
            },
            points: figure.over_time.iter().map(Point::of).collect(),
            below: figure
                .below
                .iter()
                .map(|(code, observation)| (code.clone(), Point::of(observation)))
                .collect(),
            light: figure.light.map(Light::from),
            trend: figure.trend.map(Trend::from),
        }
    }

    /// What is known of a place directly below, in the latest period.
    pub fn reading_of(&self, below: &str) -> Reading {
        self.below
            .get(below)
            .map_or(Reading::Missing, |point| point.reading)
    }

    /// The latest number.
    pub fn latest(&self) -> Reading {
        self.points.last().map_or(Reading::Missing, |point| point.reading)
    }

    /// The number as a card that leads to the indicator's page about this place.
    pub fn card(&self, lang: Lang, place: &str) -> NumberCard {
        let latest = self.latest();
        let value = match latest {
            Reading::Known { value, .. } => self.unit.write(lang, value),
            other => self.unit.say(lang, other),
        };
        let note = match self.points.last() {
            Some(Point {
                period, n: Some(n), ..
            }) => lang
                .text("site-number-note")
                .n("n", *n)
                .arg("period", period)
                .to_string(),
            Some(Point { period, n: None, .. }) => period.clone(),
            None => String::new(),
        };
        NumberCard {
            name: self.name.clone(),
            href: format!("/indicators/{}?place={place}", self.indicator),
            passport: self.points.last().map_or_else(String::new, |point| {
                live_address(&self.indicator, place, &point.period)
            }),
            value,
            is_known: latest.value().is_some(),
            note,
            light: self.light,
            trend: self.trend,
            line: self.line(lang),
        }
    }

    /// The history as a small line; empty where there is none.
    fn line(&self, lang: Lang) -> Markup {
        let known: Vec<(&str, f64)> = self
            .points
            .iter()
            .filter_map(|point| Some((point.period.as_str(), point.reading.value()?)))
            .collect();
        let [(then, first), .., (now, last)] = known[..] else {
            return Markup::default();
        };
        let said = lang
            .text("site-trend")
            .arg("from", self.unit.write(lang, first))
            .arg("then", then)
            .arg("to", self.unit.write(lang, last))
            .arg("now", now)
            .to_string();
        let readings: Vec<Reading> = self.points.iter().map(|point| point.reading).collect();
        sparkline(&readings, &said)
    }
}

/// The key numbers of a place, with their history and those of the places directly below.
pub async fn of_place(app: &App, lang: Lang, code: &str) -> Result<Vec<Figure>> {
    let figures = indicators::key_figures(app, code).await?;
    Ok(figures.iter().map(|figure| Figure::of(lang, figure)).collect())
}

impl Point {
    fn of(observation: &Observation) -> Point {
        let figures = &observation.figures;
        let reading = match (observation.status, figures.value) {
            (Status::Suppressed, _) => Reading::Suppressed,
            (Status::Normal, Some(value)) => match (figures.lower, figures.upper) {
                (Some(low), Some(high)) => Reading::between(value, low, high),
                _ => Reading::of(value),
            },
            (Status::Normal | Status::Empty, _) => Reading::Missing,
        };
        Point {
            period: observation.period.clone(),
            reading,
            n: figures.n,
        }
    }
}

impl From<IndicatorLight> for Light {
    fn from(light: IndicatorLight) -> Light {
        match light {
            IndicatorLight::Green => Light::Green,
            IndicatorLight::Yellow => Light::Yellow,
            IndicatorLight::Red => Light::Red,
        }
    }
}

impl From<indicators::Trend> for Trend {
    fn from(trend: indicators::Trend) -> Trend {
        match trend {
            indicators::Trend::Better => Trend::Better,
            indicators::Trend::Worse => Trend::Worse,
            indicators::Trend::Steady => Trend::Steady,
        }
    }
}

/// Figures with something of every kind, for samples.
pub fn sample(lang: Lang) -> Vec<Figure> {
    let figure = |indicator: &str, name: &str, light, trend, readings: &[Reading]| Figure {
        indicator: indicator.into(),
        name: name.into(),
        unit: Unit::Percent { places: 1 },
        points: (2024..)
            .zip(readings)
            .map(|(year, reading)| Point {
                period: lang.ungrouped(year),
                reading: *reading,
                n: reading.value().map(|_| 1204),
            })
            .collect(),
        below: HashMap::new(),
        light,
        trend,
    };
    vec![
        figure(
            "6.1.1",
            "Households with safe drinking water",
            Some(Light::Yellow),
            Some(Trend::Better),
            &[
                Reading::of(61.0),
                Reading::Missing,
                Reading::between(72.4, 69.8, 74.9),
            ],
        ),
        figure(
            "4.1.1",
            "Children of 7 to 12 years who go to school",
            Some(Light::Green),
            Some(Trend::Steady),
            &[Reading::of(98.0), Reading::of(98.1)],
        ),
        figure(
            "6.2.1",
            "Households without a <toilet>",
            Some(Light::Red),
            Some(Trend::Worse),
            &[Reading::of(4.0), Reading::of(5.5)],
        ),
        figure(
            "16.9.1",
            "Births that are registered",
            None,
            None,
            &[Reading::of(100.0)],
        ),
        figure(
            "8.5.2",
            "People with a disability who work",
            None,
            None,
            &[Reading::of(30.0), Reading::Suppressed],
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_shows_the_latest_period_and_says_its_history() {
        let card = sample(Lang::En)[0].card(Lang::En, "90.01");
        assert_eq!((card.value.as_str(), card.is_known), ("72.4%", true));
        assert_eq!(card.note, "Of 1,204 counted, 2026");
        assert!(
            card.line
                .to_string()
                .contains("aria-label=\"From 61.0% in 2024 to 72.4% in 2026\""),
            "{}",
            card.line
        );
        assert_eq!(card.href, "/indicators/6.1.1?place=90.01");
        assert_eq!(card.passport, "/n/now/6.1.1/90.01/2026");
    }

    #[test]
    fn a_number_that_is_hidden_says_so_and_one_point_is_no_line() {
        let cards: Vec<NumberCard> = sample(Lang::En)
            .iter()
            .map(|figure| figure.card(Lang::En, "90.01"))
            .collect();
        assert_eq!((cards[4].value.as_str(), cards[4].is_known), ("withheld", false));
        assert!(cards[3].line.is_empty() && cards[4].line.is_empty());
    }
}
