//! What spreadsheets make of text files.

use std::borrow::Cow;

/// A value that no spreadsheet takes for a formula (OWASP, CSV injection); numbers stay numbers.
#[must_use]
pub fn harmless(value: &str) -> Cow<'_, str> {
    let is_formula =
        value.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) && value.parse::<f64>().is_err();
    match is_formula {
        true => Cow::Owned(format!("'{value}")),
        false => Cow::Borrowed(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formula_becomes_a_text_and_a_number_stays_one() {
        for (value, written) in [
            ("=HYPERLINK(\"x\")", "'=HYPERLINK(\"x\")"),
            ("@SUM(1)", "'@SUM(1)"),
            ("\n=1", "'\n=1"),
            ("-1.5", "-1.5"),
            ("-1+2", "'-1+2"),
            ("Lampu = mati", "Lampu = mati"),
            ("", ""),
        ] {
            assert_eq!(harmless(value), written);
        }
    }
}
