//! Facilitators: what they sign, what they were trained in, what they are to do, and who may see and keep what.

use jiff::civil::Date;

use crate::{
    places::model::Places,
    platform::{
        op::{Grant, Role},
        time::Time,
    },
};

pub mod coverage;
pub mod group;
pub mod typed;

pub use group::GroupKind;

/// The version in force of the code of conduct: the month in which its words were agreed.
const CONDUCT: &str = "2026-11";
/// The version in force of the safeguarding declaration.
const SAFEGUARDING: &str = "2026-11";

/// A text that every facilitator signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paper {
    /// How a facilitator behaves.
    Conduct,
    /// How nobody comes to harm, above all no child.
    Safeguarding,
}

impl Paper {
    pub const ALL: [Paper; 2] = [Paper::Conduct, Paper::Safeguarding];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Paper::Conduct => "conduct",
            Paper::Safeguarding => "safeguarding",
        }
    }

    /// Reads the word that [`Paper::as_str`] writes.
    #[must_use]
    pub fn parse(word: &str) -> Option<Paper> {
        Paper::ALL.into_iter().find(|paper| paper.as_str() == word)
    }

    /// The version in force. Whoever changes the words in the locales gives them another, and everybody signs again.
    #[must_use]
    pub fn version(self) -> &'static str {
        match self {
            Paper::Conduct => CONDUCT,
            Paper::Safeguarding => SAFEGUARDING,
        }
    }

    /// Points that its text has, in the locales numbered from 1.
    #[must_use]
    pub fn n_points(self) -> usize {
        match self {
            Paper::Conduct => 8,
            Paper::Safeguarding => 6,
        }
    }
}

/// A text that somebody signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    pub paper: Paper,
    pub version: String,
    pub at: Time,
}

impl Signature {
    /// Whether it is of the version in force.
    #[must_use]
    pub fn is_in_force(&self) -> bool {
        self.version == self.paper.version()
    }
}

/// The papers whose version in force is not among some signatures.
#[must_use]
pub fn unsigned(signatures: &[Signature]) -> Vec<Paper> {
    let is_signed = |paper: Paper| {
        signatures
            .iter()
            .any(|each| each.paper == paper && each.is_in_force())
    };
    Paper::ALL
        .into_iter()
        .filter(|paper| !is_signed(*paper))
        .collect()
}

/// What somebody was trained in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Training {
    pub topic: String,
    pub held_on: Date,
    pub given_by: String,
    /// The last day on which it counts; `None` for always.
    pub valid_until: Option<Date>,
}

impl Training {
    /// Whether it counts on a day.
    #[must_use]
    pub fn is_valid_on(&self, today: Date) -> bool {
        self.valid_until.is_none_or(|until| until >= today)
    }
}

/// Somebody who has the role of a facilitator; without `Debug`, so that no log ever has their name.
#[derive(Clone)]
pub struct Facilitator {
    /// The account.
    pub id: String,
    pub name: String,
    /// Codes of the places they were granted the role over; `None` for everywhere.
    pub places: Vec<Option<String>>,
    pub languages: Vec<String>,
    /// Account of the facilitator who coaches them.
    pub coach: Option<String>,
    /// The latest first.
    pub trainings: Vec<Training>,
    pub signatures: Vec<Signature>,
}

impl Facilitator {
    /// Whether any training of theirs counts on a day.
    #[must_use]
    pub fn is_trained_on(&self, today: Date) -> bool {
        self.trainings.iter().any(|training| training.is_valid_on(today))
    }

    /// Whether they signed everything in the version in force.
    #[must_use]
    pub fn has_signed(&self) -> bool {
        unsigned(&self.signatures).is_empty()
    }

    /// Whether they have the role over a place: it is theirs, or lies below one of theirs.
    #[must_use]
    pub fn works_at(&self, all: &Places, place: &str) -> bool {
        let Some(here) = all.find(place) else {
            return false;
        };
        let lineage = here.lineage();
        self.places
            .iter()
            .any(|own| own.as_deref().is_none_or(|own| lineage.contains(&own)))
    }

    /// Whether a grant over a place, or over all, holds one of their places.
    #[must_use]
    pub fn lies_under(&self, all: &Places, granted: Option<&str>) -> bool {
        let Some(granted) = granted else {
            return true;
        };
        self.places
            .iter()
            .flatten()
            .filter_map(|own| all.find(own))
            .any(|own| own.lineage().contains(&granted))
    }

    /// Whether their places and those of a grant lie within each other, whichever in which.
    #[must_use]
    pub fn meets(&self, all: &Places, granted: Option<&str>) -> bool {
        self.places.iter().any(|own| meet(all, own.as_deref(), granted))
    }
}

/// Whether somebody with these grants has the role of a facilitator over a place, for whichever organisation.
#[must_use]
pub fn facilitates_at(all: &Places, grants: &[Grant], place: &str) -> bool {
    let Some(here) = all.find(place) else {
        return false;
    };
    let lineage = here.lineage();
    grants
        .iter()
        .filter(|grant| grant.role == Role::Facilitator)
        .any(|grant| grant.place.as_deref().is_none_or(|at| lineage.contains(&at)))
}

/// Whether one of two places lies within the other; everything lies within `None`.
fn meet(all: &Places, one: Option<&str>, other: Option<&str>) -> bool {
    let (Some(one), Some(other)) = (one, other) else {
        return true;
    };
    match (all.find(one), all.find(other)) {
        (Some(one), Some(other)) => one.contains(other) || other.contains(one),
        _ => one == other,
    }
}

/// How a task stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Open,
    /// A facilitator said that they do it.
    Taken,
    Done,
    /// Nobody will do it, with the reason.
    Declined,
}

impl State {
    pub const ALL: [State; 4] = [State::Open, State::Taken, State::Done, State::Declined];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            State::Open => "open",
            State::Taken => "taken",
            State::Done => "done",
            State::Declined => "declined",
        }
    }

    /// Reads the word that [`State::as_str`] writes.
    #[must_use]
    pub fn parse(word: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| state.as_str() == word)
    }

    /// The steps that can be taken from here; a task that was taken can be given back.
    #[must_use]
    pub fn next(self) -> &'static [State] {
        match self {
            State::Open => &[State::Taken, State::Declined],
            State::Taken => &[State::Done, State::Open, State::Declined],
            State::Done | State::Declined => &[],
        }
    }
}

/// How an assignment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stand {
    Open,
    Done,
    /// The facilitator will not do it, with the reason.
    Declined,
    /// Whoever gave it took it back.
    Withdrawn,
}

impl Stand {
    pub const ALL: [Stand; 4] = [Stand::Open, Stand::Done, Stand::Declined, Stand::Withdrawn];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Stand::Open => "open",
            Stand::Done => "done",
            Stand::Declined => "declined",
            Stand::Withdrawn => "withdrawn",
        }
    }

    /// Reads the word that [`Stand::as_str`] writes.
    #[must_use]
    pub fn parse(word: &str) -> Option<Stand> {
        Stand::ALL.into_iter().find(|stand| stand.as_str() == word)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::places::model::PlaceRow;

    pub const TODAY: Date = date(2026, 11, 16);

    pub fn regency() -> Places {
        let rows = [
            ("r", None),
            ("r.1", Some("r")),
            ("r.1.1", Some("r.1")),
            ("r.2", Some("r")),
        ];
        let row = |(code, parent): (&str, Option<&str>)| PlaceRow {
            code: code.into(),
            level: "level".into(),
            name: code.into(),
            parent: parent.map(Into::into),
            ..PlaceRow::default()
        };
        Places::new(rows.map(row).into(), TODAY)
    }

    fn grant(role: Role, place: Option<&str>, org: Option<&str>) -> Grant {
        Grant {
            role,
            place: place.map(Into::into),
            org: org.map(Into::into),
        }
    }

    pub fn facilitator(place: &str) -> Facilitator {
        Facilitator {
            id: "f".into(),
            name: "F".into(),
            places: vec![Some(place.into())],
            languages: Vec::new(),
            coach: None,
            trainings: Vec::new(),
            signatures: Vec::new(),
        }
    }

    #[test]
    fn an_administrator_is_no_facilitator_and_a_role_reaches_what_lies_below() {
        let all = regency();
        let own = [grant(Role::Facilitator, Some("r.1"), Some("ngo"))];
        for (place, may) in [
            ("r.1", true),
            ("r.1.1", true),
            ("r.2", false),
            ("r", false),
            ("x", false),
        ] {
            assert_eq!(facilitates_at(&all, &own, place), may, "{place}");
        }
        let others = [
            grant(Role::Admin, None, None),
            grant(Role::Steward, Some("r"), None),
        ];
        assert!(!facilitates_at(&all, &others, "r.1"));
    }

    #[test]
    fn who_works_above_or_below_a_facilitator_is_staff_of_their_place() {
        let (all, one) = (regency(), facilitator("r.1"));
        for (granted, meets) in [
            (None, true),
            (Some("r"), true),
            (Some("r.1.1"), true),
            (Some("r.2"), false),
            (Some("x"), false),
        ] {
            assert_eq!(one.meets(&all, granted), meets, "{granted:?}");
        }
    }

    #[test]
    fn a_signature_of_another_version_is_none() {
        let signed = |version: &str| Signature {
            paper: Paper::Conduct,
            version: version.into(),
            at: Time(0),
        };
        assert_eq!(unsigned(&[]), Paper::ALL);
        assert_eq!(unsigned(&[signed("2019-01")]), Paper::ALL);
        assert_eq!(
            unsigned(&[signed(Paper::Conduct.version())]),
            [Paper::Safeguarding]
        );
    }

    #[test]
    fn what_is_over_stays_so() {
        assert!(State::Done.next().is_empty() && State::Declined.next().is_empty());
        assert!(
            State::ALL
                .iter()
                .all(|state| State::parse(state.as_str()) == Some(*state))
        );
        assert!(
            Stand::ALL
                .iter()
                .all(|stand| Stand::parse(stand.as_str()) == Some(*stand))
        );
    }
}
