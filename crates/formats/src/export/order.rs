//! `$orderby`: by what of a submission, beside its answers, rows are sorted.

use std::cmp::Ordering;

use super::{About, filter::Known};

/// The terms of an order, the weightiest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order(Vec<(Known, Direction)>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Direction {
    Ascending,
    Descending,
}

/// A term that nothing can be sorted by.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("submissions cannot be sorted by {0:?}")]
pub struct OrderError(pub String);

/// What a submission is sorted by: one key for each term.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key(Vec<Part>);

/// Nothing stands before everything.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Nothing,
    Number(i64),
    Text(String),
}

impl Order {
    /// Reads terms such as `__system/submitterId asc, __system/updatedAt desc`.
    ///
    /// # Errors
    /// With the first term that makes no sense.
    pub fn parse(text: &str) -> Result<Self, OrderError> {
        let mut terms = Vec::new();
        for term in text.split(',') {
            let mut words = term.split_whitespace();
            let name = words.next().unwrap_or_default();
            let known = Known::of(name.strip_prefix("$root/Submissions/").unwrap_or(name));
            let known = known.ok_or_else(|| OrderError(name.to_owned()))?;
            let direction = match words.next() {
                None => Direction::Ascending,
                Some(word) if word.eq_ignore_ascii_case("asc") => Direction::Ascending,
                Some(word) if word.eq_ignore_ascii_case("desc") => Direction::Descending,
                Some(word) => return Err(OrderError(word.to_owned())),
            };
            if let Some(more) = words.next() {
                return Err(OrderError(more.to_owned()));
            }
            terms.push((known, direction));
        }
        Ok(Self(terms))
    }

    /// Returns what a submission is sorted by.
    pub fn key(&self, about: &About<'_>) -> Key {
        let number = |n: Option<i64>| n.map_or(Part::Nothing, Part::Number);
        let text = |text: Option<&str>| text.map_or(Part::Nothing, |text| Part::Text(text.to_owned()));
        let part = |known: &Known| match known {
            Known::Id => text(Some(about.instance_id)),
            Known::SubmissionDate => number(Some(about.submitted_at)),
            Known::UpdatedAt => number(about.updated_at),
            Known::DeletedAt => number(about.deleted_at),
            Known::SubmitterId => number(about.submitter.map(|submitter| submitter.id)),
            Known::ReviewState => text(about.review_state),
        };
        Key(self.0.iter().map(|(known, _)| part(known)).collect())
    }

    /// Compares two submissions; what is equal keeps the direction of the first term, by `id`.
    pub fn compare<I: Ord>(&self, a: (&Key, I), b: (&Key, I)) -> Ordering {
        for (((_, direction), a), b) in self.0.iter().zip(&a.0.0).zip(&b.0.0) {
            match directed(*direction, a.cmp(b)) {
                Ordering::Equal => {}
                unequal => return unequal,
            }
        }
        let first = self
            .0
            .first()
            .map_or(Direction::Ascending, |(_, direction)| *direction);
        directed(first, a.1.cmp(&b.1))
    }
}

fn directed(direction: Direction, ordering: Ordering) -> Ordering {
    match direction {
        Direction::Ascending => ordering,
        Direction::Descending => ordering.reverse(),
    }
}
