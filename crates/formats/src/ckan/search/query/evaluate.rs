//! Whether a document is what a query looks for: the measure that an index is held against, and all a small catalogue needs.

use std::collections::BTreeMap;

use super::{Bound, Group, Occur, Query, moment};
use crate::ckan::{fold, search::Area};

/// The fields that are searched when none is named, as CKAN's `qf` has them.
pub(super) const USUAL_FIELDS: &[&str] = &["name", "title", "tags", "groups", "text"];

/// A document: its fields with their values.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Document(BTreeMap<String, Vec<Content>>);

/// A value, by how it is compared.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// Letter by letter, as a whole.
    Keyword(String),
    /// By its words, in lower case and without marks on Latin letters; Solr would also take off English endings.
    Prose(String),
    Number(f64),
    /// Microseconds since 1970 UTC.
    Instant(i64),
    Flag(bool),
    /// Where on the map.
    Area(Area),
}

impl Document {
    /// Adds a value to a field.
    pub fn add(&mut self, field: &str, content: Content) {
        self.0.entry(field.to_owned()).or_default().push(content);
    }

    /// The values of a field.
    pub fn values(&self, field: &str) -> &[Content] {
        self.0.get(field).map_or(&[], Vec::as_slice)
    }

    /// The fields and their values.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &[Content])> {
        self.0
            .iter()
            .map(|(field, values)| (field.as_str(), values.as_slice()))
    }
}

pub(super) fn matches(query: &Query, document: &Document, now: i64) -> bool {
    match query {
        Query::All => true,
        Query::Boosted { query, .. } => matches(query, document, now),
        Query::Group(group) => group_matches(group, document, now),
        Query::Exists { field } => !document.values(field).is_empty(),
        Query::Term { field, text } => any(document, field, |content| is_term(content, text, now)),
        Query::Phrase { field, text, slop } => any(document, field, |content| match content {
            Content::Prose(prose) => stands(&fold::words(prose), &fold::words(text), *slop),
            other => is_term(other, text, now),
        }),
        Query::Wildcard { field, pattern } => {
            let folded = pattern.folded();
            any(document, field, |content| match content {
                Content::Prose(prose) => fold::words(prose).iter().any(|word| folded.matches(word)),
                other => pattern.matches(&as_text(other)),
            })
        }
        Query::Fuzzy { field, text, edits } => {
            let folded = fold::fold(text);
            any(document, field, |content| match content {
                Content::Prose(prose) => fold::words(prose)
                    .iter()
                    .any(|word| is_near(word, &folded, *edits)),
                other => is_near(&as_text(other), text, *edits),
            })
        }
        Query::Range { field, from, to } => any(document, field, |content| is_within(content, from, to, now)),
    }
}

fn group_matches(group: &Group, document: &Document, now: i64) -> bool {
    let mut should = 0;
    for clause in &group.clauses {
        let is_match = matches(&clause.query, document, now);
        match (clause.occur, is_match) {
            (Occur::Must, false) | (Occur::MustNot, true) => return false,
            (Occur::Should, true) => should += 1,
            _ => {}
        }
    }
    should >= group.least
}

fn any(document: &Document, field: &Option<String>, is_match: impl Fn(&Content) -> bool) -> bool {
    match field {
        Some(field) => document.values(field).iter().any(is_match),
        None => USUAL_FIELDS
            .iter()
            .any(|field| document.values(field).iter().any(&is_match)),
    }
}

fn is_term(content: &Content, text: &str, now: i64) -> bool {
    match content {
        Content::Keyword(keyword) => keyword == text,
        Content::Area(_) => as_text(content) == text,
        Content::Prose(prose) => stands(&fold::words(prose), &fold::words(text), 0),
        Content::Number(number) => text.trim().parse() == Ok(*number),
        Content::Flag(flag) => text.eq_ignore_ascii_case(if *flag { "true" } else { "false" }),
        Content::Instant(instant) => {
            moment::read(text, now).is_some_and(|(first, last)| (first..=last).contains(instant))
        }
    }
}

/// Whether words stand in their order with up to `slop` others between them.
fn stands(prose: &[String], wanted: &[String], slop: u32) -> bool {
    if wanted.is_empty() || wanted.len() > prose.len() {
        return false;
    }
    (0..=prose.len() - wanted.len()).any(|start| {
        let mut at = start;
        let mut between = 0;
        for (n, word) in wanted.iter().enumerate() {
            let Some(found) = prose[at..].iter().position(|candidate| candidate == word) else {
                return false;
            };
            if n == 0 && found > 0 {
                return false;
            }
            between += found;
            at += found + 1;
        }
        between <= slop as usize
    })
}

fn is_within(content: &Content, from: &Bound, to: &Bound, now: i64) -> bool {
    match content {
        Content::Instant(instant) => {
            let after = match from {
                Bound::Open => true,
                Bound::Included(text) => moment::read(text, now).is_some_and(|(first, _)| *instant >= first),
                Bound::Excluded(text) => moment::read(text, now).is_some_and(|(_, last)| *instant > last),
            };
            let before = match to {
                Bound::Open => true,
                Bound::Included(text) => moment::read(text, now).is_some_and(|(_, last)| *instant <= last),
                Bound::Excluded(text) => moment::read(text, now).is_some_and(|(first, _)| *instant < first),
            };
            after && before
        }
        Content::Number(number) => lies(number, from, to, |text| text.trim().parse().ok()),
        Content::Prose(prose) => fold::words(prose)
            .iter()
            .any(|word| lies(word, from, to, |text| Some(fold::fold(text)))),
        other => lies(&as_text(other), from, to, |text| Some(text.to_owned())),
    }
}

fn lies<T: PartialOrd>(value: &T, from: &Bound, to: &Bound, read: impl Fn(&str) -> Option<T>) -> bool {
    let after = match from {
        Bound::Open => true,
        Bound::Included(text) => read(text).is_some_and(|from| *value >= from),
        Bound::Excluded(text) => read(text).is_some_and(|from| *value > from),
    };
    let before = match to {
        Bound::Open => true,
        Bound::Included(text) => read(text).is_some_and(|to| *value <= to),
        Bound::Excluded(text) => read(text).is_some_and(|to| *value < to),
    };
    after && before
}

pub(super) fn as_text(content: &Content) -> String {
    match content {
        Content::Keyword(text) | Content::Prose(text) => text.clone(),
        Content::Number(number) => number.to_string(),
        Content::Flag(flag) => flag.to_string(),
        Content::Area(area) => format!("{},{},{},{}", area.west, area.south, area.east, area.north),
        Content::Instant(instant) => format!("{}Z", crate::ckan::instant::Instant(*instant)),
    }
}

/// Whether two words differ by so many letters at most: one missing, one more, one other, or two changed places.
fn is_near(a: &str, b: &str, edits: u8) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let edits = usize::from(edits);
    if a.len().abs_diff(b.len()) > edits {
        return false;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let other = usize::from(a[i - 1] != b[j - 1]);
            let mut least = (last[j] + 1).min(row[j - 1] + 1).min(last[j - 1] + other);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(before[j - 2] + 1);
            }
            row.push(least);
        }
        if row.iter().min().is_none_or(|least| *least > edits) {
            return false;
        }
        before = last;
        last = row;
    }
    last[b.len()] <= edits
}
