//! The datastore: the rows of resources, asked for and changed through the API (ckanext-datastore 2.11 and 2.12).
//!
//! Requests are read in two steps: [`read`](search::SearchRequest::read) knows only what was sent, `settle` also the columns
//! of the table. Deliberately absent: triggers and functions, which run code in PostgreSQL.

pub mod answer;
pub mod condition;
pub mod create;
pub mod delete;
pub mod info;
pub mod order;
pub mod row;
pub mod search;
mod types;
pub mod upsert;

use serde_json::Value;

use super::{Given, Map, answer::Failure, names, values};

pub use types::{FieldType, fits, guess};

/// The column with which the datastore numbers rows.
pub const ROW_ID: &str = "_id";
/// The longest name of a column, in bytes, as PostgreSQL has it.
pub const LONGEST_COLUMN: usize = 63;

/// A column.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    pub id: String,
    pub kind: FieldType,
    /// What its data dictionary says: `label`, `notes`, `type_override` and anything else.
    pub info: Option<Map>,
}

impl Column {
    /// A column without a data dictionary.
    pub fn new(id: &str, kind: FieldType) -> Column {
        Column {
            id: id.to_owned(),
            kind,
            info: None,
        }
    }

    /// Writes it as `fields` has it.
    pub fn write(&self) -> Map {
        let mut map = Map::new();
        map.insert("id".to_owned(), self.id.as_str().into());
        map.insert("type".to_owned(), self.kind.name().into());
        if let Some(info) = &self.info {
            map.insert("info".to_owned(), Value::Object(info.clone()));
        }
        map
    }
}

/// Whether a table that is made from a file may be written to all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Force {
    Yes,
    No,
}

impl Force {
    /// Whether the resource may be written to: its `url_type` says whether its rows live here or in a file.
    ///
    /// # Errors
    /// CKAN's, when its rows are made from a file and nobody forces it.
    pub fn check(self, url_type: Option<&str>) -> Result<(), Failure> {
        if self == Force::Yes || url_type == Some("datastore") {
            return Ok(());
        }
        Err(Failure::field(
            "read-only",
            "Cannot edit read-only resource because changes made may be lost. Use a resource created for editing e.g. \
             with datastore_create or use \"force=True\" to ignore this warning.",
        ))
    }

    fn read(given: &mut Given<'_>) -> Force {
        if given.truth("force").unwrap_or_default() {
            Force::Yes
        } else {
            Force::No
        }
    }
}

/// The resource, by `resource_id` or, as old clients have it, `id`.
fn resource_id(given: &mut Given<'_>) -> String {
    match given.something("resource_id").or_else(|| given.something("id")) {
        Some(id) => id,
        None => given.required_something("resource_id"),
    }
}

/// Refuses keys that hold lists of objects and that nobody knows.
fn strangers(given: &mut Given<'_>, known: &[&str]) {
    let unknown: Vec<String> = given
        .keys()
        .filter(|key| !known.contains(&key.as_str()))
        .filter(|key| {
            given
                .value(key)
                .and_then(Value::as_array)
                .is_some_and(|items| items.first().is_some_and(Value::is_object))
        })
        .cloned()
        .collect();
    for key in unknown {
        given.refuse("__junk", format!("The input field {key} was not expected."));
    }
}

/// Splits a list of names: a list, or a text with commas in which names may be quoted.
fn name_list(value: &Value) -> Vec<String> {
    match value {
        Value::Array(items) => items.iter().map(|item| unquoted(&values::text(item))).collect(),
        Value::String(text) => text
            .split(',')
            .map(unquoted)
            .filter(|name| !name.is_empty())
            .collect(),
        _ => Vec::new(),
    }
}

fn unquoted(text: &str) -> String {
    let text = text.trim();
    text.strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'))
        .unwrap_or(text)
        .to_owned()
}

/// Whether a column may be called so: no space around it, no underscore before it, no quotation mark or control sign in it.
pub fn is_column_name(name: &str) -> bool {
    !name.is_empty()
        && name == name.trim()
        && !name.starts_with('_')
        && !name.contains('"')
        && !name.chars().any(|c| c.is_control() || is_format(c))
}

/// Whether a table may be called so.
pub fn is_alias(name: &str) -> bool {
    is_column_name(name) && !name.contains('%') && name.len() <= LONGEST_COLUMN && !names::is_uuid(name)
}

/// Signs that are not seen: marks of direction, joiners, private use.
fn is_format(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{e000}'..='\u{f8ff}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
        | '\u{f0000}'..='\u{10ffff}')
}

/// Appends rows of a table's kind to `fields`, first the row's number.
fn write_columns<'c>(columns: impl Iterator<Item = &'c Column>) -> Value {
    columns.map(|column| Value::Object(column.write())).collect()
}
