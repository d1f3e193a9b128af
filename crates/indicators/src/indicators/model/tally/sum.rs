//! What a cell's rows add up to, and the figures made from it.

use std::collections::{BTreeMap, HashMap};

use measures::{
    interval::{self, Interval, Level},
    replicate::{self, ReplicateSums, Scheme},
    survey::{self, Estimate, LonelyPsu, PsuSums, Stratum},
};

use super::{
    super::{
        definition::{Definition, Measure},
        observation::Figures,
    },
    Group, Sampled, TallyError,
};

/// What the rows of a cell add up to.
#[derive(Debug, Clone, Default)]
pub struct Sum {
    pub sums: PsuSums,
    pub n_yes: u64,
    n_missing: u64,
    ww: f64,
    /// By cluster, where there is a design: number of the cluster → stratum and sums.
    by_cluster: BTreeMap<usize, (String, PsuSums)>,
    /// By each replicate weight, where there are some.
    replicates: Vec<ReplicateSums>,
}

impl Sum {
    pub fn add(&mut self, group: &Group, cluster: Option<usize>) {
        add_sums(&mut self.sums, &group.sums);
        self.n_yes += group.n_yes;
        self.n_missing += group.n_missing;
        self.ww += group.ww;
        self.replicates
            .resize(group.replicates.len(), ReplicateSums::default());
        for (sums, more) in self.replicates.iter_mut().zip(&group.replicates) {
            *sums += *more;
        }
        if let (Some(cluster), Some((stratum, _))) = (cluster, &group.unit) {
            let (_, sums) = self
                .by_cluster
                .entry(cluster)
                .or_insert_with(|| (stratum.clone(), PsuSums::default()));
            add_sums(sums, &group.sums);
        }
    }

    /// Adds what the rows of another place add up to, whose clusters are numbered on from `first_cluster`.
    pub fn add_all(&mut self, other: &Sum, first_cluster: usize) {
        add_sums(&mut self.sums, &other.sums);
        self.n_yes += other.n_yes;
        self.n_missing += other.n_missing;
        self.ww += other.ww;
        self.replicates
            .resize(other.replicates.len(), ReplicateSums::default());
        for (sums, more) in self.replicates.iter_mut().zip(&other.replicates) {
            *sums += *more;
        }
        let clusters = other.by_cluster.iter();
        self.by_cluster
            .extend(clusters.map(|(cluster, of)| (first_cluster + cluster, of.clone())));
    }

    pub fn figures(&self, definition: &Definition, design: &SampledPeriod) -> Result<Figures, TallyError> {
        let value = if definition.is_quotient() {
            self.sums.wy / self.sums.wx
        } else {
            self.sums.wy
        };
        let sureness = match (definition.design(), definition.replicates()) {
            (Some(_), _) => self.designed(definition.measure, design)?,
            (None, Some(replicates)) => self.replicated(definition.measure, &replicates.scheme),
            (None, None) => self.undesigned(definition.measure, value),
        };
        let scaled = |number: f64| Some(number * definition.factor).filter(|n| n.is_finite());
        let count = |n: u64| i64::try_from(n).ok();
        Ok(Figures {
            value: scaled(value),
            lower: sureness.interval.and_then(|i| scaled(i.lower)),
            upper: sureness.interval.and_then(|i| scaled(i.upper)),
            standard_error: sureness.standard_error.and_then(scaled),
            n_effective: sureness.n_effective.filter(|n| n.is_finite()),
            numerator: Some(self.sums.wy),
            denominator: definition.is_quotient().then_some(self.sums.wx),
            n: count(self.sums.n),
            n_missing: count(self.n_missing),
        })
    }

    /// How sure the sampling design makes it.
    fn designed(&self, measure: Measure, design: &SampledPeriod) -> Result<Sureness, TallyError> {
        let units: Vec<PsuSums> = self
            .by_cluster
            .values()
            .filter_map(|(stratum, sums)| {
                Some(PsuSums {
                    stratum: *design.at.get(stratum.as_str())?,
                    ..*sums
                })
            })
            .collect();
        let estimate: Option<Estimate> = match measure {
            Measure::Total | Measure::Formula | Measure::Given => {
                Some(survey::total(&design.strata, &units, LonelyPsu::default())?)
            }
            Measure::Share | Measure::Ratio | Measure::Mean => {
                survey::ratio(&design.strata, &units, LonelyPsu::default())?
            }
        };
        Ok(estimate.map_or_else(Sureness::default, |estimate| Sureness::of(measure, &estimate)))
    }

    /// How sure the replicate weights make it.
    fn replicated(&self, measure: Measure, scheme: &Scheme) -> Sureness {
        let estimate = match measure {
            Measure::Total | Measure::Formula | Measure::Given => {
                Some(replicate::total(scheme, &self.sums, &self.replicates))
            }
            Measure::Share | Measure::Ratio | Measure::Mean => {
                replicate::ratio(scheme, &self.sums, &self.replicates)
            }
        };
        estimate.map_or_else(Sureness::default, |estimate| Sureness::of(measure, &estimate))
    }

    /// Wilson's interval for a share, Student's for a mean or a ratio, none for a total: a count of all is not a sample.
    fn undesigned(&self, measure: Measure, value: f64) -> Sureness {
        let n = self.n();
        // Kish: unequal weights leave as much information as this many equal ones.
        let n_effective = if self.ww > 0.0 {
            (self.sums.w * self.sums.w / self.ww).min(n)
        } else {
            n
        };
        let sureness = |standard_error: f64, interval: Option<Interval>| Sureness {
            interval,
            standard_error: Some(standard_error),
            n_effective: Some(n_effective),
        };
        match measure {
            Measure::Share => sureness(
                (value * (1.0 - value) / n_effective).max(0.0).sqrt(),
                interval::wilson(value, n_effective, Level::P95),
            ),
            Measure::Total | Measure::Formula | Measure::Given => Sureness::default(),
            Measure::Mean | Measure::Ratio if self.sums.n < 2 || self.sums.wx == 0.0 => Sureness::default(),
            Measure::Mean | Measure::Ratio => {
                let s = &self.sums;
                let squares = (s.wyy - 2.0 * value * s.wxy + value * value * s.wxx).max(0.0);
                let variance = squares / s.w * n / (n - 1.0) / n_effective * (s.w / s.wx).powi(2);
                let standard_error = variance.sqrt();
                sureness(
                    standard_error,
                    interval::student(value, standard_error, n - 1.0, Level::P95),
                )
            }
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "rows counted stay far below 2^53")]
    fn n(&self) -> f64 {
        self.sums.n as f64
    }
}

/// How far a value may lie from the one of everybody, before its factor.
#[derive(Debug, Clone, Copy, Default)]
struct Sureness {
    interval: Option<Interval>,
    standard_error: Option<f64>,
    /// Rows of a simple random sample that would tell as much.
    n_effective: Option<f64>,
}

impl Sureness {
    fn of(measure: Measure, estimate: &Estimate) -> Sureness {
        Sureness {
            interval: match measure {
                Measure::Share => estimate.proportion_interval(Level::P95),
                Measure::Ratio | Measure::Mean | Measure::Total | Measure::Formula | Measure::Given => {
                    estimate.interval(Level::P95)
                }
            },
            standard_error: estimate.standard_error,
            n_effective: estimate.n_effective,
        }
    }
}

fn add_sums(to: &mut PsuSums, more: &PsuSums) {
    to.n += more.n;
    to.w += more.w;
    to.wy += more.wy;
    to.wx += more.wx;
    to.wyy += more.wyy;
    to.wxy += more.wxy;
    to.wxx += more.wxx;
}

/// The strata of one period's sample.
pub struct SampledPeriod<'a> {
    strata: Vec<Stratum>,
    at: HashMap<&'a str, usize>,
}

impl<'a> SampledPeriod<'a> {
    pub fn of(period: &str, sampled: &'a [Sampled]) -> SampledPeriod<'a> {
        let of_period: Vec<&Sampled> = sampled.iter().filter(|s| s.period == period).collect();
        SampledPeriod {
            strata: of_period
                .iter()
                .map(|s| Stratum {
                    n_psu: s.n_clusters,
                    population_psu: s.population,
                })
                .collect(),
            at: of_period
                .iter()
                .enumerate()
                .map(|(at, s)| (s.stratum.as_str(), at))
                .collect(),
        }
    }
}
