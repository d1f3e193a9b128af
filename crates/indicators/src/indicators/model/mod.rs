//! What an indicator is and how it is counted: types and rules.

pub mod carry;
pub mod definition;
pub mod derive;
pub mod observation;
pub mod quality;
pub mod question;
pub mod tally;
