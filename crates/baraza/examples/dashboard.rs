//! Fills a folder with a dashboard of 30 tiles of every kind over 421 places, which `bench/dashboard.mjs` asks for (issue 6).
//!
//! `cargo run --profile quick -p baraza --example dashboard FOLDER`; the folder must be new. Everything goes through the doors that
//! people use: a list of places with boundaries, a table of persons, definitions, a sensor, a document of tiles.

use std::{f64::consts::PI, path::PathBuf};

use anyhow::Context;
use baraza::{
    dashboards::{
        self,
        live::{
            self,
            model::{Sent, TypedFeed},
        },
        model::{Document, Figure, Shape, Shows, Tile, TypedHead, Width},
    },
    indicators::tiles::Across,
    places,
    platform::{app::App, jobs, op::Op},
};
use serde_json::{Value, json};
use tables::{Column, Kind, Rows};

mod fresh;

const REGENCY: &str = "35.22";
const DASHBOARD: &str = "bench";
/// Districts, villages of a district: so many side by side, and so many of such rows.
const DISTRICTS: (usize, usize) = (5, 4);
const VILLAGES: (usize, usize) = (5, 4);
/// Corners of the border between two villages.
const N_CORNERS: usize = 12;
const YEARS: [&str; 3] = ["2022", "2024", "2026"];
/// Persons of a village, a year and a sex.
const N_PERSONS: usize = 40;
const N_INDICATORS: usize = 11;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let folder = std::env::args()
        .nth(1)
        .map(PathBuf::from)
        .context("say which folder to fill")?;
    let (app, op) = fresh::open(folder).await?;
    import_places(&app, &op).await?;
    fresh::count(&app, &op, &persons(), (0..N_INDICATORS).map(definition)).await?;
    hear(&app, &op).await?;
    put_up(&app, &op).await?;
    jobs::run_due(&app).await?;
    let n_places = places::all(&app).await?.len();
    println!(
        "/dashboards/{DASHBOARD} with {} tiles over {n_places} places",
        tiles().len()
    );
    app.db.close().await;
    Ok(())
}

async fn import_places(app: &App, op: &Op) -> anyhow::Result<()> {
    let plain = |code: &str, geometry: Value| json!({ "type": "Feature", "id": code, "properties": { "kode": code, "nama": format!("Place {code}") }, "geometry": geometry });
    let (wide, high) = (DISTRICTS.0 * VILLAGES.0, DISTRICTS.1 * VILLAGES.1);
    let mut features = vec![plain(REGENCY, outline(0, 0, wide, high))];
    for (code, west, south) in districts() {
        features.push(plain(&code, outline(west, south, VILLAGES.0, VILLAGES.1)));
        for at in 0..VILLAGES.0 * VILLAGES.1 {
            let (column, row) = (west + at % VILLAGES.0, south + at / VILLAGES.0);
            features.push(plain(&village(&code, at), outline(column, row, 1, 1)));
        }
    }
    let text = json!({ "type": "FeatureCollection", "features": features }).to_string();
    fresh::import_places(app, op, "regency.geojson", text).await
}

/// Code of each district, with the column and the row of its first village.
fn districts() -> impl Iterator<Item = (String, usize, usize)> {
    (0..DISTRICTS.0 * DISTRICTS.1).map(|at| {
        let code = format!("{REGENCY}.{:02}", at + 1);
        let (column, row) = (at % DISTRICTS.0, at / DISTRICTS.0);
        (code, column * VILLAGES.0, row * VILLAGES.1)
    })
}

fn village(district: &str, at: usize) -> String {
    format!("{district}.{}", 2001 + at)
}

/// The border of so many columns and rows of villages.
fn outline(west: usize, south: usize, wide: usize, high: usize) -> Value {
    let (east, north) = (west + wide, south + high);
    let lying = |row: usize| -> Vec<[f64; 2]> {
        let columns = (west..east).flat_map(|column| (0..N_CORNERS).map(move |along| (column, along)));
        columns
            .map(|(column, along)| corner(column, row, along, false))
            .collect()
    };
    let upright = |column: usize| -> Vec<[f64; 2]> {
        let rows = (south..north).flat_map(|row| (0..N_CORNERS).map(move |along| (row, along)));
        rows.map(|(row, along)| corner(column, row, along, true))
            .collect()
    };
    let mut ring = lying(south);
    ring.extend(upright(east));
    ring.push(corner(east, north, 0, false));
    ring.extend(lying(north).into_iter().rev());
    ring.extend(upright(west).into_iter().rev());
    json!({ "type": "Polygon", "coordinates": [ring] })
}

/// A corner of the border that begins at a column and a row: both sides of it share them, as those of real places do.
fn corner(column: usize, row: usize, along: usize, is_upright: bool) -> [f64; 2] {
    let share = along as f64 / N_CORNERS as f64;
    let wave = 3.0 * along as f64 + 1.7 * column as f64 + 2.3 * row as f64;
    let bend = 0.15 * (share * PI).sin() * wave.sin();
    let (x, y) = match is_upright {
        true => (column as f64 + bend, row as f64 + share),
        false => (column as f64 + share, row as f64 + bend),
    };
    [111.0 + x * 0.02, -8.0 + y * 0.02]
}

fn persons() -> Rows {
    let mut columns = ["village", "year", "sex"]
        .map(|name| Column::new(name, Kind::Text))
        .to_vec();
    columns.extend((0..N_INDICATORS).map(|n| Column::new(format!("q{n}"), Kind::Integer)));
    let mut rows = Rows::new(columns);
    let villages = districts().flat_map(|(code, ..)| {
        (0..VILLAGES.0 * VILLAGES.1)
            .map(|at| village(&code, at))
            .collect::<Vec<_>>()
    });
    for (at, village) in villages.enumerate() {
        for (round, year) in YEARS.into_iter().enumerate() {
            for (sex, person) in ["F", "M"]
                .into_iter()
                .flat_map(|sex| (0..N_PERSONS).map(move |person| (sex, person)))
            {
                let texts = [village.as_str(), year, sex].map(|text| tables::Value::Text(text.to_owned()));
                let answers = (0..N_INDICATORS).map(|n| {
                    let mixed = (at * 37 + person * 61 + n * 17 + at * person * 7) % 100;
                    tables::Value::Integer(i64::from(mixed < 35 + n * 4 + round * 6))
                });
                rows.rows.push(texts.into_iter().chain(answers).collect());
            }
        }
    }
    rows
}

fn definition(n: usize) -> String {
    let key = n + 1;
    format!(
        r#"
code = "q{n}"
title = {{ en = "People with service {n}", id = "Penduduk dengan layanan {n}" }}
counted = {{ en = "people", id = "orang" }}
key = {key}
tables = {{ person = "bench__person" }}
from = "person"
numerator = "person.q{n} = 1"
unit = "percent"
place = "person.village"
period = "person.year"
direction = "up"
lights = {{ green = 80, yellow = 50 }}
aim = {{ value = 100, year = 2030 }}
by = [["sex"]]

[[dimension]]
name = "sex"
title = {{ en = "Sex", id = "Jenis kelamin" }}
expression = "person.sex"
codes = [{{ code = "F", title = {{ en = "Female", id = "Perempuan" }} }}, {{ code = "M", title = {{ en = "Male", id = "Laki-laki" }} }}]
"#
    )
}

/// Registers a sensor that said something.
async fn hear(app: &App, op: &Op) -> anyhow::Result<()> {
    let feed = TypedFeed {
        code: "gate".into(),
        title: "Gate".into(),
        place: REGENCY.into(),
        source: "webhook".into(),
        expected: "60".into(),
        silent: "600".into(),
        ..TypedFeed::default()
    };
    live::register(app, op, &feed).await?;
    let feeds = live::feeds(app).await?;
    let known = feeds.find("gate").context("the sensor")?;
    live::hear(app, known, b"142", Sent::Now).await?;
    Ok(())
}

/// Composes the dashboard and publishes it.
async fn put_up(app: &App, op: &Op) -> anyhow::Result<()> {
    let head = TypedHead {
        title: "Thirty tiles".into(),
        place: REGENCY.into(),
        ..TypedHead::default()
    };
    dashboards::begin(app, op, DASHBOARD, &head).await?;
    let begun = dashboards::open(app, op, DASHBOARD).await?;
    let document = Document {
        tiles: tiles(),
        ..begun.draft.clone()
    };
    dashboards::keep(app, op, &begun, &document).await?;
    let kept = dashboards::open(app, op, DASHBOARD).await?;
    dashboards::publish(app, op, &kept, "Measured").await?;
    Ok(())
}

/// Thirty of them, of every kind.
fn tiles() -> Vec<Tile> {
    let by_sex = || Across::Groups("sex".to_owned());
    let kinds = [
        (8, Shape::Number, Across::Time, Width::Quarter),
        (4, Shape::Light, Across::Time, Width::Quarter),
        (4, Shape::Trend, Across::Time, Width::Half),
        (2, Shape::Bar, by_sex(), Width::Half),
        (2, Shape::Bar, Across::Places, Width::Half),
        (3, Shape::Map, Across::Places, Width::Half),
        (3, Shape::Table, Across::Places, Width::Half),
        (2, Shape::Table, by_sex(), Width::Half),
    ];
    let mut tiles = vec![Tile {
        title: "How to read this".to_owned(),
        width: Width::Full,
        shows: Shows::Text("Each number opens its passport.".to_owned()),
    }];
    for (n_tiles, shape, across, width) in kinds {
        tiles.extend((0..n_tiles).map(|n| Tile {
            title: String::new(),
            width,
            shows: Shows::Figure(Figure::plain(shape, &format!("q{n}"), across.clone())),
        }));
    }
    tiles.push(Tile {
        title: String::new(),
        width: Width::Quarter,
        shows: Shows::Live("gate".to_owned()),
    });
    tiles
}
