//! Who the caller is to a round: looked up in a transaction, or outside of one.

use super::{
    model::{facility::Facility, rights::Rights, round::Round},
    store,
};
use crate::{
    facilitators, places,
    platform::{
        app::App,
        db::Tx,
        op::{Op, Role, Who},
        problem::{Problem, Result},
    },
};

/// Tells what the caller may in a round of a facility.
///
/// # Errors
/// `sign-in-needed` for a stranger.
pub async fn rights(app: &App, op: &Op, facility: &Facility, round: Option<&Round>) -> Result<Rights> {
    require_somebody(op)?;
    let is_fit = facilitators::may_facilitate(app, op, &facility.place).await?;
    let places = places::all(app).await?;
    let lineage: Vec<String> = match places.find(&facility.place) {
        Some(place) => place.lineage().into_iter().map(str::to_owned).collect(),
        None => Vec::new(),
    };
    Ok(Rights::of(op, facility, round, &lineage, is_fit))
}

/// As [`rights`], as a transaction sees it.
///
/// # Errors
/// As [`rights`].
pub async fn rights_in(tx: &mut Tx, op: &Op, facility: &Facility, round: Option<&Round>) -> Result<Rights> {
    require_somebody(op)?;
    let lineage = store::list_lineage(tx, &facility.place).await?;
    let facilitator = op
        .person()
        .filter(|me| me.grants.iter().any(|grant| grant.role == Role::Facilitator));
    let is_fit = match facilitator {
        Some(me) => facilitators::register::has_signed_in(tx, &me.id).await?,
        None => false,
    };
    Ok(Rights::of(op, facility, round, &lineage, is_fit))
}

/// Passes everybody but strangers.
///
/// # Errors
/// `sign-in-needed`.
pub fn require_somebody(op: &Op) -> Result<()> {
    match op.who {
        Who::Anyone => Err(Problem::unauthenticated("sign-in-needed")),
        Who::System | Who::Person(_) => Ok(()),
    }
}
