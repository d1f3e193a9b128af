//! What an indicator is and how it is counted: types and rules.

pub mod definition;
pub mod observation;
pub mod question;
pub mod tally;
