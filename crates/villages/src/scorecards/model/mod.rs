//! Score cards: types and rules. What somebody may do to a round stands in [`board`], what everybody may see of it in [`compare`].

pub mod act;
pub mod board;
pub mod compare;
pub mod criterion;
pub mod days;
pub mod facility;
pub mod rights;
pub mod round;
pub mod score;
pub mod session;
pub mod trend;
