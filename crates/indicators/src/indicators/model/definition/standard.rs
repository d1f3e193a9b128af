//! What an office promised, in words, and who signed that promise. A signature is part of the definition: it is proposed, checked and
//! dated as every other change of it is, and another promise is another version, to be signed anew.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{DefinitionError, Words, written::wrong};

/// A promise that the numbers are measured by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Standard {
    /// What is promised, in words.
    pub text: Words,
    /// Who signed it, in the order in which they did; empty while nobody has.
    #[serde(default)]
    pub signed: Vec<Signature>,
}

/// A signature under a promise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signature {
    /// A body, never a private person: "Health council of Ngraho".
    pub who: String,
    #[serde(rename = "as")]
    pub side: Side,
    /// The day, `2026-03-02`.
    pub on: String,
    /// Where the paper is that they signed: an address, or the number of the record.
    pub paper: String,
}

/// For whom somebody signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// Those whom the service is for.
    Citizens,
    /// Those who give it.
    Office,
}

impl Side {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Side::Citizens => "citizens",
            Side::Office => "office",
        }
    }
}

impl Signature {
    /// The day on which it was given; `None` for what is no day, which no checked definition has.
    #[must_use]
    pub fn day(&self) -> Option<Date> {
        self.on.parse().ok()
    }
}

impl Standard {
    /// Whether citizens and the office have both signed.
    #[must_use]
    pub fn is_cosigned(&self) -> bool {
        let has = |side: Side| self.signed.iter().any(|signature| signature.side == side);
        has(Side::Citizens) && has(Side::Office)
    }

    /// Checks what is written.
    ///
    /// # Errors
    /// When there is no promise in English, or a signature without a name or a paper.
    pub fn check(&self) -> Result<(), DefinitionError> {
        if self.text.in_language("en").trim().is_empty() {
            return wrong(
                "standard.text",
                "the English text is missing",
                "write text = { en = \"…\", id = \"…\" }: what is promised",
            );
        }
        for signature in &self.signed {
            if signature.who.trim().is_empty() {
                return wrong(
                    "standard.signed.who",
                    "it is empty",
                    "name the body that signed, such as the health council of a district",
                );
            }
            if signature.day().is_none() {
                return wrong(
                    "standard.signed.on",
                    format!("{:?} is no day", signature.on),
                    "write the day on which it was signed as in on = \"2026-03-02\"",
                );
            }
            if signature.paper.trim().is_empty() {
                return wrong(
                    "standard.signed.paper",
                    "it is empty",
                    "say where the signed paper is: its address, or the number of the record",
                );
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::Definition;

    fn with(standard: &str) -> String {
        format!(
            "code = \"kept\"\ntitle = {{ en = \"Kept\" }}\ncounted = {{ en = \"requests\" }}\ntables = {{ request = \"requests\" }}\n\
             from = \"request\"\nnumerator = \"NOT request.is_overdue\"\nunit = \"percent\"\nplace = \"request.place_code\"\n\
             period = \"request.opened_on\"\ndirection = \"up\"\n{standard}"
        )
    }

    const OFFICE: &str =
        "{ who = \"Health office\", as = \"office\", on = \"2026-03-02\", paper = \"440/12/2026\" }";
    const COUNCIL: &str =
        "{ who = \"Health council\", as = \"citizens\", on = \"2026-03-02\", paper = \"440/12/2026\" }";

    #[test]
    fn a_promise_is_cosigned_when_both_sides_have_signed_it() {
        for (signed, is_cosigned) in [
            (String::new(), false),
            (OFFICE.to_owned(), false),
            (COUNCIL.to_owned(), false),
            (format!("{OFFICE}, {COUNCIL}"), true),
        ] {
            let text = with(&format!(
                "[standard]\ntext = {{ en = \"Within 3 days\" }}\nsigned = [{signed}]\n"
            ));
            let definition = Definition::parse(&text).expect("a definition");
            let standard = definition.standard.expect("a standard");
            assert_eq!(standard.is_cosigned(), is_cosigned, "{signed}");
        }
    }

    #[test]
    fn a_signature_needs_a_day_and_a_paper() {
        for (broken, key) in [
            (COUNCIL.replace("440/12/2026", " "), "standard.signed.paper"),
            (COUNCIL.replace("Health council", ""), "standard.signed.who"),
            (COUNCIL.replace("2026-03-02", "in March"), "standard.signed.on"),
        ] {
            let text = with(&format!(
                "[standard]\ntext = {{ en = \"Within 3 days\" }}\nsigned = [{broken}]\n"
            ));
            let error = Definition::parse(&text).expect_err("refused").to_string();
            assert!(error.contains(key), "{error}");
        }
    }
}
