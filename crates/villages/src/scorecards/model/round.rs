//! A round of a score card, from its plan to its close.

use std::collections::BTreeMap;

use jiff::{ToSpan, civil::Date};
use serde::{Deserialize, Serialize};

use super::{
    days,
    session::{Session, Side},
};
use crate::platform::{
    problem::{Problem, Result},
    time::Time,
};

/// The longest minutes and reasons, in characters.
pub const MOST_MINUTES: usize = 20_000;
/// Months until the next round, where nobody says another day.
const MONTHS_ON: i32 = 6;

/// How far a round is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    Planned,
    /// Groups and provider meet, each by itself.
    Gathering,
    /// Both sides are shown together for the first time.
    Meeting,
    /// What is to be done stands; everybody reads the results from now on.
    Agreed,
    Closed,
    Cancelled,
}

impl State {
    pub const ALL: [State; 6] = [
        State::Planned,
        State::Gathering,
        State::Meeting,
        State::Agreed,
        State::Closed,
        State::Cancelled,
    ];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            State::Planned => "planned",
            State::Gathering => "gathering",
            State::Meeting => "meeting",
            State::Agreed => "agreed",
            State::Closed => "closed",
            State::Cancelled => "cancelled",
        }
    }

    #[must_use]
    pub fn parse(text: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| state.as_str() == text)
    }

    /// Tells whether everybody reads the results.
    #[must_use]
    pub fn has_results(self) -> bool {
        matches!(self, State::Agreed | State::Closed)
    }
}

/// How a group says its score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scale {
    /// 0 to 100.
    Hundred,
    /// Five faces, which stand at 0, 25, 50, 75 and 100.
    Faces,
}

impl Scale {
    pub const ALL: [Scale; 2] = [Scale::Hundred, Scale::Faces];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Scale::Hundred => "hundred",
            Scale::Faces => "faces",
        }
    }

    #[must_use]
    pub fn parse(text: &str) -> Option<Scale> {
        Scale::ALL.into_iter().find(|scale| scale.as_str() == text)
    }
}

/// Who came to the meeting.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attendance {
    pub total: u32,
    /// By code of the group.
    pub by_group: BTreeMap<String, u32>,
}

impl Attendance {
    /// Checks that somebody came and that the groups are not more than all.
    ///
    /// # Errors
    /// `scorecards-attendance-missing` and `scorecards-attendance-sum` on field `attendance`.
    pub fn check(&self) -> Result<()> {
        let sum: u64 = self.by_group.values().copied().map(u64::from).sum();
        let wrong = match self.total {
            0 => Some("scorecards-attendance-missing"),
            total if sum > u64::from(total) => Some("scorecards-attendance-sum"),
            _ => None,
        };
        match wrong {
            Some(code) => Err(Problem::invalid("fields").field("attendance", code)),
            None => Ok(()),
        }
    }

    /// What everybody may read: no group below `minimum`, and none that is found by taking the others from the total.
    #[must_use]
    pub fn shown(&self, minimum: u32) -> Attendance {
        let mut by_group: Vec<(String, u32)> = self
            .by_group
            .iter()
            .filter(|(_, n)| **n >= minimum)
            .map(|(group, n)| (group.clone(), *n))
            .collect();
        let has_hidden = self.by_group.values().any(|n| (1..minimum).contains(n));
        by_group.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
        while has_hidden && !by_group.is_empty() && self.beside(&by_group) < u64::from(minimum) {
            by_group.pop();
        }
        Attendance {
            total: self.total,
            by_group: by_group.into_iter().collect(),
        }
    }

    /// How many came besides those of some groups.
    fn beside(&self, by_group: &[(String, u32)]) -> u64 {
        let told: u64 = by_group.iter().map(|(_, n)| u64::from(*n)).sum();
        u64::from(self.total).saturating_sub(told)
    }
}

/// One round of a facility's score card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Round {
    pub id: String,
    /// What stands in its address; six characters that can be read aloud.
    pub code: String,
    /// Code of the facility.
    pub facility: String,
    /// Code of the organisation that provided the service when the round was planned: it stays the provider of this round.
    #[serde(skip)]
    pub organisation: String,
    /// The first, second … round of the facility.
    pub n: u32,
    /// Id of the round before it.
    pub previous: Option<String>,
    pub scale: Scale,
    pub state: State,
    /// Account of the facilitator who leads; empty where the public reads.
    pub lead: String,
    #[serde(serialize_with = "days::one")]
    pub planned_on: Date,
    #[serde(serialize_with = "days::maybe")]
    pub meeting_on: Option<Date>,
    pub meeting_opened_at: Option<Time>,
    /// When the next round is due: six months on, unless another day was agreed.
    #[serde(serialize_with = "days::maybe")]
    pub next_on: Option<Date>,
    pub attendance: Option<Attendance>,
    pub minutes: String,
    /// Why it was cancelled, or why the provider was absent.
    pub why: Option<String>,
    pub revision: i64,
}

impl Round {
    /// Checks that it can begin: it is planned, has a lead and at least one group of users.
    ///
    /// # Errors
    /// `scorecards-state`, `scorecards-lead-unfit`, `scorecards-groups-none`.
    pub fn can_begin(&self, sessions: &[Session]) -> Result<()> {
        self.require(&[State::Planned])?;
        if self.lead.is_empty() {
            return Err(Problem::conflict("scorecards-lead-unfit"));
        }
        match sessions.iter().any(|session| session.side == Side::Users) {
            true => Ok(()),
            false => Err(Problem::conflict("scorecards-groups-none")),
        }
    }

    /// Checks that the meeting can open: every session is sealed or was dropped, users were heard, and the provider was, too, or is said
    /// to be absent.
    ///
    /// # Errors
    /// `scorecards-state`, `scorecards-sessions-open`, `scorecards-users-unheard`, `scorecards-provider-open`.
    pub fn can_meet(&self, sessions: &[Session], is_absence_said: bool) -> Result<()> {
        self.require(&[State::Gathering])?;
        let n_open = sessions
            .iter()
            .filter(|session| session.side == Side::Users && session.is_open())
            .count();
        if n_open > 0 {
            return Err(Problem::conflict("scorecards-sessions-open").with("n", n_open));
        }
        let is_heard = |side| {
            sessions
                .iter()
                .any(|session| session.side == side && session.is_sealed)
        };
        if !is_heard(Side::Users) {
            return Err(Problem::conflict("scorecards-users-unheard"));
        }
        let is_dropped = sessions
            .iter()
            .any(|session| session.side == Side::Provider && session.dropped.is_some());
        match is_heard(Side::Provider) || is_dropped || is_absence_said {
            true => Ok(()),
            false => Err(Problem::conflict("scorecards-provider-open")),
        }
    }

    /// Checks that a round is in one of some states.
    ///
    /// # Errors
    /// `scorecards-state`.
    pub fn require(&self, states: &[State]) -> Result<()> {
        match states.contains(&self.state) {
            true => Ok(()),
            false => Err(Problem::conflict("scorecards-state")),
        }
    }

    /// Checks that whoever changes it looked at it as it stands.
    ///
    /// # Errors
    /// `scorecards-changed-meanwhile`.
    pub fn at_revision(&self, revision: i64) -> Result<()> {
        match self.revision == revision {
            true => Ok(()),
            false => Err(Problem::conflict("scorecards-changed-meanwhile")),
        }
    }

    /// The day under which its results stand: that of the meeting, or that for which it is planned.
    #[must_use]
    pub fn day(&self) -> Date {
        self.meeting_on.unwrap_or(self.planned_on)
    }
}

/// The day of the next round: `said`, or six months after the meeting.
///
/// # Errors
/// `scorecards-next-past` on field `next_on` for a day that is not after the meeting.
pub fn next_round(meeting_on: Date, said: Option<Date>) -> Result<Date> {
    let next = said.unwrap_or_else(|| meeting_on.saturating_add(MONTHS_ON.months()));
    match next > meeting_on {
        true => Ok(next),
        false => Err(Problem::invalid("fields").field("next_on", "scorecards-next-past")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(total: u32, by_group: &[(&str, u32)]) -> Attendance {
        Attendance {
            total,
            by_group: by_group
                .iter()
                .map(|(group, n)| ((*group).to_owned(), *n))
                .collect(),
        }
    }

    #[test]
    fn a_small_group_is_not_found_by_taking_the_others_from_the_total() {
        let all = counted(30, &[("women", 15), ("men", 12), ("disability", 3)]);
        let shown = all.shown(5);
        assert_eq!(shown.by_group.keys().collect::<Vec<_>>(), ["women"]);
        let plain = counted(27, &[("women", 15), ("men", 12)]).shown(5);
        assert_eq!(plain.by_group.len(), 2);
    }

    #[test]
    fn groups_are_never_more_than_all_and_somebody_came() {
        assert!(counted(0, &[]).check().is_err());
        assert!(
            counted(5, &[("women", u32::MAX), ("men", u32::MAX)])
                .check()
                .is_err()
        );
        assert!(counted(5, &[("women", 5)]).check().is_ok());
    }

    #[test]
    fn the_next_round_is_six_months_on_and_never_before_the_meeting() {
        let day = |text: &str| text.parse::<Date>().expect("a day");
        assert_eq!(
            next_round(day("2026-08-31"), None).expect("a day"),
            day("2027-02-28")
        );
        assert!(next_round(day("2026-08-31"), Some(day("2026-08-31"))).is_err());
    }
}
