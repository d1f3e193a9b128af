//! Expressions, and batches for them to be worked out over.

use std::sync::Arc;

use arrow::{
    array::{
        ArrayRef, AsArray, BooleanArray, Float64Array, Int64Array, RecordBatch, RecordBatchOptions,
        new_null_array,
    },
    compute::cast,
    datatypes::{DataType, Float64Type, Int64Type, SchemaRef},
};
use datafusion::physical_plan::PhysicalExpr;

use crate::{
    error::{Doing, Error, Result},
    plain,
    query::Limits,
};

/// An expression and the cheapest way to work it out.
pub struct Worked {
    pub expr: Arc<dyn PhysicalExpr>,
    pub way: Way,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// The same for every row.
    Constant,
    /// Once for each different value of this column.
    ByValue(usize),
    ByRow,
}

/// An expression's values over a batch, in a plain type.
pub fn evaluate(expr: &Arc<dyn PhysicalExpr>, batch: &RecordBatch) -> Result<ArrayRef> {
    let value = expr.evaluate(batch).map_err(told)?;
    let array = value.into_array(batch.num_rows()).map_err(told)?;
    let to = plain::data_type(plain::kind_of(array.data_type()));
    plain::plain_array(&array, &to)
}

/// A condition's values over a batch.
pub fn evaluate_condition(expr: &Arc<dyn PhysicalExpr>, batch: &RecordBatch) -> Result<BooleanArray> {
    let value = expr.evaluate(batch).map_err(told)?;
    let array = value.into_array(batch.num_rows()).map_err(told)?;
    array
        .as_boolean_opt()
        .cloned()
        .ok_or_else(|| Error::BadQuery("a filter is no condition; compare something in it".into()))
}

pub fn integers(array: &ArrayRef) -> Result<Int64Array> {
    let array = cast(array, &DataType::Int64).doing(|| "add numbers".into())?;
    Ok(array.as_primitive::<Int64Type>().clone())
}

pub fn decimals(array: &ArrayRef) -> Result<Float64Array> {
    let array = cast(array, &DataType::Float64).doing(|| "add numbers".into())?;
    Ok(array.as_primitive::<Float64Type>().clone())
}

/// A batch whose column `at` holds `values` and whose others are empty.
pub fn batch_of(schema: &SchemaRef, at: usize, values: &ArrayRef) -> Result<RecordBatch> {
    let arrays = schema.fields().iter().enumerate().map(|(place, field)| {
        if place == at {
            values.clone()
        } else {
            new_null_array(field.data_type(), values.len())
        }
    });
    batch(schema, arrays.collect(), values.len())
}

/// A batch of so many rows, which may have no column.
pub fn batch(schema: &SchemaRef, arrays: Vec<ArrayRef>, n_rows: usize) -> Result<RecordBatch> {
    let options = RecordBatchOptions::new().with_row_count(Some(n_rows));
    RecordBatch::try_new_with_options(schema.clone(), arrays, &options).doing(|| "compute a cube".into())
}

/// The batch with exactly these columns; those it does not have are empty.
pub fn conform(schema: &SchemaRef, rows: &RecordBatch) -> Result<RecordBatch> {
    let arrays = schema
        .fields()
        .iter()
        .map(|field| match rows.column_by_name(field.name()) {
            Some(array) if array.data_type() == field.data_type() => Ok(array.clone()),
            Some(array) => cast(array, field.data_type()).doing(|| format!("read column {:?}", field.name())),
            // A file from before the column was added.
            None => Ok(new_null_array(field.data_type(), rows.num_rows())),
        });
    batch(schema, arrays.collect::<Result<_>>()?, rows.num_rows())
}

/// Texts as numbers of entries in a list of them.
pub fn dictionary() -> DataType {
    DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8))
}

pub fn told(error: datafusion::error::DataFusionError) -> Error {
    crate::query::query_error(error, &Limits::default())
}
