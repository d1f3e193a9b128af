//! Atom feeds (RFC 4287): what changed in a catalogue, a dataset or a theme, for feed readers and for those who follow.

#[cfg(test)]
mod tests;

use crate::dcat::{
    rdfxml::escape,
    values::{Iri, Lang, When, clean},
};

/// A feed as a whole.
#[derive(Debug, Clone, PartialEq)]
pub struct Feed<'a> {
    /// Never changes, wherever the feed is served.
    pub id: &'a Iri,
    pub title: &'a str,
    pub lang: Option<&'a Lang>,
    /// When the newest entry changed.
    pub updated: &'a When,
    /// Where this feed is served.
    pub address: &'a Iri,
    /// The page for people.
    pub page: &'a Iri,
    /// Entries older than these (RFC 5005 §3).
    pub next: Option<&'a Iri>,
    /// Who answers for entries without an author of their own (§4.1.1 demands one).
    pub author: &'a str,
}

/// One change.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry<'a> {
    /// The change itself, not what changed: a reader shows each id once.
    pub id: &'a Iri,
    pub title: &'a str,
    pub updated: &'a When,
    pub published: Option<&'a When>,
    pub page: &'a Iri,
    /// Plain text.
    pub summary: Option<&'a str>,
    pub author: Option<&'a str>,
    /// A code, and what people call it.
    pub categories: &'a [(&'a str, &'a str)],
}

/// Writes a feed piece by piece into buffers that the caller sends and empties; entries come newest first.
#[derive(Debug)]
pub struct Writer(());

impl Writer {
    /// The content type a feed is sent with.
    pub const CONTENT_TYPE: &'static str = "application/atom+xml; charset=utf-8";

    /// Opens the feed.
    pub fn begin(feed: &Feed<'_>, out: &mut String) -> Writer {
        out.push_str(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\"",
        );
        if let Some(lang) = feed.lang {
            attribute("xml:lang", lang.as_str(), out);
        }
        out.push_str(">\n");
        element("id", feed.id.as_str(), out);
        element("title", feed.title, out);
        element("updated", &feed.updated.rfc3339(), out);
        link("self", "application/atom+xml", feed.address, out);
        link("alternate", "text/html", feed.page, out);
        if let Some(next) = feed.next {
            link("next", "application/atom+xml", next, out);
        }
        author(feed.author, out);
        Writer(())
    }

    /// Adds a change.
    pub fn entry(&mut self, entry: &Entry<'_>, out: &mut String) {
        out.push_str("<entry>\n");
        element("id", entry.id.as_str(), out);
        element("title", entry.title, out);
        element("updated", &entry.updated.rfc3339(), out);
        if let Some(published) = entry.published {
            element("published", &published.rfc3339(), out);
        }
        link("alternate", "text/html", entry.page, out);
        if let Some(name) = entry.author {
            author(name, out);
        }
        for (term, label) in entry.categories {
            out.push_str("<category");
            attribute("term", term, out);
            attribute("label", label, out);
            out.push_str("/>\n");
        }
        if let Some(summary) = entry.summary {
            element("summary", summary, out);
        }
        out.push_str("</entry>\n");
    }

    /// Closes the feed.
    pub fn end(self, out: &mut String) {
        out.push_str("</feed>\n");
    }
}

fn author(name: &str, out: &mut String) {
    out.push_str("<author>");
    element("name", name, out);
    out.push_str("</author>\n");
}

fn element(name: &str, text: &str, out: &mut String) {
    out.push_str(&format!("<{name}>"));
    escape(&clean(text), out);
    out.push_str(&format!("</{name}>\n"));
}

fn link(relation: &str, media: &str, address: &Iri, out: &mut String) {
    out.push_str("<link");
    attribute("rel", relation, out);
    attribute("type", media, out);
    attribute("href", address.as_str(), out);
    out.push_str("/>\n");
}

/// Line ends and tabs are escaped too: attributes would lose them (XML 1.0 §3.3.3).
fn attribute(name: &str, value: &str, out: &mut String) {
    let mut escaped = String::with_capacity(value.len());
    escape(&clean(value), &mut escaped);
    let escaped = escaped.replace('\n', "&#10;").replace('\t', "&#9;");
    out.push_str(&format!(" {name}=\"{escaped}\""));
}
