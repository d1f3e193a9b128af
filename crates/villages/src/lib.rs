//! The slices that work in villages: `facilitators` (tier 4), and above them `scorecards`, `listening` and `village`.

use baraza_catalog::catalog;
use baraza_commons::{accounts, evidence, places, platform, say};
use baraza_indicators::indicators;
use baraza_requests::requests;

pub mod facilitators;
pub mod listening;
pub mod scorecards;
pub mod village;
