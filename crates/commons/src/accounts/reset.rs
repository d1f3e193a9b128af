//! A password that was forgotten: a mail with an address that works once, and the page behind it.

use std::time::Duration;

use askama::Template;
use axum::{
    Form, Router,
    extract::{Query, State},
    http::{Uri, header},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use serde::Deserialize;

use super::{
    PasswordReset, ResetAsked, identify,
    model::{Email, GUESS_WINDOW, MOST_GUESSES, Password},
    passwords, store,
};
use crate::platform::{
    app::App,
    html::{
        Markup, Shell,
        parts::{Notice, NoticeKind},
    },
    id,
    message::{Address, Channel, Message, Way},
    op::{Op, Role},
    page::{field_errors, render, render_refused, shell},
    problem::{Kind, Problem, Result},
};

/// How long the address in the mail works.
const RESET_LIFE: Duration = Duration::from_secs(24 * 3600);

pub fn routes() -> Router<App> {
    Router::new()
        .route("/sign-in/forgotten", get(ask_form).post(ask))
        .route("/sign-in/new-password", get(choose_form).post(choose))
}

#[derive(Template)]
#[template(path = "accounts/forgotten.html")]
pub struct ForgottenPage {
    pub page: Shell,
    pub email: String,
    /// Whether mail can be sent at all.
    pub may_send: bool,
}

impl ForgottenPage {
    /// The page filled with something of everything, for tests.
    #[must_use]
    pub fn sample(lang: crate::platform::i18n::Lang) -> ForgottenPage {
        ForgottenPage {
            page: Shell::sample(lang),
            email: "ani@desa.example".into(),
            may_send: true,
        }
    }
}

#[derive(Template)]
#[template(path = "accounts/new_password.html")]
pub struct NewPasswordPage {
    pub page: Shell,
    pub token: String,
}

impl NewPasswordPage {
    /// The page filled with something of everything, for tests.
    #[must_use]
    pub fn sample(lang: crate::platform::i18n::Lang) -> NewPasswordPage {
        NewPasswordPage {
            page: Shell::sample(lang),
            token: "O'Brien".into(),
        }
    }
}

/// Sends somebody who forgot their password a mail; tells nobody whether there is such an account.
///
/// # Errors
/// `email-malformed`; `accounts-no-mail` when this server sends none; `sign-in-wait` after too many tries.
pub async fn send(app: &App, op: &Op, email: &str) -> Result<()> {
    if Channel::Email.way(app) == Way::Closed {
        return Err(Problem::conflict("accounts-no-mail"));
    }
    let email = Email::parse(email)?;
    let key = id::digest(&format!("reset:{}", email.0));
    if store::count_failures(app.db.read(), &key, op.at.minus(GUESS_WINDOW)).await? >= MOST_GUESSES {
        return Err(Problem::too_many("sign-in-wait").with("minutes", GUESS_WINDOW.as_secs() / 60));
    }
    let found = store::find_user_id(app.db.read(), &email.0).await?;
    let mut tx = app.db.begin().await?;
    let forget_before = op.at.minus(Duration::from_secs(24 * 3600));
    store::insert_failure(&mut tx, &key, op.at, forget_before).await?;
    if let Some(user) = found {
        let secret = id::secret();
        let expires_at = op.at.plus(RESET_LIFE);
        store::people::insert_reset(&mut tx, &user, &id::digest(&secret), op.at, expires_at).await?;
        let address = format!(
            "{}/sign-in/new-password?token={secret}",
            app.config.base_url.trim_end_matches('/')
        );
        let words = op
            .lang
            .text("accounts-reset-mail")
            .arg("address", address)
            .to_string();
        let title = op.lang.text("accounts-reset-mail-title").to_string();
        let message =
            Message::new(Address::email(&email.0)?, op.lang, format!("user/{user}"), words).titled(title);
        tx.send(op, message).await?;
        tx.emit(op, &ResetAsked { user }).await?;
    }
    tx.commit().await
}

/// Lets the owner of an e-mail sign in only after choosing another password.
///
/// # Errors
/// `not-allowed` for anybody but an administrator.
pub async fn invalidate(app: &App, op: &Op, email: &str) -> Result<()> {
    op.require(&[Role::Admin])?;
    if let Some(user) = store::find_user_id(app.db.read(), &Email::parse(email)?.0).await? {
        let mut tx = app.db.begin().await?;
        store::people::clear_password(&mut tx, &user).await?;
        store::end_access(&mut tx, &user, op.at).await?;
        tx.emit(op, &PasswordReset { user }).await?;
        tx.commit().await?;
        identify::forget(app);
    }
    Ok(())
}

/// Sets the password of whoever the mail went to, once; their sessions and tokens end.
///
/// # Errors
/// `accounts-reset-over` for an address that was used, is too old, or was never sent.
pub async fn redeem(app: &App, op: &Op, secret: &str, new: Password) -> Result<()> {
    let hash = passwords::hash(new).await?;
    let mut tx = app.db.begin().await?;
    let over = || Problem::forbidden("accounts-reset-over");
    let user = store::people::take_reset(&mut tx, &id::digest(secret), op.at)
        .await?
        .ok_or_else(over)?;
    if !store::reset_password(&mut tx, &user, &hash).await? {
        return Err(over());
    }
    store::end_access(&mut tx, &user, op.at).await?;
    tx.emit(op, &PasswordReset { user }).await?;
    tx.commit().await?;
    identify::forget(app);
    Ok(())
}

async fn ask_form(State(app): State<App>, op: Op, uri: Uri) -> Result<Response> {
    render(&forgotten(&app, &op, &uri, String::new()))
}

fn forgotten(app: &App, op: &Op, uri: &Uri, email: String) -> ForgottenPage {
    ForgottenPage {
        page: shell(app, op, uri).titled(op.lang.text("accounts-forgotten")),
        email,
        may_send: Channel::Email.way(app) != Way::Closed,
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct AskInput {
    email: String,
}

async fn ask(State(app): State<App>, op: Op, uri: Uri, Form(input): Form<AskInput>) -> Result<Response> {
    let sent = send(&app, &op, &input.email).await;
    let mut shown = forgotten(&app, &op, &uri, input.email);
    match sent {
        Ok(()) => {
            let words = op.lang.text("accounts-reset-sent").to_string();
            shown.page.notices.push(Notice {
                kind: NoticeKind::Success,
                content: Markup::escape(&words),
            });
            render(&shown)
        }
        Err(problem) if problem.kind() == Kind::Internal => Err(problem),
        Err(problem) => {
            shown.page.errors = field_errors(&problem, &op);
            render_refused(&problem, &shown)
        }
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct ChooseInput {
    token: String,
    password: String,
}

/// The token stands in the address of the mail; nothing else on the page may be told where the reader came from.
async fn choose_form(State(app): State<App>, op: Op, Query(input): Query<ChooseInput>) -> Result<Response> {
    let page = shell(&app, &op, &Uri::from_static("/sign-in/new-password"))
        .titled(op.lang.text("accounts-choose-password"));
    let mut response = render(&NewPasswordPage {
        page,
        token: input.token,
    })?;
    let headers = response.headers_mut();
    headers.insert(
        header::REFERRER_POLICY,
        header::HeaderValue::from_static("no-referrer"),
    );
    headers.insert(
        header::CACHE_CONTROL,
        header::HeaderValue::from_static("no-store"),
    );
    Ok(response)
}

async fn choose(State(app): State<App>, op: Op, Form(input): Form<ChooseInput>) -> Result<Response> {
    let chosen = async { redeem(&app, &op, &input.token, Password::parse(input.password)?).await };
    match chosen.await {
        Ok(()) => Ok(Redirect::to("/sign-in").into_response()),
        Err(problem) if problem.kind() == Kind::Internal => Err(problem),
        Err(problem) => {
            let mut page = shell(&app, &op, &Uri::from_static("/sign-in/new-password"))
                .titled(op.lang.text("accounts-choose-password"));
            page.errors = field_errors(&problem, &op);
            render_refused(
                &problem,
                &NewPasswordPage {
                    page,
                    token: input.token,
                },
            )
        }
    }
}
