//! Intervals of proportions and means.
//!
//! Proportions use Wilson's score interval (E. B. Wilson 1927; recommended for small n by Brown, Cai & DasGupta, *Statistical
//! Science* 16(2), 2001): it never leaves 0..1, and 0 of 20 gets an upper end above zero, which p ± 1.96·SE does not give.

use std::sync::LazyLock;

use crate::special::{normal_quantile, student_quantile};
use serde::{Deserialize, Serialize};

/// Both ends of an interval; `lower` ≤ `upper`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    pub lower: f64,
    pub upper: f64,
}

/// Share of repeated samples whose interval holds the true value, strictly between 0 and 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Level(f64);

impl Level {
    /// The level of everything Baraza publishes.
    pub const P95: Self = Self(0.95);
    /// What four in five would lie within: told beside the wider one where the future is meant.
    pub const P80: Self = Self(0.8);

    /// Takes a level such as 0.9; `None` unless it lies strictly between 0 and 1.
    pub fn new(share: f64) -> Option<Self> {
        (share > 0.0 && share < 1.0).then_some(Self(share))
    }

    fn upper_tail(self) -> f64 {
        self.0.midpoint(1.0)
    }

    /// Standard errors from the middle of a normal distribution to either end. That of all that is published is worked out once: a
    /// nation has millions of intervals.
    fn normal_bound(self) -> f64 {
        static OF_P95: LazyLock<f64> = LazyLock::new(|| normal_quantile(Level::P95.upper_tail()));
        if self == Self::P95 {
            *OF_P95
        } else {
            normal_quantile(self.upper_tail())
        }
    }
}

/// Wilson score interval of the proportion `p` among `n` independent units; `None` when `n` is not positive.
///
/// `n` may be an effective sample size (see [`effective_n`]) and need not be whole; `p` is a share in 0..=1.
pub fn wilson(p: f64, n: f64, level: Level) -> Option<Interval> {
    if n <= 0.0 || !n.is_finite() || !(0.0..=1.0).contains(&p) {
        return None;
    }
    let z2 = level.normal_bound().powi(2);
    let centre = (p + z2 / (2.0 * n)) / (1.0 + z2 / n);
    let half = (z2 * (p * (1.0 - p) / n + z2 / (4.0 * n * n))).sqrt() / (1.0 + z2 / n);
    // At p = 0 and p = 1 one end is exactly the bound; rounding would print -1e-19.
    let lower = if p == 0.0 { 0.0 } else { (centre - half).max(0.0) };
    let upper = if p == 1.0 { 1.0 } else { (centre + half).min(1.0) };
    Some(Interval { lower, upper })
}

/// Number of independent units that would give a proportion the standard error it has under the design.
///
/// Never more than the `n` really observed, and `n` itself where the standard error says nothing (p is 0 or 1).
pub fn effective_n(p: f64, standard_error: f64, n: f64) -> f64 {
    let variance = standard_error * standard_error;
    if variance > 0.0 && p > 0.0 && p < 1.0 {
        (p * (1.0 - p) / variance).min(n)
    } else {
        n
    }
}

/// Interval of a mean or total whose standard error is known to have `df` degrees of freedom; infinite `df` gives the normal one.
pub fn student(estimate: f64, standard_error: f64, df: f64, level: Level) -> Option<Interval> {
    if df <= 0.0 || !standard_error.is_finite() || standard_error < 0.0 || !estimate.is_finite() {
        return None;
    }
    let bound = if df.is_infinite() {
        level.normal_bound()
    } else {
        student_quantile(level.upper_tail(), df)
    };
    let half = bound * standard_error;
    Some(Interval {
        lower: estimate - half,
        upper: estimate + half,
    })
}

/// Interval of a mean or total by the normal distribution.
pub fn normal(estimate: f64, standard_error: f64, level: Level) -> Option<Interval> {
    student(estimate, standard_error, f64::INFINITY, level)
}

/// Interval of a proportion built on the logit scale and carried back, so that it stays within 0..1.
///
/// `None` at p = 0 and p = 1, where the logit does not exist: use [`wilson`] there.
pub fn logit(p: f64, standard_error: f64, df: f64, level: Level) -> Option<Interval> {
    if p <= 0.0 || p >= 1.0 {
        return None;
    }
    let on_scale = student((p / (1.0 - p)).ln(), standard_error / (p * (1.0 - p)), df, level)?;
    let back = |x: f64| 1.0 / (1.0 + (-x).exp());
    Some(Interval {
        lower: back(on_scale.lower),
        upper: back(on_scale.upper),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn close(got: Option<Interval>, lower: f64, upper: f64, within: f64) {
        let got = got.expect("an interval");
        assert!(
            (got.lower - lower).abs() < within && (got.upper - upper).abs() < within,
            "{got:?} is not {lower}..{upper}"
        );
    }

    #[test]
    fn wilson_agrees_with_newcombes_published_examples() {
        // Newcombe, Statistics in Medicine 17 (1998) 857–872, table I, method 3.
        close(wilson(81.0 / 263.0, 263.0, Level::P95), 0.2553, 0.3662, 5e-5);
        close(wilson(15.0 / 148.0, 148.0, Level::P95), 0.0624, 0.1605, 5e-5);
        close(wilson(0.0, 20.0, Level::P95), 0.0, 0.1611, 5e-5);
        close(wilson(1.0 / 29.0, 29.0, Level::P95), 0.0061, 0.1718, 5e-5);
    }

    #[test]
    fn an_interval_without_observations_does_not_exist() {
        assert_eq!(wilson(0.5, 0.0, Level::P95), None);
        assert_eq!(student(1.0, 0.1, 0.0, Level::P95), None);
        assert_eq!(logit(1.0, 0.1, 10.0, Level::P95), None);
    }

    #[test]
    fn student_widens_the_normal_interval_when_few_clusters_were_drawn() {
        close(
            normal(644.17, 23.542, Level::P95),
            644.17 - 1.959_964 * 23.542,
            644.17 + 1.959_964 * 23.542,
            1e-4,
        );
        close(
            student(644.17, 23.542, 14.0, Level::P95),
            644.17 - 2.144_787 * 23.542,
            644.17 + 2.144_787 * 23.542,
            1e-4,
        );
    }

    #[test]
    fn the_effective_n_of_a_simple_random_sample_is_its_size() {
        let (p, n): (f64, f64) = (0.3, 400.0);
        assert!((effective_n(p, (p * (1.0 - p) / n).sqrt(), n) - n).abs() < 1e-9);
        assert!((effective_n(p, 2.0 * (p * (1.0 - p) / n).sqrt(), n) - n / 4.0).abs() < 1e-9);
        assert_eq!(effective_n(0.0, 0.0, 25.0), 25.0);
    }

    proptest! {
        #[test]
        fn every_interval_of_a_proportion_holds_it_and_stays_within_bounds(yes in 0u32..500, no in 0u32..500) {
            prop_assume!(yes + no > 0);
            let n = f64::from(yes + no);
            let p = f64::from(yes) / n;
            let i = wilson(p, n, Level::P95).unwrap();
            prop_assert!(0.0 <= i.lower && i.lower <= p && p <= i.upper && i.upper <= 1.0);
            let mirrored = wilson(1.0 - p, n, Level::P95).unwrap();
            prop_assert!((i.lower - (1.0 - mirrored.upper)).abs() < 1e-12);
        }
    }
}
