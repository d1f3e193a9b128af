//! Recalculation: every rule in the order of the plan, over every node it is about.

use super::{
    form::{DataType, DefId, Form},
    graph::Rule,
    instance::{Instance, MOST_REPEATS, Trouble, UNKNOWN},
    text::Speaker,
};
use crate::xpath::{Env, Expr, NodeId, Value, World};

/// Most passes for a form whose repeat instances feed each other, such as a running total.
const MOST_PASSES: usize = 100;

impl Instance {
    /// Brings counts of repeats, relevance and calculated values up to date.
    pub fn recalculate(&mut self, form: &Form, env: &Env) {
        self.run(form, env, Scope::Everything);
    }

    /// Brings relevance up to date and leaves every value as it was sent.
    pub(super) fn judge(&mut self, form: &Form, env: &Env) {
        self.run(form, env, Scope::Relevance);
    }

    fn run(&mut self, form: &Form, env: &Env, scope: Scope) {
        env.refuel();
        for pass in 0..MOST_PASSES {
            self.troubles.clear();
            let changed = self.pass(form, env, scope);
            if !form.plan.repeated || !changed {
                return;
            }
            if pass + 1 == MOST_PASSES {
                let message = format!("the calculations did not settle after {MOST_PASSES} rounds");
                self.troubles.push(Trouble {
                    path: form.path(0).to_owned(),
                    message,
                });
            }
        }
    }

    fn pass(&mut self, form: &Form, env: &Env, scope: Scope) -> bool {
        let mut nodes = self.by_def(form);
        for node in nodes.iter().flatten() {
            self.doc.set_hidden(*node, false);
        }
        let mut changed = false;
        for &rule in &form.plan.rules {
            match rule {
                Rule::Relevant(def) => {
                    let Some(expr) = &form.def(def).bind.relevant else {
                        continue;
                    };
                    for &node in &nodes[def as usize] {
                        if self.doc.is_hidden(node) {
                            continue;
                        }
                        match self.ask(form, env, expr, node) {
                            Ok(answer) if !answer.to_boolean() => self.hide(node),
                            Ok(_) => {}
                            // A question stays open when nobody can say whether it is to be asked.
                            Err(message) => self.troubles.push(Trouble {
                                path: self.path(node),
                                message,
                            }),
                        }
                    }
                }
                Rule::Calculate(def) if scope == Scope::Everything => {
                    for &node in &nodes[def as usize] {
                        changed |= self.calculate(form, env, def, node);
                    }
                }
                Rule::Count(def) if scope == Scope::Everything => {
                    if self.count(form, env, def, &nodes) {
                        changed = true;
                        nodes = self.by_def(form);
                    }
                }
                Rule::Calculate(_) | Rule::Count(_) => {}
            }
        }
        changed
    }

    /// Lists the nodes of every definition in document order.
    fn by_def(&self, form: &Form) -> Vec<Vec<NodeId>> {
        let mut nodes = vec![Vec::new(); form.defs.len()];
        for node in self.doc.descendants(0).skip(1) {
            for node in std::iter::once(node).chain(self.doc.attributes(node)) {
                if self.doc.tag(node) != UNKNOWN {
                    nodes[self.doc.tag(node) as usize].push(node);
                }
            }
        }
        nodes
    }

    fn hide(&mut self, top: NodeId) {
        let mut at = Some(top);
        while let Some(node) = at {
            self.doc.set_hidden(node, true);
            for attribute in self.doc.attributes(node).collect::<Vec<_>>() {
                self.doc.set_hidden(attribute, true);
            }
            at = self.doc.walk(top, node);
        }
    }

    /// Evaluates an expression to a value that outlives the evaluation.
    pub(super) fn ask(
        &self,
        form: &Form,
        env: &Env,
        expr: &Expr,
        node: NodeId,
    ) -> Result<Value<'static>, String> {
        let speaker = Speaker { form, language: 0 };
        let world = World {
            main: &self.doc,
            instances: &form.instances,
            env,
            texts: &speaker,
        };
        world
            .evaluate(expr, node)
            .map_err(|e| format!("{e} (in: {expr})"))
            .map(|value| match value {
                Value::Boolean(b) => Value::Boolean(b),
                Value::Number(n) => Value::Number(n),
                Value::Text(text) => Value::Text(text.into_owned().into()),
                // JavaRosa takes a path for its value, so a rule that is only a path holds when that is not blank.
                Value::Nodes(nodes) => Value::Text(
                    nodes
                        .first()
                        .map_or_else(String::new, |&n| world.text(n).into_owned())
                        .into(),
                ),
            })
    }

    fn calculate(&mut self, form: &Form, env: &Env, def: DefId, node: NodeId) -> bool {
        let rules = form.def(def);
        let Some(expr) = &rules.bind.calculate else {
            return false;
        };
        // What is drawn by lot or stamped once stays: an instance id must not change under the person's hands.
        if expr.is_settled_once() && !self.doc.value(node).is_empty() {
            return false;
        }
        let value = match self.ask(form, env, expr, node) {
            Ok(value) => typed(&value, rules.bind.data_type),
            Err(message) => {
                self.troubles.push(Trouble {
                    path: self.path(node),
                    message,
                });
                String::new()
            }
        };
        let changed = self.doc.value(node) != value;
        if changed {
            self.doc.set_value(node, value);
        }
        changed
    }

    /// Adds or removes instances until there are as many as `jr:count` says; true when there was need.
    fn count(&mut self, form: &Form, env: &Env, def: DefId, nodes: &[Vec<NodeId>]) -> bool {
        let Some(expr) = form.def(def).repeat.as_ref().and_then(|r| r.count.as_ref()) else {
            return false;
        };
        let mut changed = false;
        for &parent in &nodes[form.def(def).parent.unwrap_or(0) as usize] {
            // Entries outlive an answer that is changed and changed back.
            if self.doc.is_hidden(parent) {
                continue;
            }
            let wanted = match self.ask(form, env, expr, parent) {
                Ok(value) => number(&value),
                Err(message) => {
                    self.troubles.push(Trouble {
                        path: self.path(parent),
                        message,
                    });
                    continue;
                }
            };
            #[allow(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                clippy::cast_precision_loss
            )]
            let wanted = if wanted.is_nan() {
                0
            } else {
                wanted.clamp(0.0, (MOST_REPEATS + 1) as f64) as usize
            };
            if wanted > MOST_REPEATS {
                let message = format!(
                    "{expr} asks for more than {MOST_REPEATS} entries of {}; correct the number",
                    form.path(def)
                );
                self.troubles.push(Trouble {
                    path: self.path(parent),
                    message,
                });
                continue;
            }
            let have = self.repeats(parent, def);
            for &extra in have.iter().skip(wanted) {
                self.remove_repeat(extra);
                changed = true;
            }
            for _ in have.len()..wanted {
                if self.awaits(form, parent, def) {
                    break;
                }
                match self.add_repeat(form, env, parent, def) {
                    Ok(_) => changed = true,
                    Err(e) => {
                        self.troubles.push(Trouble {
                            path: self.path(parent),
                            message: e.message,
                        });
                        break;
                    }
                }
            }
        }
        changed
    }

    /// Tells whether the last entry of a repeat has not yet said what the count hangs on.
    fn awaits(&self, form: &Form, parent: NodeId, def: DefId) -> bool {
        let asked = form.def(def).repeat.as_ref().map_or(&[][..], |r| &r.awaits);
        let Some(last) = self.repeats(parent, def).pop().filter(|_| !asked.is_empty()) else {
            return false;
        };
        self.doc.descendants(last).any(|n| {
            asked.contains(&self.doc.tag(n)) && !self.doc.is_hidden(n) && self.doc.value(n).is_empty()
        })
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scope {
    Everything,
    Relevance,
}

fn number(value: &Value<'_>) -> f64 {
    match value {
        Value::Number(n) => *n,
        Value::Text(text) => text.trim().parse().unwrap_or(f64::NAN),
        _ => f64::NAN,
    }
}

/// Writes a calculated value as its node's type wants it.
fn typed(value: &Value<'_>, data_type: DataType) -> String {
    match (value, data_type) {
        (Value::Number(n), _) if n.is_nan() => String::new(),
        (Value::Number(n), DataType::Integer) => crate::xpath::write_number(n.trunc()),
        (Value::Number(n), _) => crate::xpath::write_number(*n),
        (Value::Boolean(b), DataType::Integer | DataType::Decimal) => u8::from(*b).to_string(),
        (Value::Boolean(b), _) => b.to_string(),
        (Value::Text(text), _) => text.to_string(),
        (Value::Nodes(_), _) => String::new(),
    }
}
