//! CSV, JSON lines, JSON and GeoJSON, written value by value without a detour over strings.

use std::io::Write;

use arrow::{
    array::{Array, AsArray, RecordBatch},
    datatypes::{DataType, Float64Type, Int64Type},
};
use datafusion::execution::SendableRecordBatchStream;

use super::{Format, Outlet, Points, next};
use crate::{
    error::{Doing, Result},
    plain,
    query::Limits,
    value::{Column, Kind},
};

/// Bytes that are worth sending.
const PIECE: usize = 256 << 10;

pub async fn write(
    format: Format,
    columns: &[Column],
    points: Option<&Points>,
    mut rows: SendableRecordBatchStream,
    limits: &Limits,
    outlet: &Outlet,
) -> Result<()> {
    let mut text = Vec::with_capacity(PIECE + PIECE / 4);
    let mut n_rows = 0_u64;
    match format {
        Format::Csv => csv_header(columns, &mut text),
        Format::Json => text.push(b'['),
        Format::GeoJson => text.extend_from_slice(br#"{"type":"FeatureCollection","features":["#),
        _ => {}
    }
    while let Some(batch) = next(&mut rows, limits).await? {
        for row in 0..batch.num_rows() {
            match format {
                Format::Csv => csv_row(&batch, row, &mut text),
                Format::GeoJson => {
                    if n_rows > 0 {
                        text.push(b',');
                    }
                    feature(columns, points, &batch, row, &mut text)
                }
                _ => {
                    if format == Format::Json && n_rows > 0 {
                        text.extend_from_slice(b",\n");
                    }
                    object(columns, &batch, row, &mut text, |_| true)?;
                    if format == Format::Jsonl {
                        text.push(b'\n');
                    }
                    Ok(())
                }
            }?;
            n_rows += 1;
            if text.len() >= PIECE {
                outlet
                    .send(std::mem::replace(
                        &mut text,
                        Vec::with_capacity(PIECE + PIECE / 4),
                    ))
                    .await;
            }
        }
    }
    match format {
        Format::Json => text.extend_from_slice(b"]\n"),
        Format::GeoJson => text.extend_from_slice(b"]}\n"),
        _ => {}
    }
    outlet.send(text).await;
    Ok(())
}

fn csv_header(columns: &[Column], text: &mut Vec<u8>) {
    for (at, column) in columns.iter().enumerate() {
        if at > 0 {
            text.push(b',');
        }
        csv_text(&column.name, text);
    }
    text.extend_from_slice(b"\r\n");
}

fn csv_row(batch: &RecordBatch, row: usize, text: &mut Vec<u8>) -> Result<()> {
    for (at, array) in batch.columns().iter().enumerate() {
        if at > 0 {
            text.push(b',');
        }
        if array.is_null(row) {
            continue;
        }
        let written = match array.data_type() {
            DataType::Utf8 => {
                csv_text(array.as_string::<i32>().value(row), text);
                Ok(())
            }
            DataType::Int64 => write!(text, "{}", array.as_primitive::<Int64Type>().value(row)),
            DataType::Float64 => write!(text, "{}", array.as_primitive::<Float64Type>().value(row)),
            _ => write!(text, "{}", plain::value(array, row)),
        };
        written.doing(|| "write CSV".into())?;
    }
    // A row of one empty field would be an empty line, which is no row.
    if batch.num_columns() == 1 && batch.column(0).is_null(row) {
        text.extend_from_slice(b"\"\"");
    }
    text.extend_from_slice(b"\r\n");
    Ok(())
}

/// Writes a text so that no spreadsheet takes it for a formula: an apostrophe stands before what would begin one.
///
/// What is a number stays as it is, and so does a lone sign: neither runs anything (OWASP, "CSV injection").
fn csv_text(value: &str, text: &mut Vec<u8>) {
    let is_formula = value.starts_with(['=', '+', '-', '@', '\t', '\r', '\n'])
        && value.len() > 1
        && value.parse::<f64>().is_err();
    if is_formula {
        csv_field(&format!("'{value}"), text);
    } else {
        csv_field(value, text);
    }
}

fn csv_field(value: &str, text: &mut Vec<u8>) {
    let bytes = value.as_bytes();
    let needs_quotes = bytes.iter().any(|c| matches!(c, b',' | b'"' | b'\n' | b'\r'))
        || bytes.first() == Some(&b' ')
        || bytes.last() == Some(&b' ');
    if !needs_quotes {
        text.extend_from_slice(bytes);
        return;
    }
    text.push(b'"');
    for c in bytes {
        if *c == b'"' {
            text.push(b'"');
        }
        text.push(*c);
    }
    text.push(b'"');
}

fn object(
    columns: &[Column],
    batch: &RecordBatch,
    row: usize,
    text: &mut Vec<u8>,
    shown: impl Fn(&Column) -> bool,
) -> Result<()> {
    text.push(b'{');
    let mut is_first = true;
    for (column, array) in columns
        .iter()
        .zip(batch.columns())
        .filter(|(column, _)| shown(column))
    {
        if !is_first {
            text.push(b',');
        }
        is_first = false;
        json_text(&column.name, text)?;
        text.push(b':');
        let written = match array.data_type() {
            _ if array.is_null(row) => text.write_all(b"null"),
            DataType::Utf8 => {
                json_text(array.as_string::<i32>().value(row), text)?;
                Ok(())
            }
            DataType::Int64 => write!(text, "{}", array.as_primitive::<Int64Type>().value(row)),
            _ => {
                let value = plain::value(array, row).to_json();
                serde_json::to_writer(&mut *text, &value).map_err(Into::into)
            }
        };
        written.doing(|| "write JSON".into())?;
    }
    text.push(b'}');
    Ok(())
}

fn feature(
    columns: &[Column],
    points: Option<&Points>,
    batch: &RecordBatch,
    row: usize,
    text: &mut Vec<u8>,
) -> Result<()> {
    text.extend_from_slice(br#"{"type":"Feature","properties":"#);
    let geometry = columns.iter().position(|column| column.kind == Kind::Geometry);
    object(columns, batch, row, text, |column| column.kind != Kind::Geometry)?;
    text.extend_from_slice(br#","geometry":"#);
    match geometry.map(|at| batch.column(at)) {
        Some(array) if !array.is_null(row) => {
            let geometry = array.as_string::<i32>().value(row);
            // Only what is JSON may stand there: an import may have put other text into the column.
            let is_json = serde_json::from_str::<serde::de::IgnoredAny>(geometry).is_ok();
            text.extend_from_slice(if is_json { geometry.as_bytes() } else { b"null" });
        }
        _ => match points.and_then(|points| position(columns, points, batch, row)) {
            Some((lon, lat)) => {
                write!(text, r#"{{"type":"Point","coordinates":[{lon},{lat}]}}"#)
                    .doing(|| "write GeoJSON".into())?;
            }
            None => text.extend_from_slice(b"null"),
        },
    }
    text.push(b'}');
    Ok(())
}

/// Where a row is; nothing where that is empty or nowhere on the globe.
fn position(columns: &[Column], points: &Points, batch: &RecordBatch, row: usize) -> Option<(f64, f64)> {
    let number = |name: &str| {
        let at = columns.iter().position(|column| column.name == name)?;
        plain::value(batch.column(at), row).as_decimal()
    };
    let (lon, lat) = (number(&points.lon)?, number(&points.lat)?);
    (lon.abs() <= 180.0 && lat.abs() <= 90.0).then_some((lon, lat))
}

fn json_text(value: &str, text: &mut Vec<u8>) -> Result<()> {
    serde_json::to_writer(text, value).doing(|| "write JSON".into())
}
