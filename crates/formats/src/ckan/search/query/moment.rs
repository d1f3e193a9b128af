//! Moments as Solr writes them: `2020-07-14T12:13:20Z`, `NOW-7DAYS/DAY`.

use crate::ckan::instant::{FIRST, Instant, LAST, civil, midnight};

const SECOND: i64 = 1_000_000;
const DAY: i64 = 86_400 * SECOND;

/// What a text means, first and last microsecond since 1970 UTC. `NOW` and full moments are one microsecond; a day, a month
/// or a year that is written without the rest is all of it, where Solr knows only moments.
pub fn read(text: &str, now: i64) -> Option<(i64, i64)> {
    let text = text.trim();
    let (mut span, mut rest) = match text.strip_prefix("NOW") {
        Some(rest) => ((now, now), rest),
        None => {
            let end = text.find(['Z', 'z']).map_or(text.len(), |at| at + 1);
            (written(&text[..end])?, &text[end..])
        }
    };
    let mut steps = 0;
    while let Some(sign) = rest.chars().next() {
        steps += 1;
        // Nobody means so many, and each may be costly.
        if steps > 16 {
            return None;
        }
        rest = rest.get(1..)?;
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let letters = rest[digits..].bytes().take_while(u8::is_ascii_alphabetic).count();
        let unit = Unit::read(&rest[digits..digits + letters])?;
        let at = match sign {
            '/' if digits == 0 => floor(span.0, unit)?,
            '+' | '-' if (1..=6).contains(&digits) => {
                let n: i64 = rest[..digits].parse().ok()?;
                shift(span.0, if sign == '-' { -n } else { n }, unit)?
            }
            _ => return None,
        };
        span = (at, at);
        rest = &rest[digits + letters..];
    }
    Some(span)
}

#[derive(Clone, Copy)]
enum Unit {
    Year,
    Month,
    /// Microseconds.
    Fixed(i64),
}

impl Unit {
    fn read(word: &str) -> Option<Unit> {
        Some(match word {
            "YEAR" | "YEARS" => Unit::Year,
            "MONTH" | "MONTHS" => Unit::Month,
            "DAY" | "DAYS" | "DATE" => Unit::Fixed(DAY),
            "HOUR" | "HOURS" => Unit::Fixed(3_600 * SECOND),
            "MINUTE" | "MINUTES" => Unit::Fixed(60 * SECOND),
            "SECOND" | "SECONDS" => Unit::Fixed(SECOND),
            "MILLI" | "MILLIS" | "MILLISECOND" | "MILLISECONDS" => Unit::Fixed(1_000),
            _ => return None,
        })
    }
}

fn written(text: &str) -> Option<(i64, i64)> {
    let number = |text: &str, length: usize| -> Option<i64> {
        let is_number = text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| text.parse().ok())?
    };
    if let Some(year) = number(text, 4) {
        return Some((midnight(year, 1, 1)?, year_end(year)?));
    }
    if let Some((year, month)) = text.split_once('-')
        && let (Some(year), Some(month)) = (number(year, 4), number(month, 2))
    {
        let start = midnight(year, month, 1)?;
        return Some((start, shift(start, 1, Unit::Month)? - 1));
    }
    let start = Instant::read(text)?.0;
    let is_day = text.len() <= 10;
    Some((start, if is_day { start + DAY - 1 } else { start }))
}

fn year_end(year: i64) -> Option<i64> {
    Some(midnight(year, 12, 31)? + DAY - 1)
}

fn floor(micros: i64, unit: Unit) -> Option<i64> {
    let (year, month, _) = civil(micros);
    match unit {
        Unit::Year => midnight(year, 1, 1),
        Unit::Month => midnight(year, month, 1),
        Unit::Fixed(length) => Some(micros - micros.rem_euclid(length)),
    }
}

/// Moves a moment; a day that the month does not have becomes its last.
fn shift(micros: i64, n: i64, unit: Unit) -> Option<i64> {
    let months = match unit {
        Unit::Year => n.checked_mul(12)?,
        Unit::Month => n,
        Unit::Fixed(length) => return micros.checked_add(n.checked_mul(length)?).filter(is_dated),
    };
    let (year, month, day) = civil(micros);
    let months = (year * 12 + month - 1).checked_add(months)?;
    let (year, month) = (months.div_euclid(12), months.rem_euclid(12) + 1);
    let date = (28..=31)
        .rev()
        .find(|last| midnight(year, month, *last).is_some())
        .and_then(|last| midnight(year, month, day.min(last)))?;
    Some(date + micros.rem_euclid(DAY))
}

/// Whether it is of the years 1 to 9999.
fn is_dated(micros: &i64) -> bool {
    (FIRST..=LAST).contains(micros)
}
