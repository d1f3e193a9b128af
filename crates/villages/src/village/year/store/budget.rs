//! SQL of villages' budgets and works.

use sqlx::FromRow;

use crate::{
    platform::{
        db::{Db, Tx},
        op::Op,
        problem::{Problem, Result},
    },
    village::year::model::budget::{BudgetLine, FIELDS, VillageBudget, Work},
};

/// Keeps a budget as it was stated, under a fresh id.
pub async fn insert_budget(
    tx: &mut Tx,
    op: &Op,
    id: &str,
    place: &str,
    budget: &VillageBudget,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO village_budget (id, place, for_year, currency, income, source, stated_on, entered_at, entered_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(id)
    .bind(place)
    .bind(i64::from(budget.year))
    .bind(&budget.currency)
    .bind(budget.income)
    .bind(&budget.source)
    .bind(budget.stated_on.to_string())
    .bind(op.at.0)
    .bind(op.who.label())
    .execute(tx.conn())
    .await?;
    for line in &budget.lines {
        sqlx::query(
            "INSERT INTO village_budget_line (budget_id, field, planned, realised)
             VALUES ($1, $2, $3, $4)",
        )
        .bind(id)
        .bind(line.field)
        .bind(line.planned)
        .bind(line.realised)
        .execute(tx.conn())
        .await?;
    }
    Ok(())
}

/// What did a village state last about its budget of a year?
pub async fn find_budget(db: &Db, place: &str, year: i16) -> Result<Option<VillageBudget>> {
    let row: Option<BudgetRow> = sqlx::query_as(
        "SELECT id, currency, income, source, stated_on
         FROM village_budget
         WHERE place = $1
           AND for_year = $2
         ORDER BY id DESC
         LIMIT 1",
    )
    .bind(place)
    .bind(i64::from(year))
    .fetch_optional(db.read())
    .await?;
    let Some(row) = row else { return Ok(None) };
    let said: Vec<(String, i64, Option<i64>)> = sqlx::query_as(
        "SELECT field, planned, realised
         FROM village_budget_line
         WHERE budget_id = $1",
    )
    .bind(&row.id)
    .fetch_all(db.read())
    .await?;
    let lines = FIELDS.map(|field| {
        let line = said.iter().find(|(known, _, _)| known == field);
        BudgetLine {
            field,
            planned: line.map_or(0, |(_, planned, _)| *planned),
            realised: line.and_then(|(_, _, realised)| *realised),
        }
    });
    Ok(Some(VillageBudget {
        year,
        currency: row.currency,
        income: row.income,
        lines,
        source: row.source,
        stated_on: row.stated_on.parse().map_err(Problem::internal)?,
    }))
}

/// Keeps a work in the place of the one of its code.
pub async fn put_work(tx: &mut Tx, op: &Op, place: &str, year: i16, work: &Work) -> Result<()> {
    sqlx::query(
        "INSERT INTO village_work (place, for_year, code, title, provider, amount, progress, source, stated_on, entered_at, entered_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
         ON CONFLICT (place, for_year, code) DO UPDATE SET
             title = excluded.title, provider = excluded.provider, amount = excluded.amount, progress = excluded.progress,
             source = excluded.source, stated_on = excluded.stated_on, entered_at = excluded.entered_at, entered_by = excluded.entered_by",
    )
    .bind(place)
    .bind(i64::from(year))
    .bind(&work.code)
    .bind(&work.title)
    .bind(&work.provider)
    .bind(work.amount)
    .bind(i64::from(work.progress))
    .bind(&work.source)
    .bind(work.stated_on.to_string())
    .bind(op.at.0)
    .bind(op.who.label())
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Which works does a village state for a year? The costliest first.
pub async fn list_works(db: &Db, place: &str, year: i16) -> Result<Vec<Work>> {
    let rows: Vec<WorkRow> = sqlx::query_as(
        "SELECT code, title, provider, amount, progress, source, stated_on
         FROM village_work
         WHERE place = $1
           AND for_year = $2
         ORDER BY amount DESC, code",
    )
    .bind(place)
    .bind(i64::from(year))
    .fetch_all(db.read())
    .await?;
    rows.into_iter().map(WorkRow::read).collect()
}

#[derive(FromRow)]
struct BudgetRow {
    id: String,
    currency: String,
    income: i64,
    source: String,
    stated_on: String,
}

#[derive(FromRow)]
struct WorkRow {
    code: String,
    title: String,
    provider: String,
    amount: i64,
    progress: i64,
    source: String,
    stated_on: String,
}

impl WorkRow {
    fn read(self) -> Result<Work> {
        Ok(Work {
            code: self.code,
            title: self.title,
            provider: self.provider,
            amount: self.amount,
            progress: u8::try_from(self.progress).unwrap_or(0),
            source: self.source,
            stated_on: self.stated_on.parse().map_err(Problem::internal)?,
        })
    }
}
