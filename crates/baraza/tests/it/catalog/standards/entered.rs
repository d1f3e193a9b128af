//! Standards that stewards enter: versions, drafts, what comes into force and what never changes.

use baraza::platform::op::{Grant, Role};
use pretty_assertions::assert_eq;
use serde_json::json;

use super::people;
use crate::{html::check::faults, town::Town};

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
