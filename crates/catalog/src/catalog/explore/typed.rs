//! What people type into the filters of a table: numbers and days as those of their language write them, or as files hold them.

use jiff::{Timestamp, civil::Date};
use tables::{Kind, Test};

use super::asked::{ALL_COLUMNS, Asked};
use crate::{
    catalog::{model::days_of, view::ColumnView},
    platform::{
        i18n::Lang,
        problem::{Problem, Result},
    },
};

/// Turns the values of the filters into what the table holds; those that are refused stay as they were typed.
///
/// A value from the form is read as people of the form's language write it. One from an address that names no language is first read as
/// files hold it, as every link of the page has it.
///
/// # Errors
/// `catalog-explore-column-unknown`; on the field `v-{n}` of the form what a value is to look like.
pub fn understand(lang: Lang, columns: &[ColumnView], asked: &mut Asked) -> Result<()> {
    check_columns(columns, asked)?;
    let typed = asked.typed;
    let mut problem = Problem::invalid("fields");
    let mut n = 0;
    for filter in &mut asked.filters {
        let Some(column) = columns.iter().find(|column| column.name == filter.column) else {
            continue;
        };
        let kind = Kind::parse(&column.kind).unwrap_or(Kind::Text);
        if let Some(test) = whole_period(kind, &filter.test) {
            filter.test = test;
            n += 1;
            continue;
        }
        let reader = Reader { lang, typed, kind };
        // A part of a number may be sought, too.
        let is_part = matches!(filter.test, Test::Contains(_) | Test::Starts(_));
        let values = values_of(&mut filter.test);
        n += values.len().max(1);
        for (at, value) in (n - values.len() + 1..).zip(values) {
            match reader.read(value) {
                Some(read) => *value = read,
                None if is_part => {}
                // Links may name years and months beside each other, which the table judges.
                None if typed.is_none() && is_part_of_day(kind, value) => {}
                None => problem = reader.refuse(problem, at, column, value),
            }
        }
    }
    match problem.fields().is_empty() {
        true => Ok(()),
        false => Err(problem),
    }
}

/// A value of a filter as its reader types it into the form.
#[must_use]
pub fn retyped(lang: Lang, columns: &[ColumnView], column: &str, value: &str) -> String {
    let kind = columns
        .iter()
        .find(|known| known.name == column)
        .and_then(|known| Kind::parse(&known.kind));
    let decimals = || value.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    match (kind, value.parse::<f64>()) {
        (Some(Kind::Decimal), Ok(number)) if number.is_finite() => lang.decimal(number, decimals()),
        _ => value.to_owned(),
    }
}

/// Passes an address that names columns of the table only.
fn check_columns(columns: &[ColumnView], asked: &Asked) -> Result<()> {
    let sort = asked.sort.strip_prefix('-').unwrap_or(&asked.sort);
    let filtered = asked.filters.iter().map(|filter| &filter.column);
    let mut named = filtered
        .chain(&asked.facets)
        .chain(&asked.show)
        .map(String::as_str)
        .filter(|name| *name != ALL_COLUMNS)
        .chain([sort, asked.stat.as_str()]);
    let is_unknown = |name: &&str| !name.is_empty() && !columns.iter().any(|column| column.name == **name);
    match named.find(is_unknown) {
        Some(unknown) => Err(Problem::invalid("catalog-explore-column-unknown").with("column", unknown)),
        None => Ok(()),
    }
}

fn values_of(test: &mut Test) -> Vec<&mut String> {
    match test {
        Test::Is(values) | Test::IsNot(values) => values.iter_mut().collect(),
        Test::Contains(value) | Test::Starts(value) | Test::From(value) | Test::To(value) => vec![value],
        Test::Empty | Test::Filled => Vec::new(),
    }
}

/// Reads what somebody typed for a column.
struct Reader {
    lang: Lang,
    /// The language of the form that it was typed into; none for an address that says none.
    typed: Option<Lang>,
    kind: Kind,
}

impl Reader {
    /// The value as a file would hold it; none for what does not fit.
    fn read(&self, text: &str) -> Option<String> {
        match self.kind {
            Kind::Text | Kind::Geometry => Some(text.to_owned()),
            Kind::Decimal => self.number(text),
            Kind::Integer => self.number(text).filter(|number| is_whole(number)),
            Kind::Flag => flag(text).map(str::to_owned),
            Kind::Date => day(self.lang, text).map(|day| day.to_string()),
            Kind::Instant => match text.trim().parse::<Timestamp>() {
                Ok(at) => Some(at.to_string()),
                // Without its offset nobody knows which moment is meant.
                Err(_) if has_hour(text) => None,
                Err(_) => day(self.lang, text).map(|day| day.to_string()),
            },
        }
    }

    fn number(&self, text: &str) -> Option<String> {
        let lang = self.typed.unwrap_or(self.lang);
        let (own, exact) = (in_language(lang, text), exact(text));
        let first = match self.typed {
            Some(_) => own.or(exact),
            None => exact.or(own),
        };
        // What is no number in one way of writing may be one in the other.
        first.or_else(|| {
            let other = match lang {
                Lang::Id => Lang::En,
                _ => Lang::Id,
            };
            in_language(other, text)
        })
    }

    /// Says of the `n`th value of the form what it is to look like.
    fn refuse(&self, problem: Problem, n: usize, column: &ColumnView, value: &str) -> Problem {
        let example_day = jiff::civil::date(2026, 8, 17);
        let (code, example) = match self.kind {
            Kind::Integer => ("catalog-explore-whole-malformed", self.lang.number(1_500_i64)),
            Kind::Flag => ("catalog-explore-flag-malformed", "true".to_owned()),
            Kind::Date | Kind::Instant => ("catalog-explore-day-malformed", self.lang.date(example_day)),
            Kind::Decimal | Kind::Text | Kind::Geometry => {
                ("catalog-explore-number-malformed", self.lang.decimal(14.5, 1))
            }
        };
        let called = match column.title.is_empty() {
            true => &column.name,
            false => &column.title,
        };
        let with = vec![
            ("value", value.to_owned()),
            ("column", called.clone()),
            ("example", example),
        ];
        problem.field_with(format!("v-{n}"), code, with)
    }
}

fn is_whole(number: &str) -> bool {
    number.parse::<f64>().is_ok_and(|number| number.fract() == 0.0)
}

/// A number as files hold it: `-4.976`, `1e3`.
fn exact(text: &str) -> Option<String> {
    let text = text.trim();
    let is_plain = text
        .bytes()
        .all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'+' | b'e' | b'E'));
    let number: f64 = text.parse().ok().filter(|_| is_plain)?;
    number.is_finite().then(|| text.to_owned())
}

/// A number as people of a language write it, `1.234,5` or `1,234.5`, as files hold it.
fn in_language(lang: Lang, text: &str) -> Option<String> {
    let (group, point) = match lang {
        Lang::Id => ('.', ','),
        _ => (',', '.'),
    };
    let text: String = text
        .trim()
        .chars()
        .map(|sign| if sign.is_whitespace() { group } else { plain(sign) })
        .collect();
    let (minus, unsigned) = match text.strip_prefix('-') {
        Some(unsigned) => ("-", unsigned),
        None => ("", text.as_str()),
    };
    let (whole, decimals) = unsigned.split_once(point).unwrap_or((unsigned, ""));
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let parts: Vec<&str> = whole.split(group).collect();
    // India groups by two, but for the last three.
    let is_grouped = match parts.as_slice() {
        [] | [_] => true,
        [first, between @ .., last] => {
            first.len() <= 3 && last.len() == 3 && between.iter().all(|part| matches!(part.len(), 2 | 3))
        }
    };
    let is_number = is_grouped
        && parts.iter().all(|part| is_digits(part))
        && (decimals.is_empty() || is_digits(decimals));
    let point = if decimals.is_empty() { "" } else { "." };
    is_number.then(|| format!("{minus}{}{point}{decimals}", parts.concat()))
}

/// A digit of any script as 0 to 9, a minus sign as a hyphen.
fn plain(sign: char) -> char {
    let zero = match sign {
        '০'..='৯' => '০',
        '०'..='९' => '०',
        '−' => return '-',
        other => return other,
    };
    char::from_digit(u32::from(sign) - u32::from(zero), 10).unwrap_or(sign)
}

fn flag(text: &str) -> Option<&'static str> {
    match text.trim().to_lowercase().as_str() {
        "true" | "1" | "yes" | "ya" | "benar" => Some("true"),
        "false" | "0" | "no" | "tidak" | "salah" => Some("false"),
        _ => None,
    }
}

/// The test of the whole of a year or a month, where that is all that a test of days names; none for any other test.
fn whole_period(kind: Kind, test: &Test) -> Option<Test> {
    let text = match test {
        Test::Is(values) if values.len() == 1 => values.first()?,
        Test::From(value) | Test::To(value) => value,
        _ => return None,
    };
    let text: String = text.trim().chars().map(plain).collect();
    if !is_part_of_day(kind, &text) {
        return None;
    }
    let (first, last) = days_of(&text)?;
    Some(match test {
        Test::From(_) => Test::From(first.to_string()),
        Test::To(_) => Test::To(last.to_string()),
        _ => Test::Starts(format!("{text}-")),
    })
}

/// Whether a value of a column of days is a year or a month only: `2015`, `2015-08`.
fn is_part_of_day(kind: Kind, text: &str) -> bool {
    let is_digits = |part: &str, n: usize| part.len() == n && part.bytes().all(|byte| byte.is_ascii_digit());
    let (year, month) = text.split_once('-').unwrap_or((text, "01"));
    matches!(kind, Kind::Date | Kind::Instant) && is_digits(year, 4) && is_digits(month, 2)
}

/// Whether a text is a day as files hold it with an hour after it: `2015-08-17T10:00`.
fn has_hour(text: &str) -> bool {
    let text: String = text.trim().chars().map(plain).collect();
    text.len() > "2015-08-17".len() && text.parse::<Date>().is_ok()
}

/// A day: `2015-08-17`, `17/08/2015`, `17 August 2015`; the day stands before the month unless the year is first.
fn day(lang: Lang, text: &str) -> Option<Date> {
    let text: String = text.trim().chars().map(plain).collect();
    if let Ok(day) = text.parse::<Date>() {
        return Some(day);
    }
    let is_between = |sign: char| matches!(sign, '/' | '.' | '-' | ',') || sign.is_whitespace();
    let parts: Vec<&str> = text.split(is_between).filter(|part| !part.is_empty()).collect();
    let [first, month, last] = parts.as_slice() else {
        return None;
    };
    let (day, year) = if first.len() == 4 {
        (last, first)
    } else {
        (first, last)
    };
    if year.len() != 4 {
        return None;
    }
    let month = month.parse::<i8>().ok().or_else(|| named_month(lang, month))?;
    Date::new(year.parse().ok()?, month, day.parse().ok()?).ok()
}

/// A month by the first three or more letters of its name in the reader's language, or in English.
fn named_month(lang: Lang, word: &str) -> Option<i8> {
    let word = word.to_lowercase();
    if word.chars().count() < 3 {
        return None;
    }
    (1_i8..=12).find(|month| {
        let day = jiff::civil::date(2000, *month, 1);
        [lang, Lang::En].iter().any(|lang| {
            let written = lang.month(day).to_lowercase();
            written.split_whitespace().any(|name| name.starts_with(&word))
        })
    })
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    #[test]
    fn numbers_are_read_as_people_of_the_language_write_them() {
        for (lang, typed, text, wanted) in [
            (Lang::Id, true, "14,5", Some("14.5")),
            (Lang::Id, true, "1.500", Some("1500")),
            (Lang::Id, false, "-4.976", Some("-4.976")),
            (Lang::Id, true, "Rp5", None),
            (Lang::En, true, "14,5", Some("14.5")),
            (Lang::En, true, "1,234.5", Some("1234.5")),
            (Lang::Hi, true, "12,34,567", Some("1234567")),
            (Lang::Bn, true, "১২", Some("12")),
            (Lang::En, false, "deep", None),
        ] {
            let reader = Reader {
                lang,
                typed: typed.then_some(lang),
                kind: Kind::Decimal,
            };
            assert_eq!(reader.read(text).as_deref(), wanted, "{lang} {text}");
        }
    }

    #[test]
    fn a_moment_without_its_offset_is_refused_and_parts_of_days_stand_in_links() {
        let reader = Reader {
            lang: Lang::En,
            typed: None,
            kind: Kind::Instant,
        };
        for text in ["2026-08-17T10:00", "2026-08-17 10:00:00", "2026-08-17T10"] {
            assert_eq!(reader.read(text), None, "{text}");
        }
        assert_eq!(
            reader.read("2026-08-17T10:00:00+07:00").as_deref(),
            Some("2026-08-17T03:00:00Z")
        );
        assert_eq!(reader.read("17/08/2026").as_deref(), Some("2026-08-17"));
        for (kind, text, wanted) in [
            (Kind::Date, "2015", true),
            (Kind::Instant, "2015-08", true),
            (Kind::Date, "soon", false),
            (Kind::Decimal, "2015", false),
        ] {
            assert_eq!(is_part_of_day(kind, text), wanted, "{text}");
        }
    }

    #[test]
    fn a_year_or_a_month_of_a_column_of_days_is_the_whole_of_it() {
        let text = |text: &str| text.to_owned();
        for (test, wanted) in [
            (Test::From(text("2024")), Some(Test::From(text("2024-01-01")))),
            (Test::To(text(" 2024 ")), Some(Test::To(text("2024-12-31")))),
            (Test::To(text("2024-02")), Some(Test::To(text("2024-02-29")))),
            (
                Test::Is(vec![text("2024-06")]),
                Some(Test::Starts(text("2024-06-"))),
            ),
            (Test::Is(vec![text("2024")]), Some(Test::Starts(text("2024-")))),
            (Test::IsNot(vec![text("2024")]), None),
            (Test::To(text("2024-13")), None),
            (Test::To(text("2024-02-11")), None),
        ] {
            assert_eq!(whole_period(Kind::Date, &test), wanted, "{test:?}");
            assert_eq!(whole_period(Kind::Integer, &test), None, "{test:?}");
        }
    }

    #[test]
    fn days_are_read_with_the_day_before_the_month_and_as_files_hold_them() {
        for text in [
            "2015-08-17",
            "17/08/2015",
            "17.8.2015",
            "17 Agustus 2015",
            "17 Aug 2015",
        ] {
            assert_eq!(
                day(Lang::Id, text),
                Some(jiff::civil::date(2015, 8, 17)),
                "{text}"
            );
        }
        assert_eq!(day(Lang::En, "08/17/2015"), None, "no month is the 17th");
        assert_eq!(day(Lang::En, "yesterday"), None);
    }
}
