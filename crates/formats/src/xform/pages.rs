//! An instance as plain pages: one group a page, one page for each instance of a repeat, and then one that lists them.

mod answers;
mod walk;

use std::collections::HashSet;

use super::{
    FlagKind,
    check::problem,
    form::{Control, DataType, DefId, Form, Group, Question, QuestionKind, Repeat},
    instance::Instance,
    text::{Media, Speaker, Wording, nearest},
};
use crate::xpath::{Doc, Env, NodeId, World};

pub(super) use answers::offered;
pub use answers::{answer, offers};
pub use walk::{before, first, next, unfinished};

/// Keys that no page has, so that whoever shows the pages can give these addresses to pages of its own.
pub const NO_KEYS: [&str; 2] = ["check", "sent"];

/// One page of a form as it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// Names the page within the form: `place`, `member-2`, `member`; stays the same while answers change.
    pub key: String,
    pub title: String,
    /// Where the page is: titles of the groups and repeat entries around it, outermost first.
    pub within: Vec<String>,
    /// The repeat entries the page belongs to, outermost first.
    pub inside: Vec<Inside>,
    pub kind: PageKind,
}

/// An entry of a repeat, as its pages know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inside {
    /// The key of the page that lists the entries, which stands after the last of their pages.
    pub list: String,
    /// Which of them, counted from 0.
    pub entry: usize,
}

#[derive(Debug, Clone, PartialEq)]
pub enum PageKind {
    Questions(Vec<Item>),
    Repeat(RepeatPage),
}

/// Something on a page of questions.
// Nearly every item is a field, so boxing it would save nothing.
#[allow(clippy::large_enum_variant)]
#[derive(Debug, Clone, PartialEq)]
pub enum Item {
    /// The title of a group shown on its outer group's page.
    Heading(String),
    Field(Field),
}

/// One question with its answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    pub node: NodeId,
    /// Where: `/data/member[2]/age`; also the name of the input.
    pub path: String,
    pub label: String,
    pub hint: String,
    /// Longer help for the person who asks.
    pub guidance: String,
    pub media: Media,
    pub kind: QuestionKind,
    pub data_type: DataType,
    pub appearance: String,
    pub required: bool,
    /// Shown, not asked.
    pub readonly: bool,
    pub value: String,
    /// What is wrong with the answer as it stands, whether or not the person has come here yet.
    pub problem: Option<(FlagKind, String)>,
}

/// One choice of a select.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    pub value: String,
    pub label: String,
    pub media: Media,
    pub chosen: bool,
}

/// A page that lists the entries of a repeat.
#[derive(Debug, Clone, PartialEq)]
pub struct RepeatPage {
    pub def: DefId,
    /// The node the entries stand in.
    pub parent: NodeId,
    pub entries: Vec<Entry>,
    /// Whether the person may add and remove entries.
    pub open: bool,
}

/// One entry of a repeat.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    pub node: NodeId,
    /// Where: `/data/member[2]`.
    pub path: String,
    /// What to call it: its first answers, or its number.
    pub title: String,
    /// The key of its first page; `None` when nothing is asked about it.
    pub page: Option<String>,
    /// The key of the first of its pages on which an answer is missing or wrong.
    pub unfinished: Option<String>,
    /// Whether nothing has been answered about it that a fresh one does not hold.
    pub blank: bool,
}

impl Field {
    /// Tells whether the answer is missing or wrong; a rule that cannot be applied is not the person's to mend.
    pub fn is_wrong(&self) -> bool {
        self.problem
            .as_ref()
            .is_some_and(|(kind, _)| *kind != FlagKind::UnclearRule)
    }
}

impl Page {
    /// Lists the questions that are asked on the page, not only shown.
    pub fn asked(&self) -> impl Iterator<Item = &Field> {
        let items = match &self.kind {
            PageKind::Questions(items) => items.as_slice(),
            PageKind::Repeat(_) => &[],
        };
        items.iter().filter_map(|item| match item {
            Item::Field(field) if !field.readonly => Some(field),
            _ => None,
        })
    }

    /// Tells whether an answer of the page is missing or wrong.
    pub fn is_unfinished(&self) -> bool {
        self.asked().any(Field::is_wrong)
    }
}

/// Lists the pages a person goes through, as their answers stand.
pub fn pages(form: &Form, env: &Env, instance: &Instance, language: &str) -> Vec<Page> {
    env.refuel();
    let speaker = Speaker::new(form, language);
    let Some(root) = instance.doc.root() else {
        return Vec::new();
    };
    let mut pager = Pager {
        form,
        env,
        instance,
        speaker: &speaker,
        pages: Vec::new(),
        keys: NO_KEYS.map(str::to_owned).into(),
        within: Vec::new(),
        inside: Vec::new(),
    };
    pager.section(&form.body, root, &form.title, &mut None);
    pager.pages
}

struct Pager<'a> {
    form: &'a Form,
    env: &'a Env,
    instance: &'a Instance,
    speaker: &'a Speaker<'a>,
    pages: Vec<Page>,
    /// Keys that are taken.
    keys: HashSet<String>,
    within: Vec<String>,
    inside: Vec<Inside>,
}

impl Pager<'_> {
    /// Makes pages of a list of controls below a node; `key` names the first page when given.
    fn section(&mut self, controls: &[Control], at: NodeId, title: &str, key: &mut Option<String>) {
        let mut run = Vec::new();
        for control in controls {
            match control {
                Control::Question(question) => run.extend(self.field(question, at).map(Item::Field)),
                Control::Group(group) => {
                    self.turn(&mut run, title, key);
                    self.group(group, at);
                }
                Control::Repeat(repeat) => {
                    self.turn(&mut run, title, key);
                    self.repeat(repeat, at);
                }
            }
        }
        self.turn(&mut run, title, key);
    }

    /// Ends a page when there is something on it.
    fn turn(&mut self, run: &mut Vec<Item>, title: &str, key: &mut Option<String>) {
        let first = run.iter().find_map(|item| {
            if let Item::Field(field) = item {
                Some(field.path.clone())
            } else {
                None
            }
        });
        if let Some(first) = first {
            let key = key.take().unwrap_or_else(|| key_of(&first));
            let key = self.unique(key);
            self.pages.push(Page {
                key,
                title: title.to_owned(),
                within: self.within.clone(),
                inside: self.inside.clone(),
                kind: PageKind::Questions(std::mem::take(run)),
            });
        }
        run.clear();
    }

    fn group(&mut self, group: &Group, at: NodeId) {
        let node = match group.def {
            Some(def) => match self.nearest(def, at) {
                Some(node) if self.instance.is_relevant(node) => node,
                _ => return,
            },
            None => at,
        };
        let label = self.say(group.label.as_ref(), node);
        let title = if label.is_empty() {
            self.within
                .last()
                .cloned()
                .unwrap_or_else(|| self.form.title.clone())
        } else {
            label.clone()
        };
        let mut key = group.def.map(|_| key_of(&self.instance.path(node)));
        if group
            .appearance
            .split_whitespace()
            .any(|a| a == "field-list" || a == "table-list")
        {
            let mut run = Vec::new();
            let mut repeats = Vec::new();
            self.gather(&group.controls, node, &mut run, &mut repeats);
            self.turn(&mut run, &title, &mut key);
            for (repeat, parent) in repeats {
                self.repeat(repeat, parent);
            }
            return;
        }
        let pushed = !label.is_empty() && group.controls.iter().any(|c| !matches!(c, Control::Question(_)));
        if pushed {
            self.within.push(label);
        }
        self.section(&group.controls, node, &title, &mut key);
        if pushed {
            self.within.pop();
        }
    }

    /// Collects everything of a group that is shown on one page.
    fn gather<'c>(
        &self,
        controls: &'c [Control],
        at: NodeId,
        run: &mut Vec<Item>,
        repeats: &mut Vec<(&'c Repeat, NodeId)>,
    ) {
        for control in controls {
            match control {
                Control::Question(question) => run.extend(self.field(question, at).map(Item::Field)),
                Control::Group(group) => {
                    let node = match group.def {
                        Some(def) => match self.nearest(def, at) {
                            Some(node) if self.instance.is_relevant(node) => node,
                            _ => continue,
                        },
                        None => at,
                    };
                    let label = self.say(group.label.as_ref(), node);
                    let before = run.len();
                    self.gather(&group.controls, node, run, repeats);
                    if !label.is_empty() && run.len() > before {
                        run.insert(before, Item::Heading(label));
                    }
                }
                Control::Repeat(repeat) => repeats.push((repeat, at)),
            }
        }
    }

    fn repeat(&mut self, repeat: &Repeat, at: NodeId) {
        let parent_def = self.form.def(repeat.def).parent.unwrap_or(0);
        let Some(parent) = self.nearest(parent_def, at) else {
            return;
        };
        if !self.instance.is_relevant(parent) {
            return;
        }
        // An entry keeps its number when another has become irrelevant.
        let nodes: Vec<(usize, NodeId)> = self
            .instance
            .repeats(parent, repeat.def)
            .into_iter()
            .enumerate()
            .filter(|&(_, node)| self.instance.is_relevant(node))
            .collect();
        let Some(rule) = &self.form.def(repeat.def).repeat else {
            return;
        };
        // A repeat without entries says nothing about its relevance; it is asked as its own rule says for the place it would stand.
        if nodes.is_empty() && rule.count.is_none() && !self.could_stand(repeat.def, parent) {
            return;
        }
        let open = rule.count.is_none() && !rule.fixed;
        if nodes.is_empty() && !open {
            return;
        }
        let label = self.say(repeat.label.as_ref(), parent);
        let title = if label.is_empty() {
            self.form.def(repeat.def).name.to_string()
        } else {
            label
        };
        let list = self.unique(key_of(&format!(
            "{}/{}",
            self.instance.path(parent),
            self.form.def(repeat.def).name
        )));
        let mut entries = Vec::new();
        for (at, (number, node)) in nodes.into_iter().enumerate() {
            let own_title = self
                .entry_title(repeat, node)
                .unwrap_or_else(|| format!("{title} {}", number + 1));
            let first = self.pages.len();
            self.within.push(own_title.clone());
            self.inside.push(Inside {
                list: list.clone(),
                entry: at,
            });
            let key = format!("{list}-{}", number + 1);
            self.section(&repeat.controls, node, &title, &mut Some(key));
            self.within.pop();
            self.inside.pop();
            let pages = &self.pages[first..];
            let is_untouched = |field: &Field| {
                let value = self.instance.value(field.node);
                value.is_empty() || value == default_of(&rule.template, self.instance.doc.tag(field.node))
            };
            entries.push(Entry {
                node,
                path: self.instance.path(node),
                title: own_title,
                page: pages.first().map(|page| page.key.clone()),
                unfinished: unfinished(pages).map(|page| page.key.clone()),
                blank: pages.iter().flat_map(Page::asked).all(is_untouched),
            });
        }
        self.pages.push(Page {
            key: list,
            title,
            within: self.within.clone(),
            inside: self.inside.clone(),
            kind: PageKind::Repeat(RepeatPage {
                def: repeat.def,
                parent,
                entries,
                open,
            }),
        });
    }

    /// Tells whether an entry added here would be relevant, by asking the rule from where it would stand.
    fn could_stand(&self, def: DefId, parent: NodeId) -> bool {
        let Some(relevant) = &self.form.bind(def).relevant else {
            return true;
        };
        let mut trial = self.instance.clone();
        match trial.add_repeat(self.form, self.env, parent, def) {
            Ok(node) => trial
                .ask(self.form, self.env, relevant, node)
                .is_ok_and(|v| v.to_boolean()),
            Err(_) => false,
        }
    }

    /// Calls an entry by its first answer in words.
    fn entry_title(&self, repeat: &Repeat, node: NodeId) -> Option<String> {
        let mut controls: Vec<&Control> = repeat.controls.iter().rev().collect();
        while let Some(control) = controls.pop() {
            match control {
                Control::Question(q) => {
                    let field = self.nearest(q.def, node)?;
                    if !self.instance.value(field).is_empty()
                        && self.form.bind(q.def).data_type == DataType::Text
                    {
                        return Some(answer(
                            self.form,
                            self.env,
                            self.instance,
                            field,
                            self.speaker
                                .form
                                .languages()
                                .get(self.speaker.language)
                                .map_or("", String::as_str),
                        ));
                    }
                }
                Control::Group(g) => controls.extend(g.controls.iter().rev()),
                Control::Repeat(_) => {}
            }
        }
        None
    }

    fn field(&self, question: &Question, at: NodeId) -> Option<Field> {
        let node = self
            .nearest(question.def, at)
            .filter(|&n| self.instance.is_relevant(n))?;
        let bind = self.form.bind(question.def);
        let holds = |expr: &Option<crate::xpath::Expr>| {
            expr.as_ref().is_some_and(|e| {
                self.instance
                    .ask(self.form, self.env, e, node)
                    .is_ok_and(|v| v.to_boolean())
            })
        };
        let world = World {
            main: &self.instance.doc,
            instances: &self.form.instances,
            env: self.env,
            texts: self.speaker,
        };
        let problem = match problem(self.form, self.env, self.instance, node, self.speaker.language) {
            Ok(problem) => problem,
            Err(message) => Some((FlagKind::UnclearRule, message)),
        };
        Some(Field {
            node,
            path: self.instance.path(node),
            label: self.say(question.label.as_ref(), node),
            hint: self.say(question.hint.as_ref(), node),
            guidance: self
                .speaker
                .guidance(&world, question.hint.as_ref(), node)
                .ok()
                .flatten()
                .unwrap_or_default(),
            media: self.speaker.media(question.label.as_ref()),
            kind: question.kind.clone(),
            data_type: bind.data_type,
            appearance: question.appearance.clone(),
            required: holds(&bind.required),
            readonly: bind.calculate.is_some() || holds(&bind.readonly),
            value: self.instance.value(node).to_owned(),
            problem,
        })
    }

    fn say(&self, wording: Option<&Wording>, node: NodeId) -> String {
        let world = World {
            main: &self.instance.doc,
            instances: &self.form.instances,
            env: self.env,
            texts: self.speaker,
        };
        wording
            .and_then(|w| self.speaker.say(&world, w, node).ok())
            .unwrap_or_default()
    }

    /// Finds the node of a definition at or below a node, in the same repeat instances.
    fn nearest(&self, def: DefId, at: NodeId) -> Option<NodeId> {
        nearest(self.form, &self.instance.doc, at, def)
    }

    /// Takes a key, or one like it when it is taken.
    fn unique(&mut self, mut key: String) -> String {
        while !self.keys.insert(key.clone()) {
            key.push('_');
        }
        key
    }
}

/// Returns what a fresh entry holds in a node.
fn default_of(template: &Doc, def: DefId) -> &str {
    let node = template.descendants(0).find(|&node| template.tag(node) == def);
    node.map_or("", |node| template.value(node))
}

/// Turns a path into a page's key: the root's name and the slashes go.
fn key_of(path: &str) -> String {
    let below = path
        .trim_start_matches('/')
        .split_once('/')
        .map_or("", |(_, rest)| rest);
    let mut key: String = below
        .chars()
        .map(|c| if matches!(c, '/' | '[') { '-' } else { c })
        .filter(|c| *c != ']')
        .collect();
    if key.is_empty() {
        key.push_str("start");
    }
    key
}
