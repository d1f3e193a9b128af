//! Texts of a definition, each in the languages that somebody wrote it in.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A text in several languages; English is always there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Words(BTreeMap<String, String>);

impl Words {
    /// Returns the text in a language, else in English.
    #[must_use]
    pub fn in_language(&self, code: &str) -> &str {
        self.0
            .get(code)
            .or_else(|| self.0.get("en"))
            .map_or("", String::as_str)
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
