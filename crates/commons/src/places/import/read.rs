//! Reads CSV, CSV.gz and GeoJSON into rows of text; keeps what it cannot read as broken rows.

use std::io::Read;

use serde_json::{Map, Value};

use super::columns::KNOWN_HEADERS;
use super::{At, BrokenRow};
use crate::places::model::fold;

/// Largest list after decompression.
pub const MOST_BYTES: u64 = 1 << 30;

/// A delivered list: named columns and rows as they stand.
#[derive(Debug, Default, PartialEq)]
pub struct List {
    pub columns: Vec<String>,
    pub rows: Vec<RawRow>,
    pub broken: Vec<BrokenRow>,
    /// Whether the columns are only numbered, because the file has no header line.
    pub is_headerless: bool,
}

/// One row; `values` has as many entries as the list has columns.
#[derive(Debug, PartialEq)]
pub struct RawRow {
    pub at: At,
    pub values: Vec<String>,
    /// The feature's own identifier (RFC 7946 §3.2), when it is text.
    pub feature_id: Option<String>,
    pub geometry: Option<Value>,
}

/// Why a file is no list of places; the text names the remedy.
#[derive(Debug, thiserror::Error)]
pub enum ReadProblem {
    #[error("cannot unpack the gzip file: {0}; download it again")]
    Gzip(std::io::Error),
    #[error("the file is larger than {} MB unpacked; split it by province or region", MOST_BYTES >> 20)]
    TooLarge,
    #[error("the file is no GeoJSON: {0}")]
    Json(serde_json::Error),
    #[error("the JSON is a {0}; give a GeoJSON FeatureCollection or Feature")]
    NotFeatures(String),
    #[error("the file is empty")]
    Empty,
}

/// Reads a file by what is in it, not by its name. `named` are columns the operator named.
pub fn read(bytes: &[u8], named: &[String]) -> Result<List, ReadProblem> {
    let unpacked;
    let bytes = if bytes.starts_with(&[0x1f, 0x8b]) {
        unpacked = unpack(bytes)?;
        &unpacked
    } else {
        bytes
    };
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match bytes.iter().find(|byte| !byte.is_ascii_whitespace()) {
        None => Err(ReadProblem::Empty),
        Some(b'{' | b'[') => read_geojson(bytes),
        Some(_) => Ok(read_csv(bytes, named)),
    }
}

fn unpack(bytes: &[u8]) -> Result<Vec<u8>, ReadProblem> {
    let mut unpacked = Vec::new();
    let mut reader = flate2::read::MultiGzDecoder::new(bytes).take(MOST_BYTES + 1);
    reader.read_to_end(&mut unpacked).map_err(ReadProblem::Gzip)?;
    if unpacked.len() as u64 > MOST_BYTES {
        Err(ReadProblem::TooLarge)
    } else {
        Ok(unpacked)
    }
}

fn read_csv(bytes: &[u8], named: &[String]) -> List {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter(bytes))
        .from_reader(bytes);
    let mut list = List::default();
    let mut record = csv::ByteRecord::new();
    let mut width = None;
    loop {
        match reader.read_byte_record(&mut record) {
            Ok(false) => break,
            Ok(true) => {}
            Err(error) => {
                list.broken.push(BrokenRow {
                    at: At::Line(reader.position().line()),
                    why: format!("cannot be read: {error}"),
                });
                break;
            }
        }
        let at = At::Line(record.position().map_or(0, csv::Position::line));
        if record.iter().all(<[u8]>::is_empty) {
            continue;
        }
        let values: Result<Vec<String>, _> = record
            .iter()
            .map(|cell| std::str::from_utf8(cell).map(|text| text.trim().to_owned()))
            .collect();
        let Ok(values) = values else {
            list.broken.push(BrokenRow {
                at,
                why: "holds bytes that are not UTF-8; save the file as UTF-8".into(),
            });
            continue;
        };
        if list.columns.is_empty() {
            width = Some(values.len());
            if is_header(&values, named) {
                list.columns = values;
                continue;
            }
            list.is_headerless = true;
            list.columns = (1..=values.len()).map(|n| n.to_string()).collect();
        }
        match width {
            Some(width) if width == values.len() => list.rows.push(RawRow {
                at,
                values,
                feature_id: None,
                geometry: None,
            }),
            _ => list.broken.push(BrokenRow {
                at,
                why: format!(
                    "has {} values where the first line has {}; check for a missing or an unquoted comma",
                    values.len(),
                    list.columns.len()
                ),
            }),
        }
    }
    list
}

/// The separator that the first line holds most often.
fn delimiter(bytes: &[u8]) -> u8 {
    let line = bytes.split(|byte| *byte == b'\n').next().unwrap_or(bytes);
    let count = |separator: u8| line.iter().filter(|byte| **byte == separator).count();
    [b',', b';', b'\t', b'|']
        .into_iter()
        .rev()
        .max_by_key(|separator| count(*separator))
        .unwrap_or(b',')
}

fn is_header(cells: &[String], named: &[String]) -> bool {
    let is_known = |cell: &String| {
        KNOWN_HEADERS.contains(&fold(cell).as_str())
            || named.iter().any(|name| name.eq_ignore_ascii_case(cell))
    };
    let is_number = |cell: &String| cell.parse::<f64>().is_ok();
    cells.iter().any(is_known)
        || (!cells.iter().any(is_number) && cells.iter().any(|cell| fold(cell).ends_with("_code")))
}

fn read_geojson(bytes: &[u8]) -> Result<List, ReadProblem> {
    let value: Value = serde_json::from_slice(bytes).map_err(ReadProblem::Json)?;
    let features = match value {
        Value::Object(mut top) => {
            let kind = top
                .get("type")
                .and_then(Value::as_str)
                .unwrap_or("object without a type")
                .to_owned();
            match (kind.as_str(), top.remove("features")) {
                ("FeatureCollection", Some(Value::Array(features))) => features,
                ("Feature", _) => vec![Value::Object(top)],
                _ => return Err(ReadProblem::NotFeatures(kind)),
            }
        }
        _ => return Err(ReadProblem::NotFeatures("list".to_owned())),
    };
    let mut list = List {
        columns: property_names(&features),
        ..List::default()
    };
    for (i, mut feature) in features.into_iter().enumerate() {
        let at = At::Feature(i + 1);
        let Some(feature) = feature.as_object_mut() else {
            list.broken.push(BrokenRow {
                at,
                why: "is no object; remove it".into(),
            });
            continue;
        };
        let properties = feature.get("properties").and_then(Value::as_object);
        let values = list
            .columns
            .iter()
            .map(|column| {
                properties
                    .and_then(|p| p.get(column))
                    .map_or_else(String::new, text_of)
            })
            .collect();
        let feature_id = feature.get("id").and_then(Value::as_str).map(str::to_owned);
        let geometry = feature.remove("geometry").filter(|geometry| !geometry.is_null());
        list.rows.push(RawRow {
            at,
            values,
            feature_id,
            geometry,
        });
    }
    Ok(list)
}

/// Every property that some feature has, in the order of first appearance.
fn property_names(features: &[Value]) -> Vec<String> {
    let mut names: Map<String, Value> = Map::new();
    for properties in features
        .iter()
        .filter_map(|feature| feature.get("properties")?.as_object())
    {
        for name in properties
            .keys()
            .filter(|name| !names.contains_key(*name))
            .cloned()
            .collect::<Vec<_>>()
        {
            names.insert(name, Value::Null);
        }
    }
    names.into_iter().map(|(name, _)| name).collect()
}

fn text_of(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.trim().to_owned(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn csv(text: &str) -> List {
        read(text.as_bytes(), &[]).expect("a list")
    }

    #[test]
    fn a_row_with_too_few_values_is_broken_and_named_by_line() {
        let list = csv("kode,nama\n11,Aceh\n12\n13,\"Sumatera\nBarat\"\n14,Riau\n");
        assert_eq!(list.rows.len(), 3);
        assert_eq!(list.broken.len(), 1);
        assert!(
            list.broken[0].to_string().starts_with("line 3: has 1 values"),
            "{}",
            list.broken[0]
        );
        assert_eq!(list.rows[2].at, At::Line(6));
    }

    #[test]
    fn a_file_without_a_header_has_numbered_columns() {
        let list = csv("\"1\",\"Chattagram\",\"চট্টগ্রাম\"\n\"2\",\"Rajshahi\",\"রাজশাহী\"\n");
        assert!(list.is_headerless);
        assert_eq!((list.columns.len(), list.rows.len()), (3, 2));
    }

    #[test]
    fn semicolons_and_a_byte_order_mark_are_understood() {
        let list = csv("\u{feff}kode;nama\n11;Aceh, utara\n");
        assert_eq!(list.columns, ["kode", "nama"]);
        assert_eq!(list.rows[0].values, ["11", "Aceh, utara"]);
    }

    #[test]
    fn bytes_that_are_not_utf8_break_only_their_row() {
        let list = read(b"code,name\n1,Caf\xe9\n2,Tea\n", &[]).expect("a list");
        assert_eq!((list.rows.len(), list.broken.len()), (1, 1));
        assert!(list.broken[0].why.contains("UTF-8"));
    }

    #[test]
    fn geojson_properties_become_columns() {
        let text = r#"{"type":"FeatureCollection","features":[
            {"type":"Feature","id":"35","properties":{"nama":"Jawa Timur"},"geometry":null},
            {"type":"Feature","properties":{"nama":"Bali","n":51},"geometry":{"type":"Point","coordinates":[1,2]}}]}"#;
        let list = read(text.as_bytes(), &[]).expect("a list");
        assert_eq!(list.columns, ["nama", "n"]);
        assert_eq!(list.rows[0].feature_id.as_deref(), Some("35"));
        assert_eq!(list.rows[1].values, ["Bali", "51"]);
        assert!(list.rows[0].geometry.is_none() && list.rows[1].geometry.is_some());
    }

    #[test]
    fn a_single_feature_is_a_list_of_one() {
        let text = r#"{"type":"Feature","properties":{"name":"Karnali"},"geometry":null}"#;
        assert_eq!(read(text.as_bytes(), &[]).expect("a list").rows.len(), 1);
    }

    #[test]
    fn what_is_neither_says_what_to_give() {
        let problem = read(br#"{"type":"Topology"}"#, &[])
            .expect_err("TopoJSON")
            .to_string();
        assert!(
            problem.contains("Topology") && problem.contains("FeatureCollection"),
            "{problem}"
        );
        assert!(matches!(read(b" \n", &[]), Err(ReadProblem::Empty)));
        assert!(matches!(
            read(&[0x1f, 0x8b, 8, 0, 0], &[]),
            Err(ReadProblem::Gzip(_))
        ));
    }
}
