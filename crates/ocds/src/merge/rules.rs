//! How each field is merged.

use serde_json::Value;
use std::collections::HashMap;

/// What is done with one field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// Left out of what is merged.
    Omit,
    /// An array replaced as a whole.
    WholeList,
}

/// How the objects of an array are matched, where not by their `id`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strategy {
    /// Each is one more object.
    Append,
    /// The first with the first, the second with the second.
    ByPosition,
}

/// The rules of a release schema, as a tree of keys; places in arrays are no step of it.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    pub(super) root: Branch,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Branch {
    pub rule: Option<Rule>,
    pub strategy: Option<Strategy>,
    below: HashMap<String, Branch, foldhash::fast::RandomState>,
}

impl Branch {
    pub fn child(&self, key: &str) -> Option<&Self> {
        if self.below.is_empty() {
            return None;
        }
        self.below.get(key)
    }

    #[cfg(test)]
    pub fn below(&self) -> impl Iterator<Item = (&String, &Self)> {
        self.below.iter()
    }

    fn grow(&mut self, path: &[&str]) -> &mut Self {
        path.iter().fold(self, |branch, key| {
            branch.below.entry((*key).to_owned()).or_default()
        })
    }
}

/// Which fields OCDS 1.1.5 leaves out of merged releases.
const OMITTED: [&str; 3] = ["id", "date", "tag"];

/// Which arrays OCDS 1.1.5 replaces as a whole: those of texts, and those of objects for which `id` alone does not identify.
const WHOLE: [&str; 21] = [
    "parties/additionalIdentifiers",
    "parties/roles",
    "buyer/additionalIdentifiers",
    "tender/procuringEntity/additionalIdentifiers",
    "tender/items/additionalClassifications",
    "tender/additionalProcurementCategories",
    "tender/submissionMethod",
    "tender/tenderers/additionalIdentifiers",
    "tender/amendments/changes",
    "tender/amendment/changes",
    "awards/suppliers/additionalIdentifiers",
    "awards/items/additionalClassifications",
    "awards/amendments/changes",
    "awards/amendment/changes",
    "contracts/items/additionalClassifications",
    "contracts/implementation/transactions/payer/additionalIdentifiers",
    "contracts/implementation/transactions/payee/additionalIdentifiers",
    "contracts/relatedProcesses/relationship",
    "contracts/amendments/changes",
    "contracts/amendment/changes",
    "relatedProcesses/relationship",
];

impl Rules {
    /// The rules of OCDS 1.1.5.
    #[must_use]
    pub fn ocds() -> Self {
        let mut rules = Self::default();
        for path in OMITTED {
            rules.set(path, Rule::Omit);
        }
        for path in WHOLE {
            rules.set(path, Rule::WholeList);
        }
        rules
    }

    /// The rules of a release schema, 1.0 or 1.1, with or without extensions. References within the schema are followed; others are
    /// taken to say nothing.
    #[must_use]
    pub fn of_schema(schema: &Value) -> Self {
        let mut rules = Self::default();
        let mut path = Vec::new();
        walk(
            schema,
            resolve(schema, schema).get("properties"),
            &mut path,
            &mut rules,
        );
        rules
    }

    /// One more rule; a path is keys joined by `/`.
    pub fn set(&mut self, path: &str, rule: Rule) {
        let keys: Vec<&str> = path.split('/').collect();
        self.root.grow(&keys).rule = Some(rule);
    }

    /// How the objects of the array at a path are matched.
    pub fn set_strategy(&mut self, path: &str, strategy: Strategy) {
        let keys: Vec<&str> = path.split('/').collect();
        self.root.grow(&keys).strategy = Some(strategy);
    }
}

/// Schemas refer to themselves; deeper than this no release goes.
const DEEPEST: usize = 32;

fn walk<'s>(schema: &'s Value, properties: Option<&'s Value>, path: &mut Vec<&'s str>, rules: &mut Rules) {
    let Some(Value::Object(properties)) = properties else {
        return;
    };
    if path.len() >= DEEPEST {
        return;
    }
    for (key, value) in properties {
        let value = resolve(schema, value);
        path.push(key);
        let says = |flag: &str, strategy: &str| {
            value.get(flag).is_some_and(|v| v == &Value::Bool(true))
                || value.get("mergeStrategy").is_some_and(|v| v == strategy)
        };
        let array = types(value).any(|t| t == "array");
        let object = types(value).any(|t| t == "object");
        if says("omitWhenMerged", "ocdsOmit") {
            rules.root.grow(path).rule = Some(Rule::Omit);
        } else if array && says("wholeListMerge", "ocdsVersion") {
            rules.root.grow(path).rule = Some(Rule::WholeList);
        } else if object && value.get("properties").is_some() {
            walk(schema, value.get("properties"), path, rules);
        } else if array && let Some(items) = value.get("items") {
            let items = resolve(schema, items);
            let below = items.get("properties");
            if types(items).any(|t| t != "object") {
                rules.root.grow(path).rule = Some(Rule::WholeList);
            } else if types(items).any(|t| t == "object") && below.is_some() {
                if below.and_then(|b| b.get("id")).is_none() {
                    rules.root.grow(path).rule = Some(Rule::WholeList);
                } else {
                    walk(schema, below, path, rules);
                }
            }
        }
        path.pop();
    }
}

fn types(schema: &Value) -> impl Iterator<Item = &str> {
    let (one, many) = match schema.get("type") {
        Some(Value::String(one)) => (Some(one.as_str()), None),
        Some(Value::Array(many)) => (None, Some(many)),
        _ => (None, None),
    };
    one.into_iter()
        .chain(many.into_iter().flatten().filter_map(Value::as_str))
}

/// What a local `$ref` stands for.
fn resolve<'s>(schema: &'s Value, mut value: &'s Value) -> &'s Value {
    for _ in 0..DEEPEST {
        let Some(pointer) = value
            .get("$ref")
            .and_then(Value::as_str)
            .and_then(|r| r.strip_prefix('#'))
        else {
            return value;
        };
        match schema.pointer(pointer) {
            Some(found) => value = found,
            None => return value,
        }
    }
    value
}
