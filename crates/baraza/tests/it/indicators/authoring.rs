//! Definitions written in the browser, through the front doors.

use std::time::Duration;

use baraza::{
    indicators::{self, authoring::PutDueInForce},
    platform::op::Role,
};
use pretty_assertions::assert_eq;

use super::{WATER, counted, load};
use crate::town::{Answer, Town, Visitor};

/// As [`WATER`], but water of the river counts too.
fn with_river() -> String {
    WATER.replace("household.water = 'pipe'", "household.water IN ('pipe', 'river')")
}

/// Writes a text; returns the address of its page.
async fn writes(by: &Visitor<'_>, text: &str) -> String {
    let answer = by
        .submits("/desk/indicators/new", &[("text", text)])
        .await
        .is(303);
    answer.header("location").to_owned()
}

/// The revision of the newest proposal.
async fn revision(town: &Town) -> String {
    let revision: i64 =
        sqlx::query_scalar("SELECT revision FROM indicator_proposal ORDER BY id DESC LIMIT 1")
            .fetch_one(town.app.db.read())
            .await
            .expect("a proposal");
    revision.to_string()
}

/// Takes a step with the newest proposal as it is.
async fn takes(town: &Town, by: &Visitor<'_>, page: &str, act: &str, more: &[(&str, &str)]) -> Answer {
    let revision = revision(town).await;
    let mut fields = vec![("act", act), ("revision", revision.as_str())];
    fields.extend_from_slice(more);
    by.submits(page, &fields).await
}

/// Three who decide: two stewards and a leader of everything.
async fn three(town: &Town) -> [Visitor<'_>; 3] {
    [
        town.someone(Role::Steward, None).await,
        town.someone(Role::Steward, Some("35")).await,
        town.someone(Role::Leader, None).await,
    ]
}

/// The version in force, and the one that the public numbers were made by.
async fn versions_in_force(town: &Town) -> (String, String) {
    let indicator = indicators::find(&town.app, "6.1.1").await.expect("it is there");
    (
        indicator.definition.version.clone(),
        indicator.run.expect("numbers").definition_version.clone(),
    )
}

/// Has another definition handed in and checked; returns its page.
async fn checked(town: &Town, people: &[Visitor<'_>; 3]) -> String {
    let [ani, budi, _] = people;
    let text = with_river();
    let page = writes(ani, &text).await;
    takes(town, ani, &page, "try", &[("text", &text)]).await.is(303);
    let why = [("text", text.as_str()), ("why", "The river was cleaned")];
    takes(town, ani, &page, "submit", &why).await.is(303);
    takes(town, budi, &page, "check", &[]).await.is(303);
    page
}

#[tokio::test]
async fn a_definition_comes_into_force_when_three_people_have_had_a_hand_in_it() {
    let town = counted().await;
    let people = three(&town).await;
    let [ani, budi, cici] = &people;
    let text = with_river();
    let before = versions_in_force(&town).await;
    let page = writes(ani, &text).await;
    takes(&town, ani, &page, "try", &[("text", &text)]).await.is(303);
    let why = [("text", text.as_str()), ("why", "The river was cleaned")];
    takes(&town, ani, &page, "submit", &why).await.is(303);

    let own_work = takes(&town, ani, &page, "check", &[]).await.is(403).text();
    assert!(own_work.contains("You had a hand in this yourself"), "{own_work}");
    takes(&town, cici, &page, "check", &[]).await.is(403);
    takes(&town, budi, &page, "check", &[]).await.is(303);
    let own_check = takes(&town, budi, &page, "approve", &[]).await.is(403).text();
    assert!(own_check.contains("You checked this yourself"), "{own_check}");
    town.run_jobs().await;
    assert_eq!(versions_in_force(&town).await, before);

    takes(&town, cici, &page, "approve", &[]).await.is(303);
    town.run_jobs().await;
    let (in_force, made_by) = versions_in_force(&town).await;
    assert_eq!(in_force, made_by);
    assert_ne!(in_force, before.0);
    let definition = indicators::find(&town.app, "6.1.1").await.unwrap().definition;
    assert_eq!(definition.text, text);
    takes(&town, cici, &page, "return", &[("note", "Too late")])
        .await
        .is(409);
}

#[tokio::test]
async fn what_is_tried_is_protected_and_stands_in_the_audit_and_nothing_of_it_is_public() {
    let town = counted().await;
    let steward = town.someone(Role::Steward, None).await;
    // Two women of Sugihwaras have a pipe.
    let text = WATER
        .replace("code = \"6.1.1\"", "code = \"6.1.1-women\"")
        .replace(
            "from = \"household\"",
            "from = \"household\"\nuniverse = \"household.round = '2026' AND household.village = '35.22.01.2002' AND household.head_sex = 'F'\"",
        );
    let page = writes(&steward, &text).await;
    takes(&town, &steward, &page, "try", &[("text", &text)])
        .await
        .is(303);
    let html = steward.gets(&page).await.is(200).text();
    assert!(html.contains("Sugihwaras"), "{html}");
    assert!(html.contains(">withheld</td>"), "{html}");
    assert!(!html.contains("6.7%"), "{html}");
    let tried: Vec<(String, String)> =
        sqlx::query_as("SELECT subject, facts FROM audit WHERE event = 'indicators.definition-tried'")
            .fetch_all(town.app.db.read())
            .await
            .unwrap();
    let [(subject, facts)] = tried.as_slice() else {
        panic!("{tried:?}");
    };
    assert_eq!(subject, "indicator/6.1.1-women");
    assert!(facts.contains("\"version\""), "{facts}");
    town.stranger().gets("/indicators/6.1.1-women").await.is(404);
    town.stranger().gets(&page).await.is(303);
}

#[tokio::test]
async fn a_whole_is_not_tried_beside_parts_that_would_tell_of_it() {
    let town = counted().await;
    let part = WATER.replace("code = \"6.1.1\"", "code = \"6.1.1-pipe\"\npart_of = \"6.1.1\"");
    load(&town, &part).await;
    town.run_jobs().await;
    let steward = town.someone(Role::Steward, None).await;
    let text = with_river();
    let page = writes(&steward, &text).await;
    takes(&town, &steward, &page, "try", &[("text", &text)])
        .await
        .is(303);
    let html = steward.gets(&page).await.is(200).text();
    assert!(html.contains("all are shown together only"), "{html}");
}

#[tokio::test]
async fn a_text_that_makes_no_numbers_is_handed_in_only_with_a_word_to_the_others() {
    let town = counted().await;
    let steward = town.someone(Role::Steward, None).await;
    let text = with_river().replace("census__household", "not__there__yet");
    let page = writes(&steward, &text).await;
    takes(&town, &steward, &page, "try", &[("text", &text)])
        .await
        .is(303);
    let html = steward.gets(&page).await.is(200).text();
    assert!(html.contains("there is no table"), "{html}");
    let why = ("why", "The next census asks otherwise");
    let refused = takes(&town, &steward, &page, "submit", &[("text", &text), why])
        .await
        .is(400)
        .text();
    assert!(refused.contains("made no numbers yet"), "{refused}");
    let note = ("note", "The table comes in June");
    takes(&town, &steward, &page, "submit", &[("text", &text), why, note])
        .await
        .is(303);
}

#[tokio::test]
async fn a_text_that_is_no_definition_is_kept_and_not_handed_in() {
    let town = counted().await;
    let steward = town.someone(Role::Steward, None).await;
    let page = writes(&steward, "code = \"half\"\r\ntitle = {").await;
    let html = steward.gets(&page).await.is(200).text();
    assert!(html.contains("This is no definition yet"), "{html}");
    for act in ["try", "submit"] {
        let text = "code = \"half\"\ntitle = {";
        let refused = takes(&town, &steward, &page, act, &[("text", text), ("why", "x")])
            .await
            .is(400)
            .text();
        assert!(refused.contains("The definition cannot be used"), "{refused}");
    }
}

#[tokio::test]
async fn an_approved_definition_comes_into_force_on_its_day_and_not_before() {
    let town = counted().await;
    let people = three(&town).await;
    let before = versions_in_force(&town).await;
    let page = checked(&town, &people).await;
    takes(&town, &people[2], &page, "approve", &[("from", "2026-11-15")])
        .await
        .is(400);
    takes(&town, &people[2], &page, "approve", &[("from", "2026-11-18")])
        .await
        .is(303);
    come_due(&town).await;
    assert_eq!(versions_in_force(&town).await, before);
    town.advance(Duration::from_secs(2 * 24 * 3_600));
    come_due(&town).await;
    let (in_force, made_by) = versions_in_force(&town).await;
    assert_eq!(in_force, made_by);
    assert_ne!(in_force, before.0);
    let told = town
        .stranger()
        .gets("/indicators/6.1.1/versions.json")
        .await
        .is(200)
        .json();
    assert_eq!(told["versions"][0]["from"], "2026-11-18T02:00:00Z");
    assert_eq!(told["versions"][1]["until"], "2026-11-18T02:00:00Z");
}

async fn come_due(town: &Town) {
    let mut tx = town.app.db.begin().await.expect("a transaction");
    tx.enqueue(&town.system(), &PutDueInForce {})
        .await
        .expect("queued");
    tx.commit().await.expect("committed");
    town.run_jobs().await;
}

#[tokio::test]
async fn what_was_approved_for_a_later_day_can_still_be_withdrawn() {
    let town = counted().await;
    let people = three(&town).await;
    let before = versions_in_force(&town).await;
    let page = checked(&town, &people).await;
    takes(&town, &people[2], &page, "approve", &[("from", "2026-11-18")])
        .await
        .is(303);
    takes(&town, &people[1], &page, "withdraw", &[]).await.is(400);
    takes(
        &town,
        &people[1],
        &page,
        "withdraw",
        &[("note", "The river is not clean")],
    )
    .await
    .is(303);
    town.advance(Duration::from_secs(2 * 24 * 3_600));
    come_due(&town).await;
    assert_eq!(versions_in_force(&town).await, before);
}

#[tokio::test]
async fn nobody_decides_on_a_text_that_they_have_not_seen() {
    let town = counted().await;
    let [ani, budi, _] = &three(&town).await;
    let text = with_river();
    let page = writes(ani, &text).await;
    let handed_in = [("text", text.as_str()), ("why", "x"), ("note", "Tried elsewhere")];
    takes(&town, ani, &page, "submit", &handed_in).await.is(303);
    let seen = revision(&town).await;
    takes(&town, ani, &page, "take-back", &[]).await.is(303);
    let other = text.replace("green = 90", "green = 80");
    let handed_in = [
        ("text", other.as_str()),
        ("why", "x"),
        ("note", "Tried elsewhere"),
    ];
    takes(&town, ani, &page, "submit", &handed_in).await.is(303);
    budi.submits(&page, &[("act", "check"), ("revision", &seen)])
        .await
        .is(409);
    takes(&town, budi, &page, "check", &[]).await.is(303);
}

#[tokio::test]
async fn two_who_write_at_once_do_not_write_over_each_other() {
    let town = counted().await;
    let [ani, budi, _] = &three(&town).await;
    let text = with_river();
    let page = writes(ani, &text).await;
    let seen = revision(&town).await;
    let hers = text.replace("green = 90", "green = 80");
    let his = text.replace("green = 90", "green = 70");
    let saves = |text| [("act", "save"), ("revision", seen.as_str()), ("text", text)];
    ani.submits(&page, &saves(hers.as_str())).await.is(303);
    let refused = budi.submits(&page, &saves(his.as_str())).await.is(409).text();
    assert!(
        refused.contains("green = 70"),
        "what was typed is lost: {refused}"
    );
    let again = format!("name=\"revision\" value=\"{seen}\"");
    assert!(refused.contains(&again), "{refused}");
    let kept: String = sqlx::query_scalar("SELECT text FROM indicator_proposal")
        .fetch_one(town.app.db.read())
        .await
        .unwrap();
    assert_eq!(kept, hers);
}

#[tokio::test]
async fn the_definition_in_force_is_not_proposed_again() {
    let town = counted().await;
    let steward = town.someone(Role::Steward, None).await;
    let page = writes(&steward, WATER).await;
    let fields = [("text", WATER), ("why", "x"), ("note", "x")];
    let refused = takes(&town, &steward, &page, "submit", &fields)
        .await
        .is(409)
        .text();
    assert!(refused.contains("in force already"), "{refused}");
}

#[tokio::test]
async fn the_versions_say_what_changed_and_why_and_name_their_people_to_staff_only() {
    let town = counted().await;
    let people = three(&town).await;
    let page = checked(&town, &people).await;
    takes(&town, &people[2], &page, "approve", &[]).await.is(303);
    town.run_jobs().await;
    let public = town
        .stranger()
        .gets("/indicators/6.1.1/versions")
        .await
        .is(200)
        .text();
    assert!(public.contains("The river was cleaned"), "{public}");
    assert!(public.contains("numerator"), "{public}");
    assert!(
        public.contains("Written, checked and approved by three people"),
        "{public}"
    );
    assert!(public.contains("Put in force by an operator"), "{public}");
    assert!(!public.contains("The leader"), "{public}");
    let inside = people[0].gets("/indicators/6.1.1/versions").await.is(200).text();
    assert!(inside.contains("approved by The leader"), "{inside}");
    let told = town
        .stranger()
        .gets("/indicators/6.1.1/versions.json")
        .await
        .is(200)
        .json();
    let change = &told["versions"][0]["changes"][0];
    assert_eq!(change["key"], "numerator");
    assert_eq!(change["before"], "household.water = 'pipe'");
    assert_eq!(change["after"], "household.water IN ('pipe', 'river')");
    assert_eq!(told["versions"][1]["reviewed"], false);
}

#[tokio::test]
async fn a_version_that_comes_back_is_in_the_list_twice() {
    let town = counted().await;
    load(&town, &with_river()).await;
    load(&town, WATER).await;
    load(&town, WATER).await;
    town.run_jobs().await;
    let told = town
        .stranger()
        .gets("/indicators/6.1.1/versions.json")
        .await
        .is(200)
        .json();
    let versions = told["versions"].as_array().unwrap();
    assert_eq!(versions.len(), 3);
    assert_eq!(versions[0]["version"], versions[2]["version"]);
    assert_ne!(versions[0]["version"], versions[1]["version"]);
    assert_eq!(versions[0]["until"], serde_json::Value::Null);
}

#[tokio::test]
async fn a_formula_is_tried_on_the_numbers_that_are_public() {
    let town = counted().await;
    let steward = town.someone(Role::Steward, None).await;
    let text = "code = \"half\"\nkind = \"formula\"\ntitle = { en = \"Half of it\" }\nunit = \"number\"\ndirection = \"up\"\n\
        [formula]\nexpression = \"water / 2\"\ninputs = { water = { code = \"6.1.1\" } }\n";
    let page = writes(&steward, text).await;
    takes(&town, &steward, &page, "try", &[("text", text)])
        .await
        .is(303);
    let html = steward.gets(&page).await.is(200).text();
    // Of 64.6 percent.
    assert!(html.contains(">32.3</td>"), "{html}");
}

#[tokio::test]
async fn a_steward_of_one_village_reads_and_neither_writes_nor_decides() {
    let town = counted().await;
    let steward = town.someone(Role::Steward, None).await;
    let page = writes(&steward, &with_river()).await;
    let of_village = town.someone(Role::Steward, Some("35.22.01.2001")).await;
    of_village.gets("/desk/indicators").await.is(200);
    of_village.gets(&page).await.is(200);
    of_village.gets("/desk/indicators/new").await.is(403);
    of_village
        .submits("/desk/indicators/new", &[("text", WATER)])
        .await
        .is(403);
    for act in ["try", "submit", "withdraw"] {
        takes(&town, &of_village, &page, act, &[("note", "x"), ("why", "x")])
            .await
            .is(403);
    }
}

#[tokio::test]
async fn one_begins_with_an_example_or_with_the_definition_in_force() {
    let town = counted().await;
    let steward = town.someone(Role::Steward, None).await;
    let list = steward.gets("/desk/indicators").await.is(200).text();
    assert!(list.contains("/desk/indicators/new?from=6.1.1"), "{list}");
    let begun = steward
        .gets("/desk/indicators/new?from=6.1.1")
        .await
        .is(200)
        .text();
    assert!(begun.contains("Households with safe water"), "{begun}");
    let begun = steward
        .gets("/desk/indicators/new?template=ratio")
        .await
        .is(200)
        .text();
    assert!(begun.contains("persons-per-room"), "{begun}");
}
