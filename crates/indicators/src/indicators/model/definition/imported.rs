//! Numbers that somebody else made and published: who, where they stood, what they are in.

use serde::Deserialize;

use super::{DefinitionError, Words, written::wrong};

/// Where an indicator's numbers were published.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Imported {
    /// Who published them.
    pub source: Words,
    /// The file of the source that they stood in.
    pub file: Option<String>,
    /// What they are in, as the source codes or calls it; empty where it does not say.
    #[serde(default)]
    pub unit: String,
    /// What the source says of all of them alike, in its own codes: "AGE: Y15T24".
    #[serde(default)]
    pub of: Vec<String>,
    /// What is shown first where no number is of everybody together.
    pub opens: Option<Opens>,
}

/// A place and dimensions that there are numbers for.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Opens {
    pub place: String,
    pub by: Vec<String>,
}

impl Imported {
    /// Checks what is written.
    ///
    /// # Errors
    /// When nobody is named as its source.
    pub fn checked(self) -> Result<Imported, DefinitionError> {
        if self.source.in_language("en").trim().is_empty() {
            return wrong(
                "imported.source",
                "the English text is missing",
                "write source = { en = \"…\", id = \"…\" }: who published the numbers",
            );
        }
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Definition, Measure};

    const NEET: &str = r#"
code = "kaz.8.6.1"
kind = "imported"
title = { en = "Young people without work or school" }
unit = "percent"
direction = "up"
by = [["sex"]]
imported = { source = { en = "Kazakhstan" }, unit = "PT", opens = { place = "KAZ", by = ["sex"] } }

[[dimension]]
name = "sex"
title = { en = "Sex" }
codes = [{ code = "F", title = { en = "Female" } }]
"#;

    #[test]
    fn what_others_published_is_not_judged_and_has_no_rows() {
        let neet = Definition::parse(NEET).unwrap();
        assert_eq!((neet.measure, neet.least, neet.factor), (Measure::Given, 0, 1.0));
        assert!(!neet.is_judged() && !neet.is_quotient() && neet.counting().is_none());
        assert_eq!(neet.imported().unwrap().opens.as_ref().unwrap().place, "KAZ");
    }

    #[test]
    fn what_is_wrong_with_it_is_named() {
        for (from, to, expected) in [
            (
                "en = \"Kazakhstan\"",
                "en = \"\"",
                "imported.source: the English text is missing",
            ),
            (
                "unit = \"percent\"",
                "unit = \"percent\"\nleast = 5",
                "least: imported numbers are taken",
            ),
            (
                "kind = \"imported\"",
                "kind = \"formula\"",
                "imported: the numbers of this definition are made here",
            ),
            (
                "name = \"sex\"",
                "name = \"sex\"\nexpression = \"x\"",
                "dimension \"sex\": numbers that are entered by hand or imported",
            ),
        ] {
            assert!(NEET.contains(from), "{from}");
            let said = Definition::parse(&NEET.replacen(from, to, 1))
                .unwrap_err()
                .to_string();
            assert!(said.starts_with(expected), "{said}");
        }
    }
}
