//! Pages for staff: the queue, one request with every step, answers kept as templates, calls, checks, settings, live news.
//!
//! A page offers the steps the state machine allows; the front doors decide. Deliberately absent: drag and drop, boards,
//! anything that works only with JavaScript.

mod bulk;
mod calls;
mod checks;
mod fields;
mod live;
mod matter;
pub mod queue;
mod scope;
mod settings;
mod templates;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    routing::{get, post},
};

use crate::platform::app::App;

pub use bulk::BulkPage;
pub use calls::CallsPage;
pub use checks::ChecksPage;
pub use matter::MatterPage;
pub use queue::QueuePage;
pub use settings::{AppealsPage, PostPage, PostsPage, ProfilePage, ProfilesPage, ServicesPage, SettingsPage};
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
        .route("/desk/requests/settings", get(settings::show))
        .route(
            "/desk/requests/settings/profiles",
            get(settings::profiles::show).post(settings::profiles::load),
        )
        .route(
            "/desk/requests/settings/profiles/{version}",
            get(settings::profiles::one),
        )
        .route(
            "/desk/requests/settings/services",
            get(settings::services::show).post(settings::services::load),
        )
        .route(
            "/desk/requests/settings/posts",
            get(settings::posts::show).post(settings::posts::add),
        )
        .route(
            "/desk/requests/settings/posts/{post}",
            get(settings::posts::one).post(settings::posts::save),
        )
        .route(
            "/desk/requests/settings/appeals",
            get(settings::appeals::show).post(settings::appeals::decide),
        )
        .route("/desk/requests/{code}", get(matter::show).post(matter::act))
        .route(
            "/desk/requests/{code}/photos",
            post(matter::picture::add).layer(DefaultBodyLimit::max(matter::picture::MOST_BYTES + 100_000)),
        )
        .route("/desk/requests/{code}/photos/{photo}", get(matter::picture::show))
        .route("/desk/calls", get(calls::show).post(calls::look_up))
        .route("/desk/calls/act", post(calls::act))
        .route("/desk/calls/file", post(calls::file))
}
