//! Text in UTF-16, as some spreadsheet programs save it, with or without a mark at its start.

use std::io::{Read, Write};

use super::doubts::Doubt;

/// Bytes of a file's start that show how its text is written.
pub const START: u64 = 4096;
/// Bytes that are turned into UTF-8 at a time; an even number.
const CHUNK: u64 = 1 << 16;

/// Which byte of a unit stands first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    Little,
    Big,
}

impl Order {
    /// Judges the start of a file of text: by its mark, or else by the zeros that letters and signs of ASCII have in UTF-16.
    pub fn of(start: &[u8]) -> Option<Order> {
        match start {
            [0xff, 0xfe, ..] => return Some(Order::Little),
            [0xfe, 0xff, ..] => return Some(Order::Big),
            _ => {}
        }
        let (pairs, _) = start.as_chunks::<2>();
        let n_first = pairs.iter().filter(|pair| pair[0] == 0).count();
        let n_second = pairs.iter().filter(|pair| pair[1] == 0).count();
        let order = match (n_first, n_second) {
            (0, _) => Order::Little,
            (_, 0) => Order::Big,
            _ => return None,
        };
        // In other scripts at least blanks, digits, delimiters and ends of lines are of ASCII.
        let n_zeros = n_first + n_second;
        let looks_so = n_zeros >= 2 && n_zeros * 5 >= pairs.len() && order.is_text(pairs);
        looks_so.then_some(order)
    }

    fn unit(self, pair: [u8; 2]) -> u16 {
        match self {
            Order::Little => u16::from_le_bytes(pair),
            Order::Big => u16::from_be_bytes(pair),
        }
    }

    /// Whether there are no control characters but those of lines and columns; the last unit may be half a character.
    fn is_text(self, pairs: &[[u8; 2]]) -> bool {
        let n_whole = pairs.len().saturating_sub(1);
        let units = pairs[..n_whole].iter().map(|pair| self.unit(*pair));
        char::decode_utf16(units)
            .flatten()
            .all(|c| !c.is_control() || matches!(c, '\t' | '\r' | '\n'))
    }
}

/// What could not be turned into UTF-8.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Broken {
    /// Halves of characters without the other half, which became U+FFFD.
    n_halves: u64,
    /// The line of the first of them.
    line: u64,
    /// The line of a last byte without the other one of its unit.
    cut_at: Option<u64>,
}

impl Broken {
    pub fn doubts(&self) -> Vec<Doubt> {
        let halves = (self.n_halves > 0).then(|| Doubt {
            line: self.line,
            column: None,
            reason: format!(
                "what is broken in the file's UTF-16 stands as \u{fffd}, from this line on {} times; save the file as UTF-8",
                self.n_halves
            ),
            value: char::REPLACEMENT_CHARACTER.to_string(),
        });
        let cut = self.cut_at.map(|line| Doubt {
            line,
            column: None,
            reason: "the file ends in the middle of a character; check that it arrived completely".into(),
            value: String::new(),
        });
        halves.into_iter().chain(cut).collect()
    }
}

/// Writes text as UTF-8 without the mark at its start.
pub fn to_utf8(mut text: impl Read, order: Order, written: &mut impl Write) -> std::io::Result<Broken> {
    let mut decoder = Decoder {
        line: 1,
        ..Decoder::default()
    };
    let mut bytes = Vec::new();
    let mut is_start = true;
    loop {
        bytes.clear();
        text.by_ref().take(CHUNK).read_to_end(&mut bytes)?;
        let (pairs, rest) = bytes.as_chunks::<2>();
        for pair in pairs {
            let unit = order.unit(*pair);
            if !(is_start && unit == 0xfeff) {
                decoder.take(unit);
            }
            is_start = false;
        }
        if (bytes.len() as u64) < CHUNK {
            decoder.end(!rest.is_empty());
            written.write_all(decoder.text.as_bytes())?;
            return Ok(decoder.broken);
        }
        written.write_all(decoder.text.as_bytes())?;
        decoder.text.clear();
    }
}

#[derive(Default)]
struct Decoder {
    text: String,
    line: u64,
    /// The first half of a character, which waits for the second.
    half: Option<u16>,
    broken: Broken,
}

impl Decoder {
    fn take(&mut self, unit: u16) {
        if let Some(first) = self.half.take() {
            if let Some(Ok(c)) = char::decode_utf16([first, unit]).next() {
                self.text.push(c);
                return;
            }
            self.replace();
        }
        match unit {
            0xd800..=0xdbff => self.half = Some(unit),
            _ => match char::from_u32(u32::from(unit)) {
                Some(c) => {
                    self.text.push(c);
                    self.line += u64::from(c == '\n');
                }
                None => self.replace(),
            },
        }
    }

    fn replace(&mut self) {
        self.text.push(char::REPLACEMENT_CHARACTER);
        if self.broken.n_halves == 0 {
            self.broken.line = self.line;
        }
        self.broken.n_halves += 1;
    }

    fn end(&mut self, is_cut: bool) {
        if self.half.take().is_some() {
            self.replace();
        }
        self.broken.cut_at = is_cut.then_some(self.line);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(units: &[u16], rest: &[u8]) -> (String, Broken) {
        let mut bytes: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
        bytes.extend(rest);
        let mut text = Vec::new();
        let broken = to_utf8(bytes.as_slice(), Order::Little, &mut text).expect("read");
        (String::from_utf8(text).expect("UTF-8"), broken)
    }

    fn units(text: &str) -> Vec<u16> {
        text.encode_utf16().collect()
    }

    #[test]
    fn text_of_any_length_comes_back_as_it_was() {
        for n in [0, 1, 32_766, 32_767, 32_768, 70_000] {
            let text = format!("{}😀\nŐr", "x".repeat(n));
            assert_eq!(read(&units(&text), &[]), (text, Broken::default()), "{n}");
        }
        assert_eq!(read(&units("\u{feff}a\u{feff}"), &[]).0, "a\u{feff}");
    }

    #[test]
    fn broken_characters_and_a_last_byte_are_told() {
        let (text, broken) = read(&[0x61, 0x0a, 0xdc00, 0xd83d, 0x62, 0xd83d], &[0x63]);
        assert_eq!(text, "a\n\u{fffd}\u{fffd}b\u{fffd}");
        assert_eq!((broken.n_halves, broken.line, broken.cut_at), (3, 2, Some(2)));
        assert_eq!(broken.doubts().len(), 2);
    }

    #[test]
    fn the_order_is_seen_without_a_mark() {
        let little =
            |text: &str| -> Vec<u8> { units(text).iter().flat_map(|unit| unit.to_le_bytes()).collect() };
        let big =
            |text: &str| -> Vec<u8> { units(text).iter().flat_map(|unit| unit.to_be_bytes()).collect() };
        for text in ["a,b\n1,2\n", "ауыл;халық саны\nТараз;12\n"] {
            assert_eq!(Order::of(&little(text)), Some(Order::Little), "{text}");
            assert_eq!(Order::of(&big(text)), Some(Order::Big), "{text}");
        }
        for other in [
            &b"a,b\n1,2\n"[..],
            b"1,a\0b\n",
            b"\x89PNG\r\n\0\0\0\0\0\0",
            b"\x01\0\x02\0\x03\0\x04\0",
            b"",
        ] {
            assert_eq!(Order::of(other), None, "{other:?}");
        }
    }
}
