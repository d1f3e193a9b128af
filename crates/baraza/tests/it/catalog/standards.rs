//! Standards: the registry as everybody reads it, columns held against it, fixes that become a version.

use baraza::platform::op::Role;
use pretty_assertions::assert_eq;

use crate::{
    html::check::faults,
    town::{Town, Visitor},
};

const PEOPLE: &str = "name,sex\nA,L\nB,P\nC,Laki-laki\nD,perempuan \nE,M\nF,x\nG,\n";

async fn sends(town: &Town, producer: &Visitor<'_>, csv: &str) {
    let parts: [(&str, &str, &str, &[u8]); 2] = [
        ("table", "", "", b""),
        ("file", "people.csv", "text/csv", csv.as_bytes()),
    ];
    producer
        .posts_parts("/desk/data/people/files", &parts)
        .await
        .is(303);
    town.run_jobs().await;
}

/// An open dataset with a column of sexes in many spellings.
async fn people(town: &Town) -> Visitor<'_> {
    let producer = town.someone(Role::Producer, Some("35.22")).await;
    let fields = [("title", "People"), ("open", "yes")];
    producer.submits("/desk/data", &fields).await.is(303);
    sends(town, &producer, PEOPLE).await;
    producer
}

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
async fn the_registry_is_read_by_people_spreadsheets_and_programs_of_the_semantic_web() {
    let town = Town::new().await;
    let reader = town.stranger();
    for path in [
        "/standards",
        "/standards?lang=id",
        "/standards/sex",
        "/standards/codelists/age-groups?version=2",
        "/standards/codelists/places",
    ] {
        let page = reader.gets(path).await.is(200).text();
        assert_eq!(faults(&page), [""; 0], "{path}");
    }
    let page = reader
        .gets("/standards/codelists/age-groups")
        .await
        .is(200)
        .text();
    assert!(page.contains("75+ (v1)") && page.contains("Split"), "{page}");
    let csv = reader.gets("/standards/codelists/sex.csv").await.is(200).text();
    assert_eq!(
        csv,
        "code,label:en,label:id,parent,valid_from,valid_to\nM,Male,Laki-laki,,,\nF,Female,Perempuan,,,\n"
    );
    let turtle = reader.gets("/standards/codelists/sex.ttl").await.is(200);
    assert_eq!(turtle.header("content-type"), "text/turtle; charset=utf-8");
    let turtle = turtle.text();
    assert!(
        turtle.contains("skos:exactMatch <http://127.0.0.1:8080/standards/codelists/sex?version=1#L>"),
        "{turtle}"
    );
    let json = reader.gets("/standards/sex.json").await.is(200).json();
    assert_eq!(json["classification"]["codelist"], "sex");
    let all = reader.gets("/standards.json").await.is(200).json();
    assert!(all["standards"].as_array().is_some_and(|all| all.len() >= 10));
    reader.gets("/standards/nothing").await.is(404);
}

#[tokio::test]
async fn a_steward_enters_a_new_version_with_its_map_and_is_told_where_a_text_is_wrong() {
    let town = Town::new().await;
    let steward = town.someone(Role::Steward, None).await;
    let csv = "code,label:en,label:id\nA,Good,Baik\nB,Bad,Buruk\n";
    let fields = [
        ("kind", "csv"),
        ("code", "state"),
        ("version", "1"),
        ("title", "State"),
        ("text", csv),
    ];
    steward.submits("/desk/standards", &fields).await.is(303);
    let package = r#"{
      "codelists": [{ "code": "state", "version": "2", "title": { "en": "State" },
        "items": [{ "code": "good", "label": { "en": "Good" } }, { "code": "bad", "label": { "en": "Bad" } }] }],
      "maps": [{ "codelist": "state", "from": "1", "to": "2", "pairs": [["A", "good"], ["B", "bad"]] }],
      "standards": [{ "code": "state", "version": "1", "title": { "en": "State" }, "concept": { "en": "State of a thing" },
        "definition": { "en": "Whether it works." }, "classification": { "codelist": "state", "version": "2" },
        "measure": { "en": "Category" }, "unit": { "en": "None" } }]
    }"#;
    steward
        .submits("/desk/standards", &[("kind", "json"), ("text", package)])
        .await
        .is(303);
    let page = town
        .stranger()
        .gets("/standards/codelists/state?version=2")
        .await
        .is(200)
        .text();
    assert!(page.contains("A (v1)") && page.contains("One to one"), "{page}");
    let wrong = package.replace("[\"B\", \"bad\"]", "[\"C\", \"bad\"]");
    let told = steward
        .submits("/desk/standards", &[("kind", "json"), ("text", &wrong)])
        .await
        .is(400)
        .text();
    assert!(told.contains("version 1 has no code &#34;C&#34;"), "{told}");
    let own = r#"{ "codelists": [{ "code": "places", "version": "1", "title": { "en": "x" }, "items": [{ "code": "a", "label": {} }] }] }"#;
    steward
        .submits("/desk/standards", &[("kind", "json"), ("text", own)])
        .await
        .is(400);
}
