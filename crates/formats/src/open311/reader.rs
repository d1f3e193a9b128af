//! Documents of other servers, in either format and with their habits.
//!
//! Endpoints differ: JSON under a root or without, one record where a list is due, numbers as texts and texts as
//! numbers, empty elements for unknown values. All of that is read; what is missing is said by name.

use roxmltree::{Document, Node};
use serde_json::Value;

/// Why a document cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    #[error("the document is neither XML nor JSON: {0}")]
    Malformed(String),
    #[error("{record} {number} has no {field}")]
    Missing {
        record: &'static str,
        number: usize,
        field: &'static str,
    },
    #[error("{record} {number}: {field} is {found:?}, expected {expected}")]
    Unexpected {
        record: &'static str,
        number: usize,
        field: &'static str,
        found: String,
        expected: &'static str,
    },
}

/// A document that was parsed, in the format it was found in.
pub(super) enum Tree<'a> {
    Xml(Document<'a>),
    Json(Value),
}

/// One record of a document.
#[derive(Clone, Copy)]
pub(super) enum Record<'a> {
    Xml(Node<'a, 'a>),
    Json(&'a Value),
}

impl<'a> Tree<'a> {
    /// Parses a document by what it is, not by what it says it is.
    pub fn parse(text: &'a str) -> Result<Tree<'a>, Unreadable> {
        let text = text.trim_start_matches('\u{feff}').trim_start();
        if text.starts_with('<') {
            let document = Document::parse(text).map_err(|error| Unreadable::Malformed(error.to_string()))?;
            return Ok(Tree::Xml(document));
        }
        let value = serde_json::from_str(text).map_err(|error| Unreadable::Malformed(error.to_string()))?;
        Ok(Tree::Json(value))
    }

    /// Returns the document as one record.
    pub fn root(&'a self) -> Record<'a> {
        match self {
            Tree::Xml(document) => Record::Xml(document.root_element()),
            Tree::Json(value) => Record::Json(value),
        }
    }

    /// Returns the records of a list, whose items are called `item` in XML.
    pub fn items(&'a self, item: &str) -> Vec<Record<'a>> {
        match self {
            Tree::Xml(document) => document
                .descendants()
                .filter(|node| node.tag_name().name() == item)
                .map(Record::Xml)
                .collect(),
            Tree::Json(Value::Array(values)) => values.iter().map(Record::Json).collect(),
            Tree::Json(Value::Object(members)) => {
                match members.values().find_map(Value::as_array) {
                    // Some endpoints keep the root: {"service_requests": [...]}.
                    Some(values) if members.len() == 1 => values.iter().map(Record::Json).collect(),
                    // Others give the one record alone.
                    _ => vec![self.root()],
                }
            }
            Tree::Json(_) => Vec::new(),
        }
    }
}

impl<'a> Record<'a> {
    /// Returns a value as trimmed text; blank, null and missing are one.
    pub fn text(self, name: &str) -> Option<String> {
        match self {
            Record::Xml(node) => node
                .children()
                .find(|child| child.tag_name().name() == name)
                .map(|child| child.text().unwrap_or_default().trim().to_owned()),
            Record::Json(value) => scalar(value.get(name)?),
        }
        .filter(|text| !text.is_empty())
    }

    /// Returns the records of a list inside this one.
    pub fn records(self, name: &str, item: &str) -> Vec<Record<'a>> {
        match self {
            Record::Xml(node) => list_element(node, name)
                .map(|list| {
                    list.children()
                        .filter(|child| child.tag_name().name() == item)
                        .map(Record::Xml)
                        .collect()
                })
                .unwrap_or_default(),
            Record::Json(value) => match value.get(name) {
                Some(Value::Array(values)) => values.iter().map(Record::Json).collect(),
                _ => Vec::new(),
            },
        }
    }

    /// Returns the texts of a list inside this record.
    pub fn texts(self, name: &str, item: &str) -> Vec<String> {
        match self {
            Record::Xml(node) => list_element(node, name)
                .map(|list| {
                    list.children()
                        .filter(|child| child.tag_name().name() == item)
                        .filter_map(|child| child.text().map(|text| text.trim().to_owned()))
                        .collect()
                })
                .unwrap_or_default(),
            Record::Json(value) => match value.get(name) {
                Some(Value::Array(values)) => values.iter().filter_map(scalar).collect(),
                _ => Vec::new(),
            },
        }
    }
}

/// Reads `true`, `false` and what stands for them; anything else is `None`.
pub(super) fn flag(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" => Some(true),
        "false" | "0" | "no" => Some(false),
        _ => None,
    }
}

fn list_element<'a>(node: Node<'a, 'a>, name: &str) -> Option<Node<'a, 'a>> {
    node.children().find(|child| child.tag_name().name() == name)
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}
