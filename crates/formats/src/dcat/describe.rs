//! What DCAT-AP 3 says of each part of the model: from plain structs to statements.

mod parts;

use std::collections::HashSet;

use oxrdf::vocab::xsd;

use self::parts::{first_of, periods, rights, thing};
use super::{
    codes,
    model::{
        Catalogue, Column, ColumnKind, DataService, Dataset, Distribution, Identifier, Page, Series, Version,
    },
    node::{Node, Object, typed},
    values::{Iri, Texts},
    words::{self as w, Word},
};

const MEDIA_TYPES: &str = "https://www.iana.org/assignments/media-types/";

/// Things that were described already, so that a licence is not described with every dataset.
///
/// It forgets when it grows too large: a second description is only longer, and a catalogue of any length goes out in the same memory.
#[derive(Debug, Default)]
pub(super) struct Described(HashSet<(Iri, Word)>);

const MOST_REMEMBERED: usize = 4096;

impl Described {
    fn is_new(&mut self, iri: &Iri, kind: Word) -> bool {
        if self.0.len() >= MOST_REMEMBERED {
            self.0.clear();
        }
        self.0.insert((iri.clone(), kind))
    }
}

/// Collects the descriptions that make up one part of a document.
pub(super) struct Describer<'a> {
    /// Things with addresses, the one that was asked for first.
    pub nodes: Vec<Node>,
    described: &'a mut Described,
}

impl<'a> Describer<'a> {
    pub fn new(described: &'a mut Described) -> Describer<'a> {
        Describer {
            nodes: Vec::new(),
            described,
        }
    }

    /// DCAT-AP 3 §7.1 (Catalogue).
    pub fn catalogue(&mut self, catalogue: &Catalogue, page: Option<&Page>) {
        let at = self.nodes.len();
        let mut node = Node::named(&catalogue.iri, w::CATALOG);
        let name = Texts::plain(catalogue.iri.tail());
        let title = first_of(&catalogue.title, &name);
        node.add_texts(w::TITLE, title);
        node.add_texts(w::DESCRIPTION, first_of(&catalogue.description, title));
        let publisher = self.agent(&catalogue.publisher);
        node.add(w::PUBLISHER, publisher);
        self.documents(&mut node, w::HOMEPAGE, catalogue.homepage.as_ref());
        self.licence(&mut node, catalogue.licence.as_ref());
        rights(&mut node, &catalogue.rights);
        self.languages(&mut node, &catalogue.languages);
        node.add_when(w::ISSUED, catalogue.issued.as_ref());
        node.add_when(w::MODIFIED, catalogue.modified.as_ref());
        self.places(&mut node, &catalogue.places);
        for list in std::iter::once(&codes::data_themes()).chain(&catalogue.theme_lists) {
            self.list(list);
            node.add_iri(w::THEME_TAXONOMY, Some(list));
        }
        self.legislation(&mut node, &catalogue.legislation);
        node.add_iri(w::VIEW, page.map(|page| &page.iri));
        self.nodes.insert(at, node);
        if let Some(page) = page {
            self.nodes.push(paging(page));
        }
    }

    /// The statement that a dataset or service belongs to a catalogue.
    pub fn member(&mut self, catalogue: &Iri, word: Word, member: Object) {
        let mut node = Node::more(catalogue);
        node.add(word, member);
        self.nodes.push(node);
    }

    /// DCAT-AP 3 §7.3 (Dataset).
    pub fn dataset(&mut self, dataset: &Dataset) {
        let at = self.nodes.len();
        let mut node = Node::named(&dataset.iri, w::DATASET);
        let name = Texts::plain(dataset.name("en"));
        let title = first_of(&dataset.title, &name);
        let description = first_of(&dataset.description, title);
        for identifier in &dataset.identifiers {
            node.add_text(w::IDENTIFIER, Some(identifier));
        }
        for identifier in &dataset.other_identifiers {
            node.add(w::IDENTIFIER_THING_OF, Object::Node(other_identifier(identifier)));
        }
        node.add_texts(w::TITLE, title);
        node.add_texts(w::DESCRIPTION, description);
        node.add_texts(w::KEYWORD, &dataset.keywords);
        self.concepts(&mut node, w::THEME, &dataset.themes);
        self.concepts(&mut node, w::TYPE, dataset.kind.as_ref());
        self.agents(&mut node, w::PUBLISHER, dataset.publisher.as_ref());
        self.agents(&mut node, w::CREATOR, &dataset.creators);
        self.agents(&mut node, w::CONTRIBUTOR, &dataset.contributors);
        self.contacts(&mut node, &dataset.contacts);
        node.add_when(w::ISSUED, dataset.issued.as_ref());
        node.add_when(w::MODIFIED, dataset.modified.as_ref());
        self.frequency(&mut node, dataset.frequency.as_ref());
        periods(&mut node, &dataset.periods);
        let resolution = dataset.temporal_resolution.as_ref();
        if let Some(span) = resolution {
            node.add(
                w::TEMPORAL_RESOLUTION,
                typed(span.as_str(), xsd::DURATION.as_str()),
            );
        }
        self.places(&mut node, &dataset.places);
        node.add_decimal(w::SPATIAL_RESOLUTION, dataset.spatial_resolution);
        self.languages(&mut node, &dataset.languages);
        if let Some(access) = dataset.access {
            self.term(&mut node, w::ACCESS_RIGHTS, &access.iri(), w::RIGHTS_STATEMENT);
        }
        self.licence(&mut node, dataset.licence.as_ref());
        self.documents(&mut node, w::LANDING_PAGE, dataset.landing_page.as_ref());
        self.documents(&mut node, w::PAGE, &dataset.documentation);
        self.standards(&mut node, &dataset.standards);
        if !dataset.provenance.0.is_empty() {
            let mut statement = Node::blank(w::PROVENANCE_STATEMENT);
            statement.add_texts(w::LABEL, &dataset.provenance);
            node.add(w::PROVENANCE, Object::Node(statement));
        }
        let status = dataset.status.map(|status| status.concept("dataset-status"));
        self.concepts(&mut node, w::STATUS, status.as_ref());
        node.add_text(w::VERSION, dataset.version.as_deref());
        node.add_texts(w::VERSION_NOTES, &dataset.version_notes);
        node.add_iri(w::IS_VERSION_OF, dataset.is_version_of.as_ref());
        node.add_iri(w::PREVIOUS_VERSION, dataset.previous_version.as_ref());
        for version in &dataset.versions {
            node.add_iri(w::HAS_VERSION, Some(&version.iri));
        }
        for series in &dataset.series {
            node.add_iri(w::IN_SERIES, Some(&series.iri));
        }
        self.resources(&mut node, w::RELATION, &dataset.related);
        self.resources(&mut node, w::IS_REFERENCED_BY, &dataset.referenced_by);
        for source in &dataset.sources {
            node.add_iri(w::WAS_DERIVED_FROM, Some(source));
        }
        self.legislation(&mut node, &dataset.legislation);
        for (word, distributions) in [
            (w::SAMPLE, &dataset.samples),
            (w::DISTRIBUTIONS, &dataset.distributions),
        ] {
            for distribution in distributions {
                let object = self.distribution(distribution, dataset);
                node.add(word, object);
            }
        }
        self.nodes.insert(at, node);
        for version in &dataset.versions {
            self.version(version, title, description);
        }
        for series in &dataset.series {
            if self.described.is_new(&series.iri, w::DATASET_SERIES) {
                self.series(series);
            }
        }
    }

    /// DCAT-AP 3 §7.4 (Dataset Series).
    pub fn series(&mut self, series: &Series) {
        let at = self.nodes.len();
        let mut node = Node::named(&series.iri, w::DATASET_SERIES);
        let name = Texts::plain(series.iri.tail());
        let title = first_of(&series.title, &name);
        node.add_texts(w::TITLE, title);
        node.add_texts(w::DESCRIPTION, first_of(&series.description, title));
        self.agents(&mut node, w::PUBLISHER, series.publisher.as_ref());
        self.contacts(&mut node, &series.contacts);
        self.frequency(&mut node, series.frequency.as_ref());
        periods(&mut node, &series.periods);
        self.places(&mut node, &series.places);
        node.add_when(w::ISSUED, series.issued.as_ref());
        node.add_when(w::MODIFIED, series.modified.as_ref());
        self.legislation(&mut node, &series.legislation);
        self.nodes.insert(at, node);
    }

    /// DCAT-AP 3 §7.6 (Data Service).
    pub fn service(&mut self, service: &DataService) -> Object {
        let mut node = thing(service.iri.as_ref(), w::DATA_SERVICE);
        let name = Texts::plain(service.endpoint.as_str());
        node.add_texts(w::TITLE, first_of(&service.title, &name));
        node.add_texts(w::DESCRIPTION, &service.description);
        self.resources(&mut node, w::ENDPOINT_URL, [&service.endpoint]);
        self.resources(&mut node, w::ENDPOINT_DESCRIPTION, &service.endpoint_description);
        for dataset in &service.serves {
            node.add_iri(w::SERVES_DATASET, Some(dataset));
        }
        self.agents(&mut node, w::PUBLISHER, service.publisher.as_ref());
        self.contacts(&mut node, &service.contacts);
        node.add_texts(w::KEYWORD, &service.keywords);
        self.concepts(&mut node, w::THEME, &service.themes);
        self.licence(&mut node, service.licence.as_ref());
        if let Some(access) = service.access {
            self.term(&mut node, w::ACCESS_RIGHTS, &access.iri(), w::RIGHTS_STATEMENT);
        }
        self.standards(&mut node, &service.standards);
        self.documents(&mut node, w::LANDING_PAGE, service.landing_page.as_ref());
        self.documents(&mut node, w::PAGE, &service.documentation);
        self.legislation(&mut node, &service.legislation);
        self.placed(node, w::DATA_SERVICE)
    }

    /// DCAT-AP 3 §7.5 (Distribution).
    fn distribution(&mut self, distribution: &Distribution, dataset: &Dataset) -> Object {
        let mut node = thing(distribution.iri.as_ref(), w::DISTRIBUTION);
        node.add_text(w::IDENTIFIER, distribution.identifier.as_deref());
        node.add_texts(w::TITLE, &distribution.title);
        node.add_texts(w::DESCRIPTION, &distribution.description);
        let access = distribution
            .access_url
            .as_ref()
            .or(distribution.download_url.as_ref())
            .or(distribution.iri.as_ref())
            .or(dataset.landing_page.as_ref())
            .unwrap_or(&dataset.iri);
        self.resources(&mut node, w::ACCESS_URL, [access]);
        self.resources(&mut node, w::DOWNLOAD_URL, distribution.download_url.as_ref());
        for (word, media) in [
            (w::MEDIA_TYPE, &distribution.media_type),
            (w::COMPRESS_FORMAT, &distribution.compression),
            (w::PACKAGE_FORMAT, &distribution.packaging),
        ] {
            if let Some(media) = media.as_deref().and_then(codes::plain_media_type)
                && let Some(iri) = Iri::repair(&format!("{MEDIA_TYPES}{media}"))
            {
                self.term(&mut node, word, &iri, w::MEDIA_TYPE_THING);
            }
        }
        if let Some(format) = &distribution.format {
            match codes::file_type(format) {
                Some(code) => {
                    let iri = codes::file_type_iri(code);
                    self.term(&mut node, w::FORMAT, &iri, w::MEDIA_TYPE_OR_EXTENT);
                }
                None => {
                    let mut other = Node::blank(w::MEDIA_TYPE_OR_EXTENT);
                    other.add_text(w::LABEL, Some(format));
                    node.add(w::FORMAT, Object::Node(other));
                }
            }
        }
        if let Some(bytes) = distribution.byte_size {
            node.add(
                w::BYTE_SIZE,
                typed(&bytes.to_string(), xsd::NON_NEGATIVE_INTEGER.as_str()),
            );
        }
        if let Some(checksum) = &distribution.checksum {
            let object = self.checksum(checksum);
            node.add(w::CHECKSUM, object);
        }
        self.licence(
            &mut node,
            distribution.licence.as_ref().or(dataset.licence.as_ref()),
        );
        rights(&mut node, &distribution.rights);
        let availability = distribution.availability.map(codes::Availability::concept);
        self.concepts(&mut node, w::AVAILABILITY, availability.as_ref());
        let status = distribution
            .status
            .map(|status| status.concept("distribution-status"));
        self.concepts(&mut node, w::STATUS, status.as_ref());
        node.add_when(w::ISSUED, distribution.issued.as_ref());
        node.add_when(w::MODIFIED, distribution.modified.as_ref());
        self.languages(&mut node, &distribution.languages);
        self.standards(&mut node, &distribution.standards);
        if !distribution.columns.is_empty() {
            node.add(w::CONFORMS_TO, Object::Node(table_schema(&distribution.columns)));
        }
        self.documents(&mut node, w::PAGE, &distribution.documentation);
        if let Some(span) = &distribution.temporal_resolution {
            node.add(
                w::TEMPORAL_RESOLUTION,
                typed(span.as_str(), xsd::DURATION.as_str()),
            );
        }
        node.add_decimal(w::SPATIAL_RESOLUTION, distribution.spatial_resolution);
        self.legislation(&mut node, &distribution.legislation);
        for service in &distribution.services {
            let object = self.service(service);
            node.add(w::ACCESS_SERVICE, object);
        }
        self.placed(node, w::DISTRIBUTION)
    }

    /// A version under its own address is a dataset too, and so has a title and a description.
    fn version(&mut self, version: &Version, title: &Texts, description: &Texts) {
        let mut node = Node::named(&version.iri, w::DATASET);
        node.add_texts(w::TITLE, first_of(&version.title, title));
        node.add_texts(w::DESCRIPTION, description);
        node.add_text(w::VERSION, version.version.as_deref());
        node.add_texts(w::VERSION_NOTES, &version.notes);
        node.add_when(w::ISSUED, version.issued.as_ref());
        node.add_iri(w::PREVIOUS_VERSION, version.previous.as_ref());
        self.nodes.push(node);
    }
}

fn other_identifier(identifier: &Identifier) -> Node {
    let mut node = Node::blank(w::IDENTIFIER_THING);
    node.add_text(w::NOTATION, Some(&identifier.notation));
    node.add_text(w::SCHEMA_AGENCY, identifier.agency.as_deref());
    node
}

/// CSV on the Web, Metadata Vocabulary §5.6 (columns).
fn table_schema(columns: &[Column]) -> Node {
    let mut schema = Node::blank(w::STANDARD);
    schema.types.push(w::SCHEMA);
    let nodes = columns
        .iter()
        .map(|column| {
            let mut node = Node::blank(w::COLUMN);
            node.add_text(w::NAME_OF_COLUMN, Some(&column.name));
            node.add_texts(w::TITLE_OF_COLUMN, &column.title);
            node.add_texts(w::DESCRIPTION, &column.description);
            node.add(w::DATATYPE, Object::Word(datatype(column.kind)));
            if column.is_required {
                node.add(w::REQUIRED, typed("true", xsd::BOOLEAN.as_str()));
            }
            node
        })
        .collect();
    schema.add(w::COLUMNS, Object::List(nodes));
    schema
}

/// CSV on the Web, Metadata Vocabulary §5.11.1 (built-in datatypes).
pub(super) fn datatype(kind: ColumnKind) -> Word {
    match kind {
        ColumnKind::Text => w::XSD_STRING,
        ColumnKind::Whole => w::XSD_INTEGER,
        ColumnKind::Decimal => w::XSD_DECIMAL,
        ColumnKind::Truth => w::XSD_BOOLEAN,
        ColumnKind::Date => w::XSD_DATE,
        ColumnKind::DateTime => w::XSD_DATE_TIME,
        ColumnKind::Time => w::XSD_TIME,
        ColumnKind::Year => w::XSD_YEAR,
        ColumnKind::Shape => w::LITERAL_WKT,
        ColumnKind::Json => w::JSON,
    }
}

/// Hydra Core Vocabulary §4.1 and §5 (collections and their views).
///
/// The names of 2014 (`hydra:nextPage`) stand beside the present ones, because harvesters in use know only those.
fn paging(page: &Page) -> Node {
    let mut node = Node::named(&page.iri, w::PAGED_COLLECTION);
    node.types.push(w::PARTIAL_VIEW);
    for (words, iri) in [
        ([w::FIRST, w::FIRST_PAGE], Some(&page.first)),
        ([w::PREVIOUS, w::PREVIOUS_PAGE], page.previous.as_ref()),
        ([w::NEXT, w::NEXT_PAGE], page.next.as_ref()),
        ([w::LAST, w::LAST_PAGE], Some(&page.last)),
    ] {
        for word in words {
            node.add_iri(word, iri);
        }
    }
    for (word, count) in [(w::TOTAL_ITEMS, page.total), (w::ITEMS_PER_PAGE, page.per_page)] {
        node.add(word, typed(&count.to_string(), xsd::INTEGER.as_str()));
    }
    node
}
