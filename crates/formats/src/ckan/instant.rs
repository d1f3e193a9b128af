//! Dates as CKAN writes them: UTC without saying so, to the microsecond, no fraction where there is none.

use std::fmt;

use crate::xpath::{Moment, days_from_civil};

const SECOND: i64 = 1_000_000;
const DAY: i64 = 86_400 * SECOND;

/// The first and the last microsecond of the years 1 to 9999.
pub(super) const FIRST: i64 = -62_135_596_800 * SECOND;
pub(super) const LAST: i64 = 253_402_300_800 * SECOND - 1;

/// A moment, in microseconds since 1970 UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(pub i64);

impl Instant {
    /// Reads `2020-07-14T12:13:20.315413`, with or without time and offset, and CKAN's looser `2020/7/14 12.13.20`.
    ///
    /// Without an offset UTC is meant.
    pub fn read(text: &str) -> Option<Instant> {
        // An offset can push the first and the last day out of the calendar.
        iso(text)
            .or_else(|| loose(text))
            .filter(|micros| (FIRST..=LAST).contains(micros))
            .map(Instant)
    }
}

impl fmt::Display for Instant {
    /// As Python's `isoformat` has it: `2020-07-14T12:13:20.315413`, `2020-07-14T00:00:00`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let date = Moment {
            micros: self.0,
            offset_minutes: 0,
        }
        .date();
        let micros = self.0.rem_euclid(DAY);
        let (seconds, fraction) = (micros / SECOND, micros % SECOND);
        write!(
            f,
            "{date}T{:02}:{:02}:{:02}",
            seconds / 3600,
            seconds / 60 % 60,
            seconds % 60
        )?;
        if fraction > 0 {
            write!(f, ".{fraction:06}")?;
        }
        Ok(())
    }
}

/// The first microsecond of a day, if the calendar has it.
pub(super) fn midnight(year: i64, month: i64, day: i64) -> Option<i64> {
    let (next_year, next) = if month == 12 {
        (year + 1, 1)
    } else {
        (year, month + 1)
    };
    if !(1..=9999).contains(&year) || !(1..=12).contains(&month) {
        return None;
    }
    let days = days_from_civil(next_year, next, 1) - days_from_civil(year, month, 1);
    (1..=days)
        .contains(&day)
        .then(|| days_from_civil(year, month, day) * DAY)
}

/// The date of a moment: year, month, day.
pub(super) fn civil(micros: i64) -> (i64, i64, i64) {
    let date = Moment {
        micros,
        offset_minutes: 0,
    }
    .date();
    let mut parts = date.rsplitn(3, '-').map(|part| part.parse().unwrap_or(1));
    let (day, month) = (parts.next().unwrap_or(1), parts.next().unwrap_or(1));
    (parts.next().unwrap_or(1970), month, day)
}

fn iso(text: &str) -> Option<i64> {
    let text = text.trim();
    if !text.is_ascii() || text.len() < 8 {
        return None;
    }
    let dashed = text.as_bytes()[4] == b'-';
    let (date, rest) = if dashed {
        (text.len() >= 10).then(|| text.split_at(10))?
    } else {
        text.split_at(8)
    };
    let (year, month, day) = if dashed {
        if date.as_bytes()[7] != b'-' {
            return None;
        }
        (&date[..4], &date[5..7], &date[8..])
    } else {
        (&date[..4], &date[4..6], &date[6..])
    };
    let start = midnight(digits(year)?, digits(month)?, digits(day)?)?;
    // Python takes any character between date and time.
    let Some(time) = rest.get(1..) else {
        return Some(start);
    };
    let (clock, offset) = split_offset(time)?;
    Some(start + read_clock(clock)? - offset)
}

/// Splits the offset off a time; in microseconds, none is UTC.
fn split_offset(time: &str) -> Option<(&str, i64)> {
    if let Some(clock) = time.strip_suffix(['Z', 'z']) {
        return Some((clock, 0));
    }
    let Some(at) = time.rfind(['+', '-']) else {
        return Some((time, 0));
    };
    let offset = &time[at + 1..];
    let (hours, minutes) = match offset.split_once(':') {
        Some(parts) => parts,
        None if offset.len() == 4 => offset.split_at(2),
        None => (offset, "0"),
    };
    let seconds = (digits(hours)? * 60 + digits(minutes)?) * 60;
    let sign = if time.as_bytes()[at] == b'-' { -1 } else { 1 };
    (seconds < 86_400).then_some((&time[..at], sign * seconds * SECOND))
}

fn read_clock(clock: &str) -> Option<i64> {
    let mut parts = clock.splitn(3, ':');
    let hours = digits(parts.next()?)?;
    let minutes = parts.next().map_or(Some(0), digits)?;
    let (seconds, fraction) = parts.next().map_or(Some((0, 0)), read_seconds)?;
    within_day(hours, minutes, seconds).map(|micros| micros + fraction)
}

/// Reads `20` or `20.315413` as seconds and microseconds.
fn read_seconds(text: &str) -> Option<(i64, i64)> {
    let (whole, fraction) = text.split_once(['.', ',']).unwrap_or((text, "0"));
    if fraction.is_empty() || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let fraction = &fraction[..fraction.len().min(6)];
    Some((digits(whole)?, format!("{fraction:0<6}").parse().ok()?))
}

fn within_day(hours: i64, minutes: i64, seconds: i64) -> Option<i64> {
    let is_time = hours < 24 && minutes < 60 && seconds < 60;
    is_time.then_some((hours * 3600 + minutes * 60 + seconds) * SECOND)
}

/// CKAN's second try: the groups of digits in their order, whatever stands between them.
fn loose(text: &str) -> Option<i64> {
    let mut parts = Vec::new();
    let mut rest = text;
    while parts.len() < 5 {
        let Some(at) = rest.find(|c: char| !c.is_ascii_digit()) else {
            break;
        };
        parts.push(digits(&rest[..at])?);
        rest = rest[at..].trim_start_matches(|c: char| !c.is_ascii_digit());
    }
    let (seconds, fraction) = if parts.len() == 5 {
        read_seconds(rest)?
    } else {
        parts.push(digits(rest)?);
        (0, 0)
    };
    let [year, month, day] = parts.first_chunk::<3>()?;
    let hours = parts.get(3).copied().unwrap_or(0);
    let minutes = parts.get(4).copied().unwrap_or(0);
    Some(midnight(*year, *month, *day)? + within_day(hours, minutes, seconds)? + fraction)
}

fn digits(text: &str) -> Option<i64> {
    let is_digits = !text.is_empty() && text.len() <= 9 && text.bytes().all(|byte| byte.is_ascii_digit());
    is_digits.then(|| text.parse().ok())?
}
