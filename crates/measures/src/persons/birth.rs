//! When somebody was born, as forms have it: a day, a year, or an age in years; and the errors people make in telling it.
//!
//! Ages are heaped on multiples of five (R. J. Myers 1940; UN *Principles and Recommendations for Population and Housing Censuses*,
//! Rev. 3, on evaluating age data), 1 January stands for a day nobody knows, and day and month change places.

/// A birth as far as it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Birth {
    Day {
        year: i32,
        month: u8,
        day: u8,
    },
    Year(i32),
    /// Born within one of two years: `age` years old at some day of `year`.
    Age {
        year: i32,
        age: i32,
    },
}

/// How two births agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BirthAgreement {
    /// The same day.
    SameDay,
    /// Day and month changed places.
    Swapped,
    /// Two of day, month and year are the same.
    TwoOfThree,
    /// The same year as far as is known; at least one tells no day.
    SameYear,
    /// One year off.
    OffByOne,
    /// Two or three years off, one of them told as an age that ends in 0 or 5.
    Heaped,
    /// Two or three years off.
    Near,
    /// Four to nine years off, or two days that agree in nothing.
    Different,
    /// Ten years off or more, where at least one tells no day: nobody guesses an age so badly, and a slip of the pen is rare.
    Far,
}

impl Birth {
    /// Takes a day as forms write it, `1990-05-31`; a day that stands for "not known" is only a year.
    pub fn on(year: i32, month: u8, day: u8) -> Birth {
        match (month, day) {
            (1, 1) | (7, 1) | (12, 31) => Birth::Year(year),
            _ => Birth::Day { year, month, day },
        }
    }

    /// The years in which they may have been born, the first and the last.
    pub fn years(self) -> (i32, i32) {
        match self {
            Birth::Day { year, .. } | Birth::Year(year) => (year, year),
            Birth::Age { year, age } => (year - age - 1, year - age),
        }
    }

    /// Compares two births; the same both ways.
    pub fn compare(self, other: Birth) -> BirthAgreement {
        if let (
            Birth::Day { year, month, day },
            Birth::Day {
                year: other_year,
                month: other_month,
                day: other_day,
            },
        ) = (self, other)
        {
            return match (year == other_year, month == other_month, day == other_day) {
                (true, true, true) => BirthAgreement::SameDay,
                (true, false, false) if month == other_day && day == other_month => BirthAgreement::Swapped,
                (true, true, false) | (true, false, true) | (false, true, true) => BirthAgreement::TwoOfThree,
                _ => BirthAgreement::Different,
            };
        }
        let ((first, last), (other_first, other_last)) = (self.years(), other.years());
        let apart = (first - other_last).max(other_first - last).max(0);
        let is_heaped = self.is_heaped() || other.is_heaped();
        match apart {
            0 => BirthAgreement::SameYear,
            1 => BirthAgreement::OffByOne,
            2 | 3 if is_heaped => BirthAgreement::Heaped,
            2 | 3 => BirthAgreement::Near,
            4..=9 => BirthAgreement::Different,
            _ => BirthAgreement::Far,
        }
    }

    fn is_heaped(self) -> bool {
        matches!(self, Birth::Age { age, .. } if age % 5 == 0)
    }
}

impl BirthAgreement {
    /// Returns how like two births are that agree so, 0..=1: for showing, not for reckoning.
    pub fn likeness(self) -> f64 {
        match self {
            BirthAgreement::SameDay | BirthAgreement::SameYear => 1.0,
            BirthAgreement::Swapped => 0.9,
            BirthAgreement::TwoOfThree | BirthAgreement::OffByOne => 0.8,
            BirthAgreement::Heaped => 0.6,
            BirthAgreement::Near => 0.4,
            BirthAgreement::Different | BirthAgreement::Far => 0.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn days_agree_in_whole_in_part_or_swapped() {
        let day = Birth::on(1990, 5, 3);
        assert_eq!(day.compare(Birth::on(1990, 5, 3)), BirthAgreement::SameDay);
        assert_eq!(day.compare(Birth::on(1990, 3, 5)), BirthAgreement::Swapped);
        assert_eq!(day.compare(Birth::on(1991, 5, 3)), BirthAgreement::TwoOfThree);
        assert_eq!(day.compare(Birth::on(1990, 5, 13)), BirthAgreement::TwoOfThree);
        assert_eq!(day.compare(Birth::on(1990, 8, 13)), BirthAgreement::Different);
    }

    #[test]
    fn a_first_of_january_is_a_year_nobody_knew_the_day_of() {
        assert_eq!(Birth::on(1990, 1, 1), Birth::Year(1990));
        assert_eq!(
            Birth::on(1990, 1, 1).compare(Birth::on(1990, 5, 3)),
            BirthAgreement::SameYear
        );
    }

    #[test]
    fn ages_agree_across_years_and_heap_on_fives() {
        let at_34_in_2025 = Birth::Age { year: 2025, age: 34 };
        assert_eq!(
            at_34_in_2025.compare(Birth::Age { year: 2026, age: 35 }),
            BirthAgreement::SameYear
        );
        assert_eq!(
            at_34_in_2025.compare(Birth::Age { year: 2026, age: 34 }),
            BirthAgreement::SameYear
        );
        assert_eq!(
            at_34_in_2025.compare(Birth::Age { year: 2025, age: 32 }),
            BirthAgreement::OffByOne
        );
        assert_eq!(
            at_34_in_2025.compare(Birth::Age { year: 2025, age: 37 }),
            BirthAgreement::Near
        );
        assert_eq!(
            Birth::Age { year: 2025, age: 33 }.compare(Birth::Age { year: 2025, age: 30 }),
            BirthAgreement::Heaped
        );
        assert_eq!(
            at_34_in_2025.compare(Birth::on(1990, 6, 2)),
            BirthAgreement::SameYear
        );
        assert_eq!(
            at_34_in_2025.compare(Birth::Year(1982)),
            BirthAgreement::Different
        );
        assert_eq!(at_34_in_2025.compare(Birth::Year(1980)), BirthAgreement::Far);
        assert_eq!(
            Birth::on(1990, 6, 2).compare(Birth::on(1950, 3, 9)),
            BirthAgreement::Different
        );
    }

    fn births() -> impl Strategy<Value = Birth> {
        prop_oneof![
            (1990..1996_i32, 1..=12_u8, 1..=28_u8).prop_map(|(year, month, day)| Birth::on(year, month, day)),
            (1985..2000_i32).prop_map(Birth::Year),
            (2020..2026_i32, 20..40_i32).prop_map(|(year, age)| Birth::Age { year, age }),
        ]
    }

    proptest! {
        #[test]
        fn to_compare_is_the_same_both_ways(a in births(), b in births()) {
            prop_assert_eq!(a.compare(b), b.compare(a));
            prop_assert_eq!(a.compare(a).likeness(), 1.0);
            prop_assert!((0.0..=1.0).contains(&a.compare(b).likeness()));
        }
    }
}
