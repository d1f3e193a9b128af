//! Moments as RFC 3339 writes them, to the nanosecond, and what days lie between.

/// Seconds since 1970 and nanoseconds of the second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Instant {
    pub seconds: i64,
    nanos: i64,
}

impl Instant {
    /// Whole days from another moment to this one, towards nothing.
    pub fn days_since(self, other: Self) -> i64 {
        let mut seconds = self.seconds - other.seconds;
        let nanos = self.nanos - other.nanos;
        if seconds > 0 && nanos < 0 {
            seconds -= 1;
        } else if seconds < 0 && nanos > 0 {
            seconds += 1;
        }
        seconds / 86_400
    }
}

/// Reads `2024-01-31T09:00:00Z` and its kin; nothing where it is not exactly that.
pub(super) fn instant(text: &[u8]) -> Option<Instant> {
    let two = |at: usize| number(text.get(at..at + 2)?);
    let at = |place: usize, of: &[u8]| text.get(place).is_some_and(|byte| of.contains(byte));
    let year = number(text.get(..4)?)?;
    if !(at(4, b"-") && at(7, b"-") && at(10, b"Tt ") && at(13, b":") && at(16, b":")) {
        return None;
    }
    let (month, day) = (two(5)?, two(8)?);
    let (hour, minute, second) = (two(11)?, two(14)?, two(17)?);
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let mut end = 19;
    let mut nanos = 0;
    if at(end, b".") {
        let digits = text[end + 1..].iter().take_while(|b| b.is_ascii_digit()).count();
        if digits == 0 {
            return None;
        }
        for place in 0..9 {
            let digit = text.get(end + 1 + place).filter(|_| place < digits);
            nanos = nanos * 10 + digit.map_or(0, |digit| i64::from(digit - b'0'));
        }
        end += 1 + digits;
    }
    let offset = match text.get(end..)? {
        b"Z" | b"z" => 0,
        [sign @ (b'+' | b'-'), _, _, b':', _, _] => {
            let (hours, minutes) = (two(end + 1)?, two(end + 4)?);
            if hours > 23 || minutes > 59 {
                return None;
            }
            let seconds = hours * 3600 + minutes * 60;
            if *sign == b'-' { -seconds } else { seconds }
        }
        _ => return None,
    };
    let days = civil(year, month, day)?;
    Some(Instant {
        seconds: days * 86_400 + hour * 3600 + minute * 60 + second - offset,
        nanos,
    })
}

/// As [`instant`], or a day alone as its beginning.
pub(super) fn moment(text: &str) -> Option<Instant> {
    instant(text.as_bytes()).or_else(|| {
        let bytes = text.as_bytes();
        if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
            return None;
        }
        let days = civil(number(&bytes[..4])?, number(&bytes[5..7])?, number(&bytes[8..])?)?;
        Some(Instant {
            seconds: days * 86_400,
            nanos: 0,
        })
    })
}

fn number(digits: &[u8]) -> Option<i64> {
    digits.iter().try_fold(0, |sum, byte| {
        byte.is_ascii_digit().then(|| sum * 10 + i64::from(byte - b'0'))
    })
}

/// Days since 1970-01-01 of a date of the Gregorian calendar; nothing where there is no such day.
fn civil(year: i64, month: i64, day: i64) -> Option<i64> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let longest = match month {
        4 | 6 | 9 | 11 => 30,
        2 => 28 + i64::from(leap),
        1..=12 => 31,
        _ => return None,
    };
    if !(1..=longest).contains(&day) {
        return None;
    }
    // The year begins in March, so that the day put in stands at its end.
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let leaps = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    Some(year * 365 + leaps + (month * 153 + 2) / 5 + day - 1 - 719_468)
}
