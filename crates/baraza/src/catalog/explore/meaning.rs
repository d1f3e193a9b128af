//! What the columns of a table mean, as far as their kinds, names and values tell: time, place, group, number.

use tables::Kind;

use crate::catalog::view::{ColumnView, Resource};

/// Different values of a column beyond which it parts rows into no groups that can be looked at.
pub const MOST_GROUPS: u64 = 200;

/// Words in the names of columns that hold years.
const YEARS: [&str; 3] = ["year", "tahun", "thn"];

/// What a column is good for in a chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// Days, moments, years and months: they stand in a line.
    Time,
    /// Numbers that may be added up and averaged.
    Measure,
    /// Words and codes with few different values.
    Category,
    /// Codes of places.
    Place,
    Latitude,
    Longitude,
    Shape,
    /// Names, notes and numbers of records: nothing to draw.
    Other,
}

/// Says what a column means.
pub fn of(column: &ColumnView, n_rows: i64) -> Meaning {
    let kind = Kind::parse(&column.kind).unwrap_or(Kind::Text);
    let name = column.name.to_lowercase();
    let words: Vec<&str> = name.split(|c: char| !c.is_alphanumeric()).collect();
    let has = |known: &[&str]| words.iter().any(|word| known.contains(word));
    let n_distinct = n_distinct(column);
    match kind {
        Kind::Geometry => Meaning::Shape,
        Kind::Date | Kind::Instant => Meaning::Time,
        Kind::Flag => Meaning::Category,
        Kind::Decimal if has(&["lat", "latitude", "lintang"]) && lies_within(column, 90.0) => {
            Meaning::Latitude
        }
        Kind::Decimal if has(&["lon", "lng", "long", "longitude", "bujur"]) && lies_within(column, 180.0) => {
            Meaning::Longitude
        }
        Kind::Integer if has(&YEARS) && is_year(column) => Meaning::Time,
        Kind::Integer | Kind::Decimal if is_code(&words) => {
            if n_distinct > 0 && n_distinct <= MOST_GROUPS {
                Meaning::Category
            } else {
                Meaning::Other
            }
        }
        // A whole number that is different in every row counts the rows and measures nothing.
        Kind::Integer if n_distinct > 20 && n_distinct >= n_rows.unsigned_abs() => Meaning::Other,
        Kind::Integer | Kind::Decimal => Meaning::Measure,
        Kind::Text if is_place(column, &words) => Meaning::Place,
        Kind::Text if is_period(column) => Meaning::Time,
        Kind::Text if n_distinct > 0 && n_distinct <= MOST_GROUPS => Meaning::Category,
        Kind::Text => Meaning::Other,
    }
}

/// The columns that say where a row is, longitude first.
pub fn points(resource: &Resource) -> Option<(String, String)> {
    let find = |wanted: Meaning| {
        resource
            .columns
            .iter()
            .find(|column| of(column, resource.n_rows) == wanted)
            .map(|column| column.name.clone())
    };
    Some((find(Meaning::Longitude)?, find(Meaning::Latitude)?))
}

/// The column that holds the shapes of the rows.
pub fn shapes(resource: &Resource) -> Option<&str> {
    let mut columns = resource.columns.iter();
    let found = columns.find(|column| of(column, resource.n_rows) == Meaning::Shape)?;
    Some(&found.name)
}

/// The column of words that people would call a row by: one that says so itself, or else the first.
pub fn names(resource: &Resource) -> Option<&str> {
    const NAMES: [&str; 6] = ["name", "nama", "title", "judul", "label", "called"];
    let words = || {
        let columns = resource.columns.iter();
        columns.filter(|column| column.kind == Kind::Text.as_str())
    };
    let says_so = |column: &&ColumnView| {
        let name = column.name.to_lowercase();
        name.split(|c: char| !c.is_alphanumeric())
            .any(|word| NAMES.contains(&word))
    };
    let found = words().find(says_so).or_else(|| words().next())?;
    Some(&found.name)
}

/// How many different values a column has; 0 where nobody counted them.
pub fn n_distinct(column: &ColumnView) -> u64 {
    column.profile.as_ref().map_or(0, |profile| profile.n_distinct)
}

/// The columns with codes of places.
pub fn places(resource: &Resource) -> impl Iterator<Item = &ColumnView> {
    resource
        .columns
        .iter()
        .filter(|column| of(column, resource.n_rows) == Meaning::Place)
}

/// Whether the numbers of a column of this name are codes or years: their digits are not grouped.
#[must_use]
pub fn is_name_of_things(column: &str) -> bool {
    let name = column.to_lowercase();
    let words: Vec<&str> = name.split(|c: char| !c.is_alphanumeric()).collect();
    is_code(&words) || words.iter().any(|word| YEARS.contains(word))
}

/// Numbers that name something: a mean of them says nothing.
fn is_code(words: &[&str]) -> bool {
    const NAMES: [&str; 16] = [
        "id",
        "code",
        "kode",
        "no",
        "nr",
        "number",
        "nomor",
        "nik",
        "kk",
        "zip",
        "phone",
        "telp",
        "rt",
        "rw",
        "line",
        "occupation",
    ];
    let is_count = words.windows(2).any(|pair| pair == ["number", "of"]);
    !is_count && words.iter().any(|word| NAMES.contains(word))
}

fn is_place(column: &ColumnView, words: &[&str]) -> bool {
    const NAMES: [&str; 22] = [
        "place",
        "wilayah",
        "village",
        "desa",
        "kelurahan",
        "ward",
        "district",
        "kecamatan",
        "regency",
        "kabupaten",
        "kota",
        "province",
        "provinsi",
        "region",
        "area",
        "county",
        "state",
        "bps",
        "kemendagri",
        "pcode",
        "adm",
        "municipality",
    ];
    let is_named = words.iter().any(|word| NAMES.contains(word));
    let range = column
        .profile
        .as_ref()
        .and_then(|profile| Some((profile.least.as_deref()?, profile.most.as_deref()?)));
    let looks_like_code = |text: &str| {
        text.chars().any(|c| c.is_ascii_digit())
            && text
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'))
    };
    is_named && range.is_some_and(|(least, most)| looks_like_code(least) && looks_like_code(most))
}

/// `2024`, `2024-05`, `2024-Q1`: texts that stand in the order of time.
fn is_period(column: &ColumnView) -> bool {
    let is_one = |text: &str| {
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let rest = text.get(digits..).unwrap_or_default();
        digits == 4
            && (text.starts_with("19") || text.starts_with("20"))
            && (rest.is_empty() || (rest.starts_with('-') && rest.len() <= 6))
    };
    let profile = column.profile.as_ref();
    profile.is_some_and(|profile| {
        profile.least.as_deref().is_some_and(is_one) && profile.most.as_deref().is_some_and(is_one)
    })
}

fn is_year(column: &ColumnView) -> bool {
    range(column).is_some_and(|(least, most)| least >= 1800.0 && most <= 2200.0)
}

fn lies_within(column: &ColumnView, most: f64) -> bool {
    range(column).is_none_or(|(least, greatest)| least.abs() <= most && greatest.abs() <= most)
}

fn range(column: &ColumnView) -> Option<(f64, f64)> {
    let profile = column.profile.as_ref()?;
    Some((
        profile.least.as_deref()?.parse().ok()?,
        profile.most.as_deref()?.parse().ok()?,
    ))
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;
    use crate::catalog::{model::Class, view::ColumnProfileView};

    fn column(name: &str, kind: Kind, n_distinct: u64, least: &str, most: &str) -> ColumnView {
        ColumnView {
            name: name.into(),
            kind: kind.as_str().into(),
            title: String::new(),
            class: Class::Open,
            unit: String::new(),
            profile: Some(ColumnProfileView {
                name: name.into(),
                n_null: 0,
                n_distinct,
                least: Some(least.into()),
                most: Some(most.into()),
                common: Vec::new(),
            }),
        }
    }

    #[test]
    fn columns_mean_what_their_kind_their_name_and_their_values_say() {
        let cases = [
            (
                column("interview_date", Kind::Date, 90, "2026-01-01", "2026-03-31"),
                Meaning::Time,
            ),
            (column("tahun", Kind::Integer, 5, "2020", "2024"), Meaning::Time),
            (column("year", Kind::Integer, 80, "1", "99"), Meaning::Measure),
            (
                column("periode", Kind::Text, 12, "2024-01", "2024-12"),
                Meaning::Time,
            ),
            (
                column("person_id", Kind::Integer, 1000, "1", "1000"),
                Meaning::Other,
            ),
            (column("row", Kind::Integer, 1000, "1", "1000"), Meaning::Other),
            (
                column("school_code", Kind::Integer, 12, "1", "40"),
                Meaning::Category,
            ),
            (
                column("income", Kind::Integer, 900, "0", "99000"),
                Meaning::Measure,
            ),
            (
                column("village_code", Kind::Text, 800, "35.22.01.2001", "35.22.28.2019"),
                Meaning::Place,
            ),
            (
                column("village", Kind::Text, 8, "Balen", "Wedi"),
                Meaning::Category,
            ),
            (column("name", Kind::Text, 900, "Ani", "Zul"), Meaning::Other),
            (
                column("lat", Kind::Decimal, 900, "-7.5", "-6.9"),
                Meaning::Latitude,
            ),
            (
                column("lon", Kind::Decimal, 900, "111.2", "112.1"),
                Meaning::Longitude,
            ),
            (
                column("lat", Kind::Decimal, 900, "-7000", "9000"),
                Meaning::Measure,
            ),
        ];
        for (column, wanted) in cases {
            assert_eq!(of(&column, 1000), wanted, "{}", column.name);
        }
    }
}
