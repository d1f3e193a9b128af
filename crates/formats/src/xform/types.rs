//! What a value of each type looks like.

use super::form::DataType;
use crate::xpath::{is_date, is_date_time, is_time};

impl DataType {
    /// Tells whether a value that is not blank is of the type.
    pub fn accepts(self, value: &str) -> bool {
        match self {
            Self::Text | Self::Barcode | Self::Binary => true,
            Self::Integer => {
                let digits = value.strip_prefix('-').unwrap_or(value);
                !digits.is_empty() && digits.len() <= 18 && digits.bytes().all(|b| b.is_ascii_digit())
            }
            Self::Decimal => {
                let digits = value.strip_prefix('-').unwrap_or(value);
                digits
                    .bytes()
                    .all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'e' | b'E' | b'-' | b'+'))
                    && digits.parse::<f64>().is_ok_and(f64::is_finite)
            }
            Self::Boolean => matches!(value, "true" | "false" | "0" | "1"),
            // Collect writes a date-time where a date has no time of its own, and the reverse.
            Self::Date => is_date(value) || is_date_time(value),
            Self::DateTime => is_date_time(value) || is_date(value),
            Self::Time => is_time(value),
            Self::Geopoint => is_point(value),
            // A line has two ends; an area three corners, whether or not its first is written again at the end.
            Self::Geotrace => n_points(value).is_some_and(|n| n >= 2),
            Self::Geoshape => n_points(value).is_some_and(|n| n >= 3),
        }
    }

    /// Names the type as messages do.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text | Self::Barcode => "text",
            Self::Integer => "whole number",
            Self::Decimal => "number",
            Self::Boolean => "true or false",
            Self::Date => "date",
            Self::DateTime => "date and time",
            Self::Time => "time",
            Self::Geopoint => "place",
            Self::Geotrace => "line",
            Self::Geoshape => "area",
            Self::Binary => "file",
        }
    }
}

/// Counts the points of a line, which `;` divides; `None` when one of them is broken.
fn n_points(text: &str) -> Option<usize> {
    let mut points = text.split(';').filter(|point| !point.trim().is_empty());
    points.try_fold(0, |n, point| is_point(point).then_some(n + 1))
}

/// `latitude longitude [altitude [accuracy]]`.
fn is_point(text: &str) -> bool {
    let numbers: Option<Vec<f64>> = text
        .split_whitespace()
        .map(|n| n.parse().ok().filter(|n: &f64| n.is_finite()))
        .collect();
    matches!(numbers.as_deref(), Some([lat, lon, rest @ ..]) if lat.abs() <= 90.0 && lon.abs() <= 180.0 && rest.len() <= 2)
}
