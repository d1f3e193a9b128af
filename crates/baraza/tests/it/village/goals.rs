//! The vote on goals: once by each telephone, on its days only, halls with invalid ballots, ties settled by the meeting.

use std::time::Duration;

use baraza::village::goals::{self, model::HallCount};
use jiff::civil::date;

use super::voice::{SITI, VILLAGE, Village};
use crate::{html::check::faults, town::Visitor};

const DAY: Duration = Duration::from_secs(24 * 3_600);

/// Calls a vote on three goals and security, of which two are chosen, from today until Wednesday.
async fn called(operator: &Visitor<'_>) -> String {
    let fields = [
        ("place", VILLAGE),
        ("title", "Our goals"),
        ("most", "2"),
        ("opens_on", "2026-11-16"),
        ("closes_on", "2026-11-18"),
        ("goal", "1"),
        ("goal", "3"),
        ("goal", "6"),
        ("goal", "security"),
    ];
    let answer = operator.submits("/desk/goals", &fields).await.is(303);
    answer
        .header("location")
        .trim_start_matches("/desk/goals/")
        .to_owned()
}

/// Types in a hall: 20 ballots, two of them invalid, with marks for the four options.
async fn counts(operator: &Visitor<'_>, code: &str, marks: [&str; 4]) -> u16 {
    let fields = [
        ("act", "count"),
        ("occasion", "Balai"),
        ("held_on", "2026-11-16"),
        ("n_ballots", "20"),
        ("n_invalid", "2"),
        ("option-1", marks[0]),
        ("option-2", marks[1]),
        ("option-3", marks[2]),
        ("option-4", marks[3]),
    ];
    let answer = operator.submits(&format!("/desk/goals/{code}"), &fields).await;
    answer.status.as_u16()
}

#[tokio::test]
async fn a_telephone_votes_once_and_only_while_the_vote_is_open() {
    let village = Village::new().await;
    let operator = village.operator().await;
    let code = called(&operator).await;
    let wrong = village.texts(SITI, &format!("VOTE {code} 1 2 3")).await;
    assert!(wrong.contains("at most 2"), "{wrong}");
    let voted = village.says(SITI, &format!("PILIH {code} 1, 4")).await;
    assert!(voted.contains("Suara Anda"), "{voted}");
    let again = village.texts(SITI, &format!("VOTE {code} 2")).await;
    assert!(again.contains("counted already"), "{again}");
    let path = format!("/goals/{code}");
    let status = village
        .confirms(&path, &[("option", "2")], &format!("{path}/code"))
        .await;
    assert_eq!(status, 409);
    let (voters, marks): (i64, i64) = sqlx::query_as(
        "SELECT CAST(COUNT(*) AS BIGINT), (SELECT CAST(SUM(n_phone) AS BIGINT) FROM village_option) FROM village_person",
    )
    .fetch_one(village.town.app.db.read())
    .await
    .expect("read");
    assert_eq!((voters, marks), (1, 2));
    village.town.advance(DAY * 3);
    let late = village.texts("+6281311111111", &format!("VOTE {code} 1")).await;
    assert!(late.contains("not open"), "{late}");
}

#[tokio::test]
async fn a_tie_is_shown_to_everybody_and_settled_by_the_meeting_with_a_reason() {
    let village = Village::new().await;
    let operator = village.operator().await;
    let code = called(&operator).await;
    let desk = format!("/desk/goals/{code}");
    assert_eq!(counts(&operator, &code, ["19", "0", "0", "0"]).await, 400);
    assert_eq!(counts(&operator, &code, ["18", "9", "9", "1"]).await, 400);
    assert_eq!(counts(&operator, &code, ["17", "9", "9", "1"]).await, 303);
    operator.submits(&desk, &[("act", "publish")]).await.is(409);
    let face = async |shape: &str| {
        let path = format!("/goals/{code}.{shape}");
        village.town.stranger().gets(&path).await.is(200)
    };
    let open = face("json").await.json();
    assert!(open["result"].is_null(), "no votes while people vote: {open}");
    assert_eq!(open["options"][3]["goal"], "security");
    let csv = face("csv").await.text();
    assert!(csv.lines().skip(1).all(|line| line.ends_with(",,,,")), "{csv}");
    village.town.advance(DAY * 3);
    operator.submits(&desk, &[("act", "publish")]).await.is(303);
    let counted = face("json").await.json();
    let lines = &counted["result"]["lines"];
    let line = |n: usize| (lines[n]["votes"].as_u64(), lines[n]["outcome"].as_str());
    assert_eq!(line(0), (Some(17), Some("chosen")));
    assert_eq!(
        (line(1), line(2)),
        ((Some(9), Some("tied")), (Some(9), Some("tied")))
    );
    assert!(face("csv").await.text().contains(",17,0,0,17,chosen"));
    assert_eq!(counts(&operator, &code, ["1", "1", "1", "1"]).await, 409);
    let page = village.town.stranger().gets(&format!("/goals/{code}")).await;
    let page = page.is(200).text();
    assert!(
        page.contains("only one of them has room") && page.contains("20 people voted"),
        "{page}"
    );
    assert_eq!(faults(&page), Vec::<String>::new());
    let settle = |tied: &'static str, why: &'static str| {
        [
            ("act", "settle"),
            ("tied", tied),
            ("settled_on", "2026-11-19"),
            ("why", why),
        ]
    };
    operator.submits(&desk, &settle("1", "drawn")).await.is(400);
    operator.submits(&desk, &settle("2", "")).await.is(400);
    operator
        .submits(&desk, &settle("2", "Mothers asked for it"))
        .await
        .is(303);
    operator.submits(&desk, &settle("3", "again")).await.is(409);
    let page = village.town.stranger().gets(&format!("/goals/{code}")).await;
    let page = page.is(200).text();
    assert!(
        page.contains("Mothers asked for it") && page.contains("Healthy lives"),
        "{page}"
    );
    village.told().await;
}

#[tokio::test]
async fn fewer_than_five_votes_are_not_shown_by_what_was_chosen() {
    let village = Village::new().await;
    let operator = village.operator().await;
    let code = called(&operator).await;
    village.says(SITI, &format!("VOTE {code} 1 4")).await;
    village.town.advance(DAY * 3);
    let desk = format!("/desk/goals/{code}");
    operator.submits(&desk, &[("act", "publish")]).await.is(303);
    for page in [format!("/goals/{code}"), desk] {
        let page = operator.gets(&page).await.is(200).text();
        assert!(page.contains("Fewer than five people voted"), "{page}");
        assert!(!page.contains("Nobody poor"), "{page}");
    }
}

#[tokio::test]
async fn nobody_closes_a_count_over_a_hall_they_did_not_see_nor_counts_one_after_the_close() {
    let village = Village::new().await;
    let operator = village.operator().await;
    let code = called(&operator).await;
    let app = &village.town.app;
    let before = goals::find(app, &code).await.expect("the vote");
    assert_eq!(counts(&operator, &code, ["17", "9", "9", "1"]).await, 303);
    village.town.advance(DAY * 3);
    let op = village.town.system();
    let refused = goals::publish(app, &op, &before).await.expect_err("seen before");
    assert_eq!(refused.code(), "village-goals-changed");
    let open = goals::find(app, &code).await.expect("the vote");
    goals::publish(app, &op, &open).await.expect("closed");
    let late = HallCount {
        held_on: date(2026, 11, 16),
        occasion: "Pasar".into(),
        n_ballots: 9,
        n_invalid: 0,
        marks: [(1, 9)].into(),
    };
    let refused = goals::count_hall(app, &op, &open, &late)
        .await
        .expect_err("closed");
    assert_eq!(refused.code(), "village-goals-published");
    village.told().await;
}

#[tokio::test]
async fn the_desk_counts_a_vote_once_and_one_that_nobody_asked_back_stands_apart() {
    let village = Village::that_only_receives().await;
    let operator = village.operator().await;
    let code = called(&operator).await;
    let desk = format!("/desk/goals/{code}");
    let vote = |attested: &'static str| {
        [
            ("act", "vote"),
            ("option", "1"),
            ("name", "Ani"),
            ("birth_year", "1990"),
            ("attested", attested),
        ]
    };
    operator.submits(&desk, &vote("")).await.is(400);
    operator.submits(&desk, &vote("yes")).await.is(303);
    operator.submits(&desk, &vote("yes")).await.is(409);
    village.texts(SITI, &format!("VOTE {code} 1 4")).await;
    let ballot = goals::find(&village.town.app, &code).await.expect("the vote");
    assert_eq!(
        (
            ballot.n_phone,
            ballot.n_desk,
            ballot.n_attested,
            ballot.n_unconfirmed
        ),
        (0, 0, 1, 1)
    );
    assert_eq!(ballot.tally(&[]).n_voters, 1);
    let page = operator.gets(&desk).await.is(200).text();
    assert!(page.contains("nobody can be asked back"), "{page}");
}
