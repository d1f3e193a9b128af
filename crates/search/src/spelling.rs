//! Which word that occurs was meant by one that does not.

use std::collections::HashMap;

use crate::{
    Found, Snapshot,
    engine::Field,
    marks::{Sought, distance, is_within},
    postings::letters,
    stems::MARK,
};

impl Snapshot {
    /// Whether a word, or one of its family, occurs in datasets.
    pub(crate) fn occurs(&self, sought: &Sought, among: &Found) -> bool {
        let terms = sought.terms();
        self.all.iter().enumerate().any(|(at, live)| {
            Field::WORDS.into_iter().any(|field| {
                let held = terms
                    .iter()
                    .filter_map(|term| live.segment.part(field).find(term));
                held.into_iter()
                    .any(|postings| among.holds_any(at, &postings.docs))
            })
        })
    }

    /// The word most like another that occurs in datasets: the nearest, and of those the most frequent.
    pub(crate) fn meant(&self, sought: &Sought, among: &Found) -> Option<String> {
        if sought.edits == 0 {
            return None;
        }
        let mut known: HashMap<&str, u64> = HashMap::new();
        let (of_it, most) = (letters(&sought.text), u32::from(sought.edits));
        for (at, live) in self.all.iter().enumerate() {
            for field in Field::WORDS {
                let part = live.segment.part(field);
                for term in 0..part.n_terms() {
                    let (term, of_term, postings) = part.at(term);
                    let is_near = (of_term ^ of_it).count_ones() <= 2 * most
                        && !term.starts_with(MARK)
                        && is_within(&sought.text, term, usize::from(sought.edits));
                    if is_near {
                        let n = among.n_of(at, &postings.docs);
                        if n > 0 {
                            *known.entry(term).or_default() += n;
                        }
                    }
                }
            }
        }
        let best = known.into_iter().min_by(|(a, n), (b, m)| {
            let far = |word: &str| distance(&sought.text, word);
            far(a).cmp(&far(b)).then_with(|| m.cmp(n)).then_with(|| a.cmp(b))
        });
        best.map(|(word, _)| word.to_owned())
    }
}
