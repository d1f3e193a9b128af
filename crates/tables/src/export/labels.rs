//! What codes are called, each in a column of its own behind that of the codes.

use std::{collections::BTreeMap, fmt, sync::Arc};

use arrow::{
    array::{Array, ArrayRef, StringArray},
    datatypes::{Schema, SchemaRef},
    record_batch::RecordBatch,
};
use datafusion::{
    error::DataFusionError, execution::SendableRecordBatchStream,
    physical_plan::stream::RecordBatchStreamAdapter,
};
use futures::StreamExt;

use crate::{
    error::{Doing, Result},
    plain,
    value::{Column, Kind, Value},
};

/// Tells what a code is called; none where nothing but the code is known.
type Called = Arc<dyn Fn(&str) -> Option<String> + Send + Sync>;

/// What the codes of some columns are called, by the columns' names.
#[derive(Clone, Default)]
pub struct Labels(BTreeMap<String, Called>);

impl fmt::Debug for Labels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl Labels {
    /// Adds how the codes of a column are called.
    pub fn put(
        &mut self,
        column: impl Into<String>,
        called: impl Fn(&str) -> Option<String> + Send + Sync + 'static,
    ) {
        self.0.insert(column.into(), Arc::new(called));
    }

    /// Whether no column has codes that are called anything.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The name of the column that stands behind one of some columns: `sex_label`, with a number where that is taken. None for a column
    /// without labels.
    pub fn beside(&self, column: &str, columns: &[Column]) -> Option<String> {
        self.0.get(column)?;
        let is_free = |name: &String| !columns.iter().any(|known| known.name == *name);
        let first = format!("{column}_label");
        if is_free(&first) {
            return Some(first);
        }
        (2_u64..).map(|n| format!("{first}_{n}")).find(is_free)
    }

    /// What a value of a column is called.
    pub fn of(&self, column: &str, value: &Value) -> Option<String> {
        self.0.get(column).and_then(|called| call(called, value))
    }
}

fn call(called: &Called, value: &Value) -> Option<String> {
    match value {
        Value::Text(code) => called(code),
        Value::Integer(code) => called(&code.to_string()),
        _ => None,
    }
}

/// The same rows with a column of labels behind each column that has some.
pub(super) fn put_beside(
    columns: Vec<Column>,
    rows: SendableRecordBatchStream,
    labels: &Labels,
) -> (Vec<Column>, SendableRecordBatchStream) {
    let mut shown = Vec::with_capacity(columns.len());
    let mut calls: Vec<Option<Called>> = Vec::with_capacity(columns.len());
    for column in &columns {
        shown.push(column.clone());
        let name = labels.beside(&column.name, &columns);
        shown.extend(name.map(|name| Column::new(name, Kind::Text)));
        calls.push(labels.0.get(&column.name).cloned());
    }
    if shown.len() == columns.len() {
        return (columns, rows);
    }
    let schema: SchemaRef = Arc::new(Schema::new(shown.iter().map(plain::field).collect::<Vec<_>>()));
    let told = schema.clone();
    let rows = rows.map(move |batch| {
        let batch = labelled(&batch?, &calls, &schema);
        batch.map_err(|error| DataFusionError::External(Box::new(error)))
    });
    (shown, Box::pin(RecordBatchStreamAdapter::new(told, rows)))
}

fn labelled(batch: &RecordBatch, calls: &[Option<Called>], schema: &SchemaRef) -> Result<RecordBatch> {
    let batch = plain::plain_batch(batch)?;
    let mut arrays: Vec<ArrayRef> = Vec::with_capacity(schema.fields().len());
    for (array, called) in batch.columns().iter().zip(calls) {
        arrays.push(array.clone());
        if let Some(called) = called {
            let labels = (0..array.len()).map(|at| call(called, &plain::value(array, at)));
            arrays.push(Arc::new(labels.collect::<StringArray>()));
        }
    }
    RecordBatch::try_new(schema.clone(), arrays).doing(|| "put labels beside codes".into())
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    #[test]
    fn a_column_of_labels_takes_no_name_that_another_column_has() {
        let mut labels = Labels::default();
        labels.put("sex", |code| (code == "1").then(|| "Male".to_owned()));
        let columns = |names: &[&str]| -> Vec<Column> {
            names.iter().map(|name| Column::new(*name, Kind::Text)).collect()
        };
        for (names, wanted) in [
            (&["sex", "age"][..], Some("sex_label")),
            (&["sex", "sex_label"], Some("sex_label_2")),
            (&["sex", "sex_label", "sex_label_2"], Some("sex_label_3")),
        ] {
            let beside = labels.beside("sex", &columns(names));
            assert_eq!(beside.as_deref(), wanted);
        }
        assert_eq!(labels.beside("age", &[]), None);
        assert_eq!(labels.of("sex", &Value::Integer(1)).as_deref(), Some("Male"));
        assert_eq!(labels.of("sex", &Value::Text("2".into())), None);
    }
}
