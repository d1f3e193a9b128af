//! One search over one version of a table.

use std::sync::Arc;

use arrow::{
    array::{Array, AsArray, Float64Array},
    datatypes::{DataType, Int64Type},
};
use datafusion::{
    common::ScalarValue,
    dataframe::DataFrame,
    functions::string::expr_fn::concat_ws,
    logical_expr::{ColumnarValue, Expr, ScalarUDF, SortExpr, Volatility, cast, create_udf, lit},
    prelude::ident,
};
use futures::StreamExt;

use super::{Comparison, Condition, Field, Find, Found, Words};
use crate::{
    error::{Error, Result},
    lake::{Lake, ROW_NUMBER, State},
    query::{
        Limits, Session, TableVersion,
        counted::{Counted, PLACE},
        gather, query_error,
    },
    value::{Column, Kind, Value},
};

pub struct Finding {
    pub lake: Lake,
    pub table: TableVersion,
    pub state: Arc<State>,
    pub find: Find,
    pub limits: Limits,
}

/// The engine counts rows by signed numbers.
const MOST: usize = 1 << 48;

/// Rows by their places, with how well each matches.
pub struct Places {
    pub places: Vec<u64>,
    ranks: Vec<Vec<Value>>,
    n_all: Option<u64>,
}

impl Finding {
    pub async fn run(self) -> Result<Found> {
        for field in &self.find.fields {
            self.check(field)?;
        }
        if self.find.is_distinct {
            return self.distinct().await;
        }
        let found = match self.at_once() {
            Some(places) => places,
            None => self.places().await?,
        };
        let rows = self.rows(&found, 0..found.places.len()).await?;
        Ok(Found {
            rows,
            n_all: found.n_all,
        })
    }

    /// Reads what is asked for of some of the places.
    pub async fn rows(&self, found: &Places, range: std::ops::Range<usize>) -> Result<Vec<Vec<Value>>> {
        let wanted: Vec<Column> = self
            .find
            .fields
            .iter()
            .filter_map(|field| match field {
                Field::Number => self.number_column(),
                Field::Column(name) => self.column(name).ok(),
                Field::Rank(_) => None,
            })
            .cloned()
            .collect();
        let places = &found.places[range.clone()];
        let rows = self.lake.rows_at(&self.state, places, &wanted).await?;
        let filled = rows.into_iter().zip(places).zip(range).map(|((row, place), at)| {
            let mut cells = row.into_iter();
            self.find
                .fields
                .iter()
                .map(|field| match field {
                    Field::Rank(n) => found.ranks.get(at).and_then(|ranks| ranks.get(*n)).cloned(),
                    Field::Number if self.number_column().is_none() => {
                        i64::try_from(place + 1).ok().map(Value::Integer)
                    }
                    _ => cells.next(),
                })
                .map(|cell| cell.unwrap_or(Value::Null))
                .collect()
        });
        Ok(filled.collect())
    }

    /// The places of rows that nothing has to be read for.
    pub fn at_once(&self) -> Option<Places> {
        if !self.find.words.is_empty() {
            return None;
        }
        let n_rows = self.state.n_rows();
        let is_backwards = match self.find.order.as_slice() {
            [] => false,
            [order] if order.field == Field::Number => order.is_descending,
            _ => return None,
        };
        let matching: Vec<std::ops::Range<u64>> = match &self.find.condition {
            Condition::All(all) if all.is_empty() => std::iter::once(0..n_rows).collect(),
            // Where numbers are places, a number says where the row is.
            condition if self.number_column().is_none() => places_of(condition, n_rows)?,
            _ => return None,
        };
        let n_all: u64 = matching.iter().map(|range| range.end - range.start).sum();
        let (skip, n) = (self.find.offset, self.find.n_rows);
        let all = matching.into_iter().flatten();
        let places = if is_backwards {
            let first = n_all.saturating_sub((skip as u64).saturating_add(n as u64));
            let n_here = n_all.saturating_sub(skip as u64).saturating_sub(first);
            let mut places: Vec<u64> = all.skip(first as usize).take(n_here as usize).collect();
            places.reverse();
            places
        } else {
            all.skip(skip).take(n).collect()
        };
        Some(Places {
            places,
            ranks: Vec::new(),
            n_all: self.find.is_counted.then_some(n_all),
        })
    }

    /// Reads the columns that decide which rows are meant and how they are ordered.
    pub async fn places(&self) -> Result<Places> {
        let failed = |error| query_error(error, &self.limits);
        let frame = self.matching().await?;
        let n_ranks = self.find.words.len();
        let mut selected = vec![ident(PLACE)];
        selected.extend((0..n_ranks).map(|n| ident(rank_name(n))));
        let by_rank = self.find.order.is_empty() && n_ranks > 0;
        if self.find.order.is_empty() && !by_rank {
            let stream = frame
                .select(selected)
                .map_err(failed)?
                .execute_stream()
                .await
                .map_err(failed)?;
            return self.window(stream).await;
        }
        let n_all = match self.find.is_counted {
            true => Some(frame.clone().count().await.map_err(failed)? as u64),
            false => None,
        };
        let mut order: Vec<SortExpr> = Vec::new();
        if by_rank {
            order.extend((0..n_ranks).map(|n| ident(rank_name(n)).sort(false, false)));
        }
        for by in &self.find.order {
            order.push(self.field(&by.field)?.sort(!by.is_descending, by.is_null_first));
        }
        order.push(ident(PLACE).sort(true, false));
        let frame = frame
            .sort(order)
            .and_then(|frame| frame.limit(self.find.offset.min(MOST), Some(self.find.n_rows.min(MOST))))
            .and_then(|frame| frame.select(selected))
            .map_err(failed)?;
        let columns = vec![Column::new(PLACE, Kind::Integer); 1 + n_ranks];
        let limits = Limits {
            rows: usize::MAX,
            ..self.limits
        };
        let answer = gather(columns, frame.execute_stream().await.map_err(failed)?, &limits).await?;
        let mut found = Places {
            places: Vec::new(),
            ranks: Vec::new(),
            n_all,
        };
        for mut row in answer.rows {
            let ranks = row.split_off(1);
            let place = row.first().and_then(Value::as_integer).unwrap_or_default();
            found.places.push(u64::try_from(place).unwrap_or_default());
            found.ranks.push(ranks);
        }
        Ok(found)
    }

    /// Keeps the places of the page and counts the rest, or stops behind the page where nobody counts.
    async fn window(&self, mut stream: datafusion::execution::SendableRecordBatchStream) -> Result<Places> {
        let end = self.find.offset.saturating_add(self.find.n_rows);
        let (mut n, mut places) = (0_usize, Vec::new());
        while let Some(batch) = stream.next().await {
            let batch = batch.map_err(|error| query_error(error, &self.limits))?;
            let here = batch.column(0).as_primitive::<Int64Type>().values();
            let from = self.find.offset.saturating_sub(n).min(here.len());
            let to = end.saturating_sub(n).min(here.len());
            places.extend(
                here[from..to]
                    .iter()
                    .map(|place| u64::try_from(*place).unwrap_or_default()),
            );
            n += here.len();
            if n >= end && !self.find.is_counted {
                break;
            }
        }
        Ok(Places {
            places,
            ranks: Vec::new(),
            n_all: self.find.is_counted.then_some(n as u64),
        })
    }

    async fn distinct(&self) -> Result<Found> {
        let failed = |error| query_error(error, &self.limits);
        let fields = &self.find.fields;
        let named: Vec<Expr> = fields
            .iter()
            .enumerate()
            .map(|(at, field)| Ok(self.field(field)?.alias(format!("f{at}"))))
            .collect::<Result<_>>()?;
        let frame = self
            .matching()
            .await?
            .select(named)
            .and_then(DataFrame::distinct)
            .map_err(failed)?;
        let n_all = match self.find.is_counted {
            true => Some(frame.clone().count().await.map_err(failed)? as u64),
            false => None,
        };
        let place_of = |field: &Field| fields.iter().position(|known| known == field);
        let mut order: Vec<SortExpr> = Vec::new();
        for by in &self.find.order {
            let at = place_of(&by.field).ok_or_else(|| {
                Error::BadQuery("rows that stand once can be ordered by what is given of them only".into())
            })?;
            order.push(ident(format!("f{at}")).sort(!by.is_descending, by.is_null_first));
        }
        // Pages of one answer must not overlap.
        order.extend((0..fields.len()).map(|at| ident(format!("f{at}")).sort(true, false)));
        let stream = frame
            .sort(order)
            .and_then(|frame| frame.limit(self.find.offset.min(MOST), Some(self.find.n_rows.min(MOST))))
            .map_err(failed)?
            .execute_stream()
            .await
            .map_err(failed)?;
        let columns = vec![Column::new("f", Kind::Text); fields.len()];
        let limits = Limits {
            rows: usize::MAX,
            ..self.limits
        };
        let rows = gather(columns, stream, &limits).await?.rows;
        Ok(Found { rows, n_all })
    }

    /// The rows that the condition and the words let through, with a column for how well they match each of the words.
    async fn matching(&self) -> Result<DataFrame> {
        let failed = |error| query_error(error, &self.limits);
        let session = Session::in_order(&self.lake, &self.limits);
        let hidden: Vec<String> = self
            .table
            .hidden
            .iter()
            .filter(|name| *name != ROW_NUMBER)
            .cloned()
            .collect();
        let rows = Counted::new(&self.lake, &self.table.table, &self.state, &hidden);
        let mut frame = session.context.read_table(Arc::new(rows)).map_err(failed)?;
        let is_everything = matches!(&self.find.condition, Condition::All(all) if all.is_empty());
        if !is_everything {
            frame = frame.filter(self.holds(&self.find.condition)?).map_err(failed)?;
        }
        for (n, words) in self.find.words.iter().enumerate() {
            let mut texts = Vec::with_capacity(words.columns.len());
            for name in &words.columns {
                texts.push(cast(ident(&self.column(name)?.name), DataType::Utf8));
            }
            let text = if texts.is_empty() {
                lit("")
            } else {
                concat_ws(lit(" "), texts)
            };
            frame = frame
                .with_column(&rank_name(n), ranking(words).call(vec![text]))
                .and_then(|frame| frame.filter(ident(rank_name(n)).is_not_null()))
                .map_err(failed)?;
        }
        Ok(frame)
    }

    fn holds(&self, condition: &Condition) -> Result<Expr> {
        Ok(match condition {
            Condition::All(all) => joined(self.each(all)?, Expr::and).unwrap_or_else(|| lit(true)),
            Condition::Any(any) => joined(self.each(any)?, Expr::or).unwrap_or_else(|| lit(false)),
            Condition::In { field, values } if values.is_empty() => {
                self.field(field)?;
                lit(false)
            }
            Condition::In { field, values } => self
                .field(field)?
                .in_list(values.iter().map(literal).collect(), false),
            Condition::IsNull { field } => self.field(field)?.is_null(),
            Condition::Compare { field, how, value } => {
                let (field, value) = (self.field(field)?, literal(value));
                match how {
                    Comparison::Less => field.lt(value),
                    Comparison::AtMost => field.lt_eq(value),
                    Comparison::More => field.gt(value),
                    Comparison::AtLeast => field.gt_eq(value),
                }
            }
        })
    }

    fn each(&self, conditions: &[Condition]) -> Result<Vec<Expr>> {
        conditions.iter().map(|condition| self.holds(condition)).collect()
    }

    fn field(&self, field: &Field) -> Result<Expr> {
        self.check(field)?;
        Ok(match field {
            Field::Number => match self.number_column() {
                Some(column) => ident(&column.name),
                None => ident(PLACE) + lit(1_i64),
            },
            Field::Column(name) => ident(name),
            Field::Rank(n) => ident(rank_name(*n)),
        })
    }

    pub fn check(&self, field: &Field) -> Result<()> {
        match field {
            Field::Column(name) => self.column(name).map(drop),
            Field::Rank(n) if *n >= self.find.words.len() => Err(Error::BadQuery(
                "a rank was asked for where no words are looked for".into(),
            )),
            _ => Ok(()),
        }
    }

    /// A column that the table shows.
    fn column(&self, name: &str) -> Result<&Column> {
        let found = self.state.columns.iter().find(|column| column.name == name);
        found
            .filter(|column| !self.table.hidden.contains(&column.name) && column.name != ROW_NUMBER)
            .ok_or_else(|| {
                Error::BadQuery(format!(
                    "there is no column {name:?}; the table's page lists its columns"
                ))
            })
    }

    fn number_column(&self) -> Option<&Column> {
        self.state.columns.iter().find(|column| column.name == ROW_NUMBER)
    }
}

/// The places that a condition on numbers alone means, in their order; nothing where it is more than that.
fn places_of(condition: &Condition, n_rows: u64) -> Option<Vec<std::ops::Range<u64>>> {
    let clamped = |number: i64| u64::try_from(number).unwrap_or_default().min(n_rows);
    match condition {
        Condition::Compare {
            field: Field::Number,
            how,
            value,
        } => {
            let number = value.as_integer()?;
            Some(vec![match how {
                Comparison::More => clamped(number)..n_rows,
                Comparison::AtLeast => clamped(number.saturating_sub(1))..n_rows,
                Comparison::Less => 0..clamped(number.saturating_sub(1)),
                Comparison::AtMost => 0..clamped(number),
            }])
        }
        Condition::In {
            field: Field::Number,
            values,
        } => {
            let mut numbers: Vec<u64> = values
                .iter()
                .map(|value| value.as_integer().and_then(|number| u64::try_from(number).ok()))
                .map(|number| number.unwrap_or_default())
                .filter(|number| (1..=n_rows).contains(number))
                .collect();
            numbers.sort_unstable();
            numbers.dedup();
            Some(numbers.into_iter().map(|number| number - 1..number).collect())
        }
        _ => None,
    }
}

/// Joins conditions in a tree that is as shallow as it can be.
fn joined(mut all: Vec<Expr>, with: fn(Expr, Expr) -> Expr) -> Option<Expr> {
    while all.len() > 1 {
        let mut pairs = Vec::with_capacity(all.len().div_ceil(2));
        let mut rest = all.into_iter();
        while let Some(one) = rest.next() {
            pairs.push(match rest.next() {
                Some(other) => with(one, other),
                None => one,
            });
        }
        all = pairs;
    }
    all.pop()
}

fn literal(value: &Value) -> Expr {
    match value {
        Value::Null => lit(ScalarValue::Null),
        Value::Text(text) => lit(text.as_str()),
        Value::Integer(n) => lit(*n),
        Value::Decimal(x) => lit(*x),
        Value::Flag(flag) => lit(*flag),
        Value::Date(days) => lit(ScalarValue::Date32(Some(*days))),
        Value::Instant(micros) => lit(ScalarValue::TimestampMicrosecond(
            Some(*micros),
            Some("UTC".into()),
        )),
    }
}

fn rank_name(n: usize) -> String {
    format!("__rank{n}")
}

/// The words as a function of the engine. It counts as volatile so that it is called once for each row.
fn ranking(words: &Words) -> ScalarUDF {
    let rank = words.rank.clone();
    let ranked = move |arguments: &[ColumnarValue]| {
        let arrays = ColumnarValue::values_to_arrays(arguments)?;
        let texts = arrays[0].as_string::<i32>();
        let ranks: Float64Array = (0..texts.len())
            .map(|at| {
                if texts.is_null(at) {
                    None
                } else {
                    rank(texts.value(at))
                }
            })
            .collect();
        Ok(ColumnarValue::Array(Arc::new(ranks)))
    };
    create_udf(
        "rank",
        vec![DataType::Utf8],
        DataType::Float64,
        Volatility::Volatile,
        Arc::new(ranked),
    )
}
