//! What a column of text holds, judged by every one of its values.
//!
//! A reading (number style, order of the parts of a date) is kept only while all values allow it.
//! Codes stay text: any leading zero, any plus sign, any run of 16 or more digits, and columns
//! whose values all have the same 12 or more digits.

use chrono::{NaiveDate, NaiveTime};

use super::DecimalSign;
use crate::value::Kind;

/// How numbers are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberStyle {
    /// 1234.5
    Point,
    /// 1,234.5
    PointGrouped,
    /// 1234,5
    Comma,
    /// 1.234,5
    CommaGrouped,
}

/// Which part of a date stands first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateOrder {
    Year,
    Day,
    Month,
}

/// How the text of a column is to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    Text,
    Integer(NumberStyle),
    Decimal(NumberStyle),
    Flag,
    Date(DateOrder),
    Instant(DateOrder),
}

impl Reading {
    pub fn kind(self) -> Kind {
        match self {
            Reading::Text => Kind::Text,
            Reading::Integer(_) => Kind::Integer,
            Reading::Decimal(_) => Kind::Decimal,
            Reading::Flag => Kind::Flag,
            Reading::Date(_) => Kind::Date,
            Reading::Instant(_) => Kind::Instant,
        }
    }
}

const STYLES: [NumberStyle; 4] = [
    NumberStyle::Point,
    NumberStyle::PointGrouped,
    NumberStyle::Comma,
    NumberStyle::CommaGrouped,
];
const ORDERS: [DateOrder; 3] = [DateOrder::Year, DateOrder::Day, DateOrder::Month];

// One bit a reading: numbers in four styles, whole numbers in four styles, dates and instants in three orders.
const NUMBER: u32 = 1;
const WHOLE: u32 = 1 << 4;
const DATE: u32 = 1 << 8;
const INSTANT: u32 = 1 << 11;
const FLAG: u32 = 1 << 14;
const ALL_NUMBERS: u32 = 0b1111 * NUMBER;
const ALL_WHOLE: u32 = 0b1111 * WHOLE;
const PLAIN_DIGITS: u32 = ALL_NUMBERS | ALL_WHOLE;
/// More digits than this do not fit a 64-bit integer in every case.
const MOST_DIGITS: usize = 18;
/// From this many digits on a value is an identifier.
const ID_DIGITS: usize = 16;
/// A column of equally long digits is one of identifiers from this length on.
const EVEN_ID_DIGITS: usize = 12;

/// What all values of a column seen so far allow.
#[derive(Clone, Copy, Debug)]
pub struct Facts {
    readings: u32,
    n: u64,
    shortest: usize,
    longest: usize,
    only_digits: bool,
}

impl Default for Facts {
    fn default() -> Self {
        Facts {
            readings: u32::MAX,
            n: 0,
            shortest: usize::MAX,
            longest: 0,
            only_digits: true,
        }
    }
}

impl Facts {
    /// Of a column whose numbers can only be written with this sign before their decimals.
    pub fn with_sign(sign: Option<DecimalSign>) -> Facts {
        let styles = |styles: [NumberStyle; 2]| {
            let bits = styles.iter().fold(0, |bits, style| bits | 1 << *style as u32);
            (NUMBER | WHOLE) * bits
        };
        let fits = match sign {
            None => ALL_NUMBERS | ALL_WHOLE,
            Some(DecimalSign::Point) => styles([NumberStyle::Point, NumberStyle::PointGrouped]),
            Some(DecimalSign::Comma) => styles([NumberStyle::Comma, NumberStyle::CommaGrouped]),
        };
        Facts {
            readings: !(ALL_NUMBERS | ALL_WHOLE) | fits,
            ..Facts::default()
        }
    }

    /// Whether nothing but text is left, so that further values need not be looked at.
    pub fn is_text(&self) -> bool {
        self.readings == 0
    }

    /// Takes in a value; nothing and blanks are no value.
    pub fn see(&mut self, value: &[u8]) {
        if self.readings == 0 {
            return;
        }
        let value = value.trim_ascii();
        if value.is_empty() {
            return;
        }
        self.n += 1;
        if value.len() < ID_DIGITS && value.iter().all(u8::is_ascii_digit) {
            self.shortest = self.shortest.min(value.len());
            self.longest = self.longest.max(value.len());
            self.readings &= if value[0] == b'0' && value.len() > 1 {
                0
            } else {
                PLAIN_DIGITS
            };
            return;
        }
        self.only_digits = false;
        self.readings &= readings(value);
    }

    pub fn join(self, other: Facts) -> Facts {
        Facts {
            readings: self.readings & other.readings,
            n: self.n + other.n,
            shortest: self.shortest.min(other.shortest),
            longest: self.longest.max(other.longest),
            only_digits: self.only_digits && other.only_digits,
        }
    }

    /// The narrowest reading that fits every value.
    pub fn reading(&self) -> Reading {
        if self.n == 0 {
            return Reading::Text;
        }
        let ids =
            self.only_digits && self.n > 1 && self.shortest == self.longest && self.longest >= EVEN_ID_DIGITS;
        if !ids {
            for (at, style) in STYLES.into_iter().enumerate() {
                if self.readings & (NUMBER << at) != 0 {
                    let whole = self.readings & (WHOLE << at) != 0;
                    return if whole {
                        Reading::Integer(style)
                    } else {
                        Reading::Decimal(style)
                    };
                }
            }
        }
        for (at, order) in ORDERS.into_iter().enumerate() {
            if self.readings & (DATE << at) != 0 {
                return Reading::Date(order);
            }
        }
        for (at, order) in ORDERS.into_iter().enumerate() {
            if self.readings & (INSTANT << at) != 0 {
                return Reading::Instant(order);
            }
        }
        if self.readings & FLAG != 0 {
            return Reading::Flag;
        }
        Reading::Text
    }

    /// The reading of text that was text in its source (a cell, a JSON string): digits stay text there.
    pub fn reading_of_strings(&self) -> Reading {
        match self.reading() {
            Reading::Integer(_) | Reading::Decimal(_) | Reading::Flag => Reading::Text,
            other => other,
        }
    }
}

/// Whether a value looks like a number, for telling a header from data.
pub fn is_number(value: &[u8]) -> bool {
    let value = value.trim_ascii();
    value.first().is_some_and(|c| c.is_ascii_digit() || *c == b'-')
        && (value.iter().all(u8::is_ascii_digit) || readings(value) & ALL_NUMBERS != 0)
}

pub fn flag(value: &str) -> Option<bool> {
    let value = value.trim();
    if value.eq_ignore_ascii_case("true") {
        Some(true)
    } else if value.eq_ignore_ascii_case("false") {
        Some(false)
    } else {
        None
    }
}

pub fn integer(value: &str, style: NumberStyle) -> Option<i64> {
    let value = value.trim();
    let group = match style {
        NumberStyle::Point | NumberStyle::Comma => return value.parse().ok(),
        NumberStyle::PointGrouped => ',',
        NumberStyle::CommaGrouped => '.',
    };
    if value.contains(group) {
        value.replace(group, "").parse().ok()
    } else {
        value.parse().ok()
    }
}

pub fn decimal(value: &str, style: NumberStyle) -> Option<f64> {
    let value = value.trim();
    match style {
        NumberStyle::Point => value.parse().ok(),
        NumberStyle::PointGrouped => value.replace(',', "").parse().ok(),
        NumberStyle::Comma => value.replace(',', ".").parse().ok(),
        NumberStyle::CommaGrouped => value.replace('.', "").replace(',', ".").parse().ok(),
    }
}

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

fn readings(value: &[u8]) -> u32 {
    match value[0] {
        b'0'..=b'9' => numbers(value) | dates(value),
        b'-' | b'.' | b',' => numbers(value),
        _ if value.eq_ignore_ascii_case(b"true") || value.eq_ignore_ascii_case(b"false") => FLAG,
        _ => 0,
    }
}

fn numbers(value: &[u8]) -> u32 {
    let digits = value.strip_prefix(b"-").unwrap_or(value);
    let (mut n_digits, mut n_points, mut n_commas, mut exponent) = (0, 0, 0, None);
    let mut last = None;
    for (at, c) in digits.iter().enumerate() {
        match c {
            b'0'..=b'9' => n_digits += 1,
            b'.' => (n_points, last) = (n_points + 1, Some(b'.')),
            b',' => (n_commas, last) = (n_commas + 1, Some(b',')),
            b'e' | b'E' if n_digits > 0 => {
                exponent = Some(at);
                break;
            }
            _ => return 0,
        }
    }
    let zeros = digits.len() > 1 && digits[0] == b'0' && digits[1].is_ascii_digit();
    if n_digits == 0 || zeros {
        return 0;
    }
    if let Some(at) = exponent {
        let power = &digits[at + 1..];
        let power = power
            .strip_prefix(b"-")
            .or(power.strip_prefix(b"+"))
            .unwrap_or(power);
        let fine = n_commas == 0
            && n_points <= 1
            && !power.is_empty()
            && power.len() <= 3
            && power.iter().all(u8::is_ascii_digit);
        return if fine { NUMBER } else { 0 };
    }
    if n_points == 0 && n_commas == 0 {
        return if n_digits >= ID_DIGITS { 0 } else { PLAIN_DIGITS };
    }
    let bit = |style: NumberStyle| 1 << style as u32;
    let mut found = 0;
    if n_commas == 0 && n_points == 1 {
        found |= NUMBER * (bit(NumberStyle::Point) | bit(NumberStyle::PointGrouped));
    }
    if n_points == 0 && n_commas == 1 {
        found |= NUMBER * (bit(NumberStyle::Comma) | bit(NumberStyle::CommaGrouped));
    }
    let whole_fits = if n_digits <= MOST_DIGITS { WHOLE } else { 0 };
    if n_points == 0 && is_grouped(digits, b',') {
        found |= (NUMBER | whole_fits) * bit(NumberStyle::PointGrouped);
    }
    if n_commas == 0 && is_grouped(digits, b'.') {
        found |= (NUMBER | whole_fits) * bit(NumberStyle::CommaGrouped);
    }
    if n_points > 0 && n_commas > 0 {
        let (group, mark, n_marks, style) = match last {
            Some(b',') => (b'.', b',', n_commas, NumberStyle::CommaGrouped),
            _ => (b',', b'.', n_points, NumberStyle::PointGrouped),
        };
        let whole = digits.split(|c| *c == mark).next().unwrap_or_default();
        if n_marks == 1 && is_grouped(whole, group) {
            found |= NUMBER * bit(style);
        }
    }
    found
}

/// One to three digits, then groups of exactly three.
fn is_grouped(digits: &[u8], group: u8) -> bool {
    let mut parts = digits.split(|c| *c == group);
    let first = parts.next().unwrap_or_default();
    (1..=3).contains(&first.len()) && parts.all(|part| part.len() == 3) && digits.contains(&group)
}

fn dates(value: &[u8]) -> u32 {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(values: &[&str]) -> Reading {
        let mut facts = Facts::default();
        for value in values {
            facts.see(value.as_bytes());
        }
        facts.reading()
    }

    #[test]
    fn whole_numbers_are_integers_and_a_single_decimal_makes_them_decimals() {
        use NumberStyle::Point;
        assert_eq!(reading(&["1", "-20", "", "0"]), Reading::Integer(Point));
        assert_eq!(reading(&["1", "2.5", "1e-3"]), Reading::Decimal(Point));
        assert_eq!(reading(&["1", "many"]), Reading::Text);
        assert_eq!(reading(&["", " "]), Reading::Text);
    }

    #[test]
    fn a_sign_that_the_sender_names_decides_what_the_values_leave_open() {
        use NumberStyle::{CommaGrouped, Point, PointGrouped};
        let reading = |sign, values: &[&str]| {
            let mut facts = Facts::with_sign(sign);
            values.iter().for_each(|value| facts.see(value.as_bytes()));
            facts.reading()
        };
        // Twelve hundred, or one and a fifth: nobody can tell from the value.
        let open = ["1.200", "3.500"];
        assert_eq!(reading(None, &open), Reading::Decimal(Point));
        assert_eq!(
            reading(Some(DecimalSign::Comma), &open),
            Reading::Integer(CommaGrouped)
        );
        assert_eq!(
            reading(Some(DecimalSign::Point), &["1,200"]),
            Reading::Integer(PointGrouped)
        );
        // What does not fit the sign is no number, and dates are none of its business.
        assert_eq!(reading(Some(DecimalSign::Comma), &["1.25"]), Reading::Text);
        assert_eq!(
            reading(Some(DecimalSign::Comma), &["2026-11-21"]),
            Reading::Date(DateOrder::Year)
        );
    }

    #[test]
    fn codes_stay_text() {
        assert_eq!(reading(&["35", "07"]), Reading::Text);
        assert_eq!(reading(&["35.22.01", "35.22.02"]), Reading::Text);
        assert_eq!(reading(&["3522010101800001", "3522010101800002"]), Reading::Text);
        assert_eq!(reading(&["101004128563", "101004263976"]), Reading::Text);
        assert_eq!(reading(&["+628123456789"]), Reading::Text);
        assert_eq!(reading(&["1", "12345678901234567"]), Reading::Text);
    }

    #[test]
    fn large_amounts_of_different_length_are_numbers() {
        assert_eq!(
            reading(&["1500000000000", "250000", "99000000"]),
            Reading::Integer(NumberStyle::Point)
        );
    }

    #[test]
    fn decimal_commas_and_thousands_are_told_apart_by_the_whole_column() {
        use NumberStyle::*;
        assert_eq!(reading(&["1,5", "2"]), Reading::Decimal(Comma));
        assert_eq!(
            reading(&["1.234,56", "7,5", "12"]),
            Reading::Decimal(CommaGrouped)
        );
        assert_eq!(reading(&["1,234.56", "7.5"]), Reading::Decimal(PointGrouped));
        assert_eq!(
            reading(&["1.250.000", "12.500", "7"]),
            Reading::Integer(CommaGrouped)
        );
        assert_eq!(reading(&["1,250", "12,500"]), Reading::Integer(PointGrouped));
        assert_eq!(reading(&["1.25", "12.5"]), Reading::Decimal(Point));
        assert_eq!(reading(&["1.2.3", "1.2.4"]), Reading::Text);
    }

    #[test]
    fn numbers_are_read_in_their_style() {
        use NumberStyle::*;
        assert_eq!(decimal("1.234,56", CommaGrouped), Some(1234.56));
        assert_eq!(decimal("-0,5", Comma), Some(-0.5));
        assert_eq!(integer("1.250.000", CommaGrouped), Some(1_250_000));
        assert_eq!(integer(" 42 ", Point), Some(42));
    }

    #[test]
    fn local_dates_are_day_first_unless_the_column_says_otherwise() {
        assert_eq!(
            reading(&["2020-01-31", "1999-12-01"]),
            Reading::Date(DateOrder::Year)
        );
        assert_eq!(
            reading(&["01/02/2020", "03/04/2020"]),
            Reading::Date(DateOrder::Day)
        );
        assert_eq!(
            reading(&["01/31/2020", "03/04/2020"]),
            Reading::Date(DateOrder::Month)
        );
        assert_eq!(reading(&["31-01-2020"]), Reading::Date(DateOrder::Day));
        assert_eq!(reading(&["31/01/2020", "01/31/2020"]), Reading::Text);
        assert_eq!(reading(&["30/02/2020"]), Reading::Text);
    }

    #[test]
    fn dates_and_times_mixed_are_instants() {
        assert_eq!(
            reading(&["2022-01-17 11:20:00", "2022-01-18"]),
            Reading::Instant(DateOrder::Year)
        );
        let instants = [
            ("2022-01-17 11:20:00", DateOrder::Year),
            ("2022-01-17T18:20:00+07:00", DateOrder::Year),
            ("2022-01-17T11:20:00.000Z", DateOrder::Year),
            ("17/01/2022 11:20", DateOrder::Day),
            ("1/17/2022 11:20:00 AM", DateOrder::Month),
        ];
        for (text, order) in instants {
            assert_eq!(instant(text, order), Some(1_642_418_400_000_000), "{text}");
        }
        assert_eq!(
            instant("1/17/2022 12:05 PM", DateOrder::Month),
            Some(1_642_421_100_000_000)
        );
    }

    #[test]
    fn yes_and_no_stay_text_and_true_and_false_are_flags() {
        assert_eq!(reading(&["yes", "no"]), Reading::Text);
        assert_eq!(reading(&["true", "FALSE", ""]), Reading::Flag);
        assert_eq!(reading(&["0", "1"]), Reading::Integer(NumberStyle::Point));
    }
}
