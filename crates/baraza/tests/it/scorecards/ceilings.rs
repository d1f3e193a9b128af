//! What a round takes at most, letters that no database stores, whose round it stays, and who sees its pictures.

use axum::body::Body;
use baraza::{
    platform::problem::Problem,
    scorecards::{
        self,
        model::{
            act::{Applied, What},
            board::{MOST_ACTS, MOST_NOTES},
        },
    },
};
use pretty_assertions::assert_eq;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::{FACILITIES, Hall, hall::photo};

fn code<T>(result: Result<T, Problem>) -> Option<&'static str> {
    let problem = result.err()?;
    let field = problem.fields().first().map(|field| field.code);
    Some(field.unwrap_or(problem.code()))
}

/// Fills a table as a statement says that has `$1` for the round and `$2` for how many rows.
async fn fills(hall: &Hall, sql: &'static str, round: &str, n: usize) {
    let mut tx = hall.town.app.db.begin().await.expect("a transaction");
    sqlx::query(sql)
        .bind(round)
        .bind(i64::try_from(n).expect("small"))
        .execute(tx.conn())
        .await
        .expect("filled");
    tx.commit().await.expect("committed");
}

#[tokio::test]
async fn a_round_takes_so_many_acts_and_notes_and_can_still_be_ended() {
    let hall = Hall::new().await;
    let round = hall.begins(&[("women", None)]).await;
    let women = hall.session(&round, "women").await;
    let note = |text: &str| {
        let what = What::Note {
            note: hall.fresh(),
            criterion: None,
            text: text.to_owned(),
        };
        hall.act(None, None, what)
    };
    let first = note("The first one.");
    hall.sends("lead", &round, &first).await.expect("taken");
    fills(
        &hall,
        "INSERT INTO scorecard_note (id, round_id, text, at)
         WITH RECURSIVE t (n) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT n + 1 FROM t WHERE n < $2)
         SELECT 'n' || n, $1, 'x', 0 FROM t",
        &round.id,
        MOST_NOTES - 1,
    )
    .await;
    let refused = hall.sends("lead", &round, &note("One too many.")).await;
    assert_eq!(code(refused), Some("scorecards-notes-many"));
    let mut again = first.clone();
    again.id = hall.fresh();
    assert_eq!(
        hall.sends("lead", &round, &again).await.expect("corrected"),
        Applied::Done
    );
    let acts = hall.whole(&women, 12, 40);
    for act in &acts[..4] {
        hall.sends("lead", &round, act).await.expect("taken");
    }
    fills(
        &hall,
        "INSERT INTO scorecard_act (id, round_id, act, applied, by_who, received_at)
         WITH RECURSIVE t (n) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT n + 1 FROM t WHERE n < $2)
         SELECT 'a' || n, $1, '{}', 'done', 'system', 0 FROM t",
        &round.id,
        MOST_ACTS - 6,
    )
    .await;
    let present = hall.act(Some(&women), None, What::Present { n: 13 });
    assert_eq!(
        code(hall.sends("lead", &round, &present).await),
        Some("scorecards-acts-full")
    );
    assert_eq!(
        hall.sends("lead", &round, &acts[4]).await.expect("sealed"),
        Applied::Done
    );
}

#[tokio::test]
async fn a_round_takes_so_many_bytes_of_pictures() {
    let hall = Hall::new().await;
    let round = hall.begins(&[("women", None)]).await;
    fills(
        &hall,
        "INSERT INTO scorecard_hall_photo (round_id, digest, blob, media_type, size_bytes, sent_by, sent_at)
         VALUES ($1, 'd', 'b', 'image/jpeg', $2, '', 0)",
        &round.id,
        1024 * 1024 * 1024,
    )
    .await;
    let bytes = photo();
    let digest = hex::encode(Sha256::digest(&bytes));
    let lead = hall.town.signs_in("lead@town.test").await;
    let lead = lead.with_header("accept", "application/json");
    let path = format!("/desk/scorecards/{}/hall/photos/{digest}", round.id);
    let answer = lead
        .sends("PUT", &path, "image/jpeg", Body::from(bytes))
        .await
        .is(409)
        .json();
    assert_eq!(answer["code"], "scorecards-hall-photos-full");
}

#[tokio::test]
async fn a_letter_that_no_database_stores_is_left_out_of_what_was_said_and_refused_in_an_id() {
    let hall = Hall::new().await;
    let round = hall.begins(&[("women", None)]).await;
    let women = hall.session(&round, "women").await;
    let mut acts = hall.whole(&women, 12, 40);
    if let What::Score {
        reason, suggestion, ..
    } = &mut acts[3].what
    {
        "They\0 wait.".clone_into(reason);
        "A second\u{7} counter\0".clone_into(suggestion);
    }
    for act in &acts {
        hall.sends("lead", &round, act).await.expect("taken");
    }
    let reopen = hall.act(
        Some(&women),
        None,
        What::Reopen {
            why: "Wrong\0 room".into(),
        },
    );
    hall.sends("lead", &round, &reopen).await.expect("open again");
    let view = scorecards::read(&hall.town.app, &hall.op("lead"), &round.id)
        .await
        .expect("read");
    let score = &view.scores[0];
    assert_eq!(
        (score.reason.as_str(), score.suggestion.as_str()),
        ("They wait.", "A second counter")
    );
    let lead = hall.town.signs_in("lead@town.test").await;
    let mut odd = hall.act(Some(&women), None, What::Present { n: 8 });
    odd.id = "x\0".into();
    let photo = hall.act(
        None,
        None,
        What::Photo {
            blob: "\0".into(),
            caption: String::new(),
        },
    );
    let sent = json!({ "device": "phone", "acts": [odd, photo] });
    let path = format!("/desk/scorecards/{}/hall", round.id);
    let answer = lead.posts_json(&path, &sent).await.is(200).json();
    let codes: Vec<&str> = answer["refused"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|one| one["code"].as_str())
        .collect();
    assert_eq!(codes, ["scorecards-id-malformed", "scorecards-photo-malformed"]);
    let desk = format!("/desk/scorecards/{}", round.id);
    let fields = [("act", "note"), ("token", "t"), ("note_text", "They\0 nod.")];
    lead.submits(&desk, &fields).await.is(303);
    assert!(lead.gets(&desk).await.is(200).text().contains("They nod."));
}

#[tokio::test]
async fn a_round_stays_open_to_the_provider_it_was_planned_with() {
    let hall = Hall::new().await;
    let round = hall.begins(&[("women", None)]).await;
    hall.holds(&round, "women", 12, 40).await;
    hall.holds(&round, "provider", 6, 80).await;
    hall.meets(&round).await;
    hall.agrees(&round, 1).await;
    let list = FACILITIES.replace("clinic,dinkes", "clinic,dindik");
    let list = scorecards::read_csv(&list).expect("a list");
    let mut tx = hall.town.app.db.begin().await.expect("a transaction");
    scorecards::keep_facilities(&mut tx, &hall.town.system(), list)
        .await
        .expect("kept");
    tx.commit().await.expect("committed");
    let provider = scorecards::read(&hall.town.app, &hall.op("provider"), &round.id)
        .await
        .expect("read");
    assert!(provider.rights.provides && provider.scores.len() == 1);
    // Who works for the provider of then facilitates nothing of that round now.
    let inside = scorecards::read(&hall.town.app, &hall.op("inside"), &round.id)
        .await
        .expect("read");
    assert!(!inside.rights.facilitates);
}

#[tokio::test]
async fn pictures_of_a_session_are_on_the_page_of_the_round_for_who_may_see_the_session() {
    let hall = Hall::new().await;
    let round = hall.begins(&[("women", None)]).await;
    let women = hall.session(&round, "women").await;
    hall.holds(&round, "provider", 6, 80).await;
    let bytes = photo();
    let digest = hex::encode(Sha256::digest(&bytes));
    let lead = hall.town.signs_in("lead@town.test").await;
    let path = format!("/desk/scorecards/{}/hall/photos/{digest}", round.id);
    lead.sends("PUT", &path, "image/jpeg", Body::from(bytes))
        .await
        .is(200);
    let what = What::Photo {
        blob: digest.clone(),
        caption: "The queue".into(),
    };
    let act = hall.act(Some(&women), None, what);
    hall.sends("lead", &round, &act).await.expect("taken");
    hall.holds(&round, "women", 12, 40).await;
    hall.meets(&round).await;
    hall.agrees(&round, 1).await;
    let desk = format!("/desk/scorecards/{}", round.code);
    let page = lead.gets(&desk).await.is(200).text();
    assert!(page.contains("The queue") && page.contains(&digest), "{page}");
    let provider = hall.town.signs_in("provider@town.test").await;
    let page = provider.gets(&desk).await.is(200).text();
    assert!(!page.contains(&digest), "{page}");
    let public = hall
        .town
        .stranger()
        .gets(&format!("/scorecards/{}", round.code))
        .await;
    assert!(!public.is(200).text().contains(&digest));
}
