//! Public standards: bytes in, plain structs out and back; no IO, no async, no clock.

pub mod ckan;
pub mod export;
pub mod gsm;
pub mod open311;
pub mod openrosa;
pub mod picture;
pub mod xform;
pub mod xlsform;
pub mod xpath;
pub mod zip;
