//! What words of one family have in common: `schools` and `school`, `kesehatan` and `sehat`, `mtoto` and `watoto`.
//!
//! English, Hindi, Indonesian and Nepali by Snowball's algorithms; Swahili and Bengali by a few rules of their grammars. Nobody says
//! which language a title is in, so a word has the stem of every language that its letters may be; each carries its language, so
//! that an English stem never meets an Indonesian one.

use frostem::{Algorithm, Stemmer};

/// Shorter words have no endings to lose.
const SHORTEST: usize = 4;

/// A stem of a word in one language.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Stem {
    lang: char,
    text: String,
    /// Whether the stem is a word by itself: `sehat`. What is left of `mtoto` is none.
    is_word: bool,
}

impl Stem {
    /// How the stem stands in the index.
    #[must_use]
    pub fn token(&self) -> String {
        format!("{}{}", self.lang, self.text)
    }

    /// The word that the stem is, where it is one.
    #[must_use]
    pub fn word(&self) -> Option<&str> {
        self.is_word.then_some(self.text.as_str())
    }
}

/// Finds the stems of a folded word.
#[must_use]
pub fn stems(word: &str) -> Vec<Stem> {
    let n_letters = word.chars().count();
    let first = word.chars().next().unwrap_or_default();
    if n_letters < SHORTEST || !first.is_alphabetic() {
        return Vec::new();
    }
    let snowball = |lang: char, algorithm: Algorithm| Stem {
        lang,
        text: Stemmer::new(algorithm).stem(word).into_owned(),
        is_word: true,
    };
    let mut found = match first {
        '\u{0900}'..='\u{097f}' => {
            vec![snowball('h', Algorithm::Hindi), snowball('n', Algorithm::Nepali)]
        }
        '\u{0980}'..='\u{09ff}' => vec![bengali(word)],
        'a'..='z' => {
            let mut latin = vec![
                snowball('e', Algorithm::English),
                snowball('i', Algorithm::Indonesian),
            ];
            latin.extend(swahili(word));
            latin
        }
        _ => Vec::new(),
    };
    found.retain(|stem| !stem.text.is_empty());
    found
}

/// Endings of Bengali nouns: plurals, cases, articles; the longest first.
const BENGALI: [&str; 20] = [
    "গুলোর",
    "গুলির",
    "গুলোতে",
    "গুলিতে",
    "গুলোকে",
    "গুলো",
    "গুলি",
    "সমূহের",
    "সমূহ",
    "দেরকে",
    "দের",
    "টির",
    "টিতে",
    "ের",
    "েরা",
    "টি",
    "তে",
    "কে",
    "র",
    "ে",
];

fn bengali(word: &str) -> Stem {
    /// What has to be left, in letters and signs.
    const LEAST: usize = 3;
    let mut endings: Vec<&str> = BENGALI.to_vec();
    endings.sort_by_key(|ending| std::cmp::Reverse(ending.chars().count()));
    let bare = endings
        .into_iter()
        .filter_map(|ending| word.strip_suffix(ending))
        .find(|rest| rest.chars().count() >= LEAST);
    Stem {
        lang: 'b',
        text: bare.unwrap_or(word).to_owned(),
        is_word: true,
    }
}

/// The prefixes of Swahili's noun classes that come in pairs: one and many, and the same word without either.
const SWAHILI: [&str; 10] = ["mw", "wa", "m", "w", "mi", "ki", "vi", "ch", "vy", "ma"];

/// `shuleni` is in the school (`shule`); `mtoto`, `watoto` are a child and children. What is left of the second kind is marked,
/// or English `mother` would be found by `other`.
fn swahili(word: &str) -> Vec<Stem> {
    let stem = |text: String, is_word: bool| Stem {
        lang: 's',
        text,
        is_word,
    };
    let place = word.strip_suffix("ni").filter(|rest| rest.len() >= 4);
    let mut found: Vec<Stem> = place
        .map(|rest| stem(rest.to_owned(), true))
        .into_iter()
        .collect();
    let bare = place.unwrap_or(word);
    for prefix in SWAHILI {
        let rest = bare.strip_prefix(prefix).filter(|rest| rest.len() >= 3);
        found.extend(rest.map(|rest| stem(format!("_{rest}"), false)));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::stems;

    fn are_family(a: &str, b: &str) -> bool {
        let (of_a, of_b) = (stems(a), stems(b));
        of_a.iter()
            .any(|stem| stem.word() == Some(b) || of_b.contains(stem))
            || of_b.iter().any(|stem| stem.word() == Some(a))
    }

    #[test]
    fn words_of_one_family_meet() {
        for (a, b) in [
            ("schools", "school"),
            ("libraries", "library"),
            ("kesehatan", "sehat"),
            ("pendidikan", "didik"),
            ("pembangunan", "bangun"),
            ("penduduknya", "penduduk"),
            ("watoto", "mtoto"),
            ("walimu", "mwalimu"),
            ("wanafunzi", "mwanafunzi"),
            ("visima", "kisima"),
            ("vyakula", "chakula"),
            ("shuleni", "shule"),
            ("hospitalini", "hospitali"),
            ("लड़कियों", "लड़की"),
            ("विद्यालयों", "विद्यालय"),
            ("নদীর", "নদী"),
            ("গ্রামের", "গ্রাম"),
            ("স্কুলগুলো", "স্কুল"),
            ("বাংলাদেশে", "বাংলাদেশ"),
            ("विद्यालयहरू", "विद्यालय"),
        ] {
            assert!(
                are_family(&crate::words::fold(a), &crate::words::fold(b)),
                "{a} {b}: {:?} {:?}",
                stems(a),
                stems(b)
            );
        }
    }

    #[test]
    fn strangers_do_not_meet() {
        for (a, b) in [
            ("mother", "other"),
            ("masalah", "salah"),
            ("village", "llage"),
            ("water", "watch"),
            ("air", "airport"),
            ("नदी", "नमक"),
        ] {
            assert!(!are_family(a, b), "{a} {b}");
        }
    }
}
