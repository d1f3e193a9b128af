//! The catalogue's index: what people type, and what CKAN's clients ask, over words of six languages.
//!
//! An [`Engine`] holds datasets in an index of tantivy in memory and gives [`Snapshot`]s, which stay as they are. A change is put
//! beside what is there, and small pieces are gathered into larger ones, so that one dataset that changed costs about as much among a
//! hundred thousand as among ten; between changes no thread works. Who may see what is a filter like any other: the caller gives it
//! with every question.
//!
//! Deliberately absent: the datasets themselves, which their owner keeps by the number it gave them; files, since the index is made
//! anew from the database at any time.

mod engine;
mod fields;
mod found;
mod marks;
mod plain;
mod solr;
mod spelling;
mod stems;
pub mod words;

pub use engine::{Engine, Entry, Snapshot};
pub use found::{Found, Hit};
pub use marks::{Piece, Sought, marked, shortened};
pub use plain::{Answer, Asked, Manner, PLACE, Places};

/// Why the index gives no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    #[error("the search would take too long; ask for less at once")]
    TooMuch,
    #[error("the index is broken")]
    Broken,
}

impl From<tantivy::TantivyError> for Error {
    fn from(_: tantivy::TantivyError) -> Error {
        Error::Broken
    }
}

impl From<std::io::Error> for Error {
    fn from(_: std::io::Error) -> Error {
        Error::Broken
    }
}
