//! The village's year: what a village plans, budgets, does, watches and judges, with whom it meets, and what it promised there.
//!
//! Which documents fall due at which step stands in calendars (`data/village-year`), one for Indonesia's villages and a plain one.
//! A village's own operator enters what belongs to it; everybody above reads. Groups are counted in the room and nobody is named.
//!
//! Deliberately absent: names of those who came, contracts (another slice brings them), changing a document that came.

use axum::{Router, routing::get};

use crate::platform::app::App;

mod access;
pub mod asks;
pub mod desk;
pub mod door;
pub mod figures;
pub mod goals;
pub mod list;
pub mod meetings;
pub mod pages;
pub mod proposals;
pub mod radio;
mod store;
pub mod voice;
pub mod year;

pub use access::{READERS, is_operator, require_operator, require_reader};
pub use meetings::next_meeting;
pub use year::{budget, works};

/// The routes of this slice.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/villages", get(list::all))
        .route("/villages.json", get(list::all_as_json))
        .route("/villages.csv", get(list::all_as_csv))
        .route("/villages/{place}", get(pages::show))
        .route("/desk/villages", get(desk::all))
        .route("/desk/villages/{place}", get(desk::one).post(desk::act))
        .merge(year::routes())
        .merge(meetings::routes())
        .merge(proposals::routes())
        .merge(goals::routes())
        .merge(asks::routes())
        .merge(voice::mail::routes())
        .merge(radio::routes())
}
