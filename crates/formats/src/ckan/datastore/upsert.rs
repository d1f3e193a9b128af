//! `datastore_upsert`: rows added and changed.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{
    Column, Force, ROW_ID, resource_id,
    row::{self, Cells},
    strangers,
};
use crate::ckan::{
    Given, Map,
    answer::Failure,
    call::Call,
    problems::{Detail, Problems},
    values,
};

const KNOWN: &[&str] = &[
    "resource_id",
    "id",
    "force",
    "method",
    "include_records",
    "calculate_record_count",
    "dry_run",
    "records",
];

/// What is asked for, before the table is known.
#[derive(Debug, Clone, PartialEq)]
pub struct UpsertRequest {
    pub resource_id: String,
    pub force: Force,
    pub method: Method,
    records: Vec<Map>,
    /// Whether the rows are to be given back.
    pub with_records: bool,
    /// Whether it is only to be tried.
    pub is_trial: bool,
}

/// What is done with a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Changed where its key is known, else added.
    Upsert,
    /// Added; fails where its key is known.
    Insert,
    /// Changed; fails where its key is unknown.
    Update,
}

impl Method {
    /// Its word.
    pub fn word(self) -> &'static str {
        match self {
            Method::Upsert => "upsert",
            Method::Insert => "insert",
            Method::Update => "update",
        }
    }
}

/// A row that is added or changed.
#[derive(Debug, Clone, PartialEq)]
pub struct UpsertRow {
    pub key: Key,
    /// In the order of the table's columns; a cell that was not sent stays as it is, or is empty in a row that is added.
    pub cells: Cells,
}

/// Which row is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// A new one.
    New,
    /// The one whose key columns are as in its cells.
    Columns,
    /// The one with this number.
    Number(i64),
}

impl UpsertRequest {
    /// Reads what is asked for.
    ///
    /// # Errors
    /// When no table is named, or the method or the records are of the wrong kind.
    pub fn read(call: &Call) -> Result<UpsertRequest, Failure> {
        let mut given = Given::of(&call.fields);
        strangers(&mut given, KNOWN);
        let method = match given.something("method").as_deref() {
            None | Some("upsert") => Method::Upsert,
            Some("insert") => Method::Insert,
            Some("update") => Method::Update,
            Some(_) => {
                given.refuse("method", "Value must be one of ['upsert', 'insert', 'update']");
                Method::Upsert
            }
        };
        let request = UpsertRequest {
            resource_id: resource_id(&mut given),
            force: Force::read(&mut given),
            method,
            records: row::sent(&mut given),
            with_records: given.truth("include_records").unwrap_or_default(),
            is_trial: given.truth("dry_run").unwrap_or_default(),
        };
        given.finish(request)
    }

    /// Fits the rows to a table, whose rows `key` makes unique; empty where nothing does.
    ///
    /// # Errors
    /// The first row that has unknown columns, lacks a part of its key, or does not fit.
    pub fn settle(self, columns: &[Column], key: &[String]) -> Result<Vec<UpsertRow>, Failure> {
        let names = row::names(columns);
        self.records
            .iter()
            .enumerate()
            .map(|(n, record)| match self.method {
                Method::Insert => Ok(UpsertRow {
                    key: Key::New,
                    cells: row::inserted(record, n, columns, &names)?,
                }),
                Method::Upsert | Method::Update => changed(record, n, columns, &names, key),
            })
            .collect()
    }

    /// Writes the answer: what was sent, without the rows unless they were wanted.
    pub fn write(&self, records: Option<Value>) -> Map {
        let mut map = Map::new();
        map.insert("method".to_owned(), self.method.word().into());
        map.insert("resource_id".to_owned(), self.resource_id.as_str().into());
        if self.is_trial {
            map.insert("dry_run".to_owned(), true.into());
        }
        if let Some(records) = records {
            map.insert("records".to_owned(), records);
        }
        map
    }
}

/// A row that was to be changed and is not there; `key` are its columns with their values.
pub fn not_found(key: &[(&str, &Value)]) -> Failure {
    let pairs: Vec<String> = key
        .iter()
        .map(|(column, value)| format!("{}: {}", values::repr(column), values::text(value)))
        .collect();
    Failure::field("key", format!("key \"{{{}}}\" not found", pairs.join(", ")))
}

/// A row that was to be added and is there already, or a key that does not make the rows unique.
pub fn not_unique() -> Failure {
    let mut problems = Problems::of(
        "constraints",
        "Cannot insert records or create index because of uniqueness constraint",
    );
    // PostgreSQL's code, which clients compare.
    let mut info = Problems::default();
    info.set("pgcode", Detail::Text("23505".to_owned()));
    problems.set("info", Detail::Items(vec![info]));
    Failure::Invalid(problems)
}

fn changed(
    record: &Map,
    n: usize,
    columns: &[Column],
    names: &BTreeSet<&str>,
    key: &[String],
) -> Result<UpsertRow, Failure> {
    let number = record.get(ROW_ID).filter(|value| !value.is_null());
    if key.is_empty() && number.is_none() {
        return Err(Failure::field(
            "table",
            "unique key must be passed for update/upsert",
        ));
    }
    let row_key = match number {
        Some(value) => match values::whole(value) {
            Ok(Some(number)) => Key::Number(number),
            _ => {
                return Err(Failure::field(
                    "key",
                    format!("key \"{}\" not found", values::text(value)),
                ));
            }
        },
        None => {
            let missing: Vec<&str> = key
                .iter()
                .map(String::as_str)
                .filter(|column| !record.contains_key(*column))
                .collect();
            if !missing.is_empty() {
                return Err(Failure::field(
                    "key",
                    format!("fields \"{}\" are missing but needed as key", missing.join(", ")),
                ));
            }
            Key::Columns
        }
    };
    let mut strangers = row::strangers(record, names);
    strangers.retain(|name| *name != ROW_ID);
    if !strangers.is_empty() {
        return Err(Failure::field(
            "fields",
            format!("fields \"{}\" do not exist", strangers.join(", ")),
        ));
    }
    Ok(UpsertRow {
        key: row_key,
        cells: row::cells(record, n, columns)?,
    })
}
