//! What stands around every route: faces of problems, security headers, limits, log lines, counters.

use std::{
    net::{IpAddr, SocketAddr},
    num::NonZeroU32,
    sync::{Arc, LazyLock},
    time::{Duration, Instant},
};

use axum::{
    Router,
    body::Body,
    extract::{ConnectInfo, DefaultBodyLimit, MatchedPath, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::{Next, from_fn, from_fn_with_state},
    response::{IntoResponse, Response},
};
use governor::{Quota, RateLimiter, clock::DefaultClock, state::keyed::DashMapStateStore};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::{
        CompressionLayer, Predicate,
        predicate::{DefaultPredicate, NotForContentType},
    },
    timeout::RequestBodyTimeoutLayer,
};

use super::{app::App, config::Config, html::assets, jobs, op::Op, problem::Problem};

pub mod cookies;
mod faces;
pub mod live;

pub use faces::{Face, ProblemPage, speaking};

tokio::task_local! {
    /// Where the request in hand came from.
    static CALLER: Option<IpAddr>;
}

/// The longest a request may take to answer.
const MOST_TIME: Duration = Duration::from_secs(60);
/// The longest a request that carries files may take: ten photos over a 2G network need most of it.
pub const MOST_UPLOAD_TIME: Duration = Duration::from_secs(30 * 60);
/// The longest a caller may stay silent in the middle of a body.
const MOST_SILENCE: Duration = Duration::from_secs(60);
/// The most an ordinary form or API body may hold; routes for files set their own limit.
const MOST_BODY_BYTES: usize = 1024 * 1024;

/// Lets nothing run that we did not ship: no inline script, one inline style (by its hash), nothing from elsewhere.
static CONTENT_SECURITY_POLICY: LazyLock<HeaderValue> = LazyLock::new(|| {
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self' {}; img-src 'self' data: blob:; media-src 'self' blob:; \
         connect-src 'self'; font-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; \
         frame-ancestors 'none'",
        assets::style_source()
    );
    HeaderValue::from_str(&policy).expect("words and base64 are a header")
});

/// What a page may do that another site put into its own: show itself. No script, no form, nothing from elsewhere.
static FRAMED_SECURITY_POLICY: LazyLock<HeaderValue> = LazyLock::new(|| {
    HeaderValue::from_static(
        "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; form-action 'none'; base-uri 'none'; \
         frame-ancestors *",
    )
});

/// Says in the extensions of an answer that other sites may put it into their pages; nothing else may be.
#[derive(Debug, Clone, Copy)]
pub struct MayBeFramed;

/// Wraps the whole product: identity comes from `identify`, which must put an [`Op`] into the extensions.
pub fn finish(router: Router<App>, app: &App, page: ProblemPage) -> Router {
    let router = router
        .layer(from_fn(refuse_cross_site))
        .layer(from_fn(refuse_nul))
        .layer(DefaultBodyLimit::max(MOST_BODY_BYTES))
        .layer(from_fn(limit_time))
        .layer(RequestBodyTimeoutLayer::new(MOST_SILENCE))
        .layer(from_fn_with_state(app.clone(), limit_rate))
        .layer(CatchPanicLayer::custom(panicked));
    faces::speaking_last(router, app, page)
        .layer(CompressionLayer::new().gzip(true).compress_when(
            // An archive is packed already.
            DefaultPredicate::new().and(NotForContentType::const_new("application/zip")),
        ))
        .layer(from_fn_with_state(app.clone(), secure_and_count))
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
    let text = app.metrics.text(jobs::count(&app).await?, app.lake.kept());
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
    let caller = caller_address(&app, &request);
    if caller.is_none_or(|ip| app.callers.admit(ip)) {
        return CALLER.scope(caller, next.run(request)).await;
    }
    (
        [(header::RETRY_AFTER, "10")],
        Problem::too_many("too-many-requests").into_response(),
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
        Err(_) => Problem::unavailable("took-too-long").into_response(),
    }
}

/// Returns the address that the request in hand came from; none for work that no request brought.
#[must_use]
pub fn caller_now() -> Option<IpAddr> {
    CALLER.try_with(|caller| *caller).ok().flatten()
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

/// Refuses an address with a NUL in it, which no database stores and no honest link has.
async fn refuse_nul(request: Request, next: Next) -> Response {
    let address = request
        .uri()
        .path_and_query()
        .map_or("", |address| address.as_str());
    if address.contains("%00") {
        return Problem::invalid("request-malformed").into_response();
    }
    next.run(request).await
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

    let may_be_framed = response.extensions().get::<MayBeFramed>().is_some();
    let headers = response.headers_mut();
    headers
        .entry(header::CONTENT_SECURITY_POLICY)
        .or_insert_with(|| match may_be_framed {
            true => FRAMED_SECURITY_POLICY.clone(),
            false => CONTENT_SECURITY_POLICY.clone(),
        });
    let mut set = |name: HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    if !may_be_framed {
        set(header::X_FRAME_OPTIONS, "DENY");
    }
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

#[allow(clippy::needless_pass_by_value, reason = "the signature is tower-http's")]
fn panicked(panic: Box<dyn std::any::Any + Send>) -> Response<Body> {
    let what = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied());
    Problem::internal(anyhow::anyhow!(
        "a handler panicked: {}",
        what.unwrap_or("unknown")
    ))
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
