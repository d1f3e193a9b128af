//! Workbooks: XLSX, XLS and ODS.

mod ods;
mod xls;

use std::io::Cursor;

use bytes::Bytes;
use calamine::{Data, DataRef, DataType, Range, Reader, open_workbook_auto_from_rs};

use super::{
    Job, Written,
    bad_rows::BadRows,
    bounds::{
        n_cells_between, refuse_beyond_sheet, refuse_long_cells, refuse_packed_workbook, refuse_scattered,
        refuse_wide,
    },
    cells::{self, CellFacts},
    csv::dialect,
    no_rows,
    received::Received,
};
use crate::{
    error::{Doing, Error, Result},
    value::Value,
};

pub fn read(job: &Job, received: &Received) -> Result<Written> {
    // The reader jumps about in the archive and keeps copies of itself; a workbook fits in memory.
    let bytes = std::fs::read(received.path()).doing(|| format!("read {}", received.path().display()))?;
    let bytes = Bytes::from(bytes);
    refuse_packed_workbook(&bytes)?;
    ods::refuse_repeated(&bytes)?;
    xls::refuse_scattered_cells(&bytes)?;
    let is_compound = xls::is_compound(&bytes);
    let mut book =
        open_workbook_auto_from_rs(Cursor::new(bytes)).map_err(|_| match is_compound {
            true => Error::bad_file(
                "the workbook cannot be read; check that it arrived completely, and save it as .xlsx without a password",
            ),
            false => Error::bad_file(
                "the workbook cannot be read; check that it is one and arrived completely, or save it as .xlsx anew",
            ),
        })?;
    let names = book.sheet_names();
    let range = match &job.options.sheet {
        Some(wanted) => {
            if !names.contains(wanted) {
                return Err(Error::bad_file(format!(
                    "there is no sheet {wanted:?}; the workbook has {}",
                    names.join(", ")
                )));
            }
            sheet(&mut book, wanted)?
        }
        None => {
            let mut first = None;
            for name in &names {
                let range = sheet(&mut book, name)?;
                if !range.is_empty() {
                    first = Some(range);
                    break;
                }
            }
            first.ok_or_else(|| no_rows("the workbook"))?
        }
    };
    let (first_row, _) = range.start().ok_or_else(|| no_rows("the sheet"))?;
    let width = range.width();
    refuse_wide(width)?;
    let filled = |row: &[Data]| row.iter().filter(|cell| !is_blank(cell)).count();
    // The header is the first row with about as many cells as most rows have; titles above have fewer.
    let mut counts: Vec<usize> = range.rows().take(200).map(filled).collect();
    counts.sort_unstable();
    let usual = counts.get(counts.len() / 2).copied().unwrap_or_default();
    let head = range
        .rows()
        .position(|row| filled(row) > 0 && filled(row) * 2 > usual)
        .ok_or_else(|| no_rows("the sheet"))?;
    let titles: Vec<String> = range
        .rows()
        .nth(head)
        .map(|row| row.iter().map(|cell| cell_value(job, cell).to_string()).collect())
        .unwrap_or_default();
    let has_header = job
        .options
        .header
        .unwrap_or_else(|| dialect::looks_like_header(&titles));
    let header = has_header.then_some(titles.as_slice());
    let mut names = dialect::names(header, width)?;
    let data = || {
        range
            .rows()
            .enumerate()
            .skip(head + usize::from(has_header))
            .filter(|(_, row)| filled(row) > 0)
    };
    let mut bad_rows = BadRows::default();
    for (at, row) in range.rows().take(head).enumerate() {
        if filled(row) > 0 {
            let text: Vec<String> = row.iter().map(|cell| cell_value(job, cell).to_string()).collect();
            bad_rows.push(
                u64::from(first_row) + at as u64 + 1,
                "this row stands above the header; take it out if it is no data",
                text.join("\t").trim_end(),
            );
        }
    }
    let mut facts = vec![CellFacts::default(); width];
    for (at, row) in data() {
        for (column, cell) in row.iter().enumerate() {
            if let Data::Error(error) = cell {
                bad_rows.push(
                    u64::from(first_row) + at as u64 + 1,
                    format!(
                        "column {:?} holds the error {error}; it was left empty: correct the formula",
                        names[column]
                    ),
                    &error.to_string(),
                );
            }
            let line = u64::from(first_row) + at as u64 + 1;
            facts[column].see(line, &cell_value(job, cell));
        }
    }
    let n_kept = dialect::n_kept(header, width, |column| facts[column].is_empty());
    names.truncate(n_kept);
    facts.truncate(n_kept);
    let typed = cells::typed(names, &facts);
    let rows = data().map(|(_, row)| Ok(row.iter().map(|cell| cell_value(job, cell)).collect()));
    cells::write(job, typed, rows, || bad_rows)
}

fn sheet<R: std::io::Read + std::io::Seek>(
    book: &mut calamine::Sheets<R>,
    name: &str,
) -> Result<Range<Data>> {
    let extent = extent(book, name)?;
    extent.refuse_scattered()?;
    refuse_long_cells(extent.n_text_bytes)?;
    book.worksheet_range(name).map_err(|_| unreadable(name))
}

fn unreadable(sheet: &str) -> Error {
    Error::bad_file(format!(
        "sheet {sheet:?} cannot be read; check that the file arrived completely, or save the workbook anew"
    ))
}

/// How large a sheet becomes in memory, for the kinds of workbook that keep each cell by its address.
#[derive(Default)]
struct Extent {
    /// The rows and columns between which all filled cells lie.
    corners: Option<Corners>,
    n_filled: u64,
    /// Bytes of the text of all cells; a text that many cells share is kept once in the file, and once a cell in memory.
    n_text_bytes: u64,
}

impl Extent {
    fn see(&mut self, place: (u32, u32), value: &DataRef<'_>) -> Result<()> {
        // A cell that has only a colour is passed over by the reader of workbooks.
        if matches!(value, DataRef::Empty) {
            return Ok(());
        }
        self.fill(place);
        refuse_beyond_sheet(place, self.n_filled)?;
        self.n_text_bytes += match value {
            DataRef::String(text) => text.len() as u64,
            DataRef::SharedString(text) => text.len() as u64,
            _ => 0,
        };
        refuse_long_cells(self.n_text_bytes)
    }

    fn fill(&mut self, (row, column): (u32, u32)) {
        let (first, last) = self.corners.unwrap_or(((row, column), (row, column)));
        self.corners = Some((
            (first.0.min(row), first.1.min(column)),
            (last.0.max(row), last.1.max(column)),
        ));
        self.n_filled += 1;
    }

    fn n_cells(&self) -> u64 {
        self.corners
            .map_or(0, |(first, last)| n_cells_between(first, last))
    }

    fn refuse_scattered(&self) -> Result<()> {
        match self.corners {
            Some((first, last)) => refuse_scattered(first, last, self.n_filled),
            None => Ok(()),
        }
    }
}

/// Measures a sheet, and gives up as soon as it is larger than one may be.
fn extent<R: std::io::Read + std::io::Seek>(book: &mut calamine::Sheets<R>, name: &str) -> Result<Extent> {
    let mut extent = Extent::default();
    match book {
        calamine::Sheets::Xlsx(book) => {
            let mut cells = book.worksheet_cells_reader(name).map_err(|_| unreadable(name))?;
            while let Some(cell) = cells.next_cell().map_err(|_| unreadable(name))? {
                extent.see(cell.get_position(), cell.get_value())?;
            }
        }
        calamine::Sheets::Xlsb(book) => {
            let mut cells = book.worksheet_cells_reader(name).map_err(|_| unreadable(name))?;
            while let Some(cell) = cells.next_cell().map_err(|_| unreadable(name))? {
                extent.see(cell.get_position(), cell.get_value())?;
            }
        }
        _ => {}
    }
    Ok(extent)
}

type Corners = ((u32, u32), (u32, u32));

fn is_blank(cell: &Data) -> bool {
    match cell {
        Data::Empty => true,
        Data::String(text) => text.trim().is_empty(),
        _ => false,
    }
}

fn cell_value(job: &Job, cell: &Data) -> Value {
    match cell {
        Data::Empty | Data::Error(_) => Value::Null,
        Data::String(text) if job.is_missing(text) => Value::Null,
        Data::String(text) => Value::Text(text.clone()),
        Data::Int(n) => Value::Integer(*n),
        // Sheets know only one kind of number; whole ones are shown and meant as integers.
        Data::Float(x) if x.fract() == 0.0 && x.abs() < 9e15 => Value::Integer(*x as i64),
        Data::Float(x) => Value::Decimal(*x),
        Data::Bool(b) => Value::Flag(*b),
        Data::DateTime(_) | Data::DateTimeIso(_) => match cell.as_datetime() {
            Some(at) => {
                let micros = at.and_utc().timestamp_micros();
                if micros % 86_400_000_000 == 0 {
                    Value::Date((micros / 86_400_000_000) as i32)
                } else {
                    Value::Instant(micros)
                }
            }
            None => Value::Text(cell.to_string()),
        },
        Data::DurationIso(text) => Value::Text(text.clone()),
    }
}
