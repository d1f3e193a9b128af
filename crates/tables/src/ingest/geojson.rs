//! GeoJSON (RFC 7946): a row a feature, its properties as columns and its geometry as text.

use serde::Deserialize;
use serde_json::{Map, Value as Json};

use super::{
    Job, Written,
    bad_rows::BadRows,
    bounds::{refuse_large_json, refuse_wide},
    cells::{self, CellFacts},
    csv::dialect,
    guess::Reading,
    jsonl::cell,
    no_rows,
    received::Received,
};
use crate::{
    error::{Error, Result},
    value::{Column, Kind, Value},
};

#[derive(Deserialize)]
struct Collection {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    features: Vec<Json>,
}

pub fn read(job: &Job, received: &Received) -> Result<Written> {
    refuse_large_json(received.size()?)?;
    let collection: Collection = serde_json::from_reader(received.reader()?).map_err(|error| {
        Error::bad_file(format!(
            "line {}, column {}: {error}; correct the GeoJSON there",
            error.line(),
            error.column()
        ))
    })?;
    if collection.kind != "FeatureCollection" {
        return Err(Error::bad_file(format!(
            "the file is a {:?}; write a FeatureCollection",
            collection.kind
        )));
    }
    let mut bad_rows = BadRows::default();
    let mut names: Vec<String> = Vec::new();
    let mut facts: Vec<CellFacts> = Vec::new();
    let mut ids = CellFacts::default();
    let mut good: Vec<&Json> = Vec::new();
    let none = Map::new();
    for (at, feature) in collection.features.iter().enumerate() {
        if feature["type"] != "Feature" {
            bad_rows.push(
                at as u64 + 1,
                format!("feature {} has no type \"Feature\"; write it", at + 1),
                &feature.to_string(),
            );
            continue;
        }
        good.push(feature);
        ids.see(at as u64 + 1, &cell(job, &feature["id"]));
        for (key, value) in feature["properties"].as_object().unwrap_or(&none) {
            let place = names.iter().position(|name| name == key).unwrap_or_else(|| {
                names.push(key.clone());
                facts.push(CellFacts::default());
                names.len() - 1
            });
            facts[place].see(at as u64 + 1, &cell(job, value));
        }
        refuse_wide(names.len())?;
    }
    if good.is_empty() {
        return Err(no_rows("the file"));
    }
    let mut titles = names.clone();
    let with_id = !ids.is_empty() && !names.iter().any(|name| name == "id");
    if with_id {
        facts.push(ids);
        titles.push("id".into());
    }
    titles.push("geometry".into());
    let mut names_of_columns = dialect::names(Some(&titles), titles.len())?;
    let geometry = names_of_columns.pop().unwrap_or_default();
    let mut typed = cells::typed(names_of_columns, &facts);
    typed.columns.push(Column::new(geometry, Kind::Geometry));
    typed.readings.push(Reading::Text);
    let rows = good.iter().map(|feature| {
        let properties = feature["properties"].as_object().unwrap_or(&none);
        let mut row: Vec<Value> = names
            .iter()
            .map(|name| properties.get(name).map_or(Value::Null, |value| cell(job, value)))
            .collect();
        if with_id {
            row.push(cell(job, &feature["id"]));
        }
        row.push(match &feature["geometry"] {
            Json::Null => Value::Null,
            geometry => Value::Text(geometry.to_string()),
        });
        Ok(row)
    });
    cells::write(job, typed, rows, || bad_rows)
}
