//! How pages look and speak: texts in both complete languages, assets, and what every page's HTML must hold to.

mod assets;
pub mod check;
mod samples;
mod texts;
