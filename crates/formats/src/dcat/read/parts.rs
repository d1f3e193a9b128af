//! From statements to the parts of the model, forgiving what portals are known to write.

use oxrdf::{NamedOrBlankNode, Term};

use super::Finding;
use crate::dcat::{
    codes::{self, AccessRight, Availability, Frequency, HashAlgorithm, Status},
    describe::datatype,
    graph::{Graph, literal_of, subject_of},
    model::{
        Agent, Bounds, Catalogue, Checksum, Column, ColumnKind, Concept, Contact, DataService, Dataset,
        Distribution, Identifier, Licence, Period, Place, Series, Standard, Version,
    },
    values::{Iri, Lang, Span, Text, Texts, When, decoded},
    words::{self as w, Word},
};

/// Reads parts of one document.
pub(super) struct Reader<'a> {
    graph: &'a Graph,
    pub findings: Vec<Finding>,
}

/// How much of a document's trouble is reported.
const MOST_FINDINGS: usize = 1000;

impl<'a> Reader<'a> {
    pub fn new(graph: &'a Graph) -> Reader<'a> {
        Reader {
            graph,
            findings: Vec::new(),
        }
    }

    pub fn find(&mut self, about: &NamedOrBlankNode, message: &str) {
        if self.findings.len() < MOST_FINDINGS {
            self.findings.push(Finding {
                about: match about {
                    NamedOrBlankNode::NamedNode(named) => Some(named.as_str().to_owned()),
                    NamedOrBlankNode::BlankNode(_) => None,
                },
                message: message.to_owned(),
            });
        }
    }

    /// The address of a thing that has one; what is no proper address is reported.
    pub fn iri_of(&mut self, node: &NamedOrBlankNode) -> Option<Iri> {
        let NamedOrBlankNode::NamedNode(named) = node else {
            return None;
        };
        let iri = Iri::repair(named.as_str());
        if iri.is_none() {
            self.find(node, "this is no address that can be used");
        }
        iri
    }

    pub fn catalogue(&mut self, node: &NamedOrBlankNode) -> Option<Catalogue> {
        let iri = self
            .iri_of(node)
            .or_else(|| self.iris(node, w::HOMEPAGE).into_iter().next())?;
        Some(Catalogue {
            title: self.texts(node, w::TITLE),
            description: self.texts(node, w::DESCRIPTION),
            publisher: self
                .agents(node, w::PUBLISHER)
                .into_iter()
                .next()
                .unwrap_or_default(),
            homepage: self.iris(node, w::HOMEPAGE).into_iter().next(),
            licence: self.licence(node),
            rights: self.statements(node, w::RIGHTS),
            languages: self.languages(node),
            issued: self.when(node, w::ISSUED),
            modified: self.when(node, w::MODIFIED),
            places: self.places(node),
            theme_lists: self
                .iris(node, w::THEME_TAXONOMY)
                .into_iter()
                .filter(|list| *list != codes::data_themes())
                .collect(),
            legislation: self.iris(node, w::APPLICABLE_LEGISLATION),
            iri,
        })
    }

    pub fn dataset(&mut self, node: &NamedOrBlankNode, iri: Iri) -> Dataset {
        let mut title = self.texts(node, w::TITLE);
        if title.0.is_empty() {
            title = self.texts(node, w::LABEL);
        }
        let mut distributions: Vec<Distribution> = self.things(node, w::DISTRIBUTIONS, Reader::distribution);
        let licence = self.licence(node);
        // The writer repeats the licence of the dataset with each distribution.
        for distribution in &mut distributions {
            if distribution.licence == licence {
                distribution.licence = None;
            }
        }
        let mut samples = self.things(node, w::SAMPLE, Reader::distribution);
        for sample in &mut samples {
            if sample.licence == licence {
                sample.licence = None;
            }
        }
        let mut version = self.strings(node, w::VERSION).into_iter().next();
        if version.is_none() {
            version = self.strings(node, w::VERSION_INFO).into_iter().next();
        }
        let (concept, status) = (
            self.concepts(node, w::TYPE),
            self.codes(node, w::STATUS, Status::read),
        );
        let dataset = Dataset {
            identifiers: self.strings(node, w::IDENTIFIER),
            other_identifiers: self.other_identifiers(node),
            title,
            description: self.texts(node, w::DESCRIPTION),
            keywords: self.texts(node, w::KEYWORD),
            themes: self.concepts(node, w::THEME),
            kind: concept.into_iter().next(),
            publisher: self.agents(node, w::PUBLISHER).into_iter().next(),
            creators: self.agents(node, w::CREATOR),
            contacts: self.contacts(node),
            issued: self.when(node, w::ISSUED),
            modified: self.when(node, w::MODIFIED),
            frequency: self.codes(node, w::ACCRUAL_PERIODICITY, Frequency::read),
            periods: self.periods(node),
            temporal_resolution: self.span(node),
            places: self.places(node),
            spatial_resolution: self.decimal(node, w::SPATIAL_RESOLUTION),
            languages: self.languages(node),
            access: self.codes(node, w::ACCESS_RIGHTS, AccessRight::read),
            licence,
            landing_page: self.iris(node, w::LANDING_PAGE).into_iter().next(),
            documentation: self.iris(node, w::PAGE),
            standards: self.standards(node),
            provenance: self.statements(node, w::PROVENANCE),
            status,
            version,
            version_notes: self.texts(node, w::VERSION_NOTES),
            is_version_of: self.iris(node, w::IS_VERSION_OF).into_iter().next(),
            previous_version: self.iris(node, w::PREVIOUS_VERSION).into_iter().next(),
            versions: self.things(node, w::HAS_VERSION, Reader::version),
            series: self.things(node, w::IN_SERIES, |reader, node| {
                let iri = reader.iri_of(node)?;
                Some(reader.series(node, iri))
            }),
            related: self.iris(node, w::RELATION),
            referenced_by: self.iris(node, w::IS_REFERENCED_BY),
            sources: [w::WAS_DERIVED_FROM, w::SOURCE]
                .into_iter()
                .flat_map(|word| self.iris(node, word))
                .collect(),
            legislation: self.iris(node, w::APPLICABLE_LEGISLATION),
            samples,
            distributions,
            iri,
        };
        if dataset.title.is_empty() {
            self.find(node, "the dataset has no title; give it one with dct:title");
        }
        dataset
    }

    pub fn series(&mut self, node: &NamedOrBlankNode, iri: Iri) -> Series {
        Series {
            iri,
            title: self.texts(node, w::TITLE),
            description: self.texts(node, w::DESCRIPTION),
            publisher: self.agents(node, w::PUBLISHER).into_iter().next(),
            contacts: self.contacts(node),
            frequency: self.codes(node, w::ACCRUAL_PERIODICITY, Frequency::read),
            periods: self.periods(node),
            places: self.places(node),
            issued: self.when(node, w::ISSUED),
            modified: self.when(node, w::MODIFIED),
            legislation: self.iris(node, w::APPLICABLE_LEGISLATION),
        }
    }

    pub fn service(&mut self, node: &NamedOrBlankNode) -> Option<DataService> {
        let Some(endpoint) = self.iris(node, w::ENDPOINT_URL).into_iter().next() else {
            self.find(
                node,
                "a service without dcat:endpointURL cannot be asked anything; it is left out",
            );
            return None;
        };
        Some(DataService {
            iri: self.iri_of(node),
            title: self.texts(node, w::TITLE),
            description: self.texts(node, w::DESCRIPTION),
            endpoint,
            endpoint_description: self.iris(node, w::ENDPOINT_DESCRIPTION),
            serves: self.iris(node, w::SERVES_DATASET),
            publisher: self.agents(node, w::PUBLISHER).into_iter().next(),
            contacts: self.contacts(node),
            keywords: self.texts(node, w::KEYWORD),
            themes: self.concepts(node, w::THEME),
            licence: self.licence(node),
            access: self.codes(node, w::ACCESS_RIGHTS, AccessRight::read),
            standards: self.standards(node),
            landing_page: self.iris(node, w::LANDING_PAGE).into_iter().next(),
            documentation: self.iris(node, w::PAGE),
            legislation: self.iris(node, w::APPLICABLE_LEGISLATION),
        })
    }

    /// The address of the next page and the size of the whole, in the names of today and of 2014.
    pub fn paging(&mut self) -> (Option<Iri>, Option<u64>) {
        let graph = self.graph;
        let view = graph
            .of_kind(w::PARTIAL_VIEW)
            .chain(graph.of_kind(w::PAGED_COLLECTION))
            .next();
        let Some(view) = view else {
            return (None, None);
        };
        let next = [w::NEXT, w::NEXT_PAGE]
            .into_iter()
            .find_map(|word| self.iris(view, word).into_iter().next());
        let total = self
            .strings(view, w::TOTAL_ITEMS)
            .first()
            .and_then(|total| total.parse().ok());
        (next, total)
    }

    /// Every text under a word, in its languages.
    fn texts(&self, node: &NamedOrBlankNode, word: Word) -> Texts {
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
    pub fn strings(&self, node: &NamedOrBlankNode, word: Word) -> Vec<String> {
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
    fn iris(&mut self, node: &NamedOrBlankNode, word: Word) -> Vec<Iri> {
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
    fn things<T>(
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
    fn codes<T>(
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

    fn when(&mut self, node: &NamedOrBlankNode, word: Word) -> Option<When> {
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

    fn decimal(&self, node: &NamedOrBlankNode, word: Word) -> Option<f64> {
        self.strings(node, word)
            .iter()
            .find_map(|text| text.trim().parse().ok())
            .filter(|value: &f64| value.is_finite())
    }

    fn span(&self, node: &NamedOrBlankNode) -> Option<Span> {
        self.strings(node, w::TEMPORAL_RESOLUTION)
            .iter()
            .find_map(|text| Span::parse(text))
    }

    fn languages(&mut self, node: &NamedOrBlankNode) -> Vec<Lang> {
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
    fn statements(&self, node: &NamedOrBlankNode, word: Word) -> Texts {
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

    fn agents(&mut self, node: &NamedOrBlankNode, word: Word) -> Vec<Agent> {
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

    fn contacts(&mut self, node: &NamedOrBlankNode) -> Vec<Contact> {
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
    fn mailbox(&self, thing: &NamedOrBlankNode) -> Option<String> {
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
    fn nested(&self, node: &NamedOrBlankNode, word: Word) -> Option<String> {
        self.graph
            .objects(node, word)
            .filter_map(subject_of)
            .find_map(|thing| self.strings(&thing, w::HAS_VALUE).into_iter().next())
    }

    fn licence(&mut self, node: &NamedOrBlankNode) -> Option<Licence> {
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

    fn standards(&mut self, node: &NamedOrBlankNode) -> Vec<Standard> {
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

    fn concepts(&mut self, node: &NamedOrBlankNode, word: Word) -> Vec<Concept> {
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

    fn periods(&mut self, node: &NamedOrBlankNode) -> Vec<Period> {
        let graph = self.graph;
        let mut periods = Vec::new();
        for term in graph.objects(node, w::TEMPORAL) {
            let period = match subject_of(term) {
                Some(thing) => {
                    let mut end_of = |words: [Word; 2], instant: Word| {
                        words
                            .into_iter()
                            .find_map(|word| self.when(&thing, word))
                            .or_else(|| {
                                let at = graph.objects(&thing, instant).find_map(subject_of)?;
                                [w::IN_XSD_DATE_TIME, w::IN_XSD_DATE, w::IN_XSD_STAMP]
                                    .into_iter()
                                    .find_map(|word| self.when(&at, word))
                            })
                    };
                    Period {
                        start: end_of([w::START_DATE, w::SCHEMA_START], w::HAS_BEGINNING),
                        end: end_of([w::END_DATE, w::SCHEMA_END], w::HAS_END),
                    }
                }
                // DCAT-US and schema.org write `2020-01-01/2020-12-31`.
                None => {
                    let text = literal_of(term).map_or("", |literal| literal.value());
                    let (start, end) = text.split_once('/').unwrap_or((text, text));
                    Period {
                        start: When::parse(start),
                        end: When::parse(end),
                    }
                }
            };
            if period == Period::default() {
                self.find(
                    node,
                    "dct:temporal names no date; write dcat:startDate and dcat:endDate",
                );
            } else {
                periods.push(period);
            }
        }
        periods
    }

    fn places(&mut self, node: &NamedOrBlankNode) -> Vec<Place> {
        let graph = self.graph;
        let mut places = Vec::new();
        for term in graph.objects(node, w::SPATIAL) {
            let Some(thing) = subject_of(term) else {
                if let Some(literal) = literal_of(term) {
                    let bounds = bounds(literal.value());
                    places.push(Place {
                        name: match bounds {
                            Some(_) => Texts::default(),
                            None => Texts::plain(literal.value()),
                        },
                        bounds,
                        ..Place::default()
                    });
                }
                continue;
            };
            let iri = self.iri_of(&thing);
            let name = [w::PREF_LABEL, w::LABEL, w::NAME, w::TITLE]
                .into_iter()
                .map(|label| self.texts(&thing, label))
                .find(|name| !name.0.is_empty())
                .unwrap_or_default();
            let shapes = [w::BBOX, w::GEOMETRY]
                .into_iter()
                .flat_map(|word| self.strings(&thing, word));
            let centre = self
                .strings(&thing, w::CENTROID)
                .iter()
                .find_map(|text| bounds(text))
                .map(|point| (point.west, point.south));
            let place = Place {
                iri,
                name,
                code: self.strings(&thing, w::IDENTIFIER).into_iter().next(),
                bounds: shapes.filter_map(|shape| bounds(&shape)).next(),
                centre,
            };
            if place == Place::default() {
                self.find(
                    node,
                    "dct:spatial names no place, code or rectangle that can be used",
                );
            } else {
                places.push(place);
            }
        }
        places
    }

    fn other_identifiers(&self, node: &NamedOrBlankNode) -> Vec<Identifier> {
        let mut identifiers = Vec::new();
        for term in self.graph.objects(node, w::IDENTIFIER_THING_OF) {
            let thing = subject_of(term);
            let notation = thing
                .as_ref()
                .and_then(|thing| self.strings(thing, w::NOTATION).into_iter().next())
                .or_else(|| match term {
                    Term::Literal(literal) => Some(literal.value().to_owned()),
                    Term::NamedNode(named) => Some(named.as_str().to_owned()),
                    Term::BlankNode(_) => None,
                });
            identifiers.extend(notation.map(|notation| Identifier {
                notation,
                agency: thing.and_then(|thing| self.strings(&thing, w::SCHEMA_AGENCY).into_iter().next()),
            }));
        }
        identifiers
    }

    fn version(&mut self, node: &NamedOrBlankNode) -> Option<Version> {
        Some(Version {
            iri: self.iri_of(node)?,
            version: self.strings(node, w::VERSION).into_iter().next(),
            title: self.texts(node, w::TITLE),
            notes: self.texts(node, w::VERSION_NOTES),
            issued: self.when(node, w::ISSUED),
        })
    }

    fn distribution(&mut self, node: &NamedOrBlankNode) -> Option<Distribution> {
        let download_url = self.iris(node, w::DOWNLOAD_URL).into_iter().next();
        // A media type often stands where the format belongs.
        let media_type = self
            .media_type(node, w::MEDIA_TYPE)
            .or_else(|| self.media_type(node, w::FORMAT));
        let columns = self.columns(node);
        Some(Distribution {
            iri: self.iri_of(node),
            identifier: self.strings(node, w::IDENTIFIER).into_iter().next(),
            title: self.texts(node, w::TITLE),
            description: self.texts(node, w::DESCRIPTION),
            access_url: self.iris(node, w::ACCESS_URL).into_iter().next(),
            download_url,
            media_type,
            format: self.format(node),
            compression: self.media_type(node, w::COMPRESS_FORMAT),
            packaging: self.media_type(node, w::PACKAGE_FORMAT),
            byte_size: self.byte_size(node),
            checksum: self
                .things(node, w::CHECKSUM, Reader::checksum)
                .into_iter()
                .next(),
            licence: self.licence(node),
            rights: self.statements(node, w::RIGHTS),
            availability: self.codes(node, w::AVAILABILITY, Availability::read),
            status: self.codes(node, w::STATUS, Status::read),
            issued: self.when(node, w::ISSUED),
            modified: self.when(node, w::MODIFIED),
            languages: self.languages(node),
            standards: self.standards(node),
            documentation: self.iris(node, w::PAGE),
            temporal_resolution: self.span(node),
            spatial_resolution: self.decimal(node, w::SPATIAL_RESOLUTION),
            legislation: self.iris(node, w::APPLICABLE_LEGISLATION),
            services: self.things(node, w::ACCESS_SERVICE, Reader::service),
            columns,
        })
    }

    fn media_type(&self, node: &NamedOrBlankNode, word: Word) -> Option<String> {
        self.graph.objects(node, word).find_map(|term| {
            let mut texts = Vec::new();
            match term {
                Term::NamedNode(named) => texts.push(match named.as_str().split_once("media-types/") {
                    Some((_, plain)) => decoded(plain),
                    None => String::new(),
                }),
                Term::Literal(literal) => texts.push(literal.value().to_owned()),
                Term::BlankNode(_) => {}
            }
            if let Some(thing) = subject_of(term) {
                texts.extend(self.strings(&thing, w::VALUE));
                texts.extend(self.strings(&thing, w::LABEL));
            }
            texts.iter().find_map(|text| codes::plain_media_type(text))
        })
    }

    /// The EU's code of the format where it has one, else the word that stands there.
    fn format(&self, node: &NamedOrBlankNode) -> Option<String> {
        self.graph.objects(node, w::FORMAT).find_map(|term| {
            let mut words = Vec::new();
            if let Some(thing) = subject_of(term) {
                for word in [w::LABEL, w::VALUE, w::PREF_LABEL] {
                    words.extend(self.strings(&thing, word));
                }
            }
            match term {
                Term::NamedNode(named) => words.push(match named.as_str().split_once("media-types/") {
                    Some((_, plain)) => decoded(plain),
                    None => Iri::repair(named.as_str())?.tail().to_owned(),
                }),
                Term::Literal(literal) => words.push(literal.value().to_owned()),
                Term::BlankNode(_) => {}
            }
            words
                .iter()
                .find_map(|word| codes::file_type(word))
                .map(str::to_owned)
                .or_else(|| words.into_iter().find(|word| !word.trim().is_empty()))
        })
    }

    fn byte_size(&mut self, node: &NamedOrBlankNode) -> Option<u64> {
        let text = self.strings(node, w::BYTE_SIZE).into_iter().next()?;
        // `43008.0`, as DCAT 1 had it.
        let whole = text
            .trim()
            .split_once('.')
            .map_or(text.trim(), |(whole, fraction)| {
                if fraction.bytes().all(|b| b == b'0') {
                    whole
                } else {
                    ""
                }
            });
        let bytes = whole.parse().ok();
        if bytes.is_none() {
            self.find(node, &format!("dcat:byteSize {text:?} is no number of bytes"));
        }
        bytes
    }

    fn checksum(&mut self, node: &NamedOrBlankNode) -> Option<Checksum> {
        let value = self.strings(node, w::CHECKSUM_VALUE).into_iter().next()?;
        let algorithm = self.codes(node, w::ALGORITHM, HashAlgorithm::read)?;
        let checksum = Checksum::parse(algorithm, &value);
        if checksum.is_none() {
            self.find(node, &format!("{value:?} is no {} checksum", algorithm.name()));
        }
        checksum
    }

    fn columns(&self, node: &NamedOrBlankNode) -> Vec<Column> {
        let lists = self
            .graph
            .objects(node, w::CONFORMS_TO)
            .filter_map(subject_of)
            .flat_map(|schema| self.graph.objects(&schema, w::COLUMNS).collect::<Vec<_>>());
        let mut columns = Vec::new();
        for list in lists {
            for column in self.graph.list(list).into_iter().filter_map(subject_of) {
                let Some(name) = self.texts(&column, w::NAME_OF_COLUMN).0.into_iter().next() else {
                    continue;
                };
                let kind = self
                    .strings(&column, w::DATATYPE)
                    .first()
                    .and_then(|found| KINDS.into_iter().find(|kind| datatype(*kind).is(found)));
                columns.push(Column {
                    name: name.text,
                    title: self.texts(&column, w::TITLE_OF_COLUMN),
                    description: self.texts(&column, w::DESCRIPTION),
                    kind: kind.unwrap_or(ColumnKind::Text),
                    is_required: self
                        .strings(&column, w::REQUIRED)
                        .iter()
                        .any(|text| text == "true"),
                });
            }
        }
        columns
    }
}

const KINDS: [ColumnKind; 10] = [
    ColumnKind::Text,
    ColumnKind::Whole,
    ColumnKind::Decimal,
    ColumnKind::Truth,
    ColumnKind::Date,
    ColumnKind::DateTime,
    ColumnKind::Time,
    ColumnKind::Year,
    ColumnKind::Shape,
    ColumnKind::Json,
];

/// The rectangle around a shape, in well-known text, in GeoJSON, or as `west,south,east,north`; none when a number is no coordinate.
fn bounds(shape: &str) -> Option<Bounds> {
    let shape = shape.trim();
    let is_shape = shape.starts_with(['{', '<'])
        || ["POINT", "POLYGON", "MULTI", "LINESTRING", "ENVELOPE"]
            .iter()
            .any(|kind| {
                shape
                    .get(..kind.len())
                    .is_some_and(|head| head.eq_ignore_ascii_case(kind))
            });
    // The reference system of GeoSPARQL may stand in front.
    let shape = match shape.strip_prefix('<').and_then(|rest| rest.split_once('>')) {
        Some((_, rest)) => rest,
        None => shape,
    };
    let coordinates = match shape.split_once("\"coordinates\"") {
        Some((_, rest)) => rest,
        None => shape,
    };
    let numbers: Vec<f64> = coordinates
        .split(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '-' | '+' | 'e' | 'E')))
        .filter(|part| part.bytes().any(|b| b.is_ascii_digit()))
        .map(|part| part.parse().ok().filter(|number: &f64| number.is_finite()))
        .collect::<Option<_>>()?;
    if !is_shape {
        let is_list = shape
            .chars()
            .all(|c| c.is_ascii_digit() || matches!(c, '.' | '-' | '+' | ',' | ' '));
        let [west, south, east, north] = numbers[..] else {
            return None;
        };
        return (is_list && shape.contains(',')).then_some(Bounds {
            west,
            south,
            east,
            north,
        });
    }
    let (mut x, mut y) = (Vec::new(), Vec::new());
    for pair in numbers.chunks_exact(2) {
        x.push(pair[0]);
        y.push(pair[1]);
    }
    // The writer's own rectangle keeps its sides, also across the antimeridian.
    if let [west, east, again, ..] = x[..]
        && x.len() == 5
        && again == east
        && x[3] == west
        && y[0] == y[1]
        && y[2] == y[3]
    {
        return Some(Bounds {
            west,
            south: y[0],
            east,
            north: y[2],
        });
    }
    let least = |values: &[f64]| values.iter().copied().reduce(f64::min);
    let most = |values: &[f64]| values.iter().copied().reduce(f64::max);
    Some(Bounds {
        west: least(&x)?,
        south: least(&y)?,
        east: most(&x)?,
        north: most(&y)?,
    })
}
