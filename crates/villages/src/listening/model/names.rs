//! What in a text may point at one person: numbers and addresses, and names as people write them.

use std::sync::LazyLock;

use regex::Regex;

use crate::evidence::model::mask::mask;

/// Something with a capital letter behind a form of address, in the languages that notes are written in.
static ADDRESSED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"\b(?:Bapak|Pak|Ibu|Bu|Mas|Mbak|Mba|Bang|Kak|Haji|Hajah|Hj|Ustaz|Ustad|Kyai|Mbah|Mr|Mrs|Ms|Miss|Dr|Mama|Baba|Mzee|Bwana|Bibi)",
        r"\.?\s+\p{Lu}[\p{L}']+",
    ))
    .expect("a pattern")
});
/// A name behind the words that say that it is one.
static SAID: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\b(?i:named|my name is|bernama|nama saya|jina langu ni)\s+\p{Lu}[\p{L}']+")
        .expect("a pattern")
});
/// What stands for a number or an address in the list.
const MASKED: &str = "•••";

/// Lists what in a text looks like a name, a number or an address of somebody; empty for nothing. A hint: people decide.
#[must_use]
pub fn suspects(text: &str) -> Vec<String> {
    let mut found: Vec<String> = ADDRESSED
        .find_iter(text)
        .chain(SAID.find_iter(text))
        .map(|found| found.as_str().split_whitespace().collect::<Vec<_>>().join(" "))
        .collect();
    if mask(text) != text {
        found.push(MASKED.to_owned());
    }
    found.sort();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_numbers_and_addresses_are_noticed_and_plain_words_are_not() {
        for (text, found) in [
            ("Kata Bu Siti airnya keruh", vec!["Bu Siti"]),
            ("Mr. Otieno took it, Mr. Otieno again", vec!["Mr. Otieno"]),
            ("a boy named Juma", vec!["named Juma"]),
            ("call 0812 3456 7890", vec!["•••"]),
            ("write to siti@desa.example.id", vec!["•••"]),
            ("The ibu carry water for two hours.", vec![]),
            ("We pay Rp 20.000 for each visit since 2024.", vec![]),
        ] {
            assert_eq!(suspects(text), found, "{text}");
        }
    }
}
