//! The draft of a form: its definition and files until it is published.

use std::collections::HashMap;

use axum::{
    Json, Router,
    body::Bytes,
    extract::{Path, Query, State},
    http::HeaderMap,
    response::Response,
    routing::{get, post},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Parts, find_form,
    forms::{FieldsQuery, definition_file, extend, fields_json, file_json, files_json, newest, version_json},
    is_extended, is_true, success,
};
use crate::{
    collect::{
        self, Definition, KEEPERS,
        entities::lists::{self, Link},
        model::{Form, FormVersion},
        openrosa::{file_of, part, project_of},
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
        .route(&at("/draft"), get(draft).post(save_draft).delete(delete_draft))
        .route(&at("/draft.xml"), get(xml))
        .route(&at("/draft.xlsx"), get(xlsx))
        .route(&at("/draft.xls"), get(xls))
        .route(&at("/draft/fields"), get(fields))
        .route(&at("/draft/attachments"), get(list_files))
        .route(
            &at("/draft/attachments/{file}"),
            get(file).post(give_file).patch(link_file).delete(take_file),
        )
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

async fn draft(
    State(app): State<App>,
    op: Op,
    Path(parts): Parts,
    headers: HeaderMap,
) -> Result<Json<Value>> {
    let (form, draft) = find(&app, &op, &parts).await?;
    let mut body = version_json(&form, &draft);
    if is_extended(&headers) {
        extend(&app, &form, &draft, &mut body).await?;
    }
    Ok(Json(body))
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
        again(&app, &newest(&app, &form).await?).await?
    } else {
        definition_of(&headers, &options, body, |_| None)?
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
    Ok(success())
}

/// A draft of nothing is the version in force once more, with its workbook, to give it other files.
async fn again(app: &App, version: &FormVersion) -> Result<Definition> {
    let xform = app.blobs.bytes(&version.xform_blob).await?;
    let mut definition = Definition::read(xform, "form.xml", None)?;
    if let (Some(blob), Some(kind)) = (&version.workbook_blob, &version.workbook_kind) {
        let kinds = ["xlsx", "xls", "csv", "md"];
        let kind = kinds.into_iter().find(|known| known == kind);
        let workbook = app.blobs.bytes(blob).await?;
        definition.workbook = kind.map(|kind| (workbook, kind));
    }
    Ok(definition)
}

async fn delete_draft(State(app): State<App>, op: Op, Path(parts): Parts) -> Result<Json<Value>> {
    op.require(&KEEPERS)?;
    let form = find_form(&app, &parts).await?;
    collect::delete_draft(&app, &op, &form).await?;
    Ok(success())
}

async fn xml(State(app): State<App>, op: Op, Path(parts): Parts) -> Result<Response> {
    let (form, draft) = find(&app, &op, &parts).await?;
    definition_file(&app, &form, &draft, "xml").await
}

async fn xlsx(State(app): State<App>, op: Op, Path(parts): Parts) -> Result<Response> {
    let (form, draft) = find(&app, &op, &parts).await?;
    definition_file(&app, &form, &draft, "xlsx").await
}

async fn xls(State(app): State<App>, op: Op, Path(parts): Parts) -> Result<Response> {
    let (form, draft) = find(&app, &op, &parts).await?;
    definition_file(&app, &form, &draft, "xls").await
}

async fn fields(
    State(app): State<App>,
    op: Op,
    Path(parts): Parts,
    Query(query): Query<FieldsQuery>,
) -> Result<Json<Value>> {
    let (_, draft) = find(&app, &op, &parts).await?;
    fields_json(&app, &draft, is_true(&query.odata)).await
}

async fn list_files(State(app): State<App>, op: Op, Path(parts): Parts) -> Result<Json<Value>> {
    let (_, draft) = find(&app, &op, &parts).await?;
    files_json(&app, &draft).await
}

async fn file(State(app): State<App>, op: Op, Path(parts): Parts) -> Result<Response> {
    let (_, draft) = find(&app, &op, &parts).await?;
    file_of(&app, &op, &draft, part(&parts, "file")).await
}

async fn give_file(State(app): State<App>, op: Op, Path(parts): Parts, body: Bytes) -> Result<Json<Value>> {
    op.require(&KEEPERS)?;
    let form = find_form(&app, &parts).await?;
    let name = part(&parts, "file");
    collect::give_file(&app, &op, &form, name, body).await?;
    let draft = find_draft(&app, &form).await?;
    let files = store::list_form_files(app.db.read(), &draft.id).await?;
    let given = files.iter().find(|file| file.name == name);
    let given = given.ok_or_else(|| Problem::not_found("form-file-unknown").with("file", name))?;
    Ok(Json(file_json(given, op.at)))
}

#[derive(Deserialize)]
struct LinkInput {
    /// Whether the file is the live entity list of its name.
    dataset: bool,
}

async fn link_file(
    State(app): State<App>,
    op: Op,
    Path(parts): Parts,
    Json(input): Json<LinkInput>,
) -> Result<Json<Value>> {
    op.require(&KEEPERS)?;
    let form = find_form(&app, &parts).await?;
    let name = part(&parts, "file");
    let link = if input.dataset { Link::List } else { Link::File };
    lists::link_file(&app, &op, &form, name, link).await?;
    let draft = find_draft(&app, &form).await?;
    let Json(files) = files_json(&app, &draft).await?;
    let mut linked = files.as_array().into_iter().flatten();
    let linked = linked.find(|file| file["name"] == name);
    Ok(Json(linked.cloned().unwrap_or_default()))
}

async fn take_file(State(app): State<App>, op: Op, Path(parts): Parts) -> Result<Json<Value>> {
    op.require(&KEEPERS)?;
    let form = find_form(&app, &parts).await?;
    collect::take_file(&app, &op, &form, part(&parts, "file")).await?;
    Ok(success())
}

async fn publish(
    State(app): State<App>,
    op: Op,
    Path(parts): Parts,
    Query(options): Query<Options>,
) -> Result<Json<Value>> {
    op.require(&KEEPERS)?;
    let form = find_form(&app, &parts).await?;
    collect::publish(
        &app,
        &op,
        &form,
        options.version.as_deref().filter(|version| !version.is_empty()),
    )
    .await?;
    Ok(success())
}

async fn find(app: &App, op: &Op, parts: &HashMap<String, String>) -> Result<(Form, FormVersion)> {
    op.require(&KEEPERS)?;
    let form = find_form(app, parts).await?;
    let draft = find_draft(app, &form).await?;
    Ok((form, draft))
}

pub(super) async fn find_draft(app: &App, form: &Form) -> Result<FormVersion> {
    let found = store::find_draft(app.db.read(), &form.id).await?;
    found.ok_or_else(|| Problem::not_found("form-no-draft").with("form", &form.xml_form_id))
}

/// Reads a definition that a client sent; `workflow` may warn about its form id.
pub(super) fn definition_of(
    headers: &HeaderMap,
    options: &Options,
    body: Bytes,
    workflow: impl Fn(&str) -> Option<Value>,
) -> Result<Definition> {
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
    let id = &definition.form_id;
    if [".xls", ".xlsx", ".xml"]
        .iter()
        .any(|ending| id.ends_with(ending))
    {
        return Err(Problem::invalid("collect-form-id-ending").with("form", id));
    }
    let of_workbook = match definition.workbook {
        Some(_) => definition.warnings.as_slice(),
        None => &[],
    };
    let of_workflow = workflow(id);
    let nothing_to_warn_of = of_workbook.is_empty() && of_workflow.is_none();
    if !is_true(&options.ignore_warnings) && !nothing_to_warn_of {
        let mut sentences = of_workbook.to_vec();
        let reasons = of_workflow
            .iter()
            .filter_map(|warning| warning["reason"].as_str());
        sentences.extend(reasons.map(str::to_owned));
        return Err(Problem::invalid("form-warnings")
            .with("detail", sentences.join("\n"))
            .with_details(json!({
                "warnings": { "xlsFormWarnings": of_workbook, "workflowWarnings": of_workflow.into_iter().collect::<Vec<_>>() }
            })));
    }
    Ok(definition)
}
