//! Protects what is too large for one table: a nation area by area, and then what stands above the areas.
//!
//! **Why the parts are as safe as the whole.** A witness is a pair of worlds that differ from the truth in some cells only. In an
//! area's own table its topmost place is taken as known ([`Cube::known`]): no witness moves a cell of it. All other cells of the area
//! stand in no relation outside it, so whatever a witness moves there keeps the relations of the nation, too, and it is a witness in
//! the table of the whole nation. The attacker of an area is given more than the public has, never less.
//!
//! What no such witness reaches (the only people without a known sex of a whole province live in one village) is *left*, and settled
//! in a last table with the nation, all areas, and from each area the lines of places down to the villages that are needed: for the
//! cells left, and for every code that no village kept has room for, those in which most can move, until enough people live in them
//! (the five of a province whose sex and age are not known live in five villages, and one of these moves one of them). Places that are not in that table do not move
//! ([`Cube::left_out`]): what they leave over of their parent is known, and a cell that has none of its parts there cannot move at all.
//! So its witnesses, too, are witnesses of the whole nation; they may move what is hidden in the areas and hide more of it.
//!
//! Memory: one area's table at a time, and from each area the lines kept.

use super::{Cube, CubeCell, CubeError, Proof, Rule, Shown, choice::Elsewhere};
use std::collections::{BTreeMap, HashMap};

/// Areas that together make a nation, protected one after the other.
#[derive(Debug)]
pub struct Areas {
    rule: Rule,
    /// As [`Cube::parts`], the same in all.
    parts: Option<usize>,
    kept: Vec<Kept>,
    proof: Proof,
}

/// What the last table needs of an area.
#[derive(Debug)]
struct Kept {
    /// The place each place lies in, among those kept; none for the area itself.
    parents: Vec<Option<usize>>,
    /// Places of which not all places are kept.
    left_out: Vec<usize>,
    cells: Vec<KeptCell>,
    same: Vec<(usize, usize)>,
}

#[derive(Debug)]
struct KeptCell {
    /// Its place among those kept.
    cell: CubeCell,
    /// Index in the area's cube.
    index: usize,
    shown: Shown,
    /// True when it is hidden, and nothing is left to do for it.
    is_settled: bool,
}

/// What is shown of a nation when all its areas are in.
#[derive(Debug, Clone, PartialEq)]
pub struct Whole {
    /// The nation's own cells, in order.
    pub top: Vec<Shown>,
    /// For each area, in order, what differs from the answer that it got: a cell by index, and what is shown of it.
    pub changed: Vec<Vec<(usize, Shown)>>,
    /// Of all cells together. When it is not verified, nothing at all may be shown, of no area.
    pub proof: Proof,
}

impl Areas {
    /// Nothing yet; `parts` as [`Cube::parts`].
    #[must_use]
    pub fn new(rule: Rule, parts: Option<usize>) -> Self {
        Self {
            rule,
            parts,
            kept: Vec::new(),
            proof: Proof {
                least: rule.least,
                n_cells: 0,
                n_primary: 0,
                n_complementary: 0,
                n_relations: 0,
                rounds: 0,
                n_narrowed: 0,
                verified: true,
            },
        }
    }

    /// Protects an area: `root` and the places in it. Says what is shown of each cell as far as it is known by now: nothing
    /// may be published before [`Areas::finish`].
    ///
    /// # Errors
    /// When the cells do not make a cube.
    pub fn protect(&mut self, mut cube: Cube, root: usize) -> Result<Vec<Shown>, CubeError> {
        cube.known = Some(root);
        cube.parts = self.parts;
        let elsewhere = Elsewhere {
            may_certify: true,
            ..Elsewhere::default()
        };
        let (protection, left) = cube.protect_beside(self.rule, &elsewhere)?;
        let left: Option<Vec<usize>> = left.into_iter().collect();
        self.add(&protection.proof, left.is_some());
        let kept = Lines::of(&cube, root).kept(self.rule, &left.unwrap_or_default(), &protection.shown);
        self.kept.push(kept);
        Ok(protection.shown)
    }

    /// Protects the nation's own cells, the areas' and what they left; the cells' place is not looked at. `same` as [`Cube::same`].
    ///
    /// # Errors
    /// When the areas do not add up to the nation.
    pub fn finish(mut self, top: Vec<CubeCell>, same: Vec<(usize, usize)>) -> Result<Whole, CubeError> {
        let n_top = top.len();
        let mut cube = Cube {
            parents: vec![None],
            cells: top
                .into_iter()
                .map(|cell| CubeCell { place: 0, ..cell })
                .collect(),
            same,
            parts: self.parts,
            ..Cube::default()
        };
        let mut hidden = vec![false; n_top];
        for kept in &self.kept {
            let (first_place, first_cell) = (cube.parents.len(), cube.cells.len());
            let above = |parent: &Option<usize>| Some(parent.map_or(0, |parent| first_place + parent));
            cube.parents.extend(kept.parents.iter().map(above));
            cube.left_out
                .extend(kept.left_out.iter().map(|place| first_place + place));
            cube.cells.extend(kept.cells.iter().map(|kept| CubeCell {
                place: first_place + kept.cell.place,
                ..kept.cell.clone()
            }));
            cube.same.extend(
                kept.same
                    .iter()
                    .map(|(one, other)| (first_cell + one, first_cell + other)),
            );
            hidden.extend(kept.cells.iter().map(|kept| kept.is_settled));
        }
        let elsewhere = Elsewhere {
            hidden,
            may_certify: false,
        };
        let (protection, _) = cube.protect_beside(self.rule, &elsewhere)?;
        let mut shown = protection.shown.into_iter();
        let top: Vec<Shown> = shown.by_ref().take(n_top).collect();
        let kept = std::mem::take(&mut self.kept);
        let changed = kept
            .iter()
            .map(|kept| {
                let with_shown = kept.cells.iter().zip(shown.by_ref());
                let is_other = |(kept, shown): &(&KeptCell, Shown)| !kept.is_settled && *shown != kept.shown;
                with_shown
                    .filter(is_other)
                    .map(|(kept, shown)| (kept.index, shown))
                    .collect::<Vec<_>>()
            })
            .collect::<Vec<_>>();
        let count = |wanted: Shown| top.iter().filter(|shown| **shown == wanted).count() as u64;
        self.proof.n_cells += n_top as u64;
        self.proof.n_primary += count(Shown::Primary);
        self.proof.n_complementary += count(Shown::Complementary);
        self.proof.n_complementary += changed.iter().map(Vec::len).sum::<usize>() as u64;
        self.proof.n_relations += protection.proof.n_relations;
        self.proof.rounds = self.proof.rounds.max(protection.proof.rounds);
        self.proof.n_narrowed += protection.proof.n_narrowed;
        self.proof.verified &= protection.proof.verified;
        Ok(Whole {
            top,
            changed,
            proof: self.proof,
        })
    }

    fn add(&mut self, proof: &Proof, is_left_whole: bool) {
        self.proof.n_cells += proof.n_cells;
        self.proof.n_primary += proof.n_primary;
        self.proof.n_complementary += proof.n_complementary;
        self.proof.n_relations += proof.n_relations;
        self.proof.rounds = self.proof.rounds.max(proof.rounds);
        self.proof.n_narrowed += proof.n_narrowed;
        self.proof.verified &= proof.verified && is_left_whole;
    }
}

/// Chooses the places of an area that the last table needs.
struct Lines<'a> {
    cube: &'a Cube,
    root: usize,
    at: HashMap<(usize, &'a [Option<u32>]), usize>,
    children: Vec<Vec<usize>>,
    is_kept: Vec<bool>,
}

/// A village in which so many times the least count can move serves for a code.
const ROOM: u64 = 2;

impl<'a> Lines<'a> {
    fn of(cube: &'a Cube, root: usize) -> Self {
        let mut children = vec![Vec::new(); cube.parents.len()];
        for (place, parent) in cube.parents.iter().enumerate() {
            if let Some(parent) = *parent {
                children[parent].push(place);
            }
        }
        let at = cube
            .cells
            .iter()
            .enumerate()
            .map(|(index, cell)| ((cell.place, cell.codes.as_slice()), index));
        Self {
            cube,
            root,
            at: at.collect(),
            is_kept: vec![false; children.len()],
            children,
        }
    }

    fn kept(mut self, rule: Rule, left: &[usize], shown: &[Shown]) -> Kept {
        let (cube, root) = (self.cube, self.root);
        self.keep(root);
        for &cell in left {
            let cell = &cube.cells[cell];
            self.keep_down(cell.place, &cell.codes, ROOM * rule.least);
        }
        let mut of_root: Vec<&CubeCell> = cube.cells.iter().filter(|cell| cell.place == root).collect();
        // The rarest first: where few are found there are others of the common codes, too.
        let size = |cell: &CubeCell| cell.of.unwrap_or(cell.count);
        of_root.sort_by(|one, other| {
            size(one)
                .cmp(&size(other))
                .then_with(|| one.codes.cmp(&other.codes))
        });
        for cell in of_root {
            if !self.has_room(&cell.codes, ROOM * rule.least) {
                self.keep_down(root, &cell.codes, ROOM * rule.least);
            }
        }
        self.extract(left, shown)
    }

    /// Keeps a place and all above it.
    fn keep(&mut self, place: usize) {
        let mut at = Some(place);
        while let Some(place) = at.filter(|place| !self.is_kept[*place]) {
            self.is_kept[place] = true;
            at = self.cube.parents[place];
        }
    }

    /// Keeps a place, and of the places in it, and so on down, as many as it takes for so many with these codes to live in them: those
    /// first in which most can move.
    fn keep_down(&mut self, place: usize, codes: &[Option<u32>], most: u64) {
        self.keep(place);
        let children = self.children[place].iter();
        let mut children: Vec<(u64, u64, usize)> = children
            .filter_map(|&child| self.room(child, codes).map(|(room, of)| (room, of, child)))
            .collect();
        children.sort_unstable_by(|one, other| other.cmp(one));
        let mut missing = most;
        for (_, of, child) in children {
            if missing == 0 {
                break;
            }
            self.keep_down(child, codes, missing.min(of));
            missing = missing.saturating_sub(of);
        }
    }

    /// How many can move at most in a place, both ways, and of how many; `None` where nobody has these codes.
    fn room(&self, place: usize, codes: &[Option<u32>]) -> Option<(u64, u64)> {
        let cell = &self.cube.cells[*self.at.get(&(place, codes))?];
        let other = cell.of.map_or(cell.count, |of| of.saturating_sub(cell.count));
        Some((cell.count.min(other), cell.of.unwrap_or(cell.count)))
    }

    /// True when so many with these codes can move in a place that is kept and not divided.
    fn has_room(&self, codes: &[Option<u32>], least: u64) -> bool {
        (0..self.is_kept.len())
            .filter(|&place| self.is_kept[place] && self.children[place].is_empty())
            .any(|place| self.room(place, codes).is_some_and(|(room, _)| room >= least))
    }

    fn extract(self, left: &[usize], shown: &[Shown]) -> Kept {
        let places: BTreeMap<usize, usize> = self
            .is_kept
            .iter()
            .enumerate()
            .filter(|(_, is_kept)| **is_kept)
            .map(|(place, _)| place)
            .enumerate()
            .map(|(at, place)| (place, at))
            .collect();
        let parents = places
            .keys()
            .map(|place| self.cube.parents[*place].and_then(|parent| places.get(&parent).copied()))
            .collect();
        let is_left_out = |place: &usize| self.children[*place].iter().any(|child| !self.is_kept[*child]);
        let left_out = places
            .iter()
            .filter(|(place, _)| is_left_out(place))
            .map(|(_, at)| *at)
            .collect();
        let mut cells = Vec::new();
        let mut at_of_cell: HashMap<usize, usize> = HashMap::new();
        for (index, cell) in self.cube.cells.iter().enumerate() {
            let Some(&at) = places.get(&cell.place) else {
                continue;
            };
            at_of_cell.insert(index, cells.len());
            let is_left = cell.place == self.root || left.binary_search(&index).is_ok();
            cells.push(KeptCell {
                cell: CubeCell {
                    place: at,
                    ..cell.clone()
                },
                index,
                shown: shown[index],
                is_settled: shown[index] != Shown::Open && !is_left,
            });
        }
        let kept = |cell: &usize| at_of_cell.get(cell).copied();
        let same = self
            .cube
            .same
            .iter()
            .filter_map(|(one, other)| kept(one).zip(kept(other)))
            .collect();
        Kept {
            parents,
            left_out,
            cells,
            same,
        }
    }
}
