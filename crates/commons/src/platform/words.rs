//! A text in several languages, as it stands in data files.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// One text in several languages, by ISO 639 code.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Words(pub BTreeMap<String, String>);

impl Words {
    /// Returns the text in a language; else in English, else in the first there is, else nothing.
    #[must_use]
    pub fn in_language(&self, lang: &str) -> &str {
        self.0
            .get(lang)
            .or_else(|| self.0.get("en"))
            .or_else(|| self.0.values().next())
            .map_or("", String::as_str)
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.values().all(|text| text.trim().is_empty())
    }
}
