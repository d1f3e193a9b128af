//! Pages of letters: type an address, press the button of the mail, stop.

use axum::{
    Form,
    extract::{Path, State},
    http::Uri,
    response::Response,
};

use super::{LINKS, ask, begin, end, is_offered};
use crate::{
    catalog::contributions::callers::Caller,
    dashboards::{look, pages::address},
    evidence::asking::{
        Ticket,
        pages::{AskingPage, EmailField, Typed},
    },
    platform::{
        app::App,
        html::Shell,
        message::Address,
        op::Op,
        page::{field_errors, render, render_refused, shell},
        problem::{Problem, Result},
    },
};

/// What the way back is called.
const BACK: &str = "dashboards-subscribe-back";

pub async fn form(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Path(dashboard): Path<String>,
) -> Result<Response> {
    let shown = look(&app, &dashboard, None).await?;
    let page = shell(&app, &op, &uri);
    let named = (shown.code.as_str(), shown.document.title.as_str());
    render(&asking(&app, page, named, String::new()))
}

pub async fn take(
    State(app): State<App>,
    op: Op,
    caller: Caller,
    uri: Uri,
    Path(dashboard): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response> {
    let shown = look(&app, &dashboard, None).await?;
    if !is_offered(&app) {
        return Err(Problem::conflict("dashboards-subscribe-no-mail"));
    }
    let mut page = shell(&app, &op, &uri);
    match Address::email(&typed.email) {
        Ok(to) => {
            ask(&app, &op, caller, &shown, &to).await?;
            // The same words whether they were asked or not: nobody learns who reads what.
            let words = ("dashboards-subscribe-asked", "dashboards-subscribe-asked-lead");
            render(&said(page, words, &shown.code))
        }
        Err(problem) => {
            page.errors = field_errors(&problem, &op);
            let named = (shown.code.as_str(), shown.document.title.as_str());
            render_refused(&problem, &asking(&app, page, named, typed.email))
        }
    }
}

pub async fn confirm(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Path(token): Path<String>,
) -> Result<Response> {
    let ticket: Ticket<String> = LINKS.read(&app, &token)?;
    let shown = look(&app, &ticket.about, None).await?;
    let lead = op
        .lang
        .text("dashboards-subscribe-confirm-lead")
        .arg("title", &shown.document.title)
        .to_string();
    let action = format!("/dashboards/follow/confirm/{token}");
    let page = AskingPage::said(shell(&app, &op, &uri), "dashboards-subscribe-title", lead)
        .pressed("dashboards-subscribe-confirm", action);
    render(&page.leading(BACK, address(&shown.code)))
}

pub async fn confirmed(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Path(token): Path<String>,
) -> Result<Response> {
    let dashboard = begin(&app, &op, &token).await?;
    let words = ("dashboards-subscribe-begun", "dashboards-subscribe-begun-lead");
    render(&said(shell(&app, &op, &uri), words, &dashboard))
}

pub async fn stop(State(app): State<App>, op: Op, uri: Uri, Path(token): Path<String>) -> Result<Response> {
    // The dashboard may be gone by now; stopping works all the same.
    let ticket: Ticket<String> = LINKS.read(&app, &token)?;
    let words = ("dashboards-subscribe-end-title", "dashboards-subscribe-end-lead");
    let page = said(shell(&app, &op, &uri), words, &ticket.about);
    let action = format!("/dashboards/follow/end/{token}");
    render(&page.pressed("dashboards-subscribe-end", action))
}

pub async fn stopped(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Path(token): Path<String>,
) -> Result<Response> {
    let dashboard = end(&app, &token).await?;
    let words = ("dashboards-subscribe-ended", "dashboards-subscribe-ended-lead");
    render(&said(shell(&app, &op, &uri), words, &dashboard))
}

fn said(page: Shell, (title, lead): (&str, &str), code: &str) -> AskingPage {
    let lead = page.t(lead).to_string();
    AskingPage::said(page, title, lead).leading(BACK, address(code))
}

fn asking(app: &App, page: Shell, (code, title): (&str, &str), email: String) -> AskingPage {
    let (lead, action) = match is_offered(app) {
        true => ("dashboards-subscribe-lead", format!("{}/follow", address(code))),
        false => ("dashboards-subscribe-no-mail-lead", String::new()),
    };
    let lead = page.t(lead).arg("title", title).to_string();
    let field = EmailField {
        label: page.t("dashboards-subscribe-email").to_string(),
        hint: page.t("dashboards-subscribe-email-hint").to_string(),
        value: email,
    };
    AskingPage::said(page, "dashboards-subscribe-title", lead)
        .pressed("dashboards-subscribe-button", action)
        .typed(field)
        .leading(BACK, address(code))
}
