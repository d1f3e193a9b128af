//! The desk's view of grades: the running month before anything is published, and months of the past to be published.

use askama::Template;
use axum::{
    Form, Router,
    extract::{Query, State},
    http::Uri,
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use serde::Deserialize;

use super::{
    PublishGrades,
    pages::title,
    provisional,
    view::{SheetView, month},
};
use crate::{
    platform::{
        app::App,
        html::{
            Shell,
            parts::{Notice, NoticeKind},
        },
        i18n::Lang,
        op::{Op, Role},
        page::{field_errors, render, render_refused, shell},
        problem::{Kind, Problem, Result},
    },
    requests::{library, model::profile::Profile, words::Teller},
};

/// Who sees grades before they are published.
pub const READERS: [Role; 4] = [Role::Officer, Role::Leader, Role::Auditor, Role::Steward];

/// The routes of this file.
pub fn routes() -> Router<App> {
    Router::new().route("/desk/grades", get(running).post(publish))
}

#[derive(Template)]
#[template(path = "requests/grading/desk.html")]
pub struct DeskPage {
    pub page: Shell,
    pub lead: String,
    pub view: Option<SheetView>,
    pub may_publish: bool,
    /// The month somebody typed.
    pub period: String,
}

#[derive(Deserialize, Default)]
struct Asked {
    profile: Option<String>,
    /// The month whose grades are being made.
    queued: Option<String>,
}

#[derive(Deserialize, Default)]
struct PublishInput {
    #[serde(default)]
    period: String,
    profile: Option<String>,
}

async fn running(State(app): State<App>, op: Op, uri: Uri, Query(asked): Query<Asked>) -> Result<Response> {
    op.require(&READERS)?;
    let mut page = shell(&app, &op, &uri);
    if let Some(period) = asked.queued.as_deref().filter(|period| is_period(period)) {
        let told = op
            .lang
            .text("requests-grading-queued")
            .arg("month", month(op.lang, period))
            .arg("href", format!("/requests/grades/{period}"));
        page.notices.push(Notice {
            kind: NoticeKind::Success,
            content: told.html(),
        });
    }
    render(&desk_page(&app, &op, page, asked.profile.as_deref(), String::new()).await?)
}

/// Has a month of the past published, where the program had not been there on its day: after an import.
async fn publish(State(app): State<App>, op: Op, Form(input): Form<PublishInput>) -> Result<Response> {
    op.require(&[Role::Leader])?;
    match queue(&app, &op, &input).await {
        Ok(period) => Ok(Redirect::to(&format!("/desk/grades?queued={period}")).into_response()),
        Err(problem) if problem.kind() == Kind::Internal => Err(problem),
        Err(problem) => {
            let mut page = shell(&app, &op, &Uri::from_static("/desk/grades"));
            page.errors = field_errors(&problem, &op);
            let desk = desk_page(&app, &op, page, input.profile.as_deref(), input.period).await?;
            render_refused(&problem, &desk)
        }
    }
}

fn is_period(text: &str) -> bool {
    text.len() == 7 && format!("{text}-01").parse::<jiff::civil::Date>().is_ok()
}

async fn queue(app: &App, op: &Op, input: &PublishInput) -> Result<String> {
    let library = library::current(app).await?;
    let wrong = |code: &'static str| Problem::invalid("fields").field("period", code);
    let profile = library
        .profiles_in_use()
        .into_iter()
        .find(|profile| input.profile.as_ref().is_none_or(|asked| *asked == profile.name))
        .ok_or_else(|| wrong("requests-grading-no-profile"))?;
    let first = format!("{}-01", input.period.trim())
        .parse()
        .map_err(|_| wrong("requests-grading-period-malformed"))?;
    let period = profile.grade.period(profile.calendar.zone(), first);
    if period.published_at > op.at {
        return Err(wrong("requests-grading-period-early"));
    }
    let job = PublishGrades {
        profile: profile.name.clone(),
        period: period.name(),
    };
    let mut tx = app.db.begin().await?;
    tx.enqueue(op, &job).await?;
    tx.commit().await?;
    Ok(period.name())
}

async fn desk_page(
    app: &App,
    op: &Op,
    page: Shell,
    profile: Option<&str>,
    period: String,
) -> Result<DeskPage> {
    let lang = op.lang;
    let library = library::current(app).await?;
    let found = library
        .profiles_in_use()
        .into_iter()
        .find(|each| profile.is_none_or(|asked| asked == each.name));
    let page = page
        .titled(lang.text("requests-grading-desk"))
        .crumb(lang.text("requests-grading-desk-way"), "/desk")
        .crumb(lang.text("requests-grading-desk"), "");
    let (lead, view) = match found {
        Some(profile) => {
            let (lead, view) = so_far(app, op, profile).await?;
            (lead, Some(view))
        }
        None => (lang.text("requests-grading-not-yet").to_string(), None),
    };
    Ok(DeskPage {
        page,
        lead,
        view,
        may_publish: op.has(&[Role::Leader]),
        period,
    })
}

async fn so_far(app: &App, op: &Op, profile: &Profile) -> Result<(String, SheetView)> {
    let teller = Teller::new(app, op.lang).await?;
    let period = profile
        .grade
        .period(profile.calendar.zone(), profile.calendar.day(op.at));
    let sheet = provisional(app, profile, &period).await?;
    let lead = op
        .lang
        .text("requests-grading-running")
        .arg("month", title(op.lang, &sheet.period))
        .arg("at", teller.moment(sheet.published_at));
    Ok((lead.to_string(), SheetView::new(&teller, &sheet, "")))
}

impl DeskPage {
    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> DeskPage {
        DeskPage {
            page: Shell::sample(lang).titled(lang.text("requests-grading-desk")),
            lead: lang
                .text("requests-grading-running")
                .arg("month", title(lang, "2026-11"))
                .arg("at", "<5>")
                .to_string(),
            view: super::SheetPage::sample(lang).view,
            may_publish: true,
            period: "<2026>".into(),
        }
    }
}
