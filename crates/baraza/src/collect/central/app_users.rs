//! Devices of a project, and their forms.

use axum::{
    Json, Router,
    extract::{Path, State},
    routing::{get, post},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Parts, find_form};
use crate::{
    collect::{self, KEEPERS, READERS, model::AppUser, openrosa::project_of},
    places,
    platform::{
        app::App,
        op::{Op, Role},
        problem::Result,
    },
};

pub(super) fn routes() -> Router<App> {
    let form = "/v1/projects/{project}/forms/{form}";
    let at = |path: &str| format!("{form}{path}");
    Router::new()
        .route(
            "/v1/projects/{project}/app-users",
            get(list_app_users).post(add_app_user),
        )
        .route(&at("/assignments/{role}/{user}"), post(assign))
}

/// An app user as ODK's clients ask for one, and the place where it files, which only ours know.
#[derive(Deserialize)]
struct NewAppUser {
    #[serde(alias = "displayName")]
    name: String,
    place: Option<String>,
}

async fn list_app_users(State(app): State<App>, op: Op, Path(parts): Parts) -> Result<Json<Value>> {
    op.require(&READERS)?;
    let project = collect::project(&app, project_of(&parts)?).await?;
    let users = collect::list_app_users(&app, &op, &project).await?;
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
    let (user, secret) =
        collect::add_app_user(&app, &op, project_of(&parts)?, &wanted.name, &lineages).await?;
    Ok(Json(app_user_json(&user, Some(&secret))))
}

/// Every device of a project may fill all its forms, so there is nothing to assign.
async fn assign(State(app): State<App>, op: Op, Path(parts): Parts) -> Result<Json<Value>> {
    op.require(&KEEPERS)?;
    find_form(&app, &parts).await?;
    Ok(Json(json!({ "success": true })))
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
