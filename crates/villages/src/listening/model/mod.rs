//! What was said, what may be done with it, how it is coded and quoted: types and rules.

pub mod codebook;
pub mod coding;
pub mod consent;
pub mod hotspot;
pub mod names;
pub mod note;
pub mod quotation;

/// Parts a text at blank lines, however they were typed.
#[must_use]
pub fn paragraphs(text: &str) -> Vec<String> {
    text.replace("\r\n", "\n")
        .split("\n\n")
        .map(str::trim)
        .filter(|paragraph| !paragraph.is_empty())
        .map(str::to_owned)
        .collect()
}
