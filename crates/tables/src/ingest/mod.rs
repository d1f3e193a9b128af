//! Received files to typed tables: nothing is lost in silence, and what is bad is told by line.

pub mod bad_rows;
pub mod doubts;
pub mod profile;

mod bounds;
mod cells;
mod codes;
mod csv;
mod geojson;
mod guess;
mod jsonl;
mod marks;
mod parquet;
mod received;
mod sheet;
mod utf16;

use std::path::{Path, PathBuf};

use deltalake::kernel::{Action, Add, StructType};

use crate::{
    error::{Doing, Error, Result},
    lake::{Lake, check_columns, overwriting, struct_field},
    value::{Column, Version},
};
use bad_rows::BadRows;
use doubts::Doubt;
use profile::{Profile, Tally};

/// What a received file is; gzip around any of them is recognised by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// Comma, semicolon, tab or bar between the fields.
    Csv,
    /// XLSX, XLS or ODS.
    Sheet,
    /// One JSON object a line, or one array of objects.
    Jsonl,
    Parquet,
    GeoJson,
}

impl FileKind {
    /// Judges by the ending of the name, with or without `.gz`.
    pub fn of_name(name: &str) -> Option<FileKind> {
        let name = name.to_lowercase();
        let name = name.strip_suffix(".gz").unwrap_or(&name);
        let (_, ending) = name.rsplit_once('.')?;
        match ending {
            "csv" | "tsv" | "tab" | "txt" => Some(FileKind::Csv),
            "xlsx" | "xlsm" | "xls" | "ods" => Some(FileKind::Sheet),
            "jsonl" | "ndjson" | "json" => Some(FileKind::Jsonl),
            "parquet" => Some(FileKind::Parquet),
            "geojson" => Some(FileKind::GeoJson),
            _ => None,
        }
    }
}

/// What the sender knows better than the file tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IngestOptions {
    /// The byte between fields; judged by the first rows when absent.
    pub delimiter: Option<u8>,
    /// Whether the first row names the columns; judged by its values when absent.
    pub header: Option<bool>,
    /// The sheet of a workbook; its first one with rows when absent.
    pub sheet: Option<String>,
    /// What stands before the decimals of numbers in text; judged by every column's values when absent, and where these leave it
    /// open (`1.510`) by the other columns and by a semicolon as delimiter.
    pub decimal: Option<DecimalSign>,
    /// Words that stand for a missing value beside the empty field, such as `NA`.
    pub missing: Vec<String>,
}

/// What stands before the decimals of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecimalSign {
    /// 1,234.5
    Point,
    /// 1.234,5
    Comma,
}

/// A file that has become a version of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct Ingested {
    pub columns: Vec<Column>,
    pub n_rows: u64,
    pub profile: Profile,
    pub bad_rows: BadRows,
    /// What to look at although it was read, in no order.
    pub doubts: Vec<Doubt>,
    pub version: Version,
}

/// What a reader of one kind of file has written, before its commit.
struct Written {
    columns: Vec<Column>,
    files: Vec<Add>,
    tallies: Vec<Tally>,
    bad_rows: BadRows,
    doubts: Vec<Doubt>,
}

impl Lake {
    /// Reads a received file into a table, which is made, or filled anew with the file's columns.
    ///
    /// All rows that can be read are in the new version; the others are in `bad_rows`, and what was read but seems wrong is in
    /// `doubts`. The table is untouched when the file cannot be understood at all. A column of numbers that all have the same unit
    /// beside them is told with it.
    pub async fn ingest(
        &self,
        file: &Path,
        kind: FileKind,
        table: &str,
        options: &IngestOptions,
    ) -> Result<Ingested> {
        self.handle(table)?;
        let written = self.read_received(file, kind, table, options).await?;
        let files = written.files.clone();
        let version = match self.publish(table, &written.columns, written.files).await {
            Ok(version) => version,
            Err(error) => {
                self.discard(table, &files).await;
                return Err(error);
            }
        };
        let columns = written.columns;
        let profile = Profile {
            columns: written
                .tallies
                .into_iter()
                .zip(&columns)
                .map(|(tally, column)| tally.profile(column))
                .collect(),
        };
        Ok(Ingested {
            n_rows: files.iter().map(crate::lake::n_rows).sum(),
            columns,
            profile,
            bad_rows: written.bad_rows,
            doubts: written.doubts,
            version,
        })
    }

    async fn read_received(
        &self,
        file: &Path,
        kind: FileKind,
        table: &str,
        options: &IngestOptions,
    ) -> Result<Written> {
        let job = Job {
            lake: self.clone(),
            table: table.to_string(),
            file: file.to_path_buf(),
            options: options.clone(),
        };
        // Reading and typing is all computing: it has its threads to itself.
        let read = self.engine().handle().spawn_blocking(move || -> Result<Written> {
            let received = received::open(&job.file, kind, &job.lake.engine().temporary)?;
            let mut written = match kind {
                FileKind::Csv => csv::read(&job, &received),
                FileKind::Sheet => sheet::read(&job, &received),
                FileKind::Jsonl => jsonl::read(&job, &received),
                FileKind::Parquet => parquet::read(&job, &received),
                FileKind::GeoJson => geojson::read(&job, &received),
            }?;
            written.doubts.extend(received.doubts);
            Ok(written)
        });
        read.await.doing(|| format!("read {}", file.display()))?
    }

    /// Makes written files the whole content of a table, in one commit.
    async fn publish(&self, table: &str, columns: &[Column], files: Vec<Add>) -> Result<Version> {
        check_columns(columns)?;
        if !self.exists(table).await? {
            self.create(table, columns).await?;
        }
        let known = self.columns(table).await?;
        let schema = StructType::try_new(columns.iter().map(struct_field))
            .doing(|| format!("describe the columns of table {table:?}"))?;
        self.commit_with(table, |state| {
            let metadata = if known == columns {
                None
            } else {
                state.metadata_with(&schema)
            };
            overwriting(state, &files, metadata.map(Action::Metadata))
        })
        .await
    }
}

/// One file on its way into one table.
struct Job {
    lake: Lake,
    table: String,
    file: PathBuf,
    options: IngestOptions,
}

impl Job {
    fn is_missing(&self, text: &str) -> bool {
        is_missing(&self.options.missing, text)
    }

    /// Waits, on a thread that may, for what only an async runtime can do.
    fn wait<T>(&self, work: impl Future<Output = T>) -> T {
        self.lake.engine().handle().block_on(work)
    }
}

/// Whether a field holds no value: it is empty or blank, or one of the words for missing.
fn is_missing(words: &[String], text: &str) -> bool {
    let text = match text.as_bytes() {
        [] => return true,
        // Most fields need no trimming, and this is asked of every one.
        [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => text,
        _ => text.trim(),
    };
    text.is_empty() || words.iter().any(|word| word == text)
}

fn no_rows(what: &str) -> Error {
    Error::bad_file(format!("{what} has no rows; check that it was saved completely"))
}
