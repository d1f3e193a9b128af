//! The app's tests: one binary, a module for each slice, in-process HTTP through the front door.

mod architecture;
mod reference;
