//! Pages for everybody: the list, the map, the lights over time; and the doors to them that other pages show.
//!
//! All of them count the same rows in memory ([`kept`]). Confidential requests are in no list and in no count; only a unit's
//! total says, rounded down, how many there are, and only from [`LEAST_CONFIDENTIAL`] on.

mod asked;
mod door;
pub mod figures;
pub mod files;
pub mod kept;
pub mod lights;
pub mod list;
pub mod map;
mod public;
pub mod rows;
mod sample;

use axum::{Router, routing::get};

use crate::platform::app::App;

pub use door::{Door, Found, door, find};
pub use list::ListPage;

/// Confidential requests of a unit are spoken of from so many on, and in steps of as many.
pub const LEAST_CONFIDENTIAL: u64 = 10;

/// Reads the rows into memory at the start, so that no visitor waits for a million of them; whoever comes first reads them otherwise.
pub async fn warm(app: App) {
    if let Err(problem) = kept::current(&app, app.clock.now()).await {
        tracing::warn!(%problem, "requests were not read ahead; the first page will");
    }
}

/// The routes of this folder.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/requests", get(list::show))
        .route("/requests.json", get(files::as_json))
        .route("/requests.csv", get(files::as_csv))
        .route("/requests.geojson", get(files::as_geojson))
        .route("/requests/map", get(map::show))
        .route("/requests/map.json", get(map::as_json))
        .route("/requests/map.csv", get(map::as_csv))
        .route("/requests/map.geojson", get(map::as_geojson))
        .route("/requests/lights", get(lights::show))
        .route("/requests/lights.json", get(lights::as_json))
        .route("/requests/lights.csv", get(lights::as_csv))
}
