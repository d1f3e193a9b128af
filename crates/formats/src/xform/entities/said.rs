//! What one submission says about entities.

use std::collections::HashMap;

use roxmltree::{Document, Node, NodeId};

use super::{
    EntityFormError, EntityForms,
    declared::{attribute, is},
};

/// Most entities that one submission may speak of.
const MOST: usize = 10_000;

/// What a submission says about one entity, as it stands there: nothing is checked yet.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Said {
    /// Which of the form's declarations it follows.
    pub declaration: usize,
    /// The list as the submission names it.
    pub list: String,
    pub id: String,
    pub create: bool,
    pub update: bool,
    pub base_version: String,
    pub trunk_version: String,
    pub branch_id: String,
    /// `None` when nothing is said about it; an answer left blank is `Some("")`.
    pub label: Option<String>,
    /// Properties that were asked, with their answers; what was not relevant is not among them.
    pub data: Vec<(String, String)>,
    /// The id of its parent as a column of the form says; blank where the place in the form tells it.
    pub parent_id: String,
    /// The entity around it, as its position among what was said.
    pub parent: Option<usize>,
}

/// Reads what a submission says about entities, in the order of its answers.
///
/// # Errors
/// When it is not well-formed XML.
pub fn said(forms: &EntityForms, xml: &str) -> Result<Vec<Said>, EntityFormError> {
    let document = Document::parse(xml).map_err(|error| EntityFormError::NotXml(error.to_string()))?;
    let mut reader = Reader::new(forms);
    reader.walk(document.root_element());
    Ok(reader.finish())
}

/// What an element of a submission means.
#[derive(Debug, Clone, Copy)]
enum Means<'a> {
    Scope(usize),
    Property(usize, &'a str),
}

struct Reader<'a> {
    forms: &'a EntityForms,
    means: HashMap<&'a str, Vec<Means<'a>>>,
    repeats: Vec<&'a str>,
    /// With the round of every repeat it was found in, from the outermost.
    found: Vec<(Said, Vec<NodeId>)>,
    /// The entity that is being read, for each declaration.
    open: Vec<Option<usize>>,
}

impl<'a> Reader<'a> {
    fn new(forms: &'a EntityForms) -> Self {
        let mut means: HashMap<&str, Vec<Means>> = HashMap::new();
        for (nth, each) in forms.declarations.iter().enumerate() {
            means.entry(&each.scope).or_default().push(Means::Scope(nth));
            for property in &each.properties {
                let saved = Means::Property(nth, &property.name);
                means.entry(&property.path).or_default().push(saved);
            }
        }
        let mut repeats: Vec<&str> = forms
            .declarations
            .iter()
            .filter_map(|each| each.repeat.as_deref())
            .collect();
        repeats.sort_unstable();
        repeats.dedup();
        Self {
            forms,
            means,
            repeats,
            found: Vec::new(),
            open: vec![None; forms.declarations.len()],
        }
    }

    fn walk(&mut self, root: Node<'_, '_>) {
        let mut path = String::new();
        let mut rounds: Vec<NodeId> = Vec::new();
        // An element to enter, or the end of one: how long the path and the rounds were before it.
        let mut stack: Vec<Result<Node, (usize, usize)>> = vec![Ok(root)];
        while let Some(next) = stack.pop() {
            let node = match next {
                Ok(node) => node,
                Err((length, n_rounds)) => {
                    path.truncate(length);
                    rounds.truncate(n_rounds);
                    continue;
                }
            };
            stack.push(Err((path.len(), rounds.len())));
            path.push('/');
            path.push_str(node.tag_name().name());
            if self.repeats.contains(&&*path) {
                rounds.push(node.id());
            }
            self.enter(node, &path, &rounds);
            let below: Vec<_> = node.children().filter(Node::is_element).collect();
            stack.extend(below.into_iter().rev().map(Ok));
        }
    }

    fn enter(&mut self, node: Node<'_, '_>, path: &str, rounds: &[NodeId]) {
        for means in self.means.get(path).into_iter().flatten().copied() {
            match means {
                Means::Scope(nth) => {
                    self.open[nth] = None;
                    if self.found.len() < MOST
                        && let Some(said) = read(nth, node)
                    {
                        self.open[nth] = Some(self.found.len());
                        self.found.push((said, rounds.to_vec()));
                    }
                }
                Means::Property(nth, name) => {
                    if let Some(at) = self.open[nth] {
                        self.found[at].0.data.push((name.to_owned(), text_of(node)));
                    }
                }
            }
        }
    }

    /// Finds the parent of each: of what its parent's declaration said in the same rounds.
    fn finish(self) -> Vec<Said> {
        let mut by_round: HashMap<(usize, Option<NodeId>), usize> = HashMap::new();
        for (at, (said, rounds)) in self.found.iter().enumerate() {
            by_round
                .entry((said.declaration, rounds.last().copied()))
                .or_insert(at);
        }
        let parent = |said: &Said, rounds: &[NodeId]| {
            let declaration = self.forms.declarations[said.declaration].parent?;
            let outer = rounds.iter().rev().copied().map(Some).chain([None]);
            outer
                .filter_map(|round| by_round.get(&(declaration, round)))
                .next()
                .copied()
        };
        let parents: Vec<Option<usize>> = self
            .found
            .iter()
            .map(|(said, rounds)| parent(said, rounds))
            .collect();
        let all = self.found.into_iter().zip(parents);
        all.map(|((said, _), parent)| Said { parent, ..said }).collect()
    }
}

/// Reads the `meta/entity` of a group; `None` when the submission left it out.
fn read(declaration: usize, scope: Node<'_, '_>) -> Option<Said> {
    let meta = scope.children().find(|node| is(*node, "meta"))?;
    let entity = meta.children().find(|node| is(*node, "entity"))?;
    let value = |name: &str| attribute(entity, name).unwrap_or_default().trim().to_owned();
    // The specification: "1" or "true" means so, and any other value does not.
    let flag = |name: &str| matches!(attribute(entity, name).map(str::trim), Some("1" | "true"));
    Some(Said {
        declaration,
        list: value("dataset"),
        id: value("id"),
        create: flag("create"),
        update: flag("update"),
        base_version: value("baseVersion"),
        trunk_version: value("trunkVersion"),
        branch_id: value("branchId"),
        label: entity.children().find(|node| is(*node, "label")).map(text_of),
        parent_id: value("parent"),
        data: Vec::new(),
        parent: None,
    })
}

fn text_of(node: Node<'_, '_>) -> String {
    node.children()
        .filter(Node::is_text)
        .filter_map(|text| text.text())
        .collect()
}
