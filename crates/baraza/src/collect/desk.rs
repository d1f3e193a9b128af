//! Desk pages: forms and how far enumerators are, one form's submissions, what could not be filed.

use axum::Router;
use crate::platform::app::App;

pub(super) fn routes() -> Router<App> {
    Router::new()
}
