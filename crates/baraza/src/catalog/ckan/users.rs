//! Users, their tokens, and members of organisations. People are told about themselves; administrators about everybody, without addresses.

use formats::ckan::{
    Given,
    actions::Action,
    answer::Failure,
    call::Call,
    group::Kind,
    instant::Instant,
    lists::{Autocomplete, UserList, UserShow},
    user::{Private, User},
};
use serde_json::{Value, json};

use super::{failed, groups};
use crate::{
    accounts::{
        self,
        model::{Listed, Token},
    },
    catalog::index::Index,
    platform::{
        app::App,
        op::{Grant, Op, Person, Proof, Role, Who},
        problem::Problem,
        time::Time,
    },
};

const DAY_SECONDS: i64 = 86_400;

type Answer = Result<Value, Failure>;

/// Whether an action changes only what is the caller's own, so that nobody need write datasets for it.
pub fn is_about_oneself(action: Action) -> bool {
    matches!(action, Action::ApiTokenCreate | Action::ApiTokenRevoke)
}

pub async fn show(app: &App, op: &Op, call: &Call) -> Answer {
    let asked = UserShow::read(call)?;
    let me = me(op)?;
    let id = asked.id.as_deref().unwrap_or(&me.id);
    if is_me(me, id) {
        return Ok(Value::Object(myself(me).write()));
    }
    let known = everybody(app, op).await?;
    let found = known
        .iter()
        .find(|user| user.id == id || user.email.as_deref() == Some(id));
    let found = found.ok_or_else(|| Failure::NotFound(String::new()))?;
    Ok(Value::Object(listed(found).write()))
}

pub async fn list(app: &App, op: &Op, call: &Call) -> Answer {
    let asked = UserList::read(call)?;
    let me = me(op)?;
    let q = asked.q.to_lowercase();
    let users = match op.has(&[Role::Admin]) {
        true => everybody(app, op).await?.iter().map(listed).collect(),
        false => vec![User {
            private: None,
            ..myself(me)
        }],
    };
    Ok(users
        .into_iter()
        .filter(|user| user.display_name().to_lowercase().contains(&q) || user.name == q)
        .map(|user| match asked.is_detailed {
            true => Value::Object(user.write()),
            false => Value::from(user.name),
        })
        .collect())
}

pub async fn complete(app: &App, op: &Op, call: &Call) -> Answer {
    let asked = Autocomplete::read(call, 20)?;
    let me = me(op)?;
    let q = asked.q.to_lowercase();
    let users = match op.has(&[Role::Admin]) {
        true => everybody(app, op).await?.iter().map(listed).collect(),
        false => vec![myself(me)],
    };
    let most = usize::try_from(asked.limit).unwrap_or(usize::MAX);
    Ok(users
        .into_iter()
        .filter(|user| user.display_name().to_lowercase().contains(&q))
        .take(most)
        .map(|user| Value::Object(user.write_short()))
        .collect())
}

/// Members of an organisation, for administrators only where they are people; datasets of an organisation or a theme that the caller sees.
pub async fn members(app: &App, op: &Op, call: &Call) -> Answer {
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
            for user in everybody(app, op).await? {
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

pub async fn list_tokens(app: &App, op: &Op, call: &Call) -> Answer {
    let user = whose(op, call, &["user_id", "user"])?;
    let now = op.at;
    let tokens = accounts::list_tokens(app, &user).await.map_err(failed)?;
    let is_valid = |token: &&Token| {
        token.revoked_at.is_none() && token.expires_at.is_none_or(|expires| Time(expires) > now)
    };
    Ok(tokens
        .iter()
        .filter(is_valid)
        .map(|token| {
            json!({
                "id": token.id,
                "name": token.label,
                "user_id": user,
                "created_at": Instant(token.created_at).to_string(),
                "last_access": token.used_on,
                "expires_at": token.expires_at.map(|at| Instant(at).to_string()),
            })
        })
        .collect())
}

/// Makes a token for the caller, which may no more and lasts no longer than what the caller came with.
pub async fn create_token(app: &App, op: &Op, call: &Call) -> Answer {
    let me = me(op)?;
    let user = whose(op, call, &["user"])?;
    if user != me.id {
        return Err(Failure::Denied("tokens are made by whose they are".to_owned()));
    }
    let mut given = Given::of(&call.fields);
    let label = given.required_something("name");
    let expires_in = given.natural("expires_in");
    let unit = given
        .natural("unit")
        .map_or(DAY_SECONDS, |unit| i64::try_from(unit).unwrap_or(i64::MAX));
    let label = given.finish(label)?;
    let wished = expires_in.map(|n| days(i64::try_from(n).unwrap_or(i64::MAX).saturating_mul(unit)));
    let (days, roles) = match &me.proof {
        Proof::Session { .. } => (wished, Vec::new()),
        Proof::Token { id } => {
            let tokens = accounts::list_tokens(app, &me.id).await.map_err(failed)?;
            let left = tokens
                .iter()
                .find(|token| token.id == *id)
                .and_then(|token| token.expires_at)
                .map(|expires| days((expires - op.at.0).max(0) / 1_000_000));
            if left == Some(0) {
                return Err(Failure::field(
                    "expires_in",
                    "Your token lasts less than a day; make a new one from a longer one.",
                ));
            }
            let days = [wished, left].into_iter().flatten().min();
            let mut roles: Vec<Role> = me.grants.iter().map(|grant| grant.role).collect();
            roles.sort_unstable();
            roles.dedup();
            // No roles at all would mean every role the owner is ever granted.
            (
                days,
                if roles.is_empty() {
                    vec![Role::Citizen]
                } else {
                    roles
                },
            )
        }
    };
    if days == Some(0) {
        return Err(Failure::field("expires_in", "A token lasts a day at least"));
    }
    let mut tx = app.db.begin().await.map_err(failed)?;
    let secret = accounts::create_token(&mut tx, op, &me.id, &label, days, &roles)
        .await
        .map_err(failed)?;
    tx.commit().await.map_err(failed)?;
    Ok(json!({ "token": secret }))
}

/// Withdraws one of the caller's tokens, by itself or by its id.
pub async fn revoke_token(app: &App, op: &Op, call: &Call) -> Answer {
    let me = me(op)?;
    let mut given = Given::of(&call.fields);
    let secret = given.something("token");
    let id = given.something("jti");
    if secret.is_none() && id.is_none() {
        given.refuse("token", "Missing value");
    }
    let (secret, id) = given.finish((secret, id))?;
    let unknown = || Failure::NotFound(String::new());
    let token = match (id, secret) {
        (Some(id), _) => id,
        (None, secret) => {
            let holder = accounts::holder_of_token(app, &secret.unwrap_or_default(), op.at).await;
            match holder.map_err(|_| unknown())? {
                Who::Person(Person {
                    id,
                    proof: Proof::Token { id: token },
                    ..
                }) if id == me.id => token,
                _ => return Err(unknown()),
            }
        }
    };
    let mut tx = app.db.begin().await.map_err(failed)?;
    accounts::revoke_token(&mut tx, op, &me.id, &token)
        .await
        .map_err(failed)?;
    tx.commit().await.map_err(failed)?;
    Ok(Value::Null)
}

fn days(seconds: i64) -> u32 {
    u32::try_from(seconds / DAY_SECONDS).unwrap_or(u32::MAX)
}

fn me(op: &Op) -> Result<&Person, Failure> {
    op.person()
        .ok_or_else(|| Failure::Denied("a token is needed".to_owned()))
}

fn is_me(me: &Person, id: &str) -> bool {
    id == me.id || id.eq_ignore_ascii_case(&me.email)
}

/// The user that a call is about: the caller, unless an administrator names another.
fn whose(op: &Op, call: &Call, keys: &[&str]) -> Result<String, Failure> {
    let me = me(op)?;
    let mut given = Given::of(&call.fields);
    let named = keys.iter().find_map(|key| given.something(key));
    match named {
        None => Ok(me.id.clone()),
        Some(named) if is_me(me, &named) => Ok(me.id.clone()),
        Some(named) if op.has(&[Role::Admin]) => Ok(named),
        Some(_) => Err(Failure::Denied("of others nothing is told".to_owned())),
    }
}

async fn everybody(app: &App, op: &Op) -> Result<Vec<Listed>, Failure> {
    if !op.has(&[Role::Admin]) {
        return Err(failed(Problem::forbidden("not-allowed")));
    }
    let users = accounts::list_users(app, op).await.map_err(failed)?;
    Ok(users.into_iter().filter(|user| user.kind == "person").collect())
}

fn myself(me: &Person) -> User {
    User {
        id: me.id.clone(),
        name: me.id.clone(),
        fullname: Some(me.name.clone()),
        is_sysadmin: is_sysadmin(&me.grants),
        state: "active".to_owned(),
        private: Some(Private {
            email: Some(me.email.clone()),
        }),
        ..User::default()
    }
}

fn listed(user: &Listed) -> User {
    User {
        id: user.id.clone(),
        name: user.id.clone(),
        fullname: Some(user.name.clone()),
        is_sysadmin: is_sysadmin(&user.grants),
        state: if user.is_closed { "deleted" } else { "active" }.to_owned(),
        ..User::default()
    }
}

fn is_sysadmin(grants: &[Grant]) -> bool {
    grants.iter().any(|grant| grant.role == Role::Admin)
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
