//! What a row has to pass: a comparison fitted to what its column holds.

use std::collections::HashSet;

use arrow::{array::ArrayRef, datatypes::DataType};
use datafusion::{
    common::ScalarValue,
    functions::string::expr_fn::{contains, lower, starts_with},
    logical_expr::{Expr, cast, lit, not},
    prelude::ident,
};

use crate::{
    error::{Error, Result},
    plain,
    value::{Column, Kind, Value},
};

/// A column and what its values have to pass.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Filter {
    pub column: String,
    pub test: Test,
}

/// Values are given as they print.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Test {
    /// One of these.
    Is(Vec<String>),
    /// Filled, and none of these.
    IsNot(Vec<String>),
    /// The text holds this one, in letters of either size; a number equals it.
    Contains(String),
    /// The text begins with this one, in letters of either size.
    Starts(String),
    /// Not below.
    From(String),
    /// Not above.
    To(String),
    Empty,
    Filled,
}

impl Filter {
    pub fn new(column: impl Into<String>, test: Test) -> Filter {
        Filter {
            column: column.into(),
            test,
        }
    }
}

/// A test whose values were read as the column's own.
#[derive(Clone, Debug)]
pub enum Ready {
    OneOf(Vec<Value>),
    NoneOf(Vec<Value>),
    /// Within one of these spans, each with its ends.
    Within(Vec<(Value, Value)>),
    /// Within none of them.
    Outside(Vec<(Value, Value)>),
    Contains(String),
    Starts(String),
    From(Value),
    To(Value),
    Empty,
    Filled,
}

impl Ready {
    pub fn read(column: &Column, test: &Test) -> Result<Ready> {
        let value = |text: &String| read(column, text);
        let values = |texts: &[String]| texts.iter().map(value).collect::<Result<Vec<_>>>();
        let has_period = |texts: &[String]| texts.iter().any(|text| period_of(column, text).is_some());
        let spans = |texts: &[String]| {
            texts
                .iter()
                .map(|text| span(column, text))
                .collect::<Result<Vec<_>>>()
        };
        Ok(match test {
            Test::Is(texts) if has_period(texts) => Ready::Within(spans(texts)?),
            Test::IsNot(texts) if has_period(texts) => Ready::Outside(spans(texts)?),
            Test::Is(texts) => Ready::OneOf(values(texts)?),
            Test::IsNot(texts) => Ready::NoneOf(values(texts)?),
            Test::Contains(text) if column.kind.is_number() && text.trim().parse::<f64>().is_ok() => {
                match read(column, text) {
                    Ok(number) => Ready::OneOf(vec![number]),
                    // No whole number is 1.5.
                    Err(_) => Ready::OneOf(Vec::new()),
                }
            }
            Test::Contains(text) => Ready::Contains(text.to_lowercase()),
            Test::Starts(text) => Ready::Starts(text.to_lowercase()),
            Test::From(text) => Ready::From(span(column, text)?.0),
            Test::To(text) => {
                let (_, last) = span(column, text)?;
                Ready::To(upper(column, last, text))
            }
            Test::Empty => Ready::Empty,
            Test::Filled => Ready::Filled,
        })
    }

    /// Whether a value passes.
    pub fn passes(&self, value: &Value) -> bool {
        match self {
            Ready::Empty => value.is_null(),
            _ if value.is_null() => false,
            Ready::Filled => true,
            Ready::OneOf(known) => known.contains(value),
            Ready::NoneOf(known) => !known.contains(value),
            Ready::Within(spans) => is_within(spans, value),
            Ready::Outside(spans) => !is_within(spans, value),
            Ready::Contains(text) => value.to_string().to_lowercase().contains(text),
            Ready::Starts(text) => value.to_string().to_lowercase().starts_with(text),
            Ready::From(least) => value >= least,
            Ready::To(most) => value <= most,
        }
    }

    /// Which of a plain array's values pass.
    pub fn passing(&self, array: &ArrayRef) -> Vec<bool> {
        let known: Option<HashSet<&str>> = match self {
            Ready::OneOf(values) if array.data_type() == &DataType::Utf8 => {
                Some(values.iter().filter_map(Value::as_text).collect())
            }
            _ => None,
        };
        match known {
            Some(known) => {
                let texts = arrow::array::AsArray::as_string::<i32>(array);
                texts
                    .iter()
                    .map(|text| text.is_some_and(|text| known.contains(text)))
                    .collect()
            }
            None => (0..array.len())
                .map(|at| self.passes(&plain::value(array, at)))
                .collect(),
        }
    }

    /// The same for the query engine.
    pub fn expr(&self, column: &Column) -> Expr {
        let name = ident(&column.name);
        let words = || lower(cast(ident(&column.name), DataType::Utf8));
        match self {
            Ready::OneOf(values) if values.is_empty() => lit(false),
            Ready::OneOf(values) => name.in_list(values.iter().map(literal).collect(), false),
            Ready::NoneOf(values) => {
                let listed = ident(&column.name).in_list(values.iter().map(literal).collect(), true);
                name.is_not_null().and(listed)
            }
            Ready::Within(spans) => within(column, spans),
            Ready::Outside(spans) => name.is_not_null().and(not(within(column, spans))),
            Ready::Contains(text) => contains(words(), lit(text.clone())),
            Ready::Starts(text) => starts_with(words(), lit(text.clone())),
            Ready::From(least) => name.gt_eq(literal(least)),
            Ready::To(most) => name.lt_eq(literal(most)),
            Ready::Empty => name.is_null(),
            Ready::Filled => name.is_not_null(),
        }
    }
}

/// Reads a value as its column holds it.
fn read(column: &Column, text: &str) -> Result<Value> {
    let trimmed = text.trim();
    let found = match column.kind {
        Kind::Text | Kind::Geometry => Some(Value::Text(text.to_owned())),
        Kind::Integer => trimmed.parse().ok().map(Value::Integer).or_else(|| {
            let number: f64 = trimmed.parse().ok()?;
            (number.fract() == 0.0 && number.abs() < 9e15).then_some(Value::Integer(number as i64))
        }),
        Kind::Decimal => trimmed.parse().ok().map(Value::Decimal),
        Kind::Flag => match trimmed.to_lowercase().as_str() {
            "true" | "1" | "yes" => Some(Value::Flag(true)),
            "false" | "0" | "no" => Some(Value::Flag(false)),
            _ => None,
        },
        Kind::Date => day(trimmed).map(Value::Date),
        Kind::Instant => instant(trimmed).map(Value::Instant),
    };
    found.ok_or_else(|| {
        Error::BadQuery(format!(
            "column {:?} holds values of kind {}, which {text:?} is none of{}",
            column.name,
            column.kind,
            match column.kind {
                Kind::Date => "; write a day as 2026-11-22, a month as 2026-11, a year as 2026",
                Kind::Instant => "; write a time as 2026-11-22T08:30:00Z, or a day, a month, a year",
                Kind::Flag => "; write true or false",
                _ => "",
            }
        ))
    })
}

/// The end of what a reader means by "to": a whole day where only a day was given.
fn upper(column: &Column, value: Value, text: &str) -> Value {
    match value {
        Value::Instant(at) if column.kind == Kind::Instant && day(text.trim()).is_some() => {
            Value::Instant(at + 86_400_000_000 - 1)
        }
        other => other,
    }
}

/// The first and the last value that a text means: the same one, but for a year or a month of days or times.
fn span(column: &Column, text: &str) -> Result<(Value, Value)> {
    match period_of(column, text) {
        Some(span) => Ok(span),
        None => {
            let value = read(column, text)?;
            Ok((value.clone(), value))
        }
    }
}

/// The ends of a year, `2026`, or a month, `2026-11`, as its column holds days or times (UTC); none for any other text or column.
fn period_of(column: &Column, text: &str) -> Option<(Value, Value)> {
    const DAY: i64 = 86_400_000_000;
    if !matches!(column.kind, Kind::Date | Kind::Instant) {
        return None;
    }
    let (first, last) = period(text.trim())?;
    Some(match column.kind {
        Kind::Date => (Value::Date(first), Value::Date(last)),
        _ => (
            Value::Instant(i64::from(first) * DAY),
            Value::Instant((i64::from(last) + 1) * DAY - 1),
        ),
    })
}

/// The first and the last day of a year or a month.
fn period(text: &str) -> Option<(i32, i32)> {
    let is_digits = |part: &str, n: usize| part.len() == n && part.bytes().all(|byte| byte.is_ascii_digit());
    let (year, month) = text.split_once('-').unwrap_or((text, "01"));
    if !is_digits(year, 4) || !is_digits(month, 2) {
        return None;
    }
    let n_months = if text == year { 12 } else { 1 };
    let first = chrono::NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, 1)?;
    let next = first.checked_add_months(chrono::Months::new(n_months))?;
    Some((days(first)?, days(next)? - 1))
}

fn is_within(spans: &[(Value, Value)], value: &Value) -> bool {
    spans.iter().any(|(first, last)| value >= first && value <= last)
}

fn within(column: &Column, spans: &[(Value, Value)]) -> Expr {
    let each = spans.iter().map(|(first, last)| {
        let from = ident(&column.name).gt_eq(literal(first));
        from.and(ident(&column.name).lt_eq(literal(last)))
    });
    each.reduce(Expr::or).unwrap_or_else(|| lit(false))
}

fn day(text: &str) -> Option<i32> {
    days(chrono::NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?)
}

/// The days since 1970.
fn days(date: chrono::NaiveDate) -> Option<i32> {
    let since = date.signed_duration_since(chrono::NaiveDate::default());
    i32::try_from(since.num_days()).ok()
}

fn instant(text: &str) -> Option<i64> {
    if let Some(days) = day(text) {
        return Some(i64::from(days) * 86_400_000_000);
    }
    let at = chrono::DateTime::parse_from_rfc3339(text).ok()?;
    Some(at.timestamp_micros())
}

fn literal(value: &Value) -> Expr {
    match value {
        Value::Null => lit(ScalarValue::Null),
        Value::Text(text) => lit(ScalarValue::Utf8View(Some(text.clone()))),
        Value::Integer(n) => lit(*n),
        Value::Decimal(x) => lit(*x),
        Value::Flag(b) => lit(*b),
        Value::Date(days) => lit(ScalarValue::Date32(Some(*days))),
        Value::Instant(at) => lit(ScalarValue::TimestampMicrosecond(Some(*at), Some("UTC".into()))),
    }
}
