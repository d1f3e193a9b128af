//! Older versions of tables, by number and by day: in CKAN's DataStore and in SQL; and what is told of a statement that is refused.

use baraza::platform::op::Role;
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::{VILLAGES, publish, send, versions::three_versions};
use crate::town::{Answer, Town, Visitor};

async fn acts(visitor: &Visitor<'_>, action: &str, sent: Value) -> Answer {
    visitor
        .posts_json(&format!("/api/3/action/{action}"), &sent)
        .await
}

async fn result(visitor: &Visitor<'_>, action: &str, sent: Value) -> Value {
    acts(visitor, action, sent).await.is(200).json()["result"].clone()
}

/// The sentence about a field with which a call is refused.
async fn refusal(visitor: &Visitor<'_>, action: &str, sent: Value, field: &str) -> String {
    let answer = acts(visitor, action, sent).await.is(409).json();
    let told = answer["error"][field][0].as_str();
    told.unwrap_or_else(|| panic!("no {field}: {answer}")).to_owned()
}

/// The id of the table of villages.
async fn villages(visitor: &Visitor<'_>) -> String {
    let shown = result(visitor, "package_show", json!({ "id": "villages-2024" })).await;
    shown["resources"][0]["id"].as_str().expect("an id").to_owned()
}

#[tokio::test]
async fn rows_of_an_older_version_are_searched_by_its_number_or_by_a_day() {
    let town = three_versions().await;
    let stranger = town.stranger();
    let id = villages(&stranger).await;
    let first = json!([["01", 5], ["02", 7], ["03", 12]]);
    let second = json!([["01", 6], ["02", 7], ["04", 9]]);
    let third = json!([["01", 6], ["04", 10]]);
    for (version, rows) in [
        (json!(1), &first),
        (json!("2026-11-16"), &first),
        (json!("2026-11-17"), &first),
        (json!("2"), &second),
        (json!("2026-11-18"), &second),
        (json!(3), &third),
        (json!("2027-01-01"), &third),
        (Value::Null, &third),
    ] {
        let sent =
            json!({ "resource_id": id, "version": version, "fields": "code,n", "records_format": "lists" });
        let found = result(&stranger, "datastore_search", sent).await;
        assert_eq!(&found["records"], rows, "{version}");
        assert_eq!(found["total"], rows.as_array().expect("rows").len(), "{version}");
    }
    let kali = json!({ "resource_id": id, "version": 1, "filters": { "name": "Kali, Anyar" } });
    assert_eq!(result(&stranger, "datastore_search", kali).await["total"], 1);
    for version in [json!(99), json!("2026-11-15"), json!("yesterday"), json!("1.5")] {
        let sent = json!({ "resource_id": id, "version": version });
        let told = refusal(&stranger, "datastore_search", sent, "version").await;
        assert!(told.ends_with('.') || told.contains("a day like"), "{told}");
    }
    let path = format!("/api/3/action/datastore_search?resource_id={id}&version=2026-11-16&limit=1");
    let found = stranger.gets(&path).await.is(200).json();
    assert_eq!(found["result"]["records"][0]["n"], 5);
    let next = found["result"]["_links"]["next"].as_str().expect("the next page");
    assert!(next.contains("version=2026-11-16"), "{next}");
    let dump = stranger
        .gets(&format!("/datastore/dump/{id}?version=1"))
        .await
        .is(200)
        .text();
    assert!(dump.contains("Kali, Anyar"), "{dump}");
    let none = json!({ "resource_id": "_table_metadata", "version": 1 });
    refusal(&stranger, "datastore_search", none, "version").await;
}

#[tokio::test]
async fn an_older_version_has_the_columns_that_it_had() {
    let town = Town::new().await;
    publish(&town, VILLAGES).await;
    let producer = town.someone(Role::Producer, Some("35.22")).await;
    send(&producer, "kode,nama\n01,Sukorejo\n").await.is(303);
    town.run_jobs().await;
    let steward = town.someone(Role::Steward, None).await;
    let id = villages(&steward).await;
    for (version, columns) in [
        (json!(1), json!(["_id", "code", "name", "phone", "n"])),
        (Value::Null, json!(["_id", "kode", "nama"])),
    ] {
        let sent = json!({ "resource_id": id, "version": version, "limit": 0 });
        let found = result(&steward, "datastore_search", sent).await;
        let names: Value = found["fields"]
            .as_array()
            .expect("fields")
            .iter()
            .map(|field| field["id"].clone())
            .collect();
        assert_eq!(names, columns, "{version}");
    }
    // What nobody opened is hidden in the version that has it, too.
    let sent = json!({ "resource_id": id, "version": 1, "fields": "phone" });
    refusal(&town.stranger(), "datastore_search", sent, "fields").await;
}

#[tokio::test]
async fn a_statement_names_versions_by_number_and_by_day() {
    let town = three_versions().await;
    let stranger = town.stranger();
    let id = villages(&stranger).await;
    for (table, n) in [
        (format!("\"{id}@2026-11-18\""), 3),
        (format!("\"{id}@1\""), 3),
        ("villages_2024@2026-11-17".to_owned(), 3),
        ("\"villages_2024@2026-11-20\"".to_owned(), 2),
        ("villages_2024".to_owned(), 2),
    ] {
        let sent = json!({ "sql": format!("SELECT count(*) AS n, sum(n) AS total FROM {table}") });
        let found = result(&stranger, "datastore_search_sql", sent).await;
        assert_eq!(found["records"][0]["n"], n, "{table}");
    }
    for table in ["villages_2024@99", "villages_2024@2026-11-15"] {
        let sent = json!({ "sql": format!("SELECT * FROM {table}") });
        refusal(&stranger, "datastore_search_sql", sent, "version").await;
    }
    let secret = json!({ "sql": "SELECT * FROM \"secrets@1\"" });
    acts(&stranger, "datastore_search_sql", secret).await.is(404);
    // The console knows them as well, and says when nothing was there yet.
    let asks = |sql: &str| {
        let pairs = [("q", sql), ("format", "csv")];
        format!(
            "/sql/download?{}",
            serde_urlencoded::to_string(pairs).expect("a query")
        )
    };
    let sql = "SELECT name FROM villages_2024@2026-11-18 WHERE code = '04'";
    let csv = stranger.gets(&asks(sql)).await.is(200).text();
    assert_eq!(csv, "name\r\nDander\r\n");
    let early = stranger
        .gets(&asks("SELECT * FROM \"villages_2024@2026-11-15\""))
        .await
        .is(404)
        .text();
    assert!(early.contains("published by 2026-11-15"), "{early}");
}

#[tokio::test]
async fn a_kept_question_about_a_day_means_what_it_meant_when_it_was_kept() {
    let town = three_versions().await;
    let citizen = town.someone(Role::Citizen, None).await;
    // That day is today: more may come before it is over.
    let sql = "SELECT count(*) AS n FROM \"villages_2024@2026-11-20\"";
    let form = [("title", "How many then"), ("about", ""), ("q", sql)];
    let kept = citizen.submits("/sql/saved", &form).await.is(303);
    let path = format!("{}?format=csv", kept.header("location"));
    assert_eq!(citizen.gets(&path).await.is(200).text(), "n\r\n2\r\n");
    let producer = town.someone(Role::Producer, Some("35.22")).await;
    send(&producer, "code,name,phone,n\n01,One,,1000\n").await.is(303);
    town.run_jobs().await;
    let q: String = url::form_urlencoded::byte_serialize(sql.as_bytes()).collect();
    let now = citizen.gets(&format!("/sql/download?format=csv&q={q}")).await;
    assert_eq!(now.is(200).text(), "n\r\n1\r\n");
    assert_eq!(citizen.gets(&path).await.is(200).text(), "n\r\n2\r\n");
}

#[tokio::test]
async fn a_statement_that_is_refused_is_told_what_to_change_and_not_how_the_engine_says_it() {
    let town = Town::new().await;
    publish(&town, VILLAGES).await;
    let stranger = town.stranger();
    for (sql, wanted) in [
        (
            "SELECT nama FROM villages_2024",
            "There is no column “nama”. The list of tables names their columns.",
        ),
        (
            "SELECT array_agg(code) FROM villages_2024",
            "The function “array_agg” is not offered here.",
        ),
        (
            "SELEC 1",
            "This is not understood at “SELEC”. Check what stands just before it.",
        ),
        (
            "SELECT code, sum(n) FROM villages_2024",
            "Every column that is shown must stand in GROUP BY or within a function such as sum or count.",
        ),
        (
            "SELECT 1 AS a, 2 AS a FROM villages_2024",
            "Two parts of the answer have the same name. Give one of them another with AS.",
        ),
        (
            "SELECT CAST(name AS bigint) AS n FROM villages_2024",
            "A value cannot be read as the kind that the question wants. Use TRY_CAST, which leaves such values empty.",
        ),
        (
            "DELETE FROM villages_2024",
            "Only questions are answered here. Write one SELECT.",
        ),
    ] {
        let sent = json!({ "sql": sql });
        let told = refusal(&stranger, "datastore_search_sql", sent, "query").await;
        assert_eq!(told, wanted, "{sql}");
    }
    let both = json!({ "sql": "SELECT sum(n), sum(CAST(n AS bigint)) FROM villages_2024" });
    let found = result(&stranger, "datastore_search_sql", both).await;
    assert_eq!(found["records"], json!([{ "sum": 24, "sum_2": 24 }]));
}
