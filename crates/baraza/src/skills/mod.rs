//! Skills: which training there is, with its seats and what became of learners, and seats for those who look for one.
//!
//! The register is public: institutions, courses, intakes and placements, kept by lists in CSV, beside the young people of each place who
//! neither work nor learn (SDG 8.6.1). Fields are those of ISCED-F 2013, levels those of ISCED 2011 (UNESCO Institute for Statistics).
//! Seekers are not: each is entered with their written consent, only operators of their place and organisation see them, names and numbers
//! are sealed, and withdrawing erases them at once. Rules find seats and say why; people decide.
//!
//! Deliberately absent: seekers as a file, messages to them, seekers entering themselves, editing one institution by hand (correct the
//! list and take it in again), waiting lists, grades.

use std::sync::Arc;

use axum::{Router, routing::get};
use serde::Serialize;

use crate::platform::{app::App, events::Event, kept, op::Role, problem::Result};
use model::Register;

pub mod desk;
mod files;
pub mod import;
pub mod model;
mod numbers;
pub mod pages;
pub mod seekers;
mod store;
pub mod table;
mod words;

pub use table::{TableWritten, Tabulate};

/// Who keeps the register, each within their own places and organisation.
pub const KEEPERS: [Role; 2] = [Role::Producer, Role::Steward];
/// Who looks for seats for seekers, each within their own places and organisation.
pub const OPERATORS: [Role; 2] = [Role::Officer, Role::Facilitator];
/// For whom there is a page at the desk.
pub const AT_DESK: [Role; 4] = [Role::Producer, Role::Steward, Role::Officer, Role::Facilitator];

/// A list of the register was taken in.
#[derive(Serialize)]
pub struct RegisterChanged {
    /// Which list: `institutions`, `courses`, `intakes` or `placements`.
    pub list: &'static str,
    pub n_rows: usize,
}

impl Event for RegisterChanged {
    const NAME: &'static str = "skills.register-changed";
    fn subject(&self) -> String {
        format!("skills/{}", self.list)
    }
}

/// Returns everything that is known of training; one statement where nothing changed.
///
/// # Errors
/// When the database fails.
pub async fn register(app: &App) -> Result<Arc<Register>> {
    kept::kept(app, store::KEPT, || store::read(&app.db)).await
}

/// The routes of this slice.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/skills", get(pages::all))
        .route("/skills.csv", get(files::institutions_as_csv))
        .route("/skills/courses", get(pages::courses))
        .route("/skills/courses.csv", get(files::courses_as_csv))
        .route("/skills/{institution}", get(pages::one))
        .route("/desk/skills", get(desk::front).post(desk::take_in))
        .route(
            "/desk/skills/seekers",
            get(desk::seekers::all).post(desk::seekers::enter),
        )
        .route(
            "/desk/skills/seekers/{seeker}",
            get(desk::seekers::one).post(desk::seekers::act),
        )
}
