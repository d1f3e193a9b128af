//! `datastore_delete` and `datastore_records_delete`: rows, or the whole table.

use serde_json::Value;

use super::{Column, Force, condition::Condition, resource_id, strangers};
use crate::ckan::{Given, Map, answer::Failure, call::Call};

const KNOWN: &[&str] = &[
    "resource_id",
    "id",
    "force",
    "filters",
    "include_deleted_records",
    "calculate_record_count",
];

/// What is asked for, before the table is known.
#[derive(Debug, Clone, PartialEq)]
pub struct DeleteRequest {
    pub resource_id: String,
    pub force: Force,
    filters: Option<Value>,
    /// Whether the rows are to be given back.
    pub with_records: bool,
}

/// What goes.
#[derive(Debug, Clone, PartialEq)]
pub enum Delete {
    /// The table, with its columns and dictionary.
    Table,
    Rows(Condition),
}

/// Which action asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// `datastore_delete`: without filters the table goes.
    Table,
    /// `datastore_records_delete`: the table stays in any case.
    Rows,
}

impl DeleteRequest {
    /// Reads what is asked for.
    ///
    /// # Errors
    /// When no table is named, or the filters are no object.
    pub fn read(call: &Call, reach: Reach) -> Result<DeleteRequest, Failure> {
        let mut given = Given::of(&call.fields);
        strangers(&mut given, KNOWN);
        let filters = match given.value("filters") {
            None => None,
            Some(filters @ Value::Object(_)) => Some(filters.clone()),
            Some(Value::String(text)) if reach == Reach::Table || !text.is_empty() => {
                match serde_json::from_str::<Map>(text) {
                    Ok(filters) => Some(Value::Object(filters)),
                    // Never taken for a wish to delete everything.
                    Err(_) => {
                        given.refuse("filters", "filters must be either a dict or null.");
                        None
                    }
                }
            }
            Some(_) => {
                given.refuse(
                    "filters",
                    match reach {
                        Reach::Table => "filters must be either a dict or null.",
                        Reach::Rows => "Must be a dict",
                    },
                );
                None
            }
        };
        if reach == Reach::Rows && given.value("filters").is_none() {
            given.refuse("filters", "Missing value");
        }
        let request = DeleteRequest {
            resource_id: resource_id(&mut given),
            force: Force::read(&mut given),
            filters,
            with_records: given.truth("include_deleted_records").unwrap_or_default(),
        };
        given.finish(request)
    }

    /// Fits it to a table.
    ///
    /// # Errors
    /// When a filter names no column or a value does not fit it.
    pub fn settle(&self, columns: &[Column]) -> Result<Delete, Failure> {
        match &self.filters {
            None => Ok(Delete::Table),
            Some(filters) => Condition::read(filters, columns).map(Delete::Rows),
        }
    }

    /// Writes the answer: what was sent, with the rows that went if they were wanted.
    pub fn write(&self, records: Option<Value>) -> Map {
        let mut map = Map::new();
        map.insert("resource_id".to_owned(), self.resource_id.as_str().into());
        if let Some(filters) = &self.filters {
            map.insert("filters".to_owned(), filters.clone());
        }
        if let Some(records) = records {
            map.insert("deleted_records".to_owned(), records);
        }
        map
    }
}
