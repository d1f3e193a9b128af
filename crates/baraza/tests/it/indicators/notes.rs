//! Policy notes: what offices say about numbers of releases.

use baraza::{
    accounts::{self, model::Organisation},
    platform::op::{Grant, Role},
};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};
use tables::Rows;

use super::{columns, compute, counted, households};
use crate::town::{Answer, Town, Visitor};

const VILLAGE: &str = "35.22.02.2001/2026";

pub async fn organise(town: &Town, code: &str) {
    let organisation = Organisation {
        code: code.into(),
        name: format!("Office of {code}"),
        about: None,
        contact: None,
    };
    let mut tx = town.app.db.begin().await.expect("a transaction");
    accounts::save_organisation(&mut tx, &town.system(), &organisation)
        .await
        .expect("saved");
    tx.commit().await.expect("committed");
}

/// Somebody with a role in one organisation and no other.
pub async fn of<'a>(town: &'a Town, role: Role, organisation: &str) -> Visitor<'a> {
    let email = format!("{role}-{organisation}@town.test");
    let grant = Grant {
        role,
        place: None,
        org: Some(organisation.into()),
    };
    let user = town.add(&email, "Somebody", &[grant]).await;
    let mut tx = town.app.db.begin().await.expect("a transaction");
    let token = accounts::create_token(&mut tx, &town.system(), &user, "test", None, &[])
        .await
        .expect("a token");
    tx.commit().await.expect("committed");
    town.bearer(&token)
}

/// A town with a release and an organisation that speaks about it.
async fn released() -> Town {
    let town = counted().await;
    organise(&town, "dinas-pu").await;
    organise(&town, "dinkes").await;
    let steward = town.someone(Role::Steward, None).await;
    let fields = [("name", "2026-1"), ("signed_as", "BPS Contoh"), ("note", "")];
    steward
        .submits("/indicators/6.1.1/vintages", &fields)
        .await
        .is(303);
    town.run_jobs().await;
    town
}

/// Ten more households with a pipe in the village: 86 of 100 after 76 of 90.
async fn ten_more(town: &Town) {
    let mut more = Rows::new(columns());
    households(&mut more, "35.22.02.2001", "2026", "F", [10, 0, 0]);
    town.app
        .lake
        .append("census__household", &more)
        .await
        .expect("rows");
    compute(town, "6.1.1").await;
}

async fn writes(visitor: &Visitor<'_>, number: &str, agency: &str) -> Answer {
    let fields = [
        ("number", number),
        ("agency", agency),
        ("title", "Wells run dry"),
        ("body", "The wells run dry.\r\n\r\nWe lay <pipes>."),
    ];
    visitor.submits("/desk/notes", &fields).await
}

/// Publishes a note about the village; returns its address.
async fn published(visitor: &Visitor<'_>) -> String {
    let answer = writes(visitor, &format!("/n/2026-1/6.1.1/{VILLAGE}"), "dinas-pu")
        .await
        .is(303);
    answer.header("location").to_owned()
}

async fn json_of(town: &Town, address: &str) -> Value {
    town.stranger().gets(address).await.is(200).json()
}

#[tokio::test]
async fn a_note_keeps_the_number_it_is_about_while_the_live_one_moves() {
    let town = released().await;
    let leader = of(&town, Role::Leader, "dinas-pu").await;
    let note = published(&leader).await;
    ten_more(&town).await;
    let page = town.stranger().gets(&note).await.is(200).text();
    for words in [
        "84.4",
        "86.0",
        "Office of dinas-pu",
        "Sumberagung",
        "We lay &lt;pipes&gt;.",
        &format!("href=\"/n/2026-1/6.1.1/{VILLAGE}\""),
        &format!("href=\"/n/now/6.1.1/{VILLAGE}\""),
    ] {
        let escaped = words.replace("&lt;", "&#60;").replace("&gt;", "&#62;");
        assert!(page.contains(words) || page.contains(&escaped), "{words}: {page}");
    }
    let said = json_of(&town, &format!("{note}.json")).await;
    let cited = said["cited"]["value"].as_f64().expect("a number");
    assert!((cited - 100.0 * 76.0 / 90.0).abs() < 1e-9, "{said}");
    assert_eq!(said["now"]["n"], json!(100));
    assert_eq!(said["release"], json!("2026-1"));
    // It stands beside the number, live and released, and at the indicator.
    for address in [
        format!("/n/now/6.1.1/{VILLAGE}"),
        format!("/n/2026-1/6.1.1/{VILLAGE}"),
        "/indicators/6.1.1/notes".to_owned(),
    ] {
        let page = town.stranger().gets(&address).await.is(200).text();
        assert!(page.contains(&format!("href=\"{note}\"")), "{address}: {page}");
        let said = json_of(&town, &format!("{address}.json")).await;
        assert_eq!(said["notes"][0]["href"], json!(note), "{address}");
    }
    let elsewhere = json_of(&town, "/n/now/6.1.1/35.22/2026.json").await;
    assert_eq!(elsewhere["notes"], json!([]));
}

#[tokio::test]
async fn what_is_live_withheld_or_not_there_is_cited_by_nobody() {
    let town = released().await;
    let leader = of(&town, Role::Leader, "dinas-pu").await;
    for (number, words) in [
        (format!("/n/now/6.1.1/{VILLAGE}"), "is live"),
        (
            "/n/2026-1/6.1.1/35.22.01.2002/2026/sex/F".to_owned(),
            "is withheld or empty",
        ),
        (
            format!("/n/2025-9/6.1.1/{VILLAGE}"),
            "address of the page of a number",
        ),
        (
            "https://elsewhere.org/".to_owned(),
            "address of the page of a number",
        ),
    ] {
        let page = writes(&leader, &number, "dinas-pu").await.is(400).text();
        assert!(page.contains(words), "{number}: {page}");
        // What was typed stands there again.
        assert!(page.contains("value=\"Wells run dry\""), "{page}");
    }
    let notes = json_of(&town, "/indicators/6.1.1/notes.json").await;
    assert_eq!(notes["notes"], json!([]));
}

#[tokio::test]
async fn only_stewards_and_leaders_write_and_in_the_name_of_their_own_organisation() {
    let town = released().await;
    let number = format!("/n/2026-1/6.1.1/{VILLAGE}");
    writes(&town.stranger(), &number, "dinas-pu").await.is(401);
    let officer = of(&town, Role::Officer, "dinas-pu").await;
    writes(&officer, &number, "dinas-pu").await.is(403);
    let leader = of(&town, Role::Leader, "dinkes").await;
    for agency in ["dinas-pu", "nobody", ""] {
        let page = writes(&leader, &number, agency).await.is(400).text();
        assert!(page.contains("organisation that you act for"), "{page}");
    }
    // The passport offers it to those who may, and only where the number stays.
    let passport = leader.gets(&number).await.is(200).text();
    assert!(passport.contains("/desk/notes?number="), "{passport}");
    for (visitor, address) in [
        (&leader, format!("/n/now/6.1.1/{VILLAGE}")),
        (&officer, number.clone()),
        (&town.stranger(), number),
    ] {
        let passport = visitor.gets(&address).await.is(200).text();
        assert!(!passport.contains("/desk/notes"), "{passport}");
    }
}

#[tokio::test]
async fn a_note_that_is_sent_twice_is_one_note() {
    let town = released().await;
    let leader = of(&town, Role::Leader, "dinas-pu").await;
    let first = published(&leader).await;
    assert_eq!(published(&leader).await, first);
    // Also after it was worded anew: what comes from the back button is the first wording.
    let anew = [
        ("version", "1"),
        ("title", "Wells and pipes"),
        ("body", "The wells run low."),
        ("why", "A slip"),
    ];
    leader.submits(&format!("/desk{first}"), &anew).await.is(303);
    assert_eq!(published(&leader).await, first);
    let n = async || {
        let said = json_of(&town, "/indicators/6.1.1/notes.json").await;
        said["notes"].as_array().expect("a list").len()
    };
    assert_eq!(n().await, 1);
    // The same words of another office are another note.
    let other = of(&town, Role::Leader, "dinkes").await;
    writes(&other, &format!("/n/2026-1/6.1.1/{VILLAGE}"), "dinkes")
        .await
        .is(303);
    assert_eq!(n().await, 2);
}

#[tokio::test]
async fn all_that_is_wrong_with_a_note_is_said_at_once() {
    let town = released().await;
    let leader = of(&town, Role::Leader, "dinas-pu").await;
    for (number, words) in [
        ("", "address of the page of a number"),
        ("/n/now/6.1.1/35.22/2026", "is live"),
    ] {
        let wrong = [
            ("number", number),
            ("agency", "nobody"),
            ("title", " "),
            ("body", ""),
        ];
        let page = leader.submits("/desk/notes", &wrong).await.is(400).text();
        for said in [
            words,
            "organisation that you act for",
            "Give the note a title.",
            "Write what you have to say",
        ] {
            assert!(page.contains(said), "{said}: {page}");
        }
    }
    let page = writes(&leader, "/n/now/6.1.1/35.22/2026", "nobody")
        .await
        .is(400)
        .text();
    assert!(
        page.contains("is live") && page.contains("organisation that you act for"),
        "{page}"
    );
    let note = published(&leader).await;
    let wrong = [("version", "1"), ("title", ""), ("body", " "), ("why", "")];
    let page = leader
        .submits(&format!("/desk{note}"), &wrong)
        .await
        .is(400)
        .text();
    for said in ["Give the note a title.", "Write what you have to say", "Say why"] {
        assert!(page.contains(said), "{said}: {page}");
    }
}

#[tokio::test]
async fn a_note_is_worded_anew_with_a_reason_and_the_earlier_wording_stays() {
    let town = released().await;
    let leader = of(&town, Role::Leader, "dinas-pu").await;
    let note = published(&leader).await;
    let desk = format!("/desk{note}");
    let fields = |why: &'static str| {
        [
            ("version", "1"),
            ("title", "Wells and pipes"),
            ("body", "The wells run low."),
            ("why", why),
        ]
    };
    leader.submits(&desk, &fields(" ")).await.is(400);
    let other = of(&town, Role::Leader, "dinkes").await;
    other.submits(&desk, &fields("A slip")).await.is(403);
    leader.submits(&desk, &fields("A slip")).await.is(303);
    // Whoever read the first wording has not read the second.
    let page = leader.submits(&desk, &fields("Mine")).await.is(409).text();
    assert!(page.contains("since you opened it"), "{page}");
    let now = town.stranger().gets(&note).await.is(200).text();
    for words in ["Wells and pipes", "A slip", "?version=1"] {
        assert!(now.contains(words), "{words}: {now}");
    }
    let before = town
        .stranger()
        .gets(&format!("{note}?version=1"))
        .await
        .is(200)
        .text();
    for words in ["Wells run dry", "earlier wording"] {
        assert!(before.contains(words), "{words}: {before}");
    }
    town.stranger().gets(&format!("{note}?version=9")).await.is(404);
    let said = json_of(&town, &format!("{note}.json")).await;
    assert_eq!(said["version"], json!(2));
    assert_eq!(said["release"], json!("2026-1"));
}
