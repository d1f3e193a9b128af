//! Questions to the index, and how they are answered.

use std::cell::Cell;
use std::ops::Bound;

use formats::ckan::search::query::Pattern;

use crate::{
    Error, Snapshot,
    engine::{Field, Live},
    marks::is_within,
    postings::{Postings, gather, letters},
    set::Set,
    stems::MARK,
};

/// What is asked.
#[derive(Debug, Clone)]
pub(crate) enum Node {
    All,
    Nothing,
    Term(Field, String),
    /// Words that stand together, with up to so many others between them.
    Phrase(Field, Vec<String>, u32),
    /// Terms between two of them.
    Range(Field, Bound<String>, Bound<String>),
    /// Terms that begin with a text and go on like a pattern.
    Like(Field, String, Pattern),
    /// Terms of which so many letters are wrong, behind a text that is right.
    Near(Field, String, String, u8),
    /// Any of these terms.
    Terms(Field, Vec<String>),
    Group(Vec<(Occur, Node)>, usize),
    /// The best of these counts, the others so much of it.
    Best(Vec<Node>, f32),
    Boost(Box<Node>, f32),
    /// Counts so much, however well it is meant.
    Plain(Box<Node>, f32),
}

/// What a clause means to its group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Occur {
    Must,
    Should,
    MustNot,
}

/// Datasets of a segment in their order, with how well each is meant.
pub(crate) type Scored = Vec<(u32, f32)>;

/// How much work one question may make: terms that are compared, datasets that are weighed.
const MOST_WORK: u64 = 50_000_000;

/// Answers questions about one snapshot.
pub(crate) struct Asker<'s> {
    snapshot: &'s Snapshot,
    work: Cell<u64>,
}

impl Node {
    /// Any of these, each counting.
    pub fn any(nodes: Vec<Node>) -> Node {
        Node::Group(nodes.into_iter().map(|node| (Occur::Should, node)).collect(), 1)
    }

    /// All of these.
    pub fn all(nodes: Vec<Node>) -> Node {
        Node::Group(nodes.into_iter().map(|node| (Occur::Must, node)).collect(), 0)
    }

    pub fn boosted(self, by: f32) -> Node {
        Node::Boost(Box::new(self), by)
    }

    pub fn plain(self, score: f32) -> Node {
        Node::Plain(Box::new(self), score)
    }
}

impl<'s> Asker<'s> {
    pub fn of(snapshot: &'s Snapshot) -> Asker<'s> {
        Asker {
            snapshot,
            work: Cell::new(0),
        }
    }

    /// What a question finds in a segment.
    pub fn answer(&self, live: &Live, node: &Node) -> Result<Scored, Error> {
        let part = |field: Field| live.segment.part(field);
        Ok(match node {
            Node::Nothing => Vec::new(),
            Node::All => {
                let n = u32::try_from(live.segment.n()).unwrap_or(u32::MAX);
                self.works(n as usize)?;
                (0..n)
                    .filter(|doc| !live.is_dead(*doc))
                    .map(|doc| (doc, 1.0))
                    .collect()
            }
            Node::Term(field, text) => match part(*field).find(text) {
                Some(postings) => self.weighed(live, *field, text, postings)?,
                None => Vec::new(),
            },
            Node::Phrase(field, words, slop) => self.phrase(live, *field, words, *slop)?,
            Node::Range(field, from, to) => {
                let range = part(*field).between(as_str(from), as_str(to));
                self.gathered(live, *field, range, |_, _| true)?
            }
            Node::Like(field, before, pattern) => {
                let end = format!("{before}{}", char::MAX);
                let range = part(*field).between(Bound::Included(before), Bound::Excluded(&end));
                self.works(range.len() * (1 + pattern.parts().len() / 8))?;
                self.gathered(live, *field, range, |term, _| {
                    pattern.matches(&term[before.len()..])
                })?
            }
            Node::Near(field, before, text, edits) => {
                let end = format!("{before}{}", char::MAX);
                let range = part(*field).between(Bound::Included(before), Bound::Excluded(&end));
                let (of_text, of_before) = (letters(text), letters(before));
                let most = 2 * u32::from(*edits);
                self.gathered(live, *field, range, |term, of_term| {
                    let differing = (of_term ^ (of_text | of_before)) & !of_before;
                    differing.count_ones() <= most
                        && is_within(text, &term[before.len()..], usize::from(*edits))
                })?
            }
            Node::Terms(field, texts) => {
                let mut set = Set::of(live.segment.n());
                for postings in texts.iter().filter_map(|text| part(*field).find(text)) {
                    self.works(postings.docs.len())?;
                    gather(postings, &mut set);
                }
                living(live, &set)
            }
            Node::Group(clauses, least) => self.group(live, clauses, *least)?,
            Node::Best(nodes, tie) => {
                let lists = self.answers(live, nodes)?;
                combined(live, lists, |best, all| best + tie * (all - best), 1)
            }
            Node::Boost(node, by) => {
                let mut found = self.answer(live, node)?;
                found.iter_mut().for_each(|(_, score)| *score *= by);
                found
            }
            Node::Plain(node, is) => {
                let mut found = self.answer(live, node)?;
                found.iter_mut().for_each(|(_, score)| *score = *is);
                found
            }
        })
    }

    fn answers(&self, live: &Live, nodes: &[Node]) -> Result<Vec<Scored>, Error> {
        nodes.iter().map(|node| self.answer(live, node)).collect()
    }

    fn group(&self, live: &Live, clauses: &[(Occur, Node)], least: usize) -> Result<Scored, Error> {
        let of = |occur: Occur| clauses.iter().filter(move |(known, _)| *known == occur);
        let n_must = of(Occur::Must).count();
        let mut found: Option<Scored> = None;
        let mut musts = Vec::new();
        for (_, node) in of(Occur::Must) {
            // Everything beside something else says nothing.
            if matches!(node, Node::All) && n_must > 1 && musts.len() + 1 < n_must {
                continue;
            }
            musts.push(self.answer(live, node)?);
        }
        musts.sort_by_key(Vec::len);
        for list in musts {
            found = Some(match found {
                None => list,
                Some(before) => both(&before, &list),
            });
        }
        let shoulds = of(Occur::Should)
            .map(|(_, node)| self.answer(live, node))
            .collect::<Result<Vec<_>, Error>>()?;
        if !shoulds.is_empty() {
            let any = combined(live, shoulds, |_, all| all, least.max(1));
            found = Some(match found {
                None => any,
                Some(before) if least > 0 => both(&before, &any),
                Some(before) => either(before, &any),
            });
        }
        let mut found = found.unwrap_or_default();
        for (_, node) in of(Occur::MustNot) {
            let not = self.answer(live, node)?;
            let mut at = 0;
            found.retain(|(doc, _)| {
                while not.get(at).is_some_and(|(other, _)| other < doc) {
                    at += 1;
                }
                not.get(at).is_none_or(|(other, _)| other != doc)
            });
        }
        Ok(found)
    }

    /// The datasets that hold a term, by how rare it is and how much of them it is: BM25 with its usual constants.
    fn weighed(&self, live: &Live, field: Field, term: &str, postings: &Postings) -> Result<Scored, Error> {
        const K: f32 = 1.2;
        const B: f32 = 0.75;
        self.works(postings.docs.len())?;
        let alive = |(at, doc): (usize, &u32)| (!live.is_dead(*doc)).then_some((at, *doc));
        let docs = postings.docs.iter().enumerate().filter_map(alive);
        if field == Field::Coded {
            return Ok(docs.map(|(_, doc)| (doc, 1.0)).collect());
        }
        let all = &self.snapshot.all;
        let n: usize = all.iter().map(|live| live.segment.n()).sum();
        let n_words: u64 = all.iter().map(|live| live.segment.part(field).n_words()).sum();
        let n_holding: usize = all
            .iter()
            .filter_map(|live| live.segment.part(field).find(term))
            .map(|postings| postings.docs.len())
            .sum();
        let rarity = (1.0 + (n as f32 - n_holding as f32 + 0.5) / (n_holding as f32 + 0.5)).ln();
        // What is short, or empty in most datasets, is not the better for it.
        let usual = (n_words as f32 / n as f32).max(10.0);
        let part = live.segment.part(field);
        Ok(docs
            .map(|(at, doc)| {
                let often = postings.n(at) as f32;
                let length = f32::from(part.length(doc)) / usual;
                let score = rarity * often * (K + 1.0) / (often + K * (1.0 - B + B * length));
                (doc, score)
            })
            .collect())
    }

    fn phrase(&self, live: &Live, field: Field, words: &[String], slop: u32) -> Result<Scored, Error> {
        let part = live.segment.part(field);
        let Some(held) = words
            .iter()
            .map(|word| part.find(word))
            .collect::<Option<Vec<_>>>()
        else {
            return Ok(Vec::new());
        };
        let Some(first) = held.iter().min_by_key(|postings| postings.docs.len()) else {
            return Ok(Vec::new());
        };
        let mut found = Vec::new();
        for doc in first.docs.iter().filter(|doc| !live.is_dead(**doc)) {
            let places = held
                .iter()
                .map(|postings| Some(postings.places(postings.docs.binary_search(doc).ok()?)))
                .collect::<Option<Vec<&[u32]>>>();
            let Some(places) = places else { continue };
            self.works(places.iter().map(|places| places.len()).sum())?;
            if stand_together(&places, slop) {
                found.push((*doc, 2.0 * words.len() as f32));
            }
        }
        Ok(found)
    }

    /// The datasets that hold any term of a range that is wanted.
    fn gathered(
        &self,
        live: &Live,
        field: Field,
        range: std::ops::Range<usize>,
        is_wanted: impl Fn(&str, u64) -> bool,
    ) -> Result<Scored, Error> {
        let part = live.segment.part(field);
        self.works(range.len())?;
        let mut set = Set::of(live.segment.n());
        for at in range {
            let (term, letters, postings) = part.at(at);
            // Stems are for words only.
            if !term.starts_with(MARK) && is_wanted(term, letters) {
                self.works(postings.docs.len())?;
                gather(postings, &mut set);
            }
        }
        Ok(living(live, &set))
    }

    /// Counts work, and says when it is too much.
    fn works(&self, n: usize) -> Result<(), Error> {
        let work = self.work.get() + n as u64;
        self.work.set(work);
        if work > MOST_WORK {
            Err(Error::TooMuch)
        } else {
            Ok(())
        }
    }
}

fn living(live: &Live, set: &Set) -> Scored {
    set.iter()
        .filter(|doc| !live.is_dead(*doc))
        .map(|doc| (doc, 1.0))
        .collect()
}

/// Whether words stand in their order with up to `slop` others between them, each the nearest behind the one before.
fn stand_together(places: &[&[u32]], slop: u32) -> bool {
    let Some((first, rest)) = places.split_first() else {
        return false;
    };
    first.iter().any(|start| {
        let (mut at, mut between) = (*start, 0);
        for places in rest {
            let next = places.partition_point(|place| *place <= at);
            let Some(next) = places.get(next) else {
                return false;
            };
            between += next - at - 1;
            at = *next;
        }
        between <= slop
    })
}

/// Those in both lists, with what they count together.
fn both(few: &Scored, many: &Scored) -> Scored {
    let mut found = Vec::with_capacity(few.len().min(many.len()));
    let mut at = 0;
    for (doc, score) in few {
        // The other list may be much longer.
        if many.len() / 16 > few.len() {
            at += many[at..].partition_point(|(other, _)| other < doc);
        } else {
            while many.get(at).is_some_and(|(other, _)| other < doc) {
                at += 1;
            }
        }
        if let Some((other, more)) = many.get(at)
            && other == doc
        {
            found.push((*doc, score + more));
        }
    }
    found
}

/// Those of the first list, with what the second adds.
fn either(mut found: Scored, more: &Scored) -> Scored {
    let mut at = 0;
    for (doc, score) in &mut found {
        while more.get(at).is_some_and(|(other, _)| other < doc) {
            at += 1;
        }
        if let Some((_, more)) = more.get(at).filter(|(other, _)| other == doc) {
            *score += more;
        }
    }
    found
}

/// Those that are in so many lists at least; `score` makes one of the best and the sum.
fn combined(live: &Live, mut lists: Vec<Scored>, score: impl Fn(f32, f32) -> f32, least: usize) -> Scored {
    lists.retain(|list| !list.is_empty());
    if lists.len() < least {
        return Vec::new();
    }
    if lists.len() == 1 {
        return lists.remove(0);
    }
    let n: usize = lists.iter().map(Vec::len).sum();
    if n > live.segment.n() / 16 {
        let mut all = vec![(0.0_f32, 0.0_f32, 0_u32); live.segment.n()];
        for (doc, of_one) in lists.iter().flatten() {
            let (best, sum, n) = &mut all[*doc as usize];
            (*best, *sum, *n) = (best.max(*of_one), *sum + of_one, *n + 1);
        }
        let held = (0..).zip(all).filter(|(_, (_, _, n))| *n as usize >= least);
        return held
            .map(|(doc, (best, sum, _))| (doc, score(best, sum)))
            .collect();
    }
    let mut all: Scored = lists.into_iter().flatten().collect();
    all.sort_by_key(|(doc, _)| *doc);
    all.chunk_by(|a, b| a.0 == b.0)
        .filter(|same| same.len() >= least)
        .map(|same| {
            let best = same.iter().map(|(_, one)| *one).fold(0.0, f32::max);
            (same[0].0, score(best, same.iter().map(|(_, one)| one).sum()))
        })
        .collect()
}

fn as_str(bound: &Bound<String>) -> Bound<&str> {
    match bound {
        Bound::Included(text) => Bound::Included(text),
        Bound::Excluded(text) => Bound::Excluded(text),
        Bound::Unbounded => Bound::Unbounded,
    }
}
