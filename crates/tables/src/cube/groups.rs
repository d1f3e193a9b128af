use std::collections::HashMap;

use crate::value::{Column, Kind, Value};

/// Groups by their codes in each dimension, with their sums.
pub struct Groups {
    pub kinds: Vec<Kind>,
    /// The values behind the codes of each dimension.
    pub values: Vec<Vec<Value>>,
    /// The code of each group in each dimension: `codes[dimension][group]`.
    pub codes: Vec<Vec<u32>>,
    pub sums: Vec<Sums>,
    pub n: usize,
}

#[derive(Clone, Debug)]
pub enum Sums {
    Integer(Vec<i64>),
    Decimal(Vec<f64>),
}

impl Sums {
    pub fn add(&mut self, to: usize, other: &Sums, from: usize) {
        match (self, other) {
            (Sums::Integer(mine), Sums::Integer(theirs)) => {
                mine[to] = mine[to].saturating_add(theirs[from]);
            }
            (Sums::Decimal(mine), Sums::Decimal(theirs)) => mine[to] += theirs[from],
            (Sums::Decimal(mine), Sums::Integer(theirs)) => mine[to] += theirs[from] as f64,
            (Sums::Integer(mine), Sums::Decimal(theirs)) => mine[to] += theirs[from] as i64,
        }
    }

    pub fn resize(&mut self, n: usize) {
        match self {
            Sums::Integer(sums) => sums.resize(n, 0),
            Sums::Decimal(sums) => sums.resize(n, 0.0),
        }
    }

    pub fn empty_like(&self) -> Sums {
        match self {
            Sums::Integer(_) => Sums::Integer(Vec::new()),
            Sums::Decimal(_) => Sums::Decimal(Vec::new()),
        }
    }

    fn value(&self, at: usize) -> Value {
        match self {
            Sums::Integer(sums) => Value::Integer(sums[at]),
            Sums::Decimal(sums) => Value::Decimal(sums[at]),
        }
    }
}

impl Groups {
    /// Reads rows of `n_dimensions` dimensions followed by sums; absent sums are 0.
    pub fn from_rows(columns: &[Column], rows: Vec<Vec<Value>>, n_dimensions: usize) -> Groups {
        let n = rows.len();
        let mut interners: Vec<Interner> = (0..n_dimensions).map(|_| Interner::default()).collect();
        let mut codes = vec![Vec::with_capacity(n); n_dimensions];
        let mut sums: Vec<Sums> = columns[n_dimensions..]
            .iter()
            .map(|column| match column.kind {
                Kind::Integer => Sums::Integer(Vec::with_capacity(n)),
                _ => Sums::Decimal(Vec::with_capacity(n)),
            })
            .collect();
        for row in rows {
            for (at, value) in row.into_iter().enumerate() {
                if at < n_dimensions {
                    codes[at].push(interners[at].code(value));
                } else {
                    match &mut sums[at - n_dimensions] {
                        Sums::Integer(sums) => sums.push(value.as_integer().unwrap_or_default()),
                        Sums::Decimal(sums) => sums.push(value.as_decimal().unwrap_or_default()),
                    }
                }
            }
        }
        Groups {
            kinds: columns[..n_dimensions].iter().map(|column| column.kind).collect(),
            values: interners.into_iter().map(|interner| interner.values).collect(),
            codes,
            sums,
            n,
        }
    }

    /// Joins what several threads found, in their order, so that equal runs give equal digits.
    pub fn join(parts: Vec<Groups>) -> Option<Groups> {
        let mut parts = parts.into_iter();
        let first = parts.next()?;
        let n_dimensions = first.codes.len();
        let mut interners: Vec<Interner> = first
            .values
            .iter()
            .map(|values| Interner::with(values.clone()))
            .collect();
        let mut all = first;
        let mut places: HashMap<Vec<u32>, usize> = (0..all.n).map(|group| (all.key(group), group)).collect();
        for part in parts {
            let translated: Vec<Vec<u32>> = part
                .values
                .iter()
                .zip(&mut interners)
                .map(|(values, interner)| values.iter().map(|value| interner.code(value.clone())).collect())
                .collect();
            for group in 0..part.n {
                let key: Vec<u32> = (0..n_dimensions)
                    .map(|at| translated[at][part.codes[at][group] as usize])
                    .collect();
                let n = all.n;
                let place = *places.entry(key.clone()).or_insert(n);
                if place == n {
                    for (codes, code) in all.codes.iter_mut().zip(key) {
                        codes.push(code);
                    }
                    all.n += 1;
                    for sums in &mut all.sums {
                        sums.resize(all.n);
                    }
                }
                for (mine, theirs) in all.sums.iter_mut().zip(&part.sums) {
                    mine.add(place, theirs, group);
                }
            }
        }
        all.values = interners.into_iter().map(|interner| interner.values).collect();
        Some(all)
    }

    /// The groups by some of the dimensions; the others become code 0 of no value.
    pub fn roll_up(&self, set: &[usize]) -> Coarse<'_> {
        let mut places: HashMap<u64, usize, foldhash::fast::FixedState> = HashMap::default();
        let mut firsts: Vec<usize> = Vec::new();
        let mut sums: Vec<Sums> = self.sums.iter().map(Sums::empty_like).collect();
        // Codes of the set's dimensions are joined one after the other to one number a group.
        let mut joined: Vec<u32> = vec![0; self.n];
        for at in set {
            places.clear();
            for (group, joined) in joined.iter_mut().enumerate() {
                let key = u64::from(*joined) << 32 | u64::from(self.codes[*at][group]);
                let next = places.len();
                *joined = *places.entry(key).or_insert(next) as u32;
            }
        }
        for (group, place) in joined.into_iter().enumerate() {
            let place = place as usize;
            if place == firsts.len() {
                firsts.push(group);
                for sums in &mut sums {
                    sums.resize(firsts.len());
                }
            }
            for (mine, theirs) in sums.iter_mut().zip(&self.sums) {
                mine.add(place, theirs, group);
            }
        }
        // The total of no rows is a row of zeros, as SQL has it.
        if set.is_empty() && self.n == 0 {
            for sums in &mut sums {
                sums.resize(1);
            }
        }
        Coarse {
            finest: self,
            set: set.to_vec(),
            firsts,
            sums,
        }
    }

    fn key(&self, group: usize) -> Vec<u32> {
        self.codes.iter().map(|codes| codes[group]).collect()
    }
}

/// Groups by some of the dimensions of finer ones.
pub struct Coarse<'a> {
    finest: &'a Groups,
    set: Vec<usize>,
    /// A finest group in each.
    firsts: Vec<usize>,
    sums: Vec<Sums>,
}

impl Coarse<'_> {
    pub fn len(&self) -> usize {
        self.firsts.len().max(usize::from(self.set.is_empty()))
    }

    pub fn push_rows(&self, set: usize, rows: &mut Vec<Vec<Value>>) {
        let ranks: Vec<Vec<u32>> = self
            .set
            .iter()
            .map(|at| ranks(&self.finest.values[*at]))
            .collect();
        let mut order: Vec<usize> = (0..self.len()).collect();
        if !self.set.is_empty() {
            order.sort_by_cached_key(|place| {
                let group = self.firsts[*place];
                self.set
                    .iter()
                    .zip(&ranks)
                    .map(|(at, ranks)| ranks[self.finest.codes[*at][group] as usize])
                    .collect::<Vec<u32>>()
            });
        }
        let n_dimensions = self.finest.codes.len();
        for place in order {
            let mut row = Vec::with_capacity(1 + n_dimensions + self.sums.len());
            row.push(Value::Integer(set as i64));
            for at in 0..n_dimensions {
                row.push(if self.set.contains(&at) {
                    let code = self.finest.codes[at][self.firsts[place]];
                    self.finest.values[at][code as usize].clone()
                } else {
                    Value::Null
                });
            }
            row.extend(self.sums.iter().map(|sums| sums.value(place)));
            rows.push(row);
        }
    }
}

/// Gives equal values equal codes.
#[derive(Default)]
pub struct Interner {
    pub values: Vec<Value>,
    codes: HashMap<Key, u32>,
}

#[derive(PartialEq, Eq, Hash)]
enum Key {
    Null,
    Text(String),
    /// The kind of a column is the same in all its values, so their bits tell them apart.
    Bits(u64),
}

impl Interner {
    pub fn with(values: Vec<Value>) -> Interner {
        let mut interner = Interner::default();
        for value in values {
            interner.code(value);
        }
        interner
    }

    pub fn code(&mut self, value: Value) -> u32 {
        let key = match &value {
            Value::Null => Key::Null,
            Value::Text(text) => Key::Text(text.clone()),
            Value::Integer(n) | Value::Instant(n) => Key::Bits(*n as u64),
            Value::Decimal(x) => Key::Bits(x.to_bits()),
            Value::Flag(b) => Key::Bits(u64::from(*b)),
            Value::Date(days) => Key::Bits(*days as u64),
        };
        let next = self.values.len() as u32;
        *self.codes.entry(key).or_insert_with(|| {
            self.values.push(value);
            next
        })
    }
}

fn ranks(values: &[Value]) -> Vec<u32> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|a, b| {
        let by_value = values[*a].partial_cmp(&values[*b]);
        by_value.unwrap_or(std::cmp::Ordering::Equal)
    });
    let mut ranks = vec![0; values.len()];
    for (rank, at) in order.into_iter().enumerate() {
        ranks[at] = rank as u32;
    }
    ranks
}
