//! The places of submissions as GeoJSON (RFC 7946), one feature for each submission.
//!
//! Only what is a place to the letter is shown: a trace with one position that cannot be is left out whole, as Central does.

use super::{
    Answers,
    fields::{Fields, Kind},
    values::string,
};

/// What the document begins with.
pub const OPENING: &str = "{\"type\":\"FeatureCollection\",\"features\":[";
/// What it ends with.
pub const CLOSING: &str = "]}";

/// What a feature says about where its place comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// Whoever asks named the field.
    Named,
    /// The form's first; its path is told.
    First,
}

/// Writes the geometries of a submission's fields as a feature; false, and nothing written, when there is none.
pub fn write(
    fields: &Fields,
    answers: &Answers,
    instance_id: &str,
    of: &[usize],
    source: Source,
    out: &mut Vec<u8>,
) -> bool {
    let mut geometries = Vec::new();
    let mut n = 0;
    for &field in of {
        let before = geometries.len();
        if before > 0 {
            geometries.push(b',');
        }
        if geometry(fields, answers, field, &mut geometries) {
            n += 1;
        } else {
            geometries.truncate(before);
        }
    }
    if n == 0 {
        return false;
    }
    out.extend_from_slice(b"{\"type\":\"Feature\",\"id\":");
    string(instance_id, out);
    out.extend_from_slice(b",\"geometry\":");
    if n > 1 {
        out.extend_from_slice(b"{\"type\":\"GeometryCollection\",\"geometries\":[");
        out.extend_from_slice(&geometries);
        out.extend_from_slice(b"]}");
    } else {
        out.extend_from_slice(&geometries);
    }
    out.extend_from_slice(b",\"properties\":");
    match (source, of.first()) {
        (Source::First, Some(&field)) => {
            out.extend_from_slice(b"{\"fieldpath\":");
            string(&fields.list[field].path, out);
            out.push(b'}');
        }
        _ => out.extend_from_slice(b"null"),
    }
    out.push(b'}');
    true
}

/// Writes the geometry of one field; of a field in a repeat, of all its instances.
fn geometry(fields: &Fields, answers: &Answers, field: usize, out: &mut Vec<u8>) -> bool {
    let known = &fields.list[field];
    let mut parts: Vec<Vec<u8>> = Vec::new();
    answers.each_value(fields, field, |text| {
        let mut part = Vec::new();
        let is_place = match known.kind {
            Kind::Geopoint => position(text, &mut part),
            Kind::Geotrace => line(text, &mut part),
            Kind::Geoshape => ring(text, &mut part),
            _ => false,
        };
        if is_place {
            parts.push(part);
        }
    });
    let name = match known.kind {
        Kind::Geopoint => "Point",
        Kind::Geotrace => "LineString",
        _ => "Polygon",
    };
    let Some(first) = parts.first() else {
        return false;
    };
    if known.table == 0 {
        out.extend_from_slice(format!("{{\"type\":\"{name}\",\"coordinates\":").as_bytes());
        out.extend_from_slice(first);
        out.push(b'}');
    } else {
        out.extend_from_slice(format!("{{\"type\":\"Multi{name}\",\"coordinates\":[").as_bytes());
        out.extend_from_slice(&parts.join(&b','));
        out.extend_from_slice(b"]}");
    }
    true
}

/// Writes `lat lon [altitude [accuracy]]` as `[lon,lat,altitude]`, with the digits as they were answered.
fn position(text: &str, out: &mut Vec<u8>) -> bool {
    let parts: Vec<&str> = text.split_ascii_whitespace().collect();
    if !(2..=4).contains(&parts.len()) || !parts.iter().all(|part| is_number(part)) {
        return false;
    }
    let within = |text: &str, most: f64| text.parse::<f64>().is_ok_and(|n| n.abs() <= most);
    if !within(parts[0], 90.0)
        || !within(parts[1], 180.0)
        || parts.get(3).is_some_and(|text| text.starts_with('-'))
    {
        return false;
    }
    out.push(b'[');
    out.extend_from_slice(parts[1].as_bytes());
    out.push(b',');
    out.extend_from_slice(parts[0].as_bytes());
    if let Some(altitude) = parts.get(2) {
        out.push(b',');
        out.extend_from_slice(altitude.as_bytes());
    }
    out.push(b']');
    true
}

/// Tells whether a text is a number as JSON writes one, without an exponent.
fn is_number(text: &str) -> bool {
    let text = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    is_digits(whole) && is_digits(fraction) && (whole == "0" || !whole.starts_with('0'))
}

/// Writes at least two positions parted by semicolons.
fn line(text: &str, out: &mut Vec<u8>) -> bool {
    let text = text.trim();
    let text = text.strip_suffix(';').unwrap_or(text);
    out.push(b'[');
    let mut n = 0;
    for point in text.split(';') {
        if n > 0 {
            out.push(b',');
        }
        if !position(point, out) {
            return false;
        }
        n += 1;
    }
    out.push(b']');
    n >= 2
}

/// Writes a line that ends where it began, as the outer ring of a polygon.
fn ring(text: &str, out: &mut Vec<u8>) -> bool {
    let mut positions: Vec<Vec<u8>> = Vec::new();
    let text = text.trim();
    for point in text.strip_suffix(';').unwrap_or(text).split(';') {
        let mut written = Vec::new();
        if !position(point, &mut written) {
            return false;
        }
        positions.push(written);
    }
    if positions.len() < 4 || positions.first() != positions.last() {
        return false;
    }
    out.extend_from_slice(b"[[");
    out.extend_from_slice(&positions.join(&b','));
    out.extend_from_slice(b"]]");
    true
}
