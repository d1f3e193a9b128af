//! `datastore_info`: the columns of a table and how large it is.

use serde_json::{Value, json};

use super::{Column, resource_id};
use crate::ckan::{Given, Map, answer::Failure, call::Call};

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InfoRequest {
    /// Id of a resource, or an alias of its table.
    pub resource_id: String,
    pub with_meta: bool,
    pub with_schema: bool,
}

impl InfoRequest {
    /// Reads what is asked for.
    ///
    /// # Errors
    /// When no table is named.
    pub fn read(call: &Call) -> Result<InfoRequest, Failure> {
        let mut given = Given::of(&call.fields);
        let request = InfoRequest {
            resource_id: resource_id(&mut given),
            with_meta: given.truth("include_meta").unwrap_or(true),
            with_schema: given.truth("include_fields_schema").unwrap_or(true),
        };
        given.finish(request)
    }
}

/// A table.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TableInfo {
    /// The resource, also where it was asked for by an alias.
    pub id: String,
    pub n_rows: u64,
    pub size_bytes: u64,
    /// Of all tables together.
    pub all_size_bytes: u64,
    pub index_size_bytes: u64,
    pub aliases: Vec<String>,
    pub columns: Vec<(Column, ColumnSchema)>,
}

/// How a column is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ColumnSchema {
    /// The name of the index it is in.
    pub index_name: Option<String>,
    /// Whether it is unique on its own.
    pub is_unique: bool,
    pub is_required: bool,
}

impl TableInfo {
    /// Writes it with CKAN's keys in CKAN's order.
    pub fn write(&self, asked: &InfoRequest) -> Map {
        let mut map = Map::new();
        if asked.with_meta {
            let meta = json!({
                "id": self.id,
                "count": self.n_rows,
                "table_type": "BASE TABLE",
                "size": self.size_bytes,
                "db_size": self.all_size_bytes,
                "idx_size": self.index_size_bytes,
                "aliases": self.aliases,
            });
            map.insert("meta".to_owned(), meta);
        }
        let fields: Vec<Value> = self
            .columns
            .iter()
            .map(|(column, schema)| {
                let mut field = column.write();
                if asked.with_schema {
                    field.insert("schema".to_owned(), schema.write(column));
                }
                Value::Object(field)
            })
            .collect();
        map.insert("fields".to_owned(), Value::Array(fields));
        map
    }
}

impl ColumnSchema {
    fn write(&self, column: &Column) -> Value {
        json!({
            "native_type": column.kind.native_name(),
            "notnull": self.is_required,
            "index_name": self.index_name,
            "is_index": self.index_name.is_some(),
            "uniquekey": self.is_unique,
        })
    }
}
