//! A report on paper, by the template of dashboards: each block is a tile.

use serde_json::{Value, json};

use super::view::BlockView;
use crate::{
    listening::model::hotspot::Version,
    platform::{i18n::Lang, typeset::Document},
};

/// Returns a report as a document; `place` is what the place is called, `said` which version it is.
#[must_use]
pub fn document(
    lang: Lang,
    version: &Version,
    (place, said): (&str, &str),
    blocks: &[BlockView],
) -> Document {
    let about = lang
        .text("listening-hotspots-about")
        .arg("place", place)
        .to_string();
    Document {
        template: "dashboard",
        lang,
        title: version.title.clone(),
        made_at: version.at,
        data: json!({
            "place": place,
            "said": said,
            "lead": about,
            "tiles": blocks.iter().map(|block| tile(lang, block)).collect::<Vec<_>>(),
        }),
        about,
    }
}

fn tile(lang: Lang, block: &BlockView) -> Value {
    let rows: Vec<Value> = block
        .rows
        .iter()
        .map(|[group, n_talks, n_present]| json!([group, n_present, n_talks, -1.0]))
        .collect();
    let is_figure = block.kind == "figure";
    let mut text: Vec<String> = Vec::new();
    if !block.quote.is_empty() {
        text.push(format!("“{}”", block.quote));
    }
    if !is_figure && !block.value.is_empty() {
        text.push(block.value.clone());
    }
    text.extend(block.paragraphs.iter().cloned());
    let note = match block.href.as_str() {
        "" => block.note.clone(),
        href => [block.note.as_str(), href]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(" · "),
    };
    // What has no heading would run on behind the part before it.
    let title = match block.title.as_str() {
        "" => lang.text("listening-hotspots-quote").to_string(),
        title => title.to_owned(),
    };
    json!({
        "title": title,
        "text": text.join("\n\n"),
        "value": if is_figure { block.value.as_str() } else { "" },
        "light": "",
        "trend": "",
        "note": note,
        "caption": "",
        "head": [
            lang.text("listening-hotspots-group").to_string(),
            lang.text("listening-hotspots-n-present").to_string(),
            lang.text("listening-hotspots-n-talks").to_string(),
        ],
        "rows": rows,
    })
}
