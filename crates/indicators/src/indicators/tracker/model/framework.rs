//! Goals, targets and indicators as the United Nations number them, under short titles of our own.
//!
//! Tiers are those of the United Nations' database at its first release of 2022; the groups that an indicator is to be broken down by
//! are those that its name asks for, and for the eleven that Baraza computes from its own forms also those of their metadata.

use std::sync::LazyLock;

use serde::{Deserialize, de::DeserializeOwned};

use crate::indicators::model::definition::Words;

/// One of the seventeen.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Goal {
    /// `6`.
    pub code: String,
    pub title: Words,
}

/// What a goal wants in particular.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// `6.1`, `6.a`.
    pub code: String,
    pub title: Words,
}

/// What a target is measured by.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// `6.1.1`.
    pub code: String,
    pub title: Words,
    pub tier: u8,
    /// The agencies that answer for its method, with commas between.
    pub custodian: String,
    /// Names of the groups it is to be broken down by.
    #[serde(default)]
    pub by: Vec<String>,
}

/// All of it, in order.
pub struct Framework {
    pub goals: Vec<Goal>,
    pub targets: Vec<Target>,
    pub indicators: Vec<Entry>,
}

/// The framework.
#[must_use]
pub fn framework() -> &'static Framework {
    &FRAMEWORK
}

static FRAMEWORK: LazyLock<Framework> = LazyLock::new(|| Framework {
    goals: shipped(include_str!(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../data/sdg/goals.json"
    ))),
    targets: shipped(include_str!(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../data/sdg/targets.json"
    ))),
    indicators: shipped(include_str!(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../data/sdg/indicators.json"
    ))),
});

fn shipped<T: DeserializeOwned>(text: &str) -> T {
    serde_json::from_str(text).expect("what is shipped is well-formed; a test reads it")
}

impl Framework {
    #[must_use]
    pub fn goal(&self, code: &str) -> Option<&Goal> {
        self.goals.iter().find(|goal| goal.code == code)
    }

    #[must_use]
    pub fn target(&self, code: &str) -> Option<&Target> {
        self.targets.iter().find(|target| target.code == code)
    }

    #[must_use]
    pub fn indicator(&self, code: &str) -> Option<&Entry> {
        self.indicators.iter().find(|entry| entry.code == code)
    }

    /// The targets of a goal.
    pub fn targets_of<'a>(&'a self, goal: &'a str) -> impl Iterator<Item = &'a Target> + 'a {
        self.targets.iter().filter(move |target| target.goal() == goal)
    }

    /// The indicators of a target.
    pub fn indicators_of<'a>(&'a self, target: &'a str) -> impl Iterator<Item = &'a Entry> + 'a {
        self.indicators
            .iter()
            .filter(move |entry| entry.target() == target)
    }
}

impl Target {
    /// The code of the goal it belongs to.
    #[must_use]
    pub fn goal(&self) -> &str {
        goal_of(&self.code)
    }
}

impl Entry {
    /// The code of the target it belongs to.
    #[must_use]
    pub fn target(&self) -> &str {
        self.code
            .rsplit_once('.')
            .map_or(self.code.as_str(), |(target, _)| target)
    }
}

/// The goal of a target or an indicator: what stands before the first dot.
#[must_use]
pub fn goal_of(code: &str) -> &str {
    code.split('.').next().unwrap_or(code)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn there_are_17_goals_169_targets_and_every_indicator_belongs_to_one() {
        let all = framework();
        assert_eq!(
            (all.goals.len(), all.targets.len(), all.indicators.len()),
            (17, 169, 248)
        );
        assert!(all.targets.iter().all(|target| all.goal(target.goal()).is_some()));
        assert!(
            all.indicators
                .iter()
                .all(|entry| all.target(entry.target()).is_some())
        );
        // A target whose indicator was struck and never replaced.
        let without: Vec<&str> = all
            .targets
            .iter()
            .map(|target| target.code.as_str())
            .filter(|code| all.indicators_of(code).next().is_none())
            .collect();
        assert_eq!(without, ["11.c"]);
        assert_eq!(all.targets_of("1").count(), 7);
        assert_eq!(all.targets_of("17").count(), 19);
    }

    #[test]
    fn codes_stand_once_and_titles_in_both_languages() {
        let all = framework();
        let codes: BTreeSet<&str> = all.indicators.iter().map(|entry| entry.code.as_str()).collect();
        assert_eq!(codes.len(), all.indicators.len());
        let titles = all
            .goals
            .iter()
            .map(|goal| &goal.title)
            .chain(all.targets.iter().map(|target| &target.title))
            .chain(all.indicators.iter().map(|entry| &entry.title));
        for title in titles {
            let (english, indonesian) = (title.in_language("en"), title.in_language("id"));
            assert!(
                !english.is_empty() && !indonesian.is_empty() && english != indonesian,
                "{english}"
            );
            assert!(
                english.chars().count() <= 66 && indonesian.chars().count() <= 70,
                "{english}"
            );
        }
        assert!(
            all.indicators
                .iter()
                .all(|entry| (1..=2).contains(&entry.tier) && !entry.custodian.is_empty())
        );
    }

    #[test]
    fn what_the_eleven_are_to_be_broken_down_by_is_what_their_metadata_ask() {
        let by = |code: &str| framework().indicator(code).unwrap().by.join(",");
        assert_eq!(by("8.5.2"), "sex,age,disability");
        assert_eq!(by("8.5.1"), "sex,age,occupation,disability");
        assert_eq!(by("16.9.1"), "age,sex,income,residence");
        assert_eq!(by("8.10.1"), "");
    }
}
