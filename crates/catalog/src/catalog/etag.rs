//! Answers that did not change since the caller got them are not sent again (RFC 9110 §8.8.3 and §13.1.2).

use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use sha2::{Digest, Sha256};

/// The mark of an answer. It is a weak one: a file that is made twice may differ in its bytes and hold the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag(String);

impl Tag {
    /// The mark of everything that decides what an answer holds; another program may write it otherwise.
    #[must_use]
    pub fn of(parts: &[&str]) -> Tag {
        let mut hasher = Sha256::new();
        for part in std::iter::once(&env!("CARGO_PKG_VERSION")).chain(parts) {
            hasher.update(part.len().to_le_bytes());
            hasher.update(part);
        }
        Tag(format!("W/\"{}\"", &hex::encode(hasher.finalize())[..32]))
    }

    /// Answers with what `make` makes, or says that the caller has it already; `kept` says who may keep it (`Cache-Control`).
    pub fn answer(&self, asked: &HeaderMap, kept: &'static str, make: impl FnOnce() -> Response) -> Response {
        match self.is_known(asked) {
            true => self.unchanged(kept),
            false => self.put(make(), kept),
        }
    }

    /// Says that the caller has it already.
    #[must_use]
    pub fn unchanged(&self, kept: &'static str) -> Response {
        self.put(StatusCode::NOT_MODIFIED.into_response(), kept)
    }

    /// Whether the caller has it already.
    #[must_use]
    pub fn is_known(&self, asked: &HeaderMap) -> bool {
        let bare = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
        asked
            .get_all(header::IF_NONE_MATCH)
            .iter()
            .filter_map(|known| known.to_str().ok())
            .flat_map(|known| known.split(','))
            .any(|known| bare(known) == bare(&self.0))
    }

    /// Puts the mark on an answer.
    #[must_use]
    pub fn put(&self, mut response: Response, kept: &'static str) -> Response {
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(kept));
        if let Ok(tag) = HeaderValue::from_str(&self.0) {
            headers.insert(header::ETAG, tag);
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(known: &str) -> HeaderMap {
        let known = HeaderValue::from_str(known).expect("a header");
        HeaderMap::from_iter([(header::IF_NONE_MATCH, known)])
    }

    #[test]
    fn a_mark_is_known_again_among_others_and_differs_with_every_part() {
        let tag = Tag::of(&["table", "3"]);
        assert!(tag.is_known(&asked(&tag.0)) && tag.is_known(&asked(&format!("\"x\", {}", &tag.0[2..]))));
        for other in [
            Tag::of(&["table", "4"]),
            Tag::of(&["table3", ""]),
            Tag::of(&["table"]),
        ] {
            assert!(!tag.is_known(&asked(&other.0)), "{other:?}");
        }
        assert!(!tag.is_known(&HeaderMap::new()));
    }
}
