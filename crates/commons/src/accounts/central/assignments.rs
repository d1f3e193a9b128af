//! Who holds one of Central's roles on the whole server: a grant of ours that names neither place nor organisation.

use axum::{
    Json, Router,
    extract::{Path, State},
    http::HeaderMap,
    routing::{get, post},
};
use serde_json::{Value, json};

use super::{
    actor_json,
    roles::{self, CentralRole, ROLES},
    success,
    users::is_extended,
};
use crate::{
    accounts::{
        grant, identify, revoke,
        standing::{Actor, find_actor, list_actors},
        store,
    },
    platform::{
        app::App,
        op::{Grant, Op, Role},
        problem::{Problem, Result},
    },
};

pub fn routes() -> Router<App> {
    Router::new()
        .route("/v1/assignments", get(list))
        .route("/v1/assignments/{role}", get(holders))
        .route("/v1/assignments/{role}/{actor}", post(assign).delete(unassign))
}

async fn held(app: &App, op: &Op) -> Result<Vec<(&'static CentralRole, Actor)>> {
    op.require(&[Role::Auditor])?;
    let held = store::people::list_held_everywhere(app.db.read()).await?;
    let ids: Vec<String> = held.iter().map(|(user, _)| user.clone()).collect();
    let actors = list_actors(app, &ids).await?;
    let found = held.iter().filter_map(|(user, role)| {
        let known = ROLES
            .iter()
            .find(|known| known.ours.is_some_and(|ours| ours.as_str() == role))?;
        let actor = actors.iter().find(|actor| actor.id == *user)?;
        Some((known, actor.clone()))
    });
    Ok(found.collect())
}

async fn list(State(app): State<App>, op: Op, headers: HeaderMap) -> Result<Json<Value>> {
    let held = held(&app, &op).await?;
    let listed = held.iter().map(|(role, actor)| {
        let actor = actor_json(actor);
        match is_extended(&headers) {
            true => json!({ "roleId": role.id, "actor": actor }),
            false => json!({ "roleId": role.id, "actorId": actor["id"] }),
        }
    });
    Ok(Json(listed.collect()))
}

async fn holders(State(app): State<App>, op: Op, Path(role): Path<String>) -> Result<Json<Value>> {
    let wanted = roles::find(&role)?;
    let held = held(&app, &op).await?;
    let theirs = held.iter().filter(|(role, _)| role.id == wanted.id);
    Ok(Json(theirs.map(|(_, actor)| actor_json(actor)).collect()))
}

async fn assign(
    State(app): State<App>,
    op: Op,
    Path((role, actor)): Path<(String, String)>,
) -> Result<Json<Value>> {
    op.require(&[Role::Admin])?;
    let (actor, wanted) = wanted(&app, &role, &actor).await?;
    let held = store::list_grants(app.db.read(), &actor.id).await?;
    if !held.contains(&wanted) {
        let mut tx = app.db.begin().await?;
        grant(&mut tx, &op, &actor.id, &wanted).await?;
        tx.commit().await?;
        identify::forget(&app);
    }
    Ok(success())
}

async fn unassign(
    State(app): State<App>,
    op: Op,
    Path((role, actor)): Path<(String, String)>,
) -> Result<Json<Value>> {
    op.require(&[Role::Admin])?;
    let (actor, wanted) = wanted(&app, &role, &actor).await?;
    let mut tx = app.db.begin().await?;
    revoke(&mut tx, &op, &actor.id, &wanted).await?;
    tx.commit().await?;
    identify::forget(&app);
    Ok(success())
}

/// The person and the grant of ours that an assignment on the whole server means.
async fn wanted(app: &App, role: &str, actor: &str) -> Result<(Actor, Grant)> {
    let unassignable = || Problem::invalid("accounts-role-unassignable").with("role", role);
    let ours = roles::find(role)?.ours.ok_or_else(unassignable)?;
    let actor = find_actor(app, actor).await?;
    if actor.kind != "person" || actor.closed_at.is_some() {
        return Err(unassignable());
    }
    let grant = Grant {
        role: ours,
        place: None,
        org: None,
    };
    Ok((actor, grant))
}
