//! Devices of a project: listed, added, withdrawn.

use std::collections::HashMap;

use axum::{
    Json, Router,
    body::Bytes,
    extract::{Path, State},
    http::HeaderMap,
    routing::get,
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Parts;
use crate::{
    accounts::{self, actor_json, is_extended},
    collect::{
        self, READERS, devices,
        model::{AppUser, Project},
        openrosa::{part, project_of},
    },
    places,
    platform::{
        app::App,
        op::{Op, Role},
        problem::{Problem, Result},
    },
};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/v1/projects/{project}/app-users", get(list).post(add))
        .route(
            "/v1/projects/{project}/app-users/{actor}",
            get(one).delete(withdraw),
        )
}

/// An app user as ODK's clients ask for one, and the place where it files, which only ours know.
#[derive(Deserialize)]
struct Wanted {
    #[serde(alias = "displayName")]
    name: String,
    place: Option<String>,
}

async fn list(State(app): State<App>, op: Op, Path(parts): Parts, headers: HeaderMap) -> Result<Json<Value>> {
    op.require(&READERS)?;
    let project = collect::project(&app, project_of(&parts)?).await?;
    let listed = collect::list_app_users(&app, &op, &project).await?;
    Ok(Json(
        written(&app, &project, &listed, is_extended(&headers))
            .await?
            .into(),
    ))
}

async fn one(State(app): State<App>, op: Op, Path(parts): Parts, headers: HeaderMap) -> Result<Json<Value>> {
    op.require(&READERS)?;
    let project = collect::project(&app, project_of(&parts)?).await?;
    let found = devices::find_app_user(&app, &op, &project, part(&parts, "actor")).await?;
    let written = written(&app, &project, &[found], is_extended(&headers)).await?;
    Ok(Json(written.into_iter().next().unwrap_or_default()))
}

/// Writes devices as Central's clients read them; more of each where it is asked for.
async fn written(app: &App, project: &Project, listed: &[AppUser], is_extended: bool) -> Result<Vec<Value>> {
    if !is_extended {
        return Ok(listed.iter().map(|user| app_user_json(user, None)).collect());
    }
    let used: HashMap<String, String> = accounts::devices_used(app, project.id)
        .await?
        .into_iter()
        .collect();
    let makers: Vec<String> = listed.iter().filter_map(|user| user.created_by.clone()).collect();
    let makers = accounts::list_actors(app, &makers).await?;
    let extended = |user: &AppUser| {
        let mut body = app_user_json(user, None);
        let maker = makers
            .iter()
            .find(|maker| user.created_by.as_ref() == Some(&maker.id));
        body["createdBy"] = maker.map(actor_json).unwrap_or_default();
        // The day is known, the hour is not kept.
        body["lastUsed"] = json!(used.get(&user.user).map(|day| format!("{day}T00:00:00Z")));
        body["properties"] = Value::Null;
        body
    };
    Ok(listed.iter().map(extended).collect())
}

async fn add(State(app): State<App>, op: Op, Path(parts): Parts, body: Bytes) -> Result<Json<Value>> {
    op.require(&[Role::Steward])?;
    let wanted: Wanted =
        serde_json::from_slice(&body).map_err(|error| Problem::invalid("json-malformed").because(error))?;
    let all = places::all(&app).await?;
    let codes: Vec<&str> = match &wanted.place {
        Some(code) => vec![code],
        None => stewarded(&op),
    };
    let lineages = codes
        .into_iter()
        .map(|code| Ok(places::known(&all, code)?.lineage()))
        .collect::<Result<Vec<Vec<&str>>>>()?;
    let (user, secret) =
        collect::add_app_user(&app, &op, project_of(&parts)?, &wanted.name, &lineages).await?;
    Ok(Json(app_user_json(&user, Some(&secret))))
}

/// Where a device without a place of its own files: where its steward works, none standing for everywhere.
pub(in crate::collect) fn stewarded(op: &Op) -> Vec<&str> {
    if op.has_at::<&str>(&[Role::Steward], &[]) {
        return Vec::new();
    }
    let theirs = op.person().into_iter().flat_map(|me| &me.grants);
    theirs
        .filter(|grant| grant.role == Role::Steward)
        .filter_map(|grant| grant.place.as_deref())
        .collect()
}

async fn withdraw(State(app): State<App>, op: Op, Path(parts): Parts) -> Result<Json<Value>> {
    op.require(&[Role::Steward])?;
    let project = collect::project(&app, project_of(&parts)?).await?;
    devices::withdraw_app_user(&app, &op, &project, part(&parts, "actor")).await?;
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
