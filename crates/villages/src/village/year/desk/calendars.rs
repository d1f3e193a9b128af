//! Calendars of documents at the desk: what villages owe when, as stewards and administrators lay it down.

use askama::Template;
use axum::{
    Form,
    extract::State,
    http::{HeaderMap, Uri},
    response::Response,
};
use serde::Deserialize;

use crate::{
    platform::{
        app::App,
        html::Shell,
        i18n::Lang,
        op::Op,
        page::{field_errors, render_refused, shell},
        problem::{Kind, Result},
        told,
    },
    village::{
        READERS,
        year::{
            PLANNERS, calendars, lay_down,
            model::calendar::{Template as Calendar, shipped},
        },
    },
};

const SAVED: &str = "village-told-calendar";

/// The calendars in force, each with its text.
#[derive(Template)]
#[template(path = "village/year/calendars.html")]
pub struct CalendarsPage {
    pub page: Shell,
    pub calendars: Vec<CalendarView>,
    pub may_write: bool,
    pub text: String,
}

/// A calendar, as the page tells it.
pub struct CalendarView {
    pub title: String,
    pub said: String,
    pub text: String,
}

/// A calendar as it is typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Laid {
    text: String,
}

pub async fn show(State(app): State<App>, op: Op, uri: Uri, headers: HeaderMap) -> Result<Response> {
    op.require(&READERS)?;
    let page = told::shell_with(&headers, shell(&app, &op, &uri), &[SAVED]);
    let found = calendars(&app).await?;
    let page = CalendarsPage::new(page, &found, op.has(&PLANNERS), String::new());
    told::render_once(&headers, &uri, &page)
}

pub async fn save(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    headers: HeaderMap,
    Form(form): Form<Laid>,
) -> Result<Response> {
    op.require(&PLANNERS)?;
    let text = form.text.replace("\r\n", "\n");
    match lay_down(&app, &op, &text).await {
        Ok(_) => Ok(told::redirect(&app, &headers, "/desk/villages/calendars", SAVED)),
        Err(problem) if problem.kind() == Kind::Invalid => {
            let page = Shell {
                errors: field_errors(&problem, &op),
                ..shell(&app, &op, &uri)
            };
            let found = calendars(&app).await?;
            render_refused(&problem, &CalendarsPage::new(page, &found, true, text))
        }
        Err(problem) => Err(problem),
    }
}

impl CalendarsPage {
    fn new(page: Shell, found: &[(Calendar, String)], may_write: bool, text: String) -> CalendarsPage {
        let lang = page.lang;
        let view = |(calendar, text): &(Calendar, String)| CalendarView {
            title: calendar.title.in_language(lang.code()).to_owned(),
            said: lang
                .text("village-calendar-said")
                .arg("name", &calendar.name)
                .n("n", calendar.documents.len())
                .n("notice", calendar.notice_days)
                .n("grace", calendar.grace_days)
                .to_string(),
            text: text.clone(),
        };
        let title = lang.text("village-calendars").to_string();
        CalendarsPage {
            calendars: found.iter().map(view).collect(),
            may_write,
            text,
            page: page
                .titled(&title)
                .crumb(lang.text("platform-nav-desk"), "/desk")
                .crumb(lang.text("village-desk"), "/desk/villages")
                .crumb(title, ""),
        }
    }

    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> CalendarsPage {
        let found: Vec<(Calendar, String)> = shipped()
            .iter()
            .map(|(calendar, text)| (calendar.clone(), (*text).to_owned()))
            .collect();
        CalendarsPage::new(Shell::sample(lang), &found, true, "name = \"<desa>\"".to_owned())
    }
}
