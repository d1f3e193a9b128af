//! What a source says of one criterion of one facility, and of whom, where and when it says so.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::indicators::model::definition::entered::Every;

pub mod compare;
pub mod link;

/// Who says something of a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// Groups of those who use it, on a score card.
    Users,
    /// Those who give it, on the same score card.
    Provider,
    /// Households that were asked.
    Survey,
    /// What residents write to the government.
    Requests,
    /// An office's figure.
    Official,
}

impl Source {
    pub const ALL: [Source; 5] = [
        Source::Users,
        Source::Provider,
        Source::Survey,
        Source::Requests,
        Source::Official,
    ];
    /// Those that a steward links to a criterion.
    pub const LINKED: [Source; 3] = [Source::Survey, Source::Official, Source::Requests];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Source::Users => "users",
            Source::Provider => "provider",
            Source::Survey => "survey",
            Source::Requests => "requests",
            Source::Official => "official",
        }
    }

    #[must_use]
    pub fn parse(text: &str) -> Option<Source> {
        Source::ALL.into_iter().find(|source| source.as_str() == text)
    }
}

/// What a number is of, beside the standard criterion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Concept {
    Same,
    /// The criterion is a part of it.
    Broader,
    /// It is a part of the criterion.
    Narrower,
    /// Something that may move with it.
    Proxy,
    /// Something else that looks alike: it is shown and never compared.
    Different,
}

impl Concept {
    pub const ALL: [Concept; 5] = [
        Concept::Same,
        Concept::Broader,
        Concept::Narrower,
        Concept::Proxy,
        Concept::Different,
    ];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Concept::Same => "same",
            Concept::Broader => "broader",
            Concept::Narrower => "narrower",
            Concept::Proxy => "proxy",
            Concept::Different => "different",
        }
    }

    #[must_use]
    pub fn parse(text: &str) -> Option<Concept> {
        Concept::ALL.into_iter().find(|concept| concept.as_str() == text)
    }
}

/// Whom a number is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum People {
    /// Those who use the facility.
    Users,
    /// Everybody who lives in the place.
    Residents,
    /// Those who chose to write to the government.
    Senders,
}

impl People {
    pub const ALL: [People; 3] = [People::Users, People::Residents, People::Senders];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            People::Users => "users",
            People::Residents => "residents",
            People::Senders => "senders",
        }
    }

    #[must_use]
    pub fn parse(text: &str) -> Option<People> {
        People::ALL.into_iter().find(|people| people.as_str() == text)
    }
}

/// How a value turns into points: in a straight line, cut off at both ends.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Turn {
    /// The value that stands at 0 points.
    pub zero: f64,
    /// The value that stands at 100 points; never the same.
    pub hundred: f64,
}

impl Turn {
    /// For what is in points already.
    pub const POINTS: Turn = Turn {
        zero: 0.0,
        hundred: 100.0,
    };

    /// Reads two values; `None` where they do not make a line.
    #[must_use]
    pub fn new(zero: f64, hundred: f64) -> Option<Turn> {
        let is_line = zero.is_finite() && hundred.is_finite() && zero != hundred;
        is_line.then_some(Turn { zero, hundred })
    }

    /// The points of a value, 0 to 100.
    #[must_use]
    pub fn points(self, value: f64) -> f64 {
        let points = (value - self.zero) / (self.hundred - self.zero) * 100.0;
        points.clamp(0.0, 100.0)
    }
}

/// A number, or why there is none.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value {
    Known(f64),
    /// Hidden so that nobody can be recognised.
    Withheld,
    Missing,
}

/// The places that something is of, each by its code followed by those of its ancestors.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Area(pub Vec<Vec<String>>);

impl Area {
    /// The codes of the places themselves.
    pub fn codes(&self) -> impl Iterator<Item = &str> {
        self.0
            .iter()
            .filter_map(|lineage| lineage.first())
            .map(String::as_str)
    }

    /// The places that hold all of them, the nearest first; a place holds itself.
    #[must_use]
    pub fn common(&self) -> Vec<String> {
        let Some((first, others)) = self.0.split_first() else {
            return Vec::new();
        };
        first
            .iter()
            .filter(|code| others.iter().all(|lineage| lineage.contains(code)))
            .cloned()
            .collect()
    }
}

/// The days that something is of, both ends within it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    pub from: Date,
    pub to: Date,
}

impl Span {
    #[must_use]
    pub fn of_day(day: Date) -> Span {
        Span { from: day, to: day }
    }

    /// The days of a period as indicators name it: `2026`, `2026-S1`, `2026-Q3`, `2026-10`; `None` for any other name.
    #[must_use]
    pub fn of_period(name: &str) -> Option<Span> {
        let kinds = [Every::Year, Every::Half, Every::Quarter, Every::Month];
        let (every, number) = kinds
            .into_iter()
            .find_map(|every| Some((every, every.number(name)?)))?;
        Some(Span {
            from: every.last_day(number - 1)?.tomorrow().ok()?,
            to: every.last_day(number)?,
        })
    }

    /// Days between the end of the earlier one and the begin of the later one; 0 where they meet.
    #[must_use]
    pub fn days_apart(self, other: Span) -> i32 {
        let (earlier, later) = match self.from <= other.from {
            true => (self, other),
            false => (other, self),
        };
        (later.from - earlier.to).get_days().max(0)
    }
}

/// What one source says of one criterion.
#[derive(Debug, Clone, PartialEq)]
pub struct Saying {
    pub source: Source,
    /// Code of the round, of the indicator or of the service.
    pub code: String,
    pub concept: Concept,
    pub people: People,
    pub area: Area,
    /// `None` where the name of its period is not known here.
    pub span: Option<Span>,
    /// In its own unit.
    pub value: Value,
    /// `None` where its unit does not turn into points.
    pub turn: Option<Turn>,
}

impl Saying {
    /// Where it stands from 0 to 100, if it can.
    #[must_use]
    pub fn points(&self) -> Option<f64> {
        match (self.value, self.turn) {
            (Value::Known(value), Some(turn)) => Some(turn.points(value)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_value_turns_into_points_in_a_line_that_may_fall() {
        let days = Turn::new(10.0, 0.0).expect("a line");
        assert_eq!(
            [0.0, 2.5, 10.0, 40.0].map(|value| days.points(value)),
            [100.0, 75.0, 0.0, 0.0]
        );
        assert!(Turn::new(5.0, 5.0).is_none() && Turn::new(f64::NAN, 1.0).is_none());
    }

    #[test]
    fn a_period_has_its_days_and_an_unknown_name_has_none() {
        let span = |name| Span::of_period(name).map(|span| (span.from, span.to));
        assert_eq!(span("2026"), Some((date(2026, 1, 1), date(2026, 12, 31))));
        assert_eq!(span("2026-Q3"), Some((date(2026, 7, 1), date(2026, 9, 30))));
        assert_eq!(span("2026-S2"), Some((date(2026, 7, 1), date(2026, 12, 31))));
        assert_eq!(span("2024-02"), Some((date(2024, 2, 1), date(2024, 2, 29))));
        assert_eq!(span("spring"), None);
    }

    #[test]
    fn the_places_that_hold_several_are_found_from_the_nearest_up() {
        let lineage = |codes: &[&str]| codes.iter().map(|code| (*code).to_owned()).collect::<Vec<_>>();
        let area = Area(vec![
            lineage(&["35.22.01.2001", "35.22.01", "35.22"]),
            lineage(&["35.22.01.2002", "35.22.01", "35.22"]),
        ]);
        assert_eq!(area.common(), ["35.22.01", "35.22"]);
        assert!(Area::default().common().is_empty());
    }
}
