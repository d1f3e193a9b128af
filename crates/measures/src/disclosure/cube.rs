//! Builds the linked table of one indicator: a place hierarchy × the combinations of dimensions that were asked for.

use super::{Cell, Kind, Proof, Relation, Rule, Seen, Shown, Table, TableError, protect};
use std::collections::{BTreeMap, BTreeSet};

/// One published cell: a place, a code in each dimension (`None`: all together), and the counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CubeCell {
    /// Index into [`Cube::parents`].
    pub place: usize,
    /// One entry a dimension. Missing answers are a code of their own, so that the codes add up to the whole.
    pub codes: Vec<Option<u32>>,
    pub count: u64,
    /// Denominator of a share; `None` in every cell of a table of plain counts.
    pub of: Option<u64>,
    /// As in [`Cell::is_secret`] and [`Cell::seen`].
    pub is_secret: bool,
    pub seen: Option<Seen>,
}

/// Cells of every place level and every asked-for combination of dimensions.
#[derive(Debug, Clone, Default)]
pub struct Cube {
    /// The place each place lies in; a parent's cells are its children's sum, plus a rest filed at the parent itself.
    pub parents: Vec<Option<usize>>,
    pub cells: Vec<CubeCell>,
    /// Pairs of cells, by index, that count the same units although their codes differ: "not asked because under five" and "under
    /// five". Hiding one of them alone would hide nothing.
    pub same: Vec<(usize, usize)>,
}

/// [`Shown`] for each of the cube's cells, in order, and the proof.
#[derive(Debug, Clone, PartialEq)]
pub struct Protection {
    pub shown: Vec<Shown>,
    pub proof: Proof,
}

/// Why cells do not make a cube.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CubeError {
    #[error("cell {cell} names place {place}, but there are {places} places")]
    UnknownPlace {
        cell: usize,
        place: usize,
        places: usize,
    },
    #[error("cells {first} and {second} describe the same place and codes")]
    Twice { first: usize, second: usize },
    #[error(
        "place {place}, codes {codes:?}: the parts add up to more than the whole, or there is no whole; a unit may fall under one code of a dimension only, and every total must be given"
    )]
    NotAdditive { place: usize, codes: Vec<Option<u32>> },
    #[error(transparent)]
    Table(#[from] TableError),
}

type Key = (usize, Vec<Option<u32>>);
/// True for each dimension that a combination breaks down by.
type Pattern = Vec<bool>;

impl Cube {
    /// Hides what must be hidden, over all places and combinations together.
    pub fn protect(&self, rule: Rule) -> Result<Protection, CubeError> {
        let table = self.table()?;
        let protected = protect(&table, rule);
        Ok(Protection {
            shown: protected.shown[..self.cells.len()].to_vec(),
            proof: protected.proof,
        })
    }

    /// The linked table: the cube's cells first, in order, then implied cells and rests.
    pub fn table(&self) -> Result<Table, CubeError> {
        let mut builder = Builder::default();
        for (index, cell) in self.cells.iter().enumerate() {
            if cell.place >= self.parents.len() {
                return Err(CubeError::UnknownPlace {
                    cell: index,
                    place: cell.place,
                    places: self.parents.len(),
                });
            }
            if let Some(first) = builder.at.insert((cell.place, cell.codes.clone()), index) {
                return Err(CubeError::Twice { first, second: index });
            }
            builder.cells.push(Cell {
                of: cell.of,
                is_secret: cell.is_secret,
                seen: cell.seen,
                ..Cell::count(cell.count)
            });
        }
        builder.set_worth(&self.parents, &self.cells);
        let family = builder.add_implied();
        builder.relate_dimensions(&family)?;
        builder.relate_places(&self.parents)?;
        builder
            .relations
            .extend(self.same.iter().map(|&(one, other)| Relation {
                total: one,
                parts: vec![other],
            }));
        Ok(Table::new(builder.cells, builder.relations)?)
    }
}

/// How many times dearer a cell is than those it is broken down into, by one more dimension or one more level of places.
const PER_DIMENSION: u32 = 3;
const PER_LEVEL: u32 = 2;

#[derive(Default)]
struct Builder {
    cells: Vec<Cell>,
    relations: Vec<Relation>,
    at: BTreeMap<Key, usize>,
}

impl Builder {
    /// Makes what is less broken down, and what stands higher, dearer to hide: everybody of the regency is what most people came for,
    /// women over sixty with a disability in one village the first to do without.
    fn set_worth(&mut self, parents: &[Option<usize>], cells: &[CubeCell]) {
        let depths: Vec<u32> = (0..parents.len())
            .map(|place| {
                let above = |place: &usize| parents[*place].filter(|parent| *parent < parents.len());
                let line = std::iter::successors(Some(place), above).take(parents.len());
                u32::try_from(line.count()).unwrap_or(u32::MAX)
            })
            .collect();
        let deepest = depths.iter().copied().max().unwrap_or(0);
        let finest = cells.iter().map(|c| n_codes(&c.codes)).max().unwrap_or(0);
        for (cell, at) in cells.iter().zip(&mut self.cells) {
            let dimensions = PER_DIMENSION.saturating_pow(finest - n_codes(&cell.codes));
            let levels = PER_LEVEL.saturating_pow(deepest - depths[cell.place]);
            at.worth = dimensions.saturating_mul(levels).min(1 << 12);
        }
    }

    /// Adds the cells of combinations that nobody asked for but that two asked-for ones share: sex × age and sex × disability
    /// both add up to sex, which ties them together. Returns all combinations.
    fn add_implied(&mut self) -> BTreeSet<Pattern> {
        let asked: BTreeSet<Pattern> = self.at.keys().map(|(_, codes)| pattern(codes)).collect();
        let mut family = asked.clone();
        loop {
            let shared: Vec<Pattern> = family
                .iter()
                .flat_map(|a| {
                    family
                        .iter()
                        .map(move |b| a.iter().zip(b).map(|(a, b)| *a && *b).collect())
                })
                .filter(|p| !family.contains(p))
                .collect();
            if shared.is_empty() {
                break;
            }
            family.extend(shared);
        }
        for implied in family.difference(&asked) {
            let Some(source) = asked
                .iter()
                .filter(|p| within(implied, p))
                .min_by_key(|p| breadth(p))
            else {
                continue;
            };
            let mut sums: BTreeMap<Key, Cell> = BTreeMap::new();
            for ((place, codes), &index) in self.at.iter().filter(|((_, codes), _)| pattern(codes) == *source)
            {
                let cell = self.cells[index];
                let sum = sums.entry((*place, restricted(codes, implied))).or_insert(Cell {
                    of: cell.of.map(|_| 0),
                    seen: Some(Seen {
                        count: 0,
                        of: cell.of.map(|_| 0),
                    }),
                    kind: Kind::Implied,
                    ..Cell::count(0)
                });
                sum.count += cell.count;
                sum.of = sum.of.zip(cell.of).map(|(a, b)| a + b);
                sum.seen = sum.seen.zip(cell.seen).and_then(|(a, b)| a.with(b));
            }
            for (key, cell) in sums {
                self.at.insert(key, self.cells.len());
                self.cells.push(cell);
            }
        }
        family
    }

    /// Each combination adds up to the largest combinations within it.
    fn relate_dimensions(&mut self, family: &BTreeSet<Pattern>) -> Result<(), CubeError> {
        for whole in family {
            let below: Vec<&Pattern> = family
                .iter()
                .filter(|p| *p != whole && within(p, whole))
                .collect();
            let largest = below
                .iter()
                .filter(|p| !below.iter().any(|q| q != *p && within(p, q)));
            for coarser in largest {
                let mut parts: BTreeMap<Key, Vec<usize>> = BTreeMap::new();
                for ((place, codes), &index) in
                    self.at.iter().filter(|((_, codes), _)| pattern(codes) == *whole)
                {
                    parts
                        .entry((*place, restricted(codes, coarser)))
                        .or_default()
                        .push(index);
                }
                for (key, parts) in parts {
                    self.relate(key, parts)?;
                }
            }
        }
        Ok(())
    }

    /// Each place is the sum of the places in it.
    fn relate_places(&mut self, parents: &[Option<usize>]) -> Result<(), CubeError> {
        let mut parts: BTreeMap<Key, Vec<usize>> = BTreeMap::new();
        for ((place, codes), &index) in &self.at {
            if let Some(parent) = parents[*place] {
                parts.entry((parent, codes.clone())).or_default().push(index);
            }
        }
        parts
            .into_iter()
            .try_for_each(|(key, parts)| self.relate(key, parts))
    }

    /// Relates the cell with this key to its parts; what the parts leave over (rows filed at the district itself) becomes
    /// a cell that is implied: subtraction would give it, so it is protected like the others.
    fn relate(&mut self, key: Key, mut parts: Vec<usize>) -> Result<(), CubeError> {
        let broken = |(place, codes): Key| CubeError::NotAdditive { place, codes };
        let Some(&total) = self.at.get(&key) else {
            return Err(broken(key));
        };
        let whole = self.cells[total];
        let count: u64 = parts.iter().map(|&p| self.cells[p].count).sum();
        let of: Option<u64> = parts.iter().map(|&p| self.cells[p].of).sum();
        let rest = whole.count.checked_sub(count);
        let rest_of = whole.of.zip(of).map(|(whole, of)| whole.checked_sub(of));
        let (Some(rest), Some(rest_of)) = (rest, rest_of.map_or(Some(None), |r| r.map(Some))) else {
            return Err(broken(key));
        };
        if rest > 0 || rest_of.is_some_and(|of| of > 0) {
            let seen = parts.iter().try_fold(whole.seen, |left, &part| {
                let left = left.zip(self.cells[part].seen);
                left.and_then(|(left, part)| left.without(part)).map(Some)
            });
            parts.push(self.cells.len());
            self.cells.push(Cell {
                seen: seen.flatten(),
                of: rest_of,
                kind: Kind::Implied,
                ..Cell::count(rest)
            });
        }
        self.relations.push(Relation { total, parts });
        Ok(())
    }
}

fn pattern(codes: &[Option<u32>]) -> Pattern {
    codes.iter().map(Option::is_some).collect()
}

fn within(small: &[bool], large: &[bool]) -> bool {
    small.iter().zip(large).all(|(small, large)| !small || *large)
}

fn n_codes(codes: &[Option<u32>]) -> u32 {
    u32::try_from(codes.iter().flatten().count()).unwrap_or(u32::MAX)
}

fn breadth(pattern: &[bool]) -> usize {
    pattern.iter().filter(|p| **p).count()
}

fn restricted(codes: &[Option<u32>], to: &[bool]) -> Vec<Option<u32>> {
    codes
        .iter()
        .zip(to)
        .map(|(code, keep)| code.filter(|_| *keep))
        .collect()
}
