//! Published versions of a form, each with its definition and files as they were.

use axum::{
    Json, Router,
    extract::{Path, Query, State},
    http::HeaderMap,
    response::{IntoResponse, Response},
    routing::get,
};
use serde_json::{Value, json};

use super::{
    Parts,
    actors::{Actors, account_of},
    find_form,
    forms::{FieldsQuery, definition_file, fields_json, files_json, version_json},
    is_extended, is_true, require_sight,
};
use crate::{
    collect::{
        model::{Form, FormVersion},
        openrosa::{file_of, part},
        store,
    },
    platform::{
        app::App,
        op::Op,
        problem::{Problem, Result},
    },
};

/// What stands in an address for a version without a name.
const BLANK: &str = "___";

pub(super) fn routes() -> Router<App> {
    let form = "/v1/projects/{project}/forms/{form}";
    let at = |path: &str| format!("{form}{path}");
    Router::new()
        .route(&at("/versions"), get(list_versions))
        .route(&at("/versions/{version}"), get(version_or_file))
        .route(&at("/versions/{version}/fields"), get(fields))
        .route(&at("/versions/{version}/attachments"), get(list_files))
        .route(&at("/versions/{version}/attachments/{file}"), get(file))
}

async fn list_versions(
    State(app): State<App>,
    op: Op,
    Path(parts): Parts,
    headers: HeaderMap,
) -> Result<Json<Value>> {
    require_sight(&op)?;
    let form = find_form(&app, &parts).await?;
    let versions = store::list_versions(app.db.read(), &form.id).await?;
    let publishers = versions
        .iter()
        .map(|version| version.published_by.as_deref().and_then(account_of))
        .collect();
    let actors = match is_extended(&headers) {
        true => Some(Actors::of(&app, publishers).await?),
        false => None,
    };
    let listed: Vec<Value> = versions
        .iter()
        .map(|version| {
            let mut body = version_json(&form, version);
            if let Some(actors) = &actors {
                let by = version.published_by.as_deref().and_then(account_of);
                body["publishedBy"] = actors.json(by);
                body["excelContentType"] = match version.workbook_kind.as_deref() {
                    Some("xlsx") => {
                        json!("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
                    }
                    Some("xls") => json!("application/vnd.ms-excel"),
                    _ => Value::Null,
                };
            }
            body
        })
        .collect();
    Ok(Json(listed.into()))
}

async fn version_or_file(State(app): State<App>, op: Op, Path(parts): Parts) -> Result<Response> {
    require_sight(&op)?;
    let form = find_form(&app, &parts).await?;
    let said = part(&parts, "version");
    if let Some(version) = find_published(&app, &form, said).await? {
        return Ok(Json(version_json(&form, &version)).into_response());
    }
    let unknown = || {
        Problem::not_found("form-version-unknown")
            .with("form", &form.xml_form_id)
            .with("version", said)
    };
    let (name, ending) = said.rsplit_once('.').ok_or_else(unknown)?;
    let version = find_published(&app, &form, name).await?.ok_or_else(unknown)?;
    definition_file(&app, &form, &version, ending).await
}

async fn fields(
    State(app): State<App>,
    op: Op,
    Path(parts): Parts,
    Query(query): Query<FieldsQuery>,
) -> Result<Json<Value>> {
    require_sight(&op)?;
    fields_json(&app, &find(&app, &parts).await?, is_true(&query.odata)).await
}

async fn list_files(State(app): State<App>, op: Op, Path(parts): Parts) -> Result<Json<Value>> {
    require_sight(&op)?;
    files_json(&app, &find(&app, &parts).await?).await
}

async fn file(State(app): State<App>, op: Op, Path(parts): Parts) -> Result<Response> {
    require_sight(&op)?;
    let version = find(&app, &parts).await?;
    file_of(&app, &op, &version, part(&parts, "file")).await
}

async fn find(app: &App, parts: &std::collections::HashMap<String, String>) -> Result<FormVersion> {
    let form = find_form(app, parts).await?;
    let said = part(parts, "version");
    find_published(app, &form, said).await?.ok_or_else(|| {
        Problem::not_found("form-version-unknown")
            .with("form", &form.xml_form_id)
            .with("version", said)
    })
}

async fn find_published(app: &App, form: &Form, said: &str) -> Result<Option<FormVersion>> {
    let name = if said == BLANK { "" } else { said };
    match store::find_published(app.db.read(), &form.id, name).await? {
        Some(id) => store::find_version(app.db.read(), &id).await,
        None => Ok(None),
    }
}
