//! Coverage: which groups of which places were heard, when last, how often within twelve months; and whom nobody asked.

use std::collections::BTreeMap;

use jiff::{ToSpan, civil::Date};

use super::group::EXPECTED;
use crate::places::model::{Place, Places};

/// What was heard of one group of one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    pub last_on: Date,
    /// Within twelve months.
    pub n_times: i64,
    /// People who were present at those times.
    pub n_present: i64,
    /// Times among them with fewer people than may be told outside of the facilitators' own screens.
    pub n_small: i64,
}

/// What was heard, by code of the place and of the group.
#[derive(Debug, Clone, Default)]
pub struct Coverage {
    pub told: BTreeMap<(String, String), Told>,
}

/// What was heard of a group in a place and all below it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Within {
    /// `None` for never.
    pub last_on: Option<Date>,
    /// Within twelve months.
    pub n_times: i64,
    /// Places among them where the group was heard within twelve months.
    pub n_places: usize,
}

/// A group that was not heard within twelve months in a place where another was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unheard {
    pub place: String,
    pub group: &'static str,
    /// The last day; `None` for never.
    pub last_on: Option<Date>,
}

/// The day after which something was within twelve months.
#[must_use]
pub fn twelve_months_before(today: Date) -> Date {
    today.saturating_sub(12.months())
}

impl Told {
    /// How many were present, for everybody; `None` where at some time so few were that it is withheld.
    #[must_use]
    pub fn public_present(&self) -> Option<i64> {
        (self.n_small == 0).then_some(self.n_present)
    }
}

impl Coverage {
    /// What was heard of a group of a place itself.
    #[must_use]
    pub fn of(&self, place: &str, group: &str) -> Option<&Told> {
        self.told.get(&(place.to_owned(), group.to_owned()))
    }

    /// What was heard of a group in a place and all below it.
    #[must_use]
    pub fn within(&self, all: &Places, place: Place<'_>, group: &str) -> Within {
        let mut within = Within::default();
        for ((code, of_group), told) in &self.told {
            let is_here = of_group == group && all.find(code).is_some_and(|found| place.contains(found));
            if !is_here {
                continue;
            }
            within.last_on = within.last_on.max(Some(told.last_on));
            within.n_times += told.n_times;
            within.n_places += usize::from(told.n_times > 0);
        }
        within
    }

    /// The groups that every place has, of places where any was heard within twelve months, that were not.
    #[must_use]
    pub fn unheard(&self) -> Vec<Unheard> {
        let mut places: Vec<&String> = self
            .told
            .iter()
            .filter(|(_, told)| told.n_times > 0)
            .map(|((place, _), _)| place)
            .collect();
        places.dedup();
        let mut unheard = Vec::new();
        for place in places {
            for group in EXPECTED {
                let told = self.of(place, group);
                if told.is_none_or(|told| told.n_times == 0) {
                    unheard.push(Unheard {
                        place: place.clone(),
                        group,
                        last_on: told.map(|told| told.last_on),
                    });
                }
            }
        }
        unheard
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn told(last_on: Date, n_times: i64, n_small: i64) -> Told {
        Told {
            last_on,
            n_times,
            n_present: 12,
            n_small,
        }
    }

    fn coverage(rows: &[(&str, &str, Told)]) -> Coverage {
        let row = |(place, group, told): &(&str, &str, Told)| {
            (((*place).to_owned(), (*group).to_owned()), told.clone())
        };
        Coverage {
            told: rows.iter().map(row).collect(),
        }
    }

    #[test]
    fn a_place_where_somebody_was_heard_is_asked_for_the_others() {
        let day = date(2026, 11, 2);
        let rows = [
            ("a", "women", told(day, 1, 0)),
            ("a", "men", told(day, 2, 0)),
            ("a", "young", told(date(2024, 1, 5), 0, 0)),
            ("b", "women", told(date(2024, 1, 5), 0, 0)),
        ];
        let unheard = coverage(&rows).unheard();
        let named: Vec<_> = unheard
            .iter()
            .map(|each| (each.place.as_str(), each.group, each.last_on))
            .collect();
        assert_eq!(
            named,
            [
                ("a", "young", Some(date(2024, 1, 5))),
                ("a", "older", None),
                ("a", "disability", None)
            ]
        );
    }

    #[test]
    fn few_people_at_any_time_withhold_the_number() {
        let day = date(2026, 11, 2);
        assert_eq!(told(day, 2, 0).public_present(), Some(12));
        assert_eq!(told(day, 2, 1).public_present(), None);
    }

    #[test]
    fn twelve_months_end_on_the_same_day_of_the_year() {
        assert_eq!(twelve_months_before(date(2026, 11, 16)), date(2025, 11, 16));
        assert_eq!(twelve_months_before(date(2028, 2, 29)), date(2027, 2, 28));
    }
}
