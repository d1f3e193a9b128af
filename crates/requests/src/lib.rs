//! The slice `requests` as a crate of its own, so that a change elsewhere does not compile it again.

use baraza_commons::{accounts, evidence, places, platform};

pub mod requests;
