//! Accounts: who may do what, and how they prove who they are.
//!
//! People have roles scoped to a place subtree and an organisation. They sign in with an e-mail and a password (argon2id) and then
//! hold a session cookie; programs and field devices hold tokens. Every request is given an [`Op`] here, before its handler runs.
//! Also the minimum of ODK Central's sessions API, so that its clients can sign in: <https://docs.getodk.org/central-api-authentication/>.
//!
//! Deliberately absent: OpenID Connect, self-registration.

use std::{net::IpAddr, time::Duration};

use serde::Serialize;

use crate::platform::{
    app::App,
    db::Tx,
    events::Event,
    id,
    op::{Grant, Op, Role},
    problem::{Problem, Result},
};

mod central;
mod desk;
mod identify;
pub mod model;
mod organisations;
mod pages;
mod passwords;
mod person;
mod reach;
pub mod reset;
mod standing;
mod store;
mod words;

pub use central::routes as central_routes;
pub use central::{Assignable, actor_json, assignable, is_extended, number_of_role, role_everywhere};
pub use desk::routes as desk_routes;
pub use identify::{forget, holder_of_token, identify};
pub use organisations::{
    OrganisationClosed, OrganisationSaved, change_organisation, close_organisation, list_all_organisations,
    list_organisations, list_publishers, put_publisher, save_organisation,
};
pub use pages::routes;
pub use reach::{Reach, Reaches};
pub use standing::{
    Actor, Assigned, Project, ProjectRole, assign, close_device, find_actor, list_actors, list_assigned_to,
    number_of, unassign,
};

use model::{
    DEVICE_DAYS, Email, GUESS_WINDOW, Listed, MOST_GUESSES, MOST_GUESSES_OF_ADDRESS, NewUser, Password,
    SESSION_LIFE, Token,
};

/// Somebody was given an account.
#[derive(Serialize)]
pub struct UserAdded {
    pub user: String,
}

impl Event for UserAdded {
    const NAME: &'static str = "accounts.user-added";
    fn subject(&self) -> String {
        format!("user/{}", self.user)
    }
}

/// An account was closed: its sessions and tokens are gone.
#[derive(Serialize)]
pub struct UserClosed {
    pub user: String,
}

impl Event for UserClosed {
    const NAME: &'static str = "accounts.user-closed";
    fn subject(&self) -> String {
        format!("user/{}", self.user)
    }
}

/// Somebody was given a role, or lost one.
#[derive(Serialize)]
pub struct GrantChanged {
    pub user: String,
    pub grant: Grant,
    pub now_granted: bool,
}

impl Event for GrantChanged {
    const NAME: &'static str = "accounts.grant-changed";
    fn subject(&self) -> String {
        format!("user/{}", self.user)
    }
}

/// Somebody signed in.
#[derive(Serialize)]
pub struct SignedIn {
    pub user: String,
    pub session: String,
}

impl Event for SignedIn {
    const NAME: &'static str = "accounts.signed-in";
    fn subject(&self) -> String {
        format!("user/{}", self.user)
    }
}

/// Somebody signed out.
#[derive(Serialize)]
pub struct SignedOut {
    pub user: String,
    pub session: String,
}

impl Event for SignedOut {
    const NAME: &'static str = "accounts.signed-out";
    fn subject(&self) -> String {
        format!("user/{}", self.user)
    }
}

/// Somebody changed their password; their other sessions ended.
#[derive(Serialize)]
pub struct PasswordChanged {
    pub user: String,
}

impl Event for PasswordChanged {
    const NAME: &'static str = "accounts.password-changed";
    fn subject(&self) -> String {
        format!("user/{}", self.user)
    }
}

/// An administrator gave somebody another password; their sessions and tokens ended.
#[derive(Serialize)]
pub struct PasswordReset {
    pub user: String,
}

impl Event for PasswordReset {
    const NAME: &'static str = "accounts.password-reset";
    fn subject(&self) -> String {
        format!("user/{}", self.user)
    }
}

/// A token was made, or withdrawn.
#[derive(Serialize)]
pub struct TokenChanged {
    pub user: String,
    pub token: String,
    pub now_valid: bool,
}

impl Event for TokenChanged {
    const NAME: &'static str = "accounts.token-changed";
    fn subject(&self) -> String {
        format!("user/{}", self.user)
    }
}

/// Somebody was assigned a role within a project or a form, or it was taken from them.
#[derive(Serialize)]
pub struct AssignmentChanged {
    pub user: String,
    pub role: ProjectRole,
    pub project: i64,
    /// The form's own id; blank for the whole project.
    pub form: String,
    pub now_given: bool,
}

impl AssignmentChanged {
    fn of(given: &Assigned, now_given: bool) -> AssignmentChanged {
        AssignmentChanged {
            user: given.user.clone(),
            role: given.role,
            project: given.to.id,
            form: given.to.xml_form_id.clone(),
            now_given,
        }
    }
}

impl Event for AssignmentChanged {
    const NAME: &'static str = "accounts.assignment-changed";
    fn subject(&self) -> String {
        format!("user/{}", self.user)
    }
}

/// Somebody's name or e-mail was changed.
#[derive(Serialize)]
pub struct UserChanged {
    pub user: String,
}

impl Event for UserChanged {
    const NAME: &'static str = "accounts.user-changed";
    fn subject(&self) -> String {
        format!("user/{}", self.user)
    }
}

/// Somebody asked for another password, and a way to choose it was sent to them.
#[derive(Serialize)]
pub struct ResetAsked {
    pub user: String,
}

impl Event for ResetAsked {
    const NAME: &'static str = "accounts.reset-asked";
    fn subject(&self) -> String {
        format!("user/{}", self.user)
    }
}

/// Adds a person with their grants; returns the new id.
///
/// # Errors
/// `email-taken` on field `email`; `not-allowed` for anybody but an administrator.
pub async fn add_user(tx: &mut Tx, op: &Op, new: NewUser, grants: &[Grant]) -> Result<String> {
    op.require(&[Role::Admin])?;
    let hash = match new.password {
        Some(password) => Some(passwords::hash(password).await?),
        None => None,
    };
    let user = store::people::free_id(tx, op.at).await?;
    store::insert_user(
        tx,
        &user,
        "person",
        Some(&new.email.0),
        &new.name,
        hash.as_deref(),
        op.at,
    )
    .await?;
    tx.emit(op, &UserAdded { user: user.clone() }).await?;
    for each in grants {
        grant(tx, op, &user, each).await?;
    }
    Ok(user)
}

/// Adds a device that files on behalf of the programme at places; returns its id and its token's secret.
///
/// Each place is given as its code, then its ancestors'; a device at none files everywhere. Its token ends after [`DEVICE_DAYS`].
///
/// # Errors
/// `not-allowed` for anybody but an administrator or a steward of all those places.
pub async fn add_device<S: AsRef<str>>(
    tx: &mut Tx,
    op: &Op,
    name: &str,
    places: &[Vec<S>],
) -> Result<(String, String)> {
    if places.is_empty() {
        op.require_at::<&str>(&[Role::Steward], &[])?;
    }
    for lineage in places {
        op.require_at(&[Role::Steward], lineage)?;
    }
    let name = model::parse_name(name)?;
    let user = store::people::free_id(tx, op.at).await?;
    store::insert_user(tx, &user, "device", None, &name, None, op.at).await?;
    tx.emit(op, &UserAdded { user: user.clone() }).await?;
    let at = |place: Option<String>| Grant {
        role: Role::Enumerator,
        place,
        org: None,
    };
    let grants: Vec<Grant> = if places.is_empty() {
        vec![at(None)]
    } else {
        places
            .iter()
            .map(|lineage| at(lineage.first().map(|code| code.as_ref().to_owned())))
            .collect()
    };
    for grant in grants {
        store::insert_grant(tx, &user, &grant, op.at, &op.who.label()).await?;
        tx.emit(
            op,
            &GrantChanged {
                user: user.clone(),
                grant,
                now_granted: true,
            },
        )
        .await?;
    }
    let secret = issue_token(tx, op, &user, &name, Some(DEVICE_DAYS), &[]).await?;
    Ok((user, secret))
}

/// Notes that a device fills all forms of a project, until it is assigned some of them.
///
/// # Errors
/// `not-allowed` for anybody but stewards.
pub async fn place_device(tx: &mut Tx, op: &Op, device: &str, project: &Project) -> Result<()> {
    op.require(&[Role::Steward])?;
    let given = Assigned {
        user: device.to_owned(),
        role: ProjectRole::AppUser,
        to: project.whole(),
    };
    store::people::insert_assigned(tx, &given, op.at, &op.who.label()).await
}

/// Adds the account of a link: it has no roles, no secret and no e-mail, and only names who filed.
///
/// # Errors
/// `not-allowed` for anybody but stewards and producers; `name-missing`, `name-long`.
pub async fn add_link(tx: &mut Tx, op: &Op, name: &str) -> Result<String> {
    op.require(&[Role::Steward, Role::Producer])?;
    let name = model::parse_name(name)?;
    let user = store::people::free_id(tx, op.at).await?;
    store::insert_user(tx, &user, "link", None, &name, None, op.at).await?;
    tx.emit(op, &UserAdded { user: user.clone() }).await?;
    Ok(user)
}

/// Adds the account of somebody who is gone: nobody can use it, and it only says who did something. `kind` is `person`,
/// `device` or `link`.
///
/// # Errors
/// `not-allowed` for anybody but an administrator; `name-missing`, `name-long`.
pub async fn add_former(tx: &mut Tx, op: &Op, kind: &'static str, name: &str) -> Result<String> {
    op.require(&[Role::Admin])?;
    let name = model::parse_name(name)?;
    let user = store::people::free_id(tx, op.at).await?;
    store::insert_user(tx, &user, kind, None, &name, None, op.at).await?;
    store::close_user(tx, &user, op.at).await?;
    tx.emit(op, &UserAdded { user: user.clone() }).await?;
    Ok(user)
}

/// Adds a device without a token: it can do nothing until [`renew_device`] gives it one.
///
/// # Errors
/// `not-allowed` for anybody but an administrator; `name-missing`, `name-long`.
pub async fn bring_device(tx: &mut Tx, op: &Op, name: &str) -> Result<String> {
    op.require(&[Role::Admin])?;
    let name = model::parse_name(name)?;
    let user = store::people::free_id(tx, op.at).await?;
    store::insert_user(tx, &user, "device", None, &name, None, op.at).await?;
    tx.emit(op, &UserAdded { user: user.clone() }).await?;
    let grant = Grant {
        role: Role::Enumerator,
        place: None,
        org: None,
    };
    store::insert_grant(tx, &user, &grant, op.at, &op.who.label()).await?;
    Ok(user)
}

/// Gives a device another token, whose secret is returned this once; those it had hold no longer.
///
/// # Errors
/// `not-allowed` for anybody but stewards.
pub async fn renew_device(app: &App, tx: &mut Tx, op: &Op, device: &str, name: &str) -> Result<String> {
    op.require(&[Role::Steward])?;
    store::end_access(tx, device, op.at).await?;
    forget(app);
    issue_token(tx, op, device, name, Some(DEVICE_DAYS), &[]).await
}

/// Changes somebody's name and e-mail.
///
/// # Errors
/// `not-allowed` for anybody but themselves and administrators; `user-unknown`; `email-taken` on field `email`.
pub async fn change_user(tx: &mut Tx, op: &Op, user: &str, name: &str, email: &Email) -> Result<()> {
    if op.person().is_none_or(|me| me.id != user) {
        op.require(&[Role::Admin])?;
    }
    let name = model::parse_name(name)?;
    if !store::people::set_person(tx, user, &name, &email.0).await? {
        return Err(Problem::not_found("user-unknown"));
    }
    tx.emit(op, &UserChanged { user: user.into() }).await
}

/// Tells on which day each device of a project last showed its token, by its account.
///
/// # Errors
/// When the database fails.
pub async fn devices_used(app: &App, project: i64) -> Result<Vec<(String, String)>> {
    store::people::last_used(app.db.read(), project).await
}

/// Gives somebody a role. They sign in again and make new tokens, so that none of the old ones can more than was meant.
///
/// # Errors
/// `not-allowed` for anybody but an administrator.
pub async fn grant(tx: &mut Tx, op: &Op, user: &str, grant: &Grant) -> Result<()> {
    op.require(&[Role::Admin])?;
    store::insert_grant(tx, user, grant, op.at, &op.who.label()).await?;
    store::end_access(tx, user, op.at).await?;
    tx.emit(
        op,
        &GrantChanged {
            user: user.into(),
            grant: grant.clone(),
            now_granted: true,
        },
    )
    .await
}

/// Takes a role away; sessions and tokens end.
///
/// # Errors
/// `not-allowed` for anybody but an administrator; `grant-unknown` when they did not hold it.
pub async fn revoke(tx: &mut Tx, op: &Op, user: &str, grant: &Grant) -> Result<()> {
    op.require(&[Role::Admin])?;
    if !store::delete_grant(tx, user, grant).await? {
        return Err(Problem::not_found("grant-unknown"));
    }
    store::end_access(tx, user, op.at).await?;
    tx.emit(
        op,
        &GrantChanged {
            user: user.into(),
            grant: grant.clone(),
            now_granted: false,
        },
    )
    .await
}

/// Gives somebody who forgot their password another one; sessions and tokens end.
///
/// # Errors
/// `not-allowed` for anybody but an administrator; `user-unknown`, also for a device or a closed account.
pub async fn reset_password(tx: &mut Tx, op: &Op, user: &str, new: Password) -> Result<()> {
    op.require(&[Role::Admin])?;
    let hash = passwords::hash(new).await?;
    if !store::reset_password(tx, user, &hash).await? {
        return Err(Problem::not_found("user-unknown"));
    }
    store::end_access(tx, user, op.at).await?;
    tx.emit(op, &PasswordReset { user: user.into() }).await
}

/// Closes an account for good: nobody can sign in with it again, and its e-mail is free for another.
///
/// # Errors
/// `not-allowed` for anybody but an administrator, who cannot close their own; `user-unknown`.
pub async fn close_user(tx: &mut Tx, op: &Op, user: &str) -> Result<()> {
    op.require(&[Role::Admin])?;
    if op.person().is_some_and(|me| me.id == user) {
        return Err(Problem::conflict("close-yourself"));
    }
    if !store::close_user(tx, user, op.at).await? {
        return Err(Problem::not_found("user-unknown"));
    }
    tx.emit(op, &UserClosed { user: user.into() }).await
}

/// Signs somebody in; returns the session's id and secret.
///
/// # Errors
/// `sign-in-wrong` without saying which half was wrong; `sign-in-wait` after too many wrong guesses.
pub async fn sign_in(
    app: &App,
    op: &Op,
    email: &str,
    password: String,
    from: Option<IpAddr>,
) -> Result<(String, String)> {
    let email = Email::parse(email).map_err(|_| Problem::unauthenticated("sign-in-wrong"))?;
    let by_email = id::digest(&format!("email:{}", email.0));
    let by_address = id::digest(&format!(
        "address:{}",
        from.map(|ip| ip.to_string()).unwrap_or_default()
    ));
    let since = op.at.minus(GUESS_WINDOW);
    let too_many = store::count_failures(app.db.read(), &by_email, since).await? >= MOST_GUESSES
        || store::count_failures(app.db.read(), &by_address, since).await? >= MOST_GUESSES_OF_ADDRESS;
    if too_many {
        return Err(Problem::too_many("sign-in-wait").with("minutes", GUESS_WINDOW.as_secs() / 60));
    }
    let found = store::find_password(app.db.read(), &email.0).await?;
    let (user, hash) = found.unzip();
    let is_right = passwords::verify(password, hash).await?;
    let mut tx = app.db.begin().await?;
    let Some(user) = user.filter(|_| is_right) else {
        let forget_before = op.at.minus(Duration::from_secs(24 * 3600));
        store::insert_failure(&mut tx, &by_email, op.at, forget_before).await?;
        store::insert_failure(&mut tx, &by_address, op.at, forget_before).await?;
        tx.commit().await?;
        return Err(Problem::unauthenticated("sign-in-wrong"));
    };
    store::delete_failures(&mut tx, &by_email).await?;
    let (session, secret) = (id::fresh(op.at), id::secret());
    store::insert_session(
        &mut tx,
        &session,
        &user,
        &id::digest(&secret),
        op.at,
        op.at.plus(SESSION_LIFE),
    )
    .await?;
    tx.emit(
        op,
        &SignedIn {
            user,
            session: session.clone(),
        },
    )
    .await?;
    tx.commit().await?;
    Ok((session, secret))
}

/// Ends a session.
///
/// # Errors
/// When the database fails.
pub async fn sign_out(tx: &mut Tx, op: &Op, session: &str) -> Result<()> {
    let me = op.require_person()?;
    store::delete_session(tx, session).await?;
    tx.emit(
        op,
        &SignedOut {
            user: me.id.clone(),
            session: session.into(),
        },
    )
    .await
}

/// Changes one's own password and ends one's other sessions.
///
/// # Errors
/// `password-wrong` on field `current`.
pub async fn change_password(
    app: &App,
    op: &Op,
    session: &str,
    current: String,
    new: Password,
) -> Result<()> {
    let me = op.require_person()?;
    let hash = store::find_password_of(app.db.read(), &me.id).await?;
    if !passwords::verify(current, hash).await? {
        return Err(Problem::invalid("fields").field("current", "password-wrong"));
    }
    let hash = passwords::hash(new).await?;
    let mut tx = app.db.begin().await?;
    store::set_password(&mut tx, &me.id, &hash).await?;
    store::delete_other_sessions(&mut tx, &me.id, session).await?;
    tx.emit(op, &PasswordChanged { user: me.id.clone() }).await?;
    tx.commit().await
}

/// Makes a token for a user; returns its secret, which is shown this once. `roles` empty: all the owner's.
///
/// # Errors
/// `not-allowed` for anybody but the owner and an administrator; `name-missing` for a label of nothing.
pub async fn create_token(
    tx: &mut Tx,
    op: &Op,
    user: &str,
    label: &str,
    days: Option<u32>,
    roles: &[Role],
) -> Result<String> {
    if op.person().is_none_or(|me| me.id != user) {
        op.require(&[Role::Admin])?;
    }
    let label = model::parse_name(label)?;
    issue_token(tx, op, user, &label, days, roles).await
}

/// Withdraws a token at once.
///
/// # Errors
/// `not-allowed` as [`create_token`]; `token-unknown` when it is not in force.
pub async fn revoke_token(tx: &mut Tx, op: &Op, user: &str, token: &str) -> Result<()> {
    if op.person().is_none_or(|me| me.id != user) {
        op.require(&[Role::Admin])?;
    }
    if !store::revoke_token(tx, user, token, op.at).await? {
        return Err(Problem::not_found("token-unknown"));
    }
    tx.emit(
        op,
        &TokenChanged {
            user: user.into(),
            token: token.into(),
            now_valid: false,
        },
    )
    .await
}

/// Lists a user's tokens, the newest first.
///
/// # Errors
/// When the database fails.
pub async fn list_tokens(app: &App, user: &str) -> Result<Vec<Token>> {
    store::list_tokens(app.db.read(), user).await
}

/// Lists accounts with what they were granted: people first, then devices.
///
/// # Errors
/// `not-allowed` for anybody but administrators and auditors.
pub async fn list_users(app: &App, op: &Op) -> Result<Vec<Listed>> {
    op.require(&[Role::Auditor])?;
    store::list_users(app.db.read(), 2_000).await
}

/// Tells whether anybody can sign in; on a new server nobody can.
///
/// # Errors
/// When the database fails.
pub async fn has_people(app: &App) -> Result<bool> {
    store::people::has_people(app.db.read()).await
}

/// Finds one account with what it was granted.
///
/// # Errors
/// `not-allowed` as [`list_users`]; `user-unknown`.
pub async fn find_listed(app: &App, op: &Op, user: &str) -> Result<Listed> {
    op.require(&[Role::Auditor])?;
    let found = store::find_listed(app.db.read(), user).await?;
    found.ok_or_else(|| Problem::not_found("user-unknown"))
}

/// Finds an account's id by its e-mail.
///
/// # Errors
/// `email-malformed`; a failing database.
pub async fn find_user(app: &App, email: &str) -> Result<Option<String>> {
    store::find_user_id(app.db.read(), &Email::parse(email)?.0).await
}

/// Returns the e-mail of an account that is in use, for writing to its owner.
///
/// # Errors
/// When the database fails.
pub async fn email_of(app: &App, user: &str) -> Result<Option<String>> {
    store::find_email(app.db.read(), user).await
}

async fn issue_token(
    tx: &mut Tx,
    op: &Op,
    user: &str,
    label: &str,
    days: Option<u32>,
    roles: &[Role],
) -> Result<String> {
    let (token, secret) = (id::fresh(op.at), id::secret());
    let roles = (!roles.is_empty()).then(|| {
        roles
            .iter()
            .map(|role| role.as_str())
            .collect::<Vec<_>>()
            .join(",")
    });
    let expires_at = days.map(|days| op.at.plus(Duration::from_secs(u64::from(days) * 24 * 3600)));
    let secret_hash = id::digest(&secret);
    let new = store::NewToken {
        id: &token,
        user_id: user,
        label,
        secret_hash: &secret_hash,
        roles: roles.as_deref(),
        at: op.at,
        expires_at,
    };
    store::insert_token(tx, &new).await?;
    tx.emit(
        op,
        &TokenChanged {
            user: user.into(),
            token,
            now_valid: true,
        },
    )
    .await?;
    Ok(secret)
}
