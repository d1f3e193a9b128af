//! Facets: the values that a field has among the results, with their counts.

use serde_json::Value;

use crate::ckan::{Given, values};

/// Which values are to be counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facets {
    /// Empty for none.
    pub fields: Vec<String>,
    /// How many values of each field at most, the most frequent first; `None` for all.
    pub limit: Option<u64>,
    /// Only values that occur so often.
    pub least: u64,
}

impl Facets {
    /// How many values of a field are given when nobody says.
    pub const USUAL_LIMIT: u64 = 50;
    /// How many fields can be counted at once.
    pub const MOST_FIELDS: usize = 50;

    /// Reads `facet`, `facet.field`, `facet.limit` and `facet.mincount`.
    pub(super) fn read(given: &mut Given<'_>) -> Facets {
        let is_on = given
            .value("facet")
            .is_none_or(|value| values::flag(value) != Some(false));
        let fields = match given.value("facet.field") {
            None => Vec::new(),
            Some(Value::String(text)) => match serde_json::from_str(text) {
                Ok(Value::Array(items)) => strings(given, &items),
                Ok(_) => {
                    given.refuse("facet.field", "Not a list");
                    Vec::new()
                }
                Err(_) => {
                    given.refuse("facet.field", "Could not parse as valid JSON");
                    Vec::new()
                }
            },
            Some(Value::Array(items)) => strings(given, items),
            Some(_) => {
                given.refuse("facet.field", "Not a list");
                Vec::new()
            }
        };
        let limit = match given.whole("facet.limit") {
            None => Some(Facets::USUAL_LIMIT),
            // Negative for all.
            Some(limit) => u64::try_from(limit).ok(),
        };
        Facets {
            fields: if is_on { fields } else { Vec::new() },
            limit,
            least: given.natural("facet.mincount").unwrap_or(1),
        }
    }
}

fn strings(given: &mut Given<'_>, items: &[Value]) -> Vec<String> {
    let mut fields: Vec<String> = Vec::new();
    for item in items {
        match item {
            Value::String(field) if !fields.contains(field) => fields.push(field.clone()),
            Value::String(_) => {}
            other => given.refuse("facet.field", format!("Not a string: {}", values::text(other))),
        }
    }
    if fields.len() > Facets::MOST_FIELDS {
        given.refuse("facet.field", "Must be at most 50 fields");
    }
    fields
}
