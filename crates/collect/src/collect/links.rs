//! Links by which a form is filled without signing in, for a form that is not open to everybody.
//!
//! Who opens the address gets a pass: a cookie for the pages of that one form, so that the token in the address is not passed on
//! with every page. What is filed with a pass is filed under the link's account. Of a link for one answer each, a pass files once.

use std::{collections::HashMap, net::IpAddr, num::NonZeroU32, sync::Arc, time::Duration};

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use governor::{Quota, RateLimiter, clock::DefaultClock, state::keyed::DashMapStateStore};
use serde::Serialize;

use super::{
    KEEPERS,
    model::{Form, PublicLink},
    store,
};
use crate::{
    accounts,
    platform::{
        app::App,
        db::Tx,
        events::Event,
        http::{caller_address, came_by_tls},
        id,
        op::Op,
        problem::{Problem, Result},
    },
};

const COOKIE: &str = "pass";
/// How long a browser keeps a pass: a form that was begun can be sent within this time.
const PASS_LIFE: Duration = Duration::from_secs(30 * 24 * 3600);
/// Passes that one address gets in an hour: a school may share it, a program that hoards them does not get far.
const MOST_PASSES_PER_HOUR: NonZeroU32 = NonZeroU32::new(300).expect("not zero");

/// A link to a form was made.
#[derive(Serialize)]
pub struct LinkAdded {
    pub link: String,
    pub form: String,
}

impl Event for LinkAdded {
    const NAME: &'static str = "collect.link-added";
    fn subject(&self) -> String {
        format!("form/{}", self.form)
    }
}

/// A link was withdrawn.
#[derive(Serialize)]
pub struct LinkWithdrawn {
    pub link: String,
    pub form: String,
}

impl Event for LinkWithdrawn {
    const NAME: &'static str = "collect.link-withdrawn";
    fn subject(&self) -> String {
        format!("form/{}", self.form)
    }
}

/// Makes a link to a form; returns it with the token of its address.
///
/// # Errors
/// `not-allowed` for anybody but stewards and producers; `name-missing`, `name-long`.
pub async fn add(app: &App, op: &Op, form: &Form, name: &str, is_once: bool) -> Result<PublicLink> {
    op.require(&KEEPERS)?;
    let mut tx = app.db.begin().await?;
    let user = accounts::add_link(&mut tx, op, name).await?;
    let token = id::secret();
    let link = PublicLink {
        id: id::fresh(op.at),
        number: accounts::number_of(&user),
        user,
        form_id: form.id.clone(),
        name: name.trim().to_owned(),
        is_once,
        token: Some(token.clone()),
        created_at: op.at,
        created_by: op.person().map(|me| me.id.clone()),
    };
    let sealed = app.vault.seal(&token);
    store::people::insert_link(&mut tx, &link, &id::digest(&token), &sealed).await?;
    tx.emit(
        op,
        &LinkAdded {
            link: link.id.clone(),
            form: form.id.clone(),
        },
    )
    .await?;
    tx.commit().await?;
    Ok(link)
}

/// Lists the links to a form that were not removed, the newest first.
///
/// # Errors
/// `not-allowed` for anybody but stewards and producers.
pub async fn list(app: &App, op: &Op, form: &Form) -> Result<Vec<PublicLink>> {
    op.require(&KEEPERS)?;
    let found = store::people::list_links(app.db.read(), &form.id).await?;
    found
        .into_iter()
        .map(|(mut link, sealed)| {
            link.number = accounts::number_of(&link.user);
            link.token = sealed
                .map(|sealed| app.vault.reveal(&sealed))
                .transpose()
                .map_err(Problem::internal)?;
            Ok(link)
        })
        .collect()
}

/// Finds a link to a form by its number.
///
/// # Errors
/// `not-allowed`; `collect-people-link-unknown`.
pub async fn find(app: &App, op: &Op, form: &Form, number: &str) -> Result<PublicLink> {
    let links = list(app, op, form).await?;
    links
        .into_iter()
        .find(|link| Ok(link.number) == number.parse())
        .ok_or_else(|| Problem::not_found("collect-people-link-unknown"))
}

/// Withdraws a link: its address and its passes work no longer; what was filed stays.
///
/// # Errors
/// As [`find`].
pub async fn withdraw(app: &App, op: &Op, form: &Form, number: &str) -> Result<()> {
    let link = find(app, op, form, number).await?;
    let mut tx = app.db.begin().await?;
    if store::people::withdraw_link(&mut tx, &link.id, op.at).await? {
        tx.emit(
            op,
            &LinkWithdrawn {
                link: link.id,
                form: form.id.clone(),
            },
        )
        .await?;
    }
    tx.commit().await
}

/// Uses a pass of a link for one answer each; the same instance again is the same answer.
///
/// # Errors
/// `collect-people-link-used` when it has filed another instance.
pub async fn use_pass(tx: &mut Tx, op: &Op, instance_id: &str) -> Result<()> {
    match &op.limits.pass {
        Some(pass) if pass.is_once && !store::people::use_pass(tx, &pass.id, instance_id).await? => {
            Err(Problem::conflict("collect-people-link-used"))
        }
        _ => Ok(()),
    }
}

/// Lets who came by a link fill its form: gives a pass to who shows the link's token, and knows who shows a pass.
pub async fn admit(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let Some((project, form)) = form_of(request.uri().path()) else {
        return next.run(request).await;
    };
    let (project, form) = (project.to_owned(), form.to_owned());
    if let Some(token) = token_in(request.uri()) {
        let comer = Comer {
            pass: cookie(request.headers()),
            from: caller_address(&app, &request),
            is_tls: came_by_tls(&app.config, request.headers()),
        };
        return match give_pass(&app, comer, &token, &project, &form).await {
            Ok(response) => response,
            Err(problem) => problem.into_response(),
        };
    }
    if let Some(secret) = cookie(request.headers()) {
        match store::people::find_pass(app.db.read(), &id::digest(&secret)).await {
            Ok(Some(pass)) => {
                if let Some(op) = request.extensions_mut().get_mut::<Op>() {
                    op.limits.pass = Some(pass);
                }
            }
            Ok(None) => {}
            Err(problem) => return problem.into_response(),
        }
    }
    next.run(request).await
}

/// A browser that opens the address of a link.
struct Comer {
    /// The secret of the pass it shows already.
    pass: Option<String>,
    from: Option<IpAddr>,
    is_tls: bool,
}

async fn give_pass(app: &App, comer: Comer, token: &str, project: &str, form: &str) -> Result<Response> {
    let at = app.clock.now();
    let gone = || Problem::not_found("collect-people-link-gone");
    let link = store::people::find_link(app.db.read(), &id::digest(token))
        .await?
        .ok_or_else(gone)?;
    let known = store::find_form_by_slugs(app.db.read(), project, form).await?;
    if known.is_none_or(|known| known.id != link.form_id) {
        return Err(gone());
    }
    let path = format!("/forms/{project}/{form}");
    let to_form = |cookie: Option<String>| -> Result<Response> {
        let mut response = (
            StatusCode::SEE_OTHER,
            [
                (header::LOCATION, path.clone()),
                (header::CACHE_CONTROL, "no-store".into()),
            ],
        )
            .into_response();
        if let Some(cookie) = cookie {
            let value = HeaderValue::from_str(&cookie).map_err(Problem::internal)?;
            response.headers_mut().append(header::SET_COOKIE, value);
        }
        Ok(response)
    };
    // Who has a pass of this link already keeps it: opening the address again is no second answer.
    if let Some(secret) = &comer.pass
        && let Some(pass) = store::people::find_pass(app.db.read(), &id::digest(secret)).await?
        && pass.submitter == link.user
    {
        return to_form(None);
    }
    if !passes(app).admit(comer.from) {
        return Err(Problem::too_many("too-many-requests"));
    }
    let secret = id::secret();
    let mut tx = app.db.begin().await?;
    store::people::insert_pass(
        &mut tx,
        &id::fresh(at),
        &link.id,
        &id::digest(&secret),
        at,
        at.minus(PASS_LIFE),
    )
    .await?;
    tx.commit().await?;
    let secure = if comer.is_tls { "; Secure" } else { "" };
    to_form(Some(format!(
        "{COOKIE}={secret}; Path={path}; HttpOnly; SameSite=Lax; Max-Age={}{secure}",
        PASS_LIFE.as_secs()
    )))
}

/// The project and form whose pages an address is one of.
fn form_of(path: &str) -> Option<(&str, &str)> {
    let mut steps = path.strip_prefix("/forms/")?.split('/');
    let (project, form) = (steps.next()?, steps.next()?);
    let is_slug = |text: &str| {
        !text.is_empty()
            && text.bytes().all(|byte| {
                byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_' || byte == b'-'
            })
    };
    (is_slug(project) && is_slug(form)).then_some((project, form))
}

fn token_in(uri: &Uri) -> Option<String> {
    let pairs: HashMap<String, String> = serde_urlencoded::from_str(uri.query()?).ok()?;
    pairs.get("st").filter(|token| !token.is_empty()).cloned()
}

fn cookie(headers: &HeaderMap) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(COOKIE)?.strip_prefix('='))
        .filter(|secret| !secret.is_empty())
        .map(str::to_owned)
}

/// Counts the passes that each address got.
struct Passes(RateLimiter<IpAddr, DashMapStateStore<IpAddr>, DefaultClock>);

impl Passes {
    fn admit(&self, from: Option<IpAddr>) -> bool {
        if self.0.len() > 100_000 {
            self.0.retain_recent();
        }
        from.is_none_or(|ip| self.0.check_key(&ip).is_ok())
    }
}

fn passes(app: &App) -> Arc<Passes> {
    app.shelf.find().unwrap_or_else(|| {
        let fresh = Arc::new(Passes(RateLimiter::dashmap(Quota::per_hour(
            MOST_PASSES_PER_HOUR,
        ))));
        app.shelf.put(fresh.clone());
        fresh
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pages_of_a_form_know_passes() {
        assert_eq!(form_of("/forms/census/household"), Some(("census", "household")));
        assert_eq!(
            form_of("/forms/census/household/x/check"),
            Some(("census", "household"))
        );
        for path in [
            "/forms",
            "/forms/census",
            "/forms/a;b/c",
            "/v1/projects/1",
            "/forms//x",
        ] {
            assert_eq!(form_of(path), None, "{path}");
        }
    }
}
