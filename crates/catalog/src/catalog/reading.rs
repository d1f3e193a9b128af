//! What the sender of a file knows better than the file tells: sheet, delimiter, decimal sign, words for "missing".

use serde::{Deserialize, Serialize};
use tables::{DecimalSign, IngestOptions};

use crate::platform::problem::{Problem, Result};

/// Characters of a sheet's name, and of all words for "missing" together.
const LONGEST: usize = 200;

/// How to read a file; what is absent is judged by the file itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct HowToRead {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delimiter: Option<Delimiter>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decimal: Option<Sign>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<String>,
}

/// The same as somebody typed it in a form or on the command line.
#[derive(Debug, Clone, Default)]
pub struct HowToReadInput {
    pub sheet: String,
    pub delimiter: String,
    pub decimal: String,
    /// Separated by commas.
    pub missing: String,
}

/// What stands between the fields of a text file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Delimiter {
    Comma,
    Semicolon,
    Tab,
    Bar,
}

/// What stands before the decimals of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Sign {
    Point,
    Comma,
}

impl Delimiter {
    pub const ALL: [Delimiter; 4] = [
        Delimiter::Comma,
        Delimiter::Semicolon,
        Delimiter::Tab,
        Delimiter::Bar,
    ];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Delimiter::Comma => "comma",
            Delimiter::Semicolon => "semicolon",
            Delimiter::Tab => "tab",
            Delimiter::Bar => "bar",
        }
    }

    fn byte(self) -> u8 {
        match self {
            Delimiter::Comma => b',',
            Delimiter::Semicolon => b';',
            Delimiter::Tab => b'\t',
            Delimiter::Bar => b'|',
        }
    }

    /// Reads its word, or the character itself.
    fn read(text: &str) -> Option<Delimiter> {
        Delimiter::ALL
            .into_iter()
            .find(|one| one.as_str() == text || text.as_bytes() == [one.byte()])
    }
}

impl Sign {
    pub const ALL: [Sign; 2] = [Sign::Point, Sign::Comma];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Sign::Point => "point",
            Sign::Comma => "comma",
        }
    }

    fn read(text: &str) -> Option<Sign> {
        match text {
            "point" | "." => Some(Sign::Point),
            "comma" | "," => Some(Sign::Comma),
            _ => None,
        }
    }
}

impl HowToRead {
    /// Checks what somebody typed; what is empty is left to the program.
    ///
    /// # Errors
    /// `delimiter-unknown`, `decimal-unknown` or `text-long` on a field.
    pub fn parse(input: &HowToReadInput) -> Result<HowToRead> {
        let mut problem = Problem::invalid("fields");
        // A tab is all that is left of a delimiter when blanks are cut off.
        let delimiter = match input.delimiter.as_str() {
            "\t" => "tab",
            text => text.trim(),
        };
        let known_delimiter = Delimiter::read(delimiter);
        if known_delimiter.is_none() && !delimiter.is_empty() {
            problem = problem.field_with(
                "delimiter",
                "delimiter-unknown",
                vec![("given", delimiter.to_owned())],
            );
        }
        let decimal = input.decimal.trim();
        let known_decimal = Sign::read(decimal);
        if known_decimal.is_none() && !decimal.is_empty() {
            problem = problem.field_with("decimal", "decimal-unknown", vec![("given", decimal.to_owned())]);
        }
        let sheet = input.sheet.trim();
        for (field, text) in [("sheet", sheet), ("missing", &input.missing)] {
            if text.chars().count() > LONGEST {
                problem = problem.field(field, "text-long");
            }
        }
        if !problem.fields().is_empty() {
            return Err(problem);
        }
        Ok(HowToRead {
            sheet: (!sheet.is_empty()).then(|| sheet.to_owned()),
            delimiter: known_delimiter,
            decimal: known_decimal,
            missing: input
                .missing
                .split(',')
                .map(str::trim)
                .filter(|word| !word.is_empty())
                .map(str::to_owned)
                .collect(),
        })
    }

    #[must_use]
    pub fn is_left_to_the_program(&self) -> bool {
        *self == HowToRead::default()
    }

    /// The same for the tables.
    #[must_use]
    pub fn options(&self) -> IngestOptions {
        IngestOptions {
            delimiter: self.delimiter.map(Delimiter::byte),
            header: None,
            sheet: self.sheet.clone(),
            decimal: self.decimal.map(|sign| match sign {
                Sign::Point => DecimalSign::Point,
                Sign::Comma => DecimalSign::Comma,
            }),
            missing: self.missing.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_understood_as_a_word_or_as_the_sign_itself() {
        let read = |delimiter: &str, decimal: &str| {
            HowToRead::parse(&HowToReadInput {
                delimiter: delimiter.into(),
                decimal: decimal.into(),
                missing: " NA, -,, n/a ".into(),
                ..HowToReadInput::default()
            })
            .expect("understood")
        };
        for (delimiter, byte) in [
            ("semicolon", b';'),
            (";", b';'),
            ("\t", b'\t'),
            ("tab", b'\t'),
            ("|", b'|'),
        ] {
            assert_eq!(
                read(delimiter, "").options().delimiter,
                Some(byte),
                "{delimiter:?}"
            );
        }
        assert_eq!(read("", ",").options().decimal, Some(DecimalSign::Comma));
        assert_eq!(read("", "").options().missing, ["NA", "-", "n/a"]);
        assert_eq!(read("", "").options().delimiter, None);
    }

    #[test]
    fn what_is_not_understood_is_named_by_field() {
        let input = HowToReadInput {
            delimiter: "#".into(),
            decimal: "komma".into(),
            missing: "x".repeat(300),
            ..HowToReadInput::default()
        };
        let problem = HowToRead::parse(&input).expect_err("refused");
        let fields: Vec<String> = problem
            .fields()
            .iter()
            .map(|field| field.field.to_string())
            .collect();
        assert_eq!(fields, ["delimiter", "decimal", "missing"]);
    }

    #[test]
    fn what_was_kept_is_read_again_and_nothing_means_the_programs_own_judgement() {
        let how = HowToRead {
            sheet: Some("Lembar 2".into()),
            delimiter: Some(Delimiter::Semicolon),
            decimal: Some(Sign::Comma),
            missing: vec!["NA".into()],
        };
        let kept = serde_json::to_string(&how).expect("written");
        assert_eq!(serde_json::from_str::<HowToRead>(&kept).expect("read"), how);
        let nothing: HowToRead = serde_json::from_str("{}").expect("read");
        assert!(nothing.is_left_to_the_program() && !how.is_left_to_the_program());
    }
}
