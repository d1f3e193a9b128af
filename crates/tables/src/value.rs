use std::fmt;

use serde::{Deserialize, Serialize};

/// What the values of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    Text,
    /// 64 bits, signed.
    Integer,
    /// 64-bit floating point.
    Decimal,
    Flag,
    Date,
    /// Microseconds since 1970 in UTC.
    Instant,
    /// A GeoJSON geometry as text.
    Geometry,
}

impl Kind {
    /// The stable word for the kind, as it stands in JSON and in the catalogue.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Text => "text",
            Kind::Integer => "integer",
            Kind::Decimal => "decimal",
            Kind::Flag => "flag",
            Kind::Date => "date",
            Kind::Instant => "instant",
            Kind::Geometry => "geometry",
        }
    }

    /// Reads the word that [`Kind::as_str`] writes.
    pub fn parse(word: &str) -> Option<Kind> {
        [
            Kind::Text,
            Kind::Integer,
            Kind::Decimal,
            Kind::Flag,
            Kind::Date,
            Kind::Instant,
            Kind::Geometry,
        ]
        .into_iter()
        .find(|kind| kind.as_str() == word)
    }

    pub fn is_number(self) -> bool {
        matches!(self, Kind::Integer | Kind::Decimal)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    pub name: String,
    pub kind: Kind,
    pub title: Option<String>,
    pub description: Option<String>,
    /// What stood beside every number of the file that it was read from: `M`, `%`, `Rp`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
}

impl Column {
    pub fn new(name: impl Into<String>, kind: Kind) -> Self {
        Column {
            name: name.into(),
            kind,
            title: None,
            description: None,
            unit: None,
        }
    }

    pub fn titled(mut self, title: impl Into<String>) -> Self {
        self.title = Some(title.into());
        self
    }

    pub fn described(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }
}

/// One value of a row. A [`Kind::Geometry`] value is [`Value::Text`].
#[derive(Clone, Debug, Default, PartialEq, PartialOrd)]
pub enum Value {
    #[default]
    Null,
    Text(String),
    Integer(i64),
    Decimal(f64),
    Flag(bool),
    /// Days since 1970-01-01.
    Date(i32),
    /// Microseconds since 1970-01-01T00:00:00Z.
    Instant(i64),
}

impl Value {
    pub fn is_null(&self) -> bool {
        matches!(self, Value::Null)
    }

    pub fn as_text(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    pub fn as_integer(&self) -> Option<i64> {
        match self {
            Value::Integer(n) => Some(*n),
            _ => None,
        }
    }

    /// The number, whether it was stored whole or not.
    pub fn as_decimal(&self) -> Option<f64> {
        match self {
            Value::Integer(n) => Some(*n as f64),
            Value::Decimal(x) => Some(*x),
            _ => None,
        }
    }

    /// The word for what the value is, as an error message names it.
    pub fn what(&self) -> &'static str {
        match self {
            Value::Null => "nothing",
            Value::Text(_) => "text",
            Value::Integer(_) => "integer",
            Value::Decimal(_) => "decimal",
            Value::Flag(_) => "flag",
            Value::Date(_) => "date",
            Value::Instant(_) => "instant",
        }
    }

    /// Dates and instants are ISO 8601; nothing is `null`; a decimal that JSON cannot hold is `null`.
    pub fn to_json(&self) -> serde_json::Value {
        match self {
            Value::Null => serde_json::Value::Null,
            Value::Text(text) => text.as_str().into(),
            Value::Integer(n) => (*n).into(),
            Value::Decimal(x) => (*x).into(),
            Value::Flag(b) => (*b).into(),
            Value::Date(_) | Value::Instant(_) => self.to_string().into(),
        }
    }
}

/// Text as a CSV file holds it: nothing is empty, flags are `true` and `false`, days and instants ISO 8601.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Null => Ok(()),
            Value::Text(text) => f.write_str(text),
            Value::Integer(n) => write!(f, "{n}"),
            Value::Decimal(x) => write!(f, "{x}"),
            Value::Flag(b) => write!(f, "{b}"),
            Value::Date(days) => match date_of(*days) {
                Some(date) => write!(f, "{}", date.format("%Y-%m-%d")),
                None => write!(f, "day {days}"),
            },
            Value::Instant(micros) => match chrono::DateTime::from_timestamp_micros(*micros) {
                Some(at) if micros % 1_000_000 == 0 => {
                    write!(f, "{}", at.format("%Y-%m-%dT%H:%M:%SZ"))
                }
                Some(at) => write!(f, "{}", at.format("%Y-%m-%dT%H:%M:%S%.6fZ")),
                None => write!(f, "instant {micros}"),
            },
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::Text(text.to_string())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Value::Text(text)
    }
}

impl From<i64> for Value {
    fn from(n: i64) -> Self {
        Value::Integer(n)
    }
}

impl From<f64> for Value {
    fn from(x: f64) -> Self {
        Value::Decimal(x)
    }
}

impl From<bool> for Value {
    fn from(b: bool) -> Self {
        Value::Flag(b)
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::Null, Into::into)
    }
}

/// Rows with named columns; every row has as many values as there are columns.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rows {
    pub columns: Vec<Column>,
    pub rows: Vec<Vec<Value>>,
}

impl Rows {
    pub fn new(columns: Vec<Column>) -> Self {
        Rows {
            columns,
            rows: Vec::new(),
        }
    }

    pub fn len(&self) -> usize {
        self.rows.len()
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The place of a column by its name.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }
}

/// A version of a table; a table starts at 0 and every commit adds one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Version(pub u64);

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

fn date_of(days: i32) -> Option<chrono::NaiveDate> {
    chrono::NaiveDate::from_epoch_days(days)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_prints_as_a_csv_file_holds_it() {
        let printed: Vec<String> = [
            Value::Null,
            Value::Text("007".into()),
            Value::Decimal(1.5),
            Value::Decimal(2.0),
            Value::Flag(true),
            Value::Date(19_000),
            Value::Instant(1_700_000_000_000_000),
            Value::Instant(1_700_000_000_250_000),
            Value::Date(-1),
        ]
        .iter()
        .map(Value::to_string)
        .collect();
        assert_eq!(
            printed,
            [
                "",
                "007",
                "1.5",
                "2",
                "true",
                "2022-01-08",
                "2023-11-14T22:13:20Z",
                "2023-11-14T22:13:20.250000Z",
                "1969-12-31"
            ]
        );
    }

    #[test]
    fn every_kind_is_read_back_from_its_word() {
        for kind in [
            Kind::Text,
            Kind::Integer,
            Kind::Decimal,
            Kind::Flag,
            Kind::Date,
            Kind::Instant,
            Kind::Geometry,
        ] {
            assert_eq!(Kind::parse(kind.as_str()), Some(kind));
        }
        assert_eq!(Kind::parse("number"), None);
    }
}
