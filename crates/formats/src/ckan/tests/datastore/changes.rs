//! Tables made, rows changed and deleted.

use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::{call, columns, create, error, filters::within, map};
use crate::ckan::{
    answer::Failure,
    datastore::{
        Column, FieldType, Force,
        condition::Condition,
        create::{CreateRequest, Target},
        delete::{Delete, DeleteRequest, Reach},
        info::{ColumnSchema, InfoRequest, TableInfo},
        upsert::{Key, Method, UpsertRequest, UpsertRow, not_found, not_unique},
    },
};

#[test]
fn a_table_gets_the_columns_that_are_sent_and_those_of_its_first_row() {
    let made = create(
        json!({
            "fields": [
                { "id": "_id", "type": "int" },
                { "id": "name", "type": "varchar(20)", "info": { "label": "Name" } },
                { "id": "age" },
            ],
            "records": [
                { "name": 5, "age": "30", "since": "2020-01-31", "code": "0012", "more": [1] },
                { "name": null, "since": "", "age": 31.0 },
            ],
            "primary_key": "name, age",
            "indexes": ["code", ["name", "since"]],
            "aliases": "people , staff",
        }),
        None,
    )
    .unwrap();
    let kinds: Vec<(&str, String)> = made
        .columns
        .iter()
        .map(|column| (column.id.as_str(), column.kind.name()))
        .collect();
    assert_eq!(
        kinds,
        [
            ("name", "text".to_owned()),
            ("age", "int4".to_owned()),
            ("since", "timestamp".to_owned()),
            ("code", "text".to_owned()),
            ("more", "json".to_owned()),
        ]
    );
    assert_eq!(made.columns[0].info, Some(map(json!({ "label": "Name" }))));
    assert_eq!(
        made.rows,
        [
            vec![
                Some(json!("5")),
                Some(json!(30)),
                Some(json!("2020-01-31T00:00:00")),
                Some(json!("0012")),
                Some(json!([1])),
            ],
            vec![Some(json!(null)), Some(json!(31)), Some(json!(null)), None, None],
        ]
    );
    assert_eq!(made.primary_key, Some(vec!["name".to_owned(), "age".to_owned()]));
    assert_eq!(
        made.indexes,
        Some(vec![
            vec!["code".to_owned()],
            vec!["name".to_owned(), "since".to_owned()],
        ])
    );
    assert_eq!(made.aliases, Some(vec!["people".to_owned(), "staff".to_owned()]));
    let sent = call(json!({ "primary_key": "name, age", "force": true }));
    assert_eq!(
        Value::Object(made.write("r1", &sent, None))["primary_key"],
        json!("name, age")
    );
}

#[test]
fn a_table_that_stands_gets_more_columns_and_loses_them_only_when_told_to() {
    let current = columns();
    let same = create(
        json!({ "fields": [{ "id": "name", "type": "int4" }] }),
        Some(&current),
    )
    .unwrap();
    // The type of a column stays.
    assert_eq!(same.columns, current);
    let more = create(json!({ "records": [{ "height": 1.5 }] }), Some(&current)).unwrap();
    assert_eq!(more.added, ["height"]);
    assert_eq!(more.columns[6].kind, FieldType::Float8);
    let fewer = create(
        json!({ "fields": [{ "id": "age" }, { "id": "new", "type": "bool" }], "delete_fields": "true" }),
        Some(&current),
    )
    .unwrap();
    assert_eq!(fewer.removed, ["name", "share", "is_open", "seen", "notes"]);
    assert_eq!(fewer.columns.len(), 2);
}

#[test]
fn what_makes_no_table_is_told_as_ckan_tells_it() {
    for (fields, expected) in [
        (
            json!({ "fields": [{ "id": "_x" }, { "id": "a\"b" }, {}] }),
            json!({
                "fields": [
                    { "id": ["\"_x\" is not a valid field name"] },
                    { "id": ["\"a\"b\" is not a valid field name"] },
                    { "id": ["Missing value"] },
                ],
            }),
        ),
        (
            json!({ "fields": [{ "id": "a", "type": "money bag" }] }),
            json!({ "fields": ["\"money bag\" is not a valid field type"] }),
        ),
        (
            json!({ "fields": [{ "id": "a" }] }),
            json!({ "fields": ["\"a\" type not guessable"] }),
        ),
        (
            json!({ "fields": [{ "id": "a", "type": "int" }, { "id": "a", "type": "int" }] }),
            json!({ "field": ["Duplicate column names are not supported"] }),
        ),
        (
            json!({ "fields": "a" }),
            json!({ "fields": ["Fields has to be a list of dicts"] }),
        ),
        (
            json!({ "records": ["a"] }),
            json!({ "records": ["The first row is not a json object"] }),
        ),
        (
            json!({ "records": [{ "a": 1 }, { "a": 2, "b": 3, "c": 4 }] }),
            json!({ "records": ["row \"2\" has extra keys \"b, c\""] }),
        ),
        (
            json!({ "records": [{ "a": 1 }, { "a": "x" }] }),
            json!({ "records": ["invalid input syntax for type integer: \"x\""], "records_row": 1 }),
        ),
        (
            json!({ "records": [{ "_hidden": 1 }] }),
            json!({ "fields": ["\"_hidden\" is not a valid field name"] }),
        ),
        (
            json!({ "fields": [{ "id": "a", "type": "int" }], "primary_key": "b" }),
            json!({ "index": ["The field \"b\" is not a valid column name."] }),
        ),
        (
            json!({ "aliases": ["ok", "50%", "0692f24e-68a4-4b4d-a7e3-58c2325aca90"] }),
            json!({
                "alias": [
                    "\"50%\" is not a valid alias name",
                    "\"0692f24e-68a4-4b4d-a7e3-58c2325aca90\" is not a valid alias name",
                ],
            }),
        ),
        (
            json!({ "resource": { "package_id": "p" } }),
            json!({ "resource": ["resource cannot be used with resource_id"] }),
        ),
        (
            json!({ "triggers": [{ "function": "f" }] }),
            json!({ "triggers": ["Triggers are not supported."] }),
        ),
    ] {
        assert_eq!(error(create(fields.clone(), None)), expected, "{fields}");
    }
    assert_eq!(
        error(CreateRequest::read(&call(json!({})))),
        json!({ "resource_id": ["resource_id or resource required"] })
    );
    let new = CreateRequest::read(&call(json!({ "resource": { "package_id": "p" } }))).unwrap();
    assert_eq!(new.target, Target::New(map(json!({ "package_id": "p" }))));
    assert_eq!(
        error(new.force.check(Some("upload")))
            .as_object()
            .map(|error| error.keys().cloned().collect::<Vec<_>>()),
        Some(vec!["read-only".to_owned()])
    );
    assert!(Force::Yes.check(None).is_ok() && Force::No.check(Some("datastore")).is_ok());
}

fn upsert(fields: Value, key: &[&str]) -> Result<Vec<UpsertRow>, Failure> {
    let mut fields = map(fields);
    fields.entry("resource_id").or_insert_with(|| json!("r1"));
    let key: Vec<String> = key.iter().map(|name| (*name).to_owned()).collect();
    let columns = &columns()[..2];
    UpsertRequest::read(&call(Value::Object(fields)))?.settle(columns, &key)
}

#[test]
fn rows_are_changed_by_their_key_or_their_number() {
    let rows = upsert(
        json!({ "records": [{ "name": "Ana", "age": 31 }, { "_id": "7", "age": "" }] }),
        &["name"],
    )
    .unwrap();
    assert_eq!(
        rows,
        [
            UpsertRow {
                key: Key::Columns,
                cells: vec![Some(json!("Ana")), Some(json!(31))],
            },
            UpsertRow {
                key: Key::Number(7),
                cells: vec![None, Some(json!(null))],
            },
        ]
    );
    let added = upsert(json!({ "method": "insert", "records": [{ "age": 1 }] }), &[]).unwrap();
    assert_eq!(added[0].key, Key::New);
    for (fields, key, expected) in [
        (
            json!({ "records": [{ "age": 1 }] }),
            &[][..],
            json!({ "table": ["unique key must be passed for update/upsert"] }),
        ),
        (
            json!({ "records": [{ "age": 1 }], "method": "update" }),
            &["name", "age"],
            json!({ "key": ["fields \"name\" are missing but needed as key"] }),
        ),
        (
            json!({ "records": [{ "name": "Ana", "height": 1, "_full_text": "x" }] }),
            &["name"],
            json!({ "fields": ["fields \"height, _full_text\" do not exist"] }),
        ),
        (
            json!({ "method": "insert", "records": [{ "_id": 1 }] }),
            &[],
            json!({ "records": ["row \"1\" has extra keys \"_id\""] }),
        ),
        (
            json!({ "method": "replace", "records": {} }),
            &[],
            json!({
                "method": ["Value must be one of ['upsert', 'insert', 'update']"],
                "records": ["Records has to be a list of dicts"],
            }),
        ),
        (
            json!({ "records": [{ "name": "Ana", "age": 3_000_000_000_u64 }] }),
            &["name"],
            json!({ "records": ["value \"3000000000\" is out of range for type integer"], "records_row": 0 }),
        ),
    ] {
        assert_eq!(error(upsert(fields.clone(), key)), expected, "{fields}");
    }
    let request = UpsertRequest::read(&call(
        json!({ "resource_id": "r1", "dry_run": true, "method": "update" }),
    ))
    .unwrap();
    assert_eq!((request.method, request.is_trial), (Method::Update, true));
    assert_eq!(
        Value::Object(request.write(Some(json!([])))),
        json!({ "method": "update", "resource_id": "r1", "dry_run": true, "records": [] })
    );
    assert_eq!(
        error::<()>(Err(not_found(&[("name", &json!("Ana"))]))),
        json!({ "key": ["key \"{'name': Ana}\" not found"] })
    );
    assert_eq!(
        error::<()>(Err(not_unique()))["info"],
        json!([{ "pgcode": "23505" }])
    );
}

#[test]
fn a_table_goes_only_when_no_filter_was_meant() {
    let read = |fields: Value, reach: Reach| {
        let mut fields = map(fields);
        fields.entry("resource_id").or_insert_with(|| json!("r1"));
        DeleteRequest::read(&call(Value::Object(fields)), reach)
    };
    let delete = |fields: Value, reach: Reach| read(fields, reach)?.settle(&columns());
    assert_eq!(delete(json!({}), Reach::Table).unwrap(), Delete::Table);
    assert_eq!(
        delete(json!({ "filters": {} }), Reach::Table).unwrap(),
        Delete::Rows(Condition::All(Vec::new()))
    );
    assert_eq!(
        delete(json!({ "filters": "{\"age\": 3}" }), Reach::Rows).unwrap(),
        Delete::Rows(within("age", &[json!(3)]))
    );
    for (fields, reach, expected) in [
        (
            json!({ "filters": [] }),
            Reach::Table,
            "filters must be either a dict or null.",
        ),
        (
            json!({ "filters": "" }),
            Reach::Table,
            "filters must be either a dict or null.",
        ),
        (
            json!({ "filters": "age=3" }),
            Reach::Rows,
            "filters must be either a dict or null.",
        ),
        (json!({ "filters": "" }), Reach::Rows, "Must be a dict"),
        (json!({}), Reach::Rows, "Missing value"),
        (
            json!({ "filters": { "colour": 1 } }),
            Reach::Table,
            "Unknown field: colour",
        ),
    ] {
        assert_eq!(
            error(delete(fields.clone(), reach)),
            json!({ "filters": [expected] }),
            "{fields}"
        );
    }
    let request = read(
        json!({ "filters": { "age": 3 }, "include_deleted_records": true }),
        Reach::Table,
    )
    .unwrap();
    assert_eq!(
        Value::Object(request.write(Some(json!([{ "_id": 1 }])))),
        json!({ "resource_id": "r1", "filters": { "age": 3 }, "deleted_records": [{ "_id": 1 }] })
    );
}

#[test]
fn a_table_tells_its_columns_and_its_size() {
    let info = TableInfo {
        id: "r1".to_owned(),
        n_rows: 12,
        size_bytes: 8_192,
        all_size_bytes: 100_000,
        index_size_bytes: 16,
        aliases: vec!["people".to_owned()],
        columns: vec![(
            Column::new("age", FieldType::Int4),
            ColumnSchema {
                index_name: Some("age_idx".to_owned()),
                ..ColumnSchema::default()
            },
        )],
    };
    let asked = |fields: Value| InfoRequest::read(&call(fields)).unwrap();
    assert_eq!(
        Value::Object(info.write(&asked(json!({ "id": "people" })))),
        json!({
            "meta": {
                "id": "r1", "count": 12, "table_type": "BASE TABLE", "size": 8_192, "db_size": 100_000, "idx_size": 16,
                "aliases": ["people"],
            },
            "fields": [{
                "id": "age",
                "type": "int4",
                "schema": {
                    "native_type": "integer", "notnull": false, "index_name": "age_idx", "is_index": true,
                    "uniquekey": false,
                },
            }],
        })
    );
    assert_eq!(
        Value::Object(info.write(&asked(
            json!({ "resource_id": "r1", "include_meta": false, "include_fields_schema": "no" })
        ))),
        json!({ "fields": [{ "id": "age", "type": "int4" }] })
    );
}
