//! Parameters read one by one, with everything that is wrong with them collected.

use serde_json::Value;

use super::{Map, answer::Failure, problems::Problems, values};

/// A reader of parameters. Null counts as not sent, as almost everywhere in CKAN.
#[derive(Debug)]
pub struct Given<'a> {
    map: &'a Map,
    problems: Problems,
}

impl<'a> Given<'a> {
    /// Starts to read.
    pub fn of(map: &'a Map) -> Given<'a> {
        Given {
            map,
            problems: Problems::default(),
        }
    }

    /// The value as it was sent.
    pub fn value(&self, key: &str) -> Option<&'a Value> {
        self.map.get(key).filter(|value| !value.is_null())
    }

    /// A text that has to be there; empty, with a problem noted, when it is not.
    pub fn required(&mut self, key: &str) -> String {
        if let Some(value) = self.value(key) {
            values::text(value)
        } else {
            self.problems.add(key, "Missing value");
            String::new()
        }
    }

    /// A text that has to be there and not empty.
    pub fn required_something(&mut self, key: &str) -> String {
        let text = self.value(key).map(values::text).unwrap_or_default();
        if text.is_empty() {
            self.problems.add(key, "Missing value");
        }
        text
    }

    /// A text.
    pub fn text(&mut self, key: &str) -> Option<String> {
        self.value(key).map(values::text)
    }

    /// A text, unless empty.
    pub fn something(&mut self, key: &str) -> Option<String> {
        self.text(key).filter(|text| !text.is_empty())
    }

    /// A flag that has to be a flag.
    pub fn flag(&mut self, key: &str) -> Option<bool> {
        let value = self.value(key)?;
        let flag = values::flag(value);
        if flag.is_none() {
            self.problems.add(key, "Parameter is not an bool");
        }
        flag
    }

    /// A flag for which everything that is not true is false.
    pub fn truth(&mut self, key: &str) -> Option<bool> {
        self.value(key).map(values::truth)
    }

    /// A whole number from nought.
    pub fn natural(&mut self, key: &str) -> Option<u64> {
        match values::whole(self.value(key)?) {
            Ok(None) => None,
            Ok(Some(whole)) => {
                let natural = u64::try_from(whole).ok();
                if natural.is_none() {
                    self.problems.add(key, "Must be a natural number");
                }
                natural
            }
            Err(values::NotWhole) => {
                self.problems.add(key, "Invalid integer");
                None
            }
        }
    }

    /// A whole number.
    pub fn whole(&mut self, key: &str) -> Option<i64> {
        match values::whole(self.value(key)?) {
            Ok(whole) => whole,
            Err(values::NotWhole) => {
                self.problems.add(key, "Invalid integer");
                None
            }
        }
    }

    /// One text, a list of them, or a JSON list in a text.
    pub fn texts(&mut self, key: &str) -> Option<Vec<String>> {
        match self.value(key)? {
            Value::Array(items) => Some(items.iter().map(values::text).collect()),
            Value::String(text) if text.trim_start().starts_with('[') => {
                match serde_json::from_str::<Vec<Value>>(text) {
                    Ok(items) => Some(items.iter().map(values::text).collect()),
                    Err(_) => Some(vec![text.clone()]),
                }
            }
            other => Some(vec![values::text(other)]),
        }
    }

    /// A list, or a text with commas.
    pub fn comma_list(&mut self, key: &str) -> Option<Vec<String>> {
        match self.value(key)? {
            Value::String(text) => Some(
                text.split(',')
                    .map(|part| part.trim().to_owned())
                    .filter(|part| !part.is_empty())
                    .collect(),
            ),
            _ => self.texts(key),
        }
    }

    /// Notes a problem.
    pub fn refuse(&mut self, key: &str, text: impl Into<String>) {
        self.problems.add(key, text);
    }

    /// The keys that were sent.
    pub fn keys(&self) -> impl Iterator<Item = &'a String> {
        self.map.keys()
    }

    /// Hands over what was read, if nothing was wrong.
    ///
    /// # Errors
    /// All the problems noted.
    pub fn finish<T>(self, read: T) -> Result<T, Failure> {
        if self.problems.is_empty() {
            Ok(read)
        } else {
            Err(Failure::Invalid(self.problems))
        }
    }
}
