//! Tables and answers as files, streamed with bounded memory.

pub mod labels;
mod paced;
mod text;
mod workbook;

use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

use arrow::{datatypes::Schema, record_batch::RecordBatch};
use bytes::Bytes;
use datafusion::{execution::SendableRecordBatchStream, prelude::ident};
use futures::{FutureExt, StreamExt, stream::BoxStream};
use parquet::arrow::ArrowWriter;
use tokio::sync::mpsc;

use self::labels::Labels;
use crate::{
    error::{Doing, Error, Result},
    lake::{Lake, writer_properties},
    plain,
    query::{
        Limits, Scope, Session, TableVersion, answered,
        engine::{cannot_answer, unanswerable},
        query_error, refuse_nothing,
    },
    value::{Column, Kind},
    view::{View, view_frame},
};

/// How long the file of an answer may take with whoever reads it slowly.
const SLOWEST_READER: Duration = Duration::from_secs(3_600);

/// The bytes of a file; an error in the middle ends it.
pub type ExportStream = BoxStream<'static, Result<Bytes>>;

/// A file format to export to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// RFC 4180 in UTF-8 with CRLF line ends and a header.
    Csv,
    /// One JSON object a line.
    Jsonl,
    /// One JSON array of objects.
    Json,
    Parquet,
    /// A sheet for each million rows.
    Xlsx,
    /// A feature collection; the table needs a geometry column.
    GeoJson,
}

impl Format {
    pub const ALL: [Format; 6] = [
        Format::Csv,
        Format::Jsonl,
        Format::Json,
        Format::Parquet,
        Format::Xlsx,
        Format::GeoJson,
    ];

    /// The ending of its files' names, which is also its word in addresses and flags.
    pub fn ending(self) -> &'static str {
        match self {
            Format::Csv => "csv",
            Format::Jsonl => "jsonl",
            Format::Json => "json",
            Format::Parquet => "parquet",
            Format::Xlsx => "xlsx",
            Format::GeoJson => "geojson",
        }
    }

    pub fn of_ending(ending: &str) -> Option<Format> {
        Format::ALL.into_iter().find(|format| format.ending() == ending)
    }

    pub fn media_type(self) -> &'static str {
        match self {
            Format::Csv => "text/csv; charset=utf-8; header=present",
            Format::Jsonl => "application/x-ndjson",
            Format::Json => "application/json",
            Format::Parquet => "application/vnd.apache.parquet",
            Format::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Format::GeoJson => "application/geo+json",
        }
    }
}

/// What to export.
#[derive(Clone, Debug)]
pub enum What {
    /// All rows of a table in their order.
    Table(TableVersion),
    /// All rows that a view shows, in its order; from its first one, whatever page it is at.
    View(TableVersion, View),
    /// The same with a point for each row, as GeoJSON shows them.
    Located(TableVersion, View, Points),
    /// The answer to a query over the tables of a scope.
    Query(Scope, String),
    /// The same for SQL of anybody, as [`Lake::answer`] takes it.
    Answer(Scope, String),
}

/// The columns that say where a row is, in degrees (WGS 84).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Points {
    pub lon: String,
    pub lat: String,
}

impl From<TableVersion> for What {
    fn from(table: TableVersion) -> Self {
        What::Table(table)
    }
}

impl Lake {
    /// Streams a table or an answer as a file.
    ///
    /// What is wrong with the request is told before the first byte. The rows are not limited, the
    /// memory is, and the time is that of the whole stream. Of [`What::Answer`] the rows are limited, too: one with more breaks off
    /// with an error, so that nobody takes a part for the whole; and its time is that of the work alone, which is done in turns.
    pub async fn export(
        &self,
        what: impl Into<What>,
        format: Format,
        limits: Limits,
    ) -> Result<ExportStream> {
        self.export_labelled(what, format, limits, &Labels::default())
            .await
    }

    /// The same with what codes are called, in a column behind that of the codes.
    ///
    /// # Errors
    /// As [`Lake::export`].
    pub async fn export_labelled(
        &self,
        what: impl Into<What>,
        format: Format,
        limits: Limits,
        labels: &Labels,
    ) -> Result<ExportStream> {
        let what = what.into();
        let points = match &what {
            What::Located(_, _, points) => Some(points.clone()),
            _ => None,
        };
        let lake = self.clone();
        let is_of_anybody = matches!(what, What::Answer(..));
        // A slow reader of somebody's answer takes as long as they take; the work itself is timed where it is done.
        let time = match is_of_anybody {
            true => limits.time.max(SLOWEST_READER),
            false => limits.time,
        };
        let opening = async move { open(&lake, &what, &limits).await };
        let opened = match is_of_anybody {
            true => self.engine().run_free(limits.time, opening).await,
            false => self.engine().run(limits.time, opening).await,
        };
        let (columns, rows) = opened.map_err(unanswerable)?;
        let (columns, rows) = labels::put_beside(columns, rows, labels);
        let has_place = points.is_some() || columns.iter().any(|column| column.kind == Kind::Geometry);
        if format == Format::GeoJson && !has_place {
            return Err(Error::BadQuery(
                "the table has no geometry, so it cannot be GeoJSON; choose CSV".into(),
            ));
        }
        let (sender, receiver) = mpsc::channel(4);
        let engine = self.engine();
        let temporary = engine.temporary.clone();
        let outlet = Outlet { sender };
        engine.handle().spawn(async move {
            let work = async {
                match format {
                    Format::Csv | Format::Jsonl | Format::Json | Format::GeoJson => {
                        text::write(format, &columns, points.as_ref(), rows, &limits, &outlet).await
                    }
                    Format::Parquet => parquet(&columns, rows, &limits, &outlet).await,
                    Format::Xlsx => workbook::write(&columns, rows, &limits, &temporary, &outlet).await,
                }
            };
            let work = AssertUnwindSafe(work).catch_unwind();
            let done = tokio::select! {
                done = tokio::time::timeout(time, work) => done,
                // Nobody reads any more: the rest need not be made.
                () = outlet.sender.closed() => return,
            };
            let failed = match done {
                Ok(Ok(Ok(()))) => return,
                Ok(Ok(Err(error))) => error,
                // A file that ends in the middle would look like a whole one.
                Ok(Err(_)) => cannot_answer(),
                Err(_) => Error::TookTooLong {
                    seconds: time.as_secs(),
                },
            };
            // The reader may have gone away in the meantime.
            let _ = outlet.sender.send(Err(failed)).await;
        });
        Ok(futures::stream::unfold(receiver, |mut receiver| async {
            receiver.recv().await.map(|piece| (piece, receiver))
        })
        // What compresses it for a browser asks once more after the end.
        .fuse()
        .boxed())
    }
}

/// Where the pieces of a file go.
struct Outlet {
    sender: mpsc::Sender<Result<Bytes>>,
}

impl Outlet {
    async fn send(&self, bytes: Vec<u8>) {
        if !bytes.is_empty() {
            // A reader that went away is noticed by whoever waits for the whole.
            let _ = self.sender.send(Ok(Bytes::from(bytes))).await;
        }
    }
}

async fn open(lake: &Lake, what: &What, limits: &Limits) -> Result<(Vec<Column>, SendableRecordBatchStream)> {
    let failed = |error| query_error(error, limits);
    let (columns, frame) = match what {
        What::Table(table) => {
            let session = Session::in_order(lake, limits);
            session.add(lake, "t", table).await?;
            let state = lake.state(&table.table, table.version).await?;
            let shown = table.shown(&state.columns);
            refuse_nothing(&shown)?;
            let names: Vec<_> = shown.iter().map(|column| ident(&column.name)).collect();
            let frame = session.context.table("t").await.map_err(failed)?;
            (shown, frame.select(names).map_err(failed)?)
        }
        What::View(table, view) => {
            let session = Session::in_order(lake, limits);
            view_frame(&session, lake, table, view, limits).await?
        }
        What::Located(table, view, points) => {
            let session = Session::in_order(lake, limits);
            let mut view = view.clone();
            if !view.columns.is_empty() {
                for name in [&points.lon, &points.lat] {
                    if !view.columns.contains(name) {
                        view.columns.push(name.clone());
                    }
                }
            }
            view_frame(&session, lake, table, &view, limits).await?
        }
        What::Query(scope, sql) => {
            let session = Session::asking(lake, limits);
            let frame = session.select(lake, scope, sql).await?;
            let columns = plain::answer_columns(frame.schema().as_arrow());
            refuse_nothing(&columns)?;
            (columns, frame)
        }
        What::Answer(scope, sql) => {
            let frame = answered(lake, scope, sql, limits).await?;
            let columns = plain::answer_columns(frame.schema().as_arrow());
            refuse_nothing(&columns)?;
            let rows = frame.execute_stream().await.map_err(failed)?;
            return Ok((columns, paced::paced(lake.engine().free_turns(), rows, limits)));
        }
    };
    Ok((columns, frame.execute_stream().await.map_err(failed)?))
}

async fn parquet(
    columns: &[Column],
    mut rows: SendableRecordBatchStream,
    limits: &Limits,
    outlet: &Outlet,
) -> Result<()> {
    let schema = Arc::new(Schema::new(columns.iter().map(plain::field).collect::<Vec<_>>()));
    let doing = || "write Parquet".to_string();
    let mut writer = ArrowWriter::try_new(
        Vec::new(),
        schema.clone(),
        Some(writer_properties(schema.fields().len()).build()),
    )
    .doing(doing)?;
    while let Some(batch) = next(&mut rows, limits).await? {
        // Columns of an answer may be called otherwise than the engine's.
        let batch = RecordBatch::try_new(schema.clone(), batch.columns().to_vec()).doing(doing)?;
        writer.write(&batch).doing(doing)?;
        outlet.send(std::mem::take(writer.inner_mut())).await;
    }
    writer.finish().doing(doing)?;
    outlet.send(std::mem::take(writer.inner_mut())).await;
    Ok(())
}

/// The next batch, in plain types.
async fn next(rows: &mut SendableRecordBatchStream, limits: &Limits) -> Result<Option<RecordBatch>> {
    match rows.next().await {
        Some(batch) => {
            let batch = batch.map_err(|error| query_error(error, limits))?;
            Ok(Some(plain::plain_batch(&batch)?))
        }
        None => Ok(None),
    }
}
