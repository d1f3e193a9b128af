//! Says who a request comes from, before any handler runs.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, header},
    middleware::Next,
    response::Response,
};
use base64::{Engine, engine::general_purpose::STANDARD};

use super::{
    model::{ROTATE_AFTER, ROTATION_GRACE, SESSION_LIFE},
    standing::{self, Standing},
    store::{self, Holder},
};
use crate::platform::{
    app::App,
    http::{Refused, RequestId, caller_address, came_by_tls},
    i18n::Lang,
    id,
    op::{Grant, Limits, Op, Person, Proof, Role, Who},
    problem::{Problem, Result},
    time::Time,
};

const COOKIE: &str = "baraza";
const LANG_COOKIE: &str = "lang";
/// How long a token's holder is remembered: a withdrawn token works no longer than this on another server.
const REMEMBERED: Duration = Duration::from_secs(5);

/// Puts an [`Op`] into the request: session cookie, token in a header, or token in the address.
///
/// A token that is shown but does not hold is refused everywhere; a stale cookie is only forgotten.
pub async fn identify(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let at = app.clock.now();
    let is_tls = came_by_tls(&app.config, request.headers());
    let (shown, from) = (credential(&request), caller_address(&app, &request));
    let mut known = match recognise(&app, shown, request.uri().path(), from, at).await {
        Ok(known) => known,
        Err(problem) => {
            request.extensions_mut().insert(Refused(Arc::new(problem)));
            Known::anyone()
        }
    };
    let mut limits = Limits::default();
    if let Who::Person(person) = &mut known.who {
        limits.forms = known.standing.settle(person, request.uri().path());
    }
    let asked = query_value(&request, "lang");
    let lang = Lang::negotiate(
        asked.as_deref(),
        cookie(request.headers(), LANG_COOKIE),
        request
            .headers()
            .get(header::ACCEPT_LANGUAGE)
            .and_then(|value| value.to_str().ok()),
        app.config.language.parse().unwrap_or_default(),
    );
    let request_id = request.extensions().get::<RequestId>().map(|id| id.0.clone());
    request.extensions_mut().insert(Op {
        who: known.who,
        at,
        lang,
        why: None,
        request_id,
        limits,
    });
    let mut response = next.run(request).await;
    if let Some(secret) = known.rotated {
        set_cookie(&mut response, &session_cookie(&secret, is_tls));
    }
    if asked.is_some_and(|asked| asked.parse::<Lang>() == Ok(lang)) {
        set_cookie(
            &mut response,
            &format!(
                "{LANG_COOKIE}={}; Path=/; Max-Age=31536000; SameSite=Lax",
                lang.code()
            ),
        );
    }
    response
}

/// Returns the `Set-Cookie` text that signs somebody in; who came over TLS never shows the cookie without it.
pub fn session_cookie(secret: &str, is_tls: bool) -> String {
    let secure = if is_tls { "; Secure" } else { "" };
    format!(
        "{COOKIE}={secret}; Path=/; HttpOnly; SameSite=Lax; Max-Age={}{secure}",
        SESSION_LIFE.as_secs()
    )
}

/// Returns the `Set-Cookie` text that signs somebody out.
pub fn no_cookie() -> String {
    format!("{COOKIE}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0")
}

/// Adds a cookie beside those already set.
pub fn set_cookie(response: &mut Response, cookie: &str) {
    if let Ok(value) = HeaderValue::from_str(cookie) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}

struct Known {
    who: Who,
    standing: Arc<Standing>,
    /// The session's new secret, when this request rotated it.
    rotated: Option<String>,
}

impl Known {
    fn anyone() -> Known {
        Known {
            who: Who::Anyone,
            standing: Arc::default(),
            rotated: None,
        }
    }

    fn person((person, standing): (Person, Arc<Standing>)) -> Known {
        Known {
            who: Who::Person(person),
            standing,
            rotated: None,
        }
    }
}

enum Credential {
    Token(String),
    Password { email: String, password: String },
    Cookie(String),
}

async fn recognise(
    app: &App,
    shown: Option<Credential>,
    path: &str,
    from: Option<IpAddr>,
    at: Time,
) -> Result<Known> {
    match shown {
        None => Ok(Known::anyone()),
        Some(Credential::Token(secret)) => Ok(Known::person(by_token(app, &secret, path, at).await?)),
        Some(Credential::Password { email, password }) => {
            let op = Op {
                who: Who::Anyone,
                ..Op::system(at)
            };
            Ok(Known::person(
                by_password(app, &op, from, &email, password).await?,
            ))
        }
        Some(Credential::Cookie(secret)) => Ok(by_session(app, &secret, path, at)
            .await?
            .unwrap_or_else(Known::anyone)),
    }
}

fn credential(request: &Request) -> Option<Credential> {
    let headers = request.headers();
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    // A key in the address is what the address is about: no header beside it makes up for a wrong one.
    if let Some(rest) = request.uri().path().strip_prefix("/v1/key/") {
        return Some(Credential::Token(
            rest.split('/').next().unwrap_or_default().into(),
        ));
    }
    if let Some(shown) = text("authorization") {
        if let Some(basic) = shown.strip_prefix("Basic ") {
            let decoded = STANDARD
                .decode(basic.trim())
                .ok()
                .and_then(|bytes| String::from_utf8(bytes).ok());
            let (email, password) = decoded
                .as_deref()
                .and_then(|pair| pair.split_once(':'))
                .unwrap_or_default();
            return Some(Credential::Password {
                email: email.into(),
                password: password.into(),
            });
        }
        let secret = shown.strip_prefix("Bearer ").unwrap_or(shown);
        return Some(Credential::Token(secret.trim().into()));
    }
    if let Some(secret) = text("x-ckan-api-key") {
        return Some(Credential::Token(secret.trim().into()));
    }
    cookie(headers, COOKIE)
        .filter(|secret| !secret.is_empty())
        .map(|secret| Credential::Cookie(secret.into()))
}

/// Says whose a token is that came in another way than identity usually does.
///
/// # Errors
/// `token-unknown` for one that does not hold.
pub async fn holder_of_token(app: &App, secret: &str, at: Time) -> Result<Who> {
    Ok(Who::Person(by_token(app, secret, "", at).await?.0))
}

async fn by_token(app: &App, secret: &str, path: &str, at: Time) -> Result<(Person, Arc<Standing>)> {
    let hash = id::digest(secret);
    let memory = remembered(app);
    if let Some(known) = memory.find(&hash, at) {
        return Ok(known);
    }
    if let Some(found) = store::find_token(app.db.read(), &hash, at).await? {
        let mut grants = store::list_grants(app.db.read(), &found.holder.user_id).await?;
        if let Some(roles) = &found.roles {
            narrow(&mut grants, roles);
        }
        let today = app.config.day(at).to_string();
        if found.used_on.as_deref() != Some(today.as_str()) {
            let mut tx = app.db.begin().await?;
            store::touch_token(&mut tx, &found.id, &today).await?;
            tx.commit().await?;
        }
        let mut standing = standing_of(app, &found.holder).await?;
        standing.is_narrowed = found.roles.is_some();
        let known = (
            person(found.holder, grants, Proof::Token { id: found.id }),
            Arc::new(standing),
        );
        memory.keep(hash, known.clone(), at);
        return Ok(known);
    }
    // ODK Central's clients show the secret of a session as a bearer token.
    match by_session(app, secret, path, at).await? {
        Some(Known {
            who: Who::Person(person),
            standing,
            ..
        }) => Ok((person, standing)),
        _ => Err(Problem::unauthenticated("token-unknown")),
    }
}

async fn standing_of(app: &App, holder: &Holder) -> Result<Standing> {
    Ok(Standing {
        // Only devices have no e-mail.
        is_device: holder.email.is_none(),
        is_narrowed: false,
        assigned: store::people::list_assigned(app.db.read(), &holder.user_id).await?,
    })
}

/// Leaves of an administrator's rights only the named roles; a token without `admin` is no administrator's.
fn narrow(grants: &mut Vec<Grant>, roles: &[Role]) {
    if grants.iter().any(|grant| grant.role == Role::Admin) {
        *grants = roles
            .iter()
            .map(|role| Grant {
                role: *role,
                place: None,
                org: None,
            })
            .collect();
    } else {
        grants.retain(|grant| roles.contains(&grant.role));
    }
}

async fn by_password(
    app: &App,
    op: &Op,
    from: Option<IpAddr>,
    email: &str,
    password: String,
) -> Result<(Person, Arc<Standing>)> {
    // A phone sends its password with every request: the session of the last check stands for the next minutes.
    let key = id::digest(&format!("{email}:{password}"));
    let memory = remembered(app);
    if let Some(known) = memory.find(&key, op.at) {
        return Ok(known);
    }
    let (_, secret) = super::sign_in(app, op, email, password, from).await?;
    match by_session(app, &secret, standing::ANY_PROJECT, op.at).await? {
        Some(Known {
            who: Who::Person(person),
            standing,
            ..
        }) => {
            memory.keep(key, (person.clone(), standing.clone()), op.at);
            Ok((person, standing))
        }
        _ => Err(Problem::unauthenticated("sign-in-wrong")),
    }
}

async fn by_session(app: &App, secret: &str, path: &str, at: Time) -> Result<Option<Known>> {
    let hash = id::digest(secret);
    let Some(found) = store::find_session(app.db.read(), &hash, at, at.minus(ROTATION_GRACE)).await? else {
        return Ok(None);
    };
    let mut rotated = None;
    if found.is_current && at.since(found.rotated_at) >= ROTATE_AFTER {
        let fresh = id::secret();
        let mut tx = app.db.begin().await?;
        if store::rotate_session(&mut tx, &found.id, &hash, &id::digest(&fresh), at).await? {
            rotated = Some(fresh);
        }
        tx.commit().await?;
    }
    let grants = store::list_grants(app.db.read(), &found.holder.user_id).await?;
    // Pages that belong to no project need not know what was given within projects.
    let standing = match standing::is_within_project(path) {
        true => Arc::new(standing_of(app, &found.holder).await?),
        false => Arc::default(),
    };
    let person = person(found.holder, grants, Proof::Session { id: found.id });
    Ok(Some(Known {
        who: Who::Person(person),
        standing,
        rotated,
    }))
}

fn person(holder: Holder, grants: Vec<Grant>, proof: Proof) -> Person {
    Person {
        id: holder.user_id,
        name: holder.name,
        email: holder.email.unwrap_or_default(),
        grants,
        proof,
    }
}

fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='))
}

fn query_value(request: &Request, name: &str) -> Option<String> {
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(request.uri().query()?).ok()?;
    pairs
        .into_iter()
        .find_map(|(key, value)| (key == name).then_some(value))
}

/// Holders of tokens seen in the last seconds, by the secret's hash.
#[derive(Default)]
pub struct Remembered(Mutex<HashMap<String, (Held, Time)>>);

/// Somebody, and what they were given within projects.
type Held = (Person, Arc<Standing>);

impl Remembered {
    fn find(&self, hash: &str, at: Time) -> Option<Held> {
        let memory = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        memory
            .get(hash)
            .filter(|(_, since)| at.since(*since) < REMEMBERED)
            .map(|(held, _)| held.clone())
    }

    fn keep(&self, hash: String, held: Held, at: Time) {
        let mut memory = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        memory.retain(|_, (_, since)| at.since(*since) < REMEMBERED);
        memory.insert(hash, (held, at));
    }
}

/// Forgets remembered holders, so that a change of rights holds at once on this server.
pub fn forget(app: &App) {
    app.shelf.clear::<Remembered>();
}

fn remembered(app: &App) -> Arc<Remembered> {
    app.shelf.find().unwrap_or_else(|| {
        let fresh = Arc::new(Remembered::default());
        app.shelf.put(fresh.clone());
        fresh
    })
}
