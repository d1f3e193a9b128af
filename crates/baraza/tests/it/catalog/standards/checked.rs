//! Columns held against a standard: what is found, what cannot be checked, and fixes that become a version.

use std::fmt::Write;

use baraza::platform::op::Role;
use pretty_assertions::assert_eq;
use serde_json::json;

use super::{opened, people, sends};
use crate::{html::check::faults, town::Town};

#[tokio::test]
async fn a_column_is_checked_whole_and_accepted_fixes_become_a_version_that_says_so() {
    let town = Town::new().await;
    let producer = people(&town).await;
    producer
        .submits("/desk/data/people/standards", &[("data/sex", "sex@1")])
        .await
        .is(303);
    let page = producer.gets("/desk/data/people/standards").await.is(200).text();
    assert!(page.contains("1 of 6 values follow the standard."), "{page}");
    assert_eq!(faults(&page), [""; 0]);
    let doubts = producer
        .gets("/desk/data/people/standards/data/sex")
        .await
        .is(200)
        .text();
    for part in [
        "A code of an older version, which became this one",
        "It is the name of this code",
        "Nothing like it is in the list",
    ] {
        assert!(doubts.contains(part), "{part} is missing in\n{doubts}");
    }
    assert_eq!(faults(&doubts), [""; 0]);
    let fixes = [
        ("fix/L", "M"),
        ("fix/P", "F"),
        ("fix/Laki-laki", "M"),
        ("fix/perempuan", "F"),
        ("fix/perempuan ", "F"),
        ("fix/x", ""),
    ];
    let refused = [("fix/x", "Z")];
    let path = "/desk/data/people/standards/data/sex";
    producer.submits(path, &refused).await.is(400);
    producer.submits(path, &fixes).await.is(303);
    town.run_jobs().await;
    let reader = town.stranger();
    let csv = reader.gets("/data/people/data.csv").await.is(200).text();
    assert_eq!(
        csv,
        "name,sex\r\nA,M\r\nB,F\r\nC,M\r\nD,F\r\nE,M\r\nF,x\r\nG,\r\n"
    );
    let page = reader.gets("/data/people/data").await.is(200).text();
    for part in [
        "83.3% of 6 values",
        "href=\"/standards/sex?version=1\"",
        "4 rows of sex were brought to the standard Sex",
    ] {
        assert!(page.contains(part), "{part} is missing in\n{page}");
    }
    let json = reader.gets("/data/people/data.json").await.is(200).json();
    let version = json["resource"]["version"].as_i64().expect("a version");
    let before = format!("/data/people/data.json?version={}", version - 1);
    let old = reader.gets(&before).await.is(200).json();
    assert_eq!(old["rows"][0]["sex"], "L", "the version before is kept");
    // A new file is checked without being asked.
    sends(&town, &producer, "name,sex\nA,M\nB,F\n").await;
    let page = reader.gets("/data/people/data").await.is(200).text();
    assert!(page.contains("100% of 2 values"), "{page}");
}

#[tokio::test]
async fn fixes_of_a_table_that_somebody_looks_at_first_are_handed_in() {
    let town = Town::new().await;
    let producer = people(&town).await;
    producer
        .submits("/desk/data/people/standards", &[("data/sex", "sex@1")])
        .await
        .is(303);
    let admin = town.someone(Role::Admin, None).await;
    admin
        .submits("/desk/review/rules", &[("rule-", "steward")])
        .await
        .is(303);
    let path = "/desk/data/people/standards/data/sex";
    let answer = producer
        .submits(path, &[("fix/L", "M"), ("fix/P", "F")])
        .await
        .is(303);
    assert_eq!(answer.header("location"), "/desk/data/people/review");
    town.run_jobs().await;
    let reader = town.stranger();
    let before = reader.gets("/data/people/data.csv").await.is(200).text();
    assert!(before.contains("A,L"), "nobody has looked at it yet: {before}");
    let waiting = producer.gets("/desk/data/people/review").await.is(200).text();
    assert!(waiting.contains("Changed: sex in 2 rows"), "{waiting}");
}

#[tokio::test]
async fn only_who_writes_a_dataset_says_what_its_columns_follow() {
    let town = Town::new().await;
    people(&town).await;
    let officer = town.someone(Role::Officer, Some("35.22")).await;
    officer.gets("/desk/data/people/standards").await.is(403);
    officer
        .submits("/desk/data/people/standards", &[("data/sex", "sex@1")])
        .await
        .is(403);
    town.stranger().gets("/desk/data/people/standards").await.is(303);
    let producer = town.someone(Role::Producer, Some("35.22")).await;
    producer
        .submits("/desk/data/people/standards", &[("data/sex", "sex@99")])
        .await
        .is(404);
    producer.gets("/desk/standards").await.is(403);
}

#[tokio::test]
async fn columns_of_more_different_values_than_any_list_are_checked_whole() {
    let town = Town::new().await;
    // A number of its own in every row, one of them below the range; and words that are no codes, but for one.
    let mut csv = String::from("n,word\n-5,M\n");
    for n in 0..110_000 {
        writeln!(csv, "{n},A{n:06}").expect("written");
    }
    let producer = opened(&town, &csv).await;
    let page = "/desk/data/people/standards";
    let chosen = [("data/n", "people@1"), ("data/word", "sex@1")];
    producer.submits(page, &chosen).await.is(303);
    let shown = producer.gets(page).await.is(200).text();
    for part in [
        "110,000 of 110,001 values follow the standard.",
        "1 of 110,001 values follow the standard.",
    ] {
        assert!(shown.contains(part), "{part} is missing in\n{shown}");
    }
    let doubts = producer
        .gets("/desk/data/people/standards/data/n")
        .await
        .is(200)
        .text();
    assert!(doubts.contains("-5"), "{doubts}");
    assert_eq!(faults(&doubts), [""; 0]);
}

#[tokio::test]
async fn measured_values_must_be_numbers_within_their_range_in_words_too() {
    let town = Town::new().await;
    let producer = opened(&town, "age,V\n3,x\n 4 ,x\n-1,x\n126,x\nthree,x\n,x\n").await;
    let page = "/desk/data/people/standards";
    producer.submits(page, &[("data/age", "age@1")]).await.is(303);
    let shown = producer.gets(page).await.is(200).text();
    assert!(shown.contains("2 of 5 values follow the standard."), "{shown}");
}

#[tokio::test]
async fn what_cannot_be_checked_says_why_where_everybody_reads_it() {
    let town = Town::new().await;
    let producer = people(&town).await;
    let page = "/desk/data/people/standards";
    producer.submits(page, &[("data/sex", "sex@1")]).await.is(303);
    // A standard that is not there any more stands for whatever hinders a check.
    let mut tx = town.app.db.begin().await.expect("a transaction");
    sqlx::query("UPDATE column_standard SET version = '99'")
        .execute(tx.conn())
        .await
        .expect("changed");
    tx.commit().await.expect("committed");
    sends(&town, &producer, "name,sex\nA,M\n").await;
    let desk = producer.gets(page).await.is(200).text();
    assert!(
        desk.contains("It could not be checked: There is no standard"),
        "{desk}"
    );
    let shown = town.stranger().gets("/data/people/data").await.is(200).text();
    assert!(
        shown.contains("sex could not be checked against its standard"),
        "{shown}"
    );
    assert_eq!(faults(&shown), [""; 0]);
}

#[tokio::test]
async fn rows_that_programs_send_are_checked_without_being_asked() {
    let town = Town::new().await;
    let steward = town.someone(Role::Steward, None).await;
    let acts = async |action: &str, sent: serde_json::Value| {
        let path = format!("/api/3/action/{action}");
        let answer = steward.posts_json(&path, &sent).await.is(200).json();
        answer["result"].clone()
    };
    acts(
        "organization_create",
        json!({ "name": "dinkes", "title": "Dinas Kesehatan" }),
    )
    .await;
    acts(
        "package_create",
        json!({ "name": "people", "owner_org": "dinkes" }),
    )
    .await;
    let made = acts(
        "datastore_create",
        json!({
            "resource": { "package_id": "people", "name": "Data" },
            "fields": [{ "id": "code", "type": "text" }, { "id": "sex", "type": "text" }],
            "primary_key": ["code"],
            "records": [{ "code": "1", "sex": "M" }, { "code": "2", "sex": "F" }],
        }),
    )
    .await;
    town.run_jobs().await;
    steward
        .submits("/desk/data/people/standards", &[("data/sex", "sex@1")])
        .await
        .is(303);
    let page = town.stranger().gets("/data/people/data").await.is(200).text();
    assert!(page.contains("100% of 2 values"), "{page}");
    acts(
        "datastore_upsert",
        json!({ "resource_id": made["resource_id"], "records": [{ "code": "3", "sex": "x" }] }),
    )
    .await;
    town.run_jobs().await;
    let page = town.stranger().gets("/data/people/data").await.is(200).text();
    assert!(page.contains("66.6% of 3 values"), "{page}");
}
