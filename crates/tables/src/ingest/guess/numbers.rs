//! Numbers: which styles a value allows, and what it then says.

use super::{ALL_NUMBERS, ID_DIGITS, MOST_DIGITS, NUMBER, NumberStyle, PLAIN_DIGITS, WHOLE};

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

/// Whether text is a number in some style; blanks around it do not count.
pub fn is_written(value: &[u8]) -> bool {
    styles(value.trim_ascii()) & ALL_NUMBERS != 0
}

/// The styles in which a value is a number, and in which a whole one.
pub(super) fn styles(value: &[u8]) -> u32 {
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

/// One to three digits, of which the first is no zero, then groups of exactly three.
fn is_grouped(digits: &[u8], group: u8) -> bool {
    let mut parts = digits.split(|c| *c == group);
    let first = parts.next().unwrap_or_default();
    (1..=3).contains(&first.len())
        && !first.starts_with(b"0")
        && parts.all(|part| part.len() == 3)
        && digits.contains(&group)
}
