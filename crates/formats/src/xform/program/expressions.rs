//! Expressions as typed trees.

use serde_json::{Value as Json, json};

use super::{
    super::{
        form::{Choices, Control, DefId, Form},
        graph::{resolve, shared},
        text::{Part, Wording},
    },
    Compiler,
};
use crate::xpath::{Arithmetic, Axis, Comparison, Expr, Function, Node, Path, Step, Test};

/// Where an expression is evaluated, as far as it is known beforehand.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scope {
    /// The definition of the node the whole expression belongs to; `None` when several share it.
    pub own: Option<DefId>,
    pub focus: Focus,
}

/// The node at hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Focus {
    /// The node the whole expression belongs to.
    Own,
    /// Another node of the primary instance.
    Def(DefId),
    /// An item of a list, or nobody knows.
    Unknown,
}

impl Scope {
    pub fn of(def: DefId) -> Self {
        Self {
            own: Some(def),
            focus: Focus::Own,
        }
    }

    /// The scope of what several nodes share.
    pub fn shared() -> Self {
        Self {
            own: None,
            focus: Focus::Own,
        }
    }

    fn inside(self, focus: Focus) -> Self {
        Self { focus, ..self }
    }

    /// Returns the definition of the node at hand.
    fn def(self) -> Option<DefId> {
        match self.focus {
            Focus::Own => self.own,
            Focus::Def(def) => Some(def),
            Focus::Unknown => None,
        }
    }
}

impl Compiler<'_> {
    pub fn expr(&self, expr: &Expr, scope: Scope) -> Json {
        self.node(expr.root(), scope)
    }

    fn nodes(&self, name: &str, parts: &[Node], scope: Scope) -> Json {
        let mut out = vec![json!(name)];
        out.extend(parts.iter().map(|p| self.node(p, scope)));
        Json::Array(out)
    }

    fn node(&self, node: &Node, scope: Scope) -> Json {
        match node {
            #[allow(clippy::cast_possible_truncation)]
            Node::Number(n) if n.fract() == 0.0 && n.abs() < 1e15 => json!(*n as i64),
            Node::Number(n) => json!(n),
            Node::Literal(text) => json!(text),
            Node::Or(parts) => self.nodes("or", parts, scope),
            Node::And(parts) => self.nodes("and", parts, scope),
            Node::Union(parts) => self.nodes("|", parts, scope),
            Node::Compare(comparison, both) => {
                let name = match comparison {
                    Comparison::Equal => "=",
                    Comparison::NotEqual => "!=",
                    Comparison::Less => "<",
                    Comparison::LessOrEqual => "<=",
                    Comparison::Greater => ">",
                    Comparison::GreaterOrEqual => ">=",
                };
                json!([name, self.node(&both.0, scope), self.node(&both.1, scope)])
            }
            Node::Arithmetic(operator, both) => {
                let name = match operator {
                    Arithmetic::Add => "+",
                    Arithmetic::Subtract => "-",
                    Arithmetic::Multiply => "*",
                    Arithmetic::Divide => "div",
                    Arithmetic::Remainder => "mod",
                };
                json!([name, self.node(&both.0, scope), self.node(&both.1, scope)])
            }
            Node::Negate(inner) => json!(["neg", self.node(inner, scope)]),
            Node::Path(path) => self.path(path, scope),
            Node::Filter {
                base,
                predicates,
                steps,
            } => self.filter(base, predicates, steps, scope),
            Node::Matches(value, pattern) => {
                json!(["regex", self.node(value, scope), pattern.as_str()])
            }
            Node::Call(function, arguments) => self.call(*function, arguments, scope),
        }
    }

    fn call(&self, function: Function, arguments: &[Node], scope: Scope) -> Json {
        match (function, arguments) {
            (Function::True, _) => json!(true),
            (Function::False, _) => json!(false),
            (Function::Current, _) => match scope.own {
                Some(own) => json!(["^", own]),
                None => json!(["current"]),
            },
            (Function::Instance, [Node::Literal(id)]) => match self.lists.position(id) {
                Some(list) => json!(["i", list]),
                None if **id == *self.form.id => json!(["doc"]),
                None => self.nodes(function.name(), arguments, scope),
            },
            (Function::Itext, [Node::Literal(id)]) => self.texts.said(id),
            (Function::IndexedRepeat, _) => self
                .indexed_repeat(arguments, scope)
                .unwrap_or_else(|| json!(["error", "indexed-repeat(): the questions and repeats must be plain paths, the outermost repeat first"])),
            _ => self.nodes(function.name(), arguments, scope),
        }
    }

    /// `["indexed-repeat", question, repeat, number, …]` with definitions for paths.
    fn indexed_repeat(&self, arguments: &[Node], scope: Scope) -> Option<Json> {
        if arguments.len().is_multiple_of(2) {
            return None;
        }
        let plain = |node: &Node| match node {
            Node::Path(path) => self.plain_def(path, scope.own?),
            _ => None,
        };
        let is_below = |def: DefId, top: DefId| {
            std::iter::successors(Some(def), |&d| self.form.def(d).parent).any(|d| d == top)
        };
        let target = plain(&arguments[0])?;
        let mut out = vec![json!("indexed-repeat"), json!(target)];
        let mut outer: Option<DefId> = None;
        for pair in arguments[1..].chunks(2) {
            let repeat = plain(&pair[0])?;
            if !is_below(target, repeat) || outer.is_some_and(|o| o == repeat || !is_below(repeat, o)) {
                return None;
            }
            outer = Some(repeat);
            out.push(json!(repeat));
            out.push(self.node(&pair[1], scope));
        }
        Some(Json::Array(out))
    }

    fn plain_def(&self, path: &Path, own: DefId) -> Option<DefId> {
        let mut names = Vec::new();
        for step in &path.steps {
            match (step.axis, &step.test) {
                (Axis::SelfNode, _) => {}
                (Axis::Parent, _) => names.push(".."),
                (Axis::Child, Test::Name(name)) => names.push(name),
                _ => return None,
            }
        }
        let joined = names.join("/");
        if path.absolute {
            self.form.find(&format!("/{joined}"))
        } else {
            resolve(self.form, &joined, own)
        }
    }

    fn path(&self, path: &Path, scope: Scope) -> Json {
        if !path.absolute {
            return match scope.def() {
                Some(def) => self.resolved("$", def, &path.steps, scope),
                None => match self.column(&path.steps) {
                    Some(column) => column,
                    None => self.walked(json!(["."]), &path.steps, scope.inside(Focus::Unknown)),
                },
            };
        }
        let Some(own) = scope.own else {
            return self.walked(json!(["abs"]), &path.steps, scope.inside(Focus::Unknown));
        };
        let (apex, taken) = shared(self.form, own, &path.steps);
        let steps = &path.steps[taken..];
        match steps.split_first() {
            _ if taken > 0 => self.resolved("^", apex, steps, scope),
            // The whole path is the root's.
            Some((root, rest))
                if root.axis == Axis::Child
                    && root.predicates.is_empty()
                    && matches!(&root.test, Test::Name(name) if **name == *self.form.def(0).name) =>
            {
                self.resolved("^", 0, rest, scope)
            }
            _ => self.walked(json!(["doc"]), steps, scope.inside(Focus::Unknown)),
        }
    }

    /// Follows steps from a known definition as far as plain names lead; the rest is walked by name.
    fn resolved(&self, from: &str, start: DefId, steps: &[Step], scope: Scope) -> Json {
        let form = self.form;
        let (mut apex, mut below) = (start, Vec::new());
        let mut taken = 0;
        for step in steps {
            let at = below.last().copied().unwrap_or(apex);
            let named =
                |places: &[DefId], name: &str| places.iter().copied().find(|&d| *form.def(d).name == *name);
            if !step.predicates.is_empty() {
                break;
            }
            match (step.axis, &step.test) {
                (Axis::SelfNode, Test::AnyNode) => {}
                (Axis::Parent, Test::AnyNode) if below.is_empty() => match form.def(at).parent {
                    Some(parent) => apex = parent,
                    None => break,
                },
                (Axis::Child, Test::Name(name)) => match named(&form.def(at).children, name) {
                    Some(def) => below.push(def),
                    None => return json!(["|"]),
                },
                (Axis::Attribute, Test::Name(name)) => match named(&form.def(at).attributes, name) {
                    Some(def) => below.push(def),
                    None => return json!(["|"]),
                },
                _ => break,
            }
            taken += 1;
        }
        let last = below.last().copied().unwrap_or(apex);
        let mut base = vec![json!(from), json!(apex)];
        base.extend(below.into_iter().map(Json::from));
        self.walked(Json::Array(base), &steps[taken..], scope.inside(Focus::Def(last)))
    }

    /// `["/", base, step, …]`; the base alone when there are no steps.
    fn walked(&self, base: Json, steps: &[Step], scope: Scope) -> Json {
        if steps.is_empty() {
            return base;
        }
        let mut out = vec![json!("/"), base];
        let mut scope = scope;
        for step in steps {
            scope = scope.inside(self.reached(scope, step));
            out.push(self.step(step, scope));
        }
        Json::Array(out)
    }

    /// Returns what is known of the nodes a step leads to.
    fn reached(&self, scope: Scope, step: &Step) -> Focus {
        let Some(at) = scope.def() else {
            return Focus::Unknown;
        };
        let own = self.form.def(at);
        let named = |places: &[DefId], name: &str| {
            places
                .iter()
                .copied()
                .find(|&d| *self.form.def(d).name == *name)
                .map_or(Focus::Unknown, Focus::Def)
        };
        match (step.axis, &step.test) {
            (Axis::SelfNode, Test::AnyNode) => Focus::Def(at),
            (Axis::Parent, Test::AnyNode) => own.parent.map_or(Focus::Unknown, Focus::Def),
            (Axis::Child, Test::Name(name)) => named(&own.children, name),
            (Axis::Attribute, Test::Name(name)) => named(&own.attributes, name),
            (Axis::PrecedingSibling | Axis::FollowingSibling, Test::Name(name)) => match own.parent {
                Some(parent) => named(&self.form.def(parent).children, name),
                None => Focus::Unknown,
            },
            _ => Focus::Unknown,
        }
    }

    fn step(&self, step: &Step, scope: Scope) -> Json {
        let axis = match step.axis {
            Axis::Ancestor => "ancestor",
            Axis::AncestorOrSelf => "ancestor-or-self",
            Axis::Attribute => "@",
            Axis::Child => "child",
            Axis::Descendant => "descendant",
            Axis::DescendantOrSelf => "descendant-or-self",
            Axis::Following => "following",
            Axis::FollowingSibling => "following-sibling",
            Axis::Parent => "parent",
            Axis::Preceding => "preceding",
            Axis::PrecedingSibling => "preceding-sibling",
            Axis::SelfNode => "self",
        };
        let test = match &step.test {
            Test::AnyName => "*",
            Test::Name(name) => &**name,
            Test::AnyNode => "",
            Test::Text => "#",
        };
        if step.axis == Axis::Child && step.predicates.is_empty() && matches!(step.test, Test::Name(_)) {
            return json!(test);
        }
        let mut out = vec![json!(axis), json!(test)];
        out.extend(step.predicates.iter().map(|p| self.node(p, scope)));
        Json::Array(out)
    }

    /// `["c", name]`: one child of the item at hand.
    fn column(&self, steps: &[Step]) -> Option<Json> {
        match steps {
            [
                Step {
                    axis: Axis::Child,
                    test: Test::Name(name),
                    predicates,
                },
            ] if predicates.is_empty() => Some(json!(["c", name])),
            _ => None,
        }
    }

    fn filter(&self, base: &Node, predicates: &[Node], steps: &[Step], scope: Scope) -> Json {
        if let (Node::Call(Function::Current, _), [], Some(own)) = (base, predicates, scope.own) {
            return self.resolved("^", own, steps, scope);
        }
        let mut out = self.node(base, scope);
        let focus = match base {
            Node::Call(Function::Current, _) => scope.own.map_or(Focus::Unknown, Focus::Def),
            _ => Focus::Unknown,
        };
        if !predicates.is_empty() {
            let mut filter = vec![json!("["), out];
            filter.extend(predicates.iter().map(|p| self.node(p, scope.inside(focus))));
            out = Json::Array(filter);
        }
        self.walked(out, steps, scope.inside(focus))
    }

    pub fn parts(&self, parts: &[Part], scope: Scope) -> Json {
        match parts {
            [] => json!(""),
            [Part::Text(text)] => json!(text),
            parts => parts
                .iter()
                .map(|part| match part {
                    Part::Text(text) => json!(text),
                    Part::Output(expr) => json!([self.expr(expr, scope)]),
                })
                .collect(),
        }
    }

    pub fn wording(&self, wording: &Wording, scope: Scope) -> Json {
        match wording {
            Wording::Fixed(parts) => match self.parts(parts, scope) {
                Json::String(text) => json!(text),
                parts => json!({ "parts": parts }),
            },
            Wording::Translated(id) => self.texts.wording(id),
            Wording::Computed(expr) => json!({ "is": self.expr(expr, scope) }),
        }
    }
}

/// Tells whether any expression of the form makes a digest, if only of a seed.
pub(super) fn calls_digest(form: &Form) -> bool {
    let mut found = false;
    every(form, &mut |expr| {
        expr.root().visit(&mut |node| {
            found |= match node {
                Node::Call(Function::Digest, _) => true,
                Node::Call(Function::Randomize, arguments) => arguments
                    .get(1)
                    .is_some_and(|seed| !matches!(seed, Node::Number(_))),
                _ => false,
            }
        });
    });
    found
}

/// Shows every expression of a form.
pub(super) fn every(form: &Form, see: &mut dyn FnMut(&Expr)) {
    for def in &form.defs {
        let bind = &def.bind;
        let own = [
            &bind.relevant,
            &bind.required,
            &bind.readonly,
            &bind.constraint,
            &bind.calculate,
        ];
        own.into_iter().flatten().for_each(&mut *see);
        def.repeat
            .iter()
            .filter_map(|r| r.count.as_ref())
            .for_each(&mut *see);
        let said = [&bind.constraint_message, &bind.required_message];
        said.into_iter().flatten().for_each(|w| of_wording(w, see));
    }
    form.actions
        .iter()
        .filter_map(|a| a.value.as_ref())
        .for_each(&mut *see);
    for translation in form.itext.texts.iter().flatten().flatten() {
        for parts in [&translation.text, &translation.guidance].into_iter().flatten() {
            of_parts(parts, see);
        }
    }
    let mut stack: Vec<&Control> = form.body.iter().collect();
    while let Some(control) = stack.pop() {
        match control {
            Control::Group(g) => {
                g.label.iter().for_each(|w| of_wording(w, see));
                stack.extend(&g.controls);
            }
            Control::Repeat(r) => {
                r.label.iter().for_each(|w| of_wording(w, see));
                stack.extend(&r.controls);
            }
            Control::Question(q) => {
                q.label.iter().chain(&q.hint).for_each(|w| of_wording(w, see));
                match &q.choices {
                    Choices::None | Choices::Elsewhere => {}
                    Choices::Fixed(fixed) => {
                        fixed
                            .iter()
                            .filter_map(|c| c.label.as_ref())
                            .for_each(|w| of_wording(w, see));
                    }
                    Choices::Items {
                        nodeset,
                        value,
                        label,
                        beside,
                    } => {
                        see(nodeset);
                        see(value);
                        let fixed = beside.iter().flat_map(|beside| &beside.fixed);
                        label
                            .iter()
                            .chain(fixed.filter_map(|c| c.label.as_ref()))
                            .for_each(|w| of_wording(w, see));
                    }
                }
            }
        }
    }
}

fn of_wording(wording: &Wording, see: &mut dyn FnMut(&Expr)) {
    match wording {
        Wording::Fixed(parts) => of_parts(parts, see),
        Wording::Translated(_) => {}
        Wording::Computed(expr) => see(expr),
    }
}

fn of_parts(parts: &[Part], see: &mut dyn FnMut(&Expr)) {
    for part in parts {
        if let Part::Output(expr) = part {
            see(expr);
        }
    }
}
