//! What the sample regency does with its numbers: everything that can be done with one has been done once.

use baraza::demo::{Sample, fill};
use pretty_assertions::assert_eq;

use super::portal::signs_in;
use crate::town::Town;

const SMALL: Sample = Sample {
    seed: 7,
    n_households: 60,
};

#[tokio::test]
async fn numbers_are_signed_planned_for_explained_watched_and_put_together() {
    let town = Town::new().await;
    let filled = fill(&town.app, SMALL, &|_, _, _| ()).await.expect("filled");
    let reader = town.stranger();
    let text = async |path: &str| reader.gets(path).await.is(200).text();
    let json = async |path: &str| reader.gets(path).await.is(200).json();

    // Each round of the census was signed, and what was said after the first is still said.
    text("/n/sensus-2025/8.6.1/99.01/2025").await;
    text("/n/sensus-2026/8.6.1/99.01/2025").await;
    text("/n/sensus-2026/8.6.1/99.01/2026").await;
    reader.gets("/n/sensus-2025/8.6.1/99.01/2026").await.is(404);

    // The plan has a step of every kind; one is done.
    let plans = json("/sdg/plans.json").await;
    let steps = plans["plans"][0]["steps"].as_array().expect("steps").clone();
    let kinds: Vec<&str> = steps.iter().filter_map(|step| step["kind"].as_str()).collect();
    assert_eq!(
        kinds,
        [
            "step",
            "digital-strategy",
            "step",
            "digital-strategy",
            "policy-reform"
        ]
    );
    let notes = json("/indicators/8.6.1/notes.json").await;
    assert_eq!(notes["notes"].as_array().map(Vec::len), Some(1), "{notes}");

    // Dashboards show every kind of tile, and the gauge said something some minutes ago.
    let dashboards = text("/dashboards").await;
    for code in ["ranumaya", "air-dan-sungai"] {
        assert!(dashboards.contains(&format!("/dashboards/{code}")), "{code}");
    }
    let page = text("/dashboards/ranumaya").await;
    for shown in [
        "Cara membaca",
        "bz-light",
        "bz-chart",
        "data-feed=\"sungai-kota\"",
        "data-silent-at=",
        "/n/now/6.1.1/99.01/2026",
    ] {
        assert!(page.contains(shown), "{shown}: {page}");
    }

    // Offices answer for numbers, and each has the card of the month that is over.
    let agencies = text("/agencies").await;
    for office in ["bappeda", "dinas-pu", "dinkes"] {
        assert!(agencies.contains(&format!("/agencies/{office}")), "{office}");
        let cards = text(&format!("/agencies/{office}/cards")).await;
        assert!(
            cards.contains(&format!("/agencies/{office}/cards/2")),
            "{office} has no card: {cards}"
        );
    }

    // Training has seats, and people look for work afterwards.
    let courses = text("/skills/courses.csv").await;
    assert_eq!(courses.trim().lines().count(), 1 + 8, "{courses}");
    assert!(text("/skills").await.contains("/skills/blk-ranumaya"));

    // The share is red, so whoever answers for it was told.
    let head = signs_in(&town, &filled, "head.bappeda").await;
    let alerts = head.gets("/desk/alerts").await.is(200).text();
    assert!(alerts.contains("href=\"/desk/alerts/"), "{alerts}");
}
