//! ODK Central's roles with their numbers, and the roles of ours that they stand for.

use std::collections::BTreeSet;

use axum::{Json, Router, extract::Path, routing::get};
use serde_json::{Value, json};

use crate::{
    accounts::standing::ProjectRole,
    platform::{
        app::App,
        op::{Op, Role},
        problem::{Problem, Result},
    },
};

/// One of Central's roles.
pub struct CentralRole {
    /// What clients put into addresses; the same on every Central.
    pub id: i64,
    name: &'static str,
    pub system: &'static str,
    verbs: &'static [&'static str],
    /// What holding it everywhere means here; `None` where it is only for a project, a form or the server itself.
    pub ours: Option<Role>,
}

const FILLS: &[&str] = &["open_form.read", "submission.create"];

const VIEWS: &[&str] = &[
    "project.read",
    "form.list",
    "form.read",
    "submission.read",
    "submission.list",
    "dataset.list",
    "dataset.read",
    "entity.list",
    "entity.read",
];

const MANAGES: &[&str] = &[
    "project.read",
    "project.update",
    "project.delete",
    "form.create",
    "form.delete",
    "form.list",
    "form.read",
    "form.update",
    "form.restore",
    "submission.create",
    "submission.read",
    "submission.list",
    "submission.update",
    "submission.delete",
    "submission.restore",
    "field_key.create",
    "field_key.delete",
    "field_key.list",
    "public_link.create",
    "public_link.delete",
    "public_link.list",
    "public_link.read",
    "assignment.list",
    "assignment.create",
    "assignment.delete",
    "session.end",
    "dataset.create",
    "dataset.delete",
    "dataset.list",
    "dataset.read",
    "dataset.update",
    "entity.create",
    "entity.delete",
    "entity.list",
    "entity.read",
    "entity.restore",
    "entity.update",
];

/// What an administrator may do besides managing every project.
const ADMINISTERS: &[&str] = &[
    "audit.read",
    "config.read",
    "config.set",
    "project.create",
    "user.create",
    "user.delete",
    "user.list",
    "user.password.invalidate",
    "user.read",
    "user.update",
];

pub const ROLES: [CentralRole; 8] = [
    CentralRole {
        id: 1,
        name: "Administrator",
        system: "admin",
        verbs: ADMINISTERS,
        ours: Some(Role::Admin),
    },
    CentralRole {
        id: 2,
        name: "App User",
        system: "app-user",
        verbs: FILLS,
        ours: None,
    },
    CentralRole {
        id: 3,
        name: "Password Reset Token",
        system: "pwreset",
        verbs: &["user.password.reset"],
        ours: None,
    },
    CentralRole {
        id: 5,
        name: "Project Manager",
        system: "manager",
        verbs: MANAGES,
        ours: Some(Role::Steward),
    },
    CentralRole {
        id: 6,
        name: "Project Viewer",
        system: "viewer",
        verbs: VIEWS,
        ours: Some(Role::Auditor),
    },
    CentralRole {
        id: 7,
        name: "Form Viewer (system internal)",
        system: "formview",
        verbs: &["open_form.read"],
        ours: None,
    },
    CentralRole {
        id: 8,
        name: "Data Collector",
        system: "formfill",
        verbs: &[
            "project.read",
            "open_form.list",
            "open_form.read",
            "submission.create",
        ],
        ours: Some(Role::Enumerator),
    },
    CentralRole {
        id: 9,
        name: "Public Link",
        system: "pub-link",
        verbs: FILLS,
        ours: None,
    },
];

impl CentralRole {
    fn all_verbs(&self) -> BTreeSet<&'static str> {
        let managed = match self.system {
            "admin" => MANAGES,
            _ => &[],
        };
        self.verbs.iter().chain(managed).copied().collect()
    }

    fn json(&self) -> Value {
        json!({
            "id": self.id,
            "name": self.name,
            "system": self.system,
            "verbs": self.all_verbs(),
            "createdAt": null,
            "updatedAt": null,
        })
    }
}

/// A role that may be assigned within a project, with the number clients know it by.
pub struct Assignable {
    pub id: i64,
    pub role: ProjectRole,
}

/// Finds a role that can be assigned within a project, by its number or name.
///
/// # Errors
/// `accounts-role-unassignable`.
pub fn assignable(text: &str) -> Result<Assignable> {
    let found = find(text)?;
    Ok(Assignable {
        id: found.id,
        role: found.system.parse()?,
    })
}

/// The number clients know a role within a project by.
#[must_use]
pub fn number_of_role(role: ProjectRole) -> i64 {
    ROLES
        .iter()
        .find(|known| known.system == role.as_str())
        .map_or(0, |known| known.id)
}

/// What holding one of Central's roles on the whole server means here, if anything.
#[must_use]
pub fn role_everywhere(system: &str) -> Option<Role> {
    ROLES.iter().find(|known| known.system == system)?.ours
}

/// Finds a role by its number or name.
///
/// # Errors
/// `accounts-role-unassignable`.
pub fn find(text: &str) -> Result<&'static CentralRole> {
    ROLES
        .iter()
        .find(|role| role.system == text || Ok(role.id) == text.parse())
        .ok_or_else(|| Problem::not_found("accounts-role-unassignable").with("role", text))
}

/// What somebody may do everywhere, in Central's words.
pub fn verbs_of(op: &Op) -> BTreeSet<&'static str> {
    let holds = |role: &CentralRole| role.ours.is_some_and(|ours| op.has(&[ours]));
    ROLES
        .iter()
        .filter(|role| holds(role))
        .flat_map(CentralRole::all_verbs)
        .collect()
}

pub fn routes() -> Router<App> {
    Router::new()
        .route("/v1/roles", get(list))
        .route("/v1/roles/{role}", get(one))
}

async fn list(op: Op) -> Result<Json<Value>> {
    op.require_person()?;
    Ok(Json(ROLES.iter().map(CentralRole::json).collect()))
}

async fn one(op: Op, Path(role): Path<String>) -> Result<Json<Value>> {
    op.require_person()?;
    Ok(Json(find(&role)?.json()))
}
