//! Evaluation of paths, operators and predicates; functions are next door.

use std::{borrow::Cow, cell::Cell, collections::BTreeMap, sync::Arc};

use super::{
    EvalError,
    ast::{Arithmetic, Axis, Comparison, Expr, Function, Node, Path, Step, Test},
    dates::Moment,
    doc::{Doc, NodeId, NodeRef},
    functions,
    value::Value,
};

/// Node visits that one recalculation may spend; a hostile form ends in an error instead of a hang.
const FUEL: u64 = 10_000_000;

/// What an evaluation may know of the outside: the time, chance, the device, and how much work it may do.
#[derive(Debug)]
pub struct Env {
    pub now: Moment,
    /// Answers of `jr:preload="property"`: `deviceid`, `username`, `email`, `phonenumber`.
    pub properties: BTreeMap<String, String>,
    dice: Cell<[u64; 2]>,
    fuel: Cell<u64>,
}

impl Env {
    /// Makes an environment; `seed` is fresh randomness, or fixed in tests.
    pub fn new(now: Moment, seed: u128) -> Self {
        // An all-zero state would never change.
        let [low, high] =
            [seed & u128::from(u64::MAX), seed >> 64].map(|half| u64::try_from(half).unwrap_or(0));
        Self {
            now,
            properties: BTreeMap::new(),
            dice: Cell::new([low ^ 0x9e37_79b9_7f4a_7c15, high | 1]),
            fuel: Cell::new(FUEL),
        }
    }

    /// Fills the tank again; called at the start of every piece of work.
    pub fn refuel(&self) {
        self.fuel.set(FUEL);
    }

    /// Throws the dice: xoroshiro128++ (D. Blackman and S. Vigna, 2019).
    pub fn random(&self) -> u64 {
        let [a, mut b] = self.dice.get();
        let out = a.wrapping_add(b).rotate_left(17).wrapping_add(a);
        b ^= a;
        self.dice
            .set([a.rotate_left(49) ^ b ^ (b << 21), b.rotate_left(28)]);
        out
    }

    /// Makes a random UUID (RFC 9562, version 4).
    pub fn uuid(&self) -> String {
        let (high, low) = (
            self.random() & !0xf000 | 0x4000,
            self.random() & !(3 << 62) | (1 << 63),
        );
        format!(
            "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
            high >> 32,
            high >> 16 & 0xffff,
            high & 0xffff,
            low >> 48,
            low & 0xffff_ffff_ffff
        )
    }

    pub(super) fn spend(&self, steps: usize) -> Result<(), EvalError> {
        let left = self.fuel.get().saturating_sub(steps as u64 + 1);
        self.fuel.set(left);
        if left == 0 {
            return Err(EvalError::new(
                "the form's expressions need too much work; make them refer to fewer nodes",
            ));
        }
        Ok(())
    }
}

/// Answers what depends on a form's texts and questions.
pub trait Texts {
    /// Finds a translated text by its id.
    fn itext(&self, id: &str) -> Option<String>;

    /// Finds the label of a choice of the question at `path`, as seen from `context`.
    fn choice_name(
        &self,
        world: &World<'_>,
        value: &str,
        path: &str,
        context: NodeId,
    ) -> Result<String, EvalError>;
}

/// Everything an expression can see.
#[derive(Clone, Copy)]
pub struct World<'a> {
    /// The primary instance; hidden nodes are as if absent.
    pub main: &'a Doc,
    /// The secondary instances by their id.
    pub instances: &'a [(String, Arc<Doc>)],
    pub env: &'a Env,
    pub texts: &'a dyn Texts,
}

impl<'a> World<'a> {
    /// Evaluates an expression in the context of a node of the primary instance.
    pub fn evaluate(&self, expr: &'a Expr, context: NodeId) -> Result<Value<'a>, EvalError> {
        Eval {
            world: self,
            original: context,
        }
        .node(expr.root(), Focus::on(NodeRef::main(context)))
    }

    /// Evaluates an expression in the context of an item of a secondary instance.
    pub fn evaluate_at(
        &self,
        expr: &'a Expr,
        item: NodeRef,
        current: NodeId,
    ) -> Result<Value<'a>, EvalError> {
        Eval {
            world: self,
            original: current,
        }
        .node(expr.root(), Focus::on(item))
    }

    /// Evaluates a part of an expression in the context of an item of a secondary instance.
    pub(crate) fn evaluate_node(
        &self,
        node: &'a Node,
        item: NodeRef,
        current: NodeId,
    ) -> Result<Value<'a>, EvalError> {
        Eval {
            world: self,
            original: current,
        }
        .node(node, Focus::on(item))
    }

    pub fn doc(&self, doc: u32) -> &'a Doc {
        if doc == 0 {
            self.main
        } else {
            &self.instances[doc as usize - 1].1
        }
    }

    /// Returns the text of a node.
    pub fn text(&self, at: NodeRef) -> Cow<'a, str> {
        self.doc(at.doc).text(at.node)
    }

    pub(super) fn instance(&self, id: &str) -> Option<NodeRef> {
        if let Some(i) = self.instances.iter().position(|(name, _)| name == id) {
            return Some(NodeRef {
                doc: u32::try_from(i + 1).ok()?,
                node: 0,
            });
        }
        let root = self.main.root()?;
        (self.main.attribute(root, "id") == Some(id)).then_some(NodeRef::main(0))
    }
}

/// The context node with its position and the size of its list.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Focus {
    pub node: NodeRef,
    pub position: usize,
    pub size: usize,
}

impl Focus {
    pub fn on(node: NodeRef) -> Self {
        Self {
            node,
            position: 1,
            size: 1,
        }
    }
}

/// One evaluation: the world, and the node the whole expression belongs to.
pub(crate) struct Eval<'w, 'a> {
    pub world: &'w World<'a>,
    pub original: NodeId,
}

impl<'a> Eval<'_, 'a> {
    pub fn node(&self, node: &'a Node, focus: Focus) -> Result<Value<'a>, EvalError> {
        let world = self.world;
        Ok(match node {
            Node::Number(n) => Value::Number(*n),
            Node::Literal(text) => Value::text(&**text),
            Node::Or(parts) => {
                for part in parts {
                    if self.node(part, focus)?.to_boolean() {
                        return Ok(Value::Boolean(true));
                    }
                }
                Value::Boolean(false)
            }
            Node::And(parts) => {
                for part in parts {
                    if !self.node(part, focus)?.to_boolean() {
                        return Ok(Value::Boolean(false));
                    }
                }
                Value::Boolean(true)
            }
            Node::Compare(comparison, both) => {
                let (left, right) = (self.node(&both.0, focus)?, self.node(&both.1, focus)?);
                world.env.spend(0)?;
                Value::Boolean(self.compare(*comparison, &left, &right)?)
            }
            Node::Arithmetic(operator, both) => {
                let (left, right) = (self.number(&both.0, focus)?, self.number(&both.1, focus)?);
                Value::Number(match operator {
                    Arithmetic::Add => left + right,
                    Arithmetic::Subtract => left - right,
                    Arithmetic::Multiply => left * right,
                    Arithmetic::Divide => left / right,
                    Arithmetic::Remainder => left % right,
                })
            }
            Node::Negate(inner) => Value::Number(-self.number(inner, focus)?),
            Node::Union(parts) => {
                let mut all = Vec::new();
                for part in parts {
                    match self.node(part, focus)? {
                        Value::Nodes(nodes) => all.extend(nodes),
                        _ => return Err(EvalError::new("only paths can be joined by |")),
                    }
                }
                Value::Nodes(self.in_order(all))
            }
            Node::Path(path) => Value::Nodes(self.path(path, focus)?),
            Node::Filter {
                base,
                predicates,
                steps,
            } => {
                let Value::Nodes(mut nodes) = self.node(base, focus)? else {
                    return Err(EvalError::new("only a path can be followed by [ or /"));
                };
                for predicate in predicates {
                    nodes = self.kept(nodes, predicate)?;
                }
                Value::Nodes(self.steps(nodes, steps)?)
            }
            Node::Matches(value, pattern) => Value::Boolean(pattern.is_match(&self.text(value, focus)?)?),
            Node::Call(function, arguments) => {
                world.env.spend(0)?;
                functions::call(self, *function, arguments, focus)?
            }
        })
    }

    pub fn number(&self, node: &'a Node, focus: Focus) -> Result<f64, EvalError> {
        Ok(self.node(node, focus)?.to_number(self.world))
    }

    pub fn text(&self, node: &'a Node, focus: Focus) -> Result<Cow<'a, str>, EvalError> {
        Ok(self.node(node, focus)?.to_text(self.world))
    }

    pub fn path(&self, path: &'a Path, focus: Focus) -> Result<Vec<NodeRef>, EvalError> {
        if !path.absolute {
            return self.steps(vec![focus.node], &path.steps);
        }
        let (start, taken) = self.contextual(&path.steps);
        self.steps(vec![NodeRef::main(start)], &path.steps[taken..])
    }

    /// Follows an absolute path along the ancestors of the node the expression belongs to.
    ///
    /// OpenRosa: inside a repeat `/data/member/age` means the age of the same member, while the last step
    /// stays open, so that `count(/data/member)` still counts all of them.
    fn contextual(&self, steps: &[Step]) -> (NodeId, usize) {
        let main = self.world.main;
        let mut chain = [0; 64];
        let mut length = 0;
        for node in std::iter::once(self.original)
            .chain(main.ancestors(self.original))
            .filter(|&n| n != 0)
        {
            if length == chain.len() {
                return (0, 0);
            }
            chain[length] = node;
            length += 1;
        }
        let mut at = 0;
        let mut taken = 0;
        while taken + 1 < steps.len() && taken < length {
            let step = &steps[taken];
            let next = chain[length - 1 - taken];
            let same = matches!(&step.test, Test::Name(name) if **name == *main.name(next));
            if !same || step.axis != Axis::Child || !step.predicates.is_empty() || main.is_attribute(next) {
                break;
            }
            at = next;
            taken += 1;
        }
        (at, taken)
    }

    fn steps(&self, mut nodes: Vec<NodeRef>, steps: &'a [Step]) -> Result<Vec<NodeRef>, EvalError> {
        for step in steps {
            nodes = self.step(&nodes, step)?;
        }
        Ok(nodes)
    }

    fn step(&self, nodes: &[NodeRef], step: &'a Step) -> Result<Vec<NodeRef>, EvalError> {
        if let Some(found) = self.indexed(nodes, step)? {
            return Ok(found);
        }
        let mut all = Vec::new();
        for &from in nodes {
            let before = all.len();
            self.walk(from, step, &mut all)?;
            if !step.predicates.is_empty() {
                let mut found = all.split_off(before);
                for predicate in &step.predicates {
                    found = self.kept(found, predicate)?;
                }
                all.extend(found);
            }
        }
        let sorted = !step.axis.is_reverse()
            && (nodes.len() == 1 || matches!(step.axis, Axis::Child | Axis::SelfNode | Axis::Attribute));
        Ok(if sorted { all } else { self.in_order(all) })
    }

    /// Answers `item[column = value]` on a large secondary instance from its index.
    fn indexed(&self, nodes: &[NodeRef], step: &'a Step) -> Result<Option<Vec<NodeRef>>, EvalError> {
        let ([from], Test::Name(name), Axis::Child, [first, rest @ ..]) =
            (nodes, &step.test, step.axis, &step.predicates[..])
        else {
            return Ok(None);
        };
        if from.doc == 0 {
            return Ok(None);
        }
        let Node::Compare(Comparison::Equal, both) = first else {
            return Ok(None);
        };
        let Some(column) = own_column(&both.0) else {
            return Ok(None);
        };
        let fixed = match &both.1 {
            Node::Literal(_) => true,
            Node::Path(path) => path.absolute,
            Node::Filter { base, .. } => matches!(**base, Node::Call(Function::Current, _)),
            _ => false,
        };
        if !fixed {
            return Ok(None);
        }
        let value = match self.node(&both.1, Focus::on(*from))? {
            Value::Nodes(several) if several.len() > 1 => return Ok(None),
            value => value.to_text(self.world),
        };
        let items = self.world.doc(from.doc).lookup(from.node, name, column, &value);
        let mut found: Vec<_> = items
            .into_iter()
            .map(|node| NodeRef { doc: from.doc, node })
            .collect();
        self.world.env.spend(found.len())?;
        for predicate in rest {
            found = self.kept(found, predicate)?;
        }
        Ok(Some(found))
    }

    fn kept(&self, nodes: Vec<NodeRef>, predicate: &'a Node) -> Result<Vec<NodeRef>, EvalError> {
        let size = nodes.len();
        let mut kept = Vec::new();
        for (i, node) in nodes.into_iter().enumerate() {
            let position = i + 1;
            let keep = match self.node(predicate, Focus { node, position, size })? {
                #[allow(clippy::cast_precision_loss, clippy::float_cmp)]
                Value::Number(n) => n == position as f64,
                other => other.to_boolean(),
            };
            if keep {
                kept.push(node);
            }
        }
        Ok(kept)
    }

    /// Collects the nodes on an axis, nearest first.
    fn walk(&self, from: NodeRef, step: &Step, out: &mut Vec<NodeRef>) -> Result<(), EvalError> {
        let doc = self.world.doc(from.doc);
        let mut visited = 0;
        let test = |node: NodeId| match &step.test {
            Test::AnyNode => true,
            Test::AnyName => !doc.is_document(node),
            Test::Name(name) => doc.name(node) == &**name,
            Test::Text => !doc.value(node).is_empty(),
        };
        let seen = |node: NodeId| from.doc != 0 || !doc.is_hidden(node);
        let mut take = |node: NodeId| {
            visited += 1;
            if test(node) {
                out.push(NodeRef { doc: from.doc, node });
            }
        };
        match step.axis {
            Axis::Child if step.test == Test::Text => take(from.node),
            Axis::SelfNode => take(from.node),
            Axis::Child => doc.children(from.node).filter(|&n| seen(n)).for_each(take),
            Axis::Attribute => doc.attributes(from.node).for_each(take),
            Axis::Parent => doc.parent(from.node).into_iter().for_each(take),
            Axis::Ancestor => doc.ancestors(from.node).for_each(take),
            Axis::AncestorOrSelf => std::iter::once(from.node)
                .chain(doc.ancestors(from.node))
                .for_each(take),
            Axis::Descendant => doc
                .descendants(from.node)
                .skip(1)
                .filter(|&n| seen(n))
                .for_each(take),
            Axis::DescendantOrSelf => doc
                .descendants(from.node)
                .filter(|&n| n == from.node || seen(n))
                .for_each(take),
            Axis::FollowingSibling => std::iter::successors(doc.next(from.node), |&n| doc.next(n))
                .filter(|&n| seen(n))
                .for_each(take),
            Axis::PrecedingSibling => {
                let before: Vec<_> = doc
                    .parent(from.node)
                    .filter(|_| !doc.is_attribute(from.node))
                    .map(|p| {
                        doc.children(p)
                            .take_while(|&n| n != from.node)
                            .filter(|&n| seen(n))
                            .collect()
                    })
                    .unwrap_or_default();
                before.into_iter().rev().for_each(take);
            }
            Axis::Following => {
                let mut at = doc.walk_past(0, from.node);
                while let Some(node) = at {
                    if seen(node) {
                        take(node);
                    }
                    at = doc.walk(0, node);
                }
            }
            Axis::Preceding => {
                let ancestors: Vec<_> = doc.ancestors(from.node).collect();
                let before: Vec<_> = doc
                    .descendants(0)
                    .take_while(|&n| n != from.node)
                    .filter(|n| !ancestors.contains(n) && seen(*n))
                    .collect();
                before.into_iter().rev().for_each(take);
            }
        }
        self.world.env.spend(visited)
    }

    /// Sorts into document order and drops repetitions.
    pub fn in_order(&self, mut nodes: Vec<NodeRef>) -> Vec<NodeRef> {
        nodes.sort_by_key(|n| (n.doc, self.world.doc(n.doc).order(n.node)));
        nodes.dedup();
        nodes
    }

    /// Compares as XPath 1.0 section 3.4 says: a node-set holds when any of its nodes does.
    fn compare(
        &self,
        comparison: Comparison,
        left: &Value<'a>,
        right: &Value<'a>,
    ) -> Result<bool, EvalError> {
        let world = self.world;
        if let (Value::Boolean(_), _) | (_, Value::Boolean(_)) = (left, right) {
            return Ok(match comparison {
                Comparison::Equal => left.to_boolean() == right.to_boolean(),
                Comparison::NotEqual => left.to_boolean() != right.to_boolean(),
                _ => holds(
                    comparison,
                    f64::from(u8::from(left.to_boolean())),
                    f64::from(u8::from(right.to_boolean())),
                ),
            });
        }
        let numeric = !matches!(comparison, Comparison::Equal | Comparison::NotEqual)
            || matches!(left, Value::Number(_))
            || matches!(right, Value::Number(_));
        match (left, right) {
            (Value::Nodes(a), Value::Nodes(b)) => {
                world.env.spend(a.len().saturating_mul(b.len()))?;
                let texts = |nodes: &[NodeRef]| -> Vec<Value<'a>> {
                    match nodes {
                        [] => vec![Value::text("")],
                        nodes => nodes.iter().map(|&n| Value::Text(world.text(n))).collect(),
                    }
                };
                let b = texts(b);
                Ok(texts(a).iter().any(|one| {
                    b.iter()
                        .any(|other| self.compare_single(comparison, numeric, one, other))
                }))
            }
            (Value::Nodes(a), single) => Ok(a
                .iter()
                .any(|&n| self.compare_single(comparison, numeric, &Value::Text(world.text(n)), single))
                || a.is_empty() && self.compare_blank(comparison, numeric, single, Side::Left)),
            (single, Value::Nodes(b)) => Ok(b
                .iter()
                .any(|&n| self.compare_single(comparison, numeric, single, &Value::Text(world.text(n))))
                || b.is_empty() && self.compare_blank(comparison, numeric, single, Side::Right)),
            _ => Ok(self.compare_single(comparison, numeric, left, right)),
        }
    }

    /// Compares with an answer that is not there because it is not relevant.
    ///
    /// OpenRosa departs from XPath here: a question that is not relevant has the value "".
    fn compare_blank(&self, comparison: Comparison, numeric: bool, other: &Value<'a>, blank: Side) -> bool {
        let empty = Value::text("");
        match blank {
            Side::Left => self.compare_single(comparison, numeric, &empty, other),
            Side::Right => self.compare_single(comparison, numeric, other, &empty),
        }
    }

    fn compare_single(
        &self,
        comparison: Comparison,
        numeric: bool,
        left: &Value<'a>,
        right: &Value<'a>,
    ) -> bool {
        if numeric {
            return holds(
                comparison,
                left.to_number(self.world),
                right.to_number(self.world),
            );
        }
        let same = left.to_text(self.world) == right.to_text(self.world);
        same == (comparison == Comparison::Equal)
    }
}

#[derive(Clone, Copy)]
enum Side {
    Left,
    Right,
}

#[allow(clippy::float_cmp)]
fn holds(comparison: Comparison, left: f64, right: f64) -> bool {
    match comparison {
        Comparison::Equal => left == right,
        Comparison::NotEqual => left != right,
        Comparison::Less => left < right,
        Comparison::LessOrEqual => left <= right,
        Comparison::Greater => left > right,
        Comparison::GreaterOrEqual => left >= right,
    }
}

/// Returns the name in a predicate's left side when it is one plain child, as in `item[district = …]`.
fn own_column(node: &Node) -> Option<&str> {
    match node {
        Node::Path(Path {
            absolute: false,
            steps,
        }) => match &steps[..] {
            [
                Step {
                    axis: Axis::Child,
                    test: Test::Name(name),
                    predicates,
                },
            ] if predicates.is_empty() => Some(name),
            _ => None,
        },
        _ => None,
    }
}
