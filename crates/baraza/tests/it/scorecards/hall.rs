//! The meeting screen: what devices hand in counts once, two of them meet, and nobody sees through it what they may not.

use axum::body::Body;
use baraza::scorecards::model::act::{Act, What};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::Hall;
use crate::town::{Answer, Visitor};

/// Sends acts as a device does.
async fn hands_in(device: &Visitor<'_>, round: &str, acts: &[&Act]) -> Answer {
    let sent = json!({ "device": "phone", "acts": acts });
    device
        .posts_json(&format!("/desk/scorecards/{round}/hall"), &sent)
        .await
}

/// What became of each act, in their order.
fn applied(answer: &Value) -> Vec<&str> {
    let taken = answer["taken"].as_array().expect("a list");
    taken.iter().filter_map(|one| one["applied"].as_str()).collect()
}

fn refused(answer: &Value) -> Vec<(&str, &str)> {
    let refused = answer["refused"].as_array().expect("a list");
    refused
        .iter()
        .filter_map(|one| Some((one["id"].as_str()?, one["code"].as_str()?)))
        .collect()
}

fn score(criterion: &str, value: u8, reason: &str) -> What {
    What::Score {
        criterion: criterion.to_owned(),
        value,
        votes: Some([1, 2, 3, 0, 0]),
        reason: reason.to_owned(),
        suggestion: String::new(),
    }
}

/// A JPEG with a position in its Exif.
pub fn photo() -> Vec<u8> {
    let mut file = vec![0xFF, 0xD8];
    let mut segment = |marker: u8, content: &[u8]| {
        file.extend([0xFF, marker]);
        file.extend(u16::try_from(content.len() + 2).expect("short").to_be_bytes());
        file.extend_from_slice(content);
    };
    segment(0xE1, b"Exif\0\0MM\0*\0\0\0\x08\0\0\0\0\0\0GPS 7.15 S 111.88 E");
    segment(0xDB, &[0; 65]);
    segment(0xC0, &[8, 0, 2, 0, 3, 1, 1, 0x11, 0]);
    segment(0xDA, &[1, 1, 0, 0, 63, 0]);
    file.extend([1, 2, 3, 0xFF, 0xD9]);
    file
}

#[tokio::test]
async fn acts_that_come_twice_because_the_answer_was_lost_count_once() {
    let hall = Hall::new().await;
    let round = hall.begins(&[("women", None)]).await;
    let women = hall.session(&round, "women").await;
    let acts = hall.whole(&women, 12, 60);
    let acts: Vec<&Act> = acts.iter().collect();
    let lead = hall.town.signs_in("lead@town.test").await;
    let first = hands_in(&lead, &round.id, &acts).await.is(200).json();
    assert_eq!(applied(&first), ["done"; 5]);
    let again = hands_in(&lead, &round.id, &acts).await.is(200).json();
    assert_eq!(applied(&again), ["again"; 5]);
    let state = &again["state"];
    assert_eq!(state["scores"].as_array().map(Vec::len), Some(1));
    assert_eq!(state["scores"][0]["value"], 60);
    assert_eq!(state["me"], hall.id("lead"));
    assert_eq!(state["standards"].as_array().map(Vec::len), Some(12));
    let session = state["sessions"]
        .as_array()
        .and_then(|all| all.iter().find(|one| one["id"] == women.as_str()))
        .expect("the session");
    assert_eq!(
        (&session["is_sealed"], &session["n_present"]),
        (&json!(true), &json!(12))
    );
}

#[tokio::test]
async fn an_act_that_is_refused_says_why_and_holds_up_none_of_the_others() {
    let hall = Hall::new().await;
    let round = hall.begins(&[("women", None)]).await;
    let women = hall.session(&round, "women").await;
    let acts = hall.whole(&women, 12, 60);
    let lead = hall.town.signs_in("lead@town.test").await;
    let What::Criterion { criterion, .. } = &acts[2].what else {
        panic!("a criterion")
    };
    let high = hall.act(Some(&women), None, score(criterion, 101, "too good"));
    let empty = hall.act(Some(&women), None, What::Present { n: 0 });
    let sent: Vec<&Act> = [&empty, &acts[0], &acts[1], &acts[2], &high, &acts[3]].into();
    let answer = hands_in(&lead, &round.id, &sent).await.is(200).json();
    assert_eq!(applied(&answer), ["done"; 4]);
    assert_eq!(
        refused(&answer),
        [
            (empty.id.as_str(), "scorecards-group-empty"),
            (high.id.as_str(), "scorecards-score-range")
        ]
    );
    assert_eq!(
        answer["refused"][1]["text"],
        "A score is a whole number from 0 to 100."
    );
    assert_eq!(answer["state"]["scores"][0]["value"], 60);
    let odd = json!({ "device": "phone", "acts": [{ "id": "x", "what": { "kind": "dance" } }] });
    let path = format!("/desk/scorecards/{}/hall", round.id);
    let answer = lead.posts_json(&path, &odd).await.is(200).json();
    assert_eq!(refused(&answer), [("x", "scorecards-hall-act-malformed")]);
}

#[tokio::test]
async fn two_devices_that_score_the_same_are_both_kept_until_somebody_chooses() {
    let hall = Hall::new().await;
    let round = hall.begins(&[("women", None)]).await;
    let women = hall.session(&round, "women").await;
    let acts = hall.whole(&women, 12, 60);
    let lead = hall.town.signs_in("lead@town.test").await;
    let second = hall.town.signs_in("second@town.test").await;
    let start: Vec<&Act> = acts[..3].iter().collect();
    hands_in(&lead, &round.id, &start).await.is(200);
    let What::Criterion { criterion, .. } = &acts[2].what else {
        panic!("a criterion")
    };
    // Both were without a network when they scored.
    let mine = hall.act(Some(&women), None, score(criterion, 40, "we wait for hours"));
    let theirs = hall.act(Some(&women), None, score(criterion, 70, "it went well"));
    let first = hands_in(&lead, &round.id, &[&mine]).await.is(200).json();
    assert_eq!(applied(&first), ["done"]);
    let answer = hands_in(&second, &round.id, &[&theirs]).await.is(200).json();
    assert_eq!(applied(&answer), ["conflict"]);
    let conflict = &answer["state"]["conflicts"][0];
    assert_eq!(conflict["first"]["what"]["value"], 40);
    assert_eq!(conflict["second"]["what"]["value"], 70);
    assert_eq!(
        answer["state"]["scores"][0]["value"], 40,
        "the first holds meanwhile"
    );
    let choice = What::Choose {
        conflict: conflict["id"].as_str().expect("an id").to_owned(),
        act: theirs.id.clone(),
    };
    let choice = hall.act(Some(&women), None, choice);
    let answer = hands_in(&lead, &round.id, &[&choice]).await.is(200).json();
    assert_eq!(applied(&answer), ["done"]);
    assert_eq!(answer["state"]["conflicts"], json!([]));
    assert_eq!(answer["state"]["scores"][0]["value"], 70);
    // A score that comes after the session was sealed is kept and changes nothing.
    let seal = hall.act(Some(&women), None, What::Seal);
    let late = hall.act(Some(&women), None, score(criterion, 10, "late"));
    let answer = hands_in(&second, &round.id, &[&seal, &late]).await.is(200).json();
    assert_eq!(applied(&answer), ["done", "late"]);
    assert_eq!(answer["state"]["scores"][0]["value"], 70);
}

#[tokio::test]
async fn a_device_that_was_handed_on_or_signed_out_is_told_so_and_nothing_of_it_is_taken() {
    let hall = Hall::new().await;
    let round = hall.begins(&[("women", None)]).await;
    let women = hall.session(&round, "women").await;
    let act = hall.act(Some(&women), None, What::Present { n: 8 });
    let stranger = hall.town.stranger().with_header("accept", "application/json");
    let answer = hands_in(&stranger, &round.id, &[&act]).await.is(401);
    assert_eq!(answer.json()["code"], "sign-in-needed");
    stranger
        .gets(&format!("/desk/scorecards/{}/hall.json", round.id))
        .await
        .is(401);
    let other = hall.town.signs_in("second@town.test").await;
    let other = other
        .with_header("accept", "application/json")
        .with_header("x-baraza-account", &hall.id("lead"));
    let answer = hands_in(&other, &round.id, &[&act]).await.is(403);
    assert_eq!(answer.json()["code"], "scorecards-hall-other-account");
    let elsewhere = hall.town.signs_in("lead@town.test").await;
    let elsewhere = elsewhere.with_header("sec-fetch-site", "cross-site");
    hands_in(&elsewhere, &round.id, &[&act]).await.is(403);
    let sessions = hall.sessions(&round).await;
    assert!(sessions.iter().all(|session| session.n_present.is_none()));
}

#[tokio::test]
async fn the_provider_sees_nothing_of_the_users_before_the_meeting_and_the_hall_no_small_group_in_it() {
    let hall = Hall::new().await;
    let round = hall.begins(&[("women", None), ("disability", None)]).await;
    hall.holds(&round, "women", 12, 40).await;
    hall.holds(&round, "disability", 3, 10).await;
    hall.holds(&round, "provider", 6, 80).await;
    let path = format!("/desk/scorecards/{}/hall.json", round.id);
    let provider = hall.town.signs_in("provider@town.test").await;
    let before = provider.gets(&path).await.is(200);
    assert_eq!(before.header("cache-control"), "no-store");
    let text = before.text();
    assert!(
        !text.contains("reason of 12") && !text.contains("waiting of 12"),
        "{text}"
    );
    assert_eq!(before.json()["shown"], Value::Null);
    let lead = hall.town.signs_in("lead@town.test").await;
    let text = lead.gets(&path).await.is(200).text();
    assert!(
        text.contains("reason of 12") && !text.contains("reason of 6"),
        "{text}"
    );
    hall.town
        .signs_in("officer@town.test")
        .await
        .gets(&path)
        .await
        .is(403);
    hall.meets(&round).await;
    let shown = lead.gets(&path).await.is(200).json()["shown"].clone();
    assert_eq!(shown["groups"].as_array().map(Vec::len), Some(1), "{shown}");
    assert_eq!(shown["n_left_out"], 1);
    let gap = &shown["lines"][0];
    assert_eq!(
        (&gap["users"], &gap["provider"], &gap["gap"], &gap["is_wide"]),
        (&json!(40), &json!(80), &json!(40), &json!(true))
    );
    assert!(!shown.to_string().contains("reason of 3"), "{shown}");
}

#[tokio::test]
async fn a_photo_is_kept_without_what_the_camera_wrote_and_only_its_side_sees_it() {
    let hall = Hall::new().await;
    let round = hall.begins(&[("women", None)]).await;
    let women = hall.session(&round, "women").await;
    let lead = hall.town.signs_in("lead@town.test").await;
    let bytes = photo();
    let digest = hex::encode(Sha256::digest(&bytes));
    let path = format!("/desk/scorecards/{}/hall/photos/{digest}", round.id);
    let what = What::Photo {
        blob: digest.clone(),
        caption: "The sheet".into(),
    };
    let act = hall.act(Some(&women), None, what);
    let early = hands_in(&lead, &round.id, &[&act]).await.is(200).json();
    assert_eq!(
        refused(&early),
        [(act.id.as_str(), "scorecards-hall-photo-missing")]
    );
    for _ in 0..2 {
        lead.sends("PUT", &path, "image/jpeg", Body::from(bytes.clone()))
            .await
            .is(200);
    }
    let answer = hands_in(&lead, &round.id, &[&act]).await.is(200).json();
    assert_eq!(applied(&answer), ["done"]);
    let kept = lead.gets(&path).await.is(200);
    assert_eq!(kept.header("content-type"), "image/jpeg");
    let has = |part: &[u8]| kept.body.windows(part.len()).any(|window| window == part);
    assert!(!has(b"Exif") && !has(b"GPS"), "what the camera wrote is gone");
    hall.town
        .signs_in("second@town.test")
        .await
        .gets(&path)
        .await
        .is(200);
    let provider = hall.town.signs_in("provider@town.test").await;
    provider.gets(&path).await.is(404);
    let other = path.replace(&digest, &"0".repeat(64));
    lead.sends("PUT", &other, "image/jpeg", Body::from(bytes))
        .await
        .is(400);
    let text = b"no picture".to_vec();
    let odd = path.replace(&digest, &hex::encode(Sha256::digest(&text)));
    lead.sends("PUT", &odd, "image/jpeg", Body::from(text))
        .await
        .is(400);
}

#[tokio::test]
async fn the_page_that_a_browser_keeps_names_nobody_and_no_round() {
    let hall = Hall::new().await;
    let round = hall.begins(&[("women", None)]).await;
    let lead = hall.town.signs_in("lead@town.test").await;
    let own = lead
        .gets(&format!("/desk/scorecards/{}/hall", round.id))
        .await
        .is(200)
        .text();
    let kept = hall.town.stranger().gets("/scorecards/hall").await.is(200).text();
    for page in [&own, &kept] {
        assert!(
            page.contains("id=\"hall\"") && page.contains("group-women"),
            "{page}"
        );
        assert!(
            !page.contains("lead@town.test") && !page.contains("Puskesmas"),
            "{page}"
        );
        assert!(!page.contains(">lead<"), "{page}");
    }
    let signed_out = hall.town.stranger();
    signed_out
        .gets(&format!("/desk/scorecards/{}/hall", round.id))
        .await
        .is(303);
}
