//! What residents write may hold numbers and addresses that are nobody's business: they are masked before the public reads it.

use std::sync::LazyLock;

use regex::{Captures, Regex};

/// Seven digits or more, at most two marks between any two of them.
static NUMBER: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\+?\b\d(?:[ \-.()]{0,2}\d){6,}\b").expect("a pattern"));
static ADDRESS: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"[\p{L}\d._+-]+@[\p{L}\d-]+(?:\.[\p{L}\d-]+)+").expect("a pattern"));
/// A day, a sum of money with its thousands apart, or the official code of a village (`35.22.01.2001`), also with the number of a thing
/// in it (`35.22.01.2001-07`). Such codes never begin with a zero; regencies have 01 to 39 and cities 71 to 79 in second place, and
/// villages begin with 1, 2 or 3. In the province whose code is that of the country in telephone numbers, 62, only what no telephone
/// number begins with passes.
static HARMLESS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"^(?:\d{4}-\d{2}-\d{2}|\d{1,2}[-.]\d{1,2}[-.]\d{4}|[1-9]\d{0,2}(?:\.\d{3})+",
        r"|(?:(?:[1-57-9]\d|6[013-9])\.(?:[0-3]\d|7\d)\.\d{2}|62\.(?:[01]\d\.\d{2}|71\.0\d))\.[1-3]\d{3}(?:-\d{1,4})?)$",
    ))
    .expect("a pattern")
});

/// Replaces telephone and identity numbers and e-mail addresses by dots; the rest stays as it was written.
#[must_use]
pub fn mask(text: &str) -> String {
    let text = ADDRESS.replace_all(text, "•••");
    NUMBER
        .replace_all(&text, |found: &Captures| {
            if HARMLESS.is_match(&found[0]) {
                found[0].to_owned()
            } else {
                "•••".to_owned()
            }
        })
        .into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_addresses_that_point_at_somebody_are_masked() {
        for (written, read) in [
            ("Hubungi 0812-3456-7890 ya", "Hubungi ••• ya"),
            ("call +62 812 3456 789.", "call •••."),
            ("NIK 3522010101900001", "NIK •••"),
            ("mail siti.a+x@desa.example.id.", "mail •••."),
            ("(0353) 881826 kantor", "(••• kantor"),
            ("0812.345.678", "•••"),
            ("35.22.01.010190.0001", "•••"),
            ("35.22.01.0101900001", "•••"),
            ("3522.0101.0190.0001", "•••"),
            ("08.12.34.2567", "•••"),
            ("62.81.23.2567-8901", "•••"),
            ("62.21.34.2567", "•••"),
            ("35.22.01.2001-35220", "•••"),
        ] {
            assert_eq!(mask(written), read, "{written}");
        }
    }

    #[test]
    fn what_is_no_number_of_somebody_stays() {
        for text in [
            "RT 03/RW 02, km 12",
            "sejak 2026-11-16",
            "sejak 16-11-2026",
            "Rp 2.500.000",
            "@camat tolong",
            "Jl. Ahmad Yani 123, 62111",
            "Titik WP-99.01.02.1001-01, RT 3",
            "desa 35.22.01.2001",
            "kota 35.78.01.1001",
            "desa 62.01.02.2003",
            "",
        ] {
            assert_eq!(mask(text), text);
        }
    }
}
