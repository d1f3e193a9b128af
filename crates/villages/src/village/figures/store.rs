//! SQL of what many villages state.

use std::collections::{BTreeMap, btree_map::Entry};

use sqlx::FromRow;

use super::{MeetingLine, WorksOf};
use crate::{
    platform::{
        db::Db,
        problem::{Problem, Result},
    },
    village::year::{
        budget::{BudgetLine, VillageBudget, Work},
        model::budget::FIELDS,
    },
};

/// What did each village state last of its latest budget up to a year, or of a later one before it has any? A row for each field.
pub async fn list_budgets(
    db: &Db,
    place: Option<&str>,
    year: i16,
) -> Result<BTreeMap<String, VillageBudget>> {
    let rows: Vec<BudgetRow> = sqlx::query_as(
        "SELECT b.place, b.for_year, b.currency, b.income, b.source, b.stated_on, l.field, l.planned, l.realised
         FROM village_budget b
         JOIN village_budget_line l ON l.budget_id = b.id
         WHERE ($1 IS NULL OR b.place = $1)
           AND b.id = (SELECT latest.id
                       FROM village_budget latest
                       WHERE latest.place = b.place
                       ORDER BY CASE WHEN latest.for_year <= $2 THEN 0 ELSE 1 END, latest.for_year DESC, latest.id DESC
                       LIMIT 1)",
    )
    .bind(place)
    .bind(i64::from(year))
    .fetch_all(db.read())
    .await?;
    let mut budgets: BTreeMap<String, VillageBudget> = BTreeMap::new();
    for row in rows {
        let at = FIELDS.iter().position(|field| *field == row.field);
        let budget = match budgets.entry(row.place.clone()) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => new.insert(row.budget()?),
        };
        if let Some(at) = at
            && let Some(line) = budget.lines.get_mut(at)
        {
            (line.planned, line.realised) = (row.planned, row.realised);
        }
    }
    Ok(budgets)
}

/// Which works does each village state for the latest year up to one, or for a later one before that? The costliest first.
pub async fn list_works(db: &Db, place: Option<&str>, year: i16) -> Result<BTreeMap<String, WorksOf>> {
    let rows: Vec<WorkRow> = sqlx::query_as(
        "SELECT w.place, w.for_year, w.code, w.title, w.provider, w.amount, w.progress, w.source, w.stated_on
         FROM village_work w
         WHERE ($1 IS NULL OR w.place = $1)
           AND w.for_year = (SELECT known.for_year
                             FROM village_work known
                             WHERE known.place = w.place
                             ORDER BY CASE WHEN known.for_year <= $2 THEN 0 ELSE 1 END, known.for_year DESC
                             LIMIT 1)
         ORDER BY w.place, w.amount DESC, w.code",
    )
    .bind(place)
    .bind(i64::from(year))
    .fetch_all(db.read())
    .await?;
    let mut works: BTreeMap<String, WorksOf> = BTreeMap::new();
    for row in rows {
        let year = i16::try_from(row.for_year).map_err(Problem::internal)?;
        let (place, work) = row.read()?;
        works
            .entry(place)
            .or_insert_with(|| WorksOf {
                year,
                works: Vec::new(),
            })
            .works
            .push(work);
    }
    Ok(works)
}

/// To which meetings are villages invited, from a day on? The first of each is kept.
pub async fn list_next_meetings(
    db: &Db,
    place: Option<&str>,
    from: &str,
) -> Result<BTreeMap<String, MeetingLine>> {
    let rows: Vec<NextRow> = sqlx::query_as(
        "SELECT m.id, m.place, m.title, m.held_on, m.starts_at, m.venue
         FROM village_meeting m
         WHERE ($1 IS NULL OR m.place = $1)
           AND m.held_on >= $2
           AND m.state = 'invited'
         ORDER BY m.held_on, m.starts_at, m.id",
    )
    .bind(place)
    .bind(from)
    .fetch_all(db.read())
    .await?;
    let mut next: BTreeMap<String, MeetingLine> = BTreeMap::new();
    for row in rows {
        let (place, line) = row.read()?;
        next.entry(place).or_insert(line);
    }
    Ok(next)
}

#[derive(FromRow)]
struct BudgetRow {
    place: String,
    for_year: i64,
    currency: String,
    income: i64,
    source: String,
    stated_on: String,
    field: String,
    planned: i64,
    realised: Option<i64>,
}

impl BudgetRow {
    /// The budget without the figures of its fields.
    fn budget(&self) -> Result<VillageBudget> {
        Ok(VillageBudget {
            year: i16::try_from(self.for_year).map_err(Problem::internal)?,
            currency: self.currency.clone(),
            income: self.income,
            lines: FIELDS.map(|field| BudgetLine {
                field,
                planned: 0,
                realised: None,
            }),
            source: self.source.clone(),
            stated_on: self.stated_on.parse().map_err(Problem::internal)?,
        })
    }
}

#[derive(FromRow)]
struct WorkRow {
    place: String,
    for_year: i64,
    code: String,
    title: String,
    provider: String,
    amount: i64,
    progress: i64,
    source: String,
    stated_on: String,
}

impl WorkRow {
    fn read(self) -> Result<(String, Work)> {
        let work = Work {
            code: self.code,
            title: self.title,
            provider: self.provider,
            amount: self.amount,
            progress: u8::try_from(self.progress).unwrap_or(0),
            source: self.source,
            stated_on: self.stated_on.parse().map_err(Problem::internal)?,
        };
        Ok((self.place, work))
    }
}

#[derive(FromRow)]
struct NextRow {
    id: String,
    place: String,
    title: String,
    held_on: String,
    starts_at: String,
    venue: String,
}

impl NextRow {
    fn read(self) -> Result<(String, MeetingLine)> {
        let line = MeetingLine {
            id: self.id,
            held_on: self.held_on.parse().map_err(Problem::internal)?,
            starts_at: self.starts_at.parse().map_err(Problem::internal)?,
            title: self.title,
            venue: self.venue,
        };
        Ok((self.place, line))
    }
}
