//! What a page says once after something was done and the browser was sent on to it.
//!
//! The id of the text waits in a cookie of that page alone, for a minute; nothing of what was done stands in an address.

use std::time::Duration;

use askama::Template;
use axum::{
    http::{HeaderMap, Uri},
    response::{IntoResponse, Redirect, Response},
};

use super::{
    app::App,
    html::{
        Markup, Shell,
        parts::{Notice, NoticeKind},
    },
    http::{came_by_tls, cookies},
    page::render,
    problem::Result,
};

const COOKIE: &str = "bz_told";
const LIFE: Duration = Duration::from_secs(60);

/// Sends a browser on to a page that says once what was done; `text` is the id of a text that the page knows.
#[must_use]
pub fn redirect(app: &App, headers: &HeaderMap, to: &str, text: &str) -> Response {
    let mut response = Redirect::to(to).into_response();
    let path = to.split(['?', '#']).next().unwrap_or(to);
    let is_tls = came_by_tls(&app.config, headers);
    cookies::set(&mut response, is_tls, path, COOKIE, text, LIFE);
    response
}

/// The same shell with what was done just now, where that is one of the texts that the page knows.
#[must_use]
pub fn shell_with(headers: &HeaderMap, mut page: Shell, known: &[&'static str]) -> Shell {
    let told = cookies::find(headers, COOKIE);
    if let Some(id) = known.iter().find(|id| told == Some(**id)) {
        let content = Markup::escape(&page.lang.text(*id).to_string());
        page.notices.push(Notice {
            kind: NoticeKind::Success,
            content,
        });
    }
    page
}

/// Renders a page that may have said what was done; it says so once.
///
/// # Errors
/// When the template fails, which is our mistake.
pub fn render_once(headers: &HeaderMap, uri: &Uri, template: &impl Template) -> Result<Response> {
    let mut response = render(template)?;
    if cookies::find(headers, COOKIE).is_some() {
        cookies::forget(&mut response, uri.path(), COOKIE);
    }
    Ok(response)
}
