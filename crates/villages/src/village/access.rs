//! Who writes and who reads at the desk: a village's own operator, and those above.

use crate::{
    places::{self, model::Places},
    platform::{
        op::{Op, Role, Who},
        problem::{Problem, Result},
    },
};

/// Roles that make somebody a village's operator, where they hold one over that very place.
pub const OPERATORS: [Role; 2] = [Role::Officer, Role::Producer];
/// Who reads at the desk what villages keep, each of the places they work for.
pub const READERS: [Role; 6] = [
    Role::Facilitator,
    Role::Officer,
    Role::Producer,
    Role::Steward,
    Role::Leader,
    Role::Auditor,
];

/// Tells whether the caller is the operator of a village.
///
/// A role over a place above does not make one, nor does being an administrator: a village's data is its own.
#[must_use]
pub fn is_operator(op: &Op, place: &str) -> bool {
    match &op.who {
        Who::System => true,
        Who::Anyone => false,
        Who::Person(me) => me
            .grants
            .iter()
            .any(|grant| OPERATORS.contains(&grant.role) && grant.place.as_deref() == Some(place)),
    }
}

/// Passes only the operator of a village.
///
/// # Errors
/// `sign-in-needed` for a stranger, `village-not-operator` for anybody else.
pub fn require_operator(op: &Op, place: &str) -> Result<()> {
    if is_operator(op, place) {
        return Ok(());
    }
    op.require_person()?;
    Err(Problem::forbidden("village-not-operator"))
}

/// Passes whoever may read at the desk what a village keeps.
///
/// # Errors
/// `sign-in-needed`, `not-allowed`; `places-unknown` for a place that there is not.
pub fn require_reader(op: &Op, all: &Places, place: &str) -> Result<()> {
    op.require(&READERS)?;
    let lineage = places::known(all, place)?.lineage();
    op.require_at(&READERS, &lineage)
}
