use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use deltalake::{
    DeltaTable,
    kernel::{Add, DataType as DeltaType, Metadata, MetadataExt, PrimitiveType, StructField, StructType},
};
use object_store::path::Path;

use crate::{
    error::{Doing, Error, Result},
    plain,
    value::{Column, Kind, Version},
};

/// One version of a table: its columns and the files that hold its rows, in the order of the rows.
pub struct State {
    pub version: Version,
    pub columns: Vec<Column>,
    pub files: Vec<DataFile>,
    pub(super) delta: DeltaTable,
}

#[derive(Clone, Debug)]
pub struct DataFile {
    /// Where the file is within the store.
    pub path: Path,
    pub n_rows: u64,
    pub size_bytes: u64,
    pub(super) add: Add,
}

impl State {
    pub(super) fn read(name: &str, delta: DeltaTable, prefix: &Path) -> Result<State> {
        let snapshot = delta.snapshot().doing(|| format!("read table {name:?}"))?;
        let columns = snapshot
            .schema()
            .fields()
            .map(|field| column(name, field))
            .collect::<Result<Vec<_>>>()?;
        let folder = name.split('/').fold(prefix.clone(), |path, part| path.join(part));
        let mut files = Vec::new();
        for view in snapshot.log_data().iter() {
            // A view has no other way to its statistics and tags than the action it came from.
            #[expect(deprecated)]
            let add = view.add_action();
            if add.deletion_vector.is_some() {
                return Err(Error::unfit(format!(
                    "table {name:?} was written by another program with deletion vectors, which are not read here; rewrite it without them"
                )));
            }
            let path = view
                .path()
                .split('/')
                .fold(folder.clone(), |path, part| path.join(part));
            files.push(DataFile {
                path,
                n_rows: view.num_records().unwrap_or_default() as u64,
                size_bytes: add.size.max(0) as u64,
                add,
            });
        }
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(State {
            version: Version(snapshot.version()),
            columns,
            files,
            delta,
        })
    }

    pub fn n_rows(&self) -> u64 {
        self.files.iter().map(|file| file.n_rows).sum()
    }

    /// The table's metadata with other columns.
    pub fn metadata_with(&self, schema: &StructType) -> Option<Metadata> {
        let metadata = self.delta.snapshot().ok()?.metadata().clone();
        metadata.with_schema(schema).ok()
    }

    /// The types that queries work with: text as views, which need no copying.
    pub fn query_schema(&self) -> SchemaRef {
        let fields: Vec<Field> = self
            .columns
            .iter()
            .map(|column| match column.kind {
                Kind::Text | Kind::Geometry => plain::field(column).with_data_type(DataType::Utf8View),
                _ => plain::field(column),
            })
            .collect();
        Arc::new(Schema::new(fields))
    }
}

fn column(table: &str, field: &StructField) -> Result<Column> {
    let note = |key: &str| {
        field.metadata().get(key).and_then(|value| match value {
            deltalake::kernel::MetadataValue::String(text) => Some(text.clone()),
            _ => None,
        })
    };
    let kind = match field.data_type() {
        DeltaType::Primitive(PrimitiveType::String)
            if note(plain::KIND).as_deref() == Some(Kind::Geometry.as_str()) =>
        {
            Kind::Geometry
        }
        DeltaType::Primitive(PrimitiveType::String) => Kind::Text,
        DeltaType::Primitive(PrimitiveType::Long) => Kind::Integer,
        DeltaType::Primitive(PrimitiveType::Double) => Kind::Decimal,
        DeltaType::Primitive(PrimitiveType::Boolean) => Kind::Flag,
        DeltaType::Primitive(PrimitiveType::Date) => Kind::Date,
        DeltaType::Primitive(PrimitiveType::Timestamp) => Kind::Instant,
        other => {
            return Err(Error::unfit(format!(
                "column {:?} of table {table:?} has the type {other}, which is not written here; import the data anew",
                field.name()
            )));
        }
    };
    Ok(Column {
        name: field.name().clone(),
        kind,
        title: note(plain::TITLE),
        description: note(plain::DESCRIPTION),
        unit: note(plain::UNIT),
    })
}
