//! Files that a form reads: CSV, XML and GeoJSON become secondary instances.

use std::sync::Arc;

use serde_json::Value as Json;

use super::{
    FormError,
    form::Form,
    parse::{MOST_NODES, copy_xml, folded_columns},
};
use crate::xpath::{Doc, NodeId};

impl Form {
    /// Gives the form a file it reads; false when no part of the form reads a file of that name.
    pub fn attach(&mut self, file: &str, bytes: &[u8]) -> Result<bool, FormError> {
        let mut used = false;
        for i in 0..self.externals.len() {
            if !self.externals[i].file.eq_ignore_ascii_case(file) {
                continue;
            }
            let columns = match self.externals[i].folded {
                true => Columns::Folded,
                false => Columns::AsWritten,
            };
            let doc = read(file, bytes, columns).map_err(|message| FormError::new(file, message))?;
            let id = &self.externals[i].id;
            if let Some((_, instance)) = self.instances.iter_mut().find(|(known, _)| known == id) {
                *instance = Arc::new(doc);
            }
            self.externals[i].attached = true;
            used = true;
        }
        Ok(used)
    }
}

/// How the columns of a table are called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Columns {
    AsWritten,
    /// In small letters and without odd characters; rows stand in the order of the column `sortby`.
    Folded,
}

fn read(file: &str, bytes: &[u8], columns: Columns) -> Result<Doc, String> {
    let extension = file.rsplit('.').next().unwrap_or_default().to_lowercase();
    match &*extension {
        "csv" => csv_items(bytes, columns),
        "geojson" => geojson_items(bytes),
        _ => {
            let text = std::str::from_utf8(bytes).map_err(|_| "is not UTF-8 text".to_owned())?;
            let document =
                roxmltree::Document::parse(text).map_err(|e| format!("is not well-formed XML: {e}"))?;
            let mut doc = Doc::new();
            copy_xml(document.root_element(), &mut doc, 0)?;
            Ok(doc)
        }
    }
}

/// One `item` a row, one child a column.
fn csv_items(bytes: &[u8], named: Columns) -> Result<Doc, String> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let first_line = bytes.split(|&b| b == b'\n').next().unwrap_or_default();
    let count = |wanted: u8| first_line.iter().filter(|&&b| b == wanted).count();
    let delimiter = if count(b';') > count(b',') { b';' } else { b',' };
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        .from_reader(bytes);
    let headers = reader.headers().map_err(|e| e.to_string())?.clone();
    let columns: Vec<Arc<str>> = match named {
        Columns::AsWritten => headers.iter().map(|h| Arc::from(h.trim())).collect(),
        Columns::Folded => folded_columns(&headers),
    };
    let mut doc = Doc::new();
    let root = doc.add_element(0, "root".into(), String::new(), u32::MAX);
    let item: Arc<str> = "item".into();
    let sorted_by = columns.iter().position(|column| &**column == "sortby");
    let mut records = reader.records();
    let sorted = match sorted_by.filter(|_| named == Columns::Folded) {
        Some(column) => in_order(&mut records, column)?,
        None => Vec::new(),
    };
    for record in sorted.into_iter().map(Ok).chain(records) {
        let record = record.map_err(|e| e.to_string())?;
        let node = doc.add_element(root, item.clone(), String::new(), u32::MAX);
        for (column, cell) in columns.iter().zip(record.iter()) {
            doc.add_element(node, column.clone(), cell.to_owned(), u32::MAX);
        }
        if doc.len() > MOST_NODES {
            return Err(format!("has more than {MOST_NODES} cells"));
        }
    }
    Ok(doc)
}

/// All rows by a column: numbers first, then texts; those that are equal stay as they stand.
fn in_order(
    records: &mut impl Iterator<Item = csv::Result<csv::StringRecord>>,
    column: usize,
) -> Result<Vec<csv::StringRecord>, String> {
    let mut all: Vec<csv::StringRecord> = Vec::new();
    for record in records {
        all.push(record.map_err(|e| e.to_string())?);
        if all.len() > MOST_NODES {
            return Err(format!("has more than {MOST_NODES} cells"));
        }
    }
    let cell = |record: &csv::StringRecord| record.get(column).unwrap_or_default().trim().to_owned();
    let key = |record: &csv::StringRecord| {
        let text = cell(record);
        let number = text.parse::<f64>().ok().filter(|n| n.is_finite());
        (number.unwrap_or(f64::INFINITY), text)
    };
    all.sort_by_cached_key(|record| {
        let (number, text) = key(record);
        // Numbers of equal value are equal, however they are written.
        (
            Number(number),
            if number.is_finite() { String::new() } else { text },
        )
    });
    Ok(all)
}

/// A number that can be sorted by.
#[derive(PartialEq)]
struct Number(f64);

impl Eq for Number {}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}

/// One `item` a feature: its properties, its `geometry` as ODK writes places, and its `id`.
fn geojson_items(bytes: &[u8]) -> Result<Doc, String> {
    let json: Json = serde_json::from_slice(bytes).map_err(|e| format!("is not JSON: {e}"))?;
    if json["type"] != "FeatureCollection" {
        return Err("is not a FeatureCollection".into());
    }
    let features = json["features"].as_array().ok_or("has no array of features")?;
    let mut doc = Doc::new();
    let root = doc.add_element(0, "root".into(), String::new(), u32::MAX);
    for (i, feature) in features.iter().enumerate() {
        if feature["type"] != "Feature" {
            return Err(format!("feature {}: is not a Feature", i + 1));
        }
        let node = doc.add_element(root, "item".into(), String::new(), u32::MAX);
        let geometry = &feature["geometry"];
        if !geometry.is_null() {
            let text = places(geometry).ok_or_else(|| {
                format!(
                    "feature {}: its geometry must be a Point, LineString or Polygon",
                    i + 1
                )
            })?;
            doc.add_element(node, "geometry".into(), text, u32::MAX);
        }
        if let Some(properties) = feature["properties"].as_object() {
            for (name, value) in properties {
                add_json(&mut doc, node, name, value);
            }
        }
        // RFC 7946: the id stands beside the properties and wins over one of the same name.
        if let Some(id) = feature.get("id").filter(|id| !id.is_null()) {
            let old = doc.children_named(node, "id").next();
            match old {
                Some(old) => doc.set_value(old, plain(id)),
                None => add_json(&mut doc, node, "id", id),
            }
        }
    }
    Ok(doc)
}

fn add_json(doc: &mut Doc, parent: NodeId, name: &str, value: &Json) {
    doc.add_element(parent, name.into(), plain(value), u32::MAX);
}

fn plain(value: &Json) -> String {
    match value {
        Json::String(text) => text.clone(),
        Json::Null => String::new(),
        other => other.to_string(),
    }
}

/// Writes a geometry as `latitude longitude 0 0; …`.
fn places(geometry: &Json) -> Option<String> {
    let coordinates = &geometry["coordinates"];
    let point = |c: &Json| Some(format!("{} {} 0 0", c.get(1)?.as_f64()?, c.get(0)?.as_f64()?));
    let line = |c: &Json| {
        c.as_array()?
            .iter()
            .map(point)
            .collect::<Option<Vec<_>>>()
            .map(|p| p.join("; "))
    };
    match geometry["type"].as_str()? {
        "Point" => point(coordinates),
        "LineString" => line(coordinates),
        "Polygon" => line(coordinates.get(0)?),
        _ => None,
    }
}
