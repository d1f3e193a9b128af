//! What the rules say of one node, as it stands.

use super::{
    FlagKind,
    check::problem,
    form::Form,
    instance::{Instance, UNKNOWN},
};
use crate::xpath::{Env, Expr, NodeId};

/// What the rules say of one node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    pub required: bool,
    pub readonly: bool,
    /// Whether the constraint holds; `None` when there is none, or it cannot be evaluated.
    pub constraint: Option<bool>,
    /// What is wrong with the value.
    pub problem: Option<FlagKind>,
}

impl Instance {
    /// Lists the nodes of the form in document order, each element before its attributes and children.
    pub fn nodes(&self) -> Vec<NodeId> {
        self.doc
            .descendants(0)
            .skip(1)
            .flat_map(|n| std::iter::once(n).chain(self.doc.attributes(n)))
            .filter(|&n| self.doc.tag(n) != UNKNOWN)
            .collect()
    }

    /// Says what the rules make of a node.
    pub fn standing(&self, form: &Form, env: &Env, node: NodeId) -> Standing {
        env.refuel();
        let bind = form.bind(self.doc.tag(node));
        let ask = |expr: &Option<Expr>| {
            let expr = expr.as_ref()?;
            self.ask(form, env, expr, node).ok().map(|v| v.to_boolean())
        };
        let is_leaf = self.doc.child(node).is_none() && !self.doc.is_attribute(node);
        let problem = match problem(form, env, self, node, 0) {
            _ if !is_leaf || self.doc.is_hidden(node) => None,
            Ok(problem) => problem.map(|(kind, _)| kind),
            Err(_) => Some(FlagKind::UnclearRule),
        };
        Standing {
            required: ask(&bind.required).unwrap_or(false),
            readonly: ask(&bind.readonly).unwrap_or(false),
            constraint: ask(&bind.constraint),
            problem,
        }
    }
}
