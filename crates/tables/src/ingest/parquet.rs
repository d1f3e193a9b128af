//! Parquet files, whose columns have kinds already.

use arrow::datatypes::Schema;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::{
    Job, Written, bad_rows::BadRows, bounds::refuse_wide, csv::dialect, no_rows, profile::Tally,
    received::Received,
};
use crate::{
    error::{Doing, Error, Result},
    lake::{TableFile, data_file_name},
    plain,
    value::Column,
};

pub fn read(job: &Job, received: &Received) -> Result<Written> {
    let file =
        std::fs::File::open(received.path()).doing(|| format!("open {}", received.path().display()))?;
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).map_err(|error| {
        Error::bad_file(format!(
            "the Parquet file cannot be read ({error}); check that it arrived completely"
        ))
    })?;
    if reader.metadata().file_metadata().num_rows() == 0 {
        return Err(no_rows("the file"));
    }
    refuse_wide(reader.schema().fields().len())?;
    let columns = columns(reader.schema());
    let schema = plain::schema(&columns);
    let batches = reader
        .build()
        .doing(|| format!("read {}", received.path().display()))?;
    let mut file = TableFile::create(&job.lake, &job.table, data_file_name(0), &columns)?;
    let mut tallies: Vec<Tally> = columns.iter().map(|_| Tally::default()).collect();
    for batch in batches {
        let batch = batch.map_err(|error| {
            Error::bad_file(format!("the Parquet file is damaged ({error}); send it again"))
        })?;
        let batch = plain::plain_batch(&batch)?
            .with_schema(schema.clone())
            .doing(|| "name the columns".into())?;
        for (tally, array) in tallies.iter_mut().zip(batch.columns()) {
            tally.see(array);
        }
        file.encode(&batch)?;
        job.wait(file.send())?;
    }
    let files = job.wait(file.close())?.into_iter().collect();
    Ok(Written {
        columns,
        files,
        tallies,
        bad_rows: BadRows::default(),
    })
}

fn columns(schema: &Schema) -> Vec<Column> {
    let given: Vec<String> = schema.fields().iter().map(|field| field.name().clone()).collect();
    let names = dialect::names(Some(&given), given.len());
    let mut columns = plain::columns(schema);
    for (column, name) in columns.iter_mut().zip(names) {
        column.name = name;
    }
    columns
}
