//! Releases: numbers that stay while those that are live move on.

use baraza::{
    indicators::releases::{ReleaseSigned, versions_needed},
    platform::op::Role,
};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tables::Rows;

use super::{WATER, columns, compute, counted, households, load};
use crate::town::{Town, Visitor};

const VINTAGES: &str = "/indicators/6.1.1/vintages";

/// So many more households with a pipe in Sumberagung.
async fn file(town: &Town, n: usize) {
    let mut more = Rows::new(columns());
    households(&mut more, "35.22.02.2001", "2026", "F", [n, 0, 0]);
    town.app
        .lake
        .append("census__household", &more)
        .await
        .expect("rows");
    compute(town, "6.1.1").await;
}

async fn sign(town: &Town, steward: &Visitor<'_>, name: &str) {
    sign_of(town, steward, "6.1.1", name).await;
}

/// Signs the numbers of any indicator.
pub async fn sign_of(town: &Town, steward: &Visitor<'_>, code: &str, name: &str) {
    let path = format!("/indicators/{code}/vintages");
    let fields = [("name", name), ("signed_as", "BPS Contoh"), ("note", "")];
    steward.submits(&path, &fields).await.is(303);
    town.run_jobs().await;
    assert_eq!(town.dead_jobs().await, Vec::<String>::new());
}

async fn passport(town: &Town, release: &str, rest: &str) -> Value {
    let address = format!("/n/{release}/6.1.1/{rest}.json");
    town.stranger().gets(&address).await.is(200).json()
}

/// How many were counted in Sumberagung.
async fn n(town: &Town, release: &str) -> Value {
    passport(town, release, "35.22.02.2001/2026").await["observation"]["n"].clone()
}

#[tokio::test]
async fn a_release_stays_as_it_was_signed_while_the_live_number_moves() {
    let town = counted().await;
    let steward = town.someone(Role::Steward, None).await;
    sign(&town, &steward, "2026-1").await;
    file(&town, 10).await;
    assert_eq!(n(&town, "2026-1").await, json!(90));
    assert_eq!(n(&town, "now").await, json!(100));
    sign(&town, &steward, "2026-2").await;
    assert_eq!(n(&town, "2026-1").await, json!(90));
    assert_eq!(n(&town, "2026-2").await, json!(100));
    // Every passport of the number tells what all releases said.
    let told = passport(&town, "now", "35.22.02.2001/2026").await;
    let told: Vec<(&Value, &Value)> = told["vintages"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|vintage| (&vintage["name"], &vintage["observation"]["n"]))
        .collect();
    assert_eq!(
        told,
        [(&json!("2026-1"), &json!(90)), (&json!("2026-2"), &json!(100))]
    );
    let page = town
        .stranger()
        .gets(&format!("{VINTAGES}?place=35.22.02.2001"))
        .await
        .is(200)
        .text();
    for words in [
        "BPS Contoh",
        "The tables: rows came",
        "/n/2026-2/6.1.1/35.22.02.2001/2026",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
}

#[tokio::test]
async fn two_releases_never_differ_by_one_household() {
    let town = counted().await;
    let steward = town.someone(Role::Steward, None).await;
    sign(&town, &steward, "2026-1").await;
    file(&town, 1).await;
    sign(&town, &steward, "2026-2").await;
    for (place, live, released) in [
        ("35.22.02.2001", 91, 90),
        ("35.22.02", 91, 90),
        ("35.22", 346, 345),
    ] {
        let rest = format!("{place}/2026");
        assert_eq!(
            passport(&town, "now", &rest).await["observation"]["n"],
            json!(live)
        );
        let told = passport(&town, "2026-2", &rest).await["observation"].clone();
        assert_eq!(told["n"], json!(released), "{place}");
        assert!(told["as_of"].is_string(), "{told}");
    }
    // What is withheld live is withheld in a release.
    let hidden = passport(&town, "2026-2", "35.22.01.2002/2026/sex/F").await["observation"].clone();
    assert_eq!(hidden["status"], json!("suppressed"));
}

#[tokio::test]
async fn the_file_of_a_release_has_the_sha256_that_its_numbers_name() {
    let town = counted().await;
    let steward = town.someone(Role::Steward, None).await;
    sign(&town, &steward, "2026-1").await;
    let told = passport(&town, "2026-1", "35.22/2026").await;
    file(&town, 10).await;
    load(&town, &WATER.replace("with safe water\"", "with water\"")).await;
    town.run_jobs().await;
    let file = town
        .stranger()
        .gets(&format!("{VINTAGES}/2026-1.csv"))
        .await
        .is(200)
        .text();
    assert_eq!(
        json!(hex::encode(Sha256::digest(file.as_bytes()))),
        told["release"]["sha256"]
    );
    assert!(file.contains("6.1.1,2026-1,"), "{file}");
    // The definition has changed since; the number still tells by which it was made.
    let later = passport(&town, "2026-1", "35.22/2026").await;
    assert_eq!(later["definition_href"], told["definition_href"]);
    assert_eq!(later["title"]["en"], json!("Households with safe water"));
    let live = passport(&town, "now", "35.22/2026").await;
    assert_eq!(live["title"]["en"], json!("Households with water"));
}

#[tokio::test]
async fn what_an_attempt_left_that_came_to_nothing_is_no_part_of_the_release() {
    let town = counted().await;
    let steward = town.someone(Role::Steward, None).await;
    sign(&town, &steward, "2026-1").await;
    let file = async || {
        let address = format!("{VINTAGES}/2026-1.csv");
        town.stranger().gets(&address).await.is(200).text()
    };
    let first = file().await;
    // As if the commit had failed after the numbers were written.
    let mut tx = town.app.db.begin().await.expect("a transaction");
    sqlx::query("UPDATE indicator_release SET made_at = NULL")
        .execute(tx.conn())
        .await
        .expect("not made");
    let (release,): (String,) = sqlx::query_as("SELECT id FROM indicator_release")
        .fetch_one(tx.conn())
        .await
        .expect("its id");
    let event = ReleaseSigned {
        indicator: "6.1.1".to_owned(),
        release,
        name: "2026-1".to_owned(),
        signed_as: "BPS Contoh".to_owned(),
    };
    tx.emit(&town.system(), &event).await.expect("signed");
    tx.commit().await.expect("committed");
    town.run_jobs().await;
    let again = file().await;
    assert_eq!(again, first);
    let told = passport(&town, "2026-1", "35.22/2026").await;
    assert_eq!(
        json!(hex::encode(Sha256::digest(again.as_bytes()))),
        told["release"]["sha256"]
    );
}

#[tokio::test]
async fn a_release_counted_again_gives_the_same_digits() {
    let town = counted().await;
    let steward = town.someone(Role::Steward, None).await;
    sign(&town, &steward, "2026-1").await;
    file(&town, 10).await;
    sign(&town, &steward, "2026-2").await;
    for release in ["2026-1", "2026-2"] {
        steward
            .submits(&format!("{VINTAGES}/{release}/recount"), &[])
            .await
            .is(303);
        town.run_jobs().await;
        let recount = passport(&town, release, "35.22/2026").await["recount"].clone();
        assert_eq!(recount["n_differs"], json!(0), "{recount}");
        assert!(recount["n_compared"].as_i64() > Some(10), "{recount}");
        let page = town
            .stranger()
            .gets(&format!("/n/{release}/6.1.1/35.22/2026"))
            .await
            .is(200)
            .text();
        assert!(page.contains("the same digits in all"), "{page}");
    }
    let needed = versions_needed(&town.app).await.expect("versions");
    assert_eq!(json!(needed), json!({ "census__household": [1, 2] }));
}

#[tokio::test]
async fn only_stewards_sign_and_under_a_name_that_is_free() {
    let town = counted().await;
    let fields = |name: &'static str| [("name", name), ("signed_as", "BPS Contoh"), ("note", "")];
    town.stranger().submits(VINTAGES, &fields("2026-1")).await.is(401);
    let officer = town.someone(Role::Officer, None).await;
    officer.submits(VINTAGES, &fields("2026-1")).await.is(403);
    let of_village = town.someone(Role::Steward, Some("35.22.01.2001")).await;
    of_village.submits(VINTAGES, &fields("2026-1")).await.is(403);
    let page = of_village.gets(VINTAGES).await.is(200).text();
    assert!(!page.contains("signed_as"), "{page}");
    let steward = town.someone(Role::Steward, None).await;
    for name in ["now", "", "Round 1"] {
        let page = steward.submits(VINTAGES, &fields(name)).await.is(400).text();
        assert!(page.contains("Use small letters"), "{page}");
    }
    steward.submits(VINTAGES, &fields("2026-1")).await.is(303);
    let page = steward.submits(VINTAGES, &fields("2026-2")).await.is(409).text();
    assert!(page.contains("is being made"), "{page}");
    town.run_jobs().await;
    let page = steward.submits(VINTAGES, &fields("2026-1")).await.is(409).text();
    assert!(page.contains("already"), "{page}");
    // Nobody else is offered to sign.
    let page = town.stranger().gets(VINTAGES).await.is(200).text();
    assert!(!page.contains("signed_as"), "{page}");
    of_village
        .submits(&format!("{VINTAGES}/2026-1/recount"), &[])
        .await
        .is(403);
    steward
        .submits(&format!("{VINTAGES}/2025-9/recount"), &[])
        .await
        .is(404);
}

/// A formula over one number.
const TWICE: &str = r#"
code = "twice"
kind = "formula"
title = { en = "Twice the share" }
unit = "number"
direction = "up"

[formula]
expression = "2 * water"
inputs = { water = "6.1.1" }
"#;

async fn said(town: &Town, address: &str) -> Value {
    let address = format!("{address}.json");
    town.stranger().gets(&address).await.is(200).json()
}

#[tokio::test]
async fn a_formula_is_released_from_what_it_reads_as_that_was_released() {
    let town = counted().await;
    load(&town, TWICE).await;
    town.run_jobs().await;
    let steward = town.someone(Role::Steward, None).await;
    let fields = [("name", "1"), ("signed_as", "BPS Contoh"), ("note", "")];
    let refused = steward
        .submits("/indicators/twice/vintages", &fields)
        .await
        .is(409)
        .text();
    assert!(refused.contains("Release these first: 6.1.1."), "{refused}");
    sign(&town, &steward, "2026-1").await;
    // What is live moves by one household; what the formula releases does not.
    file(&town, 1).await;
    town.run_jobs().await;
    sign_of(&town, &steward, "twice", "first").await;
    let input = passport(&town, "2026-1", "35.22.02.2001/2026").await["observation"]["value"].clone();
    let told = said(&town, "/n/first/twice/35.22.02.2001/2026").await;
    assert_eq!(
        told["observation"]["value"].as_f64(),
        input.as_f64().map(|value| 2.0 * value)
    );
    assert_eq!(told["inputs"][0]["observation"]["value"], input);
    assert_eq!(
        told["inputs"][0]["href"],
        json!("/n/2026-1/6.1.1/35.22.02.2001/2026.json")
    );
    let live = said(&town, "/n/now/twice/35.22.02.2001/2026/sex/F").await;
    assert_eq!(
        live["inputs"][0]["href"],
        json!("/n/now/6.1.1/35.22.02.2001/2026/sex/F.json")
    );
    let page = town
        .stranger()
        .gets("/n/first/twice/35.22.02.2001/2026")
        .await
        .is(200)
        .text();
    assert!(
        page.contains("href=\"/n/2026-1/6.1.1/35.22.02.2001/2026\"") && page.contains("2 * water"),
        "{page}"
    );
    // What it reads hides, it hides.
    let hidden = said(&town, "/n/first/twice/35.22.01.2002/2026/sex/F").await;
    assert_eq!(hidden["observation"]["status"], json!("suppressed"));
    steward
        .submits("/indicators/twice/vintages/first/recount", &[])
        .await
        .is(303);
    town.run_jobs().await;
    let recount = said(&town, "/n/first/twice/35.22/2026").await["recount"].clone();
    assert_eq!(recount["n_differs"], json!(0), "{recount}");
    assert!(recount["n_compared"].as_i64() > Some(10), "{recount}");
    // A second one follows the second release of what it reads, and says so.
    file(&town, 20).await;
    sign(&town, &steward, "2026-2").await;
    sign_of(&town, &steward, "twice", "second").await;
    let page = town
        .stranger()
        .gets("/indicators/twice/vintages")
        .await
        .is(200)
        .text();
    assert!(
        page.contains("What it is made of: that was released anew"),
        "{page}"
    );
}
