//! Tables beside the one that is counted: each row finds at most one row of theirs by a key.
//!
//! `member JOIN household ON member.instance_id = household.instance_id` keeps the households in memory and reads the members once.
//! Deliberately absent: keys of several columns, keys that are not unique, and joins of what does not fit into memory: those are
//! for the engine.

use std::{collections::HashMap, sync::Arc};

use arrow::{
    array::{
        Array, ArrayRef, AsArray, BooleanArray, DictionaryArray, Int32Array, RecordBatch, StringArray,
        UInt32Array, new_empty_array,
    },
    compute::{cast, concat, filter, is_not_null, take},
    datatypes::{DataType, Field, Int32Type, Int64Type, Schema, SchemaRef, UInt32Type},
};
use datafusion::{
    execution::session_state::SessionState,
    physical_plan::PhysicalExpr,
    sql::{
        parser::Statement as Parsed,
        sqlparser::ast::{
            Expr as Written, Ident, JoinConstraint, JoinOperator, ObjectNamePart, SetExpr, Statement,
            TableFactor,
        },
    },
};
use foldhash::fast::FixedState;
use futures::StreamExt;

use super::{
    codes::ColumnCodes,
    work::{batch, dictionary, evaluate},
};
use crate::{
    error::{Doing, Error, Result},
    lake::Lake,
    plain,
    query::{Limits, Scope, Session, query_error},
    value::Kind,
};

/// What stands behind FROM: one table, and what its rows are joined with.
pub struct Tables {
    /// What expressions call it.
    pub name: String,
    /// Its name in the scope.
    pub table: String,
    pub sides: Vec<JoinedSide>,
}

/// A table or a question in brackets that rows are joined with.
pub struct JoinedSide {
    pub name: String,
    /// Its name in the scope, where it is a table.
    pub table: Option<String>,
    /// As it is written behind FROM.
    pub written: String,
    pub on: Written,
    /// Whether rows that find nothing stay.
    pub keeps_all: bool,
}

impl Tables {
    /// Reads what stands behind FROM; none where it is something else than a table and inner or left joins.
    pub fn read(session: &SessionState, scope: &Scope, from: &str) -> Option<Tables> {
        let dialect = session.config_options().sql_parser.dialect;
        let sql = format!("SELECT 1 FROM {from}");
        let Ok(Parsed::Statement(statement)) = session.sql_to_statement(&sql, &dialect) else {
            return None;
        };
        let Statement::Query(query) = *statement else {
            return None;
        };
        let SetExpr::Select(select) = query.body.as_ref() else {
            return None;
        };
        let [only] = select.from.as_slice() else {
            return None;
        };
        // Nothing but tables may stand there.
        if query.to_string() != format!("SELECT 1 FROM {only}") {
            return None;
        }
        let (name, table) = called(scope, &only.relation)?;
        let mut sides = Vec::new();
        for join in &only.joins {
            let (on, keeps_all) = match &join.join_operator {
                JoinOperator::Join(JoinConstraint::On(on)) | JoinOperator::Inner(JoinConstraint::On(on)) => {
                    (on, false)
                }
                JoinOperator::Left(JoinConstraint::On(on))
                | JoinOperator::LeftOuter(JoinConstraint::On(on)) => (on, true),
                _ => return None,
            };
            let (name, table) = called(scope, &join.relation)?;
            sides.push(JoinedSide {
                name,
                table,
                written: join.relation.to_string(),
                on: on.clone(),
                keeps_all,
            });
        }
        let from = Tables {
            name,
            table: table?,
            sides,
        };
        from.has_names_of_its_own().then_some(from)
    }

    /// Changes places with the only table that it is joined with, where that can be counted as well.
    pub fn swapped(mut self) -> Tables {
        if self.sides.len() != 1 {
            return self;
        }
        let Some(mut side) = self.sides.pop() else {
            return self;
        };
        match side.table.take() {
            Some(table) if !side.keeps_all => {
                let written = match self.name == self.table {
                    true => quoted(&self.table),
                    false => format!("{} AS {}", quoted(&self.table), quoted(&self.name)),
                };
                let other = JoinedSide {
                    name: std::mem::replace(&mut self.name, side.name),
                    table: Some(std::mem::replace(&mut self.table, table)),
                    written,
                    on: side.on,
                    keeps_all: false,
                };
                self.sides.push(other);
            }
            table => {
                side.table = table;
                self.sides.push(side);
            }
        }
        self
    }

    fn has_names_of_its_own(&self) -> bool {
        let mut names: Vec<&str> = self.sides.iter().map(|side| side.name.as_str()).collect();
        names.push(&self.name);
        names.sort_unstable();
        names.windows(2).all(|pair| pair[0] != pair[1])
    }
}

/// What a table is called in expressions, and its name in the scope; the latter is none for a question in brackets.
fn called(scope: &Scope, factor: &TableFactor) -> Option<(String, Option<String>)> {
    match factor {
        TableFactor::Table {
            name,
            alias,
            args: None,
            version: None,
            with_ordinality: false,
            json_path: None,
            sample: None,
            ..
        } => {
            let [ObjectNamePart::Identifier(written)] = name.0.as_slice() else {
                return None;
            };
            let (table, _) = scope.find(&folded(written))?;
            let called = match alias {
                Some(alias) if alias.columns.is_empty() => folded(&alias.name),
                Some(_) => return None,
                None => table.to_owned(),
            };
            Some((called, Some(table.to_owned())))
        }
        TableFactor::Derived {
            lateral: false,
            alias: Some(alias),
            sample: None,
            ..
        } if alias.columns.is_empty() => Some((folded(&alias.name), None)),
        _ => None,
    }
}

fn folded(name: &Ident) -> String {
    match name.quote_style {
        Some(_) => name.value.clone(),
        None => name.value.to_lowercase(),
    }
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

impl JoinedSide {
    /// Its columns as they are kept: texts as dictionaries.
    pub async fn fields(&self, lake: &Lake, scope: &Scope, limits: &Limits) -> Result<Vec<Field>> {
        let session = Session::open(lake, limits);
        let sql = format!("SELECT * FROM {}", self.written);
        let frame = session.select(lake, scope, &sql).await?;
        let columns = plain::columns(frame.schema().as_arrow());
        Ok(columns
            .iter()
            .map(|column| Field::new(&column.name, as_kept(column.kind), true))
            .collect())
    }

    /// Reads the columns that are used and finds its rows by the key; none where two rows share one, or where it is too large.
    pub async fn load(
        &self,
        lake: &Lake,
        scope: &Scope,
        limits: &Limits,
        asked: AskedSide,
    ) -> Result<Option<Side>> {
        let session = Session::open(lake, limits);
        let columns = asked
            .fields
            .iter()
            .map(|field| format!(", {}", quoted(field.name())));
        let columns: String = columns.collect();
        let key = quoted(asked.key.name());
        // The key may be among the columns.
        let sql = format!("SELECT {key} AS \" key\"{columns} FROM {}", self.written);
        let frame = session.select(lake, scope, &sql).await?;
        let stream = frame.execute_stream().await;
        let mut stream = stream.map_err(|error| query_error(error, limits))?;
        let mut kept: Vec<KeptColumn> = asked.fields.iter().map(KeptColumn::new).collect();
        let mut rows = KeyedRows::new(asked.key.data_type());
        let mut n_bytes = 0;
        while let Some(batch) = stream.next().await {
            let batch = batch.map_err(|error| query_error(error, limits))?;
            let batch = plain::plain_batch(&batch)?;
            let Some((key, columns)) = batch.columns().split_first() else {
                return Ok(None);
            };
            if !rows.take_in(key) {
                return Ok(None);
            }
            for (column, kept) in columns.iter().zip(&mut kept) {
                n_bytes += kept.take_in(column)?;
            }
            if n_bytes + rows.n_bytes > limits.memory_bytes {
                return Ok(None);
            }
        }
        let arrays = kept.into_iter().map(KeptColumn::array).collect::<Result<_>>()?;
        Ok(Some(Side {
            arrays,
            rows: rows.by_key,
            before: asked.before,
            expr: asked.expr,
            keeps_all: self.keeps_all,
        }))
    }
}

/// What is used of a side, and what its key is compared with.
pub struct AskedSide {
    pub fields: Vec<Field>,
    pub key: Field,
    /// The columns of a row before it is joined.
    pub before: SchemaRef,
    /// What the key is to be, over those.
    pub expr: Arc<dyn PhysicalExpr>,
}

/// A table in memory that rows are joined with.
pub struct Side {
    arrays: Vec<ArrayRef>,
    rows: Keys,
    before: SchemaRef,
    expr: Arc<dyn PhysicalExpr>,
    keeps_all: bool,
}

impl Side {
    /// Adds its columns to those of a batch; rows that find nothing fall away, or stay without values.
    pub fn join(&self, arrays: Vec<ArrayRef>, n_rows: usize) -> Result<(Vec<ArrayRef>, usize)> {
        let rows = batch(&self.before, arrays, n_rows)?;
        let keys = evaluate(&self.expr, &rows)?;
        let mut found = self.rows.find(&keys);
        let mut arrays = rows.columns().to_vec();
        if !self.keeps_all && found.null_count() > 0 {
            let is_found = is_not_null(&found).doing(doing)?;
            let kept = |array: &ArrayRef, mask: &BooleanArray| filter(array, mask).doing(doing);
            arrays = arrays
                .iter()
                .map(|array| kept(array, &is_found))
                .collect::<Result<_>>()?;
            let only: ArrayRef = Arc::new(found);
            found = kept(&only, &is_found)?.as_primitive::<UInt32Type>().clone();
        }
        for array in &self.arrays {
            arrays.push(take(array, &found, None).doing(doing)?);
        }
        Ok((arrays, found.len()))
    }
}

/// Joins a batch of the counted table with every side, in their order.
pub fn joined(schema: &SchemaRef, sides: &[Side], rows: RecordBatch) -> Result<RecordBatch> {
    if sides.is_empty() {
        return Ok(rows);
    }
    let mut n_rows = rows.num_rows();
    let mut arrays = rows.columns().to_vec();
    for side in sides {
        (arrays, n_rows) = side.join(arrays, n_rows)?;
    }
    batch(schema, arrays, n_rows)
}

/// The place of a row by its key.
enum Keys {
    Texts(HashMap<Box<str>, u32, FixedState>),
    Integers(HashMap<i64, u32, FixedState>),
}

impl Keys {
    /// The place for each key; none for nothing and for what is not there.
    fn find(&self, keys: &ArrayRef) -> UInt32Array {
        match self {
            Keys::Texts(rows) => {
                let mut last: Option<(&str, Option<u32>)> = None;
                let places = keys.as_string::<i32>().iter().map(|key| {
                    let key = key?;
                    // Members of a household stand together.
                    match last {
                        Some((known, place)) if known == key => place,
                        _ => {
                            let place = rows.get(key).copied();
                            last = Some((key, place));
                            place
                        }
                    }
                });
                places.collect()
            }
            Keys::Integers(rows) => {
                let keys = keys.as_primitive::<Int64Type>();
                keys.iter().map(|key| rows.get(&key?).copied()).collect()
            }
        }
    }
}

/// Whether keys of a type can be found.
pub fn can_be_a_key(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Int64) || *data_type == dictionary()
}

struct KeyedRows {
    by_key: Keys,
    n: u32,
    n_bytes: usize,
}

impl KeyedRows {
    fn new(data_type: &DataType) -> KeyedRows {
        KeyedRows {
            by_key: match data_type {
                DataType::Int64 => Keys::Integers(HashMap::default()),
                _ => Keys::Texts(HashMap::default()),
            },
            n: 0,
            n_bytes: 0,
        }
    }

    /// Notes the keys of more rows; says whether each was new.
    fn take_in(&mut self, keys: &ArrayRef) -> bool {
        let mut is_new = true;
        match &mut self.by_key {
            Keys::Texts(rows) => {
                for (place, key) in (self.n..).zip(keys.as_string::<i32>().iter()) {
                    let Some(key) = key else { continue };
                    self.n_bytes += key.len() + 48;
                    is_new &= rows.insert(key.into(), place).is_none();
                }
            }
            Keys::Integers(rows) => {
                for (place, key) in (self.n..).zip(keys.as_primitive::<Int64Type>().iter()) {
                    let Some(key) = key else { continue };
                    self.n_bytes += 32;
                    is_new &= rows.insert(key, place).is_none();
                }
            }
        }
        self.n += keys.len() as u32;
        is_new
    }
}

/// A column of a side as it is kept: texts once each.
enum KeptColumn {
    Texts(ColumnCodes, Vec<u32>),
    Others(DataType, Vec<ArrayRef>),
}

impl KeptColumn {
    fn new(field: &Field) -> KeptColumn {
        match field.data_type() {
            DataType::Dictionary(..) => match ColumnCodes::new(field.data_type()) {
                Some(codes) => KeptColumn::Texts(codes, Vec::new()),
                None => KeptColumn::Others(field.data_type().clone(), Vec::new()),
            },
            other => KeptColumn::Others(other.clone(), Vec::new()),
        }
    }

    /// Takes in more rows; returns about how many bytes they take.
    fn take_in(&mut self, array: &ArrayRef) -> Result<usize> {
        match self {
            KeptColumn::Texts(codes, rows) => {
                let array = cast(array, &dictionary()).doing(doing)?;
                let before = codes.len();
                let mut found = Vec::new();
                codes.encode(&array, &mut found);
                rows.extend(&found);
                Ok(found.len() * 4 + (codes.len() - before) * 64)
            }
            KeptColumn::Others(data_type, arrays) => {
                let array = cast(array, data_type).doing(doing)?;
                let n_bytes = array.get_array_memory_size();
                arrays.push(array);
                Ok(n_bytes)
            }
        }
    }

    fn array(self) -> Result<ArrayRef> {
        match self {
            KeptColumn::Texts(codes, rows) => {
                let values = cast(&codes.values_from(0), &DataType::Utf8).doing(doing)?;
                let values: StringArray = values.as_string::<i32>().clone();
                // Code 0 is nothing.
                let keys: Int32Array = rows
                    .iter()
                    .map(|code| (*code > 0).then_some(*code as i32))
                    .collect();
                let column = DictionaryArray::<Int32Type>::try_new(keys, Arc::new(values)).doing(doing)?;
                Ok(Arc::new(column))
            }
            KeptColumn::Others(data_type, arrays) if arrays.is_empty() => Ok(new_empty_array(&data_type)),
            KeptColumn::Others(_, arrays) => {
                let parts: Vec<&dyn Array> = arrays.iter().map(|array| array.as_ref()).collect();
                concat(&parts).doing(doing)
            }
        }
    }
}

/// The type that values of a kind are kept and worked on in.
pub fn as_kept(kind: Kind) -> DataType {
    match kind {
        Kind::Text => dictionary(),
        other => plain::data_type(other),
    }
}

/// A schema of fields, of which two tables may have one of the same name.
pub fn schema_of(fields: &[Field]) -> SchemaRef {
    Arc::new(Schema::new(fields.to_vec()))
}

fn doing() -> String {
    "join tables".into()
}

/// What is said where what is found takes more memory than it may.
pub fn too_much(limits: &Limits) -> Error {
    Error::TooMuchMemory {
        megabytes: limits.memory_bytes >> 20,
    }
}
