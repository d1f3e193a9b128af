//! Submissions: filed, read, corrected, with their files.

use std::collections::HashMap;

use axum::{
    Json, Router,
    body::Bytes,
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Parts, find_form, number_of};
use crate::{
    collect::{
        self, Delivery, FILERS,
        model::{NewFile, Submission},
        openrosa::{part, project_of, stream},
        reading, store,
    },
    platform::{
        app::App,
        op::Op,
        problem::{Problem, Result},
    },
};

/// Most submissions one list holds.
const MOST_LISTED: usize = 100_000;

pub(super) fn routes() -> Router<App> {
    let form = "/v1/projects/{project}/forms/{form}";
    let at = |path: &str| format!("{form}{path}");
    Router::new()
        .route(&at("/submissions"), get(list_submissions).post(submit))
        .route(&at("/submissions/{instance}"), get(submission).put(edit))
        .route(
            &at("/submissions/{instance}/attachments"),
            get(list_submission_files),
        )
        .route(
            &at("/submissions/{instance}/attachments/{file}"),
            get(submission_file).post(give_submission_file),
        )
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Options {
    #[serde(rename = "deviceID")]
    device_id: Option<String>,
}

async fn list_submissions(State(app): State<App>, op: Op, Path(parts): Parts) -> Result<Json<Value>> {
    let form = find_form(&app, &parts).await?;
    let submissions = collect::list_submissions(&app, &op, &form, None, MOST_LISTED).await?;
    Ok(Json(submissions.iter().map(submission_json).collect()))
}

async fn submit(
    State(app): State<App>,
    op: Op,
    Path(parts): Parts,
    Query(options): Query<Options>,
    body: Bytes,
) -> Result<Response> {
    let delivery = Delivery {
        project: project_of(&parts)?,
        form: Some(part(&parts, "form").to_owned()),
        xml: body,
        device_id: options.device_id,
        files: Vec::new(),
    };
    filed(&app, &op, &parts, delivery).await
}

/// An edit names what it corrects in its own XML, as a phone's would.
async fn edit(State(app): State<App>, op: Op, Path(parts): Parts, body: Bytes) -> Result<Response> {
    let form = find_form(&app, &parts).await?;
    collect::submission(&app, &op, &form, part(&parts, "instance")).await?;
    let delivery = Delivery {
        project: project_of(&parts)?,
        form: Some(form.xml_form_id),
        xml: body,
        ..Delivery::default()
    };
    filed(&app, &op, &parts, delivery).await
}

async fn filed(app: &App, op: &Op, parts: &HashMap<String, String>, delivery: Delivery) -> Result<Response> {
    let receipt = collect::receive(app, op, delivery).await?;
    let form = find_form(app, parts).await?;
    let found = store::submissions::find_by_instance(app.db.read(), &form.id, &receipt.instance_id).await?;
    let mut submission = found.ok_or_else(|| Problem::not_found("submission-unknown"))?;
    if submission.filed_by.as_deref() != op.person().map(|me| me.id.as_str()) {
        // Under an id that somebody else filed, its sender learns only that it is taken.
        (submission.name, submission.device_id) = (None, None);
    }
    Ok((StatusCode::OK, Json(submission_json(&submission))).into_response())
}

async fn submission(State(app): State<App>, op: Op, Path(parts): Parts) -> Result<Response> {
    let form = find_form(&app, &parts).await?;
    let named = part(&parts, "instance");
    match named.strip_suffix(".xml") {
        Some(instance) => {
            let found = collect::submission(&app, &op, &form, instance).await?;
            let xml = reading::answers(&app, &found).await?;
            Ok(([(header::CONTENT_TYPE, "application/xml; charset=utf-8")], xml).into_response())
        }
        None => Ok(Json(submission_json(
            &collect::submission(&app, &op, &form, named).await?,
        ))
        .into_response()),
    }
}

async fn list_submission_files(State(app): State<App>, op: Op, Path(parts): Parts) -> Result<Json<Value>> {
    let (named, here) = submission_files(&app, &op, &parts).await?;
    let listed: Vec<Value> = named
        .iter()
        .map(|name| json!({ "name": name, "exists": here.iter().any(|file| file.name == *name) }))
        .collect();
    Ok(Json(listed.into()))
}

async fn submission_file(State(app): State<App>, op: Op, Path(parts): Parts) -> Result<Response> {
    let (_, here) = submission_files(&app, &op, &parts).await?;
    let name = part(&parts, "file");
    let file = here
        .into_iter()
        .find(|file| file.name == name)
        .ok_or_else(|| Problem::not_found("file-gone"))?;
    stream(&app, &file.blob, name, Some(&file.media_type)).await
}

async fn give_submission_file(
    State(app): State<App>,
    op: Op,
    Path(parts): Parts,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Value>> {
    op.require(&FILERS)?;
    let form = find_form(&app, &parts).await?;
    let found =
        store::submissions::find_by_instance(app.db.read(), &form.id, part(&parts, "instance")).await?;
    let submission = found.ok_or_else(|| Problem::not_found("submission-unknown"))?;
    let media_type = headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .unwrap_or("application/octet-stream")
        .to_owned();
    let blob = app.blobs.put(body).await?;
    let file = NewFile {
        name: part(&parts, "file").to_owned(),
        blob: blob.id,
        size_bytes: blob.size_bytes,
        media_type,
    };
    collect::add_file(&app, &op, &submission.id, &file).await?;
    Ok(Json(json!({ "success": true })))
}

/// The files that the answers name, and those that are here.
async fn submission_files(
    app: &App,
    op: &Op,
    parts: &HashMap<String, String>,
) -> Result<(Vec<String>, Vec<NewFile>)> {
    let form = find_form(app, parts).await?;
    let found = collect::submission(app, op, &form, part(parts, "instance")).await?;
    let here = reading::files(app, &found).await?;
    let questionnaire = collect::questionnaire(app, &found.version_id).await?;
    let xml = reading::answers(app, &found).await?;
    let mut named = formats::xform::Instance::read(&questionnaire.xform, &xml)
        .map(|instance| instance.file_names(&questionnaire.xform))
        .unwrap_or_default();
    named.extend(here.iter().map(|file| file.name.clone()));
    named.sort();
    named.dedup();
    Ok((named, here))
}

fn submission_json(submission: &Submission) -> Value {
    json!({
        "instanceId": submission.root_id,
        "submitterId": submission.filed_by.as_deref().map_or(0, number_of),
        "deviceId": submission.device_id,
        "userAgent": null,
        "reviewState": null,
        "instanceName": submission.name,
        "createdAt": submission.filed_at.to_string(),
        "updatedAt": null,
        "currentVersion": { "instanceId": submission.instance_id, "current": true },
    })
}
