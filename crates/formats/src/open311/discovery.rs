//! Service discovery: which endpoints a city has, in which formats, and when they last changed.

use super::{
    Format,
    reader::{Tree, Unreadable},
    writer::Writer,
};

/// The discovery document; every field is required.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Discovery {
    /// When this document last changed, sortable, with a time zone.
    pub changeset: String,
    /// How to learn more about the provider.
    pub contact: String,
    /// How to get an API key.
    pub key_service: String,
    pub endpoints: Vec<Endpoint>,
}

/// One endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// [`SPECIFICATION`](super::SPECIFICATION), or that of another standard.
    pub specification: String,
    pub url: String,
    /// When its services or their definitions last changed.
    pub changeset: String,
    /// `production` or `test`.
    pub kind: String,
    /// MIME types, `text/xml` among them.
    pub formats: Vec<String>,
}

/// Writes the discovery document.
pub fn write(format: Format, discovery: &Discovery) -> String {
    Writer::record(format, "discovery", |writer| {
        writer.text("changeset", &discovery.changeset);
        writer.text("contact", &discovery.contact);
        writer.text("key_service", &discovery.key_service);
        writer.records(
            "endpoints",
            "endpoint",
            &discovery.endpoints,
            |writer, endpoint| {
                writer.text("specification", &endpoint.specification);
                writer.text("url", &endpoint.url);
                writer.text("changeset", &endpoint.changeset);
                writer.text("type", &endpoint.kind);
                writer.texts("formats", "format", endpoint.formats.iter().map(String::as_str));
            },
        );
    })
}

/// Reads a discovery document.
///
/// # Errors
/// When it is neither XML nor JSON.
pub fn read(text: &str) -> Result<Discovery, Unreadable> {
    let tree = Tree::parse(text)?;
    let root = tree.root();
    let endpoints = root
        .records("endpoints", "endpoint")
        .into_iter()
        .map(|endpoint| Endpoint {
            specification: endpoint.text("specification").unwrap_or_default(),
            url: endpoint.text("url").unwrap_or_default(),
            changeset: endpoint.text("changeset").unwrap_or_default(),
            kind: endpoint.text("type").unwrap_or_default(),
            formats: endpoint.texts("formats", "format"),
        })
        .collect();
    Ok(Discovery {
        changeset: root.text("changeset").unwrap_or_default(),
        contact: root.text("contact").unwrap_or_default(),
        key_service: root.text("key_service").unwrap_or_default(),
        endpoints,
    })
}
