//! Rows that are made as they are counted, by whoever asks: nothing is written and nothing is kept.

use std::sync::Arc;

use arrow::{
    array::{Array, ArrayRef, DictionaryArray, Int32Array, Int64Array, RecordBatch, StringArray},
    datatypes::{DataType, Field, Int32Type, SchemaRef},
};

use super::work::{batch, dictionary};
use crate::{
    error::{Doing, Error, Result},
    value::Value,
};

/// Makes rows block by block, as codes; a block is the same whenever and however often it is asked for.
pub trait Source: Send + Sync {
    /// The name of each column and the values that its codes stand for, counted from 0: all of them texts, or whole numbers.
    fn columns(&self) -> Vec<(String, Vec<Value>)>;

    fn n_blocks(&self) -> usize;

    /// The rows of a block: one code a row for each column. A negative code is nothing.
    fn block(&self, at: usize) -> Vec<Vec<i32>>;
}

/// A source with its values as columns hold them.
pub struct Made {
    source: Arc<dyn Source>,
    columns: Vec<(String, Entries)>,
}

enum Entries {
    Texts(ArrayRef),
    Integers(Vec<i64>),
}

impl Made {
    pub fn of(source: Arc<dyn Source>) -> Result<Made> {
        let columns = source
            .columns()
            .into_iter()
            .map(|(name, values)| {
                let entries = Entries::of(&values).ok_or_else(|| {
                    Error::unfit(format!(
                        "the values of column {name:?} are neither all texts nor all whole numbers; make them so"
                    ))
                })?;
                Ok((name, entries))
            })
            .collect::<Result<_>>()?;
        Ok(Made { source, columns })
    }

    pub fn fields(&self) -> Vec<Field> {
        let field = |(name, entries): &(String, Entries)| match entries {
            Entries::Texts(_) => Field::new(name, dictionary(), true),
            Entries::Integers(_) => Field::new(name, DataType::Int64, true),
        };
        self.columns.iter().map(field).collect()
    }

    pub fn n_blocks(&self) -> usize {
        self.source.n_blocks()
    }

    /// A block's rows, of which only some columns are asked for.
    pub fn block(&self, at: usize, wanted: &SchemaRef) -> Result<RecordBatch> {
        let mut made = self.source.block(at);
        let n_rows = made.first().map_or(0, Vec::len);
        if made.len() != self.columns.len() || made.iter().any(|codes| codes.len() != n_rows) {
            return Err(Error::unfit(format!(
                "block {at} has not as many codes for each of the {} columns; make one a row",
                self.columns.len()
            )));
        }
        let mut arrays = Vec::new();
        for field in wanted.fields() {
            let Some(place) = self.columns.iter().position(|(name, _)| name == field.name()) else {
                return Err(Error::unfit(format!("no column {:?} is made", field.name())));
            };
            let codes = std::mem::take(&mut made[place]);
            arrays.push(self.columns[place].1.array(codes)?);
        }
        batch(wanted, arrays, n_rows)
    }
}

impl Entries {
    fn of(values: &[Value]) -> Option<Entries> {
        if let Some(texts) = values.iter().map(Value::as_text).collect::<Option<Vec<&str>>>() {
            return Some(Entries::Texts(Arc::new(StringArray::from(texts))));
        }
        let integers = values.iter().map(Value::as_integer).collect::<Option<Vec<i64>>>();
        integers.map(Entries::Integers)
    }

    fn array(&self, codes: Vec<i32>) -> Result<ArrayRef> {
        let doing = || "make rows".to_owned();
        match self {
            Entries::Texts(texts) => {
                let keys = match codes.iter().any(|code| *code < 0) {
                    true => codes.iter().map(|code| (*code >= 0).then_some(*code)).collect(),
                    false => Int32Array::from(codes),
                };
                let column = DictionaryArray::<Int32Type>::try_new(keys, texts.clone()).doing(doing)?;
                Ok(Arc::new(column))
            }
            Entries::Integers(values) => {
                let mut numbers = Vec::with_capacity(codes.len());
                for code in codes {
                    numbers.push(match usize::try_from(code) {
                        Err(_) => None,
                        Ok(at) => match values.get(at) {
                            Some(value) => Some(*value),
                            None => return Err(Error::unfit(format!("there is no value for code {at}"))),
                        },
                    });
                }
                Ok(Arc::new(Int64Array::from(numbers)) as Arc<dyn Array>)
            }
        }
    }
}
