//! What is odd about a submission on arrival: flags, never refusals.

use std::collections::HashSet;

use super::{
    FormError,
    form::{Choices, Form, Question, QuestionKind},
    instance::{Instance, UNKNOWN},
    pages::offered,
    text::{Speaker, Wording, items},
};
use crate::xpath::{Env, EvalError, Expr, Function, Node, NodeId, World};

/// Nodes of `meta` that a client may add on its own.
const CLIENTS_OWN: [&str; 10] = [
    "meta",
    "instanceID",
    "instanceName",
    "deprecatedID",
    "timeStart",
    "timeEnd",
    "userID",
    "deviceID",
    "audit",
    "entity",
];

/// Most flags kept of one submission.
const MOST_FLAGS: usize = 200;

/// One odd thing about a submission.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Flag {
    pub kind: FlagKind,
    /// Where: `/data/member[2]/age`.
    pub path: String,
    /// What the form says, or what was expected; in the form's default language.
    pub message: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FlagKind {
    /// A node that the form version does not have.
    UnknownNode,
    /// A required question that was asked and not answered.
    MissingRequired,
    BrokenConstraint,
    /// An answer to a question that should not have been asked.
    NotRelevant,
    /// An answer that is not among the choices offered.
    UnknownChoice,
    /// A value that is not of its question's type.
    WrongType,
    /// A rule of the form that could not be evaluated.
    UnclearRule,
}

impl FlagKind {
    /// Returns the stable code: `missing-required`.
    pub fn code(self) -> &'static str {
        match self {
            Self::UnknownNode => "unknown-node",
            Self::MissingRequired => "missing-required",
            Self::BrokenConstraint => "broken-constraint",
            Self::NotRelevant => "not-relevant",
            Self::UnknownChoice => "unknown-choice",
            Self::WrongType => "wrong-type",
            Self::UnclearRule => "unclear-rule",
        }
    }
}

/// Reads a submission and flags what is odd about it; an error only when it is no instance of the form at all.
pub fn check(form: &Form, env: &Env, xml: &str) -> Result<(Instance, Vec<Flag>), FormError> {
    let mut instance = Instance::read(form, xml)?;
    let flags = flags(form, env, &mut instance);
    Ok((instance, flags))
}

/// Flags what is odd about an instance; its values stay as they are.
pub fn flags(form: &Form, env: &Env, instance: &mut Instance) -> Vec<Flag> {
    instance.judge(form, env);
    let mut checker = Checker {
        form,
        env,
        instance,
        flags: Vec::new(),
    };
    for trouble in instance.troubles() {
        checker.flag(
            FlagKind::UnclearRule,
            trouble.path.clone(),
            trouble.message.clone(),
        );
    }
    for &node in &instance.unknown {
        let name = instance.doc.name(node);
        if !CLIENTS_OWN.contains(&name) {
            checker.flag(
                FlagKind::UnknownNode,
                instance.path(node),
                format!("the form has no {name:?} here"),
            );
        }
    }
    for node in instance.doc.descendants(0).skip(1) {
        if instance.doc.tag(node) != UNKNOWN {
            checker.node(node);
        }
    }
    checker.flags
}

struct Checker<'a> {
    form: &'a Form,
    env: &'a Env,
    instance: &'a Instance,
    flags: Vec<Flag>,
}

impl Checker<'_> {
    fn flag(&mut self, kind: FlagKind, path: String, message: String) {
        if self.flags.len() < MOST_FLAGS {
            self.flags.push(Flag { kind, path, message });
        }
    }

    fn node(&mut self, node: NodeId) {
        let (form, instance) = (self.form, self.instance);
        let rules = form.def(instance.doc.tag(node));
        if !rules.children.is_empty() {
            return;
        }
        let value = instance.value(node);
        if instance.doc.is_hidden(node) {
            // What a form fills in by itself is no answer.
            if !value.is_empty() && rules.bind.calculate.is_none() && rules.bind.preload.is_none() {
                self.flag(
                    FlagKind::NotRelevant,
                    instance.path(node),
                    "answered, but the form does not ask it here".into(),
                );
            }
            return;
        }
        match problem(form, self.env, instance, node, 0) {
            Ok(Some((kind, message))) => self.flag(kind, instance.path(node), message),
            Ok(None) => {}
            Err(message) => self.flag(FlagKind::UnclearRule, instance.path(node), message),
        }
    }
}

/// Finds what is wrong with the value of a relevant node, in one language; `Err` when a rule cannot be evaluated.
pub(super) fn problem(
    form: &Form,
    env: &Env,
    instance: &Instance,
    node: NodeId,
    language: usize,
) -> Result<Option<(FlagKind, String)>, String> {
    let def = instance.doc.tag(node);
    let rules = &form.def(def).bind;
    let value = instance.value(node);
    let message = |wording: &Option<Wording>, otherwise: &str| -> String {
        let speaker = Speaker { form, language };
        let world = World {
            main: &instance.doc,
            instances: &form.instances,
            env,
            texts: &speaker,
        };
        let said = wording
            .as_ref()
            .and_then(|w| speaker.say(&world, w, node).ok())
            .filter(|m| !m.is_empty());
        said.unwrap_or_else(|| otherwise.to_owned())
    };
    if value.is_empty() {
        let required = match &rules.required {
            Some(expr) => instance.ask(form, env, expr, node)?.to_boolean(),
            None => false,
        };
        // A calculation's blank is the form's doing.
        let asked = form.questions.contains_key(&def) || rules.calculate.is_none();
        return Ok(
            (required && asked).then(|| (FlagKind::MissingRequired, message(&rules.required_message, "")))
        );
    }
    if !rules.data_type.accepts(value) {
        return Ok(Some((
            FlagKind::WrongType,
            format!("{value:?} is not a {}", rules.data_type.name()),
        )));
    }
    if let Some(question) = form.questions.get(&def) {
        if let Some(stray) = stray_choice(form, env, instance, question, node).map_err(|e| e.0)? {
            return Ok(Some((
                FlagKind::UnknownChoice,
                format!("{stray:?} is not one of the choices"),
            )));
        }
        if let Some(message) = out_of_bounds(form, env, instance, question, node) {
            return Ok(Some((FlagKind::WrongType, message)));
        }
    }
    if let Some(expr) = &rules.constraint
        && !instance.ask(form, env, expr, node)?.to_boolean()
    {
        return Ok(Some((
            FlagKind::BrokenConstraint,
            message(&rules.constraint_message, expr.source()),
        )));
    }
    Ok(None)
}

/// Says which bounds an answer breaks that the question itself sets, whatever the form's constraint says.
fn out_of_bounds(
    form: &Form,
    env: &Env,
    instance: &Instance,
    question: &Question,
    node: NodeId,
) -> Option<String> {
    let value = instance.value(node);
    match question.kind {
        QuestionKind::Range { start, end, step } => {
            let number: f64 = value.parse().ok()?;
            let steps = (number - start) / step;
            let is_between = (start.min(end)..=start.max(end)).contains(&number);
            // A step of a tenth is not exact in binary.
            let is_on_step = step == 0.0 || (steps - steps.round()).abs() < 1e-6;
            (!is_between || !is_on_step)
                .then(|| format!("{value} is not between {start} and {end} in steps of {step}"))
        }
        QuestionKind::Rank => {
            let ranked: Vec<&str> = value.split_whitespace().collect();
            let once: HashSet<&str> = ranked.iter().copied().collect();
            let n_offered = offered(form, env, instance, node, "").len();
            let is_whole = once.len() == ranked.len() && (n_offered == 0 || ranked.len() == n_offered);
            (!is_whole).then(|| "does not give each choice one place".to_owned())
        }
        _ => None,
    }
}

/// Finds an answered choice that is not offered.
fn stray_choice(
    form: &Form,
    env: &Env,
    instance: &Instance,
    question: &Question,
    node: NodeId,
) -> Result<Option<String>, EvalError> {
    let value = instance.value(node);
    let answers: Vec<&str> = match question.kind {
        QuestionKind::SelectMultiple | QuestionKind::Rank => value.split_whitespace().collect(),
        QuestionKind::SelectOne => vec![value],
        _ => return Ok(None),
    };
    match &question.choices {
        Choices::None | Choices::Elsewhere => Ok(None),
        Choices::Fixed(fixed) => Ok(answers
            .into_iter()
            .find(|a| !fixed.iter().any(|c| c.value == *a))
            .map(str::to_owned)),
        Choices::Items {
            nodeset,
            value,
            beside,
            ..
        } => {
            if let Some(id) = reads_instance(nodeset)
                && form.externals.iter().any(|e| e.id == id && !e.attached)
            {
                // The list's file is not here, so nobody can say.
                return Ok(None);
            }
            let speaker = Speaker { form, language: 0 };
            let world = World {
                main: &instance.doc,
                instances: &form.instances,
                env,
                texts: &speaker,
            };
            let mut wanted: HashSet<&str> = answers.iter().copied().collect();
            for choice in beside.iter().flat_map(|beside| &beside.fixed) {
                wanted.remove(&*choice.value);
            }
            for item in items(&world, nodeset, node)? {
                // Lists are long and their value is nearly always a plain column, which needs no evaluation.
                match value.child_name() {
                    Some(column) => wanted.remove(
                        world
                            .doc(item.doc)
                            .child_value(item.node, column)
                            .unwrap_or_default(),
                    ),
                    None => wanted.remove(&*world.evaluate_at(value, item, node)?.to_text(&world)),
                };
                if wanted.is_empty() {
                    break;
                }
            }
            Ok(answers
                .into_iter()
                .find(|a| wanted.contains(a))
                .map(str::to_owned))
        }
    }
}

/// Returns the id of the instance an expression begins with.
fn reads_instance(expr: &Expr) -> Option<String> {
    let mut found = None;
    expr.root().visit(&mut |node| {
        if let Node::Call(Function::Instance, arguments) = node
            && let Some(Node::Literal(id)) = arguments.first()
        {
            found.get_or_insert_with(|| id.to_string());
        }
    });
    found
}
