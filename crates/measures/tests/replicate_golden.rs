//! Replicate weights against what is known without them: where a variance can be had in closed form, every method must give it.

use measures::interval::Level;
use measures::replicate::{Centre, Method, ReplicateSums, Said, Scheme, SchemeError, ratio, total};
use measures::survey::{self, LonelyPsu, PsuSums, Stratum};
use pretty_assertions::assert_eq;

/// Stratum, value and size of a unit; every weight is 10.
const UNITS: [(usize, f64, f64); 6] = [
    (0, 4.0, 2.0),
    (0, 9.0, 3.0),
    (1, 1.0, 2.0),
    (1, 7.0, 4.0),
    (2, 5.0, 1.0),
    (2, 6.0, 5.0),
];
const WEIGHT: f64 = 10.0;

/// A Hadamard matrix of order 4 without its first column: which of its two units each stratum takes.
const BALANCED: [[f64; 3]; 4] = [
    [1.0, 1.0, 1.0],
    [-1.0, 1.0, -1.0],
    [1.0, -1.0, -1.0],
    [-1.0, -1.0, 1.0],
];

/// The sums by the full weights.
fn whole() -> PsuSums {
    let mut sums = PsuSums::default();
    UNITS.iter().for_each(|&(_, y, x)| sums.add(WEIGHT, y, x));
    sums
}

/// The sums of each replicate, from what each unit's weight is multiplied with in it.
fn replicates(factors: &[Vec<f64>]) -> Vec<ReplicateSums> {
    let of_one = |factors: &Vec<f64>| {
        let mut sums = ReplicateSums::default();
        for (&(_, y, x), factor) in UNITS.iter().zip(factors) {
            sums += ReplicateSums {
                wy: WEIGHT * factor * y,
                wx: WEIGHT * factor * x,
            };
        }
        sums
    };
    factors.iter().map(of_one).collect()
}

/// Half samples; with Fay's factor the other half keeps that much of its weight.
fn halves(kept: f64) -> Vec<Vec<f64>> {
    let factor = |sign: f64| 1.0 + sign * (1.0 - kept);
    let of_one = |signs: &[f64; 3]| -> Vec<f64> {
        signs
            .iter()
            .flat_map(|&sign| [factor(sign), factor(-sign)])
            .collect()
    };
    BALANCED.iter().map(of_one).collect()
}

/// One unit left out of its stratum, the other counted twice.
fn left_out_of_strata() -> Vec<Vec<f64>> {
    let factor = |out: usize, at: usize| match (at == out, UNITS[at].0 == UNITS[out].0) {
        (true, _) => 0.0,
        (false, true) => 2.0,
        (false, false) => 1.0,
    };
    let of_one = |out: usize| -> Vec<f64> { (0..UNITS.len()).map(|at| factor(out, at)).collect() };
    (0..UNITS.len()).map(of_one).collect()
}

/// One unit left out of all.
fn left_out_of_all() -> Vec<Vec<f64>> {
    let factor = |out: usize, at: usize| if at == out { 0.0 } else { 1.2 };
    let of_one = |out: usize| -> Vec<f64> { (0..UNITS.len()).map(|at| factor(out, at)).collect() };
    (0..UNITS.len()).map(of_one).collect()
}

fn scheme(method: Method, n: usize, said: Said) -> Scheme {
    Scheme::new(method, n, said).expect("a scheme")
}

/// The Taylor-linearised total of the same design, with replacement.
fn taylor(n_strata: usize) -> f64 {
    let strata = vec![
        Stratum {
            n_psu: 6 / n_strata as u64,
            population_psu: None
        };
        n_strata
    ];
    let units: Vec<PsuSums> = UNITS
        .iter()
        .map(|&(stratum, y, x)| {
            let mut sums = PsuSums::of_stratum(if n_strata == 1 { 0 } else { stratum });
            sums.add(WEIGHT, y, x);
            sums
        })
        .collect();
    let estimate = survey::total(&strata, &units, LonelyPsu::default()).expect("a design");
    estimate.standard_error.expect("a standard error")
}

#[track_caller]
fn close(got: Option<f64>, expected: f64) {
    let got = got.expect("a number");
    assert!(
        (got - expected).abs() <= 1e-12 * expected.abs().max(1.0),
        "{got} is not {expected}"
    );
}

#[test]
fn of_a_total_every_method_gives_what_linearisation_gives() {
    // Σ over strata of (10·y₁ − 10·y₂)²: 50² + 60² + 10².
    close(Some(taylor(3)), 6200_f64.sqrt());
    for (method, factors, said) in [
        (Method::Brr, halves(0.0), Said::default()),
        (
            Method::Fay,
            halves(0.3),
            Said {
                fay: Some(0.3),
                ..Said::default()
            },
        ),
        (
            Method::Jkn,
            left_out_of_strata(),
            Said {
                scales: vec![0.5; 6],
                ..Said::default()
            },
        ),
    ] {
        let scheme = scheme(method, factors.len(), said);
        let estimate = total(&scheme, &whole(), &replicates(&factors));
        close(Some(estimate.value), 320.0);
        close(estimate.standard_error, 6200_f64.sqrt());
        assert_eq!((estimate.n, estimate.degrees_of_freedom), (6, 3.0), "{method:?}");
    }
    let one = scheme(Method::Jk1, 6, Said::default());
    let estimate = total(&one, &whole(), &replicates(&left_out_of_all()));
    close(estimate.standard_error, taylor(1));
    assert_eq!(estimate.degrees_of_freedom, 5.0);
}

#[test]
fn of_a_mean_of_single_units_the_jackknife_gives_the_textbook_standard_error() {
    // x is 1: the mean of 4, 9, 1, 7, 5, 6 is 32/6, and s² is 37.333…/5.
    let ones = |sums: PsuSums| PsuSums {
        wx: sums.w,
        wxx: sums.w,
        wxy: sums.wy,
        ..sums
    };
    let factors = left_out_of_all();
    let mut counted = replicates(&factors);
    for (sums, factors) in counted.iter_mut().zip(&factors) {
        sums.wx = WEIGHT * factors.iter().sum::<f64>();
    }
    let scheme = scheme(Method::Jk1, 6, Said::default());
    let mean = ratio(&scheme, &ones(whole()), &counted).expect("a mean");
    let variance = (208.0 - 32.0 * 32.0 / 6.0) / 5.0 / 6.0;
    close(Some(mean.value), 32.0 / 6.0);
    close(mean.standard_error, f64::sqrt(variance));
    // It is a simple random sample: six tell as much as six.
    close(mean.n_effective, 6.0);
    assert!(mean.interval(Level::P95).is_some());
}

#[test]
fn of_a_ratio_the_variance_is_that_of_the_replicates_around_their_mean_or_the_estimate() {
    let factors = left_out_of_all();
    let sums = replicates(&factors);
    // By hand: leaving out (4, 2) leaves 28/15, and so on.
    let ratios = [
        28.0 / 15.0,
        23.0 / 14.0,
        31.0 / 15.0,
        25.0 / 13.0,
        27.0 / 16.0,
        26.0 / 12.0,
    ];
    let mean = ratios.iter().sum::<f64>() / 6.0;
    let around = |centre: f64| 5.0 / 6.0 * ratios.iter().map(|one| (one - centre).powi(2)).sum::<f64>();
    for (centre, expected) in [
        (Centre::Mean, around(mean)),
        (Centre::Estimate, around(32.0 / 17.0)),
    ] {
        let said = Said {
            centre,
            ..Said::default()
        };
        let estimate = ratio(&scheme(Method::Jk1, 6, said), &whole(), &sums).expect("a ratio");
        close(Some(estimate.value), 32.0 / 17.0);
        close(estimate.standard_error, expected.sqrt());
    }
}

#[test]
fn the_bootstrap_is_the_variance_of_its_estimates() {
    let scheme = scheme(Method::Bootstrap, 4, Said::default());
    close(scheme.variance(9.0, &[1.0, 3.0, 5.0, 7.0]), 20.0 / 3.0);
}

#[test]
fn a_replicate_that_holds_nobody_of_the_domain_leaves_no_standard_error() {
    let scheme = scheme(Method::Jk1, 2, Said::default());
    let mut whole = PsuSums::default();
    whole.add(1.0, 1.0, 1.0);
    let sums = [ReplicateSums { wy: 2.0, wx: 2.0 }, ReplicateSums::default()];
    let estimate = ratio(&scheme, &whole, &sums).expect("a ratio");
    assert_eq!((estimate.value, estimate.standard_error), (1.0, None));
    assert_eq!(ratio(&scheme, &PsuSums::default(), &sums), None);
}

#[test]
fn weights_that_are_described_wrongly_are_refused() {
    let refused = |method, n, said| Scheme::new(method, n, said).expect_err("refused");
    let scales = |scales: &[f64]| Said {
        scales: scales.to_vec(),
        ..Said::default()
    };
    let fay = |fay: f64| Said {
        fay: Some(fay),
        ..Said::default()
    };
    assert_eq!(
        refused(Method::Jk1, 1, Said::default()),
        SchemeError::TooFew { n: 1 }
    );
    assert_eq!(refused(Method::Fay, 4, Said::default()), SchemeError::Fay);
    assert_eq!(refused(Method::Fay, 4, fay(1.0)), SchemeError::Fay);
    assert_eq!(refused(Method::Brr, 4, fay(0.5)), SchemeError::Fay);
    assert_eq!(
        refused(Method::Jkn, 4, scales(&[0.5])),
        SchemeError::Scales { given: 1, n: 4 }
    );
    assert_eq!(
        refused(Method::Jk1, 2, scales(&[0.5, 0.5])),
        SchemeError::Scales { given: 2, n: 2 }
    );
    assert_eq!(
        refused(Method::Jkn, 2, scales(&[0.5, 0.0])),
        SchemeError::ScaleValue
    );
    let none = Said {
        degrees_of_freedom: Some(0.0),
        ..Said::default()
    };
    assert_eq!(refused(Method::Brr, 4, none), SchemeError::Degrees);
}
