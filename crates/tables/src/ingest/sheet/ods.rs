//! ODS says how often a cell or a row is repeated instead of writing it again. The reader of workbooks writes all of them out, so
//! what they come to is counted first, over the same events of the same parser.

use std::io::{BufRead, BufReader, Cursor};

use bytes::Bytes;
use quick_xml::{
    Reader,
    events::{BytesStart, Event},
};

use crate::{
    error::{Error, Result},
    ingest::bounds::{refuse_long_cells, refuse_many_cells, refuse_scattered, refuse_tall},
};

/// Refuses an ODS workbook that repeats cells more often than a sheet has room for. What is no ODS passes.
pub fn refuse_repeated(bytes: &Bytes) -> Result<()> {
    let Ok(mut archive) = zip::ZipArchive::new(Cursor::new(bytes.clone())) else {
        return Ok(());
    };
    let Ok(content) = archive.by_name("content.xml") else {
        return Ok(());
    };
    refuse_content(BufReader::new(content))
}

fn refuse_content(content: impl BufRead) -> Result<()> {
    let mut reader = Reader::from_reader(content);
    let config = reader.config_mut();
    config.check_end_names = false;
    config.trim_text(false);
    config.check_comments = false;
    config.expand_empty_elements = true;
    let mut book = Book::default();
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer) {
            Ok(Event::Start(element)) => book.open(&element)?,
            Ok(Event::End(element)) => book.close(element.name().as_ref())?,
            Ok(Event::Text(text)) => book.cell.lengthen(text.len() as u64),
            // An entity is a character or is refused by the reader.
            Ok(Event::GeneralRef(_)) => book.cell.lengthen(4),
            Ok(Event::Eof) => return book.end(),
            Ok(_) => {}
            // The reader of workbooks comes to the same place and says so.
            Err(_) => return Ok(()),
        }
    }
}

/// What has been counted so far; all counts are of what is written out.
#[derive(Default)]
struct Book {
    cell: Cell,
    row: Row,
    sheet: Sheet,
    /// Of the sheets before this one, the rectangles around all their filled cells.
    n_cells_before: u64,
    /// Cells of all rows of all sheets, each row once: these are kept before rows are repeated.
    n_cells_once: u64,
    n_text_bytes: u64,
    is_in_sheet: bool,
    is_in_note: bool,
}

#[derive(Default)]
struct Cell {
    /// The name of the element while it is open.
    element: Option<&'static str>,
    n_times: u64,
    is_filled: bool,
    n_bytes: u64,
}

#[derive(Default)]
struct Row {
    n_times: u64,
    n_cells: u64,
    /// Cells up to the last one that holds something.
    n_filled: u64,
    /// Cells that hold something.
    n_values: u64,
    n_bytes: u64,
}

#[derive(Default)]
struct Sheet {
    n_rows: u64,
    /// Rows up to the last one that holds something.
    n_filled: u64,
    n_columns: u64,
    /// Cells that hold something.
    n_values: u64,
}

const SHEET: &str = "table:table";
const ROW: &str = "table:table-row";
const CELLS: [&str; 2] = ["table:table-cell", "table:covered-table-cell"];

impl Book {
    fn open(&mut self, element: &BytesStart<'_>) -> Result<()> {
        let name = element.name();
        let name: &str = name.as_ref();
        if let Some(cell) = CELLS.into_iter().find(|cell| *cell == name) {
            self.refuse_nested()?;
            self.cell = Cell {
                element: Some(cell),
                n_times: times(element, "table:number-columns-repeated"),
                is_filled: is_filled(element),
                n_bytes: n_text_bytes(element),
            };
            return self.refuse_text();
        }
        match name {
            SHEET => {
                self.refuse_nested()?;
                if self.is_in_sheet {
                    return Err(misbuilt("a sheet stands in a sheet"));
                }
                self.is_in_sheet = true;
            }
            ROW => {
                self.refuse_nested()?;
                self.row = Row {
                    n_times: times(element, "table:number-rows-repeated"),
                    ..Row::default()
                };
            }
            "text:s" => self.cell.lengthen(times(element, "text:c")),
            "office:annotation" => self.is_in_note = true,
            _ => {}
        }
        Ok(())
    }

    fn close(&mut self, name: &str) -> Result<()> {
        match name {
            _ if CELLS.contains(&name) => {
                self.refuse_text()?;
                let cell = std::mem::take(&mut self.cell);
                if cell.element != Some(name) {
                    return Err(misbuilt("a cell ends that did not begin"));
                }
                let row = &mut self.row;
                row.n_cells = row.n_cells.saturating_add(cell.n_times);
                if cell.is_filled {
                    row.n_filled = row.n_cells;
                    row.n_values = row.n_values.saturating_add(cell.n_times);
                    let n_bytes = cell.n_bytes.saturating_mul(cell.n_times);
                    row.n_bytes = row.n_bytes.saturating_add(n_bytes);
                }
            }
            ROW => {
                self.refuse_nested()?;
                let row = std::mem::take(&mut self.row);
                self.add(&row);
                self.refuse()?;
            }
            SHEET => {
                self.refuse_nested()?;
                let sheet = std::mem::take(&mut self.sheet);
                sheet.refuse_scattered()?;
                self.n_cells_before = self.n_cells_before.saturating_add(sheet.n_cells());
                self.is_in_sheet = false;
            }
            "office:annotation" => self.is_in_note = false,
            _ => {}
        }
        Ok(())
    }

    fn add(&mut self, row: &Row) {
        let sheet = &mut self.sheet;
        sheet.n_rows = sheet.n_rows.saturating_add(row.n_times);
        if row.n_filled > 0 {
            sheet.n_filled = sheet.n_rows;
            sheet.n_columns = sheet.n_columns.max(row.n_filled);
            let n_values = row.n_values.saturating_mul(row.n_times);
            sheet.n_values = sheet.n_values.saturating_add(n_values);
            self.n_cells_once = self.n_cells_once.saturating_add(row.n_filled);
            // A row that is repeated no times is read all the same.
            let n_bytes = row.n_bytes.saturating_mul(row.n_times.max(1));
            self.n_text_bytes = self.n_text_bytes.saturating_add(n_bytes);
        }
    }

    /// Every sheet is read, whichever is wanted, so each is judged, and that as soon as it is too large.
    fn refuse(&self) -> Result<()> {
        refuse_tall(self.sheet.n_filled, self.sheet.n_columns)?;
        refuse_many_cells(self.n_cells_before.saturating_add(self.sheet.n_cells()))?;
        refuse_many_cells(self.n_cells_once)?;
        refuse_long_cells(self.n_text_bytes)
    }

    /// Text is repeated as soon as its cell begins, even if the row never ends.
    fn refuse_text(&self) -> Result<()> {
        let open = self.cell.n_bytes.saturating_mul(self.cell.n_times);
        let row = self.row.n_bytes.saturating_add(open);
        refuse_long_cells(self.n_text_bytes.saturating_add(row))
    }

    /// No program writes cells, rows or sheets into a cell, and the reader of workbooks would not count them as this one does.
    fn refuse_nested(&self) -> Result<()> {
        match self.cell.element {
            Some(_) => Err(misbuilt("something stands in a cell that may not")),
            None => Ok(()),
        }
    }

    /// A sheet or a note without end would be waited for without end.
    fn end(&self) -> Result<()> {
        if self.is_in_sheet || self.is_in_note {
            return Err(misbuilt("a sheet has no end"));
        }
        Ok(())
    }
}

impl Cell {
    fn lengthen(&mut self, n_bytes: u64) {
        self.n_bytes = self.n_bytes.saturating_add(n_bytes);
    }
}

impl Sheet {
    /// The rectangle from the first cell to the last filled one.
    fn n_cells(&self) -> u64 {
        self.n_filled.saturating_mul(self.n_columns)
    }

    fn refuse_scattered(&self) -> Result<()> {
        let last = |n: u64| u32::try_from(n.saturating_sub(1)).unwrap_or(u32::MAX);
        match self.n_cells() {
            0 => Ok(()),
            _ => refuse_scattered((0, 0), (last(self.n_filled), last(self.n_columns)), self.n_values),
        }
    }
}

/// What is said of a workbook that no program writes so.
pub fn misbuilt(why: &str) -> Error {
    Error::bad_file(format!(
        "the workbook cannot be read ({why}); save it anew, or check that it arrived completely"
    ))
}

/// How often an element is repeated; what is no number, or cannot be read, counts as more than anything can be.
fn times(element: &BytesStart<'_>, attribute: &str) -> u64 {
    let mut attributes = element.attributes();
    let counts = attributes.with_checks(false).filter_map(|found| match found {
        Ok(found) if found.key.as_ref() == attribute => Some(found.value.trim().parse().unwrap_or(u64::MAX)),
        Ok(_) => None,
        Err(_) => Some(u64::MAX),
    });
    counts.max().unwrap_or(1)
}

/// Bytes of the attributes that a cell keeps as text.
fn n_text_bytes(element: &BytesStart<'_>) -> u64 {
    let mut attributes = element.attributes();
    let kept = attributes.with_checks(false).flatten().filter(|found| {
        let name: &str = found.key.as_ref();
        name.ends_with("-value") || name == "table:formula"
    });
    kept.map(|found| found.value.len() as u64).sum()
}

/// Whether a cell holds something by its attributes: a value, the kind of one, or a formula.
fn is_filled(element: &BytesStart<'_>) -> bool {
    let mut attributes = element.attributes();
    attributes.with_checks(false).any(|found| {
        found.map_or(true, |found| {
            let name: &str = found.key.as_ref();
            name.starts_with("office:") || name.starts_with("calcext:") || name == "table:formula"
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(rows: &str) -> Option<String> {
        let content = format!(
            "<office:document-content><table:table table:name=\"a\">{rows}</table:table></office:document-content>"
        );
        refuse_content(content.as_bytes())
            .err()
            .map(|error| error.to_string())
    }

    const FILLED: &str = "<table:table-cell office:value-type=\"float\" office:value=\"1\"/>";

    #[test]
    fn empty_cells_and_rows_at_the_end_may_be_as_many_as_they_like() {
        let rows = format!(
            "<table:table-row>{FILLED}<table:table-cell table:number-columns-repeated=\"1000000000\"/></table:table-row>\
             <table:table-row table:number-rows-repeated=\"1000000000\"><table:table-cell/></table:table-row>"
        );
        assert_eq!(told(&rows), None);
    }

    #[test]
    fn what_is_filled_a_billion_times_is_refused() {
        let row = |times: &str, cells: &str| format!("<table:table-row {times}>{cells}</table:table-row>");
        let many = "<table:table-cell table:number-columns-repeated=\"1000000000\" office:value=\"1\"/>";
        let none = "<table:table-cell table:number-columns-repeated=\"1000000000\"/>";
        let long = "<table:table-cell office:value-type=\"string\"><text:p>a<text:s text:c=\"2000000000\"/></text:p></table:table-cell>";
        let rows = [
            row("", many),
            row("", &format!("{none}{FILLED}")),
            row("table:number-rows-repeated=\"1000000000\"", FILLED),
            row("table:number-rows-repeated=\"1000000000\"", "<table:table-cell/>") + &row("", FILLED),
            row("table:number-rows-repeated=\"&#49;000\"", FILLED),
            row("", long),
        ];
        for rows in rows {
            assert!(told(&rows).is_some(), "{rows}");
        }
        assert_eq!(told(&row("table:number-rows-repeated=\"1000\"", FILLED)), None);
    }

    #[test]
    fn a_sheet_without_end_is_refused() {
        let content =
            format!("<a><table:table table:name=\"a\"><table:table-row>{FILLED}</table:table-row></a>");
        let told = refuse_content(content.as_bytes())
            .expect_err("refused")
            .to_string();
        assert!(told.contains("no end"), "{told}");
    }
}
