//! The character NUL, which no page and no XML may hold: it is read as U+FFFD, and told.

use std::borrow::Cow;

use super::{Encoding, blocks::Block};
use crate::ingest::doubts::Doubt;

/// Bytes of a line that are kept for telling, and letters of it that are told.
const KEPT: usize = 800;
const SHOWN: usize = 200;

/// How often NUL stands in the file, and the first line that it stands in, with what is left of it.
#[derive(Default)]
pub struct Nul {
    n: u64,
    first: Option<(u64, Vec<u8>)>,
}

impl Nul {
    /// Takes in the bytes of a block.
    pub fn see(&mut self, block: Block, bytes: &[u8]) {
        let mut found = memchr::memchr_iter(0, bytes);
        let Some(at) = found.next() else { return };
        self.n += 1 + found.count() as u64;
        let n_above = memchr::memchr_iter(b'\n', &bytes[..at]).count() as u64;
        let start = memchr::memrchr(b'\n', &bytes[..at]).map_or(0, |end| end + 1);
        let end = memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |end| at + end);
        let line = bytes[start..end.min(start + KEPT)].trim_ascii_end().to_vec();
        self.note(block.first_line + n_above, line);
    }

    pub fn join(&mut self, other: Nul) {
        self.n += other.n;
        if let Some((at, line)) = other.first {
            self.note(at, line);
        }
    }

    pub fn doubt(&self, encoding: Encoding) -> Option<Doubt> {
        let (at, line) = self.first.as_ref()?;
        Some(Doubt {
            line: *at,
            column: None,
            reason: format!(
                "the character NUL, which is no text, stands as \u{fffd}, from this line on {} times; check how the file was written",
                self.n
            ),
            value: encoding.decode(line).chars().take(SHOWN).collect(),
        })
    }

    fn note(&mut self, at: u64, line: Vec<u8>) {
        if self.first.as_ref().is_none_or(|(known, _)| at < *known) {
            self.first = Some((at, line));
        }
    }
}

/// A text with U+FFFD in the place of NUL.
pub fn replaced(text: Cow<'_, str>) -> Cow<'_, str> {
    match text.contains('\0') {
        true => Cow::Owned(text.replace('\0', "\u{fffd}")),
        false => text,
    }
}
