//! How far a number of an indicator can be relied on.

use measures::quality::{Quality, variation, variation_of_share};
use serde::Serialize;

use super::{
    definition::{Definition, Measure},
    observation::Figures,
};

/// A number judged by its standard error and the rows it rests on.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Judged {
    pub quality: Quality,
    /// The standard error in relation to the value, for a share to the rarer of it and what is left; `None` where it says nothing.
    pub variation: Option<f64>,
}

impl Definition {
    /// Judges a number by its figures; `None` for one that is not there, for a count of all, and for what was made of other numbers:
    /// a difference near zero is not unreliable because it is small.
    #[must_use]
    pub fn judge(&self, figures: &Figures) -> Option<Judged> {
        let (value, error) = (figures.value?, figures.standard_error?);
        let n = u64::try_from(figures.n?).ok()?;
        let variation = match self.measure {
            Measure::Share => variation_of_share(value / self.factor, error / self.factor),
            Measure::Ratio | Measure::Mean | Measure::Total => variation(value, error),
            Measure::Formula | Measure::Given => return None,
        };
        let quality = Quality::of(variation, n)?;
        Some(Judged { quality, variation })
    }

    /// True where rows count differently, or were sampled: then how many were counted does not say how much they tell.
    #[must_use]
    pub fn is_weighted(&self) -> bool {
        let has_weight = self.counting().is_some_and(|counting| counting.weight.is_some());
        has_weight || self.is_sampled()
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::{super::definition::tests::WATER, *};

    fn judged(
        definition: &Definition,
        value: f64,
        error: Option<f64>,
        n: i64,
    ) -> Option<(Quality, Option<f64>)> {
        let figures = Figures {
            value: Some(value),
            standard_error: error,
            n: Some(n),
            ..Figures::default()
        };
        let judged = definition.judge(&figures)?;
        let rounded = judged.variation.map(|variation| (variation * 1e6).round() / 1e6);
        Some((judged.quality, rounded))
    }

    #[test]
    fn a_share_in_percent_is_judged_by_its_rarer_side() {
        let water = Definition::parse(WATER).unwrap();
        assert_eq!(
            judged(&water, 98.0, Some(0.5), 400),
            Some((Quality::Caution, Some(0.25)))
        );
        assert_eq!(
            judged(&water, 50.0, Some(5.0), 400),
            Some((Quality::Reliable, Some(0.1)))
        );
        assert_eq!(
            judged(&water, 50.0, Some(5.0), 24),
            Some((Quality::Unreliable, Some(0.1)))
        );
        assert_eq!(judged(&water, 100.0, Some(0.0), 400), None);
        assert_eq!(judged(&water, 50.0, None, 400), None);
        assert_eq!(water.judge(&Figures::default()), None);
        assert!(!water.is_weighted());
    }
}
