//! How far a count has come, and where it is late: rules on what was filed about which place.

use std::collections::{HashMap, HashSet};

use crate::places::model::{Place, Places};
use crate::platform::time::Time;

/// What was filed about one place so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Filed {
    pub n: i64,
    pub n_flagged: i64,
    pub last_at: Time,
}

/// How far a place has come, over all the units below it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// The smallest places that are counted one by one: household groups, or villages where there are none.
    pub n_units: usize,
    pub n_covered: usize,
    pub n_late: usize,
    pub n_filed: i64,
    pub n_flagged: i64,
    pub last_at: Option<Time>,
}

/// Where the work at a place stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    Late,
    Going,
    Waiting,
    Done,
}

/// A unit is late when nothing was filed about it although its neighbours were counted, and nothing more came from there for this long.
pub const LATE_AFTER: std::time::Duration = std::time::Duration::from_secs(7 * 24 * 60 * 60);

impl Coverage {
    pub fn state(&self) -> State {
        match self {
            Coverage { n_late: 1.., .. } => State::Late,
            Coverage { n_covered: 0, .. } => State::Waiting,
            Coverage {
                n_covered, n_units, ..
            } if n_covered >= n_units => State::Done,
            _ => State::Going,
        }
    }

    /// The covered part, out of a hundred.
    pub fn percent(&self) -> f64 {
        if self.n_units == 0 {
            0.0
        } else {
            100.0 * self.n_covered as f64 / self.n_units as f64
        }
    }
}

/// How far a count has come on one day, by place.
#[derive(Clone, Debug, Default)]
pub struct Count {
    by_place: HashMap<String, Coverage>,
}

impl Count {
    /// From what was filed, by place code; codes of no place are passed over.
    pub fn new(places: &Places, filed: &[(String, Filed)], now: Time) -> Count {
        let filed: Vec<(Place<'_>, Filed)> = filed
            .iter()
            .filter_map(|(code, filed)| Some((places.find(code)?, *filed)))
            .collect();
        let mut count = Count::default();
        let mut last_below: HashMap<&str, Time> = HashMap::new();
        for (place, filed) in &filed {
            if let Some(parent) = place.parent() {
                let last = last_below.entry(parent.code()).or_insert(filed.last_at);
                *last = filed.last_at.max(*last);
            }
            count.add(*place, |coverage| {
                coverage.n_filed += filed.n;
                coverage.n_flagged += filed.n_flagged;
                coverage.last_at = coverage.last_at.max(Some(filed.last_at));
            });
        }
        let covered: HashSet<&str> = filed.iter().map(|(place, _)| place.code()).collect();
        // The finest level that anything was filed about: what the enumerators go by.
        let finest = filed.iter().max_by_key(|(place, _)| place.depth());
        for unit in finest
            .into_iter()
            .flat_map(|(place, _)| places.at_level(place.level()))
        {
            let is_covered = covered.contains(unit.code());
            let last_beside = unit.parent().and_then(|parent| last_below.get(parent.code()));
            let is_late = !is_covered && last_beside.is_some_and(|last| now.since(*last) >= LATE_AFTER);
            count.add(unit, |coverage| {
                coverage.n_units += 1;
                coverage.n_covered += usize::from(is_covered);
                coverage.n_late += usize::from(is_late);
            });
        }
        count
    }

    /// How far a place has come.
    pub fn of(&self, place: Place<'_>) -> Coverage {
        self.by_place.get(place.code()).copied().unwrap_or_default()
    }

    /// Counts something for a place and for all that it lies in.
    fn add(&mut self, place: Place<'_>, more: impl Fn(&mut Coverage)) {
        for above in place.with_ancestors() {
            match self.by_place.get_mut(above.code()) {
                Some(coverage) => more(coverage),
                None => more(self.by_place.entry(above.code().to_owned()).or_default()),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::places::model::PlaceRow;

    const DAY: Duration = Duration::from_secs(86_400);
    const NOW: Time = Time(1_794_794_400_000_000);

    fn regency() -> Places {
        let rows = [
            ("r", "regency", None),
            ("r.1", "village", Some("r")),
            ("r.2", "village", Some("r")),
            ("r.1.a", "group", Some("r.1")),
            ("r.1.b", "group", Some("r.1")),
            ("r.2.a", "group", Some("r.2")),
        ];
        let row = |(code, level, parent): (&str, &str, Option<&str>)| PlaceRow {
            code: code.into(),
            level: level.into(),
            name: code.into(),
            parent: parent.map(Into::into),
            ..PlaceRow::default()
        };
        Places::new(rows.map(row).into(), jiff::civil::date(2026, 11, 21))
    }

    fn filed(code: &str, n: i64, days_ago: u32) -> (String, Filed) {
        (
            code.into(),
            Filed {
                n,
                n_flagged: 1,
                last_at: NOW.minus(DAY * days_ago),
            },
        )
    }

    fn coverage(filed: &[(String, Filed)], code: &str) -> Coverage {
        let places = regency();
        let count = Count::new(&places, filed, NOW);
        count.of(places.find(code).expect("a place"))
    }

    #[test]
    fn a_group_is_late_a_week_after_the_last_answer_from_its_neighbours() {
        assert_eq!(coverage(&[filed("r.1.a", 12, 6)], "r.1").state(), State::Going);
        assert_eq!(coverage(&[filed("r.1.a", 12, 7)], "r.1").state(), State::Late);
        assert_eq!(coverage(&[filed("r.1.a", 12, 7)], "r.1.b").state(), State::Late);
        assert_eq!(
            coverage(&[filed("r.1.a", 12, 7), filed("r.1.b", 9, 30)], "r.1").state(),
            State::Done
        );
    }

    #[test]
    fn a_village_nobody_has_visited_is_waiting_and_not_late() {
        assert_eq!(coverage(&[filed("r.1.a", 12, 30)], "r.2").state(), State::Waiting);
    }

    #[test]
    fn a_regency_sums_up_its_groups() {
        let all = coverage(
            &[
                filed("r.1.a", 12, 2),
                filed("r.1.a", 3, 1),
                filed("r.2.a", 5, 3),
                filed("nowhere", 99, 0),
            ],
            "r",
        );
        assert_eq!(
            (all.n_units, all.n_covered, all.n_filed, all.n_flagged),
            (3, 2, 20, 3)
        );
        assert_eq!(all.last_at, Some(NOW.minus(DAY)));
        assert_eq!(all.percent().round(), 67.0);
    }

    #[test]
    fn before_anything_is_filed_nothing_has_begun() {
        let places = regency();
        let count = Count::new(&places, &[], NOW);
        assert_eq!(count.of(places.find("r").expect("a place")), Coverage::default());
    }
}
