use std::{io::Write, path::PathBuf};

use pretty_assertions::assert_eq;
use tables::{
    BadRow, Error, FileKind, IngestOptions, Ingested, Kind, Limits, Page, TableVersion, Value, Version,
};

use crate::TestLake;

/// Puts a file into the lake's folder and reads it into table `t`.
pub async fn ingest(test: &TestLake, name: &str, bytes: impl AsRef<[u8]>) -> Result<Ingested, Error> {
    ingest_with(test, name, bytes, IngestOptions::default()).await
}

pub async fn ingest_with(
    test: &TestLake,
    name: &str,
    bytes: impl AsRef<[u8]>,
    options: IngestOptions,
) -> Result<Ingested, Error> {
    let path = file(test, name, bytes);
    let kind = FileKind::of_name(name).expect("a known ending");
    test.lake.ingest(&path, kind, "t", &options).await
}

fn file(test: &TestLake, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
    let path = test.folder.path().join(name);
    std::fs::write(&path, bytes).expect("write a file");
    path
}

pub async fn rows(test: &TestLake) -> Vec<Vec<String>> {
    let page = Page {
        n_rows: 10_000,
        ..Page::default()
    };
    let limits = Limits::generous();
    let (answer, _) = test
        .lake
        .page(&TableVersion::newest("t"), &page, limits)
        .await
        .expect("read");
    answer
        .rows
        .iter()
        .map(|row| row.iter().map(Value::to_string).collect())
        .collect()
}

pub fn columns(ingested: &Ingested) -> Vec<(&str, Kind)> {
    ingested
        .columns
        .iter()
        .map(|column| (column.name.as_str(), column.kind))
        .collect()
}

#[tokio::test]
async fn a_csv_file_becomes_a_typed_table_with_a_profile() {
    let test = TestLake::new();
    let text = "\u{feff}code,name,n,share,on,at,open\r\n\
                01,\"Desa \"\"Satu\"\"\",5,0.5,2024-01-31,2024-01-31 10:00:00,true\r\n\
                02,Desa Dua,,1,2024-02-01,2024-02-01T10:00:00Z,false\r\n\
                02,\"Desa, Tiga\",7,1.25,,,\r\n";
    let found = ingest(&test, "villages.csv", text).await.expect("ingest");
    assert_eq!(
        columns(&found),
        [
            ("code", Kind::Text),
            ("name", Kind::Text),
            ("n", Kind::Integer),
            ("share", Kind::Decimal),
            ("on", Kind::Date),
            ("at", Kind::Instant),
            ("open", Kind::Flag),
        ]
    );
    assert_eq!(
        rows(&test).await,
        [
            [
                "01",
                "Desa \"Satu\"",
                "5",
                "0.5",
                "2024-01-31",
                "2024-01-31T10:00:00Z",
                "true"
            ],
            [
                "02",
                "Desa Dua",
                "",
                "1",
                "2024-02-01",
                "2024-02-01T10:00:00Z",
                "false"
            ],
            ["02", "Desa, Tiga", "7", "1.25", "", "", ""],
        ]
    );
    let n = &found.profile.columns[2];
    assert_eq!((n.n_null, n.n_distinct), (1, 2));
    assert_eq!((&n.least, &n.most), (&Value::Integer(5), &Value::Integer(7)));
    let code = &found.profile.columns[0];
    assert_eq!(code.common.len(), 1);
    assert_eq!(
        (code.common[0].value.clone(), code.common[0].n),
        (Value::from("02"), 2)
    );
    assert_eq!((found.n_rows, found.bad_rows.n), (3, 0));
}

#[tokio::test]
async fn bad_rows_are_kept_with_their_lines_and_the_rest_is_loaded() {
    let test = TestLake::new();
    let text = "a,b\n1,x\n2\n3,\"y\n4,z,w\n5,\"two\nlines\"\n6,v\n";
    let found = ingest(&test, "bad.csv", text).await.expect("ingest");
    assert_eq!(rows(&test).await, [["1", "x"], ["5", "two\nlines"], ["6", "v"]]);
    let told: Vec<(u64, &str)> = found
        .bad_rows
        .first
        .iter()
        .map(|row| (row.line, row.text.as_str()))
        .collect();
    assert_eq!(told, [(3, "2"), (4, "3,\"y"), (5, "4,z,w")]);
    assert_eq!(
        found.bad_rows.first[0].reason,
        "the row has 1 fields instead of 2; check its delimiters and put fields that contain one in quotes"
    );
    assert_eq!(found.bad_rows.n, 3);
}

#[tokio::test]
async fn a_rare_value_at_the_end_decides_the_kind_of_the_whole_column() {
    let test = TestLake::new();
    let mut text = String::from("id,code\n");
    for at in 0..250_000 {
        text.push_str(&format!("{at},{}\n", 100 + at % 900));
    }
    text.push_str("250000,007\n");
    let found = ingest(&test, "late.csv", text).await.expect("ingest");
    assert_eq!(columns(&found), [("id", Kind::Integer), ("code", Kind::Text)]);
    assert_eq!(found.n_rows, 250_001);
    let page = Page {
        offset: 249_999,
        n_rows: 10,
        ..Page::default()
    };
    let table = TableVersion::newest("t");
    let (last, _) = test
        .lake
        .page(&table, &page, Limits::generous())
        .await
        .expect("read");
    assert_eq!(
        last.rows,
        [
            [Value::Integer(249_999), Value::from("799")],
            [Value::Integer(250_000), Value::from("007")]
        ]
    );
}

#[tokio::test]
async fn line_numbers_hold_across_blocks_and_quoted_line_ends() {
    let test = TestLake::new();
    let mut text = String::from("id,note\n");
    let filler = "x".repeat(90);
    let mut line = 2;
    let mut bad = Vec::new();
    for at in 0..40_000 {
        if at % 10_000 == 17 {
            text.push_str("broken\n");
            bad.push(line);
            line += 1;
        }
        text.push_str(&format!("{at},\"{filler}\n,\"\n"));
        line += 2;
    }
    let found = ingest(&test, "blocks.csv", text).await.expect("ingest");
    let told: Vec<u64> = found.bad_rows.first.iter().map(|row| row.line).collect();
    assert_eq!(told, bad);
    assert_eq!(found.n_rows, 40_000);
    let notes = &found.profile.columns[1];
    assert_eq!(notes.n_distinct, 1);
}

#[tokio::test]
async fn semicolons_decimal_commas_local_dates_and_latin_1_are_understood() {
    let test = TestLake::new();
    let text = b"Distrik;Jumlah (jiwa);Luas;Tanggal\nS\xe3o;1.250.000;1.234,5;31/01/2024\nB;12.500;7,25;01/02/2024\n";
    let found = ingest(&test, "lokal.csv", text).await.expect("ingest");
    assert_eq!(
        columns(&found),
        [
            ("Distrik", Kind::Text),
            ("Jumlah (jiwa)", Kind::Integer),
            ("Luas", Kind::Decimal),
            ("Tanggal", Kind::Date),
        ]
    );
    assert_eq!(
        rows(&test).await,
        [
            ["São", "1250000", "1234.5", "2024-01-31"],
            ["B", "12500", "7.25", "2024-02-01"]
        ]
    );
}

#[tokio::test]
async fn a_row_that_is_not_utf_8_is_bad_when_the_file_is() {
    let test = TestLake::new();
    let text = b"name,n\n\xc3\xa9t\xc3\xa9,1\nna\xefve,2\n\xc3\xbc,3\nplain,4\n";
    let found = ingest(&test, "mixed.csv", text).await.expect("ingest");
    assert_eq!(rows(&test).await, [["été", "1"], ["ü", "3"], ["plain", "4"]]);
    assert_eq!(found.bad_rows.n, 1);
    assert_eq!(found.bad_rows.first[0].line, 3);
}

#[tokio::test]
async fn words_for_missing_values_are_null_when_the_sender_says_so() {
    let test = TestLake::new();
    let text = "a,b\n1,NA\nNA,x\n";
    let as_is = ingest(&test, "na.csv", text).await.expect("ingest");
    assert_eq!(columns(&as_is), [("a", Kind::Text), ("b", Kind::Text)]);
    let options = IngestOptions {
        missing: vec!["NA".into()],
        ..IngestOptions::default()
    };
    let told = ingest_with(&test, "na.csv", text, options).await.expect("ingest");
    assert_eq!(columns(&told), [("a", Kind::Integer), ("b", Kind::Text)]);
    assert_eq!(rows(&test).await, [["1", ""], ["", "x"]]);
}

#[tokio::test]
async fn a_second_file_is_a_new_version_with_its_own_columns() {
    let test = TestLake::new();
    let first = ingest(&test, "one.csv", "a\n1\n").await.expect("ingest");
    let second = ingest(&test, "two.csv", "a,b\nx,2\ny,3\n").await.expect("ingest");
    assert_eq!((first.version, second.version), (Version(1), Version(2)));
    assert_eq!(rows(&test).await, [["x", "2"], ["y", "3"]]);
    let old = TableVersion::at("t", first.version);
    let page = Page {
        n_rows: 10,
        ..Page::default()
    };
    let (answer, _) = test
        .lake
        .page(&old, &page, Limits::default())
        .await
        .expect("read");
    assert_eq!(answer.rows, [[Value::Integer(1)]]);
}

#[tokio::test]
async fn a_file_that_cannot_be_understood_leaves_the_table_alone() {
    let test = TestLake::new();
    let kept = ingest(&test, "one.csv", "a\n1\n").await.expect("ingest");
    for (name, bytes, says) in [
        ("empty.csv", &b""[..], "no rows"),
        ("photo.csv", &b"\x89PNG\r\n\0\0\0\0\0\0"[..], "no text file"),
        (
            "broken.xlsx",
            &b"PK\x03\x04 and no more"[..],
            "workbook cannot be read",
        ),
        ("broken.parquet", &b"PAR1"[..], "Parquet file cannot be read"),
        ("broken.geojson", &b"{\"type\": \"Featu"[..], "line 1"),
        (
            "point.geojson",
            &b"{\"type\": \"Point\"}"[..],
            "write a FeatureCollection",
        ),
        ("cut.csv.gz", &b"\x1f\x8b\x08\0\0\0\0\0\0\x03\x4b"[..], "unpacked"),
    ] {
        match ingest(&test, name, bytes).await {
            Err(Error::BadFile(message)) => assert!(message.contains(says), "{name}: {message}"),
            other => panic!("{name}: {other:?}"),
        }
    }
    assert_eq!(test.lake.version("t").await.expect("version"), kept.version);
}

#[tokio::test]
async fn a_header_without_rows_is_an_empty_table() {
    let test = TestLake::new();
    let found = ingest(&test, "head.csv", "a,b\n").await.expect("ingest");
    assert_eq!(columns(&found), [("a", Kind::Text), ("b", Kind::Text)]);
    assert_eq!(found.n_rows, 0);
}

#[tokio::test]
async fn a_gzipped_file_is_unpacked_on_the_way() {
    let test = TestLake::new();
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(b"a;b\n1;x\n").expect("pack");
    let found = ingest(&test, "a.csv.gz", packed.finish().expect("pack"))
        .await
        .expect("ingest");
    assert_eq!(columns(&found), [("a", Kind::Integer), ("b", Kind::Text)]);
}

#[tokio::test]
async fn utf_16_text_is_understood() {
    let test = TestLake::new();
    let bytes: Vec<u8> = "\u{feff}név\tn\nŐr\t1\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let found = ingest(&test, "excel.txt", bytes).await.expect("ingest");
    assert_eq!(columns(&found), [("név", Kind::Text), ("n", Kind::Integer)]);
    assert_eq!(rows(&test).await, [["Őr", "1"]]);
}

#[tokio::test]
async fn json_lines_become_columns_in_order_of_appearance_and_bad_lines_are_told() {
    let test = TestLake::new();
    let text = "{\"id\":\"007\",\"n\":1,\"on\":\"2024-01-31\"}\n\nnot json\n[1]\n{\"n\":2.5,\"tags\":[\"a\"],\"ok\":true}\n";
    let found = ingest(&test, "x.jsonl", text).await.expect("ingest");
    assert_eq!(
        columns(&found),
        [
            ("id", Kind::Text),
            ("n", Kind::Decimal),
            ("on", Kind::Date),
            ("tags", Kind::Text),
            ("ok", Kind::Flag),
        ]
    );
    assert_eq!(
        rows(&test).await,
        [
            ["007", "1", "2024-01-31", "", ""],
            ["", "2.5", "", "[\"a\"]", "true"]
        ]
    );
    let lines: Vec<u64> = found.bad_rows.first.iter().map(|row| row.line).collect();
    assert_eq!(lines, [3, 4]);
}

#[tokio::test]
async fn a_json_array_of_objects_is_read_like_json_lines() {
    let test = TestLake::new();
    let found = ingest(&test, "x.json", "[{\"a\": 1}, {\"a\": null}, 5]")
        .await
        .expect("ingest");
    assert_eq!(rows(&test).await, [["1"], [""]]);
    assert_eq!(found.bad_rows.n, 1);
}

#[tokio::test]
async fn geojson_features_become_rows_with_their_geometry_as_text() {
    let test = TestLake::new();
    let text = r#"{"type":"FeatureCollection","features":[
        {"type":"Feature","id":"a","properties":{"code":"01","n":3},"geometry":{"type":"Point","coordinates":[111.5,-7.25]}},
        {"type":"Nothing"},
        {"type":"Feature","properties":null,"geometry":null}]}"#;
    let found = ingest(&test, "x.geojson", text).await.expect("ingest");
    assert_eq!(
        columns(&found),
        [
            ("code", Kind::Text),
            ("n", Kind::Integer),
            ("id", Kind::Text),
            ("geometry", Kind::Geometry)
        ]
    );
    assert_eq!(
        rows(&test).await,
        [
            [
                "01",
                "3",
                "a",
                "{\"type\":\"Point\",\"coordinates\":[111.5,-7.25]}"
            ],
            ["", "", "", ""]
        ]
    );
    assert_eq!(found.bad_rows.first[0].line, 2);
    assert_eq!(
        test.lake.columns("t").await.expect("columns")[3].kind,
        Kind::Geometry
    );
}

#[tokio::test]
async fn a_workbook_keeps_text_as_text_and_numbers_and_dates_as_such() {
    let test = TestLake::new();
    let path = test.folder.path().join("book.xlsx");
    let mut book = rust_xlsxwriter::Workbook::new();
    book.add_worksheet().set_name("Empty").expect("name");
    let sheet = book.add_worksheet();
    sheet.set_name("Villages").expect("name");
    let date = rust_xlsxwriter::Format::new().set_num_format("yyyy-mm-dd");
    sheet.write(0, 0, "Villages of the regency").expect("write");
    for (at, title) in ["code", "n", "share", "on"].iter().enumerate() {
        sheet.write(2, at as u16, *title).expect("write");
    }
    for (row, (code, n, share)) in [("01", 5, 0.5), ("02", 7, 1.0)].into_iter().enumerate() {
        let row = row as u32 + 3;
        sheet.write(row, 0, code).expect("write");
        sheet.write(row, 1, n).expect("write");
        sheet.write(row, 2, share).expect("write");
        let on = rust_xlsxwriter::ExcelDateTime::from_ymd(2024, 1, 30 + row as u8 - 3).expect("date");
        sheet.write_with_format(row, 3, &on, &date).expect("write");
    }
    book.save(&path).expect("save");
    let bytes = std::fs::read(&path).expect("read");
    let found = ingest(&test, "book.xlsx", bytes).await.expect("ingest");
    assert_eq!(
        columns(&found),
        [
            ("code", Kind::Text),
            ("n", Kind::Integer),
            ("share", Kind::Decimal),
            ("on", Kind::Date)
        ]
    );
    assert_eq!(
        rows(&test).await,
        [["01", "5", "0.5", "2024-01-30"], ["02", "7", "1", "2024-01-31"]]
    );
    assert_eq!(
        found.bad_rows.first,
        [BadRow {
            line: 1,
            reason: "this row stands above the header; take it out if it is no data".into(),
            text: "Villages of the regency".into(),
        }]
    );
}
