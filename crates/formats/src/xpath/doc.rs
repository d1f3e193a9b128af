//! An arena of elements and attributes: what expressions walk over.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex},
};

/// Position of a node in its [`Doc`]; the document itself is 0.
pub type NodeId = u32;

const NONE: u32 = u32::MAX;

/// A node of one of the documents an expression can see; document 0 is the primary instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeRef {
    pub doc: u32,
    pub node: NodeId,
}

impl NodeRef {
    /// Refers to a node of the primary instance.
    pub fn main(node: NodeId) -> Self {
        Self { doc: 0, node }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Document,
    Element,
    Attribute,
}

#[derive(Debug, Clone)]
struct Slot {
    kind: Kind,
    hidden: bool,
    name: Arc<str>,
    value: String,
    parent: u32,
    first_child: u32,
    last_child: u32,
    next: u32,
    first_attribute: u32,
    tag: u32,
}

/// A tree of named elements that hold a value or children; nodes are never reused, only detached.
pub struct Doc {
    slots: Vec<Slot>,
    /// Place of each node in document order, renewed after every structural change.
    order: Vec<u32>,
    index: Mutex<HashMap<(NodeId, String), Arc<ByValue>>>,
}

/// Children of one node by the value of one of their own children.
type ByValue = HashMap<String, Vec<NodeId>>;

impl Doc {
    /// Starts a document with nothing in it.
    pub fn new() -> Self {
        let document = Slot {
            kind: Kind::Document,
            hidden: false,
            name: "".into(),
            value: String::new(),
            parent: NONE,
            first_child: NONE,
            last_child: NONE,
            next: NONE,
            first_attribute: NONE,
            tag: NONE,
        };
        Self {
            slots: vec![document],
            order: vec![0],
            index: Mutex::default(),
        }
    }

    /// Returns the number of nodes ever added, attributes and detached nodes included.
    pub fn len(&self) -> usize {
        self.slots.len()
    }

    /// Tells whether the document has no element.
    pub fn is_empty(&self) -> bool {
        self.slots.len() == 1
    }

    /// Returns the document element.
    pub fn root(&self) -> Option<NodeId> {
        self.child(0)
    }

    /// Appends an element as the last child of `parent`.
    ///
    /// Called in document order while a document is made; later, [`Doc::reorder`] must follow.
    pub fn add_element(&mut self, parent: NodeId, name: Arc<str>, value: String, tag: u32) -> NodeId {
        let node = self.push(Kind::Element, parent, name, value, tag);
        let last = self.slots[parent as usize].last_child;
        if last == NONE {
            self.slots[parent as usize].first_child = node;
        } else {
            self.slots[last as usize].next = node;
        }
        self.slots[parent as usize].last_child = node;
        self.order.push(node);
        node
    }

    /// Adds an attribute to an element.
    pub fn add_attribute(&mut self, parent: NodeId, name: Arc<str>, value: String) -> NodeId {
        let node = self.push(Kind::Attribute, parent, name, value, NONE);
        match self.attributes(parent).last() {
            Some(last) => self.slots[last as usize].next = node,
            None => self.slots[parent as usize].first_attribute = node,
        }
        self.order.push(node);
        node
    }

    /// Inserts a new element right after `sibling`; call [`Doc::reorder`] when the change is complete.
    pub fn insert_after(&mut self, sibling: NodeId, name: Arc<str>, value: String, tag: u32) -> NodeId {
        let parent = self.slots[sibling as usize].parent;
        let node = self.push(Kind::Element, parent, name, value, tag);
        self.slots[node as usize].next = self.slots[sibling as usize].next;
        self.slots[sibling as usize].next = node;
        if self.slots[parent as usize].last_child == sibling {
            self.slots[parent as usize].last_child = node;
        }
        self.order.push(node);
        node
    }

    /// Inserts a new element as the first child; call [`Doc::reorder`] when the change is complete.
    pub fn insert_first(&mut self, parent: NodeId, name: Arc<str>, value: String, tag: u32) -> NodeId {
        let node = self.push(Kind::Element, parent, name, value, tag);
        self.slots[node as usize].next = self.slots[parent as usize].first_child;
        self.slots[parent as usize].first_child = node;
        if self.slots[parent as usize].last_child == NONE {
            self.slots[parent as usize].last_child = node;
        }
        self.order.push(node);
        node
    }

    /// Detaches an element with everything below it.
    pub fn remove(&mut self, node: NodeId) {
        let (parent, next) = (self.slots[node as usize].parent, self.slots[node as usize].next);
        if parent == NONE {
            return;
        }
        let mut before = NONE;
        let mut at = self.slots[parent as usize].first_child;
        while at != node && at != NONE {
            before = at;
            at = self.slots[at as usize].next;
        }
        if before == NONE {
            self.slots[parent as usize].first_child = next;
        } else {
            self.slots[before as usize].next = next;
        }
        if self.slots[parent as usize].last_child == node {
            self.slots[parent as usize].last_child = before;
        }
        self.slots[node as usize].next = NONE;
        self.slots[node as usize].parent = NONE;
    }

    /// Renews document order after insertions.
    pub fn reorder(&mut self) {
        let mut n = 0;
        let mut stack = vec![0];
        while let Some(node) = stack.pop() {
            self.order[node as usize] = n;
            n += 1;
            let attributes: Vec<_> = self.attributes(node).collect();
            for attribute in attributes {
                self.order[attribute as usize] = n;
                n += 1;
            }
            let children: Vec<_> = self.children(node).collect();
            stack.extend(children.into_iter().rev());
        }
    }

    pub fn name(&self, node: NodeId) -> &str {
        &self.slots[node as usize].name
    }

    pub fn shared_name(&self, node: NodeId) -> Arc<str> {
        self.slots[node as usize].name.clone()
    }

    /// Returns the element's own value, which is empty where it has children.
    pub fn value(&self, node: NodeId) -> &str {
        &self.slots[node as usize].value
    }

    pub fn set_value(&mut self, node: NodeId, value: impl Into<String>) {
        self.slots[node as usize].value = value.into();
    }

    /// Returns the number the owner gave the node, `u32::MAX` when none.
    pub fn tag(&self, node: NodeId) -> u32 {
        self.slots[node as usize].tag
    }

    pub fn set_tag(&mut self, node: NodeId, tag: u32) {
        self.slots[node as usize].tag = tag;
    }

    /// Tells whether the node itself is out of sight of expressions, its ancestors left aside.
    pub fn is_hidden(&self, node: NodeId) -> bool {
        self.slots[node as usize].hidden
    }

    pub fn set_hidden(&mut self, node: NodeId, hidden: bool) {
        self.slots[node as usize].hidden = hidden;
    }

    pub fn parent(&self, node: NodeId) -> Option<NodeId> {
        some(self.slots[node as usize].parent)
    }

    pub fn is_attribute(&self, node: NodeId) -> bool {
        self.slots[node as usize].kind == Kind::Attribute
    }

    pub fn is_document(&self, node: NodeId) -> bool {
        node == 0
    }

    /// Returns the first child element.
    pub fn child(&self, node: NodeId) -> Option<NodeId> {
        some(self.slots[node as usize].first_child)
    }

    /// Returns the following sibling element.
    pub fn next(&self, node: NodeId) -> Option<NodeId> {
        if self.is_attribute(node) {
            None
        } else {
            some(self.slots[node as usize].next)
        }
    }

    pub fn children(&self, node: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        std::iter::successors(self.child(node), |&n| some(self.slots[n as usize].next))
    }

    pub fn children_named<'a>(&'a self, node: NodeId, name: &'a str) -> impl Iterator<Item = NodeId> + 'a {
        self.children(node).filter(move |&n| self.name(n) == name)
    }

    /// Returns the value of the first child with a name.
    pub fn child_value(&self, node: NodeId, name: &str) -> Option<&str> {
        self.children_named(node, name).next().map(|n| self.value(n))
    }

    pub fn attributes(&self, node: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        std::iter::successors(some(self.slots[node as usize].first_attribute), |&n| {
            some(self.slots[n as usize].next)
        })
    }

    pub fn attribute(&self, node: NodeId, name: &str) -> Option<&str> {
        self.attributes(node)
            .find(|&n| self.name(n) == name)
            .map(|n| self.value(n))
    }

    /// Returns the node after this one in document order, staying below `top`; attributes are left out.
    pub fn walk(&self, top: NodeId, node: NodeId) -> Option<NodeId> {
        if let Some(child) = self.child(node) {
            return Some(child);
        }
        self.walk_past(top, node)
    }

    /// Like [`Doc::walk`], but leaves out everything below `node`.
    pub fn walk_past(&self, top: NodeId, mut node: NodeId) -> Option<NodeId> {
        while node != top {
            if let Some(next) = some(self.slots[node as usize].next) {
                return Some(next);
            }
            node = self.parent(node)?;
        }
        None
    }

    /// Returns the node and everything below it in document order; attributes are left out.
    pub fn descendants(&self, top: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        std::iter::successors(Some(top), move |&n| self.walk(top, n))
    }

    /// Returns the ancestors of a node, nearest first, the document last.
    pub fn ancestors(&self, node: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        std::iter::successors(self.parent(node), |&n| self.parent(n))
    }

    /// Returns the place of the node in document order.
    pub fn order(&self, node: NodeId) -> u32 {
        self.order[node as usize]
    }

    /// Returns the text of an element and of everything below it that expressions can see.
    pub fn text(&self, node: NodeId) -> std::borrow::Cow<'_, str> {
        if self.child(node).is_none() {
            return self.value(node).into();
        }
        let mut out = String::new();
        let mut at = Some(node);
        while let Some(n) = at {
            if n != node && self.is_hidden(n) {
                at = self.walk_past(node, n);
                continue;
            }
            out.push_str(self.value(n));
            at = self.walk(node, n);
        }
        out.into()
    }

    /// Returns 1 plus the number of earlier siblings of the same name.
    pub fn position(&self, node: NodeId) -> usize {
        match self.parent(node) {
            Some(parent) if !self.is_attribute(node) => {
                1 + self
                    .children_named(parent, self.name(node))
                    .take_while(|&n| n != node)
                    .count()
            }
            _ => 1,
        }
    }

    /// Writes where a node stands: `/data/member[2]/age`; `numbered` says by tag which elements carry a number.
    pub fn path(&self, node: NodeId, numbered: impl Fn(u32) -> bool) -> String {
        let mut parts: Vec<String> = Vec::new();
        for n in std::iter::once(node)
            .chain(self.ancestors(node))
            .take_while(|&n| n != 0)
        {
            parts.push(if self.is_attribute(n) {
                format!("@{}", self.name(n))
            } else if numbered(self.tag(n)) {
                format!("{}[{}]", self.name(n), self.position(n))
            } else {
                self.name(n).to_owned()
            });
        }
        parts.reverse();
        format!("/{}", parts.join("/"))
    }

    /// Copies a branch of another document below `parent` (after `after`, or first), tags and all; call [`Doc::reorder`] when the change is complete.
    pub fn graft(&mut self, parent: NodeId, after: Option<NodeId>, from: &Doc, branch: NodeId) -> NodeId {
        let copy = |doc: &mut Doc, from: &Doc, source: NodeId, target: NodeId| {
            for attribute in from.attributes(source) {
                let node = doc.add_attribute(
                    target,
                    from.shared_name(attribute),
                    from.value(attribute).to_owned(),
                );
                doc.set_tag(node, from.tag(attribute));
            }
        };
        let (name, value, tag) = (
            from.shared_name(branch),
            from.value(branch).to_owned(),
            from.tag(branch),
        );
        let top = match after {
            Some(sibling) => self.insert_after(sibling, name, value, tag),
            None => self.insert_first(parent, name, value, tag),
        };
        copy(self, from, branch, top);
        let mut pending = vec![(branch, top)];
        while let Some((source, target)) = pending.pop() {
            for child in from.children(source) {
                let node = self.add_element(
                    target,
                    from.shared_name(child),
                    from.value(child).to_owned(),
                    from.tag(child),
                );
                copy(self, from, child, node);
                pending.push((child, node));
            }
        }
        top
    }

    /// Finds the children of `parent` whose own child `column` has a value, by an index made at first use.
    ///
    /// Only for documents that no longer change.
    pub(crate) fn lookup(&self, parent: NodeId, name: &str, column: &str, value: &str) -> Vec<NodeId> {
        let key = (parent, format!("{name}/{column}"));
        let mut index = self
            .index
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let by_value = index.entry(key).or_insert_with(|| {
            let mut by_value = ByValue::new();
            for item in self.children_named(parent, name) {
                let mut cells: Vec<_> = self
                    .children_named(item, column)
                    .map(|cell| self.text(cell).into_owned())
                    .collect();
                if cells.is_empty() {
                    // An absent cell compares as blank.
                    cells.push(String::new());
                }
                for cell in cells {
                    let items = by_value.entry(cell).or_default();
                    if items.last() != Some(&item) {
                        items.push(item);
                    }
                }
            }
            Arc::new(by_value)
        });
        by_value.get(value).cloned().unwrap_or_default()
    }

    fn push(&mut self, kind: Kind, parent: NodeId, name: Arc<str>, value: String, tag: u32) -> NodeId {
        let node = NodeId::try_from(self.slots.len()).unwrap_or(NONE - 1);
        let slot = Slot {
            kind,
            hidden: false,
            name,
            value,
            parent,
            first_child: NONE,
            last_child: NONE,
            next: NONE,
            first_attribute: NONE,
            tag,
        };
        self.slots.push(slot);
        node
    }
}

impl Default for Doc {
    fn default() -> Self {
        Self::new()
    }
}

impl Clone for Doc {
    fn clone(&self) -> Self {
        Self {
            slots: self.slots.clone(),
            order: self.order.clone(),
            index: Mutex::default(),
        }
    }
}

impl fmt::Debug for Doc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Doc({} nodes)", self.slots.len())
    }
}

fn some(node: u32) -> Option<u32> {
    (node != NONE).then_some(node)
}
