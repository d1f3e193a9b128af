//! Which datasets hold a term, how often and where: one part of a dataset, such as its title, over many of them.

use std::collections::HashMap;
use std::ops::{Bound, Range};

use crate::set::Set;

/// The datasets that hold one term.
#[derive(Debug, Clone, Default)]
pub struct Postings {
    /// In their order.
    pub docs: Vec<u32>,
    /// Where the places of each end; empty where nobody asks how often it is held.
    ends: Vec<u32>,
    /// The places of the words of each; empty for what is no word.
    places: Vec<u32>,
}

/// One part of the datasets.
#[derive(Debug, Default)]
pub struct Part {
    /// In their order, each with the letters that are in it.
    terms: Vec<(Box<str>, u64)>,
    postings: Vec<Postings>,
    /// How many words each dataset has here.
    lengths: Vec<u16>,
    n_words: u64,
}

/// A part that is being filled.
#[derive(Default)]
pub struct Builder {
    terms: HashMap<String, Postings>,
    lengths: Vec<u16>,
    n_words: u64,
}

impl Postings {
    /// How often the `at`th dataset holds the term.
    pub fn n(&self, at: usize) -> u32 {
        match self.ends.get(at) {
            Some(end) => end - self.start(at),
            None => 1,
        }
    }

    /// Where the `at`th dataset holds the term.
    pub fn places(&self, at: usize) -> &[u32] {
        let end = self.ends.get(at).copied().unwrap_or_default();
        self.places
            .get(self.start(at) as usize..end as usize)
            .unwrap_or_default()
    }

    fn start(&self, at: usize) -> u32 {
        let before = at.checked_sub(1).and_then(|before| self.ends.get(before));
        before.copied().unwrap_or_default()
    }

    /// Adds a dataset, the last so far, or that it holds the term once more.
    fn add(&mut self, doc: u32) {
        let n_before = self.ends.last().copied().unwrap_or_default();
        if self.docs.last() == Some(&doc) {
            if let Some(end) = self.ends.last_mut() {
                *end += 1;
            }
        } else {
            self.docs.push(doc);
            self.ends.push(n_before + 1);
        }
    }

    /// Adds those of another that stay, under their new numbers.
    fn take(&mut self, other: &Postings, numbers: &[Option<u32>]) {
        for (at, doc) in other.docs.iter().enumerate() {
            let Some(new) = numbers.get(*doc as usize).copied().flatten() else {
                continue;
            };
            if !other.ends.is_empty() {
                let before = self.ends.last().copied().unwrap_or_default();
                self.ends.push(before + other.n(at));
                self.places.extend_from_slice(other.places(at));
            }
            self.docs.push(new);
        }
    }

    fn n_bytes(&self) -> usize {
        4 * (self.docs.capacity() + self.ends.capacity() + self.places.capacity())
    }
}

impl Builder {
    /// Adds a word at a place; words come in the order of their datasets.
    pub fn word(&mut self, doc: u32, place: u32, text: &str) {
        let postings = self.of(text);
        postings.add(doc);
        postings.places.push(place);
    }

    /// Adds that a word has a stem.
    pub fn stem(&mut self, doc: u32, text: &str) {
        self.of(text).add(doc);
    }

    /// Adds a value as a whole.
    pub fn value(&mut self, doc: u32, text: &str) {
        let postings = self.of(text);
        if postings.docs.last() != Some(&doc) {
            postings.docs.push(doc);
        }
    }

    /// Notes how many words the next dataset has here.
    pub fn end_of_dataset(&mut self, n_words: usize) {
        self.lengths.push(u16::try_from(n_words).unwrap_or(u16::MAX));
        self.n_words += n_words as u64;
    }

    pub fn build(self) -> Part {
        let mut all: Vec<(String, Postings)> = self.terms.into_iter().collect();
        all.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        let mut part = Part {
            lengths: self.lengths,
            n_words: self.n_words,
            ..Part::default()
        };
        for (term, mut postings) in all {
            postings.docs.shrink_to_fit();
            postings.ends.shrink_to_fit();
            postings.places.shrink_to_fit();
            part.push(term.into(), postings);
        }
        part
    }

    fn of(&mut self, text: &str) -> &mut Postings {
        if !self.terms.contains_key(text) {
            self.terms.insert(text.to_owned(), Postings::default());
        }
        self.terms.entry(text.to_owned()).or_default()
    }
}

impl Part {
    /// The datasets that hold a term.
    pub fn find(&self, term: &str) -> Option<&Postings> {
        let at = self
            .terms
            .binary_search_by(|(known, _)| known.as_ref().cmp(term))
            .ok()?;
        self.postings.get(at)
    }

    /// The terms between two of them, by where they stand.
    pub fn between(&self, from: Bound<&str>, to: Bound<&str>) -> Range<usize> {
        let before = |term: &str| self.terms.partition_point(|(known, _)| known.as_ref() < term);
        let until = |term: &str| self.terms.partition_point(|(known, _)| known.as_ref() <= term);
        let start = match from {
            Bound::Unbounded => 0,
            Bound::Included(term) => before(term),
            Bound::Excluded(term) => until(term),
        };
        let end = match to {
            Bound::Unbounded => self.terms.len(),
            Bound::Included(term) => until(term),
            Bound::Excluded(term) => before(term),
        };
        start..end.max(start)
    }

    /// The term at a place, the letters that are in it, and who holds it.
    pub fn at(&self, at: usize) -> (&str, u64, &Postings) {
        let (term, letters) = &self.terms[at];
        (term, *letters, &self.postings[at])
    }

    pub fn n_terms(&self) -> usize {
        self.terms.len()
    }

    /// How many words a dataset has here.
    pub fn length(&self, doc: u32) -> u16 {
        self.lengths.get(doc as usize).copied().unwrap_or_default()
    }

    /// How many words all have together.
    pub fn n_words(&self) -> u64 {
        self.n_words
    }

    /// Puts two parts together, without what is gone; `numbers` are the new ones.
    pub fn merged(parts: [(&Part, &[Option<u32>]); 2]) -> Part {
        let mut merged = Part::default();
        for (part, numbers) in parts {
            for (doc, length) in part.lengths.iter().enumerate() {
                if numbers.get(doc).copied().flatten().is_some() {
                    merged.lengths.push(*length);
                    merged.n_words += u64::from(*length);
                }
            }
        }
        let [(a, of_a), (b, of_b)] = parts;
        let (mut i, mut j) = (0, 0);
        while i < a.terms.len() || j < b.terms.len() {
            let order = match (a.terms.get(i), b.terms.get(j)) {
                (Some((x, _)), Some((y, _))) => x.cmp(y),
                (Some(_), None) => std::cmp::Ordering::Less,
                _ => std::cmp::Ordering::Greater,
            };
            let mut postings = Postings::default();
            let term = if order.is_le() {
                &a.terms[i].0
            } else {
                &b.terms[j].0
            };
            if order.is_le() {
                postings.take(&a.postings[i], of_a);
            }
            if order.is_ge() {
                postings.take(&b.postings[j], of_b);
            }
            if !postings.docs.is_empty() {
                merged.push(term.clone(), postings);
            }
            i += usize::from(order.is_le());
            j += usize::from(order.is_ge());
        }
        merged
    }

    fn push(&mut self, term: Box<str>, postings: Postings) {
        let letters = letters(&term);
        self.terms.push((term, letters));
        self.postings.push(postings);
    }

    pub fn n_bytes(&self) -> usize {
        let terms: usize = self.terms.iter().map(|(term, _)| term.len() + 24).sum();
        let postings: usize = self.postings.iter().map(|postings| postings.n_bytes() + 72).sum();
        terms + postings + 2 * self.lengths.len()
    }
}

/// The letters of a term, each as one of 64 bits: two terms that differ by an edit differ by two bits at most.
pub fn letters(term: &str) -> u64 {
    term.chars()
        .fold(0, |bits, letter| bits | 1 << (u32::from(letter) % 64))
}

/// Adds the datasets that hold a term to a set.
pub fn gather(postings: &Postings, set: &mut Set) {
    for doc in &postings.docs {
        set.add(*doc);
    }
}
