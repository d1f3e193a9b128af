//! Versioned tables of measurements: Delta Lake on an object store, queried by DataFusion.
//!
//! A [`Lake`] is a folder (or bucket) of tables. Every change is one atomic commit with a version
//! that can be read again later. SQL runs in a sandbox: a [`Scope`] names the tables it may read,
//! [`Limits`] bound time, memory and rows, and nothing else can be reached.
//!
//! Plain types stand at the door: no Arrow, Delta or DataFusion type leaves this crate.
//!
//! Deliberately absent: partitioned tables, deletion vectors, column mapping, and any reading of
//! tables that were not written here.

mod cube;
mod error;
mod export;
mod ingest;
mod lake;
mod plain;
mod query;
mod value;
mod view;
pub mod wire;

pub use cube::{Cube, CubeDimension, CubeSpec, GroupingSets, Lane, Source};
pub use error::{Error, Result};
pub use export::{ExportStream, Format, Points, What, labels::Labels};
pub use ingest::{
    DecimalSign, FileKind, IngestOptions, Ingested,
    bad_rows::{BadRow, BadRows},
    doubts::Doubt,
    profile::{ColumnProfile, Common, Profile},
};
pub use lake::{
    Batch, Changed, Incoming, Lake, Missing, ROW_NUMBER, RowChange, RowChanges, Settings, Target,
    diff::{Compared, Diff, DiffPage, DiffRow, RowDifference, SchemaChange},
    history::Commit,
};
pub use query::{
    Answer, Comparison, Condition, Field, Find, Found, Limits, Order, Page, Rank, Scope, Seat, Sort,
    TableVersion, Words,
};
pub use value::{Column, Kind, Rows, Value, Version};
pub use view::{
    Bin, Facet, Filter, Grain, Group, Grouped, Grouping, Kept, Measure, Place, Seen, Start, Statistics, Test,
    View,
};
