//! The agenda of data: which dataset is owed when and by whom, and how punctual its producer is, as a public promise.
//!
//! A steward plans the year, the producer confirms, and every later change gives a reason. A new version of a table is a delivery
//! for the oldest period that waits for one. Frequencies mean what DCAT's `accrualPeriodicity` and ISO 19115's maintenance frequency
//! mean; B03, B06, B09 and B12 are Bojonegoro's checkpoints. The working days are those of the clock of requests.
//!
//! On time is what was handed in on time and then published, however long others looked at it; what was given back was not handed in.
//!
//! Deliberately absent: judging what a delivery holds. A version that came counts, whatever is in it, until a steward takes it back.

use jiff::civil::Date;
use serde::Serialize;

use super::{
    store::{
        self,
        agenda::{Came, ChangeRow, DueRow, PlanRow},
    },
    view,
};
use crate::platform::{
    app::App,
    calendar::Calendar,
    db::Tx,
    events::Event,
    id, office,
    op::{Op, Role},
    problem::{Problem, Result},
    time::Time,
};

pub mod delivery;
pub mod desk;
pub mod files;
pub mod jobs;
pub mod league;
pub mod model;
pub mod pages;
pub mod periods;
pub mod year;

use model::{
    Delivery, Period, Rhythm,
    plan::{Plan, Target},
};

/// Who plans the agenda.
const PLANNERS: [Role; 1] = [Role::Steward];
const LONGEST_REASON: usize = 500;
/// What stands for a period where a file is for none: it corrects what came before.
pub const NO_PERIOD: &str = "-";

/// The agenda of a dataset was planned, changed, confirmed, moved, counted or ended.
#[derive(Serialize)]
pub struct AgendaChanged {
    pub dataset: String,
    /// As in `agenda_change.what`.
    pub what: &'static str,
}

impl Event for AgendaChanged {
    const NAME: &'static str = "catalog.agenda-changed";
    fn subject(&self) -> String {
        format!("dataset/{}", self.dataset)
    }
}

/// Something that came was counted for a period that was owed.
#[derive(Serialize)]
pub struct DeliveryNoted {
    pub dataset: String,
    pub period: String,
    /// The version of its table; none before everybody can read it, and for what is no table.
    pub version: Option<i64>,
}

impl Event for DeliveryNoted {
    const NAME: &'static str = "catalog.delivery-noted";
    fn subject(&self) -> String {
        format!("dataset/{}", self.dataset)
    }
}

/// Plans when a dataset is owed, from now on; what was due already stays as it was.
///
/// # Errors
/// `dataset-unknown`; `not-allowed` for anybody but its stewards; `catalog-agenda-reason-missing` where a plan is changed.
pub async fn plan(app: &App, op: &Op, dataset: &str, plan: &Plan, reason: &str) -> Result<()> {
    let known = view::readable(app, op, dataset).await?;
    require(op, &PLANNERS, known.organisation.as_deref())?;
    let before = find_plan(app, &known.id).await?;
    let reason = match &before {
        Some(_) => given(reason)?,
        None => reason.trim(),
    };
    let row = PlanRow {
        dataset_id: known.id.clone(),
        frequency: plan.rhythm.as_str().to_owned(),
        due_dates: plan.rhythm.dates(),
        due_days: plan.due_days.into(),
        grace_days: plan.grace_days.into(),
        notice_days: plan.notice_days.into(),
        unit: plan.unit.clone(),
        starts_on: plan.starts_on.to_string(),
        targets: plan.target.map(|target| target.words()).unwrap_or_default(),
        expected_rows: plan.target.map(|target| target.expected_rows),
        state: "planned".to_owned(),
        changed_at: op.at.0,
    };
    let calendar = office::calendar(app).await?;
    let mut tx = app.db.begin().await?;
    store::agenda::put_plan(&mut tx, &row).await?;
    if before.as_ref().is_none_or(|row| row.state == "ended") {
        store::agenda::see_files(&mut tx, &known.id).await?;
    }
    store::agenda::delete_ahead(&mut tx, &known.id, op.at).await?;
    owe(
        &mut tx,
        &calendar,
        &known.id,
        known.organisation.as_deref(),
        plan,
        op.at,
    )
    .await?;
    let what = if before.is_some() { "changed" } else { "planned" };
    let was = before.map(|row| row.frequency).unwrap_or_default();
    let changed = (was.as_str(), plan.rhythm.as_str());
    note(&mut tx, op, &known.id, ("", what), changed, reason).await?;
    tx.commit().await
}

/// The producer agrees to what was planned.
///
/// # Errors
/// `dataset-unknown`, `catalog-agenda-unplanned`; `not-allowed` for anybody but those who write the dataset.
pub async fn confirm(app: &App, op: &Op, dataset: &str) -> Result<()> {
    let known = view::readable(app, op, dataset).await?;
    require(op, &[Role::Producer], known.organisation.as_deref())?;
    let mut tx = app.db.begin().await?;
    let plan = planned(app, &known.id).await?;
    if plan.state == "planned" {
        store::agenda::set_state(&mut tx, &known.id, "confirmed", op.at).await?;
        note(
            &mut tx,
            op,
            &known.id,
            ("", "confirmed"),
            ("", &plan.frequency),
            "",
        )
        .await?;
    }
    tx.commit().await
}

/// Ends a plan: what is not due yet is not owed any more.
///
/// # Errors
/// As [`plan`].
pub async fn end(app: &App, op: &Op, dataset: &str, reason: &str) -> Result<()> {
    let known = view::readable(app, op, dataset).await?;
    require(op, &PLANNERS, known.organisation.as_deref())?;
    let reason = given(reason)?;
    let plan = planned(app, &known.id).await?;
    let mut tx = app.db.begin().await?;
    store::agenda::delete_ahead(&mut tx, &known.id, op.at).await?;
    if store::agenda::set_state(&mut tx, &known.id, "ended", op.at).await? {
        note(
            &mut tx,
            op,
            &known.id,
            ("", "ended"),
            (&plan.frequency, ""),
            reason,
        )
        .await?;
    }
    tx.commit().await
}

/// Moves a due date that lies ahead; the first one stays on record.
///
/// # Errors
/// `catalog-agenda-period-unknown`, `catalog-agenda-past` when it was due already or the new day is over; as [`plan`].
pub async fn move_due(app: &App, op: &Op, dataset: &str, period: &str, to: &str, reason: &str) -> Result<()> {
    let known = view::readable(app, op, dataset).await?;
    require(op, &PLANNERS, known.organisation.as_deref())?;
    let reason = given(reason)?;
    let to: Date = to
        .trim()
        .parse()
        .map_err(|_| Problem::invalid("fields").field("to", "catalog-agenda-day-malformed"))?;
    let plan = read_plan(&planned(app, &known.id).await?)?;
    let mut due = find_due(app, &known.id, period).await?;
    let calendar = office::calendar(app).await?;
    let at = plan.instants(&calendar, &covered(&due)?, to);
    // What was late is late: nobody is made punctual afterwards.
    if due.delivered_at.is_some() || due.due_at <= op.at.0 || at.due_at <= op.at {
        return Err(Problem::conflict("catalog-agenda-past"));
    }
    let was = std::mem::replace(&mut due.due_on, to.to_string());
    (due.opens_at, due.notice_at) = (at.opens_at.0, at.notice_at.0);
    (due.due_at, due.red_at) = (at.due_at.0, at.red_at.0);
    let mut tx = app.db.begin().await?;
    store::agenda::move_due(&mut tx, &due).await?;
    note(
        &mut tx,
        op,
        &known.id,
        (period, "moved"),
        (&was, &due.due_on),
        reason,
    )
    .await?;
    tx.commit().await
}

/// Counts what came outside the tables, or for another period than the program thought: now, with a reason.
///
/// Of a dataset that is closed it goes the way of the dataset, as what comes by itself does.
///
/// # Errors
/// As [`move_due`].
pub async fn count(app: &App, op: &Op, dataset: &str, period: &str, reason: &str) -> Result<()> {
    let known = view::readable(app, op, dataset).await?;
    require(op, &PLANNERS, known.organisation.as_deref())?;
    let reason = given(reason)?;
    let due = find_due(app, &known.id, period).await?;
    // What came and was given back, or never handed in, stands in nobody's way.
    let is_draft = year::Clock::of(app, Some(&known.id)).await?.delivery(&due) == Delivery::Nothing;
    let mut tx = app.db.begin().await?;
    let came = Came {
        at: op.at,
        published_at: (known.is_open == 1).then_some(op.at),
        publication: None,
        resource: None,
        version: None,
    };
    if is_draft {
        store::agenda::take_back(&mut tx, &due.id).await?;
    }
    if store::agenda::deliver(&mut tx, &due.id, &came).await? {
        note(&mut tx, op, &known.id, (period, "counted"), ("", ""), reason).await?;
    }
    tx.commit().await
}

/// Takes back what was counted for a period: it was something else.
///
/// # Errors
/// As [`move_due`].
pub async fn take_back(app: &App, op: &Op, dataset: &str, period: &str, reason: &str) -> Result<()> {
    let known = view::readable(app, op, dataset).await?;
    require(op, &PLANNERS, known.organisation.as_deref())?;
    let reason = given(reason)?;
    let due = find_due(app, &known.id, period).await?;
    let mut tx = app.db.begin().await?;
    if store::agenda::take_back(&mut tx, &due.id).await? {
        note(&mut tx, op, &known.id, (period, "taken-back"), ("", ""), reason).await?;
    }
    tx.commit().await
}

/// Notes for which period a file is, as its sender says: one that is owed, or [`NO_PERIOD`]; nothing is noted of an empty word.
///
/// # Errors
/// `catalog-agenda-period-unknown` on field `period`.
pub async fn say_period(app: &App, tx: &mut Tx, dataset_id: &str, file: &str, period: &str) -> Result<()> {
    if period.is_empty() {
        return Ok(());
    }
    let all = store::agenda::list_of(app.db.read(), dataset_id).await?;
    if period != NO_PERIOD && !all.iter().any(|due| due.period == period) {
        let with = vec![("period", period.to_owned())];
        return Err(Problem::invalid("fields").field_with("period", "catalog-agenda-period-unknown", with));
    }
    store::agenda::put_said(tx, file, period).await
}

/// Enters the periods that a plan owes from now to the end of next year; those that are there stay.
async fn owe(
    tx: &mut Tx,
    calendar: &Calendar,
    dataset: &str,
    organisation: Option<&str>,
    plan: &Plan,
    now: Time,
) -> Result<()> {
    let this_year = calendar.day(now).year();
    // A plan that begins in the past owes what fell due since; from then on each year is planned before it begins.
    let first = plan.starts_on.year().max(this_year - 1);
    for year in first..=(this_year + 1).max(first) {
        for period in plan.owed(year) {
            let due_on = plan.due_on(calendar, &period);
            let at = plan.instants(calendar, &period, due_on);
            let due = DueRow {
                id: id::fresh(now),
                dataset_id: dataset.to_owned(),
                period: period.name,
                period_from: period.from.to_string(),
                period_to: period.to.to_string(),
                due_on: due_on.to_string(),
                first_due_on: due_on.to_string(),
                opens_at: at.opens_at.0,
                notice_at: at.notice_at.0,
                due_at: at.due_at.0,
                red_at: at.red_at.0,
                organisation: organisation.map(str::to_owned),
                unit: plan.unit.clone(),
                delivered_at: None,
                published_at: None,
                publication_id: None,
                resource_id: None,
                version: None,
            };
            store::agenda::insert_due(tx, &due).await?;
        }
    }
    Ok(())
}

async fn note(
    tx: &mut Tx,
    op: &Op,
    dataset: &str,
    (period, what): (&str, &'static str),
    (was, is_now): (&str, &str),
    reason: &str,
) -> Result<()> {
    let role = if op.person().is_none() {
        "program"
    } else if op.has(&PLANNERS) {
        "steward"
    } else {
        "producer"
    };
    let change = ChangeRow {
        dataset_id: dataset.to_owned(),
        period: period.to_owned(),
        what: what.to_owned(),
        was: was.to_owned(),
        is_now: is_now.to_owned(),
        role: role.to_owned(),
        reason: reason.to_owned(),
        at: op.at.0,
    };
    store::agenda::insert_change(tx, op, &change).await?;
    store::search::note_dataset(tx, dataset).await?;
    let event = AgendaChanged {
        dataset: dataset.to_owned(),
        what,
    };
    tx.emit(op, &event).await
}

async fn find_plan(app: &App, dataset_id: &str) -> Result<Option<PlanRow>> {
    Ok(store::agenda::list_plans(app.db.read(), Some(dataset_id))
        .await?
        .pop())
}

async fn planned(app: &App, dataset_id: &str) -> Result<PlanRow> {
    let found = find_plan(app, dataset_id).await?;
    found
        .filter(|plan| plan.state != "ended")
        .ok_or_else(|| Problem::not_found("catalog-agenda-unplanned"))
}

async fn find_due(app: &App, dataset_id: &str, period: &str) -> Result<DueRow> {
    let all = store::agenda::list_of(app.db.read(), dataset_id).await?;
    all.into_iter()
        .find(|due| due.period == period)
        .ok_or_else(|| Problem::not_found("catalog-agenda-period-unknown").with("period", period))
}

/// A plan as it was kept.
fn read_plan(row: &PlanRow) -> Result<Plan> {
    let days = |n: i64| u16::try_from(n).unwrap_or_default();
    let rhythm = Rhythm::read(&row.frequency, &row.due_dates)
        .ok_or_else(|| Problem::internal(anyhow::anyhow!("a kept plan has no frequency that is known")))?;
    Ok(Plan {
        rhythm,
        due_days: days(row.due_days),
        grace_days: days(row.grace_days),
        notice_days: days(row.notice_days),
        unit: row.unit.clone(),
        starts_on: date(&row.starts_on)?,
        target: Target::read(&row.targets, row.expected_rows),
    })
}

/// What a period that is owed covers.
fn covered(due: &DueRow) -> Result<Period> {
    Ok(Period {
        name: due.period.clone(),
        from: date(&due.period_from)?,
        to: date(&due.period_to)?,
    })
}

fn date(text: &str) -> Result<Date> {
    text.parse().map_err(Problem::internal)
}

fn given(reason: &str) -> Result<&str> {
    let reason = reason.trim();
    if reason.is_empty() {
        Err(Problem::invalid("fields").field("reason", "catalog-agenda-reason-missing"))
    } else if reason.chars().count() > LONGEST_REASON {
        Err(Problem::invalid("fields").field("reason", "text-long"))
    } else {
        Ok(reason)
    }
}

/// Passes those who hold a role for the organisation of a dataset; a dataset of nobody's is for those who hold it for all.
fn require(op: &Op, roles: &[Role], organisation: Option<&str>) -> Result<()> {
    if op.has_for(roles, organisation.unwrap_or_default()) {
        Ok(())
    } else {
        Err(super::refused(op))
    }
}
