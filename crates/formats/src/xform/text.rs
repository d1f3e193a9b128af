//! Wordings in several languages, with answers put into them.

use std::collections::HashMap;

use super::form::{Choice, Choices, DefId, Form};
use crate::xpath::{Doc, EvalError, Expr, NodeId, NodeRef, Texts, World};

/// Characters of a question's words that may stand for its answer within other words.
const LONGEST_NAME: usize = 40;

/// A label, hint or message before it is put into words.
#[derive(Debug, Clone)]
pub enum Wording {
    /// One wording for all languages.
    Fixed(Vec<Part>),
    /// The id of a translated text.
    Translated(String),
    /// A value computed from the answers or from an item.
    Computed(Expr),
}

/// A piece of a wording.
#[derive(Debug, Clone)]
pub enum Part {
    Text(String),
    Output(Expr),
}

/// Files shown beside a text, by name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Media {
    pub image: Option<String>,
    pub audio: Option<String>,
    pub video: Option<String>,
}

/// All translated texts of a form.
#[derive(Debug, Clone, Default)]
pub(crate) struct Itext {
    /// The default language first.
    pub languages: Vec<String>,
    pub ids: HashMap<String, usize>,
    /// `texts[language][id]`.
    pub texts: Vec<Vec<Option<Translation>>>,
}

/// One text in one language.
#[derive(Debug, Clone, Default)]
pub(crate) struct Translation {
    pub text: Option<Vec<Part>>,
    pub guidance: Option<Vec<Part>>,
    pub media: Media,
}

impl Itext {
    pub fn find(&self, language: usize, id: &str) -> Option<&Translation> {
        let &id = self.ids.get(id)?;
        let own = self
            .texts
            .get(language)
            .and_then(|t| t.get(id))
            .and_then(Option::as_ref);
        own.or_else(|| {
            self.texts
                .first()
                .and_then(|t| t.get(id))
                .and_then(Option::as_ref)
        })
    }

    pub fn media(&self) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for translation in self.texts.iter().flatten().flatten() {
            let Media { image, audio, video } = &translation.media;
            names.extend([image, audio, video].into_iter().flatten().cloned());
        }
        names.sort();
        names.dedup();
        names
    }
}

impl Form {
    /// Returns the words of the question at a path in the form's first language; what answers put into them is left out.
    pub fn label_at(&self, path: &str) -> Option<String> {
        let parts = match self.question_at(path)?.label.as_ref()? {
            Wording::Fixed(parts) => parts,
            Wording::Translated(id) => self.itext.find(0, id)?.text.as_ref()?,
            Wording::Computed(_) => return None,
        };
        let text = |part: &Part| match part {
            Part::Text(text) => Some(text.clone()),
            Part::Output(_) => None,
        };
        Some(parts.iter().filter_map(text).collect())
    }

    /// Returns the words of the question at a path in a language, by its name or code, else in the form's first language. An
    /// answer put into them stands as the words of the question that asks for it, in parentheses: `Sex of (Full name)`.
    pub fn label_in(&self, path: &str, language: &str) -> Option<String> {
        let language = Speaker::new(self, language).language;
        let text = |part: &Part| match part {
            Part::Text(text) => text.clone(),
            Part::Output(answer) => format!("({})", self.asked_by(answer, path, language)),
        };
        let parts = self.parts_at(path, language)?;
        Some(parts.iter().map(text).collect())
    }

    fn parts_at(&self, path: &str, language: usize) -> Option<&[Part]> {
        match self.question_at(path)?.label.as_ref()? {
            Wording::Fixed(parts) => Some(parts.as_slice()),
            Wording::Translated(id) => self.itext.find(language, id)?.text.as_deref(),
            Wording::Computed(_) => None,
        }
    }

    /// What an answer is called that the words of the question at `path` name: its question's words where they are short and plain,
    /// else the name of its node.
    fn asked_by(&self, answer: &Expr, path: &str, language: usize) -> String {
        let source = answer.source();
        let (mut named, mut above) = (source, path);
        while let Some(rest) = named.strip_prefix("../") {
            named = rest;
            above = above.rsplit_once('/').map_or("", |(parent, _)| parent);
        }
        let whole = match source.starts_with("../") {
            true => format!("{above}/{named}"),
            false => source.to_owned(),
        };
        let words = match self.parts_at(&whole, language) {
            Some([Part::Text(words)]) if words.chars().count() <= LONGEST_NAME => Some(words.trim()),
            _ => None,
        };
        let is_name = |word: &&str| {
            !word.is_empty()
                && word
                    .chars()
                    .all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'))
        };
        let node = named.rsplit('/').next().map(str::trim).filter(is_name);
        words.or(node).unwrap_or("…").to_owned()
    }
}

/// Puts a form's wordings into one language.
pub(crate) struct Speaker<'a> {
    pub form: &'a Form,
    pub language: usize,
}

impl<'a> Speaker<'a> {
    /// Finds the language by its name, ISO code in parentheses, or code alone; the default one otherwise.
    pub fn new(form: &'a Form, language: &str) -> Self {
        let code = |name: &str| {
            name.rsplit_once('(')
                .map(|(_, code)| code.trim_end_matches(')').trim().to_lowercase())
        };
        let wanted = language.trim().to_lowercase();
        let found = form
            .itext
            .languages
            .iter()
            .position(|name| name.to_lowercase() == wanted || code(name).is_some_and(|c| c == wanted));
        Self {
            form,
            language: found.unwrap_or(0),
        }
    }

    /// Says a wording as seen from a node of the instance.
    pub fn say(&self, world: &World<'_>, wording: &Wording, node: NodeId) -> Result<String, EvalError> {
        self.say_at(world, wording, NodeRef::main(node), node)
    }

    /// Says a wording of an item, as seen from a question.
    pub fn say_at(
        &self,
        world: &World<'_>,
        wording: &Wording,
        item: NodeRef,
        current: NodeId,
    ) -> Result<String, EvalError> {
        match wording {
            Wording::Fixed(parts) => self.join(world, parts, item, current),
            Wording::Translated(id) => match self
                .form
                .itext
                .find(self.language, id)
                .and_then(|t| t.text.as_ref())
            {
                Some(parts) => self.join(world, parts, item, current),
                None => Ok(String::new()),
            },
            Wording::Computed(expr) => match expr.itext_argument() {
                // A translated text may have answers in it, which `jr:itext()` alone cannot fetch.
                Some(id) => {
                    let id = world
                        .evaluate_node(id, item, current)?
                        .to_text(world)
                        .into_owned();
                    let text = self.form.itext.find(self.language, &id);
                    match text.and_then(|t| t.text.as_ref()) {
                        Some(parts) => self.join(world, parts, item, current),
                        None => Ok(String::new()),
                    }
                }
                None => evaluate_text(world, expr, item, current),
            },
        }
    }

    pub fn media(&self, wording: Option<&Wording>) -> Media {
        match wording {
            Some(Wording::Translated(id)) => self
                .form
                .itext
                .find(self.language, id)
                .map(|t| t.media.clone())
                .unwrap_or_default(),
            _ => Media::default(),
        }
    }

    pub fn guidance(
        &self,
        world: &World<'_>,
        wording: Option<&Wording>,
        node: NodeId,
    ) -> Result<Option<String>, EvalError> {
        let Some(Wording::Translated(id)) = wording else {
            return Ok(None);
        };
        match self
            .form
            .itext
            .find(self.language, id)
            .and_then(|t| t.guidance.as_ref())
        {
            Some(parts) => self.join(world, parts, NodeRef::main(node), node).map(Some),
            None => Ok(None),
        }
    }

    fn join(
        &self,
        world: &World<'_>,
        parts: &[Part],
        item: NodeRef,
        current: NodeId,
    ) -> Result<String, EvalError> {
        let mut out = String::new();
        for part in parts {
            match part {
                Part::Text(text) => out.push_str(text),
                Part::Output(expr) => out.push_str(&evaluate_text(world, expr, item, current)?),
            }
        }
        Ok(out)
    }

    /// Says the label of one choice of a question, as seen from one of its nodes.
    pub fn choice_label(
        &self,
        world: &World<'_>,
        choices: &Choices,
        value: &str,
        node: NodeId,
    ) -> Result<Option<String>, EvalError> {
        let fixed: &[Choice] = match choices {
            Choices::Fixed(fixed) => fixed,
            Choices::Items {
                beside: Some(beside), ..
            } => &beside.fixed,
            _ => &[],
        };
        if let Some(choice) = fixed.iter().find(|c| c.value == value) {
            let label = choice.label.as_ref();
            return label.map(|l| self.say(world, l, node)).transpose();
        }
        match choices {
            Choices::Items {
                nodeset,
                value: value_of,
                label,
                ..
            } => {
                let copy = *world;
                for item in items(&copy, nodeset, node)? {
                    if evaluate_text(&copy, value_of, item, node)? == value {
                        return label
                            .as_ref()
                            .map(|l| self.say_at(world, l, item, node))
                            .transpose();
                    }
                }
                Ok(None)
            }
            Choices::None | Choices::Fixed(_) | Choices::Elsewhere => Ok(None),
        }
    }
}

impl Texts for Speaker<'_> {
    fn itext(&self, id: &str) -> Option<String> {
        let parts = self.form.itext.find(self.language, id)?.text.as_ref()?;
        // Outputs inside a choice's text would need a context that jr:itext() does not carry.
        Some(
            parts
                .iter()
                .filter_map(|part| {
                    if let Part::Text(text) = part {
                        Some(text.as_str())
                    } else {
                        None
                    }
                })
                .collect(),
        )
    }

    fn choice_name(
        &self,
        world: &World<'_>,
        value: &str,
        path: &str,
        context: NodeId,
    ) -> Result<String, EvalError> {
        let question = self
            .form
            .find(&self.absolute(path, world, context))
            .and_then(|def| self.form.questions.get(&def));
        let Some(question) = question else {
            return Err(EvalError::new(format!(
                "jr:choice-name(): there is no question at {path:?}"
            )));
        };
        // The choices are those of the question in the same repeat entries.
        let from = nearest(self.form, world.main, context, question.def).unwrap_or(context);
        Ok(self
            .choice_label(world, &question.choices, value, from)?
            .unwrap_or_default())
    }
}

impl Speaker<'_> {
    /// Resolves a path that may begin with `../` to names from the root.
    fn absolute(&self, path: &str, world: &World<'_>, context: NodeId) -> String {
        if path.starts_with('/') {
            return path.to_owned();
        }
        let mut names: Vec<&str> = std::iter::once(context)
            .chain(world.main.ancestors(context))
            .filter(|&n| n != 0)
            .map(|n| world.main.name(n))
            .collect();
        names.reverse();
        for step in path.split('/') {
            match step.trim() {
                "." | "" => {}
                ".." => {
                    names.pop();
                }
                name => names.push(name),
            }
        }
        format!("/{}", names.join("/"))
    }
}

/// Finds the node of a definition in the same repeat entries as another node.
pub(crate) fn nearest(form: &Form, doc: &Doc, from: NodeId, target: DefId) -> Option<NodeId> {
    let mut way = Vec::new();
    let mut def = target;
    loop {
        if let Some(common) = std::iter::once(from)
            .chain(doc.ancestors(from))
            .find(|&n| n != 0 && doc.tag(n) == def)
        {
            return way.into_iter().rev().try_fold(common, |at, wanted| {
                let mut near = doc.children(at).chain(doc.attributes(at));
                near.find(|&c| doc.tag(c) == wanted)
            });
        }
        way.push(def);
        def = form.def(def).parent?;
    }
}

/// Lists the items a select offers.
pub(crate) fn items<'a>(
    world: &World<'a>,
    nodeset: &'a Expr,
    node: NodeId,
) -> Result<Vec<NodeRef>, EvalError> {
    match world.evaluate(nodeset, node)? {
        crate::xpath::Value::Nodes(nodes) => Ok(nodes),
        _ => Err(EvalError::new(format!("the choices {nodeset} are not a path"))),
    }
}

pub(crate) fn evaluate_text(
    world: &World<'_>,
    expr: &Expr,
    item: NodeRef,
    current: NodeId,
) -> Result<String, EvalError> {
    let world = *world;
    Ok(world
        .evaluate_at(expr, item, current)?
        .to_text(&world)
        .into_owned())
}
