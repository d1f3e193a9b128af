//! Which cells must be withheld.

use std::collections::BTreeMap;

use measures::disclosure::{Cube, CubeCell, CubeError, Proof, Rule, Seen, Shown, may_be_dominated};

use super::{
    super::{
        definition::{Definition, Measure},
        observation::{Observation, Status},
    },
    Cell, Cells, Group, Kind, TallyError,
    places::Places,
    sum::Sum,
};

/// One indicator's cells of a period.
pub struct Member<'a> {
    pub definition: &'a Definition,
    /// By how many a published figure must have changed before it moves: the strictest of the indicator and its relatives.
    pub hold: u64,
    pub cells: Cells,
    /// What each cell would say if nothing were withheld.
    pub now: Vec<Observation>,
    /// What is public of each cell, where something is held back.
    pub earlier: Vec<Option<&'a Observation>>,
    pub same: Vec<SameCodes>,
}

/// The table in which the cells of an indicator and of its parts are protected, the whole first, and by what rule.
pub fn cube_of(places: &Places, members: &[Member<'_>]) -> (Cube, Rule) {
    let n_dimensions = members
        .first()
        .map_or(0, |whole| whole.definition.dimensions.len());
    let is_divided = members.len() > 1;
    let mut cube = Cube {
        parents: places.parents.clone(),
        parts: is_divided.then_some(n_dimensions),
        ..Cube::default()
    };
    for (member, part) in members.iter().zip(0_u32..) {
        let first = cube.cells.len();
        cube.cells.extend(member.cube_cells().map(|mut cell| {
            // The whole has no code among its parts.
            if is_divided {
                cell.codes.push(part.checked_sub(1));
            }
            cell
        }));
        let same = same_cells(member.definition, &member.cells, &member.same);
        cube.same
            .extend(same.into_iter().map(|(one, other)| (first + one, first + other)));
    }
    let strictest = |of: fn(&Member<'_>) -> u64| members.iter().map(of).max();
    let rule = Rule {
        least: strictest(|one| one.definition.least).unwrap_or(0),
        hold: strictest(|one| one.hold).unwrap_or(0),
    };
    (cube, rule)
}

/// Decides for each cell of a period whether it may be shown: those of an indicator and of its parts, the whole first, in one table.
pub fn protect(
    places: &Places,
    members: &[Member<'_>],
    period: &str,
) -> Result<(Vec<Vec<Shown>>, Proof), TallyError> {
    let (cube, rule) = cube_of(places, members);
    let protection = cube.protect(rule).map_err(|error| match (error, members) {
        (CubeError::NotAdditive { place, .. }, [whole, _, ..]) => TallyError::MoreThanWhole {
            whole: whole.definition.code.clone(),
            place: places.codes[place].clone(),
            period: period.to_owned(),
        },
        (error, _) => error.into(),
    })?;
    let mut shown = protection.shown.into_iter();
    let of_members = members
        .iter()
        .map(|member| shown.by_ref().take(member.now.len()).collect())
        .collect();
    Ok((of_members, protection.proof))
}

impl Member<'_> {
    fn cube_cells(&self) -> impl Iterator<Item = CubeCell> {
        self.cells
            .cells
            .iter()
            .zip(self.now.iter().zip(&self.earlier))
            .map(move |(cell, (now, earlier))| self.cube_cell(cell, now, *earlier))
    }

    fn cube_cell(&self, cell: &Cell, now: &Observation, earlier: Option<&Observation>) -> CubeCell {
        let (definition, sum) = (self.definition, &cell.sum);
        let kind = &self.cells.kinds[cell.kind];
        let mut codes = vec![None; definition.dimensions.len()];
        for (&d, &at) in definition.sets[kind.set].iter().zip(&kind.codes) {
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
            place: cell.place,
            codes,
            count,
            of,
            is_secret: is_dominated(definition, sum)
                || earlier.is_some_and(|earlier| has_crept(definition, self.hold, earlier, now)),
            seen: earlier.and_then(|earlier| seen(definition, earlier)),
        }
    }
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
fn has_crept(definition: &Definition, hold: u64, earlier: &Observation, now: &Observation) -> bool {
    let rows = |o: &Observation| o.figures.n.unwrap_or(0);
    // The order of adding may turn the last digits of a sum.
    let is_same = |before: Option<f64>, now: Option<f64>| match (before, now) {
        (Some(before), Some(now)) => (before - now).abs() <= 1e-9 * before.abs().max(now.abs()),
        (before, now) => before.is_none() && now.is_none(),
    };
    let has_moved = rows(earlier) != rows(now)
        || !is_same(earlier.figures.numerator, now.figures.numerator)
        || !is_same(earlier.figures.denominator, now.figures.denominator);
    !definition.is_plain_count() && has_moved && rows(earlier).abs_diff(rows(now)) < hold
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
fn same_cells(definition: &Definition, cells: &Cells, same_codes: &[SameCodes]) -> Vec<(usize, usize)> {
    let mut pairs = Vec::new();
    for same in same_codes {
        let swapped: Vec<Option<usize>> = cells
            .kinds
            .iter()
            .map(|kind| cells.kinds.binary_search(&same.swapped(definition, kind)?).ok())
            .collect();
        for (one, cell) in cells.cells.iter().enumerate() {
            let Some(kind) = swapped[cell.kind] else {
                continue;
            };
            let other = cells
                .cells
                .binary_search_by_key(&(cell.place, kind), |cell| (cell.place, cell.kind));
            pairs.extend(other.ok().map(|other| (one, other)));
        }
    }
    pairs.sort_unstable();
    pairs
}

impl SameCodes {
    /// The kind with the other dimension's code in the place of the first one's; `None` where it has not the first code alone.
    fn swapped(&self, definition: &Definition, kind: &Kind) -> Option<Kind> {
        let (a, b) = self.dimensions;
        let set = &definition.sets[kind.set];
        let at = set.iter().position(|d| *d == a)?;
        if kind.codes[at] != self.at.0 || set.contains(&b) {
            return None;
        }
        let mut codes: Vec<(usize, usize)> = set.iter().copied().zip(kind.codes.iter().copied()).collect();
        codes[at] = (b, self.at.1);
        codes.sort_unstable();
        let dimensions: Vec<usize> = codes.iter().map(|(d, _)| *d).collect();
        let set = definition.sets.iter().position(|set| *set == dimensions)?;
        Some(Kind {
            set,
            codes: codes.into_iter().map(|(_, at)| at).collect(),
        })
    }
}
