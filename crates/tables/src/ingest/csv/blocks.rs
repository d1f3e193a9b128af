//! A file in blocks of whole records that several threads take turns to fetch.

use std::{
    fs::File,
    io::Read,
    path::Path,
    sync::{Mutex, PoisonError},
};

use super::split::{self, IsLast};
use crate::{
    error::{Doing, Result},
    ingest::{bad_rows::BadRows, bounds::LONGEST_LINE},
};

/// Bytes read at a time: enough for thousands of rows, little enough for the cache.
const BLOCK: usize = 512 << 10;
/// A quoted field longer than this is taken for a quote that was never closed, and a line longer than this is no row.
const LONGEST_RECORD: usize = LONGEST_LINE as usize;
/// Letters of a line that is too long that are told.
const SHOWN: usize = 200;

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
    too_long: BadRows,
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
                too_long: BadRows::default(),
            }),
        })
    }

    /// The next block, with its bytes put into `bytes`.
    pub fn next(&self, bytes: &mut Vec<u8>) -> Result<Option<Block>> {
        let mut reading = self.reading.lock().unwrap_or_else(PoisonError::into_inner);
        let failed = || format!("read {}", self.path.display());
        bytes.clear();
        bytes.append(&mut reading.rest);
        loop {
            let is_last = reading.fill(bytes).doing(failed)?;
            if bytes.is_empty() {
                return Ok(None);
            }
            let cut = match split::cut(bytes, self.delimiter, is_last) {
                None if bytes.len() >= LONGEST_RECORD => match memchr::memchr(b'\n', bytes) {
                    // A quote that does not close for so long never will: its line is bad, and the
                    // splitter says so, because it sees the end of the block instead of a quote.
                    Some(end) => Some((end + 1, 1)),
                    None => {
                        reading.pass_over(bytes).doing(failed)?;
                        continue;
                    }
                },
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

    /// The lines that are in no block, because they are too long for rows.
    pub fn into_too_long(self) -> BadRows {
        let reading = self.reading.into_inner().unwrap_or_else(PoisonError::into_inner);
        reading.too_long
    }
}

impl Reading {
    /// Adds more of the file, the more of it the longer the search for the end of a record takes, but not beyond the longest.
    fn fill(&mut self, bytes: &mut Vec<u8>) -> std::io::Result<IsLast> {
        if self.is_over {
            return Ok(IsLast::Yes);
        }
        let wanted = BLOCK
            .saturating_sub(bytes.len())
            .max(bytes.len() / 2)
            .max(BLOCK / 4);
        let room = LONGEST_RECORD.saturating_sub(bytes.len()).max(1);
        let n = wanted.min(room);
        self.is_over = (&self.file).take(n as u64).read_to_end(bytes)? < n;
        Ok(if self.is_over { IsLast::Yes } else { IsLast::No })
    }

    /// Leaves out a line that is too long, whose start is in `bytes`, where what follows it comes instead.
    fn pass_over(&mut self, bytes: &mut Vec<u8>) -> std::io::Result<()> {
        // A letter takes at most four bytes.
        let start = String::from_utf8_lossy(&bytes[..bytes.len().min(SHOWN * 4)]);
        let start: String = start.chars().take(SHOWN).collect();
        let reason = format!(
            "the line is longer than {} MB; check whether its end is missing, or split it",
            LONGEST_RECORD >> 20
        );
        self.too_long.push(self.next.first_line, reason, &start);
        loop {
            self.next.offset += bytes.len() as u64;
            bytes.clear();
            let n = (&self.file).take(BLOCK as u64).read_to_end(bytes)?;
            if let Some(end) = memchr::memchr(b'\n', bytes) {
                bytes.drain(..=end);
                self.next.offset += end as u64 + 1;
                self.next.first_line += 1;
                return Ok(());
            }
            if n < BLOCK {
                self.next.offset += n as u64;
                self.is_over = true;
                bytes.clear();
                return Ok(());
            }
        }
    }
}
