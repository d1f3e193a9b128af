//! What organisations answer for, and the light that comes of many.

use std::{collections::BTreeSet, sync::Arc};

use serde::{Deserialize, Serialize};

use crate::{
    indicators::{
        model::{
            definition::{Definition, Light},
            observation::Status,
        },
        tiles::Told,
    },
    platform::problem::{Problem, Result},
};

/// Numbers that one organisation answers for at most.
const MOST_DUTIES: usize = 60;
const MOST_WEIGHT: u8 = 100;

/// How one light is made of several.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Rolling {
    /// The worst that is known.
    #[default]
    Worst,
    /// The mean of those that are known by their weights, where green is 1, yellow a half and red nothing: green from two thirds, yellow
    /// from a third.
    Weighted,
}

/// A number that an organisation answers for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Duty {
    /// Code of the indicator.
    pub indicator: String,
    /// From 1.
    pub weight: u8,
}

/// Everything that an organisation answers for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Duties {
    /// Code of the organisation.
    pub organisation: String,
    pub rolling: Rolling,
    pub duties: Vec<Duty>,
    /// 0 before anybody said.
    pub revision: i64,
}

/// One light of several, and how many of them are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Rolled {
    /// `None` where less than half of the weight is known, unless one that is known is red.
    pub light: Option<Light>,
    pub n_known: usize,
    pub n_all: usize,
}

impl Rolling {
    pub const ALL: [Rolling; 2] = [Rolling::Worst, Rolling::Weighted];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Rolling::Worst => "worst",
            Rolling::Weighted => "weighted",
        }
    }

    /// Reads the word that [`Rolling::as_str`] writes; an unknown one is the stricter.
    #[must_use]
    pub fn parse(word: &str) -> Rolling {
        Rolling::ALL
            .into_iter()
            .find(|rolling| rolling.as_str() == word)
            .unwrap_or_default()
    }

    /// Makes one light of several with their weights; one that is not known counts neither as good nor as bad.
    #[must_use]
    pub fn roll(self, lights: &[(Option<Light>, u8)]) -> Rolled {
        let known: Vec<(Light, u32)> = lights
            .iter()
            .filter_map(|(light, weight)| Some(((*light)?, u32::from(*weight))))
            .collect();
        let weight_of_all: u32 = lights.iter().map(|(_, weight)| u32::from(*weight)).sum();
        let weight: u32 = known.iter().map(|(_, weight)| weight).sum();
        let is_enough = !known.is_empty() && 2 * weight >= weight_of_all;
        let light = match self {
            Rolling::Worst => worst(&known).filter(|light| is_enough || *light == Light::Red),
            Rolling::Weighted => is_enough.then(|| mean(&known, weight)),
        };
        Rolled {
            light,
            n_known: known.len(),
            n_all: lights.len(),
        }
    }
}

fn worst(known: &[(Light, u32)]) -> Option<Light> {
    [Light::Red, Light::Yellow, Light::Green]
        .into_iter()
        .find(|light| known.iter().any(|(other, _)| other == light))
}

/// `weight` is that of all that are known and above 0.
fn mean(known: &[(Light, u32)], weight: u32) -> Light {
    // In halves, so that whole numbers are compared.
    let halves: u32 = known
        .iter()
        .map(|(light, weight)| match light {
            Light::Green => 2 * weight,
            Light::Yellow => *weight,
            Light::Red => 0,
        })
        .sum();
    if 3 * halves >= 4 * weight {
        Light::Green
    } else if 3 * halves >= 2 * weight {
        Light::Yellow
    } else {
        Light::Red
    }
}

/// The light of a figure in a place directly below the one it was asked for; `None` where there is none that everybody may see.
#[must_use]
pub fn light_below(told: &Told, place: &str) -> Option<Light> {
    let part = told.parts.iter().find(|part| part.observation.place == place)?;
    let value = part.observation.figures.value?;
    told.definition
        .light(value)
        .filter(|_| part.observation.status == Status::Normal)
}

impl Duties {
    /// Reads what somebody typed: a code in each line and, behind it, its weight, 1 where none stands.
    ///
    /// # Errors
    /// `dashboards-tree-line` on field `duties` with the line that is none; `dashboards-tree-many`.
    pub fn parse(&self, rolling: &str, typed: &str, definitions: &[Arc<Definition>]) -> Result<Duties> {
        let mut duties = Vec::new();
        let mut named = BTreeSet::new();
        for line in typed.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let duty = parse_line(line, definitions).filter(|duty| named.insert(duty.indicator.clone()));
            duties.push(duty.ok_or_else(|| {
                Problem::invalid("fields").field_with(
                    "duties",
                    "dashboards-tree-line",
                    vec![("line", line.chars().take(60).collect())],
                )
            })?);
        }
        if duties.len() > MOST_DUTIES {
            return Err(Problem::invalid("fields").field_with(
                "duties",
                "dashboards-tree-many",
                vec![("most", MOST_DUTIES.to_string())],
            ));
        }
        Ok(Duties {
            rolling: Rolling::parse(rolling),
            duties,
            ..self.clone()
        })
    }

    /// What somebody would type to say the same.
    #[must_use]
    pub fn typed(&self) -> String {
        let lines: Vec<String> = self
            .duties
            .iter()
            .map(|duty| format!("{} {}", duty.indicator, duty.weight))
            .collect();
        lines.join("\n")
    }
}

fn parse_line(line: &str, definitions: &[Arc<Definition>]) -> Option<Duty> {
    let mut words = line.split_whitespace();
    let indicator = words.next()?.to_owned();
    let weight = match words.next() {
        None => 1,
        Some(weight) => weight.parse().ok()?,
    };
    let is_known = definitions
        .iter()
        .any(|definition| definition.code == indicator && definition.is_judged());
    let is_whole = words.next().is_none() && (1..=MOST_WEIGHT).contains(&weight);
    (is_known && is_whole).then_some(Duty { indicator, weight })
}

#[cfg(test)]
mod tests {
    use super::*;

    const WATER: &str = include_str!("../../../../indicators/src/indicators/model/definition/water.toml");

    use Light::{Green, Red, Yellow};

    fn light(rolling: Rolling, lights: &[(Option<Light>, u8)]) -> Option<Light> {
        rolling.roll(lights).light
    }

    #[test]
    fn the_worst_of_what_is_known_is_shown_and_what_is_not_known_is_never_green() {
        let worst = |lights: &[Option<Light>]| {
            let weighed: Vec<_> = lights.iter().map(|light| (*light, 1)).collect();
            light(Rolling::Worst, &weighed)
        };
        assert_eq!(worst(&[Some(Green), Some(Yellow)]), Some(Yellow));
        assert_eq!(worst(&[Some(Green), None]), Some(Green));
        assert_eq!(worst(&[Some(Green), None, None]), None);
        assert_eq!(worst(&[Some(Red), None, None]), Some(Red));
        assert_eq!(worst(&[]), None);
    }

    #[test]
    fn weights_say_how_much_each_counts() {
        let weighted = |lights: &[(Option<Light>, u8)]| light(Rolling::Weighted, lights);
        assert_eq!(weighted(&[(Some(Green), 2), (Some(Red), 1)]), Some(Green));
        assert_eq!(weighted(&[(Some(Green), 1), (Some(Red), 1)]), Some(Yellow));
        assert_eq!(weighted(&[(Some(Green), 1), (Some(Red), 3)]), Some(Red));
        assert_eq!(weighted(&[(Some(Green), 1), (None, 2)]), None);
        let rolled = Rolling::Weighted.roll(&[(Some(Green), 5), (None, 1), (Some(Yellow), 1)]);
        assert_eq!((rolled.n_known, rolled.n_all), (2, 3));
    }

    #[test]
    fn duties_come_back_from_their_form_and_what_is_none_is_named() {
        let water = Arc::new(Definition::parse(WATER).expect("a definition"));
        let parse = |typed: &str| Duties::default().parse("weighted", typed, std::slice::from_ref(&water));
        let duties = parse("6.1.1 3\n\n").expect("duties");
        assert_eq!(
            (duties.typed().as_str(), duties.rolling),
            ("6.1.1 3", Rolling::Weighted)
        );
        for wrong in ["9.9.9", "6.1.1 0", "6.1.1 1 1", "6.1.1\n6.1.1"] {
            let problem = parse(wrong).expect_err(wrong);
            assert_eq!(problem.fields()[0].code, "dashboards-tree-line", "{wrong}");
        }
    }
}
