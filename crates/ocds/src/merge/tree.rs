//! Releases laid over each other: a tree in which a node may hold a value, what lies below it, or, in releases that contradict each
//! other, both; which of them counts is decided by which came first, as in the standard's routine.

use super::{
    Duplicate, MergeError, Strategy,
    rules::{Branch, Rule},
};
use serde_json::{Map, Value};
use std::collections::HashMap;

/// The release that brought a value.
#[derive(Debug, Default, Clone)]
pub(super) struct Version {
    pub id: Value,
    pub date: Value,
    pub tag: Value,
    pub value: Value,
}

#[derive(Debug, Default)]
pub(super) struct Node {
    leaf: Leaf,
    /// Whether the value was there before anything below.
    leaf_first: bool,
    below: Option<Box<Below>>,
}

#[derive(Debug, Default)]
enum Leaf {
    #[default]
    None,
    One(Value),
    Many(Vec<Version>),
}

#[derive(Debug, Default)]
struct Below {
    fields: Children,
    items: Children,
}

/// Children in the order of their first appearance.
#[derive(Debug, Default)]
struct Children {
    list: Vec<Child>,
    /// Where each stands, once there are many.
    index: Option<HashMap<String, usize, foldhash::fast::RandomState>>,
}

#[derive(Debug)]
struct Child {
    key: String,
    /// Of an item of an array: the `id` as it was written, unless it had none.
    id: Option<Value>,
    node: Node,
}

const MANY: usize = 24;

impl Children {
    fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    fn place(&self, key: &str) -> Option<usize> {
        match &self.index {
            None => self.list.iter().position(|child| child.key == key),
            Some(index) => index.get(key).copied(),
        }
    }

    fn place_or_push(&mut self, key: String, id: Option<Value>) -> usize {
        if let Some(place) = self.place(&key) {
            return place;
        }
        let place = self.list.len();
        if let Some(index) = &mut self.index {
            index.insert(key.clone(), place);
        } else if place >= MANY {
            let keys = self.list.iter().map(|child| child.key.clone());
            let keys = keys.chain([key.clone()]).enumerate();
            self.index = Some(keys.map(|(at, key)| (key, at)).collect());
        }
        self.list.push(Child {
            key,
            id,
            node: Node::default(),
        });
        place
    }

    fn pop(&mut self) {
        if let (Some(child), Some(index)) = (self.list.pop(), &mut self.index) {
            index.remove(&child.key);
        }
    }
}

/// The identifiers of one array: a list while they are few.
#[derive(Default)]
struct Names {
    few: Vec<String>,
    many: std::collections::HashSet<String, foldhash::fast::RandomState>,
}

impl Names {
    /// Says whether a name is new.
    fn insert(&mut self, name: &str) -> bool {
        if self.few.len() < MANY {
            let new = self.few.iter().all(|known| known != name);
            if new {
                self.few.push(name.to_owned());
            }
            return new;
        }
        if self.many.is_empty() {
            self.many.extend(self.few.iter().cloned());
        }
        self.many.insert(name.to_owned())
    }
}

pub(super) struct Tree {
    versioned: bool,
    pub version: Version,
    pub duplicates: Vec<Duplicate>,
    /// Keys joined by dots.
    path: String,
    unnamed: u64,
}

impl Tree {
    pub fn new(versioned: bool) -> Self {
        Self {
            versioned,
            version: Version::default(),
            duplicates: Vec::new(),
            path: String::new(),
            unnamed: 0,
        }
    }

    /// Lays an object over a node; says whether it held anything.
    pub fn fold(
        &mut self,
        node: &mut Node,
        object: Map<String, Value>,
        rules: Option<&Branch>,
    ) -> Result<bool, MergeError> {
        let mut any = false;
        let below = node.below.get_or_insert_default();
        for (key, value) in object {
            let branch = rules.and_then(|rules| rules.child(&key));
            let rule = branch.and_then(|branch| branch.rule);
            if rule == Some(Rule::Omit) {
                continue;
            }
            if rule != Some(Rule::WholeList) && value_is_empty(&value) {
                continue;
            }
            let before = below.fields.list.len();
            let place = below.fields.place_or_push(key, None);
            let held = if rule == Some(Rule::WholeList) || is_leaf(&value) {
                self.set(&mut below.fields.list[place].node, value);
                true
            } else {
                let length = self.path.len();
                if length > 0 {
                    self.path.push('.');
                }
                self.path.push_str(&below.fields.list[place].key);
                let child = &mut below.fields.list[place].node;
                let held = match value {
                    Value::Object(object) => self.fold(child, object, branch)?,
                    Value::Array(items) => self.items(child, items, branch)?,
                    _ => false,
                };
                self.path.truncate(length);
                held
            };
            if !held && below.fields.list.len() > before {
                below.fields.pop();
            }
            any |= held;
        }
        Ok(any)
    }

    fn items(
        &mut self,
        node: &mut Node,
        items: Vec<Value>,
        branch: Option<&Branch>,
    ) -> Result<bool, MergeError> {
        let strategy = branch.and_then(|branch| branch.strategy);
        let mut any = false;
        let mut names = Names::default();
        let below = node.below.get_or_insert_default();
        for (position, item) in items.into_iter().enumerate() {
            let Value::Object(item) = item else {
                continue;
            };
            let id = item.get("id").cloned();
            let name = id.as_ref().map(name);
            if let Some(name) = &name
                && !names.insert(name)
            {
                self.duplicates.push(Duplicate {
                    array: self.path.clone(),
                    id: name.clone(),
                });
            }
            // A key that no identifier has: what has none stands apart.
            let key = match (strategy, name) {
                (Some(Strategy::ByPosition), _) => position.to_string(),
                (None, Some(name)) => name,
                _ => {
                    self.unnamed += 1;
                    format!("\0{}", self.unnamed)
                }
            };
            let before = below.items.list.len();
            let place = below.items.place_or_push(key, id.filter(|id| !id.is_null()));
            if self.fold(&mut below.items.list[place].node, item, branch)? {
                any = true;
            } else if below.items.list.len() > before {
                below.items.pop();
            }
        }
        Ok(any)
    }

    fn set(&self, node: &mut Node, value: Value) {
        if matches!(node.leaf, Leaf::None) {
            node.leaf_first = node.below.as_ref().is_none_or(|below| below.is_empty());
        }
        if !self.versioned {
            node.leaf = Leaf::One(value);
            return;
        }
        let versions = match &mut node.leaf {
            Leaf::Many(versions) => {
                if versions.last().is_some_and(|last| last.value == value) {
                    return;
                }
                versions
            }
            leaf => {
                *leaf = Leaf::Many(Vec::new());
                let Leaf::Many(versions) = leaf else { return };
                versions
            }
        };
        versions.push(Version {
            value,
            ..self.version.clone()
        });
    }
}

fn value_is_empty(value: &Value) -> bool {
    match value {
        Value::Object(object) => object.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    }
}

/// What is replaced as a whole: all but objects and arrays of objects.
fn is_leaf(value: &Value) -> bool {
    match value {
        Value::Object(_) => false,
        Value::Array(items) => items.iter().any(|item| !item.is_object()),
        _ => true,
    }
}

fn name(id: &Value) -> String {
    match id {
        Value::String(text) => text.clone(),
        other => super::written(other),
    }
}

impl Below {
    fn is_empty(&self) -> bool {
        self.fields.is_empty() && self.items.is_empty()
    }
}

impl Node {
    /// The fields below, put into an object; `path` is for errors alone.
    pub fn into_object(self, object: &mut Map<String, Value>, path: &mut String) -> Result<(), MergeError> {
        for child in self.below.map(|below| below.fields.list).unwrap_or_default() {
            let given = path.is_empty() || child.key == "id";
            if given && object.contains_key(&child.key) {
                // The head of the release, or the `id` of an item: it was set when the item was made.
                continue;
            }
            let length = path.len();
            path.push('/');
            path.push_str(&child.key);
            if let Some(value) = child.node.into_value(path)? {
                object.insert(child.key, value);
            }
            path.truncate(length);
        }
        Ok(())
    }

    fn into_value(self, path: &mut String) -> Result<Option<Value>, MergeError> {
        let leaf = match self.leaf {
            Leaf::None | Leaf::One(Value::Null) => None,
            Leaf::One(value) => Some(value),
            Leaf::Many(versions) => Some(Value::Array(
                versions.into_iter().map(Version::into_value).collect(),
            )),
        };
        let Some(below) = self.below.filter(|below| !below.is_empty()) else {
            return Ok(leaf);
        };
        let mixed = !below.fields.is_empty() && !below.items.is_empty();
        let start = leaf.filter(|_| self.leaf_first);
        let items = match start {
            // Objects after a list of other things join the list.
            Some(Value::Array(items)) if below.fields.is_empty() => items,
            Some(_) => return Err(MergeError::Inconsistent(path.clone())),
            None if mixed => return Err(MergeError::Inconsistent(path.clone())),
            None => Vec::new(),
        };
        if !below.fields.is_empty() {
            let mut object = Map::new();
            Self {
                below: Some(below),
                ..Self::default()
            }
            .into_object(&mut object, path)?;
            return Ok(Some(Value::Object(object)));
        }
        let mut items = items;
        items.reserve(below.items.list.len());
        for child in below.items.list {
            let mut object = Map::new();
            if let Some(id) = child.id {
                object.insert("id".to_owned(), id);
            }
            child.node.into_object(&mut object, path)?;
            items.push(Value::Object(object));
        }
        Ok(Some(Value::Array(items)))
    }
}

impl Version {
    fn into_value(self) -> Value {
        let mut object = Map::new();
        for (key, value) in [
            ("releaseID", self.id),
            ("releaseDate", self.date),
            ("releaseTag", self.tag),
            ("value", self.value),
        ] {
            object.insert(key.to_owned(), value);
        }
        Value::Object(object)
    }
}
