//! Where the cells of a cube stand: places one way, codes of the dimensions the other ways.

use std::collections::BTreeSet;

/// The cells of a cube by place and codes.
#[derive(Debug, Clone)]
pub(super) struct Grid {
    /// Place and slot of each cell; `None` for what is left over beside the places or codes given.
    at: Vec<Option<(usize, usize)>>,
    parents: Vec<Option<usize>>,
    children: Vec<Vec<usize>>,
    /// How many codes each dimension has; all together come after the last.
    n_codes: Vec<usize>,
    n_slots: usize,
    /// By place and slot; [`NONE`] where there is no cell.
    cells: Vec<u32>,
    /// True for each slot of a combination that has cells anywhere.
    is_asked: Vec<bool>,
}

const NONE: u32 = u32::MAX;
/// A grid with more slots for each cell is mostly empty, and not worth its memory.
const SLOTS_A_CELL: usize = 16;
/// Slots that a place may have: more say that codes are numbers of something else.
const MOST_SLOTS: usize = 1 << 20;

impl Grid {
    /// Lays out cells, each with its place and codes; `n_cells` counts those that stand nowhere, too. `None` where most of the grid
    /// would be empty.
    pub fn of<'a>(
        parents: &[Option<usize>],
        n_cells: usize,
        placed: impl Iterator<Item = (usize, usize, &'a [Option<u32>])> + Clone,
    ) -> Option<Self> {
        let n_dimensions = placed.clone().next()?.2.len();
        let mut n_codes = vec![0_usize; n_dimensions];
        for (_, _, codes) in placed.clone() {
            for (n, code) in n_codes.iter_mut().zip(codes) {
                *n = code.map_or(*n, |code| (*n).max(code as usize + 1));
            }
        }
        let n_slots = n_codes.iter().try_fold(1_usize, |slots, n| {
            slots.checked_mul(n + 1).filter(|slots| *slots <= MOST_SLOTS)
        })?;
        let n_all = n_slots.checked_mul(parents.len())?;
        if n_all > n_cells.saturating_mul(SLOTS_A_CELL) {
            return None;
        }
        let mut grid = Self {
            at: vec![None; n_cells],
            parents: parents.to_vec(),
            children: vec![Vec::new(); parents.len()],
            n_codes,
            n_slots,
            cells: vec![NONE; n_all],
            is_asked: Vec::new(),
        };
        for (place, parent) in parents.iter().enumerate() {
            if let Some(parent) = *parent {
                grid.children.get_mut(parent)?.push(place);
            }
        }
        // A place that lies in itself has no end above it.
        let above = |place: usize| std::iter::successors(Some(place), |&place| parents[place]);
        if (0..parents.len()).any(|place| above(place).nth(parents.len()).is_some()) {
            return None;
        }
        let mut patterns = BTreeSet::new();
        for (cell, place, codes) in placed {
            let slot = grid.slot(codes);
            grid.at[cell] = Some((place, slot));
            grid.cells[place * n_slots + slot] = u32::try_from(cell).ok()?;
            patterns.insert(codes.iter().map(Option::is_some).collect::<Vec<bool>>());
        }
        grid.is_asked = (0..n_slots)
            .map(|slot| {
                let pattern: Vec<bool> = grid.codes(slot).iter().map(Option::is_some).collect();
                patterns.contains(&pattern)
            })
            .collect();
        Some(grid)
    }

    /// Place and slot of a cell.
    pub fn at(&self, cell: usize) -> Option<(usize, usize)> {
        self.at[cell]
    }

    /// The cell of a place and slot.
    pub fn cell(&self, place: usize, slot: usize) -> Option<usize> {
        let cell = self.cells[place * self.n_slots + slot];
        (cell != NONE).then_some(cell as usize)
    }

    /// False for a slot of a combination that nobody asked for: there is nothing to keep in balance.
    pub fn is_asked(&self, slot: usize) -> bool {
        self.is_asked[slot]
    }

    pub fn parent(&self, place: usize) -> Option<usize> {
        self.parents[place]
    }

    pub fn children(&self, place: usize) -> &[usize] {
        &self.children[place]
    }

    /// How many codes each dimension has.
    pub fn n_codes(&self) -> &[usize] {
        &self.n_codes
    }

    pub fn slot(&self, codes: &[Option<u32>]) -> usize {
        self.n_codes.iter().zip(codes).fold(0, |slot, (n, code)| {
            slot * (n + 1) + code.map_or(*n, |code| code as usize)
        })
    }

    pub fn codes(&self, mut slot: usize) -> Vec<Option<u32>> {
        let mut codes = vec![None; self.n_codes.len()];
        for (code, n) in codes.iter_mut().zip(&self.n_codes).rev() {
            let at = slot % (n + 1);
            slot /= n + 1;
            *code = u32::try_from(at).ok().filter(|_| at < *n);
        }
        codes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_found_by_place_and_codes() {
        let codes: [&[Option<u32>]; 3] = [&[None, None], &[Some(1), None], &[Some(1), Some(2)]];
        let placed = codes.iter().enumerate().map(|(cell, codes)| (cell, 0, *codes));
        let grid = Grid::of(&[None], 4, placed).unwrap();
        assert_eq!(grid.n_codes(), [2, 3]);
        for (cell, codes) in codes.iter().enumerate() {
            let slot = grid.slot(codes);
            assert_eq!(grid.codes(slot), *codes);
            assert_eq!((grid.at(cell), grid.cell(0, slot)), (Some((0, slot)), Some(cell)));
        }
        assert_eq!(grid.at(3), None);
        assert_eq!(grid.cell(0, grid.slot(&[Some(0), None])), None);
        assert!(grid.is_asked(grid.slot(&[Some(0), None])));
        assert!(!grid.is_asked(grid.slot(&[None, Some(0)])));
    }
}
