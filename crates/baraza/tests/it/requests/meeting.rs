//! The weekly meeting: its pack, who reads what of it, on paper, and what is decided.

use std::{io::Write, process::Command, time::Duration};

use baraza::{
    evidence::{self, model::Subject},
    platform::{config::Settings, message::Address},
    requests::{
        self,
        access::Claim,
        meeting,
        model::request::{Channel, Privacy},
    },
};
use serde_json::Value;

use super::{DAY, Hall, LONG, lamp};
use crate::html::check::faults;

const FRIDAY: &str = "2026-11-20";

impl Hall {
    /// A lamp that nobody answers, and Friday morning.
    async fn red_on_friday(&self) -> requests::Opened {
        let opened = self.lamp().await;
        // Monday 09:00; red at the end of Sunday; the Friday after is the 27th.
        self.until_friday().await;
        opened
    }

    /// Goes on to Friday 27 November, one minute past seven in Jakarta, and has the pack made.
    async fn until_friday(&self) {
        self.advance_days(10);
        self.town.advance(Duration::from_secs(22 * 3600 + 60));
        self.meets().await;
    }

    async fn meets(&self) {
        meeting::look(&self.town.app).await.expect("looked");
        self.town.run_jobs().await;
    }

    /// Somebody's token, as a visitor.
    async fn visitor(&self, name: &str) -> crate::town::Visitor<'_> {
        self.town.signs_in(&format!("{name}@town.test")).await
    }
}

/// The words of a PDF, by the program CI has for that.
fn words_of(pdf: &[u8]) -> String {
    let mut file = tempfile::NamedTempFile::new().expect("a file");
    file.write_all(pdf).expect("written");
    let output = Command::new("pdftotext")
        .args(["-layout", "-enc", "UTF-8"])
        .arg(file.path())
        .arg("-")
        .output()
        .expect("pdftotext: scripts/install.sh test");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).expect("text")
}

#[tokio::test]
async fn the_pack_is_made_on_friday_at_seven_and_once_however_often_and_late_the_worker_comes() {
    let hall = Hall::new().await;
    let opened = hall.lamp().await;
    // Friday 20 November, 06:59 in Jakarta: the meeting of the 13th was before anything was filed.
    hall.advance_days(3);
    hall.town.advance(Duration::from_secs(21 * 3600 + 59 * 60));
    hall.meets().await;
    let public = hall.town.stranger();
    public.gets("/meetings/2026-11-20").await.is(404);
    public.gets("/meetings/2026-11-13").await.is(404);
    // The worker comes an hour late; what was answered since waits at the hour of the meeting still.
    hall.town.advance(Duration::from_secs(3600));
    requests::answer(&hall.town.app, &hall.op("unit"), &opened.code, "done", LONG)
        .await
        .expect("answered");
    hall.meets().await;
    let pack = public.gets("/meetings/2026-11-20.json").await.is(200).json();
    assert_eq!(pack["as_of"], "2026-11-20T00:00:00Z");
    assert_eq!(pack["since"], "2026-11-13T00:00:00Z");
    assert_eq!(pack["until"], "2026-11-27T00:00:00Z");
    let unit = &pack["units"][0];
    assert_eq!(
        (
            unit["unit"].as_str(),
            unit["n_yellow"].as_i64(),
            unit["n_red"].as_i64()
        ),
        (Some("dinas-pu"), Some(1), Some(0))
    );
    // Again, and in another process at once: one pack, unchanged.
    hall.lamp().await;
    hall.meets().await;
    let mut tx = hall.town.app.db.begin().await.expect("a transaction");
    let job = meeting::MakePack {
        profile: "lapor".into(),
        held_on: FRIDAY.into(),
    };
    tx.enqueue(&hall.town.system(), &job).await.expect("queued");
    tx.commit().await.expect("committed");
    hall.town.run_jobs().await;
    assert_eq!(public.gets("/meetings/2026-11-20.json").await.json(), pack);
    let listed = public.gets("/meetings").await.is(200).text();
    assert_eq!(listed.matches("href=\"/meetings/2026-11-20").count(), 1);
}

#[tokio::test]
async fn what_is_red_lies_on_the_table_on_friday_with_its_age_and_history() {
    let hall = Hall::new().await;
    let opened = hall.red_on_friday().await;
    let spoken = requests::words::written(&opened.code);
    let page = hall
        .visitor("regent")
        .await
        .gets("/desk/meetings/2026-11-27?lang=en")
        .await
        .is(200)
        .text();
    assert_eq!(faults(&page), [""; 0]);
    for part in [
        spoken.as_str(),
        "10 days",
        "Filed on the web",
        "Red: overdue",
        "DINAS-PU",
    ] {
        assert!(page.contains(part), "{part} is missing");
    }
    for personal in ["0812", "Siti"] {
        assert!(!page.contains(personal), "{personal} stands on the page");
    }
    let pack = hall
        .town
        .stranger()
        .gets("/meetings/2026-11-27.json")
        .await
        .json();
    let red = &pack["reds"][0];
    assert_eq!(red["code"], Value::from(opened.code.as_str()));
    assert_eq!(red.get("request"), None, "ids of our tables stay with us");
    let happened: Vec<&str> = red["history"]
        .as_array()
        .expect("a history")
        .iter()
        .filter_map(|entry| entry["what"].as_str())
        .collect();
    assert_eq!(
        happened,
        [
            "request.opened",
            "request.light",
            "request.light",
            "request.climbed"
        ]
    );
}

#[tokio::test]
async fn the_pdf_of_the_pack_names_the_red_request_in_both_languages_and_is_the_same_every_time() {
    let hall = Hall::new().await;
    let opened = hall.red_on_friday().await;
    let spoken = requests::words::written(&opened.code);
    let public = hall.town.stranger();
    for (lang, words) in [
        ("id", ["Rapat mingguan", "Merah", "Lampu jalan mati"]),
        ("en", ["Weekly meeting", "Red", "Lampu jalan mati"]),
    ] {
        let path = format!("/meetings/2026-11-27.pdf?lang={lang}");
        let first = public.gets(&path).await.is(200);
        assert_eq!(first.header("content-type"), "application/pdf");
        let text = words_of(&first.body);
        for part in words.iter().copied().chain([spoken.as_str()]) {
            assert!(text.contains(part), "{lang}: {part} is missing in\n{text}");
        }
        assert!(!text.contains("0812") && !text.contains("Siti"), "{text}");
        hall.town.advance(DAY);
        assert_eq!(
            public.gets(&path).await.is(200).body,
            first.body,
            "{lang}: another day, the same bytes"
        );
    }
}

#[tokio::test]
async fn without_the_program_pages_work_and_the_pdf_says_what_to_install() {
    let hall = Hall::with(Settings {
        typeset: Some("/nowhere/baraza-typeset".into()),
        ..Settings::default()
    })
    .await;
    hall.red_on_friday().await;
    let public = hall.town.stranger();
    public.gets("/meetings/2026-11-27").await.is(200);
    let refused = public
        .gets("/meetings/2026-11-27.pdf?lang=en")
        .await
        .is(503)
        .text();
    assert!(
        refused.contains("baraza-typeset") && refused.contains("BARAZA_TYPESET"),
        "{refused}"
    );
}

#[tokio::test]
async fn a_confidential_matter_is_in_the_pack_of_those_who_may_know_of_it_and_in_nobody_elses() {
    let hall = Hall::new().await;
    let mut secret = lamp();
    secret.privacy = Some(Privacy::Confidential);
    secret.text = "Bribes are asked for at the lamp store".into();
    let opened = hall.file(&hall.stranger(), secret).await.expect("filed");
    hall.until_friday().await;
    let sees = async |name: &str| {
        let pack = hall
            .visitor(name)
            .await
            .gets("/desk/meetings/2026-11-27.json")
            .await
            .is(200);
        let n_red = pack.json()["units"]
            .as_array()
            .expect("units")
            .iter()
            .filter_map(|unit| unit["n_red"].as_i64())
            .sum::<i64>();
        (pack.text().contains(&opened.code), n_red)
    };
    assert_eq!(sees("regent").await, (true, 1));
    assert_eq!(sees("unit").await, (true, 1));
    assert_eq!(sees("auditor").await, (true, 1));
    assert_eq!(sees("clinic").await, (false, 0), "an officer of another unit");
    assert_eq!(sees("far").await, (false, 0), "an officer of another place");
    // The regent's own page of the public shows what everybody reads.
    for visitor in [hall.town.stranger(), hall.visitor("regent").await] {
        let public = visitor.gets("/meetings/2026-11-27.json").await.is(200);
        assert!(!public.text().contains(&opened.code) && !public.text().contains("Bribes"));
        assert_eq!(public.json()["units"].as_array().map(Vec::len), Some(0));
    }
    let warned = hall
        .visitor("regent")
        .await
        .gets("/desk/meetings/2026-11-27.pdf?lang=en")
        .await
        .is(200);
    assert!(words_of(&warned.body).contains("Confidential"));
    hall.visitor("siti")
        .await
        .gets("/desk/meetings/2026-11-27")
        .await
        .is(403);
}

#[tokio::test]
async fn the_next_pack_can_be_seen_beforehand_and_nothing_is_kept_of_it() {
    let hall = Hall::new().await;
    hall.lamp().await;
    hall.advance_days(4);
    let regent = hall.visitor("regent").await;
    let next = regent.gets("/desk/meetings/next?lang=en").await.is(200).text();
    assert!(
        next.contains("how the pack would look now") && next.contains("27 November 2026"),
        "{next}"
    );
    let pack = regent.gets("/desk/meetings/next.json").await.is(200).json();
    assert_eq!(pack["held_on"], "2026-11-27");
    assert_eq!(
        pack["turning"].as_array().map(Vec::len),
        Some(1),
        "yellow now, red on Sunday"
    );
    hall.town.stranger().gets("/meetings/2026-11-27").await.is(404);
    hall.town.stranger().gets("/meetings/next").await.is(404);
}

#[tokio::test]
async fn the_same_again_in_one_place_and_what_most_support_are_told() {
    let hall = Hall::new().await;
    for number in 1..=3 {
        let mut filing = lamp();
        filing.phone = Some(format!("0812-3456-780{number}"));
        hall.file(&hall.stranger(), filing).await.expect("filed");
    }
    let most = hall.lamp().await;
    for _ in 0..2 {
        requests::support(&hall.town.app, &hall.stranger(), &most.code, None)
            .await
            .expect("supported");
    }
    hall.until_friday().await;
    let pack = hall
        .town
        .stranger()
        .gets("/meetings/2026-11-27.json")
        .await
        .json();
    let cluster = &pack["clusters"][0];
    assert_eq!(
        (
            cluster["service"].as_str(),
            cluster["place"].as_str(),
            cluster["n_filed"].as_i64(),
            cluster["n_open"].as_i64()
        ),
        (Some("street-light"), Some("35.22.01.2001"), Some(4), Some(4))
    );
    assert_eq!(pack["supported"][0]["code"], Value::from(most.code.as_str()));
    assert_eq!(pack["supported"][0]["n_supporters"], 2);
}

#[tokio::test]
async fn a_decision_becomes_a_promise_the_resident_follows_and_the_next_meeting_asks_after() {
    let hall = Hall::new().await;
    let opened = hall.red_on_friday().await;
    let regent = hall.visitor("regent").await;
    let decided = [
        ("request", opened.code.as_str()),
        ("promise", "The lamp shines again, with a new cable"),
        ("owner", "dinas-pu"),
        ("post", "Head of roads"),
        ("due_on", "2026-12-02"),
    ];
    let answer = regent
        .submits("/desk/meetings/2026-11-27/decisions", &decided)
        .await
        .is(303);
    assert_eq!(
        answer.header("location"),
        "/desk/meetings/2026-11-27?profile=lapor#decided"
    );
    let app = &hall.town.app;
    let request = hall.now(&opened).await;
    let made = evidence::list_commitments(
        app,
        Some("dinas-pu"),
        Some(&Subject::new("request", &request.id)),
        10,
    )
    .await
    .expect("listed");
    let [promise] = made.as_slice() else {
        panic!("{made:?}")
    };
    assert_eq!(promise.owner_post.as_deref(), Some("Head of roads"));
    let followers = evidence::list_followers(app, &promise.subject())
        .await
        .expect("listed");
    assert!(
        followers
            .iter()
            .any(|follower| matches!(follower.address, Address::Sms(_))),
        "the resident's telephone follows it: {followers:?}"
    );
    let page = regent.gets("/desk/meetings/2026-11-27").await.is(200).text();
    assert!(page.contains(&format!("/commitments/{}", promise.code)));
    let seen = requests::see(
        app,
        &hall.stranger(),
        &opened.code,
        Some(Claim::Key(opened.key.as_deref().expect("a key"))),
    )
    .await
    .expect("seen");
    assert!(seen.timeline.iter().any(|entry| {
        entry.what == "request.promised"
            && entry.text.as_deref() == Some("The lamp shines again, with a new cable")
    }));
    // A week later nobody has kept it, and it is asked after.
    hall.advance_days(7);
    hall.meets().await;
    let pack = hall
        .town
        .stranger()
        .gets("/meetings/2026-12-04.json")
        .await
        .is(200)
        .json();
    assert_eq!(pack["before"], "2026-11-27");
    assert_eq!(
        (
            pack["decisions"][0]["code"].as_str(),
            pack["decisions"][0]["standing"].as_str()
        ),
        (Some(promise.code.as_str()), Some("late"))
    );
    hall.town.run_jobs().await;
}

#[tokio::test]
async fn a_decision_without_a_day_or_an_owner_is_asked_for_again_with_what_was_typed() {
    let hall = Hall::new().await;
    hall.red_on_friday().await;
    let regent = hall.visitor("regent").await;
    let refused = regent
        .submits(
            "/desk/meetings/2026-11-27/decisions?lang=en",
            &[("promise", "Mend it"), ("owner", "dinas-pu"), ("due_on", "soon")],
        )
        .await
        .is(400)
        .text();
    assert_eq!(faults(&refused), [""; 0]);
    assert!(
        refused.contains("2026-12-18") && refused.contains("Mend it"),
        "{refused}"
    );
    let past = regent
        .submits(
            "/desk/meetings/2026-11-27/decisions",
            &[("promise", "Mend it"), ("owner", ""), ("due_on", "2026-11-01")],
        )
        .await
        .is(400)
        .text();
    assert!(past.contains("href=\"#owner\"") && past.contains("href=\"#due_on\""));
    // In another unit's name nobody promises.
    hall.visitor("clinic")
        .await
        .submits(
            "/desk/meetings/2026-11-27/decisions",
            &[
                ("promise", "They mend it"),
                ("owner", "dinas-pu"),
                ("due_on", "2026-12-02"),
            ],
        )
        .await
        .is(403);
    assert_eq!(
        evidence::list_commitments(&hall.town.app, None, None, 10)
            .await
            .expect("listed")
            .len(),
        0
    );
}

#[tokio::test]
async fn how_closings_came_about_is_told_of_units_that_stand_out() {
    let hall = Hall::new().await;
    let app = &hall.town.app;
    for number in 1..=3 {
        let mut filing = lamp();
        filing.phone = Some(format!("0812-3456-780{number}"));
        filing.channel = Some(Channel::Web);
        let opened = hall.file(&hall.stranger(), filing).await.expect("filed");
        requests::answer(app, &hall.op("unit"), &opened.code, "done", LONG)
            .await
            .expect("answered");
        let key = opened.key.clone().expect("a key");
        requests::confirm(app, &hall.stranger(), &opened.code, Claim::Key(&key), "web")
            .await
            .expect("confirmed");
        hall.advance_days(1);
        requests::reopen(
            app,
            &hall.stranger(),
            &opened.code,
            Claim::Key(&key),
            "Dark again",
        )
        .await
        .expect("reopened");
    }
    hall.town
        .advance(Duration::from_secs(7 * 24 * 3600 + 22 * 3600 + 60));
    hall.meets().await;
    let pack = hall
        .town
        .stranger()
        .gets("/meetings/2026-11-27.json")
        .await
        .is(200)
        .json();
    let signal = &pack["signals"][0];
    assert_eq!(
        (
            signal["unit"].as_str(),
            signal["shadow"]["n_closed"].as_i64(),
            signal["shadow"]["n_reopened_soon"].as_i64(),
            signal["stands_out"][0].as_str()
        ),
        (Some("dinas-pu"), Some(3), Some(3), Some("reopened"))
    );
    assert_eq!(pack["reopened"].as_array().map(Vec::len), Some(3));
}
