//! Pairs of worlds, and their check.

use super::{prior::Prior, table::Table};

/// Two worlds in which the cell differs by at least what was needed.
#[derive(Debug, Clone)]
pub(super) struct Witness {
    pub cell: usize,
    pub needed: u64,
    /// Cells that differ from the truth in one of the worlds, ascending, with their change where the cell is highest, and lowest.
    pub changes: Vec<(usize, i64, i64)>,
}

impl Witness {
    /// Cells that differ from the truth in one of the two worlds.
    pub fn cells(&self) -> impl Iterator<Item = usize> {
        self.changes.iter().map(|(cell, _, _)| *cell)
    }

    /// How far apart the two worlds hold each cell they move.
    pub fn widths(&self) -> impl Iterator<Item = (usize, u64)> {
        self.changes
            .iter()
            .map(|(cell, highest, lowest)| (*cell, (highest - lowest).unsigned_abs()))
    }

    /// True when one of the two worlds holds the cell apart from the truth.
    pub fn moves(&self, cell: usize) -> bool {
        self.changes.binary_search_by_key(&cell, |(c, _, _)| *c).is_ok()
    }

    /// Checks both worlds from nothing but the table and what is hidden: the certificate of the proof.
    pub fn holds(&self, table: &Table, prior: &Prior, hidden: &[bool], balance: &mut Balance) -> bool {
        let in_bounds = |cell: usize, change: i64| {
            let limits = Limits::of(table, prior, cell);
            let value = limits.value + change;
            change == 0 || (hidden[cell] && value >= limits.least && value <= limits.most)
        };
        let is_possible = self
            .changes
            .iter()
            .all(|&(cell, highest, lowest)| in_bounds(cell, highest) && in_bounds(cell, lowest));
        let width = self
            .changes
            .iter()
            .find(|(cell, _, _)| *cell == self.cell)
            .map_or(0, |(_, highest, lowest)| highest - lowest);
        is_possible && balance.is_kept(table, self) && u64::try_from(width).is_ok_and(|w| w >= self.needed)
    }
}

/// What two worlds change in each relation; all zero between two questions.
pub(super) struct Balance {
    sums: Vec<(i64, i64)>,
}

impl Balance {
    pub fn of(table: &Table) -> Self {
        Self {
            sums: vec![(0, 0); table.relations().len()],
        }
    }

    /// True when every relation holds in both worlds as it does in the truth.
    pub fn is_kept(&mut self, table: &Table, witness: &Witness) -> bool {
        let sides = || {
            let of_cell =
                |&(cell, highest, lowest): &(usize, i64, i64)| (table.relations_of(cell), (highest, lowest));
            witness.changes.iter().map(of_cell)
        };
        for (relations, (highest, lowest)) in sides() {
            for (relation, sign) in relations {
                let sum = &mut self.sums[*relation as usize];
                sum.0 += i64::from(*sign) * highest;
                sum.1 += i64::from(*sign) * lowest;
            }
        }
        let mut is_kept = true;
        for (relation, _) in sides().flat_map(|(relations, _)| relations) {
            is_kept &= std::mem::take(&mut self.sums[*relation as usize]) == (0, 0);
        }
        is_kept
    }
}

/// The true value of a cell, and between what it must stay.
#[derive(Clone, Copy)]
pub(super) struct Limits {
    pub value: i64,
    pub least: i64,
    pub most: i64,
}

impl Limits {
    pub fn of(table: &Table, prior: &Prior, cell: usize) -> Self {
        let (least, most) = prior.bounds(cell);
        Self {
            value: i64::try_from(table.cells()[cell].count).expect("a count of units below 2^63"),
            least,
            most,
        }
    }
}
