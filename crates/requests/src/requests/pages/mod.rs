//! Pages for residents: filing a request step by step, and following one by its code.
//!
//! Everything works without JavaScript on a small telephone. What is typed is kept after every step; what is shown comes
//! through [`super::see`], and what is done goes through the front doors that every channel uses.

pub mod acts;
mod cookies;
pub mod drafts;
pub mod mine;
pub mod new;
pub mod one;
mod pictures;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::HeaderMap,
    routing::{get, post},
};

use super::photo::MOST_FORM_BYTES;
use crate::platform::{
    app::App,
    html::{
        Markup, Shell,
        parts::{Notice, NoticeKind},
    },
    i18n::Lang,
    time::Time,
};

/// The routes of this folder.
pub fn routes() -> Router<App> {
    let with_files = Router::new()
        .route("/requests/new/what", get(new::what::form).post(new::what::take))
        .route(
            "/requests/new/offline",
            get(new::offline::form).post(new::offline::take),
        )
        .route("/requests/{code}/{act}", get(acts::ask).post(acts::act))
        .layer(DefaultBodyLimit::max(MOST_FORM_BYTES));
    Router::new()
        .route("/requests/new", get(new::service::form).post(new::service::take))
        .route(
            "/requests/new/where",
            get(new::place::form).post(new::place::take),
        )
        .route("/requests/new/map/{place}", get(new::place::map))
        .route("/requests/new/photos/{photo}", get(new::what::photo))
        .route("/requests/new/who", get(new::who::form).post(new::who::take))
        .route(
            "/requests/new/similar",
            get(new::check::similar).post(new::check::compared),
        )
        .route(
            "/requests/new/check",
            get(new::check::form).post(new::check::file),
        )
        .route("/requests/new/appeal", post(new::check::appeal))
        .route("/requests/new/done", get(new::done::page))
        .route("/requests/new/forget", post(new::forget))
        .route("/requests/worker.js", get(new::offline::worker))
        .route("/requests/follow", get(acts::follow_form).post(acts::follow))
        .route("/requests/mine", get(mine::page))
        .route("/requests/{code}", get(one::page))
        .route("/requests/{code}/photos/{photo}", get(one::photo))
        .merge(with_files)
}

/// A link on a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    pub href: String,
    pub text: String,
}

/// Adds what the last page left to be said; only texts of ours can be.
fn with_notice(mut page: Shell, headers: &HeaderMap) -> Shell {
    let said = cookies::find(headers, cookies::NOTICE);
    if let Some(code) = said.filter(|code| acts::is_notice(code)) {
        let text = page.lang.text(format!("requests-pages-done-{code}")).to_string();
        page.notices.push(Notice {
            kind: NoticeKind::Success,
            content: Markup::escape(&text),
        });
    }
    page
}

/// Writes until when something was promised: midnight belongs to the day before, as people speak.
fn by_when(app: &App, lang: Lang, at: Time) -> String {
    let moment = app.config.zoned(at).datetime();
    match (
        moment.time() == jiff::civil::Time::midnight(),
        moment.date().yesterday(),
    ) {
        (true, Ok(day)) => lang
            .text("requests-pages-end-of")
            .arg("day", lang.date(day))
            .to_string(),
        _ => lang.date_time(moment),
    }
}
