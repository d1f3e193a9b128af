//! Documents: a whole catalogue, a page of it, one dataset, one series.

use super::{
    describe::{Described, Describer},
    jsonld,
    model::{Catalogue, DataService, Dataset, Page, Series},
    node::{Node, Object},
    rdfxml, turtle,
    values::Iri,
    words as w,
};

/// The syntax of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Syntax {
    Turtle,
    JsonLd,
    RdfXml,
}

impl Syntax {
    /// Every syntax, the shortest first.
    pub const ALL: [Syntax; 3] = [Syntax::Turtle, Syntax::JsonLd, Syntax::RdfXml];

    /// Reads the suffix of an address: `ttl`, `n3`, `nt`, `jsonld`, `rdf`, `xml`.
    pub fn of_suffix(suffix: &str) -> Option<Syntax> {
        match suffix {
            "ttl" | "n3" | "nt" => Some(Syntax::Turtle),
            "jsonld" => Some(Syntax::JsonLd),
            "rdf" | "xml" => Some(Syntax::RdfXml),
            _ => None,
        }
    }

    /// Reads a media type, its parameters aside: of an answer, or one choice of an `Accept` header.
    pub fn of_media_type(media: &str) -> Option<Syntax> {
        match media
            .split(';')
            .next()
            .unwrap_or(media)
            .trim()
            .to_ascii_lowercase()
            .as_str()
        {
            "text/turtle" | "application/x-turtle" | "text/n3" | "application/n-triples" => {
                Some(Syntax::Turtle)
            }
            "application/ld+json" => Some(Syntax::JsonLd),
            "application/rdf+xml" | "application/xml" | "text/xml" => Some(Syntax::RdfXml),
            _ => None,
        }
    }

    /// Reads an `Accept` header (RFC 9110 §12.5.1): the syntax a client likes better than a page for people; none when it prefers the page.
    ///
    /// Of two it likes the same, the one it names first is taken. `*/*` asks for nothing in particular, and so gets the page.
    pub fn of_accept(accept: &str) -> Option<Syntax> {
        let (mut best, mut page) = (None, 0.0);
        for choice in accept.split(',') {
            let mut parts = choice.split(';').map(str::trim);
            let media = parts.next().unwrap_or_default();
            let weight = parts
                .find_map(|part| part.strip_prefix("q=").or(part.strip_prefix("Q=")))
                .map_or(1.0, |weight| weight.parse::<f32>().unwrap_or(0.0));
            if matches!(media, "text/html" | "application/xhtml+xml") {
                page = f32::max(page, weight);
            } else if let Some(syntax) = Syntax::of_media_type(media)
                && best.is_none_or(|(_, known)| weight > known)
            {
                best = Some((syntax, weight));
            }
        }
        best.filter(|(_, weight)| *weight > page)
            .map(|(syntax, _)| syntax)
    }

    /// The suffix of its files.
    pub fn suffix(self) -> &'static str {
        match self {
            Syntax::Turtle => "ttl",
            Syntax::JsonLd => "jsonld",
            Syntax::RdfXml => "rdf",
        }
    }

    /// The content type it is sent with; all three are UTF-8.
    pub fn content_type(self) -> &'static str {
        match self {
            Syntax::Turtle => "text/turtle; charset=utf-8",
            Syntax::JsonLd => "application/ld+json",
            Syntax::RdfXml => "application/rdf+xml; charset=utf-8",
        }
    }
}

/// Writes a catalogue piece by piece into buffers that the caller sends and empties: its memory does not grow with the catalogue.
///
/// [`CatalogueWriter::begin`], then any number of datasets and services, then [`CatalogueWriter::end`].
#[derive(Debug)]
pub struct CatalogueWriter {
    document: Document,
    catalogue: Iri,
}

impl CatalogueWriter {
    /// Opens the document and describes the catalogue, and the page of it that this is.
    pub fn begin(
        syntax: Syntax,
        catalogue: &Catalogue,
        page: Option<&Page>,
        out: &mut String,
    ) -> CatalogueWriter {
        let mut document = Document::begin(syntax, out);
        document.describe(out, |describer| describer.catalogue(catalogue, page));
        CatalogueWriter {
            document,
            catalogue: catalogue.iri.clone(),
        }
    }

    /// Adds a dataset to the catalogue.
    pub fn dataset(&mut self, dataset: &Dataset, out: &mut String) {
        let catalogue = &self.catalogue;
        self.document.describe(out, |describer| {
            describer.member(catalogue, w::DATASETS, Object::Iri(dataset.iri.clone()));
            describer.dataset(dataset);
        });
    }

    /// Adds a service to the catalogue; what it serves is to be described in the same document.
    pub fn service(&mut self, service: &DataService, out: &mut String) {
        let catalogue = &self.catalogue;
        self.document.describe(out, |describer| {
            let object = describer.service(service);
            describer.member(catalogue, w::SERVICE, object);
        });
    }

    /// Closes the document.
    pub fn end(self, out: &mut String) {
        self.document.end(out);
    }
}

/// Writes a document about one dataset, with its versions and series.
pub fn dataset(syntax: Syntax, dataset: &Dataset) -> String {
    whole(syntax, |describer| describer.dataset(dataset))
}

/// Writes a document about one series of datasets.
pub fn series(syntax: Syntax, series: &Series) -> String {
    whole(syntax, |describer| describer.series(series))
}

fn whole(syntax: Syntax, describe: impl FnOnce(&mut Describer<'_>)) -> String {
    let mut out = String::with_capacity(8192);
    let mut document = Document::begin(syntax, &mut out);
    document.describe(&mut out, describe);
    document.end(&mut out);
    out
}

#[derive(Debug)]
struct Document {
    syntax: Syntax,
    described: Described,
    is_empty: bool,
}

impl Document {
    fn begin(syntax: Syntax, out: &mut String) -> Document {
        match syntax {
            Syntax::Turtle => turtle::begin(out),
            Syntax::JsonLd => jsonld::begin(out),
            Syntax::RdfXml => rdfxml::begin(out),
        }
        Document {
            syntax,
            described: Described::default(),
            is_empty: true,
        }
    }

    fn describe(&mut self, out: &mut String, describe: impl FnOnce(&mut Describer<'_>)) {
        let mut describer = Describer::new(&mut self.described);
        describe(&mut describer);
        let nodes = describer.nodes;
        for node in &nodes {
            self.write(node, out);
        }
    }

    fn write(&mut self, node: &Node, out: &mut String) {
        match self.syntax {
            Syntax::Turtle => turtle::node(node, out),
            Syntax::JsonLd => jsonld::node(node, self.is_empty, out),
            Syntax::RdfXml => rdfxml::node(node, 1, out),
        }
        self.is_empty = false;
    }

    fn end(self, out: &mut String) {
        match self.syntax {
            Syntax::Turtle => {}
            Syntax::JsonLd => jsonld::end(out),
            Syntax::RdfXml => rdfxml::end(out),
        }
    }
}
