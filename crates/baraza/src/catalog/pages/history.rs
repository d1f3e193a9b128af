//! Where a table comes from: its file, the rows that could not be read, its versions.

use crate::{
    catalog::{
        reading::HowToRead,
        view::{FileView, Resource},
    },
    platform::{
        app::App,
        html::parts::{Cell, SummaryRow},
        i18n::Lang,
        op::Op,
        problem::Result,
        time::Time,
    },
};

/// Changes of a table that its page tells.
const MOST_CHANGES: usize = 20;

/// How a file's sender had it read; empty where that was left to the program.
pub fn how_in_words(lang: Lang, how: &HowToRead) -> String {
    let named =
        |id: &'static str, value: Option<String>| value.map(|value| format!("{}: {value}", lang.text(id)));
    let sign = |kind: &str, word: &str| lang.text(format!("catalog-{kind}-{word}")).to_string();
    [
        named("catalog-sheet", how.sheet.clone()),
        named(
            "catalog-delimiter",
            how.delimiter.map(|one| sign("delimiter", one.as_str())),
        ),
        named(
            "catalog-decimal",
            how.decimal.map(|one| sign("decimal", one.as_str())),
        ),
        named(
            "catalog-missing",
            (!how.missing.is_empty()).then(|| how.missing.join(", ")),
        ),
    ]
    .into_iter()
    .flatten()
    .collect::<Vec<_>>()
    .join(" · ")
}

/// A version of a table.
pub struct HistoryRow {
    pub version: u64,
    pub href: String,
    pub is_shown: bool,
    pub at: String,
    pub what: String,
    pub n_rows: String,
}

pub fn bad_row_cells(file: &FileView) -> Vec<Vec<Cell>> {
    file.told(100)
        .map(|row| {
            vec![
                Cell::text(row.line),
                Cell::text(&row.reason),
                Cell::text(&row.text),
            ]
        })
        .collect()
}

pub fn origin(app: &App, lang: Lang, resource: &Resource) -> Vec<SummaryRow> {
    let mut rows = Vec::new();
    let mut row = |id: &str, value: String| rows.push(SummaryRow::new(lang.text(id.to_owned()), value));
    row(
        "catalog-origin",
        lang.text(format!("catalog-origin-{}", resource.dataset.origin))
            .to_string(),
    );
    if let Some(file) = resource
        .files
        .iter()
        .find(|file| file.version.is_some() && file.version == resource.version)
    {
        row("catalog-file", file.name.clone());
        row(
            "catalog-received",
            lang.date_time(app.config.zoned(Time(file.received_at)).datetime()),
        );
        row(
            "catalog-size",
            lang.text("catalog-bytes").n("n", file.size_bytes).to_string(),
        );
        row("catalog-digest", file.sha256.clone());
        row("catalog-rows-read", lang.number(file.n_rows));
        row("catalog-rows-bad", lang.number(file.n_bad));
        let how = how_in_words(lang, &file.how);
        if !how.is_empty() {
            row("catalog-how", how);
        }
    }
    if let Some(name) = &resource.sql_name {
        row("catalog-sql-name", name.clone());
    }
    rows
}

pub async fn history(app: &App, op: &Op, resource: &Resource, path: &str) -> Result<Vec<HistoryRow>> {
    let shown = resource.table.version.map(|version| version.0);
    let newest = resource.version.and_then(|version| u64::try_from(version).ok());
    let changes = resource.history(app, MOST_CHANGES).await?;
    Ok(changes
        .into_iter()
        // One that came after the shown one was withdrawn.
        .filter(|commit| newest.is_none_or(|newest| commit.version.0 <= newest))
        .filter_map(|commit| {
            // Housekeeping leaves the rows as they are.
            let n_rows = commit
                .n_rows
                .filter(|_| commit.n_added > 0 || commit.n_removed > 0)?;
            Some(HistoryRow {
                version: commit.version.0,
                href: format!("{path}?version={}", commit.version),
                is_shown: shown == Some(commit.version.0),
                at: op.lang.date_time(app.config.zoned(Time(commit.at)).datetime()),
                what: op
                    .lang
                    .text("catalog-rows-changed")
                    .n("added", i64::try_from(commit.n_added).unwrap_or(i64::MAX))
                    .n("removed", i64::try_from(commit.n_removed).unwrap_or(i64::MAX))
                    .to_string(),
                n_rows: op.lang.number(i64::try_from(n_rows).unwrap_or(i64::MAX)),
            })
        })
        .collect())
}
