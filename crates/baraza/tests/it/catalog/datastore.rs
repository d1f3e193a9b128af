//! CKAN's DataStore through the front door: rows asked for, sent, changed, dumped, and asked in SQL.

use baraza::{
    catalog::{
        self,
        model::{Class, TableEntry},
    },
    platform::op::Role,
};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};
use tables::{Column, Kind, Rows};

use crate::town::{Answer, Town, Visitor};

fn at(action: &str) -> String {
    format!("/api/3/action/{action}")
}

async fn acts(visitor: &Visitor<'_>, action: &str, sent: Value) -> Answer {
    visitor.posts_json(&at(action), &sent).await
}

async fn result(visitor: &Visitor<'_>, action: &str, sent: Value) -> Value {
    let answer = acts(visitor, action, sent).await.is(200).json();
    assert_eq!(answer["success"], true, "{answer}");
    answer["result"].clone()
}

/// What a call is refused with, without its type.
async fn refusal(visitor: &Visitor<'_>, action: &str, sent: Value, status: u16) -> Value {
    let mut answer = acts(visitor, action, sent).await.is(status).json();
    answer["error"]
        .as_object_mut()
        .expect("an error")
        .shift_remove("__type");
    answer["error"].clone()
}

/// A steward with an organisation and an open dataset.
async fn founded(town: &Town) -> Visitor<'_> {
    let steward = town.someone(Role::Steward, None).await;
    result(
        &steward,
        "organization_create",
        json!({ "name": "dinkes", "title": "Dinas Kesehatan" }),
    )
    .await;
    result(
        &steward,
        "package_create",
        json!({ "name": "wells", "owner_org": "dinkes" }),
    )
    .await;
    steward
}

/// A table of wells made by rows that are sent; returns the id of its resource.
async fn wells(steward: &Visitor<'_>) -> String {
    let made = result(
        steward,
        "datastore_create",
        json!({
            "resource": { "package_id": "wells", "name": "Wells" },
            "fields": [
                { "id": "code", "type": "text" },
                { "id": "depth", "type": "numeric", "info": { "label": "Depth in metres", "notes": "Below ground" } },
                { "id": "dug", "type": "date" },
                { "id": "seen", "type": "timestamp" },
                { "id": "safe", "type": "bool" },
                { "id": "more", "type": "json" },
            ],
            "primary_key": ["code"],
            "aliases": ["sumur"],
            "records": [
                { "code": "A1", "depth": 12.5, "dug": "1999-03-01", "seen": "2026-11-02T09:00:00", "safe": true, "more": { "pump": [1, 2] } },
                { "code": "A2", "depth": 7, "safe": false },
                { "code": "B1", "depth": null, "dug": "2001-07-15", "more": "Kali Anyar" },
            ],
        }),
    )
    .await;
    assert_eq!(made["method"], "insert");
    assert!(made.get("records").is_none());
    made["resource_id"].as_str().expect("an id").to_owned()
}

#[tokio::test]
async fn rows_that_are_sent_come_back_in_their_types_and_change_by_their_key() {
    let town = Town::new().await;
    let steward = founded(&town).await;
    let id = wells(&steward).await;
    let stranger = town.stranger();
    let found = result(&stranger, "datastore_search", json!({ "resource_id": id })).await;
    assert_eq!(
        found["records"],
        json!([
            { "_id": 1, "code": "A1", "depth": 12.5, "dug": "1999-03-01", "seen": "2026-11-02T09:00:00", "safe": true,
              "more": { "pump": [1, 2] } },
            { "_id": 2, "code": "A2", "depth": 7, "dug": null, "seen": null, "safe": false, "more": null },
            { "_id": 3, "code": "B1", "depth": null, "dug": "2001-07-15", "seen": null, "safe": null, "more": "Kali Anyar" },
        ])
    );
    assert_eq!((&found["total"], &found["limit"]), (&json!(3), &json!(100)));
    let types: Vec<&str> = found["fields"]
        .as_array()
        .expect("fields")
        .iter()
        .filter_map(|field| field["type"].as_str())
        .collect();
    assert_eq!(
        types,
        ["int", "text", "numeric", "date", "timestamp", "bool", "json"]
    );
    assert_eq!(found["fields"][2]["info"]["label"], "Depth in metres");
    let sent = json!({ "resource_id": id, "records": [
        { "code": "A2", "depth": 8 },
        { "code": "C1", "safe": true },
        { "_id": 3, "seen": "2026-01-01" },
    ] });
    let done = result(&steward, "datastore_upsert", sent).await;
    assert_eq!(done, json!({ "method": "upsert", "resource_id": id }));
    let gone = json!({ "resource_id": id, "filters": { "code": "A1" }, "include_deleted_records": true });
    let gone = result(&steward, "datastore_records_delete", gone).await;
    assert_eq!(gone["deleted_records"][0]["depth"], 12.5);
    let added = json!({ "resource_id": "sumur", "method": "insert", "records": [{ "code": "A1" }], "include_records": true });
    let added = result(&steward, "datastore_upsert", added).await;
    assert_eq!(
        added["records"],
        json!([{ "_id": 7, "code": "A1" }]),
        "a number is given once"
    );
    let wanted = json!([
        [2, "A2", 8, false],
        [3, "B1", null, null],
        [4, "C1", null, true],
        [7, "A1", null, null]
    ]);
    let asked = json!({ "resource_id": "sumur", "records_format": "lists", "fields": "_id,code,depth,safe" });
    assert_eq!(
        result(&stranger, "datastore_search", asked).await["records"],
        wanted
    );
    let info = result(&stranger, "datastore_info", json!({ "id": id })).await;
    assert_eq!(
        (&info["meta"]["count"], &info["meta"]["aliases"]),
        (&json!(4), &json!(["sumur"]))
    );
    assert_eq!(info["fields"][0]["schema"]["uniquekey"], true);
    // It is a table like any other: a page, a version for every change, numbers that nobody needs to see.
    town.run_jobs().await;
    let page = stranger.gets("/data/wells/wells").await.is(200).text();
    assert!(
        page.contains("Kali Anyar") && !page.contains("__row_id"),
        "{page}"
    );
    let csv = stranger.gets("/data/wells/wells.csv").await.is(200).text();
    assert!(csv.starts_with("code,depth,dug,seen,safe,more\r\n"), "{csv}");
    let shown = result(&stranger, "resource_show", json!({ "id": id })).await;
    assert_eq!(
        (&shown["datastore_active"], &shown["url_type"]),
        (&json!(true), &json!("datastore"))
    );
    town.run_jobs().await;
}

#[tokio::test]
async fn what_does_not_fit_is_refused_in_ckans_words_and_changes_nothing() {
    let town = Town::new().await;
    let steward = founded(&town).await;
    let id = wells(&steward).await;
    for (action, sent, wanted) in [
        (
            "datastore_upsert",
            json!({ "records": [{ "code": "X", "depth": "deep" }] }),
            "records",
        ),
        (
            "datastore_upsert",
            json!({ "records": [{ "code": "X", "depth": 9007199254740993_i64 }] }),
            "records",
        ),
        ("datastore_upsert", json!({ "records": [{ "depth": 3 }] }), "key"),
        (
            "datastore_upsert",
            json!({ "records": [{ "code": "X", "colour": "red" }] }),
            "fields",
        ),
        (
            "datastore_upsert",
            json!({ "records": [{ "_id": 99, "depth": 3 }] }),
            "key",
        ),
        (
            "datastore_upsert",
            json!({ "method": "update", "records": [{ "code": "X" }] }),
            "key",
        ),
        (
            "datastore_upsert",
            json!({ "method": "insert", "records": [{ "code": "A1" }] }),
            "constraints",
        ),
        (
            "datastore_upsert",
            json!({ "method": "replace", "records": [] }),
            "method",
        ),
        ("datastore_upsert", json!({ "records": "many" }), "records"),
        (
            "datastore_create",
            json!({ "fields": [{ "id": "x", "type": "colour" }] }),
            "fields",
        ),
        (
            "datastore_create",
            json!({ "fields": [{ "id": "_x", "type": "text" }] }),
            "fields",
        ),
        (
            "datastore_create",
            json!({ "fields": [{ "id": "CODE", "type": "text" }] }),
            "fields",
        ),
        ("datastore_create", json!({ "primary_key": ["nothing"] }), "index"),
        (
            "datastore_create",
            json!({ "primary_key": ["safe", "dug", "seen", "more", "depth"], "triggers": [{ "function": "f" }] }),
            "triggers",
        ),
        ("datastore_delete", json!({ "filters": "code" }), "filters"),
        (
            "datastore_delete",
            json!({ "filters": { "colour": "red" } }),
            "filters",
        ),
        ("datastore_records_delete", json!({}), "filters"),
        (
            "datastore_search",
            json!({ "filters": { "colour": "red" } }),
            "filters",
        ),
        (
            "datastore_search",
            json!({ "filters": { "depth": "deep" } }),
            "filters",
        ),
        ("datastore_search", json!({ "sort": "colour" }), "sort"),
        ("datastore_search", json!({ "fields": ["colour"] }), "fields"),
        ("datastore_search", json!({ "limit": -1 }), "limit"),
        (
            "datastore_search",
            json!({ "records_format": "xls" }),
            "records_format",
        ),
    ] {
        let mut sent = sent;
        sent["resource_id"] = json!(id);
        let refused = refusal(&steward, action, sent.clone(), 409).await;
        assert!(refused.get(wanted).is_some(), "{action} {sent}: {refused}");
    }
    for action in [
        "datastore_run_triggers",
        "datastore_function_create",
        "datastore_function_delete",
    ] {
        let refused = refusal(&steward, action, json!({ "resource_id": id, "name": "f" }), 409).await;
        assert!(
            refused["message"][0]
                .as_str()
                .is_some_and(|told| told.contains("PostgreSQL")),
            "{refused}"
        );
    }
    let trial = json!({ "resource_id": id, "dry_run": true, "records": [{ "code": "A1", "depth": 1 }, { "code": "Z" }] });
    assert_eq!(result(&steward, "datastore_upsert", trial).await["dry_run"], true);
    let found = result(
        &steward,
        "datastore_search",
        json!({ "resource_id": id, "fields": "code,depth" }),
    )
    .await;
    let wanted = json!([{ "code": "A1", "depth": 12.5 }, { "code": "A2", "depth": 7 }, { "code": "B1", "depth": null }]);
    assert_eq!(found["records"], wanted);
    // A table that could not be filled leaves no resource behind.
    let twice = json!({ "resource": { "package_id": "wells", "name": "Twice" }, "primary_key": "code",
        "records": [{ "code": "A" }, { "code": "A" }] });
    refusal(&steward, "datastore_create", twice, 409).await;
    let shown = result(&steward, "package_show", json!({ "id": "wells" })).await;
    assert_eq!(shown["num_resources"], 1);
    town.run_jobs().await;
}

#[tokio::test]
async fn a_table_of_a_file_is_searched_filtered_sorted_and_paged_as_clients_ask() {
    let town = Town::new().await;
    let steward = founded(&town).await;
    let csv: Vec<u8> = (1..=250)
        .fold("desa,households,_id,note\n".to_owned(), |csv, n| {
            csv + &format!(
                "Desa {},{},x{n},{}\n",
                n % 5,
                n * 2,
                if n % 50 == 0 { "Sumur Café" } else { "kali" }
            )
        })
        .into_bytes();
    let parts: [(&str, &str, &str, &[u8]); 2] = [
        ("package_id", "", "", b"wells"),
        ("upload", "villages.csv", "text/csv", &csv),
    ];
    let made = steward
        .posts_parts(&at("resource_create"), &parts)
        .await
        .is(200)
        .json();
    let id = made["result"]["id"].as_str().expect("an id").to_owned();
    town.run_jobs().await;
    let stranger = town.stranger();
    let search = |sent: Value| {
        let mut sent = sent;
        sent["resource_id"] = json!(id);
        let stranger = &stranger;
        async move { result(stranger, "datastore_search", sent).await }
    };
    let numbers = |found: &Value| -> Vec<i64> {
        let records = found["records"].as_array().expect("records");
        records
            .iter()
            .filter_map(|record| record["_id"].as_i64())
            .collect()
    };
    let first = search(json!({})).await;
    assert_eq!(
        (numbers(&first), &first["total"]),
        ((1..=100).collect(), &json!(250))
    );
    let ids: Vec<&Value> = first["fields"]
        .as_array()
        .expect("fields")
        .iter()
        .map(|field| &field["id"])
        .collect();
    assert_eq!(
        ids,
        ["_id", "desa", "households", "_id_", "note"],
        "the number of a row has its name to itself"
    );
    assert_eq!(first["fields"][2]["type"], "int8");
    let mut all = Vec::new();
    for offset in [0, 90, 180, 270] {
        all.extend(numbers(&search(json!({ "offset": offset, "limit": 90 })).await));
    }
    assert_eq!(all, (1..=250).collect::<Vec<_>>());
    let some = search(json!({ "filters": { "desa": ["Desa 1", "Desa 2"], "households": { "gt": 20, "lte": 40 } }, "sort": "households desc" })).await;
    assert_eq!(
        (numbers(&some), &some["total"]),
        (vec![17, 16, 12, 11], &json!(4))
    );
    let cafes = search(json!({ "q": "cafe sumur" })).await;
    assert_eq!(
        (numbers(&cafes), &cafes["total"]),
        (vec![50, 100, 150, 200, 250], &json!(5))
    );
    assert!(
        cafes["records"][0]["rank"]
            .as_f64()
            .is_some_and(|rank| rank > 0.0),
        "{cafes}"
    );
    let by_column =
        search(json!({ "q": { "note": "caf:*", "desa": "0" }, "plain": false, "limit": 1 })).await;
    assert_eq!((numbers(&by_column), &by_column["total"]), (vec![50], &json!(5)));
    let kinds = search(json!({ "distinct": true, "fields": "desa", "sort": "desa desc", "limit": 2, "records_format": "csv" })).await;
    assert_eq!(
        (&kinds["records"], &kinds["total"]),
        (&json!("Desa 4\nDesa 3\n"), &json!(5))
    );
    let tabs = search(json!({ "limit": 1, "records_format": "tsv", "fields": ["households", "note"] })).await;
    assert_eq!(tabs["records"], "2\tkali\n");
    let uncounted = search(json!({ "include_total": false, "limit": 0 })).await;
    assert_eq!(
        (uncounted.get("total"), &uncounted["records"]),
        (None, &json!([]))
    );
    let most = search(json!({ "limit": 99_999 })).await;
    assert_eq!(most["limit"], 32_000);
    let linked = stranger
        .gets(&format!(
            "{}?resource_id={id}&limit=5&offset=5",
            at("datastore_search")
        ))
        .await
        .is(200)
        .json();
    assert_eq!(
        linked["result"]["_links"],
        json!({ "start": format!("/api/3/action/datastore_search?resource_id={id}&limit=5"),
                "next": format!("/api/3/action/datastore_search?resource_id={id}&limit=5&offset=10") })
    );
    let tables = result(
        &stranger,
        "datastore_search",
        json!({ "resource_id": "_table_metadata" }),
    )
    .await;
    assert_eq!(
        (&tables["total"], &tables["records"][0]["name"]),
        (&json!(1), &json!(id))
    );
    // Rows of a file are changed when somebody insists, and keep their numbers from then on.
    let change = json!({ "resource_id": id, "filters": { "_id": [1, 3] } });
    let refused = refusal(&steward, "datastore_records_delete", change.clone(), 409).await;
    assert!(refused.get("read-only").is_some(), "{refused}");
    let mut forced = change;
    forced["force"] = json!(true);
    result(&steward, "datastore_records_delete", forced).await;
    let left = search(json!({ "limit": 3 })).await;
    assert_eq!((numbers(&left), &left["total"]), (vec![2, 4, 5], &json!(248)));
    let more =
        json!({ "resource_id": id, "force": true, "method": "insert", "records": [{ "desa": "Desa 9" }] });
    result(&steward, "datastore_upsert", more).await;
    assert_eq!(
        numbers(&search(json!({ "filters": { "desa": "Desa 9" } })).await),
        [251]
    );
    town.run_jobs().await;
}

#[tokio::test]
async fn a_dump_is_the_table_in_four_formats() {
    let town = Town::new().await;
    let steward = founded(&town).await;
    let id = wells(&steward).await;
    let stranger = town.stranger();
    let dump = |query: &str| {
        let path = format!("/datastore/dump/{id}?{query}");
        let stranger = &stranger;
        async move { stranger.gets(&path).await }
    };
    let csv = dump("bom=true&fields=_id,code,depth,safe").await.is(200);
    assert_eq!(
        csv.text(),
        "\u{feff}_id,code,depth,safe\n1,A1,12.5,t\n2,A2,7,f\n3,B1,,\n"
    );
    assert_eq!(
        csv.header("content-disposition"),
        format!("attachment; filename=\"{id}.csv\"")
    );
    let tsv = dump("format=tsv&limit=1&offset=1&fields=code,depth")
        .await
        .is(200)
        .text();
    assert_eq!(tsv, "code\tdepth\nA2\t7\n");
    let found = dump("format=json&filters=%7B%22safe%22:true%7D&fields=_id,more")
        .await
        .is(200)
        .json();
    assert_eq!(found["records"], json!([[1, { "pump": [1, 2] }]]));
    assert_eq!(found["fields"][1], json!({ "id": "more", "type": "json" }));
    let xml = dump("format=xml&q=kali&fields=_id,code").await.is(200).text();
    assert!(xml.contains("<row _id=\"3\"><code>B1</code></row>"), "{xml}");
    dump("format=doc").await.is(409);
    // A byte order mark is asked for by who opens the file in a spreadsheet, which would run what begins so.
    let row = json!({ "resource_id": id, "method": "insert", "records": [{ "code": "=1+1", "depth": -3 }] });
    result(&steward, "datastore_upsert", row).await;
    for (mark, wanted) in [
        ("", "code,depth\n=1+1,-3\n"),
        ("&bom=true", "\u{feff}code,depth\n'=1+1,-3\n"),
    ] {
        let last = dump(&format!("fields=code,depth&offset=3{mark}")).await.is(200);
        assert_eq!(last.text(), wanted, "{mark}");
    }
    stranger.gets("/datastore/dump/nothing").await.is(404);
    town.run_jobs().await;
}

#[tokio::test]
async fn sql_reads_the_tables_that_its_author_may_read_and_no_other() {
    let town = Town::new().await;
    let steward = founded(&town).await;
    let id = wells(&steward).await;
    let closed = json!({ "name": "closed", "owner_org": "dinkes", "private": true });
    result(&steward, "package_create", closed).await;
    let secret = json!({ "resource": { "package_id": "closed", "name": "Secret" }, "aliases": "rahasia",
        "records": [{ "name": "Ana", "phone": "0812" }] });
    let secret = result(&steward, "datastore_create", secret).await["resource_id"]
        .as_str()
        .expect("an id")
        .to_owned();
    let stranger = town.stranger();
    let ask = |sql: &str| json!({ "sql": sql });
    let found = result(
        &stranger,
        "datastore_search_sql",
        ask(&format!(
            "SELECT code, depth * 2 AS twice FROM \"{id}\" WHERE safe IS NOT NULL ORDER BY _id"
        )),
    )
    .await;
    assert_eq!(
        found["records"],
        json!([{ "code": "A1", "twice": 25 }, { "code": "A2", "twice": 14 }])
    );
    assert_eq!(
        found["fields"],
        json!([{ "id": "code", "type": "text" }, { "id": "twice", "type": "numeric" }])
    );
    for named in [id.as_str(), "sumur", "wells"] {
        let sql = format!("SELECT count(*) AS n FROM \"{named}\"");
        assert_eq!(
            result(&stranger, "datastore_search_sql", ask(&sql)).await["records"][0]["n"],
            3,
            "{named}"
        );
    }
    let by_get = stranger
        .gets(&format!(
            "{}?sql=SELECT%20max(depth)%20FROM%20sumur",
            at("datastore_search_sql")
        ))
        .await;
    by_get.is(200);
    // CVE-2026-42031 and -42032: another statement smuggled in, another table reached. To a stranger it is as if there were none.
    for sql in [
        format!("SELECT * FROM \"{secret}\""),
        "SELECT * FROM rahasia".into(),
        "SELECT * FROM closed_secret".into(),
        format!("SELECT * FROM \"{id}\" UNION ALL SELECT * FROM \"{secret}\""),
        format!("WITH a AS (SELECT * FROM \"{secret}\") SELECT * FROM a"),
        format!("WITH \"{secret}\" AS (SELECT * FROM \"{secret}\") SELECT * FROM \"{secret}\""),
        format!("SELECT (SELECT phone FROM \"{secret}\")"),
        format!("SELECT * FROM \"public\".\"{secret}\""),
        format!("SELECT 1; SELECT * FROM \"{secret}\""),
        format!("SELECT 1 /* ; */ -- \n; DELETE FROM \"{id}\""),
        format!("DELETE FROM \"{id}\""),
        format!("SELECT * INTO x FROM \"{id}\""),
        "SELECT * FROM information_schema.columns".into(),
        "SELECT * FROM \"_table_metadata\"".into(),
        "SELECT query_to_xml('SELECT * FROM rahasia', true, true, '')".into(),
        "SELECT repeat('x', 1000000000)".into(),
    ] {
        let answer = acts(&stranger, "datastore_search_sql", ask(&sql)).await;
        assert!(
            matches!(answer.status.as_u16(), 404 | 409),
            "{sql}: {}",
            answer.text()
        );
        assert!(!answer.text().contains("0812"), "{sql}");
    }
    let nothing = acts(&stranger, "datastore_search_sql", ask("SELECT * FROM nothing"))
        .await
        .is(404)
        .json();
    let hidden = acts(&stranger, "datastore_search_sql", ask("SELECT * FROM rahasia"))
        .await
        .is(404)
        .json();
    let told = |answer: &Value| {
        answer["error"]["message"]
            .as_str()
            .map(|text| text.replace("rahasia", "nothing"))
    };
    assert_eq!(
        told(&nothing),
        told(&hidden),
        "nobody learns which tables there are"
    );
    let theirs = result(&steward, "datastore_search_sql", ask("SELECT phone FROM rahasia")).await;
    assert_eq!(theirs["records"], json!([{ "phone": "0812" }]));
    let all = json!({ "resource_id": id, "include_total": true });
    assert_eq!(result(&stranger, "datastore_search", all).await["total"], 3);
    let many = result(
        &stranger,
        "datastore_search_sql",
        ask("SELECT * FROM generate_series(1, 40000)"),
    )
    .await;
    assert_eq!(many["records_truncated"], true);
    assert_eq!(many["records"].as_array().map(Vec::len), Some(32_000));
    town.run_jobs().await;
}

#[tokio::test]
async fn columns_that_a_steward_closed_are_gone_from_every_answer() {
    let town = Town::new().await;
    let steward = founded(&town).await;
    let id = wells(&steward).await;
    let mut tx = town.app.db.begin().await.expect("a transaction");
    let decision = catalog::Decision {
        resource: "wells".into(),
        column: "depth".into(),
        class: Class::Personal,
    };
    catalog::classify(&town.app, &mut tx, &town.system(), "wells", &[decision])
        .await
        .expect("classified");
    tx.commit().await.expect("committed");
    let stranger = town.stranger();
    let found = result(
        &stranger,
        "datastore_search",
        json!({ "resource_id": id, "q": "12.5" }),
    )
    .await;
    assert_eq!(
        (&found["total"], found["fields"].as_array().map(Vec::len)),
        (&json!(0), Some(7))
    );
    for sent in [
        json!({ "filters": { "depth": 12.5 } }),
        json!({ "sort": "depth" }),
        json!({ "fields": "depth" }),
        json!({ "q": { "depth": "12" } }),
    ] {
        let mut sent = sent;
        sent["resource_id"] = json!(id);
        refusal(&stranger, "datastore_search", sent, 409).await;
    }
    for sql in [
        "SELECT depth FROM sumur",
        "SELECT 1 FROM sumur ORDER BY depth",
        "SELECT s.depth FROM sumur s",
    ] {
        refusal(&stranger, "datastore_search_sql", json!({ "sql": sql }), 409).await;
    }
    let all = result(
        &stranger,
        "datastore_search_sql",
        json!({ "sql": "SELECT * FROM sumur" }),
    )
    .await;
    assert!(
        !all.to_string().contains("12.5") && all["records"][0].get("code").is_some(),
        "{all}"
    );
    let dump = stranger
        .gets(&format!("/datastore/dump/{id}"))
        .await
        .is(200)
        .text();
    assert!(
        dump.starts_with("_id,code,dug,") && !dump.contains("12.5"),
        "{dump}"
    );
    let info = result(&stranger, "datastore_info", json!({ "id": id })).await;
    assert!(!info.to_string().contains("depth"), "{info}");
    // A producer writes what they are not shown, and is not shown what they wrote.
    let producer = town.someone(Role::Producer, None).await;
    let sent =
        json!({ "resource_id": id, "records": [{ "code": "A2", "depth": 99 }], "include_records": true });
    let done = result(&producer, "datastore_upsert", sent).await;
    assert_eq!(done["records"], json!([{ "_id": 2, "code": "A2" }]));
    let theirs = result(
        &steward,
        "datastore_search",
        json!({ "resource_id": id, "filters": { "depth": 99 } }),
    )
    .await;
    assert_eq!(theirs["total"], 1);
    // A column that comes later waits for the steward.
    let more = json!({ "resource_id": id, "fields": [{ "id": "owner", "type": "text" }],
        "records": [{ "code": "D1", "owner": "Siti" }] });
    result(&producer, "datastore_create", more).await;
    let seen = result(&stranger, "datastore_search", json!({ "resource_id": id })).await;
    assert!(
        seen["total"] == 4 && !seen.to_string().contains("owner"),
        "{seen}"
    );
    town.run_jobs().await;
}

#[tokio::test]
async fn a_table_that_is_deleted_is_none_any_more_and_can_be_made_again() {
    let town = Town::new().await;
    let steward = founded(&town).await;
    let id = wells(&steward).await;
    let emptied = json!({ "resource_id": id, "filters": {} });
    result(&steward, "datastore_delete", emptied).await;
    assert_eq!(
        result(&steward, "datastore_search", json!({ "resource_id": id })).await["total"],
        0
    );
    result(&steward, "datastore_delete", json!({ "resource_id": id })).await;
    refusal(&steward, "datastore_search", json!({ "resource_id": id }), 404).await;
    refusal(
        &steward,
        "datastore_search",
        json!({ "resource_id": "sumur" }),
        404,
    )
    .await;
    let shown = result(&steward, "resource_show", json!({ "id": id })).await;
    assert_ne!(shown["datastore_active"], true, "{shown}");
    town.stranger().gets("/data/wells").await.is(200);
    let again = json!({ "resource_id": id, "fields": [{ "id": "depth", "type": "text" }], "records": [{ "depth": "deep" }] });
    result(&steward, "datastore_create", again).await;
    let found = result(&steward, "datastore_search", json!({ "resource_id": id })).await;
    assert_eq!(found["records"], json!([{ "_id": 1, "depth": "deep" }]));
    assert_eq!(found["fields"][1]["type"], "text");
    town.run_jobs().await;
}

#[tokio::test]
async fn rows_of_forms_and_of_the_program_are_read_here_and_not_written() {
    let town = Town::new().await;
    let admin = town.admin().await;
    register(&town).await;
    let tables = result(
        &admin,
        "datastore_search",
        json!({ "resource_id": "_table_metadata" }),
    )
    .await;
    let id = tables["records"][0]["name"].as_str().expect("a table").to_owned();
    result(&admin, "datastore_search", json!({ "resource_id": id })).await;
    for (action, sent) in [
        ("datastore_upsert", json!({ "method": "insert", "records": [{}] })),
        ("datastore_delete", json!({})),
        ("datastore_records_delete", json!({ "filters": {} })),
        (
            "datastore_create",
            json!({ "fields": [{ "id": "x", "type": "text" }] }),
        ),
    ] {
        let mut sent = sent;
        sent["resource_id"] = json!(id);
        sent["force"] = json!(true);
        let refused = refusal(&admin, action, sent, 409).await;
        assert!(refused.get("read-only").is_some(), "{action}: {refused}");
    }
    town.run_jobs().await;
}

/// A table that a form filled, entered by the program.
async fn register(town: &Town) {
    let columns = vec![Column::new("water", Kind::Text)];
    let mut rows = Rows::new(columns.clone());
    rows.rows.push(vec!["piped".into()]);
    town.app
        .lake
        .create("census__household", &columns)
        .await
        .expect("a table");
    town.app
        .lake
        .append("census__household", &rows)
        .await
        .expect("rows");
    let entry = TableEntry {
        table: "census__household".into(),
        dataset: "census-household".into(),
        dataset_title: "Census".into(),
        organisation: None,
        resource: "data".into(),
        title: "Households".into(),
        columns: vec![("water".into(), "Source of drinking water".into(), Class::Open)],
    };
    let mut tx = town.app.db.begin().await.expect("a transaction");
    catalog::register_table(&town.app, &mut tx, &town.system(), &entry)
        .await
        .expect("registered");
    tx.commit().await.expect("committed");
}

#[tokio::test]
async fn two_writers_at_once_lose_nothing() {
    let town = Town::new().await;
    let steward = founded(&town).await;
    let id = wells(&steward).await;
    let sends = (0..12).map(|n| {
        let records: Vec<Value> = (0..5)
            .map(|row| json!({ "code": format!("P{n}-{row}"), "depth": n }))
            .collect();
        let sent = json!({ "resource_id": id, "records": records });
        let steward = &steward;
        async move { result(steward, "datastore_upsert", sent).await }
    });
    futures::future::join_all(sends).await;
    let found = result(
        &steward,
        "datastore_search",
        json!({ "resource_id": id, "limit": 1000 }),
    )
    .await;
    assert_eq!(found["total"], 63);
    let records = found["records"].as_array().expect("records");
    let numbers: std::collections::BTreeSet<i64> =
        records.iter().filter_map(|row| row["_id"].as_i64()).collect();
    assert_eq!(numbers.len(), 63, "no number twice");
    town.run_jobs().await;
}
