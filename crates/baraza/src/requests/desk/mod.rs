//! Pages for staff: the queue, one request, calls, settings.

use axum::Router;

use crate::platform::app::App;

/// The routes of this folder.
pub fn routes() -> Router<App> {
    Router::new()
}
