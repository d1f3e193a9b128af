//! Which rows are meant.

use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::{columns, error, map};
use crate::ckan::datastore::{
    Column, FieldType,
    condition::{Comparison, Condition},
};

pub(super) fn within(column: &str, values: &[Value]) -> Condition {
    Condition::In {
        column: column.to_owned(),
        values: values.to_vec(),
    }
}

fn compared(column: &str, how: Comparison, value: Value) -> Condition {
    Condition::Compare {
        column: column.to_owned(),
        how,
        value,
    }
}

#[test]
fn filters_are_values_lists_comparisons_and_groups_of_them() {
    let read = |filters: Value| Condition::read(&filters, &columns()).unwrap();
    for (filters, expected) in [
        (json!(null), Condition::All(Vec::new())),
        (json!({}), Condition::All(Vec::new())),
        (json!({ "age": "30" }), within("age", &[json!(30)])),
        // What a text column is compared with is text.
        (json!({ "name": 5 }), within("name", &[json!("5")])),
        (json!({ "name": true }), within("name", &[json!("True")])),
        (json!({ "_id": [1, "2"] }), within("_id", &[json!(1), json!(2)])),
        (json!({ "age": [] }), Condition::Any(Vec::new())),
        (
            json!({ "age": null }),
            Condition::IsNull {
                column: "age".to_owned(),
            },
        ),
        (
            json!({ "age": [1, null] }),
            Condition::Any(vec![
                within("age", &[json!(1)]),
                Condition::IsNull {
                    column: "age".to_owned(),
                },
            ]),
        ),
        (
            json!({ "age": { "gte": 18, "lt": "65" } }),
            Condition::All(vec![
                compared("age", Comparison::AtLeast, json!(18)),
                compared("age", Comparison::Less, json!(65)),
            ]),
        ),
        (
            json!({ "age": [{ "gt": 65 }, 1, 2] }),
            Condition::Any(vec![
                compared("age", Comparison::More, json!(65)),
                within("age", &[json!(1), json!(2)]),
            ]),
        ),
        (
            json!({ "$or": [{ "name": "Ana" }, { "$or": [{ "age": { "lte": 3 } }] }], "is_open": "t" }),
            Condition::All(vec![
                Condition::Any(vec![
                    within("name", &[json!("Ana")]),
                    compared("age", Comparison::AtMost, json!(3)),
                ]),
                within("is_open", &[json!(true)]),
            ]),
        ),
        (
            json!([{ "name": "Ana" }, { "name": "Bea", "age": 3 }]),
            Condition::Any(vec![
                within("name", &[json!("Ana")]),
                Condition::All(vec![within("name", &[json!("Bea")]), within("age", &[json!(3)])]),
            ]),
        ),
        (
            json!({ "seen": { "gte": "2020-01-01" } }),
            compared("seen", Comparison::AtLeast, json!("2020-01-01T00:00:00")),
        ),
    ] {
        assert_eq!(read(filters.clone()), expected, "{filters}");
    }
    let dollar = [Column::new("$price", FieldType::Int4)];
    assert_eq!(
        Condition::read(&json!({ "$$price": 5 }), &dollar).unwrap(),
        within("$price", &[json!(5)])
    );
    let mut deep = json!({ "age": 1 });
    for _ in 0..12 {
        deep = json!({ "$and": [deep] });
    }
    assert_eq!(
        error(Condition::read(&deep, &columns())),
        json!({ "filters": ["Maximum nesting depth for filter operations reached"] })
    );
    let many = Value::Array((0..101).map(|n| json!({ "age": n })).collect());
    assert_eq!(
        error(Condition::read(&many, &columns())),
        json!({ "filters": ["Maximum number of filter operations exceeded"] })
    );
}

#[test]
fn a_row_is_meant_if_its_cells_are() {
    let row = map(json!({ "name": "Ana", "age": 30, "share": 0.5, "is_open": null }));
    let admits = |filters: Value| {
        Condition::read(&filters, &columns())
            .unwrap()
            .admits(&|column: &str| row.get(column))
    };
    for (filters, expected) in [
        (json!({}), true),
        (json!({ "name": "Ana", "age": [29, 30] }), true),
        (json!({ "name": "ana" }), false),
        (json!({ "age": { "gt": 30 } }), false),
        (json!({ "age": { "gte": 30, "lte": 30 } }), true),
        (json!({ "share": { "lt": 1 } }), true),
        (json!({ "is_open": null }), true),
        (json!({ "is_open": false }), false),
        (json!({ "seen": null }), true),
        (json!({ "$or": [{ "name": "Bea" }, { "age": 30 }] }), true),
        (json!({ "$or": [] }), false),
        (json!({ "age": [] }), false),
    ] {
        assert_eq!(admits(filters.clone()), expected, "{filters}");
    }
}
