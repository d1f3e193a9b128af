//! Projects.

use std::collections::HashMap;

use axum::{
    Json, Router,
    body::Bytes,
    extract::{Path, Query, State},
    http::HeaderMap,
    routing::get,
};
use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};

use super::{Parts, body_of, forms, is_extended, is_true, success};
use crate::{
    collect::{self, model::Project, openrosa::project_of, store},
    platform::{app::App, op::Op, problem::Result, time::Time},
};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/v1/projects", get(list_projects).post(add_project))
        .route(
            "/v1/projects/{project}",
            get(project)
                .patch(change_project)
                .put(change_project)
                .delete(delete_project),
        )
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct ListQuery {
    forms: Option<String>,
}

/// What a client says about a project; what it leaves out stays.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Said {
    name: Option<String>,
    #[serde(deserialize_with = "said")]
    description: Option<Option<String>>,
    archived: Option<bool>,
}

/// Tells `null` from what was left out.
fn said<'de, D: Deserializer<'de>>(value: D) -> Result<Option<Option<String>>, D::Error> {
    Deserialize::deserialize(value).map(Some)
}

async fn list_projects(
    State(app): State<App>,
    op: Op,
    Query(query): Query<ListQuery>,
    headers: HeaderMap,
) -> Result<Json<Value>> {
    op.require_person()?;
    let with_forms = is_true(&query.forms);
    if with_forms {
        super::require_sight(&op)?;
    }
    let mut listed = Vec::new();
    for project in collect::list_projects(&app).await? {
        let mut body = project_json(&app, &project, is_extended(&headers) || with_forms).await?;
        if with_forms {
            body["formList"] = forms::list_json(&app, &op, project.id, true).await?.into();
        }
        listed.push(body);
    }
    Ok(Json(listed.into()))
}

async fn add_project(State(app): State<App>, op: Op, body: Bytes) -> Result<Json<Value>> {
    op.require(&collect::KEEPERS)?;
    let said: Said = body_of(&body)?;
    let name = said.name.unwrap_or_default();
    let mut project = collect::add_project(&app, &op, &name, None).await?;
    if said.description.is_some() || said.archived.is_some() {
        let description = said.description.as_ref().map(Option::as_deref);
        project = collect::change_project(&app, &op, &project, None, description, said.archived).await?;
    }
    project_json(&app, &project, false).await.map(Json)
}

async fn project(
    State(app): State<App>,
    op: Op,
    Path(parts): Parts,
    headers: HeaderMap,
) -> Result<Json<Value>> {
    op.require_person()?;
    let project = find(&app, &parts).await?;
    project_json(&app, &project, is_extended(&headers))
        .await
        .map(Json)
}

async fn change_project(
    State(app): State<App>,
    op: Op,
    Path(parts): Parts,
    body: Bytes,
) -> Result<Json<Value>> {
    op.require(&collect::KEEPERS)?;
    let said: Said = body_of(&body)?;
    let project = find(&app, &parts).await?;
    let description = said.description.as_ref().map(Option::as_deref);
    let changed = collect::change_project(
        &app,
        &op,
        &project,
        said.name.as_deref(),
        description,
        said.archived,
    )
    .await?;
    project_json(&app, &changed, false).await.map(Json)
}

async fn delete_project(State(app): State<App>, op: Op, Path(parts): Parts) -> Result<Json<Value>> {
    op.require(&collect::KEEPERS)?;
    let project = find(&app, &parts).await?;
    collect::throw_project_away(&app, &op, &project).await?;
    Ok(success())
}

async fn find(app: &App, parts: &HashMap<String, String>) -> Result<Project> {
    collect::project(app, project_of(parts)?).await
}

async fn project_json(app: &App, project: &Project, is_extended: bool) -> Result<Value> {
    let mut body = json!({
        "id": project.id,
        "name": project.name,
        "description": project.description,
        "archived": project.is_archived,
        "keyId": null,
        "createdAt": project.created_at.to_string(),
        "updatedAt": project.updated_at.map(|at| at.to_string()),
        "deletedAt": null,
    });
    if is_extended {
        let counts = store::counts::of_project(app.db.read(), project.id).await?;
        body["forms"] = counts.n_forms.into();
        body["appUsers"] = counts.n_devices.into();
        body["lastSubmission"] = json!(counts.last_filed_at.map(|at| Time(at).to_string()));
    }
    Ok(body)
}
