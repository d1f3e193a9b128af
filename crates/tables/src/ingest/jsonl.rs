//! JSON lines, and files that are one array of objects.

use std::io::{BufRead, Read};

use serde_json::{Map, Value as Json};

use super::{
    Job, Written,
    bad_rows::BadRows,
    bounds::{LONGEST_LINE, refuse_large_json, refuse_wide},
    cells::{self, CellFacts},
    no_rows,
    received::Received,
};
use crate::{
    error::{Doing, Error, Result},
    value::Value,
};

pub fn read(job: &Job, received: &Received) -> Result<Written> {
    if is_array(received)? {
        refuse_large_json(received.size()?)?;
        let objects: Vec<Json> = serde_json::from_reader(received.reader()?).map_err(|error| {
            Error::bad_file(format!(
                "line {}, column {}: {error}; correct the JSON there",
                error.line(),
                error.column()
            ))
        })?;
        if let [Json::Object(only)] = objects.as_slice()
            && only.is_empty()
        {
            return Err(no_rows("the file"));
        }
        return write(job, || {
            objects.iter().enumerate().map(|(at, object)| match object {
                Json::Object(object) => Ok(Line::Object(at as u64 + 1, object.clone())),
                other => Ok(Line::Bad(
                    at as u64 + 1,
                    format!("element {} is no object", at + 1),
                    other.to_string(),
                )),
            })
        });
    }
    write(job, || lines(received))
}

/// Bytes of a line that is too long that are told.
const LONGEST_TEXT: usize = 200;

enum Line {
    Object(u64, Map<String, Json>),
    Bad(u64, String, String),
    Blank,
}

fn write<I>(job: &Job, lines: impl Fn() -> I) -> Result<Written>
where
    I: Iterator<Item = Result<Line>>,
{
    // Objects need not have all keys, nor in the same order: columns come in order of appearance.
    let mut names: Vec<String> = Vec::new();
    let mut facts: Vec<CellFacts> = Vec::new();
    let mut bad_rows = BadRows::default();
    let mut n_good = 0_u64;
    for line in lines() {
        match line? {
            Line::Blank => {}
            Line::Bad(at, reason, text) => bad_rows.push(at, reason, &text),
            Line::Object(number, object) => {
                n_good += 1;
                for (at, (key, value)) in object.iter().enumerate() {
                    let place = place(&mut names, key, at);
                    if place == facts.len() {
                        facts.push(CellFacts::default());
                        refuse_wide(names.len())?;
                    }
                    facts[place].see(number, &cell(job, value));
                }
            }
        }
    }
    if n_good == 0 || names.is_empty() {
        return Err(no_rows("the file"));
    }
    let titles = super::csv::dialect::names(Some(&names), names.len())?;
    let typed = cells::typed(titles, &facts);
    let rows = lines().filter_map(|line| match line {
        Ok(Line::Object(_, object)) => {
            let row = names
                .iter()
                .map(|name| object.get(name).map_or(Value::Null, |value| cell(job, value)));
            Some(Ok(row.collect()))
        }
        Ok(_) => None,
        Err(error) => Some(Err(error)),
    });
    cells::write(job, typed, rows, || bad_rows)
}

/// The place of a key among the columns; most objects have their keys in the order of the first one.
fn place(names: &mut Vec<String>, key: &str, expected: usize) -> usize {
    if names.get(expected).is_some_and(|name| name == key) {
        return expected;
    }
    names.iter().position(|name| name == key).unwrap_or_else(|| {
        names.push(key.to_string());
        names.len() - 1
    })
}

fn lines(received: &Received) -> impl Iterator<Item = Result<Line>> {
    let opened = received.reader();
    let path = received.path().display().to_string();
    let mut number = 0;
    let (mut reader, mut failed) = match opened {
        Ok(reader) => (Some(reader), None),
        Err(error) => (None, Some(error)),
    };
    std::iter::from_fn(move || {
        if let Some(error) = failed.take() {
            return Some(Err(error));
        }
        let mut bytes = Vec::new();
        let read = next_line(reader.as_mut()?, &mut bytes).doing(|| format!("read {path}"));
        match read {
            Ok(0) => return None,
            Ok(_) => {}
            Err(error) => {
                reader = None;
                return Some(Err(error));
            }
        }
        number += 1;
        if bytes.len() as u64 >= LONGEST_LINE {
            let reason = format!("the line is longer than {} MB; split it", LONGEST_LINE >> 20);
            let start = &bytes[..bytes.len().min(LONGEST_TEXT)];
            let text = String::from_utf8_lossy(start).into_owned();
            return Some(Ok(Line::Bad(number, reason, text)));
        }
        let line = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes).trim_ascii();
        if line.is_empty() {
            return Some(Ok(Line::Blank));
        }
        Some(Ok(match serde_json::from_slice(line) {
            Ok(Json::Object(object)) => Line::Object(number, object),
            Ok(_) => Line::Bad(
                number,
                "the line is no JSON object; write one object {…} a line".into(),
                String::from_utf8_lossy(line).into_owned(),
            ),
            Err(error) => Line::Bad(
                number,
                format!("column {}: {error}; correct the JSON there", error.column()),
                String::from_utf8_lossy(line).into_owned(),
            ),
        }))
    })
}

/// Reads a line; of one that is too long, its start, and the rest is passed over. Returns how much was read.
fn next_line(reader: &mut impl BufRead, bytes: &mut Vec<u8>) -> std::io::Result<u64> {
    let mut n = reader.by_ref().take(LONGEST_LINE).read_until(b'\n', bytes)? as u64;
    if n == LONGEST_LINE && bytes.last() != Some(&b'\n') {
        n += reader.skip_until(b'\n')? as u64;
    }
    Ok(n)
}

fn is_array(received: &Received) -> Result<bool> {
    let mut start = Vec::new();
    received
        .reader()?
        .take(4096)
        .read_to_end(&mut start)
        .doing(|| format!("read {}", received.path().display()))?;
    let start = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&start);
    Ok(start.trim_ascii_start().first() == Some(&b'['))
}

/// A JSON value as a cell; lists and objects inside are kept as JSON text.
pub(super) fn cell(job: &Job, value: &Json) -> Value {
    match value {
        Json::Null => Value::Null,
        Json::Bool(b) => Value::Flag(*b),
        Json::Number(n) => match n.as_i64() {
            Some(n) => Value::Integer(n),
            None => n
                .as_f64()
                .map_or_else(|| Value::Text(n.to_string()), Value::Decimal),
        },
        Json::String(text) if job.is_missing(text) => Value::Null,
        Json::String(text) => Value::Text(text.clone()),
        nested => Value::Text(nested.to_string()),
    }
}
