//! Statistics that a statistician signs off.
//!
//! Every function is pure: numbers in, numbers out, no clock, no randomness, no input or output. Each names the source of its
//! method, and its tests hold figures published elsewhere.
//!
//! - [`agreement`]: how far two people agree who judged the same things apart from each other.
//! - [`interval`]: 95 % intervals of proportions and means.
//! - [`survey`]: totals, means and ratios with their standard errors under a sampling design.
//! - [`replicate`]: the same from replicate weights, where the design itself is not published.
//! - [`quality`]: how far a number can be relied on, in one of three words.
//! - [`progress`]: is an indicator moving fast enough to reach its target?
//! - [`forecast`]: where it would be if it goes on as it went, and how sure that is.
//! - [`compare`]: does a place differ from the rest of the place around it?
//! - [`pocket`]: which places does a good average hide?
//! - [`formula`]: numbers made of other numbers, and how sure they are.
//! - [`persons`]: how likely two records tell of the same person.
//! - [`rollup`]: rows of the lowest places as rows of every place above them.
//! - [`disclosure`]: hides the small cells of linked tables and proves that they stay hidden.
//!
//! Deliberately absent: poverty measurement (its own issue), imputation, seasonal adjustment.

pub mod agreement;
pub mod compare;
pub mod disclosure;
pub mod forecast;
pub mod formula;
pub mod interval;
pub mod persons;
pub mod pocket;
pub mod progress;
pub mod quality;
pub mod replicate;
pub mod rollup;
mod special;
pub mod survey;
