//! Plain values to Arrow and back: the only bridge over the crate's door.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use arrow::{
    array::{
        Array, ArrayRef, AsArray, BooleanBuilder, Date32Builder, Float64Builder, Int64Builder, RecordBatch,
        StringBuilder, TimestampMicrosecondBuilder, new_null_array,
    },
    compute::{CastOptions, cast_with_options},
    datatypes::{
        DataType, Date32Type, Field, Float64Type, Int64Type, Schema, SchemaRef, TimeUnit,
        TimestampMicrosecondType,
    },
    util::display::{ArrayFormatter, FormatOptions},
};

use crate::{
    error::{Doing, Error, Result},
    value::{Column, Kind, Rows, Value},
};

/// Field metadata: the column's title, its description (Delta's own key), its unit and a kind Arrow has no type for.
pub const TITLE: &str = "baraza.title";
pub const DESCRIPTION: &str = "comment";
pub const UNIT: &str = "baraza.unit";
pub const KIND: &str = "baraza.kind";

pub fn data_type(kind: Kind) -> DataType {
    match kind {
        Kind::Text | Kind::Geometry => DataType::Utf8,
        Kind::Integer => DataType::Int64,
        Kind::Decimal => DataType::Float64,
        Kind::Flag => DataType::Boolean,
        Kind::Date => DataType::Date32,
        Kind::Instant => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
    }
}

pub fn field(column: &Column) -> Field {
    let mut metadata = HashMap::new();
    if let Some(title) = &column.title {
        metadata.insert(TITLE.to_string(), title.clone());
    }
    if let Some(description) = &column.description {
        metadata.insert(DESCRIPTION.to_string(), description.clone());
    }
    if let Some(unit) = &column.unit {
        metadata.insert(UNIT.to_string(), unit.clone());
    }
    if column.kind == Kind::Geometry {
        metadata.insert(KIND.to_string(), Kind::Geometry.as_str().to_string());
    }
    Field::new(&column.name, data_type(column.kind), true).with_metadata(metadata)
}

pub fn schema(columns: &[Column]) -> SchemaRef {
    Arc::new(Schema::new(columns.iter().map(field).collect::<Vec<_>>()))
}

/// The column that a field of any engine type is shown as.
pub fn column(field: &Field) -> Column {
    Column {
        name: field.name().clone(),
        kind: kind(field),
        title: field.metadata().get(TITLE).cloned(),
        description: field.metadata().get(DESCRIPTION).cloned(),
        unit: field.metadata().get(UNIT).cloned(),
    }
}

pub fn columns(schema: &Schema) -> Vec<Column> {
    schema.fields().iter().map(|field| column(field)).collect()
}

/// The columns of an answer, no two of them called alike: its rows are also objects of JSON.
pub fn answer_columns(schema: &Schema) -> Vec<Column> {
    let mut columns = columns(schema);
    let given: HashSet<String> = columns.iter().map(|column| column.name.clone()).collect();
    let mut known = HashSet::new();
    for column in &mut columns {
        let mut name = column.name.clone();
        let mut n = 1;
        while known.contains(&name) || (n > 1 && given.contains(&name)) {
            n += 1;
            name = format!("{}_{n}", column.name);
        }
        known.insert(name.clone());
        column.name = name;
    }
    columns
}

/// Rows as one batch of exactly these columns; columns the rows do not have become null.
pub fn batch(columns: &[Column], rows: &Rows) -> Result<RecordBatch> {
    for given in &rows.columns {
        if !columns.iter().any(|column| column.name == given.name) {
            return Err(Error::unfit(format!(
                "the table has no column {:?}; add the column first, or leave it out",
                given.name
            )));
        }
    }
    let arrays = columns
        .iter()
        .map(|column| match rows.position(&column.name) {
            Some(at) => array(column, rows, at),
            None => Ok(new_null_array(&data_type(column.kind), rows.len())),
        })
        .collect::<Result<Vec<_>>>()?;
    RecordBatch::try_new(schema(columns), arrays).doing(|| "put rows into columns".into())
}

/// Casts a batch of any engine types to the types of plain kinds, keeping names.
pub fn plain_batch(batch: &RecordBatch) -> Result<RecordBatch> {
    let fields: Vec<Field> = batch.schema().fields().iter().map(|f| plain_field(f)).collect();
    let arrays = batch
        .columns()
        .iter()
        .zip(&fields)
        .map(|(array, field)| plain_array(array, field.data_type()))
        .collect::<Result<Vec<_>>>()?;
    RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays)
        .doing(|| "turn the engine's types into plain ones".into())
}

/// Adds a batch's rows, at most `most` of them, to plain rows.
pub fn push_rows(rows: &mut Vec<Vec<Value>>, batch: &RecordBatch, most: usize) -> Result<()> {
    let batch = plain_batch(batch)?;
    let n = batch.num_rows().min(most);
    let start = rows.len();
    rows.extend((0..n).map(|_| Vec::with_capacity(batch.num_columns())));
    for array in batch.columns() {
        for (at, row) in rows[start..].iter_mut().enumerate() {
            row.push(value(array, at));
        }
    }
    Ok(())
}

/// One value of an array that [`plain_batch`] made.
pub fn value(array: &ArrayRef, at: usize) -> Value {
    if array.is_null(at) {
        return Value::Null;
    }
    match array.data_type() {
        DataType::Utf8 => Value::Text(array.as_string::<i32>().value(at).to_string()),
        DataType::Int64 => Value::Integer(array.as_primitive::<Int64Type>().value(at)),
        DataType::Float64 => Value::Decimal(array.as_primitive::<Float64Type>().value(at)),
        DataType::Boolean => Value::Flag(array.as_boolean().value(at)),
        DataType::Date32 => Value::Date(array.as_primitive::<Date32Type>().value(at)),
        DataType::Timestamp(TimeUnit::Microsecond, _) => {
            Value::Instant(array.as_primitive::<TimestampMicrosecondType>().value(at))
        }
        _ => Value::Null,
    }
}

fn kind(field: &Field) -> Kind {
    if field
        .metadata()
        .get(KIND)
        .is_some_and(|kind| kind == Kind::Geometry.as_str())
    {
        return Kind::Geometry;
    }
    kind_of(field.data_type())
}

pub fn kind_of(data_type: &DataType) -> Kind {
    match data_type {
        DataType::Int8
        | DataType::Int16
        | DataType::Int32
        | DataType::Int64
        | DataType::UInt8
        | DataType::UInt16
        | DataType::UInt32
        | DataType::UInt64 => Kind::Integer,
        DataType::Decimal32(_, 0) | DataType::Decimal64(_, 0) => Kind::Integer,
        DataType::Float16
        | DataType::Float32
        | DataType::Float64
        | DataType::Decimal32(..)
        | DataType::Decimal64(..)
        | DataType::Decimal128(..)
        | DataType::Decimal256(..) => Kind::Decimal,
        DataType::Boolean => Kind::Flag,
        DataType::Date32 | DataType::Date64 => Kind::Date,
        DataType::Timestamp(..) => Kind::Instant,
        DataType::Dictionary(_, values) => kind_of(values),
        _ => Kind::Text,
    }
}

fn plain_field(original: &Field) -> Field {
    Field::new(original.name(), data_type(kind(original)), true).with_metadata(original.metadata().clone())
}

pub fn plain_array(array: &ArrayRef, to: &DataType) -> Result<ArrayRef> {
    if array.data_type() == to {
        return Ok(array.clone());
    }
    let strict = CastOptions {
        safe: false,
        ..CastOptions::default()
    };
    let castable = !array.data_type().is_nested()
        && !matches!(
            array.data_type(),
            DataType::Binary | DataType::LargeBinary | DataType::BinaryView
        );
    if castable && let Ok(cast) = cast_with_options(array, to, &strict) {
        return Ok(cast);
    }
    let format = FormatOptions::default();
    let formatter = ArrayFormatter::try_new(array.as_ref(), &format)
        .doing(|| format!("show a column of type {}", array.data_type()))?;
    let mut texts = StringBuilder::new();
    for at in 0..array.len() {
        if array.is_null(at) {
            texts.append_null();
        } else {
            texts.append_value(formatter.value(at).to_string());
        }
    }
    let texts: ArrayRef = Arc::new(texts.finish());
    if to == &DataType::Utf8 {
        return Ok(texts);
    }
    // A question may work out a moment that no calendar has.
    cast_with_options(&texts, to, &strict).map_err(|_| {
        Error::BadQuery(format!(
            "a value of type {} is beyond what can be shown; cast it to another type",
            array.data_type()
        ))
    })
}

fn array(column: &Column, rows: &Rows, at: usize) -> Result<ArrayRef> {
    macro_rules! build {
        ($builder:expr, $($value:pat => $append:expr),+) => {{
            let mut builder = $builder;
            for (n, row) in rows.rows.iter().enumerate() {
                match row.get(at) {
                    Some(Value::Null) | None => builder.append_null(),
                    $(Some($value) => builder.append_value($append),)+
                    Some(other) => return Err(misfit(column, n, other)),
                }
            }
            Arc::new(builder.finish())
        }};
    }
    Ok(match column.kind {
        Kind::Text | Kind::Geometry => build!(StringBuilder::new(), Value::Text(text) => text),
        Kind::Integer => build!(Int64Builder::new(), Value::Integer(n) => *n),
        Kind::Decimal => {
            build!(Float64Builder::new(), Value::Decimal(x) => *x, Value::Integer(n) => *n as f64)
        }
        Kind::Flag => build!(BooleanBuilder::new(), Value::Flag(b) => *b),
        Kind::Date => build!(Date32Builder::new(), Value::Date(days) => *days),
        Kind::Instant => build!(
            TimestampMicrosecondBuilder::new().with_timezone("UTC"),
            Value::Instant(micros) => *micros
        ),
    })
}

fn misfit(column: &Column, row: usize, value: &Value) -> Error {
    Error::unfit(format!(
        "row {}: column {:?} holds values of kind {kind}, but got the {} {:?}; give a value of kind {kind} or leave it empty",
        row + 1,
        column.name,
        value.what(),
        value.to_string(),
        kind = column.kind,
    ))
}
