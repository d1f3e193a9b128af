//! OGC API – Features: what programs with maps are told of places and of tables with a place.

use baraza::platform::op::Role;
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::world::{import_places, place, square};
use crate::town::Town;

/// Pumps by position, one of them nowhere.
const PUMPS: &str = "name,works,seen,lat,lon\n\
    a,true,2024-01-05,-7.15,111.85\n\
    b,false,2024-03-01,-7.35,111.85\n\
    c,true,2025-01-01,-7.16,111.86\n\
    d,true,2025-02-01,,\n";
/// Figures by codes of places.
const COUNTS: &str = "district,n\n35.22.99,12\n35.22.98,3\n";

async fn publish(town: &Town, title: &str, slug: &str, csv: &str, is_open: bool) {
    let producer = town.someone(Role::Producer, Some("35.22")).await;
    let mut entry = vec![("title", title)];
    if is_open {
        entry.push(("open", "yes"));
    }
    producer.submits("/desk/data", &entry).await.is(303);
    let name = format!("{slug}.csv");
    let parts: [(&str, &str, &str, &[u8]); 2] = [
        ("table", "", "", b""),
        ("file", &name, "text/csv", csv.as_bytes()),
    ];
    producer
        .posts_parts(&format!("/desk/data/{slug}/files"), &parts)
        .await
        .is(303);
    town.run_jobs().await;
}

/// A regency without a boundary, a square district in it, and data of them.
async fn town() -> Town {
    let town = Town::new().await;
    let regency = place(["35.22", "Regency", "regency", ""], Value::Null);
    let district = place(["35.22.99", "Kotak", "district", "35.22"], square(111.8, 111.9));
    import_places(&town, &[regency, district]).await;
    publish(&town, "Pumps", "pumps", PUMPS, true).await;
    publish(&town, "Counts", "counts", COUNTS, true).await;
    publish(&town, "Shelters", "shelters", PUMPS, false).await;
    town
}

async fn get(town: &Town, path: &str) -> Value {
    town.stranger().gets(path).await.is(200).json()
}

fn names(found: &Value) -> Vec<&str> {
    let features = found["features"].as_array().expect("features");
    features
        .iter()
        .filter_map(|feature| feature["properties"]["name"].as_str())
        .collect()
}

fn href<'a>(document: &'a Value, rel: &str) -> Option<&'a str> {
    let links = document["links"].as_array()?;
    links.iter().find(|link| link["rel"] == rel)?["href"].as_str()
}

#[tokio::test]
async fn the_service_says_what_it_is_and_leads_to_all_its_parts() {
    let town = town().await;
    let landing = get(&town, "/ogc").await;
    for rel in ["self", "service-desc", "conformance", "data"] {
        let address = href(&landing, rel).unwrap_or_else(|| panic!("no {rel}"));
        let path = address.strip_prefix(&town.app.config.base_url).expect("our own");
        town.stranger().gets(path).await.is(200);
    }
    let conformance = get(&town, "/ogc/conformance").await;
    let classes = conformance["conformsTo"].as_array().expect("classes");
    assert!(classes.contains(&json!(
        "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson"
    )));
    let described = town.stranger().gets("/ogc/api").await.is(200);
    assert_eq!(
        described.header("content-type"),
        "application/vnd.oai.openapi+json;version=3.0"
    );
    let described = described.json();
    assert!(described["paths"]["/collections/{collectionId}/items"]["get"].is_object());
}

#[tokio::test]
async fn collections_are_places_and_the_open_tables_that_say_where_their_rows_are() {
    let town = town().await;
    let list = get(&town, "/ogc/collections").await;
    let mut ids: Vec<&str> = list["collections"]
        .as_array()
        .expect("collections")
        .iter()
        .filter_map(|one| one["id"].as_str())
        .collect();
    ids.sort_unstable();
    assert_eq!(ids, ["counts.data", "places", "pumps.data"]);
    let pumps = get(&town, "/ogc/collections/pumps.data").await;
    assert_eq!(
        pumps["extent"]["spatial"]["bbox"],
        json!([[111.85, -7.35, 111.86, -7.15]])
    );
    for unknown in ["shelters.data", "illness.data", "nothing", "nothing.data"] {
        town.stranger()
            .gets(&format!("/ogc/collections/{unknown}"))
            .await
            .is(404);
        town.stranger()
            .gets(&format!("/ogc/collections/{unknown}/items"))
            .await
            .is(404);
    }
    let staff = town.someone(Role::Steward, None).await;
    staff.gets("/ogc/collections/shelters.data").await.is(404);
}

#[tokio::test]
async fn features_are_found_by_box_time_and_property_and_lead_on() {
    let town = town().await;
    let items = "/ogc/collections/pumps.data/items";
    for (query, wanted) in [
        ("", vec!["a", "b", "c", "d"]),
        ("bbox=111.8,-7.2,111.9,-7.1", vec!["a", "c"]),
        ("bbox=111.8,-7.2,0,111.9,-7.1,100", vec!["a", "c"]),
        ("bbox=170,-7.2,-170,-7.1", vec![]),
        ("bbox=111.855,-8,-170,0", vec!["c"]),
        ("datetime=2024-02-01/..", vec!["b", "c", "d"]),
        ("datetime=2024-01-05", vec!["a"]),
        ("datetime=../2024-03-01T12:00:00Z", vec!["a", "b"]),
        ("works=true&bbox=111,-7.155,112,-7", vec!["a"]),
    ] {
        let found = get(&town, &format!("{items}?{query}")).await;
        assert_eq!(names(&found), wanted, "{query}");
        assert_eq!(found["numberReturned"], wanted.len(), "{query}");
    }
    let first = town
        .stranger()
        .gets(&format!("{items}?limit=3&works=true"))
        .await
        .is(200);
    assert_eq!(first.header("content-type"), "application/geo+json");
    let first = get(&town, &format!("{items}?limit=2&works=true")).await;
    assert_eq!(
        (names(&first), &first["numberMatched"]),
        (vec!["a", "c"], &json!(3))
    );
    assert_eq!(
        first["features"][0]["geometry"]["coordinates"],
        json!([111.85, -7.15])
    );
    let next = href(&first, "next")
        .expect("more")
        .strip_prefix(&town.app.config.base_url)
        .expect("our own");
    let second = get(&town, next).await;
    assert_eq!((names(&second), href(&second, "next")), (vec!["d"], None));
    assert_eq!(second["features"][0]["geometry"], Value::Null, "it is nowhere");
    let id = &first["features"][1]["id"];
    let one = get(&town, &format!("{items}/{id}")).await;
    assert_eq!((&one["properties"]["name"], &one["id"]), (&json!("c"), id));
    town.stranger().gets(&format!("{items}/99")).await.is(404);
    for wrong in ["bbox=1,2", "datetime=soon", "limit=0", "colour=red"] {
        town.stranger().gets(&format!("{items}?{wrong}")).await.is(400);
    }
}

#[tokio::test]
async fn codes_of_places_are_joined_to_their_boundaries() {
    let town = town().await;
    let found = get(&town, "/ogc/collections/counts.data/items").await;
    assert_eq!(found["features"][0]["geometry"]["type"], "Polygon");
    assert_eq!(
        found["features"][1]["geometry"],
        Value::Null,
        "a code that is none has no shape"
    );
    let within = get(
        &town,
        "/ogc/collections/counts.data/items?bbox=111.85,-7.15,111.86,-7.14",
    )
    .await;
    assert_eq!(
        within["features"][0]["properties"],
        json!({ "district": "35.22.99", "n": 12 })
    );
    assert_eq!(within["numberMatched"], 1);
    let outside = get(&town, "/ogc/collections/counts.data/items?bbox=0,0,1,1").await;
    assert_eq!(outside["numberMatched"], 0);
}

#[tokio::test]
async fn places_are_features_with_their_boundaries() {
    let town = town().await;
    let found = get(
        &town,
        "/ogc/collections/places/items?bbox=111.85,-7.15,111.86,-7.14",
    )
    .await;
    assert_eq!(names(&found), ["Kotak"]);
    assert_eq!(found["features"][0]["id"], "35.22.99");
    let one = get(&town, "/ogc/collections/places/items/35.22.99").await;
    assert_eq!(one["geometry"]["type"], "Polygon");
    assert_eq!(one["properties"]["parent"], "35.22");
    let districts = get(
        &town,
        "/ogc/collections/places/items?level=district&parent=35.22&limit=1",
    )
    .await;
    assert_eq!(districts["numberReturned"], 1);
    town.stranger()
        .gets("/ogc/collections/places/items/99.99")
        .await
        .is(404);
}

#[tokio::test]
async fn people_are_shown_pages_of_the_same() {
    let town = town().await;
    for (path, part) in [
        ("/ogc?f=html", "Data for maps"),
        ("/ogc/conformance?f=html", "conf/core"),
        ("/ogc/api?f=html", "openapi"),
        ("/ogc/collections?f=html", "Pumps"),
        ("/ogc/collections/places?f=html", "Administrative units"),
        (
            "/ogc/collections/pumps.data/items?f=html&limit=1",
            "The features after these",
        ),
        ("/ogc/collections/places/items/35.22.99?f=html", "Kotak"),
    ] {
        let page = town.stranger().gets(path).await.is(200);
        assert!(page.header("content-type").starts_with("text/html"), "{path}");
        assert!(page.text().contains(part), "{path}: {}", page.text());
    }
    let browser = town
        .stranger()
        .with_header("accept", "text/html,application/xhtml+xml,*/*;q=0.8");
    assert!(browser.gets("/ogc").await.is(200).text().contains("<h1"));
    town.stranger().gets("/ogc?f=kml").await.is(400);
}
