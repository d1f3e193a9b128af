//! The one neutral description of a catalogue and what is in it; every writer of this crate begins here.
//!
//! Names follow DCAT 3 and DCAT-AP 3; a field that neither names says what it is. Lists keep their order. What is mandatory there but can be
//! missing in what others wrote is filled in by the writers as their comments say, so that every model can be written.

use super::{
    codes::{AccessRight, Availability, Frequency, HashAlgorithm, Status},
    values::{Iri, Lang, Span, Texts, When},
};

/// A catalogue: the portal as a whole (`dcat:Catalog`).
#[derive(Debug, Clone, PartialEq)]
pub struct Catalogue {
    pub iri: Iri,
    pub title: Texts,
    pub description: Texts,
    /// Mandatory in DCAT-AP; one without a name is called by its homepage, mailbox or address.
    pub publisher: Agent,
    pub homepage: Option<Iri>,
    pub licence: Option<Licence>,
    pub rights: Texts,
    pub languages: Vec<Lang>,
    pub issued: Option<When>,
    pub modified: Option<When>,
    pub places: Vec<Place>,
    /// The lists its themes come from, beside the list of the EU that the codes of this crate belong to.
    pub theme_lists: Vec<Iri>,
    pub legislation: Vec<Iri>,
}

impl Catalogue {
    /// A catalogue of which only the address is known.
    pub fn new(iri: Iri) -> Catalogue {
        Catalogue {
            iri,
            title: Texts::default(),
            description: Texts::default(),
            publisher: Agent::default(),
            homepage: None,
            licence: None,
            rights: Texts::default(),
            languages: Vec::new(),
            issued: None,
            modified: None,
            places: Vec::new(),
            theme_lists: Vec::new(),
            legislation: Vec::new(),
        }
    }
}

/// One page of a catalogue that is too long for one answer (Hydra Core Vocabulary, collections).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The address of this page.
    pub iri: Iri,
    pub first: Iri,
    pub previous: Option<Iri>,
    pub next: Option<Iri>,
    pub last: Iri,
    /// Datasets in the whole catalogue.
    pub total: u64,
    /// Datasets on a full page.
    pub per_page: u64,
}

/// A dataset (`dcat:Dataset`).
#[derive(Debug, Clone, PartialEq)]
pub struct Dataset {
    pub iri: Iri,
    /// The publisher's own names of it (`dct:identifier`); the first is the main one.
    pub identifiers: Vec<String>,
    /// Names that others gave it, such as a DOI (`adms:identifier`).
    pub other_identifiers: Vec<Identifier>,
    pub title: Texts,
    /// Mandatory in DCAT-AP; where there is none, the title stands in.
    pub description: Texts,
    pub keywords: Texts,
    pub themes: Vec<Concept>,
    /// What sort of data: `dct:type`.
    pub kind: Option<Concept>,
    pub publisher: Option<Agent>,
    pub creators: Vec<Agent>,
    /// Who else had a part in it (`dct:contributor`).
    pub contributors: Vec<Agent>,
    pub contacts: Vec<Contact>,
    pub issued: Option<When>,
    pub modified: Option<When>,
    pub frequency: Option<Frequency>,
    pub periods: Vec<Period>,
    pub temporal_resolution: Option<Span>,
    pub places: Vec<Place>,
    /// Metres; written to the last digit, without an exponent.
    pub spatial_resolution: Option<f64>,
    pub languages: Vec<Lang>,
    pub access: Option<AccessRight>,
    /// The licence of every distribution that names none.
    pub licence: Option<Licence>,
    pub landing_page: Option<Iri>,
    pub documentation: Vec<Iri>,
    pub standards: Vec<Standard>,
    pub provenance: Texts,
    pub status: Option<Status>,
    pub version: Option<String>,
    pub version_notes: Texts,
    pub is_version_of: Option<Iri>,
    pub previous_version: Option<Iri>,
    /// Every version that has an address of its own (`dcat:hasVersion`).
    pub versions: Vec<Version>,
    pub series: Vec<Series>,
    pub related: Vec<Iri>,
    pub referenced_by: Vec<Iri>,
    /// What it was made from. Written as `prov:wasDerivedFrom`: DCAT-AP's `dct:source` wants the source described in the same document.
    pub sources: Vec<Iri>,
    /// The laws that ask for it (`dcatap:applicableLegislation`).
    pub legislation: Vec<Iri>,
    pub samples: Vec<Distribution>,
    pub distributions: Vec<Distribution>,
}

impl Dataset {
    /// A dataset of which only the address is known.
    pub fn new(iri: Iri) -> Dataset {
        Dataset {
            iri,
            identifiers: Vec::new(),
            other_identifiers: Vec::new(),
            title: Texts::default(),
            description: Texts::default(),
            keywords: Texts::default(),
            themes: Vec::new(),
            kind: None,
            publisher: None,
            creators: Vec::new(),
            contributors: Vec::new(),
            contacts: Vec::new(),
            issued: None,
            modified: None,
            frequency: None,
            periods: Vec::new(),
            temporal_resolution: None,
            places: Vec::new(),
            spatial_resolution: None,
            languages: Vec::new(),
            access: None,
            licence: None,
            landing_page: None,
            documentation: Vec::new(),
            standards: Vec::new(),
            provenance: Texts::default(),
            status: None,
            version: None,
            version_notes: Texts::default(),
            is_version_of: None,
            previous_version: None,
            versions: Vec::new(),
            series: Vec::new(),
            related: Vec::new(),
            referenced_by: Vec::new(),
            sources: Vec::new(),
            legislation: Vec::new(),
            samples: Vec::new(),
            distributions: Vec::new(),
        }
    }

    /// The name a reader of `lang` is shown: the title, else the first identifier, else the end of the address.
    pub fn name(&self, lang: &str) -> &str {
        self.title
            .best(lang)
            .or_else(|| self.identifiers.first().map(String::as_str))
            .unwrap_or_else(|| self.iri.tail())
    }
}

/// A version of a dataset under its own address: what a citation points at.
#[derive(Debug, Clone, PartialEq)]
pub struct Version {
    pub iri: Iri,
    pub version: Option<String>,
    /// Where there is none, that of the dataset stands in.
    pub title: Texts,
    pub notes: Texts,
    pub issued: Option<When>,
    /// The version that it took the place of.
    pub previous: Option<Iri>,
}

/// A row of datasets published one after the other (`dcat:DatasetSeries`).
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    pub iri: Iri,
    pub title: Texts,
    /// Mandatory in DCAT-AP; where there is none, the title stands in.
    pub description: Texts,
    pub publisher: Option<Agent>,
    pub contacts: Vec<Contact>,
    pub frequency: Option<Frequency>,
    pub periods: Vec<Period>,
    pub places: Vec<Place>,
    pub issued: Option<When>,
    pub modified: Option<When>,
    pub legislation: Vec<Iri>,
}

impl Series {
    /// A series of which only the address is known.
    pub fn new(iri: Iri) -> Series {
        Series {
            iri,
            title: Texts::default(),
            description: Texts::default(),
            publisher: None,
            contacts: Vec::new(),
            frequency: None,
            periods: Vec::new(),
            places: Vec::new(),
            issued: None,
            modified: None,
            legislation: Vec::new(),
        }
    }
}

/// One form in which a dataset can be had (`dcat:Distribution`): a file or an interface.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Distribution {
    pub iri: Option<Iri>,
    pub identifier: Option<String>,
    pub title: Texts,
    pub description: Texts,
    /// Where it is described or asked for. Mandatory in DCAT-AP; the download, the distribution, the landing page or the dataset stand in.
    pub access_url: Option<Iri>,
    pub download_url: Option<Iri>,
    /// `text/csv`, without parameters.
    pub media_type: Option<String>,
    /// A code of the EU's list of file types (`CSV`, `GEOJSON`), or any other word.
    pub format: Option<String>,
    /// The media type of the compression: `application/gzip`.
    pub compression: Option<String>,
    /// The media type of a file that holds several: `application/zip`.
    pub packaging: Option<String>,
    /// Bytes.
    pub byte_size: Option<u64>,
    pub checksum: Option<Checksum>,
    /// Where there is none, that of the dataset is written.
    pub licence: Option<Licence>,
    pub rights: Texts,
    /// How long it is promised to stay (`dcatap:availability`).
    pub availability: Option<Availability>,
    pub status: Option<Status>,
    pub issued: Option<When>,
    pub modified: Option<When>,
    pub languages: Vec<Lang>,
    pub standards: Vec<Standard>,
    pub documentation: Vec<Iri>,
    pub temporal_resolution: Option<Span>,
    /// Metres.
    pub spatial_resolution: Option<f64>,
    pub legislation: Vec<Iri>,
    pub services: Vec<DataService>,
    /// The columns of a table. Written as a standard of its own that the file conforms to, in the words of CSV on the Web.
    pub columns: Vec<Column>,
}

/// An interface that answers questions about datasets (`dcat:DataService`).
#[derive(Debug, Clone, PartialEq)]
pub struct DataService {
    /// The address of the service as a thing; where there is none, it is described in place.
    pub iri: Option<Iri>,
    pub title: Texts,
    pub description: Texts,
    pub endpoint: Iri,
    /// OpenAPI, capabilities and the like.
    pub endpoint_description: Vec<Iri>,
    /// Datasets it serves. SHACL wants each of them described in the same document; name those that are.
    pub serves: Vec<Iri>,
    pub publisher: Option<Agent>,
    pub contacts: Vec<Contact>,
    pub keywords: Texts,
    pub themes: Vec<Concept>,
    pub licence: Option<Licence>,
    pub access: Option<AccessRight>,
    pub standards: Vec<Standard>,
    pub landing_page: Option<Iri>,
    pub documentation: Vec<Iri>,
    pub legislation: Vec<Iri>,
}

impl DataService {
    /// A service of which only the endpoint is known.
    pub fn new(endpoint: Iri) -> DataService {
        DataService {
            iri: None,
            title: Texts::default(),
            description: Texts::default(),
            endpoint,
            endpoint_description: Vec::new(),
            serves: Vec::new(),
            publisher: None,
            contacts: Vec::new(),
            keywords: Texts::default(),
            themes: Vec::new(),
            licence: None,
            access: None,
            standards: Vec::new(),
            landing_page: None,
            documentation: Vec::new(),
            legislation: Vec::new(),
        }
    }
}

/// A body or person that publishes or made something (`foaf:Agent`).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Agent {
    pub iri: Option<Iri>,
    /// Mandatory in DCAT-AP; the homepage, the mailbox or the address stand in.
    pub name: Texts,
    /// What sort of body, from ADMS' list of publishers: `http://purl.org/adms/publishertype/LocalAuthority`.
    pub kind: Option<Concept>,
    pub homepage: Option<Iri>,
    /// An address of an office, never of a private person.
    pub email: Option<String>,
    pub identifier: Option<String>,
}

/// Whom to ask about a dataset (`vcard:Kind`).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Contact {
    pub iri: Option<Iri>,
    pub name: Texts,
    pub email: Option<String>,
    pub telephone: Option<String>,
    pub url: Option<Iri>,
}

/// A licence (`dct:LicenseDocument`).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Licence {
    /// Where it can be read. One without is written in place.
    pub iri: Option<Iri>,
    pub title: Texts,
    /// What sort, from ADMS' list: `http://purl.org/adms/licencetype/Attribution`.
    pub kind: Option<Concept>,
}

/// A name that somebody else gave a dataset (`adms:Identifier`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identifier {
    pub notation: String,
    pub agency: Option<String>,
}

/// An entry of a controlled list (`skos:Concept`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Concept {
    pub iri: Iri,
    /// Mandatory in DCAT-AP; where there is none, the end of the address stands in.
    pub label: Texts,
    /// The list it stands in.
    pub list: Option<Iri>,
}

/// A standard that data conform to (`dct:Standard`).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standard {
    pub iri: Option<Iri>,
    pub title: Texts,
}

/// A period covered (`dct:PeriodOfTime`); either end may be open.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Period {
    pub start: Option<When>,
    pub end: Option<When>,
}

/// A place covered (`dct:Location`).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Place {
    pub iri: Option<Iri>,
    pub name: Texts,
    /// Its code in the list of the country.
    pub code: Option<String>,
    pub bounds: Option<Bounds>,
    /// Longitude and latitude in degrees, WGS 84.
    pub centre: Option<(f64, f64)>,
}

/// A rectangle in degrees, WGS 84; west is greater than east across the antimeridian.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bounds {
    pub west: f64,
    pub south: f64,
    pub east: f64,
    pub north: f64,
}

/// The fingerprint of a file (`spdx:Checksum`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checksum {
    pub algorithm: HashAlgorithm,
    /// Hexadecimal, in small letters, of the length the algorithm gives.
    value: String,
}

impl Checksum {
    /// Reads a fingerprint; none when it is not hexadecimal or has not the algorithm's length.
    pub fn parse(algorithm: HashAlgorithm, value: &str) -> Option<Checksum> {
        let value = value.trim().to_ascii_lowercase();
        (value.len() == algorithm.digits() && value.bytes().all(|b| b.is_ascii_hexdigit()))
            .then_some(Checksum { algorithm, value })
    }

    /// The fingerprint in hexadecimal.
    pub fn value(&self) -> &str {
        &self.value
    }
}

/// A column of a table, as CSV on the Web describes it (<https://www.w3.org/TR/tabular-metadata/#columns>).
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    pub name: String,
    pub title: Texts,
    pub description: Texts,
    pub kind: ColumnKind,
    pub is_required: bool,
}

/// What the cells of a column hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ColumnKind {
    Text,
    Whole,
    Decimal,
    Truth,
    Date,
    DateTime,
    Time,
    Year,
    /// A shape as well-known text.
    Shape,
    Json,
}
