//! Solr's queries, as CKAN's clients send them, over the index.

use std::ops::Bound as Ends;

use formats::ckan::search::{
    document::{Kind, kind_of},
    query::{Bound, Group, Occur, Part, Pattern, Query, moment},
};

use crate::{
    Error, Found, Snapshot,
    engine::Field,
    node::{Node, Occur as Must},
    stems::stems,
    terms,
    words::words,
};

/// The most that a boost may say.
const MOST_BOOST: f32 = 1_000_000.0;

/// What a match counts in each part of a dataset, as CKAN's `qf` has it.
const WEIGHTS: [f32; 4] = [4.0, 2.0, 1.0, 1.0];
/// What the parts that match less count beside the best, as CKAN's `tie` has it.
const TIE: f32 = 0.1;

/// Whether a field is prose that is searched as people search, by words and their families.
pub(crate) fn is_searched_by_words(field: &str) -> bool {
    fields_of_words(field).is_some()
}

/// The parts of a dataset in which a field of prose is searched.
pub(crate) fn fields_of_words(field: &str) -> Option<&'static [Field]> {
    match field {
        "title" | "title_ngram" => Some(&[Field::Title]),
        "notes" => Some(&[Field::Description]),
        "text" => Some(&Field::WORDS),
        _ => None,
    }
}

impl Snapshot {
    /// Finds what a query means among what passes filters; `now` is what `NOW` stands for, in microseconds since 1970 UTC.
    ///
    /// # Errors
    /// [`Error::TooMuch`] for what would take too long.
    pub fn find(&self, q: &Query, filters: &[Query], now: i64) -> Result<Found, Error> {
        let compiler = Compiler { now };
        let mut all = vec![(Must::Must, compiler.compile(q)?)];
        all.extend(compiler.filters(filters)?);
        self.collect(&Node::Group(all, 0))
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
pub(crate) struct Compiler {
    pub now: i64,
}

impl Compiler {
    /// Conditions that say nothing of how well something is meant.
    pub fn filters(&self, filters: &[Query]) -> Result<Vec<(Must, Node)>, Error> {
        filters
            .iter()
            .map(|filter| Ok((Must::Must, self.compile(filter)?.plain(0.0))))
            .collect()
    }

    pub fn compile(&self, query: &Query) -> Result<Node, Error> {
        Ok(match query {
            Query::All => Node::All,
            Query::Boosted { query, by } => {
                let by = if by.is_finite() {
                    by.clamp(0.0, MOST_BOOST)
                } else {
                    1.0
                };
                self.compile(query)?.boosted(by)
            }
            Query::Group(group) => self.group(group)?,
            Query::Exists { field } => Node::Term(Field::Coded, terms::presence(field)),
            Query::Term { field, text } => self.phrase(field.as_deref(), text, 0),
            Query::Phrase { field, text, slop } => self.phrase(field.as_deref(), text, *slop),
            Query::Wildcard { field, pattern } => wildcard(field.as_deref(), pattern)?,
            Query::Fuzzy { field, text, edits } => fuzzy(field.as_deref(), text, (*edits).min(2)),
            Query::Range { field, from, to } => self.range(field.as_deref(), from, to),
        })
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
        Ok(Node::Group(clauses.collect::<Result<_, Error>>()?, group.least))
    }

    /// Words that stand together; one of them may be met by its family.
    fn phrase(&self, field: Option<&str>, text: &str, slop: u32) -> Node {
        let Some(field) = field else {
            let mut all = vec![value("name", text).boosted(WEIGHTS[0])];
            let parts = Field::WORDS.into_iter().zip(WEIGHTS);
            all.extend(parts.map(|(field, weight)| by_words(field, text, slop).boosted(weight)));
            return Node::Best(all, TIE);
        };
        if let Some(fields) = fields_of_words(field) {
            let all = fields.iter().map(|field| by_words(*field, text, slop));
            return Node::Best(all.collect(), TIE);
        }
        match kind_of(field) {
            Kind::Prose => {
                let found = words(text).into_iter();
                let found = found.map(|word| terms::value(field, &word.text));
                together(Field::Coded, found.collect(), slop)
            }
            Kind::Number => match text.trim().parse() {
                Ok(number) => value(field, &terms::number_text(number)),
                Err(_) => Node::Nothing,
            },
            Kind::Instant => match moment::read(text, self.now) {
                Some(span) => during(field, span),
                None => Node::Nothing,
            },
            Kind::Keyword if is_flag(field) => value(field, &text.to_ascii_lowercase()),
            Kind::Keyword => value(field, text),
        }
    }

    fn range(&self, field: Option<&str>, from: &Bound, to: &Bound) -> Node {
        let fold = |text: &str| Some(crate::words::fold(text));
        let fields = match field {
            None => Some(Field::WORDS.as_slice()),
            Some(field) => fields_of_words(field),
        };
        if let Some(fields) = fields {
            let (Some(from), Some(to)) = (end(from, "", fold), end(to, "", fold)) else {
                return Node::Nothing;
            };
            let ranges = fields
                .iter()
                .map(|field| Node::Range(*field, from.clone(), to.clone()));
            return Node::any(ranges.collect());
        }
        let field = field.unwrap_or_default();
        match kind_of(field) {
            Kind::Instant => match moment::span(from, to, self.now) {
                Some(span) => during(field, span),
                None => Node::Nothing,
            },
            Kind::Number => between(field, from, to, |text| {
                text.trim().parse().ok().map(terms::number_text)
            }),
            Kind::Prose => between(field, from, to, fold),
            Kind::Keyword => between(field, from, to, |text| Some(text.to_owned())),
        }
    }
}

/// A word or one of its family; the word itself counts most.
pub(crate) fn family(field: Field, word: &str) -> Node {
    /// What another word of the family counts.
    const KIN: f32 = 0.7;
    let mut all = vec![Node::Term(field, word.to_owned())];
    let mut seen: Vec<String> = Vec::new();
    for stem in stems(word) {
        let other = stem.word().filter(|other| *other != word).map(str::to_owned);
        for text in other.into_iter().chain([stem.token()]) {
            if !seen.contains(&text) {
                all.push(Node::Term(field, text.clone()).boosted(KIN));
                seen.push(text);
            }
        }
    }
    Node::Best(all, 0.0)
}

/// Terms that begin with a text.
pub(crate) fn beginning(field: Field, prefix: &str) -> Node {
    // No letter is greater than the last one, which is none.
    let (from, to) = (prefix.to_owned(), format!("{prefix}{}", char::MAX));
    Node::Range(field, Ends::Included(from), Ends::Excluded(to))
}

/// A text in a part of a dataset, by its words.
fn by_words(field: Field, text: &str, slop: u32) -> Node {
    let mut found: Vec<String> = words(text).into_iter().map(|word| word.text).collect();
    match found.len() {
        1 => family(field, &found.remove(0)),
        _ => together(field, found, slop),
    }
}

/// Terms one after another, with up to `slop` others between them.
fn together(field: Field, mut found: Vec<String>, slop: u32) -> Node {
    match found.len() {
        0 => Node::Nothing,
        1 => Node::Term(field, found.remove(0)),
        _ => Node::Phrase(field, found, slop),
    }
}

fn value(field: &str, text: &str) -> Node {
    Node::Term(Field::Coded, terms::value(field, text))
}

fn wildcard(field: Option<&str>, pattern: &Pattern) -> Result<Node, Error> {
    /// A pattern of more letters and gaps is nobody's.
    const LONGEST: usize = 256;
    let n_letters: usize = pattern
        .parts()
        .iter()
        .map(|part| match part {
            Part::Text(text) => text.chars().count(),
            _ => 1,
        })
        .sum();
    if n_letters > LONGEST {
        return Err(Error::TooMuch);
    }
    if matches!(pattern.parts(), [Part::AnyNumber]) {
        return Ok(match field {
            None => Node::All,
            Some(field) => Node::Term(Field::Coded, terms::presence(field)),
        });
    }
    let folded = folded(pattern);
    let in_words = |fields: &[Field]| {
        fields
            .iter()
            .map(|field| like(*field, String::new(), &folded))
            .collect::<Vec<_>>()
    };
    let Some(field) = field else {
        let mut all = in_words(&Field::WORDS);
        all.push(like(Field::Coded, terms::value("name", ""), pattern));
        return Ok(Node::any(all));
    };
    Ok(match (fields_of_words(field), kind_of(field)) {
        (Some(fields), _) => Node::any(in_words(fields)),
        (None, Kind::Prose) => like(Field::Coded, terms::value(field, ""), &folded),
        (None, Kind::Keyword) => like(Field::Coded, terms::value(field, ""), pattern),
        // Numbers and moments are no texts here.
        (None, Kind::Number | Kind::Instant) => Node::Nothing,
    })
}

/// Terms that begin with a text and go on like a pattern.
fn like(field: Field, before: String, pattern: &Pattern) -> Node {
    match pattern.as_prefix() {
        Some(prefix) => beginning(field, &format!("{before}{prefix}")),
        None => Node::Like(field, before, pattern.clone()),
    }
}

fn fuzzy(field: Option<&str>, text: &str, edits: u8) -> Node {
    let folded = crate::words::fold(text);
    let fields = match field {
        None => Some(Field::WORDS.as_slice()),
        Some(field) => fields_of_words(field),
    };
    if let Some(fields) = fields {
        let near = |field: &Field| Node::Near(*field, String::new(), folded.clone(), edits);
        return Node::any(fields.iter().map(near).collect());
    }
    let field = field.unwrap_or_default();
    let text = match kind_of(field) {
        Kind::Prose => folded,
        _ => text.to_owned(),
    };
    Node::Near(Field::Coded, terms::value(field, ""), text, edits)
}

/// Values of a field of CKAN between two, as they are compared.
fn between(field: &str, from: &Bound, to: &Bound, write: impl Fn(&str) -> Option<String>) -> Node {
    let before = terms::value(field, "");
    let (first, last) = terms::span(field);
    match (end(from, &before, &write), end(to, &before, &write)) {
        (Some(from), Some(to)) => Node::Range(
            Field::Coded,
            if from == Ends::Unbounded {
                Ends::Included(first)
            } else {
                from
            },
            if to == Ends::Unbounded {
                Ends::Excluded(last)
            } else {
                to
            },
        ),
        _ => Node::Nothing,
    }
}

fn during(field: &str, (first, last): (i64, i64)) -> Node {
    let end = |at: i64| Ends::Included(terms::value(field, &terms::instant_text(at)));
    Node::Range(Field::Coded, end(first), end(last))
}

fn end(bound: &Bound, before: &str, write: impl Fn(&str) -> Option<String>) -> Option<Ends<String>> {
    let whole = |text: &str| Some(format!("{before}{}", write(text)?));
    Some(match bound {
        Bound::Open => Ends::Unbounded,
        Bound::Included(text) => Ends::Included(whole(text)?),
        Bound::Excluded(text) => Ends::Excluded(whole(text)?),
    })
}

fn folded(pattern: &Pattern) -> Pattern {
    Pattern::new(pattern.parts().iter().map(|part| match part {
        Part::Text(text) => Part::Text(crate::words::fold(text)),
        other => other.clone(),
    }))
}

fn is_flag(field: &str) -> bool {
    matches!(field, "private" | "isopen")
}
