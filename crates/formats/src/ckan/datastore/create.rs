//! `datastore_create`: a table for a resource, its columns, keys, other names and first rows.

use serde_json::Value;

use super::{
    Column, FieldType, Force, LONGEST_COLUMN, ROW_ID, guess, is_alias, is_column_name, name_list,
    row::{self, Cells},
    strangers, write_columns,
};
use crate::ckan::{Given, Map, answer::Failure, call::Call, problems::Problems, values};

/// The most columns of a table.
pub const MOST_COLUMNS: usize = 1_600;

const KNOWN: &[&str] = &[
    "resource_id",
    "id",
    "resource",
    "force",
    "aliases",
    "fields",
    "delete_fields",
    "primary_key",
    "indexes",
    "triggers",
    "include_records",
    "calculate_record_count",
    "records",
];

/// What is asked for, before the table is known.
#[derive(Debug, Clone, PartialEq)]
pub struct CreateRequest {
    pub target: Target,
    pub force: Force,
    fields: Vec<FieldInput>,
    removal: Removal,
    primary_key: Option<Vec<String>>,
    indexes: Option<Vec<Vec<String>>>,
    aliases: Option<Vec<String>>,
    records: Vec<Map>,
    /// Whether the rows are to be given back.
    pub with_records: bool,
}

/// For which resource.
#[derive(Debug, Clone, PartialEq)]
pub enum Target {
    Resource(String),
    /// One that is to be made as `resource_create` makes it, with the `url_type` of `datastore`.
    New(Map),
}

#[derive(Debug, Clone, PartialEq)]
struct FieldInput {
    id: String,
    kind: Option<FieldType>,
    info: Option<Map>,
}

/// What becomes of columns that are not sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Removal {
    Kept,
    Removed,
}

/// The table as it will be.
#[derive(Debug, Clone, PartialEq)]
pub struct Create {
    /// All columns in their order; those of before first.
    pub columns: Vec<Column>,
    /// Those that are new.
    pub added: Vec<String>,
    /// Those that go, with what is in them.
    pub removed: Vec<String>,
    /// The columns that make a row unique, replacing what was; `None` leaves it, an empty list takes it away.
    pub primary_key: Option<Vec<String>>,
    /// Columns that are often asked for, replacing what was; `None` leaves them.
    pub indexes: Option<Vec<Vec<String>>>,
    /// Other names, replacing what was; `None` leaves them.
    pub aliases: Option<Vec<String>>,
    /// Rows to add, in the order of `columns`.
    pub rows: Vec<Cells>,
}

impl CreateRequest {
    /// Reads what is asked for.
    ///
    /// # Errors
    /// All that is wrong with it as far as the table need not be known.
    pub fn read(call: &Call) -> Result<CreateRequest, Failure> {
        let mut given = Given::of(&call.fields);
        strangers(&mut given, KNOWN);
        let id = given.something("resource_id").or_else(|| given.something("id"));
        let resource = match given.value("resource") {
            None => None,
            Some(Value::Object(map)) => Some(map.clone()),
            Some(_) => {
                given.refuse("resource", "Must be a dict");
                None
            }
        };
        let target = match (id, resource) {
            (Some(_), Some(_)) => {
                given.refuse("resource", "resource cannot be used with resource_id");
                Target::New(Map::new())
            }
            (Some(id), None) => Target::Resource(id),
            (None, Some(resource)) => {
                if resource.get("url").is_some_and(values::is_something) {
                    given.refuse(
                        "resource",
                        "A resource with an address gets its rows from there: send it to resource_create.",
                    );
                }
                Target::New(resource)
            }
            (None, None) => {
                if given.value("resource").is_none() {
                    given.refuse("resource_id", "resource_id or resource required");
                }
                Target::New(Map::new())
            }
        };
        if given.value("triggers").is_some_and(values::is_something) {
            given.refuse("triggers", "Triggers are not supported.");
        }
        let fields = fields(&mut given)?;
        let aliases = given.value("aliases").map(name_list);
        for alias in aliases.iter().flatten() {
            if !is_alias(alias) {
                given.refuse("alias", format!("\"{alias}\" is not a valid alias name"));
            }
        }
        let request = CreateRequest {
            target,
            force: Force::read(&mut given),
            fields,
            removal: if given.truth("delete_fields").unwrap_or_default() {
                Removal::Removed
            } else {
                Removal::Kept
            },
            primary_key: given.value("primary_key").map(name_list),
            indexes: given.value("indexes").map(indexes),
            aliases,
            records: row::sent(&mut given),
            with_records: given.truth("include_records").unwrap_or_default(),
        };
        given.finish(request)
    }

    /// Fits it to the table as it stands; `None` where there is none yet.
    ///
    /// # Errors
    /// When a type cannot be guessed, a key or index names no column, or a row does not fit.
    pub fn settle(self, current: Option<&[Column]>) -> Result<Create, Failure> {
        let first = self.records.first();
        let mut columns: Vec<Column> = current.unwrap_or_default().to_vec();
        let mut added = Vec::new();
        for field in &self.fields {
            let standing = columns.iter_mut().find(|column| column.id == field.id);
            match standing {
                // Its type stays; what its dictionary says is replaced.
                Some(column) => column.info = field.info.clone().or_else(|| column.info.take()),
                None => {
                    let kind = match (&field.kind, first.and_then(|row| row.get(&field.id))) {
                        (Some(kind), _) => kind.clone(),
                        (None, Some(value)) => guess(value),
                        (None, None) => {
                            return Err(Failure::field(
                                "fields",
                                format!("\"{}\" type not guessable", field.id),
                            ));
                        }
                    };
                    added.push(field.id.clone());
                    columns.push(Column {
                        id: field.id.clone(),
                        kind,
                        info: field.info.clone(),
                    });
                }
            }
        }
        for (key, value) in first.into_iter().flatten() {
            if columns.len() > MOST_COLUMNS {
                break;
            }
            if key != ROW_ID && !columns.iter().any(|column| column.id == *key) {
                check_name(key)?;
                added.push(key.clone());
                columns.push(Column::new(key, guess(value)));
            }
        }
        let mut removed = Vec::new();
        if self.removal == Removal::Removed && !self.fields.is_empty() {
            columns.retain(|column| {
                let stays =
                    added.contains(&column.id) || self.fields.iter().any(|field| field.id == column.id);
                if !stays {
                    removed.push(column.id.clone());
                }
                stays
            });
        }
        if columns.len() > MOST_COLUMNS {
            return Err(too_many());
        }
        for name in self
            .primary_key
            .iter()
            .flatten()
            .chain(self.indexes.iter().flatten().flatten())
        {
            if !columns.iter().any(|column| column.id == *name) {
                return Err(Failure::field(
                    "index",
                    format!("The field \"{name}\" is not a valid column name."),
                ));
            }
        }
        let names = row::names(&columns);
        let rows = self
            .records
            .iter()
            .enumerate()
            .map(|(n, record)| row::inserted(record, n, &columns, &names))
            .collect::<Result<_, _>>()?;
        Ok(Create {
            rows,
            columns,
            added,
            removed,
            primary_key: self.primary_key,
            indexes: self.indexes,
            aliases: self.aliases,
        })
    }
}

impl Create {
    /// Writes the answer: what was sent, without the rows unless they were wanted.
    pub fn write(&self, resource_id: &str, call: &Call, records: Option<Value>) -> Map {
        let mut map = Map::new();
        for key in ["aliases", "primary_key", "indexes"] {
            if let Some(value) = call.fields.get(key).filter(|value| !value.is_null()) {
                map.insert(key.to_owned(), value.clone());
            }
        }
        map.insert("method".to_owned(), "insert".into());
        map.insert("resource_id".to_owned(), resource_id.into());
        map.insert("fields".to_owned(), write_columns(self.columns.iter()));
        if let Some(records) = records {
            map.insert("records".to_owned(), records);
        }
        map
    }
}

fn fields(given: &mut Given<'_>) -> Result<Vec<FieldInput>, Failure> {
    let read;
    let items = match given.value("fields") {
        None => return Ok(Vec::new()),
        Some(Value::Array(items)) => items,
        Some(Value::String(text)) => match serde_json::from_str::<Vec<Value>>(text) {
            Ok(items) => {
                read = items;
                &read
            }
            Err(_) => return Err(not_objects()),
        },
        Some(_) => return Err(not_objects()),
    };
    if items.len() > MOST_COLUMNS {
        return Err(too_many());
    }
    let mut fields: Vec<FieldInput> = Vec::new();
    let mut faults = Vec::new();
    for item in items {
        let Value::Object(item) = item else {
            return Err(not_objects());
        };
        let mut own = Problems::default();
        let id = item.get("id").map(values::text).unwrap_or_default();
        // The number of a row comes back from datastore_search among the fields, and goes back with them.
        if id == ROW_ID {
            continue;
        }
        if id.is_empty() {
            own.add("id", "Missing value");
        } else if !is_column_name(&id) {
            own.add("id", format!("\"{id}\" is not a valid field name"));
        }
        faults.push(own);
        let kind = item
            .get("type")
            .filter(|kind| values::is_something(kind))
            .map(values::text);
        let known = kind.as_deref().map(FieldType::read);
        if let (Some(kind), Some(None)) = (&kind, &known) {
            given.refuse("fields", format!("\"{kind}\" is not a valid field type"));
        }
        if id.len() > LONGEST_COLUMN {
            given.refuse(
                "fields",
                format!("Column heading \"{id}\" exceeds limit of 63 characters."),
            );
        }
        if fields.iter().any(|field| field.id == id) && !id.is_empty() {
            given.refuse("field", "Duplicate column names are not supported");
        }
        fields.push(FieldInput {
            id,
            kind: known.flatten(),
            info: item.get("info").and_then(Value::as_object).cloned(),
        });
    }
    let mut problems = Problems::default();
    problems.items("fields", faults);
    if problems.is_empty() {
        Ok(fields)
    } else {
        Err(Failure::Invalid(problems))
    }
}

fn too_many() -> Failure {
    Failure::field(
        "fields",
        format!("A table can have at most {MOST_COLUMNS} columns"),
    )
}

fn not_objects() -> Failure {
    Failure::field("fields", "Fields has to be a list of dicts")
}

fn check_name(name: &str) -> Result<(), Failure> {
    if !is_column_name(name) {
        return Err(Failure::field(
            "fields",
            format!("\"{name}\" is not a valid field name"),
        ));
    }
    if name.len() > LONGEST_COLUMN {
        return Err(Failure::field(
            "fields",
            format!("Column heading \"{name}\" exceeds limit of 63 characters."),
        ));
    }
    Ok(())
}

/// Indexes: names, or lists of names for an index over several columns.
fn indexes(value: &Value) -> Vec<Vec<String>> {
    match value {
        Value::Array(items) => items
            .iter()
            .map(name_list)
            .filter(|names| !names.is_empty())
            .collect(),
        other => name_list(other).into_iter().map(|name| vec![name]).collect(),
    }
}
