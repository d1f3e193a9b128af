//! What is in each column: nulls, distinct values, range and the most common values.

use std::{
    cmp::Ordering,
    collections::HashMap,
    hash::{BuildHasher, BuildHasherDefault, Hasher},
};

use arrow::{
    array::{Array, ArrayRef, AsArray},
    compute::{max, max_string, min, min_string},
    datatypes::{DataType, Date32Type, Float64Type, Int64Type, TimestampMicrosecondType},
};
use foldhash::quality::FixedState;

use crate::{
    plain,
    value::{Column, Value},
};

/// What an import found out about a file's columns.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Profile {
    pub columns: Vec<ColumnProfile>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct ColumnProfile {
    pub name: String,
    pub n_null: u64,
    /// Exact up to a few thousand different values, within about 2 % above.
    pub n_distinct: u64,
    pub least: Value,
    pub most: Value,
    /// At most ten values that occur more than once, the most frequent first; empty for columns whose
    /// values hardly repeat.
    pub common: Vec<Common>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Common {
    pub value: Value,
    pub n: u64,
}

/// Different values that are counted one by one.
const COUNTED: usize = 4096;
/// Most common values that are told.
const TOLD: usize = 10;
/// Characters of a value that are kept for showing.
const SHOWN: usize = 200;
/// Registers of the estimate of distinct values (HyperLogLog, Flajolet et al. 2007): 1.6 % standard error.
const REGISTERS: usize = 1 << 12;

/// Counts a column's values batch by batch; tallies of several threads can be joined.
pub struct Tally {
    n_null: u64,
    /// The range of the batches seen since values no longer get counts of their own.
    least: Value,
    most: Value,
    counts: HashMap<u64, (u64, Value), BuildHasherDefault<AlreadyHashed>>,
    /// Whether values met for the first time no longer get a count of their own.
    is_full: bool,
    /// Whether values repeat too seldom for counting to tell anything.
    has_given_up: bool,
    registers: Vec<u8>,
    hasher: FixedState,
}

impl Default for Tally {
    fn default() -> Self {
        Tally {
            n_null: 0,
            least: Value::Null,
            most: Value::Null,
            counts: HashMap::default(),
            is_full: false,
            has_given_up: false,
            registers: Vec::new(),
            hasher: FixedState::with_seed(7),
        }
    }
}

impl Tally {
    /// Takes in a batch of a column, whose type is one of the plain ones.
    pub fn see(&mut self, array: &ArrayRef) {
        self.n_null += array.null_count() as u64;
        let hasher = self.hasher.clone();
        match array.data_type() {
            DataType::Utf8 => {
                let texts = array.as_string::<i32>();
                self.count(
                    texts.iter().flatten(),
                    |text| hasher.hash_one(text),
                    |text| shown(text),
                );
                if self.is_full {
                    self.widen(min_string(texts).map(shown), max_string(texts).map(shown));
                }
            }
            DataType::Int64 => {
                let numbers = array.as_primitive::<Int64Type>();
                self.count(
                    numbers.iter().flatten(),
                    |n| hasher.hash_one(n),
                    |n| Value::Integer(*n),
                );
                if self.is_full {
                    self.widen(min(numbers).map(Value::Integer), max(numbers).map(Value::Integer));
                }
            }
            DataType::Float64 => {
                let numbers = array.as_primitive::<Float64Type>();
                self.count(
                    numbers.iter().flatten(),
                    |x| hasher.hash_one(x.to_bits()),
                    |x| Value::Decimal(*x),
                );
                if self.is_full {
                    self.widen(min(numbers).map(Value::Decimal), max(numbers).map(Value::Decimal));
                }
            }
            DataType::Date32 => {
                let dates = array.as_primitive::<Date32Type>();
                self.count(
                    dates.iter().flatten(),
                    |days| hasher.hash_one(days),
                    |days| Value::Date(*days),
                );
                if self.is_full {
                    self.widen(min(dates).map(Value::Date), max(dates).map(Value::Date));
                }
            }
            DataType::Timestamp(..) => {
                let instants = array.as_primitive::<TimestampMicrosecondType>();
                self.count(
                    instants.iter().flatten(),
                    |at| hasher.hash_one(at),
                    |at| Value::Instant(*at),
                );
                if self.is_full {
                    self.widen(
                        min(instants).map(Value::Instant),
                        max(instants).map(Value::Instant),
                    );
                }
            }
            _ => {
                for at in 0..array.len() {
                    let value = plain::value(array, at);
                    if value.is_null() {
                        continue;
                    }
                    let hash = hasher.hash_one(value.to_string());
                    self.count(std::iter::once(value.clone()), |_| hash, Value::clone);
                    if self.is_full {
                        self.widen(Some(value.clone()), Some(value));
                    }
                }
            }
        }
    }

    pub fn join(&mut self, other: Tally) {
        self.n_null += other.n_null;
        self.widen(Some(other.least), Some(other.most));
        self.is_full |= other.is_full;
        self.has_given_up |= other.has_given_up;
        for (hash, (n, value)) in other.counts {
            self.counts.entry(hash).or_insert((0, value)).0 += n;
        }
        if !other.registers.is_empty() {
            self.open_registers();
            for (mine, theirs) in self.registers.iter_mut().zip(other.registers) {
                *mine = (*mine).max(theirs);
            }
        }
    }

    pub fn profile(self, column: &Column) -> ColumnProfile {
        let n_distinct = self.n_distinct();
        let (least, most) = self.range();
        let mut common: Vec<Common> = if self.has_given_up {
            Vec::new()
        } else {
            let counted = self.counts.into_values();
            counted
                .filter(|(n, _)| *n > 1)
                .map(|(n, value)| Common { value, n })
                .collect()
        };
        common.sort_by(|a, b| {
            b.n.cmp(&a.n)
                .then_with(|| a.value.to_string().cmp(&b.value.to_string()))
        });
        common.truncate(TOLD);
        ColumnProfile {
            name: column.name.clone(),
            n_null: self.n_null,
            n_distinct,
            least,
            most,
            common,
        }
    }

    fn count<T: PartialEq>(
        &mut self,
        values: impl Iterator<Item = T>,
        hash: impl Fn(&T) -> u64,
        keep: impl Fn(&T) -> Value,
    ) {
        let (mut n_seen, mut n_known) = (0, 0);
        let mut add = |value: T, n: u64| {
            n_seen += n;
            n_known += self.add(hash(&value), n, || keep(&value));
        };
        // Neighbouring rows often repeat a value: a village's name, a household's number.
        let mut run: Option<(T, u64)> = None;
        for value in values {
            match &mut run {
                Some((last, n)) if *last == value => *n += 1,
                _ => {
                    if let Some((last, n)) = run.replace((value, 1)) {
                        add(last, n);
                    }
                }
            }
        }
        if let Some((last, n)) = run {
            add(last, n);
        }
        if self.is_full && n_seen >= 1000 && n_known * 4 < n_seen {
            self.has_given_up = true;
        }
    }

    /// Counts a value that stands `n` times; returns how many of these already had a count of their own.
    fn add(&mut self, hash: u64, n: u64, keep: impl FnOnce() -> Value) -> u64 {
        if self.is_full {
            self.register(hash);
        }
        if self.has_given_up {
            return 0;
        }
        if let Some((count, _)) = self.counts.get_mut(&hash) {
            *count += n;
            return n;
        }
        if self.counts.len() < COUNTED {
            self.counts.insert(hash, (n, keep()));
        } else if !self.is_full {
            self.is_full = true;
            self.open_registers();
            self.register(hash);
        }
        0
    }

    /// The smallest and the largest value: of those counted one by one, and of the batches since they were too many.
    fn range(&self) -> (Value, Value) {
        let counted = || self.counts.values().map(|(_, value)| value);
        let order = |a: &&Value, b: &&Value| a.partial_cmp(b).unwrap_or(Ordering::Equal);
        let known = |value: &&Value| !value.is_null();
        let least = counted().chain([&self.least]).filter(known).min_by(order);
        let most = counted().chain([&self.most]).filter(known).max_by(order);
        (
            least.cloned().unwrap_or(Value::Null),
            most.cloned().unwrap_or(Value::Null),
        )
    }

    fn widen(&mut self, least: Option<Value>, most: Option<Value>) {
        if let Some(least) = least
            && !least.is_null()
            && (self.least.is_null() || least < self.least)
        {
            self.least = least;
        }
        if let Some(most) = most
            && !most.is_null()
            && (self.most.is_null() || most > self.most)
        {
            self.most = most;
        }
    }

    /// Starts the estimate with the values that were counted one by one until now.
    fn open_registers(&mut self) {
        if self.registers.is_empty() {
            self.registers = vec![0; REGISTERS];
            let hashes: Vec<u64> = self.counts.keys().copied().collect();
            for hash in hashes {
                self.register(hash);
            }
        }
    }

    fn register(&mut self, hash: u64) {
        let register = (hash >> (64 - REGISTERS.trailing_zeros())) as usize;
        let rank = ((hash << REGISTERS.trailing_zeros()) | 1 << 11).leading_zeros() as u8 + 1;
        if rank > self.registers[register] {
            self.registers[register] = rank;
        }
    }

    fn n_distinct(&self) -> u64 {
        if self.registers.is_empty() {
            return self.counts.len() as u64;
        }
        let mut registers = self.registers.clone();
        let mut with_counts = Tally {
            registers: std::mem::take(&mut registers),
            ..Tally::default()
        };
        for hash in self.counts.keys() {
            with_counts.register(*hash);
        }
        estimate(&with_counts.registers).max(self.counts.len() as u64)
    }
}

fn estimate(registers: &[u8]) -> u64 {
    let m = registers.len() as f64;
    let alpha = 0.7213 / (1.0 + 1.079 / m);
    let sum: f64 = registers.iter().map(|rank| 2f64.powi(-i32::from(*rank))).sum();
    let raw = alpha * m * m / sum;
    let n_empty = registers.iter().filter(|rank| **rank == 0).count();
    if raw <= 2.5 * m && n_empty > 0 {
        (m * (m / n_empty as f64).ln()).round() as u64
    } else {
        raw.round() as u64
    }
}

fn shown(text: &str) -> Value {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => Value::Text(format!("{}…", &text[..end])),
        None => Value::Text(text.to_string()),
    }
}

/// Takes a hash for its own hash.
#[derive(Default)]
struct AlreadyHashed(u64);

impl Hasher for AlreadyHashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        // Only `write_u64` is ever called for a u64 key; this keeps the trait whole.
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{Int64Array, StringArray};

    use super::*;
    use crate::value::Kind;

    fn profile(arrays: &[ArrayRef]) -> ColumnProfile {
        let mut all = Tally::default();
        for array in arrays {
            let mut one = Tally::default();
            one.see(array);
            all.join(one);
        }
        all.profile(&Column::new("x", Kind::Text))
    }

    #[test]
    fn few_values_are_counted_exactly_over_all_threads() {
        let a: ArrayRef = Arc::new(StringArray::from(vec![Some("b"), None, Some("a"), Some("b")]));
        let b: ArrayRef = Arc::new(StringArray::from(vec![Some("a"), Some("b"), Some("c")]));
        let found = profile(&[a, b]);
        assert_eq!((found.n_null, found.n_distinct), (1, 3));
        assert_eq!((found.least, found.most), (Value::from("a"), Value::from("c")));
        let common: Vec<(String, u64)> = found.common.iter().map(|c| (c.value.to_string(), c.n)).collect();
        assert_eq!(common, [("b".to_string(), 3), ("a".to_string(), 2)]);
    }

    #[test]
    fn many_values_are_estimated_within_five_percent_and_not_listed() {
        let arrays: Vec<ArrayRef> = (0..4)
            .map(|part| {
                let numbers: Vec<i64> = (0..50_000).map(|n| n + part * 25_000).collect();
                Arc::new(Int64Array::from(numbers)) as ArrayRef
            })
            .collect();
        let found = profile(&arrays);
        let off = (found.n_distinct as f64 - 125_000.0).abs() / 125_000.0;
        assert!(off < 0.05, "{} distinct values found", found.n_distinct);
        assert_eq!(found.common, []);
        assert_eq!(
            (found.least, found.most),
            (Value::Integer(0), Value::Integer(124_999))
        );
    }

    #[test]
    fn a_frequent_value_is_told_even_among_many_others() {
        let numbers: Vec<i64> = (0..60_000).map(|n| if n % 2 == 0 { 0 } else { n }).collect();
        let found = profile(&[Arc::new(Int64Array::from(numbers))]);
        assert_eq!(
            found.common[0],
            Common {
                value: Value::Integer(0),
                n: 30_000
            }
        );
    }
}
