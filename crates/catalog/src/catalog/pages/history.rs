//! Where a table comes from: its file, the rows that could not be read, its versions.

use crate::{
    catalog::{
        reading::HowToRead,
        reasons,
        versions::{
            Comparable, VersionEntry,
            counts::{self, Effort},
        },
        view::{FileView, Resource},
    },
    platform::{
        app::App,
        html::parts::{Cell, SummaryRow},
        i18n::Lang,
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
    /// Since when it could be read.
    pub at: String,
    /// What changed since the one before; empty for the first.
    pub what: String,
    /// Where that is shown row by row; empty where there is nothing to compare.
    pub diff: String,
    pub n_rows: String,
}

pub fn bad_row_cells(lang: Lang, file: &FileView) -> Vec<Vec<Cell>> {
    file.told(100)
        .map(|row| {
            vec![
                Cell::text(row.line),
                Cell::text(reasons::in_words(lang, &row.reason)),
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

/// The newest versions that can be read, of all that are known, each with what changed since the one before.
///
/// # Errors
/// When the database or the store fails.
pub async fn history(
    app: &App,
    lang: Lang,
    resource: &Resource,
    known: &[VersionEntry],
    path: &str,
) -> Result<Vec<HistoryRow>> {
    let read = resource.table.version.map(|version| version.0);
    let served: Vec<&VersionEntry> = known
        .iter()
        .filter(|known| known.standing != "withdrawn")
        .collect();
    if served.is_empty() {
        return Ok(Vec::new());
    }
    let told = &served[..served.len().min(MOST_CHANGES)];
    let looked_at: Vec<u64> = served
        .iter()
        .take(MOST_CHANGES + 1)
        .map(|known| known.version)
        .collect();
    let comparable = Comparable::of(app, resource, &looked_at).await?;
    let pairs: Vec<(&VersionEntry, &VersionEntry)> = served
        .windows(2)
        .take(MOST_CHANGES)
        .map(|pair| (pair[0], pair[1]))
        .filter(|(after, before)| {
            !resource.columns.is_empty() && comparable.holds(before.version, after.version)
        })
        .collect();
    let counts = counts::count(app, resource, &comparable, &pairs, Effort::Kept).await?;
    let row = |known: &VersionEntry| {
        let before = pairs
            .iter()
            .find(|(after, _)| after.version == known.version)
            .map(|(_, before)| before.version);
        let what = match (counts.get(&known.version), before) {
            (Some(counts), _) => counts.in_words(lang),
            (None, Some(_)) => lang.text("catalog-versions-see-changes").to_string(),
            (None, None) => String::new(),
        };
        HistoryRow {
            version: known.version,
            href: format!("{path}?version={}", known.version),
            is_shown: read == Some(known.version),
            at: lang.date_time(app.config.zoned(Time(known.shown_at)).datetime()),
            what,
            diff: before.map_or_else(String::new, |before| {
                format!("{path}/versions/{before}..{}", known.version)
            }),
            n_rows: lang.number(known.n_rows),
        }
    };
    Ok(told.iter().copied().map(row).collect())
}
