//! What changed between two versions, in plain sentences.

use tables::{Diff, Kind, SchemaChange, Value};

use crate::platform::i18n::Lang;

/// Columns that a sentence names before it says that there are more.
const MOST_NAMED: usize = 5;

/// Tells what changed: the rows first, then where they changed, then the columns.
pub fn sentences(lang: Lang, diff: &Diff) -> Vec<String> {
    let count = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    let mut all = counted(lang, diff.n_added, diff.n_removed, diff.n_changed);
    if !diff.columns.is_empty() {
        let named: Vec<String> = diff
            .columns
            .iter()
            .take(MOST_NAMED)
            .map(|(name, n)| {
                let text = lang.text("catalog-versions-in-rows").n("n", count(*n));
                text.arg("column", name).to_string()
            })
            .collect();
        let n_more = diff.columns.len().saturating_sub(MOST_NAMED);
        let more = match n_more {
            0 => String::new(),
            n => lang.text("catalog-versions-more-columns").n("n", n).to_string(),
        };
        let list = [named.join(", "), more]
            .into_iter()
            .filter(|part| !part.is_empty());
        let list = list.collect::<Vec<_>>().join(", ");
        all.push(
            lang.text("catalog-versions-where")
                .arg("columns", list)
                .to_string(),
        );
    }
    all.extend(diff.schema.iter().map(|change| of_column(lang, change)));
    all
}

/// Tells how many rows came, went and changed; that they are the same where none did.
pub fn counted(lang: Lang, n_added: u64, n_removed: u64, n_changed: u64) -> Vec<String> {
    let counts = [
        ("catalog-versions-added", n_added),
        ("catalog-versions-removed", n_removed),
        ("catalog-versions-changed", n_changed),
    ];
    let mut all: Vec<String> = counts
        .into_iter()
        .filter(|(_, n)| *n > 0)
        .map(|(id, n)| lang.text(id).n("n", n).to_string())
        .collect();
    if all.is_empty() {
        all.push(lang.text("catalog-versions-same").to_string());
    }
    all
}

/// How the rows of both were found in each other.
pub fn matched_by(lang: Lang, key: &[String]) -> String {
    match key {
        [] => lang.text("catalog-versions-no-key").to_string(),
        key => lang
            .text("catalog-versions-by-key")
            .arg("columns", key.join(", "))
            .to_string(),
    }
}

/// A value as a reader sees it; nothing is said in a word.
pub fn value(lang: Lang, value: &Value) -> String {
    if value.is_null() {
        lang.text("catalog-versions-nothing").to_string()
    } else {
        value.to_string()
    }
}

fn of_column(lang: Lang, change: &SchemaChange) -> String {
    let kind = |kind: &Kind| lang.text(format!("catalog-kind-{}", kind.as_str())).to_string();
    match change {
        SchemaChange::Added(column) => lang
            .text("catalog-versions-column-added")
            .arg("column", &column.name)
            .to_string(),
        SchemaChange::Removed(column) => lang
            .text("catalog-versions-column-removed")
            .arg("column", &column.name)
            .to_string(),
        SchemaChange::Retyped { name, from, to } => lang
            .text("catalog-versions-column-retyped")
            .arg("column", name)
            .arg("from", kind(from))
            .arg("to", kind(to))
            .to_string(),
        SchemaChange::Renamed { from, to } => lang
            .text("catalog-versions-column-renamed")
            .arg("from", from)
            .arg("to", to)
            .to_string(),
    }
}
