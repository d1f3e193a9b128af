//! XLSX: written row by row to a temporary file, then sent.

use std::{io::Read, path::Path};

use arrow::array::RecordBatch;
use datafusion::execution::SendableRecordBatchStream;
use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};

use super::{Outlet, next};
use crate::{
    error::{Doing, Error, Result},
    plain,
    query::Limits,
    value::{Column, Value},
};

/// Rows of a sheet without its header.
const MOST_ROWS: u32 = 1_048_575;
/// Columns of a sheet.
const MOST_COLUMNS: usize = 16_384;
/// Characters of a cell.
const LONGEST_CELL: usize = 32_767;
/// Days from 1899-12-30, where sheets begin to count, to 1970-01-01.
const EPOCH: f64 = 25_569.0;
/// The largest integer that a sheet's numbers hold exactly.
const EXACT: i64 = 1 << 53;

pub async fn write(
    columns: &[Column],
    mut rows: SendableRecordBatchStream,
    limits: &Limits,
    temporary: &Path,
    outlet: &Outlet,
) -> Result<()> {
    if columns.len() > MOST_COLUMNS {
        return Err(Error::BadQuery(format!(
            "a sheet holds {MOST_COLUMNS} columns and the table has {}; choose CSV or Parquet",
            columns.len()
        )));
    }
    let mut book = Workbook::new();
    book.set_tempdir(temporary).doing(doing)?;
    let formats = Formats::new();
    let mut sheet = new_sheet(&mut book, columns, &formats).doing(doing)?;
    let mut at = 0;
    while let Some(batch) = next(&mut rows, limits).await? {
        for row in 0..batch.num_rows() {
            if at == MOST_ROWS {
                book.push_worksheet(sheet);
                sheet = new_sheet(&mut book, columns, &formats).doing(doing)?;
                at = 0;
            }
            at += 1;
            write_row(&mut sheet, at, &batch, row, &formats).doing(doing)?;
        }
        tokio::task::consume_budget().await;
    }
    book.push_worksheet(sheet);
    let mut file = tempfile::tempfile_in(temporary).doing(doing)?;
    // Joining and compressing the sheets is computing and waits for the disk.
    file = tokio::task::spawn_blocking(move || -> Result<std::fs::File> {
        book.save_to_writer(&mut file).doing(doing)?;
        std::io::Seek::rewind(&mut file).doing(doing)?;
        Ok(file)
    })
    .await
    .doing(doing)??;
    loop {
        let mut piece = vec![0; 256 << 10];
        let n = file.read(&mut piece).doing(doing)?;
        if n == 0 {
            return Ok(());
        }
        piece.truncate(n);
        outlet.send(piece).await;
    }
}

struct Formats {
    head: Format,
    date: Format,
    instant: Format,
}

impl Formats {
    fn new() -> Formats {
        Formats {
            head: Format::new().set_bold(),
            date: Format::new().set_num_format("yyyy-mm-dd"),
            instant: Format::new().set_num_format("yyyy-mm-dd hh:mm:ss"),
        }
    }
}

fn new_sheet(book: &mut Workbook, columns: &[Column], formats: &Formats) -> Result<Worksheet, XlsxError> {
    let mut sheet = book.new_worksheet_with_constant_memory()?;
    for (at, column) in columns.iter().enumerate() {
        sheet.write_string_with_format(0, at as u16, &column.name, &formats.head)?;
    }
    Ok(sheet)
}

fn write_row(
    sheet: &mut Worksheet,
    at: u32,
    batch: &RecordBatch,
    row: usize,
    formats: &Formats,
) -> Result<(), XlsxError> {
    for (column, array) in batch.columns().iter().enumerate() {
        let column = column as u16;
        match plain::value(array, row) {
            Value::Null => {}
            Value::Text(text) => {
                sheet.write_string(at, column, fitting(&text))?;
            }
            Value::Integer(n) if n.abs() <= EXACT => {
                sheet.write_number(at, column, n as f64)?;
            }
            Value::Decimal(x) if x.is_finite() => {
                sheet.write_number(at, column, x)?;
            }
            Value::Flag(b) => {
                sheet.write_boolean(at, column, b)?;
            }
            Value::Date(days) if f64::from(days) + EPOCH >= 61.0 => {
                sheet.write_number_with_format(at, column, f64::from(days) + EPOCH, &formats.date)?;
            }
            Value::Instant(micros) if micros > 0 => {
                let days = micros as f64 / 86_400_000_000.0 + EPOCH;
                sheet.write_number_with_format(at, column, days, &formats.instant)?;
            }
            // Numbers beyond a sheet's precision and days before its calendar stay exact as text.
            other => {
                sheet.write_string(at, column, other.to_string())?;
            }
        }
    }
    Ok(())
}

/// A text that a cell can hold; a longer one is cut, and an ellipsis says so.
fn fitting(text: &str) -> String {
    // Sheets count UTF-16 units, of which a character has at most two.
    if text.encode_utf16().count() <= LONGEST_CELL {
        return text.to_string();
    }
    let cut: String = text.chars().take(LONGEST_CELL / 2).collect();
    format!("{cut}…")
}

fn doing() -> String {
    "write a workbook".into()
}
