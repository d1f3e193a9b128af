//! The rules in the order of recalculation, each with what it reads.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

use super::super::{
    form::{Choices, DefId, Form},
    graph::{Need, Rule, needs},
};
use crate::xpath::Expr;

pub(super) fn rules(form: &Form) -> Vec<Json> {
    let mut out: Vec<Json> = form.plan.rules.iter().map(|&rule| planned(form, rule)).collect();
    // What is wrong with an answer sets nothing off, so it comes last and in the order of the form.
    for (id, def) in (0..).zip(&form.defs) {
        let choices = form.questions.get(&id).map(|q| &q.choices);
        let nodeset = match choices {
            Some(Choices::Items { nodeset, .. }) => Some(nodeset),
            _ => None,
        };
        let read: Vec<&Expr> = [def.bind.required.as_ref(), def.bind.constraint.as_ref(), nodeset]
            .into_iter()
            .flatten()
            .collect();
        let reads = reads(form, &read, id, |need| need.def == id && need.apex == id);
        if !reads.is_empty() {
            out.push(json!(["check", id, id, reads]));
        }
    }
    out
}

fn planned(form: &Form, rule: Rule) -> Json {
    let of = |kind: &str, at: DefId, about: DefId, expr: Option<&Expr>, skip: fn(Need, DefId) -> bool| {
        let read: Vec<&Expr> = expr.into_iter().collect();
        json!([kind, at, about, reads(form, &read, at, |need| skip(need, about))])
    };
    let own = |need: Need, about: DefId| need.def == about && need.apex == about;
    match rule {
        Rule::Count(def) => {
            let at = form.def(def).parent.unwrap_or(0);
            let count = form.def(def).repeat.as_ref().and_then(|r| r.count.as_ref());
            let mut rule = of("count", at, def, count, |_, _| false);
            // An entry that the count awaits answers from lets it go on.
            let awaits = form.def(def).repeat.iter().flat_map(|r| &r.awaits);
            if let Some(reads) = rule[3].as_array_mut() {
                reads.extend(awaits.flat_map(|&d| [json!(d), json!(at)]));
            }
            rule
        }
        Rule::Relevant(def) => of("relevant", def, def, form.bind(def).relevant.as_ref(), |_, _| {
            false
        }),
        // `once(.)` reads the value it is about to replace.
        Rule::Calculate(def) => of("calculate", def, def, form.bind(def).calculate.as_ref(), own),
    }
}

/// Lists what expressions of a definition read: definition and apex by turns, then lists as -1 - position.
fn reads(form: &Form, exprs: &[&Expr], at: DefId, skip: impl Fn(Need) -> bool) -> Vec<i64> {
    let (mut nodes, mut lists) = (BTreeSet::new(), BTreeSet::new());
    for expr in exprs {
        let needs = needs(form, expr, at);
        nodes.extend(
            needs
                .nodes
                .into_iter()
                .filter(|n| !skip(*n))
                .map(|n| (n.def, n.apex)),
        );
        lists.extend(needs.lists);
    }
    let mut out: Vec<i64> = nodes
        .into_iter()
        .flat_map(|(def, apex)| [i64::from(def), i64::from(apex)])
        .collect();
    out.extend(
        lists
            .into_iter()
            .flat_map(|list| [-1 - i64::try_from(list).unwrap_or(0), 0]),
    );
    out
}
