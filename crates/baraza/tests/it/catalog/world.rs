//! What the access matrix finds when it asks for data, numbers and places: a dataset that is not open, an indicator that was
//! counted, a place with a boundary, a job that died. And places, for whoever needs some.

use baraza::{
    accounts::{self, model::Organisation},
    places::{self, NewList, Outcome, import::Options},
};
use serde_json::{Value as Json, json};
use tables::{Column, Kind, Rows, Value};

use crate::town::Town;

/// A file for the dataset, as the upload form sends it.
pub const FILE: &str = "--x\r\nContent-Disposition: form-data; name=\"table\"\r\n\r\n\r\n--x\r\nContent-Disposition: form-data; name=\"file\"; \
    filename=\"illness.csv\"\r\nContent-Type: text/csv\r\n\r\nname,n\r\nSukorejo,5\r\n\r\n--x--\r\n";

const INDICATOR: &str = r#"
code = "6.1.1"
title = { en = "Safe water", id = "Air layak" }
counted = { en = "households", id = "rumah tangga" }
tables = { wells = "matrix__wells" }
from = "wells"
numerator = "wells.safe = 'yes'"
unit = "percent"
direction = "up"
place = "wells.place"
"#;

/// Makes all of it, and says under which names it is found: the beginning of the routes, the name in the path, what stands for it.
pub async fn found(town: &Town) -> Vec<(&'static str, &'static str, String)> {
    let admin = town.admin().await;
    save_office(town, "dinas-pu", "Dinas Pekerjaan Umum").await;
    import_boundary(town).await;
    let entry = [("title", "Illness"), ("theme", "health")];
    admin.submits("/desk/data", &entry).await.is(303);
    let series = [("series", "new"), ("title", "Years")];
    admin.submits("/desk/data/illness/series", &series).await.is(303);
    admin
        .sends(
            "POST",
            "/desk/data/illness/files",
            "multipart/form-data; boundary=x",
            FILE.into(),
        )
        .await
        .is(303);
    count_wells(town).await;
    town.run_jobs().await;
    let known = admin.gets("/data/illness/data.json").await.is(200).json();
    let file = known["resource"]["files"][0]["id"]
        .as_str()
        .expect("a file")
        .to_owned();
    let shown = admin
        .gets("/api/3/action/package_show?id=illness")
        .await
        .is(200)
        .json();
    let resource = shown["result"]["resources"][0]["id"]
        .as_str()
        .expect("a resource")
        .to_owned();
    admin.gets("/indicators/6.1.1").await.is(200);
    let names = [
        ("/data/{dataset}/{resource}/files", "id", file.as_str()),
        ("/datastore/dump", "resource", resource.as_str()),
        ("/data", "dataset", "illness"),
        ("/dataset", "dataset", "illness"),
        ("/data", "resource", "data"),
        ("/desk/data", "dataset", "illness"),
        ("/comments", "dataset", "illness"),
        ("/desk/agenda", "dataset", "illness"),
        ("/indicators", "code", "6.1.1"),
        ("/places", "code", "35.22.99"),
        ("/api/v1/places", "code", "35.22.99"),
        ("/themes", "theme", "health"),
        ("/series", "series", "years"),
        ("/desk/series", "series", "years"),
        ("/organizations", "org", "dinas-pu"),
        ("/ogc", "collection", "places"),
        ("/ogc", "feature", "35.22.99"),
    ];
    names
        .map(|(route, name, value)| (route, name, value.to_owned()))
        .into()
}

/// Asks for the job that died to be tried again.
pub const RETRY: &str = "job=00000000-0000-7000-8000-00000000dead";

/// Has a job die, as after eight tries in vain.
pub async fn dead_job(town: &Town) {
    let id = RETRY.trim_start_matches("job=");
    let mut tx = town.app.db.begin().await.expect("a transaction");
    sqlx::query(
        "INSERT INTO job (id, name, key, lane, args, state, run_at, attempts, queued_at, last_error)
         VALUES ($1, 'indicators.follow-table', NULL, 'quick', '{\"table\":\"nothing\"}', 'dead', 0, 8, 0, 'the disk was full')
         ON CONFLICT (id) DO NOTHING",
    )
    .bind(id)
    .execute(tx.conn())
    .await
    .expect("put there");
    tx.commit().await.expect("committed");
}

/// Enters an organisation.
pub async fn save_office(town: &Town, code: &str, name: &str) {
    let office = Organisation {
        code: code.into(),
        name: name.into(),
        about: None,
        contact: None,
    };
    let mut tx = town.app.db.begin().await.expect("a transaction");
    accounts::save_organisation(&mut tx, &town.system(), &office)
        .await
        .expect("saved");
    tx.commit().await.expect("committed");
}

async fn import_boundary(town: &Town) {
    let names = ["35.22.99", "Kotak", "district", "35.22"];
    take_in(town, &[place(names, square(111.8, 111.9))]).await;
}

/// A place as a list of places has it: its code, name, level and parent (empty for none), its boundary (null for none).
pub fn place([code, name, level, parent]: [&str; 4], boundary: Json) -> Json {
    json!({
        "type": "Feature",
        "properties": { "code": code, "name": name, "level": level, "parent": parent },
        "geometry": boundary,
    })
}

/// The boundary of a square a tenth of a degree high, between two longitudes.
pub fn square(west: f64, east: f64) -> Json {
    let (south, north) = (-7.2, -7.1);
    let ring = [
        [west, south],
        [east, south],
        [east, north],
        [west, north],
        [west, south],
    ];
    json!({ "type": "Polygon", "coordinates": [ring] })
}

/// Takes in a list of places, all of which are good, and does what follows from it.
pub async fn import_places(town: &Town, places: &[Json]) {
    let outcome = take_in(town, places).await;
    assert!(matches!(outcome, Outcome::Kept(_)), "{outcome:?}");
    town.run_jobs().await;
}

async fn take_in(town: &Town, places: &[Json]) -> Outcome {
    let list = json!({ "type": "FeatureCollection", "features": places });
    let list = NewList {
        file_name: "places.geojson".into(),
        bytes: list.to_string().into_bytes(),
        options: Options {
            code_field: Some("code".into()),
            name_fields: vec!["name".into()],
            level_field: Some("level".into()),
            parent_field: Some("parent".into()),
            ..Options::default()
        },
    };
    places::import(&town.app, &town.system(), list, &|_, _| ())
        .await
        .expect("taken in")
}

async fn count_wells(town: &Town) {
    let columns = ["place", "safe"]
        .map(|name| Column::new(name, Kind::Text))
        .to_vec();
    let mut rows = Rows::new(columns.clone());
    rows.rows = (0..20)
        .map(|n| {
            vec![
                Value::from("35.22.99"),
                Value::from(if n < 12 { "yes" } else { "no" }),
            ]
        })
        .collect();
    town.app
        .lake
        .create("matrix__wells", &columns)
        .await
        .expect("a table");
    town.app.lake.append("matrix__wells", &rows).await.expect("rows");
    crate::indicators::load(town, INDICATOR).await;
}
