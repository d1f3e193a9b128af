//! What people type: words of any language, misspelt or begun, and names of places.

use formats::ckan::search::Query;

use crate::{
    Error, Found, Snapshot,
    engine::Field,
    marks::Sought,
    node::{Node, Occur as Must},
    solr::{Compiler, beginning, family},
    terms,
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
        let compiler = Compiler { now: asked.now };
        let seen = self.filter(asked.filters, asked.now)?;
        if asked.text.trim().is_empty() {
            return Ok(Answer {
                found: seen,
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
            let mut all: Vec<Node> = Vec::new();
            for (n, word) in typed.iter().enumerate().skip(at).take(n) {
                let mut one = Sought::of(word);
                let is_known = self.occurs(&one, &seen);
                one.may_go_on = (n + 1 == typed.len() && !is_ended) || !is_known;
                if is_known {
                    one.edits = one.edits.min(1);
                }
                if !is_known && places.is_none() && is_ended {
                    match self.meant(&one, &seen) {
                        Some(other) => {
                            is_other = true;
                            meant.push(other);
                        }
                        None => meant.push(word.clone()),
                    }
                } else {
                    meant.push(word.clone());
                }
                all.push(word_query(&one));
                sought.push(one);
            }
            let of_words = Node::all(all);
            clauses.push(match places {
                Some(places) => place_query(of_words, &places),
                None => of_words,
            });
            at += n;
        }
        let found = if clauses.is_empty() {
            self.collect(&Node::Nothing)?
        } else {
            let least = least(clauses.len());
            let clauses = clauses.into_iter().map(|node| (Must::Should, node));
            let mut all = vec![(Must::Must, Node::Group(clauses.collect(), least))];
            all.extend(compiler.filters(asked.filters)?);
            self.collect(&Node::Group(all, 0))?
        };
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

fn word_query(sought: &Sought) -> Node {
    /// What a beginning counts, and a word that is only like it: less than any word that is there.
    const BEGUN: f32 = 0.02;
    const LIKE: f32 = 0.002;
    let parts = || Field::WORDS.into_iter().zip(WEIGHTS);
    let exact = parts().map(|(field, weight)| family(field, &sought.text).boosted(weight));
    let mut all = vec![Node::Best(exact.collect(), 0.1)];
    for (field, weight) in parts() {
        if sought.may_go_on {
            all.push(beginning(field, &sought.text).plain(BEGUN * weight));
        }
        if sought.edits > 0 {
            let like = Node::Near(field, String::new(), sought.text.clone(), sought.edits);
            all.push(like.plain(LIKE * weight));
        }
    }
    Node::any(all)
}

/// What is said in the words of a place's name, or is about the place, what covers it, what it covers.
fn place_query(words: Node, places: &Places) -> Node {
    /// What it counts to be about the place itself.
    const ABOUT: f32 = 6.0;
    const COVERS: f32 = 0.5;
    const WITHIN: f32 = 0.05;
    let codes = |codes: &[String]| {
        let terms = codes.iter().map(|code| terms::value(PLACE, code));
        Node::Terms(Field::Coded, terms.collect())
    };
    let mut all = vec![
        words,
        codes(&places.own).plain(ABOUT),
        codes(&places.below).plain(WITHIN),
    ];
    let mut score = COVERS;
    for code in &places.above {
        all.push(codes(std::slice::from_ref(code)).plain(score));
        score *= 0.8;
    }
    Node::any(all)
}
