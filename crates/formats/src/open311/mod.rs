//! Open311 GeoReport v2: what a city's apps, other cities and the press ask a service desk, in XML and JSON.
//!
//! Standard: <http://wiki.open311.org/GeoReport_v2> with its Service Discovery; JSON is the XML under the
//! Spark convention (lists lose their root). Both are written by one `Writer` and read by one
//! reader, so that a field cannot exist in one format only. Codes and ids are texts in JSON, as clients keep them.
//!
//! Deliberately absent: comments and updates on requests (never standardised), media uploads (only `media_url`).

pub mod discovery;
pub mod error;
pub mod query;
mod reader;
pub mod requests;
pub mod services;
pub mod submission;
#[cfg(test)]
mod tests;
pub mod w3c;
mod writer;

pub use reader::Unreadable;

/// What discovery calls this standard.
pub const SPECIFICATION: &str = "http://wiki.open311.org/GeoReport_v2";

/// The format a client asks for by the suffix of the address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    Xml,
    Json,
}

impl Format {
    /// Reads the suffix of an address: `xml` or `json`.
    pub fn of_suffix(suffix: &str) -> Option<Format> {
        match suffix {
            "xml" => Some(Format::Xml),
            "json" => Some(Format::Json),
            _ => None,
        }
    }

    /// Splits `001.json` into the name and the format; a code may hold dots of its own.
    pub fn split(name: &str) -> Option<(&str, Format)> {
        let (stem, suffix) = name.rsplit_once('.')?;
        Some((stem, Format::of_suffix(suffix)?)).filter(|(stem, _)| !stem.is_empty())
    }

    /// The content type the standard asks for.
    pub fn content_type(self) -> &'static str {
        match self {
            Format::Xml => "text/xml; charset=utf-8",
            Format::Json => "application/json; charset=utf-8",
        }
    }
}
