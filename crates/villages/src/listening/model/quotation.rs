//! A sentence that may be quoted: only as it was said, only as it was agreed, and never so that one person is known by it.

use super::{
    consent::{Consent, Use, holds},
    names::suspects,
};
use crate::platform::{
    problem::{Problem, Result},
    time::Time,
};

/// Letters of a quotation at most.
const MOST_TEXT: usize = 600;
/// What stands where something was left out.
pub const GAP: &str = "[…]";

/// How a quotation says whose words it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Naming {
    /// By group and place.
    Named,
    /// By place alone.
    Unnamed,
}

impl Naming {
    pub const ALL: [Naming; 2] = [Naming::Unnamed, Naming::Named];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Naming::Named => "named",
            Naming::Unnamed => "unnamed",
        }
    }

    #[must_use]
    pub fn parse(text: &str) -> Option<Naming> {
        Naming::ALL.into_iter().find(|naming| naming.as_str() == text)
    }

    /// The consent that it rests on.
    #[must_use]
    pub fn needs(self) -> Use {
        match self {
            Naming::Named => Use::QuoteNamed,
            Naming::Unnamed => Use::QuoteUnnamed,
        }
    }
}

/// How far a quotation has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Proposed,
    Released,
    Refused,
}

impl State {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            State::Proposed => "proposed",
            State::Released => "released",
            State::Refused => "refused",
        }
    }

    #[must_use]
    pub fn parse(text: &str) -> Option<State> {
        [State::Proposed, State::Released, State::Refused]
            .into_iter()
            .find(|state| state.as_str() == text)
    }
}

/// A sentence that somebody wants to quote.
#[derive(Clone)]
pub struct Quotation {
    pub id: String,
    pub note: String,
    /// Of the paragraph that it stands in, from 1.
    pub position: i64,
    pub text: String,
    pub naming: Naming,
    /// Id of the account that proposed it.
    pub coder: String,
    pub state: State,
    /// Why it was refused; empty otherwise.
    pub why: String,
    pub proposed_at: Time,
}

/// Reads a quotation of a paragraph.
///
/// # Errors
/// On field `text`: `listening-quote-text`, `text-long`, `listening-quote-words` for words that do not stand in the paragraph,
/// `listening-quote-names` for what looks like a name, a number or an address.
pub fn parse_text(typed: &str, paragraph: &str) -> Result<String> {
    let text = spaced(typed).replace("[...]", GAP);
    let wrong = |code: &'static str| Err(Problem::invalid("fields").field("text", code));
    match text.chars().count() {
        0 => return wrong("listening-quote-text"),
        n if n > MOST_TEXT => return wrong("text-long"),
        _ => {}
    }
    if !stands_in(&text, paragraph) {
        return wrong("listening-quote-words");
    }
    if !suspects(&text).is_empty() {
        return wrong("listening-quote-names");
    }
    Ok(text)
}

/// Tells whether the words of a quotation still stand in its paragraph, which may have been corrected since.
#[must_use]
pub fn still_stands(text: &str, paragraph: Option<&str>) -> bool {
    paragraph.is_some_and(|paragraph| stands_in(text, paragraph))
}

/// Refuses a quotation that rests on no consent, or whose group has fewer than `minimum` people and would be named.
///
/// # Errors
/// `listening-quote-consent`, `listening-quote-small`.
pub fn require_allowed(naming: Naming, consents: &[Consent], n_present: u32, minimum: u32) -> Result<()> {
    if !holds(consents, Use::Report) || !holds(consents, naming.needs()) {
        return Err(Problem::conflict("listening-quote-consent"));
    }
    if naming == Naming::Named && n_present < minimum {
        return Err(Problem::conflict("listening-quote-small"));
    }
    Ok(())
}

/// Whether the words of a quotation stand in a paragraph in their order, with gaps where it says so.
fn stands_in(text: &str, paragraph: &str) -> bool {
    let paragraph = spaced(paragraph);
    let mut rest = paragraph.as_str();
    for part in text.split(GAP).map(str::trim).filter(|part| !part.is_empty()) {
        let Some(at) = rest.find(part) else {
            return false;
        };
        rest = &rest[at + part.len()..];
    }
    text.replace(GAP, "").chars().any(char::is_alphabetic)
}

fn spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::listening::model::consent::Answer;

    const PARAGRAPH: &str =
        "The nurse, Bu Siti, goes home at ten.\nAfter that nobody opens, so we walk to the town.";

    #[test]
    fn a_quotation_has_the_words_of_its_paragraph_and_no_name() {
        for good in [
            "After that nobody opens, so we walk to the town.",
            "The nurse, […] goes home at ten. After that nobody opens",
            "The nurse, [...] goes home at ten.",
        ] {
            assert!(parse_text(good, PARAGRAPH).is_ok(), "{good}");
        }
        for (bad, code) in [
            ("", "listening-quote-text"),
            ("The nurse never comes.", "listening-quote-words"),
            ("so we walk […] The nurse", "listening-quote-words"),
            ("[…]", "listening-quote-words"),
            ("The nurse, Bu Siti, goes home", "listening-quote-names"),
        ] {
            let problem = parse_text(bad, PARAGRAPH).expect_err("refused");
            assert_eq!(problem.fields()[0].code, code, "{bad}");
        }
    }

    #[test]
    fn a_quotation_rests_on_the_consent_for_its_use_and_names_no_small_group() {
        let yes = |of| Consent {
            of,
            answer: Answer::Yes,
            on: date(2026, 11, 16),
            words: "May we?".into(),
        };
        let refused = |naming, given: &[Consent], n| {
            require_allowed(naming, given, n, 5)
                .err()
                .map(|problem| problem.code())
        };
        let (report, named, unnamed) = (yes(Use::Report), yes(Use::QuoteNamed), yes(Use::QuoteUnnamed));
        assert_eq!(refused(Naming::Named, &[report.clone(), named.clone()], 5), None);
        assert_eq!(
            refused(Naming::Named, &[report.clone(), named.clone()], 4),
            Some("listening-quote-small")
        );
        assert_eq!(
            refused(Naming::Unnamed, &[report.clone(), unnamed.clone()], 1),
            None
        );
        // One consent does not stand for another.
        for given in [
            vec![report, named.clone()],
            vec![unnamed.clone()],
            vec![named, unnamed],
        ] {
            assert_eq!(
                refused(Naming::Unnamed, &given, 9),
                Some("listening-quote-consent")
            );
        }
    }
}
