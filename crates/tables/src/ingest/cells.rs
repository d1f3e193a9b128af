//! Rows of cells that have kinds of their own: sheets, JSON and GeoJSON.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanBuilder, Date32Builder, Float64Builder, Int64Builder, RecordBatch, StringBuilder,
    TimestampMicrosecondBuilder,
};

use super::{
    Job, Written,
    bad_rows::BadRows,
    guess::{self, Facts, Reading},
    profile::Tally,
};
use crate::{
    error::{Doing, Result},
    lake::{TableFile, data_file_name},
    plain,
    value::{Column, Kind, Value},
};

/// Rows that are typed and written at a time.
const BATCH: usize = 8192;

/// What the cells of a column are, judged by all of them.
#[derive(Clone, Copy, Default)]
pub struct CellFacts {
    n_text: u64,
    n_integer: u64,
    n_decimal: u64,
    n_flag: u64,
    n_date: u64,
    n_instant: u64,
    text: Facts,
}

impl CellFacts {
    pub fn see(&mut self, cell: &Value) {
        match cell {
            Value::Null => {}
            Value::Text(text) => {
                self.n_text += 1;
                self.text.see(text.as_bytes());
            }
            Value::Integer(_) => self.n_integer += 1,
            Value::Decimal(_) => self.n_decimal += 1,
            Value::Flag(_) => self.n_flag += 1,
            Value::Date(_) => self.n_date += 1,
            Value::Instant(_) => self.n_instant += 1,
        }
    }

    /// How the column's text is read, which says what the column's kind is.
    ///
    /// Numbers beside text make a column of text: nobody can tell which of them was meant.
    pub fn reading(&self) -> Reading {
        use guess::{DateOrder::Year, NumberStyle::Point};
        let n = self.n_text + self.n_integer + self.n_decimal + self.n_flag + self.n_date + self.n_instant;
        let n_text = self.n_text;
        match n {
            0 => Reading::Text,
            _ if n == n_text => self.text.reading_of_strings(),
            _ if n == self.n_integer => Reading::Integer(Point),
            _ if n == self.n_integer + self.n_decimal => Reading::Decimal(Point),
            _ if n == self.n_flag => Reading::Flag,
            _ if n == self.n_date => Reading::Date(Year),
            _ if n == self.n_date + self.n_instant => Reading::Instant(Year),
            _ if n == self.n_date + n_text => match self.text.reading_of_strings() {
                date @ Reading::Date(_) => date,
                instant @ Reading::Instant(_) => instant,
                _ => Reading::Text,
            },
            _ => Reading::Text,
        }
    }
}

/// Types rows and writes them; `rows` gives each row's cells in the order of the columns.
pub fn write(
    job: &Job,
    columns: Vec<Column>,
    readings: &[Reading],
    rows: impl Iterator<Item = Result<Vec<Value>>>,
    bad_rows: impl FnOnce() -> BadRows,
) -> Result<Written> {
    let mut file = TableFile::create(&job.lake, &job.table, data_file_name(0), &columns)?;
    let mut tallies: Vec<Tally> = columns.iter().map(|_| Tally::default()).collect();
    let mut waiting: Vec<Vec<Value>> = Vec::with_capacity(BATCH);
    let mut rows = rows.peekable();
    while rows.peek().is_some() {
        waiting.clear();
        while waiting.len() < BATCH
            && let Some(row) = rows.next()
        {
            waiting.push(row?);
        }
        let arrays: Vec<ArrayRef> = readings
            .iter()
            .enumerate()
            .map(|(at, reading)| {
                array(
                    *reading,
                    waiting.iter().map(|row| row.get(at).unwrap_or(&Value::Null)),
                )
            })
            .collect();
        for (tally, array) in tallies.iter_mut().zip(&arrays) {
            tally.see(array);
        }
        let batch = RecordBatch::try_new(plain::schema(&columns), arrays)
            .doing(|| "put cells into columns".into())?;
        file.encode(&batch)?;
        job.wait(file.send())?;
    }
    let files = job.wait(file.close())?.into_iter().collect();
    Ok(Written {
        columns,
        files,
        tallies,
        bad_rows: bad_rows(),
    })
}

/// Columns with the kinds that their cells have; geometry is told by the caller.
pub fn columns(names: Vec<String>, readings: &[Reading]) -> Vec<Column> {
    names
        .into_iter()
        .zip(readings)
        .map(|(name, reading)| Column::new(name, reading.kind()))
        .collect()
}

fn array<'a>(reading: Reading, cells: impl Iterator<Item = &'a Value>) -> ArrayRef {
    match reading.kind() {
        Kind::Integer => {
            let mut numbers = Int64Builder::new();
            cells.for_each(|cell| numbers.append_option(cell.as_integer()));
            Arc::new(numbers.finish())
        }
        Kind::Decimal => {
            let mut numbers = Float64Builder::new();
            cells.for_each(|cell| numbers.append_option(cell.as_decimal()));
            Arc::new(numbers.finish())
        }
        Kind::Flag => {
            let mut flags = BooleanBuilder::new();
            cells.for_each(|cell| {
                flags.append_option(match cell {
                    Value::Flag(b) => Some(*b),
                    _ => None,
                });
            });
            Arc::new(flags.finish())
        }
        Kind::Date => {
            let mut dates = Date32Builder::new();
            cells.for_each(|cell| {
                dates.append_option(match (cell, reading) {
                    (Value::Date(days), _) => Some(*days),
                    (Value::Text(text), Reading::Date(order)) => guess::date(text, order),
                    _ => None,
                });
            });
            Arc::new(dates.finish())
        }
        Kind::Instant => {
            let mut instants = TimestampMicrosecondBuilder::new().with_timezone("UTC");
            cells.for_each(|cell| {
                instants.append_option(match (cell, reading) {
                    (Value::Instant(at), _) => Some(*at),
                    (Value::Date(days), _) => Some(i64::from(*days) * 86_400_000_000),
                    (Value::Text(text), Reading::Instant(order)) => guess::instant(text, order),
                    _ => None,
                });
            });
            Arc::new(instants.finish())
        }
        Kind::Text | Kind::Geometry => {
            let mut texts = StringBuilder::new();
            cells.for_each(|cell| match cell {
                Value::Null => texts.append_null(),
                Value::Text(text) => texts.append_value(text),
                other => texts.append_value(other.to_string()),
            });
            Arc::new(texts.finish())
        }
    }
}
