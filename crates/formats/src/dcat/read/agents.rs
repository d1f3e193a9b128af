//! Bodies, contacts, licences, standards and entries of lists, in the many ways portals write them.

use oxrdf::{NamedOrBlankNode, Term};

use super::things::Reader;
use crate::dcat::{
    codes,
    graph::{literal_of, subject_of},
    model::{Agent, Concept, Contact, Licence, Standard},
    values::{Iri, Texts, decoded},
    words::{self as w, Word},
};

impl Reader<'_> {
    pub(super) fn agents(&mut self, node: &NamedOrBlankNode, word: Word) -> Vec<Agent> {
        let graph = self.graph;
        let mut agents = Vec::new();
        for term in graph.objects(node, word) {
            match subject_of(term) {
                Some(thing) => {
                    let iri = self.iri_of(&thing);
                    let name = [w::NAME, w::FN, w::PREF_LABEL, w::LABEL, w::TITLE]
                        .into_iter()
                        .map(|label| self.texts(&thing, label))
                        .find(|name| !name.0.is_empty())
                        .unwrap_or_default();
                    agents.push(Agent {
                        iri,
                        name,
                        kind: self.concepts(&thing, w::TYPE).into_iter().next(),
                        homepage: self.iris(&thing, w::HOMEPAGE).into_iter().next(),
                        email: self.mailbox(&thing),
                        identifier: self.strings(&thing, w::IDENTIFIER).into_iter().next(),
                    });
                }
                None => agents.extend(literal_of(term).map(|name| Agent {
                    name: Texts::plain(name.value()),
                    ..Agent::default()
                })),
            }
        }
        agents
    }

    pub(super) fn contacts(&mut self, node: &NamedOrBlankNode) -> Vec<Contact> {
        let mut contacts = Vec::new();
        // ADMS had the contact before DCAT did.
        for word in [w::CONTACT_POINT, w::ADMS_CONTACT_POINT] {
            contacts.extend(self.things(node, word, |reader, thing| {
                let iri = reader.iri_of(thing);
                let name = [w::FN, w::NAME, w::LABEL]
                    .into_iter()
                    .map(|label| reader.texts(thing, label))
                    .find(|name| !name.0.is_empty())
                    .unwrap_or_default();
                let telephone = reader
                    .strings(thing, w::HAS_TELEPHONE)
                    .into_iter()
                    .next()
                    .or_else(|| reader.nested(thing, w::HAS_TELEPHONE));
                Some(Contact {
                    iri,
                    name,
                    email: reader.mailbox(thing),
                    telephone: telephone
                        .map(|number| decoded(number.strip_prefix("tel:").unwrap_or(&number))),
                    url: reader.iris(thing, w::HAS_URL).into_iter().next(),
                })
            }));
        }
        contacts
    }

    /// The address of an office's mail, without `mailto:`.
    pub(super) fn mailbox(&self, thing: &NamedOrBlankNode) -> Option<String> {
        [w::HAS_EMAIL, w::MBOX]
            .into_iter()
            .find_map(|word| {
                self.strings(thing, word)
                    .into_iter()
                    .next()
                    .or_else(|| self.nested(thing, word))
            })
            .map(|address| {
                address
                    .strip_prefix("mailto:")
                    .map_or_else(|| address.clone(), decoded)
            })
    }

    /// The `vcard:hasValue` of a described thing.
    pub(super) fn nested(&self, node: &NamedOrBlankNode, word: Word) -> Option<String> {
        self.graph
            .objects(node, word)
            .filter_map(subject_of)
            .find_map(|thing| self.strings(&thing, w::HAS_VALUE).into_iter().next())
    }

    pub(super) fn licence(&mut self, node: &NamedOrBlankNode) -> Option<Licence> {
        let term = self.graph.objects(node, w::LICENSE).next()?;
        match subject_of(term) {
            Some(thing) => {
                let iri = self.iri_of(&thing);
                let title = [w::TITLE, w::PREF_LABEL, w::LABEL]
                    .into_iter()
                    .map(|label| self.texts(&thing, label))
                    .find(|title| !title.0.is_empty())
                    .unwrap_or_default();
                Some(Licence {
                    iri,
                    title,
                    kind: self.concepts(&thing, w::TYPE).into_iter().next(),
                })
            }
            None => {
                let text = literal_of(term)?.value();
                let iri = Iri::parse(text.trim()).filter(Iri::is_web);
                Some(Licence {
                    title: if iri.is_some() {
                        Texts::default()
                    } else {
                        Texts::plain(text)
                    },
                    iri,
                    kind: None,
                })
            }
        }
    }

    pub(super) fn standards(&mut self, node: &NamedOrBlankNode) -> Vec<Standard> {
        let graph = self.graph;
        let mut standards = Vec::new();
        for term in graph.objects(node, w::CONFORMS_TO) {
            match subject_of(term) {
                // The columns of a table are read as such.
                Some(thing) if graph.objects(&thing, w::COLUMNS).next().is_some() => {}
                Some(thing) => standards.push(Standard {
                    iri: self.iri_of(&thing),
                    title: [w::TITLE, w::LABEL, w::PREF_LABEL]
                        .into_iter()
                        .map(|label| self.texts(&thing, label))
                        .find(|title| !title.0.is_empty())
                        .unwrap_or_default(),
                }),
                None => standards.extend(literal_of(term).map(|literal| {
                    let iri = Iri::parse(literal.value()).filter(Iri::is_web);
                    Standard {
                        title: if iri.is_some() {
                            Texts::default()
                        } else {
                            Texts::plain(literal.value())
                        },
                        iri,
                    }
                })),
            }
        }
        standards
    }

    pub(super) fn concepts(&mut self, node: &NamedOrBlankNode, word: Word) -> Vec<Concept> {
        let mut found = Vec::new();
        for term in self.graph.objects(node, word) {
            let iri = match term {
                Term::NamedNode(named) => Iri::repair(named.as_str()),
                Term::Literal(literal) => Iri::parse(literal.value().trim()).filter(Iri::is_web),
                Term::BlankNode(_) => None,
            };
            let label = subject_of(term).map_or_else(Texts::default, |thing| {
                [w::PREF_LABEL, w::LABEL, w::TITLE]
                    .into_iter()
                    .map(|label| self.texts(&thing, label))
                    .find(|label| !label.0.is_empty())
                    .unwrap_or_default()
            });
            let list = subject_of(term).and_then(|thing| {
                self.strings(&thing, w::IN_SCHEME)
                    .iter()
                    .find_map(|list| Iri::repair(list))
            });
            match iri {
                Some(iri) => found.push(Concept {
                    list: list.or_else(|| codes::scheme_of(&iri)),
                    label,
                    iri,
                }),
                None => {
                    let text = literal_of(term).map(|literal| literal.value().to_owned());
                    let name = text.or_else(|| label.best("en").map(str::to_owned));
                    match name.as_deref().map(|name| (name, codes::data_theme(name))) {
                        Some((_, Some(theme))) if word == w::THEME => found.push(theme),
                        Some((name, _)) => self.find(
                            node,
                            &format!(
                                "{} {name:?} has no address on a list; it is left out",
                                word.short()
                            ),
                        ),
                        None => {}
                    }
                }
            }
        }
        found
    }
}
