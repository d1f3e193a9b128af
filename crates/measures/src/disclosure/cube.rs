//! Builds the linked table of one indicator: a place hierarchy × the combinations of dimensions that were asked for.

use super::{
    Care, Cell, Kind, Proof, Protected, Relation, Rule, Seen, Shown, Table, TableError, choice::Elsewhere,
    grid::Grid, protect_beside, protect_with,
};
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
    /// The dimension, if there is one, whose codes are numbers published side by side that are parts of another: young people out of
    /// work and young people who look after a home, of all who are not at school. Cells without a code in it are the whole. Along it
    /// counts add up and denominators do not: all are taken of the same young people.
    pub parts: Option<usize>,
    /// A place whose cells are protected elsewhere, with others that are not here. What is hidden here must stay hidden from somebody who
    /// knows them.
    pub known: Option<usize>,
    /// Places of which some places that lie in them are not here but protected elsewhere. Somebody may know what these add up to.
    pub left_out: Vec<usize>,
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

type Codes = Vec<Option<u32>>;
/// True for each dimension that a combination breaks down by.
type Pattern = Vec<bool>;

impl Cube {
    /// Hides what must be hidden, over all places and combinations together.
    pub fn protect(&self, rule: Rule) -> Result<Protection, CubeError> {
        let table = self.table()?;
        let care = Care::of(&table);
        Ok(self.protected(&table, rule, care))
    }

    /// The same, with as much care as is said.
    pub fn protect_with(&self, rule: Rule, care: Care) -> Result<Protection, CubeError> {
        Ok(self.protected(&self.table()?, rule, care))
    }

    fn protected(&self, table: &Table, rule: Rule, care: Care) -> Protection {
        self.protection(protect_with(table, rule, care))
    }

    /// The same beside cubes that share cells with it; with it the sensitive cells that are left to them, ascending, `None` for one that
    /// is not of the cube but implied by it.
    pub(super) fn protect_beside(
        &self,
        rule: Rule,
        elsewhere: &Elsewhere,
    ) -> Result<(Protection, Vec<Option<usize>>), CubeError> {
        let table = self.table()?;
        let (protected, left) = protect_beside(&table, rule, Care::Quick, elsewhere);
        let own = |cell: usize| (cell < self.cells.len()).then_some(cell);
        Ok((self.protection(protected), left.into_iter().map(own).collect()))
    }

    fn protection(&self, mut protected: Protected) -> Protection {
        protected.shown.truncate(self.cells.len());
        Protection {
            shown: protected.shown,
            proof: protected.proof,
        }
    }

    /// The linked table: the cube's cells first, in order, then implied cells and rests.
    pub fn table(&self) -> Result<Table, CubeError> {
        let mut builder = Builder::of(self)?;
        builder.set_worth();
        builder.add_implied();
        builder.relate_dimensions()?;
        builder.relate_places()?;
        let placed = builder
            .at
            .iter()
            .map(|at| (at.cell, at.place, builder.codes[at.codes].as_slice()));
        let grid = Grid::of(&self.parents, builder.cells.len(), placed);
        let mut relations = builder.relations;
        relations.extend(self.same.iter().map(|&(one, other)| Relation {
            total: one,
            parts: vec![other],
        }));
        Ok(Table::with_relations_of_counts(builder.cells, relations, builder.of_counts)?.in_grid(grid))
    }
}

/// How many times dearer a cell is than those it is broken down into, by one more dimension or one more level of places.
const PER_DIMENSION: u32 = 3;
const PER_LEVEL: u32 = 2;

/// Where a cell stands, and which it is. Sorts by place, then by its codes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct At {
    place: usize,
    /// Index into [`Builder::codes`].
    codes: usize,
    cell: usize,
}

/// Builds the table. Places and codes are numbers here, and cells stand in sorted arrays: a nation has hundreds of thousands of
/// cells and only some hundreds of combinations of codes.
struct Builder<'a> {
    cube: &'a Cube,
    cells: Vec<Cell>,
    relations: Vec<Relation>,
    of_counts: Vec<Relation>,
    /// Combinations of dimensions that were asked for, and those that two of them share.
    asked: BTreeSet<Pattern>,
    family: BTreeSet<Pattern>,
    /// The codes of every cell there is or might be asked for, sorted, each once.
    codes: Vec<Codes>,
    patterns: Vec<Pattern>,
    /// Sorted.
    at: Vec<At>,
    /// Where each place begins in `at`.
    starts: Vec<usize>,
    /// For each place whether it is among [`Cube::left_out`].
    is_left_out: Vec<bool>,
}

impl<'a> Builder<'a> {
    fn of(cube: &'a Cube) -> Result<Self, CubeError> {
        let places = cube.parents.len();
        for (cell, CubeCell { place, .. }) in cube.cells.iter().enumerate() {
            if *place >= places {
                return Err(CubeError::UnknownPlace {
                    cell,
                    place: *place,
                    places,
                });
            }
        }
        let mut distinct: BTreeSet<&[Option<u32>]> = BTreeSet::new();
        for cell in &cube.cells {
            distinct.insert(&cell.codes);
        }
        let asked: BTreeSet<Pattern> = distinct.iter().map(|codes| pattern(codes)).collect();
        let family = closed(&asked);
        let coarser = distinct.iter().flat_map(|codes| {
            let own = pattern(codes);
            let inner = family.iter().filter(move |p| within(p, &own));
            inner.map(move |p| restricted(codes, p))
        });
        let codes: BTreeSet<Codes> = coarser.collect();
        let codes: Vec<Codes> = codes.into_iter().collect();
        let patterns = codes.iter().map(|codes| pattern(codes)).collect();
        let mut builder = Self {
            cube,
            cells: Vec::with_capacity(cube.cells.len()),
            relations: Vec::new(),
            of_counts: Vec::new(),
            asked,
            family,
            codes,
            patterns,
            at: Vec::with_capacity(cube.cells.len()),
            starts: Vec::new(),
            is_left_out: vec![false; places],
        };
        for &place in cube.left_out.iter().filter(|place| **place < places) {
            builder.is_left_out[place] = true;
        }
        for (index, cell) in cube.cells.iter().enumerate() {
            let codes = builder.number_of(&cell.codes);
            builder.at.push(At {
                place: cell.place,
                codes,
                cell: index,
            });
            builder.cells.push(Cell {
                of: cell.of,
                is_secret: cell.is_secret,
                is_known: cube.known == Some(cell.place),
                seen: cell.seen,
                ..Cell::count(cell.count)
            });
        }
        builder.sort();
        let is_same = |pair: &&[At]| (pair[0].place, pair[0].codes) == (pair[1].place, pair[1].codes);
        if let Some(pair) = builder.at.windows(2).find(is_same) {
            return Err(CubeError::Twice {
                first: pair[0].cell,
                second: pair[1].cell,
            });
        }
        Ok(builder)
    }

    /// The number of codes that are listed.
    fn number_of(&self, codes: &[Option<u32>]) -> usize {
        let found = self.codes.binary_search_by(|known| known.as_slice().cmp(codes));
        found.expect("every cell's codes are listed, and what they are part of")
    }

    fn sort(&mut self) {
        self.at.sort_unstable();
        let n_places = self.cube.parents.len();
        self.starts = vec![0; n_places + 1];
        for at in &self.at {
            self.starts[at.place + 1] += 1;
        }
        for place in 0..n_places {
            self.starts[place + 1] += self.starts[place];
        }
    }

    /// The cells of a place, in the order of their codes.
    fn in_place(&self, place: usize) -> &[At] {
        &self.at[self.starts[place]..self.starts[place + 1]]
    }

    fn find(&self, place: usize, codes: usize) -> Option<usize> {
        let cells = self.in_place(place);
        let found = cells.binary_search_by_key(&codes, |at| at.codes).ok()?;
        Some(cells[found].cell)
    }

    /// Makes what is less broken down, and what stands higher, dearer to hide: everybody of the regency is what most people came for,
    /// women over sixty with a disability in one village the first to do without.
    fn set_worth(&mut self) {
        let parents = &self.cube.parents;
        let depths: Vec<u32> = (0..parents.len())
            .map(|place| {
                let above = |place: &usize| parents[*place].filter(|parent| *parent < parents.len());
                let line = std::iter::successors(Some(place), above).take(parents.len());
                u32::try_from(line.count()).unwrap_or(u32::MAX)
            })
            .collect();
        let deepest = depths.iter().copied().max().unwrap_or(0);
        let finest = self.patterns.iter().map(|p| n_dimensions(p)).max().unwrap_or(0);
        for at in &self.at {
            let dimensions = PER_DIMENSION.saturating_pow(finest - n_dimensions(&self.patterns[at.codes]));
            let levels = PER_LEVEL.saturating_pow(deepest - depths[at.place]);
            self.cells[at.cell].worth = dimensions.saturating_mul(levels).min(1 << 12);
        }
    }

    /// Adds the cells of combinations that nobody asked for but that two asked-for ones share: sex × age and sex × disability
    /// both add up to sex, which ties them together.
    fn add_implied(&mut self) {
        let mut implied = Vec::new();
        for pattern in self.family.difference(&self.asked) {
            // A whole is the sum of what it is broken down into, not of its parts, which may leave some out.
            let is_alike = |p: &&Pattern| self.cube.parts.is_none_or(|d| p[d] == pattern[d]);
            let Some(source) = self
                .asked
                .iter()
                .filter(|p| within(pattern, p))
                .filter(is_alike)
                .min_by_key(|p| n_dimensions(p))
            else {
                continue;
            };
            let coarser = self.coarser(source, pattern);
            let mut sums: BTreeMap<(usize, usize), Cell> = BTreeMap::new();
            for at in &self.at {
                let Some(codes) = coarser[at.codes] else {
                    continue;
                };
                let cell = self.cells[at.cell];
                let sum = sums.entry((at.place, codes)).or_insert(Cell {
                    of: cell.of.map(|_| 0),
                    seen: Some(Seen {
                        count: 0,
                        of: cell.of.map(|_| 0),
                    }),
                    kind: Kind::Implied,
                    is_known: cell.is_known,
                    ..Cell::count(0)
                });
                sum.count += cell.count;
                sum.of = sum.of.zip(cell.of).map(|(a, b)| a + b);
                sum.seen = sum.seen.zip(cell.seen).and_then(|(a, b)| a.with(b));
            }
            implied.extend(sums);
        }
        for ((place, codes), cell) in implied {
            let at = At {
                place,
                codes,
                cell: self.cells.len(),
            };
            self.at.push(at);
            self.cells.push(cell);
        }
        self.sort();
    }

    /// For each of the codes that break down by just these dimensions, the number of what is left of them under fewer.
    fn coarser(&self, from: &[bool], to: &[bool]) -> Vec<Option<usize>> {
        let left = |(codes, own): (&Codes, &Pattern)| {
            (own.as_slice() == from).then(|| self.number_of(&restricted(codes, to)))
        };
        self.codes.iter().zip(&self.patterns).map(left).collect()
    }

    /// Each combination adds up to the largest combinations within it.
    fn relate_dimensions(&mut self) -> Result<(), CubeError> {
        let family: Vec<Pattern> = self.family.iter().cloned().collect();
        for whole in &family {
            let below: Vec<&Pattern> = family
                .iter()
                .filter(|p| *p != whole && within(p, whole))
                .collect();
            let largest = below
                .iter()
                .filter(|p| !below.iter().any(|q| q != *p && within(p, q)));
            for coarser in largest {
                let adds_up = match self.cube.parts {
                    Some(d) if whole[d] && !coarser[d] => AddsUp::InCounts,
                    _ => AddsUp::InFull,
                };
                let coarser = self.coarser(whole, coarser);
                for place in 0..self.cube.parents.len() {
                    let mut parts: Vec<(usize, usize)> = self
                        .in_place(place)
                        .iter()
                        .filter_map(|at| Some((coarser[at.codes]?, at.cell)))
                        .collect();
                    parts.sort_by_key(|(codes, _)| *codes);
                    for group in parts.chunk_by(|(one, _), (other, _)| one == other) {
                        let cells = group.iter().map(|(_, cell)| *cell).collect();
                        self.relate(place, group[0].0, cells, adds_up)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Each place is the sum of the places in it.
    fn relate_places(&mut self) -> Result<(), CubeError> {
        let above = |at: &At| {
            let parent = self.cube.parents[at.place]?;
            Some((parent, at.codes, at.cell))
        };
        let mut parts: Vec<(usize, usize, usize)> = self.at.iter().filter_map(above).collect();
        // Stable: the places in a place keep their order.
        parts.sort_by_key(|(parent, codes, _)| (*parent, *codes));
        // What has none of its parts here has them elsewhere, and cannot move without them.
        for at in self.at.iter().filter(|at| self.is_left_out[at.place]) {
            let is_here =
                parts.binary_search_by_key(&(at.place, at.codes), |(parent, codes, _)| (*parent, *codes));
            self.cells[at.cell].is_known |= is_here.is_err();
        }
        for group in parts.chunk_by(|one, other| (one.0, one.1) == (other.0, other.1)) {
            let cells = group.iter().map(|(_, _, cell)| *cell).collect();
            self.relate(group[0].0, group[0].1, cells, AddsUp::InFull)?;
        }
        Ok(())
    }

    /// Relates the cell of a place and codes to its parts; what the parts leave over (rows filed at the district itself) becomes
    /// a cell that is implied: subtraction would give it, so it is protected like the others.
    fn relate(
        &mut self,
        place: usize,
        codes: usize,
        mut parts: Vec<usize>,
        adds_up: AddsUp,
    ) -> Result<(), CubeError> {
        let count: u64 = parts.iter().map(|&p| self.cells[p].count).sum();
        let broken = || CubeError::NotAdditive {
            place,
            codes: self.codes[codes].clone(),
        };
        let Some(total) = self.find(place, codes) else {
            // Nobody was asked who could belong to the whole, and nobody belongs to a part.
            return match (adds_up, count) {
                (AddsUp::InCounts, 0) => Ok(()),
                _ => Err(broken()),
            };
        };
        let whole = self.cells[total];
        let Some(rest) = whole.count.checked_sub(count) else {
            return Err(broken());
        };
        let of: Option<u64> = match adds_up {
            AddsUp::InFull => parts.iter().map(|&p| self.cells[p].of).sum(),
            AddsUp::InCounts => None,
        };
        let rest_of = match (adds_up, whole.of.zip(of)) {
            (AddsUp::InCounts, _) => whole.of,
            (AddsUp::InFull, None) => None,
            (AddsUp::InFull, Some((whole, of))) => match whole.checked_sub(of) {
                None => return Err(broken()),
                rest => rest,
            },
        };
        if rest > 0 || adds_up == AddsUp::InFull && rest_of.is_some_and(|of| of > 0) {
            let seen = parts.iter().try_fold(whole.seen, |left, &part| {
                let left = left.zip(self.cells[part].seen);
                left.and_then(|(left, part)| match adds_up {
                    AddsUp::InFull => left.without(part),
                    AddsUp::InCounts => left.without_count(part),
                })
                .map(Some)
            });
            parts.push(self.cells.len());
            self.cells.push(Cell {
                seen: seen.flatten(),
                of: rest_of,
                kind: Kind::Implied,
                is_known: self.is_left_out[place],
                ..Cell::count(rest)
            });
        }
        let relation = Relation { total, parts };
        match adds_up {
            AddsUp::InFull => self.relations.push(relation),
            AddsUp::InCounts => self.of_counts.push(relation),
        }
        Ok(())
    }
}

/// What of a whole is the sum of its parts'.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum AddsUp {
    /// Counts and denominators.
    InFull,
    InCounts,
}

/// The combinations with all that any two of them share.
fn closed(asked: &BTreeSet<Pattern>) -> BTreeSet<Pattern> {
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
            return family;
        }
        family.extend(shared);
    }
}

fn pattern(codes: &[Option<u32>]) -> Pattern {
    codes.iter().map(Option::is_some).collect()
}

fn within(small: &[bool], large: &[bool]) -> bool {
    small.iter().zip(large).all(|(small, large)| !small || *large)
}

fn n_dimensions(pattern: &[bool]) -> u32 {
    u32::try_from(pattern.iter().filter(|p| **p).count()).unwrap_or(u32::MAX)
}

fn restricted(codes: &[Option<u32>], to: &[bool]) -> Codes {
    codes
        .iter()
        .zip(to)
        .map(|(code, keep)| code.filter(|_| *keep))
        .collect()
}
