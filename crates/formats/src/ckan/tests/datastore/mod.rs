//! The datastore: rows asked for and changed.

mod changes;
mod filters;
mod kinds;
mod searches;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{call, error, map};
use crate::ckan::{
    answer::Failure,
    datastore::{
        Column, FieldType,
        create::{Create, CreateRequest},
        fits,
        row::records,
        search::{RecordsFormat, Search, SearchRequest},
    },
};

pub(super) fn columns() -> Vec<Column> {
    vec![
        Column::new("name", FieldType::Text),
        Column::new("age", FieldType::Int4),
        Column::new("share", FieldType::Numeric),
        Column::new("is_open", FieldType::Bool),
        Column::new("seen", FieldType::Timestamp),
        Column::new("notes", FieldType::Json),
    ]
}

fn search(fields: Value) -> Result<Search, Failure> {
    let mut fields = map(fields);
    fields
        .entry("resource_id")
        .or_insert_with(|| json!("0692f24e-68a4-4b4d-a7e3-58c2325aca90"));
    SearchRequest::read(&call(Value::Object(fields)))?.settle(&columns())
}

fn create(fields: Value, current: Option<&[Column]>) -> Result<Create, Failure> {
    let mut fields = map(fields);
    fields.entry("resource_id").or_insert_with(|| json!("r1"));
    CreateRequest::read(&call(Value::Object(fields)))?.settle(current)
}

proptest! {
    #[test]
    fn no_filter_is_too_odd_to_be_read(text in "[\\[\\]{}\":,$a-z0-9. ]{0,80}") {
        let _ = search(json!({ "filters": text }));
        let _ = search(json!({ "q": text, "plain": false, "sort": text, "fields": text }));
        let _ = create(json!({ "records": text, "fields": text, "primary_key": text, "indexes": text }), None);
        let _ = FieldType::read(&text);
    }

    #[test]
    fn a_value_that_fits_fits_again(text in "[-+.0-9eTtrufalsyno:/ ]{0,14}") {
        for kind in columns().into_iter().map(|column| column.kind) {
            if let Ok(fitting) = fits(&json!(text), &kind) {
                prop_assert_eq!(fits(&fitting, &kind), Ok(fitting.clone()), "{} as {:?}", text, kind);
            }
        }
    }

    #[test]
    fn csv_is_read_back_as_it_was_written(cells in proptest::collection::vec("[a-z\",\n\r é\\\\.]{1,6}", 1..5)) {
        let columns: Vec<Column> = (0..cells.len()).map(|n| Column::new(&format!("c{n}"), FieldType::Text)).collect();
        let row: Vec<Value> = cells.iter().map(|cell| json!(cell)).collect();
        let written = records(RecordsFormat::Csv, &columns, &[row]);
        let text = written.as_str().unwrap_or_default();
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
        let read: Vec<String> = reader.records().next().unwrap().unwrap().iter().map(str::to_owned).collect();
        prop_assert_eq!(read, cells);
    }
}
