//! Special closes drawn for a check by somebody from outside: the list, and what was found.

use askama::Template;
use axum::{
    extract::State,
    http::Uri,
    response::{IntoResponse, Redirect, Response},
};

use super::fields::Fields;
use crate::{
    platform::{
        app::App,
        html::{Shell, parts::Choice},
        i18n::Lang,
        op::{Op, Role},
        page::{field_errors, render, render_refused, shell},
        problem::{Kind, Problem, Result},
        time::Time,
    },
    requests::{
        self,
        words::{Teller, written},
    },
};

#[derive(Template)]
#[template(path = "requests/desk/checks.html")]
pub struct ChecksPage {
    pub page: Shell,
    pub waiting: Vec<Row>,
    pub settled: Vec<Row>,
    pub findings: Vec<Choice>,
    /// What was typed: for which request, and the note.
    pub typed: (String, String),
}

/// A closing that was drawn.
pub struct Row {
    pub code: String,
    pub written: String,
    pub drawn: String,
    pub found: String,
    pub note: String,
}

pub async fn show(State(app): State<App>, op: Op, uri: Uri) -> Result<Response> {
    op.require(&[Role::Auditor])?;
    let page = shell(&app, &op, &uri);
    render(&checks_page(&app, &op, page, &Fields::default()).await?)
}

pub async fn settle(State(app): State<App>, op: Op, fields: Fields) -> Result<Response> {
    op.require(&[Role::Auditor])?;
    let settled = async {
        let is_good = match fields.get("found") {
            "good" => true,
            "bad" => false,
            _ => return Err(Problem::invalid("fields").field("found", "requests-desk-choose-one")),
        };
        if fields.filled("note").is_none() {
            return Err(Problem::invalid("fields").field("note", "requests-text-missing"));
        }
        requests::check(&app, &op, fields.get("code"), is_good, fields.get("note")).await
    }
    .await;
    match settled {
        Ok(()) => Ok(Redirect::to("/desk/requests/checks").into_response()),
        Err(problem) if problem.kind() != Kind::Invalid => Err(problem),
        Err(problem) => {
            let mut page = shell(&app, &op, &Uri::from_static("/desk/requests/checks"));
            page.errors = field_errors(&problem, &op);
            render_refused(&problem, &checks_page(&app, &op, page, &fields).await?)
        }
    }
}

async fn checks_page(app: &App, op: &Op, page: Shell, fields: &Fields) -> Result<ChecksPage> {
    let teller = Teller::new(app, op.lang).await?;
    let (mut waiting, mut settled) = (Vec::new(), Vec::new());
    for check in requests::list_checks(app, op).await? {
        let found = match check.is_good {
            Some(1) => op.lang.text("requests-desk-check-good").into(),
            Some(_) => op.lang.text("requests-desk-check-bad").into(),
            None => String::new(),
        };
        let row = Row {
            written: written(&check.code),
            code: check.code,
            drawn: teller.day(Time(check.drawn_at)),
            found,
            note: check.note.unwrap_or_default(),
        };
        if check.checked_at.is_none() {
            waiting.push(row);
        } else {
            settled.push(row);
        }
    }
    Ok(ChecksPage {
        page: titled(page, op.lang),
        waiting,
        settled,
        findings: findings(op.lang, fields.get("found")),
        typed: (fields.get("code").to_owned(), fields.get("note").to_owned()),
    })
}

fn findings(lang: Lang, chosen: &str) -> Vec<Choice> {
    vec![
        Choice::new("good", lang.text("requests-desk-check-good")).chosen_if(chosen),
        Choice::new("bad", lang.text("requests-desk-check-bad")).chosen_if(chosen),
    ]
}

fn titled(page: Shell, lang: Lang) -> Shell {
    page.titled(lang.text("requests-desk-checks"))
        .crumb(lang.text("requests-desk-title"), "/desk/requests")
        .crumb(lang.text("requests-desk-checks"), "")
}

impl ChecksPage {
    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> ChecksPage {
        let row = |code: &str, found: String| Row {
            code: code.into(),
            written: written(code),
            drawn: "21 November 2026".into(),
            found,
            note: "Jalan <masih> rusak".into(),
        };
        ChecksPage {
            page: titled(Shell::sample(lang), lang),
            waiting: vec![row("K7MQ4XTD", String::new()), row("WR9K2HPV", String::new())],
            settled: vec![row("XR9K2HPV", lang.text("requests-desk-check-bad").into())],
            findings: findings(lang, "bad"),
            typed: ("K7MQ4XTD".into(), "Jalan <masih>".into()),
        }
    }
}
