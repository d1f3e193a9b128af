//! What offices answer for, their lights from the regency down to a village, and their report cards.

use baraza::{dashboards::cards::FreezeCards, platform::op::Role};
use pretty_assertions::assert_eq;
use regex::Regex;

use crate::{
    indicators::{WATER, counted, load, notes::organise},
    town::{Answer, Town},
};

const DESK: &str = "/desk/agencies/dinas-pu";

/// A counted town with an office.
async fn organised() -> Town {
    let town = counted().await;
    organise(&town, "dinas-pu").await;
    town
}

/// Says what the office answers for.
async fn says(town: &Town, rolling: &str, duties: &str) -> Answer {
    let steward = town.someone(Role::Steward, Some("35.22")).await;
    let page = steward.gets(DESK).await.is(200).text();
    let field = Regex::new("name=\"revision\" value=\"([0-9]+)\"").expect("a pattern");
    let revision = field.captures(&page).expect("the field")[1].to_owned();
    let fields = [
        ("revision", revision.as_str()),
        ("rolling", rolling),
        ("duties", duties),
    ];
    steward.submits(DESK, &fields).await
}

async fn reads(town: &Town, path: &str) -> String {
    town.stranger().gets(path).await.is(200).text()
}

async fn freezes(town: &Town) {
    let mut tx = town.app.db.begin().await.expect("a transaction");
    tx.enqueue(&town.system(), &FreezeCards::default())
        .await
        .expect("queued");
    tx.commit().await.expect("committed");
    town.run_jobs().await;
}

/// A second number that is withheld in villages.
async fn loads_withheld(town: &Town) {
    let text = WATER
        .replace("code = \"6.1.1\"", "code = \"6.2.1\"")
        .replace("key = 1", "least = 100");
    load(town, &text).await;
    town.run_jobs().await;
}

#[tokio::test]
async fn an_office_is_followed_from_the_regency_to_the_district_where_its_number_is_red() {
    let town = organised().await;
    assert!(!reads(&town, "/agencies").await.contains("/agencies/dinas-pu"));
    says(&town, "worst", "6.1.1 2").await.is(303);
    let all = reads(&town, "/agencies").await;
    assert!(
        all.contains("/agencies/dinas-pu?place=35.22") && all.contains("bz-light--yellow"),
        "{all}"
    );
    let page = reads(&town, "/agencies/dinas-pu").await;
    for shown in [
        "64.6%",
        "1 of 1 known",
        "/agencies/dinas-pu?place=35.22.01",
        "bz-light--red",
    ] {
        assert!(page.contains(shown), "{shown}: {page}");
    }
    let district = reads(&town, "/agencies/dinas-pu?place=35.22.01").await;
    assert!(
        district.contains("57.6%") && district.contains("/agencies/dinas-pu?place=35.22.01.2003"),
        "{district}"
    );
    town.stranger().gets("/agencies/nobody").await.is(404);
    town.stranger()
        .gets("/agencies/dinas-pu?place=nowhere")
        .await
        .is(404);
}

#[tokio::test]
async fn search_engines_find_every_kind_of_page_about_numbers() {
    let town = organised().await;
    let before = reads(&town, "/sitemap.xml").await;
    assert!(!before.contains("/agencies/dinas-pu"), "{before}");
    says(&town, "worst", "6.1.1 2").await.is(303);
    let map = reads(&town, "/sitemap.xml").await;
    for path in [
        "/agencies",
        "/agencies/dinas-pu",
        "/agencies/dinas-pu/cards",
        "/compare",
        "/dashboards",
        "/indicators/6.1.1",
        "/indicators/6.1.1/notes",
        "/indicators/6.1.1/progress",
        "/indicators/6.1.1/versions",
        "/indicators/6.1.1/vintages",
        "/sdg",
        "/sdg/6",
        "/sdg/6/6.1",
        "/sdg/gaps",
        "/sdg/plans",
        "/skills",
        "/skills/courses",
    ] {
        assert!(map.contains(&format!("{path}</loc>")), "{path}: {map}");
        town.stranger().gets(path).await.is(200);
    }
}

#[tokio::test]
async fn what_is_not_known_is_said_and_is_no_light() {
    let town = organised().await;
    loads_withheld(&town).await;
    let village = async || {
        let path = "/agencies/dinas-pu.json?place=35.22.01.2001";
        town.stranger().gets(path).await.is(200).json()
    };
    says(&town, "worst", "6.1.1\n6.2.1").await.is(303);
    let json = village().await;
    assert_eq!(json["stands"]["light"], "yellow", "{json}");
    assert_eq!(json["stands"]["n_known"], 1);
    assert_eq!(json["stands"]["n_all"], 2);
    assert_eq!(json["numbers"][1]["status"], "suppressed");
    assert!(json["numbers"][1]["value"].is_null() && json["numbers"][1]["light"].is_null());
    says(&town, "weighted", "6.1.1 1\n6.2.1 2").await.is(303);
    let json = village().await;
    assert!(json["stands"]["light"].is_null(), "{json}");
}

#[tokio::test]
async fn only_those_who_work_for_an_office_say_what_it_answers_for() {
    let town = organised().await;
    let producer = town.someone(Role::Producer, Some("35.22.01")).await;
    producer.gets(DESK).await.is(404);
    let officer = town.someone(Role::Officer, Some("35.22")).await;
    officer.gets(DESK).await.is(403);
    let refused = says(&town, "worst", "9.9.9 1").await;
    assert_eq!(refused.status, 400);
    assert!(
        refused.text().contains("9.9.9 1") && refused.text().contains("is no code of an indicator"),
        "{}",
        refused.text()
    );
    says(&town, "worst", "6.1.1").await.is(303);
    let steward = town.someone(Role::Steward, Some("35.22")).await;
    let late = [("revision", "0"), ("rolling", "worst"), ("duties", "")];
    assert_eq!(steward.submits(DESK, &late).await.status, 409);
}

#[tokio::test]
async fn a_report_card_is_made_once_and_stays_as_it_was() {
    let town = organised().await;
    says(&town, "worst", "6.1.1 2").await.is(303);
    freezes(&town).await;
    let months = reads(&town, "/agencies/dinas-pu/cards").await;
    assert!(months.contains("/agencies/dinas-pu/cards/2026-10"), "{months}");
    let page = reads(&town, "/agencies/dinas-pu/cards/2026-10").await;
    for shown in [
        "October 2026",
        "64.6%",
        "100.0%",
        "0 of 1 numbers",
        "Not graded",
        "bz-light--yellow",
    ] {
        assert!(page.contains(shown), "{shown}: {page}");
    }
    let before = reads(&town, "/agencies/dinas-pu/cards/2026-10.json").await;
    loads_withheld(&town).await;
    says(&town, "weighted", "6.2.1").await.is(303);
    freezes(&town).await;
    assert_eq!(
        reads(&town, "/agencies/dinas-pu/cards/2026-10.json").await,
        before
    );
    town.stranger()
        .gets("/agencies/dinas-pu/cards/2026-09")
        .await
        .is(404);
}

#[tokio::test]
async fn no_card_is_made_in_the_first_days_of_a_month() {
    let town = organised().await;
    says(&town, "worst", "6.1.1").await.is(303);
    // From Monday the 16th of November to Tuesday the 1st of December.
    town.advance(std::time::Duration::from_secs(15 * 24 * 3_600));
    freezes(&town).await;
    town.stranger()
        .gets("/agencies/dinas-pu/cards/2026-11")
        .await
        .is(404);
    town.advance(std::time::Duration::from_secs(4 * 24 * 3_600));
    freezes(&town).await;
    reads(&town, "/agencies/dinas-pu/cards/2026-11").await;
}

#[tokio::test]
async fn a_report_card_is_a_tagged_pdf_in_both_languages_made_once_for_all_who_ask() {
    let town = organised().await;
    says(&town, "worst", "6.1.1 2").await.is(303);
    freezes(&town).await;
    let path = "/agencies/dinas-pu/cards/2026-10.pdf";
    for page in ["/agencies/dinas-pu/cards", "/agencies/dinas-pu/cards/2026-10"] {
        assert!(reads(&town, page).await.contains(path), "{page}");
    }
    let steward = town.someone(Role::Steward, Some("35.22")).await;
    assert!(steward.gets(DESK).await.is(200).text().contains(path));
    let stranger = town.stranger();
    for (lang, month) in [("en", "October 2026"), ("id", "Oktober 2026")] {
        let path = format!("{path}?lang={lang}");
        let before = town.app.press.n_made();
        let (one, other) = tokio::join!(stranger.gets(&path), stranger.gets(&path));
        let (one, other) = (one.is(200), other.is(200));
        assert_eq!(one.header("content-type"), "application/pdf");
        assert_eq!(one.body, other.body);
        assert_eq!(town.app.press.n_made() - before, 1);
        let text = String::from_utf8_lossy(&one.body);
        for part in ["%PDF-1.7", "pdfuaid", "/StructTreeRoot", month] {
            assert!(text.contains(part), "{lang}: {part} is missing");
        }
    }
    stranger
        .gets("/agencies/dinas-pu/cards/2026-09.pdf")
        .await
        .is(404);
    stranger.gets("/agencies/nobody/cards/2026-10.pdf").await.is(404);
}
