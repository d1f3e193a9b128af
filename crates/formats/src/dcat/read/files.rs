//! Distributions: files, their formats and their columns.

use oxrdf::{NamedOrBlankNode, Term};

use super::things::Reader;
use crate::dcat::{
    codes::{self, Availability, HashAlgorithm, Status},
    describe::datatype,
    graph::subject_of,
    model::{Checksum, Column, ColumnKind, Distribution},
    values::{Iri, decoded},
    words::{self as w, Word},
};

impl Reader<'_> {
    pub(super) fn distribution(&mut self, node: &NamedOrBlankNode) -> Option<Distribution> {
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

    pub(super) fn media_type(&self, node: &NamedOrBlankNode, word: Word) -> Option<String> {
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
    pub(super) fn format(&self, node: &NamedOrBlankNode) -> Option<String> {
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

    pub(super) fn byte_size(&mut self, node: &NamedOrBlankNode) -> Option<u64> {
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

    pub(super) fn checksum(&mut self, node: &NamedOrBlankNode) -> Option<Checksum> {
        let value = self.strings(node, w::CHECKSUM_VALUE).into_iter().next()?;
        let algorithm = self.codes(node, w::ALGORITHM, HashAlgorithm::read)?;
        let checksum = Checksum::parse(algorithm, &value);
        if checksum.is_none() {
            self.find(node, &format!("{value:?} is no {} checksum", algorithm.name()));
        }
        checksum
    }

    pub(super) fn columns(&self, node: &NamedOrBlankNode) -> Vec<Column> {
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
