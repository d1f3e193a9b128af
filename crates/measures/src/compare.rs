//! Does a place differ from the rest of the place around it?
//!
//! A place and the one around it are not two samples: the larger holds the smaller. What is compared is the place and the *rest*,
//! the larger less the place. The interval of their difference is recovered from the interval of each (Zou & Donner, *Statistics in
//! Medicine* 27, 2008); for two shares with Wilson's intervals it is Newcombe's method 10 (*Statistics in Medicine* 17, 1998,
//! 873–890), whose published examples are held by the tests.
//!
//! Approximations, all named: the two are taken as sampled independently; effective numbers of shares are taken to add up; a mean's
//! variance is split by the parts' shares of the denominator.

use crate::interval::{Interval, Level, normal, wilson};

/// A value and the 95 % interval it stands in.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sure {
    pub value: f64,
    pub interval: Interval,
}

/// A share, of a denominator (a weighted sum) that is as good as so many rows of a simple random sample.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Share {
    /// From 0 to 1.
    pub share: f64,
    pub of: f64,
    pub n_effective: f64,
}

/// A mean or a ratio, of a denominator (a weighted sum).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mean {
    pub mean: f64,
    pub of: f64,
    pub standard_error: f64,
}

/// Returns the 95 % interval of `a` less `b`.
pub fn difference(a: Sure, b: Sure) -> Interval {
    let middle = a.value - b.value;
    let below = (a.value - a.interval.lower).hypot(b.interval.upper - b.value);
    let above = (a.interval.upper - a.value).hypot(b.value - b.interval.lower);
    Interval {
        lower: middle - below,
        upper: middle + above,
    }
}

/// Returns the share among those of the whole who are not of the part; `None` where nobody is left.
pub fn rest_of_share(whole: Share, part: Share) -> Option<Sure> {
    let of = whole.of - part.of;
    let n_effective = whole.n_effective - part.n_effective;
    if of <= 0.0 || n_effective <= 0.0 {
        return None;
    }
    // Rounding may carry a rest of nobody, or of all, a hair beyond.
    let share = ((whole.share * whole.of - part.share * part.of) / of).clamp(0.0, 1.0);
    let interval = wilson(share, n_effective, Level::P95)?;
    Some(Sure {
        value: share,
        interval,
    })
}

/// Returns the mean of those of the whole who are not of the part; `None` where nobody is left, or the two standard errors do not go
/// together.
pub fn rest_of_mean(whole: Mean, part: Mean) -> Option<Sure> {
    let of = whole.of - part.of;
    if of <= 0.0 {
        return None;
    }
    let mean = (whole.mean * whole.of - part.mean * part.of) / of;
    let variance =
        ((whole.standard_error * whole.of).powi(2) - (part.standard_error * part.of).powi(2)) / (of * of);
    if variance < 0.0 {
        return None;
    }
    let interval = normal(mean, variance.sqrt(), Level::P95)?;
    Some(Sure {
        value: mean,
        interval,
    })
}
