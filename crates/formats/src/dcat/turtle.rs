//! RDF 1.1 Turtle (<https://www.w3.org/TR/turtle/>).

use super::{
    node::{LiteralKind, Node, Object},
    words::PREFIXES,
};

/// Declares the prefixes.
pub(super) fn begin(out: &mut String) {
    for (prefix, namespace) in PREFIXES {
        out.push_str(&format!("@prefix {prefix}: <{namespace}> .\n"));
    }
}

/// Writes what is said of a thing that has an address.
pub(super) fn node(node: &Node, out: &mut String) {
    let Some(id) = &node.id else { return };
    out.push_str("\n<");
    out.push_str(id.as_str());
    out.push('>');
    statements(node, 1, out);
    out.push_str(" .\n");
}

fn statements(node: &Node, depth: usize, out: &mut String) {
    let mut is_first = true;
    let mut verb = |name: &str, out: &mut String| {
        out.push_str(if is_first { " " } else { " ;\n" });
        if !is_first {
            out.push_str(&"    ".repeat(depth));
        }
        out.push_str(name);
        is_first = false;
    };
    if !node.types.is_empty() {
        verb("a", out);
        let types: Vec<String> = node.types.iter().map(|kind| kind.short()).collect();
        out.push(' ');
        out.push_str(&types.join(", "));
    }
    for (word, objects) in &node.statements {
        verb(&word.short(), out);
        for (at, each) in objects.iter().enumerate() {
            out.push_str(if at == 0 { " " } else { ", " });
            object(each, depth, out);
        }
    }
}

fn object(object: &Object, depth: usize, out: &mut String) {
    match object {
        Object::Iri(iri) => {
            out.push('<');
            out.push_str(iri.as_str());
            out.push('>');
        }
        Object::Word(word) => out.push_str(&word.short()),
        Object::Literal { text, kind } => {
            literal(text, out);
            match kind {
                LiteralKind::Plain => {}
                LiteralKind::Tagged(lang) => {
                    out.push('@');
                    out.push_str(lang);
                }
                LiteralKind::Typed(datatype) => {
                    out.push_str("^^");
                    match short(datatype) {
                        Some(name) => out.push_str(&name),
                        None => out.push_str(&format!("<{datatype}>")),
                    }
                }
            }
        }
        Object::Node(node) => {
            out.push('[');
            statements(node, depth + 1, out);
            out.push_str(" ]");
        }
        Object::List(nodes) => {
            out.push('(');
            for node in nodes {
                out.push('\n');
                out.push_str(&"    ".repeat(depth + 1));
                out.push('[');
                statements(node, depth + 2, out);
                out.push_str(" ]");
            }
            out.push_str(" )");
        }
    }
}

/// Shortens the address of a datatype; those of this crate end in letters only.
fn short(address: &str) -> Option<String> {
    PREFIXES.iter().find_map(|(prefix, namespace)| {
        let local = address.strip_prefix(namespace)?;
        local
            .chars()
            .all(|c| c.is_ascii_alphabetic())
            .then(|| format!("{prefix}:{local}"))
    })
}

/// Turtle §2.5.1 and §6.4 (quoted literals and their escapes).
fn literal(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c < ' ' || c == '\u{7f}' => out.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
}
