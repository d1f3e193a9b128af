//! The tracker: the seventeen goals with their targets and indicators, and how far a place has come with each.
//!
//! Progress is told by the method of Statistics Canada that Open SDG publishes (`measures::progress`); what would come if it goes on as
//! it went by `measures::forecast`; how a place stands beside those around it by `measures::compare`; whom a good average hides by
//! `measures::pocket`. All of it is worked out from published, unsuppressed numbers when a page is asked for, and stored nowhere.
//! Numbering is that of the UN framework: <https://unstats.un.org/sdgs/indicators/indicators-list/>; titles are our own.
//!
//! Deliberately absent: vintages (what is compared is what is public now), imported numbers of the nation, agencies that produce a
//! number here (a definition names its custodian only), poverty lines and other targets that no definition has.

mod faces;
pub mod model;
pub mod pages;
mod store;
pub mod view;

use axum::{Router, routing::get};

use crate::platform::app::App;

/// The routes of the tracker.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/sdg", get(pages::goals))
        .route("/sdg.json", get(pages::goals_as_json))
        .route("/sdg/gaps", get(pages::gaps))
        .route("/sdg/gaps.csv", get(pages::gaps_as_csv))
        .route("/sdg/gaps.json", get(pages::gaps_as_json))
        .route("/sdg/{goal}", get(pages::goal))
        .route("/sdg/{goal}/{target}", get(pages::target))
        .route("/indicators/{code}/progress", get(pages::progress))
        .route("/indicators/{code}/progress.json", get(pages::progress_as_json))
}
