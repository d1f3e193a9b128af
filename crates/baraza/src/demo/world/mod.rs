//! An invented regency: its land, its villages and the people in them, made from one number.
//!
//! Pure and repeatable: the same seed and size give the same world, on every machine. Nothing here
//! is a real place or a real person.

pub mod answers;
pub mod areas;
pub mod census;
pub mod home;
pub mod mesh;
pub mod names;
pub mod outlines;
pub mod people;
pub mod random;
pub mod relief;
pub mod settlement;
