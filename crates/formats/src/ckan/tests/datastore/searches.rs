//! Rows asked for, and the answers.

use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::{call, columns, error, filters::within, search};
use crate::ckan::{
    datastore::{
        Column, FieldType,
        answer::{Around, Counted, Links, Rest, sql, statement},
        order::{Nulls, Order},
        row::{RecordsWriter, records},
        search::{NextPage, RecordsFormat, SearchRequest, Total},
    },
    lists::Direction,
};

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
        "fields": "name, \"age\",_id,rank name,age",
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
    let then = SearchRequest::read(&call(json!({ "id": "r1", "version": 3 }))).unwrap();
    assert_eq!(then.version.as_deref(), Some("3"));
    assert_eq!(then.settle(&columns()).unwrap().sent["version"], json!(3));
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
            json!({ "q": { "name": ["ana"] } }),
            json!({ "q": ["invalid value \"name\""] }),
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
        statement(&call(json!({ "sql": "SELECT 1" }))).unwrap(),
        "SELECT 1"
    );
    assert_eq!(
        error(statement(&call(json!({})))),
        json!({ "sql": ["Missing value"] })
    );
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
