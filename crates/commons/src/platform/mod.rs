//! What every slice stands on: the program's parts, storage, events and jobs, problems, pages.
//!
//! Tier 0: imports no slice. The only place that reads the clock, randomness and the environment.

pub mod app;
pub mod audit;
pub mod bar;
pub mod blobs;
pub mod calendar;
pub mod code;
pub mod config;
pub mod db;
pub mod doctor;
pub mod draw;
pub mod events;
pub mod html;
pub mod http;
pub mod i18n;
pub mod id;
pub mod jobs;
pub mod kept;
pub mod message;
pub mod metrics;
pub mod office;
pub mod op;
pub mod out;
pub mod page;
pub mod plain;
pub mod problem;
pub mod sheets;
pub mod spreadsheet;
pub mod tabled;
pub mod time;
pub mod told;
pub mod typeset;
pub mod vault;
pub mod words;
