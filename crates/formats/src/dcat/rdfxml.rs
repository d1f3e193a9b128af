//! RDF 1.1 XML Syntax (<https://www.w3.org/TR/rdf-syntax-grammar/>).

use super::{
    node::{LiteralKind, Node, Object},
    words::PREFIXES,
};

/// Opens the document and declares the prefixes.
pub(super) fn begin(out: &mut String) {
    out.push_str("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<rdf:RDF");
    for (prefix, namespace) in PREFIXES {
        out.push_str(&format!("\n  xmlns:{prefix}=\"{namespace}\""));
    }
    out.push_str(">\n");
}

/// Closes the document.
pub(super) fn end(out: &mut String) {
    out.push_str("</rdf:RDF>\n");
}

/// Writes one thing; the first of its kinds names its element.
pub(super) fn node(node: &Node, depth: usize, out: &mut String) {
    let name = node
        .types
        .first()
        .map_or_else(|| "rdf:Description".to_owned(), |kind| kind.short());
    let indent = "  ".repeat(depth);
    out.push_str(&indent);
    out.push('<');
    out.push_str(&name);
    if let Some(id) = &node.id {
        attribute("rdf:about", id.as_str(), out);
    }
    out.push_str(">\n");
    for kind in node.types.iter().skip(1) {
        out.push_str(&indent);
        out.push_str("  <rdf:type");
        attribute("rdf:resource", &kind.full(), out);
        out.push_str("/>\n");
    }
    for (word, objects) in &node.statements {
        for object in objects {
            property(&word.short(), object, depth + 1, out);
        }
    }
    out.push_str(&indent);
    out.push_str(&format!("</{name}>\n"));
}

fn property(name: &str, object: &Object, depth: usize, out: &mut String) {
    let indent = "  ".repeat(depth);
    out.push_str(&indent);
    out.push('<');
    out.push_str(name);
    match object {
        Object::Iri(iri) => {
            attribute("rdf:resource", iri.as_str(), out);
            out.push_str("/>\n");
            return;
        }
        Object::Word(word) => {
            attribute("rdf:resource", &word.full(), out);
            out.push_str("/>\n");
            return;
        }
        Object::Literal { text, kind } => {
            match kind {
                LiteralKind::Plain => {}
                LiteralKind::Tagged(lang) => attribute("xml:lang", lang, out),
                LiteralKind::Typed(datatype) => attribute("rdf:datatype", datatype, out),
            }
            out.push('>');
            escape(text, out);
        }
        Object::Node(inner) => {
            out.push_str(">\n");
            node(inner, depth + 1, out);
            out.push_str(&indent);
        }
        Object::List(nodes) => {
            attribute("rdf:parseType", "Collection", out);
            out.push_str(">\n");
            for inner in nodes {
                node(inner, depth + 1, out);
            }
            out.push_str(&indent);
        }
    }
    out.push_str(&format!("</{name}>\n"));
}

fn attribute(name: &str, value: &str, out: &mut String) {
    out.push_str(&format!(" {name}=\""));
    escape(value, out);
    out.push('"');
}

/// Escapes for elements and attributes; a carriage return as such would become the end of a line (XML 1.0 §2.11).
pub(crate) fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\r' => out.push_str("&#13;"),
            c => out.push(c),
        }
    }
}
