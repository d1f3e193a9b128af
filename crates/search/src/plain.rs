//! What people type: words of any language, misspelt or begun, and names of places.

use formats::ckan::search::Query;
use tantivy::query::BooleanQuery;

use crate::{
    Error, Found, Snapshot,
    fields::Among,
    marks::Sought,
    solr::{Compiler, Node, all, any, best, boosted, plain},
    words::words,
};

/// The field that says which place a dataset is about, by its code.
pub const PLACE: &str = "about_place";
/// More words than anybody types; the rest is not looked for.
const MOST_WORDS: usize = 24;
/// The most words in the name of a place.
const LONGEST_NAME: usize = 5;
/// What a match counts in the title, in words that somebody chose, in the description, in the rest.
const WEIGHTS: [f32; 4] = [8.0, 4.0, 2.0, 1.0];

/// What somebody looks for.
pub struct Asked<'a> {
    pub text: &'a str,
    pub manner: Manner,
    /// Only among these: what the asker may see is among them.
    pub filters: &'a [Query],
    /// The places that have a name, as [`crate::words::fold`] writes it with one space between its words.
    pub places: &'a dyn Fn(&str) -> Option<Places>,
    /// What `NOW` stands for, in microseconds since 1970 UTC.
    pub now: i64,
}

/// Whether the last word may go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    Typing,
    Finished,
}

/// Places of one name, by their codes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Places {
    pub own: Vec<String>,
    /// Those they lie in, the nearest first.
    pub above: Vec<String>,
    /// Those that lie in them.
    pub below: Vec<String>,
}

/// What was found for it.
pub struct Answer {
    pub found: Found,
    /// For marking what was found in a text.
    pub sought: Vec<Sought>,
    /// The same in words that occur, where some do not.
    pub meant: Option<String>,
}

impl Snapshot {
    /// Finds datasets for what somebody typed: what holds its words first, what holds words like them behind.
    ///
    /// Of two words both have to match, of three to five all but one, of more four in five. What covers a place that is
    /// named counts, though less than what is about it.
    ///
    /// # Errors
    /// [`Error::TooMuch`] for what would take too long.
    pub fn ask(&self, asked: &Asked<'_>) -> Result<Answer, Error> {
        let compiler = Compiler::of(self, asked.now);
        let seen = compiler.filter(asked.filters)?;
        if asked.text.trim().is_empty() {
            return Ok(Answer {
                found: self.collect(&seen)?,
                sought: Vec::new(),
                meant: None,
            });
        }
        let typed: Vec<String> = words(asked.text)
            .into_iter()
            .take(MOST_WORDS)
            .map(|word| word.text)
            .collect();
        let mut clauses: Vec<Node> = Vec::new();
        let mut sought: Vec<Sought> = Vec::new();
        let mut meant: Vec<String> = Vec::new();
        let mut is_other = false;
        let is_ended = asked.text.ends_with(char::is_whitespace) || asked.manner == Manner::Finished;
        let mut at = 0;
        while at < typed.len() {
            let named = named(&typed[at..], asked.places);
            let (n, places) = named.map_or((1, None), |(n, places)| (n, Some(places)));
            let mut of_words: Vec<Node> = Vec::new();
            for (n, word) in typed.iter().enumerate().skip(at).take(n) {
                let mut one = Sought::of(word);
                let is_known = compiler.occurs(&one, &seen)?;
                one.may_go_on = (n + 1 == typed.len() && !is_ended) || !is_known;
                if is_known {
                    one.edits = one.edits.min(1);
                }
                if !is_known && places.is_none() && is_ended {
                    match compiler.meant(&one, &seen)? {
                        Some(other) => {
                            is_other = true;
                            meant.push(other);
                        }
                        None => meant.push(word.clone()),
                    }
                } else {
                    meant.push(word.clone());
                }
                of_words.push(compiler.like_word(&one)?);
                sought.push(one);
            }
            let of_words = all(of_words);
            clauses.push(match places {
                Some(places) => compiler.of_places(of_words, &places),
                None => of_words,
            });
            at += n;
        }
        let least = least(clauses.len());
        let clauses = BooleanQuery::union_with_minimum_required_clauses(clauses, least);
        let found = self.collect(&all(vec![Box::new(clauses), seen]))?;
        Ok(Answer {
            found,
            sought,
            meant: is_other.then(|| meant.join(" ")),
        })
    }
}

/// How many of so many words have to match.
fn least(n: usize) -> usize {
    match n {
        0..=2 => n,
        3..=5 => n - 1,
        _ => n * 80 / 100,
    }
}

/// The longest name of a place that stands at the beginning of words, and how many words it has.
fn named(typed: &[String], places: &dyn Fn(&str) -> Option<Places>) -> Option<(usize, Places)> {
    (1..=typed.len().min(LONGEST_NAME))
        .rev()
        .find_map(|n| Some((n, places(&typed[..n].join(" "))?)))
}

impl Compiler<'_> {
    /// A word that somebody typed, or one like it.
    fn like_word(&self, sought: &Sought) -> Result<Node, Error> {
        /// What a beginning counts, and a word that is only like it: less than any word that is there.
        const BEGUN: f32 = 0.02;
        const LIKE: f32 = 0.002;
        let mut exact = Vec::new();
        let mut found = Vec::new();
        for (part, weight) in self.snapshot.fields.parts.iter().zip(WEIGHTS) {
            let words = Among::Field(part.words);
            exact.push(boosted(self.family(part, &sought.text)?, weight));
            if sought.may_go_on {
                found.push(plain(self.beginning(words, &sought.text)?, BEGUN * weight));
            }
            if sought.edits > 0 {
                let like = self.near(words, &sought.text, sought.edits)?;
                found.push(plain(like, LIKE * weight));
            }
        }
        found.push(best(exact, 0.1));
        Ok(any(found))
    }

    /// What is said in the words of a place's name, or is about the place, what covers it, what it covers.
    fn of_places(&self, words: Node, places: &Places) -> Node {
        /// What it counts to be about the place itself.
        const ABOUT: f32 = 6.0;
        const COVERS: f32 = 0.5;
        const WITHIN: f32 = 0.05;
        let mut found = vec![
            words,
            plain(self.values(PLACE, &places.own), ABOUT),
            plain(self.values(PLACE, &places.below), WITHIN),
        ];
        let mut score = COVERS;
        for code in &places.above {
            let code = std::slice::from_ref(code);
            found.push(plain(self.values(PLACE, code), score));
            score *= 0.8;
        }
        any(found)
    }
}
