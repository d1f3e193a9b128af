//! Users and their tokens. People are told about themselves; administrators about everybody, without addresses.
//!
//! A user's name is their id: accounts are known by their e-mail and called by a full name. Roles are given at the desk, or with an
//! organisation and a place by [`super::members`]; a closed account stays closed.

use formats::ckan::{
    Given,
    actions::Action,
    answer::Failure,
    call::Call,
    instant::Instant,
    lists::{self, Autocomplete, UserList, UserShow},
    user::{Facts, Private, Purpose, User, UserInput},
};
use serde_json::{Value, json};

use super::{failed, failed_fields, members};
use crate::{
    accounts::{
        self,
        model::{Email, Listed, NewUser, Password, Token},
        reset,
    },
    platform::{
        app::App,
        message::{Channel, Way},
        op::{Grant, Op, Person, Proof, Role, Who},
        problem::Problem,
        time::Time,
    },
};

const DAY_SECONDS: i64 = 86_400;

type Answer = Result<Value, Failure>;

/// Whether an action changes accounts, tokens and memberships: it says itself who may, and takes no files.
pub fn is_about_people(action: Action) -> bool {
    matches!(
        action,
        Action::ApiTokenCreate
            | Action::ApiTokenRevoke
            | Action::UserCreate
            | Action::UserInvite
            | Action::UserUpdate
            | Action::UserPatch
            | Action::UserDelete
            | Action::OrganizationMemberCreate
            | Action::OrganizationMemberDelete
    )
}

pub async fn show(app: &App, op: &Op, call: &Call) -> Answer {
    let asked = UserShow::read(call)?;
    let me = me(op)?;
    let id = asked.id.as_deref().unwrap_or(&me.id);
    if is_me(me, id) {
        return Ok(Value::Object(myself(me).write()));
    }
    let found = find(app, op, id).await?;
    Ok(Value::Object(listed(&found).write()))
}

pub async fn list(app: &App, op: &Op, call: &Call) -> Answer {
    let asked = UserList::read(call)?;
    let me = me(op)?;
    let q = asked.q.to_lowercase();
    let is_asked_for = |user: &&Listed| {
        let email = asked.email.as_deref();
        email.is_none_or(|email| is_reached_at(user, email))
    };
    let users = match op.has(&[Role::Admin]) {
        true => {
            let known = everybody(app, op).await?;
            known.iter().filter(is_asked_for).map(listed).collect()
        }
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

/// Makes an account with a password and without any role.
pub async fn create(app: &App, op: &Op, call: &Call) -> Answer {
    require_admin(op)?;
    let facts = facts(app, op, call, "").await?;
    let input = UserInput::read(call, Purpose::Create, facts)?;
    check_rest(&input, false)?;
    let UserInput {
        name,
        email,
        password,
        fullname,
        ..
    } = input;
    let called = fullname.filter(|fullname| !fullname.trim().is_empty()).or(name);
    let new = NewUser::parse(&email.unwrap_or_default(), &called.unwrap_or_default(), password);
    let user = add(app, op, new.map_err(unfit)?, &[]).await?;
    told(app, op, &user).await
}

/// Makes an account whose owner is sent a mail to choose a password, with a role in an organisation where one is named.
pub async fn invite(app: &App, op: &Op, call: &Call) -> Answer {
    require_admin(op)?;
    let mut given = Given::of(&call.fields);
    let email = given.required_something("email");
    let fullname = given.something("fullname");
    let group = given.something("group_id");
    let (email, fullname, group) = given.finish((email, fullname, group))?;
    let grants = match group {
        Some(group) => vec![members::wanted(app, call, &group).await?.grant],
        None => Vec::new(),
    };
    if Channel::Email.way(app) == Way::Closed {
        let why = "This server sends no mail, so nobody can be invited. Make the account with a password (user_create).";
        return Err(Failure::field("email", why));
    }
    let called = fullname.unwrap_or_else(|| email.clone());
    let new = NewUser::parse(&email, &called, None).map_err(unfit)?;
    let user = add(app, op, new, &grants).await?;
    reset::send(app, op, &email).await.map_err(failed)?;
    told(app, op, &user).await
}

/// Changes one's own account, or as an administrator another's: how its owner is called and their password; another's e-mail, too.
pub async fn update(app: &App, op: &Op, call: &Call) -> Answer {
    let me = me(op)?;
    let id = lists::id(call)?;
    let (current, known_email) = subject(app, op, me, &id).await?;
    if current.id == me.id {
        // Before anything is said of whose another address is.
        refuse_own_email(call, &known_email)?;
    }
    let facts = facts(app, op, call, &current.id).await?;
    let input = UserInput::read(call, Purpose::Update(&current), facts)?;
    check_rest(&input, current.is_sysadmin)?;
    if input.name.as_ref().is_some_and(|name| *name != current.name) {
        return Err(Failure::field(
            "name",
            "The name of a user is their id and stays as it is",
        ));
    }
    let called = input
        .fullname
        .unwrap_or_else(|| current.display_name().to_owned());
    let email = match input.email {
        Some(email) => Email::parse(&email).map_err(unfit)?,
        None => Email(known_email.clone()),
    };
    let mut password = input.password.map(Password::parse).transpose().map_err(unfit)?;
    let is_own = current.id == me.id;
    if let Some(new) = password.take_if(|_| is_own) {
        change_own_password(app, op, call, me, new).await?;
    }
    let mut tx = app.db.begin().await.map_err(failed)?;
    if let Some(new) = password {
        accounts::reset_password(&mut tx, op, &current.id, new)
            .await
            .map_err(unfit)?;
    }
    if called != current.display_name() || email.0 != known_email {
        accounts::change_user(&mut tx, op, &current.id, &called, &email)
            .await
            .map_err(unfit)?;
    }
    tx.commit().await.map_err(failed)?;
    accounts::forget(app);
    if !is_own {
        return told(app, op, &current.id).await;
    }
    let changed = User {
        fullname: Some(called.trim().to_owned()),
        private: Some(Private { email: Some(email.0) }),
        ..current
    };
    Ok(Value::Object(changed.write()))
}

/// Closes an account for good.
pub async fn delete(app: &App, op: &Op, call: &Call) -> Answer {
    require_admin(op)?;
    let user = find(app, op, &lists::id(call)?).await?;
    let mut tx = app.db.begin().await.map_err(failed)?;
    accounts::close_user(&mut tx, op, &user.id)
        .await
        .map_err(failed)?;
    tx.commit().await.map_err(failed)?;
    accounts::forget(app);
    Ok(Value::Null)
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

/// Passes administrators, who make, change and close accounts and give roles.
pub fn require_admin(op: &Op) -> Result<(), Failure> {
    match op.has(&[Role::Admin]) {
        true => Ok(()),
        false => Err(Failure::Denied("an administrator is needed".to_owned())),
    }
}

/// The person with an id or an e-mail, for administrators.
pub async fn find(app: &App, op: &Op, id: &str) -> Result<Listed, Failure> {
    let known = everybody(app, op).await?;
    known
        .into_iter()
        .find(|user| user.id == id || is_reached_at(user, id))
        .ok_or_else(|| Failure::NotFound(String::new()))
}

fn is_reached_at(user: &Listed, email: &str) -> bool {
    let known = user.email.as_deref();
    known.is_some_and(|known| known.eq_ignore_ascii_case(email))
}

/// Everybody with an account, or who had one.
pub async fn everybody(app: &App, op: &Op) -> Result<Vec<Listed>, Failure> {
    if !op.has(&[Role::Admin]) {
        return Err(failed(Problem::forbidden("not-allowed")));
    }
    let users = accounts::list_users(app, op).await.map_err(failed)?;
    Ok(users.into_iter().filter(|user| user.kind == "person").collect())
}

/// Whom a change is about, with their e-mail: the caller, or for an administrator anybody whose account is in use.
async fn subject(app: &App, op: &Op, me: &Person, id: &str) -> Result<(User, String), Failure> {
    if is_me(me, id) {
        return Ok((myself(me), me.email.clone()));
    }
    require_admin(op)?;
    let found = find(app, op, id).await?;
    match accounts::email_of(app, &found.id).await.map_err(failed)? {
        Some(email) => Ok((listed(&found), email)),
        None => Err(Failure::NotFound(String::new())),
    }
}

/// What has to be known to judge what is sent for an account, which has no id yet when it is made.
async fn facts(app: &App, op: &Op, call: &Call, id: &str) -> Result<Facts, Failure> {
    let sent = call.fields.get("email").and_then(Value::as_str);
    let holder = match Email::parse(sent.unwrap_or_default()) {
        Ok(email) => accounts::find_user(app, &email.0).await.map_err(failed)?,
        Err(_) => None,
    };
    Ok(Facts {
        is_sysadmin: op.has(&[Role::Admin]),
        is_name_taken: false,
        is_email_taken: holder.is_some_and(|holder| holder != id),
    })
}

/// Refuses what is changed elsewhere. What accounts here do not have, like a picture, is passed over.
fn check_rest(input: &UserInput, is_sysadmin: bool) -> Result<(), Failure> {
    if input.is_sysadmin.is_some_and(|wanted| wanted != is_sysadmin) {
        return Err(Failure::field("sysadmin", "Roles are given at the desk"));
    }
    let state = input.state.as_deref().filter(|state| !state.is_empty());
    match state {
        None | Some("active") => Ok(()),
        Some(_) => Err(Failure::field("state", "An account is closed by user_delete")),
    }
}

async fn add(app: &App, op: &Op, new: NewUser, grants: &[Grant]) -> Result<String, Failure> {
    let mut tx = app.db.begin().await.map_err(failed)?;
    let user = accounts::add_user(&mut tx, op, new, grants)
        .await
        .map_err(unfit)?;
    tx.commit().await.map_err(failed)?;
    Ok(user)
}

/// Refuses another e-mail for the caller's own account: who has it chooses a new password, so that a token that somebody found would be
/// the account. The answer is the same whoever else has the address.
fn refuse_own_email(call: &Call, known: &str) -> Result<(), Failure> {
    let sent = call
        .fields
        .get("email")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let is_same = |email: Email| email.0 == known;
    if sent.trim().is_empty() || Email::parse(sent).is_ok_and(is_same) {
        return Ok(());
    }
    let why = "Your own e-mail is not changed here: ask another administrator of this portal, who changes it for you.";
    Err(Failure::field("email", why))
}

/// Changes the caller's own password by the one before it; whoever found a token cannot take the account with it.
async fn change_own_password(
    app: &App,
    op: &Op,
    call: &Call,
    me: &Person,
    new: Password,
) -> Result<(), Failure> {
    let mut given = Given::of(&call.fields);
    let old = given.required_something("old_password");
    let old = given.finish(old)?;
    let session = match &me.proof {
        Proof::Session { id } => id.as_str(),
        Proof::Token { .. } => "",
    };
    accounts::change_password(app, op, session, old, new)
        .await
        .map_err(unfit)
}

/// An account as it is now.
async fn told(app: &App, op: &Op, user: &str) -> Answer {
    let found = accounts::find_listed(app, op, user).await.map_err(failed)?;
    Ok(Value::Object(listed(&found).write()))
}

/// What is wrong with what was sent for an account.
fn unfit(problem: Problem) -> Failure {
    failed_fields(problem, &[("name", "fullname"), ("current", "old_password")])
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
