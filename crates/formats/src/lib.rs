//! Public standards: bytes in, plain structs out and back; no IO, no async, no clock.

pub mod atom;
pub mod ckan;
pub mod datajson;
pub mod dcat;
pub mod dhis2;
pub mod export;
pub mod frictionless;
pub mod gsm;
pub mod mqtt;
pub mod open311;
pub mod openrosa;
pub mod opensdg;
pub mod picture;
pub mod schemaorg;
pub mod sdmx;
pub mod sitemap;
pub mod skos;
pub mod xform;
pub mod xlsform;
pub mod xpath;
pub mod zip;
