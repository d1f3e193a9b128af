//! Design-based estimates: totals, means, ratios and proportions with strata, clusters, weights and finite populations.
//!
//! Variances are Taylor linearised from the totals of the primary sampling units (ultimate clusters, with replacement between
//! later stages), as in Särndal, Swensson & Wretman, *Model Assisted Survey Sampling* (1992), section 5.5, and Lumley,
//! *Complex Surveys* (2010), chapter 2. The same figures as R's `survey` package are held by the tests.
//!
//! **A query engine can do the heavy half.** One [`PsuSums`] a primary sampling unit and domain is enough: six sums and a count
//! that SQL's GROUP BY gives in one pass. Rows never come here.
//!
//! **A domain keeps the whole design.** The domain's rows are summed, but strata and their number of sampled units stay those of
//! the full sample: a unit without anybody of the domain counts as a zero. Filtering the sample first would give wrong standard
//! errors, and this interface makes that mistake impossible as long as [`Stratum::n_psu`] is counted before filtering.
//!
//! Where the design is not published but replicate weights are, see [`crate::replicate`].
//!
//! Deliberately absent: calibration, variance of later stages.

use crate::interval::{self, Interval, Level};
use serde::{Deserialize, Serialize};

/// One stratum of the whole sample, whatever the domain.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Stratum {
    /// Primary sampling units drawn, including those with nobody of the domain.
    pub n_psu: u64,
    /// Primary sampling units in the population, for the finite population correction; `None` ignores it.
    pub population_psu: Option<f64>,
}

/// Sums over the rows of one primary sampling unit that belong to the domain.
///
/// For a mean or a proportion x is 1 and the sums of x are those of the weights.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct PsuSums {
    /// Index into the strata.
    pub stratum: usize,
    /// Rows.
    pub n: u64,
    /// Σw.
    pub w: f64,
    /// Σwy, y being the numerator's value in a row.
    pub wy: f64,
    /// Σwx, x being the denominator's value in a row.
    pub wx: f64,
    /// Σwy².
    pub wyy: f64,
    /// Σwxy.
    pub wxy: f64,
    /// Σwx².
    pub wxx: f64,
}

impl PsuSums {
    /// Starts the sums of a unit in the stratum with this index.
    pub fn of_stratum(stratum: usize) -> Self {
        Self {
            stratum,
            ..Self::default()
        }
    }

    /// Adds one row with weight `w`, numerator `y` and denominator `x`.
    pub fn add(&mut self, w: f64, y: f64, x: f64) {
        self.n += 1;
        self.w += w;
        self.wy += w * y;
        self.wx += w * x;
        self.wyy += w * y * y;
        self.wxy += w * x * y;
        self.wxx += w * x * x;
    }
}

/// What a stratum with a single sampled unit adds to the variance; it cannot be estimated from that stratum itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LonelyPsu {
    /// The unit's distance from the mean of all units: cautious, never too small on average. What Baraza uses unless told otherwise.
    #[default]
    CentreAtAll,
    /// The mean contribution of the strata that have two units or more.
    AverageStratum,
    /// Nothing: right only for a unit that was certain to be drawn.
    Certainty,
    /// No standard error at all.
    Refuse,
}

/// A point estimate and how sure it is.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    pub value: f64,
    /// `None` where the design gives none: a single unit in all, or a lonely one with [`LonelyPsu::Refuse`].
    pub standard_error: Option<f64>,
    /// Units less strata, over the whole design.
    pub degrees_of_freedom: f64,
    /// Rows of the domain.
    pub n: u64,
    /// Variance over that of a simple random sample of the same size drawn without replacement.
    pub design_effect: Option<f64>,
    /// Rows of a simple random sample drawn with replacement that would tell as much: the same whatever the weights add up to.
    pub n_effective: Option<f64>,
}

impl Estimate {
    /// Interval of a mean, a total or a ratio, by Student's t.
    pub fn interval(&self, level: Level) -> Option<Interval> {
        interval::student(self.value, self.standard_error?, self.degrees_of_freedom, level)
    }

    /// Interval of a proportion: logit where it exists, Wilson's with the effective sample size at 0 and 1.
    pub fn proportion_interval(&self, level: Level) -> Option<Interval> {
        let standard_error = self.standard_error?;
        interval::logit(self.value, standard_error, self.degrees_of_freedom, level)
            .or_else(|| interval::wilson(self.value, self.effective_n(), level))
    }

    /// Interval of a proportion by Wilson's score with the effective sample size in place of n.
    pub fn wilson_interval(&self, level: Level) -> Option<Interval> {
        interval::wilson(self.value, self.effective_n(), level)
    }

    fn effective_n(&self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "a sample of 2^53 rows does not exist")]
        let n = self.n as f64;
        interval::effective_n(self.value, self.standard_error.unwrap_or(0.0), n)
    }
}

/// Why an estimate cannot be made from these sums.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum DesignError {
    #[error(
        "unit {unit} names stratum {stratum}, but only {strata} strata are given: number the strata from 0"
    )]
    UnknownStratum {
        unit: usize,
        stratum: usize,
        strata: usize,
    },
    #[error(
        "stratum {stratum} says {said} sampled units, but {found} were summed: count the units of the whole sample, one row of sums each"
    )]
    TooManyUnits { stratum: usize, said: u64, found: u64 },
    #[error(
        "stratum {stratum} has {sampled} sampled units of {population} in the population: the population cannot be smaller than the sample"
    )]
    PopulationTooSmall {
        stratum: usize,
        sampled: u64,
        population: f64,
    },
}

/// Estimates the total of y in the domain.
pub fn total(strata: &[Stratum], units: &[PsuSums], lonely: LonelyPsu) -> Result<Estimate, DesignError> {
    check(strata, units)?;
    let sums = add_up(units);
    let z: Vec<f64> = units.iter().map(|u| u.wy).collect();
    let variance = variance(strata, units, &z, lonely);
    let simple = simple_variance_of_total(&sums);
    Ok(estimate(
        sums.wy,
        variance,
        simple,
        &sums,
        degrees_of_freedom(strata),
    ))
}

/// Estimates Σy / Σx in the domain: a mean or a proportion where x is 1. `None` when the domain holds no x.
pub fn ratio(
    strata: &[Stratum],
    units: &[PsuSums],
    lonely: LonelyPsu,
) -> Result<Option<Estimate>, DesignError> {
    check(strata, units)?;
    let sums = add_up(units);
    if sums.wx == 0.0 {
        return Ok(None);
    }
    let ratio = sums.wy / sums.wx;
    // The linearised ratio: u = (y − R·x) / X, summed over each unit.
    let z: Vec<f64> = units.iter().map(|u| (u.wy - ratio * u.wx) / sums.wx).collect();
    let variance = variance(strata, units, &z, lonely);
    let simple = simple_variance_of_ratio(&sums, ratio);
    Ok(Some(estimate(
        ratio,
        variance,
        simple,
        &sums,
        degrees_of_freedom(strata),
    )))
}

/// Variance of Σwy had the rows been a simple random sample with replacement.
pub(crate) fn simple_variance_of_total(sums: &PsuSums) -> Option<f64> {
    // A total's simple-random twin is N·ȳ, N being the sum of the weights.
    simple_variance(sums, sums.wy / sums.w, 0.0).map(|of_mean| of_mean * sums.w * sums.w)
}

/// Variance of Σwy / Σwx had the rows been a simple random sample with replacement.
pub(crate) fn simple_variance_of_ratio(sums: &PsuSums, ratio: f64) -> Option<f64> {
    let scale = sums.w / sums.wx;
    simple_variance(sums, 0.0, ratio).map(|of_mean| of_mean * scale * scale)
}

/// Puts an estimate together; `simple` is the variance that a simple random sample with replacement would have.
pub(crate) fn estimate(
    value: f64,
    variance: Option<f64>,
    simple: Option<f64>,
    sums: &PsuSums,
    degrees_of_freedom: f64,
) -> Estimate {
    let both = variance.zip(simple).filter(|&(_, simple)| simple > 0.0);
    Estimate {
        value,
        standard_error: variance.map(|v| v.max(0.0).sqrt()),
        degrees_of_freedom,
        n: sums.n,
        design_effect: both.map(|(design, simple)| design / (simple * left_out(sums))),
        n_effective: both
            .filter(|&(design, _)| design > 0.0)
            .map(|(design, simple)| float(sums.n) * simple / design),
    }
}

fn check(strata: &[Stratum], units: &[PsuSums]) -> Result<(), DesignError> {
    let mut found = vec![0u64; strata.len()];
    for (unit, sums) in units.iter().enumerate() {
        let Some(count) = found.get_mut(sums.stratum) else {
            return Err(DesignError::UnknownStratum {
                unit,
                stratum: sums.stratum,
                strata: strata.len(),
            });
        };
        *count += 1;
    }
    for (index, (stratum, found)) in strata.iter().zip(found).enumerate() {
        if found > stratum.n_psu {
            return Err(DesignError::TooManyUnits {
                stratum: index,
                said: stratum.n_psu,
                found,
            });
        }
        if let Some(population) = stratum.population_psu.filter(|&p| p < float(stratum.n_psu)) {
            return Err(DesignError::PopulationTooSmall {
                stratum: index,
                sampled: stratum.n_psu,
                population,
            });
        }
    }
    Ok(())
}

fn add_up(units: &[PsuSums]) -> PsuSums {
    let mut sums = PsuSums::default();
    for u in units {
        sums.n += u.n;
        sums.w += u.w;
        sums.wy += u.wy;
        sums.wx += u.wx;
        sums.wyy += u.wyy;
        sums.wxy += u.wxy;
        sums.wxx += u.wxx;
    }
    sums
}

/// Variance of Σz between the units, stratum by stratum; units that were sampled but not summed are zeros.
fn variance(strata: &[Stratum], units: &[PsuSums], z: &[f64], lonely: LonelyPsu) -> Option<f64> {
    let mut sum = vec![0.0; strata.len()];
    let mut seen = vec![0u64; strata.len()];
    for (unit, z) in units.iter().zip(z) {
        sum[unit.stratum] += z;
        seen[unit.stratum] += 1;
    }
    let mut squares = vec![0.0; strata.len()];
    for (unit, z) in units.iter().zip(z) {
        squares[unit.stratum] += (z - sum[unit.stratum] / float(strata[unit.stratum].n_psu)).powi(2);
    }
    let n_units: u64 = strata.iter().map(|s| s.n_psu).sum();
    if n_units < 2 {
        return None;
    }
    let mean_of_all = sum.iter().sum::<f64>() / float(n_units);
    let (mut variance, mut n_whole, mut n_lonely) = (0.0, 0.0, 0.0);
    for (h, stratum) in strata.iter().enumerate() {
        let drawn = float(stratum.n_psu);
        let left_out = stratum
            .population_psu
            .map_or(1.0, |population| (population - drawn) / population);
        if stratum.n_psu >= 2 {
            let mean = sum[h] / drawn;
            let unseen = float(stratum.n_psu - seen[h]) * mean * mean;
            variance += left_out * drawn / (drawn - 1.0) * (squares[h] + unseen);
            n_whole += 1.0;
        } else if stratum.n_psu == 1 && left_out > 0.0 {
            match lonely {
                LonelyPsu::CentreAtAll => variance += left_out * (sum[h] - mean_of_all).powi(2),
                LonelyPsu::AverageStratum => n_lonely += 1.0,
                LonelyPsu::Certainty => {}
                LonelyPsu::Refuse => return None,
            }
        }
    }
    if n_lonely > 0.0 {
        if n_whole == 0.0 {
            return None;
        }
        variance *= (n_whole + n_lonely) / n_whole;
    }
    Some(variance)
}

/// Variance of the weighted mean of e = y − centre − ratio·x had the rows been a simple random sample with replacement.
fn simple_variance(sums: &PsuSums, centre: f64, ratio: f64) -> Option<f64> {
    let n = float(sums.n);
    if sums.n < 2 || sums.w <= 0.0 {
        return None;
    }
    let squares = sums.wyy + centre * centre * sums.w + ratio * ratio * sums.wxx
        - 2.0 * centre * sums.wy
        - 2.0 * ratio * sums.wxy
        + 2.0 * centre * ratio * sums.wx;
    let population_variance = squares / sums.w * n / (n - 1.0);
    Some(population_variance / n)
}

/// Share of the population that was not drawn. Weights that do not add up to a population (all 1, or shares) leave nothing to
/// correct for.
fn left_out(sums: &PsuSums) -> f64 {
    let n = float(sums.n);
    if sums.w > n { (sums.w - n) / sums.w } else { 1.0 }
}

/// Sampled units less strata.
fn degrees_of_freedom(strata: &[Stratum]) -> f64 {
    let n_units: u64 = strata.iter().map(|s| s.n_psu).sum();
    let n_strata = strata.iter().filter(|s| s.n_psu > 0).count() as u64;
    float(n_units.saturating_sub(n_strata))
}

#[expect(
    clippy::cast_precision_loss,
    reason = "counts of sampled units and rows stay far below 2^53"
)]
fn float(count: u64) -> f64 {
    count as f64
}
