//! From producer to steward to approver to everybody: who may do what, what waits, what is served meanwhile.

use std::time::Duration;

use baraza::{
    catalog::{cli::Import, workflow},
    platform::{audit, config::Settings, op::Role},
};
use pretty_assertions::assert_eq;
use regex::Regex;
use serde_json::json;

use super::{VILLAGES, send};
use crate::town::{Answer, Town, Visitor, grant};

mod desk;
mod hands;
mod licence;
mod told;

const REVIEW: &str = "/desk/data/villages-2024/review";

/// A town whose data are looked at by a steward and an approver before everybody can read them.
async fn strict() -> Town {
    let settings = Settings {
        review: Some("approver".into()),
        ..Settings::default()
    };
    Town::with(settings).await
}

/// What is on its way on a page: the id and the revision of the first.
async fn first_case(visitor: &Visitor<'_>, page: &str) -> (String, String) {
    let text = visitor.gets(page).await.is(200).text();
    let value = |name: &str| {
        let pattern = Regex::new(&format!("name=\"{name}\" value=\"([^\"]*)\"")).expect("a pattern");
        let found = pattern.captures(&text);
        found.unwrap_or_else(|| panic!("no {name} in\n{text}"))[1].to_owned()
    };
    (value("publication"), value("revision"))
}

/// Takes a step on the page of a dataset, as its form does.
async fn step(visitor: &Visitor<'_>, act: &str, fields: &[(&str, &str)]) -> Answer {
    let (publication, revision) = first_case(visitor, REVIEW).await;
    let mut all = vec![
        ("act", act),
        ("publication", publication.as_str()),
        ("revision", revision.as_str()),
    ];
    all.extend(fields);
    visitor.submits(REVIEW, &all).await
}

/// A producer enters a dataset that is to be open, sends a file and hands it in.
async fn hand_in<'a>(town: &'a Town) -> Visitor<'a> {
    let producer = town.someone(Role::Producer, None).await;
    let fields = [
        ("title", "Villages 2024"),
        ("open", "yes"),
        ("licence", "CC-BY-4.0"),
    ];
    producer.submits("/desk/data", &fields).await.is(303);
    send(&producer, VILLAGES).await.is(303);
    town.run_jobs().await;
    step(&producer, "submit", &[]).await.is(303);
    producer
}

/// All three have had their say; everybody can read it.
async fn published(town: &Town) {
    hand_in(town).await;
    step(&town.someone(Role::Steward, None).await, "check", &[])
        .await
        .is(303);
    step(&town.someone(Role::Leader, None).await, "approve", &[])
        .await
        .is(303);
    town.run_jobs().await;
}

#[tokio::test]
async fn a_dataset_goes_from_its_producer_by_a_steward_and_an_approver_to_everybody() {
    let town = strict().await;
    let stranger = town.stranger();
    let producer = hand_in(&town).await;
    let (steward, leader) = (
        town.someone(Role::Steward, None).await,
        town.someone(Role::Leader, None).await,
    );
    stranger.gets("/data/villages-2024").await.is(404);
    let desk = steward.gets("/desk/data").await.is(200).text();
    assert!(
        desk.contains("Waits for a steward") && desk.contains("Villages 2024"),
        "{desk}"
    );
    // Each only when it is their turn, and no producer ever.
    assert!(
        !leader
            .gets(REVIEW)
            .await
            .is(200)
            .text()
            .contains("name=\"publication\"")
    );
    step_as(&producer, &steward, "check").await.is(403);
    step_as(&leader, &steward, "approve").await.is(409);
    step(&steward, "check", &[]).await.is(303);
    stranger.gets("/data/villages-2024").await.is(404);
    step_as(&steward, &leader, "approve").await.is(403);
    step(&leader, "approve", &[]).await.is(303);
    town.run_jobs().await;
    stranger.gets("/data/villages-2024/data.csv").await.is(200);
    let page = producer.gets(REVIEW).await.is(200).text();
    let told = [
        "Published",
        "Approved",
        "Checked",
        "Handed in",
        "Asked for it to be opened",
    ];
    let places: Vec<usize> = told
        .iter()
        .filter_map(|word| page.find(&format!("<strong>{word}")))
        .collect();
    assert_eq!(places.len(), told.len(), "{page}");
    assert!(places.is_sorted(), "{page}");
}

/// Takes a step with what another person's page says, as somebody would who copies its form.
async fn step_as(visitor: &Visitor<'_>, page_of: &Visitor<'_>, act: &str) -> Answer {
    let (publication, revision) = first_case(page_of, REVIEW).await;
    let fields = [
        ("act", act),
        ("publication", publication.as_str()),
        ("revision", revision.as_str()),
    ];
    visitor.submits(REVIEW, &fields).await
}

#[tokio::test]
async fn whoever_is_producer_and_steward_checks_and_approves_nothing_of_their_own() {
    let town = strict().await;
    let roles = [
        grant(Role::Producer, None),
        grant(Role::Steward, None),
        grant(Role::Leader, None),
    ];
    town.add("all@town.test", "Everything at once", &roles).await;
    let everything = town.signs_in("all@town.test").await;
    let fields = [("title", "Villages 2024"), ("open", "yes")];
    everything.submits("/desk/data", &fields).await.is(303);
    send(&everything, VILLAGES).await.is(303);
    town.run_jobs().await;
    step(&everything, "submit", &[]).await.is(303);
    let refused = step(&everything, "check", &[]).await.is(403).text();
    assert!(refused.contains("hand in this yourself"), "{refused}");
    // An administrator is somebody else, but only once.
    let admin = town.admin().await;
    step(&admin, "check", &[]).await.is(303);
    let refused = step(&admin, "take-back", &[]).await;
    assert_eq!(refused.status, 303, "an administrator may write, too");
    town.stranger().gets("/data/villages-2024").await.is(404);
    town.run_jobs().await;
}

#[tokio::test]
async fn what_is_given_back_needs_a_word_and_goes_to_its_producer() {
    let town = strict().await;
    let producer = hand_in(&town).await;
    let steward = town.someone(Role::Steward, None).await;
    let refused = step(&steward, "return", &[("note", " ")]).await.is(400).text();
    assert!(refused.contains("govuk-error-summary"), "{refused}");
    step(&steward, "return", &[("note", "The unit of n is missing.")])
        .await
        .is(303);
    let page = producer.gets(REVIEW).await.is(200).text();
    assert!(
        page.contains("The unit of n is missing.") && page.contains("With its producer"),
        "{page}"
    );
    let comment = [("act", "comment"), ("note", "It is households.")];
    producer.submits(REVIEW, &comment).await.is(303);
    assert!(steward.gets(REVIEW).await.text().contains("It is households."));
    step(&producer, "submit", &[]).await.is(303);
    step(&steward, "check", &[]).await.is(303);
    town.run_jobs().await;
}

#[tokio::test]
async fn what_changes_after_the_check_is_checked_again_and_nobody_decides_on_what_they_have_not_seen() {
    let town = strict().await;
    let producer = hand_in(&town).await;
    let (steward, leader) = (
        town.someone(Role::Steward, None).await,
        town.someone(Role::Leader, None).await,
    );
    let before = first_case(&steward, REVIEW).await;
    send(&producer, "code,name,n\n01,Sukorejo,6\n").await.is(303);
    town.run_jobs().await;
    let fields = [
        ("act", "check"),
        ("publication", before.0.as_str()),
        ("revision", before.1.as_str()),
    ];
    let refused = steward.submits(REVIEW, &fields).await.is(409).text();
    assert!(
        refused.contains("Something changed since you looked"),
        "{refused}"
    );
    step(&steward, "check", &[]).await.is(303);
    let change = [("title", "Villages of 2024"), ("open", "yes")];
    producer
        .submits("/desk/data/villages-2024", &change)
        .await
        .is(303);
    assert!(steward.gets(REVIEW).await.text().contains("Waits for a steward"));
    step_as(&leader, &steward, "approve").await.is(409);
    town.stranger().gets("/data/villages-2024").await.is(404);
    town.run_jobs().await;
}

#[tokio::test]
async fn a_new_file_of_a_published_dataset_waits_while_the_old_one_is_served() {
    let town = strict().await;
    published(&town).await;
    let producer = town.someone(Role::Producer, None).await;
    let (stranger, officer) = (town.stranger(), town.someone(Role::Officer, None).await);
    let before = stranger.gets("/data/villages-2024/data.csv").await.is(200).text();
    send(
        &producer,
        "code,name,phone,n\n01,Sukorejo,0812,6\n02,Banjarejo,0813,7\n04,Dander,,9\n",
    )
    .await
    .is(303);
    town.run_jobs().await;
    for reader in [&stranger, &officer] {
        assert_eq!(reader.gets("/data/villages-2024/data.csv").await.text(), before);
        let json = reader.gets("/data/villages-2024/data.json").await.text();
        assert!(!json.contains("Dander") && !json.contains("held"), "{json}");
        reader
            .gets("/data/villages-2024/data.csv?version=2")
            .await
            .is(404);
        let versions = reader.gets("/data/villages-2024/data/versions.json").await.json();
        assert_eq!(versions["versions"].as_array().map(Vec::len), Some(1));
    }
    let asked = officer
        .gets("/sql?q=SELECT+*+FROM+villages_2024")
        .await
        .is(200)
        .text();
    assert!(!asked.contains("Dander"), "{asked}");
    let (steward, leader) = (
        town.someone(Role::Steward, None).await,
        town.someone(Role::Leader, None).await,
    );
    let page = steward.gets(REVIEW).await.is(200).text();
    assert!(
        page.contains("1 row was added") && page.contains("Dander"),
        "{page}"
    );
    step(&steward, "check", &[]).await.is(303);
    step(&leader, "approve", &[]).await.is(303);
    town.run_jobs().await;
    let now = stranger.gets("/data/villages-2024/data.csv").await.is(200).text();
    assert!(now.contains("Dander") && !now.contains("Kali"), "{now}");
    let versions = stranger
        .gets("/data/villages-2024/data/versions.json")
        .await
        .json();
    assert_eq!(versions["versions"].as_array().map(Vec::len), Some(2));
    let beside = workflow::beside("data/x/data");
    assert_eq!(beside, "waiting/data/x/data");
}

#[tokio::test]
async fn what_is_scheduled_is_published_when_its_hour_has_come_once_even_after_an_outage() {
    let mut town = strict().await;
    hand_in(&town).await;
    step(&town.someone(Role::Steward, None).await, "check", &[])
        .await
        .is(303);
    let leader = town.someone(Role::Leader, None).await;
    let past = step(&leader, "approve", &[("publish_at", "2026-11-16T08:00")])
        .await
        .is(400)
        .text();
    assert!(past.contains("passed already"), "{past}");
    step(&leader, "approve", &[("publish_at", "2026-11-18T08:00")])
        .await
        .is(303);
    town.run_jobs().await;
    workflow::look(&town.app).await.expect("looked");
    assert_eq!(town.run_jobs().await, 0, "its hour has not come");
    town.stranger().gets("/data/villages-2024").await.is(404);
    // The machine was off at its hour.
    town.advance(Duration::from_secs(5 * 24 * 3600));
    town.opens_again().await;
    town.stranger().gets("/data/villages-2024").await.is(404);
    for _ in 0..2 {
        workflow::look(&town.app).await.expect("looked");
        workflow::look(&town.app).await.expect("looked");
        town.run_jobs().await;
    }
    town.stranger().gets("/data/villages-2024/data.csv").await.is(200);
    let page = town.someone(Role::Producer, None).await.gets(REVIEW).await.text();
    assert_eq!(page.matches("<strong>Published").count(), 1, "{page}");
}

#[tokio::test]
async fn what_comes_to_its_hour_in_a_dataset_that_was_closed_meanwhile_is_not_said_to_be_published() {
    let town = strict().await;
    published(&town).await;
    let producer = town.someone(Role::Producer, None).await;
    let next = "code,name,phone,n\n01,Sukorejo,0812,6\n04,Dander,,9\n";
    send(&producer, next).await.is(303);
    town.run_jobs().await;
    let steward = town.someone(Role::Steward, None).await;
    step(&steward, "check", &[]).await.is(303);
    let leader = town.someone(Role::Leader, None).await;
    let later = [("publish_at", "2026-11-18T08:00")];
    step(&leader, "approve", &later).await.is(303);
    let close = [("act", "unpublish"), ("why", "We want it back")];
    steward.submits(REVIEW, &close).await.is(303);
    town.run_jobs().await;
    town.advance(Duration::from_secs(3 * 24 * 3600));
    workflow::look(&town.app).await.expect("looked");
    town.run_jobs().await;
    town.stranger().gets("/data/villages-2024").await.is(404);
    let page = town.someone(Role::Producer, None).await.gets(REVIEW).await.text();
    let took_effect = "<strong>Took effect; the dataset is closed to the public";
    assert_eq!(page.matches(took_effect).count(), 1, "{page}");
    assert_eq!(
        page.matches("<strong>Published").count(),
        1,
        "of the first time: {page}"
    );
}

#[tokio::test]
async fn a_program_that_creates_an_open_package_hands_it_in() {
    let town = strict().await;
    let producer = town.someone(Role::Producer, None).await;
    let office = json!({ "name": "dinas-pu", "title": "Dinas PU" });
    town.admin()
        .await
        .posts_json("/api/3/action/organization_create", &office)
        .await
        .is(200);
    // CKAN knows no private package without an organisation, so there is none that could wait.
    let nobodys = json!({ "name": "nobodys", "private": false });
    producer
        .posts_json("/api/3/action/package_create", &nobodys)
        .await
        .is(409);
    let package = json!({ "name": "wells", "title": "Wells", "private": false, "owner_org": "dinas-pu" });
    let made = producer
        .posts_json("/api/3/action/package_create", &package)
        .await
        .is(200)
        .json();
    assert_eq!(made["result"]["private"], true);
    let parts: [(&str, &str, &str, &[u8]); 3] = [
        ("package_id", "", "", b"wells"),
        ("name", "", "", b"data"),
        ("upload", "wells.csv", "text/csv", b"name,n\nSumur,5\n"),
    ];
    producer
        .posts_parts("/api/3/action/resource_create", &parts)
        .await
        .is(200);
    town.run_jobs().await;
    let stranger = town.stranger();
    stranger.gets("/api/3/action/package_show?id=wells").await.is(404);
    let page = "/desk/data/wells/review";
    for (role, act) in [(Role::Steward, "check"), (Role::Leader, "approve")] {
        let visitor = town.someone(role, None).await;
        let (publication, revision) = first_case(&visitor, page).await;
        let fields = [
            ("act", act),
            ("publication", publication.as_str()),
            ("revision", revision.as_str()),
        ];
        visitor.submits(page, &fields).await.is(303);
    }
    let shown = stranger
        .gets("/api/3/action/package_show?id=wells")
        .await
        .is(200)
        .json();
    assert_eq!(shown["result"]["private"], false);
    // Another table: its file waits, and can be had by no address.
    let parts: [(&str, &str, &str, &[u8]); 3] = [
        ("package_id", "", "", b"wells"),
        ("name", "", "", b"more"),
        ("upload", "more.csv", "text/csv", b"name,n\nRahasia,5\n"),
    ];
    let made = producer
        .posts_parts("/api/3/action/resource_create", &parts)
        .await
        .is(200)
        .json();
    town.run_jobs().await;
    let url = made["result"]["url"].as_str().expect("an address");
    let path = &url[url.find("/dataset/").expect("a path")..];
    stranger.gets(path).await.is(404);
    assert!(
        !stranger
            .gets("/data/wells/more.json")
            .await
            .text()
            .contains("Rahasia")
    );
    // What is no table cannot wait beside, so it is refused.
    let link = json!({ "package_id": "wells", "name": "report", "url": "https://example.go.id/report.pdf" });
    producer
        .posts_json("/api/3/action/resource_create", &link)
        .await
        .is(403);
}

#[tokio::test]
async fn an_import_from_the_command_line_obeys_the_same_rule() {
    let town = strict().await;
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("villages.csv");
    std::fs::write(&file, VILLAGES).expect("written");
    let given = Import {
        file,
        slug: "villages-2024".into(),
        title: "Villages 2024".into(),
        open: true,
        ..Import::default()
    };
    let imported = baraza::catalog::cli::import(&town.app, given.clone())
        .await
        .expect("imported");
    assert!(imported.waits);
    town.run_jobs().await;
    town.stranger().gets("/data/villages-2024").await.is(404);
    let admin = town.admin().await;
    let rules = [("rule-", "none")];
    town.someone(Role::Steward, None)
        .await
        .submits("/desk/review/rules", &rules)
        .await
        .is(403);
    admin.submits("/desk/review/rules", &rules).await.is(303);
    let imported = baraza::catalog::cli::import(&town.app, given)
        .await
        .expect("imported");
    assert!(!imported.waits);
    town.run_jobs().await;
    town.stranger().gets("/data/villages-2024/data.csv").await.is(200);
}

#[tokio::test]
async fn several_are_checked_at_once_and_the_desk_says_what_is_wrong() {
    let town = strict().await;
    let producer = hand_in(&town).await;
    let steward = town.someone(Role::Steward, None).await;
    town.advance(Duration::from_secs(3 * 24 * 3600));
    let desk = steward.gets("/desk/data").await.is(200).text();
    for part in [
        "For 3 days",
        "1 row could not be read",
        "No description",
        "Nobody to ask",
    ] {
        assert!(desk.contains(part), "{part} is missing in\n{desk}");
    }
    let front = steward.gets("/desk").await.is(200).text();
    assert!(front.contains("1 thing waits for you"), "{front}");
    let item = Regex::new("name=\"item\" type=\"checkbox\" value=\"([^\"]+)\"").expect("a pattern");
    let item = item.captures(&desk).expect("something to check")[1].to_owned();
    producer.submits("/desk/review", &[("item", &item)]).await.is(403);
    steward.submits("/desk/review", &[("item", &item)]).await.is(303);
    let leader = town.someone(Role::Leader, None).await;
    assert!(leader.gets("/desk/data").await.is(200).text().contains("Approve"));
    town.run_jobs().await;
}

#[tokio::test]
async fn a_withdrawn_dataset_leaves_a_page_that_says_why_and_comes_back() {
    let town = Town::new().await;
    super::publish(&town, VILLAGES).await;
    let steward = town.someone(Role::Steward, None).await;
    let stranger = town.stranger();
    let says = |kind: &'static str, why: &'static str| {
        [
            ("act", "standing"),
            ("kind", kind),
            ("why", why),
            ("replaced_by", "/data/villages-2025"),
        ]
    };
    steward.submits(REVIEW, &says("withdrawn", "")).await.is(400);
    let producer = town.someone(Role::Producer, Some("35.22")).await;
    producer.submits(REVIEW, &says("withdrawn", "mine")).await.is(403);
    steward
        .submits(REVIEW, &says("deprecated", "Codes of 2023"))
        .await
        .is(303);
    let page = stranger.gets("/data/villages-2024/data").await.is(200).text();
    assert!(
        page.contains("Codes of 2023") && page.contains("/data/villages-2025"),
        "{page}"
    );
    let package = stranger
        .gets("/api/3/action/package_show?id=villages-2024")
        .await
        .json();
    let extras = package["result"]["extras"].to_string();
    assert!(
        extras.contains("adms_status") && extras.contains("deprecated"),
        "{extras}"
    );
    let id = package["result"]["id"].as_str().expect("an id").to_owned();
    let turtle = stranger.gets(&format!("/dataset/{id}.ttl")).await.is(200).text();
    assert!(turtle.contains("adms:status"), "{turtle}");
    steward
        .submits(REVIEW, &says("withdrawn", "Telephone numbers were in it"))
        .await
        .is(303);
    for path in ["/data/villages-2024", "/data/villages-2024/data"] {
        let page = stranger.gets(path).await.is(410).text();
        assert!(
            page.contains("Telephone numbers were in it") && page.contains("/data/villages-2025"),
            "{page}"
        );
    }
    for path in [
        "/data/villages-2024.csv",
        "/data/villages-2024/data.json",
        "/data/villages-2024/data.csv",
    ] {
        let gone = stranger.gets(path).await.is(410).text();
        assert!(!gone.contains("Sukorejo"), "{gone}");
    }
    stranger
        .gets("/api/3/action/package_show?id=villages-2024")
        .await
        .is(404);
    assert!(!stranger.gets("/data").await.text().contains("Villages 2024"));
    let feed = stranger.gets("/catalog/feed.atom").await.is(200).text();
    assert!(feed.contains("Withdrawn: Villages 2024"), "{feed}");
    steward
        .submits(REVIEW, &says("restored", "Without the numbers"))
        .await
        .is(303);
    let page = stranger.gets("/data/villages-2024").await.is(200).text();
    assert!(!page.contains("Telephone numbers were in it"), "{page}");
}

#[tokio::test]
async fn a_second_table_is_known_to_nobody_before_it_is_published() {
    let town = strict().await;
    published(&town).await;
    let producer = town.someone(Role::Producer, None).await;
    let parts: [(&str, &str, &str, &[u8]); 2] = [
        ("table", "", "", b"Secret second"),
        ("file", "second.csv", "text/csv", b"code,n\na,1\n"),
    ];
    producer
        .posts_parts("/desk/data/villages-2024/files", &parts)
        .await
        .is(303);
    town.run_jobs().await;
    let stranger = town.stranger();
    stranger.gets("/data/villages-2024/secret-second").await.is(404);
    for path in [
        "/data/villages-2024",
        "/data/villages-2024.json",
        "/data.json",
        "/data.csv",
        "/catalog.ttl",
        "/sitemap.xml",
        "/api/3/action/package_show?id=villages-2024",
        "/api/3/action/package_search?q=secret",
        "/api/3/action/resource_search?query=name:secret",
        "/data-errors/villages-2024",
    ] {
        let text = stranger.gets(path).await.text().to_lowercase();
        assert!(
            !text.contains("secret second") && !text.contains("secret-second"),
            "{path}: {text}"
        );
    }
    // Those who work on it go on seeing it, and a program of theirs that sends the dataset back does not lose it.
    producer.gets("/data/villages-2024/secret-second").await.is(200);
    let shown = producer
        .gets("/api/3/action/package_show?id=villages-2024")
        .await
        .is(200)
        .json();
    assert_eq!(shown["result"]["resources"].as_array().map(Vec::len), Some(2));
    let steward = town.someone(Role::Steward, None).await;
    let page = steward.gets(REVIEW).await.is(200).text();
    assert!(page.contains("Secret second"), "{page}");
    step(&steward, "check", &[]).await.is(303);
    step(&town.someone(Role::Leader, None).await, "approve", &[])
        .await
        .is(303);
    town.run_jobs().await;
    stranger.gets("/data/villages-2024/secret-second").await.is(200);
}

#[tokio::test]
async fn a_draft_that_was_never_published_can_be_deleted_and_a_published_dataset_cannot() {
    let town = strict().await;
    let producer = hand_in(&town).await;
    let desk = producer.gets("/desk/data/villages-2024").await.is(200).text();
    assert!(desk.contains("/desk/data/villages-2024/delete"), "{desk}");
    // What was wished for is shown as it was ticked.
    assert!(
        desk.contains("name=\"wished\" value=\"yes\"") && desk.contains("value=\"yes\" checked"),
        "{desk}"
    );
    let path = "/desk/data/villages-2024/delete";
    producer.gets(path).await.is(200);
    producer.submits(path, &[]).await.is(400);
    producer.submits(path, &[("sure", "yes")]).await.is(303);
    town.run_jobs().await;
    producer.gets("/desk/data/villages-2024").await.is(404);
    let trail = audit::list_about(&town.app, "dataset/villages-2024", 50)
        .await
        .expect("a trail");
    let told = trail.iter().find(|line| line.event == "catalog.dataset-deleted");
    let told = told.expect("a line");
    assert!(
        told.facts.contains("villages-2024") && told.who.starts_with("user:"),
        "{} {}",
        told.facts,
        told.who
    );
    let other = strict().await;
    published(&other).await;
    let producer = other.someone(Role::Producer, None).await;
    producer.submits(path, &[("sure", "yes")]).await.is(409);
}

#[tokio::test]
async fn a_step_is_confirmed_once_and_a_missing_note_is_asked_for_at_its_own_field() {
    let town = strict().await;
    hand_in(&town).await;
    let steward = town.someone(Role::Steward, None).await;
    let refused = step(&steward, "return", &[]).await.is(400).text();
    assert_eq!(refused.matches("govuk-textarea--error").count(), 1, "{refused}");
    assert!(!refused.contains("value=\"take-back\""), "{refused}");
    let done = step(&steward, "check", &[]).await.is(303);
    let told = done.header("set-cookie").split(';').next().expect("a pair");
    let again = steward
        .clone()
        .with_header("cookie", told)
        .gets(REVIEW)
        .await
        .is(200);
    assert!(again.text().contains("You said that it is in order."));
    assert!(again.header("set-cookie").contains("Max-Age=0"));
    town.run_jobs().await;
}
