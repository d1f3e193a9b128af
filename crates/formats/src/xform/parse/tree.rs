//! The primary instance: its structure, templates and starting values.

use std::sync::Arc;

use roxmltree::Node;

use super::{JAVAROSA, local};
use crate::{
    xform::{
        FormError,
        form::{Bind, Def, DefId, RepeatRule},
    },
    xpath::{Doc, Expr, NodeId},
};

/// Deepest nesting of elements that is accepted anywhere.
const DEEPEST: usize = 60;

/// Most nodes an instance or one of a form's secondary instances may have.
pub(in crate::xform) const MOST_NODES: usize = 3_000_000;

/// The structure while it is found out.
pub(super) struct Builder {
    pub defs: Vec<Def>,
    /// The primary instance as written, templates included.
    doc: Doc,
    templates: Vec<NodeId>,
}

pub(super) fn defs_of(primary: Node) -> Result<Builder, FormError> {
    let name: Arc<str> = primary.tag_name().name().into();
    let path: Arc<str> = format!("/{name}").into();
    let root = Def {
        name: name.clone(),
        parent: None,
        children: Vec::new(),
        attributes: Vec::new(),
        attribute: None,
        path,
        namespace: None,
        bind: Bind::default(),
        repeat: None,
    };
    let mut builder = Builder {
        defs: vec![root],
        doc: Doc::new(),
        templates: Vec::new(),
    };
    let top = builder.doc.add_element(0, name, own_text(primary), 0);
    builder.attributes(0, primary, top);
    let own = primary.tag_name().namespace();
    let mut stack: Vec<(Node, NodeId, DefId, usize)> = vec![(primary, top, 0, 1)];
    while let Some((source, target, def, depth)) = stack.pop() {
        if depth > DEEPEST {
            return Err(FormError::new(
                "instance",
                format!("nests more than {DEEPEST} levels deep"),
            ));
        }
        for child in source.children().filter(Node::is_element) {
            let child_def = builder.child(def, child, own);
            let node = builder.doc.add_element(
                target,
                builder.defs[child_def as usize].name.clone(),
                own_text(child),
                child_def,
            );
            builder.attributes(child_def, child, node);
            if child.attribute((JAVAROSA, "template")).is_some() {
                builder.templates.push(node);
            }
            stack.push((child, node, child_def, depth + 1));
        }
    }
    builder.doc.reorder();
    Ok(builder)
}

impl Builder {
    fn child(&mut self, parent: DefId, node: Node, own: Option<&str>) -> DefId {
        let name = node.tag_name().name();
        let known = self.defs[parent as usize]
            .children
            .iter()
            .copied()
            .find(|&c| *self.defs[c as usize].name == *name);
        known.unwrap_or_else(|| {
            let def = DefId::try_from(self.defs.len()).unwrap_or(DefId::MAX);
            let path = format!("{}/{name}", self.defs[parent as usize].path).into();
            let namespace = node
                .tag_name()
                .namespace()
                .filter(|ns| Some(*ns) != own)
                .map(Into::into);
            self.defs.push(Def {
                name: name.into(),
                parent: Some(parent),
                children: Vec::new(),
                attributes: Vec::new(),
                attribute: None,
                path,
                namespace,
                bind: Bind::default(),
                repeat: None,
            });
            self.defs[parent as usize].children.push(def);
            def
        })
    }

    /// Copies an element's attributes, each with a definition; a template's mark is the form's own affair.
    fn attributes(&mut self, def: DefId, element: Node, target: NodeId) {
        for attribute in element.attributes() {
            let node = self
                .doc
                .add_attribute(target, attribute.name().into(), attribute.value().to_owned());
            if attribute.namespace() == Some(JAVAROSA) {
                continue;
            }
            let known = self.defs[def as usize]
                .attributes
                .iter()
                .copied()
                .find(|&a| *self.defs[a as usize].name == *attribute.name());
            let own = known.unwrap_or_else(|| {
                let own = DefId::try_from(self.defs.len()).unwrap_or(DefId::MAX);
                let path = format!("{}/@{}", self.defs[def as usize].path, attribute.name()).into();
                self.defs.push(Def {
                    name: attribute.name().into(),
                    parent: Some(def),
                    children: Vec::new(),
                    attributes: Vec::new(),
                    attribute: Some(attribute.value().into()),
                    path,
                    namespace: attribute.namespace().map(Into::into),
                    bind: Bind::default(),
                    repeat: None,
                });
                self.defs[def as usize].attributes.push(own);
                own
            });
            self.doc.set_tag(node, own);
        }
    }

    /// Makes a definition a repeat; its template is the marked one, or else its first instance.
    pub fn make_repeat(&mut self, def: DefId, count: Option<Expr>, fixed: bool) {
        let of_def = |n: &NodeId| self.doc.tag(*n) == def;
        let marked = self.templates.iter().copied().find(of_def);
        let Some(source) = marked.or_else(|| self.doc.descendants(0).find(of_def)) else {
            return;
        };
        let mut template = Doc::new();
        template.graft(0, None, &self.doc, source);
        if marked.is_none() {
            // The first instance gives its shape; what it holds is its own.
            for node in template.descendants(0).collect::<Vec<_>>() {
                template.set_value(node, "");
            }
        }
        // A fresh instance starts with one instance of each repeat inside it, as the template shows, less inner templates.
        let inner: Vec<_> = template
            .descendants(0)
            .skip(2)
            .filter(|&n| template.attribute(n, "template").is_some())
            .collect();
        inner.into_iter().for_each(|n| template.remove(n));
        template.reorder();
        self.defs[def as usize].repeat = Some(RepeatRule {
            template,
            count,
            fixed,
            awaits: Vec::new(),
        });
    }

    /// Returns the primary instance as a new submission starts.
    pub fn start(&self) -> Doc {
        let mut doc = Doc::new();
        let Some(root) = self.doc.root() else { return doc };
        let mut whole = self.doc.clone();
        for &template in &self.templates {
            if self.defs[whole.tag(template) as usize].repeat.is_some() {
                whole.remove(template);
            }
        }
        doc.graft(0, None, &whole, root);
        doc.reorder();
        doc
    }
}

/// Copies an XML element below `parent`, attributes and all.
pub(in crate::xform) fn copy_xml(element: Node, doc: &mut Doc, parent: NodeId) -> Result<(), String> {
    let mut names: std::collections::HashMap<&str, Arc<str>> = std::collections::HashMap::new();
    let first: Arc<str> = local(element).into();
    names.insert(local(element), first.clone());
    let mut depth = 0;
    let mut target = doc.add_element(parent, first, own_text(element), u32::MAX);
    copy_attributes(element, doc, target);
    let mut source = element;
    'walk: loop {
        let mut next = source.first_element_child();
        if next.is_some() {
            depth += 1;
        } else {
            loop {
                if source == element {
                    break 'walk;
                }
                if let Some(sibling) = source.next_sibling_element() {
                    next = Some(sibling);
                    target = doc.parent(target).unwrap_or(parent);
                    break;
                }
                source = source.parent_element().unwrap_or(element);
                target = doc.parent(target).unwrap_or(parent);
                depth -= 1;
            }
        }
        if depth > DEEPEST {
            return Err(format!("nests more than {DEEPEST} levels deep"));
        }
        if doc.len() > MOST_NODES {
            return Err(format!("has more than {MOST_NODES} nodes"));
        }
        let Some(node) = next else { break };
        let name = names
            .entry(node.tag_name().name())
            .or_insert_with(|| Arc::from(node.tag_name().name()))
            .clone();
        target = doc.add_element(target, name, own_text(node), u32::MAX);
        copy_attributes(node, doc, target);
        source = node;
    }
    Ok(())
}

fn copy_attributes(source: Node, doc: &mut Doc, target: NodeId) {
    for attribute in source.attributes() {
        doc.add_attribute(target, attribute.name().into(), attribute.value().to_owned());
    }
}

/// Returns the text of an element without children; layout between children is no value.
fn own_text(node: Node) -> String {
    if node.children().any(|c| c.is_element()) {
        return String::new();
    }
    let text: String = node
        .children()
        .filter(Node::is_text)
        .filter_map(|n| n.text())
        .collect();
    text.trim().to_owned()
}
