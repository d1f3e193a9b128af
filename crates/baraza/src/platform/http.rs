//! What stands around every route: faces of problems, security headers, limits, log lines, counters.

use std::{
    net::{IpAddr, SocketAddr},
    num::NonZeroU32,
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    Json, Router,
    body::Body,
    extract::{ConnectInfo, DefaultBodyLimit, MatchedPath, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::{Next, from_fn, from_fn_with_state},
    response::{Html, IntoResponse, Response},
};
use governor::{Quota, RateLimiter, clock::DefaultClock, state::keyed::DashMapStateStore};
use serde_json::json;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tower_http::{
    catch_panic::CatchPanicLayer, compression::CompressionLayer, timeout::RequestBodyTimeoutLayer,
};

use super::{
    app::App,
    config::Config,
    html,
    i18n::Lang,
    jobs,
    op::Op,
    problem::{Kind, Problem},
};

/// The longest a request may take to answer.
const MOST_TIME: Duration = Duration::from_secs(60);
/// The longest a request that carries files may take: ten photos over a 2G network need most of it.
const MOST_UPLOAD_TIME: Duration = Duration::from_secs(30 * 60);
/// The longest a caller may stay silent in the middle of a body.
const MOST_SILENCE: Duration = Duration::from_secs(60);
/// The most an ordinary form or API body may hold; routes for files set their own limit.
const MOST_BODY_BYTES: usize = 1024 * 1024;

/// Lets nothing run that we did not ship: no inline script or style, nothing from elsewhere.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; \
     connect-src 'self'; font-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

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

/// Wraps the whole product: identity comes from `identify`, which must put an [`Op`] into the extensions.
pub fn finish(router: Router<App>, app: &App) -> Router {
    router
        .layer(from_fn(refuse_cross_site))
        .layer(DefaultBodyLimit::max(MOST_BODY_BYTES))
        .layer(from_fn(limit_time))
        .layer(RequestBodyTimeoutLayer::new(MOST_SILENCE))
        .layer(from_fn_with_state(app.clone(), limit_rate))
        .layer(CompressionLayer::new().gzip(true))
        .layer(from_fn_with_state(app.clone(), secure_and_count))
        .layer(CatchPanicLayer::custom(panicked))
        .with_state(app.clone())
}

/// Serves until `stop` is cancelled, then lets the requests in hand finish.
///
/// # Errors
/// When the listener fails.
pub async fn serve(listener: TcpListener, router: Router, stop: CancellationToken) -> std::io::Result<()> {
    axum::serve(
        listener,
        router.into_make_service_with_connect_info::<SocketAddr>(),
    )
    .with_graceful_shutdown(async move { stop.cancelled().await })
    .await
}

/// Routes for machines that watch the program.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/healthz", axum::routing::get(healthz))
        .route("/readyz", axum::routing::get(readyz))
        .route("/metrics", axum::routing::get(metrics))
}

async fn healthz() -> &'static str {
    "ok\n"
}

async fn readyz(State(app): State<App>) -> Result<&'static str, (StatusCode, &'static str)> {
    match sqlx::query("SELECT 1").execute(app.db.read()).await {
        Ok(_) => Ok("ready\n"),
        Err(_) => Err((StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n")),
    }
}

async fn metrics(State(app): State<App>, op: Op, request: Request) -> Result<Response, Problem> {
    let is_local = caller_address(&app, &request).is_some_and(|ip| ip.is_loopback());
    if !is_local {
        op.require(&[super::op::Role::Auditor])?;
    }
    let text = app.metrics.text(jobs::count(&app).await?);
    Ok((
        [(
            header::CONTENT_TYPE,
            "application/openmetrics-text; version=1.0.0; charset=utf-8",
        )],
        text,
    )
        .into_response())
}

/// Counts requests of each caller so that none crowds out the others.
#[derive(Clone)]
pub struct Callers(Option<Arc<RateLimiter<IpAddr, DashMapStateStore<IpAddr>, DefaultClock>>>);

impl Callers {
    /// Allows each caller `per_minute` requests, a tenth of them at once; 0 allows any number.
    #[must_use]
    pub fn new(per_minute: u32) -> Callers {
        let burst = NonZeroU32::new((per_minute / 10).max(20)).unwrap_or(NonZeroU32::MIN);
        Callers(
            NonZeroU32::new(per_minute)
                .map(|n| Arc::new(RateLimiter::dashmap(Quota::per_minute(n).allow_burst(burst)))),
        )
    }

    fn admit(&self, ip: IpAddr) -> bool {
        let Some(limiter) = &self.0 else { return true };
        if limiter.len() > 100_000 {
            limiter.retain_recent();
        }
        limiter.check_key(&ip).is_ok()
    }
}

async fn limit_rate(State(app): State<App>, request: Request, next: Next) -> Response {
    let admitted = caller_address(&app, &request).is_none_or(|ip| app.callers.admit(ip));
    if admitted {
        return next.run(request).await;
    }
    (
        StatusCode::TOO_MANY_REQUESTS,
        [(header::RETRY_AFTER, "10")],
        "Too many requests. Wait ten seconds, then try again.\n",
    )
        .into_response()
}

async fn limit_time(request: Request, next: Next) -> Response {
    let kind = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or("");
    let is_form = kind.is_empty()
        || kind.starts_with("application/x-www-form-urlencoded")
        || kind.starts_with("application/json");
    let most = if is_form { MOST_TIME } else { MOST_UPLOAD_TIME };
    match tokio::time::timeout(most, next.run(request)).await {
        Ok(response) => response,
        Err(_) => (
            StatusCode::SERVICE_UNAVAILABLE,
            "This took too long. Try again, or ask for less at once.\n",
        )
            .into_response(),
    }
}

/// Returns the address a request came from, as far as the settings let us believe it.
#[must_use]
pub fn caller_address(app: &App, request: &Request) -> Option<IpAddr> {
    let forwarded = || {
        // The last hop is the one our own proxy saw.
        request
            .headers()
            .get("x-forwarded-for")?
            .to_str()
            .ok()?
            .rsplit(',')
            .next()?
            .trim()
            .parse()
            .ok()
    };
    let direct = || {
        request
            .extensions()
            .get::<ConnectInfo<SocketAddr>>()
            .map(|info| info.0.ip())
    };
    if app.config.behind_proxy {
        forwarded().or_else(direct)
    } else {
        direct()
    }
}

/// Tells whether the caller reached us over TLS: the settings say so, or our own proxy does.
#[must_use]
pub fn came_by_tls(config: &Config, headers: &HeaderMap) -> bool {
    let forwarded = || {
        let protocols = headers.get("x-forwarded-proto")?.to_str().ok()?;
        // The last one is what our own proxy wrote.
        protocols.rsplit(',').next().map(str::trim)
    };
    config.is_https()
        || (config.behind_proxy && forwarded().is_some_and(|protocol| protocol.eq_ignore_ascii_case("https")))
}

/// Refuses a change that a browser sends on behalf of another site.
///
/// Browsers mark the origin of such requests (Fetch Metadata, RFC 6454 `Origin`); with `SameSite` cookies
/// this holds on every route at once, so that no form can forget it. Programs send no cookie and pass.
async fn refuse_cross_site(request: Request, next: Next) -> Response {
    let is_safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if is_safe || comes_from_here(request.headers()) {
        return next.run(request).await;
    }
    Problem::forbidden("cross-site").into_response()
}

fn comes_from_here(headers: &HeaderMap) -> bool {
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    // A program shows its token on purpose; what a browser adds by itself is a cookie or Basic. pyodk sends both.
    if text(header::AUTHORIZATION).is_some_and(|shown| shown.starts_with("Bearer ")) {
        return true;
    }
    if let Some(site) = text(HeaderName::from_static("sec-fetch-site")) {
        return matches!(site, "same-origin" | "none");
    }
    match (text(header::ORIGIN), text(header::HOST)) {
        (Some(origin), Some(host)) => origin
            .split_once("://")
            .is_some_and(|(_, authority)| authority == host),
        (Some(_), None) => false,
        // No browser of this decade sends a cookie with a change and no origin.
        (None, _) => !headers.contains_key(header::COOKIE),
    }
}

async fn secure_and_count(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = request.method().clone();
    // The pattern, never the address: addresses can hold tokens.
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "unmatched".to_owned(), |path| path.as_str().to_owned());
    let request_id = uuid::Uuid::new_v4().simple().to_string();
    request.extensions_mut().insert(RequestId(request_id.clone()));
    let is_tls = came_by_tls(&app.config, request.headers());
    let mut response = next.run(request).await;
    let took = started.elapsed();
    let status = response.status().as_u16();
    app.metrics.answered(&route, method.as_str(), status, took);
    tracing::info!(
        request_id,
        method = method.as_str(),
        route,
        status,
        took_ms = took.as_millis(),
        "answered"
    );

    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    set(header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY);
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::X_FRAME_OPTIONS, "DENY");
    set(header::REFERRER_POLICY, "same-origin");
    set(
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    );
    set(
        HeaderName::from_static("permissions-policy"),
        "geolocation=(self), camera=(self), microphone=()",
    );
    if is_tls {
        set(
            header::STRICT_TRANSPORT_SECURITY,
            "max-age=31536000; includeSubDomains",
        );
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}

/// A credential that was shown but does not hold; every face refuses it before its handler runs.
#[derive(Clone)]
pub struct Refused(pub Arc<Problem>);

/// The number that ties log lines and audit rows of one request together.
#[derive(Debug, Clone)]
pub struct RequestId(pub String);

async fn speak(
    State((app, face, page)): State<(App, Face, ProblemPage)>,
    request: Request,
    next: Next,
) -> Response {
    let op = request.extensions().get::<Op>().cloned();
    let wants_json =
        face == Face::Page && (request.uri().path().ends_with(".json") || prefers_json(request.headers()));
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "unmatched".to_owned(), |path| path.as_str().to_owned());
    let back = request.uri().path_and_query().map(ToString::to_string);
    let is_read = request.method() == Method::GET;
    let response = match request.extensions().get::<Refused>().cloned() {
        Some(Refused(problem)) => {
            let mut response = problem.kind().status().into_response();
            response.extensions_mut().insert(problem);
            response
        }
        None => next.run(request).await,
    };
    let Some(problem) = response
        .extensions()
        .get::<Arc<Problem>>()
        .cloned()
        .or_else(|| malformed(&response))
    else {
        return response;
    };
    let op = op.unwrap_or_else(|| Op {
        who: super::op::Who::Anyone,
        ..Op::system(app.clock.now())
    });
    log(&op, &route, &problem);
    let headers = response.headers().clone();
    let mut spoken = match (face, wants_json) {
        (Face::Page, false) if problem.kind() == Kind::Unauthenticated && is_read => {
            to_sign_in(back.as_deref())
        }
        (Face::Page, false) => (problem.kind().status(), Html(page(&app, &op, &problem))).into_response(),
        (Face::Page, true) | (Face::Json, _) => problem_json(&problem, op.lang),
        (Face::Central, _) => {
            let body = json!({ "message": problem.sentence(op.lang), "code": problem.code() });
            (problem.kind().status(), Json(body)).into_response()
        }
        (Face::OpenRosa, _) => open_rosa(&problem, op.lang),
    };
    if face == Face::OpenRosa && problem.kind() == Kind::Unauthenticated {
        // ODK Collect asks its user for a password only when it is challenged.
        spoken.headers_mut().insert(
            header::WWW_AUTHENTICATE,
            HeaderValue::from_static("Basic realm=\"Baraza\""),
        );
    }
    // What the handler set beside the problem (cookies, Retry-After, WWW-Authenticate) stays.
    for (name, value) in &headers {
        if name != header::CONTENT_LENGTH && name != header::CONTENT_TYPE {
            spoken.headers_mut().append(name, value.clone());
        }
    }
    spoken
}

/// Recognises what the framework's own extractors refuse, so that it speaks in the router's shape too.
fn malformed(response: &Response) -> Option<Arc<Problem>> {
    let is_text = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/plain"));
    let problem = match response.status() {
        StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY | StatusCode::UNSUPPORTED_MEDIA_TYPE => {
            Problem::invalid("request-malformed")
        }
        StatusCode::PAYLOAD_TOO_LARGE => Problem::too_large("request-too-large"),
        _ => return None,
    };
    is_text.then(|| Arc::new(problem))
}

fn prefers_json(headers: &HeaderMap) -> bool {
    let accept = headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok())
        .unwrap_or("");
    accept.contains("json") && !accept.contains("text/html")
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

#[allow(clippy::needless_pass_by_value, reason = "the signature is tower-http's")]
fn panicked(panic: Box<dyn std::any::Any + Send>) -> Response<Body> {
    let what = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied());
    tracing::error!(panic = what.unwrap_or("unknown"), "a handler panicked");
    (
        StatusCode::INTERNAL_SERVER_ERROR,
        "Something went wrong on our side. Try again in a minute.\n",
    )
        .into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect()
    }

    #[test]
    fn a_change_from_another_site_is_not_from_here() {
        assert!(!comes_from_here(&headers(&[
            ("sec-fetch-site", "cross-site"),
            ("host", "a.org"),
            ("origin", "http://a.org")
        ])));
        assert!(!comes_from_here(&headers(&[
            ("origin", "http://evil.org"),
            ("host", "a.org")
        ])));
        assert!(!comes_from_here(&headers(&[
            ("cookie", "session=x"),
            ("host", "a.org")
        ])));
    }

    #[test]
    fn a_change_from_our_own_page_or_from_a_program_passes() {
        assert!(comes_from_here(&headers(&[
            ("authorization", "Bearer t"),
            ("cookie", "baraza=x"),
            ("host", "a.org")
        ])));
        assert!(comes_from_here(&headers(&[("sec-fetch-site", "same-origin")])));
        assert!(comes_from_here(&headers(&[
            ("origin", "http://a.org:8080"),
            ("host", "a.org:8080"),
            ("cookie", "s=x")
        ])));
        assert!(comes_from_here(&headers(&[("host", "a.org")])));
    }
}
