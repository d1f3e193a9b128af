//! Answers that did not change since the caller got them are not sent again.

use axum::{
    body::{Body, HttpBody, to_bytes},
    extract::Request,
    http::{HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use sha2::{Digest, Sha256};

use crate::platform::problem::Problem;

/// Longer answers are streams, which say themselves whether they changed.
const MOST_BYTES: u64 = 32 * 1024 * 1024;

/// Gives every whole answer an `ETag`, and answers 304 to who has it already.
pub(super) async fn revalidate(request: Request, next: Next) -> Response {
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
    let known = request.headers().get(header::IF_NONE_MATCH).cloned();
    let response = next.run(request).await;
    if is_read
        && response.status() == StatusCode::OK
        && let (Some(known), Some(tag)) = (&known, response.headers().get(header::ETAG))
        && is_among(known, tag.as_bytes())
    {
        return unchanged(response.into_parts().0);
    }
    let is_whole = response
        .body()
        .size_hint()
        .exact()
        .is_some_and(|n| n > 0 && n <= MOST_BYTES);
    if !is_read
        || !is_whole
        || response.status() != StatusCode::OK
        || response.headers().contains_key(header::ETAG)
    {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, usize::MAX).await else {
        return Problem::internal(anyhow::anyhow!("a whole answer could not be read")).into_response();
    };
    let tag = format!("W/\"{}\"", &hex::encode(Sha256::digest(&bytes))[..32]);
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        parts.headers.insert(header::ETAG, tag);
    }
    // What people told us may lie nowhere without being asked for again.
    parts
        .headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("private, no-cache"));
    if known.is_some_and(|known| is_among(&known, tag.as_bytes())) {
        return unchanged(parts);
    }
    Response::from_parts(parts, Body::from(bytes))
}

/// Tells whether a tag is one of those that a client has; on the way they may have become weak.
fn is_among(known: &HeaderValue, tag: &[u8]) -> bool {
    let strong = |tag: &[u8]| tag.strip_prefix(b"W/").unwrap_or(tag).to_vec();
    known
        .as_bytes()
        .split(|byte| *byte == b',')
        .any(|one| strong(one.trim_ascii()) == strong(tag))
}

fn unchanged(mut parts: axum::http::response::Parts) -> Response {
    parts.status = StatusCode::NOT_MODIFIED;
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.remove(header::CONTENT_TYPE);
    Response::from_parts(parts, Body::empty())
}
