//! Search of the catalogue: what people type on its page, and what CKAN's clients ask of `package_search`.
//!
//! Words, families of words and typing errors are judged in the crate `search`; here is what is put into it, who asks, and which
//! places are meant. What somebody may not see is no part of any answer: neither a hit, nor a count, nor a suggestion.

pub mod entry;
pub mod facets;
pub mod packages;
pub mod people;
