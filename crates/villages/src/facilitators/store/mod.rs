//! SQL of facilitators.

pub mod coaching;
pub mod coverage;
pub mod people;
pub mod tasks;
