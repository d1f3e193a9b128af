//! Listening: notes and consent, two coders, quotations and reports of places, through the front doors.

use baraza::platform::op::Role;
use regex::Regex;

use crate::{
    facilitators::{BESIDE, VILLAGE, named, settled, signs},
    town::{Town, Visitor, grant},
};

mod coding;
mod corrections;
mod hotspots;

/// What was said by the women of a village: two paragraphs.
pub const SAID: &str = "The clinic is far.\r\n\r\nWe walk two hours, and the nurse is gone.";

/// A facilitator of a place who signed both papers.
pub async fn facilitator<'a>(town: &'a Town, name: &str, place: &str) -> Visitor<'a> {
    let (visitor, _) = named(town, name, &[grant(Role::Facilitator, Some(place))]).await;
    signs(&visitor).await;
    visitor
}

/// What is typed of a talk with nine women who agreed to everything.
pub fn typed<'a>(changed: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let plain = [
        ("kind", "focus-group"),
        ("place", VILLAGE),
        ("group", "women"),
        ("n_present", "9"),
        ("held_on", "2026-11-16"),
        ("questions", "Where do you go when you are ill?"),
        ("text", SAID),
        ("words", "May we count and quote what you say?"),
        ("may_report", "yes"),
        ("may_quote_named", "yes"),
        ("may_quote_unnamed", "yes"),
        ("may_recording", "yes"),
        ("may_contact", "yes"),
        ("recording", "folder 3"),
        ("contact", "the head of the group"),
    ];
    plain
        .into_iter()
        .map(|(field, value)| {
            let other = changed.iter().find(|(changed, _)| *changed == field);
            (field, other.map_or(value, |(_, value)| *value))
        })
        .chain(changed.iter().copied().filter(|(field, _)| *field == "sure"))
        .collect()
}

/// Writes a note; returns its address.
pub async fn writes(visitor: &Visitor<'_>, changed: &[(&str, &str)]) -> String {
    let answer = visitor
        .submits("/desk/listening/new", &typed(changed))
        .await
        .is(303);
    answer.header("location").to_owned()
}

pub fn found(page: &str, pattern: &str) -> String {
    let pattern = Regex::new(pattern).expect("a pattern");
    pattern
        .captures(page)
        .unwrap_or_else(|| panic!("{pattern}: {page}"))[1]
        .to_owned()
}

pub fn revision(page: &str) -> String {
    found(page, "name=\"revision\" value=\"([0-9]+)\"")
}

/// Takes a consent back.
pub async fn withdraws(visitor: &Visitor<'_>, note: &str, of: &str) {
    let page = visitor.gets(note).await.is(200).text();
    let revision = revision(&page);
    let fields = [
        ("act", "withdraw"),
        ("revision", revision.as_str()),
        ("of", of),
        ("on", "2026-11-16"),
        ("words", "They came to the office"),
    ];
    visitor.submits(note, &fields).await.is(303);
}

#[tokio::test]
async fn a_note_is_read_by_facilitators_of_its_place_and_by_nobody_else() {
    let town = settled().await;
    let siti = facilitator(&town, "Siti Fasil", VILLAGE).await;
    let note = writes(&siti, &[]).await;
    let page = siti.gets(&note).await.is(200).text();
    assert!(
        page.contains("The clinic is far.") && page.contains("the head of the group"),
        "{page}"
    );
    let above = facilitator(&town, "Budi Fasil", "35.22").await;
    above.gets(&note).await.is(200);
    let beside = facilitator(&town, "Tono Fasil", BESIDE).await;
    beside.gets(&note).await.is(404);
    // Who signed nothing may not, nor may those who provide services, nor an administrator.
    let (unsigned, _) = named(&town, "Ani Fasil", &[grant(Role::Facilitator, Some(VILLAGE))]).await;
    unsigned.gets(&note).await.is(404);
    unsigned.submits("/desk/listening/new", &typed(&[])).await.is(403);
    for role in [Role::Officer, Role::Leader, Role::Steward, Role::Auditor] {
        let other = town.someone(role, Some("35.22")).await;
        for path in [
            note.clone(),
            format!("{note}/coding"),
            format!("{note}/quotations"),
        ] {
            other.gets(&path).await.is(404);
        }
        assert!(!other.gets("/desk/listening").await.is(200).text().contains(&note));
    }
    town.admin().await.gets(&note).await.is(404);
    town.stranger().gets(&note).await.is(303);
    // What was said is sealed, and the trail has ids alone.
    let kept: Vec<(String,)> = sqlx::query_as("SELECT text FROM listening_paragraph")
        .fetch_all(town.app.db.read())
        .await
        .expect("read");
    let trail: Vec<(String,)> = sqlx::query_as("SELECT facts FROM audit WHERE event LIKE 'listening.%'")
        .fetch_all(town.app.db.read())
        .await
        .expect("read");
    let all = format!("{kept:?}{trail:?}");
    assert!(
        kept.len() == 2 && !all.contains("clinic") && !all.contains("nurse"),
        "{all}"
    );
    // The group counts as heard.
    let heard: Vec<(String,)> =
        sqlx::query_as("SELECT subject FROM audit WHERE event = 'facilitators.group-heard'")
            .fetch_all(town.app.db.read())
            .await
            .expect("read");
    assert_eq!(heard.len(), 1);
    town.run_jobs().await;
}

#[tokio::test]
async fn a_name_in_a_note_is_a_warning_and_bad_input_gets_its_own_answer() {
    let town = settled().await;
    let siti = facilitator(&town, "Siti Fasil", VILLAGE).await;
    let named = [("text", "Kata Bu Aminah airnya keruh.")];
    let warned = siti
        .submits("/desk/listening/new", &typed(&named))
        .await
        .is(400)
        .text();
    assert!(
        warned.contains("<li>Bu Aminah</li>") && warned.contains("name=\"sure\""),
        "{warned}"
    );
    let kept = [("text", "Kata Bu Aminah airnya keruh."), ("sure", "yes")];
    writes(&siti, &kept).await;
    for changed in [
        ("n_present", "0"),
        ("held_on", "2026-11-17"),
        ("text", " "),
        ("place", "nowhere"),
        ("may_contact", "no"),
    ] {
        siti.submits("/desk/listening/new", &typed(&[changed]))
            .await
            .is(400);
    }
    town.run_jobs().await;
}

#[tokio::test]
async fn a_consent_that_is_taken_back_takes_contact_and_recording_with_it_and_is_not_given_again() {
    let town = settled().await;
    let siti = facilitator(&town, "Siti Fasil", VILLAGE).await;
    let note = writes(&siti, &[]).await;
    for of in ["contact", "recording"] {
        withdraws(&siti, &note, of).await;
    }
    let page = siti.gets(&note).await.is(200).text();
    assert!(
        !page.contains("the head of the group") && !page.contains("folder 3"),
        "{page}"
    );
    assert!(page.contains("They came to the office"), "{page}");
    let revision = revision(&page);
    for act in ["withdraw", "give"] {
        let fields = [
            ("act", act),
            ("revision", revision.as_str()),
            ("of", "contact"),
            ("on", "2026-11-16"),
            ("words", "Once more"),
        ];
        siti.submits(&note, &fields).await.is(409);
    }
    town.run_jobs().await;
}
