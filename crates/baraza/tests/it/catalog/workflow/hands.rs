//! What each of the three sees and may do at the desk: whose data they are, who is next, what is there to be judged.

use baraza::platform::op::{Grant, Role};
use pretty_assertions::assert_eq;
use serde_json::json;

use super::{super::publish, REVIEW, VILLAGES, hand_in, published, send, step, strict};
use crate::{
    html::check::faults,
    town::{Town, Visitor},
};

/// Somebody with a role within one organisation.
async fn of_organisation<'a>(town: &'a Town, role: Role, org: &str) -> Visitor<'a> {
    let grant = Grant {
        role,
        place: None,
        org: Some(org.into()),
    };
    let email = format!("{role}-{org}@town.test");
    town.add(&email, "Somebody", &[grant]).await;
    town.signs_in(&email).await
}

async fn enter_organisations(town: &Town) {
    let admin = town.admin().await;
    for code in ["dinas-pu", "dinkes"] {
        admin
            .posts_json("/api/3/action/organization_create", &json!({ "name": code }))
            .await
            .is(200);
    }
}

#[tokio::test]
async fn a_producer_chooses_among_their_own_publishers_and_keeps_what_they_typed() {
    let town = Town::new().await;
    enter_organisations(&town).await;
    let producer = of_organisation(&town, Role::Producer, "dinkes").await;
    let desk = producer.gets("/desk/data").await.is(200).text();
    assert!(
        desk.contains("value=\"dinkes\"") && !desk.contains("value=\"dinas-pu\""),
        "{desk}"
    );
    let fields = [
        ("title", "Wells of the north"),
        ("organisation", "dinas-pu"),
        ("tags", "water, deep wells"),
    ];
    let refused = producer.submits("/desk/data", &fields).await.is(400).text();
    for part in [
        "You may not publish for this organisation",
        "Wells of the north",
        "water, deep wells",
    ] {
        assert!(refused.contains(part), "{part} is missing in\n{refused}");
    }
    assert_eq!(faults(&refused), [""; 0]);
    town.run_jobs().await;
}

#[tokio::test]
async fn the_page_says_who_is_next_and_that_nobody_is_and_why_a_button_is_missing() {
    let town = strict().await;
    enter_organisations(&town).await;
    let producer = hand_in(&town).await;
    let page = producer.gets(REVIEW).await.is(200).text();
    assert!(page.contains("Nobody can check this"), "{page}");
    let other = of_organisation(&town, Role::Steward, "dinkes").await;
    other.gets(REVIEW).await.is(403);
    let steward = town.someone(Role::Steward, None).await;
    let page = producer.gets(REVIEW).await.is(200).text();
    assert!(
        page.contains("1 account can do it") && !page.contains("Nobody can check this"),
        "{page}"
    );
    step(&steward, "check", &[]).await.is(303);
    let page = steward.gets(REVIEW).await.is(200).text();
    assert!(page.contains("You checked this yourself"), "{page}");
    assert_eq!(faults(&page), [""; 0]);
    town.run_jobs().await;
}

#[tokio::test]
async fn the_first_version_is_shown_to_whoever_checks_it_and_nothing_unpublished_can_be_withdrawn() {
    let town = strict().await;
    hand_in(&town).await;
    let steward = town.someone(Role::Steward, None).await;
    let page = steward.gets(REVIEW).await.is(200).text();
    for part in [
        "Banjarejo",
        "whole numbers",
        "1 row could not be read",
        "0 of 4 columns follow a data standard",
        "/data/villages-2024/metadata/ms-keg",
        "/desk/data/villages-2024#maintainer",
    ] {
        assert!(page.contains(part), "{part} is missing in\n{page}");
    }
    assert!(!page.contains("Deprecate or withdraw"), "{page}");
    assert_eq!(faults(&page), [""; 0]);
    step(&steward, "check", &[]).await.is(303);
    step(&town.someone(Role::Leader, None).await, "approve", &[])
        .await
        .is(303);
    town.run_jobs().await;
    let page = steward.gets(REVIEW).await.is(200).text();
    assert!(page.contains("Deprecate or withdraw"), "{page}");
}

#[tokio::test]
async fn tags_and_a_contact_are_given_at_the_desk_and_stay_when_a_form_does_not_speak_of_them() {
    let town = Town::new().await;
    publish(&town, VILLAGES).await;
    let producer = town.someone(Role::Producer, Some("35.22")).await;
    let one = "/desk/data/villages-2024";
    let desk = producer.gets("/desk/data").await.is(200).text();
    assert!(desk.contains("/desk/data/villages-2024#maintainer"), "{desk}");
    let wrong = [("title", "Villages 2024"), ("open", "yes"), ("tags", "what?!")];
    producer.submits(one, &wrong).await.is(400);
    let fields = [
        ("title", "Villages 2024"),
        ("open", "yes"),
        ("tags", "villages, desa"),
        ("maintainer", "Data desk"),
        ("maintainer_email", "data@town.test"),
    ];
    producer.submits(one, &fields).await.is(303);
    let silent = [("title", "Villages 2024"), ("open", "yes")];
    producer.submits(one, &silent).await.is(303);
    town.run_jobs().await;
    let shown = town
        .stranger()
        .gets("/api/3/action/package_show?id=villages-2024")
        .await
        .is(200)
        .json();
    let package = &shown["result"];
    assert_eq!(package["maintainer"], "Data desk");
    assert_eq!(package["maintainer_email"], "data@town.test");
    assert_eq!(package["tags"].as_array().map(Vec::len), Some(2), "{package}");
    let desk = producer.gets("/desk/data").await.is(200).text();
    assert!(!desk.contains("Nobody to ask"), "{desk}");
    let page = producer.gets(one).await.is(200).text();
    assert!(page.contains("data@town.test"), "{page}");
}

#[tokio::test]
async fn the_list_of_files_leads_to_the_lines_that_could_not_be_read_and_warns_of_other_columns() {
    let town = strict().await;
    published(&town).await;
    let producer = town.someone(Role::Producer, None).await;
    let page = producer.gets("/desk/data/villages-2024").await.is(200).text();
    assert!(
        page.contains("Lines that could not be read: 4")
            && page.contains("/data/villages-2024/data#bad-rows"),
        "{page}"
    );
    assert!(!page.contains("The columns are other ones"), "{page}");
    send(&producer, "street,house\nJalan Raya,1\n").await.is(303);
    town.run_jobs().await;
    let steward = town.someone(Role::Steward, None).await;
    for (visitor, path) in [(&producer, "/desk/data/villages-2024"), (&steward, REVIEW)] {
        let page = visitor.gets(path).await.is(200).text();
        assert!(page.contains("The columns are other ones"), "{path}: {page}");
        assert_eq!(faults(&page), [""; 0], "{path}");
    }
}

#[tokio::test]
async fn the_metadata_form_has_sections_that_count_their_answers_and_choices_in_every_language() {
    let town = Town::new().await;
    publish(&town, VILLAGES).await;
    let producer = town.someone(Role::Producer, Some("35.22")).await;
    let form = "/desk/data/villages-2024/metadata";
    producer
        .submits(form, &[("repetition", "Repeated"), ("method", "By ear")])
        .await
        .is(303);
    let page = producer.gets(form).await.is(200).text();
    assert!(
        page.contains("MS-Keg (activity): 4 Design of the activity") && page.contains("2 of 4 answered"),
        "{page}"
    );
    assert!(
        page.contains("<option value=\"Repeated\" selected>")
            && page.contains("<option value=\"By ear\" selected>"),
        "{page}"
    );
    assert_eq!(faults(&page), [""; 0]);
    let page = producer.gets(&format!("{form}?lang=id")).await.is(200).text();
    assert!(page.contains("<option value=\"Berulang\" selected>"), "{page}");
}

#[tokio::test]
async fn the_front_of_the_desk_begins_with_what_waits() {
    let town = strict().await;
    hand_in(&town).await;
    let front = town
        .someone(Role::Steward, None)
        .await
        .gets("/desk")
        .await
        .is(200)
        .text();
    let place = |part: &str| {
        front
            .find(part)
            .unwrap_or_else(|| panic!("no {part} in\n{front}"))
    };
    assert!(place("/desk/data#waiting") < place("bz-cards"), "{front}");
    assert_eq!(faults(&front), [""; 0]);
    town.run_jobs().await;
}

/// A file like the one that is published with forty rows, of which one has a word for its last value.
fn with_an_odd_value(columns: &str, odd: &str) -> String {
    let mut csv = format!("{columns}\n");
    for n in 0..40 {
        let value = match n {
            30 => odd.to_owned(),
            n => n.to_string(),
        };
        let others = columns.split(',').count() - 4;
        csv.push_str(&format!("{n},Desa {n},0812,{}{value}\n", "5,".repeat(others)));
    }
    csv
}

#[tokio::test]
async fn doubts_about_a_file_that_waits_are_told_to_its_producer_and_whoever_decides_and_stay() {
    let town = strict().await;
    published(&town).await;
    let producer = town.someone(Role::Producer, None).await;
    let (steward, leader) = (
        town.someone(Role::Steward, None).await,
        town.someone(Role::Leader, None).await,
    );
    let csv = with_an_odd_value("code,name,phone,n", "tiga puluh") + "torn\n";
    send(&producer, &csv).await.is(303);
    town.run_jobs().await;
    let told = [
        "39 of the 40 values of column",
        "tiga puluh",
        "<td class=\"govuk-table__cell\">32</td>",
        "torn",
    ];
    for visitor in [&producer, &steward, &leader] {
        let page = visitor.gets(REVIEW).await.is(200).text();
        for part in told {
            assert!(page.contains(part), "{part} is missing in\n{page}");
        }
        assert_eq!(faults(&page), [""; 0]);
    }
    step(&steward, "check", &[]).await.is(303);
    step(&leader, "approve", &[]).await.is(303);
    town.run_jobs().await;
    let page = producer.gets("/data/villages-2024/data").await.is(200).text();
    assert!(page.contains(told[0]) && page.contains(told[1]), "{page}");
}

#[tokio::test]
async fn of_a_doubt_about_a_column_that_nobody_reviewed_only_a_steward_reads_more_than_the_line() {
    let town = strict().await;
    published(&town).await;
    let producer = town.someone(Role::Producer, None).await;
    let csv = with_an_odd_value("code,name,phone,n,score", "rahasia");
    send(&producer, &csv).await.is(303);
    town.run_jobs().await;
    let hidden = "This is about columns that you may not see";
    let leader = town.someone(Role::Leader, None).await;
    for visitor in [&producer, &leader] {
        let page = visitor.gets(REVIEW).await.is(200).text();
        assert!(page.contains(hidden) && !page.contains("rahasia"), "{page}");
    }
    let page = town.someone(Role::Steward, None).await.gets(REVIEW).await.text();
    assert!(!page.contains(hidden) && page.contains("rahasia"), "{page}");
}
