//! Codes instead of values: small numbers that stand for a column's values as they come.

use std::{collections::HashMap, sync::Arc};

use arrow::{
    array::{Array, ArrayRef, AsArray, DictionaryArray, Int64Array, StringArray},
    datatypes::{DataType, Int32Type, Int64Type},
};
use foldhash::fast::FixedState;

/// The code of nothing.
const NULL: u32 = 0;
/// Whole numbers from `LEAST` on, `DIRECT` of them, find their codes without hashing: ages, years, counts.
const LEAST: i64 = -1024;
const DIRECT: usize = 1 << 16;
/// Cells of a table of pairs, beyond which pairs are hashed instead: 64 MB.
const MOST_CELLS: usize = 1 << 24;

/// Gives the values of one column codes; the same value has the same code in every batch.
pub enum ColumnCodes {
    Text {
        codes: HashMap<String, u32, FixedState>,
        values: Vec<Option<String>>,
        /// The dictionary of the last batch and the codes of its entries: batches of a row group share one.
        last: Option<(StringArray, Vec<u32>)>,
    },
    Integer {
        direct: Vec<u32>,
        others: HashMap<i64, u32, FixedState>,
        values: Vec<Option<i64>>,
    },
}

impl ColumnCodes {
    /// For a dictionary of texts or 64-bit integers; nothing else has codes.
    pub fn new(data_type: &DataType) -> Option<ColumnCodes> {
        match data_type {
            DataType::Dictionary(..) => Some(ColumnCodes::Text {
                codes: HashMap::default(),
                values: vec![None],
                last: None,
            }),
            DataType::Int64 => Some(ColumnCodes::Integer {
                direct: vec![NULL; DIRECT],
                others: HashMap::default(),
                values: vec![None],
            }),
            _ => None,
        }
    }

    /// How many codes there are.
    pub fn len(&self) -> usize {
        match self {
            ColumnCodes::Text { values, .. } => values.len(),
            ColumnCodes::Integer { values, .. } => values.len(),
        }
    }

    /// The values from code `first` on, as the column's own type.
    pub fn values_from(&self, first: usize) -> ArrayRef {
        match self {
            ColumnCodes::Text { values, .. } => {
                let texts: DictionaryArray<Int32Type> =
                    values[first..].iter().map(Option::as_deref).collect();
                Arc::new(texts)
            }
            ColumnCodes::Integer { values, .. } => Arc::new(Int64Array::from(values[first..].to_vec())),
        }
    }

    /// Writes the code of each value of a batch into `found`.
    pub fn encode(&mut self, array: &ArrayRef, found: &mut Vec<u32>) {
        found.clear();
        match self {
            ColumnCodes::Text { codes, values, last } => {
                let array = array.as_dictionary::<Int32Type>();
                let dictionary = array.values().as_string::<i32>();
                let is_same = last.as_ref().is_some_and(|(known, _)| {
                    known.len() == dictionary.len()
                        && known.value_data().as_ptr() == dictionary.value_data().as_ptr()
                });
                if !is_same {
                    let entries = dictionary.iter().map(|text| match text {
                        None => NULL,
                        Some(text) => match codes.get(text) {
                            Some(code) => *code,
                            None => {
                                let code = values.len() as u32;
                                codes.insert(text.to_owned(), code);
                                values.push(Some(text.to_owned()));
                                code
                            }
                        },
                    });
                    *last = Some((dictionary.clone(), entries.collect()));
                }
                let Some((_, entries)) = last else { return };
                let keys = array.keys();
                if keys.null_count() == 0 {
                    found.extend(keys.values().iter().map(|key| entries[*key as usize]));
                } else {
                    found.extend(
                        keys.iter()
                            .map(|key| key.map_or(NULL, |key| entries[key as usize])),
                    );
                }
            }
            ColumnCodes::Integer {
                direct,
                others,
                values,
            } => {
                let array = array.as_primitive::<Int64Type>();
                let mut code = |n: i64| {
                    let place = usize::try_from(n.wrapping_sub(LEAST)).unwrap_or(usize::MAX);
                    let slot = match direct.get_mut(place) {
                        Some(slot) => slot,
                        None => others.entry(n).or_insert(NULL),
                    };
                    if *slot == NULL {
                        *slot = values.len() as u32;
                        values.push(Some(n));
                    }
                    *slot
                };
                if array.null_count() == 0 {
                    found.extend(array.values().iter().map(|n| code(*n)));
                } else {
                    found.extend(array.iter().map(|n| n.map_or(NULL, &mut code)));
                }
            }
        }
    }
}

/// Gives pairs of codes a code: how groups of several dimensions come about, one dimension after the other.
#[derive(Default)]
pub struct Pairs {
    pairs: Vec<(u32, u32)>,
    /// The pair's code plus one at `a << bits | b`; empty when there are too many cells.
    dense: Vec<u32>,
    bits: u32,
    sparse: HashMap<u64, u32, FixedState>,
    is_sparse: bool,
}

impl Pairs {
    pub fn len(&self) -> usize {
        self.pairs.len()
    }

    /// The pair behind a code.
    pub fn pair(&self, code: u32) -> (u32, u32) {
        self.pairs[code as usize]
    }

    /// Replaces each of `a` by the code of its pair with `b`; there are `n_a` and `n_b` codes.
    pub fn join(&mut self, a: &mut [u32], b: &[u32], n_a: usize, n_b: usize) {
        self.reserve(n_a, n_b);
        if self.is_sparse {
            for (a, b) in a.iter_mut().zip(b) {
                let next = self.pairs.len() as u32;
                let code = *self
                    .sparse
                    .entry(u64::from(*a) << 32 | u64::from(*b))
                    .or_insert(next);
                if code == next {
                    self.pairs.push((*a, *b));
                }
                *a = code;
            }
            return;
        }
        for (a, b) in a.iter_mut().zip(b) {
            let cell = &mut self.dense[(*a as usize) << self.bits | *b as usize];
            if *cell == 0 {
                self.pairs.push((*a, *b));
                *cell = self.pairs.len() as u32;
            }
            *a = *cell - 1;
        }
    }

    fn reserve(&mut self, n_a: usize, n_b: usize) {
        if self.is_sparse {
            return;
        }
        let bits = n_b.next_power_of_two().trailing_zeros().max(self.bits);
        let rows = n_a.next_power_of_two();
        let cells = rows << bits;
        if bits == self.bits && cells <= self.dense.len() {
            return;
        }
        if cells > MOST_CELLS {
            self.is_sparse = true;
            self.dense = Vec::new();
            let pairs = self.pairs.iter().enumerate();
            self.sparse = pairs
                .map(|(code, (a, b))| (u64::from(*a) << 32 | u64::from(*b), code as u32))
                .collect();
            return;
        }
        self.bits = bits;
        self.dense = vec![0; cells.max(self.dense.len())];
        for (code, (a, b)) in self.pairs.iter().enumerate() {
            self.dense[(*a as usize) << bits | *b as usize] = code as u32 + 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(values: &[Option<&str>]) -> ArrayRef {
        let array: DictionaryArray<Int32Type> = values.iter().copied().collect();
        Arc::new(array)
    }

    #[test]
    fn a_text_has_one_code_in_every_batch() {
        let mut codes = ColumnCodes::new(texts(&[]).data_type()).expect("text has codes");
        let mut found = Vec::new();
        codes.encode(&texts(&[Some("b"), None, Some("a"), Some("b")]), &mut found);
        assert_eq!(found, [1, 0, 2, 1]);
        codes.encode(&texts(&[Some("c"), Some("a")]), &mut found);
        assert_eq!(found, [3, 2]);
        let values = codes.values_from(1);
        assert_eq!(values.len(), 3);
    }

    #[test]
    fn integers_far_and_near_have_codes() {
        let mut codes = ColumnCodes::new(&DataType::Int64).expect("integers have codes");
        let mut found = Vec::new();
        let array: ArrayRef = Arc::new(Int64Array::from(vec![
            Some(7),
            None,
            Some(i64::MIN),
            Some(-3),
            Some(i64::MAX),
            Some(7),
        ]));
        codes.encode(&array, &mut found);
        assert_eq!(found, [1, 0, 2, 3, 4, 1]);
        assert_eq!(codes.len(), 5);
    }

    #[test]
    fn pairs_keep_their_codes_while_the_table_grows_and_when_it_is_given_up() {
        let mut pairs = Pairs::default();
        let mut first = vec![0, 1, 0];
        pairs.join(&mut first, &[0, 1, 0], 2, 2);
        assert_eq!(first, [0, 1, 0]);
        let mut second = vec![1, 5, 0];
        pairs.join(&mut second, &[1, 9, 0], 6, 10);
        assert_eq!(second, [1, 2, 0]);
        let mut third = vec![5, 4_000_000, 1];
        pairs.join(&mut third, &[9, 100, 1], 4_000_001, 101);
        assert_eq!(third, [2, 3, 1]);
        assert_eq!(pairs.pair(3), (4_000_000, 100));
    }
}
