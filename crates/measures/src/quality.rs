//! How far a number can be relied on, in one of three words.
//!
//! The measure is the coefficient of variation: the standard error in relation to the value. The bounds are those of Statistics
//! Canada's guide to its public use files (16.5 % and 33.3 %: unrestricted, with a warning, not recommended for release); too few
//! rows are unreliable whatever their standard error says, which is then itself unreliable.
//!
//! Deliberately absent: errors that no sample shows, such as wrong answers and people who were not asked.

use serde::{Deserialize, Serialize};

/// Up to here a number is reliable.
pub const RELIABLE: f64 = 0.165;

/// Up to here it may be used with care.
pub const CAUTION: f64 = 0.333;

/// A number that rests on fewer rows is not reliable.
pub const FEWEST_ROWS: u64 = 25;

/// How far a number can be relied on; the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Quality {
    Reliable,
    /// To be used with care.
    Caution,
    Unreliable,
}

impl Quality {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Quality::Reliable => "reliable",
            Quality::Caution => "caution",
            Quality::Unreliable => "unreliable",
        }
    }

    /// Judges a number by its coefficient of variation and the rows it rests on; `None` where nothing can be said.
    #[must_use]
    pub fn of(variation: Option<f64>, n: u64) -> Option<Self> {
        if n < FEWEST_ROWS {
            return Some(Quality::Unreliable);
        }
        variation.map(|variation| {
            if variation <= RELIABLE {
                Quality::Reliable
            } else if variation <= CAUTION {
                Quality::Caution
            } else {
                Quality::Unreliable
            }
        })
    }
}

/// Returns the coefficient of variation of a mean, a ratio or a total; `None` at zero, which nothing can be related to.
#[must_use]
pub fn variation(value: f64, standard_error: f64) -> Option<f64> {
    let related = standard_error / value.abs();
    (value != 0.0 && related.is_finite()).then_some(related)
}

/// Returns the coefficient of variation of the rarer of a share and what is left: 98 % with water is as sure as 2 % without.
///
/// `None` for none and for all: there the standard error says nothing.
#[must_use]
pub fn variation_of_share(share: f64, standard_error: f64) -> Option<f64> {
    let rarer = share.min(1.0 - share);
    (rarer > 0.0 && standard_error.is_finite()).then(|| standard_error / rarer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_judged_by_its_standard_error_and_the_rows_it_rests_on() {
        for (variation, n, expected) in [
            (Some(0.0), 25, Some(Quality::Reliable)),
            (Some(0.165), 400, Some(Quality::Reliable)),
            (Some(0.166), 400, Some(Quality::Caution)),
            (Some(0.333), 400, Some(Quality::Caution)),
            (Some(0.334), 400, Some(Quality::Unreliable)),
            (Some(0.01), 24, Some(Quality::Unreliable)),
            (None, 24, Some(Quality::Unreliable)),
            (None, 400, None),
        ] {
            assert_eq!(Quality::of(variation, n), expected, "{variation:?} of {n}");
        }
    }

    #[test]
    fn a_share_is_as_sure_as_what_is_left_over_beside_it() {
        let rare = variation_of_share(0.02, 0.005);
        let common = variation_of_share(0.98, 0.005);
        assert!((rare.unwrap() - 0.25).abs() < 1e-12 && (common.unwrap() - 0.25).abs() < 1e-12);
        assert_eq!(variation_of_share(1.0, 0.0), None);
        assert_eq!(variation_of_share(0.0, 0.0), None);
        assert_eq!(variation(0.0, 1.0), None);
        assert_eq!(variation(-4.0, 1.0), Some(0.25));
    }
}
