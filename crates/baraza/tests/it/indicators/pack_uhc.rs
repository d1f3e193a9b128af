//! Coverage of essential health services (3.8.1): tracers, rescalings, groups and the whole, worked by hand.

use std::time::Duration;

use baraza::indicators::{self, formulas::load_order, model::definition::Scope};
use pretty_assertions::assert_eq;
use tables::{Column, Kind, Rows, Value};

use super::{PLACES, import_places, load, pack::project};
use crate::town::Town;

const DISTRICT: &str = "35.22.01";

/// What the health office reports of a district of 200,000 people: tracer, reached, needed.
const REPORTED: [(&str, f64, f64); 19] = [
    ("fp", 900.0, 1000.0),
    ("anc4", 400.0, 1000.0),
    ("dtp3", 1800.0, 2000.0),
    ("care", 40.0, 100.0),
    ("tb_detected", 80.0, 100.0),
    ("tb_treated", 72.0, 80.0),
    ("art", 48.0, 100.0),
    ("itn", 3000.0, 10_000.0),
    ("sanitation", 64_000.0, 200_000.0),
    ("bp_normal", 700.0, 1000.0),
    ("bp_treated", 500.0, 1000.0),
    ("fpg", 6600.0, 1000.0),
    ("tobacco_none", 820.0, 1000.0),
    ("ihr", 60.0, 100.0),
    ("people", 200_000.0, 0.0),
    ("beds", 324.0, 0.0),
    ("physicians", 90.0, 0.0),
    // Three for 200,000 are more than are aimed at.
    ("psychiatrists", 3.0, 0.0),
    ("surgeons", 7.0, 0.0),
];

/// A town whose health office reported these tracers, with all definitions of 3.8.1 that ship.
async fn reported(tracers: &[(&str, f64, f64)]) -> Town {
    let town = Town::new().await;
    import_places(&town, PLACES).await;
    let columns = vec![
        Column::new("place", Kind::Text),
        Column::new("year", Kind::Integer),
        Column::new("tracer", Kind::Text),
        Column::new("reached", Kind::Decimal),
        Column::new("needed", Kind::Decimal),
    ];
    let mut rows = Rows::new(columns);
    for (tracer, reached, needed) in tracers {
        rows.rows.push(vec![
            Value::Text(DISTRICT.to_owned()),
            Value::Integer(2026),
            Value::Text((*tracer).to_owned()),
            Value::Decimal(*reached),
            Value::Decimal(*needed),
        ]);
    }
    let lake = &town.app.lake;
    lake.create("health__tracers", &rows.columns)
        .await
        .expect("a table");
    lake.append("health__tracers", &rows).await.expect("rows");
    let texts = shipped();
    for at in load_order(&texts) {
        load(&town, &texts[at]).await;
    }
    // What reads several others waits until all of them are there.
    for _ in 0..8 {
        town.run_jobs().await;
        town.advance(Duration::from_secs(2));
    }
    town.run_jobs().await;
    assert_eq!(town.dead_jobs().await, Vec::<String>::new());
    town
}

/// The texts of all definitions of 3.8.1.
fn shipped() -> Vec<String> {
    let mut paths: Vec<_> = std::fs::read_dir(project("data/indicators-sdg"))
        .expect("the definitions")
        .map(|entry| entry.expect("a file").path())
        .filter(|path| {
            path.file_name()
                .is_some_and(|name| name.to_string_lossy().starts_with("3.8.1"))
        })
        .collect();
    paths.sort();
    paths
        .iter()
        .map(|path| std::fs::read_to_string(path).expect("a definition"))
        .collect()
}

/// What a definition says of the district; `None` where it says nothing.
async fn value(town: &Town, code: &str) -> Option<f64> {
    let definition = indicators::find(&town.app, code).await.unwrap().definition;
    let seen = indicators::series(&town.app, &definition, DISTRICT, &[])
        .await
        .unwrap();
    seen.first().and_then(|o| o.figures.value)
}

async fn expect(town: &Town, expected: &[(&str, f64)]) {
    for (code, expected) in expected {
        let found = value(town, code).await.unwrap_or(f64::NAN);
        assert!((found - expected).abs() < 1e-6, "{code}: {found}, not {expected}");
    }
}

/// The reported tracers with one of them changed.
fn with(tracer: &str, reached: f64) -> Vec<(&'static str, f64, f64)> {
    REPORTED
        .into_iter()
        .map(|(name, was, needed)| (name, if name == tracer { reached } else { was }, needed))
        .collect()
}

#[tokio::test]
async fn tracers_are_rescaled_and_put_together_group_by_group() {
    let town = reported(&REPORTED).await;
    expect(
        &town,
        &[
            ("3.8.1-fp", 90.0),
            ("3.8.1-fpg-mean", 6.6),
            // 80% detected, 90% of them treated.
            ("3.8.1-tb", 72.0),
            // (70 − 50) / 50.
            ("3.8.1-bp", 40.0),
            // (7.1 − 6.6) / (7.1 − 5.1).
            ("3.8.1-fpg", 25.0),
            // (82 − 50) / 50.
            ("3.8.1-tobacco", 64.0),
            // 16.2 for 10,000, of 18.
            ("3.8.1-beds", 90.0),
            // 0.45 for 1,000, of 0.9.
            ("3.8.1-physicians", 50.0),
            // 1.5 for 100,000, of 1: no more than 100.
            ("3.8.1-psychiatrists", 100.0),
            // 3.5 for 100,000, of 14.
            ("3.8.1-surgeons", 25.0),
            // ∛(50 · 100 · 25).
            ("3.8.1-workers", 50.0),
            // ∜(90 · 40 · 90 · 40).
            ("3.8.1-rmnch", 60.0),
            // ∛(72 · 48 · 32).
            ("3.8.1-infectious", 48.0),
            // ∛(40 · 25 · 64).
            ("3.8.1-ncd", 40.0),
            // √(90 · 50).
            ("3.8.1-capacity", 67.082_039_325),
            // ∜(60 · 48 · 40 · 67.082…).
            ("3.8.1", 52.724_768_797),
        ],
    )
    .await;
    // One mean of all twelve would be another number, because the groups are of two, three and four.
    let flat = (90.0_f64 * 40.0 * 90.0 * 40.0 * 72.0 * 48.0 * 32.0 * 40.0 * 25.0 * 64.0 * 90.0 * 50.0)
        .powf(1.0 / 12.0);
    assert!((flat - 52.236_824).abs() < 1e-5, "{flat}");
}

#[tokio::test]
async fn other_countries_and_other_years_have_other_tracers() {
    let town = reported(&REPORTED).await;
    expect(
        &town,
        &[
            // ∜(72 · 48 · 30 · 32): nets count where malaria is frequent.
            ("3.8.1-infectious-nets", 42.678_705_841),
            // ∛(90 · 50 · 60).
            ("3.8.1-capacity-nation", 64.633_040_701),
            ("3.8.1-nation", 50.724_674_386),
            // ∛(50 · 25 · 64): who is treated needs no rescaling.
            ("3.8.1-ncd-2023", 43.088_693_801),
            ("3.8.1-2023", 53.714_373_961),
        ],
    )
    .await;
    let scope = async |code: &str| indicators::find(&town.app, code).await.unwrap().definition.scope;
    assert_eq!(scope("3.8.1-nation").await, Some(Scope::Global));
    let district = indicators::find(&town.app, "3.8.1").await.unwrap().definition;
    assert_eq!(district.scope, Some(Scope::National));
    let reason = district.scope_reason.in_language("en");
    assert!(
        reason.starts_with("A subset index: 12 of the 14 tracers."),
        "{reason}"
    );
}

#[tokio::test]
async fn a_tracer_of_zero_counts_as_one() {
    let town = reported(&with("sanitation", 0.0)).await;
    expect(
        &town,
        &[
            ("3.8.1-sanitation", 0.0),
            // ∛(72 · 48 · 1), and not zero.
            ("3.8.1-infectious", 15.119_052_599),
            ("3.8.1", 39.498_947_108),
        ],
    )
    .await;
}

#[tokio::test]
async fn what_is_beyond_the_ends_of_a_scale_stays_at_its_end() {
    let low = reported(&with("bp_normal", 400.0)).await;
    expect(&low, &[("3.8.1-bp", 0.0)]).await;
    let high = reported(&with("fpg", 4900.0)).await;
    expect(&high, &[("3.8.1-fpg", 100.0)]).await;
}

#[tokio::test]
async fn an_index_without_one_of_its_tracers_is_no_index() {
    let tracers: Vec<(&str, f64, f64)> = REPORTED
        .into_iter()
        .filter(|(name, ..)| !matches!(*name, "care" | "ihr"))
        .collect();
    let town = reported(&tracers).await;
    for code in ["3.8.1-rmnch", "3.8.1", "3.8.1-capacity-nation"] {
        assert_eq!(value(&town, code).await, None, "{code}");
    }
    expect(&town, &[("3.8.1-infectious", 48.0)]).await;
}
