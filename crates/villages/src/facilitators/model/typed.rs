//! What is typed of facilitators: training, assignments, languages, reasons and notes.

use jiff::civil::Date;

use super::Facilitator;
use crate::{
    places::model::Places,
    platform::problem::{Problem, Result},
};

/// Letters of a line that is typed, at most.
const MOST_LINE: usize = 200;
/// Letters of a reason or of an assignment, at most.
const MOST_WORDS: usize = 500;
/// Letters of a coaching note, at most.
const MOST_NOTE: usize = 4_000;
/// Languages of one facilitator, at most.
const MOST_LANGUAGES: usize = 10;

/// Training as it is typed.
#[derive(Debug, Clone, Default)]
pub struct TypedTraining {
    pub topic: String,
    pub held_on: String,
    pub given_by: String,
    /// Empty for always.
    pub valid_until: String,
}

/// Training, ready to be entered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTraining {
    pub topic: String,
    pub held_on: Date,
    pub given_by: String,
    pub valid_until: Option<Date>,
}

impl NewTraining {
    /// Reads what was typed.
    ///
    /// # Errors
    /// Names every field that will not do: `facilitators-topic`, `facilitators-day`, `facilitators-day-ahead`, `facilitators-given-by`,
    /// `facilitators-until`, `text-long`.
    pub fn parse(typed: &TypedTraining, today: Date) -> Result<NewTraining> {
        let mut wrong = Vec::new();
        let topic = line("topic", &typed.topic, "facilitators-topic", &mut wrong);
        let given_by = line("given_by", &typed.given_by, "facilitators-given-by", &mut wrong);
        let held_on = day(&typed.held_on);
        match held_on {
            None => wrong.push(("held_on", "facilitators-day")),
            Some(day) if day > today => wrong.push(("held_on", "facilitators-day-ahead")),
            Some(_) => {}
        }
        let valid_until = day(&typed.valid_until);
        let is_until_wrong = match valid_until {
            None => !typed.valid_until.trim().is_empty(),
            Some(until) => held_on.is_some_and(|held_on| until < held_on),
        };
        if is_until_wrong {
            wrong.push(("valid_until", "facilitators-until"));
        }
        refuse(wrong)?;
        Ok(NewTraining {
            topic,
            held_on: held_on.unwrap_or(today),
            given_by,
            valid_until,
        })
    }
}

/// An assignment as it is typed.
#[derive(Debug, Clone, Default)]
pub struct TypedAssignment {
    pub what: String,
    /// Empty for none.
    pub subject: String,
    pub place: String,
    pub due_on: String,
}

/// An assignment, ready to be given; the place is one of the facilitator's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAssignment {
    pub what: String,
    /// `scorecard/0190…`; empty for none.
    pub subject: String,
    pub place: String,
    pub due_on: Date,
}

impl NewAssignment {
    /// Reads what was typed for a facilitator.
    ///
    /// # Errors
    /// Names every field that will not do: `facilitators-what`, `facilitators-subject`, `facilitators-place`, `facilitators-day`,
    /// `facilitators-due`, `text-long`.
    pub fn parse(
        typed: &TypedAssignment,
        facilitator: &Facilitator,
        all: &Places,
        today: Date,
    ) -> Result<NewAssignment> {
        let mut wrong = Vec::new();
        let what = typed.what.trim().to_owned();
        match what.chars().count() {
            0 => wrong.push(("what", "facilitators-what")),
            n if n > MOST_WORDS => wrong.push(("what", "text-long")),
            _ => {}
        }
        let subject = typed.subject.trim().to_owned();
        if !subject.is_empty() && !is_subject(&subject) {
            wrong.push(("subject", "facilitators-subject"));
        }
        let place = typed.place.trim().to_owned();
        if !facilitator.works_at(all, &place) {
            wrong.push(("place", "facilitators-place"));
        }
        let due_on = day(&typed.due_on);
        match due_on {
            None => wrong.push(("due_on", "facilitators-day")),
            Some(day) if day < today => wrong.push(("due_on", "facilitators-due")),
            Some(_) => {}
        }
        refuse(wrong)?;
        Ok(NewAssignment {
            what,
            subject,
            place,
            due_on: due_on.unwrap_or(today),
        })
    }
}

/// Reads languages with commas between; the same one twice is one.
///
/// # Errors
/// `facilitators-language` on field `languages` for more than ten, or one that is no word.
pub fn parse_languages(text: &str) -> Result<Vec<String>> {
    let mut languages: Vec<String> = Vec::new();
    for typed in text.split(',').map(str::trim).filter(|typed| !typed.is_empty()) {
        let is_word = typed.chars().count() <= 40
            && typed
                .chars()
                .all(|c| c.is_alphabetic() || matches!(c, ' ' | '-' | '\'' | '(' | ')'));
        if !is_word || languages.len() == MOST_LANGUAGES {
            return Err(Problem::invalid("fields").field("languages", "facilitators-language"));
        }
        if !languages.iter().any(|known| known == typed) {
            languages.push(typed.to_owned());
        }
    }
    Ok(languages)
}

/// Reads the reason for declining something.
///
/// # Errors
/// `facilitators-why` on field `why` for none, `text-long` for one over 500 letters.
pub fn parse_why(text: &str) -> Result<String> {
    words("why", text, "facilitators-why", MOST_WORDS)
}

/// Reads a coaching note.
///
/// # Errors
/// `facilitators-note` on field `note` for none, `text-long` for one over 4,000 letters.
pub fn parse_note(text: &str) -> Result<String> {
    words("note", text, "facilitators-note", MOST_NOTE)
}

fn words(field: &'static str, text: &str, missing: &'static str, most: usize) -> Result<String> {
    let text = text.trim();
    match text.chars().count() {
        0 => Err(Problem::invalid("fields").field(field, missing)),
        n if n > most => Err(Problem::invalid("fields").field(field, "text-long")),
        _ => Ok(text.to_owned()),
    }
}

/// A line of words; notes what is wrong with it.
fn line(
    field: &'static str,
    typed: &str,
    missing: &'static str,
    wrong: &mut Vec<(&'static str, &'static str)>,
) -> String {
    let words = typed.split_whitespace().collect::<Vec<_>>().join(" ");
    match words.chars().count() {
        0 => wrong.push((field, missing)),
        n if n > MOST_LINE => wrong.push((field, "text-long")),
        _ => {}
    }
    words
}

fn day(typed: &str) -> Option<Date> {
    typed.trim().parse().ok()
}

/// Whether it names a record, as `scorecard/0190…`.
fn is_subject(text: &str) -> bool {
    let is_part = |part: &str| {
        !part.is_empty()
            && part.len() <= 60
            && part
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.'))
    };
    text.split_once('/')
        .is_some_and(|(kind, id)| is_part(kind) && is_part(id))
}

fn refuse(wrong: Vec<(&'static str, &'static str)>) -> Result<()> {
    if wrong.is_empty() {
        return Ok(());
    }
    let refused = Problem::invalid("fields");
    Err(wrong
        .into_iter()
        .fold(refused, |problem, (field, code)| problem.field(field, code)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facilitators::model::tests::{TODAY, facilitator, regency};

    fn codes<T>(read: Result<T>) -> Vec<&'static str> {
        match read {
            Ok(_) => Vec::new(),
            Err(problem) => problem.fields().iter().map(|field| field.code).collect(),
        }
    }

    #[test]
    fn training_has_a_topic_a_day_that_is_past_and_somebody_who_gave_it() {
        let typed = |held_on: &str, valid_until: &str| TypedTraining {
            topic: " Listening  well ".into(),
            held_on: held_on.into(),
            given_by: "Bappeda".into(),
            valid_until: valid_until.into(),
        };
        let read = NewTraining::parse(&typed("2026-11-16", "2027-11-16"), TODAY).expect("reads");
        assert_eq!((read.topic.as_str(), read.held_on), ("Listening well", TODAY));
        for (held_on, until, code) in [
            ("", "", "facilitators-day"),
            ("2026-11-17", "", "facilitators-day-ahead"),
            ("2026-11-16", "2026-11-15", "facilitators-until"),
            ("2026-11-16", "later", "facilitators-until"),
        ] {
            assert_eq!(codes(NewTraining::parse(&typed(held_on, until), TODAY)), [code]);
        }
        assert_eq!(
            codes(NewTraining::parse(&TypedTraining::default(), TODAY)),
            ["facilitators-topic", "facilitators-given-by", "facilitators-day"]
        );
    }

    #[test]
    fn an_assignment_is_for_a_place_of_the_facilitator_and_a_day_to_come() {
        let (all, one) = (regency(), facilitator("r.1"));
        let typed = |place: &str, subject: &str, due_on: &str| TypedAssignment {
            what: "Hear the young".into(),
            subject: subject.into(),
            place: place.into(),
            due_on: due_on.into(),
        };
        for (place, subject, due_on, wrong) in [
            ("r.1.1", "scorecard/0190-a", "2026-11-16", None),
            ("r.2", "", "2026-11-16", Some("facilitators-place")),
            ("r.1", "the clinic", "2026-11-16", Some("facilitators-subject")),
            ("r.1", "", "2026-11-15", Some("facilitators-due")),
        ] {
            let read = NewAssignment::parse(&typed(place, subject, due_on), &one, &all, TODAY);
            assert_eq!(
                codes(read),
                wrong.into_iter().collect::<Vec<_>>(),
                "{place} {subject}"
            );
        }
    }

    #[test]
    fn languages_are_words_and_none_twice() {
        let read = parse_languages("Indonesia, Jawa ,, Jawa").expect("reads");
        assert_eq!(read, ["Indonesia", "Jawa"]);
        assert!(parse_languages("<b>").is_err());
        assert!(parse_languages("a, b, c, d, e, f, g, h, i, j, k").is_err());
    }
}
