//! Real files, where they are at hand: `BARAZA_REAL_DATA`, by default `../shared/data` beside the checkout.

mod budgets;
mod indicators;

use std::path::{Path, PathBuf};

use pretty_assertions::assert_eq;
use tables::{FileKind, IngestOptions, Ingested, Kind, Limits, Scope, TableVersion, Value};

use crate::TestLake;

/// The folder of real data; without it the test says so and ends, but never on the build server.
pub fn real_data() -> Option<PathBuf> {
    let given = std::env::var_os("BARAZA_REAL_DATA").map(PathBuf::from);
    let beside = Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .map(|folder| folder.join("shared/data"))
        .find(|folder| folder.is_dir());
    let found = given.or(beside).filter(|folder| folder.is_dir());
    if found.is_none() {
        let on_server = std::env::var("CI").is_ok_and(|ci| ci == "true");
        assert!(
            !on_server,
            "the real data are missing; set BARAZA_REAL_DATA to their folder"
        );
        println!("skipped: no real data here; set BARAZA_REAL_DATA to their folder to run this test");
    }
    found
}

async fn ingest(test: &TestLake, file: &Path) -> Ingested {
    let name = file.file_name().expect("a name").to_string_lossy().into_owned();
    let kind = FileKind::of_name(&name).expect("a known ending");
    let read = test.lake.ingest(file, kind, "t", &IngestOptions::default()).await;
    read.unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The names of the columns of each kind, in the order of the file.
fn names(found: &Ingested, kind: Kind) -> Vec<&str> {
    let columns = found.columns.iter().filter(|column| column.kind == kind);
    columns.map(|column| column.name.as_str()).collect()
}

fn kind(found: &Ingested, column: &str) -> Kind {
    let column = found.columns.iter().find(|known| known.name == column);
    column.expect("the column").kind
}

async fn ask(test: &TestLake, sql: &str) -> Vec<Vec<Value>> {
    let scope = Scope::new().with("t", TableVersion::newest("t"));
    let answer = test.lake.query(&scope, sql, Limits::generous()).await;
    answer.unwrap_or_else(|error| panic!("{sql}: {error}")).rows
}

#[tokio::test]
async fn the_households_of_mpindex_load_with_their_kinds() {
    let Some(data) = real_data() else { return };
    let test = TestLake::new();
    let found = ingest(&test, &data.join("02-census-mpi/mpindex_households.csv.gz")).await;
    assert_eq!((found.n_rows, found.bad_rows.n), (198, 0));
    assert_eq!(kind(&found, "uuid"), Kind::Text);
    assert_eq!(kind(&found, "asset_radio"), Kind::Integer);
    let found = ingest(&test, &data.join("02-census-mpi/mpindex_household_roster.csv.gz")).await;
    assert_eq!((found.n_rows, found.bad_rows.n), (905, 0));
    assert_eq!(found.profile.columns[0].n_distinct, 198);
}

#[tokio::test]
async fn the_persons_of_ghana_load_and_add_up() {
    let Some(data) = real_data() else { return };
    let test = TestLake::new();
    let found = ingest(
        &test,
        &data.join("02-census-mpi/ghana_glss5_synthetic_persons.csv.gz"),
    )
    .await;
    assert_eq!((found.n_rows, found.bad_rows.n), (36_970, 0));
    assert_eq!(kind(&found, "hhid"), Kind::Integer);
    assert_eq!(kind(&found, "weight"), Kind::Decimal);
    assert_eq!(kind(&found, "sex"), Kind::Text);
    let counted = ask(&test, "SELECT count(DISTINCT hhid) AS h, count(*) AS n FROM t").await;
    assert_eq!(counted, [[Value::Integer(8700), Value::Integer(36_970)]]);
}

#[tokio::test]
async fn every_census_file_loads_whole() {
    let Some(data) = real_data() else { return };
    let test = TestLake::new();
    for (file, n_rows) in [
        ("dhs_model_zzir62_women.csv.gz", 8348),
        ("eusilc_synthetic_persons.csv.gz", 14_827),
        ("mpi_synthetic_cdta.csv.gz", 15_000),
        ("sdcmicro_testdata_persons.csv.gz", 4580),
        ("wbpip_md_ABC_2000_income.csv.gz", 2000),
    ] {
        let found = ingest(&test, &data.join("02-census-mpi").join(file)).await;
        assert_eq!((found.n_rows, found.bad_rows.n), (n_rows, 0), "{file}");
    }
}

#[tokio::test]
async fn a_published_workbook_loads() {
    let Some(data) = real_data() else { return };
    let test = TestLake::new();
    let found = ingest(
        &test,
        &data.join("02-census-mpi/ophi_global_mpi_national_results.xlsx"),
    )
    .await;
    assert!(found.n_rows > 100, "{} rows", found.n_rows);
    assert!(found.columns.len() > 3);
}

#[tokio::test]
async fn indonesian_codes_keep_their_points_and_zeros() {
    let Some(data) = real_data() else { return };
    let test = TestLake::new();
    let found = ingest(&test, &data.join("01-admin/indonesia/wilayah_2025.csv.gz")).await;
    assert_eq!((found.n_rows, found.bad_rows.n), (91_599, 0));
    assert_eq!(kind(&found, "kode"), Kind::Text);
    let found = ingest(
        &test,
        &data.join("01-admin/indonesia/idn-area-data/villages.csv.gz"),
    )
    .await;
    assert_eq!(found.n_rows, 83_762);
}

#[tokio::test]
async fn a_list_without_header_and_with_bengali_names_loads() {
    let Some(data) = real_data() else { return };
    let test = TestLake::new();
    let found = ingest(&test, &data.join("01-admin/bangladesh/unions.csv")).await;
    assert_eq!((found.n_rows, found.bad_rows.n), (4540, 0));
    assert_eq!(found.columns[0].name, "column_1");
    let names = ask(&test, "SELECT column_4 FROM t LIMIT 1").await;
    assert_eq!(names, [[Value::from("সুবিল")]]);
}

#[tokio::test]
async fn the_villages_of_bojonegoro_load_with_their_boundaries() {
    let Some(data) = real_data() else { return };
    let test = TestLake::new();
    let found = ingest(
        &test,
        &data.join("01-admin/indonesia/bojonegoro_3522_villages.geojson"),
    )
    .await;
    assert_eq!((found.n_rows, found.bad_rows.n), (430, 0));
    assert_eq!(kind(&found, "geometry"), Kind::Geometry);
}

#[tokio::test]
async fn bostons_requests_load_with_instants_and_ids() {
    let Some(data) = real_data() else { return };
    let test = TestLake::new();
    let found = ingest(
        &test,
        &data.join("05-complaints/boston311_2022_sample_all_types.csv.gz"),
    )
    .await;
    assert_eq!((found.n_rows, found.bad_rows.n), (4995, 0));
    assert_eq!(kind(&found, "CASE_ENQUIRY_ID"), Kind::Text);
    assert_eq!(kind(&found, "OPEN_DT"), Kind::Instant);
    assert_eq!(kind(&found, "LATITUDE"), Kind::Decimal);
    let mut n = 0;
    for year in 2013..=2019 {
        let file = format!("05-complaints/boston311_animal_{year}.csv.gz");
        let found = ingest(&test, &data.join(&file)).await;
        assert_eq!(found.bad_rows.n, 0, "{file}");
        assert_eq!(kind(&found, "open_dt"), Kind::Instant, "{file}");
        n += found.n_rows;
    }
    assert_eq!(n, 46_638);
}
