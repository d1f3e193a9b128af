//! Divisions of the same land that are not the administrative one: catchments of health centres, police sectors, school areas.
//!
//! An area is made of administrative places, each whole or by a stated share, while the file says so.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::{Place, PlaceCode, Places};
use crate::platform::problem::{Problem, Result};

/// Letters of a division's code at most.
const MOST_CODE: usize = 40;
/// Letters of a title, a name, a basis or a source at most.
const MOST_WORDS: usize = 200;
/// Rows of one file at most.
const MOST_ROWS: usize = 200_000;
/// How far shares may miss their sum by rounding: three villages in thirds are written as 0.333.
const ROUNDING: f64 = 1e-3;

/// One way of dividing the land.
#[derive(Clone, Debug, PartialEq)]
pub struct Division {
    pub code: String,
    pub title: String,
    /// What shares are parts of; empty where every place is in an area whole.
    pub basis: String,
    /// Who drew it; may be empty.
    pub source: String,
    /// By code.
    pub areas: Vec<Area>,
}

/// One area of a division.
#[derive(Clone, Debug, PartialEq)]
pub struct Area {
    pub code: String,
    pub name: String,
    /// By place, then by day; never empty.
    pub parts: Vec<Part>,
}

/// What of one place belongs to an area, and while.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// Code of the place.
    pub place: String,
    /// Above 0, at most 1.
    pub share: f64,
    /// The first day it holds; `None` as long as anybody knows.
    pub from: Option<Date>,
    /// The first day it no longer holds.
    pub to: Option<Date>,
}

/// A division as it was typed.
#[derive(Clone, Debug, Default)]
pub struct TypedDivision {
    pub code: String,
    pub title: String,
    pub basis: String,
    pub source: String,
    /// CSV with the columns `area`, `name`, `place`, `share`, `from` and `to`, of which `area` and `place` have to be there.
    pub rows: String,
}

/// A row of the file, read but not yet compared with others.
struct Row {
    /// Its line in the file, the header being 1.
    line: u64,
    area: String,
    name: String,
    part: Part,
}

impl Division {
    /// The area with a code.
    #[must_use]
    pub fn find(&self, code: &str) -> Option<&Area> {
        self.areas.iter().find(|area| area.code == code)
    }

    /// Reads and checks a division. Shares of a place may add to less than 1, where a part of it lies in no area, but not to more.
    ///
    /// # Errors
    /// `fields` for code, title, basis and source; `places-division-unreadable` and `places-division-rows` for the whole file;
    /// `places-division-area`, `places-division-place`, `places-division-share`, `places-division-day`, `places-division-twice`,
    /// `places-division-nested` and `places-division-over` with the line of the row.
    pub fn parse(typed: &TypedDivision, places: &Places) -> Result<Division> {
        let words = |text: &str| text.trim().to_owned();
        let division = Division {
            code: words(&typed.code),
            title: words(&typed.title),
            basis: words(&typed.basis),
            source: words(&typed.source),
            areas: Vec::new(),
        };
        division.check_head()?;
        let rows = read(&typed.rows, places)?;
        check_overlaps(&rows, places)?;
        check_sums(&rows)?;
        Ok(Division {
            areas: areas(rows),
            ..division
        })
    }

    fn check_head(&self) -> Result<()> {
        let mut wrong = Problem::invalid("fields");
        let is_code = (1..=MOST_CODE).contains(&self.code.len())
            && self
                .code
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if !is_code {
            wrong = wrong.field("code", "code-malformed");
        }
        if self.title.is_empty() {
            wrong = wrong.field("title", "places-division-title");
        }
        for (field, text) in [
            ("title", &self.title),
            ("basis", &self.basis),
            ("source", &self.source),
        ] {
            if text.chars().count() > MOST_WORDS {
                wrong = wrong.field(field, "text-long");
            }
        }
        if wrong.fields().is_empty() {
            Ok(())
        } else {
            Err(wrong)
        }
    }
}

impl Area {
    /// The parts that hold on a day.
    pub fn parts_on(&self, day: Date) -> impl Iterator<Item = &Part> {
        self.parts.iter().filter(move |part| part.holds_on(day))
    }
}

impl Part {
    #[must_use]
    pub fn holds_on(&self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day < to)
    }

    /// Whether all of the place belongs to the area.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.share >= 1.0
    }

    /// Whether there is a day on which both hold.
    fn meets(&self, other: &Part) -> bool {
        let begins_before_end = |one: &Part, end: Option<Date>| match (one.from, end) {
            (Some(from), Some(to)) => from < to,
            _ => true,
        };
        begins_before_end(self, other.to) && begins_before_end(other, self.to)
    }

    /// Whether it holds on the first day of another; without one, before all days.
    fn holds_when_begins(&self, other: &Part) -> bool {
        self.from <= other.from && self.meets(other)
    }
}

fn read(text: &str, places: &Places) -> Result<Vec<Row>> {
    let text = text.trim_start_matches('\u{feff}');
    let head = text.lines().next().unwrap_or_default();
    // Spreadsheets where the comma is the decimal sign write semicolons.
    let delimiter = if head.contains(';') && !head.contains(',') {
        b';'
    } else {
        b','
    };
    let unreadable = |why: String| Problem::invalid("places-division-unreadable").with("why", why);
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let head = reader
        .headers()
        .map_err(|error| unreadable(error.to_string()))?
        .clone();
    let column = |name: &str| head.iter().position(|known| known.eq_ignore_ascii_case(name));
    let (Some(area), Some(place)) = (column("area"), column("place")) else {
        return Err(unreadable("area, place".to_owned()));
    };
    let (name, share) = (column("name"), column("share"));
    let (from, to) = (column("from"), column("to"));
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| unreadable(error.to_string()))?;
        let line = record.position().map_or(0, csv::Position::line);
        let cell = |at: Option<usize>| at.and_then(|at| record.get(at)).unwrap_or_default();
        let wrong = |code: &'static str, found: &str| {
            Problem::invalid(code)
                .with("line", line)
                .with("found", found.to_owned())
        };
        let area = PlaceCode::parse(cell(Some(area)))
            .map_err(|_| wrong("places-division-area", cell(Some(area))))?
            .as_str()
            .to_owned();
        let place = places
            .find(cell(Some(place)))
            .ok_or_else(|| wrong("places-division-place", cell(Some(place))))?;
        let name = cell(name);
        if name.chars().count() > MOST_WORDS {
            return Err(wrong("places-division-area", &area));
        }
        let day = |text: &str| -> Result<Option<Date>> {
            if text.is_empty() {
                return Ok(None);
            }
            text.parse()
                .map(Some)
                .map_err(|_| wrong("places-division-day", text))
        };
        let (from, to) = (day(cell(from))?, day(cell(to))?);
        if let (Some(from), Some(to)) = (from, to)
            && from >= to
        {
            return Err(wrong("places-division-day", &to.to_string()));
        }
        rows.push(Row {
            line,
            name: if name.is_empty() { area.as_str() } else { name }.to_owned(),
            part: Part {
                place: place.code().to_owned(),
                share: parse_share(cell(share)).ok_or_else(|| wrong("places-division-share", cell(share)))?,
                from,
                to,
            },
            area,
        });
    }
    match rows.len() {
        1..=MOST_ROWS => Ok(rows),
        _ => Err(Problem::invalid("places-division-rows").with("most", MOST_ROWS)),
    }
}

/// Reads a share: `0.4`, `0,4` or `40%`; nothing is all of it. `None` unless it is above 0 and at most 1.
fn parse_share(text: &str) -> Option<f64> {
    if text.is_empty() {
        return Some(1.0);
    }
    let number = |text: &str| text.trim().replace(',', ".").parse::<f64>().ok();
    let share = match text.strip_suffix('%') {
        Some(percent) => number(percent)? / 100.0,
        None => number(text)?,
    };
    (share > 0.0 && share <= 1.0).then_some(share)
}

/// Refuses what would be counted twice: a place named twice in one area, or beside one that lies in it.
fn check_overlaps(rows: &[Row], places: &Places) -> Result<()> {
    let mut by_place: BTreeMap<&str, Vec<&Row>> = BTreeMap::new();
    for row in rows {
        by_place.entry(&row.part.place).or_default().push(row);
    }
    for row in rows {
        let here = by_place.get(row.part.place.as_str()).into_iter().flatten();
        let is_twice =
            |other: &Row| other.line < row.line && other.area == row.area && other.part.meets(&row.part);
        if here.copied().any(is_twice) {
            return Err(Problem::invalid("places-division-twice")
                .with("line", row.line)
                .with("found", row.part.place.clone()));
        }
        let above = places
            .find(&row.part.place)
            .into_iter()
            .flat_map(Place::ancestors)
            .filter_map(|above| by_place.get(above.code()))
            .flatten()
            .find(|other| other.part.meets(&row.part));
        if let Some(above) = above {
            return Err(Problem::invalid("places-division-nested")
                .with("line", row.line)
                .with("found", row.part.place.clone())
                .with("above", above.part.place.clone()));
        }
    }
    Ok(())
}

/// Refuses shares of one place that add to more than the whole on some day; the sum is largest on a day on which one begins.
fn check_sums(rows: &[Row]) -> Result<()> {
    let mut by_place: BTreeMap<&str, Vec<&Row>> = BTreeMap::new();
    for row in rows {
        by_place.entry(&row.part.place).or_default().push(row);
    }
    for (place, rows) in by_place {
        for row in &rows {
            let sum: f64 = rows
                .iter()
                .filter(|other| other.part.holds_when_begins(&row.part))
                .map(|other| other.part.share)
                .sum();
            if sum > 1.0 + ROUNDING {
                return Err(Problem::invalid("places-division-over")
                    .with("line", row.line)
                    .with("found", place.to_owned())
                    .with("sum", format!("{sum:.3}")));
            }
        }
    }
    Ok(())
}

/// Puts the rows of each area together; the first name counts.
fn areas(rows: Vec<Row>) -> Vec<Area> {
    let mut areas: BTreeMap<String, Area> = BTreeMap::new();
    for row in rows {
        areas
            .entry(row.area.clone())
            .or_insert_with(|| Area {
                code: row.area,
                name: row.name,
                parts: Vec::new(),
            })
            .parts
            .push(row.part);
    }
    let mut areas: Vec<Area> = areas.into_values().collect();
    for area in &mut areas {
        area.parts
            .sort_by(|a, b| (&a.place, a.from).cmp(&(&b.place, b.from)));
    }
    areas
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::super::PlaceRow;
    use super::*;

    fn places() -> Places {
        let row = |code: &str, parent: Option<&str>| PlaceRow {
            code: code.into(),
            level: "village".into(),
            name: code.into(),
            parent: parent.map(str::to_owned),
            ..PlaceRow::default()
        };
        Places::new(
            vec![row("1", None), row("1.1", Some("1")), row("1.2", Some("1"))],
            date(2026, 11, 23),
        )
    }

    fn parse(rows: &str) -> Result<Division> {
        let typed = TypedDivision {
            code: "health".into(),
            title: "Health centres".into(),
            rows: rows.into(),
            ..TypedDivision::default()
        };
        Division::parse(&typed, &places())
    }

    fn refused(rows: &str) -> &'static str {
        parse(rows).expect_err("refused").code()
    }

    #[test]
    fn areas_are_read_with_shares_and_days_from_either_kind_of_spreadsheet() {
        let division =
            parse("area,name,place,share,from,to\nA,North,1.1,,,2026-01-01\nA,,1.2,40%,,\n").expect("read");
        let area = &division.areas[0];
        assert_eq!((area.code.as_str(), area.name.as_str()), ("A", "North"));
        let shares: Vec<f64> = area.parts.iter().map(|part| part.share).collect();
        assert_eq!(shares, [1.0, 0.4]);
        assert_eq!(area.parts_on(date(2025, 12, 31)).count(), 2);
        assert_eq!(area.parts_on(date(2026, 1, 1)).count(), 1);
        let other = parse("place;area;share\n1.1;A;0,25\n").expect("read");
        assert_eq!(other.areas[0].name, "A");
        assert!((other.areas[0].parts[0].share - 0.25).abs() < 1e-12);
    }

    #[test]
    fn shares_may_leave_a_rest_and_never_add_to_more_than_the_place() {
        assert!(parse("area,place,share\nA,1.1,0.6\nB,1.1,0.3\n").is_ok());
        assert!(parse("area,place,share\nA,1.1,0.3335\nB,1.1,0.3333\nC,1.1,0.3333\n").is_ok());
        assert_eq!(
            refused("area,place,share\nA,1.1,0.6\nB,1.1,0.5\n"),
            "places-division-over"
        );
        assert_eq!(refused("area,place,share\nA,1.1,0\n"), "places-division-share");
        assert_eq!(refused("area,place,share\nA,1.1,1.2\n"), "places-division-share");
        // One follows the other.
        assert!(parse("area,place,from,to\nA,1.1,,2026-01-01\nB,1.1,2026-01-01,\n").is_ok());
        assert_eq!(
            refused("area,place,from,to\nA,1.1,,2026-02-01\nB,1.1,2026-01-01,\n"),
            "places-division-over"
        );
    }

    #[test]
    fn what_would_be_counted_twice_or_is_not_known_is_refused() {
        assert_eq!(
            refused("area,place,share\nA,1.1,0.2\nA,1.1,0.2\n"),
            "places-division-twice"
        );
        assert_eq!(refused("area,place\nA,1\nB,1.1\n"), "places-division-nested");
        assert_eq!(refused("area,place\nA,9\n"), "places-division-place");
        assert_eq!(refused("area,place\nA/B,1.1\n"), "places-division-area");
        assert_eq!(refused("area,village\nA,1.1\n"), "places-division-unreadable");
        assert_eq!(refused("area,place\n"), "places-division-rows");
        assert_eq!(
            refused("area,place,from,to\nA,1.1,2026-01-01,2025-01-01\n"),
            "places-division-day"
        );
    }
}
