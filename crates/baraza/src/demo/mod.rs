//! The sample regency: an invented island regency with its people, filled in through the same front
//! doors as everybody's.

pub mod world;
