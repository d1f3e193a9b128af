//! The versions of a table, and what changed between two, as CSV.

use axum::{
    http::header,
    response::{IntoResponse, Response},
};

use super::VersionEntry;
use crate::platform::{
    problem::{Problem, Result},
    spreadsheet::harmless,
    time::Time,
};

/// Writes one line for each version.
///
/// # Errors
/// When writing fails.
pub fn versions_csv(name: &str, versions: &[VersionEntry]) -> Result<Response> {
    let head = [
        "version",
        "shown_at",
        "rows",
        "added",
        "removed",
        "standing",
        "reason",
        "replaced_by",
        "address",
    ];
    let rows = versions.iter().map(|known| {
        let counted = |n: u64| match known.is_counted {
            true => n.to_string(),
            false => String::new(),
        };
        vec![
            known.version.to_string(),
            Time(known.shown_at).to_string(),
            known.n_rows.to_string(),
            counted(known.n_added),
            counted(known.n_removed),
            known.standing.clone(),
            known.reason.clone(),
            known.replaced_by.clone(),
            known.address.clone(),
        ]
    });
    csv_of(name, head.map(str::to_owned).to_vec(), rows)
}

/// Writes rows below their head as a CSV file of this name, harmless to whoever opens it in a spreadsheet.
pub fn csv_of(name: &str, head: Vec<String>, rows: impl Iterator<Item = Vec<String>>) -> Result<Response> {
    let mut file = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    for row in std::iter::once(head).chain(rows) {
        file.write_record(row.iter().map(|value| harmless(value).into_owned()))
            .map_err(Problem::internal)?;
    }
    let bytes = file
        .into_inner()
        .map_err(|error| Problem::internal(anyhow::anyhow!("write a CSV file: {error}")))?;
    let disposition = format!("attachment; filename=\"{name}.csv\"");
    Ok((
        [
            (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
            (header::CONTENT_DISPOSITION, disposition),
        ],
        bytes,
    )
        .into_response())
}
