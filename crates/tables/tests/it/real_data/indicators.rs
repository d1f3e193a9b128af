//! Indicators of Kazakhstan's SDG platform, and an extract of the UN's database.

use std::io::Read;

use pretty_assertions::assert_eq;
use tables::{FileKind, IngestOptions, Ingested, Kind, Value};

use super::{ask, ingest, kind, names, real_data};
use crate::TestLake;

/// The files of an archive (POSIX ustar): name and bytes, in its order.
fn unpack(path: &std::path::Path) -> Vec<(String, Vec<u8>)> {
    let packed = std::fs::File::open(path).expect("the archive");
    let mut bytes = Vec::new();
    flate2::read::GzDecoder::new(packed)
        .read_to_end(&mut bytes)
        .expect("unpacked");
    let text = |field: &[u8]| {
        let end = field.iter().position(|byte| *byte == 0).unwrap_or(field.len());
        String::from_utf8_lossy(&field[..end]).trim().to_string()
    };
    let mut files = Vec::new();
    let mut at = 0;
    while at + 512 <= bytes.len() && bytes[at] != 0 {
        let head = &bytes[at..at + 512];
        let size = usize::from_str_radix(&text(&head[124..136]), 8).expect("a size");
        let start = at + 512;
        if matches!(head[156], b'0' | 0) {
            files.push((text(&head[..100]), bytes[start..start + size].to_vec()));
        }
        at = start + size.div_ceil(512) * 512;
    }
    files
}

async fn ingest_bytes(test: &TestLake, name: &str, bytes: &[u8]) -> Ingested {
    let path = test.folder.path().join("received");
    std::fs::write(&path, bytes).expect("written");
    let kind = FileKind::of_name(name).expect("a known ending");
    let read = test
        .lake
        .ingest(&path, kind, "t", &IngestOptions::default())
        .await;
    read.unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Whether every value is a number, and whether every one is whole, by the simplest means.
fn are_numbers(values: &[String]) -> (bool, bool) {
    let number = |value: &String| value.parse::<f64>().is_ok() && !value.starts_with("00");
    let whole = |value: &String| value.parse::<i64>().is_ok();
    (values.iter().all(number), values.iter().all(whole))
}

#[tokio::test]
async fn the_indicators_of_kazakhstan_load_with_numbers_for_values() {
    let Some(data) = real_data() else { return };
    let test = TestLake::new();
    let files = unpack(&data.join("06-sdg/open-sdg-kazakhstan.tar.gz"));
    let tables: Vec<_> = files.iter().filter(|(name, _)| name.ends_with(".csv")).collect();
    assert_eq!(tables.len(), 273);
    let (mut n_rows, mut ragged, mut doubts) = (0, Vec::new(), Vec::new());
    for (name, bytes) in tables {
        let name = name.rsplit('/').next().expect("a name");
        let found = ingest_bytes(&test, name, bytes).await;
        let mut reader = csv::ReaderBuilder::new()
            .flexible(true)
            .from_reader(bytes.as_slice());
        let mut header: Vec<String> = reader
            .headers()
            .expect("a header")
            .iter()
            .map(|cell| cell.trim_start_matches('\u{feff}').trim().to_string())
            .collect();
        let width = header.len();
        while header.last().is_some_and(String::is_empty) {
            header.pop();
        }
        let told: Vec<&str> = found.columns.iter().map(|column| column.name.as_str()).collect();
        assert_eq!(told, header, "{name}");
        let records: Vec<csv::StringRecord> = reader
            .records()
            .map(|record| record.expect("a record"))
            .filter(|record| record.len() == width)
            .collect();
        assert_eq!(found.n_rows, records.len() as u64, "{name}");
        let at = header
            .iter()
            .position(|column| column == "Value")
            .expect("a value");
        let values: Vec<String> = records
            .iter()
            .map(|record| record[at].trim().to_string())
            .filter(|value| !value.is_empty())
            .collect();
        let expected = match are_numbers(&values) {
            _ if values.is_empty() => Kind::Text,
            (true, true) => Kind::Integer,
            (true, false) => Kind::Decimal,
            (false, _) => Kind::Text,
        };
        assert_eq!(kind(&found, "Value"), expected, "{name}");
        n_rows += found.n_rows;
        if found.bad_rows.n > 0 {
            ragged.push((name, found.bad_rows.n));
        }
        doubts.extend(found.doubts.into_iter().map(|doubt| (name, doubt)));
    }
    assert_eq!(n_rows, 45_580);
    ragged.sort_unstable();
    assert_eq!(ragged, [("indicator_4-c-1-2.csv", 4), ("indicator_8-6-1.csv", 1)]);
    let told: Vec<_> = doubts
        .iter()
        .map(|(name, doubt)| (*name, doubt.line, doubt.column.as_deref(), doubt.value.as_str()))
        .collect();
    assert_eq!(told, [("indicator_11-6-2.csv", 381, Some("Value"), "0000002")]);
    assert!(
        doubts[0]
            .1
            .reason
            .starts_with("673 of the 674 values of column \"Value\""),
        "{}",
        doubts[0].1.reason
    );
}

#[tokio::test]
async fn a_workbook_of_kazakhstan_with_two_numbers_as_text_has_decimals() {
    let Some(data) = real_data() else { return };
    let test = TestLake::new();
    let files = unpack(&data.join("06-sdg/open-sdg-kazakhstan.tar.gz"));
    let (_, bytes) = files
        .iter()
        .find(|(name, _)| name.ends_with("indicator_3-1-1.xlsx"))
        .expect("the workbook");
    let found = ingest_bytes(&test, "indicator_3-1-1.xlsx", bytes).await;
    assert_eq!(found.n_rows, 237);
    assert_eq!(names(&found, Kind::Integer), ["Year"]);
    // Somebody left a name of a city beside the table.
    assert_eq!(
        names(&found, Kind::Text),
        ["REF_AREA", "column_4", "column_5", "column_6"]
    );
    assert_eq!(names(&found, Kind::Decimal), ["Value"]);
}

#[tokio::test]
async fn an_extract_of_the_un_has_its_targets_as_text() {
    let Some(data) = real_data() else { return };
    let test = TestLake::new();
    let found = ingest(&test, &data.join("06-sdg/unsdg_extract_5countries.csv.gz")).await;
    assert_eq!((found.n_rows, found.bad_rows.n, found.doubts.len()), (6624, 0, 0));
    assert_eq!(found.columns.len(), 18);
    assert_eq!(names(&found, Kind::Integer), ["year", "nr_people"]);
    assert_eq!(names(&found, Kind::Decimal), ["value", "population"]);
    assert_eq!(
        names(&found, Kind::Text),
        [
            "target",
            "indicator",
            "seriesdescription",
            "country",
            "source",
            "footnote",
            "nature",
            "location",
            "type_of_product",
            "type_of_speed",
            "units",
            "geo",
            "region",
            "target_description",
        ]
    );
    let targets = ask(&test, "SELECT target FROM t GROUP BY target ORDER BY target").await;
    let targets: Vec<&str> = targets.iter().filter_map(|row| row[0].as_text()).collect();
    assert_eq!(
        targets,
        ["12.2", "17.6", "17.8", "6.1", "7.1", "7.2", "8.1", "9.4"]
    );
    let counted = ask(&test, "SELECT count(*) AS n FROM t WHERE target = '9.4'").await;
    assert_eq!(counted, [[Value::Integer(240)]]);
}
