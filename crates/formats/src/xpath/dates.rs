//! Dates, times and their arithmetic: ISO 8601 texts, days since 1970, `format-date`.

/// An instant as the person filling the form sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// Microseconds since 1970-01-01T00:00Z.
    pub micros: i64,
    /// Minutes that local time is ahead of UTC.
    pub offset_minutes: i32,
}

const DAY: i64 = 86_400_000;

impl Moment {
    /// Writes the local date: `2026-11-21`.
    pub fn date(self) -> String {
        write_date(self.local_millis().div_euclid(DAY))
    }

    /// Writes the local date and time with its offset: `2026-11-21T09:30:00.000+07:00`.
    pub fn date_time(self) -> String {
        let local = self.local_millis();
        let (hours, minutes) = (self.offset_minutes.abs() / 60, self.offset_minutes.abs() % 60);
        let sign = if self.offset_minutes < 0 { '-' } else { '+' };
        format!(
            "{}T{}{sign}{hours:02}:{minutes:02}",
            write_date(local.div_euclid(DAY)),
            write_time(local.rem_euclid(DAY))
        )
    }

    fn local_millis(self) -> i64 {
        self.micros.div_euclid(1000) + i64::from(self.offset_minutes) * 60_000
    }
}

/// Counts days from 1970-01-01 to a date of the proleptic Gregorian calendar (H. Hinnant's method).
pub fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let month = if shifted_month < 10 {
        shifted_month + 3
    } else {
        shifted_month - 9
    };
    (
        year_of_era + era * 400 + i64::from(month <= 2),
        month,
        day_of_year - (153 * shifted_month + 2) / 5 + 1,
    )
}

/// Tells whether a text is a date of the calendar: `2026-02-28`.
pub fn is_date(text: &str) -> bool {
    text.is_ascii() && text.len() == 10 && read_date(text).is_some()
}

/// Tells whether a text is a date with a time, the offset left to taste.
pub fn is_date_time(text: &str) -> bool {
    text.split_once('T')
        .is_some_and(|(date, time)| is_date(date) && is_time(time))
}

/// Tells whether a text is a time of day: `09:30`, `09:30:00.000+07:00`.
pub fn is_time(text: &str) -> bool {
    read_time(text).is_some()
}

/// Reads a date, date-time or time as days: local date plus local time of day.
///
/// A date-time keeps the wall clock it was written with, so that its whole days agree with its date.
pub(super) fn days(text: &str) -> Option<f64> {
    if !text.is_ascii() {
        return None;
    }
    if let Some((date, time)) = text.split_once('T') {
        return Some(to_f64(read_date(date)?) + fraction(read_time(time)?.0));
    }
    if text.len() == 10 && text.as_bytes()[4] == b'-' {
        return read_date(text).map(to_f64);
    }
    if matches!(text.as_bytes(), [_, _, b':', ..]) {
        return read_time(text).map(|(millis, _)| fraction(millis));
    }
    None
}

/// Reads a date-time as days since 1970 in UTC, for `decimal-date-time`; a plain date is local midnight.
pub(super) fn utc_days(text: &str, offset_minutes: i32) -> Option<f64> {
    let local = days(text.trim())?;
    let own = text
        .split_once('T')
        .and_then(|(_, time)| read_time(time))
        .and_then(|(_, offset)| offset);
    Some(local - f64::from(own.unwrap_or(offset_minutes)) / 1440.0)
}

/// Reads a date or date-time as days since 1970 by its own wall clock.
pub fn local_days(text: &str) -> Option<f64> {
    days(text.trim()).filter(|_| text.contains('-'))
}

/// Reads a date-time as microseconds since 1970-01-01T00:00Z; without an offset it is taken for UTC.
pub fn utc_micros(text: &str) -> Option<i64> {
    let (date, time) = text.trim().split_once('T').unwrap_or((text.trim(), "00:00Z"));
    if !date.is_ascii() || !time.is_ascii() {
        return None;
    }
    let (millis, offset) = read_time(time)?;
    Some((read_date(date)? * DAY + millis - i64::from(offset.unwrap_or(0)) * 60_000) * 1000)
}

/// Writes days since 1970 as a date.
pub(super) fn date_of(days: f64) -> Option<String> {
    (days.is_finite() && days.abs() < 1e8).then(|| write_date(to_i64(days.floor())))
}

/// Writes days since 1970 as a local date-time with an offset.
pub(super) fn date_time_of(days: f64, offset_minutes: i32) -> Option<String> {
    (days.is_finite() && days.abs() < 1e8).then(|| {
        Moment {
            micros: to_i64((days * 86_400_000.0).round()) * 1000 - i64::from(offset_minutes) * 60_000_000,
            offset_minutes,
        }
        .date_time()
    })
}

/// Fills a pattern of `%` codes from a date, date-time or number of days; `None` when it is not a date.
///
/// Codes: `%Y %y %m %n %b %B %d %e %H %h %M %S %3 %a %A %W %w` (ODK XForms, "format-date").
pub(super) fn format(text: &str, pattern: &str) -> Option<String> {
    let days = super::value::number(text);
    if !days.is_finite() || days.abs() > 1e8 {
        return None;
    }
    let whole = to_i64(days.floor());
    let (year, month, day) = civil(whole);
    let millis = to_i64(((days - days.floor()) * 86_400_000.0).round());
    let (hour, minute, second) = (millis / 3_600_000, millis / 60_000 % 60, millis / 1000 % 60);
    let weekday = usize::try_from((whole + 4).rem_euclid(7)).unwrap_or(0);
    let month_name = MONTHS[usize::try_from(month - 1).unwrap_or(0)];
    let mut out = String::new();
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        if c != '%' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('Y') => out += &format!("{year:04}"),
            Some('y') => out += &format!("{:02}", year.rem_euclid(100)),
            Some('m') => out += &format!("{month:02}"),
            Some('n') => out += &month.to_string(),
            Some('b') => out += &month_name[..3],
            Some('B') => out += month_name,
            Some('d') => out += &format!("{day:02}"),
            Some('e') => out += &day.to_string(),
            Some('H') => out += &format!("{hour:02}"),
            Some('h') => out += &hour.to_string(),
            Some('M') => out += &format!("{minute:02}"),
            Some('S') => out += &format!("{second:02}"),
            Some('3') => out += &format!("{:03}", millis % 1000),
            Some('a') => out += &WEEKDAYS[weekday][..3],
            Some('A') => out += WEEKDAYS[weekday],
            Some('w') => out += &weekday.to_string(),
            Some('W') => out += &format!("{:02}", iso_week(whole)),
            Some('%') => out.push('%'),
            Some(other) => {
                out.push('%');
                out.push(other);
            }
            None => out.push('%'),
        }
    }
    Some(out)
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const WEEKDAYS: [&str; 7] = [
    "Sunday",
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
];

/// Week of the year by ISO 8601: week 1 holds the first Thursday.
fn iso_week(days: i64) -> i64 {
    let thursday = days - (days + 3).rem_euclid(7) + 3;
    let (year, _, _) = civil(thursday);
    (thursday - days_from_civil(year, 1, 1)) / 7 + 1
}

fn read_date(text: &str) -> Option<i64> {
    let mut parts = text.splitn(3, '-').map(whole_number);
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    let days = days_from_civil(year, month, day);
    ((1..=12).contains(&month) && (1..=31).contains(&day) && civil(days) == (year, month, day))
        .then_some(days)
}

/// Reads a time of day in milliseconds, and the offset in minutes if one is written.
fn read_time(text: &str) -> Option<(i64, Option<i32>)> {
    let zone_at = text.find(['Z', '+', '-']).unwrap_or(text.len());
    let (clock, zone) = text.split_at(zone_at);
    let mut parts = clock.splitn(3, ':');
    let (hour, minute) = (whole_number(parts.next()?)?, whole_number(parts.next()?)?);
    let (mut second, mut millis) = (0, 0);
    if let Some(rest) = parts.next() {
        let (whole, fraction) = rest.split_once('.').unwrap_or((rest, "0"));
        second = whole_number(whole)?;
        if fraction.is_empty() || !fraction.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        millis = whole_number(&format!("{fraction:0<3}")[..3])?;
    }
    let offset = match zone {
        "" => None,
        "Z" => Some(0),
        zone => {
            let digits: String = zone[1..].chars().filter(|&c| c != ':').collect();
            let minutes = match digits.len() {
                2 => whole_number(&digits)? * 60,
                4 => whole_number(&digits[..2])? * 60 + whole_number(&digits[2..])?,
                _ => return None,
            };
            let minutes = i32::try_from(minutes).ok()?;
            Some(if zone.starts_with('-') { -minutes } else { minutes })
        }
    };
    (hour < 24 && minute < 60 && second < 61)
        .then_some((((hour * 60 + minute) * 60 + second) * 1000 + millis, offset))
}

fn whole_number(text: &str) -> Option<i64> {
    (!text.is_empty() && text.len() <= 9 && text.bytes().all(|b| b.is_ascii_digit()))
        .then(|| text.parse().ok())?
}

fn write_date(days: i64) -> String {
    let (year, month, day) = civil(days);
    format!("{year:04}-{month:02}-{day:02}")
}

fn write_time(millis: i64) -> String {
    format!(
        "{:02}:{:02}:{:02}.{:03}",
        millis / 3_600_000,
        millis / 60_000 % 60,
        millis / 1000 % 60,
        millis % 1000
    )
}

fn fraction(millis: i64) -> f64 {
    to_f64(millis) / to_f64(DAY)
}

#[allow(clippy::cast_precision_loss)]
fn to_f64(n: i64) -> f64 {
    n as f64
}

#[allow(clippy::cast_possible_truncation)]
fn to_i64(n: f64) -> i64 {
    n as i64
}
