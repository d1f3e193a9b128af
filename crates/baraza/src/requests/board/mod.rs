//! Pages for everybody: the list, the map, the lights over time.

use axum::Router;

use crate::platform::app::App;

/// The routes of this folder.
pub fn routes() -> Router<App> {
    Router::new()
}
