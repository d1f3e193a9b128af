//! The parts that several things share: agents, contacts, licences, places, entries of lists.

use super::Describer;
use crate::dcat::{
    codes,
    model::{Agent, Bounds, Checksum, Concept, Contact, Licence, Period, Place, Standard},
    node::{Node, Object, typed},
    values::{Iri, Lang, Texts},
    words::{self as w, Word},
};

impl Describer<'_> {
    pub(super) fn agents<'b>(
        &mut self,
        node: &mut Node,
        word: Word,
        agents: impl IntoIterator<Item = &'b Agent>,
    ) {
        for agent in agents {
            let object = self.agent(agent);
            node.add(word, object);
        }
    }

    pub(super) fn agent(&mut self, agent: &Agent) -> Object {
        let mut node = thing(agent.iri.as_ref(), w::AGENT);
        if agent.name.is_empty() {
            let name = [&agent.homepage, &agent.iri]
                .into_iter()
                .flatten()
                .map(Iri::as_str)
                .next()
                .or(agent.email.as_deref())
                .unwrap_or("unknown");
            node.add_text(w::NAME, Some(name));
        }
        node.add_texts(w::NAME, &agent.name);
        self.concepts(&mut node, w::TYPE, agent.kind.as_ref());
        self.documents(&mut node, w::HOMEPAGE, agent.homepage.as_ref());
        let mailbox = agent.email.as_deref().and_then(Iri::mailto);
        node.add_iri(w::MBOX, mailbox.as_ref());
        node.add_text(w::IDENTIFIER, agent.identifier.as_deref());
        self.placed(node, w::AGENT)
    }

    pub(super) fn contacts(&mut self, node: &mut Node, contacts: &[Contact]) {
        for contact in contacts {
            let mut about = thing(contact.iri.as_ref(), w::KIND);
            about.add_texts(w::FN, &contact.name);
            let mailbox = contact.email.as_deref().and_then(Iri::mailto);
            about.add_iri(w::HAS_EMAIL, mailbox.as_ref());
            let telephone = contact.telephone.as_deref().and_then(Iri::tel);
            about.add_iri(w::HAS_TELEPHONE, telephone.as_ref());
            about.add_iri(w::HAS_URL, contact.url.as_ref());
            let object = self.placed(about, w::KIND);
            node.add(w::CONTACT_POINT, object);
        }
    }

    pub(super) fn licence(&mut self, node: &mut Node, licence: Option<&Licence>) {
        let Some(licence) = licence else { return };
        let mut about = thing(licence.iri.as_ref(), w::LICENSE_DOCUMENT);
        about.add_texts(w::TITLE, &licence.title);
        self.concepts(&mut about, w::TYPE, licence.kind.as_ref());
        // A distribution has one licence at most (DCAT-AP 3), so the EU's name of it stands at the licence.
        let entry = licence.iri.as_ref().and_then(codes::licence_iri);
        about.add_iri(w::EXACT_MATCH, entry.as_ref());
        let object = self.placed(about, w::LICENSE_DOCUMENT);
        node.add(w::LICENSE, object);
    }

    pub(super) fn standards(&mut self, node: &mut Node, standards: &[Standard]) {
        for standard in standards {
            let mut about = thing(standard.iri.as_ref(), w::STANDARD);
            about.add_texts(w::TITLE, &standard.title);
            let object = self.placed(about, w::STANDARD);
            node.add(w::CONFORMS_TO, object);
        }
    }

    pub(super) fn places(&mut self, node: &mut Node, places: &[Place]) {
        for place in places {
            let mut about = thing(place.iri.as_ref(), w::LOCATION);
            about.add_texts(w::PREF_LABEL, &place.name);
            about.add_text(w::IDENTIFIER, place.code.as_deref());
            if let Some(text) = place.bounds.as_ref().and_then(polygon) {
                about.add(w::BBOX, typed(&text, &w::LITERAL_WKT.full()));
            }
            if let Some((longitude, latitude)) = place.centre.filter(|(x, y)| x.is_finite() && y.is_finite())
            {
                let text = format!("POINT({longitude} {latitude})");
                about.add(w::CENTROID, typed(&text, &w::LITERAL_WKT.full()));
            }
            let object = self.placed(about, w::LOCATION);
            node.add(w::SPATIAL, object);
        }
    }

    pub(super) fn concepts<'b>(
        &mut self,
        node: &mut Node,
        word: Word,
        concepts: impl IntoIterator<Item = &'b Concept>,
    ) {
        for concept in concepts {
            let mut about = Node::named(&concept.iri, w::CONCEPT);
            if concept.label.is_empty() {
                about.add_text(w::PREF_LABEL, Some(concept.iri.tail()));
            } else {
                about.add_texts(w::PREF_LABEL, &concept.label);
            }
            if let Some(list) = &concept.list {
                self.list(list);
                about.add_iri(w::IN_SCHEME, Some(list));
            }
            let object = self.placed(about, w::CONCEPT);
            node.add(word, object);
        }
    }

    /// An entry of a list that is of a kind of its own: `dct:Frequency`, `dct:MediaType`.
    pub(super) fn term(&mut self, node: &mut Node, word: Word, iri: &Iri, kind: Word) {
        let mut about = Node::named(iri, kind);
        about.add_iri(w::IN_SCHEME, codes::scheme_of(iri).as_ref());
        let object = self.placed(about, kind);
        node.add(word, object);
    }

    pub(super) fn frequency(&mut self, node: &mut Node, frequency: Option<&codes::Frequency>) {
        if let Some(frequency) = frequency {
            self.term(node, w::ACCRUAL_PERIODICITY, &frequency.iri(), w::FREQUENCY);
        }
    }

    pub(super) fn languages(&mut self, node: &mut Node, languages: &[Lang]) {
        for iri in languages.iter().filter_map(codes::language_iri) {
            self.term(node, w::LANGUAGE, &iri, w::LINGUISTIC_SYSTEM);
        }
    }

    pub(super) fn legislation(&mut self, node: &mut Node, laws: &[Iri]) {
        for law in laws {
            self.term(node, w::APPLICABLE_LEGISLATION, law, w::LEGAL_RESOURCE);
        }
    }

    pub(super) fn documents<'b>(
        &mut self,
        node: &mut Node,
        word: Word,
        documents: impl IntoIterator<Item = &'b Iri>,
    ) {
        for document in documents {
            self.term(node, word, document, w::DOCUMENT);
        }
    }

    /// Addresses of anything. Every thing is an `rdfs:Resource`, but the shapes of 3.0.0 want to be told.
    pub(super) fn resources<'b>(
        &mut self,
        node: &mut Node,
        word: Word,
        addresses: impl IntoIterator<Item = &'b Iri>,
    ) {
        for address in addresses {
            self.term(node, word, address, w::RESOURCE);
        }
    }

    pub(super) fn checksum(&mut self, checksum: &Checksum) -> Object {
        let mut node = Node::blank(w::CHECKSUM_THING);
        let algorithm = format!(
            "{}checksumAlgorithm_{}",
            w::namespace("spdx"),
            checksum.algorithm.name()
        );
        if let Some(iri) = Iri::parse(&algorithm) {
            self.term(&mut node, w::ALGORITHM, &iri, w::CHECKSUM_ALGORITHM);
        }
        node.add(w::CHECKSUM_VALUE, typed(checksum.value(), XSD_HEX));
        Object::Node(node)
    }

    /// A list of concepts, which has to be called something.
    pub(super) fn list(&mut self, list: &Iri) {
        if self.described.is_new(list, w::CONCEPT_SCHEME) {
            let mut node = Node::named(list, w::CONCEPT_SCHEME);
            let title = match codes::list_title(list.as_str()) {
                Some(title) => Texts::of("en", title),
                None => Texts::plain(list.tail()),
            };
            node.add_texts(w::TITLE, &title);
            self.nodes.push(node);
        }
    }

    /// Puts a thing where it is mentioned when it has no address, and beside it when it has one.
    pub(super) fn placed(&mut self, node: Node, kind: Word) -> Object {
        match node.id.clone() {
            None => Object::Node(node),
            Some(iri) => {
                if self.described.is_new(&iri, kind) {
                    self.nodes.push(node);
                }
                Object::Iri(iri)
            }
        }
    }
}

const XSD_HEX: &str = "http://www.w3.org/2001/XMLSchema#hexBinary";

pub(super) fn thing(iri: Option<&Iri>, kind: Word) -> Node {
    match iri {
        Some(iri) => Node::named(iri, kind),
        None => Node::blank(kind),
    }
}

pub(super) fn first_of<'a>(texts: &'a Texts, instead: &'a Texts) -> &'a Texts {
    if texts.is_empty() { instead } else { texts }
}

pub(super) fn rights(node: &mut Node, rights: &Texts) {
    if !rights.0.is_empty() {
        let mut statement = Node::blank(w::RIGHTS_STATEMENT);
        statement.add_texts(w::LABEL, rights);
        node.add(w::RIGHTS, Object::Node(statement));
    }
}

pub(super) fn periods(node: &mut Node, periods: &[Period]) {
    for period in periods
        .iter()
        .filter(|period| period.start.is_some() || period.end.is_some())
    {
        let mut about = Node::blank(w::PERIOD_OF_TIME);
        about.add_when(w::START_DATE, period.start.as_ref());
        about.add_when(w::END_DATE, period.end.as_ref());
        node.add(w::TEMPORAL, Object::Node(about));
    }
}

/// Well-known text of a rectangle, anticlockwise from the south-west; none when a side is no number.
fn polygon(bounds: &Bounds) -> Option<String> {
    let Bounds {
        west,
        south,
        east,
        north,
    } = *bounds;
    [west, south, east, north]
        .iter()
        .all(|side| side.is_finite())
        .then(|| {
            format!("POLYGON(({west} {south},{east} {south},{east} {north},{west} {north},{west} {south}))")
        })
}
