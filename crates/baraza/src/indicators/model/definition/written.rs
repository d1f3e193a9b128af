//! The TOML as it is written, and what must hold before it is a definition.

use std::collections::{BTreeMap, BTreeSet};

use measures::progress::Direction;
use serde::Deserialize;

use super::{
    Aim, Baseline, DefinitionError, Design, Dimension, FACES, Lights, Measure, Scope, Standing, Unit, Words,
};

/// Every key there is.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Written {
    pub code: String,
    pub title: Words,
    #[serde(default)]
    pub description: Words,
    pub goal: Option<String>,
    pub target: Option<String>,
    pub indicator: Option<String>,
    pub series: Option<String>,
    pub scope: Option<Scope>,
    #[serde(default)]
    pub scope_reason: Words,
    pub tier: Option<u8>,
    pub custodian: Option<Words>,
    #[serde(default)]
    pub method: Words,
    pub counted: Words,
    pub tables: BTreeMap<String, String>,
    pub from: String,
    pub universe: Option<String>,
    #[serde(default = "share")]
    pub measure: Measure,
    pub numerator: Option<String>,
    pub denominator: Option<String>,
    #[serde(default)]
    pub numerator_title: Words,
    #[serde(default)]
    pub denominator_title: Words,
    pub factor: Option<f64>,
    pub unit: Unit,
    pub decimals: Option<usize>,
    pub weight: Option<String>,
    pub design: Option<Design>,
    pub place: String,
    pub period: Option<String>,
    #[serde(default)]
    pub dimension: Vec<Dimension>,
    #[serde(default)]
    pub by: Vec<Vec<String>>,
    pub direction: Direction,
    pub lights: Option<Lights>,
    pub baseline: Option<Baseline>,
    pub aim: Option<Aim>,
    #[serde(default)]
    pub aims: Vec<Aim>,
    pub limit: Option<f64>,
    #[serde(default)]
    pub standing: Standing,
    pub least: Option<u64>,
    pub hold: Option<u64>,
    pub dominance: Option<f64>,
    pub key: Option<i64>,
}

fn share() -> Measure {
    Measure::Share
}

impl Written {
    pub fn check(&self) -> Result<(), DefinitionError> {
        let is_code = |text: &str| {
            let mut letters = text.chars();
            letters.next().is_some_and(|c| c.is_ascii_alphanumeric())
                && letters.all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'))
        };
        let ends_in_face = FACES.iter().any(|face| {
            self.code
                .rsplit_once('.')
                .is_some_and(|(_, ending)| ending == *face)
        });
        if !is_code(&self.code) || self.code.len() > 40 || ends_in_face {
            return wrong(
                "code",
                format!("{:?} cannot stand in an address", self.code),
                "use at most 40 letters, digits, dots and hyphens, as in \"6.1.1\"",
            );
        }
        for (key, words) in [("title", &self.title), ("counted", &self.counted)] {
            if words.in_language("en").trim().is_empty() {
                return wrong(
                    key,
                    "the English text is missing",
                    format!("write {key} = {{ en = \"…\", id = \"…\" }}"),
                );
            }
        }
        if self.tables.is_empty() {
            return wrong(
                "tables",
                "no table is named",
                "name at least one, as in tables = { household = \"household\" }",
            );
        }
        for (key, needed, given) in [
            (
                "numerator",
                self.measure != Measure::Total,
                self.numerator.is_some(),
            ),
            (
                "denominator",
                self.measure == Measure::Ratio,
                self.denominator.is_some(),
            ),
        ] {
            if needed && !given {
                return wrong(
                    key,
                    format!("a {} needs one", self.measure.as_str()),
                    format!("write {key} = \"…\", an SQL expression over the rows of `from`"),
                );
            }
        }
        if matches!(self.measure, Measure::Mean | Measure::Total) && self.denominator.is_some() {
            return wrong(
                "denominator",
                format!("a {} has none", self.measure.as_str()),
                "take it out, or say which rows count in `universe`",
            );
        }
        if self.unit == Unit::Percent && !matches!(self.measure, Measure::Share | Measure::Ratio) {
            return wrong(
                "unit",
                format!("a {} is not a percentage", self.measure.as_str()),
                "write unit = \"number\"",
            );
        }
        if self
            .factor
            .is_some_and(|factor| !factor.is_finite() || factor <= 0.0)
        {
            return wrong(
                "factor",
                "it must be above zero",
                "write 100 for percentages, 1000 for rates per thousand, or leave it out",
            );
        }
        if self.decimals.is_some_and(|decimals| decimals > 6) {
            return wrong(
                "decimals",
                "more than six are not shown",
                "write a number from 0 to 6",
            );
        }
        if let Some(percent) = self.dominance {
            if self.measure == Measure::Share || self.numerator.is_none() {
                return wrong(
                    "dominance",
                    format!(
                        "a {} has no sum that one row could dominate",
                        if self.measure == Measure::Share {
                            "share"
                        } else {
                            "count"
                        }
                    ),
                    "take it out",
                );
            }
            if !(percent > 0.0 && percent <= 100.0) {
                return wrong(
                    "dominance",
                    "it is a percentage of one row's part of the sum",
                    "write a number above 0 and at most 100, such as dominance = 10",
                );
            }
        }
        if self.hold == Some(1) {
            return wrong(
                "hold",
                "1 holds nothing back",
                "write 2 or more, such as hold = 5, or leave it out to show every change at once",
            );
        }
        if let Some(lights) = self.lights {
            let in_order = match self.direction {
                Direction::Up => lights.green > lights.yellow,
                Direction::Down => lights.green < lights.yellow,
            };
            if !in_order {
                return wrong(
                    "lights",
                    "green and yellow are the wrong way round for this direction",
                    "for direction = \"up\" green is the higher value, for \"down\" the lower",
                );
            }
        }
        self.check_framework()?;
        self.check_aims()?;
        let mut names = BTreeSet::new();
        for dimension in &self.dimension {
            let key = format!("dimension {:?}", dimension.name);
            if !is_code(&dimension.name) || !names.insert(&dimension.name) {
                return wrong(
                    key,
                    "the name is not usable or stands twice",
                    "give each dimension its own short name, such as \"sex\"",
                );
            }
            if dimension.title.in_language("en").trim().is_empty() {
                return wrong(
                    key,
                    "the English title is missing",
                    "write title = { en = \"…\", id = \"…\" }",
                );
            }
            if dimension.codes.is_empty() {
                return wrong(
                    key,
                    "it has no codes",
                    "list them in the order to be shown: codes = [{ code = \"F\", title = { en = \"Female\" } }, …]",
                );
            }
            let mut codes = BTreeSet::new();
            for code in &dimension.codes {
                let reserved =
                    code.code.is_empty() || code.code.starts_with('_') || code.code.contains([',', '=', ';']);
                if reserved || !codes.insert(&code.code) || code.title.in_language("en").trim().is_empty() {
                    return wrong(
                        format!("{key}, code {:?}", code.code),
                        "it is empty, stands twice, lacks an English title, starts with _ or holds one of , = ;",
                        "give each code once, with a title; _U (unknown) is added by itself",
                    );
                }
            }
        }
        Ok(())
    }

    /// What it says of the framework it belongs to.
    fn check_framework(&self) -> Result<(), DefinitionError> {
        if let Some(scope @ (Scope::National | Scope::Proxy)) = self.scope
            && self.scope_reason.in_language("en").trim().is_empty()
        {
            return wrong(
                "scope_reason",
                format!("a {} definition departs from the framework's", scope.as_str()),
                "write scope_reason = { en = \"…\", id = \"…\" }, so that everybody knows what may not be compared",
            );
        }
        if let Some(tier) = self.tier.filter(|tier| !(1..=3).contains(tier)) {
            return wrong("tier", format!("there is no tier {tier}"), "write 1, 2 or 3");
        }
        Ok(())
    }

    /// What is to be reached, and from where.
    fn check_aims(&self) -> Result<(), DefinitionError> {
        let mut known = BTreeSet::new();
        for aim in self.aims.iter().chain(&self.aim) {
            if !aim.value.is_finite() || !(1900..2200).contains(&aim.year) {
                return wrong(
                    "aims",
                    format!("{} in {} cannot be reached", aim.value, aim.year),
                    "write a number and a year, as in { value = 90, year = 2030 }",
                );
            }
            if !known.insert((aim.year, aim.place.as_deref())) {
                return wrong(
                    "aims",
                    format!("two are for {} and the same place", aim.year),
                    "keep one",
                );
            }
        }
        let Some(baseline) = self.baseline else {
            return Ok(());
        };
        if !baseline.value.is_finite() {
            return wrong(
                "baseline",
                "the value is not a number",
                "write one, as in { value = 62.5, year = 2015 }",
            );
        }
        let too_early = self
            .aims
            .iter()
            .chain(&self.aim)
            .find(|aim| aim.year <= baseline.year);
        match too_early {
            Some(aim) => wrong(
                "baseline",
                format!("{} is not before the aim of {}", baseline.year, aim.year),
                "progress is measured from an earlier year",
            ),
            None => Ok(()),
        }
    }

    pub fn sets(&self) -> Result<Vec<Vec<usize>>, DefinitionError> {
        let mut sets = vec![Vec::new()];
        for names in &self.by {
            let mut set = Vec::new();
            for name in names {
                let Some(at) = self
                    .dimension
                    .iter()
                    .position(|dimension| dimension.name == *name)
                else {
                    let known = self
                        .dimension
                        .iter()
                        .map(|d| d.name.as_str())
                        .collect::<Vec<_>>()
                        .join(", ");
                    return wrong(
                        "by",
                        format!("there is no dimension {name:?}"),
                        format!("use one of: {known}"),
                    );
                };
                set.push(at);
            }
            set.sort_unstable();
            let n_named = set.len();
            set.dedup();
            if set.len() != n_named {
                return wrong(
                    "by",
                    format!("{names:?} names a dimension twice"),
                    "name each once",
                );
            }
            if !sets.contains(&set) {
                sets.push(set);
            }
        }
        Ok(sets)
    }
}

fn wrong<T>(
    key: impl Into<String>,
    what: impl Into<String>,
    remedy: impl Into<String>,
) -> Result<T, DefinitionError> {
    Err(DefinitionError::Key {
        key: key.into(),
        what: what.into(),
        remedy: remedy.into(),
    })
}
