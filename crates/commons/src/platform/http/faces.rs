//! Problems in the shape each protocol knows, whichever part of the program found them.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{MatchedPath, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::{Next, from_fn_with_state},
    response::{Html, IntoResponse, Response},
};
use formats::{
    open311::{Format, error::ErrorItem},
    sdmx::{self, model::Version},
};
use serde_json::json;

use super::Refused;
use crate::platform::{
    app::App,
    html,
    i18n::Lang,
    op::{Op, Who},
    problem::{Kind, Problem},
};

/// In which shape a router speaks of problems.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Face {
    /// A page for people.
    Page,
    /// RFC 9457 `application/problem+json`.
    Json,
    /// `{message, code}`, as ODK Central's clients expect.
    Central,
    /// `OpenRosaResponse` XML, shown to the enumerator by ODK Collect.
    OpenRosa,
    /// A list of `{code, description}`, in XML or JSON as the address ends.
    Open311,
    /// An error message in SDMX-ML, with the standard's codes.
    Sdmx,
}

impl Face {
    /// Returns the shape that whoever asks for an address expects, when no router of ours answers it.
    fn of(path: &str) -> Face {
        let is_below = |prefix: &str| {
            path.strip_prefix(prefix)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        if is_below("/api") {
            return Face::Json;
        }
        if is_below("/open311") {
            return Face::Open311;
        }
        if is_below("/sdmx") {
            return Face::Sdmx;
        }
        if !is_below("/v1") {
            return Face::Page;
        }
        let last = path.rsplit('/').next().unwrap_or_default();
        if is_below("/v1/key")
            || is_below("/v1/test")
            || matches!(last, "formList" | "manifest" | "submission")
        {
            Face::OpenRosa
        } else {
            Face::Central
        }
    }
}

/// Renders a problem as a page; given by the tier that knows the layout.
pub type ProblemPage = fn(&App, &Op, &Problem) -> String;

/// Makes every problem of a router speak in one shape, and logs it once.
pub fn speaking<S: Clone + Send + Sync + 'static>(
    router: Router<S>,
    app: &App,
    face: Face,
    page: ProblemPage,
) -> Router<S> {
    router.layer(from_fn_with_state((app.clone(), face, page), speak))
}

/// Makes what stands around the routers (limits, refusals of other sites, panics) speak as they would.
pub(super) fn speaking_last(router: Router<App>, app: &App, page: ProblemPage) -> Router<App> {
    router.layer(from_fn_with_state((app.clone(), page), speak_last))
}

async fn speak(
    State((app, face, page)): State<(App, Face, ProblemPage)>,
    request: Request,
    next: Next,
) -> Response {
    let asked = Asked::of(&app, &request, face);
    let response = match request.extensions().get::<Refused>().cloned() {
        Some(Refused(problem)) => {
            let mut response = problem.kind().status().into_response();
            response.extensions_mut().insert(problem);
            response
        }
        None => next.run(request).await,
    };
    match problem_of(&response).or_else(|| framework_problem(&response)) {
        Some(problem) => asked.tell(&app, page, &problem, response.headers()),
        None => response,
    }
}

async fn speak_last(State((app, page)): State<(App, ProblemPage)>, request: Request, next: Next) -> Response {
    let asked = Asked::of(&app, &request, Face::of(request.uri().path()));
    let response = next.run(request).await;
    match problem_of(&response) {
        Some(problem) => asked.tell(&app, page, &problem, response.headers()),
        None => response,
    }
}

fn problem_of(response: &Response) -> Option<Arc<Problem>> {
    response.extensions().get::<Arc<Problem>>().cloned()
}

/// Recognises what the framework itself refuses, so that it speaks in the router's shape too.
fn framework_problem(response: &Response) -> Option<Arc<Problem>> {
    let is_text = || {
        response
            .headers()
            .get(header::CONTENT_TYPE)
            .is_some_and(|kind| kind.as_bytes().starts_with(b"text/plain"))
    };
    let problem = match response.status() {
        StatusCode::METHOD_NOT_ALLOWED => Problem::new(Kind::WrongMethod, "method-not-allowed"),
        StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY | StatusCode::UNSUPPORTED_MEDIA_TYPE
            if is_text() =>
        {
            Problem::invalid("request-malformed")
        }
        StatusCode::PAYLOAD_TOO_LARGE if is_text() => Problem::too_large("request-too-large"),
        _ => return None,
    };
    Some(Arc::new(problem))
}

/// What the answer to a request must know of it.
struct Asked {
    op: Op,
    face: Face,
    route: String,
    /// Where to go on after signing in.
    back: Option<String>,
    is_read: bool,
    /// In which of its two formats Open311 is asked.
    open311: Format,
    /// In which of its two versions SDMX is asked.
    sdmx: Version,
}

impl Asked {
    fn of(app: &App, request: &Request, face: Face) -> Asked {
        let matched = request.extensions().get::<MatchedPath>();
        let path = request.uri().path();
        let face = match face {
            // Nothing answers here: the page of pages is not for programs.
            Face::Page if matched.is_none() => Face::of(path),
            face => face,
        };
        let wants_json = path.ends_with(".json") || prefers_json(request.headers());
        let op = request.extensions().get::<Op>().cloned();
        Asked {
            op: op.unwrap_or_else(|| stranger(app, request.headers())),
            face: if face == Face::Page && wants_json {
                Face::Json
            } else {
                face
            },
            route: matched.map_or_else(|| "unmatched".to_owned(), |path| path.as_str().to_owned()),
            back: request.uri().path_and_query().map(ToString::to_string),
            is_read: request.method() == Method::GET,
            open311: match Format::split(path) {
                Some((_, format)) => format,
                None if wants_xml(request.headers()) => Format::Xml,
                None => Format::Json,
            },
            sdmx: if path.starts_with("/sdmx/3.") {
                Version::V30
            } else {
                Version::V21
            },
        }
    }

    /// Tells the problem in the shape that was asked for; what was set beside it stays.
    fn tell(&self, app: &App, page: ProblemPage, problem: &Problem, set: &HeaderMap) -> Response {
        log(&self.op, &self.route, problem);
        let status = problem.kind().status();
        let is_unknown = problem.kind() == Kind::Unauthenticated;
        let mut told = match self.face {
            Face::Page if is_unknown && self.is_read => to_sign_in(self.back.as_deref()),
            Face::Page => (status, Html(page(app, &self.op, problem))).into_response(),
            Face::Json => problem_json(problem, self.op.lang),
            Face::Central => central(problem, self.op.lang),
            Face::OpenRosa => open_rosa(problem, self.op.lang),
            Face::Open311 => open311(problem, self.op.lang, self.open311),
            Face::Sdmx => in_sdmx(problem, self.op.lang, self.sdmx),
        };
        if self.face == Face::OpenRosa && is_unknown {
            // ODK Collect asks its user for a password only when it is challenged.
            told.headers_mut().insert(
                header::WWW_AUTHENTICATE,
                HeaderValue::from_static("Basic realm=\"Baraza\""),
            );
        }
        // Cookies, Allow, Retry-After.
        for (name, value) in set {
            if name != header::CONTENT_LENGTH && name != header::CONTENT_TYPE {
                told.headers_mut().append(name, value.clone());
            }
        }
        told
    }
}

/// Returns the circumstances of somebody whom nobody has identified yet.
fn stranger(app: &App, headers: &HeaderMap) -> Op {
    let accepted = headers
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok());
    let ours = app.config.language.parse().unwrap_or_default();
    Op {
        who: Who::Anyone,
        lang: Lang::negotiate(None, None, accepted, ours),
        ..Op::system(app.clock.now())
    }
}

fn prefers_json(headers: &HeaderMap) -> bool {
    let accept = headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok())
        .unwrap_or("");
    accept.contains("json") && !accept.contains("text/html")
}

fn wants_xml(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
    accept.is_some_and(|accept| accept.contains("xml") && !accept.contains("html"))
}

fn log(op: &Op, route: &str, problem: &Problem) {
    let code = problem.code();
    let request_id = op.request_id.as_deref().unwrap_or("");
    match (problem.kind(), problem.source()) {
        (Kind::Internal, Some(source)) => {
            tracing::error!(request_id, route, code, error = format!("{source:#}"), "failed");
        }
        (_, Some(source)) => {
            tracing::warn!(request_id, route, code, error = format!("{source:#}"), "refused");
        }
        (_, None) => tracing::debug!(request_id, route, code, "refused"),
    }
}

fn to_sign_in(back: Option<&str>) -> Response {
    let back = percent_encoding::utf8_percent_encode(back.unwrap_or("/"), percent_encoding::NON_ALPHANUMERIC);
    axum::response::Redirect::to(&format!("/sign-in?next={back}")).into_response()
}

fn problem_json(problem: &Problem, lang: Lang) -> Response {
    let status = problem.kind().status();
    let errors: Vec<_> = problem
        .field_sentences(lang)
        .into_iter()
        .map(|(field, detail)| json!({ "field": field, "detail": detail }))
        .collect();
    let mut body = json!({
        "type": format!("/developers#problem-{}", problem.code()),
        "title": problem.sentence(lang),
        "status": status.as_u16(),
        "code": problem.code(),
    });
    if !errors.is_empty() {
        body["errors"] = errors.into();
    }
    (
        status,
        [(header::CONTENT_TYPE, "application/problem+json")],
        body.to_string(),
    )
        .into_response()
}

/// ODK Central numbers its problems by status and kind; our own code stands beside it.
fn central(problem: &Problem, lang: Lang) -> Response {
    let code = match (problem.kind(), problem.code()) {
        (_, "json-malformed" | "submission-malformed") => 400.1,
        (_, "form-malformed") => 400.15,
        (_, "form-warnings") => 400.16,
        (_, "collect-edit-of-nothing") => 400.19,
        (_, "collect-draft-access") => 404.4,
        (_, "form-version-unknown") => 404.6,
        (_, "collect-entity-field-missing") => 400.2,
        (_, "collect-entity-field-mistyped") => 400.11,
        (_, "collect-entity-filter-malformed") => 400.18,
        (_, "collect-entity-form-malformed") => 400.25,
        (_, "collect-entity-malformed" | "collect-entity-property-unknown") => 400.28,
        (_, "collect-list-pending") => 400.29,
        (_, "collect-entity-fields-unexpected") => 400.31,
        (_, "collect-entity-no-conflict") => 400.32,
        (_, "collect-entity-action-forbidden") => 403.2,
        (_, "collect-entity-version-unknown") => 404.9,
        (_, "collect-entity-deleted") => 404.11,
        (_, "collect-entity-stale") => 409.15,
        (_, "collect-list-similar") => 409.16,
        (_, "collect-property-similar") => 409.17,
        (_, "collect-entity-id-spent") => 409.19,
        (_, "collect-list-in-use") => 409.21,
        (_, "collect-property-in-use") => 409.22,
        (_, "form-closed") => 409.2,
        (_, "form-version-taken") => 409.6,
        (_, "collect-exports-filter") => 400.18,
        (_, "collect-exports-select-unknown") => 400.23,
        (_, "collect-exports-select-repeat") => 400.24,
        (_, "collect-exports-skiptoken-unknown") => 400.34,
        (_, "collect-exports-skiptoken") => 400.35,
        (_, "collect-exports-filter-unsupported") => 501.4,
        (_, "collect-exports-filter-field") => 501.5,
        (_, "collect-exports-expand") => 501.6,
        (_, "collect-exports-select-expand") => 501.11,
        (_, "collect-form-only-draft") => 409.7,
        (_, "collect-instance-taken") => 409.8,
        (_, "collect-edit-outdated") => 409.9,
        (_, "collect-form-not-open") => 409.12,
        (_, "collect-submission-deleted") => 409.18,
        (Kind::Invalid, _) => 400.8,
        (Kind::Unauthenticated, _) => 401.2,
        (Kind::Forbidden, _) => 403.1,
        (Kind::NotFound | Kind::Gone, _) => 404.1,
        (Kind::WrongMethod, _) => 405.1,
        (Kind::Conflict, _) => 409.3,
        (Kind::TooLarge, _) => 413.1,
        (Kind::TooMany, _) => 429.1,
        (Kind::Internal, _) => 500.1,
        (Kind::Unavailable, _) => 503.1,
        (Kind::Unsupported, _) => 501.1,
        (Kind::Unacceptable, _) => 406.1,
    };
    let mut details = json!({ "code": problem.code() });
    for (key, value) in problem
        .details()
        .and_then(serde_json::Value::as_object)
        .into_iter()
        .flatten()
    {
        details[key] = value.clone();
    }
    let fields = problem.field_sentences(lang);
    if !fields.is_empty() {
        details["fields"] = fields.into_iter().collect();
    }
    let body = json!({
        "message": problem.sentence(lang),
        "code": code,
        "details": details,
    });
    (problem.kind().status(), Json(body)).into_response()
}

fn open_rosa(problem: &Problem, lang: Lang) -> Response {
    let sentence = html::Markup::escape(&problem.sentence(lang));
    let body = format!(
        "<OpenRosaResponse xmlns=\"http://openrosa.org/http/response\"><message nature=\"error\">{sentence}</message></OpenRosaResponse>"
    );
    let headers = [
        (header::CONTENT_TYPE, "text/xml; charset=utf-8"),
        (HeaderName::from_static("x-openrosa-version"), "1.0"),
    ];
    (problem.kind().status(), headers, body).into_response()
}

/// One error for each field that will not do, else one for the whole.
fn open311(problem: &Problem, lang: Lang, format: Format) -> Response {
    // The standard calls a key that is missing or does not hold 403.
    let status = match problem.kind() {
        Kind::Unauthenticated => StatusCode::FORBIDDEN,
        kind => kind.status(),
    };
    let item = |description| ErrorItem {
        code: u32::from(status.as_u16()),
        description,
    };
    let mut errors: Vec<ErrorItem> = problem
        .field_sentences(lang)
        .into_iter()
        .map(|(field, sentence)| item(format!("{field}: {sentence}")))
        .collect();
    if errors.is_empty() {
        errors.push(item(problem.sentence(lang)));
    }
    let text = formats::open311::error::write(format, &errors);
    (status, [(header::CONTENT_TYPE, format.content_type())], text).into_response()
}

/// Codes by the guidelines for SDMX web services; those above 1000 are a service's own.
fn in_sdmx(problem: &Problem, lang: Lang, version: Version) -> Response {
    let code = match problem.kind() {
        Kind::NotFound | Kind::Gone => 100,
        Kind::Unauthenticated | Kind::Forbidden => 110,
        Kind::TooLarge => 130,
        Kind::Invalid => 140,
        Kind::Internal => 500,
        Kind::Unsupported => 501,
        Kind::Unavailable | Kind::TooMany => 503,
        Kind::WrongMethod | Kind::Conflict | Kind::Unacceptable => 1000,
    };
    let text = sdmx::error::write(version, code, lang.of_texts().code(), &problem.sentence(lang));
    let media_type = sdmx::error::media_type(version);
    (
        problem.kind().status(),
        [(header::CONTENT_TYPE, media_type)],
        text,
    )
        .into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_address_belongs_to_the_protocol_of_its_beginning() {
        for (path, face) in [
            ("/v1", Face::Central),
            ("/v1/projects/1/nothing", Face::Central),
            ("/v1/projects/1/formList", Face::OpenRosa),
            ("/v1/key/abc/projects/1/nothing", Face::OpenRosa),
            ("/v1/keys", Face::Central),
            ("/api/v1/nothing", Face::Json),
            ("/open311/v3/requests.xml", Face::Open311),
            ("/sdmx/4.0/data", Face::Sdmx),
            ("/open3110", Face::Page),
            ("/apiary", Face::Page),
            ("/v10", Face::Page),
            ("/", Face::Page),
        ] {
            assert_eq!(Face::of(path), face, "{path}");
        }
    }
}
