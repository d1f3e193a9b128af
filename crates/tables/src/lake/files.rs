//! Data files: written as streams, described for the log with their counts and ranges.

use std::{collections::HashMap, sync::Arc};

use arrow::{array::RecordBatch, datatypes::SchemaRef};
use bytes::Bytes;
use deltalake::kernel::Add;
use futures::{FutureExt, future::BoxFuture};
use object_store::{ObjectStore, ObjectStoreExt, WriteMultipart, path::Path};
use parquet::{
    arrow::{ArrowWriter, arrow_reader::ArrowReaderOptions, async_reader::AsyncFileReader},
    basic::{Compression, ZstdLevel},
    errors::ParquetError,
    file::{
        metadata::{PageIndexPolicy, ParquetMetaData, ParquetMetaDataReader},
        properties::{EnabledStatistics, WriterProperties, WriterPropertiesBuilder},
        statistics::Statistics,
    },
};
use serde_json::{Map, json};
use uuid::Uuid;

use super::{DataFile, Lake};
use crate::{
    error::{Doing, Result},
    plain,
    value::{Column, Kind, Value},
};

/// Rows of a row group: what two cores share of a file, and what a writer holds in memory.
const ROW_GROUP: usize = 256 * 1024;
/// Bytes that the open pages of all columns of a file take together, so that wide tables need no more memory than narrow ones.
const OPEN_PAGES: usize = 16 << 20;
/// Bytes of a part of an upload; the smallest part that S3 takes.
const PART: usize = 5 << 20;
/// Columns with ranges in the log, as many as Delta indexes by default.
const INDEXED: usize = 32;

/// The name of a new data file; names sort as the rows were added, `part` within one commit.
pub fn data_file_name(part: usize) -> String {
    format!("{}-{part:05}.parquet", Uuid::now_v7())
}

/// The name of a file that takes the place of another one, and sorts at that place.
pub fn successor_name(path: &Path) -> String {
    let name = path.filename().unwrap_or_default();
    let order = name.split('.').next().unwrap_or_default();
    format!("{order}.{}.parquet", Uuid::new_v4().simple())
}

/// A data file that is being written; nothing refers to it before its commit.
pub struct TableFile {
    store: Arc<dyn ObjectStore>,
    path: Path,
    name: String,
    columns: Vec<Column>,
    writer: ArrowWriter<Vec<u8>>,
    upload: Option<WriteMultipart>,
    size_bytes: u64,
}

impl TableFile {
    pub fn create(lake: &Lake, table: &str, name: String, columns: &[Column]) -> Result<TableFile> {
        Self::with_properties(lake, table, name, columns, writer_properties(columns.len()))
    }

    pub fn with_properties(
        lake: &Lake,
        table: &str,
        name: String,
        columns: &[Column],
        properties: WriterPropertiesBuilder,
    ) -> Result<TableFile> {
        let schema: SchemaRef = plain::schema(columns);
        let writer = ArrowWriter::try_new(Vec::new(), schema, Some(properties.build()))
            .doing(|| format!("start a file of table {table:?}"))?;
        Ok(TableFile {
            store: lake.store().clone(),
            path: lake.folder(table).join(name.as_str()),
            name,
            columns: columns.to_vec(),
            writer,
            upload: None,
            size_bytes: 0,
        })
    }

    pub async fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        self.encode(batch)?;
        self.send().await
    }

    /// Encodes rows without sending them, for threads that compute; [`TableFile::send`] follows.
    pub fn encode(&mut self, batch: &RecordBatch) -> Result<()> {
        self.writer
            .write(batch)
            .doing(|| format!("write rows to {}", self.path))
    }

    /// Sends what is encoded once it is worth a part.
    pub async fn send(&mut self) -> Result<()> {
        if self.writer.inner().len() < PART {
            return Ok(());
        }
        let ready = Bytes::from(std::mem::take(self.writer.inner_mut()));
        self.size_bytes += ready.len() as u64;
        if self.upload.is_none() {
            let upload = self
                .store
                .put_multipart(&self.path)
                .await
                .doing(|| format!("start the upload of {}", self.path))?;
            self.upload = Some(WriteMultipart::new_with_chunk_size(upload, PART));
        }
        if let Some(upload) = &mut self.upload {
            upload
                .wait_for_capacity(4)
                .await
                .doing(|| format!("upload {}", self.path))?;
            upload.put(ready);
        }
        Ok(())
    }

    /// Ends the file and describes it for the log; a file without rows is not kept.
    pub async fn close(mut self) -> Result<Option<Add>> {
        let metadata = self
            .writer
            .finish()
            .doing(|| format!("end the file {}", self.path))?;
        let rest = Bytes::from(std::mem::take(self.writer.inner_mut()));
        self.size_bytes += rest.len() as u64;
        let n_rows = metadata.file_metadata().num_rows();
        match self.upload.take() {
            Some(mut upload) => {
                upload.put(rest);
                upload
                    .finish()
                    .await
                    .doing(|| format!("end the upload of {}", self.path))?;
            }
            None if n_rows == 0 => return Ok(None),
            None => {
                self.store
                    .put(&self.path, rest.into())
                    .await
                    .doing(|| format!("write {}", self.path))?;
            }
        }
        Ok(Some(Add {
            path: self.name,
            partition_values: HashMap::new(),
            size: self.size_bytes as i64,
            modification_time: now_millis(),
            data_change: true,
            stats: Some(stats(&self.columns, &metadata).to_string()),
            tags: None,
            deletion_vector: None,
            base_row_id: None,
            default_row_commit_version: None,
            clustering_provider: None,
        }))
    }
}

/// Delta wants the time of writing in its log; the file system's own clock is the truth here.
pub fn now_millis() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(0, |since| since.as_millis() as i64)
}

/// The rows that a file's entry in the log promises.
pub fn n_rows(add: &Add) -> u64 {
    let stats = add.stats.as_deref().and_then(|text| {
        let stats: serde_json::Value = serde_json::from_str(text).ok()?;
        stats["numRecords"].as_u64()
    });
    stats.unwrap_or_default()
}

/// How files of so many columns are written.
pub fn writer_properties(n_columns: usize) -> WriterPropertiesBuilder {
    let fast = ZstdLevel::try_new(1).unwrap_or_default();
    let page = (OPEN_PAGES / n_columns.max(1)).clamp(64 << 10, 1 << 20);
    WriterProperties::builder()
        .set_data_page_size_limit(page)
        .set_dictionary_page_size_limit(page)
        .set_compression(Compression::ZSTD(fast))
        .set_max_row_group_row_count(Some(ROW_GROUP))
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_created_by("baraza".to_string())
}

/// Delta's per-file statistics: numbers of rows and of nulls, smallest and largest values.
fn stats(columns: &[Column], metadata: &ParquetMetaData) -> serde_json::Value {
    let mut nulls = Map::new();
    let mut least = Map::new();
    let mut most = Map::new();
    for (at, column) in columns.iter().enumerate().take(INDEXED) {
        let mut n_null = Some(0);
        let mut range: Option<Range> = None;
        let mut known = true;
        for group in metadata.row_groups() {
            let Some(statistics) = group.column(at).statistics() else {
                (n_null, known) = (None, false);
                break;
            };
            n_null = n_null.and_then(|n| Some(n + statistics.null_count_opt()?));
            match Range::read(column.kind, statistics) {
                Some(this) => range = Some(range.map_or(this.clone(), |all| all.widen(this))),
                // Without a range a group may still be all nulls, and then it narrows nothing.
                None if statistics.null_count_opt() == Some(group.num_rows() as u64) => {}
                None => known = false,
            }
        }
        if let Some(n_null) = n_null {
            nulls.insert(column.name.clone(), json!(n_null));
        }
        if let (true, Some(range)) = (known, range) {
            least.insert(column.name.clone(), range.least.to_json());
            most.insert(column.name.clone(), range.most.to_json());
        }
    }
    json!({
        "numRecords": metadata.file_metadata().num_rows(),
        "minValues": least,
        "maxValues": most,
        "nullCount": nulls,
    })
}

#[derive(Clone)]
struct Range {
    least: Value,
    most: Value,
}

impl Range {
    fn read(kind: Kind, statistics: &Statistics) -> Option<Range> {
        let (least, most) = match statistics {
            Statistics::Int64(s) if kind == Kind::Integer => {
                (Value::Integer(*s.min_opt()?), Value::Integer(*s.max_opt()?))
            }
            Statistics::Int64(s) if kind == Kind::Instant => {
                // Delta keeps milliseconds in its log: round outwards.
                let (least, most) = (*s.min_opt()?, *s.max_opt()?);
                let (least, most) = (least.div_euclid(1000), (most + 999).div_euclid(1000));
                (Value::Instant(least * 1000), Value::Instant(most * 1000))
            }
            Statistics::Int32(s) if kind == Kind::Date => {
                (Value::Date(*s.min_opt()?), Value::Date(*s.max_opt()?))
            }
            Statistics::Double(s) if kind == Kind::Decimal => {
                let (least, most) = (*s.min_opt()?, *s.max_opt()?);
                if !least.is_finite() || !most.is_finite() {
                    return None;
                }
                (Value::Decimal(least), Value::Decimal(most))
            }
            Statistics::ByteArray(s) if kind == Kind::Text => {
                let least = s.min_opt()?.as_utf8().ok()?;
                let most = s.max_opt()?.as_utf8().ok()?;
                (Value::from(least), Value::from(most))
            }
            _ => return None,
        };
        Some(Range { least, most })
    }

    fn widen(self, other: Range) -> Range {
        Range {
            least: if other.least < self.least {
                other.least
            } else {
                self.least
            },
            most: if other.most > self.most {
                other.most
            } else {
                self.most
            },
        }
    }
}

impl Lake {
    /// Removes files that were written for a commit that will not happen.
    pub(crate) async fn discard(&self, table: &str, added: &[Add]) {
        for add in added {
            let path = self.folder(table).join(add.path.as_str());
            if let Err(error) = self.store().delete(&path).await {
                tracing::warn!(%path, %error, "a file without a commit stays until the next vacuum");
            }
        }
    }
}

/// A data file as the Parquet reader asks for it: ranges of bytes, and the footer.
pub struct StoredFile {
    store: Arc<dyn ObjectStore>,
    path: Path,
    size_bytes: u64,
}

impl StoredFile {
    pub fn new(store: Arc<dyn ObjectStore>, file: &DataFile) -> Self {
        StoredFile {
            store,
            path: file.path.clone(),
            size_bytes: file.size_bytes,
        }
    }
}

impl AsyncFileReader for StoredFile {
    fn get_bytes(&mut self, range: std::ops::Range<u64>) -> BoxFuture<'_, parquet::errors::Result<Bytes>> {
        async move {
            let bytes = self.store.get_range(&self.path, range).await;
            bytes.map_err(|source| ParquetError::External(Box::new(source)))
        }
        .boxed()
    }

    fn get_byte_ranges(
        &mut self,
        ranges: Vec<std::ops::Range<u64>>,
    ) -> BoxFuture<'_, parquet::errors::Result<Vec<Bytes>>> {
        async move {
            let bytes = self.store.get_ranges(&self.path, &ranges).await;
            bytes.map_err(|source| ParquetError::External(Box::new(source)))
        }
        .boxed()
    }

    fn get_metadata<'a>(
        &'a mut self,
        options: Option<&'a ArrowReaderOptions>,
    ) -> BoxFuture<'a, parquet::errors::Result<Arc<ParquetMetaData>>> {
        async move {
            let size_bytes = self.size_bytes;
            let pages = options.map_or(PageIndexPolicy::Skip, ArrowReaderOptions::offset_index_policy);
            let options = options.map(|options| options.metadata_options().clone());
            let reader = ParquetMetaDataReader::new()
                .with_metadata_options(options)
                .with_offset_index_policy(pages);
            Ok(Arc::new(reader.load_and_finish(self, size_bytes).await?))
        }
        .boxed()
    }
}
