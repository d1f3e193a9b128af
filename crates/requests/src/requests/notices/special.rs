//! The notice before a special close: its time runs from when a gateway has taken it, not from when it was written.

use super::open_way;
use crate::{
    evidence::{self, model::Subject},
    platform::{app::App, db::Tx, problem::Result, time::Time},
    requests::{
        model::request::{Request, State},
        store,
    },
};

/// Says when the resident counts as told of a proposal made now: at once where no way to them is open, because then the
/// page is all the notice they can have; else not before a gateway has taken it.
pub(in crate::requests) async fn told_at_proposal(
    app: &App,
    tx: &mut Tx,
    request: &Request,
    at: Time,
) -> Result<Option<Time>> {
    store::notices::delete_special_notices(tx, &request.id).await?;
    let vault = tx.vault().clone();
    let contact = store::filed::find_contact(&mut *tx.conn(), &vault, &request.id)
        .await?
        .unwrap_or_default();
    let followers = evidence::list_followers_in(tx, &Subject::new("request", &request.id)).await?;
    let is_reached = followers
        .iter()
        .filter(|follower| contact.has(&follower.address, &vault))
        .any(|follower| open_way(app, &follower.address, &contact.addresses()).is_some());
    Ok((!is_reached).then_some(at))
}

/// Keeps by which message the resident is told.
pub(super) async fn note_notice(tx: &mut Tx, request: &Request, message: &str, at: Time) -> Result<()> {
    store::notices::insert_special_notice(tx, &request.id, message, at).await
}

/// Puts into a proposed special close when its notice went out, once it has.
pub(in crate::requests) async fn catch_up(tx: &mut Tx, request: &mut Request) -> Result<()> {
    if let State::SpecialProposed { told_at, .. } = &mut request.state
        && told_at.is_none()
    {
        *told_at = store::notices::find_special_told(&mut *tx.conn(), &request.id).await?;
    }
    Ok(())
}

/// As [`catch_up`], for reading.
pub(in crate::requests) async fn look_up(app: &App, request: &mut Request) -> Result<()> {
    if let State::SpecialProposed { told_at, .. } = &mut request.state
        && told_at.is_none()
    {
        *told_at = store::notices::find_special_told(app.db.read(), &request.id).await?;
    }
    Ok(())
}
