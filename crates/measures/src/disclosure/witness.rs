//! Pairs of worlds, and their check.

use super::{prior::Prior, table::Table};
use std::collections::BTreeMap;

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
    pub fn holds(&self, table: &Table, prior: &Prior, hidden: &[bool]) -> bool {
        let possible = |change_of: &dyn Fn(&(usize, i64, i64)) -> i64| {
            let in_bounds = self.changes.iter().all(|entry| {
                let (cell, change) = (entry.0, change_of(entry));
                let limits = Limits::of(table, prior, cell);
                let value = limits.value + change;
                change == 0 || (hidden[cell] && value >= limits.least && value <= limits.most)
            });
            let mut balance: BTreeMap<u32, i64> = BTreeMap::new();
            for entry in &self.changes {
                for &(relation, sign) in table.relations_of(entry.0) {
                    *balance.entry(relation).or_default() += i64::from(sign) * change_of(entry);
                }
            }
            in_bounds && balance.values().all(|&b| b == 0)
        };
        let width = self
            .changes
            .iter()
            .find(|(cell, _, _)| *cell == self.cell)
            .map_or(0, |(_, highest, lowest)| highest - lowest);
        possible(&|entry| entry.1)
            && possible(&|entry| entry.2)
            && u64::try_from(width).is_ok_and(|w| w >= self.needed)
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
