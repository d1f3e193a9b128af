//! Every kind of question as an input, and every input as an answer.

use baraza::platform::op::Role;

use super::Walk;
use crate::{collect::publish_alone, town::Town};

const KINDS: &str = include_str!("../kinds.md");

async fn begin(town: &Town) -> Walk<'_> {
    publish_alone(town, KINDS).await;
    let visitor = town.someone(Role::Enumerator, Some("35.22.01.2001")).await;
    let begun = visitor.submits("/forms/census/kinds", &[]).await.is(303);
    Walk {
        visitor,
        at: begun.header("location").to_owned(),
    }
}

const GROUND: &[(&str, &str)] = &[
    ("ground/door", "-7,15, 111,88"),
    ("ground/path", "-7.15 111.88\r\n-7.16, 111.88\r\n"),
    ("ground/yard", "-7.15 111.88\n-7.151 111.88\n-7.151 111.881"),
];

#[tokio::test]
async fn every_kind_of_answer_reaches_the_submission_as_a_phone_would_write_it() {
    let town = Town::new().await;
    let mut walk = begin(&town).await;
    walk.sends(&[
        ("words/name", "Siti 🌾 & <Ann>"),
        ("words/story", "one\r\ntwo"),
        ("words/phone", "0812"),
        ("words/card", "A-1"),
        ("words/agreed", "OK"),
    ])
    .await
    .is(303);
    walk.sends(&[
        ("numbers/rooms", "1 200"),
        ("numbers/land", "0,5"),
        ("numbers/stars", "3.5"),
    ])
    .await
    .is(303);
    walk.sends(&[
        ("times/born.day", "2"),
        ("times/born.month", "3"),
        ("times/born.year", "1998"),
        ("times/meal", "12:30"),
        ("times/visit", "2026-11-21T09:30:15"),
    ])
    .await
    .is(303);
    walk.sends(&[
        ("choices/water", "well"),
        ("choices/others", "piped"),
        ("choices/others", "rain"),
        ("choices/short", "rain"),
        ("choices/order", "rain"),
        ("choices/order", "well"),
        ("choices/order", "piped"),
    ])
    .await
    .is(303);
    walk.sends(GROUND).await.is(303);
    let parts: &[(&str, &str, &str, &[u8])] = &[
        (".shown", "", "", b"files/photo"),
        (".shown", "", "", b"files/paper"),
        ("files/photo", "house.jpg", "image/jpeg", b"\xff\xd8 a picture"),
        ("files/paper", "book.pdf", "application/pdf", b"%PDF-1.4"),
    ];
    let sent = walk.visitor.posts_parts(&walk.at, parts).await.is(303);
    walk.at = sent.header("location").to_owned();
    // The page also shows a voice and a film, which this browser left out.
    let rest: &[(&str, &str, &str, &[u8])] = &[
        (".shown", "", "", b"files/photo"),
        (".shown", "", "", b"files/voice"),
        (".shown", "", "", b"files/film"),
        (".shown", "", "", b"files/paper"),
    ];
    let sent = walk.visitor.posts_parts(&walk.at, rest).await.is(303);
    walk.at = sent.header("location").to_owned();
    let check = walk.sees().await;
    for said in [
        "2 Mar 1998",
        "Rain, Well, Piped",
        "2 points, 1,113 m long",
        "3 corners, ",
        "Piped, Rain",
        "Siti 🌾",
    ] {
        assert!(check.contains(said), "{said}: {check}");
    }
    walk.sends(&[]).await.is(303);
    town.run_jobs().await;
    let admin = town.admin().await;
    let listed = admin
        .gets("/v1/projects/1/forms/kinds/submissions")
        .await
        .is(200)
        .json();
    let id = listed[0]["instanceId"]
        .as_str()
        .expect("an id")
        .replace(':', "%3A");
    let xml = admin
        .gets(&format!("/v1/projects/1/forms/kinds/submissions/{id}.xml"))
        .await
        .is(200)
        .text();
    for part in [
        "<name>Siti 🌾 &amp; &lt;Ann&gt;</name>",
        "<story>one\ntwo</story>",
        "<card>A-1</card>",
        "<agreed>OK</agreed>",
        "<rooms>1200</rooms><land>0.5</land><stars>3.5</stars>",
        "<born>1998-03-02</born><meal>12:30:00.000+07:00</meal><visit>2026-11-21T09:30:15.000+07:00</visit>",
        "<water>well</water><others>piped rain</others><short>rain</short><order>rain well piped</order>",
        "<door>-7.15 111.88</door><path>-7.15 111.88;-7.16 111.88</path>",
        "<yard>-7.15 111.88;-7.151 111.88;-7.151 111.881;-7.15 111.88</yard>",
    ] {
        assert!(xml.contains(part), "{part}: {xml}");
    }
    let flags = admin
        .gets(&format!("/desk/collect/census/kinds/submissions/{id}"))
        .await
        .is(200)
        .text();
    assert!(flags.contains("Nothing is odd about these answers"), "{flags}");
}

#[tokio::test]
async fn what_is_wrong_with_an_answer_is_said_in_words_that_help() {
    let town = Town::new().await;
    let mut walk = begin(&town).await;
    walk.at = walk.at.replace("/words", "/ground");
    for (answers, sentence) in [
        (
            &[("ground/door", "here")][..],
            "Door of the house: write latitude and longitude",
        ),
        (
            &[("ground/door", "111.88 -7.15")][..],
            "Door of the house: latitude goes from -90 to 90",
        ),
        (
            &[("ground/path", "-7.15 111.88\nhere\n-7.16 111.88")][..],
            "Path to the water: line 2 is not a position",
        ),
        (
            &[("ground/path", "-7.15 111.88\n\n111.88 -7.16")][..],
            "Path to the water: in line 2, latitude goes from -90 to 90",
        ),
        (
            &[("ground/path", "-7.15 111.88")][..],
            "Path to the water: give at least 2 points",
        ),
        (
            &[("ground/yard", "-7.15 111.88\n-7.16 111.88")][..],
            "Yard: give at least 3 points",
        ),
    ] {
        let page = walk.sends(answers).await.is(400).text();
        assert!(page.contains(sentence), "{sentence}: {page}");
        let typed = answers[0].1.lines().next().unwrap_or_default();
        assert!(page.contains(typed), "what was typed stays: {page}");
    }
    walk.at = walk.at.replace("/ground", "/numbers");
    let wrong = [
        ("numbers/rooms", "many"),
        ("numbers/land", "a bit"),
        ("numbers/stars", "5.5"),
    ];
    let page = walk.sends(&wrong).await.is(400).text();
    for sentence in [
        "Rooms: write a whole number",
        "Land in hectares: write a number, like 2.5",
        "Stars: write a number from 1 to 5, in steps of 0.5",
    ] {
        assert!(page.contains(sentence), "{sentence}: {page}");
    }
    walk.at = walk.at.replace("/numbers", "/choices");
    let twice = [
        ("choices/order", "rain"),
        ("choices/order", "rain"),
        ("choices/order", "piped"),
    ];
    let page = walk.sends(&twice).await.is(400).text();
    assert!(
        page.contains("Sources in order of use: give each choice one place"),
        "{page}"
    );
    walk.at = walk.at.replace("/choices", "/times");
    let page = walk.sends(&[("times/meal", "25:00")]).await.is(400).text();
    assert!(page.contains("Time of the meal: write a real time"), "{page}");
}

#[tokio::test]
async fn a_choice_that_is_not_required_can_be_taken_back() {
    let town = Town::new().await;
    let mut walk = begin(&town).await;
    walk.at = walk.at.replace("/words", "/choices");
    assert!(!walk.sees().await.contains("No answer"));
    let choices = walk.at.clone();
    walk.sends(&[("choices/water", "well")]).await.is(303);
    walk.at = choices.clone();
    assert!(walk.sees().await.contains("No answer"));
    walk.sends(&[("choices/water", "")]).await.is(303);
    walk.at = choices;
    assert!(!walk.sees().await.contains("checked"));
}

#[tokio::test]
async fn a_file_that_is_too_large_is_refused_beside_its_question_and_the_rest_is_kept() {
    let town = Town::new().await;
    let mut walk = begin(&town).await;
    walk.at = walk.at.replace("/words", "/files");
    let large = vec![7; 33 * 1024 * 1024];
    let parts: &[(&str, &str, &str, &[u8])] = &[
        (".shown", "", "", b"files/photo"),
        (".shown", "", "", b"files/paper"),
        ("files/photo", "house.jpg", "image/jpeg", &large),
        ("files/paper", "book.pdf", "application/pdf", b"%PDF-1.4"),
    ];
    let page = walk.visitor.posts_parts(&walk.at, parts).await.is(400).text();
    assert!(
        page.contains("Photo of the house: this file is larger than 32 MB")
            && page.contains("We have the file book-"),
        "{page}"
    );
}
