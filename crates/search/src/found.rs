//! What was found, and the values that it has.

use std::collections::HashMap;
use std::ops::Bound;

use crate::{
    Error, Snapshot,
    engine::Field,
    node::{Asker, Node},
    set::Set,
    stems::MARK,
    terms,
};
use formats::ckan::search::{
    FacetCount, FacetItem, Facets,
    document::{Kind, kind_of},
};

/// A dataset that was found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hit {
    /// [`crate::Entry::number`].
    pub number: u32,
    /// How well it is meant; only what is compared with it says anything.
    pub score: f32,
    /// Where it stands in the index.
    segment: u32,
    doc: u32,
}

/// Datasets that were found, in no order.
#[derive(Debug, Clone, Default)]
pub struct Found {
    pub hits: Vec<Hit>,
    /// The same, for each segment of the index.
    sets: Vec<Set>,
}

impl Found {
    /// How many there are.
    #[must_use]
    pub fn n(&self) -> usize {
        self.hits.len()
    }

    /// Keeps only some.
    pub fn retain(&mut self, keep: impl Fn(&Hit) -> bool) {
        self.hits.retain(keep);
        for set in &mut self.sets {
            set.clear();
        }
        for hit in &self.hits {
            if let Some(set) = self.sets.get_mut(hit.segment as usize) {
                set.add(hit.doc);
            }
        }
    }

    /// Whether any of a segment's datasets is among them.
    pub(crate) fn holds_any(&self, segment: usize, docs: &[u32]) -> bool {
        let set = self.sets.get(segment);
        set.is_some_and(|set| docs.iter().any(|doc| set.has(*doc)))
    }

    /// How many of a segment's datasets are among them.
    pub(crate) fn n_of(&self, segment: usize, docs: &[u32]) -> u64 {
        let set = self.sets.get(segment);
        set.map_or(0, |set| docs.iter().filter(|doc| set.has(**doc)).count() as u64)
    }

    /// Those of one page in an order: `order` compares two of them.
    #[must_use]
    pub fn page(&self, start: usize, n: usize, order: impl Fn(&Hit, &Hit) -> std::cmp::Ordering) -> Vec<Hit> {
        let mut hits = self.hits.clone();
        let end = start.saturating_add(n).min(hits.len());
        if start >= end {
            return Vec::new();
        }
        if end < hits.len() {
            hits.select_nth_unstable_by(end - 1, &order);
            hits.truncate(end);
        }
        hits.sort_unstable_by(&order);
        hits.drain(..start);
        hits
    }
}

impl Snapshot {
    /// Collects all that a question finds.
    pub(crate) fn collect(&self, node: &Node) -> Result<Found, Error> {
        let asker = Asker::of(self);
        let mut found = Found::default();
        for (segment, live) in (0..).zip(&self.all) {
            let mut set = Set::of(live.segment.n());
            for (doc, score) in asker.answer(live, node)? {
                set.add(doc);
                found.hits.push(Hit {
                    number: live.segment.numbers[doc as usize],
                    score,
                    segment,
                    doc,
                });
            }
            found.sets.push(set);
        }
        Ok(found)
    }

    /// Counts the values that a field has among what was found, in no order.
    #[must_use]
    pub fn count(&self, found: &Found, field: &str) -> Vec<(String, u64)> {
        let mut counts: HashMap<String, u64> = HashMap::new();
        let words = crate::solr::fields_of_words(field);
        let (from, to) = terms::span(field);
        let kind = kind_of(field);
        for (at, live) in self.all.iter().enumerate() {
            for of in words.unwrap_or(&[Field::Coded]) {
                let part = live.segment.part(*of);
                let range = match words {
                    Some(_) => 0..part.n_terms(),
                    None => part.between(Bound::Included(&from), Bound::Excluded(&to)),
                };
                for term in range {
                    let (term, _, postings) = part.at(term);
                    let text = match (words, terms::value_of(field, term)) {
                        (Some(_), _) if term.starts_with(MARK) => continue,
                        (Some(_), _) => term,
                        (None, Some(text)) => text,
                        (None, None) => continue,
                    };
                    let n = found.n_of(at, &postings.docs);
                    if n > 0 {
                        *counts.entry(written(kind, text)).or_default() += n;
                    }
                }
            }
        }
        counts.into_iter().collect()
    }

    /// Counts the facets that are asked for, the most frequent values first.
    #[must_use]
    pub fn facets(&self, found: &Found, asked: &Facets) -> Vec<FacetCount> {
        let facet = |field: &String| {
            let mut counts = self.count(found, field);
            counts.retain(|(_, n)| *n >= asked.least);
            counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
            if let Some(most) = asked.limit {
                counts.truncate(usize::try_from(most).unwrap_or(usize::MAX));
            }
            let item = |(name, count): (String, u64)| FacetItem {
                display_name: name.clone(),
                name,
                count,
            };
            FacetCount {
                field: field.clone(),
                items: counts.into_iter().map(item).collect(),
            }
        };
        asked.fields.iter().map(facet).collect()
    }
}

/// A value as CKAN writes it among facets.
fn written(kind: Kind, text: &str) -> String {
    let known = match kind {
        Kind::Number => terms::number_of(text).map(|number| format!("{number:?}")),
        Kind::Instant => {
            terms::instant_of(text).map(|at| format!("{}Z", formats::ckan::instant::Instant(at)))
        }
        Kind::Keyword | Kind::Prose => None,
    };
    known.unwrap_or_else(|| text.to_owned())
}
