//! Quotations and reports: released as agreed, published by two, gone when a consent is.

use baraza::platform::op::Role;

use super::{
    coding::{assigns, coders, words},
    facilitator, found, revision, withdraws, writes,
};
use crate::{
    facilitators::{VILLAGE, settled},
    indicators::notes::organise,
    town::{Town, Visitor},
};

const QUOTE: &str = "We walk two hours";

/// Proposes a quotation, which somebody else releases.
async fn quotes(one: &Visitor<'_>, other: &Visitor<'_>, note: &str) {
    let path = format!("{note}/quotations");
    let proposed = [
        ("act", "propose"),
        ("position", "2"),
        ("text", QUOTE),
        ("naming", "named"),
    ];
    one.submits(&path, &proposed).await.is(303);
    let page = one.gets(&path).await.is(200).text();
    // Whoever proposed it is not asked, and cannot.
    assert!(!page.contains("value=\"release\""), "{page}");
    let page = other.gets(&path).await.is(200).text();
    let id = found(&page, "name=\"quotation\" value=\"([^\"]+)\"");
    let looked = format!("looked-{id}");
    let released = [
        ("act", "release"),
        ("quotation", id.as_str()),
        (looked.as_str(), "yes"),
    ];
    one.submits(&path, &released).await.is(409);
    other.submits(&path, &released[..2]).await.is(400);
    other.submits(&path, &released).await.is(303);
}

async fn changes(visitor: &Visitor<'_>, report: &str, fields: &[(&str, &str)]) -> u16 {
    let page = visitor.gets(report).await.is(200).text();
    let revision = revision(&page);
    let mut all = vec![("revision", revision.as_str())];
    all.extend_from_slice(fields);
    visitor.submits(report, &all).await.status.as_u16()
}

/// A village whose women were heard, coded and quoted; the note, and who may work with it.
async fn heard(town: &Town) -> (Visitor<'_>, Visitor<'_>, String) {
    let siti = facilitator(town, "Siti Fasil", VILLAGE).await;
    let budi = facilitator(town, "Budi Fasil", "35.22").await;
    words(&siti, "far", "Far away").await;
    let note = writes(&siti, &[]).await;
    writes(&siti, &[("group", "men"), ("n_present", "3")]).await;
    let [ana, beni] = coders(town).await;
    assigns(&siti, &note).await;
    for coder in [&ana, &beni] {
        let done = [("p1", "far"), ("act", "finish")];
        coder.submits(&format!("{note}/coding"), &done).await.is(303);
    }
    quotes(&ana, &siti, &note).await;
    (siti, budi, note)
}

#[tokio::test]
async fn a_report_is_published_by_a_second_person_and_a_consent_taken_back_empties_it_at_once() {
    let town = settled().await;
    let (siti, budi, note) = heard(&town).await;
    let begun = [("place", VILLAGE), ("title", "Two hours to the clinic")];
    let answer = siti.submits("/desk/listening/hotspots", &begun).await.is(303);
    let desk = answer.header("location").to_owned();
    let public = desk.replace("/desk/listening", "");
    let page = siti.gets(&desk).await.is(200).text();
    let quotation = found(&page, "<option value=\"([0-9a-f-]{36})\">We walk");
    for block in [
        vec![("act", "add"), ("kind", "groups")],
        vec![("act", "add"), ("kind", "theme"), ("code", "far")],
        vec![
            ("act", "add"),
            ("kind", "quotation"),
            ("quotation", quotation.as_str()),
        ],
        vec![("act", "add"), ("kind", "survey"), ("href", "/data/household")],
    ] {
        assert_eq!(changes(&siti, &desk, &block).await, 303, "{block:?}");
    }
    for bad in [
        vec![
            ("act", "add"),
            ("kind", "figure"),
            ("number", "/n/now/nothing/35.22/2026"),
        ],
        vec![
            ("act", "add"),
            ("kind", "survey"),
            ("href", "https://elsewhere.org"),
        ],
        vec![("act", "add"), ("kind", "quotation"), ("quotation", "nothing")],
    ] {
        assert_eq!(changes(&siti, &desk, &bad).await, 400, "{bad:?}");
    }
    town.stranger().gets(&public).await.is(404);
    let stale = [("act", "publish"), ("revision", "1")];
    budi.submits(&desk, &stale).await.is(409);
    let revision = revision(&budi.gets(&desk).await.is(200).text());
    let publish = [("act", "publish"), ("revision", revision.as_str())];
    siti.submits(&desk, &publish).await.is(409);
    budi.submits(&desk, &publish).await.is(303);
    let page = town.stranger().gets(&public).await.is(200).text();
    for shown in [
        QUOTE,
        "1 of 1 group said so",
        "Women, Luwihaji",
        "/data/household",
    ] {
        assert!(page.contains(shown), "{shown}: {page}");
    }
    // Three men are never told apart.
    assert!(!page.contains("Men<"), "{page}");
    let json = town
        .stranger()
        .gets(&format!("{public}.json"))
        .await
        .is(200)
        .json();
    assert_eq!(json["version"], serde_json::json!(1));
    withdraws(&siti, &note, "quote-named").await;
    for path in [
        public.clone(),
        format!("{public}.json"),
        format!("{public}?version=1"),
    ] {
        let text = town.stranger().gets(&path).await.is(200).text();
        assert!(!text.contains(QUOTE) && text.contains("1 of 1 group"), "{text}");
    }
    withdraws(&siti, &note, "report").await;
    let page = town.stranger().gets(&public).await.is(200).text();
    assert!(!page.contains("said so") && !page.contains("Women"), "{page}");
    town.run_jobs().await;
}

#[tokio::test]
async fn reports_are_composed_by_those_of_the_place_alone() {
    let town = settled().await;
    let leader = town.someone(Role::Leader, Some("35.22.02")).await;
    let begun = [("place", VILLAGE), ("title", "Not mine")];
    leader.submits("/desk/listening/hotspots", &begun).await.is(400);
    let officer = town.someone(Role::Officer, Some("35.22")).await;
    officer.submits("/desk/listening/hotspots", &begun).await.is(403);
    town.stranger().gets("/hotspots").await.is(200);
    town.stranger().gets("/hotspots/nothing").await.is(404);
}

#[tokio::test]
async fn what_is_promised_about_a_public_report_is_in_the_one_ledger() {
    let town = settled().await;
    organise(&town, "dinas-pu").await;
    let siti = facilitator(&town, "Siti Fasil", VILLAGE).await;
    let budi = facilitator(&town, "Budi Fasil", "35.22").await;
    let begun = [("place", VILLAGE), ("title", "Two hours to the clinic")];
    let answer = siti.submits("/desk/listening/hotspots", &begun).await.is(303);
    let report = answer.header("location").to_owned();
    let block = [
        ("act", "add"),
        ("kind", "text"),
        ("title", "The road"),
        ("text", "It floods."),
    ];
    assert_eq!(changes(&siti, &report, &block).await, 303);
    let promise = [
        ("act", "promise"),
        ("promise", "Mend the road"),
        ("owner", "dinas-pu"),
        ("due_on", "2027-03-01"),
    ];
    assert_eq!(
        changes(&siti, &report, &promise).await,
        409,
        "nobody reads it yet"
    );
    assert_eq!(changes(&budi, &report, &[("act", "publish")]).await, 303);
    for (field, value) in [
        ("owner", "nobody"),
        ("due_on", "soon"),
        ("due_on", "2020-01-01"),
        ("promise", " "),
    ] {
        let wrong = promise.map(|(name, said)| (name, if name == field { value } else { said }));
        assert_eq!(changes(&siti, &report, &wrong).await, 400, "{field}: {value}");
    }
    for _ in 0..2 {
        assert_eq!(changes(&siti, &report, &promise).await, 303);
    }
    let kept: Vec<(String, String)> = sqlx::query_as("SELECT promise, raised_kind FROM commitment")
        .fetch_all(town.app.db.read())
        .await
        .expect("read");
    assert_eq!(kept, [("Mend the road".to_owned(), "hotspot".to_owned())]);
    let public = report.replace("/desk/listening/hotspots", "/hotspots");
    let page = town.stranger().gets(&public).await.is(200).text();
    assert!(
        page.contains("Mend the road") && page.contains("/commitments/"),
        "{page}"
    );
    town.run_jobs().await;
}
