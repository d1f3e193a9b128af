//! Days as JSON: `2026-11-16`.

use jiff::civil::Date;
use serde::Serializer;

/// Writes a day.
///
/// # Errors
/// When the serializer fails.
pub fn one<S: Serializer>(day: &Date, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(day)
}

/// Writes a day, or null.
///
/// # Errors
/// When the serializer fails.
pub fn maybe<S: Serializer>(day: &Option<Date>, to: S) -> Result<S::Ok, S::Error> {
    match day {
        Some(day) => to.collect_str(day),
        None => to.serialize_none(),
    }
}
