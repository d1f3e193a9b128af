//! What the columns of a table mean, as far as their kinds, names and values tell: time, place, group, number.

use tables::Kind;

use crate::catalog::view::{ColumnView, Resource};

/// Different values of a column beyond which it parts rows into no groups that can be looked at.
pub const MOST_GROUPS: u64 = 200;

/// Words in the names of columns that hold years.
const YEARS: [&str; 5] = ["year", "tahun", "thn", "period", "periode"];
/// Parts of a year that are numbered, each with the greatest number.
const PARTS_OF_YEAR: [(&str, f64); 8] = [
    ("month", 12.0),
    ("bulan", 12.0),
    ("quarter", 4.0),
    ("triwulan", 4.0),
    ("kuartal", 4.0),
    ("semester", 2.0),
    ("week", 53.0),
    ("minggu", 53.0),
];
/// Words in the names of columns that count things, whatever else the name says: `jumlah_kk` are households and no number of a household.
const COUNTS: [&str; 6] = ["jumlah", "jml", "banyak", "banyaknya", "count", "total"];
/// Words in the names of shares, rates and means: their sum is nothing.
const SHARES: [&str; 22] = [
    "rate",
    "ratio",
    "rasio",
    "percent",
    "percentage",
    "persen",
    "persentase",
    "prosentase",
    "pct",
    "share",
    "proportion",
    "proporsi",
    "index",
    "indeks",
    "mean",
    "average",
    "avg",
    "median",
    "rata",
    "rerata",
    "density",
    "kepadatan",
];
/// Words in the names of what is seldom added up, though it may be: a mean says more unless somebody wants the sum.
const QUALITIES: [&str; 14] = [
    "age",
    "umur",
    "usia",
    "price",
    "harga",
    "score",
    "skor",
    "level",
    "tingkat",
    "grade",
    "temperature",
    "suhu",
    "height",
    "tinggi",
];

/// Words in the names of columns that hold codes of places.
pub const PLACES: [&str; 22] = [
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
    let name = spaced(&column.name);
    let words: Vec<&str> = name.split_whitespace().collect();
    let has = |known: &[&str]| words.iter().any(|word| known.contains(word));
    let n_distinct = n_distinct(column);
    // What is counted or measured within a year is no year.
    let is_called_year = has(&YEARS) && !is_count(&words) && !words.contains(&"per");
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
        Kind::Integer
            if has(&["lat", "latitude", "lon", "lng", "longitude"]) && lies_within(column, 180.0) =>
        {
            Meaning::Other
        }
        Kind::Integer if is_called_year && is_year(column) => Meaning::Time,
        Kind::Decimal if is_called_year && is_year(column) => Meaning::Other,
        Kind::Integer if is_part_of_year(column, &words) => Meaning::Category,
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
    let name = spaced(column);
    let words: Vec<&str> = name.split_whitespace().collect();
    is_code(&words) || words.iter().any(|word| YEARS.contains(word))
}

/// Whether a sum of the numbers of a column may be shown: shares, rates and means of rows do not add up.
#[must_use]
pub fn may_be_added(column: &ColumnView) -> bool {
    let name = spaced(&column.name);
    let words: Vec<&str> = name.split_whitespace().collect();
    let is_share = words.iter().any(|word| SHARES.contains(word));
    let is_relative = words.contains(&"per") && !is_count(&words);
    let is_part = column.unit.contains(['%', '‰', '°', '/']);
    !is_part && !is_share && !is_relative
}

/// Whether the sum of the numbers of a column says more than their mean: they count something.
#[must_use]
pub fn adds_up(column: &ColumnView) -> bool {
    column.kind == Kind::Integer.as_str() && grows_with_size(column)
}

/// Whether a large place has more of what a column holds than a small one that is alike: numbers and areas, but no shares and no ages.
#[must_use]
pub fn grows_with_size(column: &ColumnView) -> bool {
    let name = spaced(&column.name);
    let words: Vec<&str> = name.split_whitespace().collect();
    let is_quality = words.iter().any(|word| QUALITIES.contains(word));
    may_be_added(column) && (is_count(&words) || !is_quality)
}

/// The words of a column's name in small letters with blanks between them: `KodeDesa` and `kode_desa` are two.
fn spaced(name: &str) -> String {
    let mut words = String::with_capacity(name.len() + 4);
    let mut was_small = false;
    for letter in name.chars() {
        if !letter.is_alphanumeric() {
            words.push(' ');
        } else {
            if was_small && letter.is_uppercase() {
                words.push(' ');
            }
            words.extend(letter.to_lowercase());
        }
        was_small = letter.is_lowercase();
    }
    words
}

fn is_count(words: &[&str]) -> bool {
    let is_number_of = words.windows(2).any(|pair| pair == ["number", "of"]);
    is_number_of || words.iter().any(|word| COUNTS.contains(word))
}

/// Whether a column is a numbered month, quarter or week of some year, as its whole name says.
fn is_part_of_year(column: &ColumnView, words: &[&str]) -> bool {
    PARTS_OF_YEAR.iter().any(|(part, greatest)| {
        words == [*part] && range(column).is_some_and(|(least, most)| least >= 1.0 && most <= *greatest)
    })
}

/// Numbers that name something: a mean of them says nothing.
fn is_code(words: &[&str]) -> bool {
    const NAMES: [&str; 32] = [
        "id",
        "uuid",
        "urut",
        "rank",
        "ranking",
        "peringkat",
        "npsn",
        "nisn",
        "nis",
        "nip",
        "nop",
        "npwp",
        "postcode",
        "telephone",
        "telepon",
        "hp",
        "rekening",
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
    let names = |word: &&str| NAMES.contains(word) || word.starts_with("kode") || word.ends_with("code");
    !is_count(words) && words.iter().any(names)
}

fn is_place(column: &ColumnView, words: &[&str]) -> bool {
    let is_named = words.iter().any(|word| PLACES.contains(word));
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

/// `2024`, `2024-05`, `2024-Q1`: texts that stand in the order of time. Years beside months are not one order, and `2024-00017` is the
/// number of something.
fn is_period(column: &ColumnView) -> bool {
    let profile = column.profile.as_ref();
    let ends = profile.and_then(|profile| Some((profile.least.as_deref()?, profile.most.as_deref()?)));
    ends.is_some_and(|(least, most)| least.len() == most.len() && is_one_period(least) && is_one_period(most))
}

fn is_one_period(text: &str) -> bool {
    let is_number = |text: &str, greatest: u32| {
        text.bytes().all(|c| c.is_ascii_digit())
            && text
                .parse::<u32>()
                .is_ok_and(|number| (1..=greatest).contains(&number))
    };
    let mut parts = text.split('-');
    let year = parts.next().unwrap_or_default();
    let is_year =
        year.len() == 4 && (year.starts_with("19") || year.starts_with("20")) && is_number(year, 2099);
    let is_month = |part: &str| part.len() == 2 && is_number(part, 12);
    is_year
        && match (parts.next(), parts.next(), parts.next()) {
            (None, None, None) => true,
            (Some(part), None, None) => match part.split_at_checked(1) {
                Some(("Q", quarter)) => is_number(quarter, 4),
                Some(("S", half)) => is_number(half, 2),
                Some(("W", week)) => is_number(week, 53),
                _ => is_month(part),
            },
            (Some(month), Some(day), None) => is_month(month) && day.len() == 2 && is_number(day, 31),
            _ => false,
        }
}

/// Whether all numbers of a column can be years; those that nobody looked at are taken for some.
fn is_year(column: &ColumnView) -> bool {
    range(column).is_none_or(|(least, most)| least >= 1800.0 && most <= 2200.0)
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
            (column("lat", Kind::Integer, 3, "-9", "-7"), Meaning::Other),
            (
                column("KodeDesa", Kind::Integer, 800, "3522012001", "3522282019"),
                Meaning::Other,
            ),
            (
                column("kodepos", Kind::Integer, 12, "62111", "62199"),
                Meaning::Category,
            ),
            (
                column("jumlah_kk", Kind::Integer, 300, "1", "900"),
                Meaning::Measure,
            ),
            (column("bulan", Kind::Integer, 12, "1", "12"), Meaning::Category),
            (
                column("lama_bulan", Kind::Integer, 12, "1", "12"),
                Meaning::Measure,
            ),
            (
                column("registered", Kind::Text, 900, "2024-00001", "2024-00900"),
                Meaning::Other,
            ),
            (
                column("when", Kind::Text, 30, "2020", "2024-12"),
                Meaning::Category,
            ),
            (column("when", Kind::Text, 8, "2023-Q1", "2024-Q4"), Meaning::Time),
        ];
        for (column, wanted) in cases {
            assert_eq!(of(&column, 1000), wanted, "{}", column.name);
        }
    }

    #[test]
    fn shares_and_rates_do_not_add_up_and_ages_seldom_do() {
        let number = |name: &str, unit: &str| ColumnView {
            unit: unit.into(),
            ..column(name, Kind::Integer, 90, "0", "99")
        };
        let cases = [
            (number("households", ""), true, true),
            (number("jumlah_usia_produktif", ""), true, true),
            (number("age", ""), true, false),
            (number("persen_miskin", ""), false, false),
            (number("total_fertility_rate", ""), false, false),
            (number("jumlah_penduduk_per_desa", ""), true, true),
            (number("deaths_per_1000", ""), false, false),
            (number("covered", "%"), false, false),
        ];
        for (column, may, does) in cases {
            assert_eq!(
                (may_be_added(&column), adds_up(&column)),
                (may, does),
                "{}",
                column.name
            );
        }
    }

    #[test]
    fn totals_grow_with_the_size_of_a_place_and_shares_and_ages_do_not() {
        for (name, unit, wanted) in [
            ("area_km2", "", true),
            ("households", "", true),
            ("jumlah_usia_produktif", "", true),
            ("density", "", false),
            ("poor", "%", false),
            ("income", "Rp/kk", false),
            ("harga_beras", "", false),
        ] {
            let column = ColumnView {
                unit: unit.into(),
                ..column(name, Kind::Decimal, 90, "0", "99")
            };
            assert_eq!(grows_with_size(&column), wanted, "{name}");
        }
    }

    #[test]
    fn a_column_of_years_that_nobody_looked_at_is_no_measure() {
        let unseen = ColumnView {
            profile: None,
            ..column("tahun", Kind::Integer, 0, "", "")
        };
        assert_eq!(of(&unseen, 1000), Meaning::Time);
    }
}
