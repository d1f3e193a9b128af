//! The app's tests: one binary, a module for each slice, in-process HTTP through the front door.

mod accounts;
mod architecture;
mod collect;
mod platform;
mod reference;
mod town;
