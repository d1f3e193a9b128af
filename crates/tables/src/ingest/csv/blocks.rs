//! A file in blocks of whole records that several threads take turns to fetch.

use std::{fs::File, io::Read, path::Path, sync::Mutex};

use super::split::{self, IsLast};
use crate::error::{Doing, Result};

/// Bytes read at a time: enough for thousands of rows, little enough for the cache.
const BLOCK: usize = 512 << 10;
/// A quoted field longer than this is taken for a quote that was never closed.
const LONGEST_RECORD: usize = 64 << 20;

/// A stretch of whole records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    pub offset: u64,
    pub len: usize,
    /// The line it starts with, counted from 1.
    pub first_line: u64,
}

/// Hands out the blocks of a file one after the other.
pub struct Blocks {
    delimiter: u8,
    reading: Mutex<Reading>,
    path: std::path::PathBuf,
}

struct Reading {
    file: File,
    /// Bytes read that no block holds yet.
    rest: Vec<u8>,
    next: Block,
    is_over: bool,
}

impl Blocks {
    /// Starts after `offset` bytes, which hold the lines before `first_line`.
    pub fn open(path: &Path, delimiter: u8, offset: u64, first_line: u64) -> Result<Blocks> {
        use std::io::Seek;
        let mut file = File::open(path).doing(|| format!("open {}", path.display()))?;
        file.seek(std::io::SeekFrom::Start(offset))
            .doing(|| format!("read {}", path.display()))?;
        Ok(Blocks {
            delimiter,
            path: path.to_path_buf(),
            reading: Mutex::new(Reading {
                file,
                rest: Vec::new(),
                next: Block {
                    offset,
                    len: 0,
                    first_line,
                },
                is_over: false,
            }),
        })
    }

    /// The next block, with its bytes put into `bytes`.
    pub fn next(&self, bytes: &mut Vec<u8>) -> Result<Option<Block>> {
        let mut reading = self
            .reading
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        bytes.clear();
        bytes.append(&mut reading.rest);
        loop {
            let missing = BLOCK.saturating_sub(bytes.len()).max(BLOCK / 4);
            let is_last = if reading.is_over {
                IsLast::Yes
            } else {
                let n = (&reading.file)
                    .take(missing as u64)
                    .read_to_end(bytes)
                    .doing(|| format!("read {}", self.path.display()))?;
                reading.is_over = n < missing;
                if reading.is_over { IsLast::Yes } else { IsLast::No }
            };
            if bytes.is_empty() {
                return Ok(None);
            }
            let cut = match split::cut(bytes, self.delimiter, is_last) {
                // A quote that does not close for so long never will: its line is bad, and the
                // splitter says so, because it sees the end of the block instead of a quote.
                None if bytes.len() >= LONGEST_RECORD => Some(after_first_line(bytes)),
                cut => cut,
            };
            let Some((end, n_lines)) = cut else { continue };
            let block = Block {
                offset: reading.next.offset,
                len: end,
                first_line: reading.next.first_line,
            };
            reading.rest = bytes.split_off(end);
            reading.next = Block {
                offset: block.offset + end as u64,
                len: 0,
                first_line: block.first_line + n_lines,
            };
            return Ok(Some(block));
        }
    }
}

fn after_first_line(bytes: &[u8]) -> (usize, u64) {
    match memchr::memchr(b'\n', bytes) {
        Some(end) => (end + 1, 1),
        None => (bytes.len(), 0),
    }
}
