//! What a cube found: its finest groups as plain columns, and the coarser ones from those.

use std::collections::HashMap;

use crate::{
    error::{Error, Result},
    value::{Column, Kind, Rows, Value},
};

use super::CubeSpec;

/// The finest groups of one question: codes in each dimension, and sums.
///
/// The groups stand in the order of their values, dimension by dimension, unknown first; equal rows give equal groups with equal
/// digits, by however many threads and beside whatever other questions they were found. `codes[dimension][group]` is the place of the
/// group's value in the dimension's `values`; every lane has as many numbers as there are groups.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cube {
    /// As many as the question's, in its order.
    pub dimensions: Vec<CubeDimension>,
    /// The value of each group in each dimension: `codes[dimension][group]`.
    pub codes: Vec<Vec<u32>>,
    /// The question's sums, in its order.
    pub lanes: Vec<Lane>,
    /// How many groups there are.
    pub n: usize,
}

/// The different values of a dimension.
#[derive(Clone, Debug, PartialEq)]
pub struct CubeDimension {
    pub name: String,
    pub kind: Kind,
    /// In order, nothing first; some may be in no group.
    pub values: Vec<Value>,
}

/// One sum by group.
#[derive(Clone, Debug, PartialEq)]
pub enum Lane {
    /// Rows for which a condition holds.
    Count(Vec<u32>),
    /// A sum of whole numbers; it stays at the end of what 64 bits hold.
    Integer(Vec<i64>),
    Decimal(Vec<f64>),
}

impl Lane {
    /// A group's sum as a decimal.
    #[must_use]
    pub fn decimal(&self, group: usize) -> f64 {
        match self {
            Lane::Count(sums) => f64::from(sums[group]),
            Lane::Integer(sums) => sums[group] as f64,
            Lane::Decimal(sums) => sums[group],
        }
    }

    fn kind(&self) -> Kind {
        match self {
            Lane::Count(_) | Lane::Integer(_) => Kind::Integer,
            Lane::Decimal(_) => Kind::Decimal,
        }
    }

    fn reordered(&self, order: &[u32]) -> Lane {
        match self {
            Lane::Count(sums) => Lane::Count(picked(sums, order)),
            Lane::Integer(sums) => Lane::Integer(picked(sums, order)),
            Lane::Decimal(sums) => Lane::Decimal(picked(sums, order)),
        }
    }

    /// The sums of groups that are added up: `places` says for each group where to, of `n`.
    fn added_up(&self, places: &[u32], n: usize) -> Added {
        match self {
            Lane::Count(sums) => {
                let mut all = vec![0_i64; n];
                for (place, sum) in places.iter().zip(sums) {
                    all[*place as usize] += i64::from(*sum);
                }
                Added::Integer(all)
            }
            Lane::Integer(sums) => {
                let mut all = vec![0_i64; n];
                for (place, sum) in places.iter().zip(sums) {
                    let mine = &mut all[*place as usize];
                    *mine = mine.saturating_add(*sum);
                }
                Added::Integer(all)
            }
            Lane::Decimal(sums) => {
                let mut all = vec![0.0; n];
                for (place, sum) in places.iter().zip(sums) {
                    all[*place as usize] += sum;
                }
                Added::Decimal(all)
            }
        }
    }
}

enum Added {
    Integer(Vec<i64>),
    Decimal(Vec<f64>),
}

impl Added {
    fn value(&self, at: usize) -> Value {
        match self {
            Added::Integer(sums) => Value::Integer(sums[at]),
            Added::Decimal(sums) => Value::Decimal(sums[at]),
        }
    }
}

impl Cube {
    /// Reads rows of the dimensions followed by the sums; absent sums are 0.
    pub(super) fn from_rows(columns: &[Column], rows: Vec<Vec<Value>>, spec: &CubeSpec) -> Cube {
        let n_dimensions = spec.dimensions.len();
        let n = rows.len();
        let mut interners: Vec<Interner> = (0..n_dimensions).map(|_| Interner::default()).collect();
        let mut codes = vec![Vec::with_capacity(n); n_dimensions];
        let mut lanes: Vec<Lane> = columns[n_dimensions..]
            .iter()
            .map(|column| match column.kind {
                Kind::Integer => Lane::Integer(Vec::with_capacity(n)),
                _ => Lane::Decimal(Vec::with_capacity(n)),
            })
            .collect();
        for row in rows {
            for (at, value) in row.into_iter().enumerate() {
                if at < n_dimensions {
                    codes[at].push(interners[at].code(value));
                    continue;
                }
                match &mut lanes[at - n_dimensions] {
                    Lane::Decimal(sums) => sums.push(value.as_decimal().unwrap_or_default()),
                    Lane::Integer(sums) => sums.push(value.as_integer().unwrap_or_default()),
                    Lane::Count(_) => {}
                }
            }
        }
        let dimensions = spec.dimensions.iter().zip(columns).zip(interners);
        let dimensions = dimensions.map(|(((name, _), column), interner)| CubeDimension {
            name: name.clone(),
            kind: column.kind,
            values: interner.values,
        });
        Cube::in_order(dimensions.collect(), codes, lanes, n)
    }

    /// Puts groups, which come as they were met, into the order of their values.
    pub(super) fn in_order(
        dimensions: Vec<CubeDimension>,
        codes: Vec<Vec<u32>>,
        lanes: Vec<Lane>,
        n: usize,
    ) -> Cube {
        let mut ordered = Vec::with_capacity(dimensions.len());
        let mut by_rank = Vec::with_capacity(dimensions.len());
        for (dimension, codes) in dimensions.into_iter().zip(codes) {
            let (values, ranks) = ranked(dimension.values);
            by_rank.push(
                codes
                    .into_iter()
                    .map(|code| ranks[code as usize])
                    .collect::<Vec<u32>>(),
            );
            ordered.push(CubeDimension { values, ..dimension });
        }
        let mut order: Vec<u32> = (0..n as u32).collect();
        order.sort_unstable_by(|a, b| {
            let mut both = by_rank
                .iter()
                .map(|ranks| ranks[*a as usize].cmp(&ranks[*b as usize]));
            both.find(|by_rank| by_rank.is_ne())
                .unwrap_or(std::cmp::Ordering::Equal)
        });
        Cube {
            dimensions: ordered,
            codes: by_rank.iter().map(|ranks| picked(ranks, &order)).collect(),
            lanes: lanes.iter().map(|lane| lane.reordered(&order)).collect(),
            n,
        }
    }

    /// The rows of every grouping set of the question that the cube answers, as [`crate::Lake::cube`] gives them.
    ///
    /// # Errors
    /// [`Error::BadQuery`] when there are more than `most` of them.
    pub fn rows(&self, spec: &CubeSpec, most: usize) -> Result<Rows> {
        let mut columns = vec![Column::new("set", Kind::Integer)];
        for dimension in &self.dimensions {
            columns.push(Column::new(&dimension.name, dimension.kind));
        }
        for ((name, _), lane) in spec.sums.iter().zip(&self.lanes) {
            columns.push(Column::new(name, lane.kind()));
        }
        let mut rows = Rows::new(columns);
        for (at, set) in spec.grouping_sets().iter().enumerate() {
            let coarse = self.roll_up(set);
            if rows.len() + coarse.n > most {
                return Err(Error::BadQuery(format!(
                    "the cube has more than {most} cells; group by fewer or coarser dimensions"
                )));
            }
            coarse.push_rows(at, &mut rows.rows);
        }
        Ok(rows)
    }

    /// The groups by some of the dimensions.
    fn roll_up<'a>(&'a self, set: &'a [usize]) -> Coarse<'a> {
        let mut places: HashMap<u64, u32, foldhash::fast::FixedState> = HashMap::default();
        // Codes of the set's dimensions are joined one after the other to one number a group.
        let mut joined: Vec<u32> = vec![0; self.n];
        for at in set {
            places.clear();
            for (joined, code) in joined.iter_mut().zip(&self.codes[*at]) {
                let key = u64::from(*joined) << 32 | u64::from(*code);
                let next = places.len() as u32;
                *joined = *places.entry(key).or_insert(next);
            }
        }
        let mut firsts: Vec<u32> = Vec::new();
        for (group, place) in joined.iter().enumerate() {
            if *place as usize == firsts.len() {
                firsts.push(group as u32);
            }
        }
        // The total of no rows is a row of zeros, as SQL has it.
        let n = firsts.len().max(usize::from(set.is_empty()));
        Coarse {
            finest: self,
            set,
            sums: self.lanes.iter().map(|lane| lane.added_up(&joined, n)).collect(),
            firsts,
            n,
        }
    }
}

/// Groups by some of the dimensions of finer ones.
struct Coarse<'a> {
    finest: &'a Cube,
    set: &'a [usize],
    /// A finest group in each.
    firsts: Vec<u32>,
    sums: Vec<Added>,
    n: usize,
}

impl Coarse<'_> {
    fn push_rows(&self, set: usize, rows: &mut Vec<Vec<Value>>) {
        let code = |at: usize, place: usize| self.finest.codes[at][self.firsts[place] as usize];
        let mut order: Vec<usize> = (0..self.n).collect();
        if !self.set.is_empty() {
            // Codes are in the order of their values.
            order.sort_by_cached_key(|place| {
                self.set.iter().map(|at| code(*at, *place)).collect::<Vec<u32>>()
            });
        }
        for place in order {
            let mut row = Vec::with_capacity(1 + self.finest.dimensions.len() + self.sums.len());
            row.push(Value::Integer(set as i64));
            for (at, dimension) in self.finest.dimensions.iter().enumerate() {
                row.push(if self.set.contains(&at) {
                    dimension.values[code(at, place) as usize].clone()
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
    codes: HashMap<Key, u32, foldhash::fast::FixedState>,
}

#[derive(PartialEq, Eq, Hash)]
enum Key {
    Null,
    Text(String),
    /// The kind of a column is the same in all its values, so their bits tell them apart.
    Bits(u64),
}

impl Interner {
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

/// Values in their order, and the place of each in it.
fn ranked(values: Vec<Value>) -> (Vec<Value>, Vec<u32>) {
    let mut order: Vec<(usize, Value)> = values.into_iter().enumerate().collect();
    order.sort_by(|(_, a), (_, b)| {
        // What cannot be compared, such as no number, still has its place.
        let by_bits = || format!("{a:?}").cmp(&format!("{b:?}"));
        a.partial_cmp(b).unwrap_or_else(by_bits)
    });
    let mut ranks = vec![0; order.len()];
    for (rank, (at, _)) in order.iter().enumerate() {
        ranks[*at] = rank as u32;
    }
    (order.into_iter().map(|(_, value)| value).collect(), ranks)
}

fn picked<T: Copy>(from: &[T], order: &[u32]) -> Vec<T> {
    order.iter().map(|at| from[*at as usize]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec() -> CubeSpec {
        CubeSpec {
            from: "t".into(),
            dimensions: vec![("a".into(), "a".into()), ("b".into(), "b".into())],
            sums: vec![("n".into(), "1".into())],
            ..CubeSpec::default()
        }
    }

    #[test]
    fn groups_stand_in_the_order_of_their_values_however_they_were_met() {
        let columns = [
            Column::new("c0", Kind::Text),
            Column::new("c1", Kind::Integer),
            Column::new("c2", Kind::Decimal),
        ];
        let row = |a: Option<&str>, b: i64, n: f64| vec![Value::from(a), Value::from(b), Value::from(n)];
        let rows = vec![
            row(Some("y"), 2, 0.5),
            row(None, 7, 0.25),
            row(Some("x"), 9, 4.0),
            row(Some("y"), 1, 8.0),
        ];
        let mut other = rows.clone();
        other.reverse();
        let cube = Cube::from_rows(&columns, rows, &spec());
        assert_eq!(cube.codes, [vec![0, 1, 2, 2], vec![2, 3, 0, 1]]);
        assert_eq!(cube.lanes, [Lane::Decimal(vec![0.25, 4.0, 8.0, 0.5])]);
        assert_eq!(Cube::from_rows(&columns, other, &spec()), cube);
    }
}
