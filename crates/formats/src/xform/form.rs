//! A form's definition: the tree of nodes with their rules, the questions, the texts.

use std::{collections::HashMap, sync::Arc};

use super::{
    actions::Action,
    entities::EntityForms,
    graph::Plan,
    text::{Itext, Wording},
};
use crate::xpath::{Doc, Expr};

/// Position of a node's definition in [`Form`]; also the tag of its nodes in an instance.
pub type DefId = u32;

/// A published form.
#[derive(Debug, Clone)]
pub struct Form {
    /// The XForm identity, `xmlFormId`.
    pub id: String,
    pub version: String,
    pub title: String,
    /// Things that look wrong but do not prevent use.
    pub warnings: Vec<String>,
    /// What it declares about entities; `None` also when the declaration is wrong, which a warning tells.
    pub entities: Option<Arc<EntityForms>>,
    pub(crate) defs: Vec<Def>,
    /// The primary instance as a new submission starts, templates left out.
    pub(crate) start: Doc,
    pub(crate) namespace: Option<String>,
    pub(crate) instances: Vec<(String, Arc<Doc>)>,
    pub(crate) externals: Vec<External>,
    /// Instances that hold the last saved filling.
    pub(crate) last_saved: Vec<String>,
    pub(crate) itext: Itext,
    pub(crate) body: Vec<Control>,
    pub(crate) questions: HashMap<DefId, Arc<Question>>,
    pub(crate) actions: Vec<Action>,
    pub(crate) plan: Plan,
    /// Whether each definition is a repeat.
    pub(crate) repeated: Arc<[bool]>,
}

/// A file the form reads choices or data from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct External {
    /// The instance's id: `villages`.
    pub id: String,
    /// The file's name: `villages.csv`.
    pub file: String,
    pub attached: bool,
    /// Whether columns are known by their folded names, as `search()` does.
    pub folded: bool,
}

/// One node of the primary instance's structure.
#[derive(Debug, Clone)]
pub(crate) struct Def {
    pub name: Arc<str>,
    pub parent: Option<DefId>,
    pub children: Vec<DefId>,
    /// Attributes, such as the id of an entity; definitions like any other, but no children.
    pub attributes: Vec<DefId>,
    /// What an attribute holds when a filling starts; `None` for an element.
    pub attribute: Option<Arc<str>>,
    /// Path of names: `/data/member/age`, `/data/meta/entity/@id`.
    pub path: Arc<str>,
    /// The namespace when it is not the instance's own.
    pub namespace: Option<Arc<str>>,
    pub bind: Bind,
    pub repeat: Option<RepeatRule>,
}

#[derive(Debug, Clone)]
pub(crate) struct RepeatRule {
    /// A document holding one fresh instance.
    pub template: Doc,
    /// `jr:count`: how many instances there must be.
    pub count: Option<Expr>,
    /// `jr:noAddRemove`: whether the person may not add or remove.
    pub fixed: bool,
    /// Questions of an entry that the count hangs on: until the last entry answers them, no other is added.
    pub awaits: Vec<DefId>,
}

/// The rules of a node.
#[derive(Debug, Clone, Default)]
pub struct Bind {
    pub data_type: DataType,
    pub relevant: Option<Expr>,
    pub required: Option<Expr>,
    pub readonly: Option<Expr>,
    pub constraint: Option<Expr>,
    pub calculate: Option<Expr>,
    pub constraint_message: Option<Wording>,
    pub required_message: Option<Wording>,
    /// `jr:preload` with its parameters.
    pub preload: Option<(String, String)>,
    /// `orx:max-pixels`: the longest side of a picture that is sent.
    pub max_pixels: Option<u32>,
}

/// What a node's value must look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DataType {
    #[default]
    Text,
    Integer,
    Decimal,
    Boolean,
    Date,
    DateTime,
    Time,
    Geopoint,
    Geotrace,
    Geoshape,
    /// Text that a camera may read.
    Barcode,
    /// The name of an attached file.
    Binary,
}

/// A part of the form's body.
#[derive(Debug, Clone)]
pub enum Control {
    Question(Arc<Question>),
    Group(Group),
    Repeat(Repeat),
}

/// Questions kept together, with or without a node of their own.
#[derive(Debug, Clone)]
pub struct Group {
    pub def: Option<DefId>,
    pub label: Option<Wording>,
    pub appearance: String,
    pub controls: Vec<Control>,
}

/// Questions asked once for each of several things.
#[derive(Debug, Clone)]
pub struct Repeat {
    pub def: DefId,
    pub label: Option<Wording>,
    pub appearance: String,
    pub controls: Vec<Control>,
}

/// Something asked or shown.
#[derive(Debug, Clone)]
pub struct Question {
    pub def: DefId,
    pub kind: QuestionKind,
    pub label: Option<Wording>,
    pub hint: Option<Wording>,
    pub appearance: String,
    pub choices: Choices,
}

#[derive(Debug, Clone, PartialEq)]
pub enum QuestionKind {
    /// Typed, read or shown: the node's [`DataType`] says which.
    Input,
    SelectOne,
    SelectMultiple,
    Rank,
    /// A number between two others.
    Range {
        start: f64,
        end: f64,
        step: f64,
    },
    /// A file; the media type such as `image/*`.
    Upload {
        media_type: String,
    },
    /// "OK" to be ticked.
    Trigger,
}

/// Where the choices of a select come from.
#[derive(Debug, Clone, Default)]
pub enum Choices {
    #[default]
    None,
    Fixed(Vec<Choice>),
    /// Items of a node-set, with what their value and label are.
    Items {
        nodeset: Expr,
        value: Expr,
        label: Option<Wording>,
        /// Of a `search()`.
        beside: Option<Beside>,
    },
    /// A `search()` that cannot be followed; a warning says why.
    Elsewhere,
}

/// What a `search()` offers beside the rows it finds, of which it offers each value once.
#[derive(Debug, Clone)]
pub struct Beside {
    pub fixed: Vec<Choice>,
    /// How many of them stand before the rows.
    pub before: usize,
}

#[derive(Debug, Clone)]
pub struct Choice {
    pub value: String,
    pub label: Option<Wording>,
}

impl Form {
    /// Returns the languages of the form's texts, the default one first; empty when it has only one wording.
    pub fn languages(&self) -> &[String] {
        &self.itext.languages
    }

    /// Returns the files the form reads, attached or not.
    pub fn externals(&self) -> &[External] {
        &self.externals
    }

    /// Returns the files the form's texts show: pictures, sounds and films.
    pub fn media(&self) -> Vec<String> {
        self.itext.media()
    }

    /// Returns the body in the order of asking.
    pub fn body(&self) -> &[Control] {
        &self.body
    }

    /// Returns the question asked at a path of names such as `/data/member/age`.
    pub fn question_at(&self, path: &str) -> Option<&Question> {
        let def = self.find(path)?;
        self.questions.get(&def).map(|q| &**q)
    }

    /// Returns the rules of a node.
    pub fn bind(&self, def: DefId) -> &Bind {
        &self.def(def).bind
    }

    /// Returns the path of names of a node: `/data/member/age`.
    pub fn path(&self, def: DefId) -> &str {
        &self.def(def).path
    }

    /// Finds a child of a definition by its name.
    pub fn child_def(&self, parent: DefId, name: &str) -> Option<DefId> {
        let children = &self.def(parent).children;
        children.iter().copied().find(|&c| *self.def(c).name == *name)
    }

    pub(crate) fn def(&self, def: DefId) -> &Def {
        &self.defs[def as usize]
    }

    pub(crate) fn find(&self, path: &str) -> Option<DefId> {
        find(&self.defs, path)
    }
}

/// Finds a definition by its absolute path; prefixes are left aside.
pub(crate) fn find(defs: &[Def], path: &str) -> Option<DefId> {
    let mut names =
        path.trim()
            .strip_prefix('/')?
            .split('/')
            .map(|name| match name.trim().rsplit_once(':') {
                Some((prefix, local)) if prefix.starts_with('@') => format!("@{local}"),
                Some((_, local)) => local.to_owned(),
                None => name.trim().to_owned(),
            });
    let root = names.next()?;
    if *defs.first()?.name != *root {
        return None;
    }
    let mut at: DefId = 0;
    for name in names {
        let own = &defs[at as usize];
        let (places, name) = match name.strip_prefix('@') {
            Some(name) => (&own.attributes, name),
            None => (&own.children, &*name),
        };
        at = places
            .iter()
            .copied()
            .find(|&c| *defs[c as usize].name == *name)?;
    }
    Some(at)
}
