//! Which rows are meant by changes, and what becomes of each.

use std::collections::{HashMap, HashSet};

use arrow::{
    array::AsArray,
    datatypes::Int64Type,
    row::{RowConverter, SortField},
};
use futures::TryStreamExt;

use super::{Changed, Missing, ROW_NUMBER, RowChanges, Target};
use crate::{
    error::{Doing, Error, Result},
    lake::{DataFile, Lake, State},
    plain,
    value::{Column, Kind, Rows, Value},
};

impl Lake {
    /// Finds the rows that are meant and says what becomes of them, without writing anything.
    pub(super) async fn plan(&self, name: &str, state: &State, changes: &RowChanges) -> Result<Planned> {
        let layout = Layout::of(name, state, changes)?;
        let keys = layout.keys(changes)?;
        let there = self.find_rows(state, &layout, changes, &keys).await?;
        let mut plan = Plan {
            layout: Layout::default(),
            slots: Vec::new(),
            numbers: Vec::with_capacity(changes.rows.len()),
        };
        let mut by_key: HashMap<&[u8], usize> = HashMap::new();
        let mut by_number: HashMap<i64, usize> = HashMap::new();
        let mut next = changes.first_number;
        for (row, change) in changes.rows.iter().enumerate() {
            let key = keys.get(row).and_then(|key| key.as_deref());
            let slot_of_key = key.and_then(|key| by_key.get(key).copied());
            let place_of_key = key.and_then(|key| there.by_key.get(key).copied());
            let found = match change.target {
                Target::New if slot_of_key.is_some() || place_of_key.is_some() => {
                    return Ok(Planned::Refused(Changed::NotUnique { row }));
                }
                Target::New => None,
                Target::Key => match (slot_of_key, place_of_key) {
                    (Some(slot), _) => Some(Ok(slot)),
                    (None, Some(place)) => Some(by_number.get(&place.number).copied().ok_or(place)),
                    (None, None) if changes.missing == Missing::Added => None,
                    (None, None) => return Ok(Planned::Refused(Changed::NotFound { row })),
                },
                Target::Number(number) => {
                    let slot = by_number.get(&number).copied();
                    let place = there.by_number.get(&number).copied();
                    let is_others = |other: i64| other != number;
                    let owner = match slot_of_key {
                        Some(slot) => Some(plan.slots[slot].number),
                        None => place_of_key.map(|place| place.number),
                    };
                    if owner.is_some_and(is_others) {
                        return Ok(Planned::Refused(Changed::NotUnique { row }));
                    }
                    match (slot, place) {
                        (Some(slot), _) => Some(Ok(slot)),
                        (None, Some(place)) => Some(Err(place)),
                        (None, None) => return Ok(Planned::Refused(Changed::NotFound { row })),
                    }
                }
            };
            let slot = match found {
                Some(Ok(slot)) => {
                    let cells = &mut plan.slots[slot].cells;
                    for (cell, new) in cells.iter_mut().zip(&change.cells) {
                        if new.is_some() {
                            cell.clone_from(new);
                        }
                    }
                    slot
                }
                Some(Err(place)) => {
                    plan.slots.push(Slot {
                        place: Some(place),
                        number: place.number,
                        cells: change.cells.clone(),
                    });
                    plan.slots.len() - 1
                }
                None => {
                    plan.slots.push(Slot {
                        place: None,
                        number: next,
                        cells: change.cells.clone(),
                    });
                    next += 1;
                    plan.slots.len() - 1
                }
            };
            let number = plan.slots[slot].number;
            by_number.insert(number, slot);
            if let Some(key) = key {
                by_key.insert(key, slot);
            }
            plan.numbers.push(number);
        }
        plan.layout = layout;
        Ok(Planned::Fits(plan))
    }

    /// Looks for the rows with these keys and numbers, in the files that can have them.
    async fn find_rows(
        &self,
        state: &State,
        layout: &Layout,
        changes: &RowChanges,
        keys: &[Option<Vec<u8>>],
    ) -> Result<There> {
        let wanted: HashSet<&[u8]> = keys.iter().filter_map(Option::as_deref).collect();
        let numbers: HashSet<i64> = changes
            .rows
            .iter()
            .filter_map(|row| match row.target {
                Target::Number(number) => Some(number),
                _ => None,
            })
            .collect();
        let mut there = There::default();
        if wanted.is_empty() && numbers.is_empty() {
            return Ok(there);
        }
        let first_keys = layout.first_keys(changes);
        let mut columns = vec![layout.number];
        columns.extend(&layout.key);
        let converter = layout.converter()?;
        for (at, file) in state.files.iter().enumerate() {
            let has_key = !wanted.is_empty()
                && layout
                    .key
                    .first()
                    .is_some_and(|key| can_hold(file, &state.columns[*key], &first_keys));
            let has_number = numbers.iter().any(|number| match range_of(file, ROW_NUMBER) {
                Some((least, most)) => {
                    least.as_i64().is_none_or(|least| least <= *number)
                        && most.as_i64().is_none_or(|most| *number <= most)
                }
                None => true,
            });
            if !has_key && (!has_number || numbers.is_empty()) {
                continue;
            }
            let mut batches = self.read_file(state, file, Some(&columns)).await?;
            let mut first = 0;
            while let Some(batch) = batches.try_next().await? {
                let row_numbers = batch.column(0).as_primitive::<Int64Type>();
                let rows = match (has_key, batch.columns().get(1..)) {
                    (true, Some(columns)) => Some(
                        converter
                            .convert_columns(columns)
                            .doing(|| "compare keys".into())?,
                    ),
                    _ => None,
                };
                for row in 0..batch.num_rows() {
                    let number = row_numbers.value(row);
                    let place = Place {
                        file: at,
                        row: first + row,
                        number,
                    };
                    if numbers.contains(&number) {
                        there.by_number.insert(number, place);
                    }
                    let Some(rows) = &rows else { continue };
                    let key = rows.row(row);
                    if wanted.contains(key.as_ref()) {
                        there.by_key.insert(key.as_ref().to_vec(), place);
                    }
                }
                first += batch.num_rows();
            }
        }
        Ok(there)
    }
}

/// Where the columns of changes are in their table.
#[derive(Default)]
pub struct Layout {
    number: usize,
    key: Vec<usize>,
    key_columns: Vec<Column>,
    /// For each column of the table, where the changes have it.
    given: Vec<Option<usize>>,
    /// For each key column, where the changes have it.
    key_given: Vec<Option<usize>>,
}

impl Layout {
    fn of(name: &str, state: &State, changes: &RowChanges) -> Result<Layout> {
        let number = number_place(state).ok_or_else(|| {
            Error::unfit(format!(
                "table {name:?} keeps no numbers of its rows; have it number them first"
            ))
        })?;
        let find = |column: &String| {
            let place = state.columns.iter().position(|known| known.name == *column);
            place.ok_or_else(|| Error::unfit(format!("table {name:?} has no column {column:?}")))
        };
        for column in &changes.columns {
            find(column)?;
        }
        let key: Vec<usize> = changes.key.iter().map(find).collect::<Result<_>>()?;
        let given_at = |column: &str| changes.columns.iter().position(|known| known == column);
        Ok(Layout {
            number,
            key_columns: key.iter().map(|at| state.columns[*at].clone()).collect(),
            key,
            given: state
                .columns
                .iter()
                .map(|column| given_at(&column.name))
                .collect(),
            key_given: changes.key.iter().map(|column| given_at(column)).collect(),
        })
    }

    /// The keys of rows as bytes that are alike where the keys are; none for a row that gives no whole key.
    fn keys(&self, changes: &RowChanges) -> Result<Vec<Option<Vec<u8>>>> {
        if self.key.is_empty() {
            return Ok(Vec::new());
        }
        let mut whole = Vec::with_capacity(changes.rows.len());
        let mut rows = Rows::new(self.key_columns.clone());
        for (n, row) in changes.rows.iter().enumerate() {
            let given: Vec<Option<&Value>> = self
                .key_given
                .iter()
                .map(|at| at.and_then(|at| row.cells.get(at)).and_then(Option::as_ref))
                .collect();
            let is_partly = given.iter().any(Option::is_some) && given.iter().any(Option::is_none);
            if is_partly && matches!(row.target, Target::Number(_)) {
                return Err(Error::unfit(format!(
                    "row {}: a part of its key is to change; give all columns of the key: {}",
                    n + 1,
                    changes.key.join(", ")
                )));
            }
            let key: Option<Vec<Value>> = given
                .into_iter()
                .map(|value| value.filter(|value| !value.is_null()).cloned())
                .collect();
            whole.push(key.is_some());
            rows.rows.extend(key);
        }
        let batch = plain::batch(&self.key_columns, &rows)?;
        let encoded = self
            .converter()?
            .convert_columns(batch.columns())
            .doing(|| "compare keys".into())?;
        let mut encoded = encoded.iter();
        Ok(whole
            .into_iter()
            .map(|is_whole| {
                if is_whole {
                    encoded.next().map(|row| row.as_ref().to_vec())
                } else {
                    None
                }
            })
            .collect())
    }

    /// The values that the first key column is looked for with, in their order.
    fn first_keys(&self, changes: &RowChanges) -> Vec<Value> {
        let Some(Some(at)) = self.key_given.first() else {
            return Vec::new();
        };
        let mut values: Vec<Value> = changes
            .rows
            .iter()
            .filter_map(|row| row.cells.get(*at).cloned().flatten())
            .collect();
        values.sort_by(|a, b| a.partial_cmp(b).unwrap_or(std::cmp::Ordering::Equal));
        values
    }

    fn converter(&self) -> Result<RowConverter> {
        let fields = self
            .key_columns
            .iter()
            .map(|column| SortField::new(plain::data_type(column.kind)))
            .collect();
        RowConverter::new(fields).doing(|| "compare keys".into())
    }

    /// A row of the table; what is not given is what `held` says.
    pub fn row(&self, state: &State, slot: &Slot, held: impl Fn(usize) -> Value) -> Vec<Value> {
        (0..state.columns.len())
            .map(|at| {
                if at == self.number {
                    return Value::Integer(slot.number);
                }
                let given = self.given[at].and_then(|at| slot.cells.get(at).cloned().flatten());
                given.unwrap_or_else(|| held(at))
            })
            .collect()
    }
}

/// Rows that were looked for and are there.
#[derive(Default)]
struct There {
    by_key: HashMap<Vec<u8>, Place>,
    by_number: HashMap<i64, Place>,
}

#[derive(Clone, Copy)]
pub struct Place {
    pub file: usize,
    pub row: usize,
    number: i64,
}

/// A row as it will be.
pub struct Slot {
    /// Where it stands; none for one that is added.
    pub place: Option<Place>,
    number: i64,
    cells: Vec<Option<Value>>,
}

pub struct Plan {
    pub layout: Layout,
    pub slots: Vec<Slot>,
    pub numbers: Vec<i64>,
}

pub enum Planned {
    Fits(Plan),
    Refused(Changed),
}

impl Plan {
    pub fn n_added(&self) -> u64 {
        self.slots.iter().filter(|slot| slot.place.is_none()).count() as u64
    }

    pub fn n_changed(&self) -> u64 {
        self.slots.len() as u64 - self.n_added()
    }
}

pub fn number_place(state: &State) -> Option<usize> {
    state.columns.iter().position(|column| column.name == ROW_NUMBER)
}

/// What the log says of the least and the largest value of a column in a file.
pub fn range_of(file: &DataFile, column: &str) -> Option<(serde_json::Value, serde_json::Value)> {
    let stats: serde_json::Value = serde_json::from_str(file.add.stats.as_deref()?).ok()?;
    let of = |key: &str| stats.get(key)?.get(column).cloned();
    Some((of("minValues")?, of("maxValues")?))
}

/// Whether a file may have a row with one of these values, which ascend, in a column.
fn can_hold(file: &DataFile, column: &Column, values: &[Value]) -> bool {
    let Some((least, most)) = range_of(file, &column.name) else {
        return true;
    };
    let (least, most) = match column.kind {
        Kind::Integer => (
            least.as_i64().map(Value::Integer),
            most.as_i64().map(Value::Integer),
        ),
        Kind::Text => (least.as_str().map(Value::from), most.as_str().map(Value::from)),
        _ => return true,
    };
    let (Some(least), Some(most)) = (least, most) else {
        return true;
    };
    let from = values.partition_point(|value| *value < least);
    values.get(from).is_some_and(|value| *value <= most)
}
