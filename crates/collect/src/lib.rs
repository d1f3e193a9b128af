//! The slice `collect` as a crate of its own, so that a change elsewhere does not compile it again.

use baraza_commons::{accounts, places, platform};

pub mod collect;
