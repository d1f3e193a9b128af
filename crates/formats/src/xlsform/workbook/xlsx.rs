//! Excel workbooks since 2007: Office Open XML (ISO/IEC 29500), read sheet by sheet and cell by cell.
//!
//! Only what a form needs is unpacked: the sheets of a form, the strings they share, and which styles show dates. What a file claims
//! about its own size is not believed. Deliberately absent: formulas (their last result is read), links to other workbooks.

use std::{
    borrow::Cow,
    collections::HashMap,
    io::{Cursor, Read},
};

use calamine::{ExcelDateTime, ExcelDateTimeType};
use memchr::{memchr, memchr2};
use zip::ZipArchive;

use super::{
    Workbook, cell_text,
    excel::{Rows, date_text, is_form_sheet, number_text},
    tags::{Piece, Pieces, attribute, unescape},
    unreadable,
};
use crate::xlsform::finding::Problems;

/// Reads the sheets of a form; of other sheets only the name.
pub(super) fn read(bytes: &[u8]) -> Result<Workbook, Problems> {
    if bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
        return Err(damaged("it is protected by a password; take the password off"));
    }
    let mut package = Package::open(bytes)?;
    let book_path = package
        .links("")?
        .into_values()
        .find(|link| link.kind.ends_with("/officeDocument"))
        .map_or_else(|| "xl/workbook.xml".to_owned(), |link| link.target);
    let links = package.links(&book_path)?;
    let part = |kind: &str| {
        links
            .values()
            .find(|link| link.kind.ends_with(kind))
            .map(|link| link.target.clone())
    };
    let book = package
        .text(&book_path)?
        .ok_or_else(|| damaged("it holds no workbook"))?;
    let (names, is_1904) = sheets_of(&book)?;
    let (mut strings, mut dates) = (None, None);
    let mut sheets = Vec::with_capacity(names.len());
    for (name, link) in &names {
        let mut rows = Rows::of(name);
        let path = links.get(link).filter(|link| link.kind.ends_with("/worksheet"));
        if let Some(path) = path.filter(|_| is_form_sheet(name) || names.len() == 1) {
            if strings.is_none() {
                strings = Some(match part("/sharedStrings") {
                    Some(path) => shared_strings(&package.text(&path)?.unwrap_or_default())?,
                    None => Vec::new(),
                });
                dates = Some(match part("/styles") {
                    Some(path) => date_styles(&package.text(&path)?.unwrap_or_default())?,
                    None => Vec::new(),
                });
            }
            let text = package.text(&path.target)?.unwrap_or_default();
            let cells = Cells {
                strings: strings.as_deref().unwrap_or_default(),
                dates: dates.as_deref().unwrap_or_default(),
                is_1904,
            };
            cells.read(&text, &mut rows)?;
        }
        sheets.push(rows.finish());
    }
    Ok(Workbook { sheets })
}

/// The parts read may unpack to this much; 83,000 villages with six columns are a quarter of it.
const MOST_UNPACKED: u64 = 128 * 1024 * 1024;
const MOST_ROWS: u32 = 1_048_576;
const MOST_COLUMNS: usize = 16_384;

fn damaged(cause: &str) -> Problems {
    unreadable("Excel (.xlsx)", &cause)
}

/// The archive that a workbook is.
struct Package<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
    /// Places of the parts by their names in small letters, as some programs write them.
    places: HashMap<String, usize>,
    left: u64,
}

/// Where a part points, and what it finds there.
struct Link {
    kind: String,
    target: String,
}

impl<'a> Package<'a> {
    fn open(bytes: &'a [u8]) -> Result<Self, Problems> {
        let archive = ZipArchive::new(Cursor::new(bytes)).map_err(|cause| damaged(&cause.to_string()))?;
        let places = archive
            .file_names()
            .enumerate()
            .filter_map(|(place, name)| Some((plain(name.ok()?.as_ref()), place)))
            .collect();
        Ok(Self {
            archive,
            places,
            left: MOST_UNPACKED,
        })
    }

    /// The text of a part, if there is one of that name.
    fn text(&mut self, path: &str) -> Result<Option<String>, Problems> {
        let Some(place) = self.places.get(&plain(path)) else {
            return Ok(None);
        };
        let part = self
            .archive
            .by_index(*place)
            .map_err(|cause| damaged(&cause.to_string()))?;
        let mut bytes = Vec::with_capacity(part.size().min(1 << 20) as usize);
        let length = part
            .take(self.left + 1)
            .read_to_end(&mut bytes)
            .map_err(|cause| damaged(&cause.to_string()))?;
        self.left = self.left.checked_sub(length as u64).ok_or_else(|| {
            damaged(
                "it unpacks to more than 128 MB; put long lists into a CSV file and use select_one_from_file",
            )
        })?;
        if let Some(rest) = bytes.strip_prefix(&[0xEF, 0xBB, 0xBF]) {
            bytes = rest.to_vec();
        }
        match String::from_utf8(bytes) {
            Ok(text) => Ok(Some(text)),
            Err(_) => Err(damaged(&format!("{path} is not UTF-8"))),
        }
    }

    /// What a part points to, by the names it uses.
    fn links(&mut self, path: &str) -> Result<HashMap<String, Link>, Problems> {
        let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
        let beside = if folder.is_empty() { "" } else { "/" };
        let text = self.text(&format!("{folder}{beside}_rels/{file}.rels"))?;
        let mut links = HashMap::new();
        for piece in Pieces::of(text.as_deref().unwrap_or_default()) {
            let Piece::Open {
                name: "Relationship",
                attributes,
                ..
            } = piece.map_err(damaged)?
            else {
                continue;
            };
            let value = |name: &str| attribute(attributes, name).map(|value| unescape(value).into_owned());
            if let (Some(id), Some(kind), Some(target)) = (value("Id"), value("Type"), value("Target")) {
                let target = match target.strip_prefix('/') {
                    Some(absolute) => absolute.to_owned(),
                    None => format!("{folder}{beside}{target}"),
                };
                links.insert(id, Link { kind, target });
            }
        }
        Ok(links)
    }
}

/// A part's name without what differs between programs.
fn plain(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split(['/', '\\']) {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/").to_lowercase()
}

/// Names of the sheets with the names of their links, and whether days are counted from 1904.
fn sheets_of(book: &str) -> Result<(Vec<(String, String)>, bool), Problems> {
    let (mut sheets, mut is_1904) = (Vec::new(), false);
    for piece in Pieces::of(book) {
        match piece.map_err(damaged)? {
            Piece::Open {
                name: "workbookPr",
                attributes,
                ..
            } => {
                is_1904 = matches!(attribute(attributes, "date1904"), Some("1" | "true"));
            }
            Piece::Open {
                name: "sheet",
                attributes,
                ..
            } => {
                let name = attribute(attributes, "name").unwrap_or_default();
                let link = attribute(attributes, ":id").unwrap_or_default();
                sheets.push((unescape(name).into_owned(), unescape(link).into_owned()));
            }
            _ => {}
        }
    }
    Ok((sheets, is_1904))
}

/// The texts that cells share, as cells show them.
fn shared_strings(text: &str) -> Result<Vec<Option<String>>, Problems> {
    let mut strings = Vec::new();
    let mut pieces = Pieces::of(text);
    while let Some(piece) = pieces.next() {
        match piece.map_err(damaged)? {
            Piece::Open {
                name: "si",
                is_empty: true,
                ..
            } => strings.push(None),
            Piece::Open { name: "si", .. } => strings.push(cell_text(&runs(&mut pieces, "si")?)),
            _ => {}
        }
    }
    Ok(strings)
}

/// The text up to a closing tag: one run, or several that differ in looks; how Japanese is pronounced is left out.
fn runs<'a>(pieces: &mut Pieces<'a>, closing: &str) -> Result<Cow<'a, str>, Problems> {
    let mut text = Cow::Borrowed("");
    let mut add = |run: Cow<'a, str>| match &mut text {
        whole if whole.is_empty() => *whole = run,
        begun => begun.to_mut().push_str(&run),
    };
    let (mut keeps_spaces, mut is_run, mut is_aside) = (false, false, false);
    for piece in pieces {
        match piece.map_err(damaged)? {
            Piece::Close(name) if name == closing => return Ok(text),
            Piece::Open {
                name: "rPh",
                is_empty,
                ..
            } => is_aside = !is_empty,
            Piece::Close("rPh") => is_aside = false,
            Piece::Open {
                name: "t",
                attributes,
                is_empty,
            } => {
                is_run = !is_empty && !is_aside;
                keeps_spaces = attribute(attributes, "xml:space") == Some("preserve");
            }
            Piece::Close("t") => is_run = false,
            Piece::Text(run) if is_run => {
                let run = if keeps_spaces {
                    run
                } else {
                    run.trim_matches([' ', '\t', '\r', '\n'])
                };
                add(match unescape(run) {
                    Cow::Borrowed(run) => written_out(run),
                    Cow::Owned(run) => Cow::Owned(written_out(&run).into_owned()),
                });
            }
            Piece::Data(run) if is_run => add(written_out(run)),
            _ => {}
        }
    }
    Err(damaged("a text is never closed"))
}

/// Characters that XML cannot hold are written `_x000D_`, and the returns of Windows are no characters of their own.
fn written_out(text: &str) -> Cow<'_, str> {
    if memchr2(b'_', b'\r', text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("_x") {
        out.push_str(&rest[..at]);
        let code = rest
            .get(at + 2..at + 6)
            .filter(|code| code.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let character = code
            .filter(|_| rest[at + 6..].starts_with('_'))
            .and_then(|code| u32::from_str_radix(code, 16).ok())
            .and_then(char::from_u32);
        match character {
            Some(character) => {
                out.push(character);
                rest = &rest[at + 7..];
            }
            None => {
                out.push_str("_x");
                rest = &rest[at + 2..];
            }
        }
    }
    out.push_str(rest);
    if memchr(b'\r', out.as_bytes()).is_some() {
        out = out.replace("\r\n", "\n").replace('\r', "\n");
    }
    Cow::Owned(out)
}

/// For each style of a cell, whether it shows a number as a date or time.
fn date_styles(text: &str) -> Result<Vec<bool>, Problems> {
    let mut codes: HashMap<String, bool> = HashMap::new();
    let mut dates = Vec::new();
    let mut is_for_cells = false;
    for piece in Pieces::of(text) {
        match piece.map_err(damaged)? {
            Piece::Open {
                name: "numFmt",
                attributes,
                ..
            } => {
                let id = attribute(attributes, "numFmtId").unwrap_or_default();
                let code = attribute(attributes, "formatCode").unwrap_or_default();
                codes.insert(id.to_owned(), shows_dates(&unescape(code)));
            }
            Piece::Open {
                name: "cellXfs",
                is_empty,
                ..
            } => is_for_cells = !is_empty,
            Piece::Close("cellXfs") => is_for_cells = false,
            Piece::Open {
                name: "xf",
                attributes,
                ..
            } if is_for_cells => {
                let id = attribute(attributes, "numFmtId").unwrap_or_default();
                let is_date = codes.get(id).copied().unwrap_or_else(|| {
                    // ISO/IEC 29500-1, 18.8.30: the formats that need no code; some are of East Asia.
                    matches!(id.parse(), Ok(14..=22_u32 | 27..=36 | 45..=47 | 50..=58))
                });
                dates.push(is_date);
            }
            _ => {}
        }
    }
    Ok(dates)
}

/// Does a format of numbers have a letter of a date or time outside of quotes, colours and escapes?
fn shows_dates(code: &str) -> bool {
    let mut quoted = false;
    let mut bracket: Option<String> = None;
    let mut characters = code.chars();
    while let Some(character) = characters.next() {
        match (character, quoted, &mut bracket) {
            ('"', _, None) => quoted = !quoted,
            (_, true, _) => {}
            // The next character is shown as it is, or fills the cell.
            ('\\' | '_' | '*', _, None) => drop(characters.next()),
            (';', _, None) => return false,
            ('[', _, None) => bracket = Some(String::new()),
            (']', _, Some(inside)) => {
                // `[h]` counts hours beyond a day; `[Red]` is a colour.
                if !inside.is_empty()
                    && inside
                        .chars()
                        .all(|it| matches!(it, 'h' | 'm' | 's' | 'H' | 'M' | 'S'))
                {
                    return true;
                }
                bracket = None;
            }
            (other, _, Some(inside)) => inside.push(other),
            ('d' | 'm' | 'h' | 'y' | 's' | 'D' | 'M' | 'H' | 'Y' | 'S', ..) => return true,
            _ => {}
        }
    }
    false
}

/// What cells refer to.
struct Cells<'a> {
    strings: &'a [Option<String>],
    dates: &'a [bool],
    is_1904: bool,
}

impl Cells<'_> {
    /// Hands the cells of a sheet to its rows, in their order.
    fn read(&self, text: &str, rows: &mut Rows) -> Result<(), Problems> {
        let (mut row, mut column) = (0_u32, 0_usize);
        let mut pieces = Pieces::of(text);
        while let Some(piece) = pieces.next() {
            match piece.map_err(damaged)? {
                Piece::Open {
                    name: "row",
                    attributes,
                    ..
                } => {
                    row = match attribute(attributes, "r").and_then(|number| number.parse().ok()) {
                        Some(number) => number,
                        None => row + 1,
                    };
                    column = 0;
                }
                Piece::Open {
                    name: "c",
                    attributes,
                    is_empty,
                } => {
                    let (mut place, mut style, mut kind) = (None, None, None);
                    for (name, value) in super::tags::attributes(attributes) {
                        match name {
                            "r" => place = Some(value),
                            "s" => style = Some(value),
                            "t" => kind = Some(value),
                            _ => {}
                        }
                    }
                    if let Some(place) = place {
                        (row, column) = position(place).ok_or_else(|| damaged("a cell has no place"))?;
                    }
                    if row == 0 || row > MOST_ROWS || column >= MOST_COLUMNS {
                        return Err(damaged("a cell stands outside of every sheet"));
                    }
                    let text = if is_empty {
                        None
                    } else {
                        self.value(&mut pieces, kind, style)?
                    };
                    if !rows.take(row, column, text)? {
                        return Ok(());
                    }
                    column += 1;
                }
                Piece::Close("sheetData") => return Ok(()),
                _ => {}
            }
        }
        Ok(())
    }

    /// What a cell shows; reads up to its end.
    fn value(
        &self,
        pieces: &mut Pieces<'_>,
        kind: Option<&str>,
        style: Option<&str>,
    ) -> Result<Option<String>, Problems> {
        let mut shown = None;
        let mut is_value = false;
        while let Some(piece) = pieces.next() {
            match piece.map_err(damaged)? {
                Piece::Close("c") => return Ok(shown),
                Piece::Open {
                    name: "is",
                    is_empty: false,
                    ..
                } => shown = cell_text(&runs(pieces, "is")?),
                Piece::Open {
                    name: "v", is_empty, ..
                } => is_value = !is_empty,
                Piece::Close("v") => is_value = false,
                Piece::Text(raw) if is_value => shown = self.shown(&unescape(raw), kind, style),
                Piece::Data(raw) if is_value => shown = self.shown(raw, kind, style),
                _ => {}
            }
        }
        Err(damaged("a cell is never closed"))
    }

    fn shown(&self, raw: &str, kind: Option<&str>, style: Option<&str>) -> Option<String> {
        match kind.unwrap_or("n") {
            "s" => self.strings.get(raw.trim().parse::<usize>().ok()?)?.clone(),
            "b" => Some(if raw.trim() == "1" { "TRUE" } else { "FALSE" }.to_owned()),
            // What a formula could not compute is no answer.
            "e" => None,
            "n" => {
                let Ok(number) = raw.trim().parse::<f64>() else {
                    return cell_text(raw);
                };
                let style: usize = style.and_then(|style| style.parse().ok()).unwrap_or_default();
                if !self.dates.get(style).copied().unwrap_or_default() {
                    return Some(number_text(number));
                }
                let moment = ExcelDateTime::new(number, ExcelDateTimeType::DateTime, self.is_1904);
                Some(date_text(&moment))
            }
            _ => cell_text(&written_out(raw)),
        }
    }
}

/// `AB12` → row 12, column 27 (columns from 0).
fn position(place: &str) -> Option<(u32, usize)> {
    let letters = place.bytes().take_while(u8::is_ascii_alphabetic).count();
    let column = place.as_bytes()[..letters]
        .iter()
        .try_fold(0_usize, |column, letter| {
            column
                .checked_mul(26)?
                .checked_add(usize::from(letter.to_ascii_uppercase() - b'A') + 1)
        })?;
    Some((place[letters..].parse().ok()?, column.checked_sub(1)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_letters_and_numbers() {
        assert_eq!(position("A1"), Some((1, 0)));
        assert_eq!(position("ab12"), Some((12, 27)));
        assert_eq!(position("XFD1048576"), Some((1_048_576, 16_383)));
        for wrong in ["", "A", "1", "$A$1", "ZZZZZZZZZZZZZZZZZZ1"] {
            assert_eq!(position(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn formats_of_dates_are_told_from_numbers_and_colours() {
        for date in ["yyyy-mm-dd", "[h]:mm", "[$-409]d/m/yy h:mm AM/PM;@", "\"on\" d"] {
            assert!(shows_dates(date), "{date}");
        }
        for number in [
            "General",
            "0.00",
            "#,##0 \"days\"",
            "[Red]0",
            "0_d",
            "\\d0",
            "0;d",
        ] {
            assert!(!shows_dates(number), "{number}");
        }
    }

    #[test]
    fn runs_are_put_together_and_asides_left_out() {
        let strings = shared_strings(
            "<sst><si><t xml:space=\"preserve\"> a &amp; b </t></si><si><r><t>no</t></r><r><rPr><b/></rPr><t>te</t></r><rPh sb=\"0\"><t>x</t></rPh></si><si/><si><t>a_x000D_\nb_x</t></si><x:si><x:t><![CDATA[<c>]]></x:t></x:si></sst>",
        );
        let texts: Vec<Option<String>> = strings.unwrap();
        let texts: Vec<Option<&str>> = texts.iter().map(Option::as_deref).collect();
        assert_eq!(
            texts,
            [Some("a & b"), Some("note"), None, Some("a\nb_x"), Some("<c>")]
        );
    }

    #[test]
    fn names_of_parts_are_plain() {
        assert_eq!(plain("/xl/Worksheets\\Sheet1.xml"), "xl/worksheets/sheet1.xml");
        assert_eq!(plain("xl/./../docs/a"), "docs/a");
    }
}
