//! Forms: listed, added, read in the version in force, changed, thrown away and put back.

use axum::{
    Json, Router,
    body::Bytes,
    extract::{OriginalUri, Path, Query, State},
    http::HeaderMap,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Parts,
    actors::{Actors, account_of},
    body_of,
    drafts::{Options, definition_of, find_draft},
    find_form, is_extended, is_true, odata, require_sight, success,
};
use crate::{
    collect::{
        self, KEEPERS,
        entities::choices,
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
        .route(form, get(form_or_file).patch(change_form).delete(delete_form))
        .route(&at("/restore"), post(restore_form))
        .route(&at("/fields"), get(fields))
        .route(&at("/attachments"), get(list_files))
        .route(&at("/attachments/{file}"), get(file))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct ListQuery {
    deleted: Option<String>,
}

async fn list_forms(
    State(app): State<App>,
    op: Op,
    Path(parts): Parts,
    Query(query): Query<ListQuery>,
    headers: HeaderMap,
) -> Result<Json<Value>> {
    require_sight(&op)?;
    let project = collect::project(&app, project_of(&parts)?).await?;
    if !is_true(&query.deleted) {
        return Ok(Json(
            list_json(&app, &op, project.id, is_extended(&headers))
                .await?
                .into(),
        ));
    }
    let mut listed = Vec::new();
    for form in collect::list_trashed_forms(&app, &op, &project).await? {
        let version = newest(&app, &form).await?;
        let mut body = version_json(&form, &version);
        body["id"] = form.number.into();
        body["deletedAt"] = json!(form.deleted_at.map(|at| at.to_string()));
        if is_extended(&headers) {
            extend(&app, &form, &version, &mut body).await?;
        }
        listed.push(body);
    }
    Ok(Json(listed.into()))
}

/// Writes the forms of a project that the caller may see; those never published are their keepers' business.
pub(super) async fn list_json(app: &App, op: &Op, project: i64, extended: bool) -> Result<Vec<Value>> {
    let mut listed = Vec::new();
    for form in collect::list_forms(app, Some(project)).await? {
        let version = newest(app, &form).await?;
        if version.published_at.is_none() && !op.has(&KEEPERS) {
            continue;
        }
        let mut body = version_json(&form, &version);
        if extended {
            extend(app, &form, &version, &mut body).await?;
        }
        listed.push(body);
    }
    Ok(listed)
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
    let trashed = collect::list_trashed_forms(&app, &op, &project).await?;
    let definition = definition_of(&headers, &options, body, |id| {
        trashed.iter().any(|form| form.xml_form_id == id).then(|| {
            json!({
                "type": "deletedFormExists",
                "details": { "xmlFormId": id },
                "reason": "There is a form with the same ID in the Trash. If you publish this Form, you won’t be able to undelete the other one with the matching ID.",
            })
        })
    })?;
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
    form_json(&app, &form, &headers).await.map(Json)
}

async fn form_or_file(
    State(app): State<App>,
    op: Op,
    OriginalUri(uri): OriginalUri,
    Path(mut parts): Parts,
    headers: HeaderMap,
) -> Result<Response> {
    if let Some(service) = odata::service(&app, &op, &parts, &uri, &headers).await {
        return service;
    }
    require_sight(&op)?;
    let named = part(&parts, "form").to_owned();
    if let Some(form) = store::find_form(app.db.read(), project_of(&parts)?, &named).await? {
        visible(&app, &op, &form).await?;
        return Ok(Json(form_json(&app, &form, &headers).await?).into_response());
    }
    let (form, ending) = named
        .rsplit_once('.')
        .ok_or_else(|| Problem::not_found("form-unknown").with("form", &named))?;
    parts.insert("form".into(), form.to_owned());
    let form = find_form(&app, &parts).await?;
    let version = visible(&app, &op, &form).await?;
    definition_file(&app, &form, &version, ending).await
}

/// Hands out a definition as XML, or as the workbook it was made from.
pub(super) async fn definition_file(
    app: &App,
    form: &Form,
    version: &FormVersion,
    ending: &str,
) -> Result<Response> {
    match (ending, &version.workbook_blob) {
        ("xml", _) => xform_of(app, version).await,
        (ending, Some(blob)) if version.workbook_kind.as_deref() == Some(ending) => {
            stream(app, blob, &format!("{}.{ending}", form.xml_form_id), None).await
        }
        _ => Err(Problem::not_found("form-unknown").with("form", format!("{}.{ending}", form.xml_form_id))),
    }
}

/// Returns the version in force, or the draft of a form that was never published to those who keep it.
async fn visible(app: &App, op: &Op, form: &Form) -> Result<FormVersion> {
    let version = newest(app, form).await?;
    if version.published_at.is_none() {
        op.require(&KEEPERS)?;
    }
    Ok(version)
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Said {
    state: Option<String>,
}

async fn change_form(
    State(app): State<App>,
    op: Op,
    Path(parts): Parts,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Value>> {
    op.require(&KEEPERS)?;
    let form = find_form(&app, &parts).await?;
    let said: Said = body_of(&body)?;
    if let Some(wanted) = said.state {
        let state = FormState::parse(&wanted);
        if state.as_str() != wanted {
            return Err(Problem::invalid("collect-form-state-unknown").with("state", wanted));
        }
        collect::change_form(&app, &op, &form, form.audience, state).await?;
    }
    let form = find_form(&app, &parts).await?;
    form_json(&app, &form, &headers).await.map(Json)
}

async fn delete_form(State(app): State<App>, op: Op, Path(parts): Parts) -> Result<Json<Value>> {
    op.require(&KEEPERS)?;
    let form = find_form(&app, &parts).await?;
    collect::throw_form_away(&app, &op, &form).await?;
    Ok(success())
}

/// A form in the trash has a number and no name.
async fn restore_form(State(app): State<App>, op: Op, Path(parts): Parts) -> Result<Json<Value>> {
    op.require(&KEEPERS)?;
    let project = collect::project(&app, project_of(&parts)?).await?;
    let said = part(&parts, "form");
    let number = said
        .parse()
        .map_err(|_| Problem::not_found("form-unknown").with("form", said))?;
    collect::put_form_back(&app, &op, &project, number).await?;
    Ok(success())
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct FieldsQuery {
    pub odata: Option<String>,
}

async fn fields(
    State(app): State<App>,
    op: Op,
    Path(parts): Parts,
    Query(query): Query<FieldsQuery>,
) -> Result<Json<Value>> {
    require_sight(&op)?;
    let version = visible(&app, &op, &find_form(&app, &parts).await?).await?;
    fields_json(&app, &version, is_true(&query.odata)).await
}

/// Writes the questions of a version and what they stand in, in the order of its instance.
pub(super) async fn fields_json(app: &App, version: &FormVersion, is_odata: bool) -> Result<Json<Value>> {
    let questionnaire = collect::questionnaire(app, &version.id).await?;
    let fields = questionnaire.xform.fields();
    let listed: Vec<Value> = fields
        .into_iter()
        .map(|field| {
            let clean = |text: &str| match is_odata {
                true => for_odata(text),
                false => text.to_owned(),
            };
            let mut body = json!({
                "path": field.path.split('/').map(clean).collect::<Vec<_>>().join("/"),
                "name": clean(&field.name),
                "type": field.kind,
                "binary": field.names_file.then_some(true),
                "selectMultiple": field.is_multiple.then_some(true),
            });
            if let Some(body) = body.as_object_mut() {
                body.retain(|key, value| {
                    !value.is_null() || matches!(key.as_str(), "binary" | "selectMultiple")
                });
            }
            body
        })
        .collect();
    Ok(Json(listed.into()))
}

/// OData allows letters, digits and `_` in names, and no digit at the start.
fn for_odata(name: &str) -> String {
    let mut clean: String = name
        .chars()
        .map(|c| if c.is_alphanumeric() || c == '_' { c } else { '_' })
        .collect();
    if clean.starts_with(|c: char| c.is_ascii_digit()) {
        clean.insert(0, '_');
    }
    clean
}

async fn list_files(State(app): State<App>, op: Op, Path(parts): Parts) -> Result<Json<Value>> {
    require_sight(&op)?;
    let version = visible(&app, &op, &find_form(&app, &parts).await?).await?;
    files_json(&app, &version).await
}

async fn file(State(app): State<App>, op: Op, Path(parts): Parts) -> Result<Response> {
    require_sight(&op)?;
    let version = visible(&app, &op, &find_form(&app, &parts).await?).await?;
    file_of(&app, &op, &version, part(&parts, "file")).await
}

/// The version in force, or the draft of a form that was never published.
pub(super) async fn newest(app: &App, form: &Form) -> Result<FormVersion> {
    match store::find_current(app.db.read(), &form.id).await? {
        Some(version) => Ok(version),
        None => find_draft(app, form).await,
    }
}

async fn form_json(app: &App, form: &Form, headers: &HeaderMap) -> Result<Value> {
    let version = newest(app, form).await?;
    let mut body = version_json(form, &version);
    if is_extended(headers) {
        extend(app, form, &version, &mut body).await?;
    }
    Ok(body)
}

/// Adds what Central tells of a form when it is asked for more.
pub(super) async fn extend(app: &App, form: &Form, version: &FormVersion, body: &mut Value) -> Result<()> {
    let counts = store::counts::of_form(app.db.read(), &form.id).await?;
    let xform = app.blobs.bytes(&version.xform_blob).await?;
    let actors = Actors::of(app, vec![account_of(&version.created_by)]).await?;
    body["submissions"] = counts.n_submissions.into();
    body["lastSubmission"] = json!(counts.last_filed_at.map(|at| Time(at).to_string()));
    body["reviewStates"] = json!({
        "received": counts.n_received,
        "hasIssues": counts.n_with_issues,
        "edited": counts.n_edited,
    });
    body["entityRelated"] = String::from_utf8_lossy(&xform)
        .contains("entities-version")
        .into();
    body["excelContentType"] = match version.workbook_kind.as_deref() {
        Some("xlsx") => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet".into(),
        Some("xls") => "application/vnd.ms-excel".into(),
        _ => Value::Null,
    };
    body["createdBy"] = actors.json(account_of(&version.created_by));
    Ok(())
}

pub(super) fn version_json(form: &Form, version: &FormVersion) -> Value {
    json!({
        "projectId": form.project_id,
        "xmlFormId": form.xml_form_id,
        "state": form.state.as_str(),
        "enketoId": null,
        "enketoOnceId": null,
        "createdAt": form.created_at.to_string(),
        "updatedAt": form.updated_at.map(|at| at.to_string()),
        "keyId": null,
        "version": version.version,
        "hash": version.xform_md5,
        "sha256": version.xform_blob,
        "draftToken": version.draft_token,
        "publishedAt": version.published_at.map(|at| at.to_string()),
        "name": version.title,
    })
}

pub(super) async fn files_json(app: &App, version: &FormVersion) -> Result<Json<Value>> {
    let files = store::list_form_files(app.db.read(), &version.id).await?;
    let lists = choices::linked(app, &version.id).await?;
    let written = files.iter().map(|file| {
        let mut json = file_json(file, version.created_at);
        if lists.iter().any(|(name, _)| *name == file.name) {
            (json["exists"], json["datasetExists"]) = (true.into(), true.into());
        }
        json
    });
    Ok(Json(written.collect()))
}

pub(super) fn file_json(file: &FormFile, at: Time) -> Value {
    let media_type = mime_guess::from_path(&file.name).first_or_octet_stream();
    let kind = match media_type.type_().as_str() {
        kind @ ("image" | "audio" | "video") => kind,
        _ => "file",
    };
    let mut body = json!({
        "name": file.name,
        "type": kind,
        "hash": file.md5.as_deref().unwrap_or_default(),
        "exists": file.blob.is_some(),
        "blobExists": file.blob.is_some(),
        "datasetExists": false,
        "updatedAt": at.to_string(),
    });
    if let Some(size) = file.size_bytes {
        body["size"] = size.into();
    }
    body
}
