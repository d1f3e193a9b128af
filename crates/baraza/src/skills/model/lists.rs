//! Lists of the register as CSV: what may stand in each column, and where something else stands, by line and column.

use std::{collections::HashSet, hash::Hash};

use csv::{Reader, ReaderBuilder, StringRecord, Trim};
use jiff::civil::Date;

use super::{Course, FIELDS, Institution, Intake, KINDS, MONTHS, MOST_ISCED, Placement};
use crate::platform::problem::Problem;

/// Broken cells that are told one by one.
const MOST_TOLD: usize = 20;
/// Rows of one list at most.
const MOST_ROWS: usize = 20_000;
/// Columns of one list at most, those that are not read among them: each cell is looked for by the name of its column.
const MOST_COLUMNS: usize = 200;
/// Letters of a code and of words at most.
const MOST_CODE: usize = 40;
const MOST_WORDS: usize = 200;
/// A number above this is a slip.
const MOST_NUMBER: i64 = 1_000_000_000_000;
/// Codes that are addresses of other pages.
const RESERVED: [&str; 1] = ["courses"];

/// Which list it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListKind {
    Institutions,
    Courses,
    Intakes,
    Placements,
}

/// A row with the line of the file that it stands on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct At<T> {
    /// From 1; the line of the headers is the first.
    pub line: u64,
    pub row: T,
}

/// A course with the institution it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CourseRow {
    pub institution: String,
    pub course: Course,
}

/// An intake with the course it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IntakeRow {
    pub institution: String,
    pub course: String,
    pub intake: Intake,
}

/// A placement with the intake it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacementRow {
    pub institution: String,
    pub course: String,
    pub starts_on: Date,
    pub placement: Placement,
}

/// What is wrong with a list: its cells, or the whole of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Broken {
    cells: Vec<Cell>,
}

/// One cell that will not do.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Cell {
    /// The problem's code.
    code: &'static str,
    line: u64,
    column: &'static str,
    value: String,
}

impl ListKind {
    pub const ALL: [ListKind; 4] = [
        ListKind::Institutions,
        ListKind::Courses,
        ListKind::Intakes,
        ListKind::Placements,
    ];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            ListKind::Institutions => "institutions",
            ListKind::Courses => "courses",
            ListKind::Intakes => "intakes",
            ListKind::Placements => "placements",
        }
    }

    /// Reads the word that [`ListKind::as_str`] writes.
    #[must_use]
    pub fn parse(word: &str) -> Option<ListKind> {
        ListKind::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// The columns that a list has; those after the first so many may be absent.
    #[must_use]
    pub fn columns(self) -> (&'static [&'static str], usize) {
        match self {
            ListKind::Institutions => (
                &[
                    "code",
                    "name",
                    "place",
                    "kind",
                    "licence",
                    "contact",
                    "valid_from",
                    "valid_to",
                ],
                4,
            ),
            ListKind::Courses => (
                &[
                    "institution",
                    "code",
                    "title",
                    "field",
                    "isced",
                    "level",
                    "hours",
                    "cost",
                    "language",
                    "min_age",
                    "max_age",
                    "schooling",
                ],
                4,
            ),
            ListKind::Intakes => (
                &[
                    "institution",
                    "course",
                    "starts_on",
                    "ends_on",
                    "apply_by",
                    "seats",
                    "seats_women",
                    "taken",
                ],
                6,
            ),
            ListKind::Placements => (
                &[
                    "institution",
                    "course",
                    "starts_on",
                    "after_months",
                    "finished",
                    "employed",
                    "education",
                    "source",
                ],
                8,
            ),
        }
    }
}

impl Broken {
    /// Notes a cell that will not do.
    pub fn note(&mut self, code: &'static str, line: u64, column: &'static str, value: &str) {
        self.cells.push(Cell {
            code,
            line,
            column,
            value: value.chars().take(MOST_CODE).collect(),
        });
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    /// The refusal of the list, on field `file`: each of the first cells with its line and column, and how many more there are.
    #[must_use]
    pub fn refusal(&self) -> Problem {
        let told = self.cells.iter().take(MOST_TOLD);
        let refusal = told.fold(Problem::invalid("fields"), |problem, cell| {
            let with = vec![
                ("line", cell.line.to_string()),
                ("column", cell.column.to_owned()),
                ("value", cell.value.clone()),
            ];
            problem.field_with("file", cell.code, with)
        });
        match self.cells.len().saturating_sub(MOST_TOLD) {
            0 => refusal,
            more => refusal.field_with("file", "skills-list-more", vec![("n", more.to_string())]),
        }
    }
}

/// Reads a list of institutions.
///
/// # Errors
/// The refusal, as [`Broken::refusal`] makes it; `skills-list-unreadable`, `skills-list-column`, `skills-list-empty` and
/// `skills-list-long` where the whole of it will not do.
pub fn institutions(text: &str) -> Result<Vec<At<Institution>>, Problem> {
    read(text, ListKind::Institutions, |line| {
        let institution = Institution {
            code: line.address("code"),
            name: line.words("name"),
            place: line.words("place"),
            kind: line.one_of("kind", &KINDS),
            licence: line.maybe_words("licence"),
            contact: line.maybe_words("contact"),
            valid_from: line.maybe_day("valid_from"),
            valid_to: line.maybe_day("valid_to"),
            ..Institution::default()
        };
        if let (Some(from), Some(to)) = (institution.valid_from, institution.valid_to)
            && to < from
        {
            line.wrong("skills-cell-order", "valid_to");
        }
        institution
    })
    .and_then(|rows| once(rows, "code", |row| row.code.clone()))
}

/// Reads a list of courses.
///
/// # Errors
/// As [`institutions`].
pub fn courses(text: &str) -> Result<Vec<At<CourseRow>>, Problem> {
    read(text, ListKind::Courses, |line| {
        let course = Course {
            code: line.code("code"),
            title: line.words("title"),
            field: line.field_of_study("field"),
            isced: line.maybe_number("isced", MOST_ISCED),
            level: line.maybe_words("level"),
            hours: line.maybe_number("hours", MOST_NUMBER),
            cost: line.maybe_number("cost", MOST_NUMBER),
            language: line.maybe_words("language"),
            min_age: line.maybe_number("min_age", 120),
            max_age: line.maybe_number("max_age", 120),
            schooling: line.maybe_number("schooling", MOST_ISCED),
            intakes: Vec::new(),
        };
        if let (Some(min), Some(max)) = (course.min_age, course.max_age)
            && max < min
        {
            line.wrong("skills-cell-order", "max_age");
        }
        CourseRow {
            institution: line.words("institution"),
            course,
        }
    })
    .and_then(|rows| {
        once(rows, "code", |row| {
            (row.institution.clone(), row.course.code.clone())
        })
    })
}

/// Reads a list of intakes.
///
/// # Errors
/// As [`institutions`].
pub fn intakes(text: &str) -> Result<Vec<At<IntakeRow>>, Problem> {
    read(text, ListKind::Intakes, |line| {
        let intake = Intake {
            id: String::new(),
            starts_on: line.day("starts_on"),
            ends_on: line.day("ends_on"),
            apply_by: line.day("apply_by"),
            seats: line.number("seats"),
            seats_women: line.maybe_number("seats_women", MOST_NUMBER).unwrap_or(0),
            n_taken: line.maybe_number("taken", MOST_NUMBER).unwrap_or(0),
            n_held: 0,
            n_held_open: 0,
            placements: Vec::new(),
        };
        if intake.ends_on != Date::ZERO && intake.ends_on < intake.starts_on {
            line.wrong("skills-cell-order", "ends_on");
        }
        for (column, n) in [("seats_women", intake.seats_women), ("taken", intake.n_taken)] {
            if n > intake.seats {
                line.wrong("skills-cell-more", column);
            }
        }
        IntakeRow {
            institution: line.words("institution"),
            course: line.words("course"),
            intake,
        }
    })
    .and_then(|rows| {
        once(rows, "starts_on", |row| {
            (row.institution.clone(), row.course.clone(), row.intake.starts_on)
        })
    })
}

/// Reads a list of placements.
///
/// # Errors
/// As [`institutions`].
pub fn placements(text: &str) -> Result<Vec<At<PlacementRow>>, Problem> {
    read(text, ListKind::Placements, |line| {
        let placement = Placement {
            after_months: line.number("after_months"),
            n_finished: line.number("finished"),
            n_employed: line.number("employed"),
            n_education: line.number("education"),
            source: line.words("source"),
        };
        if !MONTHS.contains(&placement.after_months) {
            line.wrong("skills-cell-months", "after_months");
        }
        if placement.n_employed + placement.n_education > placement.n_finished {
            line.wrong("skills-cell-placed", "employed");
        }
        PlacementRow {
            institution: line.words("institution"),
            course: line.words("course"),
            starts_on: line.day("starts_on"),
            placement,
        }
    })
    .and_then(|rows| {
        once(rows, "after_months", |row| {
            (
                row.institution.clone(),
                row.course.clone(),
                row.starts_on,
                row.placement.after_months,
            )
        })
    })
}

/// Reads a text into rows: all of them, or what is wrong with any.
fn read<T>(text: &str, kind: ListKind, row_of: impl Fn(&mut Line<'_>) -> T) -> Result<Vec<At<T>>, Problem> {
    let (mut reader, headers) = opened(text)?;
    let (columns, n_needed) = kind.columns();
    let missing = columns[..n_needed]
        .iter()
        .filter(|column| !headers.iter().any(|header| header == **column));
    let refusal = missing.fold(Problem::invalid("fields"), |problem, column| {
        let with = vec![("column", (*column).to_owned()), ("columns", columns.join(", "))];
        problem.field_with("file", "skills-list-column", with)
    });
    if !refusal.fields().is_empty() {
        return Err(refusal);
    }
    let (mut rows, mut broken) = (Vec::new(), Broken::default());
    for record in reader.records() {
        let record = record.map_err(|_| unreadable())?;
        if record.iter().all(str::is_empty) {
            continue;
        }
        let number = record.position().map_or(0, csv::Position::line);
        let mut line = Line {
            headers: &headers,
            record: &record,
            number,
            broken: &mut broken,
        };
        let row = row_of(&mut line);
        rows.push(At { line: number, row });
        if rows.len() > MOST_ROWS {
            let with = vec![("most", MOST_ROWS.to_string())];
            return Err(Problem::invalid("fields").field_with("file", "skills-list-long", with));
        }
    }
    match (rows.is_empty(), broken.is_empty()) {
        (_, false) => Err(broken.refusal()),
        (true, true) => Err(Problem::invalid("fields").field("file", "skills-list-empty")),
        (false, true) => Ok(rows),
    }
}

/// The columns that a list may have and a text has not: what they would say of something known stays as it is.
///
/// # Errors
/// `skills-list-unreadable` on field `file`.
pub fn absent(text: &str, kind: ListKind) -> Result<Vec<&'static str>, Problem> {
    let (_, headers) = opened(text)?;
    let (columns, _) = kind.columns();
    Ok(columns
        .iter()
        .copied()
        .filter(|column| !headers.iter().any(|header| header == column))
        .collect())
}

/// Opens a text as a list; returns its reader and the names of its columns in small letters.
fn opened(text: &str) -> Result<(Reader<&[u8]>, Vec<String>), Problem> {
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = ReaderBuilder::new()
        .delimiter(delimiter(text))
        .flexible(true)
        .trim(Trim::All)
        .from_reader(text.as_bytes());
    let headers: Vec<String> = reader
        .headers()
        .map_err(|_| unreadable())?
        .iter()
        .map(str::to_lowercase)
        .collect();
    if headers.len() > MOST_COLUMNS {
        return Err(unreadable());
    }
    Ok((reader, headers))
}

fn unreadable() -> Problem {
    Problem::invalid("fields").field("file", "skills-list-unreadable")
}

/// Spreadsheets of half the world part cells by semicolons.
fn delimiter(text: &str) -> u8 {
    let first = text.lines().next().unwrap_or_default();
    match first.matches(';').count() > first.matches(',').count() {
        true => b';',
        false => b',',
    }
}

/// Refuses a list in which two rows are of the same thing.
fn once<T, K: Eq + Hash>(
    rows: Vec<At<T>>,
    column: &'static str,
    key: impl Fn(&T) -> K,
) -> Result<Vec<At<T>>, Problem> {
    let (mut known, mut broken) = (HashSet::new(), Broken::default());
    for at in &rows {
        if !known.insert(key(&at.row)) {
            broken.note("skills-cell-twice", at.line, column, "");
        }
    }
    match broken.is_empty() {
        true => Ok(rows),
        false => Err(broken.refusal()),
    }
}

/// One line of a list while it is read. What will not do is noted, and something harmless given instead.
struct Line<'a> {
    headers: &'a [String],
    record: &'a StringRecord,
    number: u64,
    broken: &'a mut Broken,
}

impl Line<'_> {
    /// What stands in a column; empty where the list has no such column.
    fn cell(&self, column: &str) -> String {
        let at = self.headers.iter().position(|header| header == column);
        let cell = at.and_then(|at| self.record.get(at)).unwrap_or_default();
        cell.to_owned()
    }

    fn wrong(&mut self, code: &'static str, column: &'static str) {
        let value = self.cell(column);
        self.broken.note(code, self.number, column, &value);
    }

    fn maybe_words(&mut self, column: &'static str) -> String {
        let words = self.cell(column);
        if words.chars().count() > MOST_WORDS {
            self.wrong("skills-cell-long", column);
        }
        words
    }

    fn words(&mut self, column: &'static str) -> String {
        let words = self.maybe_words(column);
        if words.is_empty() {
            self.wrong("skills-cell-missing", column);
        }
        words
    }

    fn code(&mut self, column: &'static str) -> String {
        let code = self.words(column);
        let is_code = code
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
        if !is_code || code.len() > MOST_CODE {
            self.wrong("skills-cell-code", column);
        }
        code
    }

    /// A code that is part of an address.
    fn address(&mut self, column: &'static str) -> String {
        let code = self.words(column);
        let is_address = code
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
        if !is_address || code.len() > MOST_CODE || RESERVED.contains(&code.as_str()) {
            self.wrong("skills-cell-address", column);
        }
        code
    }

    fn one_of(&mut self, column: &'static str, words: &[&str]) -> String {
        let word = self.words(column);
        if !word.is_empty() && !words.contains(&word.as_str()) {
            self.wrong("skills-cell-kind", column);
        }
        word
    }

    /// A broad field of ISCED-F; spreadsheets take the zero in front of it away.
    fn field_of_study(&mut self, column: &'static str) -> String {
        let field = format!("{:0>2}", self.words(column));
        if !FIELDS.contains(&field.as_str()) {
            self.wrong("skills-cell-field", column);
        }
        field
    }

    fn maybe_number(&mut self, column: &'static str, most: i64) -> Option<i64> {
        let cell = self.cell(column);
        if cell.is_empty() {
            return None;
        }
        let number = cell.parse::<i64>().ok().filter(|n| (0..=most).contains(n));
        if number.is_none() {
            self.wrong("skills-cell-number", column);
        }
        number
    }

    fn number(&mut self, column: &'static str) -> i64 {
        if self.cell(column).is_empty() {
            self.wrong("skills-cell-missing", column);
        }
        self.maybe_number(column, MOST_NUMBER).unwrap_or(0)
    }

    fn maybe_day(&mut self, column: &'static str) -> Option<Date> {
        let cell = self.cell(column);
        if cell.is_empty() {
            return None;
        }
        let day = cell.parse::<Date>().ok();
        if day.is_none() {
            self.wrong("skills-cell-day", column);
        }
        day
    }

    fn day(&mut self, column: &'static str) -> Date {
        if self.cell(column).is_empty() {
            self.wrong("skills-cell-missing", column);
        }
        self.maybe_day(column).unwrap_or(Date::ZERO)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::i18n::Lang;

    fn said<T: std::fmt::Debug>(read: Result<Vec<T>, Problem>) -> Vec<String> {
        let problem = read.expect_err("refused");
        let sentences = problem.field_sentences(Lang::En).into_iter();
        sentences.map(|(_, sentence)| sentence).collect()
    }

    #[test]
    fn a_list_is_read_whatever_parts_its_cells_and_whoever_took_the_zero_away() {
        let text = "\u{feff}Institution;code;title;field;cost\nblk;las;Las dasar;7;0\n;;;;\nblk;kue;Kue, roti;10;250000\n";
        let rows = courses(text).expect("courses");
        let read: Vec<(u64, &str, &str, Option<i64>)> = rows
            .iter()
            .map(|at| {
                let course = &at.row.course;
                (at.line, course.title.as_str(), course.field.as_str(), course.cost)
            })
            .collect();
        assert_eq!(
            read,
            [
                (2, "Las dasar", "07", Some(0)),
                (4, "Kue, roti", "10", Some(250_000))
            ]
        );
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line_and_column() {
        let text = "institution,course,starts_on,ends_on,apply_by,seats,taken\n\
            blk,las,2027-01-04,2027-03-31,2026-12-18,20,0\n\
            blk,las,2027-07-05,2027-03-31,soon,many,\n\
            blk,,2027-09-01,2027-10-01,2027-08-01,5,9\n";
        let said = said(intakes(text));
        let expected = [
            ("line 3", "apply_by", "soon"),
            ("line 3", "seats", "many"),
            ("line 3", "ends_on", "2027-03-31"),
            ("line 4", "taken", "9"),
            ("line 4", "course", ""),
        ];
        assert_eq!(said.len(), expected.len(), "{said:?}");
        for (sentence, (line, column, value)) in said.iter().zip(expected) {
            let sentence = sentence.to_lowercase();
            assert!(
                sentence.contains(line) && sentence.contains(column) && sentence.contains(value),
                "{sentence}"
            );
        }
    }

    #[test]
    fn a_list_without_a_column_or_without_rows_or_with_something_twice_is_refused() {
        let missing = said(institutions("code,name,kind\nblk,BLK,public\n"));
        assert!(missing[0].contains("place"), "{missing:?}");
        assert_eq!(said(institutions("code,name,place,kind\n")).len(), 1);
        let twice = said(institutions(
            "code,name,place,kind\nblk,BLK,35.22,public\nblk,Other,35.22,public\n",
        ));
        assert!(twice[0].to_lowercase().contains("line 3"), "{twice:?}");
        let reserved = said(institutions("code,name,place,kind\ncourses,BLK,35.22,public\n"));
        assert!(reserved[0].to_lowercase().contains("line 2"), "{reserved:?}");
    }

    #[test]
    fn a_list_of_columns_without_end_is_not_looked_through() {
        let many = "x,".repeat(MOST_COLUMNS);
        let text = format!("{many}code,name,place,kind\nblk\n");
        assert_eq!(said(institutions(&text)).len(), 1);
    }

    #[test]
    fn only_the_first_of_many_mistakes_are_told() {
        let rows = "blk,BLK,35.22,nonsense\n".repeat(25);
        let said = said(institutions(&format!("code,name,place,kind\n{rows}")));
        assert_eq!(said.len(), MOST_TOLD + 1);
        assert!(said[MOST_TOLD].contains('5'), "{said:?}");
    }

    #[test]
    fn learners_are_not_counted_twice_among_those_who_finished() {
        let text = "institution,course,starts_on,after_months,finished,employed,education,source\n\
            blk,las,2026-01-04,6,10,8,3,phone\nblk,las,2026-01-04,5,10,8,2,phone\n";
        assert_eq!(said(placements(text)).len(), 2);
    }
}
