//! What a browser keeps between pages: the secret of a draft, and the key of a request. Scripts cannot read either.

use std::time::Duration;

use axum::{
    http::{HeaderMap, HeaderValue, header},
    response::Response,
};

/// The secret of the draft that is being typed.
pub const DRAFT: &str = "bz_draft";
/// The resident's key, for the pages of one request only.
pub const KEY: &str = "bz_key";
/// Says that somebody said "me too" from this browser, for the pages of one request only.
pub const ME_TOO: &str = "bz_me_too";
/// What happened, to be said on the next page.
pub const NOTICE: &str = "bz_notice";

/// How long a key is kept after it was typed.
pub const KEY_LIFE: Duration = Duration::from_secs(3_600);

/// Returns a cookie's value.
#[must_use]
pub fn find<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='))
        .filter(|value| !value.is_empty())
}

/// Sets a cookie that only our own pages below a path send back.
pub fn set(response: &mut Response, is_tls: bool, path: &str, name: &str, value: &str, life: Duration) {
    let secure = if is_tls { "; Secure" } else { "" };
    let cookie = format!(
        "{name}={value}; Path={path}; HttpOnly; SameSite=Lax; Max-Age={}{secure}",
        life.as_secs()
    );
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}

/// Has the browser forget a cookie.
pub fn forget(response: &mut Response, path: &str, name: &str) {
    set(response, false, path, name, "", Duration::ZERO);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_by_its_whole_name() {
        let mut headers = HeaderMap::new();
        headers.insert(
            header::COOKIE,
            HeaderValue::from_static("xbz_key=1; bz_key=ABC; bz_keys=2; bz_draft="),
        );
        assert_eq!(find(&headers, KEY), Some("ABC"));
        assert_eq!(find(&headers, DRAFT), None);
    }
}
