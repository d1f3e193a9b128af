//! Hides the small cells of linked tables, and proves that they stay hidden.
//!
//! A published count below [`Rule::least`] can point at people, and so can its complement: "39 of 40 have a latrine" tells about
//! the fortieth. Blanking such cells is not enough, because tables are linked: district = Σ villages, everybody = women + men +
//! unknown. Whoever subtracts gets the blank back, or gets it so nearly that it makes no difference. So more cells are hidden
//! (*complementary* suppression), and the result is attacked before it is believed (sdcMicro#225, #352: never assume).
//!
//! **What counts as safe.** For every hidden small cell there must be *other worlds*: whole numbers in every hidden cell, none below
//! zero or above its denominator, that agree with everything published, and in which the cell takes values at least `least` apart.
//! [`protect`] keeps those worlds as witnesses and checks them with integer arithmetic ([`Proof`]). The attacker is assumed to
//! know every denominator from elsewhere (population counts are public), so a witness may not change them. Then the attack of
//! [`recoverable`] is run by linear algebra over the whole system and must find nothing: the sum of all witnesses, each with a random
//! factor, is checked against every relation as one vector, and where it leaves a withheld cell at zero elimination decides.
//!
//! **What was published before.** With [`Rule::hold`] a cell that was [`Seen`] and has changed by a few units only is as sensitive as a
//! small one, and an attacker who remembers knows more: every count that was seen lies between what it was and that plus the growth
//! of its denominator. No witness may leave those bounds.
//!
//! **What is hidden.** What the reader misses least ([`Cell::worth`]): detail before totals, villages before the regency.
//!
//! The idea of cells, primary and complementary suppression, and feasibility intervals: Hundepool et al., *Statistical Disclosure
//! Control* (2012), chapter 4; Fischetti & Salazar, *Operations Research* 49(5), 2001. The search for witnesses is our own.
//!
//! **What is too large for one table.** A nation is protected area by area ([`Areas`]): no witness of an area moves the area's own
//! cells, so that all of them hold beside any others.
//!
//! Deliberately absent: rounding and noise, combinations of more than two publications, intervals of sums that one unit dominates (only
//! that they cannot be got back exactly), and joint cells that no asked-for combination implies.

mod areas;
mod attack;
mod boxes;
mod choice;
mod cube;
mod dominance;
mod grid;
mod prior;
mod table;
mod witness;
mod worlds;

pub use areas::{Areas, Whole};
pub use attack::recoverable;
use attack::recoverable_beside;
use choice::{Choice, Elsewhere};
pub use cube::{Cube, CubeCell, CubeError, Protection};
pub use dominance::may_be_dominated;
use prior::Prior;
use serde::{Deserialize, Serialize};
pub use table::{Cell, Kind, Relation, Seen, Table, TableError};
use witness::Balance;
use worlds::{Effort, Worlds};

/// When a count is too small to publish, and a change too small to be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// The smallest count that may be seen; 0 and 1 suppress nothing.
    pub least: u64,
    /// The smallest change of a published count, or of its complement, that may be seen; 0 and 1 hold nothing back.
    #[serde(default)]
    pub hold: u64,
}

impl Default for Rule {
    /// Five, the usual floor of statistical offices for counts, and nothing held back.
    fn default() -> Self {
        Self::at_least(5)
    }
}

impl Rule {
    /// Hides counts below `least`, whatever was published before.
    #[must_use]
    pub fn at_least(least: u64) -> Self {
        Self { least, hold: 0 }
    }

    fn is_small(self, count: u64) -> bool {
        count > 0 && count < self.least
    }

    /// True for a cell that must not be seen: a small count, a small complement, or both because the denominator is small; a
    /// cell that differs little from what was seen of it; and a secret one.
    pub fn is_sensitive(self, cell: &Cell) -> bool {
        self.is_small(cell.count)
            || cell.of.is_some_and(|of| self.is_small(of - cell.count))
            || self.is_held(cell)
    }

    /// True for a secret cell and one whose change since it was seen rests on too few units.
    fn is_held(self, cell: &Cell) -> bool {
        let is_slight = |before: u64, now: u64| {
            let change = before.abs_diff(now);
            change > 0 && change < self.hold
        };
        let has_crept = cell.seen.is_some_and(|seen| {
            let beside = |of: Option<u64>, count: u64| of.map_or(0, |of| of.saturating_sub(count));
            is_slight(seen.count, cell.count)
                || is_slight(beside(seen.of, seen.count), beside(cell.of, cell.count))
        });
        cell.is_secret || has_crept
    }

    /// Least and greatest count that is possible to somebody who knows what was seen, and every denominator then and now; the
    /// greatest may be unknown.
    ///
    /// Where units seem only to have been added, none can have changed: that is what the attacker would assume.
    #[must_use]
    pub fn bounds(self, cell: &Cell) -> (u64, Option<u64>) {
        if cell.is_known {
            return (cell.count, Some(cell.count));
        }
        let seen = cell.seen.filter(|_| self.hold > 1 && !cell.is_secret);
        match seen.map(|seen| (seen.count, cell.of.zip(seen.of))) {
            Some((before, Some((of, of_before))))
                if before <= cell.count && before <= of_before && of_before - before <= of - cell.count =>
            {
                (before, Some(before + (of - of_before)))
            }
            Some((before, None)) if before == cell.count && cell.of.is_none() => (before, Some(before)),
            _ => (0, cell.of),
        }
    }

    /// How far apart the values should be that a sensitive cell may take.
    fn wanted(self, cell: &Cell) -> u64 {
        if self.is_held(cell) {
            self.least.max(self.hold)
        } else {
            self.least
        }
    }
}

/// What the public sees of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shown {
    /// The cell as it is.
    Open,
    /// Nothing: the cell is small itself.
    Primary,
    /// Nothing: it would give a small cell away.
    Complementary,
}

/// A short account of the protection, fit to be published beside the numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    pub least: u64,
    /// Cells that could have been published.
    pub n_cells: u64,
    pub n_primary: u64,
    pub n_complementary: u64,
    /// Additive relations the attacker could use.
    pub n_relations: u64,
    /// Passes of hiding and attacking.
    pub rounds: u64,
    /// Sensitive cells that earlier publications leave less uncertain than they should be, whatever is hidden now.
    #[serde(default)]
    pub n_narrowed: u64,
    /// Every witness held and linear algebra recovered nothing. When false, nothing at all is shown.
    pub verified: bool,
}

/// A protected table: one [`Shown`] a cell, in the table's order, and the proof.
#[derive(Debug, Clone, PartialEq)]
pub struct Protected {
    pub shown: Vec<Shown>,
    pub proof: Proof,
}

/// Why a pattern of blanks does not protect a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exposure {
    /// A sensitive cell stands open.
    Open { cell: usize },
    /// Additions and subtractions give the hidden cell back exactly.
    Exact { cell: usize },
    /// No two worlds were found in which the hidden cell differs by `needed`; only by `found`.
    Narrow { cell: usize, found: u64, needed: u64 },
}

/// How long to look for the cells that the reader misses least. It decides what is hidden beside the small cells, never how safe the
/// result is: the proof is the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Care {
    /// The cheapest move for every small cell, and every dear cell opened on trial.
    Thorough,
    /// The first move straight ahead, and a few of the dearest cells on trial: for the cells of a nation, of which hundreds of
    /// thousands are small.
    Quick,
}

/// Cells from which on a table is protected quickly.
const MANY: usize = 100_000;

impl Care {
    /// The care that a table of this size gets.
    #[must_use]
    pub fn of(table: &Table) -> Self {
        if table.cells().len() < MANY {
            Care::Thorough
        } else {
            Care::Quick
        }
    }
}

/// Chooses which cells to hide, and proves it; with the care that the size of the table allows.
///
/// Zeros of plain counts stay open (they reveal nobody, and hiding them would make an empty village look secret); those of shares cost
/// twice as much as other cells. When no pattern can be proved, everything is hidden.
///
/// Why everything and not the block around the cell: the search has by then hidden its surroundings eight times, wider each time, so what
/// is left without a certificate has none near. A wider block stays tied to what is open by its border, and needs the same certificate
/// that was not found; blocks that nothing ties could do without, and a cube is one such block, all of it adding up to one total.
pub fn protect(table: &Table, rule: Rule) -> Protected {
    protect_with(table, rule, Care::of(table))
}

/// The same, with as much care as is said.
pub fn protect_with(table: &Table, rule: Rule, care: Care) -> Protected {
    protect_beside(table, rule, care, &Elsewhere::default()).0
}

/// The same for a table that shares cells with others; beside it the sensitive cells that are left to them, ascending.
fn protect_beside(table: &Table, rule: Rule, care: Care, elsewhere: &Elsewhere) -> (Protected, Vec<usize>) {
    let is_sensitive = |cell: usize| rule.is_sensitive(&table.cells()[cell]);
    let prior = Prior::of(table, rule);
    let choice = Choice::made(table, rule, &prior, care, elsewhere);
    // What no witness moves need not be hidden, even if it was while looking for one.
    let mut shown: Vec<Shown> = (0..table.cells().len())
        .map(|cell| {
            match (
                is_sensitive(cell),
                choice.is_moved(cell) || elsewhere.is_hidden(cell),
            ) {
                (true, _) => Shown::Primary,
                (false, true) => Shown::Complementary,
                (false, false) => Shown::Open,
            }
        })
        .collect();
    let hidden: Vec<bool> = hidden_of(table, &shown);
    let unknown = unknown_of(&prior, &hidden);
    // Its certificate is of a table in which less is taken to be known, or will be.
    let is_settled_elsewhere = |cell: usize| {
        elsewhere.is_hidden(cell) && !choice.is_moved(cell) || choice.left().binary_search(&cell).is_ok()
    };
    let mut balance = Balance::of(table);
    let held = choice
        .witnesses()
        .all(|w| w.holds(table, &prior, &hidden, &mut balance));
    // What may be seen has to be decided somewhere.
    let is_decided = elsewhere.may_certify
        || table.cells().iter().enumerate().all(|(cell, facts)| {
            !facts.is_known
                || facts.kind == Kind::Implied
                || elsewhere.is_hidden(cell)
                || !rule.is_sensitive(facts)
        });
    // An implied cell that is not small may follow from the open ones: nothing said it should not.
    let is_asked = |cell: usize| shown[cell] != Shown::Open && !is_settled_elsewhere(cell);
    let verified = choice.is_complete()
        && is_decided
        && held
        && recoverable_beside(table, &unknown, choice.witnesses(), is_asked).is_empty();
    if !verified {
        for (cell, shown) in shown.iter_mut().enumerate() {
            *shown = if is_sensitive(cell) {
                Shown::Primary
            } else {
                Shown::Complementary
            };
        }
    }
    let published = || {
        shown
            .iter()
            .zip(table.cells())
            .filter(|(_, cell)| cell.kind == Kind::Published)
            .map(|(shown, _)| *shown)
    };
    let count = |wanted: Shown| published().filter(|s| *s == wanted).count() as u64;
    let proof = Proof {
        least: rule.least,
        n_cells: published().count() as u64,
        n_primary: count(Shown::Primary),
        n_complementary: count(Shown::Complementary),
        n_relations: table.relations().len() as u64,
        rounds: choice.rounds(),
        n_narrowed: choice.n_narrowed(),
        verified,
    };
    (Protected { shown, proof }, choice.left().to_vec())
}

/// Attacks a pattern of blanks, however it was made; empty when no sensitive cell is exposed.
///
/// `hidden` has one entry a cell. Witnesses are looked for afresh, so a pattern may pass only because of them, never because of
/// how it came about; a pattern that is safe for reasons the search does not see is reported as narrow, never the reverse.
pub fn audit(table: &Table, hidden: &[bool], rule: Rule) -> Vec<Exposure> {
    let prior = Prior::of(table, rule);
    let mut worlds = Worlds::new(table, &prior);
    for (cell, _) in hidden.iter().enumerate().filter(|(_, hidden)| **hidden) {
        worlds.hide(cell);
    }
    let shut: Vec<bool> = (0..table.cells().len()).map(|c| worlds.is_hidden(c)).collect();
    let exact = recoverable(table, &unknown_of(&prior, &shut));
    let mut exposures = Vec::new();
    for (cell, _) in table
        .cells()
        .iter()
        .enumerate()
        .filter(|(cell, facts)| rule.is_sensitive(facts) && !prior.is_known(*cell))
    {
        if !shut[cell] {
            exposures.push(Exposure::Open { cell });
        } else if exact.binary_search(&cell).is_ok() {
            exposures.push(Exposure::Exact { cell });
        } else {
            let needed = prior.needed(table, rule, cell);
            let narrow = worlds
                .widen(cell, needed, 0, &[Effort::AsItIs])
                .err()
                .map(|found| Exposure::Narrow { cell, found, needed });
            exposures.extend(narrow);
        }
    }
    exposures
}

fn hidden_of(table: &Table, shown: &[Shown]) -> Vec<bool> {
    shown
        .iter()
        .zip(table.cells())
        .map(|(shown, cell)| *shown != Shown::Open || cell.kind == Kind::Implied)
        .collect()
}

/// Hidden cells that somebody who remembers what was seen does not know already.
fn unknown_of(prior: &Prior, hidden: &[bool]) -> Vec<bool> {
    let is_unknown = |(cell, hidden): (usize, &bool)| *hidden && !prior.is_known(cell);
    hidden.iter().enumerate().map(is_unknown).collect()
}
