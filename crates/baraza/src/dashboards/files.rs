//! A dashboard as CSV and as JSON: the same numbers as its page shows, all of them.

use anyhow::Context;
use serde_json::{Value, json};

use super::{
    Shown,
    model::{Shows, Tile},
    tiles::Filled,
};
use crate::{
    indicators::{
        model::observation::Observation,
        tiles::{Across, Told},
    },
    platform::{spreadsheet::harmless, time::Time},
};

/// Writes every number of every tile as one row.
///
/// # Errors
/// Never in practice: writing to memory does not fail.
pub fn csv(filled: &[Filled]) -> anyhow::Result<String> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record([
        "tile",
        "title",
        "kind",
        "indicator",
        "place",
        "period",
        "by",
        "codes",
        "status",
        "value",
        "lower_95",
        "upper_95",
        "n",
        "standing",
        "definition_version",
    ])?;
    let number = |n: Option<f64>| n.map(|n| n.to_string()).unwrap_or_default();
    for (at, filled) in filled.iter().enumerate() {
        let Some(told) = &filled.told else {
            continue;
        };
        for o in observations(filled, told) {
            let f = &o.figures;
            writer.write_record([
                (at + 1).to_string().as_str(),
                &harmless(&title(&filled.tile, told)),
                kind(&filled.tile),
                &told.definition.code,
                &o.place,
                &o.period,
                &o.by,
                &o.codes,
                o.status.as_str(),
                &number(f.value),
                &number(f.lower),
                &number(f.upper),
                &f.n.map(|n| n.to_string()).unwrap_or_default(),
                o.standing.as_str(),
                &told.definition.version,
            ])?;
        }
    }
    let bytes = writer.into_inner().context("finish the CSV")?;
    Ok(String::from_utf8(bytes)?)
}

/// Writes the document with the numbers of its tiles.
///
/// # Errors
/// When the document cannot be written as JSON, which is our mistake.
pub fn json(shown: &Shown, here: &str, filled: &[Filled], now: Time) -> anyhow::Result<Value> {
    let tiles = filled
        .iter()
        .map(|filled| {
            let mut tile = serde_json::to_value(&filled.tile)?;
            if let Some(told) = &filled.told {
                tile["numbers"] = serde_json::to_value(observations(filled, told))?;
                tile["definition_version"] = told.definition.version.as_str().into();
                tile["unit"] = told.unit().code().into();
            }
            if let Some(live) = &filled.live {
                tile["unit"] = live.feed.unit.as_str().into();
                tile["value"] = live.last.map(|last| last.value).into();
                tile["at"] = live.last.map(|last| last.at.to_string()).into();
                tile["signal"] = live.feed.signal(live.last.as_ref(), now).as_str().into();
            }
            Ok(tile)
        })
        .collect::<anyhow::Result<Vec<Value>>>()?;
    let document = &shown.document;
    Ok(json!({
        "code": shown.code,
        "title": document.title,
        "about": document.about,
        "version": shown.version,
        "published_at": shown.at.to_string(),
        "place": here,
        "tiles": tiles,
    }))
}

/// What a tile shows: the parts, or everybody together in its period, or in all.
fn observations<'a>(filled: &Filled, told: &'a Told) -> Vec<&'a Observation> {
    match &filled.tile.shows {
        Shows::Text(_) | Shows::Live(_) => Vec::new(),
        Shows::Figure(figure) => match figure.across {
            Across::Places | Across::Groups(_) => told.parts.iter().map(|part| &part.observation).collect(),
            Across::Time if figure.shape.is_of_one_period() => told.headline().into_iter().collect(),
            Across::Time => told.over_time.iter().collect(),
        },
    }
}

fn kind(tile: &Tile) -> &'static str {
    match &tile.shows {
        Shows::Text(_) => "text",
        Shows::Live(_) => "live",
        Shows::Figure(figure) => figure.shape.as_str(),
    }
}

fn title(tile: &Tile, told: &Told) -> String {
    if tile.title.is_empty() {
        told.definition.title.in_language("en").to_owned()
    } else {
        tile.title.clone()
    }
}
