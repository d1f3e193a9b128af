//! The rules of requests: no database, no web, no waiting; time comes in.

pub mod clock;
pub mod counting;
pub mod draft;
pub mod gaming;
pub mod grade;
pub mod ladder;
pub mod post;
pub mod profile;
pub mod request;
pub mod schedule;
pub mod service;
pub mod similar;
pub mod state;
pub mod template;
