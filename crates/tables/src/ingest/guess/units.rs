//! Numbers with a unit beside them: a currency before, a word or a per cent sign behind.

use super::{NumberStyle, numbers};

/// Signs and short names of currencies as they stand before an amount; a longer one before its own beginning.
const HEADS: [&str; 17] = [
    "Rp.", "Rp", "IDR", "US$", "USD", "$", "EUR", "€", "GBP", "£", "INR", "₹", "Rs.", "Rs", "KSh", "KZT", "₸",
];
/// Bytes of the longest unit, head and tail together.
const LONGEST: usize = 16;

/// What stands before and behind a number, without blanks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unit {
    bytes: [u8; LONGEST],
    n_head: u8,
    n_tail: u8,
}

impl Unit {
    fn new(head: &[u8], tail: &[u8]) -> Option<Unit> {
        let mut bytes = [0; LONGEST];
        bytes.get_mut(..head.len())?.copy_from_slice(head);
        let rest = bytes.get_mut(head.len()..head.len() + tail.len())?;
        rest.copy_from_slice(tail);
        Some(Unit {
            bytes,
            n_head: head.len() as u8,
            n_tail: tail.len() as u8,
        })
    }

    pub fn has_head(&self) -> bool {
        self.n_head > 0
    }

    /// The unit as a reader sees it, such as `M`, `%` or `Rp M`; `decode` turns bytes of the file into text.
    pub fn text(&self, decode: impl Fn(&[u8]) -> String) -> String {
        let (head, rest) = self.bytes.split_at(usize::from(self.n_head));
        let tail = &rest[..usize::from(self.n_tail)];
        let blank = if head.is_empty() || tail.is_empty() {
            ""
        } else {
            " "
        };
        format!("{}{blank}{}", decode(head), decode(tail))
    }
}

/// A value taken apart.
pub struct Parts<'a> {
    pub number: &'a [u8],
    pub unit: Unit,
    /// Whether the sign stands before the head: `-Rp 5`.
    is_negative: bool,
}

/// Takes a value apart that has a unit, which begins and ends without blanks; none where there is no unit or no digit.
pub fn part(value: &[u8]) -> Option<Parts<'_>> {
    let unsigned = value.strip_prefix(b"-").unwrap_or(value);
    let head = HEADS
        .iter()
        .find(|head| unsigned.starts_with(head.as_bytes()))
        .map(|head| head.as_bytes())
        .unwrap_or_default();
    // Without a head the sign is the number's own.
    let is_negative = !head.is_empty() && unsigned.len() < value.len();
    let rest = if head.is_empty() {
        value
    } else {
        after_blanks(&unsigned[head.len()..])
    };
    let n_sign = usize::from(rest.starts_with(b"-"));
    let n_digits = rest[n_sign..]
        .iter()
        .take_while(|c| c.is_ascii_digit() || matches!(c, b'.' | b','))
        .count();
    let (number, behind) = rest.split_at(n_sign + n_digits);
    let is_whole_number = number.get(n_sign).is_some_and(u8::is_ascii_digit)
        && number.last().is_some_and(u8::is_ascii_digit)
        && !(is_negative && n_sign > 0);
    if !is_whole_number {
        return None;
    }
    let tail = after_blanks(behind);
    let has_blank = tail.len() < behind.len();
    let fits = match tail {
        [] => !head.is_empty(),
        [b'%'] => true,
        [first, rest @ ..] => has_blank && is_letter(first) && rest.iter().all(is_part_of_word),
    };
    let unit = Unit::new(head, tail).filter(|_| fits)?;
    Some(Parts {
        number,
        unit,
        is_negative,
    })
}

/// The number of a value with a unit.
pub fn measure(value: &str, style: NumberStyle) -> Option<f64> {
    let parts = part(value.trim().as_bytes())?;
    let number = numbers::decimal(std::str::from_utf8(parts.number).ok()?, style)?;
    Some(if parts.is_negative { -number } else { number })
}

/// Blanks, and those that do not break a line, in UTF-8 and in Windows-1252.
fn after_blanks(mut value: &[u8]) -> &[u8] {
    const BLANKS: [&[u8]; 5] = [b" ", b"\t", b"\xc2\xa0", b"\xe2\x80\xaf", b"\xa0"];
    while let Some(rest) = BLANKS.iter().find_map(|blank| value.strip_prefix(*blank)) {
        value = rest;
    }
    value
}

/// Whether a byte is a letter, or a part of one beyond ASCII in whatever encoding.
fn is_letter(byte: &u8) -> bool {
    byte.is_ascii_alphabetic() || !byte.is_ascii()
}

fn is_part_of_word(byte: &u8) -> bool {
    is_letter(byte) || byte.is_ascii_digit() || matches!(byte, b'.' | b'/' | b'%' | b'$')
}
