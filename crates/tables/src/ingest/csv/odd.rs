//! Columns that became text because of few values among many numbers or dates.

use super::{Encoding, blocks::Block, split::Field};
use crate::ingest::{
    Job,
    doubts::Doubt,
    guess::{FIRST_DATE, Reading, WAYS, WITH_A_UNIT, count_styles, units::Unit},
    marks,
};

/// Bytes of a value that are kept for telling.
const SHOWN: usize = 800;

/// The first value with a mark of a column whose sign before decimals is in doubt, with its line.
#[derive(Default)]
pub struct FirstMarked(Option<(u64, Vec<u8>)>);

impl FirstMarked {
    /// Takes in a column's fields of a block.
    pub fn see(&mut self, block: Block, bytes: &[u8], fields: impl Iterator<Item = Field>) {
        if self.0.is_some() {
            return;
        }
        for field in fields {
            let value = bytes[field.start..field.end].trim_ascii();
            if marks::has_mark(value) {
                let n_above = memchr::memchr_iter(b'\n', &bytes[..field.start]).count() as u64;
                self.0 = Some((
                    block.first_line + n_above,
                    value[..value.len().min(SHOWN)].to_vec(),
                ));
                return;
            }
        }
    }

    pub fn join(&mut self, other: FirstMarked) {
        self.0 = match (self.0.take(), other.0) {
            (Some(mine), Some(other)) if other.0 < mine.0 => Some(other),
            (mine, other) => mine.or(other),
        };
    }

    pub fn doubt(&self, column: &str, reading: Reading, encoding: Encoding) -> Option<Doubt> {
        let (line, value) = self.0.as_ref()?;
        marks::doubt(column, reading, *line, &encoding.decode(value))
    }
}

/// How many values of a column of text are numbers or dates, in each way of writing them.
#[derive(Default)]
pub struct Odd {
    n: u64,
    n_numbers: [u64; WAYS],
    /// The first value that is no number in a way, with its line.
    first: [Option<(u64, Vec<u8>)>; WAYS],
    unit: Option<Unit>,
    /// Whether a block had so few numbers that this is a column of text.
    is_text: bool,
}

impl Odd {
    /// Takes in a column's fields of a block.
    pub fn see(&mut self, job: &Job, block: Block, bytes: &[u8], fields: impl Iterator<Item = Field>) {
        if self.is_text {
            return;
        }
        for field in fields {
            let value = bytes[field.start..field.end].trim_ascii();
            let is_missing = value.is_empty()
                || !job.options.missing.is_empty()
                    && std::str::from_utf8(value).is_ok_and(|text| job.is_missing(text));
            if is_missing {
                continue;
            }
            self.n += 1;
            let misses = count_styles(value, &mut self.unit, &mut self.n_numbers);
            for (way, first) in self.first.iter_mut().enumerate() {
                if misses & (1 << way) != 0 && first.is_none() {
                    let n_above = memchr::memchr_iter(b'\n', &bytes[..field.start]).count() as u64;
                    let value = value[..value.len().min(SHOWN)].to_vec();
                    *first = Some((block.first_line + n_above, value));
                }
            }
        }
        self.is_text = self.n_numbers.iter().all(|n| *n * 2 < self.n);
    }

    pub fn join(&mut self, other: Odd) {
        self.n += other.n;
        // Numbers with another unit are numbers in no common way.
        let is_alike = self.unit.is_none() || other.unit.is_none() || self.unit == other.unit;
        for (way, n) in other.n_numbers.into_iter().enumerate() {
            if is_alike || !WITH_A_UNIT.contains(&way) {
                self.n_numbers[way] += n;
            }
        }
        for (mine, other) in self.first.iter_mut().zip(other.first) {
            let is_earlier = match (&mine, &other) {
                (Some((line, _)), Some((another, _))) => another < line,
                (mine, _) => mine.is_none(),
            };
            if is_earlier {
                *mine = other;
            }
        }
        self.unit = self.unit.or(other.unit);
        self.is_text |= other.is_text;
    }

    pub fn doubt(&self, column: &str, encoding: Encoding) -> Option<Doubt> {
        if self.is_text {
            return None;
        }
        let way = (0..WAYS).rev().max_by_key(|way| self.n_numbers[*way])?;
        let (line, value) = self.first[way].as_ref()?;
        let (n_alike, value) = (self.n_numbers[way], encoding.decode(value));
        if way >= FIRST_DATE {
            Doubt::of_dates(column, self.n, n_alike, *line, &value)
        } else {
            Doubt::of_column(column, self.n, n_alike, *line, &value)
        }
    }
}
