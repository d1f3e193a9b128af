//! Pages: sign in, sign out, one's own account.

use askama::Template;
use axum::{
    Form, Router,
    extract::{FromRequest, Request, State},
    http::Uri,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use serde::Deserialize;

use super::{
    identify,
    model::{self, Password, Token},
    words,
};
use crate::platform::{
    app::App,
    html::{
        Markup, Shell,
        parts::{Cell, Notice, NoticeKind, Words},
    },
    http::{caller_address, came_by_tls},
    message,
    op::{Grant, Op, Proof},
    page::{field_errors, render, render_refused, shell},
    problem::{Kind, Problem, Result},
    time::Time,
};

/// Messages shown on the account page.
const MOST_NOTICES: i64 = 20;

pub fn routes() -> Router<App> {
    Router::new()
        .route("/sign-in", get(sign_in_form).post(sign_in))
        .route("/sign-out", post(sign_out))
        .route("/account", get(account))
        .route("/account/tokens", post(create_token))
        .route("/account/tokens/withdraw", post(withdraw_token))
        .route("/account/password", post(change_password))
        .merge(super::reset::routes())
}

#[derive(Template)]
#[template(path = "accounts/sign_in.html")]
pub struct SignInPage {
    pub page: Shell,
    pub email: String,
    pub next: String,
    /// Whether nobody has an account yet, and none can sign in.
    pub is_first: bool,
}

#[derive(Template)]
#[template(path = "accounts/account.html")]
pub struct AccountPage {
    pub page: Shell,
    pub name: String,
    pub email: String,
    pub grants: Vec<Vec<Cell>>,
    pub notices: Vec<NoticeRow>,
    pub tokens: Vec<TokenRow>,
    pub new_token: String,
}

/// A message to the person, on their account page.
pub struct NoticeRow {
    pub at: String,
    pub title: String,
    /// With its addresses as links.
    pub text: Words,
}

/// A text in which addresses of the web are links.
fn linked(text: &str) -> Words {
    let words = text.split_inclusive(char::is_whitespace).map(|word| {
        let address = word.trim_end();
        let space = &word[address.len()..];
        match address.starts_with("https://") || address.starts_with("http://") {
            true => format!(
                "<a class=\"govuk-link\" href=\"{0}\">{0}</a>{space}",
                Markup::escape(address)
            ),
            false => Markup::escape(word).to_string(),
        }
    });
    Markup(words.collect()).into()
}

/// A token as a row of the account page.
pub struct TokenRow {
    pub id: String,
    pub label: String,
    pub made: String,
    pub expires: String,
    pub used: String,
    pub state: String,
    pub is_valid: bool,
}

#[derive(Deserialize)]
struct SignInInput {
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    next: String,
}

async fn sign_in_form(State(app): State<App>, op: Op, uri: Uri) -> Result<Response> {
    let next = serde_urlencoded::from_str::<Vec<(String, String)>>(uri.query().unwrap_or(""))
        .ok()
        .and_then(|pairs| {
            pairs
                .into_iter()
                .find_map(|(name, value)| (name == "next").then_some(value))
        })
        .unwrap_or_default();
    if op.person().is_some() {
        return Ok(Redirect::to(&safe_path(&next)).into_response());
    }
    render(&SignInPage {
        page: sign_in_shell(&app, &op, &uri),
        email: String::new(),
        next,
        is_first: !super::has_people(&app).await?,
    })
}

async fn sign_in(State(app): State<App>, op: Op, uri: Uri, request: Request) -> Result<Response> {
    let (from, is_tls) = (
        caller_address(&app, &request),
        came_by_tls(&app.config, request.headers()),
    );
    let Form(input) = <Form<SignInInput> as FromRequest<App>>::from_request(request, &app)
        .await
        .map_err(|error| Problem::unreadable(error.status(), error))?;
    match super::sign_in(&app, &op, &input.email, input.password, from).await {
        Ok((_, secret)) => {
            let mut response = Redirect::to(&safe_path(&input.next)).into_response();
            identify::set_cookie(&mut response, &identify::session_cookie(&secret, is_tls));
            Ok(response)
        }
        Err(problem) if problem.kind() != Kind::Internal => {
            let mut page = sign_in_shell(&app, &op, &uri);
            page.errors = field_errors(&problem, &op);
            page.errors
                .iter_mut()
                .filter(|error| error.field.is_empty())
                .for_each(|error| error.field = "email".into());
            render_refused(
                &problem,
                &SignInPage {
                    page,
                    email: input.email,
                    next: input.next,
                    is_first: !super::has_people(&app).await?,
                },
            )
        }
        Err(problem) => Err(problem),
    }
}

fn sign_in_shell(app: &App, op: &Op, uri: &Uri) -> Shell {
    shell(app, op, uri).titled(op.lang.text("accounts-sign-in"))
}

/// Returns where to go after signing in: a path of ours, never another site.
fn safe_path(next: &str) -> String {
    let is_ours = next.starts_with('/')
        && !next.starts_with("//")
        && !next.starts_with("/\\")
        && !next.contains(['\r', '\n', '\t']);
    if is_ours {
        next.to_owned()
    } else {
        "/account".to_owned()
    }
}

async fn sign_out(State(app): State<App>, op: Op) -> Result<Response> {
    if let Some(Proof::Session { id }) = op.person().map(|me| &me.proof) {
        let mut tx = app.db.begin().await?;
        super::sign_out(&mut tx, &op, id).await?;
        tx.commit().await?;
    }
    let mut response = Redirect::to("/").into_response();
    identify::set_cookie(&mut response, &identify::no_cookie());
    Ok(response)
}

async fn account(State(app): State<App>, op: Op, uri: Uri) -> Result<Response> {
    let page = shell(&app, &op, &uri);
    render(&account_page(&app, &op, page, String::new()).await?)
}

#[derive(Deserialize)]
struct TokenInput {
    #[serde(default)]
    label: String,
    #[serde(default)]
    days: String,
}

async fn create_token(State(app): State<App>, op: Op, Form(input): Form<TokenInput>) -> Result<Response> {
    let me = op.require_person()?;
    let made = async {
        let days = model::parse_days(&input.days)?;
        let mut tx = app.db.begin().await?;
        let secret = super::create_token(&mut tx, &op, &me.id, &input.label, Some(days), &[]).await?;
        tx.commit().await?;
        Ok(secret)
    };
    let page = shell(&app, &op, &Uri::from_static("/account"));
    match made.await {
        Ok(secret) => render(&account_page(&app, &op, page, secret).await?),
        Err(problem) => refuse(&app, &op, page, problem, &[("name", "label")]).await,
    }
}

#[derive(Deserialize)]
struct WithdrawInput {
    #[serde(default)]
    token: String,
}

async fn withdraw_token(
    State(app): State<App>,
    op: Op,
    Form(input): Form<WithdrawInput>,
) -> Result<Redirect> {
    let me = op.require_person()?;
    let mut tx = app.db.begin().await?;
    super::revoke_token(&mut tx, &op, &me.id, &input.token).await?;
    tx.commit().await?;
    identify::forget(&app);
    Ok(Redirect::to("/account"))
}

#[derive(Deserialize)]
struct PasswordInput {
    #[serde(default)]
    current: String,
    #[serde(default)]
    password: String,
}

async fn change_password(
    State(app): State<App>,
    op: Op,
    Form(input): Form<PasswordInput>,
) -> Result<Response> {
    let Proof::Session { id } = &op.require_person()?.proof else {
        return Err(Problem::forbidden("not-allowed"));
    };
    let changed = async {
        super::change_password(&app, &op, id, input.current, Password::parse(input.password)?).await
    };
    let mut page = shell(&app, &op, &Uri::from_static("/account"));
    match changed.await {
        Ok(()) => {
            identify::forget(&app);
            let content = Markup::escape(&op.lang.text("accounts-password-saved").to_string());
            page.notices.push(Notice {
                kind: NoticeKind::Success,
                content,
            });
            render(&account_page(&app, &op, page, String::new()).await?)
        }
        Err(problem) => refuse(&app, &op, page, problem, &[]).await,
    }
}

/// Shows the account again with what is wrong; `renamed` maps a rule's field to the form's.
async fn refuse(
    app: &App,
    op: &Op,
    mut page: Shell,
    problem: Problem,
    renamed: &[(&str, &str)],
) -> Result<Response> {
    if problem.kind() == Kind::Internal {
        return Err(problem);
    }
    page.errors = field_errors(&problem, op);
    for error in &mut page.errors {
        if let Some((_, to)) = renamed.iter().find(|(from, _)| *from == error.field) {
            error.field = (*to).to_owned();
        }
    }
    render_refused(&problem, &account_page(app, op, page, String::new()).await?)
}

async fn account_page(app: &App, op: &Op, page: Shell, new_token: String) -> Result<AccountPage> {
    let me = op.require_person()?;
    let tokens = super::list_tokens(app, &me.id).await?;
    let notices = message::list_notices(app, &me.id, MOST_NOTICES).await?;
    Ok(AccountPage {
        page: page.titled(op.lang.text("accounts-account")),
        name: me.name.clone(),
        email: me.email.clone(),
        grants: me.grants.iter().map(|grant| grant_cells(op, grant)).collect(),
        notices: notices
            .into_iter()
            .map(|notice| NoticeRow {
                at: op.lang.date_time(app.config.zoned(notice.at).datetime()),
                title: notice.title,
                text: linked(&notice.text),
            })
            .collect(),
        tokens: tokens
            .into_iter()
            .map(|token| token_row(app, op, token))
            .collect(),
        new_token,
    })
}

/// Writes a grant as the cells of a row: role, place, organisation.
pub fn grant_cells(op: &Op, grant: &Grant) -> Vec<Cell> {
    let everywhere = op.lang.text("accounts-everywhere").to_string();
    vec![
        Cell::text(words::role(op.lang, grant.role)),
        Cell::text(grant.place.clone().unwrap_or(everywhere)),
        Cell::text(grant.org.clone().unwrap_or_else(|| "–".into())),
    ]
}

fn token_row(app: &App, op: &Op, token: Token) -> TokenRow {
    let day = |at: i64| op.lang.short_date(app.config.day(Time(at)));
    let never = || op.lang.text("accounts-never").to_string();
    let is_expired = token.expires_at.is_some_and(|at| at <= op.at.0);
    let state = match (token.revoked_at.is_some(), is_expired) {
        (true, _) => "accounts-token-withdrawn",
        (false, true) => "accounts-token-expired",
        (false, false) => "accounts-token-valid",
    };
    TokenRow {
        id: token.id,
        label: token.label,
        made: day(token.created_at),
        expires: token.expires_at.map_or_else(never, day),
        used: token.used_on.unwrap_or_else(never),
        state: op.lang.text(state).to_string(),
        is_valid: state == "accounts-token-valid",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_signing_in_nobody_is_sent_to_another_site() {
        assert_eq!(safe_path("/desk?x=1"), "/desk?x=1");
        for wrong in [
            "",
            "//evil.org",
            "https://evil.org",
            "/\\evil.org",
            "/a\r\nSet-Cookie: x",
        ] {
            assert_eq!(safe_path(wrong), "/account", "{wrong:?}");
        }
    }
}
