//! The licence of a published dataset binds others, so another one is looked at before it holds; on the desk and for programs alike.

use baraza::platform::op::Role;
use pretty_assertions::assert_eq;
use serde_json::json;

use super::{super::publish, REVIEW, VILLAGES, published, step, step_as, strict};
use crate::{html::check::faults, town::Town};

const DESK: &str = "/desk/data/villages-2024";
const FREE: [(&str, &str); 3] = [
    ("title", "Villages 2024"),
    ("open", "yes"),
    ("licence", "CC0-1.0"),
];

/// The licence that everybody reads.
async fn holds(town: &Town) -> String {
    let package = town
        .stranger()
        .gets("/api/3/action/package_show?id=villages-2024")
        .await
        .is(200)
        .json();
    let licence = package["result"]["license_id"].as_str();
    licence.unwrap_or_default().to_owned()
}

#[tokio::test]
async fn another_licence_of_a_published_dataset_holds_when_it_was_checked_and_approved() {
    let town = strict().await;
    published(&town).await;
    let producer = town.someone(Role::Producer, None).await;
    let (steward, leader) = (
        town.someone(Role::Steward, None).await,
        town.someone(Role::Leader, None).await,
    );
    producer.submits(DESK, &FREE).await.is(303);
    assert_eq!(holds(&town).await, "CC-BY-4.0");
    let desk = producer.gets(DESK).await.is(200).text();
    assert!(
        desk.contains("The licence CC0-1.0 waits to be looked at. Until then CC-BY-4.0 holds."),
        "{desk}"
    );
    assert_eq!(faults(&desk), [""; 0]);
    // A form that is sent again, with another title, takes nothing back and hands nothing in again.
    let again = [
        ("title", "Villages of 2024"),
        ("open", "yes"),
        ("licence", "CC0-1.0"),
    ];
    producer.submits(DESK, &again).await.is(303);
    let review = steward.gets(REVIEW).await.is(200).text();
    for part in [
        "Another licence: CC0-1.0",
        "The licence, from CC-BY-4.0 to CC0-1.0",
        "Waits for a steward",
    ] {
        assert!(review.contains(part), "{part} is missing in\n{review}");
    }
    assert_eq!(review.matches("name=\"publication\"").count(), 1, "{review}");
    step_as(&producer, &steward, "check").await.is(403);
    step(&steward, "check", &[]).await.is(303);
    assert_eq!(holds(&town).await, "CC-BY-4.0");
    step(&leader, "approve", &[]).await.is(303);
    assert_eq!(holds(&town).await, "CC0-1.0");
    let title = town.stranger().gets("/data/villages-2024").await.is(200).text();
    assert!(title.contains("Villages of 2024"), "the title changed at once");
    town.run_jobs().await;
}

#[tokio::test]
async fn who_chooses_the_licence_that_holds_wants_no_other_any_more() {
    let town = strict().await;
    published(&town).await;
    let producer = town.someone(Role::Producer, None).await;
    producer.submits(DESK, &FREE).await.is(303);
    let before = [
        ("title", "Villages 2024"),
        ("open", "yes"),
        ("licence", "CC-BY-4.0"),
    ];
    producer.submits(DESK, &before).await.is(303);
    let review = producer.gets(REVIEW).await.is(200).text();
    assert!(
        review.contains("Nothing of this dataset is on its way.") && review.contains("Taken back"),
        "{review}"
    );
    // A dataset that is closed binds nobody: its licence changes at once, and waits no more when it is opened again.
    producer.submits(DESK, &FREE).await.is(303);
    let closed = [("title", "Villages 2024"), ("licence", "CC-BY-SA-4.0")];
    producer.submits(DESK, &closed).await.is(303);
    let page = producer.gets(DESK).await.is(200).text();
    assert!(!page.contains("waits to be looked at"), "{page}");
    town.run_jobs().await;
}

#[tokio::test]
async fn a_program_is_answered_with_the_licence_that_still_holds() {
    let town = strict().await;
    published(&town).await;
    let producer = town.someone(Role::Producer, None).await;
    let patch = json!({ "id": "villages-2024", "license_id": "CC0-1.0" });
    let answer = producer
        .posts_json("/api/3/action/package_patch", &patch)
        .await
        .is(200)
        .json();
    assert_eq!(answer["result"]["license_id"], "CC-BY-4.0");
    // Sent back as it was read, it takes nothing away from what waits.
    producer
        .posts_json("/api/3/action/package_update", &answer["result"])
        .await
        .is(200);
    let steward = town.someone(Role::Steward, None).await;
    let review = steward.gets(REVIEW).await.is(200).text();
    assert!(review.contains("Another licence: CC0-1.0"), "{review}");
    town.run_jobs().await;
}

#[tokio::test]
async fn where_nobody_looks_first_a_licence_changes_at_once() {
    let town = Town::new().await;
    publish(&town, VILLAGES).await;
    assert_eq!(holds(&town).await, "CC-BY-4.0");
    let producer = town.someone(Role::Producer, Some("35.22")).await;
    producer.submits(DESK, &FREE).await.is(303);
    assert_eq!(holds(&town).await, "CC0-1.0");
}
