//! Statistics that a statistician signs off.
//!
//! Every function is pure: numbers in, numbers out, no clock, no randomness, no input or output. Each names the source of its
//! method, and its tests hold figures published elsewhere.
//!
//! - [`interval`]: 95 % intervals of proportions and means.
//! - [`survey`]: totals, means and ratios with their standard errors under a sampling design.
//! - [`progress`]: is an indicator moving fast enough to reach its target?
//! - [`persons`]: how likely two records tell of the same person.
//! - [`disclosure`]: hides the small cells of linked tables and proves that they stay hidden.
//!
//! Deliberately absent: poverty measurement (its own issue), imputation, seasonal adjustment.

pub mod disclosure;
pub mod interval;
pub mod persons;
pub mod progress;
mod special;
pub mod survey;
