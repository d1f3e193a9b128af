//! `information_schema`, as PostgreSQL has it: the columns with PostgreSQL's types, and lists of keys, which no table has.

use std::sync::{Arc, Weak};

use async_trait::async_trait;
use datafusion::{
    arrow::{
        array::{ArrayRef, Int32Array, RecordBatch, StringArray, new_null_array},
        datatypes::{DataType, Field, Schema},
    },
    catalog::{
        CatalogProviderList, MemTable, SchemaProvider, TableProvider,
        information_schema::{INFORMATION_SCHEMA_TABLES, InformationSchemaProvider},
    },
    common::Result as EngineResult,
};
use datafusion_postgres::arrow_pg::datatypes::into_pg_type;

use super::readable::Readable;

/// Lists that are empty here, with their columns.
static EMPTY: [(&str, &[&str]); 5] = [
    (
        "table_constraints",
        &[
            "constraint_catalog",
            "constraint_schema",
            "constraint_name",
            "table_catalog",
            "table_schema",
            "table_name",
            "constraint_type",
            "is_deferrable",
            "initially_deferred",
            "enforced",
            "nulls_distinct",
        ],
    ),
    (
        "key_column_usage",
        &[
            "constraint_catalog",
            "constraint_schema",
            "constraint_name",
            "table_catalog",
            "table_schema",
            "table_name",
            "column_name",
            "ordinal_position",
            "position_in_unique_constraint",
        ],
    ),
    (
        "referential_constraints",
        &[
            "constraint_catalog",
            "constraint_schema",
            "constraint_name",
            "unique_constraint_catalog",
            "unique_constraint_schema",
            "unique_constraint_name",
            "match_option",
            "update_rule",
            "delete_rule",
        ],
    ),
    (
        "constraint_column_usage",
        &[
            "table_catalog",
            "table_schema",
            "table_name",
            "column_name",
            "constraint_catalog",
            "constraint_schema",
            "constraint_name",
        ],
    ),
    (
        "check_constraints",
        &[
            "constraint_catalog",
            "constraint_schema",
            "constraint_name",
            "check_clause",
        ],
    ),
];

/// Columns of `columns` in which there is nothing about any column.
const UNKNOWN: [&str; 12] = [
    "column_default",
    "interval_type",
    "character_set_catalog",
    "character_set_schema",
    "character_set_name",
    "collation_catalog",
    "collation_schema",
    "collation_name",
    "domain_catalog",
    "domain_schema",
    "domain_name",
    "identity_generation",
];

/// The schema `information_schema` of one connection.
#[derive(Debug)]
pub struct Information {
    readable: Arc<Readable>,
    database: &'static str,
    /// Of what the engine's own lists are made, which serve where they are alike. It holds this schema.
    catalogs: Weak<dyn CatalogProviderList>,
}

impl Information {
    pub fn new(
        readable: &Arc<Readable>,
        database: &'static str,
        catalogs: &Arc<dyn CatalogProviderList>,
    ) -> Information {
        Information {
            readable: readable.clone(),
            database,
            catalogs: Arc::downgrade(catalogs),
        }
    }

    /// A row for each column that the caller may read.
    async fn columns(&self) -> EngineResult<MemTable> {
        let mut about: Vec<About> = Vec::new();
        for table in self.readable.table_names() {
            let Some(readable) = self.readable.table(&table).await? else {
                continue;
            };
            let schema = readable.schema();
            let fields = (1..).zip(schema.fields());
            about.extend(fields.map(|(place, field)| About::of(&table, place, field)));
        }
        let n_rows = about.len();
        let text = |of: fn(&About) -> &str| texts(about.iter().map(of));
        let number = |of: fn(&About) -> Option<i32>| numbers(about.iter().map(of));
        let same = |word: &str| texts(std::iter::repeat_n(word, n_rows));
        let none = |kind: DataType| new_null_array(&kind, n_rows);
        let mut columns: Vec<(&str, ArrayRef)> = vec![
            ("table_catalog", same(self.database)),
            ("table_schema", same("public")),
            ("table_name", text(|about| &about.table)),
            ("column_name", text(|about| &about.column)),
            ("ordinal_position", number(|about| Some(about.place))),
            ("is_nullable", text(|about| about.is_nullable)),
            ("data_type", text(|about| &about.standard)),
            ("character_maximum_length", none(DataType::Int32)),
            ("character_octet_length", none(DataType::Int32)),
            ("numeric_precision", number(|about| about.precision)),
            (
                "numeric_precision_radix",
                number(|about| about.precision.and(Some(10))),
            ),
            ("numeric_scale", number(|about| about.scale)),
            ("datetime_precision", none(DataType::Int32)),
            ("udt_catalog", same(self.database)),
            ("udt_schema", same("pg_catalog")),
            ("udt_name", text(|about| &about.kind)),
            ("is_identity", same("NO")),
            ("is_generated", same("NEVER")),
            ("generation_expression", none(DataType::Utf8)),
            ("is_updatable", same("NO")),
        ];
        columns.extend(UNKNOWN.map(|name| (name, none(DataType::Utf8))));
        let fields = columns
            .iter()
            .map(|(name, values)| Field::new(*name, values.data_type().clone(), true));
        let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
        let values = columns.into_iter().map(|(_, values)| values).collect();
        let rows = RecordBatch::try_new(schema.clone(), values)?;
        MemTable::try_new(schema, vec![vec![rows]])
    }
}

/// What is told of one column.
struct About {
    table: String,
    column: String,
    place: i32,
    is_nullable: &'static str,
    /// PostgreSQL's name of the type.
    kind: String,
    /// The standard's name of the type.
    standard: String,
    precision: Option<i32>,
    scale: Option<i32>,
}

impl About {
    fn of(table: &str, place: i32, field: &Field) -> About {
        // What has no type there is sent as text.
        let kind =
            into_pg_type(field.data_type()).map_or_else(|_| "text".to_owned(), |kind| kind.name().to_owned());
        let (precision, scale) = match field.data_type() {
            DataType::Decimal128(precision, scale) => (Some(i32::from(*precision)), Some(i32::from(*scale))),
            _ => (None, None),
        };
        About {
            table: table.to_owned(),
            column: field.name().clone(),
            place,
            is_nullable: if field.is_nullable() { "YES" } else { "NO" },
            standard: standard(&kind),
            kind,
            precision,
            scale,
        }
    }
}

/// What the standard calls a type of PostgreSQL's catalogue.
fn standard(kind: &str) -> String {
    match kind {
        "int2" => "smallint",
        "int4" => "integer",
        "int8" => "bigint",
        "float4" => "real",
        "float8" => "double precision",
        "bool" => "boolean",
        "varchar" => "character varying",
        "time" => "time without time zone",
        "timestamp" => "timestamp without time zone",
        "timestamptz" => "timestamp with time zone",
        list if list.starts_with('_') => "ARRAY",
        other => other,
    }
    .to_owned()
}

fn texts<'a>(values: impl Iterator<Item = &'a str>) -> ArrayRef {
    Arc::new(StringArray::from_iter_values(values))
}

fn numbers(values: impl Iterator<Item = Option<i32>>) -> ArrayRef {
    Arc::new(values.collect::<Int32Array>())
}

#[async_trait]
impl SchemaProvider for Information {
    /// None is listed: clients list what is on the path, and take everything in the library's catalogues to be there.
    fn table_names(&self) -> Vec<String> {
        Vec::new()
    }

    async fn table(&self, name: &str) -> EngineResult<Option<Arc<dyn TableProvider>>> {
        let name = name.to_lowercase();
        if name == "columns" {
            return Ok(Some(Arc::new(self.columns().await?)));
        }
        let Some((_, columns)) = EMPTY.iter().find(|(known, _)| *known == name) else {
            return match self.catalogs.upgrade() {
                Some(catalogs) => InformationSchemaProvider::new(catalogs).table(&name).await,
                None => Ok(None),
            };
        };
        let fields = columns.iter().map(|name| Field::new(*name, DataType::Utf8, true));
        let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
        Ok(Some(Arc::new(MemTable::try_new(schema, vec![Vec::new()])?)))
    }

    fn table_exist(&self, name: &str) -> bool {
        let name = name.to_lowercase();
        let mut known = EMPTY
            .iter()
            .map(|(known, _)| *known)
            .chain(INFORMATION_SCHEMA_TABLES.iter().copied());
        known.any(|known| known == name)
    }
}
