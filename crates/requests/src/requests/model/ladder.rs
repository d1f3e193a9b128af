//! The ladder a request climbs: levels held by posts, each step by itself or by hand, as the profile says.

use std::time::Duration;

use serde::Serialize;

use super::profile::Reason;
use crate::platform::{calendar::Span, words::Words};

/// The levels from the bottom up; a level is known by its number from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ladder {
    pub levels: Vec<Level>,
    /// How long before an automatic step those who are about to lose the request are told.
    pub notice: Duration,
}

/// One level: L1, L2 …
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Level {
    pub code: String,
    pub title: Words,
    /// Time a request may stay on it.
    pub within: Option<Span>,
    pub next: Next,
    /// Whether it may send a request back to the level below.
    pub sends_back: bool,
}

/// How a request leaves a level upwards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Next {
    /// By itself when its time is up.
    Automatic { within: Span },
    /// Only when somebody decides it, for one of these reasons.
    ByHand { reasons: Vec<Reason> },
    /// Not at all.
    Top,
}

impl Level {
    /// Returns a listed reason for leaving it upwards by hand.
    #[must_use]
    pub fn reason(&self, code: &str) -> Option<&Reason> {
        match &self.next {
            Next::ByHand { reasons } => reasons.iter().find(|reason| reason.code == code),
            Next::Automatic { .. } | Next::Top => None,
        }
    }
}

impl Ladder {
    /// Returns the number of the level with a code.
    #[must_use]
    pub fn find(&self, code: &str) -> Option<u8> {
        let at = self.levels.iter().position(|level| level.code == code)?;
        u8::try_from(at + 1).ok()
    }

    /// Returns a level by its number; one above the top is the top, for requests of older profiles.
    #[must_use]
    pub fn level(&self, number: u8) -> Option<&Level> {
        self.levels
            .get(usize::from(number.max(1)) - 1)
            .or(self.levels.last())
    }

    #[must_use]
    pub fn top(&self) -> u8 {
        u8::try_from(self.levels.len()).unwrap_or(u8::MAX)
    }

    /// Tells whether a request may be taken up from a level by hand for a reason.
    ///
    /// Where the step happens by itself anybody responsible may take it early; where it is by hand the reason must be listed.
    #[must_use]
    pub fn may_climb(&self, from: u8, reason: &str) -> bool {
        match self.level(from).map(|level| &level.next) {
            Some(Next::Automatic { .. }) => true,
            Some(Next::ByHand { reasons }) => reasons.iter().any(|listed| listed.code == reason),
            Some(Next::Top) | None => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::requests::model::profile::{Profile, shipped};

    #[test]
    fn the_last_step_of_2022_needs_a_listed_reason() {
        let ladder = Profile::parse(shipped::HELPLINE_2022).expect("reads").ladder;
        assert!(!ladder.may_climb(3, "it takes too long"));
        assert!(ladder.may_climb(3, "policy"));
        assert!(
            ladder.may_climb(1, ""),
            "a step that comes by itself may be taken early"
        );
        assert!(
            !ladder.may_climb(ladder.top(), "policy"),
            "there is nothing above the top"
        );
        assert_eq!(ladder.find("L4"), Some(4));
        assert!(ladder.level(4).expect("L4").sends_back);
    }
}
