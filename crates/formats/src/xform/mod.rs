//! XForms as ODK defines them (<https://getodk.github.io/xforms-spec>): parsed, filled, checked, tabulated.
//!
//! [`Form`] is a published definition, parsed once and shared. An [`Instance`] holds the answers of one person: new,
//! resumed or as a phone sent it. [`check`](fn@check) says what is odd about a submission and refuses nothing;
//! [`pages`](fn@pages) turns an instance into plain pages; [`tables`](fn@tables) and [`rows`] turn it into rows.
//!
//! Deliberately absent: encryption, external apps, and attributes of the instance as questions.

mod actions;
mod attach;
mod check;
pub mod entities;
mod fields;
mod form;
mod graph;
mod instance;
mod lists;
mod pages;
mod parse;
mod program;
mod recalculate;
mod standing;
mod tables;
mod text;
mod types;
mod version;

pub use check::{Flag, FlagKind, check, flags};
pub use form::{
    Beside, Bind, Choice, Choices, Control, DataType, DefId, External, Form, Group, Question, QuestionKind,
    Repeat,
};
pub(crate) use instance::escape;
pub use instance::{Instance, Keep, Trouble};
pub use lists::Listed;
pub use pages::{
    Entry, Field, Inside, Item, NO_KEYS, Offer, Page, PageKind, RepeatPage, answer, before, first, next,
    offers, pages, unfinished,
};
pub use program::{ListQuery, MOST_ROWS, SHAPE, list, list_rows, program};
pub use standing::Standing;
pub use tables::{ColumnShape, ColumnType, RESERVED, Row, TableShape, Value, rows, tables};
pub use text::{Media, Wording};
pub use version::with_version;

/// Why a form cannot be used: where, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {message}")]
pub struct FormError {
    /// The part of the form: `bind /data/age, constraint`.
    pub place: String,
    pub message: String,
}

impl FormError {
    pub(crate) fn new(place: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            place: place.into(),
            message: message.into(),
        }
    }
}

#[cfg(test)]
mod tests;
