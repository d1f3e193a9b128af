//! What changed between two versions of one submission.

use std::collections::HashSet;

use roxmltree::{Document, Node};
use serde_json::{Map, Value, json};

use super::EnvelopeError;

/// One answer, or one entry of a repeat, that came, went or became another.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    pub path: Vec<Step>,
    /// What stood there; a text, or an object for a group or an entry.
    pub old: Option<Value>,
    pub new: Option<Value>,
}

/// One step of the way from the root element to what changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    Name(String),
    /// An entry of a repeat, counted from 0.
    Entry(String, usize),
}

impl Change {
    /// Writes the way as people read it: `member[2]/age`.
    #[must_use]
    pub fn way(&self) -> String {
        let step = |step: &Step| match step {
            Step::Name(name) => name.clone(),
            Step::Entry(name, at) => format!("{name}[{}]", at + 1),
        };
        self.path.iter().map(step).collect::<Vec<_>>().join("/")
    }
}

/// Most pairs of entries that are compared to find out which came and went; past it, entries are compared in their order.
const MOST_PAIRS: usize = 4_000_000;

/// Tells how a submission became another; `repeats` are paths of names like `/data/member`.
///
/// An element that is blank in one and absent in the other did not change.
///
/// # Errors
/// When one of them is not well-formed XML.
pub fn changes(old: &str, new: &str, repeats: &HashSet<String>) -> Result<Vec<Change>, EnvelopeError> {
    let read = |xml| Document::parse(xml).map_err(|error| EnvelopeError::NotXml(error.to_string()));
    let (old, new) = (read(old)?, read(new)?);
    let mut found = Vec::new();
    let root = new.root_element();
    let path = format!("/{}", root.tag_name().name());
    compare(
        old.root_element(),
        root,
        &path,
        repeats,
        &mut Vec::new(),
        &mut found,
    );
    Ok(found)
}

fn compare(
    old: Node,
    new: Node,
    path: &str,
    repeats: &HashSet<String>,
    way: &mut Vec<Step>,
    found: &mut Vec<Change>,
) {
    let mut names: Vec<&str> = Vec::new();
    for child in elements(new).chain(elements(old)) {
        let name = child.tag_name().name();
        if !names.contains(&name) {
            names.push(name);
        }
    }
    for name in names {
        let below = format!("{path}/{name}");
        let (before, after): (Vec<Node>, Vec<Node>) =
            (named(old, name).collect(), named(new, name).collect());
        if repeats.contains(&below) {
            compare_entries(&before, &after, name, &below, repeats, way, found);
            continue;
        }
        let (before, after) = (before.first().copied(), after.first().copied());
        way.push(Step::Name(name.to_owned()));
        match (before, after) {
            (Some(before), Some(after)) if is_leaf(before) && is_leaf(after) => {
                let (before, after) = (text(before), text(after));
                if before != after {
                    found.push(Change {
                        path: way.clone(),
                        old: Some(before.into()),
                        new: Some(after.into()),
                    });
                }
            }
            (Some(before), Some(after)) => compare(before, after, &below, repeats, way, found),
            (before, after) => {
                let said = |node: Option<Node>| node.map(|node| value(node, &below, repeats)).filter(is_said);
                let (old, new) = (said(before), said(after));
                if old.is_some() || new.is_some() {
                    found.push(Change {
                        path: way.clone(),
                        old,
                        new,
                    });
                }
            }
        }
        way.pop();
    }
}

/// Compares the entries of a repeat: equal ones stay in their order, what lies between them changed, came or went.
fn compare_entries(
    before: &[Node],
    after: &[Node],
    name: &str,
    path: &str,
    repeats: &HashSet<String>,
    way: &mut Vec<Step>,
    found: &mut Vec<Change>,
) {
    let written = |node: &Node| value(*node, path, repeats).to_string();
    let (olds, news): (Vec<String>, Vec<String>) = (
        before.iter().map(written).collect(),
        after.iter().map(written).collect(),
    );
    let mut at = (0, 0);
    let mut between = |old: std::ops::Range<usize>, new: std::ops::Range<usize>, way: &mut Vec<Step>| {
        let both = old.len().min(new.len());
        for i in 0..both {
            way.push(Step::Entry(name.to_owned(), new.start + i));
            compare(
                before[old.start + i],
                after[new.start + i],
                path,
                repeats,
                way,
                found,
            );
            way.pop();
        }
        for (i, gone) in before.iter().enumerate().take(old.end).skip(old.start + both) {
            way.push(Step::Entry(name.to_owned(), i));
            found.push(Change {
                path: way.clone(),
                old: Some(value(*gone, path, repeats)),
                new: None,
            });
            way.pop();
        }
        for (i, came) in after.iter().enumerate().take(new.end).skip(new.start + both) {
            way.push(Step::Entry(name.to_owned(), i));
            found.push(Change {
                path: way.clone(),
                old: None,
                new: Some(value(*came, path, repeats)),
            });
            way.pop();
        }
    };
    for (old, new) in common(&olds, &news) {
        between(at.0..old, at.1..new, way);
        at = (old + 1, new + 1);
    }
    between(at.0..olds.len(), at.1..news.len(), way);
}

/// Pairs up the longest run of equal entries in the same order.
fn common(old: &[String], new: &[String]) -> Vec<(usize, usize)> {
    let start = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let (old_rest, new_rest) = (&old[start..], &new[start..]);
    let end = old_rest
        .iter()
        .rev()
        .zip(new_rest.iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    let (old_rest, new_rest) = (
        &old_rest[..old_rest.len() - end],
        &new_rest[..new_rest.len() - end],
    );
    let mut pairs: Vec<(usize, usize)> = (0..start).map(|i| (i, i)).collect();
    if old_rest.len() * new_rest.len() <= MOST_PAIRS {
        let width = new_rest.len() + 1;
        let mut longest = vec![0_u32; (old_rest.len() + 1) * width];
        for i in (0..old_rest.len()).rev() {
            for j in (0..new_rest.len()).rev() {
                longest[i * width + j] = if old_rest[i] == new_rest[j] {
                    longest[(i + 1) * width + j + 1] + 1
                } else {
                    longest[(i + 1) * width + j].max(longest[i * width + j + 1])
                };
            }
        }
        let (mut i, mut j) = (0, 0);
        while i < old_rest.len() && j < new_rest.len() {
            if old_rest[i] == new_rest[j] {
                pairs.push((start + i, start + j));
                (i, j) = (i + 1, j + 1);
            } else if longest[(i + 1) * width + j] >= longest[i * width + j + 1] {
                i += 1;
            } else {
                j += 1;
            }
        }
    }
    pairs.extend((0..end).map(|i| (old.len() - end + i, new.len() - end + i)));
    pairs
}

/// Writes a node as a value: a text, or an object of what is below it, with a list for each repeat.
fn value(node: Node, path: &str, repeats: &HashSet<String>) -> Value {
    if is_leaf(node) {
        return text(node).into();
    }
    let mut object = Map::new();
    for child in elements(node) {
        let name = child.tag_name().name();
        let below = format!("{path}/{name}");
        let inner = value(child, &below, repeats);
        if repeats.contains(&below) {
            let list = object.entry(name).or_insert_with(|| json!([]));
            if let Some(list) = list.as_array_mut() {
                list.push(inner);
            }
        } else {
            object.insert(name.to_owned(), inner);
        }
    }
    object.into()
}

fn is_said(value: &Value) -> bool {
    match value {
        Value::String(text) => !text.is_empty(),
        Value::Object(object) => object.values().any(is_said),
        Value::Array(list) => list.iter().any(is_said),
        _ => false,
    }
}

fn elements<'a, 'b>(node: Node<'a, 'b>) -> impl Iterator<Item = Node<'a, 'b>> + use<'a, 'b> {
    node.children().filter(Node::is_element)
}

fn named<'a, 'b, 'c>(
    node: Node<'a, 'b>,
    name: &'c str,
) -> impl Iterator<Item = Node<'a, 'b>> + use<'a, 'b, 'c> {
    elements(node).filter(move |child| child.tag_name().name() == name)
}

fn is_leaf(node: Node) -> bool {
    elements(node).next().is_none()
}

fn text(node: Node) -> String {
    node.descendants()
        .filter(Node::is_text)
        .filter_map(|part| part.text())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(old: &str, new: &str) -> Vec<String> {
        let repeats = HashSet::from(["/data/member".to_owned(), "/data/member/animal".to_owned()]);
        let said = |value: &Option<Value>| value.as_ref().map_or("–".to_owned(), Value::to_string);
        changes(old, new, &repeats)
            .expect("readable")
            .iter()
            .map(|change| format!("{}: {} → {}", change.way(), said(&change.old), said(&change.new)))
            .collect()
    }

    #[test]
    fn an_answer_that_became_another_is_told_with_both() {
        let old = "<data><name>Dana</name><age>44</age><meta><instanceID>one</instanceID></meta></data>";
        let new = "<data xmlns:orx='o'><name>Donna</name><age>44</age><note/><orx:meta><orx:instanceID>two</orx:instanceID><orx:deprecatedID>one</orx:deprecatedID></orx:meta></data>";
        assert_eq!(
            told(old, new),
            [
                r#"name: "Dana" → "Donna""#,
                r#"meta/instanceID: "one" → "two""#,
                r#"meta/deprecatedID: – → "one""#
            ]
        );
    }

    #[test]
    fn an_entry_that_came_between_others_does_not_make_them_change() {
        let old = "<data><member><n>A</n></member><member><n>C</n></member></data>";
        let new = "<data><member><n>A</n></member><member><n>B</n><animal><k>cow</k></animal></member><member><n>C</n></member></data>";
        assert_eq!(
            told(old, new),
            [r#"member[2]: – → {"n":"B","animal":[{"k":"cow"}]}"#]
        );
        assert_eq!(
            told(new, old),
            [r#"member[2]: {"n":"B","animal":[{"k":"cow"}]} → –"#]
        );
    }

    #[test]
    fn an_entry_in_which_something_changed_is_compared_inside() {
        let old = "<data><member><n>A</n><a>1</a></member><member><n>B</n><a>2</a></member></data>";
        let new = "<data><member><n>A</n><a>1</a></member><member><n>B</n><a>3</a></member><member><n>C</n><a>4</a></member></data>";
        assert_eq!(
            told(old, new),
            [r#"member[2]/a: "2" → "3""#, r#"member[3]: – → {"n":"C","a":"4"}"#]
        );
    }

    #[test]
    fn what_stays_is_not_told() {
        let same = "<data><member><n>A</n></member><a> x </a></data>";
        assert_eq!(told(same, same), [""; 0]);
        assert!(changes("<data", same, &HashSet::new()).is_err());
    }
}
