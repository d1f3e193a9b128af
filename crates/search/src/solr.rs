//! Solr's queries, as CKAN's clients send them, over the index.

use std::{cell::Cell, ops::Bound as Ends};

use formats::ckan::search::{
    document::{Kind, kind_of},
    query::{Bound, Group, Occur, Part as Piece, Pattern, Query, moment},
};
use tantivy::{
    Term,
    query::{
        AllQuery, BooleanQuery, BoostQuery, ConstScoreQuery, DisjunctionMaxQuery, EmptyQuery, FuzzyTermQuery,
        InvertedIndexRangeQuery, Occur as Must, PhraseQuery, RangeQuery, RegexQuery, TermQuery, TermSetQuery,
    },
    schema::IndexRecordOption,
};

use crate::{
    Error, Found, Snapshot,
    fields::{self, Among, Part},
    stems::stems,
    words::{LONGEST, words},
};

/// The most that a boost may say.
const MOST_BOOST: f32 = 1_000_000.0;
/// How much work one question may make: datasets that are weighed.
const MOST_WORK: u64 = 50_000_000;
/// What it costs as much to make a machine for a pattern or for typing errors.
const MACHINE: u64 = 100_000;

/// What a match counts in each part of a dataset, as CKAN's `qf` has it.
const WEIGHTS: [f32; 4] = [4.0, 2.0, 1.0, 1.0];
/// What the parts that match less count beside the best, as CKAN's `tie` has it.
const TIE: f32 = 0.1;

/// A question to the index.
pub(crate) type Node = Box<dyn tantivy::query::Query>;

impl Snapshot {
    /// Finds what a query means among what passes filters; `now` is what `NOW` stands for, in microseconds since 1970 UTC.
    ///
    /// # Errors
    /// [`Error::TooMuch`] for what would take too long.
    pub fn find(&self, q: &Query, filters: &[Query], now: i64) -> Result<Found, Error> {
        let compiler = Compiler::of(self, now);
        let asked = all(vec![compiler.compile(q)?, compiler.filter(filters)?]);
        self.collect(&asked)
    }

    /// As [`Snapshot::find`], where there is nothing but filters.
    ///
    /// # Errors
    /// As [`Snapshot::find`].
    pub fn filter(&self, filters: &[Query], now: i64) -> Result<Found, Error> {
        self.find(&Query::All, filters, now)
    }
}

/// Makes questions to the index of Solr's queries.
pub(crate) struct Compiler<'s> {
    pub snapshot: &'s Snapshot,
    now: i64,
    work: Cell<u64>,
}

impl<'s> Compiler<'s> {
    pub fn of(snapshot: &'s Snapshot, now: i64) -> Compiler<'s> {
        Compiler {
            snapshot,
            now,
            work: Cell::new(0),
        }
    }

    /// Conditions that say nothing of how well something is meant.
    pub fn filter(&self, filters: &[Query]) -> Result<Node, Error> {
        let filters = filters.iter().map(|filter| self.compile(filter));
        let filters = filters.collect::<Result<Vec<Node>, Error>>()?;
        Ok(match filters.is_empty() {
            true => plain(Box::new(AllQuery), 0.0),
            false => plain(all(filters), 0.0),
        })
    }

    pub fn compile(&self, query: &Query) -> Result<Node, Error> {
        match query {
            Query::All => Ok(Box::new(AllQuery)),
            Query::Boosted { query, by } => {
                let by = if by.is_finite() {
                    by.clamp(0.0, MOST_BOOST)
                } else {
                    1.0
                };
                Ok(boosted(self.compile(query)?, by))
            }
            Query::Group(group) => self.group(group),
            Query::Exists { field } => self.present(field),
            Query::Term { field, text } => self.phrase(field.as_deref(), text, 0),
            Query::Phrase { field, text, slop } => self.phrase(field.as_deref(), text, *slop),
            Query::Wildcard { field, pattern } => self.wildcard(field.as_deref(), pattern),
            Query::Fuzzy { field, text, edits } => self.fuzzy(field.as_deref(), text, (*edits).min(2)),
            Query::Range { field, from, to } => self.range(field.as_deref(), from, to),
        }
    }

    /// Datasets that hold a term, by how rare it is and how much of them it is.
    pub fn word(&self, among: Among<'_>, word: &str) -> Result<Node, Error> {
        let term = among.text(word);
        self.works(self.snapshot.searcher.doc_freq(&term)?)?;
        Ok(Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs)))
    }

    /// A word or one of its family; the word itself counts most.
    pub fn family(&self, part: &Part, word: &str) -> Result<Node, Error> {
        /// What another word of the family counts.
        const KIN: f32 = 0.7;
        let (words, kin) = (Among::Field(part.words), Among::Field(part.kin));
        let mut all = vec![self.word(words, word)?];
        for stem in stems(word) {
            if let Some(other) = stem.word().filter(|other| *other != word) {
                all.push(boosted(self.word(words, other)?, KIN));
            }
            all.push(boosted(self.word(kin, &stem.token())?, KIN));
        }
        Ok(best(all, 0.0))
    }

    /// Terms that begin with a text.
    pub fn beginning(&self, among: Among<'_>, prefix: &str) -> Result<Node, Error> {
        // No letter is greater than the last one, which is none.
        let end = among.text(&format!("{prefix}{}", char::MAX));
        self.span(Ends::Included(among.text(prefix)), Ends::Excluded(end))
    }

    /// Terms of which so many letters are wrong.
    pub fn near(&self, among: Among<'_>, text: &str, edits: u8) -> Result<Node, Error> {
        if text.chars().count() > LONGEST {
            return Err(Error::TooMuch);
        }
        self.works(MACHINE + self.snapshot.searcher.num_docs())?;
        Ok(Box::new(FuzzyTermQuery::new(among.text(text), edits, true)))
    }

    /// Any of these values of a field of keywords.
    pub fn values(&self, field: &str, texts: &[String]) -> Node {
        let among = self.codes(field);
        Box::new(TermSetQuery::new(texts.iter().map(|text| among.text(text))))
    }

    fn group(&self, group: &Group) -> Result<Node, Error> {
        let clauses = group.clauses.iter().map(|clause| {
            let occur = match clause.occur {
                Occur::Must => Must::Must,
                Occur::Should => Must::Should,
                Occur::MustNot => Must::MustNot,
            };
            Ok((occur, self.compile(&clause.query)?))
        });
        let clauses = clauses.collect::<Result<Vec<_>, Error>>()?;
        let least = match clauses.iter().any(|(occur, _)| *occur == Must::Must) {
            true => group.least,
            false => group.least.max(1),
        };
        Ok(Box::new(BooleanQuery::with_minimum_required_clauses(
            clauses, least,
        )))
    }

    /// Words that stand together; one of them may be met by its family.
    fn phrase(&self, field: Option<&str>, text: &str, slop: u32) -> Result<Node, Error> {
        let Some(field) = field else {
            let mut all = vec![boosted(self.keyword("name", text)?, WEIGHTS[0])];
            for (part, weight) in self.snapshot.fields.parts.iter().zip(WEIGHTS) {
                all.push(boosted(self.by_words(part, text, slop)?, weight));
            }
            return Ok(best(all, TIE));
        };
        if let Some(parts) = self.snapshot.fields.parts_of(field) {
            let all = parts.iter().map(|part| self.by_words(part, text, slop));
            return Ok(best(all.collect::<Result<_, Error>>()?, TIE));
        }
        match kind_of(field) {
            Kind::Prose => Ok(plain(self.together(self.prose(field), text, slop)?, 1.0)),
            Kind::Number => match text.trim().parse::<f64>() {
                Ok(number) => self.numbers(field, Ends::Included(number), Ends::Included(number)),
                Err(_) => Ok(nothing()),
            },
            Kind::Instant => self.during(field, moment::read(text, self.now)),
            Kind::Keyword if is_flag(field) => self.keyword(field, &text.to_ascii_lowercase()),
            Kind::Keyword => self.keyword(field, text),
        }
    }

    /// A text in a part of a dataset, by its words.
    fn by_words(&self, part: &Part, text: &str, slop: u32) -> Result<Node, Error> {
        match words(text).as_slice() {
            [word] => self.family(part, &word.text),
            _ => self.together(Among::Field(part.words), text, slop),
        }
    }

    /// The words of a text one after another, with up to `slop` others between them.
    fn together(&self, among: Among<'_>, text: &str, slop: u32) -> Result<Node, Error> {
        // The index counts what stands between in eight bits.
        const WIDEST: u32 = 255;
        let found = words(text);
        match found.as_slice() {
            [] => Ok(nothing()),
            [word] => self.word(among, &word.text),
            _ => {
                let terms: Vec<Term> = found.iter().map(|word| among.text(&word.text)).collect();
                for term in &terms {
                    self.works(self.snapshot.searcher.doc_freq(term)?)?;
                }
                let mut phrase = PhraseQuery::new(terms);
                phrase.set_slop(slop.min(WIDEST));
                Ok(Box::new(phrase))
            }
        }
    }

    fn keyword(&self, field: &str, text: &str) -> Result<Node, Error> {
        Ok(plain(self.word(self.codes(field), text)?, 1.0))
    }

    /// Datasets for which a field has any value.
    fn present(&self, field: &str) -> Result<Node, Error> {
        let among = Among::Field(self.snapshot.fields.present);
        Ok(plain(self.word(among, field)?, 1.0))
    }

    fn range(&self, field: Option<&str>, from: &Bound, to: &Bound) -> Result<Node, Error> {
        let fold = |text: &str| crate::words::fold(text);
        if let Some(parts) = self.parts_or_all(field) {
            let ranges = parts
                .iter()
                .map(|part| self.between(Among::Field(part.words), from, to, fold));
            return Ok(any(ranges.collect::<Result<_, Error>>()?));
        }
        let field = field.unwrap_or_default();
        match kind_of(field) {
            Kind::Instant => self.during(field, moment::span(from, to, self.now)),
            Kind::Number => match (number(from, f64::MIN), number(to, f64::MAX)) {
                (Some(from), Some(to)) => self.numbers(field, from, to),
                _ => Ok(nothing()),
            },
            Kind::Prose => self.between(self.prose(field), from, to, fold),
            Kind::Keyword => self.between(self.codes(field), from, to, str::to_owned),
        }
    }

    /// Terms between two texts, as they are compared.
    fn between(
        &self,
        among: Among<'_>,
        from: &Bound,
        to: &Bound,
        write: impl Fn(&str) -> String,
    ) -> Result<Node, Error> {
        let end = |bound: &Bound, open: Ends<Term>| match bound {
            Bound::Open => open,
            Bound::Included(text) => Ends::Included(among.text(&write(text))),
            Bound::Excluded(text) => Ends::Excluded(among.text(&write(text))),
        };
        let last = among.text(&char::MAX.to_string());
        self.span(
            end(from, Ends::Included(among.text(""))),
            end(to, Ends::Excluded(last)),
        )
    }

    fn span(&self, from: Ends<Term>, to: Ends<Term>) -> Result<Node, Error> {
        self.works(self.snapshot.searcher.num_docs())?;
        Ok(Box::new(InvertedIndexRangeQuery::new(from, to)))
    }

    fn numbers(&self, field: &str, from: Ends<f64>, to: Ends<f64>) -> Result<Node, Error> {
        self.works(self.snapshot.searcher.num_docs())?;
        let end = |number: f64| fields::value(&self.snapshot.fields, field, number);
        Ok(Box::new(RangeQuery::new(from.map(end), to.map(end))))
    }

    /// Moments from one to another, both counting; nothing without them.
    fn during(&self, field: &str, span: Option<(i64, i64)>) -> Result<Node, Error> {
        let Some((first, last)) = span else {
            return Ok(nothing());
        };
        self.works(self.snapshot.searcher.num_docs())?;
        let end = |at: i64| Ends::Included(fields::value(&self.snapshot.fields, field, at));
        Ok(Box::new(RangeQuery::new(end(first), end(last))))
    }

    fn wildcard(&self, field: Option<&str>, pattern: &Pattern) -> Result<Node, Error> {
        if matches!(pattern.parts(), [Piece::AnyNumber]) {
            return match field {
                None => Ok(Box::new(AllQuery)),
                Some(field) => self.present(field),
            };
        }
        let folded = folded(pattern);
        if let Some(parts) = self.parts_or_all(field) {
            let found = parts
                .iter()
                .map(|part| self.like(Among::Field(part.words), &folded));
            let mut found = found.collect::<Result<Vec<Node>, Error>>()?;
            if field.is_none() {
                found.push(self.like(self.codes("name"), pattern)?);
            }
            return Ok(any(found));
        }
        let field = field.unwrap_or_default();
        match kind_of(field) {
            Kind::Prose => self.like(self.prose(field), &folded),
            Kind::Keyword => self.like(self.codes(field), pattern),
            // Numbers and moments are no texts here.
            Kind::Number | Kind::Instant => Ok(nothing()),
        }
    }

    /// Terms that are like a pattern.
    fn like(&self, among: Among<'_>, pattern: &Pattern) -> Result<Node, Error> {
        if let Some(prefix) = pattern.as_prefix() {
            return self.beginning(among, prefix);
        }
        self.works(MACHINE + self.snapshot.searcher.num_docs())?;
        let before = among.text("");
        let before = String::from_utf8_lossy(before.serialized_value_bytes()).into_owned();
        let whole = Pattern::new([Piece::Text(before)].into_iter().chain(pattern.parts().to_vec()));
        let field = among.text("").field();
        // A pattern of which a machine would have too many states.
        let like = RegexQuery::from_pattern(&whole.to_regex(), field).map_err(|_| Error::TooMuch)?;
        Ok(Box::new(like))
    }

    fn fuzzy(&self, field: Option<&str>, text: &str, edits: u8) -> Result<Node, Error> {
        let folded = crate::words::fold(text);
        if let Some(parts) = self.parts_or_all(field) {
            let found = parts
                .iter()
                .map(|part| self.near(Among::Field(part.words), &folded, edits));
            return Ok(any(found.collect::<Result<_, Error>>()?));
        }
        let field = field.unwrap_or_default();
        match kind_of(field) {
            Kind::Prose => self.near(self.prose(field), &folded, edits),
            _ => self.near(self.codes(field), text, edits),
        }
    }

    /// The parts of a dataset in which a field, or what names none, is searched by words.
    fn parts_or_all(&self, field: Option<&str>) -> Option<&'s [Part]> {
        match field {
            None => Some(&self.snapshot.fields.parts),
            Some(field) => self.snapshot.fields.parts_of(field),
        }
    }

    fn codes<'n>(&self, field: &'n str) -> Among<'n> {
        Among::Named(self.snapshot.fields.codes, field)
    }

    fn prose<'n>(&self, field: &'n str) -> Among<'n> {
        Among::Named(self.snapshot.fields.prose, field)
    }

    /// Counts work, and says when it is too much.
    fn works(&self, n: u64) -> Result<(), Error> {
        let work = self.work.get() + n;
        self.work.set(work);
        if work > MOST_WORK {
            Err(Error::TooMuch)
        } else {
            Ok(())
        }
    }
}

/// All of these.
pub(crate) fn all(nodes: Vec<Node>) -> Node {
    Box::new(BooleanQuery::intersection(nodes))
}

/// Any of these, each counting.
pub(crate) fn any(nodes: Vec<Node>) -> Node {
    Box::new(BooleanQuery::union(nodes))
}

/// The best of these counts, the others so much of it.
pub(crate) fn best(nodes: Vec<Node>, tie: f32) -> Node {
    Box::new(DisjunctionMaxQuery::with_tie_breaker(nodes, tie))
}

pub(crate) fn boosted(node: Node, by: f32) -> Node {
    Box::new(BoostQuery::new(node, by))
}

/// Counts so much, however well it is meant.
pub(crate) fn plain(node: Node, score: f32) -> Node {
    Box::new(ConstScoreQuery::new(node, score))
}

pub(crate) fn nothing() -> Node {
    Box::new(EmptyQuery)
}

/// An end of a range of numbers; none for what is no number.
fn number(bound: &Bound, open: f64) -> Option<Ends<f64>> {
    let read = |text: &str| text.trim().parse().ok();
    Some(match bound {
        Bound::Open => Ends::Included(open),
        Bound::Included(text) => Ends::Included(read(text)?),
        Bound::Excluded(text) => Ends::Excluded(read(text)?),
    })
}

fn folded(pattern: &Pattern) -> Pattern {
    Pattern::new(pattern.parts().iter().map(|part| match part {
        Piece::Text(text) => Piece::Text(crate::words::fold(text)),
        other => other.clone(),
    }))
}

fn is_flag(field: &str) -> bool {
    matches!(field, "private" | "isopen")
}
