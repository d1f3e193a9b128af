//! XForms in a form in which two that mean the same are equal: for comparing our output with other converters'.
//!
//! The order of attributes, translations, texts, binds, secondary instances and of the columns of a choice does not count, nor
//! does space around the operators of an expression. The order of nodes, controls and choices does.

use std::collections::BTreeMap;

use roxmltree::{Document, Node};

/// What stands in each part of a form, one entry a line.
pub(crate) type Canonical = BTreeMap<&'static str, Vec<String>>;

/// Takes a form apart; `None` when it is not well-formed XML.
pub(crate) fn canonical(xform: &str) -> Option<Canonical> {
    let document = Document::parse(xform).ok()?;
    let find = |name: &str| document.descendants().find(|node| node.tag_name().name() == name);
    let model = find("model")?;
    let mut parts = Canonical::new();
    let mut primary = None;
    for node in model.children().filter(Node::is_element) {
        match node.tag_name().name() {
            "itext" => parts.entry("itext").or_default().extend(texts(node)),
            "instance" if primary.is_none() => primary = node.first_element_child(),
            "instance" => parts
                .entry("secondary instances")
                .or_default()
                .push(element(node, Order::Items)),
            "bind" => parts.entry("binds").or_default().push(element(node, Order::Kept)),
            _ => parts
                .entry("actions")
                .or_default()
                .push(element(node, Order::Kept)),
        }
    }
    for part in ["secondary instances", "binds", "actions", "itext"] {
        parts.entry(part).or_default().sort();
    }
    parts.insert(
        "model",
        vec![find("title").map(text).unwrap_or_default(), attributes(model)],
    );
    parts.insert("instance", primary.map(lines).unwrap_or_default());
    parts.insert("body", find("body").map(lines).unwrap_or_default());
    Some(parts)
}

/// The entries that only one of two forms has, with `-` and `+` before them, by part.
pub(crate) fn differences(expected: &Canonical, found: &Canonical) -> BTreeMap<&'static str, Vec<String>> {
    let mut differences: BTreeMap<&'static str, Vec<String>> = BTreeMap::new();
    for (part, expected) in expected {
        let found = found.get(part).map(Vec::as_slice).unwrap_or_default();
        if expected == found {
            continue;
        }
        let missing = expected
            .iter()
            .filter(|line| !found.contains(line))
            .map(|line| format!("- {line}"));
        let extra = found
            .iter()
            .filter(|line| !expected.contains(line))
            .map(|line| format!("+ {line}"));
        let mut lines: Vec<String> = missing.chain(extra).collect();
        if lines.is_empty() {
            lines.push("the order differs".to_owned());
        }
        differences.insert(part, lines);
    }
    differences
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    Kept,
    /// The columns of a choice may stand in any order.
    Items,
}

/// One line an element, by its depth, so that a difference shows what differs.
fn lines(node: Node<'_, '_>) -> Vec<String> {
    let mut lines = Vec::new();
    let mut waiting = vec![(node, 0)];
    while let Some((node, depth)) = waiting.pop() {
        let is_mixed = node
            .children()
            .any(|child| child.is_text() && !child.text().unwrap_or_default().trim().is_empty());
        let indent = "  ".repeat(depth);
        if is_mixed || !node.children().any(|child| child.is_element()) {
            lines.push(format!("{indent}{}", element(node, Order::Kept)));
            continue;
        }
        lines.push(format!("{indent}<{}{}>", name(node), attributes(node)));
        let children: Vec<_> = node.children().filter(Node::is_element).collect();
        waiting.extend(children.into_iter().rev().map(|child| (child, depth + 1)));
    }
    lines
}

fn texts(itext: Node<'_, '_>) -> Vec<String> {
    let mut texts = Vec::new();
    for translation in itext.children().filter(Node::is_element) {
        let language = attributes(translation);
        for entry in translation.children().filter(Node::is_element) {
            let mut values: Vec<String> = entry
                .children()
                .filter(Node::is_element)
                .map(|value| element(value, Order::Kept))
                .collect();
            values.sort();
            texts.push(format!("{language} {} {}", attributes(entry), values.concat()));
        }
    }
    texts
}

fn element(node: Node<'_, '_>, order: Order) -> String {
    let mut children: Vec<String> = node
        .children()
        .filter_map(|child| match child.text() {
            Some(text) if child.is_text() => Some(text.to_owned()),
            _ => child.is_element().then(|| element(child, order)),
        })
        .collect();
    if order == Order::Items && node.tag_name().name() == "item" {
        children = children
            .into_iter()
            .map(|child| child.trim().to_owned())
            .collect();
        children.sort();
    }
    let content = collapsed(&children.concat());
    format!("<{}{}>{content}</{0}>", name(node), attributes(node))
}

fn text(node: Node<'_, '_>) -> String {
    collapsed(node.text().unwrap_or_default())
}

/// A name with what its namespace is usually called, so that lines stay readable.
fn name(node: Node<'_, '_>) -> String {
    match node.tag_name().namespace() {
        Some("http://www.w3.org/2002/xforms") | None => node.tag_name().name().to_owned(),
        Some(namespace) => format!("{{{namespace}}}{}", node.tag_name().name()),
    }
}

fn attributes(node: Node<'_, '_>) -> String {
    let mut attributes: Vec<String> = node
        .attributes()
        .map(|attribute| {
            let is_message =
                attribute.name().ends_with("Msg") || matches!(attribute.name(), "id" | "lang" | "version");
            let value = if is_message {
                collapsed(attribute.value())
            } else {
                tight(attribute.value())
            };
            match attribute.namespace() {
                Some(namespace) => format!(" {{{namespace}}}{}={value:?}", attribute.name()),
                None => format!(" {}={value:?}", attribute.name()),
            }
        })
        .collect();
    attributes.sort();
    attributes.concat()
}

fn collapsed(text: &str) -> String {
    text.split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .replace("> ", ">")
        .replace(" <", "<")
}

/// An expression without the spaces that mean nothing.
fn tight(expression: &str) -> String {
    let mut tight = String::with_capacity(expression.len());
    let mut quote = None;
    let mut space = false;
    let joins = |character: char| character.is_alphanumeric() || matches!(character, '_' | '-' | '.');
    for character in expression.trim().chars() {
        if quote.is_none() && character.is_whitespace() {
            space = true;
            continue;
        }
        if space && joins(character) && tight.chars().next_back().is_some_and(joins) {
            tight.push(' ');
        }
        space = false;
        match quote {
            Some(open) if open == character => quote = None,
            None if matches!(character, '"' | '\'') => quote = Some(character),
            _ => {}
        }
        tight.push(character);
    }
    tight
}
