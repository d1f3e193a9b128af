//! Columns kept in memory, by table and version, up to a budget; what was asked for longest ago goes first.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use tokio::sync::OnceCell;

use super::{
    Kept,
    cold::{self, Footers},
    column::{Coded, Coder},
    mask::Mask,
    test::{Filter, Ready},
};
use crate::{
    error::Result,
    lake::{Lake, State},
    query::TableVersion,
    value::Version,
};

/// Tables whose columns, footers and sets of rows are remembered.
const MOST_TABLES: usize = 64;
/// Sets of rows that are remembered for a table.
const MOST_MASKS: usize = 32;
/// Cells of a table that is kept whole when its rows are asked for; columns of larger ones are kept as they are used.
const SMALL: usize = 200_000;

/// All that is kept of the lake's tables.
pub struct Hot {
    most_bytes: usize,
    tables: Mutex<HashMap<(String, Version), Arc<Table>>>,
    clock: AtomicU64,
}

/// What is kept of one version of a table.
pub struct Table {
    pub state: Arc<State>,
    footers: OnceCell<Arc<Footers>>,
    columns: Mutex<HashMap<usize, Column>>,
    masks: Mutex<Vec<(Filter, Arc<Mask>)>>,
    /// Held while columns are read, so that two who ask for the same read it once.
    making: tokio::sync::Mutex<()>,
    is_warming: AtomicBool,
    used: AtomicU64,
}

struct Column {
    /// Nothing for one with too many different values.
    coded: Option<Arc<Coded>>,
    used: u64,
}

impl Hot {
    pub fn new(most_bytes: usize) -> Hot {
        Hot {
            most_bytes,
            tables: Mutex::default(),
            clock: AtomicU64::new(0),
        }
    }

    /// Forgets a table that was removed: another may take its name.
    pub fn forget(&self, name: &str) {
        locked(&self.tables).retain(|(known, _), _| known != name);
    }

    pub fn kept(&self) -> Kept {
        let tables = locked(&self.tables);
        let mut kept = Kept {
            n_tables: tables.len(),
            most_bytes: self.most_bytes,
            ..Kept::default()
        };
        for table in tables.values() {
            for column in locked(&table.columns).values() {
                if let Some(coded) = &column.coded {
                    kept.n_columns += 1;
                    kept.n_bytes += coded.n_bytes;
                }
            }
            kept.n_bytes += locked(&table.masks)
                .iter()
                .map(|(_, mask)| mask.n_bytes())
                .sum::<usize>();
        }
        kept
    }

    /// What is kept of a version, or begins to be.
    pub async fn table(&self, lake: &Lake, wanted: &TableVersion) -> Result<Arc<Table>> {
        let now = self.tick();
        if let Some(version) = wanted.version {
            let known = locked(&self.tables)
                .get(&(wanted.table.clone(), version))
                .cloned();
            if let Some(table) = known {
                table.used.store(now, Ordering::Relaxed);
                return Ok(table);
            }
        }
        let state = lake.state(&wanted.table, wanted.version).await?;
        let mut tables = locked(&self.tables);
        let table = tables
            .entry((wanted.table.clone(), state.version))
            .or_insert_with(|| {
                Arc::new(Table {
                    state,
                    footers: OnceCell::new(),
                    columns: Mutex::default(),
                    masks: Mutex::default(),
                    making: tokio::sync::Mutex::default(),
                    is_warming: AtomicBool::new(false),
                    used: AtomicU64::new(now),
                })
            })
            .clone();
        table.used.store(now, Ordering::Relaxed);
        if tables.len() > MOST_TABLES {
            let oldest = tables
                .iter()
                .min_by_key(|(_, table)| table.used.load(Ordering::Relaxed))
                .map(|(key, _)| key.clone());
            if let Some(oldest) = oldest {
                tables.remove(&oldest);
            }
        }
        Ok(table)
    }

    fn tick(&self) -> u64 {
        self.clock.fetch_add(1, Ordering::Relaxed)
    }

    /// Lets go of what was used longest ago until the rest fits; `keep` was asked for just now.
    fn trim(&self, keep: &Table) {
        let mut over = self.kept().n_bytes.saturating_sub(self.most_bytes);
        if over == 0 {
            return;
        }
        let tables: Vec<Arc<Table>> = locked(&self.tables).values().cloned().collect();
        let mut all: Vec<(u64, usize, usize)> = Vec::new();
        for (at, table) in tables.iter().enumerate() {
            for (column, kept) in locked(&table.columns).iter() {
                if kept.coded.is_some() {
                    all.push((kept.used, at, *column));
                }
            }
            if !std::ptr::eq(Arc::as_ptr(table), keep) {
                locked(&table.masks).clear();
            }
        }
        all.sort_unstable();
        for (_, at, column) in all {
            if over == 0 {
                break;
            }
            let gone = locked(&tables[at].columns).remove(&column);
            let n_bytes = gone
                .and_then(|column| column.coded)
                .map_or(0, |coded| coded.n_bytes);
            over = over.saturating_sub(n_bytes);
        }
    }
}

impl Table {
    pub fn n_rows(&self) -> usize {
        usize::try_from(self.state.n_rows()).unwrap_or(usize::MAX)
    }

    pub fn position(&self, name: &str) -> Option<usize> {
        self.state.columns.iter().position(|column| column.name == name)
    }

    pub async fn footers(&self, lake: &Lake) -> Result<Arc<Footers>> {
        let made = self
            .footers
            .get_or_try_init(|| async { cold::footers(lake, &self.state).await.map(Arc::new) });
        made.await.cloned()
    }

    /// Columns as codes; nothing for each with too many different values.
    pub async fn coded(&self, lake: &Lake, wanted: &[usize]) -> Result<Vec<Option<Arc<Coded>>>> {
        if let Some(found) = self.known(lake, wanted) {
            return Ok(found);
        }
        let _making = self.making.lock().await;
        let missing: Vec<usize> = {
            let columns = locked(&self.columns);
            wanted
                .iter()
                .copied()
                .filter(|at| !columns.contains_key(at))
                .collect()
        };
        let made = self.read(lake, &missing).await?;
        let now = lake.hot().tick();
        // What was just read is given even when the budget does not let it stay.
        let fresh: HashMap<usize, Option<Arc<Coded>>> = made.iter().cloned().collect();
        let found = {
            let mut columns = locked(&self.columns);
            for (at, coded) in made {
                columns.insert(at, Column { coded, used: now });
            }
            wanted
                .iter()
                .map(|at| match columns.get(at) {
                    Some(column) => column.coded.clone(),
                    None => fresh.get(at).cloned().flatten(),
                })
                .collect()
        };
        lake.hot().trim(self);
        Ok(found)
    }

    /// Columns as codes for a question that can be answered without them; nothing where one has too many different values, or where they
    /// would drive out too much.
    pub async fn coded_if_room(&self, lake: &Lake, wanted: &[usize]) -> Result<Option<Vec<Arc<Coded>>>> {
        let found = match self.known(lake, wanted) {
            Some(found) => found,
            None if !self.have_room(lake, wanted.len()) => return Ok(None),
            None => self.coded(lake, wanted).await?,
        };
        Ok(found.into_iter().collect())
    }

    /// Whether so many columns leave room for others.
    fn have_room(&self, lake: &Lake, n_columns: usize) -> bool {
        // Two bytes a cell is what columns mostly take.
        let n_bytes = self.n_rows().saturating_mul(n_columns).saturating_mul(2);
        n_bytes <= lake.hot().most_bytes / 2
    }

    /// Those columns that are in memory already, by their places.
    pub fn in_memory(&self, lake: &Lake, wanted: &[usize]) -> HashMap<usize, Arc<Coded>> {
        let now = lake.hot().tick();
        let mut columns = locked(&self.columns);
        wanted
            .iter()
            .filter_map(|at| {
                let column = columns.get_mut(at)?;
                column.used = now;
                Some((*at, column.coded.clone()?))
            })
            .collect()
    }

    /// Whether the table is so small that reading a column costs nothing.
    pub fn is_small(&self) -> bool {
        self.n_rows().saturating_mul(self.state.columns.len()) <= SMALL
    }

    /// Reads columns into memory for the next who asks, when all of them have room there.
    pub fn warm(self: &Arc<Self>, lake: &Lake, wanted: Vec<usize>) {
        if !self.have_room(lake, wanted.len()) || self.is_warming.swap(true, Ordering::Relaxed) {
            return;
        }
        let (table, lake) = (self.clone(), lake.clone());
        let handle = lake.engine().handle();
        handle.spawn(async move {
            for some in wanted.chunks(8) {
                if let Err(error) = table.coded(&lake, some).await {
                    tracing::debug!(%error, "columns are read from their files instead of being kept");
                    return;
                }
            }
        });
    }

    /// The rows that all filters let through; nothing when there are no filters.
    pub async fn mask(&self, lake: &Lake, filters: &[(usize, Filter, Ready)]) -> Result<Option<Mask>> {
        let mut all: Option<Mask> = None;
        for (at, filter, ready) in filters {
            let one = self.mask_of(lake, *at, filter, ready).await?;
            match &mut all {
                Some(all) => all.and(&one),
                None => all = Some(Mask::clone(&one)),
            }
        }
        Ok(all)
    }

    async fn mask_of(&self, lake: &Lake, at: usize, filter: &Filter, ready: &Ready) -> Result<Arc<Mask>> {
        let known = {
            let mut masks = locked(&self.masks);
            let place = masks.iter().position(|(known, _)| known == filter);
            place.map(|place| {
                let found = masks.remove(place);
                let mask = found.1.clone();
                masks.push(found);
                mask
            })
        };
        if let Some(mask) = known {
            return Ok(mask);
        }
        let mask = match self.coded(lake, &[at]).await?.pop().flatten() {
            Some(coded) => coded_mask(&coded, ready, self.n_rows()),
            None => self.scanned_mask(lake, at, ready).await?,
        };
        let mask = Arc::new(mask);
        let mut masks = locked(&self.masks);
        if masks.len() >= MOST_MASKS {
            masks.remove(0);
        }
        masks.push((filter.clone(), mask.clone()));
        Ok(mask)
    }

    async fn scanned_mask(&self, lake: &Lake, at: usize, ready: &Ready) -> Result<Mask> {
        let mut mask = Mask::none(self.n_rows());
        let footers = self.footers(lake).await?;
        let kind = self.state.columns[at].kind;
        cold::scan(lake, &self.state, &footers, &[at], |first, columns| {
            let array = crate::plain::plain_array(&columns[0], &crate::plain::data_type(kind))?;
            for (row, passes) in ready.passing(&array).into_iter().enumerate() {
                if passes {
                    mask.put(first + row);
                }
            }
            Ok(())
        })
        .await?;
        Ok(mask)
    }

    fn known(&self, lake: &Lake, wanted: &[usize]) -> Option<Vec<Option<Arc<Coded>>>> {
        let now = lake.hot().tick();
        let mut columns = locked(&self.columns);
        wanted
            .iter()
            .map(|at| {
                columns.get_mut(at).map(|column| {
                    column.used = now;
                    column.coded.clone()
                })
            })
            .collect()
    }

    async fn read(&self, lake: &Lake, wanted: &[usize]) -> Result<Vec<(usize, Option<Arc<Coded>>)>> {
        let mut coders: Vec<(usize, Coder)> = Vec::new();
        let mut made = Vec::new();
        for at in wanted {
            match Coder::new(self.state.columns[*at].kind) {
                Some(coder) => coders.push((*at, coder)),
                None => made.push((*at, None)),
            }
        }
        if coders.is_empty() {
            return Ok(made);
        }
        let places: Vec<usize> = coders.iter().map(|(at, _)| *at).collect();
        let footers = self.footers(lake).await?;
        cold::scan(lake, &self.state, &footers, &places, |_, columns| {
            for ((_, coder), array) in coders.iter_mut().zip(columns) {
                coder.see(array)?;
            }
            Ok(())
        })
        .await?;
        let most = lake.hot().most_bytes / 2;
        for (at, coder) in coders {
            let coded = coder.finish()?.filter(|coded| coded.n_bytes <= most);
            made.push((at, coded.map(Arc::new)));
        }
        Ok(made)
    }
}

fn coded_mask(coded: &Coded, ready: &Ready, n_rows: usize) -> Mask {
    let mut mask = Mask::all(n_rows);
    let mut passing = vec![matches!(ready, Ready::Empty)];
    passing.extend(ready.passing(&coded.values));
    // Values stand in order, so most tests let through one run of codes.
    let first = passing.iter().position(|passes| *passes);
    let last = passing.iter().rposition(|passes| *passes);
    let (Some(first), Some(last)) = (first, last) else {
        return Mask::none(n_rows);
    };
    let is_run = passing[first..=last].iter().all(|passes| *passes);
    super::column::each!(&coded.codes, codes => {
        if is_run {
            let run = first..=last;
            mask.keep(codes, |code| run.contains(&(code as usize)));
        } else {
            mask.keep(codes, |code| passing[code as usize]);
        }
    });
    mask
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
