//! Excel's workbooks before 2007, and what all of Excel's workbooks have in common.

use std::{io::Cursor, panic};

use calamine::{DataType, ExcelDateTime, Reader, Xls};

use super::{Cell, Row, Sheet, Workbook, cell_text, guard, tidy_headings, unreadable};
use crate::xlsform::finding::{Finding, Problems};

/// A damaged file must not bring down who reads it, whatever the library makes of it.
pub(super) fn read_xls(bytes: &[u8]) -> Result<Workbook, Problems> {
    const FORMAT: &str = "Excel 97 (.xls)";
    guard::check_xls(bytes).map_err(|cause| unreadable(FORMAT, &cause))?;
    panic::catch_unwind(|| read_sheets(bytes, FORMAT))
        .unwrap_or_else(|_| Err(unreadable(FORMAT, &"it contradicts itself")))
}

fn read_sheets(bytes: &[u8], format: &str) -> Result<Workbook, Problems> {
    let mut book: Xls<_> = Xls::new(Cursor::new(bytes)).map_err(|cause| unreadable(format, &cause))?;
    let names = book.sheet_names();
    let mut sheets = Vec::new();
    for name in &names {
        let mut rows = Rows::of(name);
        if is_form_sheet(name) || names.len() == 1 {
            let range = book
                .worksheet_range(name)
                .map_err(|cause| unreadable(format, &cause))?;
            let (first_row, first_column) = range.start().unwrap_or_default();
            for (row, column, value) in range.cells() {
                let (row, column) = (first_row + row as u32 + 1, first_column as usize + column);
                if !rows.take(row, column, excel_text(value))? {
                    break;
                }
            }
        }
        sheets.push(rows.finish());
    }
    Ok(Workbook { sheets })
}

pub(super) fn is_form_sheet(name: &str) -> bool {
    let name = name.trim().to_lowercase();
    [
        "survey",
        "choices",
        "settings",
        "external_choices",
        "entities",
        "osm",
    ]
    .contains(&name.as_str())
}

/// A sheet as its cells come in, row by row.
pub(super) struct Rows {
    sheet: Sheet,
    /// The row at hand, with its cells by column.
    row: u32,
    cells: Vec<Cell>,
    /// Whether it holds anything, be it under no heading.
    is_filled: bool,
    /// The last row that held anything.
    last: u32,
    n_cells: usize,
}

/// As many empty rows end a sheet.
const FURTHEST_GAP: u32 = 60;

/// A form of ten thousand questions in ten languages has half as many.
const MOST_CELLS: usize = 2_000_000;

impl Rows {
    pub(super) fn of(name: &str) -> Self {
        let sheet = Sheet {
            name: name.to_owned(),
            ..Sheet::default()
        };
        Self {
            sheet,
            row: 0,
            cells: Vec::new(),
            is_filled: false,
            last: 0,
            n_cells: 0,
        }
    }

    /// Takes a cell; answers whether the sheet goes on.
    pub(super) fn take(&mut self, row: u32, column: usize, text: Option<String>) -> Result<bool, Problems> {
        if row != self.row {
            self.end_row();
            self.row = row;
        }
        let is_begun = !self.sheet.headings.is_empty();
        let Some(text) = text.filter(|_| !is_begun || column < self.sheet.headings.len()) else {
            return Ok(!is_begun || row <= self.last.saturating_add(FURTHEST_GAP));
        };
        if is_begun && row > self.last.saturating_add(FURTHEST_GAP) {
            self.sheet.stray_from = Some(row);
            return Ok(false);
        }
        self.n_cells += 1;
        if self.n_cells > MOST_CELLS {
            let message = format!(
                "the sheet has more than {MOST_CELLS} cells; put long lists into a CSV file and use select_one_from_file"
            );
            return Err(Problems::from(Finding::at_row(&self.sheet.name, row, message)));
        }
        self.is_filled = true;
        if !is_begun || self.sheet.headings[column].is_some() {
            let at = self.cells.partition_point(|cell| cell.column < column);
            match self.cells.get_mut(at).filter(|cell| cell.column == column) {
                Some(cell) => cell.text = text,
                None => self.cells.insert(at, Cell { column, text }),
            }
        }
        Ok(true)
    }

    fn end_row(&mut self) {
        if !std::mem::take(&mut self.is_filled) {
            return;
        }
        self.last = self.row;
        // The next row is likely as long.
        let next = Vec::with_capacity(self.cells.len());
        let cells = std::mem::replace(&mut self.cells, next);
        if self.sheet.headings.is_empty() {
            let mut headings = vec![None; cells.last().map_or(0, |cell| cell.column + 1)];
            for cell in cells {
                headings[cell.column] = Some(cell.text);
            }
            self.sheet.headings = tidy_headings(headings);
        } else if !cells.is_empty() {
            let number = self.row;
            self.sheet.rows.push(Row { number, cells });
        }
    }

    pub(super) fn finish(mut self) -> Sheet {
        self.end_row();
        self.sheet
    }
}

fn excel_text(value: &impl DataType) -> Option<String> {
    if let Some(text) = value
        .get_string()
        .or_else(|| value.get_datetime_iso())
        .or_else(|| value.get_duration_iso())
    {
        return cell_text(text);
    }
    if let Some(truth) = value.get_bool() {
        return Some(if truth { "TRUE" } else { "FALSE" }.to_owned());
    }
    let number = value.get_float().map(number_text);
    number
        .or_else(|| value.get_int().map(|number| number.to_string()))
        .or_else(|| value.get_datetime().map(|moment| date_text(&moment)))
}

/// `1` for 1.0, because Excel keeps every number as a float.
pub(super) fn number_text(number: f64) -> String {
    if number.fract() == 0.0 && number.abs() < 1e15 {
        format!("{number:.0}")
    } else {
        number.to_string()
    }
}

/// A date, a time, or both, in the ISO forms that XForms use.
pub(super) fn date_text(moment: &ExcelDateTime) -> String {
    let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
    let whole_days = moment.as_f64().trunc();
    let has_time = moment.as_f64().fract() != 0.0;
    match (whole_days == 0.0, has_time) {
        (true, _) => format!("{hour:02}:{minute:02}:{second:02}"),
        (false, false) => format!("{year:04}-{month:02}-{day:02}"),
        (false, true) => format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}"),
    }
}

#[cfg(test)]
mod tests {
    use calamine::Data;

    use super::*;

    #[test]
    fn what_stands_far_below_the_last_row_is_not_read() {
        let mut rows = Rows::of("survey");
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(rows.take(1, 0, text("type")), Ok(true));
        assert_eq!(rows.take(6, 0, text("note")), Ok(true));
        assert_eq!(rows.take(6, 1, text("beside the headings")), Ok(true));
        assert_eq!(rows.take(40, 0, None), Ok(true));
        assert_eq!(rows.take(151, 0, text("a scribble")), Ok(false));
        let sheet = rows.finish();
        let note = Cell {
            column: 0,
            text: "note".to_owned(),
        };
        assert_eq!(
            sheet.rows,
            [Row {
                number: 6,
                cells: vec![note]
            }]
        );
        assert_eq!(sheet.stray_from, Some(151));
    }

    #[test]
    fn numbers_and_dates_are_written_as_forms_write_them() {
        let date = |value| {
            Data::DateTime(ExcelDateTime::new(
                value,
                calamine::ExcelDateTimeType::DateTime,
                false,
            ))
        };
        let cells = [
            Data::Float(3.0),
            Data::Float(18.31),
            Data::Bool(true),
            date(40344.0),
            date(40344.5),
            date(0.25),
            Data::Empty,
            Data::String("\u{a0}a\u{a0}b ".to_owned()),
        ];
        let texts: Vec<_> = cells.iter().filter_map(excel_text).collect();
        assert_eq!(
            texts,
            [
                "3",
                "18.31",
                "TRUE",
                "2010-06-15",
                "2010-06-15T12:00:00",
                "06:00:00",
                "a b"
            ]
        );
    }
}
