//! The names that DCAT-AP 3 borrows, and the prefixes they are shortened with in all three syntaxes.

/// A name of a vocabulary: `dct:title`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Word {
    /// One of [`PREFIXES`].
    pub prefix: &'static str,
    pub local: &'static str,
}

impl Word {
    const fn of(prefix: &'static str, local: &'static str) -> Word {
        Word { prefix, local }
    }

    /// The short form: `dct:title`.
    pub fn short(self) -> String {
        format!("{}:{}", self.prefix, self.local)
    }

    /// The whole address: `http://purl.org/dc/terms/title`.
    pub fn full(self) -> String {
        format!("{}{}", namespace(self.prefix), self.local)
    }

    /// Whether an address is this name.
    pub fn is(self, address: &str) -> bool {
        address
            .strip_prefix(namespace(self.prefix))
            .is_some_and(|local| local == self.local)
    }
}

/// The prefixes declared at the head of every document, in the order of the alphabet.
pub const PREFIXES: [(&str, &str); 20] = [
    ("adms", "http://www.w3.org/ns/adms#"),
    ("csvw", "http://www.w3.org/ns/csvw#"),
    ("dcat", "http://www.w3.org/ns/dcat#"),
    ("dcatap", "http://data.europa.eu/r5r/"),
    ("dct", "http://purl.org/dc/terms/"),
    ("eli", "http://data.europa.eu/eli/ontology#"),
    ("foaf", "http://xmlns.com/foaf/0.1/"),
    ("gsp", "http://www.opengis.net/ont/geosparql#"),
    ("hydra", "http://www.w3.org/ns/hydra/core#"),
    ("locn", "http://www.w3.org/ns/locn#"),
    ("owl", "http://www.w3.org/2002/07/owl#"),
    ("prov", "http://www.w3.org/ns/prov#"),
    ("rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"),
    ("rdfs", "http://www.w3.org/2000/01/rdf-schema#"),
    ("schema", "http://schema.org/"),
    ("skos", "http://www.w3.org/2004/02/skos/core#"),
    ("spdx", "http://spdx.org/rdf/terms#"),
    ("time", "http://www.w3.org/2006/time#"),
    ("vcard", "http://www.w3.org/2006/vcard/ns#"),
    ("xsd", "http://www.w3.org/2001/XMLSchema#"),
];

/// Where the names of a prefix live.
pub fn namespace(prefix: &str) -> &'static str {
    PREFIXES
        .iter()
        .find(|(known, _)| *known == prefix)
        .map_or("", |(_, namespace)| namespace)
}

macro_rules! words {
    ($($constant:ident = $prefix:literal $local:literal;)*) => {
        $(pub(super) const $constant: Word = Word::of($prefix, $local);)*
    };
}

words! {
    // Things.
    CHECKSUM_THING = "spdx" "Checksum";
    AGENT = "foaf" "Agent";
    CATALOG = "dcat" "Catalog";
    CHECKSUM_ALGORITHM = "spdx" "ChecksumAlgorithm";
    COLUMN = "csvw" "Column";
    CONCEPT = "skos" "Concept";
    CONCEPT_SCHEME = "skos" "ConceptScheme";
    DATASET = "dcat" "Dataset";
    DATASET_SERIES = "dcat" "DatasetSeries";
    DATA_SERVICE = "dcat" "DataService";
    DISTRIBUTION = "dcat" "Distribution";
    DOCUMENT = "foaf" "Document";
    FREQUENCY = "dct" "Frequency";
    IDENTIFIER_THING = "adms" "Identifier";
    JSON = "csvw" "JSON";
    KIND = "vcard" "Kind";
    LEGAL_RESOURCE = "eli" "LegalResource";
    LICENSE_DOCUMENT = "dct" "LicenseDocument";
    LINGUISTIC_SYSTEM = "dct" "LinguisticSystem";
    LOCATION = "dct" "Location";
    MEDIA_TYPE_THING = "dct" "MediaType";
    MEDIA_TYPE_OR_EXTENT = "dct" "MediaTypeOrExtent";
    PAGED_COLLECTION = "hydra" "PagedCollection";
    PARTIAL_VIEW = "hydra" "PartialCollectionView";
    PERIOD_OF_TIME = "dct" "PeriodOfTime";
    PROVENANCE_STATEMENT = "dct" "ProvenanceStatement";
    RESOURCE = "rdfs" "Resource";
    RIGHTS_STATEMENT = "dct" "RightsStatement";
    SCHEMA = "csvw" "Schema";
    STANDARD = "dct" "Standard";
    XSD_BOOLEAN = "xsd" "boolean";
    XSD_DATE = "xsd" "date";
    XSD_DATE_TIME = "xsd" "dateTime";
    XSD_DECIMAL = "xsd" "decimal";
    XSD_INTEGER = "xsd" "integer";
    XSD_STRING = "xsd" "string";
    XSD_TIME = "xsd" "time";
    XSD_YEAR = "xsd" "gYear";
    // What is said of them.
    ACCESS_RIGHTS = "dct" "accessRights";
    ACCESS_SERVICE = "dcat" "accessService";
    ACCESS_URL = "dcat" "accessURL";
    ACCRUAL_PERIODICITY = "dct" "accrualPeriodicity";
    ALGORITHM = "spdx" "algorithm";
    APPLICABLE_LEGISLATION = "dcatap" "applicableLegislation";
    AVAILABILITY = "dcatap" "availability";
    BBOX = "dcat" "bbox";
    BYTE_SIZE = "dcat" "byteSize";
    CENTROID = "dcat" "centroid";
    CHECKSUM = "spdx" "checksum";
    CHECKSUM_VALUE = "spdx" "checksumValue";
    COLUMNS = "csvw" "column";
    COMPRESS_FORMAT = "dcat" "compressFormat";
    CONFORMS_TO = "dct" "conformsTo";
    CONTACT_POINT = "dcat" "contactPoint";
    CONTRIBUTOR = "dct" "contributor";
    CREATOR = "dct" "creator";
    DATASETS = "dcat" "dataset";
    DATATYPE = "csvw" "datatype";
    DESCRIPTION = "dct" "description";
    DISTRIBUTIONS = "dcat" "distribution";
    DOWNLOAD_URL = "dcat" "downloadURL";
    END_DATE = "dcat" "endDate";
    ENDPOINT_DESCRIPTION = "dcat" "endpointDescription";
    ENDPOINT_URL = "dcat" "endpointURL";
    EXACT_MATCH = "skos" "exactMatch";
    FN = "vcard" "fn";
    FORMAT = "dct" "format";
    GEOMETRY = "locn" "geometry";
    HAS_EMAIL = "vcard" "hasEmail";
    HAS_TELEPHONE = "vcard" "hasTelephone";
    HAS_URL = "vcard" "hasURL";
    HAS_VALUE = "vcard" "hasValue";
    HAS_VERSION = "dcat" "hasVersion";
    HOMEPAGE = "foaf" "homepage";
    IDENTIFIER = "dct" "identifier";
    IDENTIFIER_THING_OF = "adms" "identifier";
    IN_SCHEME = "skos" "inScheme";
    IN_SERIES = "dcat" "inSeries";
    IS_REFERENCED_BY = "dct" "isReferencedBy";
    IS_VERSION_OF = "dcat" "isVersionOf";
    ISSUED = "dct" "issued";
    KEYWORD = "dcat" "keyword";
    LABEL = "rdfs" "label";
    LANDING_PAGE = "dcat" "landingPage";
    LANGUAGE = "dct" "language";
    LICENSE = "dct" "license";
    LITERAL_WKT = "gsp" "wktLiteral";
    MBOX = "foaf" "mbox";
    MEDIA_TYPE = "dcat" "mediaType";
    MODIFIED = "dct" "modified";
    NAME = "foaf" "name";
    NAME_OF_COLUMN = "csvw" "name";
    NOTATION = "skos" "notation";
    PACKAGE_FORMAT = "dcat" "packageFormat";
    PAGE = "foaf" "page";
    PREF_LABEL = "skos" "prefLabel";
    PREVIOUS_VERSION = "dcat" "previousVersion";
    PROVENANCE = "dct" "provenance";
    PUBLISHER = "dct" "publisher";
    RELATION = "dct" "relation";
    REQUIRED = "csvw" "required";
    RIGHTS = "dct" "rights";
    SAMPLE = "adms" "sample";
    SCHEMA_AGENCY = "adms" "schemaAgency";
    SERVES_DATASET = "dcat" "servesDataset";
    SERVICE = "dcat" "service";
    SPATIAL = "dct" "spatial";
    SPATIAL_RESOLUTION = "dcat" "spatialResolutionInMeters";
    START_DATE = "dcat" "startDate";
    STATUS = "adms" "status";
    TEMPORAL = "dct" "temporal";
    TEMPORAL_RESOLUTION = "dcat" "temporalResolution";
    THEME = "dcat" "theme";
    THEME_TAXONOMY = "dcat" "themeTaxonomy";
    TITLE = "dct" "title";
    TITLE_OF_COLUMN = "csvw" "title";
    TYPE = "dct" "type";
    VALUE = "rdf" "value";
    VERSION = "dcat" "version";
    VERSION_INFO = "owl" "versionInfo";
    VERSION_NOTES = "adms" "versionNotes";
    WAS_DERIVED_FROM = "prov" "wasDerivedFrom";
    // Read, never written: what older profiles say.
    ADMS_CONTACT_POINT = "adms" "contactPoint";
    HAS_BEGINNING = "time" "hasBeginning";
    HAS_END = "time" "hasEnd";
    IN_XSD_DATE = "time" "inXSDDate";
    IN_XSD_DATE_TIME = "time" "inXSDDateTime";
    IN_XSD_STAMP = "time" "inXSDDateTimeStamp";
    SCHEMA_END = "schema" "endDate";
    SCHEMA_START = "schema" "startDate";
    SOURCE = "dct" "source";
    // Hydra: pages of a catalogue, in its present names and in those that harvesters of 2014 know.
    FIRST = "hydra" "first";
    FIRST_PAGE = "hydra" "firstPage";
    ITEMS_PER_PAGE = "hydra" "itemsPerPage";
    LAST = "hydra" "last";
    LAST_PAGE = "hydra" "lastPage";
    NEXT = "hydra" "next";
    NEXT_PAGE = "hydra" "nextPage";
    PREVIOUS = "hydra" "previous";
    PREVIOUS_PAGE = "hydra" "previousPage";
    TOTAL_ITEMS = "hydra" "totalItems";
    VIEW = "hydra" "view";
}
