//! People as ODK Central's clients list, add, change and remove them.

use axum::{
    Json, Router,
    body::Bytes,
    extract::{Path, Query, State},
    http::HeaderMap,
    routing::{get, post, put},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{body_of, roles, success, user_json};
use crate::{
    accounts::{
        add_user, change_password, change_user, close_user, find_user, identify,
        model::{Email, NewUser, Password},
        reset, reset_password,
        standing::{Actor, find_actor, list_actors},
        store,
    },
    platform::{
        app::App,
        message::{Channel, Way},
        op::{Op, Proof, Role},
        problem::{Problem, Result},
    },
};

/// Most people that one list holds.
const MOST_LISTED: i64 = 10_000;

pub fn routes() -> Router<App> {
    Router::new()
        .route("/v1/users", get(list).post(add))
        .route("/v1/users/current", get(current))
        .route("/v1/users/reset/initiate", post(ask_reset))
        .route("/v1/users/reset/verify", post(redeem_reset))
        .route("/v1/users/{actor}", get(one).patch(change).delete(remove))
        .route("/v1/users/{actor}/password", put(set_password))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Search {
    q: String,
}

/// Auditors see everybody; who assigns roles finds the person whose whole e-mail they know.
async fn list(State(app): State<App>, op: Op, Query(search): Query<Search>) -> Result<Json<Value>> {
    op.require_person()?;
    let part = search.q.trim().to_lowercase();
    let found = if op.has(&[Role::Auditor]) {
        store::people::list_people(app.db.read(), &part, MOST_LISTED).await?
    } else {
        match Email::parse(&part) {
            Ok(email) => match find_user(&app, &email.0).await? {
                Some(user) => list_actors(&app, &[user]).await?,
                None => Vec::new(),
            },
            Err(_) => Vec::new(),
        }
    };
    Ok(Json(found.iter().map(user_json).collect()))
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Wanted {
    email: Option<String>,
    password: Option<String>,
    display_name: Option<String>,
}

/// Adds a person. Without a password they are sent a mail to choose one.
async fn add(State(app): State<App>, op: Op, body: Bytes) -> Result<Json<Value>> {
    op.require(&[Role::Admin])?;
    let wanted: Wanted = body_of(&body)?;
    let email = wanted.email.unwrap_or_default();
    let name = wanted
        .display_name
        .filter(|name| !name.trim().is_empty())
        .unwrap_or_else(|| email.clone());
    let has_password = wanted.password.is_some();
    let new = NewUser::parse(&email, &name, wanted.password)?;
    let mut tx = app.db.begin().await?;
    let user = add_user(&mut tx, &op, new, &[]).await?;
    tx.commit().await?;
    if !has_password && Channel::Email.way(&app) != Way::Closed {
        reset::send(&app, &op, &email).await?;
    }
    Ok(Json(user_json(&known(&app, &user).await?)))
}

async fn current(State(app): State<App>, op: Op, headers: HeaderMap) -> Result<Json<Value>> {
    let me = op.require_person()?;
    let mut body = user_json(&known(&app, &me.id).await?);
    if is_extended(&headers) {
        body["verbs"] = json!(roles::verbs_of(&op));
        body["preferences"] = json!({ "site": {}, "projects": {} });
    }
    Ok(Json(body))
}

async fn one(State(app): State<App>, op: Op, Path(actor): Path<String>) -> Result<Json<Value>> {
    Ok(Json(user_json(
        &theirs(&app, &op, &actor, &[Role::Auditor]).await?,
    )))
}

async fn change(
    State(app): State<App>,
    op: Op,
    Path(actor): Path<String>,
    body: Bytes,
) -> Result<Json<Value>> {
    let user = theirs(&app, &op, &actor, &[]).await?;
    let wanted: Wanted = body_of(&body)?;
    let email = match wanted.email {
        Some(email) => Email::parse(&email)?,
        None => Email(user.email.clone().unwrap_or_default()),
    };
    let name = wanted.display_name.unwrap_or_else(|| user.name.clone());
    let mut tx = app.db.begin().await?;
    change_user(&mut tx, &op, &user.id, &name, &email).await?;
    tx.commit().await?;
    identify::forget(&app);
    Ok(Json(user_json(&known(&app, &user.id).await?)))
}

async fn remove(State(app): State<App>, op: Op, Path(actor): Path<String>) -> Result<Json<Value>> {
    op.require(&[Role::Admin])?;
    let user = theirs(&app, &op, &actor, &[]).await?;
    let mut tx = app.db.begin().await?;
    close_user(&mut tx, &op, &user.id).await?;
    tx.commit().await?;
    identify::forget(&app);
    Ok(success())
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Passwords {
    old: String,
    new: String,
}

/// One's own password by the old one; an administrator gives anybody another without it.
async fn set_password(
    State(app): State<App>,
    op: Op,
    Path(actor): Path<String>,
    body: Bytes,
) -> Result<Json<Value>> {
    let user = theirs(&app, &op, &actor, &[]).await?;
    let given: Passwords = body_of(&body)?;
    let new = Password::parse(given.new)?;
    let me = op.require_person()?;
    if me.id == user.id {
        let session = match &me.proof {
            Proof::Session { id } => id.as_str(),
            Proof::Token { .. } => "",
        };
        change_password(&app, &op, session, given.old, new).await?;
    } else {
        let mut tx = app.db.begin().await?;
        reset_password(&mut tx, &op, &user.id, new).await?;
        tx.commit().await?;
    }
    identify::forget(&app);
    Ok(success())
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct ResetOptions {
    invalidate: Option<String>,
}

/// Says success whether or not there is such an account.
async fn ask_reset(
    State(app): State<App>,
    op: Op,
    Query(options): Query<ResetOptions>,
    body: Bytes,
) -> Result<Json<Value>> {
    let wanted: Wanted = body_of(&body)?;
    let email = wanted
        .email
        .ok_or_else(|| Problem::invalid("fields").field("email", "email-malformed"))?;
    if options
        .invalidate
        .is_some_and(|text| text.eq_ignore_ascii_case("true"))
    {
        reset::invalidate(&app, &op, &email).await?;
    }
    reset::send(&app, &op, &email).await?;
    Ok(success())
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Redeemed {
    token: String,
    new: String,
}

/// Sets a password by the secret of the mail; Central's own clients show it as a bearer token, which is none of ours.
async fn redeem_reset(State(app): State<App>, op: Op, body: Bytes) -> Result<Json<Value>> {
    let given: Redeemed = body_of(&body)?;
    reset::redeem(&app, &op, &given.token, Password::parse(given.new)?).await?;
    Ok(success())
}

/// Finds a person by number, for themselves, administrators, and holders of `roles`.
async fn theirs(app: &App, op: &Op, actor: &str, roles: &[Role]) -> Result<Actor> {
    let me = op.require_person()?;
    let found = find_actor(app, actor).await;
    let is_me = found.as_ref().is_ok_and(|found| found.id == me.id);
    if !is_me {
        op.require(roles)?;
    }
    match found? {
        found if found.kind == "person" && found.closed_at.is_none() => Ok(found),
        _ => Err(Problem::not_found("user-unknown")),
    }
}

async fn known(app: &App, user: &str) -> Result<Actor> {
    list_actors(app, &[user.to_owned()])
        .await?
        .into_iter()
        .next()
        .ok_or_else(|| Problem::not_found("user-unknown"))
}

/// Whether more is asked for, as Central's clients ask.
pub fn is_extended(headers: &HeaderMap) -> bool {
    headers
        .get("x-extended-metadata")
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.eq_ignore_ascii_case("true"))
}
