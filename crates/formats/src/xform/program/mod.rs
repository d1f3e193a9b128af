//! The compact program of a form: what the interpreter in `web/src/form/engine` runs with no network.
//!
//! JSON, in the shape that `web/src/form/engine/program.ts` describes. Expressions are typed trees,
//! `["+", a, b]`, whose paths are resolved to definitions: `["$", 4, 7]` climbs from the node at hand to
//! definition 4 and goes down to 7; `["^", …]` does so from the node the whole expression belongs to. What
//! only a walk by names can answer (`["/", base, step, …]`) is left to that. Rules stand in the order of
//! recalculation, each with the definitions it reads and the one below which a change is felt, so that an
//! answer sets off only what hangs on it. Choices are tables by columns, of the columns the form uses;
//! lists longer than [`MOST_ROWS`] are named only, and fetched with [`list`].
//!
//! Deliberately absent: submission addresses, encryption, positions and recordings that a phone takes in the background.

mod expressions;
mod lists;
mod rules;
mod texts;

use serde_json::{Map, Value as Json, json};

use super::{
    actions::{Action, Event},
    form::{Choice, Choices, Control, DataType, DefId, Form, Question, QuestionKind},
    parse::OPENROSA,
    text::Wording,
};
use crate::xpath::{Doc, Expr, NodeId};
use expressions::Scope;
use lists::Lists;
pub use lists::{ListQuery, list, list_rows};
use texts::Texts;

/// The shape of programs; an interpreter runs only its own.
pub const SHAPE: u32 = 1;

/// Longest list of choices that travels within a program.
pub const MOST_ROWS: usize = 500;

/// Makes the program of a form; `hash` is that of the XForm it was parsed from.
///
/// Files that the form reads should be attached before, or the program can only name them.
pub fn program(form: &Form, hash: &str) -> Json {
    let compiler = Compiler {
        form,
        lists: Lists::of(form),
        texts: Texts::of(form),
    };
    compiler.program(hash)
}

/// An object that leaves out what is absent.
struct Object(Map<String, Json>);

impl Object {
    fn new() -> Self {
        Self(Map::new())
    }

    fn with(mut self, name: &str, value: impl Into<Json>) -> Self {
        self.0.insert(name.to_owned(), value.into());
        self
    }

    fn maybe(self, name: &str, value: Option<Json>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// Adds a 1 when something holds.
    fn mark(self, name: &str, holds: bool) -> Self {
        self.maybe(name, holds.then(|| json!(1)))
    }

    fn text(self, name: &str, text: &str) -> Self {
        self.maybe(name, (!text.is_empty()).then(|| json!(text)))
    }
}

impl From<Object> for Json {
    fn from(object: Object) -> Self {
        Self::Object(object.0)
    }
}

struct Compiler<'a> {
    form: &'a Form,
    lists: Lists<'a>,
    texts: Texts<'a>,
}

impl Compiler<'_> {
    fn program(&self, hash: &str) -> Json {
        let form = self.form;
        let defs: Vec<Json> = (0..).zip(&form.defs).map(|(id, _)| self.def(id)).collect();
        let body = self.controls(&form.body, 0);
        let start = form.start.root().map(|root| tree(&form.start, root));
        let actions: Vec<Json> = form.actions.iter().map(|a| self.action(a)).collect();
        let digests = expressions::calls_digest(form);
        Object::new()
            .with("shape", SHAPE)
            .with("form", &*form.id)
            .with("version", &*form.version)
            .with("title", &*form.title)
            .with("hash", hash)
            .maybe("namespace", form.namespace.as_deref().map(Json::from))
            .with("languages", form.languages())
            .with("defs", defs)
            .with("start", start.unwrap_or(json!(0)))
            .with("rules", rules::rules(form))
            .with("actions", actions)
            .with("body", body)
            .with("texts", self.texts.columns(self))
            .maybe("textIds", self.texts.ids())
            .with("lists", self.lists.columns(self))
            .with("media", form.media())
            .maybe("uses", digests.then(|| json!(["digest"])))
            .into()
    }

    fn def(&self, id: DefId) -> Json {
        let def = self.form.def(id);
        let bind = &def.bind;
        let expr = |e: &Option<Expr>| e.as_ref().map(|e| self.expr(e, Scope::of(id)));
        let wording = |w: &Option<Wording>| w.as_ref().map(|w| self.wording(w, Scope::of(id)));
        let repeat = def.repeat.as_ref().map(|rule| {
            let template = rule.template.root().map(|root| tree(&rule.template, root));
            let at = Scope::of(def.parent.unwrap_or(0));
            Object::new()
                .with("template", template.unwrap_or(json!(id)))
                .maybe("count", rule.count.as_ref().map(|e| self.expr(e, at)))
                .mark("fixed", rule.fixed)
                .maybe("awaits", (!rule.awaits.is_empty()).then(|| json!(rule.awaits)))
                .into()
        });
        Object::new()
            .with("name", &*def.name)
            .maybe("parent", def.parent.map(Json::from))
            .mark("attribute", def.attribute.is_some())
            .text("initial", def.attribute.as_deref().unwrap_or_default())
            .mark("orx", def.namespace.as_deref() == Some(OPENROSA))
            .mark("foreign", def.attribute.is_some() && def.namespace.is_some())
            .maybe("type", type_name(bind.data_type).map(Json::from))
            .maybe("relevant", expr(&bind.relevant))
            .maybe("required", expr(&bind.required))
            .maybe("readonly", expr(&bind.readonly))
            .maybe("constraint", expr(&bind.constraint))
            .maybe("calculate", expr(&bind.calculate))
            .mark("once", bind.calculate.as_ref().is_some_and(Expr::is_settled_once))
            .maybe("constraintMsg", wording(&bind.constraint_message))
            .maybe("requiredMsg", wording(&bind.required_message))
            .maybe(
                "preload",
                bind.preload
                    .as_ref()
                    .map(|(kind, parameter)| json!([kind, parameter])),
            )
            .maybe("repeat", repeat)
            .into()
    }

    fn action(&self, action: &Action) -> Json {
        let event = match action.event {
            Event::FirstLoad => "first-load",
            Event::Load => "load",
            Event::NewRepeat => "new-repeat",
            Event::ValueChanged => "value-changed",
        };
        Object::new()
            .with("event", event)
            .with("target", action.target)
            .maybe("trigger", action.trigger.map(Json::from))
            .maybe(
                "value",
                action
                    .value
                    .as_ref()
                    .map(|e| self.expr(e, Scope::of(action.target))),
            )
            .text("fixed", &action.fixed)
            .into()
    }

    /// Writes the controls that stand below a node of `at`.
    fn controls(&self, controls: &[Control], at: DefId) -> Vec<Json> {
        let wording = |w: &Option<Wording>, at| w.as_ref().map(|w| self.wording(w, Scope::of(at)));
        let control = |control: &Control| match control {
            Control::Question(question) => self.question(question),
            Control::Group(group) => {
                let at = group.def.unwrap_or(at);
                Object::new()
                    .with("group", group.def)
                    .maybe("label", wording(&group.label, at))
                    .text("appearance", &group.appearance)
                    .with("controls", self.controls(&group.controls, at))
                    .into()
            }
            Control::Repeat(repeat) => {
                let parent = self.form.def(repeat.def).parent.unwrap_or(0);
                Object::new()
                    .with("repeat", repeat.def)
                    .maybe("label", wording(&repeat.label, parent))
                    .text("appearance", &repeat.appearance)
                    .with("controls", self.controls(&repeat.controls, repeat.def))
                    .into()
            }
        };
        controls.iter().map(control).collect()
    }

    fn question(&self, question: &Question) -> Json {
        let at = Scope::of(question.def);
        let wording = |w: &Option<Wording>| w.as_ref().map(|w| self.wording(w, at));
        let (kind, range, media_type) = match &question.kind {
            QuestionKind::Input => (None, None, None),
            QuestionKind::SelectOne => (Some("select-one"), None, None),
            QuestionKind::SelectMultiple => (Some("select-multiple"), None, None),
            QuestionKind::Rank => (Some("rank"), None, None),
            QuestionKind::Range { start, end, step } => {
                (Some("range"), Some(json!([start, end, step])), None)
            }
            QuestionKind::Upload { media_type } => (Some("upload"), None, Some(json!(media_type))),
            QuestionKind::Trigger => (Some("trigger"), None, None),
        };
        let max_pixels = self.form.bind(question.def).max_pixels;
        let listed = |fixed: &[Choice]| {
            let values: Vec<&str> = fixed.iter().map(|c| &*c.value).collect();
            let labels: Vec<Json> = fixed
                .iter()
                .map(|c| wording(&c.label).unwrap_or(json!("")))
                .collect();
            json!([values, labels])
        };
        let mut before = None;
        let (choices, items) = match &question.choices {
            Choices::None | Choices::Elsewhere => (None, None),
            Choices::Fixed(fixed) => (Some(listed(fixed)), None),
            Choices::Items {
                nodeset,
                value,
                label,
                beside,
            } => {
                before = beside.as_ref().map(|beside| json!(beside.before));
                let fixed = beside.as_ref().filter(|beside| !beside.fixed.is_empty());
                let item = Scope {
                    own: Some(question.def),
                    focus: expressions::Focus::Unknown,
                };
                let mut parts = vec![self.expr(nodeset, at), self.expr(value, item)];
                parts.extend(label.as_ref().map(|l| self.wording(l, item)));
                (
                    fixed.map(|beside| listed(&beside.fixed)),
                    Some(Json::Array(parts)),
                )
            }
        };
        Object::new()
            .with("ask", question.def)
            .maybe("kind", kind.map(Json::from))
            .maybe("label", wording(&question.label))
            .maybe("hint", wording(&question.hint))
            .text("appearance", &question.appearance)
            .maybe("mediaType", media_type)
            .maybe("maxPixels", max_pixels.map(Json::from))
            .maybe("range", range)
            .maybe("choices", choices)
            .maybe("items", items)
            .maybe("before", before)
            .into()
    }
}

/// Names a type as programs do; text goes without saying.
fn type_name(data_type: DataType) -> Option<&'static str> {
    Some(match data_type {
        DataType::Text => return None,
        DataType::Integer => "integer",
        DataType::Decimal => "decimal",
        DataType::Boolean => "boolean",
        DataType::Date => "date",
        DataType::DateTime => "dateTime",
        DataType::Time => "time",
        DataType::Geopoint => "geopoint",
        DataType::Geotrace => "geotrace",
        DataType::Geoshape => "geoshape",
        DataType::Barcode => "barcode",
        DataType::Binary => "binary",
    })
}

/// Writes a branch: a blank leaf as its definition, others with a value or with children, attributes among them.
fn tree(doc: &Doc, node: NodeId) -> Json {
    let def = doc.tag(node);
    let known = doc.attributes(node).filter(|&a| doc.tag(a) != u32::MAX);
    let below: Vec<Json> = known.chain(doc.children(node)).map(|n| tree(doc, n)).collect();
    let value = doc.value(node);
    match (below.is_empty(), value.is_empty()) {
        (true, true) => json!(def),
        (true, false) => json!([def, value]),
        // A leaf with attributes may still hold a value.
        (false, false) => json!([def, below, value]),
        (false, true) => json!([def, below]),
    }
}

#[cfg(test)]
mod tests;
