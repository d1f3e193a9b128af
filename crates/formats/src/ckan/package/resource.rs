//! A file or service of a dataset.

use serde_json::Value;

use crate::ckan::{
    Map, Unreadable,
    instant::Instant,
    shape::{Taker, alphabetical, moment, or_null},
};

/// A resource.
#[derive(Debug, Clone, PartialEq)]
pub struct Resource {
    pub id: String,
    pub package_id: Option<String>,
    /// Its place in the dataset, from 0.
    pub position: Option<i64>,
    pub url: String,
    pub name: Option<String>,
    pub description: Option<String>,
    pub format: Option<String>,
    pub hash: Option<String>,
    /// `file`, `api`, `documentation` and the like; not a media type.
    pub resource_type: Option<String>,
    pub mimetype: Option<String>,
    pub mimetype_inner: Option<String>,
    pub cache_url: Option<String>,
    pub cache_last_updated: Option<Instant>,
    pub size: Option<i64>,
    pub created: Option<Instant>,
    /// When the data changed.
    pub last_modified: Option<Instant>,
    /// When anything about it changed; CKAN has it since 2.9.
    pub metadata_modified: Option<Instant>,
    /// `upload` for a file kept here, `datastore` for a table without a file; none for a link.
    pub url_type: Option<String>,
    pub state: String,
    /// Whether its rows can be asked for; the key is left out where nothing is known of it.
    pub has_table: Option<bool>,
    /// Whatever else a publisher noted: CKAN keeps it, of any type.
    pub more: Map,
}

impl Default for Resource {
    /// As CKAN makes one: address, format, description and hash are empty, not null.
    fn default() -> Resource {
        Resource {
            id: String::new(),
            package_id: None,
            position: None,
            url: String::new(),
            name: None,
            description: Some(String::new()),
            format: Some(String::new()),
            hash: Some(String::new()),
            resource_type: None,
            mimetype: None,
            mimetype_inner: None,
            cache_url: None,
            cache_last_updated: None,
            size: None,
            created: None,
            last_modified: None,
            metadata_modified: None,
            url_type: None,
            state: "active".to_owned(),
            has_table: None,
            more: Map::new(),
        }
    }
}

impl Resource {
    /// Reads what a catalogue answered to `resource_show`.
    ///
    /// # Errors
    /// Where a key is not what CKAN says it is.
    pub fn read(value: Value) -> Result<Resource, Unreadable> {
        Resource::read_at(value, "")
    }

    pub(super) fn read_at(value: Value, at: &str) -> Result<Resource, Unreadable> {
        let mut taker = Taker::of(value, at)?;
        Ok(Resource {
            id: taker.required("id")?,
            package_id: taker.text("package_id")?,
            position: taker.whole("position")?,
            url: taker.text("url")?.unwrap_or_default(),
            name: taker.text("name")?,
            description: taker.text("description")?,
            format: taker.text("format")?,
            hash: taker.text("hash")?,
            resource_type: taker.text("resource_type")?,
            mimetype: taker.text("mimetype")?,
            mimetype_inner: taker.text("mimetype_inner")?,
            cache_url: taker.text("cache_url")?,
            cache_last_updated: taker.instant("cache_last_updated")?,
            size: taker.whole("size")?,
            created: taker.instant("created")?,
            last_modified: taker.instant("last_modified")?,
            metadata_modified: taker.instant("metadata_modified")?,
            url_type: taker.text("url_type")?,
            state: taker.text("state")?.unwrap_or_else(|| "active".to_owned()),
            has_table: taker.flag("datastore_active")?,
            more: taker.rest(),
        })
    }

    /// Writes it with CKAN's keys in CKAN's order.
    pub fn write(&self) -> Map {
        let mut pairs = vec![
            ("cache_last_updated", moment(self.cache_last_updated)),
            ("cache_url", or_null(self.cache_url.as_deref())),
            ("description", or_null(self.description.as_deref())),
            ("id", self.id.as_str().into()),
            ("last_modified", moment(self.last_modified)),
            ("mimetype", or_null(self.mimetype.as_deref())),
            ("mimetype_inner", or_null(self.mimetype_inner.as_deref())),
            ("name", or_null(self.name.as_deref())),
            ("package_id", or_null(self.package_id.as_deref())),
            ("position", self.position.map_or(Value::Null, Value::from)),
            ("resource_type", or_null(self.resource_type.as_deref())),
            ("size", self.size.map_or(Value::Null, Value::from)),
            ("state", self.state.as_str().into()),
            ("url", self.url.as_str().into()),
            ("url_type", or_null(self.url_type.as_deref())),
        ];
        // Left out by CKAN when null.
        let present = [
            ("created", self.created.map(|at| Value::from(at.to_string()))),
            ("datastore_active", self.has_table.map(Value::from)),
            ("format", self.format.as_deref().map(Value::from)),
            ("hash", self.hash.as_deref().map(Value::from)),
            (
                "metadata_modified",
                self.metadata_modified.map(|at| Value::from(at.to_string())),
            ),
        ];
        pairs.extend(present.into_iter().filter_map(|(key, value)| Some((key, value?))));
        alphabetical(pairs, &self.more)
    }
}
