//! Pieces of SDMX-ML that several messages share.

use super::model::{ARTEFACT_VERSION, Catalogue, Header, Version};
use crate::dcat::{rdfxml::escape, values::clean};

/// The namespace of one of the standard's schemas, such as `message`.
pub fn namespace(version: Version, schema: &str) -> String {
    let folder = match version {
        Version::V21 => "v2_1",
        Version::V30 => "v3_0",
    };
    format!("http://www.sdmx.org/resources/sdmxml/schemas/{folder}/{schema}")
}

pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    escape(&clean(text), &mut out);
    out
}

/// Opens a document with the beginning of its header.
pub fn begin(version: Version, root: &str, namespaces: &[(&str, &str)]) -> String {
    let mut out = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<mes:{root}");
    for (prefix, schema) in namespaces {
        out.push_str(&format!(" xmlns:{prefix}=\"{}\"", namespace(version, schema)));
    }
    out
}

/// Writes a header with what belongs to the kind of message behind the sender.
pub fn header(header: &Header, agency: &str, more: &str, out: &mut String) {
    out.push_str(&format!(
        "<mes:Header><mes:ID>{}</mes:ID><mes:Test>false</mes:Test><mes:Prepared>{}</mes:Prepared><mes:Sender id=\"{}\"/>{more}</mes:Header>\n",
        escaped(&header.id),
        escaped(&header.prepared),
        escaped(agency),
    ));
}

/// Writes a name in every language there is.
pub fn names(names: &[(String, String)], out: &mut String) {
    for (lang, name) in names {
        out.push_str(&format!(
            "<com:Name xml:lang=\"{}\">{}</com:Name>",
            escaped(lang),
            escaped(name)
        ));
    }
}

/// The permanent name of something maintained, such as `datastructure.Dataflow` and its id.
pub fn urn(catalogue: &Catalogue, class: &str, id: &str) -> String {
    format!(
        "urn:sdmx:org.sdmx.infomodel.{class}={}:{id}({ARTEFACT_VERSION})",
        catalogue.agency
    )
}

/// Refers to something maintained: in 2.1 by its parts, in 3.0 by its name.
pub fn reference(version: Version, catalogue: &Catalogue, class: &str, id: &str) -> String {
    match (version, class.split_once('.')) {
        (Version::V21, Some((package, class))) => format!(
            "<Ref id=\"{id}\" version=\"{ARTEFACT_VERSION}\" agencyID=\"{}\" package=\"{package}\" class=\"{class}\"/>",
            catalogue.agency
        ),
        _ => urn(catalogue, class, id),
    }
}
