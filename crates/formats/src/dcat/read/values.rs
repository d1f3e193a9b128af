//! Values of statements: texts, addresses, entries of lists, dates.

use oxrdf::{NamedOrBlankNode, Term};

use super::things::Reader;
use crate::dcat::{
    codes,
    graph::{literal_of, subject_of},
    values::{Iri, Lang, Span, Text, Texts, When},
    words::{self as w, Word},
};

impl Reader<'_> {
    /// Every text under a word, in its languages.
    pub(super) fn texts(&self, node: &NamedOrBlankNode, word: Word) -> Texts {
        Texts(
            self.graph
                .objects(node, word)
                .filter_map(literal_of)
                .map(|literal| Text {
                    lang: literal.language().and_then(Lang::parse),
                    text: literal.value().to_owned(),
                })
                .collect(),
        )
    }

    /// Every value under a word as text; an address counts as its text.
    pub(super) fn strings(&self, node: &NamedOrBlankNode, word: Word) -> Vec<String> {
        self.graph
            .objects(node, word)
            .filter_map(|term| match term {
                Term::Literal(literal) => Some(literal.value().to_owned()),
                Term::NamedNode(named) => Some(named.as_str().to_owned()),
                Term::BlankNode(_) => None,
            })
            .filter(|text| !text.trim().is_empty())
            .collect()
    }

    /// Every address under a word, also where it was written as text or stands within a described thing.
    pub(super) fn iris(&mut self, node: &NamedOrBlankNode, word: Word) -> Vec<Iri> {
        let mut found = Vec::new();
        for term in self.graph.objects(node, word) {
            let text = match term {
                Term::NamedNode(named) => Some(named.as_str().to_owned()),
                Term::Literal(literal) => Some(literal.value().to_owned()),
                Term::BlankNode(_) => subject_of(term).and_then(|inner| {
                    [w::HOMEPAGE, w::HAS_VALUE, w::VALUE]
                        .into_iter()
                        .find_map(|word| self.strings(&inner, word).into_iter().next())
                }),
            };
            match text.as_deref().map(Iri::repair) {
                Some(Some(iri)) => found.push(iri),
                Some(None) => {
                    let text = text.unwrap_or_default();
                    self.find(
                        node,
                        &format!(
                            "{} {text:?} is no complete address; begin it with https://",
                            word.short()
                        ),
                    );
                }
                None => {}
            }
        }
        found
    }

    /// The things under a word that can be read.
    pub(super) fn things<T>(
        &mut self,
        node: &NamedOrBlankNode,
        word: Word,
        read: impl Fn(&mut Self, &NamedOrBlankNode) -> Option<T>,
    ) -> Vec<T> {
        let graph = self.graph;
        graph
            .objects(node, word)
            .filter_map(subject_of)
            .filter_map(|thing| read(self, &thing))
            .collect()
    }

    /// The first entry of a list that can be read, as an address, a text, or a label of a described thing.
    pub(super) fn codes<T>(
        &mut self,
        node: &NamedOrBlankNode,
        word: Word,
        read: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let mut unknown = None;
        for term in self.graph.objects(node, word) {
            let mut texts = Vec::new();
            match term {
                Term::NamedNode(named) => texts.push(named.as_str().to_owned()),
                Term::Literal(literal) => texts.push(literal.value().to_owned()),
                Term::BlankNode(_) => {}
            }
            if let Some(thing) = subject_of(term) {
                for label in [w::PREF_LABEL, w::LABEL, w::VALUE] {
                    texts.extend(self.strings(&thing, label));
                }
            }
            if let Some(value) = texts.iter().find_map(|text| read(text)) {
                return Some(value);
            }
            unknown = texts.into_iter().next();
        }
        if let Some(text) = unknown {
            self.find(node, &format!("{} {text:?} is on no known list", word.short()));
        }
        None
    }

    pub(super) fn when(&mut self, node: &NamedOrBlankNode, word: Word) -> Option<When> {
        let text = self.strings(node, word).into_iter().next()?;
        let when = When::parse(&text);
        if when.is_none() {
            self.find(
                node,
                &format!("{} {text:?} is no date; write it as 2026-11-22", word.short()),
            );
        }
        when
    }

    pub(super) fn decimal(&self, node: &NamedOrBlankNode, word: Word) -> Option<f64> {
        self.strings(node, word)
            .iter()
            .find_map(|text| text.trim().parse().ok())
            .filter(|value: &f64| value.is_finite())
    }

    pub(super) fn span(&self, node: &NamedOrBlankNode) -> Option<Span> {
        self.strings(node, w::TEMPORAL_RESOLUTION)
            .iter()
            .find_map(|text| Span::parse(text))
    }

    pub(super) fn languages(&mut self, node: &NamedOrBlankNode) -> Vec<Lang> {
        let mut languages = Vec::new();
        for text in self.strings(node, w::LANGUAGE) {
            match codes::read_language(&text) {
                Some(lang) => languages.push(lang),
                None => self.find(node, &format!("dct:language {text:?} is no language")),
            }
        }
        languages
    }

    /// Labels of described things, or the texts that stand in their place (`dct:rights`, `dct:provenance`).
    pub(super) fn statements(&self, node: &NamedOrBlankNode, word: Word) -> Texts {
        let mut texts = self.texts(node, word);
        for thing in self.graph.objects(node, word).filter_map(subject_of) {
            let labels = [w::LABEL, w::PREF_LABEL, w::TITLE, w::DESCRIPTION]
                .into_iter()
                .map(|label| self.texts(&thing, label))
                .find(|labels| !labels.0.is_empty());
            match (labels, &thing) {
                (Some(labels), _) => texts.0.extend(labels.0),
                (None, NamedOrBlankNode::NamedNode(named)) => {
                    texts.0.extend(Texts::plain(named.as_str()).0);
                }
                (None, NamedOrBlankNode::BlankNode(_)) => {}
            }
        }
        texts
    }
}
