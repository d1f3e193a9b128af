//! Resources and answers as files: streams with the right type and name.

use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
};
use std::time::Duration;
use tables::{Format, Limits, What};

use super::{
    etag::Tag,
    view::{Resource, spoken},
};
use crate::platform::{
    app::App,
    problem::{Problem, Result},
};

/// A download may take as long as a slow line needs; it holds little memory meanwhile.
const LIMITS: Limits = Limits {
    time: Duration::from_secs(3600),
    memory_bytes: 256 << 20,
    rows: usize::MAX,
};

/// Who may keep a table: the reader alone, since others may see other columns, and only to ask whether it is still so.
const KEPT: &str = "private, no-cache";

/// Streams what somebody asks of a table as a file of this name, unless they say that they have it already.
///
/// # Errors
/// As [`stream`].
pub async fn table(
    app: &App,
    asked: &HeaderMap,
    resource: &Resource,
    (what, format): (What, Format),
    name: &str,
) -> Result<Response> {
    // In `what` stand the version, the columns that are hidden from this reader, and what they chose. A table that is made anew under
    // its name counts its versions from the beginning, so that it matters too when it changed.
    let (what_text, changed_at) = (format!("{what:?}"), resource.changed_at.to_string());
    let tag = Tag::of(&[&what_text, &changed_at, format.ending()]);
    if tag.is_known(asked) {
        return Ok(tag.unchanged(KEPT));
    }
    let response = stream(app, what, format, name).await?;
    Ok(tag.put(response, KEPT))
}

/// Streams a table or an answer as a file of this name.
///
/// # Errors
/// `query-refused` and its kin, before the first byte.
pub async fn stream(app: &App, what: impl Into<What>, format: Format, name: &str) -> Result<Response> {
    let bytes = app.lake.export(what, format, LIMITS).await.map_err(spoken)?;
    let file = format!("{name}.{}", format.ending());
    Ok(answer(Body::from_stream(bytes), format.media_type(), &file, None))
}

/// Streams a stored file byte for byte.
///
/// # Errors
/// `file-gone`.
pub async fn blob(app: &App, id: &str, name: &str) -> Result<Response> {
    let (size_bytes, bytes) = app.blobs.stream(id).await?;
    // Never shown in the browser: somebody sent it, and it could be a page.
    Ok(answer(
        Body::from_stream(bytes),
        "application/octet-stream",
        name,
        Some(size_bytes),
    ))
}

/// The format that an address's suffix asks for, and the address without it.
#[must_use]
pub fn split(name: &str) -> (&str, Option<Format>) {
    match name.rsplit_once('.') {
        Some((stem, ending)) => match Format::of_ending(ending) {
            Some(format) => (stem, Some(format)),
            None => (name, None),
        },
        None => (name, None),
    }
}

/// Reads the format a form or a flag names.
///
/// # Errors
/// `format-unknown`.
pub fn format(word: &str) -> Result<Format> {
    Format::of_ending(word).ok_or_else(|| Problem::invalid("format-unknown").with("format", word))
}

fn answer(body: Body, media_type: &'static str, file: &str, size_bytes: Option<u64>) -> Response {
    let plain: String = file
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_') {
                c
            } else {
                '_'
            }
        })
        .collect();
    let encoded = percent_encoding::utf8_percent_encode(file, percent_encoding::NON_ALPHANUMERIC);
    let disposition = format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}");
    let mut response = ([(header::CONTENT_TYPE, media_type)], body).into_response();
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(&disposition) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    if let Some(size_bytes) = size_bytes {
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from(size_bytes));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_known_suffix_is_taken_off_a_name() {
        assert_eq!(split("households.csv"), ("households", Some(Format::Csv)));
        assert_eq!(split("households.v2"), ("households.v2", None));
        assert_eq!(split("households"), ("households", None));
    }
}
