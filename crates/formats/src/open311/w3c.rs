//! Dates as the standard writes them: a subset of ISO 8601 with a time zone (<http://www.w3.org/TR/NOTE-datetime>).

use crate::xpath::{Moment, days_from_civil};

const SECOND: i64 = 1_000_000;
const DAY: i64 = 86_400 * SECOND;

/// Writes a moment with the offset of the place: `2010-04-14T06:37:38-08:00`, and `Z` at no offset.
pub fn write(moment: Moment) -> String {
    let local = moment.micros + i64::from(moment.offset_minutes) * 60 * SECOND;
    let seconds = local.rem_euclid(DAY) / SECOND;
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let offset = match moment.offset_minutes {
        0 => "Z".to_owned(),
        minutes => format!(
            "{}{:02}:{:02}",
            if minutes < 0 { '-' } else { '+' },
            minutes.abs() / 60,
            minutes.abs() % 60
        ),
    };
    format!("{}T{hours:02}:{minutes:02}:{seconds:02}{offset}", moment.date())
}

/// What a client wrote: an instant, or a whole day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// Microseconds since 1970 UTC.
    Instant(i64),
    /// The first microsecond of the day, since 1970 UTC.
    Day(i64),
}

impl Written {
    /// The first moment meant, in microseconds since 1970 UTC.
    pub fn start(self) -> i64 {
        match self {
            Written::Instant(micros) | Written::Day(micros) => micros,
        }
    }

    /// The last moment meant, in microseconds since 1970 UTC.
    pub fn end(self) -> i64 {
        match self {
            Written::Instant(micros) => micros,
            Written::Day(micros) => micros + DAY - 1,
        }
    }
}

/// Reads a date or a date with a time; one without an offset is taken at `offset_minutes`.
///
/// Two habits of clients are forgiven: a `+` that the address turned into a space, and `+0700` without its colon.
pub fn read(text: &str, offset_minutes: i32) -> Option<Written> {
    let text = text.trim();
    if !text.is_ascii() {
        return None;
    }
    let (date, time) = match text.split_once(['T', 't']) {
        Some((date, time)) => (date, Some(time)),
        // `2010-05-24 06:37:38`, which databases print.
        None => match text.split_once(' ') {
            Some((date, time)) => (date, Some(time)),
            None => (text, None),
        },
    };
    let mut parts = date.split('-').map(digits);
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    let is_day = parts.next().is_none()
        && (1000..=9999).contains(&year)
        && (1..=12).contains(&month)
        && (1..=days_in(year, month)).contains(&day);
    if !is_day {
        return None;
    }
    let midnight = days_from_civil(year, month, day) * DAY;
    let Some(time) = time else {
        return Some(Written::Day(midnight - i64::from(offset_minutes) * 60 * SECOND));
    };
    let (clock, offset) = split_offset(time.trim())?;
    let offset = offset.unwrap_or(offset_minutes);
    Some(Written::Instant(
        midnight + read_clock(clock)? - i64::from(offset) * 60 * SECOND,
    ))
}

/// Splits `06:37:38-08:00` into the clock and the offset in minutes.
fn split_offset(time: &str) -> Option<(&str, Option<i32>)> {
    if let Some(clock) = time.strip_suffix(['Z', 'z']) {
        return Some((clock.trim_end(), Some(0)));
    }
    let Some(at) = time.rfind(['+', '-', ' ']) else {
        return Some((time, None));
    };
    let (clock, offset) = (&time[..at], &time[at + 1..]);
    let sign = if time.as_bytes()[at] == b'-' { -1 } else { 1 };
    let (hours, minutes) = match (offset.split_once(':'), offset.len()) {
        (Some(parts), _) => parts,
        (None, 4) => offset.split_at(2),
        (None, _) => (offset, "00"),
    };
    let (hours, minutes) = (digits(hours)?, digits(minutes)?);
    let minutes = i32::try_from(hours * 60 + minutes)
        .ok()
        .filter(|minutes| *minutes <= 15 * 60)?;
    Some((clock.trim_end_matches([' ', '+']), Some(sign * minutes)))
}

/// Reads `06:37`, `06:37:38` or `06:37:38.123` as microseconds.
fn read_clock(clock: &str) -> Option<i64> {
    let mut parts = clock.splitn(3, ':');
    let (hours, minutes) = (digits(parts.next()?)?, digits(parts.next()?)?);
    let (seconds, fraction) = match parts.next() {
        None => (0, 0),
        Some(seconds) => {
            let (whole, fraction) = seconds.split_once('.').unwrap_or((seconds, "0"));
            digits(fraction)?;
            let micros: i64 = format!("{fraction:0<6}")[..6].parse().ok()?;
            (digits(whole)?, micros)
        }
    };
    // 24:00 and the leap second are moments too.
    let is_time =
        hours <= 24 && minutes <= 59 && seconds <= 60 && (hours < 24 || minutes + seconds + fraction == 0);
    is_time.then(|| (hours * 3600 + minutes * 60 + seconds) * SECOND + fraction)
}

fn digits(text: &str) -> Option<i64> {
    let is_digits = !text.is_empty() && text.len() <= 9 && text.bytes().all(|byte| byte.is_ascii_digit());
    is_digits.then(|| text.parse().ok())?
}

fn days_in(year: i64, month: i64) -> i64 {
    let (next_year, next) = if month == 12 {
        (year + 1, 1)
    } else {
        (year, month + 1)
    };
    days_from_civil(next_year, next, 1) - days_from_civil(year, month, 1)
}
