use futures::TryStreamExt;
use pretty_assertions::assert_eq;
use tables::{
    Column, Error, FileKind, Format, IngestOptions, Kind, Lake, Limits, Rows, Scope, TableVersion, Value,
    What,
};

use crate::TestLake;

async fn bytes(lake: &Lake, what: impl Into<What>, format: Format) -> Result<Vec<u8>, Error> {
    let stream = lake.export(what, format, Limits::generous()).await?;
    let pieces: Vec<_> = stream.try_collect().await?;
    Ok(pieces.concat())
}

async fn text(lake: &Lake, what: impl Into<What>, format: Format) -> String {
    String::from_utf8(bytes(lake, what, format).await.expect("export")).expect("UTF-8")
}

async fn places(lake: &Lake) -> Rows {
    let rows = Rows {
        columns: vec![
            Column::new("code", Kind::Text),
            Column::new("n, all", Kind::Integer),
            Column::new("share", Kind::Decimal),
            Column::new("open", Kind::Flag),
            Column::new("on", Kind::Date),
            Column::new("at", Kind::Instant),
            Column::new("geometry", Kind::Geometry),
        ],
        rows: vec![
            vec![
                Value::from("007"),
                Value::Integer(9_007_199_254_740_993),
                Value::Decimal(0.1),
                Value::Flag(true),
                Value::Date(19_753),
                Value::Instant(1_706_695_200_000_000),
                Value::from("{\"type\":\"Point\",\"coordinates\":[1,2]}"),
            ],
            vec![
                Value::from("a \"b\",\nc"),
                Value::Null,
                Value::Decimal(2.0),
                Value::Null,
                Value::Null,
                Value::Null,
                Value::Null,
            ],
        ],
    };
    lake.create("places", &rows.columns).await.expect("create");
    lake.append("places", &rows).await.expect("append");
    rows
}

#[tokio::test]
async fn csv_quotes_what_needs_quotes() {
    let test = TestLake::new();
    places(&test.lake).await;
    assert_eq!(
        text(&test.lake, TableVersion::newest("places"), Format::Csv).await,
        "code,\"n, all\",share,open,on,at,geometry\r\n\
         007,9007199254740993,0.1,true,2024-01-31,2024-01-31T10:00:00Z,\"{\"\"type\"\":\"\"Point\"\",\"\"coordinates\"\":[1,2]}\"\r\n\
         \"a \"\"b\"\",\nc\",,2,,,,\r\n"
    );
}

#[tokio::test]
async fn json_lines_json_and_geojson_say_the_same() {
    let test = TestLake::new();
    places(&test.lake).await;
    let table = TableVersion::newest("places").hiding(["share", "n, all", "at"]);
    assert_eq!(
        text(&test.lake, table.clone(), Format::Jsonl).await,
        "{\"code\":\"007\",\"open\":true,\"on\":\"2024-01-31\",\"geometry\":\"{\\\"type\\\":\\\"Point\\\",\\\"coordinates\\\":[1,2]}\"}\n\
         {\"code\":\"a \\\"b\\\",\\nc\",\"open\":null,\"on\":null,\"geometry\":null}\n"
    );
    let json: serde_json::Value =
        serde_json::from_str(&text(&test.lake, table.clone(), Format::Json).await).expect("JSON");
    assert_eq!(json[0]["code"], "007");
    assert_eq!(json.as_array().map(Vec::len), Some(2));
    let map: serde_json::Value =
        serde_json::from_str(&text(&test.lake, table, Format::GeoJson).await).expect("JSON");
    assert_eq!(map["features"][0]["geometry"]["coordinates"][1], 2);
    assert_eq!(map["features"][0]["properties"]["code"], "007");
    assert!(map["features"][0]["properties"].get("geometry").is_none());
    assert!(map["features"][1]["geometry"].is_null());
}

#[tokio::test]
async fn every_format_reads_back_as_the_same_rows() {
    let test = TestLake::new();
    let rows = places(&test.lake).await;
    for format in [
        Format::Csv,
        Format::Jsonl,
        Format::Json,
        Format::Parquet,
        Format::Xlsx,
    ] {
        let file = test.folder.path().join(format!("places.{}", format.ending()));
        let exported = bytes(&test.lake, TableVersion::newest("places"), format)
            .await
            .expect("export");
        std::fs::write(&file, exported).expect("write");
        let kind = FileKind::of_name(&file.to_string_lossy()).expect("a known ending");
        let read = test
            .lake
            .ingest(&file, kind, "again", &IngestOptions::default())
            .await;
        let read = read.unwrap_or_else(|error| panic!("{format:?}: {error}"));
        assert_eq!(read.n_rows, 2, "{format:?}");
        let names: Vec<_> = read.columns.iter().map(|column| &column.name).collect();
        assert_eq!(
            names,
            rows.columns.iter().map(|column| &column.name).collect::<Vec<_>>(),
            "{format:?}"
        );
        let sql = "SELECT code, share, \"on\", \"at\" FROM again";
        let scope = Scope::new().with("again", TableVersion::newest("again"));
        let answer = test
            .lake
            .query(&scope, sql, Limits::default())
            .await
            .expect("query");
        let expected: Vec<Vec<Value>> = rows
            .rows
            .iter()
            .map(|row| [0, 2, 4, 5].map(|at: usize| row[at].clone()).to_vec())
            .collect();
        assert_eq!(answer.rows, expected, "{format:?}");
    }
}

#[tokio::test]
async fn an_answer_is_exported_within_its_scope() {
    let test = TestLake::new();
    places(&test.lake).await;
    let scope = Scope::new().with("places", TableVersion::newest("places"));
    let what = What::Query(scope.clone(), "SELECT count(*) AS n FROM places".into());
    assert_eq!(text(&test.lake, what, Format::Csv).await, "n\r\n2\r\n");
    let what = What::Query(scope, "SELECT * FROM elsewhere".into());
    assert!(matches!(
        bytes(&test.lake, what, Format::Csv).await,
        Err(Error::BadQuery(_))
    ));
}

#[tokio::test]
async fn a_table_without_geometry_is_no_geojson() {
    let test = TestLake::new();
    places(&test.lake).await;
    let table = TableVersion::newest("places").hiding(["geometry"]);
    let refused = bytes(&test.lake, table, Format::GeoJson).await;
    assert!(matches!(refused, Err(Error::BadQuery(message)) if message.contains("choose CSV")));
}

#[tokio::test]
async fn a_large_export_is_streamed_and_a_reader_may_leave() {
    let test = TestLake::new();
    let sql = "SELECT value AS n, repeat('x', 100) AS filler FROM generate_series(1, 200000)";
    let what = What::Query(Scope::new(), sql.into());
    let all = bytes(&test.lake, what.clone(), Format::Csv)
        .await
        .expect("export");
    assert_eq!(all.iter().filter(|byte| **byte == b'\n').count(), 200_001);
    let mut stream = test
        .lake
        .export(what, Format::Csv, Limits::generous())
        .await
        .expect("export");
    let first = stream.try_next().await.expect("read").expect("a piece");
    assert!(first.len() < 1 << 20);
    drop(stream);
    let scope = Scope::new();
    let answer = test
        .lake
        .query(&scope, "SELECT 1 AS one", Limits::default())
        .await
        .expect("query");
    assert_eq!(answer.rows, [[Value::Integer(1)]]);
}

#[tokio::test]
async fn a_table_whose_columns_are_all_hidden_gives_no_file_and_no_row() {
    let test = TestLake::new();
    let rows = places(&test.lake).await;
    let table = TableVersion::newest("places").hiding(rows.columns.iter().map(|column| column.name.clone()));
    let refused = bytes(&test.lake, table.clone(), Format::Csv).await;
    assert!(matches!(refused, Err(Error::BadQuery(message)) if message.contains("no column")));
    let page = tables::Page {
        n_rows: 10,
        ..tables::Page::default()
    };
    let (answer, n_all) = test
        .lake
        .page(&table, &page, Limits::default())
        .await
        .expect("read");
    assert_eq!((answer.columns.len(), answer.rows.len(), n_all), (0, 0, 2));
}
