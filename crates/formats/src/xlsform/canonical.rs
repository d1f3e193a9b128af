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

/// A form by what people see and what is computed, whichever way it is written: texts and choices stand where they are shown,
/// paths are absolute, and the habits of converters before 2020 are today's.
///
/// `itext` and lists that every select shows whole are then part of the body.
pub(crate) fn meaning(xform: &str) -> Option<Canonical> {
    let document = Document::parse(xform).ok()?;
    let find = |name: &str| document.descendants().find(|node| node.tag_name().name() == name);
    let model = find("model")?;
    let reading = Reading::of(model);
    let mut parts = Canonical::new();
    let binds = model.children().filter(|node| node.tag_name().name() == "bind");
    let mut binds: Vec<String> = binds.filter_map(|bind| reading.bind(bind)).collect();
    binds.sort();
    parts.insert("binds", binds);
    let primary = model
        .children()
        .find(|node| node.tag_name().name() == "instance")?
        .first_element_child()?;
    let mut nodes = Vec::new();
    reading.nodes(primary, "", &mut nodes);
    parts.insert("instance", nodes);
    let mut body = Vec::new();
    find("body")?
        .children()
        .filter(Node::is_element)
        .for_each(|node| reading.control(node, &mut body));
    parts.insert("body", body);
    Some(parts)
}

/// What a form's other parts refer to.
struct Reading {
    /// By id: every language with its values.
    texts: BTreeMap<String, Vec<String>>,
    /// By list: name, label and other columns of each choice.
    lists: BTreeMap<String, Vec<String>>,
    /// Nodes made only to hand a repeat the count that a question gives, with that question's path.
    counts: BTreeMap<String, String>,
}

impl Reading {
    fn of(model: Node<'_, '_>) -> Self {
        let mut reading = Self {
            texts: BTreeMap::new(),
            lists: BTreeMap::new(),
            counts: BTreeMap::new(),
        };
        for translation in model
            .descendants()
            .filter(|node| node.tag_name().name() == "translation")
        {
            let language = translation.attribute("lang").unwrap_or_default();
            for entry in translation.children().filter(Node::is_element) {
                let mut values: Vec<String> = entry
                    .children()
                    .filter(Node::is_element)
                    .map(|value| element(value, Order::Kept))
                    .collect();
                values.sort();
                reading
                    .texts
                    .entry(entry.attribute("id").unwrap_or_default().to_owned())
                    .or_default()
                    .push(format!("{language}: {}", values.concat()));
            }
        }
        for instance in model.children().filter(|node| {
            node.tag_name().name() == "instance" && node.has_attribute("id") && !node.has_attribute("src")
        }) {
            let items = instance
                .descendants()
                .filter(|node| node.tag_name().name() == "item")
                .map(|item| reading.item(item))
                .collect();
            reading
                .lists
                .insert(instance.attribute("id").unwrap_or_default().to_owned(), items);
        }
        for bind in model.children().filter(|node| node.tag_name().name() == "bind") {
            let (path, value) = (
                bind.attribute("nodeset").unwrap_or_default(),
                bind.attribute("calculate").unwrap_or_default().trim(),
            );
            if path.ends_with("_count") && value.starts_with('/') && !value.contains(' ') {
                reading.counts.insert(path.to_owned(), value.to_owned());
            }
        }
        reading
    }

    fn item(&self, item: Node<'_, '_>) -> String {
        let mut columns: Vec<String> = item
            .children()
            .filter(Node::is_element)
            .map(|column| match column.tag_name().name() {
                "itextId" => format!("label {}", self.text_of(&text(column))),
                "label" => format!("label {}", self.shown(column)),
                "value" => format!("name {}", text(column)),
                name => format!("{name} {}", text(column)),
            })
            .collect();
        columns.sort();
        columns.join("; ")
    }

    fn text_of(&self, id: &str) -> String {
        self.texts
            .get(id)
            .map(|values| values.join(" "))
            .unwrap_or_default()
    }

    /// A label or hint with its texts in place.
    fn shown(&self, node: Node<'_, '_>) -> String {
        let id = node
            .attribute("ref")
            .and_then(|reference| reference.trim().strip_prefix("jr:itext('")?.strip_suffix("')"));
        id.map_or_else(
            || element(node, Order::Kept).replace("<label></label>", ""),
            |id| self.text_of(id),
        )
    }

    fn bind(&self, bind: Node<'_, '_>) -> Option<String> {
        let path = bind.attribute("nodeset").unwrap_or_default();
        // The instance id was calculated before it was preloaded.
        if self.counts.contains_key(path) || path.ends_with("/meta/instanceID") {
            return None;
        }
        let mut attributes: Vec<String> = bind
            .attributes()
            .map(|attribute| match (attribute.name(), attribute.value()) {
                ("type", "select1" | "select") => "type=string".to_owned(),
                (name, value) if value.starts_with("jr:itext('") => {
                    let id = value.trim_start_matches("jr:itext('").trim_end_matches("')");
                    format!("{name}={}", absolute(&self.text_of(id), path))
                }
                (name, value) if name.ends_with("Msg") => format!("{name}={}", collapsed(value)),
                (name, value) => format!("{name}={}", tight(&absolute(value, path))),
            })
            .collect();
        attributes.sort();
        Some(attributes.join(" "))
    }

    /// Nodes by path; the first instance of a repeat says no more than its template.
    fn nodes(&self, node: Node<'_, '_>, above: &str, nodes: &mut Vec<String>) {
        let path = format!("{above}/{}", node.tag_name().name());
        if self.counts.contains_key(&path) || nodes.iter().any(|known| known.split(' ').next() == Some(&path))
        {
            return;
        }
        let is_leaf = !node.children().any(|child| child.is_element());
        let value = if is_leaf { text(node) } else { String::new() };
        nodes.push(format!("{path} {value}"));
        node.children()
            .filter(Node::is_element)
            .for_each(|child| self.nodes(child, &path, nodes));
    }

    fn control(&self, node: Node<'_, '_>, body: &mut Vec<String>) {
        let path = node
            .attribute("ref")
            .or(node.attribute("nodeset"))
            .unwrap_or_default();
        match node.tag_name().name() {
            name @ ("label" | "hint") => {
                let within = node
                    .parent()
                    .and_then(|control| control.attribute("ref"))
                    .unwrap_or_default();
                let shown = absolute(&self.shown(node), within);
                if !shown.is_empty() {
                    body.push(format!("{name} {shown}"));
                }
            }
            "item" => body.push(self.item(node)),
            "itemset" => {
                let list = path
                    .strip_prefix("instance('")
                    .and_then(|list| list.strip_suffix("')/root/item"));
                match list.and_then(|list| self.lists.get(list)) {
                    Some(items) => body.extend(items.iter().cloned()),
                    None => body.push(format!("itemset {}", tight(path))),
                }
            }
            name => {
                let mut attributes: Vec<String> = node
                    .attributes()
                    .map(|attribute| {
                        let value = self
                            .counts
                            .get(attribute.value().trim())
                            .map_or(attribute.value(), String::as_str);
                        format!("{}={}", attribute.name(), tight(&absolute(value, path)))
                    })
                    .collect();
                attributes.sort();
                body.push(format!("{name} {}", attributes.join(" ")));
                node.children()
                    .filter(Node::is_element)
                    .for_each(|child| self.control(child, body));
            }
        }
    }
}

/// Writes `../a` and `current()/../a` as the path they mean when read at `path`.
fn absolute(expression: &str, path: &str) -> String {
    let mut written = String::new();
    let mut rest = expression;
    while let Some(at) = rest.find("../") {
        let climbing = rest[at..].trim_start_matches("../");
        let steps = (rest.len() - at - climbing.len()) / 3;
        let mut above = path;
        for _ in 0..steps {
            above = above.rsplit_once('/').map_or("", |(above, _)| above);
        }
        let before = rest[..at].strip_suffix("current()/").unwrap_or(&rest[..at]);
        written.push_str(before);
        written.push_str(above);
        written.push('/');
        rest = climbing;
    }
    written + rest
}
