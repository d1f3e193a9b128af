//! Notes that are corrected with a trace, places that are chosen, and letters that no database stores.

use baraza::platform::op::Role;
use pretty_assertions::assert_eq;

use super::{
    SAID,
    coding::{assigns, coders, words},
    facilitator, revision, typed, writes,
};
use crate::{
    facilitators::{BESIDE, VILLAGE, settled},
    town::Visitor,
};

/// Sends a correction of a note as it stands; returns the status.
async fn corrects(visitor: &Visitor<'_>, note: &str, changed: &[(&str, &str)], status: u16) -> String {
    let page = visitor.gets(note).await.is(200).text();
    let revision = revision(&page);
    let plain = [
        ("act", "correct"),
        ("revision", revision.as_str()),
        ("n_present", "9"),
        ("held_on", "2026-11-16"),
        ("questions", "Where do you go when you are ill?"),
        ("text", SAID),
        ("why", "I misheard it"),
    ];
    let fields: Vec<(&str, &str)> = plain
        .into_iter()
        .map(|(field, value)| {
            let other = changed.iter().find(|(changed, _)| *changed == field);
            (field, other.map_or(value, |(_, value)| *value))
        })
        .collect();
    visitor.submits(note, &fields).await.is(status).text()
}

#[tokio::test]
async fn whoever_wrote_a_note_corrects_it_and_what_it_said_before_is_kept() {
    let town = settled().await;
    let siti = facilitator(&town, "Siti Fasil", VILLAGE).await;
    let note = writes(&siti, &[]).await;
    let quotations = format!("{note}/quotations");
    for text in ["The clinic is far.", "We walk two hours"] {
        let position = if text.starts_with("The") { "1" } else { "2" };
        let fields = [
            ("act", "propose"),
            ("position", position),
            ("text", text),
            ("naming", "unnamed"),
        ];
        siti.submits(&quotations, &fields).await.is(303);
    }
    town.clock.advance(std::time::Duration::from_secs(60));
    let other = facilitator(&town, "Budi Fasil", "35.22").await;
    let said = "The clinic is closed.\r\n\r\nWe walk two hours, and the nurse is gone.";
    corrects(&other, &note, &[("text", said)], 403).await;
    corrects(&siti, &note, &[("text", said), ("why", " ")], 400).await;
    corrects(&siti, &note, &[], 409).await;
    corrects(&siti, &note, &[("text", said), ("n_present", "8")], 303).await;
    let page = siti.gets(&note).await.is(200).text();
    for part in [
        "The clinic is closed.",
        "The clinic is far.",
        "I misheard it",
        "corrected it",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    // A quotation keeps its words, is marked, and is not released where the note says them no more.
    let page = other.gets(&quotations).await.is(200).text();
    assert!(
        page.contains("The clinic is far.")
            && page.contains("says them no more")
            && page.contains("still stand in it"),
        "{page}"
    );
    let ids: Vec<(String, i64)> =
        sqlx::query_as("SELECT id, position FROM listening_quotation ORDER BY position")
            .fetch_all(town.app.db.read())
            .await
            .expect("read");
    for ((id, _), status) in ids.iter().zip([409, 303]) {
        let looked = format!("looked-{id}");
        let fields = [
            ("act", "release"),
            ("quotation", id.as_str()),
            (looked.as_str(), "yes"),
        ];
        other.submits(&quotations, &fields).await.is(status);
    }
    // What was said before is sealed, too, and the group counts as heard as the note says now.
    let kept: Vec<(String, String)> = sqlx::query_as("SELECT text, why FROM listening_version")
        .fetch_all(town.app.db.read())
        .await
        .expect("read");
    let all = format!("{kept:?}");
    assert!(
        kept.len() == 1 && !all.contains("clinic") && !all.contains("misheard"),
        "{all}"
    );
    let heard: Vec<(i64,)> = sqlx::query_as("SELECT CAST(n_present AS BIGINT) FROM facilitator_heard")
        .fetch_all(town.app.db.read())
        .await
        .expect("read");
    assert_eq!(heard, [(8,)]);
    town.run_jobs().await;
}

#[tokio::test]
async fn a_paragraph_that_says_something_else_is_coded_anew() {
    let town = settled().await;
    let siti = facilitator(&town, "Siti Fasil", VILLAGE).await;
    words(&siti, "far", "Far away").await;
    let note = writes(&siti, &[]).await;
    let people = coders(&town).await;
    assigns(&siti, &note).await;
    let coding = format!("{note}/coding");
    for coder in &people {
        let done = [("p1", "far"), ("p2", "far"), ("act", "finish")];
        coder.submits(&coding, &done).await.is(303);
    }
    corrects(&siti, &note, &[("text", "All in one paragraph.")], 400).await;
    let said = "The clinic is closed.\r\n\r\nWe walk two hours, and the nurse is gone.";
    corrects(&siti, &note, &[("text", said)], 303).await;
    let given: Vec<(i64,)> = sqlx::query_as("SELECT DISTINCT CAST(position AS BIGINT) FROM listening_coding")
        .fetch_all(town.app.db.read())
        .await
        .expect("read");
    assert_eq!(given, [(2,)]);
    let again = [("p1", "far"), ("p2", "far"), ("act", "finish")];
    people[0].submits(&coding, &again).await.is(303);
    town.run_jobs().await;
}

#[tokio::test]
async fn the_place_is_chosen_from_those_that_a_facilitator_may_work_in() {
    let town = settled().await;
    let siti = facilitator(&town, "Siti Fasil", VILLAGE).await;
    let page = siti.gets("/desk/listening/new").await.is(200).text();
    assert!(
        page.contains(&format!("value=\"{VILLAGE}\"")) && !page.contains(&format!("value=\"{BESIDE}\"")),
        "{page}"
    );
    // A name that one place has is as good as its code.
    writes(&siti, &[("place", "Luwihaji")]).await;
    siti.submits("/desk/listening/new", &typed(&[("place", BESIDE)]))
        .await
        .is(403);
    let officer = town.someone(Role::Officer, Some("35.22")).await;
    officer.gets("/desk/listening/new").await.is(403);
    town.run_jobs().await;
}

#[tokio::test]
async fn a_letter_that_no_database_stores_is_left_out_of_a_note() {
    let town = settled().await;
    let siti = facilitator(&town, "Siti Fasil", VILLAGE).await;
    let changed = [
        ("text", "The clinic\0 is far."),
        ("questions", "Where\0 do you go?"),
    ];
    let note = writes(&siti, &changed).await;
    let page = siti.gets(&note).await.is(200).text();
    assert!(
        page.contains("The clinic is far.") && page.contains("Where do you go?"),
        "{page}"
    );
    town.run_jobs().await;
}
