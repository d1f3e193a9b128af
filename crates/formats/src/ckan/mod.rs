//! CKAN's Action API, version 3, as CKAN 2.11 and 2.12 speak it: what ckanapi, frictionless and harvesters send and expect.
//!
//! Reference: <https://docs.ckan.org/en/2.11/api/>. A [`call`] becomes typed requests, a request and what is known of the
//! catalogue become results or a [`Failure`](answer::Failure) in CKAN's own words. Nothing here looks anything up: a
//! request says what has to be known (`Asks`), and its judge takes it as plain facts.
//!
//! Deliberately absent: running SQL, resource views, collaborators, followers, vocabularies' administration, `plugin_data`,
//! task status and configuration; regular expressions and `{!…}` in queries, which CKAN refuses or should.

pub mod actions;
pub mod activity;
pub mod answer;
pub mod call;
pub mod datastore;
pub mod edit;
mod fold;
pub mod format;
mod given;
pub mod group;
pub mod instant;
pub mod license;
pub mod lists;
mod names;
pub mod package;
pub mod problems;
pub mod revise;
pub mod search;
mod shape;
#[cfg(test)]
mod tests;
pub mod user;
mod values;

pub use given::Given;
pub use names::{fault_of_email, faults_of_tag, filename, tag_id};
pub use shape::Unreadable;

/// A JSON object in the order it was written.
pub type Map = serde_json::Map<String, serde_json::Value>;
