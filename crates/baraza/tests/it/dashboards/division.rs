//! Dashboards and indicators by other divisions of the same land.

use baraza::{
    places::{divisions, model::division::TypedDivision},
    platform::op::Role,
};
use pretty_assertions::assert_eq;
use serde_json::Value as Json;
use tables::{Column, Kind, Rows, Value};

use super::{adds, begins, publishes, reads};
use crate::{
    indicators::{counted, counted_of},
    town::Town,
};

/// Two villages whole; one whole and half of another; and what one of them served until the end of 2025.
const HEALTH: &str = "area,name,place,share,from,to\n\
    A,Puskesmas A,35.22.01.2001,,,\n\
    A,,35.22.01.2002,,2026-01-01,\n\
    B,Puskesmas B,35.22.01.2003,,,\n\
    B,,35.22.02.2001,0.5,,\n\
    B,,35.22.01.2002,,,2026-01-01\n";

async fn divides(town: &Town, rows: &str) {
    let typed = TypedDivision {
        code: "health".into(),
        title: "Health centres".into(),
        basis: "Population 2025".into(),
        source: "Decree 12".into(),
        rows: rows.into(),
    };
    divisions::load(&town.app, &town.system(), &typed)
        .await
        .expect("a division");
}

/// A dashboard of a number, a light and bars by sex.
async fn composes(town: &Town) {
    let steward = town.someone(Role::Steward, Some("35.22")).await;
    begins(&steward, "Water for the meeting").await;
    for (kind, across) in [("number", "time"), ("light", "time"), ("bar", "by:sex")] {
        adds(&steward, kind, across).await;
    }
    publishes(&steward, "The first").await.is(303);
}

async fn areas(town: &Town, query: &str) -> Json {
    let text = reads(town, &format!("/indicators/6.1.1/divisions/health.json{query}")).await;
    serde_json::from_str(&text).expect("JSON")
}

#[tokio::test]
async fn a_dashboard_is_shown_by_health_areas_with_counts_carried_and_shares_named() {
    let town = counted().await;
    divides(&town, HEALTH).await;
    composes(&town).await;
    let page = reads(&town, "/dashboards/water?division=health").await;
    // 70 of 100 and 42 of 80 households: 112 of 180, not the mean of two rates.
    assert!(page.contains("62.2%"), "{page}");
    // 35 of 75, and half of 76 of 90: 73 of 120.
    assert!(page.contains("60.8%"), "{page}");
    assert!(
        page.contains("Puskesmas B (estimated: Sumberagung 50%)"),
        "{page}"
    );
    assert!(
        page.contains("/indicators/6.1.1/divisions/health?area=A"),
        "{page}"
    );
    assert!(
        page.contains("<option value=\"health\" selected>Health centres"),
        "{page}"
    );
    // Nothing is said of the regency as a whole in the place of its areas.
    assert!(!page.contains("64.6%"), "{page}");
    let embedded = reads(&town, "/embed/dashboards/water?division=health").await;
    assert!(
        embedded.contains("60.8%") && embedded.contains("division=health"),
        "{embedded}"
    );
    let csv = reads(&town, "/dashboards/water.csv?division=health").await;
    assert!(csv.contains("health/B") && csv.contains(",estimated,"), "{csv}");
    let own = reads(&town, "/dashboards/water").await;
    assert!(
        own.contains("64.6%") && own.contains("<option value=\"health\">"),
        "{own}"
    );
    town.stranger()
        .gets("/dashboards/water?division=police")
        .await
        .is(404);
}

#[tokio::test]
async fn an_exact_area_has_its_interval_and_rows_and_an_estimate_has_neither() {
    let town = counted().await;
    divides(&town, HEALTH).await;
    let json = areas(&town, "?period=2026").await;
    let (a, b) = (&json["areas"][0]["number"], &json["areas"][1]["number"]);
    assert_eq!(a["numerator"], 112.0);
    assert_eq!(a["denominator"], 180.0);
    assert_eq!(a["n"], 180);
    assert_eq!(a["standing"], "official");
    assert!(a["lower"].as_f64().is_some_and(|lower| lower < 62.2), "{a}");
    assert_eq!(b["numerator"], 73.0);
    assert_eq!(b["denominator"], 120.0);
    assert_eq!(
        (&b["standing"], &b["n"], &b["lower"]),
        (&"estimated".into(), &Json::Null, &Json::Null)
    );
    assert_eq!(json["areas"][1]["places"][1]["share"], 0.5);
}

#[tokio::test]
async fn a_period_is_shown_by_the_areas_as_they_were_on_its_last_day() {
    let town = counted().await;
    divides(&town, HEALTH).await;
    let json = areas(&town, "?period=2021").await;
    // Sugihwaras was served by B in 2021, and Kalangan was not counted then.
    assert_eq!(json["areas"][0]["number"]["denominator"], 100.0);
    assert_eq!(json["areas"][1]["number"]["status"], "empty");
    assert_eq!(json["areas"][1]["number"]["value"], Json::Null);
    let page = reads(&town, "/indicators/6.1.1/divisions/health?period=2021&area=B").await;
    assert!(
        page.contains("There is no number of at least one place in it"),
        "{page}"
    );
}

#[tokio::test]
async fn what_an_area_is_made_of_is_said_with_shares_and_leads_to_each_place() {
    let town = counted().await;
    divides(&town, HEALTH).await;
    let page = reads(&town, "/indicators/6.1.1/divisions/health?area=B").await;
    for shown in [
        "60.8%",
        "Sumberagung",
        "50%",
        "Population 2025",
        "Decree 12",
        "/n/now/6.1.1/35.22.02.2001/2026",
    ] {
        assert!(page.contains(shown), "{shown}: {page}");
    }
    let own = reads(&town, "/indicators/6.1.1").await;
    assert!(
        own.contains("/indicators/6.1.1/divisions/health?place=35.22"),
        "{own}"
    );
    let within = areas(&town, "?place=35.22.02").await;
    assert_eq!(within["areas"].as_array().map(Vec::len), Some(1));
    assert_eq!(within["areas"][0]["area"], "B");
}

#[tokio::test]
async fn an_area_with_a_withheld_part_is_withheld_however_small_its_share() {
    let names = ["village", "round", "head_sex", "water"];
    let mut rows = Rows::new(names.map(|name| Column::new(name, Kind::Text)).to_vec());
    for (village, pipe, river) in [
        ("35.22.01.2001", 70, 30),
        ("35.22.01.2002", 2, 78),
        ("35.22.01.2003", 35, 40),
        ("35.22.02.2001", 76, 14),
    ] {
        for (water, n) in [("pipe", pipe), ("river", river)] {
            let row = [village, "2026", "F", water].map(|text| Value::Text(text.into()));
            rows.rows.extend((0..n).map(|_| row.to_vec()));
        }
    }
    let town = counted_of(&rows).await;
    divides(
        &town,
        "area,place,share\nA,35.22.01.2002,0.01\nA,35.22.02.2001,\n",
    )
    .await;
    let json = areas(&town, "").await;
    let number = &json["areas"][0]["number"];
    assert_eq!(number["status"], "suppressed");
    for figure in ["value", "numerator", "denominator", "n"] {
        assert_eq!(number[figure], Json::Null, "{figure}");
    }
    let page = reads(&town, "/indicators/6.1.1/divisions/health?area=A").await;
    assert!(page.contains("withheld"), "{page}");
}
