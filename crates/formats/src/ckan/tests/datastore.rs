//! The datastore: rows asked for and changed.

use pretty_assertions::assert_eq;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{call, error, map};
use crate::ckan::{
    answer::Failure,
    datastore::{
        Column, FieldType, Force,
        answer::{Around, Counted, Links, Rest, sql},
        condition::{Comparison, Condition},
        create::{Create, CreateRequest, Target},
        delete::{Delete, DeleteRequest, Reach},
        fits, guess,
        info::{ColumnSchema, InfoRequest, TableInfo},
        is_alias, is_column_name,
        order::{Nulls, Order},
        row::{RecordsWriter, records},
        search::{NextPage, RecordsFormat, Search, SearchRequest, Total},
        upsert::{Key, Method, UpsertRequest, UpsertRow, not_found, not_unique},
    },
    lists::Direction,
};

fn columns() -> Vec<Column> {
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

fn within(column: &str, values: &[Value]) -> Condition {
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
fn a_search_without_words_gives_the_first_hundred_rows() {
    let asked = search(json!({})).unwrap();
    assert!(asked.condition.is_everything());
    assert_eq!(asked.columns[0], Column::new("_id", FieldType::Int));
    assert_eq!(asked.columns.len(), 7);
    assert_eq!((asked.limit, asked.offset, asked.total), (100, 0, Total::Exact));
    assert_eq!(asked.format, RecordsFormat::Objects);
    assert_eq!(
        Value::Object(asked.sent),
        json!({
            "include_total": true,
            "limit": 100,
            "records_format": "objects",
            "resource_id": "0692f24e-68a4-4b4d-a7e3-58c2325aca90",
        })
    );
}

#[test]
fn the_parameters_of_clients_are_read_from_json_and_from_texts() {
    let asked = search(json!({
        "filters": "{\"name\": \"Ana\"}",
        "q": "{\"name\": \"an\"}",
        "limit": "50000",
        "offset": "10",
        "fields": "name, \"age\",_id,rank name",
        "sort": "age desc nulls last, \"name\"",
        "distinct": "false",
        "include_total": "False",
        "records_format": "csv",
        "language": "spanish",
    }))
    .unwrap();
    assert_eq!(asked.condition, within("name", &[json!("Ana")]));
    assert_eq!((asked.limit, asked.offset), (32_000, 10));
    assert_eq!(asked.total, Total::Uncounted);
    let names: Vec<&str> = asked.columns.iter().map(|column| column.id.as_str()).collect();
    assert_eq!(names, ["name", "age", "_id", "rank name"]);
    assert_eq!(
        asked.order,
        [
            Order {
                column: "age".to_owned(),
                direction: Direction::Descending,
                nulls: Nulls::Last,
            },
            Order {
                column: "name".to_owned(),
                direction: Direction::Ascending,
                nulls: Nulls::Last,
            },
        ]
    );
    assert!(asked.by_column[0].1.matches("el an o"));
    assert_eq!(asked.by_column[0].1.language.as_deref(), Some("spanish"));
    let old = SearchRequest::read(&call(json!({ "id": "r1", "total_estimation_threshold": 1_000 }))).unwrap();
    assert_eq!(old.resource_id, "r1");
    assert_eq!(old.settle(&columns()).unwrap().total, Total::EstimatedFrom(1_000));
}

#[test]
fn what_makes_no_search_is_told_as_ckan_tells_it() {
    assert_eq!(
        error(SearchRequest::read(&call(json!({})))),
        json!({ "resource_id": ["Missing value"] })
    );
    for (fields, expected) in [
        (
            json!({ "limit": -1, "offset": "x", "records_format": "xml", "filters": "{" }),
            json!({
                "filters": ["Cannot parse JSON"],
                "records_format": ["Value must be one of ['objects', 'lists', 'csv', 'tsv']"],
                "limit": ["Must be a natural number"],
                "offset": ["Invalid integer"],
            }),
        ),
        (
            json!({ "fields": ["colour"], "sort": "height desc", "q": { "colour": "red" } }),
            json!({
                "q": ["invalid value \"colour\""],
                "fields": ["invalid value \"colour\""],
                "sort": ["invalid value \"height desc\""],
            }),
        ),
        (
            json!({ "sort": "age; drop table x" }),
            json!({ "sort": ["invalid value \"age; drop table x\""] }),
        ),
        (
            json!({ "distinct": true, "fields": "name", "sort": "age" }),
            json!({ "sort": ["for distinct rows, \"age\" must be among fields"] }),
        ),
        (
            json!({ "filters": { "colour": "red", "age": "old", "$xor": [] } }),
            json!({
                "filters": [
                    "Unknown field: colour",
                    "age: invalid input syntax for type integer: \"old\"",
                    "Unknown operators (must be one of $or, $and): $xor",
                ],
            }),
        ),
        (
            json!({ "filters": { "age": { "like": 1 } } }),
            json!({ "filters": ["Unknown filter operation: like on age"] }),
        ),
        (
            json!({ "filters": 5 }),
            json!({ "filters": ["Filters must be defined as a dict or a list of dicts"] }),
        ),
        (
            json!({ "strange": [{ "a": 1 }] }),
            json!({ "__junk": ["The input field strange was not expected."] }),
        ),
    ] {
        assert_eq!(error(search(fields.clone())), expected, "{fields}");
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

#[test]
fn words_are_plain_or_a_query_of_postgresql() {
    let words = |fields: Value| search(fields).unwrap().everywhere.unwrap();
    let plain = words(json!({ "q": "Ana & (López" }));
    assert_eq!(plain.as_plain(), Some(vec!["ana", "lopez"]));
    assert!(plain.matches("Sra. Ana María López"));
    assert!(!plain.matches("Ana"));
    let query = words(json!({ "q": "an:* & !(lopez | 'del rio')", "plain": false }));
    assert_eq!(query.as_plain(), None);
    for (text, expected) in [
        ("Ana María", true),
        ("Ana López", false),
        ("Ana del Río", false),
        ("Bea", false),
    ] {
        assert_eq!(query.matches(text), expected, "{text}");
    }
    // What PostgreSQL would refuse is taken as plain words.
    assert_eq!(
        words(json!({ "q": "ana & | bea", "plain": "false" })).as_plain(),
        Some(vec!["ana", "bea"])
    );
    assert!(!words(json!({ "q": "&" })).matches("anything"));
    assert!(plain.rank("ana lopez ana") > plain.rank("ana lopez"));
    assert!((0.0..1.0).contains(&plain.rank("ana lopez")));
    let both = search(json!({ "q": { "name": "ana" }, "full_text": "bea" })).unwrap();
    assert_eq!(both.everywhere.unwrap().text, "bea");
    let ranks: Vec<String> = both.columns[7..].iter().map(|column| column.id.clone()).collect();
    assert_eq!(ranks, ["rank", "rank name"]);
    assert_eq!(search(json!({ "q": "  " })).unwrap().everywhere, None);
}

#[test]
fn records_come_as_objects_lists_csv_and_tsv() {
    let columns = [
        Column::new("_id", FieldType::Int),
        Column::new("name", FieldType::Text),
        Column::new("is_open", FieldType::Bool),
        Column::new("notes", FieldType::Json),
    ];
    let rows = [
        vec![
            json!(1),
            json!("A \"b\", c\n"),
            json!(true),
            json!({ "x": [1, "é"] }),
        ],
        vec![json!(2), json!(""), json!(null), json!(null)],
        vec![json!(3), json!("tab\there"), json!(false), json!([])],
    ];
    for (format, expected) in [
        (
            RecordsFormat::Objects,
            json!([
                { "_id": 1, "name": "A \"b\", c\n", "is_open": true, "notes": { "x": [1, "é"] } },
                { "_id": 2, "name": "", "is_open": null, "notes": null },
                { "_id": 3, "name": "tab\there", "is_open": false, "notes": [] },
            ]),
        ),
        (
            RecordsFormat::Lists,
            json!([
                [1, "A \"b\", c\n", true, { "x": [1, "é"] }],
                [2, "", null, null],
                [3, "tab\there", false, []],
            ]),
        ),
        (
            RecordsFormat::Csv,
            json!("1,\"A \"\"b\"\", c\n\",t,\"{\"\"x\"\":[1,\"\"é\"\"]}\"\n2,\"\",,\n3,tab\there,f,[]\n"),
        ),
        (
            RecordsFormat::Tsv,
            json!(
                "1\t\"A \"\"b\"\", c\n\"\tt\t\"{\"\"x\"\":[1,\"\"é\"\"]}\"\n2\t\"\"\t\t\n3\t\"tab\there\"\tf\t[]\n"
            ),
        ),
    ] {
        assert_eq!(records(format, &columns, &rows), expected);
        let mut streamed = String::new();
        let mut writer = RecordsWriter::start(format, &columns, &mut streamed);
        for row in &rows {
            writer.row(row, &mut streamed);
        }
        writer.finish(&mut streamed);
        assert_eq!(serde_json::from_str::<Value>(&streamed).unwrap(), expected);
    }
}

#[test]
fn the_answer_repeats_the_question_and_says_where_the_next_page_is() {
    let asked = search(json!({
        "filters": "{\"age\": 30}", "limit": 2, "offset": 4, "fields": "_id,age", "sort": "_id desc",
        "include_next_page": true, "distinct": false,
    }))
    .unwrap();
    assert_eq!(asked.next_page, NextPage::Told);
    let around = Around {
        search: &asked,
        total: Some(Counted::About(1_000)),
        links: Some(Links::of(
            "/api/3/action/datastore_search?limit=2&offset=4&q=a%20b",
            2,
            4,
        )),
        next_page: asked.next(17),
    };
    let whole = around.write(json!([{ "_id": 17, "age": 30 }]));
    assert_eq!(
        Value::Object(whole.clone()),
        json!({
            "distinct": false,
            "filters": { "age": 30 },
            "include_total": true,
            "limit": 2,
            "offset": 4,
            "records_format": "objects",
            "resource_id": "0692f24e-68a4-4b4d-a7e3-58c2325aca90",
            "sort": "_id desc",
            "records": [{ "_id": 17, "age": 30 }],
            "fields": [{ "id": "_id", "type": "int" }, { "id": "age", "type": "int4" }],
            "_links": {
                "start": "/api/3/action/datastore_search?limit=2&q=a%20b",
                "next": "/api/3/action/datastore_search?limit=2&q=a%20b&offset=6",
                "prev": "/api/3/action/datastore_search?limit=2&q=a%20b&offset=2",
            },
            "total": 1_000,
            "total_was_estimated": true,
            "next_page": { "_id": { "lt": 17 } },
        })
    );
    let (before, behind) = around.split();
    let streamed = format!("{before}[{{\"_id\": 17, \"age\": 30}}]{behind}");
    assert_eq!(
        serde_json::from_str::<Value>(&streamed).unwrap(),
        Value::Object(whole)
    );
    // Rows in another order have no next page by number.
    let sorted = search(json!({ "sort": "age", "include_next_page": true })).unwrap();
    assert_eq!(sorted.next(17), None);
    assert_eq!(Links::of("/x", 5, 0).prev, None);
    assert_eq!(Links::of("/x?offset=3", 5, 3).start, "/x");
    assert_eq!(
        Value::Object(sql(
            "SELECT 1",
            &[Column::new("n", FieldType::Int8)],
            &[vec![json!(1)]],
            Rest::CutOff
        )),
        json!({
            "sql": "SELECT 1",
            "records_truncated": true,
            "records": [{ "n": 1 }],
            "fields": [{ "id": "n", "type": "int8" }],
        })
    );
}

fn create(fields: Value, current: Option<&[Column]>) -> Result<Create, Failure> {
    let mut fields = map(fields);
    fields.entry("resource_id").or_insert_with(|| json!("r1"));
    CreateRequest::read(&call(Value::Object(fields)))?.settle(current)
}

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

#[test]
fn types_go_by_the_names_of_postgresql() {
    for (given, name, native) in [
        ("TEXT", "text", "text"),
        ("character varying (20)", "text", "text"),
        ("int", "int4", "integer"),
        ("bigint", "int8", "bigint"),
        ("numeric(10, 2)", "numeric", "numeric"),
        ("double precision", "float8", "double precision"),
        (
            "timestamp(6) without time zone",
            "timestamp",
            "timestamp without time zone",
        ),
        ("timestamptz", "timestamptz", "timestamp with time zone"),
        ("_text", "_text", "text[]"),
        ("int4[]", "_int4", "integer[]"),
        ("nested", "json", "json"),
        ("bool", "bool", "boolean"),
    ] {
        let kind = FieldType::read(given).unwrap_or_else(|| panic!("{given}"));
        assert_eq!(
            (kind.name().as_str(), kind.native_name().as_str()),
            (name, native)
        );
    }
    for given in ["", "tsvector", "int; drop table x", "text[][]", "varchar(a)"] {
        assert_eq!(FieldType::read(given), None, "{given}");
    }
}

#[test]
fn the_type_of_a_column_is_guessed_by_its_first_value() {
    for (value, expected) in [
        (json!(1), FieldType::Int4),
        (json!(3_000_000_000_u64), FieldType::Int8),
        (json!(1.5), FieldType::Float8),
        (json!(true), FieldType::Bool),
        (json!("12"), FieldType::Int4),
        (json!("-1.50"), FieldType::Numeric),
        (json!("1e5"), FieldType::Numeric),
        (json!("0812"), FieldType::Text),
        (json!("2020-01-31"), FieldType::Timestamp),
        (json!("2020-01-31T10:00:00Z"), FieldType::Timestamp),
        (json!("31/12/2020"), FieldType::Timestamp),
        (json!("31/13/2020"), FieldType::Text),
        (json!("nan"), FieldType::Text),
        (json!("1.2.3"), FieldType::Text),
        (json!(""), FieldType::Text),
        (json!(null), FieldType::Text),
        (json!({}), FieldType::Json),
    ] {
        assert_eq!(guess(&value), expected, "{value}");
    }
}

#[test]
fn values_fit_their_columns_or_are_refused() {
    for (value, kind, expected) in [
        (json!("1"), FieldType::Int4, Some(json!(1))),
        (json!(1.0), FieldType::Int4, Some(json!(1))),
        (json!("1.0"), FieldType::Int4, None),
        (json!(40_000), FieldType::Int2, None),
        (json!("12.30"), FieldType::Numeric, Some(json!(12.3))),
        // More digits than JSON's numbers keep.
        (
            json!("12345678901234567890.5"),
            FieldType::Numeric,
            Some(json!("12345678901234567890.5")),
        ),
        (json!("x"), FieldType::Numeric, None),
        (json!("yes"), FieldType::Bool, Some(json!(true))),
        (json!(2), FieldType::Bool, None),
        (
            json!("2020-01-31 10:00"),
            FieldType::Date,
            Some(json!("2020-01-31")),
        ),
        (
            json!("2020-01-31T10:00:00+07:00"),
            FieldType::Timestamp,
            Some(json!("2020-01-31T03:00:00")),
        ),
        (json!("10:30"), FieldType::Time, Some(json!("10:30:00"))),
        (json!("noon"), FieldType::Time, None),
        (json!(""), FieldType::Date, Some(json!(null))),
        (json!(""), FieldType::Text, Some(json!(""))),
        (json!(5), FieldType::Text, Some(json!("5"))),
        (
            json!(["1", 2]),
            FieldType::Array(Box::new(FieldType::Int4)),
            Some(json!([1, 2])),
        ),
        (json!("seven"), FieldType::Uuid, None),
    ] {
        assert_eq!(fits(&value, &kind).ok(), expected, "{value} as {kind:?}");
    }
    assert_eq!(
        fits(&json!("x"), &FieldType::Timestamp),
        Err("invalid input syntax for type timestamp without time zone: \"x\"".to_owned())
    );
}

#[test]
fn columns_and_aliases_have_names_that_can_be_seen() {
    for name in ["age", "Jumlah Penduduk", "%", "বয়স", "a.b"] {
        assert!(is_column_name(name), "{name}");
    }
    for name in ["", " a", "a ", "_id", "a\"b", "a\nb", "a\u{200b}b", "a\u{202e}b"] {
        assert!(!is_column_name(name), "{name:?}");
    }
    assert!(is_alias("people") && !is_alias("50%") && !is_alias(&"a".repeat(64)));
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
