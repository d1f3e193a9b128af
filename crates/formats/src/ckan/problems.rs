//! What is wrong with what was sent, by field, as CKAN's validation errors tell it.

use serde_json::Value;

use super::Map;

/// Problems by field, in the order they were found. Their words are CKAN's, because clients and their users compare them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Problems(Vec<(String, Detail)>);

/// What is wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Detail {
    /// The usual case: sentences about one field.
    Texts(Vec<String>),
    /// A bare sentence, as CKAN's `message` is.
    Text(String),
    /// Problems of the members of a list; a member without any stands as an empty one.
    Items(Vec<Problems>),
    /// A position, as in `records_row`.
    Row(usize),
}

impl Problems {
    /// One sentence about one field.
    pub fn of(field: &str, text: impl Into<String>) -> Problems {
        let mut problems = Problems::default();
        problems.add(field, text);
        problems
    }

    /// A sentence about the whole.
    pub fn message(text: impl Into<String>) -> Problems {
        Problems(vec![("message".to_owned(), Detail::Text(text.into()))])
    }

    /// Adds a sentence to a field.
    pub fn add(&mut self, field: &str, text: impl Into<String>) {
        let text = text.into();
        match self.0.iter_mut().find(|(name, _)| name == field) {
            Some((_, Detail::Texts(texts))) => texts.push(text),
            Some((_, detail)) => *detail = Detail::Texts(vec![text]),
            None => self.0.push((field.to_owned(), Detail::Texts(vec![text]))),
        }
    }

    /// Sets what is wrong with a field.
    pub fn set(&mut self, field: &str, detail: Detail) {
        match self.0.iter_mut().find(|(name, _)| name == field) {
            Some((_, held)) => *held = detail,
            None => self.0.push((field.to_owned(), detail)),
        }
    }

    /// Sets the problems of a list's members, unless none has any.
    pub fn items(&mut self, field: &str, mut items: Vec<Problems>) {
        while items.last().is_some_and(Problems::is_empty) {
            items.pop();
        }
        if !items.is_empty() {
            self.set(field, Detail::Items(items));
        }
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The fields in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Detail)> {
        self.0.iter().map(|(field, detail)| (field.as_str(), detail))
    }

    /// What is wrong with a field.
    pub fn field(&self, field: &str) -> Option<&Detail> {
        self.iter()
            .find(|(name, _)| *name == field)
            .map(|(_, detail)| detail)
    }

    /// The problems of one resource in those of its dataset, which is what a call about a resource answers.
    ///
    /// Where the trouble is elsewhere in the dataset, all of it is told.
    pub fn of_resource(self, position: usize) -> Problems {
        if let Some(Detail::Items(items)) = self.field("resources")
            && let Some(own) = items.get(position).filter(|own| !own.is_empty())
        {
            return own.clone();
        }
        self
    }

    /// The `error` object, without its `__type`.
    pub fn write(&self) -> Map {
        self.0
            .iter()
            .map(|(field, detail)| (field.clone(), detail.write()))
            .collect()
    }
}

impl Detail {
    fn write(&self) -> Value {
        match self {
            Detail::Texts(texts) => texts.iter().cloned().map(Value::String).collect(),
            Detail::Text(text) => Value::String(text.clone()),
            Detail::Items(items) => items.iter().map(|item| Value::Object(item.write())).collect(),
            Detail::Row(row) => Value::from(*row),
        }
    }
}
