//! What is said of one thing, before it has a syntax: the writers of Turtle, JSON-LD and RDF/XML all begin here, so they cannot differ.

use oxrdf::vocab::xsd;

use super::{
    values::{Iri, Text, Texts, When, clean},
    words::Word,
};

/// A thing and what is said of it.
#[derive(Debug, Clone)]
pub(super) struct Node {
    /// None for a thing that is described in place.
    pub id: Option<Iri>,
    pub types: Vec<Word>,
    /// Every word stands once, with at least one object.
    pub statements: Vec<(Word, Vec<Object>)>,
}

/// What a statement says.
#[derive(Debug, Clone)]
pub(super) enum Object {
    Iri(Iri),
    Word(Word),
    Literal {
        text: String,
        kind: LiteralKind,
    },
    /// A thing without an address.
    Node(Node),
    /// A list in its order (`rdf:List`) of things without addresses.
    List(Vec<Node>),
}

#[derive(Debug, Clone)]
pub(super) enum LiteralKind {
    Plain,
    Tagged(String),
    /// The whole address of the type.
    Typed(String),
}

impl Node {
    /// A thing without an address.
    pub fn blank(kind: Word) -> Node {
        Node {
            id: None,
            types: vec![kind],
            statements: Vec::new(),
        }
    }

    /// A thing with an address.
    pub fn named(iri: &Iri, kind: Word) -> Node {
        Node {
            id: Some(iri.clone()),
            types: vec![kind],
            statements: Vec::new(),
        }
    }

    /// Further statements about a thing whose kind is said elsewhere.
    pub fn more(iri: &Iri) -> Node {
        Node {
            id: Some(iri.clone()),
            types: Vec::new(),
            statements: Vec::new(),
        }
    }

    pub fn add(&mut self, word: Word, object: Object) {
        match self.statements.iter_mut().find(|(known, _)| *known == word) {
            Some((_, objects)) => objects.push(object),
            None => self.statements.push((word, vec![object])),
        }
    }

    pub fn add_iri(&mut self, word: Word, iri: Option<&Iri>) {
        if let Some(iri) = iri {
            self.add(word, Object::Iri(iri.clone()));
        }
    }

    pub fn add_text(&mut self, word: Word, text: Option<&str>) {
        if let Some(text) = text {
            self.add(word, plain(text));
        }
    }

    pub fn add_texts(&mut self, word: Word, texts: &Texts) {
        for Text { lang, text } in &texts.0 {
            self.add(
                word,
                Object::Literal {
                    text: clean(text),
                    kind: match lang {
                        Some(lang) => LiteralKind::Tagged(lang.as_str().to_owned()),
                        None => LiteralKind::Plain,
                    },
                },
            );
        }
    }

    pub fn add_when(&mut self, word: Word, when: Option<&When>) {
        if let Some(when) = when {
            self.add(word, typed(when.as_str(), when.datatype()));
        }
    }

    /// Metres, as `xsd:decimal`; what is no number is left out.
    pub fn add_decimal(&mut self, word: Word, value: Option<f64>) {
        if let Some(value) = value.filter(|value| value.is_finite()) {
            self.add(word, typed(&value.to_string(), xsd::DECIMAL.as_str()));
        }
    }
}

/// A text without a language.
pub(super) fn plain(text: &str) -> Object {
    Object::Literal {
        text: clean(text),
        kind: LiteralKind::Plain,
    }
}

/// A value of a type.
pub(super) fn typed(text: &str, datatype: &str) -> Object {
    Object::Literal {
        text: clean(text),
        kind: LiteralKind::Typed(datatype.to_owned()),
    }
}
