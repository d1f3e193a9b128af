//! Who reads and does what in a round: users and provider score apart from each other until the meeting opens.

use super::{
    facility::Facility,
    round::{Round, State},
    session::Side,
};
use crate::platform::{
    op::{Grant, Op, Role, Who},
    problem::{Problem, Result},
};

/// Who of the government reads results before everybody does, within their places: from the meeting on.
const READERS: [Role; 5] = [
    Role::Officer,
    Role::Steward,
    Role::Leader,
    Role::Auditor,
    Role::Facilitator,
];
/// Who speaks for the provider.
const PROVIDERS: [Role; 2] = [Role::Officer, Role::Leader];

/// What somebody may in one round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rights {
    /// Facilitates: sees and does what belongs to the users, before the meeting too.
    pub facilitates: bool,
    /// Leads the round.
    pub leads: bool,
    /// Speaks for the provider.
    pub provides: bool,
    /// Works for the government here.
    pub reads: bool,
}

impl Rights {
    /// Tells what somebody may in a round. `lineage` is the facility's place and those above it; `is_fit` says that they may facilitate
    /// there, with all that is asked of a facilitator.
    ///
    /// Whoever holds any role in the provider's organisation is no facilitator of its rounds, and no administrator is one anywhere. The
    /// provider of a round is the one that it was planned with, also where the facility belongs to another organisation by now.
    #[must_use]
    pub fn of(
        op: &Op,
        facility: &Facility,
        round: Option<&Round>,
        lineage: &[String],
        is_fit: bool,
    ) -> Rights {
        let me = match &op.who {
            Who::System => return Rights::all(),
            Who::Anyone => return Rights::none(),
            Who::Person(me) => me,
        };
        let provider = round.map_or(&facility.organisation, |round| &round.organisation);
        let organisation = Some(provider.as_str());
        let is_admin = me.grants.iter().any(|grant| grant.role == Role::Admin);
        let is_own = me.grants.iter().any(|grant| grant.org.as_deref() == organisation);
        let is_facilitator = me
            .grants
            .iter()
            .any(|grant| grant.role == Role::Facilitator && reaches(grant, lineage));
        let facilitates = is_fit && is_facilitator && !is_own && !is_admin;
        Rights {
            facilitates,
            leads: facilitates && round.is_some_and(|round| round.lead == me.id),
            provides: me
                .grants
                .iter()
                .any(|grant| PROVIDERS.contains(&grant.role) && grant.org.as_deref() == organisation),
            reads: op.has_at(&READERS, lineage),
        }
    }

    /// Passes those who may act for a side.
    ///
    /// # Errors
    /// `scorecards-side`.
    pub fn require_side(self, side: Side) -> Result<()> {
        let may = match side {
            Side::Users => self.facilitates,
            Side::Provider => self.provides,
        };
        match may {
            true => Ok(()),
            false => Err(Problem::forbidden("scorecards-side")),
        }
    }

    /// Passes those who facilitate.
    ///
    /// # Errors
    /// `scorecards-facilitators-only`.
    pub fn require_facilitator(self) -> Result<()> {
        match self.facilitates {
            true => Ok(()),
            false => Err(Problem::forbidden("scorecards-facilitators-only")),
        }
    }

    /// Passes whoever leads the round.
    ///
    /// # Errors
    /// `scorecards-lead-only`.
    pub fn require_lead(self) -> Result<()> {
        match self.leads {
            true => Ok(()),
            false => Err(Problem::forbidden("scorecards-lead-only")),
        }
    }

    /// Passes those who may open a round at the desk as it stands.
    ///
    /// # Errors
    /// `scorecards-peek` for those who may only from the meeting on; `not-allowed` for all others.
    pub fn require_reader(self, state: State) -> Result<()> {
        let is_shown = matches!(state, State::Meeting | State::Agreed | State::Closed);
        match (self.facilitates || self.provides, self.reads, is_shown) {
            (true, _, _) | (false, true, true) => Ok(()),
            (false, true, false) => Err(Problem::forbidden("scorecards-peek")),
            (false, false, _) => Err(Problem::forbidden("not-allowed")),
        }
    }

    /// Tells whether words and scores of a side may be read as they were given.
    #[must_use]
    pub fn reads_side(self, side: Side, state: State) -> bool {
        let is_shown = matches!(state, State::Meeting | State::Agreed | State::Closed);
        match side {
            Side::Users => self.facilitates,
            Side::Provider => self.provides || (self.facilitates && is_shown),
        }
    }

    fn all() -> Rights {
        Rights {
            facilitates: true,
            leads: true,
            provides: true,
            reads: true,
        }
    }

    fn none() -> Rights {
        Rights {
            facilitates: false,
            leads: false,
            provides: false,
            reads: false,
        }
    }
}

fn reaches(grant: &Grant, lineage: &[String]) -> bool {
    grant.place.as_ref().is_none_or(|place| lineage.contains(place))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::{
        op::{Person, Proof},
        time::Time,
    };

    fn somebody(grants: &[(Role, Option<&str>, Option<&str>)]) -> Op {
        let grants = grants.iter().map(|(role, place, org)| Grant {
            role: *role,
            place: place.map(Into::into),
            org: org.map(Into::into),
        });
        let me = Person {
            id: "me".into(),
            name: "Me".into(),
            email: "me@x.test".into(),
            grants: grants.collect(),
            proof: Proof::Session { id: "s".into() },
        };
        Op {
            who: Who::Person(me),
            ..Op::system(Time(0))
        }
    }

    fn rights(grants: &[(Role, Option<&str>, Option<&str>)]) -> Rights {
        let facility = Facility {
            code: "puskesmas".into(),
            name: "Puskesmas".into(),
            kind: "clinic".into(),
            organisation: "dinkes".into(),
            place: "35.22.01.2001".into(),
            at: None,
            serves: Vec::new(),
            valid_from: None,
            valid_to: None,
        };
        let lineage: Vec<String> = ["35.22.01.2001", "35.22.01", "35.22"].map(str::to_owned).into();
        Rights::of(&somebody(grants), &facility, None, &lineage, true)
    }

    #[test]
    fn a_facilitator_of_the_place_facilitates_and_one_of_the_provider_does_not() {
        assert!(rights(&[(Role::Facilitator, Some("35.22"), None)]).facilitates);
        assert!(!rights(&[(Role::Facilitator, Some("35.23"), None)]).facilitates);
        assert!(!rights(&[(Role::Facilitator, Some("35.22"), Some("dinkes"))]).facilitates);
        let both = rights(&[
            (Role::Facilitator, Some("35.22"), None),
            (Role::Officer, Some("35.22"), Some("dinkes")),
        ]);
        assert!(!both.facilitates && both.provides);
    }

    #[test]
    fn an_administrator_neither_facilitates_nor_provides_and_reads_from_the_meeting_on() {
        let admin = rights(&[(Role::Admin, None, None)]);
        assert!(!admin.facilitates && !admin.provides);
        let code = |state| admin.require_reader(state).map_err(|problem| problem.code());
        assert_eq!(code(State::Gathering), Err("scorecards-peek"));
        assert_eq!(code(State::Meeting), Ok(()));
        assert!(!admin.reads_side(Side::Users, State::Agreed));
    }

    #[test]
    fn the_provider_never_reads_what_users_said_as_they_said_it() {
        let provider = rights(&[(Role::Leader, Some("35.22"), Some("dinkes"))]);
        for state in State::ALL {
            assert!(!provider.reads_side(Side::Users, state));
            assert!(provider.reads_side(Side::Provider, state));
        }
        assert!(!rights(&[(Role::Officer, Some("35.22"), None)]).provides);
    }
}
