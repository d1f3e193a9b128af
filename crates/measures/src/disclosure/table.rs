//! Counts and the additive relations between them.

use super::grid::Grid;
use serde::{Deserialize, Serialize};

/// How the public meets a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Published unless it is hidden.
    Published,
    /// Never published, but published cells add up to it, or leave it over.
    Implied,
}

/// A count of units, and for a share the count it is taken of. Units, not weights: people are pointed at by counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell {
    pub count: u64,
    /// The denominator of a share, at least `count`; `None` for a plain count.
    pub of: Option<u64>,
    pub kind: Kind,
    /// What the reader loses when it is hidden, against 1 for the least cell; only proportions matter.
    pub worth: u32,
    /// Must not be seen whatever its size, for a reason that the counts do not show.
    pub is_secret: bool,
    /// Whoever looks may know it although it is hidden: whether it may be seen is decided where else it is published, and no other
    /// cell may be hidden behind it.
    pub is_known: bool,
    /// What stood here the last time that something did; `None` for a cell never published.
    pub seen: Option<Seen>,
}

/// What a cell said when it was published last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    pub count: u64,
    /// As in [`Cell::of`].
    pub of: Option<u64>,
}

impl Seen {
    /// What was left over beside some of the parts; `None` when the dates do not fit together.
    pub(super) fn without(self, part: Seen) -> Option<Seen> {
        let of = match (self.of, part.of) {
            (Some(of), Some(part)) => Some(of.checked_sub(part)?),
            (None, None) => None,
            _ => return None,
        };
        let count = self.count.checked_sub(part.count)?;
        of.is_none_or(|of| count <= of).then_some(Seen { count, of })
    }

    /// The same where both were taken of the same units.
    pub(super) fn without_count(self, part: Seen) -> Option<Seen> {
        let count = self.count.checked_sub(part.count)?;
        Some(Seen { count, of: self.of })
    }

    pub(super) fn with(self, part: Seen) -> Option<Seen> {
        let of = match (self.of, part.of) {
            (Some(of), Some(part)) => Some(of.checked_add(part)?),
            (None, None) => None,
            _ => return None,
        };
        let count = self.count.checked_add(part.count)?;
        Some(Seen { count, of })
    }
}

impl Cell {
    /// A plain count, published, of the least worth.
    #[must_use]
    pub fn count(count: u64) -> Self {
        Self {
            count,
            of: None,
            kind: Kind::Published,
            worth: 1,
            is_secret: false,
            is_known: false,
            seen: None,
        }
    }

    /// A share of a number of units.
    #[must_use]
    pub fn share(count: u64, of: u64) -> Self {
        Self {
            of: Some(of),
            ..Self::count(count)
        }
    }
}

/// `total` = Σ `parts`, by cell index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relation {
    pub total: usize,
    pub parts: Vec<usize>,
}

/// Why cells and relations do not make a table.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    #[error("cell {cell} counts {count} of only {of}: the numerator must be part of the denominator")]
    MoreThanAll { cell: usize, count: u64, of: u64 },
    #[error("relation {relation} names cell {cell}, but there are {cells} cells")]
    UnknownCell {
        relation: usize,
        cell: usize,
        cells: usize,
    },
    #[error("relation {relation} names cell {cell} twice: each cell may stand once")]
    NamedTwice { relation: usize, cell: usize },
    #[error(
        "relation {relation}: the parts add up to {parts}, the total is {total}; give the rest a cell of its own"
    )]
    DoesNotAddUp { relation: usize, parts: u64, total: u64 },
}

/// Cells and relations that hold exactly.
#[derive(Debug, Clone)]
pub struct Table {
    cells: Vec<Cell>,
    relations: Vec<Relation>,
    /// Relations of each cell, with +1 where it is a part and −1 where it is the total, laid end to end; and where those of each begin.
    of_cell: Vec<(u32, i8)>,
    starts: Vec<u32>,
    /// True when some relations hold for counts alone.
    has_relations_of_counts: bool,
    /// Where the cells stand, for a table made of a cube.
    grid: Option<Grid>,
}

impl Table {
    /// Checks that every relation adds up, in counts and where given in denominators.
    pub fn new(cells: Vec<Cell>, relations: Vec<Relation>) -> Result<Self, TableError> {
        Self::with_relations_of_counts(cells, relations, Vec::new())
    }

    /// The same, with further relations that hold for counts alone: those who are out of work and those who look after a home are parts
    /// of those who are not at school, all three of the same young people. They come last.
    pub fn with_relations_of_counts(
        cells: Vec<Cell>,
        mut relations: Vec<Relation>,
        of_counts: Vec<Relation>,
    ) -> Result<Self, TableError> {
        for (index, cell) in cells.iter().enumerate() {
            if let Some(of) = cell.of.filter(|&of| of < cell.count) {
                return Err(TableError::MoreThanAll {
                    cell: index,
                    count: cell.count,
                    of,
                });
            }
        }
        let n_in_full = relations.len();
        let has_relations_of_counts = !of_counts.is_empty();
        relations.extend(of_counts);
        let mut named_last: Vec<Option<usize>> = vec![None; cells.len()];
        for (index, relation) in relations.iter().enumerate() {
            check_members(index, relation, &mut named_last)?;
            check_counts(index, relation, &cells)?;
            if index < n_in_full {
                check_denominators(index, relation, &cells)?;
            }
        }
        let (of_cell, starts) = by_cell(&relations, cells.len());
        Ok(Self {
            cells,
            relations,
            of_cell,
            starts,
            has_relations_of_counts,
            grid: None,
        })
    }

    pub(super) fn in_grid(self, grid: Option<Grid>) -> Self {
        Self { grid, ..self }
    }

    pub(super) fn grid(&self) -> Option<&Grid> {
        self.grid.as_ref()
    }

    /// The cells, in the order given.
    pub fn cells(&self) -> &[Cell] {
        &self.cells
    }

    /// The relations, in the order given.
    pub fn relations(&self) -> &[Relation] {
        &self.relations
    }

    pub(super) fn relations_of(&self, cell: usize) -> &[(u32, i8)] {
        &self.of_cell[self.starts[cell] as usize..self.starts[cell + 1] as usize]
    }

    pub(super) fn has_relations_of_counts(&self) -> bool {
        self.has_relations_of_counts
    }

    /// Cells of a relation with +1 for a part and −1 for the total.
    pub(super) fn members(&self, relation: u32) -> impl Iterator<Item = (usize, i8)> {
        self.relations[relation as usize].signed()
    }
}

impl Relation {
    /// Its cells with +1 for a part and −1 for the total.
    fn signed(&self) -> impl Iterator<Item = (usize, i8)> {
        self.parts.iter().map(|&p| (p, 1)).chain([(self.total, -1)])
    }
}

/// Every cell is there, and stands once; `named_last` holds for each cell the last relation that named it.
fn check_members(
    index: usize,
    relation: &Relation,
    named_last: &mut [Option<usize>],
) -> Result<(), TableError> {
    for (cell, _) in relation.signed() {
        let cells = named_last.len();
        let Some(last) = named_last.get_mut(cell) else {
            return Err(TableError::UnknownCell {
                relation: index,
                cell,
                cells,
            });
        };
        if *last == Some(index) {
            return Err(TableError::NamedTwice {
                relation: index,
                cell,
            });
        }
        *last = Some(index);
    }
    Ok(())
}

fn check_counts(index: usize, relation: &Relation, cells: &[Cell]) -> Result<(), TableError> {
    let total = cells[relation.total].count;
    let parts: u64 = relation.parts.iter().map(|&p| cells[p].count).sum();
    does_add_up(index, parts, total)
}

fn check_denominators(index: usize, relation: &Relation, cells: &[Cell]) -> Result<(), TableError> {
    let parts: Option<u64> = relation.parts.iter().map(|&p| cells[p].of).sum();
    match parts.zip(cells[relation.total].of) {
        Some((parts, total)) => does_add_up(index, parts, total),
        None => Ok(()),
    }
}

fn does_add_up(relation: usize, parts: u64, total: u64) -> Result<(), TableError> {
    if parts == total {
        Ok(())
    } else {
        Err(TableError::DoesNotAddUp {
            relation,
            parts,
            total,
        })
    }
}

/// The relations of each cell, laid end to end, and where those of each cell begin.
fn by_cell(relations: &[Relation], n_cells: usize) -> (Vec<(u32, i8)>, Vec<u32>) {
    let mut starts = vec![0_u32; n_cells + 1];
    for (cell, _) in relations.iter().flat_map(Relation::signed) {
        starts[cell + 1] += 1;
    }
    for cell in 0..n_cells {
        starts[cell + 1] += starts[cell];
    }
    let mut next = starts.clone();
    let mut of_cell = vec![(0, 0); starts[n_cells] as usize];
    for (number, relation) in (0_u32..).zip(relations) {
        for (cell, sign) in relation.signed() {
            of_cell[next[cell] as usize] = (number, sign);
            next[cell] += 1;
        }
    }
    (of_cell, starts)
}
