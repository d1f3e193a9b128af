//! A dashboard on paper: the words and numbers of its tiles for the template `dashboard`, which draws bars of its own.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{
    Shown,
    model::Shows,
    tiles::{Filled, TileView},
};
use crate::{
    indicators::{
        model::observation::{Observation, Status},
        tiles::{Across, Told},
    },
    platform::{
        html::parts::{Cell, Words},
        i18n::{Lang, numbers::NO_VALUE},
        typeset::Document,
    },
};

/// Returns a dashboard as a document; `place` is what the place is called, `said` which version it is.
#[must_use]
pub fn document(
    lang: Lang,
    shown: &Shown,
    (place, said): (&str, &str),
    filled: &[Filled],
    views: &[Arc<TileView>],
) -> Document {
    let tiles: Vec<Value> = filled
        .iter()
        .zip(views)
        .map(|(filled, view)| tile(lang, filled, view))
        .collect();
    let written = &shown.document;
    Document {
        template: "dashboard",
        lang,
        title: written.title.clone(),
        about: written.about.clone(),
        made_at: shown.at,
        data: json!({
            "place": place,
            "said": said,
            "lead": written.about,
            "tiles": tiles,
        }),
    }
}

fn tile(lang: Lang, filled: &Filled, view: &TileView) -> Value {
    let rows: Vec<Value> = match &filled.told {
        Some(told) => rows(lang, filled, told),
        None => Vec::new(),
    };
    json!({
        "title": view.title,
        "text": if view.trouble.is_empty() { &view.text } else { &view.trouble },
        "value": view.value,
        "light": view.light_text,
        "trend": view.trend,
        "note": view.note,
        "caption": view.caption,
        "head": [
            view.head.first().map(in_plain_words).unwrap_or_default(),
            lang.text("indicators-value").to_string(),
            lang.text("indicators-interval").to_string(),
        ],
        "rows": rows,
    })
}

fn in_plain_words(cell: &Cell) -> String {
    match &cell.content {
        Words::Plain(words) => words.clone(),
        Words::Html(_) => String::new(),
    }
}

/// A row of each part or period: words, number, interval, and how long its bar is of the longest, from 0 to 1; below 0 for no bar.
fn rows(lang: Lang, filled: &Filled, told: &Told) -> Vec<Value> {
    let Shows::Figure(figure) = &filled.tile.shows else {
        return Vec::new();
    };
    let numbers: Vec<(&str, &Observation)> = match figure.across {
        Across::Places | Across::Groups(_) => told
            .parts
            .iter()
            .map(|part| (part.label.as_str(), &part.observation))
            .collect(),
        Across::Time if figure.shape.is_of_one_period() => Vec::new(),
        Across::Time => told.over_time.iter().map(|o| (o.period.as_str(), o)).collect(),
    };
    let values = || numbers.iter().filter_map(|(_, o)| o.figures.value);
    let longest = values().fold(0.0_f64, f64::max);
    let has_bars = longest > 0.0 && values().all(|value| value >= 0.0);
    let unit = told.unit();
    numbers
        .iter()
        .map(|(label, o)| {
            let value = match (o.status, o.figures.value) {
                (Status::Suppressed, _) => lang.text("indicators-withheld").to_string(),
                (_, Some(value)) => unit.write(lang, value),
                (_, None) => NO_VALUE.to_owned(),
            };
            let interval = match (o.figures.lower, o.figures.upper) {
                (Some(lower), Some(upper)) => {
                    format!("{}–{}", unit.write(lang, lower), unit.write(lang, upper))
                }
                _ => String::new(),
            };
            let bar = o.figures.value.filter(|_| has_bars).map(|value| value / longest);
            json!([label, value, interval, bar.unwrap_or(-1.0)])
        })
        .collect()
}
