//! Laws of estimates that hold for every sample.

use measures::replicate::{Method, ReplicateSums, Said, Scheme, ratio, total};
use measures::survey::{self, Estimate, LonelyPsu, PsuSums, Stratum};
use proptest::prelude::*;

/// The clusters of a stratum: weight, y and x of each of their rows.
type Clusters = Vec<Vec<(f64, f64, f64)>>;

fn samples() -> impl Strategy<Value = Vec<Clusters>> {
    let row = (1u32..400, 0u32..20, 1u32..9);
    let row = row.prop_map(|(w, y, x)| (f64::from(w) / 8.0, f64::from(y), f64::from(x)));
    let clusters = prop::collection::vec(prop::collection::vec(row, 1..5), 2..5);
    prop::collection::vec(clusters, 1..4)
}

fn scaled(sample: &[Clusters], by: f64) -> Vec<Clusters> {
    let mut scaled = sample.to_vec();
    let rows = scaled.iter_mut().flatten().flatten();
    rows.for_each(|row| row.0 *= by);
    scaled
}

fn units(sample: &[Clusters]) -> (Vec<Stratum>, Vec<PsuSums>) {
    let strata = sample
        .iter()
        .map(|clusters| Stratum {
            n_psu: clusters.len() as u64,
            population_psu: None,
        })
        .collect();
    let mut units = Vec::new();
    for (stratum, clusters) in sample.iter().enumerate() {
        for rows in clusters {
            let mut sums = PsuSums::of_stratum(stratum);
            rows.iter().for_each(|&(w, y, x)| sums.add(w, y, x));
            units.push(sums);
        }
    }
    (strata, units)
}

/// The jackknife within strata of the same sample: scheme, sums by the full weights, sums of each replicate.
fn jackknife(sample: &[Clusters]) -> (Scheme, PsuSums, Vec<ReplicateSums>) {
    let (strata, units) = units(sample);
    let mut whole = PsuSums::default();
    sample
        .iter()
        .flatten()
        .flatten()
        .for_each(|&(w, y, x)| whole.add(w, y, x));
    let n_of = |unit: &PsuSums| strata[unit.stratum].n_psu as f64;
    let replicate = |out: usize| {
        let mut sums = ReplicateSums::default();
        for (_, unit) in units.iter().enumerate().filter(|(at, _)| *at != out) {
            let is_beside = unit.stratum == units[out].stratum;
            let factor = if is_beside {
                n_of(unit) / (n_of(unit) - 1.0)
            } else {
                1.0
            };
            sums += ReplicateSums {
                wy: factor * unit.wy,
                wx: factor * unit.wx,
            };
        }
        sums
    };
    let said = Said {
        scales: units.iter().map(|unit| (n_of(unit) - 1.0) / n_of(unit)).collect(),
        ..Said::default()
    };
    let scheme = Scheme::new(Method::Jkn, units.len(), said).expect("a scheme");
    (scheme, whole, (0..units.len()).map(replicate).collect())
}

fn linearised(sample: &[Clusters]) -> Estimate {
    let (strata, units) = units(sample);
    survey::ratio(&strata, &units, LonelyPsu::default())
        .expect("a design")
        .expect("rows")
}

fn replicated(sample: &[Clusters]) -> Estimate {
    let (scheme, whole, sums) = jackknife(sample);
    ratio(&scheme, &whole, &sums).expect("rows")
}

fn are_alike(one: f64, other: f64) -> bool {
    (one - other).abs() <= 1e-8 * one.abs().max(other.abs()) + 1e-10
}

proptest! {
    #[test]
    fn weights_times_anything_change_no_ratio_no_standard_error_and_no_effective_n(sample in samples(), by in 0.001f64..5000.0) {
        for estimated in [linearised as fn(&[Clusters]) -> Estimate, replicated] {
            let (once, more) = (estimated(&sample), estimated(&scaled(&sample, by)));
            prop_assert!(are_alike(once.value, more.value));
            prop_assert!(are_alike(once.standard_error.unwrap(), more.standard_error.unwrap()));
            // Where all units are alike, both are what rounding leaves of nothing.
            if once.standard_error.unwrap() > 1e-4 * (1.0 + once.value) {
                let (once, more) = (once.n_effective.unwrap(), more.n_effective.unwrap());
                prop_assert!((once - more).abs() <= 1e-6 * once, "{} {}", once, more);
            }
        }
    }

    #[test]
    fn a_total_is_as_sure_by_the_jackknife_as_by_linearisation(sample in samples()) {
        let (strata, units) = units(&sample);
        let by_hand = survey::total(&strata, &units, LonelyPsu::default()).unwrap();
        let (scheme, whole, sums) = jackknife(&sample);
        let replicated = total(&scheme, &whole, &sums);
        prop_assert!(are_alike(by_hand.value, replicated.value));
        prop_assert!((by_hand.standard_error.unwrap() - replicated.standard_error.unwrap()).abs() <= 1e-7 * by_hand.value.max(1.0));
        prop_assert_eq!(by_hand.degrees_of_freedom.round(), replicated.degrees_of_freedom.round());
    }

    #[test]
    fn totals_of_parts_add_up_to_that_of_the_whole(sample in samples()) {
        let (strata, units) = units(&sample);
        let of = |keep: &dyn Fn(usize) -> bool| {
            let kept: Vec<PsuSums> = units.iter().copied().filter(|unit| keep(unit.stratum)).collect();
            survey::total(&strata, &kept, LonelyPsu::default()).unwrap().value
        };
        let parts: f64 = (0..strata.len()).map(|stratum| of(&|of| of == stratum)).sum();
        prop_assert!(are_alike(parts, of(&|_| true)));
    }
}
