//! Statements as others wrote them, in any of the three syntaxes, kept in their order and found by what they are about.

use std::{cell::Cell, collections::HashMap};

use oxjsonld::JsonLdParser;
use oxrdf::{Literal, NamedOrBlankNode, Term, Triple, vocab::rdf};
use oxrdfxml::RdfXmlParser;
use oxttl::TurtleParser;

use super::{
    nesting::is_too_deep,
    values::Iri,
    words::{PREFIXES, Word},
    writer::Syntax,
};

/// Statements by what they are about.
#[derive(Debug, Default)]
pub(super) struct Graph {
    about: HashMap<NamedOrBlankNode, Vec<(String, Term)>>,
    /// What is described, in the order it was first mentioned.
    subjects: Vec<NamedOrBlankNode>,
    statements: usize,
    /// Statements looked at so far.
    looked_at: Cell<usize>,
}

/// How often each statement is looked at, on average, before reading ends: things that refer to shared things
/// that refer to shared things could otherwise be read for days. A catalogue that shares publishers, licences and places needs half of it.
const MOST_LOOKS: usize = 250;

/// How often syntax errors are reported before the rest is only counted.
const MOST_ERRORS: usize = 20;

/// An entity's text is repeated wherever it is named: none may be long, and none may name others.
const LONGEST_ENTITY: usize = 256;

impl Graph {
    /// Reads a document; syntax errors are given back beside what could be read in spite of them.
    ///
    /// Turtle goes on after an error with the next statement, the others end there. `base` is the address the document came from.
    pub fn parse(bytes: &[u8], syntax: Syntax, base: Option<&Iri>) -> (Graph, Vec<String>) {
        let mut graph = Graph::default();
        let mut errors = Vec::new();
        let Ok(text) = std::str::from_utf8(bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes)) else {
            errors.push("the document is not UTF-8; ask its publisher for UTF-8".to_owned());
            return (graph, errors);
        };
        if is_too_deep(text, syntax) {
            errors.push("it nests things in things far deeper than a catalogue does; refer to them by their addresses".to_owned());
            return (graph, errors);
        }
        match syntax {
            Syntax::Turtle => {
                for triple in turtle(base).for_slice(text.as_bytes()) {
                    graph.keep(triple, &mut errors);
                }
            }
            Syntax::RdfXml => {
                if let Err(error) = check_entities(text) {
                    errors.push(error);
                    return (graph, errors);
                }
                for triple in rdf_xml(base).for_slice(text.as_bytes()) {
                    if !graph.keep(triple, &mut errors) {
                        break;
                    }
                }
            }
            Syntax::JsonLd => {
                let quads = json_ld(base)
                    .for_slice(text.as_bytes())
                    .with_load_document_callback(|address, _| {
                        Err(format!("its context is elsewhere, at {address}, and is not fetched; ask for Turtle or RDF/XML").into())
                    });
                for quad in quads {
                    let triple = quad.map(|quad| Triple::new(quad.subject, quad.predicate, quad.object));
                    if !graph.keep(triple, &mut errors) {
                        break;
                    }
                }
            }
        }
        (graph, errors)
    }

    /// Whether nothing is said at all.
    pub fn is_empty(&self) -> bool {
        self.subjects.is_empty()
    }

    /// What is of a kind, in order.
    pub fn of_kind(&self, kind: Word) -> impl Iterator<Item = &NamedOrBlankNode> {
        let address = kind.full();
        self.subjects.iter().filter(move |subject| {
            self.about[subject].iter().any(|(predicate, object)| {
                predicate == rdf::TYPE.as_str()
                    && matches!(object, Term::NamedNode(named) if named.as_str() == address)
            })
        })
    }

    /// Everything that is said of a thing under a word, in order; nothing any more when [`Graph::is_exhausted`].
    pub fn objects<'a>(
        &'a self,
        subject: &NamedOrBlankNode,
        word: Word,
    ) -> impl Iterator<Item = &'a Term> + use<'a> {
        let said = self.about.get(subject).filter(|_| !self.is_exhausted());
        self.looked_at
            .set(self.looked_at.get() + said.map_or(0, Vec::len));
        let address = word.full();
        said.into_iter()
            .flatten()
            .filter(move |(predicate, _)| *predicate == address)
            .map(|(_, object)| object)
    }

    /// Whether reading had to end, because the things of the document refer to each other too often.
    pub fn is_exhausted(&self) -> bool {
        self.looked_at.get() > MOST_LOOKS * (self.statements + 1000)
    }

    /// The members of an `rdf:List`, in their order; one that turns back on itself ends there.
    pub fn list(&self, head: &Term) -> Vec<&Term> {
        let mut members = Vec::new();
        let mut at = subject_of(head);
        for _ in 0..self.subjects.len() {
            let Some(cell) = at else { break };
            let Some(statements) = self.about.get(&cell) else {
                break;
            };
            let said = |word: &str| {
                statements
                    .iter()
                    .find(|(predicate, _)| predicate == word)
                    .map(|(_, object)| object)
            };
            members.extend(said(rdf::FIRST.as_str()));
            at = said(rdf::REST.as_str()).and_then(subject_of);
        }
        members
    }

    /// Keeps a statement, or notes an error; false after an error.
    fn keep<E: std::fmt::Display>(&mut self, triple: Result<Triple, E>, errors: &mut Vec<String>) -> bool {
        match triple {
            Ok(triple) => {
                let known = self.about.entry(triple.subject.clone()).or_default();
                if known.is_empty() {
                    self.subjects.push(triple.subject);
                }
                known.push((triple.predicate.into_string(), triple.object));
                self.statements += 1;
                true
            }
            Err(error) => {
                if errors.len() < MOST_ERRORS {
                    errors.push(error.to_string());
                }
                false
            }
        }
    }
}

/// What a statement points at, when it is a thing.
pub(super) fn subject_of(term: &Term) -> Option<NamedOrBlankNode> {
    match term {
        Term::NamedNode(named) => Some(NamedOrBlankNode::NamedNode(named.clone())),
        Term::BlankNode(blank) => Some(NamedOrBlankNode::BlankNode(blank.clone())),
        Term::Literal(_) => None,
    }
}

/// The literal of a statement.
pub(super) fn literal_of(term: &Term) -> Option<&Literal> {
    match term {
        Term::Literal(literal) => Some(literal),
        _ => None,
    }
}

/// Prefixes that documents are found to use without declaring them.
const UNDECLARED: [(&str, &str); 4] = [
    ("dcterms", "http://purl.org/dc/terms/"),
    ("healthdcatap", "http://healthdataportal.eu/ns/health#"),
    ("odrl", "http://www.w3.org/ns/odrl/2/"),
    ("dcatde", "http://dcat-ap.de/def/dcatde/"),
];

fn turtle(base: Option<&Iri>) -> TurtleParser {
    let mut parser = TurtleParser::new();
    for (prefix, namespace) in PREFIXES.iter().chain(&UNDECLARED) {
        if let Ok(with) = parser.clone().with_prefix(*prefix, *namespace) {
            parser = with;
        }
    }
    match base.and_then(|base| parser.clone().with_base_iri(base.as_str()).ok()) {
        Some(with) => with,
        None => parser,
    }
}

fn rdf_xml(base: Option<&Iri>) -> RdfXmlParser {
    let parser = RdfXmlParser::new();
    match base.and_then(|base| parser.clone().with_base_iri(base.as_str()).ok()) {
        Some(with) => with,
        None => parser,
    }
}

fn json_ld(base: Option<&Iri>) -> JsonLdParser {
    let parser = JsonLdParser::new();
    match base.and_then(|base| parser.clone().with_base_iri(base.as_str()).ok()) {
        Some(with) => with,
        None => parser,
    }
}

/// Refuses entities that could swell a small document to a huge one; short names for namespaces are common and pass.
fn check_entities(text: &str) -> Result<(), String> {
    let mut rest = text;
    while let Some(at) = rest.find("<!ENTITY") {
        rest = &rest[at + "<!ENTITY".len()..];
        let declaration = &rest[..rest.find('>').unwrap_or(rest.len())];
        if declaration.contains('&') || declaration.len() > LONGEST_ENTITY {
            let name = declaration.split_whitespace().next().unwrap_or_default();
            return Err(format!(
                "the entity {name:?} is refused: it is long or names other entities; write its text out"
            ));
        }
    }
    Ok(())
}
