//! Which requests a client asks for.

use super::{requests::Status, submission::degrees_of, w3c};

/// The most requests of one answer.
pub const MOST_REQUESTS: u32 = 1_000;
/// The longest span of one question: 90 days, in microseconds.
pub const LONGEST_SPAN: i64 = 90 * 86_400_000_000;
/// The radius around a point when none is asked for, in metres.
pub const USUAL_RADIUS: f64 = 100.0;
/// The widest radius around a point, in metres.
pub const WIDEST_RADIUS: f64 = 50_000.0;

/// A question for requests.
#[derive(Debug, Clone, PartialEq)]
pub struct Query {
    pub jurisdiction_id: Option<String>,
    pub which: Which,
    /// From 1. `page` and `page_size` are the extension that most servers share.
    pub page: u32,
    /// At most [`MOST_REQUESTS`].
    pub page_size: u32,
}

/// The requests meant.
#[derive(Debug, Clone, PartialEq)]
pub enum Which {
    /// These, whatever else was asked.
    Ids(Vec<String>),
    Matching {
        /// Empty for all.
        service_codes: Vec<String>,
        /// `None` for both.
        status: Option<Status>,
        /// When they were made: first and last microsecond since 1970 UTC.
        from: i64,
        to: i64,
        /// When they were last changed, as `from` and `to`. An extension that most servers share.
        updated: Option<(i64, i64)>,
        /// An extension that most servers share.
        near: Option<Near>,
    },
}

/// A circle on the map.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Near {
    pub lat: f64,
    pub long: f64,
    pub radius_metres: f64,
}

/// Why a question cannot be answered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    #[error("{field} is {found:?}, expected a date and time like 2010-01-01T00:00:00Z")]
    NotADate { field: &'static str, found: String },
    #[error("{field} lies after its end")]
    Backwards { field: &'static str },
    #[error("start_date and end_date lie more than 90 days apart")]
    TooLong,
    #[error("status is {found:?}, expected open or closed")]
    NotAStatus { found: String },
    #[error("{field} is {found:?}, expected a whole number from 1")]
    NotACount { field: &'static str, found: String },
    #[error("more than {MOST_REQUESTS} values of {field}")]
    TooMany { field: &'static str },
    #[error("{field} is {found:?}, expected degrees (WGS 84), beside the other of lat and long")]
    NotDegrees { field: &'static str, found: String },
    #[error("radius is {found:?}, expected metres from 1 to {WIDEST_RADIUS}")]
    NotARadius { found: String },
}

impl Fault {
    /// The parameter it is about.
    pub fn field(&self) -> &'static str {
        match self {
            Fault::NotADate { field, .. }
            | Fault::NotACount { field, .. }
            | Fault::NotDegrees { field, .. }
            | Fault::Backwards { field }
            | Fault::TooMany { field } => field,
            Fault::TooLong => "start_date",
            Fault::NotAStatus { .. } => "status",
            Fault::NotARadius { .. } => "radius",
        }
    }
}

impl Query {
    /// Reads the decoded parameters of an address; an empty one is one that was not sent.
    ///
    /// Without dates the most recent 90 days are meant; with one of them, the 90 days on its other side. Who asks for what
    /// changed in a span means requests of any age.
    ///
    /// # Errors
    /// The first parameter that makes no sense.
    pub fn read<N: AsRef<str>, V: AsRef<str>>(
        parameters: impl IntoIterator<Item = (N, V)>,
        now: i64,
        offset_minutes: i32,
    ) -> Result<Query, Fault> {
        let (mut ids, mut service_codes, mut statuses) = (Vec::new(), Vec::new(), Vec::new());
        let (mut start, mut end, mut jurisdiction_id) = (None, None, None);
        let (mut updated_after, mut updated_before) = (None, None);
        let (mut lat, mut long, mut radius) = (None, None, None);
        let (mut page, mut page_size) = (1, MOST_REQUESTS);
        for (name, value) in parameters {
            let value = value.as_ref().trim();
            if value.is_empty() {
                continue;
            }
            match name.as_ref() {
                "jurisdiction_id" => jurisdiction_id = Some(value.to_owned()),
                "service_request_id" => ids.extend(list(value)),
                "service_code" => service_codes.extend(list(value)),
                "status" => {
                    for word in list(value) {
                        statuses.push(Status::of(&word).ok_or(Fault::NotAStatus { found: word })?);
                    }
                }
                "start_date" => start = Some(date("start_date", value, offset_minutes)?.start()),
                "end_date" => end = Some(date("end_date", value, offset_minutes)?.end()),
                "updated_after" => {
                    updated_after = Some(date("updated_after", value, offset_minutes)?.start());
                }
                "updated_before" => {
                    updated_before = Some(date("updated_before", value, offset_minutes)?.end());
                }
                "lat" => lat = Some(angle("lat", value, 90.0)?),
                "long" => long = Some(angle("long", value, 180.0)?),
                "radius" => radius = Some(metres(value)?),
                "page" => page = count("page", value)?,
                "page_size" => page_size = count("page_size", value)?.min(MOST_REQUESTS),
                _ => {}
            }
        }
        let near = match (lat, long) {
            (None, None) => None,
            (Some(lat), Some(long)) => Some(Near {
                lat,
                long,
                radius_metres: radius.unwrap_or(USUAL_RADIUS),
            }),
            (lat, _) => {
                return Err(Fault::NotDegrees {
                    field: if lat.is_some() { "long" } else { "lat" },
                    found: String::new(),
                });
            }
        };
        let updated = (updated_after.is_some() || updated_before.is_some())
            .then(|| (updated_after.unwrap_or(0), updated_before.unwrap_or(i64::MAX)));
        let (from, to) = match (start, end) {
            (None, None) if updated.is_some() => (0, now),
            (Some(start), Some(end)) => (start, end),
            (Some(start), None) => (start, start.saturating_add(LONGEST_SPAN)),
            (None, Some(end)) => (end.saturating_sub(LONGEST_SPAN), end),
            (None, None) => (now.saturating_sub(LONGEST_SPAN), now),
        };
        let which = if ids.is_empty() {
            if from > to {
                return Err(Fault::Backwards { field: "start_date" });
            }
            if updated.is_some_and(|(after, before)| after > before) {
                return Err(Fault::Backwards {
                    field: "updated_after",
                });
            }
            if service_codes.len() > MOST_REQUESTS as usize {
                return Err(Fault::TooMany {
                    field: "service_code",
                });
            }
            let is_spanned = start.is_some() || end.is_some();
            // A whole last day counts as its evening.
            if is_spanned && to.saturating_sub(from) > LONGEST_SPAN + 86_400_000_000 - 1 {
                return Err(Fault::TooLong);
            }
            statuses.dedup();
            Which::Matching {
                service_codes,
                status: match statuses[..] {
                    [one] => Some(one),
                    _ => None,
                },
                from,
                to,
                updated,
                near,
            }
        } else if ids.len() > MOST_REQUESTS as usize {
            return Err(Fault::TooMany {
                field: "service_request_id",
            });
        } else {
            Which::Ids(ids)
        };
        Ok(Query {
            jurisdiction_id,
            which,
            page,
            page_size,
        })
    }
}

fn list(value: &str) -> impl Iterator<Item = String> {
    value
        .split(',')
        .map(|part| part.trim().to_owned())
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .into_iter()
}

fn date(field: &'static str, value: &str, offset_minutes: i32) -> Result<w3c::Written, Fault> {
    w3c::read(value, offset_minutes).ok_or_else(|| Fault::NotADate {
        field,
        found: value.to_owned(),
    })
}

fn angle(field: &'static str, value: &str, most: f64) -> Result<f64, Fault> {
    degrees_of(value, most).ok_or_else(|| Fault::NotDegrees {
        field,
        found: value.to_owned(),
    })
}

fn metres(value: &str) -> Result<f64, Fault> {
    value
        .parse()
        .ok()
        .filter(|metres| (1.0..=WIDEST_RADIUS).contains(metres))
        .ok_or_else(|| Fault::NotARadius {
            found: value.to_owned(),
        })
}

fn count(field: &'static str, value: &str) -> Result<u32, Fault> {
    value
        .parse()
        .ok()
        .filter(|count| *count >= 1)
        .ok_or_else(|| Fault::NotACount {
            field,
            found: value.to_owned(),
        })
}
