//! Pages of letters: type an address, press the button of the mail, stop.

use askama::Template;
use axum::{
    Form,
    extract::{Path, State},
    http::Uri,
    response::Response,
};
use serde::Deserialize;

use super::{Ticket, ask, begin, end, is_offered};
use crate::{
    catalog::contributions::callers::Caller,
    dashboards::{look, pages::address},
    platform::{
        app::App,
        html::Shell,
        i18n::Lang,
        message::Address,
        op::Op,
        page::{field_errors, render, render_refused, shell},
        problem::{Problem, Result},
    },
};

/// One step of asking for letters or ending them.
#[derive(Template)]
#[template(path = "dashboards/subscribe/subscribe.html")]
pub struct SubscribePage {
    page: Shell,
    lead: String,
    /// Where the form goes; empty for a page without one.
    action: String,
    asks_address: bool,
    email: String,
    button: String,
    /// Where to read on.
    back: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Typed {
    email: String,
}

pub async fn form(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Path(dashboard): Path<String>,
) -> Result<Response> {
    let shown = look(&app, &dashboard, None).await?;
    let page = shell(&app, &op, &uri);
    render(&SubscribePage::asking(
        page,
        (&shown.code, &shown.document.title),
        is_offered(&app),
        String::new(),
    ))
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
            render(&SubscribePage::said(page, words, address(&shown.code)))
        }
        Err(problem) => {
            page.errors = field_errors(&problem, &op);
            let named = (shown.code.as_str(), shown.document.title.as_str());
            render_refused(&problem, &SubscribePage::asking(page, named, true, typed.email))
        }
    }
}

pub async fn confirm(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Path(token): Path<String>,
) -> Result<Response> {
    let shown = look(&app, &Ticket::read(&app, &token)?.dashboard, None).await?;
    let lead = op
        .lang
        .text("dashboards-subscribe-confirm-lead")
        .arg("title", &shown.document.title);
    let page = shell(&app, &op, &uri);
    render(&SubscribePage {
        lead: lead.to_string(),
        action: format!("/dashboards/follow/confirm/{token}"),
        button: op.lang.text("dashboards-subscribe-confirm").to_string(),
        ..SubscribePage::bare(page, "dashboards-subscribe-title", address(&shown.code))
    })
}

pub async fn confirmed(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Path(token): Path<String>,
) -> Result<Response> {
    let dashboard = begin(&app, &op, &token).await?;
    let words = ("dashboards-subscribe-begun", "dashboards-subscribe-begun-lead");
    render(&SubscribePage::said(
        shell(&app, &op, &uri),
        words,
        address(&dashboard),
    ))
}

pub async fn stop(State(app): State<App>, op: Op, uri: Uri, Path(token): Path<String>) -> Result<Response> {
    // The dashboard may be gone by now; stopping works all the same.
    let dashboard = Ticket::read(&app, &token)?.dashboard;
    let page = shell(&app, &op, &uri);
    render(&SubscribePage {
        lead: op.lang.text("dashboards-subscribe-end-lead").to_string(),
        action: format!("/dashboards/follow/end/{token}"),
        button: op.lang.text("dashboards-subscribe-end").to_string(),
        ..SubscribePage::bare(page, "dashboards-subscribe-end-title", address(&dashboard))
    })
}

pub async fn stopped(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Path(token): Path<String>,
) -> Result<Response> {
    let dashboard = end(&app, &token).await?;
    let words = ("dashboards-subscribe-ended", "dashboards-subscribe-ended-lead");
    render(&SubscribePage::said(
        shell(&app, &op, &uri),
        words,
        address(&dashboard),
    ))
}

impl SubscribePage {
    fn bare(page: Shell, title: &'static str, back: String) -> SubscribePage {
        let title = page.t(title).to_string();
        SubscribePage {
            page: page.titled(&title).crumb(title, ""),
            lead: String::new(),
            action: String::new(),
            asks_address: false,
            email: String::new(),
            button: String::new(),
            back,
        }
    }

    fn said(page: Shell, (title, lead): (&'static str, &'static str), back: String) -> SubscribePage {
        let lead = page.t(lead).to_string();
        SubscribePage {
            lead,
            ..SubscribePage::bare(page, title, back)
        }
    }

    fn asking(page: Shell, (code, title): (&str, &str), is_offered: bool, email: String) -> SubscribePage {
        let lang = page.lang;
        let lead = match is_offered {
            true => lang.text("dashboards-subscribe-lead").arg("title", title),
            false => lang.text("dashboards-subscribe-no-mail-lead"),
        };
        SubscribePage {
            lead: lead.to_string(),
            action: match is_offered {
                true => format!("{}/follow", address(code)),
                false => String::new(),
            },
            asks_address: true,
            email,
            button: lang.text("dashboards-subscribe-button").to_string(),
            ..SubscribePage::bare(page, "dashboards-subscribe-title", address(code))
        }
    }

    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> SubscribePage {
        SubscribePage::asking(
            Shell::sample(lang),
            ("air", "Water and <toilet>"),
            true,
            "<siti@example.test>".to_owned(),
        )
    }
}
