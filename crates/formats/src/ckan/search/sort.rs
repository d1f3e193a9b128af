//! The order of results: `score desc, metadata_modified desc`.

use crate::ckan::{answer::Failure, lists::Direction};

/// One thing that results are ordered by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sort {
    pub by: SortKey,
    pub direction: Direction,
}

/// What it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SortKey {
    /// How well a dataset matches.
    Score,
    /// The values of a field; datasets without one come last, whatever the direction.
    Field(String),
    /// Any order, the same for the same field: `random_2026`.
    Random(String),
}

impl Sort {
    /// Reads an order. Solr wants the direction said.
    ///
    /// # Errors
    /// When it is no order.
    pub fn read(text: &str) -> Result<Vec<Sort>, Failure> {
        const MOST: usize = 16;
        let invalid = || Failure::SearchQuery("Invalid \"sort\" parameter".to_owned());
        let sorts: Vec<Sort> = text
            .split(',')
            .map(|part| {
                let mut words = part.split_whitespace();
                let (field, direction) = (words.next()?, words.next()?);
                let is_name = field
                    .chars()
                    .all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ':'));
                if words.next().is_some() || !is_name {
                    return None;
                }
                Some(Sort {
                    by: match field {
                        "score" => SortKey::Score,
                        field if field.starts_with("random_") => SortKey::Random(field.to_owned()),
                        // The same words, as a whole and to be sorted.
                        "title_string" => SortKey::Field("title".to_owned()),
                        field => SortKey::Field(field.to_owned()),
                    },
                    direction: match direction.to_ascii_lowercase().as_str() {
                        "asc" => Direction::Ascending,
                        "desc" => Direction::Descending,
                        _ => return None,
                    },
                })
            })
            .collect::<Option<_>>()
            .ok_or_else(invalid)?;
        if sorts.len() > MOST {
            return Err(invalid());
        }
        match sorts
            .iter()
            .find_map(|sort| sort.field().filter(|field| is_multiple(field)))
        {
            Some(field) => Err(Failure::Search(format!(
                "SOLR returned an error running query: can not sort on multivalued field: {field}"
            ))),
            None => Ok(sorts),
        }
    }

    /// The field, where it is one.
    pub fn field(&self) -> Option<&str> {
        match &self.by {
            SortKey::Field(field) => Some(field),
            SortKey::Score | SortKey::Random(_) => None,
        }
    }
}

fn is_multiple(field: &str) -> bool {
    matches!(field, "tags" | "groups" | "text" | "urls")
        || field.starts_with("res_")
        || field.starts_with("vocab_")
}
