//! Looks for other worlds: whole-number changes to hidden cells that nobody outside could notice.
//!
//! A *move* adds one to some cells and takes one from others so that every relation still holds, like the four corners of a
//! rectangle in a two-way table. Moves are found best-first: start with the cell in question, take a relation it unbalances, and
//! balance it with another cell, hidden ones first, open ones at the price of hiding them. A move is then repeated as often as no
//! cell falls below zero or rises above its denominator, and further moves start from the world reached.

use super::table::{Kind, Table};
use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet, BinaryHeap, HashSet},
};

/// How hard to look, and whether further cells may be hidden.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effort {
    AsItIs,
    /// `patience` is the number of partial moves tried; a greater `weight` looks for any move rather than the cheapest; `breadth` is
    /// how many candidates are followed per imbalance, the cheapest first.
    Hiding {
        patience: u32,
        weight: u32,
        breadth: usize,
        next: Next,
    },
}

/// Which imbalance of a move is balanced next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    /// That of the shortest relation: quick.
    Shortest,
    /// That with the fewest ways out, and none at all ends the attempt: slow, and finds moves through tight places.
    FewestWaysOut,
}

/// Two worlds in which the cell differs by at least what was needed.
#[derive(Debug, Clone)]
pub(super) struct Witness {
    cell: usize,
    needed: u64,
    /// Changes to the true counts that lead to the world where the cell is highest, and lowest.
    highest: BTreeMap<usize, i64>,
    lowest: BTreeMap<usize, i64>,
}

impl Witness {
    /// Cells that differ from the truth in one of the two worlds.
    pub fn cells(&self) -> impl Iterator<Item = usize> {
        self.highest
            .iter()
            .chain(&self.lowest)
            .filter(|(_, change)| **change != 0)
            .map(|(cell, _)| *cell)
    }

    /// How far apart the two worlds hold each cell they move.
    pub fn widths(&self) -> impl Iterator<Item = (usize, u64)> {
        let both: BTreeSet<usize> = self.cells().collect();
        let at = |world: &BTreeMap<usize, i64>, cell| world.get(&cell).copied().unwrap_or(0);
        both.into_iter().map(move |cell| {
            (
                cell,
                (at(&self.highest, cell) - at(&self.lowest, cell)).unsigned_abs(),
            )
        })
    }

    /// Checks both worlds from nothing but the table and what is hidden: the certificate of the proof.
    pub fn holds(&self, table: &Table, hidden: &[bool]) -> bool {
        let possible = |world: &BTreeMap<usize, i64>| {
            let in_bounds = world.iter().all(|(&cell, &change)| {
                let facts = limits(table, cell);
                change == 0
                    || (hidden[cell]
                        && facts.value + change >= 0
                        && facts.most.is_none_or(|most| facts.value + change <= most))
            });
            let mut balance: BTreeMap<u32, i64> = BTreeMap::new();
            for (&cell, &change) in world {
                for &(relation, sign) in table.relations_of(cell) {
                    *balance.entry(relation).or_default() += i64::from(sign) * change;
                }
            }
            in_bounds && balance.values().all(|&b| b == 0)
        };
        let at = |world: &BTreeMap<usize, i64>| world.get(&self.cell).copied().unwrap_or(0);
        let width = at(&self.highest) - at(&self.lowest);
        possible(&self.highest)
            && possible(&self.lowest)
            && u64::try_from(width).is_ok_and(|w| w >= self.needed)
    }
}

/// The true value of a cell, and the most it can be.
struct Limits {
    value: i64,
    most: Option<i64>,
}

fn limits(table: &Table, cell: usize) -> Limits {
    let facts = table.cells()[cell];
    let signed = |count: u64| i64::try_from(count).expect("a count of units below 2^63");
    Limits {
        value: signed(facts.count),
        most: facts.of.map(signed),
    }
}

/// The table, what is hidden so far, and the search over it.
pub(super) struct Worlds<'a> {
    table: &'a Table,
    hidden: Vec<bool>,
}

/// A partly balanced move.
struct Node {
    before: Option<u32>,
    cell: u32,
    sign: i8,
    price: u32,
    fingerprint: u64,
    /// Relations still out of balance, and by how much.
    open: Vec<(u32, i8)>,
}

/// Price of a hidden cell in a move, and of one more unit of imbalance.
const STEP: u32 = 2;
/// Extra price of a cell that can take only part of the change wanted.
const NARROW: u32 = 3;
/// Price of hiding an open cell, before its size.
const HIDE: u32 = 24;
/// Price of hiding a zero: only when nothing else will do.
const HIDE_ZERO: u32 = 4_000;
impl<'a> Worlds<'a> {
    /// Nothing hidden yet but what is never published.
    pub fn new(table: &'a Table) -> Self {
        Self {
            table,
            hidden: table.cells().iter().map(|c| c.kind == Kind::Implied).collect(),
        }
    }

    pub fn hide(&mut self, cell: usize) {
        self.hidden[cell] = true;
    }

    pub fn is_hidden(&self, cell: usize) -> bool {
        self.hidden[cell]
    }

    /// Hides everything within `radius` relations of the cell, zeros only from the third on.
    pub fn hide_around(&mut self, cell: usize, radius: u32) {
        let mut reached = HashSet::from([cell]);
        let mut edge = vec![cell];
        for _ in 0..radius {
            let mut next = Vec::new();
            for &from in &edge {
                for &(relation, _) in self.table.relations_of(from) {
                    next.extend(
                        self.table
                            .members(relation)
                            .map(|(member, _)| member)
                            .filter(|&m| reached.insert(m)),
                    );
                }
            }
            edge = next;
        }
        for cell in reached {
            if self.table.cells()[cell].count > 0 || radius >= 3 {
                self.hidden[cell] = true;
            }
        }
    }

    /// Finds two worlds in which the cell differs enough, or says how far it got.
    ///
    /// A move is repeated until the cell has been moved by `at_least`, even when less was needed: neighbours may need it.
    pub fn widen(&self, cell: usize, needed: u64, at_least: u64, efforts: &[Effort]) -> Result<Witness, u64> {
        let required = i64::try_from(needed).expect("a small number");
        let welcome = i64::try_from(at_least).expect("a small number");
        let mut highest = BTreeMap::new();
        let mut lowest = BTreeMap::new();
        let (mut up, mut down) = (0, 0);
        for &effort in efforts {
            while up + down < required {
                let wanted = required - up - down;
                let Some(step) = self.find_move(cell, 1, &highest, wanted, effort) else {
                    break;
                };
                up += self.repeat(&step, &mut highest, wanted.max(welcome));
            }
            while up + down < required {
                let wanted = required - up - down;
                let Some(step) = self.find_move(cell, -1, &lowest, wanted, effort) else {
                    break;
                };
                down += self.repeat(&step, &mut lowest, wanted.max(welcome));
            }
        }
        if up + down >= required {
            Ok(Witness {
                cell,
                needed,
                highest,
                lowest,
            })
        } else {
            Err((up + down).unsigned_abs())
        }
    }

    /// Applies a move as often as it fits, at most `wanted` times; returns how often.
    fn repeat(&self, step: &[(usize, i8)], world: &mut BTreeMap<usize, i64>, wanted: i64) -> i64 {
        let room = step
            .iter()
            .map(|&(cell, sign)| self.room(cell, sign, world))
            .min()
            .unwrap_or(0);
        let times = room.min(wanted);
        for &(cell, sign) in step {
            *world.entry(cell).or_default() += i64::from(sign) * times;
        }
        times
    }

    /// How far the cell can go in this direction in this world.
    fn room(&self, cell: usize, sign: i8, world: &BTreeMap<usize, i64>) -> i64 {
        let limits = limits(self.table, cell);
        let value = limits.value + world.get(&cell).copied().unwrap_or(0);
        if sign > 0 {
            limits.most.map_or(i64::MAX, |most| most - value)
        } else {
            value
        }
    }

    /// What using the cell in a move costs; `None` where it may not be used.
    fn price(&self, cell: usize, effort: Effort) -> Option<u32> {
        if self.hidden[cell] {
            return Some(STEP);
        }
        let facts = self.table.cells()[cell];
        if effort == Effort::AsItIs {
            return None;
        }
        let size = facts.of.unwrap_or(facts.count);
        if facts.count > 0 {
            // What stands for more people is dearer: a village's number is given up before its district's.
            Some(HIDE + (6.0 * (size as f64).log2()) as u32)
        } else if facts.of.is_some() {
            Some(HIDE_ZERO)
        } else {
            None
        }
    }

    /// The cheapest balanced move found that changes the cell by `sign`.
    fn find_move(
        &self,
        cell: usize,
        sign: i8,
        world: &BTreeMap<usize, i64>,
        wanted: i64,
        effort: Effort,
    ) -> Option<Vec<(usize, i8)>> {
        if self.room(cell, sign, world) < 1 {
            return None;
        }
        let (patience, weight, breadth, next) = match effort {
            Effort::AsItIs => (150, 2 * STEP, 10, Next::Shortest),
            Effort::Hiding {
                patience,
                weight,
                breadth,
                next,
            } => (patience, weight, breadth, next),
        };
        let mut nodes = vec![self.extended(None, cell, sign, 0)];
        let mut queue = BinaryHeap::from([Reverse((0u32, 0usize))]);
        let mut seen = HashSet::new();
        for _ in 0..patience {
            let Reverse((_, at)) = queue.pop()?;
            if nodes[at].open.is_empty() {
                return Some(chain(&nodes, at));
            }
            let used = chain(&nodes, at);
            let open = nodes[at].open.iter();
            let usable =
                |&(relation, excess): &(u32, i8)| self.usable(relation, excess, &used, world, effort);
            let length = |(relation, _): &&(u32, i8)| self.table.relations()[*relation as usize].parts.len();
            let ways_out = match next {
                Next::Shortest => open.min_by_key(length).map(usable),
                Next::FewestWaysOut => open.map(usable).min_by_key(Vec::len),
            };
            let Some(ways_out) = ways_out else { continue };
            let mut candidates: Vec<(u32, u32, usize, i8)> = ways_out
                .into_iter()
                .map(|(member, sign, price, room)| {
                    let price = price + if room < wanted { NARROW } else { 0 };
                    let imbalance = self.imbalance(&nodes[at].open, member, sign);
                    (nodes[at].price + price + weight * imbalance, price, member, sign)
                })
                .collect();
            candidates.sort_unstable();
            for &(rank, price, member, sign) in candidates.iter().take(breadth) {
                let node = self.extended(Some((&nodes[at], at)), member, sign, price);
                if seen.insert(node.fingerprint) {
                    queue.push(Reverse((rank, nodes.len())));
                    nodes.push(node);
                }
            }
        }
        None
    }

    /// Cells that can balance a relation: cell, direction, price, room.
    fn usable(
        &self,
        relation: u32,
        excess: i8,
        used: &[(usize, i8)],
        world: &BTreeMap<usize, i64>,
        effort: Effort,
    ) -> Vec<(usize, i8, u32, i64)> {
        self.table
            .members(relation)
            .filter_map(|(member, side)| {
                let sign = -excess.signum() * side;
                let price = self.price(member, effort)?;
                let room = self.room(member, sign, world);
                (room > 0 && used.iter().all(|(cell, _)| *cell != member))
                    .then_some((member, sign, price, room))
            })
            .collect()
    }

    /// Units out of balance after adding the cell to a move that leaves `open`.
    fn imbalance(&self, open: &[(u32, i8)], cell: usize, sign: i8) -> u32 {
        let before: u32 = open.iter().map(|(_, by)| u32::from(by.unsigned_abs())).sum();
        self.table
            .relations_of(cell)
            .iter()
            .fold(before, |units, &(relation, side)| {
                let by = open.iter().find(|(r, _)| *r == relation).map_or(0, |(_, by)| *by);
                units - u32::from(by.unsigned_abs()) + u32::from((by + sign * side).unsigned_abs())
            })
    }

    fn extended(&self, before: Option<(&Node, usize)>, cell: usize, sign: i8, price: u32) -> Node {
        let mut open = before.map_or_else(Vec::new, |(node, _)| node.open.clone());
        for &(relation, side) in self.table.relations_of(cell) {
            match open.iter_mut().find(|(r, _)| *r == relation) {
                Some((_, by)) => *by += sign * side,
                None => open.push((relation, sign * side)),
            }
        }
        open.retain(|(_, by)| *by != 0);
        let cell = u32::try_from(cell).expect("fewer than 2^32 cells");
        Node {
            before: before.map(|(_, at)| u32::try_from(at).expect("few nodes")),
            cell,
            sign,
            price: before.map_or(0, |(node, _)| node.price) + price,
            fingerprint: before.map_or(0, |(node, _)| node.fingerprint) ^ fingerprint(cell, sign),
            open,
        }
    }
}

/// The cells of a node's move, its own and those before it.
fn chain(nodes: &[Node], at: usize) -> Vec<(usize, i8)> {
    let mut cells = Vec::new();
    let mut next = Some(at);
    while let Some(at) = next {
        let node = &nodes[at];
        cells.push((node.cell as usize, node.sign));
        next = node.before.map(|b| b as usize);
    }
    cells
}

/// Spreads a cell and sign over 64 bits, so that the same set of cells reached in another order is recognised.
fn fingerprint(cell: u32, sign: i8) -> u64 {
    let mut x = (u64::from(cell) << 1 | u64::from(sign > 0)).wrapping_add(0x9E37_79B9_7F4A_7C15);
    x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^ (x >> 31)
}
