//! A column as codes: its different values in order, and for each row which of them it holds.

use std::sync::Arc;

use arrow::{
    array::{
        Array, ArrayRef, AsArray, BooleanArray, Date32Array, Float64Array, Int64Array,
        TimestampMicrosecondArray,
    },
    compute::{cast, sort_to_indices, take},
    datatypes::{DataType, Float64Type, Int64Type},
};

use crate::{
    cube::ColumnCodes,
    error::{Doing, Result},
    plain,
    value::{Kind, Value},
};

/// Different values beyond which a column is not kept.
const MOST_VALUES: usize = 1_500_000;
/// Bytes of texts met while coding, beyond which a column is not kept.
const MOST_TEXT: usize = 512 << 20;

/// A column in memory: code 0 is nothing, code `n` the value `n - 1`; values rise.
pub struct Coded {
    pub codes: Codes,
    /// In a plain type, in order, without nothing.
    pub values: ArrayRef,
    pub n_bytes: usize,
    /// Bytes of the longest text.
    pub longest: usize,
    /// Whether zeros below zero may stand in the table, which are zeros here.
    pub has_lost_signs: bool,
}

/// As narrow as the number of values allows.
pub enum Codes {
    One(Vec<u8>),
    Two(Vec<u16>),
    Four(Vec<u32>),
}

/// Does the same with codes of each width, as a slice called `$codes`.
macro_rules! each {
    ($all:expr, $codes:ident => $body:expr) => {
        match $all {
            crate::view::column::Codes::One($codes) => $body,
            crate::view::column::Codes::Two($codes) => $body,
            crate::view::column::Codes::Four($codes) => $body,
        }
    };
}
pub(super) use each;

impl Coded {
    /// How many codes there are, that of nothing included.
    pub fn n_codes(&self) -> usize {
        self.values.len() + 1
    }

    pub fn n_rows(&self) -> usize {
        each!(&self.codes, codes => codes.len())
    }

    pub fn code(&self, row: usize) -> usize {
        each!(&self.codes, codes => codes.get(row).map_or(0, |code| *code as usize))
    }

    pub fn value_of(&self, code: usize) -> Value {
        match code.checked_sub(1) {
            Some(at) if at < self.values.len() => plain::value(&self.values, at),
            _ => Value::Null,
        }
    }

    pub fn value(&self, row: usize) -> Value {
        self.value_of(self.code(row))
    }

    /// How often each code stands among the rows of a set.
    pub fn counts(&self, rows: &super::mask::Mask) -> Vec<u64> {
        let mut counts = vec![0_u64; self.n_codes()];
        let is_whole = rows.is_whole();
        each!(&self.codes, codes => {
            if is_whole {
                tally(codes.iter().map(|code| *code as usize), &mut counts);
            } else {
                tally(rows.rows().map(|row| codes[row] as usize), &mut counts);
            }
        });
        counts
    }

    /// The number behind each code; nothing for nothing and for what is no number.
    pub fn numbers(&self) -> Vec<Option<f64>> {
        std::iter::once(None)
            .chain((0..self.values.len()).map(|at| number(&plain::value(&self.values, at))))
            .collect()
    }
}

/// Counts in turns over four tallies: runs of one value would otherwise wait for themselves.
fn tally(codes: impl Iterator<Item = usize>, counts: &mut [u64]) {
    let n = counts.len();
    if n > 4096 {
        codes.for_each(|code| counts[code] += 1);
        return;
    }
    let mut turns = vec![0_u32; n * 4];
    let mut turn = 0;
    for code in codes {
        turns[turn * n + code] += 1;
        turn = (turn + 1) & 3;
    }
    for part in turns.chunks(n) {
        for (count, more) in counts.iter_mut().zip(part) {
            *count += u64::from(*more);
        }
    }
}

pub fn number(value: &Value) -> Option<f64> {
    value.as_decimal().filter(|number| number.is_finite())
}

/// Codes a column batch by batch.
pub struct Coder {
    kind: Kind,
    known: ColumnCodes,
    rows: Vec<u32>,
    batch: Vec<u32>,
    n_text: usize,
    last: usize,
    has_lost_signs: bool,
    /// Whether it holds too many different values.
    pub has_given_up: bool,
}

impl Coder {
    /// For every kind but shapes, which hardly repeat and take much room.
    pub fn new(kind: Kind) -> Option<Coder> {
        let as_read = match kind {
            Kind::Geometry => return None,
            Kind::Text => dictionary(),
            _ => DataType::Int64,
        };
        Some(Coder {
            kind,
            known: ColumnCodes::new(&as_read)?,
            rows: Vec::new(),
            batch: Vec::new(),
            n_text: 0,
            last: 0,
            has_lost_signs: false,
            has_given_up: false,
        })
    }

    /// Takes in a batch; texts come as dictionaries.
    pub fn see(&mut self, array: &ArrayRef) -> Result<()> {
        if self.has_given_up {
            return Ok(());
        }
        let doing = || "keep a column in memory".to_owned();
        let keyed: ArrayRef = match self.kind {
            Kind::Text => {
                let array = match array.data_type() {
                    DataType::Dictionary(..) => array.clone(),
                    _ => cast(array, &dictionary()).doing(doing)?,
                };
                let words = array.as_any_dictionary().values();
                let at = words
                    .to_data()
                    .buffers()
                    .get(1)
                    .map_or(0, |bytes| bytes.as_ptr() as usize);
                if at != self.last {
                    self.n_text += words.get_array_memory_size();
                    self.last = at;
                }
                array
            }
            Kind::Decimal => {
                let numbers = array.as_primitive::<Float64Type>();
                let below = (-0.0_f64).to_bits();
                self.has_lost_signs |= numbers.values().iter().any(|number| number.to_bits() == below);
                // The bits tell decimals apart; a zero below zero is a zero.
                let bits: Int64Array = numbers.unary(|number| (number + 0.0).to_bits() as i64);
                Arc::new(bits)
            }
            Kind::Date => {
                let days = cast(array, &DataType::Int32).doing(doing)?;
                cast(&days, &DataType::Int64).doing(doing)?
            }
            _ => cast(array, &DataType::Int64).doing(doing)?,
        };
        self.known.encode(&keyed, &mut self.batch);
        self.rows.extend_from_slice(&self.batch);
        if self.known.len() > MOST_VALUES || self.n_text > MOST_TEXT {
            self.has_given_up = true;
            self.rows = Vec::new();
        }
        Ok(())
    }

    /// The column, with its values put in order; nothing when it was given up.
    pub fn finish(self) -> Result<Option<Coded>> {
        if self.has_given_up {
            return Ok(None);
        }
        let doing = || "keep a column in memory".to_owned();
        let found = self.known.values_from(1);
        let integers = |array: &ArrayRef| array.as_primitive::<Int64Type>().values().to_vec();
        let values: ArrayRef = match self.kind {
            Kind::Text | Kind::Geometry => cast(&found, &DataType::Utf8).doing(doing)?,
            Kind::Integer => found,
            Kind::Decimal => Arc::new(Float64Array::from_iter_values(
                integers(&found)
                    .into_iter()
                    .map(|bits| f64::from_bits(bits as u64)),
            )),
            Kind::Flag => Arc::new(BooleanArray::from_iter(
                integers(&found).into_iter().map(|flag| Some(flag != 0)),
            )),
            Kind::Date => Arc::new(Date32Array::from_iter_values(
                integers(&found).into_iter().map(|days| days as i32),
            )),
            Kind::Instant => Arc::new(TimestampMicrosecondArray::from(integers(&found)).with_timezone("UTC")),
        };
        let order = sort_to_indices(&values, None, None).doing(doing)?;
        let sorted = take(&values, &order, None).doing(doing)?;
        let mut place = vec![0_u32; values.len() + 1];
        for (at, old) in (1_u32..).zip(order.values()) {
            place[*old as usize + 1] = at;
        }
        let rows = self.rows.iter().map(|code| place[*code as usize]);
        let codes = match values.len() {
            0..=254 => Codes::One(rows.map(|code| code as u8).collect()),
            255..=65_534 => Codes::Two(rows.map(|code| code as u16).collect()),
            _ => Codes::Four(rows.collect()),
        };
        let n_bytes = each!(&codes, codes => size_of_val(codes.as_slice())) + sorted.get_array_memory_size();
        let texts = sorted.as_string_opt::<i32>();
        let longest = texts.and_then(|texts| texts.iter().flatten().map(str::len).max());
        Ok(Some(Coded {
            codes,
            values: sorted,
            n_bytes,
            longest: longest.unwrap_or_default(),
            has_lost_signs: self.has_lost_signs,
        }))
    }
}

pub fn dictionary() -> DataType {
    DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8))
}
