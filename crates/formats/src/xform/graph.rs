//! Which rule needs which node: the order of recalculation, and cycles found before they can hang.

use super::{
    FormError,
    form::{DefId, Form},
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
#[derive(Debug, Clone, Copy)]
struct Need {
    def: DefId,
    /// Read from another instance of the same repeat, so that it may need this rule in turn.
    elsewhere: bool,
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
        for need in needs {
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
fn needs(form: &Form, expr: &Expr, def: DefId) -> Vec<Need> {
    let mut finder = Finder {
        form,
        own: def,
        found: Vec::new(),
    };
    finder.node(expr.root(), Some(def), false);
    finder.found
}

struct Finder<'a> {
    form: &'a Form,
    own: DefId,
    found: Vec<Need>,
}

impl Finder<'_> {
    /// Visits an expression in the context of a node, `None` when the context is outside the instance.
    fn node(&mut self, node: &Node, context: Option<DefId>, elsewhere: bool) {
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
                    Node::Call(Function::Current, _) => Some(self.own),
                    Node::Call(Function::Instance, arguments) => {
                        let own_id =
                            matches!(arguments.first(), Some(Node::Literal(id)) if **id == *self.form.id);
                        if own_id {
                            self.steps(vec![], steps, true, elsewhere);
                            return;
                        }
                        None
                    }
                    other => {
                        self.node(other, context, elsewhere);
                        None
                    }
                };
                predicates.iter().for_each(|p| self.node(p, start, elsewhere));
                match start {
                    Some(start) => self.steps(vec![start], steps, false, elsewhere),
                    None => steps
                        .iter()
                        .flat_map(|s| &s.predicates)
                        .for_each(|p| self.node(p, None, elsewhere)),
                }
            }
            // The function fetches from the instances it is told.
            Node::Call(Function::IndexedRepeat, arguments) => {
                arguments.iter().for_each(|a| self.node(a, context, true));
            }
            Node::Call(_, arguments) => arguments.iter().for_each(|a| self.node(a, context, elsewhere)),
        }
    }

    fn path(&mut self, path: &Path, context: Option<DefId>, elsewhere: bool) {
        match (path.absolute, context) {
            (true, _) => self.steps(Vec::new(), &path.steps, true, elsewhere),
            (false, Some(context)) => self.steps(vec![context], &path.steps, false, elsewhere),
            (false, None) => path
                .steps
                .iter()
                .flat_map(|s| &s.predicates)
                .for_each(|p| self.node(p, None, elsewhere)),
        }
    }

    /// Follows steps from definitions; `document` means from above the root.
    fn steps(&mut self, mut at: Vec<DefId>, steps: &[Step], mut document: bool, mut elsewhere: bool) {
        for step in steps {
            let mut next: Vec<DefId> = Vec::new();
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
                    let reached = self.reach(def, step.axis);
                    next.extend(reached.into_iter().filter(|&d| self.passes(d, &step.test)));
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
                    .for_each(|d| self.node(predicate, Some(d), elsewhere));
            }
            next.sort_unstable();
            next.dedup();
            at = next;
        }
        self.found
            .extend(at.into_iter().map(|def| Need { def, elsewhere }));
    }

    fn reach(&self, def: DefId, axis: Axis) -> Vec<DefId> {
        let form = self.form;
        let own = form.def(def);
        match axis {
            Axis::SelfNode => vec![def],
            Axis::Child => own.children.clone(),
            Axis::Parent => own.parent.into_iter().collect(),
            Axis::Attribute => Vec::new(),
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
