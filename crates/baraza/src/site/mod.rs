//! What belongs to no slice alone: the home page, a place's profile, search, help for people and for programs, and the desk's front.
//!
//! It only goes through the front doors of the slices below, and shows. Deliberately absent: rules, tables, events of its own.

pub mod about;
mod counting;
pub mod data_error;
pub mod data_reports;
pub mod desk;
mod figures;
pub mod home;
mod passport;
pub mod place;
mod progress;
mod published;
pub mod search;
mod sitemap;
pub mod view;

use axum::Router;
use axum::routing::get;

use crate::platform::app::App;

/// The pages of this slice.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/", get(home::show))
        .route("/places/{code}", get(place::show))
        .route("/n/{release}/{code}/{place}/{period}", get(passport::show))
        .route(
            "/n/{release}/{code}/{place}/{period}/{by}/{codes}",
            get(passport::show_group),
        )
        .route("/search", get(search::show))
        .route("/about", get(about::show))
        .route("/about/methods", get(about::methods))
        .route("/developers", get(about::developers))
        .route(
            "/data-errors/{dataset}",
            get(data_error::form).post(data_error::report),
        )
        .route("/data-errors/{dataset}/filed", get(data_error::filed))
        .route("/desk", get(desk::show))
        .route("/desk/data-errors", get(data_reports::show))
        .route("/robots.txt", get(sitemap::robots))
        .route("/sitemap.xml", get(sitemap::show))
        .route("/sitemap/{part}", get(sitemap::part))
}
