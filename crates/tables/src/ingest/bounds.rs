//! How large a received file may be in each way that a file can be large. What goes beyond is a bomb or a mistake: it is told in a
//! sentence, before it takes the memory or the disk of everybody else.

use std::io::{Cursor, Read};

use bytes::Bytes;

use crate::error::{Error, Result};

/// Columns of a table.
pub const MOST_COLUMNS: usize = 4_000;
/// Bytes of one line of JSON.
pub const LONGEST_LINE: u64 = 64 << 20;
/// Bytes of a file that is one JSON value, which is held in memory.
const MOST_JSON: u64 = 512 << 20;
/// Bytes that a workbook unpacks to; the largest sheet that a spreadsheet program saves with twenty filled columns takes as much.
const MOST_WORKBOOK: u64 = 1 << 30;
/// Bytes of the text of all cells of a sheet, where a text that many cells share is counted with each.
const MOST_CELL_TEXT: u64 = 1 << 30;
/// Cells of the rectangle around all filled cells of a sheet, which is held in memory.
const MOST_CELLS: u64 = 50_000_000;
/// Cells of a rectangle that may be as empty as it likes; of a larger one, a cell in so many has to hold something.
const MOST_EMPTY: u64 = 4_000_000;
const MOST_FOR_ONE: u64 = 100;
/// Cells of an ODS or XLS workbook: all of its sheets are held in memory, and a formula beside each cell.
const MOST_CELLS_OF_BOOK: u64 = MOST_CELLS / 2;
/// Rows and columns that spreadsheet programs have room for.
const MOST_ROWS_OF_SHEET: u64 = 1 << 20;
const MOST_COLUMNS_OF_SHEET: u64 = 1 << 14;
/// Values of a Parquet file, those of lists with them: as many as this whatever its size, then so many for each of its bytes, and
/// never more than the last. A run of one value takes a few bytes, but is written and counted row by row.
const VALUES_AT_LEAST: u64 = 200_000_000;
const VALUES_PER_BYTE: u64 = 100;
const MOST_VALUES: u64 = 20_000_000_000;
/// Values in lists of a row group of a Parquet file: all of them may belong to one row, which is held in memory.
const MOST_IN_LISTS: u64 = 50_000_000;
/// Bytes of the largest pages of all columns of a row group, which are held in memory together.
const MOST_OPEN_PAGES: u64 = 2 << 30;
/// Bytes of the text of a Parquet file, where a text that many rows share is counted with each: as many whatever the file's size, and
/// then so many times its size.
const TEXT_AT_LEAST: u64 = 8 << 30;
const TEXT_TIMES: u64 = 1000;
/// What comes out of a gzip file: as much as this whatever its size, and then so many times its size.
const UNPACKED_AT_LEAST: u64 = 1 << 30;
const UNPACKED_TIMES: u64 = 100;

/// Refuses a table that is wider than any that people read.
pub fn refuse_wide(n_columns: usize) -> Result<()> {
    if n_columns > MOST_COLUMNS {
        return Err(Error::bad_file(format!(
            "the file has more than {MOST_COLUMNS} columns; put what repeats into rows, or split the file"
        )));
    }
    Ok(())
}

/// Refuses one JSON value that is too large to be held.
pub fn refuse_large_json(n_bytes: u64) -> Result<()> {
    if n_bytes > MOST_JSON {
        return Err(Error::bad_file(format!(
            "the file is one JSON value of more than {} MB; write one object a line (.jsonl), or split it",
            MOST_JSON >> 20
        )));
    }
    Ok(())
}

/// How many bytes may come out of a packed file of a size.
pub fn most_unpacked(n_packed: u64) -> u64 {
    UNPACKED_AT_LEAST.max(n_packed.saturating_mul(UNPACKED_TIMES))
}

/// Refuses a workbook that unpacks to more than a workbook is. Each part is unpacked and counted: what an archive says of itself can
/// be wrong. A workbook that is no archive is as large as it is.
pub fn refuse_packed_workbook(bytes: &Bytes) -> Result<()> {
    if unpacks_to_more(bytes, MOST_WORKBOOK) {
        return Err(Error::bad_file(format!(
            "the workbook unpacks to more than {} MB; save the sheet as CSV",
            MOST_WORKBOOK >> 20
        )));
    }
    Ok(())
}

fn unpacks_to_more(bytes: &Bytes, most: u64) -> bool {
    let Ok(mut archive) = zip::ZipArchive::new(Cursor::new(bytes.clone())) else {
        return false;
    };
    let mut left = most;
    for at in 0..archive.len() {
        // What cannot be read is told by who reads the workbook.
        let Ok(part) = archive.by_index(at) else { continue };
        let n = std::io::copy(&mut part.take(left + 1), &mut std::io::sink()).unwrap_or(left);
        if n > left {
            return true;
        }
        left -= n;
    }
    false
}

/// Refuses a sheet whose filled cells lie so far apart that the rectangle around them cannot be held, or would be held for next to
/// nothing. Rows and columns count from 0.
pub fn refuse_scattered(first: (u32, u32), last: (u32, u32), n_filled: u64) -> Result<()> {
    let n_cells = n_cells_between(first, last);
    let is_empty = n_cells > MOST_EMPTY && n_cells / MOST_FOR_ONE > n_filled;
    if n_cells > MOST_CELLS || is_empty {
        return Err(Error::bad_file(format!(
            "the sheet reaches from row {} to row {} and over {} columns, of which {n_filled} cells are filled; delete what stands far \
             from the table, or save the table as CSV",
            u64::from(first.0) + 1,
            u64::from(last.0) + 1,
            n_between(first.1, last.1),
        )));
    }
    Ok(())
}

/// Cells of the rectangle from a first to a last cell, each a row and a column.
pub fn n_cells_between(first: (u32, u32), last: (u32, u32)) -> u64 {
    n_between(first.0, last.0).saturating_mul(n_between(first.1, last.1))
}

fn n_between(first: u32, last: u32) -> u64 {
    u64::from(last.saturating_sub(first)) + 1
}

/// Refuses a sheet that repeats its cells to where no spreadsheet program reaches. Both are counted up to the last filled cell.
pub fn refuse_tall(n_rows: u64, n_columns: u64) -> Result<()> {
    if n_rows > MOST_ROWS_OF_SHEET || n_columns > MOST_COLUMNS_OF_SHEET {
        return Err(Error::bad_file(format!(
            "the sheet repeats its cells to row {n_rows} and over {n_columns} columns, more than a sheet has room for; delete what \
             stands far from the table, or save the table as CSV"
        )));
    }
    Ok(())
}

/// Refuses a sheet with a cell where no spreadsheet program reaches, or with more cells than can be held. Its place counts from 0.
pub fn refuse_beyond_sheet((row, column): (u32, u32), n_filled: u64) -> Result<()> {
    if u64::from(row) >= MOST_ROWS_OF_SHEET || u64::from(column) >= MOST_COLUMNS_OF_SHEET {
        return Err(Error::bad_file(format!(
            "the sheet goes on after row {MOST_ROWS_OF_SHEET} or after {MOST_COLUMNS_OF_SHEET} columns, where a sheet ends; save the \
             table as CSV, or split it"
        )));
    }
    if n_filled > MOST_CELLS {
        return Err(Error::bad_file(format!(
            "the sheet has more than {} million filled cells; save the table as CSV",
            MOST_CELLS / 1_000_000
        )));
    }
    Ok(())
}

/// Refuses an ODS or XLS workbook whose cells cannot be held, counted with those between and with those repeated.
pub fn refuse_many_cells(n_cells: u64) -> Result<()> {
    if n_cells > MOST_CELLS_OF_BOOK {
        return Err(Error::bad_file(format!(
            "the workbook has more than {} million cells; delete what stands far from the tables, or save the table as CSV",
            MOST_CELLS_OF_BOOK / 1_000_000
        )));
    }
    Ok(())
}

/// Refuses a sheet whose text cannot be held.
pub fn refuse_long_cells(n_bytes: u64) -> Result<()> {
    if n_bytes > MOST_CELL_TEXT {
        return Err(Error::bad_file(format!(
            "the text of all cells takes more than {} MB; save the sheet as CSV",
            MOST_CELL_TEXT >> 20
        )));
    }
    Ok(())
}

/// Refuses a Parquet file of a size that means more values than a table of that size has.
pub fn refuse_many_values(n_values: u64, size: u64) -> Result<()> {
    let most = VALUES_AT_LEAST
        .max(size.saturating_mul(VALUES_PER_BYTE))
        .min(MOST_VALUES);
    if n_values > most {
        return Err(Error::bad_file(format!(
            "the Parquet file of {size} bytes means {n_values} values, far more than a table of its size has; check how it was made, \
             or send it in parts"
        )));
    }
    Ok(())
}

/// Refuses a Parquet file of a size whose pages unpack to far more, as [`most_unpacked`] has it.
pub fn refuse_unpacked_pages(n_bytes: u64, size: u64) -> Result<()> {
    let most = most_unpacked(size);
    if n_bytes > most {
        return Err(Error::bad_file(format!(
            "the pages of the Parquet file unpack to more than {} MB, far more than a table of its size does; send it in parts",
            most >> 20
        )));
    }
    Ok(())
}

/// Refuses a row group whose pages cannot be held together.
pub fn refuse_open_pages(n_bytes: u64) -> Result<()> {
    if n_bytes > MOST_OPEN_PAGES {
        return Err(Error::bad_file(format!(
            "the pages of the Parquet file are too large to be read together: more than {} MB; write it with smaller pages",
            MOST_OPEN_PAGES >> 20
        )));
    }
    Ok(())
}

/// Refuses a row group whose lists cannot be held.
pub fn refuse_wide_lists(n_values: u64) -> Result<()> {
    if n_values > MOST_IN_LISTS {
        return Err(Error::bad_file(format!(
            "the lists of the Parquet file have more than {} million values in one row group; write it with smaller row groups",
            MOST_IN_LISTS / 1_000_000
        )));
    }
    Ok(())
}

/// Refuses a Parquet file of a size whose texts come to far more once each row has its own.
pub fn refuse_long_text(n_bytes: u64, size: u64) -> Result<()> {
    let most = TEXT_AT_LEAST.max(size.saturating_mul(TEXT_TIMES));
    if n_bytes > most {
        return Err(Error::bad_file(format!(
            "the texts of the Parquet file come to more than {} MB, far more than those of a table of its size; send it in parts",
            most >> 20
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn an_archive_is_measured_by_what_comes_out_of_it() {
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for name in ["a.xml", "b.xml"] {
            let options = zip::write::SimpleFileOptions::default();
            archive.start_file(name, options).expect("a part");
            archive.write_all(&[b' '; 10_000]).expect("written");
        }
        let bytes: Bytes = archive.finish().expect("finished").into_inner().into();
        assert!(bytes.len() < 1_000);
        assert!(unpacks_to_more(&bytes, 19_999));
        assert!(!unpacks_to_more(&bytes, 20_000));
        assert!(!unpacks_to_more(&Bytes::from_static(b"no archive"), 0));
    }

    #[test]
    fn a_file_may_unpack_to_a_gigabyte_and_then_to_a_hundred_times_its_size() {
        assert_eq!(most_unpacked(10), 1 << 30);
        assert_eq!(most_unpacked(1 << 30), 100 << 30);
    }

    #[test]
    fn a_parquet_file_may_mean_two_hundred_million_values_and_then_a_hundred_a_byte() {
        assert!(refuse_many_values(200_000_000, 1_000).is_ok());
        assert!(refuse_many_values(200_000_001, 1_000).is_err());
        assert!(refuse_many_values(1_000_000_000, 10_000_000).is_ok());
        assert!(refuse_many_values(u64::MAX, u64::MAX).is_err());
    }

    #[test]
    fn a_sheet_is_as_large_as_the_rectangle_around_its_cells() {
        assert!(refuse_scattered((0, 0), (1_048_575, 20), 22_020_096).is_ok());
        let told = refuse_scattered((0, 0), (1_048_575, 16_383), u64::MAX).expect_err("refused");
        assert!(
            told.to_string().contains("to row 1048576 and over 16384 columns"),
            "{told}"
        );
        assert!(refuse_scattered((0, 0), (u32::MAX, u32::MAX), u64::MAX).is_err());
    }

    #[test]
    fn a_sheet_ends_where_spreadsheet_programs_end_it() {
        assert!(refuse_beyond_sheet((1_048_575, 16_383), 50_000_000).is_ok());
        for (place, n) in [((1_048_576, 0), 1), ((0, 16_384), 1), ((0, 0), 50_000_001)] {
            let told = refuse_beyond_sheet(place, n).expect_err("refused").to_string();
            assert!(told.contains("as CSV"), "{told}");
        }
    }

    #[test]
    fn a_large_sheet_is_not_held_for_a_few_cells() {
        // A stray cell below a table of ten columns.
        assert!(refuse_scattered((0, 0), (65_535, 9), 2_000).is_ok());
        let told = refuse_scattered((0, 0), (65_535, 255), 2).expect_err("refused");
        assert!(told.to_string().contains("2 cells are filled"), "{told}");
        assert!(refuse_scattered((0, 0), (65_535, 255), 167_772).is_ok());
        assert!(refuse_scattered((0, 0), (65_535, 255), 167_771).is_err());
    }
}
