//! `sort`: `name, "year of birth" desc nulls last`.

use serde_json::Value;

use super::{Column, ROW_ID};
use crate::ckan::{lists::Direction, values};

/// One thing that rows are ordered by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    pub column: String,
    pub direction: Direction,
    pub nulls: Nulls,
}

/// Where rows without a value stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nulls {
    First,
    /// PostgreSQL's habit: they count as the largest.
    Last,
}

/// Reads an order: a list of its parts, or one text with commas.
///
/// # Errors
/// The first part that names no column. A relevance, `rank`, can be ordered by when something is searched.
pub fn read(value: &Value, columns: &[Column], ranks: &[String]) -> Result<Vec<Order>, String> {
    let parts: Vec<String> = match value {
        Value::Array(items) => items.iter().map(values::text).collect(),
        other => values::text(other).split(',').map(str::to_owned).collect(),
    };
    parts
        .iter()
        .map(|part| part.trim())
        .filter(|part| !part.is_empty())
        .map(|part| read_part(part, columns, ranks).ok_or_else(|| part.to_owned()))
        .collect()
}

fn read_part(part: &str, columns: &[Column], ranks: &[String]) -> Option<Order> {
    let is_column = |name: &str| {
        name == ROW_ID
            || columns.iter().any(|column| column.id == name)
            || ranks.iter().any(|rank| rank == name)
    };
    let (rest, nulls) = match (ending(part, "nulls first"), ending(part, "nulls last")) {
        (Some(rest), _) => (rest, Some(Nulls::First)),
        (_, Some(rest)) => (rest, Some(Nulls::Last)),
        _ => (part, None),
    };
    let (rest, direction) = match (ending(rest, "asc"), ending(rest, "desc")) {
        (Some(rest), _) => (rest, Direction::Ascending),
        (_, Some(rest)) => (rest, Direction::Descending),
        _ => (rest, Direction::Ascending),
    };
    let name = rest
        .strip_prefix('"')
        .and_then(|name| name.strip_suffix('"'))
        .unwrap_or(rest);
    is_column(name).then(|| Order {
        column: name.to_owned(),
        direction,
        nulls: nulls.unwrap_or(match direction {
            Direction::Ascending => Nulls::Last,
            Direction::Descending => Nulls::First,
        }),
    })
}

/// What stands before these words, whatever their case and the spaces between them.
fn ending<'t>(text: &'t str, words: &str) -> Option<&'t str> {
    let mut rest = text.trim_end();
    for word in words.split(' ').rev() {
        let start = rest.len().checked_sub(word.len())?;
        let tail = rest.get(start..).filter(|tail| tail.eq_ignore_ascii_case(word))?;
        let before = &rest[..start];
        // A word of its own, not the end of a name.
        if !before.ends_with(' ') {
            return None;
        }
        debug_assert_eq!(tail.len(), word.len());
        rest = before.trim_end();
    }
    (!rest.is_empty()).then_some(rest)
}
