//! From groups of rows to observations: every place level, every combination, intervals, and what must be hidden.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use measures::{
    disclosure::{Cube, CubeCell, CubeError, Rule, Shown},
    interval::{self, Interval, Level},
    survey::{self, DesignError, Estimate, LonelyPsu, PsuSums, Stratum},
};

use super::{
    definition::{Definition, Dimension, Measure},
    observation::{Facts, Figures, Observation, Status},
};

/// Sums over the rows of one finest place and combination, as the tables answered them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Group {
    /// Index into the definition's combinations; those past the last are its probes, without a place.
    pub set: usize,
    /// The code of the place as it stands in the row.
    pub place: Option<String>,
    pub period: String,
    /// One for each dimension of the combination.
    pub codes: Vec<Option<String>>,
    /// Stratum and cluster, where there is a design.
    pub unit: Option<(String, String)>,
    pub n_yes: u64,
    pub n_missing: u64,
    /// n and the weighted sums.
    pub sums: PsuSums,
    /// Σw².
    pub ww: f64,
}

/// The whole sample of a period: clusters drawn in each stratum, and how many there are.
#[derive(Debug, Clone, PartialEq)]
pub struct Sampled {
    pub period: String,
    pub stratum: String,
    pub n_clusters: u64,
    pub population: Option<f64>,
}

/// What a computation found.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Tally {
    pub observations: Vec<Observation>,
    pub facts: Facts,
}

/// Why groups cannot be turned into observations.
#[derive(Debug, thiserror::Error)]
pub enum TallyError {
    #[error(transparent)]
    Design(#[from] DesignError),
    #[error(transparent)]
    Cube(#[from] CubeError),
}

/// Turns groups into observations.
///
/// `lineage` gives for a code in a row the place it stands for today and its ancestors, itself first. Numbers are added up to the
/// smallest place that holds all of them and no further: a regency's census says nothing about its province.
///
/// # Errors
/// When the design's counts contradict each other, or a definition makes cells that do not add up.
pub fn tally(
    definition: &Definition,
    groups: &[Group],
    sampled: &[Sampled],
    lineage: impl Fn(&str) -> Option<Vec<String>>,
) -> Result<Tally, TallyError> {
    let mut facts = Facts::default();
    let places = Places::of(groups, lineage);
    let mut cells: BTreeMap<&str, BTreeMap<Key, Sum>> = BTreeMap::new();
    // Each combination with the dimension counts the same rows: those of one are enough.
    let mut off_list: BTreeMap<(usize, &str), BTreeMap<usize, u64>> = BTreeMap::new();
    let mut clusters: HashMap<(&str, &str), usize> = HashMap::new();
    for group in groups.iter().filter(|group| group.set < definition.sets.len()) {
        let n_rows = group.sums.n + group.n_missing;
        let Some(&leaf) = group.place.as_deref().and_then(|code| places.of_code.get(code)) else {
            if group.set == 0 {
                facts.n_unplaced += n_rows;
            }
            continue;
        };
        let set = &definition.sets[group.set];
        for (&d, code) in set.iter().zip(&group.codes) {
            let dimension = &definition.dimensions[d];
            if let Some(code) = code
                .as_deref()
                .filter(|code| dimension.position(Some(code)) == dimension.codes.len())
            {
                let n_seen = off_list
                    .entry((d, code))
                    .or_default()
                    .entry(group.set)
                    .or_default();
                *n_seen += n_rows;
            }
        }
        let cluster = group.unit.as_ref().map(|(stratum, cluster)| {
            let next = clusters.len();
            *clusters.entry((stratum, cluster)).or_insert(next)
        });
        let codes = set
            .iter()
            .zip(&group.codes)
            .map(|(&d, code)| definition.dimensions[d].position(code.as_deref()))
            .collect();
        let of_period = cells.entry(&group.period).or_default();
        let mut key = Key {
            place: leaf,
            set: group.set,
            codes,
        };
        loop {
            of_period.entry(key.clone()).or_default().add(group, cluster);
            match places.parents[key.place] {
                Some(parent) => key.place = parent,
                None => break,
            }
        }
    }
    facts.off_list = off_list
        .into_iter()
        .map(|((d, code), n)| {
            (
                definition.dimensions[d].name.clone(),
                code.to_owned(),
                n.into_values().max().unwrap_or(0),
            )
        })
        .collect();
    let mut observations = Vec::new();
    for (period, cells) in cells {
        let design = SampledPeriod::of(period, sampled);
        let (shown, proof) = protect(
            definition,
            &places,
            &cells,
            &same_codes(definition, groups, period),
        )?;
        facts.proofs.push((period.to_owned(), proof));
        for ((key, sum), shown) in cells.iter().zip(shown) {
            let dimensions = &definition.sets[key.set];
            let codes: Vec<&str> = dimensions
                .iter()
                .zip(&key.codes)
                .map(|(&d, &at)| definition.dimensions[d].code_at(at))
                .collect();
            let (status, figures) = match shown {
                Shown::Open if sum.sums.n > 0 => (Status::Normal, sum.figures(definition, &design)?),
                Shown::Open => (Status::Empty, Figures::default()),
                Shown::Primary | Shown::Complementary => (Status::Suppressed, Figures::default()),
            };
            observations.push(Observation {
                place: places.codes[key.place].clone(),
                parent: places.parents[key.place].map(|parent| places.codes[parent].clone()),
                period: period.to_owned(),
                by: definition.set_name(dimensions),
                codes: codes.join(","),
                position: key.position(),
                status,
                figures,
            });
        }
    }
    Ok(Tally { observations, facts })
}

/// A cell: place, combination, position of the code in each of its dimensions. Sorts as cells are shown.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Key {
    place: usize,
    set: usize,
    codes: Vec<usize>,
}

impl Key {
    /// Order among the cells of one place, combination and period; another cell coming or going changes no other's.
    fn position(&self) -> i64 {
        self.codes.iter().fold(0, |position, &at| {
            position * 1000 + i64::try_from(at.min(999)).unwrap_or(999)
        })
    }
}

/// The places that get numbers.
struct Places {
    codes: Vec<String>,
    parents: Vec<Option<usize>>,
    /// Code in a row → place it stands for.
    of_code: HashMap<String, usize>,
}

impl Places {
    fn of(groups: &[Group], lineage: impl Fn(&str) -> Option<Vec<String>>) -> Places {
        let given: BTreeSet<&str> = groups.iter().filter_map(|group| group.place.as_deref()).collect();
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

/// What the rows of a cell add up to.
#[derive(Debug, Clone, Default)]
struct Sum {
    sums: PsuSums,
    n_yes: u64,
    n_missing: u64,
    ww: f64,
    /// By cluster, where there is a design: number of the cluster → stratum and sums.
    by_cluster: BTreeMap<usize, (String, PsuSums)>,
}

impl Sum {
    fn add(&mut self, group: &Group, cluster: Option<usize>) {
        add_sums(&mut self.sums, &group.sums);
        self.n_yes += group.n_yes;
        self.n_missing += group.n_missing;
        self.ww += group.ww;
        if let (Some(cluster), Some((stratum, _))) = (cluster, &group.unit) {
            let (_, sums) = self
                .by_cluster
                .entry(cluster)
                .or_insert_with(|| (stratum.clone(), PsuSums::default()));
            add_sums(sums, &group.sums);
        }
    }

    fn figures(&self, definition: &Definition, design: &SampledPeriod) -> Result<Figures, TallyError> {
        let value = match definition.measure {
            Measure::Total => self.sums.wy,
            Measure::Share | Measure::Ratio | Measure::Mean => self.sums.wy / self.sums.wx,
        };
        let interval = match definition.design {
            Some(_) => self.designed(definition.measure, design)?,
            None => self.undesigned(definition.measure, value),
        };
        let scaled = |number: f64| Some(number * definition.factor).filter(|n| n.is_finite());
        let count = |n: u64| i64::try_from(n).ok();
        Ok(Figures {
            value: scaled(value),
            lower: interval.and_then(|i| scaled(i.lower)),
            upper: interval.and_then(|i| scaled(i.upper)),
            numerator: Some(self.sums.wy),
            denominator: (definition.measure != Measure::Total).then_some(self.sums.wx),
            n: count(self.sums.n),
            n_missing: count(self.n_missing),
        })
    }

    /// The interval that the sampling design gives.
    fn designed(&self, measure: Measure, design: &SampledPeriod) -> Result<Option<Interval>, TallyError> {
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
            Measure::Total => Some(survey::total(&design.strata, &units, LonelyPsu::default())?),
            Measure::Share | Measure::Ratio | Measure::Mean => {
                survey::ratio(&design.strata, &units, LonelyPsu::default())?
            }
        };
        Ok(estimate.and_then(|estimate| match measure {
            Measure::Share => estimate.proportion_interval(Level::P95),
            Measure::Ratio | Measure::Mean | Measure::Total => estimate.interval(Level::P95),
        }))
    }

    /// Wilson's interval for a share, Student's for a mean or a ratio, none for a total: a count of all is not a sample.
    fn undesigned(&self, measure: Measure, value: f64) -> Option<Interval> {
        #[expect(clippy::cast_precision_loss, reason = "rows counted stay far below 2^53")]
        let n = self.sums.n as f64;
        // Kish: unequal weights leave as much information as this many equal ones.
        let n_effective = if self.ww > 0.0 {
            (self.sums.w * self.sums.w / self.ww).min(n)
        } else {
            n
        };
        match measure {
            Measure::Share => interval::wilson(value, n_effective, Level::P95),
            Measure::Total => None,
            Measure::Mean | Measure::Ratio if self.sums.n < 2 || self.sums.wx == 0.0 => None,
            Measure::Mean | Measure::Ratio => {
                let s = &self.sums;
                let squares = (s.wyy - 2.0 * value * s.wxy + value * value * s.wxx).max(0.0);
                let variance = squares / s.w * n / (n - 1.0) / n_effective * (s.w / s.wx).powi(2);
                interval::student(value, variance.sqrt(), n - 1.0, Level::P95)
            }
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
struct SampledPeriod<'a> {
    strata: Vec<Stratum>,
    at: HashMap<&'a str, usize>,
}

impl<'a> SampledPeriod<'a> {
    fn of(period: &str, sampled: &'a [Sampled]) -> SampledPeriod<'a> {
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

/// Decides for each cell of a period whether it may be shown.
fn protect(
    definition: &Definition,
    places: &Places,
    cells: &BTreeMap<Key, Sum>,
    same_codes: &[SameCodes],
) -> Result<(Vec<Shown>, measures::disclosure::Proof), TallyError> {
    let cell = |(key, sum): (&Key, &Sum)| {
        let mut codes = vec![None; definition.dimensions.len()];
        for (&d, &at) in definition.sets[key.set].iter().zip(&key.codes) {
            codes[d] = u32::try_from(at).ok();
        }
        let (count, of) = match definition.measure {
            Measure::Share => (sum.n_yes, Some(sum.sums.n)),
            Measure::Ratio | Measure::Mean | Measure::Total => (sum.sums.n, None),
        };
        CubeCell {
            place: key.place,
            codes,
            count,
            of,
        }
    };
    let cube = Cube {
        parents: places.parents.clone(),
        cells: cells.iter().map(cell).collect(),
        same: same_cells(definition, cells, same_codes),
    };
    let protection = cube.protect(Rule {
        least: definition.least,
    })?;
    Ok((protection.shown, protection.proof))
}

/// Two codes of different dimensions, by position, that the same rows have.
#[derive(Debug, PartialEq, Eq)]
struct SameCodes {
    dimensions: (usize, usize),
    at: (usize, usize),
}

/// Finds the codes that mean the same rows everywhere in a period.
fn same_codes(definition: &Definition, groups: &[Group], period: &str) -> Vec<SameCodes> {
    let mut same = Vec::new();
    for (probe, &dimensions) in definition.probes().iter().enumerate() {
        let mut both: BTreeMap<(usize, usize), u64> = BTreeMap::new();
        for group in groups
            .iter()
            .filter(|group| group.set == definition.sets.len() + probe && group.period == period)
        {
            let at = |d: usize, code: &Option<String>| definition.dimensions[d].position(code.as_deref());
            *both
                .entry((
                    at(dimensions.0, &group.codes[0]),
                    at(dimensions.1, &group.codes[1]),
                ))
                .or_default() += group.sums.n + group.n_missing;
        }
        let of = |is: &dyn Fn(&(usize, usize)) -> bool| {
            both.iter().filter(|(at, _)| is(at)).map(|(_, n)| n).sum::<u64>()
        };
        let is_same = |at: &(usize, usize), n: u64| {
            n > 0 && of(&|other| other.0 == at.0) == n && of(&|other| other.1 == at.1) == n
        };
        same.extend(
            both.iter()
                .filter(|(at, n)| is_same(at, **n))
                .map(|(&at, _)| SameCodes { dimensions, at }),
        );
    }
    same
}

/// Pairs of cells that differ only in codes that mean the same rows.
fn same_cells(
    definition: &Definition,
    cells: &BTreeMap<Key, Sum>,
    same_codes: &[SameCodes],
) -> Vec<(usize, usize)> {
    let index: HashMap<&Key, usize> = cells.keys().enumerate().map(|(at, key)| (key, at)).collect();
    let mut pairs = Vec::new();
    for SameCodes {
        dimensions: (a, b),
        at,
    } in same_codes
    {
        for (key, &one) in &index {
            let set = &definition.sets[key.set];
            let Some(place_of_a) = set
                .iter()
                .position(|d| d == a)
                .filter(|&p| key.codes[p] == at.0 && !set.contains(b))
            else {
                continue;
            };
            let mut codes: Vec<(usize, usize)> = set.iter().copied().zip(key.codes.iter().copied()).collect();
            codes[place_of_a] = (*b, at.1);
            codes.sort_unstable();
            let swapped: Vec<usize> = codes.iter().map(|(d, _)| *d).collect();
            let Some(other_set) = definition.sets.iter().position(|set| *set == swapped) else {
                continue;
            };
            let other = Key {
                place: key.place,
                set: other_set,
                codes: codes.into_iter().map(|(_, at)| at).collect(),
            };
            pairs.extend(index.get(&other).map(|&other| (one, other)));
        }
    }
    pairs.sort_unstable();
    pairs
}

/// Says what a combination's codes mean, in a language: `Female, 5 and more`.
#[must_use]
pub fn codes_in_words(
    definition: &Definition,
    by: &str,
    codes: &str,
    language: &str,
    unknown: &str,
) -> Vec<String> {
    let dimension_of = |name: &str| definition.dimensions.iter().find(|d| d.name == name);
    let word = |(name, code): (&str, &str)| {
        let title = dimension_of(name)
            .and_then(|d| d.codes.iter().find(|known| known.code == code))
            .map(|known| known.title.in_language(language));
        match (title, code) {
            (Some(title), _) => title.to_owned(),
            (None, Dimension::UNKNOWN) => unknown.to_owned(),
            (None, code) => code.to_owned(),
        }
    };
    if by.is_empty() {
        Vec::new()
    } else {
        by.split(',').zip(codes.split(',')).map(word).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::indicators::model::definition::tests::WATER;

    /// Rows of one place, sex and size (how many with and without, how many that did not answer), in every combination.
    fn group(place: &str, sex: &str, size: &str, n_yes: u64, n_no: u64, n_missing: u64) -> Vec<Group> {
        let n = n_yes + n_no;
        #[expect(clippy::cast_precision_loss, reason = "small numbers of a test")]
        let (all, yes) = (n as f64, n_yes as f64);
        let sums = PsuSums {
            stratum: 0,
            n,
            w: all,
            wy: yes,
            wx: all,
            wyy: yes,
            wxy: yes,
            wxx: all,
        };
        let code = |code: &str| (!code.is_empty()).then(|| code.to_owned());
        let of_set = |(set, codes)| Group {
            set,
            place: code(place),
            period: "2026".into(),
            codes,
            unit: None,
            n_yes,
            n_missing,
            sums,
            ww: all,
        };
        [vec![], vec![code(sex)], vec![code(sex), code(size)]]
            .into_iter()
            .enumerate()
            .map(of_set)
            .collect()
    }

    /// Villages A1, A2 in district A, B1 in district B, both in regency R of province P.
    fn lineage(code: &str) -> Option<Vec<String>> {
        let above = match code {
            "A1" | "A2" => vec!["A", "R", "P"],
            "B1" => vec!["B", "R", "P"],
            _ => return None,
        };
        Some([code].into_iter().chain(above).map(str::to_owned).collect())
    }

    fn written(tally: &Tally, by: &str) -> Vec<String> {
        let line = |o: &Observation| {
            let figures = o.figures.value.map_or_else(
                || o.status.as_str().to_owned(),
                |value| {
                    format!(
                        "{value:.1} ({:.1}–{:.1}) n {} missing {}",
                        o.figures.lower.unwrap_or(f64::NAN),
                        o.figures.upper.unwrap_or(f64::NAN),
                        o.figures.n.unwrap_or(-1),
                        o.figures.n_missing.unwrap_or(-1)
                    )
                },
            );
            [o.place.as_str(), &o.codes, &figures]
                .into_iter()
                .filter(|part| !part.is_empty())
                .collect::<Vec<_>>()
                .join(" ")
        };
        tally
            .observations
            .iter()
            .filter(|o| o.by == by)
            .map(line)
            .collect()
    }

    #[test]
    fn every_level_up_to_the_smallest_common_place_gets_its_numbers() {
        let water = Definition::parse(WATER).unwrap();
        let groups = [
            group("A1", "F", "1-4", 30, 10, 1),
            group("A2", "M", "5+", 20, 20, 0),
            group("B1", "M", "1-4", 40, 10, 2),
            group("X9", "M", "1-4", 3, 0, 0),
        ]
        .concat();
        let tally = tally(&water, &groups, &[], lineage).unwrap();
        assert_eq!(tally.facts.n_unplaced, 3);
        // Wilson by hand: 90 of 130 → 60.8–76.5.
        assert_eq!(
            written(&tally, ""),
            [
                "R 69.2 (60.8–76.5) n 130 missing 3",
                "A 62.5 (51.5–72.3) n 80 missing 1",
                "A1 75.0 (59.8–85.8) n 40 missing 1",
                "A2 50.0 (35.2–64.8) n 40 missing 0",
                "B 80.0 (67.0–88.8) n 50 missing 2",
                "B1 80.0 (67.0–88.8) n 50 missing 2"
            ]
        );
        assert_eq!(written(&tally, "sex")[0], "R F 75.0 (59.8–85.8) n 40 missing 1");
        assert_eq!(
            tally
                .observations
                .iter()
                .filter(|o| o.by == "sex,size" && o.place == "R")
                .count(),
            3
        );
    }

    #[test]
    fn a_small_cell_and_what_would_give_it_away_are_suppressed_and_carry_no_figure() {
        let water =
            Definition::parse(&WATER.replace("[[\"sex\"], [\"size\", \"sex\"]]", "[[\"sex\"]]")).unwrap();
        let mut groups: Vec<Group> = Vec::new();
        for (village, f_yes) in [("A1", 2), ("A2", 30), ("B1", 30)] {
            groups.extend(group(village, "F", "1-4", f_yes, 20, 0));
            groups.extend(group(village, "M", "1-4", 30, 20, 0));
        }
        groups.retain(|group| group.set < 2);
        let tally = tally(&water, &groups, &[], lineage).unwrap();
        let closed: Vec<&Observation> = tally
            .observations
            .iter()
            .filter(|o| o.status == Status::Suppressed)
            .collect();
        let names: Vec<String> = closed.iter().map(|o| format!("{}{}", o.place, o.codes)).collect();
        assert_eq!(names, ["A1F", "A1M", "A2F", "A2M"]);
        assert!(closed.iter().all(|o| o.figures == Figures::default()));
        let (_, proof) = &tally.facts.proofs[0];
        assert_eq!(
            (proof.n_primary, proof.n_complementary, proof.verified),
            (1, 3, true)
        );
    }

    #[test]
    fn a_missing_or_unlisted_code_is_shown_as_unknown_and_counted() {
        let water = Definition::parse(WATER).unwrap();
        let tally = tally(
            &water,
            &[
                group("A1", "", "1-4", 30, 10, 0),
                group("A1", "X", "1-4", 30, 10, 0),
                group("A1", "F", "1-4", 30, 10, 0),
            ]
            .concat(),
            &[],
            lineage,
        )
        .unwrap();
        assert_eq!(
            written(&tally, "sex"),
            [
                "A1 F 75.0 (59.8–85.8) n 40 missing 0",
                "A1 _U 75.0 (64.5–83.2) n 80 missing 0"
            ]
        );
        assert_eq!(tally.facts.off_list, [("sex".to_owned(), "X".to_owned(), 40)]);
        assert_eq!(
            codes_in_words(&water, "sex,size", "_U,5+", "id", "Tidak diketahui"),
            ["Tidak diketahui", "5 and more"]
        );
    }

    #[test]
    fn a_place_where_nobody_answered_is_empty_and_not_zero() {
        let water = Definition::parse(WATER).unwrap();
        let tally = tally(&water, &group("A1", "F", "1-4", 0, 0, 9), &[], lineage).unwrap();
        assert_eq!(written(&tally, ""), ["A1 empty"]);
    }
}
