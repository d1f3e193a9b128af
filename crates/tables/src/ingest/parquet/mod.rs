//! Parquet files, whose columns have kinds already.

mod lengths;
mod pages;

use std::{fs::File, sync::Arc};

use arrow::{
    array::{Array, AsArray, RecordBatch},
    datatypes::{DataType, Field, Schema},
};
use parquet::{
    arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder},
    file::metadata::{ColumnChunkMetaData, ParquetMetaData},
};

use super::{
    Job, Written,
    bad_rows::BadRows,
    bounds::{
        refuse_long_text, refuse_many_values, refuse_open_pages, refuse_unpacked_pages, refuse_wide,
        refuse_wide_lists,
    },
    csv::dialect,
    no_rows,
    profile::Tally,
    received::Received,
};
use crate::{
    error::{Doing, Error, Result},
    lake::{TableFile, data_file_name},
    plain,
    value::Column,
};

/// Rows that the reader gives at a time.
const ROWS_AT_ONCE: usize = 1024;
/// Bytes of text that are written out of a batch at a time.
const TEXT_AT_ONCE: u64 = 256 << 20;

pub fn read(job: &Job, received: &Received) -> Result<Written> {
    let file = File::open(received.path()).doing(|| format!("open {}", received.path().display()))?;
    let known = ArrowReaderMetadata::load(&file, ArrowReaderOptions::default()).map_err(|error| {
        Error::bad_file(format!(
            "the Parquet file cannot be read ({error}); check that it arrived completely"
        ))
    })?;
    let n_rows = known.metadata().file_metadata().num_rows();
    if n_rows == 0 {
        return Err(no_rows("the file"));
    }
    refuse_wide(known.schema().fields().len())?;
    let size = received.size()?;
    refuse_bomb(&file, size, known.metadata())?;
    let columns = columns(known.schema())?;
    let schema = plain::schema(&columns);
    let batches = ParquetRecordBatchReaderBuilder::new_with_metadata(file, with_views(known))
        .with_batch_size(ROWS_AT_ONCE)
        .build()
        .doing(|| format!("read {}", received.path().display()))?;
    let mut file = TableFile::create(&job.lake, &job.table, data_file_name(0), &columns)?;
    let mut tallies: Vec<Tally> = columns.iter().map(|_| Tally::default()).collect();
    let (mut n_read, mut n_text_bytes) = (0, 0);
    for batch in batches {
        let batch = batch.map_err(damaged)?;
        n_read += batch.num_rows() as i64;
        if n_read > n_rows {
            return Err(damaged("more rows than it says"));
        }
        n_text_bytes += text_bytes(&batch);
        refuse_long_text(n_text_bytes, size)?;
        for part in parts(batch) {
            let arrays = plain::plain_batch(&part)?.columns().to_vec();
            let part = RecordBatch::try_new(schema.clone(), arrays).doing(|| "name the columns".into())?;
            for (tally, array) in tallies.iter_mut().zip(part.columns()) {
                tally.see(array);
            }
            file.encode(&part)?;
            job.wait(file.send())?;
        }
    }
    let files = job.wait(file.close())?.into_iter().collect();
    Ok(Written {
        columns,
        files,
        tallies,
        bad_rows: BadRows::default(),
        doubts: Vec::new(),
    })
}

fn damaged(why: impl std::fmt::Display) -> Error {
    Error::bad_file(format!("the Parquet file is damaged ({why}); send it again"))
}

fn columns(schema: &Schema) -> Result<Vec<Column>> {
    let given: Vec<String> = schema.fields().iter().map(|field| field.name().clone()).collect();
    let names = dialect::names(Some(&given), given.len())?;
    let mut columns = plain::columns(schema);
    for (column, name) in columns.iter_mut().zip(names) {
        column.name = name;
    }
    Ok(columns)
}

/// Refuses a file that means far more than a table of its size does: by its footer, and then by its pages, which the footer may belie.
///
/// A run of one value takes a few bytes however long it is, so a file of a few thousand bytes can mean billions of rows.
fn refuse_bomb(file: &File, size: u64, metadata: &ParquetMetaData) -> Result<()> {
    let known = metadata.file_metadata();
    let n_columns = known.schema_descr().num_columns() as u64;
    refuse_many_values(natural(known.num_rows())?.saturating_mul(n_columns), size)?;
    let (mut n_values, mut n_unpacked, mut n_packed, mut n_text) = (0u64, 0u64, 0u64, 0u64);
    for group in metadata.row_groups() {
        let (mut n_open, mut n_in_lists) = (0u64, 0u64);
        for chunk in group.columns() {
            let (start, n_bytes) = place(chunk)?;
            n_packed = n_packed.saturating_add(n_bytes);
            if n_packed > size {
                return Err(damaged("its parts are larger than the whole"));
            }
            let pages =
                pages::measure(file, start, n_bytes).ok_or_else(|| damaged("a page makes no sense"))?;
            n_values = n_values.saturating_add(pages.n_values);
            n_unpacked = n_unpacked.saturating_add(pages.n_bytes);
            n_open = n_open.saturating_add(pages.n_largest);
            if chunk.column_descr().max_rep_level() > 0 {
                n_in_lists = n_in_lists.saturating_add(pages.n_values);
            }
            refuse_many_values(n_values, size)?;
            refuse_unpacked_pages(n_unpacked, size)?;
            refuse_open_pages(n_open)?;
            refuse_wide_lists(n_in_lists)?;
            if pages.has_lengths {
                let lengths = lengths::measure(file, chunk)?;
                n_text = n_text.saturating_add(lengths.n_text_bytes);
                n_open = n_open.saturating_add(lengths.n_held);
                refuse_long_text(n_text, size)?;
                refuse_open_pages(n_open)?;
            }
        }
    }
    Ok(())
}

/// Where a chunk begins and how many bytes it takes.
fn place(chunk: &ColumnChunkMetaData) -> Result<(u64, u64)> {
    let start = chunk.dictionary_page_offset().unwrap_or(chunk.data_page_offset());
    Ok((natural(start)?, natural(chunk.compressed_size())?))
}

fn natural(n: i64) -> Result<u64> {
    u64::try_from(n).map_err(|_| damaged("a count is negative"))
}

/// Has text read as views: rows that share a value of the dictionary do not each hold a copy of it.
fn with_views(known: ArrowReaderMetadata) -> ArrowReaderMetadata {
    let fields: Vec<Field> = known
        .schema()
        .fields()
        .iter()
        .map(|field| {
            let values = match field.data_type() {
                DataType::Dictionary(_, values) => values.as_ref(),
                other => other,
            };
            match values {
                DataType::Utf8 | DataType::LargeUtf8 => {
                    Field::clone(field).with_data_type(DataType::Utf8View)
                }
                DataType::Binary | DataType::LargeBinary => {
                    Field::clone(field).with_data_type(DataType::BinaryView)
                }
                _ => Field::clone(field),
            }
        })
        .collect();
    let schema = Schema::new_with_metadata(fields, known.schema().metadata().clone());
    let options = ArrowReaderOptions::default().with_schema(Arc::new(schema));
    // What cannot be had as views is read as it is.
    ArrowReaderMetadata::try_new(known.metadata().clone(), options).unwrap_or(known)
}

/// Bytes that the texts of a batch take once each row has its own.
fn text_bytes(batch: &RecordBatch) -> u64 {
    let lengths = |array: &dyn Array| -> u64 {
        if let Some(texts) = array.as_string_view_opt() {
            texts.lengths().map(u64::from).sum()
        } else if let Some(texts) = array.as_binary_view_opt() {
            texts.lengths().map(u64::from).sum()
        } else {
            0
        }
    };
    batch.columns().iter().map(|array| lengths(array.as_ref())).sum()
}

/// A batch in parts, in their order, whose texts can be written out at once.
fn parts(batch: RecordBatch) -> Vec<RecordBatch> {
    let mut parts = Vec::new();
    let mut waiting = vec![batch];
    while let Some(batch) = waiting.pop() {
        let n = batch.num_rows();
        if n > 1 && text_bytes(&batch) > TEXT_AT_ONCE {
            waiting.push(batch.slice(n / 2, n - n / 2));
            waiting.push(batch.slice(0, n / 2));
        } else {
            parts.push(batch);
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use arrow::{
        array::{StringViewArray, UInt32Array},
        compute::take,
    };

    use super::*;

    #[test]
    fn a_batch_of_long_texts_is_written_out_in_parts() {
        let long = "x".repeat(1 << 20);
        let texts = StringViewArray::from_iter_values(["a", long.as_str()]);
        let rows: Vec<u32> = (0..302).map(|row| u32::from(row % 301 != 0)).collect();
        // A megabyte that three hundred rows share.
        let texts = take(&texts, &UInt32Array::from(rows), None).expect("rows");
        let schema = Schema::new(vec![Field::new("t", DataType::Utf8View, true)]);
        let batch = RecordBatch::try_new(Arc::new(schema), vec![texts]).expect("a batch");
        assert_eq!(text_bytes(&batch), (300 << 20) + 2);
        let n: Vec<usize> = parts(batch).iter().map(RecordBatch::num_rows).collect();
        assert_eq!(n, [151, 151]);
    }
}
