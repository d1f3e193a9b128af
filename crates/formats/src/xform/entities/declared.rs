//! The `entity` blocks of a form's definition.

use std::collections::{HashMap, HashSet};

use roxmltree::{Document, Node};

/// The namespace of `entities-version` and `saveto`.
const ENTITIES: &str = "http://www.opendatakit.org/xforms/entities";

/// Versions of the standard that are understood: year and count within it.
const KNOWN: [(u32, u32); 4] = [(2022, 1), (2023, 1), (2024, 1), (2025, 1)];

/// What a form declares about entities.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntityForms {
    /// The version of the standard it names: `2024.1.0`.
    pub version: String,
    /// In the order of the form.
    pub declarations: Vec<Declaration>,
    pub warnings: Vec<EntityWarning>,
}

/// One `entity` block: a list that submissions add to or change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declaration {
    pub list: String,
    /// The root, group or repeat it describes: `/data/member`.
    pub scope: String,
    /// The innermost repeat it stands in, itself included; `None` when there is one entity a submission.
    pub repeat: Option<String>,
    pub creates: bool,
    pub updates: bool,
    /// What is saved, in the order of the form.
    pub properties: Vec<Property>,
    /// The declaration whose entity is the parent of this one's, as its position.
    pub parent: Option<usize>,
}

/// A question whose answer is saved to a property.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Property {
    pub name: String,
    /// `/data/member/age`.
    pub path: String,
}

/// Something that works, but not as well as it could.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EntityWarning {
    /// Phones cannot use the list offline before 2024.1.
    OldVersion { version: String },
}

/// Why a form cannot make entities, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EntityFormError {
    #[error("the form is not well-formed XML: {0}")]
    NotXml(String),
    #[error(
        "<model> must name the version of the entities specification; write entities:entities-version=\"2024.1.0\""
    )]
    NoVersion,
    #[error("version {0:?} of the entities specification is not supported; use 2022.1 to 2025.1")]
    UnknownVersion(String),
    #[error("{path}: the entity names no list; give it a dataset")]
    NoList { path: String },
    #[error(
        "{path}: {name:?} cannot name a list; begin with a letter or \"_\", then letters, digits, \"_\" or \"-\", without \".\" or a leading \"__\""
    )]
    BadList { path: String, name: String },
    #[error("{path}: the entity must be created, updated or both; give it create or update")]
    NoAction { path: String },
    #[error(
        "{path}: {name:?} cannot name a property; \"name\", \"label\" and names that begin with \"__\" are taken, others begin with a letter or \"_\""
    )]
    BadProperty { path: String, name: String },
    #[error(
        "{path} and {other} are both saved to the property {name:?} of {list:?}; save each question to a property of its own"
    )]
    TwiceSaved {
        path: String,
        other: String,
        name: String,
        list: String,
    },
    #[error(
        "{path} is asked in a repeat, but the entity of {list:?} is outside of it; move the entity into the repeat"
    )]
    SavedFromRepeat { path: String, list: String },
    #[error(
        "version {version} of the entities specification knows neither several lists nor lists in repeats; use 2025.1.0"
    )]
    NeedsNewer { version: String },
    #[error("the list {list:?} is declared twice, in {path} and {other}; one entity a list and form")]
    TwiceDeclared {
        list: String,
        path: String,
        other: String,
    },
}

impl EntityForms {
    /// Reads what a form declares; `None` when it has nothing to do with entities.
    ///
    /// # Errors
    /// What is wrong with the declaration, the first of it.
    pub fn read(xml: &str) -> Result<Option<Self>, EntityFormError> {
        let document = Document::parse(xml).map_err(|error| EntityFormError::NotXml(error.to_string()))?;
        Self::of(&document)
    }

    /// Like [`EntityForms::read`], of a document already parsed.
    pub(crate) fn of(document: &Document) -> Result<Option<Self>, EntityFormError> {
        let Some(model) = document.descendants().find(|node| is(*node, "model")) else {
            return Ok(None);
        };
        Self::of_model(model, &repeats(document))
    }

    fn of_model(model: Node, repeats: &HashSet<String>) -> Result<Option<Self>, EntityFormError> {
        let primary = children(model, "instance").find_map(|node| node.children().find(Node::is_element));
        let Some(primary) = primary else { return Ok(None) };
        let blocks = blocks(primary);
        if blocks.is_empty() {
            return Ok(None);
        }
        let (version, number) = version_of(model)?;
        let mut declarations = Vec::new();
        for block in blocks {
            declarations.push(declared(&block, repeats)?);
        }
        let mut seen: HashMap<&str, &str> = HashMap::new();
        for each in &declarations {
            if let Some(other) = seen.insert(&each.list, &each.scope) {
                return Err(EntityFormError::TwiceDeclared {
                    list: each.list.clone(),
                    path: each.scope.clone(),
                    other: other.to_owned(),
                });
            }
        }
        let has_many = declarations.len() > 1 || declarations.iter().any(|each| each.repeat.is_some());
        if has_many && number < (2025, 1) {
            return Err(EntityFormError::NeedsNewer { version });
        }
        add_properties(model, primary, repeats, &mut declarations)?;
        let parents: Vec<Option<usize>> = (0..declarations.len())
            .map(|nth| parent_of(&declarations, nth))
            .collect();
        for (each, parent) in declarations.iter_mut().zip(parents) {
            each.parent = parent;
        }
        let warnings = match number < (2024, 1) {
            true => vec![EntityWarning::OldVersion {
                version: version.clone(),
            }],
            false => Vec::new(),
        };
        Ok(Some(Self {
            version,
            declarations,
            warnings,
        }))
    }
}

/// Tells whether a text may name a list of entities.
pub fn is_list_name(name: &str) -> bool {
    let mut letters = name.chars();
    !name.starts_with("__")
        && letters
            .next()
            .is_some_and(|c| c.is_alphabetic() || matches!(c, ':' | '_'))
        && letters.all(|c| c.is_alphabetic() || c.is_ascii_digit() || matches!(c, ':' | '_' | '-'))
}

/// Tells whether a text may name a property of entities.
pub fn is_property_name(name: &str) -> bool {
    let mut letters = name.chars();
    !name.starts_with("__")
        && !name.eq_ignore_ascii_case("name")
        && !name.eq_ignore_ascii_case("label")
        && letters.next().is_some_and(|c| c.is_alphabetic() || c == '_')
        && letters.all(|c| c.is_alphabetic() || c.is_ascii_digit() || matches!(c, '.' | '_' | '-'))
}

/// An `entity` element and the path of what it describes.
struct Block<'a, 'i> {
    node: Node<'a, 'i>,
    scope: String,
}

/// Finds every `…/meta/entity` of the primary instance, in document order; each scope once, as templates repeat it.
fn blocks<'a, 'i>(primary: Node<'a, 'i>) -> Vec<Block<'a, 'i>> {
    let mut found: Vec<Block> = Vec::new();
    for node in primary.descendants().filter(|node| is(*node, "entity")) {
        let Some(meta) = node.parent_element().filter(|meta| is(*meta, "meta")) else {
            continue;
        };
        let Some(scope) = meta.parent_element() else {
            continue;
        };
        let scope = path_of(scope, primary);
        if !found.iter().any(|block| block.scope == scope) {
            found.push(Block { node, scope });
        }
    }
    found
}

fn declared(block: &Block, repeats: &HashSet<String>) -> Result<Declaration, EntityFormError> {
    let path = || block.scope.clone();
    let said = |name: &str| attribute(block.node, name);
    let list = said("dataset").ok_or_else(|| EntityFormError::NoList { path: path() })?;
    let list = list.trim();
    if !is_list_name(list) {
        return Err(EntityFormError::BadList {
            path: path(),
            name: list.to_owned(),
        });
    }
    let (creates, updates) = (said("create").is_some(), said("update").is_some());
    if !creates && !updates {
        return Err(EntityFormError::NoAction { path: path() });
    }
    Ok(Declaration {
        list: list.to_owned(),
        repeat: innermost(repeats, &block.scope).map(str::to_owned),
        scope: path(),
        creates,
        updates,
        properties: Vec::new(),
        parent: None,
    })
}

/// Gives each declaration what its part of the form saves.
fn add_properties(
    model: Node,
    primary: Node,
    repeats: &HashSet<String>,
    declarations: &mut [Declaration],
) -> Result<(), EntityFormError> {
    let root = format!("/{}", primary.tag_name().name());
    let mut order: HashMap<String, usize> = HashMap::new();
    for (nth, node) in primary.descendants().filter(Node::is_element).enumerate() {
        order.entry(path_of(node, primary)).or_insert(nth);
    }
    for bind in children(model, "bind") {
        let Some(name) = bind.attribute((ENTITIES, "saveto")).map(str::trim) else {
            continue;
        };
        let nodeset = bind.attribute("nodeset").or_else(|| bind.attribute("ref"));
        let path = absolute(nodeset.unwrap_or_default(), &root);
        if !is_property_name(name) {
            return Err(EntityFormError::BadProperty {
                path,
                name: name.to_owned(),
            });
        }
        let nearest = declarations
            .iter_mut()
            .filter(|each| is_below(&path, &each.scope))
            .max_by_key(|each| each.scope.len());
        let Some(own) = nearest else { continue };
        if innermost(repeats, &path) != own.repeat.as_deref() {
            return Err(EntityFormError::SavedFromRepeat {
                path,
                list: own.list.clone(),
            });
        }
        let twin = own
            .properties
            .iter()
            .find(|other| other.name.to_lowercase() == name.to_lowercase());
        if let Some(twin) = twin {
            return Err(EntityFormError::TwiceSaved {
                path,
                other: twin.path.clone(),
                name: name.to_owned(),
                list: own.list.clone(),
            });
        }
        own.properties.push(Property {
            name: name.to_owned(),
            path,
        });
    }
    for each in declarations {
        each.properties
            .sort_by_key(|property| order.get(&property.path).copied().unwrap_or(usize::MAX));
    }
    Ok(())
}

/// Finds whose child an entity is: the one around it, or else the only one told once for all rounds of its repeat.
fn parent_of(all: &[Declaration], nth: usize) -> Option<usize> {
    let own = &all[nth];
    let around = (0..all.len())
        .filter(|other| *other != nth && is_below(&own.scope, &all[*other].scope))
        .max_by_key(|other| all[*other].scope.len());
    if around.is_some() {
        return around;
    }
    // The questions about the house often stand in a group beside the repeat of its members.
    let repeat = own.repeat.as_deref()?;
    let outer: Vec<usize> = (0..all.len())
        .filter(|other| match all[*other].repeat.as_deref() {
            None => true,
            Some(theirs) => theirs != repeat && is_below(repeat, theirs),
        })
        .collect();
    let depth = |at: usize| all[at].repeat.as_deref().map_or(0, str::len);
    let deepest = outer.iter().map(|at| depth(*at)).max()?;
    let mut nearest = outer.into_iter().filter(|at| depth(*at) == deepest);
    let only = nearest.next();
    only.filter(|_| nearest.next().is_none())
}

fn version_of(model: Node) -> Result<(String, (u32, u32)), EntityFormError> {
    let version = model
        .attribute((ENTITIES, "entities-version"))
        .map(str::trim)
        .filter(|version| !version.is_empty())
        .ok_or(EntityFormError::NoVersion)?;
    let mut numbers = version.split('.').map(str::parse::<u32>);
    let number = match (numbers.next(), numbers.next()) {
        (Some(Ok(year)), Some(Ok(count))) => (year, count),
        _ => (0, 0),
    };
    if !KNOWN.contains(&number) {
        return Err(EntityFormError::UnknownVersion(version.to_owned()));
    }
    Ok((version.to_owned(), number))
}

/// The paths of all repeats that the body asks.
fn repeats(document: &Document) -> HashSet<String> {
    let body = document.descendants().find(|node| is(*node, "body"));
    let asked = body.into_iter().flat_map(|body| body.descendants());
    asked
        .filter(|node| is(*node, "repeat"))
        .filter_map(|node| node.attribute("nodeset"))
        .map(|nodeset| absolute(nodeset, ""))
        .collect()
}

/// The innermost repeat that a path is or stands in.
fn innermost<'a>(repeats: &HashSet<String>, path: &'a str) -> Option<&'a str> {
    let ends = path.match_indices('/').map(|(at, _)| at).skip(1);
    let outer: Vec<&str> = ends.map(|end| &path[..end]).chain([path]).collect();
    outer
        .into_iter()
        .rev()
        .find(|ancestor| repeats.contains(*ancestor))
}

/// Tells whether a path lies below another.
fn is_below(path: &str, above: &str) -> bool {
    path.strip_prefix(above).is_some_and(|rest| rest.starts_with('/'))
}

/// Writes a nodeset as a path of names without prefixes and spaces.
fn absolute(nodeset: &str, root: &str) -> String {
    let nodeset = nodeset.trim();
    let (start, rest) = match nodeset.strip_prefix('/') {
        Some(rest) => ("", rest),
        None => (root, nodeset),
    };
    let names = rest
        .split('/')
        .map(|step| step.trim().rsplit(':').next().unwrap_or_default());
    names.fold(start.to_owned(), |path, name| path + "/" + name)
}

fn path_of(node: Node, top: Node) -> String {
    let mut names: Vec<&str> = Vec::new();
    let mut at = Some(node);
    while let Some(here) = at {
        names.push(here.tag_name().name());
        at = match here == top {
            true => None,
            false => here.parent_element(),
        };
    }
    names
        .iter()
        .rev()
        .fold(String::new(), |path, name| path + "/" + name)
}

pub(super) fn attribute<'a>(node: Node<'a, '_>, name: &str) -> Option<&'a str> {
    node.attributes()
        .find(|attribute| attribute.name() == name)
        .map(|attribute| attribute.value())
}

pub(super) fn is(node: Node, name: &str) -> bool {
    node.is_element() && node.tag_name().name() == name
}

fn children<'a, 'i>(parent: Node<'a, 'i>, name: &'static str) -> impl Iterator<Item = Node<'a, 'i>> {
    parent.children().filter(move |node| is(*node, name))
}
