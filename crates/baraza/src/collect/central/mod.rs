//! The part of the ODK Central API that pyodk needs to publish forms, give out devices and read submissions.
//!
//! Booleans of queries come as Python writes them (`True`); a definition is XML or a workbook.

use std::collections::HashMap;

use axum::{
    Json, Router,
    body::Bytes,
    extract::{DefaultBodyLimit, Path, Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{
    Definition, Delivery, FILERS, READERS,
    model::{AppUser, Form, FormFile, FormState, FormVersion, NewFile, Project, Submission},
    openrosa::{file_of, part, project_of, stream, xform_of},
    reading, store,
};
use crate::{
    places,
    platform::{
        app::App,
        op::{Op, Role},
        problem::{Problem, Result},
        time::Time,
    },
};

/// A workbook, list or picture of a form may be this long.
const MOST_BYTES: usize = 64 * 1024 * 1024;
/// Most submissions one list holds.
const MOST_LISTED: usize = 100_000;

pub(super) fn routes() -> Router<App> {
    let form = "/v1/projects/{project}/forms/{form}";
    let at = |path: &str| format!("{form}{path}");
    Router::new()
        .route("/v1/projects", get(list_projects).post(add_project))
        .route("/v1/projects/{project}", get(project))
        .route(
            "/v1/projects/{project}/app-users",
            get(list_app_users).post(add_app_user),
        )
        .route("/v1/projects/{project}/forms", get(list_forms).post(add_form))
        .route(form, get(form_or_file))
        .route(&at("/assignments/{role}/{user}"), post(assign))
        .route(&at("/versions"), get(list_versions))
        .route(&at("/attachments"), get(list_files))
        .route(&at("/attachments/{file}"), get(file))
        .route(&at("/draft"), get(draft).post(save_draft))
        .route(&at("/draft/attachments"), get(list_draft_files))
        .route(&at("/draft/attachments/{file}"), post(give_file))
        .route(&at("/draft/publish"), post(publish))
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
        .layer(DefaultBodyLimit::max(MOST_BYTES))
}

type Parts = Path<HashMap<String, String>>;

#[derive(Deserialize, Default)]
#[serde(default)]
struct Options {
    #[serde(rename = "ignoreWarnings")]
    ignore_warnings: Option<String>,
    publish: Option<String>,
    version: Option<String>,
    #[serde(rename = "deviceID")]
    device_id: Option<String>,
}

fn is_true(text: &Option<String>) -> bool {
    text.as_ref()
        .is_some_and(|text| text.eq_ignore_ascii_case("true"))
}

#[derive(Deserialize)]
struct Named {
    #[serde(alias = "displayName")]
    name: String,
}

/// An app user as ODK's clients ask for one, and the place where it files, which only ours know.
#[derive(Deserialize)]
struct NewAppUser {
    #[serde(alias = "displayName")]
    name: String,
    place: Option<String>,
}

async fn list_projects(State(app): State<App>, op: Op) -> Result<Json<Value>> {
    op.require_person()?;
    let projects = super::list_projects(&app).await?;
    Ok(Json(projects.iter().map(project_json).collect()))
}

async fn add_project(State(app): State<App>, op: Op, Json(named): Json<Named>) -> Result<Json<Value>> {
    Ok(Json(project_json(
        &super::save_project(&app, &op, &named.name, None).await?,
    )))
}

async fn project(State(app): State<App>, op: Op, Path(parts): Parts) -> Result<Json<Value>> {
    op.require_person()?;
    Ok(Json(project_json(
        &super::project(&app, project_of(&parts)?).await?,
    )))
}

async fn list_app_users(State(app): State<App>, op: Op, Path(parts): Parts) -> Result<Json<Value>> {
    op.require(&READERS)?;
    let project = super::project(&app, project_of(&parts)?).await?;
    let users = super::list_app_users(&app, &op, &project).await?;
    Ok(Json(users.iter().map(|user| app_user_json(user, None)).collect()))
}

async fn add_app_user(
    State(app): State<App>,
    op: Op,
    Path(parts): Parts,
    Json(wanted): Json<NewAppUser>,
) -> Result<Json<Value>> {
    op.require(&[Role::Steward])?;
    let all = places::all(&app).await?;
    let codes: Vec<&str> = match &wanted.place {
        Some(code) => vec![code],
        // Without a place it files where its steward works: everywhere, or at each of their places.
        None if op.has_at::<&str>(&[Role::Steward], &[]) => Vec::new(),
        None => op
            .person()
            .into_iter()
            .flat_map(|me| &me.grants)
            .filter(|grant| grant.role == Role::Steward)
            .filter_map(|grant| grant.place.as_deref())
            .collect(),
    };
    let lineages = codes
        .into_iter()
        .map(|code| Ok(places::known(&all, code)?.lineage()))
        .collect::<Result<Vec<Vec<&str>>>>()?;
    let (user, secret) = super::add_app_user(&app, &op, project_of(&parts)?, &wanted.name, &lineages).await?;
    Ok(Json(app_user_json(&user, Some(&secret))))
}

/// Every device of a project may fill all its forms, so there is nothing to assign.
async fn assign(State(app): State<App>, op: Op, Path(parts): Parts) -> Result<Json<Value>> {
    op.require(&super::KEEPERS)?;
    find_form(&app, &parts).await?;
    Ok(Json(json!({ "success": true })))
}

async fn list_forms(State(app): State<App>, op: Op, Path(parts): Parts) -> Result<Json<Value>> {
    op.require(&FILERS)?;
    let project = super::project(&app, project_of(&parts)?).await?;
    let mut listed = Vec::new();
    for form in super::list_forms(&app, Some(project.id)).await? {
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
    op.require(&super::KEEPERS)?;
    let project = super::project(&app, project_of(&parts)?).await?;
    let definition = definition_of(&headers, &options, body)?;
    if store::find_form(app.db.read(), project.id, &definition.form_id)
        .await?
        .is_some()
    {
        return Err(Problem::conflict("form-exists").with("form", &definition.form_id));
    }
    let form = super::save_draft(&app, &op, &project, &definition).await?;
    if is_true(&options.publish) {
        super::publish(&app, &op, &form, None).await?;
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

async fn draft(State(app): State<App>, op: Op, Path(parts): Parts) -> Result<Json<Value>> {
    op.require(&super::KEEPERS)?;
    let form = find_form(&app, &parts).await?;
    Ok(Json(version_json(&form, &find_draft(&app, &form).await?)))
}

async fn save_draft(
    State(app): State<App>,
    op: Op,
    Path(parts): Parts,
    Query(options): Query<Options>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Value>> {
    op.require(&super::KEEPERS)?;
    let project = super::project(&app, project_of(&parts)?).await?;
    let form = find_form(&app, &parts).await?;
    let definition = if body.is_empty() {
        // A draft of nothing is the version in force once more, to give it other files.
        let version = newest(&app, &form).await?;
        Definition::read(app.blobs.bytes(&version.xform_blob).await?, "form.xml", None)?
    } else {
        definition_of(&headers, &options, body)?
    };
    if definition.form_id != form.xml_form_id {
        return Err(Problem::invalid("form-malformed").with(
            "detail",
            format!(
                "its id is {:?}, but the address says {:?}",
                definition.form_id, form.xml_form_id
            ),
        ));
    }
    super::save_draft(&app, &op, &project, &definition).await?;
    Ok(Json(json!({ "success": true })))
}

async fn list_draft_files(State(app): State<App>, op: Op, Path(parts): Parts) -> Result<Json<Value>> {
    op.require(&super::KEEPERS)?;
    let draft = find_draft(&app, &find_form(&app, &parts).await?).await?;
    files_json(&app, &draft).await
}

async fn give_file(State(app): State<App>, op: Op, Path(parts): Parts, body: Bytes) -> Result<Json<Value>> {
    let form = find_form(&app, &parts).await?;
    super::give_file(&app, &op, &form, part(&parts, "file"), body).await?;
    Ok(Json(json!({ "success": true })))
}

async fn publish(
    State(app): State<App>,
    op: Op,
    Path(parts): Parts,
    Query(options): Query<Options>,
) -> Result<Json<Value>> {
    let form = find_form(&app, &parts).await?;
    super::publish(
        &app,
        &op,
        &form,
        options.version.as_deref().filter(|version| !version.is_empty()),
    )
    .await?;
    Ok(Json(json!({ "success": true })))
}

async fn list_submissions(State(app): State<App>, op: Op, Path(parts): Parts) -> Result<Json<Value>> {
    let form = find_form(&app, &parts).await?;
    let submissions = super::list_submissions(&app, &op, &form, None, MOST_LISTED).await?;
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
    super::submission(&app, &op, &form, part(&parts, "instance")).await?;
    let delivery = Delivery {
        project: project_of(&parts)?,
        form: Some(form.xml_form_id),
        xml: body,
        ..Delivery::default()
    };
    filed(&app, &op, &parts, delivery).await
}

async fn filed(app: &App, op: &Op, parts: &HashMap<String, String>, delivery: Delivery) -> Result<Response> {
    let receipt = super::receive(app, op, delivery).await?;
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
            let found = super::submission(&app, &op, &form, instance).await?;
            let xml = reading::answers(&app, &found).await?;
            Ok(([(header::CONTENT_TYPE, "application/xml; charset=utf-8")], xml).into_response())
        }
        None => Ok(Json(submission_json(
            &super::submission(&app, &op, &form, named).await?,
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
    super::add_file(&app, &op, &submission.id, &file).await?;
    Ok(Json(json!({ "success": true })))
}

/// The files that the answers name, and those that are here.
async fn submission_files(
    app: &App,
    op: &Op,
    parts: &HashMap<String, String>,
) -> Result<(Vec<String>, Vec<NewFile>)> {
    let form = find_form(app, parts).await?;
    let found = super::submission(app, op, &form, part(parts, "instance")).await?;
    let here = reading::files(app, &found).await?;
    let questionnaire = super::questionnaire(app, &found.version_id).await?;
    let xml = reading::answers(app, &found).await?;
    let mut named = formats::xform::Instance::read(&questionnaire.xform, &xml)
        .map(|instance| instance.file_names(&questionnaire.xform))
        .unwrap_or_default();
    named.extend(here.iter().map(|file| file.name.clone()));
    named.sort();
    named.dedup();
    Ok((named, here))
}

async fn find_form(app: &App, parts: &HashMap<String, String>) -> Result<Form> {
    super::form(app, project_of(parts)?, part(parts, "form")).await
}

async fn find_draft(app: &App, form: &Form) -> Result<FormVersion> {
    let found = store::find_draft(app.db.read(), &form.id).await?;
    found.ok_or_else(|| Problem::not_found("form-no-draft").with("form", &form.xml_form_id))
}

/// The version in force, or the draft of a form that was never published.
async fn newest(app: &App, form: &Form) -> Result<FormVersion> {
    match store::find_current(app.db.read(), &form.id).await? {
        Some(version) => Ok(version),
        None => find_draft(app, form).await,
    }
}

fn definition_of(headers: &HeaderMap, options: &Options, body: Bytes) -> Result<Definition> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let stem = text("x-xlsform-formid-fallback")
        .map(|stem| {
            percent_encoding::percent_decode_str(stem)
                .decode_utf8_lossy()
                .into_owned()
        })
        .unwrap_or_default();
    let ending = match text("content-type").map(|kind| kind.split(';').next().unwrap_or_default().trim()) {
        Some("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet") => ".xlsx",
        Some("application/vnd.ms-excel") => ".xls",
        Some("text/csv") => ".csv",
        Some("text/markdown") => ".md",
        _ => "",
    };
    let definition = Definition::read(body, &format!("{stem}{ending}"), None)?;
    if !is_true(&options.ignore_warnings) && definition.workbook.is_some() && !definition.warnings.is_empty()
    {
        return Err(Problem::invalid("form-warnings").with("detail", definition.warnings.join("\n")));
    }
    Ok(definition)
}

fn project_json(project: &Project) -> Value {
    json!({
        "id": project.id,
        "name": project.name,
        "description": null,
        "archived": false,
        "keyId": null,
        "createdAt": project.created_at.to_string(),
        "updatedAt": null,
        "deletedAt": null,
    })
}

fn app_user_json(user: &AppUser, secret: Option<&str>) -> Value {
    json!({
        "projectId": user.project_id,
        "id": user.id,
        "displayName": user.name,
        "createdAt": user.created_at.to_string(),
        "type": "field_key",
        // Kept hashed, so it can be told only when it is made.
        "token": secret,
        "updatedAt": null,
        "deletedAt": null,
    })
}

async fn form_json(app: &App, form: &Form) -> Result<Value> {
    Ok(version_json(form, &newest(app, form).await?))
}

fn version_json(form: &Form, version: &FormVersion) -> Value {
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

async fn files_json(app: &App, version: &FormVersion) -> Result<Json<Value>> {
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

/// ODK's clients expect an account's id to be a number; this one is the same for the same account.
fn number_of(account: &str) -> u32 {
    let hash = Sha256::digest(account.as_bytes());
    u32::from_be_bytes([hash[0], hash[1], hash[2], hash[3]]) & 0x7fff_ffff
}
