//! A formula over other indicators: what it reads, and which groups it has from them.

use std::collections::{BTreeMap, BTreeSet};

use measures::formula::{Expression, Missing, Rules};
use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor, value::MapAccessDeserializer},
};

use super::{Definition, DefinitionError, Dimension, written::wrong};

/// A formula over other indicators.
#[derive(Debug, Clone, PartialEq)]
pub struct Formula {
    pub expression: Expression,
    /// One for each name of the expression, in its order.
    pub inputs: Vec<Input>,
    pub rules: Rules,
}

/// One number that a formula reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// What the expression calls it.
    pub name: String,
    /// The code of the indicator.
    pub code: String,
    /// The groups it is taken for: dimension → code; empty for everybody together.
    pub picked: BTreeMap<String, String>,
    /// How many periods earlier.
    pub lag: u32,
    pub at: At,
}

/// Where an input is read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum At {
    #[default]
    Here,
    /// In the place above.
    Parent,
}

/// More inputs than these are not read.
const MOST_INPUTS: usize = 64;

impl Formula {
    /// Checks that every input can be had as the formula takes it; `inputs` stand in its order.
    ///
    /// # Errors
    /// When an indicator is not broken down as is asked; the message names the input.
    pub fn check(&self, inputs: &[&Definition]) -> Result<(), DefinitionError> {
        for (input, definition) in self.inputs.iter().zip(inputs) {
            input.check(definition)?;
        }
        Ok(())
    }
}

impl Input {
    /// True where it is of the very place and period that the formula's number is of.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.lag == 0 && self.at == At::Here
    }

    /// Which of its observations belong to a combination of the formula; `None` where it has none such.
    #[must_use]
    pub fn plan(&self, definition: &Definition, formula_set: &[&str]) -> Option<Plan> {
        let names: Vec<&str> = self
            .picked
            .keys()
            .map(String::as_str)
            .chain(formula_set.iter().copied())
            .collect();
        let set = definition.find_set(&names)?;
        let slot = |&d: &usize| {
            let name = definition.dimensions[d].name.as_str();
            match self.picked.get(name) {
                Some(code) => Some(Slot::Picked(code.clone())),
                None => formula_set
                    .iter()
                    .position(|other| *other == name)
                    .map(Slot::Formula),
            }
        };
        Some(Plan {
            by: definition.set_name(set),
            slots: set.iter().map(slot).collect::<Option<_>>()?,
        })
    }

    fn check(&self, definition: &Definition) -> Result<(), DefinitionError> {
        let key = format!("formula.inputs.{}", self.name);
        for (name, code) in &self.picked {
            let Some(dimension) = definition.dimension(name) else {
                return wrong(
                    key,
                    format!("{} is not broken down by {name:?}", self.code),
                    "leave the group out, or take a dimension that its definition has",
                );
            };
            if code != Dimension::UNKNOWN && dimension.codes.iter().all(|known| known.code != *code) {
                let known: Vec<&str> = dimension.codes.iter().map(|known| known.code.as_str()).collect();
                return wrong(
                    key,
                    format!("dimension {name:?} of {} has no code {code:?}", self.code),
                    format!("use one of: {}", known.join(", ")),
                );
            }
        }
        let names: Vec<&str> = self.picked.keys().map(String::as_str).collect();
        if definition.find_set(&names).is_none() {
            return wrong(
                key,
                format!(
                    "{} is not broken down by {} alone",
                    self.code,
                    names.join(" and ")
                ),
                "add the combination to `by` in its definition, or pick another group",
            );
        }
        Ok(())
    }

    /// The combinations in which it can be had besides the groups it is taken for, by names of dimensions.
    fn sets<'a>(&self, definition: &'a Definition) -> Vec<BTreeSet<&'a str>> {
        let names = |set: &'a Vec<usize>| -> BTreeSet<&'a str> {
            set.iter()
                .map(|&d| definition.dimensions[d].name.as_str())
                .collect()
        };
        definition
            .sets
            .iter()
            .map(names)
            .filter(|names| self.picked.keys().all(|name| names.contains(name.as_str())))
            .map(|mut names| {
                names.retain(|name| !self.picked.contains_key(*name));
                names
            })
            .collect()
    }
}

/// How an input's observations are matched with a combination of the formula.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Names of the input's dimensions, as its observations have them.
    pub by: String,
    /// One for each of those dimensions.
    pub slots: Vec<Slot>,
}

/// Which code of one of its dimensions an input is read with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Slot {
    Picked(String),
    /// That of the formula's dimension at this position.
    Formula(usize),
}

impl Plan {
    /// The codes of the input's observation that belongs to the formula's, `F,0-4`.
    #[must_use]
    pub fn codes(&self, formula_codes: &[&str]) -> String {
        let code = |slot: &Slot| match slot {
            Slot::Picked(code) => code.clone(),
            Slot::Formula(at) => formula_codes
                .get(*at)
                .map_or_else(String::new, |code| (*code).to_owned()),
        };
        self.slots.iter().map(code).collect::<Vec<_>>().join(",")
    }

    /// The formula's codes that an observation of the input belongs to; `None` for one of another group.
    #[must_use]
    pub fn formula_codes<'a>(&self, codes: &'a str) -> Option<Vec<&'a str>> {
        if self.slots.is_empty() {
            return Some(Vec::new());
        }
        let given: Vec<&str> = codes.split(',').collect();
        if given.len() != self.slots.len() {
            return None;
        }
        let mut found: Vec<(usize, &str)> = Vec::new();
        for (slot, code) in self.slots.iter().zip(given) {
            match slot {
                Slot::Picked(picked) if picked != code => return None,
                Slot::Picked(_) => {}
                Slot::Formula(at) => found.push((*at, code)),
            }
        }
        found.sort_unstable();
        Some(found.into_iter().map(|(_, code)| code).collect())
    }
}

impl Definition {
    /// Returns a formula with the dimensions and combinations that all of its inputs have, which stand in its order; other
    /// definitions as they are.
    ///
    /// A dimension is the same where its name and its codes are.
    #[must_use]
    pub fn inheriting(&self, inputs: &[&Definition]) -> Definition {
        let (Some(formula), Some(leading)) = (self.formula(), inputs.first()) else {
            return self.clone();
        };
        let mut sets_of = formula
            .inputs
            .iter()
            .zip(inputs)
            .map(|(input, definition)| input.sets(definition));
        let first = sets_of.next().unwrap_or_default();
        let others: Vec<Vec<BTreeSet<&str>>> = sets_of.collect();
        let is_alike = |name: &str| {
            let wanted = codes_of(leading, name);
            inputs
                .iter()
                .all(|definition| codes_of(definition, name) == wanted)
        };
        let shared: Vec<&BTreeSet<&str>> = first
            .iter()
            .filter(|names| others.iter().all(|sets| sets.contains(names)))
            .filter(|names| names.iter().all(|name| is_alike(name)))
            .collect();
        let dimensions: Vec<Dimension> = leading
            .dimensions
            .iter()
            .filter(|dimension| shared.iter().any(|names| names.contains(dimension.name.as_str())))
            .cloned()
            .collect();
        let mut sets = vec![Vec::new()];
        for names in shared {
            let set: Vec<usize> = dimensions
                .iter()
                .enumerate()
                .filter(|(_, dimension)| names.contains(dimension.name.as_str()))
                .map(|(at, _)| at)
                .collect();
            if !sets.contains(&set) {
                sets.push(set);
            }
        }
        Definition {
            dimensions,
            sets,
            ..self.clone()
        }
    }
}

fn codes_of<'a>(definition: &'a Definition, dimension: &str) -> BTreeSet<&'a str> {
    let codes = definition.dimension(dimension).into_iter().flat_map(|d| &d.codes);
    codes.map(|code| code.code.as_str()).collect()
}

/// The keys of `[formula]`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WrittenFormula {
    expression: String,
    inputs: BTreeMap<String, WrittenInput>,
    #[serde(default)]
    missing: Missing,
    floor: Option<f64>,
}

impl WrittenFormula {
    /// Reads the formula of the indicator with a code.
    pub fn read(self, own_code: &str) -> Result<Formula, DefinitionError> {
        let expression = match Expression::parse(&self.expression) {
            Ok(expression) => expression,
            Err(error) => return wrong("formula.expression", error.to_string(), "put it right there"),
        };
        if self.inputs.len() > MOST_INPUTS {
            return wrong(
                "formula.inputs",
                format!("there are more than {MOST_INPUTS}"),
                "make formulas of parts of it",
            );
        }
        if self.floor.is_some_and(|floor| !floor.is_finite() || floor <= 0.0) {
            return wrong(
                "formula.floor",
                "it must be above zero",
                "write what the least counts as in a geometric mean, such as 1, or leave it out",
            );
        }
        let mut given = self.inputs;
        let mut inputs = Vec::new();
        for name in expression.names() {
            let Some(written) = given.remove(name) else {
                return wrong(
                    "formula.inputs",
                    format!("the expression names {name:?}, which is not there"),
                    format!("say which indicator it is: {name} = \"…\""),
                );
            };
            inputs.push(written.read(name, own_code)?);
        }
        if let Some(name) = given.keys().next() {
            return wrong(
                format!("formula.inputs.{name}"),
                "the expression does not name it",
                "use it there, or take it out",
            );
        }
        if !inputs.iter().any(Input::is_plain) {
            return wrong(
                "formula.inputs",
                "none is of the place and period itself",
                "have one without `lag` and without `at`: the formula has a number wherever that one has",
            );
        }
        Ok(Formula {
            expression,
            inputs,
            rules: Rules {
                missing: self.missing,
                floor: self.floor,
            },
        })
    }
}

/// An input as it is written: `"6.1.1"` or `{ code = "8.6.1", codes = "sex=F", lag = 1 }`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct InputKeys {
    code: String,
    #[serde(default)]
    codes: String,
    #[serde(default)]
    lag: u32,
    #[serde(default)]
    at: At,
}

struct WrittenInput(InputKeys);

impl WrittenInput {
    fn read(self, name: &str, own_code: &str) -> Result<Input, DefinitionError> {
        let keys = self.0;
        let key = || format!("formula.inputs.{name}");
        if keys.code == own_code {
            return wrong(
                key(),
                "a formula cannot read itself",
                "name the indicators that it is made of",
            );
        }
        let mut picked = BTreeMap::new();
        for pair in keys.codes.split(',').filter(|pair| !pair.trim().is_empty()) {
            let Some((dimension, code)) = pair.split_once('=') else {
                return wrong(
                    key(),
                    format!("{pair:?} picks no group"),
                    "write dimension=code, as in codes = \"sex=F\", with commas between several",
                );
            };
            if picked
                .insert(dimension.trim().to_owned(), code.trim().to_owned())
                .is_some()
            {
                return wrong(
                    key(),
                    format!("two codes of {:?} are picked", dimension.trim()),
                    "pick one; an input is one number",
                );
            }
        }
        Ok(Input {
            name: name.to_owned(),
            code: keys.code,
            picked,
            lag: keys.lag,
            at: keys.at,
        })
    }
}

impl<'de> Deserialize<'de> for WrittenInput {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<WrittenInput, D::Error> {
        struct Either;

        impl<'de> Visitor<'de> for Either {
            type Value = WrittenInput;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(
                    "the code of an indicator, or { code = \"…\", codes = \"…\", lag = …, at = \"…\" }",
                )
            }

            fn visit_str<E: serde::de::Error>(self, code: &str) -> Result<WrittenInput, E> {
                Ok(WrittenInput(InputKeys {
                    code: code.to_owned(),
                    codes: String::new(),
                    lag: 0,
                    at: At::Here,
                }))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<WrittenInput, A::Error> {
                InputKeys::deserialize(MapAccessDeserializer::new(map)).map(WrittenInput)
            }
        }

        deserializer.deserialize_any(Either)
    }
}

#[cfg(test)]
mod tests {
    use super::{super::tests::WATER, *};

    /// The gap between men and women, in the smallest words.
    const GAP: &str = r#"
code = "gap"
kind = "formula"
title = { en = "Gap" }
unit = "number"
direction = "down"

[formula]
expression = "men - women"
inputs = { men = { code = "6.1.1", codes = "sex=M" }, women = { code = "6.1.1", codes = "sex=F" } }
"#;

    fn refused(from: &str, to: &str) -> String {
        assert!(GAP.contains(from), "{from}");
        Definition::parse(&GAP.replacen(from, to, 1))
            .unwrap_err()
            .to_string()
    }

    #[test]
    fn a_formula_names_its_inputs_and_counts_nothing() {
        let gap = Definition::parse(GAP).unwrap();
        assert_eq!((gap.measure.as_str(), gap.factor, gap.least), ("formula", 1.0, 0));
        assert!(gap.counting().is_none() && gap.tables().is_empty());
        let formula = gap.formula().unwrap();
        let read: Vec<(&str, &str, String)> = formula
            .inputs
            .iter()
            .map(|input| {
                (
                    input.name.as_str(),
                    input.code.as_str(),
                    format!("{:?}", input.picked),
                )
            })
            .collect();
        assert_eq!(
            read,
            [
                ("men", "6.1.1", "{\"sex\": \"M\"}".to_owned()),
                ("women", "6.1.1", "{\"sex\": \"F\"}".to_owned())
            ]
        );
    }

    #[test]
    fn what_is_wrong_with_a_formula_is_named_with_its_remedy() {
        for (from, to, expected) in [
            (
                "men - women",
                "men - ",
                "formula.expression: letter 7: the end stands where a number, a name, a function or ( is expected",
            ),
            (
                "men - women",
                "men - woman",
                "formula.inputs: the expression names \"woman\", which is not there; say which indicator",
            ),
            (
                "men - women",
                "men + men",
                "formula.inputs.women: the expression does not name it",
            ),
            (
                "code = \"6.1.1\", codes = \"sex=M\"",
                "code = \"gap\"",
                "formula.inputs.men: a formula cannot read itself",
            ),
            (
                "sex=M",
                "M",
                "formula.inputs.men: \"M\" picks no group; write dimension=code",
            ),
            (
                "sex=M",
                "sex=M,sex=F",
                "formula.inputs.men: two codes of \"sex\" are picked",
            ),
            (
                "direction = \"down\"",
                "direction = \"down\"\nleast = 5",
                "least: a formula counts no rows; take it out",
            ),
            ("kind = \"formula\"\n", "", "counted: the English text is missing"),
            (
                "men - women\"\n",
                "men - women\"\nfloor = 0\n",
                "formula.floor: it must be above zero",
            ),
        ] {
            let said = refused(from, to);
            assert!(said.starts_with(expected), "{said}");
        }
        let unknown = refused("codes = \"sex=M\"", "groups = \"sex=M\"");
        assert!(
            unknown.contains("groups") && unknown.contains("codes"),
            "{unknown}"
        );
        let late = GAP.replace("codes =", "lag = 1, codes =");
        let said = Definition::parse(&late).unwrap_err().to_string();
        assert!(said.contains("none is of the place and period itself"), "{said}");
        let both = format!("{WATER}\n[formula]\nexpression = \"a\"\ninputs = {{ a = \"7.1.1\" }}\n");
        let said = Definition::parse(&both).unwrap_err().to_string();
        assert!(
            said.starts_with("formula: this definition counts rows of tables"),
            "{said}"
        );
    }

    #[test]
    fn a_formula_has_the_groups_that_all_its_inputs_have() {
        let water = Definition::parse(WATER).unwrap();
        let plain = |inputs: &str| {
            let text = GAP.replace(
                "{ men = { code = \"6.1.1\", codes = \"sex=M\" }, women = { code = \"6.1.1\", codes = \"sex=F\" } }",
                inputs,
            );
            Definition::parse(&text).unwrap()
        };
        let names = |definition: &Definition| -> Vec<String> {
            definition
                .sets
                .iter()
                .map(|set| definition.set_name(set))
                .collect()
        };
        let whole = plain("{ men = \"6.1.1\", women = \"6.1.1\" }").inheriting(&[&water, &water]);
        assert_eq!(names(&whole), ["", "sex", "sex,size"]);
        // Men and women are each known by size of their household; sex itself is taken up by the gap.
        let gap = Definition::parse(GAP).unwrap().inheriting(&[&water, &water]);
        assert_eq!(names(&gap), ["", "size"]);
        assert_eq!(gap.dimensions.len(), 1);
        // Another list of codes is another dimension.
        let other = Definition::parse(&WATER.replace("code = \"5+\"", "code = \"5-9\"")).unwrap();
        let mixed = plain("{ men = \"6.1.1\", women = \"x\" }").inheriting(&[&water, &other]);
        assert_eq!(names(&mixed), ["", "sex"]);
    }

    #[test]
    fn an_input_is_matched_with_the_groups_of_the_formula() {
        let water = Definition::parse(WATER).unwrap();
        let gap = Definition::parse(GAP).unwrap();
        let men = &gap.formula().unwrap().inputs[0];
        let plan = men.plan(&water, &["size"]).unwrap();
        assert_eq!(
            (plan.by.as_str(), plan.codes(&["5+"]).as_str()),
            ("sex,size", "M,5+")
        );
        assert_eq!(plan.formula_codes("M,5+"), Some(vec!["5+"]));
        assert_eq!(plan.formula_codes("F,5+"), None);
        assert_eq!(men.plan(&water, &[]).unwrap().codes(&[]), "M");
        assert_eq!(men.plan(&water, &["age"]), None);
    }

    #[test]
    fn a_group_that_an_input_does_not_have_is_refused() {
        let water = Definition::parse(WATER).unwrap();
        let check = |codes: &str| {
            let gap = Definition::parse(&GAP.replace("sex=M", codes)).unwrap();
            let checked = gap.formula().unwrap().check(&[&water, &water]);
            checked.map_err(|error| error.to_string())
        };
        assert_eq!(check("sex=M"), Ok(()));
        assert!(
            check("age=1")
                .unwrap_err()
                .contains("6.1.1 is not broken down by \"age\"")
        );
        assert!(
            check("sex=X")
                .unwrap_err()
                .contains("has no code \"X\"; use one of: F, M")
        );
        assert!(
            check("size=5+")
                .unwrap_err()
                .contains("is not broken down by size alone")
        );
        assert_eq!(check("sex=_U"), Ok(()));
    }
}
