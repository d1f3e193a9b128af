//! Chooses which cells to hide: first something that protects, then what costs the reader least.
//!
//! Every sensitive cell has one *certificate*, a witness that moves it far enough; a cell is hidden while a witness in use moves it.
//! The first choice takes the cheapest move found for one sensitive cell after the other. The second goes over the hidden
//! cells, the dearest first, and asks what would happen if this one stayed open: the certificates that need it are replaced by
//! others, at the price of further cells, and whichever is cheaper stays.

use super::{
    Care, Rule,
    prior::Prior,
    table::{Kind, Table},
    witness::{Balance, Witness},
    worlds::{Effort, Next, Worlds, price_of_hiding},
};

/// What is decided about a table in other tables that share cells with it.
#[derive(Debug, Default)]
pub(super) struct Elsewhere {
    /// Hidden, and certified where it has to be; one entry a cell, or none at all.
    pub hidden: Vec<bool>,
    /// Cells that have no certificate here may get one there.
    pub may_certify: bool,
}

impl Elsewhere {
    pub fn is_hidden(&self, cell: usize) -> bool {
        self.hidden.get(cell).copied().unwrap_or(false)
    }
}

pub(super) struct Choice<'a> {
    table: &'a Table,
    rule: Rule,
    care: Care,
    may_leave: bool,
    /// Sensitive cells left to another table, ascending.
    left: Vec<usize>,
    worlds: Worlds<'a>,
    balance: Balance,
    /// Ascending.
    sensitive: Vec<usize>,
    is_sensitive: Vec<bool>,
    /// How far apart each cell's certificate must hold it.
    needed: Vec<u64>,
    witnesses: Vec<Witness>,
    /// The witness that certifies each sensitive cell.
    certificates: Vec<Option<u32>>,
    /// Witnesses, in use or not, that move each sensitive cell far enough.
    covers: Vec<Vec<u32>>,
    /// Witnesses in use that move each cell.
    uses: Vec<Vec<u32>>,
    /// Sensitive cells that each witness certifies; one that certifies none is not in use.
    certified: Vec<Vec<usize>>,
    /// Summed price of what is hidden although it is not sensitive.
    cost: u64,
    rounds: u64,
    /// True when cells were seen before and what they said counts.
    has_history: bool,
    n_narrowed: u64,
}

/// Rounds a cell may take before the whole table is given up.
const FURTHEST: u32 = 8;
/// Rounds before less uncertainty will do, where earlier publications have told something.
const FURTHEST_AFTER_OTHERS: u32 = 5;

impl<'a> Choice<'a> {
    /// Chooses; [`Choice::is_complete`] says whether every sensitive cell got its certificate.
    pub fn made(table: &'a Table, rule: Rule, prior: &Prior, care: Care, elsewhere: &Elsewhere) -> Self {
        let n_cells = table.cells().len();
        // What is hidden elsewhere stays hidden whatever is found here, and asks for no certificate.
        let is_sensitive: Vec<bool> = table
            .cells()
            .iter()
            .enumerate()
            .map(|(cell, facts)| rule.is_sensitive(facts) || elsewhere.is_hidden(cell))
            .collect();
        let needed = |cell: usize| match elsewhere.is_hidden(cell) {
            true => 0,
            false => prior.needed(table, rule, cell),
        };
        let mut choice = Self {
            table,
            rule,
            care,
            may_leave: elsewhere.may_certify,
            left: Vec::new(),
            worlds: Worlds::new(table, prior),
            balance: Balance::of(table),
            sensitive: (0..n_cells).filter(|&c| is_sensitive[c]).collect(),
            is_sensitive,
            needed: (0..n_cells).map(needed).collect(),
            witnesses: Vec::new(),
            certified: Vec::new(),
            certificates: vec![None; n_cells],
            covers: vec![Vec::new(); n_cells],
            uses: vec![Vec::new(); n_cells],
            cost: 0,
            rounds: 1,
            has_history: rule.hold > 1 && table.cells().iter().any(|cell| cell.seen.is_some()),
            n_narrowed: 0,
        };
        for &cell in &choice.sensitive {
            choice.worlds.hide(cell);
        }
        if choice.protect_all() {
            choice.settle();
            choice.improve();
        }
        choice
    }

    pub fn is_complete(&self) -> bool {
        self.sensitive.iter().all(|&cell| !self.is_exposed(cell))
    }

    /// Sensitive cells that found no certificate here, ascending, where another table may give them one.
    pub fn left(&self) -> &[usize] {
        &self.left
    }

    /// True for a cell that some witness in use moves.
    pub fn is_moved(&self, cell: usize) -> bool {
        !self.uses[cell].is_empty()
    }

    pub fn witnesses(&self) -> impl Iterator<Item = &Witness> {
        self.witnesses
            .iter()
            .zip(&self.certified)
            .filter(|(_, cells)| !cells.is_empty())
            .map(|(witness, _)| witness)
    }

    pub fn rounds(&self) -> u64 {
        self.rounds
    }

    /// Sensitive cells that earlier publications leave less uncertain than they should be.
    pub fn n_narrowed(&self) -> u64 {
        self.n_narrowed
    }

    fn needed(&self, cell: usize) -> u64 {
        self.needed[cell]
    }

    fn is_exposed(&self, cell: usize) -> bool {
        self.certificates[cell].is_none() && self.needed(cell) > 0
    }

    /// Finds a certificate for every sensitive cell; false when one has none.
    fn protect_all(&mut self) -> bool {
        for index in 0..self.sensitive.len() {
            let cell = self.sensitive[index];
            if self.care == Care::Quick && self.is_exposed(cell) {
                self.protect_by_boxes(cell);
            }
            if self.may_leave && self.is_exposed(cell) {
                self.needed[cell] = 0;
                self.left.push(cell);
            }
            let mut radius = 0;
            while self.is_exposed(cell) {
                let efforts = self.efforts(radius);
                let found = self
                    .worlds
                    .widen(cell, self.needed[cell], self.rule.least, &efforts);
                let reached = match found {
                    Ok(witness) => {
                        let id = self.add(witness);
                        // One witness serves all the cells it moves.
                        self.certify_all(id);
                        continue;
                    }
                    Err(reached) => reached,
                };
                // Nothing near can keep it uncertain: hide its surroundings, wider each time, and look again for longer.
                self.rounds += 1;
                radius += 1;
                if self.has_history && radius > FURTHEST_AFTER_OTHERS && reached > 0 {
                    // What was published before cannot be taken back: no pattern leaves the cell more uncertain than it left it.
                    self.needed[cell] = reached;
                    self.n_narrowed += 1;
                    continue;
                }
                if radius > FURTHEST {
                    return false;
                }
                let unhidden = match self.care {
                    Care::Thorough => 2,
                    Care::Quick => 1,
                };
                if radius > unhidden {
                    self.worlds.hide_around(cell, radius - unhidden);
                }
            }
        }
        true
    }

    /// Puts a certificate for a cell together, of one box or of several.
    fn protect_by_boxes(&mut self, cell: usize) {
        let (needed, welcome) = (self.needed[cell], self.rule.least);
        let one = self.worlds.find_box(cell, needed, welcome);
        let found = one.or_else(|| {
            let several = [Effort::Boxes];
            self.worlds.widen(cell, needed, welcome, &several).ok()
        });
        // A box knows nothing of what is left over, nor of cells that must be the same.
        if let Some(witness) = found.filter(|found| self.balance.is_kept(self.table, found)) {
            let id = self.add(witness);
            self.certify_all(id);
        }
    }

    /// How to look for a cell's certificate in its first round, 0, and those after it.
    fn efforts(&self, radius: u32) -> Vec<Effort> {
        let hiding = Effort::Hiding {
            patience: 400 << radius,
            weight: 12 << radius,
            breadth: 10 << radius,
            next: if radius == 0 {
                Next::Shortest
            } else {
                Next::FewestWaysOut
            },
            most: u32::MAX,
        };
        let straight = Effort::Straight {
            patience: PATIENCE_STRAIGHT,
        };
        match (self.care, radius) {
            (Care::Thorough, _) => vec![Effort::AsItIs, hiding],
            // What is hidden already is the cheapest straight ahead, too: looking among it alone first would be looking twice.
            (Care::Quick, 0) => vec![straight, hiding],
            (Care::Quick, _) => vec![Effort::AsItIs, straight, hiding],
        }
    }

    /// Partial moves that may be looked at in search of a cheaper choice.
    fn allowance(&self) -> u64 {
        match self.care {
            Care::Thorough => ALLOWANCE,
            Care::Quick => self.table.cells().len() as u64 / CELLS_A_TRIAL,
        }
    }

    /// Opens what was hidden only to look for moves.
    fn settle(&mut self) {
        for cell in 0..self.uses.len() {
            let is_needed = self.is_sensitive[cell]
                || !self.uses[cell].is_empty()
                || self.table.cells()[cell].kind == Kind::Implied;
            if !is_needed {
                self.worlds.open(cell);
            }
        }
    }

    /// Puts a witness on the list, not in use yet.
    fn add(&mut self, witness: Witness) -> u32 {
        let id = u32::try_from(self.witnesses.len()).expect("fewer than 2^32 witnesses");
        for (cell, width) in witness.widths() {
            if self.is_sensitive[cell] && width >= self.needed(cell) {
                self.covers[cell].push(id);
            }
        }
        self.witnesses.push(witness);
        self.certified.push(Vec::new());
        id
    }

    /// Lets a witness certify whatever it can and nothing else does.
    fn certify_all(&mut self, id: u32) {
        let cells: Vec<usize> = self.witnesses[id as usize].cells().collect();
        for cell in cells {
            if self.is_sensitive[cell]
                && self.certificates[cell].is_none()
                && self.covers[cell].last() == Some(&id)
            {
                self.assign(cell, Some(id));
            }
        }
    }

    /// Changes a cell's certificate, and with it what is in use, hidden and paid for; returns the one before.
    fn assign(&mut self, cell: usize, id: Option<u32>) -> Option<u32> {
        // The new one first, so that what both move stays hidden.
        if let Some(id) = id {
            self.certified[id as usize].push(cell);
            if self.certified[id as usize].len() == 1 {
                for moved in self.witnesses[id as usize].cells() {
                    self.uses[moved].push(id);
                    if self.uses[moved].len() == 1 && !self.is_sensitive[moved] {
                        self.worlds.hide(moved);
                        self.cost += u64::from(price_of_hiding(&self.table.cells()[moved]));
                    }
                }
            }
        }
        let before = std::mem::replace(&mut self.certificates[cell], id);
        if let Some(id) = before {
            self.certified[id as usize].retain(|c| *c != cell);
            if self.certified[id as usize].is_empty() {
                for moved in self.witnesses[id as usize].cells() {
                    self.uses[moved].retain(|used| *used != id);
                    if self.uses[moved].is_empty() && !self.is_sensitive[moved] {
                        self.cost -= u64::from(price_of_hiding(&self.table.cells()[moved]));
                        if self.table.cells()[moved].kind != Kind::Implied {
                            self.worlds.open(moved);
                        }
                    }
                }
            }
        }
        before
    }

    /// Tries for each hidden cell, the dearest first, whether it is cheaper to keep it open.
    fn improve(&mut self) {
        let allowance = self.worlds.n_tried() + self.allowance();
        for _ in 0..PASSES {
            let mut hidden: Vec<usize> = (0..self.uses.len())
                .filter(|&cell| {
                    !self.uses[cell].is_empty()
                        && !self.is_sensitive[cell]
                        && self.table.cells()[cell].kind == Kind::Published
                })
                .collect();
            hidden.sort_by_key(|&cell| std::cmp::Reverse(price_of_hiding(&self.table.cells()[cell])));
            let before = self.cost;
            for cell in hidden {
                if self.worlds.n_tried() > allowance {
                    return;
                }
                if !self.uses[cell].is_empty() {
                    self.try_open(cell);
                }
            }
            if self.cost == before {
                return;
            }
        }
    }

    /// Replaces every certificate that moves the cell, if what that hides is worth less.
    fn try_open(&mut self, cell: usize) {
        let cost = self.cost;
        let n_witnesses = self.witnesses.len();
        let mut needing: Vec<usize> = self.uses[cell]
            .iter()
            .flat_map(|&id| self.certified[id as usize].iter().copied())
            .collect();
        needing.sort_unstable();
        self.worlds.bar(cell, true);
        self.worlds.open(cell);
        let mut replaced = Vec::new();
        let mut is_replaced = true;
        for sensitive in needing {
            match self.other_certificate(sensitive, cell, cost) {
                Some(id) => replaced.push((sensitive, self.assign(sensitive, Some(id)))),
                None => {
                    is_replaced = false;
                    break;
                }
            }
        }
        self.worlds.bar(cell, false);
        if is_replaced && self.cost < cost {
            return;
        }
        for (sensitive, before) in replaced.into_iter().rev() {
            self.assign(sensitive, before);
        }
        if !self.uses[cell].is_empty() {
            self.worlds.hide(cell);
        }
        for id in (n_witnesses..self.witnesses.len()).rev() {
            let id = u32::try_from(id).expect("fewer than 2^32 witnesses");
            for cell in self.witnesses[id as usize].cells() {
                if self.covers[cell].last() == Some(&id) {
                    self.covers[cell].pop();
                }
            }
        }
        self.witnesses.truncate(n_witnesses);
        self.certified.truncate(n_witnesses);
    }

    /// A witness for a sensitive cell that leaves another cell alone: one in use, or a new one that is not too dear.
    fn other_certificate(&mut self, sensitive: usize, open: usize, most: u64) -> Option<u32> {
        let in_use = self.covers[sensitive]
            .iter()
            .copied()
            .find(|&id| !self.certified[id as usize].is_empty() && !self.witnesses[id as usize].moves(open));
        if in_use.is_some() {
            return in_use;
        }
        let hiding = Effort::Hiding {
            patience: 400,
            weight: 12,
            breadth: 10,
            next: Next::Shortest,
            most: u32::try_from(most).unwrap_or(u32::MAX),
        };
        let needed = self.needed(sensitive);
        let efforts = [Effort::AsItIs, hiding];
        let witness = self
            .worlds
            .widen(sensitive, needed, self.rule.least, &efforts)
            .ok()?;
        Some(self.add(witness))
    }
}

/// Partial moves that may be looked at in search of a cheaper choice, with thorough care.
const ALLOWANCE: u64 = 400_000;
/// With quick care one may be looked at for so many cells of the table.
const CELLS_A_TRIAL: u64 = 4;
/// Partial moves looked at on a way straight ahead: a rectangle in four directions has 16 corners.
const PATIENCE_STRAIGHT: u32 = 96;
const PASSES: u32 = 4;
