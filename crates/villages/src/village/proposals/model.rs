//! Proposals: what they hold, where they stand, and how their support is summed up.

use jiff::civil::Date;

use crate::{evidence::model::Subject, village::voice::counting::is_few};

/// What a resident or a group wants done in their village.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    pub id: String,
    pub code: String,
    /// Code of the village.
    pub place: String,
    pub title: String,
    pub text: String,
    /// What the group calls itself; none for a resident, whose name is not kept.
    pub group: Option<String>,
    pub state: State,
    pub cost: Option<Cost>,
    pub support: Support,
    pub made_on: Date,
    pub revision: i64,
}

/// Where a proposal stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    Open,
    /// It became a promise.
    Taken {
        commitment: String,
    },
    Declined {
        why: String,
    },
    /// It was taken off the public pages.
    Hidden {
        why: String,
    },
}

impl State {
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            State::Open => "open",
            State::Taken { .. } => "taken",
            State::Declined { .. } => "declined",
            State::Hidden { .. } => "hidden",
        }
    }
}

/// What a proposal costs, as the village says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cost {
    /// In whole units of the currency.
    pub amount: i64,
    /// ISO 4217.
    pub currency: String,
    /// How it was worked out.
    pub basis: String,
}

/// Who supports a proposal: people counted once, and hands in halls.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Support {
    pub n_phone: u32,
    /// With a telephone number.
    pub n_desk: u32,
    /// At the desk without one.
    pub n_attested: u32,
    /// By text messages that could not be asked back; in no sum.
    pub n_unconfirmed: u32,
    /// Hands in the hall where most were counted.
    pub n_hall: u32,
}

/// Hands that were counted in a hall.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hands {
    pub held_on: Date,
    pub occasion: String,
    pub n: u32,
}

/// A part of the sum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    Hall {
        n: u32,
        held_on: Date,
    },
    Phone(u32),
    Desk(u32),
    /// Recorded at the desk without a telephone number.
    Attested(u32),
    /// By telephone or at the desk, where one of them is small.
    People(u32),
    /// Few by telephone or at the desk.
    Few,
}

/// Telephone numbers that support by text messages nobody asked back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unconfirmed {
    None,
    Few,
    Many(u32),
}

/// Support as everybody reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sum {
    /// None where it would tell how few the people are.
    pub total: Option<u32>,
    pub parts: Vec<Part>,
    /// Beside the sum, never in it.
    pub unconfirmed: Unconfirmed,
    /// Whether more than half of the people were recorded at the desk without a telephone number.
    pub is_mostly_attested: bool,
}

/// Sums support up. Whoever raised a hand at one meeting may have raised it at the next, so of several halls the fullest counts.
#[must_use]
pub fn sum(support: &Support, hands: &[Hands]) -> Sum {
    let mut parts = Vec::new();
    let fullest = hands.iter().max_by_key(|hands| (hands.n, hands.held_on));
    if let Some(fullest) = fullest.filter(|hands| hands.n > 0) {
        parts.push(Part::Hall {
            n: fullest.n,
            held_on: fullest.held_on,
        });
    }
    let n_hall = fullest.map_or(0, |hands| hands.n);
    let n_people = support.n_people();
    let unconfirmed = match support.n_unconfirmed {
        0 => Unconfirmed::None,
        n if is_few(n) => Unconfirmed::Few,
        n => Unconfirmed::Many(n),
    };
    if is_few(n_people) {
        parts.push(Part::Few);
        return Sum {
            total: None,
            parts,
            unconfirmed,
            is_mostly_attested: false,
        };
    }
    let ways = [
        (support.n_phone, Part::Phone(support.n_phone)),
        (support.n_desk, Part::Desk(support.n_desk)),
        (support.n_attested, Part::Attested(support.n_attested)),
    ];
    let is_apart = !ways.iter().any(|(n, _)| is_few(*n));
    if is_apart {
        parts.extend(ways.into_iter().filter(|(n, _)| *n > 0).map(|(_, part)| part));
    } else {
        parts.push(Part::People(n_people));
    }
    Sum {
        total: Some(n_hall + n_people),
        parts,
        unconfirmed,
        is_mostly_attested: is_apart && support.n_attested * 2 > n_people,
    }
}

impl Support {
    /// People who were counted, hands and what nobody confirmed left out.
    #[must_use]
    pub fn n_people(&self) -> u32 {
        self.n_phone + self.n_desk + self.n_attested
    }
}

impl Proposal {
    #[must_use]
    pub fn subject(&self) -> Subject {
        Subject::new("proposal", &self.id)
    }

    /// Under which its supporters are marked.
    #[must_use]
    pub fn matter(&self) -> String {
        format!("proposal/{}", self.id)
    }

    #[must_use]
    pub fn path(&self) -> String {
        format!("/proposals/{}", self.code)
    }

    /// How many support it in all; none where that would tell how few people do.
    #[must_use]
    pub fn total(&self) -> Option<u32> {
        let n_people = self.support.n_people();
        (!is_few(n_people)).then_some(self.support.n_hall + n_people)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn hands(n: u32, day: i8) -> Hands {
        Hands {
            held_on: date(2026, 5, day),
            occasion: "meeting".into(),
            n,
        }
    }

    fn summed(n_phone: u32, n_desk: u32, hands: &[Hands]) -> Sum {
        let support = Support {
            n_phone,
            n_desk,
            ..Support::default()
        };
        sum(&support, hands)
    }

    #[test]
    fn hands_stand_apart_in_the_sum_and_of_several_halls_the_fullest_counts() {
        let all = summed(40, 0, &[hands(80, 3), hands(60, 10)]);
        assert_eq!(all.total, Some(120));
        let hall = Part::Hall {
            n: 80,
            held_on: date(2026, 5, 3),
        };
        assert_eq!(all.parts, [hall, Part::Phone(40)]);
        assert!(summed(0, 0, &[]).parts.is_empty());
    }

    #[test]
    fn few_people_are_not_told_apart_nor_found_by_subtraction() {
        assert_eq!(summed(3, 1, &[]).parts, [Part::Few]);
        assert_eq!(summed(3, 1, &[hands(80, 3)]).total, None);
        let merged = summed(40, 2, &[]);
        assert_eq!((merged.total, merged.parts), (Some(42), vec![Part::People(42)]));
        assert_eq!(summed(40, 6, &[]).parts, [Part::Phone(40), Part::Desk(6)]);
    }

    #[test]
    fn people_without_a_number_stand_apart_and_what_nobody_confirmed_is_in_no_sum() {
        let support = Support {
            n_phone: 5,
            n_attested: 6,
            n_unconfirmed: 9,
            ..Support::default()
        };
        let all = sum(&support, &[]);
        assert_eq!(all.total, Some(11));
        assert_eq!(all.parts, [Part::Phone(5), Part::Attested(6)]);
        assert_eq!(all.unconfirmed, Unconfirmed::Many(9));
        assert!(all.is_mostly_attested);
        let few = Support {
            n_unconfirmed: 2,
            ..support
        };
        assert_eq!(sum(&few, &[]).unconfirmed, Unconfirmed::Few);
    }
}
