//! Cookies of pages: what a browser keeps between them. Scripts cannot read any.

use std::time::Duration;

use axum::{
    http::{HeaderMap, HeaderValue, header},
    response::Response,
};

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
        assert_eq!(find(&headers, "bz_key"), Some("ABC"));
        assert_eq!(find(&headers, "bz_draft"), None);
    }
}
