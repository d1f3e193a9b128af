//! What numbers are broken down by, and the codes of it.

use serde::Deserialize;

use super::Words;

/// Something the numbers are broken down by.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dimension {
    pub name: String,
    pub title: Words,
    /// Gives a row's code; empty where numbers are entered by hand or imported.
    #[serde(default)]
    pub expression: String,
    /// In the order they are shown. A row with any other code, or none, is shown as unknown.
    pub codes: Vec<Code>,
    /// The SDMX concept that it is, one of [`Dimension::CONCEPTS`]; where nobody says so, its name may.
    pub concept: Option<String>,
}

impl Dimension {
    /// The code of rows that have none.
    pub const UNKNOWN: &'static str = "_U";

    /// What the framework's data structure breaks numbers down by (SDMX, IAEG-SDGs).
    pub const CONCEPTS: [&'static str; 9] = [
        "SEX",
        "AGE",
        "URBANISATION",
        "INCOME_WEALTH_QUANTILE",
        "EDUCATION_LEV",
        "OCCUPATION",
        "DISABILITY_STATUS",
        "ACTIVITY",
        "PRODUCT",
    ];

    /// Returns the SDMX concept that it is, as it says itself or as its name is one: `sex`, `age`.
    #[must_use]
    pub fn sdmx_concept(&self) -> Option<&'static str> {
        let said = self.concept.as_deref().unwrap_or(&self.name);
        Self::CONCEPTS
            .into_iter()
            .find(|concept| concept.eq_ignore_ascii_case(said))
    }

    /// Returns the position of a code; that of unknown is one past the last.
    #[must_use]
    pub fn position(&self, code: Option<&str>) -> usize {
        code.and_then(|code| self.codes.iter().position(|known| known.code == code))
            .unwrap_or(self.codes.len())
    }

    /// Returns the code at a position, [`Dimension::UNKNOWN`] past the last.
    #[must_use]
    pub fn code_at(&self, position: usize) -> &str {
        self.codes.get(position).map_or(Self::UNKNOWN, |code| &code.code)
    }
}

/// One code of a dimension.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Code {
    pub code: String,
    pub title: Words,
    /// Its code in the SDMX codelist of the dimension's concept, where that is another, such as `PD`.
    pub sdmx: Option<String>,
}
