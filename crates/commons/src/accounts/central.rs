//! ODK Central's accounts, as its clients know them: sessions, users, roles, and who holds a role everywhere.
//!
//! <https://docs.getodk.org/central-api-authentication/>, <https://docs.getodk.org/central-api-accounts-and-users/>

mod assignments;
mod roles;
mod sessions;
mod users;

use axum::{Json, Router, body::Bytes};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::standing::{Actor, number_of};
use crate::platform::{
    app::App,
    problem::{Problem, Result},
};

pub use roles::{Assignable, assignable, number_of_role, role_everywhere};
pub use users::is_extended;

/// `/v1/sessions`, `/v1/users`, `/v1/roles`, `/v1/assignments`.
pub fn routes() -> Router<App> {
    Router::new()
        .merge(sessions::routes())
        .merge(users::routes())
        .merge(roles::routes())
        .merge(assignments::routes())
}

/// Writes an account as Central's clients read an actor.
#[must_use]
pub fn actor_json(actor: &Actor) -> Value {
    let kind = match actor.kind.as_str() {
        "device" => "field_key",
        "link" => "public_link",
        _ => "user",
    };
    json!({
        "id": number_of(&actor.id),
        "type": kind,
        "displayName": actor.name,
        "createdAt": actor.created_at.to_string(),
        "updatedAt": null,
        "deletedAt": actor.closed_at.map(|at| at.to_string()),
    })
}

/// Writes a person as Central's clients read a user.
fn user_json(user: &Actor) -> Value {
    let mut body = actor_json(user);
    body["email"] = json!(user.email);
    body["lastLoginAt"] = json!(user.signed_in_at.map(|at| at.to_string()));
    body
}

fn success() -> Json<Value> {
    Json(json!({ "success": true }))
}

/// Reads a body as JSON whatever type it says it has, as Central does.
fn body_of<T: DeserializeOwned>(body: &Bytes) -> Result<T> {
    serde_json::from_slice(body).map_err(|error| Problem::invalid("json-malformed").because(error))
}
