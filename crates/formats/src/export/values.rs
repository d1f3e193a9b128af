//! Cells of CSV, values of JSON, numbers, instants and places, written into buffers.

use std::io::Write;

use super::fields::Kind;
use crate::xpath::{Moment, utc_micros};

/// How places are written in JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Geometry {
    #[default]
    GeoJson,
    /// Well-known text, for clients that cannot read GeoJSON.
    WellKnownText,
}

/// Writes an instant in UTC with milliseconds: `2026-11-21T09:00:00.000Z`.
pub fn instant(micros: i64, out: &mut Vec<u8>) {
    let moment = Moment {
        micros,
        offset_minutes: 0,
    };
    let text = moment.date_time();
    out.extend_from_slice(text.trim_end_matches("+00:00").as_bytes());
    out.push(b'Z');
}

/// Reads an instant or a date; without an offset it is taken for UTC.
pub fn read_instant(text: &str) -> Option<i64> {
    utc_micros(&text.trim().replacen(['t', ' '], "T", 1))
}

/// Writes a cell of CSV, quoted where it must be. What a spreadsheet would take for a formula is left as it was answered.
pub fn cell(text: &str, out: &mut Vec<u8>) {
    if !text.bytes().any(|b| matches!(b, b',' | b'"' | b'\n' | b'\r')) {
        out.extend_from_slice(text.as_bytes());
        return;
    }
    out.push(b'"');
    for (n, part) in text.split('"').enumerate() {
        if n > 0 {
            out.extend_from_slice(b"\"\"");
        }
        out.extend_from_slice(part.as_bytes());
    }
    out.push(b'"');
}

/// Writes a JSON string.
pub fn string(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    escaped(text, out);
    out.push(b'"');
}

/// Writes the inside of a JSON string.
pub fn escaped(text: &str, out: &mut Vec<u8>) {
    let bytes = text.as_bytes();
    let mut done = 0;
    for (at, &byte) in bytes.iter().enumerate() {
        if byte >= 0x20 && byte != b'"' && byte != b'\\' {
            continue;
        }
        out.extend_from_slice(&bytes[done..at]);
        done = at + 1;
        match byte {
            b'"' => out.extend_from_slice(b"\\\""),
            b'\\' => out.extend_from_slice(b"\\\\"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            _ => out.extend_from_slice(format!("\\u{byte:04x}").as_bytes()),
        }
    }
    out.extend_from_slice(&bytes[done..]);
}

/// Writes a whole number.
pub fn whole(n: impl Into<i64>, out: &mut Vec<u8>) {
    let n = n.into();
    let mut digits = [0; 20];
    let mut at = digits.len();
    let mut rest = n.unsigned_abs();
    loop {
        at -= 1;
        digits[at] = b'0' + u8::try_from(rest % 10).unwrap_or(0);
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if n < 0 {
        out.push(b'-');
    }
    out.extend_from_slice(&digits[at..]);
}

/// Writes an answer as a JSON value of its kind; null when it cannot be one.
pub fn json(kind: Kind, text: &str, geometry: Geometry, out: &mut Vec<u8>) {
    match kind {
        Kind::Integer => match leading_whole(text) {
            Some(n) => whole(n, out),
            None => null(out),
        },
        Kind::Decimal => number(leading_number(text), out),
        Kind::Boolean => match text.trim() {
            "true" | "1" => out.extend_from_slice(b"true"),
            "false" | "0" => out.extend_from_slice(b"false"),
            _ => null(out),
        },
        Kind::DateTime => {
            // Phones write +07 where the standard wants +07:00.
            let text = text.trim();
            out.push(b'"');
            escaped(text, out);
            let tail = text.as_bytes().last_chunk::<3>();
            if tail.is_some_and(|[sign, a, b]| {
                matches!(sign, b'+' | b'-') && a.is_ascii_digit() && b.is_ascii_digit()
            }) && text.contains('T')
            {
                out.extend_from_slice(b":00");
            }
            out.push(b'"');
        }
        Kind::Geopoint => match Point::read(text) {
            Some(point) => write_point(&point, geometry, out),
            None => null(out),
        },
        Kind::Geotrace | Kind::Geoshape => line(kind, text, geometry, out),
        Kind::Text | Kind::Date | Kind::Structure | Kind::Repeat => string(text, out),
    }
}

pub fn null(out: &mut Vec<u8>) {
    out.extend_from_slice(b"null");
}

/// Writes a number; null when it is none.
pub fn number(n: Option<f64>, out: &mut Vec<u8>) {
    match n.filter(|n| n.is_finite()) {
        Some(n) => {
            let _ = write!(out, "{n}");
        }
        None => null(out),
    }
}

/// Reads the number a text begins with.
fn leading_number(text: &str) -> Option<f64> {
    let text = text.trim_start();
    if let Ok(n) = text.trim_end().parse::<f64>() {
        return Some(n).filter(|n| n.is_finite());
    }
    let mut end = 0;
    let (mut has_digit, mut has_point) = (false, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'0'..=b'9' => has_digit = true,
            b'.' if !has_point => has_point = true,
            b'+' | b'-' if at == 0 => {}
            _ => break,
        }
        end = at + 1;
    }
    has_digit.then(|| text[..end].parse().ok())?
}

fn leading_whole(text: &str) -> Option<i64> {
    let text = text.trim_start();
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let n_digits = digits.bytes().take_while(u8::is_ascii_digit).count();
    let end = text.len() - digits.len() + n_digits;
    (n_digits > 0).then(|| text[..end].parse().ok())?
}

/// One position of an answer.
struct Point {
    lat: f64,
    lon: f64,
    altitude: Option<f64>,
    accuracy: Option<f64>,
}

impl Point {
    fn read(text: &str) -> Option<Point> {
        let mut numbers = text.split_ascii_whitespace().map(leading_number);
        let (lat, lon) = (numbers.next()??, numbers.next()??);
        Some(Point {
            lat,
            lon,
            altitude: numbers.next().flatten(),
            accuracy: numbers.next().flatten(),
        })
    }

    fn position(&self, separator: &[u8], out: &mut Vec<u8>) {
        number(Some(self.lon), out);
        out.extend_from_slice(separator);
        number(Some(self.lat), out);
        if let Some(altitude) = self.altitude {
            out.extend_from_slice(separator);
            number(Some(altitude), out);
        }
    }
}

fn write_point(point: &Point, geometry: Geometry, out: &mut Vec<u8>) {
    match geometry {
        Geometry::WellKnownText => {
            out.extend_from_slice(b"\"POINT (");
            point.position(b" ", out);
            out.extend_from_slice(b")\"");
        }
        Geometry::GeoJson => {
            out.extend_from_slice(br#"{"type":"Point","coordinates":["#);
            point.position(b",", out);
            out.push(b']');
            if let Some(accuracy) = point.accuracy {
                out.extend_from_slice(br#","properties":{"accuracy":"#);
                number(Some(accuracy), out);
                out.push(b'}');
            }
            out.push(b'}');
        }
    }
}

fn line(kind: Kind, text: &str, geometry: Geometry, out: &mut Vec<u8>) {
    // What is no position is left out: mostly what follows the last semicolon.
    let points: Vec<Point> = text.split(';').filter_map(Point::read).collect();
    if points.is_empty() {
        return null(out);
    }
    let is_line = kind == Kind::Geotrace;
    let (opening, closing): (&[u8], &[u8]) = match (geometry, is_line) {
        (Geometry::WellKnownText, true) => (b"\"LINESTRING (", b")\""),
        (Geometry::WellKnownText, false) => (b"\"POLYGON ((", b"))\""),
        (Geometry::GeoJson, true) => (br#"{"type":"LineString","coordinates":["#, b"]"),
        (Geometry::GeoJson, false) => (br#"{"type":"Polygon","coordinates":[["#, b"]]"),
    };
    out.extend_from_slice(opening);
    for (n, point) in points.iter().enumerate() {
        if n > 0 {
            out.push(b',');
        }
        match geometry {
            Geometry::WellKnownText => point.position(b" ", out),
            Geometry::GeoJson => {
                out.push(b'[');
                point.position(b",", out);
                out.push(b']');
            }
        }
    }
    out.extend_from_slice(closing);
    if geometry == Geometry::WellKnownText {
        return;
    }
    if points
        .iter()
        .any(|point| point.accuracy.is_some_and(|metres| metres != 0.0))
    {
        out.extend_from_slice(br#","properties":{"accuracies":["#);
        for (n, point) in points.iter().enumerate() {
            if n > 0 {
                out.push(b',');
            }
            number(point.accuracy.filter(|metres| *metres != 0.0), out);
        }
        out.extend_from_slice(b"]}");
    }
    out.push(b'}');
}
