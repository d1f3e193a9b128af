//! What search engines are told: which pages there are (<https://www.sitemaps.org/protocol.html>) and which to leave alone (RFC 9309).

#[cfg(test)]
mod tests;

use crate::dcat::{
    rdfxml::escape,
    values::{Iri, Precision, When, clean},
};

/// Addresses in one file at most.
pub const MOST_ADDRESSES: usize = 50_000;
/// Bytes of one file at most, before compression.
pub const MOST_BYTES: usize = 50 * 1024 * 1024;

const NAMESPACE: &str = "http://www.sitemaps.org/schemas/sitemap/0.9";
const END: &str = "</urlset>\n";

/// Writes one file of a sitemap into buffers that the caller sends and empties.
#[derive(Debug)]
pub struct Sitemap {
    /// How many addresses, and how many bytes, may still come.
    addresses: usize,
    bytes: usize,
}

/// The file holds as much as a file may; the address belongs into the next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the sitemap is full: it may hold {MOST_ADDRESSES} addresses and {MOST_BYTES} bytes")]
pub struct Full;

impl Sitemap {
    /// Opens a file.
    pub fn begin(out: &mut String) -> Sitemap {
        Sitemap::with_room(MOST_ADDRESSES, MOST_BYTES, out)
    }

    /// Adds a page and when it last changed.
    ///
    /// # Errors
    /// [`Full`] when the file may hold no more; nothing is written then.
    pub fn add(&mut self, page: &Iri, modified: Option<&When>, out: &mut String) -> Result<(), Full> {
        let entry = entry("url", page, modified);
        if self.addresses == 0 || self.bytes < entry.len() {
            return Err(Full);
        }
        self.addresses -= 1;
        self.bytes -= entry.len();
        out.push_str(&entry);
        Ok(())
    }

    /// Closes the file.
    pub fn end(self, out: &mut String) {
        out.push_str(END);
    }

    fn with_room(addresses: usize, bytes: usize, out: &mut String) -> Sitemap {
        let head = format!("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<urlset xmlns=\"{NAMESPACE}\">\n");
        out.push_str(&head);
        Sitemap {
            addresses,
            bytes: bytes.saturating_sub(head.len() + END.len()),
        }
    }
}

/// Writes the index of the files of a sitemap that is too long for one, with when each last changed.
pub fn index<'a>(files: impl IntoIterator<Item = (&'a Iri, Option<&'a When>)>) -> String {
    let mut out =
        format!("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<sitemapindex xmlns=\"{NAMESPACE}\">\n");
    for (file, modified) in files {
        out.push_str(&entry("sitemap", file, modified));
    }
    out.push_str("</sitemapindex>\n");
    out
}

/// Writes `robots.txt`: everything may be visited but what begins with one of `closed`, and there the sitemap is.
///
/// A path that could break the line is percent-encoded; one that does not begin with `/` is taken from the root.
pub fn robots(sitemap: &Iri, closed: &[&str]) -> String {
    let mut out = "User-agent: *\n".to_owned();
    for path in closed {
        let path = crate::dcat::values::encoded(path.trim_start_matches('/'), "/-._~!$&'()*+,;=:@?%");
        out.push_str(&format!("Disallow: /{path}\n"));
    }
    out.push_str(&format!("Allow: /\n\nSitemap: {}\n", sitemap.to_uri()));
    out
}

fn entry(name: &str, address: &Iri, modified: Option<&When>) -> String {
    let mut out = format!("<{name}><loc>");
    escape(&clean(&address.to_uri()), &mut out);
    out.push_str("</loc>");
    if let Some(when) = modified {
        // W3C's note on dates wants a time zone with every time, and knows shorter dates.
        let text = match when.precision() {
            Precision::Instant => when.rfc3339(),
            _ => when.as_str().to_owned(),
        };
        out.push_str(&format!("<lastmod>{text}</lastmod>"));
    }
    out.push_str(&format!("</{name}>\n"));
    out
}
