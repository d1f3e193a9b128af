//! The places that get numbers: those that rows name, and those above them up to the smallest that holds all.

use std::collections::{BTreeSet, HashMap};

use super::Group;

/// The places that get numbers.
pub struct Places {
    pub codes: Vec<String>,
    pub parents: Vec<Option<usize>>,
    /// Code in a row → place it stands for.
    pub of_code: HashMap<String, usize>,
}

impl Places {
    pub fn of<'a>(
        groups: impl Iterator<Item = &'a Group>,
        lineage: impl Fn(&str) -> Option<Vec<String>>,
    ) -> Places {
        let given: BTreeSet<&str> = groups.filter_map(|group| group.place.as_deref()).collect();
        let lineages: Vec<(&str, Vec<String>)> = given
            .into_iter()
            .filter_map(|code| Some((code, lineage(code)?)))
            .collect();
        let n_above = n_above_the_smallest_common(&lineages);
        let mut places = Places {
            codes: Vec::new(),
            parents: Vec::new(),
            of_code: HashMap::new(),
        };
        let mut known: HashMap<String, usize> = HashMap::new();
        for (code, lineage) in &lineages {
            let mut parent = None;
            for place in lineage[..lineage.len() - n_above].iter().rev() {
                let at = *known.entry(place.clone()).or_insert_with(|| {
                    places.codes.push(place.clone());
                    places.parents.push(parent);
                    places.codes.len() - 1
                });
                parent = Some(at);
            }
            if let Some(at) = parent {
                places.of_code.insert((*code).to_owned(), at);
            }
        }
        places
    }
}

/// How many places at the far end of every lineage stand above the smallest place that holds all.
fn n_above_the_smallest_common(lineages: &[(&str, Vec<String>)]) -> usize {
    let Some((_, first)) = lineages.first() else {
        return 0;
    };
    let common = |a: &[String], b: &[String]| {
        a.iter()
            .rev()
            .zip(b.iter().rev())
            .take_while(|(a, b)| a == b)
            .count()
    };
    let shared = lineages
        .iter()
        .map(|(_, lineage)| common(first, lineage))
        .min()
        .unwrap_or(0);
    shared.saturating_sub(1)
}
