//! What people look for among standards and codelists: parts of words in any language, and words nearly written so where there are none.

use super::{
    ORGANISATIONS, PLACES, Registry,
    model::{Codelist, Standard, distance},
};
use crate::platform::i18n::Lang;

/// Words beyond which nothing more is looked for.
const MOST_WORDS: usize = 8;
/// Letters from which one may be wrong, and from which two.
const LONG: usize = 4;
const LONGER: usize = 8;
/// The lists that this program keeps itself, each with the text of its title.
const OWN: [(&str, &str); 2] = [
    (PLACES, "catalog-standards-places"),
    (ORGANISATIONS, "catalog-standards-organisations"),
];

/// How near to what was typed the words are that were found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spelling {
    AsTyped,
    Nearly,
}

/// What was found.
pub struct Found<'a> {
    pub standards: Vec<&'a Standard>,
    pub codelists: Vec<&'a Codelist>,
    /// Codes of the lists that this program keeps itself, each with the text of its title.
    pub own: Vec<(&'static str, &'static str)>,
    pub spelling: Spelling,
}

impl Found<'_> {
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.standards.is_empty() && self.codelists.is_empty() && self.own.is_empty()
    }
}

/// Finds standards and codelists in whose texts, codes or items every word is; all of them without a word. Where nothing is written so,
/// longer words may have a letter or two wrong.
#[must_use]
pub fn find<'a>(registry: &'a Registry, q: &str) -> Found<'a> {
    let words = ::search::words::words(q).into_iter().take(MOST_WORDS);
    let sought: Vec<String> = words.map(|word| word.text).collect();
    let found = find_spelt(registry, &sought, Spelling::AsTyped);
    match found.is_empty() {
        true => find_spelt(registry, &sought, Spelling::Nearly),
        false => found,
    }
}

fn find_spelt<'a>(registry: &'a Registry, sought: &[String], spelling: Spelling) -> Found<'a> {
    let standards = registry.standards.iter();
    let codelists = registry.codelists.iter();
    let own = OWN.into_iter().filter(|(code, title)| {
        let titles = Lang::COMPLETE.map(|lang| lang.text(*title).to_string());
        let texts = titles.iter().map(String::as_str);
        let texts: Vec<&str> = texts.chain([*code]).collect();
        are_among(sought, &texts, spelling)
    });
    Found {
        standards: standards
            .filter(|standard| are_among(sought, &texts_of(standard), spelling))
            .collect(),
        codelists: codelists
            .filter(|list| are_among(sought, &texts_in(list), spelling))
            .collect(),
        own: own.collect(),
        spelling,
    }
}

fn texts_of(standard: &Standard) -> Vec<&str> {
    let words = [
        &standard.title,
        &standard.concept,
        &standard.definition,
        &standard.measure,
        &standard.unit,
    ];
    let texts = words.into_iter().flat_map(|words| words.0.values());
    let list = standard.classification.iter().map(|name| name.codelist.as_str());
    texts
        .map(String::as_str)
        .chain(list)
        .chain([standard.code.as_str(), standard.source.as_str()])
        .collect()
}

fn texts_in(list: &Codelist) -> Vec<&str> {
    let items = list.items.iter().flat_map(|item| {
        let labels = item.label.0.values().map(String::as_str);
        labels.chain([item.code.as_str()])
    });
    let titles = list.title.0.values().map(String::as_str);
    titles
        .chain([list.code.as_str(), list.source.as_str()])
        .chain(items)
        .collect()
}

/// Whether every word that is sought is in one of the texts.
fn are_among(sought: &[String], texts: &[&str], spelling: Spelling) -> bool {
    if sought.is_empty() {
        return true;
    }
    let among: Vec<String> = texts
        .iter()
        .flat_map(|text| ::search::words::words(text))
        .map(|word| word.text)
        .collect();
    sought.iter().all(|sought| {
        among.iter().any(|word| match spelling {
            Spelling::AsTyped => word.contains(sought.as_str()),
            Spelling::Nearly => word.contains(sought.as_str()) || begins_nearly(word, sought),
        })
    })
}

/// Whether the beginning of a word is what is sought but for a letter or two.
fn begins_nearly(word: &str, sought: &str) -> bool {
    let sought: Vec<char> = sought.chars().collect();
    let most = match sought.len() {
        n if n < LONG => return false,
        n if n < LONGER => 1,
        _ => 2,
    };
    let letters: Vec<char> = word.chars().take(sought.len() + most).collect();
    let least = sought.len() - most;
    (least..=letters.len()).any(|n| distance(&sought, &letters[..n], most).is_some())
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;
    use crate::catalog::standards::registry::SHIPPED;

    fn codes(q: &str) -> Vec<String> {
        let found = find(&SHIPPED, q);
        found
            .standards
            .iter()
            .map(|standard| standard.code.clone())
            .collect()
    }

    #[test]
    fn a_part_of_a_word_in_any_language_finds_a_standard_and_so_does_a_word_with_a_letter_wrong() {
        for q in ["sex", "SEX", "kelamin", "kelam", "kelanin"] {
            assert!(codes(q).contains(&"sex".to_owned()), "{q}: {:?}", codes(q));
        }
        assert_eq!(codes("").len(), SHIPPED.standards.len());
        assert_eq!(codes("zzzzzzzz"), [""; 0]);
    }

    #[test]
    fn words_that_are_written_as_typed_go_before_those_nearly_so() {
        assert_eq!(find(&SHIPPED, "kelamin").spelling, Spelling::AsTyped);
        assert_eq!(find(&SHIPPED, "kelanin").spelling, Spelling::Nearly);
    }

    #[test]
    fn a_codelist_is_found_by_its_items_and_the_lists_of_this_program_by_their_titles() {
        let found = find(&SHIPPED, "perempuan");
        assert!(found.codelists.iter().any(|list| list.code == "sex"));
        let found = find(&SHIPPED, "organisations");
        assert!(found.own.iter().any(|(code, _)| *code == ORGANISATIONS));
    }
}
