//! Is an indicator moving fast enough to reach its target?
//!
//! The compound annual growth rate so far against the one required, as national statistical offices report progress to 2030
//! (United Nations Statistics Division, *SDG Progress Chart technical note*; Statistics Canada's progress measure, which Open SDG
//! publishes as *Methodology 1* without a target and *Methodology 2* with one). [`ends`] chooses the two years that are compared,
//! [`measure`] tells the progress of one series, [`together`] that of several as one.

use serde::{Deserialize, Serialize};

/// Which way is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    Up,
    Down,
}

impl Direction {
    /// Tells whether a value is at an aim, or beyond it.
    #[must_use]
    pub fn reaches(self, value: f64, aim: f64) -> bool {
        match self {
            Direction::Up => value >= aim,
            Direction::Down => value <= aim,
        }
    }
}

/// A value and the year it describes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    pub year: f64,
    pub value: f64,
}

/// What is aimed at.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Goal {
    /// A value to be reached by a year.
    Target(Point),
    /// Only a direction; `limit` is a natural bound such as 100 %, near which slower growth is forgiven.
    Better { limit: Option<f64> },
}

/// The five words progress is told in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    Achieved,
    Substantial,
    Moderate,
    Limited,
    Deterioration,
}

/// Result of the method, with the figures it rests on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Progress {
    /// Compound annual growth rate from base to current, a share (0.046 is 4.6 % a year); `None` where none can be made and the target
    /// is met all the same.
    pub actual_rate: Option<f64>,
    /// The rate that leads from base to target; `None` without a target.
    pub required_rate: Option<f64>,
    /// actual / |required| with a target, the actual rate without; positive is towards the better. `None` where `actual_rate` is.
    pub pace: Option<f64>,
    /// −5 to 5; 5 is at or beyond what is required.
    pub score: f64,
    pub status: Status,
}

/// Why no progress can be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoProgress {
    #[error(
        "the two values are less than a year apart: progress needs at least two rounds in different years"
    )]
    TooClose,
    #[error(
        "the values change sign, so that no growth rate exists: use a series that stays on one side of zero"
    )]
    SignChange,
    #[error("a year or value is not a number: give finite figures")]
    NotFinite,
    #[error("the target's year is not after the base year: set a later target")]
    TargetInThePast,
}

/// The year that progress to 2030 is measured from; where a series has nothing of it, the next year that it has.
pub const BASE_YEAR: f64 = 2015.0;

/// The method asks for a base and a target other than zero; Open SDG puts this in their place.
const INSTEAD_OF_ZERO: f64 = 0.001;

/// Chooses what is compared: the reading of the base year, else of the next one there is, with the latest.
///
/// `None` where nothing is known from the base year on. Both are the same reading where only one is.
pub fn ends(readings: &[Point], base_year: f64) -> Option<(Point, Point)> {
    let since: Vec<&Point> = readings
        .iter()
        .filter(|reading| reading.year >= base_year)
        .collect();
    let base = since.iter().min_by(|a, b| a.year.total_cmp(&b.year))?;
    let current = since.iter().max_by(|a, b| a.year.total_cmp(&b.year))?;
    Some((**base, **current))
}

/// Tells the progress of several as one: the mean of their scores, and its status. Achieved only where all of them are.
///
/// `None` for none.
pub fn together(all: impl IntoIterator<Item = (f64, Status)>) -> Option<(f64, Status)> {
    let (mut sum, mut n, mut are_achieved) = (0.0, 0_u32, true);
    for (score, status) in all {
        sum += score;
        n += 1;
        are_achieved &= status == Status::Achieved;
    }
    if n == 0 {
        return None;
    }
    let score = sum / f64::from(n);
    let status = if are_achieved {
        Status::Achieved
    } else if score >= 2.5 {
        Status::Substantial
    } else if score >= 0.0 {
        Status::Moderate
    } else if score >= -2.5 {
        Status::Limited
    } else {
        Status::Deterioration
    };
    Some((score, status))
}

/// Tells progress from `base` to `current`. A target that is met is achieved, even where no rate can be made.
///
/// # Errors
/// Why nothing can be told, where the target is not met or there is none.
pub fn measure(
    base: Point,
    current: Point,
    direction: Direction,
    goal: Goal,
) -> Result<Progress, NoProgress> {
    let mut figures = vec![base.year, base.value, current.year, current.value];
    if let Goal::Target(target) = goal {
        figures.extend([target.year, target.value]);
    }
    if figures.iter().any(|f| !f.is_finite()) {
        return Err(NoProgress::NotFinite);
    }
    let told = by_rates(base, current, direction, goal);
    let arrived = Progress {
        actual_rate: None,
        required_rate: None,
        pace: None,
        score: 5.0,
        status: Status::Achieved,
    };
    match goal {
        Goal::Target(target) if direction.reaches(current.value, nonzero(target.value)) => {
            Ok(told.map_or(arrived, |told| Progress {
                actual_rate: told.actual_rate,
                required_rate: told.required_rate,
                pace: told.pace,
                ..arrived
            }))
        }
        _ => told,
    }
}

fn by_rates(base: Point, current: Point, direction: Direction, goal: Goal) -> Result<Progress, NoProgress> {
    if current.year - base.year < 1.0 {
        return Err(NoProgress::TooClose);
    }
    let start = nonzero(base.value);
    let actual_rate = growth(start, current.value, current.year - base.year)?;
    let towards = match direction {
        Direction::Up => 1.0,
        Direction::Down => -1.0,
    } * start.signum();
    match goal {
        Goal::Target(target) => {
            if target.year <= base.year {
                return Err(NoProgress::TargetInThePast);
            }
            let required_rate = growth(start, nonzero(target.value), target.year - base.year)?;
            // A base that already stood at the target requires no growth: only meeting it or not counts.
            let pace = if required_rate == 0.0 {
                towards * actual_rate.signum()
            } else {
                towards * actual_rate / required_rate.abs()
            };
            let scale = Scale {
                middle: 0.6,
                high: 0.95,
                full: 1.3,
                worst: -0.6,
            };
            Ok(Progress {
                actual_rate: Some(actual_rate),
                required_rate: Some(required_rate),
                pace: Some(pace),
                score: scale.score(pace),
                status: scale.status(pace),
            })
        }
        Goal::Better { limit } => {
            let pace = towards * actual_rate;
            // Close to its natural bound an indicator cannot keep growing by 1.5 % a year.
            let room = limit.map_or(1.0, |limit| room_before(limit, start));
            let scale = Scale {
                middle: 0.005 * room,
                high: 0.015 * room,
                full: 0.02 * room,
                worst: -0.02,
            };
            Ok(Progress {
                actual_rate: Some(actual_rate),
                required_rate: None,
                pace: Some(pace),
                score: scale.score(pace),
                status: scale.status(pace),
            })
        }
    }
}

fn nonzero(value: f64) -> f64 {
    if value == 0.0 { INSTEAD_OF_ZERO } else { value }
}

fn growth(from: f64, to: f64, years: f64) -> Result<f64, NoProgress> {
    let times = to / from;
    if times < 0.0 {
        Err(NoProgress::SignChange)
    } else {
        Ok(times.powf(1.0 / years) - 1.0)
    }
}

/// 1 far from the limit, 0 at it; the exponent is the method's own.
fn room_before(limit: f64, start: f64) -> f64 {
    let (limit, start) = (limit.abs(), start.abs());
    if start >= 2.0 * limit {
        1.0
    } else if start <= limit {
        1.0 - (start / limit).powf(4.44)
    } else {
        1.0 - ((2.0 * limit - start) / limit).powf(4.44)
    }
}

/// Paces at which the score is −5 (`worst`), −2.5 (no pace at all), 0 (`middle`), 2.5 (`high`) and 5 (`full`); straight between them.
struct Scale {
    worst: f64,
    middle: f64,
    high: f64,
    full: f64,
}

impl Scale {
    fn status(&self, pace: f64) -> Status {
        if pace < 0.0 {
            Status::Deterioration
        } else if pace >= self.high {
            Status::Substantial
        } else if pace >= self.middle {
            Status::Moderate
        } else {
            Status::Limited
        }
    }

    fn score(&self, pace: f64) -> f64 {
        if pace >= self.full && pace >= 0.0 {
            return 5.0;
        }
        let between = |from: f64, to: f64, score: f64| score + 2.5 * (pace - from) / (to - from);
        if pace < 0.0 {
            between(self.worst, 0.0, -5.0).max(-5.0)
        } else if pace < self.middle {
            between(0.0, self.middle, -2.5)
        } else if pace < self.high {
            between(self.middle, self.high, 0.0)
        } else {
            between(self.high, self.full, 2.5)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(base: f64, current: f64, target: f64, direction: Direction) -> Result<Progress, NoProgress> {
        let goal = Goal::Target(Point {
            year: 2030.0,
            value: target,
        });
        measure(
            Point {
                year: 2015.0,
                value: base,
            },
            Point {
                year: 2020.0,
                value: current,
            },
            direction,
            goal,
        )
    }

    fn better(
        base: f64,
        current: f64,
        direction: Direction,
        limit: Option<f64>,
    ) -> Result<Progress, NoProgress> {
        measure(
            Point {
                year: 2015.0,
                value: base,
            },
            Point {
                year: 2020.0,
                value: current,
            },
            direction,
            Goal::Better { limit },
        )
    }

    #[test]
    fn from_40_to_50_in_five_years_is_substantial_progress_towards_80_by_2030() {
        // Worked check: 4.564 % a year against the 4.729 % required, a ratio of 0.965, just above 0.95.
        let progress = target(40.0, 50.0, 80.0, Direction::Up).unwrap();
        assert!(
            (progress.actual_rate.unwrap() - 0.045_640).abs() < 5e-7,
            "{progress:?}"
        );
        assert!(
            (progress.required_rate.unwrap() - 0.047_294).abs() < 5e-7,
            "{progress:?}"
        );
        let pace = progress.pace.unwrap();
        assert!((pace - 0.965).abs() < 5e-4, "{progress:?}");
        assert_eq!(progress.status, Status::Substantial);
        // Open SDG's printed line: 7.1429·r − 4.2857.
        assert!((progress.score - (7.1429 * pace - 4.2857)).abs() < 1e-3);
    }

    #[test]
    fn slower_growth_is_moderate_then_limited_and_a_fall_is_deterioration() {
        let statuses =
            [48.0, 47.0, 41.0, 39.0, 85.0].map(|now| target(40.0, now, 80.0, Direction::Up).unwrap().status);
        assert_eq!(
            statuses,
            [
                Status::Moderate,
                Status::Moderate,
                Status::Limited,
                Status::Deterioration,
                Status::Achieved
            ]
        );
    }

    #[test]
    fn for_a_rate_that_should_fall_the_signs_turn() {
        assert_eq!(
            target(40.0, 20.0, 10.0, Direction::Down).unwrap().status,
            Status::Substantial
        );
        assert_eq!(
            target(40.0, 44.0, 10.0, Direction::Down).unwrap().status,
            Status::Deterioration
        );
        assert_eq!(
            target(40.0, 9.0, 10.0, Direction::Down).unwrap().status,
            Status::Achieved
        );
        assert_eq!(
            better(-4.0, -3.0, Direction::Up, None).unwrap().status,
            Status::Substantial
        );
    }

    #[test]
    fn without_a_target_one_and_a_half_percent_a_year_is_substantial() {
        let grown = |rate: f64| better(40.0, 40.0 * (1.0 + rate).powi(5), Direction::Up, None).unwrap();
        for (rate, status, score) in [
            (0.016, Status::Substantial, 3.0),
            (0.03, Status::Substantial, 5.0),
            (0.010, Status::Moderate, 1.25),
            (0.002, Status::Limited, -1.5),
            (-0.01, Status::Deterioration, -3.75),
            (-0.2, Status::Deterioration, -5.0),
        ] {
            let progress = grown(rate);
            assert_eq!(progress.status, status);
            assert!((progress.score - score).abs() < 1e-9, "{progress:?}");
        }
    }

    #[test]
    fn near_its_limit_an_indicator_need_not_grow_as_fast() {
        assert_eq!(
            better(95.0, 96.5, Direction::Up, None).unwrap().status,
            Status::Limited
        );
        assert_eq!(
            better(95.0, 96.5, Direction::Up, Some(100.0)).unwrap().status,
            Status::Substantial
        );
        let held = better(100.0, 100.0, Direction::Up, Some(100.0)).unwrap();
        assert_eq!((held.status, held.score), (Status::Substantial, 5.0));
        assert_eq!(
            better(100.0, 99.0, Direction::Up, Some(100.0)).unwrap().status,
            Status::Deterioration
        );
        assert_eq!(
            better(10.0, 9.95, Direction::Down, Some(0.0)).unwrap().status,
            Status::Limited
        );
    }

    #[test]
    fn what_cannot_be_told_says_why() {
        assert_eq!(target(-1.0, 2.0, 3.0, Direction::Up), Err(NoProgress::SignChange));
        assert_eq!(
            target(f64::NAN, 2.0, 3.0, Direction::Up),
            Err(NoProgress::NotFinite)
        );
        let same_year = Point {
            year: 2020.0,
            value: 1.0,
        };
        assert_eq!(
            measure(same_year, same_year, Direction::Up, Goal::Better { limit: None }),
            Err(NoProgress::TooClose)
        );
        let past = Goal::Target(Point {
            year: 2010.0,
            value: 2.0,
        });
        assert_eq!(
            measure(
                Point {
                    year: 2015.0,
                    value: 1.0
                },
                Point {
                    year: 2020.0,
                    value: 1.0
                },
                Direction::Up,
                past
            ),
            Err(NoProgress::TargetInThePast)
        );
        assert_eq!(
            target(0.0, 5.0, 10.0, Direction::Up).unwrap().status,
            Status::Substantial
        );
    }
}
