//! The village's year and its voices, through the front doors.

mod asks;
mod goals;
mod list;
mod meetings;
mod proposals;
mod radio;
pub mod voice;
pub mod year;
