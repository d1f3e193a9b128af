//! A place beside the rest of the place around it, and the places that an average hides: against published examples.

use measures::{
    compare::{Mean, Share, Sure, difference, rest_of_mean, rest_of_share},
    interval::{Interval, Level, wilson},
    pocket::{Area, discoveries, pockets},
    progress::Direction,
};
use proptest::prelude::*;

fn share_of(yes: f64, n: f64) -> Sure {
    Sure {
        value: yes / n,
        interval: wilson(yes / n, n, Level::P95).expect("an interval"),
    }
}

#[test]
fn differences_of_shares_are_newcombes() {
    // Newcombe, Statistics in Medicine 17 (1998) 873–890, table II, method 10.
    for (yes, n, other_yes, other_n, lower, upper) in [
        (56.0, 70.0, 48.0, 80.0, 0.0524, 0.3339),
        (9.0, 10.0, 3.0, 10.0, 0.1705, 0.8090),
        (6.0, 7.0, 2.0, 7.0, 0.0582, 0.8062),
        (5.0, 56.0, 0.0, 29.0, -0.0381, 0.1926),
        (0.0, 10.0, 0.0, 20.0, -0.1611, 0.2775),
        (10.0, 10.0, 0.0, 20.0, 0.6791, 1.0),
    ] {
        let between = difference(share_of(yes, n), share_of(other_yes, other_n));
        assert!(
            (between.lower - lower).abs() < 5e-5 && (between.upper - upper).abs() < 5e-5,
            "{yes}/{n} less {other_yes}/{other_n}: {between:?}"
        );
    }
}

#[test]
fn the_rest_of_a_share_is_everybody_else() {
    let part = Share {
        share: 56.0 / 70.0,
        of: 70.0,
        n_effective: 70.0,
    };
    let whole = Share {
        share: 104.0 / 150.0,
        of: 150.0,
        n_effective: 150.0,
    };
    let rest = rest_of_share(whole, part).unwrap();
    let expected = share_of(48.0, 80.0);
    assert!((rest.value - expected.value).abs() < 1e-12, "{rest:?}");
    assert!(
        (rest.interval.upper - expected.interval.upper).abs() < 1e-12,
        "{rest:?}"
    );
    assert_eq!(rest_of_share(part, part), None);
}

#[test]
fn the_rest_of_a_mean_has_the_variance_that_the_part_leaves() {
    // Two parts, independent: 40 rows of mean 10 and standard error 0.5; 60 of mean 20 and 0.8. The whole: 16 and √(0.2² + 0.48²).
    let part = Mean {
        mean: 10.0,
        of: 40.0,
        standard_error: 0.5,
    };
    let whole = Mean {
        mean: 16.0,
        of: 100.0,
        standard_error: (0.2_f64.powi(2) + 0.48_f64.powi(2)).sqrt(),
    };
    let rest = rest_of_mean(whole, part).unwrap();
    assert!((rest.value - 20.0).abs() < 1e-12, "{rest:?}");
    assert!(
        (rest.interval.upper - (20.0 + 1.959_964 * 0.8)).abs() < 1e-5,
        "{rest:?}"
    );
    let surer_than_its_part = Mean {
        standard_error: 0.1,
        ..whole
    };
    assert_eq!(rest_of_mean(surer_than_its_part, part), None);
}

#[test]
fn four_of_fifteen_tests_are_discoveries() {
    // Benjamini & Hochberg 1995, section 4.1: thrombolysis after heart attacks, fifteen comparisons.
    let p_values = [
        0.0298, 0.0001, 0.0004, 0.5719, 0.0019, 0.0095, 0.0201, 0.0278, 0.0344, 0.0459, 0.3240, 0.4262,
        0.6528, 0.7590, 1.0000,
    ];
    let found: Vec<f64> = p_values
        .iter()
        .zip(discoveries(&p_values, 0.05))
        .filter(|(_, is_discovery)| *is_discovery)
        .map(|(p, _)| *p)
        .collect();
    assert_eq!(found, [0.0001, 0.0004, 0.0019, 0.0095]);
    assert_eq!(discoveries(&[], 0.05), [false; 0]);
}

fn area(yes: f64, n: f64) -> Area {
    let share = share_of(yes, n);
    Area {
        value: share.value,
        interval: share.interval,
        of: n,
    }
}

#[test]
fn a_pocket_is_surely_worse_and_the_one_where_most_people_miss_it_comes_first() {
    // Around them 80 %: two are surely worse, one may be by chance, one is better, one is as bad as can be but of few.
    let areas = [
        area(30.0, 60.0),
        area(700.0, 1000.0),
        area(11.0, 16.0),
        area(190.0, 200.0),
        area(0.0, 12.0),
    ];
    let found: Vec<(usize, f64)> = pockets(&areas, 0.8, Direction::Up)
        .iter()
        .map(|pocket| (pocket.index, pocket.missed.round()))
        .collect();
    assert_eq!(found, [(1, 100.0), (0, 18.0), (4, 10.0)]);
    let of_a_burden: Vec<usize> = pockets(&areas, 0.8, Direction::Down)
        .iter()
        .map(|pocket| pocket.index)
        .collect();
    assert_eq!(of_a_burden, [3]);
}

#[test]
fn one_of_many_that_barely_stands_out_is_put_down_to_chance() {
    // 9 of 18, and a mark just above its interval (29 % to 71 %): alone that says something, beside forty ordinary places little.
    let mut areas = vec![area(9.0, 18.0)];
    let mark = areas[0].interval.upper + 0.001;
    assert_eq!(pockets(&areas, mark, Direction::Up).len(), 1);
    let ordinary = Area {
        value: mark,
        interval: Interval {
            lower: mark - 0.1,
            upper: mark + 0.1,
        },
        of: 18.0,
    };
    areas.extend([ordinary; 40]);
    assert!(pockets(&areas, mark, Direction::Up).is_empty());
}

proptest! {
    #[test]
    fn the_order_of_the_places_changes_nothing(counts in proptest::collection::vec((0u32..60, 1u32..60), 1..12)) {
        let areas: Vec<Area> = counts
            .iter()
            .map(|(yes, no)| area(f64::from(*yes), f64::from(yes + no)))
            .collect();
        let turned: Vec<Area> = areas.iter().rev().copied().collect();
        let missed = |areas: &[Area]| -> Vec<f64> {
            pockets(areas, 0.6, Direction::Up).iter().map(|pocket| pocket.missed).collect()
        };
        prop_assert_eq!(missed(&areas), missed(&turned));
    }

    #[test]
    fn a_place_differs_from_the_rest_as_the_rest_differs_from_it(a in 1u32..80, b in 1u32..80, c in 1u32..80, d in 1u32..80) {
        let (one, other) = (share_of(f64::from(a), f64::from(a + b)), share_of(f64::from(c), f64::from(c + d)));
        let (there, back) = (difference(one, other), difference(other, one));
        prop_assert!((there.lower + back.upper).abs() < 1e-12 && (there.upper + back.lower).abs() < 1e-12);
        prop_assert!(there.lower <= one.value - other.value && one.value - other.value <= there.upper);
    }
}
