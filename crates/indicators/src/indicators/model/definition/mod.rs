//! A definition: the text in TOML that says what is counted, and for whom it is shown.

use std::collections::{BTreeMap, BTreeSet};

use measures::progress::Direction;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::observation::Standing;
use entered::Entered;
use formula::Formula;
use imported::Imported;
use replicates::Replicates;
use standard::Standard;
use written::Written;

mod aims;
mod dimension;
pub mod entered;
pub mod formula;
pub mod imported;
pub mod replicates;
pub mod standard;
#[cfg(test)]
pub mod tests;
mod words;
mod written;

pub use aims::{Aim, Baseline, Light, Lights};
pub use dimension::{Code, Dimension};
pub use words::Words;

/// What an indicator counts, read and checked; no unchecked definition exists.
#[derive(Debug, Clone, PartialEq)]
pub struct Definition {
    /// As the framework numbers it, e.g. `6.1.1`; part of addresses.
    pub code: String,
    pub title: Words,
    pub description: Words,
    pub goal: Option<String>,
    pub target: Option<String>,
    /// The number in the framework of the indicator that this is one series of, e.g. `1.3.1` of `1.3.1-children`; its code where it is
    /// the whole.
    pub indicator: String,
    /// The code of the series in the framework's data, e.g. `SI_COV_CHLD`.
    pub series: Option<String>,
    /// How near it is to what the framework asks for; `None` where nobody said.
    pub scope: Option<Scope>,
    /// Why it is not what the framework asks for.
    pub scope_reason: Words,
    /// 1 to 3, as the framework classes how well its method and data are established.
    pub tier: Option<u8>,
    pub custodian: Option<Words>,
    /// Where the method comes from and where it departs from it.
    pub method: Words,
    /// What is counted, in the plural: "households", "children under five"; empty for a formula.
    pub counted: Words,
    /// Where its numbers come from.
    pub source: Source,
    pub measure: Measure,
    /// What a quotient is multiplied with; 1 for a formula.
    pub factor: f64,
    pub unit: Unit,
    pub decimals: usize,
    /// A formula has those of its inputs, see [`Definition::inheriting`].
    pub dimensions: Vec<Dimension>,
    /// Combinations of dimensions, by index in their order; the first is always the empty one.
    pub sets: Vec<Vec<usize>>,
    pub direction: Direction,
    pub lights: Option<Lights>,
    /// Where it started, in the topmost place.
    pub baseline: Option<Baseline>,
    /// What is to be reached, the earliest first.
    pub aims: Vec<Aim>,
    /// A natural bound, such as 100 %, near which slower progress is forgiven where there is no aim.
    pub limit: Option<f64>,
    /// The promise that it is measured by.
    pub standard: Option<Standard>,
    /// What its numbers rest on.
    pub standing: Standing,
    /// The code of the indicator whose rows with something it divides, and with which it is protected and shown; then it counts tables.
    pub part_of: Option<String>,
    /// Counts below this are hidden; 0 for a formula, which counts nothing and hides what its inputs hide.
    pub least: u64,
    /// What was published moves only by this many at once; 0 when it moves with every row.
    pub hold: u64,
    /// Its place among the key numbers of a place; `None` keeps it off them.
    pub key: Option<i64>,
    /// The text it was read from.
    pub text: String,
    /// The first twelve hexadecimal digits of the text's SHA-256: another text is another version.
    pub version: String,
}

/// Where numbers come from.
#[derive(Debug, Clone, PartialEq)]
pub enum Source {
    Tables(Box<Counting>),
    Formula(Box<Formula>),
    Entered(Box<Entered>),
    Imported(Box<Imported>),
}

/// Which rows of which tables are counted; expressions are SQL.
#[derive(Debug, Clone, PartialEq)]
pub struct Counting {
    /// Names in the SQL → tables of the lake.
    pub tables: BTreeMap<String, String>,
    pub from: String,
    pub universe: Option<String>,
    pub numerator: Option<String>,
    pub denominator: Option<String>,
    pub numerator_title: Words,
    pub denominator_title: Words,
    pub weight: Option<String>,
    pub design: Option<Design>,
    /// Weights that tell how sure the numbers are where there is no design; then there is a weight.
    pub replicates: Option<Replicates>,
    pub place: String,
    pub period: Option<String>,
    /// A sum is hidden when one row's part of it might be told to within this many percent; `None` asks nothing of sums.
    pub dominance: Option<f64>,
}

/// What the numerator and denominator are to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Measure {
    /// Those for whom the numerator's condition holds, of those for whom the denominator's does.
    Share,
    /// Sum of one number over sum of another.
    Ratio,
    /// Mean of a number.
    Mean,
    /// Sum of a number, or the count of rows where none is given.
    Total,
    /// Neither is there: it is worked out from other indicators.
    #[serde(skip_deserializing)]
    Formula,
    /// Nobody here knows: somebody else made it.
    #[serde(skip_deserializing)]
    Given,
}

/// What the values are in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Unit {
    Percent,
    Number,
}

/// How the rows were sampled, for the interval.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Design {
    /// The primary sampling unit of a row; for a sample of single units, what names them.
    pub cluster: String,
    /// The stratum its cluster was drawn in; without it there is one.
    pub strata: Option<String>,
    /// Clusters in the population of the stratum, for the finite population correction.
    pub population: Option<String>,
}

/// How near a definition is to what the framework asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// The framework's own.
    Global,
    /// Adapted to the nation's questions, groups or laws.
    National,
    /// Something near it, because what it asks for is not measured.
    Proxy,
}

impl Scope {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Scope::Global => "global",
            Scope::National => "national",
            Scope::Proxy => "proxy",
        }
    }
}

/// Why a text is no definition: where, what, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DefinitionError {
    #[error("{0}")]
    Syntax(String),
    #[error("{key}: {what}; {remedy}")]
    Key {
        key: String,
        what: String,
        remedy: String,
    },
}

impl Definition {
    /// Counts below this are hidden where a definition says nothing of it.
    pub const LEAST: u64 = 5;

    /// Reads a definition.
    ///
    /// # Errors
    /// When the TOML or a key of it is wrong; the message names the key and the remedy.
    pub fn parse(text: &str) -> Result<Definition, DefinitionError> {
        let text = text.replace("\r\n", "\n");
        let mut written: Written = toml::from_str(&text)
            .map_err(|error| DefinitionError::Syntax(error.to_string().trim_end().to_owned()))?;
        written.check()?;
        let sets = written.sets()?;
        let source = written.take_source()?;
        let measure = match source {
            Source::Tables(_) | Source::Entered(_) => written.measure(),
            Source::Formula(_) => Measure::Formula,
            Source::Imported(_) => Measure::Given,
        };
        let factor = match (measure, written.unit) {
            (Measure::Formula | Measure::Given, _) => 1.0,
            (_, Unit::Percent) => written.factor.unwrap_or(100.0),
            (_, Unit::Number) => written.factor.unwrap_or(1.0),
        };
        let decimals = written
            .decimals
            .unwrap_or(if measure == Measure::Total { 0 } else { 1 });
        let least = match measure {
            Measure::Formula | Measure::Given => 0,
            _ => written.least.unwrap_or(Self::LEAST),
        };
        // What is entered comes place by place, under known names: what one adds is told by the difference.
        let hold = match source {
            Source::Entered(_) if least > 1 => least,
            _ => 0,
        };
        let mut aims = written.aims;
        aims.extend(written.aim);
        aims.sort_by(|a, b| (a.year, &a.place).cmp(&(b.year, &b.place)));
        let indicator = written.indicator.unwrap_or_else(|| written.code.clone());
        let version = hex::encode(Sha256::digest(text.as_bytes()))[..12].to_owned();
        Ok(Definition {
            code: written.code,
            title: written.title,
            description: written.description,
            goal: written.goal,
            target: written.target,
            indicator,
            series: written.series,
            scope: written.scope,
            scope_reason: written.scope_reason,
            tier: written.tier,
            custodian: written.custodian,
            method: written.method,
            counted: written.counted,
            source,
            measure,
            factor,
            unit: written.unit,
            decimals,
            dimensions: written.dimension,
            sets,
            direction: written.direction,
            lights: written.lights,
            baseline: written.baseline,
            aims,
            limit: written.limit,
            standard: written.standard,
            standing: written.standing,
            part_of: written.part_of,
            least,
            hold: written.hold.unwrap_or(hold),
            key: written.key,
            text,
            version,
        })
    }

    /// Returns how rows of tables are counted; `None` for a formula, and for what is entered by hand or imported.
    #[must_use]
    pub fn counting(&self) -> Option<&Counting> {
        match &self.source {
            Source::Tables(counting) => Some(counting),
            Source::Formula(_) | Source::Entered(_) | Source::Imported(_) => None,
        }
    }

    /// Returns who enters its numbers, where they are entered by hand.
    #[must_use]
    pub fn entered(&self) -> Option<&Entered> {
        match &self.source {
            Source::Entered(entered) => Some(entered),
            Source::Tables(_) | Source::Formula(_) | Source::Imported(_) => None,
        }
    }

    /// Returns who published its numbers, where they were made elsewhere.
    #[must_use]
    pub fn imported(&self) -> Option<&Imported> {
        match &self.source {
            Source::Imported(imported) => Some(imported),
            Source::Tables(_) | Source::Formula(_) | Source::Entered(_) => None,
        }
    }

    /// True where somebody said which direction is better, and so a change can be called one for the better or the worse.
    #[must_use]
    pub fn is_judged(&self) -> bool {
        self.imported().is_none()
    }

    /// Returns the formula, where it is one.
    #[must_use]
    pub fn formula(&self) -> Option<&Formula> {
        match &self.source {
            Source::Formula(formula) => Some(formula),
            Source::Tables(_) | Source::Entered(_) | Source::Imported(_) => None,
        }
    }

    /// Returns the tables of the lake that it counts rows of, each once; none for a formula and for what is entered by hand.
    #[must_use]
    pub fn tables(&self) -> BTreeSet<&str> {
        let tables = self
            .counting()
            .into_iter()
            .flat_map(|counting| counting.tables.values());
        tables.map(String::as_str).collect()
    }

    /// Returns the sampling design, where there is one.
    #[must_use]
    pub fn design(&self) -> Option<&Design> {
        self.counting()?.design.as_ref()
    }

    /// Returns the replicate weights, where there are some.
    #[must_use]
    pub fn replicates(&self) -> Option<&Replicates> {
        self.counting()?.replicates.as_ref()
    }

    /// True where a design or replicate weights tell how the rows were sampled.
    #[must_use]
    pub fn is_sampled(&self) -> bool {
        self.design().is_some() || self.replicates().is_some()
    }

    /// Returns the dimension with a name.
    #[must_use]
    pub fn dimension(&self, name: &str) -> Option<&Dimension> {
        self.dimensions.iter().find(|dimension| dimension.name == name)
    }

    /// True where a value is a numerator over a denominator.
    #[must_use]
    pub fn is_quotient(&self) -> bool {
        match self.measure {
            Measure::Share | Measure::Ratio | Measure::Mean => true,
            Measure::Total | Measure::Formula | Measure::Given => false,
        }
    }

    /// Returns the light of a value, where thresholds are given.
    #[must_use]
    pub fn light(&self, value: f64) -> Option<Light> {
        let lights = self.lights?;
        let reached = |threshold: f64| match self.direction {
            Direction::Up => value >= threshold,
            Direction::Down => value <= threshold,
        };
        Some(match (reached(lights.green), reached(lights.yellow)) {
            (true, _) => Light::Green,
            (false, true) => Light::Yellow,
            (false, false) => Light::Red,
        })
    }

    /// Returns what a place aims at last: its own aim, else that of the nearest place around it, else that of all.
    ///
    /// `lineage` is the place and what it lies in, itself first.
    #[must_use]
    pub fn aim(&self, lineage: &[&str]) -> Option<&Aim> {
        let last = |place: Option<&str>| self.aims.iter().rfind(|aim| aim.place.as_deref() == place);
        lineage
            .iter()
            .find_map(|place| last(Some(place)))
            .or_else(|| last(None))
    }

    /// Returns the combination that these dimension names stand for, in any order.
    #[must_use]
    pub fn find_set(&self, names: &[&str]) -> Option<&[usize]> {
        let wanted: BTreeSet<usize> = names
            .iter()
            .map(|name| self.dimensions.iter().position(|d| d.name == *name))
            .collect::<Option<_>>()?;
        self.sets
            .iter()
            .map(Vec::as_slice)
            .find(|set| set.len() == names.len() && set.iter().all(|d| wanted.contains(d)))
    }

    /// Names a combination as addresses and files do: `sex,age`; empty for everybody together.
    #[must_use]
    pub fn set_name(&self, set: &[usize]) -> String {
        set.iter()
            .map(|&d| self.dimensions[d].name.as_str())
            .collect::<Vec<_>>()
            .join(",")
    }
}

/// Endings of addresses that choose another face of an indicator's page.
pub const FACES: [&str; 3] = ["csv", "json", "toml"];

impl Measure {
    /// The word for it in a definition.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Measure::Share => "share",
            Measure::Ratio => "ratio",
            Measure::Mean => "mean",
            Measure::Total => "total",
            Measure::Formula => "formula",
            Measure::Given => "given",
        }
    }
}
