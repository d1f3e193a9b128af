//! CKAN's rules for resources, key by key.

use serde_json::Value;

use super::date;
use crate::ckan::{
    Map,
    call::Call,
    edit::UPLOAD_HERE,
    format,
    instant::Instant,
    names::is_id,
    package::input::{Facts, ResourceInput},
    problems::Problems,
    values,
};

/// Keys of a resource that CKAN passes over.
const PASSED_OVER: &[&str] = &[
    "package_id",
    "position",
    "state",
    "extras",
    "revision_timestamp",
    "tracking_summary",
    "clear_upload",
    "upload",
    UPLOAD_HERE,
];

/// Judges a resource: what it is to be, and what is wrong with it.
pub(super) fn resource(item: &Map, call: &Call, facts: &Facts) -> (ResourceInput, Problems) {
    let mut problems = Problems::default();
    let some = |key: &str| item.get(key).filter(|value| !value.is_null());
    let text = |key: &str| some(key).map(values::text);
    let id = text("id").filter(|id| !id.is_empty());
    if let Some(id) = &id {
        if !is_id(id) {
            problems.add("id", "Invalid id provided");
        } else if facts.foreign_resources.contains(id) {
            problems.add("id", "Resource id already exists.");
        }
    }
    let size = some("size").and_then(|value| {
        values::whole(value).unwrap_or_else(|_| {
            problems.add("size", "Invalid integer");
            None
        })
    });
    let mut at = |key: &str| date(some(key)?, key, &mut problems);
    let (created, last_modified) = (at("created"), at("last_modified"));
    let cache_last_updated = at("cache_last_updated");
    // Not a key of CKAN's schema, but one it writes: what is no date is its own business.
    let metadata_modified = text("metadata_modified").and_then(|text| Instant::read(&text));
    let url = text("url").map(|url| url.trim().to_owned());
    let upload = some(UPLOAD_HERE)
        .and_then(Value::as_str)
        .and_then(|part| call.uploads.get(part))
        .cloned();
    let is_cleared = some("clear_upload").is_some_and(values::is_something);
    let named = upload
        .as_ref()
        .map(|upload| upload.file_name.clone())
        .or_else(|| url.clone());
    let guessed = || named.as_deref().and_then(format::of_address).map(str::to_owned);
    let given = text("format").filter(|given| !given.is_empty());
    let input = ResourceInput {
        format: match given {
            Some(given) => Some(format::unified(&given).to_owned()),
            // CKAN guesses for a new resource only: an editor may have emptied it.
            None if id.is_none() => guessed().or_else(|| text("format")),
            None => text("format"),
        },
        mimetype: match item.get("mimetype") {
            Some(_) => text("mimetype"),
            None => guessed().and_then(|name| format::media_type(&name).map(str::to_owned)),
        },
        url_type: if is_cleared && upload.is_none() {
            Some(String::new())
        } else {
            text("url_type")
        },
        id,
        url,
        name: text("name"),
        description: text("description"),
        hash: text("hash"),
        resource_type: text("resource_type"),
        mimetype_inner: text("mimetype_inner"),
        cache_url: text("cache_url"),
        cache_last_updated,
        size,
        created,
        last_modified,
        has_table: some("datastore_active").map(values::truth),
        metadata_modified,
        upload,
        more: more(item),
    };
    (input, problems)
}

/// What CKAN keeps without knowing it.
fn more(item: &Map) -> Map {
    const KNOWN: &[&str] = &[
        "id",
        "url",
        "name",
        "description",
        "format",
        "hash",
        "resource_type",
        "mimetype",
        "mimetype_inner",
        "cache_url",
        "cache_last_updated",
        "size",
        "created",
        "last_modified",
        "url_type",
        "datastore_active",
        "metadata_modified",
    ];
    item.iter()
        .filter(|(key, _)| !KNOWN.contains(&key.as_str()) && !PASSED_OVER.contains(&key.as_str()))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect()
}
