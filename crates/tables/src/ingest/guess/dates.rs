//! Dates and times: which orders of their parts a value allows, and what it then says.

use chrono::{NaiveDate, NaiveTime};

use super::{DATE, DateOrder, INSTANT, ORDERS};

/// Days since 1970.
pub fn date(value: &str, order: DateOrder) -> Option<i32> {
    let (date, rest) = leading_date(value.trim().as_bytes(), order)?;
    rest.is_empty().then(|| date.to_epoch_days())
}

/// Microseconds since 1970 in UTC; a time without a zone is taken as UTC, a bare date as its midnight.
pub fn instant(value: &str, order: DateOrder) -> Option<i64> {
    let (date, rest) = leading_date(value.trim().as_bytes(), order)?;
    let (time, ahead) = if rest.is_empty() {
        (NaiveTime::MIN, 0)
    } else {
        time_of_day(rest)?
    };
    Some(date.and_time(time).and_utc().timestamp_micros() - ahead * 1_000_000)
}

/// Whether a value is written like a date, be it in the calendar or not: `31/02/2026`.
pub fn is_shaped(value: &[u8]) -> bool {
    let mut parts = value.splitn(3, |c| matches!(c, b'-' | b'/' | b'.'));
    let mut digits = || {
        let part = parts.next().unwrap_or_default();
        let is_short = (1..=4).contains(&part.len()) && part.iter().all(u8::is_ascii_digit);
        is_short.then_some(part.len())
    };
    match (digits(), digits(), digits()) {
        (Some(4), Some(1..=2), Some(1..=2)) | (Some(1..=2), Some(1..=2), Some(4)) => {
            let mut marks = value.iter().filter(|c| !c.is_ascii_digit());
            marks.next() == marks.next()
        }
        _ => false,
    }
}

/// Whether a value is a date or an instant in some order of its parts.
pub fn is_written(value: &[u8]) -> bool {
    orders(value.trim_ascii()) != 0
}

/// The orders in which a value is a date or an instant.
pub(super) fn orders(value: &[u8]) -> u32 {
    // The shortest date is 1/2/2020; numbers are ruled out before a calendar is asked.
    if value.len() < 8 || !value.iter().take(5).any(|c| matches!(c, b'-' | b'/' | b'.')) {
        return 0;
    }
    let mut found = 0;
    for (at, order) in ORDERS.into_iter().enumerate() {
        if let Some((_, rest)) = leading_date(value, order) {
            if rest.is_empty() {
                found |= (DATE | INSTANT) << at;
            } else if time_of_day(rest).is_some() {
                found |= INSTANT << at;
            }
        }
    }
    found
}

/// Reads a date at the start of a value: `2020-02-01`, `2020/02/01`, `1/2/2020`, `01-02-2020`, `1.2.2020`.
fn leading_date(value: &[u8], order: DateOrder) -> Option<(NaiveDate, &[u8])> {
    let (first, rest) = leading_number(value)?;
    let (mark, rest) = rest.split_first()?;
    if !matches!(mark, b'-' | b'/' | b'.') {
        return None;
    }
    let (second, rest) = leading_number(rest)?;
    let (other, rest) = rest.split_first()?;
    let (third, rest) = leading_number(rest)?;
    if mark != other {
        return None;
    }
    let (year, month, day) = match order {
        DateOrder::Year => (first, second, third),
        DateOrder::Day => (third, second, first),
        DateOrder::Month => (third, first, second),
    };
    if year.1 != 4 || month.1 > 2 || day.1 > 2 {
        return None;
    }
    Some((NaiveDate::from_ymd_opt(year.0 as i32, month.0, day.0)?, rest))
}

/// A number of at most four digits and how many there are.
fn leading_number(value: &[u8]) -> Option<((u32, usize), &[u8])> {
    let n = value.iter().take(5).take_while(|c| c.is_ascii_digit()).count();
    if n == 0 || n > 4 {
        return None;
    }
    let number = value[..n].iter().fold(0, |sum, c| sum * 10 + u32::from(c - b'0'));
    Some(((number, n), &value[n..]))
}

/// A time after a date and the seconds that its zone is ahead of UTC.
fn time_of_day(value: &[u8]) -> Option<(NaiveTime, i64)> {
    let value = match value.split_first()? {
        (b'T' | b't' | b' ', rest) => rest.trim_ascii_start(),
        _ => return None,
    };
    let ((hour, _), rest) = leading_number(value)?;
    let rest = rest.strip_prefix(b":")?;
    let ((minute, two), rest) = leading_number(rest)?;
    if two != 2 {
        return None;
    }
    let (second, rest) = match rest.strip_prefix(b":") {
        Some(rest) => {
            let ((second, _), rest) = leading_number(rest)?;
            (second, rest)
        }
        None => (0, rest),
    };
    let (micros, rest) = match rest.strip_prefix(b".") {
        Some(rest) => {
            let n = rest.iter().take_while(|c| c.is_ascii_digit()).count();
            if n == 0 {
                return None;
            }
            let six = (0..6).fold(0, |sum, at| {
                let digit = if at < n { u32::from(rest[at] - b'0') } else { 0 };
                sum * 10 + digit
            });
            (six, &rest[n..])
        }
        None => (0, rest),
    };
    let (hour, rest) = half_of_day(hour, rest)?;
    let ahead = match rest {
        b"" | b"Z" | b"z" | b" UTC" => 0,
        _ => zone(rest)?,
    };
    Some((
        NaiveTime::from_hms_micro_opt(hour, minute, second, micros)?,
        ahead,
    ))
}

fn half_of_day(hour: u32, rest: &[u8]) -> Option<(u32, &[u8])> {
    let trimmed = rest.trim_ascii_start();
    let half = trimmed.get(..2).map(<[u8]>::to_ascii_uppercase);
    let afternoon = match half.as_deref() {
        Some(b"AM") => 0,
        Some(b"PM") => 12,
        _ => return Some((hour, rest)),
    };
    (1..=12)
        .contains(&hour)
        .then(|| (hour % 12 + afternoon, &trimmed[2..]))
}

fn zone(value: &[u8]) -> Option<i64> {
    let (sign, value) = match value.split_first()? {
        (b'+', rest) => (1, rest),
        (b'-', rest) => (-1, rest),
        _ => return None,
    };
    let digits: Vec<u8> = value.iter().copied().filter(|c| *c != b':').collect();
    if !matches!(digits.len(), 2 | 4) || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let pair = |at: usize| i64::from((digits[at] - b'0') * 10 + (digits[at + 1] - b'0'));
    let minutes = if digits.len() == 4 { pair(2) } else { 0 };
    Some(sign * (pair(0) * 3600 + minutes * 60))
}
