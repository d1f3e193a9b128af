//! Definitions that are written in the browser: tried on the tables, handed in, checked and approved, in force from a day on.
//!
//! Three people: whoever wrote a word of it neither checks nor approves it, and who checked it does not approve it. What is tried is
//! protected as published numbers are, by 5 or the `least` in force where the text says less, and stands in the audit: many trials with
//! a moving universe could be subtracted from each other, so only stewards of everything try, who may read the rows anyway. An operator
//! at the command line goes past all this, and the list of versions says so.
//!
//! Deliberately absent: a form with a field for every key (there are a text and examples to begin with), moving an indicator to another
//! code, numbers of old versions (only their texts are kept).

use axum::{Router, routing::get};
use serde::Serialize;

use crate::platform::{app::App, events::Event, op::Role};

pub mod desk;
mod jobs;
pub mod model;
pub mod pages;
pub(super) mod steps;
mod trial;

pub use jobs::PutDueInForce;

/// Roles that read what is on its way.
pub const READERS: [Role; 2] = [Role::Steward, Role::Leader];

/// A proposed definition was written, or took a step on its way to being in force.
#[derive(Serialize)]
pub struct ProposalMoved {
    pub proposal: String,
    /// Code; empty while the text cannot be read.
    pub indicator: String,
    pub act: &'static str,
    pub stage: &'static str,
}

impl Event for ProposalMoved {
    const NAME: &'static str = "indicators.proposal-moved";
    fn subject(&self) -> String {
        format!("indicator/{}", self.indicator)
    }
}

/// A text was tried on the newest tables.
#[derive(Serialize)]
pub struct DefinitionTried {
    pub proposal: String,
    pub indicator: String,
    /// Of the text, which names it though it is nowhere in force.
    pub version: String,
}

impl Event for DefinitionTried {
    const NAME: &'static str = "indicators.definition-tried";
    fn subject(&self) -> String {
        format!("indicator/{}", self.indicator)
    }
}

/// The routes of this folder.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/desk/indicators", get(desk::list))
        .route("/desk/indicators/new", get(desk::begin).post(desk::propose))
        .route("/desk/indicators/{proposal}", get(desk::show).post(desk::act))
        .route("/indicators/{code}/versions", get(pages::versions))
        .route("/indicators/{code}/versions.json", get(pages::versions_as_json))
}
