//! Who was assigned what in a project and in its forms, as ODK Central has it.

use std::collections::HashMap;

use axum::{
    Json, Router,
    extract::{Path, State},
    http::HeaderMap,
    routing::{get, post},
};
use serde_json::{Value, json};

use super::Parts;
use crate::{
    accounts::{self, Actor, Assigned, ProjectRole, actor_json, is_extended},
    collect::{
        self, devices,
        model::{Form, Project},
        openrosa::{part, project_of},
    },
    platform::{
        app::App,
        op::{Op, Role},
        problem::Result,
    },
};

pub(super) fn routes() -> Router<App> {
    let project = "/v1/projects/{project}";
    let at = |path: &str| format!("{project}{path}");
    Router::new()
        .route(&at("/assignments"), get(list))
        .route(&at("/assignments/{role}"), get(holders))
        .route(&at("/assignments/{role}/{actor}"), post(assign).delete(unassign))
        .route(&at("/assignments/forms"), get(of_forms))
        .route(&at("/assignments/forms/{role}"), get(of_forms))
        .route(&at("/forms/{form}/assignments"), get(list))
        .route(&at("/forms/{form}/assignments/{role}"), get(holders))
        .route(
            &at("/forms/{form}/assignments/{role}/{actor}"),
            post(assign).delete(unassign),
        )
}

/// The project of an address, and its form where it names one.
async fn addressed(app: &App, parts: &HashMap<String, String>) -> Result<(Project, Option<Form>)> {
    let project = collect::project(app, project_of(parts)?).await?;
    let form = match parts.get("form") {
        Some(form) => Some(collect::form(app, project.id, form).await?),
        None => None,
    };
    Ok((project, form))
}

/// What was assigned in just the project, or just the form, of an address.
async fn found(app: &App, op: &Op, parts: &HashMap<String, String>) -> Result<Vec<(Assigned, Actor)>> {
    op.require(&[Role::Steward, Role::Producer, Role::Auditor])?;
    let (project, form) = addressed(app, parts).await?;
    let wanted = form.map(|form| form.xml_form_id).unwrap_or_default();
    let mut all = devices::assigned(app, op, &project).await?;
    // That a device fills every form of its project is ours alone; Central knows only forms.
    all.retain(|(given, _)| {
        given.to.xml_form_id == wanted
            && !(given.role == ProjectRole::AppUser && given.to.xml_form_id.is_empty())
    });
    Ok(all)
}

async fn list(State(app): State<App>, op: Op, Path(parts): Parts, headers: HeaderMap) -> Result<Json<Value>> {
    let found = found(&app, &op, &parts).await?;
    let written = found
        .iter()
        .map(|(given, actor)| assigned_json(given, actor, is_extended(&headers)));
    Ok(Json(written.collect()))
}

async fn holders(State(app): State<App>, op: Op, Path(parts): Parts) -> Result<Json<Value>> {
    let found = found(&app, &op, &parts).await?;
    let wanted = accounts::assignable(part(&parts, "role"))?;
    let theirs = found.iter().filter(|(given, _)| given.role == wanted.role);
    Ok(Json(theirs.map(|(_, actor)| actor_json(actor)).collect()))
}

/// Every form of a project with everybody who was assigned something in it.
async fn of_forms(
    State(app): State<App>,
    op: Op,
    Path(parts): Parts,
    headers: HeaderMap,
) -> Result<Json<Value>> {
    op.require(&[Role::Steward, Role::Producer, Role::Auditor])?;
    let (project, _) = addressed(&app, &parts).await?;
    let wanted = parts
        .get("role")
        .map(|role| accounts::assignable(role))
        .transpose()?;
    let found = devices::assigned(&app, &op, &project).await?;
    let written = found
        .iter()
        .filter(|(given, _)| !given.to.xml_form_id.is_empty())
        .filter(|(given, _)| wanted.as_ref().is_none_or(|wanted| wanted.role == given.role))
        .map(|(given, actor)| {
            let mut body = assigned_json(given, actor, is_extended(&headers));
            body["xmlFormId"] = json!(given.to.xml_form_id);
            body
        });
    Ok(Json(written.collect()))
}

async fn assign(State(app): State<App>, op: Op, Path(parts): Parts) -> Result<Json<Value>> {
    op.require(&[Role::Steward])?;
    let (project, form) = addressed(&app, &parts).await?;
    let role = accounts::assignable(part(&parts, "role"))?.role;
    devices::assign(&app, &op, &project, form.as_ref(), role, part(&parts, "actor")).await?;
    Ok(Json(json!({ "success": true })))
}

async fn unassign(State(app): State<App>, op: Op, Path(parts): Parts) -> Result<Json<Value>> {
    op.require(&[Role::Steward])?;
    let (project, form) = addressed(&app, &parts).await?;
    let role = accounts::assignable(part(&parts, "role"))?.role;
    devices::unassign(&app, &op, &project, form.as_ref(), role, part(&parts, "actor")).await?;
    Ok(Json(json!({ "success": true })))
}

fn assigned_json(given: &Assigned, actor: &Actor, is_extended: bool) -> Value {
    let (role, actor) = (accounts::number_of_role(given.role), actor_json(actor));
    match is_extended {
        true => json!({ "roleId": role, "actor": actor }),
        false => json!({ "roleId": role, "actorId": actor["id"] }),
    }
}
