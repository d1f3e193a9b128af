//! Action plans: what agencies do about an indicator.

use std::time::Duration;

use baraza::platform::op::Role;
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::{
    counted,
    notes::{of, organise},
};
use crate::town::{Answer, Town, Visitor};

async fn begins(visitor: &Visitor<'_>, indicator: &str, agency: &str) -> Answer {
    let fields = [
        ("indicator", indicator),
        ("agency", agency),
        ("title", "Water for <all>"),
        ("about", "The wells run dry."),
    ];
    visitor.submits("/desk/plans", &fields).await
}

async fn adds(visitor: &Visitor<'_>, desk: &str, kind: &str, promise: &str, due_on: &str) -> Answer {
    let fields = [
        ("kind", kind),
        ("promise", promise),
        ("due_on", due_on),
        ("budget", "1.03.02"),
    ];
    visitor.submits(desk, &fields).await
}

/// Begins a plan about water; returns its address at the desk and for everybody.
async fn begun(visitor: &Visitor<'_>) -> (String, String) {
    let answer = begins(visitor, "6.1.1", "dinas-pu").await.is(303);
    let desk = answer.header("location").to_owned();
    let code = desk.rsplit('/').next().expect("a code");
    let public = format!("/sdg/plans/{code}");
    (desk, public)
}

async fn json_of(town: &Town, address: &str) -> Value {
    town.stranger().gets(address).await.is(200).json()
}

#[tokio::test]
async fn a_plan_stands_as_its_promises_do() {
    let town = counted().await;
    organise(&town, "dinas-pu").await;
    let officer = of(&town, Role::Officer, "dinas-pu").await;
    let (desk, public) = begun(&officer).await;
    let told = format!("{public}.json");
    assert_eq!(json_of(&town, &told).await["light"], json!("white"));
    adds(&officer, &desk, "step", "Lay pipes", "2026-11-18")
        .await
        .is(303);
    adds(&officer, &desk, "digital-strategy", "Meters", "2027-06-30")
        .await
        .is(303);
    let said = json_of(&town, &told).await;
    assert_eq!(said["light"], json!("yellow"));
    assert_eq!(
        said["missing"],
        json!({ "digital_strategies": 1, "policy_reforms": 1 })
    );
    // Two days on it is due; a day later it is late.
    town.advance(Duration::from_secs(3 * 86_400));
    let said = json_of(&town, &told).await;
    assert_eq!(said["light"], json!("red"));
    assert_eq!(
        said["counts"],
        json!({ "kept": 0, "open": 1, "late": 1, "broken_off": 0 })
    );
    let page = town.stranger().gets(&public).await.is(200).text();
    for words in [
        "still to name a digital strategy",
        "still to name a policy reform",
        "0 of 2 steps kept, 1 open, 1 late",
        "Office of dinas-pu",
        "1.03.02",
        "href=\"/indicators/6.1.1\"",
        "/n/now/6.1.1/35.22/2026",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    // A step is settled where every promise is.
    let href = said["steps"][0]["href"].as_str().expect("an address").to_owned();
    let kept = [("act", "settle"), ("how", "kept"), ("text", "The pipes lie.")];
    officer.submits(&format!("/desk{href}"), &kept).await.is(303);
    let said = json_of(&town, &told).await;
    assert_eq!(said["light"], json!("green"));
    assert_eq!(said["counts"]["kept"], json!(1));
    town.run_jobs().await;
    assert_eq!(town.dead_jobs().await, Vec::<String>::new());
}

#[tokio::test]
async fn plans_are_listed_by_the_number_they_are_about() {
    let town = counted().await;
    organise(&town, "dinas-pu").await;
    let officer = of(&town, Role::Officer, "dinas-pu").await;
    let (desk, public) = begun(&officer).await;
    adds(&officer, &desk, "policy-reform", "A by-law", "2027-06-30")
        .await
        .is(303);
    adds(&officer, &desk, "step", "=HYPERLINK(1)", "2027-06-30")
        .await
        .is(303);
    town.run_jobs().await;
    for (query, n) in [("", 1), ("?indicator=6.1.1", 1), ("?indicator=16.9.1", 0)] {
        let said = json_of(&town, &format!("/sdg/plans.json{query}")).await;
        assert_eq!(said["plans"].as_array().map(Vec::len), Some(n), "{query}");
        let page = town
            .stranger()
            .gets(&format!("/sdg/plans{query}"))
            .await
            .is(200)
            .text();
        assert_eq!(page.contains(&public), n > 0, "{query}: {page}");
    }
    let csv = town.stranger().gets("/sdg/plans.csv").await.is(200).text();
    assert!(
        csv.contains(",policy-reform,A by-law,1.03.02,2027-06-30,open")
            && csv.contains(",step,'=HYPERLINK(1),"),
        "{csv}"
    );
    // The promise is one of the agency's, and the number and the tracker lead to the plans.
    let promises = town.stranger().gets("/commitments").await.is(200).text();
    assert!(promises.contains("A by-law"), "{promises}");
    for (address, link) in [
        ("/indicators/6.1.1?place=35.22", "/sdg/plans?indicator=6.1.1"),
        ("/sdg", "/sdg/plans"),
    ] {
        let page = town.stranger().gets(address).await.is(200).text();
        assert!(page.contains(&format!("href=\"{link}\"")), "{address}: {page}");
    }
}

#[tokio::test]
async fn all_that_is_wrong_with_a_plan_or_a_step_is_said_at_once() {
    let town = counted().await;
    organise(&town, "dinas-pu").await;
    let officer = of(&town, Role::Officer, "dinas-pu").await;
    let wrong = [("indicator", "9.9.9"), ("agency", "nobody"), ("title", " ")];
    let page = officer.submits("/desk/plans", &wrong).await.is(400).text();
    for said in [
        "Choose the indicator",
        "organisation that you act for",
        "Give the plan a title.",
    ] {
        assert!(page.contains(said), "{said}: {page}");
    }
    let page = begins(&officer, "9.9.9", "nobody").await.is(400).text();
    assert!(
        page.contains("Choose the indicator") && page.contains("organisation that you act for"),
        "{page}"
    );
    let (desk, _) = begun(&officer).await;
    let page = adds(&officer, &desk, "wish", " ", "soon").await.is(400).text();
    for said in ["Say whether it is a step", "Give a day", "Write what is promised"] {
        assert!(page.contains(said), "{said}: {page}");
    }
}

#[tokio::test]
async fn one_finds_ones_own_plans_however_many_others_have() {
    let town = counted().await;
    organise(&town, "dinas-pu").await;
    let officer = of(&town, Role::Officer, "dinas-pu").await;
    let (desk, _) = begun(&officer).await;
    let mut tx = town.app.db.begin().await.expect("a transaction");
    sqlx::query(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2100)
         INSERT INTO action_plan (id, code, indicator, agency, title, about, begun_at, begun_by)
         SELECT 'z-' || CAST(i AS TEXT), 'z-' || CAST(i AS TEXT), '6.1.1', 'dinkes', 'Theirs', '', 0, 'system'
         FROM n",
    )
    .execute(tx.conn())
    .await
    .expect("plans of others");
    tx.commit().await.expect("committed");
    let page = officer.gets("/desk/plans").await.is(200).text();
    assert!(
        page.contains(&format!("href=\"{desk}\"")) && !page.contains("Theirs"),
        "{page}"
    );
}

#[tokio::test]
async fn nobody_plans_for_another_organisation_or_about_nothing() {
    let town = counted().await;
    for organisation in ["dinas-pu", "dinkes"] {
        organise(&town, organisation).await;
    }
    let officer = of(&town, Role::Officer, "dinas-pu").await;
    begins(&town.stranger(), "6.1.1", "dinas-pu").await.is(401);
    for (indicator, agency, words) in [
        ("6.1.1", "dinkes", "organisation that you act for"),
        ("9.9.9", "dinas-pu", "Choose the indicator"),
    ] {
        let page = begins(&officer, indicator, agency).await.is(400).text();
        assert!(page.contains(words), "{page}");
        assert!(page.contains("The wells run dry."), "{page}");
    }
    let (desk, public) = begun(&officer).await;
    let other = of(&town, Role::Leader, "dinkes").await;
    adds(&other, &desk, "step", "Lay pipes", "2027-06-30")
        .await
        .is(403);
    for (kind, promise, due_on, words) in [
        ("wish", "Lay pipes", "2027-06-30", "Say whether it is a step"),
        ("step", "Lay pipes", "soon", "Give a day"),
        (
            "step",
            "Lay pipes",
            "2026-01-01",
            "Give a date that is not before",
        ),
        ("step", " ", "2027-06-30", "Write what is promised"),
    ] {
        let page = adds(&officer, &desk, kind, promise, due_on).await.is(400).text();
        assert!(page.contains(words), "{page}");
    }
    let said = json_of(&town, &format!("{public}.json")).await;
    assert_eq!(said["steps"], json!([]));
    town.stranger().gets("/sdg/plans/ZZZZZZ").await.is(404);
}
