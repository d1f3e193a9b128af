//! The finest groups of one table, straight from its files.
//!
//! Texts are read as their Parquet dictionaries and never as texts; an expression over one such
//! column, or over small integers, is worked out once for each different value instead of each row.
//! Row groups are shared out evenly, so that equal runs give equal digits.

use std::sync::Arc;

use arrow::{
    array::{Array, ArrayRef, AsArray, BooleanArray, RecordBatch, new_null_array},
    compute::{cast, filter_record_batch, prep_null_mask_filter},
    datatypes::{DataType, Field, Float64Type, Int64Type, Schema, SchemaRef},
};
use datafusion::{
    common::DFSchema, execution::session_state::SessionState, logical_expr::Expr,
    physical_plan::PhysicalExpr, sql::sqlparser::ast::ExprWithAlias,
};
use futures::StreamExt;
use parquet::{
    arrow::{
        ParquetRecordBatchStreamBuilder, ProjectionMask,
        arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions},
    },
    file::metadata::ParquetMetaData,
};

use super::{
    CubeSpec,
    codes::{ColumnCodes, Pairs},
    groups::{Groups, Interner, Sums},
    no_number,
};
use crate::{
    error::{Doing, Error, Result},
    lake::{DataFile, Lake, State, StoredFile},
    plain,
    query::{Limits, Scope, Session, names},
    value::{Kind, Value},
};

/// Rows worked on at a time.
const BATCH: usize = 16 * 1024;

/// Computes the finest groups, or says that it cannot: for joins, and for what is no plain expression.
pub async fn finest(lake: &Lake, scope: &Scope, spec: &CubeSpec, limits: &Limits) -> Result<Option<Groups>> {
    let is_name = spec.from.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let Some((name, table)) = scope.find(spec.from.trim()).filter(|_| is_name) else {
        return Ok(None);
    };
    let state = lake.state(&table.table, table.version).await?;
    let session = Session::open(lake, limits);
    let Some(plan) = Plan::of(&session.context.state(), scope, name, &state, &table.hidden, spec)? else {
        return Ok(None);
    };
    let plan = Arc::new(plan);
    let units = Arc::new(units(lake, &state, &plan).await?);
    let n_workers = lake.engine().threads.min(units.len()).max(1);
    let mut workers = Vec::new();
    for at in 0..n_workers {
        let (lake, plan, units) = (lake.clone(), plan.clone(), units.clone());
        workers.push(tokio::spawn(async move {
            let mut worker = Worker::new(&plan);
            for unit in units.iter().skip(at).step_by(n_workers) {
                worker.read(&lake, &plan, unit).await?;
            }
            Ok::<_, Error>(worker.groups(&plan))
        }));
    }
    let mut parts = Vec::new();
    for worker in Workers(workers).all().await {
        parts.push(worker?);
    }
    Ok(Groups::join(parts))
}

/// Tasks that end when nobody waits for them any more.
struct Workers(Vec<tokio::task::JoinHandle<Result<Groups>>>);

impl Workers {
    async fn all(mut self) -> Vec<Result<Groups>> {
        let mut done = Vec::new();
        for worker in &mut self.0 {
            done.push(
                worker
                    .await
                    .doing(|| "compute a cube".into())
                    .and_then(|result| result),
            );
        }
        done
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        self.0.iter().for_each(tokio::task::JoinHandle::abort);
    }
}

/// What is read and how it is worked out.
struct Plan {
    /// The columns that are read; texts as dictionaries.
    schema: SchemaRef,
    filter: Option<Arc<dyn PhysicalExpr>>,
    dimensions: Vec<Worked>,
    sums: Vec<Worked>,
    kinds: Vec<Kind>,
    is_integer: Vec<bool>,
    /// Whether a column's values get codes.
    coded: Vec<bool>,
}

/// An expression and the cheapest way to work it out.
struct Worked {
    expr: Arc<dyn PhysicalExpr>,
    way: Way,
}

enum Way {
    /// The same for every row.
    Constant,
    /// Once for each different value of this column.
    ByValue(usize),
    ByRow,
}

impl Plan {
    fn of(
        session: &SessionState,
        scope: &Scope,
        name: &str,
        state: &State,
        hidden: &[String],
        spec: &CubeSpec,
    ) -> Result<Option<Plan>> {
        let fields: Vec<Field> = state
            .columns
            .iter()
            .filter(|column| !hidden.contains(&column.name))
            .map(|column| match column.kind {
                Kind::Text => Field::new(&column.name, dictionary(), true),
                _ => plain::field(column),
            })
            .collect();
        let names: Vec<String> = fields.iter().map(|field| field.name().clone()).collect();
        let Ok(whole) = DFSchema::try_from_qualified_schema(name, &Schema::new(fields.clone())) else {
            return Ok(None);
        };
        let dialect = session.config_options().sql_parser.dialect;
        let parse = |sql: &str| -> Option<Expr> {
            let mut expr = session.sql_to_expr(sql, &dialect).ok()?;
            names::settle(&mut expr, scope, &names);
            let expr = ExprWithAlias { expr, alias: None };
            let expr = session.create_logical_expr_from_sql_expr(expr, &whole).ok()?;
            (!expr.is_volatile()).then_some(expr)
        };
        let parse_all = |exprs: &[(String, String)]| {
            exprs
                .iter()
                .map(|(_, sql)| parse(sql))
                .collect::<Option<Vec<_>>>()
        };
        let (Some(dimensions), Some(sums)) = (parse_all(&spec.dimensions), parse_all(&spec.sums)) else {
            return Ok(None);
        };
        let filter = match spec.filter.as_deref().map(parse) {
            Some(None) => return Ok(None),
            Some(Some(filter)) => Some(filter),
            None => None,
        };
        // Only what is asked for is read.
        let is_used = |field: &&Field| {
            let mut exprs = dimensions.iter().chain(&sums).chain(&filter);
            exprs.any(|expr| {
                expr.column_refs()
                    .iter()
                    .any(|column| column.name() == field.name())
            })
        };
        let read: Vec<Field> = fields.iter().filter(is_used).cloned().collect();
        let schema: SchemaRef = Arc::new(Schema::new(read));
        let Ok(projected) = DFSchema::try_from_qualified_schema(name, &schema) else {
            return Ok(None);
        };
        let mut coded = vec![false; schema.fields().len()];
        let only_column = |expr: &Expr| {
            let columns = expr.column_refs();
            let mut places = columns
                .iter()
                .filter_map(|column| schema.index_of(column.name()).ok());
            (columns.len() == 1).then(|| places.next()).flatten()
        };
        let mut work_out = |expr: &Expr, codes_anyway: bool| -> Option<Worked> {
            let way = match only_column(expr) {
                None if expr.column_refs().is_empty() => Way::Constant,
                Some(at) if ColumnCodes::new(schema.field(at).data_type()).is_some() => {
                    let is_text = matches!(schema.field(at).data_type(), DataType::Dictionary(..));
                    coded[at] |= codes_anyway || is_text;
                    if coded[at] { Way::ByValue(at) } else { Way::ByRow }
                }
                _ => Way::ByRow,
            };
            let expr = session.create_physical_expr(expr.clone(), &projected).ok()?;
            Some(Worked { expr, way })
        };
        let worked: Option<Vec<Worked>> = dimensions.iter().map(|expr| work_out(expr, true)).collect();
        let summed: Option<Vec<Worked>> = sums.iter().map(|expr| work_out(expr, false)).collect();
        let (Some(dimensions), Some(sums)) = (worked, summed) else {
            return Ok(None);
        };
        let filter = match filter.map(|filter| session.create_physical_expr(filter, &projected)) {
            Some(Err(_)) => return Ok(None),
            Some(Ok(filter)) => Some(filter),
            None => None,
        };
        let kind = |worked: &Worked| {
            worked
                .expr
                .data_type(&schema)
                .ok()
                .map(|data_type| plain::kind_of(&data_type))
        };
        let Some(kinds) = dimensions.iter().map(kind).collect::<Option<Vec<_>>>() else {
            return Ok(None);
        };
        let mut is_integer = Vec::new();
        for (worked, (name, sql)) in sums.iter().zip(&spec.sums) {
            match kind(worked) {
                Some(Kind::Integer) => is_integer.push(true),
                Some(Kind::Decimal) => is_integer.push(false),
                _ => return Err(no_number(name, sql)),
            }
        }
        Ok(Some(Plan {
            schema,
            filter,
            dimensions,
            sums,
            kinds,
            is_integer,
            coded,
        }))
    }

    /// A batch whose column `at` holds `values` and whose others are empty.
    fn batch_of(&self, at: usize, values: &ArrayRef) -> Result<RecordBatch> {
        let n = values.len();
        let arrays = self.schema.fields().iter().enumerate().map(|(place, field)| {
            if place == at {
                values.clone()
            } else {
                new_null_array(field.data_type(), n)
            }
        });
        RecordBatch::try_new(self.schema.clone(), arrays.collect()).doing(|| "compute a cube".into())
    }
}

/// One row group of one file.
struct Unit {
    file: DataFile,
    metadata: ArrowReaderMetadata,
    row_group: usize,
}

async fn units(lake: &Lake, state: &State, plan: &Plan) -> Result<Vec<Unit>> {
    let mut units = Vec::new();
    for file in &state.files {
        let path = &file.path;
        let mut reader = StoredFile::new(lake.store().clone(), file);
        let found = ArrowReaderMetadata::load_async(&mut reader, ArrowReaderOptions::new()).await;
        let found = found.doing(|| format!("open {path}"))?;
        let fields = found.schema().fields().iter().map(|field| {
            let as_dictionary = plan
                .schema
                .field_with_name(field.name())
                .is_ok_and(|wanted| wanted.data_type() == &dictionary());
            if as_dictionary {
                Arc::new(Field::new(field.name(), dictionary(), true))
            } else {
                field.clone()
            }
        });
        let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
        let parquet: Arc<ParquetMetaData> = found.metadata().clone();
        let options = ArrowReaderOptions::new().with_schema(schema);
        let metadata = ArrowReaderMetadata::try_new(parquet, options).doing(|| format!("open {path}"))?;
        for row_group in 0..metadata.metadata().num_row_groups() {
            units.push(Unit {
                file: file.clone(),
                metadata: metadata.clone(),
                row_group,
            });
        }
    }
    Ok(units)
}

/// What one worker has found.
struct Worker {
    columns: Vec<Option<ColumnCodes>>,
    /// The codes of the batch in hand, by column.
    column_codes: Vec<Vec<u32>>,
    dimensions: Vec<DimensionCodes>,
    pairs: Vec<Pairs>,
    by_value: Vec<ByValue>,
    sums: Vec<Sums>,
    n_groups: usize,
    groups: Vec<u32>,
    codes: Vec<u32>,
}

#[derive(Default)]
struct DimensionCodes {
    interner: Interner,
    /// The dimension's code for each code of its column.
    of_column: Vec<u32>,
}

/// What to add for each code of a column, as far as it was worked out.
enum ByValue {
    Integer(Vec<i64>),
    Decimal(Vec<f64>),
}

impl Worker {
    fn new(plan: &Plan) -> Worker {
        let n_dimensions = plan.dimensions.len();
        let columns = plan.schema.fields().iter().zip(&plan.coded);
        Worker {
            columns: columns
                .map(|(field, is_coded)| {
                    if *is_coded {
                        ColumnCodes::new(field.data_type())
                    } else {
                        None
                    }
                })
                .collect(),
            column_codes: vec![Vec::new(); plan.schema.fields().len()],
            dimensions: (0..n_dimensions).map(|_| DimensionCodes::default()).collect(),
            pairs: (0..n_dimensions).map(|_| Pairs::default()).collect(),
            by_value: plan
                .is_integer
                .iter()
                .map(|whole| {
                    if *whole {
                        ByValue::Integer(Vec::new())
                    } else {
                        ByValue::Decimal(Vec::new())
                    }
                })
                .collect(),
            sums: plan
                .is_integer
                .iter()
                .map(|whole| {
                    if *whole {
                        Sums::Integer(Vec::new())
                    } else {
                        Sums::Decimal(Vec::new())
                    }
                })
                .collect(),
            n_groups: 0,
            groups: Vec::new(),
            codes: Vec::new(),
        }
    }

    async fn read(&mut self, lake: &Lake, plan: &Plan, unit: &Unit) -> Result<()> {
        let path = &unit.file.path;
        let reader = StoredFile::new(lake.store().clone(), &unit.file);
        let builder = ParquetRecordBatchStreamBuilder::new_with_metadata(reader, unit.metadata.clone());
        let roots: Vec<usize> = builder
            .schema()
            .fields()
            .iter()
            .enumerate()
            .filter(|(_, field)| plan.schema.index_of(field.name()).is_ok())
            .map(|(at, _)| at)
            .collect();
        if roots.is_empty() {
            // Nothing of the file is needed but how many rows it has.
            let n_rows = unit
                .metadata
                .metadata()
                .row_group(unit.row_group)
                .num_rows()
                .max(0) as usize;
            return self.add(plan, &empty(&plan.schema, n_rows)?);
        }
        let mask = ProjectionMask::roots(builder.parquet_schema(), roots);
        let mut batches = builder
            .with_row_groups(vec![unit.row_group])
            .with_projection(mask)
            .with_batch_size(BATCH)
            .build()
            .doing(|| format!("read {path}"))?;
        while let Some(batch) = batches.next().await {
            let batch = batch.doing(|| format!("read {path}"))?;
            self.add(plan, &conform(&plan.schema, &batch)?)?;
            // Reading from a warm store never waits; the time limit needs a moment to hold.
            tokio::task::consume_budget().await;
        }
        Ok(())
    }

    fn add(&mut self, plan: &Plan, batch: &RecordBatch) -> Result<()> {
        let filtered;
        let batch = match &plan.filter {
            Some(filter) => {
                filtered = kept(filter, batch)?;
                &filtered
            }
            None => batch,
        };
        let n_rows = batch.num_rows();
        if n_rows == 0 {
            return Ok(());
        }
        for (at, codes) in self.columns.iter_mut().enumerate() {
            if let Some(codes) = codes {
                codes.encode(batch.column(at), &mut self.column_codes[at]);
            }
        }
        self.groups.clear();
        self.groups.resize(n_rows, 0);
        let mut n_groups = 1;
        for at in 0..plan.dimensions.len() {
            self.dimension(plan, at, batch)?;
            let n_codes = self.dimensions[at].interner.values.len();
            // The first dimension is paired with nothing, so that only values of rows become groups.
            self.pairs[at].join(&mut self.groups, &self.codes, n_groups, n_codes);
            n_groups = self.pairs[at].len();
        }
        self.n_groups = self.n_groups.max(n_groups);
        for at in 0..plan.sums.len() {
            self.sums[at].resize(self.n_groups);
            self.sum(plan, at, batch)?;
        }
        Ok(())
    }

    /// Puts the batch's codes in a dimension into `self.codes`.
    fn dimension(&mut self, plan: &Plan, at: usize, batch: &RecordBatch) -> Result<()> {
        let worked = &plan.dimensions[at];
        let dimension = &mut self.dimensions[at];
        self.codes.clear();
        match worked.way {
            Way::ByValue(column) => {
                if let Some(codes) = &self.columns[column] {
                    let known = dimension.of_column.len();
                    if known < codes.len() {
                        let values = plan.batch_of(column, &codes.values_from(known))?;
                        let array = evaluate(&worked.expr, &values)?;
                        let new =
                            (0..array.len()).map(|row| dimension.interner.code(plain::value(&array, row)));
                        dimension.of_column.extend(new);
                    }
                }
                self.codes.extend(
                    self.column_codes[column]
                        .iter()
                        .map(|code| dimension.of_column[*code as usize]),
                );
            }
            Way::Constant | Way::ByRow => {
                let array = evaluate(&worked.expr, batch)?;
                let mut last: Option<(Value, u32)> = None;
                for row in 0..array.len() {
                    let value = plain::value(&array, row);
                    let code = match &last {
                        Some((known, code)) if *known == value => *code,
                        _ => {
                            let code = dimension.interner.code(value.clone());
                            last = Some((value, code));
                            code
                        }
                    };
                    self.codes.push(code);
                }
            }
        }
        Ok(())
    }

    fn sum(&mut self, plan: &Plan, at: usize, batch: &RecordBatch) -> Result<()> {
        let worked = &plan.sums[at];
        if let Way::ByValue(column) = worked.way
            && let Some(codes) = &self.columns[column]
        {
            let known = match &self.by_value[at] {
                ByValue::Integer(values) => values.len(),
                ByValue::Decimal(values) => values.len(),
            };
            if known < codes.len() {
                let values = plan.batch_of(column, &codes.values_from(known))?;
                let array = evaluate(&worked.expr, &values)?;
                match &mut self.by_value[at] {
                    ByValue::Integer(known) => {
                        known.extend(integers(&array)?.iter().map(Option::unwrap_or_default));
                    }
                    ByValue::Decimal(known) => {
                        known.extend(decimals(&array)?.iter().map(Option::unwrap_or_default));
                    }
                }
            }
            let rows = self.groups.iter().zip(&self.column_codes[column]);
            match (&mut self.sums[at], &self.by_value[at]) {
                (Sums::Integer(sums), ByValue::Integer(values)) => rows.for_each(|(group, code)| {
                    let sum = &mut sums[*group as usize];
                    *sum = sum.saturating_add(values[*code as usize]);
                }),
                (Sums::Decimal(sums), ByValue::Decimal(values)) => {
                    rows.for_each(|(group, code)| sums[*group as usize] += values[*code as usize]);
                }
                _ => {}
            }
            return Ok(());
        }
        let array = match worked.way {
            // One row is enough to know it.
            Way::Constant => evaluate(&worked.expr, &batch.slice(0, 1))?,
            _ => evaluate(&worked.expr, batch)?,
        };
        match &mut self.sums[at] {
            Sums::Integer(sums) => {
                let numbers = integers(&array)?;
                let mut add = |group: u32, n: i64| {
                    let sum = &mut sums[group as usize];
                    *sum = sum.saturating_add(n);
                };
                if numbers.len() == 1 && self.groups.len() > 1 {
                    let n = numbers.iter().flatten().next().unwrap_or_default();
                    self.groups.iter().for_each(|group| add(*group, n));
                } else if numbers.null_count() == 0 {
                    self.groups
                        .iter()
                        .zip(numbers.values())
                        .for_each(|(group, n)| add(*group, *n));
                } else {
                    self.groups
                        .iter()
                        .zip(numbers.iter())
                        .for_each(|(group, n)| add(*group, n.unwrap_or_default()));
                }
            }
            Sums::Decimal(sums) => {
                let numbers = decimals(&array)?;
                let mut add = |group: u32, x: f64| sums[group as usize] += x;
                if numbers.len() == 1 && self.groups.len() > 1 {
                    let x = numbers.iter().flatten().next().unwrap_or_default();
                    self.groups.iter().for_each(|group| add(*group, x));
                } else if numbers.null_count() == 0 {
                    self.groups
                        .iter()
                        .zip(numbers.values())
                        .for_each(|(group, x)| add(*group, *x));
                } else {
                    self.groups
                        .iter()
                        .zip(numbers.iter())
                        .for_each(|(group, x)| add(*group, x.unwrap_or_default()));
                }
            }
        }
        Ok(())
    }

    fn groups(mut self, plan: &Plan) -> Groups {
        let n_dimensions = plan.dimensions.len();
        let mut codes = vec![Vec::with_capacity(self.n_groups); n_dimensions];
        for group in 0..self.n_groups {
            let mut code = group as u32;
            for (pairs, codes) in self.pairs.iter().zip(&mut codes).rev() {
                let (before, own) = pairs.pair(code);
                codes.push(own);
                code = before;
            }
        }
        for sums in &mut self.sums {
            sums.resize(self.n_groups);
        }
        Groups {
            kinds: plan.kinds.clone(),
            values: self
                .dimensions
                .into_iter()
                .map(|dimension| dimension.interner.values)
                .collect(),
            codes,
            sums: self.sums,
            n: self.n_groups,
        }
    }
}

fn kept(filter: &Arc<dyn PhysicalExpr>, batch: &RecordBatch) -> Result<RecordBatch> {
    let value = filter.evaluate(batch).map_err(told)?;
    let array = value.into_array(batch.num_rows()).map_err(told)?;
    let mask: &BooleanArray = array
        .as_boolean_opt()
        .ok_or_else(|| Error::BadQuery("the filter is no condition; compare something in it".into()))?;
    let mask = if mask.null_count() > 0 {
        prep_null_mask_filter(mask)
    } else {
        mask.clone()
    };
    if mask.true_count() == batch.num_rows() {
        return Ok(batch.clone());
    }
    filter_record_batch(batch, &mask).doing(|| "filter rows".into())
}

/// An expression's values over a batch, in a plain type.
fn evaluate(expr: &Arc<dyn PhysicalExpr>, batch: &RecordBatch) -> Result<ArrayRef> {
    let value = expr.evaluate(batch).map_err(told)?;
    let array = value.into_array(batch.num_rows()).map_err(told)?;
    let to = plain::data_type(plain::kind_of(array.data_type()));
    plain::plain_array(&array, &to)
}

fn integers(array: &ArrayRef) -> Result<arrow::array::Int64Array> {
    let array = cast(array, &DataType::Int64).doing(|| "add numbers".into())?;
    Ok(array.as_primitive::<Int64Type>().clone())
}

fn decimals(array: &ArrayRef) -> Result<arrow::array::Float64Array> {
    let array = cast(array, &DataType::Float64).doing(|| "add numbers".into())?;
    Ok(array.as_primitive::<Float64Type>().clone())
}

fn conform(schema: &SchemaRef, batch: &RecordBatch) -> Result<RecordBatch> {
    let arrays = schema
        .fields()
        .iter()
        .map(|field| match batch.column_by_name(field.name()) {
            Some(array) if array.data_type() == field.data_type() => Ok(array.clone()),
            Some(array) => cast(array, field.data_type()).doing(|| format!("read column {:?}", field.name())),
            // A file from before the column was added.
            None => Ok(new_null_array(field.data_type(), batch.num_rows())),
        });
    RecordBatch::try_new(schema.clone(), arrays.collect::<Result<_>>()?).doing(|| "compute a cube".into())
}

fn empty(schema: &SchemaRef, n_rows: usize) -> Result<RecordBatch> {
    let arrays = schema
        .fields()
        .iter()
        .map(|field| new_null_array(field.data_type(), n_rows))
        .collect();
    let options = arrow::array::RecordBatchOptions::new().with_row_count(Some(n_rows));
    RecordBatch::try_new_with_options(schema.clone(), arrays, &options).doing(|| "compute a cube".into())
}

fn dictionary() -> DataType {
    DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8))
}

fn told(error: datafusion::error::DataFusionError) -> Error {
    crate::query::query_error(error, &Limits::default())
}
