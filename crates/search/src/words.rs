//! Words as they are compared: whatever their case, marks and ways to write the same letter.

use std::ops::Range;

use icu::normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};

/// The longest word that is looked for, in letters; what is longer is no word of a language, and is cut.
pub const LONGEST: usize = 64;

/// A word of a text: where it stands, in bytes, and how it is compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    pub at: Range<usize>,
    pub text: String,
}

/// Finds the words of a text: letters, digits, and the signs that belong to letters.
///
/// An apostrophe within a word belongs to it: `ng'ombe` is one word.
#[must_use]
pub fn words(text: &str) -> Vec<Word> {
    let mut found = Vec::new();
    let mut start = None;
    let mut letters = text.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        let goes_on = is_of_word(letter)
            || (start.is_some()
                && is_apostrophe(letter)
                && letters.peek().is_some_and(|(_, next)| next.is_alphabetic()));
        match (start, goes_on) {
            (None, true) => start = Some(at),
            (Some(from), false) => {
                push(&mut found, text, from..at);
                start = None;
            }
            _ => {}
        }
    }
    if let Some(from) = start {
        push(&mut found, text, from..text.len());
    }
    found
}

/// Folds a text as words are folded, and keeps what stands between them: for sorting, and for beginnings of names.
#[must_use]
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let lower = text.to_lowercase();
    let apart = DecomposingNormalizerBorrowed::new_nfkd().normalize(&lower);
    let mut plain = String::with_capacity(apart.len());
    let mut letters = apart.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            // Accents of Latin, Greek and Cyrillic letters; joiners, which say how a letter is drawn and not which it is.
            '\u{0300}'..='\u{036f}' | '\u{200c}' | '\u{200d}' | '\u{feff}' => {}
            // The dot under Devanagari letters is left out as often as not.
            '\u{093c}' => {}
            // A nasal before a consonant is written as a dot or as half a letter: हिन्दी, हिंदी.
            'ँ' => plain.push('ं'),
            'न' | 'म' if letters.peek() == Some(&'\u{094d}') => {
                letters.next();
                match letters.peek() {
                    Some('क'..='म') => plain.push('ं'),
                    _ => plain.extend([letter, '\u{094d}']),
                }
            }
            '०'..='९' => plain.push(digit(letter, '०')),
            '০'..='৯' => plain.push(digit(letter, '০')),
            'ß' => plain.push_str("ss"),
            'æ' => plain.push_str("ae"),
            'œ' => plain.push_str("oe"),
            'ø' => plain.push('o'),
            'ł' => plain.push('l'),
            'đ' | 'ð' => plain.push('d'),
            'ı' => plain.push('i'),
            'þ' => plain.push_str("th"),
            other => plain.push(other),
        }
    }
    ComposingNormalizerBorrowed::new_nfc()
        .normalize(&plain)
        .into_owned()
}

fn push(found: &mut Vec<Word>, text: &str, at: Range<usize>) {
    let mut folded = fold(&text[at.clone()]);
    folded.retain(|letter| !is_apostrophe(letter));
    if let Some((end, _)) = folded.char_indices().nth(LONGEST) {
        folded.truncate(end);
    }
    if !folded.is_empty() {
        found.push(Word { at, text: folded });
    }
}

/// Vowel signs and viramas are no letters to Unicode, but a word of Hindi or Bengali is one word; a danda ends a sentence.
fn is_of_word(letter: char) -> bool {
    letter.is_alphanumeric()
        || matches!(letter, '\u{0300}'..='\u{036f}' | '\u{0900}'..='\u{0963}' | '\u{0966}'..='\u{0dff}' | '\u{200c}' | '\u{200d}')
}

fn is_apostrophe(letter: char) -> bool {
    matches!(letter, '\'' | '’' | 'ʼ' | '‘')
}

fn digit(letter: char, zero: char) -> char {
    char::from_digit(u32::from(letter) - u32::from(zero), 10).unwrap_or(letter)
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::{fold, words};

    fn texts(text: &str) -> Vec<String> {
        words(text).into_iter().map(|word| word.text).collect()
    }

    #[test]
    fn words_of_every_script_are_whole_and_folded() {
        for (text, expected) in [
            ("Air minum, wells_2026!", vec!["air", "minum", "wells", "2026"]),
            ("Educación de São Paulo", vec!["educacion", "de", "sao", "paulo"]),
            ("ng'ombe na ng’ombe", vec!["ngombe", "na", "ngombe"]),
            ("'quoted'", vec!["quoted"]),
            // Vowel signs, virama and nukta belong to their word; a danda does not.
            ("शिक्षा।स्वास्थ्य", vec!["शिक्षा", "स्वास्थ्य"]),
            ("বাংলাদেশের শিক্ষা", vec!["বাংলাদেশের", "শিক্ষা"]),
            ("२०७८ সাল ২০২১", vec!["2078", "সাল", "2021"]),
            ("Ｗａｔｅｒ", vec!["water"]),
        ] {
            assert_eq!(texts(text), expected, "{text}");
        }
    }

    #[test]
    fn ways_to_write_the_same_word_are_one() {
        for (a, b) in [
            ("हिन्दी", "हिंदी"),
            ("गाँव", "गांव"),
            ("ज़मीन", "जमीन"),
            ("\u{0958}\u{093c}लम", "कलम"),
            ("क्\u{200d}ष", "क्ष"),
            // One vowel sign or two halves of it; one letter or letter and dot.
            ("\u{09cb}", "\u{09c7}\u{09be}"),
            ("\u{09dc}", "\u{09a1}\u{09bc}"),
            ("Straße", "STRASSE"),
            ("e\u{301}cole", "école"),
        ] {
            assert_eq!(fold(a), fold(b), "{a} {b}");
        }
        assert_ne!(fold("कम"), fold("काम"));
    }

    #[test]
    fn a_word_without_end_is_cut_and_its_place_is_kept() {
        let long = "a".repeat(100_000);
        let found = words(&long);
        assert_eq!((found[0].text.len(), found[0].at.clone()), (64, 0..100_000));
    }
}
