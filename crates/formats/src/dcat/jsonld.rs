//! JSON-LD 1.1 with its context in place (<https://www.w3.org/TR/json-ld11/>): nothing has to be fetched to read it.

use super::{
    node::{LiteralKind, Node, Object},
    words::PREFIXES,
};

/// Opens the document with the context and its list of things.
pub(super) fn begin(out: &mut String) {
    out.push_str("{\"@context\":{");
    for (at, (prefix, namespace)) in PREFIXES.iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        out.push_str(&format!("\"{prefix}\":\"{namespace}\""));
    }
    out.push_str("},\"@graph\":[");
}

/// Closes the list of things and the document.
pub(super) fn end(out: &mut String) {
    out.push_str("\n]}\n");
}

/// Writes one thing of the list.
pub(super) fn node(node: &Node, is_first: bool, out: &mut String) {
    out.push_str(if is_first { "\n" } else { ",\n" });
    object_of(node, out);
}

fn object_of(node: &Node, out: &mut String) {
    out.push('{');
    let mut is_first = true;
    let mut key = |name: &str, out: &mut String| {
        if !is_first {
            out.push(',');
        }
        is_first = false;
        string(name, out);
        out.push(':');
    };
    if let Some(id) = &node.id {
        key("@id", out);
        string(id.as_str(), out);
    }
    if !node.types.is_empty() {
        key("@type", out);
        let types: Vec<String> = node.types.iter().map(|kind| kind.short()).collect();
        many(&types, out, |name, out| string(name, out));
    }
    for (word, objects) in &node.statements {
        key(&word.short(), out);
        many(objects, out, value);
    }
    out.push('}');
}

fn value(object: &Object, out: &mut String) {
    match object {
        Object::Iri(iri) => reference(iri.as_str(), out),
        Object::Word(word) => reference(&word.short(), out),
        Object::Literal { text, kind } => match kind {
            LiteralKind::Plain => string(text, out),
            LiteralKind::Tagged(lang) => tagged(text, "@language", lang, out),
            LiteralKind::Typed(datatype) => tagged(text, "@type", datatype, out),
        },
        Object::Node(node) => object_of(node, out),
        Object::List(nodes) => {
            out.push_str("{\"@list\":[");
            for (at, node) in nodes.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                object_of(node, out);
            }
            out.push_str("]}");
        }
    }
}

fn reference(address: &str, out: &mut String) {
    out.push_str("{\"@id\":");
    string(address, out);
    out.push('}');
}

fn tagged(text: &str, tag: &str, value: &str, out: &mut String) {
    out.push_str("{\"@value\":");
    string(text, out);
    out.push_str(&format!(",\"{tag}\":"));
    string(value, out);
    out.push('}');
}

/// One value stands alone, several in a list.
fn many<T>(values: &[T], out: &mut String, mut write: impl FnMut(&T, &mut String)) {
    let is_list = values.len() != 1;
    if is_list {
        out.push('[');
    }
    for (at, value) in values.iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        write(value, out);
    }
    if is_list {
        out.push(']');
    }
}

/// A string of JSON (RFC 8259 §7) that may also stand in a script: `<` and the ends of lines of JavaScript are escaped.
pub(crate) fn string(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c < ' ' || matches!(c, '<' | '\u{7f}' | '\u{2028}' | '\u{2029}') => {
                out.push_str(&format!("\\u{:04x}", u32::from(c)));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}
