//! Which indicator is made of which.

use std::collections::{BTreeMap, BTreeSet, VecDeque, btree_map::Entry};

use crate::indicators::model::definition::Definition;

/// Codes of formulas → codes of what they read.
#[derive(Debug, Default)]
pub struct Graph<'a>(BTreeMap<&'a str, BTreeSet<&'a str>>);

impl<'a> Graph<'a> {
    pub fn of(definitions: impl IntoIterator<Item = &'a Definition>) -> Graph<'a> {
        let mut graph = Graph::default();
        for definition in definitions {
            if let Some(formula) = definition.formula() {
                let inputs = formula.inputs.iter().map(|input| input.code.as_str());
                graph.0.insert(&definition.code, inputs.collect());
            }
        }
        graph
    }

    /// The shortest way from an indicator through what it reads back to itself, with it at both ends; `None` where there is none.
    pub fn circle(&self, code: &'a str) -> Option<Vec<&'a str>> {
        let mut came_from: BTreeMap<&'a str, &'a str> = BTreeMap::new();
        let mut waiting = VecDeque::from([code]);
        while let Some(at) = waiting.pop_front() {
            for &input in self.0.get(at).into_iter().flatten() {
                if input == code {
                    let mut way = vec![code, at];
                    let mut step = at;
                    while let Some(before) = came_from.get(step).copied() {
                        way.push(before);
                        step = before;
                    }
                    way.reverse();
                    return Some(way);
                }
                if let Entry::Vacant(unseen) = came_from.entry(input) {
                    unseen.insert(at);
                    waiting.push_back(input);
                }
            }
        }
        None
    }

    /// All formulas, each behind what it reads; those of a circle, and what reads them, are left out.
    pub fn order(&self) -> Vec<&'a str> {
        let mut ordered: Vec<&str> = Vec::new();
        let mut done: BTreeSet<&str> = BTreeSet::new();
        loop {
            let is_ready = |(code, inputs): &(&&'a str, &BTreeSet<&'a str>)| {
                !done.contains(**code)
                    && inputs
                        .iter()
                        .all(|input| done.contains(input) || !self.0.contains_key(input))
            };
            let ready: Vec<&str> = self.0.iter().filter(is_ready).map(|(code, _)| *code).collect();
            if ready.is_empty() {
                return ordered;
            }
            done.extend(&ready);
            ordered.extend(ready);
        }
    }

    /// The formulas that read an indicator, directly or through others, each behind what it reads.
    pub fn dependents(&self, code: &str) -> Vec<&'a str> {
        let mut touched: BTreeSet<&str> = BTreeSet::from([code]);
        let mut dependents = Vec::new();
        for formula in self.order() {
            let mut reads = self.0.get(formula).into_iter().flatten();
            if reads.any(|input| touched.contains(input)) {
                touched.insert(formula);
                dependents.push(formula);
            }
        }
        dependents
    }

    /// Everything that an indicator is made of, directly or through others, without itself.
    pub fn reads(&self, code: &str) -> BTreeSet<&'a str> {
        let mut found: BTreeSet<&str> = BTreeSet::new();
        let mut waiting: Vec<&str> = self.0.get(code).into_iter().flatten().copied().collect();
        while let Some(at) = waiting.pop() {
            if found.insert(at) {
                waiting.extend(self.0.get(at).into_iter().flatten());
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `far: near a; near: a b` for two formulas.
    fn graph(text: &'static str) -> Graph<'static> {
        Graph(
            text.split("; ")
                .filter_map(|line| line.split_once(": "))
                .map(|(code, inputs)| (code, inputs.split(' ').collect()))
                .collect(),
        )
    }

    /// `far` reads `near` and `a`; `near` reads `a` and `b`.
    fn diamond() -> Graph<'static> {
        graph("far: near a; near: a b")
    }

    #[test]
    fn a_formula_stands_behind_what_it_reads() {
        assert_eq!(diamond().order(), ["near", "far"]);
        assert_eq!(diamond().dependents("a"), ["near", "far"]);
        assert_eq!(diamond().dependents("near"), ["far"]);
        assert_eq!(diamond().dependents("far"), Vec::<&str>::new());
        assert_eq!(diamond().reads("far"), BTreeSet::from(["a", "b", "near"]));
    }

    #[test]
    fn a_circle_is_told_from_end_to_end() {
        assert_eq!(diamond().circle("far"), None);
        let round = graph("x: a y; y: z; z: x; w: x");
        assert_eq!(round.circle("x"), Some(vec!["x", "y", "z", "x"]));
        assert_eq!(round.circle("w"), None);
        assert_eq!(round.order(), Vec::<&str>::new());
        assert_eq!(graph("x: x").circle("x"), Some(vec!["x", "x"]));
    }
}
