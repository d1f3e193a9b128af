//! Submissions in the shapes that ODK Central hands them out: CSV, OData 4.0, GeoJSON (<https://docs.getodk.org/central-api/>).
//!
//! A form's [`Fields`] say which tables there are; [`Answers`] reads an instance into their rows; the writers turn rows into bytes.
//! Everything is streamed by the caller: a writer holds one submission at a time and writes into buffers it is given.
//!
//! Deliberately absent: encrypted submissions, and ATOM, which Central does not offer either.

mod answers;
pub mod csv;
mod fields;
pub mod filter;
pub mod geojson;
pub mod metadata;
pub mod odata;
pub mod order;
pub mod select;
pub mod values;

pub use answers::{Answers, Unreadable};
pub use fields::{Field, Fields, Kind, Table};

/// What is known of a submission beside its answers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct About<'a> {
    /// The id it was first filed under.
    pub instance_id: &'a str,
    /// Microseconds since 1970 UTC, as all times here; written in milliseconds.
    pub submitted_at: i64,
    pub updated_at: Option<i64>,
    pub deleted_at: Option<i64>,
    pub submitter: Option<Submitter<'a>>,
    pub device_id: Option<&'a str>,
    /// `hasIssues`, `edited`, `rejected` or `approved`; none when it was only received.
    pub review_state: Option<&'a str>,
    /// How often it was corrected.
    pub edits: u64,
    /// The version it was first filed with.
    pub form_version: &'a str,
    pub files_present: usize,
    pub files_expected: usize,
}

/// Who filed a submission.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Submitter<'a> {
    pub id: i64,
    pub name: &'a str,
}

#[cfg(test)]
mod tests;
