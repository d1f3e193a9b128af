//! Standards: the registry as everybody reads it, columns held against it, fixes that become a version.

use std::fmt::Write;

use baraza::{
    places::{self, NewList, import::Options},
    platform::op::{Grant, Role},
};
use jiff::civil::date;
use pretty_assertions::assert_eq;
use serde_json::json;

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
    opened(town, PEOPLE).await
}

/// An open dataset with a first file, whose columns everybody sees.
async fn opened<'a>(town: &'a Town, csv: &str) -> Visitor<'a> {
    let producer = town.someone(Role::Producer, Some("35.22")).await;
    let fields = [("title", "People"), ("open", "yes")];
    producer.submits("/desk/data", &fields).await.is(303);
    sends(town, &producer, csv).await;
    producer
}

#[tokio::test]
async fn pages_and_facets_say_what_codes_are_called_and_files_keep_the_codes() {
    let town = Town::new().await;
    let producer = people(&town).await;
    let bare = town
        .stranger()
        .gets("/data/people/data?facet=sex")
        .await
        .is(200)
        .text();
    assert!(!bare.contains("Male (M)"), "{bare}");
    let chosen = [("data/sex", "sex@1")];
    producer
        .submits("/desk/data/people/standards", &chosen)
        .await
        .is(303);
    town.run_jobs().await;
    let stranger = town.stranger();
    for (path, label) in [
        ("/data/people/data?facet=sex", "Male (M)"),
        ("/data/people/data?facet=sex&lang=id", "Laki-laki (M)"),
        ("/data/people?lang=id", "Laki-laki (M)"),
    ] {
        let page = stranger.gets(path).await.is(200).text();
        assert!(page.contains(label), "{path}: {label} is missing in\n{page}");
        assert_eq!(faults(&page), [""; 0], "{path}");
    }
    let page = stranger
        .gets("/data/people/data?facet=sex&lang=en")
        .await
        .is(200)
        .text();
    assert!(
        page.matches("Male (M)").count() >= 2,
        "in a cell and in the facet: {page}"
    );
    assert!(page.contains("v=M"), "what is asked for is the code: {page}");
    let csv = stranger.gets("/data/people/data.csv").await.is(200).text();
    assert!(csv.contains("E,M\r\n"), "{csv}");
    assert!(page.contains("/data/people/data.csv?labels=1"), "{page}");
}

#[tokio::test]
async fn a_file_says_what_codes_are_called_to_whoever_asks_for_that_in_their_language() {
    let town = Town::new().await;
    let producer = people(&town).await;
    let stranger = town.stranger();
    let bare = stranger
        .gets("/data/people/data.csv?labels=1")
        .await
        .is(200)
        .text();
    assert!(
        bare.starts_with("name,sex\r\n"),
        "no column follows a list: {bare}"
    );
    producer
        .submits("/desk/data/people/standards", &[("data/sex", "sex@1")])
        .await
        .is(303);
    town.run_jobs().await;
    for (path, line) in [
        ("/data/people/data.csv?labels=1&lang=en", "E,M,Male\r\n"),
        ("/data/people/data.csv?labels=1&lang=id", "E,M,Laki-laki\r\n"),
        ("/data/people.csv?labels=1&lang=en", "E,M,Male\r\n"),
        ("/data/people/data.csv?labels=1&lang=en", "F,x,\r\n"),
        (
            "/data/people/data.jsonl?labels=1&lang=en",
            r#"{"name":"E","sex":"M","sex_label":"Male"}"#,
        ),
        (
            "/data/people/data.json?labels=1&lang=en",
            r#"{"name":"E","sex":"M","sex_label":"Male"}"#,
        ),
        (
            "/data/people/data.json?all=1&labels=1&lang=id",
            r#"{"name":"E","sex":"M","sex_label":"Laki-laki"}"#,
        ),
        ("/data/people/data.csv", "E,M\r\n"),
    ] {
        let file = stranger.gets(path).await.is(200).text();
        assert!(file.contains(line), "{path}: {line} is missing in {file}");
    }
    for ending in ["xlsx", "parquet"] {
        let path = format!("/data/people/data.{ending}?labels=1");
        stranger.gets(&path).await.is(200);
    }
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
async fn standards_are_looked_for_in_any_language_and_with_a_letter_wrong() {
    let town = Town::new().await;
    let reader = town.stranger();
    for q in ["sex", "kelamin", "kelanin"] {
        let page = reader.gets(&format!("/standards?q={q}")).await.is(200).text();
        assert!(page.contains("href=\"/standards/sex?version=1\""), "{q}\n{page}");
        assert_eq!(
            page.contains("Nothing is written exactly so."),
            q == "kelanin",
            "{q}\n{page}"
        );
        assert_eq!(faults(&page), [""; 0], "{q}");
    }
    let none = reader.gets("/standards?q=zzzzzzzz").await.is(200).text();
    assert!(none.contains("No standard or codelist says this."), "{none}");
    assert_eq!(faults(&none), [""; 0]);
    let found = reader.gets("/standards.json?q=kelamin").await.is(200).json();
    let all = reader.gets("/standards.json").await.is(200).json();
    let n = |json: &serde_json::Value| json["standards"].as_array().map_or(0, Vec::len);
    assert!(n(&found) > 0 && n(&found) < n(&all), "{found}");
    let csv = reader.gets("/standards.csv?q=zzzzzzzz").await.is(200).text();
    assert_eq!(csv.lines().count(), 1, "{csv}");
}

#[tokio::test]
async fn a_standard_and_its_codelist_name_the_tables_that_use_them_to_who_may_know_of_those() {
    let town = Town::new().await;
    let producer = people(&town).await;
    let reader = town.stranger();
    let pages = ["/standards/sex", "/standards/codelists/sex"];
    for path in pages {
        let page = reader.gets(path).await.is(200).text();
        assert!(page.contains("No table that you may read uses it yet."), "{page}");
        assert_eq!(faults(&page), [""; 0], "{path}");
    }
    producer
        .submits("/desk/data/people/standards", &[("data/sex", "sex@1")])
        .await
        .is(303);
    let link = "href=\"/data/people/data\"";
    for path in pages {
        let page = reader.gets(path).await.is(200).text();
        assert!(page.contains(link) && page.contains("sex (Sex v1)"), "{page}");
        assert_eq!(faults(&page), [""; 0], "{path}");
    }
    // Not even the name of a column that is not open.
    let steward = town.someone(Role::Steward, None).await;
    steward
        .submits("/desk/data/people/columns", &[("data/sex", "personal")])
        .await
        .is(303);
    for path in pages {
        assert!(!reader.gets(path).await.is(200).text().contains(link), "{path}");
        assert!(steward.gets(path).await.is(200).text().contains(link), "{path}");
    }
}

#[tokio::test]
async fn a_closed_dataset_is_named_on_no_page_of_a_standard_to_everybody() {
    let town = Town::new().await;
    let producer = town.someone(Role::Producer, Some("35.22")).await;
    producer
        .submits("/desk/data", &[("title", "People")])
        .await
        .is(303);
    sends(&town, &producer, PEOPLE).await;
    producer
        .submits("/desk/data/people/standards", &[("data/sex", "sex@1")])
        .await
        .is(303);
    let link = "href=\"/data/people/data\"";
    let page = town.stranger().gets("/standards/sex").await.is(200).text();
    assert!(!page.contains(link), "{page}");
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

/// A package with one codelist and a standard that is classified by it, in a version.
fn package(version: &str, status: &str, label: &str) -> String {
    json!({
        "codelists": [{
            "code": "state", "version": version, "status": status, "title": { "en": "State" },
            "items": [{ "code": "good", "label": { "en": label } }],
        }],
        "standards": [{
            "code": "state", "version": version, "status": status, "title": { "en": "State" },
            "concept": { "en": "State of a thing" }, "definition": { "en": "Whether it works." },
            "classification": { "codelist": "state", "version": version },
            "measure": { "en": "Category" }, "unit": { "en": "None" },
        }],
    })
    .to_string()
}

#[tokio::test]
async fn a_version_in_force_is_never_changed_and_to_enter_it_again_changes_nothing() {
    let town = Town::new().await;
    let steward = town.someone(Role::Steward, None).await;
    let enters = async |text: &str| {
        steward
            .submits("/desk/standards", &[("kind", "json"), ("text", text)])
            .await
    };
    enters(&package("1", "draft", "Good")).await.is(303);
    enters(&package("1", "draft", "Well")).await.is(303);
    let desk = steward.gets("/desk/standards").await.is(200).text();
    assert!(
        desk.contains("Drafts") && desk.contains("State (v1)"),
        "a draft can be replaced: {desk}"
    );
    assert_eq!(faults(&desk), [""; 0]);
    let decides = |kind: &'static str| {
        [
            ("act", "activate"),
            ("kind", kind),
            ("code", "state"),
            ("version", "1"),
        ]
    };
    let early = steward.submits("/desk/standards", &decides("standard")).await;
    let early = early.is(400).text();
    assert!(early.contains("is a draft; put it in force first"), "{early}");
    for kind in ["codelist", "standard"] {
        steward.submits("/desk/standards", &decides(kind)).await.is(303);
    }
    let list = "/standards/codelists/state.json";
    let reader = town.stranger();
    let before = reader.gets(list).await.is(200).json();
    assert_eq!(
        (&before["status"], &before["items"][0]["label"]["en"]),
        (&json!("active"), &json!("Well"))
    );
    let told = enters(&package("1", "active", "Other")).await.is(409).text();
    assert!(told.contains("Version 1 of state is in force"), "{told}");
    assert_eq!(faults(&told), [""; 0]);
    enters(&package("1", "active", "Well")).await.is(303);
    assert_eq!(reader.gets(list).await.json(), before);
    // What is new is a new version; what was in force can be retired.
    enters(&package("2", "active", "Other")).await.is(303);
    enters(&package("1", "retired", "Well")).await.is(303);
    enters(&package("1", "active", "Well")).await.is(409);
}

#[tokio::test]
async fn a_steward_of_one_organisation_writes_drafts_and_puts_nothing_in_force() {
    let town = Town::new().await;
    let office = json!({ "name": "dinas-pu", "title": "Dinas PU" });
    town.admin()
        .await
        .posts_json("/api/3/action/organization_create", &office)
        .await
        .is(200);
    let grant = Grant {
        role: Role::Steward,
        place: None,
        org: Some("dinas-pu".into()),
    };
    town.add("walidata@town.test", "A steward", &[grant]).await;
    let steward = town.signs_in("walidata@town.test").await;
    let active = package("1", "active", "Good");
    let fields = [("kind", "json"), ("text", active.as_str())];
    steward.submits("/desk/standards", &fields).await.is(403);
    let draft = package("1", "draft", "Good");
    let fields = [("kind", "json"), ("text", draft.as_str())];
    steward.submits("/desk/standards", &fields).await.is(303);
    let decides = [
        ("act", "activate"),
        ("kind", "codelist"),
        ("code", "state"),
        ("version", "1"),
    ];
    steward.submits("/desk/standards", &decides).await.is(403);
    // No column follows a draft.
    let producer = people(&town).await;
    producer
        .submits("/desk/data/people/standards", &[("data/sex", "state@1")])
        .await
        .is(404);
}

#[tokio::test]
async fn a_column_stays_with_its_version_and_is_told_that_a_newer_one_is_in_force() {
    let town = Town::new().await;
    let producer = people(&town).await;
    let page = "/desk/data/people/standards";
    producer.submits(page, &[("data/sex", "sex@1")]).await.is(303);
    let told = "A newer version of this standard is in force: version 2.";
    assert!(!producer.gets(page).await.text().contains(told));
    let mut newer = town.stranger().gets("/standards/sex.json").await.is(200).json();
    newer["version"] = json!("2");
    let text = json!({ "standards": [newer] }).to_string();
    let steward = town.someone(Role::Steward, None).await;
    steward
        .submits("/desk/standards", &[("kind", "json"), ("text", &text)])
        .await
        .is(303);
    for path in [page, "/data/people/data"] {
        let shown = producer.gets(path).await.is(200).text();
        assert!(shown.contains(told), "{path}\n{shown}");
    }
    let shown = town.stranger().gets("/data/people/data").await.text();
    assert!(shown.contains("href=\"/standards/sex?version=1\""), "{shown}");
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

#[tokio::test]
async fn the_list_of_places_has_a_version_of_each_year_and_a_map_from_one_to_the_next() {
    let town = Town::new().await;
    let before = "kode,nama\n35,Jawa Timur\n35.22,Bojonegoro\n35.22.01,Margomulyo\n35.22.01.2001,Luwihaji\n35.22.01.2002,Meduri\n";
    let after = "kode,nama\n35,Jawa Timur\n35.22,Bojonegoro\n35.22.29,Gayam\n35.22.29.2001,Luwihaji\n35.22.01,Margomulyo\n35.22.01.2002,Meduri\n";
    for (text, from) in [(before, date(2023, 1, 1)), (after, date(2025, 7, 1))] {
        let list = NewList {
            file_name: "list".into(),
            bytes: text.as_bytes().to_vec(),
            options: Options {
                valid_from: Some(from),
                ..Options::default()
            },
        };
        places::import(&town.app, &town.system(), list, &|_, _| ())
            .await
            .expect("taken in");
        town.run_jobs().await;
    }
    let reader = town.stranger();
    let csv = async |version: &str| {
        let path = format!("/standards/codelists/places.csv?version={version}");
        reader.gets(&path).await.is(200).text()
    };
    let (old, new) = (csv("2024").await, csv("2025").await);
    assert!(
        old.contains("35.22.01.2001") && !old.contains("35.22.29"),
        "{old}"
    );
    assert!(
        new.contains("35.22.29.2001") && !new.contains("35.22.01.2001"),
        "{new}"
    );
    let page = reader
        .gets("/standards/codelists/places?version=2025")
        .await
        .is(200)
        .text();
    for part in [
        "35.22.01.2001 (v2024)",
        "35.22.29.2001 (v2025)",
        "One to one",
        "href=\"/standards/codelists/places?version=2024\"",
    ] {
        assert!(page.contains(part), "{part} is missing in\n{page}");
    }
    assert_eq!(faults(&page), [""; 0]);
    let turtle = reader
        .gets("/standards/codelists/places.ttl?version=2025")
        .await
        .is(200)
        .text();
    assert!(
        turtle.contains("skos:exactMatch <http://127.0.0.1:8080/standards/codelists/places?version=2024#35%2E22%2E01%2E2001>"),
        "{turtle}"
    );
    reader
        .gets("/standards/codelists/places?version=2099")
        .await
        .is(404);
    // A column that follows the list of a year gets the codes that older ones became.
    let steward = town.someone(Role::Steward, None).await;
    let mut village = reader.gets("/standards/village.json").await.is(200).json();
    village["version"] = json!("2025");
    village["classification"]["version"] = json!("2025");
    let text = json!({ "standards": [village] }).to_string();
    steward
        .submits("/desk/standards", &[("kind", "json"), ("text", &text)])
        .await
        .is(303);
    let producer = opened(&town, "name,place\nA,35.22.01.2001\nB,35.22.29.2001\n").await;
    producer
        .submits("/desk/data/people/standards", &[("data/place", "village@2025")])
        .await
        .is(303);
    let doubts = producer
        .gets("/desk/data/people/standards/data/place")
        .await
        .is(200)
        .text();
    assert!(
        doubts.contains("1 of 2 values follow the standard.")
            && doubts.contains("A code of an older version, which became this one"),
        "{doubts}"
    );
}

#[tokio::test]
async fn whoever_enters_nothing_or_no_package_is_told_so_in_plain_words() {
    let town = Town::new().await;
    let steward = town.someone(Role::Steward, None).await;
    for (text, expected) in [(" ", "Nothing stands in the field"), ("{\n  oops", "in line 2")] {
        let answer = steward
            .submits("/desk/standards", &[("kind", "json"), ("text", text)])
            .await;
        let told = answer.is(400).text();
        assert!(told.contains(expected) && !told.contains("EOF"), "{told}");
    }
}
