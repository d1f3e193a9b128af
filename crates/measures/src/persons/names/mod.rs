//! Names of persons as different hands write them: normal forms, phonetic keys, likeness.
//!
//! Languages at hand: Indonesian with its old and new spelling, Swahili and other Kenyan names, Hindi, Nepali and Bengali in their own
//! scripts and in Latin letters, English. A name has one or more words in any order; nobody is asked which is the family's.

pub mod jaro;
mod script;
mod spelling;

use jaro::jaro_winkler;

/// The language whose habits of writing names apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Language {
    Indonesian,
    Swahili,
    Hindi,
    Bengali,
    Nepali,
    English,
    /// Nobody says which: what nearly all of them hear alike.
    Any,
}

impl Language {
    /// Finds a language by its tag, such as `id`, `id-ID` or `sw_KE`; [`Language::Any`] for one not at hand.
    pub fn of(tag: &str) -> Language {
        match tag.split(['-', '_']).next().unwrap_or_default() {
            "id" | "in" | "ms" | "jv" | "su" | "mad" | "min" | "ace" | "ban" => Language::Indonesian,
            "sw" | "ki" | "luo" | "kam" | "so" => Language::Swahili,
            "hi" | "mr" | "bho" | "mai" | "awa" => Language::Hindi,
            "bn" | "as" => Language::Bengali,
            "ne" => Language::Nepali,
            "en" => Language::English,
            _ => Language::Any,
        }
    }
}

/// A name read once, for many comparisons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// At most [`MOST_WORDS`]; the same word twice stays twice.
    pub words: Vec<Word>,
}

/// One word of a name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Word {
    /// In Latin letters a–z, without marks.
    pub plain: String,
    /// One spelling for all spellings of the same sounds.
    pub sound: String,
    /// The consonants, coarsely: what words worth comparing share.
    pub key: String,
    /// So many carry it, or leave it out as they like, that to share it says little.
    pub is_common: bool,
}

/// Words of a name that are compared; nobody's form has room for more.
pub const MOST_WORDS: usize = 6;

/// How two words of two names agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Agreement {
    /// The same letters or the same sounds.
    Same,
    /// A slip of the pen apart.
    Close,
    /// One is the first letter of the other.
    Initial,
    Different,
}

/// Two names laid beside each other, word by word, so that as much as possible agrees.
#[derive(Debug, Clone, PartialEq)]
pub struct Alignment<'a> {
    pub pairs: Vec<(&'a Word, &'a Word, Agreement)>,
    /// Words of the longer name that have no partner.
    pub left_over: Vec<&'a Word>,
    /// Written as one word they sound the same: Nur Hayati and Nurhayati.
    pub is_same_joined: bool,
}

/// Words this like, by Jaro and Winkler, are a slip of the pen apart.
const CLOSE: f64 = 0.88;
/// Words less like than this share letters by chance.
const CHANCE: f64 = 0.55;
/// What a word counts that says little, beside one that says much.
const COMMON_WORTH: f64 = 0.4;
/// What a word counts that one of the two names leaves out.
const LEFT_OVER_WORTH: f64 = 0.4;

impl Name {
    /// Reads a name as people of a language write it.
    pub fn read(text: &str, language: Language) -> Name {
        let latin = script::latin(spelling::before_degrees(text, language));
        let words = spelling::without_titles(&latin, language)
            .into_iter()
            .take(MOST_WORDS)
            .map(|plain| Word::of(plain, language))
            .collect();
        Name { words }
    }

    /// Tells whether there was no name to read.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// The whole name as one sound.
    pub fn joined(&self) -> String {
        self.words.iter().map(|word| word.sound.as_str()).collect()
    }

    /// The phonetic key of the whole name written as one word.
    pub fn joined_key(&self) -> String {
        spelling::skeleton(&self.joined())
    }

    /// Returns how like two names of one language are, 0..=1: 1 for the same words in any order.
    pub fn likeness(&self, other: &Name) -> f64 {
        if self.is_empty() || other.is_empty() {
            return if self == other { 1.0 } else { 0.0 };
        }
        let alignment = self.align(other);
        let (mut shared, mut all) = (0.0, 0.0);
        for (a, b, agreement) in &alignment.pairs {
            let worth = a.worth() + b.worth();
            shared += worth * word_likeness(a, b, *agreement);
            all += worth;
        }
        all += alignment
            .left_over
            .iter()
            .map(|word| word.worth() * LEFT_OVER_WORTH)
            .sum::<f64>();
        let by_words = shared / all;
        let likeness = if alignment.is_same_joined {
            by_words.max(0.97)
        } else {
            by_words
        };
        likeness.clamp(0.0, 1.0)
    }

    /// Lays two names beside each other so that as much as possible agrees, whatever the order of their words.
    pub fn align<'a>(&'a self, other: &'a Name) -> Alignment<'a> {
        let (short, long) = match self.words.len() <= other.words.len() {
            true => (&self.words, &other.words),
            false => (&other.words, &self.words),
        };
        let mut table = Vec::with_capacity(short.len());
        for a in short {
            let row: Vec<(Agreement, f64)> = long
                .iter()
                .map(|b| {
                    let agreement = agreement(a, b);
                    (
                        agreement,
                        word_likeness(a, b, agreement) * (a.worth() + b.worth()),
                    )
                })
                .collect();
            table.push(row);
        }
        let chosen = best_partners(&table, long.len());
        let pairs = short
            .iter()
            .zip(&chosen)
            .enumerate()
            .map(|(i, (a, j))| (a, &long[*j], table[i][*j].0))
            .collect();
        let left_over = (0..long.len())
            .filter(|j| !chosen.contains(j))
            .map(|j| &long[j])
            .collect();
        let is_same_joined = short.len() != long.len() && self.joined() == other.joined();
        Alignment {
            pairs,
            left_over,
            is_same_joined,
        }
    }
}

impl Word {
    fn of(plain: String, language: Language) -> Word {
        let sound = spelling::sound(&plain, language);
        Word {
            key: spelling::skeleton(&sound),
            is_common: spelling::is_common(&plain),
            sound,
            plain,
        }
    }

    /// Tells whether it is one letter, for a word that begins with it.
    pub fn is_initial(&self) -> bool {
        self.plain.len() == 1
    }

    fn worth(&self) -> f64 {
        if self.is_common || self.is_initial() {
            COMMON_WORTH
        } else {
            1.0
        }
    }
}

/// Returns the phonetic key of a whole name: the keys of its words in the order of the alphabet, so that order does not count.
pub fn key(name: &str, language: Language) -> String {
    let name = Name::read(name, language);
    let mut keys: Vec<&str> = name.words.iter().map(|word| word.key.as_str()).collect();
    keys.sort_unstable();
    keys.join(" ")
}

/// Returns how like two names are, 0..=1. To compare one with many, read each [`Name`] once.
pub fn likeness(a: &str, b: &str, language: Language) -> f64 {
    Name::read(a, language).likeness(&Name::read(b, language))
}

fn agreement(a: &Word, b: &Word) -> Agreement {
    if a.plain == b.plain || a.sound == b.sound {
        return Agreement::Same;
    }
    if a.is_initial() || b.is_initial() {
        let begins_alike = a.plain.chars().next() == b.plain.chars().next();
        return if begins_alike {
            Agreement::Initial
        } else {
            Agreement::Different
        };
    }
    if letters_alike(a, b) >= CLOSE {
        Agreement::Close
    } else {
        Agreement::Different
    }
}

fn word_likeness(a: &Word, b: &Word, agreement: Agreement) -> f64 {
    match agreement {
        Agreement::Same if a.plain == b.plain => 1.0,
        Agreement::Same => 0.97,
        Agreement::Initial => 0.8,
        Agreement::Close | Agreement::Different => {
            ((letters_alike(a, b) - CHANCE) / (1.0 - CHANCE)).clamp(0.0, 1.0)
        }
    }
}

fn letters_alike(a: &Word, b: &Word) -> f64 {
    jaro_winkler(&a.plain, &b.plain).max(jaro_winkler(&a.sound, &b.sound))
}

/// Chooses a partner for each row so that the sum is the greatest there is; the same sum whichever side is called first.
fn best_partners(table: &[Vec<(Agreement, f64)>], n_columns: usize) -> Vec<usize> {
    let n_sets = 1_usize << n_columns;
    // best[i][set]: the greatest sum of rows i.. when the columns in `set` are taken.
    let mut best = vec![vec![0.0_f64; n_sets]; table.len() + 1];
    let mut choice = vec![vec![0_usize; n_sets]; table.len()];
    for i in (0..table.len()).rev() {
        for set in 0..n_sets {
            let mut greatest = f64::NEG_INFINITY;
            for (j, (_, likeness)) in table[i].iter().enumerate() {
                if set & (1 << j) == 0 {
                    let sum = likeness + best[i + 1][set | (1 << j)];
                    if sum > greatest {
                        greatest = sum;
                        choice[i][set] = j;
                    }
                }
            }
            best[i][set] = greatest;
        }
    }
    let mut set = 0;
    (0..table.len())
        .map(|i| {
            let j = choice[i][set];
            set |= 1 << j;
            j
        })
        .collect()
}

#[cfg(test)]
mod tests;
