//! The site's pages: their samples in every language, and the pages themselves over a small regency.

mod pages;
mod statements;
