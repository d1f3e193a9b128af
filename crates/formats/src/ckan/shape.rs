//! Reading and writing CKAN's objects: known keys into fields, the rest kept, and back in CKAN's order.

use serde_json::Value;

use super::{Map, instant::Instant, values};

/// Where an object is not what CKAN says it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{at} is {found}, expected {expected}")]
pub struct Unreadable {
    /// The way to it: `resources[3].size`.
    pub at: String,
    pub expected: &'static str,
    pub found: String,
}

/// An object whose known keys are taken one by one.
pub(super) struct Taker {
    map: Map,
    at: String,
}

impl Taker {
    /// Takes an object apart; `at` names it in errors.
    pub(super) fn of(value: Value, at: &str) -> Result<Taker, Unreadable> {
        match value {
            Value::Object(map) => Ok(Taker {
                map,
                at: at.to_owned(),
            }),
            other => Err(wrong(at.to_owned(), "an object", &other)),
        }
    }

    pub(super) fn text(&mut self, key: &str) -> Result<Option<String>, Unreadable> {
        self.take(key, "text", |value| match value {
            Value::String(text) => Ok(text),
            other => Err(other),
        })
    }

    pub(super) fn required(&mut self, key: &str) -> Result<String, Unreadable> {
        match self.text(key)? {
            Some(text) => Ok(text),
            None => Err(wrong(self.way(key), "text", &Value::Null)),
        }
    }

    pub(super) fn flag(&mut self, key: &str) -> Result<Option<bool>, Unreadable> {
        self.take(key, "true or false", |value| values::flag(&value).ok_or(value))
    }

    pub(super) fn whole(&mut self, key: &str) -> Result<Option<i64>, Unreadable> {
        let taken = self.take(key, "a whole number", |value| {
            values::whole(&value).map_err(|_| value)
        })?;
        Ok(taken.flatten())
    }

    pub(super) fn instant(&mut self, key: &str) -> Result<Option<Instant>, Unreadable> {
        self.take(key, "a date and time", |value| match &value {
            Value::String(text) => Instant::read(text).ok_or(value),
            _ => Err(value),
        })
    }

    /// The members of a list, each read with the way to it.
    pub(super) fn list<T>(
        &mut self,
        key: &str,
        read: impl Fn(Value, &str) -> Result<T, Unreadable>,
    ) -> Result<Vec<T>, Unreadable> {
        let items = self.take(key, "a list", |value| match value {
            Value::Array(items) => Ok(items),
            other => Err(other),
        })?;
        items
            .unwrap_or_default()
            .into_iter()
            .enumerate()
            .map(|(n, item)| read(item, &format!("{}[{n}]", self.way(key))))
            .collect()
    }

    pub(super) fn object(&mut self, key: &str) -> Option<Value> {
        self.map.shift_remove(key).filter(|value| !value.is_null())
    }

    /// The way to a key of this object.
    pub(super) fn way(&self, key: &str) -> String {
        if self.at.is_empty() {
            key.to_owned()
        } else {
            format!("{}.{key}", self.at)
        }
    }

    /// What nobody asked for.
    pub(super) fn rest(self) -> Map {
        self.map
    }

    fn take<T>(
        &mut self,
        key: &str,
        expected: &'static str,
        read: impl FnOnce(Value) -> Result<T, Value>,
    ) -> Result<Option<T>, Unreadable> {
        match self.map.shift_remove(key) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => read(value)
                .map(Some)
                .map_err(|found| wrong(self.way(key), expected, &found)),
        }
    }
}

/// Writes keys in the order of the alphabet, as CKAN does with everything that passed its schemas.
pub(super) fn alphabetical(pairs: Vec<(&str, Value)>, more: &Map) -> Map {
    let mut all: Vec<(String, Value)> = pairs
        .into_iter()
        .map(|(key, value)| (key.to_owned(), value))
        .collect();
    for (key, value) in more {
        if !all.iter().any(|(known, _)| known == key) {
            all.push((key.clone(), value.clone()));
        }
    }
    all.sort_by(|a, b| a.0.cmp(&b.0));
    all.into_iter().collect()
}

/// Appends lists as CKAN does: those with members in the order of the alphabet, then the empty ones in the given order.
pub(super) fn append_lists(map: &mut Map, lists: Vec<(&str, Vec<Value>)>) {
    let (mut full, empty): (Vec<_>, Vec<_>) = lists.into_iter().partition(|(_, items)| !items.is_empty());
    full.sort_by_key(|(key, _)| *key);
    for (key, items) in full.into_iter().chain(empty) {
        map.insert(key.to_owned(), Value::Array(items));
    }
}

/// A text or null.
pub(super) fn or_null(text: Option<&str>) -> Value {
    text.map_or(Value::Null, Value::from)
}

/// A moment or null.
pub(super) fn moment(instant: Option<Instant>) -> Value {
    instant.map_or(Value::Null, |instant| Value::from(instant.to_string()))
}

fn wrong(at: String, expected: &'static str, found: &Value) -> Unreadable {
    let mut found = found.to_string();
    if let Some((end, _)) = found.char_indices().nth(60) {
        found.truncate(end);
        found.push('…');
    }
    Unreadable {
        at: if at.is_empty() {
            "the answer".to_owned()
        } else {
            at
        },
        expected,
        found,
    }
}
