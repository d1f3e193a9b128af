//! ODK Central's sessions and current user, so that pyodk and its kin can sign in.

use axum::{
    Json, Router,
    body::Bytes,
    extract::{FromRequest, Request, State},
    http::header,
    response::{IntoResponse, Response},
    routing::{delete, get, post},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{identify, model::SESSION_LIFE};
use crate::platform::{
    app::App,
    http::{caller_address, came_by_tls},
    op::{Op, Proof},
    problem::{Problem, Result},
};

/// `/v1/sessions` and `/v1/users/current`.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/v1/sessions", post(open_session))
        .route("/v1/sessions/current", delete(close_session))
        .route("/v1/users/current", get(current_user))
}

#[derive(Deserialize)]
struct Credentials {
    email: String,
    password: String,
}

async fn open_session(State(app): State<App>, op: Op, request: Request) -> Result<Response> {
    let (from, is_tls) = (
        caller_address(&app, &request),
        came_by_tls(&app.config, request.headers()),
    );
    let body = Bytes::from_request(request, &app)
        .await
        .map_err(|error| Problem::unreadable(error.status(), error))?;
    let given: Credentials =
        serde_json::from_slice(&body).map_err(|error| Problem::invalid("json-malformed").because(error))?;
    let (_, secret) = super::sign_in(&app, &op, &given.email, given.password, from).await?;
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

async fn close_session(State(app): State<App>, op: Op) -> Result<Response> {
    let me = op.require_person()?;
    if let Proof::Session { id } = &me.proof {
        let mut tx = app.db.begin().await?;
        super::sign_out(&mut tx, &op, id).await?;
        tx.commit().await?;
    }
    identify::forget(&app);
    Ok((
        [(header::SET_COOKIE, identify::no_cookie())],
        Json(json!({ "success": true })),
    )
        .into_response())
}

async fn current_user(op: Op) -> Result<Json<Value>> {
    let me = op.require_person()?;
    Ok(Json(json!({
        "id": me.id,
        "type": "user",
        "displayName": me.name,
        "email": me.email,
        "createdAt": null,
        "updatedAt": null,
        "deletedAt": null,
    })))
}
