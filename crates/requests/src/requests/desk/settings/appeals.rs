//! Those who reached the limit of filings and ask to be let through.

use std::time::Duration;

use askama::Template;
use axum::{
    extract::State,
    http::Uri,
    response::{IntoResponse, Redirect, Response},
};
use jiff::civil::Date;

use super::titled;
use crate::{
    platform::{
        app::App,
        html::{Shell, parts::FieldError},
        i18n::Lang,
        op::{Op, Role},
        page::{field_errors, render, render_refused, shell},
        problem::{Kind, Problem, Result},
        time::Time,
    },
    requests::{self, desk::fields::Fields, words::Teller},
};

/// How long somebody is let through when nothing else is entered.
const USUAL: Duration = Duration::from_secs(7 * 86_400);

#[derive(Template)]
#[template(path = "requests/desk/settings/appeals.html")]
pub struct AppealsPage {
    pub page: Shell,
    pub rows: Vec<Row>,
    pub may_decide: bool,
    /// The day until which somebody is let through, as proposed.
    pub until: String,
    /// For which of them something was typed and not taken, and why it was decided so.
    pub typed: (String, String),
}

/// Somebody who asks.
pub struct Row {
    pub id: String,
    pub asked: String,
    /// In their words.
    pub why: String,
}

pub async fn show(State(app): State<App>, op: Op, uri: Uri) -> Result<Response> {
    op.require(&[Role::Auditor])?;
    let page = shell(&app, &op, &uri);
    render(&appeals_page(&app, &op, page, &Fields::default()).await?)
}

pub async fn decide(State(app): State<App>, op: Op, fields: Fields) -> Result<Response> {
    op.require(&[Role::Admin])?;
    let decided = async {
        let op = op.because(fields.get("why"))?;
        let free_until = match fields.get("act") {
            "grant" => Some(until(&app, &op, fields.get("until"))?),
            "refuse" => None,
            _ => return Err(Problem::invalid("request-malformed")),
        };
        requests::decide_appeal(&app, &op, fields.get("appeal"), free_until).await
    }
    .await;
    match decided {
        Ok(()) => Ok(Redirect::to("/desk/requests/settings/appeals").into_response()),
        Err(problem) if matches!(problem.kind(), Kind::Internal | Kind::NotFound) => Err(problem),
        Err(problem) => {
            let mut page = shell(&app, &op, &Uri::from_static("/desk/requests/settings/appeals"));
            page.errors = field_errors(&problem, &op);
            render_refused(&problem, &appeals_page(&app, &op, page, &fields).await?)
        }
    }
}

/// The end of a day at the place.
fn until(app: &App, op: &Op, text: &str) -> Result<Time> {
    let wrong = || Problem::invalid("fields").field("until", "requests-attribute-no-date");
    let day: Date = text.trim().parse().map_err(|_| wrong())?;
    let zone = app.config.zoned(op.at).time_zone().clone();
    let next = day.tomorrow().map_err(|_| wrong())?;
    let end = next.to_zoned(zone).map_err(|_| wrong())?;
    let end = Time(end.timestamp().as_microsecond());
    if end <= op.at {
        return Err(wrong());
    }
    Ok(end)
}

async fn appeals_page(app: &App, op: &Op, page: Shell, fields: &Fields) -> Result<AppealsPage> {
    let teller = Teller::new(app, op.lang).await?;
    let rows = requests::list_appeals(app, op)
        .await?
        .into_iter()
        .map(|appeal| Row {
            asked: teller.moment(Time(appeal.asked_at)),
            id: appeal.id,
            why: appeal.why,
        })
        .collect();
    let until = match fields.get("until") {
        "" => app.config.day(op.at.plus(USUAL)).to_string(),
        until => until.to_owned(),
    };
    Ok(AppealsPage {
        page: titled(page, "requests-desk-set-appeals", true),
        rows,
        may_decide: op.has(&[Role::Admin]),
        until,
        typed: (fields.get("appeal").to_owned(), fields.get("why").to_owned()),
    })
}

impl AppealsPage {
    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> AppealsPage {
        let mut page = titled(Shell::sample(lang), "requests-desk-set-appeals", true);
        page.errors = vec![FieldError {
            field: "why".into(),
            text: lang.text("problem-why-missing").into(),
        }];
        let row = |id: &str| Row {
            id: id.into(),
            asked: "21 November 2026".into(),
            why: "Saya ketua <RT>".into(),
        };
        AppealsPage {
            page,
            rows: vec![row("0"), row("1")],
            may_decide: true,
            until: "2026-11-28".into(),
            typed: ("0".into(), "Ketua <RT>".into()),
        }
    }
}
