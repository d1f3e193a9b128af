//! The types of columns, by the names PostgreSQL has for them.

use serde_json::Value;

use crate::ckan::{instant::Instant, values};

/// The type of a column.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum FieldType {
    Text,
    Int2,
    Int4,
    Int8,
    /// What CKAN calls the type of `_id`.
    Int,
    Numeric,
    Float4,
    Float8,
    Bool,
    Date,
    Time,
    Timestamp,
    TimestampTz,
    Json,
    Uuid,
    /// A list of another type: `_text`.
    Array(Box<FieldType>),
}

impl FieldType {
    /// Reads a type as PostgreSQL takes it: `int4`, `double precision`, `varchar(20)`, `text[]`, `_text`.
    pub fn read(text: &str) -> Option<FieldType> {
        let text = text.trim().to_lowercase();
        if let Some(inner) = text.strip_suffix("[]").or_else(|| text.strip_prefix('_')) {
            let inner = FieldType::read(inner)?;
            let is_flat = !matches!(inner, FieldType::Array(_));
            return is_flat.then(|| FieldType::Array(Box::new(inner)));
        }
        // Lengths and precisions bind nobody here.
        let (name, measure) = match text.split_once('(') {
            Some((name, measure)) => (name.trim_end(), Some(measure)),
            None => (text.as_str(), None),
        };
        let tail = match measure {
            None => "",
            Some(measure) => {
                let (digits, tail) = measure.split_once(')')?;
                let is_measure = digits
                    .bytes()
                    .all(|byte| byte.is_ascii_digit() || matches!(byte, b',' | b' '));
                is_measure.then_some(tail)?
            }
        };
        Some(match format!("{name}{tail}").as_str() {
            "text" | "varchar" | "character varying" | "char" | "character" | "bpchar" | "citext"
            | "name" => FieldType::Text,
            "int2" | "smallint" | "smallserial" => FieldType::Int2,
            "int" | "int4" | "integer" | "serial" => FieldType::Int4,
            "int8" | "bigint" | "bigserial" => FieldType::Int8,
            "numeric" | "decimal" | "money" => FieldType::Numeric,
            "float4" | "real" => FieldType::Float4,
            "float" | "float8" | "double precision" => FieldType::Float8,
            "bool" | "boolean" => FieldType::Bool,
            "date" => FieldType::Date,
            "time" | "timetz" | "time without time zone" | "time with time zone" => FieldType::Time,
            "timestamp" | "timestamp without time zone" => FieldType::Timestamp,
            "timestamptz" | "timestamp with time zone" => FieldType::TimestampTz,
            "json" | "jsonb" | "nested" => FieldType::Json,
            "uuid" => FieldType::Uuid,
            _ => return None,
        })
    }

    /// Its name in `fields`.
    pub fn name(&self) -> String {
        match self {
            FieldType::Text => "text",
            FieldType::Int2 => "int2",
            FieldType::Int4 => "int4",
            FieldType::Int8 => "int8",
            FieldType::Int => "int",
            FieldType::Numeric => "numeric",
            FieldType::Float4 => "float4",
            FieldType::Float8 => "float8",
            FieldType::Bool => "bool",
            FieldType::Date => "date",
            FieldType::Time => "time",
            FieldType::Timestamp => "timestamp",
            FieldType::TimestampTz => "timestamptz",
            FieldType::Json => "json",
            FieldType::Uuid => "uuid",
            FieldType::Array(inner) => return format!("_{}", inner.name()),
        }
        .to_owned()
    }

    /// Its name in `native_type` and in what PostgreSQL says is wrong.
    pub fn native_name(&self) -> String {
        match self {
            FieldType::Int2 => "smallint",
            FieldType::Int4 | FieldType::Int => "integer",
            FieldType::Int8 => "bigint",
            FieldType::Float4 => "real",
            FieldType::Float8 => "double precision",
            FieldType::Bool => "boolean",
            FieldType::Time => "time without time zone",
            FieldType::Timestamp => "timestamp without time zone",
            FieldType::TimestampTz => "timestamp with time zone",
            FieldType::Array(inner) => return format!("{}[]", inner.native_name()),
            other => return other.name(),
        }
        .to_owned()
    }

    /// Whether it is a number.
    pub fn is_number(&self) -> bool {
        matches!(
            self,
            FieldType::Int2
                | FieldType::Int4
                | FieldType::Int8
                | FieldType::Int
                | FieldType::Numeric
                | FieldType::Float4
                | FieldType::Float8
        )
    }
}

/// Guesses the type of a column by its first value, as the datastore does; true and false are flags here, not numbers.
pub fn guess(value: &Value) -> FieldType {
    match value {
        Value::Array(_) | Value::Object(_) => FieldType::Json,
        Value::Bool(_) => FieldType::Bool,
        Value::Number(number) if number.is_f64() => FieldType::Float8,
        Value::Number(number) if number.as_i64().is_some_and(|n| i32::try_from(n).is_ok()) => FieldType::Int4,
        Value::Number(_) => FieldType::Int8,
        Value::Null => FieldType::Text,
        Value::String(text) => guess_text(text),
    }
}

fn guess_text(text: &str) -> FieldType {
    let trimmed = text.trim();
    if let Ok(whole) = trimmed.parse::<i64>() {
        // Leading noughts belong to codes: postcodes, places, phones.
        let digits = trimmed.trim_start_matches(['+', '-']);
        let is_code = digits.len() > 1 && digits.starts_with('0');
        return match i32::try_from(whole) {
            _ if is_code => FieldType::Text,
            Ok(_) => FieldType::Int4,
            Err(_) => FieldType::Int8,
        };
    }
    if is_decimal(trimmed) {
        return FieldType::Numeric;
    }
    let digit_first = trimmed.starts_with(|c: char| c.is_ascii_digit());
    if digit_first
        && (Instant::read(trimmed).is_some_and(|_| trimmed.as_bytes().get(4) == Some(&b'-'))
            || is_slashed(trimmed))
    {
        return FieldType::Timestamp;
    }
    FieldType::Text
}

/// Whether it is a day as `31/12/2020`, `12-31-2020` and the like.
fn is_slashed(text: &str) -> bool {
    let parts: Vec<&str> = text.split(['/', '-']).collect();
    let [a, b, year] = parts.as_slice() else {
        return false;
    };
    let (Ok(a), Ok(b), 4) = (a.parse::<u8>(), b.parse::<u8>(), year.len()) else {
        return false;
    };
    let is_pair = (1..=31).contains(&a.max(b)) && (1..=12).contains(&a.min(b));
    is_pair && year.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_decimal(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.strip_prefix(['+', '-']).unwrap_or(exponent)),
        None => (unsigned, "0"),
    };
    let digits = mantissa.bytes().filter(u8::is_ascii_digit).count();
    digits > 0
        && mantissa.bytes().filter(|byte| *byte == b'.').count() <= 1
        && mantissa.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
        && !exponent.is_empty()
        && exponent.len() <= 4
        && exponent.bytes().all(|byte| byte.is_ascii_digit())
}

/// Makes a value one of a type, as PostgreSQL would: text in text columns, numbers also from text, moments as texts.
///
/// Null stays, and so does empty text in a column of text; elsewhere empty text is null.
///
/// # Errors
/// PostgreSQL's sentence about the value.
pub fn fits(value: &Value, kind: &FieldType) -> Result<Value, String> {
    let refuse = || {
        Err(format!(
            "invalid input syntax for type {}: \"{}\"",
            kind.native_name(),
            values::text(value)
        ))
    };
    match (kind, value) {
        (_, Value::Null) => Ok(Value::Null),
        (FieldType::Text, value) => Ok(Value::from(python_text(value))),
        (FieldType::Json, value) => Ok(value.clone()),
        (_, Value::String(text)) if text.is_empty() => Ok(Value::Null),
        (FieldType::Array(inner), Value::Array(items)) => items
            .iter()
            .map(|item| fits(item, inner))
            .collect::<Result<_, _>>()
            .map(Value::Array),
        (FieldType::Bool, value) => match value {
            Value::Bool(_) => Ok(value.clone()),
            Value::Number(number) if matches!(number.as_i64(), Some(0 | 1)) => {
                Ok(Value::from(number.as_i64() == Some(1)))
            }
            Value::String(text) => match text.trim().to_lowercase().as_str() {
                "t" | "true" | "y" | "yes" | "on" | "1" => Ok(Value::from(true)),
                "f" | "false" | "n" | "no" | "off" | "0" => Ok(Value::from(false)),
                _ => refuse(),
            },
            _ => refuse(),
        },
        (kind, value) if kind.is_number() => number(value, kind).unwrap_or_else(refuse),
        (FieldType::Date, Value::String(text)) => match Instant::read(text) {
            Some(at) => Ok(Value::from(at.to_string()[..10].to_owned())),
            None => refuse(),
        },
        (FieldType::Timestamp | FieldType::TimestampTz, Value::String(text)) => match Instant::read(text) {
            Some(at) => Ok(Value::from(at.to_string())),
            None => refuse(),
        },
        (FieldType::Time, Value::String(text)) => match Instant::read(&format!("1970-01-01T{}", text.trim()))
        {
            Some(at) => Ok(Value::from(at.to_string()[11..].to_owned())),
            None => refuse(),
        },
        (FieldType::Uuid, Value::String(text)) if crate::ckan::names::is_uuid(text) => Ok(value.clone()),
        _ => refuse(),
    }
}

/// A number of the type: `None` where it is none, an error where it is too large.
fn number(value: &Value, kind: &FieldType) -> Option<Result<Value, String>> {
    let text = match value {
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.trim().to_owned(),
        _ => return None,
    };
    let bounds = match kind {
        FieldType::Int2 => Some((i64::from(i16::MIN), i64::from(i16::MAX))),
        FieldType::Int4 | FieldType::Int => Some((i64::from(i32::MIN), i64::from(i32::MAX))),
        FieldType::Int8 => Some((i64::MIN, i64::MAX)),
        _ => None,
    };
    let Some((least, most)) = bounds else {
        if !is_decimal(&text) {
            return None;
        }
        return Some(match (kind, value) {
            (_, Value::Number(_)) => Ok(value.clone()),
            // A number that JSON's would round stays as it was written.
            (FieldType::Numeric, _) => Ok(exact(&text)),
            _ => match text.parse::<f64>().ok().filter(|number| number.is_finite()) {
                Some(number) => Ok(Value::from(number)),
                None => return None,
            },
        });
    };
    let whole = match text.parse::<i128>() {
        Ok(whole) => whole,
        Err(_) => {
            // PostgreSQL rounds a number, and refuses a text with a fraction.
            let float = value
                .as_f64()
                .filter(|float| float.is_finite() && float.abs() < 1.0e18)?;
            float.round_ties_even() as i128
        }
    };
    match i64::try_from(whole) {
        Ok(whole) if (least..=most).contains(&whole) => Some(Ok(Value::from(whole))),
        _ => Some(Err(format!(
            "value \"{text}\" is out of range for type {}",
            kind.native_name()
        ))),
    }
}

/// A decimal as a number where JSON's numbers hold it, else as text.
fn exact(text: &str) -> Value {
    if let Ok(whole) = text.parse::<i64>() {
        return Value::from(whole);
    }
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    match text.parse::<f64>().ok().filter(|number| number.is_finite()) {
        Some(number) if digits <= 15 => Value::from(number),
        _ => Value::from(text),
    }
}

/// Text of any value as Python's `str` makes it, which is what the datastore compares text columns with.
fn python_text(value: &Value) -> String {
    match value {
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        other => values::text(other),
    }
}
