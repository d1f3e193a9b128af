//! A text in several languages, as ckanext-fluent has it beside the text of a core key: `title_translated` beside `title`.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::ckan::{Map, shape::Taker, values};

/// Letters of the longest code of a language: `zh-hant-hk`.
const LONGEST_CODE: usize = 12;

/// A text by the codes of the languages it is told in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Translated(pub BTreeMap<String, String>);

impl Translated {
    /// Whether it is told in no language.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The text in a language.
    pub fn get(&self, lang: &str) -> Option<&str> {
        self.0.get(lang).map(String::as_str)
    }

    /// A text in a catalogue's own language with what it is in others; empty where no other says anything.
    pub fn of(lang: &str, text: &str, others: &Translated) -> Translated {
        let mut all = others.others(lang);
        if !all.is_empty() {
            all.0.insert(lang.to_owned(), text.to_owned());
        }
        all
    }

    /// The same without a catalogue's own language, and without what says nothing.
    pub fn others(&self, lang: &str) -> Translated {
        let told = self
            .0
            .iter()
            .filter(|(code, text)| *code != lang && !text.trim().is_empty());
        Translated(told.map(|(code, text)| (code.clone(), text.clone())).collect())
    }

    /// Takes what another catalogue has under a key; what is no object of texts says nothing.
    pub(super) fn taken(taker: &mut Taker, key: &str) -> Translated {
        let found = taker.object(key).map(|value| Translated::read(&value));
        found.and_then(Result::ok).unwrap_or_default()
    }

    /// Reads an object of texts, or one that is written as JSON in a text.
    ///
    /// # Errors
    /// What is wrong with it, in the words of ckanext-fluent.
    pub(super) fn read(value: &Value) -> Result<Translated, Vec<String>> {
        let written = match value {
            Value::String(text) if text.trim().is_empty() => return Ok(Translated::default()),
            Value::String(text) => Some(
                serde_json::from_str::<Value>(text)
                    .map_err(|_| vec!["Failed to decode JSON string".to_owned()])?,
            ),
            _ => None,
        };
        let Value::Object(map) = written.as_ref().unwrap_or(value) else {
            return Err(vec!["expecting JSON object".to_owned()]);
        };
        Translated::of_fields(map.iter().map(|(code, text)| (code.as_str(), text)))
    }

    /// Reads the fields of a form, one for each language: `title_translated-id`. None where there is none.
    ///
    /// # Errors
    /// As [`Translated::read`].
    pub(super) fn read_fields(fields: &Map, key: &str) -> Option<Result<Translated, Vec<String>>> {
        let prefix = format!("{key}-");
        let own: Vec<(&str, &Value)> = fields
            .iter()
            .filter_map(|(name, text)| Some((name.strip_prefix(&prefix)?, text)))
            .collect();
        (!own.is_empty()).then(|| Translated::of_fields(own.into_iter()))
    }

    fn of_fields<'f>(fields: impl Iterator<Item = (&'f str, &'f Value)>) -> Result<Translated, Vec<String>> {
        let mut texts = BTreeMap::new();
        let mut faults = Vec::new();
        for (code, text) in fields {
            match text {
                _ if !is_language(code) => faults.push(format!("invalid language code: \"{code}\"")),
                Value::Null => {}
                Value::String(_) => {
                    texts.insert(code.to_owned(), values::text(text));
                }
                _ => faults.push(format!("invalid type for \"{code}\" value")),
            }
        }
        match faults.is_empty() {
            true => Ok(Translated(texts)),
            false => Err(faults),
        }
    }

    /// Writes it as an object of texts.
    pub(super) fn write(&self) -> Value {
        let texts = self.0.iter();
        Value::Object(
            texts
                .map(|(code, text)| (code.clone(), text.as_str().into()))
                .collect(),
        )
    }
}

/// Whether a word is a code of a language: two to four letters, and what makes it narrower behind a sign.
fn is_language(code: &str) -> bool {
    let mut parts = code.split(['-', '_']);
    let first = parts.next().unwrap_or_default();
    code.len() <= LONGEST_CODE
        && (2..=4).contains(&first.len())
        && first.bytes().all(|letter| letter.is_ascii_lowercase())
        && parts.all(|part| !part.is_empty() && part.bytes().all(|letter| letter.is_ascii_alphanumeric()))
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use serde_json::json;

    use super::*;

    #[test]
    fn texts_are_read_in_each_way_that_clients_send_them() {
        let wanted = Translated(BTreeMap::from([
            ("en".into(), "Wells".into()),
            ("id".into(), "Sumur".into()),
        ]));
        for sent in [
            json!({ "en": "Wells", "id": "Sumur" }),
            json!("{\"en\": \"Wells\", \"id\": \"Sumur\"}"),
        ] {
            assert_eq!(Translated::read(&sent), Ok(wanted.clone()), "{sent}");
        }
        let Value::Object(form) = json!({ "title": "Wells", "t-en": "Wells", "t-id": "Sumur" }) else {
            panic!("an object")
        };
        assert_eq!(Translated::read_fields(&form, "t"), Some(Ok(wanted)));
        assert_eq!(Translated::read_fields(&form, "n"), None);
        for (sent, fault) in [
            (json!("{en"), "Failed to decode JSON string"),
            (json!(["Wells"]), "expecting JSON object"),
            (
                json!({ "English": "Wells" }),
                "invalid language code: \"English\"",
            ),
            (json!({ "en": 1 }), "invalid type for \"en\" value"),
        ] {
            assert_eq!(Translated::read(&sent), Err(vec![fault.to_owned()]), "{sent}");
        }
    }
}
