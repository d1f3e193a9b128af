//! File formats: the one name that a format has in the catalogue, whatever a publisher calls it.

/// Name, media type, and what else it is called, in lower case. The names are those of CKAN, which its facets and
/// clients compare.
const FORMATS: &[(&str, &str, &[&str])] = &[
    ("Atom Feed", "application/atom+xml", &["atom"]),
    ("BIN", "application/octet-stream", &["binary"]),
    ("BMP", "image/x-ms-bmp", &["image/bmp"]),
    (
        "CSV",
        "text/csv",
        &["text/comma-separated-values", "comma separated values"],
    ),
    ("dBase", "application/x-dbf", &["dbf", "application/dbf"]),
    ("DOC", "application/msword", &[]),
    (
        "DOCX",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        &[],
    ),
    ("Esri REST", "esri rest", &["arcgis_rest"]),
    ("EXE", "application/x-msdownload", &[]),
    ("GeoJSON", "application/geo+json", &["application/vnd.geo+json"]),
    ("GeoTIFF", "image/tiff; application=geotiff", &[]),
    ("GIF", "image/gif", &[]),
    ("GML", "application/gml+xml", &["application/vnd.ogc.gml"]),
    ("GPKG", "application/geopackage+sqlite3", &["geopackage"]),
    ("GPX", "application/gpx+xml", &[]),
    ("GTFS", "application/vnd.gtfs+zip", &[]),
    ("GZ", "application/gzip", &["application/x-gzip", "gzip"]),
    (
        "HTML",
        "text/html",
        &["htm", "http://purl.org/net/mediatypes/text/html"],
    ),
    ("ICS", "text/calendar", &["ifb", "ical"]),
    ("JPEG", "image/jpeg", &["jpg"]),
    (
        "JS",
        "application/x-javascript",
        &["text/javascript", "application/javascript"],
    ),
    ("JSON", "application/json", &["text/json"]),
    ("JSONL", "application/jsonl", &["ndjson", "application/x-ndjson"]),
    ("JSON-LD", "application/ld+json", &["jsonld"]),
    ("KML", "application/vnd.google-earth.kml+xml", &[]),
    (
        "KMZ",
        "application/vnd.google-earth.kmz+xml",
        &["application/vnd.google-earth.kmz"],
    ),
    ("MDB", "application/x-msaccess", &["application/msaccess"]),
    ("MP3", "audio/mpeg", &["audio/mpeg3", "audio/x-mpeg-3"]),
    ("MP4", "video/mp4", &["application/mp4"]),
    ("NetCDF", "application/netcdf", &["nc", "application/x-netcdf"]),
    ("N3", "application/x-n3", &["text/n3"]),
    ("ODP", "application/vnd.oasis.opendocument.presentation", &[]),
    ("ODS", "application/vnd.oasis.opendocument.spreadsheet", &[]),
    ("ODT", "application/vnd.oasis.opendocument.text", &[]),
    ("OGG", "audio/ogg", &[]),
    ("OWL", "application/owl+xml", &[]),
    (
        "Parquet",
        "application/vnd.apache.parquet",
        &["application/x-parquet"],
    ),
    ("PDF", "application/pdf", &[]),
    ("PNG", "image/png", &[]),
    ("PPT", "application/vnd.ms-powerpoint", &[]),
    (
        "PPTX",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        &[],
    ),
    ("QGIS", "application/x-qgis", &["qgs"]),
    (
        "RAR",
        "application/rar",
        &["application/vnd.rar", "application/x-rar-compressed"],
    ),
    ("RDF", "application/rdf+xml", &["rdf/xml"]),
    ("RSS", "application/rss+xml", &[]),
    ("SHP", "application/x-shapefile", &["shapefile", "esri shapefile"]),
    ("SPARQL", "application/sparql-results+xml", &[]),
    ("SVG", "image/svg+xml", &[]),
    ("TAR", "application/x-tar", &[]),
    ("TIFF", "image/tiff", &["tif"]),
    ("TSV", "text/tab-separated-values", &["text/tsv", "tab"]),
    ("TTL", "text/turtle", &["turtle"]),
    ("TXT", "text/plain", &["text"]),
    ("WAV", "audio/x-wav", &["audio/wav"]),
    ("WCS", "application/vnd.ogc.wcs_xml", &["web coverage service"]),
    ("WebM", "video/webm", &[]),
    ("WFS", "application/vnd.ogc.wfs_xml", &["web feature service"]),
    ("WMS", "application/vnd.ogc.wms_xml", &["web mapping service"]),
    ("WMTS", "application/vnd.ogc.wmts_xml", &["web map tile service"]),
    (
        "XLS",
        "application/vnd.ms-excel",
        &[
            "excel",
            "application/msexcel",
            "application/x-msexcel",
            "application/x-ms-excel",
            "application/x-excel",
            "application/xls",
            "application/x-xls",
        ],
    ),
    (
        "XLSB",
        "application/vnd.ms-excel.sheet.binary.macroenabled.12",
        &[],
    ),
    ("XLSM", "application/vnd.ms-excel.sheet.macroenabled.12", &[]),
    (
        "XLSX",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        &[],
    ),
    (
        "XML",
        "application/xml",
        &["text/xml", "http://purl.org/net/mediatypes/application/xml"],
    ),
    ("XSLT", "application/xslt+xml", &["xsl"]),
    (
        "ZIP",
        "application/zip",
        &[
            "application/x-zip-compressed",
            "http://purl.org/net/mediatypes/application/zip",
        ],
    ),
];

/// The name of a format, by name, ending or media type in any case; what nobody knows stays as it was written.
pub fn unified(given: &str) -> &str {
    let lower = given.trim().to_lowercase();
    find(&lower).map_or(given, |(name, _)| name)
}

/// The media type of a format, by name or ending.
pub fn media_type(given: &str) -> Option<&'static str> {
    find(&given.trim().to_lowercase()).map(|(_, media_type)| media_type)
}

/// Guesses the format by the ending of the path in an address, or of a file's name.
pub fn of_address(url: &str) -> Option<&'static str> {
    let (has_scheme, rest) = match url.split_once("://") {
        Some((_, rest)) => (true, rest),
        None => (false, url),
    };
    let rest = rest.split(['?', '#']).next().unwrap_or_default();
    let path = if has_scheme { rest.split_once('/')?.1 } else { rest };
    let (stem, ending) = path.rsplit('/').next()?.rsplit_once('.')?;
    let known = (!stem.is_empty()).then(|| find(&ending.to_lowercase()))?;
    known.map(|(name, _)| name)
}

fn find(lower: &str) -> Option<(&'static str, &'static str)> {
    let bare = lower.split_once(';').map_or(lower, |(bare, _)| bare.trim());
    let entry = |wanted: &str| {
        FORMATS.iter().find(|(name, media_type, others)| {
            name.eq_ignore_ascii_case(wanted) || *media_type == wanted || others.contains(&wanted)
        })
    };
    entry(lower)
        .or_else(|| entry(bare))
        .map(|(name, media_type, _)| (*name, *media_type))
}
