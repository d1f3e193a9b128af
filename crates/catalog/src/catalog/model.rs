//! What a dataset, a resource and a column are; no database, no web.

use jiff::civil::{Date, ISOWeekDate, Weekday};
use serde::{Deserialize, Serialize};
use tables::{FileKind, Kind};

use crate::{
    accounts::Reaches,
    places::model::{Places, fold},
    platform::{
        op::{Op, Role},
        problem::{Problem, Result},
    },
};

/// Roles that may read a dataset that is not open.
pub const READERS: [Role; 5] = [
    Role::Officer,
    Role::Producer,
    Role::Steward,
    Role::Leader,
    Role::Auditor,
];
/// Roles that may enter datasets and send files.
pub const WRITERS: [Role; 2] = [Role::Producer, Role::Steward];
/// Roles that may see what is personal, and say what is.
pub const CONFIDANTS: [Role; 1] = [Role::Steward];
/// Words for themes that have a text of their own; others stand as they are.
pub const THEMES: [&str; 16] = [
    "agriculture",
    "culture",
    "demography",
    "economy",
    "education",
    "energy",
    "environment",
    "government",
    "health",
    "infrastructure",
    "justice",
    "regions",
    "society",
    "technology",
    "transport",
    "water",
];
/// The themes that a portal begins with, which stand in its list while nothing is in them yet: those of the codelist `themes`.
pub const FIRST_THEMES: [&str; 7] = [
    "demography",
    "government",
    "economy",
    "education",
    "culture",
    "health",
    "infrastructure",
];
/// Licences that are offered in the form; others can be given from the command line.
pub const LICENCES: [&str; 4] = ["CC-BY-4.0", "CC0-1.0", "CC-BY-SA-4.0", "ODbL-1.0"];

const LONGEST_SLUG: usize = 60;
/// Letters of a title, and of a description.
pub const LONGEST_TITLE: usize = 200;
pub const LONGEST_TEXT: usize = 10_000;
const LONGEST_WORD: usize = 100;

/// What a theme is called now that may have been called otherwise before.
#[must_use]
pub fn theme_now(word: &str) -> &str {
    match word {
        "population" => "demography",
        word => word,
    }
}

/// A dataset to be entered, or what is to be changed of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub slug: String,
    pub title: String,
    pub description: String,
    pub theme: String,
    pub organisation: Option<String>,
    pub licence: String,
    pub place: Option<String>,
    pub period: String,
    pub is_open: bool,
}

impl Entry {
    /// The same entry of a dataset that is open to everybody, or is not.
    #[must_use]
    pub fn opened(&self, is_open: bool) -> Entry {
        Entry {
            is_open,
            ..self.clone()
        }
    }
}

/// What a received file is called: the last part of its name without what cannot be seen and turns the direction of reading, in as
/// many bytes as every disk takes, with its ending. A name without any part is `file`.
#[must_use]
pub fn tidy_name(name: &str) -> String {
    const LONGEST: usize = 200;
    const LONGEST_ENDING: usize = 16;
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let seen: String = last.chars().filter(|letter| !is_control(*letter)).collect();
    let seen = seen.trim();
    if seen.is_empty() {
        return "file".to_owned();
    }
    if seen.len() <= LONGEST {
        return seen.to_owned();
    }
    let stem = seen.strip_suffix(".gz").unwrap_or(seen);
    let ending = stem.rfind('.').map_or("", |at| &seen[at..]);
    let ending = Some(ending).filter(|ending| ending.len() <= LONGEST_ENDING);
    let ending = ending.unwrap_or_default();
    let mut n = LONGEST - ending.len();
    while !seen.is_char_boundary(n) {
        n -= 1;
    }
    format!("{}{ending}", &seen[..n])
}

/// Whether a letter controls something or turns the direction of reading, rather than being read.
fn is_control(letter: char) -> bool {
    let is_turning = matches!(
        letter,
        '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}'
    );
    letter.is_control() || is_turning
}

/// A form's fields as somebody filled them in.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct EntryInput {
    pub slug: String,
    pub title: String,
    pub description: String,
    pub theme: String,
    pub organisation: String,
    pub licence: String,
    pub place: String,
    pub period: String,
    /// `yes` when the box was ticked.
    pub open: String,
}

impl Entry {
    /// Checks what somebody typed; an empty slug is made from the title.
    ///
    /// # Errors
    /// Names each field that will not do.
    pub fn parse(input: &EntryInput) -> Result<Entry> {
        let mut problem = Problem::invalid("fields");
        let title = input.title.trim();
        if title.is_empty() {
            problem = problem.field("title", "dataset-title-missing");
        } else if title.chars().count() > LONGEST_TITLE {
            problem = problem.field("title", "text-long");
        }
        let slug = if input.slug.trim().is_empty() {
            slug_of(title)
        } else {
            input.slug.trim().to_owned()
        };
        if !title.is_empty() && !is_slug(&slug) {
            problem = problem.field("slug", "slug-malformed");
        }
        for (field, text, most) in [
            ("description", &input.description, LONGEST_TEXT),
            ("theme", &input.theme, LONGEST_WORD),
            ("organisation", &input.organisation, LONGEST_WORD),
            ("licence", &input.licence, LONGEST_WORD),
            ("place", &input.place, LONGEST_WORD),
            ("period", &input.period, LONGEST_WORD),
        ] {
            if text.chars().count() > most {
                problem = problem.field(field, "text-long");
            }
        }
        if !problem.fields().is_empty() {
            return Err(problem);
        }
        let filled = |text: &str| (!text.trim().is_empty()).then(|| text.trim().to_owned());
        Ok(Entry {
            slug,
            title: title.to_owned(),
            description: input.description.trim().to_owned(),
            theme: theme_now(&input.theme.trim().to_lowercase()).to_owned(),
            organisation: filled(&input.organisation),
            licence: input.licence.trim().to_owned(),
            place: filled(&input.place),
            period: input.period.trim().to_owned(),
            is_open: input.open == "yes",
        })
    }
}

impl Entry {
    /// The same entry with its place as a code of the list and its period as ISO 8601 has it. What stood there before may stay: it may
    /// come from another catalogue. Where no places are known, any code will do.
    ///
    /// # Errors
    /// `catalog-place-unknown` on field `place`, `catalog-period-malformed` on field `period`.
    pub fn settled(self, before: (Option<&str>, &str), places: &Places) -> Result<Entry> {
        let mut problem = Problem::invalid("fields");
        let place = match self.place.as_deref() {
            Some(text) if before.0 != Some(text) && !places.is_empty() => {
                let found = find_place(text, places);
                if found.is_none() {
                    let told = vec![("place", text.to_owned())];
                    problem = problem.field_with("place", "catalog-place-unknown", told);
                }
                found
            }
            same => same.map(str::to_owned),
        };
        let period = match self.period.as_str() {
            text if text.is_empty() || text == before.1 => Some(text.to_owned()),
            text => read_period(text),
        };
        if period.is_none() {
            problem = problem.field("period", "catalog-period-malformed");
        }
        match period {
            Some(period) if problem.fields().is_empty() => Ok(Entry {
                place,
                period,
                ..self
            }),
            _ => Err(problem),
        }
    }
}

/// The code of a place that is known by it, or by a name that only one place of today has.
fn find_place(text: &str, places: &Places) -> Option<String> {
    if let Some(place) = places.find(text) {
        return Some(place.code().to_owned());
    }
    let wanted = fold(text);
    let is_called = |name: &str| fold(name) == wanted;
    let mut named = places
        .current()
        .filter(|place| is_called(place.name()) || place.names().iter().any(|(_, name)| is_called(name)));
    match (named.next(), named.next()) {
        (Some(place), None) => Some(place.code().to_owned()),
        _ => None,
    }
}

/// A period as it is kept: `2024`, `2024-06`, `2024-06-30`, `2024-Q2`, `2024-H1`, `2024-W26`, `2024-B06`, or two of them parted by
/// `/`, of which one may be `..`. None for anything else, and where the end comes before the beginning.
#[must_use]
pub fn read_period(text: &str) -> Option<String> {
    let text = text.to_ascii_uppercase();
    let Some((from, to)) = text.split_once('/') else {
        let text = text.trim();
        return days_of(text).map(|_| text.to_owned());
    };
    let (from, to) = (from.trim(), to.trim());
    let is_open = |end: &str| matches!(end, "" | "..");
    let is_read = match (is_open(from), is_open(to)) {
        (true, true) => false,
        (true, false) => days_of(to).is_some(),
        (false, true) => days_of(from).is_some(),
        (false, false) => days_of(from)
            .zip(days_of(to))
            .is_some_and(|((first, _), (_, last))| first <= last),
    };
    is_read.then(|| format!("{from}/{to}"))
}

/// The first and the last day of a year, month, week, quarter, half or checkpoint of a year, or of a day.
#[must_use]
pub fn days_of(text: &str) -> Option<(Date, Date)> {
    let is_number = |text: &str, n: usize| text.len() == n && text.bytes().all(|c| c.is_ascii_digit());
    let number = |text: &str| text.parse::<i8>().ok();
    let mut parts = text.split('-');
    let year = parts.next().filter(|year| is_number(year, 4))?;
    let year: i16 = year.parse().ok().filter(|year| *year >= 1000)?;
    let (part, day) = (parts.next(), parts.next());
    if parts.next().is_some() {
        return None;
    }
    let months = |from: i8, to: i8| {
        let last = Date::new(year, to, 1).ok()?.last_of_month();
        Some((Date::new(year, from, 1).ok()?, last))
    };
    let Some(part) = part else {
        return months(1, 12);
    };
    if let Some(day) = day {
        let is_date = is_number(part, 2) && is_number(day, 2);
        let date = Date::new(year, number(part)?, number(day)?).ok()?;
        return is_date.then_some((date, date));
    }
    if is_number(part, 2) {
        let month = number(part)?;
        return months(month, month);
    }
    let (kind, nth) = part.split_at_checked(1)?;
    match (
        kind,
        nth.len(),
        number(nth).filter(|_| is_number(nth, nth.len()))?,
    ) {
        ("Q", 1, nth @ 1..=4) => months(nth * 3 - 2, nth * 3),
        ("H" | "S", 1, nth @ 1..=2) => months(nth * 6 - 5, nth * 6),
        ("B", 2, nth @ (3 | 6 | 9 | 12)) => months(1, nth),
        ("W", 2, nth) => {
            let monday = ISOWeekDate::new(year, nth, Weekday::Monday).ok()?;
            let sunday = ISOWeekDate::new(year, nth, Weekday::Sunday).ok()?;
            Some((monday.date(), sunday.date()))
        }
        _ => None,
    }
}

/// Where the rows of a dataset come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    Upload,
    Form,
    /// The program itself keeps it: requests.
    Program,
}

impl Origin {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Origin::Upload => "upload",
            Origin::Form => "form",
            Origin::Program => "program",
        }
    }
}

/// Who may see a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    Open,
    /// Tells who somebody is: a name, a number, an address.
    Personal,
    /// Would hurt somebody if it became known: health, belief, violence.
    Sensitive,
    /// Nobody has looked yet; kept like personal until a steward has.
    Unreviewed,
}

impl Class {
    pub const ALL: [Class; 4] = [Class::Open, Class::Personal, Class::Sensitive, Class::Unreviewed];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Class::Open => "open",
            Class::Personal => "personal",
            Class::Sensitive => "sensitive",
            Class::Unreviewed => "unreviewed",
        }
    }

    /// Reads the word that [`Class::as_str`] writes; anything else counts as not reviewed.
    #[must_use]
    pub fn read(word: &str) -> Class {
        Class::ALL
            .into_iter()
            .find(|class| class.as_str() == word)
            .unwrap_or(Class::Unreviewed)
    }
}

/// A column as the catalogue knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ColumnEntry {
    pub name: String,
    pub kind: Kind,
    pub title: String,
    pub class: Class,
    /// What stands beside every value of the file it was read from; empty for nothing.
    pub unit: String,
}

/// A table that a slice or a job made, to be entered as a resource.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TableEntry {
    /// Its name in the lake.
    pub table: String,
    /// The dataset's slug and title; the dataset is entered when there is none.
    pub dataset: String,
    pub dataset_title: String,
    /// Whose data these are, for a dataset that is entered; one that is there keeps its organisation.
    #[serde(default)]
    pub organisation: Option<String>,
    /// The resource's slug and title.
    pub resource: String,
    pub title: String,
    /// Column titles and classes by name; a column that is not named is not reviewed.
    pub columns: Vec<(String, String, Class)>,
}

/// What somebody may do with a dataset, decided in one place for all its faces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rights {
    pub read: bool,
    /// See the columns that are not open.
    pub confide: bool,
    pub write: bool,
}

impl Rights {
    /// Decides for a dataset that is open or not, of an organisation, about a place.
    ///
    /// Only a steward of all that a dataset is about sees whom it is about: of its place, or of everything when it names none.
    #[must_use]
    pub fn of(
        op: &Op,
        reaches: &Reaches<'_>,
        is_open: bool,
        organisation: Option<&str>,
        place: Option<&str>,
    ) -> Rights {
        Rights {
            read: is_open || op.has(&READERS),
            confide: reaches.covers(&CONFIDANTS, organisation, place),
            write: may_write(op, organisation),
        }
    }
}

/// Whether somebody may change data of an organisation. Data of none are everybody's, and for those only who write for all.
#[must_use]
pub fn may_write(op: &Op, organisation: Option<&str>) -> bool {
    op.has_for(&WRITERS, organisation.unwrap_or_default())
}

/// The word for a kind of file, as the database keeps it.
#[must_use]
pub fn kind_word(kind: FileKind) -> &'static str {
    match kind {
        FileKind::Csv => "csv",
        FileKind::Sheet => "sheet",
        FileKind::Jsonl => "jsonl",
        FileKind::Parquet => "parquet",
        FileKind::GeoJson => "geojson",
    }
}

/// Reads the word that [`kind_word`] writes.
#[must_use]
pub fn read_kind(word: &str) -> Option<FileKind> {
    [
        FileKind::Csv,
        FileKind::Sheet,
        FileKind::Jsonl,
        FileKind::Parquet,
        FileKind::GeoJson,
    ]
    .into_iter()
    .find(|kind| kind_word(*kind) == word)
}

/// Makes a slug of a title: lower-case letters, digits and single hyphens.
#[must_use]
pub fn slug_of(title: &str) -> String {
    let mut slug = String::new();
    for c in title.to_lowercase().chars() {
        if c.is_ascii_alphanumeric() {
            slug.push(c);
        } else if !slug.ends_with('-') && !slug.is_empty() {
            slug.push('-');
        }
        if slug.len() == LONGEST_SLUG {
            break;
        }
    }
    slug.trim_end_matches('-').to_owned()
}

/// Makes the slug of a resource, which stands beside what every dataset has at its own address.
#[must_use]
pub fn resource_slug_of(title: &str) -> String {
    const OF_THE_DATASET: [&str; 2] = ["datapackage", "metadata"];
    let slug = slug_of(title);
    match OF_THE_DATASET.contains(&slug.as_str()) {
        true => format!("{slug}-1"),
        false => slug,
    }
}

/// Tells whether a text can be a slug.
#[must_use]
pub fn is_slug(text: &str) -> bool {
    (1..=LONGEST_SLUG).contains(&text.len())
        && text
            .bytes()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-')
        && !text.starts_with('-')
        && !text.ends_with('-')
}

/// The name of a resource in SQL: the dataset's for its first or only table, else both; never a digit first.
#[must_use]
pub fn sql_name(dataset: &str, resource: &str) -> String {
    let name = if resource == dataset || resource == MAIN {
        dataset.to_owned()
    } else {
        format!("{dataset}_{resource}")
    };
    let name = name.replace('-', "_");
    if name.starts_with(|c: char| c.is_ascii_digit()) {
        format!("t_{name}")
    } else {
        name
    }
}

/// What a column is called that nobody gave a title: its name with the unit of its values; empty where the name says it all.
#[must_use]
pub fn made_title(name: &str, unit: &str) -> String {
    let in_brackets = format!("({unit})");
    match unit.is_empty() || name.contains(&in_brackets) {
        true => String::new(),
        false => format!("{name} {in_brackets}"),
    }
}

/// Whether a title says what the name does, but for capitals, the signs between words, and what stands in brackets behind it.
#[must_use]
pub fn repeats_name(title: &str, name: &str) -> bool {
    let letters = |text: &str| -> String {
        let letters = text.chars().filter(|letter| letter.is_alphanumeric());
        letters.flat_map(char::to_lowercase).collect()
    };
    let before_brackets = title
        .trim_end()
        .strip_suffix(')')
        .and_then(|rest| rest.rsplit_once('('))
        .map_or(title, |(before, _)| before);
    let told = letters(name);
    let is_told = |text: &str| !told.is_empty() && letters(text) == told;
    title.trim() == name.trim() || is_told(title) || is_told(before_brackets)
}

/// The slug of a dataset's first table where nobody named it.
pub const MAIN: &str = "data";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_is_made_of_the_title_and_checked() {
        assert_eq!(
            slug_of("  Air bersih & sanitasi, 2024 "),
            "air-bersih-sanitasi-2024"
        );
        assert!(is_slug("air-bersih-2024"));
        for wrong in ["", "-a", "a-", "A", "a b", "a/b", "ä"] {
            assert!(!is_slug(wrong), "{wrong}");
        }
    }

    #[test]
    fn an_entry_names_every_field_that_will_not_do() {
        let input = EntryInput {
            slug: "Not A Slug".into(),
            title: "x".repeat(300),
            ..EntryInput::default()
        };
        let problem = Entry::parse(&input).expect_err("refused");
        let fields: Vec<_> = problem
            .fields()
            .iter()
            .map(|field| field.field.to_string())
            .collect();
        assert_eq!(fields, ["title", "slug"]);
        let entry = Entry::parse(&EntryInput {
            title: "Desa".into(),
            open: "yes".into(),
            ..EntryInput::default()
        })
        .expect("reads");
        assert_eq!(
            (entry.slug.as_str(), entry.is_open, entry.place),
            ("desa", true, None)
        );
    }

    #[test]
    fn a_period_is_a_year_a_part_of_one_or_a_span_of_days_that_there_are() {
        for (text, kept) in [
            ("2024", "2024"),
            ("2024-06", "2024-06"),
            ("2024-02-29", "2024-02-29"),
            ("2024-q3", "2024-Q3"),
            ("2024-H2", "2024-H2"),
            ("2026-W53", "2026-W53"),
            ("2026-B03", "2026-B03"),
            ("2024-01 / 2024-06", "2024-01/2024-06"),
            ("2019/..", "2019/.."),
            ("/2019", "/2019"),
        ] {
            assert_eq!(read_period(text).as_deref(), Some(kept), "{text}");
        }
        for wrong in [
            "31/02/2026",
            "2026-13",
            "2026-02-30",
            "2026-2",
            "2026-Q5",
            "2026-W54",
            "2026-B04",
            "2026/2025",
            "../..",
            "2026-",
            "26",
            "tahun 2026",
            "2026-\u{e9}",
        ] {
            assert_eq!(read_period(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_place_is_known_by_its_code_or_by_a_name_that_only_one_has_and_what_stood_before_may_stay() {
        let rows = [("35.22", "Ranumaya"), ("35.23", "Sari"), ("35.24", "Sari")];
        let row = |(code, name): (&str, &str)| crate::places::model::PlaceRow {
            code: code.into(),
            name: name.into(),
            level: "regency".into(),
            ..Default::default()
        };
        let places = Places::new(rows.map(row).into(), jiff::civil::date(2026, 11, 21));
        let entry = |place: &str, period: &str| {
            Entry::parse(&EntryInput {
                title: "Wells".into(),
                place: place.into(),
                period: period.into(),
                ..EntryInput::default()
            })
            .expect("reads")
        };
        let settled = entry("ranumaya", "2024").settled((None, ""), &places);
        assert_eq!(settled.expect("settled").place.as_deref(), Some("35.22"));
        for (place, period, field) in [
            ("99.99", "", "place"),
            ("Sari", "", "place"),
            ("", "2026-13", "period"),
        ] {
            let problem = entry(place, period)
                .settled((None, ""), &places)
                .expect_err(field);
            assert_eq!(problem.fields().len(), 1);
            assert_eq!(problem.fields()[0].field, field);
        }
        let foreign = entry("99.99", "sejak dulu").settled((Some("99.99"), "sejak dulu"), &places);
        assert_eq!(foreign.expect("stays").period, "sejak dulu");
        let none = Places::new(Vec::new(), jiff::civil::date(2026, 11, 21));
        assert!(entry("35.22", "").settled((None, ""), &none).is_ok());
    }

    #[test]
    fn a_title_is_made_of_name_and_unit_unless_the_name_has_it() {
        assert_eq!(made_title("amount", "M"), "amount (M)");
        assert_eq!(made_title("amount", ""), "");
        assert_eq!(made_title("share (%)", "%"), "");
        assert_eq!(made_title("share (%)", "Rp"), "share (%) (Rp)");
    }

    #[test]
    fn a_title_repeats_a_name_that_is_only_written_otherwise() {
        for (title, name) in [
            ("amount (M)", "amount"),
            ("Nama Desa", "nama_desa"),
            ("amount (M)", "amount (M)"),
            ("Área (ha)", "área"),
            ("%", "%"),
        ] {
            assert!(repeats_name(title, name), "{title} and {name}");
        }
        for (title, name) in [
            ("Jumlah penduduk", "jml_pddk"),
            ("Depth (m)", "depth_2"),
            ("€", "%"),
            ("(M)", "amount"),
            ("Depth", ""),
        ] {
            assert!(!repeats_name(title, name), "{title} and {name}");
        }
    }

    #[test]
    fn the_name_of_a_file_leads_nowhere_and_deceives_nobody() {
        for (name, tidy) in [
            ("../../../../etc/passwd.csv", "passwd.csv"),
            ("..\\..\\boot.csv", "boot.csv"),
            ("gaji\u{202e}vsc.exe.csv", "gajivsc.exe.csv"),
            ("a\0b\n.csv", "ab.csv"),
            ("désa.csv", "désa.csv"),
            ("folder/", "file"),
            ("", "file"),
        ] {
            assert_eq!(tidy_name(name), tidy, "{name:?}");
        }
        for ending in [".csv", ".csv.gz", ""] {
            let tidy = tidy_name(&format!("{}{ending}", "é".repeat(500)));
            assert!(tidy.len() <= 200 && tidy.len() > 190, "{tidy}");
            assert!(tidy.ends_with(ending), "{tidy}");
        }
    }

    #[test]
    fn the_first_table_is_called_like_its_dataset_in_sql() {
        assert_eq!(sql_name("household-census", "data"), "household_census");
        assert_eq!(
            sql_name("household-census", "members"),
            "household_census_members"
        );
        assert_eq!(sql_name("2024-census", "data"), "t_2024_census");
    }
}
