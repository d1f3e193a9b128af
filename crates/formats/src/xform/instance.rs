//! The answers of one person: started, resumed, changed, written.

use std::{fmt::Write, sync::Arc};

use super::{
    FormError,
    actions::Event,
    form::{DataType, Def, DefId, Form, QuestionKind},
    parse::OPENROSA,
    text::{Speaker, nearest},
};
use crate::xpath::{Doc, Env, NodeId, Value, World};

/// Most instances one repeat may have.
pub(super) const MOST_REPEATS: usize = 2_000;

/// Most nodes a submission may have.
const MOST_NODES: usize = 400_000;

/// A tag for nodes the form does not know.
pub(super) const UNKNOWN: u32 = u32::MAX;

/// One filling of a form.
#[derive(Debug, Clone)]
pub struct Instance {
    pub(super) doc: Doc,
    pub(super) troubles: Vec<Trouble>,
    /// Branches whose rules do not know them, by node.
    pub(super) unknown: Vec<NodeId>,
    /// Whether each definition is a repeat, so that paths number its entries.
    repeated: Arc<[bool]>,
}

/// An expression that could not be evaluated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// Where: `/data/member[2]/age`.
    pub path: String,
    pub message: String,
}

/// Which nodes are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// Only relevant nodes, as a submission wants.
    Relevant,
    /// Everything, so that a draft forgets nothing when an answer is changed back.
    All,
}

impl Instance {
    /// Starts a new filling: defaults, preloads, first-load actions, an instance id, everything calculated.
    pub fn new(form: &Form, env: &Env) -> Self {
        let mut instance = Self {
            doc: form.start.clone(),
            troubles: Vec::new(),
            unknown: Vec::new(),
            repeated: form.repeated.clone(),
        };
        env.refuel();
        instance.preload(form, env, Preload::Start);
        instance.identify(env);
        instance.recalculate(form, env);
        instance.fire(form, env, Event::FirstLoad, None);
        instance.fire(form, env, Event::Load, None);
        instance.recalculate(form, env);
        instance
    }

    /// Reads a submission or draft; nodes the form does not know are kept aside, absent ones are added blank.
    pub fn read(form: &Form, xml: &str) -> Result<Self, FormError> {
        let document = roxmltree::Document::parse(xml)
            .map_err(|e| FormError::new("the submission", format!("is not well-formed XML: {e}")))?;
        Self::read_element(form, document.root_element())
    }

    /// Like [`Instance::read`], of a document already parsed.
    pub(crate) fn read_element(form: &Form, root: roxmltree::Node) -> Result<Self, FormError> {
        let root_def = &form.defs[0];
        if root.tag_name().name() != &*root_def.name {
            let message = format!(
                "begins with <{}>, but the form's answers begin with <{}>",
                root.tag_name().name(),
                root_def.name
            );
            return Err(FormError::new("the submission", message));
        }
        let mut doc = Doc::new();
        let mut unknown = Vec::new();
        let mut stack: Vec<(Option<roxmltree::Node>, DefId, NodeId)> = vec![(Some(root), 0, 0)];
        let mut children: Vec<(usize, Option<roxmltree::Node>, DefId)> = Vec::new();
        while let Some((source, def, parent)) = stack.pop() {
            if doc.len() > MOST_NODES {
                return Err(FormError::new(
                    "the submission",
                    format!("has more than {MOST_NODES} nodes"),
                ));
            }
            if def == UNKNOWN {
                if let Some(source) = source {
                    let node =
                        doc.add_element(parent, source.tag_name().name().into(), own_text(source), UNKNOWN);
                    unknown.push(node);
                }
                continue;
            }
            let rules = form.def(def);
            let value = source
                .map(|s| {
                    if rules.children.is_empty() {
                        own_text(s)
                    } else {
                        String::new()
                    }
                })
                .unwrap_or_default();
            let node = doc.add_element(parent, rules.name.clone(), value, def);
            add_attributes(form, rules, source, &mut doc, node);
            children.clear();
            let mut expected = 0;
            for child in source
                .iter()
                .flat_map(|s| s.children())
                .filter(roxmltree::Node::is_element)
            {
                let name = child.tag_name().name();
                let at = |i: usize| rules.children.get(i).is_some_and(|&c| *form.def(c).name == *name);
                // Submissions keep the form's order, so the guess is nearly always right.
                let found = if at(expected) || (expected > 0 && at(expected - 1)) {
                    Some(if at(expected) { expected } else { expected - 1 })
                } else {
                    (0..rules.children.len()).find(|&i| at(i))
                };
                match found {
                    Some(i) => {
                        expected = i + 1;
                        children.push((i, Some(child), rules.children[i]));
                    }
                    None if child.attribute((super::parse::JAVAROSA, "template")).is_none() => {
                        children.push((usize::MAX, Some(child), UNKNOWN));
                    }
                    None => {}
                }
            }
            if children.len() < rules.children.len()
                || rules.children.iter().any(|&c| form.def(c).repeat.is_some())
            {
                for (i, &c) in rules.children.iter().enumerate() {
                    if form.def(c).repeat.is_none() && !children.iter().any(|(at, _, _)| *at == i) {
                        children.push((i, None, c));
                    }
                }
            }
            children.sort_by_key(|(at, _, _)| *at);
            stack.extend(children.iter().rev().map(|&(_, source, def)| (source, def, node)));
        }
        Ok(Self {
            doc,
            troubles: Vec::new(),
            unknown,
            repeated: form.repeated.clone(),
        })
    }

    /// Opens a draft again.
    pub fn resume(form: &Form, env: &Env, xml: &str) -> Result<Self, FormError> {
        let mut instance = Self::read(form, xml)?;
        env.refuel();
        instance.fire(form, env, Event::Load, None);
        instance.recalculate(form, env);
        Ok(instance)
    }

    /// Marks the end of filling: end times are noted and the instance gets an id if it has none.
    pub fn finish(&mut self, form: &Form, env: &Env) {
        env.refuel();
        self.preload(form, env, Preload::End);
        self.identify(env);
        self.recalculate(form, env);
    }

    /// Returns the instance id: `uuid:…`.
    pub fn id(&self) -> Option<&str> {
        self.meta("instanceID")
    }

    /// Returns a value of the `meta` block; `None` when absent or blank.
    pub fn meta(&self, name: &str) -> Option<&str> {
        let meta = self.doc.children_named(self.doc.root()?, "meta").next()?;
        self.doc.child_value(meta, name).filter(|v| !v.is_empty())
    }

    /// Gives a value of the `meta` block, such as `deprecatedID` of an edit; false when the form has no such node.
    pub fn set_meta(&mut self, name: &str, value: &str) -> bool {
        let meta = self
            .doc
            .root()
            .and_then(|r| self.doc.children_named(r, "meta").next());
        let Some(node) = meta.and_then(|m| self.doc.children_named(m, name).next()) else {
            return false;
        };
        self.doc.set_value(node, value);
        true
    }

    /// Lists the files the answers name: what upload questions hold, and the audit log.
    pub fn file_names(&self, form: &Form) -> Vec<String> {
        let mut names = Vec::new();
        for node in self.doc.descendants(0).skip(1) {
            let tag = self.doc.tag(node);
            let of_upload = form
                .questions
                .get(&tag)
                .is_some_and(|q| matches!(q.kind, QuestionKind::Upload { .. }));
            let value = self.doc.value(node);
            let named = of_upload
                || self.doc.name(node) == "audit"
                || form
                    .defs
                    .get(tag as usize)
                    .is_some_and(|d| d.bind.data_type == DataType::Binary);
            if named && !value.is_empty() && self.doc.child(node).is_none() {
                names.push(value.to_owned());
            }
        }
        names.sort();
        names.dedup();
        names
    }

    /// Finds a node by its path: `/data/member[2]/age`; a missing number means the first.
    pub fn find(&self, path: &str) -> Option<NodeId> {
        let mut at = 0;
        for step in path.strip_prefix('/')?.split('/') {
            if let Some(name) = step.strip_prefix('@') {
                at = self.doc.attributes(at).find(|&a| self.doc.name(a) == name)?;
                continue;
            }
            let (name, number) = match step.split_once('[') {
                Some((name, number)) => (name, number.strip_suffix(']')?.parse::<usize>().ok()?),
                None => (step, 1),
            };
            at = self.doc.children_named(at, name).nth(number.checked_sub(1)?)?;
        }
        (at != 0).then_some(at)
    }

    /// Writes where a node stands, with the number of every repeat entry: `/data/member[1]/age`.
    pub fn path(&self, node: NodeId) -> String {
        self.doc.path(node, |tag| {
            self.repeated.get(tag as usize).copied().unwrap_or(false)
        })
    }

    /// Returns the definition of a node of the form.
    pub fn def(&self, node: NodeId) -> DefId {
        self.doc.tag(node)
    }

    pub fn value(&self, node: NodeId) -> &str {
        self.doc.value(node)
    }

    /// Returns the value at a path, "" when there is none.
    pub fn value_at(&self, path: &str) -> &str {
        self.find(path).map_or("", |node| self.doc.value(node))
    }

    /// Tells whether a node counts: neither it nor an ancestor has been made irrelevant.
    pub fn is_relevant(&self, node: NodeId) -> bool {
        !self.doc.is_hidden(node)
    }

    /// Returns what went wrong in the last recalculation.
    pub fn troubles(&self) -> &[Trouble] {
        &self.troubles
    }

    /// Gives an answer and sets off what hangs on its change; [`Instance::recalculate`] must follow.
    pub fn set(&mut self, form: &Form, env: &Env, node: NodeId, value: &str) {
        if self.doc.value(node) == value {
            return;
        }
        self.doc.set_value(node, value);
        self.fire(form, env, Event::ValueChanged, Some(node));
    }

    /// Lists the instances of a repeat below a node.
    pub fn repeats(&self, parent: NodeId, def: DefId) -> Vec<NodeId> {
        self.doc
            .children(parent)
            .filter(|&n| self.doc.tag(n) == def)
            .collect()
    }

    /// Adds a fresh instance of a repeat after the others; [`Instance::recalculate`] must follow.
    pub fn add_repeat(
        &mut self,
        form: &Form,
        env: &Env,
        parent: NodeId,
        def: DefId,
    ) -> Result<NodeId, FormError> {
        let Some(rule) = &form.def(def).repeat else {
            return Err(FormError::new(form.path(def), "is not a repeat"));
        };
        let siblings = self.repeats(parent, def);
        if siblings.len() >= MOST_REPEATS || self.doc.len() + rule.template.len() > MOST_NODES {
            return Err(FormError::new(
                form.path(def),
                format!("already has {} entries; no more can be added", siblings.len()),
            ));
        }
        let order = &form.def(form.def(def).parent.unwrap_or(0)).children;
        let place = |d: DefId| order.iter().position(|&c| c == d);
        let after = siblings.last().copied().or_else(|| {
            self.doc
                .children(parent)
                .filter(|&n| place(self.doc.tag(n)) < place(def) && place(self.doc.tag(n)).is_some())
                .last()
        });
        let Some(template) = rule.template.root() else {
            return Err(FormError::new(form.path(def), "has no template"));
        };
        let node = self.doc.graft(parent, after, &rule.template, template);
        self.doc.reorder();
        self.fire(form, env, Event::NewRepeat, Some(node));
        Ok(node)
    }

    /// Removes an instance of a repeat; [`Instance::recalculate`] must follow.
    pub fn remove_repeat(&mut self, node: NodeId) {
        self.doc.remove(node);
        self.doc.reorder();
    }

    /// Writes the instance as submission XML.
    pub fn to_xml(&self, form: &Form, keep: Keep) -> String {
        let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
        let Some(root) = self.doc.root() else { return out };
        let mut stack = vec![(root, false)];
        while let Some((node, opened)) = stack.pop() {
            let known = (self.doc.tag(node) != UNKNOWN).then(|| form.def(self.doc.tag(node)));
            let prefix = if known.and_then(|d| d.namespace.as_deref()) == Some(OPENROSA) {
                "orx:"
            } else {
                ""
            };
            let name = self.doc.name(node);
            if opened {
                let _ = write!(out, "</{prefix}{name}>");
                continue;
            }
            if known.is_none() || keep == Keep::Relevant && self.doc.is_hidden(node) {
                continue;
            }
            let _ = write!(out, "<{prefix}{name}");
            if node == root {
                self.write_root_attributes(form, &mut out);
            }
            self.write_attributes(form, keep, node, &mut out);
            let value = self.doc.value(node);
            if value.is_empty() && self.doc.child(node).is_none() {
                out.push_str("/>");
                continue;
            }
            out.push('>');
            escape(value, &mut out);
            stack.push((node, true));
            let children: Vec<_> = self.doc.children(node).collect();
            stack.extend(children.into_iter().rev().map(|c| (c, false)));
        }
        out
    }

    fn write_root_attributes(&self, form: &Form, out: &mut String) {
        let mut attribute = |name: &str, value: &str| {
            let _ = write!(out, " {name}=\"");
            escape(value, out);
            out.push('"');
        };
        if let Some(namespace) = &form.namespace {
            attribute("xmlns", namespace);
        }
        if form.defs.iter().any(|d| d.namespace.as_deref() == Some(OPENROSA)) {
            attribute("xmlns:orx", OPENROSA);
        }
        attribute("id", &form.id);
        if !form.version.is_empty() {
            attribute("version", &form.version);
        }
    }

    /// Writes the attributes that the form knows, those of other namespaces left out.
    fn write_attributes(&self, form: &Form, keep: Keep, node: NodeId, out: &mut String) {
        for attribute in self.doc.attributes(node) {
            let known = form.defs.get(self.doc.tag(attribute) as usize);
            if known.is_none_or(|d| d.namespace.is_some())
                || keep == Keep::Relevant && self.doc.is_hidden(attribute)
                || self.doc.parent(node) == Some(0) && matches!(self.doc.name(attribute), "id" | "version")
            {
                continue;
            }
            let _ = write!(out, " {}=\"", self.doc.name(attribute));
            escape(self.doc.value(attribute), out);
            out.push('"');
        }
    }

    fn preload(&mut self, form: &Form, env: &Env, when: Preload) {
        for node in self.doc.descendants(0).collect::<Vec<_>>() {
            let Some(def) = form.defs.get(self.doc.tag(node) as usize) else {
                continue;
            };
            let Some((kind, parameter)) = &def.bind.preload else {
                continue;
            };
            let value = match (kind.as_str(), parameter.as_str(), when) {
                ("timestamp", "end", Preload::End) | ("timestamp", "start", Preload::Start) => {
                    env.now.date_time()
                }
                ("date", "today", Preload::Start) => env.now.date(),
                ("uid", _, Preload::Start) => format!("uuid:{}", env.uuid()),
                ("property", name, Preload::Start) => env.properties.get(name).cloned().unwrap_or_default(),
                _ => continue,
            };
            self.doc.set_value(node, value);
        }
    }

    fn identify(&mut self, env: &Env) {
        let Some(root) = self.doc.root() else { return };
        let meta = self.doc.children_named(root, "meta").next();
        let node = meta.and_then(|m| self.doc.children_named(m, "instanceID").next());
        if let Some(node) = node.filter(|&n| self.doc.value(n).is_empty()) {
            self.doc.set_value(node, format!("uuid:{}", env.uuid()));
        }
    }

    /// Runs the actions of an event; `at` is the changed question or the new repeat.
    pub(super) fn fire(&mut self, form: &Form, env: &Env, event: Event, at: Option<NodeId>) {
        for action in form.actions.iter().filter(|a| a.event == event) {
            let targets = match (event, at) {
                (Event::ValueChanged, Some(changed)) if action.trigger != Some(self.doc.tag(changed)) => {
                    continue;
                }
                (Event::NewRepeat, Some(new)) if !is_below(form, action.target, self.doc.tag(new)) => {
                    continue;
                }
                (Event::NewRepeat, Some(new)) => self.below(new, action.target),
                (_, Some(near)) => nearest(form, &self.doc, near, action.target)
                    .into_iter()
                    .collect(),
                (_, None) => self.below(0, action.target),
            };
            for target in targets {
                let value = match &action.value {
                    None => Ok(action.fixed.clone()),
                    Some(expr) => self.evaluate(form, env, expr, target),
                };
                match value {
                    Ok(value) => self.doc.set_value(target, value),
                    Err(message) => self.troubles.push(Trouble {
                        path: self.path(target),
                        message,
                    }),
                }
            }
        }
    }

    fn evaluate(
        &self,
        form: &Form,
        env: &Env,
        expr: &crate::xpath::Expr,
        node: NodeId,
    ) -> Result<String, String> {
        let speaker = Speaker { form, language: 0 };
        let world = World {
            main: &self.doc,
            instances: &form.instances,
            env,
            texts: &speaker,
        };
        match world.evaluate(expr, node).map_err(|e| e.0)? {
            Value::Number(n) if n.is_nan() => Ok(String::new()),
            value => Ok(value.to_text(&world).into_owned()),
        }
    }

    /// Lists the nodes of a definition at or below a node, attributes included.
    fn below(&self, top: NodeId, def: DefId) -> Vec<NodeId> {
        self.doc
            .descendants(top)
            .flat_map(|n| std::iter::once(n).chain(self.doc.attributes(n)))
            .filter(|&n| self.doc.tag(n) == def)
            .collect()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Preload {
    Start,
    End,
}

fn is_below(form: &Form, def: DefId, top: DefId) -> bool {
    std::iter::successors(Some(def), |&d| form.def(d).parent).any(|d| d == top)
}

/// Gives a node the attributes of its element; those the form knows and the element lacks start as the form says.
fn add_attributes(form: &Form, rules: &Def, source: Option<roxmltree::Node>, doc: &mut Doc, node: NodeId) {
    let written =
        |name: &str| source.and_then(|s| s.attributes().find(|a| a.name() == name).map(|a| a.value()));
    for &def in &rules.attributes {
        let own = form.def(def);
        let value = written(&own.name)
            .or(own.attribute.as_deref())
            .unwrap_or_default();
        let attribute = doc.add_attribute(node, own.name.clone(), value.to_owned());
        doc.set_tag(attribute, def);
    }
    if rules.parent.is_none() {
        let of_form = |name: &str| rules.attributes.iter().any(|&d| *form.def(d).name == *name);
        for more in source
            .iter()
            .flat_map(|s| s.attributes())
            .filter(|a| !of_form(a.name()))
        {
            doc.add_attribute(node, more.name().into(), more.value().to_owned());
        }
    }
}

fn own_text(node: roxmltree::Node) -> String {
    let mut texts = node
        .children()
        .filter(roxmltree::Node::is_text)
        .filter_map(|n| n.text());
    let Some(first) = texts.next() else {
        return String::new();
    };
    texts
        .fold(first.to_owned(), |all, more| all + more)
        .trim()
        .to_owned()
}

/// Escapes text for element content and attribute values; characters XML forbids become spaces.
pub(crate) fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' => out.push(c),
            '\r' => out.push_str("&#13;"),
            c if c < ' ' || c == '\u{fffe}' || c == '\u{ffff}' => out.push(' '),
            c => out.push(c),
        }
    }
}
