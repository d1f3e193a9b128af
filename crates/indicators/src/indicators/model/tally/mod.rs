//! From groups of rows to observations: every place level, every combination, intervals, and what must be hidden.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use measures::{
    disclosure::{CubeError, Proof, Shown},
    replicate::ReplicateSums,
    rollup,
    survey::{DesignError, PsuSums},
};

use super::{
    definition::{Definition, Dimension},
    observation::{Facts, Figures, Observation, Published, Status},
};
pub use areas::{AreaTally, NationTally};
use places::Places;
use sum::{SampledPeriod, Sum};
pub use together::check_part;
use together::check_together;
use withhold::{Member, SameCodes, protect, same_codes};

mod areas;
mod places;
mod sum;
mod together;
mod withhold;

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
    /// By each replicate weight, where there are some.
    pub replicates: Vec<ReplicateSums>,
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

/// An indicator's definition with what was counted by it, and what is public of it.
#[derive(Clone, Copy)]
pub struct Counted<'a> {
    pub definition: &'a Definition,
    pub groups: &'a [Group],
    pub sampled: &'a [Sampled],
    pub published: &'a Published,
}

/// Why groups cannot be turned into observations.
#[derive(Debug, thiserror::Error)]
pub enum TallyError {
    #[error(transparent)]
    Design(#[from] DesignError),
    #[error(transparent)]
    Cube(#[from] CubeError),
    #[error(
        "{part} is a part of {whole} and would tell what is withheld of it: both are shown together only"
    )]
    Alone { part: String, whole: String },
    #[error("{part} cannot be a part of {whole}: {key} differs; write the same in both")]
    Unlike {
        part: String,
        whole: String,
        key: &'static str,
    },
    #[error(
        "the parts of {whole} count rows of {place} in {period} that {whole} does not, or one twice; make every part's numerator a case of the whole's"
    )]
    MoreThanWhole {
        whole: String,
        place: String,
        period: String,
    },
}

/// Turns groups into observations.
///
/// `lineage` gives for a code in a row the place it stands for today and its ancestors, itself first. Numbers are added up to the
/// smallest place that holds all of them and no further: a regency's census says nothing about its province. What is `published`
/// stays as it is, under a definition that holds back, where too few have changed since.
///
/// # Errors
/// When the design's counts contradict each other, a definition makes cells that do not add up, or it is of a part of another indicator.
pub fn tally(
    definition: &Definition,
    groups: &[Group],
    sampled: &[Sampled],
    published: &Published,
    lineage: impl Fn(&str) -> Option<Vec<String>>,
) -> Result<Tally, TallyError> {
    if let Some(whole) = &definition.part_of {
        return Err(TallyError::Alone {
            part: definition.code.clone(),
            whole: whole.clone(),
        });
    }
    let alone = Counted {
        definition,
        groups,
        sampled,
        published,
    };
    let tallies = tally_together(&[alone], lineage)?;
    Ok(tallies.into_iter().next().unwrap_or_default())
}

/// Turns groups of an indicator and of those that are parts of it into observations, one tally each in their order, the whole first.
///
/// What is shown of one can tell what is withheld of another by subtraction, so all are protected in one table, by the strictest
/// `least` and `hold` of theirs.
///
/// # Errors
/// As [`tally`]; and when a part is not counted as its whole is, or the parts are more than the whole.
pub fn tally_together(
    counted: &[Counted<'_>],
    lineage: impl Fn(&str) -> Option<Vec<String>>,
) -> Result<Vec<Tally>, TallyError> {
    check_together(counted)?;
    let places = Places::of(counted.iter().flat_map(|one| one.groups), lineage);
    let mut tallies = vec![Tally::default(); counted.len()];
    let mut by_period: Vec<BTreeMap<&str, Cells>> = Vec::with_capacity(counted.len());
    for (one, tally) in counted.iter().zip(&mut tallies) {
        by_period.push(add_up(one, &places, &mut tally.facts));
    }
    let periods: BTreeSet<&str> = by_period.iter().flat_map(|cells| cells.keys().copied()).collect();
    // A part that moved with every row would tell how the others moved that wait.
    let hold = counted
        .iter()
        .map(|one| one.definition.hold)
        .max()
        .unwrap_or_default();
    for period in periods {
        let mut members = Vec::with_capacity(counted.len());
        for (one, by_period) in counted.iter().zip(&mut by_period) {
            let cells = by_period.remove(period).unwrap_or_default();
            members.push(observe(one, hold, cells, &places, period)?);
        }
        let (shown, proof) = protect(&places, &members, period)?;
        for ((member, shown), (one, tally)) in members
            .into_iter()
            .zip(shown)
            .zip(counted.iter().zip(&mut tallies))
        {
            if !member.now.is_empty() {
                add_shown(one, member, shown, proof, period, tally);
            }
        }
    }
    Ok(tallies)
}

/// What is counted in a place: a combination, and the position of the code in each of its dimensions. Sorts as cells are shown.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Kind {
    set: usize,
    codes: Vec<usize>,
}

impl Kind {
    /// Order among the cells of one place, combination and period; another cell coming or going changes no other's.
    fn position(&self) -> i64 {
        self.codes.iter().fold(0, |position, &at| {
            position * 1000 + i64::try_from(at.min(999)).unwrap_or(999)
        })
    }
}

/// A place and a kind, with what their rows add up to.
#[derive(Debug)]
struct Cell {
    place: usize,
    /// Index into [`Cells::kinds`].
    kind: usize,
    sum: Sum,
}

/// The cells of a period, by place and kind.
#[derive(Debug, Default)]
struct Cells {
    /// Sorted, each once.
    kinds: Vec<Kind>,
    cells: Vec<Cell>,
}

/// The groups of a period that have a place, with their clusters' numbers.
#[derive(Default)]
struct Rows<'a> {
    groups: Vec<(&'a Group, Option<usize>)>,
    at: Vec<(usize, Kind)>,
}

impl Rows<'_> {
    /// Adds each group to its own place and to all around it.
    fn added_up(self, places: &Places) -> Cells {
        let kinds: BTreeSet<&Kind> = self.at.iter().map(|(_, kind)| kind).collect();
        let kinds: Vec<Kind> = kinds.into_iter().cloned().collect();
        let rows: Vec<(usize, usize)> = self
            .at
            .iter()
            .map(|(place, kind)| (*place, kinds.binary_search(kind).unwrap_or_default()))
            .collect();
        let cell = |(place, kind, rows): (usize, usize, &[u32])| {
            let mut sum = Sum::default();
            for &row in rows {
                let (group, cluster) = self.groups[row as usize];
                sum.add(group, cluster);
            }
            Cell { place, kind, sum }
        };
        let cells = rollup::Cells::of(&places.parents, &rows)
            .iter()
            .map(cell)
            .collect();
        Cells { kinds, cells }
    }
}

/// Adds the groups up, by period, and says what became of rows that belong nowhere.
fn add_up<'a>(counted: &Counted<'a>, places: &Places, facts: &mut Facts) -> BTreeMap<&'a str, Cells> {
    let definition = counted.definition;
    let mut by_period: BTreeMap<&str, Rows<'_>> = BTreeMap::new();
    // Each combination with the dimension counts the same rows: those of one are enough.
    let mut off_list: BTreeMap<usize, BTreeMap<usize, u64>> = BTreeMap::new();
    let mut clusters: HashMap<(&str, &str), usize> = HashMap::new();
    for group in counted
        .groups
        .iter()
        .filter(|group| group.set < definition.sets.len())
    {
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
            let is_off_list = code
                .as_deref()
                .is_some_and(|code| dimension.position(Some(code)) == dimension.codes.len());
            if is_off_list {
                *off_list.entry(d).or_default().entry(group.set).or_default() += n_rows;
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
        let kind = Kind {
            set: group.set,
            codes,
        };
        let rows = by_period.entry(&group.period).or_default();
        rows.groups.push((group, cluster));
        rows.at.push((leaf, kind));
    }
    let n_off_list = |by_set: BTreeMap<usize, u64>| by_set.into_values().max().unwrap_or(0);
    facts.off_list = off_list
        .into_iter()
        .map(|(d, by_set)| (definition.dimensions[d].name.clone(), n_off_list(by_set)))
        .collect();
    by_period
        .into_iter()
        .map(|(period, rows)| (period, rows.added_up(places)))
        .collect()
}

/// Says of each cell of a period what its rows tell, as if nothing were to be withheld, and what is public of it; `hold` is the
/// strictest of the indicator and its relatives.
fn observe<'a>(
    counted: &Counted<'a>,
    hold: u64,
    cells: Cells,
    places: &Places,
    period: &str,
) -> Result<Member<'a>, TallyError> {
    let definition = counted.definition;
    let design = SampledPeriod::of(period, counted.sampled);
    let mut now: Vec<Observation> = Vec::with_capacity(cells.cells.len());
    for Cell { place, kind, sum } in &cells.cells {
        let kind = &cells.kinds[*kind];
        let dimensions = &definition.sets[kind.set];
        let codes: Vec<&str> = dimensions
            .iter()
            .zip(&kind.codes)
            .map(|(&d, &at)| definition.dimensions[d].code_at(at))
            .collect();
        // A total that was entered as zero is a number: nothing was there.
        let is_told = sum.sums.n > 0 || definition.entered().is_some() && !definition.is_quotient();
        let (status, figures) = if is_told {
            (Status::Normal, sum.figures(definition, &design)?)
        } else {
            (Status::Empty, Figures::default())
        };
        now.push(Observation {
            place: places.codes[*place].clone(),
            parent: places.parents[*place].map(|parent| places.codes[parent].clone()),
            period: period.to_owned(),
            by: definition.set_name(dimensions),
            codes: codes.join(","),
            position: kind.position(),
            status,
            standing: definition.standing,
            figures,
            as_of: None,
        });
    }
    let earlier = now
        .iter()
        .map(|o| {
            // Whoever holds nothing back needs not know what was there.
            (hold > 0)
                .then(|| counted.published.observations.get(&o.key()))
                .flatten()
        })
        .collect();
    let same: Vec<SameCodes> = same_codes(definition, counted.groups, period);
    Ok(Member {
        definition,
        hold,
        cells,
        now,
        earlier,
        same,
    })
}

/// Adds a period's observations to the tally: those that may be seen, and in the place of the others what is public or nothing.
fn add_shown(
    counted: &Counted<'_>,
    member: Member<'_>,
    shown: Vec<Shown>,
    proof: Proof,
    period: &str,
    tally: &mut Tally,
) {
    let mut n_held = 0;
    for ((now, earlier), shown) in member.now.into_iter().zip(member.earlier).zip(shown) {
        let observation = match (shown, earlier) {
            (Shown::Open, _) => now,
            (_, Some(earlier)) if earlier.status != Status::Suppressed => {
                n_held += 1;
                Observation {
                    status: earlier.status,
                    figures: earlier.figures,
                    as_of: earlier.as_of.or(counted.published.computed_at),
                    ..now
                }
            }
            _ => Observation {
                status: Status::Suppressed,
                figures: Figures::default(),
                ..now
            },
        };
        tally.observations.push(observation);
    }
    tally.facts.proofs.push((period.to_owned(), proof));
    if counted.definition.hold > 0 {
        tally.facts.n_held.push((period.to_owned(), n_held));
    }
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
mod tests;
