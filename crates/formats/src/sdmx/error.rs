//! Error messages, with the codes that the standard gives them.

use super::{
    model::Version,
    xml::{self, escaped},
};

/// Writes an error message; `codes` are the standard's: 100 no results, 110 unauthorised, 130 too large, 140 syntax, 150 semantics,
/// 500 ours, 501 not there, 503 not now, 1000 and above our own.
#[must_use]
pub fn write(version: Version, code: u16, lang: &str, text: &str) -> String {
    let mut out = xml::begin(version, "Error", &[("mes", "message"), ("com", "common")]);
    out.push_str(&format!(
        ">\n<mes:ErrorMessage code=\"{code}\"><com:Text xml:lang=\"{}\">{}</com:Text></mes:ErrorMessage>\n</mes:Error>\n",
        escaped(lang),
        escaped(text)
    ));
    out
}

/// The media type of an error message.
#[must_use]
pub fn media_type(version: Version) -> &'static str {
    super::query::structure_media_type(version)
}
