//! Grades of units as they are published, beside their honest shadow.

use axum::Router;

use crate::platform::app::App;

/// The routes of this folder.
pub fn routes() -> Router<App> {
    Router::new()
}
