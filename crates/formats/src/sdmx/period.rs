//! Periods: years, half-years, trimesters, quarters, months, days.

/// The first and the last day of a period, as numbers that have the order of days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    pub first: i32,
    pub last: i32,
    /// Its code in `CL_FREQ`.
    pub frequency: &'static str,
}

impl Span {
    /// Reads a period as SDMX writes it: `2026`, `2026-S1`, `2026-T2`, `2026-Q3`, `2026-07`, `2026-M07`, `2026-07-15`, with a time of
    /// day or without; `None` for anything else, weeks included.
    #[must_use]
    pub fn parse(text: &str) -> Option<Span> {
        let (year, rest) = text.split_at_checked(4)?;
        let year: i32 = digits(year)?;
        if rest.is_empty() {
            return Some(months(year, 1, 12, "A"));
        }
        let rest = rest.strip_prefix('-')?;
        let part = |letter: char| rest.strip_prefix(letter).and_then(digits);
        let of = |n: i32, length: i32, frequency: &'static str| {
            (1..=12 / length)
                .contains(&n)
                .then(|| months(year, (n - 1) * length + 1, length, frequency))
        };
        if let Some(n) = part('A') {
            return of(n, 12, "A");
        }
        if let Some(n) = part('S') {
            return of(n, 6, "S");
        }
        if let Some(n) = part('T') {
            return of(n, 4, "T");
        }
        if let Some(n) = part('Q') {
            return of(n, 3, "Q");
        }
        if let Some(n) = part('M') {
            return of(n, 1, "M");
        }
        let (month, day) = match rest.split_once('-') {
            Some((month, day)) => (month, Some(day.split('T').next().unwrap_or(day))),
            None => (rest, None),
        };
        let month = two_digits(month).filter(|month| (1..=12).contains(month))?;
        let Some(day) = day else {
            return Some(months(year, month, 1, "M"));
        };
        let day = two_digits(day).filter(|day| (1..=31).contains(day))?;
        let at = ordinal(year, month, day);
        Some(Span {
            first: at,
            last: at,
            frequency: "D",
        })
    }
}

fn months(year: i32, from: i32, length: i32, frequency: &'static str) -> Span {
    Span {
        first: ordinal(year, from, 1),
        last: ordinal(year, from + length - 1, 31),
        frequency,
    }
}

/// Months of 31 days each: all that matters is the order.
fn ordinal(year: i32, month: i32, day: i32) -> i32 {
    (year * 12 + month - 1) * 31 + day - 1
}

fn digits(text: &str) -> Option<i32> {
    let is_number = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|_| is_number)
}

fn two_digits(text: &str) -> Option<i32> {
    digits(text).filter(|_| text.len() == 2)
}
