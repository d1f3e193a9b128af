//! Event → jobs: the whole product's side effects on one screen.
//!
//! Events that nothing reacts to stand in [`TERMINAL`], so that a new one cannot be forgotten by accident.

use crate::{
    accounts, places,
    platform::{
        events::{Event, Reactions},
        jobs,
    },
};

/// What follows from what.
#[must_use]
pub fn all() -> Reactions {
    Reactions::default()
}

/// Events that are only recorded.
pub const TERMINAL: &[&str] = &[
    accounts::UserAdded::NAME,
    accounts::UserClosed::NAME,
    accounts::GrantChanged::NAME,
    accounts::SignedIn::NAME,
    accounts::SignedOut::NAME,
    accounts::PasswordChanged::NAME,
    accounts::TokenChanged::NAME,
    accounts::OrganisationSaved::NAME,
    jobs::JobRetried::NAME,
    places::PlacesImported::NAME,
    places::CrosswalkMeasured::NAME,
];
