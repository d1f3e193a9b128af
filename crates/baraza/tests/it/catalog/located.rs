//! Files of tables whose rows name places: GeoJSON holds the boundaries of these.

use baraza::catalog;
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::{
    publish,
    world::{import_places, place, square},
};
use crate::town::Town;

/// Figures by codes of places; nobody drew the second one.
const COUNTS: &str = "district,n\n35.22.99,12\n35.22.98,3\n";
const TABLE: &str = "/data/villages-2024/data";

/// A regency without a boundary, with two districts of which one has this boundary, and figures of them.
async fn town(boundary: Value) -> Town {
    let town = Town::new().await;
    let places = [
        place(["35.22", "Regency", "regency", ""], Value::Null),
        place(["35.22.98", "Garis", "district", "35.22"], Value::Null),
        place(["35.22.99", "Kotak", "district", "35.22"], boundary),
    ];
    import_places(&town, &places).await;
    publish(&town, COUNTS).await;
    town
}

#[tokio::test]
async fn rows_that_name_places_are_had_as_geojson_with_the_boundaries_of_the_places() {
    let town = town(square(111.8, 111.9)).await;
    let stranger = town.stranger();
    let page = stranger.gets(TABLE).await.is(200).text();
    assert!(page.contains(&format!("href=\"{TABLE}.geojson\"")), "{page}");
    for path in [
        format!("{TABLE}.geojson"),
        "/data/villages-2024.geojson".to_owned(),
    ] {
        let file = stranger.gets(&path).await.is(200);
        assert_eq!(file.header("content-type"), "application/geo+json");
        assert!(file.header("content-disposition").starts_with("attachment"));
        let features = file.json()["features"].clone();
        assert_eq!(features.as_array().map(Vec::len), Some(2), "{path}");
        assert_eq!(features[0]["geometry"]["type"], "Polygon");
        assert_eq!(
            features[0]["properties"],
            json!({ "district": "35.22.99", "n": 12 })
        );
        assert_eq!(features[1]["geometry"], Value::Null, "nobody drew it");
    }
    // The rows are those of the view; the column that names the places comes along.
    let path = format!("{TABLE}.geojson?show=n&f=n&op=from&v=10");
    let some = stranger.gets(&path).await.is(200).json();
    assert_eq!(some["features"].as_array().map(Vec::len), Some(1));
    assert_eq!(some["features"][0]["geometry"]["type"], "Polygon");
    assert_eq!(
        some["features"][0]["properties"],
        json!({ "n": 12, "district": "35.22.99" })
    );
    let mut file = Vec::new();
    catalog::cli::export(&town.app, "villages-2024", "geojson", &mut file)
        .await
        .expect("exported");
    assert!(String::from_utf8_lossy(&file).contains("Polygon"), "{file:?}");
}

#[tokio::test]
async fn geojson_is_not_offered_where_no_row_names_a_place_with_a_boundary() {
    let town = town(Value::Null).await;
    let stranger = town.stranger();
    let page = stranger.gets(TABLE).await.is(200).text();
    assert!(
        page.contains("data.csv") && !page.contains("data.geojson"),
        "{page}"
    );
    stranger.gets(&format!("{TABLE}.geojson")).await.is(400);
}

#[tokio::test]
async fn a_table_of_places_is_a_map_on_the_page_of_its_dataset_in_the_search_and_for_programs() {
    let town = town(square(111.8, 111.9)).await;
    let stranger = town.stranger();
    let page = stranger.gets("/data/villages-2024").await.is(200).text();
    assert!(page.contains(&format!("href=\"{TABLE}.geojson\"")), "{page}");
    let found = stranger.gets("/data.json?format=map").await.is(200).json();
    assert_eq!(found["datasets"][0]["slug"], "villages-2024", "{found}");
    let catalogue = stranger.gets("/catalog.ttl").await.is(200).text();
    assert!(catalogue.contains("data.geojson"), "{catalogue}");
}

#[tokio::test]
async fn boundaries_that_come_after_a_table_make_it_a_map_in_the_search() {
    let town = town(Value::Null).await;
    let stranger = town.stranger();
    let found = stranger.gets("/data.json?format=map").await.is(200).json();
    assert_eq!(found["datasets"], json!([]));
    let places = [
        place(["35.22", "Regency", "regency", ""], Value::Null),
        place(["35.22.98", "Garis", "district", "35.22"], Value::Null),
        place(["35.22.99", "Kotak", "district", "35.22"], square(111.8, 111.9)),
    ];
    import_places(&town, &places).await;
    town.run_jobs().await;
    let found = stranger.gets("/data.json?format=map").await.is(200).json();
    assert_eq!(found["datasets"][0]["slug"], "villages-2024", "{found}");
}
