//! Members of organisations: people who hold a role there, and the datasets that it publishes.
//!
//! CKAN's `admin` of an organisation is a steward for it, its `editor` a producer. A role holds for a place, too, which CKAN does not
//! know: `place` is sent beside the role.

use formats::ckan::{
    Given,
    answer::Failure,
    call::Call,
    group::{Group, Kind},
};
use serde_json::{Value, json};

use super::{failed, groups, shape::Shared, users};
use crate::{
    accounts::{self, model::parse_grant},
    catalog::index::Index,
    places,
    platform::{
        app::App,
        i18n::Lang,
        op::{Grant, Op, Role},
    },
};

type Answer = Result<Value, Failure>;

/// A role in an organisation that somebody is to have.
pub struct Wanted {
    pub grant: Grant,
    organisation: Group,
}

/// Members of an organisation, for administrators only where they are people; datasets of an organisation or a theme that the caller sees.
pub async fn list(app: &App, op: &Op, call: &Call) -> Answer {
    let mut given = Given::of(&call.fields);
    let id = given.required_something("id");
    let object_type = given.something("object_type");
    let capacity = given.something("capacity");
    let id = given.finish(id)?;
    let index = Index::of(app).await.map_err(failed)?;
    let (kind, group) = [Kind::Organization, Kind::Group]
        .into_iter()
        .find_map(|kind| groups::find(&index.shared, kind, &id).map(|group| (kind, group)))
        .filter(|(_, group)| group.state == "active")
        .ok_or_else(|| Failure::NotFound(String::new()))?;
    let wants = |word: &str| object_type.as_deref().is_none_or(|wanted| wanted == word);
    let mut members: Vec<(String, &str, &str)> = Vec::new();
    if wants("package") {
        let inside = index
            .seen(op)
            .into_iter()
            .filter(|entry| entry.row.state == "active");
        let inside = inside.filter(|entry| match kind {
            Kind::Organization => entry.row.organisation.as_deref() == Some(group.name.as_str()),
            Kind::Group => entry.package.groups.iter().any(|known| known.name == group.name),
        });
        let role = if kind == Kind::Organization {
            "organization"
        } else {
            "public"
        };
        members.extend(inside.map(|entry| (entry.row.id.clone(), "package", role)));
    }
    if wants("user") && kind == Kind::Organization {
        if op.has(&[Role::Admin]) {
            for user in users::everybody(app, op).await? {
                let role = user
                    .grants
                    .iter()
                    .filter_map(|grant| capacity_in(grant, &group.name))
                    .min();
                members.extend(role.map(|role| (user.id.clone(), "user", role)));
            }
        } else if let Some(me) = op.person() {
            let role = me
                .grants
                .iter()
                .filter_map(|grant| capacity_in(grant, &group.name))
                .min();
            members.extend(role.map(|role| (me.id.clone(), "user", role)));
        }
    }
    Ok(members
        .into_iter()
        .filter(|(_, _, role)| {
            capacity
                .as_deref()
                .is_none_or(|wanted| wanted.eq_ignore_ascii_case(role))
        })
        .map(|(id, kind, role)| json!([id, kind, role]))
        .collect())
}

/// Gives somebody a role in an organisation; what they hold already stays as it is.
pub async fn create(app: &App, op: &Op, call: &Call) -> Answer {
    users::require_admin(op)?;
    let (organisation, username) = named(call)?;
    let Wanted { grant, organisation } = wanted(app, call, &organisation).await?;
    let user = users::find(app, op, &username).await?;
    if user.is_closed {
        return Err(Failure::NotFound(String::new()));
    }
    if !user.grants.contains(&grant) {
        let mut tx = app.db.begin().await.map_err(failed)?;
        accounts::grant(&mut tx, op, &user.id, &grant)
            .await
            .map_err(failed)?;
        tx.commit().await.map_err(failed)?;
        accounts::forget(app);
    }
    Ok(json!({
        "group_id": organisation.id,
        "table_id": user.id,
        "table_name": "user",
        "capacity": capacity_in(&grant, &organisation.name),
        "state": "active",
    }))
}

/// Takes from somebody every role that they hold in an organisation.
pub async fn delete(app: &App, op: &Op, call: &Call) -> Answer {
    users::require_admin(op)?;
    let (organisation, username) = named(call)?;
    let organisation = find(app, &organisation).await?;
    let user = users::find(app, op, &username).await?;
    let held = |grant: &&Grant| grant.org.as_deref() == Some(organisation.name.as_str());
    let grants: Vec<&Grant> = user.grants.iter().filter(held).collect();
    if grants.is_empty() {
        return Err(Failure::NotFound(String::new()));
    }
    let mut tx = app.db.begin().await.map_err(failed)?;
    for grant in grants {
        accounts::revoke(&mut tx, op, &user.id, grant)
            .await
            .map_err(failed)?;
    }
    tx.commit().await.map_err(failed)?;
    accounts::forget(app);
    Ok(Value::Null)
}

/// The role in an organisation that a call asks for, by the rules of the desk.
///
/// # Errors
/// Not found for an organisation that is not there; a sentence about the role, or about the place for which it is to hold.
pub async fn wanted(app: &App, call: &Call, organisation: &str) -> Result<Wanted, Failure> {
    let organisation = find(app, organisation).await?;
    let mut given = Given::of(&call.fields);
    let capacity = given.required_something("role");
    let place = given.something("place");
    let (capacity, place) = given.finish((capacity, place))?;
    let role = match capacity.as_str() {
        "admin" => Role::Steward,
        "editor" => Role::Producer,
        _ => {
            let why =
                "Send admin for a data steward or editor for a producer; other roles are given at the desk";
            return Err(Failure::field("role", why));
        }
    };
    let words = match place {
        Some(place) => format!("{role}@{place}"),
        None => role.to_string(),
    };
    let known = places::all(app).await.map_err(failed)?;
    let grant = parse_grant(&words, Some(organisation.name.clone()), &known)
        .map_err(|problem| Failure::field("place", problem.sentence(Lang::En)))?;
    Ok(Wanted { grant, organisation })
}

/// The organisation and the user that a call names.
fn named(call: &Call) -> Result<(String, String), Failure> {
    let mut given = Given::of(&call.fields);
    let organisation = given.required_something("id");
    let user = given.required_something("username");
    given.finish((organisation, user))
}

async fn find(app: &App, organisation: &str) -> Result<Group, Failure> {
    let shared = Shared::read(app).await.map_err(failed)?;
    groups::find(&shared, Kind::Organization, organisation)
        .filter(|group| group.state == "active")
        .ok_or_else(|| Failure::NotFound(String::new()))
}

/// What a grant makes of somebody in an organisation, in CKAN's words; `admin` sorts before `editor`.
fn capacity_in(grant: &Grant, organisation: &str) -> Option<&'static str> {
    if grant.org.as_deref() != Some(organisation) {
        return None;
    }
    Some(match grant.role {
        Role::Steward | Role::Admin => "admin",
        Role::Producer => "editor",
        _ => "member",
    })
}
