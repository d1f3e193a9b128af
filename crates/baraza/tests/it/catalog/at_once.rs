//! Two at the same thing: what one wrote is not lost without a word, and what is there afterwards can be read.

use baraza::platform::{audit, op::Role};
use pretty_assertions::assert_eq;
use regex::Regex;
use serde_json::{Value, json};

use super::{VILLAGES, publish, send, world::save_office};
use crate::{
    html::check::faults,
    town::{Town, Visitor},
};

const DESK: &str = "/desk/data/villages-2024";

/// The revision that the form of a page was filled from.
async fn revision(visitor: &Visitor<'_>, path: &str) -> String {
    let page = visitor.gets(path).await.is(200).text();
    let pattern = Regex::new("name=\"revision\" value=\"([^\"]*)\"").expect("a pattern");
    pattern.captures(&page).expect("a revision")[1].to_owned()
}

async fn result(visitor: &Visitor<'_>, action: &str, sent: Value) -> Value {
    let path = format!("/api/3/action/{action}");
    let answer = visitor.posts_json(&path, &sent).await.is(200).json();
    answer["result"].clone()
}

#[tokio::test]
async fn an_entry_that_somebody_else_changed_meanwhile_is_shown_with_both() {
    let town = Town::new().await;
    publish(&town, VILLAGES).await;
    let (steward, producer) = (
        town.someone(Role::Steward, None).await,
        town.someone(Role::Producer, Some("35.22")).await,
    );
    let seen = revision(&steward, DESK).await;
    let first = [
        ("title", "By the first"),
        ("open", "yes"),
        ("revision", seen.as_str()),
    ];
    producer.submits(DESK, &first).await.is(303);
    let second = [
        ("title", "Villages 2024"),
        ("description", "By the second"),
        ("open", "yes"),
        ("revision", seen.as_str()),
    ];
    let told = steward.submits(DESK, &second).await.is(409).text();
    for part in [
        "Somebody else changed the entry",
        "it now says “By the first”",
        "By the second",
    ] {
        assert!(told.contains(part), "{part} is missing in\n{told}");
    }
    // Whoever has seen both decides.
    let seen = revision(&steward, DESK).await;
    let decided = [
        ("title", "By the first"),
        ("description", "By the second"),
        ("open", "yes"),
        ("revision", seen.as_str()),
    ];
    steward.submits(DESK, &decided).await.is(303);
    let shown = result(&steward, "package_show", json!({ "id": "villages-2024" })).await;
    assert_eq!(shown["title"], "By the first");
    assert_eq!(shown["notes"], "By the second");
    town.run_jobs().await;
}

#[tokio::test]
async fn a_program_that_changes_a_dataset_is_seen_by_a_form_that_was_opened_before() {
    let town = Town::new().await;
    publish(&town, VILLAGES).await;
    let steward = town.someone(Role::Steward, None).await;
    let seen = revision(&steward, DESK).await;
    result(
        &steward,
        "package_patch",
        json!({ "id": "villages-2024", "notes": "By the program" }),
    )
    .await;
    let typed = [
        ("title", "By the desk"),
        ("open", "yes"),
        ("revision", seen.as_str()),
    ];
    steward.submits(DESK, &typed).await.is(409);
    let shown = result(&steward, "package_show", json!({ "id": "villages-2024" })).await;
    assert_eq!(shown["notes"], "By the program");
    town.run_jobs().await;
}

#[tokio::test]
async fn an_organisation_that_somebody_else_changed_meanwhile_is_shown_with_both() {
    let town = Town::new().await;
    save_office(&town, "dinkes", "Dinas Kesehatan").await;
    let (admin, steward) = (town.admin().await, town.someone(Role::Steward, None).await);
    let desk = "/desk/organizations/dinkes";
    let seen = revision(&admin, desk).await;
    let first = [
        ("name", "Dinas Kesehatan"),
        ("contact", "By the first"),
        ("active", "yes"),
        ("revision", seen.as_str()),
    ];
    admin.submits(desk, &first).await.is(303);
    let second = [
        ("name", "Dinas Kesehatan"),
        ("about", "By the second"),
        ("active", "yes"),
        ("revision", seen.as_str()),
    ];
    let told = steward.submits(desk, &second).await.is(409).text();
    for part in [
        "Somebody else changed the entry",
        "it now says “By the first”",
        "By the second",
    ] {
        assert!(told.contains(part), "{part} is missing in\n{told}");
    }
    assert_eq!(faults(&told), [""; 0]);
    // Another program's change counts, too.
    let seen = revision(&steward, desk).await;
    save_office(&town, "dinkes", "By a program").await;
    let late = [("name", "Late"), ("active", "yes"), ("revision", seen.as_str())];
    steward.submits(desk, &late).await.is(409);
    let seen = revision(&steward, desk).await;
    let closed = [("name", "By a program"), ("revision", seen.as_str())];
    steward.submits(desk, &closed).await.is(303);
    let trail = audit::list_about(&town.app, "organisation/dinkes", 20)
        .await
        .expect("a trail");
    let is_closing = |line: &&audit::Entry| line.event == "accounts.organisation-closed";
    assert_eq!(trail.iter().filter(is_closing).count(), 1);
}

#[tokio::test]
async fn two_first_files_for_a_dataset_are_two_files_of_one_table() {
    let town = Town::new().await;
    let producer = town.someone(Role::Producer, Some("35.22")).await;
    let fields = [("title", "Villages 2024"), ("open", "yes")];
    producer.submits("/desk/data", &fields).await.is(303);
    let (one, other) = tokio::join!(send(&producer, "name,n\na,1\n"), send(&producer, "name,n\nb,2\n"));
    one.is(303);
    other.is(303);
    town.run_jobs().await;
    let shown = result(&producer, "package_show", json!({ "id": "villages-2024" })).await;
    assert_eq!(shown["resources"].as_array().map(Vec::len), Some(1), "{shown}");
    let desk = producer.gets(DESK).await.is(200).text();
    assert!(!desk.contains("Being read"), "{desk}");
}

#[tokio::test]
async fn a_first_file_that_was_refused_can_be_had_as_it_came_and_its_address_answers() {
    let town = Town::new().await;
    let producer = town.someone(Role::Producer, Some("35.22")).await;
    let fields = [("title", "Villages 2024"), ("open", "yes")];
    producer.submits("/desk/data", &fields).await.is(303);
    send(&producer, "").await.is(303);
    town.run_jobs().await;
    let page = producer.gets("/data/villages-2024/data").await.is(200).text();
    assert!(page.contains("/data/villages-2024/data/files/"), "{page}");
    let shown = result(&producer, "package_show", json!({ "id": "villages-2024" })).await;
    let url = shown["resources"][0]["url"].as_str().expect("an address");
    let path = url.trim_start_matches(&town.app.config.base_url);
    producer.gets(path).await.is(200);
}
