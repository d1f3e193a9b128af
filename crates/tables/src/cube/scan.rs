//! The finest groups of many questions about the same rows, in one pass over them.
//!
//! Texts are read as their Parquet dictionaries and never as texts; what depends on one such column, or on small integers, is worked
//! out once for each different value instead of each row. Counts are added up in any order. Decimals are added up row by row within
//! strands of row groups, and the strands in their order: any number of threads gives the same digits.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use arrow::datatypes::{DataType, Field, Schema};
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
    answer::Cube,
    merge::merged,
    plan::{Draft, Known, Plan},
    source::{Made, Source},
    star::{JoinedSide, Tables, as_kept, joined},
    work::{batch, conform, dictionary},
    worker::{Found, Worker},
};
use crate::{
    error::{Doing, Error, Result},
    lake::{DataFile, Lake, State, StoredFile},
    query::{Limits, Scope, Session},
};

/// Rows worked on at a time.
pub const BATCH: usize = 16 * 1024;
/// Parts of the rows whose decimals are added up on their own. It may not depend on the number of threads: digits do depend on it.
const STRANDS: usize = 16;

/// Computes the finest groups of questions with one FROM, or says that it cannot: for what is no plain expression, and for joins
/// other than with a key.
pub async fn finest(
    lake: &Lake,
    scope: &Scope,
    specs: &[&CubeSpec],
    limits: &Limits,
) -> Result<Option<Vec<Cube>>> {
    let Some(first) = specs.first() else {
        return Ok(Some(Vec::new()));
    };
    let session = Session::open(lake, limits);
    let session = session.context.state();
    let Some(mut tables) = Tables::read(&session, scope, &first.from) else {
        return Ok(None);
    };
    if has_larger_side(lake, scope, &tables).await? {
        tables = tables.swapped();
    }
    let Some((_, version)) = scope.find(&tables.table) else {
        return Ok(None);
    };
    let state = lake.state(&version.table, version.version).await?;
    // Counts are of 32 bits.
    if state.n_rows() > u64::from(u32::MAX) {
        return Ok(None);
    }
    let fields = version
        .shown(&state.columns)
        .iter()
        .map(|column| Field::new(&column.name, as_kept(column.kind), true))
        .collect();
    let mut sides: Vec<(JoinedSide, Vec<Field>)> = Vec::new();
    for side in tables.sides {
        let fields = side.fields(lake, scope, limits).await?;
        sides.push((side, fields));
    }
    let known = Known {
        session: &session,
        scope,
        name: &tables.name,
        fields,
        sides: &sides,
    };
    let Some(Draft {
        mut plan,
        sides: asked,
    }) = Draft::of(&known, specs)?
    else {
        return Ok(None);
    };
    for ((side, _), asked) in sides.iter().zip(asked) {
        match side.load(lake, scope, limits, asked).await? {
            Some(side) => plan.sides.push(side),
            None => return Ok(None),
        }
    }
    let units = units(lake, &state, &plan).await?;
    computed(lake, plan, Feed::Files(units), specs, limits)
        .await
        .map(Some)
}

/// Computes the finest groups of questions about rows that are made as they are counted.
pub async fn finest_of(
    lake: &Lake,
    source: Arc<dyn Source>,
    specs: &[&CubeSpec],
    limits: &Limits,
) -> Result<Vec<Cube>> {
    let Some(first) = specs.first() else {
        return Ok(Vec::new());
    };
    let session = Session::open(lake, limits);
    let session = session.context.state();
    let scope = Scope::new();
    let made = Made::of(source)?;
    let known = Known {
        session: &session,
        scope: &scope,
        name: first.from.trim(),
        fields: made.fields(),
        sides: &[],
    };
    let Some(Draft { plan, .. }) = Draft::of(&known, specs)? else {
        return Err(Error::BadQuery(
            "an expression over made rows is not understood; name their columns, and join nothing".into(),
        ));
    };
    computed(lake, plan, Feed::Made(made), specs, limits).await
}

/// Whether the only table that is joined has more rows than the one before it.
async fn has_larger_side(lake: &Lake, scope: &Scope, tables: &Tables) -> Result<bool> {
    let [side] = tables.sides.as_slice() else {
        return Ok(false);
    };
    let names = (
        scope.find(&tables.table),
        side.table.as_deref().map(|name| scope.find(name)),
    );
    let (Some((_, first)), Some(Some((_, second)))) = names else {
        return Ok(false);
    };
    let first = lake.state(&first.table, first.version).await?;
    let second = lake.state(&second.table, second.version).await?;
    Ok(second.n_rows() > first.n_rows())
}

/// Where rows come from, in units that are read one by one.
enum Feed {
    Files(Vec<Unit>),
    Made(Made),
}

impl Feed {
    fn n_units(&self) -> usize {
        match self {
            Feed::Files(units) => units.len(),
            Feed::Made(made) => made.n_blocks(),
        }
    }
}

async fn computed(
    lake: &Lake,
    plan: Plan,
    feed: Feed,
    specs: &[&CubeSpec],
    limits: &Limits,
) -> Result<Vec<Cube>> {
    let n_units = feed.n_units();
    let has_decimals = plan.shapes.iter().any(|shape| shape.n_decimals > 0);
    let n_strands = if has_decimals {
        n_units.min(STRANDS)
    } else {
        n_units
    };
    let mut n_workers = lake.engine().threads.min(n_strands).max(1);
    let shared = Arc::new(Shared {
        lake: lake.clone(),
        plan,
        feed,
        n_strands,
        limits: *limits,
    });
    loop {
        match found_by(&shared, n_workers).await {
            // Each has groups of its own, often the same: fewer workers hold less, and find the same.
            Err(Error::TooMuchMemory { .. }) if n_workers > 1 => n_workers = n_workers.div_ceil(4),
            found => return Ok(merged(&shared.plan, found?, specs)),
        }
    }
}

/// What so many workers find, who share the memory that there may be.
async fn found_by(shared: &Arc<Shared>, n_workers: usize) -> Result<Vec<Found>> {
    let next = Arc::new(AtomicUsize::new(0));
    let most_bytes = shared.limits.memory_bytes / n_workers;
    let workers = (0..n_workers).map(|_| tokio::spawn(shared.clone().work(next.clone(), most_bytes)));
    Workers(workers.collect()).all().await.into_iter().collect()
}

/// What all workers look at.
struct Shared {
    lake: Lake,
    plan: Plan,
    feed: Feed,
    n_strands: usize,
    limits: Limits,
}

impl Shared {
    /// Reads strands, of which `next` is the first that nobody has taken, and holds so many bytes at most.
    async fn work(self: Arc<Self>, next: Arc<AtomicUsize>, most_bytes: usize) -> Result<Found> {
        let mut worker = Worker::new(&self.plan, most_bytes, self.limits);
        let n_units = self.feed.n_units();
        loop {
            let strand = next.fetch_add(1, Ordering::Relaxed);
            if strand >= self.n_strands {
                return Ok(worker.found());
            }
            let first = strand * n_units / self.n_strands;
            let end = (strand + 1) * n_units / self.n_strands;
            for unit in first..end {
                self.read(&mut worker, unit).await?;
            }
            worker.end_strand(strand);
        }
    }

    async fn read(&self, worker: &mut Worker, at: usize) -> Result<()> {
        match &self.feed {
            Feed::Files(units) => self.read_file(worker, &units[at]).await,
            Feed::Made(made) => {
                let rows = made.block(at, &self.plan.base)?;
                let mut start = 0;
                while start < rows.num_rows() {
                    let n_rows = BATCH.min(rows.num_rows() - start);
                    worker.add(&self.plan, &rows.slice(start, n_rows))?;
                    start += n_rows;
                    tokio::task::consume_budget().await;
                }
                Ok(())
            }
        }
    }

    async fn read_file(&self, worker: &mut Worker, unit: &Unit) -> Result<()> {
        let (plan, path) = (&self.plan, &unit.file.path);
        let reader = StoredFile::new(self.lake.store().clone(), &unit.file);
        let builder = ParquetRecordBatchStreamBuilder::new_with_metadata(reader, unit.metadata.clone());
        let roots: Vec<usize> = builder
            .schema()
            .fields()
            .iter()
            .enumerate()
            .filter(|(_, field)| plan.base.index_of(field.name()).is_ok())
            .map(|(at, _)| at)
            .collect();
        if roots.is_empty() {
            // Nothing of the file is needed but how many rows it has.
            let n_rows = unit.metadata.metadata().row_group(unit.row_group).num_rows();
            let n_rows = usize::try_from(n_rows).unwrap_or(0);
            let nothing = batch(&Arc::new(Schema::empty()), Vec::new(), n_rows)?;
            let rows = joined(&plan.schema, &plan.sides, conform(&plan.base, &nothing)?)?;
            return worker.add(plan, &rows);
        }
        let mask = ProjectionMask::roots(builder.parquet_schema(), roots);
        let mut batches = builder
            .with_row_groups(vec![unit.row_group])
            .with_projection(mask)
            .with_batch_size(BATCH)
            .build()
            .doing(|| format!("read {path}"))?;
        while let Some(rows) = batches.next().await {
            let rows = rows.doing(|| format!("read {path}"))?;
            let rows = joined(&plan.schema, &plan.sides, conform(&plan.base, &rows)?)?;
            worker.add(plan, &rows)?;
            // Reading from a warm store never waits; the time limit needs a moment to hold.
            tokio::task::consume_budget().await;
        }
        Ok(())
    }
}

/// Tasks that end when nobody waits for them any more.
struct Workers(Vec<tokio::task::JoinHandle<Result<Found>>>);

impl Workers {
    async fn all(mut self) -> Vec<Result<Found>> {
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
            let wanted = plan.base.field_with_name(field.name()).map(Field::data_type);
            match wanted {
                Ok(wanted) if *wanted == dictionary() || *wanted == DataType::Utf8 => {
                    Arc::new(Field::new(field.name(), wanted.clone(), true))
                }
                _ => field.clone(),
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
