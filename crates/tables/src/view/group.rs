//! Groups of rows with how many they are and what a column of numbers sums up to in each.

use std::sync::Arc;

use super::{
    Filter,
    answer::{place_of, ready, too_many},
    cold,
    column::{Coded, each, number},
    mask::Mask,
    shown,
};
use crate::{
    error::{Error, Result},
    lake::Lake,
    query::TableVersion,
    value::Value,
};

/// Groups beyond which nobody reads on.
const MOST_GROUPS: usize = 1 << 21;

/// What to count, by what, and what to sum up.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Grouping {
    pub filters: Vec<Filter>,
    /// One or two columns.
    pub by: Vec<(String, Grain)>,
    /// A column of numbers.
    pub measure: Option<(String, Measure)>,
}

/// How finely a column's values are told apart.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Grain {
    #[default]
    Value,
    Year,
    Month,
    Day,
    /// Numbers by squares of this size; a group's key is the middle of its square.
    Square(f64),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    Sum,
    Mean,
}

/// All groups, in the order of their keys; those with an empty key come first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Grouped {
    pub groups: Vec<Group>,
    /// Rows that the filters let through.
    pub n_rows: u64,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// As many values as there are columns to group by.
    pub key: Vec<Value>,
    pub n: u64,
    /// Nothing without a measure, and where no row of the group has a number.
    pub value: Option<f64>,
}

pub async fn groups(lake: &Lake, wanted: &TableVersion, grouping: &Grouping) -> Result<Grouped> {
    let table = lake.hot().table(lake, wanted).await?;
    let columns = &table.state.columns;
    let filters = ready(&table, wanted, &grouping.filters)?;
    let mask = table.mask(lake, &filters).await?;
    let mask = mask.unwrap_or_else(|| Mask::all(table.n_rows()));
    let mut parts = Vec::new();
    let mut n_cells = 1_usize;
    for (name, grain) in &grouping.by {
        shown(wanted, columns, name)?;
        let at = place_of(&table, name)?;
        let Some(coded) = table.coded(lake, &[at]).await?.pop().flatten() else {
            return Err(too_many(name));
        };
        let part = Part::of(coded, *grain);
        n_cells = n_cells.saturating_mul(part.keys.len());
        parts.push(part);
    }
    if n_cells > MOST_GROUPS {
        return Err(Error::BadQuery(format!(
            "there could be more than {MOST_GROUPS} groups; choose columns with fewer different values, or filter first"
        )));
    }
    let mut cells = vec![0_u32; table.n_rows()];
    for part in &parts {
        let n_keys = u32::try_from(part.keys.len()).unwrap_or(u32::MAX);
        each!(&part.coded.codes, codes => {
            for (cell, code) in cells.iter_mut().zip(codes) {
                *cell = *cell * n_keys + part.key_of[*code as usize];
            }
        });
    }
    let mut counts = vec![0_u64; n_cells];
    each_row(&mask, cells.len(), |row| counts[cells[row] as usize] += 1);
    let values = match &grouping.measure {
        None => None,
        Some((name, measure)) => {
            let column = shown(wanted, columns, name)?;
            if !column.kind.is_number() {
                return Err(Error::BadQuery(format!(
                    "column {name:?} holds no numbers to sum up, but values of kind {}",
                    column.kind
                )));
            }
            let at = place_of(&table, name)?;
            let mut sums = vec![0.0_f64; n_cells];
            let mut n_numbers = vec![0_u64; n_cells];
            match table.coded(lake, &[at]).await?.pop().flatten() {
                Some(coded) => {
                    let numbers: Vec<f64> = coded
                        .numbers()
                        .into_iter()
                        .map(|number| number.unwrap_or(f64::NAN))
                        .collect();
                    each!(&coded.codes, codes => each_row(&mask, cells.len(), |row| {
                        let number = numbers[codes[row] as usize];
                        if !number.is_nan() {
                            sums[cells[row] as usize] += number;
                            n_numbers[cells[row] as usize] += 1;
                        }
                    }));
                }
                None => {
                    let footers = table.footers(lake).await?;
                    cold::scan(lake, &table.state, &footers, &[at], |first, arrays| {
                        let rows = mask.rows_after(mask.rank(first));
                        for row in rows.take_while(|row| *row < first + arrays[0].len()) {
                            if let Some(number) = number(&crate::plain::value(&arrays[0], row - first)) {
                                sums[cells[row] as usize] += number;
                                n_numbers[cells[row] as usize] += 1;
                            }
                        }
                        Ok(())
                    })
                    .await?;
                }
            }
            if *measure == Measure::Mean {
                for (sum, n) in sums.iter_mut().zip(&n_numbers) {
                    *sum /= *n as f64;
                }
            }
            Some((sums, n_numbers))
        }
    };
    let groups = (0..n_cells)
        .filter(|cell| counts[*cell] > 0)
        .map(|cell| {
            let mut rest = cell;
            let mut key: Vec<Value> = parts
                .iter()
                .rev()
                .map(|part| {
                    let at = rest % part.keys.len();
                    rest /= part.keys.len();
                    part.keys[at].clone()
                })
                .collect();
            key.reverse();
            Group {
                key,
                n: counts[cell],
                value: values
                    .as_ref()
                    .and_then(|(sums, n)| (n[cell] > 0).then_some(sums[cell])),
            }
        })
        .collect();
    Ok(Grouped {
        groups,
        n_rows: counts.iter().sum(),
    })
}

/// A column to group by: the key of each of its codes.
struct Part {
    coded: Arc<Coded>,
    key_of: Vec<u32>,
    keys: Vec<Value>,
}

impl Part {
    fn of(coded: Arc<Coded>, grain: Grain) -> Part {
        let mut keys = vec![Value::Null];
        let mut key_of = vec![0_u32];
        for code in 1..coded.n_codes() {
            let key = grain.key(coded.value_of(code));
            // Values rise, and so do their keys: equal ones are neighbours.
            if key.is_null() {
                key_of.push(0);
                continue;
            }
            if keys.last() != Some(&key) {
                keys.push(key);
            }
            key_of.push(u32::try_from(keys.len() - 1).unwrap_or(u32::MAX));
        }
        Part { coded, key_of, keys }
    }
}

impl Grain {
    fn key(self, value: Value) -> Value {
        let letters = match self {
            Grain::Value => return value,
            Grain::Square(size) => {
                return match number(&value) {
                    Some(number) => Value::Decimal(((number / size).floor() + 0.5) * size),
                    None => Value::Null,
                };
            }
            Grain::Year => 4,
            Grain::Month => 7,
            Grain::Day => 10,
        };
        match value {
            Value::Date(_) | Value::Instant(_) => {
                let text = value.to_string();
                Value::Text(text.get(..letters).unwrap_or(&text).to_owned())
            }
            other => other,
        }
    }
}

fn each_row(mask: &Mask, n_rows: usize, mut see: impl FnMut(usize)) {
    if mask.is_whole() {
        (0..n_rows).for_each(see);
    } else {
        mask.rows().for_each(&mut see);
    }
}
