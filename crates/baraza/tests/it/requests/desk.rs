//! The desk in a browser: who sees which queue, steps with their refusals, several at once, templates, live news.

use axum::http::header;

use super::{DAY, Hall, LONG, lamp};
use crate::town::Visitor;
use baraza::{
    accounts,
    platform::op::{Grant, Role},
    requests::{
        self, Filing,
        model::{
            post::{NewPost, Post},
            request::{Privacy, State},
        },
    },
};

impl Hall {
    /// Somebody of the hall at a browser.
    async fn browser(&self, name: &str) -> Visitor<'_> {
        let mut tx = self.town.app.db.begin().await.expect("a transaction");
        let token = accounts::create_token(&mut tx, &self.town.system(), &self.id(name), "test", None, &[])
            .await
            .expect("a token");
        tx.commit().await.expect("committed");
        self.town.bearer(&token)
    }

    async fn hears_of(&self, text: &str, change: impl FnOnce(&mut Filing)) -> String {
        let mut filing = Filing {
            text: text.into(),
            ..lamp()
        };
        change(&mut filing);
        self.file(&self.stranger(), filing).await.expect("filed").code
    }

    async fn is_now(&self, code: &str) -> State {
        requests::find(&self.town.app, code).await.expect("there").state
    }
}

/// The codes of a queue in their order.
fn codes(page: &str) -> Vec<String> {
    page.split("class=\"govuk-link bz-queue__code\" href=\"/desk/requests/")
        .skip(1)
        .filter_map(|rest| rest.split('"').next().map(str::to_owned))
        .collect()
}

#[tokio::test]
async fn the_queue_has_the_reddest_first_and_then_the_nearest_limit() {
    let hall = Hall::new().await;
    let oldest = hall.hears_of("Lampu tua", |_| {}).await;
    hall.advance_days(7);
    let red_by_now = hall.hears_of("Lampu kedua", |_| {}).await;
    hall.advance_days(4);
    let newest = hall.hears_of("Lampu baru", |_| {}).await;
    hall.town.run_jobs().await;
    let unit = hall.browser("unit").await;
    let page = unit.gets("/desk/requests").await.is(200).text();
    assert_eq!(codes(&page), [oldest.clone(), red_by_now.clone(), newest.clone()]);
    assert!(page.contains("Red for 4 days"), "{page}");
    assert_eq!(
        codes(&unit.gets("/desk/requests?order=newest").await.is(200).text()),
        [newest.clone(), red_by_now.clone(), oldest.clone()]
    );
    assert_eq!(
        codes(&unit.gets("/desk/requests?light=red").await.is(200).text()),
        [oldest]
    );
    assert_eq!(
        codes(&unit.gets("/desk/requests?light=yellow").await.is(200).text()),
        [red_by_now]
    );
    assert_eq!(
        codes(&unit.gets("/desk/requests?light=white").await.is(200).text()),
        [newest]
    );
    let counts = unit.gets("/desk/requests/counts?since=0").await.is(200).json();
    assert_eq!(
        (&counts["all"], &counts["red"], &counts["yellow"], &counts["new"]),
        (
            &serde_json::json!(3),
            &serde_json::json!(1),
            &serde_json::json!(1),
            &serde_json::json!(3)
        )
    );
}

#[tokio::test]
async fn mine_is_what_lies_with_my_post_and_a_deputy_has_it_while_the_holder_is_away() {
    let hall = Hall::new().await;
    let code = hall.hears_of("Lampu mati", |_| {}).await;
    hall.town.run_jobs().await;
    let mine = async |name: &str| {
        let browser = hall.browser(name).await;
        codes(&browser.gets("/desk/requests?tab=mine").await.is(200).text())
    };
    assert_eq!(mine("unit").await, std::slice::from_ref(&code));
    assert_eq!(mine("head").await, Vec::<String>::new());
    // The head stands in for the unit's officer for a week.
    let posts = requests::list_posts(&hall.town.app, Some("dinas-pu"))
        .await
        .expect("listed");
    let first = posts.iter().find(|post| post.level == 1).expect("a post").clone();
    let now = hall.town.clock.now();
    let away = Post {
        deputy: Some(hall.id("head")),
        away: Some((now, now.plus(DAY * 7))),
        ..first
    };
    requests::save_post(&hall.town.app, &hall.town.system(), &away)
        .await
        .expect("saved");
    assert_eq!(mine("unit").await, Vec::<String>::new());
    assert_eq!(mine("head").await, std::slice::from_ref(&code));
    hall.browser("head")
        .await
        .submits(
            &format!("/desk/requests/{code}"),
            &[
                ("act", "escalate"),
                ("revision", "0"),
                ("escalate-note", "It takes a crane."),
            ],
        )
        .await
        .is(303);
    // Given to a post of its level, it lies with that one and no other.
    let second = posts
        .iter()
        .find(|post| post.level == 2)
        .expect("a post")
        .id
        .clone();
    requests::assign(&hall.town.app, &hall.op("head"), &code, &second)
        .await
        .expect("assigned");
    assert_eq!(mine("head").await, [code]);
    hall.town.run_jobs().await;
}

#[tokio::test]
async fn a_post_for_a_village_takes_what_is_there_from_the_post_for_the_regency() {
    let mut hall = Hall::new().await;
    hall.hire(
        "village-head",
        Role::Officer,
        Some("35.22.01.2002"),
        Some("dinas-pu"),
    )
    .await;
    let village = NewPost {
        agency: "dinas-pu".into(),
        level: 1,
        place: Some("35.22.01.2002".into()),
        title: "Kapas".into(),
        holder: Some(hall.id("village-head")),
        deputy: None,
    };
    requests::add_post(&hall.town.app, &hall.town.system(), &village)
        .await
        .expect("a post");
    let here = hall.hears_of("Lampu di desa satu", |_| {}).await;
    let there = hall
        .hears_of("Lampu di desa dua", |filing| {
            filing.place = Some("35.22.01.2002".into());
        })
        .await;
    hall.town.run_jobs().await;
    let mine = async |name: &str| {
        let browser = hall.browser(name).await;
        codes(&browser.gets("/desk/requests?tab=mine").await.is(200).text())
    };
    assert_eq!(mine("unit").await, [here]);
    assert_eq!(mine("village-head").await, [there]);
}

#[tokio::test]
async fn an_officer_of_another_unit_sees_nothing_of_a_confidential_request() {
    let hall = Hall::new().await;
    let code = hall
        .hears_of("Pungutan liar di kantor", |filing| {
            filing.privacy = Some(Privacy::Confidential);
        })
        .await;
    hall.town.run_jobs().await;
    let path = format!("/desk/requests/{code}");
    let own = hall.browser("unit").await;
    let page = own.gets(&path).await.is(200).text();
    assert!(
        page.contains("Pungutan liar") && !page.contains("Siti Aminah") && !page.contains("7890"),
        "the unit sees the matter and not the name: {page}"
    );
    for name in ["clinic", "far"] {
        let other = hall.browser(name).await;
        other.gets(&path).await.is(404);
        other
            .submits(&path, &[("act", "verify"), ("revision", "0")])
            .await
            .is(404);
        assert!(codes(&other.gets("/desk/requests").await.is(200).text()).is_empty());
        let counts = other.gets("/desk/requests/counts?since=0").await.is(200).json();
        assert_eq!(counts["all"], 0);
    }
    assert_eq!(hall.is_now(&code).await, State::New);
    hall.browser("siti").await.gets("/desk/requests").await.is(403);
}

#[tokio::test]
async fn a_step_that_meets_a_change_is_not_taken_and_what_was_typed_stays() {
    let hall = Hall::new().await;
    let code = hall.hears_of("Lampu mati", |_| {}).await;
    let path = format!("/desk/requests/{code}");
    requests::verify(&hall.town.app, &hall.op("head"), &code)
        .await
        .expect("verified");
    hall.town.run_jobs().await;
    let unit = hall.browser("unit").await;
    let answer = [
        ("act", "answer"),
        ("revision", "0"),
        ("answer-kind", "done"),
        ("answer-text", LONG),
    ];
    let page = unit.submits(&path, &answer).await.is(409).text();
    assert!(
        page.contains("Somebody else changed this request") && page.contains(LONG),
        "{page}"
    );
    assert!(page.contains("name=\"revision\" value=\"1\""), "{page}");
    assert_eq!(hall.is_now(&code).await, State::Open);
    let again = [
        ("act", "answer"),
        ("revision", "1"),
        ("answer-kind", "done"),
        ("answer-text", LONG),
    ];
    let done = unit.submits(&path, &again).await.is(303);
    let page = unit.gets(done.header("location")).await.is(200).text();
    assert!(
        page.contains("The clock stands still until the resident"),
        "{page}"
    );
    assert!(matches!(hall.is_now(&code).await, State::Answered { .. }));
    hall.town.run_jobs().await;
}

#[tokio::test]
async fn an_answer_that_is_too_short_comes_back_with_its_text_and_one_that_is_none_stops_no_clock() {
    let hall = Hall::new().await;
    let code = hall.hears_of("Lampu mati", |_| {}).await;
    hall.town.run_jobs().await;
    let path = format!("/desk/requests/{code}");
    let unit = hall.browser("unit").await;
    let short = [
        ("act", "answer"),
        ("revision", "0"),
        ("answer-kind", "done"),
        ("answer-text", "Sudah."),
    ];
    let page = unit.submits(&path, &short).await.is(400).text();
    assert!(
        page.contains("href=\"#answer-text\"") && page.contains(">Sudah.</textarea>"),
        "{page}"
    );
    let received = [
        ("act", "answer"),
        ("revision", "0"),
        ("answer-kind", "received"),
        ("answer-text", "Terima kasih."),
    ];
    let done = unit.submits(&path, &received).await.is(303);
    assert!(done.header("location").ends_with("done=answer-improper"));
    assert_eq!(hall.is_now(&code).await, State::Open);
    hall.town.run_jobs().await;
}

#[tokio::test]
async fn a_page_offers_only_what_the_state_and_the_level_allow() {
    let hall = Hall::new().await;
    let code = hall.hears_of("Lampu mati", |_| {}).await;
    hall.town.run_jobs().await;
    let path = format!("/desk/requests/{code}");
    let offered = |page: &str| -> Vec<String> {
        page.split("bz-desk-step\" id=\"step-")
            .skip(1)
            .filter_map(|rest| rest.split('"').next().map(str::to_owned))
            .collect()
    };
    let unit = hall.browser("unit").await;
    let page = unit.gets(&path).await.is(200).text();
    assert_eq!(
        offered(&page),
        [
            "verify", "answer", "assign", "ask", "escalate", "transfer", "special", "join", "note"
        ]
    );
    unit.submits(
        &path,
        &[
            ("act", "special"),
            ("revision", "0"),
            ("special-reason", "no-authority"),
            ("special-text", "The lamp is the railway's."),
        ],
    )
    .await
    .is(303);
    let page = unit.gets(&path).await.is(200).text();
    assert!(!offered(&page).iter().any(|act| act == "special-yes"));
    assert!(page.contains("closing") || page.contains("close it"), "{page}");
    let head = hall.browser("head").await;
    let page = head.gets(&path).await.is(200).text();
    assert_eq!(&offered(&page)[..2], ["special-yes", "special-no"]);
    // The leader sees everything and takes no step.
    let regent = hall.browser("regent").await;
    let page = regent.gets(&path).await.is(200).text();
    assert_eq!(offered(&page), Vec::<String>::new());
    regent
        .submits(&path, &[("act", "special-yes"), ("revision", "1")])
        .await
        .is(403);
    regent.submits(&path, &[("act", "watch")]).await.is(303);
    let watched = regent.gets("/desk/requests?tab=watched").await.is(200).text();
    assert_eq!(codes(&watched), [code]);
    hall.town.run_jobs().await;
}

#[tokio::test]
async fn what_goes_through_and_what_does_not_is_said_of_each_of_several() {
    let hall = Hall::new().await;
    let fresh = hall.hears_of("Lampu satu", |_| {}).await;
    let other = hall.hears_of("Lampu dua", |_| {}).await;
    requests::verify(&hall.town.app, &hall.op("unit"), &other)
        .await
        .expect("verified");
    let foreign = hall
        .hears_of("Puskesmas tutup", |filing| {
            filing.service = "health-centre".into();
        })
        .await;
    hall.town.run_jobs().await;
    let unit = hall.browser("unit").await;
    let ticked = [
        ("act", "verify"),
        ("code", fresh.as_str()),
        ("code", other.as_str()),
        ("code", foreign.as_str()),
        ("code", "ZZZZZZZZ"),
    ];
    let page = unit.submits("/desk/requests/bulk", &ticked).await.is(200).text();
    assert!(page.contains("1 of 4 went through."), "{page}");
    assert_eq!(hall.is_now(&fresh).await, State::Open);
    assert_eq!(hall.is_now(&foreign).await, State::New);
    let refused = page
        .split("Nothing was changed in these.")
        .nth(1)
        .expect("a list");
    for code in [&other, &foreign] {
        assert!(refused.contains(code.as_str()), "{refused}");
    }
    assert!(
        refused.contains("while the request is being worked on"),
        "{refused}"
    );
    let nothing = unit
        .submits("/desk/requests/bulk", &[("act", "verify")])
        .await
        .is(400)
        .text();
    assert!(nothing.contains("No request was ticked"), "{nothing}");
    hall.town.run_jobs().await;
}

#[tokio::test]
async fn a_template_is_filled_in_for_each_resident_in_their_language() {
    let hall = Hall::new().await;
    let indonesian = hall
        .hears_of("Lampu satu", |filing| filing.lang = Some("id".into()))
        .await;
    let english = hall
        .hears_of("Lamp two", |filing| filing.lang = Some("en".into()))
        .await;
    hall.town.run_jobs().await;
    let unit = hall.browser("unit").await;
    let wrong = [
        ("act", "save"),
        ("agency", "dinas-pu"),
        ("title", "Lampu"),
        ("text-en", "Dear {name}"),
    ];
    let page = unit
        .submits("/desk/requests/templates", &wrong)
        .await
        .is(400)
        .text();
    assert!(page.contains("{name} means nothing here"), "{page}");
    let right = [
        ("act", "save"),
        ("agency", "dinas-pu"),
        ("title", "Lampu"),
        (
            "text-en",
            "Request {code}: the lamp was replaced and shines again on {date}.",
        ),
        (
            "text-id",
            "Laporan {code}: lampu sudah diganti dan menyala lagi pada {date}.",
        ),
    ];
    unit.submits("/desk/requests/templates", &right).await.is(303);
    let foreign = [
        ("act", "save"),
        ("agency", "dinkes"),
        ("title", "x"),
        ("text-en", "y"),
    ];
    unit.submits("/desk/requests/templates", &foreign).await.is(400);
    let page = unit.gets("/desk/requests/templates").await.is(200).text();
    let template = page
        .split("/desk/requests/templates?id=")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .expect("a template")
        .to_owned();
    hall.browser("clinic")
        .await
        .gets(&format!("/desk/requests/templates?id={template}"))
        .await
        .is(404);
    // Filled in on the page of one request, nothing is sent yet.
    let fill = [
        ("act", "answer"),
        ("use", "template"),
        ("answer-template", template.as_str()),
        ("answer-kind", "done"),
    ];
    let page = unit
        .submits(&format!("/desk/requests/{indonesian}"), &fill)
        .await
        .is(200)
        .text();
    assert!(
        page.contains("lampu sudah diganti dan menyala lagi pada 16 November 2026.</textarea>"),
        "{page}"
    );
    assert_eq!(hall.is_now(&indonesian).await, State::New);
    let bulk = [
        ("act", "answer"),
        ("kind", "done"),
        ("template", template.as_str()),
        ("code", indonesian.as_str()),
        ("code", english.as_str()),
    ];
    let page = unit.submits("/desk/requests/bulk", &bulk).await.is(200).text();
    assert!(page.contains("2 of 2 went through."), "{page}");
    for (code, says) in [
        (&indonesian, "lampu sudah diganti"),
        (&english, "the lamp was replaced"),
    ] {
        let seen = requests::see(&hall.town.app, &hall.op("unit"), code, None)
            .await
            .expect("seen");
        let told = seen.timeline.last().and_then(|entry| entry.text.clone());
        assert!(told.is_some_and(|text| text.contains(says)), "{says}");
    }
    hall.town.run_jobs().await;
}

#[tokio::test]
async fn somebody_with_two_desks_that_overlap_counts_nothing_twice() {
    let mut hall = Hall::new().await;
    let user = hall
        .town
        .add(
            "both@town.test",
            "both",
            &[
                Grant {
                    role: Role::Officer,
                    place: Some("35.22".into()),
                    org: Some("dinas-pu".into()),
                },
                Grant {
                    role: Role::Leader,
                    place: Some("35.22.01.2001".into()),
                    org: None,
                },
            ],
        )
        .await;
    hall.people.insert("both", (user, Vec::new()));
    let in_both = hall.hears_of("Lampu di desa satu", |_| {}).await;
    let only_unit = hall
        .hears_of("Lampu di desa dua", |filing| {
            filing.place = Some("35.22.01.2002".into());
        })
        .await;
    let only_place = hall
        .hears_of("Puskesmas tutup", |filing| {
            filing.service = "health-centre".into();
        })
        .await;
    hall.town.run_jobs().await;
    let browser = hall.browser("both").await;
    let page = browser.gets("/desk/requests?order=oldest").await.is(200).text();
    assert_eq!(codes(&page), [in_both, only_unit, only_place]);
    let counts = browser.gets("/desk/requests/counts?since=0").await.is(200).json();
    assert_eq!(
        (&counts["all"], &counts["white"]),
        (&serde_json::json!(3), &serde_json::json!(3))
    );
}

#[tokio::test]
async fn an_auditor_writes_down_what_a_check_found() {
    let hall = Hall::new().await;
    let auditor = hall.browser("auditor").await;
    let page = auditor.gets("/desk/requests/checks").await.is(200).text();
    assert!(page.contains("Nothing waits to be checked."), "{page}");
    hall.browser("unit")
        .await
        .gets("/desk/requests/checks")
        .await
        .is(403);
    let nothing = [("code", "ZZZZZZZZ"), ("found", "bad"), ("note", "x")];
    auditor.submits("/desk/requests/checks", &nothing).await.is(404);
    let unsaid = [("code", "ZZZZZZZZ"), ("note", "x")];
    auditor.submits("/desk/requests/checks", &unsaid).await.is(400);
}

#[tokio::test]
async fn whoever_listens_hears_that_something_changed_and_nothing_of_what() {
    let hall = Hall::new().await;
    hall.town.run_jobs().await;
    let request = axum::http::Request::get("/requests/live")
        .header(header::HOST, "town.test")
        .body(axum::body::Body::empty())
        .expect("a request");
    let response = tower::ServiceExt::oneshot(baraza::router(&hall.town.app), request)
        .await
        .expect("an answer");
    assert_eq!(
        response.headers()[header::CONTENT_TYPE],
        "text/event-stream; charset=utf-8"
    );
    let mut stream = response.into_body().into_data_stream();
    let mut next = async || {
        let piece = tokio::time::timeout(
            std::time::Duration::from_secs(10),
            futures::StreamExt::next(&mut stream),
        )
        .await
        .expect("in time")
        .map(|piece| piece.expect("a piece"));
        piece.map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
    };
    let first = next().await.expect("a greeting");
    assert!(first.contains("event: ready"), "{first}");
    // What is confidential is news as anything is, and no more than that.
    let code = hall
        .hears_of("Pungutan liar", |filing| {
            filing.privacy = Some(Privacy::Confidential);
        })
        .await;
    hall.town.advance(std::time::Duration::from_secs(1));
    let news = next().await.expect("news");
    assert!(news.contains("event: changed"), "{news}");
    assert!(!news.contains(&code) && !news.contains("Pungutan"), "{news}");
    hall.town.app.stopping.cancel();
    assert_eq!(next().await, None, "the stream ends when the program stops");
    hall.town.run_jobs().await;
}

#[tokio::test]
async fn an_operator_hears_what_a_caller_filed_and_that_they_looked_is_written_down_without_the_number() {
    let hall = Hall::new().await;
    let open = hall.hears_of("Lampu mati di gang", |_| {}).await;
    let secret = hall
        .hears_of("Pungutan liar", |filing| {
            filing.privacy = Some(Privacy::Confidential);
        })
        .await;
    hall.hears_of("Milik orang lain", |filing| {
        filing.phone = Some("0813 0000 1111".into());
    })
    .await;
    hall.town.run_jobs().await;
    let operator = hall.browser("operator").await;
    let page = operator
        .submits("/desk/calls", &[("phone", "+62 812 3456 7890")])
        .await
        .is(200)
        .text();
    assert!(
        page.contains("Lampu mati di gang") && page.contains(&open),
        "{page}"
    );
    assert!(
        !page.contains(&secret) && !page.contains("Milik orang lain"),
        "{page}"
    );
    let trail = hall.town.admin().await.gets("/desk/audit").await.is(200).text();
    assert!(
        trail.contains("requests.person-looked-up") && !trail.contains("34567890"),
        "{trail}"
    );
    operator.submits("/desk/calls", &[("phone", "12")]).await.is(400);
    hall.browser("regent").await.gets("/desk/calls").await.is(403);
}

#[tokio::test]
async fn a_callers_yes_and_no_are_written_down_as_told_by_an_operator() {
    let hall = Hall::new().await;
    let opened = hall.answered().await;
    hall.town.run_jobs().await;
    let operator = hall.browser("operator").await;
    let no = [
        ("phone", "0812-3456-7890"),
        ("code", opened.code.as_str()),
        ("act", "no"),
        ("text", ""),
    ];
    let page = operator.submits("/desk/calls/act", &no).await.is(400).text();
    assert!(page.contains(&format!("#text-{}", opened.code)), "{page}");
    let no = [
        ("phone", "0812-3456-7890"),
        ("code", opened.code.as_str()),
        ("act", "no"),
        ("text", "Masih gelap."),
    ];
    let page = operator.submits("/desk/calls/act", &no).await.is(200).text();
    assert!(page.contains("the caller’s no is written down"), "{page}");
    let request = hall.now(&opened).await;
    assert_eq!((&request.state, request.level), (&State::Open, 2));
    let yes = [
        ("phone", "0812-3456-7890"),
        ("code", opened.code.as_str()),
        ("act", "yes"),
    ];
    operator.submits("/desk/calls/act", &yes).await.is(200);
    assert!(hall.now(&opened).await.state.is_closed());
    hall.town.run_jobs().await;
}

#[tokio::test]
async fn an_operator_files_for_a_caller_after_asking_about_what_is_alike() {
    let hall = Hall::new().await;
    let before = hall.hears_of("Lampu jalan mati di depan sekolah", |_| {}).await;
    hall.town.run_jobs().await;
    let operator = hall.browser("operator").await;
    let call = |same: &'static str, place: &'static str| {
        vec![
            ("draft", "one-call"),
            ("shown", ""),
            ("service_code", "street-light"),
            ("place", place),
            ("description", "Lampu mati di depan sekolah, jalan gelap"),
            ("name", "Pak Budi"),
            ("phone", "0813 2222 3333"),
            ("privacy", "open"),
            ("channel", "counter"),
            ("lang", "id"),
            ("same", same),
        ]
    };
    let page = operator
        .submits("/desk/calls/file", &call("", "Atlantis"))
        .await
        .is(400)
        .text();
    assert!(
        page.contains("href=\"#place\"") && page.contains("jalan gelap"),
        "{page}"
    );
    let page = operator
        .submits("/desk/calls/file", &call("", "35.22.01.2001"))
        .await
        .is(200)
        .text();
    assert!(
        page.contains("Ask the caller: is it one of these?") && page.contains(&before),
        "{page}"
    );
    let page = operator
        .submits("/desk/calls/file", &call("no", "35.22.01.2001"))
        .await
        .is(200)
        .text();
    assert!(page.contains("Read this to the caller"), "{page}");
    assert!(page.contains("DINAS-PU takes care of it"), "{page}");
    let theirs = operator
        .submits("/desk/calls", &[("phone", "081322223333")])
        .await
        .is(200)
        .text();
    assert_eq!(codes(&theirs).len(), 1, "{theirs}");
    // The same form again files nothing more.
    operator
        .submits("/desk/calls/file", &call("no", "35.22.01.2001"))
        .await
        .is(200);
    let theirs = operator
        .submits("/desk/calls", &[("phone", "081322223333")])
        .await
        .is(200)
        .text();
    assert_eq!(codes(&theirs).len(), 1);
    let me_too = [("me_too", before.as_str()), ("phone", "0814 5555 6666")];
    let page = operator.submits("/desk/calls/file", &me_too).await.is(200).text();
    assert!(page.contains("the caller is counted"), "{page}");
    let supported = requests::find(&hall.town.app, &before).await.expect("there");
    assert_eq!(supported.n_supporters, 1);
    hall.town.run_jobs().await;
}

#[tokio::test]
async fn the_questions_of_a_service_are_asked_before_anything_is_called_wrong() {
    let hall = Hall::new().await;
    let operator = hall.browser("operator").await;
    let page = operator
        .submits(
            "/desk/calls/file",
            &[("service_code", "road"), ("description", "Lubang")],
        )
        .await
        .is(200)
        .text();
    assert!(
        page.contains("name=\"attribute[damage]\"") && page.contains(">Lubang</textarea>"),
        "{page}"
    );
    assert!(!page.contains("govuk-error-summary"), "{page}");
    let again = [
        ("service_code", "road"),
        ("shown", "road"),
        ("description", "Lubang"),
        ("place", "35.22.01.2001"),
    ];
    let page = operator.submits("/desk/calls/file", &again).await.is(400).text();
    assert!(
        page.contains("#attribute[damage]") || page.contains("#attribute%5Bdamage%5D"),
        "{page}"
    );
}

#[tokio::test]
async fn an_administrator_checks_a_profile_before_it_holds_and_says_why_it_does() {
    let hall = Hall::new().await;
    let admin = hall.town.admin().await;
    let path = "/desk/requests/settings/profiles";
    let text = requests::model::profile::shipped::LAPOR
        .replace("yellow = \"end of day 3\"", "yellow = \"end of day 2\"");
    let sends = async |act: &str, text: &str, why: &str| {
        let parts = [
            ("act", "", "", act.as_bytes()),
            ("text", "", "", text.as_bytes()),
            ("why", "", "", why.as_bytes()),
        ];
        admin.posts_parts(path, &parts).await
    };
    let wrong = sends("load", &text.replace("[lights]", "[ligths]"), "Decree 12")
        .await
        .is(400)
        .text();
    assert!(wrong.contains("line ") && wrong.contains("ligths"), "{wrong}");
    let checked = sends("check", &text, "").await.is(200).text();
    assert!(
        checked.contains("− yellow = &#34;end of day 3&#34;")
            && checked.contains("+ yellow = &#34;end of day 2&#34;"),
        "{checked}"
    );
    sends("load", &text, " ").await.is(400);
    let loaded = sends("load", &text, "Decree 12").await.is(303);
    let page = admin.gets(loaded.header("location")).await.is(200).text();
    assert!(
        page.contains("end of day 2") && page.contains("Goes up by itself: end of day 6."),
        "{page}"
    );
    let trail = admin.gets("/desk/audit").await.is(200).text();
    assert!(trail.contains("Decree 12"), "{trail}");
    // What comes with the program is one press away, and the older version stays readable.
    let parts = [
        ("act", "", "", &b"load"[..]),
        ("shipped", "", "", &b"lapor"[..]),
        ("why", "", "", &b"Back"[..]),
    ];
    admin.posts_parts(path, &parts).await.is(303);
    let older = admin.gets(loaded.header("location")).await.is(200).text();
    assert!(older.contains("An older version"), "{older}");
    hall.browser("unit").await.gets(path).await.is(403);
    hall.town.run_jobs().await;
}

#[tokio::test]
async fn an_administrator_closes_a_service_seats_a_deputy_and_lets_somebody_through() {
    let hall = Hall::new().await;
    let admin = hall.town.admin().await;
    let close = [
        ("act", "", "", &b"close"[..]),
        ("shipped", "", "", &b"road"[..]),
        ("why", "", "", &b"Handed over"[..]),
    ];
    admin
        .posts_parts("/desk/requests/settings/services", &close)
        .await
        .is(303);
    let page = admin
        .gets("/desk/requests/settings/services")
        .await
        .is(200)
        .text();
    assert!(page.contains("takes no new requests"), "{page}");
    let refused = hall
        .file(
            &hall.stranger(),
            Filing {
                service: "road".into(),
                ..lamp()
            },
        )
        .await
        .expect_err("closed");
    assert_eq!(refused.fields()[0].code, "requests-service-closed");

    let posts = "/desk/requests/settings/posts";
    let new = [
        ("agency", "dinas-pu"),
        ("level", "3"),
        ("title", "Regent’s desk"),
        ("holder", "nobody@town.test"),
        ("why", "Decree 12"),
    ];
    let page = admin.submits(posts, &new).await.is(400).text();
    assert!(page.contains("Nobody has an account"), "{page}");
    let new = [
        ("agency", "dinas-pu"),
        ("level", "3"),
        ("title", "Regent’s desk"),
        ("holder", "head@town.test"),
        ("why", "Decree 12"),
    ];
    admin.submits(posts, &new).await.is(303);
    let all = requests::list_posts(&hall.town.app, Some("dinas-pu"))
        .await
        .expect("listed");
    let added = all.iter().find(|post| post.level == 3).expect("added");
    let path = format!("{posts}/{}", added.id);
    let away = [
        ("act", "save"),
        ("title", "Regent’s desk"),
        ("holder", "head@town.test"),
        ("deputy", "unit@town.test"),
        ("away_from", "2026-11-16"),
        ("away_until", "2026-11-16"),
        ("why", "Leave"),
    ];
    admin.submits(&path, &away).await.is(303);
    let acting = async || {
        let all = requests::list_posts(&hall.town.app, Some("dinas-pu"))
            .await
            .expect("listed");
        let post = all.into_iter().find(|post| post.level == 3).expect("there");
        post.acting(hall.town.clock.now()).map(str::to_owned)
    };
    assert_eq!(acting().await, Some(hall.id("unit")));
    hall.advance_days(1);
    assert_eq!(
        acting().await,
        Some(hall.id("head")),
        "back the day after the last one away"
    );

    let contact = requests::model::request::Contact {
        email: Some("siti@example.id".into()),
        ..Default::default()
    };
    requests::appeal(&hall.town.app, &hall.stranger(), &contact, "Saya ketua RT.")
        .await
        .expect("asked");
    let page = admin.gets("/desk/requests/settings/appeals").await.is(200).text();
    let appeal = page
        .split("name=\"appeal\" value=\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .expect("an appeal")
        .to_owned();
    let grant = |until: &'static str| {
        vec![
            ("act", "grant"),
            ("appeal", appeal.as_str()),
            ("until", until),
            ("why", "True"),
        ]
    };
    let decide = "/desk/requests/settings/appeals";
    admin.submits(decide, &grant("2026-11-01")).await.is(400);
    admin.submits(decide, &grant("2026-11-30")).await.is(303);
    let page = admin.gets(decide).await.is(200).text();
    assert!(page.contains("Nobody asks."), "{page}");
    hall.town.run_jobs().await;
}

/// A picture of one point, without anything else in it (PNG, third edition).
const POINT: [u8; 67] = [
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48, 0x44, 0x52, 0x00,
    0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x01, 0x08, 0x06, 0x00, 0x00, 0x00, 0x1f, 0x15, 0xc4, 0x89, 0x00,
    0x00, 0x00, 0x0a, 0x49, 0x44, 0x41, 0x54, 0x78, 0x9c, 0x63, 0x00, 0x01, 0x00, 0x00, 0x05, 0x00, 0x01,
    0x0d, 0x0a, 0x2d, 0xb4, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82,
];

#[tokio::test]
async fn an_officer_adds_a_photo_that_only_the_unit_sees_unless_they_say_otherwise() {
    let hall = Hall::new().await;
    let code = hall.hears_of("Lampu mati", |_| {}).await;
    hall.town.run_jobs().await;
    let path = format!("/desk/requests/{code}/photos");
    let unit = hall.browser("unit").await;
    let wrong = [("photo-file", "lamp.png", "image/png", &b"no picture at all"[..])];
    let page = unit.posts_parts(&path, &wrong).await.is(400).text();
    assert!(
        page.contains("href=\"#photo-file\"") && page.contains("no picture that can be read"),
        "{page}"
    );
    let photo = [
        ("photo-file", "lamp.png", "image/png", &POINT[..]),
        ("photo-seen", "", "", &b"unit"[..]),
    ];
    hall.browser("clinic")
        .await
        .posts_parts(&path, &photo)
        .await
        .is(403);
    unit.posts_parts(&path, &photo).await.is(303);
    let seen = requests::see(&hall.town.app, &hall.op("unit"), &code, None)
        .await
        .expect("seen");
    let [kept] = seen.photos.as_slice() else {
        panic!("one photo: {:?}", seen.photos)
    };
    let address = format!("{path}/{}", kept.id);
    let shown = unit.gets(&address).await.is(200);
    assert_eq!(shown.header("content-type"), "image/png");
    let public = requests::see(&hall.town.app, &hall.stranger(), &code, None)
        .await
        .expect("seen");
    assert!(public.photos.is_empty(), "nobody else was asked");
    hall.browser("clinic").await.gets(&address).await.is(404);
    hall.town.run_jobs().await;
}
