//! Requests: what residents tell the government, with a clock nobody can talk their way out of.
//!
//! Every channel files through [`fn@file`]; a request is routed by service and place, its instants are fixed by the profile in
//! force, lights are derived, it climbs its ladder by itself or by hand, and only the resident's yes (or a rule of silence,
//! said aloud) closes it. A profile is data: Madhya Pradesh's CM Helpline 181 and Bojonegoro's LAPOR! are shipped.
//! Words and shapes follow Open311 GeoReport v2 (<https://wiki.open311.org/GeoReport_v2/>).
//!
//! Deliberately absent: priorities set by officers, limits without a calendar, any way to change or delete what was filed.

pub mod access;
pub mod board;
pub mod cli;
pub mod desk;
pub mod filing;
pub mod grading;
pub mod heard;
mod import;
pub mod jobs;
pub mod library;
pub mod meeting;
pub mod model;
pub mod notices;
pub mod open311;
pub mod pages;
mod photo;
mod reading;
mod resident;
mod settings;
mod step;
mod store;
pub mod table;
pub mod words;
mod working;

use axum::Router;
use serde::Serialize;

use crate::platform::{app::App, db::Tx, events::Event, id, op::Op, problem::Result, time::Time};

pub use filing::{Filing, NewPhoto, NewRequest, PhotoAudience, Similar, file, open, read, similar};
pub use grading::{Graded, grades};
pub use import::{Imported, Source, import};
pub use jobs::{Sweep, Swept, sweep};
pub use reading::{
    Seen, list_checks, list_desk, list_joined, list_of_person, list_own, list_public, list_swept,
    list_transfers, list_unanswered, see, timeline,
};
pub use resident::{
    Deed, act_in, add, add_photo, add_photo_in, appeal, confirm, refuse, reopen, support, support_in,
    unwatch, watch, withdraw,
};
pub use settings::{
    add_post, close_service, decide_appeal, list_appeals, list_posts, list_profiles, list_services,
    load_profile, load_services, open_service, profile_text, save_post, service,
};
pub use step::find;
pub use store::{
    Appeal, ProfileVersion,
    filed::{Photo, Wanted},
    history::{Check, Transfer},
    sweep::SweptTurn,
};
pub use table::{TableWritten, Tabulate};
pub use working::{
    answer, approve_special_close, approve_transfer, ask, assign, check, escalate, hear_back, join, note,
    post_of, propose_special_close, propose_transfer, reject_special_close, reject_transfer, send_back,
    verify,
};

/// Pages for residents, everybody and staff.
pub fn routes() -> Router<App> {
    Router::new()
        .merge(pages::routes())
        .merge(board::routes())
        .merge(desk::routes())
        .merge(meeting::routes())
        .merge(grading::routes())
}

/// Open311 for programs.
pub fn open311_routes() -> Router<App> {
    open311::routes()
}

/// What somebody who filed is given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Opened {
    #[serde(skip)]
    pub id: String,
    /// The tracking code, plain.
    pub code: String,
    /// The resident's key, shown this once; `None` when the same was delivered before.
    pub key: Option<String>,
}

/// A request was filed.
#[derive(Serialize)]
pub struct RequestOpened {
    pub request: String,
    pub service: String,
    pub agency: Option<String>,
    pub channel: &'static str,
    /// Whether somebody is told what happens to it.
    pub is_followed: bool,
}

impl Event for RequestOpened {
    const NAME: &'static str = "requests.opened";
    fn subject(&self) -> String {
        format!("request/{}", self.request)
    }
}

/// Somebody took a step with a request; `what` is the entry of its timeline.
#[derive(Serialize)]
pub struct RequestMoved {
    pub request: String,
    pub what: &'static str,
    pub state: &'static str,
    pub level: u8,
}

impl Event for RequestMoved {
    const NAME: &'static str = "requests.moved";
    fn subject(&self) -> String {
        format!("request/{}", self.request)
    }
}

/// Lights turned and requests climbed by themselves: the turns noted at one moment.
#[derive(Serialize)]
pub struct RequestsSwept {
    /// When the worker came by; the turns it noted carry it.
    pub at: Time,
    pub n: u64,
}

impl Event for RequestsSwept {
    const NAME: &'static str = "requests.swept";
    fn subject(&self) -> String {
        "requests".to_owned()
    }
}

/// Requests were taken in from a file.
#[derive(Serialize)]
pub struct RequestsImported {
    pub file: String,
    pub n: u64,
}

impl Event for RequestsImported {
    const NAME: &'static str = "requests.imported";
    fn subject(&self) -> String {
        "requests".to_owned()
    }
}

/// A version of a profile was put in force.
#[derive(Serialize)]
pub struct ProfileLoaded {
    pub profile: String,
    pub version: String,
}

impl Event for ProfileLoaded {
    const NAME: &'static str = "requests.profile-loaded";
    fn subject(&self) -> String {
        format!("request-profile/{}", self.profile)
    }
}

/// A service was added or changed.
#[derive(Serialize)]
pub struct ServiceSaved {
    pub service: String,
}

impl Event for ServiceSaved {
    const NAME: &'static str = "requests.service-saved";
    fn subject(&self) -> String {
        format!("service/{}", self.service)
    }
}

/// A post was added, or who holds it changed.
#[derive(Serialize)]
pub struct PostSaved {
    pub post: String,
}

impl Event for PostSaved {
    const NAME: &'static str = "requests.post-saved";
    fn subject(&self) -> String {
        format!("post/{}", self.post)
    }
}

/// An answer that a unit gives often was added, changed or closed.
#[derive(Serialize)]
pub struct TemplateSaved {
    pub template: String,
    pub agency: String,
}

impl Event for TemplateSaved {
    const NAME: &'static str = "requests.template-saved";
    fn subject(&self) -> String {
        format!("request-template/{}", self.template)
    }
}

/// Somebody looked up what a person filed, by their telephone number: how many requests they were shown.
#[derive(Serialize)]
pub struct PersonLookedUp {
    pub n: usize,
}

impl Event for PersonLookedUp {
    const NAME: &'static str = "requests.person-looked-up";
    fn subject(&self) -> String {
        "requests".to_owned()
    }
}

/// Somebody who reached the limit of filings asked to be let through, or was answered.
#[derive(Serialize)]
pub struct AppealMoved {
    pub appeal: String,
    /// `asked`, `granted` or `refused`.
    pub what: &'static str,
}

impl Event for AppealMoved {
    const NAME: &'static str = "requests.appeal-moved";
    fn subject(&self) -> String {
        format!("appeal/{}", self.appeal)
    }
}

async fn insert_photo(tx: &mut Tx, op: &Op, request: &str, photo: &NewPhoto, by_role: &str) -> Result<()> {
    let photo = Photo {
        id: id::fresh(op.at),
        blob: photo.blob.clone(),
        media_type: photo.media_type.clone(),
        size_bytes: photo.size_bytes,
        is_public: i64::from(photo.audience == PhotoAudience::Everybody),
        added_at: op.at.0,
    };
    store::filed::insert_photo(tx, request, &photo, by_role).await
}
