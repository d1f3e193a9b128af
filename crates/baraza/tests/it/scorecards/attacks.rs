//! What somebody who means no good sends: acts that reach into another session, far too much of anything, and lists that move a facility
//! while a round of it is under way.

use axum::body::Body;
use baraza::{
    platform::{
        op::{Op, Who},
        problem::Problem,
    },
    scorecards::{
        self, NewPromise,
        model::act::{Act, Applied, What},
    },
};
use jiff::civil::date;
use pretty_assertions::assert_eq;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::{FACILITIES, Hall};

fn code<T>(result: Result<T, Problem>) -> Option<&'static str> {
    let problem = result.err()?;
    let field = problem.fields().first().map(|field| field.code);
    Some(field.unwrap_or(problem.code()))
}

#[tokio::test]
async fn a_choice_and_a_note_reach_into_no_other_session() {
    let hall = Hall::new().await;
    let round = hall.begins(&[("women", None), ("men", None)]).await;
    let women = hall.session(&round, "women").await;
    let men = hall.session(&round, "men").await;
    let provider = hall.session(&round, "provider").await;
    let acts = hall.whole(&women, 12, 40);
    for act in &acts[..4] {
        hall.sends("lead", &round, act).await.expect("taken");
    }
    let mut other = acts[3].clone();
    other.id = hall.fresh();
    if let What::Score { value, .. } = &mut other.what {
        *value = 90;
    }
    let applied = hall.sends("second", &round, &other).await.expect("taken");
    let Applied::Conflict { conflict } = applied else {
        panic!("no conflict: {applied:?}")
    };
    let choose = What::Choose {
        conflict,
        act: other.id.clone(),
    };
    for (who, session) in [("second", &men), ("provider", &provider)] {
        let act = hall.act(Some(session), None, choose.clone());
        let refused = hall.sends(who, &round, &act).await;
        assert_eq!(code(refused), Some("scorecards-conflict-unknown"), "{who}");
    }
    let What::Criterion { criterion, .. } = &acts[2].what else {
        panic!("a criterion")
    };
    let note = |session: Option<&str>| {
        let what = What::Note {
            note: hall.fresh(),
            criterion: Some(criterion.clone()),
            text: "They nod.".into(),
        };
        hall.act(session, None, what)
    };
    let refused = hall.sends("lead", &round, &note(Some(&men))).await;
    assert_eq!(code(refused), Some("scorecards-criterion-unknown"));
    for session in [Some(women.as_str()), None] {
        let taken = hall.sends("lead", &round, &note(session)).await;
        assert_eq!(taken.expect("taken"), Applied::Done, "{session:?}");
    }
}

#[tokio::test]
async fn numbers_of_people_in_what_a_group_said_are_masked_in_the_meeting_too() {
    let hall = Hall::new().await;
    let round = hall.begins(&[("women", None)]).await;
    let women = hall.session(&round, "women").await;
    let mut acts = hall.whole(&women, 12, 40);
    if let What::Score { reason, .. } = &mut acts[3].what {
        "Ask Siti, 0812-3456-7890.".clone_into(reason);
    }
    for act in &acts {
        hall.sends("lead", &round, act).await.expect("taken");
    }
    hall.holds(&round, "provider", 4, 90).await;
    hall.meets(&round).await;
    for who in ["provider", "officer", "lead"] {
        let view = scorecards::read(&hall.town.app, &hall.op(who), &round.id).await;
        let shown = format!("{:?}", view.expect("read").shown);
        assert!(
            shown.contains("Ask Siti") && !shown.contains("7890"),
            "{who}: {shown}"
        );
    }
}

#[tokio::test]
async fn an_officer_of_another_place_promises_nothing_in_a_round() {
    let hall = Hall::new().await;
    let round = hall.begins(&[("women", None)]).await;
    hall.holds(&round, "women", 12, 40).await;
    hall.holds(&round, "provider", 4, 90).await;
    hall.meets(&round).await;
    let here = hall.op("officer");
    let mut far = here.clone();
    if let Who::Person(me) = &mut far.who {
        me.grants[0].place = Some("35.22.02".to_owned());
    }
    let promises = async |op: &Op| {
        let new = NewPromise {
            criterion: None,
            promise: "Open the second counter".into(),
            owner: "dinkes".into(),
            owner_post: None,
            resources: String::new(),
            due_on: date(2028, 3, 1),
        };
        let mut tx = hall.town.app.db.begin().await.expect("a transaction");
        code(scorecards::promise(&mut tx, op, &round.id, new).await)
    };
    assert_eq!(promises(&far).await, Some("scorecards-facilitators-only"));
    assert_eq!(promises(&here).await, None);
}

#[tokio::test]
async fn a_facility_has_another_organisation_or_place_in_no_round_that_is_under_way() {
    let hall = Hall::new().await;
    let keeps = async |from: &str, to: &str| {
        let list = scorecards::read_csv(&FACILITIES.replace(from, to)).expect("a list");
        let mut tx = hall.town.app.db.begin().await.expect("a transaction");
        let kept = scorecards::keep_facilities(&mut tx, &hall.town.system(), list).await;
        if kept.is_ok() {
            tx.commit().await.expect("committed");
        }
        code(kept)
    };
    let round = hall.begins(&[("women", None)]).await;
    let is_open = Some("scorecards-list-round-open");
    assert_eq!(keeps("clinic,dinkes,", "clinic,dindik,").await, is_open);
    assert_eq!(
        keeps("dinkes,35.22.01.2001,", "dinkes,35.22.01.2002,").await,
        is_open
    );
    assert_eq!(keeps("Puskesmas Margomulyo", "Puskesmas Baru").await, None);
    let mut tx = hall.town.app.db.begin().await.expect("a transaction");
    scorecards::cancel(&mut tx, &hall.op("lead"), &round.id, 1, "The road is flooded")
        .await
        .expect("cancelled");
    tx.commit().await.expect("committed");
    assert_eq!(keeps("clinic,dinkes,", "clinic,dindik,").await, None);
}

#[tokio::test]
async fn far_too_much_is_refused_act_by_act() {
    let hall = Hall::new().await;
    let round = hall.begins(&[("women", None)]).await;
    let women = hall.session(&round, "women").await;
    let mut named = hall.act(Some(&women), None, What::Present { n: 6 });
    named.device = "x".repeat(101);
    let refused = hall.sends("lead", &round, &named).await;
    assert_eq!(code(refused), Some("scorecards-id-malformed"));
    let acts: Vec<Act> = (0..201)
        .map(|number| {
            let what = What::Input {
                input: hall.fresh(),
                what: format!("Chair {number}"),
                entitlement: String::new(),
                actual: String::new(),
                remark: String::new(),
                is_short: false,
            };
            hall.act(None, None, what)
        })
        .collect();
    let mut tx = hall.town.app.db.begin().await.expect("a transaction");
    let outcomes = scorecards::apply_all(&mut tx, &hall.op("lead"), &round.id, &acts).await;
    tx.commit().await.expect("committed");
    let codes: Vec<&str> = outcomes.expect("taken in").into_iter().filter_map(code).collect();
    assert_eq!(codes, ["scorecards-inputs-many"]);
    let long = json!({ "device": "phone", "acts": [{
        "id": "y".repeat(70_000),
        "what": { "kind": "seal" },
    }] });
    let lead = hall.town.signs_in("lead@town.test").await;
    let path = format!("/desk/scorecards/{}/hall", round.id);
    let answer = lead.posts_json(&path, &long).await.is(200).json();
    assert_eq!(answer["refused"][0]["code"], "scorecards-hall-act-malformed");
    assert_eq!(answer["refused"][0]["id"].as_str().map(str::len), Some(36));
}

#[tokio::test]
async fn nobody_fills_the_disk_with_pictures_of_one_round() {
    let hall = Hall::new().await;
    let round = hall.begins(&[("women", None)]).await;
    let mut tx = hall.town.app.db.begin().await.expect("a transaction");
    for number in 0..200 {
        sqlx::query(
            "INSERT INTO scorecard_hall_photo (round_id, digest, blob, media_type, size_bytes, sent_by, sent_at)
             VALUES ($1, $2, '', 'image/jpeg', 0, $3, 0)",
        )
        .bind(&round.id)
        .bind(format!("{number:064}"))
        .bind(hall.id("provider"))
        .execute(tx.conn())
        .await
        .expect("written");
    }
    tx.commit().await.expect("committed");
    let bytes = super::hall::photo();
    let path = format!(
        "/desk/scorecards/{}/hall/photos/{}",
        round.id,
        hex::encode(Sha256::digest(&bytes))
    );
    for (who, status) in [("provider", 409), ("lead", 200)] {
        let person = hall.town.signs_in(&format!("{who}@town.test")).await;
        person
            .sends("PUT", &path, "image/jpeg", Body::from(bytes.clone()))
            .await
            .is(status);
    }
}
