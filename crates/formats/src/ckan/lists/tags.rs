//! Tags listed, searched and shown.

use serde_json::Value;

use super::{Page, page};
use crate::ckan::{Given, answer::Failure, call::Call, values};

/// `tag_list`, `tag_search` and `tag_autocomplete`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagList {
    /// All of them have to be in the name, whatever the case. A search for nothing finds nothing; a list without is whole.
    pub terms: Vec<String>,
    /// By id or name; none for free tags.
    pub vocabulary: Option<String>,
    pub page: Page,
    /// Whole entries instead of names.
    pub is_detailed: bool,
}

impl TagList {
    /// Reads what is asked for.
    ///
    /// # Errors
    /// When a number is none.
    pub fn read(call: &Call) -> Result<TagList, Failure> {
        let mut given = Given::of(&call.fields);
        let mut terms = match given
            .texts("query")
            .filter(|terms| terms.iter().any(|term| !term.is_empty()))
        {
            Some(terms) => terms,
            None => given.texts("q").unwrap_or_default(),
        };
        if let Some(Value::Object(fields)) = given.value("fields") {
            terms.extend(
                ["tag", "tags"]
                    .iter()
                    .filter_map(|key| fields.get(*key))
                    .map(values::text),
            );
        }
        let list = TagList {
            terms: terms
                .iter()
                .map(|term| term.trim().to_owned())
                .filter(|term| !term.is_empty())
                .collect(),
            vocabulary: given.something("vocabulary_id"),
            page: page(&mut given),
            // CKAN takes any text for true here; "False" is what Python's clients mean by it.
            is_detailed: given.flag("all_fields").unwrap_or_default(),
        };
        given.finish(list)
    }
}

/// `tag_show`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagShow {
    pub id: String,
    pub vocabulary: Option<String>,
    pub with_datasets: bool,
}

impl TagShow {
    /// Reads what is asked for.
    ///
    /// # Errors
    /// When it does not say which.
    pub fn read(call: &Call) -> Result<TagShow, Failure> {
        let mut given = Given::of(&call.fields);
        let show = TagShow {
            id: given.required("id"),
            vocabulary: given.something("vocabulary_id"),
            with_datasets: given.flag("include_datasets").unwrap_or_default(),
        };
        given.finish(show)
    }
}
