//! Service requests as everybody may see them, and what somebody who files one gets back.

use super::{
    Format,
    reader::{Tree, Unreadable},
    w3c,
    writer::Writer,
};
use crate::xpath::Moment;

/// Whether a request was resolved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Status {
    Open,
    Closed,
}

impl Status {
    pub fn as_str(self) -> &'static str {
        match self {
            Status::Open => "open",
            Status::Closed => "closed",
        }
    }

    /// Reads the standard's word, in any case.
    pub fn of(word: &str) -> Option<Status> {
        [Status::Open, Status::Closed]
            .into_iter()
            .find(|status| status.as_str().eq_ignore_ascii_case(word.trim()))
    }
}

/// A service request; everything in it is public.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    pub id: String,
    pub status: Status,
    /// Why it has this status.
    pub status_notes: Option<String>,
    pub service_name: String,
    pub service_code: String,
    pub description: Option<String>,
    pub agency_responsible: Option<String>,
    /// What is expected to happen.
    pub service_notice: Option<String>,
    pub requested_at: Moment,
    /// For a closed request, when it was closed.
    pub updated_at: Moment,
    pub expected_at: Option<Moment>,
    pub address: Option<String>,
    pub address_id: Option<String>,
    pub zipcode: Option<String>,
    /// Latitude and longitude, WGS 84.
    pub point: Option<(f64, f64)>,
    pub media_url: Option<String>,
}

/// The standard's names of a request's fields, in its order; a CSV of them is read by [`Request::of`].
pub const FIELDS: [&str; 17] = [
    "service_request_id",
    "status",
    "status_notes",
    "service_name",
    "service_code",
    "description",
    "agency_responsible",
    "service_notice",
    "requested_datetime",
    "updated_datetime",
    "expected_datetime",
    "address",
    "address_id",
    "zipcode",
    "lat",
    "long",
    "media_url",
];

/// What somebody who filed a request is given to follow it by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Handle {
    Id(String),
    /// Turns into an id at `tokens/{token}`.
    Token(String),
}

/// The answer to a filed request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    pub handle: Handle,
    pub service_notice: Option<String>,
    pub account_id: Option<String>,
}

/// Writes requests; one request is a list of one.
pub fn write<'a>(format: Format, requests: impl IntoIterator<Item = &'a Request>) -> String {
    Writer::list(
        format,
        "service_requests",
        "request",
        requests,
        |writer, request| {
            writer.text("service_request_id", &request.id);
            writer.text("status", request.status.as_str());
            writer.optional("status_notes", request.status_notes.as_deref());
            writer.text("service_name", &request.service_name);
            writer.text("service_code", &request.service_code);
            writer.shown("description", request.description.as_deref());
            writer.optional("agency_responsible", request.agency_responsible.as_deref());
            writer.optional("service_notice", request.service_notice.as_deref());
            writer.text("requested_datetime", &w3c::write(request.requested_at));
            writer.text("updated_datetime", &w3c::write(request.updated_at));
            writer.optional(
                "expected_datetime",
                request.expected_at.map(w3c::write).as_deref(),
            );
            writer.shown("address", request.address.as_deref());
            writer.shown("address_id", request.address_id.as_deref());
            writer.shown("zipcode", request.zipcode.as_deref());
            writer.number("lat", request.point.map(|(lat, _)| lat));
            writer.number("long", request.point.map(|(_, long)| long));
            writer.shown("media_url", request.media_url.as_deref());
        },
    )
}

/// Writes the answer to a filed request: an id or a token, never both.
pub fn write_receipt(format: Format, receipt: &Receipt) -> String {
    Writer::list(
        format,
        "service_requests",
        "request",
        [receipt],
        |writer, receipt| {
            match &receipt.handle {
                Handle::Id(id) => writer.text("service_request_id", id),
                Handle::Token(token) => writer.text("token", token),
            }
            writer.optional("service_notice", receipt.service_notice.as_deref());
            writer.optional("account_id", receipt.account_id.as_deref());
        },
    )
}

/// Writes what a token has turned into; without an id, it has not yet.
pub fn write_token(format: Format, token: &str, id: Option<&str>) -> String {
    Writer::list(format, "service_requests", "request", [()], |writer, ()| {
        // An empty element would pass for an id with clients that look only whether it is there.
        writer.optional("service_request_id", id);
        writer.text("token", token);
    })
}

impl Request {
    /// Makes a request of named fields, as a CSV row or another server's record has them.
    ///
    /// `number` is the row's, for messages; moments without an offset are taken at `offset_minutes`.
    ///
    /// # Errors
    /// When an id, a service code, a date or a status is missing or cannot be read.
    pub fn of(
        number: usize,
        offset_minutes: i32,
        field: impl Fn(&str) -> Option<String>,
    ) -> Result<Request, Unreadable> {
        const RECORD: &str = "request";
        let needed = |name: &'static str| {
            field(name).ok_or(Unreadable::Missing {
                record: RECORD,
                number,
                field: name,
            })
        };
        let wrong = |field, found, expected| Unreadable::Unexpected {
            record: RECORD,
            number,
            field,
            found,
            expected,
        };
        let moment = |name: &'static str, text: String| {
            w3c::read(&text, offset_minutes)
                .map(|written| Moment {
                    micros: written.start(),
                    offset_minutes,
                })
                .ok_or_else(|| wrong(name, text, "a date and time like 2010-01-01T00:00:00Z"))
        };
        let coordinate = |name: &'static str, most: f64| match field(name) {
            None => Ok(None),
            Some(text) => match text.parse::<f64>() {
                Ok(degrees) if degrees.abs() <= most => Ok(Some(degrees)),
                _ => Err(wrong(name, text, "degrees")),
            },
        };
        let status = needed("status")?;
        let service_code = needed("service_code")?;
        let requested_at = moment("requested_datetime", needed("requested_datetime")?)?;
        let later = |name: &'static str| field(name).map(|text| moment(name, text)).transpose();
        Ok(Request {
            id: needed("service_request_id")?,
            status: Status::of(&status).ok_or_else(|| wrong("status", status, "open or closed"))?,
            status_notes: field("status_notes"),
            service_name: field("service_name").unwrap_or_else(|| service_code.clone()),
            service_code,
            description: field("description"),
            agency_responsible: field("agency_responsible"),
            service_notice: field("service_notice"),
            requested_at,
            updated_at: later("updated_datetime")?.unwrap_or(requested_at),
            expected_at: later("expected_datetime")?,
            address: field("address"),
            address_id: field("address_id"),
            zipcode: field("zipcode"),
            point: coordinate("lat", 90.0)?.zip(coordinate("long", 180.0)?),
            media_url: field("media_url"),
        })
    }
}

/// Reads requests of another server.
///
/// # Errors
/// When it is neither XML nor JSON, or a request lacks what makes it one.
pub fn read(text: &str, offset_minutes: i32) -> Result<Vec<Request>, Unreadable> {
    let tree = Tree::parse(text)?;
    tree.items("request")
        .into_iter()
        .zip(1..)
        .map(|(record, number)| Request::of(number, offset_minutes, |name| record.text(name)))
        .collect()
}

/// Reads the answer to a filed request.
///
/// # Errors
/// When it is neither XML nor JSON, or gives neither id nor token.
pub fn read_receipt(text: &str) -> Result<Receipt, Unreadable> {
    let tree = Tree::parse(text)?;
    let missing = Unreadable::Missing {
        record: "request",
        number: 1,
        field: "service_request_id",
    };
    let record = *tree.items("request").first().ok_or_else(|| missing.clone())?;
    let id = record.text("service_request_id").map(Handle::Id);
    let token = || record.text("token").map(Handle::Token);
    Ok(Receipt {
        handle: id.or_else(token).ok_or(missing)?,
        service_notice: record.text("service_notice"),
        account_id: record.text("account_id"),
    })
}
