//! The built style sheet, scripts and pictures of `web/dist`, embedded in the binary and served from `/assets`.
//!
//! `npm run build` gives each file a name with its hash in it, so that browsers may keep it for ever, and writes `manifest.json`
//! from plain names to those. Beside each text file stand its `.br` and `.gz`, compressed harder than a server could on the fly.

use std::collections::HashMap;
use std::sync::LazyLock;

use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use base64::prelude::{BASE64_STANDARD, Engine as _};
use rust_embed::{EmbeddedFile, RustEmbed};
use sha2::{Digest, Sha256};

/// The address of an asset, by its plain name (`site.css`).
pub fn address(name: &str) -> String {
    format!("/assets/{}", MANIFEST.get(name).map_or(name, String::as_str))
}

/// Whether `web/dist` was built before the program was.
pub fn are_built() -> bool {
    !MANIFEST.is_empty()
}

/// The content of an asset, by its plain name; for one that must have an address of its own.
pub fn content(name: &str) -> Option<Vec<u8>> {
    let file = Dist::get(MANIFEST.get(name)?)?;
    Some(file.data.into_owned())
}

/// The style sheet that pages of forms carry within them: a slow phone shows them one round trip earlier.
pub const WITHIN_PAGES: &str = "form.css";

/// A style sheet for the inside of a page; `""` where none was built. The policy allows [`WITHIN_PAGES`] only.
pub fn style(name: &str) -> String {
    let text = content(name).and_then(|bytes| String::from_utf8(bytes).ok());
    text.unwrap_or_default()
}

/// How the content security policy names the one style sheet that may stand within a page (CSP 3, `hash-source`).
pub fn style_source() -> String {
    let hash = Sha256::digest(style(WITHIN_PAGES));
    format!("'sha256-{}'", BASE64_STANDARD.encode(hash))
}

/// `GET /assets/{file}`.
pub fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route("/assets/{file}", get(serve))
}

#[derive(RustEmbed)]
#[folder = "../../web/dist"]
#[allow_missing = true]
struct Dist;

static MANIFEST: LazyLock<HashMap<String, String>> = LazyLock::new(|| {
    let Some(file) = Dist::get("manifest.json") else {
        tracing::error!("the pages have no style: build them with `make web`, then build the program again");
        return HashMap::new();
    };
    serde_json::from_slice(&file.data)
        .expect("web/dist/manifest.json maps names to names; build it again with `make web`")
});

async fn serve(Path(name): Path<String>, headers: HeaderMap) -> Response {
    if name.ends_with(".br") || name.ends_with(".gz") || name == "manifest.json" {
        return StatusCode::NOT_FOUND.into_response();
    }
    let Some(plain) = Dist::get(&name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let (encoding, file) = best_encoding(&name, accepted(&headers)).unwrap_or(("", plain));
    let etag = format!("\"{}\"", hex::encode(&file.metadata.sha256_hash()[..12]));

    let known = headers
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .any(|known| known.contains(&etag));
    let mut response = if known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        file.data.into_response()
    };
    let set = response.headers_mut();
    set.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static(content_type(&name)),
    );
    if !encoding.is_empty() && !known {
        set.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    set.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    set.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("public, max-age=31536000, immutable"),
    );
    set.insert(
        header::ETAG,
        HeaderValue::from_str(&etag).expect("hexadecimal digits in quotes are a header"),
    );
    response
}

/// The codings a caller takes (RFC 9110, 12.5.3); a weight of zero refuses one.
fn accepted(headers: &HeaderMap) -> Vec<String> {
    let lists = headers
        .get_all(header::ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok());
    let refused = |part: &str| {
        let weight = part.split(';').find_map(|p| p.trim().strip_prefix("q="));
        weight
            .and_then(|q| q.trim().parse::<f32>().ok())
            .is_some_and(|q| q <= 0.0)
    };
    lists
        .flat_map(|list| list.split(','))
        .filter(|part| !refused(part))
        .map(|part| {
            part.split(';')
                .next()
                .unwrap_or_default()
                .trim()
                .to_ascii_lowercase()
        })
        .collect()
}

fn best_encoding(name: &str, accepted: Vec<String>) -> Option<(&'static str, EmbeddedFile)> {
    [("br", "br"), ("gzip", "gz")]
        .into_iter()
        .filter(|(coding, _)| accepted.iter().any(|a| a == coding))
        .find_map(|(coding, suffix)| Some((coding, Dist::get(&format!("{name}.{suffix}"))?)))
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        _ => "application/octet-stream",
    }
}
