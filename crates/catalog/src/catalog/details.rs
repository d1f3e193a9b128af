//! What is said of datasets and resources beside what every page shows: kept as JSON, in the words of CKAN.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::workflow::standing::Standing;

/// What else is said of a dataset.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct DatasetDetails {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub author_email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub maintainer: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub maintainer_email: Option<String>,
    /// Where it comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// As its publisher numbers it; versions of tables are numbered apart.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// What kind of dataset, where it is not `dataset`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Keys and values that a publisher added.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub extras: Vec<(String, String)>,
    /// Texts of the entry that were given and left empty, where others were not given at all.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub left_empty: Vec<String>,
    /// Its title in languages other than the site's, by their codes.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub title_translated: BTreeMap<String, String>,
    /// Its description likewise.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub notes_translated: BTreeMap<String, String>,
    /// Why it is deprecated or withdrawn, where it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub standing: Option<Standing>,
    /// What other catalogues say that no CKAN of today knows.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub more: Map<String, Value>,
}

/// What else is said of a resource. Moments are microseconds since 1970 UTC.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ResourceDetails {
    /// As its publisher calls it; a title for pages it has always.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// `CSV`, `PDF`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hash: Option<String>,
    /// `file`, `api`, `documentation`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mimetype: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mimetype_inner: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache_last_updated: Option<i64>,
    /// In bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_modified: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata_modified: Option<i64>,
    /// `upload` for a file kept here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url_type: Option<String>,
    /// What another catalogue said of a table there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub has_table: Option<bool>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub more: Map<String, Value>,
}

/// Reads details; what cannot be read is as if nothing was said.
pub fn read<T: Default + for<'de> Deserialize<'de>>(json: &str) -> T {
    serde_json::from_str(json).unwrap_or_default()
}

/// Writes details.
pub fn write(details: &impl Serialize) -> String {
    serde_json::to_string(details).expect("texts, numbers and flags are JSON")
}
