//! How likely two records tell of the same person: likeness of names, births, places, combined by what each is worth as evidence.
//!
//! The method is that of I. P. Fellegi and A. B. Sunter, "A Theory for Record Linkage", *JASA* 64 (1969): every comparison adds the
//! logarithm of how much oftener it comes out so among records of one person than among records of two. It lives beside the other
//! statistics because its parameters are for a statistician to sign off, and because nothing here knows a file format.
//!
//! - [`names`]: normal forms, phonetic keys and likeness of names in the languages at hand.
//! - [`birth`]: births and ages with the errors people make in telling them.
//! - [`weigh`]: the evidence of all fields together.
//! - [`blocks`]: what two records of one person nearly always share, so that not every pair must be compared.
//!
//! Deliberately absent: estimating the parameters from the data, and clusters of more than two records (full record linkage is an
//! issue of its own); nicknames.

pub mod birth;
pub mod blocks;
pub mod names;
pub mod weigh;
