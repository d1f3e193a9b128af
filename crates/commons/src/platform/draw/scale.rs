//! From numbers to positions, and from numbers to classes.

/// A linear scale with round ends and steps.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    pub from: f64,
    pub to: f64,
    pub step: f64,
}

impl Scale {
    /// A scale that holds all of these numbers and zero, in at most five steps. Percentages never go past a hundred.
    pub fn over(numbers: impl IntoIterator<Item = f64>, are_percentages: Percentages) -> Scale {
        let (mut least, mut greatest) = (0.0_f64, 0.0_f64);
        for number in numbers.into_iter().filter(|number| number.is_finite()) {
            least = least.min(number);
            greatest = greatest.max(number);
        }
        if greatest == least {
            greatest = 1.0;
        }
        let step = round_step((greatest - least) / 4.0);
        let mut to = (greatest / step).ceil() * step;
        if are_percentages == Percentages::Yes && greatest <= 100.0 && to > 100.0 {
            to = 100.0;
        }
        Scale {
            from: (least / step).floor() * step,
            to,
            step,
        }
    }

    /// The same with steps of whole numbers, for what is counted.
    pub fn whole(self) -> Scale {
        if self.step >= 1.0 {
            return self;
        }
        Scale {
            from: self.from.floor(),
            to: self.to.ceil(),
            step: 1.0,
        }
    }

    /// Where a number lies, from 0 to 1; numbers outside lie at the ends.
    pub fn at(self, number: f64) -> f64 {
        ((number - self.from) / (self.to - self.from)).clamp(0.0, 1.0)
    }

    /// The numbers to write along an axis.
    pub fn ticks(self) -> Vec<f64> {
        let steps = ((self.to - self.from) / self.step + 1e-9).floor() as usize;
        (0..=steps).map(|i| self.from + self.step * i as f64).collect()
    }
}

/// Whether numbers are parts of a hundred.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Percentages {
    Yes,
    No,
}

/// The next 1, 2 or 5 times a power of ten.
fn round_step(rough: f64) -> f64 {
    let power = 10_f64.powf(rough.log10().floor());
    let factor = rough / power;
    // A hair of tolerance, so that 0.2 does not become 0.5 by its last bit.
    let round = if factor <= 1.0 + 1e-9 {
        1.0
    } else if factor <= 2.0 + 1e-9 {
        2.0
    } else if factor <= 5.0 + 1e-9 {
        5.0
    } else {
        10.0
    };
    round * power
}

/// Numbers cut into at most five classes, each with an upper end that belongs to it.
#[derive(Clone, Debug, PartialEq)]
pub struct Classes {
    from: f64,
    upper_ends: Vec<f64>,
}

/// The most classes of a map: more shades than these cannot be told apart.
pub const MOST_CLASSES: usize = 5;

impl Classes {
    /// Classes of about equally many numbers. Equal numbers are never parted, so there may be fewer than five.
    pub fn quantile(numbers: impl IntoIterator<Item = f64>) -> Classes {
        let mut sorted: Vec<f64> = numbers.into_iter().filter(|number| number.is_finite()).collect();
        sorted.sort_by(f64::total_cmp);
        let Some((first, last)) = sorted.first().zip(sorted.last()) else {
            return Classes {
                from: 0.0,
                upper_ends: Vec::new(),
            };
        };
        let (from, to) = (*first, *last);
        let n = sorted.len();
        let mut upper_ends: Vec<f64> = (1..MOST_CLASSES)
            .map(|i| sorted[(n * i).div_ceil(MOST_CLASSES).max(1) - 1])
            .chain([to])
            .collect();
        upper_ends.dedup();
        Classes { from, upper_ends }
    }

    /// Classes with these upper ends, in rising order, starting at `from`; what lies beyond the last joins the last.
    pub fn given(from: f64, upper_ends: &[f64]) -> Classes {
        Classes {
            from,
            upper_ends: upper_ends.iter().copied().take(MOST_CLASSES).collect(),
        }
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.upper_ends.len()
    }

    /// The class of a number, from 0.
    pub fn of(&self, number: f64) -> usize {
        self.upper_ends
            .iter()
            .position(|end| number <= *end)
            .unwrap_or(self.upper_ends.len().saturating_sub(1))
    }

    /// The lower and upper end of a class.
    pub fn ends(&self, class: usize) -> (f64, f64) {
        let lower = if class == 0 {
            self.from
        } else {
            self.upper_ends[class - 1]
        };
        (lower, self.upper_ends[class])
    }

    /// The shade of a class, from 1 (lightest) to 5: few classes are spread over the whole range.
    pub fn shade(&self, class: usize) -> usize {
        match self.count() {
            0 | 1 => 3,
            count => 1 + class * (MOST_CLASSES - 1) / (count - 1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scale_holds_its_numbers_and_zero_between_round_ends() {
        assert_eq!(
            Scale::over([3.0, 47.0], Percentages::No),
            Scale {
                from: 0.0,
                to: 60.0,
                step: 20.0
            }
        );
        assert_eq!(
            Scale::over([-3.0, 8.0], Percentages::No),
            Scale {
                from: -5.0,
                to: 10.0,
                step: 5.0
            }
        );
        assert_eq!(Scale::over([], Percentages::No).ticks(), [0.0, 0.5, 1.0]);
        assert_eq!(Scale::over([96.0], Percentages::Yes).to, 100.0);
        assert_eq!(Scale::over([0.2, 0.8], Percentages::No).ticks().len(), 5);
    }

    #[test]
    fn every_number_lies_on_its_scale() {
        // A walk over magnitudes and signs in place of chance.
        for i in -60..60 {
            let number = f64::from(i) * 10_f64.powi(i % 5) * 1.37;
            let scale = Scale::over([number, number / 3.0], Percentages::No);
            assert!(
                scale.from <= number && number <= scale.to,
                "{number} on {scale:?}"
            );
            assert!((2..=8).contains(&scale.ticks().len()), "{scale:?}");
            assert!(scale.from <= 0.0 && scale.to >= 0.0);
        }
    }

    #[test]
    fn quantiles_hold_equally_many_and_never_part_equals() {
        let classes = Classes::quantile((1..=10).map(f64::from));
        assert_eq!(
            (0..5).map(|class| classes.ends(class)).collect::<Vec<_>>(),
            [(1.0, 2.0), (2.0, 4.0), (4.0, 6.0), (6.0, 8.0), (8.0, 10.0)]
        );
        assert_eq!(
            [1.0, 2.0, 2.1, 10.0, 99.0].map(|number| classes.of(number)),
            [0, 0, 1, 4, 4]
        );
        let few = Classes::quantile([7.0, 7.0, 7.0, 9.0]);
        assert_eq!(few.count(), 2);
        assert_eq!((few.shade(0), few.shade(1)), (1, 5));
        assert_eq!(Classes::quantile([]).count(), 0);
    }
}
