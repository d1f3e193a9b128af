//! Progress against the formulas that Open SDG prints for Statistics Canada's method, and what it does at the edges.

use measures::progress::{BASE_YEAR, Direction, Goal, NoProgress, Point, Status, ends, measure, together};

fn at(year: f64, value: f64) -> Point {
    Point { year, value }
}

/// What the printed lines give: status and score. The coefficients are those of the documentation, rounded as there.
fn printed(base: Point, current: Point, direction: Direction, goal: Goal) -> (Status, f64) {
    let towards = match direction {
        Direction::Up => base.value.signum(),
        Direction::Down => -base.value.signum(),
    };
    let rate = |to: Point| (to.value / base.value).powf(1.0 / (to.year - base.year)) - 1.0;
    match goal {
        Goal::Target(target) => {
            let ratio = towards * rate(current) / rate(target).abs();
            match ratio {
                _ if direction.reaches(current.value, target.value) => (Status::Achieved, 5.0),
                r if r >= 0.95 => (Status::Substantial, (7.1429 * r - 4.2857).min(5.0)),
                r if r >= 0.6 => (Status::Moderate, 7.1429 * r - 4.2857),
                r if r >= 0.0 => (Status::Limited, 4.1667 * r - 2.5),
                r => (Status::Deterioration, (4.1667 * r - 2.5).max(-5.0)),
            }
        }
        Goal::Better { limit } => {
            let x = towards * rate(current);
            let c = limit.map_or(1.0, |limit| {
                let (limit, start) = (limit.abs(), base.value.abs());
                if start >= 2.0 * limit {
                    1.0
                } else if start <= limit {
                    1.0 - (start / limit).powf(4.44)
                } else {
                    1.0 - ((2.0 * limit - start) / limit).powf(4.44)
                }
            });
            match x {
                x if x < 0.0 => (Status::Deterioration, (125.0 * x - 2.5).max(-5.0)),
                x if x >= 0.015 * c => (Status::Substantial, (500.0 * x / c - 5.0).min(5.0)),
                x if x >= 0.005 * c => (Status::Moderate, 250.0 * x / c - 1.25),
                x => (Status::Limited, 500.0 * x / c - 2.5),
            }
        }
    }
}

#[test]
fn scores_and_statuses_are_those_of_the_printed_lines() {
    let mut n_seen = [0; 5];
    for base in [0.4, 12.0, 40.0, 95.0, 250.0] {
        for change in [0.4, 0.8, 0.97, 0.999, 1.001, 1.004, 1.03, 1.12, 1.3, 2.2] {
            for direction in [Direction::Up, Direction::Down] {
                for goal in [
                    Goal::Target(at(2030.0, base * 1.9)),
                    Goal::Target(at(2030.0, base * 0.3)),
                    Goal::Better { limit: None },
                    Goal::Better { limit: Some(100.0) },
                ] {
                    let (from, to) = (at(2015.0, base), at(2021.0, base * change));
                    let told = measure(from, to, direction, goal).expect("both are above zero");
                    let (status, score) = printed(from, to, direction, goal);
                    assert_eq!(told.status, status, "{from:?} {to:?} {direction:?} {goal:?}");
                    assert!(
                        (told.score - score).abs() < 1e-4,
                        "{} is not {score}: {from:?} {to:?} {direction:?} {goal:?}",
                        told.score
                    );
                    n_seen[status as usize] += 1;
                }
            }
        }
    }
    assert!(n_seen.iter().all(|n| *n > 5), "{n_seen:?}");
}

#[test]
fn on_the_boundary_the_better_word_is_told() {
    // From 40 in 2015 to 50 in 2020, towards 80 in 2030: 4.564 % of 4.729 % a year.
    let goal = Goal::Target(at(2030.0, 80.0));
    let told = measure(at(2015.0, 40.0), at(2020.0, 50.0), Direction::Up, goal).unwrap();
    assert!((told.pace.unwrap() - 0.965_015).abs() < 1e-6, "{told:?}");
    assert_eq!(told.status, Status::Substantial);
    assert!((told.score - 2.607_252).abs() < 1e-5, "{told:?}");
}

#[test]
fn who_has_arrived_has_arrived_even_where_no_rate_can_be_made() {
    let goal = |year: f64, value: f64| Goal::Target(at(year, value));
    for (base, current, direction, goal) in [
        // One year of data only.
        (
            at(2022.0, 93.0),
            at(2022.0, 93.0),
            Direction::Up,
            goal(2030.0, 90.0),
        ),
        // The values change sign.
        (
            at(2015.0, -4.0),
            at(2020.0, 2.0),
            Direction::Up,
            goal(2030.0, 1.0),
        ),
        // The target was for a year before the base.
        (
            at(2015.0, 8.0),
            at(2020.0, 7.0),
            Direction::Down,
            goal(2012.0, 9.0),
        ),
    ] {
        let told = measure(base, current, direction, goal).unwrap();
        assert_eq!((told.status, told.score), (Status::Achieved, 5.0));
        assert_eq!((told.actual_rate, told.pace), (None, None));
    }
    assert_eq!(
        measure(
            at(2022.0, 80.0),
            at(2022.0, 80.0),
            Direction::Up,
            goal(2030.0, 90.0)
        ),
        Err(NoProgress::TooClose)
    );
}

#[test]
fn a_target_of_zero_is_reached_where_next_to_nothing_is_left() {
    let towards_zero = |now: f64| {
        let goal = Goal::Target(at(2030.0, 0.0));
        measure(at(2015.0, 6.0), at(2021.0, now), Direction::Down, goal)
            .unwrap()
            .status
    };
    assert_eq!(towards_zero(0.0), Status::Achieved);
    assert_eq!(towards_zero(0.001), Status::Achieved);
    assert_ne!(towards_zero(0.5), Status::Achieved);
}

#[test]
fn progress_begins_in_2015_or_the_next_year_there_is() {
    let years = |readings: &[Point]| ends(readings, BASE_YEAR).map(|(base, now)| (base.year, now.year));
    let of = |years: &[f64]| -> Vec<Point> { years.iter().map(|year| at(*year, 1.0)).collect() };
    assert_eq!(
        years(&of(&[2010.0, 2015.0, 2019.0, 2021.0])),
        Some((2015.0, 2021.0))
    );
    assert_eq!(years(&of(&[2021.0, 2010.0, 2018.0])), Some((2018.0, 2021.0)));
    assert_eq!(years(&of(&[2022.0])), Some((2022.0, 2022.0)));
    assert_eq!(years(&of(&[2009.0, 2012.0])), None);
}

#[test]
fn several_are_told_as_the_mean_of_their_scores() {
    let achieved = (5.0, Status::Achieved);
    assert_eq!(together([achieved, achieved]), Some(achieved));
    for (scores, status, score) in [
        (
            vec![achieved, (5.0, Status::Substantial)],
            Status::Substantial,
            5.0,
        ),
        (vec![achieved, (0.0, Status::Moderate)], Status::Substantial, 2.5),
        (
            vec![achieved, (-5.0, Status::Deterioration)],
            Status::Moderate,
            0.0,
        ),
        (
            vec![(0.0, Status::Moderate), (-5.0, Status::Deterioration)],
            Status::Limited,
            -2.5,
        ),
        (
            vec![(-2.5, Status::Limited), (-5.0, Status::Deterioration)],
            Status::Deterioration,
            -3.75,
        ),
    ] {
        assert_eq!(together(scores), Some((score, status)));
    }
    assert_eq!(together([]), None);
}
