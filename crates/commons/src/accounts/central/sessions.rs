//! Signing in and out as ODK Central's clients do it.

use axum::{
    Json, Router,
    body::Bytes,
    extract::{FromRequest, Path, Request, State},
    http::header,
    response::{IntoResponse, Response},
    routing::{delete, get, post},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{body_of, success};
use crate::{
    accounts::{SignedOut, identify, model::SESSION_LIFE, sign_in, sign_out, standing, store},
    platform::{
        app::App,
        http::{caller_address, came_by_tls},
        id,
        op::{Op, Proof, Role},
        problem::{Problem, Result},
        time::Time,
    },
};

pub fn routes() -> Router<App> {
    Router::new()
        .route("/v1/sessions", post(open))
        .route("/v1/sessions/restore", get(restore))
        .route("/v1/sessions/current", delete(close))
        .route("/v1/sessions/{token}", delete(close_other))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Credentials {
    email: String,
    password: String,
}

async fn open(State(app): State<App>, op: Op, request: Request) -> Result<Response> {
    let (from, is_tls) = (
        caller_address(&app, &request),
        came_by_tls(&app.config, request.headers()),
    );
    let body = Bytes::from_request(request, &app)
        .await
        .map_err(|error| Problem::unreadable(error.status(), error))?;
    let given: Credentials = body_of(&body)?;
    if given.email.trim().is_empty() || given.password.is_empty() {
        return Err(Problem::invalid("accounts-credentials-missing"));
    }
    let (_, secret) = sign_in(&app, &op, &given.email, given.password, from).await?;
    let body = json!({
        "token": secret,
        "csrf": secret,
        "createdAt": op.at.to_string(),
        "expiresAt": op.at.plus(SESSION_LIFE).to_string(),
    });
    let mut response = Json(body).into_response();
    identify::set_cookie(&mut response, &identify::session_cookie(&secret, is_tls));
    Ok(response)
}

/// Tells how long the session lasts that the caller shows.
async fn restore(State(app): State<App>, op: Op) -> Result<Json<Value>> {
    let me = op.require_person()?;
    let Proof::Session { id } = &me.proof else {
        return Err(Problem::not_found("accounts-session-unknown"));
    };
    let (began, ends) = store::people::find_session_times(app.db.read(), id)
        .await?
        .ok_or_else(|| Problem::not_found("accounts-session-unknown"))?;
    Ok(Json(json!({
        "createdAt": Time(began).to_string(),
        "expiresAt": Time(ends).to_string(),
    })))
}

async fn close(State(app): State<App>, op: Op) -> Result<Response> {
    let me = op.require_person()?;
    if let Proof::Session { id } = &me.proof {
        let mut tx = app.db.begin().await?;
        sign_out(&mut tx, &op, id).await?;
        tx.commit().await?;
    }
    identify::forget(&app);
    Ok(([(header::SET_COOKIE, identify::no_cookie())], success()).into_response())
}

/// Ends the session of a token: one's own, a device's by a steward, anybody's by an administrator.
///
/// A token that nobody has is refused like one of somebody else.
async fn close_other(State(app): State<App>, op: Op, Path(token): Path<String>) -> Result<Response> {
    let me = op.require_person()?;
    let refused = || Problem::forbidden("not-allowed");
    let (found, owner, is_session) = store::people::find_by_secret(app.db.read(), &id::digest(&token))
        .await?
        .ok_or_else(refused)?;
    let actor = standing::list_actors(&app, std::slice::from_ref(&owner))
        .await?
        .into_iter()
        .next()
        .ok_or_else(refused)?;
    let is_theirs = owner == me.id || op.has(&[]) || (actor.kind == "device" && op.has(&[Role::Steward]));
    if !is_theirs {
        return Err(refused());
    }
    let mut tx = app.db.begin().await?;
    if is_session {
        store::delete_session(&mut tx, &found).await?;
        tx.emit(
            &op,
            &SignedOut {
                user: owner,
                session: found,
            },
        )
        .await?;
    } else {
        store::revoke_token(&mut tx, &owner, &found, op.at).await?;
        let withdrawn = crate::accounts::TokenChanged {
            user: owner,
            token: found,
            now_valid: false,
        };
        tx.emit(&op, &withdrawn).await?;
    }
    tx.commit().await?;
    identify::forget(&app);
    Ok(success().into_response())
}
