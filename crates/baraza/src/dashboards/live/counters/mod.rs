//! Live counts: of a column of a public table as it is shown, and of public requests.
//!
//! A count is made for everybody at once, from what everybody may see: a table that is not open or a column that is hidden is as good as
//! not there, and confidential requests are in no count. Nothing tells a count that it is old but the database: the catalogue and the
//! board of requests each say in one small statement whether anything changed, whichever process changed it.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use jiff::ToSpan;
use tables::{Limits, Sort, Start, Value, View};

use super::{
    Told,
    model::{Feed, Reading, Source as Way},
};
use crate::{
    catalog::{
        self, Resource,
        agenda::{model::Standing, year},
        explore::memory::Memory,
    },
    places,
    platform::{
        app::App,
        op::{Op, Who},
        problem::{Kind, Problem, Result},
        time::Time,
    },
    requests::{
        board::{
            kept,
            rows::{Filter, NEVER, Rows, floor},
        },
        model::clock::Light,
    },
};
use model::{Counts, Measure, Source};

pub mod model;
pub mod view;

/// How often it is looked whether a count is another now, while anybody watches it.
pub const LOOK: Duration = Duration::from_secs(2);
/// Values of versions that are kept: a version never changes.
const MOST_KEPT: usize = 2_000;
/// Decimals of a value that is not whole.
const DECIMALS: usize = 2;

/// Tells the counts among some codes, by code; what is not there or not public is left out.
///
/// # Errors
/// When the database or the store fails.
pub async fn gather(app: &App, codes: &[&str]) -> Result<HashMap<String, Told>> {
    let mut all = HashMap::new();
    for code in codes {
        if let Some(source) = Source::parse(code)
            && let Some(told) = tell(app, source).await?
        {
            all.insert((*code).to_owned(), told);
        }
    }
    Ok(all)
}

/// Tells one count; `None` where there is no such public table, or no such column of numbers.
///
/// # Errors
/// When the database or the store fails.
pub async fn tell(app: &App, source: Source) -> Result<Option<Told>> {
    match &source {
        Source::Table {
            dataset,
            resource,
            measure,
            column,
        } => {
            let Some(resource) = public_table(app, dataset, resource).await? else {
                return Ok(None);
            };
            if !holds(&resource, *measure, column) {
                return Ok(None);
            }
            let value = table_value(app, &resource, *measure, column).await?;
            let late = late_period(app, &resource.dataset.id).await?;
            let counted = Counted {
                value,
                at: Time(resource.changed_at),
                place: resource.dataset.place.clone().unwrap_or_default(),
                late,
            };
            Ok(Some(told(app, source, counted)))
        }
        Source::Requests {
            counts,
            place,
            agency,
        } => {
            let n = count_requests(app, *counts, place, agency).await?;
            let counted = Counted {
                value: Some(n as f64),
                at: app.clock.now(),
                place: place.clone(),
                late: None,
            };
            Ok(Some(told(app, source, counted)))
        }
    }
}

/// Something counted, as it is told.
struct Counted {
    value: Option<f64>,
    at: Time,
    place: String,
    late: Option<String>,
}

/// A count in the words of a feed: silent when the day is over in which it was made, and from the start where what it counts is late.
fn told(app: &App, source: Source, counted: Counted) -> Told {
    let today = app.config.day(app.clock.now());
    let begins = day_begins(app, today);
    let ends = day_begins(app, today.saturating_add(1.day()));
    let received_at = match counted.late {
        Some(_) => Time(0),
        None => begins,
    };
    let decimals = match counted.value {
        Some(value) if value.fract() != 0.0 => DECIMALS,
        _ => 0,
    };
    let feed = Feed {
        code: source.code(),
        title: String::new(),
        unit: String::new(),
        place: counted.place,
        source: Way::Webhook,
        value_path: String::new(),
        time_path: String::new(),
        decimals,
        expected: LOOK,
        silent: ends.since(begins),
        low: None,
        high: None,
    };
    Told {
        feed,
        last: counted.value.map(|value| Reading {
            at: counted.at,
            value,
            received_at,
            is_clock_off: false,
        }),
        count: Some(source),
        late: counted.late,
    }
}

fn day_begins(app: &App, day: jiff::civil::Date) -> Time {
    let zone = app.config.zoned(Time(0)).time_zone().clone();
    day.to_zoned(zone)
        .map_or(Time(0), |start| Time(start.timestamp().as_microsecond()))
}

/// A table as everybody sees it; `None` where they do not.
async fn public_table(app: &App, dataset: &str, resource: &str) -> Result<Option<Arc<Resource>>> {
    let anyone = Op {
        who: Who::Anyone,
        ..Op::system(app.clock.now())
    };
    let memory = Memory::of(app).await?;
    match memory.resource(app, &anyone, dataset, resource, None).await {
        Ok(found) => Ok(Some(found)),
        Err(problem) if matches!(problem.kind(), Kind::NotFound | Kind::Gone | Kind::Forbidden) => Ok(None),
        Err(problem) => Err(problem),
    }
}

/// Whether a measure can be taken: of rows only their number, of a column only what its kind allows.
fn holds(resource: &Resource, measure: Measure, column: &str) -> bool {
    if column.is_empty() {
        return measure == Measure::Count;
    }
    let found = resource.columns.iter().find(|known| known.name == column);
    found.is_some_and(|known| measure == Measure::Count || is_number(known))
}

fn is_number(column: &catalog::ColumnView) -> bool {
    let kinds = [tables::Kind::Integer, tables::Kind::Decimal];
    kinds.iter().any(|kind| kind.as_str() == column.kind)
}

/// Values by table, version, measure and column.
#[derive(Default)]
struct Values(Mutex<HashMap<String, Option<f64>>>);

fn values(app: &App) -> Arc<Values> {
    if let Some(values) = app.shelf.find::<Values>() {
        return values;
    }
    app.shelf.put(Arc::new(Values::default()));
    app.shelf.find::<Values>().unwrap_or_default()
}

/// The value of the version that is shown, worked out once for each.
async fn table_value(app: &App, resource: &Resource, measure: Measure, column: &str) -> Result<Option<f64>> {
    let Some(version) = resource.version else {
        return Ok(None);
    };
    let key = format!("{} {version} {} {column}", resource.id, measure.as_str());
    let values = values(app);
    let known = {
        let kept = values.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(&key).copied()
    };
    if let Some(known) = known {
        return Ok(known);
    }
    let value = work_out(app, resource, measure, column).await?;
    let mut kept = values.0.lock().unwrap_or_else(PoisonError::into_inner);
    if kept.len() >= MOST_KEPT {
        kept.clear();
    }
    kept.insert(key, value);
    Ok(value)
}

async fn work_out(app: &App, resource: &Resource, measure: Measure, column: &str) -> Result<Option<f64>> {
    if column.is_empty() {
        return Ok(Some(resource.n_rows as f64));
    }
    if measure == Measure::Newest {
        return newest(app, resource, column).await;
    }
    let found = resource.statistics(app, &[], column).await?;
    let n = found.n.saturating_sub(found.n_empty) as f64;
    if measure == Measure::Count {
        return Ok(Some(n));
    }
    let is_whole = resource
        .columns
        .iter()
        .any(|known| known.name == column && known.kind == tables::Kind::Integer.as_str());
    let sum = found.mean.map(|mean| mean * n);
    Ok(sum.map(|sum| if is_whole { sum.round() } else { sum }))
}

async fn newest(app: &App, resource: &Resource, column: &str) -> Result<Option<f64>> {
    let moments = [tables::Kind::Instant, tables::Kind::Date];
    let by = resource
        .columns
        .iter()
        .find(|known| moments.iter().any(|kind| kind.as_str() == known.kind));
    let n_rows = usize::try_from(resource.n_rows).unwrap_or(0);
    let view = View {
        columns: vec![column.to_owned()],
        sort: by.map(|by| Sort {
            column: by.name.clone(),
            descending: true,
        }),
        start: match by {
            Some(_) => Start::Row(0),
            None => Start::Row(n_rows.saturating_sub(1)),
        },
        n_rows: 1,
        ..View::default()
    };
    let seen = app
        .lake
        .view(&resource.table, &view, Limits::default())
        .await
        .map_err(Problem::internal)?;
    let value = seen.rows.first().and_then(|row| row.first());
    Ok(value.and_then(|value| match value {
        Value::Integer(n) => Some(*n as f64),
        Value::Decimal(x) => Some(*x),
        _ => None,
    }))
}

/// The period that the table's dataset should have brought by now, where one is overdue.
async fn late_period(app: &App, dataset: &str) -> Result<Option<String>> {
    let brief = year::brief(app, dataset).await?;
    Ok(brief
        .and_then(|brief| brief.next)
        .filter(|due| matches!(due.standing, Standing::Missing { .. }))
        .map(|due| due.period))
}

/// Counts public requests as the board does; confidential ones are in no count.
async fn count_requests(app: &App, counts: Counts, place: &str, agency: &str) -> Result<u64> {
    let now = app.clock.now();
    let all = places::all(app).await?;
    let board = kept::current(app, now).await?;
    let month = app.config.day(now).first_of_month();
    let since = floor(day_begins(app, month).0);
    let key = format!("counter {} {place} {agency} {since}", counts.as_str());
    let counted = board.count(key, now, |rows: &Rows, second| {
        let is_within = |code: &str| {
            code == place
                || all
                    .find(code)
                    .is_some_and(|inner| inner.lineage().contains(&place))
        };
        let filter = Filter {
            places: Some(rows.places.mask(is_within)),
            agencies: (!agency.is_empty()).then(|| rows.agencies.mask(|code| code == agency)),
            ..Filter::default()
        };
        let lights = rows.lights(&filter, second);
        match counts {
            Counts::Open => lights.unfinished(),
            Counts::Yellow => lights.of(Light::Yellow),
            Counts::Red => lights.of(Light::Red),
            Counts::Closed => {
                let mut n = 0_u64;
                rows.each(&filter, |_, row| {
                    let is_in_month = row.is_closed() && row.closed != NEVER && row.closed >= since;
                    n += u64::from(is_in_month);
                });
                n
            }
        }
    });
    Ok(*counted.value)
}
