//! The agenda as somebody may see it: the datasets of a year with how each period stands now.

use std::collections::HashMap;

use jiff::civil::Date;
use serde::Serialize;

use super::{
    date, league,
    model::{Light, Rhythm, Standing},
};
use crate::{
    catalog::{
        index::{Entry, Index},
        store::{
            self,
            agenda::{ChangeRow, DueRow, PlanRow},
        },
    },
    platform::{app::App, calendar::Calendar, office, op::Op, problem::Result, time::Time},
};

/// A year of the agenda.
#[derive(Debug, Serialize)]
pub struct Year {
    pub year: i16,
    pub datasets: Vec<Owed>,
}

/// A dataset with what is owed of it in a year.
#[derive(Debug, Clone, Serialize)]
pub struct Owed {
    #[serde(rename = "dataset")]
    pub slug: String,
    pub title: String,
    #[serde(rename = "organization")]
    pub organisation: Option<String>,
    pub publisher: Option<String>,
    pub unit: String,
    /// None when nothing is planned.
    pub frequency: Option<&'static str>,
    /// Whether the producer agreed.
    pub is_confirmed: bool,
    pub periods: Vec<Due>,
    /// Due dates that were moved, the last first.
    pub moves: Vec<Move>,
}

/// A period that is owed, and how it stands.
#[derive(Debug, Clone, Serialize)]
pub struct Due {
    pub period: String,
    pub from: String,
    pub to: String,
    #[serde(serialize_with = "written")]
    pub due_on: Date,
    #[serde(serialize_with = "written")]
    pub first_due_on: Date,
    #[serde(flatten)]
    pub standing: Standing,
    pub light: Light,
    /// The day it came, at the place.
    pub delivered_on: Option<String>,
    /// The id of the resource that brought it, and the version of its table; none for what came another way.
    pub resource: Option<String>,
    pub version: Option<i64>,
    #[serde(skip)]
    pub organisation: Option<String>,
    #[serde(skip)]
    pub is_due: bool,
}

/// A due date that was moved.
#[derive(Debug, Clone, Serialize)]
pub struct Move {
    pub period: String,
    pub was: String,
    pub is_now: String,
    /// As which role somebody moved it.
    pub role: String,
    pub reason: String,
}

/// How a dataset stands with its agenda, in brief.
#[derive(Debug, Clone, Serialize)]
pub struct Brief {
    pub frequency: &'static str,
    /// What is owed first of all that has not come: overdue, or next.
    pub next: Option<Due>,
    /// What came last.
    pub last: Option<Due>,
}

/// Whose datasets are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen {
    /// Those the reader may see.
    ByReader,
    /// Those everybody sees: what is counted in public is open to be checked.
    ByEverybody,
}

/// Reads the agenda of a year.
///
/// # Errors
/// When the database fails.
pub async fn year(app: &App, op: &Op, year: i16, seen: Seen) -> Result<Year> {
    let index = Index::of(app).await?;
    let entries = match seen {
        Seen::ByReader => index.seen(op),
        Seen::ByEverybody => index.public(),
    };
    let (first, last) = (format!("{year:04}-01-01"), format!("{year:04}-12-31"));
    let rows = store::agenda::list_between(app.db.read(), &first, &last).await?;
    let plans = store::agenda::list_plans(app.db.read(), None).await?;
    let changes = store::agenda::list_changes(app.db.read(), None, 10_000).await?;
    let clock = Clock::of(app).await?;
    let mut of_dataset: HashMap<&str, Vec<&DueRow>> = HashMap::new();
    for row in &rows {
        of_dataset.entry(&row.dataset_id).or_default().push(row);
    }
    let mut datasets = Vec::new();
    for entry in entries {
        let plan = plans.iter().find(|plan| plan.dataset_id == entry.row.id);
        let periods = of_dataset.remove(entry.row.id.as_str()).unwrap_or_default();
        if plan.is_some() || !periods.is_empty() {
            datasets.push(owed(&clock, entry, plan, &periods, &changes)?);
        }
    }
    datasets.sort_by(|a, b| (&a.publisher, &a.title).cmp(&(&b.publisher, &b.title)));
    Ok(Year { year, datasets })
}

/// Counts the punctuality of every producer in a year, over open datasets.
///
/// # Errors
/// When the database fails.
pub async fn league_of(app: &App, op: &Op, of: i16) -> Result<Vec<league::Row>> {
    let year = year(app, op, of, Seen::ByEverybody).await?;
    let owed: Vec<(String, Standing, bool)> = year
        .datasets
        .iter()
        .flat_map(|dataset| &dataset.periods)
        .map(|due| {
            (
                due.organisation.clone().unwrap_or_default(),
                due.standing,
                due.is_due,
            )
        })
        .collect();
    Ok(league::league(&owed))
}

/// Tells how a dataset stands; nothing when it is not on the agenda.
///
/// # Errors
/// When the database fails.
pub async fn brief(app: &App, dataset_id: &str) -> Result<Option<Brief>> {
    let Some(plan) = super::find_plan(app, dataset_id)
        .await?
        .filter(|plan| plan.state != "ended")
    else {
        return Ok(None);
    };
    let clock = Clock::of(app).await?;
    let rows = store::agenda::list_of(app.db.read(), dataset_id).await?;
    let next = rows.iter().find(|row| row.delivered_at.is_none());
    let last = rows.iter().rfind(|row| row.delivered_at.is_some());
    Ok(Some(Brief {
        frequency: frequency(&plan),
        next: next.map(|row| clock.due(row)).transpose()?,
        last: last.map(|row| clock.due(row)).transpose()?,
    }))
}

/// Tells how every dataset on the agenda stands, by its id; over last year, this one and the next.
///
/// # Errors
/// When the database fails.
pub async fn briefs(app: &App) -> Result<HashMap<String, Brief>> {
    let clock = Clock::of(app).await?;
    let this_year = clock.calendar.day(clock.now).year();
    let (first, last) = (
        format!("{}-01-01", this_year - 1),
        format!("{}-12-31", this_year + 1),
    );
    let rows = store::agenda::list_between(app.db.read(), &first, &last).await?;
    let mut briefs: HashMap<String, Brief> = store::agenda::list_plans(app.db.read(), None)
        .await?
        .into_iter()
        .filter(|plan| plan.state != "ended")
        .map(|plan| {
            let brief = Brief {
                frequency: frequency(&plan),
                next: None,
                last: None,
            };
            (plan.dataset_id, brief)
        })
        .collect();
    for row in &rows {
        let Some(brief) = briefs.get_mut(&row.dataset_id) else {
            continue;
        };
        if row.delivered_at.is_some() {
            brief.last = Some(clock.due(row)?);
        } else if brief.next.is_none() {
            brief.next = Some(clock.due(row)?);
        }
    }
    Ok(briefs)
}

/// Reads everything that is and was owed of a dataset, with the history of its agenda.
///
/// # Errors
/// When the database fails.
pub async fn history(app: &App, dataset_id: &str) -> Result<(Vec<Due>, Vec<ChangeRow>)> {
    let clock = Clock::of(app).await?;
    let rows = store::agenda::list_of(app.db.read(), dataset_id).await?;
    let dues = rows.iter().map(|row| clock.due(row)).collect::<Result<_>>()?;
    Ok((
        dues,
        store::agenda::list_changes(app.db.read(), Some(dataset_id), 200).await?,
    ))
}

/// The year it is at the place.
///
/// # Errors
/// When the database fails.
pub async fn this_year(app: &App) -> Result<i16> {
    Ok(office::calendar(app).await?.day(app.clock.now()).year())
}

struct Clock {
    calendar: Calendar,
    now: Time,
}

impl Clock {
    async fn of(app: &App) -> Result<Clock> {
        Ok(Clock {
            calendar: office::calendar(app).await?,
            now: app.clock.now(),
        })
    }

    fn due(&self, row: &DueRow) -> Result<Due> {
        let delivered_at = row.delivered_at.map(Time);
        let standing = Standing::of(&self.calendar, Time(row.due_at), delivered_at, self.now);
        Ok(Due {
            period: row.period.clone(),
            from: row.period_from.clone(),
            to: row.period_to.clone(),
            due_on: date(&row.due_on)?,
            first_due_on: date(&row.first_due_on)?,
            standing,
            light: standing.light(Time(row.red_at), delivered_at, self.now),
            delivered_on: delivered_at.map(|at| self.calendar.day(at).to_string()),
            resource: row.resource_id.clone(),
            version: row.version,
            organisation: row.organisation.clone(),
            is_due: Time(row.due_at) <= self.now,
        })
    }
}

fn owed(
    clock: &Clock,
    entry: &Entry,
    plan: Option<&PlanRow>,
    rows: &[&DueRow],
    changes: &[ChangeRow],
) -> Result<Owed> {
    let moves = changes
        .iter()
        .filter(|change| change.dataset_id == entry.row.id && change.what == "moved")
        .filter(|change| rows.iter().any(|row| row.period == change.period))
        .map(|change| Move {
            period: change.period.clone(),
            was: change.was.clone(),
            is_now: change.is_now.clone(),
            role: change.role.clone(),
            reason: change.reason.clone(),
        });
    let standing = plan.filter(|plan| plan.state != "ended");
    Ok(Owed {
        slug: entry.row.slug.clone(),
        title: entry.row.title.clone(),
        organisation: entry.row.organisation.clone(),
        publisher: entry.row.publisher.clone(),
        unit: standing.map(|plan| plan.unit.clone()).unwrap_or_default(),
        frequency: standing.map(frequency),
        is_confirmed: standing.is_some_and(|plan| plan.state == "confirmed"),
        periods: rows.iter().map(|row| clock.due(row)).collect::<Result<_>>()?,
        moves: moves.collect(),
    })
}

fn frequency(plan: &PlanRow) -> &'static str {
    Rhythm::read(&plan.frequency, &plan.due_dates).map_or("", |rhythm| rhythm.as_str())
}

fn written<S: serde::Serializer>(day: &Date, to: S) -> std::result::Result<S::Ok, S::Error> {
    to.collect_str(day)
}
