use baraza::places::{
    self, NewList, Outcome, Report,
    boundaries::{Point, edges, topology::Zoom},
    import::{Broken, Options},
    model::{Place, Places},
};
use jiff::civil::{Date, date};
use serde_json::json;

use crate::town::Town;

mod divisions;
mod real;

const LIST: &str = "kode,nama\n\
    35,JAWA TIMUR\n\
    35.22,KAB. BOJONEGORO\n\
    35.22.01,Margomulyo\n\
    35.22.01.2001,Luwihaji\n\
    35.22.01.2002,Sugihwaras\n\
    35.22.02,Ngraho\n\
    35.22.02.2001,Sumberagung\n";

/// Two villages side by side and one apart, with borders that are not straight.
fn map() -> String {
    let feature = |code: &str, ring: &[[f64; 2]]| {
        json!({"type": "Feature", "id": code, "properties": {"kode": code, "nama": code},
               "geometry": {"type": "Polygon", "coordinates": [ring]}})
    };
    let border = [
        [111.50, -7.20],
        [111.51, -7.22],
        [111.495, -7.24],
        [111.505, -7.26],
        [111.50, -7.30],
    ];
    let west: Vec<[f64; 2]> = [[111.40, -7.30], [111.50, -7.30]]
        .into_iter()
        .chain(border.iter().rev().skip(1).copied())
        .chain([[111.40, -7.20], [111.40, -7.30]])
        .collect();
    let east: Vec<[f64; 2]> = border
        .iter()
        .copied()
        .chain([[111.60, -7.30], [111.60, -7.20], [111.50, -7.20]])
        .collect();
    let apart = [
        [112.0, -7.3],
        [112.1, -7.3],
        [112.1, -7.2],
        [112.0, -7.2],
        [112.0, -7.3],
    ];
    let features = [
        feature("35.22.01.2001", &west),
        feature("35.22.01.2002", &east),
        feature("35.22.02.2001", &apart),
    ];
    json!({"type": "FeatureCollection", "features": features}).to_string()
}

async fn import(town: &Town, text: &str, options: Options) -> Outcome {
    let list = NewList {
        file_name: "list".into(),
        bytes: text.as_bytes().to_vec(),
        options,
    };
    let outcome = places::import(&town.app, &town.system(), list, &|_, _| ())
        .await
        .expect("a readable list");
    town.run_jobs().await;
    outcome
}

async fn kept(town: &Town, text: &str, options: Options) -> Report {
    match import(town, text, options).await {
        Outcome::Kept(report) => report,
        Outcome::Refused { broken, .. } => panic!("refused: {broken:?}"),
    }
}

fn from(day: Date) -> Options {
    Options {
        valid_from: Some(day),
        ..Options::default()
    }
}

fn codes<'a>(places: impl IntoIterator<Item = Place<'a>>) -> Vec<&'a str> {
    places.into_iter().map(Place::code).collect()
}

async fn subtree(town: &Town, code: &str) -> Vec<String> {
    sqlx::query_scalar("SELECT code FROM place_path WHERE ancestor_code = $1 ORDER BY code")
        .bind(code)
        .fetch_all(town.app.db.read())
        .await
        .expect("paths")
}

async fn index(town: &Town) -> std::sync::Arc<Places> {
    places::all(&town.app).await.expect("the index")
}

#[tokio::test]
async fn an_imported_list_is_a_tree_in_memory_and_in_the_database() {
    let town = Town::new().await;
    let report = kept(&town, LIST, Options::default()).await;
    assert_eq!((report.n_begun, report.n_same, report.broken.len()), (7, 0, 0));
    let places = index(&town).await;
    assert_eq!(
        codes(places.find("35.22").expect("known").children()),
        ["35.22.01", "35.22.02"]
    );
    assert_eq!(
        subtree(&town, "35.22.01").await,
        ["35.22.01", "35.22.01.2001", "35.22.01.2002"]
    );
    assert_eq!(subtree(&town, "35").await.len(), 7);
}

#[tokio::test]
async fn the_same_list_again_changes_nothing() {
    let town = Town::new().await;
    kept(&town, LIST, Options::default()).await;
    let again = kept(&town, LIST, Options::default()).await;
    assert_eq!((again.n_begun, again.n_changed, again.n_same), (0, 0, 7));
    assert_eq!(index(&town).await.len(), 7);
}

#[tokio::test]
async fn a_broken_row_keeps_everything_out_until_the_operator_keeps_the_good_ones() {
    let town = Town::new().await;
    let text = format!("{LIST}35.22.03,\n35.22.09.2001,Orphan\n");
    let Outcome::Refused { broken, n_good } = import(&town, &text, Options::default()).await else {
        panic!("a broken list was taken");
    };
    assert_eq!(n_good, 7);
    assert_eq!(broken[0].to_string(), "line 9: has no name; fill it in");
    assert!(
        broken[1]
            .to_string()
            .starts_with("line 10: its parent 35.22.09 is neither"),
        "{}",
        broken[1]
    );
    assert!(index(&town).await.is_empty());
    let options = Options {
        broken: Broken::KeepGood,
        ..Options::default()
    };
    let report = kept(&town, &text, options).await;
    assert_eq!((report.n_begun, report.broken.len()), (7, 2));
}

#[tokio::test]
async fn an_old_code_resolves_and_says_what_became_of_it() {
    let town = Town::new().await;
    kept(&town, LIST, from(date(2023, 1, 1))).await;
    let newer = "kode,nama\n35,Jawa Timur\n35.22,Kabupaten Bojonegoro\n35.22.01,Margomulyo\n\
        35.22.01.2002,Sugihwaras\n35.22.02,Ngrahu\n35.22.02.2001,Sumberagung\n35.22.29,Gayam\n35.22.29.2001,Luwihaji\n";
    let report = kept(&town, newer, from(date(2025, 7, 1))).await;
    assert_eq!((report.n_begun, report.n_ended), (2, 1));
    let answer = town
        .stranger()
        .gets("/api/v1/places/35.22.01.2001")
        .await
        .is(200)
        .json();
    assert_eq!(answer["is_current"], false);
    assert_eq!(answer["valid_to"], "2025-07-01");
    assert_eq!(answer["today"][0]["code"], "35.22.29.2001");
    assert_eq!(answer["became"][0]["kind"], "recoded");
    let places = index(&town).await;
    let kinds: Vec<_> = places
        .changes_of("35.22.02")
        .map(|change| change.kind.as_str())
        .collect();
    assert_eq!(kinds, ["renamed"]);
    assert_eq!(
        places.find_on("35.22.01.2001", date(2024, 5, 1)).map(Place::name),
        Some("Luwihaji")
    );
    assert_eq!(subtree(&town, "35.22.29").await, ["35.22.29", "35.22.29.2001"]);
}

#[tokio::test]
async fn levels_above_that_arrive_later_take_the_places_below_in() {
    let town = Town::new().await;
    kept(&town, "kode,nama\n35.22.01.2001,Luwihaji\n", Options::default()).await;
    assert_eq!(subtree(&town, "35.22.01.2001").await, ["35.22.01.2001"]);
    let report = kept(&town, LIST, Options::default()).await;
    assert_eq!((report.n_begun, report.n_changed), (6, 1));
    assert_eq!(subtree(&town, "35").await.len(), 7);
    assert_eq!(codes(index(&town).await.roots()), ["35"]);
}

#[tokio::test]
async fn neighbours_share_their_simplified_border_also_when_they_came_one_by_one() {
    let town = Town::new().await;
    kept(&town, LIST, Options::default()).await;
    let whole: serde_json::Value = serde_json::from_str(&map()).expect("JSON");
    for feature in whole["features"].as_array().expect("features") {
        kept(&town, &feature.to_string(), Options::default()).await;
    }
    let places = index(&town).await;
    let district = places.find("35.22.01").expect("known");
    let outlines = places::boundaries(&town.app, Some(district), Zoom(5))
        .await
        .expect("outlines");
    let sides = |outline: &places::Outline| -> Vec<_> {
        let rings = outline
            .shape
            .rings()
            .flat_map(|ring| edges(ring).collect::<Vec<_>>());
        rings.map(|(a, b)| (a.min(b), a.max(b))).collect()
    };
    let (west, east) = (sides(&outlines[0]), sides(&outlines[1]));
    let common = west.iter().filter(|side| east.contains(side)).count();
    assert!((1..4).contains(&common), "{common} common sides of {west:?}");
    assert_eq!(outlines.len(), 2);
}

#[tokio::test]
async fn a_position_names_the_village_and_everything_above_it() {
    let town = Town::new().await;
    kept(&town, LIST, Options::default()).await;
    assert_eq!(kept(&town, &map(), Options::default()).await.n_boundaries, 3);
    let answer = town
        .stranger()
        .gets("/api/v1/places/at?lat=-7.25&lon=111.45")
        .await
        .is(200)
        .json();
    assert_eq!(answer["place"]["code"], "35.22.01.2001");
    assert_eq!(answer["lineage"][3]["code"], "35");
    let places = index(&town).await;
    let on_level = places.at_on_level(
        Point {
            lon: 112.05,
            lat: -7.25,
        },
        "district",
    );
    assert_eq!(on_level.map(Place::code), Some("35.22.02"));
    let nowhere = town
        .stranger()
        .gets("/api/v1/places/at?lat=0&lon=0")
        .await
        .is(404)
        .json();
    assert_eq!(nowhere["code"], "places-nowhere");
    town.stranger()
        .gets("/api/v1/places/at?lat=111&lon=-7")
        .await
        .is(400);
}

#[tokio::test]
async fn boundaries_are_served_as_geojson_with_names() {
    let town = Town::new().await;
    kept(&town, LIST, Options::default()).await;
    kept(
        &town,
        &map(),
        Options {
            missing: places::import::Missing::Stays,
            ..Options::default()
        },
    )
    .await;
    let answer = town
        .stranger()
        .gets("/api/v1/places/35.22/boundaries?level=village&zoom=9")
        .await
        .is(200);
    assert_eq!(answer.header("content-type"), "application/geo+json");
    let features = answer.json()["features"].as_array().expect("features").clone();
    let ids: Vec<_> = features
        .iter()
        .map(|feature| feature["id"].as_str().expect("a code"))
        .collect();
    assert_eq!(ids, ["35.22.01.2001", "35.22.01.2002", "35.22.02.2001"]);
    assert_eq!(features[0]["properties"]["level"], "village");
}

#[tokio::test]
async fn names_follow_the_readers_language() {
    let town = Town::new().await;
    kept(
        &town,
        "kode,nama,name_en\n35,Jawa Timur,East Java\n",
        Options::default(),
    )
    .await;
    let name = async |lang: &str| {
        let answer = town
            .stranger()
            .gets(&format!("/api/v1/places/35?lang={lang}"))
            .await
            .is(200)
            .json();
        answer["name"].as_str().expect("a name").to_owned()
    };
    assert_eq!(
        (name("en").await, name("id").await),
        ("East Java".into(), "Jawa Timur".into())
    );
}

#[tokio::test]
async fn places_are_found_by_the_beginning_of_any_word() {
    let town = Town::new().await;
    kept(&town, LIST, Options::default()).await;
    let answer = town
        .stranger()
        .gets("/api/v1/places?q=bojo&limit=5")
        .await
        .is(200)
        .json();
    assert_eq!(answer["places"][0]["code"], "35.22");
    let below = town
        .stranger()
        .gets("/api/v1/places?below=35.22.01&level=village")
        .await
        .is(200)
        .json();
    assert_eq!(below["count"], 2);
    let unknown = town
        .stranger()
        .gets("/api/v1/places?below=77")
        .await
        .is(404)
        .json();
    assert_eq!(unknown["code"], "places-unknown");
}

#[tokio::test]
async fn weights_between_two_kinds_of_areas_are_measured_and_kept() {
    let town = Town::new().await;
    kept(&town, LIST, Options::default()).await;
    kept(&town, &map(), Options::default()).await;
    let square = json!({"type": "Feature", "properties": {"code": "W", "name": "West"}, "geometry": {"type": "Polygon",
        "coordinates": [[[111.3, -7.4], [111.55, -7.4], [111.55, -7.1], [111.3, -7.1], [111.3, -7.4]]]}});
    kept(
        &town,
        &square.to_string(),
        Options {
            level: Some("catchment".into()),
            ..Options::default()
        },
    )
    .await;
    let measured = places::measure_crosswalk(&town.app, &town.system(), "village", "catchment")
        .await
        .expect("weights");
    assert_eq!(
        places::crosswalk(&town.app, "village", "catchment")
            .await
            .expect("kept"),
        measured
    );
    let rounded: Vec<_> = measured
        .iter()
        .map(|w| (w.from.as_str(), (w.weight * 10.0).round()))
        .collect();
    assert_eq!(rounded, [("35.22.01.2001", 10.0), ("35.22.01.2002", 5.0)]);
    let none = places::measure_crosswalk(&town.app, &town.system(), "village", "parish")
        .await
        .expect_err("no parish");
    assert_eq!(none.code(), "places-level-without-boundaries");
}

#[tokio::test]
async fn only_stewards_and_administrators_take_lists_in() {
    let town = Town::new().await;
    let mut op = town.system();
    op.who = baraza::platform::op::Who::Anyone;
    let list = NewList {
        file_name: "list".into(),
        bytes: LIST.into(),
        options: Options::default(),
    };
    let refused = places::import(&town.app, &op, list, &|_, _| ())
        .await
        .expect_err("a stranger");
    assert_eq!(refused.code(), "sign-in-needed");
}

#[tokio::test]
async fn a_file_that_is_no_list_says_so() {
    let town = Town::new().await;
    let list = NewList {
        file_name: "list".into(),
        bytes: b"name,size\nA,3\n".to_vec(),
        options: Options::default(),
    };
    let problem = places::import(&town.app, &town.system(), list, &|_, _| ())
        .await
        .expect_err("no codes");
    assert!(problem.to_string().contains("--code-field"), "{problem}");
}
