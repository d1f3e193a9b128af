//! What the slices below publish about places, gathered for this slice's pages.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use super::desk;
use super::home::Latest;
use super::place::Collecting;
use super::progress::{Count, Filed};
use super::search::Hit;
use super::view::{Light, NumberCard, Trend};
use crate::catalog;
use crate::collect;
use crate::collect::model::{Audience, Form, FormState};
use crate::indicators;
use crate::indicators::model::definition::{Light as IndicatorLight, Unit as IndicatorUnit};
use crate::indicators::model::observation::{Observation, Status};
use crate::places::model::{Place, Places, fold};
use crate::platform::app::App;
use crate::platform::draw::lines::sparkline;
use crate::platform::draw::{Reading, Unit};
use crate::platform::html::Markup;
use crate::platform::i18n::Lang;
use crate::platform::op::{Op, Role};
use crate::platform::problem::{Kind, Result};
use crate::platform::time::Time;

/// An indicator's numbers for one place.
#[derive(Clone, Debug)]
pub struct Figure {
    pub indicator: String,
    pub name: String,
    pub unit: Unit,
    /// From the earliest period to the latest, which is the one shown.
    pub points: Vec<Point>,
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

/// The key numbers of a place, with their history.
pub async fn of_place(app: &App, op: &Op, code: &str) -> Result<Vec<Figure>> {
    let mut figures = Vec::new();
    for number in indicators::key_numbers(app, op.lang, code).await? {
        let definition = indicators::find(app, &number.code).await?.definition;
        let history = match number.previous {
            Some(_) => indicators::series(app, &definition, code, &[]).await?,
            None => vec![number.observation],
        };
        let unit = match number.unit {
            IndicatorUnit::Percent => Unit::Percent {
                places: number.decimals,
            },
            IndicatorUnit::Number => Unit::Number {
                places: number.decimals,
            },
        };
        figures.push(Figure {
            indicator: number.code,
            name: number.title,
            unit,
            points: history.iter().map(Point::of).collect(),
            light: number.light.map(Light::from),
            trend: number.trend.map(Trend::from),
        });
    }
    Ok(figures)
}

/// The numbers of the places directly below one, by code, in the period that the place's own figure shows.
pub async fn of_children(app: &App, figure: &Figure, code: &str) -> Result<HashMap<String, Point>> {
    let Some(latest) = figure.points.last() else {
        return Ok(HashMap::new());
    };
    let definition = indicators::find(app, &figure.indicator).await?.definition;
    let below = indicators::map(app, &definition, code, &latest.period).await?;
    Ok(below
        .iter()
        .map(|observation| (observation.place.clone(), Point::of(observation)))
        .collect())
}

/// What was published last, the newest first.
pub async fn latest(app: &App, op: &Op, most: usize) -> Result<Vec<Latest>> {
    let mut published: Vec<(Time, Hit)> = indicators::list(app)
        .await?
        .into_iter()
        .filter_map(|indicator| Some((indicator.run.as_ref()?.computed_at, hit(&indicator, op.lang))))
        .collect();
    for dataset in catalog::list_datasets(app, op).await? {
        if dataset.is_open {
            published.push((Time(dataset.changed_at), dataset_hit(&dataset)));
        }
    }
    published.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    published.truncate(most);
    Ok(published
        .into_iter()
        .map(|(at, what)| Latest {
            what,
            when: op.lang.date(app.config.day(at)),
        })
        .collect())
}

/// Indicators whose title or code holds every word of a query.
pub async fn find_indicators(app: &App, op: &Op, query: &str, most: usize) -> Result<Vec<Hit>> {
    let found = indicators::list(app)
        .await?
        .into_iter()
        .map(|indicator| hit(&indicator, op.lang));
    Ok(found
        .filter(|hit| holds_words(&[&hit.title, &hit.about], query))
        .take(most)
        .collect())
}

fn hit(indicator: &indicators::Indicator, lang: Lang) -> Hit {
    let definition = &indicator.definition;
    Hit {
        href: format!("/indicators/{}", definition.code),
        title: definition.title.in_language(lang.code()).to_owned(),
        about: definition.code.clone(),
    }
}

/// Whether the texts together hold every word of a query, whatever its case and marks.
fn holds_words(texts: &[&str], query: &str) -> bool {
    let folded = fold(&texts.join(" "));
    fold(query).split_whitespace().all(|word| folded.contains(word))
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

/// Datasets whose title or publisher holds every word of a query.
pub async fn find_datasets(app: &App, op: &Op, query: &str, most: usize) -> Result<Vec<Hit>> {
    let found = catalog::list_datasets(app, op)
        .await?
        .into_iter()
        .map(|dataset| dataset_hit(&dataset));
    Ok(found
        .filter(|hit| holds_words(&[&hit.title, &hit.about], query))
        .take(most)
        .collect())
}

/// Datasets about a place, or about one it lies in: the last changed first.
pub async fn datasets_about(app: &App, op: &Op, place: Place<'_>, most: usize) -> Result<Vec<Hit>> {
    let lineage = place.lineage();
    let listed = catalog::list_datasets(app, op).await?.into_iter();
    let about = listed.filter(|dataset| {
        dataset
            .place
            .as_deref()
            .is_some_and(|code| lineage.contains(&code))
    });
    Ok(about.take(most).map(|dataset| dataset_hit(&dataset)).collect())
}

fn dataset_hit(dataset: &catalog::Dataset) -> Hit {
    let about = [dataset.publisher.as_deref().unwrap_or_default(), &dataset.period];
    Hit {
        href: format!("/data/{}", dataset.slug),
        title: dataset.title.clone(),
        about: about
            .into_iter()
            .filter(|words| !words.is_empty())
            .collect::<Vec<_>>()
            .join(" · "),
    }
}

/// Forms whose title holds every word of a query, as far as the reader may fill them.
pub async fn find_forms(app: &App, op: &Op, query: &str, most: usize) -> Result<Vec<Hit>> {
    let mut found = Vec::new();
    for form in collect::list_forms(app, None).await? {
        let is_theirs = form.audience == Audience::Public || op.has(&Role::STAFF);
        let Some(title) = title_of(app, &form).await? else {
            continue;
        };
        if is_theirs && form.state == FormState::Open && holds_words(&[&title], query) {
            let href = format!("/forms/{}/{}", form.project_slug, form.slug);
            found.push(Hit {
                href,
                title,
                about: String::new(),
            });
        }
    }
    found.truncate(most);
    Ok(found)
}

/// What was filed about which place, by the title of each form that asks for one; counted anew every few seconds.
pub async fn counts(app: &App, op: &Op) -> Result<Arc<Counts>> {
    if let Some(kept) = app.shelf.find::<KeptCounts>()
        && op.at.since(kept.at) < FRESH
    {
        return Ok(kept.counts.clone());
    }
    let counts = Arc::new(count_anew(app).await?);
    app.shelf.put(Arc::new(KeptCounts {
        at: op.at,
        counts: counts.clone(),
    }));
    Ok(counts)
}

/// Title of a form → what was filed about each place.
pub type Counts = Vec<(String, Vec<(String, Filed)>)>;

/// Counting reads every submission, which a page that many look at must not do each time.
const FRESH: Duration = Duration::from_secs(10);

struct KeptCounts {
    at: Time,
    counts: Arc<Counts>,
}

async fn count_anew(app: &App) -> Result<Counts> {
    let mut counts = Vec::new();
    for form in collect::list_forms(app, None).await? {
        let Some(title) = title_of(app, &form).await? else {
            continue;
        };
        let progress = collect::progress(app, &form).await?;
        let filed = progress
            .into_iter()
            .filter(|part| !part.place.is_empty())
            .map(|part| {
                let filed = Filed {
                    n: part.n_submissions,
                    n_flagged: part.n_flagged,
                    last_at: part.last_at,
                };
                (part.place, filed)
            });
        let filed: Vec<(String, Filed)> = filed.collect();
        if !filed.is_empty() {
            counts.push((title, filed));
        }
    }
    Ok(counts)
}

/// How far each count has come at a place.
pub async fn collecting(app: &App, op: &Op, places: &Places, place: Place<'_>) -> Result<Vec<Collecting>> {
    let mut works = Vec::new();
    for (name, filed) in counts(app, op).await?.iter() {
        let coverage = Count::new(places, filed, op.at).of(place);
        if coverage.n_filed > 0 {
            let said = desk::said(op.lang, &coverage);
            works.push(Collecting {
                name: name.clone(),
                bar: desk::bar(&coverage, &said),
                said,
            });
        }
    }
    Ok(works)
}

/// The title of the version in force; `None` before the first is published.
async fn title_of(app: &App, form: &Form) -> Result<Option<String>> {
    match collect::current(app, form).await {
        Ok(current) => Ok(Some(current.version.title.clone())),
        Err(problem) if problem.kind() == Kind::NotFound => Ok(None),
        Err(problem) => Err(problem),
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
    }

    #[test]
    fn a_number_that_is_hidden_says_so_and_one_point_is_no_line() {
        let cards: Vec<NumberCard> = sample(Lang::En)
            .iter()
            .map(|figure| figure.card(Lang::En, "90.01"))
            .collect();
        assert_eq!(
            (cards[4].value.as_str(), cards[4].is_known),
            ("too few to show", false)
        );
        assert!(cards[3].line.is_empty() && cards[4].line.is_empty());
    }
}
