//! Other worlds that are put together instead of searched for.
//!
//! A *box* takes two entries of every direction, one that gains and one that loses: two codes of a dimension, or a code and all
//! together; two places in the same place with a line down to a place that is not divided under each, or one such line with all that
//! is above it. The product of the signs in each direction says what a cell gains, so that every sum along every direction stays as
//! it was. Where cells make a full grid a box is found by looking at some dozens of cells, which matters where hundreds of thousands
//! of small ones wait.
//!
//! Where no box alone moves a cell far enough, several do, one after the other: the twelve people of a village whose sex is not known
//! have all ages, and each moves with those of its own. Whether it is a witness is checked like any other, and what has no boxes is
//! searched for.

use super::{
    grid::Grid,
    witness::Witness,
    worlds::{NEVER, STEP, Worlds},
};
use std::rc::Rc;

/// Entries of a direction, or of several, with what a unit moved adds to each.
type Side = Vec<(usize, i8)>;
/// Pairs of codes of all dimensions, put together: the slots that were asked for, the cell's own gaining.
type Pairs = Rc<[Side]>;

/// What a box would cost, and how often its move fits, both ways.
#[derive(Debug, Clone, Copy)]
struct Fit {
    price: u32,
    up: i64,
    down: i64,
}

impl Fit {
    /// True when none of so many cells is hidden for it that is not hidden already: nothing is cheaper.
    fn is_free(self, n_cells: usize) -> bool {
        self.price as usize <= STEP as usize * n_cells
    }

    /// That of two sides of a box together.
    fn beside(self, other: Self) -> Self {
        Self {
            price: self.price.saturating_add(other.price),
            up: self.up.min(other.up),
            down: self.down.min(other.down),
        }
    }
}

/// Pairs of codes, over all dimensions, that are tried for a cell.
const MOST_CHOICES: usize = 256;
/// The cheapest of them in the cell's own place that are tried with other places for a box that does alone; and boxes among which
/// the cheapest is taken where several are put together.
const CHOICES: usize = 3;
/// Slots whose pairs are remembered.
const MOST_REMEMBERED: usize = 1 << 12;
/// Places beside its own that are looked at, and how many that fit are enough.
const SIBLINGS: usize = 120;
const ENOUGH: usize = 2;

/// The pairs of codes of each slot, as far as they were asked for.
#[derive(Default)]
pub(super) struct Remembered {
    pairs: Vec<Option<Pairs>>,
}

impl Remembered {
    fn pairs(&mut self, grid: &Grid, slot: usize) -> Pairs {
        if slot >= MOST_REMEMBERED {
            return pairs_of(grid, slot);
        }
        if self.pairs.len() <= slot {
            self.pairs.resize(slot + 1, None);
        }
        let pairs = &mut self.pairs[slot];
        pairs.get_or_insert_with(|| pairs_of(grid, slot)).clone()
    }
}

impl Worlds<'_> {
    /// Puts a witness together in which the cell differs by at least `needed`, and by `at_least` if it can; the cheapest of some.
    ///
    /// No world may be entered meanwhile.
    pub fn find_box(&mut self, cell: usize, needed: u64, at_least: u64) -> Option<Witness> {
        let wanted = i64::try_from(needed.max(at_least)).ok()?;
        let (fit, changes) = self.cheapest(cell, 0, i64::try_from(needed).ok()?, CHOICES)?;
        let highest = fit.up.min(wanted);
        let lowest = fit.down.min(wanted - highest);
        let moved = |(cell, sign): (usize, i8)| {
            let sign = i64::from(sign);
            (cell, sign * highest, -sign * lowest)
        };
        let mut changes: Vec<(usize, i64, i64)> = changes.into_iter().map(moved).collect();
        changes.sort_unstable_by_key(|(cell, _, _)| *cell);
        Some(Witness {
            cell,
            needed,
            changes,
        })
    }

    /// The cheapest box of some that moves the cell the way of the sign in the world at hand.
    pub fn find_step(&mut self, cell: usize, sign: i8) -> Option<Vec<(usize, i8)>> {
        let (_, mut step) = self.cheapest(cell, sign, 1, usize::MAX)?;
        step.iter_mut().for_each(|(_, of_cell)| *of_cell *= sign);
        Some(step)
    }

    /// The cheapest box of some that moves the cell so far, the way of the sign or, where that is 0, both ways together; with that
    /// many pairs of codes at most.
    fn cheapest(&mut self, cell: usize, sign: i8, needed: i64, n_pairs: usize) -> Option<(Fit, Side)> {
        let table = self.table();
        let grid = table.grid()?;
        let (place, slot) = grid.at(cell)?;
        let pairs = self.remembered.pairs(grid, slot);
        let search = Search {
            worlds: self,
            grid,
            sign,
            needed,
        };
        let mut best: Option<(Fit, Side, &Side)> = None;
        let mut n_closed = 0;
        for codes in search.choices(place, &pairs, n_pairs) {
            let most = best.as_ref().map_or(NEVER, |(fit, _, _)| fit.price);
            if let Some((fit, places)) = search.places(place, codes, most) {
                let is_free = fit.is_free(places.len() * codes.len());
                best = Some((fit, places, codes));
                n_closed += 1;
                if is_free || n_closed == CHOICES {
                    break;
                }
            }
        }
        let (fit, places, codes) = best?;
        let cells = places.iter().flat_map(|&(place, of_place)| {
            let moved =
                move |&(slot, of_slot): &(usize, i8)| Some((grid.cell(place, slot)?, of_place * of_slot));
            codes.iter().map(moved)
        });
        Some((fit, cells.collect::<Option<Side>>()?))
    }
}

/// All pairs of codes in all dimensions, put together, for a slot.
fn pairs_of(grid: &Grid, slot: usize) -> Pairs {
    let own = grid.codes(slot);
    let options: Vec<Vec<Option<u32>>> = own
        .iter()
        .zip(grid.n_codes())
        .map(|(code, n)| {
            let all = (0_u32..).take(*n).map(Some);
            // Without a code it is all together, and any code balances that.
            let together = code.is_some().then_some(None);
            all.filter(|other| other != code).chain(together).collect()
        })
        .collect();
    let n_choices: usize = options
        .iter()
        .try_fold(1_usize, |n, options| n.checked_mul(options.len()))
        .unwrap_or(MOST_CHOICES);
    let pair = |choice: usize| {
        let mut left = choice;
        let other = options.iter().map(|options| {
            let other = options[left % options.len()];
            left /= options.len();
            other
        });
        corners(grid, &own, other)
    };
    (0..n_choices.min(MOST_CHOICES)).map(pair).collect()
}

/// All slots asked for that have one of two entries in each dimension, the first of all gaining.
fn corners(grid: &Grid, own: &[Option<u32>], other: impl Iterator<Item = Option<u32>>) -> Side {
    let mut corners: Side = vec![(0, 1)];
    for ((own, other), n) in own.iter().zip(other).zip(grid.n_codes()) {
        let entry = |code: Option<u32>| code.map_or(*n, |code| code as usize);
        let (own, other) = (entry(*own), entry(other));
        // A code and all together go the same way: the one is a part of the other.
        let sign = if own == *n || other == *n { 1 } else { -1 };
        let with = |entry: usize, sign: i8| {
            let corner = move |&(slot, of_slot): &(usize, i8)| (slot * (n + 1) + entry, sign * of_slot);
            corners.iter().map(corner)
        };
        corners = with(own, 1).chain(with(other, sign)).collect();
    }
    corners.retain(|(slot, _)| grid.is_asked(*slot));
    corners
}

struct Search<'a> {
    worlds: &'a Worlds<'a>,
    grid: &'a Grid,
    /// The only way that counts; 0 for both.
    sign: i8,
    needed: i64,
}

impl Search<'_> {
    /// The pairs of codes that fit in the cell's own place, the cheapest first.
    fn choices<'p>(&self, place: usize, pairs: &'p [Side], n_choices: usize) -> Vec<&'p Side> {
        let mut found: Vec<(u32, &Side)> = Vec::new();
        for codes in pairs {
            let most = match found.last() {
                Some((price, _)) if found.len() >= n_choices => *price,
                _ => NEVER,
            };
            let Some(fit) = self.fit(&[(place, 1)], codes, most) else {
                continue;
            };
            let at = found.partition_point(|(price, _)| *price <= fit.price);
            found.insert(at, (fit.price, codes));
            found.truncate(n_choices);
        }
        found.into_iter().map(|(_, codes)| codes).collect()
    }

    /// Places that close a box over these codes, the cell's own first, cheaper than `most`.
    fn places(&self, place: usize, codes: &[(usize, i8)], most: u32) -> Option<(Fit, Side)> {
        let mut line = Side::new();
        self.line(&mut line, (place, 1), codes, most)?;
        let mut at = place;
        while let Some(parent) = self.grid.parent(at) {
            if let Some(closed) = self.with_sibling(at, parent, &line, codes, most) {
                return Some(closed);
            }
            line.push((parent, 1));
            at = parent;
        }
        let fit = self.fit(&line, codes, most)?;
        Some((fit, line))
    }

    /// The line and another one that loses what it gains, from a place beside the one where it has come to.
    fn with_sibling(
        &self,
        at: usize,
        parent: usize,
        line: &[(usize, i8)],
        codes: &[(usize, i8)],
        mut most: u32,
    ) -> Option<(Fit, Side)> {
        let own = self.fit(line, codes, most)?;
        let siblings = self.grid.children(parent);
        let first = siblings.iter().position(|sibling| *sibling == at)?;
        let mut opposite = Side::new();
        let mut best: Option<(Fit, Side)> = None;
        let mut n_found = 0;
        for step in 1..siblings.len().min(SIBLINGS) {
            let sibling = siblings[(first + step) % siblings.len()];
            let Some(fit) = self.line(&mut opposite, (sibling, -1), codes, most - own.price) else {
                continue;
            };
            let fit = own.beside(fit);
            if fit.price >= most || fit.up + fit.down < self.needed.max(1) {
                continue;
            }
            let is_free = fit.is_free((line.len() + opposite.len()) * codes.len());
            most = fit.price;
            best = Some((fit, std::mem::take(&mut opposite)));
            n_found += 1;
            if n_found == ENOUGH || is_free {
                break;
            }
        }
        let (fit, opposite) = best?;
        Some((fit, [line, &opposite].concat()))
    }

    /// Makes the line one of a place and one in it, and so on down, in which these codes can move; says what that costs.
    fn line(&self, line: &mut Side, from: (usize, i8), codes: &[(usize, i8)], most: u32) -> Option<Fit> {
        let fit = self.fit(&[from], codes, most)?;
        line.clear();
        line.push(from);
        match self.descend(line, codes) {
            true if line.len() == 1 => Some(fit),
            true => self.fit(line, codes, most),
            false => None,
        }
    }

    /// Takes the line down to a place that is not divided, where it costs least; false where no way down fits.
    fn descend(&self, line: &mut Side, codes: &[(usize, i8)]) -> bool {
        let Some(&(place, sign)) = line.last() else {
            return false;
        };
        let children = self.grid.children(place);
        if children.is_empty() {
            return true;
        }
        let mut fitting: Vec<(u32, usize)> = Vec::new();
        for &child in children {
            let Some(fit) = self.fit(&[(child, sign)], codes, NEVER) else {
                continue;
            };
            if fit.is_free(codes.len()) && self.goes_on(line, (child, sign), codes) {
                return true;
            }
            if !fit.is_free(codes.len()) {
                fitting.push((fit.price, child));
            }
        }
        fitting.sort_unstable();
        let mut fitting = fitting.into_iter();
        fitting.any(|(_, child)| self.goes_on(line, (child, sign), codes))
    }

    /// Takes the line down through a place, or leaves it as it is.
    fn goes_on(&self, line: &mut Side, through: (usize, i8), codes: &[(usize, i8)]) -> bool {
        line.push(through);
        let is_down = self.descend(line, codes);
        if !is_down {
            line.pop();
        }
        is_down
    }

    /// What a box costs; `None` where a cell is missing or cannot move far enough, or it costs `most` or more.
    fn fit(&self, places: &[(usize, i8)], codes: &[(usize, i8)], most: u32) -> Option<Fit> {
        let mut fit = Fit {
            price: 0,
            up: if self.sign < 0 { 0 } else { i64::MAX / 4 },
            down: if self.sign > 0 { 0 } else { i64::MAX / 4 },
        };
        for &(place, of_place) in places {
            for &(slot, of_slot) in codes {
                let cell = self.grid.cell(place, slot)?;
                let (price, up, down) = self.worlds.reach(cell, of_place * of_slot);
                fit.price = fit.price.saturating_add(price);
                fit.up = fit.up.min(up);
                fit.down = fit.down.min(down);
                if fit.price >= most || fit.up + fit.down < self.needed.max(1) {
                    return None;
                }
            }
        }
        Some(fit)
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::{Cube, CubeCell, Rule, prior::Prior, witness::Balance, worlds::Effort},
        *,
    };

    const AGES: u32 = 4;

    /// One whose sex is not known of each age, half of them with; and a hundred others of each age.
    fn place() -> Cube {
        let mut cells = Vec::new();
        let mut add = |sex: Option<u32>, age: Option<u32>, count: u64, of: u64| {
            cells.push(CubeCell {
                place: 0,
                codes: vec![sex, age],
                count,
                of: Some(of),
                is_secret: false,
                seen: None,
            });
        };
        for (sex, count, of) in [(Some(0), 2, 4), (Some(1), 200, 400), (None, 202, 404)] {
            add(sex, None, count, of);
        }
        for age in 0..AGES {
            let has_it = u64::from(age % 2);
            for (sex, count, of) in [(Some(0), has_it, 1), (Some(1), 50, 100), (None, 50 + has_it, 101)] {
                add(sex, Some(age), count, of);
            }
        }
        Cube {
            parents: vec![None],
            cells,
            ..Cube::default()
        }
    }

    #[test]
    fn what_no_box_alone_moves_far_enough_several_do() {
        let table = place().table().unwrap();
        let prior = Prior::of(&table, Rule::at_least(4));
        let mut worlds = Worlds::new(&table, &prior);
        let of_unknown_sex = 0;
        assert!(worlds.find_box(of_unknown_sex, 4, 4).is_none());
        let boxes = [Effort::Boxes];
        let witness = worlds.widen(of_unknown_sex, 4, 4, &boxes).unwrap();
        let hidden = vec![true; table.cells().len()];
        assert!(witness.holds(&table, &prior, &hidden, &mut Balance::of(&table)));
        // Ages stay as they are, and everybody.
        let open = (0..table.cells().len())
            .filter(|cell| !witness.moves(*cell))
            .count();
        assert_eq!(open, 1 + AGES as usize);
    }
}
