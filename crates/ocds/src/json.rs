//! A forward reader of JSON over bytes that checks everything and builds nothing.
//!
//! Reading a release for its red flags looks at perhaps a twentieth of its bytes; the rest is stepped over, checked for being JSON
//! and forgotten. What is kept is kept as [`Text`], a span of the line, so that the same vectors serve every line.

use std::borrow::Cow;

/// Why bytes are not (acceptable) JSON, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Bad {
    /// Offset in the bytes.
    pub at: usize,
    pub why: Why,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Why {
    Ended,
    Unexpected,
    Depth,
    Number,
    Escape,
    Control,
    Nul,
    Trailing,
}

/// A string of the document by its place, without its quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Text {
    start: u32,
    end: u32,
    escaped: bool,
}

impl Text {
    /// The string's bytes, its escapes resolved.
    pub fn of(self, bytes: &[u8]) -> Cow<'_, [u8]> {
        let raw = &bytes[self.start as usize..self.end as usize];
        if self.escaped {
            Cow::Owned(unescape(raw))
        } else {
            Cow::Borrowed(raw)
        }
    }
}

/// What numbers are let through besides what the grammar says.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rules {
    /// Values within values.
    pub depth: u32,
    /// Digits and signs of one number; longer ones and those beyond a double are refused.
    pub number: Option<usize>,
    /// Whether `\u0000` is refused.
    pub refuse_nul: bool,
}

pub(crate) struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
    left: u32,
    rules: Rules,
}

type Step = Result<(), Bad>;

impl<'a> Cursor<'a> {
    /// Starts at the first byte. Documents of 4 GB and more are not for this reader.
    pub fn new(bytes: &'a [u8], rules: Rules) -> Self {
        Self {
            bytes,
            at: 0,
            left: rules.depth,
            rules,
        }
    }

    pub fn at(&self) -> usize {
        self.at
    }

    fn bad<T>(&self, why: Why) -> Result<T, Bad> {
        Err(Bad { at: self.at, why })
    }

    /// The next byte that is no white space, without taking it.
    #[inline]
    pub fn peek(&mut self) -> Result<u8, Bad> {
        loop {
            match self.bytes.get(self.at) {
                Some(b' ' | b'\t' | b'\n' | b'\r') => self.at += 1,
                Some(&byte) => return Ok(byte),
                None => return self.bad(Why::Ended),
            }
        }
    }

    /// Nothing but white space may follow.
    pub fn end(&mut self) -> Step {
        match self.peek() {
            Err(_) => Ok(()),
            Ok(_) => self.bad(Why::Trailing),
        }
    }

    fn enter(&mut self) -> Step {
        if self.left == 0 {
            return self.bad(Why::Depth);
        }
        self.left -= 1;
        self.at += 1;
        Ok(())
    }

    fn leave(&mut self) {
        self.left += 1;
        self.at += 1;
    }

    /// Calls `each` with every key of the object that starts here; `each` takes the value.
    #[inline]
    pub fn object(&mut self, mut each: impl FnMut(&mut Self, &[u8]) -> Step) -> Step {
        self.enter()?;
        if self.peek()? == b'}' {
            self.leave();
            return Ok(());
        }
        loop {
            if self.peek()? != b'"' {
                return self.bad(Why::Unexpected);
            }
            let key = self.text()?;
            if self.peek()? != b':' {
                return self.bad(Why::Unexpected);
            }
            self.at += 1;
            let bytes = self.bytes;
            if key.escaped {
                each(self, &key.of(bytes))?;
            } else {
                each(self, &bytes[key.start as usize..key.end as usize])?;
            }
            match self.peek()? {
                b',' => self.at += 1,
                b'}' => {
                    self.leave();
                    return Ok(());
                }
                _ => return self.bad(Why::Unexpected),
            }
        }
    }

    /// Calls `each` at every element of the array that starts here; `each` takes the value.
    #[inline]
    pub fn array(&mut self, mut each: impl FnMut(&mut Self) -> Step) -> Step {
        self.enter()?;
        if self.peek()? == b']' {
            self.leave();
            return Ok(());
        }
        loop {
            each(self)?;
            match self.peek()? {
                b',' => self.at += 1,
                b']' => {
                    self.leave();
                    return Ok(());
                }
                _ => return self.bad(Why::Unexpected),
            }
        }
    }

    /// Steps over one value, checking it.
    pub fn skip(&mut self) -> Step {
        match self.peek()? {
            b'"' => self.text().map(drop),
            b'{' => self.object(|cursor, _| cursor.skip()),
            b'[' => self.array(Self::skip),
            b't' => self.word(b"true"),
            b'f' => self.word(b"false"),
            b'n' => self.word(b"null"),
            _ => self.number().map(drop),
        }
    }

    fn word(&mut self, word: &[u8]) -> Step {
        if self.bytes[self.at..].starts_with(word) {
            self.at += word.len();
            return Ok(());
        }
        self.bad(if word.starts_with(&self.bytes[self.at..]) {
            Why::Ended
        } else {
            Why::Unexpected
        })
    }

    fn digits(&mut self) -> usize {
        let from = self.at;
        while self.bytes.get(self.at).is_some_and(u8::is_ascii_digit) {
            self.at += 1;
        }
        self.at - from
    }

    /// A number, as it is written.
    pub fn number(&mut self) -> Result<&'a str, Bad> {
        self.peek()?;
        let from = self.at;
        if self.bytes[self.at] == b'-' {
            self.at += 1;
        }
        let leading_zero = self.bytes.get(self.at) == Some(&b'0');
        let whole = self.digits();
        if whole == 0 || (leading_zero && whole > 1) {
            return self.bad(if self.at == self.bytes.len() {
                Why::Ended
            } else {
                Why::Unexpected
            });
        }
        let mut plain = true;
        if self.bytes.get(self.at) == Some(&b'.') {
            self.at += 1;
            if self.digits() == 0 {
                return self.bad(Why::Unexpected);
            }
        }
        if matches!(self.bytes.get(self.at), Some(b'e' | b'E')) {
            plain = false;
            self.at += 1;
            if matches!(self.bytes.get(self.at), Some(b'+' | b'-')) {
                self.at += 1;
            }
            if self.digits() == 0 {
                return self.bad(Why::Unexpected);
            }
        }
        // Digits, signs, a point and an exponent: ASCII, hence text.
        let written = std::str::from_utf8(&self.bytes[from..self.at]).unwrap_or_default();
        if let Some(longest) = self.rules.number
            && (written.len() > longest || (!plain && !written.parse().is_ok_and(f64::is_finite)))
        {
            return Err(Bad {
                at: from,
                why: Why::Number,
            });
        }
        Ok(written)
    }

    /// A string; the cursor stands at its opening quote.
    #[inline]
    pub fn text(&mut self) -> Result<Text, Bad> {
        let start = self.at + 1;
        let mut at = start;
        let mut escaped = false;
        loop {
            at = special(self.bytes, at);
            match self.bytes.get(at) {
                Some(b'"') => {
                    self.at = at + 1;
                    return Ok(Text {
                        start: start as u32,
                        end: at as u32,
                        escaped,
                    });
                }
                Some(b'\\') => {
                    escaped = true;
                    self.at = at;
                    at = self.escape()?;
                }
                Some(_) => {
                    self.at = at;
                    return self.bad(Why::Control);
                }
                None => {
                    self.at = at;
                    return self.bad(Why::Ended);
                }
            }
        }
    }

    /// Checks the escape at the cursor and says where it ends.
    fn escape(&self) -> Result<usize, Bad> {
        match self.bytes.get(self.at + 1) {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => Ok(self.at + 2),
            Some(b'u') => {
                let Some(unit) = hex(self.bytes, self.at + 2) else {
                    return self.bad(Why::Escape);
                };
                match unit {
                    0 if self.rules.refuse_nul => self.bad(Why::Nul),
                    0xDC00..=0xDFFF => self.bad(Why::Escape),
                    0xD800..=0xDBFF => {
                        let low = self
                            .bytes
                            .get(self.at + 6..self.at + 8)
                            .filter(|next| *next == b"\\u")
                            .and_then(|_| hex(self.bytes, self.at + 8));
                        match low {
                            Some(0xDC00..=0xDFFF) => Ok(self.at + 12),
                            _ => self.bad(Why::Escape),
                        }
                    }
                    _ => Ok(self.at + 6),
                }
            }
            Some(_) => self.bad(Why::Escape),
            None => self.bad(Why::Ended),
        }
    }
}

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x8080_8080_8080_8080;

/// The first quote, backslash or control character at or after `at`; eight bytes at a time.
#[inline]
fn special(bytes: &[u8], mut at: usize) -> usize {
    while let Some(eight) = bytes.get(at..at + 8).and_then(|s| <[u8; 8]>::try_from(s).ok()) {
        let word = u64::from_le_bytes(eight);
        let quote = word ^ (ONES * 0x22);
        let slash = word ^ (ONES * 0x5C);
        // A borrow can only spoil bytes above the lowest hit, and only the lowest hit is looked at.
        let hits = ((quote.wrapping_sub(ONES) & !quote)
            | (slash.wrapping_sub(ONES) & !slash)
            | (word.wrapping_sub(ONES * 0x20) & !word))
            & HIGH;
        if hits != 0 {
            return at + (hits.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    while let Some(&byte) = bytes.get(at) {
        if byte == b'"' || byte == b'\\' || byte < 0x20 {
            return at;
        }
        at += 1;
    }
    at
}

fn hex(bytes: &[u8], at: usize) -> Option<u32> {
    let four = bytes.get(at..at + 4)?;
    four.iter()
        .try_fold(0, |sum, &b| Some(sum * 16 + char::from(b).to_digit(16)?))
}

/// Resolves the escapes of a string that [`Cursor::text`] has checked.
fn unescape(raw: &[u8]) -> Vec<u8> {
    let mut quoted = Vec::with_capacity(raw.len() + 2);
    quoted.push(b'"');
    quoted.extend_from_slice(raw);
    quoted.push(b'"');
    // It was checked; should that be wrong, what is written is better than nothing.
    serde_json::from_slice::<String>(&quoted).map_or_else(|_| raw.to_vec(), String::into_bytes)
}

/// The line and column (from 1, in bytes) of an offset.
pub(crate) fn position(bytes: &[u8], at: usize) -> (u64, u64) {
    let before = &bytes[..at.min(bytes.len())];
    let lines = memchr::memchr_iter(b'\n', before).count() as u64;
    let column = before.len() - memchr::memrchr(b'\n', before).map_or(0, |newline| newline + 1);
    (lines + 1, column as u64 + 1)
}
