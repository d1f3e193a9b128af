//! Open311 GeoReport v2 (<https://wiki.open311.org/GeoReport_v2/>): the same front door for programs.

use axum::Router;

use crate::platform::app::App;

/// The routes of this folder.
pub fn routes() -> Router<App> {
    Router::new()
}
