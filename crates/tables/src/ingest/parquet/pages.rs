//! The pages of a Parquet file by their own headers, which the footer may belie: how many values they mean, and what they unpack to.
//!
//! A header is a `PageHeader` of parquet.thrift in Thrift's compact protocol. Only its counts are read; the rest is passed over.

use std::{fs::File, os::unix::fs::FileExt};

/// Bytes of the longest header of a page, which may hold the smallest and the largest value of the page.
const LONGEST_HEADER: u64 = 16 << 20;

/// What the pages of a column's chunk come to.
#[derive(Default)]
pub struct Pages {
    pub n_values: u64,
    /// Bytes of all pages, unpacked.
    pub n_bytes: u64,
    /// Bytes of the largest page, unpacked.
    pub n_largest: u64,
    /// Whether texts of a page are written behind a list of their lengths.
    pub has_lengths: bool,
}

/// Adds up the pages of a chunk that takes `n_bytes` from `start` on; none when they are damaged.
pub fn measure(file: &File, start: u64, n_bytes: u64) -> Option<Pages> {
    let end = start.checked_add(n_bytes)?;
    let mut pages = Pages::default();
    let mut bytes = Vec::new();
    let mut at = start;
    while at < end {
        let header = header(file, at, end, &mut bytes)?;
        at = at.checked_add(header.n_own)?.checked_add(header.n_packed)?;
        // A dictionary has no values of the column, and none of its own takes less than a byte.
        if at > end || header.n_in_dictionary > header.n_unpacked {
            return None;
        }
        pages.n_values = pages.n_values.saturating_add(header.n_values);
        pages.n_bytes = pages.n_bytes.saturating_add(header.n_unpacked);
        pages.n_largest = pages.n_largest.max(header.n_unpacked);
        pages.has_lengths |= header.has_lengths;
    }
    Some(pages)
}

struct Header {
    n_unpacked: u64,
    n_packed: u64,
    n_values: u64,
    n_in_dictionary: u64,
    has_lengths: bool,
    /// Bytes of the header itself.
    n_own: u64,
}

/// The header at a place of the file; most are a few dozen bytes, so little is read before much.
fn header(file: &File, at: u64, end: u64, bytes: &mut Vec<u8>) -> Option<Header> {
    let most = (end - at).min(LONGEST_HEADER);
    let mut n = most.min(1 << 10);
    loop {
        bytes.resize(usize::try_from(n).ok()?, 0);
        file.read_exact_at(bytes, at).ok()?;
        if let Some(header) = parse(bytes) {
            return Some(header);
        }
        if n == most {
            return None;
        }
        n = (n * 16).min(most);
    }
}

// Thrift's compact protocol: the kinds of fields.
const TRUE: u8 = 1;
const FALSE: u8 = 2;
const BYTE: u8 = 3;
const I16: u8 = 4;
const I32: u8 = 5;
const I64: u8 = 6;
const DOUBLE: u8 = 7;
const BINARY: u8 = 8;
const LIST: u8 = 9;
const SET: u8 = 10;
const MAP: u8 = 11;
const STRUCT: u8 = 12;
const UUID: u8 = 13;
/// The encodings DELTA_LENGTH_BYTE_ARRAY and DELTA_BYTE_ARRAY.
const WITH_LENGTHS: [i64; 2] = [6, 7];
/// Levels that a header nests in; one that is made by a program has three.
const DEEPEST: u8 = 16;

fn parse(bytes: &[u8]) -> Option<Header> {
    let mut input = Compact { bytes, at: 0 };
    let (mut n_unpacked, mut n_packed) = (None, None);
    let (mut n_values, mut n_in_dictionary, mut has_lengths) = (0, 0, false);
    let mut id = 0;
    while let Some(kind) = input.field(&mut id)? {
        // uncompressed_page_size, compressed_page_size; data_page_header, dictionary_page_header, data_page_header_v2.
        match (id, kind) {
            (2, I32) => n_unpacked = Some(input.count()?),
            (3, I32) => n_packed = Some(input.count()?),
            (5 | 8, STRUCT) => {
                let page = input.page(if id == 5 { 2 } else { 4 })?;
                n_values = n_values.max(page.n_values);
                has_lengths |= page.has_lengths;
            }
            (7, STRUCT) => n_in_dictionary = n_in_dictionary.max(input.page(2)?.n_values),
            (2 | 3 | 5 | 7 | 8, _) => return None,
            _ => input.pass(kind, DEEPEST)?,
        }
    }
    Some(Header {
        n_unpacked: n_unpacked?,
        n_packed: n_packed?,
        n_values,
        n_in_dictionary,
        has_lengths,
        n_own: input.at as u64,
    })
}

/// What the header of one kind of page says.
struct Page {
    n_values: u64,
    has_lengths: bool,
}

/// A reader of Thrift's compact protocol; none stands for the end of the bytes and for what makes no sense.
struct Compact<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Compact<'_> {
    /// The kind of the next field, whose number comes into `id`; none at the end of the struct.
    fn field(&mut self, id: &mut i64) -> Option<Option<u8>> {
        let byte = self.byte()?;
        if byte == 0 {
            return Some(None);
        }
        *id = match byte >> 4 {
            0 => self.signed()?,
            further => id.checked_add(i64::from(further))?,
        };
        Some(Some(byte & 15))
    }

    /// The struct of a page, whose encoding stands in its own field: all three kinds of pages begin with their number of values.
    fn page(&mut self, field_of_encoding: i64) -> Option<Page> {
        let (mut n_values, mut has_lengths) = (None, false);
        let mut id = 0;
        while let Some(kind) = self.field(&mut id)? {
            match (id, kind) {
                (1, I32) => n_values = Some(self.count()?),
                (field, I32) if field == field_of_encoding => {
                    has_lengths |= WITH_LENGTHS.contains(&self.signed()?);
                }
                (1, _) => return None,
                (field, _) if field == field_of_encoding => return None,
                _ => self.pass(kind, DEEPEST)?,
            }
        }
        Some(Page {
            n_values: n_values?,
            has_lengths,
        })
    }

    fn pass(&mut self, kind: u8, levels: u8) -> Option<()> {
        let levels = levels.checked_sub(1)?;
        match kind {
            TRUE | FALSE => Some(()),
            BYTE => self.advance(1),
            I16 | I32 | I64 => self.unsigned().map(|_| ()),
            DOUBLE => self.advance(8),
            BINARY => {
                let n = self.unsigned()?;
                self.advance(n)
            }
            LIST | SET => {
                let head = self.byte()?;
                let n = match head >> 4 {
                    15 => self.unsigned()?,
                    n => u64::from(n),
                };
                (0..n).try_for_each(|_| self.pass_element(head & 15, levels))
            }
            MAP => {
                let n = self.unsigned()?;
                let kinds = if n == 0 { 0 } else { self.byte()? };
                (0..n).try_for_each(|_| {
                    self.pass_element(kinds >> 4, levels)?;
                    self.pass_element(kinds & 15, levels)
                })
            }
            STRUCT => {
                let mut id = 0;
                while let Some(kind) = self.field(&mut id)? {
                    self.pass(kind, levels)?;
                }
                Some(())
            }
            UUID => self.advance(16),
            _ => None,
        }
    }

    /// Flags take a byte in a list, and none as a field.
    fn pass_element(&mut self, kind: u8, levels: u8) -> Option<()> {
        match kind {
            TRUE | FALSE => self.advance(1),
            _ => self.pass(kind, levels),
        }
    }

    fn byte(&mut self) -> Option<u8> {
        let byte = *self.bytes.get(self.at)?;
        self.at += 1;
        Some(byte)
    }

    fn advance(&mut self, n: u64) -> Option<()> {
        let at = self.at.checked_add(usize::try_from(n).ok()?)?;
        (at <= self.bytes.len()).then(|| self.at = at)
    }

    fn unsigned(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    /// Numbers with a sign are zigzags: 0, -1, 1, -2 …
    fn signed(&mut self) -> Option<i64> {
        let number = self.unsigned()?;
        Some((number >> 1) as i64 ^ -((number & 1) as i64))
    }

    fn count(&mut self) -> Option<u64> {
        u64::try_from(self.signed()?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A data page of the first version: five values in seven bytes, packed in three, with statistics to pass over.
    const PAGE: [u8; 23] = [
        0x15, 0, // type = DATA_PAGE
        0x15, 14, 0x15, 6,    // uncompressed_page_size, compressed_page_size
        0x2c, // data_page_header
        0x15, 10, 0x15, 0, 0x15, 6, 0x15, 6, // num_values, three encodings
        0x1c, 0x18, 2, b'a', b'b', 0, // statistics, with max
        0, 0, // the ends of both structs
    ];

    #[test]
    fn the_counts_of_a_page_are_found_and_the_rest_is_passed_over() {
        let header = parse(&PAGE).expect("a header");
        assert_eq!((header.n_unpacked, header.n_packed, header.n_values), (7, 3, 5));
        assert_eq!(header.n_own, PAGE.len() as u64);
        assert!(!header.has_lengths);
    }

    #[test]
    fn an_encoding_that_tells_lengths_is_noticed_in_both_kinds_of_pages() {
        for encoding in [6, 7] {
            let mut page = PAGE;
            let told = encoding * 2;
            page[10] = told;
            assert!(parse(&page).is_some_and(|header| header.has_lengths));
            // num_values, num_nulls, num_rows, encoding, the lengths of two levels.
            let second = [
                0x15, 6, 0x15, 14, 0x15, 6, 0x5c, 0x15, 10, 0x15, 0, 0x15, 10, 0x15, told, 0x15, 0, 0x15, 0,
                0, 0,
            ];
            assert!(parse(&second).is_some_and(|header| header.has_lengths));
        }
    }

    #[test]
    fn a_header_that_is_cut_or_makes_no_sense_is_none() {
        for end in 0..PAGE.len() {
            assert!(parse(&PAGE[..end]).is_none(), "{end}");
        }
        let mut negative = PAGE;
        negative[3] = 13;
        assert!(parse(&negative).is_none());
        let mut endless = vec![0x1c; 100];
        endless.push(0);
        assert!(parse(&endless).is_none());
    }
}
