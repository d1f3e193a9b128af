//! Counts and the additive relations between them.

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
    /// Relations of each cell, with +1 where it is a part and −1 where it is the total.
    of_cell: Vec<Vec<(u32, i8)>>,
}

impl Table {
    /// Checks that every relation adds up, in counts and where given in denominators.
    pub fn new(cells: Vec<Cell>, relations: Vec<Relation>) -> Result<Self, TableError> {
        for (index, cell) in cells.iter().enumerate() {
            if let Some(of) = cell.of.filter(|&of| of < cell.count) {
                return Err(TableError::MoreThanAll {
                    cell: index,
                    count: cell.count,
                    of,
                });
            }
        }
        let mut of_cell: Vec<Vec<(u32, i8)>> = vec![Vec::new(); cells.len()];
        for (index, relation) in relations.iter().enumerate() {
            let number = u32::try_from(index).expect("fewer than 2^32 relations");
            for (&cell, sign) in relation
                .parts
                .iter()
                .map(|p| (p, 1))
                .chain([(&relation.total, -1)])
            {
                let Some(list) = of_cell.get_mut(cell) else {
                    return Err(TableError::UnknownCell {
                        relation: index,
                        cell,
                        cells: cells.len(),
                    });
                };
                if list.last().is_some_and(|(last, _)| *last == number) {
                    return Err(TableError::NamedTwice {
                        relation: index,
                        cell,
                    });
                }
                list.push((number, sign));
            }
            let total = cells[relation.total];
            let parts: u64 = relation.parts.iter().map(|&p| cells[p].count).sum();
            if parts != total.count {
                return Err(TableError::DoesNotAddUp {
                    relation: index,
                    parts,
                    total: total.count,
                });
            }
            let denominators: Option<u64> = relation.parts.iter().map(|&p| cells[p].of).sum();
            if let Some((parts, total)) = denominators.zip(total.of).filter(|(parts, total)| parts != total) {
                return Err(TableError::DoesNotAddUp {
                    relation: index,
                    parts,
                    total,
                });
            }
        }
        Ok(Self {
            cells,
            relations,
            of_cell,
        })
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
        &self.of_cell[cell]
    }

    /// Cells of a relation with +1 for a part and −1 for the total.
    pub(super) fn members(&self, relation: u32) -> impl Iterator<Item = (usize, i8)> {
        let relation = &self.relations[relation as usize];
        relation
            .parts
            .iter()
            .map(|&p| (p, 1))
            .chain([(relation.total, -1)])
    }
}
