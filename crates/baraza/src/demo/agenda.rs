//! What the offices owe by the agenda of data, and how it went: on time, late, not at all.
//!
//! Which periods fell due depends on the day on which the sample is made. How it went is told from the last of them backwards, so that the
//! agenda shows the same lights on every day, and every office has its manner.

use anyhow::Context;
use jiff::{ToSpan, civil::Date};

use super::{
    days::Days,
    opendata::{Offered, health, network, planning, works},
    publishing::Desk,
    staff::{WALIDATA, producer_of},
    world::census::World,
};
use crate::{
    catalog::{
        agenda::{
            self,
            model::plan::{Plan, PlanInput},
        },
        workflow::model::Review,
    },
    platform::time::Time,
};

/// What is agreed with an office about a dataset.
pub struct Agreed {
    pub rhythm: &'static str,
    /// Named days, for the rhythm that has them.
    pub dates: &'static str,
    /// Days after the end of a period until it is due.
    pub due_days: u16,
    pub unit: &'static str,
    /// Months before this one in which it begins.
    pub months: i64,
    /// Percentages at the checkpoints, and the rows that are all of it.
    pub target: Option<(&'static str, usize)>,
}

/// How it went with a period that fell due.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Went {
    OnTime,
    /// On time; from then on others look at the office's data before everybody reads them.
    Reviewed,
    /// It came so many days after it was due.
    Late(i64),
    /// Nothing was new, and the steward said so in time.
    Unchanged,
    Missing,
}

/// A period that is owed.
struct Owed {
    period: String,
    due_on: Date,
    due_at: Time,
}

const VILLAGES: Agreed = Agreed {
    rhythm: "checkpoints",
    dates: "",
    due_days: 0,
    unit: "Bidang Data",
    months: 11,
    target: None,
};
const WATER: Agreed = Agreed {
    rhythm: "quarterly",
    due_days: 10,
    unit: "Bidang Air Minum",
    ..VILLAGES
};
const WIFI: Agreed = Agreed {
    unit: "Bidang Infrastruktur",
    ..WATER
};
const VISITS: Agreed = Agreed {
    rhythm: "monthly",
    unit: "Bidang Pelayanan",
    months: 6,
    ..WATER
};
const RIVERS: Agreed = Agreed {
    rhythm: "yearly",
    due_days: 60,
    unit: "Bidang Sungai",
    ..VILLAGES
};
/// How much of the roads is to be surveyed at B03, B06, B09 and B12, in percent.
const SURVEYED: &str = "25 50 75 100";
const UNCHANGED: &str =
    "Tidak ada titik baru pada triwulan ini; daftar yang lama sudah diperiksa dan tetap berlaku.";
const HOLIDAY: &str = "Cuti bersama: puskesmas menutup laporan bulanan sepekan kemudian.";
/// Working days before an office's first file that others look at, on which that was decided.
const DECIDED_BEFORE: u16 = 5;

/// Tells how each office kept to its agenda.
///
/// # Errors
/// When a step is refused.
pub async fn tell(desk: &Desk<'_>, world: &World) -> anyhow::Result<()> {
    let year = desk.days.today.year();
    let villages = planning::villages(world, year);
    keep(desk, &villages, &VILLAGES, &[Went::OnTime, Went::Late(6)]).await?;
    let points = works::water_points(world, year);
    keep(desk, &points, &WATER, &[Went::Missing, Went::Late(12)]).await?;
    let survey = Agreed {
        unit: "Bidang Bina Marga",
        target: Some((SURVEYED, works::n_segments(world))),
        ..VILLAGES
    };
    let roads = works::roads(world, year);
    keep(desk, &roads, &survey, &[Went::Missing, Went::Missing]).await?;
    let wifi = network::wifi(world, year);
    let went = [Went::OnTime, Went::Unchanged, Went::Late(2)];
    keep(desk, &wifi, &WIFI, &went).await?;
    propose_rivers(desk, world).await?;
    report_visits(desk, world).await
}

/// Enters a dataset, agrees on its agenda, and delivers. `went` tells how, for the last period that fell due first; what it does not tell
/// came on time. Editions for which no delivery is left were sent before the agenda began.
///
/// # Errors
/// When a step is refused.
pub async fn keep(desk: &Desk<'_>, dataset: &Offered, agreed: &Agreed, went: &[Went]) -> anyhow::Result<()> {
    let begins_on = desk.days.month(agreed.months);
    let before = |days: i64| desk.days.at(begins_on.saturating_sub(days.days()), 10);
    let plan = agreed.plan(begins_on)?;
    let deliveries = deliveries(&desk.days, &plan, went);
    let files = deliveries.iter().filter(|(.., how)| *how != Went::Unchanged);
    let n_before = dataset.editions.len().saturating_sub(files.count());
    desk.enter(dataset, before(50)).await?;
    for (nth, edition) in dataset.editions.iter().take(n_before).enumerate() {
        desk.send(dataset, edition, before(45 - i64::try_from(nth)?))
            .await?;
    }
    propose(desk, dataset, &plan, before(30)).await?;
    let agreeing = desk.op(&producer_of(dataset.organisation), before(28))?;
    agenda::confirm(desk.app, &agreeing, &dataset.slug).await?;
    let mut editions = dataset.editions.iter().skip(n_before);
    for (period, at, how) in deliveries {
        if how == Went::Unchanged {
            let steward = desk.op(WALIDATA, at)?;
            agenda::count(desk.app, &steward, &dataset.slug, &period, UNCHANGED).await?;
            continue;
        }
        if how == Went::Reviewed {
            let decided_on = desk
                .days
                .calendar
                .working_days_before(desk.days.calendar.day(at), DECIDED_BEFORE);
            let decided_at = desk.days.at(decided_on, 9);
            desk.rule(dataset.organisation, Review::Approver, decided_at)
                .await?;
        }
        if let Some(edition) = editions.next() {
            desk.send(dataset, edition, at).await?;
        }
    }
    Ok(())
}

impl Agreed {
    fn plan(&self, begins_on: Date) -> anyhow::Result<Plan> {
        let (targets, n_rows) = self.target.unzip();
        let input = PlanInput {
            frequency: self.rhythm.to_owned(),
            dates: self.dates.to_owned(),
            due_days: self.due_days.to_string(),
            grace_days: "3".to_owned(),
            notice_days: "10".to_owned(),
            unit: self.unit.to_owned(),
            starts_on: begins_on.to_string(),
            targets: targets.unwrap_or_default().to_owned(),
            expected_rows: n_rows.map_or_else(String::new, |n| n.to_string()),
            ..PlanInput::default()
        };
        let plan = Plan::parse(&input);
        plan.with_context(|| format!("plan {} data of {}", self.rhythm, self.unit))
    }
}

/// Yearly data that the steward wants on the agenda; their producer has not agreed yet.
async fn propose_rivers(desk: &Desk<'_>, world: &World) -> anyhow::Result<()> {
    let days = &desk.days;
    let rivers = works::rivers(world, days.today.year());
    desk.enter(&rivers, days.at(days.ago(30), 9)).await?;
    for edition in &rivers.editions {
        desk.send(&rivers, edition, days.at(days.ago(30), 10)).await?;
    }
    let plan = RIVERS.plan(days.today.first_of_year())?;
    propose(desk, &rivers, &plan, days.at(days.ago(4), 10)).await
}

/// The health office is never late. Others look at what it sent last, and the steward gave it more time for the next month.
async fn report_visits(desk: &Desk<'_>, world: &World) -> anyhow::Result<()> {
    let days = &desk.days;
    let plan = VISITS.plan(days.month(VISITS.months))?;
    let owed = owed(days, &plan);
    let (due, ahead): (Vec<&Owed>, Vec<&Owed>) = owed.iter().partition(|owed| owed.due_at <= days.now);
    let months: Vec<&str> = due.iter().map(|owed| owed.period.as_str()).collect();
    let visits = health::visits(world, days.today.year(), &months);
    keep(desk, &visits, &VISITS, &[Went::Reviewed]).await?;
    let Some(next) = ahead.first() else { return Ok(()) };
    let steward = desk.op(WALIDATA, days.at(days.ago(3), 10))?;
    let to = days
        .calendar
        .working_day_from(next.due_on.saturating_add(7.days()));
    agenda::move_due(
        desk.app,
        &steward,
        &visits.slug,
        &next.period,
        &to.to_string(),
        HOLIDAY,
    )
    .await
    .context("move a due date of the sample regency")
}

async fn propose(desk: &Desk<'_>, dataset: &Offered, plan: &Plan, at: Time) -> anyhow::Result<()> {
    let steward = desk.op(WALIDATA, at)?;
    agenda::plan(desk.app, &steward, &dataset.slug, plan, "")
        .await
        .with_context(|| format!("plan when the dataset {} is owed", dataset.slug))
}

/// What is owed from the beginning of a plan to the end of next year, in the order of the due dates.
fn owed(days: &Days, plan: &Plan) -> Vec<Owed> {
    let mut all = Vec::new();
    for year in plan.starts_on.year()..=days.today.year() + 1 {
        for period in plan.owed(year) {
            let due_on = plan.due_on(&days.calendar, &period);
            let due_at = plan.instants(&days.calendar, &period, due_on).due_at;
            all.push(Owed {
                period: period.name,
                due_on,
                due_at,
            });
        }
    }
    all
}

/// What came of what fell due, when, and how.
fn deliveries(days: &Days, plan: &Plan, went: &[Went]) -> Vec<(String, Time, Went)> {
    let mut due = owed(days, plan);
    due.retain(|owed| owed.due_at <= days.now);
    let n = due.len();
    let came = due.into_iter().enumerate().filter_map(|(at, owed)| {
        let how = went.get(n - 1 - at).copied().unwrap_or(Went::OnTime);
        let at = days.delivered_at(owed.due_on, how)?;
        days.is_past(at).then_some((owed.period, at, how))
    });
    came.collect()
}

impl Days {
    /// When something came that was due on a day; nothing for what did not come.
    fn delivered_at(&self, due_on: Date, how: Went) -> Option<Time> {
        let calendar = &self.calendar;
        Some(match how {
            Went::OnTime | Went::Reviewed => self.at(calendar.working_days_before(due_on, 2), 10),
            Went::Unchanged => self.at(calendar.working_days_before(due_on, 1), 11),
            Went::Late(days) => {
                let came_on = calendar.working_day_from(due_on.saturating_add(days.days()));
                self.at(came_on, 15)
            }
            Went::Missing => return None,
        })
    }
}
