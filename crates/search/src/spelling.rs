//! Which word that occurs was meant by one that does not.

use std::{cmp::Reverse, collections::BTreeSet};

use tantivy::{collector::Count, query::FuzzyTermQuery};

use crate::{
    Error,
    fields::Among,
    marks::{Sought, distance},
    solr::{Compiler, Node, all, any},
};

impl Compiler<'_> {
    /// Whether a word, or one of its family, occurs in datasets.
    pub fn occurs(&self, sought: &Sought, among: &Node) -> Result<bool, Error> {
        let parts = self.snapshot.fields.parts.iter();
        let words = parts.map(|part| self.family(part, &sought.text));
        let words = any(words.collect::<Result<_, Error>>()?);
        self.snapshot.holds(&all(vec![words, among.box_clone()]))
    }

    /// The word most like another that occurs in datasets: the nearest, and of those the most frequent.
    pub fn meant(&self, sought: &Sought, among: &Node) -> Result<Option<String>, Error> {
        let mut known: Vec<(usize, String)> = self
            .similar(sought)?
            .into_iter()
            .map(|word| (distance(&sought.text, &word), word))
            .collect();
        known.sort_unstable();
        for near in known.chunk_by(|a, b| a.0 == b.0) {
            let mut best = None;
            for (_, word) in near {
                let n = self.n_holding(word, among)?;
                best = best.max((n > 0).then_some((n, Reverse(word))));
            }
            if let Some((_, Reverse(word))) = best {
                return Ok(Some(word.clone()));
            }
        }
        Ok(None)
    }

    /// The words of the index that are like another.
    fn similar(&self, sought: &Sought) -> Result<BTreeSet<String>, Error> {
        let mut words = BTreeSet::new();
        if sought.edits == 0 {
            return Ok(words);
        }
        let parts = self.snapshot.fields.parts;
        for reader in self.snapshot.searcher.segment_readers() {
            for part in parts {
                let term = Among::Field(part.words).text(&sought.text);
                let like = FuzzyTermQuery::new(term, sought.edits, true).automaton()?;
                let index = reader.inverted_index(part.words)?;
                let mut terms = index.terms().search(&like).into_stream()?;
                while terms.advance() {
                    words.insert(String::from_utf8_lossy(terms.key()).into_owned());
                }
            }
        }
        Ok(words)
    }

    fn n_holding(&self, word: &str, among: &Node) -> Result<usize, Error> {
        let parts = self.snapshot.fields.parts.iter();
        let words = parts.map(|part| self.word(Among::Field(part.words), word));
        let words = any(words.collect::<Result<_, Error>>()?);
        let held = all(vec![words, among.box_clone()]);
        Ok(self.snapshot.searcher.search(&held, &Count)?)
    }
}
