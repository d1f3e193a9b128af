//! Cells of a workbook as text, each with the row and column it stood in.

mod excel;
mod guard;
mod tags;
mod xlsx;

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
        } else if start.contains([',', ';', '\t']) {
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
    // Many files bear the ending of another format.
    let kind = match (Kind::sniff(bytes), kind) {
        (Some(Kind::Xlsx), _) => Kind::Xlsx,
        (Some(Kind::Xls), _) if guard::check_xls(bytes).is_ok() => Kind::Xls,
        _ => kind,
    };
    match kind {
        Kind::Xlsx => xlsx::read(bytes),
        Kind::Xls => excel::read_xls(bytes),
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

/// Trims, and turns the no-break spaces that spreadsheets sprinkle into plain ones.
fn cell_text(text: &str) -> Option<String> {
    let is_space = |character: char| character.is_whitespace() || character == NO_BREAK_SPACE;
    let text = text.trim_matches(is_space);
    // Most texts hold no byte that such a space begins with.
    let has_none = || memchr::memchr(0xC2, text.as_bytes()).is_none();
    (!text.is_empty()).then(|| match has_none() {
        true => text.to_owned(),
        false => text.replace(NO_BREAK_SPACE, " "),
    })
}

const NO_BREAK_SPACE: char = '\u{a0}';

fn read_csv(text: &str) -> Result<Workbook, Problems> {
    let mut lines = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator(text))
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

/// Spreadsheet programs of many countries write semicolons, because their comma stands in numbers.
fn separator(text: &str) -> u8 {
    let start: Vec<&str> = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .take(2)
        .collect();
    let count = |separator: u8| {
        start
            .iter()
            .map(|line| line.bytes().filter(|byte| *byte == separator).count())
            .sum::<usize>()
    };
    let (commas, semicolons, tabs) = (count(b','), count(b';'), count(b'\t'));
    match () {
        () if semicolons > commas && semicolons >= tabs => b';',
        () if tabs > commas => b'\t',
        () => b',',
    }
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
    /// The table is one sheet of questions and has no column for names of sheets.
    is_bare: bool,
}

impl Table {
    fn push(&mut self, mut name: Option<String>, mut cells: Vec<Option<String>>) {
        if self.sheets.is_empty() && is_heading(name.as_deref(), &cells) {
            self.is_bare = true;
            self.sheets.push(Sheet {
                name: "survey".to_owned(),
                ..Sheet::default()
            });
        }
        if self.is_bare {
            cells.insert(0, name.take());
        }
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

/// Does a table begin with the headings of a survey, and not with the name of a sheet?
fn is_heading(first: Option<&str>, others: &[Option<String>]) -> bool {
    let is = |cell: &str, heading: &str| cell.eq_ignore_ascii_case(heading);
    let others = || others.iter().flatten().map(String::as_str);
    let all = || first.into_iter().chain(others());
    first.is_some_and(|first| !is(first, "survey"))
        && all().any(|cell| is(cell, "type"))
        && all().any(|cell| is(cell, "name"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_of_one_sheet_needs_no_column_for_its_name() {
        let sheet = |text: &str, kind| {
            read(text.as_bytes(), kind)
                .unwrap()
                .sheet("survey")
                .unwrap()
                .clone()
        };
        for (text, kind) in [
            ("type,name,label\ntext,a,\"A, B\"\n", Kind::Csv),
            ("type;name;label\ntext;a;A, B\n", Kind::Csv),
            ("type\tname\tlabel\ntext\ta\tA, B\n", Kind::Csv),
            (
                "| Type | Name | label |\n|---|---|---|\n| text | a | A, B |\n",
                Kind::Markdown,
            ),
        ] {
            let survey = sheet(text, kind);
            assert_eq!(survey.rows[0].number, 2, "{text}");
            assert_eq!(survey.rows[0].cells[2].text, "A, B", "{text}");
            assert_eq!(survey.headings.len(), 3, "{text}");
        }
    }

    #[test]
    fn semicolons_part_the_cells_of_a_stacked_csv_too() {
        let book = read(b"survey;;;\n;type;name;label\n;text;a;1,5\n", Kind::Csv).unwrap();
        assert_eq!(book.sheet("survey").unwrap().rows[0].cells[2].text, "1,5");
    }

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
