//! A place where a service is given: a clinic, a school, a licensing desk, a water point.

use jiff::civil::Date;
use serde::Serialize;

use super::days;

/// What a facility may be.
pub const KINDS: [&str; 6] = ["clinic", "school", "licensing", "water", "market", "other"];

/// A facility whose users and provider score it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Facility {
    /// Part of its address: lower-case letters, digits and hyphens.
    pub code: String,
    pub name: String,
    /// One of [`KINDS`].
    pub kind: String,
    /// Code of the organisation that provides the service.
    pub organisation: String,
    /// Code of the place it stands in.
    pub place: String,
    /// Latitude and longitude, degrees in WGS 84.
    pub at: Option<(f64, f64)>,
    /// Codes of the places it serves; empty: the place it stands in.
    pub serves: Vec<String>,
    #[serde(serialize_with = "days::maybe")]
    pub valid_from: Option<Date>,
    /// First day on which it is no more.
    #[serde(serialize_with = "days::maybe")]
    pub valid_to: Option<Date>,
}

impl Facility {
    /// Tells whether it is there on a day.
    #[must_use]
    pub fn holds_on(&self, day: Date) -> bool {
        self.valid_from.is_none_or(|from| from <= day) && self.valid_to.is_none_or(|to| day < to)
    }

    /// Tells whether it stands in a place or serves it, by codes as they are written.
    #[must_use]
    pub fn serves_place(&self, place: &str) -> bool {
        self.place == place || self.serves.iter().any(|served| served == place)
    }
}
