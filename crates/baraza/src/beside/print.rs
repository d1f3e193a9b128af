//! The same on paper, for the meeting of users and provider, by the template of dashboards: each criterion is a tile, what may be compared
//! another.

use serde_json::{Value, json};

use super::{Beside, Row, pages, words};
use crate::platform::{i18n::Lang, typeset::Document};

/// Returns what is said side by side as a document.
#[must_use]
pub fn document(lang: Lang, beside: &Beside) -> Document {
    let facility = &beside.facility;
    let about = lang.text("beside-lead").to_string();
    let said = [pages::said(lang, beside), pages::left_out(lang, beside)];
    let said: Vec<&str> = said
        .iter()
        .map(String::as_str)
        .filter(|said| !said.is_empty())
        .collect();
    let tiles: Vec<Value> = beside
        .rows
        .iter()
        .flat_map(|row| {
            let pairs = Some(pairs(lang, row)).filter(|_| !row.pairs.is_empty());
            [Some(sources(lang, row)), pairs]
        })
        .flatten()
        .collect();
    Document {
        template: "dashboard",
        lang,
        title: lang.text("beside-of").arg("facility", &facility.name).to_string(),
        made_at: beside.at,
        data: json!({
            "place": beside.place,
            "said": said.join(" "),
            "lead": about,
            "tiles": tiles,
        }),
        about,
    }
}

/// Who says what, with a bar of its points.
fn sources(lang: Lang, row: &Row) -> Value {
    let mut rows = Vec::new();
    for told in &row.told {
        let points = told.saying.points();
        let who = match told.title == words::source(lang, told.saying.source) {
            true => told.title.clone(),
            false => format!("{}: {}", words::source(lang, told.saying.source), told.title),
        };
        let words_of = [who, told.period.clone(), told.place.clone(), told.by.clone()].join(" · ");
        rows.push(json!([
            words_of,
            told.written,
            words::points(lang, points),
            points.map_or(-1.0, |points| points / 100.0)
        ]));
        rows.extend(told.parts.iter().map(|part| {
            json!([
                format!(
                    "– {} · {}",
                    part.title,
                    lang.text("beside-n").n("n", part.n_present)
                ),
                lang.number(part.points),
                lang.number(part.points),
                f64::from(part.points) / 100.0
            ])
        }));
    }
    let head = ["beside-who", "beside-value", "beside-points"].map(|id| lang.text(id).to_string());
    tile(&words::criterion(lang, row), "", &head, rows)
}

/// What may be compared, with the gap; where it may not, why.
fn pairs(lang: Lang, row: &Row) -> Value {
    let rows = row
        .pairs
        .iter()
        .filter_map(|compared| {
            let (first, second) = (row.told.get(compared.first)?, row.told.get(compared.second)?);
            let both = words::pair(lang, first, second);
            Some(json!([
                format!("{both}: {}", words::reasons(lang, &compared.pair)),
                words::how(lang, compared.pair.how),
                words::gap(lang, &compared.pair, second),
                -1.0
            ]))
        })
        .collect();
    let head = ["beside-pair", "beside-how", "beside-gap"].map(|id| lang.text(id).to_string());
    tile("", &lang.text("beside-pairs").to_string(), &head, rows)
}

fn tile(title: &str, caption: &str, head: &[String; 3], rows: Vec<Value>) -> Value {
    json!({
        "title": title,
        "text": "",
        "value": "",
        "light": "",
        "trend": "",
        "note": "",
        "caption": caption,
        "head": head,
        "rows": rows,
    })
}
