//! Indicators from rows to pages, through the front doors.

use baraza::{
    indicators::{self, Computed, FollowTable, cli, model::observation::Status},
    places::{self, NewList, Outcome, import::Options},
    platform::{config::Settings, jobs::Job, op::Op},
};
use pretty_assertions::assert_eq;
use tables::{Column, Kind, Rows, Value};

use crate::town::Town;

mod attacker;
mod authoring;
mod entry;
mod formulas;
mod hold;
mod laws;
pub mod notes;
mod outside;
mod pack;
mod pack_sdg;
mod pack_services;
mod pack_uhc;
mod passport;
mod plans;
mod quality;
mod real;
mod sdmx;
mod together;
mod tracker;
mod vintages;

/// A regency of two districts; three villages in the first, one in the second. Above it a province that has no numbers.
pub const PLACES: &str = "kode,nama\n35,JAWA TIMUR\n35.22,KAB. CONTOH\n35.22.01,Margomulyo\n35.22.01.2001,Luwihaji\n35.22.01.2002,Sugihwaras\n\
    35.22.01.2003,Kalangan\n35.22.02,Ngraho\n35.22.02.2001,Sumberagung\n";

/// Households with safe water, by sex of the head.
pub const WATER: &str = r#"
code = "6.1.1"
goal = "6"
title = { en = "Households with safe water", id = "Rumah tangga dengan air layak" }
counted = { en = "households", id = "rumah tangga" }
key = 1
tables = { household = "census__household" }
from = "household"
numerator = "household.water = 'pipe'"
unit = "percent"
place = "household.village"
period = "household.round"
direction = "up"
lights = { green = 90, yellow = 60 }
aim = { value = 100, year = 2030 }
by = [["sex"]]

[[dimension]]
name = "sex"
title = { en = "Sex of the head", id = "Jenis kelamin kepala" }
expression = "household.head_sex"
codes = [{ code = "F", title = { en = "Female", id = "Perempuan" } }, { code = "M", title = { en = "Male", id = "Laki-laki" } }]
"#;

pub async fn import_places(town: &Town, list: &str) {
    let list = NewList {
        file_name: "places.csv".into(),
        bytes: list.as_bytes().to_vec(),
        options: Options::default(),
    };
    match places::import(&town.app, &town.system(), list, &|_, _| ())
        .await
        .expect("a readable list")
    {
        Outcome::Kept(_) => {}
        Outcome::Refused { broken, .. } => panic!("refused: {broken:?}"),
    }
    town.run_jobs().await;
}

pub async fn load(town: &Town, text: &str) {
    let mut tx = town.app.db.begin().await.expect("a transaction");
    indicators::load(&mut tx, &town.system(), text)
        .await
        .expect("a definition");
    tx.commit().await.expect("committed");
}

pub async fn compute(town: &Town, code: &str) -> Computed {
    indicators::compute(&town.app, &town.system(), code)
        .await
        .expect("computed")
}

/// Rows of one village, round and sex of the head: so many with a pipe, with a river, without an answer.
fn households(rows: &mut Rows, village: &str, round: &str, sex: &str, counts: [usize; 3]) {
    for (water, n) in ["pipe", "river", ""].into_iter().zip(counts) {
        let text = |text: &str| {
            if text.is_empty() {
                Value::Null
            } else {
                Value::Text(text.into())
            }
        };
        rows.rows
            .extend((0..n).map(|_| vec![text(village), text(round), text(sex), text(water)]));
    }
}

fn columns() -> Vec<Column> {
    ["village", "round", "head_sex", "water"]
        .map(|name| Column::new(name, Kind::Text))
        .to_vec()
}

/// Two rounds: water gets better everywhere; in Sugihwaras only two women with a pipe in the second round.
fn census() -> Rows {
    let mut rows = Rows::new(columns());
    for (village, round, sex, counts) in [
        ("35.22.01.2001", "2021", "F", [10, 30, 0]),
        ("35.22.01.2001", "2021", "M", [20, 40, 0]),
        ("35.22.01.2002", "2021", "F", [10, 20, 0]),
        ("35.22.01.2002", "2021", "M", [20, 30, 0]),
        ("35.22.02.2001", "2021", "F", [20, 20, 0]),
        ("35.22.02.2001", "2021", "M", [20, 30, 0]),
        ("35.22.01.2001", "2026", "F", [30, 10, 3]),
        ("35.22.01.2001", "2026", "M", [40, 20, 0]),
        ("35.22.01.2002", "2026", "F", [2, 28, 0]),
        ("35.22.01.2002", "2026", "M", [40, 10, 0]),
        ("35.22.01.2003", "2026", "F", [15, 15, 0]),
        ("35.22.01.2003", "2026", "M", [20, 25, 0]),
        ("35.22.02.2001", "2026", "F", [30, 10, 0]),
        ("35.22.02.2001", "2026", "M", [46, 4, 0]),
        ("99.99.99.9999", "2026", "M", [2, 0, 0]),
    ] {
        households(&mut rows, village, round, sex, counts);
    }
    rows
}

/// A town whose census has been counted.
pub async fn counted() -> Town {
    counted_from(Settings::default(), &census()).await
}

/// The same with other rows of the census.
pub async fn counted_of(rows: &Rows) -> Town {
    counted_from(Settings::default(), rows).await
}

/// The same with settings of its own.
pub async fn counted_with(settings: Settings) -> Town {
    counted_from(settings, &census()).await
}

async fn counted_from(settings: Settings, rows: &Rows) -> Town {
    let town = Town::with(settings).await;
    import_places(&town, PLACES).await;
    town.app
        .lake
        .create("census__household", &columns())
        .await
        .expect("a table");
    town.app
        .lake
        .append("census__household", rows)
        .await
        .expect("rows");
    load(&town, WATER).await;
    town.run_jobs().await;
    town
}

/// The rows of the page's first table, each as one line.
fn lines(csv: &str) -> Vec<String> {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    reader
        .records()
        .map(|record| {
            let r = record.expect("a row");
            let short = |text: &str| text.parse::<f64>().map_or(text.to_owned(), |n| format!("{n:.1}"));
            [&r[1], &r[3], &r[5], &r[7], &short(&r[8]), &r[13], &r[14]]
                .iter()
                .map(ToString::to_string)
                .filter(|part| !part.is_empty())
                .collect::<Vec<_>>()
                .join(" ")
        })
        .collect()
}

#[tokio::test]
async fn a_loaded_definition_is_computed_for_every_level_and_period() {
    let town = counted().await;
    let csv = town.stranger().gets("/indicators/6.1.1.csv").await.is(200).text();
    // The topmost place with numbers is the regency: the census says nothing about the province.
    assert_eq!(
        lines(&csv),
        [
            "35.22 2021 normal 37.0 270 0",
            "35.22 2026 normal 64.6 345 3",
            "35.22.01 2026 normal 57.6 255 3",
            "35.22.02 2026 normal 84.4 90 0",
        ]
    );
    let csv = town
        .stranger()
        .gets("/indicators/6.1.1.csv?place=35.22.02.2001&by=sex&period=2021")
        .await
        .is(200)
        .text();
    assert_eq!(
        lines(&csv),
        [
            "35.22.02.2001 2021 normal 44.4 90 0",
            "35.22.02.2001 2026 normal 84.4 90 0",
            "35.22.02.2001 2021 F normal 50.0 40 0",
            "35.22.02.2001 2021 M normal 40.0 50 0"
        ]
    );
}

#[tokio::test]
async fn a_small_cell_is_withheld_on_every_face_and_stands_in_no_table() {
    let town = counted().await;
    let path = "?place=35.22.01.2002&by=sex&period=2026";
    let csv = town
        .stranger()
        .gets(&format!("/indicators/6.1.1.csv{path}"))
        .await
        .is(200)
        .text();
    let of_groups: Vec<String> = lines(&csv).split_off(2);
    assert_eq!(
        of_groups,
        [
            "35.22.01.2002 2026 F suppressed",
            "35.22.01.2002 2026 M suppressed"
        ]
    );
    let json = town
        .stranger()
        .gets(&format!("/indicators/6.1.1.json{path}"))
        .await
        .is(200)
        .json();
    let women = json["observations"]
        .as_array()
        .unwrap()
        .iter()
        .find(|o| o["codes"] == "F")
        .unwrap()
        .clone();
    assert_eq!(
        (
            &women["status"],
            &women["value"],
            &women["n"],
            &women["numerator"]
        ),
        (
            &"suppressed".into(),
            &serde_json::Value::Null,
            &serde_json::Value::Null,
            &serde_json::Value::Null
        )
    );
    let page = town
        .stranger()
        .gets(&format!("/indicators/6.1.1{path}"))
        .await
        .is(200)
        .text();
    assert!(page.contains("withheld"));
    // The two women; and four men of the one village of Ngraho without a pipe, hence of Ngraho too.
    let proof = &json["how"]["run"]["proofs"][1]["proof"];
    assert_eq!(
        (&proof["verified"], &proof["n_primary"], &proof["least"]),
        (&true.into(), &3.into(), &5.into())
    );
    // A second village of the district gives its figures up, so that the district's do not give the first's away.
    let stored: Vec<(String, String, Option<f64>, Option<i64>)> =
        sqlx::query_as("SELECT place, codes, value, n FROM observation WHERE status = 'suppressed' AND period = '2026' ORDER BY place, codes")
            .fetch_all(town.app.db.read())
            .await
            .unwrap();
    assert!(stored.len() >= 4, "{stored:?}");
    assert!(
        stored
            .iter()
            .all(|(_, _, value, n)| value.is_none() && n.is_none()),
        "{stored:?}"
    );
}

#[tokio::test]
async fn one_more_household_moves_the_number_and_only_what_lies_above_it_is_written() {
    let town = counted().await;
    let before = town
        .stranger()
        .gets("/indicators/6.1.1.json?place=35.22.02.2001")
        .await
        .json();
    let mut more = Rows::new(columns());
    households(&mut more, "35.22.02.2001", "2026", "F", [10, 0, 0]);
    town.app.lake.append("census__household", &more).await.unwrap();
    let mut tx = town.app.db.begin().await.unwrap();
    tx.enqueue(
        &town.system(),
        &FollowTable {
            table: "census__household".into(),
        },
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
    town.run_jobs().await;
    let after = town
        .stranger()
        .gets("/indicators/6.1.1.json?place=35.22.02.2001")
        .await
        .json();
    assert_eq!(
        (&before["observations"][1]["n"], &after["observations"][1]["n"]),
        (&90.into(), &100.into())
    );
    assert_eq!(after["observations"][1]["value"], 86.0);
    assert_eq!(before["how"]["run"]["tables"]["census__household"], 1);
    assert_eq!(after["how"]["run"]["tables"]["census__household"], 2);
    assert_eq!(
        compute(&town, "6.1.1").await,
        Computed::Done {
            n_observations: 39,
            n_changed: 0
        }
    );
}

#[tokio::test]
async fn indicators_of_one_table_are_counted_in_one_job_and_their_numbers_are_as_alone() {
    let town = counted().await;
    let women = WATER
        .replacen("code = \"6.1.1\"", "code = \"6.1.1-women\"", 1)
        .replacen("key = 1\n", "universe = \"household.head_sex = 'F'\"\n", 1);
    let sampled = WATER
        .replacen("code = \"6.1.1\"", "code = \"6.1.1-weighted\"", 1)
        .replacen("key = 1\n", "weight = \"1.1 + LENGTH(household.village)\"\n", 1);
    let broken = WATER
        .replacen("code = \"6.1.1\"", "code = \"6.1.1-broken\"", 1)
        .replacen("key = 1\n", "universe = \"household.shoe_size > 40\"\n", 1);
    for text in [&women, &sampled, &broken] {
        load(&town, text).await;
    }
    town.run_jobs().await;
    let mut more = Rows::new(columns());
    households(&mut more, "35.22.02.2001", "2026", "F", [10, 5, 1]);
    town.app.lake.append("census__household", &more).await.unwrap();
    let follow = FollowTable {
        table: "census__household".into(),
    };
    follow.run(&town.app).await.unwrap();
    let waiting: Vec<(String, Option<String>)> =
        sqlx::query_as("SELECT name, key FROM job WHERE state = 'queued'")
            .fetch_all(town.app.db.read())
            .await
            .unwrap();
    assert_eq!(
        waiting,
        [(
            "indicators.compute-together".to_owned(),
            Some("census__household".to_owned())
        )]
    );
    town.run_jobs().await;
    for code in ["6.1.1", "6.1.1-weighted", "6.1.1-women"] {
        let indicator = indicators::find(&town.app, code).await.unwrap();
        assert_eq!(indicator.run.unwrap().tables["census__household"], 2, "{code}");
        // Counted alone, not a digit is another one.
        let alone = compute(&town, code).await;
        assert!(
            matches!(alone, Computed::Done { n_changed: 0, .. }),
            "{code}: {alone:?}"
        );
    }
    let broken = indicators::find(&town.app, "6.1.1-broken").await.unwrap();
    assert!(broken.trouble.is_some_and(|reason| reason.contains("shoe_size")));
}

#[tokio::test]
async fn key_numbers_carry_history_neighbours_trend_and_light() {
    let town = counted().await;
    let figures = indicators::key_figures(&town.app, "35.22").await.unwrap();
    assert_eq!(figures.len(), 1);
    let figure = &figures[0];
    assert_eq!(
        figure.definition.title.in_language("id"),
        "Rumah tangga dengan air layak"
    );
    let history: Vec<(&str, Status, Option<f64>)> = figure
        .over_time
        .iter()
        .map(|o| (o.period.as_str(), o.status, o.figures.value.map(f64::round)))
        .collect();
    assert_eq!(
        history,
        [
            ("2021", Status::Normal, Some(37.0)),
            ("2026", Status::Normal, Some(65.0))
        ]
    );
    assert_eq!(
        (
            figure.trend.map(indicators::Trend::as_str),
            figure.light.map(|l| l.as_str())
        ),
        (Some("better"), Some("yellow"))
    );
    let mut below: Vec<(&str, &str)> = figure
        .below
        .iter()
        .map(|(code, o)| (code.as_str(), o.period.as_str()))
        .collect();
    below.sort_unstable();
    assert_eq!(below, [("35.22.01", "2026"), ("35.22.02", "2026")]);
}

#[tokio::test]
async fn a_places_page_shows_a_number_that_moved_at_once() {
    let town = counted().await;
    let shown = || async {
        let profile = town
            .stranger()
            .gets("/places/35.22.02.2001.json")
            .await
            .is(200)
            .json();
        profile["numbers"][1]["n"].clone()
    };
    assert_eq!(shown().await, 90);
    let mut more = Rows::new(columns());
    households(&mut more, "35.22.02.2001", "2026", "F", [10, 0, 0]);
    town.app.lake.append("census__household", &more).await.unwrap();
    compute(&town, "6.1.1").await;
    assert_eq!(shown().await, 100);
}

#[tokio::test]
async fn rows_count_where_they_belong_once_their_place_is_in_the_list() {
    let town = counted().await;
    let unplaced = || async {
        let json = town
            .stranger()
            .gets("/indicators/6.1.1.json")
            .await
            .is(200)
            .json();
        json["how"]["run"]["n_unplaced"].clone()
    };
    assert_eq!(unplaced().await, 2);
    let more = "99,PROVINSI BARU\n99.99,KAB. BARU\n99.99.99,Kec. Baru\n99.99.99.9999,Desa Baru\n";
    import_places(&town, &format!("{PLACES}{more}")).await;
    assert_eq!(unplaced().await, 0);
}

#[tokio::test]
async fn the_page_says_how_its_number_is_made_in_the_readers_language() {
    let town = counted().await;
    let page = town
        .stranger()
        .gets("/indicators/6.1.1?place=35.22&by=sex&lang=id")
        .await
        .is(200)
        .text();
    for part in [
        "Rumah tangga dengan air layak",
        "KAB. CONTOH",
        "64,6%",
        "Cara angka ini dibuat",
        "household.water = &#39;pipe&#39;",
        "tabel census__household, versi 1",
        "345 dihitung, 3 tanpa jawaban",
        "/indicators/6.1.1.toml?version=",
        "/indicators/6.1.1?place=35.22.01",
        "<svg",
    ] {
        assert!(page.contains(part), "no {part:?} in {page}");
    }
    let list = town.stranger().gets("/indicators").await.is(200).text();
    assert!(list.contains("Households with safe water") && list.contains("64.6%") && list.contains("Goal 6"));
}

#[tokio::test]
async fn an_old_version_of_a_definition_stays_readable() {
    let town = counted().await;
    let old = indicators::find(&town.app, "6.1.1")
        .await
        .unwrap()
        .definition
        .version
        .clone();
    load(&town, &WATER.replace("'pipe'", "'river'")).await;
    town.run_jobs().await;
    let now = town.stranger().gets("/indicators/6.1.1.json").await.json();
    assert_ne!(now["how"]["definition_version"], old.as_str());
    assert_eq!(
        now["how"]["run"]["definition_version"],
        now["how"]["definition_version"]
    );
    let text = town
        .stranger()
        .gets(&format!("/indicators/6.1.1.toml?version={old}"))
        .await
        .is(200)
        .text();
    assert_eq!(text, WATER);
    assert!(
        town.stranger()
            .gets("/indicators/6.1.1.toml")
            .await
            .text()
            .contains("'river'")
    );
    town.stranger()
        .gets("/indicators/6.1.1.toml?version=000000000000")
        .await
        .is(404);
}

#[tokio::test]
async fn what_does_not_exist_is_said_plainly() {
    let town = counted().await;
    for (path, status, said) in [
        ("/indicators/9.9.9", 404, "There is no indicator 9.9.9"),
        (
            "/indicators/6.1.1?by=age",
            400,
            "not broken down by “age”. Choose one of: sex",
        ),
        ("/indicators/6.1.1?period=1999", 404, "no numbers for period 1999"),
        ("/indicators/6.1.1?place=77", 404, "77"),
    ] {
        let page = town.stranger().gets(path).await.is(status).text();
        assert!(page.contains(said), "{path}: {page}");
    }
    // A place without numbers is no mistake.
    let page = town
        .stranger()
        .gets("/indicators/6.1.1?place=35")
        .await
        .is(200)
        .text();
    assert!(page.contains("There are no numbers for this place yet"));
}

#[tokio::test]
async fn a_definition_that_its_table_cannot_answer_keeps_the_old_numbers_and_says_why() {
    let town = counted().await;
    load(
        &town,
        &WATER.replace("household.water =", "household.no_such_column ="),
    )
    .await;
    town.run_jobs().await;
    let page = town.stranger().gets("/indicators/6.1.1").await.is(200).text();
    assert!(
        page.contains("64.6%") && page.contains("no_such_column"),
        "{page}"
    );
    assert!(
        matches!(compute(&town, "6.1.1").await, Computed::Failed { reason } if reason.contains("no_such_column"))
    );
}

#[tokio::test]
async fn an_indicator_whose_table_is_not_there_yet_waits() {
    let town = Town::new().await;
    load(&town, WATER).await;
    town.run_jobs().await;
    assert_eq!(
        compute(&town, "6.1.1").await,
        Computed::NoTable {
            table: "census__household".into()
        }
    );
    town.stranger().gets("/indicators/6.1.1").await.is(200);
    town.stranger().gets("/indicators.json").await.is(200);
}

#[tokio::test]
async fn only_stewards_put_definitions_in_force() {
    let town = Town::new().await;
    let mut tx = town.app.db.begin().await.unwrap();
    let stranger = Op {
        who: baraza::platform::op::Who::Anyone,
        ..town.system()
    };
    let refused = indicators::load(&mut tx, &stranger, WATER).await.unwrap_err();
    assert_eq!(refused.code(), "sign-in-needed");
    let broken = indicators::load(&mut tx, &town.system(), "code = 3")
        .await
        .unwrap_err();
    assert_eq!(broken.code(), "indicators-definition");
}

/// Runs `baraza indicator …` and tells what it complained about.
async fn command(town: &Town, command: cli::Command) -> Result<(), String> {
    cli::run(&town.app, command, false)
        .await
        .map_err(|error| format!("{error:#}"))
}

#[tokio::test]
async fn the_command_line_loads_counts_and_prints_and_names_what_is_wrong() {
    let town = Town::new().await;
    import_places(&town, PLACES).await;
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name);
    let load = |path: std::path::PathBuf| cli::Command::Load { files: vec![path] };
    let nothing = command(&town, load(folder.path().to_owned())).await.unwrap_err();
    assert!(nothing.contains("holds no *.toml"), "{nothing}");
    std::fs::write(file("water.toml"), WATER).unwrap();
    std::fs::write(file("broken.toml"), WATER.replace("unit = \"percent\"\n", "")).unwrap();
    let broken = command(&town, load(folder.path().to_owned())).await.unwrap_err();
    assert!(
        broken.contains("broken.toml") && broken.contains("missing field `unit`"),
        "{broken}"
    );
    // One broken file keeps all of them out.
    assert!(indicators::list(&town.app).await.unwrap().is_empty());
    command(&town, load(file("water.toml"))).await.unwrap();
    let compute = |code: Option<&str>, period: Option<&str>| cli::Command::Compute {
        code: code.map(Into::into),
        period: period.map(Into::into),
    };
    let early = command(&town, compute(None, None)).await.unwrap_err();
    assert!(
        early.contains("6.1.1: there is no table \"census__household\" yet"),
        "{early}"
    );
    town.app
        .lake
        .create("census__household", &columns())
        .await
        .unwrap();
    town.app
        .lake
        .append("census__household", &census())
        .await
        .unwrap();
    command(&town, compute(Some("6.1.1"), Some("2026")))
        .await
        .unwrap();
    let period = command(&town, compute(Some("6.1.1"), Some("2020")))
        .await
        .unwrap_err();
    assert!(
        period.contains("no numbers for period \"2020\"; there are some for 2021, 2026"),
        "{period}"
    );
    let show = |code: &str| cli::Command::Show {
        code: code.into(),
        by: Some("sex".into()),
        place: Some("35.22".into()),
        period: None,
    };
    command(&town, show("6.1.1")).await.unwrap();
    assert!(
        command(&town, show("1.1.1"))
            .await
            .unwrap_err()
            .contains("There is no indicator 1.1.1")
    );
    town.run_jobs().await;
}
