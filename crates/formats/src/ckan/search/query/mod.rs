//! Queries in the language of Solr, as clients of CKAN send them in `q` and `fq`, as a tree.
//!
//! Reference: Solr's standard and extended DisMax query parsers
//! (<https://solr.apache.org/guide/solr/latest/query-guide/standard-query-parser.html>). Words stand beside each other under
//! `AND`, as CKAN configures it; plain words in `q` may miss some, as its `mm` of `2<-1 5<80%` has it.
//!
//! Deliberately absent: `{!…}`, `_query_` and `_val_`, which CKAN refuses, and `/regular expressions/`, which are read as words.

mod evaluate;
pub mod moment;
mod parser;
mod score;

use std::fmt;

pub use evaluate::{Content, Document};

/// A query longer than this, in bytes, is refused.
pub const LONGEST: usize = 20_000;
/// A query nested deeper than this is refused.
pub const DEEPEST: usize = 32;
/// A query of more clauses than this is refused, as Solr does.
pub const MOST_CLAUSES: usize = 1_024;

/// What is looked for. A field of `None` is whatever is searched when no field is named.
#[derive(Debug, Clone, PartialEq)]
pub enum Query {
    /// `*:*`
    All,
    /// A word; in a field of prose it may be several words, which then stand together.
    Term {
        field: Option<String>,
        text: String,
    },
    /// `"words that stand together"~2`: up to `slop` other words between them.
    Phrase {
        field: Option<String>,
        text: String,
        slop: u32,
    },
    /// `wat*`, `w?ter`
    Wildcard {
        field: Option<String>,
        pattern: Pattern,
    },
    /// `watter~1`: so many letters wrong, one or two.
    Fuzzy {
        field: Option<String>,
        text: String,
        edits: u8,
    },
    /// `[a TO b}`
    Range {
        field: Option<String>,
        from: Bound,
        to: Bound,
    },
    /// `field:*`: it has any value.
    Exists {
        field: String,
    },
    Group(Group),
    /// `^2`: counts so much more in the order of results, and nothing in whether it matches.
    Boosted {
        query: Box<Query>,
        by: f32,
    },
}

/// Queries that hold together. One clause at least is not [`Occur::MustNot`].
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    pub clauses: Vec<Clause>,
    /// How many of the clauses that should match have to; with none that must, it is one at least.
    pub least: usize,
}

/// A part of a group.
#[derive(Debug, Clone, PartialEq)]
pub struct Clause {
    pub occur: Occur,
    pub query: Query,
}

/// What a clause means to its group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Occur {
    Must,
    Should,
    MustNot,
}

/// An end of a range, as it is written; [`moment::read`] makes moments of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Bound {
    Open,
    Included(String),
    Excluded(String),
}

/// A pattern of letters and gaps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern(Vec<Part>);

/// A piece of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    Text(String),
    /// `*`
    AnyNumber,
    /// `?`
    One,
}

/// How a query is read.
#[derive(Clone, Copy)]
pub enum Manner<'a> {
    /// As in `fq`: what is no query is refused.
    Strict,
    /// As in `q`: every text is a query. A word before a colon is a field if this says so, else a word.
    Lenient { is_field: &'a dyn Fn(&str) -> bool },
}

/// Why a text is no query; places are counted in characters from 0.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    #[error("Local parameters are not supported")]
    LocalParameters,
    #[error("the query is longer than {LONGEST} bytes; ask for less at once")]
    TooLong,
    #[error("the query is nested deeper than {DEEPEST} parentheses")]
    TooDeep,
    #[error("too many boolean clauses, the maximum is {MOST_CLAUSES}")]
    TooManyClauses,
    #[error("Cannot parse the query at character {at}: {reason}")]
    Syntax { at: usize, reason: &'static str },
}

impl Query {
    /// Reads a query; an empty one is [`Query::All`].
    ///
    /// # Errors
    /// When it has local parameters or is too large; read strictly, also when it is no query.
    pub fn read(text: &str, manner: Manner<'_>) -> Result<Query, QueryError> {
        parser::parse(text, manner)
    }

    /// Whether a document is meant; `now` is what `NOW` stands for, in microseconds since 1970 UTC.
    pub fn matches(&self, document: &Document, now: i64) -> bool {
        evaluate::matches(self, document, now)
    }

    /// How well a document is meant, for the order of results: the fields count as CKAN's `qf` has them.
    pub fn score(&self, document: &Document, now: i64) -> f64 {
        score::score(self, document, now)
    }

    /// A word in a field, as a filter.
    pub fn term(field: &str, text: &str) -> Query {
        Query::Term {
            field: Some(field.to_owned()),
            text: text.to_owned(),
        }
    }

    /// Any of these; everything where there are none.
    pub fn any(queries: Vec<Query>) -> Query {
        Query::group(
            queries
                .into_iter()
                .map(|query| Clause {
                    occur: Occur::Should,
                    query,
                })
                .collect(),
        )
    }

    /// All of these; everything where there are none.
    pub fn all(queries: Vec<Query>) -> Query {
        Query::group(
            queries
                .into_iter()
                .filter(|query| *query != Query::All)
                .map(|query| Clause {
                    occur: Occur::Must,
                    query,
                })
                .collect(),
        )
    }

    /// The field it looks in; `None` also for groups and for everything.
    pub fn field(&self) -> Option<&str> {
        match self {
            Query::Term { field, .. }
            | Query::Phrase { field, .. }
            | Query::Wildcard { field, .. }
            | Query::Fuzzy { field, .. }
            | Query::Range { field, .. } => field.as_deref(),
            Query::Exists { field } => Some(field),
            Query::All | Query::Group(_) | Query::Boosted { .. } => None,
        }
    }

    /// Calls a function with this query and every one in it.
    pub fn walk<'q>(&'q self, visit: &mut impl FnMut(&'q Query)) {
        visit(self);
        match self {
            Query::Group(group) => group.clauses.iter().for_each(|clause| clause.query.walk(visit)),
            Query::Boosted { query, .. } => query.walk(visit),
            _ => {}
        }
    }

    /// A group, or what it comes down to.
    pub(super) fn group(mut clauses: Vec<Clause>) -> Query {
        if clauses.is_empty() {
            return Query::All;
        }
        if clauses.len() == 1 && clauses[0].occur != Occur::MustNot {
            return clauses.remove(0).query;
        }
        // Solr finds nothing for a group of exclusions unless it is the whole query; people mean everything else.
        if clauses.iter().all(|clause| clause.occur == Occur::MustNot) {
            clauses.insert(
                0,
                Clause {
                    occur: Occur::Must,
                    query: Query::All,
                },
            );
        }
        let least = usize::from(clauses.iter().all(|clause| clause.occur != Occur::Must));
        Query::Group(Group { clauses, least })
    }
}

impl Pattern {
    /// A pattern of these pieces, those of text joined.
    pub fn new(parts: impl IntoIterator<Item = Part>) -> Pattern {
        let mut joined: Vec<Part> = Vec::new();
        for part in parts {
            match (joined.last_mut(), part) {
                (Some(Part::Text(held)), Part::Text(more)) => held.push_str(&more),
                (Some(Part::AnyNumber), Part::AnyNumber) => {}
                (_, part) => joined.push(part),
            }
        }
        Pattern(joined)
    }

    /// The pieces in order.
    pub fn parts(&self) -> &[Part] {
        &self.0
    }

    /// What a text has to start with, where that is all the pattern says.
    pub fn as_prefix(&self) -> Option<&str> {
        match self.0.as_slice() {
            [Part::Text(text), Part::AnyNumber] => Some(text),
            _ => None,
        }
    }

    /// The same for texts that are compared in lower case without marks.
    pub fn folded(&self) -> Pattern {
        Pattern(
            self.0
                .iter()
                .map(|part| match part {
                    Part::Text(text) => Part::Text(crate::ckan::fold::fold(text)),
                    other => other.clone(),
                })
                .collect(),
        )
    }

    /// As a regular expression over a whole text, for engines that take one.
    pub fn to_regex(&self) -> String {
        self.0
            .iter()
            .map(|part| match part {
                Part::Text(text) => regex::escape(text),
                Part::AnyNumber => ".*".to_owned(),
                Part::One => ".".to_owned(),
            })
            .collect()
    }

    /// Whether a whole text is like it.
    pub fn matches(&self, text: &str) -> bool {
        let text: Vec<char> = text.chars().collect();
        let mut pattern: Vec<Option<char>> = Vec::new();
        let mut gaps = Vec::new();
        for part in &self.0 {
            match part {
                Part::Text(letters) => pattern.extend(letters.chars().map(Some)),
                Part::One => pattern.push(None),
                Part::AnyNumber => gaps.push(pattern.len()),
            }
        }
        // Which lengths of the text the pattern may have used up, letter by letter of the pattern.
        let mut reached = vec![false; text.len() + 1];
        reached[0] = true;
        for at in 0..=pattern.len() {
            if gaps.contains(&at) {
                let first = reached
                    .iter()
                    .position(|reached| *reached)
                    .unwrap_or(reached.len());
                reached[first..].fill(true);
            }
            let Some(wanted) = pattern.get(at) else {
                break;
            };
            for end in (0..=text.len()).rev() {
                reached[end] =
                    end > 0 && reached[end - 1] && wanted.is_none_or(|wanted| wanted == text[end - 1]);
            }
        }
        reached[text.len()]
    }
}

impl fmt::Display for Query {
    /// Writes a query that reads as this one.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Query::All => f.write_str("*:*"),
            Query::Term { field, text } => write!(f, "{}{}", prefix(field), escape(text)),
            Query::Phrase { field, text, slop } => {
                write!(f, "{}{}", prefix(field), quote(text))?;
                if *slop > 0 {
                    write!(f, "~{slop}")?;
                }
                Ok(())
            }
            Query::Wildcard { field, pattern } => {
                f.write_str(&prefix(field))?;
                for part in pattern.parts() {
                    match part {
                        Part::Text(text) => f.write_str(&escape(text))?,
                        Part::AnyNumber => f.write_str("*")?,
                        Part::One => f.write_str("?")?,
                    }
                }
                Ok(())
            }
            Query::Fuzzy { field, text, edits } => {
                write!(f, "{}{}~{edits}", prefix(field), escape(text))
            }
            Query::Range { field, from, to } => {
                let (open, close) = (
                    if matches!(from, Bound::Excluded(_)) {
                        '{'
                    } else {
                        '['
                    },
                    if matches!(to, Bound::Excluded(_)) {
                        '}'
                    } else {
                        ']'
                    },
                );
                write!(
                    f,
                    "{}{open}{} TO {}{close}",
                    prefix(field),
                    operand(from),
                    operand(to)
                )
            }
            Query::Exists { field } => write!(f, "{}:*", escape(field)),
            Query::Group(group) => {
                f.write_str("(")?;
                for (n, clause) in group.clauses.iter().enumerate() {
                    let gap = if n > 0 { " " } else { "" };
                    write!(
                        f,
                        "{gap}{}{}",
                        sign(&group.clauses[..n], clause.occur),
                        clause.query
                    )?;
                }
                f.write_str(")")
            }
            Query::Boosted { query, by } => write!(f, "{query}^{by}"),
        }
    }
}

/// What stands before a clause behind others: under AND only an OR makes its two sides ones that should match.
fn sign(before: &[Clause], occur: Occur) -> &'static str {
    let is_should = |clause: Option<&Clause>| clause.is_some_and(|clause| clause.occur == Occur::Should);
    let last = before.last();
    let is_loose = is_should(last) && !is_should(before.iter().rev().nth(1));
    match occur {
        Occur::Must if is_loose => "OR +",
        Occur::Must => "+",
        Occur::MustNot if is_loose => "OR -",
        Occur::MustNot => "-",
        Occur::Should if last.is_some_and(|last| last.occur != Occur::Must) => "OR ",
        Occur::Should => "",
    }
}

fn prefix(field: &Option<String>) -> String {
    field
        .as_ref()
        .map_or_else(String::new, |field| format!("{}:", escape(field)))
}

fn operand(bound: &Bound) -> String {
    match bound {
        Bound::Open => "*".to_owned(),
        Bound::Included(text) | Bound::Excluded(text) => quote(text),
    }
}

fn quote(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Escapes what the language would take for a sign, and words it would take for an operator.
fn escape(text: &str) -> String {
    if matches!(text, "AND" | "OR" | "NOT" | "&&" | "||") {
        return format!("\\{text}");
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_whitespace() || "\\+-!():^[]\"{}~*?|&/".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}
