//! Files that are no tables: each that came stays at `/files/{its SHA-256}` and can be cited when another took its place.

use axum::{
    Router,
    extract::{Path, State},
    response::Response,
    routing::get,
};
use serde::Serialize;

use super::{
    download,
    store::files::{self as rows, KeptRow},
    view::{self, Dataset},
};
use crate::platform::{
    app::App,
    op::Op,
    problem::{Kind, Problem, Result},
};

/// Digits of a SHA-256, and the fewest that an address may have of them.
const ALL_DIGITS: usize = 64;
const FEWEST_DIGITS: usize = 8;
/// Files that are looked at for one address.
const MOST_FOUND: i64 = 100;

/// The routes of this file.
pub fn routes() -> Router<App> {
    Router::new().route("/files/{digest}", get(show))
}

/// A file that came for a resource.
#[derive(Debug, Clone, Serialize)]
pub struct KeptFile {
    pub name: String,
    pub sha256: String,
    /// None for one that came before this was kept.
    pub size_bytes: Option<i64>,
    /// In microseconds since 1970 UTC.
    #[serde(serialize_with = "view::rfc3339")]
    pub received_at: i64,
    /// The path of its permanent address.
    pub href: String,
}

/// Lists the files that came for a resource of a dataset, as far as the dataset's reader may have them, the newest first.
///
/// # Errors
/// When the database fails.
pub async fn list(app: &App, dataset: &Dataset, resource: &str) -> Result<Vec<KeptFile>> {
    let came = rows::list(app.db.read(), resource).await?;
    Ok(came
        .into_iter()
        .filter(|row| is_seen(dataset, row))
        .map(|row| KeptFile {
            href: format!("/files/{}", row.blob),
            name: row.name,
            sha256: row.blob,
            size_bytes: row.size_bytes,
            received_at: row.received_at,
        })
        .collect())
}

/// Whether somebody who may read a dataset may have a file that came for it: of an open one what came before it was opened, and was
/// replaced by then, is for those who work on it.
fn is_seen(dataset: &Dataset, row: &KeptRow) -> bool {
    row.public_at.is_some() || !dataset.is_open || dataset.may_write
}

/// The file with a SHA-256, or with one that begins so and no other; byte for byte.
async fn show(State(app): State<App>, op: Op, Path(digest): Path<String>) -> Result<Response> {
    let gone = || Problem::not_found("file-gone");
    let digest = digest.to_ascii_lowercase();
    let is_digest = (FEWEST_DIGITS..=ALL_DIGITS).contains(&digest.len())
        && digest.bytes().all(|digit| digit.is_ascii_hexdigit());
    if !is_digest {
        return Err(gone());
    }
    let mut found: Option<KeptRow> = None;
    let mut withdrawn = None;
    for row in rows::find(app.db.read(), &digest, MOST_FOUND).await? {
        let dataset = match view::find_dataset(&app, &op, &row.dataset_slug).await {
            Ok(dataset) => dataset,
            Err(problem) if problem.kind() == Kind::Gone && row.public_at.is_some() => {
                withdrawn = Some(problem);
                continue;
            }
            Err(problem) if problem.kind() == Kind::Internal => return Err(problem),
            // Whoever may not read it is not told that it is there.
            Err(_) => continue,
        };
        let mut resources = dataset.resources.iter();
        if !(resources.any(|known| known.id == row.resource_id) && is_seen(&dataset, &row)) {
            continue;
        }
        if found.as_ref().is_some_and(|known| known.blob != row.blob) {
            return Err(gone());
        }
        found = Some(row);
    }
    match found {
        Some(row) => download::blob(&app, &row.blob, &row.name).await,
        None => Err(withdrawn.unwrap_or_else(gone)),
    }
}
