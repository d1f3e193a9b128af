//! Consent for each use of what was said: given or not, on what day, in which words, and taken back.

use jiff::civil::Date;

use crate::platform::problem::{Problem, Result};

/// Letters of the words of a consent at most.
const MOST_WORDS: usize = 1_000;

/// What may be done with what was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// Counted among what the groups of a place say.
    Report,
    /// Quoted with the group named.
    QuoteNamed,
    /// Quoted without it.
    QuoteUnnamed,
    /// Recorded or photographed.
    Recording,
    /// A contact is kept, to ask again.
    Contact,
}

impl Use {
    pub const ALL: [Use; 5] = [
        Use::Report,
        Use::QuoteNamed,
        Use::QuoteUnnamed,
        Use::Recording,
        Use::Contact,
    ];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Use::Report => "report",
            Use::QuoteNamed => "quote-named",
            Use::QuoteUnnamed => "quote-unnamed",
            Use::Recording => "recording",
            Use::Contact => "contact",
        }
    }

    #[must_use]
    pub fn parse(text: &str) -> Option<Use> {
        Use::ALL.into_iter().find(|of| of.as_str() == text)
    }
}

/// What a group said when it was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    No,
    Yes,
    Withdrawn { on: Date, words: String },
}

/// What a group said of one use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consent {
    pub of: Use,
    pub answer: Answer,
    /// The day it was said.
    pub on: Date,
    /// The words that were read to them.
    pub words: String,
}

/// Whether a use is agreed to and was not taken back; what was not asked is not agreed to.
#[must_use]
pub fn holds(consents: &[Consent], of: Use) -> bool {
    consents
        .iter()
        .any(|consent| consent.of == of && consent.answer == Answer::Yes)
}

/// Something said about a use after the note was written: a day and words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    pub of: Use,
    pub on: Date,
    pub words: String,
}

impl Said {
    /// Reads what was typed; the day lies between that of the talk and today.
    ///
    /// # Errors
    /// `listening-use` on field `of`, `listening-day` on `on`, `listening-words` and `text-long` on `words`.
    pub fn parse(of: &str, on: &str, words: &str, held_on: Date, today: Date) -> Result<Said> {
        let wrong = |field: &'static str, code: &'static str| Problem::invalid("fields").field(field, code);
        let of = Use::parse(of).ok_or_else(|| wrong("of", "listening-use"))?;
        let on = on
            .trim()
            .parse::<Date>()
            .ok()
            .filter(|on| (held_on..=today).contains(on))
            .ok_or_else(|| wrong("on", "listening-day"))?;
        Ok(Said {
            of,
            on,
            words: parse_words(words)?,
        })
    }
}

/// Reads the words of a consent.
///
/// # Errors
/// `listening-words` and `text-long` on field `words`.
pub fn parse_words(words: &str) -> Result<String> {
    let words = words.trim();
    let wrong = |code: &'static str| Err(Problem::invalid("fields").field("words", code));
    match words.chars().count() {
        0 => wrong("listening-words"),
        n if n > MOST_WORDS => wrong("text-long"),
        _ => Ok(words.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn what_was_not_asked_refused_or_taken_back_does_not_hold() {
        let consent = |of, answer| Consent {
            of,
            answer,
            on: date(2026, 11, 16),
            words: "May we?".into(),
        };
        let withdrawn = Answer::Withdrawn {
            on: date(2026, 11, 17),
            words: "No more".into(),
        };
        let given = [
            consent(Use::Report, Answer::Yes),
            consent(Use::QuoteNamed, Answer::No),
            consent(Use::QuoteUnnamed, withdrawn),
        ];
        let held: Vec<Use> = Use::ALL.into_iter().filter(|of| holds(&given, *of)).collect();
        assert_eq!(held, [Use::Report]);
    }

    #[test]
    fn consent_is_neither_older_than_the_talk_nor_of_tomorrow() {
        let (held, today) = (date(2026, 11, 10), date(2026, 11, 16));
        let parse = |on: &str| Said::parse("report", on, "Taken back", held, today).is_ok();
        assert!(parse("2026-11-10") && parse("2026-11-16"));
        assert!(!parse("2026-11-09") && !parse("2026-11-17") && !parse("yesterday"));
        assert!(Said::parse("sell", "2026-11-16", "x", held, today).is_err());
        assert!(Said::parse("report", "2026-11-16", " ", held, today).is_err());
    }
}
