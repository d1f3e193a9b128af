//! What an attacker knows of each cell before looking at what is published now.

use super::{Rule, table::Table};

/// Least and greatest count of each cell that agrees with its denominator and with what was seen of all cells before.
pub(super) struct Prior {
    bounds: Vec<(i64, i64)>,
}

/// Stands for no upper bound; twice it still fits.
const ENDLESS: i64 = i64::MAX / 4;
/// Times the relations are gone over; what more would tell is left to the search.
const PASSES: usize = 20;

impl Prior {
    pub fn of(table: &Table, rule: Rule) -> Self {
        let signed = |count: u64| i64::try_from(count).map_or(ENDLESS, |count| count.min(ENDLESS));
        let bounds = table
            .cells()
            .iter()
            .map(|cell| {
                let (low, high) = rule.bounds(cell);
                (signed(low), high.map_or(ENDLESS, signed))
            })
            .collect();
        let mut prior = Self { bounds };
        // Where denominators add up they alone tighten nothing.
        let has_history = rule.hold > 1 && table.cells().iter().any(|cell| cell.seen.is_some());
        if has_history || table.has_relations_of_counts() {
            (0..PASSES).any(|_| !prior.tighten(table));
        }
        prior
    }

    pub fn bounds(&self, cell: usize) -> (i64, i64) {
        self.bounds[cell]
    }

    pub fn is_known(&self, cell: usize) -> bool {
        let (low, high) = self.bounds[cell];
        low == high
    }

    /// How far apart the values must be that a sensitive cell may take; it can be no more uncertain than its bounds are wide.
    pub fn needed(&self, table: &Table, rule: Rule, cell: usize) -> u64 {
        let (low, high) = self.bounds[cell];
        rule.wanted(&table.cells()[cell]).min((high - low).unsigned_abs())
    }

    /// Bounds totals by their parts and parts by their totals, once; true when that told something.
    fn tighten(&mut self, table: &Table) -> bool {
        let mut has_told = false;
        for relation in table.relations() {
            let sum = |of: &dyn Fn((i64, i64)) -> i64| {
                let add = |sum: i64, &part: &usize| (sum + of(self.bounds[part])).min(ENDLESS);
                relation.parts.iter().fold(0, add)
            };
            let (lows, highs) = (sum(&|(low, _)| low), sum(&|(_, high)| high));
            let total = self.bounds[relation.total];
            has_told |= self.narrow(relation.total, lows, highs);
            for &part in &relation.parts {
                let (low, high) = self.bounds[part];
                let most = if total.1 == ENDLESS {
                    ENDLESS
                } else {
                    total.1 - (lows - low)
                };
                let least = if highs == ENDLESS {
                    0
                } else {
                    total.0 - (highs - high)
                };
                has_told |= self.narrow(part, least, most);
            }
        }
        has_told
    }

    fn narrow(&mut self, cell: usize, low: i64, high: i64) -> bool {
        let before = self.bounds[cell];
        self.bounds[cell] = (before.0.max(low), before.1.min(high));
        self.bounds[cell] != before
    }
}
