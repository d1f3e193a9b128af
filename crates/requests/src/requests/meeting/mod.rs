//! The weekly meeting: the pack it is held with, and what was decided.
//!
//! A pack is gathered once, as of the profile's hour, and frozen. Everybody reads what everybody may know; the desk adds
//! confidential matters for whoever may know of them. Nobody's name is ever in it.

mod desk;
mod gather;
mod jobs;
pub mod pack;
mod pages;
mod print;
mod view;

use axum::Router;
use serde::Serialize;

pub use desk::{DecidePage, DeskListPage, READERS};
pub use jobs::{MakePack, look};
pub use pages::{ListPage, MeetingPage};

use super::{access, library, model::profile::Profile, store};
use crate::{
    evidence::model::Subject,
    platform::{
        app::App,
        events::Event,
        op::Op,
        problem::{Problem, Result},
    },
};
use gather::Session;
use pack::Pack;

/// The routes of this folder.
pub fn routes() -> Router<App> {
    pages::routes().merge(desk::routes())
}

/// The pack of a meeting was made.
#[derive(Serialize)]
pub struct MeetingPacked {
    pub profile: String,
    pub held_on: String,
}

impl Event for MeetingPacked {
    const NAME: &'static str = "requests.meeting-packed";
    fn subject(&self) -> String {
        format!("meeting/{}:{}", self.profile, self.held_on)
    }
}

/// The id of a field in the form of one matter, of many on a page.
#[must_use]
pub fn id_in(field: &str, code: &str) -> String {
    format!("{field}-{code}")
}

/// For templates, which compare what they are given only as text.
#[must_use]
pub fn is_same(one: &str, other: &str) -> bool {
    one == other
}

/// Finds the pack of a meeting as everybody may read it.
///
/// # Errors
/// `requests-meeting-unknown`.
pub async fn public_pack(app: &App, profile: Option<&str>, held_on: &str) -> Result<Pack> {
    Ok(whole_pack(app, profile, held_on).await?.seen_by(|_, _| false))
}

/// Finds the pack of a meeting as an actor may read it at the desk.
///
/// # Errors
/// `requests-meeting-unknown`; `sign-in-needed`, `not-allowed`.
pub async fn desk_pack(app: &App, op: &Op, profile: Option<&str>, held_on: &str) -> Result<Pack> {
    op.require(&READERS)?;
    let pack = whole_pack(app, profile, held_on).await?;
    as_seen(app, op, &pack).await
}

/// Gathers what the next meeting would be held with if it were now.
///
/// # Errors
/// `requests-meeting-no-profile`; `sign-in-needed`, `not-allowed`.
pub async fn preview(app: &App, op: &Op, profile: Option<&str>) -> Result<Pack> {
    op.require(&READERS)?;
    let profile = profile_of(app, profile).await?;
    let (day, _) = profile.meeting.next(profile.calendar.zone(), op.at);
    let pack = gather::gather(app, &profile, Session { day, as_of: op.at }).await?;
    as_seen(app, op, &pack).await
}

/// Returns the record that decisions of a meeting come from.
#[must_use]
pub fn subject_of(pack: &Pack) -> Subject {
    Subject::new("meeting", &format!("{}:{}", pack.profile, pack.held_on))
}

async fn whole_pack(app: &App, profile: Option<&str>, held_on: &str) -> Result<Pack> {
    let packed = store::meeting::find(app.db.read(), profile, held_on)
        .await?
        .ok_or_else(|| Problem::not_found("requests-meeting-unknown").with("day", held_on))?;
    serde_json::from_str(&packed.pack).map_err(Problem::internal)
}

async fn as_seen(app: &App, op: &Op, pack: &Pack) -> Result<Pack> {
    let library = library::current(app).await?;
    Ok(pack.seen_by(|unit, place| access::sees_as_staff(op, unit, &library.lineage(place))))
}

/// The profile that is meant, or the first in use.
async fn profile_of(app: &App, name: Option<&str>) -> Result<std::sync::Arc<Profile>> {
    gather::profiles(app)
        .await?
        .into_iter()
        .find(|profile| name.is_none_or(|name| name == profile.name))
        .ok_or_else(|| Problem::not_found("requests-meeting-no-profile"))
}
