//! Proposals: what they hold, where they stand, and how their support is summed up.

use jiff::civil::Date;

use crate::evidence::model::Subject;

/// Support from fewer people than this is not told apart.
pub const LEAST: u32 = 5;

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

/// By which way a person supports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    Phone,
    Desk,
}

impl Way {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Way::Phone => "phone",
            Way::Desk => "desk",
        }
    }
}

/// Who supports a proposal: people counted once, and hands in halls.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Support {
    pub n_phone: u32,
    pub n_desk: u32,
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
    /// By telephone or at the desk, where one of them is small.
    People(u32),
    /// Fewer than [`LEAST`] by telephone or at the desk.
    Few,
}

/// Support as everybody reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sum {
    /// None where it would tell how few the people are.
    pub total: Option<u32>,
    pub parts: Vec<Part>,
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
    let (n_phone, n_desk) = (support.n_phone, support.n_desk);
    let n_people = n_phone + n_desk;
    let is_small = |n: u32| (1..LEAST).contains(&n);
    if is_small(n_people) {
        parts.push(Part::Few);
        return Sum { total: None, parts };
    }
    if is_small(n_phone) || is_small(n_desk) {
        parts.push(Part::People(n_people));
    } else {
        if n_phone > 0 {
            parts.push(Part::Phone(n_phone));
        }
        if n_desk > 0 {
            parts.push(Part::Desk(n_desk));
        }
    }
    Sum {
        total: Some(n_hall + n_people),
        parts,
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
        let n_people = self.support.n_phone + self.support.n_desk;
        (!(1..LEAST).contains(&n_people)).then_some(self.support.n_hall + n_people)
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
            n_hall: 0,
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
}
