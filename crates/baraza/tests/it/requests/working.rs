use baraza::{
    evidence::{self, model::Subject},
    platform::{problem::Kind, time::Time},
    requests::{
        self,
        model::{
            clock::Light,
            post::Post,
            request::{CloseKind, State},
            state::{Answered, Spoken},
        },
    },
};

use super::{DAY, Hall, LONG, key, lamp};

fn spoken(hall: &Hall) -> Spoken {
    Spoken {
        at: hall.town.clock.now(),
        said: "She agrees that it is the health office’s matter.".into(),
    }
}

const NOTE: &str = "The lamp stands in the yard of the health centre and is theirs.";

#[tokio::test]
async fn a_request_is_answered_refused_climbs_and_is_closed_by_a_yes() {
    let hall = Hall::new().await;
    let app = &hall.town.app;
    let opened = hall.lamp().await;
    requests::verify(app, &hall.op("unit"), &opened.code)
        .await
        .expect("verified");
    hall.advance_days(1);
    let (_, improper) = requests::answer(app, &hall.op("unit"), &opened.code, "received", "We have it.")
        .await
        .expect("replied");
    assert_eq!(improper, Answered::Improper);
    assert_eq!(
        hall.now(&opened).await.clock.stopped_at,
        None,
        "the clock goes on"
    );
    hall.advance_days(1);
    let (answered, proper) = requests::answer(app, &hall.op("unit"), &opened.code, "done", LONG)
        .await
        .expect("answered");
    assert_eq!(
        (proper, answered.clock.stopped_at),
        (Answered::Proper, Some(hall.town.clock.now()))
    );
    hall.advance_days(1);
    let refused = requests::refuse(
        app,
        &hall.stranger(),
        &opened.code,
        key(&opened),
        "It is dark again",
    )
    .await
    .expect("refused");
    assert_eq!(
        (refused.level, refused.n_reopened, &refused.state),
        (2, 1, &State::Open)
    );
    let post = requests::post_of(app, &refused)
        .await
        .expect("looked up")
        .expect("a post");
    assert_eq!(post.holder, Some(hall.id("head")));
    requests::answer(app, &hall.op("head"), &opened.code, "done", LONG)
        .await
        .expect("answered again");
    let closed = requests::confirm(app, &hall.stranger(), &opened.code, key(&opened), "web")
        .await
        .expect("confirmed");
    assert_eq!(
        closed.state,
        State::Closed {
            at: hall.town.clock.now(),
            kind: CloseKind::Confirmed
        }
    );
    assert_eq!(
        hall.now(&opened).await,
        closed,
        "what is kept is what was returned"
    );
    assert_eq!(
        hall.story(&hall.stranger(), &opened).await,
        [
            "request.opened",
            "request.verified",
            "request.replied",
            "request.answered",
            "request.refused",
            "request.answered",
            "request.confirmed"
        ]
    );
}

#[tokio::test]
async fn a_late_step_first_passes_what_came_by_itself() {
    let hall = Hall::new().await;
    let opened = hall.lamp().await;
    // The worker never came by; on day 8 the request is red and on level 2 all the same.
    hall.advance_days(8);
    let request = requests::verify(&hall.town.app, &hall.op("unit"), &opened.code)
        .await
        .expect("verified");
    assert_eq!(
        (request.level, request.light(hall.town.clock.now())),
        (2, Light::Red)
    );
    let seen = requests::see(&hall.town.app, &hall.stranger(), &opened.code, None)
        .await
        .expect("seen");
    let story: Vec<(String, String)> = seen
        .timeline
        .into_iter()
        .map(|entry| (entry.what, entry.at.to_string()))
        .collect();
    let expected = [
        ("request.opened", "2026-11-16T02:00:00Z"),
        ("request.light", "2026-11-19T17:00:00Z"),
        ("request.light", "2026-11-22T17:00:00Z"),
        ("request.climbed", "2026-11-22T17:00:00Z"),
        ("request.verified", "2026-11-24T02:00:00Z"),
    ];
    assert_eq!(story, expected.map(|(what, at)| (what.to_owned(), at.to_owned())));
}

#[tokio::test]
async fn a_pause_is_visible_and_the_residents_word_ends_it() {
    let hall = Hall::new().await;
    let app = &hall.town.app;
    let opened = hall.lamp().await;
    let paused = requests::ask(
        app,
        &hall.op("unit"),
        &opened.code,
        "resident",
        "Which lamp exactly?",
    )
    .await
    .expect("paused");
    assert_eq!(paused.clock.due_at, None);
    hall.advance_days(4);
    let request = requests::add(
        app,
        &hall.stranger(),
        &opened.code,
        key(&opened),
        "The one by the gate",
    )
    .await
    .expect("added");
    assert_eq!(
        (&request.state, request.light(hall.town.clock.now())),
        (&State::Open, Light::White)
    );
    assert_eq!(
        request.clock.yellow_at,
        Some(Time::parse("2026-11-23T17:00:00Z").expect("a moment"))
    );
    let kept = hall.now(&opened).await;
    assert_eq!((kept.clock, kept.n_pauses), (request.clock, 1));
    let again = requests::ask(app, &hall.op("unit"), &opened.code, "site", "")
        .await
        .expect("paused again");
    assert!(matches!(again.state, State::Paused { ref reason, .. } if reason == "site"));
    requests::hear_back(app, &hall.op("unit"), &opened.code, "We were there")
        .await
        .expect("goes on");
    let spent = requests::ask(app, &hall.op("unit"), &opened.code, "site", "")
        .await
        .expect_err("refused");
    assert_eq!(spent.code(), "requests-pauses-spent");
}

#[tokio::test]
async fn a_request_is_assigned_to_posts_of_its_unit_only() {
    let hall = Hall::new().await;
    let app = &hall.town.app;
    let opened = hall.lamp().await;
    let seat = hall.seat("dinas-pu", 1, "head").await;
    let foreign = hall.seat("dinkes", 1, "clinic").await;
    let refused = requests::assign(app, &hall.op("unit"), &opened.code, &foreign)
        .await
        .expect_err("refused");
    assert_eq!(refused.fields()[0].code, "requests-post-unknown");
    let request = requests::assign(app, &hall.op("unit"), &opened.code, &seat)
        .await
        .expect("assigned");
    assert_eq!(
        (request.post.as_ref(), &request.state),
        (Some(&seat), &State::Open)
    );
    assert_eq!(
        requests::post_of(app, &request)
            .await
            .expect("looked up")
            .map(|post| post.id),
        Some(seat)
    );
    assert_eq!(
        hall.story(&hall.stranger(), &opened).await,
        ["request.opened"],
        "who has it is staff’s business"
    );
}

#[tokio::test]
async fn passing_on_takes_contact_a_note_and_another_persons_approval() {
    let hall = Hall::new().await;
    let app = &hall.town.app;
    let opened = hall.lamp().await;
    let silent = Spoken {
        said: String::new(),
        ..spoken(&hall)
    };
    let propose = |to: &'static str, spoken: Spoken, note: &'static str| {
        let (op, code) = (hall.op("unit"), opened.code.clone());
        async move { requests::propose_transfer(app, &op, &code, to, &spoken, note).await }
    };
    let code = |result: Result<_, baraza::platform::problem::Problem>| {
        let problem: baraza::platform::problem::Problem = result
            .map(|_: requests::model::request::Request| ())
            .expect_err("refused");
        problem
            .fields()
            .first()
            .map_or(problem.code(), |field| field.code)
    };
    assert_eq!(
        code(propose("nowhere", spoken(&hall), NOTE).await),
        "requests-agency-unknown"
    );
    assert_eq!(
        code(propose("dinas-pu", spoken(&hall), NOTE).await),
        "requests-same-agency"
    );
    assert_eq!(
        code(propose("dinkes", silent, NOTE).await),
        "requests-contact-missing"
    );
    assert_eq!(
        code(propose("dinkes", spoken(&hall), "Not ours").await),
        "requests-note-short"
    );
    assert_eq!(
        code(requests::approve_transfer(app, &hall.op("head"), &opened.code).await),
        "requests-no-transfer"
    );
    let proposed = propose("dinkes", spoken(&hall), NOTE).await.expect("proposed");
    assert_eq!(
        proposed.agency.as_deref(),
        Some("dinas-pu"),
        "a proposal moves nothing"
    );
    assert_eq!(
        code(propose("dinkes", spoken(&hall), NOTE).await),
        "requests-transfer-waits"
    );
    assert_eq!(
        code(requests::approve_transfer(app, &hall.op("unit"), &opened.code).await),
        "requests-level-too-low"
    );
    assert_eq!(
        code(requests::reject_transfer(app, &hall.op("unit"), &opened.code, "").await),
        "requests-level-too-low"
    );
    let lights = (proposed.clock.yellow_at, proposed.clock.red_at);
    let moved = requests::approve_transfer(app, &hall.op("head"), &opened.code)
        .await
        .expect("approved");
    assert_eq!(
        (
            moved.agency.as_deref(),
            moved.n_transfers,
            (moved.clock.yellow_at, moved.clock.red_at)
        ),
        (Some("dinkes"), 1, lights)
    );
    assert_eq!(
        requests::verify(app, &hall.op("unit"), &opened.code)
            .await
            .expect_err("gone")
            .kind(),
        Kind::Forbidden
    );

    // And back again: ping-pong, for everybody to see.
    let back = requests::propose_transfer(
        app,
        &hall.op("clinic"),
        &opened.code,
        "dinas-pu",
        &spoken(&hall),
        NOTE,
    )
    .await;
    back.expect("proposed back");
    requests::approve_transfer(app, &hall.op("clinic-head"), &opened.code)
        .await
        .expect("approved");
    let profile =
        requests::model::profile::Profile::parse(requests::model::profile::shipped::LAPOR).expect("reads");
    let now = hall.town.clock.now();
    let graded = requests::grades(app, &profile, now.minus(DAY), now.plus(DAY))
        .await
        .expect("counted");
    let ping_pong: Vec<_> = graded
        .iter()
        .map(|graded| (graded.unit.as_str(), graded.shadow.n_ping_pong))
        .collect();
    assert_eq!(ping_pong, [("dinas-pu", 1)]);
    let transfers = requests::list_transfers(app, &hall.op("unit"), &hall.now(&opened).await)
        .await
        .expect("listed");
    assert_eq!(
        transfers
            .iter()
            .map(|transfer| transfer.is_approved)
            .collect::<Vec<_>>(),
        [Some(1), Some(1)]
    );
}

#[tokio::test]
async fn a_transfer_that_is_turned_down_leaves_the_request_where_it_is() {
    let hall = Hall::new().await;
    let app = &hall.town.app;
    let opened = hall.lamp().await;
    requests::propose_transfer(
        app,
        &hall.op("unit"),
        &opened.code,
        "dinkes",
        &spoken(&hall),
        NOTE,
    )
    .await
    .expect("proposed");
    let kept = requests::reject_transfer(app, &hall.op("head"), &opened.code, "It is ours")
        .await
        .expect("rejected");
    assert_eq!((kept.agency.as_deref(), kept.n_transfers), (Some("dinas-pu"), 0));
}

#[tokio::test]
async fn a_special_close_takes_two_people_a_notice_and_a_signature() {
    let hall = Hall::new().await;
    let app = &hall.town.app;
    let opened = hall.lamp().await;
    let text = "The lamp is private and stands in a court case.";
    let stranger = requests::propose_special_close(app, &hall.op("clinic"), &opened.code, "court", text)
        .await
        .expect_err("refused");
    assert_eq!(stranger.kind(), Kind::Forbidden);
    requests::propose_special_close(app, &hall.op("unit"), &opened.code, "court", text)
        .await
        .expect("proposed");
    let approve = |who: &'static str, signature: &'static str| {
        let (op, code) = (hall.op(who), opened.code.clone());
        async move { requests::approve_special_close(app, &op, &code, signature, text).await }
    };
    assert_eq!(
        approve("head", "Head of roads")
            .await
            .expect_err("too soon")
            .code(),
        "requests-told-too-late"
    );
    hall.advance_days(4);
    assert_eq!(
        approve("unit", "Unit").await.expect_err("refused").code(),
        "requests-level-too-low"
    );
    assert_eq!(
        approve("head", " ").await.expect_err("refused").fields()[0].code,
        "requests-signature-missing"
    );
    let closed = approve("head", "Budi, head of roads").await.expect("closed");
    assert_eq!(
        closed.state,
        State::Closed {
            at: hall.town.clock.now(),
            kind: CloseKind::Special
        }
    );
    let (signature, recorder): (String, String) =
        sqlx::query_as("SELECT signature, recorder FROM request_closing")
            .fetch_one(app.db.read())
            .await
            .expect("a closing");
    assert_eq!(
        (signature.as_str(), recorder.as_str()),
        ("Budi, head of roads", "officer")
    );
    let reopened = requests::reopen(
        app,
        &hall.stranger(),
        &opened.code,
        key(&opened),
        "It is the public lamp",
    )
    .await
    .expect("reopened");
    assert_eq!((reopened.level, &reopened.state), (2, &State::Open));
}

#[tokio::test]
async fn nobody_approves_what_they_proposed_whatever_posts_they_hold() {
    let hall = Hall::new().await;
    let app = &hall.town.app;
    let opened = hall.lamp().await;
    requests::propose_special_close(app, &hall.op("head"), &opened.code, "court", "A court case.")
        .await
        .expect("proposed");
    hall.advance_days(4);
    let own = requests::approve_special_close(app, &hall.op("head"), &opened.code, "Head", "")
        .await
        .expect_err("refused");
    assert_eq!(own.code(), "requests-own-proposal");
    // An administrator without a post approves nothing either.
    let mut admin = hall.op("siti");
    if let baraza::platform::op::Who::Person(person) = &mut admin.who {
        person
            .grants
            .push(crate::town::grant(baraza::platform::op::Role::Admin, None));
    }
    let admin = requests::approve_special_close(app, &admin, &opened.code, "Admin", "")
        .await
        .expect_err("refused");
    assert_eq!(admin.code(), "requests-level-too-low");
    let own = requests::reject_special_close(app, &hall.op("head"), &opened.code, "")
        .await
        .expect_err("refused");
    assert_eq!(own.code(), "requests-own-proposal");
    let second = hall.seat("dinas-pu", 2, "unit").await;
    let open = requests::reject_special_close(app, &hall.op("unit"), &opened.code, "Look again")
        .await
        .expect("turned down");
    assert_eq!(open.state, State::Open);
    assert!(!second.is_empty());
}

#[tokio::test]
async fn special_closes_drawn_for_it_are_checked_from_outside_and_a_bad_one_counts_as_low_quality() {
    let hall = Hall::new().await;
    let app = &hall.town.app;
    // How many are drawn of how many is a test of the draw itself; here all are.
    let all = requests::model::profile::shipped::LAPOR.replace("sample_percent = 10", "sample_percent = 100");
    requests::load_profile(app, &hall.town.system(), &all)
        .await
        .expect("loaded");
    let mut codes = Vec::new();
    for n in 0..4 {
        let filing = requests::Filing {
            phone: Some(format!("08120000{n:04}")),
            ..lamp()
        };
        let opened = hall.file(&hall.stranger(), filing).await.expect("filed");
        requests::propose_special_close(app, &hall.op("unit"), &opened.code, "court", "A court case.")
            .await
            .expect("proposed");
        codes.push(opened.code);
    }
    hall.advance_days(4);
    for code in &codes {
        requests::approve_special_close(app, &hall.op("head"), code, "Head", "")
            .await
            .expect("closed");
    }
    let drawn = requests::list_checks(app, &hall.op("auditor"))
        .await
        .expect("listed");
    assert_eq!(drawn.len(), 4);
    assert_eq!(
        requests::check(app, &hall.op("unit"), &drawn[0].code, true, "")
            .await
            .expect_err("refused")
            .kind(),
        Kind::Forbidden
    );
    requests::check(
        app,
        &hall.op("auditor"),
        &drawn[0].code,
        false,
        "The lamp is public.",
    )
    .await
    .expect("checked");
    let again = requests::check(app, &hall.op("auditor"), &drawn[0].code, true, "")
        .await
        .expect_err("settled");
    assert_eq!(again.code(), "requests-no-check");
    let profile =
        requests::model::profile::Profile::parse(requests::model::profile::shipped::LAPOR).expect("reads");
    let now = hall.town.clock.now();
    let graded = requests::grades(app, &profile, now.minus(DAY * 10), now.plus(DAY))
        .await
        .expect("counted");
    let counts = graded[0].grade.as_ref().expect("a grade").counts;
    assert_eq!(
        (counts.n_closed, counts.n_satisfied, counts.n_low_quality),
        (4, 0, 1)
    );
    assert_eq!(graded[0].shadow.n_special, 4);
}

#[tokio::test]
async fn steps_by_hand_follow_the_ladder_and_who_sits_on_it() {
    let hall = Hall::new().await;
    let app = &hall.town.app;
    let opened = hall.lamp().await;
    let up = requests::escalate(app, &hall.op("unit"), &opened.code, "", "Needs a crane")
        .await
        .expect("taken up early");
    assert_eq!(up.level, 2);
    let low = requests::escalate(app, &hall.op("unit"), &opened.code, "meeting", "")
        .await
        .expect_err("refused");
    assert_eq!(low.code(), "requests-level-too-low");
    let unlisted = requests::escalate(app, &hall.op("head"), &opened.code, "urgent", "")
        .await
        .expect_err("refused");
    assert_eq!(unlisted.fields()[0].code, "requests-reason-not-listed");
    let back = requests::send_back(app, &hall.op("head"), &opened.code, "The crane is yours")
        .await
        .expect("sent back");
    assert_eq!(back.level, 1);
    let bottom = requests::send_back(app, &hall.op("head"), &opened.code, "x")
        .await
        .expect_err("refused");
    assert_eq!(bottom.code(), "requests-not-sent-back");
    let wordless = requests::send_back(app, &hall.op("head"), &opened.code, " ")
        .await
        .expect_err("refused");
    assert_eq!(wordless.fields()[0].code, "requests-text-missing");
}

#[tokio::test]
async fn a_deputy_acts_while_the_holder_is_on_leave() {
    let hall = Hall::new().await;
    let app = &hall.town.app;
    let opened = hall.lamp().await;
    requests::escalate(app, &hall.op("head"), &opened.code, "", "")
        .await
        .expect("to the head");
    let seat = requests::list_posts(app, Some("dinas-pu"))
        .await
        .expect("listed")
        .into_iter()
        .find(|post| post.level == 2)
        .expect("the head’s post");
    let now = hall.town.clock.now();
    let on_leave = Post {
        deputy: Some(hall.id("unit")),
        away: Some((now, now.plus(DAY))),
        ..seat
    };
    requests::save_post(app, &hall.town.system(), &on_leave)
        .await
        .expect("saved");
    let head = requests::escalate(app, &hall.op("head"), &opened.code, "meeting", "")
        .await
        .expect_err("away");
    assert_eq!(head.code(), "requests-level-too-low");
    let up = requests::escalate(app, &hall.op("unit"), &opened.code, "meeting", "")
        .await
        .expect("the deputy acts");
    assert_eq!(up.level, 3);
}

#[tokio::test]
async fn joined_requests_have_one_clock_and_both_people_are_told() {
    let hall = Hall::new().await;
    let app = &hall.town.app;
    let first = hall.lamp().await;
    let second = hall
        .file(
            &hall.stranger(),
            requests::Filing {
                phone: Some("0813 1111 111".into()),
                ..lamp()
            },
        )
        .await
        .expect("filed");
    let joined = requests::join(app, &hall.op("unit"), &second.code, &first.code)
        .await
        .expect("joined");
    assert_eq!(joined.joined_to.as_ref(), Some(&first.id));
    assert_eq!(hall.now(&first).await.n_supporters, 1);
    assert_eq!(
        requests::list_joined(app, &hall.now(&first).await)
            .await
            .expect("listed"),
        std::slice::from_ref(&second.code)
    );
    let followers = evidence::list_followers(app, &Subject::new("request", &first.id))
        .await
        .expect("listed");
    let addresses: Vec<&str> = followers
        .iter()
        .map(|follower| follower.address.as_str())
        .collect();
    assert_eq!(addresses, ["+6281234567890", "+628131111111"]);
    let links = evidence::list_links(app, &Subject::new("request", &first.id))
        .await
        .expect("listed");
    assert_eq!(
        (links[0].relation.as_str(), links[0].from.id.as_str()),
        ("joined", second.id.as_str())
    );
    let again = requests::join(app, &hall.op("unit"), &first.code, &first.code)
        .await
        .expect_err("refused");
    assert_eq!(again.code(), "requests-cannot-join");
}

#[tokio::test]
async fn of_two_who_answer_at_once_one_is_told_that_the_other_was_faster() {
    let hall = Hall::new().await;
    let opened = hall.lamp().await;
    let answers = ["unit", "head"].map(|who| {
        let (app, op, code) = (hall.town.app.clone(), hall.op(who), opened.code.clone());
        tokio::spawn(async move { requests::answer(&app, &op, &code, "done", LONG).await.map(|_| ()) })
    });
    let mut outcomes = Vec::new();
    for answer in answers {
        outcomes.push(answer.await.expect("ran").map_err(|problem| problem.kind()));
    }
    outcomes.sort_by_key(Result::is_err);
    assert_eq!(outcomes, [Ok(()), Err(Kind::Conflict)]);
    assert_eq!(hall.now(&opened).await.revision, 1);
}
