//! Public standards: bytes in, plain structs out and back; no IO, no async, no clock.

pub mod xlsform;
