//! Resources and answers as files: streams with the right type and name.

use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
};
use futures::StreamExt;
use std::time::Duration;
use tables::{ExportStream, Format, Labels, Limits, What};

use super::{
    etag::Tag,
    explore::{asked::Asked, located::Placed},
    model::tidy_name,
    sql::{self, refused},
    standards::labels,
    view::{self, Resource},
};
use crate::platform::{
    app::App,
    i18n::Lang,
    op::Op,
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

/// Streams the rows that an address asks of a table as a file of this name, unless their reader says that they have it already.
///
/// # Errors
/// As [`rows`].
pub async fn table(
    app: &App,
    op: &Op,
    headers: &HeaderMap,
    resource: &Resource,
    (asked, format): (&Asked, Format),
    name: &str,
) -> Result<Response> {
    let (what, placed) = what_of(app, resource, asked, format).await?;
    let labels = labels_of(app, op.lang, resource, asked).await?;
    // In `what` stand the version, the columns that are hidden from this reader, and what they chose. A table that is made anew under
    // its name counts its versions from the beginning, so that it matters too when it changed.
    let (what_text, changed_at) = (format!("{what:?}"), resource.changed_at.to_string());
    let tag = Tag::of(&[&what_text, &changed_at, format.ending()]);
    // Boundaries of places and what codes are called change without the table: a file that holds some is sent anew each time.
    let is_of_table = placed.is_none() && labels.is_empty();
    if is_of_table && tag.is_known(headers) {
        return Ok(tag.unchanged(KEPT));
    }
    let bytes = exported(app, (what, placed), (format, &labels), LIMITS).await;
    let mut response = file_of(bytes.map_err(view::spoken)?, format, name);
    if !is_of_table {
        let kept = HeaderValue::from_static(KEPT);
        response.headers_mut().insert(header::CACHE_CONTROL, kept);
        return Ok(response);
    }
    Ok(tag.put(response, KEPT))
}

/// The rows that an address asks of a table as the bytes of a file. GeoJSON of rows that name places holds the places' boundaries.
///
/// # Errors
/// `query-refused` and its kin, before the first byte.
pub async fn rows(
    app: &App,
    resource: &Resource,
    (asked, format): (&Asked, Format),
    limits: Limits,
) -> Result<ExportStream> {
    let what = what_of(app, resource, asked, format).await?;
    let bytes = exported(app, what, (format, &Labels::default()), limits).await;
    bytes.map_err(view::spoken)
}

/// What the codes of a table are called for its reader, where the address asks for that.
///
/// # Errors
/// When the database fails.
pub async fn labels_of(app: &App, lang: Lang, resource: &Resource, asked: &Asked) -> Result<Labels> {
    match asked.is_labelled {
        true => Ok(labels::Labels::of(app, &resource.id).await?.for_files(lang)),
        false => Ok(Labels::default()),
    }
}

/// Streams the answer to a question in SQL as a file of this name.
///
/// # Errors
/// As [`super::sql::ask`], before the first byte.
pub async fn stream(app: &App, op: &Op, (what, format): (What, Format), name: &str) -> Result<Response> {
    let seat = sql::seat(app, op).await?;
    let limits = match what {
        What::Answer(..) => sql::STRANGERS_FILE,
        _ => LIMITS,
    };
    let bytes = app.lake.export(what, format, limits).await;
    let bytes = bytes.map_err(refused::spoken)?;
    // The caller's place is taken until the last byte.
    let bytes = bytes.map(move |piece| {
        let _held = &seat;
        piece
    });
    Ok(file_of(bytes.boxed(), format, name))
}

/// What a file of this format is made of, with the places that its rows name where it shows their boundaries.
async fn what_of(
    app: &App,
    resource: &Resource,
    asked: &Asked,
    format: Format,
) -> Result<(What, Option<Placed>)> {
    let placed = match format {
        Format::GeoJson => Placed::of(app, resource).await?,
        _ => None,
    };
    let what = match &placed {
        Some(placed) => placed.file_of(resource, asked),
        None => resource.file_of(asked, format),
    };
    Ok((what, placed))
}

async fn exported(
    app: &App,
    (what, placed): (What, Option<Placed>),
    (format, labels): (Format, &Labels),
    limits: Limits,
) -> tables::Result<ExportStream> {
    match placed {
        Some(placed) => {
            let lines = app
                .lake
                .export_labelled(what, Format::Jsonl, limits, labels)
                .await?;
            Ok(placed.features(lines))
        }
        None => app.lake.export_labelled(what, format, limits, labels).await,
    }
}

fn file_of(bytes: ExportStream, format: Format, name: &str) -> Response {
    let file = format!("{name}.{}", format.ending());
    answer(Body::from_stream(bytes), format.media_type(), &file, None)
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

fn answer(body: Body, media_type: &'static str, name: &str, size_bytes: Option<u64>) -> Response {
    // Files that came long ago are kept under the names that they came with.
    let file = tidy_name(name);
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
    let encoded = percent_encoding::utf8_percent_encode(&file, percent_encoding::NON_ALPHANUMERIC);
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
