use std::time::Duration;

use baraza::{
    evidence::{
        self,
        model::{Follower, Subject},
    },
    platform::{
        message::Address,
        problem::{Kind, Problem},
    },
    requests::{
        self, Filing, NewPhoto, PhotoAudience,
        access::Claim,
        model::{
            profile::{Profile, shipped},
            request::{Privacy, Request, State},
        },
    },
};

use super::{DAY, Hall, LONG, key, lamp};

fn code(result: Result<Request, Problem>) -> &'static str {
    result.expect_err("refused").code()
}

#[tokio::test]
async fn only_whoever_knows_the_key_closes_reopens_or_withdraws() {
    let hall = Hall::new().await;
    let app = &hall.town.app;
    let opened = hall.answered().await;
    for wrong in ["222-222", "nonsense", ""] {
        assert_eq!(
            code(requests::confirm(app, &hall.stranger(), &opened.code, Claim::Key(wrong), "web").await),
            "requests-key-wrong"
        );
    }
    assert_eq!(
        code(requests::confirm(app, &hall.op("siti"), &opened.code, Claim::Account, "web").await),
        "requests-not-yours"
    );
    let other = Address::sms("0899999999", &app.config).expect("a number");
    assert_eq!(
        code(requests::confirm(app, &hall.stranger(), &opened.code, Claim::Address(&other), "sms").await),
        "requests-not-yours"
    );
    let shouted = opened
        .key
        .as_ref()
        .expect("a key")
        .to_lowercase()
        .replace('-', " ");
    requests::confirm(app, &hall.stranger(), &opened.code, Claim::Key(&shouted), "web")
        .await
        .expect("however it is written");
    assert_eq!(
        code(requests::withdraw(app, &hall.stranger(), &opened.code, key(&opened), "").await),
        "requests-not-now"
    );
}

#[tokio::test]
async fn after_ten_wrong_keys_even_the_right_one_must_wait_an_hour() {
    let hall = Hall::new().await;
    let app = &hall.town.app;
    let opened = hall.answered().await;
    for _ in 0..10 {
        assert_eq!(
            code(requests::confirm(app, &hall.stranger(), &opened.code, Claim::Key("222-222"), "web").await),
            "requests-key-wrong"
        );
    }
    assert_eq!(
        code(requests::confirm(app, &hall.stranger(), &opened.code, key(&opened), "web").await),
        "requests-key-wait"
    );
    hall.town.advance(Duration::from_secs(3_601));
    requests::confirm(app, &hall.stranger(), &opened.code, key(&opened), "web")
        .await
        .expect("confirmed");
}

#[tokio::test]
async fn a_message_from_the_number_it_was_filed_with_is_a_yes() {
    let hall = Hall::new().await;
    let app = &hall.town.app;
    let opened = hall.answered().await;
    let number = Address::sms("+62 812-3456-7890", &app.config).expect("a number");
    let closed = requests::confirm(
        app,
        &hall.stranger(),
        &opened.code,
        Claim::Address(&number),
        "sms",
    )
    .await
    .expect("confirmed");
    assert!(closed.state.is_closed());
    let recorded: (String, Option<String>) = sqlx::query_as("SELECT recorder, channel FROM request_closing")
        .fetch_one(app.db.read())
        .await
        .expect("a closing");
    assert_eq!(recorded, ("resident".to_owned(), Some("sms".to_owned())));
}

#[tokio::test]
async fn it_is_told_who_wrote_down_the_yes() {
    let hall = Hall::new().await;
    let app = &hall.town.app;
    for who in ["operator", "unit", "operator"] {
        let opened = hall.answered().await;
        requests::confirm(app, &hall.op(who), &opened.code, Claim::Operator, "phone")
            .await
            .expect("confirmed");
    }
    let opened = hall.answered().await;
    requests::confirm(app, &hall.stranger(), &opened.code, key(&opened), "web")
        .await
        .expect("confirmed");
    let refused = requests::confirm(
        app,
        &hall.op("siti"),
        &hall.answered().await.code,
        Claim::Operator,
        "phone",
    )
    .await
    .expect_err("refused");
    assert_eq!(refused.kind(), Kind::Forbidden);
    let profile = Profile::parse(shipped::LAPOR).expect("reads");
    let now = hall.town.clock.now();
    let graded = requests::grades(app, &profile, now.minus(DAY), now.plus(DAY))
        .await
        .expect("counted");
    let [unit] = graded.as_slice() else {
        panic!("{graded:?}")
    };
    let by: Vec<_> = unit
        .shadow
        .satisfaction_by
        .iter()
        .map(|(who, n)| (who.as_str(), *n))
        .collect();
    assert_eq!(by, [("resident", 1), ("operator", 2), ("officer", 1)]);
    let grade = unit.grade.as_ref().expect("a grade");
    assert_eq!(
        (
            grade.counts.n_handled,
            grade.counts.n_closed,
            grade.counts.n_satisfied
        ),
        (5, 4, 4)
    );
    assert_eq!(grade.score, 100.0);
}

#[tokio::test]
async fn a_reopened_closing_counts_against_the_unit_and_its_history_stays() {
    let hall = Hall::new().await;
    let app = &hall.town.app;
    let opened = hall.answered().await;
    requests::confirm(app, &hall.stranger(), &opened.code, key(&opened), "web")
        .await
        .expect("confirmed");
    hall.advance_days(3);
    let reopened = requests::reopen(app, &hall.stranger(), &opened.code, key(&opened), "Dark again")
        .await
        .expect("reopened");
    assert_eq!(
        (reopened.level, &reopened.state, reopened.clock.started_at),
        (2, &State::Open, hall.town.clock.now())
    );
    // The same person with the same matter, filed anew.
    hall.lamp().await;
    let profile = Profile::parse(shipped::LAPOR).expect("reads");
    let now = hall.town.clock.now();
    let graded = requests::grades(app, &profile, now.minus(DAY * 10), now.plus(DAY))
        .await
        .expect("counted");
    let shadow = &graded[0].shadow;
    assert_eq!(
        (shadow.n_closed, shadow.n_reopened_soon, shadow.n_again),
        (1, 1, 1)
    );
    let counts = graded[0].grade.as_ref().expect("a grade").counts;
    assert_eq!(
        (counts.n_satisfied, counts.n_low_quality),
        (0, 1),
        "a yes that was taken back is none"
    );
    requests::answer(app, &hall.op("head"), &opened.code, "done", LONG)
        .await
        .expect("answered");
    requests::confirm(app, &hall.stranger(), &opened.code, key(&opened), "web")
        .await
        .expect("confirmed");
    let (n,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM request_closing")
        .fetch_one(app.db.read())
        .await
        .expect("counted");
    assert_eq!(n, 2);
    assert!(
        hall.story(&hall.stranger(), &opened)
            .await
            .contains(&"request.reopened".to_owned())
    );
}

#[tokio::test]
async fn an_answer_on_the_last_day_before_a_limit_is_noticed() {
    let hall = Hall::new().await;
    let app = &hall.town.app;
    let (late, early) = (hall.lamp().await, hall.lamp().await);
    requests::answer(app, &hall.op("unit"), &early.code, "done", LONG)
        .await
        .expect("answered");
    // Yellow comes on day 3 at midnight; on day 3 at nine in the morning less than a day is left.
    hall.advance_days(3);
    requests::answer(app, &hall.op("unit"), &late.code, "done", LONG)
        .await
        .expect("answered");
    for opened in [&late, &early] {
        requests::confirm(app, &hall.stranger(), &opened.code, key(opened), "web")
            .await
            .expect("confirmed");
    }
    let profile = Profile::parse(shipped::LAPOR).expect("reads");
    let now = hall.town.clock.now();
    let graded = requests::grades(app, &profile, now.minus(DAY * 10), now.plus(DAY))
        .await
        .expect("counted");
    assert_eq!((graded[0].shadow.n_closed, graded[0].shadow.n_last_day), (2, 1));
}

#[tokio::test]
async fn others_join_in_and_are_told_but_not_on_what_is_confidential() {
    let hall = Hall::new().await;
    let app = &hall.town.app;
    let opened = hall.lamp().await;
    let follower = Follower {
        address: Address::Email("tono@desa.id".into()),
        lang: "id".into(),
    };
    let request = requests::support(app, &hall.stranger(), &opened.code, Some(follower.clone()))
        .await
        .expect("counted");
    assert_eq!(request.n_supporters, 1);
    requests::watch(
        app,
        &hall.stranger(),
        &opened.code,
        &Follower {
            lang: "en".into(),
            ..follower.clone()
        },
    )
    .await
    .expect("watched");
    let subject = Subject::new("request", &opened.id);
    let told = evidence::list_followers(app, &subject).await.expect("listed");
    assert_eq!(
        told.last()
            .map(|follower| (follower.address.as_str(), follower.lang.as_str())),
        Some(("tono@desa.id", "en"))
    );
    let mut tx = app.db.begin().await.expect("a transaction");
    assert!(
        evidence::unfollow(&mut tx, &subject, &follower.address)
            .await
            .expect("asked")
    );
    assert!(
        !evidence::unfollow(&mut tx, &subject, &follower.address)
            .await
            .expect("asked")
    );
    tx.commit().await.expect("committed");
    let secret = hall
        .file(
            &hall.stranger(),
            Filing {
                privacy: Some(Privacy::Confidential),
                ..lamp()
            },
        )
        .await
        .expect("filed");
    assert_eq!(
        code(requests::support(app, &hall.stranger(), &secret.code, None).await),
        "requests-unknown"
    );
    let unseen = requests::watch(app, &hall.stranger(), &secret.code, &follower)
        .await
        .expect_err("refused");
    assert_eq!(unseen.code(), "requests-unknown");
}

#[tokio::test]
async fn pictures_for_the_unit_are_not_shown_to_everybody() {
    let hall = Hall::new().await;
    let app = &hall.town.app;
    let photo = |audience| NewPhoto {
        blob: "a".repeat(64),
        media_type: "image/jpeg".into(),
        size_bytes: 7,
        audience,
    };
    let filing = Filing {
        photos: vec![photo(PhotoAudience::Everybody)],
        ..lamp()
    };
    let opened = hall.file(&hall.stranger(), filing).await.expect("filed");
    requests::add_photo(
        app,
        &hall.stranger(),
        &opened.code,
        key(&opened),
        &photo(PhotoAudience::Unit),
    )
    .await
    .expect("added");
    let refused = requests::add_photo(
        app,
        &hall.stranger(),
        &opened.code,
        Claim::Key("222222"),
        &photo(PhotoAudience::Unit),
    )
    .await;
    assert_eq!(refused.expect_err("refused").code(), "requests-key-wrong");
    let n_seen = |op, claim| {
        let code = opened.code.clone();
        async move {
            requests::see(app, &op, &code, claim)
                .await
                .expect("seen")
                .photos
                .len()
        }
    };
    assert_eq!(n_seen(hall.stranger(), None).await, 1);
    assert_eq!(n_seen(hall.op("unit"), None).await, 2);
    assert_eq!(n_seen(hall.stranger(), Some(key(&opened))).await, 2);
}
