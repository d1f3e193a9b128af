//! The shared code book: codes with their wordings, of which the last is in force.

use crate::platform::{
    problem::{Problem, Result},
    time::Time,
};

/// Letters of a code at most.
const MOST_CODE: usize = 40;
/// Letters of a title at most.
const MOST_TITLE: usize = 120;
/// Letters of the other parts at most.
const MOST_TEXT: usize = 1_000;

/// A code as one version words it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    pub code: String,
    /// From 1.
    pub version: i64,
    pub wording: Wording,
    /// Why it was worded anew; empty for the first.
    pub why: String,
    pub at: Time,
}

/// What a version of a code says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wording {
    pub title: String,
    pub apply_when: String,
    /// Empty for none.
    pub example: String,
    /// It is applied no more; what has it keeps it.
    pub is_retired: bool,
}

impl Wording {
    /// Reads what was typed.
    ///
    /// # Errors
    /// `listening-code-title` and `listening-code-apply` on their fields, `text-long` on any.
    pub fn parse(title: &str, apply_when: &str, example: &str, retired: &str) -> Result<Wording> {
        let wrong = |field: &'static str, code: &'static str| Problem::invalid("fields").field(field, code);
        let (title, apply_when, example) = (title.trim(), apply_when.trim(), example.trim());
        if title.is_empty() {
            return Err(wrong("title", "listening-code-title"));
        }
        if apply_when.is_empty() {
            return Err(wrong("apply_when", "listening-code-apply"));
        }
        for (field, text, most) in [
            ("title", title, MOST_TITLE),
            ("apply_when", apply_when, MOST_TEXT),
            ("example", example, MOST_TEXT),
        ] {
            if text.chars().count() > most {
                return Err(wrong(field, "text-long"));
            }
        }
        Ok(Wording {
            title: title.to_owned(),
            apply_when: apply_when.to_owned(),
            example: example.to_owned(),
            is_retired: retired == "yes",
        })
    }
}

/// Reads a code: lower-case letters, digits and hyphens.
///
/// # Errors
/// `listening-code-code` on field `code`.
pub fn parse_code(text: &str) -> Result<String> {
    let text = text.trim();
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if text.is_empty() || text.len() > MOST_CODE || !text.chars().all(is_plain) {
        return Err(Problem::invalid("fields").field("code", "listening-code-code"));
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_short_and_says_when_it_is_applied() {
        assert_eq!(parse_code(" far-clinic ").ok().as_deref(), Some("far-clinic"));
        for bad in ["", "Far", "far clinic", "a/b", &"a".repeat(41)] {
            assert!(parse_code(bad).is_err(), "{bad}");
        }
        assert!(Wording::parse("Far", "Distance keeps people away", "", "").is_ok());
        assert!(Wording::parse("Far", " ", "", "").is_err());
        assert!(Wording::parse("", "x", "", "").is_err());
    }
}
