//! Files of an [Open SDG](https://open-sdg.readthedocs.io/en/latest/data-format/) site: tables of long rows and metadata in YAML.
//!
//! What is read can be written back byte for byte: a table keeps what its rows do not say (line ends, marks, needless quotation marks) as
//! its [`Layout`], metadata every entry as it was written.
//!
//! Deliberately absent: wide tables (years as columns), translations, anchors and nested maps in metadata (kept, not read).

use std::{borrow::Cow, collections::BTreeSet};

use serde::{Deserialize, Serialize};

pub mod yaml;

#[cfg(test)]
mod tests;

/// The column of the period.
pub const YEAR: &str = "Year";
/// The column of the number.
pub const VALUE: &str = "Value";
/// The column of the series, where a file holds several.
pub const SERIES: &str = "SERIES";
/// The column of the status of a number, by its code in SDMX's `CL_OBS_STATUS`.
pub const STATUS: &str = "OBS_STATUS";
/// Columns of the unit, the better first.
pub const UNITS: [&str; 2] = ["UNIT_MEASURE", "Units"];
/// Columns of the area, the better first; no area is the whole.
pub const AREAS: [&str; 2] = ["REF_AREA", "GeoCode"];

/// A table of an indicator: one row a number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// As they stand, spaces and columns without a name included.
    pub header: Vec<String>,
    /// As they stand; those of another length than the header are no numbers.
    pub rows: Vec<Vec<String>>,
    pub layout: Layout,
}

/// What the rows of a table do not say, and writing it byte for byte needs. Records are counted from the header, which is 0.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Layout {
    /// It begins with a byte order mark.
    has_mark: bool,
    line_end: LineEnd,
    /// The last record has no line end.
    ends_open: bool,
    /// Records with the other line end.
    odd_ends: BTreeSet<usize>,
    /// Record and column of cells with quotation marks that are not needed, or without those that are.
    odd_cells: BTreeSet<(usize, usize)>,
}

/// How lines end.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum LineEnd {
    #[default]
    Lf,
    CrLf,
}

/// Why a file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    #[error("it is not UTF-8; save it as UTF-8")]
    NotUtf8,
    #[error("it is empty; the first line names the columns")]
    Empty,
    #[error("line {0}: the quotation mark is not closed, or something follows it; close it before the comma")]
    Quotes(usize),
    #[error("there is no column {0:?}; add it to the first line")]
    NoColumn(&'static str),
    #[error("line {0}: this is no entry; write it as `key: value` without spaces before it")]
    NoEntry(usize),
    #[error("the workbook cannot be read: {0}")]
    Workbook(String),
}

impl Table {
    /// Reads a table (CSV in UTF-8).
    ///
    /// # Errors
    /// When it is not UTF-8, is empty, or a quotation mark is not closed; the message names the line.
    pub fn read(bytes: &[u8]) -> Result<Table, Unreadable> {
        let text = std::str::from_utf8(bytes).map_err(|_| Unreadable::NotUtf8)?;
        let plain = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut layout = Layout {
            has_mark: plain.len() != text.len(),
            ..Layout::default()
        };
        let mut records = Records {
            text: plain,
            at: 0,
            line: 1,
        };
        let mut rows: Vec<Vec<String>> = Vec::new();
        while records.at < plain.len() {
            let (cells, end) = records.record()?;
            let record = rows.len();
            if record == 0 {
                layout.line_end = end.unwrap_or_default();
            }
            match end {
                None => layout.ends_open = true,
                Some(end) if end != layout.line_end => {
                    layout.odd_ends.insert(record);
                }
                Some(_) => {}
            }
            let mut row = Vec::with_capacity(cells.len());
            for (column, (cell, is_quoted)) in cells.into_iter().enumerate() {
                if is_quoted != needs_quotes(&cell) {
                    layout.odd_cells.insert((record, column));
                }
                row.push(cell.into_owned());
            }
            rows.push(row);
        }
        if rows.is_empty() {
            return Err(Unreadable::Empty);
        }
        let header = rows.remove(0);
        Ok(Table { header, rows, layout })
    }

    /// Reads the first sheet of a workbook. Written back it is CSV.
    ///
    /// # Errors
    /// When it is no workbook, or its first sheet is empty.
    pub fn read_workbook(bytes: &[u8]) -> Result<Table, Unreadable> {
        use calamine::Reader;
        let failed = |error: calamine::XlsxError| Unreadable::Workbook(error.to_string());
        let mut book: calamine::Xlsx<_> =
            calamine::open_workbook_from_rs(std::io::Cursor::new(bytes)).map_err(failed)?;
        let sheet = match book.worksheet_range_at(0) {
            Some(sheet) => sheet.map_err(failed)?,
            None => return Err(Unreadable::Empty),
        };
        let mut rows = sheet
            .rows()
            .map(|row| row.iter().map(ToString::to_string).collect::<Vec<String>>());
        let header = rows.next().ok_or(Unreadable::Empty)?;
        Ok(Table::new(header, rows.collect()))
    }

    /// A table with the layout that the builder itself writes.
    #[must_use]
    pub fn new(header: Vec<String>, rows: Vec<Vec<String>>) -> Table {
        Table {
            header,
            rows,
            layout: Layout::default(),
        }
    }

    /// Writes the table as it was read.
    #[must_use]
    pub fn write(&self) -> String {
        let layout = &self.layout;
        let mut text = String::new();
        if layout.has_mark {
            text.push('\u{feff}');
        }
        let last = self.rows.len();
        for (record, cells) in std::iter::once(&self.header).chain(&self.rows).enumerate() {
            for (column, cell) in cells.iter().enumerate() {
                if column > 0 {
                    text.push(',');
                }
                if needs_quotes(cell) == layout.odd_cells.contains(&(record, column)) {
                    text.push_str(cell);
                } else {
                    text.push('"');
                    text.push_str(&cell.replace('"', "\"\""));
                    text.push('"');
                }
            }
            if record == last && layout.ends_open {
                break;
            }
            let is_usual = !layout.odd_ends.contains(&record);
            text.push_str(match (layout.line_end, is_usual) {
                (LineEnd::Lf, true) | (LineEnd::CrLf, false) => "\n",
                (LineEnd::CrLf, true) | (LineEnd::Lf, false) => "\r\n",
            });
        }
        text
    }

    /// The position of a column without which there are no numbers.
    ///
    /// # Errors
    /// When there is none; the message names it.
    pub fn needed(&self, name: &'static str) -> Result<usize, Unreadable> {
        self.column(name).ok_or(Unreadable::NoColumn(name))
    }

    /// The position of a column, whatever spaces stand around its name.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<usize> {
        self.header.iter().position(|column| column.trim() == name)
    }
}

/// What stands between commas, and whether between quotation marks.
type ReadCell<'a> = (Cow<'a, str>, bool);

struct Records<'a> {
    text: &'a str,
    at: usize,
    line: usize,
}

impl<'a> Records<'a> {
    /// The next record and how its line ends; `None` at the end of the text.
    fn record(&mut self) -> Result<(Vec<ReadCell<'a>>, Option<LineEnd>), Unreadable> {
        let mut cells = Vec::new();
        loop {
            cells.push(self.cell()?);
            let rest = &self.text[self.at..];
            if rest.is_empty() {
                return Ok((cells, None));
            }
            if rest.starts_with(',') {
                self.at += 1;
                continue;
            }
            let end = if rest.starts_with("\r\n") {
                LineEnd::CrLf
            } else {
                LineEnd::Lf
            };
            self.at += match end {
                LineEnd::Lf => 1,
                LineEnd::CrLf => 2,
            };
            self.line += 1;
            return Ok((cells, Some(end)));
        }
    }

    /// One cell; what follows it is a comma, a line end or nothing.
    fn cell(&mut self) -> Result<ReadCell<'a>, Unreadable> {
        let rest = &self.text[self.at..];
        let Some(inner) = rest.strip_prefix('"') else {
            let end = rest.find([',', '\n']).unwrap_or(rest.len());
            let is_line_end = rest[end..].starts_with('\n') && rest[..end].ends_with('\r');
            let end = if is_line_end { end - 1 } else { end };
            self.at += end;
            return Ok((Cow::Borrowed(&rest[..end]), false));
        };
        let line = self.line;
        let mut cell = String::new();
        let mut from = 0;
        loop {
            let Some(found) = inner[from..].find('"') else {
                return Err(Unreadable::Quotes(line));
            };
            let mark = from + found;
            cell.push_str(&inner[from..mark]);
            let after = &inner[mark + 1..];
            if after.starts_with('"') {
                cell.push('"');
                from = mark + 2;
                continue;
            }
            if !(after.is_empty() || after.starts_with([',', '\n']) || after.starts_with("\r\n")) {
                return Err(Unreadable::Quotes(line));
            }
            self.line += cell.matches('\n').count();
            self.at += mark + 2;
            return Ok((Cow::Owned(cell), true));
        }
    }
}

fn needs_quotes(cell: &str) -> bool {
    cell.contains([',', '"', '\n', '\r'])
}
