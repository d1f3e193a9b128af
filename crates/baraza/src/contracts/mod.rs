//! Contracts: public buying told by the Open Contracting Data Standard. So far the red flags of a file, on the command line.
//!
//! Deliberately absent until they are built: contracts kept here, their pages, and publishing them again.

pub mod cli;
