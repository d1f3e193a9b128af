//! From a request to a page: the shell around it, the template in it, and the page of a problem.

use askama::Template;
use axum::{
    http::Uri,
    response::{Html, IntoResponse, Response},
};

use super::{
    app::App,
    html::{Person, Shell, parts::FieldError},
    op::{Op, Role},
    problem::{Kind, Problem, Result},
};

/// Returns the shell of a page at `uri` for whoever asks.
#[must_use]
pub fn shell(app: &App, op: &Op, uri: &Uri) -> Shell {
    let address = uri.path_and_query().map_or("/", |address| address.as_str());
    let person = op.person().map(|person| Person {
        name: person.name.clone(),
        works_here: op.has(&Role::STAFF),
    });
    let owner = if app.config.name == "Baraza" {
        String::new()
    } else {
        app.config.name.clone()
    };
    Shell {
        person,
        owner,
        sample_data: app.is_sample,
        ..Shell::new(op.lang, address)
    }
}

/// Renders a template as an answer.
///
/// # Errors
/// When the template fails, which is our mistake.
pub fn render(template: &impl Template) -> Result<Response> {
    Ok(Html(template.render().map_err(Problem::internal)?).into_response())
}

/// Renders a form again with what is wrong with it, under the problem's own status.
///
/// # Errors
/// When the template fails, which is our mistake.
pub fn render_refused(problem: &Problem, template: &impl Template) -> Result<Response> {
    let page = Html(template.render().map_err(Problem::internal)?);
    Ok((problem.kind().status(), page).into_response())
}

/// Returns what an error summary lists: the fields' problems, or the whole one.
#[must_use]
pub fn field_errors(problem: &Problem, op: &Op) -> Vec<FieldError> {
    let fields = problem.field_sentences(op.lang);
    if fields.is_empty() {
        return vec![FieldError {
            field: String::new(),
            text: problem.sentence(op.lang),
        }];
    }
    fields
        .into_iter()
        .map(|(field, text)| FieldError { field, text })
        .collect()
}

/// Renders a problem as a page of its own.
#[must_use]
pub fn problem_page(app: &App, op: &Op, problem: &Problem) -> String {
    let uri = Uri::from_static("/");
    let title_id = match problem.kind().status().as_u16() {
        404 => "trouble-title-not-found",
        401 | 403 => "trouble-title-not-allowed",
        500.. => "trouble-title-ours",
        _ => "trouble-title-yours",
    };
    let page = shell(app, op, &uri).titled(op.lang.text(title_id));
    let template = ProblemPage {
        page,
        sentence: problem.sentence(op.lang),
        is_signed_out: problem.kind() == Kind::Unauthenticated && op.person().is_none(),
        code: problem.code(),
        seeks: problem.kind().status().as_u16() == 404,
        request_id: op.request_id.as_deref().unwrap_or(""),
    };
    template.render().unwrap_or_else(|_| problem.sentence(op.lang))
}

#[derive(Template)]
#[template(path = "platform/problem.html")]
struct ProblemPage<'a> {
    page: Shell,
    sentence: String,
    /// Whether a form was sent by somebody who is signed in no more.
    is_signed_out: bool,
    code: &'a str,
    /// Whether what was looked for is not there, so that it may be elsewhere.
    seeks: bool,
    request_id: &'a str,
}
