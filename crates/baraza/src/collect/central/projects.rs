//! Projects.

use axum::{
    Json, Router,
    extract::{Path, State},
    routing::get,
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Parts;
use crate::{
    collect::{self, model::Project, openrosa::project_of},
    platform::{app::App, op::Op, problem::Result},
};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/v1/projects", get(list_projects).post(add_project))
        .route("/v1/projects/{project}", get(project))
}

#[derive(Deserialize)]
struct Named {
    #[serde(alias = "displayName")]
    name: String,
}

async fn list_projects(State(app): State<App>, op: Op) -> Result<Json<Value>> {
    op.require_person()?;
    let projects = collect::list_projects(&app).await?;
    Ok(Json(projects.iter().map(project_json).collect()))
}

async fn add_project(State(app): State<App>, op: Op, Json(named): Json<Named>) -> Result<Json<Value>> {
    Ok(Json(project_json(
        &collect::save_project(&app, &op, &named.name, None).await?,
    )))
}

async fn project(State(app): State<App>, op: Op, Path(parts): Parts) -> Result<Json<Value>> {
    op.require_person()?;
    Ok(Json(project_json(
        &collect::project(&app, project_of(&parts)?).await?,
    )))
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
