//! Who is told what, when, and once.

use baraza::{
    evidence::{
        self,
        model::{Follower, NewCommitment, Subject},
    },
    platform::message::{self, Address},
    requests::{
        self, Filing, Opened,
        access::Claim,
        model::request::{Channel, State},
        notices::{Tell, TellSwept},
    },
};

use super::{DAY, Hall, LONG, heard::Line, key, lamp};

const SITI: &str = "+6281234567890";

/// Has a job run now, whatever ran before.
async fn runs<J: baraza::platform::jobs::Job>(hall: &Hall, job: J) {
    let mut tx = hall.town.app.db.begin().await.expect("a transaction");
    tx.enqueue(&hall.town.system(), &job).await.expect("queued");
    tx.commit().await.expect("committed");
    hall.town.run_jobs().await;
}

/// What an officer reads on their account, the newest first.
async fn desk(hall: &Hall, name: &str) -> Vec<String> {
    hall.town.run_jobs().await;
    message::list_notices(&hall.town.app, &hall.id(name), 50)
        .await
        .expect("listed")
        .into_iter()
        .map(|notice| notice.text)
        .collect()
}

fn shown(opened: &Opened) -> String {
    format!("{}-{}", &opened.code[..4], &opened.code[4..])
}

#[tokio::test]
async fn an_answer_is_told_with_what_to_reply_and_the_day_silence_closes_it() {
    let line = Line::new().await;
    let opened = line.hall.lamp().await;
    let filed = line.told().await;
    assert_eq!(filed.len(), 1);
    assert!(filed[0].1.contains(&shown(&opened)), "{filed:?}");
    requests::answer(
        &line.hall.town.app,
        &line.hall.op("unit"),
        &opened.code,
        "done",
        LONG,
    )
    .await
    .expect("answered");
    let told = line.told().await;
    let code = shown(&opened);
    assert_eq!(told.len(), 1);
    let (to, text) = &told[0];
    assert_eq!(to, SITI);
    assert!(text.starts_with(&format!("{code} was answered.")), "{text}");
    assert!(
        text.contains(&format!("YES {code}")) && text.contains(&format!("NO {code}")),
        "{text}"
    );
    let State::Answered { until, .. } = line.hall.now(&opened).await.state else {
        panic!("answered");
    };
    let day = baraza::platform::i18n::Lang::En.short_date(line.hall.town.app.config.day(until));
    assert!(text.contains(&day), "{text}");
    assert!(
        !text.contains("lamp") && !text.contains("sekolah"),
        "nothing of the matter: {text}"
    );
}

#[tokio::test]
async fn a_notice_is_sent_once_however_often_its_job_runs() {
    let line = Line::new().await;
    let opened = line.hall.answered().await;
    assert_eq!(
        line.told().await.len(),
        1,
        "filed and answered at once is one notice"
    );
    for _ in 0..3 {
        runs(
            &line.hall,
            Tell {
                request: opened.id.clone(),
            },
        )
        .await;
    }
    assert_eq!(line.told().await, []);
}

#[tokio::test]
async fn what_happens_at_once_is_told_at_once_and_only_as_it_stands() {
    let line = Line::new().await;
    let app = &line.hall.town.app;
    let opened = line.hall.lamp().await;
    line.told().await;
    requests::verify(app, &line.hall.op("unit"), &opened.code)
        .await
        .expect("verified");
    requests::answer(app, &line.hall.op("unit"), &opened.code, "done", LONG)
        .await
        .expect("answered");
    let told = line.told().await;
    assert_eq!(told.len(), 1);
    assert!(told[0].1.contains("was answered"), "{told:?}");
}

#[tokio::test]
async fn whoever_acted_is_told_nothing_and_those_who_follow_are() {
    let line = Line::new().await;
    let app = &line.hall.town.app;
    let opened = line.hall.lamp().await;
    let tono = Follower {
        address: Address::sms("0813 1111 1111", &app.config).expect("a number"),
        lang: "id".into(),
    };
    requests::support(app, &line.hall.stranger(), &opened.code, Some(tono))
        .await
        .expect("joined in");
    requests::answer(app, &line.hall.op("unit"), &opened.code, "done", LONG)
        .await
        .expect("answered");
    line.told().await;
    requests::confirm(app, &line.hall.stranger(), &opened.code, key(&opened), "web")
        .await
        .expect("confirmed");
    let told = line.told().await;
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].0, "+6281311111111");
    assert!(
        told[0].1.contains("ditutup") && !told[0].1.contains("TIDAK"),
        "{told:?}"
    );
}

#[tokio::test]
async fn a_sweep_tells_residents_their_climb_and_an_officer_everything_in_one_notice() {
    let line = Line::new().await;
    let hall = &line.hall;
    for n in 0..3 {
        let filing = Filing {
            phone: Some(format!("0812 0000 00{n:02}")),
            ..lamp()
        };
        hall.file(&hall.stranger(), filing).await.expect("filed");
    }
    line.told().await;
    let mut climbed = Vec::new();
    for _ in 0..60 {
        hall.town.advance(DAY);
        requests::sweep(&hall.town.app).await.expect("swept");
        climbed = line.told().await;
        if climbed.iter().any(|(_, text)| text.contains("level 2")) {
            break;
        }
    }
    assert_eq!(climbed.len(), 3, "{climbed:?}");
    let head = desk(hall, "head").await;
    assert_eq!(head.len(), 1, "{head:?}");
    assert!(head[0].contains("3 requests have climbed to you"), "{head:?}");
    let unit = desk(hall, "unit").await;
    assert!(
        unit.iter().any(|text| text.contains("3 requests will climb")),
        "{unit:?}"
    );
    let swept_at = hall.town.clock.now();
    runs(hall, TellSwept::from_start(swept_at)).await;
    assert_eq!((line.told().await.len(), desk(hall, "head").await.len()), (0, 1));
}

#[tokio::test]
async fn a_large_sweep_is_told_page_by_page_and_nobody_is_forgotten() {
    let line = Line::new().await;
    let hall = &line.hall;
    const N: usize = 501;
    for n in 0..N {
        let filing = Filing {
            phone: Some(format!("0812 1000 {n:04}")),
            ..lamp()
        };
        hall.file(&hall.stranger(), filing).await.expect("filed");
    }
    line.told().await;
    let mut n_told = 0;
    for _ in 0..60 {
        hall.town.advance(DAY);
        requests::sweep(&hall.town.app).await.expect("swept");
        n_told = line.told().await.len();
        if n_told > 0 {
            break;
        }
    }
    assert_eq!(n_told, N);
    let head = desk(hall, "head").await;
    assert_eq!(head.len(), 1);
    assert!(head[0].contains(&format!("{N} requests")), "{head:?}");
}

#[tokio::test]
async fn a_thousand_followers_are_told_page_by_page_and_each_once() {
    let line = Line::new().await;
    let hall = &line.hall;
    let app = &hall.town.app;
    let opened = hall.lamp().await;
    line.told().await;
    const N: usize = 1_001;
    let subject = Subject::new("request", &opened.id);
    let mut tx = app.db.begin().await.expect("a transaction");
    for n in 0..N {
        let follower = Follower {
            address: Address::Account(format!("u-{n}")),
            lang: "id".into(),
        };
        evidence::follow(&mut tx, &hall.town.system(), &subject, &follower)
            .await
            .expect("follows");
    }
    tx.commit().await.expect("committed");
    requests::verify(app, &hall.op("unit"), &opened.code)
        .await
        .expect("verified");
    assert_eq!(line.told().await.len(), 1, "whose it is");
    for _ in 0..2 {
        let told: (i64, i64) = sqlx::query_as(
            "SELECT COUNT(*), COUNT(DISTINCT mark) FROM message WHERE channel = 'account' AND about LIKE 'request/%'",
        )
        .fetch_one(app.db.read())
        .await
        .expect("counted");
        assert_eq!(told, (N as i64, N as i64));
        runs(
            hall,
            Tell {
                request: opened.id.clone(),
            },
        )
        .await;
    }
}

#[tokio::test]
async fn a_special_close_waits_until_its_notice_has_really_gone_out() {
    let line = Line::new().await;
    let app = &line.hall.town.app;
    let opened = line.hall.lamp().await;
    line.told().await;
    let text = "The lamp is private and stands in a court case.";
    let proposed = requests::propose_special_close(app, &line.hall.op("unit"), &opened.code, "court", text)
        .await
        .expect("proposed");
    let told_at = |state: &State| match state {
        State::SpecialProposed { told_at, .. } => *told_at,
        _ => panic!("proposed"),
    };
    assert_eq!(told_at(&proposed.state), None, "the notice waits in the outbox");
    line.hall.advance_days(20);
    let approve = || async {
        requests::approve_special_close(
            app,
            &line.hall.op("head"),
            &opened.code,
            "Budi, head of roads",
            text,
        )
        .await
    };
    assert_eq!(approve().await.expect_err("refused").code(), "requests-not-told");
    let told = line.told().await;
    assert!(
        told[0].1.contains("without your yes") && told[0].1.contains("NO "),
        "{told:?}"
    );
    let seen = requests::see(app, &line.hall.stranger(), &opened.code, Some(key(&opened)))
        .await
        .expect("seen");
    assert_eq!(told_at(&seen.request.state), Some(line.hall.town.clock.now()));
    assert_eq!(
        approve().await.expect_err("refused").code(),
        "requests-told-too-late"
    );
    line.texts(SITI, "TIDAK, lampu itu milik umum").await;
    assert_eq!(
        told_at(&line.hall.now(&opened).await.state),
        told_at(&seen.request.state)
    );
    line.hall.advance_days(20);
    assert!(approve().await.expect("closed").state.is_closed());
}

#[tokio::test]
async fn where_no_way_is_open_the_page_is_the_notice_and_an_account_gets_it() {
    let hall = Hall::new().await;
    let app = &hall.town.app;
    let opened = hall.file(&hall.op("siti"), lamp()).await.expect("filed");
    requests::answer(app, &hall.op("unit"), &opened.code, "done", LONG)
        .await
        .expect("answered");
    let told = desk(&hall, "siti").await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(
        told[0].contains("/requests/") && told[0].contains("Say yes or no on its page"),
        "{told:?}"
    );
    let (n,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM message WHERE channel = 'sms'")
        .fetch_one(app.db.read())
        .await
        .expect("counted");
    assert_eq!(n, 0, "nothing is sent into a channel that is closed");
}

#[tokio::test]
async fn officers_are_told_what_was_given_to_them_and_who_was_not_content() {
    let hall = Hall::new().await;
    let app = &hall.town.app;
    let opened = hall.lamp().await;
    let post = hall.seat("dinas-pu", 1, "planner").await;
    requests::assign(app, &hall.op("unit"), &opened.code, &post)
        .await
        .expect("assigned");
    let told = desk(&hall, "planner").await;
    assert!(
        told[0].starts_with(&format!("{}: given to you", shown(&opened))),
        "{told:?}"
    );
    requests::answer(app, &hall.op("unit"), &opened.code, "done", LONG)
        .await
        .expect("answered");
    requests::refuse(app, &hall.stranger(), &opened.code, key(&opened), "Masih gelap")
        .await
        .expect("refused");
    let told = desk(&hall, "head").await;
    assert!(
        told[0].contains("said no") && !told[0].contains("gelap"),
        "{told:?}"
    );
    assert_eq!(
        desk(&hall, "unit").await,
        Vec::<String>::new(),
        "whoever acted is told nothing"
    );
}

#[tokio::test]
async fn a_question_about_something_confidential_is_not_in_the_notice() {
    let line = Line::new().await;
    let filing = Filing {
        service: "bribe".into(),
        ..lamp()
    };
    let opened = line
        .hall
        .file(&line.hall.stranger(), filing)
        .await
        .expect("filed");
    line.told().await;
    requests::ask(
        &line.hall.town.app,
        &line.hall.op("planner"),
        &opened.code,
        "resident",
        "Siapa yang meminta uang?",
    )
    .await
    .expect("asked");
    let told = line.told().await;
    assert!(
        told[0].1.contains("STATUS") && !told[0].1.contains("uang"),
        "{told:?}"
    );
}

#[tokio::test]
async fn a_yes_that_somebody_else_wrote_down_is_told_to_whose_it_is() {
    let line = Line::new().await;
    let opened = line.hall.answered().await;
    line.told().await;
    requests::confirm(
        &line.hall.town.app,
        &line.hall.op("operator"),
        &opened.code,
        Claim::Operator,
        "phone",
    )
    .await
    .expect("confirmed");
    let told = line.told().await;
    assert!(
        told[0].1.contains("is closed") && told[0].1.contains("NO "),
        "{told:?}"
    );
}

#[tokio::test]
async fn by_text_message_the_answer_is_the_notice_of_filing() {
    let line = Line::new().await;
    let filing = Filing {
        channel: Some(Channel::Sms),
        ..lamp()
    };
    line.hall
        .file(&line.hall.stranger(), filing)
        .await
        .expect("filed");
    assert_eq!(line.told().await, []);
}

#[tokio::test]
async fn whoever_raised_a_matter_is_told_of_every_change_of_the_promise_it_led_to() {
    let line = Line::new().await;
    let hall = &line.hall;
    let app = &hall.town.app;
    let opened = hall.lamp().await;
    line.told().await;
    let new = NewCommitment {
        promise: "Ganti semua lampu di Sukowati".into(),
        owner: "dinas-pu".into(),
        owner_post: None,
        place: None,
        raised: Some(Subject::new("request", &opened.id)),
        made_on: "2026-11-16".parse().expect("a day"),
        due_on: "2026-12-18".parse().expect("a day"),
    };
    let op = hall.town.system();
    let mut tx = app.db.begin().await.expect("a transaction");
    let made = evidence::promise(&mut tx, &op, new).await.expect("promised");
    tx.commit().await.expect("committed");
    let told = line.told().await;
    assert_eq!(told.len(), 1);
    assert!(
        told[0].1.contains("DINAS-PU") && told[0].1.contains("18 Dec 2026"),
        "{told:?}"
    );
    hall.town.advance(DAY);
    let op = hall.town.system();
    let mut tx = app.db.begin().await.expect("a transaction");
    let later = "2027-01-15".parse().expect("a day");
    evidence::move_due(&mut tx, &op, &made, later, "Lampu belum datang")
        .await
        .expect("moved");
    tx.commit().await.expect("committed");
    let told = line.told().await;
    assert_eq!(told.len(), 1);
    assert!(
        told[0].1.contains("moved") && told[0].1.contains("15 Jan 2027"),
        "{told:?}"
    );
}
