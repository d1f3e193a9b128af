//! The pack on paper: what `baraza-typeset` is given.

use serde_json::{Value, json};

use super::{
    pack::Pack,
    view::{Grid, MatterView, PackView},
};
use crate::{
    platform::{app::App, i18n::Lang, typeset::Document},
    requests::words::Teller,
};

/// Lines to write a decision on under each matter, and at the end.
const LINES_OF_A_MATTER: u8 = 2;
const LINES_AT_THE_END: u8 = 10;

/// Returns a pack as a document.
#[must_use]
pub fn document(app: &App, teller: &Teller, pack: &Pack, view: &PackView, title: String) -> Document {
    let lang = teller.lang;
    let text = |id: &'static str| lang.text(id).to_string();
    let mut red_blocks = Vec::new();
    for unit in &view.reds {
        red_blocks.extend(
            unit.matters
                .iter()
                .map(|matter| matter_block(lang, matter, LINES_OF_A_MATTER)),
        );
    }
    let mut sections = vec![
        section(
            lang,
            "requests-meeting-units",
            "requests-meeting-nothing",
            alone(&view.units),
        ),
        json!({
            "title": text("requests-meeting-decisions"),
            "lead": text("requests-meeting-decisions-about"),
            "empty": text("requests-meeting-decisions-none"),
            "blocks": alone(&view.decisions),
        }),
        json!({
            "title": text("requests-meeting-reds"),
            "lead": view.reds_left,
            "empty": text("requests-meeting-reds-none"),
            "blocks": red_blocks,
        }),
        json!({
            "title": text("requests-meeting-turning"),
            "lead": text("requests-meeting-turning-about"),
            "empty": text("requests-meeting-turning-none"),
            "blocks": view.turning.iter().map(|matter| matter_block(lang, matter, 1)).collect::<Vec<_>>(),
        }),
        section(
            lang,
            "requests-meeting-repeats",
            "requests-meeting-repeats-none",
            view.repeats()
                .into_iter()
                .map(|grid| grid_block(grid, &grid.title))
                .collect(),
        ),
        json!({
            "title": text("requests-meeting-signals"),
            "lead": signals_lead(lang, view),
            "empty": text("requests-meeting-signals-none"),
            "blocks": alone(&view.signals),
        }),
    ];
    sections.push(json!({
        "title": text("requests-meeting-new-decisions"),
        "lead": text("requests-meeting-new-decisions-about"),
        "empty": "",
        "blocks": [{ "kind": "lines", "about": text("requests-meeting-decision-line"), "lines": LINES_AT_THE_END }],
    }));
    let warning = match pack.is_confidential() {
        true => text("requests-meeting-warning"),
        false => String::new(),
    };
    Document {
        template: "meeting",
        lang,
        about: text("requests-meeting-about"),
        made_at: pack.as_of,
        data: json!({
            "when": view.when,
            "where": app.config.name,
            "warning": warning,
            "lead": view.lead,
            "counts": view.counts,
            "sections": sections,
        }),
        title,
    }
}

fn section(lang: Lang, title: &'static str, empty: &'static str, blocks: Vec<Value>) -> Value {
    json!({
        "title": lang.text(title).to_string(),
        "lead": "",
        "empty": lang.text(empty).to_string(),
        "blocks": blocks,
    })
}

fn signals_lead(lang: Lang, view: &PackView) -> String {
    let mut lead = lang.text("requests-meeting-signals-about").to_string();
    for line in &view.standing_out {
        lead.push(' ');
        lead += line;
    }
    lead
}

/// A table if it has rows, without its name: the section has it.
fn alone(grid: &Grid) -> Vec<Value> {
    match grid.rows.is_empty() {
        true => Vec::new(),
        false => vec![grid_block(grid, "")],
    }
}

fn grid_block(grid: &Grid, about: &str) -> Value {
    let rows: Vec<Vec<&str>> = grid
        .rows
        .iter()
        .map(|row| row.iter().map(|said| said.text.as_str()).collect())
        .collect();
    json!({ "kind": "table", "about": about, "head": grid.head, "numeric": grid.numeric, "rows": rows })
}

fn matter_block(lang: Lang, matter: &MatterView, lines: u8) -> Value {
    json!({
        "kind": "matter",
        "code": matter.written,
        "title": matter.service,
        "tag": [matter.tone, matter.tag.text],
        "facts": matter.facts,
        "text": matter.text,
        "history": matter.history,
        "decision": lang.text("requests-meeting-decision-line").to_string(),
        "lines": lines,
    })
}
