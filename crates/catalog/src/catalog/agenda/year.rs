//! The agenda as somebody may see it: the datasets of a year with how each period stands now.

use std::collections::{HashMap, HashSet};

use jiff::civil::Date;
use serde::Serialize;

use super::{
    date,
    delivery::{For, delivery, way_of},
    league,
    model::{CHECKPOINTS, Delivery, Light, Rhythm, Standing, checkpoint_days, plan::Target},
};
use crate::{
    catalog::{
        index::{Entry, Index},
        store::{
            self,
            agenda::{ChangeRow, DueRow, PlanRow, ReachedRow, WayRow},
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
    /// How far the table is filled, where the plan says how far it is to be.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub targets: Vec<Reached>,
    /// Due dates that were moved, the last first.
    pub moves: Vec<Move>,
}

/// How far a table is filled at a checkpoint, and how far it is to be.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Reached {
    /// `B03`, `B06`, `B09` or `B12`.
    pub checkpoint: &'static str,
    pub target_percent: u8,
    pub expected_rows: i64,
    /// Rows that could be read at the end of the checkpoint, or can be now; none before its quarter began.
    pub n_rows: Option<i64>,
    /// In percent of the rows that are expected.
    pub reached_percent: Option<f64>,
    /// Whether the checkpoint lies behind.
    pub is_over: bool,
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
    /// The day it was handed in, at the place.
    pub delivered_on: Option<String>,
    /// The day from which everybody could read it; none while others look at it, and for data that are for staff only.
    pub published_on: Option<String>,
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
    /// As which role somebody moved it; `program` where the working days changed.
    pub role: String,
    pub reason: String,
}

/// How a dataset stands with its agenda, in brief.
#[derive(Debug, Clone, Serialize)]
pub struct Brief {
    pub frequency: &'static str,
    /// What is owed first of all that was not handed in: overdue, or next.
    pub next: Option<Due>,
    /// What waits longest for others to look at it.
    pub waiting: Option<Due>,
    /// What came last.
    pub last: Option<Due>,
}

impl Brief {
    fn new(plan: &PlanRow) -> Brief {
        Brief {
            frequency: frequency(plan),
            next: None,
            waiting: None,
            last: None,
        }
    }

    /// Takes the periods one by one, in the order of the due dates.
    fn take(&mut self, due: Due) {
        let place = match due.standing {
            Standing::Planned | Standing::Missing { .. } => &mut self.next,
            Standing::HandedIn { .. } => &mut self.waiting,
            Standing::OnTime | Standing::Late { .. } => {
                self.last = Some(due);
                return;
            }
        };
        if place.is_none() {
            *place = Some(due);
        }
    }
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
    let rows = rows_of(app, year).await?;
    let plans = store::agenda::list_plans(app.db.read(), None).await?;
    let changes = store::agenda::list_changes(app.db.read(), None, 10_000).await?;
    let clock = Clock::of(app, None).await?;
    let mut targets = targets(app, &clock, &plans, year).await?;
    let mut of_dataset: HashMap<&str, Vec<&DueRow>> = HashMap::new();
    for row in &rows {
        of_dataset.entry(&row.dataset_id).or_default().push(row);
    }
    let mut datasets = Vec::new();
    for entry in entries {
        let plan = plans.iter().find(|plan| plan.dataset_id == entry.row.id);
        let periods = of_dataset.remove(entry.row.id.as_str()).unwrap_or_default();
        if plan.is_some() || !periods.is_empty() {
            let targets = targets.remove(&entry.row.id).unwrap_or_default();
            datasets.push(owed(
                &clock,
                entry,
                plan,
                &periods,
                (targets, changes.as_slice()),
            )?);
        }
    }
    datasets.sort_by(|a, b| (&a.publisher, &a.title).cmp(&(&b.publisher, &b.title)));
    Ok(Year { year, datasets })
}

/// Counts the punctuality of every producer in a year, over all data that were promised to everybody.
///
/// Those are the open datasets, which the agenda names, and those that are on their way or were open before: nobody gets out of the league
/// by closing, deleting or never handing in what is owed. Of the latter no title is told, and none can be found out: that there are some,
/// and how many due dates they had, is all that a row says. Datasets that nobody ever meant to open are not counted, nor those that a
/// steward or an approver withdrew with a reason that everybody reads.
///
/// # Errors
/// When the database fails.
pub async fn league_of(app: &App, op: &Op, of: i16) -> Result<Vec<league::Row>> {
    let year = year(app, op, of, Seen::ByEverybody).await?;
    let unnamed = unnamed(app, of).await?;
    let of_due = |due: &Due| {
        let organisation = due.organisation.clone().unwrap_or_default();
        (organisation, due.standing, due.is_due)
    };
    let owed: Vec<(String, Standing, bool)> = year
        .datasets
        .iter()
        .flat_map(|dataset| &dataset.periods)
        .chain(&unnamed)
        .map(of_due)
        .collect();
    let mut rows = league::league(&owed);
    for row in &mut rows {
        let is_own =
            |due: &&Due| due.is_due && due.organisation.as_deref().unwrap_or_default() == row.organization;
        row.n_unnamed = unnamed.iter().filter(is_own).count();
    }
    Ok(rows)
}

/// What is owed in a year of datasets that everybody was promised and nobody can read now.
async fn unnamed(app: &App, year: i16) -> Result<Vec<Due>> {
    let index = Index::of(app).await?;
    let clock = Clock::of(app, None).await?;
    let is_unnamed = |entry: &&Entry| {
        let is_public = entry.row.state == "active" && entry.row.is_open == 1;
        let was_promised = entry.row.is_open == 1 || clock.promised.contains(&entry.row.id);
        !is_public && was_promised && entry.row.state != "withdrawn"
    };
    let ids: HashSet<&str> = index
        .all()
        .filter(is_unnamed)
        .map(|entry| entry.row.id.as_str())
        .collect();
    let rows = rows_of(app, year).await?;
    let rows = rows.iter().filter(|row| ids.contains(row.dataset_id.as_str()));
    rows.map(|row| clock.due(row)).collect()
}

async fn rows_of(app: &App, year: i16) -> Result<Vec<DueRow>> {
    let (first, last) = (format!("{year:04}-01-01"), format!("{year:04}-12-31"));
    store::agenda::list_between(app.db.read(), &first, &last).await
}

/// How far tables are filled at the checkpoints of a year, by dataset.
async fn targets(
    app: &App,
    clock: &Clock,
    plans: &[PlanRow],
    year: i16,
) -> Result<HashMap<String, Vec<Reached>>> {
    let mut found = HashMap::new();
    if plans.iter().all(|plan| plan.expected_rows.is_none()) {
        return Ok(found);
    }
    let days = checkpoint_days(year);
    let ends = days.map(|day| clock.calendar.end_of(day));
    let rows = store::agenda::list_reached(app.db.read(), ends).await?;
    for plan in plans.iter().filter(|plan| plan.state != "ended") {
        let Some(target) = Target::read(&plan.targets, plan.expected_rows) else {
            continue;
        };
        if date(&plan.starts_on)?.year() > year {
            continue;
        }
        // The first table of the dataset comes first.
        let row = rows.iter().find(|row| row.dataset_id == plan.dataset_id);
        found.insert(plan.dataset_id.clone(), reached(clock, days, target, row));
    }
    Ok(found)
}

fn reached(clock: &Clock, days: [Date; 4], target: Target, row: Option<&ReachedRow>) -> Vec<Reached> {
    let counted = row.map_or([None; 4], |row| [row.b03, row.b06, row.b09, row.b12]);
    let mut all = Vec::new();
    for (at, day) in days.into_iter().enumerate() {
        let Some(target_percent) = target.percents[at] else {
            continue;
        };
        let begins = match at {
            0 => Date::new(day.year(), 1, 1).unwrap_or(day),
            _ => days[at - 1].tomorrow().unwrap_or(day),
        };
        let n_rows = (clock.calendar.start_of(begins) <= clock.now).then(|| counted[at].unwrap_or_default());
        all.push(Reached {
            checkpoint: CHECKPOINTS[at],
            target_percent,
            expected_rows: target.expected_rows,
            n_rows,
            reached_percent: n_rows.map(|n| 100.0 * n as f64 / target.expected_rows as f64),
            is_over: clock.calendar.end_of(day) <= clock.now,
        });
    }
    all
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
    let clock = Clock::of(app, Some(dataset_id)).await?;
    let mut brief = Brief::new(&plan);
    for row in store::agenda::list_of(app.db.read(), dataset_id).await? {
        brief.take(clock.due(&row)?);
    }
    Ok(Some(brief))
}

/// Tells how every dataset on the agenda stands, by its id; over last year, this one and the next.
///
/// # Errors
/// When the database fails.
pub async fn briefs(app: &App) -> Result<HashMap<String, Brief>> {
    let clock = Clock::of(app, None).await?;
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
        .map(|plan| (plan.dataset_id.clone(), Brief::new(&plan)))
        .collect();
    for row in &rows {
        if let Some(brief) = briefs.get_mut(&row.dataset_id) {
            brief.take(clock.due(row)?);
        }
    }
    Ok(briefs)
}

/// Lists the periods of a dataset that wait for a delivery now: those that nothing came for, and those that were given back.
///
/// # Errors
/// When the database fails.
pub async fn waiting(app: &App, dataset_id: &str) -> Result<Vec<Due>> {
    let rows = store::agenda::list_of(app.db.read(), dataset_id).await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let clock = Clock::of(app, Some(dataset_id)).await?;
    rows.iter()
        .filter(|row| Time(row.opens_at) <= clock.now && clock.delivery(row) == Delivery::Nothing)
        .map(|row| clock.due(row))
        .collect()
}

/// Reads everything that is and was owed of a dataset, with the history of its agenda.
///
/// # Errors
/// When the database fails.
pub async fn history(app: &App, dataset_id: &str) -> Result<(Vec<Due>, Vec<ChangeRow>)> {
    let clock = Clock::of(app, Some(dataset_id)).await?;
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

/// What periods are judged by: the working days, the present moment, and how far what came for them is.
pub struct Clock {
    calendar: Calendar,
    now: Time,
    /// By dataset.
    ways: HashMap<String, Vec<WayRow>>,
    /// Datasets that are on their way to everybody, or were open at some time.
    promised: HashSet<String>,
}

impl Clock {
    /// Reads it for one dataset, or for all.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn of(app: &App, dataset_id: Option<&str>) -> Result<Clock> {
        let mut ways: HashMap<String, Vec<WayRow>> = HashMap::new();
        for way in store::agenda::list_ways(app.db.read(), dataset_id).await? {
            ways.entry(way.dataset_id.clone()).or_default().push(way);
        }
        let promised = store::agenda::list_promised(app.db.read(), dataset_id).await?;
        Ok(Clock {
            calendar: office::calendar(app).await?,
            now: app.clock.now(),
            ways,
            promised: promised.into_iter().collect(),
        })
    }

    /// How far what came for a period is.
    #[must_use]
    pub fn delivery(&self, row: &DueRow) -> Delivery {
        let whom = match self.promised.contains(&row.dataset_id) {
            true => For::Everybody,
            false => For::Staff,
        };
        delivery(row, self.ways_of(row), whom)
    }

    /// At which stage is what waits; empty for what goes no way.
    #[must_use]
    pub fn stage(&self, row: &DueRow) -> &str {
        way_of(row, self.ways_of(row)).map_or("", |way| way.stage.as_str())
    }

    fn ways_of(&self, row: &DueRow) -> &[WayRow] {
        let ways = self.ways.get(&row.dataset_id);
        ways.map(Vec::as_slice).unwrap_or_default()
    }

    fn due(&self, row: &DueRow) -> Result<Due> {
        let delivery = self.delivery(row);
        let handed_in_at = delivery.handed_in_at();
        let published_at = match delivery {
            Delivery::Out { published_at, .. } => published_at,
            Delivery::Nothing | Delivery::Waits { .. } => None,
        };
        let standing = Standing::judged(&self.calendar, Time(row.due_at), delivery, self.now);
        Ok(Due {
            period: row.period.clone(),
            from: row.period_from.clone(),
            to: row.period_to.clone(),
            due_on: date(&row.due_on)?,
            first_due_on: date(&row.first_due_on)?,
            standing,
            light: standing.light(Time(row.red_at), handed_in_at, self.now),
            delivered_on: handed_in_at.map(|at| self.calendar.day(at).to_string()),
            published_on: published_at.map(|at| self.calendar.day(at).to_string()),
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
    (targets, changes): (Vec<Reached>, &[ChangeRow]),
) -> Result<Owed> {
    let moves = changes
        .iter()
        .filter(|change| change.dataset_id == entry.row.id)
        .filter(|change| change.what == "moved" || change.what == "calendar")
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
        targets,
        moves: moves.collect(),
    })
}

fn frequency(plan: &PlanRow) -> &'static str {
    Rhythm::read(&plan.frequency, &plan.due_dates).map_or("", |rhythm| rhythm.as_str())
}

fn written<S: serde::Serializer>(day: &Date, to: S) -> std::result::Result<S::Ok, S::Error> {
    to.collect_str(day)
}
