//! Many releases of one contracting process as one: the compiled release, as the process stands now, and the versioned release, with
//! every value that a field ever had.
//!
//! The routine is the standard's (<https://standard.open-contracting.org/1.1/en/schema/merging/>), with the answers of OCP's
//! `ocdsmerge` 0.8: releases are sorted by date; objects are merged field by field; arrays of objects are merged by `id`; other arrays
//! are replaced; `null` removes; what the schema calls `omitWhenMerged` is left out. One difference is known: where one release writes
//! an identifier as a number and another writes the same as text, `ocdsmerge` may give two halves of the object and this gives one.

mod rules;
mod tree;

#[cfg(test)]
mod tests;

pub use rules::{Rule, Rules, Strategy};

use serde_json::{Map, Value};
use thiserror::Error;
use tree::{Node, Version};

/// Why releases cannot be merged.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum MergeError {
    /// The place of the release in what was given, from 0.
    #[error("release {0} is not an object")]
    NotAnObject(usize),
    #[error("release {0} has no date, and several releases are merged in the order of their dates")]
    NoDate(usize),
    #[error("the date of release {0} is not text")]
    DateNotText(usize),
    /// A field is a value in one release and an object or array in another.
    #[error("{0} holds a value in one release and an object or an array in another")]
    Inconsistent(String),
}

/// What merging saw and went on from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duplicate {
    /// The array, as keys joined by dots.
    pub array: String,
    /// The `id` that several objects of one release share; the last wins.
    pub id: String,
}

/// The compiled release: the last value of every field.
///
/// # Errors
/// [`MergeError`] where releases cannot be put in order or contradict each other in kind.
pub fn compiled(releases: Vec<Value>, rules: &Rules) -> Result<Value, MergeError> {
    merged(releases, rules, false).map(|(value, _)| value)
}

/// The versioned release: every value of every field, with the release that brought it.
///
/// # Errors
/// As [`compiled`].
pub fn versioned(releases: Vec<Value>, rules: &Rules) -> Result<Value, MergeError> {
    merged(releases, rules, true).map(|(value, _)| value)
}

/// As [`compiled`] or [`versioned`], with the identifiers that stood more than once in an array.
///
/// # Errors
/// As [`compiled`].
pub fn merged(
    releases: Vec<Value>,
    rules: &Rules,
    versioned: bool,
) -> Result<(Value, Vec<Duplicate>), MergeError> {
    let mut root = Node::default();
    let mut tree = tree::Tree::new(versioned);
    let mut head = Map::new();
    for release in sorted(releases)? {
        let text = |key: &str| release.get(key).cloned().unwrap_or(Value::Null);
        let (ocid, id, date) = (text("ocid"), text("id"), text("date"));
        let mut release = release;
        let tag = release.shift_remove("tag").unwrap_or(Value::Null);
        if versioned {
            release.shift_remove("ocid");
            head.insert("ocid".to_owned(), ocid);
            tree.version = Version {
                id,
                date,
                tag,
                ..Version::default()
            };
        } else {
            head.insert("tag".to_owned(), Value::from(vec!["compiled"]));
            head.insert(
                "id".to_owned(),
                Value::String(format!("{}-{}", written(&ocid), written(&date))),
            );
            head.insert("date".to_owned(), date);
            head.insert("ocid".to_owned(), ocid);
            // A schema that omits neither says what these are.
            for key in ["id", "date", "ocid"] {
                let omitted = rules.root.child(key).is_some_and(|r| r.rule == Some(Rule::Omit));
                match release.shift_remove(key) {
                    Some(value) if !omitted => head.insert(key.to_owned(), value),
                    _ => None,
                };
            }
        }
        tree.fold(&mut root, release, Some(&rules.root))?;
    }
    let mut whole = Map::new();
    for key in ["ocid", "id", "date", "tag"] {
        if let Some(value) = head.shift_remove(key).filter(|v| !v.is_null()) {
            whole.insert(key.to_owned(), value);
        }
    }
    root.into_object(&mut whole, &mut String::new())?;
    Ok((Value::Object(whole), tree.duplicates))
}

/// As Python writes it within a text, which is what the standard's tools make identifiers of.
fn written(value: &Value) -> String {
    match value {
        Value::Null => "None".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn sorted(releases: Vec<Value>) -> Result<Vec<Map<String, Value>>, MergeError> {
    let single = releases.len() == 1;
    let mut dated = Vec::with_capacity(releases.len());
    for (at, release) in releases.into_iter().enumerate() {
        let Value::Object(release) = release else {
            return Err(MergeError::NotAnObject(at));
        };
        let date = match release.get("date") {
            Some(Value::String(date)) => date.clone(),
            _ if single => String::new(),
            None | Some(Value::Null) => return Err(MergeError::NoDate(at)),
            Some(_) => return Err(MergeError::DateNotText(at)),
        };
        dated.push((date, release));
    }
    dated.sort_by(|(a, _), (b, _)| a.cmp(b));
    Ok(dated.into_iter().map(|(_, release)| release).collect())
}
