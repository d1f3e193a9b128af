//! Red flags: what in public buying is worth a second look, found in one pass over compiled releases.
//!
//! Eleven rules give the answers of OCP's Cardinal 0.0.8 (<https://cardinal.readthedocs.io/>), read its settings and print its shape:
//!
//! | rule | what it says | on whom |
//! |---|---|---|
//! | R003 | the period for bids is short | process |
//! | R018 | one bidder in a competitive procedure | process |
//! | R024 | the second-lowest bid is close to the winner's | process, both bidders |
//! | R025 | many bids, few awards | bidder |
//! | R028 | two bidders ask the same price | process, bidders |
//! | R030 | the winning bid came after the end | process, bidder |
//! | R035 | all bidders but the winner are disqualified | process, bidder |
//! | R036 | the lowest bid is disqualified | process |
//! | R038 | many bids are disqualified | buyer, procuring entity, bidder |
//! | R048 | supplier of many kinds of things | bidder |
//! | R058 | the second-lowest bid is far above the winner's | process, bidder |
//!
//! Cardinal takes the first currency that one of its threads meets; here it is the first of the file. Rules of our own are in [`own`].
//! A line that is no JSON object with an `ocid` is passed over, as Cardinal does, and counted.
//!
//! A flag is a question, never a verdict.

mod days;
mod finish;
mod fold;
mod ini;
mod names;
pub mod own;
mod part;
mod quartile;
mod report;
mod run;
mod scan;
mod settings;

#[cfg(test)]
mod tests;

pub use report::{Explained, Group, Maps, Passed, Record, Report};
pub use run::{Options, over, run};
pub use settings::{R003, R018, R025, R038, R048, Settings, SettingsError, Threshold};
