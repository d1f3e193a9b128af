//! What others publish, read as far as harvesting needs it: DCAT of any version and profile, and the habits of portals that are neither.

mod parts;

use std::collections::HashSet;

use oxrdf::NamedOrBlankNode;

use self::parts::Reader;
use super::{
    graph::{Graph, subject_of},
    model::{Catalogue, DataService, Dataset, Series},
    values::{Iri, encoded},
    words as w,
    writer::Syntax,
};

/// What a document held.
#[derive(Debug, Default, PartialEq)]
pub struct Harvest {
    pub catalogue: Option<Catalogue>,
    /// In the order of the document; versions that only a dataset points at are not listed themselves.
    pub datasets: Vec<Dataset>,
    /// The services of the catalogue; those of distributions stand there.
    pub services: Vec<DataService>,
    pub series: Vec<Series>,
    /// Where the catalogue goes on (Hydra).
    pub next_page: Option<Iri>,
    /// How many datasets the whole catalogue has, where it says so.
    pub total: Option<u64>,
    /// What could not be used, and why; the rest was.
    pub findings: Vec<Finding>,
}

/// One thing that could not be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The dataset, or other thing, it concerns; none when it is the document itself.
    pub about: Option<String>,
    /// A sentence for the publisher.
    pub message: String,
}

/// A document of which nothing can be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the catalogue cannot be read: {message}")]
pub struct Unreadable {
    /// What stood in the way, in a sentence.
    pub message: String,
}

/// Reads a document in one of the three syntaxes.
///
/// `base` is the address it came from; addresses in it may be relative to that. What one dataset has wrong costs that value and leaves a
/// finding. Memory is a small multiple of the document: the caller bounds its size.
///
/// # Errors
/// When not a single statement can be read.
pub fn read(bytes: &[u8], syntax: Syntax, base: Option<&Iri>) -> Result<Harvest, Unreadable> {
    let (graph, errors) = Graph::parse(bytes, syntax, base);
    if graph.is_empty() {
        let message = errors
            .into_iter()
            .next()
            .unwrap_or_else(|| "it says nothing; is it a catalogue, and in this syntax?".to_owned());
        return Err(Unreadable { message });
    }
    let mut reader = Reader::new(&graph);
    reader
        .findings
        .extend(errors.into_iter().map(|message| Finding { about: None, message }));
    let catalogue_node = graph.of_kind(w::CATALOG).next();
    let mut harvest = Harvest {
        catalogue: catalogue_node.and_then(|node| reader.catalogue(node)),
        ..Harvest::default()
    };
    for node in dataset_nodes(&graph) {
        match address(&mut reader, node) {
            Some(iri) => harvest.datasets.push(reader.dataset(node, iri)),
            None => reader.find(
                node,
                "a dataset without an address or identifier cannot be kept apart from others; it is left out",
            ),
        }
    }
    if let Some(node) = catalogue_node {
        for service in graph.objects(node, w::SERVICE).filter_map(subject_of) {
            harvest.services.extend(reader.service(&service));
        }
    }
    for node in graph.of_kind(w::DATASET_SERIES) {
        if let Some(iri) = reader.iri_of(node) {
            harvest.series.push(reader.series(node, iri));
        }
    }
    (harvest.next_page, harvest.total) = reader.paging();
    harvest.findings = reader.findings;
    if graph.is_exhausted() {
        harvest.findings.push(Finding {
            about: None,
            message: "its things refer to each other too often to read them all; publish it in pages"
                .to_owned(),
        });
    }
    Ok(harvest)
}

/// The datasets of a document: those the catalogue lists, then those that are called one, without mere versions of others.
fn dataset_nodes(graph: &Graph) -> Vec<&NamedOrBlankNode> {
    let mut listed = HashSet::new();
    for catalogue in graph.of_kind(w::CATALOG) {
        listed.extend(graph.objects(catalogue, w::DATASETS).filter_map(subject_of));
    }
    let mut versions = HashSet::new();
    for dataset in graph.of_kind(w::DATASET) {
        versions.extend(
            graph
                .objects(dataset, w::HAS_VERSION)
                .filter_map(subject_of)
                .filter(|version| version != dataset),
        );
    }
    graph
        .of_kind(w::DATASET)
        .filter(|node| listed.contains(*node) || !versions.contains(*node))
        .collect()
}

/// The address of a dataset; one without is known by its identifier, under a name that the harvest gives it.
fn address(reader: &mut Reader<'_>, node: &NamedOrBlankNode) -> Option<Iri> {
    if let Some(iri) = reader.iri_of(node) {
        return Some(iri);
    }
    let identifier = reader.strings(node, w::IDENTIFIER).into_iter().next()?;
    let iri = Iri::parse(&identifier)
        .or_else(|| Iri::parse(&format!("urn:x-identifier:{}", encoded(&identifier, "-._~:"))))?;
    reader.find(
        node,
        &format!("a dataset without an address is kept under its identifier, {iri}"),
    );
    Some(iri)
}
