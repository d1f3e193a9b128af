//! Which rule needs which node: the order of recalculation, and cycles found before they can hang.

use super::{
    FormError,
    form::{Choices, DefId, Form},
};
use crate::xpath::{Axis, Expr, Function, Node, Path, Step, Test};

/// A rule whose result other rules may need.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Rule {
    /// How many instances a repeat has.
    Count(DefId),
    Relevant(DefId),
    Calculate(DefId),
}

/// The rules in an order in which each finds what it needs.
#[derive(Debug, Clone, Default)]
pub(crate) struct Plan {
    pub rules: Vec<Rule>,
    /// Whether rules of one repeat instance need those of another, so that one pass may not be enough.
    pub repeated: bool,
}

/// A node that an expression reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Need {
    pub def: DefId,
    /// The lowest definition that the way from the rule's node to this one leads through: a change is felt below it only.
    pub apex: DefId,
    /// Read from another instance of the same repeat, so that it may need this rule in turn.
    elsewhere: bool,
    /// Read to choose among wordings, which the order of recalculation leaves aside.
    aside: bool,
}

/// What an expression reads.
#[derive(Debug, Default)]
pub(super) struct Needs {
    pub nodes: Vec<Need>,
    /// Positions of secondary instances.
    pub lists: Vec<usize>,
}

pub(crate) fn plan(form: &Form) -> Result<Plan, FormError> {
    let mut rules = Vec::new();
    for (id, def) in (0..).zip(&form.defs) {
        if let Some(count) = def.repeat.as_ref().and_then(|r| r.count.as_ref()) {
            // The number is counted where the repeat stands, not inside it.
            rules.push((Rule::Count(id), needs(form, count, def.parent.unwrap_or(0))));
        }
        if let Some(relevant) = &def.bind.relevant {
            rules.push((Rule::Relevant(id), needs(form, relevant, id)));
        }
        if let Some(calculate) = &def.bind.calculate {
            rules.push((Rule::Calculate(id), needs(form, calculate, id)));
        }
    }
    let index: std::collections::HashMap<Rule, usize> = rules
        .iter()
        .enumerate()
        .map(|(i, (rule, _))| (*rule, i))
        .collect();
    let mut edges: Vec<Vec<(usize, bool)>> = Vec::new();
    for (own, (rule, needs)) in rules.iter().enumerate() {
        let mut before = Vec::new();
        for need in needs.nodes.iter().filter(|n| !n.aside) {
            let mut at = Some(need.def);
            let wanted = |rule: Rule| index.get(&rule).copied();
            before.extend(wanted(Rule::Calculate(need.def)).map(|r| (r, need.elsewhere)));
            while let Some(def) = at {
                before.extend(wanted(Rule::Relevant(def)).map(|r| (r, need.elsewhere)));
                // A repeat that asks "one more?" counts itself; the rounds of recalculation settle it.
                before.extend(wanted(Rule::Count(def)).map(|r| (r, true)));
                at = form.def(def).parent;
            }
        }
        // Whether a node is relevant hangs on its ancestors, and whether it is there on their counts.
        let (Rule::Count(def) | Rule::Relevant(def) | Rule::Calculate(def)) = *rule;
        let mut at = if matches!(rule, Rule::Calculate(_)) {
            Some(def)
        } else {
            form.def(def).parent
        };
        while let Some(def) = at {
            let outer = [Rule::Relevant(def), Rule::Count(def)]
                .into_iter()
                .filter_map(|r| index.get(&r).copied());
            before.extend(outer.filter(|&r| r != own).map(|r| (r, false)));
            at = form.def(def).parent;
        }
        // `once(.)` and `if(. = '', …, .)` read the value they are about to replace; that is no cycle.
        before.retain(|&(r, _)| r != own || matches!(rule, Rule::Relevant(_) | Rule::Count(_)));
        before.sort_unstable();
        before.dedup();
        edges.push(before);
    }
    let name = |i: usize| describe(form, rules[i].0);
    if let Ok(order) = sort(&edges, |_| true) {
        return Ok(Plan {
            rules: order.into_iter().map(|i| rules[i].0).collect(),
            repeated: false,
        });
    }
    match sort(&edges, |elsewhere| !elsewhere) {
        Ok(order) => Ok(Plan {
            rules: order.into_iter().map(|i| rules[i].0).collect(),
            repeated: true,
        }),
        Err(cycle) => {
            let names: Vec<_> = cycle.iter().map(|&i| name(i)).collect();
            let message = format!(
                "these depend on each other in a circle: {}; take one reference out",
                names.join(" → ")
            );
            Err(FormError::new("model", message))
        }
    }
}

/// Finds the questions inside a counted repeat that its own count hangs on, as in "one more?".
pub(crate) fn awaited(form: &Form) -> Vec<(DefId, Vec<DefId>)> {
    let mut out = Vec::new();
    for (id, def) in (0..).zip(&form.defs) {
        let Some(count) = def.repeat.as_ref().and_then(|r| r.count.as_ref()) else {
            continue;
        };
        let mut seen: std::collections::BTreeSet<DefId> = std::collections::BTreeSet::new();
        let mut pending = vec![needs(form, count, def.parent.unwrap_or(0))];
        while let Some(needs) = pending.pop() {
            for need in needs.nodes {
                let fresh = seen.insert(need.def);
                if let Some(calculate) = form.bind(need.def).calculate.as_ref().filter(|_| fresh) {
                    pending.push(self::needs(form, calculate, need.def));
                }
            }
        }
        let is_inside =
            |d: DefId| std::iter::successors(form.def(d).parent, |&d| form.def(d).parent).any(|d| d == id);
        let awaits: Vec<DefId> = seen
            .into_iter()
            .filter(|d| form.questions.contains_key(d) && form.bind(*d).calculate.is_none() && is_inside(*d))
            .collect();
        if !awaits.is_empty() {
            out.push((id, awaits));
        }
    }
    out
}

fn describe(form: &Form, rule: Rule) -> String {
    match rule {
        Rule::Count(def) => format!("the count of {}", form.path(def)),
        Rule::Relevant(def) => format!("the relevance of {}", form.path(def)),
        Rule::Calculate(def) => format!("the calculation of {}", form.path(def)),
    }
}

/// Sorts by need, or returns one circle. Iterative, so that a long chain cannot overflow the stack.
fn sort(edges: &[Vec<(usize, bool)>], counts: impl Fn(bool) -> bool) -> Result<Vec<usize>, Vec<usize>> {
    #[derive(Clone, Copy, PartialEq)]
    enum Mark {
        New,
        Open,
        Done,
    }
    let mut marks = vec![Mark::New; edges.len()];
    let mut order = Vec::new();
    for start in 0..edges.len() {
        if marks[start] != Mark::New {
            continue;
        }
        marks[start] = Mark::Open;
        let mut stack = vec![(start, 0)];
        while let Some((at, next)) = stack.pop() {
            match edges[at].get(next) {
                Some(&(need, elsewhere)) => {
                    stack.push((at, next + 1));
                    if !counts(elsewhere) {
                        continue;
                    }
                    match marks[need] {
                        Mark::New => {
                            marks[need] = Mark::Open;
                            stack.push((need, 0));
                        }
                        Mark::Open => {
                            let from = stack.iter().position(|&(i, _)| i == need).unwrap_or(0);
                            let mut cycle: Vec<_> = stack[from..].iter().map(|&(i, _)| i).collect();
                            cycle.push(need);
                            return Err(cycle);
                        }
                        Mark::Done => {}
                    }
                }
                None => {
                    marks[at] = Mark::Done;
                    order.push(at);
                }
            }
        }
    }
    Ok(order)
}

/// Finds every node an expression of `def` may read.
pub(super) fn needs(form: &Form, expr: &Expr, def: DefId) -> Needs {
    let mut finder = Finder {
        form,
        own: def,
        found: Needs::default(),
        aside: false,
    };
    finder.node(expr.root(), Some(Start { def, apex: def }), false);
    finder.found
}

struct Finder<'a> {
    form: &'a Form,
    own: DefId,
    found: Needs,
    aside: bool,
}

/// Where a relative path begins, and the lowest definition the way there leads through.
#[derive(Debug, Clone, Copy)]
struct Start {
    def: DefId,
    apex: DefId,
}

impl Finder<'_> {
    /// Visits an expression in the context of a node, `None` when the context is outside the instance.
    fn node(&mut self, node: &Node, context: Option<Start>, elsewhere: bool) {
        match node {
            Node::Number(_) | Node::Literal(_) => {}
            Node::Or(parts) | Node::And(parts) | Node::Union(parts) => {
                parts.iter().for_each(|p| self.node(p, context, elsewhere));
            }
            Node::Compare(_, both) | Node::Arithmetic(_, both) => {
                self.node(&both.0, context, elsewhere);
                self.node(&both.1, context, elsewhere);
            }
            Node::Negate(inner) | Node::Matches(inner, _) => self.node(inner, context, elsewhere),
            Node::Path(path) => self.path(path, context, elsewhere),
            Node::Filter {
                base,
                predicates,
                steps,
            } => {
                let start = match &**base {
                    Node::Call(Function::Current, _) => Some(Start {
                        def: self.own,
                        apex: self.own,
                    }),
                    Node::Call(Function::Instance, arguments) => {
                        let own_id =
                            matches!(arguments.first(), Some(Node::Literal(id)) if self.is_primary(id));
                        if own_id {
                            self.steps(vec![], 0, steps, true, elsewhere);
                            return;
                        }
                        self.node(base, context, elsewhere);
                        None
                    }
                    other => {
                        self.node(other, context, elsewhere);
                        None
                    }
                };
                predicates.iter().for_each(|p| self.node(p, start, elsewhere));
                match start {
                    Some(start) => self.steps(vec![start.def], start.apex, steps, false, elsewhere),
                    None => steps
                        .iter()
                        .flat_map(|s| &s.predicates)
                        .for_each(|p| self.node(p, None, elsewhere)),
                }
            }
            // The function fetches from the instances it is told.
            Node::Call(Function::IndexedRepeat, arguments) => {
                let first = self.found.nodes.len();
                arguments.iter().for_each(|a| self.node(a, context, true));
                self.found.nodes[first..]
                    .iter_mut()
                    .for_each(|need| need.apex = 0);
            }
            Node::Call(function, arguments) => {
                match (function, arguments.as_slice()) {
                    (Function::Instance, [Node::Literal(id)]) => self.list(id),
                    (Function::PullData, [Node::Literal(id), ..]) => {
                        self.list(id.strip_suffix(".csv").unwrap_or(id));
                    }
                    (Function::Instance | Function::PullData, _) => {
                        self.found.lists.extend(0..self.form.instances.len());
                    }
                    (Function::ChoiceName, [_, Node::Literal(path)]) => self.choices_at(path.trim()),
                    _ => {}
                }
                arguments.iter().for_each(|a| self.node(a, context, elsewhere));
            }
        }
    }

    fn list(&mut self, id: &str) {
        let known = self.form.instances.iter().position(|(known, _)| known == id);
        self.found.lists.extend(known);
    }

    fn is_primary(&self, id: &str) -> bool {
        *id == *self.form.id && !self.form.instances.iter().any(|(known, _)| known == id)
    }

    /// Visits what the choices of a question hang on.
    fn choices_at(&mut self, path: &str) {
        let form = self.form;
        let question = resolve(form, path, self.own).and_then(|def| form.questions.get(&def));
        if let Some(question) = question
            && let Choices::Items { nodeset, .. } = &question.choices
            && !self.aside
        {
            let inner = needs_aside(form, nodeset, question.def);
            self.found.nodes.extend(inner.nodes);
            self.found.lists.extend(inner.lists);
        }
    }

    fn path(&mut self, path: &Path, context: Option<Start>, elsewhere: bool) {
        match (path.absolute, context) {
            (true, _) => {
                let apex = shared(self.form, self.own, &path.steps).0;
                self.steps(Vec::new(), apex, &path.steps, true, elsewhere);
            }
            (false, Some(start)) => self.steps(vec![start.def], start.apex, &path.steps, false, elsewhere),
            (false, None) => path
                .steps
                .iter()
                .flat_map(|s| &s.predicates)
                .for_each(|p| self.node(p, None, elsewhere)),
        }
    }

    /// Follows steps from definitions; `document` means from above the root.
    fn steps(
        &mut self,
        mut at: Vec<DefId>,
        mut apex: DefId,
        steps: &[Step],
        mut document: bool,
        mut elsewhere: bool,
    ) {
        let mut descended = false;
        for step in steps {
            let mut next: Vec<DefId> = Vec::new();
            let goes_down = matches!(
                step.axis,
                Axis::Child | Axis::SelfNode | Axis::Attribute | Axis::Descendant | Axis::DescendantOrSelf
            );
            if descended && !goes_down {
                // What is turned back from must be there, though its value is not read.
                self.found.nodes.extend(at.iter().map(|&def| Need {
                    def,
                    apex,
                    elsewhere,
                    aside: true,
                }));
            }
            descended |= goes_down && step.axis != Axis::SelfNode;
            if document {
                let below = matches!(step.axis, Axis::Descendant | Axis::DescendantOrSelf);
                let all = if below {
                    (0..).zip(&self.form.defs).map(|(id, _)| id).collect()
                } else {
                    vec![0]
                };
                next.extend(all.into_iter().filter(|&d| self.passes(d, &step.test)));
                document = step.axis == Axis::SelfNode;
            } else {
                for &def in &at {
                    let reached = match (step.axis, &step.test) {
                        // The text of a node is no definition of its own.
                        (Axis::Child, Test::Text) => vec![def],
                        (axis, _) => self.reach(def, axis),
                    };
                    next.extend(reached.into_iter().filter(|&d| self.passes(d, &step.test)));
                    let parent = self.form.def(def).parent.unwrap_or(0);
                    match step.axis {
                        Axis::Child
                        | Axis::SelfNode
                        | Axis::Attribute
                        | Axis::Descendant
                        | Axis::DescendantOrSelf => {}
                        Axis::Parent | Axis::PrecedingSibling | Axis::FollowingSibling => {
                            apex = meet(self.form, apex, parent);
                        }
                        Axis::Ancestor | Axis::AncestorOrSelf | Axis::Preceding | Axis::Following => apex = 0,
                    }
                }
            }
            let sideways = matches!(
                step.axis,
                Axis::PrecedingSibling | Axis::FollowingSibling | Axis::Preceding | Axis::Following
            );
            elsewhere |=
                sideways || (!step.predicates.is_empty() && next.iter().any(|&d| self.is_own_repeat(d)));
            for predicate in &step.predicates {
                next.clone()
                    .into_iter()
                    .for_each(|def| self.node(predicate, Some(Start { def, apex }), elsewhere));
            }
            next.sort_unstable();
            next.dedup();
            at = next;
        }
        let aside = self.aside;
        self.found.nodes.extend(at.into_iter().map(|def| Need {
            def,
            apex,
            elsewhere,
            aside,
        }));
    }

    fn reach(&self, def: DefId, axis: Axis) -> Vec<DefId> {
        let form = self.form;
        let own = form.def(def);
        match axis {
            Axis::SelfNode => vec![def],
            Axis::Child => own.children.clone(),
            Axis::Parent => own.parent.into_iter().collect(),
            Axis::Attribute => own.attributes.clone(),
            Axis::Ancestor | Axis::AncestorOrSelf => {
                std::iter::successors(Some(def), |&d| form.def(d).parent).collect()
            }
            Axis::Descendant | Axis::DescendantOrSelf => {
                let mut all = vec![def];
                let mut i = 0;
                while i < all.len() {
                    all.extend(&form.def(all[i]).children);
                    i += 1;
                }
                all
            }
            Axis::PrecedingSibling | Axis::FollowingSibling => own
                .parent
                .map(|p| form.def(p).children.clone())
                .unwrap_or_default(),
            Axis::Preceding | Axis::Following => (0..).zip(&form.defs).map(|(id, _)| id).collect(),
        }
    }

    fn passes(&self, def: DefId, test: &Test) -> bool {
        match test {
            Test::Name(name) => *self.form.def(def).name == **name,
            _ => true,
        }
    }

    /// Tells whether a definition is a repeat that the expression's own node stands in.
    fn is_own_repeat(&self, def: DefId) -> bool {
        self.form.def(def).repeat.is_some()
            && std::iter::successors(Some(self.own), |&d| self.form.def(d).parent).any(|d| d == def)
    }
}

fn needs_aside(form: &Form, expr: &Expr, def: DefId) -> Needs {
    let mut finder = Finder {
        form,
        own: def,
        found: Needs::default(),
        aside: true,
    };
    finder.node(expr.root(), Some(Start { def, apex: def }), false);
    finder.found.nodes.iter_mut().for_each(|need| need.apex = 0);
    finder.found
}

/// Follows an absolute path along a definition's ancestors, as evaluation does: the last one shared, and how many steps.
pub(super) fn shared(form: &Form, own: DefId, steps: &[Step]) -> (DefId, usize) {
    let mut chain: Vec<DefId> = std::iter::successors(Some(own), |&d| form.def(d).parent).collect();
    chain.reverse();
    let mut taken = 0;
    while taken + 1 < steps.len() && taken < chain.len() {
        let step = &steps[taken];
        let next = form.def(chain[taken]);
        let same = matches!(&step.test, Test::Name(name) if **name == *next.name);
        if !same || step.axis != Axis::Child || !step.predicates.is_empty() || next.attribute.is_some() {
            break;
        }
        taken += 1;
    }
    (taken.checked_sub(1).map_or(0, |last| chain[last]), taken)
}

/// Finds the lowest definition that two others stand in or are.
fn meet(form: &Form, a: DefId, b: DefId) -> DefId {
    let above = |d: DefId| std::iter::successors(Some(d), |&d| form.def(d).parent);
    above(a).find(|&d| above(b).any(|e| e == d)).unwrap_or(0)
}

/// Finds a definition by a path that may begin with `../`, as seen from another.
pub(super) fn resolve(form: &Form, path: &str, own: DefId) -> Option<DefId> {
    if path.starts_with('/') {
        return form.find(path);
    }
    let mut at = Some(own);
    for step in path.split('/').map(str::trim) {
        let here = form.def(at?);
        at = match step {
            "." | "" => at,
            ".." => here.parent,
            name => here
                .children
                .iter()
                .copied()
                .find(|&c| *form.def(c).name == *name),
        };
    }
    at
}
