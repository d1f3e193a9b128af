//! Calendars of documents: what a village owes at each step of its year, as a jurisdiction lays it down.

use std::{collections::HashSet, sync::LazyLock};

use jiff::civil::Date;
use serde::Deserialize;

use super::Step;
use crate::platform::{
    problem::{Problem, Result},
    words::Words,
};

/// Documents of one calendar at most.
const MOST_DOCUMENTS: usize = 60;
/// Letters of a calendar's name and of a document's code at most.
const MOST_CODE: usize = 40;
/// Days of notice and of grace at most.
const MOST_DAYS: u16 = 180;

/// A calendar of documents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    pub name: String,
    pub title: Words,
    /// ISO 4217.
    pub currency: String,
    pub notice_days: u16,
    pub grace_days: u16,
    pub documents: Vec<Wanted>,
}

/// A document that a calendar asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    pub code: String,
    pub step: Step,
    pub title: Words,
    pub about: Words,
    /// Month and day.
    pub due: (i8, i8),
    /// -1, 0 or 1: in the year before the one it is about, in it, or after it.
    pub year: i16,
    pub is_once_in_term: bool,
}

impl Wanted {
    /// The day on which it is due for a year.
    #[must_use]
    pub fn due_on(&self, year: i16) -> Date {
        let (month, day) = self.due;
        let year = year + self.year;
        // 29 February is the 28th of most years.
        Date::new(year, month, day)
            .or_else(|_| Date::new(year, month, 28))
            .unwrap_or_default()
    }
}

impl Template {
    /// Reads a calendar as it is written.
    ///
    /// # Errors
    /// `village-template-unreadable` on field `text`, with what is wrong.
    pub fn parse(text: &str) -> Result<Template> {
        read(text).map_err(|reason| {
            let with = vec![("reason", reason)];
            Problem::invalid("fields").field_with("text", "village-template-unreadable", with)
        })
    }
}

/// The calendars that come with the product, with their texts.
#[must_use]
pub fn shipped() -> &'static [(Template, &'static str)] {
    &SHIPPED
}

const DESA: &str = include_str!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../data/village-year/desa.toml"
));
const PLAIN: &str = include_str!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../data/village-year/plain.toml"
));

static SHIPPED: LazyLock<Vec<(Template, &'static str)>> = LazyLock::new(|| {
    // A test reads them.
    [DESA, PLAIN]
        .into_iter()
        .filter_map(|text| Some((read(text).ok()?, text)))
        .collect()
});

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    name: String,
    title: Words,
    currency: String,
    notice_days: u16,
    grace_working_days: u16,
    document: Vec<WrittenDocument>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenDocument {
    code: String,
    step: String,
    title: Words,
    #[serde(default)]
    about: Words,
    due: String,
    #[serde(default)]
    year: i16,
    #[serde(default)]
    once_in_term: bool,
}

fn read(text: &str) -> Result<Template, String> {
    let written: Written = toml::from_str(text).map_err(|error| error.to_string())?;
    check_code(&written.name)?;
    if written.title.is_empty() {
        return Err("title: say what the calendar is called".to_owned());
    }
    let is_currency = written.currency.len() == 3 && written.currency.bytes().all(|b| b.is_ascii_uppercase());
    if !is_currency {
        return Err(format!(
            "currency: {:?} is none; write three capital letters, as IDR",
            written.currency
        ));
    }
    if written.notice_days > MOST_DAYS || written.grace_working_days > MOST_DAYS {
        return Err(format!("notice_days, grace_working_days: at most {MOST_DAYS}"));
    }
    if written.document.is_empty() || written.document.len() > MOST_DOCUMENTS {
        return Err(format!("document: from one to {MOST_DOCUMENTS}"));
    }
    let mut codes = HashSet::new();
    let documents = written
        .document
        .into_iter()
        .map(|document| {
            let read = wanted(document)?;
            match codes.insert(read.code.clone()) {
                true => Ok(read),
                false => Err(format!("{}: stands there twice", read.code)),
            }
        })
        .collect::<Result<Vec<Wanted>, String>>()?;
    Ok(Template {
        name: written.name,
        title: written.title,
        currency: written.currency,
        notice_days: written.notice_days,
        grace_days: written.grace_working_days,
        documents,
    })
}

fn wanted(written: WrittenDocument) -> Result<Wanted, String> {
    let code = written.code;
    check_code(&code)?;
    let step = Step::parse(&written.step)
        .ok_or_else(|| format!("{code}: step is planning, budgeting, doing, watching or judging"))?;
    if written.title.is_empty() {
        return Err(format!("{code}: title: say what it is called"));
    }
    let due = month_and_day(&written.due)
        .ok_or_else(|| format!("{code}: due: {:?} is no day; write it like 03-31", written.due))?;
    if !(-1..=1).contains(&written.year) {
        return Err(format!("{code}: year is -1, 0 or 1"));
    }
    Ok(Wanted {
        step,
        title: written.title,
        about: written.about,
        due,
        year: written.year,
        is_once_in_term: written.once_in_term,
        code,
    })
}

fn check_code(code: &str) -> Result<(), String> {
    let is_plain = code
        .bytes()
        .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    match !code.is_empty() && code.len() <= MOST_CODE && is_plain {
        true => Ok(()),
        false => Err(format!(
            "{code:?} is no code; use up to {MOST_CODE} lower-case letters, digits and hyphens"
        )),
    }
}

fn month_and_day(text: &str) -> Option<(i8, i8)> {
    let (month, day) = text.split_once('-')?;
    let (month, day) = (month.parse().ok()?, day.parse().ok()?);
    // Any leap year: 29 February is a day.
    Date::new(2024, month, day).ok()?;
    Some((month, day))
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    #[test]
    fn the_calendars_that_come_with_the_product_are_whole_and_speak_two_languages() {
        let names: Vec<&str> = shipped()
            .iter()
            .map(|(template, _)| template.name.as_str())
            .collect();
        assert_eq!(names, ["desa", "plain"]);
        for (template, text) in shipped() {
            assert_eq!(&Template::parse(text).expect("readable"), template);
            for step in Step::ALL {
                assert!(
                    template.documents.iter().any(|each| each.step == step),
                    "{step:?}"
                );
            }
            for each in &template.documents {
                assert_eq!(
                    each.title.0.keys().collect::<Vec<_>>(),
                    ["en", "id"],
                    "{}",
                    each.code
                );
            }
        }
        let apbdes = &shipped()[0].0.documents[5];
        assert_eq!(
            (apbdes.code.as_str(), apbdes.due_on(2027).to_string()),
            ("apbdes", "2026-12-31".into())
        );
    }

    #[test]
    fn a_calendar_that_says_nonsense_is_refused_with_the_reason() {
        let good = shipped()[1].1;
        for (from, to, reason) in [
            ("step = \"doing\"", "step = \"dancing\"", "works: step"),
            ("due = \"07-31\"", "due = \"31 July\"", "half-year: due"),
            ("code = \"plan\"", "code = \"Plan A\"", "is no code"),
            ("code = \"account\"", "code = \"budget\"", "twice"),
            ("year = 1", "year = 3", "year is"),
            ("currency = \"USD\"", "currency = \"dollars\"", "currency"),
            ("name = \"plain\"", "nome = \"plain\"", "nome"),
        ] {
            let said = read(&good.replacen(from, to, 1)).expect_err("refused");
            assert!(said.contains(reason), "{reason}: {said}");
        }
    }
}
