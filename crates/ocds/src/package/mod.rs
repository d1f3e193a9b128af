//! Release packages, record packages and JSON lines of OCDS 1.1, written as they come, none held.

#[cfg(test)]
mod tests;

use serde_json::{Map, Value, json};
use std::io::{self, Write};

/// What a package says of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Metadata {
    /// Where the package is found; required.
    pub uri: String,
    /// When it was made, in RFC 3339; required.
    pub published: String,
    /// The publisher's name; required.
    pub publisher: String,
    /// The publisher's address on the web.
    pub publisher_uri: Option<String>,
    /// The publisher's identifier: scheme and identifier within it.
    pub publisher_id: Option<(String, String)>,
    pub license: Option<String>,
    pub publication_policy: Option<String>,
    /// Addresses of `extension.json` files.
    pub extensions: Vec<String>,
}

impl Metadata {
    fn object(&self) -> Map<String, Value> {
        let mut object = Map::new();
        object.insert("uri".to_owned(), json!(self.uri));
        object.insert("version".to_owned(), json!("1.1"));
        if !self.extensions.is_empty() {
            object.insert("extensions".to_owned(), json!(self.extensions));
        }
        object.insert("publishedDate".to_owned(), json!(self.published));
        let mut publisher = Map::new();
        publisher.insert("name".to_owned(), json!(self.publisher));
        if let Some((scheme, uid)) = &self.publisher_id {
            publisher.insert("scheme".to_owned(), json!(scheme));
            publisher.insert("uid".to_owned(), json!(uid));
        }
        if let Some(uri) = &self.publisher_uri {
            publisher.insert("uri".to_owned(), json!(uri));
        }
        object.insert("publisher".to_owned(), Value::Object(publisher));
        for (key, value) in [
            ("license", &self.license),
            ("publicationPolicy", &self.publication_policy),
        ] {
            if let Some(value) = value {
                object.insert(key.to_owned(), json!(value));
            }
        }
        object
    }
}

/// The releases of a record.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Releases<'a> {
    Embedded(&'a [Value]),
    /// Where each is found, with its date and tags.
    Linked(&'a [Link]),
}

/// A release elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The package's address with the release's `id` after `#`, as the standard wants it.
    pub url: String,
    pub date: String,
    pub tag: Vec<String>,
}

/// A record of one process: what is known of it.
#[must_use]
pub fn record(
    ocid: &str,
    releases: Releases<'_>,
    compiled: Option<&Value>,
    versioned: Option<&Value>,
) -> Value {
    let mut record = Map::new();
    record.insert("ocid".to_owned(), json!(ocid));
    let list = match releases {
        Releases::Embedded(list) => list.to_vec(),
        Releases::Linked(links) => links
            .iter()
            .map(|link| json!({"url": link.url, "date": link.date, "tag": link.tag}))
            .collect(),
    };
    record.insert("releases".to_owned(), Value::Array(list));
    for (key, value) in [("compiledRelease", compiled), ("versionedRelease", versioned)] {
        if let Some(value) = value {
            record.insert(key.to_owned(), value.clone());
        }
    }
    Value::Object(record)
}

/// Writes a package element by element.
pub struct Writer<W: Write> {
    out: W,
    any: bool,
}

impl<W: Write> Writer<W> {
    /// Begins a release package.
    ///
    /// # Errors
    /// Where writing fails.
    pub fn releases(out: W, metadata: &Metadata) -> io::Result<Self> {
        Self::begin(out, metadata.object(), "releases")
    }

    /// Begins a record package; `packages` are the release packages that its records were made of.
    ///
    /// # Errors
    /// Where writing fails.
    pub fn records(out: W, metadata: &Metadata, packages: &[String]) -> io::Result<Self> {
        let mut object = metadata.object();
        if !packages.is_empty() {
            object.insert("packages".to_owned(), json!(packages));
        }
        Self::begin(out, object, "records")
    }

    fn begin(mut out: W, object: Map<String, Value>, list: &str) -> io::Result<Self> {
        let head = Value::Object(object).to_string();
        // The brace is closed at the end.
        let head = head.strip_suffix('}').unwrap_or(&head);
        write!(out, "{head},\"{list}\":[")?;
        Ok(Self { out, any: false })
    }

    /// Writes the next release or record.
    ///
    /// # Errors
    /// Where writing fails.
    pub fn push(&mut self, element: &Value) -> io::Result<()> {
        self.push_json(&serde_json::to_vec(element)?)
    }

    /// Writes the next release or record, which is JSON already.
    ///
    /// # Errors
    /// Where writing fails.
    pub fn push_json(&mut self, element: &[u8]) -> io::Result<()> {
        self.out.write_all(if self.any { b",\n" } else { b"\n" })?;
        self.any = true;
        self.out.write_all(element)
    }

    /// Ends the package and gives back where it was written.
    ///
    /// # Errors
    /// Where writing fails.
    pub fn end(mut self) -> io::Result<W> {
        self.out.write_all(b"\n]}\n")?;
        self.out.flush()?;
        Ok(self.out)
    }
}

/// Writes a release or record as a line.
///
/// # Errors
/// Where writing fails.
pub fn line(out: &mut impl Write, element: &Value) -> io::Result<()> {
    serde_json::to_writer(&mut *out, element)?;
    out.write_all(b"\n")
}
