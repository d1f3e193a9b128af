//! Transactions, jobs, the audit trail, and what stands around every route.

mod database;
mod hangups;
mod http;
mod jobs;
pub mod messages;
