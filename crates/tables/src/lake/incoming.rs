//! Rows that come a few at a time, more than memory holds, and are seen all at once.

use arrow::array::RecordBatch;
use deltalake::kernel::Add;

use super::{Lake, TableFile, data_file_name};
use crate::{
    error::{Doing, Result},
    plain,
    value::{Column, Rows, Value, Version},
};

/// Rows on their way into a table: written as they come, and part of it once they are committed.
pub struct Incoming {
    lake: Lake,
    table: String,
    columns: Vec<Column>,
    file: Option<TableFile>,
}

/// Rows laid out for a table; to be made on a thread that computes.
pub struct Batch(RecordBatch);

impl Batch {
    /// Lays out rows in a table's columns; those that the rows do not have are left empty.
    pub fn of(columns: &[Column], rows: &Rows) -> Result<Batch> {
        plain::batch(columns, rows).map(Batch)
    }
}

impl Lake {
    /// Begins to take in rows; columns that are added to the table later are empty in them.
    pub async fn incoming(&self, name: &str) -> Result<Incoming> {
        Ok(Incoming {
            lake: self.clone(),
            table: name.to_owned(),
            columns: self.columns(name).await?,
            file: None,
        })
    }
}

impl Incoming {
    /// Returns the columns that batches must be laid out in.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// Writes rows to the store, where nobody sees them yet.
    pub async fn write(&mut self, batch: Batch) -> Result<()> {
        if batch.0.num_rows() == 0 {
            return Ok(());
        }
        let mut file = match self.file.take() {
            Some(file) => file,
            None => TableFile::create(&self.lake, &self.table, data_file_name(0), &self.columns)?,
        };
        let table = self.table.clone();
        let encoding = tokio::task::spawn_blocking(move || file.encode(&batch.0).map(|()| file));
        let mut file = encoding
            .await
            .doing(|| format!("write rows of table {table:?}"))??;
        file.send().await?;
        self.file = Some(file);
        Ok(())
    }

    /// Puts the rows into the table in place of those whose `key` is one of `gone`, in one commit.
    ///
    /// The rows that stand are looked at only if some are to go.
    pub async fn commit(self, key: &str, gone: &[Value]) -> Result<Version> {
        let added: Vec<Add> = match self.file {
            Some(file) => file.close().await?.into_iter().collect(),
            None => Vec::new(),
        };
        if gone.is_empty() {
            return match added.is_empty() {
                true => self.lake.version(&self.table).await,
                false => self.lake.commit_append(&self.table, added).await,
            };
        }
        self.lake.exchange_files(&self.table, key, gone, added).await
    }
}
