//! What one thread finds in the rows that it reads.

use arrow::{
    array::{Array, BooleanArray, RecordBatch},
    buffer::{BooleanBuffer, Buffer},
    compute::filter_record_batch,
};

use super::{
    answer::Interner,
    bits::{Condition, Counts, Word, turn},
    cells::Cells,
    codes::ColumnCodes,
    plan::{LEAVES_OF_A_PLANE, Numbers, Plan, Shape, Sheaf, Slot},
    star::too_much,
    work::{Way, batch_of, decimals, evaluate, evaluate_condition, integers},
};
use crate::{
    error::{Doing, Result},
    plain,
    query::Limits,
    value::Value,
};

/// Rows of a block; a bit for each.
const BLOCK: usize = 64;

pub struct Worker {
    columns: Vec<Option<ColumnCodes>>,
    /// The codes of the batch in hand, by column.
    column_codes: Vec<Vec<u32>>,
    dimensions: Vec<DimensionCodes>,
    /// For each sheaf the bits of its conditions by the column's code.
    tables: Vec<Vec<u64>>,
    /// The conditions over the batch in hand: `block × leaves`.
    words: Vec<Word>,
    shapes: Vec<Grouped>,
    /// What it may hold, in bytes.
    most_bytes: usize,
    limits: Limits,
}

/// What a worker found: dimensions and shapes as the plan has them.
pub struct Found {
    /// The values behind the codes of each dimension.
    pub values: Vec<Vec<Value>>,
    pub shapes: Vec<FoundGroups>,
}

/// Groups in the order they were met in.
pub struct FoundGroups {
    /// `codes[dimension of the shape][group]`.
    pub codes: Vec<Vec<u32>>,
    pub n: usize,
    /// By lane and group, as all else.
    pub counts: Vec<Vec<u32>>,
    pub integers: Vec<Vec<i64>>,
    /// The decimals of each strand; groups met later are not in it.
    pub strands: Vec<(usize, Vec<Vec<f64>>)>,
}

#[derive(Default)]
struct DimensionCodes {
    interner: Interner,
    /// The dimension's code for each code of its column.
    of_column: Vec<u32>,
    /// The codes of the batch in hand.
    rows: Vec<u32>,
}

/// The groups of a shape.
struct Grouped {
    cells: Cells,
    groups: Vec<u32>,
    counts: Vec<Counts>,
    integers: Vec<Vec<i64>>,
    /// Of the strand in hand.
    decimals: Vec<Vec<f64>>,
    strands: Vec<(usize, Vec<Vec<f64>>)>,
}

impl Worker {
    pub fn new(plan: &Plan, most_bytes: usize, limits: Limits) -> Worker {
        let coded = plan.schema.fields().iter().zip(&plan.coded);
        Worker {
            columns: coded
                .map(|(field, is_coded)| match is_coded {
                    true => ColumnCodes::new(field.data_type()),
                    false => None,
                })
                .collect(),
            column_codes: vec![Vec::new(); plan.schema.fields().len()],
            dimensions: plan
                .dimensions
                .iter()
                .map(|_| DimensionCodes::default())
                .collect(),
            tables: vec![Vec::new(); plan.sheaves.len()],
            words: Vec::new(),
            shapes: plan.shapes.iter().map(Grouped::new).collect(),
            most_bytes,
            limits,
        }
    }

    /// Takes in a batch of joined rows.
    pub fn add(&mut self, plan: &Plan, rows: &RecordBatch) -> Result<()> {
        let n_rows = rows.num_rows();
        if n_rows == 0 {
            return Ok(());
        }
        for (at, codes) in self.columns.iter_mut().enumerate() {
            if let Some(codes) = codes {
                codes.encode(rows.column(at), &mut self.column_codes[at]);
            }
        }
        for at in 0..plan.dimensions.len() {
            self.dimension(plan, at, rows)?;
        }
        self.conditions(plan, rows)?;
        let n_leaves = plan.leaves.len();
        let mut n_bytes = 0;
        for (shape, grouped) in plan.shapes.iter().zip(&mut self.shapes) {
            let dimensions = shape.dimensions.iter().map(|at| &self.dimensions[*at]);
            let codes: Vec<&[u32]> = dimensions.clone().map(|codes| codes.rows.as_slice()).collect();
            let n_codes: Vec<usize> = dimensions.map(|codes| codes.interner.values.len()).collect();
            grouped.cells.find(&codes, &n_codes, n_rows, &mut grouped.groups);
            grouped.count(shape, &self.words, n_leaves);
            for numbers in &shape.numbers {
                grouped.add_up(numbers, &self.words, n_leaves, rows)?;
            }
            n_bytes += grouped.n_bytes();
        }
        if n_bytes > self.most_bytes {
            return Err(too_much(&self.limits));
        }
        Ok(())
    }

    /// Ends a part of the rows whose decimals are added up on their own.
    pub fn end_strand(&mut self, strand: usize) {
        for grouped in &mut self.shapes {
            if grouped.decimals.is_empty() {
                continue;
            }
            let next = vec![Vec::new(); grouped.decimals.len()];
            let done = std::mem::replace(&mut grouped.decimals, next);
            grouped.strands.push((strand, done));
        }
    }

    pub fn found(self) -> Found {
        let values = self.dimensions.into_iter().map(|codes| codes.interner.values);
        Found {
            values: values.collect(),
            shapes: self.shapes.into_iter().map(Grouped::found).collect(),
        }
    }

    /// Finds the batch's codes in a dimension.
    fn dimension(&mut self, plan: &Plan, at: usize, rows: &RecordBatch) -> Result<()> {
        let worked = &plan.dimensions[at];
        let dimension = &mut self.dimensions[at];
        dimension.rows.clear();
        match worked.way {
            Way::ByValue(column) => {
                if let Some(codes) = &self.columns[column] {
                    let known = dimension.of_column.len();
                    if known < codes.len() {
                        let values = batch_of(&plan.schema, column, &codes.values_from(known))?;
                        let array = evaluate(&worked.expr, &values)?;
                        for row in 0..array.len() {
                            let code = dimension.interner.code(plain::value(&array, row));
                            dimension.of_column.push(code);
                        }
                    }
                }
                let codes = self.column_codes[column].iter();
                dimension
                    .rows
                    .extend(codes.map(|code| dimension.of_column[*code as usize]));
            }
            Way::Constant => {
                let array = evaluate(&worked.expr, &rows.slice(0, 1))?;
                let code = dimension.interner.code(plain::value(&array, 0));
                dimension.rows.resize(rows.num_rows(), code);
            }
            Way::ByRow => {
                let array = evaluate(&worked.expr, rows)?;
                let mut last: Option<(Value, u32)> = None;
                for row in 0..array.len() {
                    let value = plain::value(&array, row);
                    let code = match &last {
                        Some((known, code)) if *known == value => *code,
                        _ => {
                            let code = dimension.interner.code(value.clone());
                            last = Some((value, code));
                            code
                        }
                    };
                    dimension.rows.push(code);
                }
            }
        }
        Ok(())
    }

    /// Works out every condition over the batch.
    fn conditions(&mut self, plan: &Plan, rows: &RecordBatch) -> Result<()> {
        let n_leaves = plan.leaves.len();
        let n_blocks = rows.num_rows().div_ceil(BLOCK);
        self.words.clear();
        self.words.resize(n_blocks * n_leaves, Word::default());
        for (at, leaf) in plan.leaves.iter().enumerate() {
            if matches!(leaf.way, Way::ByValue(_)) {
                continue;
            }
            let array = evaluate_condition(&leaf.expr, rows)?;
            let mine = self.words.iter_mut().skip(at).step_by(n_leaves);
            for (word, yes) in mine.zip(array.values().bit_chunks().iter_padded()) {
                word.yes = yes;
            }
            if let Some(nulls) = array.nulls() {
                let mine = self.words.iter_mut().skip(at).step_by(n_leaves);
                for (word, is_known) in mine.zip(nulls.inner().bit_chunks().iter_padded()) {
                    word.yes &= is_known;
                    word.unknown = !is_known;
                }
            }
        }
        for (sheaf, table) in plan.sheaves.iter().zip(&mut self.tables) {
            if let Some(codes) = &self.columns[sheaf.column] {
                work_out(plan, sheaf, codes, table)?;
            }
        }
        for plane in 0..n_leaves.div_ceil(LEAVES_OF_A_PLANE) {
            let sheaves: Vec<(&Sheaf, &[u64])> = plan
                .sheaves
                .iter()
                .zip(&self.tables)
                .filter(|(sheaf, _)| sheaf.plane == plane)
                .map(|(sheaf, table)| (sheaf, table.as_slice()))
                .collect();
            if sheaves.is_empty() {
                continue;
            }
            for (block, words) in self.words.chunks_mut(n_leaves).enumerate() {
                let mut bits = [0; BLOCK];
                for (sheaf, table) in &sheaves {
                    let codes = self.column_codes[sheaf.column][block * BLOCK..].iter();
                    for (bits, code) in bits.iter_mut().zip(codes) {
                        *bits |= table[*code as usize];
                    }
                }
                turn(&mut bits);
                for leaf in sheaves.iter().flat_map(|(sheaf, _)| &sheaf.leaves) {
                    let first = first_bit(*leaf);
                    words[*leaf] = Word {
                        yes: bits[first],
                        unknown: bits[first + 1],
                    };
                }
            }
        }
        Ok(())
    }
}

/// The bit that says where a condition holds; the next one says where it is unknown.
fn first_bit(leaf: usize) -> usize {
    leaf % LEAVES_OF_A_PLANE * 2
}

/// Works out a sheaf's conditions for the codes that are new.
fn work_out(plan: &Plan, sheaf: &Sheaf, codes: &ColumnCodes, table: &mut Vec<u64>) -> Result<()> {
    let known = table.len();
    if known >= codes.len() {
        return Ok(());
    }
    let values = batch_of(&plan.schema, sheaf.column, &codes.values_from(known))?;
    table.resize(codes.len(), 0);
    for leaf in &sheaf.leaves {
        let array = evaluate_condition(&plan.leaves[*leaf].expr, &values)?;
        let first = first_bit(*leaf);
        for (bits, holds) in table[known..].iter_mut().zip(array.iter()) {
            match holds {
                Some(true) => *bits |= 1 << first,
                Some(false) => {}
                None => *bits |= 1 << (first + 1),
            }
        }
    }
    Ok(())
}

impl Grouped {
    fn new(shape: &Shape) -> Grouped {
        Grouped {
            cells: Cells::new(shape.dimensions.len()),
            groups: Vec::new(),
            counts: shape
                .lanes
                .chunks(BLOCK)
                .map(|lanes| Counts::new(lanes.len()))
                .collect(),
            integers: vec![Vec::new(); shape.n_integers],
            decimals: vec![Vec::new(); shape.n_decimals],
            strands: Vec::new(),
        }
    }

    fn count(&mut self, shape: &Shape, words: &[Word], n_leaves: usize) {
        let n_groups = self.cells.len();
        for (lanes, counts) in shape.lanes.chunks(BLOCK).zip(&mut self.counts) {
            counts.resize(n_groups);
            for (block, groups) in self.groups.chunks(BLOCK).enumerate() {
                let leaves = &words[block * n_leaves..(block + 1) * n_leaves];
                let mut rows = [0; BLOCK];
                for (bits, lane) in rows.iter_mut().zip(lanes) {
                    *bits = lane.word(leaves).yes;
                }
                turn(&mut rows);
                for (group, holds) in groups.iter().zip(rows) {
                    counts.add(*group as usize, holds);
                }
            }
        }
    }

    /// Adds up the numbers of the rows that a filter lets through.
    fn add_up(
        &mut self,
        numbers: &Numbers,
        words: &[Word],
        n_leaves: usize,
        rows: &RecordBatch,
    ) -> Result<()> {
        let n_groups = self.cells.len();
        let passing;
        let (rows, groups) = match &numbers.filter {
            Condition::Always(Some(true)) => (rows, &self.groups),
            filter => {
                let mask = mask(filter, words, n_leaves, rows.num_rows());
                let groups: Vec<u32> = mask.values().set_indices().map(|row| self.groups[row]).collect();
                passing = (
                    filter_record_batch(rows, &mask).doing(|| "filter rows".into())?,
                    groups,
                );
                (&passing.0, &passing.1)
            }
        };
        for (worked, slot) in &numbers.sums {
            match slot {
                Slot::Count(_) => {}
                Slot::Integer(at) => {
                    let sums = &mut self.integers[*at];
                    sums.resize(n_groups, 0);
                    let array = integers(&evaluate(&worked.expr, rows)?)?;
                    for (group, n) in groups.iter().zip(array.iter()) {
                        if let Some(n) = n {
                            let sum = &mut sums[*group as usize];
                            *sum = sum.saturating_add(n);
                        }
                    }
                }
                Slot::Decimal(at) => {
                    let sums = &mut self.decimals[*at];
                    sums.resize(n_groups, 0.0);
                    let array = decimals(&evaluate(&worked.expr, rows)?)?;
                    for (group, x) in groups.iter().zip(array.iter()) {
                        if let Some(x) = x {
                            sums[*group as usize] += x;
                        }
                    }
                }
            }
        }
        Ok(())
    }

    fn n_bytes(&self) -> usize {
        let numbers: usize = self.integers.iter().map(Vec::len).sum();
        let decimals = self.strands.iter().flat_map(|(_, decimals)| decimals);
        let decimals: usize = decimals.chain(&self.decimals).map(Vec::len).sum();
        let counts: usize = self.counts.iter().map(Counts::n_bytes).sum();
        self.cells.n_bytes() + counts + (numbers + decimals) * 8
    }

    fn found(mut self) -> FoundGroups {
        let n = self.cells.len();
        for sums in &mut self.integers {
            sums.resize(n, 0);
        }
        FoundGroups {
            codes: self.cells.keys(),
            n,
            counts: self.counts.into_iter().flat_map(Counts::lanes).collect(),
            integers: self.integers,
            strands: self.strands,
        }
    }
}

/// The rows that a condition holds for.
fn mask(condition: &Condition, words: &[Word], n_leaves: usize, n_rows: usize) -> BooleanArray {
    let yes: Vec<u64> = (0..n_rows.div_ceil(BLOCK))
        .map(|block| {
            condition
                .word(&words[block * n_leaves..(block + 1) * n_leaves])
                .yes
        })
        // Bits are kept from the least on, whatever order the machine keeps bytes in.
        .map(u64::to_le)
        .collect();
    BooleanArray::new(BooleanBuffer::new(Buffer::from_vec(yes), 0, n_rows), None)
}
