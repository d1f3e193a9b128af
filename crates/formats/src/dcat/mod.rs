//! DCAT-AP 3: the catalogue of a portal as machines exchange it, in Turtle, JSON-LD and RDF/XML.
//!
//! Standard: <https://semiceu.github.io/DCAT-AP/releases/3.0.0/>, on DCAT 3 (<https://www.w3.org/TR/vocab-dcat-3/>). One [`model`] is turned
//! into statements once and written in three syntaxes, so that they say the same; the reader gives the model back, and what it could not use.
//! Pages of a long catalogue follow Hydra. Other descriptions of datasets ([`crate::datajson`], [`crate::schemaorg`]) begin from the same model.
//!
//! Deliberately absent: catalogue records, qualified relations and attributions, ODRL policies, and contexts of JSON-LD that would have to be fetched.

pub mod codes;
mod describe;
mod graph;
pub(crate) mod jsonld;
pub mod model;
mod nesting;
mod node;
pub(crate) mod rdfxml;
mod read;
#[cfg(test)]
mod tests;
mod turtle;
pub mod values;
mod words;
mod writer;

pub use read::{Finding, Harvest, Unreadable, read};
pub use writer::{CatalogueWriter, Syntax, dataset, series};
