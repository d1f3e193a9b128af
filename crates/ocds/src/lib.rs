//! The Open Contracting Data Standard (OCDS) 1.0 and 1.1: public buying told as data, from the plan to the last payment.
//!
//! Everything here is pure: bytes or parsed JSON in, plain structs out; no clock, no network, no waiting. Files are read through the
//! `Read` or `BufRead` that the caller hands in.
//!
//! - [`read`]: releases and records out of packages, arrays and JSON lines, without holding the whole document.
//! - [`check`]: what a release must hold to be accepted, and [`check::upgrade`] from 1.0 to 1.1.
//! - [`merge`]: the compiled and the versioned release of one contracting process.
//! - [`flags`]: red flags over compiled releases, with the answers of OCP's Cardinal and rules of our own.
//! - [`flatten`]: compiled releases as tables.
//! - [`package`]: release packages, record packages and JSON lines written.
//! - [`lpse`]: tenders of Indonesia's electronic procurement service (LPSE) as releases.

pub mod check;
pub mod flags;
pub mod flatten;
mod json;
pub mod lpse;
pub mod merge;
pub mod package;
pub mod read;
#[cfg(test)]
mod testing;
