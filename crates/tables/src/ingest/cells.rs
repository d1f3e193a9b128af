//! Rows of cells that have kinds of their own: sheets, JSON and GeoJSON.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanBuilder, Date32Builder, Float64Builder, Int64Builder, RecordBatch, StringBuilder,
    TimestampMicrosecondBuilder,
};

use super::{
    Job, Written,
    bad_rows::BadRows,
    codes,
    doubts::Doubt,
    guess::{Facts, Reading, dates, numbers, units},
    marks::{self, Verdict},
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
#[derive(Clone, Default)]
pub struct CellFacts {
    n_text: u64,
    n_integer: u64,
    n_decimal: u64,
    n_flag: u64,
    n_date: u64,
    n_instant: u64,
    text: Facts,
    /// Cells that are no number, nor text that is one.
    n_odd: u64,
    /// The first of them with its line.
    odd: Option<(u64, String)>,
    /// Cells that are a date, or text that is one.
    n_dated: u64,
    /// The first cell that is neither, with its line.
    undated: Option<(u64, String)>,
    /// The first text with a point or a comma, with its line.
    marked: Option<(u64, String)>,
}

impl CellFacts {
    /// Takes in a cell; lines count as [`Doubt::line`] does.
    pub fn see(&mut self, line: u64, cell: &Value) {
        self.see_date(line, cell);
        match cell {
            Value::Null => return,
            Value::Text(text) => {
                self.n_text += 1;
                if self.marked.is_none() && marks::has_mark(text.as_bytes()) {
                    self.marked = Some((line, text.clone()));
                }
                self.text.see(text.as_bytes());
                if numbers::is_written(text.as_bytes()) {
                    return;
                }
            }
            Value::Integer(_) => {
                self.n_integer += 1;
                return;
            }
            Value::Decimal(_) => {
                self.n_decimal += 1;
                return;
            }
            Value::Flag(_) => self.n_flag += 1,
            Value::Date(_) => self.n_date += 1,
            Value::Instant(_) => self.n_instant += 1,
        }
        self.n_odd += 1;
        if self.odd.is_none() {
            self.odd = Some((line, cell.to_string()));
        }
    }

    fn see_date(&mut self, line: u64, cell: &Value) {
        let is_date = match cell {
            Value::Null => return,
            Value::Date(_) | Value::Instant(_) => true,
            Value::Text(text) => dates::is_written(text.as_bytes()),
            _ => false,
        };
        if is_date {
            self.n_dated += 1;
        } else if self.undated.is_none() {
            self.undated = Some((line, cell.to_string()));
        }
    }

    /// Whether no cell holds anything.
    pub fn is_empty(&self) -> bool {
        self.n() == 0
    }

    /// How the column's text is read, which says what the column's kind is.
    ///
    /// Numbers beside text make a column of text: nobody can tell which of them was meant. But a few numbers that were typed as text
    /// among many that were not are numbers, as they are where the same sheet is saved as CSV.
    pub fn reading(&self) -> Reading {
        use super::guess::{DateOrder::Year, NumberStyle::Point};
        let (n, n_text) = (self.n(), self.n_text);
        let n_numbers = self.n_integer + self.n_decimal;
        match n {
            0 => Reading::Text,
            _ if n == n_text => self.text.reading_of_strings(),
            _ if n == self.n_integer => Reading::Integer(Point),
            _ if n == n_numbers => Reading::Decimal(Point),
            _ if n == n_numbers + n_text && n_numbers * 10 >= n * 9 => match self.text.reading() {
                Reading::Integer(style) if self.n_decimal == 0 => Reading::Integer(style),
                Reading::Integer(style) | Reading::Decimal(style) => Reading::Decimal(style),
                _ => Reading::Text,
            },
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

    fn n(&self) -> u64 {
        self.n_text + self.n_integer + self.n_decimal + self.n_flag + self.n_date + self.n_instant
    }

    /// What stands beside the numbers of a measure.
    fn unit(&self) -> Option<String> {
        let unit = self.text.unit()?;
        Some(unit.text(|bytes| String::from_utf8_lossy(bytes).into_owned()))
    }

    fn doubt(&self, column: &Column) -> Option<Doubt> {
        self.doubt_about_numbers(column)
            .or_else(|| self.doubt_about_dates(column))
    }

    fn doubt_about_dates(&self, column: &Column) -> Option<Doubt> {
        let (line, value) = self.undated.as_ref()?;
        (column.kind == Kind::Text)
            .then(|| Doubt::of_dates(&column.name, self.n(), self.n_dated, *line, value))
            .flatten()
    }

    fn doubt_about_numbers(&self, column: &Column) -> Option<Doubt> {
        let (line, value) = self.odd.as_ref()?;
        // Text that is a number counts as none where there is no number beside it: it was meant as text.
        let is_text_of_numbers = column.kind == Kind::Text && self.n_integer + self.n_decimal > 0;
        let n_numbers = self.n() - self.n_odd;
        is_text_of_numbers
            .then(|| Doubt::of_column(&column.name, self.n(), n_numbers, *line, value))
            .flatten()
    }
}

/// The columns of cells with how their text is read.
pub struct Typed {
    pub columns: Vec<Column>,
    pub readings: Vec<Reading>,
    pub doubts: Vec<Doubt>,
}

/// Gives columns the kinds that their cells have.
pub fn typed(names: Vec<String>, facts: &[CellFacts]) -> Typed {
    let mut facts = facts.to_vec();
    let judged = readings(&names, &facts);
    let judging = names.iter().zip(&facts).zip(&judged);
    let judging = judging.map(|((name, facts), reading)| (name.as_str(), &facts.text, *reading));
    let verdict = Verdict::of(judging, None);
    let in_doubt: Vec<bool> = facts
        .iter_mut()
        .zip(&names)
        .zip(&judged)
        .map(|((facts, name), reading)| *reading != Reading::Text && verdict.decide(name, &mut facts.text))
        .collect();
    let readings = readings(&names, &facts);
    let columns: Vec<Column> = names
        .into_iter()
        .zip(&readings)
        .zip(&facts)
        .map(|((name, reading), facts)| Column {
            unit: facts.unit().filter(|_| matches!(reading, Reading::Measure(_))),
            ..Column::new(name, reading.kind())
        })
        .collect();
    let text = columns.iter().zip(&facts);
    let text = text.filter_map(|(column, facts)| facts.doubt(column));
    let numbers = columns.iter().zip(&readings).zip(&facts).zip(&in_doubt);
    let numbers = numbers.filter_map(|(((column, reading), facts), in_doubt)| {
        let (line, value) = facts.marked.as_ref().filter(|_| *in_doubt)?;
        marks::doubt(&column.name, *reading, *line, value)
    });
    let doubts = text.chain(numbers).collect();
    Typed {
        columns,
        readings,
        doubts,
    }
}

fn readings(names: &[String], facts: &[CellFacts]) -> Vec<Reading> {
    let columns = names.iter().zip(facts);
    columns
        .map(|(name, facts)| match facts.reading() {
            Reading::Measure(_) if codes::are_numbered(name, &facts.text) => Reading::Text,
            reading => reading,
        })
        .collect()
}

/// Types rows and writes them; `rows` gives each row's cells in the order of the columns.
pub fn write(
    job: &Job,
    typed: Typed,
    rows: impl Iterator<Item = Result<Vec<Value>>>,
    bad_rows: impl FnOnce() -> BadRows,
) -> Result<Written> {
    let Typed {
        columns,
        readings,
        doubts,
    } = typed;
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
        doubts,
    })
}

fn array<'a>(reading: Reading, cells: impl Iterator<Item = &'a Value>) -> ArrayRef {
    match reading.kind() {
        Kind::Integer => {
            let mut numbers = Int64Builder::new();
            cells.for_each(|cell| {
                numbers.append_option(match (cell, reading) {
                    (Value::Text(text), Reading::Integer(style)) => numbers::integer(text, style),
                    _ => cell.as_integer(),
                });
            });
            Arc::new(numbers.finish())
        }
        Kind::Decimal => {
            let mut numbers = Float64Builder::new();
            cells.for_each(|cell| {
                numbers.append_option(match (cell, reading) {
                    (Value::Text(text), Reading::Decimal(style)) => numbers::decimal(text, style),
                    (Value::Text(text), Reading::Measure(style)) => units::measure(text, style),
                    _ => cell.as_decimal(),
                });
            });
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
                    (Value::Text(text), Reading::Date(order)) => dates::date(text, order),
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
                    (Value::Text(text), Reading::Instant(order)) => dates::instant(text, order),
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
