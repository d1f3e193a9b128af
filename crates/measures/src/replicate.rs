//! Standard errors from replicate weights: the jackknife, balanced repeated replication, the bootstrap.
//!
//! An office that may not publish strata and clusters publishes, beside the weight of every row, a few dozen others: each gives the
//! estimate that a slightly different sample would have given. How far those lie apart is how sure the estimate is:
//!
//! ```text
//! variance = C · Σ rⱼ (θⱼ − θ̄)²
//! ```
//!
//! with C and rⱼ as R's `survey` package has them (Lumley, *Complex Surveys* (2010), section 2.3; Wolter, *Introduction to Variance
//! Estimation* (2007), chapters 3 and 4; Judkins, *Journal of Official Statistics* 6(3), 1990, for Fay's method).
//!
//! **A query engine does the heavy half**, as for [`crate::survey`]: two sums a replicate and domain are enough.
//!
//! Deliberately absent: making replicate weights from a design, which whoever drew the sample does.

use std::ops::AddAssign;

use serde::{Deserialize, Serialize};

use crate::survey::{Estimate, PsuSums, estimate, simple_variance_of_ratio, simple_variance_of_total};

/// How replicate weights were made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Method {
    /// The jackknife without strata: each replicate leaves one unit out.
    Jk1,
    /// The jackknife within strata: each replicate leaves one unit of one stratum out.
    Jkn,
    /// Balanced repeated replication: each replicate takes one of the two units of each stratum.
    Brr,
    /// The same, with Fay's factor in place of leaving units out.
    Fay,
    /// Units drawn again with replacement.
    Bootstrap,
}

impl Method {
    /// Its usual name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Method::Jk1 => "JK1",
            Method::Jkn => "JKn",
            Method::Brr => "BRR",
            Method::Fay => "Fay",
            Method::Bootstrap => "Bootstrap",
        }
    }
}

/// What the estimates of the replicates are compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Centre {
    /// Their mean, as R's `survey` does unless told otherwise.
    #[default]
    Mean,
    /// The estimate by the full weights: never less.
    Estimate,
}

/// What is said of replicate weights beyond how they were made.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Said {
    /// Fay's factor, above 0 and below 1; for [`Method::Fay`] only.
    pub fay: Option<f64>,
    /// (n−1)/n of the stratum that each replicate leaves a unit out of; for [`Method::Jkn`] only.
    pub scales: Vec<f64>,
    pub centre: Centre,
    /// Where nothing is said: replicates less one; for [`Method::Jkn`] the sum of the scales, which is units less strata.
    pub degrees_of_freedom: Option<f64>,
}

/// How the estimates of replicates become a variance.
#[derive(Debug, Clone, PartialEq)]
pub struct Scheme {
    /// C.
    scale: f64,
    /// rⱼ.
    scales: Vec<f64>,
    centre: Centre,
    degrees_of_freedom: f64,
}

/// Why replicate weights cannot be used as they are described.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SchemeError {
    #[error("{n} replicates tell nothing about each other: there must be two or more")]
    TooFew { n: usize },
    #[error("Fay's method, and no other, needs a factor above 0 and below 1")]
    Fay,
    #[error(
        "the jackknife within strata (jkn), and no other, needs a scale for each replicate, (n−1)/n of its stratum: {given} are given for {n}"
    )]
    Scales { given: usize, n: usize },
    #[error("a scale is a number from 0 on, and two at least are above it")]
    ScaleValue,
    #[error("there must be more than 0 degrees of freedom")]
    Degrees,
}

impl Scheme {
    /// Describes `n` replicates.
    pub fn new(method: Method, n: usize, said: Said) -> Result<Self, SchemeError> {
        if n < 2 {
            return Err(SchemeError::TooFew { n });
        }
        let replicates = float(n);
        let factor = match (method, said.fay) {
            (Method::Fay, Some(factor)) if factor > 0.0 && factor < 1.0 => factor,
            (Method::Fay, _) | (_, Some(_)) => return Err(SchemeError::Fay),
            (_, None) => 0.0,
        };
        let is_given = !said.scales.is_empty();
        if is_given != (method == Method::Jkn) || is_given && said.scales.len() != n {
            return Err(SchemeError::Scales {
                given: said.scales.len(),
                n,
            });
        }
        let is_scale = |scale: &f64| scale.is_finite() && *scale >= 0.0;
        let n_counting = said.scales.iter().filter(|scale| **scale > 0.0).count();
        if is_given && (!said.scales.iter().all(is_scale) || n_counting < 2) {
            return Err(SchemeError::ScaleValue);
        }
        let scale = match method {
            Method::Jk1 => (replicates - 1.0) / replicates,
            Method::Jkn => 1.0,
            Method::Brr => 1.0 / replicates,
            Method::Fay => 1.0 / (replicates * (1.0 - factor).powi(2)),
            Method::Bootstrap => 1.0 / (replicates - 1.0),
        };
        let usual = match method {
            Method::Jkn => said.scales.iter().sum(),
            Method::Jk1 | Method::Brr | Method::Fay | Method::Bootstrap => replicates - 1.0,
        };
        let degrees_of_freedom = said.degrees_of_freedom.unwrap_or(usual);
        if !(degrees_of_freedom > 0.0 && degrees_of_freedom.is_finite()) {
            return Err(SchemeError::Degrees);
        }
        Ok(Self {
            scale,
            scales: if is_given { said.scales } else { vec![1.0; n] },
            centre: said.centre,
            degrees_of_freedom,
        })
    }

    /// Returns the variance of `value` from the estimate of each replicate; `None` where one of them gives none.
    #[must_use]
    pub fn variance(&self, value: f64, replicates: &[f64]) -> Option<f64> {
        if replicates.len() != self.scales.len() || replicates.iter().any(|one| !one.is_finite()) {
            return None;
        }
        let scaled = || replicates.iter().zip(&self.scales);
        let centre = match self.centre {
            Centre::Estimate => value,
            Centre::Mean => {
                let counting: Vec<f64> = scaled()
                    .filter(|&(_, &scale)| scale > 0.0)
                    .map(|(&one, _)| one)
                    .collect();
                counting.iter().sum::<f64>() / float(counting.len())
            }
        };
        let squares: f64 = scaled().map(|(one, scale)| scale * (one - centre).powi(2)).sum();
        Some(self.scale * squares)
    }
}

/// Sums over the rows of a domain by the weights of one replicate.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct ReplicateSums {
    /// Σwy, y being the numerator's value in a row.
    pub wy: f64,
    /// Σwx, x being the denominator's value in a row.
    pub wx: f64,
}

impl AddAssign for ReplicateSums {
    fn add_assign(&mut self, more: Self) {
        self.wy += more.wy;
        self.wx += more.wx;
    }
}

/// Estimates the total of y in the domain; `whole` are the sums by the full weights.
#[must_use]
pub fn total(scheme: &Scheme, whole: &PsuSums, replicates: &[ReplicateSums]) -> Estimate {
    let totals: Vec<f64> = replicates.iter().map(|one| one.wy).collect();
    let variance = scheme.variance(whole.wy, &totals);
    let simple = simple_variance_of_total(whole);
    estimate(whole.wy, variance, simple, whole, scheme.degrees_of_freedom)
}

/// Estimates Σy / Σx in the domain: a mean or a proportion where x is 1. `None` when the domain holds no x.
///
/// There is no standard error where a replicate holds none: the domain is too narrow for these weights.
#[must_use]
pub fn ratio(scheme: &Scheme, whole: &PsuSums, replicates: &[ReplicateSums]) -> Option<Estimate> {
    if whole.wx == 0.0 {
        return None;
    }
    let value = whole.wy / whole.wx;
    let ratios: Vec<f64> = replicates.iter().map(|one| one.wy / one.wx).collect();
    let variance = scheme.variance(value, &ratios);
    let simple = simple_variance_of_ratio(whole, value);
    Some(estimate(
        value,
        variance,
        simple,
        whole,
        scheme.degrees_of_freedom,
    ))
}

#[expect(clippy::cast_precision_loss, reason = "replicates are hundreds")]
fn float(count: usize) -> f64 {
    count as f64
}
