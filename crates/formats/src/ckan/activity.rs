//! The activity stream: what changed in the catalogue, newest first.

use serde_json::{Value, json};

use super::{Given, Map, answer::Failure, call::Call, instant::Instant};

/// How many activities are given when nobody says, and at most.
pub const USUAL: u64 = 31;
pub const MOST: u64 = 100;

/// Something that was done.
#[derive(Debug, Clone, PartialEq)]
pub struct Activity {
    pub id: String,
    pub at: Instant,
    /// Who did it; leave out whoever is not to be named.
    pub user_id: Option<String>,
    /// What it was done to.
    pub object_id: String,
    /// `new package`, `changed package`, `deleted package`, `new organization` and so on.
    pub activity_type: String,
    /// For a dataset: `{"package": …, "actor": …}`.
    pub data: Value,
}

impl Activity {
    /// Writes it with CKAN's keys in CKAN's order.
    pub fn write(&self) -> Map {
        let written = json!({
            "id": self.id,
            "timestamp": self.at.to_string(),
            "user_id": self.user_id,
            "object_id": self.object_id,
            "activity_type": self.activity_type,
            "data": self.data,
        });
        match written {
            Value::Object(map) => map,
            _ => Map::new(),
        }
    }
}

/// Which activities are asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct ActivityList {
    /// The dataset, organisation, group or user; none for the stream of all datasets.
    pub subject: Option<String>,
    /// At most [`MOST`].
    pub limit: u64,
    pub offset: u64,
    /// Only what was done before and after these moments.
    pub before: Option<Instant>,
    pub after: Option<Instant>,
    /// Only these types; empty for all.
    pub types: Vec<String>,
    pub without_types: Vec<String>,
}

/// Whose stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// `recently_changed_packages_activity_list`.
    All,
    /// `package_activity_list` and its like.
    Of,
}

impl ActivityList {
    /// Reads what is asked for; moments are seconds since 1970.
    ///
    /// # Errors
    /// When the subject is missing or a number is none.
    pub fn read(call: &Call, stream: Stream) -> Result<ActivityList, Failure> {
        let mut given = Given::of(&call.fields);
        let list = ActivityList {
            subject: match stream {
                Stream::All => None,
                Stream::Of => Some(given.required("id")),
            },
            limit: given.natural("limit").unwrap_or(USUAL).min(MOST),
            offset: given.natural("offset").unwrap_or(0),
            before: moment(&mut given, "before"),
            after: moment(&mut given, "after"),
            types: given.texts("activity_types").unwrap_or_default(),
            without_types: given.texts("exclude_activity_types").unwrap_or_default(),
        };
        given.finish(list)
    }
}

fn moment(given: &mut Given<'_>, key: &str) -> Option<Instant> {
    let text = given.something(key)?;
    let seconds = text
        .trim()
        .parse::<f64>()
        .ok()
        .filter(|seconds| seconds.is_finite() && seconds.abs() < 1.0e11);
    if seconds.is_none() {
        given.refuse(key, "Must be a float timestamp");
    }
    seconds.map(|seconds| Instant((seconds * 1.0e6).round() as i64))
}
