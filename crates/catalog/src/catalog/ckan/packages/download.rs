//! A file that was uploaded, as CKAN's addresses name it.

use axum::{
    extract::{Path, State},
    response::Response,
};

use crate::{
    catalog::{
        download,
        store::{self, portal},
        view, workflow,
    },
    platform::{
        app::App,
        op::Op,
        problem::{Problem, Result},
    },
};

/// `GET /dataset/{dataset}/resource/{resource}/download/{file}`: a file that was uploaded, byte for byte.
pub async fn file(
    State(app): State<App>,
    op: Op,
    Path((dataset, resource, _)): Path<(String, String, String)>,
) -> Result<Response> {
    let gone = || Problem::not_found("file-gone");
    let slug = portal::find_slug(app.db.read(), &dataset)
        .await?
        .ok_or_else(gone)?;
    let dataset = view::find_dataset(&app, &op, &slug).await?;
    let known = dataset.resources.iter().find(|known| known.id == resource);
    let known = known.ok_or_else(gone)?;
    let row = store::find_resource(app.db.read(), &resource)
        .await?
        .ok_or_else(gone)?;
    let blob = row.blob.ok_or_else(gone)?;
    if row.lake_table.is_some() {
        // Who may not see every column of a table may not have the file it came in. The first file waits for nobody: what a
        // producer publishes is theirs to publish. One that came later may hold columns that a steward has not seen yet.
        let shown = view::find_resource(&app, &op, &slug, &known.slug, None).await?;
        let is_first = shown.version.is_none() && !workflow::is_held(&app, &resource).await?;
        let is_shown = shown
            .files
            .iter()
            .any(|file| file.sha256 == blob && file.version.is_some() && file.version == shown.version);
        if !(shown.is_whole() && (is_first || is_shown || shown.dataset.may_write)) {
            return Err(Problem::forbidden("not-allowed"));
        }
    }
    download::blob(&app, &blob, &row.url).await
}
