//! Functions over nodes: counting, positions, secondary instances, repeats by number.

use sha2::Digest as _;

use super::{Call, EvalError, Value};
use crate::xpath::{
    ast::{Axis, Function, Node, Path, Test},
    doc::NodeRef,
    value,
};

impl<'a> Call<'_, '_, 'a> {
    #[allow(clippy::cast_precision_loss)]
    pub(super) fn nodes_answer(&self) -> Result<Value<'a>, EvalError> {
        let world = self.eval.world;
        Ok(match self.function {
            Function::Last => Value::Number(self.focus.size as f64),
            Function::Position if self.len() == 0 => Value::Number(self.focus.position as f64),
            Function::Position => {
                let nodes = self.nodes(0)?;
                nodes.first().map_or(Value::Number(f64::NAN), |n| {
                    Value::Number(world.doc(n.doc).position(n.node) as f64)
                })
            }
            Function::Count => Value::Number(self.nodes(0)?.len() as f64),
            Function::CountNonEmpty => Value::Number(
                self.nodes(0)?
                    .iter()
                    .filter(|&&n| !world.text(n).is_empty())
                    .count() as f64,
            ),
            Function::LocalName | Function::Name => {
                let node = if self.len() == 0 {
                    Some(self.focus.node)
                } else {
                    self.nodes(0)?.first().copied()
                };
                Value::text(node.map_or("", |n| world.doc(n.doc).name(n.node)))
            }
            // Names are compared without their namespace, so none is known.
            Function::NamespaceUri => Value::text(""),
            Function::Current => Value::Nodes(vec![NodeRef::main(self.eval.original)]),
            Function::Instance => {
                let id = self.text(0)?;
                match world.instance(&id) {
                    Some(document) => Value::Nodes(vec![document]),
                    None => {
                        return Err(
                            self.error(&format!("the form has no instance {id:?}; is its file attached?"))
                        );
                    }
                }
            }
            Function::PullData => self.pull_data()?,
            Function::IndexedRepeat => Value::Nodes(self.indexed_repeat()?),
            _ => Value::Nodes(self.randomize()?),
        })
    }

    fn nodes(&self, i: usize) -> Result<Vec<NodeRef>, EvalError> {
        match self.value(i)? {
            Value::Nodes(nodes) => Ok(nodes),
            _ => Err(self.error("the argument must be a path")),
        }
    }

    /// `pulldata(instance, wanted column, key column, key)`.
    fn pull_data(&self) -> Result<Value<'a>, EvalError> {
        let world = self.eval.world;
        let (name, wanted, key_column, key) = (self.text(0)?, self.text(1)?, self.text(2)?, self.text(3)?);
        let id = name.strip_suffix(".csv").unwrap_or(&name);
        let Some(document) = world.instance(id) else {
            return Err(self.error(&format!("the form has no instance {id:?}; is {id}.csv attached?")));
        };
        let doc = world.doc(document.doc);
        let found = doc.root().and_then(|root| {
            let item = doc.child(root)?;
            doc.lookup(root, doc.name(item), &key_column, &key)
                .first()
                .copied()
        });
        Ok(Value::text(
            found
                .and_then(|item| doc.child_value(item, &wanted))
                .unwrap_or_default(),
        ))
    }

    /// `indexed-repeat(question, repeat, number, inner repeat, number, …)`.
    fn indexed_repeat(&self) -> Result<Vec<NodeRef>, EvalError> {
        if self.len().is_multiple_of(2) {
            return Err(self.error("give a question, then pairs of repeat and number"));
        }
        let main = self.eval.world.main;
        let target = self.absolute(0)?;
        let mut at = 0;
        let mut taken = 0;
        for pair in 0..self.len() / 2 {
            let group = self.absolute(1 + 2 * pair)?;
            let number = self.number(2 + 2 * pair)?;
            if group.len() <= taken || !target.starts_with(&group) {
                return Err(self.error("the repeats must hold the question, the outermost first"));
            }
            // An outer repeat that is not numbered is the one this question stands in.
            let own: Vec<_> = main.ancestors(self.eval.original).filter(|&n| n != 0).collect();
            for (depth, name) in group.iter().enumerate().take(group.len() - 1).skip(taken) {
                let same = own
                    .len()
                    .checked_sub(depth + 1)
                    .map(|i| own[i])
                    .filter(|&n| main.name(n) == name && main.parent(n) == Some(at));
                match same.or_else(|| main.children_named(at, name).next()) {
                    Some(next) => at = next,
                    None => return Ok(Vec::new()),
                }
            }
            let name = &group[group.len() - 1];
            let wanted = number.floor();
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            let instance = (1.0..1e9)
                .contains(&wanted)
                .then(|| main.children_named(at, name).nth(wanted as usize - 1))
                .flatten();
            self.eval
                .world
                .env
                .spend(if wanted > 0.0 { main.position(at) } else { 0 })?;
            match instance {
                Some(next) => at = next,
                None => return Ok(Vec::new()),
            }
            taken = group.len();
        }
        let mut found = vec![at];
        for name in &target[taken..] {
            found = found
                .iter()
                .flat_map(|&n| main.children_named(n, name).filter(|&c| !main.is_hidden(c)))
                .collect();
        }
        Ok(found.into_iter().map(NodeRef::main).collect())
    }

    /// Writes an argument that is a path as names from the root.
    fn absolute(&self, i: usize) -> Result<Vec<String>, EvalError> {
        let main = self.eval.world.main;
        let path: &Path = match &self.arguments[i] {
            Node::Path(path) => path,
            _ => return Err(self.error("the questions and repeats must be plain paths")),
        };
        let mut names: Vec<String> = Vec::new();
        if !path.absolute {
            let own = std::iter::once(self.eval.original)
                .chain(main.ancestors(self.eval.original))
                .filter(|&n| n != 0);
            names.extend(own.map(|n| main.name(n).to_owned()));
            names.reverse();
        }
        for step in &path.steps {
            match (step.axis, &step.test) {
                (Axis::SelfNode, _) => {}
                (Axis::Parent, _) => {
                    names.pop();
                }
                (Axis::Child, Test::Name(name)) => names.push(name.to_string()),
                _ => return Err(self.error("the questions and repeats must be plain paths")),
            }
        }
        Ok(names)
    }

    /// Shuffles a node-set as JavaRosa does, so that a seed gives every client one order.
    ///
    /// The inside-out form of Fisher–Yates over the Park–Miller generator; a seed in words is its SHA-256.
    #[allow(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss
    )]
    fn randomize(&self) -> Result<Vec<NodeRef>, EvalError> {
        let nodes = self.nodes(0)?;
        const MODULUS: f64 = 2_147_483_647.0;
        let seed = if self.len() == 2 {
            let text = self.text(1)?;
            let number = value::number(&text);
            match (number.is_nan(), text.is_empty()) {
                (false, _) => number.trunc(),
                (true, true) => 0.0,
                (true, false) => {
                    let hash = sha2::Sha256::digest(text.as_bytes());
                    i64::from_be_bytes(hash[..8].try_into().unwrap_or_default()) as f64
                }
            }
        } else {
            (self.eval.world.env.random() >> 33) as f64
        };
        let mut state = seed % MODULUS;
        if !state.is_finite() || state <= 0.0 {
            state = if state.is_finite() { state } else { 0.0 } + MODULUS - 1.0;
        }
        let mut out: Vec<NodeRef> = Vec::with_capacity(nodes.len());
        for (i, node) in nodes.into_iter().enumerate() {
            state = state * 16_807.0 % MODULUS;
            let j = ((state - 1.0) / (MODULUS - 1.0) * (i + 1) as f64) as usize;
            match out.get(j).copied() {
                Some(other) => {
                    out.push(other);
                    out[j] = node;
                }
                None => out.push(node),
            }
        }
        Ok(out)
    }
}
