//! File types and media types.

use super::authority;
use crate::dcat::values::Iri;

/// File types of the EU's list by ending, with their media types as IANA registers them.
const FILE_TYPES: &[(&str, &str, &str)] = &[
    ("CSV", "csv", "text/csv"),
    ("TSV", "tsv", "text/tab-separated-values"),
    (
        "XLSX",
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
    ("XLS", "xls", "application/vnd.ms-excel"),
    ("ODS", "ods", "application/vnd.oasis.opendocument.spreadsheet"),
    ("JSON", "json", "application/json"),
    ("GEOJSON", "geojson", "application/geo+json"),
    ("JSON_LD", "jsonld", "application/ld+json"),
    ("PARQUET", "parquet", "application/vnd.apache.parquet"),
    ("XML", "xml", "application/xml"),
    ("RDF_XML", "rdf", "application/rdf+xml"),
    ("RDF_TURTLE", "ttl", "text/turtle"),
    ("PDF", "pdf", "application/pdf"),
    ("HTML", "html", "text/html"),
    ("TXT", "txt", "text/plain"),
    ("ZIP", "zip", "application/zip"),
    ("GZIP", "gz", "application/gzip"),
    ("KML", "kml", "application/vnd.google-earth.kml+xml"),
    ("GML", "gml", "application/gml+xml"),
    ("GPKG", "gpkg", "application/geopackage+sqlite3"),
    ("SHP", "shp", "application/vnd.shp"),
    ("DOC", "doc", "application/msword"),
    (
        "DOCX",
        "docx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
    ("ODT", "odt", "application/vnd.oasis.opendocument.text"),
    ("PNG", "png", "image/png"),
    ("JPEG", "jpg", "image/jpeg"),
    ("TIFF", "tif", "image/tiff"),
    ("SQL", "sql", "application/sql"),
];

/// The code in the EU's list of file types for a code, an ending (`csv`, `.csv`) or a media type; none when the list has no such type.
pub fn file_type(word: &str) -> Option<&'static str> {
    let word = word.trim().trim_start_matches('.').to_ascii_lowercase();
    FILE_TYPES
        .iter()
        .find(|(code, ending, media)| code.eq_ignore_ascii_case(&word) || *ending == word || *media == word)
        .map(|(code, ..)| *code)
}

/// The media type for a code, an ending or a media type that [`file_type`] knows.
pub fn media_type(word: &str) -> Option<&'static str> {
    let code = file_type(word)?;
    FILE_TYPES
        .iter()
        .find(|(known, ..)| *known == code)
        .map(|(_, _, media)| *media)
}

/// The EU's entry for a file type that [`file_type`] gave.
pub(in crate::dcat) fn file_type_iri(code: &str) -> Iri {
    authority("file-type", code)
}

/// A type as IANA registers it (`text/csv`, RFC 6838 §4.2), without parameters, in small letters; none when it is not of that form.
pub fn plain_media_type(text: &str) -> Option<String> {
    let text = text.split(';').next()?.trim().to_ascii_lowercase();
    let (top, sub) = text.split_once('/')?;
    let is_name = |name: &str| {
        (1..=127).contains(&name.len())
            && name.starts_with(|c: char| c.is_ascii_alphanumeric())
            && name
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "!#$&-^_.+".contains(c))
    };
    (is_name(top) && is_name(sub)).then_some(text)
}
