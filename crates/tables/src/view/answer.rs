//! Pages, facets and descriptions of a view, from the columns kept in memory.

use std::sync::Arc;

use datafusion::prelude::ident;

use super::{
    Facet, Filter, Place, Seen, Start, Statistics, View, cold,
    column::{Coded, each},
    hot::Table,
    mask::Mask,
    shown, statistics,
    test::{Ready, Test},
};
use crate::{
    error::{Error, Result},
    lake::Lake,
    query::{Limits, Session, Sort, TableVersion, gather, query_error},
    value::{Column, Value},
};

pub async fn page(lake: &Lake, wanted: &TableVersion, view: &View, limits: Limits) -> Result<Seen> {
    let table = lake.hot().table(lake, wanted).await?;
    let columns = columns_of(&table, wanted, view)?;
    let filters = ready(&table, wanted, &view.filters)?;
    let sorted = match &view.sort {
        Some(sort) => {
            shown(wanted, &table.state.columns, &sort.column)?;
            let at = place_of(&table, &sort.column)?;
            match table.coded(lake, &[at]).await?.pop().flatten() {
                Some(coded) => Some((at, coded, sort.descending)),
                None => return engine_page(lake, wanted, view, &table, &columns, limits).await,
            }
        }
        None => None,
    };
    let mask = table.mask(lake, &filters).await?;
    let mask = mask.unwrap_or_else(|| Mask::all(table.n_rows()));
    let n_found = mask.count();
    let (rows, n_before) = match &sorted {
        Some((at, coded, descending)) => {
            let order = Order::of(coded, &mask, *descending);
            let column = &table.state.columns[*at];
            let (first, n) = span(view, n_found, |place, past| order.rank(column, place, past));
            (order.rows(first, n), first)
        }
        None => {
            let rank = |place: &Place, past: Past| {
                let row = usize::try_from(place.row).unwrap_or(usize::MAX);
                Ok(mask.rank(match past {
                    Past::It => row.saturating_add(1),
                    Past::Others => row,
                }))
            };
            let (first, n) = span(view, n_found, rank);
            (mask.rows_after(first).take(n).collect(), first)
        }
    };
    let values = values(lake, &table, &columns, &rows).await?;
    let place = |row: Option<&usize>| {
        row.map(|row| Place {
            row: *row as u64,
            value: sorted
                .as_ref()
                .map(|(_, coded, _)| coded.value(*row))
                .filter(|value| !value.is_null())
                .map(|value| value.to_string()),
        })
    };
    let is_last = n_before + rows.len() >= n_found;
    Ok(Seen {
        columns: columns
            .iter()
            .map(|at| table.state.columns[*at].clone())
            .collect(),
        numbers: rows.iter().map(|row| *row as u64).collect(),
        n_found: n_found as u64,
        n_before: n_before as u64,
        previous: if n_before > 0 { place(rows.first()) } else { None },
        next: if is_last { None } else { place(rows.last()) },
        rows: values,
    })
}

pub async fn facets(
    lake: &Lake,
    wanted: &TableVersion,
    filters: &[Filter],
    columns: &[String],
    most: usize,
) -> Result<Vec<Facet>> {
    let table = lake.hot().table(lake, wanted).await?;
    let filters = ready(&table, wanted, filters)?;
    let mask = table.mask(lake, &filters).await?;
    let mask = mask.unwrap_or_else(|| Mask::all(table.n_rows()));
    let mut facets = Vec::new();
    for name in columns {
        shown(wanted, &table.state.columns, name)?;
        let at = place_of(&table, name)?;
        let Some(coded) = table.coded(lake, &[at]).await?.pop().flatten() else {
            return Err(too_many(name));
        };
        let counts = coded.counts(&mask);
        let mut found: Vec<(usize, u64)> = counts.into_iter().enumerate().filter(|(_, n)| *n > 0).collect();
        let n_distinct = found.iter().filter(|(code, _)| *code > 0).count() as u64;
        let by_number = |a: &(usize, u64), b: &(usize, u64)| b.1.cmp(&a.1).then(a.0.cmp(&b.0));
        if found.len() > most && most > 0 {
            found.select_nth_unstable_by(most - 1, by_number);
        }
        found.truncate(most);
        found.sort_unstable_by(by_number);
        facets.push(Facet {
            column: name.clone(),
            values: found
                .into_iter()
                .map(|(code, n)| (coded.value_of(code), n))
                .collect(),
            n_distinct,
        });
    }
    Ok(facets)
}

pub async fn statistics(
    lake: &Lake,
    wanted: &TableVersion,
    filters: &[Filter],
    name: &str,
) -> Result<Statistics> {
    let table = lake.hot().table(lake, wanted).await?;
    let filters = ready(&table, wanted, filters)?;
    shown(wanted, &table.state.columns, name)?;
    let at = place_of(&table, name)?;
    let mask = table.mask(lake, &filters).await?;
    let mask = mask.unwrap_or_else(|| Mask::all(table.n_rows()));
    let kind = table.state.columns[at].kind;
    match table.coded(lake, &[at]).await?.pop().flatten() {
        Some(coded) => Ok(statistics::of_counts(kind, &coded, &coded.counts(&mask))),
        None => {
            let footers = table.footers(lake).await?;
            let mut sums = statistics::Sums::default();
            cold::scan(lake, &table.state, &footers, &[at], |first, columns| {
                let array = crate::plain::plain_array(&columns[0], &crate::plain::data_type(kind))?;
                let rows = mask.rows_after(mask.rank(first));
                for row in rows.take_while(|row| *row < first + array.len()) {
                    sums.see(crate::plain::value(&array, row - first));
                }
                Ok(())
            })
            .await?;
            Ok(sums.finish(kind))
        }
    }
}

/// Filters with their values read; a column that may not be seen cannot be asked about either.
pub fn ready(
    table: &Table,
    wanted: &TableVersion,
    filters: &[Filter],
) -> Result<Vec<(usize, Filter, Ready)>> {
    filters
        .iter()
        .map(|filter| {
            let column = shown(wanted, &table.state.columns, &filter.column)?;
            let test = Ready::read(column, &filter.test)?;
            Ok((place_of(table, &filter.column)?, filter.clone(), test))
        })
        .collect()
}

pub fn too_many(column: &str) -> Error {
    Error::BadQuery(format!(
        "column {column:?} has too many different values to be counted one by one; choose a column with fewer"
    ))
}

pub fn place_of(table: &Table, name: &str) -> Result<usize> {
    table
        .position(name)
        .ok_or_else(|| Error::BadQuery(format!("there is no column {name:?}")))
}

/// The frame of a view for the query engine, with its columns.
pub async fn frame(
    session: &Session,
    lake: &Lake,
    wanted: &TableVersion,
    view: &View,
    limits: &Limits,
) -> Result<(Vec<Column>, datafusion::dataframe::DataFrame)> {
    let failed = |error| query_error(error, limits);
    let state = lake.state(&wanted.table, wanted.version).await?;
    session.add(lake, "t", wanted).await?;
    let mut frame = session.context.table("t").await.map_err(failed)?;
    for filter in &view.filters {
        let column = shown(wanted, &state.columns, &filter.column)?;
        let expr = Ready::read(column, &filter.test)?.expr(column);
        frame = frame.filter(expr).map_err(failed)?;
    }
    if let Some(Sort { column, descending }) = &view.sort {
        let column = shown(wanted, &state.columns, column)?;
        let by = ident(&column.name).sort(!descending, false);
        frame = frame.sort(vec![by]).map_err(failed)?;
    }
    let columns: Vec<Column> = if view.columns.is_empty() {
        wanted.shown(&state.columns)
    } else {
        view.columns
            .iter()
            .map(|name| shown(wanted, &state.columns, name).cloned())
            .collect::<Result<_>>()?
    };
    crate::query::refuse_nothing(&columns)?;
    let names: Vec<_> = columns.iter().map(|column| ident(&column.name)).collect();
    Ok((columns, frame.select(names).map_err(failed)?))
}

/// A page in an order that is not kept in memory.
async fn engine_page(
    lake: &Lake,
    wanted: &TableVersion,
    view: &View,
    table: &Arc<Table>,
    columns: &[usize],
    limits: Limits,
) -> Result<Seen> {
    let filters = ready(table, wanted, &view.filters)?;
    let n_found = match table.mask(lake, &filters).await? {
        Some(mask) => mask.count(),
        None => table.n_rows(),
    };
    let first = match &view.start {
        Start::Row(first) => (*first).min(n_found),
        // Its pages lead on by numbers, so such a link was made by nobody.
        Start::After(_) | Start::Before(_) => 0,
    };
    let columns: Vec<Column> = columns
        .iter()
        .map(|at| table.state.columns[*at].clone())
        .collect();
    let asked = View {
        columns: columns.iter().map(|column| column.name.clone()).collect(),
        ..view.clone()
    };
    let session = Session::in_order(lake, &limits);
    let failed = |error| query_error(error, &limits);
    let (_, frame) = frame(&session, lake, wanted, &asked, &limits).await?;
    let stream = frame
        .limit(first, Some(view.n_rows))
        .map_err(failed)?
        .execute_stream()
        .await
        .map_err(failed)?;
    let answer = gather(columns, stream, &limits).await?;
    Ok(Seen {
        columns: answer.columns,
        rows: answer.rows,
        numbers: Vec::new(),
        n_found: n_found as u64,
        n_before: first as u64,
        previous: None,
        next: None,
    })
}

/// The columns of a view by their places.
fn columns_of(table: &Table, wanted: &TableVersion, view: &View) -> Result<Vec<usize>> {
    let all = &table.state.columns;
    if view.columns.is_empty() {
        return Ok((0..all.len())
            .filter(|at| !wanted.hidden.contains(&all[*at].name))
            .collect());
    }
    view.columns
        .iter()
        .map(|name| {
            shown(wanted, all, name)?;
            place_of(table, name)
        })
        .collect()
}

/// The rows of a page: how many stand before it, and how many it has.
fn span(view: &View, n_found: usize, rank: impl Fn(&Place, Past) -> Result<usize>) -> (usize, usize) {
    let (first, n) = match &view.start {
        Start::Row(first) => (*first, view.n_rows),
        Start::After(place) => (rank(place, Past::It).unwrap_or_default(), view.n_rows),
        Start::Before(place) => {
            let end = rank(place, Past::Others).unwrap_or_default();
            let first = end.saturating_sub(view.n_rows);
            (first, end - first)
        }
    };
    let first = first.min(n_found);
    (first, n.min(n_found - first))
}

/// Whether a place's own row is counted with those before it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Past {
    It,
    Others,
}

/// The rows of a set in the order of a column, without putting them all in order.
struct Order<'a> {
    coded: &'a Coded,
    mask: &'a Mask,
    descending: bool,
    /// How many rows stand before those of each code, in the order.
    before: Vec<usize>,
}

impl<'a> Order<'a> {
    fn of(coded: &'a Coded, mask: &'a Mask, descending: bool) -> Order<'a> {
        let counts = coded.counts(mask);
        let mut order = Order {
            coded,
            mask,
            descending,
            before: Vec::with_capacity(counts.len() + 1),
        };
        let mut sum = 0;
        for turn in 0..counts.len() {
            order.before.push(sum);
            sum += usize::try_from(counts[order.code(turn)]).unwrap_or_default();
        }
        order.before.push(sum);
        order
    }

    /// The code whose rows come `turn`th; empty values come last.
    fn code(&self, turn: usize) -> usize {
        let n_values = self.coded.n_codes() - 1;
        match turn {
            _ if turn >= n_values => 0,
            _ if self.descending => n_values - turn,
            _ => turn + 1,
        }
    }

    fn turn(&self, code: usize) -> usize {
        let n_values = self.coded.n_codes() - 1;
        match code {
            0 => n_values,
            _ if self.descending => n_values - code,
            _ => code - 1,
        }
    }

    /// How many rows stand before a place.
    fn rank(&self, column: &Column, place: &Place, past: Past) -> Result<usize> {
        let code = match &place.value {
            None => 0,
            Some(text) => {
                let wanted = match Ready::read(column, &Test::From(text.clone()))? {
                    Ready::From(value) => value,
                    _ => Value::Null,
                };
                let (mut low, mut high) = (1, self.coded.n_codes());
                while low < high {
                    let middle = usize::midpoint(low, high);
                    if self.coded.value_of(middle) < wanted {
                        low = middle + 1;
                    } else {
                        high = middle;
                    }
                }
                if low == self.coded.n_codes() || self.coded.value_of(low) != wanted {
                    // The value is gone since: the place lies between its neighbours.
                    let turn = if self.descending {
                        self.coded.n_codes() - low
                    } else {
                        low - 1
                    };
                    return Ok(self.before[turn]);
                }
                low
            }
        };
        let row = usize::try_from(place.row).unwrap_or(usize::MAX);
        let same = |other: usize| match past {
            Past::It => other <= row,
            Past::Others => other < row,
        };
        let n_same = each!(&self.coded.codes, codes => self
            .mask
            .rows()
            .take_while(|other| same(*other))
            .filter(|other| codes[*other] as usize == code)
            .count());
        Ok(self.before[self.turn(code)] + n_same)
    }

    /// `n` rows after the first ones.
    fn rows(&self, first: usize, n: usize) -> Vec<usize> {
        if n == 0 {
            return Vec::new();
        }
        let end = first + n;
        let turn_at = |at: usize| self.before.partition_point(|before| *before <= at) - 1;
        let (low, high) = (turn_at(first), turn_at(end - 1));
        let mut next = self.before[low..=high].to_vec();
        let mut found = vec![0; n];
        let mut left = n;
        each!(&self.coded.codes, codes => {
            for row in self.mask.rows() {
                let turn = self.turn(codes[row] as usize);
                if turn < low || turn > high {
                    continue;
                }
                let place = next[turn - low];
                next[turn - low] += 1;
                if (first..end).contains(&place) {
                    found[place - first] = row;
                    left -= 1;
                    if left == 0 {
                        break;
                    }
                }
            }
        });
        found
    }
}

/// The values of rows: from memory where they are there, else from the files.
async fn values(
    lake: &Lake,
    table: &Arc<Table>,
    columns: &[usize],
    rows: &[usize],
) -> Result<Vec<Vec<Value>>> {
    if table.is_small() {
        table.coded(lake, columns).await?;
    }
    let kept = table.in_memory(lake, columns);
    let mut missing: Vec<usize> = columns
        .iter()
        .copied()
        .filter(|at| !kept.contains_key(at))
        .collect();
    missing.sort_unstable();
    missing.dedup();
    let read = if missing.is_empty() || rows.is_empty() {
        vec![Vec::new(); rows.len()]
    } else {
        let footers = table.footers(lake).await?;
        let read = cold::rows(lake, &table.state, &footers, &missing, rows).await?;
        table.warm(lake, missing.clone());
        read
    };
    Ok(rows
        .iter()
        .zip(read)
        .map(|(row, mut read)| {
            columns
                .iter()
                .map(|at| match kept.get(at) {
                    Some(coded) => coded.value(*row),
                    None => {
                        let place = missing.binary_search(at).ok();
                        place
                            .and_then(|place| read.get_mut(place))
                            .map_or(Value::Null, |value| value.clone())
                    }
                })
                .collect()
        })
        .collect())
}
