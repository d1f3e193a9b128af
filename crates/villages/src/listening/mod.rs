//! Listening that is not a score: what focus groups and key informants said, and what may be done with it.
//!
//! Each note has consent for each use: in reports, quoted with or without its group, recorded, asked again. What is taken back takes with
//! it what rested on it, everywhere and at once. Two coders code paragraphs by one shared code book, apart from each other, and settle
//! differences together. A sentence is quoted as it was agreed, after somebody else looked for names. `hotspots` are reports of a place.
//! Notes are read by facilitators of the place and their coders alone; what they say is sealed. Whoever noted it corrects it, and what it
//! said before is kept.
//!
//! Deliberately absent: changing a note without a trace, its recording itself (only where it lies), names of those who spoke, coding by more than two.

use axum::{Router, routing::get};
use serde::Serialize;

use crate::platform::{app::App, events::Event, op::Role};

pub mod codebook;
pub mod coding;
pub mod desk;
pub mod hotspots;
pub mod model;
pub mod notes;
pub mod quotations;
mod store;
pub mod words;

/// Who finds the pages of listening at the desk; what is on them is said by the notes themselves.
pub const AT_DESK: [Role; 7] = Role::STAFF;
/// Who words the shared code book.
pub const KEEPERS: [Role; 2] = [Role::Facilitator, Role::Steward];
/// Who composes and publishes reports, each of the places they work for.
pub const COMPOSERS: [Role; 3] = [Role::Facilitator, Role::Steward, Role::Leader];

/// Somebody noted what a group or a key informant said.
#[derive(Serialize)]
pub struct NoteWritten {
    pub note: String,
    pub place: String,
    /// `focus-group` or `key-informant`.
    pub kind: &'static str,
}

impl Event for NoteWritten {
    const NAME: &'static str = "listening.note-written";
    fn subject(&self) -> String {
        format!("listening/{}", self.note)
    }
}

/// A note was corrected; what it said before is kept.
#[derive(Serialize)]
pub struct NoteCorrected {
    pub note: String,
}

impl Event for NoteCorrected {
    const NAME: &'static str = "listening.note-corrected";
    fn subject(&self) -> String {
        format!("listening/{}", self.note)
    }
}

/// A group agreed to a use of what it said, or took that back.
#[derive(Serialize)]
pub struct ConsentMoved {
    pub note: String,
    /// What may be done, or may not: `report`, `quote-named`, `quote-unnamed`, `recording` or `contact`.
    pub of: &'static str,
    /// `given` or `withdrawn`.
    pub what: &'static str,
}

impl Event for ConsentMoved {
    const NAME: &'static str = "listening.consent-moved";
    fn subject(&self) -> String {
        format!("listening/{}", self.note)
    }
}

/// A code of the code book was added, worded anew or retired.
#[derive(Serialize)]
pub struct CodeWorded {
    pub code: String,
    pub version: i64,
}

impl Event for CodeWorded {
    const NAME: &'static str = "listening.code-worded";
    fn subject(&self) -> String {
        format!("listening-code/{}", self.code)
    }
}

/// The coding of a note went on.
#[derive(Serialize)]
pub struct CodingMoved {
    pub note: String,
    /// `assigned`, `done` or `settled`.
    pub what: &'static str,
}

impl Event for CodingMoved {
    const NAME: &'static str = "listening.coding-moved";
    fn subject(&self) -> String {
        format!("listening/{}", self.note)
    }
}

/// A quotation was proposed, released or refused.
#[derive(Serialize)]
pub struct QuotationMoved {
    pub note: String,
    pub quotation: String,
    pub state: &'static str,
}

impl Event for QuotationMoved {
    const NAME: &'static str = "listening.quotation-moved";
    fn subject(&self) -> String {
        format!("listening/{}", self.note)
    }
}

/// A report of a place was published, for the first time or anew.
#[derive(Serialize)]
pub struct HotspotPublished {
    pub hotspot: String,
    pub place: String,
    pub version: i64,
}

impl Event for HotspotPublished {
    const NAME: &'static str = "listening.hotspot-published";
    fn subject(&self) -> String {
        format!("hotspot/{}", self.hotspot)
    }
}

/// The routes of this slice.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/hotspots", get(hotspots::pages::all))
        .route("/hotspots/{hotspot}", get(hotspots::pages::one))
        .route("/desk/listening", get(desk::all))
        .route(
            "/desk/listening/new",
            get(desk::write::show).post(desk::write::keep),
        )
        .route(
            "/desk/listening/codes",
            get(desk::codes::show).post(desk::codes::word),
        )
        .route(
            "/desk/listening/hotspots",
            get(hotspots::desk::all).post(hotspots::desk::begin),
        )
        .route(
            "/desk/listening/hotspots/{hotspot}",
            get(hotspots::desk::one).post(hotspots::desk::act),
        )
        .route(
            "/desk/listening/{note}",
            get(desk::note::show).post(desk::note::act),
        )
        .route(
            "/desk/listening/{note}/coding",
            get(desk::coding::show).post(desk::coding::act),
        )
        .route(
            "/desk/listening/{note}/quotations",
            get(desk::quotations::show).post(desk::quotations::act),
        )
}
