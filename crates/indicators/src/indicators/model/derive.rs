//! From the observations of a formula's inputs to its own.
//!
//! A number is withheld as soon as one that it is made of is: from the formula and the others anybody could work it out.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    sync::Arc,
};

use measures::{
    formula::{NoValue, standard_error},
    interval::{self, Level},
};

use super::{
    definition::{
        Definition,
        formula::{At, Formula, Input, Plan},
    },
    observation::{Figures, Observation, Status},
};

/// Everything that a formula is worked out from.
#[derive(Debug)]
pub struct Reading {
    pub definition: Arc<Definition>,
    /// In the formula's order.
    pub inputs: Vec<ReadInput>,
    /// By code of the indicator: all of certain places, whole.
    pub observations: BTreeMap<String, Vec<Observation>>,
}

/// An indicator that is read.
#[derive(Debug, Clone)]
pub struct ReadInput {
    pub definition: Arc<Definition>,
    /// The tables that its numbers are counted from in the end, through other formulas or not.
    pub tables: BTreeSet<String>,
}

/// Where the formula has numbers that are not worked out now.
#[derive(Debug, Default)]
pub struct Elsewhere {
    pub places: HashSet<String>,
    /// Place → the one it was added to before.
    pub parents: HashMap<String, String>,
}

impl Reading {
    /// Works the formula out wherever an input that is of the place and period itself has a number; of a definition that is no
    /// formula nothing.
    #[must_use]
    pub fn derive(&self, elsewhere: &Elsewhere) -> Vec<Observation> {
        let Some(formula) = self.definition.formula() else {
            return Vec::new();
        };
        let work = Work {
            reading: self,
            formula,
            indexes: formula.inputs.iter().map(|input| self.index(input)).collect(),
            above: self.above(),
            kinship: Kinship::of(formula, &self.inputs),
        };
        let mut made: Vec<Observation> = self
            .definition
            .sets
            .iter()
            .flat_map(|set| work.combination(set))
            .collect();
        let own: HashSet<String> = made.iter().map(|o| o.place.clone()).collect();
        for o in &mut made {
            o.parent = nearest(&o.place, &work.above, |place| {
                own.contains(place) || elsewhere.places.contains(place)
            })
            .or_else(|| elsewhere.parents.get(&o.place).cloned());
        }
        made
    }

    fn of(&self, input: &Input) -> &[Observation] {
        self.observations
            .get(&input.code)
            .map(Vec::as_slice)
            .unwrap_or_default()
    }

    fn index(&self, input: &Input) -> Index<'_> {
        self.of(input)
            .iter()
            .map(|o| {
                let key = (
                    o.place.as_str(),
                    o.by.as_str(),
                    o.period.as_str(),
                    o.codes.as_str(),
                );
                (key, o)
            })
            .collect()
    }

    /// Place → the one above it, as the inputs have it.
    fn above(&self) -> HashMap<&str, &str> {
        self.observations
            .values()
            .flatten()
            .filter_map(|o| Some((o.place.as_str(), o.parent.as_deref()?)))
            .collect()
    }
}

/// Tells the period some periods earlier: of a year, a half-year `2026-S1`, a quarter `2026-Q3` or a month `2026-07`. `None` for any
/// other, such as a round of a survey.
#[must_use]
pub fn earlier(period: &str, lag: u32) -> Option<String> {
    let whole = |digits: &str| -> Option<i64> {
        digits
            .bytes()
            .all(|byte| byte.is_ascii_digit())
            .then(|| digits.parse().ok())?
    };
    let (year, part) = match period.split_once('-') {
        Some((year, part)) => (year, Some(part)),
        None => (period, None),
    };
    let lag = i64::from(lag);
    let year = whole(year).filter(|_| year.len() == 4)?;
    let Some(part) = part else {
        return Some(format!("{:04}", year - lag));
    };
    let (letter, number, of) = match (part.strip_prefix('S'), part.strip_prefix('Q')) {
        (Some(half), _) => ("S", whole(half)?, 2),
        (_, Some(quarter)) => ("Q", whole(quarter)?, 4),
        _ => ("", whole(part).filter(|_| part.len() == 2)?, 12),
    };
    if !(1..=of).contains(&number) {
        return None;
    }
    let at = year * of + number - 1 - lag;
    let (year, number) = (at.div_euclid(of), at.rem_euclid(of) + 1);
    Some(if letter.is_empty() {
        format!("{year:04}-{number:02}")
    } else {
        format!("{year:04}-{letter}{number}")
    })
}

/// Place, names of the dimensions, period, codes → what is said of them.
type Index<'a> = HashMap<(&'a str, &'a str, &'a str, &'a str), &'a Observation>;

struct Work<'a> {
    reading: &'a Reading,
    formula: &'a Formula,
    /// In the formula's order.
    indexes: Vec<Index<'a>>,
    above: HashMap<&'a str, &'a str>,
    kinship: Kinship,
}

impl<'a> Work<'a> {
    /// The numbers of one combination of dimensions.
    fn combination(&self, set: &[usize]) -> Vec<Observation> {
        let definition = &self.reading.definition;
        let names: Vec<&str> = set
            .iter()
            .map(|&d| definition.dimensions[d].name.as_str())
            .collect();
        let plans: Option<Vec<Plan>> = self
            .formula
            .inputs
            .iter()
            .zip(&self.reading.inputs)
            .map(|(input, read)| input.plan(&read.definition, &names))
            .collect();
        let Some(plans) = plans else {
            return Vec::new();
        };
        let mut cells: BTreeSet<(&'a str, &'a str, Vec<&'a str>)> = BTreeSet::new();
        for (input, plan) in self.formula.inputs.iter().zip(&plans) {
            if !input.is_plain() {
                continue;
            }
            let own = self.reading.of(input).iter().filter(|o| o.by == plan.by);
            cells.extend(own.filter_map(|o| {
                let codes = plan.formula_codes(&o.codes)?;
                Some((o.place.as_str(), o.period.as_str(), codes))
            }));
        }
        let by = definition.set_name(set);
        cells
            .into_iter()
            .filter_map(|(place, period, codes)| {
                let found = self.find(&plans, place, period, &codes);
                let (status, figures) = self.work_out(&found)?;
                let known = || found.iter().flatten();
                let standing = known().map(|o| o.standing).max().unwrap_or_default();
                Some(Observation {
                    place: place.to_owned(),
                    parent: None,
                    period: period.to_owned(),
                    by: by.clone(),
                    codes: codes.join(","),
                    position: position(definition, set, &codes),
                    status,
                    standing: standing.max(definition.standing),
                    figures,
                    as_of: known().filter_map(|o| o.as_of).min(),
                })
            })
            .collect()
    }

    /// What is said of each input where a cell needs it.
    fn find(
        &self,
        plans: &[Plan],
        place: &str,
        period: &str,
        codes: &[&str],
    ) -> Vec<Option<&'a Observation>> {
        let of = |((input, plan), index): ((&Input, &Plan), &Index<'a>)| {
            let place = match input.at {
                At::Here => place,
                At::Parent => self.above.get(place).copied()?,
            };
            let period = if input.lag == 0 {
                period.to_owned()
            } else {
                earlier(period, input.lag)?
            };
            let codes = plan.codes(codes);
            let key = (place, plan.by.as_str(), period.as_str(), codes.as_str());
            index.get(&key).copied()
        };
        self.formula
            .inputs
            .iter()
            .zip(plans)
            .zip(&self.indexes)
            .map(of)
            .collect()
    }

    /// The number itself; `None` where there is none because an input says nothing at all.
    fn work_out(&self, found: &[Option<&Observation>]) -> Option<(Status, Figures)> {
        if found.iter().flatten().any(|o| o.status == Status::Suppressed) {
            return Some((Status::Suppressed, Figures::default()));
        }
        let values: Vec<Option<f64>> = found.iter().map(|o| o.and_then(|o| o.figures.value)).collect();
        let value = match self.formula.expression.evaluate(&values, self.formula.rules) {
            Ok(value) => value,
            Err(NoValue::Missing) if found.iter().any(Option::is_none) => return None,
            Err(_) => return Some((Status::Empty, Figures::default())),
        };
        let error = self.error(found, &values);
        let interval = error.and_then(|error| interval::normal(value, error, Level::P95));
        let figures = Figures {
            value: Some(value),
            lower: interval.map(|interval| interval.lower),
            upper: interval.map(|interval| interval.upper),
            standard_error: error,
            ..Figures::default()
        };
        Some((Status::Normal, figures))
    }

    /// The standard error, where every input that is there has one and it is known how they move together.
    fn error(&self, found: &[Option<&Observation>], values: &[Option<f64>]) -> Option<f64> {
        if self.kinship.is_unknown {
            return None;
        }
        let errors: Vec<f64> = found
            .iter()
            .zip(values)
            .map(|(o, value)| match (o, value) {
                (Some(o), Some(_)) => sureness(&o.figures),
                _ => Some(0.0),
            })
            .collect::<Option<_>>()?;
        let derivatives = self.formula.expression.derivatives(values, self.formula.rules)?;
        let error = standard_error(&derivatives, &errors, |i, j| self.kinship.are_related(i, j));
        Some(error).filter(|error| error.is_finite())
    }
}

/// An input's standard error. That of a share of 0 or 100 % is zero although its interval is not: there it is what an interval as wide
/// by the normal distribution would have.
fn sureness(figures: &Figures) -> Option<f64> {
    let error = figures.standard_error?;
    if error > 0.0 {
        return Some(error);
    }
    let unit = interval::normal(0.0, 1.0, Level::P95)?;
    match (figures.lower, figures.upper) {
        (Some(lower), Some(upper)) => Some((upper - lower) / (unit.upper - unit.lower)),
        _ => Some(error),
    }
}

/// Order among the cells of one place, combination and period, as it is of cells that are counted.
fn position(definition: &Definition, set: &[usize], codes: &[&str]) -> i64 {
    set.iter().zip(codes).fold(0, |position, (&d, code)| {
        let at = definition.dimensions[d].position(Some(code));
        position * 1000 + i64::try_from(at.min(999)).unwrap_or(999)
    })
}

/// The nearest place above one that has numbers.
fn nearest(place: &str, above: &HashMap<&str, &str>, has_numbers: impl Fn(&str) -> bool) -> Option<String> {
    let mut at = place;
    // Never longer than there are places, whatever the inputs say of each other.
    for _ in 0..above.len() {
        at = above.get(at).copied()?;
        if has_numbers(at) {
            return Some(at.to_owned());
        }
    }
    None
}

/// How a formula's inputs have to do with each other.
struct Kinship {
    /// For each pair, by positions.
    related: Vec<Vec<bool>>,
    /// Several are of one sampling design, whose clusters tie them together in a way that their standard errors do not tell.
    is_unknown: bool,
}

impl Kinship {
    fn of(formula: &Formula, inputs: &[ReadInput]) -> Kinship {
        let pair = |i: usize, j: usize| (&formula.inputs[i], &formula.inputs[j]);
        let n = formula.inputs.len();
        let is_related = |i: usize, j: usize| {
            let (one, other) = pair(i, j);
            !inputs[i].tables.is_disjoint(&inputs[j].tables) && !are_apart(one, other)
        };
        let is_of_one_design = |i: usize, j: usize| {
            let (one, other) = pair(i, j);
            one.code == other.code && inputs[i].definition.is_sampled()
        };
        Kinship {
            related: (0..n)
                .map(|i| (0..n).map(|j| is_related(i, j)).collect())
                .collect(),
            is_unknown: (0..n).any(|i| (0..i).any(|j| is_of_one_design(i, j))),
        }
    }

    fn are_related(&self, i: usize, j: usize) -> bool {
        self.related[i][j]
    }
}

/// True where no row can be in both: two groups of one indicator, at one place and period.
fn are_apart(one: &Input, other: &Input) -> bool {
    one.code == other.code
        && one.lag == other.lag
        && one.at == other.at
        && one
            .picked
            .iter()
            .any(|(dimension, code)| other.picked.get(dimension).is_some_and(|picked| picked != code))
}

#[cfg(test)]
mod tests {
    use super::{
        super::{definition::tests::WATER, observation::Standing},
        *,
    };
    use crate::platform::time::Time;

    const FORMULA: &str = r#"
code = "made"
kind = "formula"
title = { en = "Made" }
unit = "number"
direction = "up"

[formula]
"#;

    fn formula(keys: &str) -> Definition {
        Definition::parse(&format!("{FORMULA}{keys}")).unwrap()
    }

    /// Of everybody together in 2026.
    fn said(place: &str, parent: &str, value: f64) -> Observation {
        Observation {
            place: place.to_owned(),
            parent: (!parent.is_empty()).then(|| parent.to_owned()),
            period: "2026".to_owned(),
            by: String::new(),
            codes: String::new(),
            position: 0,
            status: Status::Normal,
            standing: Standing::Official,
            figures: Figures {
                value: Some(value),
                standard_error: Some(2.0),
                lower: Some(value - 4.0),
                upper: Some(value + 4.0),
                ..Figures::default()
            },
            as_of: None,
        }
    }

    fn silent(o: Observation, status: Status) -> Observation {
        Observation {
            status,
            figures: Figures::default(),
            ..o
        }
    }

    fn of(o: Observation, by: &str, codes: &str) -> Observation {
        Observation {
            by: by.to_owned(),
            codes: codes.to_owned(),
            ..o
        }
    }

    fn water(code: &str, table: &str) -> Definition {
        Definition::parse(
            &WATER
                .replace("code = \"6.1.1\"", &format!("code = \"{code}\""))
                .replace("census/household", table),
        )
        .unwrap()
    }

    /// Works out a formula over indicators, each with what is said.
    fn derive(made: &Definition, indicators: &[(Definition, Vec<Observation>)]) -> Vec<Observation> {
        let input = |input: &Input| {
            let (definition, _) = indicators
                .iter()
                .find(|(definition, _)| definition.code == input.code)
                .unwrap();
            ReadInput {
                definition: Arc::new(definition.clone()),
                tables: definition.tables().into_iter().map(str::to_owned).collect(),
            }
        };
        let inputs: Vec<ReadInput> = made.formula().unwrap().inputs.iter().map(input).collect();
        let definitions: Vec<&Definition> = inputs.iter().map(|input| &*input.definition).collect();
        let reading = Reading {
            definition: Arc::new(made.inheriting(&definitions)),
            inputs,
            observations: indicators
                .iter()
                .map(|(definition, said)| (definition.code.clone(), said.clone()))
                .collect(),
        };
        reading.derive(&Elsewhere::default())
    }

    /// Place, parent, codes, value or status.
    fn lines(made: &[Observation]) -> Vec<String> {
        let mut lines: Vec<String> = made
            .iter()
            .map(|o| {
                let value = o
                    .figures
                    .value
                    .map_or_else(|| o.status.as_str().to_owned(), |value| format!("{value}"));
                let parts = [
                    o.place.as_str(),
                    o.parent.as_deref().unwrap_or_default(),
                    &o.codes,
                    &o.period,
                    &value,
                ];
                parts
                    .into_iter()
                    .filter(|part| !part.is_empty())
                    .collect::<Vec<_>>()
                    .join(" ")
            })
            .collect();
        lines.sort();
        lines
    }

    #[test]
    fn the_period_before_is_that_of_the_calendar() {
        for (period, lag, expected) in [
            ("2026", 1, Some("2025")),
            ("2026-S1", 1, Some("2025-S2")),
            ("2026-Q3", 4, Some("2025-Q3")),
            ("2026-01", 1, Some("2025-12")),
            ("2026-1", 1, None),
            ("2026-13", 1, None),
            ("round 3", 1, None),
            ("", 1, None),
        ] {
            assert_eq!(earlier(period, lag).as_deref(), expected, "{period}");
        }
    }

    #[test]
    fn a_number_is_withheld_where_one_of_its_inputs_is_and_missing_where_one_says_nothing() {
        let sum = "expression = \"sum(a, b)\"\ninputs = { a = \"a\", b = \"b\" }\n";
        let a = vec![
            said("R", "", 10.0),
            said("V", "R", 20.0),
            said("W", "R", 30.0),
            said("X", "R", 40.0),
        ];
        let b = vec![
            said("R", "", 1.0),
            silent(said("V", "R", 0.0), Status::Suppressed),
            silent(said("W", "R", 0.0), Status::Empty),
        ];
        let both = [(water("a", "t"), a), (water("b", "u"), b)];
        assert_eq!(
            lines(&derive(&formula(sum), &both)),
            ["R 2026 11", "V R 2026 suppressed", "W R 2026 empty"]
        );
        let skipping = format!("{sum}missing = \"skip\"\n");
        assert_eq!(
            lines(&derive(&formula(&skipping), &both)),
            ["R 2026 11", "V R 2026 suppressed", "W R 2026 30", "X R 2026 40"]
        );
        let ratio = "expression = \"a / (b - 1)\"\ninputs = { a = \"a\", b = \"b\" }\n";
        assert_eq!(lines(&derive(&formula(ratio), &both))[0], "R 2026 empty");
    }

    #[test]
    fn groups_places_above_and_periods_before_are_read_where_they_stand() {
        let gap = "expression = \"men - women\"\ninputs = { men = { code = \"a\", codes = \"sex=M\" }, women = { code = \"a\", codes = \"sex=F\" } }\n";
        let a = vec![
            of(said("R", "", 10.0), "sex", "M"),
            of(said("R", "", 4.0), "sex", "F"),
            of(said("R", "", 9.0), "sex,size", "M,5+"),
            of(said("R", "", 2.0), "sex,size", "F,5+"),
            of(said("R", "", 5.0), "sex,size", "F,1-4"),
        ];
        let made = derive(&formula(gap), &[(water("a", "t"), a)]);
        assert_eq!(lines(&made), ["R 2026 6", "R 5+ 2026 7"]);
        let beside = "expression = \"here / above\"\ninputs = { here = \"a\", above = { code = \"a\", at = \"parent\" } }\n";
        let a = vec![said("R", "", 10.0), said("D", "R", 5.0), said("V", "D", 20.0)];
        let made = derive(&formula(beside), &[(water("a", "t"), a)]);
        assert_eq!(lines(&made), ["D 2026 0.5", "V D 2026 4"]);
        let growth =
            "expression = \"now - before\"\ninputs = { now = \"a\", before = { code = \"a\", lag = 1 } }\n";
        let before = Observation {
            period: "2025".to_owned(),
            as_of: Some(Time(7)),
            standing: Standing::Proxy,
            ..said("R", "", 4.0)
        };
        let made = derive(
            &formula(growth),
            &[(water("a", "t"), vec![said("R", "", 10.0), before])],
        );
        assert_eq!(lines(&made), ["R 2026 6"]);
        assert_eq!(
            (made[0].as_of, made[0].standing),
            (Some(Time(7)), Standing::Proxy)
        );
    }

    #[test]
    fn a_place_is_added_to_the_nearest_one_above_that_has_numbers() {
        let sum = "expression = \"a + b\"\ninputs = { a = \"a\", b = \"b\" }\n";
        let a = vec![said("R", "", 10.0), said("D", "R", 5.0), said("V", "D", 20.0)];
        let b = vec![said("R", "", 1.0), said("V", "D", 2.0)];
        let made = derive(&formula(sum), &[(water("a", "t"), a), (water("b", "u"), b)]);
        assert_eq!(lines(&made), ["R 2026 11", "V R 2026 22"]);
    }

    #[test]
    fn the_standard_error_is_as_large_as_it_can_be_where_inputs_share_their_rows() {
        let sum = "expression = \"a + b\"\ninputs = { a = \"a\", b = \"b\" }\n";
        let one = || vec![said("R", "", 10.0)];
        let error = |made: Vec<Observation>| {
            made[0]
                .figures
                .standard_error
                .map(|error| (error * 1e6).round() / 1e6)
        };
        let apart = derive(
            &formula(sum),
            &[(water("a", "t"), one()), (water("b", "u"), one())],
        );
        assert_eq!(error(apart), Some(2.828_427));
        let shared = derive(
            &formula(sum),
            &[(water("a", "t"), one()), (water("b", "t"), one())],
        );
        assert!(
            (shared[0].figures.upper.unwrap() - shared[0].figures.lower.unwrap() - 2.0 * 1.959_964 * 4.0)
                .abs()
                < 1e-4
        );
        assert_eq!(error(shared), Some(4.0));
        let gap = "expression = \"men - women\"\ninputs = { men = { code = \"a\", codes = \"sex=M\" }, women = { code = \"a\", codes = \"sex=F\" } }\n";
        let sexes = || {
            vec![
                of(said("R", "", 10.0), "sex", "M"),
                of(said("R", "", 4.0), "sex", "F"),
            ]
        };
        let counted = derive(&formula(gap), &[(water("a", "t"), sexes())]);
        assert_eq!(error(counted), Some(2.828_427));
        let mut designed = water("a", "t");
        if let super::super::definition::Source::Tables(counting) = &mut designed.source {
            counting.design = Some(super::super::definition::Design {
                cluster: "c".to_owned(),
                strata: None,
                population: None,
            });
        }
        assert_eq!(error(derive(&formula(gap), &[(designed, sexes())])), None);
    }

    #[test]
    fn a_share_of_all_is_as_unsure_as_its_interval_says() {
        let whole = Figures {
            value: Some(100.0),
            standard_error: Some(0.0),
            lower: Some(92.2),
            upper: Some(100.0),
            ..Figures::default()
        };
        assert!((sureness(&whole).unwrap() - 7.8 / (2.0 * 1.959_964)).abs() < 1e-6);
        assert_eq!(sureness(&Figures::default()), None);
    }
}
