//! Files of submissions: which ones the answers name, and those that are here.

use std::collections::HashMap;

use axum::{
    Json, Router,
    body::Body,
    extract::{Path, State},
    http::{HeaderMap, header},
    response::Response,
    routing::get,
};
use futures::TryStreamExt;
use serde_json::{Value, json};

use super::{Parts, Source, success};
use crate::{
    collect::{
        self, FILERS, KEEPERS,
        model::{Form, NewFile, Submission},
        openrosa::{MOST_FILE_BYTES, part, stream},
        reading, reviews, store,
    },
    platform::{
        app::App,
        op::Op,
        problem::{Problem, Result},
    },
};

pub(super) fn routes() -> Router<App> {
    let mut router = Router::new();
    for base in [
        "/v1/projects/{project}/forms/{form}",
        "/v1/projects/{project}/forms/{form}/draft",
    ] {
        router = router
            .route(
                &format!("{base}/submissions/{{instance}}/attachments"),
                get(list_files),
            )
            .route(
                &format!("{base}/submissions/{{instance}}/attachments/{{file}}"),
                get(file).post(give_file).delete(take_file),
            )
            .route(
                &format!("{base}/submissions/{{instance}}/versions/{{version}}/attachments"),
                get(list_files_of_version),
            )
            .route(
                &format!("{base}/submissions/{{instance}}/versions/{{version}}/attachments/{{file}}"),
                get(file_of_version).delete(take_file_of_version),
            );
    }
    router
}

async fn list_files(
    State(app): State<App>,
    op: Op,
    Path(parts): Parts,
    Source(form): Source,
) -> Result<Json<Value>> {
    let found = collect::submission(&app, &op, &form, part(&parts, "instance")).await?;
    files_json(&app, &found).await
}

async fn list_files_of_version(
    State(app): State<App>,
    op: Op,
    Path(parts): Parts,
    Source(form): Source,
) -> Result<Json<Value>> {
    files_json(&app, &find_version(&app, &op, &parts, &form).await?).await
}

async fn file(State(app): State<App>, op: Op, Path(parts): Parts, Source(form): Source) -> Result<Response> {
    let found = collect::submission(&app, &op, &form, part(&parts, "instance")).await?;
    send(&app, &found, part(&parts, "file")).await
}

async fn file_of_version(
    State(app): State<App>,
    op: Op,
    Path(parts): Parts,
    Source(form): Source,
) -> Result<Response> {
    let found = find_version(&app, &op, &parts, &form).await?;
    send(&app, &found, part(&parts, "file")).await
}

/// Whoever files may bring a file that came too late; in the place of one that is here, only who keeps the forms.
async fn give_file(
    State(app): State<App>,
    op: Op,
    Path(parts): Parts,
    Source(form): Source,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Value>> {
    op.require(&FILERS)?;
    let name = part(&parts, "file");
    let found =
        store::submissions::find_by_instance(app.db.read(), &form.id, part(&parts, "instance")).await?;
    let found = found
        .filter(|found| found.deleted_at.is_none())
        .ok_or_else(|| Problem::not_found("submission-unknown"))?;
    // The newest version is meant, whichever id it came under.
    let newest = store::submissions::find_newest(app.db.read(), &form.id, &found.root_id).await?;
    let found = newest.unwrap_or(found);
    let is_own =
        found.filed_by.is_some() && found.filed_by.as_deref() == op.person().map(|me| me.id.as_str());
    let is_here = reading::files(&app, &found)
        .await?
        .iter()
        .any(|file| file.name == name);
    if (!is_own || is_here) && !reviews::may_review(&app, &op, &form, &found).await? {
        return Err(Problem::forbidden("not-allowed"));
    }
    let named = file_names(&app, &found).await?;
    if !named.iter().any(|known| known == name) {
        return Err(Problem::not_found("collect-file-not-named").with("file", name));
    }
    let media_type = headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .map_or_else(
            || mime_guess::from_path(name).first_or_octet_stream().to_string(),
            str::to_owned,
        );
    let bytes = body
        .into_data_stream()
        .map_err(|error| Problem::invalid("request-malformed").because(error));
    let blob = app.blobs.put_stream(bytes, MOST_FILE_BYTES).await?;
    let file = NewFile {
        name: name.to_owned(),
        blob: blob.id,
        size_bytes: blob.size_bytes,
        media_type,
    };
    collect::add_file(&app, &op, &found.id, &file).await?;
    Ok(success())
}

async fn take_file(
    State(app): State<App>,
    op: Op,
    Path(parts): Parts,
    Source(form): Source,
) -> Result<Json<Value>> {
    op.require(&KEEPERS)?;
    let found = collect::submission(&app, &op, &form, part(&parts, "instance")).await?;
    reviews::remove_file(&app, &op, &form, &found, part(&parts, "file")).await?;
    Ok(success())
}

async fn take_file_of_version(
    State(app): State<App>,
    op: Op,
    Path(parts): Parts,
    Source(form): Source,
) -> Result<Json<Value>> {
    op.require(&KEEPERS)?;
    let found = find_version(&app, &op, &parts, &form).await?;
    reviews::remove_file(&app, &op, &form, &found, part(&parts, "file")).await?;
    Ok(success())
}

/// Finds a version of a submission that the caller may read.
async fn find_version(
    app: &App,
    op: &Op,
    parts: &HashMap<String, String>,
    form: &Form,
) -> Result<Submission> {
    let newest = collect::submission(app, op, form, part(parts, "instance")).await?;
    let found = store::submissions::find_by_instance(app.db.read(), &form.id, part(parts, "version")).await?;
    found
        .filter(|edit| edit.root_id == newest.root_id)
        .ok_or_else(|| Problem::not_found("submission-unknown"))
}

async fn send(app: &App, of: &Submission, name: &str) -> Result<Response> {
    let file = reading::files(app, of)
        .await?
        .into_iter()
        .find(|file| file.name == name);
    let file = file.ok_or_else(|| Problem::not_found("file-gone"))?;
    stream(app, &file.blob, name, Some(&file.media_type)).await
}

async fn files_json(app: &App, of: &Submission) -> Result<Json<Value>> {
    let here = reading::files(app, of).await?;
    let mut named = file_names(app, of).await?;
    named.extend(here.iter().map(|file| file.name.clone()));
    named.sort();
    named.dedup();
    let listed: Vec<Value> = named
        .iter()
        .map(|name| json!({ "name": name, "exists": here.iter().any(|file| file.name == *name) }))
        .collect();
    Ok(Json(listed.into()))
}

/// The files that the answers name.
async fn file_names(app: &App, of: &Submission) -> Result<Vec<String>> {
    let questionnaire = collect::questionnaire(app, &of.version_id).await?;
    let xml = reading::answers(app, of).await?;
    Ok(formats::xform::Instance::read(&questionnaire.xform, &xml)
        .map(|instance| instance.file_names(&questionnaire.xform))
        .unwrap_or_default())
}
