//! XLS says of each cell where it stands. The reader of workbooks makes the whole rectangle around the cells of every sheet as soon as
//! it opens the file, so where they stand is looked at first, over the same records of the same stream ([MS-XLS] in [MS-CFB]).

use super::{Extent, ods::misbuilt};
use crate::{
    error::{Error, Result},
    ingest::bounds::{refuse_long_cells, refuse_many_cells},
};

/// What a compound file begins with.
const SIGNATURE: [u8; 8] = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
/// Bytes of the header of a compound file.
const HEADER: usize = 512;
/// Streams that are shorter stand in small sectors, which stand in a stream themselves.
const SHORTEST_STREAM: usize = 4096;
const SMALL_SECTOR: usize = 64;
/// Numbers of sectors that are none: from this one on in the list of tables, and in all tables the end of a chain.
const FIRST_SPECIAL: u32 = 0xffff_fffa;
const NO_TABLE: u32 = 0xffff_fffc;
const END_OF_CHAIN: u32 = 0xffff_fffe;

/// Whether this is a compound file: an old workbook, or one with a password.
pub fn is_compound(bytes: &[u8]) -> bool {
    bytes.starts_with(&SIGNATURE)
}

/// Refuses an XLS workbook whose cells lie so far apart, or share so much text, that it cannot be held. What is no XLS passes.
pub fn refuse_scattered_cells(bytes: &[u8]) -> Result<()> {
    if !is_compound(bytes) || bytes.len() < HEADER {
        return Ok(());
    }
    let Some(stream) = workbook(bytes).ok_or_else(broken)? else {
        return Ok(());
    };
    refuse_stream(&stream)
}

fn broken() -> Error {
    misbuilt("its parts do not fit together")
}

fn refuse_stream(stream: &[u8]) -> Result<()> {
    let book = Book::read(stream).ok_or_else(broken)?;
    let (mut n_cells, mut n_formulas, mut n_text_bytes, mut n_read) = (0u64, 0u64, 0u64, 0usize);
    for start in book.sheets {
        let stream_of_sheet = stream.get(start..).ok_or_else(broken)?;
        let sheet = Sheet::read(stream_of_sheet, &book.text_lengths).ok_or_else(broken)?;
        // Room is made for as many cells as a sheet says that it has.
        refuse_many_cells(sheet.n_said)?;
        sheet.cells.refuse_scattered()?;
        n_cells = n_cells.saturating_add(sheet.cells.n_cells());
        n_formulas = n_formulas.saturating_add(sheet.formulas.n_cells());
        n_text_bytes = n_text_bytes.saturating_add(sheet.cells.n_text_bytes);
        refuse_many_cells(n_cells)?;
        refuse_many_cells(n_formulas)?;
        refuse_long_cells(n_text_bytes)?;
        n_read += sheet.n_read;
        if n_read > stream.len() {
            return Err(misbuilt("its sheets stand in one another"));
        }
    }
    Ok(())
}

// Kinds of records.
const BEGIN: u16 = 0x0809;
const END: u16 = 0x000a;
const CONTINUE: u16 = 0x003c;
const PASSWORD: u16 = 0x002f;
const SHEET: u16 = 0x0085;
const SHARED_TEXTS: u16 = 0x00fc;
const DIMENSIONS: u16 = 0x0200;
const NUMBER: u16 = 0x0203;
const LABEL: u16 = 0x0204;
const RICH_LABEL: u16 = 0x00d6;
const FLAG: u16 = 0x0205;
const TEXT_OF_FORMULA: u16 = 0x0207;
const SHORT_NUMBER: u16 = 0x027e;
const SHARED_LABEL: u16 = 0x00fd;
const ROW_OF_NUMBERS: u16 = 0x00bd;
const FORMULA: u16 = 0x0006;

/// What a workbook says before its sheets.
#[derive(Default)]
struct Book {
    /// Where each sheet begins in the stream.
    sheets: Vec<usize>,
    /// Bytes in UTF-8 of each text that cells share.
    text_lengths: Vec<u64>,
}

impl Book {
    /// Reads it; none where it makes no sense. A workbook with a password has no sheets for us.
    fn read(stream: &[u8]) -> Option<Book> {
        let mut rest = stream;
        let mut book = Book::default();
        while let Some((kind, data)) = record(&mut rest) {
            match kind {
                END => break,
                PASSWORD if u16_at(data, 0)? != 0 => return Some(Book::default()),
                SHEET => book.sheets.push(usize::try_from(u32_at(data, 0)?).ok()?),
                SHARED_TEXTS => book.text_lengths = Texts::of(data, &mut rest)?.lengths()?,
                _ => {}
            }
        }
        Some(book)
    }
}

/// What a sheet comes to.
#[derive(Default)]
struct Sheet {
    cells: Extent,
    formulas: Extent,
    /// Cells of the rectangle that the sheet says it fills.
    n_said: u64,
    /// Bytes of the stream up to the end of the sheet.
    n_read: usize,
}

impl Sheet {
    /// Reads the records of a sheet up to its end or to where they break off; none where one makes no sense.
    fn read(stream: &[u8], text_lengths: &[u64]) -> Option<Sheet> {
        let mut rest = stream;
        let mut sheet = Sheet::default();
        let mut formula = (0, 0);
        let mut is_open = false;
        // Charts stand in a sheet with records like its own.
        let mut n_within = 0usize;
        while let Some((kind, data)) = record(&mut rest) {
            match kind {
                BEGIN if is_open => n_within += 1,
                BEGIN => is_open = true,
                END if n_within == 0 => break,
                END => n_within -= 1,
                _ if n_within > 0 => {}
                DIMENSIONS => sheet.n_said = sheet.n_said.max(n_said(data)?),
                FORMULA => {
                    formula = place(data)?;
                    sheet.cells.fill(formula);
                    sheet.formulas.fill(formula);
                }
                TEXT_OF_FORMULA => sheet.write(formula, written(data)?),
                LABEL | RICH_LABEL => sheet.write(place(data)?, written(data.get(6..)?)?),
                SHARED_LABEL => {
                    let text = usize::try_from(u32_at(data, 6)?).ok()?;
                    let n_bytes = text_lengths.get(text).copied().unwrap_or_default();
                    sheet.write(place(data)?, n_bytes);
                }
                NUMBER | FLAG | SHORT_NUMBER => sheet.cells.fill(place(data)?),
                ROW_OF_NUMBERS => {
                    let (row, first) = place(data)?;
                    let n = u32::try_from(data.len().saturating_sub(6).div_ceil(6)).ok()?;
                    (first..first + n).for_each(|column| sheet.cells.fill((row, column)));
                }
                _ => {}
            }
        }
        sheet.n_read = stream.len() - rest.len();
        Some(sheet)
    }

    fn write(&mut self, place: (u32, u32), n_bytes: u64) {
        self.cells.fill(place);
        self.cells.n_text_bytes = self.cells.n_text_bytes.saturating_add(n_bytes);
    }
}

/// The next record of a stream: its kind and its data; none where the stream ends or breaks off.
fn record<'a>(rest: &mut &'a [u8]) -> Option<(u16, &'a [u8])> {
    let all = *rest;
    let kind = u16_at(all, 0)?;
    let end = 4 + usize::from(u16_at(all, 2)?);
    let data = all.get(4..end)?;
    *rest = &all[end..];
    Some((kind, data))
}

/// Row and column of a cell, from 0.
fn place(data: &[u8]) -> Option<(u32, u32)> {
    Some((u32::from(u16_at(data, 0)?), u32::from(u16_at(data, 2)?)))
}

/// Cells of the rectangle that a sheet says it fills. Its rows have two or four bytes; its ends are those behind the last.
fn n_said(data: &[u8]) -> Option<u64> {
    let (first_row, end_row, at) = match data.len() {
        10 => (u32::from(u16_at(data, 0)?), u32::from(u16_at(data, 2)?), 4),
        14 | 16 => (u32_at(data, 0)?, u32_at(data, 4)?, 8),
        _ => return None,
    };
    let (first_column, end_column) = (u32::from(u16_at(data, at)?), u32::from(u16_at(data, at + 2)?));
    // So does the reader of workbooks: no XLS begins that far right.
    let first_column = if first_column > 0xff || end_column < first_column {
        0
    } else {
        first_column
    };
    if end_row == 0 || end_column == 0 {
        return Some(1);
    }
    // What ends before it begins is as long as the reader takes it for.
    let n_rows = u64::from(end_row.wrapping_sub(first_row));
    let n_columns = u64::from(end_column.wrapping_sub(first_column));
    Some(n_rows.saturating_mul(n_columns))
}

/// Bytes that are taken for a text which stands in its cell: as many as it says it has letters, if it has them or not.
fn written(data: &[u8]) -> Option<u64> {
    let n_letters = u64::from(u16_at(data, 0)?);
    Some(n_letters.max(2 * data.len() as u64))
}

/// The texts that cells share, which go on from record to record.
struct Texts<'a> {
    data: &'a [u8],
    further: std::vec::IntoIter<&'a [u8]>,
}

impl<'a> Texts<'a> {
    /// Of the data of their first record, and what comes in the records behind it.
    fn of(data: &'a [u8], rest: &mut &'a [u8]) -> Option<Texts<'a>> {
        let mut further = Vec::new();
        let mut ahead = *rest;
        while let Some((CONTINUE, more)) = record(&mut ahead) {
            further.push(more);
            *rest = ahead;
        }
        Some(Texts {
            // How many there are stands before them.
            data: data.get(8..)?,
            further: further.into_iter(),
        })
    }

    /// Bytes of each text in UTF-8.
    fn lengths(mut self) -> Option<Vec<u64>> {
        let mut lengths = Vec::new();
        while !self.data.is_empty() || self.goes_on() {
            lengths.push(self.length()?);
        }
        Some(lengths)
    }

    fn length(&mut self) -> Option<u64> {
        const WIDE: u8 = 1;
        const LONGER: u8 = 1 << 2;
        const RICH: u8 = 1 << 3;
        if self.data.is_empty() {
            return Some(0);
        }
        let n_letters = usize::from(u16_at(self.data, 0)?);
        let flags = *self.data.get(2)?;
        self.data = &self.data[3..];
        let n_runs = if flags & RICH == 0 {
            0
        } else {
            let n = u16_at(self.data, 0)?;
            self.data = &self.data[2..];
            usize::from(n)
        };
        let n_more = if flags & LONGER == 0 {
            0
        } else {
            let n = u32_at(self.data, 0)?;
            self.data = &self.data[4..];
            usize::try_from(n).ok()?
        };
        let n_bytes = self.letters(n_letters, flags & WIDE != 0)?;
        self.pass(n_runs * 4 + n_more)?;
        Some(n_bytes)
    }

    /// Passes so many letters of one or two bytes, and adds up what they take in UTF-8; each record says anew how wide its letters are.
    fn letters(&mut self, n: usize, mut is_wide: bool) -> Option<u64> {
        let (mut left, mut n_bytes) = (n, 0);
        while left > 0 {
            let width = if is_wide { 2 } else { 1 };
            let n_here = (self.data.len() / width).min(left);
            let (here, behind) = self.data.split_at(n_here * width);
            n_bytes += if is_wide {
                here.as_chunks::<2>()
                    .0
                    .iter()
                    .map(|unit| utf8_length(u16::from_le_bytes(*unit)))
                    .sum::<u64>()
            } else {
                here.iter().map(|byte| utf8_length(u16::from(*byte))).sum()
            };
            left -= n_here;
            self.data = behind;
            if left > 0 {
                if !self.goes_on() {
                    return None;
                }
                let (flags, letters) = self.data.split_first()?;
                is_wide = flags & 1 != 0;
                self.data = letters;
            }
        }
        Some(n_bytes)
    }

    fn pass(&mut self, n: usize) -> Option<()> {
        let mut left = n;
        while left > 0 {
            if self.data.is_empty() && !self.goes_on() {
                return None;
            }
            let n_here = left.min(self.data.len());
            self.data = &self.data[n_here..];
            left -= n_here;
        }
        Some(())
    }

    /// Comes to the next record of the texts, if there is one.
    fn goes_on(&mut self) -> bool {
        match self.further.next() {
            Some(data) => {
                self.data = data;
                true
            }
            None => false,
        }
    }
}

fn utf8_length(unit: u16) -> u64 {
    match unit {
        0..0x80 => 1,
        0x80..0x800 => 2,
        _ => 3,
    }
}

/// The stream of a compound file that holds the workbook; none within where it has no such stream, none without where it is broken.
fn workbook(bytes: &[u8]) -> Option<Option<Vec<u8>>> {
    let size = match u16_at(bytes, 30)? {
        9 => 512,
        12 => 4096,
        _ => return Some(None),
    };
    let mut sectors = Sectors {
        bytes: bytes.get(size..)?,
        size,
        next: Vec::new(),
    };
    sectors.next = sectors.table(bytes)?;
    let folder = sectors.chain(u32_at(bytes, 48)?, usize::MAX)?;
    let parts: Vec<Part> = folder
        .as_chunks::<128>()
        .0
        .iter()
        .map(|entry| Part::of(entry, size))
        .collect::<Option<_>>()?;
    let Some(root) = parts.first() else {
        return Some(None);
    };
    // The reader fetches the small sectors whether they are needed or not.
    let n_tables = usize::try_from(u32_at(bytes, 64)?).ok()?;
    let (mut small, mut numbers_of_small) = (Vec::new(), Vec::new());
    if n_tables > 0 {
        small = sectors.chain(root.start, root.len)?;
        let table = sectors.chain(u32_at(bytes, 60)?, n_tables.saturating_mul(size))?;
        numbers_of_small = numbers(&table).collect();
    }
    let named = |name: &str| parts.iter().find(|part| part.name.eq_ignore_ascii_case(name));
    let Some(part) = named("Workbook").or_else(|| named("Book")) else {
        return Some(None);
    };
    if part.len >= SHORTEST_STREAM {
        return sectors.chain(part.start, part.len).map(Some);
    }
    let small = Sectors {
        bytes: &small,
        size: SMALL_SECTOR,
        next: numbers_of_small,
    };
    small.chain(part.start, part.len).map(Some)
}

/// A stream of a compound file.
struct Part {
    name: String,
    start: u32,
    len: usize,
}

impl Part {
    fn of(entry: &[u8; 128], size_of_sector: usize) -> Option<Part> {
        let units = entry[..64].as_chunks::<2>().0.iter();
        let units: Vec<u16> = units.map(|unit| u16::from_le_bytes(*unit)).collect();
        let name = String::from_utf16_lossy(&units);
        let low = u32_at(entry, 120)?;
        // Only files of large sectors have streams of more than four gigabytes.
        let high = if size_of_sector == 512 {
            0
        } else {
            u32_at(entry, 124)?
        };
        Some(Part {
            name: name.split('\0').next().unwrap_or_default().to_owned(),
            start: u32_at(entry, 116)?,
            len: usize::try_from((u64::from(high) << 32) | u64::from(low)).ok()?,
        })
    }
}

/// The sectors of a compound file, or the small ones of one of its streams.
struct Sectors<'a> {
    bytes: &'a [u8],
    size: usize,
    /// Which sector follows each in its chain.
    next: Vec<u32>,
}

impl Sectors<'_> {
    /// The bytes of a sector; the last one may be cut.
    fn get(&self, number: u32) -> Option<&[u8]> {
        let start = usize::try_from(number).ok()?.checked_mul(self.size)?;
        let end = start.checked_add(self.size)?.min(self.bytes.len());
        self.bytes.get(start..end)
    }

    fn n(&self) -> usize {
        self.bytes.len().div_ceil(self.size)
    }

    /// Which sector follows each, from the tables that the header of the file lists.
    fn table(&self, header: &[u8]) -> Option<Vec<u32>> {
        let whole = |number: u32| self.get(number).filter(|sector| sector.len() == self.size);
        let mut tables: Vec<u32> = numbers(header.get(76..HEADER)?).collect();
        let most = self.n().max(tables.len());
        let mut further = u32_at(header, 68)?;
        let mut n_further = 0;
        while further < FIRST_SPECIAL {
            n_further += 1;
            if n_further > self.n() {
                return None;
            }
            tables.extend(numbers(whole(further)?));
            further = tables.pop()?;
        }
        tables.retain(|number| *number < NO_TABLE);
        if tables.len() > most {
            return None;
        }
        let mut next = Vec::new();
        for number in tables {
            next.extend(numbers(whole(number)?));
        }
        Some(next)
    }

    /// The bytes of a chain, at most so many; none where it runs in circles, or leads to what is not there.
    fn chain(&self, first: u32, most: usize) -> Option<Vec<u8>> {
        let mut chain = Vec::new();
        let mut number = first;
        let mut n = 0;
        while number != END_OF_CHAIN {
            n += 1;
            if n > self.n() {
                return None;
            }
            let sector = self.get(number)?;
            let wanted = self.size.min(most - chain.len());
            // Of the folder the reader takes what is there.
            if sector.len() < wanted && most < usize::MAX {
                return None;
            }
            chain.extend_from_slice(&sector[..wanted.min(sector.len())]);
            if chain.len() >= most {
                break;
            }
            number = *self.next.get(usize::try_from(number).ok()?)?;
        }
        Some(chain)
    }
}

fn numbers(bytes: &[u8]) -> impl Iterator<Item = u32> {
    let (numbers, _) = bytes.as_chunks::<4>();
    numbers.iter().map(|number| u32::from_le_bytes(*number))
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    let number = bytes.get(at..)?.first_chunk::<2>()?;
    Some(u16::from_le_bytes(*number))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    let number = bytes.get(at..)?.first_chunk::<4>()?;
    Some(u32::from_le_bytes(*number))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(kind: u16, data: &[u8]) -> Vec<u8> {
        [&kind.to_le_bytes()[..], &(data.len() as u16).to_le_bytes(), data].concat()
    }

    fn at(row: u16, column: u16, rest: &[u8]) -> Vec<u8> {
        [&row.to_le_bytes()[..], &column.to_le_bytes(), rest].concat()
    }

    /// A stream of one sheet, with these records before it and in it.
    fn stream(before: &[u8], sheet: &[u8]) -> Vec<u8> {
        let begin = record(BEGIN, &[0, 6, 16, 0]);
        let n_before = begin.len() + before.len() + 4 + 4 + 4;
        let place = (n_before as u32).to_le_bytes();
        [
            &begin[..],
            before,
            &record(SHEET, &place),
            &record(END, &[]),
            &begin,
            sheet,
            &record(END, &[]),
        ]
        .concat()
    }

    fn told(stream: &[u8]) -> Option<String> {
        refuse_stream(stream).err().map(|error| error.to_string())
    }

    #[test]
    fn two_cells_in_opposite_corners_are_refused_before_the_rectangle_is_made() {
        let number = |row, column| record(NUMBER, &at(row, column, &[0; 10]));
        let near = [number(0, 0), number(99, 20)].concat();
        assert_eq!(told(&stream(&[], &near)), None);
        for far in [
            number(65_535, 255),
            record(FORMULA, &at(65_535, 255, &[0; 18])),
            record(SHORT_NUMBER, &at(65_535, 65_535, &[0; 6])),
            record(ROW_OF_NUMBERS, &at(65_535, 250, &[0; 6 * 6 + 2])),
        ] {
            let told = told(&stream(&[], &[number(0, 0), far].concat())).expect("refused");
            assert!(told.contains("to row 65536 and over"), "{told}");
        }
        // The same in a chart within the sheet is no cell of it.
        let chart = [
            record(BEGIN, &[0; 4]),
            number(65_535, 255),
            record(END, &[]),
            number(1, 1),
        ];
        assert_eq!(told(&stream(&[], &chart.concat())), None);
    }

    #[test]
    fn formulas_and_what_a_sheet_says_of_itself_are_bounded_too() {
        let said = |rows: u32, columns: u16| {
            let data = [
                &[0; 4][..],
                &rows.to_le_bytes(),
                &[0; 2],
                &columns.to_le_bytes(),
                &[0; 2],
            ];
            told(&stream(&[], &record(DIMENSIONS, &data.concat())))
        };
        assert_eq!(said(65_536, 256), None);
        assert!(said(u32::MAX, 256).is_some());
        let backwards = [
            &9_u32.to_le_bytes()[..],
            &3_u32.to_le_bytes(),
            &[0, 0, 1, 0, 0, 0],
        ];
        assert!(told(&stream(&[], &record(DIMENSIONS, &backwards.concat()))).is_some());
    }

    #[test]
    fn a_text_that_many_cells_share_is_counted_with_each() {
        // A text of 20,000 letters that goes on in a second record, and one of wide letters.
        let first = [&[0; 8][..], &20_000_u16.to_le_bytes(), &[0], &[b'a'; 5_000]].concat();
        let second = [
            &[0][..],
            &[b'a'; 15_000],
            &2_u16.to_le_bytes(),
            &[1, b'b', 0, 0, 4],
        ]
        .concat();
        let texts = [record(SHARED_TEXTS, &first), record(CONTINUE, &second)].concat();
        let mut rest = &texts[..];
        let (_, data) = super::record(&mut rest).expect("a record");
        let lengths = Texts::of(data, &mut rest).and_then(Texts::lengths);
        assert_eq!(lengths, Some(vec![20_000, 3]));
        let cells = |n: u16| -> Vec<u8> {
            (0..n)
                .flat_map(|row| record(SHARED_LABEL, &at(row, 0, &[0; 6])))
                .collect()
        };
        assert_eq!(told(&stream(&texts, &cells(50_000))), None);
        let told = told(&stream(&texts, &cells(60_000))).expect("refused");
        assert!(told.contains("more than 1024 MB"), "{told}");
    }

    #[test]
    fn sheets_within_one_another_and_files_in_circles_are_refused() {
        let one = stream(&[], &record(NUMBER, &at(0, 0, &[0; 10])));
        let begin = record(BEGIN, &[0, 6, 16, 0]);
        let place = ((begin.len() + 3 * 8 + 4) as u32).to_le_bytes();
        let sheets = record(SHEET, &place).repeat(3);
        let sheet = [begin.clone(), vec![0; 400], record(END, &[])].concat();
        let many = [begin, sheets, record(END, &[]), sheet].concat();
        assert_eq!(told(&one), None);
        assert!(told(&many).is_some_and(|told| told.contains("in one another")));
        let mut bytes = vec![0_u8; HEADER * 4];
        bytes[..8].copy_from_slice(&SIGNATURE);
        bytes[30] = 9;
        bytes[68..72].copy_from_slice(&END_OF_CHAIN.to_le_bytes());
        bytes[76..HEADER].fill(0xff);
        // The table is sector 0, and says that sector 1, the folder, follows itself.
        bytes[76..80].fill(0);
        bytes[48..52].copy_from_slice(&1_u32.to_le_bytes());
        bytes[HEADER + 4..HEADER + 8].copy_from_slice(&1_u32.to_le_bytes());
        assert!(refuse_scattered_cells(&bytes).is_err());
        assert!(refuse_scattered_cells(b"name,n\n").is_ok());
    }
}
