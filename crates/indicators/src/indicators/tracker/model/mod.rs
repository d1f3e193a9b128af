//! How far a place has come: numbers over time, and the indicators, targets and goals they belong to.

pub mod framework;
pub mod gaps;
pub mod years;

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use measures::{
    compare::{self, Mean, Share, Sure},
    forecast::{Expected, NoForecast, Reading, Trend},
    interval::Interval,
    pocket::{self, Area},
    progress::{self, BASE_YEAR, Direction, NoProgress, Point, Progress, Status as Told},
};
use serde::Serialize;

use crate::indicators::model::{
    definition::{Aim, Definition, Light, Measure},
    observation::{Observation, Status},
};
use framework::{Entry, Framework, Goal, Target, framework, goal_of};
use years::{year_and_part, yearly};

/// The year that forecasts reach to, unless an aim is for a later one.
pub const HORIZON: i32 = 2030;
/// A forecast goes by the latest readings, these at most: what was longer ago says little of how it goes now.
pub const MOST_READINGS: usize = 10;
/// Years that a forecast looks ahead at most.
const MOST_AHEAD: i32 = 30;

/// An indicator's number for one place, over time.
#[derive(Debug, Clone)]
pub struct Track {
    pub definition: Arc<Definition>,
    /// Everybody together, the earliest period first.
    pub over_time: Vec<Observation>,
    /// What the place is to reach last.
    pub aim: Option<Aim>,
    /// `None` where nothing is known since the base year.
    pub course: Option<Course>,
    /// Whether it tells the progress of its indicator, see [`OfIndicator::score`]; the others stand beside it.
    pub is_counted: bool,
}

/// From where to where progress is measured.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Course {
    pub base: Point,
    pub current: Point,
    pub progress: Result<Progress, NoProgress>,
}

/// How progress is told: a score from −5 to 5 and its word.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Score {
    pub score: f64,
    pub status: Told,
}

/// Where a number would be if it goes on as it went.
#[derive(Debug, Clone, PartialEq)]
pub struct Outlook {
    pub trend: Trend,
    /// A year each, from the one after the latest reading on; empty where that is past the horizon.
    pub expected: Vec<Expected>,
    /// What stands behind the year in the periods it was drawn through: `-Q3`.
    pub part: String,
    /// How likely the aim is to be reached in its year, from 0 to 1; `None` without an aim that is still to come.
    pub chance: Option<f64>,
}

/// A place beside the rest of one around it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Beside {
    /// 95 % interval of the place less the rest, in the unit of the value.
    pub difference: Interval,
    pub verdict: Verdict,
}

/// Whether a difference is more than chance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    Better,
    Worse,
    /// Chance alone may make it.
    Alike,
}

/// A place that the average of the one around it hides.
#[derive(Debug, Clone, PartialEq)]
pub struct Hidden {
    pub observation: Observation,
    /// How much it falls short of the place around it, in the unit of the value; above zero.
    pub gap: f64,
    /// How many people (or whatever is counted) that is; `None` for what counts nobody.
    pub missed: Option<f64>,
}

/// A goal with what is known of it.
#[derive(Debug)]
pub struct OfGoal {
    pub goal: &'static Goal,
    pub targets: Vec<OfTarget>,
    /// Numbers of the goal that belong to no target.
    pub others: Vec<OfIndicator>,
}

/// A target with what is known of it.
#[derive(Debug)]
pub struct OfTarget {
    pub target: &'static Target,
    /// Those of the framework first, then one's own.
    pub indicators: Vec<OfIndicator>,
}

/// An indicator with its series.
#[derive(Debug)]
pub struct OfIndicator {
    pub code: String,
    /// `None` for one that is not of the framework.
    pub entry: Option<&'static Entry>,
    /// Those that count first.
    pub tracks: Vec<Track>,
}

impl Verdict {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Verdict::Better => "better",
            Verdict::Worse => "worse",
            Verdict::Alike => "alike",
        }
    }
}

impl Track {
    /// Tells how far a number has come. `lineage` is the place and what it lies in, itself first.
    #[must_use]
    pub fn new(definition: Arc<Definition>, lineage: &[&str], over_time: Vec<Observation>) -> Track {
        let aim = definition.aim(lineage).cloned();
        let course = Course::of(&definition, aim.as_ref(), &over_time);
        Track {
            definition,
            over_time,
            aim,
            course,
            is_counted: true,
        }
    }

    /// The number of the latest period, withheld or not.
    #[must_use]
    pub fn latest(&self) -> Option<&Observation> {
        self.over_time.last()
    }

    /// Its score, where progress can be told.
    #[must_use]
    pub fn score(&self) -> Option<Score> {
        let progress = self.course?.progress.ok()?;
        Some(Score {
            score: progress.score,
            status: progress.status,
        })
    }

    /// Tells where it would be if it goes on as it went.
    ///
    /// # Errors
    /// When there are too few readings, or all of one year.
    pub fn outlook(&self) -> Result<Outlook, NoForecast> {
        let definition = &*self.definition;
        let known = yearly(&self.over_time);
        let latest = &known[known.len().saturating_sub(MOST_READINGS)..];
        let readings: Vec<Reading> = latest
            .iter()
            .filter_map(|(year, o)| {
                Some(Reading {
                    year: f64::from(*year),
                    value: o.figures.value?,
                    standard_error: o.figures.standard_error,
                })
            })
            .collect();
        let whole = (definition.measure == Measure::Share).then_some(definition.factor);
        let trend = Trend::fit(&readings, whole)?;
        let now = latest.last().map_or(HORIZON, |(year, _)| *year);
        let last = self.aim.as_ref().map_or(HORIZON, |aim| aim.year.max(HORIZON));
        let part = latest
            .last()
            .and_then(|(_, o)| year_and_part(&o.period))
            .map_or("", |(_, part)| part);
        let chance = self.aim.as_ref().filter(|aim| aim.year > now).map(|aim| {
            let aimed_at = as_written(aim.value, definition);
            trend.chance(f64::from(aim.year), aimed_at, definition.direction)
        });
        Ok(Outlook {
            trend,
            expected: (now + 1..=last.min(now + MOST_AHEAD))
                .map(|year| trend.at(f64::from(year)))
                .collect(),
            part: part.to_owned(),
            chance,
        })
    }
}

impl Course {
    /// Measures progress from the baseline, else from 2015 or the next year there is, to the latest reading; towards the aim, or without
    /// one in the better direction.
    #[must_use]
    pub fn of(definition: &Definition, aim: Option<&Aim>, over_time: &[Observation]) -> Option<Course> {
        let readings: Vec<Point> = yearly(over_time)
            .iter()
            .filter_map(|(year, o)| {
                Some(Point {
                    year: f64::from(*year),
                    value: o.figures.value?,
                })
            })
            .collect();
        // A baseline was set for the topmost place only.
        let is_topmost = over_time.iter().all(|o| o.parent.is_none());
        let (base, current) = match definition.baseline.filter(|_| is_topmost) {
            Some(base) => (
                Point {
                    year: f64::from(base.year),
                    value: base.value,
                },
                *readings.last()?,
            ),
            None => progress::ends(&readings, BASE_YEAR)?,
        };
        let goal = match aim {
            Some(aim) => progress::Goal::Target(Point {
                year: f64::from(aim.year),
                value: aim.value,
            }),
            None => progress::Goal::Better {
                limit: definition.limit,
            },
        };
        Some(Course {
            base,
            current,
            progress: progress::measure(base, current, definition.direction, goal),
        })
    }
}

/// Compares a place with the rest of one around it, in one period. `None` where it cannot be told: for sums, where a number is withheld,
/// where one waits as it was published earlier and the other does not, and where too few are left to be spoken of.
#[must_use]
pub fn beside(definition: &Definition, here: &Observation, around: &Observation) -> Option<Beside> {
    let left = around.figures.n? - here.figures.n?;
    if here.as_of != around.as_of || left < i64::try_from(definition.least).unwrap_or(i64::MAX) {
        return None;
    }
    let difference = match definition.measure {
        Measure::Share => {
            let of = |o: &Observation| {
                Some(Share {
                    share: o.figures.value? / definition.factor,
                    of: o.figures.denominator?,
                    n_effective: o.figures.n_effective?,
                })
            };
            let rest = compare::rest_of_share(of(around)?, of(here)?)?;
            let between = compare::difference(sure(here, definition.factor)?, rest);
            Interval {
                lower: between.lower * definition.factor,
                upper: between.upper * definition.factor,
            }
        }
        Measure::Mean | Measure::Ratio => {
            let of = |o: &Observation| {
                Some(Mean {
                    mean: o.figures.value?,
                    of: o.figures.denominator?,
                    standard_error: o.figures.standard_error?,
                })
            };
            let rest = compare::rest_of_mean(of(around)?, of(here)?)?;
            compare::difference(sure(here, 1.0)?, rest)
        }
        Measure::Total | Measure::Formula | Measure::Given => return None,
    };
    let is_above = difference.lower > 0.0;
    let is_below = difference.upper < 0.0;
    let verdict = match (is_above, is_below) {
        (false, false) => Verdict::Alike,
        (above, _) if above == (definition.direction == Direction::Up) => Verdict::Better,
        _ => Verdict::Worse,
    };
    Some(Beside { difference, verdict })
}

/// Finds the places below that a good average hides, those first where most people miss it; `None` where there is no good average: the
/// light is red, or there is none, or the number is no average.
///
/// Only numbers that are shown are looked at.
#[must_use]
pub fn hidden(definition: &Definition, here: &Observation, below: &[Observation]) -> Option<Vec<Hidden>> {
    let mark = here.figures.value?;
    if !matches!(definition.light(mark), Some(Light::Green | Light::Yellow)) || !definition.is_quotient() {
        return None;
    }
    let shown: Vec<(&Observation, Area)> = below
        .iter()
        .filter(|o| o.status == Status::Normal)
        .filter_map(|o| {
            let Sure { value, interval } = sure(o, 1.0)?;
            let of = o.figures.denominator?;
            Some((o, Area { value, interval, of }))
        })
        .collect();
    let areas: Vec<Area> = shown.iter().map(|(_, area)| *area).collect();
    let counts_people = definition.measure == Measure::Share;
    let found = pocket::pockets(&areas, mark, definition.direction);
    Some(
        found
            .iter()
            .map(|pocket| Hidden {
                observation: shown[pocket.index].0.clone(),
                gap: pocket.gap,
                missed: counts_people.then_some(pocket.missed / definition.factor),
            })
            .collect(),
    )
}

/// Arranges numbers under the goals, targets and indicators they belong to. What belongs to no goal is left out.
#[must_use]
pub fn arrange(tracks: Vec<Track>) -> Vec<OfGoal> {
    let framework = framework();
    let mut of_targets: HashMap<String, Vec<Track>> = HashMap::new();
    let mut of_goals: HashMap<String, Vec<Track>> = HashMap::new();
    for track in tracks {
        match belongs(framework, &track.definition) {
            Some((_, Some(target))) => of_targets.entry(target).or_default().push(track),
            Some((goal, None)) => of_goals.entry(goal).or_default().push(track),
            None => {}
        }
    }
    framework
        .goals
        .iter()
        .map(|goal| OfGoal {
            goal,
            targets: framework
                .targets_of(&goal.code)
                .map(|target| OfTarget {
                    target,
                    indicators: gather(
                        framework.indicators_of(&target.code),
                        of_targets.remove(&target.code).unwrap_or_default(),
                    ),
                })
                .collect(),
            others: gather(
                std::iter::empty(),
                of_goals.remove(&goal.code).unwrap_or_default(),
            ),
        })
        .collect()
}

/// Tells the goal and the target that a definition belongs to: what it says itself, else what the framework says of its indicator.
#[must_use]
pub fn belongs(framework: &Framework, definition: &Definition) -> Option<(String, Option<String>)> {
    let target = definition
        .target
        .as_deref()
        .filter(|code| framework.target(code).is_some())
        .or_else(|| framework.indicator(&definition.indicator).map(Entry::target));
    let goal = target.map(goal_of).or(definition.goal.as_deref())?;
    framework.goal(goal)?;
    Some((goal.to_owned(), target.map(str::to_owned)))
}

impl OfGoal {
    /// All its indicators.
    pub fn indicators(&self) -> impl Iterator<Item = &OfIndicator> {
        self.targets
            .iter()
            .flat_map(|target| &target.indicators)
            .chain(&self.others)
    }

    /// The mean over its indicators.
    #[must_use]
    pub fn score(&self) -> Option<Score> {
        together(self.indicators().filter_map(OfIndicator::score))
    }
}

impl OfTarget {
    /// The mean over its indicators.
    #[must_use]
    pub fn score(&self) -> Option<Score> {
        together(self.indicators.iter().filter_map(OfIndicator::score))
    }
}

impl OfIndicator {
    /// The score of the definition that is the indicator, else the mean over its series.
    ///
    /// A definition whose code is the indicator's number is the indicator: it alone counts. Where there is none, what a formula of
    /// the same number reads does not count, being a part of that; and of the others only those count that name the framework's own
    /// series, where one does. So adding tracers of an index, or a proxy, moves no goal.
    #[must_use]
    pub fn score(&self) -> Option<Score> {
        let counted = self.tracks.iter().filter(|track| track.is_counted);
        together(counted.filter_map(Track::score))
    }

    /// Decides which of its numbers count, and puts them first.
    fn settle(&mut self) {
        let counted = counted_codes(&self.code, &self.tracks);
        for track in &mut self.tracks {
            track.is_counted = counted.contains(&track.definition.code);
        }
        self.tracks.sort_by_key(|track| !track.is_counted);
    }

    /// What it is called: as in the framework, else as its first series.
    #[must_use]
    pub fn title(&self, lang: &str) -> &str {
        let title = self
            .entry
            .map(|entry| &entry.title)
            .or_else(|| self.tracks.first().map(|track| &track.definition.title));
        title.map_or("", |title| title.in_language(lang))
    }
}

/// Counts indicators that have a score, and all.
pub fn n_told<'a>(indicators: impl Iterator<Item = &'a OfIndicator>) -> (usize, usize) {
    indicators.fold((0, 0), |(told, all), indicator| {
        (told + usize::from(indicator.score().is_some()), all + 1)
    })
}

fn together(scores: impl Iterator<Item = Score>) -> Option<Score> {
    let told = progress::together(scores.map(|score| (score.score, score.status)));
    told.map(|(score, status)| Score { score, status })
}

/// The codes of those of an indicator's numbers by which its progress is told.
fn counted_codes(indicator: &str, tracks: &[Track]) -> HashSet<String> {
    let is_whole = |track: &&Track| track.definition.code == indicator;
    if let Some(whole) = tracks.iter().find(is_whole) {
        return HashSet::from([whole.definition.code.clone()]);
    }
    let read: HashSet<&str> = tracks
        .iter()
        .filter_map(|track| track.definition.formula())
        .flat_map(|formula| &formula.inputs)
        .map(|input| input.code.as_str())
        .collect();
    let unread: Vec<&Definition> = tracks
        .iter()
        .map(|track| &*track.definition)
        .filter(|definition| !read.contains(definition.code.as_str()))
        .collect();
    let has_series = unread.iter().any(|definition| definition.series.is_some());
    unread
        .into_iter()
        .filter(|definition| definition.series.is_some() || !has_series)
        .map(|definition| definition.code.clone())
        .collect()
}

fn gather(entries: impl Iterator<Item = &'static Entry>, tracks: Vec<Track>) -> Vec<OfIndicator> {
    let mut indicators: Vec<OfIndicator> = entries
        .map(|entry| OfIndicator {
            code: entry.code.clone(),
            entry: Some(entry),
            tracks: Vec::new(),
        })
        .collect();
    for track in tracks {
        let code = &track.definition.indicator;
        match indicators.iter_mut().find(|known| known.code == *code) {
            Some(known) => known.tracks.push(track),
            None => indicators.push(OfIndicator {
                code: code.clone(),
                entry: None,
                tracks: vec![track],
            }),
        }
    }
    indicators.iter_mut().for_each(OfIndicator::settle);
    indicators
}

fn sure(o: &Observation, factor: f64) -> Option<Sure> {
    Some(Sure {
        value: o.figures.value? / factor,
        interval: Interval {
            lower: o.figures.lower? / factor,
            upper: o.figures.upper? / factor,
        },
    })
}

/// The value from which on an aim is written as reached: half of the last digit before it.
fn as_written(aim: f64, definition: &Definition) -> f64 {
    let half = 0.5 * 10_f64.powi(-i32::try_from(definition.decimals).unwrap_or(0));
    match definition.direction {
        Direction::Up => aim - half,
        Direction::Down => aim + half,
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use crate::{
        indicators::model::{
            definition::tests::WATER,
            observation::{Figures, Standing},
        },
        platform::time::Time,
    };

    /// A number of everybody together in one place.
    pub fn observed(period: &str, value: f64) -> Observation {
        Observation {
            place: "35.22".into(),
            parent: None,
            period: period.into(),
            by: String::new(),
            codes: String::new(),
            position: 0,
            status: Status::Normal,
            standing: Standing::Official,
            figures: Figures {
                value: Some(value),
                ..Figures::default()
            },
            as_of: None,
        }
    }

    /// So many of so many in a place, in percent.
    fn share(place: &str, yes: f64, n: f64) -> Observation {
        let p = yes / n;
        let interval = measures::interval::wilson(p, n, measures::interval::Level::P95).unwrap();
        Observation {
            place: place.into(),
            figures: Figures {
                value: Some(p * 100.0),
                lower: Some(interval.lower * 100.0),
                upper: Some(interval.upper * 100.0),
                standard_error: Some((p * (1.0 - p) / n).sqrt() * 100.0),
                n_effective: Some(n),
                numerator: Some(yes),
                denominator: Some(n),
                n: Some(n as i64),
                n_missing: Some(0),
            },
            ..observed("2026", 0.0)
        }
    }

    fn water(more: &str) -> Arc<Definition> {
        let text = WATER.replacen("direction = \"up\"", &format!("direction = \"up\"\n{more}"), 1);
        Arc::new(Definition::parse(&text).unwrap())
    }

    fn track(definition: &Arc<Definition>, points: &[(&str, f64)]) -> Track {
        let over_time = points
            .iter()
            .map(|(period, value)| observed(period, *value))
            .collect();
        Track::new(definition.clone(), &["35.22", "35"], over_time)
    }

    #[test]
    fn progress_begins_in_2015_or_the_next_year_and_at_the_baseline_where_there_is_one() {
        let aim = "aim = { value = 80, year = 2030 }";
        let of = |more: &str, points: &[(&str, f64)]| {
            let course = track(&water(more), points).course?;
            Some((course.base.year, course.progress.ok()?.status))
        };
        let points = [("2012", 60.0), ("2015", 40.0), ("2020", 50.0)];
        assert_eq!(of(aim, &points), Some((2015.0, Told::Substantial)));
        assert_eq!(of(aim, &points[..1]), None);
        let baseline = format!("{aim}\nbaseline = {{ value = 49, year = 2010 }}");
        assert_eq!(of(&baseline, &points), Some((2010.0, Told::Limited)));
        assert_eq!(
            of(aim, &[("2026", 85.0)]),
            Some((2026.0, Told::Achieved)),
            "one year is enough to have arrived"
        );
        assert_eq!(of(aim, &[("2026", 75.0)]), None);
    }

    #[test]
    fn an_indicator_is_the_mean_of_its_series_and_a_target_of_its_indicators() {
        let series = |code: &str, more: &str, points: &[(&str, f64)]| {
            let text = WATER
                .replacen("code = \"6.1.1\"", &format!("code = \"{code}\"\n{more}"), 1)
                .replacen(
                    "direction = \"up\"",
                    "direction = \"up\"\naim = { value = 80, year = 2030 }",
                    1,
                );
            track(&Arc::new(Definition::parse(&text).unwrap()), points)
        };
        let tracks = vec![
            series(
                "6.1.1-rich",
                "indicator = \"6.1.1\"",
                &[("2015", 40.0), ("2026", 90.0)],
            ),
            series(
                "6.1.1-poor",
                "indicator = \"6.1.1\"",
                &[("2015", 40.0), ("2026", 40.0)],
            ),
            series("wells", "target = \"6.1\"", &[("2015", 40.0), ("2026", 20.0)]),
            series("taps", "goal = \"6\"", &[("2015", 40.0), ("2026", 90.0)]),
            series("elsewhere", "", &[("2015", 40.0), ("2026", 90.0)]),
        ];
        let goals = arrange(tracks);
        let six = &goals[5];
        let first = &six.targets[0];
        let codes: Vec<&str> = first.indicators.iter().map(|i| i.code.as_str()).collect();
        assert_eq!(codes, ["6.1.1", "wells"]);
        let scores: Vec<Score> = first.indicators.iter().filter_map(OfIndicator::score).collect();
        // 5 and −2.5; −5.
        assert_eq!((scores[0].score, scores[0].status), (1.25, Told::Moderate));
        assert_eq!((scores[1].score, scores[1].status), (-5.0, Told::Deterioration));
        assert_eq!(first.score().unwrap().score, -1.875);
        assert_eq!(six.others[0].code, "taps");
        assert_eq!(six.score().unwrap().score, (1.25 - 5.0 + 5.0) / 3.0);
        let (told, all) = n_told(six.indicators());
        assert_eq!((told, all), (3, 13));
        assert!(
            goals
                .iter()
                .all(|goal| goal.goal.code == "6" || goal.score().is_none())
        );
    }

    #[test]
    fn what_stands_beside_an_indicator_or_goes_into_it_does_not_count() {
        let told = |texts: &[String]| {
            let points = [("2015", 40.0), ("2026", 90.0)];
            let tracks = texts
                .iter()
                .map(|text| track(&Arc::new(Definition::parse(text).unwrap()), &points))
                .collect();
            let goals = arrange(tracks);
            let counted = goals[5].targets[0].indicators[0].tracks.iter();
            let counted = counted.filter(|track| track.is_counted);
            counted
                .map(|track| track.definition.code.clone())
                .collect::<Vec<_>>()
        };
        let of = |code: &str, more: &str| {
            WATER.replacen(
                "code = \"6.1.1\"",
                &format!("code = \"{code}\"\nindicator = \"6.1.1\"\n{more}"),
                1,
            )
        };
        let index = |code: &str| {
            format!(
                "code = \"{code}\"\nindicator = \"6.1.1\"\nkind = \"formula\"\ntitle = {{ en = \"{code}\" }}\n\
                 unit = \"number\"\ndirection = \"up\"\n\
                 [formula]\nexpression = \"(a + b) / 2\"\ninputs = {{ a = \"6.1.1-a\", b = \"6.1.1-b\" }}\n"
            )
        };
        let (a, b) = (of("6.1.1-a", ""), of("6.1.1-b", "series = \"SH_B\""));
        // The one that is the indicator counts, wherever it stands; else a formula and not what it reads.
        assert_eq!(told(&[a.clone(), b.clone(), WATER.to_owned()]), ["6.1.1"]);
        assert_eq!(
            told(&[a.clone(), b.clone(), index("6.1.1-index")]),
            ["6.1.1-index"]
        );
        // Without a formula the framework's own series count; where there is none of these, all do.
        assert_eq!(told(&[a.clone(), b]), ["6.1.1-b"]);
        assert_eq!(told(&[a, of("6.1.1-b", "")]), ["6.1.1-a", "6.1.1-b"]);
    }

    #[test]
    fn a_forecast_reaches_2030_or_the_aim_and_tells_how_likely_it_is() {
        let definition = water("aim = { value = 90, year = 2032 }");
        let points = [("2018", 50.0), ("2020", 58.0), ("2022", 64.0), ("2024", 71.0)];
        let outlook = track(&definition, &points).outlook().unwrap();
        let years: Vec<f64> = outlook.expected.iter().map(|e| e.year).collect();
        assert_eq!(
            (years[0], years[years.len() - 1], years.len()),
            (2025.0, 2032.0, 8)
        );
        assert!(
            outlook
                .chance
                .is_some_and(|chance| (0.05..0.12).contains(&chance))
        );
        assert!(outlook.expected.iter().all(|e| e.wide.upper <= 100.0));
        assert_eq!(
            track(&definition, &points[..3]).outlook(),
            Err(NoForecast::TooFew { n: 3 })
        );
        let quarters = points.map(|(year, value)| (format!("{year}-Q3"), value));
        let quarters: Vec<(&str, f64)> = quarters
            .iter()
            .map(|(period, value)| (period.as_str(), *value))
            .collect();
        assert_eq!(track(&definition, &quarters).outlook().unwrap().part, "-Q3");
    }

    #[test]
    fn a_place_is_compared_with_the_rest_of_the_one_around_it() {
        let definition = water("");
        let verdict = |here: &Observation, around: &Observation| {
            beside(&definition, here, around).map(|beside| beside.verdict)
        };
        let regency = share("35.22", 104.0, 150.0);
        // Newcombe's 56 of 70 beside 48 of 80.
        let here = share("35.22.01", 56.0, 70.0);
        assert_eq!(verdict(&here, &regency), Some(Verdict::Better));
        let difference = beside(&definition, &here, &regency).unwrap().difference;
        assert!((difference.lower - 5.24).abs() < 0.01 && (difference.upper - 33.39).abs() < 0.01);
        assert_eq!(
            verdict(&share("35.22.02", 48.0, 80.0), &regency),
            Some(Verdict::Worse)
        );
        assert_eq!(
            verdict(&share("35.22.03", 14.0, 20.0), &regency),
            Some(Verdict::Alike)
        );
        // Of a rest of four nobody speaks.
        assert_eq!(verdict(&share("35.22.04", 101.0, 146.0), &regency), None);
        let mut waiting = here.clone();
        waiting.as_of = Some(Time(1));
        assert_eq!(verdict(&waiting, &regency), None);
        let mut withheld = here.clone();
        withheld.figures = Figures::default();
        assert_eq!(verdict(&withheld, &regency), None);
    }

    #[test]
    fn a_good_average_hides_and_a_bad_one_does_not() {
        let definition = water("");
        let mut withheld = share("35.22.09", 1.0, 80.0);
        withheld.status = Status::Suppressed;
        let below = [
            share("35.22.01", 30.0, 60.0),
            share("35.22.02", 700.0, 1000.0),
            share("35.22.03", 11.0, 16.0),
            withheld,
        ];
        let found = hidden(&definition, &share("35.22", 1600.0, 2000.0), &below).unwrap();
        let places: Vec<(&str, f64)> = found
            .iter()
            .map(|h| (h.observation.place.as_str(), h.missed.unwrap().round()))
            .collect();
        assert_eq!(places, [("35.22.02", 100.0), ("35.22.01", 18.0)]);
        // Below 70 % the light is red.
        assert_eq!(hidden(&definition, &share("35.22", 1000.0, 2000.0), &below), None);
    }

    #[test]
    fn an_aim_is_reached_when_it_is_written_so() {
        assert!((as_written(100.0, &water("")) - 99.95).abs() < 1e-12);
    }
}
