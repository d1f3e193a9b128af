//! Pages for staff: the queue, one request with every step, answers kept as templates, calls, checks, settings, live news.
//!
//! A page offers the steps the state machine allows; the front doors decide. Deliberately absent: drag and drop, boards,
//! anything that works only with JavaScript.

mod bulk;
mod checks;
mod fields;
mod live;
mod matter;
pub mod queue;
mod scope;
mod templates;

use axum::{
    Router,
    routing::{get, post},
};

use crate::platform::app::App;

pub use bulk::BulkPage;
pub use checks::ChecksPage;
pub use matter::MatterPage;
pub use queue::QueuePage;
pub use templates::TemplatesPage;

/// The routes of this folder.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/desk/requests", get(queue::show))
        .route("/desk/requests/bulk", post(bulk::act))
        .route("/desk/requests/checks", get(checks::show).post(checks::settle))
        .route("/desk/requests/counts", get(live::counts))
        .route("/desk/requests/live", get(live::staff))
        .route("/requests/live", get(live::everybody))
        .route(
            "/desk/requests/templates",
            get(templates::show).post(templates::save),
        )
        .route("/desk/requests/{code}", get(matter::show).post(matter::act))
        .route("/desk/requests/{code}/photos/{photo}", get(matter::photo))
}
