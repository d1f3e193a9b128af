//! The draft of a form: its definition and files until it is published.

use axum::{
    Json, Router,
    body::Bytes,
    extract::{Path, Query, State},
    http::HeaderMap,
    routing::{get, post},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Parts, find_form,
    forms::{files_json, newest, version_json},
    is_true,
};
use crate::{
    collect::{
        self, Definition, KEEPERS,
        model::{Form, FormVersion},
        openrosa::{part, project_of},
        store,
    },
    platform::{
        app::App,
        op::Op,
        problem::{Problem, Result},
    },
};

pub(super) fn routes() -> Router<App> {
    let form = "/v1/projects/{project}/forms/{form}";
    let at = |path: &str| format!("{form}{path}");
    Router::new()
        .route(&at("/draft"), get(draft).post(save_draft))
        .route(&at("/draft/attachments"), get(list_draft_files))
        .route(&at("/draft/attachments/{file}"), post(give_file))
        .route(&at("/draft/publish"), post(publish))
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Options {
    #[serde(rename = "ignoreWarnings")]
    pub ignore_warnings: Option<String>,
    pub publish: Option<String>,
    pub version: Option<String>,
}

async fn draft(State(app): State<App>, op: Op, Path(parts): Parts) -> Result<Json<Value>> {
    op.require(&KEEPERS)?;
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
    op.require(&KEEPERS)?;
    let project = collect::project(&app, project_of(&parts)?).await?;
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
    collect::save_draft(&app, &op, &project, &definition).await?;
    Ok(Json(json!({ "success": true })))
}

async fn list_draft_files(State(app): State<App>, op: Op, Path(parts): Parts) -> Result<Json<Value>> {
    op.require(&KEEPERS)?;
    let draft = find_draft(&app, &find_form(&app, &parts).await?).await?;
    files_json(&app, &draft).await
}

async fn give_file(State(app): State<App>, op: Op, Path(parts): Parts, body: Bytes) -> Result<Json<Value>> {
    let form = find_form(&app, &parts).await?;
    collect::give_file(&app, &op, &form, part(&parts, "file"), body).await?;
    Ok(Json(json!({ "success": true })))
}

async fn publish(
    State(app): State<App>,
    op: Op,
    Path(parts): Parts,
    Query(options): Query<Options>,
) -> Result<Json<Value>> {
    let form = find_form(&app, &parts).await?;
    collect::publish(
        &app,
        &op,
        &form,
        options.version.as_deref().filter(|version| !version.is_empty()),
    )
    .await?;
    Ok(Json(json!({ "success": true })))
}

pub(super) async fn find_draft(app: &App, form: &Form) -> Result<FormVersion> {
    let found = store::find_draft(app.db.read(), &form.id).await?;
    found.ok_or_else(|| Problem::not_found("form-no-draft").with("form", &form.xml_form_id))
}

pub(super) fn definition_of(headers: &HeaderMap, options: &Options, body: Bytes) -> Result<Definition> {
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
