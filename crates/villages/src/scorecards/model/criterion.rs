//! A criterion: what a group looks at, in its own words, and the standard one it belongs to.

use serde::Serialize;

/// The standard criteria, in the order in which they are shown.
pub const STANDARD: [&str; 12] = [
    "staff-present",
    "respect",
    "waiting",
    "supplies",
    "cleanliness",
    "cost",
    "distance",
    "information",
    "safety",
    "accessibility",
    "hours",
    "quality",
];

/// A criterion of one session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Criterion {
    pub id: String,
    pub round: String,
    /// The session that came up with it, and scores it.
    pub session: String,
    /// The group's own words.
    pub words: String,
    /// One of [`STANDARD`].
    pub standard: Option<String>,
    pub position: u32,
    /// The act that wrote it last.
    pub version: String,
}
