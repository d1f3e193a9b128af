//! How slices write what they hold as tables of the lake: columns with their names, and plain values as cells.

use jiff::{
    Span,
    civil::{Date, date},
};
use tables::{Column, Kind, Rows, Value};

use super::time::Time;

const EPOCH: Date = date(1970, 1, 1);

/// Columns by name and kind, each with the title that `title` gives it.
pub fn titled(columns: &[(&str, Kind)], title: impl Fn(&str) -> String) -> Vec<Column> {
    columns
        .iter()
        .map(|&(name, kind)| Column::new(name, kind).titled(title(name)))
        .collect()
}

/// A table of these columns without a row.
#[must_use]
pub fn empty(columns: &[(&str, Kind)]) -> Rows {
    Rows::new(
        columns
            .iter()
            .map(|&(name, kind)| Column::new(name, kind))
            .collect(),
    )
}

/// Words as a cell; empty ones are none.
#[must_use]
pub fn text(words: &str) -> Value {
    match words {
        "" => Value::Null,
        words => Value::Text(words.to_owned()),
    }
}

#[must_use]
pub fn number(n: Option<i64>) -> Value {
    n.map_or(Value::Null, Value::Integer)
}

#[must_use]
pub fn instant(at: Option<Time>) -> Value {
    at.map_or(Value::Null, |at| Value::Instant(at.0))
}

#[must_use]
pub fn day(day: Date) -> Value {
    Value::Date(days_since_1970(day))
}

/// Days from the first of January 1970 to a day; negative before it.
#[must_use]
pub fn days_since_1970(day: Date) -> i32 {
    (day - EPOCH).get_days()
}

/// The day so many days after the first of January 1970; `None` beyond the year 9999.
#[must_use]
pub fn day_of(days_since_1970: i32) -> Option<Date> {
    let since = Span::new().try_days(i64::from(days_since_1970)).ok()?;
    EPOCH.checked_add(since).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_counted_and_found_again() {
        for (day, n) in [
            (date(1970, 1, 1), 0),
            (date(1969, 12, 31), -1),
            (date(2026, 11, 16), 20_773),
        ] {
            assert_eq!((days_since_1970(day), day_of(n)), (n, Some(day)));
        }
        assert_eq!(day_of(i32::MAX), None);
    }

    #[test]
    fn nothing_told_is_no_value() {
        assert_eq!(
            (text(""), number(None), instant(None)),
            (Value::Null, Value::Null, Value::Null)
        );
        assert_eq!(text("x"), Value::Text("x".to_owned()));
        let columns = titled(&[("a_b", Kind::Text)], str::to_uppercase);
        assert_eq!(columns[0].title.as_deref(), Some("A_B"));
    }
}
