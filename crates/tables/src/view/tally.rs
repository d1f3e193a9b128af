//! Groups of a question in SQL, from the columns kept in memory.
//!
//! What an expression gives that looks at one column is worked out once for each different value, in batches of the size that SQL of
//! anybody is answered in. Whatever cannot be told from the kept columns is told as nothing: the query engine answers it then.

use std::sync::Arc;

use arrow::{
    array::{
        Array, ArrayRef, ArrowPrimitiveType, AsArray, Float64Array, Int64Array, RecordBatch, UInt32Array,
        new_null_array,
    },
    compute::{cast, take},
    datatypes::{DataType, Float64Type, Int64Type, SchemaRef},
    error::ArrowError,
};
use datafusion::{execution::memory_pool::MemoryReservation, physical_plan::PhysicalExpr};

use super::column::{Coded, each};
use crate::{
    lake::Lake,
    query::{ROWS_OF_A_BATCH, TableVersion},
};

/// Rows worked on at a time.
const BLOCK: usize = 8 * 1024;
/// Combinations of values that are counted side by side, whether rows have them or not; more of them are left to the query engine, and
/// so are those of which most would be empty.
const MOST_CELLS: usize = 1 << 20;
const MOST_CELLS_OF_A_ROW: usize = 4;
const FEW_CELLS: usize = 1 << 12;
/// Bytes of a text that may stand in each row of a batch; what tells groups apart by longer ones is left to the query engine, which counts
/// them.
const LONGEST_TEXT: usize = 16 << 10;

/// What is grouped and added up.
pub struct Tally {
    /// The columns that are looked at, by name.
    pub columns: Vec<String>,
    /// Columns to group by, as places in `columns`.
    pub by: Vec<usize>,
    /// The conditions that `filter` is made of.
    pub conditions: Vec<OfOne>,
    pub filter: Option<Passing>,
    pub asked: Vec<Asked>,
}

/// An expression over one column.
pub struct OfOne {
    /// The place of the column in the tally's.
    pub column: usize,
    pub expr: Arc<dyn PhysicalExpr>,
    /// The column alone, in the type that the expression takes.
    pub schema: SchemaRef,
}

/// Which rows are counted: those for which a condition is true, not only unknown.
pub enum Passing {
    All(Vec<Passing>),
    Any(Vec<Passing>),
    /// A place in the tally's conditions.
    Of(usize),
}

/// What is found of each group.
pub enum Asked {
    /// How many rows it has.
    Rows,
    /// How many of them have a value.
    Filled(OfOne),
    /// Whole numbers go round at the end of 64 bits, as the query engine's do.
    Sum(OfOne),
    /// The mean of decimals.
    Mean(OfOne),
    /// The least value of a column, by its place in the tally's.
    Least(usize),
    Most(usize),
}

/// All groups: first what they are grouped by, then what was asked, in the order of the tally.
pub struct Tallied {
    pub parts: Vec<Part>,
    /// How many groups there are.
    pub n: usize,
}

/// One column of the groups.
pub enum Part {
    Numbers(ArrayRef),
    /// Values of a column, each once, and which of them each group has.
    Values(Arc<Coded>, UInt32Array),
}

impl Part {
    /// What some of the groups have, in a plain type.
    pub fn slice(&self, first: usize, n: usize) -> Result<ArrayRef, ArrowError> {
        match self {
            Part::Numbers(numbers) => Ok(numbers.slice(first, n)),
            Part::Values(coded, places) => take(&coded.values, &places.slice(first, n), None),
        }
    }
}

impl Tally {
    /// Counts the groups of a version of a table; nothing where its columns are not kept, or do not tell.
    ///
    /// What is held while it counts is told to `account`; where there is no room for it, there is no answer either.
    pub async fn answer(
        &self,
        lake: &Lake,
        of: &TableVersion,
        account: &MemoryReservation,
    ) -> Option<Tallied> {
        let table = lake.hot().table(lake, of).await.ok()?;
        let places = self.columns.iter().map(|name| table.position(name));
        let places: Vec<usize> = places.collect::<Option<_>>()?;
        let columns = table.coded_if_room(lake, &places).await.ok()??;
        let n_rows = table.n_rows();
        let is_whole = |coded: &Arc<Coded>| !coded.has_lost_signs && coded.n_rows() == n_rows;
        let is_narrow = |at: usize| columns[at].longest <= LONGEST_TEXT;
        if !columns.iter().all(is_whole) || !self.shown().all(is_narrow) {
            return None;
        }
        let n_cells = self
            .by
            .iter()
            .try_fold(1_usize, |n_cells, at| n_cells.checked_mul(columns[*at].n_codes()));
        let most = (n_rows * MOST_CELLS_OF_A_ROW).clamp(FEW_CELLS, MOST_CELLS);
        let n_cells = n_cells.filter(|n_cells| *n_cells <= most)?;
        account.try_grow(self.n_bytes(&columns, n_cells)).ok()?;
        let mut groups = Groups::new(self, &columns, n_cells).await?;
        for first in (0..n_rows).step_by(BLOCK) {
            groups.add(first, BLOCK.min(n_rows - first));
            tokio::task::consume_budget().await;
        }
        Some(groups.found())
    }

    /// The columns whose values stand in the answer.
    fn shown(&self) -> impl Iterator<Item = usize> + '_ {
        let ends = self.asked.iter().filter_map(|asked| match asked {
            Asked::Least(column) | Asked::Most(column) => Some(*column),
            _ => None,
        });
        self.by.iter().copied().chain(ends)
    }

    /// The bytes of tables by code, and of numbers by cell with their copies in the answer.
    fn n_bytes(&self, columns: &[Arc<Coded>], n_cells: usize) -> usize {
        let of_codes = |one: &OfOne, each: usize| columns[one.column].n_codes() * each;
        let conditions = self.conditions.iter().map(|one| of_codes(one, 1));
        let asked = self.asked.iter().map(|asked| match asked {
            Asked::Filled(one) => of_codes(one, 1),
            Asked::Sum(one) | Asked::Mean(one) => of_codes(one, 9),
            Asked::Rows | Asked::Least(_) | Asked::Most(_) => 0,
        });
        let n_numbers = 2 + self.by.len() + 3 * self.asked.len();
        conditions.chain(asked).sum::<usize>() + n_cells * n_numbers * 8
    }
}

impl OfOne {
    /// Shows what the expression is of nothing and then of each value, in the order of their codes.
    ///
    /// It may fail for a value that only rows have which another condition leaves out: then there is no answer here.
    async fn each(&self, coded: &Coded, mut see: impl FnMut(&ArrayRef) -> Option<()>) -> Option<()> {
        let wanted = self.schema.fields().first()?.data_type();
        see(&self.of(new_null_array(wanted, 1))?)?;
        let n_values = coded.values.len();
        for first in (0..n_values).step_by(ROWS_OF_A_BATCH) {
            let values = coded.values.slice(first, ROWS_OF_A_BATCH.min(n_values - first));
            see(&self.of(cast(&values, wanted).ok()?)?)?;
            tokio::task::consume_budget().await;
        }
        Some(())
    }

    fn of(&self, values: ArrayRef) -> Option<ArrayRef> {
        let rows = RecordBatch::try_new(self.schema.clone(), vec![values]).ok()?;
        let found = self.expr.evaluate(&rows).ok()?;
        found.into_array(rows.num_rows()).ok()
    }

    /// For each code whether the expression is true.
    async fn truths(&self, coded: &Coded) -> Option<Vec<bool>> {
        let mut truths = Vec::with_capacity(coded.n_codes());
        let done = self.each(coded, |array| {
            let array = array.as_boolean_opt()?;
            truths.extend(array.iter().map(|holds| holds == Some(true)));
            Some(())
        });
        done.await?;
        Some(truths)
    }

    /// For each code whether the expression has a value.
    async fn filled(&self, coded: &Coded) -> Option<Vec<bool>> {
        let mut filled = Vec::with_capacity(coded.n_codes());
        let done = self.each(coded, |array| {
            let nulls = array.logical_nulls();
            let is_filled = |at| nulls.as_ref().is_none_or(|nulls| nulls.is_valid(at));
            filled.extend((0..array.len()).map(is_filled));
            Some(())
        });
        done.await?;
        Some(filled)
    }

    /// For each code the number that the expression is.
    async fn numbers<T: ArrowPrimitiveType>(&self, coded: &Coded) -> Option<Numbers<T::Native>> {
        let mut values = Vec::with_capacity(coded.n_codes());
        let mut is_known = Vec::with_capacity(coded.n_codes());
        let done = self.each(coded, |array| {
            let array = array.as_primitive_opt::<T>()?;
            values.extend(array.iter().map(Option::unwrap_or_default));
            is_known.extend((0..array.len()).map(|at| array.is_valid(at)));
            Some(())
        });
        done.await?;
        Some(Numbers { values, is_known })
    }
}

/// Numbers by code; 0 where there is none.
struct Numbers<N> {
    values: Vec<N>,
    is_known: Vec<bool>,
}

/// A condition: whether it is true, by the code of its column.
struct Leaf {
    coded: Arc<Coded>,
    truths: Vec<bool>,
}

impl Passing {
    /// Which of `n` rows pass.
    fn of_rows(&self, leaves: &[Leaf], first: usize, n: usize) -> Vec<bool> {
        match self {
            Passing::Of(at) => {
                let leaf = &leaves[*at];
                each!(&leaf.coded.codes, codes => {
                    let codes = codes[first..first + n].iter();
                    codes.map(|code| leaf.truths[*code as usize]).collect()
                })
            }
            Passing::All(parts) => parts.iter().fold(vec![true; n], |mut all, part| {
                for (all, holds) in all.iter_mut().zip(part.of_rows(leaves, first, n)) {
                    *all &= holds;
                }
                all
            }),
            Passing::Any(parts) => parts.iter().fold(vec![false; n], |mut any, part| {
                for (any, holds) in any.iter_mut().zip(part.of_rows(leaves, first, n)) {
                    *any |= holds;
                }
                any
            }),
        }
    }
}

/// The rows that pass, counted from the first.
fn kept(passes: &[bool]) -> Vec<u32> {
    let mut rows = vec![0_u32; passes.len()];
    let mut n = 0;
    for (row, passes) in (0_u32..).zip(passes) {
        rows[n] = row;
        n += usize::from(*passes);
    }
    rows.truncate(n);
    rows
}

/// Writes the codes of rows into `found`: of all of them, or of those that are kept.
fn spread<C: Copy + Into<u32>>(codes: &[C], kept: Option<&[u32]>, found: &mut Vec<u32>) {
    found.clear();
    match kept {
        None => found.extend(codes.iter().map(|code| -> u32 { (*code).into() })),
        Some(kept) => found.extend(kept.iter().map(|row| -> u32 { codes[*row as usize].into() })),
    }
}

/// Groups in the making; a cell is a combination of codes.
struct Groups<'a> {
    tally: &'a Tally,
    columns: &'a [Arc<Coded>],
    leaves: Vec<Leaf>,
    lanes: Vec<Lane>,
    /// How many rows each cell has.
    counts: Vec<i64>,
    /// Of the block in hand.
    cells: Vec<u32>,
    codes: Vec<u32>,
}

/// What is added up by cell.
enum Lane {
    Rows,
    Filled {
        column: usize,
        is_filled: Vec<bool>,
        counts: Vec<i64>,
    },
    Integers {
        column: usize,
        of: Numbers<i64>,
        sums: Vec<i64>,
        counts: Vec<i64>,
    },
    Decimals {
        column: usize,
        of: Numbers<f64>,
        sums: Vec<f64>,
        counts: Vec<i64>,
        is_mean: bool,
    },
    /// Codes are in the order of their values; 0 stands for none yet.
    End {
        column: usize,
        is_most: bool,
        codes: Vec<u32>,
    },
}

impl<'a> Groups<'a> {
    async fn new(tally: &'a Tally, columns: &'a [Arc<Coded>], n_cells: usize) -> Option<Groups<'a>> {
        let mut leaves = Vec::with_capacity(tally.conditions.len());
        for condition in &tally.conditions {
            let coded = columns[condition.column].clone();
            let truths = condition.truths(&coded).await?;
            leaves.push(Leaf { coded, truths });
        }
        let mut lanes = Vec::with_capacity(tally.asked.len());
        for asked in &tally.asked {
            lanes.push(Lane::new(asked, columns, n_cells).await?);
        }
        Some(Groups {
            tally,
            columns,
            leaves,
            lanes,
            counts: vec![0; n_cells],
            cells: Vec::with_capacity(BLOCK),
            codes: Vec::with_capacity(BLOCK),
        })
    }

    /// Adds `n` rows.
    fn add(&mut self, first: usize, n: usize) {
        let filter = self.tally.filter.as_ref();
        let kept = filter.map(|filter| kept(&filter.of_rows(&self.leaves, first, n)));
        let kept = kept.as_deref();
        self.cells.clear();
        self.cells.resize(kept.map_or(n, <[u32]>::len), 0);
        for at in &self.tally.by {
            let coded = &self.columns[*at];
            let n_codes = u32::try_from(coded.n_codes()).unwrap_or(u32::MAX);
            each!(&coded.codes, codes => spread(&codes[first..first + n], kept, &mut self.codes));
            for (cell, code) in self.cells.iter_mut().zip(&self.codes) {
                *cell = *cell * n_codes + code;
            }
        }
        for cell in &self.cells {
            self.counts[*cell as usize] += 1;
        }
        for lane in &mut self.lanes {
            let Some(column) = lane.column() else { continue };
            let coded = &self.columns[column];
            each!(&coded.codes, codes => spread(&codes[first..first + n], kept, &mut self.codes));
            lane.add(&self.cells, &self.codes);
        }
    }

    fn found(self) -> Tallied {
        // Without anything to group by there is one group, of no rows too.
        let is_one = self.tally.by.is_empty();
        let cells = self.counts.iter().enumerate();
        let cells: Vec<usize> = cells
            .filter(|(_, count)| is_one || **count > 0)
            .map(|(cell, _)| cell)
            .collect();
        let mut parts = Vec::with_capacity(self.tally.by.len() + self.lanes.len());
        let mut rest = cells.clone();
        for at in self.tally.by.iter().rev() {
            let coded = &self.columns[*at];
            let n_codes = coded.n_codes();
            let places = rest.iter_mut().map(|rest| {
                let code = *rest % n_codes;
                *rest /= n_codes;
                place(code as u32)
            });
            let places: UInt32Array = places.collect();
            parts.push(Part::Values(coded.clone(), places));
        }
        parts.reverse();
        for lane in self.lanes {
            parts.push(lane.part(&cells, &self.counts, self.columns));
        }
        Tallied {
            parts,
            n: cells.len(),
        }
    }
}

/// The place of a code's value among a column's values.
fn place(code: u32) -> Option<u32> {
    code.checked_sub(1)
}

impl Lane {
    async fn new(asked: &Asked, columns: &[Arc<Coded>], n_cells: usize) -> Option<Lane> {
        Some(match asked {
            Asked::Rows => Lane::Rows,
            Asked::Filled(one) => Lane::Filled {
                column: one.column,
                is_filled: one.filled(&columns[one.column]).await?,
                counts: vec![0; n_cells],
            },
            Asked::Sum(one) if one.expr.data_type(&one.schema).ok()? == DataType::Int64 => Lane::Integers {
                column: one.column,
                of: one.numbers::<Int64Type>(&columns[one.column]).await?,
                sums: vec![0; n_cells],
                counts: vec![0; n_cells],
            },
            Asked::Sum(one) | Asked::Mean(one) => Lane::Decimals {
                column: one.column,
                of: one.numbers::<Float64Type>(&columns[one.column]).await?,
                sums: vec![0.0; n_cells],
                counts: vec![0; n_cells],
                is_mean: matches!(asked, Asked::Mean(_)),
            },
            Asked::Least(column) | Asked::Most(column) => Lane::End {
                column: *column,
                is_most: matches!(asked, Asked::Most(_)),
                codes: vec![0; n_cells],
            },
        })
    }

    fn column(&self) -> Option<usize> {
        match self {
            Lane::Rows => None,
            Lane::Filled { column, .. }
            | Lane::Integers { column, .. }
            | Lane::Decimals { column, .. }
            | Lane::End { column, .. } => Some(*column),
        }
    }

    /// Adds rows by their cells and the codes of the lane's column.
    fn add(&mut self, cells: &[u32], row_codes: &[u32]) {
        let rows = cells.iter().zip(row_codes);
        let rows = rows.map(|(cell, code)| (*cell as usize, *code as usize));
        match self {
            Lane::Rows => {}
            Lane::Filled {
                is_filled, counts, ..
            } => rows.for_each(|(cell, code)| counts[cell] += i64::from(is_filled[code])),
            Lane::Integers { of, sums, counts, .. } => rows.for_each(|(cell, code)| {
                sums[cell] = sums[cell].wrapping_add(of.values[code]);
                counts[cell] += i64::from(of.is_known[code]);
            }),
            Lane::Decimals { of, sums, counts, .. } => rows.for_each(|(cell, code)| {
                sums[cell] += of.values[code];
                counts[cell] += i64::from(of.is_known[code]);
            }),
            Lane::End { is_most, codes, .. } => {
                rows.filter(|(_, code)| *code > 0).for_each(|(cell, code)| {
                    let (known, code) = (codes[cell], code as u32);
                    if known == 0 || (code > known) == *is_most {
                        codes[cell] = code;
                    }
                });
            }
        }
    }

    /// What was found of some cells.
    fn part(self, cells: &[usize], rows: &[i64], columns: &[Arc<Coded>]) -> Part {
        let counted = |counts: &[i64]| {
            let counts = cells.iter().map(|cell| counts[*cell]);
            Part::Numbers(Arc::new(Int64Array::from_iter_values(counts)))
        };
        match self {
            Lane::Rows => counted(rows),
            Lane::Filled { counts, .. } => counted(&counts),
            Lane::Integers { sums, counts, .. } => {
                let sums = cells.iter().map(|cell| (counts[*cell] > 0).then(|| sums[*cell]));
                Part::Numbers(Arc::new(sums.collect::<Int64Array>()))
            }
            Lane::Decimals {
                sums,
                counts,
                is_mean,
                ..
            } => {
                let numbers = cells.iter().map(|cell| {
                    let (sum, count) = (sums[*cell], counts[*cell]);
                    let number = if is_mean { sum / count as f64 } else { sum };
                    (count > 0).then_some(number)
                });
                Part::Numbers(Arc::new(numbers.collect::<Float64Array>()))
            }
            Lane::End { column, codes, .. } => {
                let places = cells.iter().map(|cell| place(codes[*cell]));
                Part::Values(columns[column].clone(), places.collect())
            }
        }
    }
}
