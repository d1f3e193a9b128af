//! SDMX: statistics as statistical offices and banks exchange them, in versions 2.1 and 3.0.
//!
//! What a client may ask (SDMX REST 1.5 for 2.1, 2.1 for 3.0: <https://github.com/sdmx-twg/sdmx-rest>), and what it is answered:
//! structures and availability in SDMX-ML, data in SDMX-ML, SDMX-JSON 1.0 and 2.0 and SDMX-CSV 1.0 and 2.0. One data structure serves
//! every dataflow. Data are written series by series, so that an answer needs not fit into memory; in JSON the values seen are kept.
//!
//! Deliberately absent: structures in JSON, metadata sets, registration, histories, and observations grouped by anything but time.

pub mod constraint;
pub mod data;
pub mod error;
pub mod ids;
pub mod model;
pub mod period;
pub mod query;
pub mod structure;
#[cfg(test)]
mod tests;
mod xml;
