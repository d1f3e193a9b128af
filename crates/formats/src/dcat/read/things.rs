//! From statements to the model: catalogue, datasets, series, services.

use oxrdf::{NamedOrBlankNode, Term};

use super::Finding;
use crate::dcat::{
    codes::{self, AccessRight, Frequency, Status},
    graph::{Graph, subject_of},
    model::{Catalogue, DataService, Dataset, Distribution, Identifier, Series, Version},
    values::Iri,
    words as w,
};

/// Reads parts of one document.
pub(super) struct Reader<'a> {
    pub(super) graph: &'a Graph,
    pub findings: Vec<Finding>,
}

/// How much of a document's trouble is reported.
const MOST_FINDINGS: usize = 1000;

impl<'a> Reader<'a> {
    pub(super) fn new(graph: &'a Graph) -> Reader<'a> {
        Reader {
            graph,
            findings: Vec::new(),
        }
    }

    pub(super) fn find(&mut self, about: &NamedOrBlankNode, message: &str) {
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
    pub(super) fn iri_of(&mut self, node: &NamedOrBlankNode) -> Option<Iri> {
        let NamedOrBlankNode::NamedNode(named) = node else {
            return None;
        };
        let iri = Iri::repair(named.as_str());
        if iri.is_none() {
            self.find(node, "this is no address that can be used");
        }
        iri
    }

    pub(super) fn catalogue(&mut self, node: &NamedOrBlankNode) -> Option<Catalogue> {
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

    pub(super) fn dataset(&mut self, node: &NamedOrBlankNode, iri: Iri) -> Dataset {
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
            contributors: self.agents(node, w::CONTRIBUTOR),
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

    pub(super) fn series(&mut self, node: &NamedOrBlankNode, iri: Iri) -> Series {
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

    pub(super) fn service(&mut self, node: &NamedOrBlankNode) -> Option<DataService> {
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
    pub(super) fn paging(&mut self) -> (Option<Iri>, Option<u64>) {
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

    pub(super) fn other_identifiers(&self, node: &NamedOrBlankNode) -> Vec<Identifier> {
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

    pub(super) fn version(&mut self, node: &NamedOrBlankNode) -> Option<Version> {
        Some(Version {
            iri: self.iri_of(node)?,
            version: self.strings(node, w::VERSION).into_iter().next(),
            title: self.texts(node, w::TITLE),
            notes: self.texts(node, w::VERSION_NOTES),
            issued: self.when(node, w::ISSUED),
            previous: self.iris(node, w::PREVIOUS_VERSION).into_iter().next(),
        })
    }
}
