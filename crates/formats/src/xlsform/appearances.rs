//! Appearances: how a control is drawn. Clients add their own, so only what looks like a slip is told.

use crate::xlsform::finding::did_you_mean;

/// What an unknown word of an appearance was probably meant to be, for each of them.
pub(super) fn slips(appearance: &str) -> Vec<String> {
    // `ex:org.example.app(a='x')` and `search('file')` hold anything.
    let end = appearance.find(['(', ':', '$']).unwrap_or(appearance.len());
    appearance[..end]
        .split_whitespace()
        .filter(|word| !appearance[end..].starts_with(['(', ':']) || !appearance[..end].ends_with(word))
        .filter(|word| !is_known(word))
        .filter_map(|word| {
            let guess = did_you_mean(word, KNOWN.iter().copied());
            (!guess.is_empty()).then(|| format!("the appearance \"{word}\" is not known{guess}"))
        })
        .collect()
}

fn is_known(word: &str) -> bool {
    let stem = word.trim_end_matches(|character: char| character.is_ascii_digit());
    let is_counted = stem.len() < word.len()
        && matches!(
            stem,
            "w" | "h" | "columns-" | "compact-" | "quickcompact-" | "horizontal-"
        );
    is_counted || KNOWN.contains(&word)
}

/// Those of Collect, Enketo and Web Forms.
const KNOWN: &[&str] = &[
    "annotate",
    "autoadvance",
    "autocomplete",
    "bearing",
    "bikram-sambat",
    "buddhist",
    "columns",
    "columns-pack",
    "comment",
    "compact",
    "coptic",
    "counter",
    "distress",
    "draw",
    "ethiopian",
    "field-list",
    "front",
    "hidden-answer",
    "hide-input",
    "horizontal",
    "horizontal-compact",
    "image-map",
    "islamic",
    "label",
    "likert",
    "list",
    "list-nolabel",
    "map",
    "maps",
    "masked",
    "maximal",
    "minimal",
    "month-year",
    "multiline",
    "myanmar",
    "new",
    "new-front",
    "new-rear",
    "no-buttons",
    "no-calendar",
    "no-collapse",
    "no-ticks",
    "numbers",
    "persian",
    "picker",
    "placement-map",
    "printer",
    "quick",
    "quickcompact",
    "randomized",
    "rating",
    "signature",
    "streets",
    "satellite",
    "terrain",
    "summary",
    "table-list",
    "textarea",
    "theme-grid",
    "thousands-sep",
    "url",
    "vertical",
    "year",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_told_and_what_clients_know_is_not() {
        assert_eq!(
            slips("minimul quick"),
            ["the appearance \"minimul\" is not known; did you mean \"minimal\"?"]
        );
        assert!(slips("w4 columns-3 thousands-sep our-own-theme").is_empty());
        assert!(slips("minimal search('fruits', 'matches', 'nume', 'x')").is_empty());
        assert!(slips("ex:org.example.mapp(point='1')").is_empty());
    }
}
