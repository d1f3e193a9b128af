//! Which indicators are counted together: those that read the same tables at the same versions.

use std::{collections::BTreeMap, sync::Arc};

use tables::{CubeSpec, Scope};

use super::super::{Indicator, model::definition::Definition};

/// An indicator that is to be counted.
pub struct Asked {
    pub indicator: Indicator,
    pub spec: CubeSpec,
    pub reading: Reading,
}

/// The tables that a definition reads, at the versions that they have.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// Table of the lake → version.
    pub versions: BTreeMap<String, u64>,
    /// The same by the names that the definition gives them.
    pub scope: Scope,
}

/// Indicators that one look at the tables answers.
pub struct Batch {
    pub reading: Reading,
    /// One for each of `members`.
    pub specs: Vec<CubeSpec>,
    pub members: Vec<Indicator>,
}

impl Batch {
    /// The definition of a member.
    pub fn definition(&self, at: usize) -> &Arc<Definition> {
        &self.members[at].definition
    }
}

/// Puts indicators together that read the same, in the order of the first of each.
pub fn batches(asked: Vec<Asked>) -> Vec<Batch> {
    let mut batches: Vec<Batch> = Vec::new();
    for Asked {
        indicator,
        spec,
        reading,
    } in asked
    {
        let known = batches.iter().position(|batch| batch.reading == reading);
        let at = known.unwrap_or_else(|| {
            batches.push(Batch {
                reading,
                specs: Vec::new(),
                members: Vec::new(),
            });
            batches.len() - 1
        });
        batches[at].specs.push(spec);
        batches[at].members.push(indicator);
    }
    batches
}

#[cfg(test)]
mod tests {
    use tables::{TableVersion, Version};

    use super::{super::super::model::definition::tests::WATER, *};

    fn asked(code: &str, name: &str, version: u64) -> Asked {
        let definition =
            Definition::parse(&WATER.replacen("code = \"6.1.1\"", &format!("code = \"{code}\""), 1)).unwrap();
        let spec = definition.cube(definition.counting().unwrap());
        Asked {
            indicator: Indicator {
                definition: Arc::new(definition),
                run: None,
                trouble: None,
            },
            spec,
            reading: Reading {
                versions: BTreeMap::from([("census__household".to_owned(), version)]),
                scope: Scope::new().with(name, TableVersion::at("census__household", Version(version))),
            },
        }
    }

    #[test]
    fn indicators_of_the_same_tables_at_the_same_versions_are_counted_together() {
        let all = vec![
            asked("a", "household", 3),
            asked("b", "household", 4),
            asked("c", "household", 3),
            asked("d", "home", 3),
        ];
        let versions: Vec<(u64, usize)> = batches(all)
            .iter()
            .map(|batch| (batch.reading.versions["census__household"], batch.specs.len()))
            .collect();
        assert_eq!(versions, [(3, 2), (4, 1), (3, 1)]);
    }
}
