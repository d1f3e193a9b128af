//! Which cells must be withheld.

use std::collections::{BTreeMap, HashMap};

use measures::disclosure::{Cube, CubeCell, Proof, Rule, Seen, Shown, may_be_dominated};

use super::{
    super::{
        definition::{Definition, Measure},
        observation::{Observation, Status},
    },
    Group, Key, TallyError,
    places::Places,
    sum::Sum,
};

/// Decides for each cell of a period whether it may be shown.
pub fn protect(
    definition: &Definition,
    places: &Places,
    cells: &BTreeMap<Key, Sum>,
    now: &[Observation],
    earlier: &[Option<&Observation>],
    same_codes: &[SameCodes],
) -> Result<(Vec<Shown>, Proof), TallyError> {
    let cell = |((key, sum), (now, earlier)): ((&Key, &Sum), (&Observation, &Option<&Observation>))| {
        let mut codes = vec![None; definition.dimensions.len()];
        for (&d, &at) in definition.sets[key.set].iter().zip(&key.codes) {
            codes[d] = u32::try_from(at).ok();
        }
        let (count, of) = match definition.measure {
            Measure::Share => (sum.n_yes, Some(sum.sums.n)),
            Measure::Ratio | Measure::Mean | Measure::Total | Measure::Formula | Measure::Given => {
                (sum.sums.n, None)
            }
        };
        let earlier = earlier.filter(|earlier| earlier.status != Status::Suppressed);
        CubeCell {
            place: key.place,
            codes,
            count,
            of,
            is_secret: is_dominated(definition, sum)
                || earlier.is_some_and(|earlier| has_crept(definition, earlier, now)),
            seen: earlier.and_then(|earlier| seen(definition, earlier)),
        }
    };
    let cube = Cube {
        parents: places.parents.clone(),
        cells: cells.iter().zip(now.iter().zip(earlier)).map(cell).collect(),
        same: same_cells(definition, cells, same_codes),
    };
    let protection = cube.protect(Rule {
        least: definition.least,
        hold: definition.hold,
    })?;
    Ok((protection.shown, protection.proof))
}

/// True where one row may give so much of a sum that the sum tells what it gave.
fn is_dominated(definition: &Definition, sum: &Sum) -> bool {
    let Some(percent) = definition.counting().and_then(|counting| counting.dominance) else {
        return false;
    };
    let sums = &sum.sums;
    may_be_dominated(sums.wy, sums.wyy, percent)
        || definition.measure == Measure::Ratio && may_be_dominated(sums.wx, sums.wxx, percent)
}

/// What the public knows of a cell's counts, from its figures.
fn seen(definition: &Definition, earlier: &Observation) -> Option<Seen> {
    let n = u64::try_from(earlier.figures.n.unwrap_or(0)).ok()?;
    match definition.measure {
        // Of a weighted share the public knows how many were counted, not how many had it.
        Measure::Share if !definition.is_plain_count() => None,
        Measure::Share => Some(Seen {
            count: earlier.figures.numerator.unwrap_or(0.0).round() as u64,
            of: Some(n),
        }),
        Measure::Ratio | Measure::Mean | Measure::Total | Measure::Formula | Measure::Given => {
            Some(Seen { count: n, of: None })
        }
    }
}

/// True where sums have moved although fewer rows than are to be waited for came or went: for weighted shares and sums, whose
/// counts do not say how much was moved by whom.
fn has_crept(definition: &Definition, earlier: &Observation, now: &Observation) -> bool {
    let rows = |o: &Observation| o.figures.n.unwrap_or(0);
    // The order of adding may turn the last digits of a sum.
    let is_same = |before: Option<f64>, now: Option<f64>| match (before, now) {
        (Some(before), Some(now)) => (before - now).abs() <= 1e-9 * before.abs().max(now.abs()),
        (before, now) => before.is_none() && now.is_none(),
    };
    let has_moved = rows(earlier) != rows(now)
        || !is_same(earlier.figures.numerator, now.figures.numerator)
        || !is_same(earlier.figures.denominator, now.figures.denominator);
    !definition.is_plain_count() && has_moved && rows(earlier).abs_diff(rows(now)) < definition.hold
}

/// Two codes of different dimensions, by position, that the same rows have.
#[derive(Debug, PartialEq, Eq)]
pub struct SameCodes {
    dimensions: (usize, usize),
    at: (usize, usize),
}

/// Finds the codes that mean the same rows everywhere in a period.
pub fn same_codes(definition: &Definition, groups: &[Group], period: &str) -> Vec<SameCodes> {
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
