//! Pages for residents: filing a request, and following one.

use axum::Router;

use crate::platform::app::App;

/// The routes of this folder.
pub fn routes() -> Router<App> {
    Router::new()
}
