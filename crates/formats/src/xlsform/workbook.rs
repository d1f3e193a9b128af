//! Cells of a workbook as text, each with the row and column it stood in.

use std::io::Cursor;

use calamine::{DataType, ExcelDateTime, Reader, Xls, Xlsx};

use super::finding::{Finding, Problems};

/// The file formats an XLSForm comes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Xlsx,
    Xls,
    /// One file for all sheets: a line with the sheet's name, then its rows moved one column to the right.
    Csv,
    /// One table for all sheets, laid out like [`Kind::Csv`].
    Markdown,
}

impl Kind {
    /// Tells the kind from a file's name; `None` for an ending that no workbook has.
    pub fn from_name(name: &str) -> Option<Self> {
        let (_, ending) = name.rsplit_once('.')?;
        match ending.to_ascii_lowercase().as_str() {
            "xlsx" | "xlsm" => Some(Self::Xlsx),
            "xls" => Some(Self::Xls),
            "csv" => Some(Self::Csv),
            "md" | "markdown" => Some(Self::Markdown),
            _ => None,
        }
    }

    /// Tells the kind from the first bytes; `None` when they are neither a workbook nor a table of text.
    pub fn sniff(bytes: &[u8]) -> Option<Self> {
        if bytes.starts_with(b"PK\x03\x04") {
            return Some(Self::Xlsx);
        }
        if bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
            return Some(Self::Xls);
        }
        let text = std::str::from_utf8(bytes.get(..5000).unwrap_or(bytes));
        let start = match text {
            Ok(text) => text,
            // A character may be cut in two at the 5000th byte.
            Err(cut) if cut.error_len().is_none() => std::str::from_utf8(&bytes[..cut.valid_up_to()]).ok()?,
            Err(_) => return None,
        };
        if start.lines().any(|line| line.trim_start().starts_with('|')) {
            Some(Self::Markdown)
        } else if start.contains(',') {
            Some(Self::Csv)
        } else {
            None
        }
    }
}

/// A workbook's sheets, in the order of the file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Workbook {
    pub sheets: Vec<Sheet>,
}

/// One sheet: a heading row and the rows below it that hold anything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sheet {
    pub name: String,
    /// Headings by column; `None` where the heading cell is empty.
    pub headings: Vec<Option<String>>,
    pub rows: Vec<Row>,
    /// First row of what stands far below the last one that was read; nobody means it to be part of the form.
    pub stray_from: Option<u32>,
}

/// A row that holds at least one value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// As the spreadsheet counts it; the heading is usually row 1.
    pub number: u32,
    /// The cells that are not empty, by rising column.
    pub cells: Vec<Cell>,
}

/// A value under a heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// Index into [`Sheet::headings`].
    pub column: usize,
    /// Trimmed text, never empty; numbers and dates as XForms write them.
    pub text: String,
}

/// Reads the sheets of a workbook.
///
/// Fails when the bytes are not of the kind, or a text file is not UTF-8.
pub fn read(bytes: &[u8], kind: Kind) -> Result<Workbook, Problems> {
    match kind {
        Kind::Xlsx => read_xlsx(bytes),
        Kind::Xls => read_xls(bytes),
        Kind::Csv => read_csv(text_of(bytes)?),
        Kind::Markdown => Ok(read_markdown(text_of(bytes)?)),
    }
}

impl Workbook {
    /// Finds a sheet by name, in any case.
    pub fn sheet(&self, name: &str) -> Option<&Sheet> {
        self.sheets
            .iter()
            .find(|sheet| sheet.name.trim().eq_ignore_ascii_case(name))
    }
}

fn unreadable(format: &str, cause: &dyn std::fmt::Display) -> Problems {
    Problems::from(Finding::new(
        "",
        format!(
            "this is not a readable {format} workbook ({cause}); open it in a spreadsheet program and save it again"
        ),
    ))
}

fn text_of(bytes: &[u8]) -> Result<&str, Problems> {
    let bytes = bytes.strip_prefix(&[0xEF, 0xBB, 0xBF]).unwrap_or(bytes);
    std::str::from_utf8(bytes).map_err(|cause| {
        let line = 1 + bytes[..cause.valid_up_to()]
            .iter()
            .filter(|byte| **byte == b'\n')
            .count();
        Problems::from(Finding::new(
            "",
            format!("line {line} of the file is not UTF-8 text; save it again with the encoding UTF-8"),
        ))
    })
}

/// Reads cell by cell, because the unused part of a styled sheet can be larger than all that is used.
fn read_xlsx(bytes: &[u8]) -> Result<Workbook, Problems> {
    const FORMAT: &str = "Excel (.xlsx)";
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|cause| unreadable(FORMAT, &cause))?;
    let names = book.sheet_names();
    let mut sheets = Vec::new();
    for name in &names {
        let mut rows = Rows::of(name);
        if is_form_sheet(name) || names.len() == 1 {
            let mut cells = book
                .worksheet_cells_reader(name)
                .map_err(|cause| unreadable(FORMAT, &cause))?;
            while let Some(cell) = cells.next_cell().map_err(|cause| unreadable(FORMAT, &cause))? {
                let (row, column) = cell.get_position();
                if !rows.take(row + 1, column as usize, excel_text(cell.get_value()))? {
                    break;
                }
            }
        }
        sheets.push(rows.finish());
    }
    Ok(Workbook { sheets })
}

fn read_xls(bytes: &[u8]) -> Result<Workbook, Problems> {
    const FORMAT: &str = "Excel 97 (.xls)";
    let mut book: Xls<_> = Xls::new(Cursor::new(bytes)).map_err(|cause| unreadable(FORMAT, &cause))?;
    let names = book.sheet_names();
    let mut sheets = Vec::new();
    for name in &names {
        let mut rows = Rows::of(name);
        if is_form_sheet(name) || names.len() == 1 {
            let range = book
                .worksheet_range(name)
                .map_err(|cause| unreadable(FORMAT, &cause))?;
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

fn is_form_sheet(name: &str) -> bool {
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
struct Rows {
    sheet: Sheet,
    /// The row at hand, with its cells by column.
    row: u32,
    cells: Vec<Option<String>>,
    /// The last row that held anything.
    last: u32,
    n_cells: usize,
}

/// As many empty rows end a sheet.
const FURTHEST_GAP: u32 = 60;

/// A form of ten thousand questions in ten languages has half as many.
const MOST_CELLS: usize = 2_000_000;

impl Rows {
    fn of(name: &str) -> Self {
        let sheet = Sheet {
            name: name.to_owned(),
            ..Sheet::default()
        };
        Self {
            sheet,
            row: 0,
            cells: Vec::new(),
            last: 0,
            n_cells: 0,
        }
    }

    /// Takes a cell; answers whether the sheet goes on.
    fn take(&mut self, row: u32, column: usize, text: Option<String>) -> Result<bool, Problems> {
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
        if self.cells.len() <= column {
            self.cells.resize(column + 1, None);
        }
        self.cells[column] = Some(text);
        Ok(true)
    }

    fn end_row(&mut self) {
        let cells = std::mem::take(&mut self.cells);
        if cells.is_empty() {
            return;
        }
        self.last = self.row;
        if self.sheet.headings.is_empty() {
            self.sheet.headings = tidy_headings(cells);
        } else {
            self.sheet
                .rows
                .extend(row_of(self.row, cells, &self.sheet.headings));
        }
    }

    fn finish(mut self) -> Sheet {
        self.end_row();
        self.sheet
    }
}

/// Keeps the cells that stand under a heading; `None` for a row without any.
fn row_of(number: u32, cells: Vec<Option<String>>, headings: &[Option<String>]) -> Option<Row> {
    let cells: Vec<Cell> = cells
        .into_iter()
        .enumerate()
        .filter(|(column, _)| matches!(headings.get(*column), Some(Some(_))))
        .filter_map(|(column, text)| Some(Cell { column, text: text? }))
        .collect();
    (!cells.is_empty()).then_some(Row { number, cells })
}

fn tidy_headings(headings: Vec<Option<String>>) -> Vec<Option<String>> {
    let tidy = |text: String| text.split_whitespace().collect::<Vec<_>>().join(" ");
    headings.into_iter().map(|heading| heading.map(tidy)).collect()
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

/// Trims, and turns the no-break spaces that spreadsheets sprinkle into plain ones.
fn cell_text(text: &str) -> Option<String> {
    let is_space = |character: char| character.is_whitespace() || character == NO_BREAK_SPACE;
    let text = text.trim_matches(is_space);
    (!text.is_empty()).then(|| text.replace(NO_BREAK_SPACE, " "))
}

const NO_BREAK_SPACE: char = '\u{a0}';

/// `1` for 1.0, because Excel keeps every number as a float.
fn number_text(number: f64) -> String {
    if number.fract() == 0.0 && number.abs() < 1e15 {
        format!("{number:.0}")
    } else {
        number.to_string()
    }
}

/// A date, a time, or both, in the ISO forms that XForms use.
fn date_text(moment: &ExcelDateTime) -> String {
    let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
    let whole_days = moment.as_f64().trunc();
    let has_time = moment.as_f64().fract() != 0.0;
    match (whole_days == 0.0, has_time) {
        (true, _) => format!("{hour:02}:{minute:02}:{second:02}"),
        (false, false) => format!("{year:04}-{month:02}-{day:02}"),
        (false, true) => format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}"),
    }
}

fn read_csv(text: &str) -> Result<Workbook, Problems> {
    let mut lines = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut table = Table::default();
    for record in lines.records() {
        let record = record.map_err(|cause| unreadable("CSV", &cause))?;
        let mut cells = record.iter().map(cell_text);
        let name = cells.next().flatten();
        table.push(name, cells.collect());
    }
    Ok(table.finish())
}

fn read_markdown(text: &str) -> Workbook {
    let mut table = Table::default();
    for line in text.lines() {
        let Some(line) = line.trim().strip_prefix('|') else {
            continue;
        };
        let mut cells = split_pipes(line).into_iter();
        let name = cells.next().flatten();
        let cells: Vec<Option<String>> = cells.collect();
        if name.as_deref().is_none_or(is_rule)
            && cells.iter().flatten().all(|cell| is_rule(cell))
            && cells.iter().flatten().count() > 0
        {
            continue;
        }
        table.push(name, cells);
    }
    table.finish()
}

/// Is this cell part of the line of dashes under a Markdown heading?
fn is_rule(cell: &str) -> bool {
    let dashes = cell.trim_start_matches(':').trim_end_matches(':');
    !dashes.is_empty() && dashes.bytes().all(|byte| byte == b'-')
}

/// Cells of a Markdown line after its first pipe; `\|` is a pipe inside a cell, and what follows the last pipe is no cell.
fn split_pipes(line: &str) -> Vec<Option<String>> {
    let mut cells = Vec::new();
    let mut cell = String::new();
    let mut characters = line.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\\' if characters.peek() == Some(&'|') => {
                characters.next();
                cell.push('|');
            }
            '|' => cells.push(cell_text(&std::mem::take(&mut cell))),
            other => cell.push(other),
        }
    }
    cells
}

/// Sheets stacked in one table, their names in its first column.
#[derive(Default)]
struct Table {
    sheets: Vec<Sheet>,
    /// Rows of the last sheet that were given so far, the heading included.
    given: u32,
}

impl Table {
    fn push(&mut self, name: Option<String>, cells: Vec<Option<String>>) {
        if let Some(name) = name {
            self.sheets.push(Sheet {
                name,
                ..Sheet::default()
            });
            self.given = 0;
        }
        let Some(sheet) = self.sheets.last_mut() else {
            return;
        };
        if cells.iter().all(Option::is_none) {
            return;
        }
        self.given += 1;
        if self.given == 1 {
            sheet.headings = tidy_headings(cells);
        } else if let Some(row) = row_of(self.given, cells, &sheet.headings) {
            sheet.rows.push(row);
        }
    }

    fn finish(self) -> Workbook {
        Workbook { sheets: self.sheets }
    }
}

#[cfg(test)]
mod tests {
    use calamine::Data;

    use super::*;

    #[test]
    fn a_markdown_table_keeps_rows_and_columns() {
        let book = read(b"# title\n| survey |\n| | type | name |\n| |---|---|\n| | text | a\\|b |\n| | | |\n| | note | |\n", Kind::Markdown).unwrap();
        let survey = book.sheet("Survey").unwrap();
        assert_eq!(
            survey.headings,
            [Some("type".to_owned()), Some("name".to_owned())]
        );
        assert_eq!(
            survey.rows[0].cells[1],
            Cell {
                column: 1,
                text: "a|b".to_owned()
            }
        );
        assert_eq!(
            survey.rows[1],
            Row {
                number: 3,
                cells: vec![Cell {
                    column: 0,
                    text: "note".to_owned()
                }]
            }
        );
    }

    #[test]
    fn a_csv_holds_several_sheets() {
        let book = read(
            "\u{feff}survey\n,type,name\n,text,\"a, b\"\nchoices\n,list_name,name\n,x,y\n".as_bytes(),
            Kind::Csv,
        )
        .unwrap();
        assert_eq!(book.sheets.len(), 2);
        assert_eq!(book.sheet("survey").unwrap().rows[0].cells[1].text, "a, b");
        assert_eq!(book.sheet("choices").unwrap().rows[0].number, 2);
    }

    #[test]
    fn the_kind_is_told_by_name_or_by_the_first_bytes() {
        assert_eq!(Kind::from_name("Household.XLSX"), Some(Kind::Xlsx));
        assert_eq!(Kind::from_name("form.pdf"), None);
        assert_eq!(Kind::sniff(b"PK\x03\x04.."), Some(Kind::Xlsx));
        assert_eq!(Kind::sniff(b"\xD0\xCF\x11\xE0.."), Some(Kind::Xls));
        assert_eq!(Kind::sniff(b"| survey |\n"), Some(Kind::Markdown));
        assert_eq!(Kind::sniff(b"survey\n,type,name\n"), Some(Kind::Csv));
        assert_eq!(Kind::sniff(b"%PDF-1.7\n"), None);
    }

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

    #[test]
    fn a_damaged_file_is_refused_with_a_remedy() {
        let problems = read(b"PK\x03\x04 not a zip", Kind::Xlsx).unwrap_err();
        assert!(problems.to_string().contains("save it again"), "{problems}");
        let problems = read(b"survey\n,type,name\n,text,caf\xe9\n", Kind::Csv).unwrap_err();
        assert_eq!(
            problems.to_string(),
            "line 3 of the file is not UTF-8 text; save it again with the encoding UTF-8"
        );
    }
}
