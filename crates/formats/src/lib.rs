//! Public standards: bytes in, plain structs out and back.
//!
//! Nothing here reads a file, a clock or a network, and nothing awaits.

pub mod openrosa;
pub mod xform;
pub mod xpath;
