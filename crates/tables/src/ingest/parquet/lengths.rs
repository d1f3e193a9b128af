//! Texts that a page writes behind a list of their lengths, or of what they share with the text before (DELTA_LENGTH_BYTE_ARRAY and
//! DELTA_BYTE_ARRAY of Parquet's encodings).
//!
//! A run of one length takes a few bytes however long it is, and the reader writes the whole list out; so it does with the texts that
//! share their beginnings. Both are counted here one by one, and nothing is kept.

use std::{fs::File, sync::Arc};

use parquet::{
    basic::Encoding,
    column::page::{Page, PageReader},
    file::{metadata::ColumnChunkMetaData, serialized_reader::SerializedPageReader},
};

use super::{ROWS_AT_ONCE, damaged};
use crate::error::{Doing, Result};

/// What the lists and texts of a chunk come to.
pub struct Lengths {
    /// Bytes of all texts that share their beginnings, each written out.
    pub n_text_bytes: u64,
    /// Bytes of lists and texts that are held at once.
    pub n_held: u64,
}

/// Bytes that a length takes in a list.
const LENGTH: u64 = 4;

/// Counts the lengths of a chunk whose pages were measured, so that they can be unpacked one by one.
pub fn measure(file: &File, chunk: &ColumnChunkMetaData) -> Result<Lengths> {
    let file = file.try_clone().doing(|| "open the Parquet file again".into())?;
    let mut pages = SerializedPageReader::new(Arc::new(file), chunk, 0, None).map_err(damaged)?;
    let levels = Levels::of(chunk);
    let (mut n_in_lists, mut texts) = (0, Texts::default());
    while let Some(page) = pages.get_next_page().map_err(damaged)? {
        let n = measure_page(&page, levels, &mut texts)
            .ok_or_else(|| damaged("the lengths of texts in a page make no sense"))?;
        n_in_lists = n_in_lists.max(n * LENGTH);
    }
    // All values of lists may belong to one row.
    let n_held = if levels.has_lists {
        texts.n_bytes
    } else {
        texts.n_most_at_once()
    };
    Ok(Lengths {
        n_text_bytes: texts.n_bytes,
        n_held: n_held.saturating_add(n_in_lists),
    })
}

/// Which levels stand before the values of a page.
#[derive(Clone, Copy)]
struct Levels {
    has_lists: bool,
    has_nulls: bool,
}

impl Levels {
    fn of(chunk: &ColumnChunkMetaData) -> Levels {
        let column = chunk.column_descr();
        Levels {
            has_lists: column.max_rep_level() > 0,
            has_nulls: column.max_def_level() > 0,
        }
    }

    /// Where the values of a page of the first version begin: each kind of levels has its length before it.
    fn end(self, page: &[u8]) -> Option<usize> {
        let mut end = 0usize;
        for _ in 0..usize::from(self.has_lists) + usize::from(self.has_nulls) {
            let length = page.get(end..)?.first_chunk::<4>()?;
            let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
            end = end.checked_add(4)?.checked_add(length)?;
        }
        Some(end)
    }
}

/// Counts the texts of a page; returns how many lengths its lists have together. None when they make no sense.
fn measure_page(page: &Page, levels: Levels, texts: &mut Texts) -> Option<u64> {
    let encoding = page.encoding();
    if !matches!(
        encoding,
        Encoding::DELTA_LENGTH_BYTE_ARRAY | Encoding::DELTA_BYTE_ARRAY
    ) {
        return Some(0);
    }
    let (values, n_values) = values(page, levels)?;
    // All are missing.
    if values.is_empty() {
        return Some(0);
    }
    let list = List::open(values)?;
    // Of what is missing no length is told.
    if list.n_left > n_values {
        return None;
    }
    if encoding == Encoding::DELTA_LENGTH_BYTE_ARRAY {
        // The reader keeps texts where they stand in the page, and looks whether they do.
        return Some(list.n_left);
    }
    let n = list.n_left;
    texts.see_shared(list)?;
    Some(n * 2)
}

/// The bytes of a page behind its levels, and how many values it has; none for a dictionary.
fn values(page: &Page, levels: Levels) -> Option<(&[u8], u64)> {
    let start = match page {
        Page::DataPage {
            buf,
            def_level_encoding,
            rep_level_encoding,
            ..
        } => {
            // Nobody has written levels in another way for a decade.
            let is_fine = (!levels.has_lists || *rep_level_encoding == Encoding::RLE)
                && (!levels.has_nulls || *def_level_encoding == Encoding::RLE);
            levels.end(buf).filter(|_| is_fine)?
        }
        Page::DataPageV2 {
            def_levels_byte_len,
            rep_levels_byte_len,
            ..
        } => usize::try_from(u64::from(*def_levels_byte_len) + u64::from(*rep_levels_byte_len)).ok()?,
        Page::DictionaryPage { .. } => return None,
    };
    Some((page.buffer().get(start..)?, u64::from(page.num_values())))
}

/// Texts of a chunk, of which the reader writes those of so many rows out at once.
#[derive(Default)]
struct Texts {
    n_bytes: u64,
    /// Of the texts since the last that were [`ROWS_AT_ONCE`], and of those before them.
    n: usize,
    n_here: u64,
    n_before: u64,
    n_most: u64,
}

impl Texts {
    /// Takes in the texts of a page, of which a list tells how much each shares with the one before, and the next how much follows.
    fn see_shared(&mut self, mut shared: List<'_>) -> Option<()> {
        let mut own = List::open(shared.clone().rest()?)?;
        if own.n_left != shared.n_left {
            return None;
        }
        let mut left = own.clone().rest()?.len() as u64;
        let mut n_last = 0u64;
        while shared.n_left > 0 {
            let n_shared = u64::try_from(shared.read()?).ok()?;
            let n_own = u64::try_from(own.read()?).ok()?;
            left = left.checked_sub(n_own)?;
            n_last = n_shared.min(n_last) + n_own;
            self.see(n_last);
        }
        Some(())
    }

    fn see(&mut self, n_bytes: u64) {
        self.n_bytes = self.n_bytes.saturating_add(n_bytes);
        self.n_here = self.n_here.saturating_add(n_bytes);
        self.n += 1;
        if self.n == ROWS_AT_ONCE {
            self.n_most = self.n_most_at_once();
            self.n_before = self.n_here;
            (self.n, self.n_here) = (0, 0);
        }
    }

    /// Bytes that so many neighbours take at most: wherever they begin, they lie in two stretches of as many.
    fn n_most_at_once(&self) -> u64 {
        self.n_most.max(self.n_before.saturating_add(self.n_here))
    }
}

/// Lengths in the encoding DELTA_BINARY_PACKED, one after the other: the first, and then by how much each differs from the one before,
/// in blocks of smaller blocks whose numbers have as many bits as the largest of them needs.
#[derive(Clone)]
struct List<'a> {
    /// Lengths that were not read yet.
    n_left: u64,
    /// Bytes behind the block that is open.
    rest: &'a [u8],
    n_per_small_block: usize,
    n_small_blocks: usize,
    is_begun: bool,
    last: i32,
    /// Of the block that is open: what is added to every difference, how wide the small blocks to come are, and their bytes.
    least: i32,
    widths: &'a [u8],
    body: &'a [u8],
    /// Of the small block that is open: its bytes, its width in bits, and how many numbers of it were read.
    packed: &'a [u8],
    width: usize,
    n_read: usize,
}

impl<'a> List<'a> {
    /// Reads what stands before the blocks.
    fn open(bytes: &'a [u8]) -> Option<List<'a>> {
        let mut rest = bytes;
        let n_per_block = usize::try_from(unsigned(&mut rest)?).ok()?;
        let n_small_blocks = usize::try_from(unsigned(&mut rest)?).ok()?;
        let n_left = unsigned(&mut rest)?;
        let first = i32::try_from(signed(&mut rest)?).ok()?;
        let n_per_small_block = n_per_block.checked_div(n_small_blocks)?;
        let is_fine = n_per_small_block > 0
            && n_per_small_block.is_multiple_of(32)
            && n_per_block.is_multiple_of(128)
            && n_per_block.is_multiple_of(n_small_blocks);
        is_fine.then_some(List {
            n_left,
            rest,
            n_per_small_block,
            n_small_blocks,
            is_begun: false,
            last: first,
            least: 0,
            widths: &[],
            body: &[],
            packed: &[],
            width: 0,
            n_read: n_per_small_block,
        })
    }

    fn read(&mut self) -> Option<i32> {
        if self.n_left == 0 {
            return None;
        }
        if self.is_begun {
            if self.n_read == self.n_per_small_block {
                self.open_small_block()?;
            }
            let difference = bits(self.packed, self.n_read * self.width, self.width)?;
            self.n_read += 1;
            self.last = self
                .last
                .wrapping_add(self.least)
                .wrapping_add(difference.cast_signed());
        }
        self.is_begun = true;
        self.n_left -= 1;
        Some(self.last)
    }

    /// The bytes behind the list.
    fn rest(mut self) -> Option<&'a [u8]> {
        while self.n_left > 0 {
            self.read()?;
        }
        Some(self.rest)
    }

    fn open_small_block(&mut self) -> Option<()> {
        if self.widths.is_empty() {
            self.open_block()?;
        }
        let (width, widths) = self.widths.split_first()?;
        self.widths = widths;
        self.width = usize::from(*width);
        if self.width > 32 {
            return None;
        }
        (self.packed, self.body) = self.body.split_at_checked(self.n_bytes(*width)?)?;
        self.n_read = 0;
        Some(())
    }

    fn open_block(&mut self) -> Option<()> {
        self.least = i32::try_from(signed(&mut self.rest)?).ok()?;
        (self.widths, self.rest) = self.rest.split_at_checked(self.n_small_blocks)?;
        // Small blocks behind the last number have a width, and no bytes.
        let (mut n_bytes, mut left) = (0usize, self.n_left);
        for width in self.widths {
            if left == 0 {
                break;
            }
            n_bytes = n_bytes.checked_add(self.n_bytes(*width)?)?;
            left = left.saturating_sub(self.n_per_small_block as u64);
        }
        (self.body, self.rest) = self.rest.split_at_checked(n_bytes)?;
        Some(())
    }

    /// Bytes of a small block of numbers of so many bits.
    fn n_bytes(&self, width: u8) -> Option<usize> {
        Some(usize::from(width).checked_mul(self.n_per_small_block)? / 8)
    }
}

/// A number of at most 32 bits that begins at a bit, the lowest first.
fn bits(bytes: &[u8], start: usize, width: usize) -> Option<u32> {
    let bytes = bytes.get(start / 8..)?;
    let word = bytes
        .iter()
        .take(5)
        .rev()
        .fold(0u64, |word, byte| (word << 8) | u64::from(*byte));
    u32::try_from((word >> (start % 8)) & ((1u64 << width) - 1)).ok()
}

fn unsigned(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u64::from(byte & 0x7f) << shift;
        if *byte < 0x80 {
            return Some(number);
        }
    }
    None
}

/// Numbers with a sign are zigzags: 0, -1, 1, -2 …
fn signed(bytes: &mut &[u8]) -> Option<i64> {
    let number = unsigned(bytes)?;
    Some((number >> 1).cast_signed() ^ -((number & 1).cast_signed()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The second example of the encoding in Parquet's own description: 7, 5, 3, 1, 2, 3, 4, 5.
    const EXAMPLE: [u8; 18] = [
        0x80, 1, 4, 8, 14, // 128 in a block, in 4 small ones; eight numbers, the first of which is 7
        3, 2, 0, 0, 0, // the least difference is -2; two bits, and three small blocks that nobody needs
        0xc0, 0x3f, 0, 0, 0, 0, 0, 0, // 0, 0, 0, 3, 3, 3, 3
    ];

    fn all(mut list: List<'_>) -> Vec<i32> {
        std::iter::from_fn(|| list.read()).collect()
    }

    #[test]
    fn lengths_are_read_as_the_format_describes_them() {
        let bytes = [&EXAMPLE[..], b"behind"].concat();
        let list = List::open(&bytes).expect("a list");
        assert_eq!(list.clone().rest(), Some(&b"behind"[..]));
        assert_eq!(all(list), [7, 5, 3, 1, 2, 3, 4, 5]);
        let none = List::open(&[0x80, 1, 4, 0, 0, b'x']).expect("a list");
        assert_eq!(none.rest(), Some(&b"x"[..]));
        // A thousand million times the same in fourteen bytes, of which none is kept.
        let long = [0x80, 0x80, 0x80, 0x80, 8, 1, 0x80, 0x94, 0xeb, 0xdc, 3, 2, 0, 0];
        let mut list = List::open(&long).expect("a list");
        assert_eq!(list.n_left, 1_000_000_000);
        assert_eq!(
            (list.read(), list.read(), list.read()),
            (Some(1), Some(1), Some(1))
        );
    }

    #[test]
    fn lists_that_are_cut_or_make_no_sense_are_none() {
        for end in 0..EXAMPLE.len() {
            let list = List::open(&EXAMPLE[..end]);
            assert!(list.and_then(List::rest).is_none(), "{end}");
        }
        assert!(List::open(&[0x80, 1, 0, 8, 14]).is_none(), "no small blocks");
        assert!(List::open(&[0, 1, 8, 14]).is_none(), "nothing in a block");
        let mut wide = EXAMPLE;
        wide[6] = 33;
        assert!(List::open(&wide).and_then(List::rest).is_none());
    }

    #[test]
    fn texts_that_share_their_beginnings_are_counted_written_out() {
        // A thousand letters, and then three texts that repeat them and add nothing.
        let shared = [&[0x80_u8, 1, 1, 4, 0, 0, 10, 0xe8, 3][..], &[0; 158]].concat();
        let own = [
            &[0x80_u8, 1, 1, 4, 0xd0, 0xf, 0xcf, 0xf, 10, 0, 0xa0, 0x8f, 0x3e][..],
            &[0; 156],
        ]
        .concat();
        let page = [shared, own, vec![b'a'; 1_000]].concat();
        let mut texts = Texts::default();
        let list = List::open(&page).expect("a list");
        assert_eq!(all(list.clone()), [0, 1_000, 1_000, 1_000]);
        assert_eq!(texts.see_shared(list), Some(()));
        assert_eq!((texts.n_bytes, texts.n_most_at_once()), (4_000, 4_000));
        let cut = List::open(&page[..page.len() - 1]).expect("a list");
        assert_eq!(texts.see_shared(cut), None);
    }

    #[test]
    fn as_many_texts_as_are_read_at_once_are_held() {
        let n = ROWS_AT_ONCE as u64;
        let mut texts = Texts::default();
        (0..2 * n).for_each(|_| texts.see(10));
        texts.see(1_000);
        assert_eq!(texts.n_bytes, 20 * n + 1_000);
        assert_eq!(texts.n_most_at_once(), 20 * n);
        (0..n).for_each(|_| texts.see(1_000));
        assert_eq!(texts.n_most_at_once(), 1_010 * n);
    }
}
