//! A report card on paper, by the template of dashboards: what it says of the whole, then its numbers.

use serde_json::{Value, json};

use super::{
    Card, Lamp, Number,
    pages::{facts, how_made, month_in_words, source, title, value, written},
};
use crate::{
    indicators::model::definition::Light,
    platform::{i18n::Lang, time::Time, typeset::Document},
};

/// No bar is drawn beside a row.
const NO_BAR: f64 = -1.0;

/// Returns a card as a document; `place` is what the place of its numbers is called, `made` the day on which it was made, in words.
pub fn document(lang: Lang, card: &Card, (place, made): (&str, &str), frozen_at: Time) -> Document {
    let month = month_in_words(lang, &card.month);
    Document {
        template: "dashboard",
        lang,
        title: format!("{} – {month}", card.name),
        about: lang.text("dashboards-cards-lead").to_string(),
        made_at: frozen_at,
        data: json!({
            "place": place,
            "said": how_made(lang, card, made),
            "lead": "",
            "tiles": [whole(lang, card, place), numbers(lang, &card.numbers)],
        }),
    }
}

fn whole(lang: Lang, card: &Card, place: &str) -> Value {
    let rows: Vec<Value> = facts(lang, card, place)
        .into_iter()
        .map(|(name, said)| json!([name, said, "", NO_BAR]))
        .collect();
    json!({
        "title": lang.text("dashboards-cards-whole").to_string(),
        "text": "",
        "value": light_in_words(lang, card.light),
        "light": "",
        "trend": "",
        "note": "",
        "caption": "",
        "head": [
            lang.text("dashboards-cards-what").to_string(),
            lang.text("dashboards-cards-stands").to_string(),
            "",
        ],
        "rows": rows,
    })
}

fn numbers(lang: Lang, numbers: &[Number]) -> Value {
    let text = |id: &'static str| lang.text(id).to_string();
    let rows: Vec<Value> = numbers.iter().map(|number| row(lang, number)).collect();
    json!({
        "title": text("dashboards-tree-numbers"),
        "text": "",
        "value": "",
        "light": "",
        "trend": "",
        "note": "",
        "caption": "",
        "head": [
            text("dashboards-cards-number"),
            text("dashboards-cards-value"),
            format!("{} · {}", text("dashboards-cards-aim"), text("dashboards-cards-light")),
        ],
        "rows": rows,
    })
}

/// The number with its period and where it comes from, its value, its aim with the light.
fn row(lang: Lang, number: &Number) -> Value {
    let words = [title(lang, number), number.period.clone(), source(lang, number)];
    let told: Vec<&str> = words
        .iter()
        .map(String::as_str)
        .filter(|part| !part.is_empty())
        .collect();
    let aim = written(lang, number, number.aim);
    let light = light_in_words(lang, number.light);
    json!([
        told.join(" · "),
        value(lang, number),
        format!("{aim} · {light}"),
        NO_BAR
    ])
}

fn light_in_words(lang: Lang, lamp: Option<Lamp>) -> String {
    match lamp.map(Light::from) {
        Some(light) => lang
            .text(format!("indicators-light-{}", light.as_str()))
            .to_string(),
        None => lang.text("dashboards-tree-no-light").to_string(),
    }
}
