//! Forms: listed, added, read in the version in force or in any other.

use axum::{
    Json, Router,
    body::Bytes,
    extract::{Path, Query, State},
    http::HeaderMap,
    response::{IntoResponse, Response},
    routing::get,
};
use serde_json::{Value, json};

use super::{
    Parts,
    drafts::{Options, definition_of, find_draft},
    find_form, is_true,
};
use crate::{
    collect::{
        self, FILERS, KEEPERS,
        model::{Form, FormFile, FormState, FormVersion},
        openrosa::{file_of, part, project_of, stream, xform_of},
        store,
    },
    platform::{
        app::App,
        op::Op,
        problem::{Problem, Result},
        time::Time,
    },
};

pub(super) fn routes() -> Router<App> {
    let form = "/v1/projects/{project}/forms/{form}";
    let at = |path: &str| format!("{form}{path}");
    Router::new()
        .route("/v1/projects/{project}/forms", get(list_forms).post(add_form))
        .route(form, get(form_or_file))
        .route(&at("/versions"), get(list_versions))
        .route(&at("/attachments"), get(list_files))
        .route(&at("/attachments/{file}"), get(file))
}

async fn list_forms(State(app): State<App>, op: Op, Path(parts): Parts) -> Result<Json<Value>> {
    op.require(&FILERS)?;
    let project = collect::project(&app, project_of(&parts)?).await?;
    let mut listed = Vec::new();
    for form in collect::list_forms(&app, Some(project.id)).await? {
        listed.push(form_json(&app, &form).await?);
    }
    Ok(Json(listed.into()))
}

async fn add_form(
    State(app): State<App>,
    op: Op,
    Path(parts): Parts,
    Query(options): Query<Options>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Value>> {
    op.require(&KEEPERS)?;
    let project = collect::project(&app, project_of(&parts)?).await?;
    let definition = definition_of(&headers, &options, body)?;
    if store::find_form(app.db.read(), project.id, &definition.form_id)
        .await?
        .is_some()
    {
        return Err(Problem::conflict("form-exists").with("form", &definition.form_id));
    }
    let form = collect::save_draft(&app, &op, &project, &definition).await?;
    if is_true(&options.publish) {
        collect::publish(&app, &op, &form, None).await?;
    }
    Ok(Json(form_json(&app, &form).await?))
}

async fn form_or_file(State(app): State<App>, op: Op, Path(mut parts): Parts) -> Result<Response> {
    op.require(&FILERS)?;
    let named = part(&parts, "form").to_owned();
    if let Some(form) = store::find_form(app.db.read(), project_of(&parts)?, &named).await? {
        return Ok(Json(form_json(&app, &form).await?).into_response());
    }
    let (form, ending) = named
        .rsplit_once('.')
        .ok_or_else(|| Problem::not_found("form-unknown").with("form", &named))?;
    parts.insert("form".into(), form.to_owned());
    let form = find_form(&app, &parts).await?;
    let version = newest(&app, &form).await?;
    match (ending, &version.workbook_blob) {
        ("xml", _) => xform_of(&app, &version).await,
        (ending, Some(blob)) if version.workbook_kind.as_deref() == Some(ending) => {
            stream(&app, blob, &named, None).await
        }
        _ => Err(Problem::not_found("form-unknown").with("form", &named)),
    }
}

async fn list_versions(State(app): State<App>, op: Op, Path(parts): Parts) -> Result<Json<Value>> {
    op.require(&FILERS)?;
    let form = find_form(&app, &parts).await?;
    let versions = store::list_versions(app.db.read(), &form.id).await?;
    Ok(Json(
        versions
            .iter()
            .map(|version| version_json(&form, version))
            .collect(),
    ))
}

async fn list_files(State(app): State<App>, op: Op, Path(parts): Parts) -> Result<Json<Value>> {
    op.require(&FILERS)?;
    let version = newest(&app, &find_form(&app, &parts).await?).await?;
    files_json(&app, &version).await
}

async fn file(State(app): State<App>, op: Op, Path(parts): Parts) -> Result<Response> {
    op.require(&FILERS)?;
    let version = newest(&app, &find_form(&app, &parts).await?).await?;
    file_of(&app, &version, part(&parts, "file")).await
}

/// The version in force, or the draft of a form that was never published.
pub(super) async fn newest(app: &App, form: &Form) -> Result<FormVersion> {
    match store::find_current(app.db.read(), &form.id).await? {
        Some(version) => Ok(version),
        None => find_draft(app, form).await,
    }
}

async fn form_json(app: &App, form: &Form) -> Result<Value> {
    Ok(version_json(form, &newest(app, form).await?))
}

pub(super) fn version_json(form: &Form, version: &FormVersion) -> Value {
    json!({
        "projectId": form.project_id,
        "xmlFormId": form.xml_form_id,
        "version": version.version,
        "name": version.title,
        "hash": version.xform_md5,
        "sha256": version.xform_blob,
        "state": if form.state == FormState::Open { "open" } else { "closed" },
        "enketoId": null,
        "keyId": null,
        "createdAt": form.created_at.to_string(),
        "updatedAt": null,
        "publishedAt": version.published_at.map(|at| at.to_string()),
    })
}

pub(super) async fn files_json(app: &App, version: &FormVersion) -> Result<Json<Value>> {
    let files = store::list_form_files(app.db.read(), &version.id).await?;
    Ok(Json(
        files
            .iter()
            .map(|file| file_json(file, version.created_at))
            .collect(),
    ))
}

fn file_json(file: &FormFile, at: Time) -> Value {
    let media_type = mime_guess::from_path(&file.name).first_or_octet_stream();
    let kind = match media_type.type_().as_str() {
        kind @ ("image" | "audio" | "video") => kind,
        _ => "file",
    };
    json!({
        "name": file.name,
        "type": kind,
        "hash": file.md5.as_deref().unwrap_or_default(),
        "exists": file.blob.is_some(),
        "blobExists": file.blob.is_some(),
        "datasetExists": false,
        "updatedAt": at.to_string(),
    })
}
