//! The words that people steer a conversation with, in every language of the locales at once.

use std::{collections::HashMap, sync::LazyLock};

use crate::platform::{
    code::Code,
    i18n::Lang,
    message::inbound::words::{command, latin_digits},
};

/// What a first word asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Word {
    Report,
    /// A wish or a proposal rather than a complaint.
    Wish,
    Anonymous,
    Status,
    Yes,
    No,
    Cancel,
    Add,
    /// To be told no more.
    Stop,
    /// To be told again.
    Start,
    Help,
    /// To join in with a request somebody else filed.
    Follow,
    /// To file although there is a similar one.
    Fresh,
}

/// The texts that hold the words, separated by commas.
const LISTS: [(Word, &str); 13] = [
    (Word::Report, "requests-heard-words-report"),
    (Word::Wish, "requests-heard-words-wish"),
    (Word::Anonymous, "requests-heard-words-anonymous"),
    (Word::Status, "requests-heard-words-status"),
    (Word::Yes, "requests-heard-words-yes"),
    (Word::No, "requests-heard-words-no"),
    (Word::Cancel, "requests-heard-words-cancel"),
    (Word::Add, "requests-heard-words-add"),
    (Word::Stop, "requests-heard-words-stop"),
    (Word::Start, "requests-heard-words-start"),
    (Word::Help, "requests-heard-words-help"),
    (Word::Follow, "requests-heard-words-follow"),
    (Word::Fresh, "requests-heard-words-fresh"),
];

/// Word → what it asks for, and the language it tells, where it is a word of one only.
static WORDS: LazyLock<HashMap<String, (Word, Option<Lang>)>> = LazyLock::new(|| {
    let mut words: HashMap<String, (Word, Option<Lang>)> = HashMap::new();
    for lang in Lang::ALL {
        for (word, id) in LISTS.iter().filter(|(_, id)| lang.has_text(id)) {
            for spelling in split(&lang.text(*id).raw()) {
                words
                    .entry(spelling)
                    .and_modify(|known| known.1 = None)
                    .or_insert((*word, Some(lang)));
            }
        }
    }
    words
});

/// A message as a word and what follows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Said<'a> {
    pub word: Word,
    /// The language the word tells.
    pub lang: Option<Lang>,
    pub rest: &'a str,
}

/// Reads the word a message begins with; `None` where it begins with no word we know.
#[must_use]
pub fn read(text: &str) -> Option<Said<'_>> {
    let command = command(text)?;
    let (word, lang) = WORDS.get(&command.word)?;
    Some(Said {
        word: *word,
        lang: *lang,
        rest: command.rest,
    })
}

/// Splits a list of words in a text of the locales.
#[must_use]
pub fn split(list: &str) -> Vec<String> {
    list.split(',')
        .map(|word| word.trim().to_lowercase())
        .filter(|word| !word.is_empty())
        .collect()
}

/// Reads a code at the beginning of a text, in one piece or in two; returns it with what follows.
#[must_use]
pub fn take_code<const N: usize>(text: &str) -> Option<(String, &str)> {
    let text = text.trim_start();
    let mut ends: Vec<usize> = text
        .char_indices()
        .filter(|(_, c)| c.is_whitespace() || matches!(c, ',' | ':' | ';'))
        .map(|(at, _)| at)
        .take(4)
        .collect();
    ends.push(text.len());
    ends.into_iter().rev().find_map(|end| {
        let code = Code::<N>::parse(&text[..end]).ok()?;
        let rest =
            text[end..].trim_start_matches(|c: char| c.is_whitespace() || matches!(c, ',' | ':' | ';'));
        Some((code.plain(), rest))
    })
}

/// Finds a code anywhere in a text, as in the subject of a mail.
#[must_use]
pub fn find_code(text: &str) -> Option<String> {
    text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'))
        .find_map(|word| Code::<8>::parse(word).ok())
        .map(|code| code.plain())
}

/// Reads a message that is a number of a list and nothing else, from 1.
#[must_use]
pub fn choice(text: &str, n: usize) -> Option<usize> {
    let digits = latin_digits(text.trim().trim_end_matches(['.', ')']));
    digits
        .parse::<usize>()
        .ok()
        .filter(|chosen| (1..=n).contains(chosen))
        .map(|chosen| chosen - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_understood_in_both_languages_whatever_the_letter_size() {
        for (text, word, rest) in [
            ("LAPOR jalan rusak", Word::Report, "jalan rusak"),
            ("report: the road", Word::Report, "the road"),
            ("Cek K7MQ", Word::Status, "K7MQ"),
            ("ya", Word::Yes, ""),
            ("Belum, masih gelap", Word::No, "masih gelap"),
            ("BERHENTI", Word::Stop, ""),
            ("ikut", Word::Follow, ""),
            ("anonim ada pungli", Word::Anonymous, "ada pungli"),
        ] {
            let said = read(text).expect(text);
            assert_eq!((said.word, said.rest), (word, rest), "{text}");
        }
        assert_eq!(read("jalan rusak"), None);
        assert_eq!(read("lapor").and_then(|said| said.lang), Some(Lang::Id));
        assert_eq!(read("status").and_then(|said| said.lang), None);
    }

    #[test]
    fn no_word_asks_for_two_things() {
        for lang in Lang::ALL {
            for (word, id) in LISTS.iter().filter(|(_, id)| lang.has_text(id)) {
                for spelling in split(&lang.text(*id).raw()) {
                    assert_eq!(
                        WORDS.get(&spelling).map(|known| known.0),
                        Some(*word),
                        "{spelling}"
                    );
                }
            }
        }
    }

    #[test]
    fn a_code_is_read_in_one_piece_or_two_and_what_follows_is_kept() {
        let code = Code::<8>::of(123_456_789);
        let (shown, plain) = (code.to_string(), code.plain());
        for text in [
            format!("{shown} masih gelap"),
            format!(" {} masih gelap", shown.replace('-', " ").to_lowercase()),
            format!("{plain}: masih gelap"),
        ] {
            assert_eq!(
                take_code::<8>(&text),
                Some((plain.clone(), "masih gelap")),
                "{text}"
            );
        }
        assert_eq!(take_code::<8>("masih gelap"), None);
        assert_eq!(find_code(&format!("Re: Laporan Anda {shown} [2]")), Some(plain));
        assert_eq!(find_code("Re: Jalan rusak"), None);
    }

    #[test]
    fn a_number_of_a_list_is_a_choice_in_any_script() {
        assert_eq!(choice(" 2. ", 3), Some(1));
        assert_eq!(choice("২", 3), Some(1));
        assert_eq!(choice("4", 3), None);
        assert_eq!(choice("0", 3), None);
        assert_eq!(choice("2 lampu", 3), None);
    }
}
