//! Which places does a good average hide?
//!
//! A pocket is a place whose 95 % interval lies wholly on the worse side of the value of the place around it, and that still stands
//! out when it is remembered that many places were looked at: at most one in twenty of those named may stand out by chance alone
//! (Benjamini & Hochberg, *Journal of the Royal Statistical Society B* 57, 1995, 289–300). The value of the place around is taken as
//! it is, without an interval of its own.

use crate::{
    interval::Interval,
    progress::Direction,
    special::{normal_cdf, normal_quantile},
};

/// The share of those named that may stand out by chance.
const RATE: f64 = 0.05;

/// A place with its value, the 95 % interval around it, and how many it is of (a denominator).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Area {
    pub value: f64,
    pub interval: Interval,
    pub of: f64,
}

/// A place that the average hides.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pocket {
    /// Its position among the places that were looked at.
    pub index: usize,
    /// How much the value falls short of the mark; above zero.
    pub gap: f64,
    /// The gap times how many it is of: by this they are ranked.
    pub missed: f64,
}

/// Finds the places that fall short of a mark, those first where most people miss it.
pub fn pockets(areas: &[Area], mark: f64, direction: Direction) -> Vec<Pocket> {
    let chances: Vec<f64> = areas.iter().map(|area| chance(area, mark)).collect();
    let stands_out = discoveries(&chances, RATE);
    let is_worse = |area: &Area| match direction {
        Direction::Up => area.interval.upper < mark,
        Direction::Down => area.interval.lower > mark,
    };
    let mut found = Vec::new();
    for (index, (area, stands_out)) in areas.iter().zip(stands_out).enumerate() {
        if stands_out && is_worse(area) {
            let gap = (mark - area.value).abs();
            found.push(Pocket {
                index,
                gap,
                missed: gap * area.of,
            });
        }
    }
    found.sort_by(|a, b| b.missed.total_cmp(&a.missed).then(a.index.cmp(&b.index)));
    found
}

/// Tells which of several tests are discoveries, when at most `rate` of the discoveries may be chance: by their p-values, in order.
pub fn discoveries(p_values: &[f64], rate: f64) -> Vec<bool> {
    let mut sorted = p_values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let n = sorted.len() as f64;
    let last = sorted
        .iter()
        .enumerate()
        .rev()
        .find(|(at, p)| **p <= rate * (*at as f64 + 1.0) / n)
        .map(|(_, p)| *p);
    p_values
        .iter()
        .map(|p| last.is_some_and(|last| *p <= last))
        .collect()
}

/// How often a place like any other would lie as far from the mark, on either side: the end of the interval that looks to the mark is
/// taken to be as many standard errors away as the 95 % interval of a normal distribution is wide.
fn chance(area: &Area, mark: f64) -> f64 {
    let (away, half) = if mark > area.value {
        (mark - area.value, area.interval.upper - area.value)
    } else {
        (area.value - mark, area.value - area.interval.lower)
    };
    if away <= 0.0 {
        return 1.0;
    }
    if half <= 0.0 {
        return 0.0;
    }
    let z = normal_quantile(0.975) * away / half;
    2.0 * (1.0 - normal_cdf(z))
}
