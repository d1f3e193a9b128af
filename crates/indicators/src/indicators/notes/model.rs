//! Notes about numbers: what is typed, and what is kept of the number.

use percent_encoding::percent_decode_str;
use serde::{Deserialize, Serialize};

use crate::{
    indicators::{
        model::{
            definition::{Definition, Unit},
            observation::{Key, Observation, Status},
        },
        passport::Asked,
    },
    platform::{
        problem::{Problem, Result},
        time::Time,
    },
};

/// Letters of a title at most.
const MOST_TITLE: usize = 200;
/// Letters of a note at most.
const MOST_BODY: usize = 20_000;

/// A note with the wording that was asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Note {
    pub id: String,
    /// What addresses call it.
    pub code: String,
    /// Code of the indicator.
    pub indicator: String,
    /// Code of the organisation that speaks.
    pub agency: String,
    /// Name of the release that it is about.
    pub release: String,
    pub place: String,
    pub period: String,
    /// Names of dimensions, as in an observation; empty for everybody together.
    pub by: String,
    pub codes: String,
    pub cited: Cited,
    pub written: Written,
}

impl Note {
    /// Its own address.
    #[must_use]
    pub fn path(&self) -> String {
        format!("/notes/{}", self.code)
    }

    /// Says what makes it this note and no other: the same words of the same organisation about the same number of a release are one.
    #[must_use]
    pub fn mark(&self) -> String {
        [
            &self.indicator,
            &self.agency,
            &self.release,
            &self.place,
            &self.period,
            &self.by,
            &self.codes,
            &self.written.wording.title,
            &self.written.wording.body,
        ]
        .map(String::as_str)
        .join("\n")
    }

    /// Which number it is about, in whatever release.
    #[must_use]
    pub fn key(&self) -> Key {
        (
            self.place.clone(),
            self.by.clone(),
            self.period.clone(),
            self.codes.clone(),
        )
    }
}

/// A number as it stood in the release that a note is about.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Cited {
    pub value: f64,
    /// Lower and upper end of the 95 % interval.
    pub lower: Option<f64>,
    pub upper: Option<f64>,
    /// Out of a hundred; else in a unit of its own.
    pub is_percent: bool,
    /// Digits behind the point.
    pub decimals: usize,
}

impl Cited {
    /// Takes down a number as a definition writes it; `None` where no figure may be seen.
    #[must_use]
    pub fn of(definition: &Definition, number: &Observation) -> Option<Cited> {
        if number.status != Status::Normal {
            return None;
        }
        Some(Cited {
            value: number.figures.value?,
            lower: number.figures.lower,
            upper: number.figures.upper,
            is_percent: definition.unit == Unit::Percent,
            decimals: definition.decimals,
        })
    }
}

/// One wording of a note, as it was published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// From 1.
    pub version: i64,
    pub wording: Wording,
    /// Why it was worded anew; empty for the first.
    pub why: String,
    pub at: Time,
}

/// What a note says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wording {
    pub title: String,
    pub body: String,
}

impl Wording {
    /// Reads what somebody typed.
    ///
    /// # Errors
    /// `indicators-notes-title` and `indicators-notes-body` on their fields, `text-long` on either.
    pub fn parse(title: &str, body: &str) -> Result<Wording> {
        let (title, body) = (title.trim(), body.replace("\r\n", "\n"));
        let body = body.trim();
        let mut wrong = Problem::invalid("fields");
        match title.chars().count() {
            0 => wrong = wrong.field("title", "indicators-notes-title"),
            n if n > MOST_TITLE => wrong = wrong.field("title", "text-long"),
            _ => {}
        }
        match body.chars().count() {
            0 => wrong = wrong.field("body", "indicators-notes-body"),
            n if n > MOST_BODY => wrong = wrong.field("body", "text-long"),
            _ => {}
        }
        if !wrong.fields().is_empty() {
            return Err(wrong);
        }
        Ok(Wording {
            title: title.to_owned(),
            body: body.to_owned(),
        })
    }

    /// Parts it at blank lines.
    #[must_use]
    pub fn paragraphs(&self) -> Vec<String> {
        self.body
            .split("\n\n")
            .map(str::trim)
            .filter(|paragraph| !paragraph.is_empty())
            .map(str::to_owned)
            .collect()
    }
}

/// Reads the address of a passport, whole or from its first slash on; `site` is the address of this installation.
#[must_use]
pub fn read_number(site: &str, typed: &str) -> Option<Asked> {
    let typed = typed.trim();
    let path = typed.strip_prefix(site).unwrap_or(typed);
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let path = path.strip_suffix(".json").unwrap_or(path);
    let parts: Vec<String> = path
        .strip_prefix("/n/")?
        .split('/')
        .map(|part| Some(percent_decode_str(part).decode_utf8().ok()?.into_owned()))
        .collect::<Option<_>>()?;
    let (number, group) = parts.split_at_checked(4)?;
    let (by, codes) = match group {
        [] => (String::new(), String::new()),
        [by, codes] => (by.clone(), codes.clone()),
        _ => return None,
    };
    match number {
        [release, code, place, period] => Some(Asked {
            release: release.clone(),
            code: code.clone(),
            place: place.clone(),
            period: period.clone(),
            by,
            codes,
        }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::indicators::passport::sample;

    #[test]
    fn the_address_of_a_passport_is_read_as_it_stands_in_a_browser() {
        let site = "https://data.example.org";
        for typed in [
            "/n/2026-1/6.1.1/35.22/2026",
            " https://data.example.org/n/2026-1/6.1.1/35.22/2026?lang=id ",
            "/n/2026-1/6.1.1/35.22/2026.json",
        ] {
            let asked = read_number(site, typed).expect("an address");
            assert_eq!(
                (
                    asked.release.as_str(),
                    asked.code.as_str(),
                    asked.place.as_str(),
                    asked.period.as_str(),
                    asked.by.as_str()
                ),
                ("2026-1", "6.1.1", "35.22", "2026", ""),
                "{typed}"
            );
        }
        let asked = read_number(site, "/n/2026-1/6.1.1/35.22/2026/age/65%2B").expect("a group");
        assert_eq!((asked.by.as_str(), asked.codes.as_str()), ("age", "65+"));
        for typed in [
            "",
            "/n/2026-1/6.1.1",
            "/indicators/6.1.1",
            "/n/2026-1/6.1.1/35.22/2026/sex",
            "https://elsewhere.org/n/2026-1/6.1.1/35.22/2026",
        ] {
            assert!(read_number(site, typed).is_none(), "{typed}");
        }
    }

    #[test]
    fn what_is_withheld_is_cited_by_nobody() {
        let definition = sample::indicator().definition;
        let mut number = sample::number("2026");
        assert_eq!(
            Cited::of(&definition, &number).map(|cited| cited.value),
            Some(72.4)
        );
        number.status = Status::Suppressed;
        assert_eq!(Cited::of(&definition, &number), None);
    }

    #[test]
    fn blank_lines_part_paragraphs_however_they_were_typed() {
        let wording = Wording::parse(" Wells ", "One.\r\nStill one.\r\n\r\n\r\nTwo.\r\n").expect("a wording");
        assert_eq!(wording.title, "Wells");
        assert_eq!(wording.paragraphs(), ["One.\nStill one.", "Two."]);
        assert!(Wording::parse("Wells", " \n ").is_err());
        let both = Wording::parse(" ", " ").expect_err("refused");
        assert_eq!(both.fields().len(), 2);
    }
}
