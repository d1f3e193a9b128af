//! The list of facilities: as CSV in and out, all of it or, with what is wrong by line and column, nothing.

use std::collections::HashSet;

use csv::{ReaderBuilder, StringRecord, Trim, Writer};
use jiff::civil::Date;

use super::{
    FacilitiesChanged,
    model::{
        facility::{Facility, KINDS},
        round::State,
    },
    store,
};
use crate::platform::{
    db::Tx,
    op::{Op, Role},
    problem::{Problem, Result},
    spreadsheet::harmless,
};

/// Who keeps the list, each for the places they work for.
const KEEPERS: [Role; 2] = [Role::Producer, Role::Steward];
/// The columns, of which the first five must be there.
const COLUMNS: [&str; 10] = [
    "code",
    "name",
    "kind",
    "organisation",
    "place",
    "lat",
    "lon",
    "serves",
    "valid_from",
    "valid_to",
];
const N_NEEDED: usize = 5;
/// Rows of the list at most, and letters of a code and of a name.
const MOST_ROWS: usize = 20_000;
const MOST_CODE: usize = 40;
const MOST_NAME: usize = 200;

/// Reads a list: `code,name,kind,organisation,place` and, where known, `lat,lon,serves,valid_from,valid_to`; the places that are served
/// stand in one cell with blanks between them.
///
/// # Errors
/// On field `file`: `scorecards-list-unreadable`, `scorecards-list-column`, `scorecards-list-empty`, `scorecards-list-long`, and
/// `scorecards-cell` with line, column and value for the first cell that will not do.
pub fn read_csv(text: &str) -> Result<Vec<Facility>> {
    let text = text.trim_start_matches('\u{feff}');
    if text.contains('\0') {
        return Err(refused("scorecards-list-unreadable"));
    }
    let mut reader = ReaderBuilder::new()
        .delimiter(delimiter(text))
        .flexible(true)
        .trim(Trim::All)
        .from_reader(text.as_bytes());
    let headers: Vec<String> = reader
        .headers()
        .map_err(|_| refused("scorecards-list-unreadable"))?
        .iter()
        .map(str::to_lowercase)
        .collect();
    let is_missing = |column: &&&str| !headers.iter().any(|header| header == **column);
    if let Some(column) = COLUMNS[..N_NEEDED].iter().find(is_missing) {
        let with = vec![("column", (*column).to_owned()), ("columns", COLUMNS.join(", "))];
        return Err(Problem::invalid("fields").field_with("file", "scorecards-list-column", with));
    }
    let (mut rows, mut codes) = (Vec::new(), HashSet::new());
    for record in reader.records() {
        let record = record.map_err(|_| refused("scorecards-list-unreadable"))?;
        if record.iter().all(str::is_empty) {
            continue;
        }
        let line = Line {
            headers: &headers,
            record: &record,
            number: record.position().map_or(0, csv::Position::line),
        };
        let facility = line.facility()?;
        if !codes.insert(facility.code.clone()) {
            return Err(line.wrong("code"));
        }
        rows.push(facility);
        if rows.len() > MOST_ROWS {
            return Err(refused("scorecards-list-long"));
        }
    }
    match rows.is_empty() {
        true => Err(refused("scorecards-list-empty")),
        false => Ok(rows),
    }
}

/// Writes a list as [`read_csv`] reads it.
///
/// # Errors
/// When memory fails.
pub fn as_csv(facilities: &[Facility]) -> Result<String> {
    let mut writer = Writer::from_writer(Vec::new());
    writer.write_record(COLUMNS).map_err(Problem::internal)?;
    let day = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
    for facility in facilities {
        let (lat, lon) = facility
            .at
            .map_or_else(Default::default, |(lat, lon)| (lat.to_string(), lon.to_string()));
        let serves = facility.serves.join(" ");
        let cells = [
            facility.code.clone(),
            harmless(&facility.name).into_owned(),
            facility.kind.clone(),
            facility.organisation.clone(),
            facility.place.clone(),
            lat,
            lon,
            serves,
            day(facility.valid_from),
            day(facility.valid_to),
        ];
        writer.write_record(&cells).map_err(Problem::internal)?;
    }
    let bytes = writer
        .into_inner()
        .map_err(|error| Problem::internal(anyhow::anyhow!("{error}")))?;
    String::from_utf8(bytes).map_err(Problem::internal)
}

/// Takes in a list; returns how many rows it had. What is known and not in the list stays. For producers and stewards, each for the
/// places they work for.
///
/// # Errors
/// `not-allowed`; on field `file`, with `code`: `scorecards-list-organisation`, `scorecards-list-place`, `scorecards-list-not-yours`,
/// and `scorecards-list-round-open` for another organisation or place in the middle of a round; nothing is kept then.
pub async fn keep_facilities(tx: &mut Tx, op: &Op, list: Vec<Facility>) -> Result<usize> {
    op.require(&KEEPERS)?;
    for facility in &list {
        check(tx, op, facility).await?;
    }
    for facility in &list {
        store::put_facility(tx, facility, op.at).await?;
    }
    tx.touch(store::FACILITIES).await?;
    let changed = FacilitiesChanged { n_rows: list.len() };
    tx.emit(op, &changed).await?;
    Ok(list.len())
}

/// Checks that the codes of a facility are known, and that the caller keeps it: as it is, and as it is to be.
async fn check(tx: &mut Tx, op: &Op, facility: &Facility) -> Result<()> {
    let wrong = |code: &'static str| {
        let with = vec![("code", facility.code.clone())];
        Problem::invalid("fields").field_with("file", code, with)
    };
    if !store::is_organisation(tx, &facility.organisation).await? {
        return Err(wrong("scorecards-list-organisation"));
    }
    let known = store::find_facility(tx.conn(), &facility.code).await?;
    let own = [
        Some(facility.place.clone()),
        known.as_ref().map(|known| known.place.clone()),
    ];
    for place in own.into_iter().flatten() {
        let lineage = store::list_lineage(tx, &place).await?;
        if lineage.is_empty() {
            return Err(wrong("scorecards-list-place"));
        }
        if !op.has_at(&KEEPERS, &lineage) {
            return Err(wrong("scorecards-list-not-yours"));
        }
    }
    for place in &facility.serves {
        if store::list_lineage(tx, place).await?.is_empty() {
            return Err(wrong("scorecards-list-place"));
        }
    }
    // Who facilitates and who provides follows from both: changed in the middle of a round, the one would read what is the other's.
    let is_other =
        |known: &Facility| known.organisation != facility.organisation || known.place != facility.place;
    if known.as_ref().is_some_and(is_other) && is_under_way(tx, facility).await? {
        return Err(wrong("scorecards-list-round-open"));
    }
    Ok(())
}

async fn is_under_way(tx: &mut Tx, facility: &Facility) -> Result<bool> {
    let rounds = store::list_rounds_of(&mut *tx.conn(), &facility.code).await?;
    Ok(rounds
        .iter()
        .any(|round| matches!(round.state, State::Planned | State::Gathering | State::Meeting)))
}

/// Spreadsheets of half the world part cells by semicolons.
fn delimiter(text: &str) -> u8 {
    let first = text.lines().next().unwrap_or_default();
    match first.matches(';').count() > first.matches(',').count() {
        true => b';',
        false => b',',
    }
}

fn refused(code: &'static str) -> Problem {
    Problem::invalid("fields").field("file", code)
}

/// One line of the list.
struct Line<'a> {
    headers: &'a [String],
    record: &'a StringRecord,
    /// From 1; that of the headers is the first.
    number: u64,
}

impl Line<'_> {
    fn facility(&self) -> Result<Facility> {
        let code = self.cell("code");
        let is_address = code
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
        if code.is_empty() || code.len() > MOST_CODE || !is_address {
            return Err(self.wrong("code"));
        }
        if self.cell("name").chars().count() > MOST_NAME {
            return Err(self.wrong("name"));
        }
        let kind = self.needed("kind")?;
        if !KINDS.contains(&kind.as_str()) {
            return Err(self.wrong("kind"));
        }
        let (valid_from, valid_to) = (self.maybe_day("valid_from")?, self.maybe_day("valid_to")?);
        if valid_from.zip(valid_to).is_some_and(|(from, to)| to < from) {
            return Err(self.wrong("valid_to"));
        }
        Ok(Facility {
            code: code.to_owned(),
            name: self.needed("name")?,
            kind,
            organisation: self.needed("organisation")?,
            place: self.needed("place")?,
            at: self.position()?,
            serves: self
                .cell("serves")
                .split([' ', ',', ';'])
                .filter(|code| !code.is_empty())
                .map(str::to_owned)
                .collect(),
            valid_from,
            valid_to,
        })
    }

    fn cell(&self, column: &str) -> &str {
        let at = self.headers.iter().position(|header| header == column);
        at.and_then(|at| self.record.get(at)).unwrap_or_default()
    }

    fn needed(&self, column: &'static str) -> Result<String> {
        match self.cell(column) {
            "" => Err(self.wrong(column)),
            words => Ok(words.to_owned()),
        }
    }

    /// Both degrees, or neither.
    fn position(&self) -> Result<Option<(f64, f64)>> {
        let (lat, lon) = (self.degrees("lat", 90.0)?, self.degrees("lon", 180.0)?);
        match (lat, lon) {
            (Some(_), None) => Err(self.wrong("lon")),
            (None, Some(_)) => Err(self.wrong("lat")),
            _ => Ok(lat.zip(lon)),
        }
    }

    fn degrees(&self, column: &'static str, most: f64) -> Result<Option<f64>> {
        match self.cell(column) {
            "" => Ok(None),
            cell => match cell.parse::<f64>() {
                Ok(degrees) if degrees.abs() <= most => Ok(Some(degrees)),
                _ => Err(self.wrong(column)),
            },
        }
    }

    fn maybe_day(&self, column: &'static str) -> Result<Option<Date>> {
        match self.cell(column) {
            "" => Ok(None),
            cell => cell.parse().map(Some).map_err(|_| self.wrong(column)),
        }
    }

    fn wrong(&self, column: &'static str) -> Problem {
        let value: String = self.cell(column).chars().take(MOST_CODE).collect();
        let with = vec![
            ("line", self.number.to_string()),
            ("column", column.to_owned()),
            ("value", value),
        ];
        Problem::invalid("fields").field_with("file", "scorecards-cell", with)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::i18n::Lang;

    const LIST: &str = "\u{feff}code;name;kind;organisation;place;lat;lon;serves\n\
        puskesmas;Puskesmas;clinic;dinkes;35.22.01;-7.15;111.88;35.22.01.2001 35.22.01.2002\n";

    #[test]
    fn a_list_is_read_and_written_the_same() {
        let read = read_csv(LIST).expect("a list");
        assert_eq!(read[0].at, Some((-7.15, 111.88)));
        assert_eq!(read[0].serves, ["35.22.01.2001", "35.22.01.2002"]);
        let written = as_csv(&read).expect("written");
        assert_eq!(read_csv(&written).expect("a list"), read);
    }

    #[test]
    fn what_will_not_do_is_told_with_line_and_column() {
        let head = "code,name,kind,organisation,place,lat,lon,valid_from\n";
        for (row, column) in [
            ("Puskesmas 1,P,clinic,dinkes,35.22,,,", "code"),
            ("p,,clinic,dinkes,35.22,,,", "name"),
            ("p,P,hospital,dinkes,35.22,,,", "kind"),
            ("p,P,clinic,dinkes,35.22,-97,111,", "lat"),
            ("p,P,clinic,dinkes,35.22,-7,,", "lon"),
            ("p,P,clinic,dinkes,35.22,,,soon", "valid_from"),
            ("p,P,clinic,dinkes,35.22,,,\np,P,clinic,dinkes,35.22,,,", "code"),
        ] {
            let problem = read_csv(&format!("{head}{row}\n")).expect_err(row);
            let (_, sentence) = problem.field_sentences(Lang::En).remove(0);
            assert!(sentence.contains(column), "{row}: {sentence}");
        }
        assert!(read_csv("code,name\np,P\n").is_err());
        assert!(read_csv(head).is_err());
    }
}
